//! The entry around a place: its text without its stamp, its event and its line of Apex.
//!
//! In: a block, a place in it. Out: [`Unit`]. An entry of a log goes on over lines that begin
//! with no time; of other text it is one line. Very long ones are looked at in parts.

use std::ops::Range;

use compact_str::CompactString;

use super::super::frame::is_stamp;
use super::Form;

/// More of an entry before or after a place is not looked at with it.
const REACH: usize = 16 << 10;
/// Lines of one entry.
const MOST_LINES: usize = 400;

/// What is looked at together.
pub(super) struct Unit {
    /// Where its text stands in the block.
    pub(super) text: Range<usize>,
    /// `USER_DEBUG`.
    pub(super) event: CompactString,
    /// The line of Apex.
    pub(super) statement: Option<u32>,
}

/// Whether a line begins an entry of a log.
pub(super) fn begins(line: &[u8]) -> bool {
    let head = line.get(..line.len().min(48)).unwrap_or_default();
    let stamp = head.split(|byte| *byte == b'|').next().unwrap_or_default();
    stamp.len() < head.len() && is_stamp(stamp)
}

/// Whether a text is a debug log, by its beginning: its first line lists categories and
/// levels, or entries follow each other.
pub fn is_log(head: &[u8]) -> bool {
    let lines = head.split(|byte| *byte == b'\n').take(200);
    let is_levels = |line: &[u8]| {
        let text = line.get(..line.len().min(400)).unwrap_or_default();
        let named = memchr::memmem::find(text, b"APEX_CODE,").is_some();
        line.first().is_some_and(u8::is_ascii_digit) && named
    };
    lines.clone().next().is_some_and(is_levels) || lines.filter(|line| begins(line)).count() >= 2
}

/// The line of a block, from 0, on which the log says that something was left out.
pub(super) fn cut(block: &[u8]) -> Option<u64> {
    let skipped = memchr::memmem::find(block, b"*** Skipped ");
    let full = || memchr::memmem::find(block, b"MAXIMUM DEBUG LOG SIZE REACHED");
    let at = skipped.or_else(full)?;
    Some(memchr::memchr_iter(b'\n', block.get(..at)?).count() as u64)
}

/// The entry around `place`, not before `least`.
pub(super) fn around(block: &[u8], place: usize, least: usize, form: Form) -> Unit {
    let mut start = line_start(block, place, least);
    let mut head = None;
    if form == Form::Log {
        head = entry_start(block, start);
        if let Some(head) = head {
            start = head.max(least);
        }
    }
    start = start.max(place.saturating_sub(REACH)).max(least);
    let mut end = line_end(block, place);
    if form == Form::Log {
        for _ in 0..MOST_LINES {
            let rest = block.get(end..).unwrap_or_default();
            if rest.is_empty() || begins(rest) {
                break;
            }
            end = line_end(block, end);
        }
    }
    let end = if end > place + REACH { soft_end(block, place + REACH) } else { end };
    let header = head.map(|head| header(block.get(head..end).unwrap_or_default()));
    let (event, statement, length) = header.unwrap_or_default();
    let text = head.map_or(start, |head| start.max(head + length)).min(end);
    Unit { text: text..end, event, statement }
}

/// Where the line of a place begins.
fn line_start(block: &[u8], place: usize, least: usize) -> usize {
    let before = block.get(least..place).unwrap_or_default();
    memchr::memrchr(b'\n', before).map_or(least, |at| least + at + 1)
}

/// One past the line end after a place.
fn line_end(block: &[u8], place: usize) -> usize {
    let rest = block.get(place..).unwrap_or_default();
    memchr::memchr(b'\n', rest).map_or(block.len(), |at| place + at + 1)
}

/// Where the entry of a line begins, if not too far before it.
fn entry_start(block: &[u8], line: usize) -> Option<usize> {
    let mut at = block.get(..line)?.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    for _ in 0..MOST_LINES {
        if begins(block.get(at..)?) {
            return Some(at);
        }
        let before = at.checked_sub(1)?;
        if line - before > REACH {
            return None;
        }
        at = memchr::memrchr(b'\n', block.get(..before)?).map_or(0, |at| at + 1);
    }
    None
}

/// A blank or comma a little before a place, so that no value is cut.
fn soft_end(block: &[u8], place: usize) -> usize {
    let place = place.min(block.len());
    let from = place.saturating_sub(1024);
    let tail = block.get(from..place).unwrap_or_default();
    let soft = tail.iter().rposition(|byte| b" ,;\n\"&".contains(byte));
    soft.map_or(place, |at| from + at + 1)
}

/// Event, line of Apex, and where the text of the entry begins.
fn header(entry: &[u8]) -> (CompactString, Option<u32>, usize) {
    let line = entry.get(..entry.len().min(160)).unwrap_or_default();
    let mut parts = line.split(|byte| *byte == b'|' || *byte == b'\n');
    let stamp = parts.next().map_or(0, <[u8]>::len);
    let event = parts.next().unwrap_or_default();
    let event = event.strip_suffix(b"\r").unwrap_or(event);
    let named = event.iter().all(|byte| byte.is_ascii_uppercase() || *byte == b'_');
    let event = if named && event.len() <= 48 { event } else { b"" };
    let statement = parts.next().and_then(|part| {
        let inner = part.strip_prefix(b"[")?.split(|byte| *byte == b']').next()?;
        std::str::from_utf8(inner).ok()?.parse().ok()
    });
    (CompactString::from_utf8_lossy(event), statement, stamp + 1 + event.len())
}
