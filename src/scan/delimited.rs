//! Records of a delimited table, with the place of every field.
//!
//! In: a stream. Out: [`Record`]s whose fields are ranges of the bytes as they are written, so
//! that a copy differs from its original in the values alone; a parser that gives back
//! unquoted fields could not say where they stood. A record that is not well formed is told
//! and read all the same. It knows no value.

use std::io::{self, Read};
use std::ops::Range;

/// A record above this many bytes has a quote that is not closed.
const LONGEST: usize = 4 << 20;
/// So many lines that are parted alike are no accident.
const ENOUGH: usize = 12;
const CHUNK: usize = 1 << 17;

/// What is wrong with a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Malformed {
    /// A quote opens here and nothing closes it.
    Unclosed,
    /// Text goes on after a closing quote.
    AfterQuote,
}

/// One record.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Record {
    /// The bytes as they are written, its line end included.
    pub raw: Vec<u8>,
    /// What stands between the delimiters, without quotes around it.
    pub fields: Vec<Range<usize>>,
    /// The line it begins on, from 1.
    pub line: u64,
    /// What is wrong with it.
    pub malformed: Option<Malformed>,
}

impl Record {
    /// The bytes of a field.
    pub fn field(&self, range: &Range<usize>) -> &[u8] {
        self.raw.get(range.clone()).unwrap_or_default()
    }

    /// Tells line and column of places in the record.
    pub fn places(&self) -> Places<'_> {
        Places { record: self, at: 0, line: self.line, column: 1 }
    }
}

/// Lines and columns of places in a record, which come in their order: each goes on from the
/// one before, for a record may have very many fields.
pub struct Places<'r> {
    record: &'r Record,
    at: usize,
    line: u64,
    column: u64,
}

impl Places<'_> {
    /// Line and column of a place; one before the last begins anew.
    pub fn of(&mut self, place: usize) -> (u64, u64) {
        if place < self.at {
            *self = self.record.places();
        }
        let between = self.record.raw.get(self.at..place).unwrap_or_default();
        let last = match memchr::memrchr(b'\n', between) {
            Some(end) => {
                self.line += memchr::memchr_iter(b'\n', between).count() as u64;
                self.column = 1;
                between.get(end + 1..).unwrap_or_default()
            }
            None if self.at == 0 => {
                between.strip_prefix(crate::source::lines::BOM).unwrap_or(between)
            }
            None => between,
        };
        self.column += last.iter().filter(|byte| **byte & 0xC0 != 0x80).count() as u64;
        self.at = place;
        (self.line, self.column)
    }
}

/// Reads records.
pub struct Records<R> {
    reader: R,
    delimiter: u8,
    buffer: Vec<u8>,
    at: usize,
    line: u64,
    done: bool,
}

impl<R: Read> Records<R> {
    /// Reads fields parted by `delimiter`.
    pub fn new(reader: R, delimiter: u8) -> Self {
        Self { reader, delimiter, buffer: Vec::new(), at: 0, line: 1, done: false }
    }

    /// The next record; none at the end.
    ///
    /// # Errors
    /// The stream cannot be read.
    pub fn advance(&mut self) -> io::Result<Option<Record>> {
        loop {
            let rest = self.buffer.get(self.at..).unwrap_or_default();
            if !rest.is_empty() || self.done {
                match split(rest, self.delimiter, true, self.done) {
                    Some(record) => return Ok(self.take(record)),
                    None if rest.len() > LONGEST || self.done => {
                        let Some(mut record) = split(rest, self.delimiter, false, true) else {
                            return Ok(None);
                        };
                        record.malformed = Some(Malformed::Unclosed);
                        return Ok(self.take(record));
                    }
                    None => {}
                }
            }
            self.refill()?;
        }
    }

    fn take(&mut self, mut record: Record) -> Option<Record> {
        if record.raw.is_empty() {
            return None;
        }
        record.line = self.line;
        self.at += record.raw.len();
        self.line += memchr::memchr_iter(b'\n', &record.raw).count() as u64;
        Some(record)
    }

    fn refill(&mut self) -> io::Result<()> {
        self.buffer.drain(..self.at);
        self.at = 0;
        let read = (&mut self.reader).take(CHUNK as u64).read_to_end(&mut self.buffer)?;
        self.done = read < CHUNK;
        Ok(())
    }
}

/// The first record of some bytes; none where its end is not among them.
fn split(bytes: &[u8], delimiter: u8, quotes: bool, whole: bool) -> Option<Record> {
    let mut record = Record::default();
    let mut at = if bytes.starts_with(crate::source::lines::BOM) { 3 } else { 0 };
    loop {
        let (field, mut end) = if quotes && bytes.get(at) == Some(&b'"') {
            let close = closing(bytes, at + 1)?;
            (at + 1..close, close + 1)
        } else {
            let end = plain_end(bytes, at, delimiter);
            (at..end, end)
        };
        record.fields.push(field);
        let stray = plain_end(bytes, end, delimiter);
        if stray > end {
            record.malformed = Some(Malformed::AfterQuote);
            end = stray;
        }
        match bytes.get(end) {
            Some(byte) if *byte == delimiter => at = end + 1,
            Some(b'\r') if bytes.get(end + 1) == Some(&b'\n') => {
                record.raw = bytes.get(..end + 2)?.to_vec();
                return Some(record);
            }
            // A line end of two bytes may be half there.
            Some(b'\r') if !whole && bytes.len() == end + 1 => return None,
            Some(_) => {
                record.raw = bytes.get(..=end)?.to_vec();
                return Some(record);
            }
            None if whole => {
                record.raw = bytes.to_vec();
                return Some(record);
            }
            None => return None,
        }
    }
}

