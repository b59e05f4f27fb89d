//! What a reader sees first: what fails, how bad it is, what changed, what is not known, what
//! to do first.
//!
//! In: the controls, the plan, the changes. Out: [`Summary`]. Every number stands again, with
//! its reasons, in a section further down.

use super::appendix::{Missing, holders_not_known, in_part, missing, outcomes};
use super::findings::{age, counts, in_words, prose, sentence};
use super::plan::Planned;
use super::safe;
use crate::audit::control::{End, counted};
use crate::audit::text::{Piece, first_sentence};
use crate::audit::{Digest, Subject, chart};
use crate::fact::Severity;
use crate::report::Verdict;

/// What is told first; the rest is told after it.
const FIRST: usize = 5;
const MOST_GAPS: usize = 3;

pub(super) struct Summary {
    pub(super) told: String,
    pub(super) tiles: Vec<Tile>,
    pub(super) worst: Vec<Worst>,
    pub(super) worst_more: usize,
    pub(super) verdicts_title: String,
    pub(super) verdicts: String,
    pub(super) legend: Vec<(&'static str, &'static str, usize)>,
    pub(super) examined: String,
    pub(super) unknown: Vec<String>,
    pub(super) gaps: Vec<Gap>,
}

/// A number that matters, and where it is told in full.
pub(super) struct Tile {
    pub(super) class: &'static str,
    pub(super) href: &'static str,
    pub(super) asked: &'static str,
    pub(super) number: String,
    pub(super) words: String,
    pub(super) more: String,
    pub(super) bar: String,
}

/// One of the worst findings.
pub(super) struct Worst {
    pub(super) href: String,
    pub(super) severity: &'static str,
    pub(super) title: String,
    pub(super) example: String,
    pub(super) count: String,
    pub(super) age: String,
    pub(super) step: Vec<Piece>,
}

/// Something that was not retrieved, and what hangs on it.
pub(super) struct Gap {
    pub(super) why: Vec<Piece>,
    pub(super) told: String,
}

pub(super) fn view(digest: &Digest<'_>, plan: &[Planned<'_>]) -> Summary {
    let all = digest.controls.of("HIPAA").count();
    let parts: Vec<(&str, usize)> = End::ALL.into_iter().map(|end| part(digest, end)).collect();
    let legend = End::ALL.into_iter().map(|end| {
        let count = digest.controls.count("HIPAA", end);
        (end.class(), end.word(), count)
    });
    Summary {
        told: headline(digest),
        tiles: vec![failing(digest), severities(digest), changed(digest), unknown(digest)],
        worst: plan.iter().take(FIRST).map(|planned| worst(digest, planned)).collect(),
        worst_more: plan.len().saturating_sub(FIRST),
        verdicts_title: format!(
            "The {all} standards and implementation specifications of 45 CFR 164.308–164.316, by \
             verdict"
        ),
        verdicts: chart::bar(&parts, all, None),
        legend: legend.filter(|(_, _, count)| *count > 0).collect(),
        examined: examined(digest.subject),
        unknown: unknown_told(digest.subject),
        gaps: gaps(digest),
    }
}

/// A verdict as part of a bar.
pub(super) fn part(digest: &Digest<'_>, end: End) -> (&'static str, usize) {
    (end.fill(), digest.controls.count("HIPAA", end))
}

fn headline(digest: &Digest<'_>) -> String {
    let count = |end| digest.controls.count("HIPAA", end);
    let all = digest.controls.of("HIPAA").count();
    let passed = match count(End::Pass) {
        0 => "none passes".to_owned(),
        1 => "1 passes in what was examined".to_owned(),
        passed => format!("{passed} pass in what was examined"),
    };
    let accepted = match count(End::FailAccepted) {
        0 => String::new(),
        accepted => format!(", {accepted} fail with the risk accepted"),
    };
    let fails = if count(End::Fail) == 1 { "fails" } else { "fail" };
    format!(
        "Of {all} standards and implementation specifications of the Security Rule, {} {fails}\
         {accepted}, {passed}, and {} could not be assessed. The others need a person’s word, do \
         not apply, or are not about an org.",
        count(End::Fail),
        count(End::NotAssessed),
    )
}

