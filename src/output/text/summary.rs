//! The end of the text: what was read, what came of it, what to do next.
//!
//! In: a [`Report`] and the run. Out: some lines for a person. It judges nothing: "no open
//! findings" is all it says when there are none, and of what.

use std::collections::BTreeMap;

use super::{Style, change, paint};
use crate::escape;
use crate::fact::Severity;
use crate::output::Run;
use crate::output::words::{counted, ended, exit_reason, of_severity, thousands};
use crate::report::{Outcome, Report, Status, Verdict};

/// More reasons, and more rules of one reason, are counted only.
const MOST_REASONS: usize = 8;
const MOST_RULES: usize = 5;

pub(super) fn write(report: &Report, run: &Run<'_>, style: Style) -> String {
    let mut lines = Vec::new();
    notices(&mut lines, report);
    inputs(&mut lines, report);
    lines.extend(change::write(report, style));
    findings(&mut lines, report, style);
    rules(&mut lines, report, style);
    next(&mut lines, report, run);
    lines.join("\n") + "\n"
}

fn notices(lines: &mut Vec<String>, report: &Report) {
    for notice in &report.notices {
        let place = notice.path.as_ref().map_or_else(String::new, |path| {
            format!("{}:{}: ", escape::line(path), notice.line.unwrap_or(1))
        });
        lines.push(format!("notice: {place}{}", escape::line(&notice.message)));
    }
}

fn inputs(lines: &mut Vec<String>, report: &Report) {
    let inputs = &report.inputs;
    // Logs and exports have no components.
    let components = match inputs.components {
        0 => String::new(),
        count => format!(" with {}", counted(count, "component", "components")),
    };
    lines.push(format!(
        "Read {}{components}, {}.",
        counted(inputs.files, "file", "files"),
        size(inputs.bytes)
    ));
    if inputs.not_read.is_empty() {
        return;
    }
    let count = inputs.not_read.len();
    let (files, them) =
        (counted(count, "file was", "files were"), if count == 1 { "it" } else { "them" });
    lines.push(format!("{files} not read; what is in {them} is unknown:"));
    for file in &inputs.not_read {
        let (path, reason) = (escape::line(&file.path), escape::line(&file.reason));
        lines.push(format!("  {path}:{}: {reason}", file.line));
    }
}

fn findings(lines: &mut Vec<String>, report: &Report, style: Style) {
    let open = by_severity(report, Status::Open, style);
    let accepted = by_severity(report, Status::Accepted, style);
    if open.is_empty() {
        let checked = report.rules.iter().filter(|rule| rule.verdict == Verdict::Checked);
        let examined: usize = checked.clone().map(|rule| rule.examined).sum();
        lines.push(format!(
            "No open findings{}: {} examined {}. What was not read or not retrieved may differ.",
            if report.change.is_some() { " in this change" } else { "" },
            counted(checked.count(), "rule", "rules"),
            counted(examined, "thing", "things"),
        ));
    } else {
        lines.push(format!("Open findings: {}.", open.join(", ")));
    }
    if !accepted.is_empty() {
        lines.push(format!("Accepted risks, still there: {}.", accepted.join(", ")));
    }
    let known = by_severity(report, Status::Baselined, style);
    if !known.is_empty() {
        let shown = if style.full { "" } else { " (--full shows them)" };
        lines.push(format!("Known from the baseline, still there: {}{shown}.", known.join(", ")));
    }
}

fn by_severity(report: &Report, status: Status, style: Style) -> Vec<String> {
    let of = |severity: Severity| (severity, of_severity(report, status, severity));
    let counts = Severity::ALL.into_iter().map(of).filter(|(_, count)| *count > 0);
    counts
        .map(|(severity, count)| format!("{} {}", thousands(count as u64), paint(severity, style)))
        .collect()
}

fn rules(lines: &mut Vec<String>, report: &Report, style: Style) {
    let ended = |verdict| ended(report, verdict);
    let (checked, nothing, unknown) = (
        ended(Verdict::Checked).count(),
        ended(Verdict::NothingToCheck).count(),
        ended(Verdict::NotAssessed).count(),
    );
    lines.push(format!(
        "Rules: {checked} checked, {nothing} had nothing to check, {unknown} could not be \
         assessed."
    ));
    if unknown > 0 {
        lines.push("Could not be assessed:".to_owned());
        reasons(lines, ended(Verdict::NotAssessed), style);
    }
    if nothing > 0 {
        lines.push("Had nothing to check:".to_owned());
        reasons(lines, ended(Verdict::NothingToCheck), style);
    }
}

/// One line for every reason, the one that concerns most rules first.
fn reasons<'r>(lines: &mut Vec<String>, outcomes: impl Iterator<Item = &'r Outcome>, style: Style) {
    let mut by_reason: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for outcome in outcomes {
        by_reason.entry(&outcome.reason).or_default().push(&outcome.id);
    }
    let mut by_reason: Vec<_> = by_reason.into_iter().collect();
    by_reason.sort_by_key(|(_, ids)| std::cmp::Reverse(ids.len()));
    let (most_reasons, most_rules) =
        if style.full { (usize::MAX, usize::MAX) } else { (MOST_REASONS, MOST_RULES) };
    for (reason, ids) in by_reason.iter().take(most_reasons) {
        let named: Vec<_> = ids.iter().take(most_rules).map(|id| escape::line(id)).collect();
        let more = match ids.len().saturating_sub(most_rules) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let reason = if reason.is_empty() { "no reason given" } else { reason };
        lines.push(format!("  {}: {}{more}", escape::line(reason), named.join(", ")));
    }
    let rest = by_reason.get(most_reasons.min(by_reason.len())..).unwrap_or_default();
    if !rest.is_empty() {
        let rules: usize = rest.iter().map(|(_, ids)| ids.len()).sum();
        let rules = counted(rules, "rule", "rules");
        lines.push(format!("  other reasons: {rules} (--full names them)"));
    }
}

fn next(lines: &mut Vec<String>, report: &Report, run: &Run<'_>) {
    if let Some(least) = run.fail_on {
        let failing = report.open_from(least);
        if failing > 0 {
            let verb = if failing == 1 { "finding is" } else { "findings are" };
            let failing = thousands(failing as u64);
            lines.push(format!("{failing} open {verb} {} or worse.", least.word()));
        }
    }
    if run.exit_code != 0 {
        lines.push(format!("Exit code {}: {}.", run.exit_code, exit_reason(run.exit_code)));
    }
    let mut open = report.findings.iter().filter(|finding| finding.status == Status::Open);
    if let Some(worst) = open.next() {
        let rule = escape::line(&worst.rule);
        lines.push(format!(
            "Next: `phorce explain {rule}` says why the first of them matters and how to fix it."
        ));
    }
}

/// Bytes in the unit a person would use.
fn size(bytes: u64) -> String {
    const UNITS: [(u64, &str); 3] = [(1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")];
    match UNITS.into_iter().find(|(unit, _)| bytes >= *unit) {
        Some((unit, name)) => format!("{}.{} {name}", bytes / unit, bytes % unit * 10 / unit),
        None => format!("{bytes} bytes"),
    }
}
