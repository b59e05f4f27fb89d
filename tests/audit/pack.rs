//! The files of a pack, and how it comes onto the disk.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};

use super::support::{Project, Ran, run};

/// A pack of a project, in a folder beside it.
pub struct Packed {
    pub folder: PathBuf,
    pub ran: Ran,
    _keep: tempfile::TempDir,
}

impl Packed {
    pub fn of(project: &Project, arguments: &[&str]) -> Self {
        let keep = tempfile::tempdir().unwrap();
        let folder = keep.path().join("pack");
        let ran = audit(project, &folder, arguments);
        Self { folder, ran, _keep: keep }
    }

    pub fn text(&self, name: &str) -> String {
        std::fs::read_to_string(self.folder.join(name)).unwrap()
    }

    /// The same with one blank between words: lines of a text are wrapped.
    pub fn words(&self, name: &str) -> String {
        self.text(name).split_whitespace().collect::<Vec<_>>().join(" ")
    }

    pub fn rows(&self, name: &str) -> Vec<BTreeMap<String, String>> {
        rows(&self.folder.join(format!("{name}.csv")))
    }

    /// The row of a control.
    pub fn control(&self, id: &str) -> BTreeMap<String, String> {
        self.rows("controls").into_iter().find(|row| row["Control"] == id).unwrap()
    }
}

pub fn audit(project: &Project, folder: &Path, arguments: &[&str]) -> Ran {
    let mut command = project.phorce();
    command.args(["audit", ".", "--out", folder.to_str().unwrap()]);
    if !arguments.contains(&"--as-of") {
        command.args(["--as-of", super::support::AS_OF]);
    }
    run(command.args(arguments))
}

pub fn rows(path: &Path) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    let header = reader.headers().unwrap().clone();
    let row = |record: csv::StringRecord| {
        header.iter().zip(record.iter()).map(|(k, v)| (k.to_owned(), v.to_owned())).collect()
    };
    reader.records().map(|record| row(record.unwrap())).collect()
}

/// Every file below a folder, by its name.
pub fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let walk = walkdir::WalkDir::new(folder).into_iter().map(Result::unwrap);
    let files = walk.filter(|entry| entry.file_type().is_file());
    files
        .map(|entry| {
            let name = entry.path().strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
            (name, std::fs::read(entry.path()).unwrap())
        })
        .collect()
}

#[test]
fn a_pack_has_every_file() {
    let pack = Packed::of(&Project::of_org("clinic"), &[]);
    assert_eq!(pack.ran.code, 0, "{}", pack.ran.err);
    let names: Vec<String> = files(&pack.folder).into_keys().collect();
    assert_eq!(
        names,
        [
            "MANIFEST.json",
            "README.txt",
            "SHA256SUMS",
            "accepted-risks.csv",
            "action-plan.csv",
            "apex-access.csv",
            "changes.csv",
            "controls.csv",
            "findings.csv",
            "index.html",
            "log-sources.csv",
            "login-ranges.csv",
            "not-read.csv",
            "oauth-clients.csv",
            "phi-access.csv",
            "phi-inventory.csv",
            "phorce-audit.xlsx",
            "report.json",
            "report.sarif",
            "safeguards.csv",
            "statement.intoto.json",
        ]
    );
    // Nothing was configured, and nothing is said to be in a folder that is not there.
    assert!(pack.text("index.html").contains("Nothing was configured: everything was judged as"));
    assert!(!pack.text("README.txt").contains("configuration/"));
    let page = pack.text("index.html");
    let (cover, _) = page.split_once("</header>").unwrap();
    assert!(cover.contains("no certification"), "the cover says it");
    for name in ["index.html", "README.txt"] {
        let text = pack.words(name).to_lowercase();
        assert!(text.contains("no certification"), "{name}");
        assert!(!text.contains("compliant"), "{name}");
    }
}

