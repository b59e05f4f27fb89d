//! The examples of a page: small projects with marks.
//!
//! In: the text of `## Bad` or `## Good`. Out: [`Example`]s: files by path, and where a
//! finding must stand. It runs nothing.

use std::collections::BTreeMap;

use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag, TagEnd};

use super::page::PageError;
use crate::fact::Severity;

/// A mark: a finding must start on this line.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mark {
    /// Path of the file.
    pub path: String,
    /// Line in the file, from 1.
    pub line: u32,
    /// The severity the mark states, if it does.
    pub severity: Option<Severity>,
}

/// One small org.
#[derive(Debug, Clone, Default)]
pub struct Example {
    /// Its files.
    pub files: BTreeMap<String, Vec<u8>>,
    /// Its marks; one line may have several.
    pub marks: Vec<Mark>,
    /// Line of the page (from 1) on which each file's first line stands.
    pub lines: BTreeMap<String, u32>,
}

/// Reads the examples of a section whose first line is line `line` of the page.
///
/// # Errors
/// A fence without a path above it, a path twice in one example, a path that leads out.
pub fn read(section: &str, line: u32) -> Result<Vec<Example>, PageError> {
    let mut examples = Vec::new();
    let mut current = Example::default();
    let mut path: Option<String> = None;
    let mut fence: Option<(String, usize)> = None;
    let at = |offset: usize| {
        let before = section.get(..offset).unwrap_or("");
        line + u32::try_from(before.matches('\n').count()).unwrap_or(0)
    };
    for (event, range) in Parser::new(section).into_offset_iter() {
        match event {
            Event::Code(code) => path = Some(code.into_string()),
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(_))) => {
                fence = Some((String::new(), range.start));
            }
            Event::Text(text) => {
                if let Some((content, _)) = fence.as_mut() {
                    content.push_str(&text);
                }
            }
            Event::End(TagEnd::CodeBlock) => {
                let Some((content, start)) = fence.take() else { continue };
                let named = path.take().filter(|path| is_inside(path));
                let Some(path) = named else {
                    let why = "a file's path stands in backticks on the line above its fence";
                    return Err(PageError::new(at(start), why));
                };
                current.marks.extend(marks(&path, &content));
                let content = if is_scanned(&path) { without_marks(&content) } else { content };
                current.lines.insert(path.clone(), at(start) + 1);
                if current.files.insert(path.clone(), content.into_bytes()).is_some() {
                    return Err(PageError::new(at(start), format!("`{path}` stands here twice")));
                }
            }
            Event::Rule => examples.push(std::mem::take(&mut current)),
            _ => {}
        }
    }
    examples.push(current);
    examples.retain(|example| !example.files.is_empty());
    Ok(examples)
}

fn is_inside(path: &str) -> bool {
    !path.starts_with('/') && !path.contains("..") && !path.contains('\\')
}

/// The comment forms in which a mark may stand.
const FORMS: [(&str, &str); 3] =
    [("<!-- finding", "-->"), ("// finding", "\n"), ("# finding", "\n")];

/// Logs and tables have no comments: there a mark is no part of the file, and nothing that
/// scans it sees it.
fn is_scanned(path: &str) -> bool {
    let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending);
    ["log", "csv", "tsv", "txt"].iter().any(|known| ending.eq_ignore_ascii_case(known))
}

/// The text without marks and the blanks before them; no line is lost.
fn without_marks(content: &str) -> String {
    let mut out = String::with_capacity(content.len());
    for row in content.split_inclusive('\n') {
        match row.split_once("<!-- finding") {
            Some((kept, _)) => {
                out.push_str(kept.trim_end());
                out.push_str(if row.ends_with('\n') { "\n" } else { "" });
            }
            None => out.push_str(row),
        }
    }
    out
}

fn marks(path: &str, content: &str) -> Vec<Mark> {
    let mut out = Vec::new();
    for (line, row) in (1u32..).zip(content.split_inclusive('\n')) {
        for (open, close) in FORMS {
            for (_, rest) in row.match_indices(open).map(|(at, m)| (at, row.get(at + m.len()..))) {
                let rest = rest.unwrap_or("");
                let word = rest.split(close).next().unwrap_or("").trim();
                let severity = match word.strip_prefix(':').map(str::trim) {
                    None if word.is_empty() => None,
                    Some(word) => Severity::ALL.into_iter().find(|s| s.word() == word),
                    None => continue,
                };
                out.push(Mark { path: path.to_owned(), line, severity });
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECTION: &str = "\n`a/A.xml`\n\n```xml\n<a>\n  <b/> <!-- finding: high --> <!-- finding -->\n</a>\n```\n\n`c.cls`\n\n```apex\nx(); // finding\n// findings are fine\n```\n\n---\n\n`a/A.xml`\n\n```xml\n<a/>\n```\n";

    #[test]
    fn files_marks_and_lines_are_read() {
        let examples = read(SECTION, 10).unwrap();
        assert_eq!(examples.len(), 2);
        let first = &examples[0];
        assert_eq!(first.files.keys().collect::<Vec<_>>(), ["a/A.xml", "c.cls"]);
        let marks: Vec<_> =
            first.marks.iter().map(|m| (m.path.as_str(), m.line, m.severity)).collect();
        assert_eq!(
            marks,
            [("a/A.xml", 2, Some(Severity::High)), ("a/A.xml", 2, None), ("c.cls", 1, None)]
        );
        assert_eq!(first.lines["a/A.xml"], 14);
    }

    #[test]
    fn a_mark_is_no_part_of_a_log_or_a_table() {
        let section =
            "\n`a.csv`\n\n```csv\nA,B\n1, 2  <!-- finding: low --> <!-- finding -->\n3,4\n```\n";
        let example = &read(section, 1).unwrap()[0];
        assert_eq!(example.files["a.csv"], b"A,B\n1, 2\n3,4\n");
        assert_eq!(example.marks.iter().map(|mark| mark.line).collect::<Vec<_>>(), [2, 2]);
    }

    #[test]
    fn a_fence_needs_a_path_above_it() {
        let error = read("\n```xml\n<a/>\n```\n", 5).unwrap_err();
        assert_eq!(error.line, 6);
        assert!(read("`../a`\n\n```\nx\n```\n", 1).is_err());
    }
}
