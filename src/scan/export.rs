//! CSV files: exports of records and reports, logs of events of the platform.
//!
//! In: a stream and its delimiter. Out: values and columns, and a copy in which they are
//! replaced and every other byte is as it was. What is not well formed is told with its line,
//! and read all the same.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::io::{self, Read, Write};
use std::ops::Range;

use super::delimited::{Malformed, Record, Records};
use super::encoding::{Validity, validate};
use super::header::Headers;
use super::noted::{Noted, take_columns, take_spots};
use super::recogniser::Recogniser;
use super::table::{HEADER_AMONG, Stands, Table, fullest};
use super::tally::{At, Tally};

/// What there is to know for reading a file.
pub struct Task<'t> {
    /// Recognises values.
    pub recogniser: &'t Recogniser,
    /// Judges headers.
    pub headers: &'t Headers,
    /// Number of the file.
    pub file: u32,
    /// What parts its fields.
    pub delimiter: u8,
}

/// How reading went.
#[derive(Debug, Default)]
pub struct Went {
    /// What its bytes tell of its encoding, with lines from 1.
    pub validity: Validity,
    /// What each column has in a redacted copy, where it counts as PHI.
    pub replacements: Vec<Option<String>>,
}

/// Reads a table to its end.
///
/// # Errors
/// It cannot be read.
pub fn read<R: Read>(
    task: &Task<'_>,
    reader: R,
    tally: &mut Tally,
    noted: &mut Noted,
) -> io::Result<Went> {
    let mut rows = Rows::begin(Records::new(reader, task.delimiter))?;
    let mut went = Went::default();
    let Some(first) = rows.header() else { return Ok(went) };
    let mut table = table_of(task, first);
    let mut firsts: Vec<Option<At>> = vec![None; table.columns.len()];
    let mut shape = Shape { width: first.fields.len(), told: 0 };
    while let Some((record, stands)) = rows.advance(&table)? {
        check(&record, &mut went, noted);
        if stands != Stands::Above {
            shape.check(&record, noted);
        }
        if stands == Stands::AsHeader {
            continue;
        }
        let cells = cells(&record);
        let spots = table.row(&cells, stands == Stands::Below);
        let places = RefCell::new(record.places());
        let at = |cell: usize, start: usize| {
            let field = record.fields.get(cell).map_or(0, |field| field.start);
            let (line, column) = places.borrow_mut().of(field + start);
            At { line, column }
        };
        for (cell, text) in cells.iter().filter(|_| stands == Stands::Below) {
            if let Some(first) = firsts.get_mut(*cell)
                && first.is_none()
                && !text.trim_ascii().is_empty()
            {
                *first = Some(at(*cell, 0));
            }
        }
        take_spots(task.file, "", &table, &cells, &spots, &at, tally);
    }
    take_columns(task.file, "", &table, &firsts, noted);
    went.replacements = table.replacements();
    Ok(went)
}

/// Writes a copy with values replaced; `replacements` are those of [`read`].
///
/// # Errors
/// The file cannot be read, or the copy cannot be written.
pub fn redact<R: Read>(
    task: &Task<'_>,
    reader: R,
    replacements: &[Option<String>],
    copy: &mut dyn Write,
) -> io::Result<()> {
    let mut rows = Rows::begin(Records::new(reader, task.delimiter))?;
    let Some(first) = rows.header() else { return rows.write_rest(copy) };
    let mut table = table_of(task, first);
    while let Some((record, stands)) = rows.advance(&table)? {
        match stands {
            Stands::Above => write_row(&mut table, &record, None, copy)?,
            Stands::AsHeader => copy.write_all(&record.raw)?,
            Stands::Below => write_row(&mut table, &record, Some(replacements), copy)?,
        }
    }
    Ok(())
}

/// Records, each with where it stands.
struct Rows<R> {
    records: Records<R>,
    /// The first ones, among which the header is.
    first: VecDeque<Record>,
    header: usize,
    at: usize,
}

