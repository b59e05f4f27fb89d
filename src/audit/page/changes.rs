//! What is different from the pack before, as the page shows it.
//!
//! In: the changes of a pack. Out: [`Since`]: counts, a trend, a table for each kind. Access is
//! told by who gained or lost it; `changes.csv` has a row for each field.

use std::collections::BTreeMap;

use super::plan::{rule, title};
use super::summary::fill;
use super::{ChartRow, safe};
use crate::audit::changes::Change;
use crate::audit::control::counted;
use crate::audit::manifest::trend;
use crate::audit::{Digest, Subject, chart};
use crate::fact::Severity;
use crate::report::Status;

/// More is counted; the table has it.
const MOST_ROWS: usize = 40;
const MOST_NAMES: usize = 12;
/// More packs are not drawn.
const MOST_POINTS: usize = 12;

pub(super) struct Since {
    pub(super) told: String,
    pub(super) is_first: bool,
    pub(super) trend: Vec<ChartRow>,
    pub(super) groups: Vec<ChangeGroup>,
}

/// Changes of one kind.
pub(super) struct ChangeGroup {
    pub(super) title: &'static str,
    pub(super) told: String,
    pub(super) heads: Vec<&'static str>,
    pub(super) rows: Vec<ChangeRow>,
    pub(super) more: usize,
}

/// One of them, each cell with the head it stands under.
pub(super) struct ChangeRow {
    pub(super) class: &'static str,
    pub(super) word: &'static str,
    pub(super) cells: Vec<(&'static str, String)>,
}

pub(super) fn view(digest: &Digest<'_>) -> Since {
    let previous = digest.subject.previous;
    Since {
        told: match previous {
            None => "This is the first pack, so there is nothing to compare it with. Made with \
                     --previous, the next one tells what changed since this one."
                .to_owned(),
            Some(previous) => format!(
                "Compared with {} of {}. “Closed” and “lost” say that it is not found any more in \
                 what was examined.",
                safe(&previous.link.label),
                safe(&previous.link.as_of)
            ),
        },
        is_first: previous.is_none(),
        trend: trend_rows(digest),
        groups: groups(digest),
    }
}

fn trend_rows(digest: &Digest<'_>) -> Vec<ChartRow> {
    let points = trend(digest);
    if points.len() < 2 {
        return Vec::new();
    }
    let points = points.get(points.len().saturating_sub(MOST_POINTS)..).unwrap_or(&points);
    let most = points.iter().map(|point| point.open.values().sum()).max().unwrap_or(0);
    let row = |point: &crate::audit::manifest::Point| {
        let count = |severity: Severity| point.open.get(severity.word()).copied().unwrap_or(0);
        let counts = Severity::ALL.map(|severity| (severity, count(severity)));
        let parts: Vec<(&str, usize)> =
            counts.iter().map(|(severity, count)| (fill(*severity), *count)).collect();
        ChartRow {
            label: safe(&format!("{} ({})", point.label, point.as_of)),
            note: String::new(),
            bar: chart::bar(&parts, most, None),
            value: counts.iter().map(|(_, count)| count).sum::<usize>().to_string(),
            parts: super::findings::in_words(&counts),
        }
    };
    points.iter().map(row).collect()
}

/// What is counted of a kind, and whether it is for the worse or the better.
type Word = (&'static str, &'static str);

const KINDS: [(&str, &str, &[Word]); 5] = [
    (
        "OAuth client",
        "OAuth clients",
        &[
            ("new", "fail"),
            ("widened", "fail"),
            ("changed", "accepted"),
            ("narrowed", "pass"),
            ("gone", "pass"),
        ],
    ),
    ("access to PHI", "Access to PHI", &[("gained", "fail"), ("lost", "pass")]),
    (
        "Apex entry point",
        "Apex that can be called",
        &[
            ("new", "accepted"),
            ("widened", "fail"),
            ("changed", "accepted"),
            ("narrowed", "pass"),
            ("gone", "pass"),
        ],
    ),
    (
        "finding",
        "Findings",
        &[
            ("opened", "fail"),
            ("open again", "fail"),
            ("worsened", "fail"),
            ("accepted", "accepted"),
            ("closed", "pass"),
            ("still there", "none"),
        ],
    ),
    (
        "accepted risk",
        "Accepted risks",
        &[("new", "accepted"), ("renewed", "accepted"), ("ended", "none")],
    ),
];

fn groups(digest: &Digest<'_>) -> Vec<ChangeGroup> {
    let mut groups = Vec::new();
    for (about, name, words) in KINDS {
        let told = words.iter().map(|(word, _)| (word, digest.changes.count(about, word)));
        let told: Vec<String> =
            told.filter(|(_, n)| *n > 0).map(|(word, n)| format!("{n} {word}")).collect();
        if told.is_empty() {
            continue;
        }
        // What is as it was is counted; changes.csv has it.
        let rows = digest.changes.rows.iter().filter(|row| row.about == about);
        let rows: Vec<&Change> = rows.filter(|row| row.change != "still there").collect();
        let mut shown = match about {
            "access to PHI" => of_access(&rows),
            "OAuth client" => rows.iter().map(|row| of_thing(row, "Client", "Scopes")).collect(),
            "Apex entry point" => {
                rows.iter().map(|row| of_thing(row, "Way in", "Who may call it")).collect()
            }
            "finding" => rows.iter().map(|row| of_finding(digest.subject, row)).collect(),
            _ => rows.iter().map(|row| of_risk(digest.subject, row)).collect::<Vec<_>>(),
        };
        let more = shown.len().saturating_sub(MOST_ROWS);
        shown.truncate(MOST_ROWS);
        for row in &mut shown {
            row.class = words.iter().find(|(word, _)| *word == row.word).map_or("none", |w| w.1);
        }
        groups.push(ChangeGroup {
            title: name,
            told: format!("{}.{}", told.join(", "), ages(digest, about)),
            heads: shown.first().map_or_else(Vec::new, |row| heads(row)),
            rows: shown,
            more,
        });
    }
    groups
}

/// For how many packs findings that are open have been there: ` Still open: 9 for 2 packs.`
fn ages(digest: &Digest<'_>, about: &str) -> String {
    if about != "finding" {
        return String::new();
    }
    let mut by_age: BTreeMap<usize, usize> = BTreeMap::new();
    let told = crate::audit::table::told(digest.subject);
    for finding in told.filter(|finding| finding.status == Status::Open) {
        let packs = digest.changes.ages.get(&finding.fingerprint).map_or(1, |age| age.packs);
        *by_age.entry(packs).or_default() += 1;
    }
    let old = by_age.iter().rev().filter(|(packs, _)| **packs > 1);
    let old: Vec<String> = old.map(|(packs, count)| format!("{count} for {packs} packs")).collect();
    match old.is_empty() {
        true => String::new(),
        false => format!(" Still open: {}.", old.join(", ")),
    }
}

fn heads(row: &ChangeRow) -> Vec<&'static str> {
    row.cells.iter().map(|(head, _)| *head).collect()
}

