//! Values in a text, with what is known around them.
//!
//! In: a text of one thought (a log entry, a cell, a line), the header above it. Out: [`Spot`]s
//! that do not overlap. What needs a neighbour comes out as such: whether it has one is known
//! where the whole row is. It knows no file and remembers nothing.

use std::collections::BTreeMap;

use super::escapes;
use super::label::{self, Label, Words};
use super::lexicon::{Kind, Lexicon};
use super::shape::{self, Form, Need, Shape};
use crate::fact::Confidence;

/// A value found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spot {
    /// First byte.
    pub start: usize,
    /// One past its last byte.
    pub end: usize,
    /// Index of its kind.
    pub kind: usize,
    /// How sure.
    pub confidence: Confidence,
    /// It counts only beside a value that tells of a person.
    pub beside: bool,
    pub(super) rank: u8,
}

/// Recognises values.
#[derive(Debug, Clone)]
pub struct Recogniser {
    /// What it knows.
    pub lexicon: Lexicon,
    forms: Vec<(Form, Vec<usize>)>,
}

/// Codes of a list stand this close.
const LIST_GAP: usize = 4;
/// What one value became stands this far from it.
const CHANGE_GAP: usize = 32;
/// What tells of a person stands this close to the name before it.
const NAME_GAP: usize = 24;

/// A text that is being read.
struct Reading<'r> {
    text: &'r [u8],
    words: Words<'r>,
    lead: Option<&'r Label>,
    digits: usize,
    found: Vec<Spot>,
}

/// A place that is written like a value.
#[derive(Clone, Copy)]
struct Place {
    start: usize,
    end: usize,
}

impl Recogniser {
    /// A recogniser of these kinds.
    ///
    /// # Errors
    /// A pattern in the binary is wrong.
    pub fn new(lexicon: Lexicon) -> Result<Self, String> {
        let of = |shape: Shape| -> Vec<usize> {
            let kinds = lexicon.kinds.iter().enumerate();
            kinds.filter(|(_, kind)| kind.shape == Some(shape)).map(|(at, _)| at).collect()
        };
        let forms = shape::forms()?.into_iter().map(|form| (of(form.shape), form));
        let forms = forms.map(|(kinds, form)| (form, kinds)).collect();
        Ok(Self { lexicon, forms })
    }

    /// A kind by its index.
    pub fn kind(&self, kind: usize) -> Option<&Kind> {
        self.lexicon.kinds.get(kind)
    }

    /// The values in a text that can stand on their own or want a neighbour. `lead` is what
    /// the header above the text says.
    pub fn read(&self, text: &[u8], lead: Option<&Label>) -> Vec<Spot> {
        self.read_escaped(text, lead, false)
    }

    /// The values in a text that has no neighbours: what wants one wants it in the text.
    pub fn read_alone(&self, text: &[u8]) -> Vec<Spot> {
        self.read_escaped(text, None, true)
    }

    fn read_escaped(&self, text: &[u8], lead: Option<&Label>, alone: bool) -> Vec<Spot> {
        let Some(plain) = escapes::undo(text) else { return self.read_plain(text, lead, alone) };
        let mut spots = self.read_plain(&plain.text, lead, alone);
        for spot in &mut spots {
            (spot.start, spot.end) = (plain.place(spot.start), plain.place(spot.end));
        }
        spots
    }

    fn read_plain(&self, text: &[u8], lead: Option<&Label>, alone: bool) -> Vec<Spot> {
        let mut words = Words::new(&self.lexicon, text);
        words.spoken.add(lead.map_or(&[], |lead| &lead.tags));
        let digits = text.iter().filter(|byte| byte.is_ascii_digit()).count();
        let mut reading = Reading { text, words, lead, digits, found: Vec::new() };
        self.read_forms(&mut reading, false);
        self.read_own(&mut reading);
        // What wants a neighbour is looked at last: in a text of its own there may be none.
        if !alone || self.anchors(&reading.found) {
            self.read_forms(&mut reading, true);
        }
        settle(reading.found)
    }

    fn read_forms(&self, reading: &mut Reading<'_>, wanting: bool) {
        for (form, kinds) in self.forms.iter().filter(|(form, _)| form.wants() == wanting) {
            if self.may_stand(reading, form, kinds) {
                self.read_form(reading, form, kinds);
            }
        }
    }

    fn anchors(&self, found: &[Spot]) -> bool {
        let kinds = found.iter().filter_map(|s| Some((s.kind, self.kind(s.kind)?, s.beside)));
        Together::of(kinds).anchor
    }

