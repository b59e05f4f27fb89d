//! Whether a fact satisfies a test.
//!
//! In: compiled tests and a fact with its org's row. Out: yes, no, or unknown with a reason.
//! Three values: a test of what was not retrieved is unknown, and *no* wins over *unknown*.

use regex::Regex;

use crate::fact::{Fact, Found, Item};

/// A number or a text a value is compared with.
#[derive(Debug, Clone, PartialEq)]
pub struct Operand {
    /// As text, for equality.
    pub text: String,
    /// As a number, for order.
    pub number: Option<f64>,
}

impl Operand {
    fn equals(&self, text: &str) -> bool {
        self.text.eq_ignore_ascii_case(text) || self.text.to_lowercase() == text.to_lowercase()
    }
}

/// Bounds on how many values there are.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Bounds {
    /// Exactly so many.
    pub is: Option<f64>,
    /// More than so many.
    pub above: Option<f64>,
    /// Fewer than so many.
    pub below: Option<f64>,
}

impl Bounds {
    fn hold(self, count: usize) -> bool {
        #[expect(clippy::cast_precision_loss, reason = "a file has far fewer than 2^52 values")]
        let count = count as f64;
        self.is.is_none_or(|n| (count - n).abs() < 0.5)
            && self.above.is_none_or(|n| count > n)
            && self.below.is_none_or(|n| count < n)
    }
}

/// One demand of a test.
#[derive(Debug, Clone)]
pub enum Check {
    /// One value equals one of these.
    In(Vec<Operand>),
    /// No value equals any of these.
    NotIn(Vec<Operand>),
    /// Each of these equals some value.
    HasAll(Vec<Operand>),
    /// There are so many values.
    Count(Bounds),
    /// A value is a number above this.
    Above(f64),
    /// A value is a number below this.
    Below(f64),
    /// A value matches.
    Matches(Regex),
    /// No value matches.
    NotMatches(Regex),
    /// There is a value, or none.
    Present(bool),
}

/// All demands on the values of one key.
#[derive(Debug, Clone)]
pub struct Test {
    /// The key.
    pub key: String,
    /// The demands.
    pub checks: Vec<Check>,
    /// What Salesforce assumes where the value is absent.
    pub default: Option<String>,
    /// How the test ends where the value cannot be known.
    pub unknown: Option<bool>,
}

/// How a test or a case ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Truth {
    /// It holds.
    Yes,
    /// It does not.
    No,
    /// It cannot be told: the reason.
    Unknown(String),
}

impl Truth {
    fn of(holds: bool) -> Self {
        if holds { Self::Yes } else { Self::No }
    }
}

impl Check {
    /// Whether it speaks of single values, all of which must be the same value.
    fn picks(&self) -> bool {
        matches!(self, Self::In(_) | Self::Above(_) | Self::Below(_) | Self::Matches(_))
    }

    /// Whether one value satisfies it, or, of a negated one, does not break it.
    fn admits(&self, text: &str) -> bool {
        let number = || text.trim().parse::<f64>().ok();
        match self {
            Self::In(list) => list.iter().any(|o| o.equals(text)),
            Self::NotIn(list) => !list.iter().any(|o| o.equals(text)),
            Self::Above(bound) => number().is_some_and(|n| n > *bound),
            Self::Below(bound) => number().is_some_and(|n| n < *bound),
            Self::Matches(pattern) => pattern.is_match(text),
            Self::NotMatches(pattern) => !pattern.is_match(text),
            Self::HasAll(list) => list.iter().any(|o| o.equals(text)),
            Self::Count(_) | Self::Present(_) => true,
        }
    }
}

impl Test {
    /// Judges the values under the key.
    pub fn judge(&self, fact: &Fact, org: Option<&Fact>) -> Truth {
        let (fact, key) = self.home(fact, org);
        let Some(fact) = fact else { return Truth::No };
        match fact.found(key) {
            Found::Present => Truth::of(self.hold(&texts(fact, key))),
            Found::Absent => Truth::of(self.hold_absent()),
            Found::Unknown(reason) => match self.unknown {
                Some(holds) => Truth::of(holds),
                None => Truth::Unknown(reason.to_owned()),
            },
        }
    }

    /// The values under the key that satisfy every demand on single values.
    pub fn satisfying<'f>(&'f self, fact: &'f Fact, org: Option<&'f Fact>) -> Vec<&'f Item> {
        let (fact, key) = self.home(fact, org);
        let items = fact.into_iter().flat_map(|fact| fact.items(key));
        items.filter(|item| self.checks.iter().all(|c| c.admits(&item.text))).collect()
    }

    /// The fact that has the key: itself, or its org's row for `org.…`.
    fn home<'f>(&'f self, fact: &'f Fact, org: Option<&'f Fact>) -> (Option<&'f Fact>, &'f str) {
        match self.key.strip_prefix("org.") {
            Some(rest) => (org, rest),
            None => (Some(fact), &self.key),
        }
    }

    fn hold_absent(&self) -> bool {
        let counted = self.checks.iter().any(|c| matches!(c, Check::Count(_) | Check::Present(_)));
        match (&self.default, counted) {
            (Some(default), _) => self.hold(&[default.as_str()]),
            (None, true) => self.hold(&[]),
            (None, false) => false,
        }
    }

    fn hold(&self, values: &[&str]) -> bool {
        let picks: Vec<&Check> = self.checks.iter().filter(|check| check.picks()).collect();
        let one = picks.is_empty() || values.iter().any(|v| picks.iter().all(|c| c.admits(v)));
        one && self.checks.iter().filter(|check| !check.picks()).all(|check| match check {
            Check::HasAll(list) => list.iter().all(|o| values.iter().any(|v| o.equals(v))),
            Check::Count(bounds) => bounds.hold(values.len()),
            Check::Present(wanted) => values.is_empty() != *wanted,
            negated => values.iter().all(|value| negated.admits(value)),
        })
    }
}

fn texts<'f>(fact: &'f Fact, key: &'f str) -> Vec<&'f str> {
    fact.items(key).map(|item| item.text.as_str()).collect()
}

/// Judges a conjunction: one *no* decides, then one *unknown*.
pub fn judge_all(tests: &[Test], fact: &Fact, org: Option<&Fact>) -> Truth {
    let mut truth = Truth::Yes;
    for test in tests {
        match test.judge(fact, org) {
            Truth::No => return Truth::No,
            Truth::Yes => {}
            unknown => truth = unknown,
        }
    }
    truth
}
