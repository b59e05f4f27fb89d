//! Rows of kind `phi-flow`: PHI of one source that goes into one sink.
//!
//! In: what was tracked. Out: a row for each source and sink, with the way in its trail. What
//! a flow writes back to the field it read is no row.

use compact_str::{CompactString, format_compact};
use std::collections::BTreeMap;

use super::audience::Audiences;
use super::effect::Sink;
use super::label::{Label, Mark};
use super::paths::Consent;
use super::row::flow_type;
use super::target::Written;
use super::track::{Hit, Tracked};
use super::words;
use crate::fact::{Confidence, Fact, Item};
use crate::metadata::flow::Use;

/// Rows of one flow; what is beyond is said by `cut`.
const MOST_ROWS: usize = 2_000;

/// The rows of every flow.
pub(super) fn rows(tracked: &mut Tracked<'_, '_>, audiences: &Audiences) -> Vec<Fact> {
    let models = tracked.models;
    let mut out: Vec<Fact> = Vec::new();
    for (flow, model) in models.list.iter().enumerate() {
        let consent = Consent::of(model);
        let before = out.len();
        for (element, _) in model.elements() {
            for sink in tracked.sinks(flow, element) {
                if out.len() - before >= MOST_ROWS {
                    break;
                }
                let hits = tracked.at(flow, element, &sink.from);
                for (key, marks) in group(tracked, &sink, hits) {
                    let at = (flow, element);
                    out.push(row(tracked, audiences, &consent, at, &sink, &key.0, &marks));
                }
            }
        }
        if tracked.is_cut(flow) || out.len() - before >= MOST_ROWS {
            let mut row = model.row("phi-flow", format_compact!("{}/Start/cut", model.name()));
            row.derive("flow", model.name());
            row.derive("sink", "cut");
            row.derive("cut", true);
            out.push(row);
        }
    }
    out
}

/// Argument, source flow and source: what tells rows of one sink apart.
type Key = (CompactString, usize, CompactString);

/// Marks by argument and source, each field once.
fn group(tracked: &Tracked<'_, '_>, sink: &Sink<'_>, hits: Vec<Hit>) -> Vec<(Key, Vec<Mark>)> {
    let mut out: BTreeMap<Key, Vec<Mark>> = BTreeMap::new();
    for hit in hits {
        let Some(label) = tracked.labels.get(hit.mark.label) else { continue };
        let argument = match &sink.target {
            Some(target) => match &target.field {
                Some(field) => field.clone(),
                // A record that is written as it is: what was set in it, nothing it came with.
                None if hit.below.is_empty() => continue,
                None => hit.below.split('.').next().unwrap_or("").into(),
            },
            None => sink.argument.clone(),
        };
        if let Some(target) = &sink.target {
            let own = format_compact!("{}.{argument}", target.object);
            if label.field.eq_ignore_ascii_case(&own) {
                continue;
            }
        }
        let key = (argument, label.flow, label.source.clone());
        let marks = out.entry(key).or_default();
        match marks.iter_mut().find(|known| known.label == hit.mark.label) {
            // Of two ways the one that lets more through counts.
            Some(known) if hit.mark.usage < known.usage => *known = hit.mark,
            Some(_) => {}
            None => marks.push(hit.mark),
        }
    }
    out.into_iter().collect()
}

fn row(
    tracked: &Tracked<'_, '_>,
    audiences: &Audiences,
    consent: &Consent,
    at: (usize, usize),
    sink: &Sink<'_>,
    argument: &str,
    marks: &[Mark],
) -> Fact {
    let (flow, element) = at;
    let Some(model) = tracked.models.get(flow) else { return Fact::new("phi-flow", "", sink.span) };
    let element_name =
        model.flow.elements.get(element).map_or("", |element| element.name.text.as_str());
    let name = format_compact!("{}/{element_name}/{argument}", model.name());
    let mut row = model.row("phi-flow", name);
    row.place = sink.span;
    let labels: Vec<&Label> =
        marks.iter().filter_map(|mark| tracked.labels.get(mark.label)).collect();
    row.derive("flow", model.name());
    row.derive("element", element_name);
    row.derive("sink", sink.word);
    let reachable = |row: &Fact, key: &str| row.is_true(key);
    audiences.say(&mut row, model);
    let outside = sink.external
        || sink.word == "screen"
            && (reachable(&row, "guest-reachable") || reachable(&row, "external-reachable"));
    row.derive("channel", if outside { "external" } else { "internal" });
    row.derive("argument", argument);
    if words::is_message(sink.word) {
        row.derive("argument-use", words::use_of(argument));
    }
    if let Some(call) = sink.call {
        row.push("action-type", call.action.text.clone(), call.action.span);
        row.push("action", call.target.text.clone(), call.target.span);
    }
    say_source(&mut row, tracked, &labels, marks);
    if let Some(target) = &sink.target {
        Written {
            schema: tracked.schema,
            object: &target.object,
            field: argument,
            span: sink.span,
            labels: &labels,
        }
        .say(&mut row);
    }
    let filtered = labels.iter().all(|label| {
        tracked.models.get(label.flow).is_some_and(|from| Consent::filters(from, &label.source))
    });
    row.derive("consent", filtered || consent.guards(model, element));
    let fault = model.flow.elements.get(element).is_some_and(|element| element.has_fault_path());
    row.derive("fault-path", fault);
    row.derive("type", flow_type(model));
    row.derive("active", model.active != Some(false));
    row.derive("cut", tracked.is_cut(flow));
    row
}

/// The fields, where they come from, and the way of the surest of them.
fn say_source(row: &mut Fact, tracked: &Tracked<'_, '_>, labels: &[&Label], marks: &[Mark]) {
    let mut classes: Vec<&CompactString> = Vec::new();
    for label in labels {
        let item = Item {
            text: label.field.clone(),
            span: label.place,
            secret: false,
            related: label.defined,
            parts: None,
        };
        row.values.push(("fields".into(), item));
        if !classes.contains(&&label.class) {
            classes.push(&label.class);
        }
    }
    for class in classes {
        row.derive("classes", class);
    }
    let Some(first) = labels.first() else { return };
    row.push("source-object", first.object.clone(), first.place);
    row.push("source", first.source.clone(), first.place);
    let from = tracked.models.get(first.flow).map_or("", |model| model.name());
    row.derive("source-flow", from);
    row.derive("clinical", labels.iter().any(|label| label.clinical));
    row.derive("sensitive", labels.iter().any(|label| label.sensitive));
    row.derive("masked", marks.iter().all(|mark| mark.usage == Use::Part));
    let sure = labels.iter().map(|label| label.confidence).max().unwrap_or(Confidence::Low);
    let sure = row.confidence.map_or(sure, |known| known.min(sure));
    row.confidence = Some(sure);
    row.derive("confidence", sure.word());
    let best = marks.iter().zip(labels).max_by_key(|(mark, label)| {
        (label.confidence, std::cmp::Reverse(mark.usage), std::cmp::Reverse(mark.label))
    });
    if let Some((mark, _)) = best {
        row.trail = tracked.labels.trail(*mark);
        let words = format_compact!("it goes into {}", row.text("argument").unwrap_or(""));
        row.trail.push((row.place, words));
    }
}
