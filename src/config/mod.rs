//! `phorce.toml`: what a project says about itself, with the line of every value.
//!
//! In: the text of the file. Out: a [`Config`], or every fault of the file at once. It opens
//! no file and knows no rule: whether a rule exists is asked of the caller, because a
//! project's own rule pages are named in this very file. Therefore two steps: [`read`] it,
//! load the pages its `rule-pages` name, then [`Draft::settle`] it.

use std::collections::BTreeMap;

use jiff::civil::Date;
use toml::de::{DeTable, DeValue};

mod accept;
mod apex;
mod error;
mod known;
mod name;
mod phi;
pub mod register;
mod roles;
mod scan;
pub mod stanza;
mod table;

pub use accept::{Accept, MAX_DAYS, MAX_DAYS_CRITICAL, last_day, parse_date, read_subject};
pub use apex::ApexConfig;
pub use error::ConfigError;
pub use known::KnownRule;
pub use name::{NameGlob, same_name};
pub use phi::PhiConfig;
pub use register::Register;
pub use roles::{Role, RoleConfig};
pub use scan::{ScanConfig, ScanPattern};
pub use table::Setting;

use crate::fact::Severity;
use crate::param::Param;
use error::{quote, suggest};
use known::ACCEPT_INSTEAD;
use table::{Placed, Reader};

/// The name of the file at a project's root.
pub const FILE_NAME: &str = "phorce.toml";

/// The JSON Schema of the file, for editors.
pub const SCHEMA: &str = include_str!("config.schema.json");

/// The keys at the top of the file.
const KEYS: [&str; 10] = [
    "fail-on",
    "rule-pages",
    "baseline",
    "register",
    "phi",
    "roles",
    "apex",
    "scan",
    "rules",
    "accept",
];

/// The parameters set for one rule, by name.
pub type Params = BTreeMap<String, Setting<Param>>;

/// What a project says about itself. The default is a project that says nothing.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Config {
    /// From which severity open findings fail the run.
    pub fail_on: Option<Setting<FailOn>>,
    /// Folders with the project's own rule pages, relative to the file, without a slash at
    /// the end.
    pub rule_pages: Vec<Setting<String>>,
    /// The list of findings that are known, relative to the file.
    pub baseline: Option<Setting<String>>,
    /// The file of the register, relative to this one.
    pub register: Option<Setting<String>>,
    /// What stands in the register, once the caller has read its file.
    pub entries: Option<Register>,
    /// What is patient data, and what is not.
    pub phi: PhiConfig,
    /// What profiles, permission sets and groups are for.
    pub roles: RoleConfig,
    /// What the project says about its Apex.
    pub apex: ApexConfig,
    /// What it adds to `phorce scan`.
    pub scan: ScanConfig,
    /// Parameters set, by rule id.
    pub params: BTreeMap<String, Params>,
    /// Accepted risks, in the order of the file.
    pub accepts: Vec<Accept>,
    /// Every mention of a rule, also in tables that are faulty or empty.
    pub named: Vec<Setting<String>>,
    /// The file as the caller named it; empty when there is none.
    pub path: String,
}

/// From which severity open findings fail the run: `high`, where nobody says otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailOn {
    /// From this one up.
    From(Severity),
    /// Findings never fail the run.
    Never,
}

impl Default for FailOn {
    fn default() -> Self {
        Self::From(Severity::High)
    }
}

impl FailOn {
    /// The words it is written with, in the order the help shows them.
    pub const WORDS: [&str; 5] = ["critical", "high", "medium", "low", "never"];

    /// Reads one of [`Self::WORDS`].
    pub fn parse(word: &str) -> Option<Self> {
        if word == "never" {
            return Some(Self::Never);
        }
        Severity::ALL.into_iter().find(|severity| severity.word() == word).map(Self::From)
    }

    /// The least severity that fails the run, if any does.
    pub fn threshold(self) -> Option<Severity> {
        match self {
            Self::From(severity) => Some(severity),
            Self::Never => None,
        }
    }
}

/// A configuration whose shape was read, and what was wrong with it so far.
#[derive(Debug, Clone)]
pub struct Draft {
    /// All that could be read; faulty values are left out.
    pub config: Config,
    errors: Vec<ConfigError>,
    untils: Vec<Setting<Date>>,
}

