//! Kind `phi-field`: each field recognised as health information, with its safeguards.
//!
//! In: the schema. Out: one row for each place where such a field is defined, standing on its
//! element and keeping its elements as values. It does not know who reads the field.
//!
//! Sources: Metadata API type `CustomField`; Shield Platform Encryption's list of field types
//! that can be encrypted; field history tracking's list of those that cannot be tracked.

use std::sync::Arc;

use super::{Input, Kind};
use crate::fact::Fact;
use crate::org::phi::{Ground, Level, Recognition};
use crate::org::schema::{Field, Object};
use crate::org::tokens;

/// The kind.
pub const KIND: Kind = Kind {
    name: "phi-field",
    meaning: "a field recognised as health information, at each place it is defined; it has the elements of its `CustomField` too",
    reads: &["CustomField", "CustomObject"],
    values: &[
        ("object", "full name of its object"),
        ("field", "its name without the object"),
        ("class", "family of identifiers or health information: `ssn`, `diagnosis` …"),
        ("level", "`high`, `medium` or `low`: how certain it is PHI"),
        (
            "ground",
            "`configured`, `declared`, `catalogue`, `name`, `label` or `description`: what says so",
        ),
        ("token", "the words, tag or entry that told"),
        ("sensitive", "`true` where further laws protect it"),
        ("clinical", "`true` for health information, `false` for a mere identifier"),
        ("declared", "`true` where the metadata tags it (HIPAA) or phorce.toml names it"),
        ("compliance", "each compliance group, one value each"),
        (
            "form",
            "kind of object: `standard`, `custom`, `setting`, `metadata`, `event`, `external`, `big`",
        ),
        ("standard-field", "`true` for a field of the platform, `false` for a custom one"),
        ("name-field", "`true` for the name of the object's records"),
        ("words", "the words of its name, one value each, lower case"),
        ("computed", "`true` for a formula, roll-up or auto-number"),
        ("encryptable", "`true` where Shield can encrypt its type"),
        ("encryption", "`none`, `probabilistic`, `deterministic` or `classic`"),
        ("trackable", "`true` where field history can track it"),
        (
            "tracked",
            "`true` where field history tracks it; absent for a standard field whose file says nothing while others do, because history cannot track it",
        ),
        ("history-without-values", "`true` where history says only that it changed"),
        ("history-shows", "what history would say of a change, in words"),
        (
            "object-history",
            "`true` where its object has history on; unknown where the object's file was not retrieved",
        ),
        ("tracked-fields", "how many fields of its object history tracks"),
        ("person-object", "`true` where its object is about a person, or refers to one"),
    ],
    derive,
};

fn derive(input: &Input<'_>) -> Vec<Fact> {
    let recognised = input.org.schema.recognised(Level::Low);
    recognised
        .filter_map(|(object, field)| Some((object, field, field.recognition.as_ref()?)))
        .flat_map(|(object, field, found)| {
            field.facts.iter().map(move |fact| row(object, field, found, fact))
        })
        .collect()
}

fn row(object: &Object, field: &Field, found: &Recognition, fact: &Arc<Fact>) -> Fact {
    let mut row = Fact::new(KIND.name, field.name.as_str(), fact.place);
    let name_field = fact.kind == "CustomObject";
    if name_field {
        copy_name_field(&mut row, fact);
    } else {
        row.values.clone_from(&fact.values);
    }
    row.cap = fact.cap;
    row.confidence = Some(found.confidence);
    row.derive("object", &object.name);
    row.derive("field", field.own_name());
    row.derive("class", &found.class);
    row.derive("level", found.level.word());
    row.derive("ground", found.ground.word());
    row.derive("token", &found.token);
    row.derive("sensitive", found.sensitive);
    row.derive("clinical", found.clinical);
    row.derive("declared", matches!(found.ground, Ground::Declared | Ground::Configured));
    row.derive("form", object.form_word());
    row.derive("standard-field", !field.own_name().to_ascii_lowercase().ends_with("__c"));
    row.derive("name-field", name_field);
    row.derive("person-object", object.clinical.is_some());
    for word in tokens::of_name(field.own_name()) {
        row.derive("words", word);
    }
    split_groups(&mut row);
    safeguards(&mut row, object);
    row
}

