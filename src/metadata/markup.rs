//! Markup of pages and components, read as a browser would: whatever it is.
//!
//! In: the text of a Visualforce page, an Aura component, a Lightning template or a page of a
//! static resource. Out: its tags, its merge expressions and the parts that are script. It
//! never fails: what is no tag is text. It knows neither what a tag does nor what is merged.

use std::ops::Range;

use compact_str::CompactString;

use super::apex::model::{At, Name};

pub mod model;

use model::{Attribute, Dialect, Merge, Place, Tag};

/// A merge expression longer than this is none.
const LONGEST_MERGE: usize = 8_192;

/// What was read.
#[derive(Debug, Default)]
pub struct Scanned {
    /// Tags.
    pub tags: Vec<Tag>,
    /// Merge expressions.
    pub merges: Vec<Merge>,
    /// The parts that are script.
    pub scripts: Vec<Range<usize>>,
}

/// Reads markup.
pub fn scan(text: &str, dialect: Dialect) -> Scanned {
    let mut scan =
        Scan { text, bytes: text.as_bytes(), dialect, out: Scanned::default(), misses: 0 };
    scan.run();
    scan.out
}

struct Scan<'t> {
    text: &'t str,
    bytes: &'t [u8],
    dialect: Dialect,
    out: Scanned,
    /// Braces that were looked after in vain.
    misses: usize,
}

/// A text with more braces that never close is not looked at for merge expressions any more.
const MOST_MISSES: usize = 200;

fn at(range: &Range<usize>) -> At {
    let byte = |byte: usize| u32::try_from(byte).unwrap_or(u32::MAX);
    At { start: byte(range.start), end: byte(range.end) }
}

