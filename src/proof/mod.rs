//! A rule page against its own examples.
//!
//! In: a rule. Out: [`Flaw`]s: marks without a finding, findings without a mark, spans that
//! are not the text they claim, citations that do not exist, and parts of the page that
//! could be taken away without any example noticing. It judges with the engine and knows no
//! rule by name.

pub mod weaken;

use std::collections::BTreeMap;

use jiff::civil::{Date, date};

use crate::analysis::KINDS;
use crate::config::{self, Config, ConfigError, FILE_NAME as CONFIG_FILE, Register};
use crate::engine::gather::{Gathered, gather, gather_pair};
use crate::engine::scan::{Scan, gather_scan, judges_scans};
use crate::engine::{Hit, judge};
use crate::fact::{Confidence, Severity};
use crate::metadata::types;
use crate::metadata::xml::unescape;
use crate::rule::case::Params;
use crate::rule::example::{self, Example, Mark};
use crate::rule::{Rule, library};
use crate::scan;
use crate::source::lines::Lines;
use crate::source::{Sources, Span};

/// The date on which examples are judged.
pub const EXAMPLE_DAY: Date = date(2026, 1, 15);

/// What is wrong with a page.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Flaw {
    /// Path of the page.
    pub path: String,
    /// Line of the page, from 1.
    pub line: u32,
    /// What is wrong.
    pub message: String,
}

impl std::fmt::Display for Flaw {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.message)
    }
}

/// One example with its facts, ready to be judged again and again.
struct Trial {
    example: Example,
    sources: Sources,
    gathered: Gathered,
}

/// The folder of an example whose files are those of the base of a change.
const BASE: &str = "base/";

/// Proves a page; `weakening` also takes its parts away one at a time.
pub fn prove(rule: &Rule, weakening: bool) -> Vec<Flaw> {
    let flaw = |line: u32, message: String| Flaw { path: rule.path.clone(), line, message };
    let mut flaws: Vec<Flaw> =
        check_words(rule).into_iter().map(|why| flaw(rule.toml_line, why)).collect();
    let mut trials = Vec::new();
    for (name, (text, line)) in [("Bad", &rule.bad), ("Good", &rule.good)] {
        match example::read(text, *line) {
            Ok(examples) if examples.is_empty() => {
                flaws.push(flaw(*line, format!("`## {name}` has no example")));
            }
            Ok(examples) => {
                for example in examples {
                    match set_up(rule, example) {
                        Ok(trial) => trials.push((name, trial)),
                        Err(why) => flaws.push(flaw(*line, why)),
                    }
                }
            }
            Err(error) => flaws.push(flaw(error.line, error.message)),
        }
    }
    for (name, trial) in &trials {
        flaws.extend(check_trial(rule, name, trial).into_iter().map(|(at, why)| flaw(at, why)));
    }
    if weakening && flaws.is_empty() {
        let trials: Vec<&Trial> = trials.iter().map(|(_, trial)| trial).collect();
        flaws.extend(weaken_all(rule, &trials).into_iter().map(|why| flaw(rule.toml_line, why)));
    }
    flaws
}

/// Citations, kinds and keys that do not exist.
fn check_words(rule: &Rule) -> Vec<String> {
    let citations = library::citations();
    let controls = library::controls();
    let unknown_citation = rule.hipaa.iter().filter(|id| !citations.iter().any(|c| c.id == **id));
    let unknown_control = rule.sbs.iter().filter(|id| !controls.iter().any(|c| c.id == **id));
    let mut out: Vec<String> = unknown_citation
        .map(|id| format!("the citation {id} does not stand in rules/hipaa.toml"))
        .chain(
            unknown_control.map(|id| format!("the control {id} does not stand in rules/sbs.toml")),
        )
        .collect();
    for case in &rule.cases {
        for kind in &case.kinds {
            let head = kind.split('.').next().unwrap_or(kind);
            let derived = KINDS.iter().find(|known| known.name == head);
            let scanned = scan::KINDS.iter().find(|known| known.name == head);
            let known = derived.is_some() || scanned.is_some();
            if !known && types::by_name(head).is_none() && !types::is_settings(head) {
                out.push(format!("`{kind}` is no kind of fact"));
            }
            let of_scan = scanned.map_or(&[][..], |known| known.values);
            let values = derived.map_or(of_scan, |known| known.values);
            let keys = case.tests.iter().map(|test| &test.key).chain(&case.at).chain(&case.members);
            for key in keys.filter(|key| key.contains('-') && !key.contains('.')) {
                let known = values.iter().any(|(name, _)| name == key) || key == "full-name";
                if !known {
                    out.push(format!("`{kind}` has no value `{key}`"));
                }
            }
        }
    }
    out
}

