//! From spans to places a person can open.
//!
//! In: [`Span`]s, and the digest each file had when it was read. Out: for every span a
//! [`Place`] of one line, the lines around it, GitHub's hash of its line, and the text it
//! marks. Every file is read once more and forgotten; a file that changed meanwhile gives
//! no lines. Contents of secrets are blanked out before anything is cut. It knows no rule.

mod cut;
mod decode;
mod hide;
mod hide_code;
mod hide_number;
mod hide_url;
mod line_hash;
mod region;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Range;

use rayon::prelude::*;

use self::decode::Decoded;
use self::hide::Masked;
use crate::report::{Excerpt, Place};
use crate::source::lines::Lines;
use crate::source::{FileId, Sources, Span, digest};

/// What is known of a span's place.
#[derive(Debug, Clone, PartialEq)]
pub struct Located {
    /// The place, one line long; line 1 of the file where it changed or cannot be read.
    pub place: Place,
    /// The lines around it; none where the file changed or cannot be read.
    pub excerpt: Option<Excerpt>,
    /// GitHub's `primaryLocationLineHash`; empty where the file changed or cannot be read.
    pub line_hash: String,
    /// The text of the place as it is written; empty where a secret is part of it.
    pub raw: String,
}

/// Finds the places of `spans`. A file without a digest is taken as it is.
pub fn locate(
    sources: &Sources,
    digests: &HashMap<FileId, u64>,
    spans: &[Span],
) -> HashMap<Span, Located> {
    let mut by_file: BTreeMap<FileId, BTreeSet<Span>> = BTreeMap::new();
    for span in spans {
        by_file.entry(span.file).or_default().insert(*span);
    }
    let by_file: Vec<_> = by_file.into_iter().collect();
    by_file
        .into_par_iter()
        .flat_map_iter(|(file, spans)| {
            locate_in_file(sources, file, digests.get(&file).copied(), spans)
        })
        .collect()
}

fn locate_in_file(
    sources: &Sources,
    file: FileId,
    known: Option<u64>,
    spans: BTreeSet<Span>,
) -> Vec<(Span, Located)> {
    let path = sources.path(file);
    match sources.read(file) {
        Ok(bytes) if known.is_none_or(|known| known == digest(&bytes)) => {
            locate_in_bytes(path, &bytes, spans)
        }
        _ => spans.into_iter().map(|span| (span, unknown(path))).collect(),
    }
}

fn locate_in_bytes(path: &str, bytes: &[u8], spans: BTreeSet<Span>) -> Vec<(Span, Located)> {
    let decoded = Decoded::new(bytes);
    let text = decoded.text();
    let lines = Lines::new(text);
    let masked = Masked::new(path, text);
    let masked_lines = Lines::new(masked.text());
    let placed: Vec<_> = spans
        .into_iter()
        .map(|span| {
            let (start, end) = (span.start as usize, span.end as usize);
            let wide = decoded.offset(start)..decoded.offset(end);
            let region = region::one_line(text, &lines, wide);
            (span, place(path, &lines, &region), region)
        })
        .collect();
    let wanted = placed.iter().map(|(_, place, _)| place.line).collect();
    let hashes = line_hash::of_lines(text, &wanted);
    let finish = |(span, place, region): (Span, Place, Range<usize>)| {
        let raw = if masked.covers(&region) { "" } else { text.get(region.clone()).unwrap_or("") };
        let located = Located {
            excerpt: Some(cut::around(&masked_lines, masked.map(&region))),
            line_hash: hashes.get(&place.line).cloned().unwrap_or_default(),
            raw: raw.to_owned(),
            place,
        };
        (span, located)
    };
    placed.into_iter().map(finish).collect()
}

fn place(path: &str, lines: &Lines<'_>, region: &Range<usize>) -> Place {
    let (from, to) = (lines.position(region.start), lines.position(region.end));
    Place {
        path: path.to_owned(),
        line: from.line,
        column: from.column,
        end_line: from.line,
        end_column: to.column,
    }
}

fn unknown(path: &str) -> Located {
    let place = Place { path: path.to_owned(), line: 1, column: 1, end_line: 1, end_column: 1 };
    Located { place, excerpt: None, line_hash: String::new(), raw: String::new() }
}
