//! A baseline on findings, on the fifteenth of January 2026.

use jiff::civil::date;

use super::*;
use crate::report::change::Change;
use crate::report::sample::{finding, members};

const AS_OF: Date = date(2026, 1, 15);

fn read(rows: &[&str]) -> Baseline {
    let rows: String = rows.iter().map(|row| format!("  {{ {row} }},\n")).collect();
    parse("known.toml", &format!("version = 1\nfindings = [\n{rows}]\n"), &[]).unwrap()
}

fn row(subject: &str, more: &str) -> String {
    format!("rule = 'r', subject = '{subject}', severity = 'medium', first = 2026-01-01{more}")
}

/// What is said besides the summary.
fn applied(findings: &mut [Finding], rows: &[&str]) -> Vec<String> {
    let said = apply(findings, &read(rows), AS_OF);
    said.into_iter().skip(1).map(|n| format!("{}: {}", n.line.unwrap(), n.message)).collect()
}

#[test]
fn what_is_listed_is_known() {
    let other_org = Finding { org: "two".into(), ..finding("r", "S") };
    let other_key = Finding { key: "k".into(), ..finding("r", "S") };
    let mut all = [finding("r", "S"), finding("r", "T"), finding("q", "S"), other_org, other_key];
    assert_eq!(applied(&mut all, &[&row("s", "")]), [""; 0]);
    let [known, rest @ ..] = &all;
    assert_eq!(known.status, Status::Baselined);
    assert!(rest.iter().all(|finding| finding.status == Status::Open));
    let rows = [row("S", ", org = 'two'"), row("S", ", key = 'k'")];
    assert_eq!(applied(&mut all, &[&rows[0], &rows[1], &row("S", "")]), [""; 0]);
    assert_eq!(all[3].status, Status::Baselined);
    assert_eq!(all[4].status, Status::Baselined);
}

#[test]
fn what_got_worse_is_open() {
    let worse = |finding: Finding, more: &str| {
        let mut all = [finding];
        let said = applied(&mut all, &[&row("S", more)]);
        (all[0].status, said)
    };
    let listing = |names: &[&str]| Finding { members: members(names), ..finding("r", "S") };
    let rated = |severity| Finding { severity, ..finding("r", "S") };
    let (open, known) = (Status::Open, Status::Baselined);
    let said = |why: &str| vec![format!("3: r on S stays open: {why}")];
    let than = "it is worse than the baseline says: ";
    let ab = ", members = ['a', 'B']";
    assert_eq!(worse(rated(Severity::High), ""), (open, said(&format!("{than}high, not medium"))));
    assert_eq!(worse(rated(Severity::Low), ""), (known, vec![]));
    assert_eq!(worse(listing(&["A"]), ab), (known, vec![]));
    assert_eq!(worse(listing(&["A", "b"]), ab), (known, vec![]));
    let more = worse(listing(&["A", "C", "D"]), ab);
    assert_eq!(more, (open, said(&format!("{than}with C, D"))));
    let critical = Finding { severity: Severity::Critical, ..finding("r", "S") };
    let mut all = [critical];
    let never = row("S", "").replace("medium", "critical");
    let told = applied(&mut all, &[&never]);
    assert_eq!((all[0].status, told), (open, said("a baseline never hides a critical finding")));
}

#[test]
fn what_a_change_opens_is_open_whatever_is_listed() {
    let with = |change, status| Finding { change: Some(change), status, ..finding("r", "S") };
    let mut all = [with(Change::New, Status::Open)];
    assert_eq!(
        applied(&mut all, &[&row("S", "")]),
        [
            "3: r on S stays open: the change opens it or makes it worse, whatever the baseline lists"
        ]
    );
    assert_eq!(all[0].status, Status::Open);
    for status in [Status::Unchanged, Status::Accepted] {
        let mut all = [with(Change::Unchanged, status)];
        assert_eq!(applied(&mut all, &[&row("S", "")]), [""; 0], "{status:?} uses its entry");
        assert_eq!(all[0].status, status);
    }
    for status in [Status::Fixed, Status::NoLongerSeen] {
        let mut all = [with(Change::Fixed, status)];
        let said = applied(&mut all, &[&row("S", "")]);
        assert!(said[0].contains("matches no finding any more"), "{said:?}");
        assert_eq!(all[0].status, status);
    }
}

#[test]
fn of_several_alike_each_takes_an_entry_that_covers_it() {
    let of = |names: &[&str]| Finding { members: members(names), ..finding("r", "S") };
    let mut all = [of(&["B"]), of(&["A"]), of(&["A"])];
    let rows = [row("S", ", members = ['A']"), row("S", ", members = ['B']")];
    assert_eq!(applied(&mut all, &[&rows[0], &rows[1]]), [""; 0]);
    let status = all.each_ref().map(|finding| finding.status);
    assert_eq!(status, [Status::Baselined, Status::Baselined, Status::Open]);
}

#[test]
fn what_matches_nothing_is_said() {
    let rows = ["D", "S", "C", "B", "A"].map(|subject| row(subject, ""));
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let mut all = [finding("r", "S")];
    assert_eq!(
        applied(&mut all, &rows),
        [
            "3: 4 entries of the baseline match no finding any more: r on D (2026-01-01), r on C (2026-01-01), r on B (2026-01-01) and 1 more; `phorce baseline` writes it anew"
        ]
    );
    assert_eq!(
        applied(&mut [finding("r", "S")], &rows[..2]),
        [
            "3: 1 entry of the baseline matches no finding any more: r on D (2026-01-01); `phorce baseline` writes it anew"
        ]
    );
}

