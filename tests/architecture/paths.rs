//! Which modules of the crate a file names.
//!
//! In: the tokens of a file and its own module path. Out: every path that begins with `crate`,
//! `super` or `self`, resolved from the crate's root. It does not follow re-exports.

use super::tokens::Token;

/// A path from the crate's root, and the line it stands on.
#[derive(Debug, PartialEq, Eq)]
pub struct Named {
    pub path: Vec<String>,
    pub line: usize,
}

/// The module path of `src/…`: `["analysis", "access"]` for `src/analysis/access.rs`.
pub fn module_of(file: &str) -> Vec<String> {
    let stem = file.trim_end_matches(".rs");
    let parts = stem.split('/').filter(|part| !matches!(*part, "mod" | "lib" | "main"));
    parts.map(str::to_string).collect()
}

/// Every path in `tokens` of a file whose module is `module`.
pub fn named(tokens: &[Token], module: &[String]) -> Vec<Named> {
    let mut found = Vec::new();
    let mut inline = Inline { names: Vec::new(), depth: 0 };
    for (at, token) in tokens.iter().enumerate() {
        inline.see(tokens, at);
        // A later segment, as the second `super` of `super::super::x`, is read with its head.
        if at >= 2 && is_separator(tokens, at - 2) {
            continue;
        }
        let here: Vec<String> = module.iter().cloned().chain(inline.path()).collect();
        let root = if token.is("crate") {
            Vec::new()
        } else if token.is("super") {
            parent(&here)
        } else if token.is("self") {
            here
        } else {
            continue;
        };
        if is_separator(tokens, at + 1) {
            follow(tokens, at + 3, root, &mut found);
        }
    }
    found
}

/// The modules written inside the file, around the place that is read.
struct Inline {
    names: Vec<(String, usize)>,
    depth: usize,
}

impl Inline {
    fn see(&mut self, tokens: &[Token], at: usize) {
        let is = |index: usize, text| tokens.get(index).is_some_and(|token| token.is(text));
        if is(at, "{") {
            self.depth += 1;
            if at >= 2 && is(at - 2, "mod") {
                self.names.push((tokens[at - 1].text.clone(), self.depth));
            }
        } else if is(at, "}") {
            self.names.retain(|(_, depth)| *depth < self.depth);
            self.depth = self.depth.saturating_sub(1);
        }
    }

    fn path(&self) -> impl Iterator<Item = String> {
        self.names.iter().map(|(name, _)| name.clone())
    }
}

/// Reads a path's segments from `at` on, into groups too; returns where it ends.
fn follow(tokens: &[Token], at: usize, mut path: Vec<String>, found: &mut Vec<Named>) -> usize {
    let Some(token) = tokens.get(at) else { return at };
    if token.is("{") {
        let mut next = at + 1;
        while tokens.get(next).is_some_and(|token| !token.is("}")) {
            let end = follow(tokens, next, path.clone(), found);
            // `as name` stands between an entry and its comma.
            next = (end..tokens.len())
                .find(|index| tokens[*index].is(",") || tokens[*index].is("}"))
                .unwrap_or(tokens.len());
            next += usize::from(tokens.get(next).is_some_and(|token| token.is(",")));
        }
        return next + 1;
    }
    if token.is("super") {
        path = parent(&path);
    } else if !token.is("self") {
        path.push(token.text.clone());
    }
    if is_separator(tokens, at + 1) {
        return follow(tokens, at + 3, path, found);
    }
    found.push(Named { path, line: token.line });
    at + 1
}

fn is_separator(tokens: &[Token], at: usize) -> bool {
    let colon = |index: usize| tokens.get(index).is_some_and(|token| token.is(":"));
    colon(at) && colon(at + 1)
}

fn parent(path: &[String]) -> Vec<String> {
    path.split_last().map(|(_, rest)| rest.to_vec()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tokens::tokens;

    fn paths(source: &str, module: &str) -> Vec<String> {
        let named = named(&tokens(source), &module_of(module));
        named.into_iter().map(|named| named.path.join("::")).collect()
    }

    #[test]
    fn groups_and_renames_are_followed() {
        let source = "use crate::{fact::{Fact, Item as I}, source as s, org::{self, phi::X}};";
        let found = paths(source, "report/mod.rs");
        assert_eq!(found, ["fact::Fact", "fact::Item", "source", "org", "org::phi::X"]);
    }

    #[test]
    fn paths_in_code_and_in_macros_count() {
        let source = "fn f(x: crate::org::Org) { $crate::engine::run(&self.a, Self::b) }";
        assert_eq!(paths(source, "source/mod.rs"), ["org::Org", "engine::run"]);
    }

    #[test]
    fn super_is_resolved_from_where_it_stands() {
        assert_eq!(paths("use super::url::Url;", "analysis/flow.rs"), ["analysis::url::Url"]);
        assert_eq!(paths("use super::super::engine;", "analysis/flow.rs"), ["engine"]);
        let source = "mod a { mod b { use super::super::c; } use super::d; } use super::e;";
        let found = paths(source, "analysis/flow.rs");
        assert_eq!(found, ["analysis::flow::c", "analysis::flow::d", "analysis::e"]);
        assert_eq!(paths("use self::phi::X;", "org/mod.rs"), ["org::phi::X"]);
    }

    #[test]
    fn a_lone_self_or_a_visibility_is_no_path() {
        assert!(paths("pub(crate) fn f(&self) -> bool { self.x }", "fact.rs").is_empty());
    }
}
