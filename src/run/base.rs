//! One run of `phorce check --base REF`: two trees judged by the policy of the first.
//!
//! In: what to check, and a reference. Out: [`Checked`] with the change in its report. What
//! decides how is judged is read from the commit both have in common: a change cannot exempt
//! itself. The head is the working tree as it is.

use std::collections::{BTreeSet, HashSet};
use std::path::Path;

use super::policy::{Policy, ignore_proposals, newly_ignored, own_ignored};
use super::register::limit;
use super::{Checked, Request, below_root, conclude, keep, left_out, nothing_found, take_problems};
use crate::change::{self, Side, align, compare};
use crate::engine::access;
use crate::engine::finish::{finish, finish_where};
use crate::engine::gather::{Gathered, gather_pair};
use crate::engine::judge;
use crate::engine::scan::judges_scans;
use crate::report::access::AccessReport;
use crate::report::change::Changed;
use crate::report::{NotRead, Notice, Report};
use crate::rule::Rule;
use crate::source::Sources;
use crate::source::git::{Commit, Repository, Tree};
use crate::source::walk::{Walk, WalkOptions, choose_below, walk};

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
    // What is left out is what the policy leaves out: it is sorted below.
    let walked = walk(&request.inputs, WalkOptions { forceignore: false })
        .map_err(|error| vec![error.to_string()])?;
    let base = open(&walked.root, reference).map_err(|why| vec![why])?;
    let inputs = below_root(&request.inputs, &walked.root)?;
    let paths = choose_below(base.tree.paths(), &inputs);
    refuse_submodules(&base, &walked.sources).map_err(|why| vec![why])?;
    refuse_sparse(&walked, &paths).map_err(|why| vec![why])?;
    let mut policy = Policy::of(&walked.root, request, Some(&base))?;
    limit(&mut policy.config, &inputs);
    let baseline = policy.baseline(&walked.root, request, Some(&base))?;
    (policy.rules, policy.config) = keep(policy.rules, policy.config, |rule| !judges_scans(rule));
    let found: Vec<String> = walked.sources.files().map(|(_, path)| path.to_owned()).collect();
    let mut ignored = match request.policy {
        Some(_) => Vec::new(),
        None => ignore_proposals(&base, &walked.root, &paths, &found),
    };
    let hidden = if ignored.is_empty() { Vec::new() } else { own_ignored(&walked.root, &found) };
    let (now, was) = (policy.sift(found, request), policy.sift(paths, request));
    ignored.extend(newly_ignored(&hidden, &now.kept));
    let trees = (Sources::on_disk(&walked.root, now.kept), base.tree.sources(was.kept));
    let (head, mut before) = try_both(trees, &policy, request)?;
    if head.gathered.found == 0 && before.gathered.found == 0 {
        return Err(vec![nothing_found(&request.inputs, now.ignored.len())]);
    }
    let walked_root = walked.root.clone();
    let mut report = head.report(&policy.rules);
    take_problems(&mut report, problems(walked, now.problems));
    report.notices.extend(left_out(now.ignored.len()));
    report.notices.extend(before.remarks(&base, &report.inputs.not_read));
    report.notices.extend(nothing_to_compare(&walked_root, &base));
    let past = before.past(&policy.rules, &report);
    compare(&mut report, past, before.side(), head.side());
    report.notices.extend(change::phi::lost(head.side()));
    let gained = change::phi::share(&mut before.gathered, &head.gathered);
    report.notices.extend(change::phi::gained(head.side(), &gained));
    let access = (before.reach(request), head.reach(request));
    let access_delta = change::access::delta(&access.0, &access.1, before.side(), head.side());
    let (short, commit) = (base.commit.short().to_owned(), base.commit.id.clone());
    report.change = Some(Changed { reference: base.reference, commit, short, access_delta });
    let Policy { rules, config, mut notices, .. } = policy;
    notices.extend(ignored);
    conclude(&mut report, &config, &rules, notices, baseline.as_ref(), request);
    Ok(Checked { report, rules, config })
}

