//! The report for programs.
//!
//! In: a [`Report`]. Out: JSON in the shape of `report.schema.json`, versioned apart from the
//! types of this program: a field that is renamed here is a new version of the format. It
//! knows no rule page.

use std::io;

use serde::Serialize;

use crate::escape;
use crate::fact::{Confidence, Severity};
use crate::output::{HOME, Run};
use crate::report::change::Change;
use crate::report::{self, Report, Status, Verdict};

/// The version of the format; it grows when a program that reads it could break. A key that
/// is added does not break one that passes over what it does not know.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct Document<'r> {
    version: u32,
    tool: Tool<'r>,
    summary: Summary,
    findings: Vec<Finding<'r>>,
    rules: Vec<RuleEnd<'r>>,
    inputs: Inputs<'r>,
    notices: Vec<Notice<'r>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    change: Option<Changed<'r>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    access_delta: Option<Vec<AccessDelta<'r>>>,
}

#[derive(Serialize)]
struct Changed<'r> {
    base: &'r str,
    commit: &'r str,
    new: usize,
    worsened: usize,
    unchanged: usize,
    fixed: usize,
    no_longer_seen: usize,
}

#[derive(Serialize)]
struct AccessDelta<'r> {
    #[serde(skip_serializing_if = "str::is_empty")]
    org: &'r str,
    holder: &'r str,
    holder_kind: &'r str,
    object: &'r str,
    field: Option<&'r str>,
    level: &'r str,
    gained: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    seen: Option<bool>,
}

#[derive(Serialize)]
struct Tool<'r> {
    name: &'static str,
    version: &'r str,
    uri: &'static str,
}

#[derive(Serialize)]
struct Summary {
    open: Counts,
    accepted: Counts,
    baselined: Counts,
    rules: RuleCounts,
    fail_on: Option<&'static str>,
    exit_code: u8,
}

#[derive(Serialize)]
struct Counts {
    critical: usize,
    high: usize,
    medium: usize,
    low: usize,
}

#[derive(Serialize)]
struct RuleCounts {
    checked: usize,
    nothing_to_check: usize,
    not_assessed: usize,
}

#[derive(Serialize)]
struct Finding<'r> {
    rule: &'r str,
    family: &'r str,
    severity: &'static str,
    confidence: &'static str,
    subject: &'r str,
    #[serde(skip_serializing_if = "str::is_empty")]
    org: &'r str,
    message: &'r str,
    path: &'r str,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
    hipaa: &'r [String],
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    change: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    accepted: Option<Accepted<'r>>,
    members: Vec<Member<'r>>,
    related: Vec<Step<'r>>,
    trail: Vec<Step<'r>>,
    fingerprint: &'r str,
}

#[derive(Serialize)]
struct Accepted<'r> {
    reason: &'r str,
    by: &'r str,
    until: &'r str,
}

#[derive(Serialize)]
struct Member<'r> {
    name: &'r str,
    path: &'r str,
    line: u32,
}

#[derive(Serialize)]
struct Step<'r> {
    path: &'r str,
    line: u32,
    message: &'r str,
}

#[derive(Serialize)]
struct RuleEnd<'r> {
    id: &'r str,
    verdict: &'static str,
    examined: usize,
    reason: &'r str,
}

#[derive(Serialize)]
struct Inputs<'r> {
    files: usize,
    components: usize,
    bytes: u64,
    not_read: Vec<NotRead<'r>>,
}

#[derive(Serialize)]
struct NotRead<'r> {
    path: &'r str,
    line: u32,
    reason: &'r str,
}

#[derive(Serialize)]
struct Notice<'r> {
    message: &'r str,
    path: Option<&'r str>,
    line: Option<u32>,
}

/// Writes `report` as JSON, ended by a line break.
pub(super) fn render(report: &Report, run: &Run<'_>) -> io::Result<String> {
    let document = Document {
        version: VERSION,
        tool: Tool { name: "phorce", version: run.version, uri: HOME },
        summary: summarise(report, run),
        findings: report.findings.iter().map(finding).collect(),
        rules: report.rules.iter().map(rule_end).collect(),
        inputs: inputs(&report.inputs),
        notices: report.notices.iter().map(notice).collect(),
        change: report.change.as_ref().map(|changed| change(report, changed)),
        access_delta: report.change.as_ref().map(access_delta),
    };
    let text = serde_json::to_string_pretty(&document)?;
    Ok(escape::json(&text) + "\n")
}

