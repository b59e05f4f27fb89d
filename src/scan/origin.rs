//! From a line of a debug log back to the statement that wrote it.
//!
//! In: the files of an org, a method and a line as the log names them. Out: the file, and
//! whether that line is there. It knows no value.

use rustc_hash::FxHashMap;

use crate::metadata::layout::{Layout, TypeOf};
use crate::source::{FileId, Sources};

/// The classes and triggers of an org.
#[derive(Debug)]
pub struct Origin {
    sources: Sources,
    by_name: FxHashMap<String, FileId>,
}

/// A statement of the org.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// Path of its file, relative to the project root.
    pub path: String,
    /// Its line.
    pub line: u32,
    /// Column of its first character.
    pub column: u32,
    /// One past its last character on that line.
    pub end_column: u32,
    /// The line writes to the log.
    pub writes: bool,
}

impl Origin {
    /// The classes and triggers among the files of an org.
    pub fn new(sources: &Sources, layout: &Layout) -> Self {
        let mut by_name = FxHashMap::default();
        for entry in &layout.files {
            let TypeOf::Known(ty) = entry.ty else { continue };
            let path = sources.path(entry.file);
            let code = path.ends_with(".cls") || path.ends_with(".trigger");
            if code && matches!(ty.name, "ApexClass" | "ApexTrigger") {
                by_name.insert(entry.full_name.to_lowercase().to_string(), entry.file);
            }
        }
        Self { sources: sources.clone(), by_name }
    }

    /// The statement on a line of the class a method is of.
    pub fn statement(&self, method: &str, line: u32) -> Option<Statement> {
        let class = method.split('.').next().unwrap_or(method).to_lowercase();
        let file = *self.by_name.get(&class)?;
        let bytes = self.sources.read(file).ok()?;
        let text = String::from_utf8_lossy(&bytes);
        let written = text.lines().nth(usize::try_from(line).ok()?.checked_sub(1)?)?;
        let lead = written.chars().take_while(|c| c.is_whitespace()).count();
        let clip = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Some(Statement {
            path: self.sources.path(file).to_owned(),
            line,
            column: clip(lead + 1),
            end_column: clip(written.trim_end().chars().count() + 1).max(clip(lead + 1)),
            writes: written.to_lowercase().contains("debug("),
        })
    }
}

/// The class a method is of, as the log writes it.
pub fn class_of(method: &str) -> &str {
    method.split('.').next().unwrap_or(method)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metadata::layout::lay_out;
    use std::collections::BTreeMap;

    #[test]
    fn a_line_is_found_in_its_class() {
        let path = "force-app/main/default/classes/Chart.cls";
        let code =
            "public class Chart {\n    void load() {\n        System.debug(ssn);\n    }\n}\n";
        let files = BTreeMap::from([
            (
                "sfdx-project.json".to_owned(),
                b"{\"packageDirectories\":[{\"path\":\"force-app\"}]}".to_vec(),
            ),
            (path.to_owned(), code.as_bytes().to_vec()),
        ]);
        let sources = Sources::in_memory(files);
        let layout = lay_out(&sources, &|file| sources.read(file));
        let origin = Origin::new(&sources, &layout);
        let found = origin.statement("chart.Row.load", 3).unwrap();
        let place = (found.path.as_str(), found.line, found.column, found.end_column);
        assert_eq!((place, found.writes), ((path, 3, 9, 27), true));
        assert!(!origin.statement("Chart.load", 2).unwrap().writes);
        assert_eq!(origin.statement("Chart.load", 99), None);
        assert_eq!(origin.statement("Other.load", 1), None);
    }
}
