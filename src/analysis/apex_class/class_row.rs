//! Rows of kind `apex-class`.
//!
//! In: a class. Out: its row.

use compact_str::CompactString;

use super::entry;
use super::field::{self, PhiField};
use super::program::Class;
use super::query;
use super::sharing::{enforced, no_companion};
use super::view::View;
use super::{CLASS, site};
use crate::fact::{Confidence, Fact};
use crate::metadata::apex::model::{At, TypeKind};
use crate::metadata::apex::touch::{Mode, Verb};
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

pub(super) fn rows(view: &View<'_>, number: usize, class: &Class<'_>) -> Vec<Fact> {
    let mut row = Fact::new(CLASS.name, class.ty.full_name.clone(), class.span(class.ty.name.at));
    row.cap = class.unit.fact.cap;
    row.component = class.unit.fact.name.clone();
    say_head(&mut row, view, class);
    say_sharing(&mut row, view, number, class);
    say_entries(&mut row, view, number, class);
    let fields = say_fields(&mut row, view, number, class);
    let own = objects(view, number, class);
    let surest = own.iter().map(|object| object.confidence).max();
    row.confidence = surest.or(fields);
    say_objects(&mut row, view, &own, class);
    say_open(&mut row, view, number, class);
    for (_, check) in view.checks(number) {
        add_once(&mut row, "permission-check", check.kind, class.span(check.at));
    }
    let callable: &[usize] = if view.is_callable(number) { &[number] } else { &[] };
    view.audiences.say(&mut row, &view.program, callable, true);
    row.derive("site-login-only", site::is_login_only(view, number, class));
    vec![row]
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

fn say_sharing(row: &mut Fact, view: &View<'_>, number: usize, class: &Class<'_>) {
    let found = enforced(view, number, class);
    found.say(row, class);
    row.derive("implicit-sharing", found.implicit);
}

fn say_entries(row: &mut Fact, view: &View<'_>, number: usize, class: &Class<'_>) {
    for entry in view.entries(number) {
        row.push("entry-points", entry.kind, entry.span);
    }
    row.derive("callable", view.is_callable(number));
    if let Some((url, at)) = entry::url_mapping(class) {
        row.push("url-mapping", url.clone(), class.span(at));
    }
    for method in &class.bodies {
        if let Some((word, annotation)) = entry::http_method(method) {
            row.push("http-methods", word, class.span(annotation.at));
        }
    }
}

/// The PHI objects whose records a class queries or writes. A count gives no record.
fn objects(view: &View<'_>, number: usize, class: &Class<'_>) -> Vec<Object> {
    let schema = &view.input.org.schema;
    let mut out: Vec<Object> = Vec::new();
    let mut add = |object: &str, at: At, read: bool| {
        let Some(phi) = schema.object_phi(object).filter(|_| !object.is_empty()) else { return };
        let name = schema.phi_object_name(object).unwrap_or_else(|| object.to_owned());
        let known = out.iter().position(|known| known.name == name);
        let known = known.and_then(|known| out.get_mut(known));
        match known {
            Some(known) => {
                known.read |= read;
                known.written |= !read;
            }
            None => {
                let (span, confidence) = (class.span(at), phi.confidence);
                out.push(Object { name, span, read, written: !read, confidence });
            }
        }
    };
    for (_, query) in view.queries(number).iter().filter(|(_, query)| !query.only_counts()) {
        add(&query.soql.from.text, query.at, true);
    }
    for (_, written) in view.written(number) {
        add(&written.object, written.at, false);
    }
    out.sort_by_key(|object| object.span);
    out
}

fn say_objects(row: &mut Fact, view: &View<'_>, own: &[Object], class: &Class<'_>) {
    for object in own {
        row.push("phi-objects", object.name.as_str(), object.span);
        add_once(row, "reached-phi-objects", &object.name, object.span);
        if object.read {
            row.push("phi-queried-objects", object.name.as_str(), object.span);
        }
        if object.written {
            row.push("phi-written-objects", object.name.as_str(), object.span);
        }
    }
    for named in &class.names {
        let Some(other) = view.program.class(*named) else { continue };
        for object in objects(view, *named, other) {
            add_once(row, "reached-phi-objects", &object.name, object.span);
        }
    }
}

/// PHI that is selected or set; how sure the surest of it is.
fn say_fields(
    row: &mut Fact,
    view: &View<'_>,
    number: usize,
    class: &Class<'_>,
) -> Option<Confidence> {
    let schema = &view.input.org.schema;
    let mut fields: Vec<PhiField> = Vec::new();
    for (_, query) in view.queries(number) {
        fields.extend(field::selected(schema, &query.soql));
    }
    for (_, written) in view.written(number) {
        let set = written.fields.iter();
        let found = set.filter_map(|n| field::phi(schema, &written.object, &n.text, n.at));
        fields.extend(found);
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
    fields.iter().filter(|f| f.level == Level::High).map(|f| f.confidence).max()
}

/// PHI that its queries give without regard to the user, and who can have them run.
fn say_open(row: &mut Fact, view: &View<'_>, number: usize, class: &Class<'_>) {
    for (body, query) in view.queries(number) {
        if view.limits(number, *body, &query.soql.from.text) {
            continue;
        }
        let fields = field::selected(&view.input.org.schema, &query.soql);
        let sure = fields.iter().filter(|field| field.level == Level::High);
        match query::security(query, class) {
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
    say_unchecked(row, view, number, class);
    let called = view.called(number);
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

/// PHI objects that it writes without regard to what the user may change.
fn say_unchecked(row: &mut Fact, view: &View<'_>, number: usize, class: &Class<'_>) {
    // A job runs for nobody, whoever starts it.
    let jobs = ["batch", "queueable", "schedulable"];
    let job = view.entries(number).iter().any(|entry| jobs.contains(&entry.kind));
    if job && !view.is_callable(number) {
        return;
    }
    let schema = &view.input.org.schema;
    let written = view.written(number).iter();
    for (body, written) in written.filter(|(_, written)| written.verb != Verb::Publish) {
        let found = schema.phi_object_name(&written.object).filter(|_| !written.object.is_empty());
        let limited = view.limits(number, *body, &written.object);
        let Some(name) = found.filter(|_| !limited) else { continue };
        match (written.mode, class.user_mode_default()) {
            (Some(Mode::User), _) | (None, Some(true)) => {}
            (Some(Mode::System), _) | (None, Some(false)) => {
                add_once(row, "unchecked-writes", &name, class.span(written.at));
            }
            (None, None) => row.mark_unknown("unchecked-writes", no_companion(class)),
        }
    }
}

fn add_once(row: &mut Fact, key: &str, text: &str, span: Span) {
    if !row.items(key).any(|item| item.text == text) {
        row.push(CompactString::from(key), text, span);
    }
}
