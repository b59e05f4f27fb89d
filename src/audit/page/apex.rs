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
pub(super) fn rows(subject: &Subject<'_>) -> (Vec<Cells<7>>, usize) {
    let rows = shown(subject).take(MOST_ROWS).map(|entry| {
        let reads = match (entry.reads.is_empty(), entry.open.is_empty()) {
            (true, _) => String::new(),
            (false, true) => entry.reads.join(", "),
            (false, false) => {
                format!("{} (not limited: {})", entry.reads.join(", "), entry.open.join(", "))
            }
        };
        let cells = [
            entry_name(entry),
            way(&entry.way).to_owned(),
            who(entry),
            reads,
            entry.writes.join(", "),
            sharing(&entry.sharing).to_owned(),
            checks(entry),
        ];
        cells.map(|cell| safe(&cell))
    });
    (rows.collect(), shown(subject).count().saturating_sub(MOST_ROWS))
}
