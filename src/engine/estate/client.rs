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
        line: line(places, fact.place),
    }
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
    match (word(fact, "refresh-token-policy").as_str(), days) {
        ("infinite", _) => "until it is revoked".to_owned(),
        ("zero", _) => "it ends at once".to_owned(),
        ("lifetime", Some(days)) => format!("{days} days from its issue"),
        ("inactivity", Some(days)) => format!("{days} days after its last use"),
        ("", _) if fact.text("has-refresh-scope") == Some("false") => "none asked for".to_owned(),
        ("", _) => "not stated".to_owned(),
        (other, _) => other.to_owned(),
    }
}

const PROOFS: [(&str, &str, &str); 5] = [
    ("pkce-required", "PKCE required", "PKCE not required"),
    ("secret-optional", "secret may be left out", "secret required"),
    ("rotation", "refresh tokens rotate", "refresh tokens stay the same"),
    ("mutual-tls", "mutual TLS", ""),
    ("certificate", "certificate registered", ""),
];

fn authentication(fact: &Fact) -> Vec<String> {
    let told = PROOFS.iter().filter_map(|(key, yes, no)| match word(fact, key).as_str() {
        "true" => Some((*yes).to_owned()),
        "false" => Some((*no).to_owned()),
        "unstated" => Some(format!("{key} not stated")),
        "unknown" => Some(format!("{key} unknown")),
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
