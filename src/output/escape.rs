//! Text from untrusted files, made safe for the place it is printed in.
//!
//! In: names, messages, paths. Out: the same with what could steer a terminal, reorder a line
//! or break a URI written out. It knows no report.

use std::fmt::Write as _;

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

/// What a URI's path may not hold as it is. A colon in the first part would read as a scheme.
const PATH: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b':')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// Whether a character does something other than be seen: controls, line separators, marks
/// that reorder or hide text.
pub(super) fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}'
            | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// `text` for one line of a terminal or a web page: unseen characters as `\u{202e}`.
pub(super) fn line(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        push(&mut safe, c);
    }
    safe
}

/// Adds `c`, written out if it cannot be seen.
pub(super) fn push(safe: &mut String, c: char) {
    if is_unseen(c) {
        safe.extend(c.escape_unicode());
    } else {
        safe.push(c);
    }
}

/// Serialised JSON with unseen characters as `\u202e`: they stand in strings only, so the
/// value is the same. Line breaks and blanks between values stay.
pub(super) fn json(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        if c == '\n' || !is_unseen(c) {
            safe.push(c);
            continue;
        }
        for unit in c.encode_utf16(&mut [0; 2]) {
            // Writing to a string does not fail.
            let _ = write!(safe, "\\u{unit:04x}");
        }
    }
    safe
}

/// A relative path as the path of a URI.
pub(super) fn uri_path(path: &str) -> String {
    utf8_percent_encode(path, PATH).to_string()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_steers_a_terminal_is_written_out() {
        assert_eq!(
            line("a\u{1b}[31mb\r\n\u{202e}c\u{9b}"),
            r"a\u{1b}[31mb\u{d}\u{a}\u{202e}c\u{9b}"
        );
        assert_eq!(line("Größe 患者 👩‍⚕️"), "Größe 患者 👩‍⚕️");
    }

    #[test]
    fn json_keeps_its_value() {
        assert_eq!(
            json("{\n \"a\u{202e}\": \"\u{e0041}\u{7f}\"}"),
            "{\n \"a\\u202e\": \"\\udb40\\udc41\\u007f\"}"
        );
    }

    #[test]
    fn paths_become_uris() {
        assert_eq!(uri_path("a b/100%/x:y#1?.xml"), "a%20b/100%25/x%3Ay%231%3F.xml");
        assert_eq!(uri_path("pröfiles/é.xml"), "pr%C3%B6files/%C3%A9.xml");
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn no_line_holds_an_unseen_character(text in any::<String>()) {
            prop_assert!(!line(&text).chars().any(is_unseen));
        }

        #[test]
        fn json_reads_back(text in any::<String>()) {
            let written = json(&serde_json::to_string(&text).unwrap());
            prop_assert!(!written.chars().any(is_unseen));
            prop_assert_eq!(serde_json::from_str::<String>(&written).unwrap(), text);
        }

        #[test]
        fn a_path_reads_back(text in any::<String>()) {
            let uri = uri_path(&text);
            let unsafe_bytes = b"\"<>\\^`{|} #?:";
            let is_safe = |b: u8| b.is_ascii_graphic() && !unsafe_bytes.contains(&b);
            prop_assert!(uri.bytes().all(is_safe), "{}", uri);
            let back = percent_encoding::percent_decode_str(&uri).decode_utf8().unwrap();
            prop_assert_eq!(back, text);
        }
    }
}
