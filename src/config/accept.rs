//! Accepted risks: the `[[accept]]` tables.
//!
//! In: one table. Out: an [`Accept`], which says whether it covers a finding or a member of
//! one. It knows neither rules nor findings; who asks compares the rule first.

use jiff::civil::Date;
use toml::de::{DeTable, DeValue};

use super::error::quote;
use super::name::{NameGlob, same_name};
use super::table::{Placed, Reader, Setting};
use crate::fact::Severity;

/// The keys of `[[accept]]`.
pub(super) const KEYS: [&str; 9] = [
    "rule",
    "subject",
    "members",
    "reason",
    "by",
    "until",
    "breadth",
    "not-reasonable-because",
    "instead",
];

/// A glob with fewer letters and digits of its own takes in nearly everything.
const LEAST_LETTERS: usize = 3;

/// The longest a risk may be accepted, in days after the date of the run.
pub const MAX_DAYS: i64 = 365;
/// The longest a critical finding may be accepted.
pub const MAX_DAYS_CRITICAL: i64 = 90;

/// A risk somebody accepted, with a reason and an end.
#[derive(Debug, Clone, PartialEq)]
pub struct Accept {
    /// Id of the rule.
    pub rule: String,
    /// Full name of what is wrong, or a glob on it.
    pub subject: NameGlob,
    /// The only members that are accepted; empty for all of them.
    pub members: Vec<String>,
    /// Why.
    pub reason: String,
    /// Who takes the responsibility.
    pub by: String,
    /// The last day.
    pub until: Date,
    /// Why so many are accepted at once, where the subject is a glob.
    pub breadth: Option<String>,
    /// Of an addressable specification: why it is not reasonable and appropriate here.
    pub not_reasonable_because: Option<String>,
    /// Of an addressable specification: what is done instead.
    pub instead: Option<String>,
    /// Line of the table's head, from 1.
    pub line: u32,
}

impl Accept {
    /// Whether it covers a finding on `subject`, or with `member` that member of it. The
    /// subject is the finding's, or `subject/member`. A finding that lists members is covered
    /// only where each of them is; a finding without members is not covered by an acceptance
    /// that names some.
    pub fn covers(&self, subject: &str, member: Option<&str>) -> bool {
        let Some(member) = member else {
            return self.members.is_empty() && self.subject.matches(subject);
        };
        let named =
            self.members.is_empty() || self.members.iter().any(|name| same_name(name, member));
        named
            && (self.subject.matches(subject)
                || self.subject.matches(&format!("{subject}/{member}")))
    }

    /// Whether its last day is over.
    pub fn is_expired(&self, as_of: Date) -> bool {
        self.until < as_of
    }

    /// Whether it runs longer than a finding of this severity may be accepted.
    pub fn is_too_long(&self, severity: Severity, as_of: Date) -> bool {
        let most = if severity == Severity::Critical { MAX_DAYS_CRITICAL } else { MAX_DAYS };
        self.until > last_day(as_of, most)
    }
}

/// The day `days` after `as_of`.
pub fn last_day(as_of: Date, days: i64) -> Date {
    as_of.saturating_add(jiff::Span::new().days(days))
}

/// Reads `2026-12-31`, and nothing else.
pub fn parse_date(text: &str) -> Option<Date> {
    let shaped = text.bytes().enumerate().all(|(at, byte)| match at {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    });
    if shaped { text.parse().ok() } else { None }
}

/// What one table said so far.
#[derive(Default)]
struct Draft {
    rule: Option<String>,
    subject: Option<NameGlob>,
    members: Vec<String>,
    reason: Option<String>,
    by: Option<String>,
    until: Option<Date>,
    breadth: Option<String>,
    not_reasonable_because: Option<String>,
    instead: Option<String>,
}

/// What a table holds that is looked at even where the table as a whole is faulty.
pub(super) struct Read {
    pub(super) accept: Option<Accept>,
    pub(super) rule: Option<Setting<String>>,
    pub(super) until: Option<Setting<Date>>,
}