impl<R: Read> Rows<R> {
    fn begin(mut records: Records<R>) -> io::Result<Self> {
        let mut first = VecDeque::new();
        while first.len() < HEADER_AMONG {
            let Some(record) = records.advance()? else { break };
            first.push_back(record);
        }
        let plain = first.iter().position(|record| !is_instruction(record));
        let plain = plain.unwrap_or(first.len());
        let full = plain + fullest(first.iter().skip(plain).map(filled));
        // The titles of a report fill one cell, or leave most empty.
        let is_title = match (first.get(plain), first.get(full)) {
            (Some(first), Some(full)) => filled(first) * 2 <= filled(full),
            _ => false,
        };
        let header = if is_title { full } else { plain };
        Ok(Self { records, first, header, at: 0 })
    }

    fn header(&self) -> Option<&Record> {
        self.first.get(self.header)
    }

    fn advance(&mut self, table: &Table<'_>) -> io::Result<Option<(Record, Stands)>> {
        let record = match self.first.pop_front() {
            Some(record) => Some(record),
            None => self.records.advance()?,
        };
        let stands = match table.stands(self.at, self.header) {
            Stands::Below if self.at < self.header => Stands::Above,
            stands => stands,
        };
        self.at += 1;
        Ok(record.map(|record| (record, stands)))
    }

    /// Writes what is nothing but instructions and blank lines.
    fn write_rest(mut self, copy: &mut dyn Write) -> io::Result<()> {
        self.first.iter().try_for_each(|record| copy.write_all(&record.raw))?;
        while let Some(record) = self.records.advance()? {
            copy.write_all(&record.raw)?;
        }
        Ok(())
    }
}

/// A blank line, or one that tells a spreadsheet what parts the fields.
fn is_instruction(record: &Record) -> bool {
    let text = record.raw.trim_ascii();
    text.is_empty() || text.starts_with(b"sep=") && text.len() <= 5
}

fn filled(record: &Record) -> usize {
    record.fields.iter().filter(|field| !record.field(field).trim_ascii().is_empty()).count()
}

fn table_of<'t>(task: &Task<'t>, first: &Record) -> Table<'t> {
    let header: Vec<&[u8]> = first.fields.iter().map(|field| first.field(field)).collect();
    Table::new(task.recogniser, task.headers, &header)
}

fn cells(record: &Record) -> Vec<(usize, &[u8])> {
    record.fields.iter().map(|field| record.field(field)).enumerate().collect()
}

fn write_row(
    table: &mut Table<'_>,
    record: &Record,
    below: Option<&[Option<String>]>,
    copy: &mut dyn Write,
) -> io::Result<()> {
    let (headed, replacements) = (below.is_some(), below.unwrap_or_default());
    let cells = cells(record);
    let mut edits: Vec<(Range<usize>, &str)> = Vec::new();
    let spots = table.row(&cells, headed);
    for (at, field) in record.fields.iter().enumerate() {
        let whole = replacements.get(at).and_then(Option::as_deref);
        match whole.filter(|_| !record.field(field).trim_ascii().is_empty()) {
            Some(placeholder) => edits.push((field.clone(), placeholder)),
            None => edits.extend(spots.iter().filter(|found| found.cell == at).map(|found| {
                let place = field.start + found.spot.start..field.start + found.spot.end;
                (place, table.placeholder(found.spot.kind))
            })),
        }
    }
    let mut at = 0;
    for (range, placeholder) in edits {
        copy.write_all(record.raw.get(at..range.start).unwrap_or_default())?;
        copy.write_all(placeholder.as_bytes())?;
        at = range.end;
    }
    copy.write_all(record.raw.get(at..).unwrap_or_default())
}

/// Notes what is wrong with the bytes of a record.
fn check(record: &Record, went: &mut Went, noted: &mut Noted) {
    noted.bytes += record.raw.len() as u64;
    let found = validate(&record.raw);
    let first = |known: &mut Option<u64>, found: Option<u64>| {
        *known = known.or(found.map(|line| line + record.line));
    };
    first(&mut went.validity.not_utf8, found.not_utf8);
    first(&mut went.validity.unknown, found.unknown);
    first(&mut went.validity.binary, found.binary);
    let fault = match record.malformed {
        Some(Malformed::Unclosed) => {
            "a quote opens here and nothing closes it; from here on lines are read one by one"
        }
        Some(Malformed::AfterQuote) => "text goes on after a closing quote",
        None => return,
    };
    if !noted.faults.iter().any(|(_, known)| known.ends_with(fault)) {
        noted.faults.push((record.line, format!("it is no well-formed CSV: {fault}")));
    }
}

