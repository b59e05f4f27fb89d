//! Every control and how it ended.
//!
//! In: outcomes of rules, findings, attestations. Out: one [`Control`] for each standard and
//! specification of the Security Rule, and one for each control of the benchmark. A control
//! passes only where everything that judges it was checked, something was examined, nothing
//! was found and every file was read; zero examined is never a pass, and an error is none. What
//! metadata alone never settles needs a person even then.

use super::Subject;
use super::attestation::{Attestation, Attestations};
use crate::report::{Finding, Outcome, Report, Status, Verdict};
use crate::rule::Rule;

/// How a control ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum End {
    Fail,
    FailAccepted,
    NotAssessed,
    Manual,
    Attested,
    Pass,
    NotApplicable,
    NotCovered,
}

impl End {
    /// In the order in which they are told.
    pub(super) const ALL: [Self; 8] = [
        Self::Fail,
        Self::FailAccepted,
        Self::NotAssessed,
        Self::Manual,
        Self::Attested,
        Self::Pass,
        Self::NotApplicable,
        Self::NotCovered,
    ];

    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Fail => "Fail",
            Self::FailAccepted => "Fail (accepted)",
            Self::NotAssessed => "Not assessed",
            Self::Manual => "Manual",
            Self::Attested => "Attested",
            Self::Pass => "Pass",
            Self::NotApplicable => "Not applicable",
            Self::NotCovered => "Not covered by this tool",
        }
    }

    /// The same as the fill of a bar in a style sheet.
    pub(super) fn fill(self) -> &'static str {
        match self {
            Self::Fail => "f-fail",
            Self::FailAccepted => "f-accepted",
            Self::NotAssessed => "f-unknown",
            Self::Manual => "f-manual",
            Self::Attested => "f-attested",
            Self::Pass => "f-pass",
            Self::NotApplicable => "f-none",
            Self::NotCovered => "f-outside",
        }
    }

    /// The same as a name in a style sheet.
    pub(super) fn class(self) -> &'static str {
        match self {
            Self::Fail => "fail",
            Self::FailAccepted => "accepted",
            Self::NotAssessed => "unknown",
            Self::Manual => "manual",
            Self::Attested => "attested",
            Self::Pass => "pass",
            Self::NotApplicable => "none",
            Self::NotCovered => "outside",
        }
    }
}

/// One control.
#[derive(Debug, Clone)]
pub(super) struct Control<'a> {
    /// `HIPAA` or `SBS`.
    pub(super) framework: &'static str,
    pub(super) id: String,
    pub(super) title: String,
    /// `standard` or `specification`; empty for the benchmark.
    pub(super) kind: String,
    /// `standard`, `required`, `addressable`; empty for the benchmark.
    pub(super) status: String,
    pub(super) section: String,
    pub(super) end: End,
    /// The verdict as it is told: `Fail (accepted until 2026-12-31)`.
    pub(super) verdict: String,
    /// Why, in a sentence.
    pub(super) why: String,
    /// Rules that judge it, and how many of them were checked.
    pub(super) rules: Vec<&'a str>,
    pub(super) checked: usize,
    /// How many things these looked at.
    pub(super) examined: usize,
    pub(super) open: usize,
    pub(super) accepted: usize,
    /// What a person has to show.
    pub(super) attest: String,
    /// Metadata alone never settles it.
    pub(super) people: bool,
    pub(super) attested: Option<&'a Attestation>,
    /// What of the configuration makes its rules say less.
    pub(super) weakened: Vec<String>,
}

/// All controls, in the order of the regulation and of the benchmark.
#[derive(Debug)]
pub(super) struct Controls<'a> {
    pub(super) all: Vec<Control<'a>>,
}

impl<'a> Controls<'a> {
    pub(super) fn of(&self, framework: &str) -> impl Iterator<Item = &Control<'a>> {
        self.all.iter().filter(move |control| control.framework == framework)
    }

    pub(super) fn count(&self, framework: &str, end: End) -> usize {
        self.of(framework).filter(|control| control.end == end).count()
    }
}

/// What is said of a control before anything is judged.
struct Named<'s> {
    framework: &'static str,
    id: &'s str,
    title: &'s str,
    kind: &'s str,
    status: &'s str,
    section: &'s str,
    attest: &'s str,
    people: bool,
}

