//! What is said about CI, run: the shell of the action, the recipes of the page, the hooks.
//!
//! In: `action.yml`, `.github/CI.md`, `.pre-commit-hooks.yaml`. The schemas of the CI servers
//! are not looked at here; the commands are run as they stand, on the clinic.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod support;

use std::path::{Path, PathBuf};

use assert_cmd::Command;
use support::{Project, Ran, run};

fn file(name: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap()
}

/// The script of the step of this name, as YAML would give it.
fn step(name: &str) -> String {
    let action = file("action.yml");
    let step = action.split("    - name: ").find(|step| step.starts_with(name)).unwrap();
    let script = step.split("run: ").nth(1).unwrap();
    match script.strip_prefix("|\n") {
        None => script.lines().next().unwrap().to_owned(),
        Some(block) => block.lines().map(|line| format!("{}\n", line.trim_start())).collect(),
    }
}

/// Runs the action's own check in a project. The result has the outputs after standard error.
fn check(project: &Project, inputs: &[(&str, &str)]) -> (Ran, Vec<(String, String)>) {
    let temp = tempfile::tempdir().unwrap();
    let output = temp.path().join("output");
    let mut command = Command::new("bash");
    command.args(["--noprofile", "--norc", "-eo", "pipefail", "-c", &step("Check")]);
    command.current_dir(project.path()).env("GITHUB_OUTPUT", &output);
    command.env("RUNNER_TEMP", temp.path()).env("GITHUB_STEP_SUMMARY", temp.path().join("summary"));
    command.env("INPUT_BINARY", env!("CARGO_BIN_EXE_phorce")).env("INPUT_PATH", ".");
    for name in ["BASE", "FAIL_ON", "CONFIG", "ALLOW_INCOMPLETE"] {
        command.env(format!("INPUT_{name}"), "");
    }
    command.envs(inputs.iter().copied());
    let ran = run(&mut command);
    let outputs = std::fs::read_to_string(&output).unwrap();
    let outputs = outputs.lines().map(|line| line.split_once('=').unwrap());
    let outputs: Vec<(String, String)> =
        outputs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    for (name, path) in outputs.iter().filter(|(name, _)| name != "exit-code") {
        let text = std::fs::read_to_string(path).unwrap();
        let begins = if name == "markdown" { "<!-- phorce -->" } else { "{" };
        assert!(text.starts_with(begins), "{name}");
    }
    if outputs.len() > 1 {
        assert!(temp.path().join("summary").exists());
    }
    (ran, outputs)
}

fn names(outputs: &[(String, String)]) -> Vec<&str> {
    outputs.iter().map(|(name, _)| name.as_str()).collect()
}

#[test]
fn the_action_writes_reports_and_keeps_the_exit_code() {
    let project = Project::of_org("clinic");
    let (ran, outputs) = check(&project, &[]);
    assert_eq!(ran.code, 0, "the step itself never fails; the last one does");
    assert!(ran.out.starts_with("::error file=force-app/"));
    assert_eq!(names(&outputs), ["exit-code", "sarif", "json", "markdown"]);
    assert_eq!(outputs[0].1, "1");
    let (_, outputs) = check(&project, &[("INPUT_FAIL_ON", "never")]);
    assert_eq!(outputs[0].1, "0");
    let (_, outputs) = check(&Project::of_org("broken"), &[]);
    assert_eq!(outputs[0].1, "3");
    let (_, outputs) = check(
        &Project::of_org("broken"),
        &[("INPUT_ALLOW_INCOMPLETE", "true"), ("INPUT_FAIL_ON", "never")],
    );
    assert_eq!(outputs[0].1, "0");
}

#[test]
fn a_wrong_or_hostile_input_is_no_command() {
    let project = Project::of_org("clinic");
    for (name, value) in [
        ("INPUT_PATH", "--help"),
        ("INPUT_PATH", "$(touch pwned)"),
        ("INPUT_FAIL_ON", "high; touch pwned"),
        ("INPUT_CONFIG", "`touch pwned`"),
        ("INPUT_BASE", "--upload-pack=touch pwned"),
    ] {
        let (ran, outputs) = check(&project, &[(name, value)]);
        assert_eq!(names(&outputs), ["exit-code"], "{name} {value}");
        assert_eq!(outputs[0].1, "2", "{name} {value}");
        assert!(!ran.err.is_empty());
        assert!(!project.path().join("pwned").exists());
    }
}

/// An expression inside a script would be replaced by what a stranger wrote.
#[test]
fn no_script_holds_an_expression() {
    let action = file("action.yml");
    for script in action.split("run: ").skip(1) {
        let script = script.split("\n    - ").next().unwrap();
        assert!(!script.contains("${{"), "{script}");
    }
    let uses = action.lines().filter_map(|line| line.trim().strip_prefix("uses: "));
    for used in uses {
        let commit = used.split_once('@').unwrap().1.split(' ').next().unwrap();
        assert_eq!(commit.len(), 40, "{used} is pinned to a commit");
    }
    assert_eq!(step("End"), "exit \"$CODE\"");
}

