//! Repositories as they are found: shallow, unrelated, without a base, in the middle of work.

use crate::repository::{Repository, check_with_env, git, git_in};
use crate::support::{PROJECT, Project, profile};

#[test]
fn the_working_tree_is_judged_as_it_is() {
    let Some(repository) = Repository::with(&[]) else { return };
    repository.grant("Night", &["ViewAllData"]);
    repository.grant("Desk", &["ModifyAllData"]);
    repository.git(&["add", "force-app/main/default/profiles/Desk.profile-meta.xml"]);
    let before = git_in(repository.project.path()).args(["status", "-s"]).output().unwrap();
    let judged = repository.judge();
    assert_eq!(judged.code(), 1);
    assert_eq!(
        judged.changes(),
        ["new view-or-modify-all-data Desk", "new view-or-modify-all-data Night"]
    );
    let after = git_in(repository.project.path()).args(["status", "-s"]).output().unwrap();
    assert_eq!(before.stdout, after.stdout, "nothing is touched");
}

#[test]
fn the_comparison_is_with_the_merge_base() {
    let Some(repository) = Repository::with(&["ViewAllData"]) else { return };
    repository.git(&["checkout", "-q", "main"]);
    repository.grant("Desk", &[]);
    repository.commit("mended on main meanwhile");
    repository.git(&["checkout", "-q", "change"]);
    let judged = repository.judge();
    assert_eq!((judged.code(), judged.changes()), (0, vec![]));
    assert_eq!(judged.counted(), "0 new, 0 worsened, 0 fixed, 1 unchanged");
}

#[test]
fn a_base_without_metadata_makes_everything_new() {
    let Some(repository) = Repository::of(&[("README.md", "# Soon\n")]) else { return };
    repository.write(&[PROJECT]);
    repository.grant("Desk", &["ViewAllData"]);
    repository.commit("first");
    let judged = repository.judge();
    assert_eq!(judged.code(), 1);
    assert_eq!(judged.changes(), ["new view-or-modify-all-data Desk"]);
    assert!(judged.notices()[0].contains("there is no metadata here at "));
    let none = Repository::of(&[("README.md", "# Soon\n")]).unwrap();
    assert!(none.refusal("main").contains("no Salesforce metadata found"));
}

#[test]
fn a_file_that_was_as_broken_before_is_said_to_be() {
    let (path, text) = profile("Desk", &["ViewAllData"]);
    let broken = text.trim_end_matches("</Profile>\n");
    let Some(repository) = Repository::of(&[PROJECT, (&path, broken)]) else { return };
    repository.grant("Night", &[]);
    repository.commit("another");
    let judged = repository.judge();
    assert_eq!((judged.code(), judged.changes()), (3, vec![]));
    let [notice] = &judged.notices()[..] else { panic!("{:?}", judged.notices()) };
    assert!(notice.contains("it could not be read at ") && notice.ends_with(" either"), "{notice}");
}

#[test]
fn a_commit_that_is_merged_already_is_no_change() {
    let Some(repository) = Repository::with(&["ViewAllData"]) else { return };
    let judged = repository.judge();
    let said = "notice: there is nothing to compare: 'main' has what is checked out here; name what \
                the change goes into, or what it began on";
    assert!(judged.code() == 0 && judged.says(said, ""), "{}", judged.text);
    let of_head = repository.check(&["--base", "HEAD"]);
    assert!(!of_head.out.contains("nothing to compare"), "what a hook asks");
    repository.grant("Night", &[]);
    assert!(!repository.judge().text.contains("nothing to compare"), "uncommitted is a change");
}

#[test]
fn a_package_directory_that_is_never_entered_hides_nothing() {
    let Some(repository) = Repository::with(&[]) else { return };
    let (path, text) = profile("Night", &["ViewAllData"]);
    let project =
        "{\"packageDirectories\": [{\"path\": \"force-app\"},\n{\"path\": \"node_modules/x\"}]}\n";
    repository
        .write(&[(PROJECT.0, project), (&path.replace("force-app", "node_modules/x"), &text)]);
    repository.commit("hidden");
    let judged = repository.judge();
    assert_eq!(judged.code(), 3);
    let unread = judged.json.json()["inputs"]["not_read"][0].clone();
    assert_eq!((&unread["path"], &unread["line"]), (&PROJECT.0.into(), &2.into()));
}

#[test]
fn a_reference_that_is_none_is_refused() {
    let Some(repository) = Repository::with(&[]) else { return };
    let missing = repository.refusal("origin/release");
    assert!(
        missing.contains("no commit 'origin/release'")
            && missing.contains("git fetch origin release"),
        "{missing}"
    );
    for reference in ["-x", "--output=stolen", "--help", ""] {
        assert!(repository.refusal(reference).contains("is no reference"), "{reference}");
    }
    assert!(repository.refusal("main..change").contains("there is no commit"));
    assert!(repository.refusal("main:force-app").contains("there is no commit"));
    assert!(!repository.project.path().join("stolen").exists());
}

#[test]
fn an_orphan_branch_has_nothing_in_common() {
    let Some(repository) = Repository::with(&[]) else { return };
    repository.git(&["checkout", "-q", "--orphan", "alone"]);
    repository.commit("alone");
    let refusal = repository.refusal("main");
    assert!(
        refusal.contains("'main' and HEAD have no commit in common; name the branch"),
        "{refusal}"
    );
}

