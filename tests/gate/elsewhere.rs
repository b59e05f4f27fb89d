//! `--policy`: configuration, pages, baseline and `.forceignore` of another place.

use crate::repository::Repository;
use crate::support::Project;

const NEW: &str = "new view-or-modify-all-data Night";
const FAIL: &str = "fail-on = \"medium\"\n";

/// `main` has nothing; the branch `policy` has these files on top of it; the change opens
/// `Night` with a permission that is high or medium.
fn with_branch(files: &[(&str, &str)], permission: &str) -> Option<Repository> {
    let repository = Repository::with(&[])?;
    repository.git(&["checkout", "-q", "-b", "policy"]);
    repository.write(files);
    repository.commit("policy");
    repository.git(&["checkout", "-q", "change"]);
    repository.grant("Night", &[permission]);
    repository.commit("night");
    Some(repository)
}

#[test]
fn a_branch_says_how_is_judged() {
    let medium = "PasswordNeverExpires";
    let Some(repository) = with_branch(&[("phorce.toml", FAIL)], medium) else { return };
    assert_eq!(repository.judge().code(), 0, "high is the threshold without it");
    for flags in [&["--policy", "policy"][..], &["--policy", "refs/heads/policy"]] {
        assert_eq!(repository.judge_with(flags).code(), 1, "{flags:?}");
    }
    assert_eq!(repository.check(&["--policy", "policy"]).code, 1, "without a base as well");
}

#[test]
fn the_projects_own_configuration_does_not_count_then() {
    let Some(repository) = with_branch(&[("phorce.toml", FAIL)], "ViewAllData") else { return };
    repository.write(&[("phorce.toml", "fail-on = \"never\"\n")]);
    let judged = repository.judge_with(&["--policy", "policy"]);
    assert_eq!((judged.code(), judged.changes()), (1, vec![NEW.to_owned()]));
    let notice = "phorce.toml: this configuration does not count: the policy is read from policy";
    assert_eq!(judged.notices(), [notice]);
    let alone = repository.check(&["--policy", "policy", "--format", "json"]);
    assert_eq!(alone.json()["notices"][0]["message"], notice.trim_start_matches("phorce.toml: "));
    // Nor has it to be sound.
    repository.write(&[("phorce.toml", "nonsense\n")]);
    assert_eq!(repository.judge_with(&["--policy", "policy"]).code(), 1);
}

#[test]
fn pages_baseline_and_forceignore_are_read_from_there() {
    let page = "# T\n\n```toml\nseverity = \"high\"\nconfidence = \"high\"\n\
        hipaa = [\"164.312(a)(1)\"]\n\n[[case]]\nfor = \"Profile\"\nwhere = { custom = true }\n\
        message = \"{name} is there\"\n```\n\nWhat.\n\n## Why\n\n## Fix\n\n## Limits\n\n\
        ## Bad\n\n## Good\n";
    let known = "version = 1\nfindings = [\n  { rule = \"house-rule\", subject = \"Desk\", \
        severity = \"high\", first = 2026-01-01 },\n]\n";
    let files = [
        ("phorce.toml", "rule-pages = [\"own\"]\nbaseline = \"own/known.toml\"\n"),
        ("own/house/house-rule.md", page),
        ("own/known.toml", known),
        (".forceignore", "**/Night.profile-meta.xml\n"),
    ];
    let Some(repository) = with_branch(&files, "ViewAllData") else { return };
    let alone = repository.check(&["--policy", "policy", "--format", "json"]);
    assert_eq!(alone.code, 0, "{}", alone.out);
    assert_eq!(alone.findings("baselined"), ["house-rule Desk"]);
    let left_out = "1 file left out by .forceignore; --no-forceignore reads them too";
    assert_eq!(alone.json()["notices"][0]["message"], left_out);
    let all = repository.check(&["--policy", "policy", "--no-forceignore", "--format", "json"]);
    assert_eq!(all.findings("open"), ["house-rule Night", "view-or-modify-all-data Night"]);
    assert_eq!(repository.judge_with(&["--policy", "policy"]).code(), 0);
    // The project's own .forceignore does not count.
    repository.write(&[(".forceignore", "**/Desk.profile-meta.xml\n")]);
    let other = repository.check(&["--policy", "policy", "--format", "json"]);
    assert_eq!(other.findings("baselined"), ["house-rule Desk"]);
}

