//! `phorce accept` and `phorce baseline`: decisions written into files a person reviews.

use crate::support::{AS_OF, Project, Ran, project_of};

const RULE: &str = "view-or-modify-all-data";

fn accept(project: &Project, arguments: &[&str]) -> Ran {
    project.run(&[&["accept", "--as-of", AS_OF], arguments].concat())
}

const WHOLE: [&str; 12] = [
    RULE,
    "Desk",
    "--reason",
    "said \"twice\"",
    "--by",
    "Ada",
    "--until",
    "2026-03-01",
    "--not-reasonable-because",
    "the cut-over",
    "--instead",
    "weekly review",
];

#[test]
fn a_whole_entry_is_written_and_counts() {
    let project = project_of(&["ViewAllData"]);
    let ran = accept(&project, &WHOLE);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    assert_eq!(
        ran.out,
        format!("phorce.toml: accepts {RULE} for Desk; `phorce check` shows it as accepted\n")
    );
    assert_eq!(
        project.read("phorce.toml"),
        format!(
            "[[accept]]\nrule = \"{RULE}\"\nsubject = \"Desk\"\nreason = \"said \\\"twice\\\"\"\n\
             by = \"Ada\"\nuntil = 2026-03-01\nnot-reasonable-because = \"the cut-over\"\n\
             instead = \"weekly review\"\n"
        )
    );
    assert_eq!(project.check(&[]).code, 0);
}

#[test]
fn a_file_keeps_its_comments_and_its_order() {
    let project = project_of(&["ViewAllData"]);
    let old = "# ours\r\nfail-on = \"high\" # as agreed\r\n\r\n[phi]\r\nnot = [\"A.B__c\"]";
    project.write("phorce.toml", old);
    assert_eq!(accept(&project, &WHOLE).code, 0);
    let new = project.read("phorce.toml");
    assert!(new.starts_with(&format!("{old}\r\n\r\n[[accept]]\r\nrule = ")), "{new:?}");
    assert!(!new.replace("\r\n", "").contains('\n'), "{new:?}");
    assert_eq!(project.check(&[]).code, 0);
}

#[test]
fn what_an_entry_still_needs_is_said() {
    let project = project_of(&["ViewAllData"]);
    let ran = accept(&project, &[RULE, "Des*", "--member", "ViewAllData", "--by", "Ada"]);
    assert_eq!(ran.code, 1);
    let needs: Vec<&str> = ran
        .out
        .lines()
        .filter_map(|line| line.strip_prefix("  ")?.split_whitespace().next())
        .collect();
    assert_eq!(needs, ["reason", "until", "breadth", "not-reasonable-because", "instead"]);
    let text = project.read("phorce.toml");
    assert!(text.contains("members = [\"ViewAllData\"]\n"), "{text}");
    assert!(text.contains("# breadth = … why so many are accepted at once\n"), "{text}");
    let check = project.check(&[]);
    assert_eq!(check.code, 2);
    assert!(check.err.contains("[[accept]] has no 'reason'"), "{}", check.err);
    let exact = project_of(&["ViewAllData"]);
    let ran = accept(&exact, &["phi-object-owd-public", "Desk"]);
    assert_eq!(ran.code, 1);
    assert!(!ran.out.contains("breadth"), "{}", ran.out);
}

