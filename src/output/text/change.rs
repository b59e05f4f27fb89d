//! What a change does, in a few sentences.
//!
//! In: a [`Report`] that was compared with a base. Out: how many findings are new, worse,
//! mended; and who gains or loses access to PHI. It judges nothing.

use std::collections::{BTreeMap, BTreeSet};

use super::{Style, counted, thousands};
use crate::output::escape;
use crate::report::Report;
use crate::report::change::{AccessDelta, Change, Changed};

/// More sentences on access, and more names in one, are counted only.
const MOST_SENTENCES: usize = 10;
const MOST_NAMES: usize = 5;

pub(super) fn write(report: &Report, style: Style) -> Vec<String> {
    let Some(changed) = &report.change else { return Vec::new() };
    let mut lines = access(&changed.access_delta, style);
    lines.push(counts(report, changed));
    lines
}

fn counts(report: &Report, changed: &Changed) -> String {
    let told = Change::ALL.into_iter().filter_map(|change| {
        let count = report.changed(change);
        let always =
            matches!(change, Change::New | Change::Worsened | Change::Fixed | Change::Unchanged);
        (always || count > 0).then(|| format!("{} {}", thousands(count as u64), change.words()))
    });
    let told = told.collect::<Vec<_>>().join(", ");
    let mut line =
        format!("{told} since {} ({}).", changed.short, escape::line(&changed.reference));
    if report.changed(Change::Fixed) + report.changed(Change::NoLongerSeen) > 0 {
        line += " Places of what is fixed or no longer seen are those it had there.";
    }
    line
}

/// Fields and objects that the same holders gain or lose stand in one sentence: gained or
/// lost, the levels and the holders.
type Told<'r> = BTreeMap<(bool, &'static str, BTreeSet<&'r str>), BTreeSet<String>>;

fn gather(delta: &[AccessDelta]) -> Told<'_> {
    let mut levels: BTreeMap<(bool, String, &str), BTreeSet<&str>> = BTreeMap::new();
    for row in delta {
        let name = match &row.field {
            Some(field) => format!("{}.{field}", row.object),
            None => row.object.clone(),
        };
        levels.entry((row.gained, name, &row.holder)).or_default().insert(row.level);
    }
    let mut holders: BTreeMap<(bool, &'static str, String), BTreeSet<&str>> = BTreeMap::new();
    for ((gained, name, holder), levels) in levels {
        let level = match (levels.contains("read"), levels.contains("edit")) {
            (true, true) => "read and edit",
            (false, true) => "edit",
            _ => "read",
        };
        holders.entry((gained, level, name)).or_default().insert(holder);
    }
    let mut told = Told::new();
    for ((gained, level, name), holders) in holders {
        told.entry((gained, level, holders)).or_default().insert(name);
    }
    told
}

fn access(delta: &[AccessDelta], style: Style) -> Vec<String> {
    let told = gather(delta);
    let (most, names) = match style.full {
        true => (usize::MAX, usize::MAX),
        false => (MOST_SENTENCES, MOST_NAMES),
    };
    let left = told.len().saturating_sub(most);
    // What is gained matters more.
    let mut lines: Vec<String> = told
        .iter()
        .rev()
        .take(most)
        .map(|((gained, level, holders), things)| {
            let count = match gained {
                true => counted(holders.len(), "more holder", "more holders"),
                false => counted(holders.len(), "holder fewer", "holders fewer"),
            };
            let holders = listed(holders.iter().map(|name| escape::line(name)), names);
            let things = listed(things.iter().map(|name| escape::line(name)), names);
            format!("{count} can {level} {things}: {holders}")
        })
        .collect();
    if left > 0 {
        let more = counted(left, "more sentence", "more sentences");
        lines.push(format!("{more} on access (--full shows them)"));
    }
    lines
}

fn listed(names: impl Iterator<Item = String>, most: usize) -> String {
    let names: Vec<String> = names.collect();
    let shown = names.iter().take(most).cloned().collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(most) {
        0 => shown,
        more => format!("{shown} and {} more", thousands(more as u64)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(holder: &str, field: &str, level: &'static str, gained: bool) -> AccessDelta {
        AccessDelta {
            org: String::new(),
            object: "Patient__c".to_owned(),
            field: Some(field.to_owned()),
            level,
            gained,
            holder: holder.to_owned(),
            holder_kind: "profile",
        }
    }

    #[test]
    fn holders_that_gain_the_same_stand_in_one_sentence() {
        let style = Style {
            full: false,
            accepted: true,
            terminal: false,
            width: 100,
            colour: false,
            unicode: true,
        };
        let delta = [
            row("C", "SSN__c", "read", true),
            row("A", "SSN__c", "read", true),
            row("B", "SSN__c", "read", true),
            row("D", "MRN__c", "read", true),
            row("D", "MRN__c", "edit", true),
            row("E", "MRN__c", "edit", false),
        ];
        assert_eq!(
            access(&delta, style),
            [
                "1 more holder can read and edit Patient__c.MRN__c: D",
                "3 more holders can read Patient__c.SSN__c: A, B, C",
                "1 holder fewer can edit Patient__c.MRN__c: E",
            ]
        );
    }
}
