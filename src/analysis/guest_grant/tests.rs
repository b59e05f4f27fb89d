//! Tests of the guest rows over facts written by hand.

use super::*;
use crate::analysis::endpoint::tests::{collect, fact, texts};
use crate::fact::Found;
use crate::metadata::grants::{FieldGrant, Grants};
use crate::source::FileId;

const GUEST: &[(&str, &str)] = &[("type", "Profile"), ("guest-license", "true")];

fn holder(name: &str) -> Fact {
    fact("holder", name, GUEST)
}

/// An access row; each word of `had` stands at the byte beside it.
fn access(holder: &str, object: &str, had: &[(&str, usize)], fields: &[&str]) -> Fact {
    let name = format!("{holder}/{object}");
    let mut row = fact("access", &name, &[("holder", holder), ("type", "Profile")]);
    row.derive("object", object);
    for (word, at) in had {
        row.push("object-access", *word, Span::new(FileId(0), *at, at + 4));
    }
    for field in fields {
        row.push("fields", *field, Span::new(FileId(0), 900, 904));
    }
    row
}

fn nothing(_: &str) -> Option<String> {
    None
}

fn only(facts: Vec<Fact>, health: bool) -> Fact {
    let mut rows = rows(&collect(facts), health, &nothing);
    assert_eq!(rows.len(), 1);
    rows.remove(0)
}

#[test]
fn what_a_permission_brings_is_not_stated() {
    let create = access("Intake Profile", "Visit__c", &[("read", 10), ("create", 10)], &[]);
    let row = only(vec![holder("Intake Profile"), create], true);
    assert_eq!(texts(&row, "grants"), ["create"]);
    let all = [("read", 10), ("create", 20), ("edit", 30), ("delete", 40), ("view-all", 50)];
    let row = only(vec![holder("A Profile"), access("A Profile", "Visit__c", &all, &[])], true);
    assert_eq!(texts(&row, "grants"), ["read", "create"]);
    assert_eq!(texts(&row, "stale"), ["edit", "delete", "view-all"]);
    let modify = [("read", 10), ("edit", 10), ("delete", 10), ("view-all", 10), ("modify-all", 10)];
    let row = only(vec![holder("A Profile"), access("A Profile", "Visit__c", &modify, &[])], true);
    assert_eq!(texts(&row, "grants"), Vec::<&str>::new());
    assert_eq!(texts(&row, "stale"), ["modify-all"]);
}

#[test]
fn a_user_permission_is_no_grant_on_the_object() {
    let mut guest = holder("A Profile");
    guest.push("permissions", "ViewAllData", Span::new(FileId(0), 10, 14));
    let row = only(vec![guest, access("A Profile", "Visit__c", &[("read", 10)], &[])], true);
    assert_eq!(row.found("grants"), Found::Absent);
}

#[test]
fn opens_fields_or_the_object() {
    let fields = access("A Profile", "Visit__c", &[("read", 10)], &["MRN__c", "Notes__c"]);
    let row = only(vec![holder("A Profile"), fields], true);
    assert_eq!(texts(&row, "opens"), ["MRN__c", "Notes__c"]);
    let none = access("A Profile", "Visit__c", &[("read", 10)], &[]);
    assert_eq!(texts(&only(vec![holder("A Profile"), none], true), "opens"), ["Visit__c"]);
}

fn rule(name: &str, site: &str, catch_all: &str) -> Fact {
    let values = [
        ("kind", "guest"),
        ("sharedTo.guestUser", site),
        ("catch-all", catch_all),
        ("phi-objects", "visit__c"),
    ];
    fact("sharing-rule", name, &values)
}

#[test]
fn records_open_through_the_rules_of_its_own_site() {
    let records = |rules: Vec<Fact>| {
        let read = access("E-Clinic Guest Profile", "Visit__c", &[("read", 10)], &[]);
        let site = fact("CustomSite", "Portal", &[("masterLabel", "E Clinic")]);
        let mut facts = vec![holder("E-Clinic Guest Profile"), read, site];
        facts.extend(rules);
        let row = only(facts, true);
        (row.text("records").unwrap_or("").to_owned(), row.items("rules").count())
    };
    assert_eq!(records(vec![]), ("none".to_owned(), 0));
    assert_eq!(records(vec![rule("V.A", "Other", "true")]), ("none".to_owned(), 0));
    assert_eq!(records(vec![rule("V.A", "E_Clinic", "false")]), ("some".to_owned(), 1));
    let two = vec![rule("V.A", "portal", "true"), rule("V.B", "E_Clinic", "false")];
    assert_eq!(records(two), ("all".to_owned(), 2));
}

#[test]
fn everyday_objects_count_in_a_health_org() {
    let row = |object, health| {
        let read = access("A Profile", object, &[("read", 10)], &[]);
        only(vec![holder("A Profile"), read], health).is_true("everyday")
    };
    assert!(row("Contact", false) && !row("Contact", true) && !row("Visit__c", false));
    let mut declared = access("A Profile", "Contact", &[("read", 10)], &["MRN__c"]);
    declared.derive("declared-fields", "MRN__c");
    assert!(!only(vec![holder("A Profile"), declared], false).is_true("everyday"));
}

#[test]
fn a_profile_that_says_nothing_of_an_object_is_unknown() {
    let phi = fact("phi-object", "Visit__c", &[("object", "Visit__c")]);
    let row = only(vec![holder("A Profile"), phi.clone()], true);
    assert!(matches!(row.found("grants"), Found::Unknown(why) if why.contains("Visit__c")));
    let set = fact("holder", "Set", &[("type", "PermissionSet"), ("guest-license", "true")]);
    assert!(rows(&collect(vec![set, phi.clone()]), true, &nothing).is_empty());
    let staff = fact("holder", "Nurse", &[("type", "Profile"), ("guest-license", "false")]);
    assert!(rows(&collect(vec![staff, phi]), true, &nothing).is_empty());
}

#[test]
fn field_permissions_without_the_object_are_idle() {
    let mut facts = collect(vec![
        holder("A Profile"),
        fact("phi-object", "Visit__c", &[("object", "Visit__c")]),
    ]);
    let profile = Arc::new(fact("Profile", "A Profile", &[]));
    let span = Span::new(FileId(0), 70, 80);
    let mut grants = Grants::new(profile);
    for field in ["Visit__c.MRN__c", "Visit__c.Room__c"] {
        grants.fields.push(FieldGrant {
            field: field.into(),
            editable: false,
            readable: true,
            span,
        });
    }
    grants.known_objects.push("visit__c".into());
    facts.grants.push(grants);
    let is_phi = |name: &str| name.ends_with("MRN__c").then(|| name.to_owned());
    let rows = rows(&facts, true, &is_phi);
    assert_eq!(rows.len(), 1);
    assert_eq!(texts(&rows[0], "idle-fields"), ["MRN__c"]);
    assert_eq!(rows[0].found("grants"), Found::Absent);
}
