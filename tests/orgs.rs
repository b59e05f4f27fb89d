//! Whole small orgs: each gives the text, JSON and SARIF that stand in `testdata/expected`.
//!
//! To renew them set `PHORCE_EXPECT=write`, run this test, and read the difference: every
//! line of it says that the product changed its mind. Of SARIF the declarations of rules and
//! citations are left out, because they are the pages' own words, and so is what counts in
//! them; that results point at the right ones is checked here.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod support;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use support::{Project, Ran, orgs, testdata};

/// Of this org, which has the most unusual names and lines, the text with the lines of the
/// files stands there too.
const IN_FULL: &str = "layouts";

/// What is written about an org, by the ending of the file it is expected in.
fn written(org: &str) -> Vec<(&'static str, String)> {
    let project = Project::of_org(org);
    let shown = |flags: &[&str]| {
        let ran = project.check(flags);
        assert!(ran.err.is_empty(), "{org}: {}", ran.err);
        ran
    };
    let json = shown(&["--format", "json"]).out;
    let json = json.replace(&version_line(env!("CARGO_PKG_VERSION")), &version_line("0"));
    let sarif = reduce_sarif(shown(&["--format", "sarif"]).json());
    let mut all = vec![("txt", shown(&[]).out), ("json", json), ("sarif", sarif)];
    if org == IN_FULL {
        all.push(("full.txt", shown(&["--full"]).out));
    }
    all
}

#[test]
fn every_org_gives_what_is_expected() {
    let write = std::env::var_os("PHORCE_EXPECT").is_some_and(|value| value == "write");
    let mut wrong = Vec::new();
    for org in orgs() {
        for (ending, shown) in written(&org) {
            let name = format!("{org}.{ending}");
            let path = testdata("expected").join(&name);
            if write {
                std::fs::write(&path, &shown).unwrap();
            } else {
                let expected = std::fs::read_to_string(&path).unwrap_or_default();
                wrong.extend(difference(&expected, &shown).map(|what| format!("{name} {what}")));
            }
        }
    }
    assert!(wrong.is_empty(), "set PHORCE_EXPECT=write, then read git diff\n{}", wrong.join("\n"));
}

/// The first line that differs.
fn difference(expected: &str, shown: &str) -> Option<String> {
    if expected == shown {
        return None;
    }
    let lines = expected.lines().zip(shown.lines()).zip(1..);
    let first = lines.into_iter().find(|((old, new), _)| old != new);
    Some(match first {
        Some(((old, new), line)) => format!("line {line}\n  expected {old}\n  is now   {new}"),
        None => format!("has {} lines, not {}", shown.lines().count(), expected.lines().count()),
    })
}

fn version_line(version: &str) -> String {
    format!("\"version\": \"{version}\"")
}

/// A SARIF log without what the rule pages and `rules/hipaa.toml` say, once it is sure that
/// every number in it leads to what it names.
fn reduce_sarif(mut log: Value) -> String {
    let run = log["runs"][0].as_object_mut().unwrap();
    let id_at = |list: &Value, index: &Value| {
        list[usize::try_from(index.as_u64().unwrap()).unwrap()]["id"].clone()
    };
    let driver = run["tool"]["driver"].take();
    let taxa = run["taxonomies"][0]["taxa"].take();
    for result in run["results"].as_array_mut().unwrap() {
        let result = result.as_object_mut().unwrap();
        let index = result.shift_remove("ruleIndex").unwrap();
        assert_eq!(id_at(&driver["rules"], &index), result["ruleId"]);
        for taxon in result["taxa"].as_array_mut().unwrap() {
            let index = taxon.as_object_mut().unwrap().shift_remove("index").unwrap();
            assert_eq!(id_at(&taxa, &index), taxon["id"]);
        }
    }
    let notes = run["invocations"][0].get_mut("toolExecutionNotifications");
    for note in notes.and_then(Value::as_array_mut).into_iter().flatten() {
        assert_eq!(
            id_at(&driver["notifications"], &note["descriptor"]["index"]),
            note["descriptor"]["id"]
        );
        if let Some(rule) = note.get_mut("associatedRule") {
            let index = rule.as_object_mut().unwrap().shift_remove("index").unwrap();
            assert_eq!(id_at(&driver["rules"], &index), rule["id"]);
        }
    }
    run.shift_remove("tool");
    run.shift_remove("taxonomies");
    serde_json::to_string_pretty(&log).unwrap() + "\n"
}

#[test]
fn nothing_is_expected_of_an_org_that_is_not_there() {
    let orgs = orgs();
    for entry in std::fs::read_dir(testdata("expected")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let (org, _) = name.split_once('.').unwrap();
        assert!(orgs.iter().any(|known| known == org), "{name} belongs to no org");
    }
}

