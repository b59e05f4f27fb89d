//! Values left in debug logs, exports and other files, as facts.
//!
//! In: files, the project's patterns, an org where there is one. Out: rows of the kinds below
//! with a place for each, what could not be read, and redacted copies where they are asked for.
//! Files are read as streams; of a value nothing is kept but a keyed digest, and no fact holds
//! one. It judges nothing.

pub mod delimited;
pub mod encoding;
pub mod escapes;
pub mod export;
pub mod files;
pub mod frame;
pub mod header;
pub mod label;
pub mod lexicon;
mod names;
pub mod noted;
pub mod origin;
pub mod recogniser;
mod redact;
mod rows;
pub mod shape;
pub mod table;
pub mod tally;
pub mod text;
mod xlsx;

use std::collections::HashMap;
use std::io::{Cursor, Read};
use std::path::Path;
use std::sync::atomic::Ordering;

use crate::config::Config;
use crate::fact::Fact;
use crate::org::Org;
use crate::source::{FileId, Sources, Span, Stream};
use encoding::{Content, Encoding, FromUtf16, ToEncoding, Validity};
use header::Headers;
use lexicon::Lexicon;
use names::names;
use noted::{Noted, Sort};
use origin::Origin;
use recogniser::Recogniser;
use redact::Copy;
pub use rows::KINDS;
use tally::Tally;

/// A kind of fact that scanning gives.
#[derive(Debug, Clone, Copy)]
pub struct Kind {
    /// Its kebab-case name, used in `for`.
    pub name: &'static str,
    /// What one row is.
    pub meaning: &'static str,
    /// Its values, each with its meaning.
    pub values: &'static [(&'static str, &'static str)],
}

/// Whether a kind of fact comes from scanning.
pub fn is_kind(name: &str) -> bool {
    KINDS.iter().any(|kind| kind.name == name)
}

/// What to scan, and with what.
#[derive(Clone, Copy)]
pub struct Request<'r> {
    /// The files.
    pub files: &'r Sources,
    /// The folder they lie in; none of files in memory.
    pub root: Option<&'r Path>,
    /// The project's configuration.
    pub config: &'r Config,
    /// What an org says of its fields.
    pub orgs: &'r [Org],
    /// The classes and triggers of an org.
    pub origin: Option<&'r Origin>,
    /// Where redacted copies go.
    pub redact: Option<&'r Path>,
}

/// A place for people. Files are not opened again for it: the line of a value is not shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// Path, as it is shown.
    pub path: String,
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1.
    pub column: u32,
    /// Column after it.
    pub end_column: u32,
}

/// A remark on a file: its path, a line from 1, what is said.
pub type Remark = (String, u32, String);

/// What came of a scan.
#[derive(Debug, Default)]
pub struct Scanned {
    /// Rows.
    pub facts: Vec<Fact>,
    /// The place of each span in them.
    pub places: HashMap<Span, Seen>,
    /// What could not be read.
    pub not_read: Vec<Remark>,
    /// What a person should know.
    pub notices: Vec<Remark>,
    /// Files opened.
    pub files: usize,
    /// Bytes read.
    pub bytes: u64,
    /// Redacted copies written.
    pub copies: usize,
}

