//! A change cannot exempt itself: what decides is what was merged before.

use crate::repository::Repository;
use crate::support::{PROJECT, profile};

const ACCEPT: &str = "[[accept]]\nrule = \"view-or-modify-all-data\"\nsubject = \"Night\"\n\
    reason = \"migration\"\nby = \"Privacy Officer\"\nuntil = 2026-03-01\n\
    not-reasonable-because = \"the cut-over\"\ninstead = \"weekly review\"\n";
const NEW: &str = "new view-or-modify-all-data Night";

#[test]
fn an_acceptance_in_the_change_does_not_count() {
    let Some(repository) = Repository::with(&[]) else { return };
    repository.grant("Night", &["ViewAllData"]);
    repository.write(&[("phorce.toml", ACCEPT)]);
    repository.commit("night");
    let judged = repository.judge();
    assert_eq!((judged.code(), judged.changes()), (1, vec![NEW.to_owned()]));
    assert_eq!(judged.json.findings("open").len(), 1);
    let proposed = judged.notices();
    assert_eq!(proposed.len(), 1, "{proposed:?}");
    let entry = "accept (by 'Privacy Officer', instead 'weekly review', \
        not-reasonable-because 'the cut-over', reason 'migration', \
        rule 'view-or-modify-all-data', subject 'Night', until 2026-03-01)";
    assert_eq!(
        proposed[0],
        format!("phorce.toml: proposed: takes effect after merge: adds {entry}")
    );
    assert_eq!(repository.check(&[]).code, 0, "without a base the file counts as it is");
}

#[test]
fn an_acceptance_that_was_merged_before_counts() {
    let Some(repository) = Repository::with(&[]) else { return };
    repository.merge(&[("phorce.toml", ACCEPT)]);
    repository.grant("Night", &["ViewAllData"]);
    repository.commit("night");
    let judged = repository.judge();
    assert_eq!((judged.code(), judged.changes()), (0, vec![NEW.to_owned()]));
    assert_eq!(judged.json.findings("accepted"), ["view-or-modify-all-data Night"]);
    assert!(judged.text.contains("(new) (accepted by Privacy Officer until 2026-03-01"));
    assert_eq!(judged.notices(), [""; 0]);
}

#[test]
fn an_acceptance_that_the_change_removes_still_counts() {
    let Some(repository) = Repository::with(&[]) else { return };
    repository.merge(&[("phorce.toml", ACCEPT)]);
    repository.grant("Night", &["ViewAllData"]);
    repository.remove("phorce.toml");
    repository.commit("night");
    let judged = repository.judge();
    assert_eq!(judged.code(), 0);
    assert!(judged.notices()[0].contains("takes effect after merge: removes accept (by "));
}

#[test]
fn a_threshold_in_the_change_does_not_count() {
    let Some(repository) = Repository::with(&[]) else { return };
    repository.grant("Night", &["ViewAllData"]);
    repository.write(&[("phorce.toml", "fail-on = \"never\"\n")]);
    assert_eq!(repository.judge().code(), 1);
    let notice = "phorce.toml: proposed: takes effect after merge: adds fail-on = 'never'";
    assert_eq!(repository.judge().notices(), [notice]);
    let named = repository.judge_with(&["--config", "phorce.toml"]);
    assert_eq!((named.code(), named.notices()), (1, vec![notice.to_owned()]));
}

#[cfg(unix)]
#[test]
fn a_link_in_the_place_of_the_policy_does_not_replace_it() {
    let Some(repository) = Repository::with(&[]) else { return };
    repository.merge(&[("ci/phorce.toml", "fail-on = \"medium\"\n")]);
    repository.grant("Night", &["PasswordNeverExpires"]);
    repository.remove("ci/phorce.toml");
    let link = repository.project.path().join("ci/phorce.toml");
    std::os::unix::fs::symlink("/dev/null", link).unwrap();
    let judged = repository.judge_with(&["--config", "ci/phorce.toml"]);
    assert_eq!(judged.code(), 1, "{}", judged.text);
    let notice = "ci/phorce.toml: proposed: takes effect after merge: removes fail-on = 'medium'";
    assert_eq!(judged.notices(), [notice]);
}

#[cfg(unix)]
#[test]
fn a_link_in_the_place_of_its_folder_does_not_replace_it_either() {
    let Some(repository) = Repository::with(&[]) else { return };
    repository.merge(&[("ci/phorce.toml", "fail-on = \"medium\"\n")]);
    repository.grant("Night", &["PasswordNeverExpires"]);
    let outside = crate::support::Project::new(&[("phorce.toml", "fail-on = \"never\"\n")]);
    let folder = repository.project.path().join("ci");
    std::fs::remove_dir_all(&folder).unwrap();
    std::os::unix::fs::symlink(outside.path(), folder).unwrap();
    let judged = repository.judge_with(&["--config", "ci/phorce.toml"]);
    assert_eq!(judged.code(), 1, "{}", judged.text);
}

#[test]
fn a_configuration_outside_counts_as_it_is() {
    let Some(repository) = Repository::with(&[]) else { return };
    repository.grant("Night", &["PasswordNeverExpires"]);
    let outside = crate::support::Project::new(&[("ours.toml", "fail-on = \"medium\"\n")]);
    let config = outside.path().join("ours.toml").display().to_string();
    assert_eq!(repository.judge_with(&["--config", &config]).code(), 1);
    assert_eq!(repository.judge().code(), 0);
}

