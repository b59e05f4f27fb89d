//! Rows of kind `apex-flow`: what arrived at each sink, by where it comes from.
//!
//! In: sinks, sources, ways. Out: facts. Of one sink the fields of one object that one method
//! got hold of in one way are one row; a name counts only where nothing surer arrives. A
//! secret in the header or body of a callout is what it is for, and is left out.

use std::collections::BTreeMap;
use std::sync::Arc;

use compact_str::{CompactString, format_compact};
use rustc_hash::FxHashMap;

use super::audience::Audiences;
use super::engine::{Arrived, Engine, span};
use super::sink::{OWN_ORG, Sink};
use super::source::{Kind, PhiField, Source};
use super::target;
use super::value::Words;
use crate::fact::{Confidence, Fact, Item};
use crate::org::phi::Level;
use crate::source::Span;

/// Steps of a trail; those in the middle of a longer one are left out.
const MOST_STEPS: usize = 24;

/// Rows of one sink.
const MOST_ROWS: usize = 400;

/// The rows of an org.
pub(super) fn rows(engine: &Engine<'_>) -> Vec<Fact> {
    let audiences = Audiences::of(engine.facts);
    let mut out: Vec<(Span, u32, Fact)> = Vec::new();
    for (number, arrived) in engine.arrivals() {
        let Some(sink) = engine.sinks.get(number as usize) else { continue };
        for arrived in group(engine, sink, arrived) {
            if let Some(row) = row(engine, &audiences, sink, &arrived) {
                out.push((row.place, number, row));
            }
        }
    }
    out.extend(states(engine, &audiences));
    out.extend(cuts(engine));
    out.sort_by_key(|(place, number, _)| (place.file, place.start, *number));
    let mut rows: Vec<Fact> = out.into_iter().map(|(_, _, row)| row).collect();
    name_rows(&mut rows);
    rows
}

/// `Class.method/sink`, with an ordinal where there are more.
fn name_rows(rows: &mut [Fact]) {
    let mut counts: FxHashMap<CompactString, usize> = FxHashMap::default();
    for row in rows {
        let count = counts.entry(row.name.clone()).or_default();
        *count += 1;
        if *count > 1 {
            row.name = format_compact!("{}/{count}", row.name);
        }
    }
}

/// Sinks that write a record, and those that keep a log.
const WRITES: [&str; 3] = ["record", "log-record", "platform-event"];
const LOGS: [&str; 3] = ["log", "logger", "log-record"];

/// What tells rows of one sink apart: whether it is a secret, how the code got hold of it, of
/// which object, in which method, and where the row stands.
type Key = (bool, Kind, CompactString, u32, Span);

/// Sources by what tells rows apart.
fn group(engine: &Engine<'_>, sink: &Sink, arrived: Vec<Arrived>) -> Vec<Vec<Arrived>> {
    let mut out: BTreeMap<Key, Vec<Arrived>> = BTreeMap::new();
    for (number, way) in arrived {
        let Some(source) = engine.sources.get(number as usize) else { continue };
        if counts(engine, sink, source) {
            // Of a body and of a name it matters little who read it.
            let method = if source.field.is_some() { source.method } else { 0 };
            let (_, place) = stands(engine, sink, &way, sink.word);
            let key = (source.kind.is_secret(), source.kind, source.object.clone(), method, place);
            out.entry(key).or_default().push((number, way));
        }
    }
    // What only a name says, and what some answer may hold, counts where nothing surer does.
    for vague in [Kind::SomeBody, Kind::Name] {
        let surer: Vec<Span> = out
            .keys()
            .filter(|(secret, kind, ..)| !secret && *kind != vague)
            .map(|(.., place)| *place)
            .collect();
        out.retain(|(_, kind, .., place), _| *kind != vague || !surer.contains(place));
    }
    // A whole record says less than its fields.
    let is_whole = |arrived: &[Arrived]| {
        let first = arrived.first().and_then(|(number, _)| engine.sources.get(*number as usize));
        first.is_some_and(|source| source.field.is_none())
    };
    let fields: Vec<(CompactString, Span)> = out
        .iter()
        .filter(|(_, arrived)| !is_whole(arrived))
        .map(|((_, _, object, _, place), _)| (object.clone(), *place))
        .collect();
    out.retain(|(_, kind, object, _, place), arrived| {
        let record = matches!(kind, Kind::Record | Kind::Trigger);
        let told = fields.iter().any(|(of, at)| of == object && at == place);
        !(record && is_whole(arrived) && told)
    });
    out.into_values().take(MOST_ROWS).collect()
}

