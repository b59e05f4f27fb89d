//! Rows of scripts and pages against rows written by hand.
//!
//! Every folder of `testdata/script` is a case: its files lie over those of `testdata/script/org`,
//! and `expected.tsv` says what must come out. The folder listing is the test list. See
//! `testdata/script/README.md` for the format.

// A test that cannot read what it judges has failed.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use phorce::config::Config;
use phorce::engine::gather::gather_kinds;
use phorce::fact::{Fact, Found};
use phorce::source::lines::Lines;
use phorce::source::{Sources, Span};

/// Of these kinds every row is written down.
const COMPLETE: [&str; 4] = ["script-flow", "markup-output", "tracker", "phi-literal"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/script")
}

fn folders() -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> =
        fs::read_dir(root()).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.retain(|path| path.is_dir() && path.file_name().unwrap() != "org");
    folders.sort();
    folders
}

fn read_into(from: &Path, below: &str, out: &mut BTreeMap<String, Vec<u8>>) {
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = if below.is_empty() { name } else { format!("{below}/{name}") };
        if entry.file_type().unwrap().is_dir() {
            read_into(&entry.path(), &path, out);
        } else if path != "expected.tsv" {
            out.insert(path, fs::read(entry.path()).unwrap());
        }
    }
}

struct Case {
    sources: Sources,
    facts: Vec<Fact>,
    not_read: Vec<String>,
}

fn derive(folder: &Path) -> Case {
    let mut files = BTreeMap::new();
    read_into(&root().join("org"), "", &mut files);
    read_into(folder, "", &mut files);
    derive_files(files)
}

fn derive_files(files: BTreeMap<String, Vec<u8>>) -> Case {
    let sources = Sources::in_memory(files);
    let kinds = COMPLETE;
    let as_of = Date::constant(2026, 1, 1);
    let gathered = gather_kinds(&sources, &kinds, &Config::default(), as_of).unwrap();
    let mut facts = Vec::new();
    for org in &gathered.orgs {
        for kind in kinds {
            facts.extend(org.facts.of(kind).iter().map(|fact| fact.as_ref().clone()));
        }
    }
    let not_read = gathered.not_read.iter().map(|n| format!("{}: {}", n.path, n.reason)).collect();
    Case { sources, facts, not_read }
}

/// `Clinic.flow-meta.xml:12`: the file's own name is enough in a case.
fn place(sources: &Sources, span: Span) -> String {
    let bytes = sources.read(span.file).unwrap();
    let text = String::from_utf8(bytes).unwrap();
    let file = sources.path(span.file).rsplit('/').next().unwrap().to_owned();
    format!("{file}:{}", Lines::new(&text).position(span.start as usize).line)
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

fn faults(folder: &Path) -> Vec<String> {
    let case = derive(folder);
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
    for fact in open.into_iter().flatten().filter(|f| COMPLETE.contains(&f.kind.as_str())) {
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

#[test]
fn every_case_gives_the_rows_written_by_hand() {
    let folders = folders();
    assert!(folders.len() >= 30, "only {} cases", folders.len());
    let mut wrong = String::new();
    for folder in &folders {
        for fault in faults(folder) {
            let name = folder.file_name().unwrap().to_string_lossy();
            wrong.push_str(&format!("{name}: {fault}\n"));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

fn script(text: String) -> Case {
    let mut files = BTreeMap::new();
    read_into(&root().join("org"), "", &mut files);
    let path = "force-app/main/default/lwc/chart/chart.js";
    files.insert(path.to_owned(), text.into_bytes());
    derive_files(files)
}

#[test]
fn a_long_script_is_followed_to_the_end() {
    let steps: String = (1..500).map(|n| format!("const v{n} = v{};\n", n - 1)).collect();
    let text = format!("const v0 = r.SSN__c;\n{steps}localStorage.setItem('k', v499);\n");
    let case = script(text);
    assert_eq!(case.facts.len(), 1);
    assert_eq!(case.facts[0].text("fields"), Some("Patient__c.SSN__c"));
}

#[test]
fn a_script_made_to_hurt_ends() {
    let deep = "if (a) { for (const b of c) { ".repeat(3_000);
    let wide: String =
        (0..3_000).map(|n| format!("let v{n} = w; if (v{n}) {{ x = v{n}; }}\n")).collect();
    for text in [deep, format!("function f(w) {{ {wide} console.log(x); }}")] {
        let _ = script(text);
    }
}
