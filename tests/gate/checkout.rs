//! Where a change is checked out, and how its base is named.

use std::path::Path;

use crate::repository::{Repository, git, git_in};
use crate::support::{AS_OF, Project, Ran, phorce, profile, run};

const NEW: &str = "view-or-modify-all-data Night";

/// A change that opens one thing, committed.
fn night() -> Option<Repository> {
    let repository = Repository::with(&["ViewAllData"])?;
    repository.grant("Night", &["ViewAllData"]);
    repository.commit("night");
    Some(repository)
}

fn check_in(folder: &Path, arguments: &[&str]) -> Ran {
    run(phorce(folder).args(["check", "--as-of", AS_OF, "--format", "json"]).args(arguments))
}

/// That a run says what `night` opens, and nothing else.
fn opens_night(ran: &Ran) {
    assert_eq!(ran.code, 1, "{}", ran.err);
    assert_eq!(ran.findings("open"), [NEW]);
}

/// A clone of `origin` in a folder of its own.
fn cloned(origin: &Repository, flags: &[&str]) -> Project {
    let clone = Project::new(&[]);
    let url = format!("file://{}", origin.project.path().display());
    git(clone.path(), &[&["clone", "-q"], flags, &[&url, "."]].concat());
    clone
}

#[test]
fn a_base_may_be_named_in_any_way() {
    let Some(repository) = night() else { return };
    repository.git(&["tag", "light", "main"]);
    repository.git(&["tag", "-a", "heavy", "-m", "release", "main"]);
    repository.git(&["update-ref", "refs/remotes/origin/main", "main"]);
    let output = git_in(repository.project.path()).args(["rev-parse", "main"]).output().unwrap();
    let id = String::from_utf8(output.stdout).unwrap().trim().to_owned();
    for name in
        ["light", "heavy", "origin/main", "HEAD~1", "refs/heads/main", &id, id.get(..9).unwrap()]
    {
        let ran = repository.check(&["--base", name, "--format", "json"]);
        opens_night(&ran);
        assert_eq!(
            (&ran.json()["change"]["commit"], &ran.json()["change"]["base"]),
            (&id.as_str().into(), &name.into())
        );
    }
}

#[test]
fn each_missing_base_has_its_remedy() {
    let Some(repository) = night() else { return };
    repository.git(&["update-ref", "refs/remotes/origin/release", "main"]);
    repository.git(&["remote", "add", "fork", "https://git.example/clinic.git"]);
    let zeros = "0".repeat(40);
    for (name, remedy) in [
        ("release", "but there is 'origin/release': name that"),
        ("next", "fetch it (`git fetch origin next`, which makes a branch origin/next)"),
        ("origin/next", "fetch it (`git fetch origin next`) or name another"),
        ("fork/next", "fetch it (`git fetch fork next`) or name another"),
        ("feature/next", "fetch it (`git fetch origin feature/next`, which makes"),
        ("0123abcd", "fetch it (`git fetch origin 0123abcd`) or name another"),
        ("HEAD~9", "there is no commit 'HEAD~9' in this clone: name a branch, a tag or a commit\n"),
        ("main^{tree}", "in this clone: name a branch, a tag or a commit\n"),
        ("main:force-app", "in this clone: name a branch, a tag or a commit\n"),
        ("main change", "in this clone: name a branch, a tag or a commit\n"),
        (zeros.as_str(), "name the branch that the change goes into"),
    ] {
        let said = repository.refusal(name);
        assert!(said.contains(remedy), "{said}");
    }
}

#[test]
fn a_repository_without_a_commit_says_so() {
    let Some(repository) = Repository::with(&[]) else { return };
    let fresh = Project::new(&[]);
    git(fresh.path(), &["init", "-q", "-b", "main"]);
    crate::support::copy(
        &repository.project.path().join("force-app"),
        &fresh.path().join("force-app"),
    );
    for name in ["main", "HEAD", "origin/main"] {
        let ran = check_in(fresh.path(), &["--base", name]);
        assert_eq!(ran.code, 2);
        assert!(ran.err.contains("no commit to compare with yet: commit the project first"));
    }
}

#[test]
fn what_is_staged_and_what_is_untracked_is_judged_as_it_lies_there() {
    let Some(repository) = Repository::with(&["ViewAllData"]) else { return };
    repository.grant("Night", &["ViewAllData"]);
    let check = || repository.check(&["--base", "main", "--format", "json"]);
    opens_night(&check());
    repository.git(&["add", "-A"]);
    opens_night(&check());
    repository.remove(&profile("Night", &[]).0);
    assert_eq!((check().code, check().findings("open").len()), (0, 0), "staged, and gone again");
}

#[test]
fn a_linked_working_tree_and_a_folder_below_it_are_judged_alike() {
    let Some(repository) = night() else { return };
    let beside = Project::new(&[]);
    let tree = beside.path().join("tree").display().to_string();
    repository.git(&["worktree", "add", "-q", "--detach", &tree, "change"]);
    let tree = beside.path().join("tree");
    opens_night(&check_in(&tree, &["--base", "main"]));
    let below = tree.join("force-app/main");
    opens_night(&check_in(&below, &["--base", "main"]));
    let json = check_in(&below, &["--base", "main"]).json();
    let paths = json["findings"].as_array().unwrap().iter().map(|finding| &finding["path"]);
    assert!(paths.into_iter().any(|path| path == &profile("Night", &[]).0), "{json}");
    let ran = check_in(&below, &["--base", "main", "default/profiles/Desk.profile-meta.xml"]);
    assert_eq!((ran.code, ran.findings("unchanged").len()), (0, 1));
}

#[test]
fn a_bare_clone_has_nothing_to_check() {
    let Some(repository) = night() else { return };
    let clone = cloned(&repository, &["--bare"]);
    crate::support::copy(
        &repository.project.path().join("force-app"),
        &clone.path().join("force-app"),
    );
    let ran = check_in(clone.path(), &["--base", "main"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("run in a clone that has its files"), "{}", ran.err);
}

#[test]
fn a_sparse_checkout_deletes_nothing() {
    let Some(repository) = night() else { return };
    repository
        .write(&[("other/main/default/profiles/Lab.profile-meta.xml", &profile("Lab", &[]).1)]);
    repository.commit("other");
    let clone = cloned(&repository, &["--branch", "change"]);
    git(clone.path(), &["sparse-checkout", "set", "force-app"]);
    let ran = check_in(clone.path(), &["--base", "HEAD"]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    let start = "phorce: other/main/default/profiles/Lab.profile-meta.xml: committed, but left out";
    assert!(ran.err.starts_with(start), "{}", ran.err);
    assert!(ran.err.contains("`git sparse-checkout disable`"), "{}", ran.err);
    opens_night(&check_in(clone.path(), &["--base", "origin/main", "force-app"]));
}

#[test]
fn a_clone_without_old_contents_says_so() {
    let Some(repository) = Repository::with(&["ViewAllData"]) else { return };
    repository.git(&["config", "uploadpack.allowFilter", "true"]);
    repository.grant("Desk", &["ViewAllData", "ModifyAllData"]);
    repository.commit("more");
    let clone = cloned(&repository, &["--filter=blob:none", "--branch", "change"]);
    let ran = check_in(clone.path(), &["--base", "origin/main"]);
    assert_eq!((ran.code, ran.findings("open").len()), (1, 1));
    let notices = ran.json()["notices"].to_string();
    assert!(
        notices.contains("its contents are not in this clone: clone without --filter"),
        "{notices}"
    );
}
