//! Open findings by rule, worst first and numbered, as the page refers to them.
//!
//! In: a subject. Out: [`Planned`], one for each rule that found something, in the order of
//! `action-plan.csv`. It writes no text of its own.

use std::collections::BTreeMap;

use super::safe;
use crate::audit::Subject;
use crate::audit::table::told;
use crate::fact::Severity;
use crate::report::{Finding, Status};
use crate::rule::Rule;

/// A rule, and what of it is open.
pub(super) struct Planned<'s> {
    /// Its line in the action plan.
    pub(super) number: usize,
    pub(super) id: &'s str,
    pub(super) rule: Option<&'s Rule>,
    /// The worst of its findings.
    pub(super) severity: Severity,
    pub(super) found: Vec<&'s Finding>,
}

impl Planned<'_> {
    pub(super) fn title(&self) -> String {
        title(self.rule, self.id)
    }

    pub(super) fn href(&self) -> String {
        format!("#finding-{}", self.number)
    }
}

/// A line of the plan, to be pointed at.
pub(super) struct Reference {
    pub(super) number: usize,
    pub(super) href: String,
    pub(super) title: String,
}

pub(super) fn plan<'s>(subject: &'s Subject<'_>) -> Vec<Planned<'s>> {
    let mut by_rule: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for finding in told(subject).filter(|finding| finding.status == Status::Open) {
        by_rule.entry(&finding.rule).or_default().push(finding);
    }
    let worst = |found: &[&Finding]| found.iter().map(|finding| finding.severity).max();
    let mut groups: Vec<(Severity, &str, Vec<&Finding>)> = by_rule
        .into_iter()
        .filter_map(|(id, found)| worst(&found).map(|severity| (severity, id, found)))
        .collect();
    groups.sort_by(|a, b| (b.0, b.2.len(), a.1).cmp(&(a.0, a.2.len(), b.1)));
    let planned = |((severity, id, found), number)| Planned {
        number,
        id,
        rule: rule(subject, id),
        severity,
        found,
    };
    groups.into_iter().zip(1..).map(planned).collect()
}

/// The lines of the plan that are about these rules.
pub(super) fn refer<'r>(
    plan: &[Planned<'_>],
    ids: impl IntoIterator<Item = &'r str>,
) -> Vec<Reference> {
    let ids: Vec<&str> = ids.into_iter().collect();
    let about = plan.iter().filter(|planned| ids.contains(&planned.id));
    about
        .map(|planned| Reference {
            number: planned.number,
            href: planned.href(),
            title: planned.title(),
        })
        .collect()
}

pub(super) fn rule<'s>(subject: &'s Subject<'_>, id: &str) -> Option<&'s Rule> {
    subject.rules.iter().find(|rule| rule.id == id)
}

/// What a rule is called, without the marks of its page.
pub(super) fn title(rule: Option<&Rule>, id: &str) -> String {
    safe(&rule.map_or(id, |rule| rule.title.as_str()).replace('`', ""))
}