#[test]
fn a_folder_outside_says_how_is_judged() {
    let Some(repository) = Repository::with(&[]) else { return };
    repository.grant("Night", &["PasswordNeverExpires"]);
    repository.commit("night");
    let outside = Project::new(&[
        ("policy/phorce.toml", FAIL),
        ("policy/.forceignore", "**/Desk.profile-meta.xml\n"),
    ]);
    let folder = outside.path().join("policy").display().to_string();
    let judged = repository.judge_with(&["--policy", &folder]);
    assert_eq!(judged.code(), 1);
    assert!(judged.notices()[0].contains("1 file left out"), "{:?}", judged.notices());
    let alone = repository.check(&["--policy", &folder, "--format", "json"]);
    assert_eq!(alone.code, 1);
    assert_eq!(alone.json()["inputs"]["files"], 1, "Night alone: {}", alone.out);
    let missing = repository.check(&["--policy", &format!("{folder}/none")]);
    assert_eq!(missing.code, 2);
    assert!(missing.err.contains("phorce.toml: it cannot be read"), "{}", missing.err);
}

#[test]
fn a_folder_of_the_project_counts_as_the_base_has_it() {
    let Some(repository) = Repository::with(&[]) else { return };
    let ignore = ("ci/.forceignore", "**/Desk.profile-meta.xml\n");
    repository.merge(&[("ci/phorce.toml", FAIL), ignore]);
    repository.grant("Night", &["PasswordNeverExpires"]);
    repository.write(&[
        ("ci/phorce.toml", "fail-on = \"never\"\n"),
        ("ci/.forceignore", "**/Night.profile-meta.xml\n"),
    ]);
    let judged = repository.judge_with(&["--policy", "./ci"]);
    assert_eq!(judged.code(), 1, "{}", judged.text);
    let notices = judged.notices().join("\n");
    assert!(notices.contains("takes effect after merge: adds fail-on = 'never'"), "{notices}");
    assert!(notices.contains("1 file left out"), "{notices}");
    assert_eq!(repository.check(&["--policy", "./ci"]).code, 0, "without a base it is as it is");
}

#[test]
fn only_where_another_folder_says_how_is_judged_the_projects_own_does_not_count() {
    let Some(repository) = Repository::with(&[]) else { return };
    repository.merge(&[("phorce.toml", FAIL), ("ci/phorce.toml", FAIL)]);
    repository.grant("Night", &["PasswordNeverExpires"]);
    let unused = "phorce.toml: this configuration does not count: the policy is read from ./ci";
    for (place, said) in [(".", &[][..]), ("./", &[]), ("./ci", &[unused])] {
        let judged = repository.judge_with(&["--policy", place]);
        assert_eq!(judged.code(), 1, "{place}");
        assert_eq!(judged.notices(), said, "{place}");
    }
}

#[test]
fn a_folder_never_takes_the_place_of_a_reference() {
    let Some(repository) = Repository::with(&[]) else { return };
    repository.grant("Night", &["ViewAllData"]);
    repository.write(&[("policy/phorce.toml", "fail-on = \"never\"\n")]);
    repository.commit("night");
    let refused = |place: &str| {
        let ran = repository.check(&["--base", "main", "--policy", place]);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{}", ran.err);
        ran.err
    };
    let said = refused("policy");
    assert!(said.contains("--policy: there is no commit 'policy'"), "{said}");
    assert!(said.contains("a folder is named by its path: ./policy"), "{said}");
    let none = refused("main");
    assert!(
        none.contains("--policy: there is no phorce.toml at ") && none.contains("(main)"),
        "{none}"
    );
    assert!(refused("--output=x").contains("is no reference"));
    assert!(!refused("nowhere").contains("by its path"));
}

#[test]
fn a_broken_policy_is_named_with_its_commit() {
    let files = [("phorce.toml", "fail-onn = \"high\"\n")];
    let Some(repository) = with_branch(&files, "ViewAllData") else { return };
    let ran = repository.check(&["--policy", "policy"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("(policy): phorce.toml:1: unknown key"), "{}", ran.err);
}
