//! Text from untrusted files, made safe for the place it is printed in.
//!
//! In: names, messages, paths. Out: the same with what could steer a terminal, reorder a line,
//! break a URI, be computed by a spreadsheet, be a link or a command written out. It knows no
//! report.

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
pub(crate) fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}'
            | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// `text` for one line of a terminal or a web page: unseen characters as `\u{202e}`.
pub(crate) fn line(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        push(&mut safe, c);
    }
    safe
}

/// Adds `c`, written out if it cannot be seen.
pub(crate) fn push(safe: &mut String, c: char) {
    if is_unseen(c) {
        safe.extend(c.escape_unicode());
    } else {
        safe.push(c);
    }
}

/// Serialised JSON with unseen characters as `\u202e`: they stand in strings only, so the
/// value is the same. Line breaks and blanks between values stay.
pub(crate) fn json(text: &str) -> String {
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
pub(crate) fn uri_path(path: &str) -> String {
    utf8_percent_encode(path, PATH).to_string()
}

/// A cell of a table for a spreadsheet: what cannot be seen is written out, and nothing is
/// computed. A spreadsheet of a country that separates by `;` cuts there too.
pub(crate) fn cell(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    let mut starts = true;
    for c in text.chars() {
        if starts && is_formula(c) {
            safe.push('\'');
        }
        starts = c == ';' || (starts && c.is_whitespace());
        push(&mut safe, c);
    }
    safe
}

/// Whether a spreadsheet takes what begins so for a formula; the wide forms too.
fn is_formula(c: char) -> bool {
    matches!(
        c,
        '=' | '+'
            | '-'
            | '@'
            | '\t'
            | '\r'
            | '\n'
            | '\u{ff1d}'
            | '\u{ff0b}'
            | '\u{ff0d}'
            | '\u{ff20}'
    )
}

/// Text of an XML document; its writer does the rest. Two characters can be seen by nobody
/// and are forbidden there.
pub(crate) fn xml(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\u{fffe}' | '\u{ffff}' => safe.extend(c.escape_unicode()),
            _ => push(&mut safe, c),
        }
    }
    safe
}

/// The text of a workflow command of GitHub.
pub(crate) fn command(text: &str) -> String {
    line(text).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A value of a property of a workflow command.
pub(crate) fn property(text: &str) -> String {
    command(text).replace(':', "%3A").replace(',', "%2C")
}

/// A character that joins words and is not seen: a page that links `@name`, `#1` or an
/// address by their look alone finds none.
const JOINER: &str = "&#8288;";

/// Text of a Markdown page that a code host shows, within a line: never markup, never a link,
/// a mention or a reference.
pub(crate) fn markdown(text: &str) -> String {
    let text = line(text);
    let mut safe = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    let mut last = ' ';
    while let Some(c) = chars.next() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '$' => safe.extend(['\\', c]),
            _ => safe.push(c),
        }
        let next = chars.peek().copied().unwrap_or(' ');
        let refers = matches!(c, '@' | '#' | '!' | '$' | '%' | '~' | '&' | '^' | ':' | '*')
            && (next.is_alphanumeric() || matches!(next, '/' | '"' | '_'));
        let numbers = c == '-' && next.is_ascii_digit() && last.is_ascii_alphabetic();
        let web = matches!(c, 'w' | 'W') && next == '.';
        if refers || numbers || web {
            safe.push_str(JOINER);
        }
        last = c;
    }
    safe
}

/// Text as a code span of Markdown, in a list or a paragraph, not in a table.
pub(crate) fn code(text: &str) -> String {
    let text = line(text);
    let runs = text.split(|c| c != '`').map(str::len);
    let fence = "`".repeat(runs.max().unwrap_or(0) + 1);
    // One blank at both ends is taken away again; without it a quote there would be fence.
    let pads = text.starts_with(['`', ' ']) || text.ends_with(['`', ' ']) || text.is_empty();
    let pad = if pads { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
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

    #[test]
    fn no_cell_is_a_formula() {
        for (text, safe) in [
            ("=1+1", "'=1+1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            (" -1", " '-1"),
            ("a; =HYPERLINK(1)", "a; '=HYPERLINK(1)"),
            ("\u{ff1d}1", "'\u{ff1d}1"),
            ("\t=1", r"'\u{9}'=1"),
            ("Nurse-A = 1", "Nurse-A = 1"),
        ] {
            assert_eq!(cell(text), safe);
        }
    }

    #[test]
    fn commands_hold_no_command() {
        assert_eq!(command("a%0A::b,c"), "a%250A::b,c");
        assert_eq!(property("a%,b::c"), "a%25%2Cb%3A%3Ac");
        assert_eq!(command("a\n::error::b"), r"a\u{a}::error::b");
    }

    #[test]
    fn markdown_neither_links_nor_mentions() {
        assert_eq!(markdown("a @ops [b](c) <b>|`"), r"a @&#8288;ops \[b\](c) &lt;b&gt;\|\`");
        assert_eq!(markdown("#1 www.a https://b"), "#&#8288;1 www&#8288;.a https:&#8288;//b");
        assert_eq!(markdown("Patient__c.SSN__c"), r"Patient\_\_c.SSN\_\_c");
    }

    #[test]
    fn code_is_fenced_by_more_quotes_than_it_holds() {
        assert_eq!(code("a"), "`a`");
        assert_eq!(code("a``b"), "```a``b```");
        assert_eq!(code("`"), "`` ` ``");
        assert_eq!(code(""), "`  `");
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
