//! Cases as folders: their files, and places as a case writes them.
//!
//! In: a folder of `testdata`. Out: files by path; the line of a span. It derives nothing.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use phorce::source::lines::Lines;
use phorce::source::{Sources, Span};

/// The cases below a folder: its folders but `org`, which lies under each of them.
pub fn folders(root: &Path) -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> =
        fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.retain(|path| path.is_dir() && path.file_name().unwrap() != "org");
    folders.sort();
    folders
}

/// The files of a folder by their paths in it, without what is expected.
pub fn read_into(from: &Path, below: &str, out: &mut BTreeMap<String, Vec<u8>>) {
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = if below.is_empty() { name } else { format!("{below}/{name}") };
        if entry.file_type().unwrap().is_dir() {
            read_into(&entry.path(), &path, out);
        } else if path != "expected.tsv" {
            out.insert(path, fs::read(entry.path()).unwrap());
        }
    }
}

/// `Clinic.flow-meta.xml:12`: the file's own name is enough in a case.
pub fn place(sources: &Sources, span: Span) -> String {
    let bytes = sources.read(span.file).unwrap();
    let text = String::from_utf8(bytes).unwrap();
    let file = sources.path(span.file).rsplit('/').next().unwrap().to_owned();
    format!("{file}:{}", Lines::new(&text).position(span.start as usize).line)
}
