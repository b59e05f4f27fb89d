//! Facts of objects and fields, merged.
//!
//! In: facts, from every folder and format. Out: objects with their fields, nothing yet
//! recognised. It knows which key says what, and takes no decision.

use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::{Field, Object};
use crate::fact::Fact;
use crate::org::phi::{FieldShape, Recogniser};

pub(in crate::org) fn merge(
    facts: &[Arc<Fact>],
    recogniser: &Recogniser,
) -> BTreeMap<String, Object> {
    let mut objects: BTreeMap<String, Object> = BTreeMap::new();
    let mut fields: FxHashMap<String, BTreeMap<String, Field>> = FxHashMap::default();
    for fact in facts {
        let (object, field) = match fact.kind.as_str() {
            "CustomObject" => (fact.name.as_str(), fact.item("nameField.label").map(|_| "Name")),
            "CustomField" => match fact.name.split_once('.') {
                Some((object, field)) => (object, Some(field)),
                None => continue,
            },
            _ => continue,
        };
        let key = object.to_lowercase();
        let entry = objects.entry(key.clone()).or_insert_with(|| empty(object, recogniser));
        if fact.kind == "CustomObject" {
            adopt(entry, fact);
        }
        let Some(field) = field else { continue };
        let of_object = fields.entry(key).or_default();
        let known = of_object.entry(field.to_lowercase()).or_insert_with(|| Field {
            name: format!("{}.{field}", entry.name),
            facts: Vec::new(),
            recognition: None,
        });
        known.facts.push(Arc::clone(fact));
    }
    for (key, of_object) in fields {
        if let Some(object) = objects.get_mut(&key) {
            object.fields = of_object.into_values().collect();
        }
    }
    objects
}

pub(in crate::org) fn empty(name: &str, recogniser: &Recogniser) -> Object {
    let kind = recogniser.kind_of(name);
    Object {
        name: name.to_owned(),
        label: None,
        form: kind.form,
        custom_setting: false,
        facts: Vec::new(),
        fields: Vec::new(),
        clinical: None,
        phi: None,
        kind,
    }
}

pub(in crate::org) fn adopt(object: &mut Object, fact: &Arc<Fact>) {
    if object.label.is_none() {
        object.label = fact.text("label").map(str::to_owned);
    }
    if fact.item("customSettingsType").is_some() {
        object.custom_setting = true;
        object.kind.clinical = None;
        object.kind.mute = Some("it holds configuration");
    }
    object.facts.push(Arc::clone(fact));
}

/// What one fact says of a field.
pub(in crate::org) fn shape<'f>(name: &'f str, fact: &'f Fact) -> FieldShape<'f> {
    if fact.kind == "CustomObject" {
        let (kind, label) = (fact.text("nameField.type"), fact.text("nameField.label"));
        return FieldShape { name, kind, label, ..FieldShape::default() };
    }
    FieldShape {
        name,
        kind: fact.text("type"),
        label: fact.text("label"),
        description: fact.text("description"),
        help: fact.text("inlineHelpText"),
        groups: fact.text("complianceGroup"),
        formula: fact.item("formula").is_some(),
        unique: fact.is_true("unique") || fact.is_true("externalId"),
    }
}

pub(in crate::org) fn children(
    objects: &BTreeMap<String, Object>,
) -> FxHashMap<(String, String), String> {
    let mut out = FxHashMap::default();
    for object in objects.values() {
        for fact in object.fields.iter().flat_map(|field| &field.facts) {
            let Some(relationship) = fact.text("relationshipName") else { continue };
            for target in fact.items("referenceTo") {
                let key = (target.text.as_str().to_lowercase(), relationship.to_lowercase());
                out.entry(key).or_insert_with(|| object.name.clone());
            }
        }
    }
    out
}

pub(in crate::org) fn shield(objects: &BTreeMap<String, Object>) -> Option<String> {
    let mut fields = objects.values().flat_map(|object| &object.fields);
    let carries = |field: &&Field| field.facts.iter().any(|f| f.item("encryptionScheme").is_some());
    fields.find(carries).map(|field| field.name.clone())
}
