//! Tests of what the row of an org says of encryption, classification and versions.

use std::sync::Arc;

use super::*;
use crate::config::Config;
use crate::fact::Found;
use crate::fact::Severity;
use crate::metadata::collect::Collected;
use crate::metadata::layout::OrgFolder;
use crate::org::Org;
use crate::org::health::Evidence;
use crate::source::FileId;

/// An element fact whose n-th value stands at byte n.
fn fact(kind: &str, name: &str, values: &[(&str, &str)]) -> Fact {
    let mut fact = Fact::new(kind, name, Span::head(FileId(0)));
    for (index, (key, text)) in values.iter().enumerate() {
        fact.push(*key, *text, Span::new(FileId(0), index + 1, index + 1));
    }
    fact
}

fn row_in(folder: OrgFolder, facts: Vec<Fact>) -> Fact {
    let mut collected = Collected::default();
    facts.into_iter().for_each(|fact| collected.add(Arc::new(fact)));
    let config = Config::default();
    let org = Org::build(folder, &collected, Evidence::default(), &config.phi);
    let org = org.expect("the table is read");
    let as_of = jiff::civil::date(2026, 1, 15);
    derive(&Input { org: &org, facts: &collected, config: &config, as_of }).remove(0)
}

fn row(facts: Vec<Fact>) -> Fact {
    row_in(OrgFolder::default(), facts)
}

fn is_unknown(row: &Fact, key: &str) -> bool {
    matches!(row.found(key), Found::Unknown(_))
}

#[test]
fn shield_is_told_by_fields_that_are_not_for_tests() {
    let field = |values| fact("CustomField", "Patient__c.SSN__c", values);
    let stated = [("type", "Text"), ("encryptionScheme", "None")];
    assert_eq!(row(vec![field(&stated)]).text("shield"), Some("true"));
    assert_eq!(row(vec![field(&[("type", "Text")])]).text("shield"), Some("false"));
    let mut staged = field(&stated);
    staged.cap = Some(Severity::Low);
    assert_eq!(row(vec![staged]).text("shield"), Some("false"));
    assert!(is_unknown(&row(vec![fact("Flow", "Intake", &[])]), "shield"));
}

#[test]
fn empty_settings_of_keys_say_nothing() {
    let keys = |values| row(vec![fact("EncryptionKeySettings", "EncryptionKey", values)]);
    assert!(is_unknown(
        &keys(&[("full-name", "EncryptionKey"), ("managed", "false")]),
        "database-encryption"
    ));
    let text = |values| keys(values).text("database-encryption").unwrap().to_owned();
    assert_eq!(text(&[("enableCacheOnlyKeys", "true")]), "false");
    assert_eq!(text(&[("canEncryptTransactionalDatabase", "true")]), "true");
    assert_eq!(text(&[("tenantLevelEncryption", "true")]), "true");
}

#[test]
fn managed_fields_with_phi_are_counted() {
    let field = |name: &str, managed: &str| {
        fact("CustomField", name, &[("type", "Text"), ("managed", managed)])
    };
    let row = row(vec![
        field("Patient__c.med__SSN__c", "true"),
        field("Patient__c.med__Room__c", "true"),
        field("Patient__c.SSN__c", "false"),
    ]);
    let counts = (row.text("phi-fields"), row.text("managed-phi-fields"));
    assert_eq!(counts, (Some("2"), Some("1")));
}

#[test]
fn only_active_rules_by_compliance_restrict_a_group() {
    let rule = |active: &str, by: &str, group: &str| {
        let values = [("active", active), ("classificationType", by), ("classification", group)];
        fact("FieldRestrictionRule", group, &values)
    };
    let found = row(vec![
        rule("true", "ComplianceCategory", "PII"),
        rule("false", "ComplianceCategory", "HIPAA"),
        rule("true", "DataSensitivity", "Restricted"),
    ]);
    let groups: Vec<_> =
        found.items("restricted-groups").map(|i| (i.text.as_str(), i.span.start)).collect();
    assert_eq!(groups, [("PII", 3)]);
    assert!(is_unknown(&row(vec![fact("Flow", "Intake", &[])]), "restricted-groups"));
}

#[test]
fn the_api_version_is_that_of_the_project() {
    let version = Some("62.0".to_owned());
    let folder = OrgFolder { source_api_version: version, ..OrgFolder::default() };
    let flow = || vec![fact("Flow", "Intake", &[])];
    assert_eq!(row_in(folder, flow()).text("api-version"), Some("62.0"));
    assert!(is_unknown(&row(flow()), "api-version"));
}
