//! Findings for tests: as plain as they can be.
//!
//! In: a rule and a subject. Out: an open finding of medium severity. It is in no report.

use super::{Finding, Member, Place, Status};
use crate::fact::{Confidence, Severity};

pub(crate) fn place() -> Place {
    Place { path: "a.xml".into(), line: 1, column: 1, end_line: 1, end_column: 2 }
}

pub(crate) fn finding(rule: &str, subject: &str) -> Finding {
    Finding {
        org: String::new(),
        rule: rule.to_owned(),
        family: "f".to_owned(),
        severity: Severity::Medium,
        confidence: Confidence::High,
        subject: subject.to_owned(),
        key: String::new(),
        message: "m".to_owned(),
        place: place(),
        hipaa: Vec::new(),
        status: Status::Open,
        change: None,
        accepted: None,
        members: Vec::new(),
        related: Vec::new(),
        trail: Vec::new(),
        fingerprint: format!("{rule} {subject}"),
        line_hash: String::new(),
        excerpt: None,
        claim: String::new(),
    }
}

pub(crate) fn members(names: &[&str]) -> Vec<Member> {
    names.iter().map(|name| Member { name: (*name).to_owned(), place: place() }).collect()
}
