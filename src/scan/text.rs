//! Debug logs and other text, read in blocks of whole entries.
//!
//! In: a stream of any length. Out: occurrences for the tally, and the same text with values
//! replaced for a redacted copy. Blocks are looked at side by side and taken in in their order;
//! what is held is a few blocks, however long the file.

use std::io::{self, Read, Write};

use compact_str::CompactString;
use rayon::prelude::*;

use super::encoding::{Validity, validate};
use super::frame::{Calls, Effect, Frame, Walk};
use super::recogniser::{Recogniser, Spot, Together};
use super::tally::{At, Key, Occurrence, Setting, Tally};

mod block;
mod entry;

use block::Blocks;
pub use entry::is_log;

/// What kind of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A debug log.
    Log,
    /// Any other text, line by line.
    Lines,
}

/// How reading a text went.
#[derive(Debug, Clone, Copy, Default)]
pub struct Went {
    /// What its bytes tell of its encoding, with lines from 1.
    pub validity: Validity,
    /// The line on which the log says that something was left out.
    pub cut: Option<u64>,
    /// Bytes read.
    pub bytes: u64,
}

/// What to do with a text.
pub struct Task<'t> {
    /// Recognises values.
    pub recogniser: &'t Recogniser,
    /// Number of the file.
    pub file: u32,
    /// What kind of text it is.
    pub form: Form,
}

/// A value in a block.
struct Hit {
    spot: Spot,
    digest: u64,
    /// Line ends before it in the block.
    line: u64,
    /// Code points before it on its line, as far as the block has it.
    column: u64,
    event: CompactString,
    statement: Option<u32>,
    frame: Frame,
    together: Together,
}

/// What was seen in a block.
struct Looked {
    hits: Vec<Hit>,
    effect: Effect,
    lines: u64,
    /// Code points after the last line end.
    tail: u64,
    validity: Validity,
    cut: Option<u64>,
}

/// Reads a text to its end.
///
/// # Errors
/// It cannot be read, or the copy cannot be written.
pub fn read<R: Read + Send>(
    task: &Task<'_>,
    reader: R,
    tally: &mut Tally,
    mut copy: Option<&mut (dyn Write + Send)>,
) -> io::Result<Went> {
    let mut blocks = Blocks::new(reader, task.form);
    let count = (rayon::current_num_threads() * 2).clamp(2, 8);
    let recognisers: Vec<Recogniser> = (0..count).map(|_| task.recogniser.clone()).collect();
    let (mut now, mut next) = (vec![Vec::new(); count], vec![Vec::new(); count]);
    let mut position = Position { line: 1, ..Position::default() };
    blocks.fill(&mut now)?;
    while now.first().is_some_and(|block| !block.is_empty()) {
        let key = &tally.key;
        let look = || -> Vec<Looked> {
            let blocks = now.par_iter().zip(&recognisers).filter(|(block, _)| !block.is_empty());
            blocks.map(|(block, recogniser)| look_at(block, task.form, recogniser, key)).collect()
        };
        let (looked, filled) = rayon::join(look, || blocks.fill(&mut next));
        filled?;
        for (block, looked) in now.iter().zip(looked) {
            if let Some(copy) = copy.as_deref_mut() {
                write_redacted(block, &looked.hits, task.recogniser, copy)?;
            }
            position.take(task, looked, block, tally);
        }
        std::mem::swap(&mut now, &mut next);
    }
    Ok(position.went)
}

/// How far the text was taken in.
#[derive(Default)]
struct Position {
    line: u64,
    column: u64,
    calls: Calls,
    went: Went,
}

impl Position {
    fn take(&mut self, task: &Task<'_>, looked: Looked, block: &[u8], tally: &mut Tally) {
        for hit in looked.hits {
            let carried = if hit.line == 0 { self.column } else { 0 };
            let at = At { line: self.line + hit.line, column: carried + hit.column + 1 };
            let setting = match task.form {
                Form::Log => {
                    Setting::Event { event: hit.event, method: self.calls.method(&hit.frame) }
                }
                Form::Lines => Setting::Text,
            };
            tally.add(Occurrence {
                file: task.file,
                kind: hit.spot.kind,
                setting,
                at,
                digest: hit.digest,
                confidence: hit.together.raise(hit.spot.confidence),
                combined: hit.together.combined,
                statement: hit.statement,
            });
        }
        let first = |known: &mut Option<u64>, found: Option<u64>| {
            *known = known.or(found.map(|line| line + self.line));
        };
        first(&mut self.went.validity.not_utf8, looked.validity.not_utf8);
        first(&mut self.went.validity.unknown, looked.validity.unknown);
        first(&mut self.went.validity.binary, looked.validity.binary);
        first(&mut self.went.cut, looked.cut);
        self.went.bytes += block.len() as u64;
        self.line += looked.lines;
        self.column = looked.tail + if looked.lines == 0 { self.column } else { 0 };
        self.calls.apply(looked.effect);
    }
}