/// Scans the files.
///
/// # Errors
/// A table in the binary is wrong, or the project's patterns are too much: in words.
pub fn scan(request: &Request<'_>) -> Result<Scanned, String> {
    let recogniser = Recogniser::new(Lexicon::new(&request.config.scan)?)?;
    let headers = Headers::new(&request.config.phi, request.orgs)?;
    let mut scan = Scan { request, recogniser, headers, tally: Tally::default() };
    let mut scanned = Scanned::default();
    let mut sorts = Vec::new();
    let mut columns = Vec::new();
    let names = names(&scan.recogniser, request.files.files().map(|(_, path)| path));
    for ((file, path), name) in request.files.files().zip(&names) {
        let mut noted = Noted::default();
        let named = Named { path, shown: &name.shown };
        match scan.read(file, named, &mut noted) {
            Ok(copied) => scanned.copies += usize::from(copied),
            Err(why) => noted.faults.push((1, why)),
        }
        let remark = |(line, why): (u64, String)| {
            (name.shown.clone(), u32::try_from(line).unwrap_or(u32::MAX), why)
        };
        if !name.holds.is_empty() {
            let holds = name.holds.join(", ");
            let why =
                format!("the name of this file holds {holds}, and is shown without; rename it");
            noted.notices.push((1, why));
        }
        let unread = noted.faults.len();
        scanned.not_read.extend(noted.faults.into_iter().map(remark));
        if request.redact.is_some() && unread > 0 {
            let why = "there is no redacted copy of it: it could not be read whole".to_owned();
            noted.notices.push((1, why));
        }
        scanned.notices.extend(noted.notices.into_iter().map(remark));
        scanned.files += 1;
        scanned.bytes += noted.bytes;
        columns.extend(noted.columns);
        sorts.push(noted.sort);
    }
    let make = rows::Rows::new(request, &scan.recogniser, &names, &sorts);
    (scanned.facts, scanned.places) = make.rows(&scan.tally, &columns);
    Ok(scanned)
}

/// A file as it lies there, and as outputs and copies call it.
#[derive(Clone, Copy)]
struct Named<'n> {
    path: &'n str,
    shown: &'n str,
}

struct Scan<'s> {
    request: &'s Request<'s>,
    recogniser: Recogniser,
    headers: Headers,
    tally: Tally,
}

impl Scan<'_> {
    /// Reads one file; whether a copy of it was written.
    fn read(&mut self, file: FileId, path: Named<'_>, noted: &mut Noted) -> Result<bool, String> {
        let unread = |why: std::io::Error| format!("it cannot be read: {why}");
        let mut stream = self.request.files.open(file)?;
        let head = encoding::read_head(&mut stream).map_err(unread)?;
        match encoding::sniff(&head) {
            Content::Other(why) => Err(why.to_owned()),
            Content::Archive => self.read_workbook(file, path, noted),
            Content::Text(encoding) => self.read_text(file, path, encoding, noted),
        }
    }

    fn copy(&self, path: Named<'_>) -> Option<Result<Copy, String>> {
        let folder = self.request.redact?;
        let original = self.request.root.map(|root| root.join(path.path));
        Some(Copy::begin(folder, path.shown, original.as_deref()))
    }

    fn read_workbook(
        &mut self,
        file: FileId,
        path: Named<'_>,
        noted: &mut Noted,
    ) -> Result<bool, String> {
        let (recogniser, headers) = (&self.recogniser, &self.headers);
        let task = xlsx::Task { recogniser, headers, file: file.0 };
        xlsx::read(&task, self.request.files.open(file)?, &mut self.tally, noted)?;
        let Some(copy) = self.copy(path) else { return Ok(false) };
        let written = copy.and_then(|mut copy| {
            xlsx::redact(&task, self.request.files.open(file)?, &mut copy)?;
            copy.finish()
        });
        if let Err(why) = written {
            noted.notices.push((1, format!("there is no redacted copy of it: {why}")));
            return Ok(false);
        }
        Ok(true)
    }

    fn read_text(
        &mut self,
        file: FileId,
        path: Named<'_>,
        encoding: Encoding,
        noted: &mut Noted,
    ) -> Result<bool, String> {
        let unread = |why: std::io::Error| format!("it cannot be read: {why}");
        let mut opened = Opened::new(self.request.files.open(file)?, encoding);
        let head = encoding::read_head(&mut opened.reader).map_err(unread)?;
        let copied = match form(path.path, &head) {
            Form::Table(delimiter) => {
                drop(opened);
                self.read_table(file, path, encoding, delimiter, noted)?
            }
            Form::Text(form) => {
                let reader = Cursor::new(head).chain(opened.reader);
                let task = text::Task { recogniser: &self.recogniser, file: file.0, form };
                noted.sort = match form {
                    text::Form::Log => Sort::DebugLog,
                    text::Form::Lines => Sort::Text,
                };
                let mut copy = match self.copy(path) {
                    Some(copy) => Some(ToEncoding::new(copy?, encoding).map_err(unread)?),
                    None => None,
                };
                let out = copy.as_mut().map(|copy| copy as &mut (dyn std::io::Write + Send));
                let went = text::read(&task, reader, &mut self.tally, out).map_err(unread)?;
                noted.bytes += went.bytes;
                if let Some(line) = went.cut {
                    let why =
                        "the log says that something was left out here, so it is judged in part";
                    noted.notices.push((line, why.to_owned()));
                }
                judge_encoding(
                    encoding,
                    went.validity,
                    opened.faulty.load(Ordering::Relaxed),
                    noted,
                );
                match copy.filter(|_| noted.faults.is_empty()) {
                    Some(copy) => {
                        copy.into_inner().finish()?;
                        true
                    }
                    None => false,
                }
            }
        };
        Ok(copied)
    }

    fn read_table(
        &mut self,
        file: FileId,
        path: Named<'_>,
        encoding: Encoding,
        delimiter: u8,
        noted: &mut Noted,
    ) -> Result<bool, String> {
        let unread = |why: std::io::Error| format!("it cannot be read: {why}");
        let (recogniser, headers) = (&self.recogniser, &self.headers);
        let task = export::Task { recogniser, headers, file: file.0, delimiter };
        let opened = Opened::new(self.request.files.open(file)?, encoding);
        let faulty = std::sync::Arc::clone(&opened.faulty);
        let went = export::read(&task, opened.reader, &mut self.tally, noted).map_err(unread)?;
        judge_encoding(encoding, went.validity, faulty.load(Ordering::Relaxed), noted);
        if !noted.faults.is_empty() {
            return Ok(false);
        }
        let Some(copy) = self.copy(path) else { return Ok(false) };
        let mut copy = ToEncoding::new(copy?, encoding).map_err(unread)?;
        let again = Opened::new(self.request.files.open(file)?, encoding);
        export::redact(&task, again.reader, &went.replacements, &mut copy).map_err(unread)?;
        copy.into_inner().finish()?;
        Ok(true)
    }
}

