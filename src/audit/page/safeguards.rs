//! PHI fields, how each is guarded, and what records who did what, as the page shows it.
//!
//! In: fields and logs of the orgs. Out: [`Safeguards`]. A word that is for the worse, for the
//! better or not known has a class for it, beside the word.

use super::{Cell, ChartRow, safe};
use crate::audit::control::counted;
use crate::audit::table::obstacle;
use crate::audit::{Subject, chart};
use crate::report::audit::{LogSource, PhiField};

/// More is counted; the tables have it.
const MOST: usize = 120;

pub(super) struct Safeguards {
    pub(super) told: String,
    pub(super) chart: Vec<ChartRow>,
    pub(super) fields: Vec<[Cell; 6]>,
    pub(super) fields_more: usize,
    pub(super) logs_told: String,
    pub(super) logs: Vec<[Cell; 5]>,
    pub(super) logs_more: usize,
}

pub(super) fn view(subject: &Subject<'_>) -> Safeguards {
    let (fields, logs) = (&subject.estate.fields, &subject.estate.logs);
    let on = logs.iter().filter(|log| log.state.contains("on") && log.state != "none").count();
    Safeguards {
        told: match fields.len() {
            0 => "No field that holds PHI was found in the files.".to_owned(),
            all => format!(
                "{} recognised by the project’s own list, their compliance group, the platform’s \
                 clinical objects, or their names. What is recognised by its name is to be \
                 confirmed; phi-inventory.csv says why each is listed.",
                counted(all, "PHI field is", "PHI fields are")
            ),
        },
        chart: if fields.is_empty() { Vec::new() } else { coverage(fields) },
        fields: fields.iter().take(MOST).map(field).collect(),
        fields_more: fields.len().saturating_sub(MOST),
        logs_told: format!(
            "{on} of {} are on. How long a log outside the org is kept is to be attested.",
            counted(logs.len(), "source", "sources")
        ),
        logs: logs.iter().take(MOST).map(log).collect(),
        logs_more: logs.len().saturating_sub(MOST),
    }
}

fn is_encrypted(field: &PhiField) -> bool {
    ["probabilistic", "deterministic", "classic"].contains(&field.encryption.as_str())
}

fn coverage(fields: &[PhiField]) -> Vec<ChartRow> {
    let all = fields.len();
    let row = |label: &str, note: &str, holds: &dyn Fn(&PhiField) -> bool| {
        let count = fields.iter().filter(|field| holds(field)).count();
        ChartRow {
            label: label.to_owned(),
            note: note.to_owned(),
            bar: chart::bar(&[("f-pass", count)], all, None),
            value: format!("{count} of {all}"),
            parts: String::new(),
        }
    };
    vec![
        row("encrypted", "by field, at rest", &is_encrypted),
        row("changes recorded", "by field history", &|field| field.tracked == "yes"),
        row("classified", "with a compliance group", &|field| !field.compliance.is_empty()),
    ]
}

fn cell(class: &'static str, text: &str) -> Cell {
    Cell { class, text: safe(text) }
}

fn field(field: &PhiField) -> [Cell; 6] {
    let org = if field.org.is_empty() { String::new() } else { format!(" ({})", field.org) };
    [
        cell("", &format!("{}.{}{org}", field.object, field.field)),
        cell("", &format!("{}, {}", class(&field.class), sureness(&field.level))),
        encryption(field),
        word(&field.tracked),
        sharing(field),
        match field.compliance.as_slice() {
            [] => cell("bad", "no"),
            groups => cell("good", &groups.join(", ")),
        },
    ]
}

/// What a field holds, in words.
fn class(word: &str) -> String {
    match word {
        "ssn" => "social security number".to_owned(),
        other => other.replace('-', " "),
    }
}

fn sureness(level: &str) -> &str {
    match level {
        "high" => "certain",
        "medium" => "likely",
        "low" => "possible",
        other => other,
    }
}

fn encryption(field: &PhiField) -> Cell {
    let why = obstacle(&field.obstacle);
    match field.encryption.as_str() {
        "impossible" => cell("unsure", &format!("not possible: {why}")),
        "none" => cell("bad", "none"),
        "classic" => cell("good", "older encrypted text"),
        "unknown" | "" => cell("unsure", "not known"),
        scheme => cell("good", scheme),
    }
}

fn word(word: &str) -> Cell {
    match word {
        "yes" => cell("good", "yes"),
        "no" => cell("bad", "no"),
        _ => cell("unsure", "not known"),
    }
}

/// The default for users inside and outside, once where it is the same.
fn sharing(field: &PhiField) -> Cell {
    let told = |default: &str| match default {
        "unknown" | "" => "not known".to_owned(),
        other => words(other),
    };
    let (inside, outside) = (told(&field.internal), told(&field.external));
    let class = match field.internal.as_str() {
        "Private" => "good",
        "unknown" | "" => "unsure",
        "ControlledByParent" => "",
        _ => "bad",
    };
    let text = match inside == outside {
        true => inside,
        false => format!("{inside}; external: {outside}"),
    };
    cell(class, &text)
}

/// `ReadWriteTransfer` as `read write transfer`.
fn words(name: &str) -> String {
    let mut words = String::new();
    for c in name.chars() {
        if c.is_ascii_uppercase() && !words.is_empty() {
            words.push(' ');
        }
        words.push(c.to_ascii_lowercase());
    }
    words
}

fn log(log: &LogSource) -> [Cell; 5] {
    let class = match log.state.as_str() {
        "on" | "always on" => "good",
        "off" => "bad",
        _ => "unsure",
    };
    let state = if log.state == "unknown" { "not known" } else { &log.state };
    let kept = if log.retention == "unknown" { "not known" } else { &log.retention };
    [
        cell("", &log.kind),
        cell("", &log.name),
        cell(class, state),
        cell("", kept),
        cell("", &log.note.replace('`', "")),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_sharing_gives_is_told_in_words() {
        let default = |internal: &str, external: &str| {
            let (internal, external) = (internal.to_owned(), external.to_owned());
            let cell = sharing(&PhiField { internal, external, ..PhiField::default() });
            (cell.class, cell.text)
        };
        assert_eq!(default("Private", "Private"), ("good", "private".to_owned()));
        assert_eq!(
            default("ReadWriteTransfer", "Private"),
            ("bad", "read write transfer; external: private".to_owned())
        );
        assert_eq!(default("unknown", "unknown"), ("unsure", "not known".to_owned()));
    }
}
