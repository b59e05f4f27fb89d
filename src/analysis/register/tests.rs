//! Tests of the rows held against a register, over facts written by hand.

use jiff::civil::{Date, date};

use super::*;
use crate::analysis::endpoint::tests::{collect, fact, texts};
use crate::config::{Config, PhiConfig, Register};
use crate::fact::{Found, Severity};
use crate::metadata::layout::OrgFolder;
use crate::org::Org;
use crate::org::health::Evidence;

const AS_OF: Date = date(2026, 1, 15);

fn config(register: Option<&str>) -> Config {
    let read = |text: &str| Register::read("register.toml", text).expect("it is sound");
    let entries = register.map(|text| Register { file: Some(FileId(9)), ..read(text) });
    Config { entries, ..Config::default() }
}

/// The rows of one kind.
fn rows_of(kind: &Kind, facts: Vec<Fact>, config: &Config) -> Vec<Fact> {
    let collected = collect(facts);
    let folder = OrgFolder { namespace: Some("ours".to_owned()), ..OrgFolder::default() };
    let org = Org::build(folder, &collected, Evidence::default(), &PhiConfig::default());
    let org = org.expect("the table is read");
    (kind.derive)(&Input { org: &org, facts: &collected, config, as_of: AS_OF })
}

fn rows(kind: &Kind, facts: Vec<Fact>, register: &str) -> Vec<Fact> {
    rows_of(kind, facts, &config(Some(register)))
}

/// Name in the register and whether it is listed.
fn listed(rows: &[Fact]) -> Vec<(&str, bool)> {
    rows.iter()
        .map(|row| (row.text("register-name").unwrap_or(""), row.is_true("listed")))
        .collect()
}

#[test]
fn without_a_register_nothing_can_be_told() {
    let org = fact("org", "clinic", &[]);
    let kinds = THINGS.map(|(_, kind)| kind).into_iter().chain([&ENTRY]);
    for kind in kinds {
        let client = fact("oauth-client", "Portal", &[]);
        let rows = rows_of(kind, vec![org.clone(), client], &config(None));
        assert_eq!(rows.len(), 1, "{}", kind.name);
        let why = Found::Unknown("phorce.toml names no register");
        assert_eq!((rows[0].found("listed"), rows[0].found("present")), (why, why));
        assert_eq!(rows[0].kind, kind.name);
        assert!(is_kind(kind.name));
    }
    assert!(!is_kind("oauth-client"));
}

#[test]
fn an_oauth_client_keeps_its_values_and_says_whether_it_is_listed() {
    let client = |name| fact("oauth-client", name, &[("data-scopes", "Api")]);
    let mut reach = fact(
        "oauth-reach",
        "Portal/Chart__c",
        &[("client", "PORTAL"), ("holder", "Night"), ("object", "Chart__c")],
    );
    reach.component = "Portal".into();
    let none = fact("oauth-reach", "Kiosk", &[("client", "Kiosk"), ("holder", "Night")]);
    let register = "[[oauth-client]]\nname = 'portal'\n[[endpoint]]\nname = 'Kiosk'\n";
    let facts = vec![client("Portal"), client("Kiosk"), reach, none];
    let rows = rows(&OAUTH_CLIENT, facts, register);
    assert_eq!(listed(&rows), [("Portal", true), ("Kiosk", false)]);
    assert_eq!(
        (rows[0].kind.as_str(), texts(&rows[0], "data-scopes")),
        ("register-oauth-client", vec!["Api"])
    );
    assert_eq!((rows[0].is_true("reaches-phi"), rows[1].is_true("reaches-phi")), (true, false));
}

#[test]
fn an_endpoint_is_known_by_its_host() {
    let endpoint = |name: &str, host: &str| fact("endpoint", name, &[("host", host)]);
    let mut sends = endpoint("Notify", "In.Example.org.");
    sends.push("phi-fields", "Chart__c.MRN__c", sends.place);
    let facts = vec![
        sends,
        endpoint("Lab", "lab.example.net"),
        endpoint("Built", "{!host}.example.org"),
        fact("endpoint", "Relative", &[]),
        endpoint("Own", "10.0.0.1"),
    ];
    let rows = rows(&ENDPOINT, facts, "[[endpoint]]\nname = '*.example.org'\n");
    assert_eq!(
        listed(&rows),
        [("In.Example.org", true), ("lab.example.net", false), ("10.0.0.1", false)]
    );
    assert!(rows[0].is_true("reaches-phi") && !rows[1].is_true("reaches-phi"));
}

