//! A PHI field as a flow gets hold of it, and the way it has gone.
//!
//! In: a reference, the names of a flow, the schema. Out: [`Label`]s, which never change, and
//! [`Mark`]s, small and copied, which say how a label came to a place.

use compact_str::{CompactString, format_compact};
use rustc_hash::FxHashMap;

use super::model::{Model, Site};
use super::scope::{Origin, Path, Records};
use crate::fact::Confidence;
use crate::metadata::flow::Use;
use crate::org::phi::Level;
use crate::org::resolve::FoundField;
use crate::org::schema::Schema;
use crate::source::Span;

/// A PHI field of the records under one name of one flow.
#[derive(Debug, Clone)]
pub(super) struct Label {
    /// Number of the flow that gets hold of it.
    pub(super) flow: usize,
    /// The name the records have there: `Get_Patient`, `$Record`.
    pub(super) source: CompactString,
    /// Their object.
    pub(super) object: CompactString,
    /// Full name of the field; the object where a whole record goes and no field is known.
    pub(super) field: CompactString,
    /// Family of health information.
    pub(super) class: CompactString,
    pub(super) clinical: bool,
    pub(super) sensitive: bool,
    /// Where the flow gets hold of it.
    pub(super) place: Span,
    /// Where the field is defined.
    pub(super) defined: Option<Span>,
    pub(super) confidence: Confidence,
    /// Shield encrypts the field.
    pub(super) encrypted: bool,
    /// History tracks the field.
    pub(super) tracked: bool,
}

/// How a label came to a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mark {
    pub(super) label: u32,
    /// The last step of its way.
    pub(super) trail: u32,
    pub(super) usage: Use,
    /// The calls it is inside of.
    pub(super) stack: u32,
}

/// One step of a way.
#[derive(Debug, Clone)]
struct Step {
    span: Span,
    words: CompactString,
    before: Option<u32>,
}

/// Labels, ways and stacks of calls, by number.
#[derive(Debug, Default)]
pub(super) struct Labels {
    labels: Vec<Label>,
    known: FxHashMap<(usize, CompactString, CompactString), u32>,
    steps: Vec<Step>,
    stacks: Vec<(u32, Site)>,
    stack_numbers: FxHashMap<(u32, Site), u32>,
}

/// What came of handing a mark to a call.
#[derive(Debug, Clone, Copy)]
pub(super) enum Entered {
    In(Mark),
    /// The same call is around it already.
    Known,
    /// Too many calls are around it.
    TooDeep,
}

/// Calls inside each other that are followed.
pub(super) const MOST_CALLS: usize = 5;

impl Labels {
    pub(super) fn get(&self, label: u32) -> Option<&Label> {
        self.labels.get(label as usize)
    }

    /// One more step.
    pub(super) fn step(&mut self, mark: Mark, span: Span, words: CompactString) -> Mark {
        let trail = number(self.steps.len());
        self.steps.push(Step { span, words, before: Some(mark.trail) });
        Mark { trail, ..mark }
    }

    /// The way of a mark, from the source on.
    pub(super) fn trail(&self, mark: Mark) -> Vec<(Span, CompactString)> {
        let mut out = Vec::new();
        let mut at = Some(mark.trail);
        // Every step stands after the one before it, so this ends.
        while let Some(step) = at.and_then(|at| self.steps.get(at as usize)) {
            out.push((step.span, step.words.clone()));
            at = step.before;
        }
        out.reverse();
        out
    }

    /// Into a call.
    pub(super) fn enter(&mut self, mark: Mark, site: Site) -> Entered {
        let mut depth = 0;
        let mut at = mark.stack;
        while let Some((outer, made)) = self.frame(at) {
            // What comes round again is there already.
            if made == site {
                return Entered::Known;
            }
            depth += 1;
            at = outer;
        }
        if depth >= MOST_CALLS {
            return Entered::TooDeep;
        }
        let next = number(self.stacks.len() + 1);
        let stack = *self.stack_numbers.entry((mark.stack, site)).or_insert(next);
        if stack == next {
            self.stacks.push((mark.stack, site));
        }
        Entered::In(Mark { stack, ..mark })
    }

    /// The calls around the innermost call, and that one.
    fn frame(&self, stack: u32) -> Option<(u32, Site)> {
        self.stacks.get((stack as usize).checked_sub(1)?).copied()
    }

    /// Back out of a call made at `site`; none where it was made elsewhere.
    pub(super) fn leave(&self, mark: Mark, site: Site) -> Option<Mark> {
        let Some((outer, made)) = self.frame(mark.stack) else { return Some(mark) };
        (made == site).then_some(Mark { stack: outer, ..mark })
    }

    /// A mark at its source.
    fn start(&mut self, label: Label, words: CompactString, between: &[Span]) -> Mark {
        let key = (label.flow, label.source.to_lowercase(), label.field.clone());
        let place = label.place;
        let next = number(self.labels.len());
        let number_of = *self.known.entry(key).or_insert(next);
        if number_of == next {
            self.labels.push(label);
        }
        let trail = number(self.steps.len());
        self.steps.push(Step { span: place, words, before: None });
        let mark = Mark { label: number_of, trail, usage: Use::Whole, stack: 0 };
        let through = |mark, span: &Span| self.step(mark, *span, "each of them is taken".into());
        between.iter().fold(mark, through)
    }
}