fn summarise(report: &Report, run: &Run<'_>) -> Summary {
    let ended = |verdict| report.rules.iter().filter(|rule| rule.verdict == verdict).count();
    Summary {
        open: count(report, Status::Open),
        accepted: count(report, Status::Accepted),
        baselined: count(report, Status::Baselined),
        rules: RuleCounts {
            checked: ended(Verdict::Checked),
            nothing_to_check: ended(Verdict::NothingToCheck),
            not_assessed: ended(Verdict::NotAssessed),
        },
        fail_on: run.fail_on.map(severity_word),
        exit_code: run.exit_code,
    }
}

fn count(report: &Report, status: Status) -> Counts {
    let of = |severity| {
        let counted = |f: &&report::Finding| f.status == status && f.severity == severity;
        report.findings.iter().filter(counted).count()
    };
    Counts {
        critical: of(Severity::Critical),
        high: of(Severity::High),
        medium: of(Severity::Medium),
        low: of(Severity::Low),
    }
}

fn finding(finding: &report::Finding) -> Finding<'_> {
    let place = &finding.place;
    Finding {
        rule: &finding.rule,
        family: &finding.family,
        severity: severity_word(finding.severity),
        confidence: confidence_word(finding.confidence),
        subject: &finding.subject,
        org: &finding.org,
        message: &finding.message,
        path: &place.path,
        line: place.line,
        column: place.column,
        end_line: place.end_line,
        end_column: place.end_column,
        hipaa: &finding.hipaa,
        status: match finding.status {
            Status::Open => "open",
            Status::Accepted => "accepted",
            Status::Unchanged => "unchanged",
            Status::Baselined => "baselined",
            Status::Fixed => "fixed",
            Status::NoLongerSeen => "no-longer-seen",
        },
        change: finding.change.map(change_word),
        accepted: finding.accepted.as_ref().map(|accepted| Accepted {
            reason: &accepted.reason,
            by: &accepted.by,
            until: &accepted.until,
        }),
        members: finding.members.iter().map(member).collect(),
        related: finding.related.iter().map(step).collect(),
        trail: finding.trail.iter().map(step).collect(),
        fingerprint: &finding.fingerprint,
    }
}

fn change<'r>(report: &Report, changed: &'r report::change::Changed) -> Changed<'r> {
    Changed {
        base: &changed.reference,
        commit: &changed.commit,
        new: report.changed(Change::New),
        worsened: report.changed(Change::Worsened),
        unchanged: report.changed(Change::Unchanged),
        fixed: report.changed(Change::Fixed),
        no_longer_seen: report.changed(Change::NoLongerSeen),
    }
}

fn access_delta(changed: &report::change::Changed) -> Vec<AccessDelta<'_>> {
    changed.access_delta.iter().map(access_row).collect()
}

fn access_row(row: &report::change::AccessDelta) -> AccessDelta<'_> {
    AccessDelta {
        org: &row.org,
        holder: &row.holder,
        holder_kind: row.holder_kind,
        object: &row.object,
        field: row.field.as_deref(),
        level: row.level,
        gained: row.gained,
        seen: (!row.gained).then_some(row.seen),
    }
}

fn member(member: &report::Member) -> Member<'_> {
    Member { name: &member.name, path: &member.place.path, line: member.place.line }
}

fn step(related: &report::Related) -> Step<'_> {
    Step { path: &related.place.path, line: related.place.line, message: &related.message }
}

fn rule_end(outcome: &report::Outcome) -> RuleEnd<'_> {
    let verdict = match outcome.verdict {
        Verdict::Checked => "checked",
        Verdict::NothingToCheck => "nothing-to-check",
        Verdict::NotAssessed => "not-assessed",
    };
    RuleEnd { id: &outcome.id, verdict, examined: outcome.examined, reason: &outcome.reason }
}

fn inputs(inputs: &report::Inputs) -> Inputs<'_> {
    Inputs {
        files: inputs.files,
        components: inputs.components,
        bytes: inputs.bytes,
        not_read: inputs
            .not_read
            .iter()
            .map(|file| NotRead { path: &file.path, line: file.line, reason: &file.reason })
            .collect(),
    }
}

fn notice(notice: &report::Notice) -> Notice<'_> {
    Notice { message: &notice.message, path: notice.path.as_deref(), line: notice.line }
}

// The words of the format are written down here: renaming one elsewhere must not change it.

fn change_word(change: Change) -> &'static str {
    match change {
        Change::New => "new",
        Change::Worsened => "worsened",
        Change::Unchanged => "unchanged",
        Change::Fixed => "fixed",
        Change::NoLongerSeen => "no-longer-seen",
    }
}

fn severity_word(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "critical",
        Severity::High => "high",
        Severity::Medium => "medium",
        Severity::Low => "low",
    }
}

fn confidence_word(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::High => "high",
        Confidence::Medium => "medium",
        Confidence::Low => "low",
    }
}
