//! What the words around a value say of it.
//!
//! In: a text, where a value begins in it, the words of a header. Out: [`Label`]: what the
//! nearest phrase says and how far away it is, and which kinds were spoken of a little before.
//! A text is cut into words once, whatever is asked of it then. It knows no shape.

use super::lexicon::{Kinds, Lexicon, Tag};

/// A key and its value are not further apart.
const WINDOW: usize = 96;
/// What was spoken of is not further away.
const CONTEXT: usize = 160;
/// An exception names the field in brackets after the value.
const AFTER: usize = 64;
/// A word of so many digits is a value of its own.
const VALUE_DIGITS: usize = 4;

/// What the nearest phrase before a value says.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Label {
    /// Kinds, or that it is something else.
    pub tags: Vec<Tag>,
    /// Words between the phrase and the value.
    pub distance: usize,
}

impl Label {
    /// What it says of a kind: whether the phrase is a weak one.
    pub fn of(&self, wanted: usize) -> Option<bool> {
        self.tags.iter().find_map(|tag| match tag {
            Tag::Kind { kind, weak } if *kind == wanted => Some(*weak),
            _ => None,
        })
    }

    /// Whether it says that the value is something else.
    pub fn denies(&self) -> bool {
        self.tags.contains(&Tag::Not)
    }
}

/// A word of a text, or a placeholder of a redacted copy, which is none.
#[derive(Debug, Clone, Copy)]
struct Word<'w> {
    start: usize,
    end: usize,
    /// What the phrase says that ends with it, and of how many words that is.
    tags: &'w [Tag],
    length: usize,
    held: bool,
}

impl Word<'_> {
    fn new(start: usize, end: usize, held: bool) -> Self {
        Self { start, end, tags: &[], length: 0, held }
    }
}

/// A text cut into words, each with what the phrase says that ends there.
#[derive(Debug)]
pub struct Words<'w> {
    text: &'w [u8],
    lower: Vec<u8>,
    words: Vec<Word<'w>>,
    /// Kinds that some phrase of the text speaks of.
    pub spoken: Kinds,
    /// Some word begins with a digit and a capital.
    pub digit_leads_capital: bool,
}

impl<'w> Words<'w> {
    /// Cuts a text.
    pub fn new(lexicon: &'w Lexicon, text: &'w [u8]) -> Self {
        let mut words = Self {
            text,
            lower: text.to_ascii_lowercase(),
            words: Vec::new(),
            spoken: Kinds::NONE,
            digit_leads_capital: false,
        };
        let mut at = 0;
        while let Some(byte) = text.get(at) {
            let held = if *byte == b'[' { lexicon.placeholder_at(text, at) } else { 0 };
            if held > 0 {
                words.words.push(Word::new(at, at + held, true));
                at += held;
            } else if byte.is_ascii_alphanumeric() {
                let end = word_end(text, at);
                words.digit_leads_capital |=
                    byte.is_ascii_digit() && text.get(at + 1).is_some_and(u8::is_ascii_uppercase);
                words.words.push(Word::new(at, end, false));
                at = end;
            } else {
                at += 1;
            }
        }
        words.tag(lexicon);
        words
    }

    fn tag(&mut self, lexicon: &'w Lexicon) {
        let mut row = 0;
        for at in 0..self.words.len() {
            let parted = at > 0 && self.between(at - 1, at).iter().any(|byte| is_hard(*byte));
            row = if parted { 0 } else { row };
            let Some(word) = self.words.get(at) else { return };
            if word.held {
                row = 0;
                continue;
            }
            row += 1;
            let before =
                |back: usize| (back < row).then(|| self.lower_of(at.checked_sub(back)?)).flatten();
            let Some((length, tags)) = lexicon.ending(&before) else { continue };
            self.spoken.add(tags);
            if let Some(word) = self.words.get_mut(at) {
                (word.tags, word.length) = (tags, length);
            }
        }
    }

    fn lower_of(&self, at: usize) -> Option<&[u8]> {
        self.words.get(at).and_then(|word| self.lower.get(word.start..word.end))
    }