#[test]
fn size_and_age_are_always_said() {
    let said = |rows: &[&str], as_of| {
        let mut said = apply(&mut [], &read(rows), as_of);
        let first = said.remove(0);
        assert_eq!((first.path.as_deref(), first.line), (Some("known.toml"), Some(1)));
        first.message
    };
    let old = row("Old", "").replace("2026-01-01", "2025-12-31").replace("medium", "high");
    let rows = [row("New", ""), old, row("Newer", "").replace("01-01", "01-14")];
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    assert_eq!(
        said(&rows, AS_OF),
        "what the baseline lists is known and not open: 3 entries (1 high, 2 medium), recorded from 2025-12-31 to 2026-01-14, the oldest 15 days old: r on Old (2025-12-31), r on New (2026-01-01), r on Newer (2026-01-14)"
    );
    let one = said(&rows[..1], date(2026, 1, 2));
    assert!(one.contains("1 entry (1 medium)") && one.contains("the oldest 1 day old:"), "{one}");
    assert!(said(&rows[..1], date(2025, 1, 1)).contains("the oldest 0 days old:"));
    assert_eq!(said(&[], AS_OF), "the baseline lists no finding: take it out of the configuration");
}

fn wrong(text: &str) -> String {
    parse("known.toml", text, &[]).unwrap_err()
}

#[test]
fn a_broken_baseline_is_refused_with_its_line() {
    let end = "; `phorce baseline` writes this file";
    assert!(wrong("version = 1\nfindings = [\n").starts_with("known.toml:"));
    assert_eq!(
        wrong("version = 2\n"),
        format!("known.toml:1: this is no version of a baseline that is known here{end}")
    );
    let unknown = wrong("version = 1\nfindings = [\n  { rule = 'r', colour = 'red' },\n]\n");
    assert!(unknown.starts_with("known.toml:3: unknown field `colour`"), "{unknown}");
    let date = row("S", "").replace("2026-01-01", "10:00:00");
    let date = wrong(&format!("version = 1\nfindings = [\n  {{ {date} }},\n]\n"));
    assert_eq!(date, format!("known.toml:3: 'first' is no date like 2026-12-31{end}"));
    assert_eq!(parse("p", "\u{feff}version = 1\n", &[]).unwrap().entries, []);
}

#[test]
fn an_older_id_stands_for_the_newer_one() {
    let page = "# T\n\n```toml\nseverity = \"high\"\nconfidence = \"high\"\nhipaa = [\"164.312(b)\"]\n\
        aliases = [\"r\"]\n\n[[case]]\nfor = \"Profile\"\nmessage = \"m\"\n```\n\nWhat.\n\n\
        ## Why\n\n## Fix\n\n## Limits\n\n## Bad\n\n## Good\n";
    let rules = [Rule::read("x/new.md", "x", "new", page).unwrap()];
    let text = format!(
        "version = 1\nfindings = [{{ {} }}, {{ {} }}]",
        row("S", ""),
        row("T", "").replace("'r'", "'q'")
    );
    let ids: Vec<String> =
        parse("p", &text, &rules).unwrap().entries.into_iter().map(|e| e.rule).collect();
    assert_eq!(ids, ["new", "q"]);
}

#[test]
fn it_is_written_sorted_and_keeps_the_first_day() {
    let with = |subject: &str, severity| Finding { severity, ..finding("r", subject) };
    let listing =
        Finding { members: members(&["b", "A"]), key: "k".into(), ..finding("q", "S\"\u{202e}") };
    let accepted = Finding { status: Status::Accepted, ..finding("r", "Accepted") };
    let two = Finding { org: "two".into(), ..finding("a", "S") };
    let findings = [
        with("T", Severity::High),
        accepted,
        with("C", Severity::Critical),
        two,
        with("s", Severity::Low),
        listing,
    ];
    let old = read(&[
        &row("T", "").replace("2026-01-01", "2025-06-30"),
        &row("S", "").replace("2026-01-01", "2030-01-01"),
        &row("Gone", ""),
    ]);
    let written = write(&findings, Some(&old), AS_OF);
    assert_eq!((written.listed, written.critical), (4, 1));
    let rows: Vec<&str> = written.text.lines().filter(|line| line.starts_with("  {")).collect();
    assert_eq!(
        rows,
        [
            "  { rule = \"q\", subject = \"S\\\"\\u202E\", key = \"k\", severity = \"medium\", first = 2026-01-15, members = [\"A\", \"b\"] },",
            "  { rule = \"r\", subject = \"s\", severity = \"low\", first = 2026-01-15 },",
            "  { rule = \"r\", subject = \"T\", severity = \"high\", first = 2025-06-30 },",
            "  { org = \"two\", rule = \"a\", subject = \"S\", severity = \"medium\", first = 2026-01-15 },",
        ]
    );
    let again = parse("p", &written.text, &[]).unwrap();
    assert_eq!(again.entries.len(), 4);
    assert_eq!(again.entries[0].subject, "S\"\u{202e}");
    let mut known = findings;
    assert_eq!(apply(&mut known, &again, AS_OF).len(), 1, "everything it lists is covered");
    assert_eq!(known.iter().filter(|f| f.status == Status::Baselined).count(), 4);
    assert_eq!(write(&known, None, AS_OF).listed, 0, "what is known already is not open");
}

#[test]
fn of_several_alike_the_oldest_days_are_kept() {
    let old = read(&[&row("S", ""), &row("S", "").replace("2026-01-01", "2025-01-01")]);
    let alike = [finding("r", "S"), finding("r", "S"), finding("r", "S")];
    let text = write(&alike, Some(&old), AS_OF).text;
    let first = |line: &str| {
        line.split("first = ").nth(1).and_then(|rest| rest.get(..10)).map(str::to_owned)
    };
    let days: Vec<String> = text.lines().filter_map(first).collect();
    assert_eq!(days, ["2025-01-01", "2026-01-01", "2026-01-15"]);
}
