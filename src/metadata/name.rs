//! Names of components: from file names to full names, and how names compare.
//!
//! In: parts of paths and texts of elements. Out: names in NFC. It knows no type.

use compact_str::{CompactString, ToCompactString};
use percent_encoding::percent_decode_str;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// The name a file name stands for: percent-decoded, in NFC. A name that is no valid
/// encoding (`100%.report`) stands for itself.
pub fn decode(file_name: &str) -> CompactString {
    if !is_encoded(file_name) {
        return compose(file_name);
    }
    match percent_decode_str(file_name).decode_utf8() {
        Ok(decoded) => compose(&decoded),
        Err(_) => compose(file_name),
    }
}

/// Whether there is a `%`, and every one begins two hexadecimal digits.
fn is_encoded(name: &str) -> bool {
    let mut parts = name.split('%').skip(1).peekable();
    let two_digits = |part: &str| matches!(part.as_bytes(), [a, b, ..] if a.is_ascii_hexdigit() && b.is_ascii_hexdigit());
    parts.peek().is_some() && parts.all(two_digits)
}

/// `name` in NFC: macOS writes decomposed names.
pub fn compose(name: &str) -> CompactString {
    match is_nfc_quick(name.chars()) {
        IsNormalized::Yes => name.to_compact_string(),
        _ => name.nfc().collect(),
    }
}

/// What two names that mean the same have in common: NFC, lower case.
pub fn fold(name: &str) -> CompactString {
    match name.is_ascii() {
        true => name.to_ascii_lowercase().into(),
        false => name.nfc().flat_map(char::to_lowercase).nfc().collect(),
    }
}

/// What Salesforce puts behind a custom name; the same two underscores part a namespace.
const ENDINGS: &[&str] = &[
    "b",
    "c",
    "ChangeEvent",
    "chn",
    "dll",
    "dlm",
    "dlo",
    "e",
    "Feed",
    "hd",
    "History",
    "ka",
    "kav",
    "latitude__s",
    "longitude__s",
    "mdt",
    "p",
    "pc",
    "pr",
    "r",
    "Share",
    "Tag",
    "VoteStats",
    "x",
    "xo",
];

/// The namespace of the package `full_name` comes from: `ns` of `Account.ns__Score__c`. A
/// child is judged by its own part: a local field of a managed object is local.
pub fn namespace(full_name: &str) -> Option<&str> {
    let own = full_name.rsplit(['.', '/']).next().unwrap_or(full_name);
    // A layout is named by its object too: `ns__Visit__c-Local Layout`.
    let own = own.split_once('-').map_or(own, |(_, layout)| layout);
    let bare = ENDINGS
        .iter()
        .find_map(|ending| own.strip_suffix(ending).and_then(|rest| rest.strip_suffix("__")))
        .unwrap_or(own);
    let (namespace, rest) = bare.split_once("__")?;
    let valid = namespace.starts_with(|c: char| c.is_ascii_alphabetic())
        && namespace.len() <= 15
        && namespace.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    (valid && !rest.is_empty()).then_some(namespace)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_are_percent_encoded() {
        assert_eq!(decode("Doctor%27s Area"), "Doctor's Area");
        assert_eq!(decode("Case-Intake %28Patient%29"), "Case-Intake (Patient)");
        assert_eq!(decode("A%2FB %E2%80%93 C"), "A/B – C");
        assert_eq!(decode("מטופל"), "מטופל");
    }

    #[test]
    fn a_name_that_is_no_encoding_stands_for_itself() {
        assert_eq!(decode("100% of Visits"), "100% of Visits");
        assert_eq!(decode("50%"), "50%");
        assert_eq!(decode("Broken %FF%FE"), "Broken %FF%FE");
        assert_eq!(decode("Mixed %20 and 5%"), "Mixed %20 and 5%");
    }

    #[test]
    fn decomposed_names_are_composed() {
        assert_eq!(decode("Re\u{301}union"), "R\u{e9}union");
        assert_eq!(fold("Re\u{301}UNION"), fold("R\u{e9}union"));
        assert_eq!(fold("Account.SSN__C"), "account.ssn__c");
    }

    #[test]
    fn namespaces_are_parted_from_endings() {
        assert_eq!(namespace("ns__Visit__c"), Some("ns"));
        assert_eq!(namespace("Account.ns__Score__c"), Some("ns"));
        assert_eq!(namespace("ns__Visit__c.Local__c"), None);
        assert_eq!(namespace("ns__Helper"), Some("ns"));
        assert_eq!(namespace("ns__Visit__c-ns__Visit Layout"), Some("ns"));
        assert_eq!(namespace("ns__Visit__c-Local Layout"), None);
        assert_eq!(namespace("ns__Place__latitude__s"), Some("ns"));
        assert_eq!(namespace("Visit__c"), None);
        assert_eq!(namespace("Visit__mdt"), None);
        assert_eq!(namespace("Place__latitude__s"), None);
        assert_eq!(namespace("Not A Namespace __ at all"), None);
    }
}