    /// Whether it is worth while to look for a form in this text.
    fn may_stand(&self, reading: &Reading<'_>, form: &Form, kinds: &[usize]) -> bool {
        let has = |mark: u8| memchr::memchr(mark, reading.text).is_some();
        let told = || reading.words.spoken.has_any(kinds);
        reading.digits >= form.shape.least_digits()
            && match form.need {
                Need::Label(_) | Need::LabelBeside(_) | Need::Context => told(),
                Need::Before => reading.found.iter().any(|spot| follows_name(reading.text, spot)),
                Need::Nothing | Need::Beside => match form.shape {
                    Shape::Email => has(b'@'),
                    Shape::Session => memchr::memmem::find(reading.text, b"00D").is_some(),
                    Shape::Secret => memchr::memmem::find(reading.text, b"eyJ").is_some(),
                    Shape::Ssn => shape::may_hold_dashed(reading.text),
                    Shape::Mbi => reading.words.digit_leads_capital,
                    Shape::Card => shape::may_hold_card(reading.text),
                    _ => true,
                },
            }
    }

    fn read_form(&self, reading: &mut Reading<'_>, form: &Form, kinds: &[usize]) {
        let text = reading.text;
        let mut at = 0;
        while let Some(hit) = form.pattern.find_at(text, at) {
            let start = hit.start();
            let end = match form.shape {
                Shape::Name => name_end(text, start, hit.end(), &reading.words),
                Shape::Secret => secret_end(text, start, hit.end()),
                _ => hit.end(),
            };
            let place = Place { start, end };
            if self.is_value(text, place, form)
                && let Some(spot) = self.weigh(reading, place, form, kinds)
            {
                reading.found.push(spot);
                at = end.max(start + 1);
                continue;
            }
            // A value may begin inside what looked like one: after its first word.
            at = next_start(text, start, hit.end());
        }
    }

    /// Whether what stands there can be a value, by itself and by what it touches.
    fn is_value(&self, text: &[u8], place: Place, form: &Form) -> bool {
        let Place { start, end } = place;
        let value = text.get(start..end).unwrap_or_default();
        let before = text.get(..start).unwrap_or_default();
        let after = text.get(end..).unwrap_or_default();
        !value.is_empty()
            && !is_placeholder(text, start, end)
            && (form.around)(before, after)
            && (form.check)(value)
            && self.is_somebody(form, value)
    }

    /// Whether the words and digits of a value are not those that stand for nobody.
    fn is_somebody(&self, form: &Form, value: &[u8]) -> bool {
        let nobody = &self.lexicon.nobody;
        let digits = || -> String {
            value.iter().filter(|b| b.is_ascii_digit()).map(|b| char::from(*b)).collect()
        };
        match form.shape {
            Shape::Ssn => !nobody.ssn.contains(&digits()),
            Shape::Card => !nobody.card.contains(&digits()),
            Shape::Name => {
                let word = |word: &[u8]| {
                    let word = String::from_utf8_lossy(word).to_lowercase();
                    nobody.words.contains(&word)
                        || form.need == Need::Before && nobody.doings.contains(&word)
                };
                let mut words = value.split(|byte| b" ,+".contains(byte));
                match form.need {
                    Need::Before => !words.any(word),
                    _ => !words.next().is_some_and(word),
                }
            }
            _ => true,
        }
    }

    fn weigh(
        &self,
        reading: &Reading<'_>,
        place: Place,
        form: &Form,
        kinds: &[usize],
    ) -> Option<Spot> {
        let Place { start, end } = place;
        let label = reading.words.before(start, reading.lead);
        let spot = |kind: usize, confidence: Confidence, beside: bool| {
            Some(Spot { start, end, kind, confidence, beside, rank: form.rank })
        };
        let labelled = kinds.iter().find_map(|kind| label.of(*kind).map(|weak| (*kind, weak)));
        let first = *kinds.first()?;
        match form.need {
            Need::Nothing => match labelled {
                Some((kind, _)) => spot(kind, Confidence::High, false),
                None if label.denies() && label.distance <= 2 && denies(form.shape) => None,
                None if denies(form.shape) => spot(first, Confidence::Medium, false),
                None => spot(first, Confidence::High, false),
            },
            Need::Label(far) => {
                let near = labelled.filter(|_| label.distance <= far);
                let (kind, weak) =
                    near.or_else(|| Some((goes_on(reading, place, form)?, false)))?;
                let sure = matches!(form.shape, Shape::Ssn | Shape::Mbi | Shape::Date);
                let confidence = if sure { Confidence::High } else { Confidence::Medium };
                spot(kind, confidence, weak)
            }
            Need::Context => {
                if let Some((kind, weak)) = labelled {
                    return spot(kind, Confidence::High, weak);
                }
                if label.denies() {
                    return None;
                }
                let near = |kind: &&usize| {
                    reading.words.spoken_of(start, end, **kind)
                        || reading.lead.is_some_and(|lead| lead.of(**kind).is_some())
                };
                kinds.iter().find(near).and_then(|kind| spot(*kind, Confidence::Medium, false))
            }
            Need::Beside if label.denies() && label.distance <= 1 => None,
            Need::Beside => {
                spot(labelled.map_or(first, |(kind, _)| kind), Confidence::Medium, true)
            }
            Need::LabelBeside(far) => {
                let (kind, _) = labelled.filter(|_| label.distance <= far)?;
                spot(kind, Confidence::Medium, true)
            }
            Need::Before => {
                self.names_somebody(reading, end).then(|| spot(first, Confidence::Medium, true))?
            }
        }
    }

