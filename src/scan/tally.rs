//! Occurrences gathered into groups: one for each file, kind and place of the same sort.
//!
//! In: occurrences in the order of files and lines, without their values. Out: [`Group`]s with
//! counts, first places and ordinals. A value is known here by a keyed digest that lives as
//! long as the run; the key is made at random and leaves the process nowhere.

use std::collections::BTreeMap;
use std::hash::{BuildHasher, RandomState};

use compact_str::CompactString;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::fact::Confidence;

/// A finding lists so many of its values.
pub const MOST_MEMBERS: usize = 25;
/// Values told apart in one run; more of them are counted only.
const MOST_VALUES: usize = 1 << 18;
/// Memberships of values in groups that are remembered.
const MOST_MEMBERSHIPS: usize = 1 << 19;
/// Groups of one run; more are put together by file and kind.
const MOST_GROUPS: usize = 20_000;
/// Lines of Apex a group remembers.
const MOST_STATEMENTS: usize = 25;

/// Makes digests of values.
#[derive(Debug, Clone, Default)]
pub struct Key(RandomState);

impl Key {
    /// The digest of a value: of its letters and digits, in lower case.
    pub fn digest(&self, value: &[u8]) -> u64 {
        let undone = super::escapes::undo(value);
        let value = undone.as_ref().map_or(value, |plain| &plain.text);
        let plain = value.iter().filter(|byte| byte.is_ascii_alphanumeric() || **byte >= 0x80);
        let plain: Vec<u8> = plain.map(u8::to_ascii_lowercase).collect();
        self.0.hash_one(plain)
    }
}

/// In what a value stands.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Setting {
    /// In an event of a debug log.
    Event {
        /// `USER_DEBUG`; empty where no event was seen.
        event: CompactString,
        /// `PatientService.load`; empty where unknown.
        method: CompactString,
    },
    /// In a column of a table.
    Column {
        /// Name of the sheet; empty of a CSV file.
        sheet: CompactString,
        /// The header, or `column 3`.
        column: CompactString,
    },
    /// In the text of a file.
    Text,
}

/// Where a value stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct At {
    /// Line of the file or row of the sheet, from 1.
    pub line: u64,
    /// Column in code points, or number of the cell, from 1.
    pub column: u64,
}

/// One value, seen once.
#[derive(Debug, Clone)]
pub struct Occurrence {
    /// Number of the file.
    pub file: u32,
    /// Index of the kind.
    pub kind: usize,
    /// In what.
    pub setting: Setting,
    /// Where.
    pub at: At,
    /// Its digest.
    pub digest: u64,
    /// How sure.
    pub confidence: Confidence,
    /// Another thing beside it tells of the same person.
    pub combined: bool,
    /// The line of Apex that the log names.
    pub statement: Option<u32>,
}

/// Values of one kind in one setting of one file.
#[derive(Debug, Clone)]
pub struct Group {
    /// How often.
    pub count: u64,
    /// The first of them.
    pub first: At,
    /// Ordinals of distinct values, with the place of the first of each; not all of them.
    pub members: Vec<(u32, At)>,
    /// How many distinct values; at least so many where `counted_all` is false.
    pub distinct: usize,
    /// Every distinct value was counted.
    pub counted_all: bool,
    /// The surest of them.
    pub confidence: Confidence,
    /// How many have another thing beside them that tells of the same person.
    pub combined: u64,
    /// Lines of Apex, with the first place of each.
    pub statements: BTreeMap<u32, At>,
    seen: FxHashSet<u32>,
}

/// Groups by file, kind and setting.
pub type GroupKey = (u32, usize, Setting);

/// Gathers occurrences.
#[derive(Debug, Default)]
pub struct Tally {
    /// Makes the digests.
    pub key: Key,
    groups: BTreeMap<GroupKey, Group>,
    ordinals: FxHashMap<u64, u32>,
    memberships: usize,
}

impl Tally {
    /// Takes in one occurrence.
    pub fn add(&mut self, seen: Occurrence) {
        let ordinal = self.ordinal(seen.digest);
        let mut key = (seen.file, seen.kind, seen.setting);
        if self.groups.len() >= MOST_GROUPS && !self.groups.contains_key(&key) {
            key.2 = Setting::Text;
        }
        let group = self.groups.entry(key).or_insert_with(|| Group {
            count: 0,
            first: seen.at,
            members: Vec::new(),
            distinct: 0,
            counted_all: true,
            confidence: Confidence::Low,
            combined: 0,
            statements: BTreeMap::new(),
            seen: FxHashSet::default(),
        });
        group.count += 1;
        group.first = group.first.min(seen.at);
        group.confidence = group.confidence.max(seen.confidence);
        group.combined += u64::from(seen.combined);
        if let Some(line) = seen.statement
            && (group.statements.len() < MOST_STATEMENTS || group.statements.contains_key(&line))
        {
            group.statements.entry(line).or_insert(seen.at);
        }
        match ordinal {
            Some(ordinal) if self.memberships < MOST_MEMBERSHIPS => {
                if group.seen.insert(ordinal) {
                    self.memberships += 1;
                    group.distinct += 1;
                    if group.members.len() < MOST_MEMBERS {
                        group.members.push((ordinal, seen.at));
                    }
                }
            }
            _ => group.counted_all = false,
        }
    }

    /// The number of a value, by first appearance; none where there are too many.
    fn ordinal(&mut self, digest: u64) -> Option<u32> {
        if let Some(known) = self.ordinals.get(&digest) {
            return Some(*known);
        }
        let next = u32::try_from(self.ordinals.len()).ok()? + 1;
        (self.ordinals.len() < MOST_VALUES).then(|| {
            self.ordinals.insert(digest, next);
            next
        })
    }

    /// Every group, by file, kind and setting.
    pub fn groups(&self) -> impl Iterator<Item = (&GroupKey, &Group)> {
        self.groups.iter()
    }

    /// The groups of one file.
    pub fn of_file(&self, file: u32) -> impl Iterator<Item = (&GroupKey, &Group)> {
        self.groups.range((file, 0, least())..).take_while(move |(key, _)| key.0 == file)
    }
}

/// The setting that sorts before every other.
fn least() -> Setting {
    Setting::Event { event: CompactString::default(), method: CompactString::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(tally: &Tally, line: u64, value: &str) -> Occurrence {
        Occurrence {
            file: 0,
            kind: 0,
            setting: Setting::Text,
            at: At { line, column: 1 },
            digest: tally.key.digest(value.as_bytes()),
            confidence: Confidence::Medium,
            combined: false,
            statement: None,
        }
    }

    #[test]
    fn equal_values_have_one_ordinal_by_first_appearance() {
        let mut tally = Tally::default();
        for (line, value) in [(1, "219-45-6781"), (2, "A-1"), (3, "219456781"), (4, "a1")] {
            let occurrence = seen(&tally, line, value);
            tally.add(occurrence);
        }
        let (_, group) = tally.groups().next().unwrap();
        assert_eq!((group.count, group.distinct), (4, 2));
        let members: Vec<(u32, u64)> =
            group.members.iter().map(|(ordinal, at)| (*ordinal, at.line)).collect();
        assert_eq!(members, [(1, 1), (2, 2)]);
    }

    #[test]
    fn groups_of_a_file_are_its_own() {
        let mut tally = Tally::default();
        for file in [0, 1, 2] {
            let occurrence = Occurrence { file, ..seen(&tally, 1, "x") };
            tally.add(occurrence);
        }
        assert_eq!(tally.of_file(1).count(), 1);
        assert_eq!(tally.groups().count(), 3);
    }
}
