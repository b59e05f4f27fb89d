//! What a change takes away, from facts written by hand.

use super::*;
use crate::fact::{Confidence, Found, Severity};
use crate::metadata::grants::{FieldGrant, Grants, NamedGrant, ObjectAccess, ObjectGrant};
use crate::source::{FileId, Span};

/// A component at the head of `file`; its n-th value stands at byte 10 n.
fn fact(file: u32, kind: &str, name: &str, values: &[(&str, &str)]) -> Fact {
    let mut fact = Fact::new(kind, name, Span::new(FileId(file), 1, 2));
    for (index, (key, text)) in values.iter().enumerate() {
        let start = 10 * (index + 1);
        fact.push(*key, *text, Span::new(FileId(file), start, start + 1));
    }
    fact
}

/// A repeated child of a component.
fn child(parent: &Arc<Fact>, element: &str, key: &str, values: &[(&str, &str)]) -> Fact {
    let kind = format!("{}.{element}", parent.kind);
    let mut child = fact(parent.place.file.0, &kind, &format!("{}/{key}", parent.name), values);
    child.place = Span::new(parent.place.file, 5, 6);
    child.component = parent.name.clone();
    child.parent = Some(Arc::clone(parent));
    child
}

fn collect(facts: Vec<Fact>) -> Collected {
    let mut collected = Collected::default();
    facts.into_iter().for_each(|fact| collected.add(Arc::new(fact)));
    collected
}

fn changed(base: Collected, mut head: Collected) -> Vec<Fact> {
    head.before = Some(Box::new(base.for_comparison()));
    rows(&head)
}

/// `name type element was is kept` of each row; `-` stands for what it does not say.
fn told(rows: &[Fact]) -> Vec<String> {
    let said = |row: &Fact| {
        let keys = ["type", "element", "was", "is", "kept"];
        let said = keys.map(|key| row.text(key).unwrap_or("-").to_owned());
        format!("{} {}", row.name, said.join(" "))
    };
    rows.iter().map(said).collect()
}

fn entry(ty: &str, name: &str, last: bool) -> Deletion {
    Deletion { ty: ty.into(), name: name.into(), span: Span::new(FileId(9), 3, 4), last }
}

#[test]
fn an_entry_is_a_row_and_stays_where_its_component_is_there() {
    let mut facts = collect(vec![fact(0, "RestrictionRule", "Here", &[("active", "false")])]);
    facts.deletions = vec![
        entry("RestrictionRule", "Gone", false),
        entry("RestrictionRule", "here", false),
        entry("RestrictionRule", "here", true),
        entry("Certificate", "Here", true),
    ];
    let rows = rows(&facts);
    assert_eq!(
        told(&rows),
        [
            "Here Certificate - - - false",
            "Gone RestrictionRule - - - false",
            "here RestrictionRule - - - true",
            "here RestrictionRule - - - true"
        ]
    );
    assert!(rows.iter().all(|row| row.place == Span::new(FileId(9), 3, 4)));
    assert!(rows.iter().all(|row| row.text("by") == Some("list")));
    assert!(rows.iter().all(|row| row.text("what") == Some("component")));
    assert!(rows.iter().all(|row| row.confidence.is_none()));
    // What it was like is told by its file; the value stands at the entry.
    let active: Vec<_> = rows.iter().map(|row| row.text("active")).collect();
    assert_eq!(active, [None, None, Some("false"), Some("false")]);
    assert_eq!(rows[2].item("active").unwrap().span, Span::new(FileId(9), 3, 4));
}

#[test]
fn an_entry_that_a_change_adds_and_that_is_carried_out_last_takes_away_what_is_there() {
    let tree = |entries: Vec<Deletion>| {
        let mut facts = collect(vec![fact(0, "RestrictionRule", "Here", &[])]);
        facts.deletions = entries;
        facts
    };
    let kept = |base: Vec<Deletion>, head: Vec<Deletion>| {
        let rows = changed(tree(base), tree(head));
        rows.iter().map(|row| row.is_true("kept")).collect::<Vec<_>>()
    };
    let entry = |name: &str, last| vec![entry("RestrictionRule", name, last)];
    assert_eq!(kept(vec![], entry("here", true)), [false]);
    assert_eq!(kept(vec![], entry("here", false)), [true]);
    assert_eq!(kept(entry("HERE", true), entry("here", true)), [true], "it was left behind");
    assert_eq!(kept(entry("here", false), entry("here", true)), [false]);
    assert_eq!(kept(entry("Other", true), entry("here", true)), [false]);
    let other = vec![super::tests::entry("Certificate", "here", true)];
    assert_eq!(kept(other, entry("here", true)), [false]);
}