impl Draft {
    /// Checks what only the caller knows: which rules there are, and the date of the run.
    /// Old ids come out as the ones they stand for.
    ///
    /// # Errors
    /// Every fault of the file, in the order of its lines.
    pub fn settle<'r>(
        mut self,
        known: &dyn Fn(&str) -> Option<KnownRule<'r>>,
        ids: &[&str],
        as_of: Date,
    ) -> Result<Config, Vec<ConfigError>> {
        self.errors.extend(self.config.check(known, ids));
        let last = accept::last_day(as_of, MAX_DAYS);
        for until in self.untils.iter().filter(|until| until.value > last) {
            let message = format!(
                "'accept.until': {} is more than {MAX_DAYS} days ahead; the last day is {last}",
                until.value
            );
            let path = self.config.path.clone();
            self.errors.push(ConfigError { path, line: until.line, message });
        }
        if !self.errors.is_empty() {
            self.errors.sort();
            return Err(self.errors);
        }
        self.config.rename(known);
        Ok(self.config)
    }
}

/// Reads the shape of the file: keys, kinds, dates, globs. `path` is only used in messages.
pub fn read(path: &str, text: &str) -> Draft {
    let mut reader = Reader::new(path, text);
    let mut draft = Draft {
        config: Config { path: path.to_owned(), ..Config::default() },
        errors: Vec::new(),
        untils: Vec::new(),
    };
    let (table, faults) = DeTable::parse_recoverable(text);
    // What the parser made up to go on after a fault is not what the person wrote.
    if faults.is_empty() {
        read_top(&mut reader, table.get_ref(), &mut draft);
    }
    fault_of_toml(&mut reader, text, faults);
    draft.errors = reader.errors;
    draft.errors.sort();
    draft
}

/// Reads the file on its own, without the rules and the date: their faults are not found.
///
/// # Errors
/// Every fault of its shape, in the order of its lines.
pub fn parse(path: &str, text: &str) -> Result<Config, Vec<ConfigError>> {
    let draft = read(path, text);
    if draft.errors.is_empty() { Ok(draft.config) } else { Err(draft.errors) }
}

/// Notes every fault of TOML itself.
fn fault_of_toml(reader: &mut Reader<'_>, text: &str, mut faults: Vec<toml::de::Error>) {
    faults.sort_by_key(|fault| fault.span().unwrap_or_default().start);
    for fault in faults {
        note_fault(reader, text, &fault);
    }
}

/// One fault of TOML itself a line: those that follow on it come of the first.
fn note_fault(reader: &mut Reader<'_>, text: &str, fault: &toml::de::Error) {
    let span = fault.span().unwrap_or_default();
    let line = reader.line(span.clone());
    if reader.errors.last().is_some_and(|error| error.line == line) {
        return;
    }
    let of = match fault.message() {
        "duplicate key" => text.get(span).map(quote),
        _ => None,
    };
    let of = of.map(|key| format!(" {key}")).unwrap_or_default();
    reader.fail(line, format!("not valid TOML: {}{of}", fault.message()));
}

fn read_top(reader: &mut Reader<'_>, table: &DeTable<'_>, draft: &mut Draft) {
    for (key, value) in table.iter() {
        match key.get_ref().as_ref() {
            "fail-on" => draft.config.fail_on = read_fail_on(reader, value),
            "rule-pages" => draft.config.rule_pages = read_rule_pages(reader, value),
            "baseline" => draft.config.baseline = read_file(reader, "baseline", value),
            "register" => draft.config.register = read_file(reader, "register", value),
            "phi" => {
                if let Some(table) = reader.table("phi", "a table", value) {
                    draft.config.phi = phi::read(reader, table);
                }
            }
            "roles" => {
                if let Some(table) = reader.table("roles", "a table", value) {
                    draft.config.roles = roles::read(reader, table);
                }
            }
            "apex" => {
                if let Some(table) = reader.table("apex", "a table", value) {
                    draft.config.apex = apex::read(reader, table);
                }
            }
            "scan" => {
                if let Some(table) = reader.table("scan", "a table", value) {
                    draft.config.scan = scan::read(reader, &draft.config.path, table);
                }
            }
            "rules" => read_rules(reader, value, &mut draft.config),
            "accept" => read_accepts(reader, value, draft),
            other => {
                let line = reader.line(key.span());
                reader.unknown_key(line, other, "", &KEYS);
            }
        }
    }
}

