//! What the TOML block of a page says, before parameters are put in.
//!
//! In: TOML text. Out: [`Definition`], plain data that can be changed one part at a time:
//! weakening a page means changing its definition. Judging is done with the compiled form,
//! [`super::case`].

use std::collections::BTreeMap;

use serde::Deserialize;

use super::page::PageError;
use crate::fact::{Confidence, Severity};
use crate::param::Param;

/// The TOML block.
#[derive(Debug, Clone)]
pub struct Definition {
    /// Severity of cases that state none.
    pub severity: Severity,
    /// Confidence of cases that state none.
    pub confidence: Confidence,
    /// HIPAA citations.
    pub hipaa: Vec<String>,
    /// Benchmark controls.
    pub sbs: Vec<String>,
    /// Older ids.
    pub aliases: Vec<String>,
    /// The cases, from the worst to the mildest.
    pub cases: Vec<CaseDefinition>,
    /// Parameters with the page's values.
    pub params: BTreeMap<String, Param>,
}

/// One `[[case]]`.
#[derive(Debug, Clone)]
pub struct CaseDefinition {
    /// Kinds of facts.
    pub kinds: Vec<String>,
    /// The tests, sorted by key.
    pub tests: Vec<TestDefinition>,
    /// The value the finding stands on.
    pub at: Option<String>,
    /// What tells two findings on one subject apart.
    pub key: Option<String>,
    /// The key whose values are members.
    pub members: Option<String>,
    /// The message template.
    pub message: String,
    /// Severity, where it differs from the page's.
    pub severity: Option<Severity>,
    /// Confidence, where it differs from the page's.
    pub confidence: Option<Confidence>,
}

/// All demands on one key.
#[derive(Debug, Clone)]
pub struct TestDefinition {
    /// The key.
    pub key: String,
    /// Name of the test (`is`, `in`, …) with its operand.
    pub checks: Vec<(String, toml::Value)>,
    /// What Salesforce assumes where it is absent.
    pub default: Option<toml::Value>,
    /// How it ends where it is unknown.
    pub unknown: Option<bool>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Front {
    severity: Severity,
    confidence: Confidence,
    hipaa: Vec<String>,
    #[serde(default)]
    sbs: Vec<String>,
    #[serde(default)]
    aliases: Vec<String>,
    case: Vec<CaseFront>,
    #[serde(default)]
    params: BTreeMap<String, toml::Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct CaseFront {
    r#for: OneOrMany,
    #[serde(default)]
    r#where: BTreeMap<String, toml::Value>,
    at: Option<String>,
    key: Option<String>,
    members: Option<String>,
    message: String,
    severity: Option<Severity>,
    confidence: Option<Confidence>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

/// The tests a `where` may use, beside `default` and `unknown`.
pub const TESTS: [&str; 11] = [
    "is",
    "not",
    "in",
    "not-in",
    "has-all",
    "count",
    "above",
    "below",
    "matches",
    "not-matches",
    "present",
];

/// Reads a TOML block whose first line is line `line` of the page.
///
/// # Errors
/// TOML that does not parse, an unknown key, a test that does not exist, a case without
/// tests on nothing, an empty list of cases or citations.
pub fn read(toml: &str, line: u32) -> Result<Definition, PageError> {
    let at = |offset: usize| {
        let before = toml.get(..offset.min(toml.len())).unwrap_or("");
        line + u32::try_from(before.matches('\n').count()).unwrap_or(0)
    };
    let front: Front = toml::from_str(toml).map_err(|error| {
        PageError::new(at(error.span().map_or(0, |span| span.start)), error.message().to_owned())
    })?;
    if front.case.is_empty() || front.hipaa.is_empty() {
        return Err(PageError::new(line, "a page has one [[case]] and one citation at least"));
    }
    let place = |needle: &str| at(toml.find(needle).unwrap_or(0));
    let cases = front.case.into_iter().map(read_case).collect::<Result<_, _>>();
    let cases = cases.map_err(|(needle, why)| PageError::new(place(&needle), why))?;
    let mut params = BTreeMap::new();
    for (name, value) in &front.params {
        let param = param_of(value).ok_or_else(|| {
            PageError::new(place(name), format!("`{name}` may be a number, text, switch or list"))
        })?;
        params.insert(name.clone(), param);
    }
    let Front { severity, confidence, hipaa, sbs, aliases, .. } = front;
    Ok(Definition { severity, confidence, hipaa, sbs, aliases, cases, params })
}

/// The parameter a TOML value stands for; nothing for a date or a table.
pub(super) fn param_of(value: &toml::Value) -> Option<Param> {
    match value {
        #[expect(clippy::cast_precision_loss, reason = "thresholds are small")]
        toml::Value::Integer(n) => Some(Param::Number(*n as f64)),
        toml::Value::Float(n) => Some(Param::Number(*n)),
        toml::Value::String(text) => Some(Param::Text(text.clone())),
        toml::Value::Boolean(flag) => Some(Param::Flag(*flag)),
        toml::Value::Array(list) => {
            list.iter().map(param_of).collect::<Option<_>>().map(Param::List)
        }
        toml::Value::Datetime(_) | toml::Value::Table(_) => None,
    }
}

/// An error about a part of the block: text to find its line by, and what is wrong.
type PartError = (String, String);

fn read_case(front: CaseFront) -> Result<CaseDefinition, PartError> {
    let kinds = match front.r#for {
        OneOrMany::One(kind) => vec![kind],
        OneOrMany::Many(kinds) => kinds,
    };
    if kinds.is_empty() {
        return Err((front.message, "`for` names no kind".to_owned()));
    }
    let tests = front.r#where.into_iter().map(|(key, value)| read_test(key, value));
    Ok(CaseDefinition {
        kinds,
        tests: tests.collect::<Result<_, _>>()?,
        at: front.at,
        key: front.key,
        members: front.members,
        message: front.message,
        severity: front.severity,
        confidence: front.confidence,
    })
}

fn read_test(key: String, value: toml::Value) -> Result<TestDefinition, PartError> {
    let table = match value {
        toml::Value::Table(table) => table,
        bare => toml::Table::from_iter([("is".to_owned(), bare)]),
    };
    let mut test = TestDefinition { key, checks: Vec::new(), default: None, unknown: None };
    for (name, operand) in table {
        match (name.as_str(), &operand) {
            ("default", _) => test.default = Some(operand),
            ("unknown", toml::Value::Boolean(holds)) => test.unknown = Some(*holds),
            (known, _) if TESTS.contains(&known) => test.checks.push((name, operand)),
            _ => {
                let why = format!("`{name}` is no test of `{}`; the tests are {TESTS:?}", test.key);
                return Err((name, why));
            }
        }
    }
    if test.checks.is_empty() {
        let why = format!("`{}` states no test", test.key);
        return Err((test.key, why));
    }
    Ok(test)
}