#[test]
fn an_unknown_rule_is_refused_with_a_suggestion() {
    let project = project_of(&["ViewAllData"]);
    let ran = accept(&project, &["view-or-modify-all-dat", "Desk"]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    assert!(ran.err.contains("no rule is called `view-or-modify-all-dat`"), "{}", ran.err);
    assert!(ran.err.contains(&format!("did you mean {RULE}")), "{}", ran.err);
    assert!(!project.path().join("phorce.toml").exists());
}

#[test]
fn a_day_that_does_not_count_is_refused() {
    let project = project_of(&["ViewAllData"]);
    let until = |day: &str| accept(&project, &[RULE, "Desk", "--until", day]);
    let past = until("2026-01-14");
    assert!(past.code == 2 && past.err.contains("2026-01-14 is over"), "{}", past.err);
    let later = until("2027-01-16");
    assert!(later.code == 2 && later.err.contains("the last day is 2027-01-15"), "{}", later.err);
    assert_eq!(until("2026-01-15").code, 1);
    let other = project_of(&[]);
    let last = accept(&other, &[RULE, "Desk", "--until", "2027-01-15"]);
    assert_eq!(last.code, 1, "{}", last.err);
}

#[test]
fn a_subject_that_takes_in_everything_is_refused() {
    let project = project_of(&["ViewAllData"]);
    let ran = accept(&project, &[RULE, "*"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("the subject '*' takes in nearly everything"), "{}", ran.err);
}

#[test]
fn a_second_entry_on_the_same_is_refused() {
    let project = project_of(&["ViewAllData"]);
    assert_eq!(accept(&project, &WHOLE).code, 0);
    let before = project.read("phorce.toml");
    let again = accept(&project, &[RULE, "desk", "--by", "Bo"]);
    assert_eq!(again.code, 2);
    assert!(
        again.err.contains("phorce.toml:1: ") && again.err.contains("already"),
        "{}",
        again.err
    );
    assert_eq!(project.read("phorce.toml"), before);
    let other = accept(&project, &[&WHOLE[..], &["--member", "ViewAllData"]].concat());
    assert_eq!(other.code, 0, "{}", other.err);
}

#[test]
fn a_file_that_cannot_take_an_entry_is_left_alone() {
    let project = project_of(&["ViewAllData"]);
    for (text, why) in
        [("nonsense\n", "mend this first: "), ("accept = []\n", "nothing was written: ")]
    {
        project.write("phorce.toml", text);
        let ran = accept(&project, &WHOLE);
        assert_eq!(ran.code, 2, "{text}");
        assert!(ran.err.contains(why), "{}", ran.err);
        assert_eq!(project.read("phorce.toml"), text);
    }
}

#[test]
fn the_nearest_configuration_is_written() {
    let project = project_of(&["ViewAllData"]);
    let deep = project.path().join("force-app/main");
    let run = |folder: &std::path::Path, more: &[&str]| {
        let mut phorce = crate::support::phorce(folder);
        crate::support::run(phorce.args(["accept", "--as-of", AS_OF]).args(WHOLE).args(more))
    };
    let ran = run(&deep, &[]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(project.path().join("phorce.toml").is_file(), "beside the project: {}", ran.out);
    project.write("force-app/phorce.toml", "# nearer\n");
    assert_eq!(run(&deep, &[]).code, 0);
    assert!(project.read("force-app/phorce.toml").starts_with("# nearer\n\n[[accept]]\n"));
    let named = run(&deep, &["--config", "ours.toml"]);
    assert_eq!(named.code, 0, "{}", named.err);
    assert!(deep.join("ours.toml").is_file());
}

#[test]
fn a_rule_of_the_project_may_be_accepted() {
    let page = "# T\n\n```toml\nseverity = \"critical\"\nconfidence = \"high\"\n\
        hipaa = [\"164.312(a)(1)\"]\naliases = [\"older-rule\"]\n\n[[case]]\nfor = \"Profile\"\n\
        message = \"{name} is there\"\n```\n\nWhat.\n\n## Why\n\n## Fix\n\n## Limits\n\n\
        ## Bad\n\n## Good\n";
    let config = "rule-pages = [\"own\"]\n";
    let project = Project::new(&[("phorce.toml", config), ("own/house/house-rule.md", page)]);
    let long = accept(&project, &["older-rule", "Desk", "--until", "2026-04-16"]);
    assert_eq!(long.code, 2);
    assert!(long.err.contains("90 days at most; the last day is 2026-04-15"), "{}", long.err);
    let fine = accept(&project, &["older-rule", "Desk", "--until", "2026-04-15"]);
    assert_eq!(fine.code, 1, "{}", fine.err);
    assert!(project.read("phorce.toml").contains("rule = \"house-rule\"\n"));
    assert!(!fine.out.contains("instead"), "{}", fine.out);
}

fn baseline(project: &Project, day: &str, more: &[&str]) -> Ran {
    project.run(&[&["baseline", ".", "--as-of", day], more].concat())
}

#[test]
fn a_baseline_makes_what_is_there_known_and_no_more() {
    let project = project_of(&["ViewAllData"]);
    let ran = baseline(&project, AS_OF, &[]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    assert_eq!(
        ran.out,
        "./phorce-baseline.toml: 1 finding known\n\
         use it with --baseline, or in phorce.toml: baseline = \"phorce-baseline.toml\"\n"
    );
    let text = project.read("phorce-baseline.toml");
    let row = format!(
        "  {{ rule = \"{RULE}\", subject = \"Desk\", severity = \"high\", first = 2026-01-15, \
         members = [\"ViewAllData\"] }},"
    );
    assert!(text.lines().any(|line| line == row), "{text}");
    let flag = ["--baseline", "phorce-baseline.toml"];
    let check = project.check(&flag);
    assert_eq!(check.code, 0, "{}", check.out);
    assert!(
        check.out.contains("Known from the baseline, still there: 1 high (--full"),
        "{}",
        check.out
    );
    assert!(check.out.contains("notice: phorce-baseline.toml:1: what the baseline lists"));
    assert!(!check.out.contains(&format!("high {RULE}")), "{}", check.out);
    let full = project.check(&[&flag[..], &["--full"]].concat());
    assert!(full.out.contains("help: in the baseline\n"), "{}", full.out);
    assert!(full.out.contains("still there: 1 high.\n"), "{}", full.out);
    let json = project.check(&[&flag[..], &["--format", "json"]].concat());
    assert_eq!(json.findings("baselined"), [format!("{RULE} Desk")]);
    let sarif = project.check(&[&flag[..], &["--format", "sarif", "--sarif-accepted"]].concat());
    assert_eq!(sarif.json()["runs"][0]["results"][0]["baselineState"], "unchanged");
    let (path, more) = crate::support::profile("Desk", &["ViewAllData", "ModifyAllData"]);
    project.write(&path, &more);
    let worse = project.check(&[&flag[..], &["--format", "json"]].concat());
    assert_eq!((worse.code, worse.findings("open")), (1, vec![format!("{RULE} Desk")]));
}

#[test]
fn a_baseline_that_is_written_again_keeps_its_days() {
    let project = project_of(&["ViewAllData"]);
    project.write("phorce.toml", "baseline = \"compliance/known.toml\"\n");
    project.write("compliance/known.toml", "version = 1\n");
    let first = baseline(&project, AS_OF, &[]);
    assert_eq!(first.code, 0, "{}", first.err);
    assert_eq!(first.out, "./compliance/known.toml: 1 finding known\n");
    let (path, text) = crate::support::profile("Night", &["ViewAllData"]);
    project.write(&path, &text);
    assert_eq!(project.check(&[]).code, 1, "Night is new");
    assert_eq!(baseline(&project, "2026-02-01", &[]).code, 0);
    let text = project.read("compliance/known.toml");
    let days: Vec<&str> =
        text.lines().filter_map(|line| line.split("first = ").nth(1)?.get(..10)).collect();
    assert_eq!(days, ["2026-01-15", "2026-02-01"], "{text}");
    assert_eq!(project.check(&[]).code, 0);
    project.write("compliance/known.toml", "nonsense\n");
    let broken = baseline(&project, AS_OF, &[]);
    assert_eq!(broken.code, 2);
    assert!(broken.err.contains("known.toml:1: "), "{}", broken.err);
    assert_eq!(project.read("compliance/known.toml"), "nonsense\n");
}

#[test]
fn what_is_critical_or_accepted_is_not_in_a_baseline() {
    let clinic = Project::of_org("clinic");
    let ran = baseline(&clinic, AS_OF, &["-o", "known.toml"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.contains(" critical: a baseline never hides that"), "{}", ran.out);
    assert!(!clinic.read("known.toml").contains("severity = \"critical\""));
    let check = clinic.check(&["--baseline", "known.toml", "--format", "json"]);
    assert_eq!(check.code, 1);
    let json = check.json();
    let open = json["findings"].as_array().unwrap().iter().filter(|f| f["status"] == "open");
    assert!(open.clone().count() > 0 && open.clone().all(|f| f["severity"] == "critical"));

    let project = project_of(&["ViewAllData"]);
    assert_eq!(accept(&project, &WHOLE).code, 0);
    assert!(baseline(&project, AS_OF, &[]).out.contains("0 findings known"));
}

#[test]
fn a_baseline_of_what_could_not_be_read_says_so() {
    let broken = Project::of_org("broken");
    assert_eq!(baseline(&broken, AS_OF, &[]).code, 3);
    assert_eq!(baseline(&broken, AS_OF, &["--allow-incomplete"]).code, 0);
    let nowhere = Project::new(&[]).run(&["baseline", "."]);
    assert_eq!(nowhere.code, 2);
}
