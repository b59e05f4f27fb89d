//! The JSON output: its schema and its exact shape.

use phorce::output::{Output, REPORT_SCHEMA};
use phorce::report::Report;
use serde_json::{Value, json};

use super::sample;

fn document(report: &Report) -> Value {
    serde_json::from_str(&sample::written(report, Output::Json)).unwrap()
}

fn errors(document: &Value) -> Vec<String> {
    let schema: Value = serde_json::from_str(REPORT_SCHEMA).unwrap();
    jsonschema::draft202012::meta::validate(&schema).unwrap();
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    validator.iter_errors(document).map(|error| error.to_string()).collect()
}

#[test]
fn it_fits_its_schema() {
    assert_eq!(errors(&document(&sample::report())), [""; 0]);
    assert_eq!(errors(&document(&Report::default())), [""; 0]);
}

#[test]
fn the_schema_notices_what_does_not_fit() {
    let good = document(&sample::report());
    for (at, wrong) in [
        ("/findings/0/severity", json!("terrible")),
        ("/findings/0/path", json!("/absolute")),
        ("/findings/0/fingerprint", json!("short")),
        ("/findings/0/line", json!(0)),
        ("/rules/0/verdict", json!("compliant")),
        ("/inputs/not_read/0", json!({"path": "a"})),
        ("/summary", json!({})),
    ] {
        let mut bad = good.clone();
        *bad.pointer_mut(at).unwrap() = wrong;
        assert_ne!(errors(&bad), [""; 0], "{at}");
    }
    let mut more = good;
    more["findings"][0]["value"] = json!("made-up");
    assert_ne!(errors(&more), [""; 0]);
}

#[test]
fn it_says_all_of_a_finding() {
    let document = document(&sample::report());
    assert_eq!(
        document["findings"][0],
        json!({
            "rule": "view-all-data",
            "family": "access",
            "severity": "critical",
            "confidence": "high",
            "subject": sample::NASTY_NAME,
            "org": "org one",
            "message": format!("{} is\nopen", sample::NASTY_NAME),
            "path": sample::NASTY_PATH,
            "line": 3, "column": 5, "end_line": 3, "end_column": 8,
            "hipaa": ["164.312(a)(1)"],
            "status": "open",
            "members": [{"name": sample::NASTY_NAME, "path": sample::NASTY_PATH, "line": 4}],
            "related": [{"path": "objects/P__c.object", "line": 7, "message": "defined here"}],
            "trail": [
                {"path": "objects/P__c.object", "line": 7, "message": "read"},
                {"path": "objects/P__c.object", "line": 7, "message": "sent"},
            ],
            "fingerprint": "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        })
    );
    let accepted = &document["findings"][1];
    assert_eq!(accepted["status"], "accepted");
    assert_eq!(accepted["accepted"]["until"], "2031-05-06");
    assert_eq!(accepted.get("org"), None);
}

#[test]
fn it_says_what_the_run_was() {
    let document = document(&sample::report());
    assert_eq!(document["version"], 1);
    assert_eq!(
        document["summary"],
        json!({
            "open": {"critical": 1, "high": 0, "medium": 0, "low": 0},
            "accepted": {"critical": 0, "high": 0, "medium": 1, "low": 0},
            "baselined": {"critical": 0, "high": 0, "medium": 0, "low": 0},
            "rules": {"checked": 2, "nothing_to_check": 1, "not_assessed": 1},
            "fail_on": "high",
            "exit_code": 3,
        })
    );
    assert_eq!(document["rules"][1]["verdict"], "not-assessed");
    assert_eq!(document["rules"][2]["examined"], 1234);
    assert_eq!(document["inputs"]["not_read"][0]["line"], 9);
    assert_eq!(document["notices"][1], json!({"message": "no\tplace", "path": null, "line": null}));
}

#[test]
fn it_holds_no_character_that_steers_a_terminal() {
    let text = sample::written(&sample::report(), Output::Json);
    assert!(text.contains("\\u202e") && text.contains("\\u001b") && text.contains("\\u009b"));
    assert!(!text.chars().any(|c| (c.is_control() && c != '\n') || c == '\u{202e}'));
}

#[test]
fn it_counts_what_the_baseline_lists() {
    let document = document(&super::hostile::change());
    assert_eq!(errors(&document), [""; 0]);
    let counts = json!({"critical": 0, "high": 1, "medium": 0, "low": 0});
    assert_eq!(document["summary"]["baselined"], counts);
}
