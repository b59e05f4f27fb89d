//! The author's guide against the code: every kind with every value, and no other.

// A test that cannot read what it judges has failed.
#![allow(clippy::string_slice, clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::fs;

use phorce::analysis;
use phorce::rule::definition::TESTS;
use phorce::scan;

const GUIDE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/rules/README.md");

/// A kind of fact, derived or scanned.
struct Kind {
    name: &'static str,
    meaning: &'static str,
    values: &'static [(&'static str, &'static str)],
}

fn kinds() -> Vec<Kind> {
    let derived = analysis::KINDS.iter();
    let derived = derived.map(|k| Kind { name: k.name, meaning: k.meaning, values: k.values });
    let scanned = scan::KINDS.iter();
    let scanned = scanned.map(|k| Kind { name: k.name, meaning: k.meaning, values: k.values });
    derived.chain(scanned).collect()
}

/// The values of each kind the guide has a table for.
fn guide() -> BTreeMap<String, Vec<String>> {
    let text = fs::read_to_string(GUIDE).unwrap();
    let mut kinds: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut kind = None;
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("### ") {
            kind = rest.strip_prefix('`').and_then(|rest| rest.strip_suffix('`'));
            kinds.extend(kind.map(|kind| (kind.to_owned(), Vec::new())));
        } else if line.starts_with("## ") {
            kind = None;
        } else if let Some((kind, rest)) = kind.zip(line.strip_prefix("| `")) {
            let value = rest.split('`').next().unwrap().to_owned();
            kinds.get_mut(kind).unwrap().push(value);
        }
    }
    kinds
}

/// The section of a kind, as the code has it.
fn section(kind: &Kind) -> String {
    let mut meaning = kind.meaning.to_owned();
    if let Some(first) = meaning.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    let rows = kind.values.iter().map(|(name, said)| format!("| `{name}` | {said} |\n"));
    let rows: String = rows.collect();
    format!("### `{}`\n\n{meaning}.\n\n| value | meaning |\n| --- | --- |\n{rows}\n", kind.name)
}

/// With `PHORCE_EXPECT=write` the tables are written anew; read the diff.
fn renew() {
    let mut text = fs::read_to_string(GUIDE).unwrap();
    for kind in kinds() {
        let head = format!("### `{}`\n", kind.name);
        let end = text.find("\n## Examples").unwrap() + 1;
        let start = text.find(&head).unwrap_or(end);
        let next = |from: usize| text[from..].find("\n### ").map(|at| from + at + 1);
        let stop = next(start).filter(|at| *at < end && start < end).unwrap_or(end);
        text.replace_range(start..stop, &section(&kind));
    }
    fs::write(GUIDE, text).unwrap();
}

#[test]
fn the_guide_names_every_kind_with_its_values() {
    if std::env::var("PHORCE_EXPECT").is_ok_and(|wish| wish == "write") {
        renew();
    }
    let guide = guide();
    for kind in kinds() {
        let mut said = guide.get(kind.name).cloned().unwrap_or_default();
        let mut there: Vec<String> =
            kind.values.iter().map(|(name, _)| (*name).to_owned()).collect();
        said.sort();
        there.sort();
        assert_eq!(said, there, "rules/README.md, `{}`", kind.name);
        assert!(kind.values.iter().all(|(_, meaning)| !meaning.is_empty()), "{}", kind.name);
    }
    for kind in guide.keys() {
        assert!(kinds().iter().any(|known| known.name == kind), "the guide has `{kind}`");
    }
}

#[test]
fn the_guide_names_every_test() {
    let text = fs::read_to_string(GUIDE).unwrap();
    for test in TESTS {
        assert!(
            text.contains(&format!("| `{test} = "))
                || text.contains(&format!(", `{test} = "))
                || text.contains(&format!("`{test} =")),
            "{test}"
        );
    }
}
