//! Rule pages: from Markdown to [`Rule`], and whether a fact satisfies a case.
//!
//! In: `rules/<family>/<id>.md` and a [`crate::fact::Fact`]. Out: rules with their texts, and
//! judgements. It reads no metadata and knows no rule by name.

use crate::fact::{Confidence, Severity};

/// One rule page.
#[derive(Debug, Clone)]
pub struct Rule {
    /// The file's name without `.md`.
    pub id: String,
    /// The folder's name.
    pub family: String,
    /// The heading.
    pub title: String,
    /// Severity of cases that state none.
    pub severity: Severity,
    /// Confidence of cases that state none.
    pub confidence: Confidence,
    /// Citations, each defined in `rules/hipaa.toml`.
    pub hipaa: Vec<String>,
    /// Controls of the Security Benchmark for Salesforce, each defined in `rules/sbs.toml`.
    pub sbs: Vec<String>,
    /// Markdown under `## Why`.
    pub why: String,
    /// Markdown under `## Fix`.
    pub fix: String,
    /// Markdown under `## Limits`.
    pub limits: String,
    /// The page as it is written.
    pub markdown: String,
}
