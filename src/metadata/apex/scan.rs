//! A cheap look at a file before it is parsed.
//!
//! In: the text of a file. Out: its head, and whether anything in it can matter to the way
//! of data. It errs towards parsing.

use std::sync::LazyLock;

use regex::Regex;

/// A part of one of these words, in any case, makes a file worth parsing: queries, records,
/// what leaves Apex, who may enter it, and bodies that hand on what they are given.
static WORTH: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let words = "select|insert|update|upsert|delete|database|__[cerp]|sobject|system|trigger\
                 |logg|http|request|messag|mail|session|@|webservice|crypto|blob|json|page\
                 |cache|event|schema|record|throw|contact|account|lead|case|user|patient|return\
                 |interface|string|object|date|list<|map<|set<";
    Regex::new(&format!("(?i-u:{words})")).ok()
});

/// Whether a file can hold a source or a sink, or pass something on.
pub fn is_worth(text: &str) -> bool {
    WORTH.as_ref().is_none_or(|words| words.is_match(text))
}

/// The declaration a file begins with, up to its first brace, with an empty body.
pub fn head(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let two = bytes.get(at..at + 2);
        at = match byte {
            b'{' => return Some(format!("{}{{}}", text.get(..at)?)),
            b'/' if two == Some(b"//") => find(bytes, at, b"\n"),
            b'/' if two == Some(b"/*") => find(bytes, at + 2, b"*/"),
            b'\'' => quoted(bytes, at),
            _ => at + 1,
        };
    }
    None
}

/// So many `<` in one statement; no program that compiles comes near.
const MAX_ANGLES: usize = 300;

/// Whether the parser would try, for each of very many `<`, both a comparison and a type:
/// what it keeps of that grows with the square of their number.
pub fn is_trap(text: &str) -> bool {
    let bytes = text.as_bytes();
    let (mut at, mut angles) = (0, 0_usize);
    while let Some(byte) = bytes.get(at) {
        let two = bytes.get(at..at + 2);
        at = match byte {
            b'/' if two == Some(b"//") => find(bytes, at, b"\n"),
            b'/' if two == Some(b"/*") => find(bytes, at + 2, b"*/"),
            b'\'' => quoted(bytes, at),
            _ => at + 1,
        };
        match byte {
            b'<' => angles += 1,
            b';' | b'{' | b'}' => angles = 0,
            _ => {}
        }
        if angles > MAX_ANGLES {
            return true;
        }
    }
    false
}

/// The byte after the next occurrence, or the end.
fn find(bytes: &[u8], from: usize, what: &[u8]) -> usize {
    let rest = bytes.get(from..).unwrap_or(&[]);
    let found = rest.windows(what.len()).position(|window| window == what);
    found.map_or(bytes.len(), |at| from + at + what.len())
}

/// The byte after the literal that begins here.
fn quoted(bytes: &[u8], from: usize) -> usize {
    let mut at = from + 1;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 1,
            b'\'' => return at + 1,
            _ => {}
        }
        at += 1;
    }
    at
}
