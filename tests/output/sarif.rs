//! The SARIF output: the SARIF schema, and what GitHub reads of it.

use std::process::Command;

use phorce::fact::Severity;
use phorce::output::Output;
use phorce::report::{Member, Report};
use serde_json::{Value, json};

use super::sample;

fn document(report: &Report, accepted: bool) -> Value {
    serde_json::from_str(&sample::written(report, Output::Sarif { accepted })).unwrap()
}

fn run(accepted: bool) -> Value {
    document(&sample::report(), accepted)["runs"][0].clone()
}

/// The schema that comes with the source of `serde-sarif`. Its pattern for languages has a
/// bracket too many, in two places: `[a-zA-Z]{2}]?` is no regular expression of JSON Schema.
fn schema() -> Value {
    let metadata = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--offline", "--locked"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let metadata: Value = serde_json::from_slice(&metadata.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let package = packages.iter().find(|package| package["name"] == "serde-sarif").unwrap();
    let manifest = std::path::Path::new(package["manifest_path"].as_str().unwrap());
    let text = std::fs::read_to_string(manifest.with_file_name("src/schema.json")).unwrap();
    let wrong = "^[a-zA-Z]{2}|^[a-zA-Z]{2}-[a-zA-Z]{2}]?$";
    assert_eq!(text.matches(wrong).count(), 2);
    serde_json::from_str(&text.replace(wrong, "^[a-zA-Z]{2}(-[a-zA-Z]{2})?$")).unwrap()
}

#[test]
fn it_fits_the_schema_of_sarif() {
    let validator = jsonschema::validator_for(&schema()).unwrap();
    let without_rules = document(&Report::default(), false);
    for document in
        [document(&sample::report(), false), document(&sample::report(), true), without_rules]
    {
        let errors: Vec<_> = validator
            .iter_errors(&document)
            .map(|e| format!("{} {e}", e.instance_path()))
            .collect();
        assert_eq!(errors, [""; 0]);
    }
    let mut bad = document(&sample::report(), false);
    bad["runs"][0]["results"][0]["level"] = json!("terrible");
    assert!(!validator.is_valid(&bad));
}

#[test]
fn a_result_has_its_place_and_its_identities() {
    let result = &run(false)["results"][0];
    assert_eq!(result["ruleId"], "view-all-data");
    assert_eq!(result["ruleIndex"], 2);
    assert_eq!(result["level"], "error");
    assert_eq!(
        result["message"]["text"],
        r#"A"<b>&'\\u{{1b}}\[31m\\u{{202e}}{{0}}\[x\](1)\\u{{9b}} is\\u{{a}}open"#
    );
    assert_eq!(
        result["locations"][0]["physicalLocation"],
        json!({
            "artifactLocation": {
                "uri": "force%20app/100%25/Pr%C3%B6fil%20%5B1%5D%23.profile-meta.xml",
                "uriBaseId": "%SRCROOT%",
            },
            "region": {"startLine": 3, "startColumn": 5, "endLine": 3, "endColumn": 8},
        })
    );
    assert_eq!(
        result["partialFingerprints"],
        json!({
            "phorce/v1": "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
            "primaryLocationLineHash": "c129715d7a2bc9a3:1",
        })
    );
    assert_eq!(result["taxa"][0]["id"], "164.312(a)(1)");
    assert_eq!(result["taxa"][0]["index"], 1);
}

#[test]
fn related_places_and_the_trail_have_words() {
    let result = &run(false)["results"][0];
    let related = result["relatedLocations"].as_array().unwrap();
    assert_eq!(related.len(), 2);
    assert_eq!((&related[0]["id"], &related[1]["id"]), (&json!(1), &json!(2)));
    assert_eq!(related[0]["message"]["text"], "defined here");
    assert_eq!(related[1]["physicalLocation"]["region"]["startLine"], 4);
    let steps = &result["codeFlows"][0]["threadFlows"][0]["locations"];
    assert_eq!(steps[1]["location"]["message"]["text"], "sent");
    let mut plain = sample::report();
    plain.findings[0].trail.clear();
    assert_eq!(document(&plain, false)["runs"][0]["results"][0].get("codeFlows"), None);
}

