//! What a change proposes to change in how it is judged.
//!
//! In: configuration, register, rule pages and `.forceignore` of base and head, as texts by path. Out:
//! remarks: each says that the proposal does not count for the change itself. It judges
//! nothing and does not say whether a proposal is good.

use std::collections::{BTreeMap, BTreeSet};

use super::register;
use crate::report::Notice;

/// How a file is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `phorce.toml`: what counts is its values.
    Config,
    /// The register: what counts is its entries.
    Register,
    /// A rule page: what counts is its text.
    Page,
    /// A `.forceignore`: what counts is its lines.
    Ignore,
    /// A baseline: what counts is its text.
    Baseline,
}

/// Files that decide how is judged: how each is read, and its text.
pub type Files = BTreeMap<String, (Kind, String)>;

pub use crate::report::change::PROPOSED as EFFECT;

/// Remarks on every difference.
pub fn proposals(base: &Files, head: &Files) -> Vec<Notice> {
    let paths: BTreeSet<&String> = base.keys().chain(head.keys()).collect();
    paths.into_iter().flat_map(|path| differences(path, base.get(path), head.get(path))).collect()
}

fn differences(
    path: &str,
    base: Option<&(Kind, String)>,
    head: Option<&(Kind, String)>,
) -> Vec<Notice> {
    let Some((kind, _)) = head.or(base) else { return Vec::new() };
    let (old, new) = (base.map(|(_, text)| text.as_str()), head.map(|(_, text)| text.as_str()));
    if old == new {
        return Vec::new();
    }
    if let Some(what) = whole(*kind) {
        let does = match (old, new) {
            (None, _) => "adds",
            (_, None) => "removes",
            _ => "alters",
        };
        return vec![notice(path, format!("{EFFECT}: the change {does} this {what}"), None)];
    }
    if *kind == Kind::Register {
        return register::differences(old.unwrap_or(""), new.unwrap_or(""))
            .into_iter()
            .map(|(what, line)| notice(path, format!("{EFFECT}: {what}"), line))
            .collect();
    }
    let parts = |text: Option<&str>| match kind {
        Kind::Config => values(text.unwrap_or("")),
        _ => lines(text.unwrap_or("")),
    };
    let (old, new) = (parts(old), parts(new));
    let added = new.iter().filter(|(part, _)| !old.contains_key(*part));
    let removed = old.keys().filter(|part| !new.contains_key(*part));
    let added =
        added.map(|(part, line)| notice(path, format!("{EFFECT}: adds {part}"), Some(*line)));
    let removed = removed.map(|part| notice(path, format!("{EFFECT}: removes {part}"), None));
    added.chain(removed).collect()
}

/// What is compared as a whole.
fn whole(kind: Kind) -> Option<&'static str> {
    match kind {
        Kind::Page => Some("rule page"),
        Kind::Baseline => Some("baseline"),
        Kind::Config | Kind::Register | Kind::Ignore => None,
    }
}

fn notice(path: &str, message: String, line: Option<u32>) -> Notice {
    Notice { message, path: Some(path.to_owned()), line }
}

/// Patterns with their lines.
fn lines(text: &str) -> BTreeMap<String, u32> {
    let numbered = text.trim_start_matches('\u{feff}').lines().map(str::trim).zip(1..);
    let said = numbered.filter(|(line, _)| !line.is_empty() && !line.starts_with('#'));
    said.map(|(line, number)| (format!("the pattern '{line}'"), number)).collect()
}

/// Values of a configuration, each with the keys above it. A list is told item by item, an
/// entry of a list of tables as a whole.
fn values(text: &str) -> BTreeMap<String, u32> {
    let mut found = BTreeMap::new();
    if let Ok(table) = toml::from_str::<toml::Table>(text) {
        for (key, value) in &table {
            flatten(key, value, &mut found);
        }
    }
    let line = |part: &str| {
        let sought = part.rsplit('\'').nth(1).unwrap_or(part);
        let at = text.lines().position(|line| line.contains(sought)).unwrap_or(0);
        u32::try_from(at).unwrap_or(0).saturating_add(1)
    };
    found.into_keys().map(|part| (part.clone(), line(&part))).collect()
}

fn flatten(key: &str, value: &toml::Value, found: &mut BTreeMap<String, ()>) {
    match value {
        toml::Value::Table(table) => {
            for (name, value) in table {
                flatten(&format!("{key}.{name}"), value, found);
            }
        }
        toml::Value::Array(items) => {
            for item in items {
                found.insert(format!("{key} {}", told(item)), ());
            }
        }
        scalar => {
            found.insert(format!("{key} = {}", told(scalar)), ());
        }
    }
}

fn told(value: &toml::Value) -> String {
    match value {
        toml::Value::String(text) => format!("'{text}'"),
        toml::Value::Table(table) => {
            let pairs = table.iter().map(|(key, value)| format!("{key} {}", told(value)));
            format!("({})", pairs.collect::<Vec<_>>().join(", "))
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told_of(kind: Kind, base: &str, head: &str) -> Vec<String> {
        let files = |text: &str| Files::from([("f".to_owned(), (kind, text.to_owned()))]);
        let told = proposals(&files(base), &files(head)).into_iter();
        told.map(|notice| notice.message.replace(&format!("{EFFECT}: "), "")).collect()
    }

    #[test]
    fn values_are_compared_and_not_lines() {
        let base = "fail-on = 'high'\n[phi]\nnot = ['A.B__c']\n";
        let moved = "# a remark\nfail-on = 'high'\n\n[phi]\nnot = [\n'A.B__c' ]\n";
        assert!(told_of(Kind::Config, base, moved).is_empty());
        let head = "fail-on = 'critical'\n[phi]\nnot = ['A.B__c', '*.SSN__c']\n\
                    [[accept]]\nrule = 'r'\nsubject = 'S'\n";
        assert_eq!(
            told_of(Kind::Config, base, head),
            [
                "adds accept (rule 'r', subject 'S')",
                "adds fail-on = 'critical'",
                "adds phi.not '*.SSN__c'",
                "removes fail-on = 'high'"
            ]
        );
    }

    #[test]
    fn patterns_are_compared_line_by_line() {
        let got = told_of(Kind::Ignore, "a/\n# b\n", "**/*.profile\n\n# c\na/");
        assert_eq!(got, ["adds the pattern '**/*.profile'"]);
    }

    #[test]
    fn a_page_is_compared_whole() {
        assert_eq!(told_of(Kind::Page, "a", "b"), ["the change alters this rule page"]);
        assert_eq!(told_of(Kind::Baseline, "a", "b"), ["the change alters this baseline"]);
        assert!(told_of(Kind::Page, "a", "a").is_empty());
        let one = Files::from([("f".to_owned(), (Kind::Page, "a".to_owned()))]);
        let told = |base: &Files, head: &Files| proposals(base, head).remove(0).message;
        let none = Files::new();
        assert!(told(&none, &one).ends_with("the change adds this rule page"));
        assert!(told(&one, &none).ends_with("the change removes this rule page"));
    }
}
