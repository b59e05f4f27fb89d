//! The PHI a query gives.
//!
//! In: a query and the schema. Out: the PHI fields among what it selects. A count is no PHI,
//! nor is a part of a date; of an alias the field itself is meant.

use compact_str::CompactString;

use crate::fact::{Confidence, Item};
use crate::metadata::apex::model::{At, Selected, Soql};
use crate::org::phi::{Level, Recognition};
use crate::org::schema::Schema;
use crate::source::Span;

/// A PHI field that is selected or set.
#[derive(Debug, Clone)]
pub(super) struct PhiField {
    /// Object and field.
    pub(super) name: String,
    pub(super) class: CompactString,
    pub(super) level: Level,
    pub(super) confidence: Confidence,
    pub(super) at: At,
    /// Where it is defined.
    pub(super) defined: Option<Span>,
}

impl PhiField {
    fn new(name: &str, recognition: &Recognition, at: At, defined: Option<Span>) -> Option<Self> {
        (recognition.level >= Level::Medium).then(|| Self {
            name: name.to_owned(),
            class: recognition.class.clone(),
            level: recognition.level,
            confidence: recognition.confidence,
            at,
            defined,
        })
    }

    /// As a value.
    pub(super) fn item(&self, span: Span) -> Item {
        Item { related: self.defined, ..Item::new(self.name.as_str(), span) }
    }
}

/// Functions whose result is the value, or one of the values.
const KEEPS: [&str; 6] = ["TOLABEL", "FORMAT", "MAX", "MIN", "CONVERTCURRENCY", "CONVERTTIMEZONE"];

/// A PHI field by the reference of an object.
pub(super) fn phi(schema: &Schema, object: &str, reference: &str, at: At) -> Option<PhiField> {
    let found = schema.phi_of(Some(object), reference)?;
    let defined = found.facts.first().map(|fact| fact.place);
    PhiField::new(&found.name, &found.recognition, at, defined)
}

/// The PHI fields of a query on an object, each once.
pub(super) fn selected(schema: &Schema, soql: &Soql) -> Vec<PhiField> {
    let mut out = Vec::new();
    let object = soql.from.text.as_str();
    list(schema, object, "", soql, &mut out);
    for child in &soql.children {
        let relation = format!("{}.", child.from.text);
        list(schema, object, &relation, child, &mut out);
    }
    for typed in soql.typed.iter().filter(|typed| !typed.from.text.is_empty()) {
        list(schema, &typed.from.text, "", typed, &mut out);
    }
    let mut seen: Vec<String> = Vec::new();
    out.retain(|field| {
        let new = !seen.contains(&field.name);
        if new {
            seen.push(field.name.clone());
        }
        new
    });
    out
}

fn list(schema: &Schema, object: &str, relation: &str, soql: &Soql, out: &mut Vec<PhiField>) {
    for selected in &soql.select {
        let keeps = |name: &CompactString| KEEPS.contains(&name.as_str());
        if selected.function.as_ref().is_some_and(|name| !keeps(name)) {
            continue;
        }
        if let Some(which) = selected.field.text.strip_prefix("FIELDS(") {
            all(schema, object, which, selected.field.at, out);
            continue;
        }
        let field = own_name(selected, object, soql);
        out.extend(phi(schema, object, &format!("{relation}{field}"), selected.field.at));
    }
}

/// A field without the alias or the name of its object before it.
fn own_name<'s>(selected: &'s Selected, object: &str, soql: &Soql) -> &'s str {
    let text = selected.field.text.as_str();
    let Some((first, rest)) = text.split_once('.') else { return text };
    let alias = soql.alias.as_ref().is_some_and(|alias| alias.eq_ignore_ascii_case(first));
    if alias || first.eq_ignore_ascii_case(object) { rest } else { text }
}

/// `FIELDS(ALL)`, `FIELDS(STANDARD)`, `FIELDS(CUSTOM)`.
fn all(schema: &Schema, object: &str, which: &str, at: At, out: &mut Vec<PhiField>) {
    let Some(object) = schema.object(object) else { return };
    for field in &object.fields {
        let custom = field.own_name().contains("__");
        let meant = match which.get(..1) {
            Some("S" | "s") => !custom,
            Some("C" | "c") => custom,
            _ => true,
        };
        let Some(recognition) = field.recognition.as_ref().filter(|_| meant) else { continue };
        let defined = field.facts.first().map(|fact| fact.place);
        out.extend(PhiField::new(&field.name, recognition, at, defined));
    }
}
