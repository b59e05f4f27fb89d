//! What is told of an OAuth client: every column, and what the register says of it.

use super::pack::{Packed, audit};
use super::support::{Project, run};

fn cells<'r>(row: &'r std::collections::BTreeMap<String, String>, names: &[&str]) -> Vec<&'r str> {
    names.iter().map(|name| row[*name].as_str()).collect()
}

const REGISTER: [&str; 10] = [
    "In the register",
    "Owner in the register",
    "Purpose",
    "Vendor",
    "Criticality",
    "BAA signed",
    "BAA until",
    "No BAA needed because",
    "Last review",
    "Next review",
];

#[test]
fn the_register_is_told_of_each() {
    let project = Project::of_org("registered");
    let pack = Packed::of(&project, &[]);
    let clients = pack.rows("oauth-clients");
    assert_eq!(
        cells(&clients[0], &REGISTER),
        ["not in the register", "", "", "", "", "", "", "", "", ""]
    );
    assert_eq!(
        cells(&clients[1], &REGISTER),
        [
            "yes",
            "Patient services",
            "Books visits",
            "Timely Visits",
            "high",
            "2024-01-01",
            "2025-12-31",
            "",
            "2025-12-01",
            "2026-12-01",
        ]
    );
    assert_eq!(clients[0]["Open findings"], "oauth-client-not-in-register");
    assert_eq!(
        clients[1]["Open findings"],
        "oauth-users-self-authorize; vendor-agreement-missing-or-expired"
    );
    let page = pack.text("index.html");
    assert!(page.contains("<dt>Register</dt><dd>not in the register</dd>"));
    assert!(
        page.contains(
            "owner: Patient services; vendor: Timely Visits; agreement signed: 2024-01-01"
        )
    );
    assert_eq!(
        pack.text("configuration/register/register.toml"),
        project.read("compliance/register.toml")
    );
    let blank = project.read("compliance/register.toml").replace("\"Timely Visits\"", "\"\"");
    project.write("compliance/register.toml", &blank);
    assert_eq!(Packed::of(&project, &[]).rows("oauth-clients")[1]["Vendor"], "");
    project.write("phorce.toml", "");
    let none = Packed::of(&project, &[]);
    assert_eq!(none.rows("oauth-clients")[1]["In the register"], "no register is named");
    assert!(none.text("index.html").contains("<dd>no register is named in phorce.toml</dd>"));
}

/// A pack about OAuth tells what the register lacks.
#[test]
fn the_register_belongs_to_a_pack_about_oauth() {
    let pack = Packed::of(&Project::of_org("registered"), &["--scope", "oauth"]);
    let found = pack.rows("findings");
    assert!(found.iter().any(|row| row["Rule"] == "oauth-client-not-in-register"));
}

#[test]
fn an_external_client_app_is_told_whole() {
    let pack = Packed::of(&Project::of_org("clinic"), &[]);
    let row = pack.rows("oauth-clients").into_iter().find(|row| row["Client"] == "Visit_Reminder");
    let names = [
        "Kind",
        "State",
        "Scopes",
        "Scopes in words",
        "Who may use it",
        "Pre-authorised",
        "Refresh token lives",
        "IP rule",
        "Client authentication",
        "Other flows",
        "Acts as a user",
        "PHI its pre-authorised users reach",
    ];
    assert_eq!(
        cells(&row.unwrap(), &names),
        [
            "external client app",
            // Of two of its files, nothing was retrieved.
            "unknown",
            "Api; RefreshToken",
            "read and write data through the APIs; act while its user is away",
            "any user may let it in",
            "",
            "30 days after its last use",
            "login ranges enforced",
            "PKCE: unknown; whether the secret is required: unknown; the secret for a refresh: \
             unknown; rotation of refresh tokens: unknown; mutual TLS: unknown; a certificate: \
             unknown",
            "device flow: unknown; token exchange: unknown; authorization code and credentials: \
             unknown",
            "none",
            "whatever a user who lets it in reaches",
        ]
    );
}

/// In a clone that is cut off, every file looks as if it came with its first commit.
#[test]
fn a_shallow_clone_tells_of_no_change() {
    let project = Project::of_org("clinic");
    let commit = "-c user.name=Chen -c user.email=a@b.example commit -qm";
    let script = format!(
        "git init -q -b main . && git add -A && git {commit} one && touch more && git add -A && \
         git {commit} two && git clone -q --depth 1 \"file://$PWD\" shallow"
    );
    let mut shell = assert_cmd::Command::new("sh");
    assert_eq!(run(shell.args(["-c", &script]).current_dir(project.path())).code, 0);
    let keep = tempfile::tempdir().unwrap();
    let inside = Project::new(&[]);
    super::support::copy(&project.path().join("shallow"), inside.path());
    let out = keep.path().join("pack");
    assert_eq!(audit(&inside, &out, &[]).code, 0);
    let clients = super::pack::rows(&out.join("oauth-clients.csv"));
    assert!(clients.iter().all(|row| row["Last change"].is_empty()), "{clients:?}");
}
