//! How well a field that Apex writes is protected, beside the field it comes from.
//!
//! In: object and field of a target, the fields that go there, the schema. Out: values of the
//! row. What was not retrieved is not compared.

use std::sync::Arc;

use compact_str::format_compact;

use super::source::PhiField;
use crate::fact::{Fact, Item};
use crate::org::openness::{is_shared_surface, openness};
use crate::org::phi::Level;
use crate::org::schema::{Object, Schema};
use crate::source::Span;

/// Whether a target is worth a row: it is no protected PHI field itself.
pub(super) fn is_weaker(schema: &Schema, target: (&str, &str), fields: &[Arc<PhiField>]) -> bool {
    !is_phi(schema, target) || !weaker(schema, target, fields).is_empty()
}

/// Whether a field holds text, as far as its file says.
pub(super) fn is_text(schema: &Schema, target: (&str, &str)) -> bool {
    let field = schema.object(target.0).and_then(|object| object.field(target.1));
    let ty = field.and_then(|field| field.facts.first()).and_then(|fact| fact.text("type"));
    ty.is_none_or(|ty| ["Text", "LongTextArea", "Html", "TextArea"].contains(&ty))
}

/// Adds what is known of the target.
pub(super) fn say(
    schema: &Schema,
    row: &mut Fact,
    target: (&str, &str),
    fields: &[Arc<PhiField>],
    compared: bool,
) {
    let (object, field) = target;
    let known = schema.object(object);
    let item = |text: compact_str::CompactString, related: Option<Span>, span| Item {
        text,
        span,
        secret: false,
        related,
        parts: None,
    };
    let defined = known.and_then(|object| object.facts.first()).map(|fact| fact.place);
    let place = row.place;
    row.values.push(("target-object".into(), item(object.into(), defined, place)));
    if field.is_empty() {
        return;
    }
    let found = known.and_then(|object| object.field(field));
    let name = format_compact!("{object}.{field}");
    let defined = found.and_then(|field| field.facts.first()).map(|fact| fact.place);
    row.values.push(("target-field".into(), item(name, defined, place)));
    if !compared {
        return;
    }
    row.derive("target-phi", is_phi(schema, target));
    row.derive("same-object", fields.iter().all(|f| f.object.eq_ignore_ascii_case(object)));
    for word in weaker(schema, target, fields) {
        row.derive("weaker", word);
    }
}

fn is_phi(schema: &Schema, target: (&str, &str)) -> bool {
    let found = schema.phi_of(Some(target.0), target.1);
    found.is_some_and(|found| found.recognition.level == Level::High)
}

fn weaker(schema: &Schema, target: (&str, &str), fields: &[Arc<PhiField>]) -> Vec<&'static str> {
    let (object, field) = target;
    let known = schema.object(object);
    let mut out = Vec::new();
    let facts = known.and_then(|object| object.field(field)).map_or(&[][..], |f| &f.facts);
    if !facts.is_empty() {
        let encrypted = facts.iter().any(|fact| {
            fact.text("encryptionScheme").is_some_and(|s| !s.eq_ignore_ascii_case("None"))
        });
        let tracked = facts.iter().any(|fact| fact.is_true("trackHistory"));
        if !encrypted && fields.iter().any(|field| field.encrypted) {
            out.push("encryption");
        }
        if !tracked && fields.iter().any(|field| field.tracked) {
            out.push("history");
        }
    }
    let source = fields.first().and_then(|field| schema.object(&field.object));
    for (element, word) in
        [("sharingModel", "sharing"), ("externalSharingModel", "sharing-external")]
    {
        let model = |object: Option<&Object>| object?.stated(element).and_then(openness);
        if model(source).zip(model(known)).is_some_and(|(from, to)| from < to) {
            out.push(word);
        }
    }
    if is_shared_surface(object) {
        out.push("surface");
    }
    out
}
