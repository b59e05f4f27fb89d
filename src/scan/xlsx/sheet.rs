//! Rows of a sheet and strings that cells share, with the place of each in its XML.
//!
//! In: the text of a part. Out: [`Row`]s, and strings, each with the bytes of its element. It
//! knows no archive.

use std::ops::Range;

use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

/// Rows of one sheet: what the format allows.
const MOST_ROWS: usize = 1_048_576;
/// Columns of one sheet.
const MOST_COLUMNS: usize = 16_384;

/// A cell with a value.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Cell {
    /// Its column, from 0.
    pub(super) column: usize,
    /// What it shows.
    pub(super) text: String,
    /// The number of the string it shares.
    pub(super) shared: Option<usize>,
    /// It is a number.
    pub(super) numeric: bool,
    /// Its element.
    pub(super) range: Range<usize>,
    /// `A2`, as it is written.
    pub(super) reference: String,
    /// Its style, as it is written.
    pub(super) style: String,
}

/// A row with a cell.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Row {
    /// Its number, from 1.
    pub(super) number: u64,
    /// Its cells, from left to right.
    pub(super) cells: Vec<Cell>,
}

/// An attribute of an element.
pub(super) fn attribute(start: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut attributes = start.attributes();
    let mut attributes = attributes.with_checks(false).filter_map(Result::ok);
    let found = attributes.find(|attribute| attribute.key.as_ref() == name)?;
    found.normalized_value(XmlVersion::Implicit1_0).ok().map(std::borrow::Cow::into_owned)
}

fn push_reference(text: &mut String, reference: &BytesRef<'_>) {
    match reference.resolve_char_ref() {
        Ok(Some(c)) => text.push(c),
        _ => text.push_str(match reference.xml10_content().as_ref() {
            "lt" => "<",
            "gt" => ">",
            "amp" => "&",
            "quot" => "\"",
            "apos" => "'",
            _ => "",
        }),
    }
}

fn position(reader: &Reader<&[u8]>) -> usize {
    usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX)
}

fn broken(why: &quick_xml::Error) -> String {
    format!("one of its sheets is no well-formed XML: {why}; save the workbook anew")
}

/// Text and element of each shared string. Readings of East Asian characters are left out.
pub(super) fn strings(xml: &str) -> Result<Vec<(String, Range<usize>)>, String> {
    let mut reader = Reader::from_str(xml);
    let mut strings = Vec::new();
    let (mut text, mut start, mut inside, mut reading) = (String::new(), 0, false, false);
    loop {
        let before = position(&reader);
        match reader.read_event().map_err(|why| broken(&why))? {
            Event::Start(element) => match element.local_name().as_ref() {
                "si" => {
                    text.clear();
                    start = before;
                }
                "t" => inside = !reading,
                "rPh" => reading = true,
                _ => {}
            },
            Event::Empty(element) if element.local_name().as_ref() == "si" => {
                strings.push((String::new(), before..position(&reader)));
            }
            Event::Text(piece) if inside => text.push_str(&piece.xml10_content()),
            Event::CData(piece) if inside => text.push_str(&piece.xml10_content()),
            Event::GeneralRef(reference) if inside => push_reference(&mut text, &reference),
            Event::End(element) => match element.local_name().as_ref() {
                "si" => strings.push((std::mem::take(&mut text), start..position(&reader))),
                "t" => inside = false,
                "rPh" => reading = false,
                _ => {}
            },
            Event::DocType(_) => return Err("it has a DOCTYPE, which no workbook has".to_owned()),
            Event::Eof => return Ok(strings),
            _ => {}
        }
    }
}

/// Every row that has a cell with a value.
pub(super) fn rows(xml: &str, strings: &[&str]) -> Result<Vec<Row>, String> {
    let mut reader = Reader::from_str(xml);
    let mut walk = Walk {
        strings,
        rows: Vec::new(),
        row: Row::default(),
        cell: None,
        typed: Typed::Number,
        inside: false,
    };
    loop {
        let before = position(&reader);
        let event = reader.read_event().map_err(|why| broken(&why))?;
        match event {
            Event::Start(element) => walk.open(&element, before),
            Event::Empty(element) if element.local_name().as_ref() == "row" => {
                walk.open(&element, before);
            }
            Event::Text(piece) => walk.text(&piece.xml10_content()),
            Event::CData(piece) => walk.text(&piece.xml10_content()),
            Event::GeneralRef(reference) => {
                let mut text = String::new();
                push_reference(&mut text, &reference);
                walk.text(&text);
            }
            Event::End(element) => {
                let end = position(&reader);
                walk.close(element.local_name().as_ref(), end);
            }
            Event::DocType(_) => return Err("it has a DOCTYPE, which no workbook has".to_owned()),
            Event::Eof => return Ok(walk.rows),
            _ => {}
        }
        if walk.rows.len() > MOST_ROWS {
            return Err("one of its sheets has more rows than the format allows".to_owned());
        }
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Typed {
    Number,
    Shared,
    Text,
}

struct Walk<'s> {
    strings: &'s [&'s str],
    rows: Vec<Row>,
    row: Row,
    cell: Option<Cell>,
    typed: Typed,
    inside: bool,
}

