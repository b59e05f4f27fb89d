//! Ways into Apex as the page shows them: those that people outside can call, and those that
//! touch PHI.

use super::{Cells, safe};
use crate::audit::Subject;
use crate::audit::control::counted;
use crate::audit::table::{checks, entry_name, is_outside, sharing, touches_phi, way, who};
use crate::report::audit::EntryPoint;

/// More rows are counted on the page; the table has them.
const MOST_ROWS: usize = 80;

fn shown<'s>(subject: &'s Subject<'_>) -> impl Iterator<Item = &'s EntryPoint> {
    let entries = subject.estate.entry_points.iter();
    entries.filter(|entry| is_outside(entry) || touches_phi(entry))
}

pub(super) fn told(subject: &Subject<'_>) -> String {
    let all = &subject.estate.entry_points;
    if all.is_empty() {
        return "No Apex that can be called was retrieved.".to_owned();
    }
    let outside = all.iter().filter(|entry| is_outside(entry)).count();
    let phi = all.iter().filter(|entry| touches_phi(entry)).count();
    format!(
        "{}; guests or external users are granted {outside} of them, and {phi} read or write PHI. \
         Those are listed here.",
        counted(all.len(), "way in", "ways in"),
    )
}

/// The rows, and how many more there are.
pub(super) fn rows(subject: &Subject<'_>) -> (Vec<Cells<6>>, usize) {
    let rows = shown(subject).take(MOST_ROWS).map(|entry| {
        // The table says by what annotation.
        let way = way(&entry.way).split(" (").next().unwrap_or("").to_owned();
        let cells = [
            entry_name(entry),
            way,
            who(entry),
            reads(entry),
            entry.writes.join(", "),
            limits(entry),
        ];
        cells.map(|cell| safe(&cell))
    });
    (rows.collect(), shown(subject).count().saturating_sub(MOST_ROWS))
}

fn limits(entry: &EntryPoint) -> String {
    match (entry.way.as_str(), sharing(&entry.sharing)) {
        ("unknown", _) => "unknown".to_owned(),
        (_, "not stated") => format!("sharing not stated; checks: {}", checks(entry)),
        (_, sharing) => format!("{sharing}; checks: {}", checks(entry)),
    }
}

/// PHI it reads, and how much of it is not limited to what its user may see.
fn reads(entry: &EntryPoint) -> String {
    let all = entry.reads.join(", ");
    match entry.reads.iter().filter(|field| entry.open.contains(field)).count() {
        0 => all,
        open if open == entry.reads.len() => format!("{all} (not limited)"),
        _ => format!("{all} (not limited: {})", entry.open.join(", ")),
    }
}