pub(super) fn judge<'a>(subject: &'a Subject<'a>) -> Controls<'a> {
    let cited = |rule: &Rule, id: &str| rule.hipaa.iter().any(|cited| cited == id);
    let regulation = subject.citations.iter().filter(|c| is_control(&c.id, &c.kind));
    let regulation = regulation.map(|c| {
        let named = Named {
            framework: "HIPAA",
            id: &c.id,
            title: &c.title,
            kind: &c.kind,
            status: &c.status,
            section: &c.section,
            attest: &c.attest,
            people: c.people,
        };
        one(subject, &named, &cited)
    });
    let listed = |rule: &Rule, id: &str| rule.sbs.iter().any(|listed| listed == id);
    let benchmark = subject.benchmark.iter().map(|c| {
        let named = Named {
            framework: "SBS",
            id: &c.id,
            title: &c.title,
            kind: "",
            status: "",
            section: "Security Benchmark for Salesforce",
            attest: "",
            people: c.people,
        };
        one(subject, &named, &listed)
    });
    let mut all: Vec<Control<'a>> = regulation.chain(benchmark).collect();
    roll_up(&mut all, subject.attestations);
    Controls { all }
}

/// A standard and its specifications, which follow it, told together: what does not apply as
/// a standard does not apply in its parts, and a standard that nobody judges by itself ends as
/// the worst of its specifications.
fn roll_up(all: &mut [Control<'_>], attestations: &Attestations) {
    for group in all.chunk_by_mut(|_, next| next.kind == "specification") {
        let Some((standard, specifications)) = group.split_first_mut() else { continue };
        if standard.kind != "standard" || specifications.is_empty() {
            continue;
        }
        if attestations.not_applicable(&standard.id).is_some() {
            let judged = [End::Fail, End::FailAccepted];
            for one in specifications.iter_mut().filter(|one| !judged.contains(&one.end)) {
                one.end = End::NotApplicable;
                End::NotApplicable.word().clone_into(&mut one.verdict);
                one.why = format!("its standard, {}, does not apply", standard.id);
            }
        }
        let settled = [End::NotApplicable, End::Attested].contains(&standard.end);
        let worst = specifications.iter().min_by_key(|one| one.end);
        if let Some(worst) = worst.filter(|_| standard.rules.is_empty() && !settled) {
            standard.end = worst.end;
            worst.end.word().clone_into(&mut standard.verdict);
            standard.why = match specifications.len() {
                1 => format!("as its one specification, {}", worst.id),
                count => format!("as the worst of its {count} specifications, {}", worst.id),
            };
        }
    }
}

/// The Security Rule's standards and specifications; the rest of the table is only cited.
fn is_control(id: &str, kind: &str) -> bool {
    let security = ["164.308", "164.310", "164.312", "164.314", "164.316"];
    kind != "provision" && security.iter().any(|section| id.starts_with(section))
}

fn one<'a>(
    subject: &'a Subject<'a>,
    named: &Named<'_>,
    judges: &dyn Fn(&Rule, &str) -> bool,
) -> Control<'a> {
    let judging: Vec<&Rule> = subject.rules.iter().filter(|rule| judges(rule, named.id)).collect();
    let inside: Vec<&Rule> =
        judging.iter().copied().filter(|rule| subject.scope.has_family(&rule.family)).collect();
    let outcomes: Vec<&Outcome> =
        inside.iter().filter_map(|r| outcome(subject.report, r)).collect();
    let found = |status: Status| -> Vec<&Finding> {
        let all = subject.report.findings.iter().filter(|finding| finding.status == status);
        all.filter(|finding| inside.iter().any(|rule| rule.id == finding.rule)).collect()
    };
    let (open, accepted) = (found(Status::Open), found(Status::Accepted));
    let checked: Vec<&&Outcome> =
        outcomes.iter().filter(|outcome| outcome.verdict == Verdict::Checked).collect();
    let attested = subject.attestations.of(named.id);
    let examined = checked.iter().map(|outcome| outcome.examined).sum();
    let mut control = Control {
        framework: named.framework,
        id: named.id.to_owned(),
        title: named.title.to_owned(),
        kind: named.kind.to_owned(),
        status: named.status.to_owned(),
        section: named.section.to_owned(),
        end: End::NotCovered,
        verdict: String::new(),
        why: String::new(),
        rules: inside.iter().map(|rule| rule.id.as_str()).collect(),
        checked: checked.len(),
        examined,
        open: open.len(),
        accepted: accepted.len(),
        attest: named.attest.to_owned(),
        people: named.people,
        attested,
        weakened: inside.iter().flat_map(|rule| weakened(rule)).collect(),
    };
    let (end, verdict, why) = end(subject, &control, &accepted, &outcomes, judging.len());
    // Reasons name files in the Markdown of pages.
    (control.end, control.verdict, control.why) = (end, verdict, why.replace('`', ""));
    control
}

fn outcome<'a>(report: &'a Report, rule: &Rule) -> Option<&'a Outcome> {
    report.rules.iter().find(|outcome| outcome.id == rule.id)
}

/// The parameters a project has set otherwise.
pub(super) fn weakened(rule: &Rule) -> Vec<String> {
    let set = rule
        .params
        .iter()
        .filter(|(name, value)| rule.definition.params.get(*name).is_some_and(|own| own != *value));
    set.map(|(name, value)| {
        let own = rule.definition.params.get(name).map(ToString::to_string).unwrap_or_default();
        format!("{} is judged with {name} = {value}; its page says {own}", rule.id)
    })
    .collect()
}

