//! The architecture, held: who may use whom, and what no file in `src` may hold.
//!
//! In: the text of `src/**/*.rs` and the names of `rules/*/*.md`. It checks what is written,
//! not what is meant: a path through a re-export counts as the module that re-exports it.

// A test that cannot read what it judges has failed; clippy.toml speaks only of `#[test]`.
#![allow(clippy::indexing_slicing, clippy::unwrap_used)]

mod paths;
mod tokens;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use paths::{Named, module_of, named};
use tokens::{Elsewhere, Kind, Token, tokens, without_tests};

/// Who may use whom. A module may always use itself. `lib`, `main` and `cli` use everything
/// and have no row.
const MAY_USE: &[(&str, &[&str])] = &[
    ("source", &[]),
    ("param", &[]),
    ("escape", &[]),
    ("fact", &["source", "param"]),
    ("metadata", &["source", "param", "fact"]),
    ("config", &["source", "param", "fact"]),
    ("org", &["source", "param", "fact", "metadata", "config"]),
    ("analysis", &["source", "param", "fact", "metadata", "config", "org"]),
    ("scan", &["source", "param", "fact", "metadata", "config", "org"]),
    ("rule", &["source", "param", "fact"]),
    ("report", &["source", "param", "fact", "rule", "config"]),
    (
        "engine",
        &[
            "source", "param", "fact", "metadata", "config", "org", "analysis", "scan", "rule",
            "report",
        ],
    ),
    ("run", ON_CHANGE),
    ("proof", ON_ENGINE),
    ("change", ON_ENGINE),
    ("init", ON_ENGINE),
    ("output", &["param", "fact", "escape", "rule", "report"]),
    ("audit", &["param", "fact", "escape", "rule", "report"]),
];

const ON_ENGINE: &[&str] = &[
    "source", "param", "fact", "metadata", "config", "org", "analysis", "scan", "rule", "report",
    "engine",
];

const ON_CHANGE: &[&str] = &[
    "source", "param", "fact", "metadata", "config", "org", "analysis", "scan", "rule", "report",
    "engine", "change",
];

const USE_EVERYTHING: &[&str] = &["cli", "command"];

/// Files of `src/analysis` that other analyses may use: what they share, none derives rows.
const ANALYSIS_LEAVES: &[&str] = &["url"];

const LONGEST_FILE: usize = 500;

/// Lints that code outside tests may not switch off.
const KEPT_LINTS: &[&str] = &[
    "unwrap_used",
    "expect_used",
    "panic",
    "indexing_slicing",
    "string_slice",
    "todo",
    "unimplemented",
    "dbg_macro",
    "unsafe_code",
];

struct File {
    /// Below its folder, with `/`.
    path: String,
    text: String,
}

#[test]
fn a_module_uses_only_what_stands_below_it() {
    report(files("src").iter().flat_map(misuses).collect());
}

#[test]
fn analyses_do_not_use_each_other() {
    let files = files("src");
    let units = analyses(&files);
    let tests = test_files(&files);
    let code = files.iter().filter(|file| !tests.contains(&file.path));
    report(code.flat_map(|file| mutual(file, &units)).collect());
}

#[test]
fn every_file_says_what_it_is_and_is_short() {
    let wrong = ["src", "tests"].into_iter().flat_map(|folder| {
        let wrong = files(folder).into_iter().flat_map(|file| misshapen(&file));
        wrong.map(move |what| format!("{folder}/{what}"))
    });
    report(wrong.collect());
}

#[test]
fn nothing_is_left_to_do() {
    let wrong = files("src").into_iter().flat_map(|file| unfinished(&file));
    report(wrong.collect());
}

#[test]
fn no_lint_against_panics_is_switched_off() {
    let files = files("src");
    let tests = test_files(&files);
    let code = files.iter().filter(|file| !tests.contains(&file.path));
    report(code.flat_map(switched_off).collect());
}

#[test]
fn no_code_knows_a_rule() {
    let ids = rule_ids();
    let files = files("src");
    let tests = test_files(&files);
    let code =
        files.iter().filter(|file| !tests.contains(&file.path) && first(&file.path) != "rule");
    report(code.flat_map(|file| rules_known(file, &ids)).collect());
}

/// Paths of `file` that the table does not allow, and modules that it does not know.
fn misuses(file: &File) -> Vec<String> {
    let module = module_of(&file.path);
    let Some(own) = module.first() else { return Vec::new() };
    if USE_EVERYTHING.contains(&own.as_str()) {
        return Vec::new();
    }
    let Some((_, allowed)) = MAY_USE.iter().find(|(name, _)| name == own) else {
        return vec![format!("src/{}: `{own}` has no row in MAY_USE", file.path)];
    };
    named(&tokens(&file.text), &module)
        .into_iter()
        .filter_map(|Named { path, line }| {
            let used = path.first()?;
            let wrong = used != own && !allowed.contains(&used.as_str());
            wrong.then(|| format!("src/{}:{line}: `{own}` may not use `{used}`", file.path))
        })
        .collect()
}

