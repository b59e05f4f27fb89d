//! What came of every rule: findings, verdicts, what was read and what was not.
//!
//! In: outcomes of the engine, placed in files. Out: [`Report`], all that an output needs.
//! It reads no metadata and knows no output format.

use serde::Serialize;

use crate::fact::{Confidence, Severity};

pub mod accept;
pub mod access;
pub mod audit;
pub mod baseline;
pub mod change;
pub mod locate;
pub mod policy;
pub mod register;
#[cfg(test)]
pub(crate) mod sample;

/// A place in a file for people and tools: lines and columns from 1, columns in code points,
/// the end exclusive. It never spans more than one line.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Place {
    /// Path relative to the project root, with forward slashes.
    pub path: String,
    /// Line, from 1.
    pub line: u32,
    /// Column of the first code point, from 1.
    pub column: u32,
    /// The same line: a region is one line long.
    pub end_line: u32,
    /// Column after the last code point.
    pub end_column: u32,
}

/// One of the fields, objects or permissions a finding lists.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Member {
    /// Its name: `SSN__c`, `ModifyAllData`.
    pub name: String,
    /// Where it is granted or named.
    pub place: Place,
}

/// A place that belongs to the story, or a step of a trail.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Related {
    /// Where.
    pub place: Place,
    /// What is there, in words.
    pub message: String,
}

/// Whether a finding still has to be dealt with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// It has.
    Open,
    /// Somebody accepted the risk in `phorce.toml`, with a reason and an end.
    Accepted,
    /// The base of the change has it too.
    Unchanged,
    /// The baseline lists it.
    Baselined,
    /// Only the base of the change has it.
    Fixed,
    /// Only the base has it, and its component is not there any more.
    NoLongerSeen,
}

/// Who accepted a finding, why, and until when.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Acceptance {
    /// The reason given.
    pub reason: String,
    /// Who takes the responsibility.
    pub by: String,
    /// Last day, `YYYY-MM-DD`.
    pub until: String,
}

/// The lines around a finding, secrets already hidden.
#[derive(Debug, Clone, PartialEq)]
pub struct Excerpt {
    /// Number of the first line of `text`, from 1.
    pub first_line: u32,
    /// The lines, each ended by `\n`, cut where they are very long.
    pub text: String,
    /// Bytes of `text` to mark.
    pub mark: std::ops::Range<usize>,
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// Folder of the org's `sfdx-project.json` relative to the project root; empty for one.
    pub org: String,
    /// Id of the rule.
    pub rule: String,
    /// Family of the rule.
    pub family: String,
    /// How bad.
    pub severity: Severity,
    /// How sure.
    pub confidence: Confidence,
    /// Full name of the thing that is wrong: `Patient__c.SSN__c`, `Admin`.
    pub subject: String,
    /// What of it, where one subject can be wrong in several ways: `scopes`; may be empty.
    pub key: String,
    /// One sentence for a person; no line breaks.
    pub message: String,
    /// The line that is wrong.
    pub place: Place,
    /// HIPAA citations of the rule, as in `rules/hipaa.toml`.
    pub hipaa: Vec<String>,
    /// Whether it has to be dealt with.
    pub status: Status,
    /// What a change does to it; none where nothing was compared.
    pub change: Option<change::Change>,
    /// Set when accepted.
    pub accepted: Option<Acceptance>,
    /// The fields, objects or permissions it lists, sorted as in the file.
    pub members: Vec<Member>,
    /// Other places of the story.
    pub related: Vec<Related>,
    /// Steps in order, where order matters (data flow); else empty.
    pub trail: Vec<Related>,
    /// 64 hexadecimal digits over org, rule, subject and key: the same after re-sorting.
    pub fingerprint: String,
    /// GitHub's `primaryLocationLineHash` of the place: `16 hex digits:ordinal`.
    pub line_hash: String,
    /// The lines around the place; none where the file changed meanwhile.
    pub excerpt: Option<Excerpt>,
    /// The text the region holds in the file, unescaped; empty for a secret.
    pub claim: String,
}

/// How a rule ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// It looked at one fact or more.
    Checked,
    /// What it looks for can be absent, and is.
    NothingToCheck,
    /// What it needs was not retrieved.
    NotAssessed,
}

/// The end of one rule.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Outcome {
    /// Id of the rule.
    pub id: String,
    /// How it ended.
    pub verdict: Verdict,
    /// How many facts it looked at.
    pub examined: usize,
    /// Why it was not assessed, or what it did not find; empty when checked.
    pub reason: String,
}

/// A file that a rule needs and that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct NotRead {
    /// Path relative to the project root.
    pub path: String,
    /// Line of the fault, from 1.
    pub line: u32,
    /// What is wrong and what to do.
    pub reason: String,
}

/// What went in.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Inputs {
    /// Files opened.
    pub files: usize,
    /// Components found in them.
    pub components: usize,
    /// Bytes read.
    pub bytes: u64,
    /// Files that should have been read and could not.
    pub not_read: Vec<NotRead>,
}

/// A remark on the run itself: an accepted risk that expired, an unknown registry.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Notice {
    /// The remark.
    pub message: String,
    /// The file it is about, if any.
    pub path: Option<String>,
    /// The line, from 1, if any.
    pub line: Option<u32>,
}

/// The result of a run, sorted: worst findings first, then by path, line, rule and subject.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Report {
    /// What is wrong.
    pub findings: Vec<Finding>,
    /// The end of every rule, sorted by id.
    pub rules: Vec<Outcome>,
    /// What went in.
    pub inputs: Inputs,
    /// Remarks on the run.
    pub notices: Vec<Notice>,
    /// What it was compared with.
    pub change: Option<change::Changed>,
}

impl Report {
    /// How many findings are open and at least as bad as `least`.
    pub fn open_from(&self, least: Severity) -> usize {
        let counts = |f: &&Finding| f.status == Status::Open && f.severity >= least;
        self.findings.iter().filter(counts).count()
    }
}
