//! The walk over the input.
//!
//! In: files and folders named on the command line, or files in memory. Out: [`Walk`]: the
//! project root, the files below it that may be read, what `.forceignore` left out, and what
//! could not be looked at. It opens nothing but `.forceignore` and knows no metadata.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

use super::Sources;
use super::ignore::{
    FORCEIGNORE, PROJECT, Sifted, is_unread, is_unread_file, is_unread_folder, sift,
};

/// Files above the input that decide how it is read.
const ABOVE: &[&str] = &[PROJECT, FORCEIGNORE, "phorce.toml", "package.xml"];

/// How to walk.
#[derive(Debug, Clone, Copy)]
pub struct WalkOptions {
    /// Whether `.forceignore` is honoured.
    pub forceignore: bool,
}

/// What the walk found.
#[derive(Debug)]
pub struct Walk {
    /// The project root: paths are relative to it. Empty for files in memory.
    pub root: PathBuf,
    /// The files that may be read.
    pub sources: Sources,
    /// What could not be looked at: path and reason, sorted.
    pub problems: Vec<(String, String)>,
    /// What `.forceignore` left out, sorted.
    pub ignored: Vec<String>,
}

/// An input that cannot be walked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WalkError {
    /// The input as it was given.
    pub path: PathBuf,
    /// Why not.
    pub reason: String,
}

impl fmt::Display for WalkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path.display(), self.reason)
    }
}

impl std::error::Error for WalkError {}

/// Walks over `inputs`, files or folders; none means the current folder.
///
/// # Errors
/// An input does not exist, may not be read, or its path is not UTF-8.
pub fn walk(inputs: &[PathBuf], options: WalkOptions) -> Result<Walk, WalkError> {
    let here = [PathBuf::from(".")];
    let inputs = if inputs.is_empty() { &here } else { inputs };
    let inputs = inputs.iter().map(|path| resolve(path)).collect::<Result<Vec<_>, _>>()?;
    let root = find_root(&inputs);
    let mut found = Found { root: &root, inputs: &inputs, paths: Vec::new(), problems: Vec::new() };
    for input in &inputs {
        found.add_above(input);
        found.walk(input);
    }
    let Found { paths, mut problems, .. } = found;
    let read = |path: &str| std::fs::read(root.join(path)).ok();
    let sifted = choose(paths, &read, options);
    problems.extend(sifted.problems);
    problems.sort();
    problems.dedup();
    let sources = Sources::on_disk(&root, sifted.kept);
    Ok(Walk { root, sources, problems, ignored: sifted.ignored })
}

/// The same judgement over files in memory, a tree of Git or an example.
pub fn walk_memory(mut files: BTreeMap<String, Vec<u8>>, options: WalkOptions) -> Walk {
    let paths = files.keys().filter(|path| !is_unread(path)).cloned().collect();
    let sifted = choose(paths, &|path| files.get(path).cloned(), options);
    files.retain(|path, _| sifted.kept.binary_search(path).is_ok());
    let sources = Sources::in_memory(files);
    Walk { root: PathBuf::new(), sources, problems: sifted.problems, ignored: sifted.ignored }
}

/// The same choice among the paths of a commit. `inputs` are relative to the root, as
/// [`relative_inputs`] gives them.
pub fn choose_below<'p>(paths: impl Iterator<Item = &'p str>, inputs: &[String]) -> Vec<String> {
    let taken = |path: &&str| {
        inputs.iter().any(|input| match below(path, input) {
            Some(rest) => !is_unread(rest),
            None => is_above(path, input),
        })
    };
    paths.filter(taken).map(str::to_owned).collect()
}

/// The inputs relative to `root` with forward slashes; the root itself is empty.
///
/// # Errors
/// As [`walk`].
pub fn relative_inputs(inputs: &[PathBuf], root: &Path) -> Result<Vec<String>, WalkError> {
    let here = [PathBuf::from(".")];
    let inputs = if inputs.is_empty() { &here } else { inputs };
    let relative = |path: &PathBuf| {
        let path = resolve(path)?;
        let below = path.strip_prefix(root).unwrap_or(&path).to_string_lossy();
        Ok(if cfg!(windows) { below.replace('\\', "/") } else { below.into_owned() })
    };
    inputs.iter().map(relative).collect()
}

/// The path below an input; empty for the input itself.
fn below<'p>(path: &'p str, input: &str) -> Option<&'p str> {
    if input.is_empty() {
        return Some(path);
    }
    let rest = path.strip_prefix(input)?;
    if rest.is_empty() { Some(rest) } else { rest.strip_prefix('/') }
}

fn is_above(path: &str, input: &str) -> bool {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let around = folder.is_empty() || below(input, folder).is_some();
    ABOVE.contains(&name) && around
}

fn choose(
    paths: Vec<String>,
    read: &dyn Fn(&str) -> Option<Vec<u8>>,
    options: WalkOptions,
) -> Sifted {
    match options.forceignore {
        true => sift(paths, read),
        false => Sifted { kept: paths, ..Sifted::default() },
    }
}

fn resolve(input: &Path) -> Result<PathBuf, WalkError> {
    let error = |reason: String| WalkError { path: input.to_path_buf(), reason };
    let path = input.canonicalize().map_err(|e| match e.kind() {
        std::io::ErrorKind::NotFound => error("there is no such file or folder".to_owned()),
        _ => error(format!("it cannot be read: {e}")),
    })?;
    match path.metadata() {
        Ok(meta) if meta.is_file() || meta.is_dir() => Ok(path),
        Ok(_) => Err(error("it is neither a file nor a folder".to_owned())),
        Err(e) => Err(error(format!("it cannot be read: {e}"))),
    }
}

