//! The text output, compared with what a person should see.

use phorce::fact::Severity;
use phorce::output::{Output, Style};
use phorce::report::{Inputs, Outcome, Report, Verdict};

use super::sample;

const PIPE: Style = Style {
    full: false,
    accepted: true,
    terminal: false,
    width: 100,
    colour: false,
    unicode: false,
};
const TERMINAL: Style = Style { terminal: true, unicode: true, ..PIPE };

fn text(report: &Report, style: Style) -> String {
    sample::written(report, Output::Text(style))
}

#[test]
fn not_on_a_terminal_a_finding_is_one_line() {
    assert_eq!(
        text(&sample::report(), PIPE),
        r#"force app/100%/Pröfil [1]#.profile-meta.xml:3:5 critical view-all-data A"<b>&'\u{1b}[31m\u{202e}{0}[x](1)\u{9b} is\u{a}open
profiles/Admin.profile-meta.xml:2:11 medium weak-session Admin may read all data (accepted by A. Officer until 2031-05-06: The vendor \u{202e}migrates)

notice: phorce.toml:4: the acceptance expired
notice: no\u{9}place
Read 12 files with 3,456 components, 2.5 MiB.
1 file was not read; what is in it is unknown:
  profiles/Bro ken.profile:9: it is not well-formed: close <a>
Open findings: 1 critical.
Accepted risks, still there: 1 medium.
Rules: 2 checked, 1 had nothing to check, 1 could not be assessed.
Could not be assessed:
  settings \u{202e}were not retrieved: event-log
Had nothing to check:
  there is no guest profile: guest-sharing
1 open finding is high or worse.
Exit code 3: a file that a rule needs could not be read.
Next: `phorce explain view-all-data` says why the first of them matters and how to fix it.
"#
    );
}

#[test]
fn on_a_terminal_a_finding_has_its_lines() {
    let findings = vec![sample::finding("view-all-data", Severity::Critical)];
    let shown = text(&Report { findings, ..Report::default() }, TERMINAL);
    let expected = "\
critical[view-all-data]

  × Admin may read all data
   ╭─[profiles/Admin.profile-meta.xml:2:11]
 1 │ <Profile>
 2 │     <name>ModifyAllData</name>
   ·           ─────────────
 3 │ </Profile>
   ╰────
  help: fix: Take it away.
        commonly mapped to §164.312(a)(1)

";
    assert!(shown.starts_with(expected), "{shown}");
}

#[test]
fn nothing_in_it_steers_the_terminal() {
    let full = Style { full: true, ..TERMINAL };
    for style in [PIPE, TERMINAL, full] {
        let shown = text(&sample::report(), style);
        let unseen = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
        assert!(!shown.contains(unseen), "{shown}");
    }
    let shown = text(&sample::report(), TERMINAL);
    let marked = r"\u{1b}[2J \u{202e}bad";
    let line = shown.lines().position(|line| line.ends_with(marked)).unwrap();
    let under = shown.lines().nth(line + 1).unwrap();
    let columns = |text: &str, part: &str| text.split(part).next().unwrap().chars().count();
    assert_eq!(columns(under, "───"), columns(shown.lines().nth(line).unwrap(), "bad"));
}

#[test]
fn a_frame_tells_members_places_steps_and_acceptance() {
    let shown = text(&sample::report(), Style { width: 300, ..TERMINAL });
    for part in [
        "it lists:",
        "see also:",
        "- defined here (objects/P__c.object:7:1)",
        "step by step:",
        "1. read (objects/P__c.object:7:1)",
        "2. sent",
        "accepted by A. Officer until 2031-05-06",
        "profiles/Admin.profile-meta.xml:2:11 Admin may read all data",
    ] {
        assert!(shown.contains(part), "{part}\n{shown}");
    }
}

#[test]
fn paths_and_words_are_never_broken() {
    let mut finding = sample::finding("view-all-data", Severity::High);
    finding.message = "one two three four five six seven eight nine ten eleven".to_owned();
    finding.related = vec![phorce::report::Related {
        place: sample::place("force-app/main/default/classes/A-very-long-name.cls", 7, 1..2),
        message: "read here".to_owned(),
    }];
    let report = Report { findings: vec![finding], ..Report::default() };
    let shown = text(&report, Style { width: 48, ..TERMINAL });
    assert!(
        shown.contains("(force-app/main/default/classes/A-very-long-name.cls:7:1)\n"),
        "{shown}"
    );
    let head = "  × Admin: one two three four five six seven\n  │   eight nine ten eleven\n";
    assert!(shown.contains(head), "{shown}");
}

#[test]
fn more_than_fifty_findings_are_lines_unless_asked_for() {
    let report = |count| Report {
        findings: vec![sample::finding("view-all-data", Severity::Critical); count],
        ..Report::default()
    };
    let frames = |count, style| text(&report(count), style).matches("╭─[").count();
    assert_eq!(frames(50, TERMINAL), 50);
    assert_eq!(frames(51, TERMINAL), 0);
    assert_eq!(frames(51, Style { full: true, ..TERMINAL }), 51);
}

#[test]
fn colours_and_lines_only_where_they_can_be_shown() {
    let colour = Style { colour: true, ..TERMINAL };
    assert!(text(&sample::report(), colour).contains('\u{1b}'));
    let ascii = Style { unicode: false, full: true, ..PIPE };
    let findings = vec![sample::finding("view-all-data", Severity::Critical)];
    let shown = text(&Report { findings, ..Report::default() }, ascii);
    assert!(shown.contains("ModifyAllData") && !shown.contains('│'));
}

#[test]
fn nothing_found_says_what_was_examined() {
    let rule = |id: &str, examined| Outcome {
        id: id.to_owned(),
        verdict: Verdict::Checked,
        examined,
        reason: String::new(),
    };
    let report = Report {
        rules: vec![rule("a", 1200), rule("b", 34)],
        inputs: Inputs { files: 1, components: 1, bytes: 1023, not_read: Vec::new() },
        ..Report::default()
    };
    let shown = text(&report, PIPE);
    assert!(shown.contains("Read 1 file with 1 component, 1023 bytes.\n"), "{shown}");
    assert!(shown.contains("No open findings: 2 rules examined 1,234 things."), "{shown}");
    assert!(!shown.contains("explain"));
}

#[test]
fn it_never_claims_compliance() {
    for report in [sample::report(), Report::default()] {
        assert!(!text(&report, PIPE).to_lowercase().contains("complian"));
    }
}

#[test]
fn many_rules_with_one_reason_are_one_line() {
    let rule = |n: usize| Outcome {
        id: format!("rule-{n}"),
        verdict: Verdict::NotAssessed,
        examined: 0,
        reason: if n < 48 { "settings were not retrieved".into() } else { format!("reason {n}") },
    };
    let report = Report { rules: (0..60).map(rule).collect(), ..Report::default() };
    let shown = text(&report, PIPE);
    assert!(shown.contains(
        "  settings were not retrieved: rule-0, rule-1, rule-2, rule-3, rule-4 and 43 more\n"
    ));
    assert!(shown.contains("  other reasons: 5 rules (--full names them)\n"), "{shown}");
    let full = text(&report, Style { full: true, ..PIPE });
    assert!(full.contains("rule-47") && full.contains("reason 59: rule-59"));
}