#[test]
fn it_tells_what_an_auditor_asks_for() {
    let pack = Packed::of(&Project::of_org("clinic"), &["--label", "Winter"]);
    let clients = pack.rows("oauth-clients");
    assert_eq!(clients.len(), 2);
    let lab = &clients[0];
    assert_eq!(lab["Client"], "Lab_Bridge");
    assert_eq!(lab["Scopes in words"], "everything its user may do; act while its user is away");
    assert_eq!(lab["Who may use it"], "any user may let it in");
    assert_eq!(lab["Refresh token lives"], "until it is revoked");
    assert_eq!(lab["IP rule"], "any address");
    assert_eq!(lab["Other flows"], "client credentials (without a person)");
    for blank in ["Decision", "Owner", "Decided on", "Justification"] {
        assert_eq!(lab[blank], "", "{blank}");
    }
    let field = |name: &str| {
        let rows = pack.rows("safeguards");
        rows.into_iter().find(|row| row["Object"] == "Patient__c" && row["Field"] == name).unwrap()
    };
    let ssn = field("SSN__c");
    assert_eq!(
        (ssn["Encryption at rest"].as_str(), ssn["Changes recorded"].as_str()),
        ("none", "yes")
    );
    assert_eq!(
        (ssn["Sharing, internal"].as_str(), ssn["Sharing, external"].as_str()),
        ("Read", "Private")
    );
    let logs = pack.rows("log-sources");
    let log = |of: &str| logs.iter().find(|row| row["Of"] == of).unwrap();
    assert_eq!(
        (log("all event types")["State"].as_str(), log("all event types")["Kept for"].as_str()),
        ("on", "30 days")
    );
    assert_eq!(
        (log("ApiEvent")["State"].as_str(), log("ListViewEvent")["State"].as_str()),
        ("on", "off")
    );
    assert_eq!(log("Login history")["State"], "always on");
    let ranges = pack.rows("login-ranges");
    let nurse = ranges.iter().find(|row| row["Profile or settings"] == "Nurse").unwrap();
    assert_eq!(nurse["Size"], "more than half of all addresses");
    let desk = ranges.iter().find(|row| row["Profile or settings"] == "Front Desk").unwrap();
    assert_eq!(desk["Meaning"], "logins come from anywhere");
    assert!(pack.text("index.html").contains("<h1>Winter</h1>"));
    let plan = pack.rows("action-plan");
    assert_eq!((plan[0]["No."].as_str(), plan[0]["Severity"].as_str()), ("1", "critical"));
}

/// In a repository a client says who changed it last; an author's name is a name like others.
#[test]
fn a_client_knows_its_last_change() {
    let project = Project::of_org("clinic");
    let script = "git init -q -b main . && git add -A && GIT_AUTHOR_DATE=2026-01-03T10:00:00Z \
                  git -c user.name='=A\u{202e} Chen' -c user.email=a@b.example commit -qm one";
    let mut shell = assert_cmd::Command::new("sh");
    assert_eq!(run(shell.args(["-c", script]).current_dir(project.path())).code, 0);
    let pack = Packed::of(&project, &[]);
    let told = &pack.rows("oauth-clients")[0]["Last change"];
    assert!(told.starts_with(r"2026-01-03 by =A\u{202e} Chen ("), "{told}");
    // Of an external client app every file counts.
    let policy =
        "force-app/main/default/extlClntAppOauthPolicies/Visit_Reminder.ecaOauthPlcy-meta.xml";
    project.write(policy, &project.read(policy).replace(">30<", ">20<"));
    let script = "GIT_AUTHOR_DATE=2026-01-09T10:00:00Z git -c user.name=Ortiz \
                  -c user.email=o@b.example commit -qam two";
    let mut shell = assert_cmd::Command::new("sh");
    assert_eq!(run(shell.args(["-c", script]).current_dir(project.path())).code, 0);
    let clients = Packed::of(&project, &[]).rows("oauth-clients");
    assert!(clients[0]["Last change"].starts_with("2026-01-03 by "));
    assert!(clients[1]["Last change"].starts_with("2026-01-09 by Ortiz ("), "{clients:?}");
    let bare = Packed::of(&Project::of_org("clinic"), &[]);
    assert_eq!(bare.rows("oauth-clients")[0]["Last change"], "");
}

/// Neither who a client acts as nor a secret is ever told.
#[test]
fn no_secret_is_in_a_pack() {
    let project = Project::of_org("clinic");
    let app = "force-app/main/default/connectedApps/Lab_Bridge.connectedApp-meta.xml";
    let text = project.read(app).replace(
        "<scopes>Full</scopes>",
        "<oauthClientCredentialUser>robot@harbour-clinic.example</oauthClientCredentialUser><scopes>Full</scopes>",
    );
    project.write(app, &text);
    let pack = Packed::of(&project, &[]);
    for (name, bytes) in files(&pack.folder) {
        let text = match name.ends_with(".xlsx") {
            true => sheets(&bytes).into_values().collect(),
            false => String::from_utf8(bytes).unwrap(),
        };
        for secret in ["example-only-not-a-secret", "robot@harbour-clinic"] {
            assert!(!text.contains(secret), "{name}: {secret}");
        }
    }
}

