//! From byte offsets to lines and columns.
//!
//! In: the text of a file. Out: positions a person and an editor understand. Lines and
//! columns count from 1; a column counts Unicode code points (SARIF: `unicodeCodePoints`).

/// A position for people: line and column, both from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Line, from 1.
    pub line: u32,
    /// Column in code points, from 1.
    pub column: u32,
}

/// Where each line of a text begins.
#[derive(Debug)]
pub struct Lines<'t> {
    text: &'t str,
    starts: Vec<usize>,
}

impl<'t> Lines<'t> {
    /// Indexes `text`: LF, CRLF and lone CR end a line.
    pub fn new(text: &'t str) -> Self {
        let bytes = text.as_bytes();
        let mut starts = vec![0];
        for (at, byte) in bytes.iter().enumerate() {
            let lone_cr = *byte == b'\r' && bytes.get(at + 1) != Some(&b'\n');
            if *byte == b'\n' || lone_cr {
                starts.push(at + 1);
            }
        }
        Self { text, starts }
    }

    /// The position of a byte offset; one past the end is the end.
    pub fn position(&self, offset: usize) -> Position {
        let offset = offset.min(self.text.len());
        let index = self.starts.partition_point(|start| *start <= offset).saturating_sub(1);
        let start = self.starts.get(index).copied().unwrap_or(0);
        let before = self.text.as_bytes().get(start..offset).unwrap_or_default();
        // A byte order mark is no column of the first line.
        let before = if start == 0 { before.strip_prefix(BOM).unwrap_or(before) } else { before };
        let column = before.iter().filter(|byte| **byte & 0xC0 != 0x80).count() + 1;
        let clip = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Position { line: clip(index + 1), column: clip(column) }
    }

    /// The text of a line (from 1) without its ending; empty when there is no such line.
    pub fn line(&self, line: u32) -> &'t str {
        let index = (line as usize).saturating_sub(1);
        let Some(start) = self.starts.get(index).copied() else { return "" };
        let end = self.starts.get(index + 1).copied().unwrap_or(self.text.len());
        self.text.get(start..end).unwrap_or("").trim_end_matches(['\n', '\r'])
    }

    /// How many lines the text has; an empty text has one.
    pub fn count(&self) -> u32 {
        u32::try_from(self.starts.len()).unwrap_or(u32::MAX)
    }

    /// The byte offset at which the line of `offset` ends, its ending not counted.
    pub fn end_of_line(&self, offset: usize) -> usize {
        let index = self.starts.partition_point(|start| *start <= offset).saturating_sub(1);
        let start = self.starts.get(index).copied().unwrap_or(0);
        start + self.line(u32::try_from(index + 1).unwrap_or(u32::MAX)).len()
    }
}

/// The UTF-8 byte order mark.
pub const BOM: &[u8] = &[0xEF, 0xBB, 0xBF];

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str, offset: usize) -> (u32, u32) {
        let position = Lines::new(text).position(offset);
        (position.line, position.column)
    }

    #[test]
    fn positions_count_from_one_and_by_code_point() {
        assert_eq!(at("ab\ncd", 0), (1, 1));
        assert_eq!(at("ab\ncd", 4), (2, 2));
        assert_eq!(at("é<x>", 2), (1, 2));
        assert_eq!(at("a\r\nb", 3), (2, 1));
        assert_eq!(at("a\rb", 2), (2, 1));
        assert_eq!(at("", 7), (1, 1));
    }

    #[test]
    fn a_byte_order_mark_takes_no_column() {
        assert_eq!(at("\u{feff}<a>", 3), (1, 1));
        assert_eq!(at("\u{feff}<a>\n<b>", 7), (2, 1));
    }

    #[test]
    fn lines_come_without_their_ending() {
        let lines = Lines::new("one\r\ntwo\n");
        assert_eq!((lines.line(1), lines.line(2), lines.line(3)), ("one", "two", ""));
        assert_eq!(lines.count(), 3);
        assert_eq!(lines.end_of_line(1), 3);
    }
}
