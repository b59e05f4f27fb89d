//! Apex that is made to be hard to follow: it ends, and what was left is said.
//!
//! Each test writes classes as texts and reads the rows of kind `apex-flow`.

// A test that cannot read what it judges has failed.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::collections::BTreeMap;
use std::fmt::Write;
use std::time::{Duration, Instant};

use jiff::civil::Date;
use phorce::config::Config;
use phorce::engine::gather::gather_kinds;
use phorce::fact::Fact;
use phorce::source::Sources;

const FIELD: &str = r#"<CustomField xmlns="http://soap.sforce.com/2006/04/metadata">
    <fullName>SSN__c</fullName>
    <type>Text</type>
</CustomField>"#;

/// The rows of classes, each a name and its body.
fn rows(classes: &[(&str, String)]) -> Vec<Fact> {
    let mut files = BTreeMap::new();
    files.insert(
        "sfdx-project.json".to_owned(),
        b"{\"packageDirectories\":[{\"path\":\"app\"}]}".to_vec(),
    );
    files.insert(
        "app/objects/Patient__c/fields/SSN__c.field-meta.xml".to_owned(),
        FIELD.as_bytes().to_vec(),
    );
    for (name, body) in classes {
        let text = format!("public class {name} {{\n{body}\n}}\n");
        files.insert(format!("app/classes/{name}.cls"), text.into_bytes());
    }
    let sources = Sources::in_memory(files);
    let day = Date::constant(2026, 1, 1);
    let gathered = gather_kinds(&sources, &["apex-flow"], &Config::default(), day).unwrap();
    let facts = gathered.orgs.iter().flat_map(|org| org.facts.of("apex-flow"));
    facts.map(|fact| fact.as_ref().clone()).collect()
}

fn sinks(rows: &[Fact]) -> Vec<(&str, &str)> {
    rows.iter().map(|row| (row.name.as_str(), row.text("sink").unwrap())).collect()
}

#[test]
fn a_method_without_end_is_cut_and_its_start_is_judged() {
    let mut body = String::from(
        "public static void open(Patient__c person) {\nSystem.debug(person.SSN__c);\nString text = '';\n",
    );
    for loops in 0..7 {
        writeln!(body, "for (Integer i{loops} = 0; i{loops} < 3; i{loops}++) {{").unwrap();
    }
    let more = " + 'x'".repeat(40);
    for line in 0..3_000 {
        writeln!(body, "text = text + person.SSN__c + {line}{more};").unwrap();
    }
    body.push_str(&"}\n".repeat(7));
    body.push_str("}\n");
    let begun = Instant::now();
    let rows = rows(&[("Desk", body)]);
    assert!(begun.elapsed() < Duration::from_secs(60), "{:?}", begun.elapsed());
    assert_eq!(sinks(&rows), [("Desk.open/cut", "cut"), ("Desk.open/log", "log")]);
    assert!(rows.iter().all(|row| row.is_true("cut")));
}

#[test]
fn methods_that_all_call_each_other_end() {
    let mut body = String::new();
    for method in 0..120 {
        writeln!(body, "static String m{method}(String text, Integer n) {{").unwrap();
        for other in 0..120 {
            writeln!(body, "if (n == {other}) {{ return m{other}(text, n); }}").unwrap();
        }
        writeln!(body, "System.debug(text); return text; }}").unwrap();
    }
    body.push_str("public static void open(Patient__c person) { m7(person.SSN__c, 3); }\n");
    let begun = Instant::now();
    let rows = rows(&[("Ring", body)]);
    assert!(begun.elapsed() < Duration::from_secs(60), "{:?}", begun.elapsed());
    assert!(sinks(&rows).contains(&("Ring.m7/log", "log")));
}

#[test]
fn a_chain_of_calls_is_followed_and_its_middle_left_out() {
    let mut body =
        String::from("public static void open(Patient__c person) { m0(person.SSN__c); }\n");
    for method in 0..40 {
        writeln!(body, "static void m{method}(String text) {{ m{}(text); }}", method + 1).unwrap();
    }
    body.push_str("static void m40(String text) { System.debug(text); }\n");
    let rows = rows(&[("Chain", body)]);
    assert_eq!(sinks(&rows), [("Chain.m40/log", "log")]);
    let trail = &rows[0].trail;
    assert_eq!(trail.len(), 24);
    assert_eq!(trail[0].1, "Patient__c.SSN__c is read");
    assert_eq!(trail[12].1, "20 steps are left out here");
    assert_eq!(trail[23].1, "it goes into the debug log");
}

#[test]
fn a_long_sum_and_deep_branches_are_read() {
    let sum = vec!["person.SSN__c"; 3_000].join(" + ");
    let mut body = format!("public static void open(Patient__c person) {{\nString text = {sum};\n");
    for branch in 0..60 {
        writeln!(body, "if (person.Id != null) {{ text = text + {branch};").unwrap();
    }
    body.push_str(&"}".repeat(60));
    body.push_str("\nSystem.debug(text);\n}\n");
    let rows = rows(&[("Desk", body)]);
    let log = rows.iter().filter(|row| row.text("sink") == Some("log")).count();
    // A reader that cuts so deep an expression says so itself.
    assert!(log <= 1);
}

#[test]
fn a_number_of_the_same_sinks_has_an_ordinal() {
    let body = "public static void open(Patient__c person) {\nSystem.debug(person.SSN__c);\nSystem.debug(person.SSN__c);\n}";
    let rows = rows(&[("Desk", body.to_owned())]);
    assert_eq!(sinks(&rows), [("Desk.open/log", "log"), ("Desk.open/log/2", "log")]);
}
