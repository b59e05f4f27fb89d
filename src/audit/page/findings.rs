//! Findings as the page shows them: a plan to fill in, and a part for each rule, worst first;
//! and the risks that were accepted.
//!
//! In: the plan, the ages of findings. Out: views for the templates.

use super::controls::{Mapped, mapped};
use super::plan::{Planned, title};
use super::{Cells, safe};
use crate::audit::control::counted;
use crate::audit::table::told as told_findings;
use crate::audit::text::{Piece, first_paragraph, pieces};
use crate::audit::{Digest, Subject};
use crate::fact::{Confidence, Severity};
use crate::report::{Finding, Status};

/// More findings of a rule are counted; a table has them.
const MOST_FOUND: usize = 8;
const MOST_ACCEPTED: usize = 100;

pub(super) struct Findings {
    pub(super) told: String,
    pub(super) rules: Vec<RuleView>,
    /// Whether a pack before tells for how long something has been open.
    pub(super) has_ages: bool,
}

/// A rule and what it found.
pub(super) struct RuleView {
    pub(super) number: usize,
    pub(super) id: String,
    pub(super) title: String,
    pub(super) severity: &'static str,
    pub(super) count: usize,
    pub(super) counted: String,
    pub(super) age: String,
    /// The same in a word or two.
    pub(super) packs: String,
    pub(super) why: Vec<Piece>,
    pub(super) fix: Vec<Piece>,
    pub(super) found: Vec<Found>,
    pub(super) more: usize,
    pub(super) mapped: Vec<Mapped>,
    pub(super) sbs: Vec<Mapped>,
}

/// One finding.
pub(super) struct Found {
    pub(super) message: String,
    pub(super) place: String,
    /// That it may be wrong.
    pub(super) doubt: &'static str,
}

/// Risks that somebody took.
pub(super) struct Accepted {
    pub(super) told: String,
    pub(super) rows: Vec<Cells<6>>,
    pub(super) more: usize,
}

pub(super) fn view(digest: &Digest<'_>, plan: &[Planned<'_>]) -> Findings {
    Findings {
        told: told(digest.subject),
        rules: plan.iter().map(|planned| rule(digest, planned)).collect(),
        has_ages: digest.subject.previous.is_some(),
    }
}

/// Open findings by severity, those that there are.
pub(super) fn counts(subject: &Subject<'_>) -> Vec<(Severity, usize)> {
    let of = |severity: Severity| {
        let open = told_findings(subject).filter(|finding| finding.status == Status::Open);
        (severity, open.filter(|finding| finding.severity == severity).count())
    };
    Severity::ALL.into_iter().map(of).filter(|(_, count)| *count > 0).collect()
}

/// `4 critical, 24 high`.
pub(super) fn in_words(counts: &[(Severity, usize)]) -> String {
    let words = counts.iter().map(|(severity, count)| format!("{count} {}", severity.word()));
    words.collect::<Vec<_>>().join(", ")
}

fn told(subject: &Subject<'_>) -> String {
    match counts(subject).as_slice() {
        [] => "Nothing open was found in what was examined. What was not examined may differ."
            .to_owned(),
        counts => format!(
            "{} open. Each line of the plan is one kind of finding, worst first; below it stands \
             why it matters, how it is mended and where it was found.",
            in_words(counts)
        ),
    }
}

