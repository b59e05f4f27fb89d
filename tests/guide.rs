//! The author's guide against the code: every kind with every value, and no other.

// A test that cannot read what it judges has failed.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::fs;

use phorce::analysis::KINDS;
use phorce::rule::definition::TESTS;

/// The values of each kind the guide has a table for.
fn guide() -> BTreeMap<String, Vec<String>> {
    let text = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/rules/README.md")).unwrap();
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

#[test]
fn the_guide_names_every_kind_with_its_values() {
    let guide = guide();
    for kind in KINDS {
        let mut said = guide.get(kind.name).cloned().unwrap_or_default();
        let mut there: Vec<String> =
            kind.values.iter().map(|(name, _)| (*name).to_owned()).collect();
        said.sort();
        there.sort();
        assert_eq!(said, there, "rules/README.md, `{}`", kind.name);
        assert!(kind.values.iter().all(|(_, meaning)| !meaning.is_empty()), "{}", kind.name);
    }
    for kind in guide.keys() {
        assert!(KINDS.iter().any(|known| known.name == kind), "the guide has `{kind}`");
    }
}

#[test]
fn the_guide_names_every_test() {
    let text = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/rules/README.md")).unwrap();
    for test in TESTS {
        assert!(
            text.contains(&format!("| `{test} = "))
                || text.contains(&format!(", `{test} = "))
                || text.contains(&format!("`{test} =")),
            "{test}"
        );
    }
}
