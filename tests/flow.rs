//! Rows of flows against rows written by hand.
//!
//! Every folder of `testdata/flow` is a case: its files lie over those of `testdata/flow/org`,
//! and `expected.tsv` says what must come out. The folder listing is the test list. See
//! `testdata/flow/README.md` for the format.

// A test that cannot read what it judges has failed.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

#[path = "support/cases.rs"]
mod cases;
#[path = "support/rows.rs"]
mod written;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use cases::{folders, read_into};
use phorce::fact::Fact;
use written::{Case, derive, derive_files, faults};

/// Of these kinds every row is written down; of `flow` only those that matter to the case.
const COMPLETE: [&str; 3] = ["phi-flow", "session-activation", "flow-bypass"];

/// These, and the kind of which only some rows are written down.
const KINDS: [&str; 4] = ["phi-flow", "session-activation", "flow-bypass", "flow"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/flow")
}

#[test]
fn every_case_gives_the_rows_written_by_hand() {
    let folders = folders(&root());
    assert!(folders.len() >= 30, "only {} cases", folders.len());
    let mut wrong = String::new();
    for folder in &folders {
        let case = derive(&root(), folder, &KINDS);
        for fault in faults(&case, folder, &COMPLETE) {
            let name = folder.file_name().unwrap().to_string_lossy();
            wrong.push_str(&format!("{name}: {fault}\n"));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// A flow that hands a social security number from variable to variable, `length` times, in
/// a circle, and sends the last one.
fn chain(length: usize) -> Case {
    let mut text = String::from(
        "<Flow xmlns=\"http://soap.sforce.com/2006/04/metadata\"><start><connector>\
         <targetReference>A0</targetReference></connector><object>Patient__c</object></start>",
    );
    for n in 0..length {
        let from = if n == 0 { "$Record.SSN__c".to_owned() } else { format!("v{}", n - 1) };
        let next = if n + 1 == length { "Send".to_owned() } else { format!("A{}", n + 1) };
        text.push_str(&format!(
            "<assignments><name>A{n}</name><assignmentItems><assignToReference>v{n}\
             </assignToReference><operator>Assign</operator><value><elementReference>{from}\
             </elementReference></value></assignmentItems><connector><targetReference>{next}\
             </targetReference></connector></assignments>"
        ));
    }
    text.push_str(&format!(
        "<actionCalls><name>Send</name><actionName>emailSimple</actionName><actionType>emailSimple\
         </actionType><connector><targetReference>A0</targetReference></connector><inputParameters>\
         <name>emailBody</name><value><elementReference>v{}</elementReference></value>\
         </inputParameters></actionCalls><status>Active</status></Flow>",
        length - 1
    ));
    let mut files = BTreeMap::new();
    read_into(&root().join("org"), "", &mut files);
    files.insert("force-app/main/default/flows/Chain.flow-meta.xml".to_owned(), text.into_bytes());
    derive_files(files, &KINDS)
}

fn rows<'c>(case: &'c Case, sink: &'c str) -> Vec<&'c Fact> {
    let rows = case.facts.iter().filter(|fact| fact.kind == "phi-flow");
    rows.filter(|fact| fact.text("sink") == Some(sink)).collect()
}

#[test]
fn a_long_flow_is_followed_to_the_end() {
    let case = chain(500);
    let found = rows(&case, "email");
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].trail.len(), 502);
    assert!(rows(&case, "cut").is_empty());
}

#[test]
fn a_flow_made_to_hurt_ends_and_says_so() {
    let case = chain(20_000);
    assert_eq!(rows(&case, "cut").len(), 1);
    let row = case.facts.iter().find(|fact| fact.kind == "flow").unwrap();
    assert_eq!(row.text("cut"), Some("true"));
}
