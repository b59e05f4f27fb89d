//! The manifest of a pack: every file with its digest, the pack before, the trend.
//!
//! In: the files of a pack. Out: `MANIFEST.json`, `SHA256SUMS`, and an in-toto statement about
//! the manifest for a signer of one's own. What is in the files is not known here.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::control::End;
use super::{Digest, Pack};
use crate::fact::Severity;
use crate::report::Status;

/// The version of the format.
const VERSION: u32 = 1;
pub(super) const MANIFEST: &str = "MANIFEST.json";
pub(super) const SUMS: &str = "SHA256SUMS";
pub(super) const STATEMENT: &str = "statement.intoto.json";

/// The manifest.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Manifest {
    pub(super) version: u32,
    pub(super) tool: String,
    pub(super) name: String,
    pub(super) label: String,
    pub(super) as_of: String,
    pub(super) scope: String,
    pub(super) files: Vec<FileEntry>,
    /// The pack before.
    pub(super) previous: Option<Link>,
    /// A line for each pack of the chain, this one last.
    pub(super) trend: Vec<Point>,
}

/// A file of the pack.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FileEntry {
    pub(super) path: String,
    pub(super) size: u64,
    pub(super) sha256: String,
}

/// A pack by its manifest.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Link {
    pub(super) label: String,
    pub(super) as_of: String,
    /// The name of its folder when this pack was made.
    pub(super) folder: String,
    pub(super) manifest_sha256: String,
}

/// Numbers of one pack.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Point {
    pub(super) label: String,
    pub(super) as_of: String,
    /// Open findings by severity.
    pub(super) open: BTreeMap<String, usize>,
    pub(super) accepted: usize,
    /// Controls of the regulation by verdict.
    pub(super) controls: BTreeMap<String, usize>,
    /// Open findings by control of the regulation; those that have some.
    pub(super) by_control: BTreeMap<String, usize>,
    /// PHI fields that an audience can read.
    pub(super) reach: BTreeMap<String, usize>,
}

/// Adds the manifest, the sums and the statement to a pack.
pub(super) fn seal(digest: &Digest<'_>, pack: &mut Pack) -> Result<(), String> {
    let subject = digest.subject;
    let files = pack.iter().map(|(path, bytes)| FileEntry {
        path: path.clone(),
        size: bytes.len() as u64,
        sha256: sha256(bytes),
    });
    let manifest = Manifest {
        version: VERSION,
        tool: format!("phorce {}", subject.version),
        name: subject.name.to_owned(),
        label: subject.label.to_owned(),
        as_of: subject.as_of.to_string(),
        scope: subject.scope.word().to_owned(),
        files: files.collect(),
        previous: subject.previous.map(|previous| previous.link.clone()),
        trend: trend(digest),
    };
    let text = written(&manifest)?;
    let statement = json!({
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{"name": MANIFEST, "digest": {"sha256": sha256(text.as_bytes())}}],
        "predicateType": "https://github.com/phorce/phorce/evidence-pack/v1",
        "predicate": {
            "tool": manifest.tool,
            "label": manifest.label,
            "asOf": manifest.as_of,
            "previous": manifest.previous.as_ref().map(|link| &link.manifest_sha256),
        },
    });
    pack.insert(MANIFEST.to_owned(), text.into_bytes());
    pack.insert(STATEMENT.to_owned(), written(&statement)?.into_bytes());
    let sums: String =
        pack.iter().map(|(path, bytes)| format!("{}  {path}\n", sha256(bytes))).collect();
    pack.insert(SUMS.to_owned(), sums.into_bytes());
    Ok(())
}

fn written<T: Serialize>(value: &T) -> Result<String, String> {
    let text = serde_json::to_string_pretty(value).map_err(|error| error.to_string())?;
    Ok(crate::escape::json(&text) + "\n")
}

/// The numbers of the packs before, and of this one.
pub(super) fn trend(digest: &Digest<'_>) -> Vec<Point> {
    let before = digest.subject.previous.map(|previous| previous.trend.clone());
    let mut points = before.unwrap_or_default();
    points.push(point(digest));
    points
}

fn point(digest: &Digest<'_>) -> Point {
    let subject = digest.subject;
    let told = || super::table::told(subject);
    let open = Severity::ALL.into_iter().map(|severity| {
        let of = |f: &&crate::report::Finding| f.status == Status::Open && f.severity == severity;
        (severity.word().to_owned(), told().filter(of).count())
    });
    let controls = End::ALL
        .into_iter()
        .map(|end| (end.word().to_owned(), digest.controls.count("HIPAA", end)));
    let by_control = digest.controls.failing().map(|control| (control.id.clone(), control.open));
    Point {
        label: subject.label.to_owned(),
        as_of: subject.as_of.to_string(),
        open: open.collect(),
        accepted: told().filter(|finding| finding.status == Status::Accepted).count(),
        controls: controls.collect(),
        by_control: by_control.collect(),
        reach: super::chart::reach(subject).into_iter().collect(),
    }
}

/// A digest in hexadecimal digits.
pub(super) fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
