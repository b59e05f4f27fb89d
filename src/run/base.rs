//! One run of `phorce check --base REF`: two trees judged by the policy of the first.
//!
//! In: what to check, and a reference. Out: [`Checked`] with the change in its report. What
//! decides how is judged is read from the commit both have in common: a change cannot exempt
//! itself. The head is the working tree as it is.

use std::collections::BTreeSet;
use std::path::Path;

use super::policy::{Policy, ignore_proposals, is_forceignore};
use super::{Checked, Request, keep, left_out, nothing_found, take_problems};
use crate::change::{self, Side, align, compare};
use crate::config::Config;
use crate::engine::access::{self, Question, answer};
use crate::engine::finish::{finish, sort};
use crate::engine::gather::{Gathered, gather_kinds};
use crate::engine::judge;
use crate::engine::scan::judges_scans;
use crate::report::accept::apply;
use crate::report::change::Changed;
use crate::report::policy::remarks;
use crate::report::{Notice, Report};
use crate::rule::Rule;
use crate::source::Sources;
use crate::source::git::{Commit, Repository, Tree};
use crate::source::ignore::{Sifted, sift};
use crate::source::walk::{Walk, WalkOptions, choose_below, relative_inputs, walk};

/// The commit compared with, and its files.
pub(super) struct Base {
    pub(super) reference: String,
    pub(super) commit: Commit,
    pub(super) tree: Tree,
}

impl Base {
    /// The text of a file, if it is there.
    pub(super) fn text(&self, path: &str) -> Option<String> {
        let bytes = self.tree.read(path).ok()?;
        Some(String::from_utf8_lossy(&bytes).into_owned())
    }
}

/// Checks the inputs against the merge base of `reference` and `HEAD`.
///
/// # Errors
/// As [`super::check`], and what keeps Git from giving the base.
pub fn check_against(request: &Request, reference: &str) -> Result<Checked, Vec<String>> {
    // What is left out is what the base leaves out: it is sorted below.
    let walked = walk(&request.inputs, WalkOptions { forceignore: false })
        .map_err(|error| vec![error.to_string()])?;
    let base = open(&walked.root, reference).map_err(|why| vec![why])?;
    let paths = relative_inputs(&request.inputs, &walked.root)
        .map(|inputs| choose_below(base.tree.paths(), &inputs))
        .map_err(|error| vec![error.to_string()])?;
    refuse_submodules(&base, &walked.sources).map_err(|why| vec![why])?;
    let Policy { rules, config, notices } = Policy::of(&base, &walked.root, request)?;
    let (rules, config) = keep(rules, config, |rule| !judges_scans(rule));
    let found: Vec<String> = walked.sources.files().map(|(_, path)| path.to_owned()).collect();
    let ignored = ignore_proposals(&base, &walked.root, &paths, &found);
    let sift = |paths| sift_by(&base.tree, paths, request.forceignore);
    let (now, was) = (sift(found), sift(paths));
    let head = Tried::new(Sources::on_disk(&walked.root, now.kept), &rules, &config, request)?;
    let mut before = Tried::new(base.tree.sources(was.kept), &rules, &config, request)?;
    if head.gathered.found == 0 && before.gathered.found == 0 {
        return Err(vec![nothing_found(&request.inputs, now.ignored.len())]);
    }
    align(&mut before.gathered, &head.gathered);
    let mut report = head.report(&rules);
    take_problems(&mut report, problems(walked, now.problems));
    report.notices.extend(left_out(now.ignored.len()));
    report.notices.extend(remarks(&config, &rules));
    report.notices.extend(notices.into_iter().chain(ignored));
    accept(&mut report, &config, request);
    report.notices.extend(before.remarks(&base));
    compare(&mut report, before.report(&rules), before.side(), head.side());
    let access_delta = change::access::delta(&before.access(request), &head.access(request));
    let (short, commit) = (base.commit.short().to_owned(), base.commit.id.clone());
    report.change = Some(Changed { reference: base.reference, commit, short, access_delta });
    Ok(Checked { report, rules, config })
}

