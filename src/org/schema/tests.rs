//! Tests of merging, of surroundings, and of what makes an object PHI.

use glob::Pattern;

use super::*;
use crate::org::phi::Overrides;
use crate::source::{FileId, Span};

/// A fact from `key=value` pairs.
fn fact(kind: &str, name: &str, values: &[(&str, &str)]) -> Arc<Fact> {
    let place = Span::head(FileId(0));
    let mut fact = Fact::new(kind, name, place);
    for (key, text) in values {
        fact.push(*key, *text, place);
    }
    Arc::new(fact)
}

/// A text field.
fn field(name: &str) -> Arc<Fact> {
    fact("CustomField", name, &[("type", "Text")])
}

/// A schema, whether or not the org is about health.
fn schema(facts: &[Arc<Fact>], health: Option<bool>) -> Schema {
    let overrides = Overrides { health_context: health, ..Overrides::default() };
    Schema::build(facts, &Evidence::default(), Recogniser::new(&overrides).unwrap())
}

fn level(schema: &Schema, object: &str, field: &str) -> Option<Level> {
    schema.object(object)?.field(field)?.recognition.as_ref().map(|r| r.level)
}

#[test]
fn files_of_one_object_are_merged_and_every_fact_is_kept() {
    let facts = [
        fact("CustomObject", "Patient__c", &[("label", "Patient")]),
        fact("CustomObject", "patient__C", &[]),
        field("Patient__c.SSN__c"),
        fact("CustomField", "PATIENT__C.ssn__c", &[("type", "Checkbox")]),
        field("Zebra__c.Stripes__c"),
    ];
    let schema = schema(&facts, None);
    let names: Vec<&str> = schema.objects().map(|o| o.name.as_str()).collect();
    assert_eq!(names, ["Patient__c", "Zebra__c"]);
    let patient = schema.object("PATIENT__c").unwrap();
    assert_eq!((patient.facts.len(), patient.label.as_deref()), (2, Some("Patient")));
    assert_eq!(patient.fields.len(), 1);
    assert_eq!(patient.field("SSN__C").unwrap().facts.len(), 2);
    assert_eq!(level(&schema, "Patient__c", "SSN__c"), Some(Level::High));
    assert!(patient.is_retrieved() && !schema.object("zebra__c").unwrap().is_retrieved());
}

#[test]
fn weak_words_count_only_in_a_health_org() {
    let facts = [field("Patient__c.Phone__c"), field("Building__c.Phone__c")];
    let bakery = schema(&facts, Some(false));
    assert_eq!(level(&bakery, "Patient__c", "Phone__c"), None);
    let hospital = schema(&facts, Some(true));
    assert_eq!(level(&hospital, "Patient__c", "Phone__c"), Some(Level::Medium));
    assert_eq!(level(&hospital, "Building__c", "Phone__c"), None);
}

#[test]
fn a_clinical_field_on_an_object_about_patients_makes_a_health_org() {
    let health = schema(&[field("Encounter__c.Diagnosis__c")], None).health;
    assert_eq!(health.reasons, ["Encounter__c.Diagnosis__c is a clinical field"]);
    assert!(!schema(&[field("Building__c.Diagnosis__c")], None).health.is);
    assert!(!schema(&[field("Encounter__c.SSN__c")], None).health.is);
}

#[test]
fn an_object_of_a_person_with_a_clinical_field_is_clinical() {
    let lookup =
        |to| fact("CustomField", "Thing__c.Who__c", &[("type", "Lookup"), ("referenceTo", to)]);
    let diagnosis = field("Thing__c.Diagnosis__c");
    let clinical = |to| {
        let schema = schema(&[lookup(to), diagnosis.clone()], Some(true));
        schema.object("Thing__c").unwrap().clinical.is_some()
    };
    assert!(clinical("Contact") && clinical("My_Patient__c") && !clinical("Building__c"));
}

#[test]
fn a_health_org_is_told_by_objects_grants_and_tags() {
    let build = |facts: &[Arc<Fact>], granted: &[&str]| {
        let granted_objects = granted.iter().map(|&name| name.to_owned()).collect();
        let evidence = Evidence { granted_objects, ..Evidence::default() };
        Schema::build(facts, &evidence, Recogniser::new(&Overrides::default()).unwrap())
    };
    assert!(build(&[], &["HealthCondition"]).health.is);
    assert!(!build(&[], &["Contact", "Case"]).health.is);
    assert!(build(&[fact("CustomObject", "CareRequest", &[])], &[]).health.is);
    let tag = |name: &str, kind: &str| {
        fact("CustomField", name, &[("type", kind), ("complianceGroup", "HIPAA")])
    };
    assert!(!build(&[tag("A__c.X__c", "Text")], &[]).health.is);
    assert!(build(&[tag("A__c.X__c", "Text"), tag("B__c.X__c", "Text")], &[]).health.is);
    assert!(build(&[tag("A__c.SSN__c", "Text")], &[]).health.is);
}

#[test]
fn an_object_is_phi_by_one_certain_or_three_likely_fields() {
    let likely = ["Patient__c.Phone__c", "Patient__c.Email__c", "Patient__c.City__c"];
    let facts: Vec<Arc<Fact>> = likely.iter().map(|name| field(name)).collect();
    let phi = |facts: &[Arc<Fact>], health| {
        schema(facts, Some(health)).object("Patient__c").unwrap().phi.is_some()
    };
    assert!(phi(&facts, true) && !phi(&facts, false) && !phi(&facts[..2], true));
    assert!(phi(&[field("Patient__c.MRN__c")], false));
}