#[test]
fn a_package_is_known_by_its_file_or_by_a_name() {
    let facts = vec![
        fact("InstalledPackage", "acme", &[("versionNumber", "1.10")]),
        fact("InstalledPackage", "labkit", &[("versionNumber", "2.0")]),
        fact("CustomField", "Contact.acme__Score__c", &[("type", "Number")]),
        fact("CustomField", "Contact.chartview__Diagnosis__c", &[("type", "Text")]),
        fact("CustomObject", "ours__Bed__c", &[]),
        fact("PermissionSet", "scan__Operator", &[]),
        fact("holder", "scan__Operator", &[("reads-phi", "true")]),
        fact("holder", "labkit__Operator", &[("reads-phi", "false")]),
    ];
    let register = "[[package]]\nname = 'ACME'\nversion = '1.9'\n\
                    [[package]]\nname = 'labkit'\nversion = '2.0'\n";
    let rows = rows(&PACKAGE, facts, register);
    assert_eq!(
        listed(&rows),
        [("acme", true), ("labkit", true), ("chartview", false), ("scan", false)]
    );
    let newer: Vec<bool> = rows.iter().map(|row| row.is_true("newer")).collect();
    assert_eq!(newer, [true, false, false, false]);
    assert_eq!(rows[0].text("reviewed-version"), Some("1.9"));
    assert_eq!(rows[2].text("seen-in"), Some("Contact.chartview__Diagnosis__c"));
    let reaches: Vec<bool> = rows.iter().map(|row| row.is_true("reaches-phi")).collect();
    assert_eq!(reaches, [false, false, true, true]);
    assert_eq!(rows[3].related[0].1, "scan__Operator reads PHI");
    assert_eq!(rows[2].related[0].1, "Contact.chartview__Diagnosis__c holds PHI");
}

#[test]
fn a_muting_set_is_no_holder_to_answer_for() {
    let facts = vec![
        fact("holder", "Night", &[("type", "Profile"), ("reads-phi", "true")]),
        fact("holder", "Mute", &[("inverted", "true")]),
        fact("holder", "Day", &[("reads-phi", "false")]),
    ];
    let rows = rows(&HOLDER, facts, "[[holder]]\nname = 'night'\n");
    assert_eq!(listed(&rows), [("Night", true), ("Day", false)]);
    assert!(rows[0].is_true("reaches-phi") && !rows[1].is_true("reaches-phi"));
}

/// A row of the kind `bypass` or `bypass-branch` of a component.
fn way(kind: &str, component: &str, at: usize, values: &[(&str, &str)]) -> Fact {
    let mut way = fact(kind, &format!("{component}/x"), values);
    way.component = component.into();
    for (_, item) in &mut way.values {
        item.span.start += u32::try_from(at).unwrap();
    }
    way
}

