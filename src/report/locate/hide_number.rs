//! Blanks out numbers of persons.
//!
//! In: any text. Out: where a text has the form of a Social Security or a Medicare number,
//! whether or not it is one. It hides a number too many rather than one too few.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

static NUMBERS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let ssn = r"\d{3}-\d{2}-\d{4}";
    let mbi = r"[1-9][A-Z][A-Z0-9]\d-?[A-Z][A-Z0-9]\d-?[A-Z]{2}\d{2}";
    Regex::new(&format!(r"\b(?:{ssn}|{mbi})\b")).ok()
});

/// The numbers in a text.
pub(super) fn numbers(text: &str) -> Vec<Range<usize>> {
    match NUMBERS.as_ref() {
        Some(numbers) => numbers.find_iter(text).map(|found| found.range()).collect(),
        // Without its pattern it can tell nothing apart.
        None => std::iter::once(0..text.len()).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_kinds_are_found_and_dates_and_phones_are_not() {
        let text = "ssn 512-47-9083, mbi 3AC9-K41-NX27 or 3AC9K41NX27, 2026-01-15, 555-123-4567";
        let found: Vec<_> = numbers(text).into_iter().map(|r| text.get(r).unwrap()).collect();
        assert_eq!(found, ["512-47-9083", "3AC9-K41-NX27", "3AC9K41NX27"]);
    }
}
