//! What changes open, and what only looks like a change.

use crate::repository::Repository;
use crate::support::{PROJECT, profile};

pub const FOLDER: &str = "force-app/main/default";
const ALL: &str = "view-or-modify-all-data Desk";

pub const OBJECT: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
    <CustomObject xmlns=\"http://soap.sforce.com/2006/04/metadata\">\n\
    <label>Patient</label><sharingModel>Private</sharingModel>\n</CustomObject>\n";

pub fn field(name: &str) -> (String, String) {
    let path = format!("{FOLDER}/objects/Patient__c/fields/{name}.field-meta.xml");
    let text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <CustomField xmlns=\"http://soap.sforce.com/2006/04/metadata\">\n\
         <fullName>{name}</fullName>\n<complianceGroup>HIPAA</complianceGroup>\n\
         <label>{name}</label><type>EncryptedText</type><length>20</length>\n</CustomField>\n"
    );
    (path, text)
}

/// A permission set that reads these fields of `Patient__c`.
pub fn set(name: &str, fields: &[&str]) -> (String, String) {
    let path = format!("{FOLDER}/permissionsets/{name}.permissionset-meta.xml");
    let grants: String = fields
        .iter()
        .map(|field| {
            format!(
                "<fieldPermissions><editable>false</editable><field>Patient__c.{field}</field>\
                 <readable>true</readable></fieldPermissions>\n"
            )
        })
        .collect();
    let text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <PermissionSet xmlns=\"http://soap.sforce.com/2006/04/metadata\">\n{grants}\
         <hasActivationRequired>false</hasActivationRequired><label>{name}</label>\n\
         <objectPermissions><allowCreate>false</allowCreate><allowDelete>false</allowDelete>\
         <allowEdit>false</allowEdit><allowRead>true</allowRead>\
         <modifyAllRecords>false</modifyAllRecords><object>Patient__c</object>\
         <viewAllRecords>false</viewAllRecords></objectPermissions>\n</PermissionSet>\n"
    );
    (path, text)
}

pub fn clinic(sets: &[(String, String)], fields: &[&str]) -> Option<Repository> {
    let object = format!("{FOLDER}/objects/Patient__c/Patient__c.object-meta.xml");
    let fields: Vec<_> = fields.iter().map(|name| field(name)).collect();
    let mut files = vec![PROJECT, (object.as_str(), OBJECT)];
    files.extend(sets.iter().chain(&fields).map(|(path, text)| (path.as_str(), text.as_str())));
    Repository::of(&files)
}

#[test]
fn nothing_changed_is_nothing_open() {
    let Some(repository) = Repository::with(&["ViewAllData", "ManageUsers"]) else { return };
    let judged = repository.judge();
    assert_eq!((judged.code(), judged.changes()), (0, vec![]));
    assert!(judged.counted().starts_with("0 new, 0 worsened, 0 fixed, "));
    assert!(!judged.text.contains("Desk.profile"), "old debt is counted only");
    assert!(judged.text.contains("No open findings in this change: "));
    assert!(judged.says("Nobody gains or loses access to PHI by this change.", ""));
    let full = repository.check(&["--base", "main", "--full"]);
    assert!(full.out.contains("unchanged"), "{}", full.out);
    assert_eq!(repository.check(&[]).code, 1, "without a base it is open");
}

#[test]
fn a_new_permission_is_new_and_the_rest_is_not() {
    let Some(repository) = Repository::with(&["ViewAllData"]) else { return };
    repository.grant("Night", &["ViewAllData"]);
    repository.commit("night");
    let judged = repository.judge();
    assert_eq!(judged.code(), 1);
    assert_eq!(judged.changes(), ["new view-or-modify-all-data Night"]);
    assert_eq!(judged.counted(), "1 new, 0 worsened, 0 fixed, 1 unchanged");
    assert!(judged.says(&format!("{FOLDER}/profiles/Night.profile-meta.xml:5:"), "(new)"));
    assert_eq!(judged.json.findings("unchanged"), [ALL]);
    assert_eq!(repository.check(&["--base", "main", "--fail-on", "critical"]).code, 0);
}

