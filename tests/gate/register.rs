//! The register is part of the policy: a change is held against what was merged before.

use crate::repository::Repository;
use crate::support::{PROJECT, profile};

const REGISTER: &str = "compliance/register.toml";
const DESK: &str = "[[holder]]\nname = \"Desk\"\nowner = \"IT\"\npurpose = \"Setup\"\n\
    criticality = \"high\"\nlast-review = 2026-01-01\n";
const NEW: &str = "new privileged-holder-not-in-register Night";

/// A profile with a privilege, which the register lists.
fn registered() -> Option<Repository> {
    let (path, text) = profile("Desk", &["ViewAllData"]);
    let config = "register = \"compliance/register.toml\"\n";
    Repository::of(&[PROJECT, (&path, &text), ("phorce.toml", config), (REGISTER, DESK)])
}

fn of_register(changes: Vec<String>) -> Vec<String> {
    changes.into_iter().filter(|change| change.contains("register")).collect()
}

#[test]
fn a_register_emptied_in_the_change_still_counts() {
    let Some(repository) = registered() else { return };
    repository.write(&[(REGISTER, "# nothing left\n")]);
    repository.commit("empty");
    let judged = repository.judge();
    assert_eq!((judged.code(), of_register(judged.changes())), (0, vec![]));
    let notice = format!("{REGISTER}: proposed: takes effect after merge: removes holder 'Desk'");
    assert_eq!(judged.notices(), [notice]);
    let now = repository.check(&["--format", "json"]).findings("open");
    assert!(now.contains(&"privileged-holder-not-in-register Desk".to_owned()), "{now:?}");
}

#[test]
fn an_entry_added_in_the_change_does_not_count_yet() {
    let Some(repository) = registered() else { return };
    repository.grant("Night", &["ViewAllData"]);
    let entry = "\n[[holder]]\nname = \"Night\"\nowner = \"Night shift\"\n";
    repository.write(&[(REGISTER, &format!("{DESK}{entry}"))]);
    repository.commit("night");
    let judged = repository.judge();
    assert_eq!(of_register(judged.changes()), [NEW]);
    let notice = format!("{REGISTER}: proposed: takes effect after merge: adds holder 'Night'");
    assert_eq!(judged.notices(), [notice]);
    let line = judged.json.json()["notices"][0]["line"].clone();
    assert_eq!(line, 9);
}

#[test]
fn an_entry_merged_before_counts() {
    let Some(repository) = registered() else { return };
    let entry = "\n[[holder]]\nname = \"night\"\ntype = \"Profile\"\n";
    repository.merge(&[(REGISTER, &format!("{DESK}{entry}"))]);
    repository.grant("Night", &["ViewAllData"]);
    repository.commit("night");
    let judged = repository.judge();
    // Its blanks, and that nobody had it, were there before.
    assert_eq!(of_register(judged.changes()), ["fixed register-entry-stale holder/night"]);
    assert_eq!(judged.notices(), [""; 0]);
}

#[test]
fn what_leaves_the_org_leaves_its_entry_behind() {
    let Some(repository) = registered() else { return };
    let (path, _) = profile("Desk", &[]);
    repository.grant("Other", &["RunReports"]);
    repository.remove(&path);
    repository.write(&[(
        "force-app/main/default/permissionsets/Ward.permissionset-meta.xml",
        "<PermissionSet xmlns=\"http://soap.sforce.com/2006/04/metadata\"><label>Ward</label></PermissionSet>\n",
    )]);
    repository.commit("gone");
    let judged = repository.judge();
    assert_eq!(of_register(judged.changes()), ["new register-entry-stale holder/Desk"]);
    let finding = judged.json.json()["findings"][0].clone();
    assert_eq!((finding["path"].as_str(), finding["line"].as_u64()), (Some(REGISTER), Some(2)));
}

