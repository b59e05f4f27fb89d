//! Rows of Apex against rows written by hand.
//!
//! Every folder of `testdata/apex` is a case: its files lie over those of `testdata/apex/org`,
//! and `expected.tsv` says what must come out. The folder listing is the test list. See
//! `testdata/apex/README.md` for the format.

// A test that cannot read what it judges has failed.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

#[path = "support/cases.rs"]
mod cases;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use cases::{folders, place, read_into};
use jiff::civil::Date;
use phorce::config::{self, Config};
use phorce::engine::gather::gather_kinds;
use phorce::fact::{Fact, Found};
use phorce::source::Sources;

/// Of this kind every row is written down.
const COMPLETE: &str = "apex-flow";
/// Of the others only those that matter to the case.
const KINDS: [&str; 6] =
    [COMPLETE, "apex-class", "apex-query", "apex-endpoint", "guest-apex-grant", "apex-crypto"];
/// What a row of `apex-flow` says in its columns, after kind and method.
const COLUMNS: [&str; 6] = ["sink", "source", "fields", "at", "from", "sure"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/apex")
}

/// What came out of a case.
struct Case {
    sources: Sources,
    facts: Vec<Fact>,
    /// Paths of what was not read, whole or in part.
    gaps: Vec<String>,
}

fn derive(folder: &Path) -> Case {
    let mut files = BTreeMap::new();
    read_into(&root().join("org"), "", &mut files);
    read_into(folder, "", &mut files);
    derive_files(files)
}

fn derive_files(mut files: BTreeMap<String, Vec<u8>>) -> Case {
    let mut gaps = Vec::new();
    let text = files.remove(config::FILE_NAME).map(|bytes| String::from_utf8(bytes).unwrap());
    let config = text.map_or_else(Config::default, |text| {
        config::parse(config::FILE_NAME, &text).unwrap_or_else(|errors| {
            gaps.extend(errors.iter().map(|error| format!("{}: {}", error.path, error.message)));
            Config::default()
        })
    });
    let sources = Sources::in_memory(files);
    let gathered = gather_kinds(&sources, &KINDS, &config, Date::constant(2026, 1, 1)).unwrap();
    let mut facts = Vec::new();
    for org in &gathered.orgs {
        for kind in KINDS {
            facts.extend(org.facts.of(kind).iter().map(|fact| fact.as_ref().clone()));
        }
    }
    let not_read = gathered.not_read.into_iter().map(|gap| gap.path);
    let notices = gathered.notices.into_iter().filter_map(|notice| notice.path);
    gaps.extend(not_read.chain(notices));
    Case { sources, facts, gaps }
}

fn own_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap()
}

/// How a case calls a row.
fn name(fact: &Fact) -> String {
    let text = |key| fact.text(key).unwrap_or("");
    match fact.kind.as_str() {
        "apex-flow" | "apex-endpoint" => format!("{}.{}", text("class"), text("method")),
        "apex-query" => format!("{}.{}/{}", text("class"), text("method"), text("object")),
        "guest-apex-grant" => format!("{}/{}", text("holder"), text("class")),
        _ => fact.name.to_string(),
    }
}

/// What a row says under a key: its texts, sorted; `-` where absent, `?` where unknown.
fn said(sources: &Sources, fact: &Fact, key: &str) -> String {
    if let Some(key) = key.strip_prefix('@') {
        return fact.item(key).map_or_else(|| "-".to_owned(), |item| place(sources, item.span));
    }
    match key {
        "at" => return place(sources, fact.place),
        "sure" => return fact.confidence.map_or("-", |sure| sure.word()).to_owned(),
        "from" => {
            let first = fact.trail.first().map(|(span, _)| place(sources, *span));
            return first.unwrap_or_else(|| "-".to_owned());
        }
        "via" => {
            let steps = fact.trail.iter().map(|(span, _)| place(sources, *span));
            return steps.collect::<Vec<_>>().join(" ");
        }
        _ => {}
    }
    match fact.found(key) {
        Found::Absent => "-".to_owned(),
        Found::Unknown(_) => "?".to_owned(),
        Found::Present => {
            let mut texts: Vec<&str> = fact.items(key).map(|item| item.text.as_str()).collect();
            texts.sort_unstable();
            texts.dedup();
            texts.join(",")
        }
    }
}