#[test]
fn a_rule_is_declared_with_all_that_is_shown_of_it() {
    let driver = run(false)["tool"]["driver"].clone();
    assert_eq!(driver["semanticVersion"], "1.2.3");
    assert_eq!(driver["rules"].as_array().unwrap().len(), 4);
    let rule = &driver["rules"][3];
    assert_eq!(rule["id"], "weak-session");
    assert_eq!(rule["name"], "WeakSession");
    assert_eq!(rule["shortDescription"]["text"], "Title of weak-session.");
    assert_eq!(rule["fullDescription"]["text"], "It opens all PHI.");
    assert_eq!(
        rule["helpUri"],
        "https://github.com/phorce/phorce/blob/main/rules/access/weak-session.md"
    );
    let help = rule["help"]["markdown"].as_str().unwrap();
    for part in ["## Why\n\nIt opens", "## Fix\n\nTake it away.", "## Limits\n\nIt cannot"] {
        assert!(help.contains(part), "{part}");
    }
    assert_eq!(rule["defaultConfiguration"]["level"], "warning");
    assert_eq!(rule["properties"]["security-severity"], "5.5");
    assert_eq!(driver["rules"][2]["properties"]["security-severity"], "9.5");
    assert_eq!(rule["properties"]["precision"], "high");
    let tags = json!(["security", "hipaa", "salesforce", "access", "SBS-ACS-001"]);
    assert_eq!(rule["properties"]["tags"], tags);
    assert_eq!(rule["relationships"][0]["target"]["id"], "164.312(a)(1)");
    assert_eq!(
        run(false)["taxonomies"][0]["taxa"][1]["shortDescription"]["text"],
        "Access control"
    );
}

#[test]
fn severities_have_their_levels() {
    let levels = Severity::ALL.map(|severity| {
        let findings = vec![sample::finding("view-all-data", severity)];
        let document = document(&Report { findings, ..Report::default() }, false);
        document["runs"][0]["results"][0]["level"].as_str().unwrap().to_owned()
    });
    assert_eq!(levels, ["error", "error", "warning", "note"]);
}

#[test]
fn accepted_findings_come_only_when_asked_for() {
    assert_eq!(run(false)["results"].as_array().unwrap().len(), 1);
    let result = &run(true)["results"][1];
    assert_eq!(
        result["suppressions"],
        json!([{
            "kind": "external",
            "status": "accepted",
            "justification":
                "The vendor \\u{202e}migrates (accepted by A. Officer until 2031-05-06)",
        }])
    );
    assert_eq!(result["partialFingerprints"].get("primaryLocationLineHash"), None);
}

#[test]
fn the_run_says_what_was_not_seen() {
    let run = run(false);
    let invocation = &run["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], false);
    assert_eq!(invocation["exitCode"], 3);
    let notes = invocation["toolExecutionNotifications"].as_array().unwrap();
    let told: Vec<_> = notes.iter().map(|n| (&n["descriptor"]["id"], &n["level"])).collect();
    assert_eq!(
        json!(told),
        json!([
            ["not-read", "error"],
            ["run-notice", "warning"],
            ["run-notice", "warning"],
            ["not-assessed", "note"]
        ])
    );
    let place = &notes[0]["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "profiles/Bro%20ken.profile");
    assert_eq!(place["region"]["startLine"], 9);
    assert_eq!(notes[3]["associatedRule"], json!({"id": "event-log", "index": 0}));
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    assert_eq!(run["automationDetails"]["id"], "phorce/");
    let clean = document(&Report::default(), false);
    assert_eq!(clean["runs"][0]["invocations"][0]["executionSuccessful"], true);
}

#[test]
fn what_a_service_would_refuse_is_left_out_and_told() {
    let mut many = sample::finding("view-all-data", Severity::Low);
    many.members = (0..101)
        .map(|n| Member { name: n.to_string(), place: sample::place("a.xml", 1, 1..2) })
        .collect();
    let few = Report { findings: vec![many], ..Report::default() };
    let run = document(&few, false)["runs"][0].clone();
    assert_eq!(run["results"][0]["relatedLocations"].as_array().unwrap().len(), 100);
    assert_eq!(run["results"][0]["properties"]["memberCount"], 101);

    let findings = vec![sample::finding("view-all-data", Severity::Low); 25_002];
    let run = document(&Report { findings, ..Report::default() }, false)["runs"][0].clone();
    assert_eq!(run["results"].as_array().unwrap().len(), 25_000);
    let note = &run["invocations"][0]["toolExecutionNotifications"][0];
    assert_eq!((&note["descriptor"]["id"], &note["level"]), (&json!("left-out"), &json!("error")));
    assert!(note["message"]["text"].as_str().unwrap().starts_with("2 findings"));
}