/// Whether a source at a sink is worth a row.
fn counts(engine: &Engine<'_>, sink: &Sink, source: &Source) -> bool {
    let secret = source.kind.is_secret();
    match sink.word {
        // It may as well hold nothing: a log of it is worth a look, nothing else is.
        word if source.kind == Kind::SomeBody => matches!(word, "log" | "logger" | "log-record"),
        "response" if secret => true,
        "response" => !source.secured && !engine.checks(sink.method),
        "callout-header" | "callout-body" if source.kind == Kind::Token => false,
        // What a helper that reads bodies says of a wrong one is not about this body.
        "exception" if is_body(source.kind) => engine.same_class(sink.method, source.method),
        "cache" | "async-state" if secret => false,
        "async-state" => source.field.is_some(),
        "record" if secret => true,
        "record" => {
            let Some((object, field)) = &sink.target else { return false };
            let whole = source.field.is_none();
            let same = match &source.field {
                Some(from) => from.name.eq_ignore_ascii_case(&format_compact!("{object}.{field}")),
                // A record knows itself.
                None => source.object.eq_ignore_ascii_case(object),
            };
            let fields = copied(engine, source);
            !same
                && !object.is_empty()
                && (!whole || matches!(source.kind, Kind::Record | Kind::Trigger))
                && (!whole || target::is_text(&engine.org.schema, (object, field)))
                && target::is_weaker(&engine.org.schema, (object, field), &fields)
        }
        _ => true,
    }
}

/// The PHI fields that go along: of a whole record all of them.
fn copied(engine: &Engine<'_>, source: &Source) -> Vec<Arc<PhiField>> {
    match &source.field {
        Some(field) => vec![Arc::clone(field)],
        None => engine.phi_fields_of(&source.object),
    }
}

fn is_body(kind: Kind) -> bool {
    matches!(kind, Kind::RequestBody | Kind::ResponseBody | Kind::SomeBody)
}

fn row(
    engine: &Engine<'_>,
    audiences: &Audiences,
    sink: &Sink,
    arrived: &[Arrived],
) -> Option<Fact> {
    let sources: Vec<&Source> =
        arrived.iter().filter_map(|(number, _)| engine.sources.get(*number as usize)).collect();
    let first = sources.first()?;
    let secret = first.kind.is_secret();
    let word = match sink.word {
        "response" | "record" if secret => "outside",
        word => word,
    };
    let (method, place) =
        stands(engine, sink, arrived.first().map_or(&[][..], |(_, way)| way), word);
    let mut row = start(engine, method, word, place)?;
    let class = engine.program.class(engine.program.method(method)?.class)?;
    audiences.say(&mut row, &engine.program, class);
    say_sources(&mut row, &sources);
    let endpoint = sink.endpoint.as_deref().map(shown);
    let own = endpoint.as_deref() == Some("own-org");
    let asked = row.is_true("guest-callable") || row.is_true("external-callable");
    let leaves = match word {
        "callout-body" | "callout-url" | "callout-header" => !own,
        "email" => true,
        "response" | "outside" => asked,
        _ => false,
    };
    row.derive("channel", if leaves { "external" } else { "internal" });
    if let Some(endpoint) = endpoint {
        row.derive("endpoint", endpoint);
    }
    if let Some(entry) = engine.entry(sink.method).filter(|_| sink.word == "response") {
        row.derive("entry", entry);
    }
    if let Some((object, field)) = &sink.target {
        let fields: Vec<Arc<PhiField>> = sources.iter().flat_map(|s| copied(engine, s)).collect();
        target::say(&engine.org.schema, &mut row, (object, field), &fields, word == "record");
    }
    say_trail(engine, &mut row, arrived, word);
    Some(row)
}