impl Walk<'_> {
    fn open(&mut self, element: &BytesStart<'_>, at: usize) {
        match element.local_name().as_ref() {
            "row" => {
                let number = attribute(element, "r").and_then(|text| text.parse().ok());
                self.row = Row { number: number.unwrap_or(self.row.number + 1), cells: Vec::new() };
            }
            "c" => {
                let reference = attribute(element, "r").unwrap_or_default();
                let next = self.row.cells.last().map_or(0, |cell| cell.column + 1);
                let column = column_of(&reference).unwrap_or(next).min(MOST_COLUMNS);
                self.typed = match attribute(element, "t").as_deref() {
                    Some("s") => Typed::Shared,
                    None | Some("n") => Typed::Number,
                    Some(_) => Typed::Text,
                };
                let style = attribute(element, "s").unwrap_or_default();
                self.cell =
                    Some(Cell { column, reference, style, range: at..at, ..Cell::default() });
            }
            "v" | "t" => self.inside = self.cell.is_some(),
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        if let Some(cell) = self.cell.as_mut().filter(|_| self.inside) {
            cell.text.push_str(text);
        }
    }

    fn close(&mut self, name: &str, end: usize) {
        match name {
            "v" | "t" => self.inside = false,
            "c" => {
                let Some(mut cell) = self.cell.take() else { return };
                cell.range.end = end;
                if self.typed == Typed::Shared {
                    cell.shared = cell.text.trim().parse().ok();
                    let text = cell.shared.and_then(|number| self.strings.get(number));
                    cell.text = text.map_or_else(String::new, |text| (*text).to_owned());
                }
                cell.numeric = self.typed == Typed::Number;
                if !cell.text.is_empty() {
                    self.row.cells.push(cell);
                }
            }
            "row" => {
                let row = Row { number: self.row.number, cells: Vec::new() };
                let row = std::mem::replace(&mut self.row, row);
                if !row.cells.is_empty() {
                    self.rows.push(row);
                }
            }
            _ => {}
        }
    }
}

/// The column of `AB12`, from 0.
fn column_of(reference: &str) -> Option<usize> {
    let letters = reference.bytes().take_while(u8::is_ascii_alphabetic);
    let column = letters
        .take(4)
        .fold(0, |sum, letter| sum * 26 + usize::from(letter.to_ascii_uppercase() - b'A') + 1);
    column.checked_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_have_their_texts_and_places() {
        let strings_xml = "<sst><si><t>SSN</t></si><si><r><t>A&amp;</t></r><r><t>B</t></r><rPh><t>x</t></rPh></si><si/></sst>";
        let strings = strings(strings_xml).unwrap();
        let texts: Vec<&str> = strings.iter().map(|(text, _)| text.as_str()).collect();
        assert_eq!(texts, ["SSN", "A&B", ""]);
        assert_eq!(strings_xml.get(strings[0].1.clone()), Some("<si><t>SSN</t></si>"));
        let xml = "<sheetData><row r=\"3\"><c r=\"A3\" t=\"s\"><v>1</v></c><c r=\"AB3\" s=\"4\"><v>12</v></c>\
            <c r=\"AC3\" t=\"inlineStr\"><is><t>in</t></is></c><c r=\"AD3\"/></row><row r=\"4\"/></sheetData>";
        let rows = rows(xml, &texts).unwrap();
        let cells: Vec<_> =
            rows[0].cells.iter().map(|c| (c.column, c.text.as_str(), c.numeric)).collect();
        assert_eq!(cells, [(0, "A&B", false), (27, "12", true), (28, "in", false)]);
        assert_eq!((rows.len(), rows[0].number), (1, 3));
        assert_eq!(
            xml.get(rows[0].cells[1].range.clone()),
            Some("<c r=\"AB3\" s=\"4\"><v>12</v></c>")
        );
    }
}
