//! The tables of a pack, the same as CSV file and as sheet.
//!
//! In: a [`Subject`], its controls and changes. Out: [`Table`]s of plain cells, and CSV. What a
//! spreadsheet would compute is written out in both.

mod access;
mod apex;
mod clients;
mod findings;
mod governance;
mod phi;
mod proposed;

use std::collections::BTreeMap;

use super::Subject;
use super::changes::Changes;
use super::control::Controls;
use super::proposal::Proposed;
use crate::escape;

pub(super) use apex::{checks, is_outside, name as entry_name, sharing, touches_phi, way, who};
pub(super) use clients::{
    findings as client_findings, ip_rule, is_open, permitted, reach_told, register_told,
    scopes_in_words,
};
pub(super) use findings::told;
pub(super) use phi::obstacle;

/// A column of a table.
#[derive(Debug, Clone, Copy)]
pub(super) struct Column {
    pub(super) name: &'static str,
    /// In characters, for a sheet.
    pub(super) width: u16,
    /// What may be chosen in it, for a person to fill in.
    pub(super) choices: &'static [&'static str],
    /// Whether a person fills it in.
    pub(super) blank: bool,
}

/// A table: its file, its sheet, what it is about.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) name: &'static str,
    /// The name of its sheet.
    pub(super) title: &'static str,
    pub(super) about: &'static str,
    pub(super) columns: Vec<Column>,
    pub(super) rows: Vec<Vec<String>>,
}

/// More rows fit into no sheet.
const MOST_ROWS: usize = 1_048_000;
/// More characters fit into no cell.
const MOST_CHARS: usize = 32_000;

impl Table {
    fn new(
        name: &'static str,
        title: &'static str,
        about: &'static str,
        columns: &[Column],
    ) -> Self {
        Self { name, title, about, columns: columns.to_vec(), rows: Vec::new() }
    }

    /// Adds a row; cells that are missing at its end stay blank.
    fn push(&mut self, cells: Vec<String>) {
        if self.rows.len() >= MOST_ROWS {
            return;
        }
        let mut cells: Vec<String> = cells.iter().map(|text| fit(text)).collect();
        cells.resize(self.columns.len(), String::new());
        if self.rows.len() + 1 == MOST_ROWS {
            cells = vec![String::new(); self.columns.len()];
            if let Some(cell) = cells.first_mut() {
                "more rows than a sheet holds: the rest is left out".clone_into(cell);
            }
        }
        self.rows.push(cells);
    }
}

/// A cell as a spreadsheet may show it.
fn fit(text: &str) -> String {
    let text = escape::cell(text);
    match text.char_indices().nth(MOST_CHARS) {
        None => text,
        Some((at, _)) => format!("{} … (cut)", text.get(..at).unwrap_or("")),
    }
}

/// A column that is filled by this program.
const fn column(name: &'static str, width: u16) -> Column {
    Column { name, width, choices: &[], blank: false }
}

/// A column that a person fills in.
const fn blank(name: &'static str, width: u16) -> Column {
    Column { name, width, choices: &[], blank: true }
}

/// A column in which a person chooses.
const fn choice(name: &'static str, width: u16, choices: &'static [&'static str]) -> Column {
    Column { name, width, choices, blank: true }
}

/// Every table of a pack of this scope.
pub(super) fn all(
    subject: &Subject<'_>,
    controls: &Controls<'_>,
    proposed: &[Proposed<'_>],
    changes: &Changes,
) -> Vec<Table> {
    let tables = [
        governance::controls(controls),
        findings::findings(subject, changes),
        clients::clients(subject),
        access::access(subject),
        apex::apex(subject),
        phi::inventory(subject),
        phi::safeguards(subject),
        phi::logs(subject),
        access::ranges(subject),
        findings::accepted(subject),
        findings::plan(subject),
        governance::changes(changes),
        governance::not_read(subject),
    ];
    let tables = tables.into_iter().chain(proposed::proposed(subject, proposed));
    tables.filter(|table| subject.scope.has_table(table.name)).collect()
}

/// The OAuth clients by column, as a pack tells them.
pub(super) fn client_rows(subject: &Subject<'_>) -> Vec<BTreeMap<String, String>> {
    by_column(&clients::clients(subject))
}

/// The ways into Apex by column, as a pack tells them.
pub(super) fn apex_rows(subject: &Subject<'_>) -> Vec<BTreeMap<String, String>> {
    by_column(&apex::apex(subject))
}

fn by_column(table: &Table) -> Vec<BTreeMap<String, String>> {
    let row = |cells: &Vec<String>| {
        let named = table.columns.iter().zip(cells);
        named.map(|(column, cell)| (column.name.to_owned(), cell.clone())).collect()
    };
    table.rows.iter().map(row).collect()
}

/// A table as CSV, with the line ends that RFC 4180 asks for.
pub(super) fn csv(table: &Table) -> Result<String, String> {
    let mut writer =
        csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    let fault = |error: csv::Error| format!("{}.csv: {error}", table.name);
    writer.write_record(table.columns.iter().map(|column| column.name)).map_err(fault)?;
    for row in &table.rows {
        writer.write_record(row).map_err(fault)?;
    }
    let bytes = writer.into_inner().map_err(|error| error.to_string())?;
    String::from_utf8(bytes).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_as_wide_as_the_table_and_safe() {
        let mut table = Table::new("t", "T", "", &[column("a", 1), blank("b", 1)]);
        table.push(vec!["=1,\"x\"\n".to_owned()]);
        table.push(vec!["é".repeat(40_000), String::new()]);
        assert_eq!(csv(&table).unwrap().lines().next(), Some("a,b"));
        assert_eq!(csv(&table).unwrap().lines().nth(1), Some(r#""'=1,""x""\u{a}","#));
        assert_eq!(table.rows[1][0].chars().count(), 32_008);
    }
}
