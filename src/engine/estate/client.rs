//! OAuth clients in words.
//!
//! In: rows `oauth-client` and `oauth-reach`, the register. Out: one [`Client`] each.

use super::{line, list, word};
use crate::config::Register;
use crate::config::register::{self, Section};
use crate::engine::OrgFacts;
use crate::engine::places::Places;
use crate::fact::{Fact, Found};
use crate::report::audit::{Client, ClientReach, Entry, Registered};
use crate::source::Span;

/// Where the entries of OAuth clients stand.
pub(super) fn entries(register: &Register) -> impl Iterator<Item = Span> {
    let entries = register.entries.iter().filter(|entry| entry.section == Section::OauthClient);
    entries.filter_map(|entry| span(register, entry))
}

fn span(register: &Register, entry: &register::Entry) -> Option<Span> {
    let bytes = &entry.name.bytes;
    register.file.map(|file| Span::new(file, bytes.start, bytes.end))
}

pub(super) fn rows(
    org: &OrgFacts,
    register: Option<&Register>,
    places: &Places<'_>,
) -> Vec<Client> {
    let clients = org.facts.of("oauth-client").iter();
    let client = |fact: &std::sync::Arc<Fact>| Client {
        register: registered(register, &fact.name, places),
        ..of_row(org, fact, places)
    };
    let mut rows: Vec<Client> = clients.map(client).collect();
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
        register: Registered::NoRegister,
        unknown,
        files: files(fact, places),
        line: line(places, fact.place),
    }
}

fn registered(register: Option<&Register>, name: &str, places: &Places<'_>) -> Registered {
    let Some(register) = register else { return Registered::NoRegister };
    let Some(entry) = register.entry(Section::OauthClient, name) else {
        return Registered::Unlisted;
    };
    let text = |key: &str| entry.text(key).map_or_else(String::new, |text| text.value.clone());
    let date = |key: &str| entry.date(key).map_or_else(String::new, |date| date.value.to_string());
    Registered::Listed(Box::new(Entry {
        owner: text("owner"),
        purpose: text("purpose"),
        vendor: text("vendor"),
        criticality: text("criticality"),
        baa: date("baa"),
        baa_until: date("baa-until"),
        no_baa: text("no-baa"),
        last_review: date("last-review"),
        next_review: date("next-review"),
        line: span(register, entry).map(|span| line(places, span)).unwrap_or_default(),
    }))
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

/// A key, what it is called, and what it says where it is on and where it is off.
const PROOFS: [(&str, &str, &str, &str); 7] = [
    ("pkce-required", "PKCE", "PKCE required", "PKCE not required"),
    (
        "secret-optional",
        "whether the secret is required",
        "secret may be left out",
        "secret required",
    ),
    (
        "secret-for-refresh",
        "the secret for a refresh",
        "a refresh needs the secret",
        "a refresh needs no secret",
    ),
    (
        "secret-for-token-exchange",
        "the secret for a token exchange",
        "a token exchange needs the secret",
        "a token exchange needs no secret",
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
    // Of a flow that is off nothing is to be proved.
    let exchange = |key: &str| key != "secret-for-token-exchange" || fact.is_true("token-exchange");
    let proofs = PROOFS.iter().filter(|(key, ..)| exchange(key));
    let told = proofs.filter_map(|(key, name, yes, no)| match word(fact, key).as_str() {
        "true" => Some((*yes).to_owned()),
        "false" => Some((*no).to_owned()),
        "unstated" => Some(format!("{name}: not stated")),
        "unknown" => Some(format!("{name}: unknown")),
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
