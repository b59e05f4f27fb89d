//! The one line of a span that is shown.
//!
//! In: a text, its lines, a range of any length. Out: a range within one line. It knows
//! nothing of files and reports.

use std::ops::Range;

use crate::source::lines::Lines;

/// The part of `wide` on its first line that is not blank, without the blanks around it. A
/// range that holds nothing but blanks becomes the first run of its line.
pub(super) fn one_line(text: &str, lines: &Lines<'_>, wide: Range<usize>) -> Range<usize> {
    let start = after_mark(text, floor(text, wide.start));
    let end = floor(text, wide.end).max(start);
    let chosen = text.get(start..end).unwrap_or("");
    let lead = chosen.len() - chosen.trim_start().len();
    if lead == chosen.len() {
        return first_run(text, lines, start);
    }
    let start = start + lead;
    let end = end.min(lines.end_of_line(start));
    start..start + text.get(start..end).unwrap_or("").trim_end().len()
}

fn first_run(text: &str, lines: &Lines<'_>, offset: usize) -> Range<usize> {
    let end = lines.end_of_line(offset);
    let start = end - lines.line(lines.position(offset).line).len();
    let start = after_mark(text, start);
    let line = text.get(start..end).unwrap_or("");
    let lead = line.len() - line.trim_start().len();
    if lead == line.len() {
        return start..start;
    }
    let run = line.trim_start();
    let length = run.find(char::is_whitespace).unwrap_or(run.len());
    start + lead..start + lead + length
}

/// A byte order mark is not part of the text.
fn after_mark(text: &str, offset: usize) -> usize {
    if offset == 0 && text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { offset }
}

/// The last character boundary at or before `offset`.
pub(super) fn floor(text: &str, offset: usize) -> usize {
    let offset = offset.min(text.len());
    (0..=offset).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, range: Range<usize>) -> &str {
        let lines = Lines::new(text);
        text.get(one_line(text, &lines, range)).unwrap()
    }

    #[test]
    fn a_span_of_several_lines_ends_with_its_first() {
        assert_eq!(shown("<a>one  \r\n two</a>", 3..14), "one");
        assert_eq!(shown("<a>one\rtwo</a>", 3..10), "one");
    }

    #[test]
    fn blanks_around_are_left_out_and_blank_lines_skipped() {
        assert_eq!(shown("<a> \n  x y \n</a>", 3..12), "x y");
    }

    #[test]
    fn an_empty_span_becomes_the_first_run_of_its_line() {
        assert_eq!(shown("\n  <root a=\"1\">\n", 1..1), "<root");
        assert_eq!(shown("\n  <root a=\"1\">\n", 8..8), "<root");
        assert_eq!(shown("\u{feff}{ }", 0..0), "{");
        assert_eq!(shown("a\n\nb", 2..2), "");
        assert_eq!(shown("", 5..9), "");
    }

    #[test]
    fn an_offset_inside_a_character_is_moved_before_it() {
        assert_eq!(shown("aéb", 2..4), "éb");
    }
}
