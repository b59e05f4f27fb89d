//! The same bytes whatever the threads, the working directory and the place of the project.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod support;

use support::{AS_OF, Project, Ran, orgs, phorce, run};

const FORMATS: [&str; 3] = ["text", "json", "sarif"];

fn with_threads(project: &Project, format: &str, threads: &str) -> Ran {
    let mut command = project.phorce();
    command.env("RAYON_NUM_THREADS", threads);
    run(command.args(["check", "--full", "--as-of", AS_OF, "--format", format]))
}

#[test]
fn threads_do_not_show() {
    for org in orgs() {
        let project = Project::of_org(&org);
        for format in FORMATS {
            let one = with_threads(&project, format, "1");
            assert!(!one.out.is_empty(), "{org}: {one:?}");
            for _ in 0..2 {
                assert_eq!(one, with_threads(&project, format, "2"), "{org} {format}");
            }
        }
    }
}

#[test]
fn neither_the_working_directory_nor_the_place_shows() {
    for org in orgs() {
        let (project, copy) = (Project::of_org(&org), Project::of_org(&org));
        let elsewhere = tempfile::tempdir().unwrap();
        for format in FORMATS {
            let flags = ["check", "--as-of", AS_OF, "--format", format];
            let here = run(project.phorce().args(flags));
            let from_elsewhere = run(phorce(elsewhere.path()).args(flags).arg(project.path()));
            assert_eq!(here, from_elsewhere, "{org} {format}");
            assert_eq!(here, run(copy.phorce().args(flags)), "{org} {format}");
            let path = project.path().to_str().unwrap();
            assert!(!here.out.contains(path), "{org} {format} tells where it lies");
        }
    }
}

#[test]
fn the_order_of_inputs_does_not_show() {
    let project = Project::of_org("two-projects");
    let one = project.check(&["--format", "json", "north", "south"]);
    assert_eq!(one, project.check(&["--format", "json", "south", "north", "north"]));
    assert_eq!(one, project.check(&["--format", "json"]));
}