/// A text as UTF-8 or as its bytes.
struct Opened {
    reader: Box<dyn Read + Send>,
    faulty: std::sync::Arc<std::sync::atomic::AtomicBool>,
}

impl Opened {
    fn new(stream: Box<dyn Stream>, encoding: Encoding) -> Self {
        match encoding {
            Encoding::Bytes { .. } => {
                Self { reader: Box::new(stream), faulty: std::sync::Arc::default() }
            }
            _ => {
                let reader = FromUtf16::new(stream, encoding);
                let faulty = std::sync::Arc::clone(&reader.faulty);
                Self { reader: Box::new(reader), faulty }
            }
        }
    }
}

/// How a text is read.
enum Form {
    Table(u8),
    Text(text::Form),
}

fn form(path: &str, head: &[u8]) -> Form {
    let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending).to_ascii_lowercase();
    let plain = head.strip_prefix(crate::source::lines::BOM).unwrap_or(head);
    if text::is_log(plain) {
        return Form::Text(text::Form::Log);
    }
    let named = matches!(ending.as_str(), "csv" | "tsv" | "tab");
    if named || delimited::is_table(plain) {
        let usual = if ending == "csv" { b',' } else { b'\t' };
        return Form::Table(delimited::delimiter(plain).unwrap_or(usual));
    }
    Form::Text(text::Form::Lines)
}

/// What a text's bytes say against the encoding it seems to have.
fn judge_encoding(encoding: Encoding, found: Validity, faulty: bool, noted: &mut Noted) {
    let fault = match (encoding, found) {
        (Encoding::Utf16Little | Encoding::Utf16Big, _) if faulty => {
            (1, "it is UTF-16, and not all of it can be decoded; write it anew as UTF-8")
        }
        (_, Validity { binary: Some(line), .. }) => {
            (line, "it holds zero bytes from here on, as binary files do")
        }
        (Encoding::Bytes { marked: true }, Validity { not_utf8: Some(line), .. }) => {
            (line, "it is marked as UTF-8, and here it is not; write it anew in one encoding")
        }
        (_, Validity { unknown: Some(line), .. }) => {
            (line, "its encoding is neither UTF-8 nor Windows-1252; write it anew as UTF-8")
        }
        _ => return,
    };
    noted.faults.push((fault.0, fault.1.to_owned()));
}
