//! Every place that SARIF names is read again from its file and holds the text it claims.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod support;

use std::path::Path;

use phorce::output::{Output, Run, render};
use phorce::report::{Finding, Place};
use phorce::run::{Checked, Request, check};
use serde_json::Value;
use support::{AS_OF, Project, orgs};

fn checked(folder: &Path) -> Checked {
    let request = Request {
        inputs: vec![folder.to_path_buf()],
        config: None,
        as_of: AS_OF.parse().unwrap(),
        forceignore: true,
        accepted: true,
        policy: None,
        baseline: None,
        known: true,
    };
    check(&request).unwrap()
}

fn sarif(checked: &Checked) -> Value {
    let run = Run { version: "0", fail_on: None, exit_code: 0, category: "", hipaa: &[] };
    let output = Output::Sarif { accepted: true };
    serde_json::from_str(&render(&checked.report, &checked.rules, &run, output).unwrap()).unwrap()
}

/// The lines of a file as an editor shows them.
fn lines(folder: &Path, path: &str) -> Vec<String> {
    let text = String::from_utf8(std::fs::read(folder.join(path)).unwrap()).unwrap();
    let text = text.trim_start_matches('\u{feff}');
    text.split('\n').map(|line| line.trim_end_matches('\r').to_owned()).collect()
}

/// The code points of a line from one column to before another, both from 1.
fn cut(line: &str, from: u64, to: u64) -> String {
    let chars: Vec<char> = line.chars().collect();
    let at = |column: u64| usize::try_from(column).unwrap() - 1;
    chars.get(at(from)..at(to)).unwrap_or_else(|| panic!("{from}-{to} of {line}")).iter().collect()
}

/// The text of a region; nothing where it is a whole line.
fn region(folder: &Path, location: &Value) -> Option<String> {
    let place = &location["physicalLocation"];
    let uri = place["artifactLocation"]["uri"].as_str().unwrap();
    let path = percent_encoding::percent_decode_str(uri).decode_utf8().unwrap();
    let region = &place["region"];
    let number = |key: &str| region[key].as_u64();
    let line = number("startLine").unwrap();
    assert_eq!(number("endLine").unwrap_or(line), line, "one line long: {location}");
    let lines = lines(folder, &path);
    let line =
        lines.get(usize::try_from(line).unwrap() - 1).unwrap_or_else(|| panic!("{location}"));
    Some(cut(line, number("startColumn")?, number("endColumn").unwrap()))
}

/// What stands on a line before and after a region.
fn around<'l>(line: &'l str, place: &Place) -> (&'l str, &'l str) {
    let byte = |column: u32| {
        let chars = usize::try_from(column).unwrap() - 1;
        line.char_indices().nth(chars).map_or(line.len(), |(byte, _)| byte)
    };
    (line.split_at(byte(place.column)).0, line.split_at(byte(place.end_column)).1)
}

/// Whether a region is a whole word of an element's text: all of it, one of a list, or a part
/// of a URL.
fn is_whole(line: &str, place: &Place) -> bool {
    let (before, after) = around(line, place);
    let parts = |c: char| c.is_whitespace() || matches!(c, ',' | ';' | ':' | '/' | '@');
    let is_value = (before.is_empty() || before.ends_with('>') || before.ends_with(parts))
        && (after.is_empty() || after.starts_with('<') || after.starts_with(parts));
    // Of some elements the name is the value: `<allInternalUsers/>`.
    is_value || (before.ends_with('<') && after.starts_with(['>', '/', ' ']))
}

fn holds(found: Option<&str>, finding: &Finding, line: &str) -> bool {
    let Some(found) = found else { return finding.claim.is_empty() };
    if finding.claim.is_empty() {
        // A start tag; or a value that is a secret, or that a word of ours stands for.
        let code = is_code(&finding.place.path) && !found.trim().is_empty();
        return found.starts_with('<')
            || code
            || (!found.is_empty() && is_whole(line, &finding.place));
    }
    let said = phorce::metadata::xml::unescape(found);
    // A text of several lines is shown by its first.
    said == finding.claim || finding.claim.trim().lines().next() == Some(said.trim())
}

/// In code a finding stands on the statement or expression at fault, whatever it says.
fn is_code(path: &str) -> bool {
    [".cls", ".trigger", ".js", ".page"].iter().any(|ending| path.ends_with(ending))
}

