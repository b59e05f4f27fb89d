//! The pack before: what is compared with.
//!
//! In: a folder with a pack. Out: its tables, its place in the chain. A pack that does not
//! verify is refused: nothing can be said since then.

use std::collections::BTreeMap;
use std::path::Path;

use super::manifest::{Link, Point};
use super::verify;

/// A row by the names of its columns.
pub(super) type Row = BTreeMap<String, String>;

/// What is known of the pack before.
#[derive(Debug, Clone)]
pub struct Previous {
    pub(super) link: Link,
    pub(super) scope: String,
    pub(super) trend: Vec<Point>,
    pub(super) findings: Vec<Row>,
    pub(super) clients: Vec<Row>,
    pub(super) access: Vec<Row>,
    pub(super) accepted: Vec<Row>,
    /// None of a pack that told nothing of Apex.
    pub(super) apex: Option<Vec<Row>>,
}

impl Previous {
    /// The name of its folder.
    #[must_use]
    pub fn folder(&self) -> &str {
        &self.link.folder
    }

    /// The day it was made on.
    #[must_use]
    pub fn as_of(&self) -> &str {
        &self.link.as_of
    }
}

/// Reads the pack before.
///
/// # Errors
/// It does not verify, or a table of it cannot be read; one line each.
pub fn read(folder: &Path) -> Result<Previous, Vec<String>> {
    let shown = folder.display();
    let (verified, manifest) = verify::one(folder);
    if !verified.faults.is_empty() {
        let told = |fault: &String| format!("the pack before, {shown}, is not whole: {fault}");
        return Err(verified.faults.iter().map(told).collect());
    }
    let Some(manifest) = manifest else {
        return Err(vec![format!("{shown} holds no pack")]);
    };
    let place = folder.canonicalize().map_err(|error| vec![format!("{shown}: {error}")])?;
    let name = place.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
    // A pack of another scope has no such table.
    let told = |name: &str| -> Result<Option<Vec<Row>>, Vec<String>> {
        let path = folder.join(format!("{name}.csv"));
        let read = path.exists().then(|| rows(&path));
        read.transpose().map_err(|why| vec![format!("{}: {why}", path.display())])
    };
    let table = |name: &str| told(name).map(Option::unwrap_or_default);
    Ok(Previous {
        link: Link {
            label: manifest.label,
            as_of: manifest.as_of,
            folder: name,
            manifest_sha256: verified.digest,
        },
        scope: manifest.scope,
        trend: manifest.trend,
        findings: table("findings")?,
        clients: table("oauth-clients")?,
        access: table("phi-access")?,
        accepted: table("accepted-risks")?,
        apex: told("apex-access")?,
    })
}

fn rows(path: &Path) -> Result<Vec<Row>, String> {
    let mut reader = csv::Reader::from_path(path).map_err(|error| error.to_string())?;
    let header = reader.headers().map_err(|error| error.to_string())?.clone();
    let row = |record: Result<csv::StringRecord, csv::Error>| {
        let record = record.map_err(|error| error.to_string())?;
        let cells = header.iter().zip(record.iter());
        Ok(cells.map(|(name, cell)| (name.to_owned(), cell.to_owned())).collect())
    };
    reader.records().map(row).collect()
}
