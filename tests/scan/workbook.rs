//! Workbooks: found in cells of every kind, replaced in copies, and nothing else changed.

use std::io::Read as _;

use crate::bad::archive;
use crate::support::{AS_OF, Project, run};

const TYPES: &str =
    "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>";
const BOOK: &str = "<workbook xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets><sheet name=\"Ward &amp; Bed\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>";
const RELS: &str = "<Relationships><Relationship Id=\"rId1\" Type=\"x\" Target=\"worksheets/sheet1.xml\"/></Relationships>";
const STRINGS: &str = "<sst><si><t>Report of the ward</t></si><si><t>SSN</t></si><si><t>Date of Birth</t></si>\
    <si><t>Remark</t></si><si><r><t>219-45-</t></r><r><t>6781</t></r></si><si><t>see 318-22-4410 &amp; wait</t></si>\
    <si><t>fine</t></si><si><t>unused 447-31-2209</t></si></sst>";
const SHEET: &str = "<worksheet><sheetData>\
    <row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c></row>\
    <row r=\"3\"><c r=\"A3\" t=\"s\"><v>1</v></c><c r=\"B3\" t=\"s\"><v>2</v></c><c r=\"C3\" t=\"s\"><v>3</v></c></row>\
    <row r=\"4\"><c r=\"A4\" t=\"s\"><v>4</v></c><c r=\"B4\" s=\"7\"><v>29254</v></c><c r=\"C4\" t=\"s\"><v>5</v></c></row>\
    <row r=\"5\"><c r=\"A5\"><v>21456782</v></c><c r=\"B5\" t=\"inlineStr\"><is><t>2/4/1981</t></is></c><c r=\"C5\" t=\"s\"><v>6</v></c></row>\
    </sheetData></worksheet>";

fn book(more: &[(&str, &[u8])]) -> Vec<u8> {
    let parts: [(&str, &[u8]); 5] = [
        ("[Content_Types].xml", TYPES.as_bytes()),
        ("xl/workbook.xml", BOOK.as_bytes()),
        ("xl/_rels/workbook.xml.rels", RELS.as_bytes()),
        ("xl/sharedStrings.xml", STRINGS.as_bytes()),
        ("xl/worksheets/sheet1.xml", SHEET.as_bytes()),
    ];
    archive(&[&parts[..], more].concat())
}

fn part(bytes: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut text = String::new();
    archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

#[test]
fn cells_of_every_kind_are_found_and_replaced() {
    let project = Project::new(&[]);
    let comment = b"<comments><comment><t>SSN 447-31-2208 of the mother</t></comment></comments>";
    std::fs::write(
        project.path().join("a.xlsx"),
        book(&[("xl/comments1.xml", comment), ("xl/styles.xml", b"<s/>")]),
    )
    .unwrap();
    let ran = run(project
        .phorce()
        .args(["scan", "a.xlsx", "--as-of", AS_OF, "--format", "json", "--redact", "copies"]));
    assert_eq!((ran.code, ran.err.as_str()), (1, ""));
    assert_eq!(
        ran.findings("open"),
        [
            "phi-in-export a.xlsx/Ward & Bed/SSN/ssn",
            "phi-in-export a.xlsx/Ward & Bed/Date of Birth/date-of-birth",
            "phi-in-export a.xlsx/Ward & Bed/Remark/ssn",
        ]
    );
    let first = &ran.json()["findings"][0];
    assert_eq!((first["line"].as_u64(), first["column"].as_u64()), (Some(4), Some(1)));
    assert!(first["message"].as_str().unwrap().contains("2 in this file"), "{first}");
    let copy = std::fs::read(project.path().join("copies/a.xlsx")).unwrap();
    let strings = part(&copy, "xl/sharedStrings.xml");
    let text = |text: &str| format!("<si><t xml:space=\"preserve\">{text}</t></si>");
    assert_eq!(
        strings,
        STRINGS
            .replace("<si><r><t>219-45-</t></r><r><t>6781</t></r></si>", &text("[SSN]"))
            .replace("<si><t>see 318-22-4410 &amp; wait</t></si>", &text("see [SSN] &amp; wait"))
            .replace("<si><t>unused 447-31-2209</t></si>", &text("unused [SSN]"))
    );
    let cell = |place: &str, kind: &str| {
        format!("<c r=\"{place} t=\"inlineStr\"><is><t xml:space=\"preserve\">{kind}</t></is></c>")
    };
    assert_eq!(
        part(&copy, "xl/worksheets/sheet1.xml"),
        SHEET
            .replace(
                "<c r=\"B4\" s=\"7\"><v>29254</v></c>",
                &cell("B4\" s=\"7\"", "[DATE-OF-BIRTH]")
            )
            .replace("<c r=\"A5\"><v>21456782</v></c>", &cell("A5\"", "[SSN]"))
            .replace(
                "<c r=\"B5\" t=\"inlineStr\"><is><t>2/4/1981</t></is></c>",
                &cell("B5\"", "[DATE-OF-BIRTH]")
            )
    );
    assert_eq!(
        part(&copy, "xl/comments1.xml"),
        "<comments><comment><t>SSN [SSN] of the mother</t></comment></comments>"
    );
    assert_eq!(part(&copy, "xl/styles.xml"), "<s/>");
    let again = run(project.phorce().args(["scan", "copies", "--format", "json"]));
    assert_eq!((again.code, again.findings("open")), (0, Vec::new()));
}

#[test]
fn a_workbook_that_hides_copies_of_values_is_named_as_not_redacted() {
    let project = Project::new(&[]);
    let hidden = book(&[("xl/pivotCache/pivotCacheRecords1.xml", b"<r/>")]);
    std::fs::write(project.path().join("a.xlsx"), hidden).unwrap();
    let ran = run(project
        .phorce()
        .args(["scan", "a.xlsx", "--as-of", AS_OF, "--format", "json", "--redact", "copies"]));
    assert_eq!(ran.code, 1);
    let notices = ran.json()["notices"].to_string();
    assert!(notices.contains("no redacted copy of it: it holds a pivot table"), "{notices}");
    assert!(!project.path().join("copies/a.xlsx").exists());
}
