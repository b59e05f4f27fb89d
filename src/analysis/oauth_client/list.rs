//! Lists that Salesforce writes into one element.
//!
//! In: an item whose text is a list, separated by commas or by line ends. Out: one item for
//! each entry, standing where the entry stands in the file. It knows no element by name.

use crate::fact::Item;

/// The entries of a list, each at its own place; empty entries are left out. Where a list of
/// one line has entities, every entry stands at the place of the whole list.
pub(super) fn split_list(item: &Item, separates: impl Fn(char) -> bool) -> Vec<Item> {
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
        own.parts = None;
        own.span = item.place_of(start..start + trimmed.len()).unwrap_or(item.span);
        entries.push(own);
    }
    entries
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{FileId, Span};

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
    fn lines_written_in_other_words_stand_where_they_are_written() {
        // `a&amp;b`, a line end of Windows, `c`.
        let mut item = Item::new("a&b\nc", at(10, 20));
        item.parts = Some(vec![(0, 10), (1, 11), (2, 16), (4, 19)].into());
        let entries = split_list(&item, char::is_whitespace);
        let found: Vec<_> = entries.iter().map(|e| (e.text.as_str(), e.span)).collect();
        assert_eq!(found, [("a&b", at(10, 17)), ("c", at(19, 20))]);
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
