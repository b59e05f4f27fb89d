//! Kind `phi-field`: each field recognised as health information, with its safeguards.
//!
//! In: the schema. Out: one row for each place where such a field is defined, standing on its
//! element and keeping its elements as values. It does not know who reads the field, nor
//! which standard fields Shield can encrypt where their file does not say it.
//!
//! Sources: Metadata API types `CustomField` and `PlatformEncryptionSettings`; Shield Platform
//! Encryption's list of field types that can be encrypted; field history tracking's list of
//! those that cannot be tracked.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Input, Kind};
use crate::fact::{Fact, Item};
use crate::metadata::grants::FieldGrant;
use crate::org::phi::{Ground, Level, Recognition};
use crate::org::schema::{Field, Object, Schema};
use crate::org::tokens;

/// The kind.
pub const KIND: Kind = Kind {
    name: "phi-field",
    meaning: "a field recognised as health information, at each place it is defined; it has the elements of its `CustomField` too",
    reads: &["CustomField", "CustomObject", "Profile", "Settings"],
    values: &[
        ("object", "full name of its object"),
        ("field", "its name without the object"),
        ("class", "family of identifiers or health information: `ssn`, `diagnosis` …"),
        ("level", "`high`, `medium` or `low`: how certain it is PHI"),
        (
            "ground",
            "`configured`, `declared`, `catalogue`, `name`, `label` or `description`: what says so",
        ),
        ("because", "ground and token in words"),
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
        ("encryptable", "`true` where Shield can encrypt it"),
        (
            "encryption-obstacle",
            "why Shield cannot encrypt it: `type`, `computed`, `object` (its object is external, an event, big or configuration), `package` (the org leaves managed packages out), `unlisted` (a standard or name field whose file does not speak of encryption)",
        ),
        (
            "encryption",
            "`none`, `probabilistic`, `deterministic`, `classic` (the older encrypted text), or `impossible` where Shield cannot encrypt it",
        ),
        ("encryption-stated", "the `encryptionScheme` of its file, else the `type`"),
        ("trackable", "`true` where field history can track it"),
        ("tracked", "`true` where field history tracks it"),
        ("history-without-values", "`true` where history says only that it changed"),
        ("history-shows", "what history would say of a change, in words"),
        (
            "object-history",
            "`true` where its object has history on; unknown where the object's file was not retrieved",
        ),
        ("tracked-fields", "how many fields of its object history tracks"),
        (
            "person-object",
            "`true` where its object is about a person, or refers to an object with a file that is",
        ),
        (
            "contradicting-twin",
            "in an org with person accounts, the field of the same name on the other half (Account, Contact) that is classified otherwise; said once, on the contact where that is PHI too",
        ),
        (
            "granted-profiles",
            "where its file states a `businessStatus`, the profiles with a field permission on it",
        ),
    ],
    derive,
};

/// What all rows are derived with.
#[derive(Clone, Copy)]
struct Surroundings<'a> {
    schema: &'a Schema,
    /// The org may not encrypt fields of managed packages.
    packages_left_out: bool,
    person_accounts: bool,
}

fn derive(input: &Input<'_>) -> Vec<Fact> {
    let schema = &input.org.schema;
    let settings = input.facts.of("PlatformEncryptionSettings").first();
    let allowed = settings.and_then(|fact| fact.text("canEncryptManagedPackageFields"));
    let around = Surroundings {
        schema,
        packages_left_out: allowed.is_some_and(|text| text.eq_ignore_ascii_case("false")),
        person_accounts: has_person_accounts(schema),
    };
    schema
        .recognised(Level::Low)
        .filter_map(|(object, field)| Some((object, field, field.recognition.as_ref()?)))
        .flat_map(|(object, field, found)| {
            field.facts.iter().map(move |fact| row(around, object, field, found, fact))
        })
        .map(|mut row| {
            if row.item("businessStatus").is_some() {
                name_profiles(&mut row, input);
            }
            row
        })
        .collect()
}

