//! Apex files and what is read of them: each file of `testdata/apex-syntax` beside its
//! outline, written by hand, and files that are made to be hard.

mod outline;
mod place;

use std::path::{Path, PathBuf};

use super::model::At;
use super::parse_soql;
use super::read::{Parsed, parse};

fn folder(name: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/apex-syntax").join(name);
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> =
        files.filter(|path| path.extension().is_some_and(|e| e != "outline")).collect();
    files.sort();
    assert!(!files.is_empty());
    files
}

fn read(path: &Path) -> (String, Parsed, String) {
    let text = std::fs::read_to_string(path).unwrap();
    let expected = std::fs::read_to_string(path.with_extension("outline")).unwrap();
    let parsed = parse(&text).unwrap();
    (text, parsed, expected)
}

#[test]
fn every_construct_is_in_the_outline() {
    for path in folder("ok") {
        let (text, parsed, expected) = read(&path);
        assert_eq!(outline::of(&parsed.types), expected, "{}", path.display());
        assert!(parsed.gaps.is_empty(), "{}: {:?}", path.display(), parsed.gaps);
        place::check(&text, &parsed.types);
    }
}

#[test]
fn around_a_broken_part_the_rest_is_read() {
    for path in folder("broken") {
        let (text, parsed, expected) = read(&path);
        let first = parsed.gaps.first().expect("a gap");
        assert!(!first.cut);
        let found = format!("line {}\n{}", first.line, outline::of(&parsed.types));
        assert_eq!(found, expected, "{}", path.display());
        place::check(&text, &parsed.types);
    }
}

fn class(body: &str) -> Parsed {
    parse(&format!("public class D {{ void m() {{ return; {body} }} }}")).unwrap()
}

#[test]
fn what_is_nested_too_deep_is_cut_and_said() {
    let deep = |open: &str, inner: &str, close: &str| {
        class(&format!("{}{inner}{};", open.repeat(10_000), close.repeat(10_000)))
    };
    // Parentheses nest nothing.
    assert!(deep("(", "x()", ")").gaps.is_empty());
    for parsed in [
        deep("f(", "x", ")"),
        deep("if (a) {", "x();", "}"),
        deep("- ", "x", ""),
        deep("", "a", ".b()"),
        deep("[SELECT (SELECT ", "Id FROM A", ") FROM B]"),
    ] {
        assert!(parsed.gaps.iter().any(|gap| gap.line == 1), "{:?}", parsed.gaps.len());
        assert!(parsed.gaps.len() <= super::MAX_GAPS);
    }
    let parsed = deep("f(", "x", ")");
    assert!(parsed.gaps.iter().all(|gap| gap.cut));
}

#[test]
fn long_is_not_deep() {
    let chain = class(&format!("String s = 'a'{};", " + b".repeat(20_000)));
    let switch = class(&format!("{}y();", "if (a) x(); else ".repeat(2_000)));
    let calls = class(&"x(a.b + c);\n".repeat(2_000));
    let text = class(&format!("String s = '{}';", "x".repeat(1_000_000)));
    for parsed in [chain, switch, calls, text] {
        assert!(parsed.gaps.is_empty());
        assert_eq!(parsed.types.len(), 1);
    }
}

#[test]
fn what_the_parser_would_never_end_with_is_refused() {
    let trap = parse(&format!("return {}", "a < b < ".repeat(50_000))).unwrap_err();
    assert!(trap.1.contains("so broken"));
    assert!(parse(&format!("class A {{ {} x = return; }}", "List<".repeat(2_000))).is_err());
    let start = std::time::Instant::now();
    let lost = parse(&format!("class A {{ void m() {{ return; x = {}", "- : ".repeat(50_000)));
    assert!(lost.unwrap_err().1.contains("so broken"));
    assert!(start.elapsed().as_secs() < 20);
}

#[test]
fn what_holds_nothing_is_not_parsed() {
    let parsed = parse("public enum Tone { LOW, HIGH }").unwrap();
    assert!(parsed.skipped);
    assert_eq!(outline::of(&parsed.types), "enum Tone public\n");
    assert!(!parse("public class A { Id i = x.Id; Foo__c f; }").unwrap().skipped);
}

#[test]
fn a_query_in_a_text_is_read() {
    let at = At { start: 3, end: 9 };
    let of = |text: &str| parse_soql(text, at).map(|soql| outline::soql(&soql));
    let cases = [
        (
            "SELECT Id, Owner.Name n, COUNT(Id) c, (SELECT Note__c FROM Visits__r) FROM Patient__c p \
             WHERE Id IN :ids AND (Ward__r.Name LIKE '%FROM x\\'y%' OR Bed__c = : this.bed) \
             WITH USER_MODE ORDER BY Name DESC LIMIT 5",
            "SELECT Id, Owner.Name n, COUNT(Id) c, (SELECT Note__c FROM Visits__r) FROM Patient__c p \
             WHERE Id, Ward__r.Name, Bed__c, Name WITH USER_MODE BIND ids, this.bed AGGREGATE",
        ),
        ("select ?, Name from ? where ?", "SELECT ?, Name FROM ? WHERE "),
        ("SELECT FIELDS(all) FROM Contact", "SELECT FIELDS(ALL) FROM Contact"),
        (
            "SELECT Id FROM A WHERE Id IN (SELECT B__c FROM B WHERE C__c = :x) AND D__c != null",
            "SELECT Id FROM A WHERE Id, D__c BIND x",
        ),
        ("SELECT Id FROM ", "SELECT Id FROM "),
    ];
    for (text, expected) in cases {
        assert_eq!(of(text).as_deref(), Some(expected), "{text}");
    }
    for text in
        ["Select a patient", "", "FIND {x} RETURNING Contact", " FROM Contact", "SELECT ((("]
    {
        assert_eq!(of(text), None, "{text}");
    }
    let deep =
        format!("SELECT Id FROM A WHERE x IN {}", "(SELECT a FROM b WHERE c IN ".repeat(5_000));
    assert!(of(&deep).is_some());
    assert_eq!(parse_soql("SELECT Id FROM A", at).unwrap().select[0].field.at, at);
}
