//! A copy of a workbook with values replaced.
//!
//! In: rows with the places of their cells. Out: edits of the XML, and the archive written
//! anew. A shared string is replaced wherever it is used; a cell with a value of its own
//! becomes a cell with a text.

use std::io::{Seek, Write};
use std::ops::Range;

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::package::Package;
use super::sheet::Row;
use super::{Task, adapted, header_row, table_of};
use crate::scan::recogniser::{Recogniser, Spot};
use crate::scan::text::together;

/// Bytes and what stands in their place.
pub(super) type Edit = (Range<usize>, String);

/// What changes in a sheet. Texts of shared strings go to `shared`; `used` says which strings
/// a cell shows.
pub(super) fn edits(
    task: &Task<'_>,
    rows: &[Row],
    shared: &mut [Option<String>],
    used: &mut [bool],
) -> Vec<Edit> {
    let mut table = table_of(task, rows);
    let header = header_row(rows);
    let mut found = Vec::new();
    for (index, row) in rows.iter().enumerate() {
        let mut texts: Vec<Option<String>> = vec![None; row.cells.len()];
        if index != header || !table.has_header {
            let cells = adapted(&table, task.recogniser, row);
            let view: Vec<(usize, &[u8])> =
                cells.iter().map(|(column, text)| (*column, text.as_bytes())).collect();
            let headed = index > header || !table.has_header;
            for spot in table.row(&view, headed) {
                let text = cells.get(spot.cell).map_or("", |cell| cell.1.as_str());
                if let Some(slot) = texts.get_mut(spot.cell) {
                    let base = slot.get_or_insert_with(|| text.to_owned());
                    // From the end of what was replaced so far: spots come in their order.
                    let shift = base.len() as isize - text.len() as isize;
                    *base = replaced(base, &spot.spot, shift, task.recogniser);
                }
            }
        }
        found.push(texts);
    }
    let columns = table.replacements();
    let mut edits = Vec::new();
    for (index, (row, texts)) in rows.iter().zip(found).enumerate() {
        for (cell, text) in row.cells.iter().zip(texts) {
            let below = index > header || !table.has_header;
            let whole = columns.get(cell.column).cloned().flatten().filter(|_| below);
            let new = whole.or(text);
            match (cell.shared, new) {
                (Some(number), new) => {
                    if let Some(used) = used.get_mut(number) {
                        *used = true;
                    }
                    if let Some((slot, new)) = shared.get_mut(number).zip(new) {
                        *slot = Some(new);
                    }
                }
                (None, Some(new)) => {
                    edits.push((cell.range.clone(), inline(&cell.reference, &cell.style, &new)));
                }
                (None, None) => {}
            }
        }
    }
    edits
}

fn replaced(text: &str, spot: &Spot, shift: isize, recogniser: &Recogniser) -> String {
    let move_by = |at: usize| at.saturating_add_signed(shift);
    let before = text.get(..move_by(spot.start)).unwrap_or("");
    let after = text.get(move_by(spot.end)..).unwrap_or("");
    let placeholder = recogniser.kind(spot.kind).map_or("[VALUE]", |kind| &kind.placeholder);
    format!("{before}{placeholder}{after}")
}

/// A text without the values in it; none where there is none.
pub(super) fn plain(recogniser: &Recogniser, text: &str) -> Option<String> {
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

pub(super) fn shared_string(text: &str) -> String {
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

/// The text with edits, which come in their order.
pub(super) fn apply(xml: &str, edits: &[Edit]) -> String {
    let mut out = String::with_capacity(xml.len());
    let mut at = 0;
    for (range, new) in edits {
        out.push_str(xml.get(at..range.start).unwrap_or(""));
        out.push_str(new);
        at = range.end;
    }
    out.push_str(xml.get(at..).unwrap_or(""));
    out
}

/// Writes the archive: edited parts, texts of other parts without values, the rest as it is.
pub(super) fn write<W: Write + Seek>(
    recogniser: &Recogniser,
    package: &mut Package,
    edited: Vec<(String, String)>,
    out: W,
) -> Result<(), String> {
    let wrong = |why: &dyn std::fmt::Display| format!("it cannot be written: {why}");
    let mut writer = ZipWriter::new(out);
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    let names = package.names();
    for name in names {
        let known = edited.iter().find(|(part, _)| *part == name).map(|(_, text)| text.clone());
        let text = match known {
            Some(text) => Some(text),
            None if holds_words(&name) => {
                package.text(&name)?.map(|text| plain(recogniser, &text).unwrap_or(text))
            }
            None => None,
        };
        match text {
            Some(text) => {
                writer.start_file(name.as_str(), options).map_err(|why| wrong(&why))?;
                writer.write_all(text.as_bytes()).map_err(|why| wrong(&why))?;
            }
            None => {
                let index = package.archive.index_for_name(&name).unwrap_or(usize::MAX);
                let part = package.archive.by_index_raw(index).map_err(|why| wrong(&why))?;
                writer.raw_copy_file(part).map_err(|why| wrong(&why))?;
            }
        }
    }
    writer.finish().map_err(|why| wrong(&why))?;
    Ok(())
}

/// Parts in which people write: comments, properties, text boxes.
fn holds_words(name: &str) -> bool {
    let parts = ["xl/comments", "xl/threadedComments", "docProps/", "xl/drawings/", "xl/tables/"];
    name.ends_with(".xml")
        && (parts.iter().any(|part| name.starts_with(part)) || name.contains("/comments"))
}
