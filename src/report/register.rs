//! What a register lacks, and what is to be looked at in it.
//!
//! In: things the org has and entries, as the rules judged them. Out: [`RegisterReport`], all
//! that an output needs. It judges nothing.

use super::{Finding, NotRead, Place};

/// What `phorce register` found.
#[derive(Debug, Clone, PartialEq)]
pub struct RegisterReport {
    /// Path of the register.
    pub path: String,
    /// How many entries it has.
    pub entries: usize,
    /// What has to be listed and is not, by section and name.
    pub missing: Vec<Missing>,
    /// What is open about the entries, as `phorce check` says it.
    pub findings: Vec<Finding>,
    /// What could not be read.
    pub not_read: Vec<NotRead>,
}

/// Something the org has and the register does not list.
#[derive(Debug, Clone, PartialEq)]
pub struct Missing {
    /// The section it belongs to: `oauth-client`.
    pub section: &'static str,
    /// The name an entry about it has.
    pub name: String,
    /// Of a holder: its metadata type.
    pub ty: Option<String>,
    /// Where it stands first.
    pub place: Place,
    /// The components that name it, or what of it counts, sorted: `ModifyAllData`.
    pub shows: Vec<String>,
}
