//! Which files are scanned.
//!
//! In: files and folders as they were named. Out: [`Files`]: every regular file, with its path
//! as a person would write it. It opens none. Folders of version control are left out; links
//! are not followed.

use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use crate::source::Sources;

/// Folders nobody means.
const UNMEANT: [&str; 4] = [".git", ".sfdx", ".sf", "node_modules"];

/// The files of a scan.
#[derive(Debug)]
pub struct Files {
    /// The files, below the folder that all inputs lie in.
    pub sources: Sources,
    /// That folder.
    pub root: PathBuf,
    /// What could not be looked at: path and reason.
    pub problems: Vec<(String, String)>,
}

/// Finds the files of these inputs.
///
/// # Errors
/// An input does not exist or may not be read.
pub fn find(inputs: &[PathBuf]) -> Result<Files, String> {
    let resolve = |path: &PathBuf| {
        path.canonicalize().map_err(|why| format!("{}: it cannot be read: {why}", path.display()))
    };
    let inputs = inputs.iter().map(resolve).collect::<Result<Vec<_>, _>>()?;
    let root = root_of(&inputs);
    let mut paths = Vec::new();
    let mut problems = Vec::new();
    for input in &inputs {
        let meant = |entry: &walkdir::DirEntry| {
            let name = entry.file_name().to_string_lossy();
            entry.depth() == 0 || !UNMEANT.contains(&name.as_ref())
        };
        for entry in WalkDir::new(input).sort_by_file_name().into_iter().filter_entry(meant) {
            match entry {
                Ok(entry) if entry.file_type().is_file() => match shown(entry.path(), &root) {
                    Some(path) => paths.push(path),
                    None => problems.push((
                        entry.path().to_string_lossy().into_owned(),
                        "its path is not UTF-8; rename it".to_owned(),
                    )),
                },
                Ok(entry) if entry.depth() == 0 && !entry.file_type().is_dir() => {
                    return Err(format!("{}: it is not a regular file", entry.path().display()));
                }
                Ok(_) => {}
                Err(why) => {
                    let path = why.path().and_then(|path| shown(path, &root)).unwrap_or_default();
                    problems.push((path, format!("it cannot be read: {why}")));
                }
            }
        }
    }
    Ok(Files { sources: Sources::on_disk(&root, paths), root, problems })
}

/// The current folder where everything lies below it, else the nearest folder around all.
fn root_of(inputs: &[PathBuf]) -> PathBuf {
    let here = std::env::current_dir().and_then(|here| here.canonicalize()).ok();
    if let Some(here) = here.filter(|here| inputs.iter().all(|input| input.starts_with(here))) {
        return here;
    }
    let mut root = match inputs.first() {
        Some(first) if first.is_dir() && inputs.len() == 1 => return first.clone(),
        Some(first) => first.parent().unwrap_or(first).to_path_buf(),
        None => PathBuf::from("."),
    };
    while !inputs.iter().all(|input| input.starts_with(&root)) {
        if !root.pop() {
            break;
        }
    }
    root
}

fn shown(path: &Path, root: &Path) -> Option<String> {
    let path = path.strip_prefix(root).unwrap_or(path).to_str()?.to_owned();
    Some(if cfg!(windows) { path.replace('\\', "/") } else { path })
}