#[test]
fn a_shallow_clone_says_how_to_deepen_it() {
    let Some(origin) = Repository::with(&[]) else { return };
    origin.git(&["checkout", "-q", "main"]);
    origin.grant("Night", &["ViewAllData"]);
    origin.commit("on main");
    origin.git(&["checkout", "-q", "change"]);
    origin.commit("on the branch");
    let clone = Project::new(&[]);
    let url = format!("file://{}", origin.project.path().display());
    git(clone.path(), &["clone", "-q", "--depth=1", "--no-single-branch", &url, "here"]);
    let here = clone.path().join("here");
    let ran =
        crate::support::run(crate::support::phorce(&here).args(["check", "--base", "origin/main"]));
    assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{}", ran.err);
    assert!(ran.err.contains("no commit in common"), "{}", ran.err);
    assert!(ran.err.contains("git fetch --unshallow"), "{}", ran.err);
    git(&here, &["fetch", "-q", "--unshallow"]);
    let ran =
        crate::support::run(crate::support::phorce(&here).args(["check", "--base", "origin/main"]));
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
}

#[test]
fn a_submodule_with_metadata_is_refused_and_can_be_judged_alone() {
    let Some(repository) = Repository::with(&[]) else { return };
    let inner = Repository::with(&["ViewAllData"]).unwrap();
    let url = inner.project.path().display().to_string();
    repository.git(&["checkout", "-q", "main"]);
    repository.git(&["-c", "protocol.file.allow=always", "submodule", "add", "-q", &url, "shared"]);
    repository.commit("submodule");
    repository.git(&["checkout", "-q", "-B", "change"]);
    let refusal = repository.refusal("main");
    assert!(refusal.contains("shared is a submodule"), "{refusal}");
    assert_eq!(repository.check(&["force-app", "--base", "main"]).code, 0);
    let inside = crate::support::phorce(&repository.project.path().join("shared"))
        .args(["check", "--base", "HEAD"])
        .output()
        .unwrap();
    assert_eq!(inside.status.code(), Some(0), "{inside:?}");
}

#[test]
fn where_there_is_no_git_it_is_said() {
    let (path, text) = profile("Desk", &[]);
    let project = Project::new(&[PROJECT, (&path, &text)]);
    let ran = project.check(&["--base", "main"]);
    assert_eq!(ran.code, 2);
    let said = ran.err.contains("no working tree of Git") || ran.err.contains("not on PATH");
    assert!(said, "{}", ran.err);
    let ran = crate::support::run(
        project.phorce().args(["check", "--base", "main"]).env("PATH", "/nowhere"),
    );
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("needs the `git` command"), "{}", ran.err);
}

#[test]
fn variables_of_a_hook_do_not_lead_away() {
    let Some(repository) = Repository::with(&["ViewAllData"]) else { return };
    let other = Repository::of(&[("README.md", "")]).unwrap();
    for name in ["GIT_DIR", "GIT_OBJECT_DIRECTORY", "GIT_INDEX_FILE", "GIT_WORK_TREE"] {
        let ran = check_with_env(&repository, name, &other.project.path().join(".git"));
        assert_eq!(ran.code, 0, "{name}: {}", ran.err);
        assert!(ran.out.contains("1 unchanged since "), "{name}: {}", ran.out);
    }
}

#[test]
fn a_project_below_the_top_has_the_same_paths() {
    let (path, text) = profile("Desk", &["ViewAllData"]);
    let files = [("apps/crm/sfdx-project.json", PROJECT.1), (&format!("apps/crm/{path}"), &text)];
    let Some(repository) = Repository::of(&files) else { return };
    for inputs in [&["apps/crm"][..], &["apps/crm/force-app"], &["."]] {
        let judged = repository.judge_with(inputs);
        assert_eq!((judged.code(), judged.changes()), (0, vec![]), "{inputs:?}");
        assert_eq!(judged.counted(), "0 new, 0 worsened, 0 fixed, 1 unchanged", "{inputs:?}");
    }
}

#[cfg(unix)]
#[test]
fn a_link_in_the_base_is_read_like_one_on_disk() {
    let (path, text) = profile("Desk", &["ViewAllData"]);
    let Some(repository) = Repository::of(&[PROJECT, ("shared/Desk.xml", &text)]) else { return };
    let link = repository.project.path().join(&path);
    std::fs::create_dir_all(link.parent().unwrap()).unwrap();
    std::os::unix::fs::symlink("../../../../shared/Desk.xml", link).unwrap();
    repository.git(&["checkout", "-q", "main"]);
    repository.commit("link");
    repository.git(&["checkout", "-q", "-B", "change"]);
    let judged = repository.judge();
    assert_eq!((judged.code(), judged.changes()), (0, vec![]));
    assert_eq!(judged.counted(), "0 new, 0 worsened, 0 fixed, 1 unchanged");
}

#[test]
fn an_unchanged_file_is_known_by_its_name_in_git() {
    let Some(repository) = Repository::with(&["ViewAllData"]) else { return };
    let (path, text) = profile("Desk", &["ViewAllData"]);
    let git = phorce::source::git::Repository::at(repository.project.path()).unwrap();
    let tree = git.tree(&git.commit("HEAD").unwrap()).unwrap();
    let sources = tree.sources(vec![path.clone()]);
    let file = sources.find(&path).unwrap();
    assert!(sources.is_known_as(file, text.as_bytes()));
    assert!(!sources.is_known_as(file, text.trim_end().as_bytes()));
    assert_eq!(sources.read(file).unwrap(), text.into_bytes());
}
