//! Rows of kind `apex-class`.
//!
//! In: the classes of an org. Out: one row for each.

use compact_str::CompactString;

use super::check::{self, Check};
use super::entry::{self, CALLABLE, Entry};
use super::field::{self, PhiField};
use super::program::{Class, Program};
use super::query::{self, Query};
use super::{CLASS, View, query_row, site};
use crate::fact::{Confidence, Fact};
use crate::metadata::apex::model::{Sharing, TypeKind};
use crate::metadata::apex::touch::{Touch, Verb, touches};
use crate::metadata::types;
use crate::org::phi::Level;
use crate::source::Span;

/// A PHI object that a class touches.
struct Object {
    name: String,
    span: Span,
    read: bool,
    written: bool,
    confidence: Confidence,
}

pub(super) fn rows(view: &View<'_>) -> Vec<Fact> {
    let count = view.program.classes.len();
    let objects: Vec<Vec<Object>> = (0..count).map(|class| objects(view, class)).collect();
    (0..count).filter_map(|number| row(view, number, &objects)).collect()
}

fn row(view: &View<'_>, number: usize, objects: &[Vec<Object>]) -> Option<Fact> {
    let class = view.program.class(number)?;
    let mut row = Fact::new(CLASS.name, class.ty.full_name.clone(), class.span(class.ty.name.at));
    row.cap = class.unit.fact.cap;
    row.component = class.unit.fact.name.clone();
    say_head(&mut row, view, class);
    let entries = entry::entries(class);
    say_sharing(&mut row, view, number, &entries);
    say_entries(&mut row, class, &entries);
    let own = objects.get(number).map_or(&[][..], Vec::as_slice);
    say_objects(&mut row, own);
    for object in own.iter().chain(class.names.iter().filter_map(|n| objects.get(*n)).flatten()) {
        add_once(&mut row, "reached-phi-objects", &object.name, object.span);
    }
    say_fields(&mut row, view, number);
    let surest = own.iter().map(|object| object.confidence).max();
    row.confidence = surest.or(row.confidence);
    say_open(&mut row, view, number, class);
    say_checks(&mut row, class);
    let callable: &[usize] = if is_callable(&entries) { &[number] } else { &[] };
    view.audiences.say(&mut row, &view.program, callable, true);
    row.derive("site-login-only", is_login_only(class));
    Some(row)
}

fn say_head(row: &mut Fact, view: &View<'_>, class: &Class<'_>) {
    row.derive("class", &class.ty.full_name);
    row.derive(
        "type",
        match class.ty.kind {
            TypeKind::Interface => "interface",
            TypeKind::Trigger => "trigger",
            _ => "class",
        },
    );
    if let Some(outer) = class.outer.and_then(|outer| view.program.class(outer)) {
        row.derive("outer", &outer.ty.full_name);
    }
    match class.version {
        Some(version) => row.derive("api-version", version),
        None => row.mark_unknown("api-version", no_companion(class)),
    }
    match class.user_mode_default() {
        Some(default) => row.derive("user-mode-default", default),
        None => row.mark_unknown("user-mode-default", no_companion(class)),
    }
    row.derive("managed", types::namespace_of(&class.unit.fact.name).is_some());
}

pub(super) fn no_companion(class: &Class<'_>) -> String {
    let name = &class.unit.fact.name;
    format!("the file beside {name} that states its API version is not here; retrieve both")
}

/// Sharing as it is stated, and what comes of it.
pub(super) struct Enforced {
    pub(super) stated: &'static str,
    pub(super) span: Span,
    /// `true`, `false`, `caller`; none where the version would decide and is not known.
    pub(super) enforces: Option<&'static str>,
    pub(super) implicit: bool,
}

pub(super) fn enforced(view: &View<'_>, number: usize, entries: &[Entry]) -> Option<Enforced> {
    let program = &view.program;
    let class = program.class(number)?;
    let own = class.span(class.ty.name.at);
    let enters = !entries.is_empty();
    let (stated, span) = match program.sharing(number) {
        Some((Sharing::With, span)) => ("with", span),
        Some((Sharing::Without, span)) => ("without", span),
        Some((Sharing::Inherited, span)) => ("inherited", span),
        None => ("none", own),
    };
    let only_aura = enters && entries.iter().all(|entry| entry.kind == "aura");
    let mut settings = view.input.facts.of("ApexSettings").iter();
    let kept = settings.any(|fact| fact.is_true("enableApexCtrlImplicitWithSharingPref"));
    let enforces = match (stated, class.user_mode_default()) {
        _ if class.is_trigger() => Some("false"),
        ("with", _) => Some("true"),
        ("without", _) => Some("false"),
        // Where nothing calls it, it runs with sharing.
        ("inherited", _) => Some(if enters { "true" } else { "caller" }),
        (_, Some(true)) => Some("true"),
        _ if only_aura && kept => Some("true"),
        (_, Some(false)) => Some(if enters { "false" } else { "caller" }),
        (_, None) => None,
    };
    let implicit = stated == "none" && only_aura && enforces != Some("true");
    Some(Enforced { stated, span, enforces, implicit })
}

fn say_sharing(row: &mut Fact, view: &View<'_>, number: usize, entries: &[Entry]) {
    let Some(found) = enforced(view, number, entries) else { return };
    row.push("sharing", found.stated, found.span);
    match (found.enforces, view.program.class(number)) {
        (Some(word), _) => row.push("enforces-sharing", word, found.span),
        (None, Some(class)) => row.mark_unknown("enforces-sharing", no_companion(class)),
        (None, None) => {}
    }
    row.derive("implicit-sharing", found.implicit);
}

pub(super) fn is_callable(entries: &[Entry]) -> bool {
    entries.iter().any(|entry| CALLABLE.contains(&entry.kind))
}