/// A folder of releases with `v9.9.9` in it, for 64-bit Linux and Windows. The sums are those
/// of the archives, but where another is given.
fn releases(sum: Option<&str>) -> Project {
    let releases = Project::new(&[
        ("made/phorce", "#!/bin/sh\necho phorce 9.9.9\n"),
        ("made/phorce.exe", "not run here"),
        ("v9.9.9/README.md", "notes\n"),
    ]);
    let script = "chmod +x made/phorce && cd v9.9.9 && \
        tar -czf phorce-v9.9.9-x86_64-unknown-linux-gnu.tar.gz -C ../made phorce && \
        tar -czf phorce-v9.9.9-x86_64-pc-windows-msvc.tar.gz -C ../made phorce.exe && \
        { sha256sum *.tar.gz || shasum -a 256 *.tar.gz; } >SHA256SUMS 2>/dev/null";
    let ran = run(Command::new("sh").args(["-c", script]).current_dir(releases.path()));
    assert_eq!(ran.code, 0, "{ran:?}");
    if let Some(sum) = sum {
        let sums = releases.read("v9.9.9/SHA256SUMS");
        let line = |line: &str| format!("{sum}{}\n", line.get(64..).unwrap());
        releases.write("v9.9.9/SHA256SUMS", &sums.lines().map(line).collect::<String>());
    }
    releases
}

/// What the installation needs is there; else its reason is printed.
fn can_install() -> bool {
    let there = |tool: &str| Command::new(tool).arg("--version").output().is_ok();
    let missing = [&["curl"][..], &["tar"], &["sha256sum", "shasum"]]
        .into_iter()
        .find(|tools| !tools.iter().any(|tool| there(tool)));
    if let Some(tools) = missing {
        eprintln!("skipped: there is no {} on PATH", tools.join(" and no "));
    }
    missing.is_none()
}

/// What the action's step `Install` says, and the binary it hands on.
fn install(releases: &Project, inputs: &[(&str, &str)]) -> (Ran, String) {
    let temp = tempfile::tempdir().unwrap();
    let output = temp.path().join("output");
    std::fs::write(&output, "").unwrap();
    let mut command = Command::new("bash");
    command.args(["--noprofile", "--norc", "-eo", "pipefail", "-c", &step("Install")]);
    command.current_dir(temp.path()).env("GITHUB_OUTPUT", &output);
    command.env("GITHUB_ACTION_PATH", env!("CARGO_MANIFEST_DIR")).env("RUNNER_TEMP", temp.path());
    command.env("PHORCE_RELEASES", format!("file://{}", releases.path().display()));
    command.env("RUNNER_OS", "Linux").env("RUNNER_ARCH", "X64");
    command.env("INPUT_VERSION", "").env("ACTION_REF", "");
    command.envs(inputs.iter().copied());
    let ran = run(&mut command);
    let said = std::fs::read_to_string(&output).unwrap();
    let binary = said.strip_prefix("binary=").map_or("", str::trim_end).to_owned();
    if binary.ends_with("phorce") {
        let ran = run(&mut Command::new(&binary));
        assert_eq!(ran.out, "phorce 9.9.9\n");
    }
    (ran, binary.rsplit('/').next().unwrap().to_owned())
}

#[test]
fn the_action_installs_a_release_by_its_sum() {
    if !can_install() {
        return;
    }
    let releases = releases(None);
    let asked = |name, value| install(&releases, &[(name, value)]);
    for (ran, binary) in [
        asked("INPUT_VERSION", "v9.9.9"),
        asked("INPUT_VERSION", "9.9.9"),
        asked("ACTION_REF", "v9.9.9"),
        install(&releases, &[("INPUT_VERSION", "v9.9.9"), ("ACTION_REF", "main")]),
    ] {
        assert_eq!((ran.code, binary.as_str()), (0, "phorce"), "{ran:?}");
        let said = "Phorce: installed the release v9.9.9 for x86_64-unknown-linux-gnu, as its \
                    SHA256SUMS says\n";
        assert_eq!(ran.out, said);
    }
    let windows = [("INPUT_VERSION", "v9.9.9"), ("RUNNER_OS", "Windows")];
    assert_eq!(install(&releases, &windows).1, "phorce.exe");
}

