//! Tests of what carries PHI on the event bus, over facts written by hand.

use super::*;
use crate::analysis::endpoint::tests::{collect, fact, texts};
use crate::org::health::Evidence;
use crate::org::phi::{Overrides, Recogniser};

fn schema() -> Schema {
    let text = [("type", "Text")];
    let facts = [
        fact("CustomObject", "Patient__c", &[("label", "Patient")]),
        fact("CustomField", "Patient__c.SSN__c", &text),
        fact("CustomField", "Patient__c.Room__c", &text),
        fact("CustomObject", "Truck__c", &[("label", "Truck")]),
        fact("CustomObject", "Alert__e", &[("label", "Alert")]),
        fact("CustomField", "Alert__e.MRN__c", &text),
        fact("CustomField", "Audit_Log__e.Patient_SSN__c", &text),
        fact("CustomObject", "Ping__e", &[("label", "Ping")]),
        fact("CustomField", "Ping__e.Room__c", &text),
    ];
    let recogniser = Recogniser::new(&Overrides::default()).unwrap();
    Schema::build(&facts.map(Arc::new), &Evidence::default(), recogniser)
}

fn of(facts: Vec<Fact>) -> Vec<Fact> {
    rows(&collect(facts), &schema())
}

fn only<'r>(rows: &'r [Fact], name: &str) -> &'r Fact {
    let found: Vec<&Fact> = rows.iter().filter(|row| row.name == name).collect();
    assert_eq!(found.len(), 1, "{name}");
    found[0]
}

fn member_of(channel: &str, entity: &str, more: &[(&str, &str)]) -> Fact {
    let own = [("eventChannel", channel), ("selectedEntity", entity)];
    fact(MEMBER, &format!("{channel}_{entity}"), &[&own[..], more].concat())
}

#[test]
fn a_member_carries_the_changes_of_its_object() {
    let added = [("enrichedFields.name", "SSN__c"), ("enrichedFields.name", "Room__c")];
    let rows = of(vec![
        member_of("ChangeEvents", "Patient__ChangeEvent", &added),
        member_of("ChangeEvents", "Truck__ChangeEvent", &[]),
        member_of("Ward__chn", "Ping__e", &[]),
    ]);
    let row = only(&rows, "ChangeEvents_Patient__ChangeEvent");
    assert_eq!(texts(row, "object"), ["Patient__c"]);
    assert_eq!(texts(row, "phi-fields"), ["Patient__c.SSN__c"]);
    assert_eq!(row.item("phi-fields").unwrap().span.start, 3000);
    assert!(row.is_true("change-events") && !row.is_true("relayed"));
    assert!(rows.iter().all(|row| !row.name.contains("Truck") && !row.name.contains("Ping")));
}

#[test]
fn a_platform_event_carries_its_fields() {
    let rows = of(vec![member_of("Ward__chn", "Alert__e", &[])]);
    assert_eq!(texts(only(&rows, "Ward__chn_Alert__e"), "phi-fields"), ["Alert__e.MRN__c"]);
    let event = only(&rows, "Alert__e");
    assert_eq!((texts(event, "channel"), event.is_true("log")), (vec!["Ward__chn"], false));
    // Its object was not retrieved: it stands on a field.
    assert!(only(&rows, "Audit_Log__e").is_true("log"));
}

#[test]
fn a_relay_that_runs_takes_its_channel_out() {
    let relay = |state, channel| {
        let values = [
            ("eventChannel", channel),
            ("destinationResourceName", "callout:Bus"),
            ("state", state),
        ];
        fact(RELAY, "Out", &values)
    };
    let member = || member_of("Ward__chn", "Alert__e", &[]);
    let rows = of(vec![member(), relay("RUN", "ward__chn")]);
    assert!(only(&rows, "Ward__chn_Alert__e").is_true("relayed"));
    assert!(only(&rows, "Alert__e").is_true("relayed"));
    let out = only(&rows, "Out");
    assert_eq!(texts(out, "entities"), ["Alert__e"]);
    assert_eq!(texts(out, "destination"), ["callout:Bus"]);
    assert!(out.is_true("running") && out.confidence.is_some());
    let rows = of(vec![member(), relay("STOP", "Ward__chn")]);
    assert!(!only(&rows, "Alert__e").is_true("relayed") && !only(&rows, "Out").is_true("running"));
    let rows = of(vec![member(), relay("RUN", "Other__chn")]);
    assert!(rows.iter().all(|row| row.name != "Out" && !row.is_true("relayed")));
}

#[test]
fn the_bus_is_one_row_on_the_encryption_settings() {
    let settings =
        |text| fact("PlatformEncryptionSettings", "PlatformEncryption", &[(STATED, text)]);
    const STATED: &str = "enableEventBusEncryption";
    let rows = of(vec![settings("false"), member_of("Ward__chn", "Alert__e", &[])]);
    let bus = only(&rows, "Event bus");
    assert_eq!(texts(bus, "carriers"), ["Ward__chn_Alert__e", "Alert__e", "Audit_Log__e"]);
    assert_eq!(
        (bus.text("encrypted"), bus.item("encrypted").unwrap().span.start),
        (Some("false"), 1000)
    );
    let rows = of(vec![settings("true")]);
    assert_eq!(only(&rows, "Event bus").text("encrypted"), Some("true"));
    let rows = of(vec![]);
    let unknown = only(&rows, "Event bus").found("encrypted");
    assert!(matches!(unknown, crate::fact::Found::Unknown(_)));
}
