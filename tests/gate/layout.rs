//! Changes of layout, and of files that say what other files mean.

use crate::changes::{FOLDER, OBJECT, clinic, field, set};
use crate::repository::Repository;
use crate::support::{PROJECT, profile};

const XML: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
const NAMESPACE: &str = "xmlns=\"http://soap.sforce.com/2006/04/metadata\"";

/// What a change of bytes that says nothing new does.
fn opens_nothing(repository: &Repository) {
    let judged = repository.judge();
    assert_eq!((judged.code(), judged.changes(), judged.notices()), (0, vec![], vec![]));
    assert_eq!(judged.json.json()["access_delta"].as_array().unwrap().len(), 0);
    assert!(!judged.json.findings("unchanged").is_empty());
}

#[test]
fn line_ends_and_byte_order_marks_open_nothing() {
    let sets = [set("Marketing_View", &["SSN__c"])];
    let Some(repository) = clinic(&sets, &["SSN__c"]) else { return };
    let (path, text) = field("SSN__c");
    let windows = |text: &str| format!("\u{feff}{}", text.replace('\n', "\r\n"));
    repository.write(&[(&sets[0].0, &windows(&sets[0].1)), (&path, &windows(&text))]);
    repository.commit("from Windows");
    opens_nothing(&repository);
}

#[test]
fn a_name_in_other_letters_is_the_same() {
    let sets = [set("Marketing_View", &["SSN__c"])];
    let Some(repository) = clinic(&sets, &["SSN__c"]) else { return };
    repository.remove(&sets[0].0);
    let (path, text) = set("marketing_view", &["ssn__C"]);
    repository.write(&[(&path, &text)]);
    repository.commit("other letters");
    opens_nothing(&repository);
}

#[test]
fn a_permission_set_in_parts_opens_nothing() {
    let sets = [set("Marketing_View", &["SSN__c"])];
    let Some(repository) = clinic(&sets, &["SSN__c"]) else { return };
    let (path, text) = &sets[0];
    let folder = path.trim_end_matches(".permissionset-meta.xml");
    let (head, rest) = text.split_once("<fieldPermissions>").unwrap();
    let (fields, rest) = rest.split_once("<hasActivationRequired>").unwrap();
    let (middle, rest) = rest.split_once("<objectPermissions>").unwrap();
    let (object, _) = rest.split_once("</PermissionSet>").unwrap();
    let part = format!(
        "{XML}<PermissionSet>\n<fieldPermissions>{fields}<objectPermissions>{object}\
         </PermissionSet>\n"
    );
    let whole = format!("{head}<hasActivationRequired>{middle}</PermissionSet>\n");
    repository.remove(path);
    repository.write(&[
        (&format!("{folder}/Marketing_View.permissionset-meta.xml"), &whole),
        (&format!("{folder}/objectSettings/Patient__c.objectSettings-meta.xml"), &part),
    ]);
    repository.commit("in parts");
    opens_nothing(&repository);
}

#[test]
fn fields_that_move_into_the_file_of_their_object_open_nothing() {
    let sets = [set("Marketing_View", &["SSN__c"])];
    let Some(repository) = clinic(&sets, &["SSN__c"]) else { return };
    let (path, text) = field("SSN__c");
    let (_, inner) = text.split_once("metadata\">\n").unwrap();
    let inner = inner.replace("</CustomField>", "</fields>");
    let object = OBJECT.replace("</CustomObject>", &format!("<fields>\n{inner}</CustomObject>"));
    repository.remove(&path);
    let file = format!("{FOLDER}/objects/Patient__c/Patient__c.object-meta.xml");
    repository.write(&[(&file, &object)]);
    repository.commit("merged");
    opens_nothing(&repository);
}

#[test]
fn a_second_package_directory_is_read_too() {
    let (path, text) = profile("Desk", &["ViewAllData"]);
    let Some(repository) = Repository::of(&[PROJECT, (&path, &text)]) else { return };
    let both = "{\"packageDirectories\": [{\"path\": \"force-app\"}, {\"path\": \"visits\"}]}\n";
    repository.remove(&path);
    repository.write(&[(PROJECT.0, both), (&path.replace("force-app", "visits"), &text)]);
    repository.commit("split");
    opens_nothing(&repository);
    let (night, text) = profile("Night", &["ViewAllData"]);
    repository.write(&[(&night.replace("force-app", "visits"), &text)]);
    assert_eq!(repository.judge().changes(), ["new view-or-modify-all-data Night"]);
}

#[test]
fn a_finding_that_moves_to_another_holder_is_new_there() {
    let Some(repository) = Repository::with(&["ViewAllData"]) else { return };
    repository.merge(&[(&profile("Night", &[]).0, &profile("Night", &[]).1)]);
    repository.grant("Desk", &[]);
    repository.grant("Night", &["ViewAllData"]);
    let judged = repository.judge();
    let expected = ["new view-or-modify-all-data Night", "fixed view-or-modify-all-data Desk"];
    assert_eq!((judged.code(), judged.changes()), (1, expected.map(str::to_owned).to_vec()));
}

fn group(sets: &[&str]) -> (String, String) {
    let sets: String =
        sets.iter().map(|set| format!("<permissionSets>{set}</permissionSets>\n")).collect();
    let text = format!(
        "{XML}<PermissionSetGroup {NAMESPACE}>\n<label>Visits</label>\n{sets}\
         <status>Updated</status>\n</PermissionSetGroup>\n"
    );
    (format!("{FOLDER}/permissionsetgroups/Visits.permissionsetgroup-meta.xml"), text)
}

#[test]
fn what_a_group_gains_by_one_more_set_is_told() {
    let sets = [set("Care_Team", &[]), set("Marketing_View", &["SSN__c"])];
    let Some(repository) = clinic(&sets, &["SSN__c"]) else { return };
    let (path, text) = group(&["Care_Team"]);
    repository.merge(&[(&path, &text)]);
    repository.write(&[(&path, &group(&["Care_Team", "Marketing_View"]).1)]);
    repository.commit("one more");
    let judged = repository.judge();
    assert_eq!((judged.code(), judged.changes()), (0, vec![]));
    assert!(judged.says("1 more holder can read Patient__c.SSN__c: Visits", ""), "{}", judged.text);
}

#[test]
fn sharing_that_is_loosened_fails() {
    let Some(repository) = clinic(&[], &["SSN__c"]) else { return };
    let path = format!("{FOLDER}/objects/Patient__c/Patient__c.object-meta.xml");
    repository.write(&[(&path, &OBJECT.replace("Private", "Read"))]);
    repository.commit("open");
    let judged = repository.judge();
    let expected =
        ["new security-control-removed Patient__c", "new phi-object-owd-public Patient__c"];
    assert_eq!((judged.code(), judged.changes()), (1, expected.map(str::to_owned).to_vec()));
}

#[test]
fn a_configuration_that_the_change_deletes_still_counts() {
    let Some(repository) = Repository::with(&[]) else { return };
    repository.merge(&[("phorce.toml", "fail-on = \"medium\"\n")]);
    repository.remove("phorce.toml");
    repository.grant("Desk", &["PasswordNeverExpires"]);
    repository.commit("no policy");
    let judged = repository.judge();
    let expected = vec!["new mfa-waiver-or-password-never-expires Desk".to_owned()];
    assert_eq!((judged.code(), judged.changes()), (1, expected), "medium fails still");
    let notice =
        "phorce.toml: proposed: takes effect after merge: removes fail-on = 'medium'".to_owned();
    assert_eq!(judged.notices(), [notice]);
}
