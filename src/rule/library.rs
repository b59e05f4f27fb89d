//! All rule pages: those inside the binary, and a customer's own.
//!
//! In: the embedded folder `rules/`, or a folder on disk. Out: [`Rule`]s sorted by id, and
//! the tables of citations and controls.

use std::path::Path;

use include_dir::{Dir, include_dir};
use serde::Deserialize;

use super::Rule;
use super::page::PageError;

static BUILT_IN: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/rules");

/// A page that could not be read: its path, and what is wrong.
#[derive(Debug, Clone, PartialEq)]
pub struct LibraryError {
    /// Path of the page.
    pub path: String,
    /// Line and reason.
    pub error: PageError,
}

impl std::fmt::Display for LibraryError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.error.line, self.error.message)
    }
}

/// The rules inside the binary, sorted by id.
///
/// # Errors
/// Pages that cannot be read; the project's own tests keep this from happening.
pub fn built_in() -> Result<Vec<Rule>, Vec<LibraryError>> {
    let pages = BUILT_IN.dirs().flat_map(|family| {
        family.files().filter_map(move |file| {
            let name = file.path().file_name()?.to_str()?.to_owned();
            let family = family.path().file_name()?.to_str()?.to_owned();
            Some((format!("rules/{family}/{name}"), family, name, file.contents_utf8()?.to_owned()))
        })
    });
    read_all(pages.collect())
}

/// The rules in a folder on disk: `<folder>/<family>/<id>.md`, or `<folder>/<id>.md` of the
/// family the folder is named after. `README.md` is no rule.
///
/// # Errors
/// Pages that cannot be read, or a folder that cannot.
pub fn on_disk(folder: &Path) -> Result<Vec<Rule>, Vec<LibraryError>> {
    let unreadable = |why: String| {
        let path = folder.display().to_string();
        vec![LibraryError { path, error: PageError::new(1, why) }]
    };
    let mut pages = Vec::new();
    for entry in walkdir::WalkDir::new(folder).max_depth(2).sort_by_file_name() {
        let entry = entry.map_err(|error| unreadable(error.to_string()))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if !entry.file_type().is_file() || !name.ends_with(".md") {
            continue;
        }
        let parent = entry.path().parent().and_then(Path::file_name);
        let family = parent.map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        let text = std::fs::read_to_string(entry.path())
            .map_err(|error| unreadable(format!("{name}: {error}")))?;
        // Editors on Windows write a byte order mark and line ends of their own.
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text).replace("\r\n", "\n");
        pages.push((entry.path().display().to_string().replace('\\', "/"), family, name, text));
    }
    read_all(pages)
}

/// The rules in texts by path, laid out as [`on_disk`] reads them: pages of a commit.
///
/// # Errors
/// Pages that cannot be read.
pub fn from_texts(texts: Vec<(String, String)>) -> Result<Vec<Rule>, Vec<LibraryError>> {
    let source = |(path, text): (String, String)| {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", &path));
        let family = folder.rsplit('/').next().unwrap_or("");
        let (family, name) = (family.to_owned(), name.to_owned());
        (path, family, name, text)
    };
    read_all(texts.into_iter().map(source).collect())
}

/// Path, family, file name and text of each page.
type PageSource = (String, String, String, String);

fn read_all(pages: Vec<PageSource>) -> Result<Vec<Rule>, Vec<LibraryError>> {
    let (mut rules, mut errors) = (Vec::new(), Vec::new());
    for (path, family, name, text) in pages {
        let Some(id) = name.strip_suffix(".md").filter(|id| *id != "README") else { continue };
        match Rule::read(&path, &family, id, &text) {
            Ok(rule) => rules.push(rule),
            Err(error) => errors.push(LibraryError { path, error }),
        }
    }
    rules.sort_by(|a: &Rule, b: &Rule| a.id.cmp(&b.id));
    if errors.is_empty() { Ok(rules) } else { Err(errors) }
}

/// One provision of the law.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Citation {
    /// `164.312(a)(2)(iv)`.
    pub id: String,
    /// Its heading.
    pub title: String,
    /// `standard`, `specification` or `provision`.
    pub kind: String,
    /// `standard`, `required` or `addressable`.
    #[serde(default)]
    pub status: String,
    /// The heading of the section it stands in.
    #[serde(default)]
    pub section: String,
    /// What a person has to show of it; empty where it is not about an org.
    #[serde(default)]
    pub attest: String,
    /// Metadata alone never settles it.
    #[serde(default)]
    pub people: bool,
}

/// One control of the Security Benchmark for Salesforce.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Control {
    /// `SBS-OAUTH-002`.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Metadata alone never settles it.
    #[serde(default)]
    pub people: bool,
}

/// A proposed change of the law, which is no law.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proposal {
    /// Where it was published, and how that stands.
    pub proposal: Published,
    /// What it would change.
    pub change: Vec<Change>,
}

/// Where a proposal was published.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Published {
    /// `90 FR 898`.
    pub cite: String,
    /// Its day.
    pub published: String,
    /// What came of it, as far as is known.
    pub state: String,
}

/// One thing that a proposal would change.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// Its name among the others.
    pub id: String,
    /// What it is about.
    pub title: String,
    /// The citation that speaks of it today, or that is nearest to it.
    pub now: String,
    /// Whether that citation names it.
    pub named: bool,
    /// What it would be.
    pub proposed: String,
    /// The rules that find where it would not be so.
    pub rules: Vec<String>,
    /// What a person would have to show.
    pub attest: String,
}

#[derive(Deserialize)]
struct Citations {
    citation: Vec<Citation>,
}

#[derive(Deserialize)]
struct Controls {
    control: Vec<Control>,
}

/// The citations of `rules/hipaa.toml`.
pub fn citations() -> Vec<Citation> {
    table("hipaa.toml").map_or_else(Vec::new, |table: Citations| table.citation)
}

/// The controls of `rules/sbs.toml`.
pub fn controls() -> Vec<Control> {
    table("sbs.toml").map_or_else(Vec::new, |table: Controls| table.control)
}

/// The proposed Security Rule of 2025, of `rules/proposed-2025.toml`.
pub fn proposed_2025() -> Option<Proposal> {
    table("proposed-2025.toml")
}

fn table<T: for<'de> Deserialize<'de>>(name: &str) -> Option<T> {
    toml::from_str(BUILT_IN.get_file(name)?.contents_utf8()?).ok()
}
