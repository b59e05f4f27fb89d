//! The baseline on a change: it is read from the base, and hides nothing that the change opens.

use crate::repository::Repository;
use crate::support::Project;

const RULE: &str = "view-or-modify-all-data";
const CONFIG: (&str, &str) = ("phorce.toml", "baseline = \"known.toml\"\n");

fn list(subject: &str) -> String {
    format!(
        "version = 1\nfindings = [\n  {{ rule = \"{RULE}\", subject = \"{subject}\", \
         severity = \"high\", first = 2025-12-16, members = [\"ViewAllData\"] }},\n]\n"
    )
}

fn open() -> (i32, Vec<String>) {
    (1, vec![format!("new {RULE} Night")])
}

#[test]
fn a_baseline_in_the_change_does_not_count() {
    let Some(repository) = Repository::with(&[]) else { return };
    repository.grant("Night", &["ViewAllData"]);
    repository.write(&[CONFIG, ("known.toml", &list("Night"))]);
    repository.commit("night");
    let judged = repository.judge();
    assert_eq!((judged.code(), judged.changes()), open());
    let notice = "phorce.toml: proposed: takes effect after merge: adds baseline = 'known.toml'";
    assert!(judged.notices().contains(&notice.to_owned()), "{:?}", judged.notices());
    let notice = "known.toml: proposed: takes effect after merge: the change adds this baseline";
    assert!(judged.notices().contains(&notice.to_owned()), "{:?}", judged.notices());
    assert_eq!(repository.check(&[]).code, 0, "without a base the list counts");
    let named = repository.check(&["--base", "main", "--baseline", "known.toml"]);
    assert_eq!(named.code, 2, "the base has no such file: {}", named.out);
    let said = "known.toml: with --base it is read from ";
    assert!(named.err.contains(said) && named.err.contains("no such baseline"), "{}", named.err);
}

#[test]
fn a_baseline_that_was_merged_before_hides_nothing_new() {
    let Some(repository) = Repository::with(&[]) else { return };
    repository.merge(&[CONFIG, ("known.toml", &list("Night"))]);
    repository.grant("Night", &["ViewAllData"]);
    let judged = repository.judge();
    assert_eq!((judged.code(), judged.changes()), open());
    let notices = judged.notices();
    let age = "known.toml: what the baseline lists is known and not open: 1 entry (1 high), \
               recorded from 2025-12-16 to 2025-12-16, the oldest 30 days old: ";
    assert!(notices.iter().any(|notice| notice.starts_with(age)), "{notices:?}");
    let why = "known.toml: view-or-modify-all-data on Night stays open: the change opens it";
    assert!(notices.iter().any(|notice| notice.starts_with(why)), "{notices:?}");
}

#[test]
fn what_is_old_stays_unchanged_and_uses_its_entry() {
    let Some(repository) = Repository::with(&["ViewAllData"]) else { return };
    repository.merge(&[CONFIG, ("known.toml", &list("Desk"))]);
    let judged = repository.judge();
    assert_eq!((judged.code(), judged.changes()), (0, vec![]));
    assert_eq!(judged.json.findings("unchanged"), [format!("{RULE} Desk")]);
    assert_eq!(judged.notices().len(), 1, "{:?}", judged.notices());
    repository.grant("Desk", &[]);
    let mended = repository.judge().notices();
    assert!(mended[1].contains("1 entry of the baseline matches no finding"), "{mended:?}");
}

#[test]
fn a_baseline_that_the_change_removes_still_counts() {
    let Some(repository) = Repository::with(&["ViewAllData"]) else { return };
    repository.merge(&[CONFIG, ("known.toml", &list("Desk"))]);
    repository.remove("known.toml");
    repository.remove("phorce.toml");
    let notices = repository.judge().notices();
    let removed =
        "known.toml: proposed: takes effect after merge: the change removes this baseline";
    assert!(notices.contains(&removed.to_owned()), "{notices:?}");
    assert!(notices.iter().any(|notice| notice.contains("1 entry (1 high)")), "{notices:?}");
}

#[test]
fn a_baseline_that_is_named_and_missing_is_refused() {
    let Some(repository) = Repository::with(&[]) else { return };
    repository.merge(&[CONFIG]);
    let refusal = repository.refusal("main");
    assert!(
        refusal.contains("phorce.toml:1: 'baseline': known.toml: there is no such"),
        "{refusal}"
    );
    repository.merge(&[("known.toml", "version = 1\nfindings = [\n{ rule = 1 },\n]\n")]);
    assert!(repository.refusal("main").contains("known.toml:3: "));
}

#[test]
fn a_baseline_outside_counts_as_it_is() {
    let Some(repository) = Repository::with(&["ViewAllData"]) else { return };
    let outside = Project::new(&[("known.toml", &list("Desk"))]);
    let path = outside.path().join("known.toml").display().to_string();
    let judged = repository.judge_with(&["--baseline", &path]);
    assert!(judged.notices()[0].contains("1 entry (1 high)"), "{:?}", judged.notices());
}

#[test]
fn a_baseline_that_cannot_be_read_is_not_taken_for_none() {
    let Some(repository) = Repository::with(&[]) else { return };
    repository.write(&[CONFIG, ("known.toml/list.toml", "version = 1\n")]);
    let ran = repository.check(&[]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    assert!(ran.err.contains("known.toml: it cannot be read: "), "{}", ran.err);
    repository.write(&[("phorce.toml", "baseline = \"none.toml\"\n")]);
    let none = repository.check(&[]);
    assert!(none.err.contains("'baseline': none.toml: there is no such"), "{}", none.err);
}