/// The parts of a workbook.
pub fn sheets(bytes: &[u8]) -> BTreeMap<String, String> {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut parts = BTreeMap::new();
    for at in 0..archive.len() {
        let mut part = archive.by_index(at).unwrap();
        let mut text = String::new();
        part.read_to_string(&mut text).unwrap();
        let name: String = part.name().unwrap().into_owned();
        parts.insert(name, text);
    }
    parts
}

#[test]
fn the_workbook_can_be_worked_with() {
    let pack = Packed::of(&Project::of_org("clinic"), &[]);
    let bytes = std::fs::read(pack.folder.join("phorce-audit.xlsx")).unwrap();
    let parts = sheets(&bytes);
    let book = &parts["xl/workbook.xml"];
    let named = |title: &str| {
        let names: Vec<&str> = book.split("<sheet name=\"").skip(1).collect();
        let at = names.iter().position(|name| name.starts_with(&format!("{title}\""))).unwrap();
        &parts[&format!("xl/worksheets/sheet{}.xml", at + 1)]
    };
    for title in ["Controls", "Findings", "OAuth clients", "PHI access", "Apex access", "Changes"] {
        let sheet = named(title);
        assert!(sheet.contains("state=\"frozen\""), "{title}");
        assert!(sheet.contains("<autoFilter "), "{title}");
        assert!(sheet.contains("<cols>"), "{title}");
    }
    let choices = named("OAuth clients");
    assert!(choices.contains("<dataValidation type=\"list\""));
    assert!(choices.contains("Keep,Restrict,Revoke"));
    assert!(book.contains("_xlnm.Print_Titles"));
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let first = Packed::of(&Project::of_org("clinic"), &["--label", "A"]);
    let mut again = BTreeMap::new();
    let project = Project::of_org("clinic");
    let keep = tempfile::tempdir().unwrap();
    let folder = keep.path().join("other");
    let mut command = project.phorce();
    command.env("SOURCE_DATE_EPOCH", "1768435200").env("RAYON_NUM_THREADS", "1");
    command.args(["audit", ".", "--label", "A", "--out", folder.to_str().unwrap()]);
    assert_eq!(run(&mut command).code, 0);
    again.extend(files(&folder));
    let name = |project: &Path| project.file_name().unwrap().to_string_lossy().into_owned();
    // The projects lie in folders of different names, which a pack tells.
    let told = again["MANIFEST.json"].clone();
    assert!(String::from_utf8(told).unwrap().contains(&name(project.path())));
    for (file, bytes) in files(&first.folder) {
        let names_it = [
            "index.html",
            "README.txt",
            "phorce-audit.xlsx",
            "MANIFEST.json",
            "SHA256SUMS",
            "statement.intoto.json",
        ];
        if !names_it.contains(&file.as_str()) {
            assert!(again[&file] == bytes, "{file}");
        }
    }
    let folder = keep.path().join("third");
    let mut command = project.phorce();
    command.env("SOURCE_DATE_EPOCH", "1768435200").env("RAYON_NUM_THREADS", "3");
    command.args(["audit", ".", "--label", "A", "--out", folder.to_str().unwrap()]);
    assert_eq!(run(&mut command).code, 0);
    let third = files(&folder);
    assert_eq!(third.keys().collect::<Vec<_>>(), again.keys().collect::<Vec<_>>());
    for (file, bytes) in third {
        assert!(again[&file] == bytes, "{file}");
    }
}

#[test]
fn a_pack_is_written_whole_or_not_at_all() {
    let project = Project::of_org("clinic");
    let keep = tempfile::tempdir().unwrap();
    let folder = keep.path().join("a/b/pack");
    assert_eq!(audit(&project, &folder, &[]).code, 0);
    let before = files(&folder);
    let again = audit(&project, &folder, &[]);
    assert_eq!(again.code, 2);
    assert!(again.err.contains("a pack is never overwritten"), "{}", again.err);
    assert!(files(&folder) == before);
    let failed = audit(&Project::new(&[]), &keep.path().join("none"), &[]);
    assert_eq!(failed.code, 2);
    assert!(!keep.path().join("none").exists());
    let names: Vec<_> = std::fs::read_dir(folder.parent().unwrap()).unwrap().collect();
    assert_eq!(names.len(), 1, "nothing half is left");
}

