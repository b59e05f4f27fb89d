//! Whether a file is meant for a test or scratch org.
//!
//! In: a path, a type, the org it lies in. Out: yes or no, by the words in folder names. It
//! opens no file.

use super::{OrgFolder, TypeOf};

/// A component under a folder for tests of its org outside every package directory; a
/// settings file under one anywhere. Where the org itself lies says nothing of its parts.
pub(super) fn is_staging(path: &str, ty: TypeOf, org: &OrgFolder) -> bool {
    let any = |path: &str, words: &[&str]| {
        let folders = path.rsplit_once('/').map_or("", |(folders, _)| folders);
        tokens(folders).any(|token| words.iter().any(|word| word.eq_ignore_ascii_case(token)))
    };
    let settings = matches!(ty, TypeOf::Known(ty) if ty.name == "Settings");
    if settings && any(path, &["sandbox", "scratch", "dev", "qa", "test"]) {
        return true;
    }
    let below = path.strip_prefix(org.path.as_str()).unwrap_or(path);
    any(below, &["qa", "test", "tests", "scratch", "sandbox"]) && !is_packaged(path, org)
}

/// Whether the file lies in a package directory.
pub(super) fn is_packaged(path: &str, org: &OrgFolder) -> bool {
    org.package_dirs.iter().any(|dir| is_below(path, dir))
}

/// Whether `path` lies below the folder `dir`; everything lies below the root.
pub(super) fn is_below(path: &str, dir: &str) -> bool {
    dir.is_empty() || path.strip_prefix(dir).is_some_and(|rest| rest.starts_with('/'))
}

/// The words of folder names: `scratchOrg/qa_2` holds `scratch`, `Org`, `qa` and `2`.
fn tokens(folders: &str) -> impl Iterator<Item = &str> {
    folders.split(|c: char| !c.is_alphanumeric()).flat_map(humps)
}

/// Parts `scratchOrg` before the capital.
fn humps(word: &str) -> impl Iterator<Item = &str> {
    let mut rest = word;
    std::iter::from_fn(move || {
        let pairs = rest.char_indices().zip(rest.chars().skip(1));
        let mut cuts = pairs.filter(|((_, a), b)| a.is_lowercase() && b.is_uppercase());
        let cut = cuts.next().map_or(rest.len(), |((at, a), _)| at + a.len_utf8());
        let (hump, tail) = rest.split_at_checked(cut)?;
        rest = tail;
        (!hump.is_empty()).then_some(hump)
    })
}

#[cfg(test)]
mod tests {
    use super::super::super::types::by_name;
    use super::*;

    fn staging(path: &str, ty: &str) -> bool {
        let org = OrgFolder { package_dirs: vec!["force-app".to_owned()], ..OrgFolder::default() };
        is_staging(path, TypeOf::Known(by_name(ty).unwrap()), &org)
    }

    #[test]
    fn words_are_whole() {
        let words: Vec<&str> = tokens("scratchOrg/qa_2/unpackaged").collect();
        assert_eq!(words, ["scratch", "Org", "qa", "2", "unpackaged"]);
    }

    #[test]
    fn test_folders_count_outside_packages() {
        assert!(staging("unpackaged/qa/profiles/Admin.profile", "Profile"));
        assert!(staging("scratchOrg/profiles/Admin.profile", "Profile"));
        assert!(!staging("force-app/test/profiles/Admin.profile-meta.xml", "Profile"));
        assert!(!staging("latest/profiles/Test.profile", "Profile"), "whole words of folders");
    }

    #[test]
    fn where_the_org_lies_says_nothing() {
        let org = OrgFolder { path: "test/clinic".to_owned(), ..OrgFolder::default() };
        let ty = TypeOf::Known(by_name("Profile").unwrap());
        assert!(!is_staging("test/clinic/src/profiles/A.profile", ty, &org));
        assert!(is_staging("test/clinic/qa/profiles/A.profile", ty, &org));
    }

    #[test]
    fn settings_for_tests_count_anywhere() {
        assert!(staging("force-app/dev/settings/Security.settings-meta.xml", "Settings"));
        assert!(!staging("force-app/dev/profiles/Admin.profile-meta.xml", "Profile"));
        assert!(!staging("unpackaged/dev/profiles/Admin.profile", "Profile"));
    }
}
