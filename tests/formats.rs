//! The same org in source format and in Metadata API format gives the same findings, but for
//! paths and lines.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod support;

use serde_json::Value;
use support::Project;

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
