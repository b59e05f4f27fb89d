//! Commands beside `check`: rules, explain, prove, init, schema, completions.

use crate::support::{Project, profile, project_of};

fn nowhere() -> Project {
    Project::new(&[])
}

#[test]
fn rules_are_listed_for_people_and_for_programs() {
    let text = nowhere().run(&["rules"]);
    assert_eq!(text.code, 0);
    assert!(text.out.contains("\nsession\n  "), "{}", text.out);
    let json = nowhere().run(&["rules", "--format", "json"]).json();
    let rules = json.as_array().unwrap();
    let ids: Vec<&str> = rules.iter().map(|rule| rule["id"].as_str().unwrap()).collect();
    assert!(ids.is_sorted());
    for id in &ids {
        assert!(text.out.contains(&format!("  {id} ")), "{id}");
    }
    let timeout = &rules[ids.iter().position(|id| *id == "session-timeout-too-long").unwrap()];
    assert_eq!(timeout["family"], "session");
    assert_eq!(timeout["hipaa"][0], "164.312(a)(2)(iii)");
}

#[test]
fn explain_shows_a_page() {
    let page = nowhere().run(&["explain", "session-timeout-too-long"]);
    assert_eq!(page.code, 0);
    for part in
        ["Why\n---", "Fix\n---", "Limits\n------", "Bad\n---", "Good\n----", "164.312(a)(2)(iii)"]
    {
        assert!(page.out.contains(part), "{part}");
    }
    let unknown = nowhere().run(&["explain", "session-timeout"]);
    assert_eq!((unknown.code, unknown.out.as_str()), (2, ""));
    assert!(unknown.err.contains("session-timeout-too-long"), "{}", unknown.err);
    let loud = nowhere().run(&["explain", "SESSION-TIMEOUT-TOO-LONG"]);
    assert_eq!(loud.code, 2);
    assert!(loud.err.contains("session-timeout-too-long"), "{}", loud.err);
}

/// A built-in page, copied into a folder of its own, with one text replaced.
fn copy_of(page: &str, old: &str, new: &str) -> Project {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("rules").join(page);
    let text = std::fs::read_to_string(path).unwrap();
    assert!(text.contains(old), "{page} no longer has {old}");
    let project = nowhere();
    project.write(&format!("pages/{page}"), &text.replacen(old, new, 1));
    project
}

const PAGE: &str = "access/view-or-modify-all-data.md";

#[test]
fn prove_accepts_a_good_page() {
    let ran = copy_of(PAGE, "\n", "\n").run(&["prove", "pages"]);
    assert_eq!(ran.code, 0, "{}", ran.out);
    assert!(ran.out.contains("1 pages prove themselves"), "{}", ran.out);
}

#[test]
fn prove_notices_a_sabotaged_page() {
    for (old, new) in [
        ("<!-- finding", "<!-- nothing"),
        ("<name>ViewAllData</name> <!-- finding", "<name>RunReports</name> <!-- finding"),
    ] {
        let ran = copy_of(PAGE, old, new).run(&["prove", "pages", "--no-weakening"]);
        assert_eq!(ran.code, 1, "{new}: {}", ran.out);
        assert!(ran.out.contains("view-or-modify-all-data.md"), "{}", ran.out);
    }
}

#[test]
fn prove_notices_what_no_example_needs() {
    let page = copy_of(PAGE, "\"ViewAllData\"", "\"RunTheWard\", \"ViewAllData\"");
    let ran = page.run(&["prove", "pages"]);
    assert_eq!(ran.code, 1, "{}", ran.out);
    assert!(ran.out.contains("RunTheWard"), "{}", ran.out);
    let quick = page.run(&["prove", "pages", "--no-weakening"]);
    assert_eq!(quick.code, 0, "{}", quick.out);
}

#[test]
fn prove_wants_pages() {
    let project = nowhere();
    project.write("empty/README.md", "# Nothing\n");
    assert_eq!(project.run(&["prove", "empty"]).code, 2);
    assert_eq!(project.run(&["prove", "nowhere"]).code, 2);
    let broken = copy_of(PAGE, "severity ", "severeness ").run(&["prove", "pages"]);
    assert_eq!(broken.code, 2);
    assert!(broken.err.contains("view-or-modify-all-data.md:"), "{}", broken.err);
}

#[test]
fn init_writes_a_file_that_changes_nothing() {
    let project = Project::of_org("clinic");
    let before = project.check(&["--format", "json"]).out;
    let ran = project.run(&["init"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.contains("phorce.toml"), "{}", ran.out);
    let text = project.read("phorce.toml");
    assert!(text.contains("Patient__c"), "{text}");
    assert_eq!(project.check(&["--format", "json"]).out, before);
}

#[test]
fn init_replaces_nothing_unless_forced() {
    let project = Project::of_org("clinic");
    project.write("phorce.toml", "fail-on = \"low\"\n");
    let ran = project.run(&["init", "."]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("--force"), "{}", ran.err);
    assert_eq!(project.read("phorce.toml"), "fail-on = \"low\"\n");
    assert_eq!(project.run(&["init", ".", "--force"]).code, 0);
    assert_ne!(project.read("phorce.toml"), "fail-on = \"low\"\n");
}

#[test]
fn schemas_are_json_schemas() {
    for of in ["report", "config"] {
        let ran = nowhere().run(&["schema", of]);
        assert_eq!(ran.code, 0);
        assert!(jsonschema::meta::is_valid(&ran.json()), "{of}");
    }
}

#[test]
fn completions_name_the_commands() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let ran = nowhere().run(&["completions", shell]);
        assert_eq!(ran.code, 0);
        assert!(ran.out.contains("explain") && ran.out.contains("as-of"), "{shell}");
    }
    assert_eq!(nowhere().run(&["completions", "tcsh"]).code, 2);
}

#[test]
fn help_states_the_exit_codes() {
    for arguments in [&["--help"][..], &["check", "--help"]] {
        let ran = nowhere().run(arguments);
        assert_eq!(ran.code, 0);
        assert!(ran.out.contains("3  a file that a rule needs could not be read"), "{}", ran.out);
    }
    assert_eq!(
        nowhere().run(&["--version"]).out.trim(),
        concat!("phorce ", env!("CARGO_PKG_VERSION"))
    );
    assert_eq!(nowhere().run(&[]).code, 2);
}

#[test]
fn a_name_cannot_write_to_the_terminal() {
    let project = project_of(&[]);
    let (_, text) = profile("X", &["ViewAllData"]);
    project.write("force-app/main/default/profiles/Red%1B%5B31m.profile-meta.xml", &text);
    for format in ["text", "json", "sarif"] {
        for full in [&[][..], &["--full"]] {
            let ran = project.check(&[full, &["--format", format]].concat());
            assert!(ran.out.contains("view-or-modify-all-data"));
            assert!(!ran.out.contains('\u{1b}'), "{format}: {}", ran.out);
        }
    }
}

/// `phorce rules | head -1`.
#[test]
fn a_reader_that_goes_away_is_no_error() {
    let project = Project::of_org("clinic");
    for (arguments, code) in [(&["rules"][..], 0), (&["check", "--format", "json"], 1)] {
        let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_phorce"))
            .args(arguments)
            .current_dir(project.path())
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let ended = child.wait_with_output().unwrap();
        assert_eq!(ended.status.code(), Some(code), "{arguments:?}");
        assert_eq!(String::from_utf8(ended.stderr).unwrap(), "");
    }
}
