//! What a change does to what counts as PHI: it cannot take it away for itself.

use crate::changes::{FOLDER, clinic, field, set};
use crate::repository::Repository;

const READ: &str = "phi-field-broad-read Marketing_View/Patient__c";
const TAG: &str = "<complianceGroup>HIPAA</complianceGroup>\n";

/// `field` with other words in its file.
fn reworded(name: &str, from: &str, to: &str) -> (String, String) {
    let (path, text) = field(name);
    (path, text.replace(from, to))
}

/// A repository where `Marketing_View` reads `Extra__c`, which has this label and no tag.
fn labelled(label: &str) -> Option<Repository> {
    let repository = clinic(&[set("Marketing_View", &["Extra__c"])], &["SSN__c"])?;
    let (path, text) = relabelled(label);
    repository.merge(&[(&path, &text)]);
    Some(repository)
}

fn relabelled(label: &str) -> (String, String) {
    let (path, text) = reworded("Extra__c", TAG, "");
    (path, text.replace("<label>Extra__c", &format!("<label>{label}")))
}

#[test]
fn a_field_that_loses_its_tag_is_judged_as_it_was() {
    let Some(repository) = clinic(&[set("Marketing_View", &[])], &["SSN__c", "Extra__c"]) else {
        return;
    };
    let (path, text) = reworded("Extra__c", TAG, "");
    let (set, grants) = set("Marketing_View", &["Extra__c"]);
    repository.write(&[(&path, &text), (&set, &grants)]);
    repository.commit("harmless");
    let judged = repository.judge();
    assert_eq!(judged.code(), 1);
    assert_eq!(
        judged.changes(),
        [format!("new {READ}"), "new security-control-removed Patient__c.Extra__c".to_owned(),]
    );
    let line = format!(
        "notice: {path}:2: proposed: takes effect after merge: Patient__c.Extra__c no longer \
         counts as PHI (in the base: declared: HIPAA)"
    );
    assert!(judged.text.lines().any(|own| own == line), "{}", judged.text);
    assert!(judged.says("1 more holder can read ", "Patient__c.Extra__c: Marketing_View"));
}

#[test]
fn another_label_mends_nothing() {
    let Some(repository) = labelled("Diagnosis Code") else { return };
    let (path, text) = relabelled("Remark");
    repository.write(&[(&path, &text)]);
    repository.commit("reworded");
    let judged = repository.judge();
    assert_eq!((judged.code(), judged.changes()), (0, vec![]));
    let notice = format!(
        "{path}: proposed: takes effect after merge: Patient__c.Extra__c no longer counts as PHI \
         (in the base: by its label: diagnosis)"
    );
    assert_eq!(judged.notices(), [notice]);
    assert_eq!(judged.json.json()["access_delta"].as_array().unwrap().len(), 0);
    repository.git(&["checkout", "-q", "-B", "main"]);
    let after = repository.judge();
    assert_eq!((after.changes(), after.notices()), (vec![], vec![]), "after the merge it counts");
}

#[test]
fn a_label_that_shows_phi_gives_nobody_access() {
    let Some(repository) = labelled("Remark") else { return };
    let (path, text) = relabelled("Diagnosis Code");
    repository.write(&[(&path, &text)]);
    repository.commit("reworded");
    let judged = repository.judge();
    assert!(judged.changes().contains(&format!("new {READ}")), "{:?}", judged.changes());
    let notice = format!(
        "{path}: Patient__c.Extra__c counts as PHI since this change (by its label: diagnosis): \
         what was open on it before counts as new"
    );
    assert!(judged.notices().contains(&notice), "{:?}", judged.notices());
    assert_eq!(judged.json.json()["access_delta"].as_array().unwrap().len(), 0);
}

#[test]
fn an_object_that_is_no_longer_about_patients_is_judged_as_it_was() {
    let object = |label: &str| {
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
             <CustomObject xmlns=\"http://soap.sforce.com/2006/04/metadata\">\n\
             <label>{label}</label><sharingModel>ReadWrite</sharingModel>\n</CustomObject>\n"
        )
    };
    let path = format!("{FOLDER}/objects/Entry__c/Entry__c.object-meta.xml");
    let (tagged, text) = field("Code__c");
    let tagged = tagged.replace("Patient__c", "Entry__c");
    let Some(repository) = clinic(&[], &["SSN__c"]) else { return };
    repository.merge(&[(&path, &object("Entry")), (&tagged, &text)]);
    repository.write(&[(&tagged, &text.replace(TAG, ""))]);
    repository.commit("harmless");
    let judged = repository.judge();
    let unchanged = judged.json.findings("unchanged");
    assert!(unchanged.contains(&"phi-object-owd-public Entry__c".to_owned()), "{unchanged:?}");
}

