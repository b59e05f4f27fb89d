//! `phorce.toml`, from the outside: every broken sample against the text beside it, the good
//! ones against values written by hand, and the schema against the parser.

// Clippy's exemption for tests does not reach the functions that several tests share.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use jiff::civil::{Date, date};
use phorce::config::{self, Config, ConfigError, FailOn, KnownRule, NameGlob, Setting};
use phorce::fact::Severity;
use phorce::param::Param;
use proptest::prelude::*;
use serde_json::Value;

const AS_OF: Date = date(2026, 1, 1);

/// Broken samples whose fault a schema cannot see: which rules and parameters there are, of
/// what kind, and their old names.
const BEYOND_SCHEMA: [&str; 7] = [
    "accept-subject-broad",
    "param-kind",
    "param-twice-by-alias",
    "param-unknown",
    "rule-unknown",
    "rules-severity",
    "scan-pattern",
];

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/config").join(name)
}

fn samples(name: &str) -> Vec<(String, String)> {
    let mut samples: Vec<(String, String)> = std::fs::read_dir(folder(name))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "toml"))
        .map(|path| {
            let stem = path.file_stem().unwrap().to_str().unwrap().to_owned();
            (stem, std::fs::read_to_string(path).unwrap())
        })
        .collect();
    samples.sort();
    samples
}

fn settle(text: &str) -> Result<Config, Vec<ConfigError>> {
    let door: BTreeMap<String, Param> = [
        ("max-days", Param::Number(30.0)),
        ("mode", Param::Text("wide".to_owned())),
        ("names", Param::List(vec![Param::Text("Front".to_owned())])),
        ("strict", Param::Flag(true)),
    ]
    .map(|(name, param)| (name.to_owned(), param))
    .into();
    let plain = BTreeMap::new();
    let known = |id: &str| match id {
        "open-door" | "old-door" => Some(KnownRule { id: "open-door", params: &door }),
        "plain" => Some(KnownRule { id: "plain", params: &plain }),
        _ => None,
    };
    config::read("phorce.toml", text).settle(&known, &["open-door", "plain"], AS_OF)
}

fn good(name: &str) -> Config {
    settle(&std::fs::read_to_string(folder("good").join(name)).unwrap()).unwrap()
}

