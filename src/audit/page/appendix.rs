//! What a reader looks up: what was not examined and why, how it was judged, what words mean,
//! which files there are.
//!
//! In: outcomes of rules, what cannot be known. Out: [`Appendix`]. What is long and repeats is
//! told by title only; `not-read.csv` has each reason.

use std::collections::{BTreeMap, BTreeSet};

use super::plan::{rule, title};
use super::{Cells, safe};
use crate::audit::control::{counted, weakened};
use crate::audit::text::{Piece, WORDS, pieces};
use crate::audit::{Digest, Subject, is_configured, is_told};
use crate::report::{Outcome, Verdict};

/// More is counted; the table has it.
const MOST: usize = 40;

pub(super) struct Appendix {
    pub(super) files_not_read: Vec<Cells<2>>,
    pub(super) files_more: usize,
    pub(super) missing: Vec<MissingView>,
    pub(super) in_part: Vec<Cells<3>>,
    pub(super) holders: Vec<Cells<3>>,
    pub(super) holders_more: usize,
    pub(super) nothing: usize,
    pub(super) nothing_by_family: Vec<Family>,
    pub(super) judged: Vec<(&'static str, String)>,
    pub(super) remarks: Vec<Vec<Piece>>,
    pub(super) remarks_more: usize,
    pub(super) words: &'static [(&'static str, &'static str)],
    pub(super) files: Vec<Cells<3>>,
}

/// Something that was not retrieved, and the rules (id, title) that need it.
pub(super) struct Missing<'s> {
    pub(super) why: Vec<Piece>,
    pub(super) rules: Vec<(&'s str, String)>,
}

pub(super) struct MissingView {
    pub(super) why: Vec<Piece>,
    pub(super) count: String,
    pub(super) rules: Vec<Cells<2>>,
}

/// Rules of one family, by title and id.
pub(super) struct Family {
    pub(super) name: String,
    pub(super) rules: Vec<Cells<2>>,
}

pub(super) fn view(digest: &Digest<'_>) -> Appendix {
    let subject = digest.subject;
    let not_read = &subject.report.inputs.not_read;
    let (holders, holders_more) = holders(subject);
    let remarks = &subject.report.notices;
    Appendix {
        files_not_read: not_read
            .iter()
            .take(MOST)
            .map(|file| [safe(&format!("{}:{}", file.path, file.line)), safe(&file.reason)])
            .collect(),
        files_more: not_read.len().saturating_sub(MOST),
        missing: missing(subject).into_iter().map(missing_view).collect(),
        in_part: in_part(subject).map(|outcome| part(subject, outcome)).collect(),
        holders,
        holders_more,
        nothing: outcomes(subject).filter(|rule| rule.verdict == Verdict::NothingToCheck).count(),
        nothing_by_family: nothing_by_family(subject),
        judged: judged(subject),
        remarks: remarks.iter().take(MOST).map(remark).collect(),
        remarks_more: remarks.len().saturating_sub(MOST),
        words: &WORDS,
        files: files(digest),
    }
}

/// How the rules ended that a pack of this scope tells.
pub(super) fn outcomes<'s>(subject: &'s Subject<'_>) -> impl Iterator<Item = &'s Outcome> + Clone {
    subject.report.rules.iter().filter(|outcome| is_told(subject, &outcome.id))
}

/// Rules that were checked, but not on all of it.
pub(super) fn in_part<'s>(subject: &'s Subject<'_>) -> impl Iterator<Item = &'s Outcome> {
    outcomes(subject).filter(|rule| rule.verdict == Verdict::Checked && !rule.reason.is_empty())
}

/// What was not retrieved, by how many rules need it.
pub(super) fn missing<'s>(subject: &'s Subject<'_>) -> Vec<Missing<'s>> {
    let mut by_reason: BTreeMap<&str, Vec<(&str, String)>> = BTreeMap::new();
    for outcome in outcomes(subject).filter(|rule| rule.verdict == Verdict::NotAssessed) {
        let named = (outcome.id.as_str(), title(rule(subject, &outcome.id), &outcome.id));
        by_reason.entry(&outcome.reason).or_default().push(named);
    }
    let mut all: Vec<(&str, Vec<(&str, String)>)> = by_reason.into_iter().collect();
    all.sort_by(|a, b| (b.1.len(), a.0).cmp(&(a.1.len(), b.0)));
    all.into_iter().map(|(why, rules)| Missing { why: reason(why), rules }).collect()
}

/// A reason as a sentence begins.
fn reason(why: &str) -> Vec<Piece> {
    let mut pieces = pieces(why);
    for piece in &mut pieces {
        piece.text = safe(&piece.text);
    }
    if let Some(last) = pieces.last_mut() {
        last.text.truncate(last.text.trim_end().len());
    }
    if let Some(first) = pieces.first_mut().filter(|first| !first.is_name) {
        for (from, to) in [("the ", "The "), ("no ", "No ")] {
            if let Some(rest) = first.text.strip_prefix(from) {
                first.text = format!("{to}{rest}");
            }
        }
    }
    pieces
}

fn part(subject: &Subject<'_>, outcome: &Outcome) -> Cells<3> {
    let title = title(rule(subject, &outcome.id), &outcome.id);
    [title, safe(&outcome.id), safe(&outcome.reason.replace('`', ""))]
}

fn missing_view(missing: Missing<'_>) -> MissingView {
    MissingView {
        why: missing.why,
        count: counted(missing.rules.len(), "rule", "rules"),
        rules: missing.rules.into_iter().map(|(id, title)| [title, safe(id)]).collect(),
    }
}

fn nothing_by_family(subject: &Subject<'_>) -> Vec<Family> {
    let mut families: BTreeMap<String, Vec<Cells<2>>> = BTreeMap::new();
    for outcome in outcomes(subject).filter(|rule| rule.verdict == Verdict::NothingToCheck) {
        let own = rule(subject, &outcome.id);
        let family = own.map_or("other", |rule| rule.family.as_str());
        let cells = [title(own, &outcome.id), safe(&outcome.id)];
        families.entry(safe(&family.replace('-', " "))).or_default().push(cells);
    }
    families.into_iter().map(|(name, rules)| Family { name, rules }).collect()
}

/// Holders of whom not all is known, each with the objects and the reason.
fn holders(subject: &Subject<'_>) -> (Vec<Cells<3>>, usize) {
    let mut by_reason: BTreeMap<(String, &str), BTreeSet<&str>> = BTreeMap::new();
    for unknown in &subject.access.unknown {
        let kind = unknown.holder_kind.replace('-', " ");
        let who = match unknown.org.as_str() {
            "" => format!("{} ({kind})", unknown.holder),
            org => format!("{} ({kind}, {org})", unknown.holder),
        };
        let object = unknown.object.as_deref().unwrap_or("every object");
        by_reason.entry((who, &unknown.reason)).or_default().insert(object);
    }
    let more = by_reason.len().saturating_sub(MOST);
    let row = |((who, reason), objects): ((String, &str), BTreeSet<&str>)| {
        let objects: Vec<&str> = objects.into_iter().collect();
        [safe(&who), safe(&objects.join(", ")), safe(&reason.replace('`', ""))]
    };
    (by_reason.into_iter().take(MOST).map(row).collect(), more)
}

/// How many profiles and sets may grant more than is shown.
pub(super) fn holders_not_known(subject: &Subject<'_>) -> usize {
    if !subject.scope.has_table("phi-access") {
        return 0;
    }
    let unknown = subject.access.unknown.iter();
    let names: BTreeSet<(&str, &str)> =
        unknown.map(|one| (one.org.as_str(), one.holder.as_str())).collect();
    names.len()
}

fn judged(subject: &Subject<'_>) -> Vec<(&'static str, String)> {
    let inputs = &subject.report.inputs;
    let orgs = subject.estate.orgs.iter().take(MOST).map(|org| {
        let path = if org.path.is_empty() { "the project" } else { org.path.as_str() };
        match org.api_version.as_str() {
            "" => path.to_owned(),
            version => format!("{path} (API version {version})"),
        }
    });
    let types: BTreeSet<&str> =
        subject.estate.orgs.iter().flat_map(|org| org.types.iter().map(String::as_str)).collect();
    let ids: Vec<&str> = outcomes(subject).map(|outcome| outcome.id.as_str()).collect();
    let weakened = weakened(subject, &ids);
    let mut told = vec![
        (
            "Read",
            format!(
                "{} with {}",
                counted(inputs.files, "file", "files"),
                counted(inputs.components, "component", "components")
            ),
        ),
        ("Orgs", orgs.collect::<Vec<_>>().join("; ")),
        ("Metadata types read", types.into_iter().collect::<Vec<_>>().join(", ")),
        (
            "Rules",
            format!(
                "{}, each a page that says what is wrong, why it matters and what it cannot see: \
             phorce explain followed by the rule’s id shows it",
                outcomes(subject).count()
            ),
        ),
        (
            "Configuration",
            match is_configured(subject) {
                true => "The configuration is in the folder configuration.".to_owned(),
                false => "Nothing was configured: everything was judged as the pages of the \
                          rules say."
                    .to_owned(),
            },
        ),
    ];
    if !weakened.is_empty() {
        told.push(("Weakened", weakened.join("; ")));
    }
    told.retain(|(_, text)| !text.is_empty());
    told.into_iter().map(|(name, text)| (name, safe(&text))).collect()
}

fn remark(notice: &crate::report::Notice) -> Vec<Piece> {
    let mut pieces = pieces(&notice.message);
    if let Some(path) = &notice.path {
        let place = format!("{path}:{}", notice.line.unwrap_or(1));
        pieces.insert(0, Piece { is_name: true, text: place });
        pieces.insert(1, Piece { is_name: false, text: " ".to_owned() });
    }
    for piece in &mut pieces {
        piece.text = safe(&piece.text);
    }
    pieces
}

fn files(digest: &Digest<'_>) -> Vec<Cells<3>> {
    let mut files: Vec<Cells<3>> = digest
        .tables
        .iter()
        .map(|table| {
            let name = format!("{}.csv", table.name);
            [name, table.about.to_owned(), table.rows.len().to_string()]
        })
        .collect();
    for (name, about) in [
        ("phorce-audit.xlsx", "The same tables as sheets, with cells to fill in."),
        ("report.json", "Everything, for programs."),
        ("report.sarif", "The findings, for code scanning."),
        ("configuration/", "The files that decided how was judged."),
        ("README.txt", "How to read and verify the pack."),
        ("MANIFEST.json", "Every file with its digest, and the pack before."),
        ("SHA256SUMS", "The same digests, for sha256sum -c."),
        ("statement.intoto.json", "A statement about the manifest, for a signer of your own."),
    ] {
        if name == "configuration/" && !is_configured(digest.subject) {
            continue;
        }
        files.push([name.to_owned(), about.to_owned(), String::new()]);
    }
    files
}
