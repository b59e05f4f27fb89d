//! Reading every file that somebody wants, in parallel.
//!
//! In: sources, their layout, the kinds wanted. Out: facts by org, and each file that could
//! not be read with its reason. The order of results is the order of paths, whatever the
//! threads did. It derives nothing.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::collect::Collected;
use super::layout::{Entry, Layout, Role};
use super::read::{Origin, Reading, Wanted, read_component, read_part};
use super::{types, xml};
use crate::source::lines::Lines;
use crate::source::{FileId, Sources, digest};

/// Something about a file that a person must know.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// Path relative to the project root.
    pub path: String,
    /// Line, from 1.
    pub line: u32,
    /// What is wrong and what to do.
    pub reason: String,
}

/// Everything that was read.
#[derive(Debug, Default)]
pub struct Loaded {
    /// Facts of each org, in the order of the layout's orgs.
    pub orgs: Vec<Collected>,
    /// Files opened.
    pub files: usize,
    /// Components found.
    pub components: usize,
    /// Bytes read.
    pub bytes: u64,
    /// Files that could not be read, sorted.
    pub not_read: Vec<Fault>,
    /// The digest of each file that was opened.
    pub digests: FxHashMap<FileId, u64>,
}

/// What one file gave.
struct One {
    org: usize,
    file: FileId,
    bytes: usize,
    digest: u64,
    reading: Result<Reading, (u32, String)>,
}

/// Reads the files of types that are wanted.
pub fn load(sources: &Sources, layout: &Layout, wanted: &Wanted) -> Loaded {
    let opened =
        |entry: &&Entry| is_xml(entry) && entry.ty.candidates().iter().any(|ty| wanted.opens(ty));
    let entries: Vec<&Entry> = layout.files.iter().filter(opened).collect();
    let read: Vec<One> =
        entries.par_iter().map(|entry| read_entry(sources, entry, wanted)).collect();
    let mut out = Loaded { orgs: Vec::new(), ..Loaded::default() };
    out.orgs.resize_with(layout.orgs.len(), Collected::default);
    for one in read {
        out.files += 1;
        out.bytes += one.bytes as u64;
        out.digests.insert(one.file, one.digest);
        match one.reading {
            Ok(reading) => out.take(one.org, reading),
            Err((line, reason)) => {
                out.not_read.push(Fault { path: sources.path(one.file).to_owned(), line, reason });
            }
        }
    }
    out.not_read.sort();
    out
}

impl Loaded {
    fn take(&mut self, org: usize, reading: Reading) {
        let Some(facts) = self.orgs.get_mut(org) else { return };
        self.components += reading.facts.iter().filter(|fact| fact.parent.is_none()).count();
        reading.facts.into_iter().for_each(|fact| facts.add(fact));
        facts.grants.extend(reading.grants.filter(|grants| !grants.is_empty()));
        facts.flows.extend(reading.flow);
    }
}

/// Whether the file's metadata is XML: of a component with content, that is its companion.
fn is_xml(entry: &Entry) -> bool {
    !matches!(entry.role, Role::Content { .. })
}

fn read_entry(sources: &Sources, entry: &Entry, wanted: &Wanted) -> One {
    let (bytes, digest, reading) = match sources.read(entry.file) {
        Err(reason) => (0, 0, Err((1, reason))),
        Ok(bytes) => (bytes.len(), digest(&bytes), read_bytes(&bytes, entry, wanted)),
    };
    One { org: entry.org, file: entry.file, bytes, digest, reading }
}

fn read_bytes(bytes: &[u8], entry: &Entry, wanted: &Wanted) -> Result<Reading, (u32, String)> {
    let fault = |fault: xml::Fault| {
        let text = String::from_utf8_lossy(bytes);
        (Lines::new(&text).position(fault.offset).line, fault.reason)
    };
    let text = xml::decode(bytes).map_err(fault)?;
    let document = xml::parse(text).map_err(fault)?;
    let root = document.name(document.root());
    let origin = Origin { file: entry.file, name: entry.full_name.clone(), staging: entry.staging };
    if let Role::Part { element, .. } = &entry.role {
        return Ok(read_part(&document, &origin, element.as_deref(), wanted));
    }
    // The root decides between types that share a suffix; of settings it is the type's name.
    let candidates = entry.ty.candidates();
    let named = candidates.iter().find(|ty| ty.name.eq_ignore_ascii_case(root)).copied();
    match named.or_else(|| candidates.first().filter(|ty| ty.any_root).copied()) {
        Some(ty) if ty.any_root => Ok(super::read::read_settings(&document, root, &origin, wanted)),
        Some(ty) => Ok(read_component(&document, ty, &origin, wanted)),
        None => Err((1, wrong_root(root, &candidates))),
    }
}

fn wrong_root(root: &str, candidates: &[&types::Type]) -> String {
    let names: Vec<&str> = candidates.iter().map(|ty| ty.name).collect();
    let expected = names.join("> or <");
    format!(
        "its root element is <{root}>, and by its name it should be <{expected}>: rename or remove it"
    )
}