impl Scan<'_> {
    fn name(&self, range: Range<usize>) -> Name {
        let text = self.text.get(range.clone()).unwrap_or("");
        Name { text: CompactString::from(text), at: at(&range) }
    }

    fn starts(&self, from: usize, with: &str) -> bool {
        self.bytes.get(from..).is_some_and(|rest| rest.starts_with(with.as_bytes()))
    }

    fn find(&self, from: usize, what: &str) -> Option<usize> {
        self.text.get(from..)?.find(what).map(|found| from + found)
    }

    fn run(&mut self) {
        let mut from = 0;
        while from < self.bytes.len() {
            let rest = self.bytes.get(from..).unwrap_or_default();
            let next = rest.iter().position(|byte| matches!(byte, b'<' | b'{'));
            let Some(next) = next.map(|next| from + next) else { break };
            from = match self.bytes.get(next) {
                Some(b'{') => self.merge(next, self.text_place()).unwrap_or(next + 1),
                _ if self.starts(next, "<!--") => {
                    self.find(next + 4, "-->").map_or(self.bytes.len(), |end| end + 3)
                }
                _ => self.tag(next).unwrap_or(next + 1),
            };
        }
    }

    fn text_place(&self) -> Place {
        Place::Text(self.out.tags.len().saturating_sub(1))
    }

    /// The merge expression that begins at `from`; where it ends.
    fn merge(&mut self, from: usize, place: Place) -> Option<usize> {
        let open = match self.dialect {
            Dialect::Visualforce if self.starts(from, "{!") => 2,
            Dialect::Aura if self.starts(from, "{!") || self.starts(from, "{#") => 2,
            Dialect::Lwc if !matches!(place, Place::Script | Place::Style) => 1,
            _ => return None,
        };
        if self.misses >= MOST_MISSES {
            return None;
        }
        let Some(end) = self.end_of_merge(from + open) else {
            self.misses += 1;
            return None;
        };
        let inner = from + open..end;
        let text = self.text.get(inner.clone())?.into();
        let before = match place {
            Place::Script => self.before(from).into(),
            _ => CompactString::default(),
        };
        let whole = at(&(from..end + 1));
        self.out.merges.push(Merge { text, inner: at(&inner), at: whole, place, before });
        Some(end + 1)
    }

    /// What stands before a byte on its line, as far as it matters.
    fn before(&self, from: usize) -> &str {
        let head = self.text.get(..from).unwrap_or("");
        let mut start = head.rfind('\n').map_or(0, |at| at + 1).max(from.saturating_sub(120));
        while !head.is_char_boundary(start) {
            start += 1;
        }
        head.get(start..).unwrap_or("")
    }

    /// The brace that closes; braces in strings do not.
    fn end_of_merge(&self, from: usize) -> Option<usize> {
        let rest = self.bytes.get(from..)?;
        let mut quote = None;
        for (index, byte) in rest.iter().enumerate().take(LONGEST_MERGE) {
            match (quote, byte) {
                (None, b'}') => return Some(from + index),
                (None, b'\'' | b'"') => quote = Some(*byte),
                (Some(open), byte) if open == *byte => quote = None,
                _ => {}
            }
        }
        // A quote that is no quote: an apostrophe in a text.
        rest.iter().take(LONGEST_MERGE).position(|byte| *byte == b'}').map(|at| from + at)
    }

    /// The tag that begins at `from`; where it and what belongs to it end.
    fn tag(&mut self, from: usize) -> Option<usize> {
        let closing = self.starts(from, "</");
        let start = from + if closing { 2 } else { 1 };
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b":_.-".contains(&byte);
        let end = self.run_of(start, is_name);
        if !self.bytes.get(start).is_some_and(u8::is_ascii_alphabetic) {
            return None;
        }
        let name = self.name(start..end);
        let number = self.out.tags.len();
        self.out.tags.push(Tag { name, closing, attributes: Vec::new(), at: at(&(from..end)) });
        let (end, empty) = self.attributes(number, end);
        if let Some(tag) = self.out.tags.get_mut(number) {
            tag.at = at(&(from..end));
        }
        let raw = self.out.tags.get(number).filter(|tag| !tag.closing && !empty);
        let raw = raw.map(|tag| tag.name.text.to_ascii_lowercase());
        match raw.as_deref() {
            Some("script") => Some(self.raw(number, end, "script", Place::Script)),
            Some("style") => Some(self.raw(number, end, "style", Place::Style)),
            _ => Some(end),
        }
    }

    fn run_of(&self, from: usize, inside: impl Fn(u8) -> bool) -> usize {
        let rest = self.bytes.get(from..).unwrap_or_default();
        from + rest.iter().position(|byte| !inside(*byte)).unwrap_or(rest.len())
    }

    /// The attributes of a tag; where the tag ends and whether it closes itself.
    fn attributes(&mut self, tag: usize, mut from: usize) -> (usize, bool) {
        loop {
            from = self.run_of(from, |byte| byte.is_ascii_whitespace());
            match self.bytes.get(from) {
                None => return (from, false),
                Some(b'>') => return (from + 1, false),
                Some(b'/') if self.bytes.get(from + 1) == Some(&b'>') => return (from + 2, true),
                Some(b'<') => return (from, false),
                Some(b'{') if self.dialect != Dialect::Html => {
                    from = self.merge(from, Place::Text(tag)).unwrap_or(from + 1);
                }
                Some(_) => from = self.attribute(tag, from),
            }
        }
    }

    fn attribute(&mut self, tag: usize, from: usize) -> usize {
        let ends = |byte: u8| byte.is_ascii_whitespace() || b"=<>/{".contains(&byte);
        let end = self.run_of(from, |byte| !ends(byte));
        if end == from {
            return from + 1;
        }
        let name = self.name(from..end);
        let equals = self.run_of(end, |byte| byte.is_ascii_whitespace());
        if self.bytes.get(equals) != Some(&b'=') {
            self.push(tag, name, end..end);
            return end;
        }
        let start = self.run_of(equals + 1, |byte| byte.is_ascii_whitespace());
        let (value, end) = self.value(start);
        self.push(tag, name, value.clone());
        self.merges_in(tag, value);
        end
    }

    /// The value that begins at `from`, and where it ends with its quotes.
    fn value(&self, from: usize) -> (Range<usize>, usize) {
        match self.bytes.get(from) {
            Some(quote @ (b'"' | b'\'')) => {
                let end = self.run_of(from + 1, |byte| byte != *quote);
                (from + 1..end, end + 1)
            }
            Some(b'{') if self.dialect == Dialect::Lwc => {
                let end = self.end_of_merge(from + 1).map_or(from + 1, |end| end + 1);
                (from..end, end)
            }
            _ => {
                let end = self.run_of(from, |byte| !byte.is_ascii_whitespace() && byte != b'>');
                (from..end, end)
            }
        }
    }

    fn push(&mut self, tag: usize, name: Name, value: Range<usize>) {
        let value = self.name(value);
        if let Some(tag) = self.out.tags.get_mut(tag) {
            tag.attributes.push(Attribute { name, value });
        }
    }

    fn merges_in(&mut self, tag: usize, value: Range<usize>) {
        let attributes = self.out.tags.get(tag).map_or(0, |tag| tag.attributes.len());
        let place = Place::Attribute { tag, attribute: attributes.saturating_sub(1) };
        self.merges(value, place);
    }

    fn merges(&mut self, range: Range<usize>, place: Place) {
        let mut from = range.start;
        while from < range.end {
            let rest = self.bytes.get(from..range.end).unwrap_or_default();
            let Some(next) = rest.iter().position(|byte| *byte == b'{') else { break };
            from = self.merge(from + next, place).unwrap_or(from + next + 1);
        }
    }

    /// What stands between `<script>` and `</script>`.
    fn raw(&mut self, tag: usize, from: usize, name: &str, place: Place) -> usize {
        let end = self.end_of_raw(from, name);
        let ty = self.out.tags.get(tag).and_then(|tag| tag.text("type")).unwrap_or("");
        let is_script = ["", "text/javascript", "application/javascript", "module"];
        if place == Place::Script && is_script.iter().any(|known| known.eq_ignore_ascii_case(ty)) {
            self.out.scripts.push(from..end);
        }
        self.merges(from..end, place);
        end
    }

    fn end_of_raw(&self, from: usize, name: &str) -> usize {
        let mut at = from;
        while let Some(found) = self.find(at, "</") {
            let word = self.text.get(found + 2..found + 2 + name.len());
            if word.is_some_and(|word| word.eq_ignore_ascii_case(name)) {
                return found;
            }
            at = found + 2;
        }
        self.bytes.len()
    }
}

#[cfg(test)]
#[path = "markup/tests.rs"]
mod tests;