#[test]
fn a_bypass_is_one_thing_wherever_it_is_named() {
    let held = [("form", "custom-permission"), ("permission", "Skip_Rules"), ("words", "skip")];
    let on = [("form", "switch"), ("field", "Off__c"), ("words", "off")];
    let asks = |form, switch| [("form", form), ("switch", switch), ("words", "skip")];
    let mut capped = way("bypass", "Load", 1, &held);
    capped.cap = Some(Severity::Low);
    let facts = vec![
        capped,
        way("bypass", "Night", 2, &held),
        way("bypass", "Gate.Main", 3, &on),
        way("bypass-branch", "Chart__c.Rule", 4, &asks("permission", "$Permission.SKIP_RULES")),
        way("bypass-branch", "Chart__c.Rule", 5, &asks("setting", "$Setup.Gates__c.Skip__c")),
        way(
            "bypass-branch",
            "Chart__c.Rule",
            6,
            &asks("custom-metadata", "$CustomMetadata.Gate__mdt.Main.Off__c"),
        ),
        way("bypass-branch", "Chart__c.Rule", 7, &asks("profile", "$Profile.Name")),
        way("bypass", "Load", 8, &[("form", "custom-permission"), ("permission", "acme__Skip")]),
        // The record lies in a second folder too.
        way("bypass", "Gate.Main", 9, &on),
    ];
    let register = "[[bypass]]\nname = 'gate.main/off__c'\n[[bypass]]\nname = 'Gates__c.Skip__c'\n";
    let rows = rows(&BYPASS, facts, register);
    assert_eq!(
        listed(&rows),
        [
            ("Skip_Rules", false),
            ("Gate.Main/Off__c", true),
            ("acme__Skip", false),
            ("Gates__c.Skip__c", true)
        ]
    );
    assert_eq!(texts(&rows[0], "holders"), ["Load", "Night"]);
    let related: Vec<&str> = rows[0].related.iter().map(|(_, words)| words.as_str()).collect();
    assert_eq!(related, ["Night has it too", "Chart__c.Rule asks it"]);
    let related: Vec<&str> = rows[1].related.iter().map(|(_, words)| words.as_str()).collect();
    assert_eq!(related, ["Gate.Main has it on too", "Chart__c.Rule asks it"]);
    let forms: Vec<_> = rows.iter().map(|row| row.text("form").unwrap_or("")).collect();
    assert_eq!(forms, ["custom-permission", "switch", "custom-permission", "setting"]);
    // A holder that is not capped makes it as bad as it can be.
    assert_eq!((rows[0].cap, rows[0].text("package")), (None, Some("false")));
    assert_eq!((texts(&rows[3], "words"), rows[2].text("package")), (vec!["skip"], Some("true")));
    assert_eq!(rows[0].place, rows[0].item("form").unwrap().span);
}

#[test]
fn an_object_with_phi_is_listed_by_its_name() {
    let facts = vec![fact("phi-object", "Chart__c", &[]), fact("phi-object", "Bed__c", &[])];
    let rows = rows(&PHI_OBJECT, facts, "[[phi-object]]\nname = 'CHART__C'\n");
    assert_eq!(listed(&rows), [("Chart__c", true), ("Bed__c", false)]);
    assert!(rows[0].is_true("reaches-phi"));
}

/// The one entry of a register, in an org with these facts.
fn entry(text: &str, facts: Vec<Fact>) -> Fact {
    let mut rows = rows(&ENTRY, facts, text);
    assert_eq!(rows.len(), 1);
    rows.remove(0)
}

#[test]
fn an_entry_stands_at_its_name_and_says_what_is_not_filled_in() {
    let text = "[[package]]\nname = 'acme'\nowner = ''\npurpose = 'Forms'\n";
    let row = entry(text, Vec::new());
    assert_eq!(
        (row.name.as_str(), row.text("subject"), row.text("subject-kind")),
        ("package/acme", Some("acme"), Some("package"))
    );
    assert_eq!(row.place, Span::new(FileId(9), 19, 25));
    assert_eq!(texts(&row, "blank"), ["owner", "vendor", "criticality", "last-review"]);
    let spans: Vec<Span> = row.items("blank").map(|item| item.span).collect();
    assert_eq!(spans, [Span::new(FileId(9), 34, 36), row.place, row.place, row.place]);
    assert_eq!(row.item("purpose").unwrap().span, Span::new(FileId(9), 47, 54));
    let full = "[[bypass]]\nname = 'Skip'\nowner = 'IT'\npurpose = 'p'\ncriticality = 'low'\nlast-review = 2026-01-01\n";
    assert_eq!(texts(&entry(full, Vec::new()), "blank"), [""; 0]);
}

/// Agreement and days left.
fn agreement(lines: &str) -> (Option<String>, Option<String>) {
    let row = entry(&format!("[[package]]\nname = 'acme'\n{lines}\n"), Vec::new());
    let text = |key: &str| row.text(key).map(str::to_owned);
    (text("agreement"), text("agreement-days-left"))
}

