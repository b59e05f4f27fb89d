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
    paths: Arc<[String]>,
    /// Beside another tree: which of the numbered files are in this one, and where the bytes
    /// of the others are.
    beside: Option<(Arc<[bool]>, Store)>,
    /// Files whose bytes were given, in the place of what the store has.
    held: BTreeMap<String, Vec<u8>>,
}

impl Sources {
    /// Files below `root`, by their paths relative to it with forward slashes.
    pub fn on_disk(root: &Path, mut paths: Vec<String>) -> Self {
        paths.sort_unstable();
        paths.dedup();
        Self::of(Store::Disk(root.to_path_buf()), paths)
    }

    /// Files held in memory.
    pub fn in_memory(files: BTreeMap<String, Vec<u8>>) -> Self {
        let paths = files.keys().cloned().collect();
        Self::of(Store::Memory(Arc::new(files)), paths)
    }

    /// `paths` are sorted.
    fn of(store: Store, paths: Vec<String>) -> Self {
        Self { store, paths: paths.into(), beside: None, held: BTreeMap::new() }
    }

    /// Adds a file with these bytes, or gives one that is there these bytes. Files are numbered
    /// anew: nothing may have been placed before, and no other tree stand beside.
    pub fn hold(&mut self, path: &str, bytes: Vec<u8>) {
        if let Err(at) = self.paths.binary_search_by(|known| known.as_str().cmp(path)) {
            let mut paths = self.paths.to_vec();
            paths.insert(at, path.to_owned());
            self.paths = paths.into();
        }
        self.held.insert(path.to_owned(), bytes);
    }

    /// Two trees of the same project under one numbering: a path has the same number in both.
    /// A file that one of them lacks is none of its files, but its path and its bytes can be
    /// asked for by number, to show where something was.
    pub fn pair(one: Self, other: Self) -> (Self, Self) {
        let mut paths: Vec<String> = one.paths.iter().chain(other.paths.iter()).cloned().collect();
        paths.sort_unstable();
        paths.dedup();
        let paths: Arc<[String]> = paths.into();
        let beside = |own: &Self, other: &Self| {
            let here = paths.iter().map(|path| own.paths.binary_search(path).is_ok());
            let beside = Some((here.collect(), other.store.clone()));
            let held = own.held.clone();
            Self { store: own.store.clone(), paths: Arc::clone(&paths), beside, held }
        };
        (beside(&one, &other), beside(&other, &one))
    }

    /// Whether the numbered file is one of this tree.
    pub fn has(&self, file: FileId) -> bool {
        let at = file.0 as usize;
        match &self.beside {
            Some((here, _)) => here.get(at).copied().unwrap_or(false),
            None => at < self.paths.len(),
        }
    }

    /// Every file with its number, sorted by path.
    pub fn files(&self) -> impl Iterator<Item = (FileId, &str)> {
        let numbered = (0u32..).map(FileId).zip(self.paths.iter().map(String::as_str));
        numbered.filter(|(file, _)| self.has(*file))
    }

    /// How many files there are.
    pub fn len(&self) -> usize {
        self.files().count()
    }

    /// Whether there is no file.
    pub fn is_empty(&self) -> bool {
        self.files().next().is_none()
    }

    /// The path of a file relative to the project root, with forward slashes.
    pub fn path(&self, file: FileId) -> &str {
        self.paths.get(file.0 as usize).map_or("", String::as_str)
    }

    /// The number of the file at `path`.
    pub fn find(&self, path: &str) -> Option<FileId> {
        let at = self.paths.binary_search_by(|p| p.as_str().cmp(path)).ok()?;
        u32::try_from(at).ok().map(FileId).filter(|file| self.has(*file))
    }

