//! The proposed Security Rule: apart from the law, and not there unless it is asked for.

use std::collections::BTreeSet;

use super::pack::{Packed, files, sheets};
use super::support::Project;

const ASKED: [&str; 1] = ["--proposed-2025"];

#[test]
fn it_is_off_unless_it_is_asked_for() {
    let project = Project::of_org("clinic");
    let off = files(&Packed::of(&project, &[]).folder);
    for (name, bytes) in &off {
        let text = match name.ends_with(".xlsx") {
            true => sheets(bytes).into_values().collect(),
            false => String::from_utf8(bytes.clone()).unwrap(),
        };
        assert!(!name.contains("proposed"), "{name}");
        for word in ["90 FR 898", "Proposed rule of 2025", "proposed-2025", "not law"] {
            assert!(!text.contains(word), "{name}: {word}");
        }
    }
    // Asked for, it stands beside the rest and changes nothing in it.
    let mut on = files(&Packed::of(&project, &ASKED).folder);
    assert!(on.remove("proposed-2025.csv").is_some());
    assert!(on.keys().eq(off.keys()));
    let tells = ["index.html", "README.txt", "phorce-audit.xlsx"];
    let seals = ["MANIFEST.json", "SHA256SUMS", "statement.intoto.json"];
    for (name, bytes) in &on {
        let own = tells.contains(&name.as_str()) || seals.contains(&name.as_str());
        assert!(own || off[name] == *bytes, "{name}");
    }
    let page = |pack: &std::collections::BTreeMap<String, Vec<u8>>| {
        String::from_utf8(pack["index.html"].clone()).unwrap()
    };
    let (on, off) = (page(&on), page(&off));
    let (before, rest) = on.split_once("<section id=\"proposed\">").unwrap();
    let (_, after) = rest.split_once("</section>").unwrap();
    let without = |text: &str| {
        let link = "<li><a href=\"#proposed\">Proposed rule of 2025 (not law)</a></li>\n";
        let lines = text.replace(link, "");
        let lines =
            lines.lines().filter(|line| !line.is_empty() && !line.contains("proposed-2025.csv"));
        lines.collect::<Vec<_>>().join("\n")
    };
    assert_eq!(without(&format!("{before}{after}")), without(&off));
}

#[test]
fn it_says_what_would_change() {
    let pack = Packed::of(&Project::of_org("clinic"), &ASKED);
    let rows = pack.rows("proposed-2025");
    let told = |name: &str| rows.iter().map(|row| row[name].clone()).collect::<Vec<_>>();
    assert_eq!(
        told("Topic"),
        [
            "Encryption of ePHI at rest",
            "Encryption of ePHI in transit",
            "Multi-factor authentication"
        ]
    );
    assert_eq!(
        told("The law today"),
        [
            "164.312(a)(2)(iv) Encryption and decryption (addressable)",
            "164.312(e)(2)(ii) Encryption (addressable)",
            "not named; nearest to it is 164.312(d) Person or entity authentication (required)",
        ]
    );
    assert_eq!(told("Would be"), ["required"; 3]);
    assert_eq!(told("What this is"), ["proposal, 90 FR 898: not law"; 3]);
    assert_eq!(&told("Found")[..2], ["Fail", "Fail"]);
    let transit = &rows[1];
    let open = pack.rows("findings");
    let open = open.iter().filter(|row| {
        row["Status"] == "open"
            && ["cleartext-endpoint", "oauth-insecure-callback"].contains(&row["Rule"].as_str())
    });
    assert_eq!(transit["Open findings"], open.count().to_string());
    let page = pack.text("index.html");
    assert!(page.contains("<h2>Proposed rule of 2025 (not law)</h2>"));
    assert!(page.contains("A proposal, not law: nobody has to meet it"));
    assert!(pack.words("README.txt").contains("A proposal, not law"));
    let ran = super::support::run(super::support::phorce(pack.folder.parent().unwrap()).args([
        "audit",
        "verify",
        pack.folder.to_str().unwrap(),
    ]));
    assert_eq!(ran.code, 0, "{}", ran.out);
}

/// Nothing of it passes by rules alone.
#[test]
fn what_is_proposed_is_never_met() {
    for org in super::support::orgs() {
        let mut arguments = vec!["--allow-incomplete"];
        arguments.extend(ASKED);
        let pack = Packed::of(&Project::of_org(&org), &arguments);
        assert!(pack.rows("proposed-2025").iter().all(|row| row["Found"] != "Pass"), "{org}");
    }
}

/// The table names rules and citations that there are.
#[test]
fn its_table_names_what_there_is() {
    let table: toml::Value =
        toml::from_str(include_str!("../../rules/proposed-2025.toml")).unwrap();
    let law: toml::Value = toml::from_str(include_str!("../../rules/hipaa.toml")).unwrap();
    let law: BTreeSet<&str> =
        law["citation"].as_array().unwrap().iter().map(|c| c["id"].as_str().unwrap()).collect();
    let rules: BTreeSet<String> = walkdir::WalkDir::new("rules")
        .into_iter()
        .filter_map(|entry| Some(entry.unwrap().path().file_stem()?.to_str()?.to_owned()))
        .collect();
    for change in table["change"].as_array().unwrap() {
        assert!(law.contains(change["now"].as_str().unwrap()), "{change}");
        for rule in change["rules"].as_array().unwrap() {
            assert!(rules.contains(rule.as_str().unwrap()), "{rule}");
        }
    }
}
