//! `phorce access` as a person and a program call it.

// A test that cannot read what it judges has failed.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::fs;
use std::path::Path;
use std::process::Output;

use serde_json::Value;

const ORG: &str = "testdata/access/03-permission-set-group";

fn access(arguments: &[&str]) -> Output {
    assert_cmd::cargo::cargo_bin_cmd!("phorce").arg("access").args(arguments).output().unwrap()
}

fn text(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[test]
fn json_has_every_key_of_a_row_and_its_steps() {
    let output = access(&[ORG, "--format", "json"]);
    assert_eq!(output.status.code(), Some(0));
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    let rows = json["access"].as_array().unwrap();
    assert!(!rows.is_empty());
    for row in rows {
        for key in ["holder", "holder_kind", "audience", "object", "level", "reach"] {
            assert!(row[key].is_string(), "{key} in {row}");
        }
        assert!(row["field"].is_string() || row["field"].is_null());
        assert!(row["known"].is_boolean());
        for step in row["through"].as_array().unwrap() {
            let path = step["path"].as_str().unwrap();
            let file =
                fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap();
            let line = usize::try_from(step["line"].as_u64().unwrap()).unwrap();
            assert!(file.lines().nth(line - 1).is_some(), "{step}");
        }
    }
    assert!(json["unknown"].is_array());
}

#[test]
fn questions_narrow_the_table() {
    let all: Value = serde_json::from_slice(&access(&[ORG, "--format", "json"]).stdout).unwrap();
    let first = &all["access"][0];
    let holder = first["holder"].as_str().unwrap().to_lowercase();
    let of_holder = access(&[ORG, "--format", "json", "--holder", &holder]);
    let of_holder: Value = serde_json::from_slice(&of_holder.stdout).unwrap();
    let holders = of_holder["access"].as_array().unwrap();
    assert!(!holders.is_empty() && holders.len() < all["access"].as_array().unwrap().len());
    assert!(holders.iter().all(|row| row["holder"].as_str().unwrap().to_lowercase() == holder));
    let none = access(&[ORG, "--object", "Room__c"]);
    assert!(text(&none).starts_with("No holder in the files that were read reaches"));
}

#[test]
fn a_table_for_a_spreadsheet_has_one_line_a_row() {
    let output = access(&[ORG, "--format", "csv"]);
    let text = text(&output);
    let mut lines = text.lines();
    let header = "org,holder,holder_kind,audience,object,field,level,reach,known,through,restricted_by,unknown_because";
    assert_eq!(lines.next(), Some(header));
    let all: Value = serde_json::from_slice(&access(&[ORG, "--format", "json"]).stdout).unwrap();
    let count = |key: &str| all[key].as_array().unwrap().len();
    assert_eq!(lines.count(), count("access") + count("unknown"));
}

#[test]
fn what_cannot_be_answered_says_so_by_its_code() {
    assert_eq!(access(&[ORG, "--field", "SSN__c"]).status.code(), Some(2));
    assert_eq!(access(&["no-such-folder"]).status.code(), Some(2));
    let place = tempfile::tempdir().unwrap();
    let profiles = place.path().join("profiles");
    fs::create_dir(&profiles).unwrap();
    fs::write(profiles.join("Desk.profile"), "<Profile><custom>true</Profile>").unwrap();
    let folder = place.path().to_str().unwrap();
    let broken = access(&[folder]);
    assert_eq!(broken.status.code(), Some(3));
    assert!(text(&broken).contains("Not read: profiles/Desk.profile:1"), "{}", text(&broken));
    assert_eq!(access(&[folder, "--allow-incomplete"]).status.code(), Some(0));
}
