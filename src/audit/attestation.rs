//! What people attest, because metadata cannot show it.
//!
//! In: the text of `attestations.toml`. Out: [`Attestations`], or every fault with its line.
//! An attestation never makes a control pass: it is shown as what it is, and as overdue when
//! its time is over.

use jiff::civil::Date;
use jiff::{Span, ToSpan};
use serde::Deserialize;
use toml::Spanned;

/// The file, beside `phorce.toml`.
pub const FILE_NAME: &str = "attestations.toml";

/// One statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attestation {
    /// Id of the control.
    pub control: String,
    /// What is stated.
    pub statement: String,
    /// Who states it.
    pub by: String,
    /// The day it was stated.
    pub on: Date,
    /// How often it is to be stated again.
    pub frequency: String,
    /// The last day it counts; none where it counts for good.
    pub until: Option<Date>,
}

impl Attestation {
    /// Whether its time is over.
    pub fn is_overdue(&self, as_of: Date) -> bool {
        self.until.is_some_and(|until| until < as_of)
    }
}

/// A control that does not apply, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotApplicable {
    /// Id of the control.
    pub control: String,
    /// Why.
    pub why: String,
    /// Who says so.
    pub by: String,
    /// The day it was said.
    pub on: Date,
}

/// All of the file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Attestations {
    /// Statements.
    pub stated: Vec<Attestation>,
    /// What does not apply.
    pub not_applicable: Vec<NotApplicable>,
    /// The file as it is.
    pub text: String,
}

impl Attestations {
    /// The statement on a control that counts longest.
    pub(super) fn of(&self, control: &str) -> Option<&Attestation> {
        let of = self.stated.iter().filter(|stated| stated.control == control);
        of.max_by_key(|stated| stated.until.unwrap_or(Date::MAX))
    }