#[test]
fn a_sorted_profile_opens_nothing() {
    let permissions = ["ApiEnabled", "ManageUsers", "ModifyAllData", "ViewAllData"];
    let Some(repository) = Repository::with(&permissions) else { return };
    let mut sorted = permissions;
    sorted.reverse();
    repository.grant("Desk", &sorted);
    repository.commit("sorted");
    let judged = repository.judge();
    assert_eq!((judged.code(), judged.changes()), (0, vec![]));
}

#[test]
fn a_file_that_only_moves_opens_nothing() {
    let Some(repository) = Repository::with(&["ViewAllData"]) else { return };
    let (path, text) = profile("Desk", &["ViewAllData"]);
    repository.remove(&path);
    repository.write(&[(&path.replace("profiles/", "profiles/desk/"), &text)]);
    repository.commit("moved");
    assert_eq!((repository.judge().code(), repository.judge().changes()), (0, vec![]));
}

#[test]
fn a_component_with_a_new_name_is_a_new_holder() {
    let Some(repository) = Repository::with(&["ViewAllData"]) else { return };
    repository.remove(&profile("Desk", &[]).0);
    repository.grant("Front", &["ViewAllData"]);
    repository.commit("renamed");
    let judged = repository.judge();
    assert_eq!(judged.code(), 1);
    let expected =
        ["new view-or-modify-all-data Front".to_owned(), format!("no-longer-seen {ALL}")];
    assert_eq!(judged.changes(), expected);
    assert_eq!(judged.counted(), "1 new, 0 worsened, 0 fixed, 1 no longer seen, 0 unchanged");
}

#[test]
fn from_the_metadata_api_to_source_opens_nothing() {
    let (path, text) = profile("Desk", &["ViewAllData"]);
    let manifest = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
        <Package xmlns=\"http://soap.sforce.com/2006/04/metadata\"><types><members>*</members>\
        <name>Profile</name></types><version>66.0</version></Package>\n";
    let files = [("src/package.xml", manifest), ("src/profiles/Desk.profile", text.as_str())];
    let Some(repository) = Repository::of(&files) else { return };
    repository.remove("src/package.xml");
    repository.remove("src/profiles/Desk.profile");
    repository.write(&[PROJECT, (&path, &text)]);
    repository.commit("converted");
    let judged = repository.judge();
    assert_eq!((judged.code(), judged.changes()), (0, vec![]));
    assert_eq!(judged.json.findings("unchanged"), [ALL]);
}

#[test]
fn a_moved_package_directory_opens_nothing() {
    let Some(repository) = Repository::with(&["ViewAllData"]) else { return };
    repository.git(&["mv", "force-app", "clinic"]);
    repository.write(&[(PROJECT.0, "{\"packageDirectories\": [{\"path\": \"clinic\"}]}\n")]);
    repository.commit("moved");
    let judged = repository.judge();
    assert_eq!((judged.code(), judged.changes()), (0, vec![]));
}

#[test]
fn a_second_project_leaves_the_first_as_it_was() {
    let (path, text) = profile("Desk", &["ViewAllData"]);
    let files = [("one/sfdx-project.json", PROJECT.1), (&format!("one/{path}"), text.as_str())];
    let Some(repository) = Repository::of(&files) else { return };
    repository.write(&[("two/sfdx-project.json", PROJECT.1), (&format!("two/{path}"), &text)]);
    repository.commit("two");
    let judged = repository.judge();
    assert_eq!(judged.changes(), [format!("new {ALL}")]);
    assert_eq!(judged.counted(), "1 new, 0 worsened, 0 fixed, 1 unchanged");
}

