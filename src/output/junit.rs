//! The report as JUnit XML, which every CI server shows.
//!
//! In: a [`Report`], the rules. Out: a test suite for each family of rules. An open finding
//! is a failed case with its file and line; a rule without one is a case that passed; what was
//! accepted, is old, was not assessed or had nothing to check is skipped, with the reason; a
//! file that was not read is an error. It holds no time: the same input gives the same bytes.

use std::collections::BTreeMap;
use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

use crate::escape;
use crate::output::Run;
use crate::output::words::{acceptance, sentence, status};
use crate::report::{Finding, NotRead, Outcome, Report, Status, Verdict};
use crate::rule::Rule;

/// The suite of what is not about a rule.
const INPUTS: &str = "inputs";

/// How a case ended.
enum End {
    Passed,
    /// Type, message and text.
    Failed(&'static str, String, String),
    Error(String),
    Skipped(String),
}

struct Case {
    class: String,
    name: String,
    place: Option<(String, u32)>,
    end: End,
}

/// Writes `report` as JUnit XML, ended by a line break.
pub(super) fn render(report: &Report, rules: &[Rule], run: &Run<'_>) -> io::Result<String> {
    let suites = suites(report, rules);
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let all: Vec<&Case> = suites.values().flatten().collect();
    let mut root = BytesStart::new("testsuites");
    root.push_attribute(("name", format!("Phorce {}", run.version).as_str()));
    count(&mut root, &all);
    writer.write_event(Event::Start(root))?;
    for (name, cases) in &suites {
        let mut suite = BytesStart::new("testsuite");
        suite.push_attribute(("name", escape::xml(&format!("phorce.{name}")).as_str()));
        let cases: Vec<&Case> = cases.iter().collect();
        count(&mut suite, &cases);
        suite.push_attribute(("skipped", tally(&cases, is_skipped).as_str()));
        writer.write_event(Event::Start(suite))?;
        for case in cases {
            write_case(&mut writer, case)?;
        }
        writer.write_event(Event::End(BytesEnd::new("testsuite")))?;
    }
    writer.write_event(Event::End(BytesEnd::new("testsuites")))?;
    let mut bytes = writer.into_inner();
    bytes.push(b'\n');
    String::from_utf8(bytes).map_err(io::Error::other)
}

fn count(element: &mut BytesStart<'_>, cases: &[&Case]) {
    element.push_attribute(("tests", cases.len().to_string().as_str()));
    let failed = |case: &Case| matches!(case.end, End::Failed(..));
    element.push_attribute(("failures", tally(cases, failed).as_str()));
    let wrong = |case: &Case| matches!(case.end, End::Error(_));
    element.push_attribute(("errors", tally(cases, wrong).as_str()));
}

fn is_skipped(case: &Case) -> bool {
    matches!(case.end, End::Skipped(_))
}

fn tally(cases: &[&Case], is: impl Fn(&Case) -> bool) -> String {
    cases.iter().filter(|case| is(case)).count().to_string()
}

fn write_case(writer: &mut Writer<Vec<u8>>, case: &Case) -> io::Result<()> {
    let mut element = BytesStart::new("testcase");
    element.push_attribute(("classname", escape::xml(&case.class).as_str()));
    element.push_attribute(("name", escape::xml(&case.name).as_str()));
    if let Some((path, line)) = &case.place {
        element.push_attribute(("file", escape::xml(path).as_str()));
        element.push_attribute(("line", line.to_string().as_str()));
    }
    let (name, kind, message, text) = match &case.end {
        End::Passed => return writer.write_event(Event::Empty(element)),
        End::Failed(kind, message, text) => ("failure", *kind, message, text.as_str()),
        End::Error(message) => ("error", "not-read", message, ""),
        End::Skipped(message) => ("skipped", "", message, ""),
    };
    writer.write_event(Event::Start(element))?;
    let mut end = BytesStart::new(name);
    if !kind.is_empty() {
        end.push_attribute(("type", kind));
    }
    end.push_attribute(("message", escape::xml(message).as_str()));
    if text.is_empty() {
        writer.write_event(Event::Empty(end))?;
    } else {
        writer.write_event(Event::Start(end))?;
        writer.write_event(Event::Text(BytesText::new(text)))?;
        writer.write_event(Event::End(BytesEnd::new(name)))?;
    }
    writer.write_event(Event::End(BytesEnd::new("testcase")))
}

fn suites(report: &Report, rules: &[Rule]) -> BTreeMap<String, Vec<Case>> {
    let mut suites: BTreeMap<String, Vec<Case>> = BTreeMap::new();
    for outcome in &report.rules {
        let rule = rules.iter().find(|rule| rule.id == outcome.id);
        let family = rule.map_or("", |rule| rule.family.as_str());
        let cases = suites.entry(family.to_owned()).or_default();
        let mine = report.findings.iter().filter(|finding| finding.rule == outcome.id);
        let mine: Vec<&Finding> = mine.collect();
        let open = mine.iter().any(|finding| finding.status == Status::Open);
        if !open {
            cases.push(of_rule(outcome, rule));
        }
        cases.extend(mine.into_iter().map(|finding| of_finding(finding, rule)));
    }
    // A base may know a rule that is gone.
    let known = |finding: &&Finding| report.rules.iter().any(|rule| rule.id == finding.rule);
    for finding in report.findings.iter().filter(|finding| !known(finding)) {
        suites.entry(finding.family.clone()).or_default().push(of_finding(finding, None));
    }
    if !report.inputs.not_read.is_empty() {
        let cases = report.inputs.not_read.iter().map(unread).collect();
        suites.insert(INPUTS.to_owned(), cases);
    }
    suites
}

/// The case of a rule that found nothing open. It passed only if it looked at something.
fn of_rule(outcome: &Outcome, rule: Option<&Rule>) -> Case {
    let title = rule.map_or(outcome.id.as_str(), |rule| rule.title.as_str()).replace('`', "");
    let (name, end) = match outcome.verdict {
        Verdict::Checked => (format!("{title} ({} examined)", outcome.examined), End::Passed),
        Verdict::NothingToCheck => {
            (title, End::Skipped(format!("nothing to check: {}", outcome.reason)))
        }
        Verdict::NotAssessed => (title, End::Skipped(format!("not assessed: {}", outcome.reason))),
    };
    let family = rule.map_or("", |rule| rule.family.as_str());
    Case { class: class(family, &outcome.id), name, place: None, end }
}

/// Servers take what stands before the last dot for a package.
fn class(family: &str, rule: &str) -> String {
    format!("phorce.{family}.{rule}")
}

fn of_finding(finding: &Finding, rule: Option<&Rule>) -> Case {
    let end = match finding.status {
        Status::Open => {
            let (message, text) = (sentence(finding), text(finding, rule));
            End::Failed(finding.severity.word(), message, text)
        }
        Status::Accepted => {
            End::Skipped(acceptance(finding).unwrap_or_else(|| "accepted".to_owned()))
        }
        Status::Unchanged => End::Skipped("unchanged: the base has it too".to_owned()),
        Status::Baselined => End::Skipped("baselined: it was known before".to_owned()),
        Status::Fixed => End::Passed,
        Status::NoLongerSeen => {
            End::Skipped("no longer seen: what it was about is not there".to_owned())
        }
    };
    let name = match finding.status {
        Status::Fixed => format!("{}: {}", status(finding.status), sentence(finding)),
        _ => sentence(finding),
    };
    // Two orgs of a project may hold the same name.
    let name = match finding.org.as_str() {
        "" => name,
        org => format!("{name} [{org}]"),
    };
    let class = class(&finding.family, &finding.rule);
    let place = Some((finding.place.path.clone(), finding.place.line));
    Case { class, name, place, end }
}

/// What a person reads of a failed case. Names are one line each, so nothing can pose as
/// another part.
fn text(finding: &Finding, rule: Option<&Rule>) -> String {
    let place = &finding.place;
    let mut lines = vec![
        format!("{}:{}:{}", place.path, place.line, place.column),
        format!("{}, confidence {}", finding.severity.word(), finding.confidence.word()),
    ];
    lines.extend(
        finding.members.iter().map(|m| format!("- {} ({}:{})", m.name, m.place.path, m.place.line)),
    );
    let steps = finding.related.iter().chain(&finding.trail);
    lines.extend(steps.map(|s| format!("- {} ({}:{})", s.message, s.place.path, s.place.line)));
    if let Some(rule) = rule {
        let fix = rule.fix.split("\n\n").next().unwrap_or("").replace('\n', " ");
        lines.push(format!("fix: {fix}"));
    }
    let lines: Vec<String> = lines.iter().map(|line| escape::xml(line)).collect();
    lines.join("\n")
}

fn unread(file: &NotRead) -> Case {
    Case {
        class: class(INPUTS, "not-read"),
        name: file.path.clone(),
        place: Some((file.path.clone(), file.line)),
        end: End::Error(format!("what is in it is unknown: {}", file.reason)),
    }
}
