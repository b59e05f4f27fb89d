//! `phorce.toml`: mistakes are named, parameters and the project's own pages count.

use crate::support::{Project, project_of};

#[test]
fn an_unknown_rule_is_named_with_its_line_and_a_suggestion() {
    let project = project_of(&["ViewAllData"]);
    project.write("phorce.toml", "fail-on = \"low\"\n\n[rules.session-timeout-to-long]\nmax = 1\n");
    let ran = project.check(&[]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    assert!(ran.err.contains("phorce.toml:3: "), "{}", ran.err);
    assert!(ran.err.contains("session-timeout-too-long"), "{}", ran.err);
}

#[test]
fn every_mistake_is_named_at_once() {
    let project = project_of(&["ViewAllData"]);
    project.write(
        "phorce.toml",
        "fail-on = \"severe\"\ncolour = true\n\n[[accept]]\nrule = \"view-or-modify-all-dat\"\n\
         subject = \"Desk\"\nreason = \"r\"\nby = \"b\"\nuntil = 2027-12-31\n",
    );
    let ran = project.check(&[]);
    assert_eq!(ran.code, 2);
    let lines: Vec<&str> =
        ran.err.lines().filter_map(|line| line.strip_prefix("phorce: phorce.toml:")).collect();
    let numbers: Vec<&str> = lines.iter().filter_map(|line| line.split(':').next()).collect();
    assert_eq!(numbers, ["1", "2", "5", "9"], "{}", ran.err);
}

#[test]
fn a_configuration_elsewhere_may_be_named() {
    let project = project_of(&["PasswordNeverExpires"]);
    project.write("phorce.toml", "fail-on = \"never\"\n");
    project.write("strict/ci.toml", "fail-on = \"low\"\n");
    assert_eq!(project.check(&[]).code, 0);
    assert_eq!(project.check(&["--config", "strict/ci.toml"]).code, 1);
}

/// A project whose sessions last an hour.
fn with_sessions_of_an_hour() -> Project {
    let project = project_of(&[]);
    project.write(
        "force-app/main/default/settings/Security.settings-meta.xml",
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <SecuritySettings xmlns=\"http://soap.sforce.com/2006/04/metadata\">\n    \
         <sessionSettings>\n        <sessionTimeout>SixtyMinutes</sessionTimeout>\n    \
         </sessionSettings>\n</SecuritySettings>\n",
    );
    project
}

#[test]
fn a_parameter_moves_a_threshold_both_ways() {
    const RULE: &str = "session-timeout-too-long";
    let project = with_sessions_of_an_hour();
    let found = |project: &Project| {
        let ran = project.check(&["--format", "json"]);
        ran.findings("open").contains(&format!("{RULE} Security"))
    };
    let param = |minutes: u32| format!("[rules.{RULE}]\n{THRESHOLD} = {minutes}\n");
    assert!(found(&project));
    project.write("phorce.toml", &param(60));
    assert!(!found(&project));
    let said = &project.check(&["--format", "json"]).json()["notices"][0];
    let message = "session-timeout-too-long is judged with max-minutes = 60; its page says 30";
    assert_eq!(said["message"], message);
    assert_eq!((&said["path"], &said["line"]), (&"phorce.toml".into(), &2.into()));
    project.write("phorce.toml", &param(30));
    let notices = project.check(&["--format", "json"]).json()["notices"].clone();
    assert!(notices.as_array().unwrap().iter().all(|notice| notice["path"].is_null()));
    project.write("phorce.toml", &param(59));
    assert!(found(&project));
    project.write("phorce.toml", &format!("[rules.{RULE}]\n{THRESHOLD} = \"long\"\n"));
    let ran = project.check(&[]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("phorce.toml:2: "), "{}", ran.err);
}

const THRESHOLD: &str = "max-minutes";

#[test]
fn a_rule_can_be_neither_silenced_nor_re_rated() {
    let project = project_of(&["ViewAllData"]);
    for text in [
        "[rules.view-or-modify-all-data]\nseverity = \"low\"\n",
        "[rules.view-or-modify-all-data]\nenabled = false\n",
        "[rules]\nview-or-modify-all-data = \"off\"\n",
    ] {
        project.write("phorce.toml", text);
        let ran = project.check(&[]);
        assert_eq!(ran.code, 2, "{text}");
        assert!(ran.err.contains("[[accept]]"), "{}", ran.err);
    }
}

/// A page of a customer's own.
const PAGE: &str = r##"# A profile may run reports

```toml
severity   = "medium"
confidence = "high"
hipaa      = ["164.312(a)(1)"]

[[case]]
for     = "holder"
where   = { permissions = "RunReports" }
at      = "permissions"
message = "{name} may run reports, which our policy forbids"
```

Our policy keeps reports with the office.

## Why
Reports leave the building.

## Fix
Take `RunReports` away.

## Limits
It does not see who is assigned the profile.

## Bad

`force-app/main/default/profiles/Desk.profile-meta.xml`

```xml
<Profile xmlns="http://soap.sforce.com/2006/04/metadata">
    <userPermissions>
        <enabled>true</enabled>
        <name>RunReports</name> <!-- finding -->
    </userPermissions>
</Profile>
```

## Good

`force-app/main/default/profiles/Desk.profile-meta.xml`

```xml
<Profile xmlns="http://soap.sforce.com/2006/04/metadata">
    <userPermissions>
        <enabled>true</enabled>
        <name>ApiEnabled</name>
    </userPermissions>
</Profile>
```
"##;

fn with_own_page(page: &str) -> Project {
    let project = project_of(&["RunReports"]);
    project.write("phorce.toml", "rule-pages = [\"compliance/rules\"]\n");
    project.write("compliance/rules/policy/reports-run.md", page);
    project
}

#[test]
fn a_page_of_the_project_is_judged_and_explained() {
    let project = with_own_page(PAGE);
    let ran = project.check(&["--format", "json", "--fail-on", "medium"]);
    assert_eq!(ran.findings("open"), ["reports-run Desk"]);
    assert_eq!(ran.code, 1);
    assert_eq!(ran.json()["findings"][0]["family"], "policy");
    assert_eq!(ran.json()["findings"][0]["line"], 5);
    let sarif = project.check(&["--format", "sarif"]).json();
    assert_eq!(sarif["runs"][0]["results"][0]["ruleId"], "reports-run");
    let page = project.run(&["explain", "reports-run"]);
    assert_eq!(page.code, 0, "{}", page.err);
    assert!(page.out.contains("Take `RunReports` away."), "{}", page.out);
    let rules = project.run(&["rules", "--format", "json"]).json();
    assert!(rules.as_array().unwrap().iter().any(|rule| rule["id"] == "reports-run"));
    let proof = project.run(&["prove", "compliance/rules"]);
    assert_eq!(proof.code, 0, "{}", proof.out);
}

#[test]
fn pages_are_looked_for_beside_the_configuration_that_names_them() {
    let project = project_of(&["RunReports"]);
    project.write("compliance/ci.toml", "rule-pages = [\"rules\"]\n");
    project.write("compliance/rules/policy/reports-run.md", PAGE);
    let ran = project.check(&["--format", "json", "--config", "compliance/ci.toml"]);
    assert_eq!(ran.findings("open"), ["reports-run Desk"]);
}

#[test]
fn a_page_of_the_project_may_be_accepted() {
    let project = with_own_page(PAGE);
    project.write(
        "phorce.toml",
        "rule-pages = [\"compliance/rules\"]\n\n[[accept]]\nrule = \"reports-run\"\n\
         subject = \"Desk\"\nreason = \"until the move\"\nby = \"J. Doe\"\nuntil = 2026-03-01\n",
    );
    let ran = project.check(&["--format", "json"]);
    assert_eq!(ran.findings("accepted"), ["reports-run Desk"]);
}

#[test]
fn a_page_that_cannot_be_used_ends_the_run() {
    let broken = with_own_page(&PAGE.replace("severity   = \"medium\"", "severity   = \"severe\""));
    let ran = broken.check(&[]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    assert!(ran.err.contains("reports-run.md:4: "), "{}", ran.err);
    let project = with_own_page(PAGE);
    project.write("compliance/rules/policy/view-or-modify-all-data.md", PAGE);
    let ran = project.check(&[]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("data.md:1: the id view-or-modify-all-data is taken"), "{}", ran.err);
    project.write("phorce.toml", "rule-pages = [\"nowhere\"]\n");
    let ran = project.check(&[]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("phorce.toml:1: 'rule-pages': nowhere is no folder"), "{}", ran.err);
    project.write("bare/README.txt", "no page");
    project.write("phorce.toml", "rule-pages = [\"bare\"]\n");
    let ran = project.check(&[]);
    assert_eq!(ran.code, 2);
    assert!(
        ran.err.contains("phorce.toml:1: 'rule-pages': bare holds no rule page"),
        "{}",
        ran.err
    );
}

#[test]
fn a_page_written_on_windows_is_read() {
    let project = with_own_page(&format!("\u{feff}{}", PAGE.replace('\n', "\r\n")));
    let ran = project.check(&["--format", "json"]);
    assert_eq!(ran.findings("open"), ["reports-run Desk"], "{}", ran.err);
}

#[test]
fn a_pattern_that_is_none_is_named_with_its_line() {
    let project = project_of(&["ViewAllData"]);
    let text = "[rules.secret-committed-in-metadata]\nplaceholder = \"(\"\n";
    project.write("phorce.toml", text);
    let ran = project.check(&[]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("phorce.toml:2: "), "{}", ran.err);
}
