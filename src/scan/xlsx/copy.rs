//! A copy of a workbook with values replaced.
//!
//! In: rows with the places of their cells. Out: edits of the XML, and the archive written
//! anew. A shared string is replaced wherever it is used; a cell with a value of its own
//! becomes a cell with a text.

use std::io::{Seek, Write};
use std::ops::Range;

use rustc_hash::FxHashSet;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::package::Package;
use super::sheet::{Cell, Strings};
use super::{Task, adapted, each_row, viewed};
use crate::scan::recogniser::{Recogniser, Spot};
use crate::scan::table::Stands;
use crate::scan::text::together;

/// Bytes and what stands in their place.
pub(super) type Edit = (Range<usize>, String);

/// What becomes of strings that cells share.
pub(super) struct Shared {
    new: Vec<Option<Box<str>>>,
    used: Vec<bool>,
}

impl Shared {
    pub(super) fn new(count: usize) -> Self {
        Self { new: vec![None; count], used: vec![false; count] }
    }

    fn take(&mut self, number: usize, new: Option<String>) {
        if let Some(used) = self.used.get_mut(number) {
            *used = true;
        }
        if let Some((slot, new)) = self.new.get_mut(number).zip(new) {
            *slot = Some(new.into());
        }
    }

    /// What changes among them. A string no cell uses is text like any other.
    pub(super) fn edits(self, recogniser: &Recogniser, strings: &Strings) -> Vec<Edit> {
        let mut edits = Vec::new();
        for (number, (new, used)) in self.new.into_iter().zip(self.used).enumerate() {
            let new = match new {
                None if !used => plain(recogniser, strings.get(number).unwrap_or("")),
                new => new.map(String::from),
            };
            edits.extend(strings.range(number).zip(new.map(|new| shared_string(&new))));
        }
        edits
    }
}

/// What changes in a sheet.
pub(super) fn edits(
    task: &Task<'_>,
    xml: &str,
    strings: &Strings,
    shared: &mut Shared,
) -> Result<Vec<Edit>, String> {
    // Which columns count is known at the end of the table.
    let table = each_row(task, xml, strings, &mut |table, row, stands| {
        if stands != Stands::AsHeader {
            let cells = adapted(table, task.recogniser, row);
            table.row(&viewed(&cells), stands == Stands::Below);
        }
    })?;
    let columns = table.replacements();
    let mut edits = Vec::new();
    each_row(task, xml, strings, &mut |table, row, stands| {
        let below = stands == Stands::Below;
        let mut texts: Vec<Option<String>> = vec![None; row.cells.len()];
        if stands != Stands::AsHeader {
            let cells = adapted(table, task.recogniser, row);
            for spot in table.row(&viewed(&cells), below) {
                let text = cells.get(spot.cell).map_or("", |cell| cell.1.as_str());
                if let Some(slot) = texts.get_mut(spot.cell) {
                    let base = slot.get_or_insert_with(|| text.to_owned());
                    // From the end of what was replaced so far: spots come in their order.
                    let shift = base.len() as isize - text.len() as isize;
                    *base = replaced(base, &spot.spot, shift, task.recogniser);
                }
            }
        }
        for (cell, text) in row.cells.iter().zip(texts) {
            let whole = columns.get(cell.column).cloned().flatten();
            let whole = whole.filter(|_| below && !cell.text.trim().is_empty());
            let new = whole.or(text).or_else(|| without_formula(task.recogniser, cell));
            match (cell.shared, new) {
                (Some(number), new) => shared.take(number, new),
                (None, Some(new)) => {
                    edits.push((cell.range.clone(), inline(&cell.reference, &cell.style, &new)));
                }
                (None, None) => {}
            }
        }
    })?;
    Ok(edits)
}

/// What a cell shows, where its formula holds a value or an address of a person.
fn without_formula(recogniser: &Recogniser, cell: &Cell) -> Option<String> {
    let holds = !cell.formula.is_empty()
        && (plain(recogniser, &cell.formula).is_some() || reaches(&cell.formula));
    holds.then(|| cell.text.clone())
}

/// Whether a link writes to somebody or calls them.
fn reaches(link: &str) -> bool {
    let link = link.to_ascii_lowercase();
    let begins = |at: usize| {
        let before = link.get(..at).and_then(|text| text.chars().next_back());
        !before.is_some_and(char::is_alphanumeric)
    };
    let schemes = ["mailto:", "tel:", "sms:"];
    schemes.iter().any(|scheme| link.match_indices(scheme).any(|(at, _)| begins(at)))
}

fn replaced(text: &str, spot: &Spot, shift: isize, recogniser: &Recogniser) -> String {
    let move_by = |at: usize| at.saturating_add_signed(shift);
    let before = text.get(..move_by(spot.start)).unwrap_or("");
    let after = text.get(move_by(spot.end)..).unwrap_or("");
    let placeholder = recogniser.kind(spot.kind).map_or("[VALUE]", |kind| &kind.placeholder);
    format!("{before}{placeholder}{after}")
}