/// The profiles whose files grant the field.
fn name_profiles(row: &mut Fact, input: &Input<'_>) {
    for grants in input.facts.grants.iter().filter(|grants| grants.holder.kind == "Profile") {
        let own = |grant: &&FieldGrant| grant.field.eq_ignore_ascii_case(&row.name);
        let Some(place) = grants.fields.iter().find(own).map(|grant| grant.span) else { continue };
        let mut item = Item::new(grants.holder.name.clone(), row.place);
        item.related = Some(place);
        row.values.push(("granted-profiles".into(), item));
    }
}

fn row(
    around: Surroundings<'_>,
    object: &Object,
    field: &Field,
    found: &Recognition,
    fact: &Arc<Fact>,
) -> Fact {
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
    row.derive("because", found.because());
    row.derive("sensitive", found.sensitive);
    row.derive("clinical", found.clinical);
    row.derive("declared", matches!(found.ground, Ground::Declared | Ground::Configured));
    row.derive("form", object.form_word());
    row.derive("standard-field", !field.own_name().to_ascii_lowercase().ends_with("__c"));
    row.derive("name-field", name_field);
    row.derive("person-object", is_about_person(around.schema, object));
    for word in tokens::of_name(field.own_name()) {
        row.derive("words", word);
    }
    split_groups(&mut row);
    safeguards(&mut row, around, object);
    row.values.extend(contradicting_twin(around, object, field, fact));
    row
}

fn is_about_person(schema: &Schema, object: &Object) -> bool {
    let is_person = |object: &Object| object.clinical.is_some() || object.kind().person;
    let facts = object.fields.iter().flat_map(|field| &field.facts);
    let mut targets = facts.flat_map(|fact| fact.items("referenceTo"));
    is_person(object) || targets.any(|target| schema.object(&target.text).is_some_and(is_person))
}

/// The name of an object's records is described in the object's file, under `nameField`.
fn copy_name_field(row: &mut Fact, object: &Fact) {
    for (key, item) in &object.values {
        match key.strip_prefix("nameField.") {
            Some(inner) => row.values.push((inner.into(), item.clone())),
            None if key == "nameField" => row.place = item.span,
            None if key == "managed" => row.values.push((key.clone(), item.clone())),
            None => {}
        }
    }
}

/// Why a field is taken as PHI, in words.
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

/// Kinds of objects whose records Shield encrypts field by field.
const ENCRYPTED_FORMS: [&str; 2] = ["standard", "custom"];

