//! What is checked: files, folders, links, pipes, `.forceignore`; and where reports go.

use crate::support::{PROJECT, Project, profile, project_of};

const RULE: &str = "view-or-modify-all-data";

#[test]
fn one_file_is_enough() {
    let project = project_of(&["ViewAllData"]);
    let (path, text) = profile("Other", &["ViewAllData"]);
    project.write(&path, &text);
    let ran = project.check(&[
        "--format",
        "json",
        "force-app/main/default/profiles/Desk.profile-meta.xml",
    ]);
    assert_eq!(ran.findings("open"), [format!("{RULE} Desk")]);
    assert_eq!(
        ran.json()["findings"][0]["path"],
        "force-app/main/default/profiles/Desk.profile-meta.xml",
        "relative to the project, not to the input"
    );
}

#[test]
fn several_inputs_are_one_run() {
    let project = project_of(&["ViewAllData"]);
    let (path, text) = profile("Night", &["ViewAllData"]);
    project.write(&path.replace("profiles/", "more/profiles/"), &text);
    let default = "force-app/main/default";
    let (desk, night) = (format!("{default}/profiles"), format!("{default}/more"));
    let both = project.check(&["--format", "json", &desk, &night]).findings("open");
    assert_eq!(both, [format!("{RULE} Night"), format!("{RULE} Desk")]);
    let one = project.check(&["--format", "json", &night]).findings("open");
    assert_eq!(one, [format!("{RULE} Night")]);
}

#[test]
fn two_inputs_without_a_project_above_are_read_together() {
    let (one, two) = (profile("Desk", &["ViewAllData"]), profile("Night", &["ViewAllData"]));
    let project =
        Project::new(&[(&format!("a/{}", one.0), &one.1), (&format!("b/{}", two.0), &two.1)]);
    let ran = project.check(&["--format", "json", "b", "a"]);
    assert_eq!(ran.findings("open"), [format!("{RULE} Desk"), format!("{RULE} Night")]);
}

#[test]
fn forceignore_is_honoured_unless_asked_otherwise() {
    let project = project_of(&["ViewAllData"]);
    let (path, text) = profile("Night", &["ViewAllData"]);
    project.write(&path, &text);
    project.write(".forceignore", "# not deployed\n**/profiles/Night*\n");
    let ran = project.check(&["--format", "json"]);
    assert_eq!(ran.findings("open"), [format!("{RULE} Desk")]);
    project.write(".forceignore", "**/profiles/Night*\n{\n[z-a]\n");
    let notices = project.check(&["--format", "json"]).json()["notices"].clone();
    let notices = notices.as_array().unwrap();
    assert!(notices.iter().any(|n| n["path"] == ".forceignore"), "{notices:?}");
    let hidden = "1 file left out by .forceignore; --no-forceignore reads them too";
    assert!(notices.iter().any(|n| n["message"] == hidden), "{notices:?}");
    let all = project.check(&["--format", "json", "--no-forceignore"]);
    assert_eq!(all.findings("open"), [format!("{RULE} Desk"), format!("{RULE} Night")]);
}

#[test]
fn a_forceignore_that_leaves_nothing_is_named() {
    let project = project_of(&["ViewAllData"]);
    project.write(".forceignore", "force-app\n");
    let ran = project.check(&[]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains(".forceignore leaves out"), "{}", ran.err);
    assert_eq!(project.check(&["--no-forceignore"]).code, 1);
}

