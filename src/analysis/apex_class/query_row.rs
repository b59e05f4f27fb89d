//! Rows of kind `apex-query`.
//!
//! In: a class. Out: one row for each query that gives PHI, and for each query text into
//! which somebody outside can write, where the class or the query is about PHI.

use rustc_hash::FxHashMap;

use super::QUERY;
use super::field::{self, PhiField};
use super::program::Class;
use super::query::{self, Query};
use super::sharing::{enforced, no_companion};
use super::view::View;
use crate::fact::{Fact, Item};
use crate::org::phi::Level;

pub(super) fn rows(view: &View<'_>, number: usize, class: &Class<'_>) -> Vec<Fact> {
    let queries = view.queries(number).iter();
    let mut out: Vec<Fact> =
        queries.filter_map(|(body, query)| row(view, number, class, *body, query)).collect();
    if out.is_empty() {
        return out;
    }
    let mut numbers: FxHashMap<String, usize> = FxHashMap::default();
    let called = view.called(number);
    let sharing = enforced(view, number, class);
    for row in &mut out {
        row.derive("callable", !called.is_empty());
        view.audiences.say(row, &view.program, &called, false);
        row.values.retain(|(key, _)| key != "internal-callable");
        row.unknown.retain(|(key, _)| key != "internal-callable");
        sharing.say(row, class);
        let count = numbers.entry(row.name.to_lowercase().to_string()).or_default();
        *count += 1;
        if *count > 1 {
            row.name = format!("{} {count}", row.name).into();
        }
    }
    out
}

fn row(
    view: &View<'_>,
    number: usize,
    class: &Class<'_>,
    body: usize,
    query: &Query,
) -> Option<Fact> {
    let schema = &view.input.org.schema;
    let from = query.soql.from.text.as_str();
    let shown = !from.is_empty() && !from.contains('?');
    let fields = if shown { field::selected(schema, &query.soql) } else { Vec::new() };
    let phi_object = shown && schema.is_phi_object(from);
    let about_phi = || {
        let mut all = view.queries(number).iter();
        all.any(|(_, query)| schema.is_phi_object(&query.soql.from.text))
    };
    let written_into = !query.injected.is_empty() && (phi_object || !shown && about_phi());
    if fields.is_empty() && !written_into {
        return None;
    }
    let object = schema.object(from).map_or(from, |object| object.name.as_str());
    let what = if shown { object } else { "query" };
    let method = &class.bodies.get(body)?.name.text;
    let name = format!("{}.{method}/{what}", class.ty.full_name);
    let mut row = Fact::new(QUERY.name, name, class.span(query.at));
    row.component = class.unit.fact.name.clone();
    row.cap = class.unit.fact.cap;
    row.derive("class", &class.ty.full_name);
    row.derive("method", method);
    if shown {
        row.derive("object", object);
    }
    row.derive("phi-object", phi_object);
    say_fields(&mut row, class, &fields);
    row.derive("dynamic", query.dynamic);
    say_security(&mut row, view, (number, body), class, query);
    for injection in &query.injected {
        row.values.push(("injected".into(), Item::new(injection.name.as_str(), injection.span)));
        if row.trail.is_empty() {
            let trail = injection.trail.iter();
            row.trail = trail.map(|(span, words)| (*span, words.as_str().into())).collect();
        }
    }
    Some(row)
}

fn say_fields(row: &mut Fact, class: &Class<'_>, fields: &[PhiField]) {
    for field in fields {
        row.values.push(("phi-fields".into(), field.item(class.span(field.at))));
    }
    let mut classes: Vec<&str> = fields.iter().map(|field| field.class.as_str()).collect();
    classes.sort_unstable();
    classes.dedup();
    for class in classes {
        row.derive("classes", class);
    }
    if let Some(level) = fields.iter().map(|field| field.level).max() {
        row.derive("level", level.word());
        let surest = fields.iter().filter(|field| field.level == level || level != Level::High);
        row.confidence = surest.map(|field| field.confidence).max();
    }
}

fn say_security(
    row: &mut Fact,
    view: &View<'_>,
    body: (usize, usize),
    class: &Class<'_>,
    query: &Query,
) {
    let security = query::security(query, class);
    let checked = view.limits(body.0, body.1, &query.soql.from.text);
    match security {
        Some(word) => row.derive("security", word),
        None => row.mark_unknown("security", no_companion(class)),
    }
    row.derive("checked", checked);
    match security {
        _ if checked => row.derive("open", false),
        Some(word) => row.derive("open", matches!(word, "none" | "system-mode")),
        None => row.mark_unknown("open", no_companion(class)),
    }
}
