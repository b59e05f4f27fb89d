//! The findings as CSV, for a spreadsheet.
//!
//! In: a [`Report`], the rules. Out: a line for each finding, whatever its status, then one for
//! each file that was not read. A cell that a spreadsheet would compute begins with an
//! apostrophe.

use std::io;

use crate::output::escape;
use crate::report::{Finding, Report, Status};
use crate::rule::Rule;

const HEADER: [&str; 14] = [
    "status",
    "severity",
    "confidence",
    "rule",
    "title",
    "family",
    "subject",
    "message",
    "members",
    "path",
    "line",
    "column",
    "hipaa",
    "fingerprint",
];

/// Writes the findings of `report`.
pub(super) fn render(report: &Report, rules: &[Rule]) -> io::Result<String> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(HEADER)?;
    for finding in &report.findings {
        writer.write_record(row(finding, rules).map(|text| cell(&text)))?;
    }
    for file in &report.inputs.not_read {
        let line = file.line.to_string();
        let mut cells = [""; HEADER.len()];
        let set = [
            ("status", "not read"),
            ("message", &file.reason),
            ("path", &file.path),
            ("line", &line),
        ];
        for (name, value) in set {
            let at = HEADER.iter().position(|column| *column == name);
            if let Some(slot) = at.and_then(|at| cells.get_mut(at)) {
                *slot = value;
            }
        }
        writer.write_record(cells.map(cell))?;
    }
    let bytes = writer.into_inner().map_err(|error| io::Error::other(error.to_string()))?;
    String::from_utf8(bytes).map_err(io::Error::other)
}

fn row(finding: &Finding, rules: &[Rule]) -> [String; HEADER.len()] {
    let rule = rules.iter().find(|rule| rule.id == finding.rule);
    let member =
        |member: &crate::report::Member| format!("{} (line {})", member.name, member.place.line);
    let members: Vec<String> = finding.members.iter().map(member).collect();
    let status = match finding.status {
        Status::Open => "open",
        Status::Accepted => "accepted",
        Status::Unchanged => "unchanged",
        Status::Fixed => "fixed",
        Status::NoLongerSeen => "no longer seen",
    };
    [
        status.to_owned(),
        finding.severity.word().to_owned(),
        finding.confidence.word().to_owned(),
        finding.rule.clone(),
        rule.map_or_else(String::new, |rule| rule.title.clone()),
        finding.family.clone(),
        finding.subject.clone(),
        finding.message.clone(),
        members.join("; "),
        finding.place.path.clone(),
        finding.place.line.to_string(),
        finding.place.column.to_string(),
        finding.hipaa.join("; "),
        finding.fingerprint.clone(),
    ]
}

/// A cell's text: what cannot be seen is written out, and no spreadsheet computes it.
fn cell(text: &str) -> String {
    let text = escape::line(text);
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text }
}
