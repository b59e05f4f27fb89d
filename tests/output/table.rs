//! The findings as CSV, read back by a reader of CSV.

use phorce::output::Output;
use phorce::report::Report;

use super::{hostile, sample};

fn rows(report: &Report) -> (csv::StringRecord, Vec<csv::StringRecord>) {
    let text = sample::written(report, Output::Csv);
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header = reader.headers().unwrap().clone();
    (header, reader.records().map(Result::unwrap).collect())
}

/// The cells of a row under some columns.
fn cells<'r>(
    (header, rows): &'r (csv::StringRecord, Vec<csv::StringRecord>),
    row: usize,
    columns: &[&str],
) -> Vec<&'r str> {
    let at = |name: &&str| header.iter().position(|column| column == *name).unwrap();
    columns.iter().map(|name| rows[row].get(at(name)).unwrap()).collect()
}

#[test]
fn a_row_says_all_of_a_finding() {
    let table = rows(&sample::report());
    assert_eq!(
        cells(&table, 0, &["status", "severity", "rule", "title", "path", "line", "hipaa", "sbs"]),
        [
            "open",
            "critical",
            "view-all-data",
            "Title of `view-all-data`",
            sample::NASTY_PATH,
            "3",
            "164.312(a)(1)",
            "SBS-ACS-001"
        ]
    );
    assert_eq!(
        cells(&table, 1, &["status", "accepted_by", "accepted_until", "accepted_reason"]),
        ["accepted", "A. Officer", "2031-05-06", r"The vendor \u{202e}migrates"]
    );
    assert_eq!(
        cells(&table, 2, &["status", "path", "line"]),
        ["not read", "profiles/Bro ken.profile", "9"]
    );
    assert_eq!(
        cells(&table, 3, &["status", "rule", "message"]),
        ["not assessed", "event-log", r"settings \u{202e}were not retrieved"]
    );
    assert_eq!(
        cells(&table, 4, &["status", "rule", "message"]),
        ["nothing to check", "guest-sharing", "there is no guest profile"]
    );
    assert_eq!(table.1.len(), 5);
}

#[test]
fn every_status_of_a_change_is_there() {
    let table = rows(&hostile::change());
    let told: Vec<Vec<&str>> =
        (0..7).map(|row| cells(&table, row, &["status", "change"])).collect();
    assert_eq!(
        told,
        [
            ["open", "new"],
            ["open", "worsened"],
            ["accepted", "unchanged"],
            ["unchanged", "unchanged"],
            ["fixed", "fixed"],
            ["no longer seen", "no longer seen"],
            ["baselined", "unchanged"]
        ]
    );
}

#[test]
fn no_cell_is_computed() {
    let table = rows(&hostile::report());
    let formula = ['=', '+', '-', '@', '\t', '\r', '\n'];
    for row in &table.1 {
        for cell in row {
            assert!(!cell.trim_start().starts_with(formula), "{cell}");
            assert!(!cell.contains(";=") && !cell.chars().any(char::is_control), "{cell}");
        }
    }
    assert_eq!(cells(&table, 9, &["subject"]), ["'=HYPERLINK(\"https://evil.example/\",\"x\")"]);
    assert_eq!(cells(&table, 10, &["subject"]), ["'+1;'=cmd|' /C calc'!A0"]);
    assert_eq!(cells(&table, 21, &["subject"]), ["\"quoted\", \"cells\"\\u{9}'single'"]);
}
