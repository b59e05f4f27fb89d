//! What an element moves from where to where, and what it hands to the outside.
//!
//! In: an element and the names of its flow. Out: [`Op`]s between names of the flow, and
//! [`Sink`]s. It knows no PHI. What an Apex action or a screen component makes of its inputs
//! is not known; their outputs carry nothing.

use compact_str::{CompactString, format_compact};

use super::model::{Model, Models};
use super::scope::Path;
use super::touch::{is_event, object_of};
use super::words;
use crate::metadata::flow::{
    Argument, Assignment, Call, CallKind, Element, ElementKind, ResourceKind, ScreenField, Value,
    Word,
};
use crate::source::Span;

/// Where something comes from.
#[derive(Debug, Clone)]
pub(super) enum Source<'f> {
    /// Whatever a value refers to.
    Value(&'f Value),
    /// Everything under a name: a record, a collection.
    All(&'f Word),
    /// A field of records that the database gives.
    Field {
        /// The object.
        object: CompactString,
        /// The field.
        field: &'f Word,
        /// What reads it.
        name: CompactString,
    },
}

/// `to` takes `from`.
#[derive(Debug, Clone)]
pub(super) struct Op<'f> {
    pub(super) to: Path,
    pub(super) from: Source<'f>,
    /// What was there before is gone.
    pub(super) replaces: bool,
    /// Where it is written.
    pub(super) span: Span,
    /// In words, for the trail.
    pub(super) words: CompactString,
}

/// A record field that something is written to.
#[derive(Debug, Clone)]
pub(super) struct Target {
    pub(super) object: CompactString,
    /// Of a record that is written as it is, the field is the name below it.
    pub(super) field: Option<CompactString>,
}

/// Where something leaves the flow.
#[derive(Debug, Clone)]
pub(super) struct Sink<'f> {
    /// Its kind: `email`, `http`, `record` …
    pub(super) word: &'static str,
    pub(super) external: bool,
    /// The parameter, field or component that takes it.
    pub(super) argument: CompactString,
    pub(super) from: Source<'f>,
    /// Where it is handed over.
    pub(super) span: Span,
    pub(super) target: Option<Target>,
    /// Type of the action and what it calls.
    pub(super) call: Option<&'f Call>,
}

/// What an element moves between names.
pub(super) fn ops<'f>(model: &Model<'f>, element: &'f Element) -> Vec<Op<'f>> {
    let name = &element.name.text;
    let mut out = Vec::new();
    match element.kind {
        ElementKind::Assignment => {
            out.extend(element.assignments.iter().filter_map(|a| assign(a, name)))
        }
        ElementKind::RecordLookup => {
            let Some((object, _)) = object_of(model, element) else { return out };
            out.extend(element.outputs.iter().map(|output| Op {
                to: Path::of(&output.to.text),
                from: Source::Field {
                    object: object.clone(),
                    field: &output.name,
                    name: name.clone(),
                },
                replaces: true,
                span: output.name.span,
                words: format_compact!("{name} puts it into {}", output.to.text),
            }));
        }
        ElementKind::Loop => {
            let item = element.scalar("assignNextValueToReference");
            let item = item.map_or(name, |value| &value.word.text);
            out.extend(whole(element, item, format_compact!("{name} takes each of them")));
        }
        ElementKind::CollectionProcessor => {
            let words = format_compact!("{name} takes them");
            out.extend(whole(element, name, words.clone()));
            let item = element.scalar("assignNextValueToReference");
            out.extend(item.and_then(|item| whole(element, &item.word.text, words)));
            out.extend(made(element, name));
        }
        ElementKind::Transform => out.extend(made(element, name)),
        ElementKind::Screen => out.extend(element.fields.iter().filter_map(|field| {
            let value = field.default.as_ref()?;
            Some(Op {
                to: Path::of(&field.name.text),
                from: Source::Value(value),
                replaces: true,
                span: value.word.span,
                words: format_compact!("{} is filled with it", field.name.text),
            })
        })),
        _ => {}
    }
    out
}

