//! What the evidence pack tells of an org besides findings and access.
//!
//! In: rows of the analyses, placed in files. Out: [`Estate`], all that the pack needs, in
//! words. It knows no rule and no file format.

/// A place without columns.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Line {
    /// Path relative to the project root.
    pub path: String,
    /// Line, from 1.
    pub line: u32,
}

/// What the users whom a client names may reach.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ClientReach {
    /// The profile or permission set.
    pub holder: String,
    /// The object; none where it reaches no PHI, or where that is unknown.
    pub object: Option<String>,
    /// The PHI fields it may read.
    pub fields: Vec<String>,
    /// `own`, `shared`, `all`, `unknown`; empty without an object.
    pub records: String,
}

/// A connected app or an external client app.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Client {
    /// Folder of the org; empty for one.
    pub org: String,
    /// Full name.
    pub name: String,
    /// The label people see.
    pub label: String,
    /// `connected-app` or `external-client-app`.
    pub generation: String,
    /// `on`, `off` or `unknown`.
    pub state: String,
    /// Scopes, in Salesforce's spelling.
    pub scopes: Vec<String>,
    /// Those that reach more than the identity of the user.
    pub data_scopes: Vec<String>,
    /// `admin-approved`, `self-authorize`, `unstated` or `unknown`.
    pub permitted_users: String,
    /// Profiles and permission sets it names.
    pub holders: Vec<String>,
    /// How long a refresh token lives, in words.
    pub refresh_token: String,
    /// `enforce`, `bypass` …, `unstated` or `unknown`.
    pub ip_rule: String,
    /// Trusted ranges.
    pub ip_ranges: Vec<String>,
    /// How it proves who it is, in words.
    pub authentication: Vec<String>,
    /// Flows beside the usual one that are on, in words.
    pub flows: Vec<String>,
    /// Whether a user is named that it acts as: `named`, `none` or `unknown`. Never who.
    pub run_as: String,
    /// Where it sends codes and people.
    pub callbacks: Vec<String>,
    /// The PHI its pre-authorised users reach.
    pub reach: Vec<ClientReach>,
    /// Who changed one of its files last, and when; empty where no history tells.
    pub last_change: String,
    /// What the register says of it.
    pub register: Registered,
    /// Every file that speaks of it.
    pub files: Vec<String>,
    /// Why something of it is unknown, each reason once.
    pub unknown: Vec<String>,
    /// Where it stands.
    pub line: Line,
}

/// What the register says of a client.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Registered {
    /// `phorce.toml` names no register.
    #[default]
    NoRegister,
    /// The register does not list it.
    Unlisted,
    /// It has an entry.
    Listed(Box<Entry>),
}

/// An entry of the register; what is not filled in is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Entry {
    /// Who answers for it.
    pub owner: String,
    /// What it is for.
    pub purpose: String,
    /// Who stands behind it; `none` for the organisation itself.
    pub vendor: String,
    /// `low`, `medium`, `high` or `critical`.
    pub criticality: String,
    /// The day of the business associate agreement.
    pub baa: String,
    /// Its last day.
    pub baa_until: String,
    /// Why none is needed.
    pub no_baa: String,
    /// The day of the last review.
    pub last_review: String,
    /// The day of the next one.
    pub next_review: String,
    /// Where it stands.
    pub line: Line,
}

/// Somebody who may call Apex, and what gives it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Caller {
    /// `guest`, `external`, `integration`, `workforce` or `admin`.
    pub audience: String,
    /// The profile or permission set.
    pub holder: String,
    /// `class`, `page P` or `Author Apex`.
    pub through: String,
    /// Where it stands.
    pub line: Line,
}

