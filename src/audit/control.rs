//! Every control and how it ended.
//!
//! In: outcomes of rules, findings, attestations. Out: one [`Control`] for each standard and
//! specification of the Security Rule, and one for each control of the benchmark. A control
//! passes only where everything that judges it was checked, something was examined, nothing
//! was found and every file was read; zero examined is never a pass, and an error is none. What
//! metadata alone never settles needs a person even then.

use super::Subject;
use super::attestation::Attestation;
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
    /// A standard that no rule judges by itself: what it tells is told of its specifications.
    pub(super) rolled_up: bool,
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

    /// Controls of the regulation with open findings of their own.
    pub(super) fn failing(&self) -> impl Iterator<Item = &Control<'a>> {
        self.of("HIPAA").filter(|control| control.open > 0 && !control.rolled_up)
    }

    pub(super) fn count(&self, framework: &str, end: End) -> usize {
        self.of(framework).filter(|control| control.end == end).count()
    }
}

/// What is said of a control before anything is judged.
pub(super) struct Named<'s> {
    pub(super) framework: &'static str,
    pub(super) id: &'s str,
    pub(super) title: &'s str,
    pub(super) kind: &'s str,
    pub(super) status: &'s str,
    pub(super) section: &'s str,
    pub(super) attest: &'s str,
    pub(super) people: bool,
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
    roll_up(subject, &mut all);
    Controls { all }
}

/// A standard and its specifications, which follow it, told together: what does not apply as
/// a standard does not apply in its parts, and a standard that nobody judges by itself ends as
/// the worst of its specifications.
fn roll_up<'a>(subject: &'a Subject<'a>, all: &mut [Control<'a>]) {
    for group in all.chunk_by_mut(|_, next| next.kind == "specification") {
        let Some((standard, specifications)) = group.split_first_mut() else { continue };
        if standard.kind != "standard" || specifications.is_empty() {
            continue;
        }
        if subject.attestations.not_applicable(&standard.id).is_some() {
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
            standard.rolled_up = true;
            let mut rules: Vec<&str> =
                specifications.iter().flat_map(|one| one.rules.iter().copied()).collect();
            rules.sort_unstable();
            rules.dedup();
            let seen = Seen::of(subject, &rules);
            (standard.checked, standard.examined) = (seen.checked(), seen.examined());
            (standard.open, standard.accepted) = (seen.open.len(), seen.accepted.len());
            standard.weakened = weakened(subject, &rules);
            standard.rules = rules;
        }
    }
}

/// The Security Rule's standards and specifications; the rest of the table is only cited.
fn is_control(id: &str, kind: &str) -> bool {
    let security = ["164.308", "164.310", "164.312", "164.314", "164.316"];
    kind != "provision" && security.iter().any(|section| id.starts_with(section))
}

pub(super) fn one<'a>(
    subject: &'a Subject<'a>,
    named: &Named<'_>,
    judges: &dyn Fn(&Rule, &str) -> bool,
) -> Control<'a> {
    let judging: Vec<&Rule> = subject.rules.iter().filter(|rule| judges(rule, named.id)).collect();
    let inside: Vec<&Rule> =
        judging.iter().copied().filter(|rule| subject.scope.has_family(&rule.family)).collect();
    let rules: Vec<&str> = inside.iter().map(|rule| rule.id.as_str()).collect();
    let seen = Seen::of(subject, &rules);
    let attested = subject.attestations.of(named.id);
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
        checked: seen.checked(),
        examined: seen.examined(),
        open: seen.open.len(),
        accepted: seen.accepted.len(),
        attest: named.attest.to_owned(),
        people: named.people,
        attested,
        weakened: weakened(subject, &rules),
        rolled_up: false,
        rules,
    };
    let (end, verdict, why) = end(subject, &control, &seen, judging.len());
    // Reasons name files in the Markdown of pages.
    (control.end, control.verdict, control.why) = (end, verdict, why.replace('`', ""));
    control
}

/// What some rules saw and found.
struct Seen<'a> {
    outcomes: Vec<&'a Outcome>,
    open: Vec<&'a Finding>,
    accepted: Vec<&'a Finding>,
}

impl<'a> Seen<'a> {
    fn of(subject: &Subject<'a>, rules: &[&str]) -> Self {
        let report: &'a Report = subject.report;
        let found = |status: Status| {
            let all = report.findings.iter().filter(|finding| finding.status == status);
            all.filter(|finding| rules.contains(&finding.rule.as_str())).collect()
        };
        let outcome = |id: &&str| report.rules.iter().find(|outcome| outcome.id == *id);
        Self {
            outcomes: rules.iter().filter_map(outcome).collect(),
            open: found(Status::Open),
            accepted: found(Status::Accepted),
        }
    }