fn plain_end(bytes: &[u8], at: usize, delimiter: u8) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    memchr::memchr3(delimiter, b'\n', b'\r', rest).map_or(bytes.len(), |end| at + end)
}

/// Where the quote that closes a field stands; doubled ones are part of it.
fn closing(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        let quote = at + memchr::memchr(b'"', bytes.get(at..)?)?;
        if bytes.get(quote + 1) != Some(&b'"') {
            return Some(quote);
        }
        at = quote + 2;
    }
}

/// The delimiter of a table, by its first lines: the one that parts them most evenly.
pub fn delimiter(head: &[u8]) -> Option<u8> {
    if let Some([named, b'\r' | b'\n', ..]) = head.strip_prefix(b"sep=") {
        return Some(*named);
    }
    let counts = |delimiter: u8| -> Vec<usize> {
        let mut records = Records::new(head, delimiter);
        let mut counts = Vec::new();
        while let Ok(Some(record)) = records.advance() {
            if record.malformed.is_some() || counts.len() == ENOUGH {
                break;
            }
            if record.fields.len() > 1 || record.raw.len() > 2 {
                counts.push(record.fields.len());
            }
        }
        counts
    };
    let weigh = |delimiter: u8| {
        // Titles above a report have one field; what counts is the width most lines have.
        let counts = counts(delimiter);
        let times = |width: usize| counts.iter().filter(|count| **count == width).count();
        let wide = counts.iter().copied().filter(|width| *width > 1);
        let (even, width) = wide.map(|width| (times(width), width)).max()?;
        Some((even * 100 / counts.len().max(1), width, delimiter))
    };
    [b',', b';', b'\t', b'|'].into_iter().filter_map(weigh).max().map(|best| best.2)
}

/// Whether text of no telling name is a table: several lines are parted alike.
pub fn is_table(head: &[u8]) -> bool {
    let Some(delimiter) = delimiter(head) else { return false };
    let mut records = Records::new(head, delimiter);
    let mut counts = Vec::new();
    while let (Ok(Some(record)), true) = (records.advance(), counts.len() < ENOUGH) {
        counts.push((record.fields.len(), record.malformed.is_some()));
    }
    // The last record of a head may be cut.
    let whole = counts.get(..counts.len().saturating_sub(1)).unwrap_or_default();
    whole.len() >= 2 && counts.iter().take(whole.len()).all(|c| Some(c) == counts.first() && !c.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(text: &str, delimiter: u8) -> Vec<(u64, Vec<String>, Option<Malformed>)> {
        let mut records = Records::new(text.as_bytes(), delimiter);
        let mut out = Vec::new();
        while let Some(record) = records.advance().unwrap() {
            let fields =
                record.fields.iter().map(|f| String::from_utf8_lossy(record.field(f)).into_owned());
            out.push((record.line, fields.collect(), record.malformed));
        }
        out
    }

    fn row(line: u64, cells: &[&str]) -> (u64, Vec<String>, Option<Malformed>) {
        (line, cells.iter().map(|cell| (*cell).to_owned()).collect(), None)
    }

    #[test]
    fn fields_stand_as_they_are_written() {
        let text = "\u{feff}A,\"B\"\r\n\"x, \"\"y\"\"\r\nz\",2\r\n,\n\"last\"";
        assert_eq!(
            fields(text, b','),
            [
                row(1, &["A", "B"]),
                row(2, &["x, \"\"y\"\"\r\nz", "2"]),
                row(4, &["", ""]),
                row(5, &["last"]),
            ]
        );
    }

    #[test]
    fn what_is_malformed_is_told_and_read() {
        let found = fields("a,b\n\"x\"y,1\n\"open,2\nc,3\n", b',');
        let told: Vec<_> =
            found.iter().map(|(line, cells, bad)| (*line, cells.len(), *bad)).collect();
        assert_eq!(
            told,
            [
                (1, 2, None),
                (2, 2, Some(Malformed::AfterQuote)),
                (3, 2, Some(Malformed::Unclosed)),
                (4, 2, None)
            ]
        );
    }

    #[test]
    fn a_place_counts_lines_inside_quotes() {
        let mut records = Records::new(&b"a\n\"x\n\xC3\xA9z\",q\n"[..], b',');
        records.advance().unwrap();
        let record = records.advance().unwrap().unwrap();
        assert_eq!(record.places().of(record.fields[1].start), (3, 5));
        let mut places = record.places();
        assert_eq!((places.of(1), places.of(6), places.of(1)), ((2, 2), (3, 3), (2, 2)));
    }

    #[test]
    fn the_delimiter_is_the_one_that_parts_lines_evenly() {
        assert_eq!(delimiter(b"a;b;c\n1,2;3;4\n"), Some(b';'));
        assert_eq!(delimiter(b"\"a,b\"\tc\n1\t2\n"), Some(b'\t'));
        assert_eq!(delimiter(b"sep=|\na|b\n"), Some(b'|'));
        assert_eq!(delimiter(b"alone\nand\n"), None);
        assert!(
            is_table(b"a,b\n1,2\n3,4\n") && !is_table(b"Dear all,\nplease read this, now, all\n")
        );
    }

    #[test]
    fn chunks_change_nothing() {
        let text: String = (0..40_000).map(|n| format!("\"{n}\",\"a\r\nb\"\r\n")).collect();
        let found = fields(&text, b',');
        assert_eq!(found.len(), 40_000);
        assert_eq!(found[39_999], row(79_999, &["39999", "a\r\nb"]));
    }
}