fn number(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

/// PHI that a reference reads from records, by their type. The flag says that a whole record
/// is meant, not a field.
pub(super) fn by_type(
    labels: &mut Labels,
    schema: &Schema,
    model: &Model<'_>,
    flow: usize,
    path: &Path,
) -> Vec<(Mark, bool)> {
    let Some((records, below, between)) = model.scope.records(path) else { return Vec::new() };
    if !below.is_empty() {
        let found = phi(schema, &records.object, &below);
        let mark = found.map(|found| {
            let (label, words) = label(model, flow, records, &found);
            (labels.start(label, words, &between), false)
        });
        return mark.into_iter().collect();
    }
    let fields: Vec<FoundField<'_>> = if records.fields.is_empty() {
        let object = schema.object(&records.object);
        let own = object.into_iter().flat_map(|object| &object.fields);
        let own = own.filter(|field| field.is_phi());
        own.filter_map(|field| phi(schema, &records.object, field.own_name())).collect()
    } else {
        records.fields.iter().filter_map(|f| phi(schema, &records.object, &f.text)).collect()
    };
    let mut out = Vec::new();
    for found in &fields {
        let (label, words) = label(model, flow, records, found);
        out.push((labels.start(label, words, &between), true));
    }
    if out.is_empty() && records.fields.is_empty() {
        let whole = whole_record(schema, model, flow, records);
        out.extend(whole.map(|(label, words)| (labels.start(label, words, &between), true)));
    }
    out
}

/// PHI that stands in a field of the database.
pub(super) fn by_field(
    labels: &mut Labels,
    schema: &Schema,
    model: &Model<'_>,
    flow: usize,
    element: &str,
    object: &CompactString,
    field: &crate::metadata::flow::Word,
) -> Option<Mark> {
    let found = phi(schema, object, &field.text)?;
    let records = Records {
        name: element.into(),
        object: object.clone(),
        place: field.span,
        origin: Origin::Lookup,
        fields: Vec::new(),
    };
    let (label, words) = label(model, flow, &records, &found);
    Some(labels.start(label, words, &[]))
}

/// A field that is PHI with certainty.
pub(super) fn phi<'s>(schema: &'s Schema, object: &str, field: &str) -> Option<FoundField<'s>> {
    schema.phi_of(Some(object), field).filter(|found| found.recognition.level == Level::High)
}

fn label(
    model: &Model<'_>,
    flow: usize,
    records: &Records,
    found: &FoundField<'_>,
) -> (Label, CompactString) {
    let own_name = found.name.split_once('.').map_or(found.name.as_str(), |(_, field)| field);
    let asked = records.fields.iter().find(|field| field.text.eq_ignore_ascii_case(own_name));
    let is = |key: &str, no: &str| {
        found
            .facts
            .iter()
            .any(|fact| fact.text(key).is_some_and(|text| !text.eq_ignore_ascii_case(no)))
    };
    let label = Label {
        flow,
        source: records.name.clone(),
        object: records.object.clone(),
        field: found.name.as_str().into(),
        class: found.recognition.class.clone(),
        clinical: found.recognition.clinical,
        sensitive: found.recognition.sensitive,
        place: asked.map_or(records.place, |field| field.span),
        defined: found.facts.first().map(|fact| fact.place),
        confidence: found.recognition.confidence.min(trust(model, records)),
        encrypted: is("encryptionScheme", "None"),
        tracked: found.facts.iter().any(|fact| fact.is_true("trackHistory")),
    };
    let words = format_compact!("{} {}", origin(records), found.name);
    (label, words)
}

fn whole_record(
    schema: &Schema,
    model: &Model<'_>,
    flow: usize,
    records: &Records,
) -> Option<(Label, CompactString)> {
    let phi = schema.object_phi(&records.object)?;
    let defined = schema.object(&records.object).and_then(|object| object.facts.first());
    let label = Label {
        flow,
        source: records.name.clone(),
        object: records.object.clone(),
        field: records.object.clone(),
        class: "record".into(),
        clinical: true,
        sensitive: false,
        place: records.place,
        defined: defined.map(|fact| fact.place),
        confidence: phi.confidence.min(trust(model, records)),
        encrypted: false,
        tracked: false,
    };
    let words = format_compact!("{} {}", origin(records), records.object);
    Some((label, words))
}

/// What a variable takes from outside may hold nothing; a lookup and a trigger do.
fn trust(model: &Model<'_>, records: &Records) -> Confidence {
    let process = model.flow.scalar("processType").is_some_and(|t| t.text == "Workflow");
    let started_with = process && records.name.to_ascii_lowercase().starts_with("myvariable_");
    match records.origin {
        Origin::Input if started_with => Confidence::High,
        Origin::Input | Origin::Flow => Confidence::Medium,
        _ => Confidence::High,
    }
}

fn origin(records: &Records) -> CompactString {
    let name = &records.name;
    match records.origin {
        Origin::Trigger => "the record that starts the flow holds".into(),
        Origin::Lookup => format_compact!("{name} reads"),
        Origin::Input => format_compact!("{name}, given to the flow, holds"),
        Origin::Variable => format_compact!("{name} holds"),
        Origin::Made => format_compact!("{name} makes"),
        Origin::Flow => format_compact!("{name}, given back by a flow, holds"),
    }
}