#[test]
fn a_configuration_outside_leaves_the_forceignore_to_the_base() {
    let hidden = ("**/Night.profile-meta.xml\n", "**/Day.profile-meta.xml\n");
    let Some(repository) = Repository::with(&[]) else { return };
    repository.merge(&[(".forceignore", hidden.0)]);
    repository.write(&[(".forceignore", hidden.1)]);
    repository.grant("Night", &["ViewAllData"]);
    repository.grant("Day", &["ViewAllData"]);
    let outside = crate::support::Project::new(&[("ours.toml", "fail-on = \"high\"\n")]);
    let config = outside.path().join("ours.toml").display().to_string();
    let judged = repository.judge_with(&["--config", &config]);
    assert_eq!(judged.changes(), ["new view-or-modify-all-data Day"]);
}

/// A page that finds one permission.
fn page(permission: &str) -> String {
    format!(
        "# A profile may manage reports\n\n```toml\nseverity = \"high\"\nconfidence = \"high\"\n\
         hipaa = [\"164.312(a)(1)\"]\n\n[[case]]\nfor = \"Profile.userPermissions\"\n\
         where = {{ name = \"{permission}\", enabled = true }}\nat = \"name\"\n\
         message = \"{{name}} is granted\"\n```\n\n## Why\n\nOurs.\n\n## Fix\n\nTake it away.\n\n\
         ## Limits\n\nNone.\n\n## Bad\n\n## Good\n"
    )
}

const PAGE: &str = "compliance/rules/house/house-rule.md";

fn house() -> Option<Repository> {
    let (path, text) = profile("Desk", &[]);
    let config = "rule-pages = [\"compliance/rules\"]\n";
    Repository::of(&[PROJECT, (&path, &text), ("phorce.toml", config), (PAGE, &page("RunReports"))])
}

#[test]
fn a_rule_of_the_project_that_the_change_weakens_still_counts() {
    let Some(repository) = house() else { return };
    repository.grant("Night", &["RunReports"]);
    repository.write(&[(PAGE, &page("NoSuchPermission"))]);
    repository.commit("weaker");
    let judged = repository.judge();
    assert_eq!(judged.code(), 1);
    assert_eq!(judged.changes().len(), 1);
    assert!(judged.changes()[0].starts_with("new house-rule Night"), "{:?}", judged.changes());
    let notice =
        format!("{PAGE}: proposed: takes effect after merge: the change alters this rule page");
    assert_eq!(judged.notices(), [notice]);
}

#[test]
fn a_page_in_a_folder_of_the_root_counts() {
    let (path, text) = profile("Desk", &[]);
    let config = ("phorce.toml", "rule-pages = [\".\"]\n");
    let page = ("house/house-rule.md", page("RunReports"));
    // What lies deeper is no page.
    let notes = ("docs/house/notes.md", "Ours.\n");
    let files = [PROJECT, (&path, &text), config, (page.0, &page.1), notes];
    let Some(repository) = Repository::of(&files) else { return };
    repository.grant("Night", &["RunReports"]);
    let judged = repository.judge();
    assert_eq!(judged.code(), 1);
    assert!(judged.changes()[0].starts_with("new house-rule Night"), "{:?}", judged.changes());
}

#[test]
fn a_rule_of_the_project_that_the_change_removes_still_counts() {
    let Some(repository) = house() else { return };
    repository.grant("Night", &["RunReports"]);
    repository.remove(PAGE);
    repository.remove("phorce.toml");
    repository.commit("none");
    let judged = repository.judge();
    assert_eq!(judged.code(), 1);
    assert_eq!(judged.notices().len(), 2, "{:?}", judged.notices());
}

#[test]
fn what_the_change_hides_is_judged() {
    let Some(repository) = Repository::with(&[]) else { return };
    repository.grant("Night", &["ViewAllData"]);
    repository.write(&[(".forceignore", "**/Night.profile-meta.xml\n")]);
    repository.commit("hidden");
    let judged = repository.judge();
    assert_eq!((judged.code(), judged.changes()), (1, vec![NEW.to_owned()]));
    let path = profile("Night", &[]).0;
    let notices = [
        ".forceignore: proposed: takes effect after merge: adds the pattern '**/Night.profile-meta.xml'".to_owned(),
        format!(
            ": proposed: takes effect after merge: .forceignore leaves out a file that is judged \
             here all the same: {path}"
        ),
    ];
    assert_eq!(judged.notices(), notices);
}

#[test]
fn what_was_hidden_before_stays_hidden() {
    let Some(repository) = Repository::with(&[]) else { return };
    repository.merge(&[(".forceignore", "**/Night.profile-meta.xml\n")]);
    repository.grant("Night", &["ViewAllData"]);
    repository.commit("hidden");
    let judged = repository.judge();
    assert_eq!((judged.code(), judged.changes()), (0, vec![]));
    assert!(judged.notices()[0].contains("1 file left out by .forceignore"));
    let all = repository.judge_with(&["--no-forceignore"]);
    assert_eq!((all.code(), all.changes()), (1, vec![NEW.to_owned()]));
}

#[test]
fn a_broken_proposal_is_refused() {
    let Some(repository) = Repository::with(&[]) else { return };
    repository.write(&[("phorce.toml", "fail-onn = \"high\"\n")]);
    assert!(repository.refusal("main").contains("phorce.toml:1"));
}

#[test]
fn a_broken_policy_is_named_with_its_commit() {
    let Some(repository) = Repository::with(&[]) else { return };
    repository.merge(&[("phorce.toml", "fail-onn = \"high\"\n")]);
    repository.write(&[("phorce.toml", "fail-on = \"high\"\n")]);
    let refusal = repository.refusal("main");
    assert!(refusal.contains("at ") && refusal.contains(" (main): phorce.toml:1"), "{refusal}");
}
