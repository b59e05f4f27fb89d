//! What a change opens, by two trees judged alike.
//!
//! In: the facts and the report of the base and of the head. Out: the head's report, where
//! every finding says what the change does to it, and what the base alone has stands at the
//! end. Findings are compared by fingerprint, never by line. It reads no file and knows
//! nothing of Git.

pub mod access;
mod component;
pub mod phi;
pub mod policy;
mod register;

use std::collections::{BTreeMap, BTreeSet};

use crate::engine::finish::sort;
use crate::engine::gather::Gathered;
use crate::report::change::Change;
use crate::report::{Finding, Notice, Report, Status, Verdict};
use crate::source::Sources;
use component::{Components, is_gone};

/// One tree, read.
#[derive(Debug, Clone, Copy)]
pub struct Side<'s> {
    /// Its facts.
    pub gathered: &'s Gathered,
    /// Its files.
    pub sources: &'s Sources,
}

/// Gives the orgs of the base the names that the same folders have in the head. Of a project
/// that is alone in both, the folder does not count: it may have been moved.
pub fn align(base: &mut Gathered, head: &Gathered) {
    let alone = base.orgs.len() == 1 && head.orgs.len() == 1;
    for org in &mut base.orgs {
        let same = head.orgs.iter().find(|other| other.org.path() == org.org.path());
        org.path = match same {
            Some(other) => other.path.clone(),
            None if alone => String::new(),
            None => org.org.path().to_owned(),
        };
    }
}

/// Says of every finding of the head what the change does to it, and adds what only the base
/// has. Accepted risks are put on the findings afterwards.
pub fn compare(report: &mut Report, base: Report, before: Side<'_>, after: Side<'_>) {
    report.notices.extend(lost_rules(report, &base));
    let mut known: BTreeMap<String, Finding> =
        base.findings.into_iter().map(|f| (f.fingerprint.clone(), f)).collect();
    for finding in &mut report.findings {
        let change = match known.remove(&finding.fingerprint) {
            None => Change::New,
            Some(old) if is_worse(finding, &old) => Change::Worsened,
            Some(old) => {
                report.notices.extend(reworded(finding, &old));
                Change::Unchanged
            }
        };
        finding.change = Some(change);
        if change == Change::Unchanged && finding.status == Status::Open {
            finding.status = Status::Unchanged;
        }
    }
    if known.is_empty() {
        return;
    }
    let unassessed: BTreeSet<&str> = not_assessed(report).collect();
    let (was, is) = (Components::of(before), Components::of(after));
    let gone = |old: &Finding| unassessed.contains(old.rule.as_str()) || is_gone(old, &was, &is);
    let mut past: Vec<Finding> = known
        .into_values()
        .map(|old| match gone(&old) {
            true => {
                Finding { status: Status::NoLongerSeen, change: Some(Change::NoLongerSeen), ..old }
            }
            false => Finding { status: Status::Fixed, change: Some(Change::Fixed), ..old },
        })
        .collect();
    sort(&mut past);
    report.findings.extend(past);
}

/// More severe, or with a member the base does not list.
fn is_worse(new: &Finding, old: &Finding) -> bool {
    let names: BTreeSet<String> = old.members.iter().map(|m| m.name.to_lowercase()).collect();
    let more = |name: &str| !names.contains(&name.to_lowercase());
    new.severity > old.severity || new.members.iter().any(|member| more(&member.name))
}

/// A finding without members can grow in no way that is compared; where its sentence says
/// something else now, a person should look. The order of words does not count: it is the
/// order in a file.
fn reworded(new: &Finding, old: &Finding) -> Option<Notice> {
    let words = |finding: &Finding| {
        let mut words: Vec<String> = finding.message.split_whitespace().map(bare).collect();
        words.sort_unstable();
        words
    };
    (new.members.is_empty() && words(new) != words(old)).then(|| Notice {
        message: format!(
            "{} on {} is not new, but what it is about was changed: see whether it got worse",
            new.rule, new.subject
        ),
        path: Some(new.place.path.clone()),
        line: Some(new.place.line),
    })
}

fn bare(word: &str) -> String {
    word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase()
}

fn not_assessed(report: &Report) -> impl Iterator<Item = &str> {
    let ended = report.rules.iter().filter(|rule| rule.verdict == Verdict::NotAssessed);
    ended.map(|rule| rule.id.as_str())
}

/// Rules that the change leaves without what they need: nothing open is no news then.
fn lost_rules(report: &Report, base: &Report) -> Vec<Notice> {
    let checked =
        |id: &str| base.rules.iter().any(|rule| rule.id == id && rule.verdict == Verdict::Checked);
    let lost = report
        .rules
        .iter()
        .filter(|rule| rule.verdict == Verdict::NotAssessed && checked(&rule.id));
    lost.map(|rule| Notice {
        message: format!(
            "{} was checked in the base and can no longer be assessed: {}",
            rule.id, rule.reason
        ),
        path: None,
        line: None,
    })
    .collect()
}

#[cfg(test)]
mod tests;
