//! Emergency access in five variants: a clinic's flow that looks a provider's patient up.
//!
//! Only the variants that lack a safeguard are found, and each message names the one that is
//! missing.

// A test that cannot read what it judges has failed.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::Path;

use jiff::civil::date;
use phorce::fact::Severity;
use phorce::report::Finding;
use phorce::run::{Request, check};

const FLOW: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<Flow xmlns="http://soap.sforce.com/2006/04/metadata">
    <actionCalls>
        <name>Activate</name>
        <label>Activate</label>
        <actionName>activateSessionPermSet</actionName>
        <actionType>activateSessionPermSet</actionType>
        <connector>
            <targetReference>Record_Access</targetReference>
        </connector>
        <faultConnector>
            <targetReference>Publish_Access</targetReference>
        </faultConnector>
        <inputParameters>
            <name>PermSetName</name>
            <value>
                <stringValue>Emergency_Lookup</stringValue>
            </value>
        </inputParameters>
    </actionCalls>
    <label>Emergency provider lookup</label>
    <processType>Flow</processType>
    <recordCreates>
        <name>Record_Access</name>
        <label>Record access</label>
        <connector>
            <targetReference>Get_Patient</targetReference>
        </connector>
        <faultConnector>
            <targetReference>Publish_Access</targetReference>
        </faultConnector>
        <object>Access_Audit__c</object>
    </recordCreates>
    <recordCreates>
        <name>Publish_Access</name>
        <label>Publish access</label>
        <object>Access_Note__e</object>
    </recordCreates>
    <recordLookups>
        <name>Get_Patient</name>
        <label>Get patient</label>
        <getFirstRecordOnly>true</getFirstRecordOnly>
        <object>Patient__c</object>
        <queriedFields>Diagnosis__c</queriedFields>
        <storeOutputAutomatically>true</storeOutputAutomatically>
    </recordLookups>
    <runInMode>DefaultMode</runInMode>
    <screens>
        <name>Ask</name>
        <label>Ask</label>
        <connector>
            <targetReference>Activate</targetReference>
        </connector>
        <fields>
            <name>Reason</name>
            <dataType>String</dataType>
            <fieldText>Why do you need it?</fieldText>
            <fieldType>InputField</fieldType>
            <isRequired>true</isRequired>
        </fields>
    </screens>
    <start>
        <connector>
            <targetReference>Ask</targetReference>
        </connector>
    </start>
    <status>Active</status>
</Flow>
"#;

const SET: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<PermissionSet xmlns="http://soap.sforce.com/2006/04/metadata">
    <hasActivationRequired>true</hasActivationRequired>
    <label>Emergency Lookup</label>
    <objectPermissions>
        <allowCreate>false</allowCreate>
        <allowDelete>false</allowDelete>
        <allowEdit>false</allowEdit>
        <allowRead>true</allowRead>
        <modifyAllRecords>false</modifyAllRecords>
        <object>Patient__c</object>
        <viewAllRecords>false</viewAllRecords>
    </objectPermissions>
</PermissionSet>
"#;

const FIELD: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<CustomField xmlns="http://soap.sforce.com/2006/04/metadata">
    <fullName>Diagnosis__c</fullName>
    <complianceGroup>HIPAA</complianceGroup>
    <label>Diagnosis</label>
    <type>Text</type>
</CustomField>
"#;

/// What is found on the flow and on the permission set.
fn found(flow: &str, set: &str) -> Vec<Finding> {
    let place = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let path = place.path().join(path);
        fs::create_dir_all(path.parent().unwrap_or(Path::new(""))).unwrap();
        fs::write(path, text).unwrap();
    };
    write("flows/Emergency_Lookup.flow", flow);
    write("permissionsets/Emergency_Lookup.permissionset", set);
    write("objects/Patient__c/fields/Diagnosis__c.field-meta.xml", FIELD);
    let request = Request {
        inputs: vec![place.path().to_path_buf()],
        config: None,
        as_of: date(2026, 1, 15),
        forceignore: true,
        accepted: true,
        policy: None,
        baseline: None,
        known: true,
    };
    let findings = check(&request).unwrap().report.findings;
    // The last record of a fault path has none itself: that stays a low remark.
    let about = |finding: &Finding| {
        finding.subject.starts_with("Emergency_Lookup") && finding.severity > Severity::Low
    };
    findings.into_iter().filter(about).collect()
}

/// A text with one part replaced; the part must be there, else the variant is none.
fn with(text: &str, from: &str, to: &str) -> String {
    assert!(text.contains(from), "no `{from}`");
    text.replacen(from, to, 1)
}

/// The rules found, each with its message.
fn rules(findings: &[Finding]) -> Vec<&str> {
    findings.iter().map(|finding| finding.rule.as_str()).collect()
}

#[test]
fn a_correct_break_glass_is_left_alone() {
    assert_eq!(rules(&found(FLOW, SET)), Vec::<&str>::new());
}

#[test]
fn system_mode_is_found_and_named() {
    let flow = with(FLOW, "DefaultMode", "SystemModeWithoutSharing");
    let findings = found(&flow, SET);
    assert_eq!(rules(&findings), ["phi-flow-without-sharing"]);
    assert!(findings.iter().all(|f| f.message.contains("no regard to sharing")), "{findings:?}");
}

#[test]
fn a_missing_justification_is_found_and_named() {
    let flow = with(FLOW, "<name>Reason</name>", "<name>Colour</name>");
    let flow = with(&flow, "Why do you need it?", "Favourite colour");
    let findings = found(&flow, SET);
    assert_eq!(rules(&findings), ["emergency-activation-without-justification"]);
    assert!(findings.iter().all(|f| f.message.contains("justification")), "{findings:?}");
}

#[test]
fn a_missing_record_on_the_fault_path_is_found_and_named() {
    let fault = "        <faultConnector>\n            <targetReference>Publish_Access</targetReference>\n        </faultConnector>\n        <inputParameters>";
    let flow = with(FLOW, fault, "        <inputParameters>");
    let findings = found(&flow, SET);
    let rules = rules(&findings);
    assert!(rules.contains(&"emergency-activation-without-justification"), "{findings:?}");
    let of_rule = |f: &&Finding| f.rule == "emergency-activation-without-justification";
    let message = &findings.iter().find(of_rule).unwrap().message;
    assert!(message.contains("record") || message.contains("fails"), "{message}");
    assert!(!message.contains("justification"), "{message}");
}

#[test]
fn a_standing_permission_is_found_and_named() {
    let set = with(SET, "<hasActivationRequired>true", "<hasActivationRequired>false");
    let findings = found(FLOW, &set);
    assert_eq!(rules(&findings), ["emergency-access-not-time-limited"]);
    assert!(findings.iter().all(|f| f.message.contains("activat")), "{findings:?}");
}
