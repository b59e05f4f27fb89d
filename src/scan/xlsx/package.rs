//! The archive an XLSX file is, within bounds.
//!
//! In: a stream. Out: the text of a part, the list of sheets. Sizes are checked before
//! anything is inflated, and counted again while it is: what an archive says of itself is not
//! taken as true.

use std::io::Read;

use quick_xml::Reader;
use quick_xml::events::Event;
use zip::ZipArchive;

use super::sheet::attribute;
use crate::source::Stream;

/// The part with strings that cells share, where nothing names another.
const STRINGS: &str = "xl/sharedStrings.xml";
/// Sheets without cells of a table.
const OTHER_SHEETS: [&str; 3] = ["chartsheets/", "dialogsheets/", "macrosheets/"];
/// More parts has no workbook.
const MOST_PARTS: usize = 5_000;
/// One part inflated: it is held in memory.
const MOST_OF_PART: u64 = 96 << 20;
/// All of them, which are held one after the other.
const MOST_OF_ALL: u64 = 1 << 30;
/// Tables compress well; a thousand times is a trap.
const MOST_RATIO: u64 = 300;
/// Below this size the ratio says nothing.
const SMALL: u64 = 4 << 20;

/// What a workbook is made of.
pub(super) struct Book {
    /// Name and part of each sheet, in the order of the workbook.
    pub(super) sheets: Vec<(String, String)>,
    /// The part with strings that cells share.
    pub(super) strings: String,
}

/// An open XLSX file.
pub(super) struct Package {
    pub(super) archive: ZipArchive<Box<dyn Stream>>,
    inflated: u64,
}

impl Package {
    /// Opens an archive and looks at what it says it holds.
    pub(super) fn open(stream: Box<dyn Stream>) -> Result<Self, String> {
        let archive = ZipArchive::new(stream)
            .map_err(|why| format!("it begins as an archive and cannot be opened as one: {why}"))?;
        if archive.len() > MOST_PARTS {
            return Err(format!(
                "it is an archive of {} parts, more than a workbook has; it is not opened",
                archive.len()
            ));
        }
        let mut package = Self { archive, inflated: 0 };
        package.check_sizes()?;
        if package.archive.index_for_name("xl/workbook.bin").is_some() {
            return Err("it is a binary workbook (XLSB); save it as XLSX or CSV".to_owned());
        }
        if package.archive.index_for_name("xl/workbook.xml").is_none() {
            return Err("it is an archive and no workbook; unpack it first".to_owned());
        }
        Ok(package)
    }

    fn check_sizes(&mut self) -> Result<(), String> {
        let mut sum = 0u64;
        for index in 0..self.archive.len() {
            let part = self.archive.by_index_raw(index).map_err(|why| unreadable(&why))?;
            let (size, packed) = (part.size(), part.compressed_size().max(1));
            if size > SMALL && size / packed > MOST_RATIO {
                return Err(bomb(&format!("one of its parts would grow {} times", size / packed)));
            }
            sum = sum.saturating_add(size);
        }
        if sum > MOST_OF_ALL {
            return Err(bomb(&format!("it would take {} MiB", sum >> 20)));
        }
        Ok(())
    }

