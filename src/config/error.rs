//! What is wrong with a configuration, and the name that was probably meant.
//!
//! In: a line, a sentence, a list of known names. Out: [`ConfigError`]. It reads no file.

use std::fmt;

/// One fault of `phorce.toml`: where it stands, what is wrong, what to do.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ConfigError {
    /// The file as the caller named it.
    pub path: String,
    /// Line, from 1.
    pub line: u32,
    /// What is wrong and what to do; one sentence, no line breaks.
    pub message: String,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}:{}: {}", self.path, self.line, self.message)
    }
}

impl std::error::Error for ConfigError {}

/// The longest name shown, and the longest one a suggestion is sought for.
const MOST_CHARS: usize = 100;

/// A name quoted for a message: short, and nothing in it can steer a terminal or hide.
pub(super) fn quote(name: &str) -> String {
    let mut quoted = String::from("'");
    for c in name.chars().take(MOST_CHARS) {
        match c {
            c if c.is_control() || is_hidden(c) => quoted.extend(c.escape_unicode()),
            c => quoted.push(c),
        }
    }
    if name.chars().nth(MOST_CHARS).is_some() {
        quoted.push('…');
    }
    quoted.push('\'');
    quoted
}

/// Characters that reorder or break a line without being seen.
pub(super) fn is_hidden(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// The end of a message about an unknown name: the closest known one, else `otherwise`.
pub(super) fn suggest(name: &str, known: &[&str], otherwise: &str) -> String {
    match closest(name, known) {
        Some(close) => format!("; did you mean {}?", quote(close)),
        None if otherwise.is_empty() => String::new(),
        None => format!("; {otherwise}"),
    }
}

/// The known name with the fewest edits, if they are few for its length. Case and the choice
/// of `_` or `-` cost nothing.
fn closest<'k>(name: &str, known: &[&'k str]) -> Option<&'k str> {
    if name.chars().nth(MOST_CHARS).is_some() {
        return None;
    }
    let fold = |name: &str| name.to_lowercase().replace('_', "-");
    let name = fold(name);
    let distance = |known: &str| strsim::damerau_levenshtein(&name, &fold(known));
    let (distance, close) = known.iter().map(|known| (distance(known), *known)).min()?;
    (distance <= (close.chars().count() / 3).max(1)).then_some(close)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_closest_name_is_proposed_only_when_it_is_close() {
        let known = ["fail-on", "rule-pages", "phi"];
        assert_eq!(closest("fail_on", &known), Some("fail-on"));
        assert_eq!(closest("FAIL-NO", &known), Some("fail-on"));
        assert_eq!(closest("rulepage", &known), Some("rule-pages"));
        assert_eq!(closest("severity", &known), None);
        assert_eq!(closest("x", &[]), None);
    }

    #[test]
    fn control_characters_are_spelled_out() {
        assert_eq!(quote("a\u{1b}[2J\n"), "'a\\u{1b}[2J\\u{a}'");
        assert_eq!(quote("a\u{202e}b"), "'a\\u{202e}b'");
        assert_eq!(quote("Größe"), "'Größe'");
    }

    #[test]
    fn long_names_are_cut() {
        let long = "x".repeat(101);
        assert_eq!(quote(&long), format!("'{}…'", "x".repeat(100)));
        assert_eq!(quote(&"x".repeat(100)), format!("'{}'", "x".repeat(100)));
        assert_eq!(closest(&long, &[&long]), None);
    }
}
