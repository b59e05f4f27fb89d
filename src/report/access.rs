//! Who can reach which PHI: the table an auditor asks for.
//!
//! In: rows of effective access, placed in files. Out: [`AccessReport`], all that an output
//! needs. It knows no rule.

/// A step of a route, or a place that exposes a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessStep {
    /// What lets pass, in words.
    pub what: String,
    /// Path relative to the project root.
    pub path: String,
    /// Line, from 1.
    pub line: u32,
}

/// One holder, one object or field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessRow {
    /// Folder of the org; empty for one.
    pub org: String,
    /// Full name of the profile, set or group.
    pub holder: String,
    /// `profile`, `permission-set` or `permission-set-group`.
    pub holder_kind: &'static str,
    /// `guest`, `external`, `integration`, `workforce` or `admin`.
    pub audience: String,
    /// The object.
    pub object: String,
    /// The field without its object; none for the object itself.
    pub field: Option<String>,
    /// What the field holds: `ssn`, `diagnosis`; none for the object itself.
    pub holds: Option<String>,
    /// `read` or `edit`.
    pub level: &'static str,
    /// `own`, `shared`, `all` or `unknown`.
    pub reach: &'static str,
    /// The route, in order.
    pub through: Vec<AccessStep>,
    /// False where something that was not retrieved may take it away.
    pub known: bool,
    /// Active restriction rules on the object; whom they match is data.
    pub restricted_by: Vec<String>,
}

/// What cannot be known of a holder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessUnknown {
    /// Folder of the org; empty for one.
    pub org: String,
    /// Full name of the holder.
    pub holder: String,
    /// Its kind.
    pub holder_kind: &'static str,
    /// The object; none for every object.
    pub object: Option<String>,
    /// Why, and what to retrieve.
    pub reason: String,
}

/// Something that shows a field past its holder: a report, a list view, an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bypass {
    /// Folder of the org; empty for one.
    pub org: String,
    /// `report`, `list-view`, `view-all-data` …
    pub kind: String,
    /// Its full name.
    pub name: String,
    /// What it does, in words.
    pub what: String,
    /// Where.
    pub path: String,
    /// Line, from 1.
    pub line: u32,
}

/// The whole answer, sorted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AccessReport {
    /// Who reaches what.
    pub rows: Vec<AccessRow>,
    /// What cannot be known.
    pub unknown: Vec<AccessUnknown>,
    /// What shows PHI past permissions.
    pub bypasses: Vec<Bypass>,
    /// Files that could not be read.
    pub not_read: Vec<super::NotRead>,
}
