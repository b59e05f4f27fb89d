//! The tables in `rules/`: what a page may cite, and whether every page cites what is there.
//!
//! In: `rules/hipaa.toml`, `rules/sbs.toml` and the first TOML block of each `rules/*/*.md`.
//! It does not know whether a citation fits its page; only a reader knows that.

// A test that cannot read what it judges has failed; clippy.toml speaks only of `#[test]`.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Hipaa {
    citation: Vec<Citation>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Citation {
    id: String,
    title: String,
    kind: Kind,
    status: Status,
    section: String,
    attest: Option<String>,
    #[serde(default)]
    people: bool,
}

#[derive(Deserialize, PartialEq, Debug)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Standard,
    Specification,
    Provision,
}

#[derive(Deserialize, PartialEq, Debug)]
#[serde(rename_all = "lowercase")]
enum Status {
    Required,
    Addressable,
    Standard,
    Provision,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sbs {
    version: String,
    control: Vec<Control>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Control {
    id: String,
    title: String,
    #[serde(default)]
    people: bool,
}

/// The 22 specifications of the Security Rule that the regulation marks "(Addressable)".
const ADDRESSABLE: [&str; 22] = [
    "164.308(a)(3)(ii)(A)",
    "164.308(a)(3)(ii)(B)",
    "164.308(a)(3)(ii)(C)",
    "164.308(a)(4)(ii)(B)",
    "164.308(a)(4)(ii)(C)",
    "164.308(a)(5)(ii)(A)",
    "164.308(a)(5)(ii)(B)",
    "164.308(a)(5)(ii)(C)",
    "164.308(a)(5)(ii)(D)",
    "164.308(a)(7)(ii)(D)",
    "164.308(a)(7)(ii)(E)",
    "164.310(a)(2)(i)",
    "164.310(a)(2)(ii)",
    "164.310(a)(2)(iii)",
    "164.310(a)(2)(iv)",
    "164.310(d)(2)(iii)",
    "164.310(d)(2)(iv)",
    "164.312(a)(2)(iii)",
    "164.312(a)(2)(iv)",
    "164.312(c)(2)",
    "164.312(e)(2)(i)",
    "164.312(e)(2)(ii)",
];

/// Its specifications marked "(Required)".
const REQUIRED: [&str; 24] = [
    "164.308(a)(1)(ii)(A)",
    "164.308(a)(1)(ii)(B)",
    "164.308(a)(1)(ii)(C)",
    "164.308(a)(1)(ii)(D)",
    "164.308(a)(4)(ii)(A)",
    "164.308(a)(6)(ii)",
    "164.308(a)(7)(ii)(A)",
    "164.308(a)(7)(ii)(B)",
    "164.308(a)(7)(ii)(C)",
    "164.308(b)(3)",
    "164.310(d)(2)(i)",
    "164.310(d)(2)(ii)",
    "164.312(a)(2)(i)",
    "164.312(a)(2)(ii)",
    "164.314(a)(2)(i)",
    "164.314(a)(2)(ii)",
    "164.314(a)(2)(iii)",
    "164.314(b)(2)(i)",
    "164.314(b)(2)(ii)",
    "164.314(b)(2)(iii)",
    "164.314(b)(2)(iv)",
    "164.316(b)(2)(i)",
    "164.316(b)(2)(ii)",
    "164.316(b)(2)(iii)",
];

/// Its standards that no specification follows, and that are required by themselves.
const STANDING_ALONE: [&str; 7] = [
    "164.308(a)(2)",
    "164.308(a)(8)",
    "164.310(b)",
    "164.310(c)",
    "164.312(b)",
    "164.312(d)",
    "164.316(a)",
];

/// Its standards that specifications follow.
const WITH_SPECIFICATIONS: [&str; 15] = [
    "164.308(a)(1)(i)",
    "164.308(a)(3)(i)",
    "164.308(a)(4)(i)",
    "164.308(a)(5)(i)",
    "164.308(a)(6)(i)",
    "164.308(a)(7)(i)",
    "164.308(b)(1)",
    "164.310(a)(1)",
    "164.310(d)(1)",
    "164.312(a)(1)",
    "164.312(c)(1)",
    "164.312(e)(1)",
    "164.314(a)(1)",
    "164.314(b)(1)",
    "164.316(b)(1)",
];

#[test]
fn the_security_rule_is_whole_and_its_statuses_are_the_regulations() {
    let found = |kind: Kind, status: Status| -> Vec<String> {
        let table = hipaa().citation;
        let held = table.into_iter().filter(|c| c.kind == kind && c.status == status);
        held.map(|c| c.id).collect()
    };
    assert_eq!(found(Kind::Specification, Status::Addressable), ADDRESSABLE);
    assert_eq!(found(Kind::Specification, Status::Required), REQUIRED);
    assert_eq!(found(Kind::Standard, Status::Required), STANDING_ALONE);
    assert_eq!(found(Kind::Standard, Status::Standard), WITH_SPECIFICATIONS);
}

#[test]
fn a_status_fits_its_kind() {
    for citation in hipaa().citation {
        let fits = match citation.kind {
            Kind::Standard => matches!(citation.status, Status::Standard | Status::Required),
            Kind::Specification => {
                matches!(citation.status, Status::Required | Status::Addressable)
            }
            Kind::Provision => citation.status == Status::Provision,
        };
        assert!(fits, "{}: {:?} of a {:?}", citation.id, citation.status, citation.kind);
    }
}

#[test]
fn only_technical_safeguards_are_settled_by_metadata() {
    for citation in hipaa().citation {
        let id = &citation.id;
        let told = citation.attest.as_deref().is_some_and(|text| text.ends_with('.'));
        assert_eq!(citation.attest.is_some(), told, "{id}");
        assert!(!told || citation.kind != Kind::Provision, "{id}");
        let control = citation.kind != Kind::Provision;
        let technical = id.starts_with("164.312");
        assert!(technical || citation.people == control, "{id}");
    }
}

#[test]
fn a_citation_stands_in_the_group_of_its_section() {
    for citation in hipaa().citation {
        let group = match citation.id.get(..7) {
            Some("164.308") => "Administrative safeguards",
            Some("164.310") => "Physical safeguards",
            Some("164.312") => "Technical safeguards",
            Some("164.314") => "Organizational requirements",
            Some("164.316") => "Policies and procedures and documentation requirements",
            Some("164.402" | "164.404" | "164.408" | "164.410") => "Breach notification",
            _ => "Privacy of individually identifiable health information",
        };
        assert_eq!(citation.section, group, "{}", citation.id);
        assert!(!citation.title.trim().is_empty(), "{} has no title", citation.id);
    }
}

#[test]
fn ids_are_unique_and_sorted() {
    let citations: Vec<String> = hipaa().citation.into_iter().map(|c| c.id).collect();
    let controls: Vec<String> = sbs().control.into_iter().map(|c| c.id).collect();
    for ids in [citations, controls] {
        let sorted: Vec<String> =
            ids.iter().cloned().collect::<BTreeSet<_>>().into_iter().collect();
        assert_eq!(ids, sorted);
    }
}

#[test]
fn the_benchmark_has_its_54_controls() {
    let table = sbs();
    assert_eq!(table.control.len(), 54);
    assert!(!table.version.is_empty());
    for control in table.control {
        // What asks for a document is no setting.
        let asks = ["Document", "Inventory", "Review", "Maintain"];
        let asks = asks.iter().any(|word| control.title.contains(word));
        assert!(control.people || !asks, "{}", control.id);
        let parts: Vec<&str> = control.id.split('-').collect();
        assert!(
            matches!(parts.as_slice(), ["SBS", family, number]
                if family.bytes().all(|b| b.is_ascii_uppercase())
                    && number.len() == 3
                    && number.bytes().all(|b| b.is_ascii_digit())),
            "{}",
            control.id
        );
        assert!(!control.title.trim().is_empty(), "{} has no title", control.id);
    }
}

#[test]
fn every_page_cites_what_the_tables_define() {
    let citations: BTreeSet<String> = hipaa().citation.into_iter().map(|c| c.id).collect();
    let controls: BTreeSet<String> = sbs().control.into_iter().map(|c| c.id).collect();
    let mut wrong = Vec::new();
    for page in pages() {
        let text = fs::read_to_string(&page).unwrap();
        for (key, table, file) in
            [("hipaa", &citations, "rules/hipaa.toml"), ("sbs", &controls, "rules/sbs.toml")]
        {
            for id in cited(&page, &text, key) {
                if !table.contains(&id) {
                    wrong.push(format!("{}: {key} {id:?} is not in {file}", page.display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_a_page_cites_is_read_from_its_first_toml_block() {
    let text =
        "# Title\n\n```toml\nhipaa = [\"164.312(b)\"]\n```\n\n```toml\nhipaa = [\"x\"]\n```\n";
    assert_eq!(cited(Path::new("page.md"), text, "hipaa"), ["164.312(b)"]);
    assert!(cited(Path::new("page.md"), text, "sbs").is_empty());
}

fn hipaa() -> Hipaa {
    toml::from_str(include_str!("../rules/hipaa.toml")).unwrap()
}

fn sbs() -> Sbs {
    toml::from_str(include_str!("../rules/sbs.toml")).unwrap()
}

/// The ids that a page lists under `key`.
fn cited(page: &Path, text: &str, key: &str) -> Vec<String> {
    let block = text
        .split_once("```toml\n")
        .and_then(|(_, rest)| rest.split_once("\n```"))
        .unwrap_or_else(|| panic!("{}: no TOML block", page.display()))
        .0;
    let table: toml::Table =
        toml::from_str(block).unwrap_or_else(|error| panic!("{}: {error}", page.display()));
    let list = table.get(key).and_then(toml::Value::as_array).cloned().unwrap_or_default();
    list.iter().map(|id| id.as_str().expect("ids are strings").to_string()).collect()
}

/// Every `rules/<family>/<id>.md`.
fn pages() -> Vec<PathBuf> {
    let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    let mut pages: Vec<PathBuf> = Vec::new();
    for family in fs::read_dir(rules).unwrap().map(|entry| entry.unwrap().path()) {
        if family.is_dir() {
            let files = fs::read_dir(family).unwrap().map(|entry| entry.unwrap().path());
            pages.extend(files.filter(|file| file.extension().is_some_and(|e| e == "md")));
        }
    }
    pages.sort();
    pages
}