#[test]
fn an_agreement_runs_from_its_first_day_to_its_last() {
    let said = |word: &str, left: Option<&str>| (Some(word.to_owned()), left.map(str::to_owned));
    for (lines, expected) in [
        ("vendor = 'Acme'", said("none", None)),
        ("vendor = 'Acme'\nno-baa = 'no PHI'", said("waived", None)),
        ("vendor = 'Acme'\nbaa = 2026-01-15", said("signed", None)),
        ("vendor = 'Acme'\nbaa = 2026-01-16", said("ahead", None)),
        ("baa = 2025-01-01\nbaa-until = 2026-01-15", said("signed", Some("0"))),
        ("baa = 2025-01-01\nbaa-until = 2026-01-14", said("expired", None)),
        ("baa = 2025-01-01\nbaa-until = 2026-03-01", said("signed", Some("45"))),
        ("vendor = 'NONE'", (None, None)),
        ("vendor = ''", (None, None)),
        ("owner = 'IT'", (None, None)),
    ] {
        assert_eq!(agreement(lines), expected, "{lines}");
    }
}

#[test]
fn a_review_is_overdue_from_the_day_after() {
    let review = |lines: &str| {
        let row = entry(&format!("[[bypass]]\nname = 'Skip'\n{lines}\n"), Vec::new());
        ["days-since-review", "review-ahead", "review-overdue-days"]
            .map(|key| row.text(key).unwrap_or("-").to_owned())
    };
    assert_eq!(review("last-review = 2026-01-15"), ["0", "-", "-"]);
    assert_eq!(review("last-review = 2025-01-15\nnext-review = 2026-01-15"), ["365", "-", "-"]);
    assert_eq!(review("last-review = 2024-03-01\nnext-review = 2026-01-14"), ["685", "-", "1"]);
    assert_eq!(review("last-review = 2026-01-16"), ["-", "true", "-"]);
    assert_eq!(review("next-review = ''"), ["-", "-", "-"]);
}

#[test]
fn an_entry_is_there_where_a_thing_of_its_name_and_type_is() {
    let thing = |kind: &Kind, name: &str, ty: &str| {
        let values = [
            ("register-name", name),
            ("type", ty),
            ("reaches-phi", "true"),
            ("audience", "workforce"),
            ("effective-permissions", "ViewAllData"),
        ];
        fact(kind.name, name, &values)
    };
    let holder = || thing(&HOLDER, "Night", "Profile");
    let row = entry("[[holder]]\nname = 'NIGHT'\n", vec![holder()]);
    assert!(row.is_true("present") && row.is_true("reaches-phi"));
    assert_eq!(
        (texts(&row, "effective-permissions"), row.text("audience")),
        (vec!["ViewAllData"], Some("workforce"))
    );
    assert_eq!(row.related[0].1, "NIGHT stands here");
    let text = "[[holder]]\nname = 'Night'\ntype = 'PermissionSet'\n";
    let set = || fact("PermissionSet", "Day", &[]);
    assert_eq!(entry(text, vec![holder(), set()]).text("present"), Some("false"));
    assert!(
        entry("[[holder]]\nname = 'Night'\ntype = 'Profile'\n", vec![holder()]).is_true("present")
    );
    let other = entry("[[bypass]]\nname = 'Night'\n", vec![holder(), fact("holder", "Day", &[])]);
    assert_eq!((other.text("present"), other.item("reaches-phi")), (Some("false"), None));
}

