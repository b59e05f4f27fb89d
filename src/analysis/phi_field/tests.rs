//! Tests of the rows of PHI fields over facts written by hand.

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

fn field(name: &str, values: &[(&str, &str)]) -> Fact {
    fact(0, "CustomField", name, values)
}

fn rows(facts: Vec<Fact>) -> Vec<Fact> {
    let mut collected = Collected::default();
    facts.into_iter().for_each(|fact| collected.add(Arc::new(fact)));
    let phi = PhiConfig::default();
    let org = Org::build(OrgFolder::default(), &collected, Evidence::default(), &phi);
    let (org, config) = (org.expect("the table is read"), Config::default());
    derive(&Input { org: &org, facts: &collected, config: &config, as_of: date(2026, 1, 15) })
}

fn only(facts: Vec<Fact>) -> Fact {
    let mut rows = rows(facts);
    assert_eq!(rows.len(), 1, "{:?}", rows.iter().map(|row| &row.name).collect::<Vec<_>>());
    rows.remove(0)
}

/// The row of `Patient__c.SSN__c` with these elements.
fn ssn(values: &[(&str, &str)]) -> Fact {
    only(vec![field("Patient__c.SSN__c", values)])
}

fn said<'f>(row: &'f Fact, keys: &[&str]) -> Vec<&'f str> {
    keys.iter().map(|key| row.text(key).unwrap_or("-")).collect()
}

#[test]
fn a_row_says_what_was_recognised_and_keeps_the_elements() {
    let mut element = field("Patient__c.SSN__c", &[("type", "Text"), ("length", "9")]);
    element.cap = Some(Severity::Low);
    let row = only(vec![element]);
    let keys = ["object", "field", "class", "level", "ground", "declared", "length", "form"];
    let expected = ["Patient__c", "SSN__c", "ssn", "high", "name", "false", "9", "custom"];
    assert_eq!(said(&row, &keys), expected);
    assert_eq!((row.cap, row.confidence), (Some(Severity::Low), Some(Confidence::High)));
}

#[test]
fn a_field_that_is_no_phi_has_no_row() {
    assert!(rows(vec![field("Patient__c.Room__c", &[("type", "Text")])]).is_empty());
}

#[test]
fn each_file_of_a_field_is_a_row() {
    let second = fact(7, "CustomField", "Patient__c.SSN__c", &[("type", "Text")]);
    let rows = rows(vec![field("Patient__c.SSN__c", &[("type", "Text")]), second]);
    let files: Vec<u32> = rows.iter().map(|row| row.place.file.0).collect();
    assert_eq!(files, [0, 7]);
}

#[test]
fn groups_are_split_and_stand_at_their_element() {
    let row = ssn(&[("type", "Text"), ("complianceGroup", "PII; HIPAA;")]);
    let groups: Vec<_> =
        row.items("compliance").map(|item| (item.text.as_str(), item.span.start)).collect();
    assert_eq!(groups, [("PII", 2), ("HIPAA", 2)]);
    assert_eq!(said(&row, &["declared", "ground"]), ["true", "declared"]);
}

#[test]
fn schemes_are_told_apart() {
    let word = |values: &[(&str, &str)]| ssn(values).text("encryption").unwrap().to_owned();
    let scheme = |scheme| word(&[("type", "Text"), ("encryptionScheme", scheme)]);
    assert_eq!(scheme("None"), "none");
    assert_eq!(scheme("ProbabilisticEncryption"), "probabilistic");
    assert_eq!(scheme("CaseSensitiveDeterministicEncryption"), "deterministic");
    assert_eq!(scheme("CaseInsensitiveDeterministicEncryption"), "deterministic");
    assert_eq!(word(&[("type", "Text")]), "none");
    assert_eq!(word(&[("type", "EncryptedText")]), "classic");
    assert_eq!(word(&[("type", "Text"), ("encrypted", "true")]), "probabilistic");
    assert_eq!(word(&[("type", "Picklist")]), "impossible");
}

#[test]
fn encryption_is_stated_by_the_scheme_or_else_the_type() {
    let row = ssn(&[("type", "Text"), ("encryptionScheme", "None")]);
    assert_eq!(said(&row, &["encryption-stated"]), ["None"]);
    assert_eq!(row.item("encryption-stated").unwrap().span.start, 2);
    assert_eq!(said(&ssn(&[("type", "Text")]), &["encryption-stated"]), ["Text"]);
}

#[test]
fn what_shield_cannot_encrypt_says_why() {
    let why = |row: &Fact| {
        let words = said(row, &["encryptable", "encryption-obstacle"]).join(" ");
        words.replace("false ", "")
    };
    assert_eq!(why(&ssn(&[("type", "Text")])), "true -");
    assert_eq!(why(&ssn(&[("type", "Date")])), "true -");
    assert_eq!(why(&ssn(&[("type", "Number")])), "type");
    assert_eq!(why(&ssn(&[("type", "Text"), ("formula", "Other__c")])), "computed");
    let of = |name: &str| only(vec![field(name, &[("type", "Text")])]);
    assert_eq!(why(&of("Patient__x.SSN__c")), "object");
    assert_eq!(why(&of("Patient__e.SSN__c")), "object");
    assert_eq!(why(&of("Patient__b.SSN__c")), "object");
}

#[test]
fn a_standard_field_can_be_encrypted_where_its_file_speaks_of_it() {
    let birth = |values: &[(&str, &str)]| {
        let health = field("Patient__c.Diagnosis__c", &[("type", "Text")]);
        let rows = rows(vec![field("Contact.Birthdate", values), health]);
        rows.into_iter().find(|row| row.name == "Contact.Birthdate").unwrap()
    };
    let silent = birth(&[]);
    assert_eq!(said(&silent, &["encryption-obstacle", "encryption"]), ["unlisted", "impossible"]);
    let speaking = birth(&[("encryptionScheme", "None")]);
    assert_eq!(said(&speaking, &["encryption-obstacle", "encryption"]), ["-", "none"]);
}