/// The names of the analyses: files and folders right below `src/analysis`.
fn analyses(files: &[File]) -> BTreeSet<String> {
    let modules = files.iter().map(|file| module_of(&file.path));
    modules.filter(|m| m.first().is_some_and(|m| m == "analysis")).filter_map(second).collect()
}

fn second(module: Vec<String>) -> Option<String> {
    module.into_iter().nth(1)
}

/// Paths from one analysis into another that is no leaf. Tests may share what builds their input.
fn mutual(file: &File, units: &BTreeSet<String>) -> Vec<String> {
    let module = module_of(&file.path);
    let [folder, own, ..] = module.as_slice() else { return Vec::new() };
    if folder != "analysis" {
        return Vec::new();
    }
    let (code, _) = without_tests(&tokens(&file.text));
    named(&code, &module)
        .into_iter()
        .filter_map(|Named { path, line }| {
            let [head, used, ..] = path.as_slice() else { return None };
            let wrong = head == "analysis"
                && used != own
                && units.contains(used)
                && !ANALYSIS_LEAVES.contains(&used.as_str());
            wrong.then(|| format!("src/{}:{line}: analysis `{own}` uses `{used}`", file.path))
        })
        .collect()
}

fn misshapen(file: &File) -> Vec<String> {
    let mut wrong = Vec::new();
    if !file.text.starts_with("//! ") {
        wrong.push(format!("{}: does not open with `//!`", file.path));
    }
    let lines = file.text.lines().count();
    if lines > LONGEST_FILE {
        wrong.push(format!("{}: {lines} lines, {LONGEST_FILE} are allowed", file.path));
    }
    wrong
}

fn unfinished(file: &File) -> Vec<String> {
    let marks = ["TODO", "FIXME", "XXX", "HACK"];
    let lines = file.text.lines().enumerate();
    let left = lines.filter(|(_, line)| {
        line.split(|c: char| !c.is_alphanumeric()).any(|word| marks.contains(&word))
    });
    left.map(|(at, line)| format!("src/{}:{}: {}", file.path, at + 1, line.trim())).collect()
}

/// Attributes that allow or expect one of [`KEPT_LINTS`] outside tests.
fn switched_off(file: &File) -> Vec<String> {
    let (code, _) = without_tests(&tokens(&file.text));
    let mut wrong = Vec::new();
    for (at, token) in code.iter().enumerate() {
        let opens = code.get(at + 1).is_some_and(|next| next.is("("));
        if !opens || !(token.is("allow") || token.is("expect")) || !in_attribute(&code, at) {
            continue;
        }
        let listed = code.iter().skip(at).take_while(|token| !token.is(")"));
        for lint in listed.filter(|token| KEPT_LINTS.contains(&token.text.as_str())) {
            wrong.push(format!("src/{}:{}: switches off {}", file.path, lint.line, lint.text));
        }
    }
    wrong
}

/// Whether `at` stands right after the `[`, `(` or `,` of an attribute; `.expect(` does not.
fn in_attribute(code: &[Token], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|index| code.get(index));
    before.is_some_and(|token| token.is("[") || token.is(",") || token.is("("))
}

/// String literals outside tests that hold a rule's id as a whole word.
fn rules_known(file: &File, ids: &BTreeSet<String>) -> Vec<String> {
    let (code, _) = without_tests(&tokens(&file.text));
    let mut wrong = Vec::new();
    for token in code.iter().filter(|token| token.kind == Kind::Text) {
        let words = token.text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'));
        for id in words.filter(|word| ids.contains(*word)) {
            wrong.push(format!("src/{}:{}: names the rule {id}", file.path, token.line));
        }
    }
    wrong
}

/// The files that a `#[cfg(test)] mod name;` declares.
fn test_files(files: &[File]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for file in files {
        let (_, modules) = without_tests(&tokens(&file.text));
        let module = module_of(&file.path).join("/");
        for Elsewhere { name, path } in modules {
            if let Some(path) = path {
                let folder = file.path.rsplit_once('/').map_or("", |(folder, _)| folder);
                found.insert(format!("{folder}/{path}").trim_start_matches('/').to_string());
            } else {
                let base = format!("{module}/{name}").trim_start_matches('/').to_string();
                found.insert(format!("{base}.rs"));
                found.insert(format!("{base}/mod.rs"));
            }
        }
    }
    found
}

/// The names of `rules/<family>/<id>.md`, without their ends.
fn rule_ids() -> BTreeSet<String> {
    let mut ids = BTreeSet::new();
    for family in fs::read_dir(root().join("rules")).unwrap().map(|entry| entry.unwrap().path()) {
        if family.is_dir() {
            let pages = fs::read_dir(family).unwrap().map(|entry| entry.unwrap().path());
            let pages = pages.filter(|page| page.extension().is_some_and(|end| end == "md"));
            ids.extend(pages.map(|page| page.file_stem().unwrap().to_str().unwrap().to_string()));
        }
    }
    ids
}