fn open(root: &Path, reference: &str) -> Result<Base, String> {
    let repository = Repository::at(root)?;
    let commit = repository.merge_base(reference)?;
    let tree = repository.tree(&commit)?;
    Ok(Base { reference: reference.to_owned(), commit, tree })
}

/// Files of a submodule are in another repository: all of them would be new.
fn refuse_submodules(base: &Base, head: &Sources) -> Result<(), String> {
    let inside = |folder: &&String| {
        let below = |path: &str| path.strip_prefix(*folder).is_some_and(|p| p.starts_with('/'));
        head.files().any(|(_, path)| below(path))
    };
    match base.tree.submodules.iter().find(inside) {
        None => Ok(()),
        Some(folder) => Err(format!(
            "{folder} is a submodule: its files are in another repository, so --base cannot \
             compare them; name the other folders to check, and run again inside {folder}"
        )),
    }
}

/// Sorts paths of either tree by the `.forceignore` files of the base.
fn sift_by(tree: &Tree, paths: Vec<String>, forceignore: bool) -> Sifted {
    if !forceignore {
        return Sifted { kept: paths, ..Sifted::default() };
    }
    let own = paths.into_iter().filter(|path| !is_forceignore(path));
    let theirs = tree.paths().filter(|path| is_forceignore(path)).map(str::to_owned);
    let mut sifted = sift(own.chain(theirs).collect(), &|path| tree.read(path).ok());
    sifted.kept.retain(|path| !is_forceignore(path));
    sifted
}

fn problems(walked: Walk, more: Vec<(String, String)>) -> Vec<(String, String)> {
    let mut problems = walked.problems;
    problems.extend(more);
    problems.sort();
    problems.dedup();
    problems
}

fn accept(report: &mut Report, config: &Config, request: &Request) {
    if request.accepted {
        let path = &config.path;
        let said = apply(&mut report.findings, &config.accepts, request.as_of, path);
        report.notices.extend(said);
        sort(&mut report.findings);
    }
}

/// One tree: its files and what is in them.
struct Tried {
    sources: Sources,
    gathered: Gathered,
}

impl Tried {
    fn new(
        sources: Sources,
        rules: &[Rule],
        config: &Config,
        request: &Request,
    ) -> Result<Self, Vec<String>> {
        let kinds = rules.iter().flat_map(Rule::kinds).chain(access::KINDS);
        let kinds: Vec<&str> = kinds.collect::<BTreeSet<_>>().into_iter().collect();
        let gathered = gather_kinds(&sources, &kinds, config, request.as_of);
        Ok(Self { gathered: gathered.map_err(|why| vec![why])?, sources })
    }

    fn report(&self, rules: &[Rule]) -> Report {
        finish(judge(rules, &self.gathered.orgs), &self.gathered, &self.sources, rules)
    }

    fn side(&self) -> Side<'_> {
        Side { gathered: &self.gathered, sources: &self.sources }
    }

    fn access(&self, request: &Request) -> crate::report::access::AccessReport {
        answer(&self.gathered, &self.sources, request.as_of, &Question::default())
    }

    /// Of the base: what it lacks counts as new in the change, and that is said.
    fn remarks(&self, base: &Base) -> Vec<Notice> {
        let short = base.commit.short();
        let unread = self.gathered.not_read.iter().map(|file| Notice {
            message: format!(
                "it could not be read at {short}, so what is wrong in it counts as new: {}",
                file.reason
            ),
            path: Some(file.path.clone()),
            line: Some(file.line),
        });
        let nothing = (self.gathered.found == 0).then(|| Notice {
            message: format!("there is no metadata here at {short}: everything counts as new"),
            path: None,
            line: None,
        });
        nothing.into_iter().chain(unread).collect()
    }
}