fn set_up(rule: &Rule, example: Example) -> Result<Trial, String> {
    let (base, head): (BTreeMap<_, _>, BTreeMap<_, _>) =
        example.files.clone().into_iter().partition(|(path, _)| path.starts_with(BASE));
    let base = base
        .into_iter()
        .filter_map(|(path, bytes)| Some((path.strip_prefix(BASE)?.to_owned(), bytes)));
    let base: BTreeMap<String, Vec<u8>> = base.collect();
    let sources = Sources::in_memory(head);
    let config = config_of(&example)?;
    if judges_scans(rule) {
        let files = &sources;
        let scan = Scan { files, root: None, config: &config, known: None, redact: None };
        let gathered = gather_scan(scan)?.0;
        return Ok(Trial { example, sources, gathered });
    }
    if base.is_empty() {
        let gathered = gather(&sources, std::slice::from_ref(rule), &config, EXAMPLE_DAY)?;
        return Ok(Trial { example, sources, gathered });
    }
    let (sources, base) = Sources::pair(sources, Sources::in_memory(base));
    let (gathered, _) = gather_pair(&sources, &base, &rule.kinds(), &config, EXAMPLE_DAY)?;
    Ok(Trial { example, sources, gathered })
}

/// The configuration of an example, with the register it names.
fn config_of(example: &Example) -> Result<Config, String> {
    let text = |path: &str| {
        example.files.get(path).map(|bytes| String::from_utf8_lossy(bytes).into_owned())
    };
    let first = |errors: Vec<ConfigError>| errors.first().map(ToString::to_string);
    let Some(own) = text(CONFIG_FILE) else { return Ok(Config::default()) };
    let mut config =
        config::parse(CONFIG_FILE, &own).map_err(|errors| first(errors).unwrap_or_default())?;
    if let Some(path) = config.register.as_ref().map(|set| set.value.clone()) {
        let own = text(&path).ok_or_else(|| format!("the example has no file `{path}`"))?;
        let read = Register::read(&path, &own);
        config.entries = Some(read.map_err(|errors| first(errors).unwrap_or_default())?);
    }
    Ok(config)
}

impl Trial {
    /// The path of a place as the example names it: what only the base has lies there.
    fn path(&self, span: Span) -> String {
        let path = self.sources.path(span.file);
        if self.sources.has(span.file) { path.to_owned() } else { format!("{BASE}{path}") }
    }
}

/// The rule with the example's parameters, or the rule itself.
fn with_params(rule: &Rule, trial: &Trial) -> Rule {
    let mut rule = rule.clone();
    if let Some(params) = params_of(&trial.gathered.config, &rule.id)
        && let Err(why) = rule.set_params(&params)
    {
        debug_assert!(false, "{why}");
    }
    rule
}

fn params_of(config: &Config, rule: &str) -> Option<Params> {
    let set = config.params.get(rule)?;
    Some(set.iter().map(|(name, value)| (name.clone(), value.value.clone())).collect())
}

fn run(rule: &Rule, trial: &Trial) -> Vec<Hit> {
    judge(&[with_params(rule, trial)], &trial.gathered.orgs).hits
}

