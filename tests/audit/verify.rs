//! A pack that was changed is refused, however it was.

use std::path::Path;

use super::quarters::Chain;
use super::support::{Ran, phorce, run};

fn verify(folder: &Path) -> Ran {
    run(phorce(folder.parent().unwrap()).args(["audit", "verify", folder.to_str().unwrap()]))
}

#[track_caller]
fn refused(folder: &Path, told: &str) {
    let ran = verify(folder);
    assert_eq!(ran.code, 1, "{}", ran.out);
    assert!(ran.out.lines().any(|line| line.contains(told)), "{}", ran.out);
}

#[test]
fn a_whole_chain_is_as_it_was_written() {
    let chain = Chain::new();
    let ran = verify(&chain.pack(4));
    assert_eq!(ran.code, 0, "{}", ran.out);
    assert!(ran.out.contains("4 packs of the chain were looked at"));
    let digest = ran.out.trim().rsplit(' ').next().unwrap();
    assert_eq!(digest.len(), 64);
    // A chain that is not there is said, and is no fault of the pack.
    std::fs::remove_dir_all(chain.pack(3)).unwrap();
    let ran = verify(&chain.pack(4));
    assert_eq!(ran.code, 0);
    assert!(ran.out.contains("is not beside this one"), "{}", ran.out);
}

#[test]
fn a_change_of_any_file_is_named() {
    let chain = Chain::new();
    let pack = chain.pack(1);
    let names: Vec<String> = super::pack::files(&pack).into_keys().collect();
    for name in names {
        let path = pack.join(&name);
        let whole = std::fs::read(&path).unwrap();
        let mut bytes = whole.clone();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        std::fs::write(&path, &bytes).unwrap();
        let ran = verify(&pack);
        assert_eq!(ran.code, 1, "{name}: {}", ran.out);
        std::fs::write(&path, &whole[..middle]).unwrap();
        assert_eq!(verify(&pack).code, 1, "{name}, cut");
        std::fs::remove_file(&path).unwrap();
        refused(&pack, &name);
        std::fs::write(&path, whole).unwrap();
    }
    assert_eq!(verify(&pack).code, 0);
}

#[test]
fn what_was_added_is_named() {
    let chain = Chain::new();
    let pack = chain.pack(1);
    std::fs::write(pack.join("configuration/more.toml"), "").unwrap();
    refused(&pack, "configuration/more.toml: it is no file of the pack");
}

/// Rows in another order are another file.
#[test]
fn what_was_sorted_otherwise_is_named() {
    let chain = Chain::new();
    let path = chain.pack(1).join("findings.csv");
    let text = std::fs::read_to_string(&path).unwrap();
    let mut lines: Vec<&str> = text.split_inclusive("\r\n").collect();
    lines[1..].reverse();
    std::fs::write(&path, lines.concat()).unwrap();
    refused(&chain.pack(1), "findings.csv: it was changed");
}

/// Packs of a chain in another order, or another pack in the place of one.
#[test]
fn a_chain_in_another_order_is_refused() {
    let chain = Chain::new();
    let aside = chain.folder.path().join("aside");
    std::fs::rename(chain.pack(2), &aside).unwrap();
    std::fs::rename(chain.pack(3), chain.pack(2)).unwrap();
    std::fs::rename(&aside, chain.pack(3)).unwrap();
    refused(&chain.pack(4), "2026-q3: it is not the pack that 2026 Q4 follows");
}

/// A manifest that leads out of its folder is not followed.
#[test]
fn a_hostile_manifest_is_not_followed() {
    let chain = Chain::new();
    let path = chain.pack(2).join("MANIFEST.json");
    let text = std::fs::read_to_string(&path).unwrap();
    for (from, to, told) in [
        (
            "\"path\": \"README.txt\"",
            "\"path\": \"../../etc/hostname\"",
            "is no path inside the pack",
        ),
        ("\"path\": \"README.txt\"", "\"path\": \"/etc/hostname\"", "is no path inside the pack"),
        ("\"folder\": \"2026-q1\"", "\"folder\": \"../x\"", "is no name of a folder"),
        ("\"folder\": \"2026-q1\"", "\"folder\": \"2026-q2\"", "the chain does not end"),
        ("\"version\": 1", "\"version\": 1, \"more\": 2", "MANIFEST.json is none"),
        ("\"label\": \"2026 Q2\"", "\"label\": \"\\u001b[2J\"", "another manifest"),
    ] {
        assert!(text.contains(from), "{from}");
        std::fs::write(&path, text.replacen(from, to, 1)).unwrap();
        refused(&chain.pack(2), told);
        assert!(!verify(&chain.pack(2)).out.contains('\u{1b}'));
    }
}