    /// The text of a part; none where there is no such part.
    pub(super) fn text(&mut self, name: &str) -> Result<Option<String>, String> {
        let Some(index) = self.archive.index_for_name(name) else { return Ok(None) };
        let part = self.archive.by_index(index).map_err(|why| unreadable(&why))?;
        let most = MOST_OF_PART.min(MOST_OF_ALL.saturating_sub(self.inflated));
        let mut bytes = Vec::new();
        let packed = part.compressed_size().max(1);
        part.take(most + 1)
            .read_to_end(&mut bytes)
            .map_err(|why| format!("its part {name} cannot be read: {why}"))?;
        let size = bytes.len() as u64;
        if size > SMALL && size / packed > MOST_RATIO {
            return Err(bomb(&format!("its part {name} grows beyond {} MiB", size >> 20)));
        }
        if size > most {
            return Err(too_large(name));
        }
        self.inflated += size;
        let text = String::from_utf8(bytes)
            .map_err(|_| format!("its part {name} is not UTF-8; save the workbook anew"))?;
        Ok(Some(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text)))
    }

    /// The text of a sheet.
    pub(super) fn sheet(&mut self, part: &str) -> Result<String, String> {
        let missing =
            || format!("it names a sheet {part} that is not there; save the workbook anew");
        self.text(part)?.ok_or_else(missing)
    }

    /// What the workbook is made of.
    pub(super) fn book(&mut self) -> Result<Book, String> {
        let workbook = self.text("xl/workbook.xml")?.unwrap_or_default();
        let relations = self.text("xl/_rels/workbook.xml.rels")?.unwrap_or_default();
        let mut targets = Vec::new();
        let mut strings = STRINGS.to_owned();
        each_element(&relations, "Relationship", |get| {
            if let (Some(id), Some(target)) = (get("Id"), get("Target")) {
                let part = match target.strip_prefix('/') {
                    Some(whole) => whole.to_owned(),
                    None => format!("xl/{target}"),
                };
                if get("Type").is_some_and(|ty| ty.ends_with("/sharedStrings")) {
                    strings.clone_from(&part);
                }
                targets.push((id, part));
            }
        })?;
        let mut sheets = Vec::new();
        each_element(&workbook, "sheet", |get| {
            let id = get("r:id").or_else(|| get("id")).unwrap_or_default();
            let part = targets.iter().find(|(known, _)| *known == id).map(|(_, part)| part.clone());
            sheets.extend(get("name").zip(part));
        })?;
        if sheets.is_empty() {
            return Err("it is a workbook without sheets; save it anew".to_owned());
        }
        sheets
            .retain(|(_, part): &(String, String)| !OTHER_SHEETS.iter().any(|o| part.contains(o)));
        Ok(Book { sheets, strings })
    }

    /// The names of all parts.
    pub(super) fn names(&self) -> Vec<String> {
        let names = self.archive.file_names().filter_map(Result::ok);
        names.map(std::borrow::Cow::into_owned).collect()
    }

    /// A part that may keep values where no cell shows them.
    pub(super) fn hidden_part(&self) -> Option<&'static str> {
        let kinds = [
            ("xl/pivotCache/", "a pivot table"),
            ("xl/externalLinks/", "links to other workbooks"),
            ("xl/embeddings/", "embedded files"),
            ("xl/media/", "pictures"),
            ("xl/charts/", "charts"),
            ("xl/vbaProject", "macros"),
            ("xl/model/", "a data model"),
            ("xl/queryTables/", "queries"),
            ("xl/revisions/", "tracked changes"),
            ("customXml/", "custom data"),
        ];
        let names = self.names();
        let holds = |prefix: &str| names.iter().any(|name| name.starts_with(prefix));
        kinds.iter().find(|(prefix, _)| holds(prefix)).map(|(_, words)| *words)
    }
}

fn unreadable(why: &zip::result::ZipError) -> String {
    format!("its list of parts cannot be read: {why}")
}

fn too_large(part: &str) -> String {
    let most = MOST_OF_PART >> 20;
    format!(
        "its part {part} is larger than {most} MiB, up to which a workbook is read; split it, or export CSV, which may have any size"
    )
}

fn bomb(why: &str) -> String {
    format!("it is refused: {why}, as a decompression bomb does; split the workbook, or export CSV")
}

/// Runs over the elements of a name with a way to ask for their attributes.
fn each_element(
    xml: &str,
    name: &str,
    mut found: impl FnMut(&dyn Fn(&str) -> Option<String>),
) -> Result<(), String> {
    let mut reader = Reader::from_str(xml);
    loop {
        match reader.read_event() {
            Ok(Event::Start(start) | Event::Empty(start)) => {
                if start.local_name().as_ref() == name {
                    found(&|key| attribute(&start, key));
                }
            }
            Ok(Event::Eof) => return Ok(()),
            Ok(Event::DocType(_)) => {
                return Err("it has a DOCTYPE, which no workbook has".to_owned());
            }
            Ok(_) => {}
            Err(why) => return Err(format!("its list of sheets is no XML: {why}")),
        }
    }
}