#[test]
fn where_no_release_fits_the_log_says_why_the_sources_are_built() {
    if !can_install() {
        return;
    }
    let releases = releases(None);
    let wanted = ("INPUT_VERSION", "v9.9.9");
    for (inputs, why) in [
        (vec![], "no release is asked for"),
        (vec![("ACTION_REF", "main")], "no release is asked for"),
        (vec![("ACTION_REF", "0123456789abcdef0123456789abcdef01234567")], "no release is asked"),
        (vec![("INPUT_VERSION", "source"), ("ACTION_REF", "v9.9.9")], "the sources are asked for"),
        (vec![("INPUT_VERSION", "v9.9.8")], "there is no release v9.9.8, or it cannot be reached"),
        (vec![wanted, ("RUNNER_ARCH", "ARM64")], "has nothing for aarch64-unknown-linux-gnu"),
        (vec![wanted, ("RUNNER_ARCH", "ARM")], "no release is made for Linux on ARM"),
        (vec![wanted, ("RUNNER_OS", "macOS")], "has nothing for x86_64-apple-darwin"),
    ] {
        let (ran, binary) = install(&releases, &inputs);
        assert_eq!((ran.code, binary.as_str()), (0, ""), "{inputs:?}");
        assert!(ran.out.starts_with("Phorce: ") && ran.out.contains(why), "{}", ran.out);
        assert!(ran.out.ends_with("; building the sources of this action\n"), "{}", ran.out);
    }
    std::fs::remove_file(
        releases.path().join("v9.9.9/phorce-v9.9.9-x86_64-unknown-linux-gnu.tar.gz"),
    )
    .unwrap();
    let (ran, binary) = install(&releases, &[wanted]);
    assert_eq!((ran.code, binary.as_str()), (0, ""));
    assert!(ran.out.contains("cannot be downloaded; building"), "{}", ran.out);
}

#[test]
fn a_wrong_sum_or_version_is_refused_and_nothing_takes_its_place() {
    if !can_install() {
        return;
    }
    let wrong = releases(Some(&"0".repeat(64)));
    let (ran, binary) = install(&wrong, &[("INPUT_VERSION", "v9.9.9")]);
    assert_eq!((ran.code, binary.as_str()), (1, ""));
    assert!(ran.out.starts_with("::error title=Phorce is not installed::the SHA-256 sum of "));
    for version in ["latest", "v9", "v9.9.9/../..", "$(touch pwned)", "v9.9.9\n::error::x"] {
        let (ran, binary) = install(&wrong, &[("INPUT_VERSION", version)]);
        assert_eq!((ran.code, binary.as_str()), (1, ""), "{version}");
        let said = "version: name a release like v0.1.0, or source\n";
        assert!(ran.out.ends_with(said) && ran.out.lines().count() == 1, "{}", ran.out);
    }
}

/// The release has what the action asks for: names of archives, sums, every system.
#[test]
fn the_release_has_what_the_action_installs() {
    let (workflow, script) = (file(".github/workflows/release.yml"), file(".ci/install"));
    let targets: Vec<&str> = script
        .lines()
        .filter(|line| line.ends_with(" ;;") && line.contains(") echo "))
        .map(|line| line.split(") echo ").nth(1).unwrap().trim_end_matches(" ;;"))
        .collect();
    assert_eq!(targets.len(), 5);
    for target in &targets {
        assert_eq!(workflow.matches(&format!("target: {target} }}")).count(), 1, "{target}");
    }
    assert!(workflow.contains("-eq 5\n"));
    assert!(workflow.contains("\"phorce-$TAG-$TARGET.tar.gz\""));
    assert!(script.contains("archive=phorce-v$version-$target.tar.gz"));
    for script in workflow.split("run: ").skip(1) {
        let script = script.split("\n      - ").next().unwrap().split("\n\n").next().unwrap();
        assert!(!script.contains("${{"), "{script}");
    }
}

/// The fenced blocks of the page: language and text.
fn blocks() -> Vec<(String, String)> {
    let page = file(".github/CI.md");
    let mut blocks = Vec::new();
    for block in page.split("\n```").skip(1).step_by(2) {
        let (language, text) = block.split_once('\n').unwrap();
        blocks.push((language.to_owned(), text.to_owned()));
    }
    blocks
}

/// A repository with a base and a change that opens nothing.
fn repository() -> Project {
    let project = Project::of_org("clinic");
    let script = "git init -q -b main . && git add -A && git -c user.name=a -c user.email=a@b.example \
                  commit -qm base && git update-ref refs/remotes/origin/main HEAD";
    let ran = run(Command::new("sh").args(["-c", script]).current_dir(project.path()));
    assert_eq!(ran.code, 0, "{ran:?}");
    project
}