fn look_at(block: &[u8], form: Form, recogniser: &Recogniser, key: &Key) -> Looked {
    let mut walk = Walk::new(if form == Form::Log { block } else { &[] });
    let mut hits = Vec::new();
    let mut lines = Lines { block, at: 0, line: 0, start: 0 };
    let mut at = 0_usize;
    // A label at the beginning of a line is told by the line end before it.
    while let Some(end) = recogniser.lexicon.trigger.shortest_match_at(block, at.saturating_sub(1))
    {
        let unit = entry::around(block, end.saturating_sub(1), at, form);
        let text = block.get(unit.text.clone()).unwrap_or_default();
        let spots = together(recogniser, recogniser.read_alone(text));
        if !spots.is_empty() {
            let frame = walk.at(unit.text.start);
            for (spot, together) in spots {
                let (start, stop) = (unit.text.start + spot.start, unit.text.start + spot.end);
                let (line, column) = lines.of(start);
                hits.push(Hit {
                    digest: key.digest(block.get(start..stop).unwrap_or_default()),
                    spot: Spot { start, end: stop, ..spot },
                    line,
                    column,
                    event: unit.event.clone(),
                    statement: unit.statement,
                    frame: frame.clone(),
                    together,
                });
            }
        }
        at = unit.text.end.max(end);
    }
    let (lines, tail) = lines.finish();
    Looked {
        hits,
        effect: walk.finish(),
        lines,
        tail,
        validity: validate(block),
        cut: if form == Form::Log { entry::cut(block) } else { None },
    }
}

/// Takes out what has no neighbour it needs.
pub fn together(recogniser: &Recogniser, spots: Vec<Spot>) -> Vec<(Spot, Together)> {
    let kinds =
        spots.iter().filter_map(|spot| Some((spot.kind, recogniser.kind(spot.kind)?, spot.beside)));
    let together = Together::of(kinds);
    let stays = spots.into_iter().filter(|spot| !spot.beside || together.anchor);
    stays.map(|spot| (spot, together)).collect()
}

/// Writes a block with each value replaced by its kind.
fn write_redacted(
    block: &[u8],
    hits: &[Hit],
    recogniser: &Recogniser,
    copy: &mut dyn Write,
) -> io::Result<()> {
    let mut at = 0;
    for hit in hits {
        copy.write_all(block.get(at..hit.spot.start).unwrap_or_default())?;
        let kind = recogniser.kind(hit.spot.kind);
        copy.write_all(kind.map_or("[VALUE]", |kind| kind.placeholder.as_str()).as_bytes())?;
        at = hit.spot.end;
    }
    copy.write_all(block.get(at..).unwrap_or_default())
}

/// Lines and columns of places in a block, which come in their order.
struct Lines<'b> {
    block: &'b [u8],
    at: usize,
    line: u64,
    start: usize,
}

impl Lines<'_> {
    fn of(&mut self, place: usize) -> (u64, u64) {
        let between = self.block.get(self.at..place).unwrap_or_default();
        for end in memchr::memchr_iter(b'\n', between) {
            self.line += 1;
            self.start = self.at + end + 1;
        }
        self.at = place;
        (self.line, points(self.block.get(self.start..place).unwrap_or_default()))
    }

    fn finish(mut self) -> (u64, u64) {
        let between = self.block.get(self.at..).unwrap_or_default();
        let lines = memchr::memchr_iter(b'\n', between).count() as u64;
        let start = memchr::memrchr(b'\n', between).map_or(self.start, |end| self.at + end + 1);
        self.line += lines;
        (self.line, points(self.block.get(start..).unwrap_or_default()))
    }
}

/// Code points of a text; of a byte order mark none.
fn points(text: &[u8]) -> u64 {
    let text = text.strip_prefix(crate::source::lines::BOM).unwrap_or(text);
    text.iter().filter(|byte| **byte & 0xC0 != 0x80).count() as u64
}

#[cfg(test)]
#[path = "text_tests.rs"]
mod tests;
