//! Every way to make a rule weaker by one part.
//!
//! In: a definition. Out: definitions that lack one case, one test, one entry of a list, one
//! alternative of a pattern, or one default, each with words for what is gone. It runs
//! nothing.

use crate::param::Param;
use crate::rule::definition::{CaseDefinition, Definition, TestDefinition};

/// What was taken away, and the definition without it.
pub type Weaker = (String, Definition);

/// Every definition that is weaker by one part.
pub fn weaker(page: &Definition) -> Vec<Weaker> {
    let mut out = Vec::new();
    for (index, case) in page.cases.iter().enumerate() {
        let number = index + 1;
        if page.cases.len() > 1 {
            let mut without = page.clone();
            without.cases.remove(index);
            out.push((format!("case {number}"), without));
        }
        for (part, weak) in weaker_case(case) {
            let mut changed = page.clone();
            if let Some(slot) = changed.cases.get_mut(index) {
                *slot = weak;
            }
            out.push((format!("{part} of case {number}"), changed));
        }
    }
    for (name, param) in &page.params {
        let Param::List(list) = param else { continue };
        for (at, entry) in list.iter().enumerate() {
            let mut changed = page.clone();
            let rest = without(list, at);
            changed.params.insert(name.clone(), Param::List(rest));
            out.push((format!("`{entry}` of the parameter `{name}`"), changed));
        }
    }
    out
}

fn without<T: Clone>(list: &[T], at: usize) -> Vec<T> {
    list.iter().enumerate().filter(|(i, _)| *i != at).map(|(_, entry)| entry.clone()).collect()
}

fn weaker_case(case: &CaseDefinition) -> Vec<(String, CaseDefinition)> {
    let mut out = Vec::new();
    let mut push = |part: String, index: usize, test: Option<TestDefinition>| {
        let mut changed = case.clone();
        match (test, changed.tests.get_mut(index)) {
            (Some(test), Some(slot)) => *slot = test,
            _ => drop(changed.tests.remove(index)),
        }
        out.push((part, changed));
    };
    for (index, test) in case.tests.iter().enumerate() {
        if test.checks.len() == 1 {
            push(format!("the test of `{}`", test.key), index, None);
        }
        if test.default.is_some() {
            let changed = TestDefinition { default: None, ..test.clone() };
            push(format!("the default of `{}`", test.key), index, Some(changed));
        }
        for (at, (name, operand)) in test.checks.iter().enumerate() {
            if test.checks.len() > 1 {
                let changed = TestDefinition { checks: without(&test.checks, at), ..test.clone() };
                push(format!("the test `{name}` of `{}`", test.key), index, Some(changed));
            }
            for (part, value) in weaker_operand(name, operand) {
                let mut changed = test.clone();
                if let Some(slot) = changed.checks.get_mut(at) {
                    slot.1 = value;
                }
                push(format!("{part} of `{}`", test.key), index, Some(changed));
            }
        }
    }
    out
}

fn weaker_operand(name: &str, operand: &toml::Value) -> Vec<(String, toml::Value)> {
    match (name, operand) {
        (_, toml::Value::Array(list)) => (0..list.len())
            .filter_map(|at| Some((list.get(at)?, without(list, at))))
            .map(|(entry, rest)| (format!("`{entry}`"), toml::Value::Array(rest)))
            .collect(),
        ("matches" | "not-matches", toml::Value::String(pattern)) => alternatives(pattern)
            .into_iter()
            .map(|(gone, rest)| (format!("the alternative `{gone}`"), toml::Value::String(rest)))
            .collect(),
        ("count", toml::Value::Table(bounds)) if bounds.len() > 1 => bounds
            .keys()
            .map(|gone| {
                let mut rest = bounds.clone();
                rest.remove(gone);
                (format!("`{gone}`"), toml::Value::Table(rest))
            })
            .collect(),
        _ => Vec::new(),
    }
}

/// The alternatives of every group of a pattern, each with the pattern without it.
fn alternatives(pattern: &str) -> Vec<(String, String)> {
    let mut out = Vec::new();
    for group in groups(pattern) {
        for (index, &(start, end)) in group.iter().enumerate() {
            // The bar goes with the alternative: the one before it, or after the first one.
            let (cut_start, cut_end) = if index == 0 { (start, end + 1) } else { (start - 1, end) };
            let parts = (pattern.get(..cut_start), pattern.get(start..end), pattern.get(cut_end..));
            if let (Some(before), Some(gone), Some(after)) = parts {
                out.push((gone.to_owned(), format!("{before}{after}")));
            }
        }
    }
    out
}

/// Byte ranges of the alternatives of each group that has two or more.
fn groups(pattern: &str) -> Vec<Vec<(usize, usize)>> {
    let mut open: Vec<Vec<usize>> = vec![vec![0]];
    let mut out = Vec::new();
    let mut bytes = pattern.bytes().enumerate();
    let mut class = false;
    let mut close = |starts: Vec<usize>, end: usize| {
        if starts.len() > 1 {
            let ends = starts.iter().skip(1).map(|next| next - 1).chain([end]);
            out.push(starts.iter().copied().zip(ends).collect());
        }
    };
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'\\' => drop(bytes.next()),
            b'[' if !class => class = true,
            b']' if class => class = false,
            b'(' if !class => open.push(vec![group_start(pattern, at)]),
            b')' if !class => {
                if let Some(starts) = open.pop() {
                    close(starts, at);
                }
            }
            b'|' if !class => {
                if let Some(starts) = open.last_mut() {
                    starts.push(at + 1);
                }
            }
            _ => {}
        }
    }
    while let Some(starts) = open.pop() {
        close(starts, pattern.len());
    }
    out
}

/// Where the content of a group begins: after `(?:`, `(?i:`, `(?P<name>`; flags alone such
/// as `(?i)` have no alternatives.
fn group_start(pattern: &str, open: usize) -> usize {
    let rest = pattern.get(open + 1..).unwrap_or("");
    let Some(flags) = rest.strip_prefix('?') else { return open + 1 };
    let end = flags.find([':', '>', ')']).unwrap_or(0);
    open + 2 + end + usize::from(!flags.get(end..).unwrap_or("").starts_with(')'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alternatives_are_taken_away_one_at_a_time() {
        let rests = |pattern| alternatives(pattern).into_iter().map(|(_, r)| r).collect::<Vec<_>>();
        assert_eq!(rests("a|b"), ["b", "a"]);
        assert_eq!(
            rests("(?i)^(?:x|[|]y|z\\|)$"),
            ["(?i)^(?:[|]y|z\\|)$", "(?i)^(?:x|z\\|)$", "(?i)^(?:x|[|]y)$"]
        );
        assert_eq!(rests("^plain$"), Vec::<String>::new());
        assert_eq!(rests("(a|b)(c|d)").len(), 4);
        assert_eq!(rests("(?i)a|b"), ["b", "(?i)a"]);
    }
}
