//! Ways into Apex as the page shows them: those that people outside can call, and those that
//! touch PHI.
//!
//! In: the ways into Apex of the orgs. Out: [`Apex`]. `apex-access.csv` has every way in.

use super::{Cell, safe};
use crate::audit::Subject;
use crate::audit::control::counted;
use crate::audit::table::{checks, entry_name, is_outside, sharing, touches_phi, way, who};
use crate::report::audit::EntryPoint;

/// More rows are counted on the page; the table has them.
const MOST_ROWS: usize = 80;

pub(super) struct Apex {
    pub(super) told: String,
    pub(super) rows: Vec<[Cell; 5]>,
    pub(super) more: usize,
}

pub(super) fn view(subject: &Subject<'_>) -> Apex {
    let shown = || {
        let entries = subject.estate.entry_points.iter();
        entries.filter(|entry| is_outside(entry) || touches_phi(entry))
    };
    Apex {
        told: told(subject),
        rows: shown().take(MOST_ROWS).map(row).collect(),
        more: shown().count().saturating_sub(MOST_ROWS),
    }
}

fn told(subject: &Subject<'_>) -> String {
    let all = &subject.estate.entry_points;
    if all.is_empty() {
        return "No Apex that can be called is in the files.".to_owned();
    }
    let outside = all.iter().filter(|entry| is_outside(entry)).count();
    let phi = all.iter().filter(|entry| touches_phi(entry)).count();
    let ways = counted(all.len(), "way in", "ways in");
    match outside + phi {
        0 => format!(
            "{ways}: none is granted to guests or external users, and none was seen to touch PHI."
        ),
        _ => format!(
            "{ways}; guests or external users are granted {outside} of them, and {phi} read or write PHI. \
             Those are listed here."
        ),
    }
}

fn cell(class: &'static str, text: &str) -> Cell {
    Cell { class, text: safe(text) }
}

fn row(entry: &EntryPoint) -> [Cell; 5] {
    let mut phi = Vec::new();
    if !entry.reads.is_empty() {
        let open = match entry.open.as_slice() {
            [] => String::new(),
            open => format!(" (not limited: {})", open.join(", ")),
        };
        phi.push(format!("reads {}{open}", entry.reads.join(", ")));
    }
    if !entry.writes.is_empty() {
        phi.push(format!("writes {}", entry.writes.join(", ")));
    }
    let guards = format!("{}; checks: {}", sharing(&entry.sharing), checks(entry));
    [
        cell("", &entry_name(entry)),
        cell("", way(&entry.way)),
        cell(if is_outside(entry) { "bad" } else { "" }, &who(entry)),
        cell(if entry.open.is_empty() { "" } else { "bad" }, &phi.join("; ")),
        cell("", &guards),
    ]
}