/// A text without the values in it; none where there is none.
fn plain(recogniser: &Recogniser, text: &str) -> Option<String> {
    let spots = together(recogniser, recogniser.read_alone(text.as_bytes()));
    let mut new = text.to_owned();
    for (spot, _) in spots.iter().rev() {
        new = replaced(&new, spot, 0, recogniser);
    }
    (!spots.is_empty()).then_some(new)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn shared_string(text: &str) -> String {
    format!("<si><t xml:space=\"preserve\">{}</t></si>", escaped(text))
}

fn inline(reference: &str, style: &str, text: &str) -> String {
    let attribute = |name: &str, value: &str| match value {
        "" => String::new(),
        value => format!(" {name}=\"{}\"", escaped(value)),
    };
    let (reference, style) = (attribute("r", reference), attribute("s", style));
    let text = escaped(text);
    format!(
        "<c{reference}{style} t=\"inlineStr\"><is><t xml:space=\"preserve\">{text}</t></is></c>"
    )
}

/// Writes the archive of a copy, part by part.
pub(super) struct Writer<'r, W: Write + Seek> {
    recogniser: &'r Recogniser,
    writer: ZipWriter<W>,
    written: FxHashSet<String>,
}

impl<'r, W: Write + Seek> Writer<'r, W> {
    pub(super) fn new(recogniser: &'r Recogniser, out: W) -> Self {
        Self { recogniser, writer: ZipWriter::new(out), written: FxHashSet::default() }
    }

    /// Writes a sheet with edits of its cells; what stands around them is text like any other.
    pub(super) fn sheet(&mut self, name: &str, xml: &str, edits: &[Edit]) -> Result<(), String> {
        let cells = xml.find("<sheetData").unwrap_or(0)..xml.rfind("</sheetData>").unwrap_or(0);
        let mut around = Vec::new();
        for range in [0..cells.start, cells.end..xml.len()] {
            if let Some(new) = xml.get(range.clone()).and_then(|text| plain(self.recogniser, text))
            {
                around.push((range, new));
            }
        }
        let (before, after): (Vec<Edit>, Vec<Edit>) =
            around.into_iter().partition(|(range, _)| range.start < cells.start);
        self.part(name, xml, &[&before, edits, &after].concat())
    }

    /// Writes a part with edits, which come in their order.
    pub(super) fn part(&mut self, name: &str, xml: &str, edits: &[Edit]) -> Result<(), String> {
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        self.writer.start_file(name, options).map_err(|why| unwritten(&why))?;
        let mut write =
            |text: &str| self.writer.write_all(text.as_bytes()).map_err(|why| unwritten(&why));
        let mut at = 0;
        for (range, new) in edits {
            write(xml.get(at..range.start).unwrap_or(""))?;
            write(new)?;
            at = range.end;
        }
        write(xml.get(at..).unwrap_or(""))?;
        self.written.insert(name.to_owned());
        Ok(())
    }

    /// Writes the other parts: texts without values, links without people, the rest as it is.
    pub(super) fn finish(mut self, package: &mut Package) -> Result<(), String> {
        for name in package.names() {
            if self.written.contains(&name) {
                continue;
            }
            if holds_words(&name)
                && let Some(text) = package.text(&name)?
            {
                let text = if name.ends_with(".rels") { without_links(&text) } else { text };
                let text = plain(self.recogniser, &text).unwrap_or(text);
                self.part(&name, &text, &[])?;
                continue;
            }
            let index = package.archive.index_for_name(&name).unwrap_or(usize::MAX);
            let part = package.archive.by_index_raw(index).map_err(|why| unwritten(&why))?;
            self.writer.raw_copy_file(part).map_err(|why| unwritten(&why))?;
        }
        self.writer.finish().map_err(|why| unwritten(&why))?;
        Ok(())
    }
}

fn unwritten(why: &dyn std::fmt::Display) -> String {
    format!("it cannot be written: {why}")
}

/// Links that write to somebody or call them lead nowhere.
fn without_links(relations: &str) -> String {
    let mut out = String::with_capacity(relations.len());
    let mut rest = relations;
    while let Some((before, after)) = rest.split_once("Target=\"") {
        let (target, behind) = after.split_once('"').unwrap_or((after, ""));
        let target = if reaches(target) { "about:blank" } else { target };
        out.push_str(&format!("{before}Target=\"{target}\""));
        rest = behind;
    }
    out.push_str(rest);
    out
}

/// Parts in which people write: comments, properties, text boxes, names, links.
fn holds_words(name: &str) -> bool {
    let parts = ["xl/comments", "xl/threadedComments", "docProps/", "xl/drawings/", "xl/tables/"];
    let named = name == "xl/workbook.xml" || name.contains("/comments");
    name.ends_with(".rels")
        || name.ends_with(".xml") && (named || parts.iter().any(|part| name.starts_with(part)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_to_people_lead_nowhere() {
        let relations = "<R Id=\"1\" Target=\"mailto:a@b.example?subject=x\"/><R Target=\"https://x.example/1\"/>";
        assert_eq!(
            without_links(relations),
            "<R Id=\"1\" Target=\"about:blank\"/><R Target=\"https://x.example/1\"/>"
        );
        assert!(reaches("HYPERLINK(\"TEL:555\")") && !reaches("hotel: 5"));
    }
}
