//! Tests of what a sharing rule says by itself; what is PHI is tested with the schema.

use std::sync::Arc;

use super::*;
use crate::analysis::holder::tests::fact;
use crate::fact::Found;
use crate::org::health::Evidence;
use crate::org::phi::{Overrides, Recogniser};

fn catch_all(kind: &str, values: &[(&str, &str)]) -> bool {
    takes_every_record(&fact(0, "SharingCriteriaRule", "Patient__c.All", values), kind)
}

const ONE: (&str, &str) = ("criteriaItems", "");

#[test]
fn one_criterion_that_always_holds_takes_every_record() {
    let field = ("criteriaItems.field", "name");
    let not_empty = ("criteriaItems.operation", "notEqual");
    assert!(catch_all("criteria", &[ONE, field, not_empty, ("criteriaItems.value", "")]));
    assert!(catch_all("criteria", &[ONE, field, not_empty]));
    assert!(!catch_all("criteria", &[ONE, field, not_empty, ("criteriaItems.value", "A")]));
    assert!(!catch_all("criteria", &[ONE, field, ("criteriaItems.operation", "equals")]));
    assert!(!catch_all("criteria", &[ONE, ("criteriaItems.field", "Ward__c"), not_empty]));
    assert!(!catch_all("criteria", &[ONE, field, not_empty, ONE]));
}

#[test]
fn no_criterion_takes_every_record_where_the_rule_says_so() {
    assert!(catch_all("criteria", &[("includeRecordsOwnedByAll", "true")]));
    assert!(!catch_all("criteria", &[("includeRecordsOwnedByAll", "false")]));
    assert!(!catch_all("guest", &[("includeRecordsOwnedByAll", "true")]));
}

#[test]
fn records_of_any_internal_owner_are_every_record() {
    assert!(catch_all("owner", &[("sharedFrom.allInternalUsers", "")]));
    assert!(!catch_all("owner", &[("sharedFrom.role", "Ward")]));
}

#[test]
fn the_name_of_an_empty_element_stands_in_its_tag() {
    let tag = Span { start: 40, end: 58, ..Span::head(crate::source::FileId(0)) };
    let span = name_in(&Item::new("", tag), "allInternalUsers");
    assert_eq!((span.start, span.end), (41, 57));
    let span = name_in(&Item::new("Ward", tag), "group");
    assert_eq!((span.start, span.end), (40, 40));
}

fn schema() -> Schema {
    let vault = |name: &str, internal: &str, external: &str| {
        let values = [("sharingModel", internal), ("externalSharingModel", external)];
        let field = [("type", "Text"), ("label", "MRN")];
        [
            Arc::new(fact(1, "CustomObject", name, &values)),
            Arc::new(fact(2, "CustomField", &format!("{name}.MRN__c"), &field)),
        ]
    };
    let facts = [
        vault("Patient__c", "Private", "Private"),
        vault("Intake__c", "Read", "ReadWrite"),
        vault("Contact", "Private", "Private"),
    ];
    let recogniser = Recogniser::new(&Overrides::default()).expect("the words");
    let room = [
        Arc::new(fact(3, "CustomObject", "Room__c", &[])),
        Arc::new(fact(3, "CustomObject", "Account", &[])),
    ];
    let facts = [facts.concat(), room.to_vec()].concat();
    Schema::build(&facts, &Evidence::default(), recogniser)
}

fn of(name: &str, values: &[(&str, &str)]) -> Fact {
    rule_row(&fact(0, "SharingOwnerRule", name, values), "owner", &schema())
}

fn said<'f>(row: &'f Fact, keys: [&'f str; 4]) -> [Option<&'f str>; 4] {
    keys.map(|key| row.text(key))
}

const KEYS: [&str; 4] = ["phi-objects", "phi-access", "already-open", "already-open-external"];

#[test]
fn a_rule_says_what_phi_it_opens_and_what_was_open() {
    let private = of("Patient__c.All", &[("accessLevel", "Edit")]);
    let (yes, no) = (Some("true"), Some("false"));
    assert_eq!(said(&private, KEYS), [Some("Patient__c"), Some("Edit"), no, no]);
    let read = of("Intake__c.All", &[("accessLevel", "Read")]);
    assert_eq!(said(&read, KEYS), [Some("Intake__c"), Some("Read"), yes, yes]);
    let edit = of("intake__c.All", &[("accessLevel", "Edit")]);
    assert_eq!(said(&edit, KEYS), [Some("intake__c"), Some("Edit"), no, yes]);
    let token = of("%%%NAMESPACE%%%Intake__c.All", &[("accessLevel", "Read")]);
    assert_eq!(token.text("already-open"), yes);
    let room = of("Room__c.All", &[("accessLevel", "Edit")]);
    assert_eq!(KEYS.map(|key| room.found(key)), [Found::Absent; 4]);
}

#[test]
fn an_object_that_was_not_retrieved_leaves_the_rule_unknown() {
    let row = of("Bed__c.All", &[("accessLevel", "Edit")]);
    assert!(KEYS.iter().all(|key| matches!(row.found(key), Found::Unknown(_))));
}

#[test]
fn a_rule_on_accounts_opens_what_lies_below() {
    let values =
        |contact| [("accessLevel", "Read"), ("accountSettings.contactAccessLevel", contact)];
    let row = of("Account.Team", &values("Edit"));
    assert_eq!(said(&row, KEYS)[..2], [Some("Contact"), Some("Edit")]);
    assert_eq!(row.item("phi-objects").map(|item| item.span.start), Some(2));
    assert_eq!(said(&of("Account.Team", &values("None")), KEYS), [None; 4]);
}

#[test]
fn a_rule_says_to_whom() {
    let row = of("Patient__c.All", &[("sharedTo", ""), ("sharedTo.group", "Ward")]);
    assert_eq!(
        said(&row, ["shared-to", "shared-to-name", "object", "kind"]),
        [Some("group"), Some("Ward"), Some("Patient__c"), Some("owner"),]
    );
}
