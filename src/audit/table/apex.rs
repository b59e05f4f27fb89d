//! Ways into Apex: who may call each, what it asks, what PHI it touches.

use std::collections::BTreeSet;

use super::{Column, Table, column};
use crate::audit::Subject;
use crate::report::Status;
use crate::report::audit::{Caller, EntryPoint};

const APEX: [Column; 23] = [
    column("Org", 14),
    column("Entry point", 40),
    column("Way in", 24),
    column("Address", 30),
    column("Who may call it", 40),
    column("Guests", 26),
    column("External users", 26),
    column("Integrations", 26),
    column("Workforce", 34),
    column("Administrators", 26),
    column("What gives it", 70),
    column("Sharing", 16),
    column("Records it sees", 24),
    column("Checks seen", 34),
    column("PHI it reads", 50),
    column("Of it, not limited to what its user may see", 50),
    column("PHI it gives back", 40),
    column("PHI objects it writes", 34),
    column("Certainty", 10),
    column("Open findings", 44),
    column("Not known", 50),
    column("Path", 60),
    column("Line", 8),
];

/// Audiences in the order of the columns, and how a summary calls them.
const AUDIENCES: [(&str, &str); 5] = [
    ("guest", "guests"),
    ("external", "external users"),
    ("integration", "integrations"),
    ("workforce", "workforce"),
    ("admin", "administrators"),
];

pub(super) fn apex(subject: &Subject<'_>) -> Table {
    let mut table = Table::new(
        "apex-access",
        "Apex access",
        "Every way into Apex: who may call it and what gives it, what it asks for itself, and the \
         PHI it reads and writes. Who is assigned a profile or set is data; what is called by a \
         name in a text is not followed.",
        &APEX,
    );
    for entry in &subject.estate.entry_points {
        table.push(row(subject, entry));
    }
    table
}

fn row(subject: &Subject<'_>, entry: &EntryPoint) -> Vec<String> {
    let [guest, external, integration, workforce, admin] =
        AUDIENCES.map(|(audience, _)| holders(entry, audience));
    vec![
        entry.org.clone(),
        name(entry),
        way(&entry.way).to_owned(),
        entry.address.join("; "),
        who(entry),
        guest,
        external,
        integration,
        workforce,
        admin,
        entry.callers.iter().map(given).collect::<Vec<_>>().join("; "),
        sharing(&entry.sharing).to_owned(),
        records(&entry.enforces_sharing).to_owned(),
        checks(entry),
        entry.reads.join("; "),
        entry.open.join("; "),
        entry.returns.join("; "),
        entry.writes.join("; "),
        entry.level.clone(),
        findings(subject, entry),
        entry.unknown.join("; "),
        entry.line.path.clone(),
        entry.line.line.to_string(),
    ]
}

pub(in crate::audit) fn name(entry: &EntryPoint) -> String {
    match entry.method.as_str() {
        "" => entry.class.clone(),
        method => format!("{}.{method}", entry.class),
    }
}

fn holders(entry: &EntryPoint, audience: &str) -> String {
    let of = entry.callers.iter().filter(|caller| caller.audience == audience);
    let names: BTreeSet<&str> = of.map(|caller| caller.holder.as_str()).collect();
    names.into_iter().collect::<Vec<_>>().join("; ")
}

fn given(caller: &Caller) -> String {
    let Caller { holder, through, line, .. } = caller;
    format!("{holder}: {through} ({}:{})", line.path, line.line)
}

/// Audiences of which somebody may call it, and who has it run without a grant.
pub(in crate::audit) fn who(entry: &EntryPoint) -> String {
    let told = AUDIENCES
        .iter()
        .filter(|(audience, _)| entry.callers.iter().any(|caller| caller.audience == *audience));
    let mut told: Vec<&str> = told.map(|(_, words)| *words).collect();
    if !entry.without_grant.is_empty() {
        told.push(&entry.without_grant);
    }
    if told.is_empty() { "nobody is granted it in the files".to_owned() } else { told.join("; ") }
}

/// Whether people outside may call it.
pub(in crate::audit) fn is_outside(entry: &EntryPoint) -> bool {
    entry.callers.iter().any(|caller| ["guest", "external"].contains(&caller.audience.as_str()))
}

pub(in crate::audit) fn touches_phi(entry: &EntryPoint) -> bool {
    [&entry.reads, &entry.returns, &entry.writes].iter().any(|fields| !fields.is_empty())
}

pub(in crate::audit) fn way(word: &str) -> &str {
    match word {
        "aura" => "Lightning component (@AuraEnabled)",
        "rest" => "REST service",
        "webservice" => "SOAP service (webservice)",
        "invocable" => "flow action (@InvocableMethod)",
        "remote-action" => "page script (@RemoteAction)",
        "visualforce" => "Visualforce page",
        "email" => "e-mail service",
        "batch" => "batch job",
        "schedulable" => "scheduled job",
        "queueable" => "queueable job",
        "future" => "future method",
        "auth-handler" => "login handler",
        _ => "not known",
    }
}

pub(in crate::audit) fn sharing(word: &str) -> &str {
    match word {
        "with" => "with sharing",
        "without" => "without sharing",
        "inherited" => "inherited sharing",
        "none" | "" => "not stated",
        other => other,
    }
}

fn records(word: &str) -> &str {
    match word {
        "true" => "those its user may see",
        "false" => "all",
        "caller" => "as its caller decides",
        _ => "unknown",
    }
}

/// What it asks for itself, in words; that nothing was seen is no proof that nothing is asked.
pub(in crate::audit) fn checks(entry: &EntryPoint) -> String {
    if entry.way == "unknown" {
        return "unknown".to_owned();
    }
    let words = |check: &String| match check.as_str() {
        "custom-permission" => "a custom permission",
        "crud" => "access to the object",
        "fls" => "access to the field",
        "user-type" => "the kind of user",
        "user-mode" => "queries in user mode",
        "security-enforced" => "queries with security enforced",
        _ => "something else",
    };
    let told: Vec<&str> = entry.checks.iter().map(words).collect();
    if told.is_empty() { "none seen".to_owned() } else { told.join("; ") }
}

/// Rules that found something in it, or in who is granted its class.
fn findings(subject: &Subject<'_>, entry: &EntryPoint) -> String {
    let own = name(entry);
    let inside = |text: &str| {
        let rest = text.strip_prefix(own.as_str());
        let granted = text.rsplit_once('/').map(|(_, class)| class) == Some(&entry.class);
        granted || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '/']))
    };
    let class_itself = |text: &str| text == entry.class;
    let about = |finding: &&crate::report::Finding| {
        finding.status == Status::Open
            && finding.org == entry.org
            && (inside(&finding.subject) || class_itself(&finding.subject))
    };
    let found = super::told(subject).filter(about);
    let ids: BTreeSet<&str> = found.map(|finding| finding.rule.as_str()).collect();
    ids.into_iter().collect::<Vec<_>>().join("; ")
}