#[test]
fn settings_and_metadata_types_hold_no_patients() {
    let facts = [
        fact("CustomObject", "Clinic__c", &[("customSettingsType", "Hierarchy")]),
        field("Clinic__c.SSN__c"),
        field("Clinic__mdt.SSN__c"),
    ];
    let schema = schema(&facts, Some(true));
    assert!(schema.object("Clinic__c").unwrap().custom_setting);
    assert_eq!(schema.object("Clinic__mdt").unwrap().form, Form::MetadataType);
    assert_eq!(schema.recognised(Level::Low).count(), 0);
    assert!(schema.objects().all(|object| object.phi.is_none()));
}

#[test]
fn the_name_field_is_a_field() {
    let text = [("nameField.label", "Patient Name"), ("nameField.type", "Text")];
    let numbered = [("nameField.label", "Visit"), ("nameField.type", "AutoNumber")];
    let facts =
        [fact("CustomObject", "Record__c", &text), fact("CustomObject", "Visit__c", &numbered)];
    let schema = schema(&facts, Some(true));
    assert_eq!(level(&schema, "Record__c", "Name"), Some(Level::High));
    assert_eq!(level(&schema, "Visit__c", "Name"), None);
}

#[test]
fn the_project_names_objects_that_are_and_are_not_phi() {
    let overrides = Overrides {
        objects: vec![Pattern::new("case").unwrap()],
        not: vec![Pattern::new("Patient__c").unwrap()],
        ..Overrides::default()
    };
    let facts = [field("Case.X__c"), field("Patient__c.SSN__c")];
    let recogniser = Recogniser::new(&overrides).unwrap();
    let schema = Schema::build(&facts, &Evidence::default(), recogniser);
    let ground = schema.object("Case").unwrap().phi.as_ref().map(|phi| phi.ground);
    assert_eq!(ground, Some(Ground::Configured));
    assert_eq!(schema.object("Patient__c").unwrap().phi, None);
    assert!(!schema.is_phi_object("Patient__c") && schema.is_phi_object("CaseHistory"));
}

#[test]
fn shield_shows_by_the_element_even_if_it_says_none() {
    let with = fact("CustomField", "A__c.X__c", &[("encryptionScheme", "None")]);
    assert_eq!(schema(&[field("A__c.W__c"), with], None).shield.as_deref(), Some("A__c.X__c"));
    assert_eq!(schema(&[field("A__c.W__c")], None).shield, None);
}

#[test]
fn an_account_that_is_a_person_is_phi_as_a_contact_is() {
    let account = |name| schema(&[field("Account.Color__c"), field(name)], Some(true));
    for name in ["Account.PersonEmail", "Account.Color__pc", "PersonAccount.Color__c"] {
        assert!(account(name).is_phi_object("Account"), "{name}");
    }
    assert!(!account("Account.Personality__c").is_phi_object("Account"));
    let bakery = schema(&[field("Account.PersonEmail")], Some(false));
    assert!(!bakery.is_phi_object("Account"));
}

fn kept(name: &str, there: &str, here: Option<&str>) -> Kept {
    let (name, there) = (name.to_owned(), there.to_owned());
    Kept { name, there, here: here.map(str::to_owned) }
}

#[test]
fn what_another_tree_takes_as_phi_is_kept_where_it_is_here_too() {
    let named = |name: &str, values: &[(&str, &str)]| {
        fact("CustomField", name, &[&[("type", "Text")], values].concat())
    };
    let hipaa = [("complianceGroup", "HIPAA")];
    let before = schema(
        &[
            named("Room__c.Extra__c", &hipaa),
            named("Room__c.SSN__c", &hipaa),
            named("Room__c.MRN__c", &[]),
            named("Gone__c.Extra__c", &hipaa),
            named("Bed__c.Gone__c", &hipaa),
            field("Bed__c.Width__c"),
        ],
        None,
    );
    let mut after = schema(
        &[
            named("ROOM__c.extra__c", &[]),
            named("Room__c.SSN__c", &[]),
            named("Room__c.MRN__c", &hipaa),
            field("Bed__c.Width__c"),
        ],
        None,
    );
    let told = after.keep(&before);
    assert_eq!(
        told,
        [
            kept("Bed__c", &before.object("Bed__c").unwrap().phi.as_ref().unwrap().why, None),
            kept("ROOM__c.extra__c", "declared: HIPAA", None),
            kept("ROOM__c.SSN__c", "declared: HIPAA", Some("by its name: ssn")),
        ]
    );
    assert_eq!(level(&after, "Room__c", "Extra__c"), Some(Level::High));
    let ground = |name| {
        let room = after.object("Room__c").unwrap();
        room.field(name).unwrap().recognition.as_ref().unwrap().ground
    };
    let grounds = ["Extra__c", "SSN__c", "MRN__c"].map(ground);
    assert_eq!(grounds, [Ground::Declared; 3], "what is surer here stays");
    assert!(after.object("Bed__c").unwrap().phi.is_some());
    assert!(after.object("Gone__c").is_none());
    assert_eq!(after.keep(&before), [], "it is kept once");
}

#[test]
fn an_org_and_an_object_about_patients_stay_so() {
    let before = schema(&[fact("CustomObject", "Visit__c", &[])], Some(true));
    let mut before = before;
    let clinical = "a reason".to_owned();
    before.objects.get_mut("visit__c").unwrap().clinical = Some(clinical.clone());
    let mut after = schema(&[fact("CustomObject", "Visit__c", &[])], Some(false));
    after.keep(&before);
    assert!(after.health.is);
    assert_eq!(after.object("Visit__c").unwrap().clinical, Some(clinical));
    let mut own = schema(&[], Some(true));
    own.keep(&schema(&[], Some(false)));
    assert!(own.health.is);
}
