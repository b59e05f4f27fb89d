//! Which files there are, and their bytes.
//!
//! In: a folder on disk, or files in memory (examples of rule pages, a tree of Git).
//! Out: [`Sources`], a list of files with project-relative paths, and [`Span`], a place in
//! one of them. It knows nothing of XML, metadata or rules.

pub mod git;
pub mod ignore;
pub mod lines;
pub mod walk;

use std::collections::BTreeMap;
use std::io::{Cursor, Read, Seek};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The number of a file in [`Sources`]. Files are numbered in the order of their paths, so
/// comparing numbers of one run compares paths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);

/// A place: bytes `start..end` of a file as it is on disk, a byte order mark included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The place `start..end` in `file`.
    pub fn new(file: FileId, start: usize, end: usize) -> Self {
        let clip = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Self { file, start: clip(start), end: clip(end) }
    }

    /// The very beginning of `file`: where a finding about a whole file stands.
    pub fn head(file: FileId) -> Self {
        Self { file, start: 0, end: 0 }
    }
}

/// A file above this many bytes is not read, and is named as such.
pub const MAX_FILE_BYTES: u64 = 64 * 1024 * 1024;

/// Where bytes come from.
#[derive(Debug, Clone)]
enum Store {
    /// Files below a folder.
    Disk(PathBuf),
    /// Files held in memory, by path.
    Memory(Arc<BTreeMap<String, Vec<u8>>>),
    /// Files of a commit.
    Git(Arc<git::Held>),
}

/// The files of one run, sorted by path; a [`FileId`] is an index into them.
#[derive(Debug, Clone)]
pub struct Sources {
    store: Store,
    paths: Vec<String>,
}

impl Sources {
    /// Files below `root`, by their paths relative to it with forward slashes.
    pub fn on_disk(root: &Path, mut paths: Vec<String>) -> Self {
        paths.sort_unstable();
        paths.dedup();
        Self { store: Store::Disk(root.to_path_buf()), paths }
    }

    /// Files held in memory.
    pub fn in_memory(files: BTreeMap<String, Vec<u8>>) -> Self {
        let paths = files.keys().cloned().collect();
        Self { store: Store::Memory(Arc::new(files)), paths }
    }

    /// Every file with its number, sorted by path.
    pub fn files(&self) -> impl Iterator<Item = (FileId, &str)> {
        (0u32..).map(FileId).zip(self.paths.iter().map(String::as_str))
    }

    /// How many files there are.
    pub fn len(&self) -> usize {
        self.paths.len()
    }

    /// Whether there is no file.
    pub fn is_empty(&self) -> bool {
        self.paths.is_empty()
    }

    /// The path of a file relative to the project root, with forward slashes.
    pub fn path(&self, file: FileId) -> &str {
        self.paths.get(file.0 as usize).map_or("", String::as_str)
    }

    /// The number of the file at `path`.
    pub fn find(&self, path: &str) -> Option<FileId> {
        let at = self.paths.binary_search_by(|p| p.as_str().cmp(path)).ok()?;
        u32::try_from(at).ok().map(FileId)
    }

    /// The bytes of a file. The error is a reason for a person: what is wrong and what to do.
    ///
    /// # Errors
    /// The file vanished, may not be read, is not a regular file, or is larger than
    /// [`MAX_FILE_BYTES`].
    pub fn read(&self, file: FileId) -> Result<Vec<u8>, String> {
        let path = self.path(file);
        match &self.store {
            Store::Memory(files) => {
                files.get(path).cloned().ok_or_else(|| "the file does not exist".to_owned())
            }
            Store::Disk(root) => read_bounded(&root.join(path)),
            Store::Git(held) => held.read(path),
        }
    }

    /// A file to be read piece by piece, of any size.
    ///
    /// # Errors
    /// The file vanished, may not be opened, or is not a regular file.
    pub fn open(&self, file: FileId) -> Result<Box<dyn Stream>, String> {
        match &self.store {
            Store::Disk(root) => open_regular(&root.join(self.path(file))),
            _ => Ok(Box::new(Cursor::new(self.read(file)?))),
        }
    }
}

/// A file that is read piece by piece.
pub trait Stream: Read + Seek + Send {}

impl<T: Read + Seek + Send> Stream for T {}

/// Opens a regular file; a device or a pipe is refused before it is opened.
fn open_regular(path: &Path) -> Result<Box<dyn Stream>, String> {
    let meta = std::fs::metadata(path).map_err(|e| format!("it cannot be read: {e}"))?;
    if !meta.is_file() {
        return Err("it is not a regular file".to_owned());
    }
    let file = std::fs::File::open(path).map_err(|e| format!("it cannot be opened: {e}"))?;
    Ok(Box::new(file))
}

/// Reads a regular file of at most [`MAX_FILE_BYTES`]; a device or a pipe is refused before
/// it is opened, because opening one may block for ever.
fn read_bounded(path: &Path) -> Result<Vec<u8>, String> {
    let meta = std::fs::metadata(path).map_err(|e| format!("it cannot be read: {e}"))?;
    if !meta.is_file() {
        return Err("it is not a regular file".to_owned());
    }
    if meta.len() > MAX_FILE_BYTES {
        return Err(too_large(meta.len()));
    }
    let file = std::fs::File::open(path).map_err(|e| format!("it cannot be opened: {e}"))?;
    let mut bytes = Vec::with_capacity(usize::try_from(meta.len()).unwrap_or(0) + 1);
    file.take(MAX_FILE_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(|e| format!("it cannot be read: {e}"))?;
    match bytes.len() as u64 {
        n if n > MAX_FILE_BYTES => Err(too_large(n)),
        _ => Ok(bytes),
    }
}

fn too_large(bytes: u64) -> String {
    let (mib, most) = (bytes / (1024 * 1024), MAX_FILE_BYTES / (1024 * 1024));
    format!("it has {mib} MiB, more than the {most} MiB a metadata file may have")
}

/// A digest of a file's bytes, to notice that it changed between reading and reporting; no
/// safeguard against somebody who wants it to collide.
pub fn digest(bytes: &[u8]) -> u64 {
    use std::hash::Hasher;
    let mut hasher = rustc_hash::FxHasher::default();
    hasher.write(bytes);
    hasher.finish()
}
