//! Four quarters of the clinic, each told against the one before.

use std::path::{Path, PathBuf};

use super::pack::{audit, rows};
use super::support::{Project, copy, run, testdata};

/// The day of each quarter's pack.
const DAYS: [&str; 4] = ["2026-01-15", "2026-04-10", "2026-07-10", "2026-10-08"];

/// Four packs side by side.
pub struct Chain {
    pub folder: tempfile::TempDir,
}

impl Chain {
    pub fn new() -> Self {
        let chain = Self { folder: tempfile::tempdir().unwrap() };
        let project = Project::of_org("clinic");
        for (day, quarter) in DAYS.into_iter().zip(1..) {
            turn(&project, &testdata("audit").join(format!("q{quarter}")));
            let (pack, before) = (chain.pack(quarter), chain.pack(quarter - 1));
            let mut arguments = vec!["--as-of", day];
            if quarter > 1 {
                arguments.extend(["--previous", before.to_str().unwrap()]);
            }
            let ran = audit(&project, &pack, &arguments);
            assert_eq!(ran.code, 0, "{}", ran.err);
        }
        chain
    }

    pub fn pack(&self, quarter: usize) -> PathBuf {
        self.folder.path().join(format!("2026-q{quarter}"))
    }
}

/// What a quarter changes of the project.
fn turn(project: &Project, quarter: &Path) {
    copy(quarter, project.path());
    let removed = project.path().join("removed.txt");
    if removed.exists() {
        for path in std::fs::read_to_string(&removed).unwrap().lines() {
            std::fs::remove_file(project.path().join(path)).unwrap();
        }
        std::fs::remove_file(removed).unwrap();
    }
}

#[test]
fn each_quarter_tells_what_changed() {
    let chain = Chain::new();
    for quarter in 1..=4 {
        let told: Vec<Vec<String>> = rows(&chain.pack(quarter).join("changes.csv"))
            .into_iter()
            .filter(|row| row["Change"] != "still there")
            .map(|row| ["About", "Change", "What"].map(|name| row[name].clone()).to_vec())
            .collect();
        let expected = testdata("audit").join(format!("expected/{quarter}.csv"));
        let expected: Vec<Vec<String>> = csv::Reader::from_path(expected)
            .unwrap()
            .records()
            .map(|record| record.unwrap().iter().map(str::to_owned).collect())
            .collect();
        assert_eq!(told, expected, "quarter {quarter}");
    }
}

#[test]
fn a_finding_knows_its_age_and_a_chain_its_trend() {
    let chain = Chain::new();
    let findings = rows(&chain.pack(4).join("findings.csv"));
    let old = findings.iter().find(|row| row["Rule"] == "view-or-modify-all-data").unwrap();
    assert_eq!((old["First seen in"].as_str(), old["Packs open"].as_str()), ("2026 Q1", "4"));
    let young = findings.iter().find(|row| row["Subject"] == "Imaging_Share").unwrap();
    assert_eq!((young["First seen in"].as_str(), young["Packs open"].as_str()), ("2026 Q3", "2"));
    let manifest = std::fs::read_to_string(chain.pack(4).join("MANIFEST.json")).unwrap();
    let manifest: serde_json::Value = serde_json::from_str(&manifest).unwrap();
    let labels: Vec<&str> = manifest["trend"]
        .as_array()
        .unwrap()
        .iter()
        .map(|p| p["label"].as_str().unwrap())
        .collect();
    assert_eq!(labels, ["2026 Q1", "2026 Q2", "2026 Q3", "2026 Q4"]);
    assert_eq!(manifest["previous"]["folder"], "2026-q3");
    let page = std::fs::read_to_string(chain.pack(4).join("index.html")).unwrap();
    let ages: Vec<usize> = findings
        .iter()
        .filter(|row| row["Status"] == "open")
        .map(|row| row["Packs open"].parse().unwrap())
        .collect();
    let of = |packs: usize| ages.iter().filter(|age| **age == packs).count();
    let told = format!(" Still open: {} for 4 packs, ", of(4));
    assert!(of(4) > 0 && page.contains(&told), "{told}");
    assert!(page.contains(&format!("{} for 2 packs.", of(2))));
    assert!(page.contains("Open findings, pack by pack") && page.contains("2026 Q3 (2026-07-10)"));
}

/// A change of a finding says what it was and what it is.
#[test]
fn a_change_says_what_was_and_what_is() {
    let chain = Chain::new();
    let changes = rows(&chain.pack(4).join("changes.csv"));
    let callback = changes
        .iter()
        .find(|row| row["What"] == "oauth-insecure-callback: Lab_Bridge/http://10.0.0.12/callback")
        .unwrap();
    assert_eq!(callback["Change"], "open again");
    let (was, is) = (&callback["Before"], &callback["Now"]);
    assert!(was.starts_with("accepted, high: ") && is.starts_with("open, high: "), "{callback:?}");
    let gone = changes.iter().find(|row| row["Change"] == "closed").unwrap();
    assert!(gone["Before"].starts_with("open, ") && gone["Now"].is_empty(), "{gone:?}");
}

#[test]
fn an_attestation_runs_out() {
    let chain = Chain::new();
    let verdict = |quarter: usize, id: &str| {
        let controls = rows(&chain.pack(quarter).join("controls.csv"));
        controls.into_iter().find(|row| row["Control"] == id).unwrap()["Verdict"].clone()
    };
    assert_eq!(verdict(2, "164.308(a)(5)(ii)(A)"), "Attested until 2026-06-20");
    assert_eq!(verdict(3, "164.308(a)(5)(ii)(A)"), "Manual (attestation overdue since 2026-06-20)");
    let controls = rows(&chain.pack(3).join("controls.csv"));
    let overdue = controls.iter().find(|row| row["Control"] == "164.308(a)(5)(ii)(A)").unwrap();
    assert_eq!(overdue["What is attested"], "Reminders went to all users in December.");
    assert_eq!(overdue["How often"], "half-yearly");
    assert_eq!(verdict(1, "164.314(b)(1)"), "Not applicable");
    assert_eq!(verdict(1, "164.314(b)(2)(iv)"), "Not applicable");
}

#[test]
fn only_a_whole_and_older_pack_can_be_the_one_before() {
    let chain = Chain::new();
    let project = Project::of_org("clinic");
    let out = chain.folder.path().join("new");
    let before = chain.pack(4);
    let before = before.to_str().unwrap();
    let early = audit(&project, &out, &["--as-of", "2026-09-01", "--previous", before]);
    assert_eq!(early.code, 2);
    assert!(early.err.contains("after the day of this one"), "{}", early.err);
    std::fs::write(chain.pack(4).join("findings.csv"), "Status\n").unwrap();
    let torn = audit(&project, &out, &["--as-of", "2026-12-01", "--previous", before]);
    assert_eq!(torn.code, 2);
    assert!(torn.err.contains("is not whole: findings.csv: it has 7 bytes"), "{}", torn.err);
    assert!(!out.exists());
    let none = run(project.phorce().args(["audit", "--out", "x", "--previous", "nowhere"]));
    assert_eq!(none.code, 2);
}
