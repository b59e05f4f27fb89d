//! Rule pages: from Markdown to [`Rule`], and whether a fact satisfies a case.
//!
//! In: `rules/<family>/<id>.md` and a [`crate::fact::Fact`]. Out: rules with their texts, and
//! judgements. It reads no metadata and knows no rule by name.

pub mod case;
pub mod condition;
pub mod definition;
pub mod example;
pub mod library;
pub mod message;
pub mod page;

use crate::fact::{Confidence, Severity};
use case::Case;
use definition::Definition;
use page::PageError;

/// One rule page.
#[derive(Debug, Clone)]
pub struct Rule {
    /// The file's name without `.md`.
    pub id: String,
    /// The folder's name.
    pub family: String,
    /// The heading.
    pub title: String,
    /// The worst severity it can have.
    pub severity: Severity,
    /// Confidence of cases that state none.
    pub confidence: Confidence,
    /// Citations, each defined in `rules/hipaa.toml`.
    pub hipaa: Vec<String>,
    /// Controls of the Security Benchmark for Salesforce, each defined in `rules/sbs.toml`.
    pub sbs: Vec<String>,
    /// The paragraph under the TOML block, Markdown.
    pub description: String,
    /// Markdown under `## Why`.
    pub why: String,
    /// Markdown under `## Fix`.
    pub fix: String,
    /// Markdown under `## Limits`.
    pub limits: String,
    /// Markdown under `## Bad`, and the line of the page (from 1) it begins on.
    pub bad: (String, u32),
    /// Markdown under `## Good`, and the line of the page (from 1) it begins on.
    pub good: (String, u32),
    /// Path of the page, for messages: `rules/oauth/….md`.
    pub path: String,
    /// The page as it is written.
    pub markdown: String,
    /// What the TOML block says.
    pub definition: Definition,
    /// The line of the page (from 1) the TOML begins on.
    pub toml_line: u32,
    /// The parameters in force.
    pub params: case::Params,
    /// The cases with the parameters in force.
    pub cases: Vec<Case>,
}

impl Rule {
    /// Reads a page; its cases take the page's own parameters.
    ///
    /// # Errors
    /// The first thing that is wrong with the page, with its line.
    pub fn read(path: &str, family: &str, id: &str, markdown: &str) -> Result<Self, PageError> {
        let markdown = markdown.replace("\r\n", "\n");
        let page = page::split(&markdown)?;
        let definition = definition::read(page.toml.0, page.toml.1)?;
        let cases = case::compile(&definition, &definition.params)
            .map_err(|why| PageError::new(page.toml.1, why))?;
        let [why, fix, limits, bad, good] = page.sections;
        let worst = cases.iter().map(|case| case.severity).max();
        let owned = |part: (&str, u32)| (part.0.to_owned(), part.1);
        Ok(Self {
            id: id.to_owned(),
            family: family.to_owned(),
            title: page.title.to_owned(),
            severity: worst.unwrap_or(definition.severity),
            confidence: definition.confidence,
            hipaa: definition.hipaa.clone(),
            sbs: definition.sbs.clone(),
            description: page.description.to_owned(),
            why: why.0.trim().to_owned(),
            fix: fix.0.trim().to_owned(),
            limits: limits.0.trim().to_owned(),
            bad: owned(bad),
            good: owned(good),
            path: path.to_owned(),
            toml_line: page.toml.1,
            params: definition.params.clone(),
            definition,
            cases,
            markdown,
        })
    }

    /// The kinds of facts its cases judge, in the order of the page: of two findings that are
    /// one and weigh the same, the case that stands first speaks.
    pub fn kinds(&self) -> Vec<&str> {
        let mut kinds: Vec<&str> = Vec::new();
        for kind in self.cases.iter().flat_map(|case| &case.kinds) {
            if !kinds.contains(&kind.as_str()) {
                kinds.push(kind);
            }
        }
        kinds
    }

    /// A parameter in force, as it is written in a message.
    pub fn param(&self, name: &str) -> Option<String> {
        self.params.get(name).map(ToString::to_string)
    }

    /// Replaces parameters by a project's values.
    ///
    /// # Errors
    /// An operand that does not fit, in words.
    pub fn set_params(&mut self, overrides: &case::Params) -> Result<(), String> {
        let mut params = self.definition.params.clone();
        params.extend(overrides.iter().map(|(name, value)| (name.clone(), value.clone())));
        self.cases = case::compile(&self.definition, &params)?;
        self.params = params;
        Ok(())
    }
}
