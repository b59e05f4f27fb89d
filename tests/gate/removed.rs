//! Controls that a change takes away, and those it only moves.

use crate::repository::Repository;
use crate::support::{PROJECT, profile};

const RULE: &str = "security-control-removed";
const FOLDER: &str = "force-app/main/default";
const LIST: &str = "force-app/destructiveChanges.xml";

fn component(root: &str, rows: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <{root} xmlns=\"http://soap.sforce.com/2006/04/metadata\">\n{rows}</{root}>\n"
    )
}

fn restriction(name: &str) -> (String, String) {
    let rows = format!(
        "    <active>true</active>\n    <enforcementType>Restrict</enforcementType>\n    \
         <masterLabel>{name}</masterLabel>\n    <targetEntity>Patient__c</targetEntity>\n"
    );
    let path = format!("{FOLDER}/restrictionRules/{name}.rule-meta.xml");
    (path, component("RestrictionRule", &rows))
}

fn list(ty: &str, name: &str) -> String {
    component(
        "Package",
        &format!("<types>\n<members>{name}</members>\n<name>{ty}</name>\n</types>\n"),
    )
}

/// A profile and the restriction rule `Own_Unit`.
fn guarded() -> Option<Repository> {
    let ((path, text), (rule, restriction)) = (profile("Desk", &[]), restriction("Own_Unit"));
    Repository::of(&[PROJECT, (&path, &text), (&rule, &restriction)])
}

fn removed(subject: &str) -> Vec<String> {
    vec![format!("new {RULE} {subject}")]
}

#[test]
fn a_control_that_is_gone_is_found_where_it_was() {
    let Some(repository) = guarded() else { return };
    let (path, _) = restriction("Own_Unit");
    repository.remove(&path);
    repository.commit("no rule");
    let judged = repository.judge();
    assert_eq!((judged.code(), judged.changes()), (1, removed("Own_Unit")));
    let finding = &judged.json.json()["findings"][0];
    assert_eq!((&finding["path"], &finding["line"]), (&path.as_str().into(), &2.into()));
    assert_eq!(finding["confidence"], "medium");
    assert!(judged.says(&format!("{path}:2:1 high {RULE}"), "(new)"), "{}", judged.text);
    assert_eq!(repository.check(&[]).code, 0, "without a base nothing is gone");
}

#[test]
fn an_entry_of_a_list_is_judged_alone() {
    let Some(repository) = guarded() else { return };
    repository.remove(&restriction("Own_Unit").0);
    repository.write(&[(LIST, &list("RestrictionRule", "Own_Unit"))]);
    repository.commit("listed");
    let judged = repository.judge();
    assert_eq!((judged.code(), judged.changes()), (1, removed("Own_Unit")));
    let finding = &judged.json.json()["findings"][0];
    assert_eq!((&finding["path"], &finding["line"]), (&LIST.into(), &4.into()));
    assert_eq!(finding["confidence"], "high");
    let alone = repository.check(&["--format", "json"]);
    assert_eq!((alone.code, alone.findings("open")), (1, vec![format!("{RULE} Own_Unit")]));
}

#[test]
fn a_list_that_was_there_before_opens_nothing() {
    let Some(repository) = guarded() else { return };
    repository.merge(&[(LIST, &list("RestrictionRule", "Older"))]);
    repository.grant("Desk", &["ApiEnabled"]);
    let judged = repository.judge();
    assert_eq!((judged.code(), judged.changes()), (0, vec![]));
    assert_eq!(judged.json.findings("unchanged"), [format!("{RULE} Older")]);
}

#[test]
fn a_control_that_is_moved_renamed_or_deployed_again_is_kept() {
    let Some(repository) = guarded() else { return };
    let (path, text) = restriction("Own_Unit");
    repository.write(&[(LIST, &list("RestrictionRule", "Own_Unit"))]);
    assert_eq!((repository.judge().code(), repository.judge().changes()), (0, vec![]));
    repository
        .write(&[("force-app/destructiveChangesPost.xml", &list("RestrictionRule", "Own_Unit"))]);
    assert_eq!(repository.judge().changes(), removed("Own_Unit"), "deleted last, it is gone");
    repository.remove("force-app/destructiveChangesPost.xml");
    repository.remove(LIST);
    repository.remove(&path);
    repository.write(&[(&path.replace("main/default", "core"), &text)]);
    assert_eq!(repository.judge().changes(), [""; 0], "moved");
    repository.remove(&path.replace("main/default", "core"));
    let (path, text) = restriction("Unit_Only");
    repository.write(&[(&path, &text)]);
    assert_eq!(repository.judge().changes(), [""; 0], "renamed");
    repository.write(&[(&path, &text.replace("Restrict<", "Scoping<"))]);
    assert_eq!(repository.judge().changes(), removed("Own_Unit"), "it is another rule");
}

