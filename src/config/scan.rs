//! What the project adds to `phorce scan`: the `[scan]` table.
//!
//! In: the table. Out: [`ScanConfig`]: patterns of the project's own record numbers. It runs
//! none of them; whether one can be compiled is all it asks.

use regex::bytes::Regex;
use toml::de::{DeTable, DeValue};

use super::error::quote;
use super::table::{Placed, Reader, Setting};

/// The keys of `[scan]`.
pub(super) const KEYS: [&str; 1] = ["patterns"];
/// The keys of one pattern.
const PATTERN_KEYS: [&str; 3] = ["kind", "pattern", "context"];

/// What the project adds.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ScanConfig {
    /// Patterns of its own, in the order of the file.
    pub patterns: Vec<ScanPattern>,
    /// The file as the caller named it.
    pub path: String,
}

/// A pattern of the project.
#[derive(Debug, Clone, PartialEq)]
pub struct ScanPattern {
    /// What it finds: a kind there is, or one of its own.
    pub kind: Setting<String>,
    /// The regular expression.
    pub pattern: Setting<String>,
    /// Words one of which has to stand right before the value; none: it counts anywhere.
    pub context: Vec<String>,
}

pub(super) fn read(reader: &mut Reader<'_>, path: &str, table: &DeTable<'_>) -> ScanConfig {
    let mut scan = ScanConfig { path: path.to_owned(), ..ScanConfig::default() };
    for (key, value) in table.iter() {
        match key.get_ref().as_ref() {
            "patterns" => scan.patterns = read_patterns(reader, value),
            other => {
                let line = reader.line(key.span());
                reader.unknown_key(line, other, " in [scan]", &KEYS);
            }
        }
    }
    scan
}

fn read_patterns(reader: &mut Reader<'_>, value: &Placed<'_>) -> Vec<ScanPattern> {
    let wanted = "a list of tables, like [{ kind = \"mrn\", pattern = \"…\" }]";
    let DeValue::Array(items) = value.get_ref() else {
        reader.wrong_kind("scan.patterns", wanted, value);
        return Vec::new();
    };
    let mut patterns = Vec::new();
    for item in items.iter() {
        let line = reader.line(item.span());
        if let Some(table) = reader.table("scan.patterns", wanted, item) {
            patterns.extend(read_pattern(reader, table, line));
        }
    }
    patterns
}

fn read_pattern(reader: &mut Reader<'_>, table: &DeTable<'_>, line: u32) -> Option<ScanPattern> {
    let (mut kind, mut pattern, mut context) = (None, None, Some(Vec::new()));
    let (mut has_kind, mut has_pattern) = (false, false);
    for (key, value) in table.iter() {
        match key.get_ref().as_ref() {
            "kind" => {
                has_kind = true;
                kind = reader.words("scan.patterns.kind", value).filter(|set| is_kind(reader, set));
            }
            "pattern" => {
                has_pattern = true;
                pattern = reader.words("scan.patterns.pattern", value);
                pattern = pattern.filter(|set| is_pattern(reader, set));
            }
            "context" => context = read_context(reader, value),
            other => {
                let line = reader.line(key.span());
                reader.unknown_key(line, other, " in [scan] patterns", &PATTERN_KEYS);
            }
        }
    }
    for (name, there) in [("kind", has_kind), ("pattern", has_pattern)] {
        if !there {
            reader.fail(line, format!("a pattern in [scan] has no '{name}'"));
        }
    }
    Some(ScanPattern { kind: kind?, pattern: pattern?, context: context? })
}

fn is_kind(reader: &mut Reader<'_>, set: &Setting<String>) -> bool {
    let kebab = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let fits = set.value.chars().all(kebab) && set.value.len() <= 40;
    if !fits {
        let name = quote(&set.value);
        let message = format!(
            "'scan.patterns.kind': {name} is no name of a kind; write small letters, digits and dashes, like 'mrn'"
        );
        reader.fail(set.line, message);
    }
    fits
}

fn is_pattern(reader: &mut Reader<'_>, set: &Setting<String>) -> bool {
    let fault = match Regex::new(&set.value) {
        Ok(pattern) if pattern.is_match(b"") => {
            "matches an empty text; say what at least has to be there".to_owned()
        }
        Ok(_) => return true,
        Err(regex::Error::CompiledTooBig(_)) => "is too large; repeat less".to_owned(),
        Err(error) => {
            let said = error.to_string();
            let last = said.lines().last().unwrap_or("").trim_start_matches("error: ").to_owned();
            format!("is no regular expression: {last}")
        }
    };
    reader.fail(set.line, format!("'scan.patterns.pattern': {} {fault}", quote(&set.value)));
    false
}

/// One word or phrase, or a list of them; compared as words, so in lower case.
fn read_context(reader: &mut Reader<'_>, value: &Placed<'_>) -> Option<Vec<String>> {
    let name = "scan.patterns.context";
    let phrases = match value.get_ref() {
        DeValue::Array(_) => reader.texts(name, value),
        DeValue::String(_) => reader.words(name, value).into_iter().collect(),
        _ => {
            reader.wrong_kind(name, "a string or a list of strings", value);
            return None;
        }
    };
    let mut context = Vec::new();
    for set in phrases {
        let phrase = set.value.to_lowercase();
        let word = |word: &str| word.chars().all(|c| c.is_ascii_alphanumeric());
        if phrase.trim().is_empty() || !phrase.split_whitespace().all(word) {
            let message = format!(
                "'{name}': {} is no phrase; write words with blanks between them, like 'chart number'",
                quote(&set.value)
            );
            reader.fail(set.line, message);
            return None;
        }
        context.push(phrase);
    }
    Some(context)
}
