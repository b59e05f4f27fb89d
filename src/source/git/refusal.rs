//! Why a commit cannot be compared with, and what to do about it.
//!
//! In: a reference and what the repository has. Out: one sentence with the remedy. It fetches
//! nothing.

use std::path::Path;
use std::process::Output;

use super::{Repository, first_line, run};

pub(super) const NO_COMMIT_YET: &str =
    "there is no commit to compare with yet: commit the project first";

const UNSHALLOW: &str = "; this clone is shallow and lacks history: `git fetch --unshallow`, \
    or in CI check out with the whole history (fetch-depth: 0)";

pub(super) fn no_repository(folder: &Path, output: &Output) -> String {
    let why = first_line(&output.stderr);
    let folder = folder.display();
    if why.contains("not a git repository") || why.contains("must be run in a work tree") {
        return format!(
            "{folder}: there is no working tree of Git here, and a commit of one is asked for: \
             run in a clone that has its files, or check without --base and --policy"
        );
    }
    format!("{folder}: git does not open the repository: {why}")
}

impl Repository {
    pub(super) fn no_commit(&self, reference: &str) -> String {
        if !matches!(self.resolve("HEAD"), Ok(Some(_))) {
            return NO_COMMIT_YET.to_owned();
        }
        if reference.bytes().all(|byte| byte == b'0') {
            return format!(
                "'{reference}' is what a CI server gives where there was no commit before: name \
                 the branch that the change goes into"
            );
        }
        let shallow = if self.is_shallow() { UNSHALLOW } else { "" };
        format!("there is no commit '{reference}' in this clone: {}{shallow}", self.hint(reference))
    }

    /// How to come by a reference.
    fn hint(&self, reference: &str) -> String {
        if is_expression(reference) {
            return "name a branch, a tag or a commit".to_owned();
        }
        let known = format!("origin/{reference}");
        if matches!(self.resolve(&known), Ok(Some(_))) {
            return format!("but there is '{known}': name that");
        }
        let (remote, branch) = self.place(reference);
        let becomes = match reference == branch && !is_hash(reference) {
            true => format!(", which makes a branch {remote}/{branch}"),
            false => String::new(),
        };
        format!("fetch it (`git fetch {remote} {branch}`{becomes}) or name another")
    }

    /// The remote and its branch that a reference is likely to be.
    fn place<'r>(&self, reference: &'r str) -> (&'r str, &'r str) {
        let output = run(&self.folder, &["remote"]);
        let remotes = output.map(|output| output.stdout).unwrap_or_default();
        let remotes = String::from_utf8_lossy(&remotes).into_owned();
        let named = reference.split_once('/');
        let is_remote = |name: &str| name == "origin" || remotes.lines().any(|own| own == name);
        named.filter(|(remote, _)| is_remote(remote)).unwrap_or(("origin", reference))
    }

    pub(super) fn nothing_in_common(&self, reference: &str) -> String {
        let remedy = match self.is_shallow() {
            true => UNSHALLOW,
            false => "; name the branch this one began on, or check without --base",
        };
        format!("'{reference}' and HEAD have no commit in common{remedy}")
    }

    pub(super) fn is_shallow(&self) -> bool {
        let output = run(&self.folder, &["rev-parse", "--is-shallow-repository"]);
        output.is_ok_and(|output| output.stdout.starts_with(b"true"))
    }
}

/// Whether a reference is worked out from another one: nothing of that name can be fetched.
fn is_expression(reference: &str) -> bool {
    let characters = [' ', '~', '^', ':', '?', '*', '[', '\\'];
    reference.contains(characters)
        || ["..", "@{"].iter().any(|part| reference.contains(part))
        || matches!(reference, "HEAD" | "@")
}

fn is_hash(reference: &str) -> bool {
    reference.len() >= 7 && reference.bytes().all(|byte| byte.is_ascii_hexdigit())
}