#[test]
fn a_new_field_and_its_grant_in_one_change_are_new() {
    let Some(repository) = clinic(&[set("Marketing_View", &[])], &[]) else { return };
    let (path, text) = field("SSN__c");
    let (set, grants) = set("Marketing_View", &["SSN__c"]);
    repository.write(&[(&path, &text), (&set, &grants)]);
    repository.commit("field");
    let judged = repository.judge();
    assert_eq!(judged.code(), 1);
    let read = "new phi-field-broad-read Marketing_View/Patient__c".to_owned();
    assert!(judged.changes().contains(&read), "{:?}", judged.changes());
    assert!(
        judged.says("1 more holder can read ", "Patient__c.SSN__c: Marketing_View"),
        "{}",
        judged.text
    );
    let json = judged.json.json();
    let row = serde_json::json!({
        "holder": "Marketing_View", "holder_kind": "permission-set", "object": "Patient__c",
        "field": "SSN__c", "level": "read", "gained": true
    });
    assert!(json["access_delta"].as_array().unwrap().contains(&row), "{}", json["access_delta"]);
}

#[test]
fn one_more_field_makes_a_finding_worse() {
    let sets = [set("Marketing_View", &["SSN__c"])];
    let Some(repository) = clinic(&sets, &["SSN__c", "MRN__c"]) else { return };
    let (path, text) = set("Marketing_View", &["SSN__c", "MRN__c"]);
    repository.write(&[(&path, &text)]);
    repository.commit("wider");
    let judged = repository.judge();
    assert_eq!(judged.code(), 1);
    assert_eq!(judged.changes(), ["worsened phi-field-broad-read Marketing_View/Patient__c"]);
    assert!(judged.counted().starts_with("0 new, 1 worsened, 0 fixed, "));
    assert!(judged.says(&path, "(worsened)"), "{}", judged.text);
    let sarif = repository.check(&["--base", "main", "--format", "sarif"]).json();
    assert_eq!(sarif["runs"][0]["results"][0]["baselineState"], "updated");
}

/// A connected app with these scopes.
fn client(scopes: &[&str]) -> (String, String) {
    let path = format!("{FOLDER}/connectedApps/Lab.connectedApp-meta.xml");
    let scopes: String = scopes.iter().map(|scope| format!("<scopes>{scope}</scopes>\n")).collect();
    let text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <ConnectedApp xmlns=\"http://soap.sforce.com/2006/04/metadata\">\n<oauthConfig>\n\
         <callbackUrl>https://lab.example/cb</callbackUrl>\n{scopes}</oauthConfig>\n\
         </ConnectedApp>\n"
    );
    (path, text)
}

#[test]
fn a_wider_scope_makes_a_finding_worse_and_its_order_does_not() {
    let scopes = ["Api", "Chatter", "Pardot", "Wave"];
    let (path, text) = client(&scopes);
    let Some(repository) = Repository::of(&[PROJECT, (&path, &text)]) else { return };
    let (_, text) = client(&["Wave", "Chatter", "Api", "Pardot"]);
    repository.write(&[(&path, &text)]);
    let sorted = repository.judge();
    assert_eq!((sorted.code(), sorted.changes(), sorted.notices()), (0, vec![], vec![]));
    let (_, text) = client(&["Api", "Chatter", "Pardot", "Wave", "Content"]);
    repository.write(&[(&path, &text)]);
    let more = repository.judge();
    assert_eq!((more.code(), more.changes()), (0, vec![]));
    let look = "oauth-excessive-scopes on Lab is not new, but what it is about was changed";
    assert!(more.notices()[0].contains(look), "{:?}", more.notices());
    let (_, text) = client(&["Api", "Chatter", "Full", "Pardot", "Wave"]);
    repository.write(&[(&path, &text)]);
    let full = repository.judge();
    assert_eq!(full.code(), 1);
    assert_eq!(full.changes(), ["worsened oauth-excessive-scopes Lab"]);
}

