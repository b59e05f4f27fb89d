//! OAuth clients as the page shows them: one part for each, with a line to decide on it.
//!
//! In: the clients of the orgs, the plan. Out: [`Clients`].

use super::plan::{Planned, Reference, refer};
use super::safe;
use crate::audit::Subject;
use crate::audit::control::counted;
use crate::audit::table::{
    client_findings, ip_rule, is_open, permitted, reach_told, register_told, scopes_in_words,
};
use crate::report::Status;
use crate::report::audit::Client;

/// More is counted; the table has it.
const MOST: usize = 60;

pub(super) struct Clients {
    pub(super) told: String,
    pub(super) all: Vec<ClientView>,
    pub(super) more: usize,
}

/// An OAuth client.
pub(super) struct ClientView {
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) place: String,
    /// How many kinds of findings are open on it.
    pub(super) open: usize,
    pub(super) found: Vec<Reference>,
    pub(super) facts: Vec<(&'static str, String)>,
}

pub(super) fn view(subject: &Subject<'_>, plan: &[Planned<'_>]) -> Clients {
    let clients = &subject.estate.clients;
    Clients {
        told: told(clients),
        all: clients.iter().take(MOST).map(|client| one(subject, plan, client)).collect(),
        more: clients.len().saturating_sub(MOST),
    }
}

fn told(clients: &[Client]) -> String {
    let open = clients.iter().filter(|client| is_open(client)).count();
    match clients.len() {
        0 => "No connected app or external client app is in the files. Clients that were never \
              retrieved, and those a managed package brings, are not seen."
            .to_owned(),
        all => format!(
            "{} may act on this org for a person or by itself; {} any user may let in, without an \
             admin. What becomes of each is to be decided here or in the workbook.",
            counted(all, "client", "clients"),
            if open == 0 { "none is one that".to_owned() } else { format!("{open} of them") },
        ),
    }
}

fn one(subject: &Subject<'_>, plan: &[Planned<'_>], client: &Client) -> ClientView {
    let ids = client_findings(subject, client, Status::Open);
    let found = refer(plan, ids.split("; "));
    let list = |items: &[String]| items.join(", ");
    let facts = [
        ("State", client.state.clone()),
        ("May", scopes_in_words(client)),
        ("Scopes", list(&client.scopes)),
        ("Who may use it", permitted(client).to_owned()),
        ("Approved for", list(&client.holders)),
        ("PHI they reach", reach_told(client)),
        ("Refresh token lives", client.refresh_token.clone()),
        ("From which addresses", ip_rule(client).to_owned()),
        ("Proves itself by", client.authentication.join("; ")),
        ("Other flows", list(&client.flows)),
        ("Acts as a user", client.run_as.clone()),
        ("Callbacks", client.callbacks.join("; ")),
        ("Accepted risks", client_findings(subject, client, Status::Accepted)),
        ("Register", register_told(client)),
        ("Last change", client.last_change.clone()),
        ("Not known", client.unknown.join("; ").replace('`', "")),
    ];
    let facts = facts.into_iter().filter(|(_, value)| !value.is_empty());
    ClientView {
        name: safe(if client.label.is_empty() { &client.name } else { &client.label }),
        kind: safe(&format!("{}, {}", client.name, client.generation.replace('-', " "))),
        place: safe(&format!("{}:{}", client.line.path, client.line.line)),
        open: found.len(),
        found,
        facts: facts.map(|(name, value)| (name, safe(&value))).collect(),
    }
}
