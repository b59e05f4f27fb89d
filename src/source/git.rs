//! A tree of Git's objects, read through the `git` command alone.
//!
//! In: a folder of a working tree and a reference. Out: the commit both have in common, and
//! its [`Tree`]. The working tree and the index are never touched, nothing is fetched, and
//! what the environment says of another repository does not count. Every failure says what
//! to do. It knows no metadata.

mod blobs;
mod refusal;
mod tree;

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

pub(in crate::source) use tree::Held;
pub use tree::Tree;

/// A commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// Its whole hash.
    pub id: String,
}

impl Commit {
    /// The beginning of the hash, of the same length everywhere.
    pub fn short(&self) -> &str {
        self.id.get(..8).unwrap_or(&self.id)
    }
}

/// Who changed a file last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastChange {
    /// The commit.
    pub commit: Commit,
    /// Its author's day, `YYYY-MM-DD`.
    pub day: String,
    /// The name of its author.
    pub author: String,
}

/// A working tree of Git.
#[derive(Debug, Clone)]
pub struct Repository {
    folder: PathBuf,
    /// The way from the top of the working tree to `folder`: empty, or ended by a slash.
    prefix: String,
}

impl Repository {
    /// The repository `folder` lies in. Paths will be relative to the folder.
    ///
    /// # Errors
    /// There is no `git`, or no working tree.
    pub fn at(folder: &Path) -> Result<Self, String> {
        let output = run(folder, &["rev-parse", "--show-toplevel", "--show-prefix"])?;
        if !output.status.success() {
            return Err(refusal::no_repository(folder, &output));
        }
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let text = text.strip_suffix('\n').unwrap_or(&text);
        let prefix = text.rsplit('\n').next().unwrap_or("").trim_end_matches('\r').to_owned();
        Ok(Self { folder: folder.to_path_buf(), prefix })
    }

    /// The commit that `reference` and `HEAD` have in common.
    ///
    /// # Errors
    /// The reference is none, is not there, or has nothing in common with `HEAD`.
    pub fn merge_base(&self, reference: &str) -> Result<Commit, String> {
        let theirs = self.commit(reference)?.id;
        let ours = self.resolve("HEAD")?.ok_or_else(|| refusal::NO_COMMIT_YET.to_owned())?;
        let output = run(&self.folder, &["merge-base", &theirs, &ours])?;
        let text = String::from_utf8_lossy(&output.stdout);
        match text.lines().next().filter(|_| output.status.success()) {
            Some(id) => Ok(Commit { id: id.trim().to_owned() }),
            None => Err(self.nothing_in_common(reference)),
        }
    }

    /// The commit that `reference` names.
    ///
    /// # Errors
    /// The reference is none, or is not there.
    pub fn commit(&self, reference: &str) -> Result<Commit, String> {
        if reference.is_empty() || reference.starts_with('-') || reference.contains(['\0', '\n']) {
            return Err(format!(
                "'{}' is no reference: name a branch, a tag or a commit",
                reference.escape_debug()
            ));
        }
        let id = self.resolve(reference)?.ok_or_else(|| self.no_commit(reference))?;
        Ok(Commit { id })
    }

    /// The files of a commit.
    ///
    /// # Errors
    /// The commit's tree is not in this clone.
    pub fn tree(&self, commit: &Commit) -> Result<Tree, String> {
        let output = run(&self.folder, &["ls-tree", "-r", "-z", "--full-tree", &commit.id])?;
        if !output.status.success() {
            let why = first_line(&output.stderr);
            let short = commit.short();
            return Err(format!("the files of {short} cannot be listed: {why}; fetch it whole"));
        }
        Ok(Tree::new(&self.folder, &self.prefix, &output.stdout))
    }

    /// Whether the working tree below the folder is what this commit has.
    pub fn is_at(&self, commit: &Commit) -> bool {
        let head = matches!(self.resolve("HEAD"), Ok(Some(id)) if id == commit.id);
        let status = ["status", "--porcelain", "--untracked-files=normal", "--", "."];
        let clean = |output: &Output| output.status.success() && output.stdout.is_empty();
        head && run(&self.folder, &status).is_ok_and(|output| clean(&output))
    }

    /// The files below the folder that are committed and left out of the working tree on
    /// purpose, as a sparse checkout does.
    pub fn left_out(&self) -> Vec<String> {
        let output = run(&self.folder, &["ls-files", "-t", "-z"]);
        let listing = output.map(|output| output.stdout).unwrap_or_default();
        let lines = listing.split(|byte| *byte == 0);
        let skipped = lines.filter_map(|line| std::str::from_utf8(line.strip_prefix(b"S ")?).ok());
        skipped.map(str::to_owned).collect()
    }

    /// The commit that changed a file last; none where there is none, or it is not told.
    pub fn last_change(&self, path: &str) -> Option<LastChange> {
        let literal = format!(":(literal){path}");
        let arguments =
            ["log", "-1", "--no-show-signature", "--format=%H%x00%as%x00%an%x00%P", "--", &literal];
        let output = run(&self.folder, &arguments).ok().filter(|output| output.status.success())?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let mut parts = text.trim_end_matches('\n').split('\0').map(str::to_owned);
        let id = parts.next().filter(|id| !id.is_empty())?;
        let (day, author, parents) = (parts.next()?, parts.next()?, parts.next()?);
        // Where history is cut off, everything looks as if it came with the first commit.
        let cut = parents.is_empty() && self.is_shallow();
        (!cut).then_some(LastChange { commit: Commit { id }, day, author })
    }

    fn resolve(&self, reference: &str) -> Result<Option<String>, String> {
        let commit = format!("{reference}^{{commit}}");
        let output = run(&self.folder, &["rev-parse", "--verify", "--quiet", &commit])?;
        let id = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        Ok((output.status.success() && !id.is_empty()).then_some(id))
    }
}

fn first_line(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let line = text.lines().next().unwrap_or("no reason given");
    line.trim_start_matches("fatal: ").to_owned()
}

/// Variables that are no way to another repository.
const KEPT: [&str; 3] = ["GIT_CONFIG", "GIT_EXEC_PATH", "GIT_DISCOVERY_ACROSS_FILESYSTEM"];

/// `git` in a folder. A hook of Git runs with variables that name another index, folder or
/// repository: they are cleared.
fn command(folder: &Path) -> Command {
    let mut command = Command::new("git");
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy();
        if name.starts_with("GIT_") && !KEPT.iter().any(|kept| name.starts_with(kept)) {
            command.env_remove(name.as_ref());
        }
    }
    command
        .current_dir(folder)
        .env("LC_ALL", "C")
        // What is asked for is what was committed: no replacement, and nothing over a network.
        .env("GIT_NO_REPLACE_OBJECTS", "1")
        .env("GIT_NO_LAZY_FETCH", "1")
        .env("GIT_OPTIONAL_LOCKS", "0")
        .env("GIT_TERMINAL_PROMPT", "0");
    command
}

fn run(folder: &Path, arguments: &[&str]) -> Result<Output, String> {
    command(folder).args(arguments).stdin(Stdio::null()).output().map_err(|e| not_started(&e))
}

fn not_started(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => {
            "reading a commit needs the `git` command, and it is not on PATH: install it".to_owned()
        }
        _ => format!("git cannot be started: {error}"),
    }
}
