//! Code Quality JSON, held to the rules of its fields.

use std::collections::BTreeSet;

use phorce::output::Output;
use phorce::report::Report;
use serde_json::{Value, json};

use super::{hostile, sample};

fn issues(report: &Report) -> Vec<Value> {
    let text = sample::written(report, Output::Gitlab);
    assert!(!text.starts_with('\u{feff}') && text.starts_with('['));
    let issues: Vec<Value> = serde_json::from_str(&text).unwrap();
    issues.iter().for_each(check);
    let prints: BTreeSet<&str> =
        issues.iter().map(|i| i["fingerprint"].as_str().unwrap()).collect();
    assert_eq!(prints.len(), issues.len(), "GitLab drops all but one of a fingerprint");
    issues
}

/// What GitLab's documentation asks of every issue.
fn check(issue: &Value) {
    let fields: Vec<&str> = issue.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(fields, ["description", "check_name", "fingerprint", "severity", "location"]);
    for text in ["description", "check_name", "fingerprint"] {
        let text = issue[text].as_str().unwrap();
        assert!(!text.is_empty() && !text.contains('\n'));
    }
    let severity = issue["severity"].as_str().unwrap();
    assert!(["info", "minor", "major", "critical", "blocker"].contains(&severity));
    let path = issue["location"]["path"].as_str().unwrap();
    assert!(!path.starts_with("./") && !path.starts_with('/') && !path.is_empty());
    assert!(issue["location"]["lines"]["begin"].as_u64().unwrap() >= 1);
}

#[test]
fn an_issue_says_all_that_gitlab_reads() {
    let issues = issues(&sample::report());
    assert_eq!(issues.len(), 3);
    assert_eq!(
        issues[1],
        json!({
            "description": r#"A"<b>&'\u{1b}[31m\u{202e}{0}[x](1)\u{9b} is\u{a}open"#,
            "check_name": "view-all-data",
            "fingerprint": "0123456789abcdef".repeat(4),
            "severity": "blocker",
            "location": {"path": sample::NASTY_PATH, "lines": {"begin": 3}},
        })
    );
    assert_eq!(issues[0]["check_name"], "not-read");
    assert_eq!(issues[0]["location"]["lines"]["begin"], 9);
}

#[test]
fn an_accepted_risk_is_information() {
    let issues = issues(&sample::report());
    assert_eq!(issues[2]["severity"], "info");
    assert_eq!(
        issues[2]["description"],
        r"medium risk, accepted by A. Officer until 2031-05-06: The vendor \u{202e}migrates — Admin may read all data"
    );
    // Identities that agree are numbered.
    assert_eq!(issues[2]["fingerprint"], format!("{}-2", "0123456789abcdef".repeat(4)));
}

#[test]
fn what_is_old_stays_and_what_is_fixed_is_missing() {
    let issues = issues(&hostile::change());
    let told: Vec<(&str, &str)> = issues[1..]
        .iter()
        .map(|i| (i["description"].as_str().unwrap(), i["severity"].as_str().unwrap()))
        .map(|(text, severity)| (text.split(' ').next().unwrap(), severity))
        .collect();
    assert_eq!(
        told,
        [
            ("Fresh", "critical"),
            ("Grown", "critical"),
            ("medium", "info"),
            ("Old", "critical"),
            ("Known", "critical")
        ]
    );
}

#[test]
fn hostile_names_are_text() {
    assert_eq!(issues(&hostile::report()).len(), 2 * hostile::ATTACKS.len() + 1);
    assert_eq!(issues(&Report::default()), [] as [Value; 0]);
}