fn say_entries(row: &mut Fact, class: &Class<'_>, entries: &[Entry]) {
    for entry in entries {
        row.push("entry-points", entry.kind, entry.span);
    }
    row.derive("callable", is_callable(entries));
    for annotation in class.ty.annotations.iter().filter(|a| a.name == "restresource") {
        for (_, value) in annotation.arguments.iter().filter(|(key, _)| key == "urlmapping") {
            row.push("url-mapping", value.clone(), class.span(annotation.at));
        }
    }
    for method in &class.bodies {
        if let Some((word, annotation)) = entry::http_method(method) {
            row.push("http-methods", word, class.span(annotation.at));
        }
    }
}

/// Everything a class touches.
fn touched<'c>(class: &'c Class<'_>) -> Vec<Touch<'c>> {
    let bodies = class.bodies.iter();
    bodies.flat_map(|body| touches(class.unit, class.ty, body)).collect()
}

fn is_login_only(class: &Class<'_>) -> bool {
    site::is_login_only(class, &touched(class))
}

/// The queries of a class.
pub(super) fn queries(program: &Program<'_>, number: usize) -> Vec<Query> {
    let Some(class) = program.class(number) else { return Vec::new() };
    let bodies = class.bodies.iter();
    bodies.flat_map(|body| query::queries(program, number, body)).collect()
}

fn objects(view: &View<'_>, number: usize) -> Vec<Object> {
    let schema = &view.input.org.schema;
    let Some(class) = view.program.class(number) else { return Vec::new() };
    let mut out: Vec<Object> = Vec::new();
    let mut add = |object: &str, span: Span, read: bool| {
        let Some(phi) = schema.object_phi(object) else { return };
        let name = schema.phi_object_name(object).unwrap_or_else(|| object.to_owned());
        match out.iter_mut().find(|known| known.name == name) {
            Some(known) => {
                known.read |= read;
                known.written |= !read;
            }
            None => {
                let confidence = phi.confidence;
                out.push(Object { name, span, read, written: !read, confidence });
            }
        }
    };
    for query in queries(&view.program, number) {
        add(&query.soql.from.text, class.span(query.at), true);
    }
    for touch in touched(class).iter().filter(|touch| touch.verb != Verb::Read) {
        add(&touch.object, class.span(touch.at), false);
    }
    out.sort_by_key(|object| object.span);
    out
}

fn say_objects(row: &mut Fact, objects: &[Object]) {
    for object in objects {
        row.push("phi-objects", object.name.as_str(), object.span);
        if object.read {
            row.push("phi-queried-objects", object.name.as_str(), object.span);
        }
        if object.written {
            row.push("phi-written-objects", object.name.as_str(), object.span);
        }
    }
}

fn say_fields(row: &mut Fact, view: &View<'_>, number: usize) {
    let schema = &view.input.org.schema;
    let Some(class) = view.program.class(number) else { return };
    let mut fields: Vec<PhiField> = Vec::new();
    for query in queries(&view.program, number) {
        fields.extend(field::selected(schema, &query.soql));
    }
    for touch in touched(class) {
        let set = touch.fields.iter();
        fields
            .extend(set.filter_map(|name| field::phi(schema, &touch.object, &name.text, name.at)));
    }
    fields.sort_by_key(|field| field.at);
    for field in &fields {
        if !row.items("phi-fields").any(|item| item.text == field.name.as_str()) {
            row.values.push(("phi-fields".into(), field.item(class.span(field.at))));
        }
    }
    if let Some(level) = fields.iter().map(|field| field.level).max() {
        row.derive("level", level.word());
    }
    row.confidence = fields.iter().filter(|f| f.level == Level::High).map(|f| f.confidence).max();
}

/// PHI that its queries give without regard to the user, and who can have them run.
fn say_open(row: &mut Fact, view: &View<'_>, number: usize, class: &Class<'_>) {
    let checks = query_row::own_checks(class);
    for query in queries(&view.program, number) {
        let object = query.soql.from.text.as_str();
        if checks.iter().any(|check| check.limits(object)) {
            continue;
        }
        let fields = field::selected(&view.input.org.schema, &query.soql);
        let sure = fields.iter().filter(|field| field.level == Level::High);
        match query::security(&query, class) {
            Some("none" | "system-mode") => {
                for field in sure {
                    if !row.items("open-phi").any(|item| item.text == field.name.as_str()) {
                        row.values.push(("open-phi".into(), field.item(class.span(query.at))));
                    }
                }
            }
            Some(_) => {}
            None if sure.count() > 0 => row.mark_unknown("open-phi", no_companion(class)),
            None => {}
        }
    }
    let called = query_row::called(&view.program, number);
    row.derive("called", !called.is_empty());
    let mut who = Fact::new("", "", row.place);
    view.audiences.say(&mut who, &view.program, &called, false);
    for (from, to) in
        [("guest-callable", "called-by-guests"), ("external-callable", "called-by-external")]
    {
        row.values.extend(who.item(from).map(|item| (to.into(), item.clone())));
        let unknown = who.unknown.iter().filter(|(key, _)| key == from);
        row.unknown.extend(unknown.map(|(_, why)| (to.into(), why.clone())));
    }
}

/// The checks of a class, each kind once.
fn say_checks(row: &mut Fact, class: &Class<'_>) {
    let checks: Vec<Check> = class.bodies.iter().flat_map(|body| check::checks(body)).collect();
    for check in checks {
        add_once(row, "permission-check", check.kind, class.span(check.at));
    }
}

fn add_once(row: &mut Fact, key: &str, text: &str, span: Span) {
    if !row.items(key).any(|item| item.text == text) {
        row.push(CompactString::from(key), text, span);
    }
}
