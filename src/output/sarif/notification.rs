//! What happened to the run itself, as SARIF notifications.
//!
//! In: a [`Report`] and the run. Out: the one invocation: files not read, remarks, rules that
//! could not be assessed. It knows no finding.

use serde_json::json;
use serde_sarif::sarif;

use super::{MOST_RESULTS, Numbers, line_of, message, plain};
use crate::output::{HOME, Run};
use crate::report::{Outcome, Report, Verdict};

const NOT_READ: (&str, i64) = ("not-read", 0);
const NOTICE: (&str, i64) = ("run-notice", 1);
const NOT_ASSESSED: (&str, i64) = ("not-assessed", 2);
const LEFT_OUT: (&str, i64) = ("left-out", 3);

/// The kinds of notifications, in the order of their numbers.
pub(super) fn descriptors() -> Vec<sarif::ReportingDescriptor> {
    [
        (
            NOT_READ,
            "NotRead",
            "A file that a rule needs could not be read.",
            "What is in the file is unknown. Repair it at the line named, or leave it out of \
             the project with `.forceignore`.",
        ),
        (
            NOTICE,
            "RunNotice",
            "A remark on the run itself.",
            "It says what of the configuration had no effect, or not the one intended.",
        ),
        (
            NOT_ASSESSED,
            "NotAssessed",
            "What a rule needs was not retrieved.",
            "The rule says nothing, neither good nor bad. Retrieve the metadata it names.",
        ),
        (
            LEFT_OUT,
            "LeftOut",
            "There are more findings than a code scanning service takes.",
            "The worst are there. `--format json` has them all.",
        ),
    ]
    .into_iter()
    .map(|((id, _), name, text, help)| {
        sarif::ReportingDescriptor::builder()
            .id(id)
            .name(name)
            .short_description(plain(text))
            .full_description(plain(text))
            .help(plain(help))
            .help_uri(HOME)
            .build()
    })
    .collect()
}

/// The run: whether everything was read, and what else is to be said.
pub(super) fn invocation(
    report: &Report,
    run: &Run<'_>,
    numbers: &Numbers<'_>,
    left_out: usize,
) -> sarif::Invocation {
    let mut notes = Vec::new();
    for file in &report.inputs.not_read {
        let text = format!("{} was not read: {}", file.path, file.reason);
        let mut note = notification(NOT_READ, "error", &text);
        note.locations = Some(vec![line_of(&file.path, file.line)]);
        notes.push(note);
    }
    for remark in &report.notices {
        let mut note = notification(NOTICE, "warning", &remark.message);
        let place = remark.path.as_ref().map(|path| line_of(path, remark.line.unwrap_or(1)));
        note.locations = place.map(|place| vec![place]);
        notes.push(note);
    }
    if left_out > 0 {
        let text = format!(
            "{left_out} findings, the least severe, are left out: code scanning takes at most \
             {MOST_RESULTS}. The JSON output has them all."
        );
        notes.push(notification(LEFT_OUT, "error", &text));
    }
    let not_assessed = report.rules.iter().filter(|rule| rule.verdict == Verdict::NotAssessed);
    notes.extend(not_assessed.map(|outcome| unassessed(outcome, numbers)));
    sarif::Invocation::builder()
        .execution_successful(report.inputs.not_read.is_empty())
        .exit_code(i64::from(run.exit_code))
        .tool_execution_notifications(notes)
        .build()
}

fn unassessed(outcome: &Outcome, numbers: &Numbers<'_>) -> sarif::Notification {
    let text = format!("{} was not assessed: {}", outcome.id, outcome.reason);
    let mut note = notification(NOT_ASSESSED, "note", &text);
    note.associated_rule =
        numbers.rules.get(outcome.id.as_str()).map(|index| reference(outcome.id.as_str(), *index));
    note
}

fn notification((id, index): (&str, i64), level: &str, text: &str) -> sarif::Notification {
    sarif::Notification::builder()
        .descriptor(reference(id, index))
        .level(json!(level))
        .message(message(text))
        .build()
}

fn reference(id: &str, index: i64) -> sarif::ReportingDescriptorReference {
    sarif::ReportingDescriptorReference::builder().id(id).index(index).build()
}
