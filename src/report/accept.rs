//! Accepted risks put on findings.
//!
//! In: findings, the `[[accept]]` tables, the day of the run. Out: findings marked accepted,
//! and remarks: an acceptance that expired or will soon, does not count as it is written,
//! covers only some members, matches nothing, or accepts what the law requires. Nothing is
//! ever hidden.

use jiff::civil::Date;

use super::{Acceptance, Finding, Notice, Status};
use crate::config::{Accept, MAX_DAYS_CRITICAL};
use crate::fact::Severity;
use crate::rule::library::{self, Citation};

/// An acceptance that ends within so many days is said.
pub const NOTICE_DAYS: i32 = 30;

/// Marks what is accepted; gives remarks, each about a line of the configuration.
pub fn apply(findings: &mut [Finding], accepts: &[Accept], as_of: Date, path: &str) -> Vec<Notice> {
    if accepts.is_empty() {
        return Vec::new();
    }
    let law = library::citations();
    let mut said: Vec<(usize, Notice)> = Vec::new();
    // What counts goes first: a finding with a renewed acceptance is not open again.
    let mut order: Vec<(usize, &Accept)> = accepts.iter().enumerate().collect();
    order.sort_by_key(|(_, accept)| accept.is_expired(as_of));
    for (number, accept) in order {
        let run = Run { accept, as_of, law: &law };
        said.extend(run.apply(findings).into_iter().map(|message| {
            let notice = Notice { message, path: Some(path.to_owned()), line: Some(accept.line) };
            (number, notice)
        }));
    }
    said.sort_by_key(|(number, _)| *number);
    said.into_iter().map(|(_, notice)| notice).collect()
}

/// One acceptance on one day.
struct Run<'r> {
    accept: &'r Accept,
    as_of: Date,
    law: &'r [Citation],
}

impl Run<'_> {
    fn apply(&self, findings: &mut [Finding]) -> Vec<String> {
        let Accept { rule, subject, until, .. } = self.accept;
        let is_past = |f: &Finding| matches!(f.status, Status::Fixed | Status::NoLongerSeen);
        let mut said = Vec::new();
        let (mut touched, mut accepted) = (false, false);
        for finding in findings.iter_mut().filter(|f| f.rule == *rule && !is_past(f)) {
            let reach = reach(self.accept, finding);
            if reach == Reach::None {
                continue;
            }
            if !touched {
                said.extend(self.of_rule(finding));
            }
            touched = true;
            if finding.status == Status::Accepted {
                continue;
            }
            match self.hold(finding, reach) {
                Err(words) => said.extend(words),
                Ok(()) => {
                    accepted = true;
                    accept_finding(finding, self.accept);
                }
            }
        }
        if !touched {
            said.push(format!(
                "the acceptance of {rule} for '{}' matches no finding; remove it if the risk is gone",
                subject.text()
            ));
        }
        let left = (*until - self.as_of).get_days();
        if accepted && left <= NOTICE_DAYS {
            said.push(format!(
                "the acceptance of {rule} for '{}' ends on {until}, {}; then what it accepts is open: mend it or renew the entry",
                subject.text(),
                in_days(left)
            ));
        }
        said
    }

    /// What is to be said of the rule of a finding, once for each acceptance.
    fn of_rule(&self, finding: &Finding) -> Option<String> {
        if self.accept.is_expired(self.as_of) {
            return None;
        }
        let missing = self.missing(finding);
        let Accept { rule, subject, .. } = self.accept;
        if !missing.is_empty() {
            return Some(format!(
                "the acceptance of {rule} for '{}' does not count: {}",
                subject.text(),
                missing.join("; ")
            ));
        }
        let required = self.mapped(finding, "required");
        (!required.is_empty()).then(|| {
            format!(
                "the acceptance of {rule} for '{}' accepts a risk under what is required: {rule} is commonly mapped to {}; accepting the finding does not change that it has to be met",
                subject.text(),
                named(&required)
            )
        })
    }

    /// What the entry still has to say to count for findings of this rule.
    fn missing(&self, finding: &Finding) -> Vec<String> {
        let accept = self.accept;
        let mut missing = Vec::new();
        if !accept.subject.is_exact() && accept.breadth.is_none() {
            missing.push(
                "its subject is a glob: say in 'breadth' why so many are accepted at once"
                    .to_owned(),
            );
        }
        let addressable = self.mapped(finding, "addressable");
        let answers = [
            (
                &accept.not_reasonable_because,
                "why meeting it is not reasonable and appropriate here ('not-reasonable-because')",
            ),
            (&accept.instead, "what is done instead ('instead')"),
        ];
        let open = answers.iter().filter(|(answer, _)| answer.is_none());
        let open: Vec<&str> = open.map(|(_, question)| *question).collect();
        if !addressable.is_empty() && !open.is_empty() {
            missing.push(format!(
                "{} is commonly mapped to {}, which is addressable: say {}",
                accept.rule,
                named(&addressable),
                open.join(" and ")
            ));
        }
        missing
    }

    fn mapped(&self, finding: &Finding, status: &str) -> Vec<&Citation> {
        let mapped = |citation: &&Citation| {
            citation.status == status && finding.hipaa.contains(&citation.id)
        };
        self.law.iter().filter(mapped).collect()
    }

    /// Whether the acceptance holds for a finding it reaches; else what is said of that, where
    /// it has to do with the finding.
    fn hold(&self, finding: &mut Finding, reach: Reach) -> Result<(), Option<String>> {
        let accept = self.accept;
        let Accept { rule, by, until, .. } = accept;
        let subject = &finding.subject;
        if accept.is_expired(self.as_of) {
            let ago = (self.as_of - *until).get_days();
            let said = format!(
                "EXPIRED: the acceptance of {rule} for {subject} ended on {until}, {}: the finding is open again; mend it or renew the entry",
                match ago {
                    1 => "yesterday".to_owned(),
                    ago => format!("{ago} days ago"),
                }
            );
            finding.message += &format!(" (was accepted by {by} until {until}; that has ended)");
            return Err(Some(said));
        }
        if !self.missing(finding).is_empty() {
            return Err(None);
        }
        if accept.is_too_long(finding.severity, self.as_of) {
            return Err(Some(format!(
                "{subject} is {}: a critical finding may be accepted for {MAX_DAYS_CRITICAL} days at most, and this entry runs until {until}; it is not applied",
                Severity::Critical.word(),
            )));
        }
        match reach {
            Reach::Part(open) => Err(Some(format!(
                "the acceptance of {rule} for {subject} does not cover {}: the finding stays open",
                open.join(", ")
            ))),
            _ => Ok(()),
        }
    }
}

fn in_days(left: i32) -> String {
    match left {
        0 => "today".to_owned(),
        1 => "tomorrow".to_owned(),
        days => format!("in {days} days"),
    }
}

/// `164.312(a)(2)(iv) (Encryption and decryption)`, …
fn named(citations: &[&Citation]) -> String {
    let named = citations.iter().map(|citation| format!("{} ({})", citation.id, citation.title));
    named.collect::<Vec<_>>().join(", ")
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

#[cfg(test)]
#[path = "accept_tests.rs"]
mod tests;
