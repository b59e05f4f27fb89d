//! Whether a pack is still what was written.
//!
//! In: a folder. Out: what differs, in words, and the chain back as far as its packs lie
//! beside it. It trusts nothing in the folder. Whoever can rewrite a pack can rewrite its
//! manifest too: the manifest's digest, kept elsewhere or signed, is what tells then.

use std::collections::BTreeSet;
use std::path::{Component, Path};

use super::manifest::{MANIFEST, Manifest, STATEMENT, SUMS, sha256};
use crate::escape;

/// What a look at a pack gave.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verified {
    /// What it is called.
    pub label: String,
    /// Digest of its manifest: what to record elsewhere, or to sign.
    pub digest: String,
    /// How many files it has.
    pub files: usize,
    /// What differs, each in a sentence.
    pub faults: Vec<String>,
    /// What is to be said besides.
    pub remarks: Vec<String>,
}

/// Longer chains are not followed.
const MOST_PACKS: usize = 100;
/// A larger file is none of a pack.
const MOST_BYTES: u64 = 2 << 30;

/// Looks at a pack and at the packs before it that lie beside it.
pub fn verify(folder: &Path) -> Verified {
    let (mut verified, mut manifest) = one(folder);
    let parent = folder.canonicalize().ok().and_then(|path| path.parent().map(Path::to_path_buf));
    let mut seen = 1;
    while let (Some(current), Some(parent)) = (manifest.take(), &parent) {
        let Some(link) = current.previous else { break };
        let name = escape::line(&link.folder);
        if !is_plain(&link.folder) {
            verified.faults.push(format!("{MANIFEST}: '{name}' is no name of a folder"));
            break;
        }
        let before = parent.join(&link.folder);
        if !before.is_dir() {
            verified.remarks.push(format!(
                "the pack before, {} in {name}, is not beside this one: the chain was not \
                 followed to it (its manifest must have the digest {})",
                escape::line(&link.label),
                escape::line(&link.manifest_sha256)
            ));
            break;
        }
        let (earlier, next) = one(&before);
        verified.faults.extend(earlier.faults.iter().map(|fault| format!("{name}: {fault}")));
        if earlier.digest != link.manifest_sha256 {
            verified.faults.push(format!(
                "{name}: it is not the pack that {} follows: its manifest has another digest",
                escape::line(&current.label)
            ));
        }
        if next.as_ref().is_some_and(|next| next.as_of > current.as_of) {
            verified.faults.push(format!("{name}: it is younger than the pack after it"));
        }
        seen += 1;
        if seen > MOST_PACKS {
            verified.faults.push("the chain does not end".to_owned());
            break;
        }
        manifest = next;
    }
    if seen > 1 {
        verified.remarks.push(format!("{seen} packs of the chain were looked at"));
    }
    verified
}

/// One pack, without its chain.
pub(super) fn one(folder: &Path) -> (Verified, Option<Manifest>) {
    let mut verified = Verified::default();
    let bytes = match std::fs::read(folder.join(MANIFEST)) {
        Ok(bytes) => bytes,
        Err(error) => {
            verified.faults.push(format!("{MANIFEST} cannot be read: {error}"));
            return (verified, None);
        }
    };
    verified.digest = sha256(&bytes);
    let manifest: Manifest = match serde_json::from_slice(&bytes) {
        Ok(manifest) => manifest,
        Err(error) => {
            verified.faults.push(format!("{MANIFEST} is none: {error}"));
            return (verified, None);
        }
    };
    verified.label.clone_from(&manifest.label);
    verified.files = manifest.files.len();
    let mut sums = vec![(MANIFEST.to_owned(), verified.digest.clone())];
    for entry in &manifest.files {
        let shown = escape::line(&entry.path);
        if !is_inside(&entry.path) {
            verified.faults.push(format!("{MANIFEST}: '{shown}' is no path inside the pack"));
            continue;
        }
        match hashed(&folder.join(&entry.path)) {
            Err(why) => verified.faults.push(format!("{shown}: {why}")),
            Ok((size, _)) if size != entry.size => verified.faults.push(format!(
                "{shown}: it has {size} bytes, and the manifest says {}",
                entry.size
            )),
            Ok((_, digest)) if digest != entry.sha256 => {
                verified.faults.push(format!("{shown}: it was changed"));
            }
            Ok(_) => {}
        }
        sums.push((entry.path.clone(), entry.sha256.clone()));
    }
    statement(folder, &verified.digest, &mut sums, &mut verified.faults);
    check_sums(folder, sums, &mut verified.faults);
    strangers(folder, &manifest, &mut verified.faults);
    (verified, Some(manifest))
}

fn hashed(path: &Path) -> Result<(u64, String), String> {
    let about = path.symlink_metadata().map_err(|error| format!("it cannot be read: {error}"))?;
    if !about.is_file() {
        return Err("it is no file".to_owned());
    }
    if about.len() > MOST_BYTES {
        return Err("it is too large".to_owned());
    }
    let bytes = std::fs::read(path).map_err(|error| format!("it cannot be read: {error}"))?;
    Ok((bytes.len() as u64, sha256(&bytes)))
}

/// The statement is about this manifest.
fn statement(
    folder: &Path,
    digest: &str,
    sums: &mut Vec<(String, String)>,
    faults: &mut Vec<String>,
) {
    let bytes = match std::fs::read(folder.join(STATEMENT)) {
        Ok(bytes) => bytes,
        Err(error) => return faults.push(format!("{STATEMENT} cannot be read: {error}")),
    };
    sums.push((STATEMENT.to_owned(), sha256(&bytes)));
    let value: serde_json::Value = serde_json::from_slice(&bytes).unwrap_or_default();
    let stated = value.pointer("/subject/0/digest/sha256").and_then(|digest| digest.as_str());
    if stated != Some(digest) {
        faults.push(format!("{STATEMENT}: it is about another manifest"));
    }
}

/// `SHA256SUMS` lists the same, in its order.
fn check_sums(folder: &Path, mut sums: Vec<(String, String)>, faults: &mut Vec<String>) {
    sums.sort();
    let expected: String =
        sums.iter().map(|(path, digest)| format!("{digest}  {path}\n")).collect();
    match std::fs::read_to_string(folder.join(SUMS)) {
        Err(error) => faults.push(format!("{SUMS} cannot be read: {error}")),
        Ok(text) if text != expected => {
            faults.push(format!("{SUMS}: it does not list what {MANIFEST} lists"));
        }
        Ok(_) => {}
    }
}

/// Files that the manifest does not list.
fn strangers(folder: &Path, manifest: &Manifest, faults: &mut Vec<String>) {
    let mut known: BTreeSet<&str> =
        manifest.files.iter().map(|entry| entry.path.as_str()).collect();
    known.extend([MANIFEST, SUMS, STATEMENT]);
    for entry in walkdir::WalkDir::new(folder).sort_by_file_name() {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                faults.push(format!("it cannot be looked at: {error}"));
                continue;
            }
        };
        if entry.file_type().is_dir() {
            continue;
        }
        let below = entry.path().strip_prefix(folder).unwrap_or(entry.path());
        let below = below.to_string_lossy().replace('\\', "/");
        if !known.contains(below.as_str()) {
            faults.push(format!("{}: it is no file of the pack", escape::line(&below)));
        }
    }
}

/// A relative path that stays below the folder.
fn is_inside(path: &str) -> bool {
    let parts = Path::new(path).components();
    !path.is_empty()
        && !path.contains('\\')
        && parts.into_iter().all(|p| matches!(p, Component::Normal(_)))
}

fn is_plain(name: &str) -> bool {
    is_inside(name) && !name.contains('/')
}
