//! Effective access against rows written by hand.
//!
//! Every folder of `testdata/access` is a small org with `expected.tsv` beside its files; the
//! folder listing is the test list. See `testdata/access/README.md` for the format.

// A test that cannot read what it judges has failed.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use phorce::engine::access::Question;
use phorce::report::access::{AccessReport, AccessRow};
use phorce::run::{AccessRequest, access};

fn folders() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/access");
    let mut folders: Vec<PathBuf> =
        fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.retain(|path| path.is_dir());
    folders.sort();
    folders
}

/// The org in a folder of its own, so that no project above it counts.
fn answer(folder: &Path) -> AccessReport {
    let place = tempfile::tempdir().unwrap();
    copy(folder, place.path());
    let config = place.path().join("phorce.toml");
    access(&AccessRequest {
        input: place.path().to_path_buf(),
        config: config.exists().then_some(config),
        forceignore: true,
        question: Question::default(),
    })
    .unwrap()
}

fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            fs::create_dir(&target).unwrap();
            copy(&entry.path(), &target);
        } else if entry.file_name() != "expected.tsv" {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

fn field(row: &AccessRow) -> &str {
    row.field.as_deref().unwrap_or("*")
}

fn row_line(row: &AccessRow) -> String {
    format!(
        "row\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}",
        row.holder,
        row.holder_kind,
        row.audience,
        row.object,
        field(row),
        row.level,
        row.reach,
        row.known
    )
}

/// The steps of each row that the expected file gives steps for.
type Routes = BTreeMap<String, Vec<String>>;

fn routes(expected: &str) -> Routes {
    let mut routes = Routes::new();
    for line in expected.lines().filter(|line| line.starts_with("through\t")) {
        let (key, step) = line.rsplit_once('\t').unwrap();
        routes.entry(key.to_owned()).or_default().push(step.to_owned());
    }
    routes
}

fn faults(folder: &Path) -> Vec<String> {
    let expected = fs::read_to_string(folder.join("expected.tsv")).unwrap();
    let report = answer(folder);
    let mut wanted: Vec<String> = expected
        .lines()
        .filter(|line| line.starts_with("row\t") || line.starts_with("unknown\t"))
        .map(|line| line.trim_end().to_owned())
        .collect();
    let unknown = report.unknown.iter().map(|unknown| {
        format!("unknown\t{}\t{}", unknown.holder, unknown.object.as_deref().unwrap_or("*"))
    });
    let mut found: Vec<String> = report.rows.iter().map(row_line).chain(unknown).collect();
    wanted.sort();
    found.sort();
    let mut faults: Vec<String> = Vec::new();
    faults.extend(wanted.iter().filter(|line| !found.contains(line)).map(|l| format!("lost: {l}")));
    faults.extend(found.iter().filter(|line| !wanted.contains(line)).map(|l| format!("more: {l}")));
    for (key, steps) in routes(&expected) {
        let row = report
            .rows
            .iter()
            .find(|row| key == format!("through\t{}\t{}\t{}", row.holder, row.object, field(row)));
        let through = row.map_or(&[][..], |row| row.through.as_slice());
        let through: Vec<String> =
            through.iter().map(|step| format!("{}:{}", step.path, step.line)).collect();
        if through != steps {
            faults.push(format!("{key}\n    wanted {steps:?}\n    found  {through:?}"));
        }
    }
    faults
}

#[test]
fn every_org_gives_the_rows_written_by_hand() {
    let folders = folders();
    assert!(folders.len() >= 40, "only {} orgs", folders.len());
    let mut wrong = String::new();
    for folder in &folders {
        for fault in faults(folder) {
            let name = folder.file_name().unwrap().to_string_lossy();
            wrong.push_str(&format!("{name}: {fault}\n"));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}
