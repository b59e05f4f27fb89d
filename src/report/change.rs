//! What a change does to findings and to access.
//!
//! In: nothing; these are the words a comparison is told in. Out: [`Change`] of a finding,
//! [`Changed`] of a report. How they are found out is not known here.

use super::{Finding, Report};

/// How a remark begins that says what a change alters in how is judged.
pub const PROPOSED: &str = "proposed: takes effect after merge";

/// What a change does to a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// The base does not have it.
    New,
    /// It is more severe than in the base, or lists something it did not list there.
    Worsened,
    /// The base has it too.
    Unchanged,
    /// Only the base has it, and what it was about is still there or was deleted on purpose.
    Fixed,
    /// Only the base has it, and what it was about is not there to be looked at.
    NoLongerSeen,
}

impl Change {
    /// Every change, in the order in which they are told.
    pub const ALL: [Self; 5] =
        [Self::New, Self::Worsened, Self::Fixed, Self::NoLongerSeen, Self::Unchanged];

    /// In words for a person.
    pub fn words(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Worsened => "worsened",
            Self::Unchanged => "unchanged",
            Self::Fixed => "fixed",
            Self::NoLongerSeen => "no longer seen",
        }
    }
}

/// Access to PHI that a change gives or takes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct AccessDelta {
    /// Folder of the org; empty for one.
    pub org: String,
    /// The object.
    pub object: String,
    /// The field without its object; none for the object itself.
    pub field: Option<String>,
    /// `read` or `edit`.
    pub level: &'static str,
    /// Whether the change gives it; else it takes it.
    pub gained: bool,
    /// Of what the change takes: whether the holder and what it reached are still there to be
    /// looked at, or were deleted on purpose. What is only out of sight may still have it.
    pub seen: bool,
    /// Full name of the profile, set or group.
    pub holder: String,
    /// `profile`, `permission-set` or `permission-set-group`.
    pub holder_kind: &'static str,
}

/// What the report was compared with, and what came of it besides findings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// The reference that was named.
    pub reference: String,
    /// The commit it has in common with what was checked.
    pub commit: String,
    /// The beginning of the commit's hash.
    pub short: String,
    /// Who gains and who loses access to PHI, sorted.
    pub access_delta: Vec<AccessDelta>,
}

impl Report {
    /// How many findings changed in this way.
    pub fn changed(&self, change: Change) -> usize {
        let is = |finding: &&Finding| finding.change == Some(change);
        self.findings.iter().filter(is).count()
    }
}