#[test]
fn what_was_not_retrieved_may_be_there_all_the_same() {
    for (section, enough, what) in [
        ("oauth-client", vec!["oauth-client"], "ConnectedApp"),
        ("endpoint", vec!["endpoint"], "NamedCredential or RemoteSiteSetting"),
        ("package", vec!["register-package"], "InstalledPackage"),
        ("holder", vec!["Profile", "PermissionSet"], "Profile or PermissionSet"),
        ("bypass", vec!["holder"], "Profile and PermissionSet"),
        ("phi-object", vec!["CustomField"], "CustomObject"),
        ("phi-object", vec!["CustomObject"], "CustomObject"),
    ] {
        let text = format!("[[{section}]]\nname = 'gone.example.org'\n");
        let facts =
            |kinds: &[&str]| kinds.iter().map(|kind| fact(kind, "X", &[])).collect::<Vec<_>>();
        let why = format!("no {what} was retrieved, so it may be there all the same");
        let missing = entry(&text, facts(enough.get(1..).unwrap_or(&[])));
        assert_eq!(missing.found("present"), Found::Unknown(&why), "{section}");
        assert_eq!(entry(&text, facts(&enough)).text("present"), Some("false"), "{section}");
    }
    let of_type = "[[holder]]\nname = 'Gone'\ntype = 'PermissionSetGroup'\n";
    let why = "no PermissionSetGroup was retrieved, so it may be there all the same";
    let sets = vec![fact("Profile", "A", &[]), fact("PermissionSet", "B", &[])];
    assert_eq!(entry(of_type, sets).found("present"), Found::Unknown(why));
}

#[test]
fn of_a_part_of_the_project_nothing_is_said_to_be_gone() {
    let mut config = config(Some("[[holder]]\nname = 'Gone'\n"));
    config.entries.as_mut().unwrap().partial = Some("a part".to_owned());
    let facts = || vec![fact("Profile", "A", &[]), fact("PermissionSet", "B", &[])];
    let rows = rows_of(&ENTRY, facts(), &config);
    assert_eq!(rows[0].found("present"), Found::Unknown("a part"));
    config.entries.as_mut().unwrap().file = None;
    assert!(rows_of(&ENTRY, facts(), &config).is_empty());
}

#[test]
fn a_host_that_only_apex_names_is_an_endpoint() {
    let flow = |name: &str, values: &[(&str, &str)]| {
        let mut row = fact("apex-flow", name, values);
        row.component = name.split('.').next().unwrap_or(name).into();
        row
    };
    let sends = |host| {
        [
            ("sink", "callout-body"),
            ("endpoint", host),
            ("fields", "Chart__c.MRN__c"),
            ("level", "high"),
        ]
    };
    let facts = vec![
        fact("endpoint", "Lab", &[("host", "Lab.example.net")]),
        flow("Push.send/callout-body", &sends("code.example.org")),
        flow(
            "Push.send/callout-url",
            &[
                ("sink", "callout-url"),
                ("endpoint", "CODE.example.org"),
                ("fields", "Chart__c.DOB__c"),
            ],
        ),
        flow("Other.send/callout-body", &sends("code.example.org")),
        flow("Known.send/callout-body", &sends("lab.example.net")),
        flow("Named.send/callout-body", &sends("callout:Lab")),
        flow("Own.send/callout-body", &sends("own-org")),
        flow("Built.send/callout-body", &sends("{0}.example.org")),
        flow("Logs.send/log", &[("sink", "log"), ("endpoint", "log.example.org")]),
        flow(
            "Guess.send/callout-body",
            &[("sink", "callout-body"), ("endpoint", "guess.example.org"), ("level", "low")],
        ),
        flow(
            "Token.send/callout-url",
            &[("sink", "callout-url"), ("endpoint", "token.example.org"), ("secret", "true")],
        ),
    ];
    let rows = rows(&ENDPOINT, facts, "[[endpoint]]\nname = 'code.example.org'\n");
    let found: Vec<_> = rows.iter().map(|row| (row.name.as_str(), row.is_true("listed"))).collect();
    assert_eq!(
        found,
        [("Lab", false), ("Push.send/callout-body", true), ("Other.send/callout-body", true)]
    );
    assert_eq!(texts(&rows[1], "phi-fields"), ["Chart__c.MRN__c", "Chart__c.DOB__c"]);
    assert_eq!(texts(&rows[1], "domains"), ["code.example.org", "example.org", "org"]);
    assert_eq!(
        ["use", "reaches-phi", "loopback"].map(|key| rows[1].text(key).unwrap_or("")),
        ["apex", "true", "false"]
    );
}