#[test]
fn access_of_what_is_out_of_sight_is_not_said_to_be_lost() {
    let sets = [set("Care_Team", &["SSN__c"]), set("Marketing_View", &["SSN__c"])];
    let Some(repository) = clinic(&sets, &["SSN__c"]) else { return };
    repository.remove(&sets[1].0);
    repository.commit("not retrieved");
    let judged = repository.judge();
    assert_eq!(judged.code(), 0);
    let said = "1 holder that is no longer seen could read ";
    assert!(judged.says(said, "Patient__c.SSN__c: Marketing_View"), "{}", judged.text);
    let seen = |json: &serde_json::Value| -> Vec<serde_json::Value> {
        json["access_delta"].as_array().unwrap().iter().map(|row| row["seen"].clone()).collect()
    };
    assert!(seen(&judged.json.json()).iter().all(|seen| seen == false));
    let list = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
        <Package xmlns=\"http://soap.sforce.com/2006/04/metadata\"><types>\
        <members>Marketing_View</members><name>PermissionSet</name></types></Package>\n";
    repository.write(&[("force-app/destructiveChanges.xml", list)]);
    let judged = repository.judge();
    assert!(judged.says("1 holder fewer can read ", "Patient__c.SSN__c: Marketing_View"));
    assert!(seen(&judged.json.json()).iter().all(|seen| seen == true));
}

#[test]
fn a_profile_and_a_group_out_of_sight_are_not_said_to_lose_access() {
    let sets = [set("Marketing_View", &["SSN__c"])];
    let Some(repository) = clinic(&sets, &["SSN__c"]) else { return };
    let own = "<hasActivationRequired>false</hasActivationRequired><label>Marketing_View</label>";
    let profile = sets[0].1.replace("PermissionSet", "Profile").replace(own, "");
    let profile = (format!("{FOLDER}/profiles/Desk.profile-meta.xml"), profile);
    let group = format!("{FOLDER}/permissionsetgroups/Team.permissionsetgroup-meta.xml");
    let team = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
        <PermissionSetGroup xmlns=\"http://soap.sforce.com/2006/04/metadata\">\n\
        <label>Team</label><permissionSets>Marketing_View</permissionSets>\
        <status>Updated</status>\n</PermissionSetGroup>\n";
    repository.merge(&[(&profile.0, &profile.1), (&group, team)]);
    repository.remove(&profile.0);
    repository.remove(&group);
    let judged = repository.judge();
    let said = "2 holders that are no longer seen could read ";
    assert!(judged.says(said, "Patient__c.SSN__c: Desk, Team"), "{}", judged.text);
}

#[test]
fn a_holder_whose_file_cannot_be_read_is_not_said_to_lose_access() {
    let sets = [set("Marketing_View", &["SSN__c"])];
    let Some(repository) = clinic(&sets, &["SSN__c"]) else { return };
    repository.write(&[(&sets[0].0, "<<<<<<< HEAD\n")]);
    let judged = repository.judge();
    assert_eq!(judged.code(), 3);
    let said = "1 holder that is no longer seen could read ";
    assert!(judged.says(said, "Patient__c.SSN__c: Marketing_View"), "{}", judged.text);
    assert!(judged.says("1 file was not read; what is in it is unknown:", ""));
}

#[test]
fn another_component_of_the_same_name_does_not_make_a_finding_mended() {
    let Some(repository) = clinic(&[set("Visits", &["SSN__c"])], &["SSN__c"]) else { return };
    let flow = format!("{FOLDER}/flows/Visits.flow-meta.xml");
    let unsafe_flow = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
        <Flow xmlns=\"http://soap.sforce.com/2006/04/metadata\">\n\
        <processType>AutoLaunchedFlow</processType>\n\
        <runInMode>SystemModeWithoutSharing</runInMode>\n\
        <recordLookups><name>Get</name><object>Patient__c</object>\
        <queriedFields>SSN__c</queriedFields></recordLookups>\n\
        <start><connector><targetReference>Get</targetReference></connector></start>\n\
        <status>Active</status>\n</Flow>\n";
    repository.merge(&[(&flow, unsafe_flow)]);
    let old: Vec<String> = repository.judge().json.findings("unchanged");
    let of_flow: Vec<&String> =
        old.iter().filter(|f| f.contains("Visits") && f.contains("flow")).collect();
    assert!(!of_flow.is_empty(), "{old:?}");
    repository.write(&[(&flow, "<<<<<<< HEAD\n")]);
    let judged = repository.judge();
    assert_eq!(judged.code(), 3);
    let gone: Vec<String> = of_flow.iter().map(|f| format!("no-longer-seen {f}")).collect();
    assert_eq!(judged.changes(), gone);
}
