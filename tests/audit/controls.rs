//! When a control passes, and when it must not.

use super::pack::Packed;
use super::support::{PROJECT, Project, profile};

/// Settings of an org with short sessions and nothing else wrong with automatic logoff.
const SETTINGS: (&str, &str) = (
    "force-app/main/default/settings/Security.settings-meta.xml",
    "<SecuritySettings xmlns=\"http://soap.sforce.com/2006/04/metadata\"><sessionSettings>\
     <forceLogoutOnSessionTimeout>true</forceLogoutOnSessionTimeout>\
     <sessionTimeout>FifteenMinutes</sessionTimeout></sessionSettings></SecuritySettings>",
);
const LOGOFF: &str = "164.312(a)(2)(iii)";
const MOBILE: (&str, &str) = (
    "force-app/main/default/settings/Mobile.settings-meta.xml",
    "<MobileSettings xmlns=\"http://soap.sforce.com/2006/04/metadata\"/>",
);

const FLOWS: (&str, &str) = (
    "force-app/main/default/settings/Flow.settings-meta.xml",
    "<FlowSettings xmlns=\"http://soap.sforce.com/2006/04/metadata\"/>",
);

const FIELD: (&str, &str) = (
    "force-app/main/default/objects/Room__c/fields/Floor__c.field-meta.xml",
    "<CustomField xmlns=\"http://soap.sforce.com/2006/04/metadata\"><fullName>Floor__c</fullName>\
     <label>Floor</label><type>Number</type></CustomField>",
);

fn project(more: &[(&str, &str)]) -> Project {
    let (path, text) = profile("Desk", &["RunReports"]);
    let project = Project::new(&[PROJECT, (&path, &text), SETTINGS, MOBILE, FLOWS, FIELD]);
    for (path, text) in more {
        project.write(path, text);
    }
    project
}

fn verdict(project: &Project, control: &str) -> (String, String) {
    let pack = Packed::of(project, &["--allow-incomplete"]);
    let row = pack.control(control);
    (row["Verdict"].clone(), row["Why"].clone())
}

#[test]
fn it_passes_where_all_was_checked_and_nothing_found() {
    let (verdict, why) = verdict(&project(&[]), LOGOFF);
    assert_eq!(verdict, "Pass", "{why}");
    assert_eq!(
        why,
        "nothing found; 3 of 4 rules checked, 1 had nothing to look at, 6 things examined"
    );
}

/// What was looked at in part may hold what was not seen.
#[test]
fn what_was_examined_in_part_does_not_pass() {
    let project = project(&[]);
    std::fs::remove_file(project.path().join(FLOWS.0)).unwrap();
    let (verdict, why) = verdict(&project, LOGOFF);
    assert_eq!(verdict, "Not assessed");
    assert!(
        why.contains("in part only: the settings file Flow.settings was not retrieved"),
        "{why}"
    );
}

/// A standard that is told by its specifications has their numbers.
#[test]
fn a_standard_counts_what_its_specifications_do() {
    let pack = Packed::of(&Project::of_org("clinic"), &[]);
    let number = |id: &str, name: &str| pack.control(id)[name].parse::<usize>().unwrap();
    let standard = "164.308(a)(1)(i)";
    assert_eq!(pack.control(standard)["Verdict"], "Fail");
    let parts = ["(A)", "(B)", "(C)", "(D)"].map(|part| format!("164.308(a)(1)(ii){part}"));
    let most = parts.iter().map(|id| number(id, "Open findings")).max().unwrap();
    let all: usize = parts.iter().map(|id| number(id, "Open findings")).sum();
    let own = number(standard, "Open findings");
    assert!(most > 0 && (most..=all).contains(&own), "{own}");
    assert!(number(standard, "Things examined") > 0);
    // A finding is counted where it stands, and not again for the standard above it.
    let manifest: serde_json::Value = serde_json::from_str(&pack.text("MANIFEST.json")).unwrap();
    let counted = &manifest["trend"][0]["by_control"];
    assert!(counted[parts[1].as_str()].is_u64() && counted[standard].is_null());
}

/// What makes rules see less is said of every control that they judge, and of no other.
#[test]
fn what_is_kept_from_rules_weakens_their_controls() {
    let config = "[phi]\nnot = [\"*.Floor__c\"]\n\n[roles]\nadministrative = [\"Ops\"]\n";
    let pack = Packed::of(&project(&[("phorce.toml", config)]), &[]);
    let weakened = |id: &str| pack.control(id)["Weakened by configuration"].clone();
    let phi = "'*.Floor__c' is taken as no PHI (phorce.toml:2)";
    let role = "'Ops' is taken as running the org (phorce.toml:5)";
    assert!(weakened("164.312(a)(2)(iv)").contains(phi));
    assert!(weakened("164.308(a)(3)(ii)(A)").contains(role));
    assert!(weakened("164.308(a)(1)(i)").contains(phi), "a standard says it of its parts");
    assert_eq!(weakened("164.308(a)(1)(ii)(C)"), "");
    assert_eq!(weakened("SBS-AUTH-001"), "");
    let page = pack.text("index.html");
    assert!(page.contains("<strong>Weakened:</strong> &#39;*.Floor__c&#39; is taken as no PHI"));
}

