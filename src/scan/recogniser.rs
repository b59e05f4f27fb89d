//! Values in a text, with what is known around them.
//!
//! In: a text of one thought (a log entry, a cell, a line), the header above it. Out: [`Spot`]s
//! that do not overlap. What needs a neighbour comes out as such: whether it has one is known
//! where the whole row is. It knows no file and remembers nothing.

use super::label::{self, Label};
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

impl Recogniser {
    /// A recogniser of these kinds.
    ///
    /// # Errors
    /// A pattern in the binary is wrong.
    pub fn new(lexicon: Lexicon) -> Result<Self, String> {
        let of = |shape: Shape| {
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
        let mut found = Vec::new();
        let digits = text.iter().filter(|byte| byte.is_ascii_digit()).count();
        for (form, kinds) in &self.forms {
            let wordy = matches!(form.shape, Shape::Name | Shape::Email);
            if digits == 0 && !wordy {
                continue;
            }
            self.read_form(text, lead, form, kinds, &mut found);
        }
        self.read_own(text, lead, &mut found);
        settle(found)
    }

    fn read_form(
        &self,
        text: &[u8],
        lead: Option<&Label>,
        form: &Form,
        kinds: &[usize],
        found: &mut Vec<Spot>,
    ) {
        let mut at = 0;
        while let Some(hit) = form.pattern.find_at(text, at) {
            let (start, mut end) = (hit.start(), hit.end());
            let after = |end: usize| text.get(end..).unwrap_or_default();
            if form.shape == Shape::Name {
                end = name_end(text, start, end);
            }
            if form.shape == Shape::Secret {
                end = trimmed(text, start, end);
            }
            let value = text.get(start..end).unwrap_or_default();
            let held = is_placeholder(text, start, end);
            let stands = !held && (form.around)(text.get(..start).unwrap_or_default(), after(end));
            if !value.is_empty() && stands && (form.check)(value) && self.is_somebody(form, value) {
                let spot = self.weigh(text, start, end, lead, form, kinds, found);
                if let Some(spot) = spot {
                    found.push(spot);
                    at = end.max(start + 1);
                    continue;
                }
            }
            // A value may begin inside what looked like one: after its first word.
            at = next_start(text, start, hit.end());
        }
    }

    /// Whether the words and digits of a value are not those that stand for nobody.
    fn is_somebody(&self, form: &Form, value: &[u8]) -> bool {
        let nobody = &self.lexicon.nobody;
        match form.shape {
            Shape::Ssn => {
                let digits = value.iter().filter(|b| b.is_ascii_digit()).map(|b| char::from(*b));
                !nobody.ssn.contains(&digits.collect::<String>())
            }
            Shape::Name => {
                let first = value.split(|byte| *byte == b' ').next().unwrap_or_default();
                let first = String::from_utf8_lossy(first).to_lowercase();
                !nobody.words.contains(&first)
            }
            _ => true,
        }
    }

    #[expect(clippy::too_many_arguments, reason = "all of it is one place in one text")]
    fn weigh(
        &self,
        text: &[u8],
        start: usize,
        end: usize,
        lead: Option<&Label>,
        form: &Form,
        kinds: &[usize],
        found: &[Spot],
    ) -> Option<Spot> {
        let label = label::before(&self.lexicon, text, start, lead);
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
                let (kind, weak) = labelled
                    .filter(|_| label.distance <= far)
                    .or_else(|| self.goes_on(text, start, form, found).map(|kind| (kind, false)))?;
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
                    label::spoken_of(&self.lexicon, text, start, end, **kind)
                        || lead.is_some_and(|lead| lead.of(**kind).is_some())
                };
                kinds.iter().find(near).and_then(|kind| spot(*kind, Confidence::Medium, false))
            }
            Need::Beside => {
                if label.denies() && label.distance <= 1 {
                    return None;
                }
                spot(labelled.map_or(first, |(kind, _)| kind), Confidence::Medium, true)
            }
            Need::LabelBeside(far) => {
                let (kind, _) = labelled.filter(|_| label.distance <= far)?;
                spot(kind, Confidence::Medium, true)
            }
        }
    }

    /// A code that follows a code of the same shape, as in a list.
    fn goes_on(&self, text: &[u8], start: usize, form: &Form, found: &[Spot]) -> Option<usize> {
        if !matches!(form.shape, Shape::Icd10 | Shape::Ndc) {
            return None;
        }
        let earlier = found.iter().filter(|spot| spot.end <= start && spot.rank == form.rank);
        let last = earlier.max_by_key(|spot| spot.end)?;
        let gap = text.get(last.end..start)?;
        let plain = gap.iter().all(|byte| b",;/| \"'".contains(byte));
        (gap.len() <= LIST_GAP && plain).then_some(last.kind)
    }

    fn read_own(&self, text: &[u8], lead: Option<&Label>, found: &mut Vec<Spot>) {
        for own in &self.lexicon.own {
            for hit in own.pattern.find_iter(text) {
                let (start, end) = (hit.start(), hit.end());
                let label = label::before(&self.lexicon, text, start, lead);
                let labelled = label.of(own.kind).is_some();
                if start < end && (labelled || !own.in_context) {
                    let confidence = Confidence::High;
                    found.push(Spot {
                        start,
                        end,
                        kind: own.kind,
                        confidence,
                        beside: false,
                        rank: 0,
                    });
                }
            }
        }
    }
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

/// `Ruiz, Ana` is a name; in `LastName=Ruiz, FirstName=Ana` the name ends at the comma.
fn name_end(text: &[u8], start: usize, end: usize) -> usize {
    let value = text.get(start..end).unwrap_or_default();
    let after = text.get(end..).unwrap_or_default();
    let is_key = matches!(after.first(), Some(b'=' | b':' | b'_' | b'(' | b'0'..=b'9'));
    if !is_key {
        return end;
    }
    let cut = value.iter().rposition(|byte| *byte == b',');
    let cut = cut.or_else(|| value.iter().rposition(|byte| *byte == b' '));
    // A single word before such a sign is a key itself.
    start + cut.unwrap_or(0)
}

/// Without the marks that end a sentence or a pair.
fn trimmed(text: &[u8], start: usize, end: usize) -> usize {
    let value = text.get(start..end).unwrap_or_default();
    let tail = value.iter().rev().take_while(|byte| b".!/".contains(byte)).count();
    end - tail
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
    let mut kept: Vec<Spot> = Vec::new();
    for spot in found {
        if !kept.iter().any(|other| other.start < spot.end && spot.start < other.end) {
            kept.push(spot);
        }
    }
    kept.sort_by_key(|spot| spot.start);
    kept
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
