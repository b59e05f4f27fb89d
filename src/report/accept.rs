//! Accepted risks put on findings.
//!
//! In: findings, the `[[accept]]` tables, the day of the run. Out: findings marked accepted,
//! and remarks: an acceptance that expired, runs too long for a critical finding, covers
//! only some members, or matches nothing. Nothing is ever hidden.

use jiff::civil::Date;

use super::{Acceptance, Finding, Notice, Status};
use crate::config::{Accept, MAX_DAYS_CRITICAL};
use crate::fact::Severity;

/// Marks what is accepted; gives remarks, each about a line of the configuration.
pub fn apply(findings: &mut [Finding], accepts: &[Accept], as_of: Date, path: &str) -> Vec<Notice> {
    let mut notices = Vec::new();
    for accept in accepts {
        let mut say = |message: String| {
            notices.push(Notice { message, path: Some(path.to_owned()), line: Some(accept.line) });
        };
        let rule = |finding: &&mut Finding| finding.rule == accept.rule;
        let mut touched = false;
        for finding in findings.iter_mut().filter(rule) {
            let reach = reach(accept, finding);
            touched |= reach != Reach::None;
            let subject = &finding.subject;
            match reach {
                Reach::None => {}
                _ if accept.is_expired(as_of) => say(format!(
                    "the acceptance of {} for {subject} ended on {}: the finding is open again; mend it or renew the entry",
                    accept.rule, accept.until
                )),
                _ if accept.is_too_long(finding.severity, as_of) => say(format!(
                    "{subject} is {}: a critical finding may be accepted for {MAX_DAYS_CRITICAL} days at most, and this entry runs until {}; it is not applied",
                    Severity::Critical.word(),
                    accept.until
                )),
                Reach::Part(open) => say(format!(
                    "the acceptance of {} for {subject} does not cover {}: the finding stays open",
                    accept.rule,
                    open.join(", ")
                )),
                Reach::Whole => accept_finding(finding, accept),
            }
        }
        if !touched {
            say(format!(
                "the acceptance of {} for '{}' matches no finding; remove it if the risk is gone",
                accept.rule,
                accept.subject.text()
            ));
        }
    }
    notices
}

/// How much of a finding an acceptance covers.
#[derive(Debug, PartialEq)]
enum Reach {
    None,
    /// The members it leaves open.
    Part(Vec<String>),
    Whole,
}

fn reach(accept: &Accept, finding: &Finding) -> Reach {
    if finding.members.is_empty() {
        let whole = accept.covers(&finding.subject, None);
        return if whole { Reach::Whole } else { Reach::None };
    }
    let covered = |name: &str| accept.covers(&finding.subject, Some(name));
    let names = finding.members.iter().map(|member| member.name.clone());
    let (inside, outside): (Vec<_>, Vec<_>) = names.partition(|name| covered(name));
    match (inside.is_empty(), outside.is_empty()) {
        (true, _) => Reach::None,
        (_, true) => Reach::Whole,
        _ => Reach::Part(outside),
    }
}

fn accept_finding(finding: &mut Finding, accept: &Accept) {
    finding.status = Status::Accepted;
    finding.accepted = Some(Acceptance {
        reason: accept.reason.clone(),
        by: accept.by.clone(),
        until: accept.until.to_string(),
    });
}
