//! One run of `phorce check`, from paths to a report.
//!
//! In: what to check and how. Out: [`Checked`], or why the run could not begin (wrong path,
//! wrong configuration, wrong rule page: exit 2). It prints nothing.

mod audit;
mod base;
mod inventory;
mod policy;
mod register;
mod scan;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::civil::Date;

use crate::config::{self, Config, Draft, FILE_NAME as CONFIG_FILE, KnownRule, NameGlob, Setting};
use crate::engine::access::{self, Question};
use crate::engine::finish::finish;
use crate::engine::gather::{Gathered, gather_kinds, gather_orgs};
use crate::engine::judge;
use crate::engine::scan::judges_scans;
use crate::metadata::layout::lay_out;
use crate::metadata::types;
use crate::org::Org;
use crate::report::accept::apply;
use crate::report::access::AccessReport;
use crate::report::baseline::{self, Baseline};
use crate::report::policy::remarks;
use crate::report::{NotRead, Notice, Report};
use crate::rule::{Rule, library};
use crate::source::Sources;
use crate::source::walk::{WalkOptions, relative_inputs, walk};

pub use audit::{Audited, audit};
pub use base::check_against;
pub use inventory::{Inventory, RegisterRequest, inventory};
use policy::Policy;
pub use scan::{ScanRequest, Scanned, scan};

/// What to check.
#[derive(Debug, Clone)]
pub struct Request {
    /// Files and folders.
    pub inputs: Vec<PathBuf>,
    /// A configuration file; else `phorce.toml` at the project root.
    pub config: Option<PathBuf>,
    /// A folder or a reference of Git where configuration, pages, baseline and `.forceignore`
    /// are, in the place of the project's own.
    pub policy: Option<String>,
    /// A baseline; else the one that the configuration names.
    pub baseline: Option<PathBuf>,
    /// The day of the run.
    pub as_of: Date,
    /// Whether `.forceignore` is honoured.
    pub forceignore: bool,
    /// Whether accepted risks are applied.
    pub accepted: bool,
    /// Whether the baseline is applied.
    pub known: bool,
}

/// What came of a check.
#[derive(Debug)]
pub struct Checked {
    /// The report.
    pub report: Report,
    /// The rules in force, sorted by id.
    pub rules: Vec<Rule>,
    /// The configuration in force.
    pub config: Config,
}

/// Checks the inputs.
///
/// # Errors
/// What keeps the run from beginning, one line each.
pub fn check(request: &Request) -> Result<Checked, Vec<String>> {
    examine(request, &[]).map(|examined| examined.checked)
}

/// A check, and what it was made from.
struct Examined {
    checked: Checked,
    gathered: Gathered,
    sources: Sources,
    root: PathBuf,
}

/// Checks the inputs and derives these kinds besides.
fn examine(request: &Request, more: &[&str]) -> Result<Examined, Vec<String>> {
    let own = request.policy.is_none();
    let mut walked = walk(&request.inputs, WalkOptions { forceignore: own && request.forceignore })
        .map_err(|error| vec![error.to_string()])?;
    let policy = Policy::of(&walked.root, request, None)?;
    let baseline = policy.baseline(&walked.root, request, None)?;
    if !own {
        let found = walked.sources.files().map(|(_, path)| path.to_owned()).collect();
        let sifted = policy.sift(found, request);
        walked.sources = Sources::on_disk(&walked.root, sifted.kept);
        walked.ignored = sifted.ignored;
        walked.problems.extend(sifted.problems);
    }
    let Policy { rules, config, notices, register, .. } = policy;
    let (rules, mut config) = keep(rules, config, |rule| !judges_scans(rule));
    if let Some(held) = register {
        held.among(&mut walked.sources);
        register::limit(&mut config, &below_root(&request.inputs, &walked.root)?);
    }
    let kinds: Vec<&str> = rules.iter().flat_map(Rule::kinds).chain(more.iter().copied()).collect();
    let gathered = gather_kinds(&walked.sources, &kinds, &config, request.as_of)
        .map_err(|error| vec![error])?;
    if gathered.found == 0 {
        return Err(vec![nothing_found(&request.inputs, walked.ignored.len())]);
    }
    let mut report = judge_and_place(&gathered, &walked.sources, &rules);
    take_problems(&mut report, walked.problems);
    report.notices.extend(left_out(walked.ignored.len()));
    conclude(&mut report, &config, &rules, notices, baseline.as_ref(), request);
    let checked = Checked { report, rules, config };
    Ok(Examined { checked, gathered, sources: walked.sources, root: walked.root })
}