#[test]
fn an_entry_and_a_comparison_tell_one_removal_once() {
    let base = collect(vec![
        fact(0, "RestrictionRule", "Own", &[("active", "false")]),
        fact(1, "Certificate", "Own", &[]),
    ]);
    let mut head = Collected::default();
    head.deletions = vec![entry("RestrictionRule", "OWN", false)];
    let rows = changed(base, head);
    assert_eq!(told(&rows), ["OWN RestrictionRule - - - false", "Own Certificate - - - false"]);
    assert_eq!(rows[0].text("active"), Some("false"), "as the base has it");
}

#[test]
fn a_component_that_is_gone_stands_where_it_was() {
    let mut gone = fact(3, "RestrictionRule", "Own", &[("active", "true"), ("label", "L")]);
    gone.cap = Some(Severity::Low);
    let mut secret = crate::fact::Item::new("hidden", gone.place);
    secret.secret = true;
    gone.values.push(("key".into(), secret));
    let rows = changed(collect(vec![gone]), Collected::default());
    assert_eq!(told(&rows), ["Own RestrictionRule - - - false"]);
    let row = &rows[0];
    assert_eq!((row.place, row.cap), (Span::new(FileId(3), 1, 2), Some(Severity::Low)));
    assert_eq!(row.confidence, Some(Confidence::Medium));
    assert_eq!((row.text("active"), row.text("key")), (Some("true"), None));
    assert_eq!((row.text("by"), row.text("what")), (Some("change"), Some("component")));
}

#[test]
fn a_part_that_is_gone_stands_at_the_head_of_what_is_left() {
    let object = |values| fact(0, "CustomObject", "Patient__c", values);
    let rule = fact(0, "ValidationRule", "Patient__c.Reason", &[("active", "true")]);
    let rows = changed(collect(vec![object(&[]), rule]), collect(vec![object(&[])]));
    assert_eq!(told(&rows), ["Patient__c.Reason ValidationRule - - - false"]);
    let head = Span::new(FileId(0), 1, 2);
    assert_eq!((rows[0].place, rows[0].item("active").unwrap().span), (head, head));
}

#[test]
fn what_moved_or_may_be_unread_is_not_gone() {
    let rule = |file, name: &str| fact(file, "RestrictionRule", name, &[("active", "true")]);
    let same = changed(collect(vec![rule(0, "Own")]), collect(vec![rule(7, "OWN")]));
    assert_eq!(told(&same), [""; 0]);
    let unread = |ty: &str, name: &str| {
        let mut facts = Collected::default();
        facts.unread = vec![(ty.to_owned(), name.to_owned())];
        facts
    };
    let base = || collect(vec![rule(0, "Own")]);
    assert_eq!(told(&changed(base(), unread("restrictionrule", "own"))), [""; 0]);
    assert_eq!(changed(base(), unread("restrictionrule", "other")).len(), 1);
    assert_eq!(changed(base(), unread("certificate", "own")).len(), 1);
    let part = || collect(vec![fact(0, "ValidationRule", "Patient__c.Reason", &[])]);
    assert_eq!(told(&changed(part(), unread("customobject", "patient__c"))), [""; 0]);
    assert_eq!(changed(part(), unread("customobject", "visit__c")).len(), 1);
}

#[test]
fn a_new_name_for_the_same_thing_keeps_it() {
    let rule = |name: &str, label: &str, active: &str| {
        fact(0, "RestrictionRule", name, &[("masterLabel", label), ("active", active)])
    };
    let kept = |head: Vec<Fact>, base: Vec<Fact>| -> Vec<String> {
        let rows = changed(collect(base), collect(head));
        rows.iter().map(|row| format!("{} {}", row.name, row.text("kept").unwrap())).collect()
    };
    let gone = || vec![rule("Old", "Old", "true")];
    assert_eq!(kept(vec![rule("New", "New", "true")], gone()), ["Old true"]);
    assert_eq!(kept(vec![rule("New", "New", "false")], gone()), ["Old false"]);
    let there = || vec![rule("Old", "Old", "true"), rule("New", "New", "true")];
    assert_eq!(kept(vec![rule("New", "New", "true")], there()), ["Old false"]);
    // One new component stands for one that is gone.
    let two = vec![rule("Old", "Old", "true"), rule("Older", "O", "true")];
    assert_eq!(kept(vec![rule("New", "New", "true")], two), ["Old true", "Older false"]);
}