    /// The bytes of a file. The error is a reason for a person: what is wrong and what to do.
    ///
    /// # Errors
    /// The file vanished, may not be read, is not a regular file, or is larger than
    /// [`MAX_FILE_BYTES`].
    pub fn read(&self, file: FileId) -> Result<Vec<u8>, String> {
        let path = self.path(file);
        if let Some(bytes) = self.held.get(path) {
            return Ok(bytes.clone());
        }
        let store = match &self.beside {
            Some((_, other)) if !self.has(file) => other,
            _ => &self.store,
        };
        match store {
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
        let path = self.path(file);
        match &self.store {
            Store::Disk(root) if self.has(file) && !self.held.contains_key(path) => {
                open_regular(&root.join(path))
            }
            _ => Ok(Box::new(Cursor::new(self.read(file)?))),
        }
    }

    /// Whether the file of this tree has exactly these bytes, as far as that can be told
    /// without reading it: Git names contents by their digest.
    pub fn is_known_as(&self, file: FileId, bytes: &[u8]) -> bool {
        let path = self.path(file);
        if let Some(own) = self.held.get(path) {
            return own == bytes;
        }
        self.has(file)
            && match &self.store {
                Store::Memory(files) => files.get(path).is_some_and(|own| own == bytes),
                Store::Disk(_) => false,
                Store::Git(held) => held.is_named_for(path, bytes),
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

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(files: &[(&str, &str)]) -> Sources {
        let file = |(path, text): &(&str, &str)| ((*path).to_owned(), text.as_bytes().to_vec());
        Sources::in_memory(files.iter().map(file).collect())
    }

    #[test]
    fn two_trees_share_their_numbers_and_keep_their_files() {
        let head = tree(&[("b", "new"), ("c", "same")]);
        let base = tree(&[("a", "gone"), ("b", "old"), ("c", "same")]);
        let (head, base) = Sources::pair(head, base);
        let listed = |sources: &Sources| {
            sources.files().map(|(file, path)| format!("{}{path}", file.0)).collect::<Vec<_>>()
        };
        assert_eq!(listed(&head), ["1b", "2c"]);
        assert_eq!(listed(&base), ["0a", "1b", "2c"]);
        assert_eq!((head.len(), base.len(), head.is_empty()), (2, 3, false));
        assert_eq!((head.find("a"), base.find("a")), (None, Some(FileId(0))));
        assert_eq!(head.find("c"), Some(FileId(2)));
        assert_eq!(head.path(FileId(0)), "a");
        assert_eq!(head.read(FileId(0)), Ok(b"gone".to_vec()));
        assert_eq!(head.read(FileId(1)), Ok(b"new".to_vec()));
        assert_eq!(base.read(FileId(1)), Ok(b"old".to_vec()));
        let (one, none) = Sources::pair(tree(&[("a", "x")]), tree(&[]));
        assert!(none.is_empty() && !one.is_empty() && !one.has(FileId(1)));
    }

    #[test]
    fn bytes_that_are_given_go_before_those_of_the_store() {
        let mut sources = tree(&[("a", "x"), ("c", "z")]);
        sources.hold("b", b"new".to_vec());
        sources.hold("c", b"other".to_vec());
        assert_eq!(
            (sources.len(), sources.find("b"), sources.find("c")),
            (3, Some(FileId(1)), Some(FileId(2)))
        );
        let read = |sources: &Sources| {
            (0..3).map(|n| sources.read(FileId(n)).unwrap()).collect::<Vec<_>>()
        };
        let all = [b"x".to_vec(), b"new".to_vec(), b"other".to_vec()];
        assert_eq!(read(&sources), all);
        assert!(sources.is_known_as(FileId(2), b"other") && !sources.is_known_as(FileId(2), b"z"));
        let (one, other) = Sources::pair(sources, tree(&[("c", "z")]));
        assert_eq!((read(&one), other.read(FileId(2))), (all.to_vec(), Ok(b"z".to_vec())));
    }

    #[test]
    fn bytes_are_known_without_reading_where_their_name_tells() {
        let sources = tree(&[("a", "x")]);
        assert!(sources.is_known_as(FileId(0), b"x"));
        assert!(!sources.is_known_as(FileId(0), b"y"));
        assert!(!sources.is_known_as(FileId(1), b""));
        let (one, other) = Sources::pair(sources, tree(&[("b", "x")]));
        assert!(!other.is_known_as(FileId(0), b"x"), "it is a file of the other tree");
        assert!(one.is_known_as(FileId(0), b"x"));
    }
}
