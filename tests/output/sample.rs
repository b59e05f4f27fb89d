//! A report with nasty names, and the rules it speaks of.

use phorce::fact::{Confidence, Severity};
use phorce::output::{Output, Run, render};
use phorce::report::{
    Acceptance, Excerpt, Finding, Inputs, Member, NotRead, Notice, Outcome, Place, Related, Report,
    Status, Verdict,
};
use phorce::rule::Rule;

pub const NASTY_PATH: &str = "force app/100%/Pröfil [1]#.profile-meta.xml";
pub const NASTY_NAME: &str = "A\"<b>&'\u{1b}[31m\u{202e}{0}[x](1)\u{9b}";

pub fn place(path: &str, line: u32, columns: std::ops::Range<u32>) -> Place {
    let path = path.to_owned();
    Place { path, line, column: columns.start, end_line: line, end_column: columns.end }
}

pub fn finding(rule: &str, severity: Severity) -> Finding {
    Finding {
        org: String::new(),
        rule: rule.to_owned(),
        family: "access".to_owned(),
        severity,
        confidence: Confidence::High,
        subject: "Admin".to_owned(),
        key: String::new(),
        message: "Admin may read all data".to_owned(),
        place: place("profiles/Admin.profile-meta.xml", 2, 11..24),
        hipaa: vec!["164.312(a)(1)".to_owned()],
        status: Status::Open,
        change: None,
        accepted: None,
        members: Vec::new(),
        related: Vec::new(),
        trail: Vec::new(),
        fingerprint: "0123456789abcdef".repeat(4),
        line_hash: "c129715d7a2bc9a3:1".to_owned(),
        excerpt: Some(Excerpt {
            first_line: 1,
            text: "<Profile>\n    <name>ModifyAllData</name>\n</Profile>\n".to_owned(),
            mark: 20..33,
        }),
        claim: "ModifyAllData".to_owned(),
    }
}

fn nasty() -> Finding {
    let related = |message: &str| Related {
        place: place("objects/P__c.object", 7, 1..1),
        message: message.to_owned(),
    };
    Finding {
        org: "org one".to_owned(),
        subject: NASTY_NAME.to_owned(),
        message: format!("{NASTY_NAME} is\nopen"),
        place: place(NASTY_PATH, 3, 5..8),
        members: vec![Member { name: NASTY_NAME.to_owned(), place: place(NASTY_PATH, 4, 2..5) }],
        related: vec![related("defined here")],
        trail: vec![related("read"), related("sent")],
        excerpt: Some(Excerpt {
            first_line: 2,
            text: "ok\n\t\u{1b}[2J \u{202e}bad\nend\n".to_owned(),
            mark: 12..15,
        }),
        ..finding("view-all-data", Severity::Critical)
    }
}

pub fn accepted() -> Finding {
    Finding {
        status: Status::Accepted,
        change: None,
        accepted: Some(Acceptance {
            reason: "The vendor \u{202e}migrates".to_owned(),
            by: "A. Officer".to_owned(),
            until: "2031-05-06".to_owned(),
        }),
        excerpt: None,
        line_hash: String::new(),
        ..finding("weak-session", Severity::Medium)
    }
}

fn outcome(id: &str, verdict: Verdict, examined: usize, reason: &str) -> Outcome {
    Outcome { id: id.to_owned(), verdict, examined, reason: reason.to_owned() }
}

pub fn report() -> Report {
    Report {
        findings: vec![nasty(), accepted()],
        rules: vec![
            outcome("guest-sharing", Verdict::NothingToCheck, 0, "there is no guest profile"),
            outcome("event-log", Verdict::NotAssessed, 0, "settings \u{202e}were not retrieved"),
            outcome("view-all-data", Verdict::Checked, 1234, ""),
            outcome("weak-session", Verdict::Checked, 2, ""),
        ],
        inputs: Inputs {
            files: 12,
            components: 3456,
            bytes: 2_621_440,
            not_read: vec![NotRead {
                path: "profiles/Bro ken.profile".to_owned(),
                line: 9,
                reason: "it is not well-formed: close <a>".to_owned(),
            }],
        },
        notices: vec![
            Notice {
                message: "the acceptance expired".to_owned(),
                path: Some("phorce.toml".to_owned()),
                line: Some(4),
            },
            Notice { message: "no\tplace".to_owned(), path: None, line: None },
        ],
        change: None,
    }
}

pub fn rules() -> Vec<Rule> {
    ["event-log", "guest-sharing", "view-all-data", "weak-session"]
        .map(|id| {
            let severity = if id == "weak-session" { "medium" } else { "critical" };
            let page = format!(
                "# Title of `{id}`\n\n```toml\nseverity = \"{severity}\"\nconfidence = \"high\"\n\
                 hipaa = [\"164.312(a)(1)\"]\nsbs = [\"SBS-ACS-001\"]\n\n[[case]]\n\
                 for = \"holder\"\nmessage = \"{{name}}\"\n```\n\n\
                 ## Why\nIt opens\nall `PHI`.\n\nMore.\n## Fix\nTake it away.\n\
                 ## Limits\nIt cannot see assignments.\n## Bad\n## Good\n"
            );
            let rule = Rule::read(&format!("rules/access/{id}.md"), "access", id, &page).unwrap();
            Rule { markdown: String::new(), ..rule }
        })
        .to_vec()
}

pub fn written(report: &Report, output: Output) -> String {
    let hipaa = [
        ("164.308(a)(4)".to_owned(), "Information access management".to_owned()),
        ("164.312(a)(1)".to_owned(), "Access control".to_owned()),
    ];
    let run = Run {
        version: "1.2.3",
        fail_on: Some(Severity::High),
        exit_code: 3,
        category: "",
        hipaa: &hipaa,
    };
    render(report, &rules(), &run, output).unwrap()
}
