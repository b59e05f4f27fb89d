//! XLSX files: sheets as tables, and copies of them with values replaced.
//!
//! In: a file that begins as a ZIP archive. Out: what its cells hold, as rows for a table; a
//! copy in which those cells are replaced and everything else is as it was. What an archive may
//! hold is bounded before anything is inflated. It knows no value.

use std::io::{Seek, Write};

mod copy;
mod package;
mod sheet;

use super::header::Headers;
use super::lexicon::Tag;
use super::names::safe;
use super::noted::{Noted, take_columns, take_spots};
use super::recogniser::Recogniser;
use super::shape::Shape;
use super::table::{HEADER_AMONG, Stands, Table, fullest};
use super::tally::{At, Tally};
use crate::source::Stream;

use package::Package;
use sheet::{Cell, Row, Strings};

/// Serial number of 1905-01-01: nobody who is alive was born before, and a sum is smaller.
const EARLIEST_DAY: i32 = 1828;

/// What there is to know for reading a file.
pub struct Task<'t> {
    /// Recognises values.
    pub recogniser: &'t Recogniser,
    /// Judges headers.
    pub headers: &'t Headers,
    /// Number of the file.
    pub file: u32,
}

/// Reads every sheet.
///
/// # Errors
/// Why the file cannot be read, in words.
pub fn read(
    task: &Task<'_>,
    stream: Box<dyn Stream>,
    tally: &mut Tally,
    noted: &mut Noted,
) -> Result<(), String> {
    let mut package = Package::open(stream)?;
    let book = package.book()?;
    let strings = sheet::strings(&package.text(&book.strings)?.unwrap_or_default())?;
    for (name, part) in book.sheets {
        let xml = package.sheet(&part)?;
        noted.bytes += xml.len() as u64;
        let name = safe(task.recogniser, &name);
        let mut firsts: Vec<Option<At>> = Vec::new();
        let table = each_row(task, &xml, &strings, &mut |table, row, stands| {
            if stands == Stands::AsHeader {
                return;
            }
            let cells = adapted(table, task.recogniser, row);
            let view = viewed(&cells);
            let spots = table.row(&view, stands == Stands::Below);
            let at = |cell: usize, _start: usize| {
                let column = view.get(cell).map_or(0, |cell| cell.0);
                At { line: row.number, column: column as u64 + 1 }
            };
            firsts.resize(table.columns.len(), None);
            for (cell, (column, text)) in view.iter().enumerate() {
                if let Some(first) = firsts.get_mut(*column)
                    && first.is_none()
                    && stands == Stands::Below
                    && !text.is_empty()
                {
                    *first = Some(at(cell, 0));
                }
            }
            take_spots(task.file, &name, table, &view, &spots, &at, tally);
        })?;
        firsts.resize(table.columns.len(), None);
        take_columns(task.file, &name, &table, &firsts, noted);
    }
    Ok(())
}

/// Writes a copy with values replaced. The columns are judged anew, as they were when the file
/// was read.
///
/// # Errors
/// Why there is no copy, in words.
pub fn redact<W: Write + Seek>(
    task: &Task<'_>,
    stream: Box<dyn Stream>,
    out: W,
) -> Result<(), String> {
    let mut package = Package::open(stream)?;
    if let Some(part) = package.hidden_part() {
        return Err(format!("it holds {part}, which may keep copies of values"));
    }
    let book = package.book()?;
    let strings_xml = package.text(&book.strings)?.unwrap_or_default();
    let strings = sheet::strings(&strings_xml)?;
    let mut shared = copy::Shared::new(strings.len());
    let mut writer = copy::Writer::new(task.recogniser, out);
    for (_, part) in book.sheets {
        let xml = package.sheet(&part)?;
        let edits = copy::edits(task, &xml, &strings, &mut shared)?;
        writer.sheet(&part, &xml, &edits)?;
    }
    if !strings_xml.is_empty() {
        let edits = shared.edits(task.recogniser, &strings);
        writer.part(&book.strings, &strings_xml, &edits)?;
    }
    writer.finish(&mut package)
}

