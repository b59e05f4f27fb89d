//! Bytes of a file as text, without losing where a byte was.
//!
//! In: bytes, mostly UTF-8. Out: text in which every invalid sequence is U+FFFD, and the
//! offset in it of every offset in the file. It knows no other encoding.

use std::borrow::Cow;

/// A file's text and how offsets of the file map into it.
pub(super) struct Decoded<'b> {
    text: Cow<'b, str>,
    /// (offset in the file, offset in the text) wherever the distance changes.
    shifts: Vec<(usize, usize)>,
}

impl<'b> Decoded<'b> {
    pub(super) fn new(bytes: &'b [u8]) -> Self {
        if let Ok(text) = std::str::from_utf8(bytes) {
            return Self { text: Cow::Borrowed(text), shifts: Vec::new() };
        }
        let (mut text, mut shifts, mut at) = (String::with_capacity(bytes.len()), Vec::new(), 0);
        for chunk in bytes.utf8_chunks() {
            text.push_str(chunk.valid());
            at += chunk.valid().len();
            if !chunk.invalid().is_empty() {
                shifts.push((at, text.len()));
                text.push(char::REPLACEMENT_CHARACTER);
                at += chunk.invalid().len();
                shifts.push((at, text.len()));
            }
        }
        Self { text: Cow::Owned(text), shifts }
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Where the byte at `offset` of the file is in the text.
    pub(super) fn offset(&self, offset: usize) -> usize {
        let after = self.shifts.partition_point(|(file, _)| *file <= offset);
        let before = after.checked_sub(1).and_then(|index| self.shifts.get(index));
        let (file, text) = before.copied().unwrap_or((0, 0));
        let limit = self.shifts.get(after).map_or(self.text.len(), |(_, text)| *text);
        (text + (offset - file)).min(limit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utf8_is_taken_as_it_is() {
        let decoded = Decoded::new("aé".as_bytes());
        assert_eq!((decoded.text(), decoded.offset(3), decoded.offset(9)), ("aé", 3, 3));
    }

    #[test]
    fn offsets_after_an_invalid_byte_still_meet_their_character() {
        // Latin-1: "é<b>ü" and an offset at "<", at "b", at the end.
        let decoded = Decoded::new(b"\xE9<b>\xFC");
        assert_eq!(decoded.text(), "\u{fffd}<b>\u{fffd}");
        assert_eq!([0, 1, 2, 4, 5].map(|at| decoded.offset(at)), [0, 3, 4, 6, 9]);
    }
}
