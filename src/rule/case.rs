//! Cases ready to judge: parameters put in, patterns compiled.
//!
//! In: a [`Definition`] and parameter values. Out: [`Case`]s. It reads no files.

use std::collections::BTreeMap;

use regex::Regex;

use super::condition::{Bounds, Check, Operand, Test};
use super::definition::{CaseDefinition, Definition, TestDefinition, param_of};
use super::message::Message;
use crate::fact::{Confidence, Severity};
use crate::param::Param;

/// One case, compiled.
#[derive(Debug, Clone)]
pub struct Case {
    /// Kinds of facts it judges.
    pub kinds: Vec<String>,
    /// All must hold.
    pub tests: Vec<Test>,
    /// The value the finding stands on.
    pub at: Option<String>,
    /// What tells two findings on one subject apart.
    pub key: String,
    /// The key whose values are members.
    pub members: Option<String>,
    /// What it says.
    pub message: Message,
    /// How bad.
    pub severity: Severity,
    /// How sure.
    pub confidence: Confidence,
}

impl Case {
    /// The test on a key, if there is one.
    pub fn test(&self, key: &str) -> Option<&Test> {
        self.tests.iter().find(|test| test.key == key)
    }
}

/// Parameter values by name.
pub type Params = BTreeMap<String, Param>;

/// Compiles the cases of a page.
///
/// # Errors
/// An unknown parameter, an operand of the wrong kind, a pattern that is none: in words.
pub fn compile(definition: &Definition, params: &Params) -> Result<Vec<Case>, String> {
    definition.cases.iter().map(|case| compile_case(definition, case, params)).collect()
}

fn compile_case(page: &Definition, case: &CaseDefinition, params: &Params) -> Result<Case, String> {
    let tests = case.tests.iter().map(|test| compile_test(test, params));
    let message = Message::parse(&case.message)?;
    if let Some(slot) = message.slots().find(|slot| missing(slot, params)) {
        return Err(format!("the message names the parameter `{slot}`, which [params] lacks"));
    }
    // A finding that lists members is about its subject as a whole.
    let at = if case.members.is_some() { None } else { case.at.clone() };
    Ok(Case {
        kinds: case.kinds.clone(),
        tests: tests.collect::<Result<_, _>>()?,
        key: case.key.clone().or(at).unwrap_or_default(),
        at: case.at.clone(),
        members: case.members.clone(),
        message,
        severity: case.severity.unwrap_or(page.severity),
        confidence: case.confidence.unwrap_or(page.confidence),
    })
}

fn missing(slot: &str, params: &Params) -> bool {
    slot.strip_prefix('$').is_some_and(|name| !params.contains_key(name))
}

fn compile_test(test: &TestDefinition, params: &Params) -> Result<Test, String> {
    let checks = test.checks.iter().map(|(name, operand)| {
        let operand = resolve(operand, params)?;
        check(name, &operand)
            .ok_or_else(|| format!("`{name}` on `{}` cannot take {}", test.key, operand))?
    });
    let default = test.default.as_ref().map(|value| resolve(value, params)).transpose()?;
    Ok(Test {
        key: test.key.clone(),
        checks: checks.collect::<Result<_, _>>()?,
        default: default.map(|value| value.to_string()),
        unknown: test.unknown,
    })
}

/// A written operand with `$name` replaced by the parameter's value.
fn resolve(value: &toml::Value, params: &Params) -> Result<Param, String> {
    match value {
        toml::Value::Table(table) => {
            // Only `count` takes a table; its bounds are resolved one by one.
            let bounds = table.iter().map(|(name, value)| {
                Ok(Param::List(vec![Param::Text(name.clone()), resolve(value, params)?]))
            });
            bounds.collect::<Result<_, String>>().map(Param::List)
        }
        toml::Value::String(text) if text.starts_with('$') => {
            let name = text.trim_start_matches('$');
            let found = params.get(name).cloned();
            found.ok_or_else(|| format!("`{text}` is no parameter: [params] has no `{name}`"))
        }
        other => param_of(other).ok_or_else(|| format!("{other} is no operand")),
    }
}

/// The check `name` with its operand; nothing where the operand is of the wrong kind.
fn check(name: &str, operand: &Param) -> Option<Result<Check, String>> {
    let check = match (name, operand) {
        ("is", one) => Check::In(vec![scalar(one)?]),
        ("not", one) => Check::NotIn(vec![scalar(one)?]),
        ("in", Param::List(list)) => Check::In(scalars(list)?),
        ("not-in", Param::List(list)) => Check::NotIn(scalars(list)?),
        ("has-all", Param::List(list)) => Check::HasAll(scalars(list)?),
        ("above", Param::Number(bound)) => Check::Above(*bound),
        ("below", Param::Number(bound)) => Check::Below(*bound),
        ("present", Param::Flag(wanted)) => Check::Present(*wanted),
        ("count", Param::Number(n)) => Check::Count(Bounds { is: Some(*n), ..Bounds::default() }),
        ("count", Param::List(list)) => Check::Count(bounds(list)?),
        ("matches", Param::Text(pattern)) => return Some(compiled(pattern).map(Check::Matches)),
        ("not-matches", Param::Text(pattern)) => {
            return Some(compiled(pattern).map(Check::NotMatches));
        }
        _ => return None,
    };
    Some(Ok(check))
}

fn compiled(pattern: &str) -> Result<Regex, String> {
    Regex::new(pattern).map_err(|error| format!("`{pattern}` is no regular expression: {error}"))
}

fn scalar(param: &Param) -> Option<Operand> {
    let number = if let Param::Number(n) = param { Some(*n) } else { None };
    (!matches!(param, Param::List(_))).then(|| Operand { text: param.to_string(), number })
}

fn scalars(list: &[Param]) -> Option<Vec<Operand>> {
    list.iter().map(scalar).collect()
}

fn bounds(list: &[Param]) -> Option<Bounds> {
    let mut bounds = Bounds::default();
    for pair in list {
        let Param::List(pair) = pair else { return None };
        let [Param::Text(name), Param::Number(n)] = pair.as_slice() else { return None };
        match name.as_str() {
            "is" => bounds.is = Some(*n),
            "above" => bounds.above = Some(*n),
            "below" => bounds.below = Some(*n),
            _ => return None,
        }
    }
    Some(bounds)
}
