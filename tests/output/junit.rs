//! JUnit XML, read back and held to the elements and attributes that its readers know.

use std::collections::BTreeMap;

use phorce::output::Output;
use phorce::report::Report;
use quick_xml::Reader;
use quick_xml::events::Event;

use super::{hostile, sample};

/// An element with its attributes, its text, and what it contains.
#[derive(Debug, Default, Clone)]
struct Element {
    name: String,
    attributes: BTreeMap<String, String>,
    text: String,
    children: Vec<Element>,
}

impl Element {
    fn attribute(&self, name: &str) -> &str {
        self.attributes.get(name).map_or("", String::as_str)
    }

    fn number(&self, name: &str) -> usize {
        self.attribute(name).parse().unwrap()
    }

    fn cases(&self, with: &str) -> usize {
        self.children.iter().filter(|case| case.children.iter().any(|end| end.name == with)).count()
    }
}

fn parse(text: &str) -> Element {
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_end_names = true;
    let mut stack = vec![Element::default()];
    loop {
        match reader.read_event().unwrap() {
            Event::Start(start) => stack.push(element(&start)),
            Event::Empty(start) => {
                let child = element(&start);
                stack.last_mut().unwrap().children.push(child);
            }
            Event::End(_) => {
                let child = stack.pop().unwrap();
                stack.last_mut().unwrap().children.push(child);
            }
            Event::Text(text) => {
                stack.last_mut().unwrap().text.push_str(&text);
            }
            Event::GeneralRef(name) => {
                let name: &str = &name;
                let text = quick_xml::escape::unescape(&format!("&{name};")).unwrap().into_owned();
                stack.last_mut().unwrap().text.push_str(&text);
            }
            Event::Decl(_) => {}
            Event::Eof => break,
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(stack.len(), 1);
    assert_eq!(stack[0].children.len(), 1);
    stack.remove(0).children.remove(0)
}

fn element(start: &quick_xml::events::BytesStart<'_>) -> Element {
    let attribute = |attribute: quick_xml::events::attributes::Attribute<'_>| {
        let key: &str = attribute.key.as_ref();
        (key.to_owned(), quick_xml::escape::unescape(&attribute.value).unwrap().into_owned())
    };
    Element {
        name: start.name().as_ref().to_owned(),
        attributes: start.attributes().map(|a| attribute(a.unwrap())).collect(),
        ..Element::default()
    }
}

/// What the schema of Jenkins' xUnit plugin lets stand where.
fn check(root: &Element) {
    assert_eq!(root.name, "testsuites");
    let known = |element: &Element, names: &[&str]| {
        assert!(element.attributes.keys().all(|key| names.contains(&key.as_str())), "{element:?}");
    };
    known(root, &["name", "tests", "failures", "errors"]);
    for suite in &root.children {
        assert_eq!(suite.name, "testsuite");
        known(suite, &["name", "tests", "failures", "errors", "skipped"]);
        assert_eq!(suite.number("tests"), suite.children.len());
        assert_eq!(suite.number("failures"), suite.cases("failure"));
        assert_eq!(suite.number("errors"), suite.cases("error"));
        assert_eq!(suite.number("skipped"), suite.cases("skipped"));
        for case in &suite.children {
            assert_eq!(case.name, "testcase");
            known(case, &["name", "classname", "file", "line"]);
            assert!(!case.attribute("name").is_empty() && !case.attribute("classname").is_empty());
            assert!(case.children.len() <= 1);
            for end in &case.children {
                assert!(["failure", "error", "skipped"].contains(&end.name.as_str()));
                known(end, &["message", "type"]);
                assert!(end.children.is_empty(), "{end:?}");
            }
        }
    }
    for count in ["tests", "failures", "errors"] {
        let sum: usize = root.children.iter().map(|suite| suite.number(count)).sum();
        assert_eq!(root.number(count), sum);
    }
}

fn read(report: &Report) -> Element {
    let text = sample::written(report, Output::Junit);
    let forbidden = |c: char| (c.is_control() && c != '\n') || matches!(c, '\u{fffe}' | '\u{ffff}');
    assert!(!text.chars().any(forbidden) && !text.contains("]]>"));
    let root = parse(&text);
    check(&root);
    root
}

fn endings(suite: &Element) -> Vec<(String, String, String)> {
    let end = |case: &Element| {
        let end = case.children.first().cloned().unwrap_or_default();
        let name = case.attribute("name").to_owned();
        (name, end.name.clone(), end.attribute("message").to_owned())
    };
    suite.children.iter().map(end).collect()
}

#[test]
fn every_way_a_rule_ends_is_a_case() {
    let root = read(&sample::report());
    let names: Vec<&str> = root.children.iter().map(|suite| suite.attribute("name")).collect();
    assert_eq!(names, ["phorce.access", "phorce.inputs"]);
    let text = |text: &str| text.to_owned();
    let ends = endings(&root.children[0]);
    assert_eq!(
        ends[1],
        (
            text("Title of event-log"),
            text("skipped"),
            text(r"not assessed: settings \u{202e}were not retrieved")
        )
    );
    assert_eq!(ends[0].2, "nothing to check: there is no guest profile");
    assert_eq!((ends[2].1.as_str(), ends.len()), ("failure", 5));
    assert_eq!(ends[3], (text("Title of weak-session (2 examined)"), text(""), text("")));
    assert_eq!(ends[4].2, r"accepted by A. Officer until 2031-05-06: The vendor \u{202e}migrates");
    let failed = &root.children[0].children[2];
    assert_eq!(failed.attribute("file"), sample::NASTY_PATH);
    assert_eq!(failed.attribute("line"), "3");
    assert_eq!(failed.attribute("classname"), "phorce.access.view-all-data");
    assert_eq!(failed.children[0].attribute("type"), "critical");
    assert!(failed.children[0].text.contains("- defined here (objects/P__c.object:7)"));
    assert!(failed.children[0].text.ends_with("fix: Take it away."));
    let unread = &root.children[1].children[0];
    assert_eq!((unread.attribute("line"), unread.children[0].name.as_str()), ("9", "error"));
}

#[test]
fn every_status_is_a_case() {
    let root = read(&hostile::change());
    let ends = endings(&root.children[0]);
    let end = |name: &str| ends.iter().find(|(own, ..)| own.starts_with(name)).unwrap().1.clone();
    assert_eq!(end("Fresh"), "failure");
    assert_eq!(end("Grown"), "failure");
    assert_eq!(end("Old"), "skipped");
    assert_eq!(end("fixed: Mended"), "");
    assert_eq!(end("Gone"), "skipped");
    assert_eq!(end("Known"), "skipped");
}

#[test]
fn hostile_names_are_text() {
    let root = read(&hostile::report());
    let cases = &root.children[0].children;
    let failed: Vec<&Element> = cases
        .iter()
        .filter(|case| !case.children.is_empty() && case.children[0].name == "failure")
        .collect();
    assert_eq!(failed.len(), hostile::ATTACKS.len());
    assert_eq!(failed[7].attribute("name"), "]]><x/> reaches all []]><x/>]");
    assert_eq!(failed[6].children[0].attribute("message"), "<script>alert(1)</script> reaches all");
    assert_eq!(failed[8].attribute("file"), "force-app/&lt;&#0;&unknown;");
}