fn read_fail_on(reader: &mut Reader<'_>, value: &Placed<'_>) -> Option<Setting<FailOn>> {
    let Setting { value: word, line } = reader.text("fail-on", value)?;
    let fail_on = FailOn::parse(&word);
    if fail_on.is_none() {
        let words = FailOn::WORDS;
        let hint = suggest(&word, &words, &format!("write one of {}", words.join(", ")));
        reader.fail(line, format!("'fail-on' cannot be {}{hint}", quote(&word)));
    }
    fail_on.map(|value| Setting { value, line })
}

/// The folders lie inside the project: what judges a project travels with it.
fn read_rule_pages(reader: &mut Reader<'_>, value: &Placed<'_>) -> Vec<Setting<String>> {
    let mut folders = Vec::new();
    for Setting { value: folder, line } in reader.texts("rule-pages", value) {
        let trimmed = folder.trim_end_matches('/');
        match fault_of_path(&folder, "a folder") {
            None => folders.push(Setting { value: trimmed.to_owned(), line }),
            Some(fault) => reader.fail(line, format!("'rule-pages': {} {fault}", quote(&folder))),
        }
    }
    folders
}

/// A file beside this one or below.
fn read_file(reader: &mut Reader<'_>, key: &str, value: &Placed<'_>) -> Option<Setting<String>> {
    let file = reader.text(key, value)?;
    let fault = match fault_of_path(&file.value, "a file") {
        None if file.value.ends_with('/') => Some("is a folder; name a file in it".to_owned()),
        fault => fault,
    };
    let Some(fault) = fault else { return Some(file) };
    reader.fail(file.line, format!("'{key}': {} {fault}", quote(&file.value)));
    None
}

/// Why a path does not lie below the folder of this file; completes "'…' …".
fn fault_of_path(path: &str, what: &str) -> Option<String> {
    let below = format!("name {what} below the one of this file");
    if path.trim().is_empty() {
        Some(format!("is empty; name {what}"))
    } else if path.contains('\\') {
        Some("has a backslash; write forward slashes".to_owned())
    } else if path.starts_with('/') || path.contains(':') {
        Some(format!("is not relative; {below}"))
    } else if path.split('/').any(|part| part == "..") {
        Some(format!("leads out of the project; {below}"))
    } else {
        None
    }
}

fn read_rules(reader: &mut Reader<'_>, value: &Placed<'_>, config: &mut Config) {
    let Some(table) = value.get_ref().as_table() else {
        reader.wrong_kind("rules", "a table for each rule, like [rules.some-rule]", value);
        return;
    };
    for (key, value) in table.iter() {
        let (rule, line) = (key.get_ref().to_string(), reader.line(key.span()));
        config.named.push(Setting { value: rule.clone(), line });
        let Some(table) = value.get_ref().as_table() else {
            let name = quote(&rule);
            let message = format!("rule {name} takes a table of parameters; {ACCEPT_INSTEAD}");
            reader.fail(line, message);
            continue;
        };
        let params = config.params.entry(rule).or_default();
        for (key, value) in table.iter() {
            let (name, line) = (key.get_ref().to_string(), reader.line(key.span()));
            match Param::read(value.get_ref()) {
                Ok(value) => {
                    params.insert(name, Setting { value, line });
                }
                Err(wanted) => {
                    let name = quote(&name);
                    reader.fail(line, format!("parameter {name} must be {wanted}"));
                }
            }
        }
    }
}

fn read_accepts(reader: &mut Reader<'_>, value: &Placed<'_>, draft: &mut Draft) {
    let wanted = "a list of tables; begin each with [[accept]]";
    let DeValue::Array(items) = value.get_ref() else {
        let line = reader.line(value.span());
        reader.fail(line, format!("'accept' must be {wanted}"));
        return;
    };
    for item in items.iter() {
        let Some(table) = reader.table("accept", wanted, item) else { continue };
        let line = reader.line(item.span());
        let read = accept::read(reader, table, line);
        draft.config.accepts.extend(read.accept);
        draft.config.named.extend(read.rule);
        draft.untils.extend(read.until);
    }
}
