//! In which method a line of a debug log was written.
//!
//! In: blocks of a log, one after the other, looked at in any order. Out: the method at a
//! place; where the block alone does not tell, how far below the top of the blocks before it.
//! It follows entries and exits, and knows no value.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use compact_str::CompactString;

/// Deeper calls are not remembered; Apex allows a thousand.
const DEEPEST: usize = 4096;
/// Before the event stands a time and a number.
const LONGEST_STAMP: usize = 48;

const MARKS: [&str; 8] = [
    "|METHOD_ENTRY|",
    "|METHOD_EXIT|",
    "|CONSTRUCTOR_ENTRY|",
    "|CONSTRUCTOR_EXIT|",
    "|CODE_UNIT_STARTED|",
    "|CODE_UNIT_FINISHED|",
    "|EXECUTION_STARTED",
    "*** Skipped ",
];

static FINDER: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| AhoCorasick::new(MARKS).ok());

/// The method at a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Frame {
    /// This one.
    Method(CompactString),
    /// The one so many below the top where the block begins.
    Below(usize),
    /// None that the log tells of.
    Unknown,
}

/// What a block does to the calls that are open.
#[derive(Debug, Clone, Default)]
pub struct Effect {
    reset: bool,
    pops: usize,
    pushes: Vec<CompactString>,
}

impl Effect {
    fn push(&mut self, method: CompactString) {
        if self.pushes.len() < DEEPEST {
            self.pushes.push(method);
        }
    }

    fn pop(&mut self) {
        if self.pushes.pop().is_none() {
            self.pops += 1;
        }
    }

    fn top(&self) -> Frame {
        match self.pushes.last() {
            Some(method) => Frame::Method(method.clone()),
            None if self.reset => Frame::Unknown,
            None => Frame::Below(self.pops),
        }
    }
}

/// The calls that are open where a block begins.
#[derive(Debug, Default)]
pub struct Calls(Vec<CompactString>);

impl Calls {
    /// The method a frame is.
    pub fn method(&self, frame: &Frame) -> CompactString {
        let below = |depth: usize| {
            let at = self.0.len().checked_sub(depth + 1)?;
            self.0.get(at).cloned()
        };
        match frame {
            Frame::Method(method) => method.clone(),
            Frame::Below(depth) => below(*depth).unwrap_or_default(),
            Frame::Unknown => CompactString::default(),
        }
    }

    /// Goes on to the end of a block.
    pub fn apply(&mut self, effect: Effect) {
        let kept = if effect.reset { 0 } else { self.0.len().saturating_sub(effect.pops) };
        self.0.truncate(kept);
        self.0.extend(effect.pushes);
        self.0.truncate(DEEPEST);
    }
}

/// Walks through a block from its beginning.
pub struct Walk<'b> {
    block: &'b [u8],
    found: Option<aho_corasick::FindIter<'static, 'b>>,
    next: Option<(usize, usize)>,
    effect: Effect,
}

impl<'b> Walk<'b> {
    /// Begins at the beginning of `block`.
    pub fn new(block: &'b [u8]) -> Self {
        let mut found = FINDER.as_ref().map(|finder| finder.find_iter(block));
        let next =
            found.as_mut().and_then(Iterator::next).map(|m| (m.start(), m.pattern().as_usize()));
        Self { block, found, next, effect: Effect::default() }
    }

    /// The method at a place; places come in their order.
    pub fn at(&mut self, place: usize) -> Frame {
        while let Some((start, mark)) = self.next.filter(|(start, _)| *start < place) {
            self.take(start, mark);
            let next = self.found.as_mut().and_then(Iterator::next);
            self.next = next.map(|m| (m.start(), m.pattern().as_usize()));
        }
        self.effect.top()
    }

    /// What the whole block does.
    pub fn finish(mut self) -> Effect {
        let end = self.block.len();
        self.at(end);
        self.effect
    }

    fn take(&mut self, start: usize, mark: usize) {
        let from = start.saturating_sub(LONGEST_STAMP);
        let before = self.block.get(from..start).unwrap_or_default();
        let stamp = match memchr::memrchr(b'\n', before) {
            Some(at) => before.get(at + 1..).unwrap_or_default(),
            None if from == 0 => before,
            None => return,
        };
        if mark == MARKS.len() - 1 {
            if stamp.is_empty() {
                self.effect = Effect { reset: true, ..Effect::default() };
            }
            return;
        }
        if !is_stamp(stamp) {
            return;
        }
        let rest = self.block.get(start + 1..).unwrap_or_default();
        let end = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        let line = rest.get(..end).unwrap_or_default();
        match mark {
            0 | 2 | 4 => self.effect.push(method(line)),
            1 | 3 | 5 => self.effect.pop(),
            _ => self.effect = Effect { reset: true, ..Effect::default() },
        }
    }
}