#[test]
fn every_command_of_the_page_runs() {
    let mut count = 0;
    for (language, block) in blocks() {
        for line in block.lines().filter(|line| line.contains("phorce check")) {
            count += 1;
            let command = format!("phorce check{}", line.split("phorce check").nth(1).unwrap());
            let command = command.trim_end_matches('\'');
            assert!(["yaml", "groovy", "sh"].contains(&language.as_str()));
            let project = repository();
            std::fs::create_dir_all(project.path().join("test-results")).unwrap();
            let binary = PathBuf::from(env!("CARGO_BIN_EXE_phorce"));
            let path = std::env::var("PATH").unwrap();
            let path = format!("{}:{path}", binary.parent().unwrap().display());
            let mut shell = Command::new("sh");
            shell.args(["-c", command]).current_dir(project.path()).env("PATH", path);
            for name in [
                "CI_MERGE_REQUEST_TARGET_BRANCH_NAME",
                "SYSTEM_PULLREQUEST_TARGETBRANCHNAME",
                "BITBUCKET_PR_DESTINATION_BRANCH",
                "CHANGE_TARGET",
            ] {
                shell.env(name, "main");
            }
            let ran = run(&mut shell);
            assert_eq!(ran.code, 0, "{command}: nothing was changed: {}", ran.err);
            assert!(ran.out.contains("0 new, 0 worsened"), "{command}");
            for written in command.split("-o ").skip(1) {
                let written = written.split(' ').next().unwrap();
                assert!(project.path().join(written).exists(), "{command}: {written}");
                // What the recipe hands on is what the command writes.
                let named = block.matches(written.trim_start_matches("test-results/")).count();
                assert!(named > 1 || written.starts_with("test-results/") || language == "sh");
            }
        }
    }
    assert_eq!(count, 6);
}

/// A CI server clones the branch of the change alone: what fetches the target makes the name
/// that the check is given.
#[test]
fn what_the_page_fetches_is_what_it_compares_with() {
    let mut count = 0;
    for (_, block) in blocks() {
        let line = |start: &str| {
            let mut lines = block.lines().map(|line| line.trim().trim_start_matches("- "));
            lines.find(|line| line.starts_with(start)).map(str::to_owned)
        };
        let Some(fetch) = line("git fetch") else { continue };
        count += 1;
        let origin = repository();
        let script = format!(
            "git -C '{}' branch change && git clone -q --single-branch -b change 'file://{}' . && \
             {fetch} && git rev-parse --verify -q origin/main",
            origin.path().display(),
            origin.path().display()
        );
        let clone = Project::new(&[]);
        let mut shell = Command::new("sh");
        shell.args(["-ec", &script]).current_dir(clone.path());
        for name in ["CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "BITBUCKET_PR_DESTINATION_BRANCH"] {
            shell.env(name, "main");
        }
        let ran = run(&mut shell);
        assert_eq!(ran.code, 0, "{fetch}: {}", ran.err);
    }
    assert_eq!(count, 2);
}

#[test]
fn the_inputs_of_the_page_are_those_of_the_action() {
    let action = file("action.yml");
    let keys = |section: &str| -> Vec<String> {
        let text = action.split(&format!("\n{section}:\n")).nth(1).unwrap();
        let text = text.split("\n\n").next().unwrap();
        let keys = text.lines().filter(|l| l.starts_with("  ") && !l.starts_with("   "));
        keys.map(|line| line.trim().trim_end_matches(':').to_owned()).collect()
    };
    let page = file(".github/CI.md");
    let told = |word: &str| -> Vec<String> {
        let text = page.split(&format!("{word}: ")).nth(1).unwrap();
        let text = text.split(". ").next().unwrap();
        text.split(", ").map(|name| name.trim_matches('`').to_owned()).collect()
    };
    assert_eq!(keys("inputs"), told("Inputs"));
    assert_eq!(keys("outputs"), told("Outputs"));
    for (_, block) in blocks().iter().filter(|(_, block)| block.contains("phorce/phorce@")) {
        let with = block.split("phorce/phorce@").nth(1).unwrap().lines().skip(2);
        for line in with.filter(|line| !line.trim().is_empty()) {
            let key = line.trim().split(':').next().unwrap().to_owned();
            assert!(keys("inputs").contains(&key), "{key}");
        }
    }
}

#[test]
fn the_hooks_run() {
    let hooks = file(".pre-commit-hooks.yaml");
    let entries: Vec<&str> =
        hooks.lines().filter_map(|l| l.trim().strip_prefix("entry: ")).collect();
    assert_eq!(entries, ["phorce check --base HEAD", "phorce check"]);
    let project = repository();
    let arguments =
        |entry: &str| -> Vec<String> { entry.split(' ').skip(1).map(str::to_owned).collect() };
    let code = |entry: &str| run(project.phorce().args(arguments(entry))).code;
    assert_eq!((code(entries[0]), code(entries[1])), (0, 1));
    project.write(
        "force-app/main/default/profiles/New.profile-meta.xml",
        &support::profile("New", &["ModifyAllData"]).1,
    );
    assert_eq!(code(entries[0]), 1, "what the working tree opens");
}
