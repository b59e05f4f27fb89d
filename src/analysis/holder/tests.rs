//! Tests of the holder rows over facts written by hand.

use super::*;
use crate::fact::{Found, Severity};
use crate::source::{FileId, Span};

/// An element fact of `file` whose n-th value stands at byte n.
pub(crate) fn fact(file: u32, kind: &str, name: &str, values: &[(&str, &str)]) -> Fact {
    let mut fact = Fact::new(kind, name, Span::head(FileId(file)));
    for (index, (key, text)) in values.iter().enumerate() {
        fact.push(*key, *text, Span::new(FileId(file), index + 1, index + 1));
    }
    fact
}

/// The facts of one org.
pub(crate) fn collect(facts: Vec<Fact>) -> Collected {
    let mut collected = Collected::default();
    facts.into_iter().for_each(|fact| collected.add(Arc::new(fact)));
    collected
}

fn row(facts: Vec<Fact>, name: &str) -> Fact {
    let rows = rows(&collect(facts), &Reaches::default(), &RoleConfig::default());
    rows.into_iter().find(|row| row.name == name).expect("the row")
}

fn texts<'f>(row: &'f Fact, key: &'f str) -> Vec<&'f str> {
    row.items(key).map(|item| item.text.as_str()).collect()
}

#[test]
fn parts_of_one_set_are_one_row() {
    let rows = rows(
        &collect(vec![
            fact(
                0,
                "PermissionSet",
                "Chart",
                &[("label", "Chart"), ("userPermissions", "ViewSetup")],
            ),
            fact(
                1,
                "PermissionSet",
                "chart",
                &[("userPermissions", "ApiEnabled"), ("userPermissions", "viewsetup")],
            ),
        ]),
        &Reaches::default(),
        &RoleConfig::default(),
    );
    assert_eq!(rows.len(), 1);
    assert_eq!(texts(&rows[0], "permissions"), ["ViewSetup", "ApiEnabled"]);
    let files: Vec<u32> = rows[0].items("permissions").map(|item| item.span.file.0).collect();
    assert_eq!(files, [0, 1]);
    assert_eq!(rows[0].text("type"), Some("PermissionSet"));
    assert_eq!(rows[0].text("standard"), Some("false"));
}

#[test]
fn a_capped_part_stays_apart() {
    let mut capped = fact(1, "PermissionSet", "Chart", &[("userPermissions", "ApiEnabled")]);
    capped.cap = Some(Severity::Low);
    let rows = rows(
        &collect(vec![fact(0, "PermissionSet", "Chart", &[]), capped]),
        &Reaches::default(),
        &RoleConfig::default(),
    );
    let caps: Vec<_> = rows.iter().map(|row| row.cap).collect();
    assert_eq!(caps, [None, Some(Severity::Low)]);
}

#[test]
fn a_muting_set_grants_nothing() {
    let row = row(
        vec![fact(0, "MutingPermissionSet", "Mute", &[("userPermissions", "ViewSetup")])],
        "Mute",
    );
    assert_eq!(row.found("permissions"), Found::Absent);
    assert_eq!(texts(&row, "muted-permissions"), ["ViewSetup"]);
    assert!(row.is_true("inverted"));
}

#[test]
fn a_profile_says_for_whom_it_is() {
    let row = row(
        vec![fact(
            0,
            "Profile",
            "EHR Feed",
            &[
                ("custom", "true"),
                ("userLicense", "Salesforce Integration"),
                ("userPermissions", "ApiUserOnly"),
            ],
        )],
        "EHR Feed",
    );
    assert_eq!(row.text("audience"), Some("integration"));
    assert_eq!(row.text("audience-ground"), Some("the licence Salesforce Integration"));
    assert!(row.is_true("api-only-integration"));
    assert!(!row.is_true("external-license"));
    assert_eq!(row.text("standard"), Some("false"));
    assert_eq!(row.text("has-login-ip-ranges"), Some("false"));
}

#[test]
fn admin_is_the_shipped_profile() {
    let facts = || {
        vec![
            fact(0, "Profile", "Admin", &[("custom", "false"), ("userLicense", "Salesforce")]),
            fact(1, "PermissionSet", "Admin", &[]),
        ]
    };
    let rows = rows(&collect(facts()), &Reaches::default(), &RoleConfig::default());
    let admins: Vec<_> = rows.iter().map(|row| (row.text("type"), row.text("admin"))).collect();
    assert_eq!(admins, [(Some("Profile"), Some("true")), (Some("PermissionSet"), Some("false"))]);
    assert!(row(facts(), "Admin").is_true("standard"));
}

#[test]
fn a_profile_without_permissions_says_nothing_of_limits() {
    let partial = row(vec![fact(0, "Profile", "Nurse", &[("custom", "true")])], "Nurse");
    assert!(matches!(partial.found("has-login-ip-ranges"), Found::Unknown(_)));
    let limited = row(vec![fact(0, "Profile", "Nurse", &[("loginIpRanges", "")])], "Nurse");
    assert_eq!(limited.text("has-login-ip-ranges"), Some("true"));
    assert_eq!(limited.text("has-login-flow"), Some("false"));
}

#[test]
fn break_glass_is_emergency_and_activation() {
    let set = |activation: &str| {
        row(
            vec![fact(
                0,
                "PermissionSet",
                "Chart_Access",
                &[("description", "For an emergency"), ("hasActivationRequired", activation)],
            )],
            "Chart_Access",
        )
    };
    assert!(set("true").is_true("break-glass"));
    assert_eq!(set("true").text("emergency-word"), Some("emergency"));
    assert!(set("false").is_true("emergency"));
    assert!(!set("false").is_true("break-glass"));
}

#[test]
fn a_group_shows_sets_whose_activation_it_voids() {
    let facts = |group: &str| {
        vec![
            fact(0, "PermissionSet", "Chart", &[("hasActivationRequired", "true")]),
            fact(1, "PermissionSet", "Desk", &[("hasActivationRequired", "false")]),
            fact(
                2,
                "PermissionSetGroup",
                "Ward",
                &[
                    ("hasActivationRequired", group),
                    ("permissionSets", "chart"),
                    ("permissionSets", "Desk"),
                    ("mutingPermissionSets", "Mute"),
                ],
            ),
        ]
    };
    let open = row(facts("false"), "Ward");
    let item = open.item("session-sets").expect("a session set");
    assert_eq!((item.text.as_str(), item.span.file.0, item.span.start), ("chart", 2, 2));
    assert_eq!(item.related.map(|span| (span.file.0, span.start)), Some((0, 1)));
    assert_eq!(texts(&open, "session-sets"), ["chart"]);
    assert_eq!(texts(&open, "muting-sets"), ["Mute"]);
    assert_eq!(row(facts("true"), "Ward").found("session-sets"), Found::Absent);
}

#[test]
fn a_set_that_was_not_retrieved_leaves_the_group_unknown() {
    let group = fact(0, "PermissionSetGroup", "Ward", &[("permissionSets", "Chart")]);
    assert!(matches!(row(vec![group], "Ward").found("session-sets"), Found::Unknown(_)));
}

#[test]
fn without_objects_it_is_unknown_whether_a_holder_reads_phi() {
    let set = || fact(0, "PermissionSet", "Chart", &[]);
    assert!(matches!(row(vec![set()], "Chart").found("reads-phi"), Found::Unknown(_)));
    let object = fact(1, "CustomObject", "Room__c", &[]);
    assert_eq!(row(vec![set(), object], "Chart").text("reads-phi"), Some("false"));
}
