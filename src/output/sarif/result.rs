//! A finding as a SARIF result.
//!
//! In: a [`Finding`]. Out: the result, with its places and identities. It knows no rule page.

use std::collections::BTreeMap;

use serde_json::json;
use serde_sarif::sarif;

use super::{Numbers, location, message, rule};
use crate::fact::Severity;
use crate::report::change::Change;
use crate::report::{Acceptance, Finding, Place, Related, Status};

/// GitHub keeps this many places of a result, and refuses a file with a result that has ten
/// times as many. All of them are in the JSON output.
const MOST_RELATED: usize = 100;

pub(super) fn from_finding(finding: &Finding, numbers: &Numbers<'_>) -> sarif::Result {
    let mut result = sarif::Result::builder()
        .rule_id(finding.rule.as_str())
        .level(level(finding.severity))
        .message(message(&finding.message))
        .locations(vec![primary(finding)])
        .partial_fingerprints(fingerprints(finding))
        .properties(properties(finding))
        .build();
    result.rule_index = numbers.rules.get(finding.rule.as_str()).copied();
    result.related_locations = some(related_locations(finding));
    result.taxa = some(numbers.taxa(&finding.hipaa));
    if !finding.trail.is_empty() {
        result.code_flows = Some(vec![code_flow(&finding.trail)]);
    }
    let known = (finding.status == Status::Baselined).then_some("unchanged");
    result.baseline_state = finding.change.map(baseline_state).or(known).map(Into::into);
    if let Some(accepted) = &finding.accepted {
        result.suppressions = Some(vec![suppression(accepted)]);
    }
    result
}

fn some<T>(items: Vec<T>) -> Option<Vec<T>> {
    if items.is_empty() { None } else { Some(items) }
}

fn level(severity: Severity) -> sarif::ResultLevel {
    match rule::level(severity) {
        "error" => sarif::ResultLevel::Error,
        "warning" => sarif::ResultLevel::Warning,
        _ => sarif::ResultLevel::Note,
    }
}

fn baseline_state(change: Change) -> &'static str {
    match change {
        Change::New => "new",
        Change::Worsened => "updated",
        Change::Unchanged => "unchanged",
        Change::Fixed | Change::NoLongerSeen => "absent",
    }
}

fn primary(finding: &Finding) -> sarif::Location {
    let mut primary = location(&finding.place);
    let name = crate::escape::line(&finding.subject);
    let logical = sarif::LogicalLocation::builder().fully_qualified_name(name).build();
    if !finding.subject.is_empty() {
        primary.logical_locations = Some(vec![logical]);
    }
    primary
}

fn fingerprints(finding: &Finding) -> BTreeMap<String, String> {
    let mut fingerprints = BTreeMap::from([("phorce/v1".to_owned(), finding.fingerprint.clone())]);
    if !finding.line_hash.is_empty() {
        fingerprints.insert("primaryLocationLineHash".to_owned(), finding.line_hash.clone());
    }
    fingerprints
}

fn properties(finding: &Finding) -> sarif::PropertyBag {
    let mut more = BTreeMap::from([
        ("severity".to_owned(), json!(finding.severity.word())),
        ("confidence".to_owned(), json!(finding.confidence.word())),
        ("subject".to_owned(), json!(finding.subject)),
    ]);
    if !finding.org.is_empty() {
        more.insert("org".to_owned(), json!(finding.org));
    }
    if !finding.members.is_empty() {
        more.insert("memberCount".to_owned(), json!(finding.members.len()));
    }
    sarif::PropertyBag::builder().additional_properties(more).build()
}

fn related_locations(finding: &Finding) -> Vec<sarif::Location> {
    let members = finding.members.iter().map(|member| (&member.place, member.name.as_str()));
    let related = finding.related.iter().map(|step| (&step.place, step.message.as_str()));
    let told = related.chain(members).take(MOST_RELATED);
    told.zip(1..).map(|((place, words), id)| with_words(place, words, id)).collect()
}

fn with_words(place: &Place, words: &str, id: i64) -> sarif::Location {
    let mut related = location(place);
    related.id = Some(id);
    related.message = Some(message(words));
    related
}

fn code_flow(trail: &[Related]) -> sarif::CodeFlow {
    let steps: Vec<_> = trail
        .iter()
        .zip(1..)
        .map(|(step, order)| {
            let mut place = location(&step.place);
            place.message = Some(message(&step.message));
            sarif::ThreadFlowLocation::builder().location(place).execution_order(order).build()
        })
        .collect();
    let thread = sarif::ThreadFlow::builder().locations(steps).build();
    sarif::CodeFlow::builder().thread_flows(vec![thread]).build()
}

fn suppression(accepted: &Acceptance) -> sarif::Suppression {
    let Acceptance { reason, by, until } = accepted;
    let justification = format!("{reason} (accepted by {by} until {until})");
    sarif::Suppression::builder()
        .kind(json!("external"))
        .status(json!("accepted"))
        .justification(crate::escape::line(&justification))
        .build()
}
