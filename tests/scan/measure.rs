//! Recall and precision on the corpus, by what redacted copies show; and that no planted value
//! is in any output.
//!
//! A copy keeps the lines of its original, so the placeholders on a line are what was recognised
//! there.

use std::collections::{BTreeMap, HashSet};

use aho_corasick::AhoCorasick;

use crate::corpus::{File, Planted, corpus};
use crate::support::{AS_OF, Project, Ran, run};

const LEAST_RECALL: f64 = 0.98;
const LEAST_PRECISION: f64 = 0.95;

fn project(files: &[File]) -> Project {
    let project = Project::new(&[]);
    for file in files {
        project.write(file.name, &file.text);
    }
    project
}

fn scan(project: &Project, arguments: &[&str]) -> Ran {
    run(project.phorce().args(["scan", "logs", "exports", "--as-of", AS_OF]).args(arguments))
}

/// Names of the placeholders on a line, `date-of-birth`.
fn placeholders(line: &str) -> Vec<String> {
    let parts = line.split('[').skip(1).filter_map(|rest| rest.split_once(']'));
    let named = parts.map(|(inner, _)| inner).filter(|inner| {
        inner.len() > 2
            && inner.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'-')
            && inner.bytes().any(|b| b.is_ascii_uppercase())
    });
    named.map(str::to_lowercase).collect()
}

#[derive(Default, Debug)]
struct Score {
    planted: usize,
    found: usize,
    wrong: usize,
}

#[test]
fn recall_and_precision_hold_for_every_kind() {
    let files = corpus(20_260_115);
    let planted: usize = files.iter().flat_map(|f| f.planted.values()).map(Vec::len).sum();
    let decoys: usize = files.iter().map(|file| file.decoys).sum();
    assert!(planted >= 2_000, "{planted} planted");
    assert!(decoys >= 10_000, "{decoys} decoys");
    let project = project(&files);
    let ran = scan(&project, &["--redact", "copies", "--format", "json"]);
    assert_eq!((ran.code, ran.err.as_str()), (1, ""));
    let mut scores: BTreeMap<String, Score> = BTreeMap::new();
    let mut told = Vec::new();
    for file in &files {
        let copy = project.read(&format!("copies/{}", file.name));
        assert_eq!(copy.lines().count(), file.text.lines().count(), "{}", file.name);
        for ((line, text), original) in (1..).zip(copy.lines()).zip(file.text.lines()) {
            let mut here = placeholders(text);
            for value in file.planted.get(&line).into_iter().flatten() {
                let score = scores.entry(value.kind.to_owned()).or_default();
                score.planted += 1;
                match here.iter().position(|kind| kind == value.kind) {
                    Some(at) => {
                        here.remove(at);
                        score.found += 1;
                    }
                    None => told
                        .push(format!("missed {} in {}:{line} {original}", value.kind, file.name)),
                }
            }
            for kind in here {
                told.push(format!("wrong {kind} in {}:{line} {original}", file.name));
                scores.entry(kind).or_default().wrong += 1;
            }
        }
    }
    let mut low = Vec::new();
    for (kind, score) in &scores {
        let recall = score.found as f64 / score.planted.max(1) as f64;
        let precision = score.found as f64 / (score.found + score.wrong).max(1) as f64;
        println!(
            "{kind:14} {:5} planted, recall {recall:.3}, precision {precision:.3}",
            score.planted
        );
        if recall < LEAST_RECALL || precision < LEAST_PRECISION || score.planted < 50 {
            low.push(format!("{kind}: {score:?}"));
        }
    }
    told.truncate(40);
    assert!(low.is_empty(), "{}\n{}", low.join("\n"), told.join("\n"));
}

#[test]
fn copies_scanned_again_are_clean() {
    let files = corpus(7);
    let project = project(&files);
    scan(&project, &["--redact", "copies"]);
    let again = run(project.phorce().args(["scan", "copies", "--format", "json"]));
    assert_eq!(again.findings("open"), Vec::<String>::new());
    assert_eq!((again.code, again.err.as_str()), (0, ""));
}

#[test]
fn no_planted_value_is_in_any_output() {
    let files = corpus(99);
    let project = project(&files);
    let mut outputs = Vec::new();
    for format in ["text", "json", "sarif", "csv"] {
        let folder = format!("copies-{format}");
        let ran = scan(&project, &["--format", format, "--redact", &folder]);
        outputs.push((format.to_owned(), ran.out + &ran.err));
    }
    for file in &files {
        outputs.push((file.name.to_owned(), project.read(&format!("copies-text/{}", file.name))));
    }
    let mut values: Vec<_> = files.iter().flat_map(|f| f.planted.values()).flatten().collect();
    values.sort();
    values.dedup();
    // A name may stand in another word; every other value may stand nowhere.
    let (short, long): (Vec<_>, Vec<_>) =
        values.into_iter().partition(|p| p.kind == "name" || p.value.len() < 8);
    let barred: Vec<(String, &Planted)> = long
        .into_iter()
        .flat_map(|p| encodings(&p.value).into_iter().chain([p.value.clone()]).map(move |e| (e, p)))
        .collect();
    let finder = AhoCorasick::new(barred.iter().map(|(text, _)| text)).unwrap();
    for (name, output) in &outputs {
        let part = |c: char| !(c.is_alphanumeric() || c == '-' || c == '.');
        let words: HashSet<&str> = output.split(part).collect();
        let there = short.iter().find(|planted| words.contains(planted.value.as_str()));
        assert_eq!(there, None, "stands in {name}");
        let there = finder.find(output).map(|hit| &barred[hit.pattern().as_usize()]);
        assert_eq!(there, None, "stands in {name}");
    }
}

/// The value in hexadecimal digits, in base64 at every alignment, and for an address.
fn encodings(value: &str) -> Vec<String> {
    let hex: String = value.bytes().map(|byte| format!("{byte:02x}")).collect();
    let url: String = value
        .bytes()
        .map(|byte| match byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            true => char::from(byte).to_string(),
            false => format!("%{byte:02X}"),
        })
        .collect();
    let base64 = (0..3).map(|lead| {
        let padded = [vec![b' '; lead], value.as_bytes().to_vec()].concat();
        let whole = base64(&padded);
        // What the bytes around would change is left out.
        whole[if lead == 0 { 0 } else { 4 }..whole.len() - 4].to_owned()
    });
    let upper = hex.to_uppercase();
    base64.chain([hex, upper, url]).filter(|encoded| encoded.len() >= 8).collect()
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let at = |index: usize| u32::from(chunk.get(index).copied().unwrap_or(0));
        let bits = at(0) << 16 | at(1) << 8 | at(2);
        for digit in 0..4 {
            out.push(char::from(DIGITS[(bits >> (18 - 6 * digit) & 63) as usize]));
        }
    }
    out
}

#[test]
fn encodings_are_those_a_program_would_make() {
    assert_eq!(base64(b"219-45-6781"), "MjE5LTQ1LTY3ODEA");
    let made = encodings("219-45-6781");
    for expected in ["3231392d34352d36373831", "MjE5LTQ1LTY3", "219-45-6781"] {
        assert!(made.contains(&expected.to_owned()), "{made:?}");
    }
}
