//! Which paths are never read, and what `.forceignore` leaves out.
//!
//! In: paths relative to the project root. Out: those that are kept and those that are not.
//! It works on paths alone, so that a folder, a tree of Git and an example in memory are
//! judged alike. It opens nothing but `.forceignore`.

use std::collections::HashMap;

use ignore::gitignore::{Gitignore, GitignoreBuilder};

/// The file of a project that says what to leave out.
pub const FORCEIGNORE: &str = ".forceignore";
/// The file that makes a folder a project.
pub const PROJECT: &str = "sfdx-project.json";

/// Paths kept and paths left out.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Sifted {
    /// What may be read, sorted.
    pub kept: Vec<String>,
    /// What `.forceignore` left out, sorted.
    pub ignored: Vec<String>,
    /// Lines of a `.forceignore` that say nothing: path and reason.
    pub problems: Vec<(String, String)>,
}

/// Whether a folder of this name is never entered.
pub fn is_unread_folder(name: &str) -> bool {
    matches!(name, "node_modules" | "__MACOSX") || name.starts_with('.')
}

/// Whether a file of this name is never read: what editors, macOS and packaging leave behind.
pub fn is_unread_file(name: &str) -> bool {
    let hidden = name.starts_with('.') && name != FORCEIGNORE;
    let packaging = name.starts_with("package2-") && name.ends_with(".json");
    hidden || packaging || name.ends_with(".dup")
}

/// Whether a path is never read because of one of its parts.
pub fn is_unread(path: &str) -> bool {
    let (folders, file) = path.rsplit_once('/').unwrap_or(("", path));
    is_unread_file(file)
        || folders.split('/').any(|folder| !folder.is_empty() && is_unread_folder(folder))
}

/// Sorts paths into kept and ignored by the `.forceignore` of each project: the nearest one
/// at or above the file that stands beside an `sfdx-project.json` or at the root. `read`
/// gives the bytes of a `.forceignore`.
pub fn sift(mut paths: Vec<String>, read: &dyn Fn(&str) -> Option<Vec<u8>>) -> Sifted {
    paths.sort_unstable();
    paths.dedup();
    let mut out = Sifted::default();
    let rules = find_rules(&paths, read, &mut out.problems);
    let mut folders = Folders { rules: &rules, known: HashMap::new() };
    let (mut kept, mut ignored) = (Vec::new(), Vec::new());
    for path in paths {
        let list = if folders.leaves_out(&path) { &mut ignored } else { &mut kept };
        list.push(path);
    }
    (out.kept, out.ignored) = (kept, ignored);
    out
}

type Rules = HashMap<String, Gitignore>;

fn find_rules(
    paths: &[String],
    read: &dyn Fn(&str) -> Option<Vec<u8>>,
    problems: &mut Vec<(String, String)>,
) -> Rules {
    let mut rules = Rules::new();
    for path in paths {
        let (folder, name) = split(path);
        let project = || paths.binary_search(&join(folder, PROJECT)).is_ok();
        if name == FORCEIGNORE && (folder.is_empty() || project()) {
            match read(path) {
                Some(bytes) => drop(rules.insert(folder.to_owned(), parse(path, &bytes, problems))),
                None => problems.push((
                    path.clone(),
                    "it cannot be read; nothing is left out because of it".to_owned(),
                )),
            }
        }
    }
    rules
}

/// Salesforce reads the patterns without regard to case.
fn parse(path: &str, bytes: &[u8], problems: &mut Vec<(String, String)>) -> Gitignore {
    let mut builder = GitignoreBuilder::new("");
    let text = String::from_utf8_lossy(bytes);
    let mut fault = |line: usize, error: &dyn std::fmt::Display| {
        problems.push((
            path.to_owned(),
            format!("line {line} is no pattern and leaves nothing out: {error}"),
        ));
    };
    if let Err(error) = builder.case_insensitive(true) {
        fault(1, &error);
    }
    for (number, line) in (1..).zip(text.trim_start_matches('\u{feff}').lines()) {
        if let Err(error) = builder.add_line(None, line) {
            fault(number, &error);
        }
    }
    builder.build().unwrap_or_else(|error| {
        fault(1, &error);
        Gitignore::empty()
    })
}

/// What is known of folders: a file below an ignored folder is ignored, whatever a later
/// pattern says of it, as in Git.
struct Folders<'r> {
    rules: &'r Rules,
    /// The folder whose rules hold here, and whether they leave this folder out.
    known: HashMap<String, (Option<String>, bool)>,
}

