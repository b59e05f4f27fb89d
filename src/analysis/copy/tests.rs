//! Tests of copies over facts written by hand.

use super::*;
use crate::analysis::endpoint::tests::{collect, fact, texts};
use crate::fact::{Confidence, Found};
use crate::metadata::collect::Collected;
use crate::metadata::grants::{FieldGrant, Grants, ObjectAccess, ObjectGrant};
use crate::org::health::Evidence;
use crate::org::phi::{Overrides, Recogniser};
use crate::source::FileId;

fn base() -> Vec<Fact> {
    let text = ("type", "Text");
    let secret = ("encryptionScheme", "ProbabilisticEncryption");
    vec![
        fact("CustomObject", "Patient__c", &[("label", "Patient"), ("sharingModel", "Private")]),
        fact(
            "CustomField",
            "Patient__c.SSN__c",
            &[text, secret, ("trackHistory", "true"), ("complianceGroup", "HIPAA;PII")],
        ),
        fact("CustomField", "Patient__c.Birth_Date__c", &[("type", "Date")]),
        fact("CustomField", "Patient__c.Room__c", &[text, ("encryptionScheme", "None")]),
        fact("CustomObject", "Ride__c", &[("label", "Ride"), ("sharingModel", "Read")]),
        fact(
            "CustomField",
            "Ride__c.Patient__c",
            &[("type", "Lookup"), ("referenceTo", "Patient__c")],
        ),
        fact("CustomField", "Ride__c.Note__c", &[text]),
        fact("CustomField", "User.MRN__c", &[text, ("complianceGroup", "HIPAA")]),
    ]
}

fn schema(more: &[Fact]) -> Schema {
    let facts: Vec<Arc<Fact>> =
        base().into_iter().chain(more.iter().cloned()).map(Arc::new).collect();
    let recogniser = Recogniser::new(&Overrides::default()).unwrap();
    Schema::build(&facts, &Evidence::default(), recogniser)
}

fn field(name: &str, values: &[(&str, &str)]) -> Vec<Fact> {
    let field = fact("CustomField", name, values);
    let schema = schema(std::slice::from_ref(&field));
    let field = Arc::new(field);
    field_carriers(&field).iter().flat_map(|carrier| copies(&schema, carrier)).collect()
}

fn update(values: &[(&str, &str)]) -> Vec<Fact> {
    let fact = Arc::new(fact("WorkflowFieldUpdate", "Ride__c.Fill", values));
    let schema = schema(&[]);
    update_carrier(&schema, &fact).iter().flat_map(|carrier| copies(&schema, carrier)).collect()
}

#[test]
fn a_formula_carries_what_it_reads() {
    let formula = "\"No. \" & Patient__r.SSN__c & Patient__r.Room__c & IF(ISBLANK(Patient__r.SSN__c), \"\", \"!\")";
    let rows = field("Ride__c.Info__c", &[("type", "Text"), ("formula", formula)]);
    assert_eq!(rows.len(), 1);
    let row = &rows[0];
    assert_eq!(row.name, "Ride__c.Info__c/Patient__c.SSN__c");
    assert_eq!((row.component.as_str(), row.grouped), ("Ride__c.Info__c", true));
    assert_eq!(row.text("via"), Some("formula"));
    assert_eq!(row.text("manner"), Some("whole"));
    assert_eq!(row.text("stored"), Some("false"));
    assert_eq!(row.text("same-object"), Some("false"));
    assert_eq!(row.text("wider-default"), Some("true"));
    assert_eq!(row.text("source-encrypted"), Some("true"));
    assert_eq!(row.text("target-encrypted"), Some("false"));
    assert_eq!(row.text("source-tracked"), Some("true"));
    assert_eq!(row.text("source-classified"), Some("true"));
    assert_eq!(row.text("target-classified"), Some("false"));
    let at = row.item("source").unwrap();
    let start = 2000 + formula.find("Patient__r.SSN__c").unwrap();
    assert_eq!((at.span.start as usize, at.span.end as usize), (start, start + 17));
    assert!(at.related.is_some());
    assert_eq!(row.trail.len(), 2);
}