fn safeguards(row: &mut Fact, around: Surroundings<'_>, object: &Object) {
    let ty = row.text("type").unwrap_or("").to_owned();
    let is = |list: &[&str]| list.iter().any(|known| known.eq_ignore_ascii_case(&ty));
    let formula = row.item("formula").is_some();
    row.derive("computed", formula || is(&["Summary", "AutoNumber"]));
    let obstacle = obstacle(row, around, object, is(&ENCRYPTABLE));
    row.derive("encryptable", obstacle.is_none());
    if let Some(why) = obstacle {
        row.derive("encryption-obstacle", why);
    }
    encryption(row, &ty, obstacle.is_some());
    let untrackable = formula || is(&UNTRACKABLE) || left_out(object, row);
    row.derive("trackable", !untrackable);
    let valueless = is(&VALUELESS);
    row.derive("history-without-values", valueless);
    let shown = if valueless { "only who changed it and when" } else { "old and new value" };
    row.derive("history-shows", shown);
    match row.item("trackHistory").cloned() {
        Some(item) => row.push("tracked", item.text, item.span),
        // A custom field's file always says; a standard one's may leave it out.
        None if row.text("standard-field") == Some("false") => row.derive("tracked", false),
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

/// Why Shield cannot encrypt a field, if it cannot.
fn obstacle(
    row: &Fact,
    around: Surroundings<'_>,
    object: &Object,
    type_fits: bool,
) -> Option<&'static str> {
    let stated = row.item("encryptionScheme").is_some();
    let platform = row.is_true("standard-field") || row.is_true("name-field");
    if !ENCRYPTED_FORMS.contains(&object.form_word()) {
        Some("object")
    } else if row.is_true("computed") {
        Some("computed")
    } else if around.packages_left_out && row.is_true("managed") {
        Some("package")
    } else if platform {
        // The platform writes the element only for fields that it can encrypt; the files of
        // its own fields state no type, and the list of those it can grows by release.
        (!stated).then_some("unlisted")
    } else {
        (!type_fits).then_some("type")
    }
}

/// Whether the field is a standard one whose file says nothing of history while others of the
/// object do: Salesforce leaves the element out of fields that history cannot track.
fn left_out(object: &Object, row: &Fact) -> bool {
    let custom = |field: &Field| field.own_name().to_ascii_lowercase().ends_with("__c");
    let says = |field: &Field| field.facts.iter().any(|fact| fact.item("trackHistory").is_some());
    let silent = row.text("standard-field") == Some("true") && row.item("trackHistory").is_none();
    silent && object.fields.iter().any(|field| !custom(field) && says(field))
}

fn encryption(row: &mut Fact, ty: &str, impossible: bool) {
    let scheme = row.item("encryptionScheme").cloned();
    let word = match scheme.as_ref().map(|item| item.text.as_str()) {
        _ if ty.eq_ignore_ascii_case("EncryptedText") => "classic",
        Some(text) if text.eq_ignore_ascii_case("ProbabilisticEncryption") => "probabilistic",
        Some(text) if text.to_ascii_lowercase().contains("deterministic") => "deterministic",
        // Before API 44 a field was just `encrypted`, and there was one scheme.
        _ if row.is_true("encrypted") => "probabilistic",
        _ if impossible => "impossible",
        _ => "none",
    };
    let stated = scheme.or_else(|| row.item("type").cloned());
    row.derive("encryption", word);
    row.values.extend(stated.map(|item| ("encryption-stated".into(), item)));
}

/// Whether accounts may be persons: fields of the person exist on the account.
fn has_person_accounts(schema: &Schema) -> bool {
    let of_person = |name: &str| {
        let name = name.to_ascii_lowercase();
        name.ends_with("__pc") || (name.starts_with("person") && !name.ends_with("__c"))
    };
    let account = schema.object("Account");
    schema.object("PersonAccount").is_some()
        || account.is_some_and(|account| account.fields.iter().any(|f| of_person(f.own_name())))
}

/// The field of the other half of a person account that is classified otherwise.
fn contradicting_twin(
    around: Surroundings<'_>,
    object: &Object,
    field: &Field,
    fact: &Fact,
) -> Option<(compact_str::CompactString, Item)> {
    let own = field.own_name().to_ascii_lowercase();
    let stem = own.strip_suffix("__pc").or_else(|| own.strip_suffix("__c"))?;
    let on_contact = object.name.eq_ignore_ascii_case("Contact");
    let (other, names) = match (on_contact, object.name.eq_ignore_ascii_case("Account")) {
        (true, _) => ("Account", [format!("{stem}__pc"), format!("{stem}__c")]),
        (_, true) => ("Contact", [format!("{stem}__c"), format!("{stem}__c")]),
        _ => return None,
    };
    let other = around.schema.object(other).filter(|_| around.person_accounts)?;
    let differs = |twin: &&Field| {
        twin.facts.first().is_some_and(|twin| classification(twin) != classification(fact))
    };
    let twin = names.iter().filter_map(|name| other.field(name)).find(differs)?;
    if !on_contact && twin.is_phi() {
        return None;
    }
    let mut item = Item::new(twin.name.as_str(), fact.place);
    item.related = twin.facts.first().map(|twin| twin.place);
    Some(("contradicting-twin".into(), item))
}

/// Compliance groups and security classification, comparable.
fn classification(fact: &Fact) -> (BTreeSet<String>, String) {
    let groups = fact.items("complianceGroup").flat_map(|item| item.text.split(';'));
    let groups = groups.map(|group| group.trim().to_ascii_lowercase());
    let groups = groups.filter(|group| !group.is_empty() && group != "none").collect();
    (groups, fact.text("securityClassification").unwrap_or("").to_ascii_lowercase())
}

#[cfg(test)]
mod tests;
