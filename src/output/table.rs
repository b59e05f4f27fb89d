//! The findings as CSV, for a spreadsheet.
//!
//! In: a [`Report`], the rules. Out: a line for each finding, whatever its status, then one for
//! each file that was not read and each rule that looked at nothing. A cell that a spreadsheet
//! would compute begins with an apostrophe.

use std::io;

use crate::escape;
use crate::output::words::{ended, status};
use crate::report::{Finding, Member, Place, Report, Verdict};
use crate::rule::Rule;

const HEADER: [&str; 20] = [
    "status",
    "severity",
    "confidence",
    "rule",
    "title",
    "family",
    "org",
    "subject",
    "message",
    "members",
    "path",
    "line",
    "column",
    "change",
    "hipaa",
    "sbs",
    "accepted_by",
    "accepted_until",
    "accepted_reason",
    "fingerprint",
];

/// Writes the findings of `report`.
pub(super) fn render(report: &Report, rules: &[Rule]) -> io::Result<String> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(HEADER)?;
    for finding in &report.findings {
        writer.write_record(row(finding, rules).map(|text| escape::cell(&text)))?;
    }
    for file in &report.inputs.not_read {
        let mut cells = blank("not read");
        let line = file.line.to_string();
        set(&mut cells, &[("path", &file.path), ("line", &line), ("message", &file.reason)]);
        writer.write_record(cells.map(|text| escape::cell(&text)))?;
    }
    for (verdict, word) in
        [(Verdict::NotAssessed, "not assessed"), (Verdict::NothingToCheck, "nothing to check")]
    {
        for outcome in ended(report, verdict) {
            let mut cells = blank(word);
            let rule = rules.iter().find(|rule| rule.id == outcome.id);
            let title = rule.map_or("", |rule| rule.title.as_str());
            set(
                &mut cells,
                &[("rule", &outcome.id), ("title", title), ("message", &outcome.reason)],
            );
            writer.write_record(cells.map(|text| escape::cell(&text)))?;
        }
    }
    let bytes = writer.into_inner().map_err(|error| io::Error::other(error.to_string()))?;
    String::from_utf8(bytes).map_err(io::Error::other)
}

fn row(finding: &Finding, rules: &[Rule]) -> [String; HEADER.len()] {
    let mut cells = blank(status(finding.status));
    let rule = rules.iter().find(|rule| rule.id == finding.rule);
    let place = &finding.place;
    let members: Vec<String> = finding.members.iter().map(|member| told(member, place)).collect();
    set(
        &mut cells,
        &[
            ("severity", finding.severity.word()),
            ("confidence", finding.confidence.word()),
            ("rule", &finding.rule),
            ("title", rule.map_or("", |rule| rule.title.as_str())),
            ("family", &finding.family),
            ("org", &finding.org),
            ("subject", &finding.subject),
            ("message", &finding.message),
            ("members", &members.join("; ")),
            ("path", &place.path),
            ("line", &place.line.to_string()),
            ("column", &place.column.to_string()),
            ("change", finding.change.map_or("", |change| change.words())),
            ("hipaa", &finding.hipaa.join("; ")),
            ("sbs", &rule.map_or_else(String::new, |rule| rule.sbs.join("; "))),
            ("fingerprint", &finding.fingerprint),
        ],
    );
    if let Some(accepted) = &finding.accepted {
        set(
            &mut cells,
            &[
                ("accepted_by", &accepted.by),
                ("accepted_until", &accepted.until),
                ("accepted_reason", &accepted.reason),
            ],
        );
    }
    cells
}

/// A member by its name; one in the finding's own file with its line.
fn told(member: &Member, place: &Place) -> String {
    match member.place.path == place.path {
        true => format!("{} (line {})", member.name, member.place.line),
        false => member.name.clone(),
    }
}

fn blank(status: &str) -> [String; HEADER.len()] {
    let mut cells: [String; HEADER.len()] = std::array::from_fn(|_| String::new());
    set(&mut cells, &[("status", status)]);
    cells
}

fn set(cells: &mut [String], values: &[(&str, &str)]) {
    for (name, value) in values {
        let at = HEADER.iter().position(|column| column == name);
        if let Some(cell) = at.and_then(|at| cells.get_mut(at)) {
            (*value).clone_into(cell);
        }
    }
}
