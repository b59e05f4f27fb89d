//! The register: what compliance answers for, with the place of every value.
//!
//! In: the text of the file that `register` in `phorce.toml` names. Out: a [`Register`], or
//! every fault of the file at once. A value that is empty is not filled in yet: it is kept as
//! such and is no fault. It opens no file, knows no org, and never judges a vendor.

mod addition;

use std::collections::BTreeMap;
use std::ops::Range;

use jiff::civil::Date;
use toml::de::{DeTable, DeValue};

use super::accept::parse_date;
use super::error::{ConfigError, quote, suggest};
use super::fault_of_toml;
use super::name::{fold, same_name};
use super::table::{Placed, Reader};
use crate::source::FileId;

pub use addition::{Addition, add_to};

/// The JSON Schema of the file, for editors.
pub const SCHEMA: &str = include_str!("register/register.schema.json");

/// The vendor of what is the organisation's own.
pub const NO_VENDOR: &str = "none";

/// What a register lists, one kind of table each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Section {
    /// Connected apps and external client apps.
    OauthClient,
    /// Hosts that the org calls, trusts or sends to.
    Endpoint,
    /// Packages, by namespace.
    Package,
    /// Profiles, permission sets and groups with privileges.
    Holder,
    /// Custom permissions and switches by which controls are left out.
    Bypass,
    /// Objects that hold PHI.
    PhiObject,
}

impl Section {
    /// Every section, in the order in which they are written.
    pub const ALL: [Self; 6] = [
        Self::OauthClient,
        Self::Endpoint,
        Self::Package,
        Self::Holder,
        Self::Bypass,
        Self::PhiObject,
    ];

    /// The name of its tables.
    pub fn word(self) -> &'static str {
        match self {
            Self::OauthClient => "oauth-client",
            Self::Endpoint => "endpoint",
            Self::Package => "package",
            Self::Holder => "holder",
            Self::Bypass => "bypass",
            Self::PhiObject => "phi-object",
        }
    }

    /// Whether somebody outside may well stand behind an entry, so that it has to be said.
    pub fn asks_vendor(self) -> bool {
        matches!(self, Self::OauthClient | Self::Endpoint | Self::Package)
    }

    /// The keys of its entries, in the order in which they are written.
    pub fn keys(self) -> impl Iterator<Item = &'static str> {
        KEYS.into_iter().filter(move |key| match *key {
            "version" => self == Self::Package,
            "type" => self == Self::Holder,
            _ => true,
        })
    }
}

const KEYS: [&str; 12] = [
    "name",
    "type",
    "version",
    "owner",
    "purpose",
    "vendor",
    "criticality",
    "baa",
    "baa-until",
    "no-baa",
    "last-review",
    "next-review",
];

const DATES: [&str; 4] = ["baa", "baa-until", "last-review", "next-review"];

const TYPES: [&str; 3] = ["Profile", "PermissionSet", "PermissionSetGroup"];
const CRITICALITIES: [&str; 4] = ["low", "medium", "high", "critical"];

/// A value and its bytes in the file, with the quotation marks of a text.
#[derive(Debug, Clone, PartialEq)]
pub struct Written<T> {
    /// The value.
    pub value: T,
    /// Where it stands.
    pub bytes: Range<usize>,
}