fn row(word: &'static str, cells: Vec<(&'static str, String)>) -> ChangeRow {
    let cells = cells.into_iter().map(|(head, text)| (head, safe(&text)));
    ChangeRow { class: "", word, cells: cells.collect() }
}

/// A cell, or what an empty one means.
fn or(text: &str, empty: &str) -> String {
    if text.is_empty() { empty.to_owned() } else { text.to_owned() }
}

/// What is told of a thing is one of its columns; of one that is new or gone, `told`.
fn of_thing(change: &Change, head: &'static str, told: &'static str) -> ChangeRow {
    let (name, what) = change.what.split_once(": ").unwrap_or((&change.what, told));
    row(
        change.change,
        vec![
            (head, name.to_owned()),
            ("What of it", what.to_owned()),
            ("Before", or(&change.before, "not there")),
            ("Now", or(&change.now, "not there")),
        ],
    )
}

/// `Sales may read` of each field, as one row for all that Sales may read.
fn of_access(changes: &[&Change]) -> Vec<ChangeRow> {
    let mut by_holder: BTreeMap<(&'static str, &str), Vec<&str>> = BTreeMap::new();
    for change in changes {
        let who = if change.now.is_empty() { &change.before } else { &change.now };
        by_holder.entry((change.change, who)).or_default().push(&change.what);
    }
    let told = |((word, who), names): ((&'static str, &str), Vec<&str>)| {
        let (holder, level) = who.rsplit_once(" may ").unwrap_or((who, ""));
        let more = match names.len().saturating_sub(MOST_NAMES) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let names = names.into_iter().take(MOST_NAMES).collect::<Vec<_>>().join(", ");
        row(
            word,
            vec![
                ("Holder", holder.to_owned()),
                ("May or could", level.to_owned()),
                ("Objects and fields", format!("{names}{more}")),
            ],
        )
    };
    by_holder.into_iter().map(told).collect()
}

/// The title of a rule, and on what it found something.
fn named(subject: &Subject<'_>, what: &str) -> [(&'static str, String); 2] {
    let (id, on) = what.split_once(": ").unwrap_or((what, ""));
    [("Finding", title(rule(subject, id), id)), ("On", on.to_owned())]
}

/// A finding is written as `open, high: what it says`.
fn of_finding(subject: &Subject<'_>, change: &Change) -> ChangeRow {
    let split = |text: &str| -> (String, String) {
        let (state, says) = text.split_once(": ").unwrap_or((text, ""));
        (state.to_owned(), says.to_owned())
    };
    let ((before, said), (now, says)) = (split(&change.before), split(&change.now));
    let [finding, on] = named(subject, &change.what);
    let says = or(&says, &or(&said, &on.1));
    let packs = change.packs.unwrap_or(1);
    row(
        change.change,
        vec![
            finding,
            ("What it says", says),
            ("Before", or(&before, "not there")),
            ("Now", or(&now, "not found")),
            ("Stood in", counted(packs, "pack", "packs")),
        ],
    )
}

fn of_risk(subject: &Subject<'_>, change: &Change) -> ChangeRow {
    let mut cells = Vec::from(named(subject, &change.what));
    cells.push(("Accepted until, before", or(&change.before, "not accepted")));
    cells.push(("Now", or(&change.now, "not accepted")));
    row(change.change, cells)
}
