//! Files that are not what they seem: named, and the rest scanned.

use std::io::Write as _;

use crate::support::{AS_OF, Project, Ran, run};

const LOG: &str =
    "61.0 APEX_CODE,DEBUG\n10:01:17.2 (2204431)|USER_DEBUG|[12]|DEBUG|SSN: 219-45-6781\n";

fn scan(project: &Project, arguments: &[&str]) -> Ran {
    let asked = arguments.contains(&"--format");
    let format = if asked { &[][..] } else { &["--format", "json"][..] };
    run(project.phorce().args(["scan", "in", "--as-of", AS_OF]).args(format).args(arguments))
}

fn write(project: &Project, path: &str, bytes: &[u8]) {
    project.write(path, "");
    std::fs::write(project.path().join(path), bytes).unwrap();
}

/// `path:line reason` of what was not read.
fn not_read(ran: &Ran) -> Vec<String> {
    let json = ran.json();
    let files = json["inputs"]["not_read"].as_array().unwrap().iter();
    files
        .map(|f| {
            format!(
                "{}:{} {}",
                f["path"].as_str().unwrap(),
                f["line"],
                f["reason"].as_str().unwrap()
            )
        })
        .collect()
}

/// One file is bad in its way; it is named, and the log beside it is scanned.
fn named(path: &str, bytes: &[u8], line: u32, said: &str) {
    let project = Project::new(&[("in/a.log", LOG)]);
    write(&project, &format!("in/{path}"), bytes);
    let ran = scan(&project, &["--redact", "copies"]);
    let expected = format!("in/{path}:{line} ");
    let told = not_read(&ran);
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].starts_with(&expected) && told[0].contains(said), "{told:?}");
    assert_eq!(ran.code, 3, "{path}");
    assert!(
        ran.findings("open").contains(&"phi-in-debug-log in/a.log/USER_DEBUG/ssn".to_owned()),
        "{path}"
    );
    assert_eq!(scan(&project, &["--allow-incomplete"]).code, 1);
    let copies = project.path().join("copies/in");
    assert!(!copies.join(path).exists(), "{path} has a copy");
    assert!(copies.join("a.log").exists());
}

/// An archive of these parts.
pub fn archive(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

#[test]
fn malformed_csv_is_named_with_its_line() {
    named("b.csv", b"Id,Remark\n1,\"open\n2,x\n", 2, "nothing closes it");
    named("b.csv", b"Id,Remark\n1,\"x\"y\n", 2, "after a closing quote");
    named("b.csv", b"Id,Remark,More\n1,2,3\n1,2\n", 3, "2 fields here and 3");
}

#[test]
fn wrong_encodings_are_named() {
    named("b.csv", b"\xEF\xBB\xBFId,Name\n1,\xE9\n", 2, "marked as UTF-8");
    named("b.txt", b"one\ntwo \x81\x9D\n", 2, "neither UTF-8 nor Windows-1252");
    named("b.csv", b"\xFF\xFEI\0d\0\n\0\x00\xD8x\0\n\0", 1, "UTF-16");
    named(
        "b.log",
        format!("{LOG}\0\0\n").replace("SSN", "ok").replace("219-45-6781", "").as_bytes(),
        1,
        "binary",
    );
}

#[test]
fn a_binary_file_is_named() {
    named("b.bin", b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x02\0\x3e\0", 1, "binary file");
    named("b.gz", b"\x1f\x8b\x08\0abc", 1, "unpack it");
    named("b.pdf", b"%PDF-1.7\n", 1, "PDF");
    named("b.zip", &archive(&[("readme.txt", b"hello")]), 1, "no workbook");
    named("b.xlsx", b"PK\x03\x04 cut", 1, "cannot be opened");
    named("b.xls", &[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, 0, 0], 1, "old or encrypted");
}

#[test]
fn a_bomb_dressed_as_a_workbook_is_refused() {
    let zeros = vec![b' '; 64 << 20];
    let bomb = archive(&[("xl/workbook.xml", b"<workbook/>"), ("xl/sharedStrings.xml", &zeros)]);
    assert!(bomb.len() < 1 << 20);
    named("b.xlsx", &bomb, 1, "decompression bomb");
    // One that lies about its size: the same bytes with small numbers in both headers.
    let mut liar = bomb;
    let size = (64u32 << 20).to_le_bytes();
    while let Some(at) = liar.windows(4).position(|four| four == size) {
        liar[at..at + 4].copy_from_slice(&1000u32.to_le_bytes());
    }
    let project = Project::new(&[("in/a.log", LOG)]);
    write(&project, "in/b.xlsx", &liar);
    let ran = scan(&project, &[]);
    assert_eq!((ran.code, not_read(&ran).len()), (3, 1), "{ran:?}");
}

#[test]
fn what_cannot_begin_ends_with_two() {
    let project = Project::new(&[("in/a.log", LOG)]);
    for arguments in [
        &["scan"][..],
        &["scan", "none.log"],
        &["scan", "in/a.log", "--org", "."],
        &["scan", "in/a.log", "--format", "xml"],
    ] {
        let ran = run(project.phorce().args(arguments));
        assert_eq!(ran.code, 2, "{arguments:?}");
        assert!(!ran.err.is_empty());
    }
    project.write("phorce.toml", "[scan]\npatterns = [{ kind = \"x\", pattern = \"[\" }]\n");
    let ran = run(project.phorce().args(["scan", "in/a.log"]));
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("phorce.toml:2: 'scan.patterns.pattern'"), "{}", ran.err);
}

#[test]
fn a_copy_never_takes_the_place_of_its_original() {
    let project = Project::new(&[("in/a.log", LOG), ("in/deep/b.log", LOG)]);
    for folder in [".", "in", "in/../in"] {
        let ran = scan(&project, &["--redact", folder]);
        assert_eq!(ran.code, 2);
        assert!(ran.err.contains("name another one"), "{ran:?}");
    }
    assert_eq!(project.read("in/a.log"), LOG);
}

#[test]
fn copies_go_into_a_folder_that_is_new_or_empty() {
    let project = Project::new(&[("in/a.log", LOG)]);
    assert_eq!(scan(&project, &["--redact", "in/copies"]).code, 1);
    assert!(project.read("in/copies/in/a.log").contains("SSN: [SSN]"));
    let again = scan(&project, &["--redact", "in/copies"]);
    assert_eq!(again.code, 2);
    assert!(again.err.contains("in/copies: the folder is not empty"), "{again:?}");
    for (folder, said) in [("in/a.log", "it is a file"), ("in/a.log/x", "no copies can be")] {
        let ran = scan(&project, &["--redact", folder]);
        assert_eq!(ran.code, 2, "{ran:?}");
        assert!(ran.err.contains(said), "{ran:?}");
    }
}

#[test]
fn values_in_the_names_of_files_are_not_shown() {
    let project = Project::new(&[("in/patient_219-45-6781.log", LOG), ("in/b.log", LOG)]);
    for format in ["text", "json", "sarif", "csv"] {
        let folder = format!("copies-{format}");
        let ran = scan(&project, &["--redact", &folder, "--format", format]);
        assert_eq!(ran.code, 1);
        assert!(ran.out.contains("in/patient_[SSN].log"), "{}", ran.out);
        assert!(!format!("{}{}", ran.out, ran.err).contains("219-45"), "{ran:?}");
        assert!(project.read(&format!("{folder}/in/patient_[SSN].log")).contains("SSN: [SSN]"));
    }
}
