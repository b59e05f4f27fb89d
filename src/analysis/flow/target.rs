//! How well a field that a flow writes to is protected, beside the field it comes from.
//!
//! In: a target, the labels that go there, the schema. Out: values of the row. What was not
//! retrieved is unknown. An object that follows its parent's sharing has no default here.

use std::sync::Arc;

use compact_str::{CompactString, format_compact};

use super::label::{Label, phi};
use crate::fact::{Fact, Item};
use crate::org::openness::{is_shared_surface, openness};
use crate::org::schema::{Object, Schema};
use crate::org::words::Words;
use crate::source::Span;

/// What a record is written to.
pub(super) struct Written<'w> {
    pub(super) schema: &'w Schema,
    pub(super) object: &'w str,
    pub(super) field: &'w str,
    pub(super) span: Span,
    /// What goes there.
    pub(super) labels: &'w [&'w Label],
}

impl Written<'_> {
    /// Adds what is known of the target.
    pub(super) fn say(&self, row: &mut Fact) {
        let known = self.schema.object(self.object);
        let item = |text: CompactString, related| Item {
            text,
            span: self.span,
            secret: false,
            related,
            parts: None,
        };
        let defined = known.and_then(|object| object.facts.first()).map(|fact| fact.place);
        row.values.push(("target-object".into(), item(self.object.into(), defined)));
        let facts = known.and_then(|object| object.field(self.field)).map(|f| f.facts.as_slice());
        let facts = facts.unwrap_or(&[]);
        let name = format_compact!("{}.{}", self.object, self.field);
        let place = facts.first().map(|fact| fact.place);
        row.values.push(("target-field".into(), item(name.clone(), place)));
        row.derive("target-phi", phi(self.schema, self.object, self.field).is_some());
        let mut labels = self.labels.iter();
        row.derive("same-object", labels.all(|l| l.object.eq_ignore_ascii_case(self.object)));
        row.derive("source-encrypted", self.labels.iter().any(|label| label.encrypted));
        let mut weaker = self.say_protection(row, facts, &name);
        weaker.extend(self.say_sharing(row, known));
        weaker.extend(self.is_open(known).then_some("surface"));
        for word in weaker {
            row.push("weaker", word, self.span);
        }
    }

    /// Encryption and history of the field.
    fn say_protection(&self, row: &mut Fact, facts: &[Arc<Fact>], name: &str) -> Vec<&'static str> {
        let mut weaker = Vec::new();
        if facts.is_empty() {
            let why = format!("{name} was not retrieved; retrieve the object with its fields");
            row.mark_unknown("target-encrypted", why.clone());
            row.mark_unknown("target-tracked", why);
            return weaker;
        }
        let encrypted = facts.iter().any(|fact| {
            fact.text("encryptionScheme").is_some_and(|s| !s.eq_ignore_ascii_case("None"))
        });
        let tracked = facts.iter().any(|fact| fact.is_true("trackHistory"));
        row.derive("target-encrypted", encrypted);
        row.derive("target-tracked", tracked);
        if !encrypted && self.labels.iter().any(|label| label.encrypted) {
            weaker.push("encryption");
        }
        if !tracked && self.labels.iter().any(|label| label.tracked) {
            weaker.push("history");
        }
        weaker
    }

    /// Org-wide defaults of the object.
    fn say_sharing(&self, row: &mut Fact, known: Option<&Object>) -> Vec<&'static str> {
        let mut weaker = Vec::new();
        let source = self.labels.first().and_then(|label| self.schema.object(&label.object));
        for (key, element, word) in [
            ("target-owd", "sharingModel", "sharing"),
            ("target-owd-external", "externalSharingModel", "sharing-external"),
        ] {
            let Some(model) = known.and_then(|object| object.stated(element)) else {
                row.mark_unknown(key, format!("the sharing of {} was not retrieved", self.object));
                continue;
            };
            row.derive(key, model);
            let from = source.and_then(|object| object.stated(element)).and_then(openness);
            if from.zip(openness(model)).is_some_and(|(from, to)| from < to) {
                weaker.push(word);
            }
        }
        weaker
    }

    /// Whether many people see such records as they work.
    fn is_open(&self, known: Option<&Object>) -> bool {
        let is_log = Words::embedded().ends_as_log(self.object);
        let is_event = known.is_some_and(|object| object.form_word() == "event");
        is_event || is_log || super::touch::is_event(self.object) || is_shared_surface(self.object)
    }
}
