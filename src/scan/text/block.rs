//! A stream cut into blocks that end where an entry ends.
//!
//! In: a reader. Out: blocks of about the same size. A block ends before a line that begins an
//! entry; where there is none, at a line end, at a blank, or anywhere.

use std::io::{self, Read};

use super::{Form, entry};

/// Bytes of a block.
const SIZE: usize = 1 << 19;
/// A line end is looked for this far back, a blank half as far.
const BACK: usize = 1 << 16;

pub(super) struct Blocks<R> {
    reader: R,
    form: Form,
    rest: Vec<u8>,
    done: bool,
}

impl<R: Read> Blocks<R> {
    pub(super) fn new(reader: R, form: Form) -> Self {
        Self { reader, form, rest: Vec::new(), done: false }
    }

    /// Fills blocks with what comes next; those for which there is nothing are empty.
    pub(super) fn fill(&mut self, blocks: &mut [Vec<u8>]) -> io::Result<()> {
        for block in blocks {
            block.clear();
            self.fill_one(block)?;
        }
        Ok(())
    }

    fn fill_one(&mut self, block: &mut Vec<u8>) -> io::Result<()> {
        block.append(&mut self.rest);
        if self.done {
            return Ok(());
        }
        let wanted = SIZE.saturating_sub(block.len()).max(BACK);
        block.reserve(wanted);
        let read = (&mut self.reader).take(wanted as u64).read_to_end(block)?;
        if read < wanted {
            self.done = true;
            return Ok(());
        }
        let cut = self.cut(block);
        self.rest.extend_from_slice(block.get(cut..).unwrap_or_default());
        block.truncate(cut);
        Ok(())
    }

    fn cut(&self, block: &[u8]) -> usize {
        let from = block.len().saturating_sub(BACK);
        let tail = block.get(from..).unwrap_or_default();
        let mut line_ends = memchr::memrchr_iter(b'\n', tail).map(|at| from + at + 1);
        let last = line_ends.next();
        if self.form == Form::Log {
            let begins = |at: &usize| entry::begins(block.get(*at..).unwrap_or_default());
            if let Some(cut) = last.into_iter().chain(line_ends).find(begins) {
                return cut;
            }
        }
        let blank = || {
            let from = block.len().saturating_sub(BACK / 2);
            let tail = block.get(from..).unwrap_or_default();
            memchr::memrchr3(b' ', b',', b';', tail).map(|at| from + at + 1)
        };
        let anywhere = || {
            // Not inside a character.
            let whole = |at: &usize| block.get(*at).is_some_and(|byte| byte & 0xC0 != 0x80);
            (from..block.len()).rev().find(whole).filter(|at| *at > 0).unwrap_or(block.len())
        };
        last.or_else(blank).unwrap_or_else(anywhere)
    }
}
