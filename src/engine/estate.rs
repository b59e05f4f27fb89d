//! From rows of the analyses to what the evidence pack tells of an org.
//!
//! In: gathered orgs, sources. Out: [`Estate`]. Files that rows stand in are read once more
//! for their lines. It judges nothing, and says `unknown` where a row does.

mod apex;
mod caller;
mod client;
mod field;
mod log;
mod range;

use super::OrgFacts;
use super::gather::Gathered;
use super::places::Places;
use crate::fact::{Fact, Found};
use crate::report::audit::{AuditedOrg, Estate, Line};
use crate::source::{Sources, Span};
use caller::Callers;

/// Kinds of facts it is made of.
pub const KINDS: [&str; 13] = [
    "oauth-client",
    "oauth-reach",
    "phi-field",
    "phi-object",
    "ip-range",
    "transaction-policy",
    "Profile",
    "holder",
    "apex-class",
    "apex-query",
    "apex-endpoint",
    "ApexPage.controller",
    "intake",
];

const PLACED: [&str; 6] =
    ["oauth-client", "phi-field", "phi-object", "ip-range", "transaction-policy", "Profile"];

/// Tells of every org.
pub fn survey(gathered: &Gathered, sources: &Sources) -> Estate {
    let mut places = Places::new(sources);
    let callers: Vec<Callers<'_>> = gathered.orgs.iter().map(Callers::in_org).collect();
    let mut spans: Vec<Span> = gathered.orgs.iter().flat_map(spans_of).collect();
    spans.extend(callers.iter().flat_map(Callers::spans));
    let register = gathered.config.entries.as_ref();
    spans.extend(register.into_iter().flat_map(client::entries));
    places.read(&spans);
    let mut estate = Estate::default();
    for (org, callers) in gathered.orgs.iter().zip(&callers) {
        estate.orgs.push(told(org));
        estate.clients.extend(client::rows(org, register, &places));
        estate.fields.extend(field::rows(org, &places));
        estate.logs.extend(log::rows(org, &places));
        estate.ranges.extend(range::rows(org, &places));
        estate.entry_points.extend(apex::rows(org, callers, &places));
    }
    estate
}

fn spans_of(org: &OrgFacts) -> Vec<Span> {
    let rows = PLACED.iter().flat_map(|kind| org.facts.of(kind)).map(|fact| fact.place);
    let values = org.row().into_iter().flat_map(|row| row.values.iter().map(|(_, item)| item.span));
    rows.chain(values).chain(apex::spans(org)).collect()
}

fn told(org: &OrgFacts) -> AuditedOrg {
    let row = org.row();
    let types = row.into_iter().flat_map(|row| row.items("retrieved"));
    AuditedOrg {
        path: org.path.clone(),
        api_version: row.and_then(|row| row.text("api-version")).unwrap_or("").to_owned(),
        types: types.map(|item| item.text.to_string()).collect(),
    }
}

/// The value under a key; `unknown` where it is, empty where there is none.
fn word(fact: &Fact, key: &str) -> String {
    match fact.found(key) {
        Found::Present => fact.text(key).unwrap_or("").to_owned(),
        Found::Unknown(_) => "unknown".to_owned(),
        Found::Absent => String::new(),
    }
}

/// `yes`, `no`, `unknown`; no where nothing is said.
fn yes(fact: &Fact, key: &str) -> String {
    let word = word(fact, key);
    match word.as_str() {
        "true" => "yes".to_owned(),
        "false" | "" => "no".to_owned(),
        _ => "unknown".to_owned(),
    }
}

/// Every value under a key that may be printed.
fn list(fact: &Fact, key: &str) -> Vec<String> {
    fact.items(key).filter(|item| !item.secret).map(|item| item.text.to_string()).collect()
}

fn line(places: &Places<'_>, span: Span) -> Line {
    let (path, line) = places.of(span);
    Line { path, line }
}
