//! What the words before a value say of it.
//!
//! In: a text, where a value begins in it, the words of a header. Out: [`Label`]: what the
//! nearest phrase says and how far away it is, and which kinds were spoken of a little before.
//! It knows no shape.

use super::lexicon::{Lexicon, Tag};

/// A key and its value are not further apart.
const WINDOW: usize = 96;
/// What was spoken of is not further away.
const CONTEXT: usize = 160;
/// An exception names the field in brackets after the value.
const AFTER: usize = 64;

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

/// Words before a value, and whether all of the text before it was seen.
fn words_before(text: &[u8], at: usize) -> (Vec<String>, bool) {
    let from = at.saturating_sub(WINDOW);
    let window = text.get(from..at).unwrap_or_default();
    let mut start = 0;
    let mut opened = from == 0;
    let mut generic = false;
    for (index, byte) in window.iter().enumerate().rev() {
        let hard = matches!(byte, b',' | b';' | b'{' | b'}' | b'\n' | b'\r' | b'&' | b'?' | b'\t');
        if !hard {
            continue;
        }
        let key = words(window.get(index + 1..).unwrap_or_default());
        // {"name": "SSN", "value": "…"}: the label stands one pair earlier.
        let empty =
            key.iter().all(|word| matches!(word.as_str(), "value" | "val" | "code" | "display"));
        if empty && !generic && *byte == b',' && !key.is_empty() {
            generic = true;
            continue;
        }
        start = index + 1;
        opened = false;
        break;
    }
    (words(window.get(start..).unwrap_or_default()), opened)
}

/// Words of a text in lower case: letters and digits, split where a capital follows a small
/// letter, and before the last capital of a row that a small letter follows.
pub fn words(text: &[u8]) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut word = String::new();
    for (at, byte) in text.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|index| text.get(index)).copied().unwrap_or(b' ');
        let after = text.get(at + 1).copied().unwrap_or(b' ');
        let starts = byte.is_ascii_uppercase()
            && (before.is_ascii_lowercase()
                || before.is_ascii_uppercase() && after.is_ascii_lowercase());
        if starts || !byte.is_ascii_alphanumeric() {
            flush(&mut word, &mut out);
        }
        if byte.is_ascii_alphanumeric() {
            word.push(char::from(byte.to_ascii_lowercase()));
        }
    }
    flush(&mut word, &mut out);
    out
}

fn flush(word: &mut String, out: &mut Vec<String>) {
    if !word.is_empty() {
        out.push(std::mem::take(word));
    }
}

/// Words that end a thought: what stands before them is about something else.
fn stops(word: &str) -> bool {
    matches!(word, "null" | "none" | "and" | "or" | "true" | "false")
        || word.bytes().filter(u8::is_ascii_digit).count() >= 4
}

/// Placeholders of redacted copies are no labels.
fn without_placeholders(text: &[u8], lexicon: &Lexicon) -> Option<Vec<u8>> {
    if !text.contains(&b'[') {
        return None;
    }
    let mut plain = text.to_vec();
    for kind in &lexicon.kinds {
        let placeholder = kind.placeholder.as_bytes();
        let places: Vec<usize> = memchr::memmem::find_iter(&plain, placeholder).collect();
        for place in places {
            if let Some(part) = plain.get_mut(place..place + placeholder.len()) {
                part.fill(b'0');
            }
        }
    }
    Some(plain)
}

