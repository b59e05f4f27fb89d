//! Tests of the rows of PHI objects over facts written by hand.

use jiff::civil::date;

use super::*;
use crate::config::{Config, PhiConfig};
use crate::fact::{Confidence, Found, Severity};
use crate::metadata::collect::Collected;
use crate::metadata::layout::OrgFolder;
use crate::org::Org;
use crate::org::health::Evidence;
use crate::source::{FileId, Span};

/// An element fact of `file` whose n-th value stands at byte n.
fn fact(file: u32, kind: &str, name: &str, values: &[(&str, &str)]) -> Fact {
    let mut fact = Fact::new(kind, name, Span::head(FileId(file)));
    for (index, (key, text)) in values.iter().enumerate() {
        fact.push(*key, *text, Span::new(FileId(file), index + 1, index + 1));
    }
    fact
}

fn object(name: &str, values: &[(&str, &str)]) -> Fact {
    fact(1, "CustomObject", name, values)
}

fn ssn(object: &str) -> Fact {
    fact(2, "CustomField", &format!("{object}.SSN__c"), &[("type", "Text")])
}

fn detail(object: &str, of: &str) -> Fact {
    let values = [("type", "MasterDetail"), ("referenceTo", of), ("relationshipOrder", "0")];
    fact(3, "CustomField", &format!("{object}.Of__c"), &values)
}

fn rows(facts: Vec<Fact>) -> Vec<Fact> {
    let mut collected = Collected::default();
    facts.into_iter().for_each(|fact| collected.add(Arc::new(fact)));
    let phi = PhiConfig::default();
    let org = Org::build(OrgFolder::default(), &collected, Evidence::default(), &phi);
    let (org, config) = (org.expect("the table is read"), Config::default());
    derive(&Input { org: &org, facts: &collected, config: &config, as_of: date(2026, 1, 15) })
}

fn row(facts: Vec<Fact>, name: &str) -> Fact {
    let rows = rows(facts);
    rows.into_iter().find(|row| row.name == name).expect("the row")
}

fn said<'f>(row: &'f Fact, keys: &[&str]) -> Vec<&'f str> {
    keys.iter().map(|key| row.text(key).unwrap_or("-")).collect()
}

#[test]
fn an_object_without_phi_has_no_row() {
    assert!(rows(vec![object("Room__c", &[("sharingModel", "ReadWrite")])]).is_empty());
}

#[test]
fn a_row_says_why_and_keeps_the_elements() {
    let mut element = object("Patient__c", &[("label", "Patient"), ("enableHistory", "true")]);
    element.cap = Some(Severity::Low);
    let row = row(vec![element, ssn("Patient__c")], "Patient__c");
    let keys = ["object", "ground", "why", "form", "retrieved", "label", "history"];
    let expected =
        ["Patient__c", "name", "it holds SSN__c (ssn)", "custom", "true", "Patient", "true"];
    assert_eq!(said(&row, &keys), expected);
    assert_eq!((row.cap, row.confidence), (Some(Severity::Low), Some(Confidence::High)));
}

#[test]
fn phi_fields_stand_where_they_are_defined() {
    let row = row(vec![object("Patient__c", &[]), ssn("Patient__c")], "Patient__c");
    let fields: Vec<_> =
        row.items("phi-fields").map(|item| (item.text.as_str(), item.span.file.0)).collect();
    assert_eq!(fields, [("SSN__c", 2)]);
}

#[test]
fn tracked_fields_are_counted() {
    let tracked =
        |name: &str| fact(4, "CustomField", name, &[("type", "Text"), ("trackHistory", "true")]);
    let facts = vec![
        object("Patient__c", &[]),
        ssn("Patient__c"),
        tracked("Patient__c.MRN__c"),
        tracked("Patient__c.Room__c"),
    ];
    let row = row(facts, "Patient__c");
    assert_eq!(said(&row, &["tracked-fields", "tracked-phi-fields"]), ["2", "1"]);
}

#[test]
fn of_an_object_without_its_file_the_rest_is_unknown() {
    let row = row(vec![ssn("Patient__c")], "Patient__c");
    assert_eq!(said(&row, &["retrieved"]), ["false"]);
    for key in ["owd-internal", "history", "retention-years", "sharingModel"] {
        assert!(matches!(row.found(key), Found::Unknown(_)), "{key}");
    }
}

#[test]
fn sharing_is_its_own_or_absent() {
    let values = [("sharingModel", "Private"), ("externalSharingModel", "Read")];
    let own = row(vec![object("Patient__c", &values), ssn("Patient__c")], "Patient__c");
    assert_eq!(said(&own, &["owd-internal", "owd-external"]), ["Private", "Read"]);
    assert_eq!(own.item("owd-external").unwrap().span.start, 2);
    let silent = row(vec![object("Patient__c", &[]), ssn("Patient__c")], "Patient__c");
    assert_eq!(silent.found("owd-internal"), Found::Absent);
}

#[test]
fn sharing_is_followed_through_parents() {
    let by_parent = [("sharingModel", "ControlledByParent")];
    let facts = vec![
        object("Result__c", &by_parent),
        ssn("Result__c"),
        detail("Result__c", "Visit__c"),
        object("Visit__c", &by_parent),
        detail("Visit__c", "Patient__c"),
        object("Patient__c", &[("sharingModel", "Read")]),
    ];
    let row = row(facts, "Result__c");
    assert_eq!(said(&row, &["owd-internal"]), ["Read"]);
    let through: Vec<&str> = row.items("owd-through").map(|item| item.text.as_str()).collect();
    assert_eq!(through, ["Visit__c", "Patient__c"]);
}

#[test]
fn a_parent_that_was_not_retrieved_leaves_sharing_unknown() {
    let by_parent = [("sharingModel", "ControlledByParent")];
    let orphan = row(vec![object("Result__c", &by_parent), ssn("Result__c")], "Result__c");
    assert!(matches!(orphan.found("owd-internal"), Found::Unknown(_)));
    let facts =
        vec![object("Result__c", &by_parent), ssn("Result__c"), detail("Result__c", "Visit__c")];
    let row = row(facts, "Result__c");
    assert!(matches!(row.found("owd-internal"), Found::Unknown(_)));
}

#[test]
fn parents_that_go_in_a_circle_end() {
    let by_parent = [("sharingModel", "ControlledByParent")];
    let facts =
        vec![object("Result__c", &by_parent), ssn("Result__c"), detail("Result__c", "Result__c")];
    assert_eq!(said(&row(facts, "Result__c"), &["owd-internal"]), ["ControlledByParent"]);
}