/// Gives each row of a sheet with the table that its first rows make.
fn each_row<'t>(
    task: &Task<'t>,
    xml: &str,
    strings: &Strings,
    take: &mut dyn FnMut(&mut Table<'t>, &Row, Stands),
) -> Result<Table<'t>, String> {
    let mut first = Vec::new();
    let mut known: Option<Table<'t>> = None;
    sheet::rows(xml, strings, &mut |row| match &mut known {
        Some(table) => take(table, &row, Stands::Below),
        None => {
            first.push(row);
            if first.len() == HEADER_AMONG {
                known = Some(begin(task, &first, take));
            }
        }
    })?;
    Ok(known.unwrap_or_else(|| begin(task, &first, take)))
}

/// A table by the first rows of a sheet, which are given to it.
fn begin<'t>(
    task: &Task<'t>,
    first: &[Row],
    take: &mut dyn FnMut(&mut Table<'t>, &Row, Stands),
) -> Table<'t> {
    let header = header_row(first);
    let mut table = table_of(task, first);
    for (index, row) in first.iter().enumerate() {
        let stands = table.stands(index, header);
        take(&mut table, row, stands);
    }
    table
}

/// The index of the row that names the columns.
fn header_row(rows: &[Row]) -> usize {
    let filled = |row: &Row| row.cells.iter().filter(|cell| !cell.text.trim().is_empty()).count();
    fullest(rows.iter().map(filled))
}

fn table_of<'t>(task: &Task<'t>, rows: &[Row]) -> Table<'t> {
    let header = rows.get(header_row(rows));
    let width = rows.iter().flat_map(|row| &row.cells).map(|cell| cell.column + 1).max();
    let mut first = vec![&[][..]; width.unwrap_or(0)];
    for cell in header.iter().flat_map(|row| &row.cells) {
        if let Some(slot) = first.get_mut(cell.column) {
            *slot = cell.text.as_bytes();
        }
    }
    Table::new(task.recogniser, task.headers, &first)
}

fn viewed(cells: &[(usize, String)]) -> Vec<(usize, &[u8])> {
    cells.iter().map(|(column, text)| (*column, text.as_bytes())).collect()
}

/// The cells of a row as a person sees them: under a header that speaks of dates a number is a
/// day, under one that speaks of nine digits it lost its leading zeros.
fn adapted(table: &Table<'_>, recogniser: &Recogniser, row: &Row) -> Vec<(usize, String)> {
    let adapt = |cell: &Cell| {
        let shape = table.columns.get(cell.column).and_then(|column| {
            column.label.tags.iter().find_map(|tag| match tag {
                Tag::Kind { kind, .. } => recogniser.kind(*kind)?.shape,
                Tag::Not => None,
            })
        });
        let text = match shape {
            Some(Shape::Date) if cell.numeric => day(&cell.text),
            Some(Shape::Ssn) if cell.numeric && (7..9).contains(&cell.text.len()) => {
                Some(format!("{:0>9}", cell.text))
            }
            _ => None,
        };
        (cell.column, text.unwrap_or_else(|| cell.text.clone()))
    };
    row.cells.iter().map(adapt).collect()
}

/// The day of a serial number of a spreadsheet.
fn day(serial: &str) -> Option<String> {
    let days: i32 = serial.split('.').next()?.parse().ok()?;
    let base = jiff::civil::date(1899, 12, 30);
    let day = base.checked_add(jiff::Span::new().try_days(days).ok()?).ok()?;
    (EARLIEST_DAY..80_000).contains(&days).then(|| day.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn serial_numbers_are_days() {
        assert_eq!(day("29254").as_deref(), Some("1980-02-03"));
        assert_eq!(day("29254.5").as_deref(), Some("1980-02-03"));
        assert_eq!(day("0"), None);
        assert_eq!(day("x"), None);
    }
}
