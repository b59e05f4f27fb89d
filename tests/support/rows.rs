//! Rows that come out of a case, against the rows written by hand.
//!
//! In: the files of a case and the kinds to derive. Out: the rows, and what of them is not as
//! its `expected.tsv` says.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use jiff::civil::Date;
use phorce::config::Config;
use phorce::engine::gather::gather_kinds;
use phorce::fact::{Fact, Found};
use phorce::source::Sources;

use crate::cases::{place, read_into};

/// What came out of a case.
pub struct Case {
    /// Its files.
    pub sources: Sources,
    /// The rows of the kinds asked for.
    pub facts: Vec<Fact>,
    /// What could not be read.
    pub not_read: Vec<String>,
}

/// Derives kinds from the files of a case, which lie over those of `org`.
pub fn derive(root: &Path, folder: &Path, kinds: &[&str]) -> Case {
    let mut files = BTreeMap::new();
    read_into(&root.join("org"), "", &mut files);
    read_into(folder, "", &mut files);
    derive_files(files, kinds)
}

/// Derives kinds from files.
pub fn derive_files(files: BTreeMap<String, Vec<u8>>, kinds: &[&str]) -> Case {
    let sources = Sources::in_memory(files);
    let as_of = Date::constant(2026, 1, 1);
    let gathered = gather_kinds(&sources, kinds, &Config::default(), as_of).unwrap();
    let mut facts = Vec::new();
    for org in &gathered.orgs {
        for kind in kinds {
            facts.extend(org.facts.of(kind).iter().map(|fact| fact.as_ref().clone()));
        }
    }
    let not_read = gathered.not_read.iter().map(|n| format!("{}: {}", n.path, n.reason)).collect();
    Case { sources, facts, not_read }
}

/// What a row says under a key: its texts, `-` where absent, `?` where unknown.
fn said(sources: &Sources, fact: &Fact, key: &str) -> String {
    if key == "cap" {
        return fact.cap.map_or("-", |cap| cap.word()).to_owned();
    }
    if key == "sure" {
        return fact.confidence.map_or("-", |sure| sure.word()).to_owned();
    }
    if let Some(key) = key.strip_prefix('@') {
        return fact.item(key).map_or_else(|| "-".to_owned(), |item| place(sources, item.span));
    }
    match fact.found(key) {
        Found::Absent => "-".to_owned(),
        Found::Unknown(_) => "?".to_owned(),
        Found::Present => {
            let texts: Vec<&str> = fact.items(key).map(|item| item.text.as_str()).collect();
            texts.join(",")
        }
    }
}

fn trail(sources: &Sources, fact: &Fact) -> String {
    let steps: Vec<String> = fact.trail.iter().map(|(span, _)| place(sources, *span)).collect();
    steps.join(" ")
}

/// What a case says otherwise than its `expected.tsv`; of the kinds in `complete` every row is
/// written there.
pub fn faults(case: &Case, folder: &Path, complete: &[&str]) -> Vec<String> {
    let mut faults = case.not_read.clone();
    let mut open: Vec<Option<&Fact>> = case.facts.iter().map(Some).collect();
    let expected = fs::read_to_string(folder.join("expected.tsv")).unwrap();
    for line in expected.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
        let mut cells = line.split('\t').map(str::trim);
        let (kind, name, at) =
            (cells.next().unwrap(), cells.next().unwrap(), cells.next().unwrap());
        let found = open.iter_mut().find(|slot| {
            slot.is_some_and(|fact| {
                fact.kind == kind && fact.name == name && place(&case.sources, fact.place) == at
            })
        });
        let Some(fact) = found.and_then(Option::take) else {
            faults.push(format!("lost: {line}"));
            continue;
        };
        for cell in cells {
            let (key, wanted) = cell.split_once('=').unwrap();
            let said = match key {
                "trail" => trail(&case.sources, fact),
                _ => said(&case.sources, fact, key),
            };
            if said != wanted {
                faults.push(format!("{kind} {name}: {key} is {said}, not {wanted}"));
            }
        }
    }
    for fact in open.into_iter().flatten().filter(|f| complete.contains(&f.kind.as_str())) {
        faults.push(format!(
            "more: {}\t{}\t{}\tsink={}\tfields={}",
            fact.kind,
            fact.name,
            place(&case.sources, fact.place),
            said(&case.sources, fact, "sink"),
            said(&case.sources, fact, "fields"),
        ));
    }
    faults
}
