//! OAuth clients, with cells for a decision on each.

use super::{Column, Table, blank, choice, column};
use crate::audit::Subject;
use crate::report::Status;
use crate::report::audit::{Client, ClientReach, Entry, Registered};

const CLIENTS: [Column; 37] = [
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
    column("In the register", 26),
    column("Owner in the register", 26),
    column("Purpose", 30),
    column("Vendor", 24),
    column("Criticality", 12),
    column("BAA signed", 12),
    column("BAA until", 12),
    column("No BAA needed because", 34),
    column("Last review", 12),
    column("Next review", 12),
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
        "Every connected app and external client app: what it may do, who may use it, the PHI \
         that its pre-authorised users reach, and what the register says of it.",
        &CLIENTS,
    );
    for client in &subject.estate.clients {
        table.push(row(subject, client));
    }
    table
}

fn row(subject: &Subject<'_>, client: &Client) -> Vec<String> {
    let (listed, entry) = match &client.register {
        Registered::Listed(entry) => ("yes", entry.as_ref()),
        Registered::Unlisted => ("not in the register", &BLANK),
        Registered::NoRegister => ("no register is named", &BLANK),
    };
    vec![
        client.org.clone(),
        client.name.clone(),
        client.label.clone(),
        client.generation.replace('-', " "),
        client.state.clone(),
        client.scopes.join("; "),
        scopes_in_words(client),
        permitted(client).to_owned(),
        client.holders.join("; "),
        client.refresh_token.clone(),
        ip_rule(client).to_owned(),
        client.ip_ranges.join("; "),
        client.authentication.join("; "),
        client.flows.join("; "),
        client.run_as.clone(),
        client.callbacks.join("; "),
        reach_told(client),
        findings(subject, client, Status::Open),
        findings(subject, client, Status::Accepted),
        client.last_change.clone(),
        listed.to_owned(),
        entry.owner.clone(),
        entry.purpose.clone(),
        entry.vendor.clone(),
        entry.criticality.clone(),
        entry.baa.clone(),
        entry.baa_until.clone(),
        entry.no_baa.clone(),
        entry.last_review.clone(),
        entry.next_review.clone(),
        client.unknown.join("; "),
        client.line.path.clone(),
        client.line.line.to_string(),
    ]
}

/// What a client that the register does not list says of itself.
static BLANK: Entry = Entry {
    owner: String::new(),
    purpose: String::new(),
    vendor: String::new(),
    criticality: String::new(),
    baa: String::new(),
    baa_until: String::new(),
    no_baa: String::new(),
    last_review: String::new(),
    next_review: String::new(),
    line: crate::report::audit::Line { path: String::new(), line: 0 },
};

/// What the scopes of the Metadata API let a client do; one that is not known here is told as
/// it is written.
const SCOPES: [(&str, &str); 28] = [
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
    ("Visualforce", "use Visualforce pages as its user"),
    ("Lightning", "use Lightning as its user"),
    ("Address", "read the user's address"),
    ("Phone", "read the user's phone number"),
    ("CustomPermissions", "read which custom permissions its user has"),
    ("Content", "read and write files"),
    ("Wave", "read and write analytics"),
    ("Eclair", "read charts of analytics"),
    ("Pardot", "read and write marketing data"),
    ("Chatbot", "use the services of bots"),
    ("Interaction", "start flows and tell them what to do"),
    ("SFApiPlatform", "use the Salesforce API platform, agents included"),
    ("ForgotPassword", "reset passwords of people outside"),
    ("UserRegistration", "sign up people outside"),
    ("CDPIngest", "write data into Data Cloud"),
    ("CDPProfile", "read profiles of Data Cloud"),
    ("CDPQuery", "query Data Cloud"),
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

/// What is told of an app that only signs people in, by SAML, or shows a page.
const NO_OAUTH: &str = "no OAuth settings";

pub(in crate::audit) fn permitted(client: &Client) -> &str {
    match client.permitted_users.as_str() {
        "admin-approved" => "only whom an admin approves",
        "self-authorize" => "any user may let it in",
        "unstated" => "not stated; Salesforce then takes: any user may let it in",
        "" => NO_OAUTH,
        other => other,
    }
}

/// Whether no admin decides who lets the client in.
pub(in crate::audit) fn is_open(client: &Client) -> bool {
    matches!(client.permitted_users.as_str(), "self-authorize" | "unstated")
}

pub(in crate::audit) fn ip_rule(client: &Client) -> &str {
    match client.ip_rule.as_str() {
        "" if client.permitted_users.is_empty() => NO_OAUTH,
        "enforce" => "login ranges enforced",
        "enforce-relaxrefresh" => "enforced, but not for refresh tokens",
        "bypass-2factor" => "any address, with a second factor",
        "bypass" => "any address",
        "unstated" | "" => "not stated; Salesforce then enforces login ranges",
        other => other,
    }
}

/// The PHI of each profile and set it names, and that of whoever else may let it in; where
/// there is neither, why.
pub(in crate::audit) fn reach_told(client: &Client) -> String {
    let mut told: Vec<String> = client.reach.iter().map(reached).collect();
    if is_open(client) && !client.data_scopes.is_empty() {
        told.push("whatever a user who lets it in reaches".to_owned());
    }
    if told.is_empty() {
        let why = match (client.holders.is_empty(), client.permitted_users.as_str()) {
            (true, "admin-approved") => "nobody is pre-authorised in the files",
            (true, _) => "",
            (false, _) => "unknown",
        };
        return why.to_owned();
    }
    told.join("; ")
}

/// What the register says, in a line for a reader.
pub(in crate::audit) fn register_told(client: &Client) -> String {
    let entry = match &client.register {
        Registered::NoRegister => return "no register is named in phorce.toml".to_owned(),
        Registered::Unlisted => return "not in the register".to_owned(),
        Registered::Listed(entry) => entry,
    };
    let parts = [
        ("owner", &entry.owner),
        ("vendor", &entry.vendor),
        ("agreement signed", &entry.baa),
        ("agreement until", &entry.baa_until),
        ("no agreement needed", &entry.no_baa),
        ("criticality", &entry.criticality),
        ("last review", &entry.last_review),
        ("next review", &entry.next_review),
    ];
    let told = parts.iter().filter(|(_, value)| !value.is_empty());
    let told: Vec<String> = told.map(|(name, value)| format!("{name}: {value}")).collect();
    match told.is_empty() {
        true => "listed, nothing is filled in".to_owned(),
        false => told.join("; "),
    }
}

/// `Lab_Sync: Patient__c (3 fields, all records)`.
fn reached(reach: &ClientReach) -> String {
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
    // What is open about its entry stands in the register.
    let entry = |finding: &crate::report::Finding| match &client.register {
        Registered::Listed(entry) => {
            let own = format!("oauth-client/{}", client.name).to_lowercase();
            finding.place.path == entry.line.path && finding.subject.to_lowercase() == own
        }
        _ => false,
    };
    let about = |finding: &&crate::report::Finding| {
        finding.status == status
            && (entry(finding)
                || finding.org == client.org
                    && (client.files.contains(&finding.place.path)
                        || inside(&finding.subject) && family(&finding.rule)))
    };
    let mut ids: Vec<&str> =
        subject.report.findings.iter().filter(about).map(|f| f.rule.as_str()).collect();
    ids.sort_unstable();
    ids.dedup();
    ids.join("; ")
}
