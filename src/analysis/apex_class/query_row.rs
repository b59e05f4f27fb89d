//! Rows of kind `apex-query`.
//!
//! In: the classes of an org. Out: one row for each query that gives PHI, and for each query
//! text into which somebody outside can write, where the class or the query is about PHI.

use rustc_hash::FxHashMap;

use super::check::{self, Check};
use super::class_row::{enforced, is_callable, no_companion};
use super::entry;
use super::field::{self, PhiField};
use super::program::{Class, Program};
use super::query::{self, Query};
use super::{QUERY, View};
use crate::fact::{Fact, Item};
use crate::metadata::apex::model::Method;
use crate::org::phi::Level;
use crate::org::schema::Schema;

pub(super) fn rows(view: &View<'_>) -> Vec<Fact> {
    let mut out = Vec::new();
    for (number, class) in view.program.classes.iter().enumerate() {
        let mut made: Vec<Fact> = Vec::new();
        let mut numbers: FxHashMap<String, usize> = FxHashMap::default();
        let about_phi = || about_phi(&view.program, number, &view.input.org.schema);
        let mut found: Vec<(&Method, Query)> = Vec::new();
        for body in &class.bodies {
            let queries = query::queries(&view.program, number, body);
            found.extend(queries.into_iter().map(|query| (body.as_ref(), query)));
        }
        for (method, query) in found {
            if let Some(row) = row(view, class, method, &query, &about_phi) {
                made.push(row);
            }
        }
        if made.is_empty() {
            continue;
        }
        let common = Common::of(view, number);
        for mut row in made {
            common.say(&mut row, view);
            let count = numbers.entry(row.name.to_lowercase().to_string()).or_default();
            *count += 1;
            if *count > 1 {
                row.name = format!("{} {count}", row.name).into();
            }
            out.push(row);
        }
    }
    out
}

/// Whether a class queries an object with PHI.
fn about_phi(program: &Program<'_>, number: usize, schema: &Schema) -> bool {
    let queries = super::class_row::queries(program, number);
    queries.iter().any(|query| schema.is_phi_object(&query.soql.from.text))
}

fn row(
    view: &View<'_>,
    class: &Class<'_>,
    method: &Method,
    query: &Query,
    about_phi: &dyn Fn() -> bool,
) -> Option<Fact> {
    let schema = &view.input.org.schema;
    let from = query.soql.from.text.as_str();
    let shown = !from.is_empty() && !from.contains('?');
    let fields = if shown { field::selected(schema, &query.soql) } else { Vec::new() };
    let phi_object = shown && schema.is_phi_object(from);
    let written_into = !query.injected.is_empty() && (phi_object || !shown && about_phi());
    if fields.is_empty() && !written_into {
        return None;
    }
    let object = schema.object(from).map_or(from, |object| object.name.as_str());
    let what = if shown { object } else { "query" };
    let name = format!("{}.{}/{what}", class.ty.full_name, method.name.text);
    let mut row = Fact::new(QUERY.name, name, class.span(query.at));
    row.component = class.unit.fact.name.clone();
    row.cap = class.unit.fact.cap;
    row.derive("class", &class.ty.full_name);
    row.derive("method", &method.name.text);
    if shown {
        row.derive("object", object);
    }
    row.derive("phi-object", phi_object);
    say_fields(&mut row, class, &fields);
    row.derive("dynamic", query.dynamic);
    say_security(&mut row, class, query);
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

fn say_security(row: &mut Fact, class: &Class<'_>, query: &Query) {
    let security = query::security(query, class);
    let object = query.soql.from.text.as_str();
    let checked = own_checks(class).iter().any(|check| check.limits(object));
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

pub(super) fn own_checks(class: &Class<'_>) -> Vec<Check> {
    class.bodies.iter().flat_map(|body| check::checks(body)).collect()
}

/// What all queries of a class have in common.
struct Common {
    callable: Vec<usize>,
    number: usize,
}

/// A class and those that name it, as far as people can call them.
pub(super) fn called(program: &Program<'_>, number: usize) -> Vec<usize> {
    let Some(class) = program.class(number) else { return Vec::new() };
    let around = [number, class.outermost].into_iter();
    let around = around.chain(program.named_by(number).iter().copied());
    let can = |number: &usize| {
        program.class(*number).is_some_and(|class| is_callable(&entry::entries(class)))
    };
    let mut callable: Vec<usize> = around.filter(can).collect();
    callable.sort_unstable();
    callable.dedup();
    callable
}

impl Common {
    fn of(view: &View<'_>, number: usize) -> Self {
        Self { callable: called(&view.program, number), number }
    }

    fn say(&self, row: &mut Fact, view: &View<'_>) {
        row.derive("callable", !self.callable.is_empty());
        view.audiences.say(row, &view.program, &self.callable, false);
        row.values.retain(|(key, _)| key != "internal-callable");
        row.unknown.retain(|(key, _)| key != "internal-callable");
        let Some(class) = view.program.class(self.number) else { return };
        let entries = entry::entries(class);
        let Some(found) = enforced(view, self.number, &entries) else { return };
        row.push("sharing", found.stated, found.span);
        match found.enforces {
            Some(word) => row.push("enforces-sharing", word, found.span),
            None => row.mark_unknown("enforces-sharing", no_companion(class)),
        }
    }
}