/// The name of an object's records is described in the object's file, under `nameField`.
fn copy_name_field(row: &mut Fact, object: &Fact) {
    for (key, item) in &object.values {
        match key.strip_prefix("nameField.") {
            Some(inner) => row.values.push((inner.into(), item.clone())),
            None if key == "nameField" => row.place = item.span,
            None => {}
        }
    }
}

/// Several groups stand in one element, separated by `;`; repeated elements occur too.
fn split_groups(row: &mut Fact) {
    let items: Vec<_> = row.items("complianceGroup").cloned().collect();
    for item in items {
        for group in item.text.split(';').map(str::trim).filter(|group| !group.is_empty()) {
            row.push("compliance", group, item.span);
        }
    }
}

/// Types Shield can encrypt at field level.
const ENCRYPTABLE: [&str; 9] =
    ["Email", "Phone", "Text", "TextArea", "LongTextArea", "Html", "Url", "Date", "DateTime"];
/// Types history cannot track.
const UNTRACKABLE: [&str; 3] = ["Summary", "AutoNumber", "MetadataRelationship"];
/// Types history tracks without their values.
const VALUELESS: [&str; 4] = ["LongTextArea", "Html", "MultiselectPicklist", "EncryptedText"];

fn safeguards(row: &mut Fact, object: &Object) {
    let ty = row.text("type").unwrap_or("").to_owned();
    let is = |list: &[&str]| list.iter().any(|known| known.eq_ignore_ascii_case(&ty));
    let formula = row.item("formula").is_some();
    let computed = formula || is(&["Summary", "AutoNumber"]);
    row.derive("computed", computed);
    row.derive("encryptable", is(&ENCRYPTABLE) && !computed);
    encryption(row, &ty);
    row.derive("trackable", !formula && !is(&UNTRACKABLE));
    let valueless = is(&VALUELESS);
    row.derive("history-without-values", valueless);
    let shown = if valueless { "only who changed it and when" } else { "old and new value" };
    row.derive("history-shows", shown);
    match row.item("trackHistory").cloned() {
        Some(item) => row.push("tracked", item.text, item.span),
        // A custom field's file always says; a standard one's may leave it out.
        None if row.text("standard-field") == Some("false") => row.derive("tracked", false),
        None if others_say(object, row) => {}
        None => row.mark_unknown(
            "tracked",
            "the file of a standard field does not say whether history tracks it",
        ),
    }
    match object.facts.iter().find_map(|fact| fact.text("enableHistory")) {
        Some(on) => row.derive("object-history", on),
        None => row.mark_unknown(
            "object-history",
            format!(
                "the file of {} was not retrieved, or does not say whether history is on",
                object.name
            ),
        ),
    }
    let tracked =
        object.fields.iter().filter(|f| f.facts.iter().any(|x| x.is_true("trackHistory")));
    row.derive("tracked-fields", tracked.count());
}

/// Whether another standard field of the object says that history tracks it or not: then
/// history cannot track one that says nothing, because Salesforce leaves the element out.
fn others_say(object: &Object, row: &Fact) -> bool {
    let custom = |field: &Field| field.own_name().to_ascii_lowercase().ends_with("__c");
    let says = |field: &Field| field.facts.iter().any(|fact| fact.item("trackHistory").is_some());
    object.fields.iter().any(|field| field.name != row.name && !custom(field) && says(field))
}

fn encryption(row: &mut Fact, ty: &str) {
    let scheme = row.item("encryptionScheme").cloned();
    let word = match scheme.as_ref().map(|item| item.text.as_str()) {
        _ if ty.eq_ignore_ascii_case("EncryptedText") => "classic",
        Some(text) if text.eq_ignore_ascii_case("ProbabilisticEncryption") => "probabilistic",
        Some(text) if text.to_ascii_lowercase().contains("deterministic") => "deterministic",
        // Before API 44 a field was just `encrypted`, and there was one scheme.
        _ if row.is_true("encrypted") => "probabilistic",
        _ => "none",
    };
    match scheme.or_else(|| row.item("type").cloned()) {
        Some(item) => row.push("encryption", word, item.span),
        None => row.derive("encryption", word),
    }
}
