//! The report for people.
//!
//! In: a [`Report`] and how wide and capable the terminal is. Out: findings, one line each or
//! with their lines of the file, then what was read, what was not, and what to do next. It
//! reads no file: the lines are in the report, secrets already hidden.

mod change;
mod frame;
mod summary;

use std::io;

use crate::escape;
use crate::fact::Severity;
use crate::output::Run;
use crate::output::words::{sentence, told};
use crate::report::{Finding, Place, Report, Status};
use crate::rule::Rule;

/// With more findings than this a frame for each is no help.
const MOST_FRAMES: usize = 50;

/// How text is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// Every finding with its lines, every rule and reason by name.
    pub full: bool,
    /// Accepted findings are shown; they are counted all the same.
    pub accepted: bool,
    /// Somebody reads it as it is written.
    pub terminal: bool,
    /// Columns of the terminal.
    pub width: usize,
    /// Colours may be used: a terminal, and no `NO_COLOR`.
    pub colour: bool,
    /// Line-drawing characters can be shown.
    pub unicode: bool,
}

/// Writes `report` as text.
pub(super) fn render(
    report: &Report,
    rules: &[Rule],
    run: &Run<'_>,
    style: Style,
) -> io::Result<String> {
    let shown: Vec<&Finding> =
        report.findings.iter().filter(|finding| is_shown(finding, style)).collect();
    let framed = style.full || (style.terminal && shown.len() <= MOST_FRAMES);
    let mut text = String::new();
    for finding in shown {
        if framed {
            let rule = rules.iter().find(|rule| rule.id == finding.rule);
            frame::draw(&mut text, finding, rule, style).map_err(io::Error::other)?;
            text.push('\n');
        } else {
            text.push_str(&one_line(finding, style));
        }
    }
    if !framed && !text.is_empty() {
        text.push('\n');
    }
    text.push_str(&summary::write(report, run, style));
    Ok(text)
}

/// `path:line:column severity rule subject: message`.
fn one_line(finding: &Finding, style: Style) -> String {
    let rule = &finding.rule;
    let place = place(&finding.place);
    let severity = paint(finding.severity, style);
    let line = escape::line(&format!("{rule} {}", sentence(finding)));
    let told: String =
        told(finding).iter().map(|words| format!(" ({})", escape::line(words))).collect();
    format!("{place} {severity} {line}{told}\n")
}

/// What is old and unchanged is counted; a person who changes something else need not read it.
fn is_shown(finding: &Finding, style: Style) -> bool {
    match finding.status {
        Status::Open | Status::Fixed | Status::NoLongerSeen => true,
        Status::Accepted => style.accepted,
        Status::Unchanged | Status::Baselined => style.full,
    }
}

fn place(place: &Place) -> String {
    format!("{}:{}:{}", escape::line(&place.path), place.line, place.column)
}

/// The word for a severity, in its colour.
fn paint(severity: Severity, style: Style) -> String {
    let colour = match severity {
        Severity::Critical => "1;35",
        Severity::High => "31",
        Severity::Medium => "33",
        Severity::Low => "36",
    };
    let word = severity.word();
    if style.colour { format!("\u{1b}[{colour}m{word}\u{1b}[0m") } else { word.to_owned() }
}
