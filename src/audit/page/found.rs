//! Findings as the page shows them: one part for each rule, what is worst first.

use std::collections::BTreeMap;

use super::{Cells, safe};
use crate::audit::Subject;
use crate::audit::control::counted;
use crate::audit::table::told as told_findings;
use crate::audit::text::{first_paragraph, plain};
use crate::fact::Severity;
use crate::report::{Finding, Status};
use crate::rule::Rule;

/// More findings of a rule are counted; a table has them.
const MOST_FOUND: usize = 8;

/// A rule and what it found.
pub(super) struct RuleView {
    pub(super) anchor: String,
    pub(super) id: String,
    pub(super) title: String,
    pub(super) severity: &'static str,
    pub(super) count: String,
    pub(super) why: String,
    pub(super) fix: String,
    pub(super) found: Vec<(String, String)>,
    pub(super) more: usize,
    pub(super) mapped: String,
    pub(super) sbs: String,
}

pub(super) fn told(subject: &Subject<'_>) -> String {
    let of = |severity: Severity| {
        let open = told_findings(subject).filter(|finding| finding.status == Status::Open);
        (severity, open.filter(|finding| finding.severity == severity).count())
    };
    let counts = Severity::ALL.into_iter().map(of).filter(|(_, count)| *count > 0);
    let counts: Vec<String> =
        counts.map(|(severity, count)| format!("{count} {}", severity.word())).collect();
    match counts.as_slice() {
        [] => "Nothing open was found in what was examined. What was not examined may differ."
            .to_owned(),
        counts => format!("Open: {}. By rule, worst first.", counts.join(", ")),
    }
}

pub(super) fn rules(subject: &Subject<'_>) -> Vec<RuleView> {
    let mut by_rule: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for finding in told_findings(subject).filter(|finding| finding.status == Status::Open) {
        by_rule.entry(&finding.rule).or_default().push(finding);
    }
    let mut groups: Vec<(Option<Severity>, &str, Vec<&Finding>)> = by_rule
        .into_iter()
        .map(|(id, found)| (found.iter().map(|finding| finding.severity).max(), id, found))
        .collect();
    groups.sort_by(|a, b| (b.0, b.2.len(), a.1).cmp(&(a.0, a.2.len(), b.1)));
    let rule = |id: &str| subject.rules.iter().find(|rule| rule.id == id);
    groups.iter().zip(1..).map(|((_, id, found), at)| view(rule(id), id, found, at)).collect()
}

fn view(rule: Option<&Rule>, id: &str, found: &[&Finding], at: usize) -> RuleView {
    let severity = found.iter().map(|finding| finding.severity).max().map_or("low", Severity::word);
    let paragraph = |text: &str| safe(&plain(first_paragraph(text)));
    let shown = found.iter().take(MOST_FOUND).map(|finding| {
        let place = format!("{}:{}", finding.place.path, finding.place.line);
        (safe(&sentence(finding)), safe(&place))
    });
    RuleView {
        anchor: format!("finding-{at}"),
        id: safe(id),
        title: safe(&rule.map_or(id, |rule| rule.title.as_str()).replace('`', "")),
        severity,
        count: counted(found.len(), "finding", "findings"),
        why: rule.map_or_else(String::new, |rule| paragraph(&rule.why)),
        fix: rule.map_or_else(String::new, |rule| paragraph(&rule.fix)),
        found: shown.collect(),
        more: found.len().saturating_sub(MOST_FOUND),
        mapped: rule.map_or_else(String::new, |rule| safe(&rule.hipaa.join(", "))),
        sbs: rule.map_or_else(String::new, |rule| safe(&rule.sbs.join(", "))),
    }
}

fn sentence(finding: &Finding) -> String {
    let Finding { subject, message, .. } = finding;
    let named = message.to_lowercase().contains(&subject.to_lowercase());
    if named { message.clone() } else { format!("{subject}: {message}") }
}

pub(super) fn accepted_told(subject: &Subject<'_>) -> String {
    let count = told_findings(subject).filter(|f| f.status == Status::Accepted).count();
    match count {
        0 => "No risk that was found is accepted.".to_owned(),
        count => format!(
            "{}. An accepted risk is still there; when its day is over, its finding is open again.",
            counted(count, "risk is accepted", "risks are accepted")
        ),
    }
}

pub(super) fn accepted(subject: &Subject<'_>) -> Vec<Cells<5>> {
    let rows = told_findings(subject).filter_map(|finding| {
        let accepted = finding.accepted.as_ref()?;
        let severity = finding.severity.word();
        let cells = [
            sentence(finding),
            severity.to_owned(),
            accepted.by.clone(),
            accepted.until.clone(),
            accepted.reason.clone(),
        ];
        Some(cells.map(|cell| safe(&cell)))
    });
    rows.collect()
}
