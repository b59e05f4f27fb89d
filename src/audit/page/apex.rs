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
    pub(super) rows: Vec<[Cell; 6]>,
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

fn row(entry: &EntryPoint) -> [Cell; 6] {
    // The table says by what annotation.
    let way = way(&entry.way).split(" (").next().unwrap_or("");
    let is_open = entry.reads.iter().any(|field| entry.open.contains(field));
    [
        cell("", &entry_name(entry)),
        cell("", way),
        cell(if is_outside(entry) { "bad" } else { "" }, &who(entry)),
        cell(if is_open { "bad" } else { "" }, &reads(entry)),
        cell("", &entry.writes.join(", ")),
        cell("", &limits(entry)),
    ]
}

fn limits(entry: &EntryPoint) -> String {
    match (entry.way.as_str(), sharing(&entry.sharing)) {
        ("unknown", _) => "not known".to_owned(),
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
