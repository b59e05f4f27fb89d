//! Tests of the row of an org, over facts written by hand.

use super::*;
use crate::analysis::holder::tests::{collect, fact};
use crate::config::Config;
use crate::fact::Found;
use crate::metadata::layout::OrgFolder;
use crate::org::Org;
use crate::org::health::Evidence;

fn org(facts: Vec<Fact>) -> Option<Fact> {
    let facts = collect(facts);
    let config = Config::default();
    let org = Org::build(OrgFolder::default(), &facts, Evidence::default(), &config.phi);
    let org = org.expect("the words");
    let as_of = jiff::civil::date(2026, 1, 15);
    derive(&Input { org: &org, facts: &facts, config: &config, as_of }).pop()
}

fn row(facts: Vec<Fact>) -> Fact {
    org(facts).expect("a row")
}

fn texts<'f>(row: &'f Fact, key: &'f str) -> Vec<&'f str> {
    row.items(key).map(|item| item.text.as_str()).collect()
}

fn field(name: &str, tracked: &str) -> Fact {
    let values = [("type", "Text"), ("label", "X"), ("trackHistory", tracked)];
    fact(2, "CustomField", name, &values)
}

#[test]
fn an_org_without_files_has_no_row() {
    assert!(org(vec![]).is_none());
}

#[test]
fn settings_are_values_and_those_not_retrieved_are_unknown() {
    let row = row(vec![fact(3, "EventSettings", "Event", &[("enableStreamingApi", "true")])]);
    assert_eq!(row.text("EventSettings.enableStreamingApi"), Some("true"));
    assert_eq!(row.found("EventSettings"), Found::Present);
    assert_eq!(row.found("EventSettings.bypassMeteringBlock"), Found::Absent);
    assert!(matches!(row.found("SecuritySettings.sessionSettings"), Found::Unknown(_)));
}

#[test]
fn objects_with_phi_and_with_history_are_counted() {
    let object = |name: &str, on: &str| {
        let values = [("label", "X"), ("enableHistory", on), ("sharingModel", "Private")];
        fact(1, "CustomObject", name, &values)
    };
    let row = row(vec![
        object("Patient__c", "true"),
        field("Patient__c.SSN__c", "true"),
        object("Intake__c", "false"),
        field("Intake__c.SSN__c", "true"),
        object("Room__c", "true"),
        field("Room__c.Floor__c", "true"),
    ]);
    assert_eq!(row.text("phi-objects"), Some("2"));
    assert_eq!(row.text("phi-fields"), Some("2"));
    assert_eq!(row.text("phi-history-objects"), Some("1"));
    assert_eq!(row.text("field-audit-trail"), Some("false"));
}

#[test]
fn a_policy_or_many_tracked_fields_show_field_audit_trail() {
    let policy = [("historyRetentionPolicy", "")];
    let with_policy = row(vec![fact(1, "CustomObject", "Room__c", &policy)]);
    assert_eq!(with_policy.text("field-audit-trail"), Some("true"));
    assert_eq!(with_policy.text("history-policies"), Some("1"));
    let fields = |count: usize| {
        let names = (0..count).map(|n| field(&format!("Room__c.F{n}__c"), "true"));
        row(names.chain([field("Room__c.Other__c", "false")]).collect())
    };
    assert_eq!(fields(20).text("field-audit-trail"), Some("false"));
    assert_eq!(fields(21).text("field-audit-trail"), Some("true"));
}

#[test]
fn only_active_policies_watch() {
    let policy = |name: &str, event: &str, active: &str| {
        let values = [("active", active), ("eventName", event)];
        fact(4, "TransactionSecurityPolicy", name, &values)
    };
    let some = row(vec![policy("A", "ReportEvent", "true"), policy("B", "ApiEvent", "false")]);
    assert_eq!(some.text("policies"), Some("2"));
    assert_eq!(texts(&some, "policy-events"), ["ReportEvent", "ApiEvent"]);
    assert_eq!(texts(&some, "active-policy-events"), ["ReportEvent"]);
    let none = row(vec![fact(1, "CustomObject", "Room__c", &[])]);
    assert!(matches!(none.found("policies"), Found::Unknown(_)));
    assert!(matches!(none.found("policy-events"), Found::Unknown(_)));
    assert!(matches!(none.found("active-policy-events"), Found::Unknown(_)));
}

#[test]
fn integrations_are_known_by_the_words_of_their_names() {
    let kinds =
        ["NamedCredential", "ExternalCredential", "ConnectedApp", "ExternalClientApplication"];
    let names = ["Ward_Splunk", "LogSink", "Nightly", "Chart"];
    let facts = kinds.iter().zip(names).map(|(kind, name)| fact(5, kind, name, &[]));
    let row = row(facts.collect());
    assert_eq!(
        texts(&row, "integration-words"),
        ["chart", "log", "nightly", "sink", "splunk", "ward"]
    );
    assert_eq!(row.text("event-relay"), Some("false"));
}

#[test]
fn only_a_running_relay_counts() {
    let relay = |state: &str| row(vec![fact(6, "EventRelayConfig", "Out", &[("state", state)])]);
    assert_eq!(relay("RUN").text("event-relay"), Some("true"));
    assert_eq!(relay("STOP").text("event-relay"), Some("false"));
}

#[test]
fn encryption_leaves_traces() {
    let keys = |on: &str| {
        let values = [("canEncryptTransactionalDatabase", on)];
        row(vec![fact(7, "EncryptionKeySettings", "EncryptionKey", &values)])
    };
    assert_eq!(keys("true").text("database-encryption"), Some("true"));
    assert_eq!(keys("false").text("database-encryption"), Some("false"));
    let classic = [("type", "EncryptedText"), ("label", "X"), ("encryptionScheme", "None")];
    let row = row(vec![fact(2, "CustomField", "Room__c.Code__c", &classic)]);
    assert_eq!(row.text("shield"), Some("true"));
    assert_eq!(row.text("encrypted-text-fields"), Some("1"));
    assert!(matches!(row.found("database-encryption"), Found::Unknown(_)));
}