#[test]
fn every_ending_has_its_format() {
    let project = project_of(&["ViewAllData"]);
    let ran = project.check(&[
        "--full",
        "-o",
        "r.txt",
        "-o",
        "r.json",
        "-o",
        "r.sarif",
        "--output",
        "s.sarif.json",
    ]);
    assert_eq!(ran.code, 1);
    assert_eq!(project.read("r.txt"), ran.out);
    let json: serde_json::Value = serde_json::from_str(&project.read("r.json")).unwrap();
    assert_eq!(json["findings"][0]["rule"], RULE);
    let sarif: serde_json::Value = serde_json::from_str(&project.read("r.sarif")).unwrap();
    assert_eq!(sarif["runs"][0]["results"][0]["ruleId"], RULE);
    assert_eq!(project.read("s.sarif.json"), project.read("r.sarif"));
    let left: Vec<_> = std::fs::read_dir(project.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(".part"))
        .collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn a_wrong_ending_writes_nothing() {
    let project = project_of(&["ViewAllData"]);
    for file in ["r.html", "r", "r.sarif.gz"] {
        let ran = project.check(&["-o", "good.json", "-o", file]);
        assert_eq!(ran.code, 2);
        assert!(ran.err.contains(".txt, .json, .sarif"), "{}", ran.err);
        assert!(!project.path().join("good.json").exists() && !project.path().join(file).exists());
    }
}

#[test]
fn a_report_that_cannot_be_written_is_2() {
    let ran = project_of(&["ViewAllData"]).check(&["-o", "no/such/folder/r.json"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("no/such/folder/r.json cannot be written"), "{}", ran.err);
    let project = project_of(&["ViewAllData"]);
    project.write("r.json/kept.txt", "kept");
    let ran = project.check(&["-o", "r.json"]);
    assert_eq!(ran.code, 2);
    assert_eq!(project.read("r.json/kept.txt"), "kept");
    assert!(!project.path().join("r.json.part").exists());
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::symlink;

    use super::*;

    const PROFILES: &str = "force-app/main/default/profiles";

    /// Whether `path` is named, as not read or in a remark.
    fn is_named(ran: &crate::support::Ran, path: &str) -> bool {
        let json = ran.json();
        is_unread(ran, path)
            || json["notices"].as_array().unwrap().iter().any(|row| row["path"] == path)
    }

    /// Whether `path` is named as not read.
    fn is_unread(ran: &crate::support::Ran, path: &str) -> bool {
        let json = ran.json();
        let unread = json["inputs"]["not_read"].as_array().unwrap();
        unread.iter().any(|row| row["path"] == path)
    }

    #[test]
    fn a_pipe_does_not_block() {
        let project = project_of(&["ViewAllData"]);
        let pipe = project.path().join(PROFILES).join("Pipe.profile-meta.xml");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status().unwrap();
        assert!(made.success());
        let ran = project.check(&["--format", "json"]);
        assert_eq!(ran.findings("open"), [format!("{RULE} Desk")]);
        assert!(is_unread(&ran, &format!("{PROFILES}/Pipe.profile-meta.xml")), "{}", ran.out);
        assert_eq!(ran.code, 3);
        let alone = project.check(&[&format!("{PROFILES}/Pipe.profile-meta.xml")]);
        assert_eq!(alone.code, 2);
        assert!(alone.err.contains("neither a file nor a folder"), "{}", alone.err);
    }

    #[test]
    fn a_folder_that_may_not_be_read_is_named() {
        use std::os::unix::fs::PermissionsExt;
        let project = project_of(&["RunReports"]);
        let (path, text) = profile("Night", &["ViewAllData"]);
        project.write(&path.replace("profiles", "closed/profiles"), &text);
        let closed = project.path().join("force-app/main/default/closed");
        std::fs::set_permissions(&closed, PermissionsExt::from_mode(0o000)).unwrap();
        let readable = std::fs::read_dir(&closed).is_ok();
        let ran = project.check(&["--format", "json"]);
        std::fs::set_permissions(&closed, PermissionsExt::from_mode(0o755)).unwrap();
        // Root reads everything.
        assert!(readable || is_named(&ran, "force-app/main/default/closed"), "{}", ran.out);
    }

    #[test]
    fn links_do_not_lead_out_of_the_project_or_in_circles() {
        let project = project_of(&["ViewAllData"]);
        let outside = tempfile::tempdir().unwrap();
        let (_, text) = profile("Out", &["ModifyAllData"]);
        std::fs::write(outside.path().join("Out.profile-meta.xml"), text).unwrap();
        let profiles = project.path().join(PROFILES);
        let link = profiles.join("Out.profile-meta.xml");
        symlink(outside.path().join("Out.profile-meta.xml"), &link).unwrap();
        symlink(project.path(), profiles.join("circle")).unwrap();
        symlink(outside.path(), profiles.join("elsewhere")).unwrap();
        symlink("Desk.profile-meta.xml", profiles.join("Twin.profile-meta.xml")).unwrap();
        let ran = project.check(&["--format", "json"]);
        assert_eq!(ran.findings("open"), [format!("{RULE} Desk"), format!("{RULE} Twin")]);
        assert!(is_unread(&ran, &format!("{PROFILES}/Out.profile-meta.xml")), "{}", ran.out);
        assert!(is_named(&ran, &format!("{PROFILES}/elsewhere")), "{}", ran.out);
        assert_eq!(ran.code, 3);
    }
}

#[test]
fn a_project_file_alone_above_the_input_is_enough() {
    let (path, text) = profile("Desk", &["ViewAllData"]);
    let project = Project::new(&[PROJECT, (&path, &text)]);
    let folder = project.path().join("force-app/main/default");
    let ran = crate::support::run(crate::support::phorce(&folder).args([
        "check",
        "--format",
        "json",
        "--as-of",
        "2026-01-15",
    ]));
    assert_eq!(ran.json()["findings"][0]["path"], path.as_str());
}
