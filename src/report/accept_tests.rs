//! Accepted risks on findings, on the fifteenth of January 2026.

use jiff::civil::date;

use super::*;
use crate::config::parse;
use crate::report::sample::{finding, members};

const AS_OF: Date = date(2026, 1, 15);

/// The entries of a configuration; each has what every entry needs.
fn entries(tables: &[&str]) -> Vec<Accept> {
    let text: String = tables
        .iter()
        .map(|table| {
            let until = if table.contains("until") { "" } else { "until = 2026-04-01\n" };
            format!("[[accept]]\nrule = 'r'\nreason = 'why'\nby = 'Ada'\n{until}{table}\n\n")
        })
        .collect();
    parse("phorce.toml", &text).unwrap().accepts
}

/// Applies entries; what was said, without its line.
fn applied(findings: &mut [Finding], tables: &[&str]) -> Vec<String> {
    let said = apply(findings, &entries(tables), AS_OF, "phorce.toml");
    said.into_iter()
        .map(|notice| {
            assert_eq!(notice.path.as_deref(), Some("phorce.toml"));
            notice.message
        })
        .collect()
}

fn mapped(id: &str) -> Finding {
    Finding { hipaa: vec![id.to_owned()], ..finding("r", "S") }
}

#[test]
fn an_entry_counts_for_its_rule_and_subject_alone() {
    let mut all = [finding("r", "S"), finding("r", "T"), finding("q", "S")];
    assert_eq!(applied(&mut all, &["subject = 's'"]), [""; 0]);
    assert_eq!(all.each_ref().map(|f| f.status), [Status::Accepted, Status::Open, Status::Open]);
    let accepted = all[0].accepted.as_ref().unwrap();
    assert_eq!((accepted.reason.as_str(), accepted.by.as_str()), ("why", "Ada"));
    assert_eq!(accepted.until, "2026-04-01");
    assert_eq!(all[0].message, "m");
}

#[test]
fn what_is_over_is_not_accepted() {
    let past = |status| Finding { status, ..finding("r", "S") };
    let mut all = [past(Status::Fixed), past(Status::NoLongerSeen)];
    let said = applied(&mut all, &["subject = 'S'"]);
    assert_eq!(
        said,
        ["the acceptance of r for 'S' matches no finding; remove it if the risk is gone"]
    );
    assert_eq!(all.each_ref().map(|f| f.status), [Status::Fixed, Status::NoLongerSeen]);
    let mut old = [past(Status::Unchanged)];
    assert_eq!(applied(&mut old, &["subject = 'S'"]), [""; 0]);
    assert_eq!(old[0].status, Status::Accepted);
}

#[test]
fn the_end_is_said_thirty_days_before() {
    for (until, said) in [
        ("2026-02-15", None),
        ("2026-02-14", Some("ends on 2026-02-14, in 30 days; then")),
        ("2026-01-17", Some("ends on 2026-01-17, in 2 days; then")),
        ("2026-01-16", Some("ends on 2026-01-16, tomorrow; then")),
        ("2026-01-15", Some("ends on 2026-01-15, today; then")),
    ] {
        let mut all = [finding("r", "S")];
        let told = applied(&mut all, &[&format!("subject = 'S'\nuntil = {until}")]);
        assert_eq!(all[0].status, Status::Accepted, "{until}");
        assert_eq!(told.len(), usize::from(said.is_some()), "{told:?}");
        assert!(told.iter().all(|told| told.contains(said.unwrap())), "{told:?}");
    }
}

#[test]
fn an_entry_that_expired_is_loud_and_one_that_renews_it_counts() {
    let mut all = [finding("r", "S")];
    let old = "subject = 'S'\nuntil = 2026-01-13";
    let said = applied(&mut all, &[old]);
    assert_eq!(
        said,
        [
            "EXPIRED: the acceptance of r for S ended on 2026-01-13, 2 days ago: the finding is open again; mend it or renew the entry"
        ]
    );
    assert_eq!(all[0].status, Status::Open);
    assert!(all[0].accepted.is_none());
    assert_eq!(all[0].message, "m (was accepted by Ada until 2026-01-13; that has ended)");
    let mut all = [finding("r", "S")];
    assert_eq!(applied(&mut all, &[old, "subject = 'S'"]), [""; 0]);
    assert_eq!((all[0].status, all[0].message.as_str()), (Status::Accepted, "m"));
    let mut day = [finding("r", "S")];
    let said = applied(&mut day, &["subject = 'S'\nuntil = 2026-01-14"]);
    assert!(said[0].contains("ended on 2026-01-14, yesterday:"), "{said:?}");
}

#[test]
fn remarks_stand_in_the_order_of_the_file() {
    let mut all = [finding("r", "S"), finding("r", "T")];
    let old = "subject = 'S'\nuntil = 2026-01-13";
    let said = apply(&mut all, &entries(&[old, "subject = 'U'", old]), AS_OF, "p");
    assert_eq!(said.iter().map(|n| n.line).collect::<Vec<_>>(), [Some(1), Some(8), Some(15)]);
}

#[test]
fn the_first_of_two_entries_speaks() {
    let mut all = [finding("r", "S")];
    let said = applied(&mut all, &["subject = 'S'", "subject = 'S'\nuntil = 2026-01-20"]);
    assert_eq!(said, [""; 0], "the second accepts nothing that could open");
    assert_eq!(all[0].accepted.as_ref().unwrap().until, "2026-04-01");
}