#[test]
fn every_region_holds_its_claim() {
    let mut claims = 0;
    for org in orgs() {
        let project = Project::of_org(&org);
        let folder = project.path();
        let checked = checked(folder);
        let log = sarif(&checked);
        let results = log["runs"][0]["results"].as_array().unwrap();
        assert_eq!(results.len(), checked.report.findings.len());
        for (result, finding) in results.iter().zip(&checked.report.findings) {
            assert_eq!(result["ruleId"], finding.rule);
            let found = region(folder, &result["locations"][0]);
            let lines = lines(folder, &finding.place.path);
            let line = &lines[usize::try_from(finding.place.line).unwrap() - 1];
            assert!(
                holds(found.as_deref(), finding, line),
                "{org}: {} claims {:?} and has {found:?}",
                finding.message,
                finding.claim
            );
            claims += usize::from(!finding.claim.is_empty());
            let related = result["relatedLocations"].as_array();
            for location in related.into_iter().flatten() {
                region(folder, location);
            }
        }
    }
    assert!(claims >= 20, "only {claims} claims");
}

/// The steps of a code flow: the bytes each one marks, and what it says.
fn steps(folder: &Path, result: &Value) -> Vec<(String, String)> {
    let locations = result["codeFlows"][0]["threadFlows"][0]["locations"].as_array();
    let step = |step: &Value| {
        let location = &step["location"];
        let found = region(folder, location).unwrap_or_default();
        (found, location["message"]["text"].as_str().unwrap().to_owned())
    };
    locations.into_iter().flatten().map(step).collect()
}

#[test]
fn a_way_of_phi_can_be_stepped_through() {
    for org in ["clinic", "clinic-mdapi"] {
        let project = Project::of_org(org);
        let log = sarif(&checked(project.path()));
        let results = log["runs"][0]["results"].as_array().unwrap();
        let of_rule = |result: &&Value| result["ruleId"] == "phi-in-message";
        let result = results.iter().find(of_rule).unwrap();
        let steps = steps(project.path(), result);
        assert!(steps.len() >= 3, "{org}: {steps:?}");
        assert!(
            steps.iter().all(|(found, said)| !found.is_empty() && !said.is_empty()),
            "{steps:?}"
        );
        let founds: Vec<&str> = steps.iter().map(|(found, _)| found.as_str()).collect();
        // From the record that is read, through the template, into the mail.
        assert!(founds[0] == "Get_Patient" || founds[0] == "Patient__c", "{founds:?}");
        assert!(
            founds.iter().any(|found| found.contains("Get_Patient.Diagnosis__c")),
            "{founds:?}"
        );
        assert_eq!(founds.last().copied(), Some("Body"), "{founds:?}");
    }
}

#[test]
fn members_stand_where_they_say() {
    for org in orgs() {
        let project = Project::of_org(&org);
        for finding in checked(project.path()).report.findings {
            for member in &finding.members {
                let Place { path, line, column, end_column, .. } = &member.place;
                let lines = lines(project.path(), path);
                let line = &lines[usize::try_from(*line).unwrap() - 1];
                let found = cut(line, (*column).into(), (*end_column).into());
                let said = phorce::metadata::xml::unescape(&found);
                // Of a range of addresses the first one is marked; of a thing that has no
                // text of its own, a value that tells of it.
                // In code a field is read from something (`row.SSN__c`), and a whole record is
                // whatever variable holds it.
                let own = member.name.rsplit('.').next().unwrap_or("");
                let record = !member.name.contains('.') && !found.trim().is_empty();
                let is_there = member.name.contains(&*said)
                    || (is_code(path) && (record || found.contains(own)))
                    || found.starts_with('<')
                    || (!found.is_empty() && is_whole(line, &member.place));
                assert!(is_there, "{org}: {} lists {} at {found:?}", finding.rule, member.name);
            }
        }
    }
}

#[test]
fn columns_count_code_points_and_references_are_resolved() {
    let project = Project::of_org("layouts");
    let checked = checked(project.path());
    let text_of = |subject: &str, rule: &str| {
        let findings = checked.report.findings.iter();
        let mut of_rule = findings.filter(|f| f.subject == subject && f.rule == rule);
        let place = &of_rule.next().unwrap_or_else(|| panic!("{rule} {subject}")).place;
        let line = &lines(project.path(), &place.path)[usize::try_from(place.line).unwrap() - 1];
        (place.line, cut(line, place.column.into(), place.end_column.into()))
    };
    // Before both stand Hebrew letters, a character of four bytes and a character reference.
    let range = text_of("Imaging", "ip-restriction-ineffective");
    assert_eq!(range, (2, "0.0.0.0".to_owned()));
    let site = text_of("Imaging", "cleartext-endpoint");
    assert_eq!(site, (2, "http://imaging.harbour-clinic.example/?site=1&amp;ward=3".to_owned()));
}