/// Puts on the findings what people decided about them, and says what was decided.
fn conclude(
    report: &mut Report,
    config: &Config,
    rules: &[Rule],
    notices: Vec<Notice>,
    baseline: Option<&Baseline>,
    request: &Request,
) {
    report.notices.extend(remarks(config, rules));
    report.notices.extend(notices);
    if request.accepted {
        let (accepts, path) = (&config.accepts, &config.path);
        report.notices.extend(apply(&mut report.findings, accepts, request.as_of, path));
    }
    if let Some(baseline) = baseline.filter(|_| request.known) {
        report.notices.extend(baseline::apply(&mut report.findings, baseline, request.as_of));
    }
    report.notices.extend(register::absent(config, rules));
}

/// The inputs relative to the root; the root itself is empty.
fn below_root(inputs: &[PathBuf], root: &Path) -> Result<Vec<String>, Vec<String>> {
    relative_inputs(inputs, root).map_err(|error| vec![error.to_string()])
}

/// What `phorce access` is asked.
#[derive(Debug, Clone)]
pub struct AccessRequest {
    /// The project.
    pub input: PathBuf,
    /// A configuration file; else `phorce.toml` at the project root.
    pub config: Option<PathBuf>,
    /// Whether `.forceignore` is honoured.
    pub forceignore: bool,
    /// What is asked for.
    pub question: Question,
}

/// Works out who can reach what. What is asked for by name is taken as PHI.
///
/// # Errors
/// What keeps the run from beginning, one line each.
pub fn access(request: &AccessRequest) -> Result<AccessReport, Vec<String>> {
    let walked = walk(
        std::slice::from_ref(&request.input),
        WalkOptions { forceignore: request.forceignore },
    )
    .map_err(|error| vec![error.to_string()])?;
    let draft = read_config(&walked.root, request.config.as_deref())?;
    // The table depends on no date: acceptances are not applied to it.
    let as_of = Date::constant(2000, 1, 1);
    let mut config = draft.config;
    let question = &request.question;
    let glob = |name: &str| {
        let fault = |why: String| vec![format!("'{name}' {why}")];
        let value = NameGlob::new(name).map_err(fault)?;
        Ok::<_, Vec<String>>(Setting { value, line: 0 })
    };
    if let Some(field) = &question.field {
        config.phi.fields.push(glob(field)?);
    }
    if let Some(object) = &question.object {
        config.phi.objects.push(glob(object)?);
    }
    let gathered = gather_kinds(&walked.sources, &access::KINDS, &config, as_of)
        .map_err(|error| vec![error])?;
    if gathered.found == 0 {
        return Err(vec![nothing_found(
            std::slice::from_ref(&request.input),
            walked.ignored.len(),
        )]);
    }
    Ok(access::answer(&gathered, &walked.sources, as_of, question))
}

/// What a first look at a project shows.
#[derive(Debug)]
pub struct Surveyed {
    /// Every package directory.
    pub package_directories: Vec<String>,
    /// What each org holds.
    pub orgs: Vec<Org>,
}