/// One thing somebody answers for.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// What it is.
    pub section: Section,
    /// Its name: Salesforce's full name, a host, a namespace.
    pub name: Written<String>,
    /// Texts that say something, by key.
    pub texts: Vec<(&'static str, Written<String>)>,
    /// Dates, by key.
    pub dates: Vec<(&'static str, Written<Date>)>,
    /// Keys that are there and not filled in.
    pub blank: Vec<(&'static str, Range<usize>)>,
}

impl Entry {
    /// The text under a key, if it says something.
    pub fn text(&self, key: &str) -> Option<&Written<String>> {
        self.texts.iter().find(|(known, _)| *known == key).map(|(_, text)| text)
    }

    /// The date under a key.
    pub fn date(&self, key: &str) -> Option<&Written<Date>> {
        self.dates.iter().find(|(known, _)| *known == key).map(|(_, date)| date)
    }

    /// Where a key that is not filled in stands: at its empty value, else nowhere.
    pub fn blank(&self, key: &str) -> Option<Range<usize>> {
        self.blank.iter().find(|(known, _)| *known == key).map(|(_, bytes)| bytes.clone())
    }

    /// Whether it is about the thing of this name. Of an endpoint, `*.example.org` is about
    /// every host below `example.org`.
    pub fn is_about(&self, name: &str) -> bool {
        let own = &self.name.value;
        let below = own.strip_prefix('*').filter(|_| self.section == Section::Endpoint);
        let ends = |below: &str| fold(name).ends_with(&fold(below));
        same_name(own, name) || below.is_some_and(ends)
    }
}

/// The entries of a register.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Register {
    /// Path of the file, as findings show it.
    pub path: String,
    /// The file, once the files of a run are numbered.
    pub file: Option<FileId>,
    /// Why what an entry is about may lie outside of what was looked at; none where the whole
    /// project was.
    pub partial: Option<String>,
    /// The entries, in the order of the sections and of the file.
    pub entries: Vec<Entry>,
}

impl Register {
    /// The entry about a thing.
    pub fn entry(&self, section: Section, name: &str) -> Option<&Entry> {
        let about = |entry: &&Entry| entry.section == section && entry.is_about(name);
        self.entries.iter().find(about)
    }

    /// Reads the file. `path` is used in messages and kept.
    ///
    /// # Errors
    /// Every fault of the file, in the order of its lines.
    pub fn read(path: &str, text: &str) -> Result<Self, Vec<ConfigError>> {
        let mut reader = Reader::new(path, text);
        let mut register = Self { path: path.to_owned(), ..Self::default() };
        let (table, faults) = DeTable::parse_recoverable(text);
        match faults.is_empty() {
            true => read_sections(&mut reader, table.get_ref(), &mut register.entries),
            false => fault_of_toml(&mut reader, text, faults),
        }
        note_doubles(&mut reader, &register.entries);
        if reader.errors.is_empty() {
            return Ok(register);
        }
        reader.errors.sort();
        Err(reader.errors)
    }
}

fn read_sections(reader: &mut Reader<'_>, table: &DeTable<'_>, entries: &mut Vec<Entry>) {
    let words = Section::ALL.map(Section::word);
    for (key, _) in table.iter() {
        if !words.contains(&key.get_ref().as_ref()) {
            let line = reader.line(key.span());
            let known: Vec<String> = words.iter().map(|word| format!("[[{word}]]")).collect();
            let known = format!("what is listed: {}", known.join(", "));
            let hint = suggest(key.get_ref(), &words, &known);
            reader.fail(line, format!("unknown table {}{hint}", quote(key.get_ref())));
        }
    }
    for section in Section::ALL {
        let found = table.iter().find(|(key, _)| key.get_ref().as_ref() == section.word());
        let Some((_, value)) = found else { continue };
        let wanted = format!("a list of tables; begin each with [[{}]]", section.word());
        let DeValue::Array(items) = value.get_ref() else {
            reader.wrong_kind(section.word(), &wanted, value);
            continue;
        };
        for item in items.iter() {
            if let Some(table) = reader.table(section.word(), &wanted, item) {
                let line = reader.line(item.span());
                entries.extend(read_entry(reader, section, table, line));
            }
        }
    }
}

fn read_entry(
    reader: &mut Reader<'_>,
    section: Section,
    table: &DeTable<'_>,
    line: u32,
) -> Option<Entry> {
    let word = section.word();
    let name = Written { value: String::new(), bytes: 0..0 };
    let mut entry =
        Entry { section, name, texts: Vec::new(), dates: Vec::new(), blank: Vec::new() };
    for (key, value) in table.iter() {
        let Some(known) = section.keys().find(|known| *known == key.get_ref().as_ref()) else {
            let keys: Vec<&str> = section.keys().collect();
            let line = reader.line(key.span());
            reader.unknown_key(line, key.get_ref(), &format!(" in [[{word}]]"), &keys);
            continue;
        };
        read_value(reader, &mut entry, known, value);
    }
    if !table.iter().any(|(key, _)| key.get_ref().as_ref() == "name") {
        let advice = match section {
            Section::Endpoint => "name the host",
            Section::Package => "name its namespace",
            _ => "give the full name that findings show",
        };
        reader.fail(line, format!("[[{word}]] has no 'name'; {advice}"));
    }
    check_dates(reader, &entry);
    (!entry.name.value.is_empty()).then_some(entry)
}

fn read_value(reader: &mut Reader<'_>, entry: &mut Entry, key: &'static str, value: &Placed<'_>) {
    let full = format!("{}.{key}", entry.section.word());
    let empty =
        matches!(value.get_ref(), DeValue::String(text) if text.trim().is_empty()) && key != "name";
    if empty {
        entry.blank.push((key, value.span()));
    } else if DATES.contains(&key) {
        let date = read_date(reader, &full, value);
        entry.dates.extend(date.map(|date| (key, Written { value: date, bytes: value.span() })));
    } else if let Some(set) = reader.words(&full, value) {
        let fault = match key {
            "name" => fault_of_name(entry.section, &set.value),
            "type" => fault_of_word(&set.value, &TYPES),
            "criticality" => fault_of_word(&set.value, &CRITICALITIES),
            _ => None,
        };
        let text = Written { value: set.value, bytes: value.span() };
        match (fault, key) {
            (Some(fault), _) => {
                reader.fail(set.line, format!("'{full}' {} {fault}", quote(&text.value)));
            }
            (None, "name") => entry.name = text,
            (None, _) => entry.texts.push((key, text)),
        }
    }
}

fn read_date(reader: &mut Reader<'_>, full: &str, value: &Placed<'_>) -> Option<Date> {
    let text = match value.get_ref() {
        DeValue::Datetime(date) => date.to_string(),
        DeValue::String(text) => text.to_string(),
        _ => {
            reader.wrong_kind(full, "a date like 2026-12-31", value);
            return None;
        }
    };
    let date = parse_date(&text);
    if date.is_none() {
        let line = reader.line(value.span());
        let text = quote(&text);
        reader.fail(line, format!("'{full}': {text} is no date; write it as 2026-12-31"));
    }
    date
}

/// Why a text names no host; anything else may have any name.
fn fault_of_name(section: Section, name: &str) -> Option<String> {
    if section != Section::Endpoint {
        return None;
    }
    let host = name.strip_prefix("*.").unwrap_or(name);
    if host.contains(['/', '@', ' ']) {
        return Some("is no host; write the host alone, like lab.example.org".to_owned());
    }
    if host.contains('*') || (host != name && !host.contains('.')) {
        return Some("names too much; write a host, or *.example.org for those below".to_owned());
    }
    None
}

fn fault_of_word(word: &str, words: &[&str]) -> Option<String> {
    if words.contains(&word) {
        return None;
    }
    let hint = suggest(word, words, &format!("write one of {}", words.join(", ")));
    Some(format!("is none of those there are{hint}"))
}

/// Dates that contradict each other would let an entry say anything.
fn check_dates(reader: &mut Reader<'_>, entry: &Entry) {
    let word = entry.section.word();
    let mut say = |bytes: &Range<usize>, what: &str| {
        let line = reader.line(bytes.clone());
        reader.fail(line, format!("[[{word}]] {}: {what}", quote(&entry.name.value)));
    };
    let (baa, until) = (entry.date("baa"), entry.date("baa-until"));
    match (baa, until) {
        (Some(baa), Some(until)) if until.value < baa.value => {
            say(&until.bytes, "'baa-until' lies before 'baa'; correct one of them");
        }
        (None, Some(until)) => {
            say(&until.bytes, "'baa-until' without 'baa'; add the day the agreement was signed");
        }
        _ => {}
    }
    if let (Some(baa), Some(_)) = (baa, entry.text("no-baa")) {
        say(&baa.bytes, "both 'baa' and 'no-baa'; there is an agreement or none is needed");
    }
    if let (Some(last), Some(next)) = (entry.date("last-review"), entry.date("next-review"))
        && next.value < last.value
    {
        say(&next.bytes, "'next-review' lies before 'last-review'; correct one of them");
    }
}

/// Two entries about one thing could say two things.
fn note_doubles(reader: &mut Reader<'_>, entries: &[Entry]) {
    let mut seen: BTreeMap<(Section, String), &Entry> = BTreeMap::new();
    for entry in entries {
        let Some(first) = seen.insert((entry.section, fold(&entry.name.value)), entry) else {
            continue;
        };
        let name = quote(&entry.name.value);
        let first = reader.line(first.name.bytes.clone());
        let line = reader.line(entry.name.bytes.clone());
        let word = entry.section.word();
        let message = format!("[[{word}]] {name} stands on line {first} as well; keep one");
        reader.fail(line, message);
    }
}

#[cfg(test)]
mod tests;
