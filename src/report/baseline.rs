//! The baseline: findings that were there when it was written.
//!
//! In: its text, the findings of a run, the day. Out: findings marked as known, remarks on
//! its age and on what it no longer matches; or a new text. It names findings and holds no
//! value. It never hides a critical finding, one that got worse, or one that a change opens.

use std::collections::BTreeMap;
use std::fmt::Write;

use jiff::civil::Date;
use serde::Deserialize;
use toml::Spanned;

use super::{Finding, Notice, Status};
use crate::config::parse_date;
use crate::config::stanza::string;
use crate::fact::Severity;
use crate::rule::Rule;
use crate::source::lines::Lines;

/// The version of the format.
const VERSION: i64 = 1;
/// How many entries a remark names.
const NAMED: usize = 3;

/// What is known.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Baseline {
    /// The file as the caller named it.
    pub path: String,
    /// Its entries, in the order of the file.
    pub entries: Vec<Entry>,
}

/// A known finding.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Folder of the org; empty for one.
    pub org: String,
    /// Id of the rule.
    pub rule: String,
    /// Full name of what is wrong.
    pub subject: String,
    /// What of it.
    pub key: String,
    /// How bad it was.
    pub severity: Severity,
    /// What it listed.
    pub members: Vec<String>,
    /// The day it was first recorded.
    pub first: Date,
    /// Line, from 1.
    pub line: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: i64,
    #[serde(default)]
    findings: Vec<Spanned<Row>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    #[serde(default)]
    org: String,
    rule: String,
    subject: String,
    #[serde(default)]
    key: String,
    severity: Severity,
    first: toml::value::Datetime,
    #[serde(default)]
    members: Vec<String>,
}

/// Org, rule, subject in lower case, key: what a finding is known by, never a line.
type Identity = (String, String, String, String);

impl Entry {
    fn identity(&self) -> Identity {
        let Self { org, rule, subject, key, .. } = self;
        (org.clone(), rule.clone(), subject.to_lowercase(), key.clone())
    }

    fn named(&self) -> String {
        format!("{} on {} ({})", self.rule, self.subject, self.first)
    }

    /// What the finding has that the entry does not: none where it is no worse.
    fn worse(&self, finding: &Finding) -> Option<String> {
        if finding.severity > self.severity {
            return Some(format!("{}, not {}", finding.severity.word(), self.severity.word()));
        }
        let known =
            |name: &str| self.members.iter().any(|m| m.to_lowercase() == name.to_lowercase());
        let new = finding.members.iter().map(|member| member.name.as_str());
        let new: Vec<&str> = new.filter(|name| !known(name)).collect();
        (!new.is_empty()).then(|| format!("with {}", new.join(", ")))
    }
}

fn identity(finding: &Finding) -> Identity {
    let Finding { org, rule, subject, key, .. } = finding;
    (org.clone(), rule.clone(), subject.to_lowercase(), key.clone())
}

/// Reads a baseline. An older id of a rule comes out as the one it stands for.
///
/// # Errors
/// What is wrong with it, with its line.
pub fn parse(path: &str, text: &str, rules: &[Rule]) -> Result<Baseline, String> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let lines = Lines::new(text);
    let fail =
        |line: u32, why: &str| format!("{path}:{line}: {why}; `phorce baseline` writes this file");
    let file: File = toml::from_str(text).map_err(|error| {
        let line = error.span().map_or(1, |span| lines.position(span.start).line);
        fail(line, error.message())
    })?;
    if file.version != VERSION {
        return Err(fail(1, "this is no version of a baseline that is known here"));
    }
    let current = |id: String| {
        let rule = rules.iter().find(|rule| rule.definition.aliases.contains(&id));
        rule.map_or(id, |rule| rule.id.clone())
    };
    let mut entries = Vec::new();
    for row in file.findings {
        let line = lines.position(row.span().start).line;
        let Row { org, rule, subject, key, severity, first, members } = row.into_inner();
        let first = parse_date(&first.to_string())
            .ok_or_else(|| fail(line, "'first' is no date like 2026-12-31"))?;
        let rule = current(rule);
        entries.push(Entry { org, rule, subject, key, severity, members, first, line });
    }
    Ok(Baseline { path: path.to_owned(), entries })
}

/// Marks what is known; gives remarks on the baseline and on what it does not cover.
pub fn apply(findings: &mut [Finding], baseline: &Baseline, as_of: Date) -> Vec<Notice> {
    let mut open: BTreeMap<Identity, Vec<&Entry>> = BTreeMap::new();
    for entry in &baseline.entries {
        open.entry(entry.identity()).or_default().push(entry);
    }
    let say = |message: String, line: Option<u32>| Notice {
        message,
        path: Some(baseline.path.clone()),
        line: line.or(Some(1)),
    };
    let mut notices = vec![say(summary(baseline, as_of), None)];
    let is_past = |f: &Finding| matches!(f.status, Status::Fixed | Status::NoLongerSeen);
    for finding in findings.iter_mut().filter(|finding| !is_past(finding)) {
        let Some(known) = open.get_mut(&identity(finding)).filter(|known| !known.is_empty()) else {
            continue;
        };
        // Of several that are told apart by nothing but their files, one that covers it.
        let fits = known.iter().position(|entry| entry.worse(finding).is_none());
        let entry = known.remove(fits.unwrap_or(0));
        if finding.status != Status::Open {
            continue;
        }
        match refusal(entry, finding) {
            None => finding.status = Status::Baselined,
            Some(why) => notices.push(say(
                format!("{} on {} stays open: {why}", finding.rule, finding.subject),
                Some(entry.line),
            )),
        }
    }
    let mut left: Vec<&Entry> = open.into_values().flatten().collect();
    left.sort_by_key(|entry| entry.line);
    if let Some(first) = left.first() {
        let message = format!(
            "{} of the baseline {} no finding any more: {}; `phorce baseline` writes it anew",
            entries(left.len()),
            if left.len() == 1 { "matches" } else { "match" },
            listed(&left)
        );
        notices.push(say(message, Some(first.line)));
    }
    notices
}

