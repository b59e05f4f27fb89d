//! Exit codes: the same in every format, for every combination of flags.

use crate::support::{PROJECT, Project, profile, project_of};

const FORMATS: [&str; 3] = ["text", "json", "sarif"];

/// A high finding.
const HIGH: &str = "ViewAllData";
/// A medium finding.
const MEDIUM: &str = "PasswordNeverExpires";
/// A low finding.
const LOW: &str = "UseAnyApiAuth";
/// No finding.
const NONE: &str = "RunReports";

/// A project with these user permissions and a file that cannot be read.
fn broken_with(permission: &str) -> Project {
    let project = project_of(&[permission]);
    let (path, text) = profile("Night", &[NONE]);
    project.write(&path, text.trim_end_matches("</Profile>\n"));
    project
}

fn assert_codes(project: &Project, table: &[(&[&str], i32)]) {
    for (flags, code) in table {
        for format in FORMATS {
            let ran = project.check(&[*flags, &["--format", format]].concat());
            assert_eq!(ran.code, *code, "{flags:?} {format}: {}{}", ran.out, ran.err);
            assert_eq!(ran.err, "");
            match format {
                "json" => assert_eq!(ran.json()["summary"]["exit_code"], *code),
                "sarif" => {
                    assert_eq!(ran.json()["runs"][0]["invocations"][0]["exitCode"], *code);
                }
                _ => {}
            }
        }
    }
}

#[test]
fn nothing_open_is_0() {
    assert_codes(
        &project_of(&[NONE]),
        &[
            (&[], 0),
            (&["--fail-on", "low"], 0),
            (&["--fail-on", "never"], 0),
            (&["--exit-zero", "--allow-incomplete"], 0),
        ],
    );
}

#[test]
fn open_findings_are_1_from_the_threshold_on() {
    assert_codes(
        &project_of(&[HIGH]),
        &[
            (&[], 1),
            (&["--fail-on", "critical"], 0),
            (&["--fail-on", "high"], 1),
            (&["--fail-on", "medium"], 1),
            (&["--fail-on", "low"], 1),
            (&["--fail-on", "never"], 0),
            (&["--exit-zero"], 0),
            (&["--exit-zero", "--fail-on", "low"], 0),
            (&["--allow-incomplete"], 1),
        ],
    );
    assert_codes(
        &project_of(&[MEDIUM]),
        &[(&[], 0), (&["--fail-on", "medium"], 1), (&["--fail-on", "low"], 1)],
    );
    assert_codes(
        &project_of(&[LOW]),
        &[(&[], 0), (&["--fail-on", "medium"], 0), (&["--fail-on", "low"], 1)],
    );
}

#[test]
fn an_unread_file_is_3_before_0_and_1() {
    for permission in [NONE, HIGH] {
        assert_codes(
            &broken_with(permission),
            &[
                (&[], 3),
                (&["--fail-on", "low"], 3),
                (&["--fail-on", "never"], 3),
                (&["--exit-zero"], 3),
            ],
        );
    }
    assert_codes(&broken_with(NONE), &[(&["--allow-incomplete"], 0)]);
    assert_codes(
        &broken_with(HIGH),
        &[
            (&["--allow-incomplete"], 1),
            (&["--allow-incomplete", "--exit-zero"], 0),
            (&["--allow-incomplete", "--fail-on", "never"], 0),
            (&["--allow-incomplete", "--fail-on", "critical"], 0),
        ],
    );
}

#[test]
fn the_threshold_of_the_project_counts_until_a_flag_says_otherwise() {
    let project = project_of(&[MEDIUM]);
    project.write("phorce.toml", "fail-on = \"medium\"\n");
    assert_codes(&project, &[(&[], 1), (&["--fail-on", "high"], 0), (&["--exit-zero"], 0)]);
}

#[test]
fn a_wrong_input_is_2_in_every_format() {
    let project = project_of(&[HIGH]);
    project.write("broken.toml", "fail-on = \"high\n");
    for flags in [
        &["nowhere"][..],
        &["--exit-zero", "--allow-incomplete", "nowhere"],
        &["--fail-on", "severe"],
        &["--as-of", "tomorrow"],
        &["--config", "broken.toml"],
        &["--config", "nowhere.toml"],
        &["-o", "report.html"],
        &["--no-such-flag"],
    ] {
        for format in FORMATS {
            let ran = project.check(&[flags, &["--format", format]].concat());
            assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{flags:?} {format}");
            assert!(!ran.err.is_empty(), "{flags:?}");
        }
    }
}

#[test]
fn a_path_that_is_not_there_is_named() {
    let ran = project_of(&[NONE]).check(&["force-app", "nowhere"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("nowhere: there is no such file or folder"), "{}", ran.err);
}

#[test]
fn no_metadata_is_2_and_says_what_was_looked_for() {
    let project = Project::new(&[PROJECT, ("README.md", "# Nothing here\n")]);
    let ran = project.check(&[]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    for word in ["no Salesforce metadata", "sfdx-project.json", "package.xml", ".object-meta.xml"] {
        assert!(ran.err.contains(word), "{word}: {}", ran.err);
    }
}