/// How many of the rules of a control looked at how many things.
fn ran(control: &Control<'_>) -> String {
    let rules = counted(control.rules.len(), "rule", "rules");
    let things = counted(control.examined, "thing", "things");
    match control.checked {
        0 => format!("none of {rules} had something to examine"),
        checked => format!("{checked} of {rules} examined {things}"),
    }
}

type Ended = (End, String, String);

fn told(end: End, why: String) -> Ended {
    (end, end.word().to_owned(), why)
}

fn end(
    subject: &Subject<'_>,
    control: &Control<'_>,
    accepted: &[&Finding],
    outcomes: &[&Outcome],
    judging: usize,
) -> Ended {
    let ran = ran(control);
    if control.open > 0 {
        let findings = counted(control.open, "open finding", "open findings");
        return told(End::Fail, format!("{findings}; {ran}"));
    }
    if !accepted.is_empty() {
        let until = accepted.iter().filter_map(|finding| finding.accepted.as_ref());
        let until = until.map(|accepted| accepted.until.as_str()).min().unwrap_or("?");
        let risks = counted(accepted.len(), "accepted risk", "accepted risks");
        let verdict = format!("Fail (accepted until {until})");
        return (End::FailAccepted, verdict, format!("{risks}; {ran}"));
    }
    let ended = by_rules(subject, control, outcomes, judging, ran);
    if ended.0 == End::Pass {
        return ended;
    }
    by_people(subject, control, ended)
}

/// The verdict where nothing was found.
fn by_rules(
    subject: &Subject<'_>,
    control: &Control<'_>,
    outcomes: &[&Outcome],
    judging: usize,
    ran: String,
) -> Ended {
    let rules = control.rules.len();
    if rules == 0 && judging > 0 {
        return told(End::NotAssessed, "outside the scope of this pack".to_owned());
    }
    if rules == 0 {
        return match control.attest.as_str() {
            "" if control.framework == "HIPAA" => {
                told(End::NotCovered, "not about an org: evidence of it is elsewhere".to_owned())
            }
            "" => told(End::NotCovered, "no rule judges it".to_owned()),
            _ => told(End::Manual, "metadata does not show it: a person has to".to_owned()),
        };
    }
    let missing: Vec<&&Outcome> =
        outcomes.iter().filter(|outcome| outcome.verdict == Verdict::NotAssessed).collect();
    if let Some(first) = missing.first() {
        let count = missing.len();
        let reason = &first.reason;
        let why = match (control.checked, rules) {
            (0, 1) => format!("its one rule could not be assessed: {reason}"),
            (0, all) if all == count => {
                format!("none of its {all} rules could be assessed: {reason}")
            }
            (0, all) => format!(
                "{count} of its {all} rules could not be assessed: {reason}; the others had \
                 nothing to examine"
            ),
            _ => format!("{ran} and found nothing; {count} could not be assessed: {reason}"),
        };
        return told(End::NotAssessed, why);
    }
    let unread = subject.report.inputs.not_read.len();
    if unread > 0 {
        let files = counted(unread, "file", "files");
        return told(End::NotAssessed, format!("{ran}; {files} could not be read"));
    }
    if control.examined == 0 {
        // Whether there is none of it, or none was retrieved, is not for a program to say.
        let why = match (rules, outcomes.first()) {
            (1, Some(outcome)) => format!("nothing to examine: {}", outcome.reason),
            _ => format!(
                "nothing to examine: the files hold nothing of what its {rules} rules judge"
            ),
        };
        return told(End::NotAssessed, why);
    }
    if control.people {
        let why = format!("nothing found; {ran}; the rest is for a person to show");
        return told(End::Manual, why);
    }
    told(End::Pass, format!("nothing found; {ran}"))
}

/// What a person said of a control that rules do not settle.
fn by_people(subject: &Subject<'_>, control: &Control<'_>, ended: Ended) -> Ended {
    if let Some(entry) = subject.attestations.not_applicable(&control.id) {
        let why = format!("{} ({}, {})", entry.why, entry.by, entry.on);
        return told(End::NotApplicable, why);
    }
    let Some(stated) = control.attested else { return ended };
    let (by, on) = (&stated.by, stated.on);
    match stated.until {
        Some(until) if stated.is_overdue(subject.as_of) => {
            let verdict = format!("Manual (attestation overdue since {until})");
            (End::Manual, verdict, format!("attested by {by} on {on}, until {until}: overdue"))
        }
        until => {
            let until = until.map_or_else(String::new, |until| format!(" until {until}"));
            let verdict = format!("Attested{until}");
            (End::Attested, verdict, format!("attested by {by} on {on}: {}", stated.statement))
        }
    }
}

/// `1 file`, `2 files`.
pub(super) fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}
