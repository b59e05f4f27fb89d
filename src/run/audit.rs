//! One run of `phorce audit`: a check, who reaches what, and what the org has.
//!
//! In: what to look at. Out: [`Audited`], all that the evidence pack is made of, from one
//! reading of the files. It writes nothing.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::{CONFIG_FILE, Checked, Request, built_in_rules, examine};
use crate::analysis::KINDS;
use crate::config::Config;
use crate::engine::access::{self, Question, answer};
use crate::engine::estate::{self, survey};
use crate::report::access::AccessReport;
use crate::report::audit::Estate;
use crate::rule::Rule;
use crate::source::Sources;
use crate::source::git::Repository;

/// What came of an audit's run.
#[derive(Debug)]
pub struct Audited {
    /// Findings, verdicts, what was not read.
    pub checked: Checked,
    /// Who reaches which PHI.
    pub access: AccessReport,
    /// OAuth clients, PHI fields, logs, login ranges.
    pub estate: Estate,
    /// What of the configuration makes a rule say less, besides its parameters: the rule's
    /// id, and why.
    pub narrowed: Vec<(String, String)>,
    /// The files that decided how was judged, by name, as they are on disk.
    pub configuration: Vec<(String, String)>,
    /// The root of the project.
    pub root: PathBuf,
}

/// Examines the inputs.
///
/// # Errors
/// As [`super::check`].
pub fn audit(request: &Request) -> Result<Audited, Vec<String>> {
    let kinds: Vec<&str> = access::KINDS.iter().chain(&estate::KINDS).copied().collect();
    let examined = examine(request, &kinds)?;
    let (gathered, sources) = (&examined.gathered, &examined.sources);
    let access = answer(gathered, sources, request.as_of, &Question::default());
    let mut estate = survey(gathered, sources);
    tell_changes(&mut estate, &examined.root);
    let mut configuration =
        configuration(&examined.root, request.config.as_deref(), &examined.checked);
    configuration.extend(register(&gathered.config, sources));
    let narrowed = narrowed(&examined.checked.config, &examined.checked.rules);
    let (checked, root) = (examined.checked, examined.root);
    Ok(Audited { checked, access, estate, narrowed, configuration, root })
}

/// Who changed a file of each client last, where the project is in a repository.
fn tell_changes(estate: &mut Estate, root: &Path) {
    let Ok(repository) = Repository::at(root) else { return };
    for client in &mut estate.clients {
        let changes = client.files.iter().filter_map(|file| repository.last_change(file));
        if let Some(last) = changes.max_by(|a, b| a.day.cmp(&b.day)) {
            let (day, author) = (&last.day, &last.author);
            client.last_change = format!("{day} by {author} ({})", last.commit.short());
        }
    }
}

/// What the configuration takes from the sight of rules, for each rule that would look there.
fn narrowed(config: &Config, rules: &[Rule]) -> Vec<(String, String)> {
    let mut out = Vec::new();
    let mut say = |kinds: &[&str], why: String| {
        let ids = rules.iter().filter(|rule| rests_on(rule, kinds)).map(|rule| rule.id.clone());
        out.extend(ids.map(|id| (id, why.clone())));
    };
    let phi = ["phi-field", "CustomField", "CustomObject"];
    for glob in &config.phi.not {
        let (name, line) = (glob.value.text(), glob.line);
        say(&phi, format!("'{name}' is taken as no PHI ({CONFIG_FILE}:{line})"));
    }
    if let Some(set) = config.phi.health_context.as_ref().filter(|set| !set.value) {
        let line = set.line;
        say(&phi, format!("weak names are not taken as PHI ({CONFIG_FILE}:{line})"));
    }
    for glob in &config.roles.administrative {
        let (name, line) = (glob.value.text(), glob.line);
        say(&["holder"], format!("'{name}' is taken as running the org ({CONFIG_FILE}:{line})"));
    }
    for glob in &config.apex.sanitisers {
        let (name, line) = (glob.value.text(), glob.line);
        let why =
            format!("what '{name}' gives back is taken as free of PHI ({CONFIG_FILE}:{line})");
        say(&["apex-flow"], why);
    }
    out
}

/// Whether a rule judges one of these kinds, or what is derived from one.
fn rests_on(rule: &Rule, wanted: &[&str]) -> bool {
    let mut names = rule.kinds();
    // Kinds read only kinds before them: one walk from the last finds all.
    for kind in KINDS.iter().rev() {
        if names.contains(&kind.name) {
            names.extend(kind.reads);
        }
    }
    names.iter().any(|name| wanted.contains(name))
}

/// The register, as it was read.
fn register(config: &Config, sources: &Sources) -> Option<(String, String)> {
    let file = config.entries.as_ref()?.file?;
    let text = String::from_utf8(sources.read(file).ok()?).ok()?;
    let name = Path::new(sources.path(file)).file_name()?.to_string_lossy().into_owned();
    Some((format!("register/{name}"), text))
}

/// The configuration and the pages of the project's own rules.
fn configuration(root: &Path, named: Option<&Path>, checked: &Checked) -> Vec<(String, String)> {
    let path = named.map_or_else(|| root.join(CONFIG_FILE), Path::to_path_buf);
    let mut files = Vec::new();
    if let Ok(text) = std::fs::read_to_string(path) {
        files.push((CONFIG_FILE.to_owned(), text));
    }
    let ours: BTreeSet<String> =
        built_in_rules().unwrap_or_default().into_iter().map(|rule| rule.id).collect();
    let own = checked.rules.iter().filter(|rule| !ours.contains(&rule.id));
    files.extend(
        own.map(|rule| (format!("rules/{}/{}.md", rule.family, rule.id), rule.markdown.clone())),
    );
    files
}