#[test]
fn no_two_findings_are_one() {
    for org in orgs() {
        let (_, findings) = findings(&org);
        let prints: BTreeSet<&str> = findings.iter().map(|f| text(f, "fingerprint")).collect();
        assert_eq!(prints.len(), findings.len(), "{org}");
    }
}

#[test]
fn json_follows_its_schema() {
    let schema = Project::new(&[]).run(&["schema", "report"]).json();
    let schema = jsonschema::validator_for(&schema).unwrap();
    for org in orgs() {
        let report = Project::of_org(&org).check(&["--format", "json"]).json();
        let faults: Vec<String> = schema.iter_errors(&report).map(|e| e.to_string()).collect();
        assert!(faults.is_empty(), "{org}: {faults:?}");
    }
}

/// The open findings of an org.
fn findings(org: &str) -> (Ran, Vec<Value>) {
    let ran = Project::of_org(org).check(&["--format", "json"]);
    let findings = ran.json()["findings"].as_array().unwrap().clone();
    (ran, findings)
}

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap_or_default()
}

#[test]
fn the_clinic_shows_what_the_readme_promises() {
    let (ran, findings) = findings("clinic");
    let found: BTreeSet<String> = findings
        .iter()
        .map(|f| format!("{} {} {}", text(f, "severity"), text(f, "rule"), text(f, "subject")))
        .collect();
    for expected in [
        "critical phi-sharing-rule-broad Appointment__c.Everyone_Reads_Appointments",
        "high view-or-modify-all-data Front Desk",
        "high session-permset-neutralised-by-group Night_Shift",
        "high session-timeout-too-long Security",
        "medium phi-object-owd-public Patient__c",
    ] {
        assert!(found.contains(expected), "{expected} is not in {found:#?}");
    }
    for subject in ["Admin", "Emergency_Access", "Floor__c", "Rooms"] {
        assert!(findings.iter().all(|f| text(f, "subject") != subject), "{subject} is in order");
    }
    assert_eq!(ran.code, 1);
}

#[test]
fn two_projects_are_two_orgs() {
    let (ran, findings) = findings("two-projects");
    let mut by_identity: BTreeMap<String, BTreeSet<(&str, &str)>> = BTreeMap::new();
    for finding in &findings {
        let org = text(finding, "org");
        assert!(text(finding, "path").starts_with(&format!("{org}/")), "{finding}");
        let identity = format!("{} {}", text(finding, "rule"), text(finding, "subject"));
        by_identity.entry(identity).or_default().insert((org, text(finding, "fingerprint")));
    }
    let both = &by_identity["view-or-modify-all-data Reception"];
    let orgs: Vec<&str> = both.iter().map(|(org, _)| *org).collect();
    assert_eq!(orgs, ["north", "south"]);
    assert_eq!(both.iter().map(|(_, print)| print).collect::<BTreeSet<_>>().len(), 2);
    // What is PHI in the north says nothing of the object of the same name in the south.
    let open = &by_identity["phi-object-owd-public Visitor__c"];
    assert_eq!(open.iter().map(|(org, _)| *org).collect::<Vec<_>>(), ["north"]);
    assert_eq!(ran.code, 1);
}

#[test]
fn layouts_and_names_are_understood() {
    let (_, findings) = findings("layouts");
    let found: BTreeSet<(&str, &str, &str)> =
        findings.iter().map(|f| (text(f, "rule"), text(f, "subject"), text(f, "path"))).collect();
    let default = "force-app/main/default";
    for (rule, subject, path) in [
        // One file for each entry, one for each kind, one for each rule.
        (
            "view-or-modify-all-data",
            "Ward",
            "permissionsets/Ward/userPermissions/ModifyAllData.userPermission-meta.xml",
        ),
        (
            "view-or-modify-all-data",
            "Intake",
            "permissionsets/Intake/Intake.userPermissions-meta.xml",
        ),
        (
            "phi-sharing-rule-broad",
            "Patient__c.All_Partners",
            "sharingRules/Patient__c/sharingCriteriaRules/All_Partners.sharingCriteriaRule-meta.xml",
        ),
        // The object in one package directory, its field in another.
        ("phi-object-owd-public", "Patient__c", "objects/Patient__c/Patient__c.object-meta.xml"),
        // Names: percent-encoded, Hebrew, of a package.
        (
            "admin-permission-outside-admin",
            "Doctor's Desk (Ward 3)",
            "profiles/Doctor%27s Desk %28Ward 3%29.profile-meta.xml",
        ),
        ("mfa-waiver-or-password-never-expires", "מזכירות", "profiles/מזכירות.profile-meta.xml"),
        (
            "api-client-control-bypass",
            "acme__Reader",
            "permissionsets/acme__Reader.permissionset-meta.xml",
        ),
        // A group that names, composed, a set whose file name is decomposed.
        (
            "session-permset-neutralised-by-group",
            "Accueil",
            "permissionsetgroups/Accueil.permissionsetgroup-meta.xml",
        ),
    ] {
        let path = format!("{default}/{path}");
        assert!(found.contains(&(rule, subject, path.as_str())), "{rule} {subject}: {found:#?}");
    }
    let legacy = ("view-or-modify-all-data", "Old Desk", "legacy/src/profiles/Old Desk.profile");
    assert!(found.contains(&legacy));
    assert!(findings.iter().any(|f| text(f, "subject") == "R\u{e9}ception"), "composed");
}

