//! What a change proposes to change in the register.
//!
//! In: the register of base and head, as texts. Out: entries added, removed and altered, the
//! latter with the keys whose values differ, each with its line in the head. Order, comments
//! and layout do not count.

use std::collections::{BTreeMap, BTreeSet};

use crate::config::Register;
use crate::config::register::{Entry, Section};
use crate::source::lines::Lines;

/// An entry: its section and its name in lower case.
type Key = (Section, String);

/// Sentences, each with its line in the head. A text that is no register has no entries.
pub(super) fn differences(base: &str, head: &str) -> Vec<(String, Option<u32>)> {
    let read = |text: &str| Register::read("", text).unwrap_or_default();
    let (old, new) = (read(base), read(head));
    let (old, new) = (by_key(&old), by_key(&new));
    let lines = Lines::new(head);
    let keys: BTreeSet<&Key> = old.keys().chain(new.keys()).collect();
    let say = |key: &Key| {
        let named = |entry: &Entry| format!("{} '{}'", entry.section.word(), entry.name.value);
        let line = |entry: &Entry| Some(lines.position(entry.name.bytes.start).line);
        match (old.get(key), new.get(key)) {
            (None, Some(new)) => Some((format!("adds {}", named(new)), line(new))),
            (Some(old), None) => Some((format!("removes {}", named(old)), None)),
            (Some(old), Some(new)) => {
                let keys = altered(old, new);
                let what = format!("alters {} of {}", keys.join(", "), named(new));
                (!keys.is_empty()).then(|| (what, line(new)))
            }
            (None, None) => None,
        }
    };
    keys.into_iter().filter_map(say).collect()
}

fn by_key(register: &Register) -> BTreeMap<Key, &Entry> {
    let entries = register.entries.iter();
    entries.map(|entry| ((entry.section, entry.name.value.to_lowercase()), entry)).collect()
}

fn altered(old: &Entry, new: &Entry) -> Vec<&'static str> {
    let text = |entry: &Entry, key: &str| entry.text(key).map(|text| text.value.clone());
    let date = |entry: &Entry, key: &str| entry.date(key).map(|date| date.value);
    let differs = |key: &&str| text(old, key) != text(new, key) || date(old, key) != date(new, key);
    new.section.keys().filter(differs).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASE: &str = "[[package]]\nname = 'acme'\nowner = 'IT'\nbaa = 2025-01-01\n\n\
        [[endpoint]]\nname = 'lab.example.org'\n";

    fn told(head: &str) -> Vec<(String, Option<u32>)> {
        differences(BASE, head)
    }

    #[test]
    fn entries_are_compared_and_not_lines() {
        let moved = "# ours\n[[endpoint]]\nname = 'LAB.example.org'\nowner = ''\n\
            [[package]]\nbaa = '2025-01-01'\nowner = \"IT\"\nname = 'acme'\n";
        assert_eq!(told(moved), []);
        let removed = ["removes endpoint 'lab.example.org'", "removes package 'acme'"];
        assert_eq!(told(""), removed.map(|what| (what.to_owned(), None)));
    }

    #[test]
    fn what_is_added_or_altered_has_its_line() {
        let head = "[[package]]\nname = 'acme'\nowner = 'HR'\nbaa-until = 2027-01-01\nbaa = 2026-01-01\n\
            [[endpoint]]\nname = 'lab.example.org'\n[[holder]]\nname = 'Night'\n";
        assert_eq!(
            told(head),
            [
                ("alters owner, baa, baa-until of package 'acme'".to_owned(), Some(2)),
                ("adds holder 'Night'".to_owned(), Some(9)),
            ]
        );
    }
}
