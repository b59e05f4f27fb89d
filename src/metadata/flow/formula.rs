//! What a text or a formula of a flow refers to.
//!
//! In: the raw bytes of a text as they stand in the file. Out: every `{!name}` with its place
//! and how much of the value goes on. References hold no entities, so the raw text is enough
//! and places are exact. It is no parser of formulas: of what it cannot follow it says that
//! the whole value goes on.

use crate::source::{FileId, Span};

use super::{Reference, Use, Word};

/// Functions that answer a question about their arguments.
const TESTS: [&str; 19] = [
    "isblank",
    "isnull",
    "len",
    "ischanged",
    "isnew",
    "ispickval",
    "includes",
    "contains",
    "begins",
    "regex",
    "isnumber",
    "and",
    "or",
    "not",
    "find",
    "weekday",
    "isclone",
    "hour",
    "minute",
];

/// Functions that let through a part of their arguments.
const PARTS: [&str; 7] = ["left", "right", "mid", "year", "month", "day", "case"];

/// Calls that are followed into each other; deeper ones count as their surroundings.
const MOST_CALLS: usize = 64;

/// The merge fields of a text.
pub(super) fn in_text(raw: &str, start: usize, file: FileId) -> Vec<Reference> {
    let mut out = Vec::new();
    let mut at = 0;
    while let Some((reference, end)) = next(raw, at, start, file) {
        out.push(Reference { word: reference, usage: Use::Whole });
        at = end;
    }
    out
}

/// The merge fields of a formula, with what encloses each.
pub(super) fn in_formula(raw: &str, start: usize, file: FileId) -> Vec<Reference> {
    let mut out = Vec::new();
    let mut calls = Calls::default();
    let mut from = 0;
    while let Some((word, end)) = next(raw, from, start, file) {
        let begin = (word.span.start as usize).saturating_sub(start);
        calls.walk(raw.get(from..begin).unwrap_or(""));
        out.push(Reference { word, usage: calls.usage() });
        from = end;
    }
    out
}

/// The next `{!name}` from `at` on, and where it ends.
fn next(raw: &str, at: usize, start: usize, file: FileId) -> Option<(Word, usize)> {
    let mut at = at;
    loop {
        let open = at + raw.get(at..)?.find("{!")? + 2;
        let rest = raw.get(open..)?;
        let close = rest.find('}')?;
        let inner = rest.get(..close)?;
        // `{!a {!b}`: the first brace opens nothing.
        if let Some(again) = inner.find("{!") {
            at = open + again;
            continue;
        }
        let name = inner.trim();
        let lead = inner.len() - inner.trim_start().len();
        let begin = start + open + lead;
        let span = Span::new(file, begin, begin + name.len());
        return Some((Word { text: name.into(), span }, open + close + 1));
    }
}

/// The functions around a place, outermost first, each with the number of its argument.
#[derive(Default)]
struct Calls {
    open: Vec<(String, usize)>,
    deeper: usize,
    word: String,
    quote: Option<char>,
}

impl Calls {
    fn walk(&mut self, text: &str) {
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            let (c, length) = match rest {
                _ if rest.starts_with("&quot;") => ('"', 6),
                _ if rest.starts_with("&apos;") => ('\'', 6),
                _ => (c, c.len_utf8()),
            };
            rest = rest.get(length..).unwrap_or("");
            self.step(c);
        }
    }

    fn step(&mut self, c: char) {
        if let Some(quote) = self.quote {
            if c == quote {
                self.quote = None;
            }
            return;
        }
        match c {
            '"' | '\'' => self.quote = Some(c),
            '(' if self.open.len() < MOST_CALLS => {
                self.open.push((std::mem::take(&mut self.word), 0));
            }
            '(' => self.deeper += 1,
            ')' if self.deeper > 0 => self.deeper -= 1,
            ')' => drop(self.open.pop()),
            ',' if self.deeper == 0 => {
                if let Some((_, argument)) = self.open.last_mut() {
                    *argument += 1;
                }
            }
            _ => {}
        }
        match c {
            c if c.is_ascii_alphanumeric() || c == '_' => self.word.push(c.to_ascii_lowercase()),
            c if c.is_whitespace() => {}
            _ => self.word.clear(),
        }
    }

    fn usage(&self) -> Use {
        let of = |(name, argument): &(String, usize)| match name.as_str() {
            "if" if *argument == 0 => Use::Test,
            name if TESTS.contains(&name) => Use::Test,
            name if PARTS.contains(&name) => Use::Part,
            _ => Use::Whole,
        };
        self.open.iter().map(of).max().unwrap_or(Use::Whole)
    }
}
