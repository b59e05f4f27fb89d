//! Two trees in memory, judged by one small page.

use std::collections::BTreeMap;

use jiff::civil::{Date, date};

use super::*;
use crate::config::Config;
use crate::engine::finish::finish;
use crate::engine::gather::gather_pair;
use crate::engine::judge;
use crate::fact::Severity;
use crate::report::sample::{self, members};
use crate::rule::Rule;

const AS_OF: Date = date(2026, 1, 15);

fn finding(severity: Severity, names: &[&str]) -> Finding {
    Finding { severity, members: members(names), ..sample::finding("r", "S") }
}

#[test]
fn worse_is_more_severe_or_a_member_more() {
    let old = finding(Severity::Medium, &["SSN__c", "MRN__c"]);
    for (severity, members, worse) in [
        (Severity::Medium, &["mrn__c", "SSN__C"][..], false),
        (Severity::Medium, &["SSN__c"], false),
        (Severity::Low, &["SSN__c"], false),
        (Severity::High, &["SSN__c"], true),
        (Severity::Low, &["SSN__c", "Diagnosis__c"], true),
    ] {
        assert_eq!(is_worse(&finding(severity, members), &old), worse, "{members:?}");
    }
}

#[test]
fn another_sentence_is_worth_a_look_and_another_order_is_not() {
    let said = |message: &str, members: &[&str]| Finding {
        message: message.to_owned(),
        ..finding(Severity::Medium, members)
    };
    let old = said("sessions last 240 minutes: Api, Web", &[]);
    assert!(reworded(&said("sessions last 240 minutes: Web, Api", &[]), &old).is_none());
    assert!(reworded(&said("sessions last 720 minutes: Web, Api", &["Web"]), &old).is_none());
    let notice = reworded(&said("sessions last 720 minutes: Api, Web", &[]), &old).unwrap();
    assert_eq!(
        notice.message,
        "r on S is not new, but what it is about was changed: see whether it got worse"
    );
    assert_eq!((notice.path.as_deref(), notice.line), (Some("a.xml"), Some(1)));
}

/// Rules on fields and the objects around them, on restriction rules and on settings.
fn rules() -> Vec<Rule> {
    let page = |id: &str, case: &str| {
        let text = format!(
            "# T\n\n```toml\nseverity = \"medium\"\nconfidence = \"high\"\n\
             hipaa = [\"164.312(b)\"]\n\n{case}\n```\n\nWhat.\n\n## Why\n\n## Fix\n\n\
             ## Limits\n\n## Bad\n\n## Good\n"
        );
        Rule::read("x/p.md", "x", id, &text).unwrap()
    };
    vec![
        page(
            "deletions",
            "[[case]]\nfor = \"removal\"\nwhere = { type = \"None\" }\nmessage = \"m\"",
        ),
        page(
            "off",
            "[[case]]\nseverity = \"high\"\nfor = \"RestrictionRule\"\n\
             where = { active = false, version = 2 }\nkey = \"active\"\n\
             message = \"{name} is off: {masterLabel}\"\n\n\
             [[case]]\nfor = \"RestrictionRule\"\nwhere = { active = false }\nat = \"active\"\n\
             message = \"{name} is off: {masterLabel}\"",
        ),
        page(
            "settings",
            "[[case]]\nfor = \"MobileSettings\"\nwhere = { lax = true }\nat = \"lax\"\n\
             message = \"{name} is lax\"",
        ),
        page(
            "open",
            "[[case]]\nfor = \"phi-object\"\nwhere = { owd-internal = \"ReadWrite\" }\n\
             message = \"{name} is open\"",
        ),
        page(
            "untracked",
            "[[case]]\nfor = \"CustomField\"\nwhere = { trackHistory = false }\n\
             at = \"trackHistory\"\nmessage = \"{name} is not tracked\"",
        ),
    ]
}

type Files<'f> = &'f [(&'f str, &'f str)];

fn tree(files: Files<'_>) -> Sources {
    let file = |(path, text): &(&str, &str)| ((*path).to_owned(), text.as_bytes().to_vec());
    Sources::in_memory(files.iter().map(file).collect::<BTreeMap<_, _>>())
}

