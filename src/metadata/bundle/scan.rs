//! Every scalar of a JSON text, with its place.
//!
//! In: text that is known to be JSON. Out: strings, numbers and words, each under the keys
//! around it, joined by dots; arrays add nothing to a path. No recursion on depth. Of text
//! that is not JSON it may say anything, but it ends.

use std::ops::Range;

use compact_str::CompactString;

/// A string, number, `true`, `false` or `null`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Scalar {
    /// The keys around it.
    pub(super) path: CompactString,
    /// Its text, unescaped.
    pub(super) text: CompactString,
    /// Its bytes, of a string those between the quotes.
    pub(super) range: Range<usize>,
}

/// An object or array that is open.
struct Open {
    object: bool,
    /// The path of what is in it.
    path: CompactString,
}

/// Paths deeper than this are of components in components; their values are left out.
const DEEPEST: usize = 64;

pub(super) fn scalars(text: &str) -> Vec<Scalar> {
    let bytes = text.as_bytes();
    let mut out = Vec::new();
    let mut open: Vec<Open> = Vec::new();
    let mut key: Option<CompactString> = None;
    let mut at = 0;
    while let Some(byte) = bytes.get(at).copied() {
        let start = at;
        match byte {
            b'{' | b'[' => {
                let path = join(open.last(), key.take(), open.len());
                open.push(Open { object: byte == b'{', path });
            }
            b'}' | b']' => {
                open.pop();
                key = None;
            }
            b',' => key = None,
            b'"' => {
                at = end_of_string(bytes, start);
                let range = start + 1..at;
                let string = unescape(text.get(range.clone()).unwrap_or(""));
                let is_key = key.is_none() && open.last().is_some_and(|open| open.object);
                match is_key {
                    true => key = Some(string),
                    false => add(&mut out, &open, key.take(), string, range),
                }
            }
            _ if byte.is_ascii_whitespace() || byte == b':' => {}
            _ => {
                while bytes.get(at + 1).is_some_and(|next| !is_end(*next)) {
                    at += 1;
                }
                let range = start..at + 1;
                let word = text.get(range.clone()).unwrap_or("").into();
                add(&mut out, &open, key.take(), word, range);
            }
        }
        at += 1;
    }
    out
}

fn add(
    out: &mut Vec<Scalar>,
    open: &[Open],
    key: Option<CompactString>,
    text: CompactString,
    range: Range<usize>,
) {
    if open.len() <= DEEPEST {
        out.push(Scalar { path: join(open.last(), key, open.len()), text, range });
    }
}

fn join(open: Option<&Open>, key: Option<CompactString>, depth: usize) -> CompactString {
    let around = open.map(|open| open.path.clone()).unwrap_or_default();
    match key {
        Some(key) if !around.is_empty() && depth <= DEEPEST => {
            compact_str::format_compact!("{around}.{key}")
        }
        Some(key) if around.is_empty() => key,
        _ => around,
    }
}

fn is_end(byte: u8) -> bool {
    byte.is_ascii_whitespace() || matches!(byte, b',' | b'}' | b']' | b':' | b'"')
}

/// The closing quote of the string that opens at `start`.
fn end_of_string(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => return at,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    bytes.len()
}

fn unescape(raw: &str) -> CompactString {
    if !raw.contains('\\') {
        return raw.into();
    }
    serde_json::from_str::<String>(&format!("\"{raw}\"")).map_or_else(|_| raw.into(), Into::into)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<String> {
        let scalars = scalars(text);
        let show = |s: &Scalar| {
            format!("{}={} {:?}", s.path, s.text, text.get(s.range.clone()).unwrap_or("?"))
        };
        scalars.iter().map(show).collect()
    }

    #[test]
    fn a_scalar_has_its_path_and_place() {
        let text = r#"{"a": {"b": "x", "c": [1, {"d": true}, "y"]}, "e": null}"#;
        let wanted = [
            r#"a.b=x "x""#,
            r#"a.c=1 "1""#,
            r#"a.c.d=true "true""#,
            r#"a.c=y "y""#,
            r#"e=null "null""#,
        ];
        assert_eq!(shown(text), wanted);
    }

    #[test]
    fn quotes_and_braces_inside_strings_are_text() {
        let text = r#"{"a\"}": "{\"b\": 1}", "c": "\u00e9"}"#;
        let found = scalars(text);
        assert_eq!((found[0].path.as_str(), found[0].text.as_str()), ("a\"}", "{\"b\": 1}"));
        assert_eq!((found[1].path.as_str(), found[1].text.as_str()), ("c", "é"));
    }

    #[test]
    fn it_ends_whatever_it_is_given() {
        for text in ["\"", "\"\\", "{\"a\"", "}}]]", "{\"a\":1", "", "é", "[[[["] {
            let _ = scalars(text);
        }
    }
}
