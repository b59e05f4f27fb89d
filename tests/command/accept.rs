//! Accepted risks: visible everywhere, never silent, never forever.

use crate::support::{AS_OF, Project, Ran, project_of};

const RULE: &str = "view-or-modify-all-data";

/// An entry that ends on a day, about a subject, with more keys.
fn entry(rule: &str, subject: &str, until: &str, more: &str) -> String {
    format!(
        "[[accept]]\nrule = \"{rule}\"\nsubject = \"{subject}\"\nreason = \"migration\"\n\
         by = \"Privacy Officer\"\nuntil = {until}\n\
         not-reasonable-because = \"the cut-over\"\ninstead = \"weekly review\"\n{more}\n"
    )
}

fn with(permissions: &[&str], config: &str) -> Project {
    let project = project_of(permissions);
    project.write("phorce.toml", config);
    project
}

fn notices(ran: &Ran) -> Vec<String> {
    let json = ran.json();
    let notices = json["notices"].as_array().unwrap().iter();
    // That no register is named is about no file.
    notices
        .filter(|n| n["path"].is_string())
        .map(|n| {
            format!(
                "{}:{} {}",
                n["path"].as_str().unwrap(),
                n["line"],
                n["message"].as_str().unwrap()
            )
        })
        .collect()
}

#[test]
fn an_accepted_finding_stays_visible() {
    let project = with(&["ViewAllData"], &entry(RULE, "Desk", "2026-03-01", ""));
    let text = project.check(&[]);
    assert_eq!(text.code, 0);
    let line = text.out.lines().find(|line| line.contains(RULE)).unwrap();
    assert!(line.ends_with("(accepted by Privacy Officer until 2026-03-01: migration)"), "{line}");
    assert!(text.out.contains("Accepted risks, still there: 1 high."), "{}", text.out);
    let json = project.check(&["--format", "json"]);
    assert_eq!(json.findings("accepted"), [format!("{RULE} Desk")]);
    assert_eq!(json.json()["findings"][0]["accepted"]["by"], "Privacy Officer");
    assert_eq!(json.json()["summary"]["accepted"]["high"], 1);
    assert_eq!(notices(&json), [""; 0]);
}

#[test]
fn sarif_shows_it_as_suppressed_where_asked() {
    let project =
        with(&["ViewAllData"], &entry(RULE, "Des*", "2026-03-01", "breadth = \"one desk\""));
    let without = project.check(&["--format", "sarif"]).json();
    assert_eq!(without["runs"][0]["results"].as_array().unwrap().len(), 0);
    let with = project.check(&["--format", "sarif", "--sarif-accepted"]).json();
    let result = &with["runs"][0]["results"][0];
    assert_eq!(result["ruleId"], RULE);
    let suppression = &result["suppressions"][0];
    assert_eq!(
        (&suppression["kind"], &suppression["status"]),
        (&"external".into(), &"accepted".into())
    );
    assert!(suppression["justification"].as_str().unwrap().contains("migration"));
}

#[test]
fn an_acceptance_ends() {
    let project = with(&["ViewAllData"], &entry(RULE, "Desk", "2026-01-15", ""));
    let last = project.check(&["--format", "json"]);
    assert_eq!(last.code, 0, "its last day counts");
    let [notice] = &notices(&last)[..] else { panic!("{:?}", notices(&last)) };
    assert!(notice.contains("ends on 2026-01-15, today; then"), "{notice}");
    let later = ["check", "--as-of", "2026-01-16", "--format", "json"];
    let ran = project.run(&later);
    assert_eq!((ran.code, ran.findings("open")), (1, vec![format!("{RULE} Desk")]));
    let [notice] = &notices(&ran)[..] else { panic!("{:?}", notices(&ran)) };
    assert!(
        notice.starts_with("phorce.toml:1 EXPIRED: ")
            && notice.contains("ended on 2026-01-15, yesterday"),
        "{notice}"
    );
    let message = ran.json()["findings"][0]["message"].as_str().unwrap().to_owned();
    let told = "(was accepted by Privacy Officer until 2026-01-15; that has ended)";
    assert!(message.ends_with(told), "{message}");
}

#[test]
fn the_day_may_come_from_the_environment() {
    let project = with(&["ViewAllData"], &entry(RULE, "Desk", "2026-01-15", ""));
    let on = |seconds: &str| {
        let mut command = project.phorce();
        crate::support::run(command.args(["check"]).env("SOURCE_DATE_EPOCH", seconds)).code
    };
    assert_eq!((on("1768521599"), on("1768521600")), (0, 1), "midnight of 2026-01-16 in UTC");
    assert_eq!(on("soon"), 2);
    let mut command = project.phorce();
    command.env("SOURCE_DATE_EPOCH", "0").args(["check", "--as-of", "2026-01-16"]);
    assert_eq!(crate::support::run(&mut command).code, 1, "the flag goes first");
}

