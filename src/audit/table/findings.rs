//! Findings, accepted risks, and a plan to fill in.

use std::collections::BTreeMap;

use super::{Column, Table, blank, choice, column};
use crate::audit::Subject;
use crate::audit::changes::Changes;
use crate::audit::text::{first_paragraph, plain};
use crate::fact::Severity;
use crate::report::{Finding, Status};
use crate::rule::Rule;

const FINDINGS: [Column; 16] = [
    column("Status", 10),
    column("Severity", 10),
    column("Confidence", 11),
    column("Rule", 34),
    column("Title", 44),
    column("Org", 14),
    column("Subject", 34),
    column("Message", 70),
    column("Members", 40),
    column("Path", 60),
    column("Line", 8),
    column("Commonly mapped to (45 CFR)", 34),
    column("SBS", 24),
    column("First seen in", 14),
    column("Packs open", 8),
    column("Fingerprint", 20),
];

pub(super) fn findings(subject: &Subject<'_>, changes: &Changes) -> Table {
    let mut table = Table::new(
        "findings",
        "Findings",
        "Everything that was found, open or accepted, worst first, with the line it stands on.",
        &FINDINGS,
    );
    for finding in told(subject) {
        let rule = rule_of(subject, finding);
        let members: Vec<&str> = finding.members.iter().map(|m| m.name.as_str()).collect();
        let age = changes.ages.get(&finding.fingerprint);
        table.push(vec![
            status(finding).to_owned(),
            finding.severity.word().to_owned(),
            finding.confidence.word().to_owned(),
            finding.rule.clone(),
            title(rule, &finding.rule),
            finding.org.clone(),
            finding.subject.clone(),
            finding.message.clone(),
            members.join("; "),
            finding.place.path.clone(),
            finding.place.line.to_string(),
            finding.hipaa.join("; "),
            rule.map_or_else(String::new, |rule| rule.sbs.join("; ")),
            age.map_or_else(|| subject.label.to_owned(), |age| age.first.clone()),
            age.map_or(1, |age| age.packs).to_string(),
            finding.fingerprint.clone(),
        ]);
    }
    table
}

/// The findings a pack of this scope tells.
pub(in crate::audit) fn told<'s>(subject: &'s Subject<'_>) -> impl Iterator<Item = &'s Finding> {
    subject.report.findings.iter().filter(|finding| subject.scope.has_family(&finding.family))
}

fn rule_of<'s>(subject: &'s Subject<'_>, finding: &Finding) -> Option<&'s Rule> {
    subject.rules.iter().find(|rule| rule.id == finding.rule)
}

fn title(rule: Option<&Rule>, id: &str) -> String {
    rule.map_or(id, |rule| rule.title.as_str()).replace('`', "")
}

fn status(finding: &Finding) -> &'static str {
    match finding.status {
        Status::Accepted => "accepted",
        _ => "open",
    }
}

const ACCEPTED: [Column; 9] = [
    column("Severity", 10),
    column("Rule", 34),
    column("Title", 44),
    column("Subject", 34),
    column("Message", 60),
    column("Accepted by", 30),
    column("Until", 12),
    column("Reason", 60),
    column("Fingerprint", 20),
];

pub(super) fn accepted(subject: &Subject<'_>) -> Table {
    let mut table = Table::new(
        "accepted-risks",
        "Accepted risks",
        "Risks that somebody accepted, by name, with a reason and an end. They are still there.",
        &ACCEPTED,
    );
    for finding in told(subject) {
        let Some(accepted) = &finding.accepted else { continue };
        table.push(vec![
            finding.severity.word().to_owned(),
            finding.rule.clone(),
            title(rule_of(subject, finding), &finding.rule),
            finding.subject.clone(),
            finding.message.clone(),
            accepted.by.clone(),
            accepted.until.clone(),
            accepted.reason.clone(),
            finding.fingerprint.clone(),
        ]);
    }
    table
}

const PLAN: [Column; 11] = [
    column("No.", 6),
    column("Severity", 10),
    column("What is wrong", 44),
    column("Findings", 9),
    column("Where", 60),
    column("How to mend it", 80),
    column("Commonly mapped to (45 CFR)", 34),
    choice("Decision", 14, &["Mend", "Accept", "Transfer", "Avoid"]),
    blank("Owner", 22),
    blank("Due", 12),
    blank("Done on", 12),
];

fn place(finding: &Finding) -> &str {
    if finding.subject == "org" { "the org as a whole" } else { &finding.subject }
}

/// More subjects of one rule are counted; findings.csv names them.
const MOST_SUBJECTS: usize = 12;

pub(super) fn plan(subject: &Subject<'_>) -> Table {
    let mut table = Table::new(
        "action-plan",
        "Action plan",
        "One line for each kind of open finding, worst first: who mends it, and by when, is to \
         be filled in.",
        &PLAN,
    );
    let mut by_rule: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for finding in told(subject).filter(|finding| finding.status == Status::Open) {
        by_rule.entry(&finding.rule).or_default().push(finding);
    }
    let worst = |found: &[&Finding]| found.iter().map(|f| f.severity).max();
    let mut rows: Vec<(Option<Severity>, &str, Vec<&Finding>)> =
        by_rule.into_iter().map(|(id, found)| (worst(&found), id, found)).collect();
    rows.sort_by(|a, b| (b.0, b.2.len(), a.1).cmp(&(a.0, a.2.len(), b.1)));
    for ((severity, id, found), number) in rows.into_iter().zip(1..) {
        let rule = subject.rules.iter().find(|rule| rule.id == id);
        let mut subjects: Vec<&str> = found.iter().map(|finding| place(finding)).collect();
        subjects.dedup();
        let more = subjects.len().saturating_sub(MOST_SUBJECTS);
        subjects.truncate(MOST_SUBJECTS);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        table.push(vec![
            format!("{number}"),
            severity.map_or("", Severity::word).to_owned(),
            title(rule, id),
            found.len().to_string(),
            format!("{}{more}", subjects.join("; ")),
            rule.map_or_else(String::new, |rule| plain(first_paragraph(&rule.fix))),
            rule.map_or_else(String::new, |rule| rule.hipaa.join("; ")),
        ]);
    }
    table
}
