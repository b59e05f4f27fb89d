//! A repository in a temporary folder, and what a run says of its change.
//!
//! In: files and steps. Out: a [`Repository`] whose commits are the same on every machine.
//! Where there is no `git`, a test that needs it is skipped.

use std::path::Path;
use std::process::Command;

use crate::support::{AS_OF, PROJECT, Project, Ran, profile, run};

/// `git` in a folder, without what the machine or the user sets.
pub fn git_in(folder: &Path) -> Command {
    let mut git = Command::new("git");
    let day = "2026-01-01T00:00:00Z";
    git.current_dir(folder)
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CONFIG_GLOBAL", folder.join("no-such-file"));
    for who in ["AUTHOR", "COMMITTER"] {
        git.env(format!("GIT_{who}_NAME"), "Ada")
            .env(format!("GIT_{who}_EMAIL"), "ada@example.org")
            .env(format!("GIT_{who}_DATE"), day);
    }
    for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"] {
        git.env_remove(name);
    }
    git
}

pub fn git(folder: &Path, arguments: &[&str]) {
    let output = git_in(folder).args(arguments).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {output:?}");
}

fn has_git() -> bool {
    let there = Command::new("git").arg("--version").output().is_ok();
    if !there {
        eprintln!("skipped: there is no git on PATH");
    }
    there
}

/// A project with a history; `main` is what a change is compared with.
pub struct Repository {
    pub project: Project,
}

impl Repository {
    /// One commit of these files, on `main`; then the branch `change`.
    pub fn of(files: &[(&str, &str)]) -> Option<Self> {
        if !has_git() {
            return None;
        }
        let repository = Self { project: Project::new(files) };
        repository.git(&["init", "-q", "-b", "main"]);
        repository.commit("base");
        repository.git(&["checkout", "-q", "-b", "change"]);
        Some(repository)
    }

    /// A profile `Desk` with these user permissions, and no more.
    pub fn with(permissions: &[&str]) -> Option<Self> {
        let (path, text) = profile("Desk", permissions);
        Self::of(&[PROJECT, (&path, &text)])
    }

    pub fn git(&self, arguments: &[&str]) {
        git(self.project.path(), arguments);
    }

    pub fn commit(&self, message: &str) {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "--allow-empty", "-m", message]);
    }

    /// Puts files on `main`, as if merged before, and the branch on top of it.
    pub fn merge(&self, files: &[(&str, &str)]) {
        self.git(&["checkout", "-q", "main"]);
        self.write(files);
        self.commit("merged");
        self.git(&["checkout", "-q", "-B", "change"]);
    }

    pub fn write(&self, files: &[(&str, &str)]) {
        for (path, text) in files {
            self.project.write(path, text);
        }
    }

    pub fn remove(&self, path: &str) {
        std::fs::remove_file(self.project.path().join(path)).unwrap();
    }

    /// Gives the profile `name` these user permissions.
    pub fn grant(&self, name: &str, permissions: &[&str]) {
        let (path, text) = profile(name, permissions);
        self.project.write(&path, &text);
    }

    /// The change since `main`, in text and in JSON.
    pub fn judge(&self) -> Judged {
        self.judge_with(&[])
    }

    pub fn judge_with(&self, flags: &[&str]) -> Judged {
        let files = tempfile::tempdir().unwrap();
        let path = |name: &str| files.path().join(name).display().to_string();
        let (text, sarif) = (path("report.txt"), path("report.sarif"));
        let base = ["--base", "main", "--format", "json", "-o", &text, "-o", &sarif];
        let json = self.check(&[flags, &base].concat());
        assert_eq!(json.err, "");
        let text = std::fs::read_to_string(text).unwrap();
        let sarif: serde_json::Value =
            serde_json::from_str(&std::fs::read_to_string(sarif).unwrap()).unwrap();
        let results = sarif["runs"][0]["results"].as_array().unwrap().len();
        assert_eq!(results, json.findings("open").len(), "SARIF holds what is open");
        Judged { text, json }
    }

    pub fn check(&self, arguments: &[&str]) -> Ran {
        self.project.check(arguments)
    }

    /// What a run says that cannot begin.
    pub fn refusal(&self, reference: &str) -> String {
        let ran = self.check(&["--base", reference]);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{}", ran.err);
        ran.err
    }
}

/// What was said of a change.
pub struct Judged {
    pub text: String,
    pub json: Ran,
}

impl Judged {
    pub fn code(&self) -> i32 {
        self.json.code
    }

    /// `change rule subject` of each finding that is not unchanged.
    pub fn changes(&self) -> Vec<String> {
        let json = self.json.json();
        validate(&json);
        let findings = json["findings"].as_array().unwrap().iter();
        let changed = findings.filter(|f| f["change"] != "unchanged");
        let word = |f: &serde_json::Value, key: &str| f[key].as_str().unwrap().to_owned();
        changed
            .map(|f| format!("{} {} {}", word(f, "change"), word(f, "rule"), word(f, "subject")))
            .collect()
    }

    /// The sentence that counts, up to the commit.
    pub fn counted(&self) -> &str {
        let mut lines = self.text.lines().rev();
        let line = lines.find(|line| line.contains(" unchanged since ")).unwrap();
        line.split(" since ").next().unwrap()
    }

    /// Whether the text has a line that starts and ends like this.
    pub fn says(&self, start: &str, end: &str) -> bool {
        self.text.lines().any(|line| line.starts_with(start) && line.ends_with(end))
    }

    /// `path: message` of each notice, but that no register is named, and that nothing is
    /// compared: most tests name none, and some change nothing.
    pub fn notices(&self) -> Vec<String> {
        let json = self.json.json();
        let notices = json["notices"].as_array().unwrap().iter();
        let text = |value: &serde_json::Value| value.as_str().unwrap_or("").to_owned();
        let said = notices.map(|n| format!("{}: {}", text(&n["path"]), text(&n["message"])));
        let usual = ["names no register", "there is nothing to compare"];
        said.filter(|notice| !usual.iter().any(|words| notice.contains(words))).collect()
    }
}

/// The JSON has the shape that is promised.
fn validate(json: &serde_json::Value) {
    let schema = serde_json::from_str(phorce::output::REPORT_SCHEMA).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<String> = validator.iter_errors(json).map(|e| e.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}");
}

/// A run with variables that lead to another repository.
pub fn check_with_env(repository: &Repository, name: &str, value: &Path) -> Ran {
    let mut phorce = repository.project.phorce();
    run(phorce.args(["check", "--as-of", AS_OF, "--base", "main"]).env(name, value))
}