/// The label of a value that begins at `at`; `lead` stands before the text.
pub fn before(lexicon: &Lexicon, text: &[u8], at: usize, lead: Option<&Label>) -> Label {
    let from = at.saturating_sub(WINDOW);
    let cleaned = without_placeholders(text.get(from..at).unwrap_or_default(), lexicon);
    let (words, opened) = match &cleaned {
        Some(plain) => {
            let (words, opened) = words_before(plain, plain.len());
            (words, opened && from == 0)
        }
        None => words_before(text, at),
    };
    let mut distance = 0;
    for end in (1..=words.len()).rev() {
        let upto = words.get(..end).unwrap_or_default();
        if let Some((_, tags)) = lexicon.ending(upto) {
            return Label { tags, distance };
        }
        let Some(word) = upto.last() else { break };
        if stops(word) {
            return Label::default();
        }
        // The "c" of SSN__c.
        distance += usize::from(word.len() > 1);
    }
    match lead {
        Some(lead) if opened => Label { distance: lead.distance + distance, ..lead.clone() },
        _ => Label::default(),
    }
}

/// The label a header is.
pub fn of_header(lexicon: &Lexicon, header: &[u8]) -> Label {
    let words = words(header);
    let found = (1..=words.len()).rev().find_map(|end| {
        let (length, tags) = lexicon.ending(words.get(..end)?)?;
        Some((end, length, tags))
    });
    found.map_or_else(Label::default, |(end, _, tags)| Label {
        tags,
        distance: words.get(end..).unwrap_or_default().iter().filter(|w| w.len() > 1).count(),
    })
}

/// Whether a kind is spoken of a little before `start`, or right after `end`.
pub fn spoken_of(lexicon: &Lexicon, text: &[u8], start: usize, end: usize, kind: usize) -> bool {
    let before = text.get(start.saturating_sub(CONTEXT)..start).unwrap_or_default();
    let after = text.get(end..text.len().min(end + AFTER)).unwrap_or_default();
    let says = |part: &[u8]| {
        let cleaned = without_placeholders(part, lexicon);
        let words = words(cleaned.as_deref().unwrap_or(part));
        (1..=words.len()).any(|end| {
            let found = words.get(..end).and_then(|upto| lexicon.ending(upto));
            found.is_some_and(|(_, tags)| tags.contains(&Tag::Kind { kind, weak: false }))
        })
    };
    says(before) || after.contains(&b'[') && says(after)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::ScanConfig;

    fn label(text: &str) -> (Vec<String>, usize) {
        let lexicon = Lexicon::new(&ScanConfig::default()).unwrap();
        let at = text.find('^').unwrap();
        let found = before(&lexicon, &text.as_bytes()[..at], at, None);
        let names = found.tags.iter().map(|tag| match tag {
            Tag::Kind { kind, .. } => lexicon.kinds[*kind].name.clone(),
            Tag::Not => "not".to_owned(),
        });
        (names.collect(), found.distance)
    }

    #[test]
    fn the_nearest_phrase_of_the_same_pair_is_the_label() {
        let one = |name: &str, distance| (vec![name.to_owned()], distance);
        assert_eq!(label("Contact:{SSN__c=^"), one("ssn", 0));
        assert_eq!(label("{\"birthDate\" : \"^"), one("date-of-birth", 0));
        assert_eq!(label("|VARIABLE_ASSIGNMENT|[15]|this.patientSsn|\"^"), one("ssn", 0));
        assert_eq!(label("Date of birth of the child: ^"), one("date-of-birth", 3));
        assert_eq!(label("{Birthdate=1980-01-02, CreatedDate=^"), one("not", 0));
        assert_eq!(label("{Birthdate=1980-01-02, Colour=^"), (vec![], 0));
        assert_eq!(label("<ssn>219</ssn><dob>^"), one("date-of-birth", 0));
        assert_eq!(label("\"system\":\"urn:us-ssn\",\"value\":\"^"), one("ssn", 1));
        assert_eq!(label("DOB 1980-01-02 ^"), (vec![], 0));
        assert_eq!(label("mrn|null|^"), (vec![], 0));
    }

    #[test]
    fn a_placeholder_is_no_label() {
        assert_eq!(label("x [SSN] ^"), (vec![], 0));
        assert_eq!(label("x [DATE-OF-BIRTH] ^"), (vec![], 0));
    }
}
