//! Commands about rule pages: list, explain, prove.
//!
//! In: rule ids and folders. Out: text. They look at no metadata but that of the examples, and
//! of a project at its own pages alone.

use std::fmt::Write;
use std::path::Path;

use rayon::prelude::*;

use super::{CLEAN, Done, FOUND, print};
use crate::cli::ListFormat;
use crate::proof::{self, Flaw};
use crate::rule::{Rule, library};
use crate::run::{built_in_rules, rules_in};

/// `phorce rules`.
pub fn list(format: ListFormat) -> Done {
    let rules = rules_here()?;
    let mut out = String::new();
    match format {
        ListFormat::Text => {
            let width = rules.iter().map(|rule| rule.id.len()).max().unwrap_or(0);
            let mut by_family: Vec<&Rule> = rules.iter().collect();
            by_family.sort_by(|a, b| (&a.family, &a.id).cmp(&(&b.family, &b.id)));
            let mut family = "";
            for rule in by_family {
                if rule.family != family {
                    let gap = if family.is_empty() { "" } else { "\n" };
                    let _ = writeln!(out, "{gap}{}", rule.family);
                    family = &rule.family;
                }
                let severity = rule.severity.word();
                let _ = writeln!(out, "  {:width$}  {severity:8}  {}", rule.id, rule.title);
            }
            let _ = writeln!(out, "\n{} rules; `phorce explain RULE` shows a page", rules.len());
        }
        ListFormat::Json => {
            let rows: Vec<serde_json::Value> = rules.iter().map(row).collect();
            out = serde_json::to_string_pretty(&rows).map_err(|error| vec![error.to_string()])?;
        }
    }
    print(&out)
}

fn row(rule: &Rule) -> serde_json::Value {
    let params: serde_json::Map<String, serde_json::Value> =
        rule.params.iter().map(|(name, param)| (name.clone(), param.to_string().into())).collect();
    serde_json::json!({
        "id": rule.id,
        "family": rule.family,
        "title": rule.title,
        "severity": rule.severity.word(),
        "confidence": rule.confidence.word(),
        "hipaa": rule.hipaa,
        "sbs": rule.sbs,
        "params": params,
    })
}

/// The rules inside the binary and those of the project the working directory lies in.
fn rules_here() -> Result<Vec<Rule>, Vec<String>> {
    let here = std::env::current_dir();
    rules_in(&here.map_err(|error| vec![format!("the working directory is gone: {error}")])?)
}

/// `phorce explain RULE`.
pub fn explain(id: &str) -> Done {
    // A broken page of the project does not keep the others from being explained.
    if let Some(rule) = named(id, &built_in_rules()?) {
        return print(&page(rule));
    }
    let rules = rules_here()?;
    match named(id, &rules) {
        Some(rule) => print(&page(rule)),
        None => Err(vec![format!("no rule is called `{id}`; {}", suggestion(id, &rules))]),
    }
}

/// The rule with this id, or with this older one.
pub(super) fn named<'r>(id: &str, rules: &'r [Rule]) -> Option<&'r Rule> {
    rules.iter().find(|rule| rule.id == id || rule.definition.aliases.iter().any(|a| a == id))
}

/// The page as a person reads it in a terminal: without its TOML and its examples' proof.
fn page(rule: &Rule) -> String {
    let mut out = format!("{}\n{}\n\n", rule.title, "=".repeat(rule.title.chars().count()));
    let _ =
        writeln!(out, "{} · {} · severity up to {}\n", rule.id, rule.family, rule.severity.word());
    let titles = library::citations();
    if !rule.description.is_empty() {
        let _ = writeln!(out, "{}\n", rule.description);
    }
    for (name, text) in [("Why", &rule.why), ("Fix", &rule.fix), ("Limits", &rule.limits)] {
        let _ = writeln!(out, "{name}\n{}\n{text}\n", "-".repeat(name.len()));
    }
    if !rule.params.is_empty() {
        let _ = writeln!(out, "Parameters ([rules.{}] in phorce.toml)", rule.id);
        for (name, param) in &rule.params {
            let _ = writeln!(out, "  {name} = {param}");
        }
        out.push('\n');
    }
    out.push_str("Commonly mapped to\n");
    for id in &rule.hipaa {
        let found = titles.iter().find(|citation| citation.id == *id);
        let title = found.map_or("", |citation| citation.title.as_str());
        let status = found.map_or("", |citation| citation.status.as_str());
        let status = if status.is_empty() { String::new() } else { format!(" ({status})") };
        let _ = writeln!(out, "  45 CFR {id} {title}{status}");
    }
    let controls = library::controls();
    for id in &rule.sbs {
        let title = controls.iter().find(|c| c.id == *id).map_or("", |c| c.title.as_str());
        let _ = writeln!(out, "  {id} {title}");
    }
    let _ = write!(out, "\nBad\n---\n{}\nGood\n----\n{}", rule.bad.0, rule.good.0);
    out
}

/// What was probably meant.
pub(super) fn suggestion(id: &str, rules: &[Rule]) -> String {
    let id = id.to_lowercase();
    let shares =
        |rule: &&Rule| id.split('-').filter(|word| word.len() > 2).any(|w| rule.id.contains(w));
    let mut close: Vec<&str> = rules.iter().filter(shares).map(|r| r.id.as_str()).collect();
    close.sort_by_key(|known| strsim::damerau_levenshtein(&id, known));
    close.truncate(3);
    match close.as_slice() {
        [] => "`phorce rules` lists them".to_owned(),
        close => format!("did you mean {}? `phorce rules` lists all", close.join(" or ")),
    }
}

/// `phorce prove [DIR]`.
pub fn prove(folder: Option<&Path>, weakening: bool) -> Done {
    let rules = match folder {
        Some(folder) => library::on_disk(folder)
            .map_err(|errors| errors.iter().map(ToString::to_string).collect::<Vec<_>>())?,
        None => built_in_rules()?,
    };
    if rules.is_empty() {
        return Err(vec!["there is no rule page: a page is <folder>/<family>/<id>.md".to_owned()]);
    }
    let mut flaws: Vec<Flaw> =
        rules.par_iter().flat_map_iter(|rule| proof::prove(rule, weakening)).collect();
    flaws.sort();
    let mut out = String::new();
    for flaw in &flaws {
        let _ = writeln!(out, "{flaw}");
    }
    let pages = rules.len();
    let _ = match flaws.len() {
        0 if weakening => {
            writeln!(out, "{pages} pages prove themselves, and none can be weakened unnoticed")
        }
        0 => writeln!(out, "{pages} pages agree with their examples; weakening was not tried"),
        n => writeln!(out, "{n} flaws in {pages} pages"),
    };
    print(&out)?;
    Ok(if flaws.is_empty() { CLEAN } else { FOUND })
}
