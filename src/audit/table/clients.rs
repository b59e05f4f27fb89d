//! OAuth clients, with cells for a decision on each.

use super::{Column, Table, blank, choice, column};
use crate::audit::Subject;
use crate::report::Status;
use crate::report::audit::{Client, ClientReach};

const CLIENTS: [Column; 27] = [
    column("Org", 14),
    column("Client", 28),
    column("Label", 28),
    column("Kind", 20),
    column("State", 9),
    column("Scopes", 28),
    column("Scopes in words", 46),
    column("Who may use it", 36),
    column("Pre-authorised", 30),
    column("Refresh token lives", 24),
    column("IP rule", 28),
    column("Trusted ranges", 26),
    column("Client authentication", 40),
    column("Other flows", 34),
    column("Acts as a user", 12),
    column("Callbacks", 44),
    column("PHI its pre-authorised users reach", 60),
    column("Open findings", 50),
    column("Accepted risks", 30),
    column("Last change", 34),
    column("Not known", 50),
    column("Path", 60),
    column("Line", 8),
    choice("Decision", 12, &["Keep", "Restrict", "Revoke"]),
    blank("Owner", 22),
    blank("Decided on", 12),
    blank("Justification", 40),
];

pub(super) fn clients(subject: &Subject<'_>) -> Table {
    let mut table = Table::new(
        "oauth-clients",
        "OAuth clients",
        "Every connected app and external client app: what it may do, who may use it, and the \
         PHI that its pre-authorised users reach.",
        &CLIENTS,
    );
    for client in &subject.estate.clients {
        table.push(row(subject, client));
    }
    table
}

fn row(subject: &Subject<'_>, client: &Client) -> Vec<String> {
    vec![
        client.org.clone(),
        client.name.clone(),
        client.label.clone(),
        client.generation.replace('-', " "),
        client.state.clone(),
        client.scopes.join("; "),
        scopes_in_words(client),
        permitted(&client.permitted_users).to_owned(),
        client.holders.join("; "),
        client.refresh_token.clone(),
        ip_rule(&client.ip_rule).to_owned(),
        client.ip_ranges.join("; "),
        client.authentication.join("; "),
        client.flows.join("; "),
        client.run_as.clone(),
        client.callbacks.join("; "),
        client.reach.iter().map(reached).collect::<Vec<_>>().join("; "),
        findings(subject, client, Status::Open),
        findings(subject, client, Status::Accepted),
        client.last_change.clone(),
        client.unknown.join("; "),
        client.line.path.clone(),
        client.line.line.to_string(),
    ]
}

/// What the common scopes let a client do; the others are told as they are written.
const SCOPES: [(&str, &str); 12] = [
    ("Full", "everything its user may do"),
    ("Api", "read and write data through the APIs"),
    ("Web", "use the web pages as its user"),
    ("RefreshToken", "act while its user is away"),
    ("OfflineAccess", "act while its user is away"),
    ("Basic", "know who the user is"),
    ("OpenID", "know who the user is"),
    ("Profile", "read the user's profile"),
    ("Email", "read the user's e-mail address"),
    ("Chatter", "read and write Chatter"),
    ("CustomApplications", "use Visualforce pages as its user"),
    ("Lightning", "use Lightning as its user"),
];

pub(in crate::audit) fn scopes_in_words(client: &Client) -> String {
    let words = |scope: &String| {
        let known = SCOPES.iter().find(|(name, _)| name.eq_ignore_ascii_case(scope));
        known.map_or_else(|| scope.clone(), |(_, words)| (*words).to_owned())
    };
    let mut told: Vec<String> = Vec::new();
    for words in client.scopes.iter().map(words) {
        if !told.contains(&words) {
            told.push(words);
        }
    }
    told.join("; ")
}

pub(in crate::audit) fn permitted(word: &str) -> &str {
    match word {
        "admin-approved" => "only whom an admin approves",
        "self-authorize" => "any user may let it in",
        "unstated" | "" => "not stated",
        other => other,
    }
}

pub(in crate::audit) fn ip_rule(word: &str) -> &str {
    match word {
        "enforce" => "login ranges enforced",
        "enforce-relaxrefresh" => "enforced, but not for refresh tokens",
        "bypass-2factor" => "any address, with a second factor",
        "bypass" => "any address",
        "unstated" | "" => "not stated",
        other => other,
    }
}

/// `Lab_Sync: Patient__c (3 fields, all records)`.
pub(in crate::audit) fn reached(reach: &ClientReach) -> String {
    match reach.object.as_deref() {
        None => format!("{}: no PHI", reach.holder),
        Some("unknown") => format!("{}: unknown", reach.holder),
        Some(object) => {
            let fields = super::super::control::counted(reach.fields.len(), "field", "fields");
            format!("{}: {object} ({fields}, {} records)", reach.holder, reach.records)
        }
    }
}

/// Ids of the rules that found something about a client.
pub(in crate::audit) fn findings(subject: &Subject<'_>, client: &Client, status: Status) -> String {
    let inside = |name: &str| name == client.name || name.starts_with(&format!("{}/", client.name));
    let family = |rule: &str| {
        let rule = subject.rules.iter().find(|own| own.id == rule);
        rule.is_some_and(|rule| {
            rule.kinds().iter().any(|kind| {
                kind.starts_with("oauth") || kind.contains("Connected") || kind.contains("Clnt")
            })
        })
    };
    let about = |finding: &&crate::report::Finding| {
        finding.status == status
            && finding.org == client.org
            && inside(&finding.subject)
            && (finding.place.path == client.line.path || family(&finding.rule))
    };
    let mut ids: Vec<&str> =
        subject.report.findings.iter().filter(about).map(|f| f.rule.as_str()).collect();
    ids.sort_unstable();
    ids.dedup();
    ids.join("; ")
}