#[test]
fn a_fuller_reading_wins_and_a_test_alone_stays_a_test() {
    let formula = "IF(ISBLANK(SSN__c), \"\", SSN__c)";
    let row = &field("Patient__c.Info__c", &[("type", "Text"), ("formula", formula)])[0];
    assert_eq!(row.text("manner"), Some("whole"));
    assert_eq!(row.item("source").unwrap().span.start as usize, 2000 + 24);
    let checkbox = [("type", "Checkbox"), ("formula", "SSN__c & \"\" <> \"x\"")];
    assert_eq!(field("Patient__c.Has__c", &checkbox)[0].text("manner"), Some("tested"));
    let age = [("type", "Number"), ("formula", "TODAY() - Birth_Date__c")];
    assert_eq!(field("Patient__c.Age__c", &age)[0].text("manner"), Some("age"));
}

#[test]
fn a_roll_up_keeps_values_of_its_child() {
    let of = |how: &str| {
        let values = [
            ("type", "Summary"),
            ("summarizedField", "Patient__c.Birth_Date__c"),
            ("summaryOperation", how),
        ];
        field("Ride__c.First__c", &values)
    };
    assert_eq!(of("min")[0].text("via"), Some("roll-up"));
    assert_eq!(of("min")[0].text("stored"), Some("true"));
    assert!(of("count").is_empty());
}

#[test]
fn a_default_value_reads_the_user_only() {
    let of = |text| field("Ride__c.By__c", &[("type", "Text"), ("defaultValue", text)]);
    assert_eq!(of("$User.MRN__c")[0].text("source"), Some("User.MRN__c"));
    assert_eq!(of("$User.MRN__c")[0].text("via"), Some("default-value"));
    assert!(of("\"MRN__c\"").is_empty());
    assert!(of("$Profile.MRN__c").is_empty());
}

#[test]
fn a_field_update_ends_in_its_own_object_or_a_parent() {
    let own = update(&[("field", "Note__c"), ("formula", "Patient__r.SSN__c")]);
    assert_eq!(own[0].text("target"), Some("Ride__c.Note__c"));
    assert_eq!(own[0].text("via"), Some("field-update"));
    assert_eq!(own[0].trail[1].0.start, 1000);
    let parent = update(&[
        ("field", "Room__c"),
        ("formula", "Patient__r.SSN__c"),
        ("targetObject", "Patient__c"),
    ]);
    assert_eq!(parent[0].text("target"), Some("Patient__c.Room__c"));
    assert_eq!(parent[0].text("same-object"), Some("true"));
    assert_eq!(parent[0].text("target-encrypted"), Some("false"));
    assert!(update(&[("field", "Note__c"), ("literalValue", "SSN__c")]).is_empty());
    let lost = update(&[("field", "Gone__c"), ("formula", "Patient__r.SSN__c")]);
    assert!(matches!(lost[0].found("target-encrypted"), Found::Unknown(_)));
}

fn grants(kind: &str, name: &str, objects: &[(&str, ObjectAccess)], fields: &[&str]) -> Grants {
    let span = Span::head(FileId(0));
    let mut grants = Grants::new(Arc::new(fact(kind, name, &[])));
    for (object, access) in objects {
        grants.known_objects.push(object.to_lowercase().into());
        let object = (*object).into();
        grants.objects.push(ObjectGrant { object, access: *access, span, bits: vec![] });
    }
    for field in fields {
        let field = (*field).into();
        grants.fields.push(FieldGrant { field, editable: false, readable: true, span });
    }
    grants
}

fn wider(grants: Vec<Grants>, audience: &str, source: &[(&str, &str)]) -> Fact {
    wider_of("Chart_SSN__c", grants, audience, source)
}