/// Looks at the objects and fields of a project.
///
/// # Errors
/// The folder cannot be walked.
pub fn survey(folder: &Path) -> Result<Surveyed, Vec<String>> {
    let walked = walk(&[folder.to_path_buf()], WalkOptions { forceignore: true })
        .map_err(|error| vec![error.to_string()])?;
    let layout = lay_out(&walked.sources, &|file| walked.sources.read(file));
    let directories = layout.orgs.iter().flat_map(|org| org.package_dirs.iter().cloned());
    let package_directories = directories.collect();
    Ok(Surveyed {
        package_directories,
        orgs: gather_orgs(&walked.sources, layout).map_err(|error| vec![error])?,
    })
}

/// The rules inside the binary.
///
/// # Errors
/// Pages that cannot be read; the project's own tests keep this from happening.
pub fn built_in_rules() -> Result<Vec<Rule>, Vec<String>> {
    library::built_in().map_err(strings)
}

/// The rules inside the binary and those of the project a folder lies in: the one with the
/// nearest `phorce.toml` at or above it. Other faults of that file are not looked at.
///
/// # Errors
/// A page, or the `phorce.toml`, that cannot be read.
pub fn rules_in(folder: &Path) -> Result<Vec<Rule>, Vec<String>> {
    let mut rules = built_in_rules()?;
    if let Some(root) = folder.ancestors().find(|above| above.join(CONFIG_FILE).is_file()) {
        let draft = read_config(root, None)?;
        add_rules(&mut rules, pages_on_disk(root, &draft.config)?)?;
    }
    Ok(rules)
}

fn judge_and_place(gathered: &Gathered, sources: &Sources, rules: &[Rule]) -> Report {
    finish(judge(rules, &gathered.orgs), gathered, sources, rules)
}

/// That `.forceignore` hides files is said: what it hides is not judged.
fn left_out(count: usize) -> Option<Notice> {
    let files = if count == 1 { "1 file".to_owned() } else { format!("{count} files") };
    let message = format!("{files} left out by .forceignore; --no-forceignore reads them too");
    (count > 0).then_some(Notice { message, path: None, line: None })
}

/// What the walk could not take: a metadata file, or a folder that cannot be opened, is not
/// read; a stray link or pipe is only said.
fn take_problems(report: &mut Report, problems: Vec<(String, String)>) {
    for (path, reason) in problems {
        let name = path.rsplit('/').next().unwrap_or(&path);
        let bare = name.strip_suffix("-meta.xml").unwrap_or(name);
        let suffix = bare.rsplit_once('.').map_or("", |(_, suffix)| suffix);
        let unreadable = reason.starts_with("it cannot be read");
        if unreadable || name.ends_with("-meta.xml") || !types::by_suffix(suffix).is_empty() {
            report.inputs.not_read.push(NotRead { path, line: 1, reason });
        } else {
            report.notices.push(Notice { message: reason, path: Some(path), line: None });
        }
    }
    report.inputs.not_read.sort();
}

fn nothing_found(inputs: &[PathBuf], ignored: usize) -> String {
    let inputs: Vec<String> = inputs.iter().map(|p| p.display().to_string()).collect();
    let ignored = match ignored {
        0 => String::new(),
        _ => format!("; .forceignore leaves out {ignored} files, --no-forceignore reads them"),
    };
    format!(
        "no Salesforce metadata found under {}: looked for the source format \
         (…/objects/X/X.object-meta.xml below an sfdx-project.json) and the Metadata API format \
         (objects/X.object beside a package.xml){ignored}",
        inputs.join(", ")
    )
}

fn read_config(root: &Path, named: Option<&Path>) -> Result<Draft, Vec<String>> {
    let path = named.map_or_else(|| root.join(CONFIG_FILE), Path::to_path_buf);
    let shown = named.map_or_else(|| CONFIG_FILE.to_owned(), |path| path.display().to_string());
    match std::fs::read_to_string(&path) {
        Ok(text) => Ok(config::read(&shown, &text)),
        Err(error) if named.is_none() && error.kind() == std::io::ErrorKind::NotFound => {
            Ok(config::read(CONFIG_FILE, ""))
        }
        Err(error) => Err(vec![format!("{shown}: it cannot be read: {error}")]),
    }
}

