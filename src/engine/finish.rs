//! From hits with spans to a report with places.
//!
//! In: hits, sources and how reading went. Out: [`Report`], sorted and fingerprinted, with
//! nothing accepted yet. Files with findings are read once more for their lines.

use std::collections::HashMap;

use rayon::prelude::*;
use sha2::{Digest, Sha256};

use super::gather::Gathered;
use super::{Hit, Judged};
use crate::report::locate::{Located, locate};
use crate::report::{Finding, Inputs, Member, Place, Related, Report, Status};
use crate::rule::Rule;
use crate::source::{Sources, Span};

/// Makes the report of a run.
pub fn finish(judged: Judged, gathered: &Gathered, sources: &Sources, rules: &[Rule]) -> Report {
    finish_where(judged, gathered, sources, rules, &|_| true)
}

/// The same, with lines only for findings whose fingerprint somebody wants to show: of the
/// others no file is read again, and they stand on line 1.
pub fn finish_where(
    judged: Judged,
    gathered: &Gathered,
    sources: &Sources,
    rules: &[Rule],
    is_shown: &(dyn Fn(&str) -> bool + Sync),
) -> Report {
    let org = |hit: &Hit| gathered.orgs.get(hit.org).map_or("", |org| org.path.as_str());
    let shown = judged.hits.iter().filter(|hit| is_shown(&fingerprint(org(hit), hit)));
    let spans = shown.flat_map(spans_of).collect::<Vec<_>>();
    let digests = gathered.digests.iter().map(|(file, digest)| (*file, *digest)).collect();
    let located = match gathered.places.is_empty() {
        true => locate(sources, &digests, &spans),
        false => gathered.places.iter().map(|(span, place)| (*span, told(place))).collect(),
    };
    let place = Places { located: &located, sources };
    let mut findings: Vec<Finding> = judged
        .hits
        .into_par_iter()
        .filter_map(|hit| {
            let rule = rules.iter().find(|rule| rule.id == hit.rule)?;
            let org = org(&hit);
            Some(finding(hit, rule, org, &place))
        })
        .collect();
    sort(&mut findings);
    let mut outcomes = judged.outcomes;
    outcomes.sort_by(|a, b| a.id.cmp(&b.id));
    Report {
        findings,
        rules: outcomes,
        inputs: Inputs {
            files: gathered.files,
            components: gathered.components,
            bytes: gathered.bytes,
            not_read: gathered.not_read.clone(),
        },
        notices: gathered.notices.clone(),
        change: None,
    }
}

/// A place that was told while the file was read: its line is not shown.
fn told(place: &Place) -> Located {
    let line_hash = String::new();
    Located { place: place.clone(), excerpt: None, line_hash, raw: String::new() }
}

/// Worst first, then by path, line, rule, subject and key.
pub fn sort(findings: &mut [Finding]) {
    findings.sort_by(|a, b| {
        let place = |f: &Finding| (f.place.path.clone(), f.place.line, f.place.column);
        b.severity
            .cmp(&a.severity)
            .then_with(|| place(a).cmp(&place(b)))
            .then_with(|| (&a.rule, &a.subject, &a.key).cmp(&(&b.rule, &b.subject, &b.key)))
            .then_with(|| a.fingerprint.cmp(&b.fingerprint))
    });
}

fn spans_of(hit: &Hit) -> Vec<Span> {
    let others = hit.members.iter().map(|(_, span)| *span);
    let told = hit.related.iter().chain(&hit.trail).map(|(span, _)| *span);
    others.chain(told).chain([hit.span]).collect()
}

struct Places<'p> {
    located: &'p HashMap<Span, Located>,
    sources: &'p Sources,
}

impl Places<'_> {
    fn of(&self, span: Span) -> Place {
        self.located.get(&span).map_or_else(
            || {
                let path = self.sources.path(span.file).to_owned();
                Place { path, line: 1, column: 1, end_line: 1, end_column: 1 }
            },
            |found| found.place.clone(),
        )
    }
}

fn finding(hit: Hit, rule: &Rule, org: &str, places: &Places<'_>) -> Finding {
    let message = hit.sentence();
    let located = places.located.get(&hit.span);
    let related = |(span, message): &(Span, String)| Related {
        place: places.of(*span),
        message: message.clone(),
    };
    let mut members: Vec<(Span, Member)> = hit
        .members
        .iter()
        .map(|(name, span)| (*span, Member { name: name.clone(), place: places.of(*span) }))
        .collect();
    members.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| a.1.name.cmp(&b.1.name)));
    Finding {
        org: org.to_owned(),
        family: rule.family.clone(),
        severity: hit.severity,
        confidence: hit.confidence,
        message,
        place: places.of(hit.span),
        hipaa: rule.hipaa.clone(),
        status: Status::Open,
        change: None,
        accepted: None,
        members: members.into_iter().map(|(_, member)| member).collect(),
        related: hit.related.iter().map(related).collect(),
        trail: hit.trail.iter().map(related).collect(),
        fingerprint: fingerprint(org, &hit),
        line_hash: located.map_or_else(String::new, |found| found.line_hash.clone()),
        excerpt: located.and_then(|found| found.excerpt.clone()),
        claim: hit.claim,
        rule: hit.rule,
        subject: hit.subject,
        key: hit.key,
    }
}

/// Org, rule, full name and key, never a line. Names compare without regard to case.
fn fingerprint(org: &str, hit: &Hit) -> String {
    let mut hasher = Sha256::new();
    let copy = if hit.copy == 0 { String::new() } else { hit.copy.to_string() };
    let subject = hit.subject.to_lowercase();
    for part in [org, &hit.rule, &subject, &hit.key, &copy] {
        hasher.update(part.as_bytes());
        hasher.update([0]);
    }
    hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