#[test]
fn it_fails_where_something_was_found() {
    let (path, text) = SETTINGS;
    let long = text.replace("FifteenMinutes", "EightHours");
    let (verdict, why) = verdict(&project(&[(path, &long)]), LOGOFF);
    assert_eq!(verdict, "Fail", "{why}");
    assert!(why.starts_with("1 open finding; "), "{why}");
}

#[test]
fn an_accepted_risk_is_a_failure_with_an_end() {
    let (path, text) = SETTINGS;
    let accept = "[[accept]]\nrule = 'session-timeout-too-long'\nsubject = 'Security'\n\
                  reason = 'Terminals in locked rooms'\nby = 'J. Rivera'\nuntil = 2026-06-30\n\
                  not-reasonable-because = 'Terminals are shared'\ninstead = 'Badge readers'\n";
    let project =
        project(&[(path, &text.replace("FifteenMinutes", "EightHours")), ("phorce.toml", accept)]);
    assert_eq!(verdict(&project, LOGOFF).0, "Fail (accepted until 2026-06-30)");
    let pack = Packed::of(&project, &["--as-of", "2026-07-01"]);
    assert_eq!(pack.control(LOGOFF)["Verdict"], "Fail");
}

#[test]
fn a_file_that_was_not_read_lets_nothing_pass() {
    let broken =
        ("force-app/main/default/profiles/Broken.profile-meta.xml", "<Profile><a></Profile>");
    let (verdict, why) = verdict(&project(&[broken]), LOGOFF);
    assert_eq!(verdict, "Not assessed");
    assert!(why.contains("1 file could not be read"), "{why}");
    let pack = Packed::of(&project(&[broken]), &["--allow-incomplete"]);
    assert!(pack.rows("controls").iter().all(|row| row["Verdict"] != "Pass"));
}

/// A pass looked at something, everywhere.
#[test]
fn zero_examined_is_never_a_pass() {
    for org in super::support::orgs() {
        let pack = Packed::of(&Project::of_org(&org), &["--allow-incomplete"]);
        for row in pack.rows("controls") {
            let passed = row["Verdict"] == "Pass";
            assert!(!passed || row["Things examined"] != "0", "{org}: {row:?}");
            assert!(!passed || row["Open findings"] == "0", "{org}: {row:?}");
            assert!(!row["Verdict"].is_empty() && !row["Why"].is_empty(), "{org}: {row:?}");
        }
    }
}

#[test]
fn what_was_not_retrieved_is_not_assessed() {
    let (path, text) = profile("Desk", &["RunReports"]);
    let project = Project::new(&[PROJECT, (&path, &text)]);
    let (verdict, why) = verdict(&project, LOGOFF);
    assert_eq!(verdict, "Not assessed");
    assert!(why.contains("could not be assessed: "), "{why}");
}

#[test]
fn a_weakened_rule_is_said() {
    let config = ("phorce.toml", "[rules.session-timeout-too-long]\nmax-minutes = 600\n");
    let pack = Packed::of(&project(&[config]), &[]);
    let weakened = &pack.control(LOGOFF)["Weakened by configuration"];
    assert!(
        weakened.starts_with(
            "session-timeout-too-long is judged with max-minutes = 600; its page says "
        ),
        "{weakened}"
    );
    assert!(
        pack.text("index.html")
            .contains("<strong>Weakened:</strong> session-timeout-too-long is judged")
    );
    assert_eq!(pack.text("configuration/phorce.toml"), config.1);
}

#[test]
fn what_people_have_to_show_never_passes_by_rules() {
    let pack = Packed::of(&project(&[]), &[]);
    for row in pack.rows("controls") {
        let technical = row["Control"].starts_with("164.312") || row["Framework"] == "SBS";
        let asks = row["Title"].contains("Document") || row["Title"].contains("Inventory");
        assert!((technical && !asks) || row["Verdict"] != "Pass", "{row:?}");
        // That nothing applies is for a person to say.
        assert_ne!(row["Verdict"], "Not applicable");
    }
    assert_eq!(pack.control("164.308(a)(7)(ii)(A)")["Verdict"], "Manual");
    assert_eq!(pack.control("164.310(a)(2)(ii)")["Verdict"], "Not covered by this tool");
}

/// An attestation hides no failure.
#[test]
fn an_attestation_is_no_pass_and_hides_nothing() {
    let (path, text) = SETTINGS;
    let stated = |control: &str| {
        format!(
            "[[attestation]]\ncontrol = '{control}'\nstatement = 'S.'\nby = 'A'\n\
             on = 2026-01-02\nfrequency = 'yearly'\n"
        )
    };
    let all = stated(LOGOFF) + &stated("164.308(a)(2)") + &stated("SBS-ACS-001");
    let project = project(&[
        (path, &text.replace("FifteenMinutes", "EightHours")),
        ("attestations.toml", &all),
    ]);
    let pack = Packed::of(&project, &[]);
    assert_eq!(pack.control(LOGOFF)["Verdict"], "Fail");
    assert_eq!(pack.control(LOGOFF)["Attested by"], "A");
    assert_eq!(pack.control("164.308(a)(2)")["Verdict"], "Attested until 2027-01-02");
    assert_eq!(pack.text("configuration/attestations.toml"), all);
    project.write("attestations.toml", &stated("164.999"));
    let pack = Packed::of(&project, &[]);
    assert_eq!(pack.ran.code, 2);
    assert!(pack.ran.err.contains("attestations.toml:1: [[attestation]]: '164.999' is no control"));
}