    pub(super) fn not_applicable(&self, control: &str) -> Option<&NotApplicable> {
        self.not_applicable.iter().find(|entry| entry.control == control)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct File {
    #[serde(default)]
    attestation: Vec<Spanned<Stated>>,
    #[serde(default)]
    not_applicable: Vec<Spanned<Excluded>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Stated {
    control: String,
    statement: String,
    by: String,
    on: toml::value::Datetime,
    #[serde(default)]
    frequency: String,
    until: Option<toml::value::Datetime>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Excluded {
    control: String,
    why: String,
    by: String,
    on: toml::value::Datetime,
}

/// Reads the file. `known` says whether a control is one.
///
/// # Errors
/// Every fault, one line each, with its place.
pub fn read(
    path: &str,
    text: &str,
    as_of: Date,
    known: &dyn Fn(&str) -> bool,
) -> Result<Attestations, Vec<String>> {
    let file: File = toml::from_str(text).map_err(|error| {
        let at = error.span().map_or(1, |span| line_of(text, span.start));
        vec![format!("{path}:{at}: {}", error.message())]
    })?;
    let mut read = Attestations { text: text.to_owned(), ..Attestations::default() };
    let mut faults = Vec::new();
    for entry in file.attestation {
        let at = line_of(text, entry.span().start);
        match stated(entry.into_inner(), as_of, known) {
            Ok(entry) => read.stated.push(entry),
            Err(why) => faults.push(format!("{path}:{at}: [[attestation]]: {why}")),
        }
    }
    for entry in file.not_applicable {
        let at = line_of(text, entry.span().start);
        match excluded(entry.into_inner(), as_of, known) {
            Ok(entry) => read.not_applicable.push(entry),
            Err(why) => faults.push(format!("{path}:{at}: [[not-applicable]]: {why}")),
        }
    }
    if faults.is_empty() { Ok(read) } else { Err(faults) }
}

fn stated(entry: Stated, as_of: Date, known: &dyn Fn(&str) -> bool) -> Result<Attestation, String> {
    check(&entry.control, known)?;
    filled("statement", &entry.statement)?;
    filled("by", &entry.by)?;
    let on = past("on", &entry.on, as_of)?;
    let until = match (&entry.until, entry.frequency.as_str()) {
        (Some(until), _) => Some(date("until", until)?),
        (None, "once") => None,
        (None, frequency) => Some(next(on, frequency)?),
    };
    if until.is_some_and(|until| until < on) {
        return Err("'until' is before 'on'".to_owned());
    }
    let Stated { control, statement, by, frequency, .. } = entry;
    Ok(Attestation { control, statement, by, on, frequency, until })
}

fn excluded(
    entry: Excluded,
    as_of: Date,
    known: &dyn Fn(&str) -> bool,
) -> Result<NotApplicable, String> {
    check(&entry.control, known)?;
    filled("why", &entry.why)?;
    filled("by", &entry.by)?;
    let on = past("on", &entry.on, as_of)?;
    let Excluded { control, why, by, .. } = entry;
    Ok(NotApplicable { control, why, by, on })
}

fn check(control: &str, known: &dyn Fn(&str) -> bool) -> Result<(), String> {
    match known(control) {
        true => Ok(()),
        false => Err(format!("'{control}' is no control; controls.csv of a pack lists them")),
    }
}

fn filled(key: &str, text: &str) -> Result<(), String> {
    if text.trim().is_empty() { Err(format!("'{key}' is empty")) } else { Ok(()) }
}

fn date(key: &str, written: &toml::value::Datetime) -> Result<Date, String> {
    let wrong = || format!("'{key}' is no day; write it as 2026-12-31, without quotes");
    let day = written.date.filter(|_| written.time.is_none()).ok_or_else(wrong)?;
    let small = |number: u8| i8::try_from(number).ok();
    let year = i16::try_from(day.year).ok();
    let parts = year.zip(small(day.month)).zip(small(day.day));
    parts.and_then(|((year, month), day)| Date::new(year, month, day).ok()).ok_or_else(wrong)
}

/// Nobody can attest tomorrow.
fn past(key: &str, written: &toml::value::Datetime, as_of: Date) -> Result<Date, String> {
    let day = date(key, written)?;
    if day > as_of { Err(format!("'{key}' is after the day of the run, {as_of}")) } else { Ok(day) }
}

fn next(on: Date, frequency: &str) -> Result<Date, String> {
    let after: Span = match frequency {
        "monthly" => 1.month(),
        "quarterly" => 3.months(),
        "half-yearly" => 6.months(),
        "yearly" => 1.year(),
        _ => {
            return Err("say 'until', or a 'frequency': monthly, quarterly, half-yearly, yearly \
                        or once"
                .to_owned());
        }
    };
    on.checked_add(after).map_err(|error| error.to_string())
}

fn line_of(text: &str, at: usize) -> usize {
    text.get(..at).unwrap_or(text).matches('\n').count() + 1
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    const DAY: Date = date(2026, 10, 5);

    fn faults(text: &str) -> Vec<String> {
        read("a.toml", text, DAY, &|id| id == "164.312(b)").unwrap_err()
    }

    fn entry(rest: &str) -> String {
        format!("\n[[attestation]]\ncontrol = '164.312(b)'\nstatement = 'Kept.'\n{rest}\n")
    }

    #[test]
    fn what_is_stated_counts_until_it_is_overdue() {
        let text = entry("by = 'R. Ortiz'\non = 2026-07-01\nfrequency = 'quarterly'");
        let read = read("a.toml", &text, DAY, &|_| true).unwrap();
        let stated = read.of("164.312(b)").unwrap();
        assert_eq!(stated.until, Some(date(2026, 10, 1)));
        assert!(stated.is_overdue(DAY) && !stated.is_overdue(date(2026, 10, 1)));
        assert!(read.of("164.312(a)(1)").is_none());
    }

    #[test]
    fn every_fault_has_its_line() {
        assert_eq!(
            faults(&entry("by = ''\non = 2026-07-01\nfrequency = 'once'")),
            ["a.toml:2: [[attestation]]: 'by' is empty"]
        );
        assert_eq!(
            faults(&entry("by = 'R'\non = 2026-12-01\nfrequency = 'once'")),
            ["a.toml:2: [[attestation]]: 'on' is after the day of the run, 2026-10-05"]
        );
        assert!(faults(&entry("by = 'R'\non = 2026-07-01"))[0].contains("say 'until'"));
        assert!(faults(&entry("by = 'R'\non = 2026-07-01\nwho = 1"))[0].starts_with("a.toml:7: "));
        let other = entry("by = 'R'\non = 2026-07-01\nfrequency = 'once'").replace("(b)", "(z)");
        assert!(faults(&other)[0].contains("'164.312(z)' is no control"));
        assert!(faults("[[not-applicable]]\ncontrol = '164.312(b)'")[0].contains("missing field"));
    }
}
