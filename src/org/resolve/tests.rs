//! Tests of references.

use crate::fact::Fact;
use crate::org::health::Evidence;
use crate::org::phi::{Overrides, Recogniser};
use crate::org::schema::Schema;
use crate::source::{FileId, Span};
use std::sync::Arc;

fn field(name: &str, values: &[(&str, &str)]) -> Arc<Fact> {
    let place = Span::head(FileId(0));
    let mut fact = Fact::new("CustomField", name, place);
    for (key, text) in values {
        fact.push(*key, *text, place);
    }
    Arc::new(fact)
}

fn schema() -> Schema {
    let text = [("type", "Text")];
    let lookup =
        [("type", "Lookup"), ("referenceTo", "Patient__c"), ("relationshipName", "Visits")];
    let facts = [
        field("Patient__c.SSN__c", &text),
        field("Patient__c.Color__c", &text),
        field("Visit__c.Patient__c", &lookup),
        field("Visit__c.Diagnosis__c", &text),
        field("Contact.MRN__c", &text),
        field("Activity.Diagnosis__c", &text),
    ];
    let overrides = Overrides { health_context: Some(true), ..Overrides::default() };
    let evidence = Evidence { own_namespaces: vec!["acme".to_owned()], ..Evidence::default() };
    Schema::build(&facts, &evidence, Recogniser::new(&overrides).unwrap())
}

#[test]
fn a_reference_finds_its_field() {
    let schema = schema();
    let rows: [(Option<&str>, &str, Option<&str>); 20] = [
        (None, "Patient__c.SSN__c", Some("Patient__c.SSN__c")),
        (None, "patient__c.ssn__C", Some("Patient__c.SSN__c")),
        (None, "Patient__c.Color__c", None),
        (Some("Patient__c"), "SSN__c", Some("Patient__c.SSN__c")),
        (Some("Visit__c"), "SSN__c", Some("Visit__c.SSN__c")),
        (Some("Visit__c"), "Patient__r.SSN__c", Some("Patient__c.SSN__c")),
        (None, "Patient__c$SSN__c", Some("Patient__c.SSN__c")),
        (None, "Patient__c.Visits__r$Diagnosis__c", Some("Visit__c.Diagnosis__c")),
        (None, "acme__Patient__c.acme__SSN__c", Some("Patient__c.SSN__c")),
        (None, "%%%NAMESPACE%%%Patient__c.SSN__c", Some("Patient__c.SSN__c")),
        (None, "Patient__History.SSN__c", Some("Patient__c.SSN__c")),
        (None, "Account.MRN__pc", Some("Contact.MRN__c")),
        (None, "Account.PersonBirthdate", Some("Account.PersonBirthdate")),
        (Some("Account"), "PersonContact.MRN__c", Some("Contact.MRN__c")),
        (None, "Task.Diagnosis__c", Some("Activity.Diagnosis__c")),
        (None, "Contact.Birthdate", Some("Contact.Birthdate")),
        (None, "CONTACT.PHONE1", Some("Contact.Phone")),
        (Some("Contact"), "BIRTHDATE", Some("Contact.Birthdate")),
        (None, "SSN__c", None),
        (Some("Patient__c"), "", None),
    ];
    for (object, reference, expected) in rows {
        let found = schema.phi_of(object, reference).map(|found| found.name);
        assert_eq!(found.as_deref(), expected, "{object:?} {reference}");
    }
}

#[test]
fn an_object_without_a_file_and_what_follows_it_are_known() {
    let schema = schema();
    for name in [
        "HealthCondition",
        "healthconditionfeed",
        "HealthConditionChangeEvent",
        "Patient__c",
        "Patient__Share",
        "Patient__ChangeEvent",
        "acme__Patient__c",
        "Task",
        "Contact",
    ] {
        assert!(schema.is_phi_object(name), "{name}");
    }
    for name in ["Account", "NewsFeed", "Building__c", "Medication", "Building__Share", "Feed", ""]
    {
        assert!(!schema.is_phi_object(name), "{name}");
    }
}

#[test]
fn a_field_with_a_file_has_its_facts_and_one_without_has_none() {
    let schema = schema();
    assert_eq!(schema.phi_of(None, "Patient__c.SSN__c").unwrap().facts.len(), 1);
    assert!(schema.phi_of(None, "Contact.Birthdate").unwrap().facts.is_empty());
}
