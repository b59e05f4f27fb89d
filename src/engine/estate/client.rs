//! OAuth clients in words.
//!
//! In: rows `oauth-client` and `oauth-reach`. Out: one [`Client`] each.

use super::{line, list, word};
use crate::engine::OrgFacts;
use crate::engine::places::Places;
use crate::fact::{Fact, Found};
use crate::report::audit::{Client, ClientReach};

pub(super) fn rows(org: &OrgFacts, places: &Places<'_>) -> Vec<Client> {
    let clients = org.facts.of("oauth-client").iter();
    let mut rows: Vec<Client> = clients.map(|fact| of_row(org, fact, places)).collect();
    rows.sort_by(|a, b| (&a.name, &a.generation).cmp(&(&b.name, &b.generation)));
    rows
}

fn of_row(org: &OrgFacts, fact: &Fact, places: &Places<'_>) -> Client {
    let mut holders = list(fact, "pre-authorised-profiles");
    holders.extend(list(fact, "pre-authorised-permission-sets"));
    let mut unknown: Vec<String> =
        fact.unknown.iter().map(|(_, reason)| reason.to_string()).collect();
    unknown.sort_unstable();
    unknown.dedup();
    Client {
        org: org.path.clone(),
        name: fact.name.to_string(),
        label: word(fact, "label"),
        generation: word(fact, "generation"),
        state: state(fact),
        scopes: list(fact, "scopes"),
        data_scopes: list(fact, "data-scopes"),
        permitted_users: word(fact, "permitted-users"),
        holders,
        refresh_token: refresh(fact),
        ip_rule: word(fact, "ip-relaxation"),
        ip_ranges: list(fact, "ip-ranges"),
        authentication: authentication(fact),
        flows: flows(fact),
        run_as: run_as(fact),
        callbacks: list(fact, "callback-url"),
        reach: reach(org, fact),
        last_change: String::new(),
        unknown,
        files: files(fact, places),
        line: line(places, fact.place),
    }
}

fn files(fact: &Fact, places: &Places<'_>) -> Vec<String> {
    let parts = fact.items("parts").map(|part| part.span);
    let mut files: Vec<String> =
        std::iter::once(fact.place).chain(parts).map(|span| line(places, span).path).collect();
    files.sort_unstable();
    files.dedup();
    files
}

/// An app is on unless a file says otherwise; connected apps have no such switch.
fn state(fact: &Fact) -> String {
    match fact.found("enabled") {
        Found::Unknown(_) => "unknown".to_owned(),
        Found::Present if !fact.is_true("enabled") => "off".to_owned(),
        _ if fact.text("oauth") == Some("false") => "off".to_owned(),
        _ => "on".to_owned(),
    }
}

fn refresh(fact: &Fact) -> String {
    let days = fact.text("refresh-token-days");
    if matches!(fact.text("has-refresh-scope"), Some("false")) || fact.text("oauth").is_none() {
        let unknown = [fact.found("has-refresh-scope"), fact.found("oauth")]
            .iter()
            .any(|found| matches!(found, Found::Unknown(_)));
        return if unknown { "unknown" } else { "none asked for" }.to_owned();
    }
    match (word(fact, "refresh-token-policy").as_str(), days) {
        ("infinite", _) if fact.is_true("idle-capped") => {
            "until it is revoked, at most 30 days after its last use".to_owned()
        }
        ("infinite", _) => "until it is revoked".to_owned(),
        ("zero", _) => "it ends at once".to_owned(),
        ("lifetime", Some(days)) => format!("{days} days from its issue"),
        ("inactivity", Some(days)) => format!("{days} days after its last use"),
        ("", _) if fact.text("generation") == Some("connected-app") => {
            "not stated; Salesforce then takes: until it is revoked".to_owned()
        }
        ("", _) => "not stated".to_owned(),
        (other, _) => other.to_owned(),
    }
}

/// The value, what it is called, and its words where it is `true` and where it is `false`.
const PROOFS: [(&str, &str, &str, &str); 5] = [
    ("pkce-required", "PKCE", "PKCE required", "PKCE not required"),
    (
        "secret-optional",
        "whether the secret is required",
        "secret may be left out",
        "secret required",
    ),
    (
        "rotation",
        "rotation of refresh tokens",
        "refresh tokens rotate",
        "refresh tokens stay the same",
    ),
    ("mutual-tls", "mutual TLS", "mutual TLS", ""),
    ("certificate", "a certificate", "certificate registered", ""),
];

fn authentication(fact: &Fact) -> Vec<String> {
    let told = PROOFS.iter().filter_map(|(key, what, yes, no)| match word(fact, key).as_str() {
        "true" => Some((*yes).to_owned()),
        "false" => Some((*no).to_owned()),
        "unstated" => Some(format!("{what}: not stated")),
        "unknown" => Some(format!("{what}: unknown")),
        _ => None,
    });
    told.filter(|words| !words.is_empty()).collect()
}

const FLOWS: [(&str, &str); 4] = [
    ("client-credentials", "client credentials (without a person)"),
    ("device-flow", "device flow"),
    ("token-exchange", "token exchange"),
    ("code-credential", "authorization code and credentials"),
];

fn flows(fact: &Fact) -> Vec<String> {
    let mut on: Vec<String> = FLOWS
        .iter()
        .filter_map(|(key, words)| match word(fact, key).as_str() {
            "true" => Some((*words).to_owned()),
            "unknown" => Some(format!("{words}: unknown")),
            _ => None,
        })
        .collect();
    if fact.is_true("jwt-only") {
        on.push("signed requests only (JWT)".to_owned());
    }
    on
}

fn run_as(fact: &Fact) -> String {
    match fact.found("run-as-user") {
        Found::Present => "named",
        Found::Unknown(_) => "unknown",
        Found::Absent => "none",
    }
    .to_owned()
}

fn reach(org: &OrgFacts, client: &Fact) -> Vec<ClientReach> {
    let same = |row: &&std::sync::Arc<Fact>| {
        row.parent.as_ref().is_some_and(|parent| {
            parent.name == client.name && parent.text("generation") == client.text("generation")
        })
    };
    let mut rows: Vec<ClientReach> = org
        .facts
        .of("oauth-reach")
        .iter()
        .filter(same)
        .map(|row| ClientReach {
            holder: word(row, "holder"),
            object: match row.found("object") {
                Found::Unknown(_) => Some("unknown".to_owned()),
                _ => row.text("object").map(str::to_owned),
            },
            fields: list(row, "fields"),
            records: word(row, "reach"),
        })
        .collect();
    rows.sort();
    rows.dedup();
    rows
}