fn assign<'f>(assignment: &'f Assignment, name: &str) -> Option<Op<'f>> {
    let removes = assignment.operator.starts_with("Remove");
    let counts = assignment.operator == "AssignCount";
    let value = assignment.value.as_ref().filter(|_| !removes)?;
    let (verb, from) = ("puts it into", Source::Value(value));
    // A count says nothing of what is counted, but what was there before is gone.
    let from = if counts { None } else { Some(from) };
    Some(Op {
        to: Path::of(&assignment.to.text),
        from: from?,
        replaces: assignment.operator == "Assign",
        span: value.word.span,
        words: format_compact!("{name} {verb} {}", assignment.to.text),
    })
}

fn whole<'f>(element: &'f Element, to: &str, words: CompactString) -> Option<Op<'f>> {
    let collection = &element.scalar("collectionReference")?.word;
    let from = Source::All(collection);
    Some(Op { to: Path::of(to), from, replaces: true, span: collection.span, words })
}

/// The fields a transform or a map sets in what it makes.
fn made<'f>(element: &'f Element, name: &str) -> impl Iterator<Item = Op<'f>> {
    element.assignments.iter().filter_map(move |assignment| {
        let value = assignment.value.as_ref()?;
        let field = assignment.to.text.rsplit('.').next().unwrap_or(&assignment.to.text);
        let counts = assignment.operator == "Count";
        (!counts).then(|| Op {
            to: Path::of(&format!("{name}.{field}")),
            from: Source::Value(value),
            replaces: false,
            span: value.word.span,
            words: format_compact!("{name} maps it to {field}"),
        })
    })
}

/// Where an element lets something out.
pub(super) fn sinks<'f>(
    models: &Models<'f>,
    model: &Model<'f>,
    element: &'f Element,
) -> Vec<Sink<'f>> {
    let mut out = Vec::new();
    for call in &element.calls {
        out.extend(call_sinks(models, model, call));
    }
    match element.kind {
        ElementKind::RecordCreate | ElementKind::RecordUpdate => {
            out.extend(record_sinks(model, element));
        }
        ElementKind::Assignment => out.extend(before_save(model, element)),
        ElementKind::Screen => {
            out.extend(element.fields.iter().flat_map(|field| screen_sinks(model, field)));
        }
        ElementKind::CustomError => {
            out.extend(element.inputs.iter().filter_map(|input| simple("error-message", input)));
        }
        _ => {}
    }
    out
}

fn simple<'f>(word: &'static str, input: &'f Argument) -> Option<Sink<'f>> {
    let value = input.value.as_ref()?;
    Some(Sink {
        word,
        external: false,
        argument: input.name.text.clone(),
        from: Source::Value(value),
        span: value.word.span,
        target: None,
        call: None,
    })
}

fn call_sinks<'f>(models: &Models<'f>, model: &Model<'f>, call: &'f Call) -> Vec<Sink<'f>> {
    let (word, external) = match call.kind {
        CallKind::Flow if models.callee(call).is_some() => return Vec::new(),
        CallKind::Flow => ("unknown-flow", false),
        CallKind::Action => words::sink_of(&call.action.text, &call.target.text),
    };
    let external = external && !(word == "email" && goes_to_users(model, call));
    let inputs = call.inputs.iter().filter_map(|input| simple(word, input));
    inputs.map(|sink| Sink { external, call: Some(call), ..sink }).collect()
}

/// Whether every recipient of an e-mail is a user of the org: the owner, the running user.
fn goes_to_users(model: &Model<'_>, call: &Call) -> bool {
    let mut recipients = call
        .inputs
        .iter()
        .filter(|input| words::use_of(&input.name.text) == "recipient")
        .filter_map(|input| input.value.as_ref())
        .peekable();
    recipients.peek().is_some()
        && recipients.all(|value| {
            !value.references.is_empty()
                && value.references.iter().all(|reference| is_user(model, &reference.word.text))
                && (value.is_reference || is_only_references(value))
        })
}

/// Whether a reference is to a user: by the relationship before its last step, or by what was
/// looked up.
fn is_user(model: &Model<'_>, reference: &str) -> bool {
    let lower = reference.to_ascii_lowercase();
    let steps: Vec<&str> = lower.rsplit('.').collect();
    let (last, before) = (steps.first().copied(), steps.get(1).copied());
    let owned = matches!(last, Some("ownerid" | "createdbyid" | "lastmodifiedbyid" | "managerid"));
    let by_step = matches!(
        before,
        Some("$user" | "owner" | "createdby" | "lastmodifiedby" | "owner:user" | "manager")
    );
    let records = model.scope.records(&Path::of(reference));
    let looked_up = records.is_some_and(|(records, below, _)| {
        records.object.eq_ignore_ascii_case("User") && !below.contains('.')
    });
    owned || by_step || looked_up
}