/// Reads both trees and derives what is in them. The register is the policy's in both.
fn try_both(
    (mut head, mut base): (Sources, Sources),
    policy: &Policy,
    request: &Request,
) -> Result<(Tried, Tried), Vec<String>> {
    if let Some(held) = &policy.register {
        held.clone().among(&mut head);
        held.clone().among(&mut base);
    }
    let (head, base) = Sources::pair(head, base);
    let kinds = policy.rules.iter().flat_map(Rule::kinds).chain(access::KINDS);
    let kinds: Vec<&str> = kinds.collect::<BTreeSet<_>>().into_iter().collect();
    let read = gather_pair(&head, &base, &kinds, &policy.config, request.as_of);
    let (now, mut was) = read.map_err(|why| vec![why])?;
    align(&mut was, &now);
    Ok((Tried { sources: head, gathered: now }, Tried { sources: base, gathered: was }))
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

/// Files that are committed and not checked out would look deleted.
fn refuse_sparse(walked: &Walk, base: &[String]) -> Result<(), String> {
    let here: HashSet<&str> = walked.sources.files().map(|(_, path)| path).collect();
    let gone: HashSet<&str> =
        base.iter().map(String::as_str).filter(|path| !here.contains(path)).collect();
    if gone.is_empty() {
        return Ok(());
    }
    let left_out = Repository::at(&walked.root)?.left_out();
    let mut sparse = left_out.iter().filter(|path| gone.contains(path.as_str()));
    let Some(first) = sparse.next() else { return Ok(()) };
    let more = match sparse.count() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    Err(format!(
        "{first}{more}: committed, but left out of this checkout, so --base would take it as \
         deleted; check everything out (`git sparse-checkout disable`), or name the folders to \
         check"
    ))
}

/// A commit that the reference has already is no change: that nothing is open says nothing.
fn nothing_to_compare(root: &Path, base: &Base) -> Option<Notice> {
    let is_head = matches!(base.reference.as_str(), "HEAD" | "@");
    let same = || Repository::at(root).is_ok_and(|repository| repository.is_at(&base.commit));
    let message = format!(
        "there is nothing to compare: '{}' has what is checked out here; name what the change \
         goes into, or what it began on",
        base.reference
    );
    (!is_head && same()).then_some(Notice { message, path: None, line: None })
}

fn problems(walked: Walk, more: Vec<(String, String)>) -> Vec<(String, String)> {
    let mut problems = walked.problems;
    problems.extend(more);
    problems.sort();
    problems.dedup();
    problems
}

/// One tree: its files and what is in them.
struct Tried {
    sources: Sources,
    gathered: Gathered,
}

impl Tried {
    fn report(&self, rules: &[Rule]) -> Report {
        finish(judge(rules, &self.gathered.orgs), &self.gathered, &self.sources, rules)
    }

    /// Of the base: its report, with lines only for what the head does not have.
    fn past(&self, rules: &[Rule], head: &Report) -> Report {
        let known: HashSet<&str> = head.findings.iter().map(|f| f.fingerprint.as_str()).collect();
        let is_past = |fingerprint: &str| !known.contains(fingerprint);
        let judged = judge(rules, &self.gathered.orgs);
        finish_where(judged, &self.gathered, &self.sources, rules, &is_past)
    }

    fn side(&self) -> Side<'_> {
        Side { gathered: &self.gathered, sources: &self.sources }
    }

    fn reach(&self, request: &Request) -> AccessReport {
        access::reach(&self.gathered, request.as_of)
    }

    /// Of the base: what it lacks counts as new in the change, and that is said.
    fn remarks(&self, base: &Base, not_read: &[NotRead]) -> Vec<Notice> {
        let short = base.commit.short();
        let unread = self.gathered.not_read.iter().map(|file| {
            let too = not_read.iter().any(|other| other.path == file.path);
            let message = match too {
                true => format!("it could not be read at {short} either"),
                false => format!(
                    "it could not be read at {short}, so what is wrong in it counts as new: {}",
                    file.reason
                ),
            };
            Notice { message, path: Some(file.path.clone()), line: Some(file.line) }
        });
        let nothing = (self.gathered.found == 0).then(|| Notice {
            message: format!("there is no metadata here at {short}: everything counts as new"),
            path: None,
            line: None,
        });
        nothing.into_iter().chain(unread).collect()
    }
}
