//! The formats of `phorce check`, asked for by flag and by ending, from the binary.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod support;

use support::{Project, Ran};

/// The same exit code whatever the format, and what each begins with.
#[test]
fn every_format_is_written_by_flag_and_by_ending() {
    let project = Project::of_org("clinic");
    let folder = tempfile::tempdir().unwrap();
    for (format, file, begins) in [
        ("gitlab", "gl-code-quality-report.json", "[\n"),
        ("gitlab", "r.gitlab.json", "[\n"),
        ("junit", "junit.xml", "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites "),
        ("csv", "findings.csv", "status,severity,confidence,rule,"),
        ("markdown", "comment.md", "<!-- phorce -->\n\n### Phorce: fails with "),
    ] {
        let printed = project.check(&["--format", format]);
        assert_eq!(printed.code, 1, "{format}");
        assert!(printed.out.starts_with(begins), "{format}");
        let path = folder.path().join(file);
        let Ran { code, .. } = project.check(&["-o", path.to_str().unwrap()]);
        assert_eq!(code, 1, "{format}");
        // The texts are long; that they differ says enough.
        assert!(std::fs::read_to_string(&path).unwrap() == printed.out, "{format}");
    }
}

#[test]
fn github_gets_annotations_and_a_summary() {
    let project = Project::of_org("clinic");
    let folder = tempfile::tempdir().unwrap();
    let summary = folder.path().join("summary.md");
    std::fs::write(&summary, "before\n").unwrap();
    let with = |path: &std::path::Path| {
        let mut command = project.phorce();
        command.args(["check", "--as-of", support::AS_OF, "--format", "github"]);
        command.env("GITHUB_STEP_SUMMARY", path);
        command.output().unwrap()
    };
    let output = with(&summary);
    assert_eq!(output.status.code(), Some(1));
    let out = String::from_utf8(output.stdout).unwrap();
    assert!(out.starts_with("::error file=force-app/"), "{out}");
    let markdown = project.check(&["--format", "markdown"]).out;
    assert!(std::fs::read_to_string(&summary).unwrap() == format!("before\n{markdown}"));
    let output = with(&folder.path().join("none/summary.md"));
    assert_eq!(output.status.code(), Some(2));
    let err = String::from_utf8(output.stderr).unwrap();
    assert!(err.starts_with("phorce: GITHUB_STEP_SUMMARY: "), "{err}");
    assert_eq!(with(std::path::Path::new("")).status.code(), Some(1));
}