#[test]
fn a_changed_value_takes_effect_after_the_merge() {
    let Some(repository) = registered() else { return };
    let old = DESK.replace("2026-01-01", "2024-01-01");
    repository.merge(&[(REGISTER, &old)]);
    repository.write(&[(REGISTER, DESK)]);
    repository.commit("reviewed");
    let judged = repository.judge();
    assert_eq!(judged.code(), 0);
    let json = judged.json.json();
    let open = json["findings"].as_array().unwrap().iter();
    let review = open.clone().find(|f| f["rule"] == "register-review-overdue").unwrap();
    // The line shown is the one that counts: the base's.
    assert_eq!((review["change"].as_str(), review["line"].as_u64()), (Some("unchanged"), Some(6)));
    let notice = format!(
        "{REGISTER}: proposed: takes effect after merge: alters last-review of holder 'Desk'"
    );
    assert_eq!(judged.notices(), [notice]);
}

#[test]
fn naming_another_register_does_not_count_either() {
    let Some(repository) = registered() else { return };
    repository.grant("Night", &["ViewAllData"]);
    repository.write(&[
        ("phorce.toml", "register = \"mine.toml\"\n"),
        ("mine.toml", "[[holder]]\nname = \"Night\"\n"),
    ]);
    repository.commit("mine");
    let judged = repository.judge();
    assert_eq!(of_register(judged.changes()), [NEW]);
    let told = judged.notices();
    assert_eq!(told.len(), 4, "{told:?}");
    assert!(told.contains(
        &"mine.toml: proposed: takes effect after merge: adds holder 'Night'".to_owned()
    ));
}

#[test]
fn a_broken_register_is_refused_on_either_side() {
    let Some(repository) = registered() else { return };
    repository.write(&[(REGISTER, "[[holder]]\nowner = \"IT\"\n")]);
    assert!(
        repository.refusal("main").contains("compliance/register.toml:1: [[holder]] has no 'name'")
    );
    repository.remove(REGISTER);
    assert!(
        repository
            .refusal("main")
            .contains("phorce.toml:1: 'register': compliance/register.toml: it is not there")
    );
    repository.merge(&[(REGISTER, "nope")]);
    repository.write(&[(REGISTER, DESK)]);
    let refusal = repository.refusal("main");
    assert!(refusal.contains(" (main): compliance/register.toml:1: not valid TOML"), "{refusal}");
}

#[test]
fn a_register_that_cannot_be_read_is_not_taken_for_none() {
    let Some(repository) = registered() else { return };
    repository.remove(REGISTER);
    repository.write(&[("compliance/register.toml/x", "")]);
    let ran = repository.check(&[]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    assert!(ran.err.contains("register.toml: it is not a regular file"), "{}", ran.err);
}

#[test]
fn a_policy_elsewhere_brings_its_register() {
    let Some(repository) = registered() else { return };
    let about = |ran: crate::support::Ran| -> Vec<String> {
        let open = ran.findings("open").into_iter();
        open.filter(|finding| finding.contains("register")).collect()
    };
    let ours = [("phorce.toml", "register = \"ours.toml\"\n"), ("ours.toml", "")];
    let outside = crate::support::Project::new(&ours);
    let folder = outside.path().display().to_string();
    let unlisted = ["privileged-holder-not-in-register Desk"];
    let flags = ["--policy", &folder, "--format", "json"];
    assert_eq!(about(repository.check(&flags)), unlisted);
    assert_eq!(about(repository.check(&["--format", "json"])), [""; 0]);
    // The register of that commit, whatever the change says.
    repository.write(&[(REGISTER, "")]);
    let flags = ["--policy", "main", "--format", "json"];
    assert_eq!(about(repository.check(&flags)), [""; 0]);
    assert_eq!(about(repository.check(&["--format", "json"])), unlisted);
    outside.write("ours.toml", "nope");
    let broken = repository.check(&["--policy", &folder]);
    assert_eq!(broken.code, 2);
    assert!(broken.err.contains("ours.toml:1: not valid TOML"), "{}", broken.err);
}
