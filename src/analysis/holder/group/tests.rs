//! Tests of groups over facts and grants written by hand.

use std::sync::Arc;

use super::*;
use crate::analysis::holder::tests::fact;
use crate::fact::Found;
use crate::metadata::grants::{FieldGrant, ObjectGrant};
use crate::source::{FileId, Span};

/// A set's facts and grants: user permissions, object bits, and fields as name, edit, read.
struct Set {
    kind: &'static str,
    name: &'static str,
    permissions: &'static [&'static str],
    objects: &'static [(&'static str, ObjectAccess)],
    fields: &'static [(&'static str, bool, bool)],
}

const PLAIN: Set =
    Set { kind: "PermissionSet", name: "Chart", permissions: &[], objects: &[], fields: &[] };
const MUTE: Set = Set { kind: "MutingPermissionSet", name: "Mute", ..PLAIN };

fn collect(sets: &[Set]) -> Collected {
    let place = Span::head(FileId(0));
    let mut facts = Collected::default();
    facts.add(Arc::new(fact(9, "PermissionSetGroup", "Ward", &[])));
    for set in sets {
        let values: Vec<(&str, &str)> =
            set.permissions.iter().map(|name| ("userPermissions", *name)).collect();
        let holder = Arc::new(fact(0, set.kind, set.name, &values));
        facts.add(Arc::clone(&holder));
        let mut grants = Grants::new(holder);
        grants.objects.extend(set.objects.iter().map(|(object, bit)| ObjectGrant {
            object: (*object).into(),
            access: *bit,
            span: place,
            bits: vec![(*bit, place)],
        }));
        grants.fields.extend(set.fields.iter().map(|(field, editable, readable)| FieldGrant {
            field: (*field).into(),
            editable: *editable,
            readable: *readable,
            span: place,
        }));
        facts.grants.push(grants);
    }
    facts
}

fn group(sets: &[Set], lists: &[&str]) -> Fact {
    let facts = collect(sets);
    let mut row = fact(9, "holder", "Ward", &[]);
    for name in lists {
        row.derive("permission-sets", name);
    }
    row.derive("muting-sets", "mute");
    Index::of(&facts).add_up(&mut row);
    row
}

fn is_idle(set: Set, mute: Set) -> bool {
    group(&[set, mute], &["chart"]).text("idle-muting-sets").is_some()
}

#[test]
fn what_needs_the_muted_permission_goes_too() {
    let edits = || Set { objects: &[("Patient__c", ObjectAccess::MODIFY_ALL)], ..PLAIN };
    let reads = || Set { objects: &[("Patient__c", ObjectAccess::READ)], ..PLAIN };
    let no_read = || Set { objects: &[("patient__C", ObjectAccess::READ)], ..MUTE };
    let no_delete = || Set { objects: &[("Patient__c", ObjectAccess::DELETE)], ..MUTE };
    assert!(!is_idle(edits(), no_read()) && !is_idle(edits(), no_delete()));
    assert!(!is_idle(reads(), no_read()) && is_idle(reads(), no_delete()));
    let all = Set { permissions: &["ModifyAllData"], ..PLAIN };
    assert!(!is_idle(all, Set { permissions: &["ViewAllData"], ..MUTE }));
    let view = Set { permissions: &["ViewAllData"], ..PLAIN };
    assert!(is_idle(view, Set { permissions: &["ModifyAllData"], ..MUTE }));
}

#[test]
fn editing_and_reading_a_field_are_muted_apart() {
    let reads = || Set { fields: &[("Patient__c.MRN__c", false, true)], ..PLAIN };
    let edits = || Set { fields: &[("Patient__c.MRN__c", true, true)], ..PLAIN };
    let no_edit = || Set { fields: &[("Patient__c.MRN__c", true, false)], ..MUTE };
    let no_read = || Set { fields: &[("Patient__c.MRN__c", false, true)], ..MUTE };
    assert!(is_idle(reads(), no_edit()) && !is_idle(edits(), no_edit()));
    assert!(!is_idle(reads(), no_read()) && !is_idle(edits(), no_read()));
}

#[test]
fn a_muting_set_is_judged_only_where_everything_is_there_and_something_is_listed() {
    let lists = || Set { permissions: &["ExportReport"], ..MUTE };
    assert!(is_idle(PLAIN, lists()));
    assert_eq!(group(&[PLAIN, MUTE], &["Chart"]).found("idle-muting-sets"), Found::Absent);
    let partial = group(&[PLAIN, lists()], &["Chart", "Other"]);
    assert!(matches!(partial.found("idle-muting-sets"), Found::Unknown(_)));
    let blind = group(&[PLAIN], &["Chart"]);
    assert!(matches!(blind.found("idle-muting-sets"), Found::Unknown(_)));
}

#[test]
fn a_group_has_the_permissions_of_its_sets_less_those_it_mutes() {
    let set = Set { permissions: &["ViewSetup", "ModifyAllData", "RunReports"], ..PLAIN };
    let mute = Set { permissions: &["viewalldata", "RunReports"], ..MUTE };
    let row = group(&[set, mute], &["Chart"]);
    let left: Vec<&str> =
        row.items("effective-permissions").map(|item| item.text.as_str()).collect();
    assert_eq!(left, ["ViewSetup"]);
    let item = row.item("effective-permissions").unwrap();
    // It stands in the group's file, and the set's own line is related.
    assert_eq!((item.span.file, item.related.map(|span| span.file)), (FileId(9), Some(FileId(0))));
}

#[test]
fn permissions_of_a_set_that_is_missing_are_unknown() {
    let row = group(&[MUTE], &["Other"]);
    assert!(matches!(row.found("effective-permissions"), Found::Unknown(_)));
}
