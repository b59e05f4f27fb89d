//! What a register lacks, for people.
//!
//! In: a [`RegisterReport`]. Out: text: what is missing, with the place where each thing
//! stands, and what is to be looked at. Names come from outside and are made safe.

use std::fmt::Write as _;

use super::escape::line;
use crate::report::register::RegisterReport;

/// Writes it.
pub fn render_register(report: &RegisterReport) -> String {
    let mut out = String::new();
    // Writing to a String cannot fail.
    let _ = writeln!(out, "{}: {}", line(&report.path), count(report.entries, "entry", "entries"));
    let missing = &report.missing;
    if !missing.is_empty() {
        let _ = writeln!(out, "\nNot in the register: {}", missing.len());
        let width = |len: &dyn Fn(usize) -> usize| (0..missing.len()).map(len).max().unwrap_or(0);
        let name = |at: usize| missing.get(at).map_or(0, |m| line(&m.name).chars().count().min(40));
        let section = |at: usize| missing.get(at).map_or(0, |m| m.section.len());
        let (names, sections) = (width(&name), width(&section));
        for thing in missing {
            let place = format!("{}:{}", line(&thing.place.path), thing.place.line);
            let (section, name) = (thing.section, line(&thing.name));
            let shows = shown(&thing.shows);
            let _ = writeln!(out, "  {section:sections$}  {name:names$}  {place}{shows}");
        }
    }
    if !report.findings.is_empty() {
        let _ = writeln!(out, "\nTo look at: {}", report.findings.len());
        for finding in &report.findings {
            let place = format!("{}:{}", line(&finding.place.path), finding.place.line);
            let (word, message) = (finding.severity.word(), line(&finding.message));
            let _ = writeln!(out, "  {place}  {word}: {message} ({})", line(&finding.rule));
        }
    }
    for file in &report.not_read {
        let _ =
            writeln!(out, "\nNot read: {}:{}: {}", line(&file.path), file.line, line(&file.reason));
    }
    let next = match (missing.is_empty(), report.findings.is_empty()) {
        (false, _) => "`phorce register --update` adds what is not in the register.",
        (true, false) => "`phorce explain RULE` says how to put it in order.",
        (true, true) => "Nothing is missing, and nothing is out of date.",
    };
    let _ = writeln!(out, "\n{next}");
    out
}

/// The most things listed behind a name.
const SHOWN: usize = 3;

fn shown(names: &[String]) -> String {
    let mut listed: Vec<String> = names.iter().take(SHOWN).map(|name| line(name)).collect();
    match names.len().saturating_sub(SHOWN) {
        0 => {}
        more => listed.push(format!("{more} more")),
    }
    if listed.is_empty() { String::new() } else { format!("  ({})", listed.join(", ")) }
}

fn count(number: usize, one: &str, more: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { more })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::register::Missing;
    use crate::report::{NotRead, Place};

    fn missing(section: &'static str, name: &str, shows: &[&str]) -> Missing {
        let place = Place { path: "a.xml".into(), line: 7, column: 1, end_line: 7, end_column: 2 };
        let shows = shows.iter().map(|name| (*name).to_owned()).collect();
        Missing { section, name: name.to_owned(), ty: None, place, shows }
    }

    #[test]
    fn columns_line_up_and_lists_are_cut() {
        let report = RegisterReport {
            path: "r.toml".to_owned(),
            entries: 1,
            missing: vec![
                missing("endpoint", "lab.example.org", &["A", "B", "C"]),
                missing("oauth-client", "Kiosk\u{1b}[2J", &["A", "B", "C", "D", "E"]),
                missing("holder", &"N".repeat(50), &[]),
            ],
            findings: Vec::new(),
            not_read: vec![NotRead { path: "b.xml".into(), line: 2, reason: "why".into() }],
        };
        let long = "N".repeat(50);
        let pad = |name: &str| format!("{name:40}");
        assert_eq!(
            render_register(&report),
            format!(
                "r.toml: 1 entry\n\nNot in the register: 3\n  \
                 endpoint      {}  a.xml:7  (A, B, C)\n  \
                 oauth-client  {}  a.xml:7  (A, B, C, 2 more)\n  \
                 holder        {long}  a.xml:7\n\n\
                 Not read: b.xml:2: why\n\n\
                 `phorce register --update` adds what is not in the register.\n",
                pad("lab.example.org"),
                pad("Kiosk\\u{1b}[2J"),
            )
        );
    }
}