/// Built-in rules and the project's own, with the project's parameters.
fn load_rules(base: &Path, draft: Draft, as_of: Date) -> Result<(Vec<Rule>, Config), Vec<String>> {
    let own = pages_on_disk(base, &draft.config)?;
    settle(own, draft, as_of)
}

/// The built-in rules and these, with the project's parameters.
fn settle(own: Vec<Rule>, draft: Draft, as_of: Date) -> Result<(Vec<Rule>, Config), Vec<String>> {
    let mut rules = built_in_rules()?;
    add_rules(&mut rules, own)?;
    let ids: Vec<&str> = rules.iter().map(|rule| rule.id.as_str()).collect();
    let known = |id: &str| {
        let rule =
            rules.iter().find(|r| r.id == id || r.definition.aliases.iter().any(|a| a == id))?;
        Some(KnownRule { id: &rule.id, params: &rule.definition.params })
    };
    let config = draft.settle(&known, &ids, as_of).map_err(strings)?;
    for rule in &mut rules {
        if let Some(set) = config.params.get(&rule.id) {
            let params: BTreeMap<_, _> =
                set.iter().map(|(name, set)| (name.clone(), set.value.clone())).collect();
            if let Err(why) = rule.set_params(&params) {
                // Only its parameters can be at fault: the page itself was read.
                let alone = |name: &String| {
                    let one = params.iter().filter(|(own, _)| *own == name);
                    let one = one.map(|(name, value)| (name.clone(), value.clone())).collect();
                    rule.clone().set_params(&one).is_err()
                };
                let at_fault = set.iter().find(|(name, _)| alone(name)).or(set.iter().next());
                let line = at_fault.map_or(1, |(_, set)| set.line);
                return Err(vec![format!("{}:{line}: [rules.{}]: {why}", config.path, rule.id)]);
            }
        }
    }
    Ok((rules, config))
}

/// Leaves out rules that have no part in this run, and what the configuration says of them:
/// what is accepted in exports is not asked for in metadata.
fn keep(
    mut rules: Vec<Rule>,
    mut config: Config,
    kept: impl Fn(&Rule) -> bool,
) -> (Vec<Rule>, Config) {
    rules.retain(kept);
    let there = |id: &str| rules.iter().any(|rule| rule.id == id);
    config.accepts.retain(|accept| there(&accept.rule));
    config.params.retain(|id, _| there(id));
    (rules, config)
}

/// The pages in folders of the project. A folder without a page is a mistake: the rules meant
/// to be in force would not be.
fn pages_on_disk(base: &Path, config: &Config) -> Result<Vec<Rule>, Vec<String>> {
    let mut own = Vec::new();
    for set in &config.rule_pages {
        let path = base.join(&set.value);
        if !path.is_dir() {
            return Err(wrong_folder(
                config,
                set,
                "is no folder beside this file; correct or remove it",
            ));
        }
        let pages = library::on_disk(&path).map_err(strings)?;
        if pages.is_empty() {
            return Err(wrong_folder(config, set, NO_PAGE));
        }
        own.extend(pages);
    }
    Ok(own)
}

const NO_PAGE: &str = "holds no rule page; name the folder that does";

fn wrong_folder(config: &Config, set: &Setting<String>, what: &str) -> Vec<String> {
    let Setting { value: folder, line } = set;
    vec![format!("{}:{line}: 'rule-pages': {folder} {what}", config.path)]
}

/// Adds rules of the project, each with an id of its own.
fn add_rules(rules: &mut Vec<Rule>, own: Vec<Rule>) -> Result<(), Vec<String>> {
    for rule in own {
        if rules.iter().any(|known| known.id == rule.id) {
            let Rule { path, id, .. } = rule;
            return Err(vec![format!("{path}:1: the id {id} is taken; rename the page")]);
        }
        rules.push(rule);
    }
    rules.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(())
}

fn strings<E: ToString>(errors: Vec<E>) -> Vec<String> {
    errors.iter().map(ToString::to_string).collect()
}