/// Where a row stands: of a field that is written, where the code puts the value into it; of
/// what a class named as a logger does, where it is called.
fn stands(engine: &Engine<'_>, sink: &Sink, way: &[(Span, Words)], word: &str) -> (u32, Span) {
    let mut found = (sink.method, sink.place);
    let mut before = way.len();
    if let Some((_, field)) = sink.target.as_ref().filter(|_| WRITES.contains(&word)) {
        let is_put = |(_, words): &(Span, Words)| {
            matches!(words, Words::Kept(name)
                if engine.symbols.text(*name).eq_ignore_ascii_case(field))
        };
        let at = way.iter().rposition(is_put);
        let put = at.and_then(|at| way.get(at).map(|(place, _)| (at, *place)));
        if let Some((at, place)) = put
            && let Some(method) = engine.method_at(place)
        {
            (found, before) = ((method, place), at);
        }
    }
    if !LOGS.contains(&word) || !engine.is_in_logger(found.0) {
        return found;
    }
    let calls = way.iter().take(before).filter(|(_, words)| matches!(words, Words::Given(_)));
    let outside = calls.rev().find_map(|(place, _)| {
        let method = engine.method_at(*place)?;
        (!engine.is_in_logger(method)).then_some((method, *place))
    });
    outside.unwrap_or(found)
}

/// A row with what it stands on.
fn start(engine: &Engine<'_>, method: u32, word: &str, place: Span) -> Option<Fact> {
    let found = engine.program.method(method)?;
    let class = engine.program.class(found.class)?;
    let name = method_name(engine, method);
    let mut row = Fact::new("apex-flow", format_compact!("{name}/{word}"), place);
    row.component = class.unit.fact.name.clone();
    row.cap = class.unit.fact.cap;
    row.derive("class", &class.ty.full_name);
    row.derive("method", name.rsplit('.').next().unwrap_or(""));
    row.derive("sink", word);
    row.derive("cut", engine.cut.get(method as usize).copied().unwrap_or(false));
    Some(row)
}

/// `Class.method`; a constructor is called as its class, a trigger's body `trigger`.
fn method_name(engine: &Engine<'_>, method: u32) -> CompactString {
    use crate::metadata::apex::model::MethodKind;
    let Some(found) = engine.program.method(method) else { return CompactString::default() };
    let class = engine.program.class(found.class).map_or("", |c| c.ty.full_name.as_str());
    let own = match found.kind {
        MethodKind::Trigger => "trigger",
        MethodKind::Initialiser => "initialiser",
        MethodKind::Method | MethodKind::Constructor => engine.symbols.text(found.name),
    };
    let declared = engine.declared_name(method).unwrap_or(own);
    format_compact!("{class}.{declared}")
}

fn say_sources(row: &mut Fact, sources: &[&Source]) {
    let mut classes: Vec<&CompactString> = Vec::new();
    let mut known: Vec<&CompactString> = Vec::new();
    for source in sources {
        if !known.contains(&&source.name) {
            known.push(&source.name);
            let item = Item {
                text: source.name.clone(),
                span: source.place,
                secret: false,
                related: source.field.as_ref().and_then(|field| field.defined),
                parts: None,
            };
            row.values.push(("fields".into(), item));
        }
        if !classes.contains(&&source.class) {
            classes.push(&source.class);
        }
    }
    for class in classes {
        row.derive("classes", class);
    }
    let Some(first) = sources.first() else { return };
    row.push("source", first.kind.word(), first.place);
    if !first.object.is_empty() {
        row.push("source-object", first.object.clone(), first.place);
    }
    row.derive("secret", first.kind.is_secret());
    row.derive("clinical", sources.iter().any(|source| source.clinical));
    row.derive("sensitive", sources.iter().any(|source| source.sensitive));
    let level = sources.iter().map(|source| source.level).max().unwrap_or(Level::Low);
    row.derive("level", level.word());
    let sure = sources.iter().map(|source| source.confidence).max().unwrap_or(Confidence::Low);
    row.confidence = Some(sure);
    row.derive("confidence", sure.word());
}

