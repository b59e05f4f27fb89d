//! The walk over trees on disk and in memory.

use std::fs;

use super::*;

fn tree(files: &[&str]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for file in files {
        let path = folder.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "").unwrap();
    }
    folder
}

fn go(folder: &tempfile::TempDir, inputs: &[&str]) -> Walk {
    let inputs: Vec<PathBuf> = inputs.iter().map(|input| folder.path().join(input)).collect();
    walk(&inputs, WalkOptions { forceignore: true }).unwrap()
}

fn paths(walk: &Walk) -> Vec<&str> {
    walk.sources.files().map(|(_, path)| path).collect()
}

#[test]
fn paths_are_relative_to_the_nearest_git_folder() {
    let folder = tree(&[".git/HEAD", "org/sfdx-project.json", "org/app/A.cls", "org/app/.x/B.cls"]);
    assert_eq!(paths(&go(&folder, &["org/app"])), ["org/app/A.cls", "org/sfdx-project.json"]);
}

#[test]
fn without_git_the_project_is_the_root_and_without_a_project_the_input() {
    let folder = tree(&["org/sfdx-project.json", "org/app/A.cls", "bare/B.cls"]);
    assert_eq!(paths(&go(&folder, &["org/app"])), ["app/A.cls", "sfdx-project.json"]);
    assert_eq!(paths(&go(&folder, &["bare"])), ["B.cls"]);
}

#[test]
fn several_inputs_have_one_root() {
    let folder = tree(&["sfdx-project.json", "a/A.cls", "b/B.cls", "c/C.cls"]);
    let walked = go(&folder, &["a/A.cls", "b", "b/B.cls"]);
    assert_eq!(paths(&walked), ["a/A.cls", "b/B.cls", "sfdx-project.json"]);
}

#[test]
fn an_input_inside_a_hidden_folder_is_walked() {
    let folder = tree(&[".hidden/a/A.cls", ".hidden/a/.b/B.cls"]);
    assert_eq!(paths(&go(&folder, &[".hidden"])), ["a/A.cls"]);
}

#[test]
fn forceignore_above_a_single_file_holds() {
    let folder = tree(&["sfdx-project.json", "a/A.cls"]);
    fs::write(folder.path().join(".forceignore"), "a/\n").unwrap();
    let walked = go(&folder, &["a/A.cls"]);
    assert_eq!(paths(&walked), [".forceignore", "sfdx-project.json"]);
    assert_eq!(walked.ignored, ["a/A.cls"]);
    let inputs = [folder.path().join("a")];
    let all = walk(&inputs, WalkOptions { forceignore: false }).unwrap();
    assert!(all.sources.find("a/A.cls").is_some());
}

#[test]
fn a_missing_input_is_named() {
    let error = walk(&[PathBuf::from("no/such/folder")], WalkOptions { forceignore: true });
    let error = error.unwrap_err();
    assert_eq!(error.to_string(), "no/such/folder: there is no such file or folder");
}

#[cfg(unix)]
#[test]
fn links_out_of_the_project_are_not_followed() {
    use std::os::unix::fs::symlink;
    let outside = tree(&["secret.cls", "classes/B.cls"]);
    let folder = tree(&["sfdx-project.json", "app/A.cls", "other/C.cls"]);
    let link = |from: PathBuf, to: &str| symlink(from, folder.path().join("app").join(to)).unwrap();
    link(outside.path().join("secret.cls"), "Out.cls");
    link(outside.path().join("secret.cls"), "notes.txt");
    link(outside.path().join("classes"), "classes");
    link(folder.path().join("app/A.cls"), "Again.cls");
    link(folder.path().join("app"), "loop");
    link(folder.path().join("nothing"), "Lost.cls");
    let walked = go(&folder, &["."]);
    let expected = ["app/A.cls", "app/Again.cls", "other/C.cls", "sfdx-project.json"];
    assert_eq!(paths(&walked), expected);
    let named: Vec<&str> = walked.problems.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(named, ["app/Lost.cls", "app/Out.cls", "app/classes"]);
}

#[cfg(target_os = "linux")]
#[test]
fn names_that_are_not_utf8_are_problems() {
    use std::os::unix::ffi::OsStrExt;
    let folder = tree(&["sfdx-project.json"]);
    let name = std::ffi::OsStr::from_bytes(b"bad\xff.cls");
    fs::write(folder.path().join(name), "").unwrap();
    let walked = go(&folder, &["."]);
    assert_eq!(walked.problems, [("bad\u{fffd}.cls".to_owned(), NOT_UTF8.to_owned())]);
}

#[test]
fn files_in_memory_are_judged_alike() {
    let files = [
        (".forceignore", "*.page"),
        ("sfdx-project.json", "{}"),
        ("A.cls", ""),
        ("B.page", ""),
        ("node_modules/C.cls", ""),
    ];
    let files = files.map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec()));
    let walked = walk_memory(files.into_iter().collect(), WalkOptions { forceignore: true });
    assert_eq!(paths(&walked), [".forceignore", "A.cls", "sfdx-project.json"]);
    assert_eq!(walked.ignored, ["B.page"]);
}