/// What is wrong with one example: line of the page and reason.
fn check_trial(rule: &Rule, section: &str, trial: &Trial) -> Vec<(u32, String)> {
    let mut out = Vec::new();
    let page_line =
        |path: &str, line: u32| trial.example.lines.get(path).map_or(1, |l| l + line - 1);
    for unread in &trial.gathered.not_read {
        let line = page_line(&unread.path, unread.line);
        out.push((line, format!("{}: {}", unread.path, unread.reason)));
    }
    let mut open: Vec<&Mark> = trial.example.marks.iter().collect();
    if section == "Good" && !open.is_empty() {
        out.push((1, "`## Good` has a mark".to_owned()));
    }
    for hit in run(rule, trial) {
        let path = trial.path(hit.span);
        let line = line_of(trial, hit.span);
        let at = page_line(&path, line);
        let fits = |mark: &&Mark| mark.path == path && mark.line == line;
        match open.iter().position(|m| fits(m) && m.severity.is_none_or(|s| s == hit.severity)) {
            Some(index) => drop(open.remove(index)),
            None => out.push((
                at,
                format!("a finding without its mark, {}: {}", hit.severity.word(), hit.sentence()),
            )),
        }
        out.extend(hit.unfilled.iter().map(|slot| (at, format!("`{{{slot}}}` has no value here"))));
        if let Err(why) = check_claim(trial, &hit) {
            out.push((at, why));
        }
    }
    for mark in open {
        out.push((page_line(&mark.path, mark.line), "a mark without its finding".to_owned()));
    }
    out
}

fn line_of(trial: &Trial, span: Span) -> u32 {
    if let Some(place) = trial.gathered.places.get(&span) {
        return place.line;
    }
    let bytes = trial.sources.read(span.file).unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes);
    Lines::new(&text).position(span.start as usize).line
}

/// Whether the place of a hit holds the text it claims; a claim of nothing is a start tag, or
/// in source code whatever stands there.
fn check_claim(trial: &Trial, hit: &Hit) -> Result<(), String> {
    if trial.gathered.places.contains_key(&hit.span) {
        // Of what a scan finds no text may be claimed, whatever it is.
        return if hit.claim.is_empty() { Ok(()) } else { Err("it claims a value".to_owned()) };
    }
    let bytes = trial.sources.read(hit.span.file)?;
    let text = String::from_utf8_lossy(&bytes);
    let raw = text.get(hit.span.start as usize..hit.span.end as usize).unwrap_or("");
    let fits = match hit.claim.as_str() {
        "" => raw.starts_with('<') || !raw.contains('<') || !text.trim_start().starts_with('<'),
        claim => unescape(raw) == claim,
    };
    if fits { Ok(()) } else { Err(format!("the place holds `{raw}`, not `{}`", hit.claim)) }
}

/// What an example shows of a rule: enough to notice a weaker one.
type Signature = Vec<(String, u32, Severity, Confidence, String, String, Vec<String>)>;

fn signature(rule: &Rule, trial: &Trial) -> Signature {
    let mut out: Signature = run(rule, trial)
        .into_iter()
        .map(|hit| {
            let mut members: Vec<String> = hit.members.into_iter().map(|(name, _)| name).collect();
            members.sort();
            let path = trial.path(hit.span);
            let line = line_of(trial, hit.span);
            (path, line, hit.severity, hit.confidence, hit.subject, hit.key, members)
        })
        .collect();
    out.sort();
    out
}

/// Parts that can be taken away without any example noticing.
fn weaken_all(rule: &Rule, trials: &[&Trial]) -> Vec<String> {
    let before: Vec<Signature> = trials.iter().map(|trial| signature(rule, trial)).collect();
    let mut seen: BTreeMap<String, bool> = BTreeMap::new();
    for (part, definition) in weaken::weaker(&rule.definition) {
        let mut weaker = rule.clone();
        weaker.definition = definition;
        let page_params = weaker.definition.params.clone();
        let notices = weaker.set_params(&page_params).is_err()
            || trials
                .iter()
                .zip(&before)
                .any(|(trial, before)| signature(&weaker, trial) != *before);
        seen.insert(part, notices);
    }
    let unnoticed = seen.into_iter().filter(|(_, notices)| !notices);
    unnoticed.map(|(part, _)| format!("no example notices when {part} is taken away")).collect()
}