/// Every `.rs` file below `folder`, in the order of their paths.
fn files(folder: &str) -> Vec<File> {
    let top = root().join(folder);
    let mut waiting = vec![top.clone()];
    let mut files = Vec::new();
    while let Some(folder) = waiting.pop() {
        for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                waiting.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") {
                let parts = path.strip_prefix(&top).unwrap().iter();
                let parts: Vec<&str> = parts.map(|part| part.to_str().unwrap()).collect();
                let text = fs::read_to_string(&path).unwrap();
                files.push(File { path: parts.join("/"), text });
            }
        }
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(!files.is_empty(), "no Rust file below {folder}");
    files
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn first(path: &str) -> String {
    module_of(path).into_iter().next().unwrap_or_default()
}

fn report(wrong: Vec<String>) {
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

/// The checks themselves, on files that break them.
mod checks {
    use super::*;

    fn file(path: &str, text: &str) -> File {
        File { path: path.to_string(), text: text.to_string() }
    }

    #[test]
    fn an_upward_use_is_found() {
        let upward = file("metadata/xml.rs", "use crate::source::Span;\nuse crate::org::Org;");
        assert_eq!(misuses(&upward), ["src/metadata/xml.rs:2: `metadata` may not use `org`"]);
        let output = file("output/text.rs", "fn f() { super::super::engine::run() }");
        assert_eq!(misuses(&output), ["src/output/text.rs:1: `output` may not use `engine`"]);
        let cli = file("report/mod.rs", "use crate::{rule::Rule, cli};");
        assert_eq!(misuses(&cli), ["src/report/mod.rs:1: `report` may not use `cli`"]);
    }

    #[test]
    fn a_module_without_a_row_is_found() {
        let found = misuses(&file("helper.rs", ""));
        assert_eq!(found, ["src/helper.rs: `helper` has no row in MAY_USE"]);
        assert!(misuses(&file("cli.rs", "use crate::output::X;")).is_empty());
        assert!(misuses(&file("lib.rs", "use crate::output::X;")).is_empty());
    }

    #[test]
    fn an_analysis_that_uses_another_is_found() {
        let files = [
            file("analysis/mod.rs", "use self::flow::Flow;"),
            file("analysis/url.rs", ""),
            file(
                "analysis/flow.rs",
                "use super::{Rows, url::Url}; #[cfg(test)] mod t { use crate::analysis::access::X; }",
            ),
            file("analysis/access/mod.rs", "use super::Rows;\nuse super::flow::Flow;"),
        ];
        let units = analyses(&files);
        assert_eq!(units.iter().collect::<Vec<_>>(), ["access", "flow", "url"]);
        let found: Vec<String> = files.iter().flat_map(|file| mutual(file, &units)).collect();
        assert_eq!(found, ["src/analysis/access/mod.rs:2: analysis `access` uses `flow`"]);
    }

    #[test]
    fn a_lint_switched_off_is_found_outside_tests() {
        let source = "#[allow(dead_code, clippy::unwrap_used)] fn f() { x.expect(panic) }\n\
            #[cfg(test)] mod t { #![allow(clippy::panic)] }\n\
            #![cfg_attr(unix, expect(clippy::indexing_slicing, reason = \"x\"))]";
        let found = switched_off(&file("a.rs", source));
        assert_eq!(
            found,
            ["src/a.rs:1: switches off unwrap_used", "src/a.rs:3: switches off indexing_slicing"]
        );
    }

    #[test]
    fn a_rule_named_in_a_string_is_found() {
        let ids = BTreeSet::from(["oauth-full".to_string()]);
        let source = "// \"oauth-full\"\nf(\"see oauth-full.\", \"oauth-full-scope\", oauth-full)\n\
            #[cfg(test)] const X: &str = \"oauth-full\";";
        let found = rules_known(&file("engine.rs", source), &ids);
        assert_eq!(found, ["src/engine.rs:2: names the rule oauth-full"]);
    }

    #[test]
    fn test_files_are_those_declared_as_such() {
        let files = [
            file("org/mod.rs", "#[cfg(test)]\nmod tests;\nmod phi;"),
            file("source/walk.rs", "#[cfg(test)] #[path = \"walk_tests.rs\"] mod tests;"),
            file("lib.rs", "#[cfg(test)] mod probe;"),
        ];
        let found = test_files(&files);
        let found: Vec<&str> = found.iter().map(String::as_str).collect();
        assert_eq!(
            found,
            [
                "org/tests.rs",
                "org/tests/mod.rs",
                "probe.rs",
                "probe/mod.rs",
                "source/walk_tests.rs"
            ]
        );
    }

    #[test]
    fn a_file_without_words_or_too_long_is_found() {
        let long = file("a.rs", &"x\n".repeat(501));
        assert_eq!(misshapen(&long).len(), 2);
        assert!(misshapen(&file("a.rs", "//! What it is.\n")).is_empty());
        assert_eq!(unfinished(&file("a.rs", "f() // TODO: g\nlet METHODOLOGY;")).len(), 1);
    }
}
