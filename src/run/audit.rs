//! One run of `phorce audit`: a check, who reaches what, and what the org has.
//!
//! In: what to look at. Out: [`Audited`], all that the evidence pack is made of, from one
//! reading of the files. It writes nothing.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::{CONFIG_FILE, Checked, Request, built_in_rules, examine};
use crate::engine::access::{self, Question, answer};
use crate::engine::estate::{self, survey};
use crate::report::access::AccessReport;
use crate::report::audit::Estate;
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
    let configuration = configuration(&examined.root, request.config.as_deref(), &examined.checked);
    Ok(Audited { checked: examined.checked, access, estate, configuration, root: examined.root })
}

/// Who changed each client last, where the project is in a repository.
fn tell_changes(estate: &mut Estate, root: &Path) {
    let Ok(repository) = Repository::at(root) else { return };
    for client in &mut estate.clients {
        if let Some(last) = repository.last_change(&client.line.path) {
            let (day, author) = (&last.day, &last.author);
            client.last_change = format!("{day} by {author} ({})", last.commit.short());
        }
    }
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
