//! What is noted of a file besides the tally: its columns, what is wrong with it, its size.
//!
//! In: tables that were read to their end. Out: [`Noted`]. It knows no file format.

use compact_str::CompactString;

use super::header::Verdict;
use super::table::{CellSpot, Table};
use super::tally::{At, Occurrence, Setting, Tally};

/// A column that counts as PHI by its header.
#[derive(Debug, Clone)]
pub struct ColumnFound {
    /// Number of the file.
    pub file: u32,
    /// Its sheet; empty of a CSV file.
    pub sheet: CompactString,
    /// Its header.
    pub name: CompactString,
    /// What the header says.
    pub verdict: Verdict,
    /// Cells with something in them.
    pub filled: u64,
    /// The first of them.
    pub first: At,
}

/// What kind of file it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sort {
    /// A debug log.
    DebugLog,
    /// An export of records or of a report.
    Export,
    /// A log of events of the platform.
    EventLog,
    /// Any other text.
    #[default]
    Text,
}

impl Sort {
    /// The word of it.
    pub fn word(self) -> &'static str {
        match self {
            Self::DebugLog => "debug-log",
            Self::Export => "export",
            Self::EventLog => "event-log",
            Self::Text => "text",
        }
    }
}

/// What was noted of one file.
#[derive(Debug, Default)]
pub struct Noted {
    /// What it is.
    pub sort: Sort,
    /// Bytes read.
    pub bytes: u64,
    /// Columns that count as PHI.
    pub columns: Vec<ColumnFound>,
    /// What is wrong with it, and on which line.
    pub faults: Vec<(u64, String)>,
    /// What a person should know of it.
    pub notices: Vec<(u64, String)>,
}

/// Takes the values of a row into the tally.
pub fn take_spots(
    file: u32,
    sheet: &str,
    table: &Table<'_>,
    cells: &[(usize, &[u8])],
    spots: &[CellSpot],
    at: &dyn Fn(usize, usize) -> At,
    tally: &mut Tally,
) {
    for found in spots {
        let Some((column, text)) = cells.get(found.cell) else { continue };
        let value = text.get(found.spot.start..found.spot.end).unwrap_or_default();
        let digest = tally.key.digest(value);
        tally.add(Occurrence {
            file,
            kind: found.spot.kind,
            setting: Setting::Column { sheet: sheet.into(), column: table.name(*column) },
            at: at(found.cell, found.spot.start),
            digest,
            confidence: found.together.raise(found.spot.confidence),
            combined: found.together.combined,
            statement: None,
        });
    }
}

/// Notes the columns of a table that count as PHI.
pub fn take_columns(
    file: u32,
    sheet: &str,
    table: &Table<'_>,
    firsts: &[Option<At>],
    noted: &mut Noted,
) {
    for ((column, counts), first) in table.columns.iter().zip(table.counts()).zip(firsts) {
        let (Some(verdict), Some(first)) = (&column.verdict, first) else { continue };
        if counts {
            noted.columns.push(ColumnFound {
                file,
                sheet: sheet.into(),
                name: column.name.clone(),
                verdict: verdict.clone(),
                filled: column.filled,
                first: *first,
            });
        }
    }
    noted.sort = if table.event_log { Sort::EventLog } else { Sort::Export };
}