#[test]
fn every_broken_sample_says_what_is_beside_it() {
    let samples = samples("broken");
    assert!(samples.len() >= 35, "{}", samples.len());
    let mut wrong = Vec::new();
    for (name, text) in samples {
        let errors = settle(&text).expect_err(&name);
        let said: String = errors.iter().map(|error| format!("{error}\n")).collect();
        let expected = std::fs::read_to_string(folder("broken").join(format!("{name}.txt")));
        let expected = expected.unwrap_or_default();
        if said != expected {
            wrong.push(format!("{name}: expected\n{expected}said\n{said}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_good_sample_is_read() {
    for (name, text) in samples("good") {
        assert_eq!(settle(&text).err(), None, "{name}");
    }
    let nothing = Config { path: "phorce.toml".to_owned(), ..Config::default() };
    assert_eq!(good("empty.toml"), nothing);
    assert_eq!(good("comments.toml"), nothing);
}

#[test]
fn every_value_carries_its_line() {
    let config = good("rich.toml");
    let medium = FailOn::From(Severity::Medium);
    assert_eq!(config.fail_on, Some(Setting { value: medium, line: 2 }));
    let pages: Vec<_> = config.rule_pages.iter().map(|s| (s.value.as_str(), s.line)).collect();
    assert_eq!(pages, [("compliance/rules", 3), ("own", 3)]);
    let globs = |globs: &[Setting<NameGlob>]| -> Vec<(String, u32)> {
        globs.iter().map(|s| (s.value.text().to_owned(), s.line)).collect()
    };
    let pair = |text: &str, line| (text.to_owned(), line);
    assert_eq!(globs(&config.phi.objects), [pair("Referral__c", 7), pair("Visit_*", 8)]);
    let fields = [pair("Contact.Chart_Number__c", 10), pair("*.SSN__c", 10)];
    assert_eq!(globs(&config.phi.fields), fields);
    assert_eq!(globs(&config.phi.not), [pair("Lead", 11), pair("*.Class_Name__c", 11)]);
    assert_eq!(config.phi.health_context, Some(Setting { value: true, line: 12 }));
    let params = &config.params["open-door"];
    assert_eq!(params["max-days"], Setting { value: Param::Number(10.0), line: 15 });
    let names = ["Front", "Back"].map(|name| Param::Text(name.to_owned())).to_vec();
    assert_eq!(params["names"], Setting { value: Param::List(names), line: 16 });
    assert_eq!(params["strict"], Setting { value: Param::Flag(false), line: 17 });
    assert_eq!(params["mode"], Setting { value: Param::Text("narrow".to_owned()), line: 18 });
    let [first, second] = &config.accepts[..] else { panic!("{:?}", config.accepts) };
    assert_eq!((first.rule.as_str(), first.subject.text()), ("open-door", "Sales_*"));
    assert_eq!(first.members, ["ViewSetup", "Patient__c.SSN__c"]);
    assert_eq!((first.until, first.line), (date(2026, 3, 31), 22));
    assert_eq!(second.reason, "One person, with a hardware key");
    assert_eq!(second.by, "Head of Security");
    assert_eq!((second.until, second.line), (date(2026, 12, 31), 30));
    assert_eq!(config.path, "phorce.toml");
}

#[test]
fn an_acceptance_may_answer_what_is_asked() {
    let config = good("answers.toml");
    assert_eq!(config.baseline, Some(Setting { value: "compliance/known.toml".into(), line: 1 }));
    let [accept] = &config.accepts[..] else { panic!("{:?}", config.accepts) };
    assert_eq!(accept.breadth.as_deref(), Some("One team owns them all"));
    let because = accept.not_reasonable_because.as_deref();
    assert_eq!(because, Some("The licence is not there before June"));
    assert_eq!(accept.instead.as_deref(), Some("Each export is reviewed by hand"));
    let [first, second] = &good("rich.toml").accepts[..] else { panic!() };
    for plain in [first, second] {
        assert!(plain.breadth.is_none() && plain.instead.is_none());
        assert!(plain.not_reasonable_because.is_none());
    }
}

#[test]
fn every_role_carries_its_line() {
    let roles = good("roles.toml").roles;
    let texts = |globs: &[Setting<NameGlob>]| -> Vec<(String, u32)> {
        globs.iter().map(|s| (s.value.text().to_owned(), s.line)).collect()
    };
    let pair = |text: &str, line| (text.to_owned(), line);
    assert_eq!(texts(&roles.clinical), [pair("Nurse*", 3), pair("Physician", 3)]);
    assert_eq!(texts(&roles.administrative), [pair("Org Operations", 4)]);
    assert_eq!(texts(&roles.integration), [pair("EHR Feed", 5), pair("Lab_?", 5)]);
    assert_eq!(texts(&roles.break_glass), [pair("Chart_Emergency", 7)]);
}

#[test]
fn the_register_carries_its_line() {
    let set = Setting { value: "compliance/register.toml".to_owned(), line: 2 };
    assert_eq!(good("register.toml").register, Some(set));
}

#[test]
fn a_pattern_of_a_scan_carries_its_line() {
    let scan = good("scan.toml").scan;
    let [first, second] = &scan.patterns[..] else { panic!("{:?}", scan.patterns) };
    assert_eq!((first.kind.value.as_str(), first.kind.line), ("mrn", 4));
    assert_eq!(first.context, ["chart", "file number"]);
    assert_eq!((second.kind.value.as_str(), second.pattern.line), ("study-subject", 5));
    assert!(second.context.is_empty());
}

#[test]
fn old_ids_become_the_ones_they_stand_for() {
    let config = good("aliases.toml");
    assert_eq!(config.params.keys().collect::<Vec<_>>(), ["open-door"]);
    assert_eq!(config.params["open-door"]["max-days"].value, Param::Number(10.0));
    assert_eq!(config.accepts[0].rule, "open-door");
}

#[test]
fn parse_finds_faults_of_shape_and_check_those_of_names() {
    let text = "[rules.nope]\na = 1\n";
    let config = config::parse("x.toml", text).unwrap();
    let errors = config.check(&|_| None, &["note"]);
    let said: Vec<String> = errors.iter().map(ConfigError::to_string).collect();
    assert_eq!(said, ["x.toml:1: unknown rule 'nope'; did you mean 'note'?"]);
    assert_eq!(config::parse("x.toml", "a = 1\nb = 2\n").unwrap_err().len(), 2);
}

/// One acceptance, with `extra` lines.
fn accept(subject: &str, extra: &str) -> config::Accept {
    let text = format!(
        "[[accept]]\nrule = 'plain'\nsubject = '{subject}'\nreason = 'r'\nby = 'b'\n\
         until = 2026-04-01\n{extra}\n"
    );
    settle(&text).unwrap().accepts.remove(0)
}

#[test]
fn an_acceptance_covers_its_subject_and_the_members_it_names() {
    let whole = accept("admin", "");
    assert!(whole.covers("Admin", None) && whole.covers("Admin", Some("ViewSetup")));
    assert!(!whole.covers("Administrator", None) && !whole.covers("Other", Some("Admin")));

    let some = accept("Admin", "members = ['viewsetup']");
    assert!(some.covers("Admin", Some("ViewSetup")));
    assert!(!some.covers("Admin", Some("ModifyAllData")));
    assert!(!some.covers("Admin", None));
    assert!(!some.covers("Other", Some("ViewSetup")));

    let path = accept("Admin/ViewSetup", "");
    assert!(path.covers("ADMIN", Some("viewsetup")));
    assert!(path.covers("Admin/ViewSetup", None));
    assert!(!path.covers("Admin", None) && !path.covers("Admin", Some("ModifyAllData")));

    let glob = accept("Sales_*", "");
    assert!(glob.covers("sales_emea", None) && glob.covers("Sales_EMEA", Some("X")));
    assert!(!glob.covers("Presales_EMEA", None));
    let glob = accept("*/ViewSetup", "members = ['ViewSetup', 'X']");
    assert!(glob.covers("Admin", Some("ViewSetup")) && !glob.covers("Admin", Some("X")));
}

#[test]
fn an_acceptance_ends_after_its_last_day_and_sooner_for_critical_findings() {
    let accept = accept("Admin", "");
    assert!(!accept.is_expired(date(2026, 4, 1)));
    assert!(accept.is_expired(date(2026, 4, 2)));
    assert!(!accept.is_too_long(Severity::Critical, AS_OF), "90 days after the first of January");
    assert!(accept.is_too_long(Severity::Critical, date(2025, 12, 31)));
    assert!(!accept.is_too_long(Severity::High, date(2025, 12, 31)));
    assert!(accept.is_too_long(Severity::High, date(2025, 3, 31)));
    assert!(!accept.is_too_long(Severity::Low, date(2025, 4, 1)));
}

fn schema() -> Value {
    serde_json::from_str(config::SCHEMA).unwrap()
}

fn as_json(text: &str) -> Option<Value> {
    fn plain(value: toml::Value) -> Value {
        match value {
            toml::Value::Datetime(date) => date.to_string().into(),
            toml::Value::Array(items) => items.into_iter().map(plain).collect(),
            toml::Value::Table(table) => table.into_iter().map(|(k, v)| (k, plain(v))).collect(),
            other => serde_json::to_value(other).unwrap(),
        }
    }
    let table: toml::Table = toml::from_str(text).ok()?;
    Some(plain(toml::Value::Table(table)))
}

#[test]
fn the_schema_accepts_the_good_and_refuses_the_misshapen() {
    let schema =
        jsonschema::draft202012::options().should_validate_formats(true).build(&schema()).unwrap();
    for (name, text) in samples("good") {
        let json = as_json(text.trim_start_matches('\u{feff}')).unwrap();
        let faults: Vec<String> = schema.iter_errors(&json).map(|e| e.to_string()).collect();
        assert!(faults.is_empty(), "{name}: {faults:?}");
    }
    let broken = samples("broken");
    for name in BEYOND_SCHEMA {
        assert!(broken.iter().any(|(there, _)| there == name), "{name}");
    }
    for (name, text) in broken {
        let Some(json) = as_json(&text) else {
            assert!(name.starts_with("syntax"), "{name} is not TOML");
            continue;
        };
        let beyond = BEYOND_SCHEMA.contains(&name.as_str());
        assert_eq!(schema.is_valid(&json), beyond, "{name}");
    }
}

/// The keys of an object of the schema.
fn keys(schema: &Value, at: &str) -> BTreeSet<String> {
    let keys = schema.pointer(at).and_then(Value::as_object).unwrap().keys();
    keys.cloned().collect()
}

/// What the parser says of `text`, which holds one wrong value.
fn said(text: &str) -> String {
    let errors = config::parse("p", text).expect_err(text);
    errors.iter().map(|error| format!("{error}\n")).collect()
}

#[test]
fn the_schema_and_the_parser_know_the_same_keys() {
    let schema = schema();
    let places = [
        ("/properties", "", "known keys: "),
        ("/properties/phi/properties", "[phi]\n", "known keys: "),
        ("/properties/roles/properties", "[roles]\n", "known keys: "),
        ("/properties/scan/properties", "[scan]\n", "known keys: "),
        ("/properties/apex/properties", "[apex]\n", "known keys: "),
        ("/properties/accept/items/properties", "[[accept]]\n", "known keys: "),
    ];
    for (at, head, list) in places {
        let known = keys(&schema, at);
        // A time is of no key's kind: a key that is read refuses it, an unknown one is named.
        for key in &known {
            let said = said(&format!("{head}{key} = 10:00:00\n"));
            assert!(!said.contains("unknown key"), "{key}: {said}");
        }
        let said = said(&format!("{head}qqqqqqqqqqqqqqqqqqqq = 1\n"));
        let listed = said.lines().find_map(|line| line.split_once(list)).unwrap().1;
        let listed: BTreeSet<String> = listed.split(", ").map(str::to_owned).collect();
        assert_eq!(listed, known, "{head}");
    }
}

#[test]
fn the_schema_and_the_parser_need_the_same_keys_of_an_acceptance() {
    let schema = schema();
    let needed = schema.pointer("/properties/accept/items/required").unwrap();
    let said = said("[[accept]]\n");
    for key in needed.as_array().unwrap() {
        assert!(said.contains(&format!("has no '{}'", key.as_str().unwrap())), "{key}");
    }
    assert_eq!(said.lines().count(), needed.as_array().unwrap().len());
    let words = schema.pointer("/properties/fail-on/enum").unwrap();
    assert_eq!(*words, serde_json::json!(FailOn::WORDS));
}

proptest! {
    /// Whatever the text, there is a config or faults with lines of the text: never a panic.
    #[test]
    fn no_text_is_too_strange(text in r#"([a-z\-]{1,8} = |\[{1,2}(phi|accept|rules\.a)\]{1,2}|[\[\]"'{}*?.,#=\\]|[0-9\-:]{1,4}|\n|\r|é|.){0,40}"#) {
        if let Err(errors) = settle(&text) {
            prop_assert!(!errors.is_empty());
            let last = text.matches(['\n', '\r']).count() + 1;
            for error in errors {
                prop_assert!(error.line >= 1 && error.line as usize <= last, "{error}");
                prop_assert!(!error.message.contains(char::is_control), "{error}");
            }
        }
    }

    /// Cutting a good file anywhere yields faults or a smaller config, never a panic.
    #[test]
    fn a_cut_file_is_read_or_refused(cut in 0usize..900) {
        let text = std::fs::read_to_string(folder("good").join("rich.toml")).unwrap();
        if let Ok(config) = settle(text.get(..cut).unwrap_or(&text)) {
            prop_assert!(config.accepts.len() <= 2);
        }
    }
}

#[test]
fn a_day_is_written_in_one_way() {
    assert_eq!(phorce::config::parse_date("2026-12-31"), Some(jiff::civil::date(2026, 12, 31)));
    for other in [
        "",
        "2026-12",
        "20261231",
        "2026-12-3",
        "2026-12-311",
        "2026-13-01",
        "2026-02-29",
        "2026-12-31T10:00",
        " 2026-12-31",
        "2026/12/31",
    ] {
        assert_eq!(phorce::config::parse_date(other), None, "{other}");
    }
}