/// A muting set that takes these away.
fn muting(name: &str, object: u8, editable: bool, class: &str) -> Collected {
    let holder = fact(0, "MutingPermissionSet", name, &[]);
    let mut facts = collect(vec![holder.clone()]);
    let mut grants = Grants::new(Arc::new(holder));
    let span = Span::head(FileId(0));
    grants.objects = vec![ObjectGrant {
        object: "Patient__c".into(),
        access: ObjectAccess(object),
        span,
        bits: Vec::new(),
    }];
    grants.fields =
        vec![FieldGrant { field: "Patient__c.SSN__c".into(), editable, readable: true, span }];
    grants.classes = vec![NamedGrant { name: class.into(), span }];
    facts.grants = vec![grants];
    facts
}

#[test]
fn a_muting_set_with_a_new_name_takes_away_the_same() {
    let kept = |head: Collected| {
        let rows = changed(muting("Old", 1, true, "A"), head);
        assert_eq!(rows.len(), 1);
        rows[0].is_true("kept")
    };
    assert!(kept(muting("New", 1, true, "A")));
    assert!(!kept(muting("New", 2, true, "A")));
    assert!(!kept(muting("New", 1, false, "A")));
    assert!(!kept(muting("New", 1, true, "B")));
    let flows = |facts: Collected| {
        let mut facts = facts;
        facts.grants[0].flows = std::mem::take(&mut facts.grants[0].classes);
        facts
    };
    assert!(!kept(flows(muting("New", 1, true, "A"))), "a flow is no class");
    let beside = |mut facts: Collected, object| {
        facts.add(Arc::new(fact(0, "MutingPermissionSet", "Night", &[])));
        facts.grants.extend(muting("Night", object, true, "A").grants);
        facts
    };
    let old = beside(muting("Old", 1, true, "A"), 1);
    let rows = changed(old, beside(muting("New", 1, true, "A"), 2));
    assert!(rows[0].is_true("kept"), "another set has no part in it");
}

#[test]
fn a_value_that_is_gone_is_a_row_beside_what_is_left() {
    let field = |values: &[(&str, &str)]| collect(vec![fact(2, "CustomField", "P.F__c", values)]);
    let base = [("trackHistory", "true"), ("label", "L"), ("type", "Text"), ("full-name", "x")];
    let head = [("label", "L"), ("trackHistory", "false"), ("type", "Text"), ("full-name", "y")];
    let rows = changed(field(&base), field(&head));
    assert_eq!(told(&rows), ["P.F__c CustomField trackHistory true false -"]);
    let row = &rows[0];
    assert_eq!((row.text("by"), row.text("what")), (Some("change"), Some("value")));
    assert_eq!((row.place, row.confidence), (Span::new(FileId(2), 20, 21), None));
    let gone = changed(field(&base), field(&[("label", "L"), ("type", "Text")]));
    assert_eq!(told(&gone), ["P.F__c CustomField trackHistory true - -"]);
    assert_eq!(gone[0].place, Span::new(FileId(2), 1, 2));
    let managed = changed(field(&[("managed", "true")]), field(&[("managed", "false")]));
    assert_eq!(told(&managed), [""; 0], "we derived it");
    assert_eq!(told(&changed(field(&[("a", "")]), field(&[]))), [""; 0], "it said nothing");
    assert_eq!(told(&changed(field(&[]), field(&[("a", "b")]))), [""; 0], "it is new");
    let unlike = changed(
        collect(vec![fact(0, "RestrictionRule", "P.F__c", &[("a", "b")])]),
        field(&[("a", "c")]),
    );
    assert_eq!(told(&unlike), ["P.F__c RestrictionRule - - - false"]);
}

#[test]
fn repeated_values_are_compared_as_often_as_they_stand() {
    let group = |sets: &[&str]| {
        let values: Vec<(&str, &str)> =
            sets.iter().map(|set| ("mutingPermissionSets", *set)).collect();
        collect(vec![fact(0, "PermissionSetGroup", "Desk", &values)])
    };
    let lost = |base: &[&str], head: &[&str]| told(&changed(group(base), group(head)));
    let row =
        |was: &str, is: &str| format!("Desk PermissionSetGroup mutingPermissionSets {was} {is} -");
    assert_eq!(lost(&["A", "B"], &["B", "A"]), [""; 0]);
    assert_eq!(lost(&["A", "B"], &["B"]), [row("A", "-")]);
    assert_eq!(lost(&["A", "A"], &["A"]), [row("A", "-")]);
    assert_eq!(lost(&["A", "B"], &["A", "C"]), [row("B", "C")]);
    assert_eq!(lost(&["A", "B"], &["C"]), [row("A", "-"), row("B", "-")]);
    assert_eq!(lost(&["A"], &["B", "C"]), [row("A", "-")]);
}