/// `12:31:22.0 (1234567)`.
pub fn is_stamp(text: &[u8]) -> bool {
    matches!(text, [a, b, b':', c, d, b':', ..]
        if [a, b, c, d].iter().all(|byte| byte.is_ascii_digit()))
        && text.iter().all(|byte| byte.is_ascii_digit() || b":. ()".contains(byte))
}

/// The method an entry names: its last part without its arguments, of a trigger its name.
fn method(line: &[u8]) -> CompactString {
    let parts: Vec<&[u8]> = line.split(|byte| *byte == b'|').collect();
    let last = parts.last().copied().unwrap_or_default();
    let last = last.strip_suffix(b"\r").unwrap_or(last);
    let last = last.strip_prefix(b"__sfdc_trigger/").unwrap_or(last);
    let name = last.split(|byte| *byte == b'(').next().unwrap_or_default();
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_' || *byte == b'.';
    let named = name.first().is_some_and(u8::is_ascii_alphabetic) && name.len() <= 200;
    if !named || !name.iter().all(is_name) {
        return CompactString::default();
    }
    let mut method = CompactString::from_utf8_lossy(name);
    if parts.iter().any(|part| part.starts_with(b"<init>")) {
        method.push_str(".<init>");
    }
    method
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOG: &str = "\
09:00:00.0 (1)|EXECUTION_STARTED
09:00:00.0 (2)|CODE_UNIT_STARTED|[EXTERNAL]|01p5g000004abcD|Ward.admit()
09:00:00.0 (3)|METHOD_ENTRY|[12]|01p5g000004abcE|Chart.load(Id, String)
09:00:00.0 (4)|USER_DEBUG|[44]|DEBUG|text |METHOD_EXIT| in a text
09:00:00.0 (5)|METHOD_EXIT|[12]|01p5g000004abcE|Chart.load(Id, String)
09:00:00.0 (6)|CONSTRUCTOR_ENTRY|[9]|01p5g000004abcE|<init>(String)|Chart.Row
09:00:00.0 (7)|CONSTRUCTOR_EXIT|[9]|01p5g000004abcE|<init>(String)|Chart.Row
09:00:00.0 (8)|CODE_UNIT_STARTED|[EXTERNAL]|01q5g|Guard on Visit__c trigger event BeforeInsert|__sfdc_trigger/Guard
09:00:00.0 (9)|CODE_UNIT_FINISHED|x
09:00:00.0 (9)|CODE_UNIT_FINISHED|x
";

    fn at(block: &str, text: &str) -> Frame {
        Walk::new(block.as_bytes()).at(block.find(text).unwrap())
    }

    fn named(name: &str) -> Frame {
        Frame::Method(name.into())
    }

    #[test]
    fn entries_and_exits_are_followed() {
        assert_eq!(at(LOG, "(3)"), named("Ward.admit"));
        assert_eq!(at(LOG, "(4)"), named("Chart.load"));
        assert_eq!(at(LOG, "(5)"), named("Chart.load"));
        assert_eq!(at(LOG, "(6)"), named("Ward.admit"));
        assert_eq!(at(LOG, "(7)"), named("Chart.Row.<init>"));
        assert_eq!(at(LOG, "(9)"), named("Guard"));
    }

    #[test]
    fn a_block_goes_on_where_the_one_before_ended() {
        let middle = LOG.find("09:00:00.0 (4)").unwrap();
        let (first, second) = LOG.split_at(middle);
        let mut calls = Calls::default();
        calls.apply(Walk::new(first.as_bytes()).finish());
        assert_eq!(calls.method(&at(second, "(5)")), "Chart.load");
        assert_eq!(calls.method(&at(second, "(6)")), "Ward.admit");
        calls.apply(Walk::new(second.as_bytes()).finish());
        assert_eq!(calls.method(&Frame::Below(0)), "");
        assert_eq!(calls.method(&Frame::Below(7)), "");
    }

    #[test]
    fn what_was_skipped_leaves_the_method_unknown() {
        let log =
            LOG.replace("09:00:00.0 (4)", "*** Skipped 9 bytes of detailed log\n09:00:00.0 (4)");
        assert_eq!(at(&log, "(4)"), Frame::Unknown);
    }
}