/// Whether rows are as wide as the header.
struct Shape {
    width: usize,
    told: usize,
}

impl Shape {
    /// Reports end in lines of one field: their name, who made them, when.
    fn check(&mut self, record: &Record, noted: &mut Noted) {
        let count = record.fields.len();
        let fits = count == self.width || count == 1;
        if fits || self.told > 0 || record.malformed.is_some() {
            return;
        }
        self.told += 1;
        let fault = format!(
            "it is no well-formed CSV: {count} fields here and {} in the header; what stands under which header is not sure",
            self.width
        );
        noted.faults.push((record.line, fault));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{PhiConfig, ScanConfig};
    use crate::scan::lexicon::Lexicon;

    fn run(text: &str) -> (Vec<String>, Vec<(u64, String)>, String) {
        let recogniser = Recogniser::new(Lexicon::new(&ScanConfig::default()).unwrap()).unwrap();
        let headers = Headers::new(&PhiConfig::default(), &[]).unwrap();
        let task = Task { recogniser: &recogniser, headers: &headers, file: 0, delimiter: b',' };
        let (mut tally, mut noted) = (Tally::default(), Noted::default());
        let went = read(&task, text.as_bytes(), &mut tally, &mut noted).unwrap();
        let mut copy = Vec::new();
        redact(&task, text.as_bytes(), &went.replacements, &mut copy).unwrap();
        let values = tally.groups().map(|((_, kind, setting), group)| {
            let Setting::Column { column, .. } = setting else { panic!("{setting:?}") };
            let kind = &recogniser.kind(*kind).unwrap().name;
            format!("{kind} {column} {}x {}:{}", group.count, group.first.line, group.first.column)
        });
        let columns = noted
            .columns
            .iter()
            .map(|found| format!("{} {} {}", found.verdict.class, found.name, found.filled));
        (values.chain(columns).collect(), noted.faults, String::from_utf8(copy).unwrap())
    }

    use crate::scan::tally::Setting;

    #[test]
    fn columns_and_values_are_found_and_replaced_where_they_stand() {
        let text = "\"Id\",\"SSN__c\",\"Primary Diagnosis\",\"Notes\"\r\n\
            \"003A\",\"219-45-6781\",\"Asthma, \"\"mild\"\"\",\"seen;\nDOB: 2/3/1980\"\r\n\
            \"003B\",\"\",\"\",\"\"\r\n";
        let (found, faults, copy) = run(text);
        assert_eq!(
            found,
            [
                "ssn SSN__c 1x 2:9",
                "date-of-birth Notes 1x 3:6",
                "ssn SSN__c 1",
                "diagnosis Primary Diagnosis 1",
                "note Notes 1"
            ]
        );
        assert_eq!(faults, []);
        assert_eq!(
            copy,
            "\"Id\",\"SSN__c\",\"Primary Diagnosis\",\"Notes\"\r\n\
            \"003A\",\"[SSN]\",\"[ICD-10]\",\"[NOTE]\"\r\n\
            \"003B\",\"\",\"\",\"\"\r\n"
        );
        assert!(run(&copy).0.is_empty());
    }

    #[test]
    fn titles_above_a_report_are_no_header() {
        for titles in
            ["Patients by ward\nAs of 2026-01-14\n\n", "Patients,,\nFilter: ward 3,,\n,,\n"]
        {
            let text = format!("{titles}Ward,SSN,DOB\nNorth,219456781,2/3/1980\nTotal,,\n");
            let (found, faults, copy) = run(&text);
            assert_eq!(found.len(), 4, "{found:?}");
            assert!(found[0].starts_with("ssn SSN 1x"), "{found:?}");
            assert_eq!(faults, []);
            assert_eq!(
                copy,
                text.replace("219456781", "[SSN]").replace("2/3/1980", "[DATE-OF-BIRTH]")
            );
        }
    }

    #[test]
    fn what_is_malformed_is_told_once_with_its_line() {
        let text = "a,b,c\n1,2\n3,4,5,6\n\"x\"y,1,2\nGenerated By: somebody\n";
        let faults: Vec<u64> = run(text).1.into_iter().map(|(line, _)| line).collect();
        assert_eq!(faults, [2, 4]);
    }
}