#[test]
fn managed_fields_are_left_out_where_the_org_leaves_them_out() {
    let word = |allowed: &str| {
        let key = "canEncryptManagedPackageFields";
        let settings = fact(1, "PlatformEncryptionSettings", "P", &[(key, allowed)]);
        let values = [("type", "Text"), ("managed", "true")];
        only(vec![settings, field("Patient__c.med__SSN__c", &values)])
            .text("encryption-obstacle")
            .map(str::to_owned)
    };
    assert_eq!(word("false").as_deref(), Some("package"));
    assert_eq!(word("true"), None);
}

#[test]
fn a_name_field_stands_at_its_element() {
    let object = fact(
        3,
        "CustomObject",
        "Patient__c",
        &[("nameField", ""), ("nameField.label", "MRN"), ("nameField.type", "Text")],
    );
    let row = only(vec![object]);
    let keys = ["name-field", "standard-field", "label", "type", "class", "encryption"];
    let expected = ["true", "true", "MRN", "Text", "medical-record-number", "impossible"];
    assert_eq!((said(&row, &keys), row.place.start), (expected.to_vec(), 1));
}

#[test]
fn tracking_of_a_silent_standard_field_is_unknown() {
    assert_eq!(said(&ssn(&[("type", "Text")]), &["tracked"]), ["false"]);
    let tracked = ssn(&[("type", "Text"), ("trackHistory", "true")]);
    assert_eq!(said(&tracked, &["tracked", "tracked-fields"]), ["true", "1"]);
    let row = only(vec![field("Individual.BirthDate", &[])]);
    assert!(matches!(row.found("tracked"), Found::Unknown(_)));
}

#[test]
fn history_of_an_object_is_read_from_its_file() {
    assert!(matches!(ssn(&[("type", "Text")]).found("object-history"), Found::Unknown(_)));
    let object = fact(1, "CustomObject", "Patient__c", &[("enableHistory", "false")]);
    let row = only(vec![object, field("Patient__c.SSN__c", &[("type", "Text")])]);
    assert_eq!(said(&row, &["object-history"]), ["false"]);
}

#[test]
fn types_that_history_tracks_without_values_or_not_at_all() {
    let word = |ty: &str| {
        let row = ssn(&[("type", ty)]);
        said(&row, &["trackable", "history-without-values"]).join(" ")
    };
    assert_eq!(word("Text"), "true false");
    assert_eq!(word("LongTextArea"), "true true");
    assert_eq!(word("EncryptedText"), "true true");
    assert_eq!(word("AutoNumber"), "false false");
}

#[test]
fn an_object_is_about_a_person_by_its_name_or_by_what_it_points_at() {
    let word = |facts: Vec<Fact>| {
        let rows = rows(facts);
        let row = rows.iter().find(|row| row.name.ends_with(".SSN__c")).unwrap();
        row.text("person-object").unwrap().to_owned()
    };
    let ssn = |object: &str| field(&format!("{object}.SSN__c"), &[("type", "Text")]);
    assert_eq!(word(vec![ssn("Patient__c")]), "true");
    assert_eq!(word(vec![ssn("Contact")]), "true");
    assert_eq!(word(vec![ssn("Badge__c")]), "false");
    let pointer = field("Badge__c.Who__c", &[("type", "Lookup"), ("referenceTo", "Contact")]);
    assert_eq!(word(vec![ssn("Badge__c"), pointer.clone()]), "false");
    let contact = fact(1, "CustomObject", "Contact", &[]);
    assert_eq!(word(vec![ssn("Badge__c"), pointer, contact]), "true");
}

/// The twins said, as "field: twin", of an org with person accounts.
fn twins(facts: Vec<Fact>) -> Vec<String> {
    let marker = field("Account.PersonEmail", &[]);
    let rows = rows(facts.into_iter().chain([marker]).collect());
    let said = rows.iter().filter_map(|row| {
        let twin = row.item("contradicting-twin")?;
        assert!(twin.related.is_some());
        Some(format!("{}: {}", row.name, twin.text))
    });
    said.collect()
}

#[test]
fn halves_of_a_person_classified_otherwise_are_said_once() {
    let tagged =
        |name: &str, groups: &str| field(name, &[("type", "Text"), ("complianceGroup", groups)]);
    let contact = || tagged("Contact.SSN__c", "HIPAA;PII");
    let expected = ["Contact.SSN__c: Account.SSN__pc"];
    assert_eq!(twins(vec![contact(), tagged("Account.SSN__pc", "PII")]), expected);
    assert_eq!(
        twins(vec![contact(), tagged("Account.SSN__c", "None")]),
        ["Contact.SSN__c: Account.SSN__c"]
    );
    let same = twins(vec![contact(), tagged("Account.SSN__pc", "pii;hipaa")]);
    assert_eq!(same, Vec::<String>::new());
    let cryptic = vec![tagged("Account.X1__c", "HIPAA"), tagged("Contact.X1__c", "None")];
    assert_eq!(twins(cryptic), ["Account.X1__c: Contact.X1__c"]);
}

#[test]
fn without_person_accounts_there_are_no_halves() {
    let other = field("Account.SSN__c", &[("type", "Text"), ("complianceGroup", "HIPAA")]);
    let rows = rows(vec![field("Contact.SSN__c", &[("type", "Text")]), other]);
    assert!(rows.iter().all(|row| row.item("contradicting-twin").is_none()));
}
