//! Projects in temporary folders, and runs of the binary over them.
//!
//! In: the name of an org in `testdata/orgs`, or files written by a test. Out: exit code and
//! output of a run. A copy has no `.git` above it, so its paths begin at the org's folder
//! wherever the sources are checked out. It expects nothing.

#![allow(dead_code)] // Each test file uses a part of it.

use std::path::{Path, PathBuf};
use std::time::Duration;

use assert_cmd::Command;
use tempfile::TempDir;

/// The day of every run.
pub const AS_OF: &str = "2026-01-15";

/// A folder below `testdata`.
pub fn testdata(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata").join(folder)
}

/// The names of all orgs, sorted.
pub fn orgs() -> Vec<String> {
    let entries = std::fs::read_dir(testdata("orgs")).unwrap().map(Result::unwrap);
    let folders = entries.filter(|entry| entry.file_type().unwrap().is_dir());
    let mut names: Vec<String> =
        folders.map(|entry| entry.file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// What a run left.
#[derive(Debug, PartialEq)]
pub struct Ran {
    /// The exit code.
    pub code: i32,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

impl Ran {
    /// Standard output as JSON.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// `rule subject` of each finding with this status in JSON output.
    pub fn findings(&self, status: &str) -> Vec<String> {
        let json = self.json();
        let found = json["findings"].as_array().unwrap().iter().filter(|f| f["status"] == status);
        let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
        found.map(|f| format!("{} {}", text(&f["rule"]), text(&f["subject"]))).collect()
    }
}

/// A project in a folder of its own.
pub struct Project {
    folder: TempDir,
}

impl Project {
    /// A project of these files: path and text.
    pub fn new(files: &[(&str, &str)]) -> Self {
        let project = Self { folder: tempfile::tempdir().unwrap() };
        for (path, text) in files {
            project.write(path, text);
        }
        project
    }

    /// A copy of an org of `testdata/orgs`.
    pub fn of_org(name: &str) -> Self {
        let project = Self::new(&[]);
        copy(&testdata("orgs").join(name), project.path());
        project
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a file and the folders above it.
    pub fn write(&self, path: &str, text: &str) {
        let path = self.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    pub fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.path().join(path)).unwrap()
    }

    /// The binary, to be run in the project.
    pub fn phorce(&self) -> Command {
        phorce(self.path())
    }

    /// `phorce` with these arguments.
    pub fn run(&self, arguments: &[&str]) -> Ran {
        run(self.phorce().args(arguments))
    }

    /// `phorce check` on the fixed day.
    pub fn check(&self, arguments: &[&str]) -> Ran {
        run(self.phorce().args(["check", "--as-of", AS_OF]).args(arguments))
    }
}

/// The binary, to be run in a folder, without what the environment could change.
pub fn phorce(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_phorce"));
    command.current_dir(folder).timeout(Duration::from_secs(60));
    for name in ["SOURCE_DATE_EPOCH", "NO_COLOR", "COLUMNS", "TERM", "RAYON_NUM_THREADS"] {
        command.env_remove(name);
    }
    command
}

/// Runs a command.
pub fn run(command: &mut Command) -> Ran {
    let output = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    let code = output.status.code().unwrap_or_else(|| panic!("{output:?}"));
    Ran { code, out: text(output.stdout), err: text(output.stderr) }
}

/// Copies a folder.
pub fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        match entry.file_type().unwrap().is_dir() {
            true => copy(&entry.path(), &target),
            false => std::fs::write(target, std::fs::read(entry.path()).unwrap()).unwrap(),
        }
    }
}

/// `sfdx-project.json` of a project with one package directory.
pub const PROJECT: (&str, &str) =
    ("sfdx-project.json", "{\"packageDirectories\": [{\"path\": \"force-app\"}]}\n");

/// A profile of the project with these user permissions, one a line from line 5 on.
pub fn profile(name: &str, permissions: &[&str]) -> (String, String) {
    let path = format!("force-app/main/default/profiles/{name}.profile-meta.xml");
    let rows = permissions.iter().map(|permission| {
        format!("    <userPermissions><enabled>true</enabled><name>{permission}</name></userPermissions>\n")
    });
    let rows: String = rows.collect();
    let text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <Profile xmlns=\"http://soap.sforce.com/2006/04/metadata\">\n    \
         <custom>true</custom>\n    <userLicense>Salesforce</userLicense>\n{rows}</Profile>\n"
    );
    (path, text)
}

/// A project with one profile that has these user permissions.
pub fn project_of(permissions: &[&str]) -> Project {
    let (path, text) = profile("Desk", permissions);
    Project::new(&[PROJECT, (&path, &text)])
}
