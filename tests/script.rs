//! Rows of scripts and pages against rows written by hand.
//!
//! Every folder of `testdata/script` is a case: its files lie over those of `testdata/script/org`,
//! and `expected.tsv` says what must come out. The folder listing is the test list. See
//! `testdata/script/README.md` for the format.

// A test that cannot read what it judges has failed.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

#[path = "support/cases.rs"]
mod cases;
#[path = "support/rows.rs"]
mod rows;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use cases::{folders, read_into};
use rows::{Case, derive, derive_files, faults};

/// Of these kinds every row is written down.
const COMPLETE: [&str; 4] = ["script-flow", "markup-output", "tracker", "phi-literal"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/script")
}

#[test]
fn every_case_gives_the_rows_written_by_hand() {
    let folders = folders(&root());
    assert!(folders.len() >= 30, "only {} cases", folders.len());
    let mut wrong = String::new();
    for folder in &folders {
        let case = derive(&root(), folder, &COMPLETE);
        for fault in faults(&case, folder, &COMPLETE) {
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
    derive_files(files, &COMPLETE)
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