#[test]
fn a_glob_counts_only_with_a_reason_for_its_breadth() {
    let mut all = [finding("r", "Sales_A"), finding("r", "Sales_B")];
    assert_eq!(
        applied(&mut all, &["subject = 'Sales_*'"]),
        [
            "the acceptance of r for 'Sales_*' does not count: its subject is a glob: say in 'breadth' why so many are accepted at once"
        ]
    );
    assert!(all.iter().all(|finding| finding.status == Status::Open && finding.accepted.is_none()));
    assert_eq!(applied(&mut all, &["subject = 'Sales_*'\nbreadth = 'one team'"]), [""; 0]);
    assert!(all.iter().all(|finding| finding.status == Status::Accepted));
}

#[test]
fn an_addressable_specification_asks_for_two_answers() {
    let because = "not-reasonable-because = 'no licence'";
    let instead = "instead = 'review'";
    let asked = "the acceptance of r for 'S' does not count: r is commonly mapped to \
                 164.312(a)(2)(iv) (Encryption and decryption), which is addressable: say ";
    let why = "why meeting it is not reasonable and appropriate here ('not-reasonable-because')";
    let what = "what is done instead ('instead')";
    for (more, said) in [
        (String::new(), Some(format!("{asked}{why} and {what}"))),
        (because.to_owned(), Some(format!("{asked}{what}"))),
        (instead.to_owned(), Some(format!("{asked}{why}"))),
        (format!("{because}\n{instead}"), None),
    ] {
        let mut all = [mapped("164.312(a)(2)(iv)")];
        let told = applied(&mut all, &[&format!("subject = 'S'\n{more}")]);
        assert_eq!(told, said.clone().into_iter().collect::<Vec<_>>());
        let status = if said.is_some() { Status::Open } else { Status::Accepted };
        assert_eq!(all[0].status, status, "{more}");
    }
    let mut glob = [mapped("164.312(a)(2)(iv)")];
    let told = applied(&mut glob, &["subject = 'S[XYZ]abc*'", "subject = 'S*bcd'"]);
    assert!(told.iter().all(|told| told.contains("matches no finding")), "{told:?}");
    let mut both = [Finding { subject: "Sales".into(), ..mapped("164.312(a)(2)(iv)") }];
    let told = applied(&mut both, &["subject = 'Sal*'"]);
    assert!(told[0].contains("'breadth' why so many are accepted at once; r is commonly"));
}

#[test]
fn accepting_under_what_is_required_is_said_and_counts() {
    let mut all = [mapped("164.308(a)(1)(ii)(D)")];
    assert_eq!(
        applied(&mut all, &["subject = 'S'"]),
        [
            "the acceptance of r for 'S' accepts a risk under what is required: r is commonly mapped to 164.308(a)(1)(ii)(D) (Information system activity review); accepting the finding does not change that it has to be met"
        ]
    );
    assert_eq!(all[0].status, Status::Accepted);
    // A standard whose specifications follow is neither.
    let mut standard = [mapped("164.312(a)(1)")];
    assert_eq!(applied(&mut standard, &["subject = 'S'"]), [""; 0]);
    let mut expired = [mapped("164.308(a)(1)(ii)(D)")];
    let said = applied(&mut expired, &["subject = 'S'\nuntil = 2026-01-13"]);
    assert_eq!(said.len(), 1, "{said:?}");
    let mut two = [mapped("164.308(a)(1)(ii)(D)"), mapped("164.308(a)(1)(ii)(D)")];
    assert_eq!(applied(&mut two, &["subject = 'S'"]).len(), 1, "once for each entry");
}

#[test]
fn a_critical_finding_is_accepted_for_ninety_days() {
    let critical = || [Finding { severity: Severity::Critical, ..finding("r", "S") }];
    let mut all = critical();
    assert_eq!(applied(&mut all, &["subject = 'S'\nuntil = 2026-04-15"]), [""; 0]);
    assert_eq!(all[0].status, Status::Accepted);
    let mut all = critical();
    assert_eq!(
        applied(&mut all, &["subject = 'S'\nuntil = 2026-04-16"]),
        [
            "S is critical: a critical finding may be accepted for 90 days at most, and this entry runs until 2026-04-16; it is not applied"
        ]
    );
    assert_eq!(all[0].status, Status::Open);
}

#[test]
fn members_that_are_not_named_keep_it_open() {
    let with = |names: &[&str]| [Finding { members: members(names), ..finding("r", "S") }];
    let mut all = with(&["A", "B", "C"]);
    assert_eq!(
        applied(&mut all, &["subject = 'S'\nmembers = ['b']"]),
        ["the acceptance of r for S does not cover A, C: the finding stays open"]
    );
    assert_eq!(all[0].status, Status::Open);
    let mut all = with(&["A", "B"]);
    assert_eq!(applied(&mut all, &["subject = 'S'\nmembers = ['b', 'A']"]), [""; 0]);
    assert_eq!(all[0].status, Status::Accepted);
    let mut all = with(&["A"]);
    let said = applied(&mut all, &["subject = 'S'\nmembers = ['X']"]);
    assert!(said[0].contains("matches no finding"), "{said:?}");
}

#[test]
fn without_entries_nothing_is_said() {
    assert_eq!(apply(&mut [finding("r", "S")], &[], AS_OF, "p"), []);
}