    /// Whether a date of birth stands right after a place, or any identifier in brackets:
    /// `Ana Ruiz, DOB 2/3/1980`, `Ana Ruiz (MRN 0045127)`.
    fn names_somebody(&self, reading: &Reading<'_>, end: usize) -> bool {
        let near = end..end + NAME_GAP;
        let Some(next) = reading.found.iter().find(|spot| near.contains(&spot.start)) else {
            return false;
        };
        let Some(kind) = self.kind(next.kind) else { return false };
        let gap = reading.text.get(end..next.start).unwrap_or_default();
        let birth = kind.shape == Some(Shape::Date);
        let parted = match gap {
            [b' ', b'(', ..] | [b'(', ..] => kind.anchor,
            [b',', ..] | [b' ', b'b' | b'B', ..] => birth,
            _ => false,
        };
        parted && !gap.contains(&b'\n')
    }

    fn read_own(&self, reading: &mut Reading<'_>) {
        for own in &self.lexicon.own {
            for hit in own.pattern.find_iter(reading.text) {
                let (start, end) = (hit.start(), hit.end());
                let told = || reading.words.before(start, reading.lead).of(own.kind).is_some();
                if start < end && (!own.in_context || told()) {
                    let (kind, confidence) = (own.kind, Confidence::High);
                    let spot = Spot { start, end, kind, confidence, beside: false, rank: 0 };
                    reading.found.push(spot);
                }
            }
        }
    }
}

/// Whether something before a value could part it from the name of whom it tells.
fn follows_name(text: &[u8], spot: &Spot) -> bool {
    let before = text.get(spot.start.saturating_sub(NAME_GAP)..spot.start).unwrap_or_default();
    before.iter().any(|byte| b"(,bB".contains(byte))
}

/// The kind of a value that follows one of the same shape: as the next of a list, or as what
/// it became (`"newValue":"…","oldValue":"…"`, `from … to …`).
fn goes_on(reading: &Reading<'_>, place: Place, form: &Form) -> Option<usize> {
    let earlier = reading.found.iter().filter(|spot| spot.end <= place.start);
    let last = earlier.filter(|spot| spot.rank == form.rank).max_by_key(|spot| spot.end)?;
    let gap = reading.text.get(last.end..place.start)?;
    let listed = gap.len() <= LIST_GAP && gap.iter().all(|byte| b",;/| \"'".contains(byte));
    let alike = || {
        let digits = |from: usize, to: usize| -> Vec<bool> {
            let value = reading.text.get(from..to).unwrap_or_default();
            value.iter().map(u8::is_ascii_digit).collect()
        };
        digits(last.start, last.end) == digits(place.start, place.end)
    };
    let goes_on = match form.shape {
        Shape::Icd10 | Shape::Ndc if listed => true,
        Shape::Ssn | Shape::Record | Shape::Concept if listed => alike(),
        Shape::Ssn | Shape::Record | Shape::Date => changed(reading, last.end, place.start, gap),
        _ => false,
    };
    goes_on.then_some(last.kind)
}

/// Whether what stands between two values says that one became the other.
fn changed(reading: &Reading<'_>, from: usize, to: usize, gap: &[u8]) -> bool {
    let says =
        |word: &[u8]| label::GENERIC.contains(&word) || matches!(word, b"to" | b"from" | b"was");
    let mut words = reading.words.within(from, to).peekable();
    let parted = gap.iter().any(|byte| b"\n{};".contains(byte));
    gap.len() <= CHANGE_GAP && !parted && words.peek().is_some() && words.all(says)
}

