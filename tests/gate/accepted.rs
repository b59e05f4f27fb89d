//! Accepted risks on a change: what was merged before counts, and only as it is written.

use crate::repository::{Judged, Repository};

const RULE: &str = "view-or-modify-all-data";

fn entry(subject: &str, until: &str, more: &str) -> String {
    format!(
        "[[accept]]\nrule = \"{RULE}\"\nsubject = \"{subject}\"\nreason = \"migration\"\n\
         by = \"Privacy Officer\"\nuntil = {until}\n{more}"
    )
}

const ANSWERS: &str = "not-reasonable-because = \"the cut-over\"\ninstead = \"weekly review\"\n";

/// The profile `Night` becomes new, with this configuration merged before.
fn night(config: &str) -> Option<Judged> {
    let repository = Repository::with(&[])?;
    repository.merge(&[("phorce.toml", config)]);
    repository.grant("Night", &["ViewAllData"]);
    repository.commit("night");
    Some(repository.judge())
}

fn only(judged: &Judged) -> String {
    let [notice] = &judged.notices()[..] else { panic!("{:?}", judged.notices()) };
    notice.clone()
}

#[test]
fn an_entry_without_its_answers_does_not_count() {
    let Some(judged) = night(&entry("Night", "2026-03-01", "")) else { return };
    assert_eq!((judged.code(), judged.json.findings("open").len()), (1, 1));
    let notice = only(&judged);
    assert!(notice.starts_with("phorce.toml: the acceptance of "), "{notice}");
    assert!(notice.contains("164.308(a)(4)(ii)(B)") && notice.contains("'instead'"), "{notice}");
}

#[test]
fn an_entry_that_expired_opens_the_finding_loudly() {
    let Some(judged) = night(&entry("Night", "2026-01-10", ANSWERS)) else { return };
    assert_eq!((judged.code(), judged.json.findings("open").len()), (1, 1));
    assert!(only(&judged).contains("EXPIRED: "), "{:?}", judged.notices());
    let said = "(was accepted by Privacy Officer until 2026-01-10; that has ended)";
    assert!(judged.text.contains(said), "{}", judged.text);
}

#[test]
fn an_entry_that_ends_soon_counts_and_is_said() {
    let Some(judged) = night(&entry("Night", "2026-02-14", ANSWERS)) else { return };
    assert_eq!(judged.code(), 0);
    assert!(only(&judged).contains("ends on 2026-02-14, in 30 days"), "{:?}", judged.notices());
}

#[test]
fn a_glob_needs_a_reason_and_some_letters() {
    let Some(judged) = night(&entry("Nig*", "2026-03-01", ANSWERS)) else { return };
    assert_eq!(judged.code(), 1);
    assert!(only(&judged).contains("'breadth'"), "{:?}", judged.notices());
    let reason = format!("{ANSWERS}breadth = \"the night shift\"\n");
    let judged = night(&entry("Nig*", "2026-03-01", &reason)).unwrap();
    assert_eq!((judged.code(), judged.notices()), (0, vec![]));
    let repository = Repository::with(&[]).unwrap();
    repository.merge(&[("phorce.toml", &entry("*", "2026-03-01", &reason))]);
    assert!(repository.refusal("main").contains("takes in nearly everything"));
}

#[test]
fn an_entry_for_what_is_old_is_used() {
    let Some(repository) = Repository::with(&["ViewAllData"]) else { return };
    repository.merge(&[("phorce.toml", &entry("Desk", "2026-03-01", ANSWERS))]);
    let judged = repository.judge();
    assert_eq!((judged.code(), judged.notices()), (0, vec![]));
    assert_eq!(judged.json.findings("accepted"), [format!("{RULE} Desk")]);
    repository.grant("Desk", &[]);
    let mended = repository.judge();
    assert_eq!(mended.changes(), [format!("fixed {RULE} Desk")]);
    assert!(only(&mended).contains("matches no finding"), "{:?}", mended.notices());
}

#[test]
fn the_truth_can_be_asked_for() {
    let Some(repository) = Repository::with(&[]) else { return };
    repository.merge(&[("phorce.toml", &entry("Night", "2026-03-01", ANSWERS))]);
    repository.grant("Night", &["ViewAllData"]);
    assert_eq!(repository.judge().code(), 0);
    let truth = repository.judge_with(&["--no-accepted"]);
    assert_eq!((truth.code(), truth.json.findings("open")), (1, vec![format!("{RULE} Night")]));
}