#[test]
fn a_component_found_twice_is_judged_twice() {
    let (_, findings) = findings("layouts");
    let twice: Vec<&Value> = findings
        .iter()
        .filter(|f| text(f, "rule") == "cleartext-endpoint" && text(f, "subject") == "Lab")
        .collect();
    let paths: BTreeSet<&str> = twice.iter().map(|f| text(f, "path")).collect();
    let path = |dir: &str| format!("{dir}/main/default/remoteSiteSettings/Lab.remoteSite-meta.xml");
    assert_eq!(paths.into_iter().collect::<Vec<_>>(), [path("extra"), path("force-app")]);
    assert_ne!(text(twice[0], "fingerprint"), text(twice[1], "fingerprint"));
    for finding in twice {
        let related = finding["related"].as_array().unwrap();
        assert!(related.iter().any(|r| text(r, "message") == "Lab is defined here too"));
    }
}

#[test]
fn what_cannot_be_read_is_named_and_the_rest_is_judged() {
    let (ran, findings) = findings("broken");
    assert_eq!(ran.code, 3);
    let report = ran.json();
    let named: Vec<(&str, u64, &str)> = report["inputs"]["not_read"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| (text(f, "path"), f["line"].as_u64().unwrap(), text(f, "reason")))
        .collect();
    let default = "force-app/main/default";
    for (path, line, word) in [
        ("sfdx-project.json".to_owned(), 6, "packageDirectories"),
        (format!("{default}/objects/Patient__c/fields/MRN__c.field-meta.xml"), 1, "empty"),
        (format!("{default}/permissionsets/Moved.permissionset-meta.xml"), 1, "<PermissionSet>"),
        (format!("{default}/permissionsets/Outside.permissionset-meta.xml"), 2, "DOCTYPE"),
        (format!("{default}/permissionsets/Wide.permissionset-meta.xml"), 1, "UTF-16"),
        (format!("{default}/profiles/Nurse.profile-meta.xml"), 4, "conflict marker"),
        (format!("{default}/settings/Security.settings-meta.xml"), 5, "</sessionTimeout>"),
    ] {
        let found = named.iter().any(|(p, l, reason)| {
            (*p, *l) == (&path, line)
                && (reason.contains(word)
                    || word == "packageDirectories" && reason.contains("package directories"))
        });
        assert!(found, "{path}:{line} {word}: {named:#?}");
    }
    assert_eq!(named.len(), 7, "a file of a type that no rule reads is not opened");
    let subjects: Vec<&str> = findings.iter().map(|f| text(f, "subject")).collect();
    assert!(subjects.contains(&"Reception") && subjects.contains(&"Patient__c"), "{subjects:?}");
    let allowed = Project::of_org("broken").check(&["--allow-incomplete"]);
    assert_eq!(allowed.code, 1);
    assert!(allowed.out.contains("7 files were not read"), "{}", allowed.out);
}

#[test]
fn a_well_kept_clinic_is_quiet() {
    let (ran, findings) = findings("quiet");
    assert!(findings.iter().all(|f| text(f, "severity") == "low"), "{findings:#?}");
    assert_eq!(ran.code, 0);
    let report = ran.json();
    let verdict = |rule: &str| {
        let rules = report["rules"].as_array().unwrap();
        rules.iter().find(|r| text(r, "id") == rule).map(|r| text(r, "verdict")).unwrap()
    };
    // Quiet because it is well kept, not because nobody looked.
    for rule in ["phi-object-owd-public", "session-timeout-too-long", "phi-sharing-rule-broad"] {
        assert_eq!(verdict(rule), "checked", "{rule}");
    }
}

#[test]
fn a_bakery_has_no_patients() {
    let (_, findings) = findings("bakery");
    for finding in &findings {
        let message = text(finding, "message");
        assert!(
            !text(finding, "rule").starts_with("phi-") && !message.contains("PHI"),
            "{finding}"
        );
    }
    // The rules that do not ask for patients still speak.
    assert!(findings.iter().any(|f| text(f, "rule") == "session-timeout-too-long"));
}