/// Whether the value stands in a redacted copy in the place of one: `[NAME]`.
fn is_placeholder(text: &[u8], start: usize, end: usize) -> bool {
    let before = start.checked_sub(1).and_then(|at| text.get(at));
    let value = text.get(start..end).unwrap_or_default();
    let capitals = value.iter().all(|byte| !byte.is_ascii_lowercase() && *byte != b' ');
    before == Some(&b'[') && text.get(end) == Some(&b']') && capitals
}

/// Shapes that an order number can have too.
fn denies(shape: Shape) -> bool {
    matches!(shape, Shape::Ssn | Shape::Mbi | Shape::Card)
}

/// `Ruiz, Ana` is a name; in `LastName=Ruiz, FirstName=Ana` the name ends at the comma, and in
/// `Ana Ruiz SSN 219…` before the label.
fn name_end(text: &[u8], start: usize, end: usize, words: &Words<'_>) -> usize {
    let value = text.get(start..end).unwrap_or_default();
    let after = text.get(end..).unwrap_or_default();
    let is_key = matches!(after.first(), Some(b'=' | b':' | b'_' | b'(' | b'0'..=b'9'));
    let mut cut = end;
    if is_key {
        let last = value.iter().rposition(|byte| *byte == b',');
        let last = last.or_else(|| value.iter().rposition(|byte| *byte == b' '));
        // A single word before such a sign is a key itself.
        cut = start + last.unwrap_or(0);
    }
    if let Some(told) = words.phrase_start(start, cut) {
        cut = told;
    }
    let value = text.get(start..cut).unwrap_or_default();
    cut - value.iter().rev().take_while(|byte| b" ,".contains(byte)).count()
}

/// Without the marks that end a sentence or a path, and without the next pair of an address.
fn secret_end(text: &[u8], start: usize, end: usize) -> usize {
    let value = text.get(start..end).unwrap_or_default();
    let mut pairs = memchr::memchr_iter(b'&', value);
    let is_pair = |at: &usize| {
        let rest = value.get(at + 1..).unwrap_or_default();
        rest.split(|byte| *byte == b'&').next().is_some_and(|pair| pair.contains(&b'='))
    };
    let cut = pairs.find(is_pair).map_or(end, |at| start + at);
    let value = text.get(start..cut).unwrap_or_default();
    cut - value.iter().rev().take_while(|byte| b"./&".contains(byte)).count()
}

/// Where to look on: at the next beginning of a word inside, or at the end.
fn next_start(text: &[u8], start: usize, end: usize) -> usize {
    let inside = text.get(start..end).unwrap_or_default();
    let mut bytes = inside.iter().enumerate().skip_while(|(_, b)| b.is_ascii_alphanumeric());
    bytes.find(|(_, b)| b.is_ascii_alphanumeric()).map_or(end.max(start + 1), |(at, _)| start + at)
}

/// Of two that overlap the surer form counts; the rest in order.
fn settle(mut found: Vec<Spot>) -> Vec<Spot> {
    found.sort_by_key(|spot| (spot.beside, spot.rank, spot.start, std::cmp::Reverse(spot.end)));
    let mut kept: BTreeMap<usize, Spot> = BTreeMap::new();
    for spot in found {
        let before = kept.range(..spot.end).next_back();
        if before.is_none_or(|(_, other)| other.end <= spot.start) {
            kept.insert(spot.start, spot);
        }
    }
    kept.into_values().collect()
}

/// What stands together in one row or entry: takes out what has no neighbour, and raises the
/// confidence where two different things tell of one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Together {
    /// Something here tells of a person.
    pub anchor: bool,
    /// Two kinds or more do.
    pub combined: bool,
}

impl Together {
    /// What these kinds make together.
    pub fn of<'k>(kinds: impl Iterator<Item = (usize, &'k Kind, bool)>) -> Self {
        let mut anchors: Vec<usize> = Vec::new();
        let mut contacts = false;
        for (at, kind, beside) in kinds {
            let anchors_here =
                kind.anchor || (kind.group == super::lexicon::Group::Contact && !beside);
            if anchors_here && !anchors.contains(&at) {
                anchors.push(at);
            }
            contacts |= kind.group == super::lexicon::Group::Contact;
        }
        let anchor = !anchors.is_empty();
        Self { anchor, combined: anchors.len() > 1 || (anchor && contacts) }
    }

    /// The confidence of a value in such company.
    pub fn raise(self, confidence: Confidence) -> Confidence {
        match (self.combined, confidence) {
            (true, Confidence::Low) => Confidence::Medium,
            (true, Confidence::Medium) => Confidence::High,
            (_, same) => same,
        }
    }
}

#[cfg(test)]
#[path = "recogniser_tests.rs"]
mod tests;