fn wider_of(name: &str, grants: Vec<Grants>, audience: &str, source: &[(&str, &str)]) -> Fact {
    let read = format!("Patient__r.{name}");
    let formula = [("type", "Text"), ("formula", read.as_str())];
    let more = [
        fact("CustomField", "Ride__c.Info__c", &formula),
        fact("CustomField", &format!("Patient__c.{name}"), source),
    ];
    let schema = schema(&more);
    let mut facts: Collected = collect(vec![fact("holder", "Desk", &[("audience", audience)])]);
    facts.grants = grants;
    let target = Arc::new(more[0].clone());
    let mut rows: Vec<Fact> =
        field_carriers(&target).iter().flat_map(|carrier| copies(&schema, carrier)).collect();
    let readers = Readers::of(&facts, &schema, &rows);
    rows.iter_mut().for_each(|row| readers.say(row));
    rows.remove(0)
}

const READ: ObjectAccess = ObjectAccess::READ;

#[test]
fn who_reads_the_target_alone_reads_more() {
    let both = [("Ride__c", READ), ("Patient__c", READ)];
    let info = "Ride__c.Info__c";
    let ssn = "Patient__c.Chart_SSN__c";
    let text = [("type", "Text")];
    let of = |grants| wider(vec![grants], "guest", &text);
    let desk = of(grants("PermissionSet", "Desk", &both, &[info]));
    assert_eq!(texts(&desk, "wider-readable"), ["Desk"]);
    assert_eq!(texts(&desk, "wider-external"), ["Desk"]);
    assert_eq!(desk.confidence, Some(Confidence::Medium));
    let inside = wider(vec![grants("PermissionSet", "Desk", &both, &[info])], "workforce", &text);
    assert_eq!(inside.found("wider-external"), Found::Absent);
    for silent in [
        grants("PermissionSet", "Desk", &both, &[info, ssn]),
        grants("PermissionSet", "Desk", &[("Patient__c", READ)], &[info]),
        grants("MutingPermissionSet", "Desk", &both, &[info]),
        // A profile that says nothing of the object of the source.
        grants("Profile", "Desk", &[("Ride__c", READ)], &[info]),
        // Every field of the source's object.
        grants(
            "PermissionSet",
            "Desk",
            &[("Ride__c", READ), ("Patient__c", READ.with(ObjectAccess::VIEW_ALL_FIELDS))],
            &[info],
        ),
    ] {
        let row = of(silent);
        assert_eq!(row.found("wider-readable"), Found::Absent);
        assert_eq!(row.found("perhaps-wider"), Found::Absent);
    }
    // A set that says nothing of the source's object leaves that to another.
    let set = of(grants("PermissionSet", "Desk", &[("Ride__c", READ)], &[info]));
    assert_eq!(texts(&set, "perhaps-wider"), ["Desk"]);
    assert_eq!(texts(&set, "wider-external"), ["Desk"]);
    assert_eq!(set.found("wider-readable"), Found::Absent);
    assert_eq!(set.confidence, Some(Confidence::Medium));
}

#[test]
fn a_required_source_needs_no_field_permission() {
    let both = [("Ride__c", READ), ("Patient__c", READ)];
    let set = || vec![grants("PermissionSet", "Desk", &both, &["Ride__c.Info__c"])];
    let required = wider(set(), "guest", &[("type", "Text"), ("required", "true")]);
    assert_eq!(required.found("wider-readable"), Found::Absent);
}

#[test]
fn a_platform_field_that_nobody_is_granted_may_need_no_permission() {
    let both = [("Ride__c", READ), ("Patient__c", READ)];
    let set = |name, fields| grants("PermissionSet", name, &both, fields);
    let declared = [("type", "Text"), ("complianceGroup", "HIPAA")];
    let of = |grants| wider_of("Alias", grants, "workforce", &declared);
    let alone = of(vec![set("Desk", &["Ride__c.Info__c"])]);
    assert_eq!(alone.found("wider-readable"), Found::Absent);
    let beside = set("Ward", &["Patient__c.Alias"]);
    let guarded = of(vec![set("Desk", &["Ride__c.Info__c"]), beside]);
    assert_eq!(texts(&guarded, "wider-readable"), ["Desk"]);
}