/// The nearest folder at or above every input with `.git`, else with `sfdx-project.json`,
/// else what the inputs have in common.
fn find_root(inputs: &[PathBuf]) -> PathBuf {
    let folder = |path: &Path| match path.is_dir() {
        true => path.to_path_buf(),
        false => path.parent().map_or_else(PathBuf::new, Path::to_path_buf),
    };
    let mut folders = inputs.iter().map(|path| folder(path));
    let mut common = folders.next().unwrap_or_default();
    for folder in folders {
        while !folder.starts_with(&common) && common.pop() {}
    }
    let with = |name: &str| common.ancestors().find(|dir| dir.join(name).exists());
    with(".git").or_else(|| with(PROJECT)).map_or_else(|| common.clone(), Path::to_path_buf)
}

struct Found<'w> {
    root: &'w Path,
    inputs: &'w [PathBuf],
    paths: Vec<String>,
    problems: Vec<(String, String)>,
}

impl Found<'_> {
    /// The files between the root and the input that decide how the input is read.
    fn add_above(&mut self, input: &Path) {
        let above = input.ancestors().skip(1).take_while(|dir| dir.starts_with(self.root));
        let files = above.flat_map(|dir| ABOVE.iter().map(|name| dir.join(name)));
        for file in files.filter(|file| file.symlink_metadata().is_ok_and(|meta| meta.is_file())) {
            self.paths.extend(self.relative(&file));
        }
    }

    fn walk(&mut self, input: &Path) {
        let enter = |entry: &DirEntry| {
            let name = entry.file_name().to_string_lossy();
            entry.depth() == 0 || !entry.file_type().is_dir() || !is_unread_folder(&name)
        };
        for entry in WalkDir::new(input).into_iter().filter_entry(enter) {
            match entry {
                Ok(entry) => self.take(&entry),
                Err(error) => {
                    let path = error.path().unwrap_or(input).to_path_buf();
                    let why =
                        error.io_error().map_or_else(|| error.to_string(), ToString::to_string);
                    self.fail(&path, format!("it cannot be read: {why}"));
                }
            }
        }
    }

    fn take(&mut self, entry: &DirEntry) {
        let kind = entry.file_type();
        let name = entry.file_name().to_string_lossy();
        if entry.depth() > 0 && !kind.is_dir() && is_unread_file(&name) {
            return;
        }
        let reason = match (kind.is_file(), kind.is_dir(), kind.is_symlink()) {
            (true, _, _) => None,
            (_, true, _) => match entry.file_name().to_str() {
                Some(_) => return,
                None => Some(NOT_UTF8),
            },
            (_, _, true) if is_unread_folder(&name) => return,
            (_, _, true) => match self.follow(entry.path()) {
                Link::Read => None,
                Link::Skip => return,
                Link::Refuse(reason) => Some(reason),
            },
            _ if looks_like_metadata(&name) => {
                Some("it is a pipe or a device, not a file: remove it")
            }
            _ => return,
        };
        match (reason, self.relative(entry.path())) {
            (None, Some(path)) => self.paths.push(path),
            (None, None) => self.fail(entry.path(), NOT_UTF8.to_owned()),
            (Some(reason), _) => self.fail(entry.path(), reason.to_owned()),
        }
    }

    /// A link to a file of the project is read where it stands. A link to a folder is not
    /// followed: inside the project its files are found at their own place.
    fn follow(&self, link: &Path) -> Link {
        let name = link.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
        let Ok(target) = link.canonicalize() else {
            return match looks_like_metadata(&name) {
                true => Link::Refuse("it is a symbolic link to nothing: replace it by the file"),
                false => Link::Skip,
            };
        };
        let inside = target.strip_prefix(self.root).ok().and_then(Path::to_str);
        let readable = inside.is_some_and(|path| !is_unread(path));
        match (target.is_dir(), readable) {
            (true, true) if self.inputs.iter().any(|input| target.starts_with(input)) => Link::Skip,
            (true, _) => Link::Refuse(
                "it is a symbolic link to a folder that is not checked: name the folder itself",
            ),
            (false, true) if target.is_file() => Link::Read,
            _ if looks_like_metadata(&name) => Link::Refuse(
                "it is a symbolic link out of the project and is not followed: replace it by the file",
            ),
            _ => Link::Skip,
        }
    }

    fn fail(&mut self, path: &Path, reason: String) {
        let shown = path.strip_prefix(self.root).unwrap_or(path).to_string_lossy();
        let shown = if cfg!(windows) { shown.replace('\\', "/") } else { shown.into_owned() };
        self.problems.push((if shown.is_empty() { ".".to_owned() } else { shown }, reason));
    }

    /// The path below the root with forward slashes, if it is UTF-8.
    fn relative(&self, path: &Path) -> Option<String> {
        let path = path.strip_prefix(self.root).ok()?.to_str()?;
        Some(if cfg!(windows) { path.replace('\\', "/") } else { path.to_owned() })
    }
}

const NOT_UTF8: &str = "its name is not UTF-8: rename it";

enum Link {
    Read,
    Skip,
    Refuse(&'static str),
}

/// Whether a file that cannot be read is worth a word.
fn looks_like_metadata(name: &str) -> bool {
    const ENDINGS: &[&str] = &[
        "-meta.xml",
        ".cls",
        ".trigger",
        ".page",
        ".component",
        ".object",
        ".profile",
        ".permissionset",
        ".settings",
    ];
    ENDINGS.iter().any(|ending| name.ends_with(ending))
}

#[cfg(test)]
#[path = "walk_tests.rs"]
mod tests;