#[test]
fn access_that_is_taken_away_is_told() {
    let sets = [set("Care_Team", &["SSN__c"]), set("Marketing_View", &["SSN__c"])];
    let Some(repository) = clinic(&sets, &["SSN__c"]) else { return };
    let (path, text) = set("Marketing_View", &[]);
    repository.write(&[(&path, &text)]);
    repository.commit("narrower");
    let judged = repository.judge();
    assert_eq!(judged.code(), 0);
    assert_eq!(judged.changes(), ["fixed phi-field-broad-read Marketing_View/Patient__c"]);
    assert!(judged.says("1 holder fewer can read ", "Patient__c.SSN__c: Marketing_View"));
}

#[test]
fn a_fixed_finding_is_told_where_it_was() {
    let Some(repository) = Repository::with(&["ApiEnabled", "ViewAllData"]) else { return };
    repository.grant("Desk", &["ApiEnabled"]);
    repository.commit("mended");
    let judged = repository.judge();
    assert_eq!((judged.code(), judged.changes()), (0, vec![format!("fixed {ALL}")]));
    assert_eq!(judged.counted(), "0 new, 0 worsened, 1 fixed, 0 unchanged");
    assert!(judged.says(&format!("{FOLDER}/profiles/Desk.profile-meta.xml:6:"), "(fixed)"));
    assert_eq!(judged.json.json()["summary"]["open"]["high"], 0);
    let flags = ["--base", "main", "--format", "sarif", "--sarif-accepted"];
    let results = repository.check(&flags).json()["runs"][0]["results"].clone();
    assert_eq!(results[0]["baselineState"], "absent");
}

#[test]
fn a_deleted_component_is_no_longer_seen_unless_its_deletion_is_listed() {
    let Some(repository) = Repository::with(&["ViewAllData"]) else { return };
    repository.grant("Night", &[]);
    repository.remove(&profile("Desk", &[]).0);
    repository.commit("deleted");
    let judged = repository.judge();
    assert_eq!((judged.code(), judged.changes()), (0, vec![format!("no-longer-seen {ALL}")]));
    let list = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
        <Package xmlns=\"http://soap.sforce.com/2006/04/metadata\"><types>\
        <members>Desk</members><name>Profile</name></types></Package>\n";
    repository.write(&[("force-app/destructiveChanges.xml", list)]);
    assert_eq!(repository.judge().changes(), [format!("fixed {ALL}")]);
}

#[test]
fn a_rule_that_loses_what_it_needs_is_named() {
    let (path, text) = profile("Desk", &[]);
    let settings = format!("{FOLDER}/settings/Security.settings-meta.xml");
    let security = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
        <SecuritySettings xmlns=\"http://soap.sforce.com/2006/04/metadata\"><sessionSettings>\
        <sessionTimeout>TwelveHours</sessionTimeout></sessionSettings></SecuritySettings>\n";
    let Some(repository) = Repository::of(&[PROJECT, (&path, &text), (&settings, security)]) else {
        return;
    };
    repository.remove(&settings);
    repository.commit("gone");
    let judged = repository.judge();
    assert_eq!(judged.code(), 0);
    assert!(judged.changes().iter().all(|change| change.starts_with("no-longer-seen ")));
    let lost = judged.notices().into_iter().filter(|notice| {
        notice.contains("session-timeout-too-long was checked in the base and can no longer")
    });
    assert_eq!(lost.count(), 1, "{:?}", judged.notices());
}

#[test]
fn what_could_not_be_read_before_counts_as_new() {
    let (path, text) = profile("Desk", &["ViewAllData"]);
    let broken = text.trim_end_matches("</Profile>\n");
    let Some(repository) = Repository::of(&[PROJECT, (&path, broken)]) else { return };
    repository.write(&[(&path, &text)]);
    repository.commit("mended");
    let judged = repository.judge();
    assert_eq!((judged.code(), judged.changes()), (1, vec![format!("new {ALL}")]));
    assert!(judged.notices().iter().any(|n| n.contains("could not be read at ")));
}