impl Folders<'_> {
    fn leaves_out(&mut self, path: &str) -> bool {
        let (folder, name) = split(path);
        if self.rules.is_empty() || name == FORCEIGNORE || name == PROJECT {
            return false;
        }
        let (base, out) = self.judge(folder);
        // A manifest is commonly ignored because it is nothing to deploy; it still says what
        // was retrieved. It goes only with its whole folder.
        let manifest = name == "package.xml"
            || (name.starts_with("destructiveChanges") && name.ends_with(".xml"));
        out || (!manifest && base.is_some_and(|base| self.matches(&base, path, false)))
    }

    fn judge(&mut self, folder: &str) -> (Option<String>, bool) {
        if let Some(known) = self.known.get(folder) {
            return known.clone();
        }
        let (base, out) =
            if folder.is_empty() { (None, false) } else { self.judge(split(folder).0) };
        let verdict = match self.rules.contains_key(folder) {
            // A project of its own follows its own rules only.
            true => (Some(folder.to_owned()), false),
            false => {
                let out =
                    out || base.as_deref().is_some_and(|base| self.matches(base, folder, true));
                (base, out)
            }
        };
        self.known.insert(folder.to_owned(), verdict.clone());
        verdict
    }

    fn matches(&self, base: &str, path: &str, is_folder: bool) -> bool {
        let below = path.strip_prefix(base).unwrap_or(path).trim_start_matches('/');
        self.rules.get(base).is_some_and(|rules| rules.matched(below, is_folder).is_ignore())
    }
}

fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}

fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sifted(files: &[(&str, &str)]) -> Sifted {
        let paths = files.iter().map(|(path, _)| (*path).to_owned()).collect();
        let read = |path: &str| {
            files.iter().find(|(p, _)| *p == path).map(|(_, text)| text.as_bytes().to_vec())
        };
        sift(paths, &read)
    }

    #[test]
    fn some_folders_and_files_are_never_read() {
        for path in [
            ".sfdx/orgs/a/profiles/Admin.profile",
            "a/node_modules/b/c.cls",
            "__MACOSX/classes/A.cls",
            ".git/config",
            "a/.localdevserver/x.js",
            "classes/._A.cls",
            "classes/A.cls.dup",
            "a/package2-manifest.json",
            ".eslintrc.json",
        ] {
            assert!(is_unread(path), "{path}");
        }
        for path in [".forceignore", "a/.forceignore", "a/b.cls", "A.cls", "package2.json"] {
            assert!(!is_unread(path), "{path}");
        }
    }

    #[test]
    fn patterns_hold_from_the_folder_of_the_project() {
        let got = sifted(&[
            ("one/.forceignore", "/skip\n**/*.PROFILE-meta.xml\n"),
            ("one/sfdx-project.json", "{}"),
            ("one/skip/a.cls", ""),
            ("one/keep/skip/b.cls", ""),
            ("one/keep/Admin.profile-meta.xml", ""),
            ("skip/c.cls", ""),
            ("two/.forceignore", "*"),
            ("two/d.cls", ""),
        ]);
        assert_eq!(got.ignored, ["one/keep/Admin.profile-meta.xml", "one/skip/a.cls"]);
        assert!(got.kept.contains(&"skip/c.cls".to_owned()));
        assert!(got.kept.contains(&"two/d.cls".to_owned()), "no project stands there");
    }

    #[test]
    fn negations_hold_but_not_below_an_ignored_folder() {
        let got = sifted(&[
            (".forceignore", "*.cls\n!Keep.cls\nout/\n!out/Keep.cls"),
            ("Keep.cls", ""),
            ("Drop.cls", ""),
            ("out/Keep.cls", ""),
        ]);
        assert_eq!(got.ignored, ["Drop.cls", "out/Keep.cls"]);
    }

    #[test]
    fn a_project_inside_another_follows_its_own_rules() {
        let got = sifted(&[
            (".forceignore", "*.cls"),
            ("sfdx-project.json", ""),
            ("inner/.forceignore", "*.page"),
            ("inner/sfdx-project.json", ""),
            ("inner/A.cls", ""),
            ("inner/A.page", ""),
        ]);
        assert_eq!(got.ignored, ["inner/A.page"]);
    }

    #[test]
    fn manifests_and_projects_go_only_with_their_folder() {
        let got = sifted(&[
            (".forceignore", "package.xml\n*.json\nold/"),
            ("sfdx-project.json", ""),
            ("src/package.xml", ""),
            ("old/package.xml", ""),
        ]);
        assert_eq!(got.ignored, ["old/package.xml"]);
    }

    #[test]
    fn a_broken_pattern_is_named_and_leaves_nothing_out() {
        let got = sifted(&[(".forceignore", "a/\n[z-a]\n"), ("b.cls", "")]);
        assert_eq!(got.problems.len(), 1);
        assert!(got.problems[0].1.starts_with("line 2 is no pattern"), "{:?}", got.problems);
        assert_eq!(got.kept, [".forceignore", "b.cls"]);
    }
}