#[test]
fn a_member_that_is_not_named_keeps_the_finding_open() {
    let both = ["ViewAllData", "ModifyAllData"];
    let some = entry(RULE, "Desk", "2026-03-01", "members = [\"ViewAllData\"]");
    let ran = with(&both, &some).check(&["--format", "json"]);
    assert_eq!(ran.findings("open"), [format!("{RULE} Desk")]);
    let [notice] = &notices(&ran)[..] else { panic!("{:?}", notices(&ran)) };
    assert!(notice.contains("does not cover ModifyAllData"), "{notice}");
    let all = entry(RULE, "Desk", "2026-03-01", "members = [\"ViewAllData\", \"modifyalldata\"]");
    assert_eq!(with(&both, &all).check(&["--format", "json"]).findings("open"), [""; 0]);
}

#[test]
fn an_acceptance_of_nothing_is_said() {
    let project = with(&["RunReports"], &entry(RULE, "Nobody", "2026-03-01", ""));
    let ran = project.check(&["--format", "json"]);
    assert_eq!(ran.code, 0);
    let [notice] = &notices(&ran)[..] else { panic!("{:?}", notices(&ran)) };
    assert!(notice.contains("'Nobody' matches no finding"), "{notice}");
    assert!(project.check(&[]).out.contains("notice: phorce.toml:1: "));
}

#[test]
fn a_critical_finding_is_accepted_for_90_days_at_most() {
    let project = Project::of_org("clinic");
    let subject = "Appointment__c.Everyone_Reads_Appointments";
    let accepted = |until: &str| {
        project.write("phorce.toml", &entry("phi-sharing-rule-broad", subject, until, ""));
        let ran = project.check(&["--format", "json"]);
        (ran.findings("accepted").len(), notices(&ran))
    };
    // 2026-01-15 and 90 days more.
    assert_eq!(accepted("2026-04-15"), (1, Vec::new()));
    let (count, notices) = accepted("2026-04-16");
    assert_eq!(count, 0);
    assert!(notices[0].contains("90 days at most"), "{notices:?}");
}

#[test]
fn nothing_is_accepted_for_more_than_a_year() {
    let in_a_year = with(&["ViewAllData"], &entry(RULE, "Desk", "2027-01-15", ""));
    assert_eq!(in_a_year.check(&[]).code, 0);
    let later = with(&["ViewAllData"], &entry(RULE, "Desk", "2027-01-16", "")).check(&[]);
    assert_eq!(later.code, 2);
    assert!(
        later.err.contains("phorce.toml:6: ") && later.err.contains("2027-01-15"),
        "{}",
        later.err
    );
}

#[test]
fn without_acceptances_everything_is_open() {
    let config = entry(RULE, "Desk", "2026-03-01", "");
    let project = with(&["ViewAllData"], &config);
    let truth = project.check(&["--no-accepted", "--format", "json"]);
    assert_eq!((truth.code, truth.findings("open")), (1, vec![format!("{RULE} Desk")]));
    assert_eq!(notices(&truth), [""; 0]);
    let known = project.run(&["baseline", ".", "--as-of", AS_OF]);
    assert_eq!(known.code, 0, "{}", known.err);
    let truth = project.check(&["--no-accepted", "--baseline", "phorce-baseline.toml"]);
    assert_eq!(truth.code, 1);
    assert!(!truth.out.contains("in the baseline"), "{}", truth.out);
    assert_eq!(project.read("phorce.toml"), config);
}

#[test]
fn what_is_wrong_with_the_org_has_a_name() {
    const PAGE: &str = "compliance/rules/policy/project-unreviewed.md";
    let text = "# A project was not reviewed\n\n```toml\nseverity = \"high\"\nconfidence = \"high\"\n\
        hipaa = [\"164.312(a)(1)\"]\n\n[[case]]\nfor = \"org\"\nwhere = { health = false }\n\
        key = \"review\"\nmessage = \"the org was not reviewed\"\n```\n\nNobody looked.\n\n\
        ## Why\nNobody knows.\n\n## Fix\nLook.\n\n## Limits\nNone.\n\n## Bad\n\n## Good\n";
    let pages = "rule-pages = [\"compliance/rules\"]\n";
    let project = with(&["RunReports"], pages);
    project.write(PAGE, text);
    let open = project.check(&["--format", "json"]);
    assert_eq!(open.findings("open"), ["project-unreviewed org"]);
    assert_eq!(open.json()["findings"][0]["path"], "sfdx-project.json");
    let entry = entry("project-unreviewed", "org", "2026-03-01", "");
    project.write("phorce.toml", &format!("{pages}\n{entry}"));
    let accepted = project.check(&["--format", "json"]);
    assert_eq!(accepted.findings("accepted"), ["project-unreviewed org"]);
}
