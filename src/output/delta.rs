//! What a change does to access, in sentences.
//!
//! In: rows of access gained and lost. Out: one sentence for all fields and objects that the
//! same holders gain or lose, what is gained first. It judges nothing.

use std::collections::{BTreeMap, BTreeSet};

use super::words::{counted, listed};
use crate::report::change::AccessDelta;

/// What is said where there is nothing to tell.
pub(super) const NOTHING: &str = "Nobody gains or loses access to PHI by this change.";

/// What is said at most, and how names are escaped.
#[derive(Clone, Copy)]
pub(super) struct Manner {
    /// Sentences.
    pub(super) sentences: usize,
    /// Names in one sentence.
    pub(super) names: usize,
    /// A name for the sink.
    pub(super) name: fn(&str) -> String,
}

/// Whether it is gained, and whether it is seen; the least is told last.
type How = (bool, bool);

/// How, the levels and the holders; and what they gain or lose.
type Told<'r> = BTreeMap<(How, &'static str, BTreeSet<&'r str>), BTreeSet<String>>;

fn gather(delta: &[AccessDelta]) -> Told<'_> {
    let mut levels: BTreeMap<(How, String, &str), BTreeSet<&str>> = BTreeMap::new();
    for row in delta {
        let name = match &row.field {
            Some(field) => format!("{}.{field}", row.object),
            None => row.object.clone(),
        };
        levels.entry(((row.gained, row.seen), name, &row.holder)).or_default().insert(row.level);
    }
    let mut holders: BTreeMap<(How, &'static str, String), BTreeSet<&str>> = BTreeMap::new();
    for ((how, name, holder), levels) in levels {
        let level = match (levels.contains("read"), levels.contains("edit")) {
            (true, true) => "read and edit",
            (false, true) => "edit",
            _ => "read",
        };
        holders.entry((how, level, name)).or_default().insert(holder);
    }
    let mut told = Told::new();
    for ((how, level, name), holders) in holders {
        told.entry((how, level, holders)).or_default().insert(name);
    }
    told
}

/// The sentences, and how many more there would be.
pub(super) fn sentences(delta: &[AccessDelta], manner: Manner) -> (Vec<String>, usize) {
    let told = gather(delta);
    let left = told.len().saturating_sub(manner.sentences);
    // What is gained matters more.
    let lines = told
        .iter()
        .rev()
        .take(manner.sentences)
        .map(|((how, level, holders), things)| {
            let count = holders.len();
            let can = match how {
                (true, _) => counted(count, "more holder can", "more holders can"),
                (_, true) => counted(count, "holder fewer can", "holders fewer can"),
                // It may still be so: only the files are gone.
                _ => counted(
                    count,
                    "holder that is no longer seen could",
                    "holders that are no longer seen could",
                ),
            };
            let holders = listed(holders.iter().map(|name| (manner.name)(name)), manner.names);
            let things = listed(things.iter().map(|name| (manner.name)(name)), manner.names);
            format!("{can} {level} {things}: {holders}")
        })
        .collect();
    (lines, left)
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
            seen: true,
            holder: holder.to_owned(),
            holder_kind: "profile",
        }
    }

    #[test]
    fn holders_that_gain_the_same_stand_in_one_sentence() {
        let delta = [
            row("C", "SSN__c", "read", true),
            row("A", "SSN__c", "read", true),
            row("B", "SSN__c", "read", true),
            row("D", "MRN__c", "read", true),
            row("D", "MRN__c", "edit", true),
            row("E", "MRN__c", "edit", false),
        ];
        let manner = Manner { sentences: 10, names: 5, name: str::to_owned };
        let all = [
            "1 more holder can read and edit Patient__c.MRN__c: D",
            "3 more holders can read Patient__c.SSN__c: A, B, C",
            "1 holder fewer can edit Patient__c.MRN__c: E",
        ];
        assert_eq!(sentences(&delta, manner), (all.map(str::to_owned).to_vec(), 0));
        let (first, left) = sentences(&delta, Manner { sentences: 1, ..manner });
        assert_eq!((first.as_slice(), left), (&[all[0].to_owned()][..], 2));
    }
}
