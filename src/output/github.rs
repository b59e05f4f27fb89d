//! The report for a GitHub workflow: one command a line, which GitHub shows beside the code.
//!
//! In: a [`Report`], the rules. Out: `::error …::…`, `::warning` and `::notice` for what is
//! open and what was not read, the worst first, then counts. GitHub shows ten of a kind a
//! step; what is beyond is counted. Names stand in commands only, so no other line can be one.

use crate::escape;
use crate::fact::Severity;
use crate::output::Run;
use crate::output::words::{counted, ended, exit_reason, of_severity, of_status, sentence};
use crate::report::{Finding, NotRead, Report, Status, Verdict};
use crate::rule::Rule;

/// GitHub shows this many of one kind from one step.
const MOST_SHOWN: usize = 10;
/// More members are counted: an annotation is read at a glance.
const MOST_MEMBERS: usize = 20;

/// The three kinds of annotations, worst first.
const KINDS: [&str; 3] = ["error", "warning", "notice"];

/// Writes `report` as workflow commands, ended by counts.
pub(super) fn render(report: &Report, rules: &[Rule], run: &Run<'_>) -> String {
    let unread = report.inputs.not_read.iter().map(|file| ("error", not_read(file)));
    let open = report.findings.iter().filter(|finding| finding.status == Status::Open);
    let open = open.map(|finding| (kind(finding.severity), annotate(finding, rules)));
    let commands: Vec<(&str, String)> = unread.chain(open).collect();
    let mut text = String::new();
    let mut left = Vec::new();
    for kind in KINDS {
        let of_kind = commands.iter().filter(|(own, _)| *own == kind);
        for (_, command) in of_kind.clone().take(MOST_SHOWN) {
            text.push_str(command);
            text.push('\n');
        }
        let more = of_kind.count().saturating_sub(MOST_SHOWN);
        if more > 0 {
            left.push(counted(more, &format!("more {kind}"), &format!("more {kind}s")));
        }
    }
    if !left.is_empty() {
        let left = left.join(", ");
        text.push_str(&format!(
            "{left}: GitHub shows {MOST_SHOWN} of a kind; the summary and the other formats have \
             them all.\n"
        ));
    }
    text.push_str(&counts(report, run));
    text
}

fn kind(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low => "notice",
    }
}

fn annotate(finding: &Finding, rules: &[Rule]) -> String {
    let place = &finding.place;
    let title = rules.iter().find(|rule| rule.id == finding.rule).map(|rule| &rule.title);
    let severity = finding.severity.word();
    let title = match title {
        Some(title) => format!("{severity}: {} ({})", title.replace('`', ""), finding.rule),
        None => format!("{severity}: {}", finding.rule),
    };
    let mut properties = format!("file={},line={}", escape::property(&place.path), place.line);
    if place.end_column > place.column {
        // The end is the last column here.
        let end = place.end_column - 1;
        properties += &format!(",endLine={},col={},endColumn={end}", place.line, place.column);
    }
    let kind = kind(finding.severity);
    let message = escape::command(&words(finding));
    format!("::{kind} {properties},title={}::{message}", escape::property(&title))
}

fn words(finding: &Finding) -> String {
    let mut words = sentence(finding);
    if finding.change.is_some_and(|change| change == crate::report::change::Change::Worsened) {
        words += " (worsened by this change)";
    }
    let more = finding.members.len().saturating_sub(MOST_MEMBERS);
    if more > 0 {
        words += &format!(" ({})", counted(finding.members.len(), "member", "members"));
    }
    words
}

fn not_read(file: &NotRead) -> String {
    let (path, line) = (escape::property(&file.path), file.line);
    let reason = escape::command(&file.reason);
    format!("::error file={path},line={line},title=not read::What is in it is unknown: {reason}")
}

/// Counts of everything, annotated or not. No name is in it.
fn counts(report: &Report, run: &Run<'_>) -> String {
    let severities = Severity::ALL.into_iter().filter_map(|severity| {
        let count = of_severity(report, Status::Open, severity);
        (count > 0).then(|| format!("{count} {}", severity.word()))
    });
    let severities: Vec<String> = severities.collect();
    let open = if severities.is_empty() { "0".to_owned() } else { severities.join(", ") };
    let mut told = vec![format!("open: {open}")];
    for status in [
        Status::Accepted,
        Status::Baselined,
        Status::Unchanged,
        Status::Fixed,
        Status::NoLongerSeen,
    ] {
        let count = of_status(report, status);
        if count > 0 || status == Status::Accepted {
            told.push(format!("{}: {count}", super::words::status(status)));
        }
    }
    told.push(format!("files not read: {}", report.inputs.not_read.len()));
    told.push(format!("rules not assessed: {}", ended(report, Verdict::NotAssessed).count()));
    let mut line = format!("Phorce: {}.", told.join("; "));
    if run.exit_code != 0 {
        line += &format!(" Exit code {}: {}.", run.exit_code, exit_reason(run.exit_code));
    }
    line + "\n"
}