/// A line of `expected.tsv`.
struct Row {
    kind: String,
    name: String,
    /// It may be missing.
    optional: bool,
    /// There must be none.
    absent: bool,
    wanted: Vec<(String, String)>,
    line: String,
}

fn row(line: &str) -> Row {
    let mut cells = line.split('\t').map(str::trim);
    let first = cells.next().unwrap();
    let kind = first.trim_start_matches(['?', '!']).to_owned();
    let name = cells.next().unwrap().to_owned();
    let absent = first.starts_with('!');
    let mut wanted = Vec::new();
    if kind == COMPLETE && !absent {
        for column in COLUMNS {
            wanted.push((column.to_owned(), cells.next().unwrap().to_owned()));
        }
    }
    for cell in cells {
        let (key, text) = cell.split_once('=').unwrap();
        wanted.push((key.to_owned(), text.to_owned()));
    }
    let optional = first.starts_with('?');
    Row { kind, name, optional, absent, wanted, line: line.replace('\t', "  ") }
}

/// Whether `said` is what a cell wants: `*` anything, `+` anything that is known, `a|b` either.
fn is_wanted(key: &str, said: &str, wanted: &str) -> bool {
    if key == "via" {
        let mut steps = said.split(' ');
        return wanted.split(' ').all(|step| steps.any(|said| said == step));
    }
    wanted == "*"
        || wanted == "+" && !["-", "?"].contains(&said)
        || wanted.split('|').any(|one| one == said)
}

/// What a row says otherwise than it should.
fn differences(case: &Case, fact: &Fact, row: &Row) -> Vec<String> {
    let mut out = Vec::new();
    for (key, wanted) in &row.wanted {
        let said = said(&case.sources, fact, key);
        if !is_wanted(key, &said, wanted) {
            out.push(format!("{key} is {said}, not {wanted}"));
        }
    }
    out
}

/// A row as the case would write it.
fn shown(case: &Case, fact: &Fact) -> String {
    let cells = COLUMNS.map(|column| said(&case.sources, fact, column));
    format!("{}  {}  {}", fact.kind, name(fact), cells.join("  "))
}

fn faults(folder: &Path) -> Vec<String> {
    let mut case = derive(folder);
    let expected = fs::read_to_string(folder.join("expected.tsv")).unwrap();
    let lines = expected.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    let mut rows: Vec<Row> = lines.map(row).collect();
    let mut faults = Vec::new();
    rows.retain(|row| {
        if row.kind != "gap" {
            return true;
        }
        let before = case.gaps.len();
        case.gaps.retain(|path| own_name(path) != row.name);
        if case.gaps.len() == before {
            faults.push(format!("nobody says that part of {} was not read", row.name));
        }
        false
    });
    faults.extend(case.gaps.iter().map(|path| format!("not read, or a notice: {path}")));
    let mut open: Vec<&Fact> = case.facts.iter().collect();
    // Rows that fit take their facts first, so that one wrong row does not shift the others.
    rows.retain(|row| {
        let fits = |fact: &&Fact| {
            fact.kind == row.kind
                && is_wanted("name", &name(fact), &row.name)
                && (row.absent || differences(&case, fact, row).is_empty())
        };
        let Some(found) = open.iter().position(fits) else { return !row.absent };
        let fact = open.remove(found);
        if row.absent {
            faults.push(format!("there should be no {} {}: {}", row.kind, row.name, fact.name));
        }
        false
    });
    for row in rows.iter().filter(|row| !row.optional) {
        let named =
            |fact: &&Fact| fact.kind == row.kind && is_wanted("name", &name(fact), &row.name);
        let nearest = (0..open.len())
            .filter(|at| named(&open[*at]))
            .min_by_key(|at| differences(&case, open[*at], row).len());
        match nearest {
            None => faults.push(format!("lost: {}", row.line)),
            Some(at) => {
                let wrong = differences(&case, open.remove(at), row).join("; ");
                faults.push(format!("wrong: {}\n        {wrong}", row.line));
            }
        }
    }
    let more = open.into_iter().filter(|fact| fact.kind == COMPLETE);
    faults.extend(more.map(|fact| format!("more: {}", shown(&case, fact))));
    faults
}