pub(super) fn read(reader: &mut Reader<'_>, table: &DeTable<'_>, line: u32) -> Read {
    let (mut draft, mut rule, mut until) = (Draft::default(), None, None);
    for (key, value) in table.iter() {
        let name = key.get_ref().as_ref();
        match name {
            "breadth" => draft.breadth = words(reader, name, value),
            "not-reasonable-because" => draft.not_reasonable_because = words(reader, name, value),
            "instead" => draft.instead = words(reader, name, value),
            "rule" => {
                rule = reader.words("accept.rule", value);
                draft.rule = rule.as_ref().map(|rule| rule.value.clone());
            }
            "subject" => draft.subject = subject(reader, value),
            "members" => draft.members = members(reader, value),
            "reason" => draft.reason = words(reader, name, value),
            "by" => draft.by = words(reader, name, value),
            "until" => {
                until = date(reader, value);
                draft.until = until.as_ref().map(|until| until.value);
            }
            other => {
                let line = reader.line(key.span());
                reader.unknown_key(line, other, " in [[accept]]", &KEYS);
            }
        }
    }
    note_missing(reader, table, line);
    Read { accept: finish(draft, line), rule, until }
}

fn words(reader: &mut Reader<'_>, name: &str, value: &Placed<'_>) -> Option<String> {
    reader.words(&format!("accept.{name}"), value).map(|setting| setting.value)
}

fn note_missing(reader: &mut Reader<'_>, table: &DeTable<'_>, line: u32) {
    let needed = [
        ("rule", "name the rule's id"),
        ("subject", "give the full name the finding shows"),
        ("reason", "say why the risk is acceptable"),
        ("by", "say who takes the responsibility"),
        ("until", "give the last day, at most 365 days ahead: until = 2026-12-31"),
    ];
    for (key, advice) in needed {
        if !table.iter().any(|(there, _)| there.get_ref().as_ref() == key) {
            reader.fail(line, format!("[[accept]] has no '{key}'; {advice}"));
        }
    }
}

fn finish(draft: Draft, line: u32) -> Option<Accept> {
    Some(Accept {
        rule: draft.rule?,
        subject: draft.subject?,
        members: draft.members,
        reason: draft.reason?,
        by: draft.by?,
        until: draft.until?,
        breadth: draft.breadth,
        not_reasonable_because: draft.not_reasonable_because,
        instead: draft.instead,
        line,
    })
}

fn subject(reader: &mut Reader<'_>, value: &Placed<'_>) -> Option<NameGlob> {
    let text = reader.text("accept.subject", value)?;
    match read_subject(&text.value) {
        Ok(glob) => Some(glob),
        Err(fault) => {
            reader.fail(text.line, format!("'accept.subject': {} {fault}", quote(&text.value)));
            None
        }
    }
}

/// Reads a subject: a name, or a glob that takes in some things and not nearly everything.
///
/// # Errors
/// What is wrong with it; the text completes "'…' …".
pub fn read_subject(text: &str) -> Result<NameGlob, String> {
    let glob = NameGlob::new(text)?;
    let (mut letters, mut in_class) = (0, false);
    for c in text.chars() {
        match c {
            '[' => in_class = true,
            ']' => in_class = false,
            _ => letters += usize::from(!in_class && c.is_alphanumeric()),
        }
    }
    if !glob.is_exact() && letters < LEAST_LETTERS {
        return Err("takes in nearly everything; write more of the name".to_owned());
    }
    Ok(glob)
}

/// An empty list could mean none or all, and a wildcard would be taken literally: both are
/// refused rather than guessed.
fn members(reader: &mut Reader<'_>, value: &Placed<'_>) -> Vec<String> {
    if value.get_ref().as_array().is_some_and(|items| items.is_empty()) {
        let line = reader.line(value.span());
        reader.fail(line, "'accept.members' is empty; leave it out to accept every member");
    }
    let mut members = Vec::new();
    for Setting { value: text, line } in reader.texts("accept.members", value) {
        match NameGlob::new(&text) {
            Ok(name) if name.is_exact() => members.push(text),
            Ok(_) => {
                let fault = "has a wildcard; name each member, or use a glob in 'subject'";
                reader.fail(line, format!("'accept.members': {} {fault}", quote(&text)));
            }
            Err(fault) => {
                reader.fail(line, format!("'accept.members': {} {fault}", quote(&text)));
            }
        }
    }
    members
}

/// A date is written as TOML's own or as a string.
fn date(reader: &mut Reader<'_>, value: &Placed<'_>) -> Option<Setting<Date>> {
    let text = match value.get_ref() {
        DeValue::Datetime(date) => date.to_string(),
        DeValue::String(text) => text.to_string(),
        _ => {
            reader.wrong_kind("accept.until", "a date like 2026-12-31", value);
            return None;
        }
    };
    let line = reader.line(value.span());
    let Some(value) = parse_date(&text) else {
        let text = quote(&text);
        reader.fail(line, format!("'accept.until': {text} is no date; write it as 2026-12-31"));
        return None;
    };
    Some(Setting { value, line })
}
