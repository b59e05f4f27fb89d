//! Lists that Salesforce writes into one element.
//!
//! In: an item whose text is a list, separated by commas or by line ends. Out: one item for
//! each entry, standing where the entry stands in the file. It knows no element by name.

use crate::fact::Item;
use crate::source::Span;

/// The entries of a list, each at its own place; empty entries are left out. Where the text
/// in the file has entities, and so is longer than the text that was read, places inside it
/// cannot be told: then every entry stands at the place of the whole list.
pub(super) fn split_list(item: &Item, separates: impl Fn(char) -> bool) -> Vec<Item> {
    let place = Written::of(item);
    let mut entries = Vec::new();
    let mut from = 0usize;
    for part in item.text.split_inclusive(&separates) {
        let start = from;
        from += part.len();
        let entry = part.trim_end_matches(&separates).trim_end();
        let trimmed = entry.trim_start();
        if trimmed.is_empty() {
            continue;
        }
        let start = start + (entry.len() - trimmed.len());
        let mut own = item.clone();
        own.text = trimmed.into();
        own.span = place.map_or(item.span, |written| {
            let at = |offset| item.span.start as usize + written.offset(&item.text, offset);
            Span::new(item.span.file, at(start), at(start + trimmed.len()))
        });
        entries.push(own);
    }
    entries
}

/// How the text that was read stands in the file.
#[derive(Debug, Clone, Copy)]
enum Written {
    /// Byte for byte.
    Same,
    /// With two bytes for each line end, as Windows writes them.
    LongLineEnds,
}

impl Written {
    /// Told by the lengths; nothing where they say that there are entities.
    fn of(item: &Item) -> Option<Self> {
        let length = item.span.end.saturating_sub(item.span.start) as usize;
        let line_ends = item.text.matches('\n').count();
        // These may stand for entities, which make the text longer too.
        let plain = !item.text.contains(['&', '<', '>', '"', '\'']);
        match length.checked_sub(item.text.len()) {
            _ if item.secret => None,
            Some(0) => Some(Self::Same),
            Some(more) if more == line_ends && plain => Some(Self::LongLineEnds),
            _ => None,
        }
    }

    /// The byte in the file for a byte of the text that was read.
    fn offset(self, text: &str, offset: usize) -> usize {
        match self {
            Self::Same => offset,
            Self::LongLineEnds => {
                offset + text.bytes().take(offset).filter(|byte| *byte == b'\n').count()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;

    fn at(start: usize, end: usize) -> Span {
        Span::new(FileId(3), start, end)
    }

    #[test]
    fn entries_stand_where_they_are_written() {
        let item = Item::new("Api, Full,,RefreshToken ", at(100, 124));
        let entries = split_list(&item, |c| c == ',');
        let found: Vec<_> = entries.iter().map(|e| (e.text.as_str(), e.span)).collect();
        let wanted =
            [("Api", at(100, 103)), ("Full", at(105, 109)), ("RefreshToken", at(111, 123))];
        assert_eq!(found, wanted);
    }

    #[test]
    fn lines_are_entries_too() {
        let item = Item::new("https://a.example\n   http://b.example", at(10, 47));
        let entries = split_list(&item, char::is_whitespace);
        let found: Vec<_> = entries.iter().map(|e| (e.text.as_str(), e.span)).collect();
        assert_eq!(found, [("https://a.example", at(10, 27)), ("http://b.example", at(31, 47))]);
    }

    #[test]
    fn line_ends_of_windows_take_two_bytes() {
        let item = Item::new("https://a.example\nhttp://b.example\nc", at(10, 48));
        let entries = split_list(&item, char::is_whitespace);
        let found: Vec<_> = entries.iter().map(|e| (e.text.as_str(), e.span)).collect();
        let wanted = [
            ("https://a.example", at(10, 27)),
            ("http://b.example", at(29, 45)),
            ("c", at(47, 48)),
        ];
        assert_eq!(found, wanted);
    }

    #[test]
    fn with_entities_every_entry_stands_at_the_whole() {
        let item = Item::new("https://a.example?x&y https://b.example", at(10, 53));
        let entries = split_list(&item, char::is_whitespace);
        assert_eq!(entries.len(), 2);
        assert!(entries.iter().all(|e| e.span == at(10, 53)));
    }

    #[test]
    fn an_empty_list_has_no_entry() {
        assert!(split_list(&Item::new(" , ", at(0, 3)), |c| c == ',').is_empty());
        assert!(split_list(&Item::new("", at(0, 9)), |c| c == ',').is_empty());
    }
}