fn compared(base: Files<'_>, head: Files<'_>) -> Report {
    let rules = rules();
    let kinds: Vec<&str> = rules.iter().flat_map(Rule::kinds).collect();
    let (head, base) = Sources::pair(tree(head), tree(base));
    let (now, mut was) = gather_pair(&head, &base, &kinds, &Config::default(), AS_OF).unwrap();
    align(&mut was, &now);
    let report = |gathered: &Gathered, sources| {
        finish(judge(&rules, &gathered.orgs), gathered, sources, &rules)
    };
    let (mut after, before) = (report(&now, &head), report(&was, &base));
    let side = |gathered, sources| Side { gathered, sources };
    compare(&mut after, before, side(&was, &base), side(&now, &head));
    after
}

/// `change rule subject` of each finding; whether its status goes with it is checked.
fn changes(base: Files<'_>, head: Files<'_>) -> Vec<String> {
    let findings = compared(base, head).findings;
    let told = |f: &Finding| {
        let change = f.change.unwrap();
        let status = match change {
            Change::New | Change::Worsened => Status::Open,
            Change::Unchanged => Status::Unchanged,
            Change::Fixed => Status::Fixed,
            Change::NoLongerSeen => Status::NoLongerSeen,
        };
        assert_eq!(f.status, status);
        format!("{} {} {}", change.words(), f.rule, f.subject)
    };
    findings.iter().map(told).collect()
}

const OFF: &str =
    "<RestrictionRule><active>false</active><masterLabel>Own</masterLabel></RestrictionRule>";
const OWN: &str = "restrictionRules/Own.rule";
const OTHER: &str = "restrictionRules/Other.rule";

#[test]
fn a_finding_is_new_unchanged_or_fixed() {
    let on = OFF.replace("false", "true");
    assert_eq!(changes(&[(OTHER, OFF)], &[(OTHER, OFF), (OWN, OFF)])[1], "new off Own");
    assert_eq!(
        changes(&[(OWN, OFF)], &[("a/restrictionRules/own.rule", OFF)]),
        ["unchanged off own"]
    );
    assert_eq!(changes(&[(OWN, OFF)], &[(OWN, &on)]), ["fixed off Own"]);
    let worse = OFF.replace("<active>", "<version>2</version><active>");
    assert_eq!(changes(&[(OWN, OFF)], &[(OWN, &worse)]), ["worsened off Own"]);
    assert_eq!(changes(&[(OWN, &worse)], &[(OWN, OFF)]), ["unchanged off Own"]);
    assert!(compared(&[(OWN, OFF)], &[(OWN, OFF)]).notices.is_empty());
    let other = OFF.replace("Own", "Another");
    let notices = compared(&[(OWN, OFF)], &[(OWN, &other)]).notices;
    assert!(notices[0].message.starts_with("off on Own is not new"), "{notices:?}");
}

#[test]
fn a_component_that_is_gone_was_not_mended() {
    assert_eq!(changes(&[(OWN, OFF), (OTHER, OFF)], &[(OTHER, OFF)])[1], "no longer seen off Own");
    // A file that cannot be read has nothing in it that could be mended.
    let broken = [(OWN, "<RestrictionRule>"), (OTHER, OFF)];
    assert_eq!(changes(&[(OWN, OFF), (OTHER, OFF)], &broken)[1], "no longer seen off Own");
}

fn list(ty: &str, name: &str) -> String {
    format!("<Package><types><members>{name}</members><name>{ty}</name></types></Package>")
}

#[test]
fn a_component_that_is_deleted_on_purpose_is_mended() {
    let gone = |base: Files<'_>, list: &str| {
        let head = [(OTHER, OFF), ("destructiveChanges.xml", list)];
        changes(&[&[(OWN, OFF), (OTHER, OFF)], base].concat(), &head).remove(1)
    };
    assert_eq!(gone(&[], &list("RestrictionRule", "OWN")), "fixed off Own");
    assert_eq!(gone(&[], &list("RestrictionRule", "Older")), "no longer seen off Own");
    assert_eq!(gone(&[], &list("Certificate", "Own")), "no longer seen off Own");
    let left = list("RestrictionRule", "Own");
    let before = [("destructiveChanges.xml", left.as_str())];
    assert_eq!(gone(&before, &left), "no longer seen off Own", "it was left behind");
}

const FIELD: &str = "objects/Patient__c/fields/SSN__c.field-meta.xml";
const UNTRACKED: &str =
    "<CustomField><fullName>SSN__c</fullName><trackHistory>false</trackHistory></CustomField>";