/// Why an entry does not cover a finding of its identity.
fn refusal(entry: &Entry, finding: &Finding) -> Option<String> {
    if finding.severity == Severity::Critical {
        return Some("a baseline never hides a critical finding".to_owned());
    }
    if finding.change.is_some() {
        return Some(
            "the change opens it or makes it worse, whatever the baseline lists".to_owned(),
        );
    }
    entry.worse(finding).map(|worse| format!("it is worse than the baseline says: {worse}"))
}

/// Size, age and the oldest entries: said in every report.
fn summary(baseline: &Baseline, as_of: Date) -> String {
    let mut oldest: Vec<&Entry> = baseline.entries.iter().collect();
    oldest.sort_by_key(|entry| (entry.first, entry.line));
    let (Some(first), Some(last)) = (oldest.first(), oldest.last()) else {
        return "the baseline lists no finding: take it out of the configuration".to_owned();
    };
    let of = |severity: Severity| {
        let count = baseline.entries.iter().filter(|entry| entry.severity == severity).count();
        (count > 0).then(|| format!("{count} {}", severity.word()))
    };
    let counts = Severity::ALL.into_iter().filter_map(of).collect::<Vec<_>>().join(", ");
    let age = match (as_of - first.first).get_days() {
        1 => "1 day old".to_owned(),
        days => format!("{} days old", days.max(0)),
    };
    format!(
        "what the baseline lists is known and not open: {} ({counts}), recorded from {} to {}, the oldest {age}: {}",
        entries(baseline.entries.len()),
        first.first,
        last.first,
        listed(&oldest)
    )
}

fn entries(count: usize) -> String {
    if count == 1 { "1 entry".to_owned() } else { format!("{count} entries") }
}

fn listed(entries: &[&Entry]) -> String {
    let named: Vec<String> = entries.iter().take(NAMED).map(|entry| entry.named()).collect();
    let more = match entries.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    named.join(", ") + &more
}

/// What is written, and what is left out of it.
#[derive(Debug, PartialEq, Eq)]
pub struct Written {
    /// The file.
    pub text: String,
    /// How many findings it lists.
    pub listed: usize,
    /// How many critical findings are not in it.
    pub critical: usize,
}

/// The open findings as a baseline. One that `old` lists keeps the day it has there.
pub fn write(findings: &[Finding], old: Option<&Baseline>, as_of: Date) -> Written {
    let mut days: BTreeMap<Identity, Vec<Date>> = BTreeMap::new();
    for entry in old.into_iter().flat_map(|old| &old.entries) {
        days.entry(entry.identity()).or_default().push(entry.first);
    }
    days.values_mut().for_each(|days| days.sort_by(|a, b| b.cmp(a)));
    let (critical, mut known): (Vec<&Finding>, Vec<&Finding>) = findings
        .iter()
        .filter(|finding| finding.status == Status::Open)
        .partition(|finding| finding.severity == Severity::Critical);
    known.sort_by_cached_key(|f| (identity(f), f.severity, f.fingerprint.clone()));
    let mut text = format!(
        "# Findings that are known, written by `phorce baseline`: what is not listed here is new.\n\
         # It names findings and hides none that is critical. Review it; do not edit it.\n\
         version = {VERSION}\nfindings = [\n"
    );
    for finding in &known {
        let first = days.get_mut(&identity(finding)).and_then(Vec::pop);
        write_row(&mut text, finding, first.map_or(as_of, |first| first.min(as_of)));
    }
    text += "]\n";
    Written { text, listed: known.len(), critical: critical.len() }
}

fn write_row(text: &mut String, finding: &Finding, first: Date) {
    let mut members: Vec<String> = finding.members.iter().map(|m| string(&m.name)).collect();
    members.sort();
    let pairs = [
        ("org", &finding.org),
        ("rule", &finding.rule),
        ("subject", &finding.subject),
        ("key", &finding.key),
    ];
    text.push_str("  { ");
    for (name, value) in pairs.into_iter().filter(|(_, value)| !value.is_empty()) {
        // Writing to a String cannot fail.
        let _ = write!(text, "{name} = {}, ", string(value));
    }
    let _ = write!(text, "severity = \"{}\", first = {first}", finding.severity.word());
    if !members.is_empty() {
        let _ = write!(text, ", members = [{}]", members.join(", "));
    }
    text.push_str(" },\n");
}

#[cfg(test)]
#[path = "baseline_tests.rs"]
mod tests;