#[test]
fn a_list_that_was_left_behind_does_not_hide_a_deletion() {
    let post = "force-app/destructiveChangesPost.xml";
    for list_path in [LIST, post] {
        let Some(repository) = guarded() else { return };
        repository.merge(&[(list_path, &list("RestrictionRule", "Own_Unit"))]);
        assert_eq!((repository.judge().code(), repository.judge().changes()), (0, vec![]));
        repository.remove(&restriction("Own_Unit").0);
        let judged = repository.judge();
        assert_eq!((judged.code(), judged.changes()), (1, removed("Own_Unit")), "{list_path}");
    }
}

#[test]
fn a_control_in_a_file_that_cannot_be_read_is_not_gone() {
    let Some(repository) = guarded() else { return };
    let (path, text) = restriction("Own_Unit");
    repository.write(&[(&path, text.trim_end_matches("</RestrictionRule>\n"))]);
    let judged = repository.judge();
    assert_eq!((judged.code(), judged.changes()), (3, vec![]));
}

#[test]
fn a_list_that_cannot_be_read_is_named() {
    let Some(repository) = guarded() else { return };
    repository.write(&[(LIST, "<Package>\n<types>\n")]);
    let judged = repository.judge();
    assert_eq!(judged.code(), 3);
    assert_eq!(judged.json.json()["inputs"]["not_read"][0]["path"], LIST);
}

const TRACKED: &str = "    <trackHistory>true</trackHistory>\n";

fn field(rows: &str) -> (String, String) {
    let rows = format!(
        "    <fullName>Chart__c</fullName>\n    <label>Chart</label>\n{rows}    \
         <type>Text</type>\n    <length>20</length>\n"
    );
    let path = format!("{FOLDER}/objects/Patient__c/fields/Chart__c.field-meta.xml");
    (path, component("CustomField", &rows))
}

#[test]
fn untagging_a_field_does_not_hide_that_it_is_no_longer_tracked() {
    let tag = "    <complianceGroup>HIPAA</complianceGroup>\n";
    let (path, text) = field(&format!("{tag}{TRACKED}"));
    let object = format!("{FOLDER}/objects/Patient__c/Patient__c.object-meta.xml");
    let patient = component("CustomObject", "    <label>Patient</label>\n");
    let Some(repository) = Repository::of(&[PROJECT, (&path, &text), (&object, &patient)]) else {
        return;
    };
    repository.write(&[(&path, &field("    <trackHistory>false</trackHistory>\n").1)]);
    repository.commit("untagged");
    let judged = repository.judge();
    assert_eq!(judged.code(), 1);
    let new: Vec<String> =
        judged.changes().into_iter().filter(|change| change.starts_with("new ")).collect();
    let both = [removed("Patient__c.Chart__c"), removed("Patient__c.Chart__c")].concat();
    assert_eq!(new, both, "its tag and its history");
    let json = judged.json.json();
    let findings = json["findings"].as_array().unwrap();
    let is_history = |f: &&serde_json::Value| f["rule"] == RULE && f["severity"] == "high";
    let finding = findings.iter().find(is_history).unwrap();
    assert_eq!((&finding["path"], &finding["line"]), (&path.as_str().into(), &5.into()));
}

#[test]
fn a_list_that_named_a_component_while_it_was_there_does_not_mend_it() {
    let Some(repository) = Repository::with(&["ViewAllData"]) else { return };
    repository.merge(&[(LIST, &list("Profile", "Desk"))]);
    repository.grant("Night", &[]);
    repository.remove(&profile("Desk", &[]).0);
    repository.commit("gone");
    let expected = ["no-longer-seen view-or-modify-all-data Desk"];
    assert_eq!(repository.judge().changes(), expected);
}

#[test]
fn a_component_that_is_listed_and_there_is_judged() {
    let Some(repository) = Repository::with(&[]) else { return };
    repository.merge(&[(LIST, &list("Profile", "Night"))]);
    repository.grant("Night", &["ViewAllData"]);
    let judged = repository.judge();
    assert_eq!(judged.changes(), ["new view-or-modify-all-data Night"]);
}
