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
    /// What it is worked out by.
    pub(super) formula: String,
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

/// Strings that cells share: their texts in one piece, and the bytes of each element.
#[derive(Debug, Default)]
pub(super) struct Strings {
    text: String,
    ends: Vec<u32>,
    ranges: Vec<(u32, u32)>,
}

impl Strings {
    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The text of one.
    pub(super) fn get(&self, number: usize) -> Option<&str> {
        let end = *self.ends.get(number)?;
        let start = number.checked_sub(1).map_or(Some(0), |at| self.ends.get(at).copied())?;
        self.text.get(start as usize..end as usize)
    }

    /// Where its element stands.
    pub(super) fn range(&self, number: usize) -> Option<Range<usize>> {
        let (start, end) = self.ranges.get(number)?;
        Some(*start as usize..*end as usize)
    }

    fn push(&mut self, range: Range<usize>) {
        let place = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        self.ends.push(place(self.text.len()));
        self.ranges.push((place(range.start), place(range.end)));
    }
}

/// Text and element of each shared string. Readings of East Asian characters are left out.
pub(super) fn strings(xml: &str) -> Result<Strings, String> {
    let mut reader = Reader::from_str(xml);
    let mut strings = Strings::default();
    let (mut start, mut inside, mut reading) = (0, false, false);
    loop {
        let before = position(&reader);
        match reader.read_event().map_err(|why| broken(&why))? {
            Event::Start(element) => match element.local_name().as_ref() {
                "si" => start = before,
                "t" => inside = !reading,
                "rPh" => reading = true,
                _ => {}
            },
            Event::Empty(element) if element.local_name().as_ref() == "si" => {
                strings.push(before..position(&reader));
            }
            Event::Text(piece) if inside => strings.text.push_str(&piece.xml10_content()),
            Event::CData(piece) if inside => strings.text.push_str(&piece.xml10_content()),
            Event::GeneralRef(reference) if inside => {
                push_reference(&mut strings.text, &reference);
            }
            Event::End(element) => match element.local_name().as_ref() {
                "si" => strings.push(start..position(&reader)),
                "t" => inside = false,
                "rPh" => reading = false,
                _ => {}
            },
            Event::DocType(_) => return Err(doctype()),
            Event::Eof => return Ok(strings),
            _ => {}
        }
    }
}

/// An entity could hide a value, or open another file.
fn doctype() -> String {
    "it has a DOCTYPE, which no workbook has".to_owned()
}

/// Gives every row that has a cell with a value, one after the other.
pub(super) fn rows(xml: &str, strings: &Strings, take: &mut dyn FnMut(Row)) -> Result<(), String> {
    let mut reader = Reader::from_str(xml);
    let mut walk = Walk {
        strings,
        take,
        count: 0,
        row: Row::default(),
        cell: None,
        typed: Typed::Number,
        inside: Inside::Nothing,
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
            Event::DocType(_) => return Err(doctype()),
            Event::Eof => return Ok(()),
            _ => {}
        }
        if walk.count > MOST_ROWS {
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

/// Whose text is being read.
#[derive(Clone, Copy, PartialEq)]
enum Inside {
    Nothing,
    Value,
    Formula,
}

struct Walk<'s> {
    strings: &'s Strings,
    take: &'s mut dyn FnMut(Row),
    count: usize,
    row: Row,
    cell: Option<Cell>,
    typed: Typed,
    inside: Inside,
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
            "v" | "t" if self.cell.is_some() => self.inside = Inside::Value,
            "f" if self.cell.is_some() => self.inside = Inside::Formula,
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        match (self.cell.as_mut(), self.inside) {
            (Some(cell), Inside::Value) => cell.text.push_str(text),
            (Some(cell), Inside::Formula) => cell.formula.push_str(text),
            _ => {}
        }
    }

    fn close(&mut self, name: &str, end: usize) {
        match name {
            "v" | "t" | "f" => self.inside = Inside::Nothing,
            "c" => {
                let Some(mut cell) = self.cell.take() else { return };
                cell.range.end = end;
                if self.typed == Typed::Shared {
                    cell.shared = cell.text.trim().parse().ok();
                    let text = cell.shared.and_then(|number| self.strings.get(number));
                    cell.text = text.map_or_else(String::new, str::to_owned);
                }
                cell.numeric = self.typed == Typed::Number;
                if !cell.text.is_empty() || !cell.formula.is_empty() {
                    self.row.cells.push(cell);
                }
            }
            "row" => {
                let row = Row { number: self.row.number, cells: Vec::new() };
                let row = std::mem::replace(&mut self.row, row);
                if !row.cells.is_empty() {
                    self.count += 1;
                    (self.take)(row);
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
        let texts: Vec<&str> = (0..3).map(|number| strings.get(number).unwrap()).collect();
        assert_eq!((texts.as_slice(), strings.len()), (&["SSN", "A&B", ""][..], 3));
        assert_eq!(strings_xml.get(strings.range(0).unwrap()), Some("<si><t>SSN</t></si>"));
        let xml = "<sheetData><row r=\"3\"><c r=\"A3\" t=\"s\"><v>1</v></c><c r=\"AB3\" s=\"4\"><v>12</v></c>\
            <c r=\"AC3\" t=\"inlineStr\"><is><t>in</t></is></c><c r=\"AD3\"/></row><row r=\"4\"/></sheetData>";
        let mut found = Vec::new();
        rows(xml, &strings, &mut |row| found.push(row)).unwrap();
        let rows = found;
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
