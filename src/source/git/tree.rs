//! The files of one commit.
//!
//! In: what `git ls-tree -r -z` lists. Out: [`Tree`]: paths relative to the project root,
//! and their bytes when they are asked for. A link to a file of the tree is read as that
//! file, as the walk reads it; a submodule has no files here.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use super::blobs::Blobs;
use crate::source::ignore::is_unread;
use crate::source::{Sources, Store};

/// A link to a link to a link … ends somewhere.
const MOST_LINKS: usize = 8;

/// The files of a commit.
#[derive(Debug, Clone)]
pub struct Tree {
    held: Arc<Held>,
    /// Folders that are other repositories, sorted.
    pub submodules: Vec<String>,
}

/// Names of objects by path, and where their bytes are.
#[derive(Debug)]
pub(in crate::source) struct Held {
    objects: BTreeMap<String, String>,
    blobs: Blobs,
}

impl Held {
    pub(in crate::source) fn read(&self, path: &str) -> Result<Vec<u8>, String> {
        match self.objects.get(path) {
            Some(id) => self.blobs.read(id),
            None => Err("the file does not exist".to_owned()),
        }
    }

    /// Whether the file at `path` holds exactly these bytes, by the name of its object.
    pub(in crate::source) fn is_named_for(&self, path: &str, bytes: &[u8]) -> bool {
        self.objects.get(path).is_some_and(|id| object_name(bytes, id.len()).as_ref() == Some(id))
    }
}

/// The name Git gives an object of these bytes, in a repository whose names are so long.
fn object_name(bytes: &[u8], length: usize) -> Option<String> {
    use sha2::Digest;
    let head = format!("blob {}\0", bytes.len());
    let digest = match length {
        40 => sha1::Sha1::new().chain_update(&head).chain_update(bytes).finalize().to_vec(),
        64 => sha2::Sha256::new().chain_update(&head).chain_update(bytes).finalize().to_vec(),
        _ => return None,
    };
    Some(digest.iter().map(|byte| format!("{byte:02x}")).collect())
}

impl Tree {
    /// Reads a listing; what lies outside `prefix` is left out.
    pub(super) fn new(folder: &Path, prefix: &str, listing: &[u8]) -> Self {
        let mut objects = BTreeMap::new();
        let (mut links, mut submodules) = (BTreeMap::new(), Vec::new());
        for line in listing.split(|byte| *byte == 0) {
            // A path that is not UTF-8 is named by the walk over the working tree.
            let Ok(line) = std::str::from_utf8(line) else { continue };
            let Some((head, path)) = line.split_once('\t') else { continue };
            let Some(path) = path.strip_prefix(prefix) else { continue };
            let (path, mut words) = (path.to_owned(), head.split(' '));
            let (mode, id) = (words.next().unwrap_or(""), words.nth(1).unwrap_or("").to_owned());
            match mode {
                "160000" => submodules.push(path),
                "120000" => drop(links.insert(path, id)),
                _ => drop(objects.insert(path, id)),
            }
        }
        submodules.sort();
        let blobs = Blobs::new(folder);
        let found = follow(&links, &objects, &blobs);
        objects.extend(found);
        Self { held: Arc::new(Held { objects, blobs }), submodules }
    }

    /// Every path, sorted.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.held.objects.keys().map(String::as_str)
    }

    /// The bytes of a file.
    ///
    /// # Errors
    /// It is not there, too large, or not in this clone.
    pub fn read(&self, path: &str) -> Result<Vec<u8>, String> {
        self.held.read(path)
    }

    /// Whether there is a file at `path`.
    pub fn has(&self, path: &str) -> bool {
        self.held.objects.contains_key(path)
    }

    /// These files as sources: nothing is read before it is needed.
    pub fn sources(&self, mut paths: Vec<String>) -> Sources {
        paths.sort_unstable();
        paths.dedup();
        Sources::of(Store::Git(Arc::clone(&self.held)), paths)
    }
}

/// Links that lead to a file of the tree, with that file's object.
fn follow(
    links: &BTreeMap<String, String>,
    objects: &BTreeMap<String, String>,
    blobs: &Blobs,
) -> Vec<(String, String)> {
    let target = |link: &str| {
        let bytes = blobs.read(links.get(link)?).ok()?;
        resolve(link, std::str::from_utf8(&bytes).ok()?)
    };
    let end = |link: &String| {
        let mut path = link.clone();
        for _ in 0..MOST_LINKS {
            path = target(&path)?;
            if let Some(id) = objects.get(&path).filter(|_| !is_unread(&path)) {
                return Some((link.clone(), id.clone()));
            }
        }
        None
    };
    links.keys().filter_map(end).collect()
}

/// Where a link leads, if it stays inside.
fn resolve(link: &str, target: &str) -> Option<String> {
    let mut parts: Vec<&str> = link.split('/').collect();
    parts.pop();
    for part in target.split('/').enumerate() {
        match part {
            (0, "") => return None,
            (_, "" | ".") => {}
            (_, "..") => drop(parts.pop()?),
            (_, name) => parts.push(name),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_stays_inside_or_leads_nowhere() {
        assert_eq!(resolve("a/b/link", "../c.xml").as_deref(), Some("a/c.xml"));
        assert_eq!(resolve("link", "./c.xml").as_deref(), Some("c.xml"));
        assert_eq!(resolve("a/link", "../../c.xml"), None);
        assert_eq!(resolve("a/link", "/etc/passwd"), None);
    }

    #[test]
    fn an_object_is_named_by_its_bytes() {
        // As `git hash-object` says in a repository of either kind.
        let short = "ce013625030ba8dba906f756967f9e9ca394464a";
        let long = "2cf8d83d9ee29543b34a87727421fdecb7e3f3a183d337639025de576db9ebb4";
        assert_eq!(object_name(b"hello\n", 40).as_deref(), Some(short));
        assert_eq!(object_name(b"hello\n", 64).as_deref(), Some(long));
        assert_eq!(object_name(b"hello\n", 39), None);
        let listing = format!("100644 blob {short}\ta\x00");
        let tree = Tree::new(Path::new("."), "", listing.as_bytes());
        assert!(tree.held.is_named_for("a", b"hello\n"));
        assert!(!tree.held.is_named_for("a", b"hello") && !tree.held.is_named_for("b", b"hello\n"));
    }

    #[test]
    fn a_listing_is_taken_below_its_prefix() {
        let listing =
            b"100644 blob 11\tapp/a b.cls\x00160000 commit 22\tapp/lib\x00100755 blob 33\tx\x00";
        let tree = Tree::new(Path::new("."), "app/", listing);
        assert_eq!(tree.paths().collect::<Vec<_>>(), ["a b.cls"]);
        assert_eq!(tree.submodules, ["lib"]);
        assert!(tree.has("a b.cls") && !tree.has("x"));
    }
}