#[test]
fn every_case_gives_the_rows_written_by_hand() {
    let only = std::env::var("APEX_CASE").unwrap_or_default();
    let mut folders = folders(&root());
    assert!(folders.len() >= 150, "only {} cases", folders.len());
    folders.retain(|folder| folder.file_name().unwrap().to_string_lossy().contains(&only));
    let mut wrong = String::new();
    let mut failed = 0;
    for folder in &folders {
        let faults = faults(folder);
        failed += usize::from(!faults.is_empty());
        for fault in faults {
            let name = folder.file_name().unwrap().to_string_lossy();
            writeln!(wrong, "{name}: {fault}").unwrap();
        }
    }
    assert!(wrong.is_empty(), "{failed} of {} cases fail\n{wrong}", folders.len());
}

/// One class over the org.
fn class(body: &str) -> Case {
    let mut files = BTreeMap::new();
    read_into(&root().join("org"), "", &mut files);
    let text = format!("public class Desk {{\n{body}\n}}\n");
    files.insert("force-app/main/default/classes/Desk.cls".to_owned(), text.into_bytes());
    derive_files(files)
}

fn logs(case: &Case) -> usize {
    let rows = case.facts.iter().filter(|fact| fact.kind == COMPLETE);
    rows.filter(|fact| fact.text("sink") == Some("log")).count()
}

#[test]
fn a_long_text_is_followed_to_the_end() {
    let parts = "'x' + ".repeat(3_000);
    let case = class(&format!(
        "static void open(Patient__c person) {{ System.debug({parts}person.SSN__c); }}"
    ));
    assert_eq!(logs(&case), 1);
}

#[test]
fn what_is_nested_to_hurt_ends() {
    // Too deep to be followed, perhaps; never a crash, and what stands beside it is judged.
    for (open, close) in [("(", ")"), ("f(", ")"), ("x ? y : (", ")"), ("new List<Object>{ ", " }")]
    {
        let (open, close) = (open.repeat(5_000), close.repeat(5_000));
        let case = class(&format!(
            "static void deep() {{ Object o = {open}1{close}; }}\n\
             static void open(Patient__c person) {{ System.debug(person.SSN__c); }}"
        ));
        assert!(logs(&case) == 1 || !case.gaps.is_empty());
    }
    let blocks = "if (true) { ".repeat(5_000) + &"}".repeat(5_000);
    let case = class(&format!(
        "static void deep() {{ {blocks} }}\n\
         static void open(Patient__c person) {{ System.debug(person.SSN__c); }}"
    ));
    assert!(logs(&case) == 1 || !case.gaps.is_empty());
}

#[test]
fn many_methods_in_a_circle_end() {
    let mut body =
        String::from("static void m0(Patient__c person) { m1(person.SSN__c, person.MRN__c); }\n");
    for n in 1..2_000 {
        let next = n % 1_999 + 1;
        let other = (n * 7) % 1_999 + 1;
        writeln!(body, "static void m{n}(String a, String b) {{ m{next}(b, a); m{other}(a, b); }}")
            .unwrap();
    }
    body.push_str("static void open(Patient__c person) { System.debug(person.SSN__c); }");
    assert_eq!(logs(&class(&body)), 1);
}

#[test]
fn many_branches_end() {
    let mut body = String::from("static void open(Patient__c person) { String t = '';\n");
    for n in 0..3_000 {
        writeln!(body, "if (x{n}) {{ t += person.SSN__c; }} else {{ t = t + {n}; }}").unwrap();
    }
    body.push_str("System.debug(t); }");
    assert_eq!(logs(&class(&body)), 1);
}
