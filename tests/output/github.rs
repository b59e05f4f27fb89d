//! Workflow commands, read back as the runner of GitHub reads them.

use std::collections::BTreeMap;

use phorce::fact::Severity;
use phorce::output::Output;
use phorce::report::{Finding, Report};

use super::{hostile, sample};

/// A command as the runner understands it.
#[derive(Debug, PartialEq)]
struct Command {
    name: String,
    properties: BTreeMap<String, String>,
    data: String,
}

/// `::name key=value,key=value::data`, at the start of a line but for blanks.
fn second(line: &str) -> Option<Command> {
    let rest = line.trim_start().strip_prefix("::")?;
    let (info, data) = rest.split_once("::")?;
    let (name, properties) = info.split_once(' ').unwrap_or((info, ""));
    let pairs = properties.split(',').filter_map(|pair| pair.trim().split_once('='));
    let unescape = |text: &str| {
        let data = text.replace("%0D", "\r").replace("%0A", "\n");
        data.replace("%3A", ":").replace("%2C", ",").replace("%25", "%")
    };
    Some(Command {
        name: name.to_owned(),
        properties: pairs.map(|(key, value)| (key.to_owned(), unescape(value))).collect(),
        data: data.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%"),
    })
}

/// The older form: `##[name key=value;]data`, anywhere in a line.
fn first(line: &str) -> bool {
    line.contains("##[")
}

fn written(report: &Report) -> (Vec<Command>, Vec<String>) {
    let text = sample::written(report, Output::Github);
    let (mut commands, mut plain) = (Vec::new(), Vec::new());
    for line in text.lines() {
        match second(line) {
            Some(command) => commands.push(command),
            None => plain.push(line.to_owned()),
        }
    }
    assert!(!plain.iter().any(|line| first(line)), "{plain:?}");
    (commands, plain)
}

#[test]
fn a_finding_is_a_command_on_its_line() {
    let (commands, plain) = written(&Report {
        findings: vec![sample::finding("view-all-data", Severity::High), sample::accepted()],
        ..Report::default()
    });
    let pairs = [
        ("file", "profiles/Admin.profile-meta.xml"),
        ("line", "2"),
        ("endLine", "2"),
        ("col", "11"),
        ("endColumn", "23"),
        ("title", "high: Title of view-all-data (view-all-data)"),
    ];
    let expected = Command {
        name: "error".to_owned(),
        properties: pairs.map(|(key, value)| (key.to_owned(), value.to_owned())).into(),
        data: "Admin may read all data".to_owned(),
    };
    assert_eq!(commands, [expected]);
    assert_eq!(
        plain,
        ["Phorce: open: 1 high; accepted: 1; files not read: 0; rules not assessed: 0. Exit code \
          3: a file that a rule needs could not be read."]
    );
}

#[test]
fn severities_are_kinds() {
    let of = |severity| sample::finding("view-all-data", severity);
    let report = Report { findings: Severity::ALL.map(of).to_vec(), ..Report::default() };
    let names: Vec<String> = written(&report).0.into_iter().map(|command| command.name).collect();
    assert_eq!(names, ["error", "error", "warning", "notice"]);
}

#[test]
fn ten_of_a_kind_are_shown_and_the_rest_is_counted() {
    let of = |number: usize| Finding {
        message: format!("number {number}"),
        ..sample::finding("view-all-data", Severity::Medium)
    };
    let report = Report { findings: (0..13).map(of).collect(), ..sample::report() };
    let (commands, plain) = written(&report);
    let warnings: Vec<&str> = commands
        .iter()
        .filter(|command| command.name == "warning")
        .map(|command| command.data.as_str())
        .collect();
    assert_eq!(warnings.len(), 10);
    assert_eq!((warnings[0], warnings[9]), ("Admin: number 0", "Admin: number 9"));
    assert!(plain[0].starts_with("3 more warnings: "), "{plain:?}");
}

#[test]
fn what_was_not_read_comes_first() {
    let (commands, _) = written(&sample::report());
    assert_eq!(commands[0].properties["file"], "profiles/Bro ken.profile");
    assert_eq!(commands[0].properties["line"], "9");
    assert!(commands[0].data.starts_with("What is in it is unknown"));
    assert_eq!(commands[1].properties["title"], "critical: Title of view-all-data (view-all-data)");
}

#[test]
fn no_name_is_a_command_or_a_property() {
    let (commands, plain) = written(&hostile::report());
    assert_eq!(commands.len(), 20, "ten errors for files, ten notices for findings");
    for command in &commands {
        assert!(["error", "notice"].contains(&command.name.as_str()), "{command:?}");
        let keys: Vec<&str> = command.properties.keys().map(String::as_str).collect();
        let known = ["col", "endColumn", "endLine", "file", "line", "title"];
        assert!(keys.iter().all(|key| known.contains(key)), "{command:?}");
        assert!(!command.data.contains(['\n', '\r', '\u{1b}', '\u{202e}']), "{command:?}");
    }
    assert_eq!(plain.len(), 2);
    let of = |number: usize| &commands[10 + number];
    assert_eq!(of(4).properties["file"], "force-app/a,line=1,title=b::c");
    assert_eq!(of(4).properties["line"], "3");
    assert_eq!(of(3).data, "%0A::warning::decoded reaches all");
    assert_eq!(of(0).data, r"a\u{a}::error::injected reaches all");
}

#[test]
fn a_change_is_counted_by_status() {
    let (commands, plain) = written(&hostile::change());
    let told: Vec<&str> = commands.iter().map(|command| command.data.as_str()).collect();
    assert_eq!(
        told[1..],
        ["Fresh may read all data", "Grown may read all data (worsened by this change)"]
    );
    assert!(plain[0].contains(
        "open: 2 high; accepted: 1; baselined: 1; unchanged: 1; fixed: 1; no longer seen: 1"
    ));
}
