//! What is covered before parsing, byte for byte.
//!
//! In: the text of a file. Out: a text of the same length that the parser knows how to read.
//! The grammar does not know `WITH USER_MODE` in a search, nor some texts in three quotes;
//! and templates of packages hold placeholders where a name should be.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::model::Name;
use super::node;

/// Patterns of ours; one that would not compile covers nothing.
fn pattern(text: &str) -> Option<Regex> {
    Regex::new(text).ok()
}

static SEARCH_MODE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(r"(?i)\[\s*FIND\b[^\]]*?\s(WITH\s+(USER_MODE|SYSTEM_MODE))\b[^\]]*\]")
});

static PLACEHOLDER: LazyLock<Option<Regex>> =
    LazyLock::new(|| pattern(r"%%%[A-Za-z0-9_]+%%%|\{\{\{?\s*[A-Za-z_][A-Za-z0-9_.]*\s*\}?\}\}"));

static PREFIX: LazyLock<Option<Regex>> = LazyLock::new(|| pattern("%%%[A-Za-z0-9_]+%%%"));

static THREE_QUOTES: LazyLock<Option<Regex>> = LazyLock::new(|| pattern(r"(?s)'''.*?'''+"));

/// Takes the mode out of every search, and a byte order mark; what was taken comes back too.
pub fn cover(text: &str) -> (Cow<'_, str>, Vec<Name>) {
    let mut modes = Vec::new();
    let mut parts: Vec<Range<usize>> = Vec::new();
    if text.starts_with('\u{feff}') {
        parts.push(0..'\u{feff}'.len_utf8());
    }
    for found in SEARCH_MODE.iter().flat_map(|search| search.captures_iter(text)) {
        if let Some((whole, mode)) = found.get(1).zip(found.get(2)) {
            let at = node::range(mode.start(), mode.end());
            modes.push(Name { text: mode.as_str().to_uppercase().into(), at });
            parts.push(whole.range());
        }
    }
    match parts.is_empty() {
        true => (Cow::Borrowed(text), modes),
        false => (Cow::Owned(blank(text, &parts)), modes),
    }
}

/// The text without what the grammar trips over; nothing where there is none of it.
pub fn repair(text: &str) -> Option<String> {
    let mut bytes = text.as_bytes().to_vec();
    let mut changed = false;
    let is_word = |byte: Option<&u8>| byte.is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_');
    for found in PLACEHOLDER.iter().flat_map(|placeholder| placeholder.find_iter(text)) {
        // Before a name it is a prefix, which may be empty; else it stands for a name.
        let prefix = is_word(text.as_bytes().get(found.end()));
        for byte in bytes.get_mut(found.range()).into_iter().flatten() {
            match byte {
                _ if prefix => *byte = b' ',
                b if b.is_ascii_alphanumeric() => {}
                _ => *byte = b'_',
            }
        }
        changed = true;
    }
    for found in THREE_QUOTES.iter().flat_map(|quotes| quotes.find_iter(text)) {
        let Some(part) = bytes.get_mut(found.range()) else { continue };
        let last = part.len().saturating_sub(1);
        for (at, byte) in part.iter_mut().enumerate() {
            match byte {
                _ if at == 0 || at == last => {}
                b'\'' | b'\\' => *byte = b' ',
                _ => {}
            }
        }
        changed = true;
    }
    // Only whole characters of one byte were written over by others of one byte.
    changed.then(|| String::from_utf8(bytes).ok()).flatten()
}

/// A text without placeholders of namespaces.
pub fn without_prefixes(text: &str) -> Cow<'_, str> {
    match PREFIX.as_ref().filter(|_| text.contains("%%%")) {
        Some(prefix) => prefix.replace_all(text, ""),
        None => Cow::Borrowed(text),
    }
}

/// Blanks in place of these bytes; lines stay lines.
fn blank(text: &str, parts: &[Range<usize>]) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for part in parts {
        for byte in bytes.get_mut(part.clone()).into_iter().flatten() {
            if !matches!(byte, b'\n' | b'\r') {
                *byte = b' ';
            }
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}
