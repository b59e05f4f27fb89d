//! The same org in source format and in Metadata API format gives the same findings, but for
//! paths and lines.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod support;

use std::path::Path;

use serde_json::Value;
use support::{PROJECT, Project, profile};

/// What must be the same of a finding: all but its place.
fn identity(finding: &Value) -> Vec<String> {
    let mut parts: Vec<String> =
        ["rule", "family", "severity", "confidence", "subject", "message", "status", "fingerprint"]
            .iter()
            .map(|key| finding[key].as_str().unwrap().to_owned())
            .collect();
    parts.push(finding["hipaa"].to_string());
    let mut members: Vec<&str> = finding["members"]
        .as_array()
        .unwrap()
        .iter()
        .map(|member| member["name"].as_str().unwrap())
        .collect();
    members.sort_unstable();
    parts.push(members.join(", "));
    let mut related: Vec<&str> = finding["related"]
        .as_array()
        .unwrap()
        .iter()
        .map(|related| related["message"].as_str().unwrap())
        .collect();
    related.sort_unstable();
    parts.push(related.join(", "));
    parts
}

fn report(org: &str) -> Value {
    Project::of_org(org).check(&["--format", "json"]).json()
}

#[test]
fn both_formats_give_the_same_findings() {
    let (source, mdapi) = (report("clinic"), report("clinic-mdapi"));
    let sorted = |report: &Value| {
        let mut all: Vec<_> = report["findings"].as_array().unwrap().iter().map(identity).collect();
        all.sort();
        all
    };
    let (source_findings, mdapi_findings) = (sorted(&source), sorted(&mdapi));
    for finding in &source_findings {
        assert!(mdapi_findings.contains(finding), "only in source format: {finding:#?}");
    }
    for finding in &mdapi_findings {
        assert!(source_findings.contains(finding), "only in Metadata API format: {finding:#?}");
    }
    assert_eq!(source_findings.len(), mdapi_findings.len());
    assert!(source_findings.len() > 10);
}

#[test]
fn both_formats_end_every_rule_alike() {
    let (source, mdapi) = (report("clinic"), report("clinic-mdapi"));
    for (one, other) in
        source["rules"].as_array().unwrap().iter().zip(mdapi["rules"].as_array().unwrap())
    {
        assert_eq!(one, other);
    }
    assert_eq!(source["inputs"]["components"], mdapi["inputs"]["components"]);
}

#[test]
fn what_is_wrong_with_the_org_stands_on_its_first_file() {
    for (org, file) in [("clinic", "sfdx-project.json"), ("clinic-mdapi", "package.xml")] {
        for finding in report(org)["findings"].as_array().unwrap() {
            let path = finding["path"].as_str().unwrap();
            if path.contains('/') {
                continue;
            }
            assert_eq!((path, finding["line"].as_u64()), (file, Some(1)), "{finding}");
        }
    }
}

/// Rewrites every XML file below a folder.
fn rewrite(folder: &Path, change: &dyn Fn(&str) -> String) {
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            rewrite(&path, change);
        } else if path.extension().is_some_and(|ending| ending == "xml") {
            let text = std::fs::read_to_string(&path).unwrap();
            std::fs::write(&path, change(&text)).unwrap();
        }
    }
}

/// Findings and verdicts of the clinic after every file was rewritten.
fn clinic_with(change: &dyn Fn(&str) -> String) -> (Value, Value) {
    let project = Project::of_org("clinic");
    rewrite(project.path(), change);
    let mut report = project.check(&["--format", "json"]).json();
    (report["findings"].take(), report["rules"].take())
}

fn assert_same((findings, rules): &(Value, Value), (others, other_rules): &(Value, Value)) {
    let (findings, others) = (findings.as_array().unwrap(), others.as_array().unwrap());
    for (one, other) in findings.iter().zip(others) {
        assert_eq!(one, other);
    }
    assert_eq!(findings.len(), others.len());
    assert_eq!(rules, other_rules);
}

#[test]
fn windows_line_ends_and_byte_order_marks_change_nothing() {
    let as_it_is = clinic_with(&str::to_owned);
    assert_same(&as_it_is, &clinic_with(&|text| text.replace('\n', "\r\n")));
    assert_same(&as_it_is, &clinic_with(&|text| format!("\u{feff}{text}")));
    assert_same(&as_it_is, &clinic_with(&|text| text.trim_end().to_owned()));
}

#[test]
fn comments_and_blank_lines_move_lines_and_nothing_else() {
    let change = |text: &str| {
        let (head, rest) = text.split_once("?>\n").unwrap();
        format!("{head}?>\n<!-- \u{5d1} -- kept by hand -->\n\n{rest}").replace(" -- ", " ")
    };
    let ((before, rules), (after, rules_after)) =
        (clinic_with(&str::to_owned), clinic_with(&change));
    assert_eq!(rules, rules_after);
    let (before, after) = (before.as_array().unwrap(), after.as_array().unwrap());
    assert_eq!(before.len(), after.len());
    for (one, other) in before.iter().zip(after) {
        assert_eq!(identity(one), identity(other));
        let moved = if one["path"] == "sfdx-project.json" { 0 } else { 2 };
        assert_eq!(one["line"].as_u64().unwrap() + moved, other["line"].as_u64().unwrap());
    }
}

#[test]
fn the_order_of_entries_changes_no_identity() {
    let entries = |names: [&str; 3]| {
        let (path, text) = profile("Desk", &names);
        let report = Project::new(&[PROJECT, (&path, &text)]).check(&["--format", "json"]).json();
        let all = report["findings"].as_array().unwrap();
        let mut all: Vec<String> =
            all.iter().map(|f| format!("{} {}", f["rule"], f["fingerprint"])).collect();
        all.sort();
        all
    };
    let sorted = entries(["ModifyAllData", "PasswordNeverExpires", "ViewAllData"]);
    assert_eq!(sorted, entries(["ViewAllData", "ModifyAllData", "PasswordNeverExpires"]));
    assert_eq!(sorted.len(), 2, "{sorted:?}");
}
