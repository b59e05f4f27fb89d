//! The report for GitLab: Code Quality JSON.
//!
//! In: a [`Report`]. Out: a list of issues that GitLab compares between two branches by
//! fingerprint, so what is fixed is what is missing here. Accepted risks are there, as
//! information. A rule that could not be assessed has no place and cannot be told here.

use std::collections::BTreeMap;
use std::io;

use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::escape;
use crate::fact::Severity;
use crate::output::words::{acceptance, sentence};
use crate::report::{Finding, NotRead, Report, Status};

#[derive(Serialize)]
struct Issue {
    description: String,
    check_name: String,
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
}

/// Writes `report` as Code Quality JSON, ended by a line break.
pub(super) fn render(report: &Report) -> io::Result<String> {
    let mut issues: Vec<Issue> = report.inputs.not_read.iter().map(not_read).collect();
    issues.extend(report.findings.iter().filter_map(issue));
    number(&mut issues);
    let text = serde_json::to_string_pretty(&issues)?;
    Ok(escape::json(&text) + "\n")
}

fn issue(finding: &Finding) -> Option<Issue> {
    let (severity, before) = match finding.status {
        Status::Open | Status::Unchanged | Status::Baselined => {
            (severity(finding.severity), String::new())
        }
        Status::Accepted => {
            let accepted = acceptance(finding).unwrap_or_else(|| "accepted".to_owned());
            ("info", format!("{} risk, {accepted} — ", finding.severity.word()))
        }
        Status::Fixed | Status::NoLongerSeen => return None,
    };
    Some(Issue {
        description: escape::line(&format!("{before}{}", sentence(finding))),
        check_name: finding.rule.clone(),
        fingerprint: finding.fingerprint.clone(),
        severity,
        location: location(&finding.place.path, finding.place.line),
    })
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "blocker",
        Severity::High => "critical",
        Severity::Medium => "major",
        Severity::Low => "minor",
    }
}

fn location(path: &str, line: u32) -> Location {
    // A path that begins with `./` is none to GitLab.
    let path = path.trim_start_matches("./").to_owned();
    Location { path, lines: Lines { begin: line } }
}

fn not_read(file: &NotRead) -> Issue {
    let hash = Sha256::digest(format!("not-read\0{}", file.path));
    Issue {
        description: escape::line(&format!(
            "{} was not read, what is in it is unknown: {}",
            file.path, file.reason
        )),
        check_name: "not-read".to_owned(),
        fingerprint: hash.iter().map(|byte| format!("{byte:02x}")).collect(),
        severity: "blocker",
        location: location(&file.path, file.line),
    }
}

/// GitLab drops every issue but one of a fingerprint.
fn number(issues: &mut [Issue]) {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for issue in issues {
        let count = seen.entry(issue.fingerprint.clone()).or_default();
        *count += 1;
        if *count > 1 {
            issue.fingerprint += &format!("-{count}");
        }
    }
}