#[test]
fn what_is_secret_is_not_told() {
    let with = |text: &str| {
        let mut fact = fact(0, "CustomField", "P.F__c", &[]);
        let mut item = crate::fact::Item::new(text, fact.place);
        item.secret = true;
        fact.values.push(("key".into(), item));
        collect(vec![fact])
    };
    assert_eq!(told(&changed(with("one"), with("two"))), [""; 0]);
}

#[test]
fn a_child_of_settings_is_gone_only_while_its_settings_are_there() {
    let settings = || Arc::new(fact(0, "RealTimeEventSettings", "RealTimeEvent", &[]));
    let tree = |events: &[(&str, &str)]| {
        let parent = settings();
        let mut facts = Collected::default();
        facts.add(Arc::clone(&parent));
        for (name, on) in events {
            let values = [("entityName", *name), ("isEnabled", *on)];
            facts.add(Arc::new(child(&parent, "realTimeEvents", name, &values)));
        }
        facts
    };
    let kind = "RealTimeEventSettings.realTimeEvents";
    let both = || tree(&[("LoginEvent", "true"), ("ApiEvent", "true")]);
    let rows = changed(both(), tree(&[("ApiEvent", "false")]));
    assert_eq!(
        told(&rows),
        [
            format!("RealTimeEvent/LoginEvent {kind} - - - false"),
            format!("RealTimeEvent/ApiEvent {kind} isEnabled true false -"),
        ]
    );
    assert_eq!(rows[0].component, "RealTimeEvent");
    assert_eq!((rows[0].place, rows[0].text("isEnabled")), (settings().place, Some("true")));
    assert_eq!(told(&changed(both(), Collected::default())), [""; 0]);
    // An event that is new under another name stands for none.
    let other = changed(tree(&[("A", "true")]), tree(&[("B", "true")]));
    assert_eq!(told(&other), [format!("RealTimeEvent/A {kind} - - - false")]);
}

#[test]
fn a_component_that_was_there_twice_is_told_once() {
    let rule = |file| fact(file, "RestrictionRule", "Own", &[]);
    let rows = changed(collect(vec![rule(0), rule(1)]), Collected::default());
    assert_eq!((rows.len(), rows[0].place.file), (1, FileId(0)));
}

#[test]
fn phi_is_what_either_tree_takes_for_it() {
    let phi = |kind: &str, name: &str| fact(8, kind, name, &[]);
    let gone = || {
        vec![
            fact(1, "CustomObject", "Patient__c", &[]),
            fact(2, "CustomField", "Patient__c.SSN__c", &[]),
            fact(2, "CustomField", "Patient__c.Color__c", &[]),
            fact(3, "ValidationRule", "Patient__c.Reason", &[]),
            fact(4, "RestrictionRule", "Own", &[("targetEntity", "patient__c")]),
            fact(5, "ValidationRule", "Room__c.Reason", &[]),
            fact(6, "Certificate", "Lab", &[]),
        ]
    };
    let found = |base: Vec<Fact>, head: Vec<Fact>| {
        let rows = changed(collect(base), collect(head));
        let said = |row: &Fact| match row.found("phi") {
            Found::Present => format!("{} {}", row.name, row.is_true("phi")),
            Found::Absent => format!("{} none", row.name),
            Found::Unknown(why) => format!("{} unknown: {why}", row.name),
        };
        let mut told: Vec<String> = rows.iter().map(said).collect();
        told.sort();
        told
    };
    let expected = [
        "Lab none",
        "Own true",
        "Patient__c true",
        "Patient__c.Color__c false",
        "Patient__c.Reason true",
        "Patient__c.SSN__c true",
        "Room__c.Reason unknown: the object Room__c was not retrieved: retrieve it",
    ];
    let marks = || vec![phi("phi-object", "Patient__c"), phi("phi-field", "Patient__c.SSN__c")];
    assert_eq!(found([gone(), marks()].concat(), Vec::new()), expected);
    assert_eq!(found(gone(), marks()), expected);
}

#[test]
fn the_object_is_named_in_words() {
    let words = |ty: &str, name: &str| {
        let mut head = Collected::default();
        head.deletions = vec![entry(ty, name, false)];
        let row = rows(&head).remove(0);
        let words: Vec<String> =
            row.items("object-words").map(|item| item.text.to_string()).collect();
        (row.text("object").unwrap_or("-").to_owned(), words.join(", "))
    };
    let pair = |object: &str, words: &str| (object.to_owned(), words.to_owned());
    let log = "access, log, access log";
    assert_eq!(words("CustomField", "Access_Log__c.Who__c"), pair("Access_Log__c", log));
    assert_eq!(words("CustomObject", "Access_Log__c"), pair("Access_Log__c", log));
    assert_eq!(words("Certificate", "Access_Log"), pair("-", ""));
}
