//! What is out of sight: files the walk cannot take, and components that are not there any more.

use crate::repository::Repository;
use crate::support::{PROJECT, profile};

const FOLDER: &str = "force-app/main/default";

#[cfg(unix)]
#[test]
fn a_link_out_of_the_project_is_not_read_in_a_change_either() {
    let Some(repository) = Repository::with(&["ViewAllData"]) else { return };
    let outside = tempfile::tempdir().unwrap();
    let (path, text) = profile("Night", &["ModifyAllData"]);
    let target = outside.path().join("Night.profile-meta.xml");
    std::fs::write(&target, text).unwrap();
    std::os::unix::fs::symlink(target, repository.project.path().join(&path)).unwrap();
    let judged = repository.judge();
    assert_eq!((judged.code(), judged.changes()), (3, vec![]));
    let unread = judged.json.json()["inputs"]["not_read"].clone();
    assert_eq!(unread.as_array().unwrap().len(), 1, "{unread}");
    assert_eq!(unread[0]["path"], path.as_str());
}

#[test]
fn a_broken_pattern_of_the_base_is_said() {
    let Some(repository) = Repository::with(&[]) else { return };
    repository.merge(&[(".forceignore", "old/\n[z-a]\n")]);
    repository.grant("Night", &["ViewAllData"]);
    let judged = repository.judge();
    assert_eq!(judged.changes(), ["new view-or-modify-all-data Night"]);
    let [notice] = &judged.notices()[..] else { panic!("{:?}", judged.notices()) };
    assert!(notice.starts_with(".forceignore: line 2 is no pattern"), "{notice}");
}

/// A class that writes a number to the debug log.
fn class(name: &str) -> (String, String) {
    let path = format!("{FOLDER}/classes/{name}.cls");
    let text = format!(
        "public with sharing class {name} {{\n    public void run() {{\n        \
         Patient__c p = [SELECT SSN__c FROM Patient__c WITH USER_MODE LIMIT 1];\n        \
         System.debug(p.SSN__c);\n    }}\n}}\n"
    );
    (path, text)
}

const FIELD: (&str, &str) = (
    "force-app/main/default/objects/Patient__c/fields/SSN__c.field-meta.xml",
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
     <CustomField xmlns=\"http://soap.sforce.com/2006/04/metadata\">\n\
     <fullName>SSN__c</fullName>\n<complianceGroup>HIPAA</complianceGroup>\n\
     <label>SSN</label><type>Text</type><length>20</length>\n</CustomField>\n",
);

#[test]
fn a_class_that_is_gone_was_not_mended() {
    let (log, other) = (class("Log"), class("Other"));
    let files = [PROJECT, FIELD, (&log.0, &log.1), (&other.0, &other.1)];
    let Some(repository) = Repository::of(&files) else { return };
    repository.remove(&log.0);
    let gone = repository.judge();
    assert_eq!(gone.changes(), ["no-longer-seen phi-in-debug-output Log.run/log"]);
    repository.write(&[(&log.0, &log.1.replace("System.debug(p.SSN__c);", ""))]);
    let mended = repository.judge();
    assert_eq!(mended.changes(), ["fixed phi-in-debug-output Log.run/log"]);
}