/// A run that is killed while it writes leaves no pack, and nothing that is in the way of the
/// next one.
#[test]
fn a_run_that_is_killed_leaves_no_half_pack() {
    let project = Project::of_org("clinic");
    let keep = tempfile::tempdir().unwrap();
    let folder = keep.path().join("pack");
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_phorce"));
    command.args(["audit", ".", "--as-of", super::support::AS_OF, "--out"]).arg(&folder);
    command.current_dir(project.path()).stdout(std::process::Stdio::null());
    let mut child = command.spawn().unwrap();
    let begun = std::time::Instant::now();
    while std::fs::read_dir(keep.path()).unwrap().next().is_none() {
        assert!(begun.elapsed().as_secs() < 60 && child.try_wait().unwrap().is_none());
    }
    child.kill().unwrap();
    child.wait().unwrap();
    if !folder.exists() {
        assert_eq!(audit(&project, &folder, &[]).code, 0);
    }
    let whole = run(project.phorce().args(["audit", "verify", folder.to_str().unwrap()]));
    assert_eq!(whole.code, 0, "{}", whole.out);
}

/// What records what, whether it does, for how long, and where it goes.
#[test]
fn every_log_source_is_told_once() {
    let base = "force-app/main/default";
    let project = Project::of_org("clinic");
    // A second file about an object that says nothing of its history.
    project.write(
        &format!("{base}/objects/Patient__c/fields/Chart__c.field-meta.xml"),
        "<CustomField xmlns=\"http://soap.sforce.com/2006/04/metadata\"><fullName>Chart__c</fullName>\
         <label>Chart</label><type>Text</type><length>9</length></CustomField>",
    );
    let pack = Packed::of(&project, &[]);
    let told: Vec<[String; 5]> = pack
        .rows("log-sources")
        .iter()
        .map(|row| ["Source", "Of", "State", "Kept for", "Goes to"].map(|name| row[name].clone()))
        .collect();
    let (off, kept, set) = (
        "nothing is recorded",
        "18 months, 24 through the API",
        "set by Salesforce; not in metadata",
    );
    let none = "not shown by metadata";
    let stored = "real-time event, stored";
    let expected = [
        ["event log files", "all event types", "on", "30 days", none],
        [stored, "ApiEvent", "on", set, none],
        [stored, "ListViewEvent", "off", off, none],
        [stored, "ReportEvent", "off", off, none],
        [
            "event relay",
            "to a system outside",
            "none in the files",
            "as the system outside keeps it",
            "nowhere",
        ],
        [
            "transaction security policy",
            "Report_Exports (ReportEvent)",
            "on",
            "keeps nothing of its own",
            "",
        ],
        ["field history", "Appointment__c", "off", off, none],
        ["field history", "Patient__c", "on", kept, none],
        ["field history", "Room__c", "off", off, none],
        ["platform log", "Setup audit trail", "always on", "180 days", none],
        ["platform log", "Login history", "always on", "6 months", none],
    ];
    assert_eq!(told, expected.map(|row| row.map(str::to_owned)));
}

#[test]
fn a_scope_leaves_out_what_it_is_not_about() {
    let pack = Packed::of(&Project::of_org("clinic"), &["--scope", "oauth"]);
    let names: Vec<String> = files(&pack.folder).into_keys().collect();
    assert!(names.contains(&"oauth-clients.csv".to_owned()));
    assert!(!names.contains(&"phi-access.csv".to_owned()));
    let findings = pack.rows("findings");
    assert!(!findings.is_empty());
    assert!(findings.iter().all(|row| row["Rule"].contains("oauth")
        || row["Rule"].contains("package")
        || row["Rule"].contains("secret")
        || row["Rule"].contains("vendor")));
    let mechanism = pack.control("164.312(c)(2)");
    assert_eq!(mechanism["Verdict"], "Not assessed");
    assert_eq!(mechanism["Why"], "outside the scope of this pack");
}

#[test]
fn what_could_not_be_read_ends_in_3_and_is_told() {
    let pack = Packed::of(&Project::of_org("broken"), &[]);
    assert_eq!(pack.ran.code, 3);
    assert!(pack.rows("not-read").iter().any(|row| row["Kind"] == "file not read"));
    let pack = Packed::of(&Project::of_org("broken"), &["--allow-incomplete"]);
    assert_eq!(pack.ran.code, 0);
}