/// A way into Apex.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EntryPoint {
    /// Folder of the org; empty for one.
    pub org: String,
    /// The class.
    pub class: String,
    /// The method; empty where the class as a whole is the way in.
    pub method: String,
    /// `aura`, `rest`, `webservice`, `invocable`, `remote-action`, `visualforce`, `email`,
    /// `batch`, `schedulable`, `queueable`, `future`, `auth-handler`; `unknown` of a class that
    /// is granted and not here.
    pub way: String,
    /// Where it answers: a URL, pages, e-mail services.
    pub address: Vec<String>,
    /// Who may call it.
    pub callers: Vec<Caller>,
    /// Of what no grant opens: who has it run, in words.
    pub without_grant: String,
    /// `with`, `without`, `inherited`, `none`, `unknown`.
    pub sharing: String,
    /// `true`, `false`, `caller`, `unknown`.
    pub enforces_sharing: String,
    /// What it asks for itself: `custom-permission`, `crud`, `fls`, `user-type`; and its queries
    /// for PHI: `user-mode`, `security-enforced`.
    pub checks: Vec<String>,
    /// PHI fields that it queries.
    pub reads: Vec<String>,
    /// Those that nothing limits to what its user may see.
    pub open: Vec<String>,
    /// PHI that it gives back.
    pub returns: Vec<String>,
    /// PHI objects that it writes.
    pub writes: Vec<String>,
    /// `high` or `medium`: how certain the surest of the fields is PHI.
    pub level: String,
    /// Why something of it is unknown, each reason once.
    pub unknown: Vec<String>,
    /// Where it stands.
    pub line: Line,
}

/// A field that holds PHI.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PhiField {
    /// Folder of the org; empty for one.
    pub org: String,
    /// Its object.
    pub object: String,
    /// Its name without the object.
    pub field: String,
    /// Family of identifiers or health information.
    pub class: String,
    /// `high`, `medium` or `low`: how certain it is PHI.
    pub level: String,
    /// What says so, in words.
    pub because: String,
    /// Further laws protect it.
    pub sensitive: bool,
    /// Its compliance groups.
    pub compliance: Vec<String>,
    /// `none`, `probabilistic`, `deterministic`, `classic`, `impossible` or `unknown`.
    pub encryption: String,
    /// Why it cannot be encrypted; else empty.
    pub obstacle: String,
    /// Whether field history tracks it: `yes`, `no` or `unknown`.
    pub tracked: String,
    /// Whether its object has history on: `yes`, `no` or `unknown`.
    pub object_history: String,
    /// Org-wide default for internal users; `unknown`.
    pub internal: String,
    /// The same for external users.
    pub external: String,
    /// Where it stands.
    pub line: Line,
}

/// Something that records what happens.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LogSource {
    /// Folder of the org; empty for one.
    pub org: String,
    /// Its kind: `field history`, `event log` …
    pub kind: String,
    /// What of: an object, an event.
    pub name: String,
    /// `on`, `off`, `unknown`, or `always on` where nobody can switch it off.
    pub state: String,
    /// How long it is kept.
    pub retention: String,
    /// Where it goes besides.
    pub export: String,
    /// What else is to be said.
    pub note: String,
    /// Where it stands; empty where metadata does not hold it.
    pub line: Line,
}

/// Addresses that logins may come from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LoginRange {
    /// Folder of the org; empty for one.
    pub org: String,
    /// The profile, or the settings it stands in.
    pub owner: String,
    /// `profile` (logins come from here only) or `org` (logins from here skip a step).
    pub scope: String,
    /// Its first address; empty where there is no range.
    pub start: String,
    /// Its last address.
    pub end: String,
    /// How large it is, in words.
    pub size: String,
    /// Where it stands.
    pub line: Line,
}

/// An org, and what of it was there to be looked at.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditedOrg {
    /// Folder of the org; empty for one.
    pub path: String,
    /// API version its source is in; empty where it is unknown.
    pub api_version: String,
    /// Metadata types of which something was read.
    pub types: Vec<String>,
}

/// All of it, sorted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Estate {
    /// The orgs.
    pub orgs: Vec<AuditedOrg>,
    /// OAuth clients.
    pub clients: Vec<Client>,
    /// PHI fields.
    pub fields: Vec<PhiField>,
    /// Logs.
    pub logs: Vec<LogSource>,
    /// Login ranges.
    pub ranges: Vec<LoginRange>,
    /// Ways into Apex.
    pub entry_points: Vec<EntryPoint>,
}