/// The way of the surest source.
fn say_trail(engine: &Engine<'_>, row: &mut Fact, arrived: &[Arrived], word: &str) {
    let surest = arrived.iter().max_by_key(|(number, way)| {
        let sure = engine.sources.get(*number as usize).map(|source| source.confidence);
        (sure, std::cmp::Reverse((way.len(), *number)))
    });
    let Some((number, way)) = surest else { return };
    let Some(source) = engine.sources.get(*number as usize) else { return };
    row.trail.push((source.place, Engine::reads(source)));
    for (place, words) in way {
        let text = say(engine, words);
        let repeated =
            row.trail.last().is_some_and(|(span, known)| (*span, known) == (*place, &text));
        if !repeated {
            row.trail.push((*place, text));
        }
    }
    row.trail.push((row.place, format_compact!("it goes into {}", said(word))));
    if row.trail.len() > MOST_STEPS {
        let head = MOST_STEPS / 2;
        let left = row.trail.len() - (MOST_STEPS - 1);
        let tail = row.trail.split_off(row.trail.len() - (MOST_STEPS - 1 - head));
        row.trail.truncate(head);
        let at = row.trail.last().map_or(row.place, |(span, _)| *span);
        row.trail.push((at, format_compact!("{left} steps are left out here")));
        row.trail.extend(tail);
    }
}

fn say(engine: &Engine<'_>, words: &Words) -> CompactString {
    match words {
        Words::Kept(name) => format_compact!("it is put into {}", engine.symbols.text(*name)),
        Words::Given(method) => format_compact!("it is given to {}", method_name(engine, *method)),
        Words::Back(method) => format_compact!("{} gives it back", method_name(engine, *method)),
    }
}

/// A sink in words, after "it goes into".
fn said(word: &str) -> &str {
    match word {
        "log" => "the debug log",
        "logger" => "a log",
        "log-record" => "a log record",
        "exception" => "an exception",
        "error-message" => "an error message",
        "callout-body" => "the body of a callout",
        "callout-url" => "the address of a callout",
        "callout-header" => "the header of a callout",
        "email" => "an e-mail",
        "notification" => "a notification",
        "platform-event" => "a platform event",
        "record" => "a field",
        "response" => "an answer",
        "url-parameter" => "an address",
        "cache" => "the platform cache",
        "async-state" => "the state of a job",
        _ => "something others can read",
    }
}

/// Where a callout goes, without credentials, path and query.
pub(super) fn shown(address: &str) -> String {
    if address.starts_with(OWN_ORG) || address.starts_with('/') {
        return "own-org".to_owned();
    }
    let trimmed = address.trim();
    if let Some(named) = trimmed.strip_prefix("callout:") {
        let end = named.find(['/', '?']).unwrap_or(named.len());
        return format!("callout:{}", named.get(..end).unwrap_or(""));
    }
    let rest = trimmed.split_once("://").map_or(trimmed, |(_, rest)| rest);
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let host = rest.get(..end).unwrap_or("");
    host.rsplit('@').next().unwrap_or(host).to_owned()
}

/// Fields of stateful batch classes that keep PHI between batches.
fn states(engine: &Engine<'_>, audiences: &Audiences) -> Vec<(Span, u32, Fact)> {
    let mut out = Vec::new();
    for (number, cell) in engine.cells.iter().enumerate() {
        let Some(class) = engine.program.class(cell.class) else { continue };
        let stateful = class.ty.implements.iter().any(|i| {
            i.name.rsplit('.').next().is_some_and(|own| own.eq_ignore_ascii_case("Stateful"))
        });
        if !stateful {
            continue;
        }
        let number = u32::try_from(number).unwrap_or(u32::MAX);
        let arrived: Vec<Arrived> = engine.sources_of(number);
        for (source, way) in arrived {
            let place = way.last().map(|(span, _)| *span);
            let found = engine.sources.get(source as usize);
            let Some((place, found)) = place.zip(found) else { continue };
            if found.field.is_none() {
                continue;
            }
            let method = engine.method_at(place).unwrap_or(found.method);
            let sink = Sink { method, word: "async-state", place, target: None, endpoint: None };
            let row = row(engine, audiences, &sink, &[(source, way)]);
            out.extend(row.map(|row| (place, u32::MAX, row)));
        }
    }
    out
}

/// Methods that were not read to their end.
fn cuts(engine: &Engine<'_>) -> Vec<(Span, u32, Fact)> {
    let cut = engine.cut.iter().enumerate().filter(|(_, cut)| **cut);
    let rows = cut.filter_map(|(method, _)| {
        let method = u32::try_from(method).ok()?;
        let class = engine.program.class(engine.program.method(method)?.class)?;
        let place = engine.declared_at(method).unwrap_or(class.ty.at);
        let place = span(class.unit.file, place);
        let row = start(engine, method, "cut", place)?;
        Some((place, u32::MAX, row))
    });
    rows.collect()
}