#[test]
fn a_part_goes_with_its_object() {
    let project = ("sfdx-project.json", "{\"packageDirectories\": [{\"path\": \"objects\"}]}");
    // While there is no field at all, nothing can be said of one.
    let other = ("objects/Visit__c/fields/Day__c.field-meta.xml", "<CustomField></CustomField>");
    let base = [project, (FIELD, UNTRACKED), other];
    let gone = |list: &str| changes(&base, &[project, other, ("destructiveChanges.xml", list)]);
    assert_eq!(gone(&list("CustomObject", "patient__c")), ["fixed untracked Patient__c.SSN__c"]);
    assert_eq!(
        gone(&list("CustomField", "Patient__c.SSN__c")),
        ["fixed untracked Patient__c.SSN__c"]
    );
    let seen = ["no longer seen untracked Patient__c.SSN__c"];
    assert_eq!(gone(&list("CustomObject", "Visit__c")), seen);
    // In the other format the same field is in its object's file.
    let object = "<CustomObject><fields><fullName>SSN__c</fullName></fields></CustomObject>";
    let whole = [project, ("objects/Patient__c.object", object)];
    assert_eq!(changes(&base, &whole), ["fixed untracked Patient__c.SSN__c"]);
}

#[test]
fn what_can_no_longer_be_assessed_is_not_mended() {
    let lax = "<MobileSettings><lax>true</lax></MobileSettings>";
    let base = [("settings/Mobile.settings", lax), (OWN, OFF)];
    let report = compared(&base, &[(OWN, OFF)]);
    let told: Vec<_> =
        report.findings.iter().map(|f| (f.rule.as_str(), f.change.unwrap())).collect();
    assert_eq!(told, [("off", Change::Unchanged), ("settings", Change::NoLongerSeen)]);
    let [notice] = &report.notices[..] else { panic!("{:?}", report.notices) };
    let said = "settings was checked in the base and can no longer be assessed: ";
    assert!(notice.message.starts_with(said), "{notice:?}");
    assert!(compared(&[(OWN, OFF)], &[(OWN, OFF)]).notices.is_empty());
}

#[test]
fn what_depends_on_a_file_that_is_gone_is_not_mended() {
    let project = ("sfdx-project.json", "{\"packageDirectories\": [{\"path\": \"objects\"}]}");
    let patient = (
        "objects/Patient__c/Patient__c.object-meta.xml",
        "<CustomObject><sharingModel>ControlledByParent</sharingModel></CustomObject>",
    );
    let parent = (
        "objects/Patient__c/fields/Clinic__c.field-meta.xml",
        "<CustomField><fullName>Clinic__c</fullName><type>MasterDetail</type>\
         <referenceTo>Clinic__c</referenceTo></CustomField>",
    );
    let field = (FIELD, "<CustomField><fullName>SSN__c</fullName></CustomField>");
    let path = "objects/Clinic__c/Clinic__c.object-meta.xml";
    let clinic = "<CustomObject><sharingModel>ReadWrite</sharingModel></CustomObject>";
    let left = [project, patient, parent, field];
    let base = [&left[..], &[(path, clinic)]].concat();
    assert_eq!(changes(&base, &left), ["no longer seen open Patient__c"]);
    let private = clinic.replace("ReadWrite", "Private");
    let head = [&left[..], &[(path, private.as_str())]].concat();
    assert_eq!(changes(&base, &head), ["fixed open Patient__c"]);
}

#[test]
fn what_is_past_is_sorted_after_all_else() {
    let four = ["D", "B", "C", "A"].map(|name| format!("restrictionRules/{name}.rule"));
    let base: Vec<(&str, &str)> = four.iter().map(|path| (path.as_str(), OFF)).collect();
    let told = changes(&base, &[("restrictionRules/Z.rule", OFF)]);
    let seen = ["A", "B", "C", "D"].map(|name| format!("no longer seen off {name}"));
    assert_eq!(told, [&["new off Z".to_owned()], &seen[..]].concat());
}

#[test]
fn orgs_are_told_apart_by_their_folders() {
    let project = "{\"packageDirectories\": [{\"path\": \"force-app\"}]}";
    let (one, two) = ("one/sfdx-project.json", "two/sfdx-project.json");
    let (a, b) = (
        "one/force-app/restrictionRules/Own.rule-meta.xml",
        "two/force-app/restrictionRules/Own.rule-meta.xml",
    );
    let both = [(one, project), (a, OFF), (two, project), (b, OFF)];
    assert_eq!(changes(&both, &both), ["unchanged off Own", "unchanged off Own"]);
    assert_eq!(changes(&both[..2], &both), ["unchanged off Own", "new off Own"]);
    assert_eq!(changes(&both, &both[..2]), ["unchanged off Own", "no longer seen off Own"]);
    assert_eq!(changes(&both[..2], &both[2..]), ["unchanged off Own"], "it was moved");
}