    fn between(&self, left: usize, right: usize) -> &'w [u8] {
        let (left, right) = (self.words.get(left), self.words.get(right));
        let (Some(left), Some(right)) = (left, right) else { return &[] };
        self.text.get(left.end..right.start).unwrap_or_default()
    }

    /// The words of a part of the text, in lower case.
    pub fn within(&self, start: usize, end: usize) -> impl Iterator<Item = &[u8]> {
        let first = self.words.partition_point(|word| word.start < start);
        let words = self.words.get(first..).unwrap_or_default().iter();
        let words = words.take_while(move |word| word.end <= end);
        words.filter_map(|word| self.lower.get(word.start..word.end))
    }

    /// Where the first phrase that speaks of a kind begins in a part of the text.
    pub fn phrase_start(&self, start: usize, end: usize) -> Option<usize> {
        let first = self.words.partition_point(|word| word.start < start);
        let words = self.words.iter().enumerate().skip(first);
        let near = words.take_while(|(_, word)| word.start < end + WINDOW);
        let begins = near.filter_map(|(at, word)| {
            let kind = word.tags.iter().any(|tag| matches!(tag, Tag::Kind { .. }));
            let begin = self.words.get((at + 1).checked_sub(word.length)?)?.start;
            (kind && (start..end).contains(&begin)).then_some(begin)
        });
        begins.min()
    }

    /// The label of a value that begins at `at`; `lead` stands before the text.
    pub fn before(&self, at: usize, lead: Option<&Label>) -> Label {
        let from = at.saturating_sub(WINDOW);
        let (mut distance, mut generic) = (0, Generic::NoWord);
        let mut right = at;
        let last = self.words.partition_point(|word| word.end <= at);
        for index in (0..last).rev() {
            let Some(word) = self.words.get(index) else { break };
            let gap = self.text.get(word.end..right).unwrap_or_default();
            if !generic.passes(gap, self.text.get(right)) || word.start < from {
                return Label::default();
            }
            if !word.tags.is_empty() {
                return Label { tags: word.tags.to_vec(), distance };
            }
            let written = self.lower_of(index).unwrap_or_default();
            if word.held || stops(written) {
                return Label::default();
            }
            generic.take(written);
            // The "c" of SSN__c.
            distance += usize::from(word.end - word.start > 1);
            right = word.start;
        }
        let head = self.text.get(..right).unwrap_or_default();
        match lead {
            Some(lead) if from == 0 && generic.passes(head, self.text.get(right)) => {
                Label { distance: lead.distance + distance, ..lead.clone() }
            }
            _ => Label::default(),
        }
    }

    /// Whether a kind is spoken of a little before `start`, or right after `end`.
    pub fn spoken_of(&self, start: usize, end: usize, kind: usize) -> bool {
        let wanted = Tag::Kind { kind, weak: false };
        let said = |from: usize, to: usize| {
            let first = self.words.partition_point(|word| word.start < from);
            let words = self.words.get(first..).unwrap_or_default().iter();
            words.take_while(|word| word.end <= to).any(|word| word.tags.contains(&wanted))
        };
        let after = self.text.len().min(end + AFTER);
        let bracket = self.text.get(end..after).is_some_and(|after| after.contains(&b'['));
        said(start.saturating_sub(CONTEXT), start) || bracket && said(end, after)
    }
}

/// {"name": "SSN", "value": "…"}: where nothing but such words stands between a comma and the
/// value, its label stands one pair earlier.
#[derive(Clone, Copy, PartialEq)]
enum Generic {
    NoWord,
    Words,
    Other,
}

impl Generic {
    fn take(&mut self, word: &[u8]) {
        let known = GENERIC.contains(&word);
        *self = if known && *self != Self::Other { Self::Words } else { Self::Other };
    }

    /// Whether what a gap parts still belongs together; `next` is what stands behind it.
    fn passes(&mut self, gap: &[u8], next: Option<&u8>) -> bool {
        if gap.windows(3).any(|three| three == b"***") {
            return false;
        }
        let mut after = gap.iter().skip(1).chain(next);
        for byte in gap {
            let after = after.next();
            // {!record.Field__c}|ASSIGN|value
            let closes_merge_field = *byte == b'}' && after == Some(&b'|');
            if !is_hard(*byte) || closes_merge_field {
                continue;
            }
            if *byte != b',' || *self != Self::Words {
                return false;
            }
            *self = Self::Other;
        }
        true
    }
}

/// Words that say only that a value or a name comes.
pub const GENERIC: [&[u8]; 9] =
    [b"value", b"val", b"code", b"display", b"new", b"old", b"answer", b"content", b"text"];

/// What parts a pair from the next.
fn is_hard(byte: u8) -> bool {
    matches!(byte, b',' | b';' | b'{' | b'}' | b'\n' | b'\r' | b'&' | b'?')
}

/// Where a word that begins here ends: letters and digits, split where a capital follows a
/// small letter, and before the last capital of a row that a small letter follows.
fn word_end(text: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while let Some(byte) = text.get(at) {
        let before = text.get(at - 1).copied().unwrap_or(b' ');
        let after = text.get(at + 1).copied().unwrap_or(b' ');
        let starts = byte.is_ascii_uppercase()
            && (before.is_ascii_lowercase()
                || !before.is_ascii_lowercase() && after.is_ascii_lowercase());
        if starts || !byte.is_ascii_alphanumeric() {
            break;
        }
        at += 1;
    }
    at
}

/// Words that end a thought: what stands before them is about something else.
fn stops(word: &[u8]) -> bool {
    matches!(word, b"null" | b"none" | b"and" | b"or" | b"true" | b"false")
        || word.iter().filter(|byte| byte.is_ascii_digit()).count() >= VALUE_DIGITS
}

/// The label a header is.
pub fn of_header(lexicon: &Lexicon, header: &[u8]) -> Label {
    let words = Words::new(lexicon, header);
    let said = words.words.iter().enumerate().rev().find(|(_, word)| !word.tags.is_empty());
    said.map_or_else(Label::default, |(at, word)| {
        let after = words.words.get(at + 1..).unwrap_or_default();
        let distance = after.iter().filter(|word| word.end - word.start > 1).count();
        Label { tags: word.tags.to_vec(), distance }
    })
}

#[cfg(test)]
#[path = "label_tests.rs"]
mod tests;