fn failing(digest: &Digest<'_>) -> Tile {
    let count = |end| digest.controls.count("HIPAA", end);
    let all = digest.controls.of("HIPAA").count();
    let failed = count(End::Fail);
    let mut more = vec![
        format!("{} pass", count(End::Pass)),
        format!("{} need a person’s word", count(End::Manual) + count(End::Attested)),
    ];
    if count(End::FailAccepted) > 0 {
        more.insert(0, format!("{} fail, accepted", count(End::FailAccepted)));
    }
    Tile {
        class: if failed > 0 { "fail" } else { "none" },
        href: "#controls",
        asked: "What fails",
        number: failed.to_string(),
        words: format!("of {all} controls"),
        more: more.join(" · "),
        bar: chart::bar(&[("f-fail", failed)], all, None),
    }
}

fn severities(digest: &Digest<'_>) -> Tile {
    let counts = counts(digest.subject);
    let of = |least: Severity| -> usize {
        counts.iter().filter(|(severity, _)| *severity >= least).map(|(_, count)| count).sum()
    };
    let (grave, all) = (of(Severity::High), of(Severity::Low));
    let parts: Vec<(&str, usize)> =
        counts.iter().map(|(severity, count)| (fill(*severity), *count)).collect();
    Tile {
        class: if grave > 0 { "fail" } else { "none" },
        href: "#findings",
        asked: "How bad",
        number: grave.to_string(),
        words: format!("of {} critical or high", counted(all, "open finding", "open findings")),
        more: if all == 0 { "nothing open was found".to_owned() } else { in_words(&counts) },
        bar: chart::bar(&parts, all, None),
    }
}

/// The class that colours a severity in a bar.
pub(super) fn fill(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "s-critical",
        Severity::High => "s-high",
        Severity::Medium => "s-medium",
        Severity::Low => "s-low",
    }
}

fn changed(digest: &Digest<'_>) -> Tile {
    let (href, asked) = ("#changes", "What changed");
    let Some(previous) = digest.subject.previous else {
        return Tile {
            class: "none",
            href,
            asked,
            number: "–".to_owned(),
            words: "first pack".to_owned(),
            more: "nothing to compare with".to_owned(),
            bar: String::new(),
        };
    };
    let count = |about, change| digest.changes.count(about, change);
    let worse: usize =
        ["opened", "open again", "worsened"].iter().map(|word| count("finding", word)).sum();
    let closed = count("finding", "closed");
    Tile {
        class: if worse > 0 { "fail" } else { "attested" },
        href,
        asked,
        number: worse.to_string(),
        words: format!("opened or worse, {closed} closed since {}", safe(&previous.link.label)),
        more: format!(
            "access to PHI: {} gained, {} lost · OAuth clients: {} new, {} gone",
            count("access to PHI", "gained"),
            count("access to PHI", "lost"),
            count("OAuth client", "new"),
            count("OAuth client", "gone"),
        ),
        bar: chart::bar(&[("s-high", worse), ("f-pass", closed)], 0, None),
    }
}

fn unknown(digest: &Digest<'_>) -> Tile {
    let subject = digest.subject;
    let all = outcomes(subject).count();
    let count = outcomes(subject).filter(|rule| rule.verdict == Verdict::NotAssessed).count();
    let unread = subject.report.inputs.not_read.len();
    let holders = holders_not_known(subject);
    Tile {
        class: if count + unread + holders > 0 { "unknown" } else { "none" },
        href: "#unknown",
        asked: "What is not known",
        number: count.to_string(),
        words: format!("of {all} rules not assessed"),
        more: format!(
            "{} not read · {} known in part",
            counted(unread, "file", "files"),
            counted(holders, "profile or set", "profiles and sets"),
        ),
        bar: chart::bar(&[("f-unknown", count)], all, None),
    }
}

