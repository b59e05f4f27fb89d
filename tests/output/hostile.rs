//! A report whose every name is an attack on some sink, and every status is there.

use phorce::fact::Severity;
use phorce::report::change::{AccessDelta, Change, Changed};
use phorce::report::{
    Acceptance, Finding, Member, NotRead, Notice, Outcome, Report, Status, Verdict,
};

use super::sample::{accepted, finding, place, report as sample_report};

/// Texts that mean something to some reader of some format.
pub const ATTACKS: [&str; 22] = [
    "a\n::error::injected",
    "a\r\n##[error]injected",
    "::set-output name=a::b",
    "%0A::warning::decoded",
    "a,line=1,title=b::c",
    "a|b|c",
    "<script>alert(1)</script>",
    "]]><x/>",
    "&lt;&#0;&unknown;",
    "=HYPERLINK(\"https://evil.example/\",\"x\")",
    "+1;=cmd|' /C calc'!A0",
    "@SUM(1)",
    "-2+3",
    "\u{202e}txt.exe\u{2066}",
    "\u{1b}[2J\u{9b}31m\u{7}",
    "``` ` `` **b** _i_ ~~s~~",
    "[click](https://evil.example) ![i](x) <https://evil.example>",
    "@octocat and @org/team, see #1, !2, GH-3 and owner/repo#4",
    "http://evil.example www.evil.example mailto:a@evil.example",
    "</details></summary><img src=x onerror=alert(1)>",
    "\\| \\` $x^2$ :tada: \u{fffe}\u{ffff}\u{0}",
    "\"quoted\", \"cells\"\t'single'",
];

fn attacked(text: &str) -> Finding {
    Finding {
        subject: text.to_owned(),
        message: format!("{text} reaches all"),
        org: text.to_owned(),
        place: place(&format!("force-app/{text}"), 3, 5..8),
        members: vec![Member { name: text.to_owned(), place: place(text, 4, 2..5) }],
        related: vec![phorce::report::Related {
            place: place(text, 1, 1..1),
            message: text.to_owned(),
        }],
        ..finding("view-all-data", Severity::Low)
    }
}

/// One finding for each attack, then one for each status.
pub fn report() -> Report {
    let mut findings: Vec<Finding> = ATTACKS.iter().map(|text| attacked(text)).collect();
    let text = ATTACKS.join(" ");
    findings.push(Finding {
        accepted: Some(Acceptance {
            reason: text.clone(),
            by: text.clone(),
            until: "2031-05-06".to_owned(),
        }),
        fingerprint: "1".repeat(64),
        ..accepted()
    });
    let notice = |text: &&str| Notice {
        message: (*text).to_owned(),
        path: Some((*text).to_owned()),
        line: None,
    };
    let unread =
        |text: &&str| NotRead { path: (*text).to_owned(), line: 9, reason: (*text).to_owned() };
    let outcome = Outcome {
        id: "event-log".to_owned(),
        verdict: Verdict::NotAssessed,
        examined: 0,
        reason: text,
    };
    let mut report =
        Report { findings, notices: ATTACKS.iter().map(notice).collect(), ..sample_report() };
    report.inputs.not_read = ATTACKS.iter().map(unread).collect();
    report.rules[1] = outcome;
    report
}

/// A report on a change, with a finding of every status.
pub fn change() -> Report {
    let one = |status, change, subject: &str, digit: &str| Finding {
        status,
        change: Some(change),
        subject: subject.to_owned(),
        message: format!("{subject} may read all data"),
        fingerprint: digit.repeat(64),
        ..finding("view-all-data", Severity::High)
    };
    let delta = |holder: &str| AccessDelta {
        org: String::new(),
        object: "Patient__c".to_owned(),
        field: Some("SSN__c".to_owned()),
        level: "read",
        gained: true,
        seen: true,
        holder: holder.to_owned(),
        holder_kind: "profile",
    };
    Report {
        findings: vec![
            one(Status::Open, Change::New, "Fresh", "2"),
            one(Status::Open, Change::Worsened, "Grown", "3"),
            Finding { change: Some(Change::Unchanged), fingerprint: "4".repeat(64), ..accepted() },
            one(Status::Unchanged, Change::Unchanged, "Old", "5"),
            one(Status::Fixed, Change::Fixed, "Mended", "6"),
            one(Status::NoLongerSeen, Change::NoLongerSeen, "Gone", "7"),
            one(Status::Baselined, Change::Unchanged, "Known", "8"),
        ],
        change: Some(Changed {
            reference: "origin/main".to_owned(),
            commit: "0123456789".repeat(4),
            short: "01234567".to_owned(),
            access_delta: vec![delta("Nurse"), delta(ATTACKS[6])],
        }),
        ..sample_report()
    }
}
