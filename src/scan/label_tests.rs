//! What is a label of what, in pairs as logs have them.

use super::*;
use crate::config::ScanConfig;

fn label(text: &str) -> (Vec<String>, usize) {
    let lexicon = Lexicon::new(&ScanConfig::default()).unwrap();
    let at = text.find('^').unwrap();
    let found = Words::new(&lexicon, &text.as_bytes()[..at]).before(at, None);
    let names = found.tags.iter().map(|tag| match tag {
        Tag::Kind { kind, .. } => lexicon.kinds[*kind].name.clone(),
        Tag::Not => "not".to_owned(),
    });
    (names.collect(), found.distance)
}

#[test]
fn the_nearest_phrase_of_the_same_pair_is_the_label() {
    let one = |name: &str, distance| (vec![name.to_owned()], distance);
    assert_eq!(label("Contact:{SSN__c=^"), one("ssn", 0));
    assert_eq!(label("{\"birthDate\" : \"^"), one("date-of-birth", 0));
    assert_eq!(label("|VARIABLE_ASSIGNMENT|[15]|this.patientSsn|\"^"), one("ssn", 0));
    assert_eq!(label("Date of birth of the child: ^"), one("date-of-birth", 3));
    assert_eq!(label("{Birthdate=1980-01-02, CreatedDate=^"), one("not", 0));
    assert_eq!(label("{Birthdate=1980-01-02, Colour=^"), (vec![], 0));
    assert_eq!(label("<ssn>219</ssn><dob>^"), one("date-of-birth", 0));
    assert_eq!(label("\"system\":\"urn:us-ssn\",\"value\":\"^"), one("ssn", 1));
    assert_eq!(label("{\"field\":\"SSN__c\",\"newValue\":\"^"), one("ssn", 2));
    assert_eq!(label("{!recPatient.MRN__c}|ASSIGN|^"), one("mrn", 1));
    assert_eq!(label("icd10Code=^"), one("icd-10", 0));
    assert_eq!(label("dx2=^"), one("icd-10", 0));
    assert_eq!(label("ssn\t219-45-6781\tdob\t^"), one("date-of-birth", 0));
    assert_eq!(label("DOB 1980-01-02 ^"), (vec![], 0));
    assert_eq!(label("mrn|null|^"), (vec![], 0));
    assert_eq!(label("MRN: **** / records processed: ^"), (vec![], 0));
    assert_eq!(label("medical, record: ^"), (vec![], 0));
}

#[test]
fn a_placeholder_is_no_label() {
    assert_eq!(label("x [SSN] ^"), (vec![], 0));
    assert_eq!(label("x [DATE-OF-BIRTH] ^"), (vec![], 0));
}
