//! The access table as text, JSON and CSV.
//!
//! In: an [`AccessReport`]. Out: bytes. Names are escaped for the sink they go to.

mod sheet;
mod text;

use std::io;

use serde::Serialize;

use crate::report::access::{AccessReport, AccessRow, AccessStep, AccessUnknown, Bypass};

/// How the table is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccessOutput {
    /// For people.
    Text,
    /// For programs.
    Json,
    /// For a spreadsheet: a row for each holder and field, its route in one cell.
    Csv,
}

/// Writes the table.
///
/// # Errors
/// The format's own writer failed, which a report cannot cause.
pub fn render_access(report: &AccessReport, output: AccessOutput) -> io::Result<String> {
    match output {
        AccessOutput::Text => Ok(text::render(report)),
        AccessOutput::Json => json(report),
        AccessOutput::Csv => sheet::render(report),
    }
}

#[derive(Serialize)]
struct Document<'r> {
    version: u32,
    access: Vec<Row<'r>>,
    unknown: Vec<Unknown<'r>>,
    bypasses: Vec<Passed<'r>>,
    not_read: &'r [crate::report::NotRead],
}

#[derive(Serialize)]
struct Row<'r> {
    org: &'r str,
    holder: &'r str,
    holder_kind: &'r str,
    audience: &'r str,
    object: &'r str,
    field: Option<&'r str>,
    holds: Option<&'r str>,
    level: &'r str,
    reach: &'r str,
    through: Vec<Step<'r>>,
    known: bool,
    restricted_by: &'r [String],
}

#[derive(Serialize)]
struct Step<'r> {
    what: &'r str,
    path: &'r str,
    line: u32,
}

#[derive(Serialize)]
struct Unknown<'r> {
    org: &'r str,
    holder: &'r str,
    holder_kind: &'r str,
    object: Option<&'r str>,
    reason: &'r str,
}

#[derive(Serialize)]
struct Passed<'r> {
    org: &'r str,
    kind: &'r str,
    name: &'r str,
    what: &'r str,
    path: &'r str,
    line: u32,
}

fn json(report: &AccessReport) -> io::Result<String> {
    let document = Document {
        version: 1,
        access: report.rows.iter().map(row).collect(),
        unknown: report.unknown.iter().map(unknown).collect(),
        bypasses: report.bypasses.iter().map(passed).collect(),
        not_read: &report.not_read,
    };
    let text = serde_json::to_string_pretty(&document).map_err(io::Error::other)?;
    Ok(crate::escape::json(&text) + "\n")
}

fn row(row: &AccessRow) -> Row<'_> {
    Row {
        org: &row.org,
        holder: &row.holder,
        holder_kind: row.holder_kind,
        audience: &row.audience,
        object: &row.object,
        field: row.field.as_deref(),
        holds: row.holds.as_deref(),
        level: row.level,
        reach: row.reach,
        through: row.through.iter().map(step).collect(),
        known: row.known,
        restricted_by: &row.restricted_by,
    }
}

fn step(step: &AccessStep) -> Step<'_> {
    Step { what: &step.what, path: &step.path, line: step.line }
}

fn unknown(unknown: &AccessUnknown) -> Unknown<'_> {
    Unknown {
        org: &unknown.org,
        holder: &unknown.holder,
        holder_kind: unknown.holder_kind,
        object: unknown.object.as_deref(),
        reason: &unknown.reason,
    }
}

fn passed(bypass: &Bypass) -> Passed<'_> {
    Passed {
        org: &bypass.org,
        kind: &bypass.kind,
        name: &bypass.name,
        what: &bypass.what,
        path: &bypass.path,
        line: bypass.line,
    }
}
