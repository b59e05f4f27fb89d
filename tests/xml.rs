//! The XML of metadata files, from outside.
//!
//! In: `testdata/xml/ok` and `testdata/xml/broken`, where the folder listing is the list of
//! tests: beside each `NAME.xml` stands `NAME.txt` with what must come of it. Files that Git or
//! an editor would mangle are made from bytes here.
//!
//! An outline has one element a line: the line of its start tag, its name, and its value; then
//! `from` the bytes it was written with, if they differ, and the line of the text, if it is
//! another one. A fault is `line: reason`.

#![allow(
    clippy::unwrap_used,
    clippy::string_slice,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests may"
)]

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use phorce::metadata::xml::{self, Document, Fault, NodeId};
use phorce::source::lines::Lines;

fn cases(folder: &str) -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/xml").join(folder);
    let entries = fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path());
    let mut paths: Vec<_> = entries.filter(|p| p.extension().is_some_and(|e| e == "xml")).collect();
    paths.sort();
    paths
}

/// Compares what came of every case with the text beside it, and shows all that differ.
fn compare(folder: &str, least: usize, show: impl Fn(&[u8]) -> String) {
    let paths = cases(folder);
    assert!(paths.len() >= least, "{} cases in {folder}", paths.len());
    let mut wrong = String::new();
    for path in paths {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let expected = fs::read_to_string(path.with_extension("txt")).unwrap();
        let got = show(&fs::read(&path).unwrap());
        if got.trim_end() != expected.trim_end() {
            writeln!(wrong, "== {name}\n-- expected\n{expected}-- got\n{got}").unwrap();
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

/// The line of an offset; the text before a fault is sound even where the rest is not.
fn line(bytes: &[u8], offset: usize) -> u32 {
    Lines::new(&String::from_utf8_lossy(&bytes[..offset])).position(offset).line
}

fn fault(bytes: &[u8]) -> Fault {
    match xml::decode(bytes).and_then(xml::parse) {
        Err(fault) => fault,
        Ok(document) => panic!("accepted: {}", outline(&document)),
    }
}

fn show_fault(bytes: &[u8]) -> String {
    let fault = fault(bytes);
    format!("{}: {}\n", line(bytes, fault.offset), fault.reason)
}

fn show_outline(bytes: &[u8]) -> String {
    match xml::decode(bytes).and_then(xml::parse) {
        Ok(document) => outline(&document),
        Err(_) => format!("refused: {}", show_fault(bytes)),
    }
}

fn outline(document: &Document) -> String {
    let mut out = String::new();
    let mut stack = vec![(document.root(), 0)];
    while let Some((id, depth)) = stack.pop() {
        show_element(document, id, depth, &mut out);
        let mut children: Vec<_> = document.children(id).map(|child| (child, depth + 1)).collect();
        children.reverse();
        stack.extend(children);
    }
    out
}

fn show_element(document: &Document, id: NodeId, depth: usize, out: &mut String) {
    let text = document.source();
    let lines = Lines::new(text);
    let tag = document.start_tag(id);
    let at = lines.position(tag.start).line;
    write!(out, "{at} {}{}", "  ".repeat(depth), document.name(id)).unwrap();
    if document.is_nil(id) {
        out.push_str(" (nil)");
    }
    if let Some(kind) = document.attribute(id, "type") {
        write!(out, " (type {kind})").unwrap();
    }
    if let Some(value) = document.text(id) {
        write!(out, " = {:?}", value.value).unwrap();
        let raw = &text[value.range.clone()];
        if raw != value.value {
            write!(out, " from \"{}\"", raw.replace('\r', "\\r").replace('\n', "\\n")).unwrap();
        }
        let own = lines.position(value.range.start).line;
        if own != at {
            write!(out, " on line {own}").unwrap();
        }
    }
    out.push('\n');
}

#[test]
fn sound_files_have_their_outline() {
    compare("ok", 15, show_outline);
}

#[test]
fn broken_files_are_refused_with_line_and_reason() {
    compare("broken", 25, show_fault);
}

#[test]
fn files_in_another_encoding_are_named() {
    let utf_16: Vec<u8> = "\u{feff}<a/>".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let bare: Vec<u8> = "<a/>".encode_utf16().flat_map(u16::to_be_bytes).collect();
    let expected = "1: the file is in UTF-16, Salesforce writes UTF-8: save it as UTF-8\n";
    assert_eq!(show_fault(&utf_16), expected);
    assert_eq!(show_fault(&bare), expected);
    assert_eq!(
        show_fault(b"\xFF\xFE\0\0<\0\0\0a\0\0\0"),
        "1: the file is in UTF-32, Salesforce writes UTF-8: save it as UTF-8\n"
    );
    assert_eq!(
        show_fault(b"<a>\n<b>M\xFCller</b>\n</a>"),
        "2: line 2 is not UTF-8: the file was saved in another encoding, save it as UTF-8\n"
    );
    assert_eq!(
        show_fault(b"<a>\n\xE2\x82"),
        "2: the last character, on line 2, is cut in the middle: the file is cut off, retrieve \
         it again\n"
    );
}

#[test]
fn a_nul_byte_is_named() {
    let expected =
        "2: a NUL byte stands here: the file is damaged or not text, retrieve it again\n";
    assert_eq!(show_fault(b"<a>\n\0</a>"), expected);
    assert_eq!(show_fault(b"<a/>\n\0\0\0\0"), expected);
}

#[test]
fn offsets_count_the_byte_order_mark() {
    let text = "\u{feff}<a>\n  <b c:nil='1'> x </b>\n</a>";
    let document = xml::parse(text).unwrap();
    let b = document.child(document.root(), "b").unwrap();
    assert_eq!(document.start_tag(document.root()), 3..6);
    assert_eq!(document.start_tag(b), 9..22);
    assert_eq!(document.element(b), 9..29);
    assert_eq!(document.text(b).unwrap().range, 23..24);
    assert!(document.is_nil(b));
    assert_eq!(fault("\u{feff}<a>&x".as_bytes()).offset, 6);
    assert_eq!(fault("\u{feff}<a b='1' b='2'/>".as_bytes()).offset, 12);
}

#[test]
fn elements_are_found_by_name_and_number() {
    let text = "<a><b>1</b><c><b>2</b></c><b>3</b></a>";
    let document = xml::parse(text).unwrap();
    let root = document.root();
    let children: Vec<_> = document.children(root).collect();
    let names: Vec<_> = children.iter().map(|id| document.name(*id)).collect();
    assert_eq!(names, ["b", "c", "b"]);
    assert_eq!(document.len(), 5);
    assert_eq!(document.lookup("b"), Some(document.name_id(children[0])));
    assert_eq!(document.name_id(children[0]), document.name_id(children[2]));
    assert_ne!(document.name_id(children[0]), document.name_id(children[1]));
    assert_eq!(document.lookup("d"), None);
    assert_eq!(document.child(root, "b"), Some(children[0]));
    assert_eq!(document.child(root, "d"), None);
    assert_eq!(document.child(children[0], "b"), None);
    let inner = document.child(children[1], "b").unwrap();
    assert_eq!(document.parent(inner), Some(children[1]));
    assert_eq!(document.parent(children[2]), Some(root));
    assert_eq!(document.parent(root), None);
    assert!(document.is_container(children[1]) && !document.is_container(inner));
    assert_eq!(document.text(children[1]), None);
}

#[test]
fn attributes_are_found_by_local_name() {
    let text = "<a xmlns='urn:x' xmlns:type='urn:y' t='&lt;\r\n&#x41;' x:u='1'>\n<b u='2'/></a>";
    let document = xml::parse(text).unwrap();
    let root = document.root();
    let read = |id, name| document.attribute(id, name).map(|value| value.into_owned());
    assert_eq!(read(root, "t").as_deref(), Some("< A"));
    assert_eq!(read(root, "u").as_deref(), Some("1"));
    assert_eq!(read(root, "xmlns"), None);
    assert_eq!(read(root, "type"), None);
    assert_eq!(read(document.child(root, "b").unwrap(), "u").as_deref(), Some("2"));
}

#[test]
fn an_element_of_another_document_reads_as_empty() {
    let large = xml::parse("<a><b/><c/></a>").unwrap();
    let small = xml::parse("<a/>").unwrap();
    let foreign = large.child(large.root(), "c").unwrap();
    assert_eq!(small.name(foreign), "");
    assert_eq!(small.children(foreign).count(), 0);
    assert_eq!(small.element(foreign), 0..0);
    assert_eq!(small.text(foreign).unwrap().value, "");
    assert_eq!(small.attribute(foreign, "x"), None);
}

fn nest(depth: usize) -> String {
    format!("{}{}", "<a>".repeat(depth), "</a>".repeat(depth))
}

#[test]
fn depth_is_limited_and_costs_no_stack() {
    assert_eq!(xml::parse(&nest(100)).unwrap().len(), 100);
    let refused = fault(nest(101).as_bytes());
    assert_eq!(refused.offset, 300);
    let reason = "elements are nested more than 100 deep: the file is no metadata of Salesforce";
    assert_eq!(refused.reason, reason);
    assert_eq!(fault("<a>".repeat(1_000_000).as_bytes()).reason, reason);
}

#[test]
fn attributes_are_limited() {
    let tag = |count: usize| {
        let attributes: String = (0..count).map(|n| format!(" a{n}=''")).collect();
        format!("<a{attributes}/>")
    };
    assert!(xml::parse(&tag(64)).is_ok());
    assert_eq!(
        fault(tag(65).as_bytes()).reason,
        "a tag has more than 64 attributes: the file is no metadata of Salesforce"
    );
}

#[test]
fn names_are_limited() {
    let tag = |length: usize| format!("<{}/>", "n".repeat(length));
    let attribute = |length: usize| format!("<a {}=''/>", "n".repeat(length));
    assert!(xml::parse(&tag(256)).is_ok() && xml::parse(&attribute(256)).is_ok());
    assert_eq!(
        fault(tag(257).as_bytes()).reason,
        "the name of a tag is longer than 256 bytes: the file is no metadata of Salesforce"
    );
    assert_eq!(
        fault(attribute(257).as_bytes()).reason,
        "the name of an attribute is longer than 256 bytes: the file is no metadata of Salesforce"
    );
    let many = |count: usize| {
        let names: String = (0..count).map(|n| format!("<n{n}/>")).collect();
        format!("<r>{names}</r>")
    };
    assert!(xml::parse(&many(8191)).is_ok());
    assert_eq!(
        fault(many(8192).as_bytes()).reason,
        "the file has more than 8192 different tags: it is no metadata of Salesforce"
    );
}

#[test]
fn tags_texts_and_files_are_limited() {
    let tag = format!("<a b='{}'/>", "x".repeat(65 * 1024));
    assert_eq!(
        fault(tag.as_bytes()).reason,
        "a tag is longer than 64 KiB: a quote or a > may be missing in it"
    );
    let text = format!("<a>{}</a>", "x".repeat(16 * 1024 * 1024 + 1));
    let refused = fault(text.as_bytes());
    assert_eq!(refused.offset, 3);
    assert_eq!(
        refused.reason,
        "a single text or tag is larger than 16 MiB: the file is no metadata of Salesforce"
    );
    let file = format!("<a>{}</a>", "<b/>".repeat(16 * 1024 * 1024));
    assert_eq!(fault(file.as_bytes()).reason, "the file is larger than 64 MiB: split it");
    let many = format!("<a>{}</a>", "<b/>".repeat(4_000_000));
    assert_eq!(
        fault(many.as_bytes()).reason,
        "the file has more than 4000000 elements: the file is no metadata of Salesforce"
    );
}
