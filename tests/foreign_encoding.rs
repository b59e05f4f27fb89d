//! Static resources in other encodings: said, not judged, and no reason to end in 3.

// A test that cannot read what it judges has failed.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use support::Project;

#[test]
fn a_static_resource_that_is_no_utf_8_is_a_notice() {
    let meta = "<StaticResource><contentType>application/javascript</contentType></StaticResource>";
    let project = Project::of_org("quiet");
    let folder = project.path().join("force-app/main/default/staticresources");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("Shop.resource-meta.xml"), meta).unwrap();
    std::fs::write(folder.join("Shop.js"), b"// caf\xe9\nlocalStorage.setItem('a', b);\n").unwrap();
    let ran = project.check(&["--format", "json"]);
    let report = ran.json();
    assert_eq!(report["inputs"]["not_read"].as_array().unwrap().len(), 0);
    let notices = report["notices"].as_array().unwrap();
    let said = notices.iter().any(|n| n["message"].as_str().unwrap().contains("is not UTF-8"));
    assert!(said, "{notices:?}");
}