fn worst(digest: &Digest<'_>, planned: &Planned<'_>) -> Worst {
    let fix = prose(planned.rule.map(|rule| rule.fix.as_str()));
    let first = planned.found.iter().find(|finding| finding.severity == planned.severity);
    Worst {
        href: planned.href(),
        severity: planned.severity.word(),
        title: planned.title(),
        example: first.map_or_else(String::new, |finding| safe(&sentence(finding))),
        count: match planned.found.len() {
            1 => String::new(),
            count => format!("and {} more", count - 1),
        },
        age: age(digest, &planned.found),
        step: first_sentence(fix),
    }
}

fn examined(subject: &Subject<'_>) -> String {
    let checked = outcomes(subject).filter(|rule| rule.verdict == Verdict::Checked);
    let things: usize = checked.clone().map(|rule| rule.examined).sum();
    let inputs = &subject.report.inputs;
    let estate = subject.estate;
    let mut objects: Vec<(&str, &str)> =
        estate.fields.iter().map(|field| (field.org.as_str(), field.object.as_str())).collect();
    objects.dedup();
    format!(
        "{} with {} were read. {} of {} rules had something to examine, {things} things together. \
         The files show {} on {} and {}.",
        counted(inputs.files, "file", "files"),
        counted(inputs.components, "component", "components"),
        checked.count(),
        outcomes(subject).count(),
        counted(estate.fields.len(), "PHI field", "PHI fields"),
        counted(objects.len(), "object", "objects"),
        counted(estate.clients.len(), "OAuth client", "OAuth clients"),
    )
}

fn unknown_told(subject: &Subject<'_>) -> Vec<String> {
    let ended = |verdict| outcomes(subject).filter(|rule| rule.verdict == verdict).count();
    let (missing, nothing) = (ended(Verdict::NotAssessed), ended(Verdict::NothingToCheck));
    let unread = subject.report.inputs.not_read.len();
    let mut told = Vec::new();
    if unread > 0 {
        let files = counted(unread, "file", "files");
        told.push(format!("{files} could not be read, so that no control passes."));
    }
    if missing > 0 {
        let rules = counted(missing, "rule", "rules");
        told.push(format!(
            "{rules} could not be assessed, because what would show it was not retrieved."
        ));
    }
    if nothing > 0 {
        let rules = counted(nothing, "rule", "rules");
        told.push(format!(
            "{rules} had nothing to look at: there is none of it, or it was not retrieved."
        ));
    }
    match in_part(subject).count() {
        0 => {}
        part => told.push(format!(
            "{} looked at a part only, because the rest was not retrieved.",
            counted(part, "rule", "rules")
        )),
    }
    match holders_not_known(subject) {
        0 => {}
        count => told.push(format!(
            "Of {} not all is known: more may be granted than is shown.",
            counted(count, "profile or permission set", "profiles and permission sets")
        )),
    }
    told
}

fn gaps(digest: &Digest<'_>) -> Vec<Gap> {
    let unread = digest.subject.report.inputs.not_read.iter().map(|file| Gap {
        why: vec![
            Piece { is_name: true, text: safe(&format!("{}:{}", file.path, file.line)) },
            Piece { is_name: false, text: safe(&format!(" could not be read: {}", file.reason)) },
        ],
        told: String::new(),
    });
    let missing = missing(digest.subject).into_iter().map(|gap| of_rules(digest, gap));
    unread.chain(missing).take(MOST_GAPS).collect()
}

fn of_rules(digest: &Digest<'_>, gap: Missing<'_>) -> Gap {
    let bears = |control: &&crate::audit::control::Control<'_>| {
        control.rules.iter().any(|id| gap.rules.iter().any(|(own, _)| own == id))
    };
    let controls = digest.controls.of("HIPAA").filter(bears).count();
    let rules = counted(gap.rules.len(), "rule", "rules");
    let example = gap.rules.first().map_or("", |(_, title)| title.as_str());
    Gap {
        why: gap.why,
        told: format!(
            "{rules}, on which {} depend in part; for example “{example}”.",
            counted(controls, "control", "controls")
        ),
    }
}