    fn ended(&self, verdict: Verdict) -> impl Iterator<Item = &&'a Outcome> {
        self.outcomes.iter().filter(move |outcome| outcome.verdict == verdict)
    }

    fn checked(&self) -> usize {
        self.ended(Verdict::Checked).count()
    }

    fn examined(&self) -> usize {
        self.ended(Verdict::Checked).map(|outcome| outcome.examined).sum()
    }
}

/// What of the configuration makes these rules say less: parameters a project has set
/// otherwise, and what it says of PHI, roles and code.
pub(super) fn weakened(subject: &Subject<'_>, ids: &[&str]) -> Vec<String> {
    let mut told: Vec<String> = Vec::new();
    for rule in subject.rules.iter().filter(|rule| ids.contains(&rule.id.as_str())) {
        let own = |name: &str| rule.definition.params.get(name);
        let set = rule.params.iter().filter(|(name, value)| own(name).is_some_and(|o| o != *value));
        told.extend(set.map(|(name, value)| {
            let own = own(name).map(ToString::to_string).unwrap_or_default();
            format!("{} is judged with {name} = {value}; its page says {own}", rule.id)
        }));
    }
    for (id, why) in subject.narrowed {
        if ids.contains(&id.as_str()) && !told.contains(why) {
            told.push(why.clone());
        }
    }
    told
}

type Ended = (End, String, String);

fn told(end: End, why: String) -> Ended {
    (end, end.word().to_owned(), why)
}

fn end(subject: &Subject<'_>, control: &Control<'_>, seen: &Seen<'_>, judging: usize) -> Ended {
    let ran = ran(control, seen);
    let accepted = &seen.accepted;
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
    let ended = by_rules(subject, control, seen, judging, ran);
    if ended.0 == End::Pass {
        return ended;
    }
    by_people(subject, control, ended)
}

/// How many of its rules were checked, and on how much.
fn ran(control: &Control<'_>, seen: &Seen<'_>) -> String {
    let (checked, rules) = (control.checked, control.rules.len());
    let idle = match seen.ended(Verdict::NothingToCheck).count() {
        0 => String::new(),
        idle => format!(", {idle} had nothing to look at"),
    };
    let rules = format!("{checked} of {}", counted(rules, "rule", "rules"));
    format!("{rules} checked{idle}, {} examined", counted(control.examined, "thing", "things"))
}

/// The verdict where nothing was found.
fn by_rules(
    subject: &Subject<'_>,
    control: &Control<'_>,
    seen: &Seen<'_>,
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
    let missing: Vec<&&Outcome> = seen.ended(Verdict::NotAssessed).collect();
    if let Some(first) = missing.first() {
        let count = missing.len();
        let reason = &first.reason;
        let why = match (control.checked, rules) {
            (0, 1) => format!("its one rule could not be assessed: {reason}"),
            (0, all) if all == count => {
                format!("none of its {all} rules could be assessed: {reason}")
            }
            (0, all) => {
                let others = if all - count == 1 { "the other" } else { "the others" };
                format!(
                    "{count} of its {all} rules could not be assessed: {reason}; {others} had \
                     nothing to look at"
                )
            }
            _ => format!("nothing found; {ran}; {count} could not be assessed: {reason}"),
        };
        return told(End::NotAssessed, why);
    }
    // What was looked at in part only may hold what was not seen.
    if let Some(part) = seen.ended(Verdict::Checked).find(|outcome| !outcome.reason.is_empty()) {
        let rule = subject.rules.iter().find(|rule| rule.id == part.id);
        let title = rule.map_or(part.id.as_str(), |rule| rule.title.as_str());
        return told(End::NotAssessed, format!("{ran}; “{title}”: {}", part.reason));
    }
    let unread = subject.report.inputs.not_read.len();
    if unread > 0 {
        let files = counted(unread, "file", "files");
        return told(End::NotAssessed, format!("{ran}; {files} could not be read"));
    }
    if control.examined == 0 {
        // Whether there is none of it, or none was retrieved, is not for a program to say.
        let why = match (rules, seen.outcomes.first()) {
            (1, Some(outcome)) => {
                let kinds = outcome.reason.trim_start_matches("nothing here is ");
                format!("nothing to examine: the files hold none of this: {kinds}")
            }
            _ => format!("nothing to examine: the files hold nothing that its {rules} rules judge"),
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
