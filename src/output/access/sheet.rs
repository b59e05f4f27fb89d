//! The access table as CSV.
//!
//! In: an [`AccessReport`]. Out: one line for each holder and field, then one for each thing
//! that cannot be known. A cell that a spreadsheet would take for a formula begins with an
//! apostrophe.

use std::io;

use crate::escape;
use crate::report::access::{AccessReport, AccessStep};

const HEADER: [&str; 12] = [
    "org",
    "holder",
    "holder_kind",
    "audience",
    "object",
    "field",
    "level",
    "reach",
    "known",
    "through",
    "restricted_by",
    "unknown_because",
];

/// Writes the table.
pub(super) fn render(report: &AccessReport) -> io::Result<String> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(HEADER)?;
    for row in &report.rows {
        let known = if row.known { "true" } else { "false" };
        let cells = [
            &row.org,
            &row.holder,
            row.holder_kind,
            &row.audience,
            &row.object,
            row.field.as_deref().unwrap_or(""),
            row.level,
            row.reach,
            known,
            &route(&row.through),
            &row.restricted_by.join("; "),
            "",
        ];
        writer.write_record(cells.map(escape::cell))?;
    }
    for unknown in &report.unknown {
        let object = unknown.object.as_deref().unwrap_or("*");
        let cells = [
            &unknown.org,
            &unknown.holder,
            unknown.holder_kind,
            "",
            object,
            "",
            "",
            "",
            "false",
            "",
            "",
            unknown.reason.as_str(),
        ];
        writer.write_record(cells.map(escape::cell))?;
    }
    let bytes = writer.into_inner().map_err(|error| io::Error::other(error.to_string()))?;
    String::from_utf8(bytes).map_err(io::Error::other)
}

fn route(steps: &[AccessStep]) -> String {
    let step = |step: &AccessStep| format!("{} ({}:{})", step.what, step.path, step.line);
    steps.iter().map(step).collect::<Vec<_>>().join("; ")
}