/// Whether a text holds nothing but merge fields and what stands between addresses.
fn is_only_references(value: &Value) -> bool {
    let mut depth = 0_usize;
    value.word.text.chars().all(|c| {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => return depth > 0 || matches!(c, ',' | ';' | ' ' | '\n'),
        }
        true
    })
}

fn record_sinks<'f>(model: &Model<'f>, element: &'f Element) -> Vec<Sink<'f>> {
    let Some((object, _)) = object_of(model, element) else { return Vec::new() };
    let word = if is_event(&object) { "platform-event" } else { "record" };
    let external = object.to_ascii_lowercase().ends_with("__x");
    let target = |field: Option<&CompactString>| {
        Some(Target { object: object.clone(), field: field.cloned() })
    };
    let mut out: Vec<Sink<'f>> = element
        .inputs
        .iter()
        .filter_map(|input| simple(word, input))
        .map(|sink| Sink { external, target: target(Some(&sink.argument)), ..sink })
        .collect();
    if let Some(reference) = element.scalar("inputReference") {
        out.push(Sink {
            word,
            external,
            argument: "inputReference".into(),
            from: Source::All(&reference.word),
            span: reference.word.span,
            target: target(None),
            call: None,
        });
    }
    out
}

/// Before a record is saved, setting its fields writes them.
fn before_save<'f>(model: &Model<'f>, element: &'f Element) -> Vec<Sink<'f>> {
    let before =
        model.flow.start_scalar("triggerType").is_some_and(|t| t.text == "RecordBeforeSave");
    let Some(object) = model.flow.start_scalar("object").filter(|_| before) else {
        return Vec::new();
    };
    let own = element.assignments.iter().filter_map(|assignment| {
        let path = Path::of(&assignment.to.text);
        let value = assignment.value.as_ref().filter(|_| path.base == "$record")?;
        let field = CompactString::from(path.below);
        Some(Sink {
            word: "record",
            external: false,
            argument: field.clone(),
            from: Source::Value(value),
            span: value.word.span,
            target: Some(Target { object: object.text.clone(), field: Some(field) }),
            call: None,
        })
    });
    own.collect()
}

fn screen_sinks<'f>(model: &Model<'f>, field: &'f ScreenField) -> Vec<Sink<'f>> {
    // A field of a record that is shown as it is has no name of its own.
    let shown = field.record_field.as_ref().filter(|_| field.name.text.is_empty());
    let argument = shown.map_or_else(|| field.name.text.clone(), |word| word.text.clone());
    let sink = |from: Source<'f>, span: Span| Sink {
        word: "screen",
        external: false,
        argument: argument.clone(),
        from,
        span,
        target: None,
        call: None,
    };
    let values = field.text.iter().chain(&field.default);
    let mut out: Vec<Sink<'f>> =
        values.map(|value| sink(Source::Value(value), value.word.span)).collect();
    let inputs = field.inputs.iter().filter_map(|input| Some((input, input.value.as_ref()?)));
    out.extend(inputs.map(|(input, value)| Sink {
        argument: format_compact!("{argument}.{}", input.name.text),
        ..sink(Source::Value(value), value.word.span)
    }));
    out.extend(field.record_field.iter().map(|word| sink(Source::All(word), word.span)));
    for choice in &field.choices {
        let Some(set) = model.scope.resource(&choice.text.to_lowercase()) else { continue };
        if set.kind == ResourceKind::Choice {
            let shown = set.scalar("choiceText").into_iter().chain(&set.value);
            out.extend(shown.map(|value| sink(Source::Value(value), choice.span)));
        }
        let object = set.scalar("object").map(|value| value.word.text.clone());
        let collection = set.scalar("collectionReference").map(|value| &value.word.text);
        let object = object.filter(|object| !object.is_empty()).or_else(|| {
            let (records, _, _) = model.scope.records(&Path::of(collection?))?;
            Some(records.object.clone())
        });
        let shown = set.scalar("displayField").filter(|value| !value.word.text.is_empty());
        if let Some((object, shown)) = object.zip(shown) {
            let name = choice.text.clone();
            out.push(sink(Source::Field { object, field: &shown.word, name }, choice.span));
        }
    }
    out
}