fn rule(digest: &Digest<'_>, planned: &Planned<'_>) -> RuleView {
    let Planned { number, id, rule, severity, found } = planned;
    let shown = found.iter().take(MOST_FOUND).map(|finding| Found {
        message: safe(&sentence(finding)),
        place: safe(&format!("{}:{}", finding.place.path, finding.place.line)),
        doubt: match finding.confidence {
            Confidence::High => "",
            Confidence::Medium => "likely, to be confirmed",
            Confidence::Low => "a guess, to be confirmed",
        },
    });
    let cited = |ids: Option<&Vec<String>>| mapped(digest, ids.into_iter().flatten());
    RuleView {
        number: *number,
        id: safe(id),
        title: planned.title(),
        severity: severity.word(),
        count: found.len(),
        counted: counted(found.len(), "finding", "findings"),
        age: age(digest, found),
        packs: match packs(digest, found) {
            Some(packs) if packs > 1 => format!("{packs} packs"),
            _ => "new".to_owned(),
        },
        why: prose(rule.map(|rule| rule.why.as_str())),
        fix: prose(rule.map(|rule| rule.fix.as_str())),
        found: shown.collect(),
        more: found.len().saturating_sub(MOST_FOUND),
        mapped: cited(rule.map(|rule| &rule.hipaa)),
        sbs: cited(rule.map(|rule| &rule.sbs)),
    }
}

/// The first paragraph of a page's text.
pub(super) fn prose(markdown: Option<&str>) -> Vec<Piece> {
    let mut pieces = pieces(first_paragraph(markdown.unwrap_or("")));
    for piece in &mut pieces {
        piece.text = safe(&piece.text);
    }
    pieces
}

fn packs(digest: &Digest<'_>, found: &[&Finding]) -> Option<usize> {
    let ages = found.iter().filter_map(|one| digest.changes.ages.get(&one.fingerprint));
    ages.map(|age| age.packs).max()
}

/// For how long the oldest of these has been open.
pub(super) fn age(digest: &Digest<'_>, found: &[&Finding]) -> String {
    let ages = found.iter().filter_map(|one| digest.changes.ages.get(&one.fingerprint));
    match ages.max_by_key(|age| age.packs) {
        None => String::new(),
        Some(age) if age.packs < 2 => "new in this pack".to_owned(),
        Some(age) => {
            let oldest = if found.len() > 1 { "the oldest " } else { "" };
            safe(&format!("{oldest}open for {} packs, since {}", age.packs, age.first))
        }
    }
}

/// What a finding says, with its subject where it does not name it, as a sentence begins.
pub(super) fn sentence(finding: &Finding) -> String {
    let Finding { subject, message, .. } = finding;
    if !message.to_lowercase().contains(&subject.to_lowercase()) && subject != "org" {
        return format!("{subject}: {message}");
    }
    // A name is written as it is.
    let word = |text: &str| text.split([' ', '.', '/', ':']).next().unwrap_or("").to_lowercase();
    let mut rest = message.chars();
    match rest.next() {
        Some(first) if word(message) != word(subject) => {
            first.to_uppercase().collect::<String>() + rest.as_str()
        }
        _ => message.clone(),
    }
}

pub(super) fn accepted(digest: &Digest<'_>) -> Accepted {
    let subject = digest.subject;
    let mut rows: Vec<Cells<6>> = Vec::new();
    for finding in told_findings(subject) {
        let Some(accepted) = &finding.accepted else { continue };
        let rule = super::plan::rule(subject, &finding.rule);
        let cells = [
            title(rule, &finding.rule),
            safe(&sentence(finding)),
            finding.severity.word().to_owned(),
            safe(&accepted.by),
            safe(&accepted.until),
            safe(&accepted.reason),
        ];
        rows.push(cells);
    }
    let more = rows.len().saturating_sub(MOST_ACCEPTED);
    let told = match rows.len() {
        0 => "Nobody has accepted a risk that was found.".to_owned(),
        count => format!(
            "{}. An accepted risk is still there; when its day is over, its finding is open again.",
            counted(count, "risk is accepted", "risks are accepted")
        ),
    };
    let ended = match digest.changes.count("accepted risk", "ended") {
        0 => String::new(),
        ended => format!(
            " {} since the pack before.",
            counted(ended, "acceptance has ended", "acceptances have ended")
        ),
    };
    rows.truncate(MOST_ACCEPTED);
    Accepted { told: told + &ended, rows, more }
}
