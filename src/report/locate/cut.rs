//! The lines around a place.
//!
//! In: the lines of a text whose secrets are already hidden, and the range to mark. Out: an [`Excerpt`]
//! of the line and one on each side. It knows nothing of files.

use std::ops::Range;

use crate::report::Excerpt;
use crate::source::lines::{Lines, Position};

/// Longer lines are cut: minified script has one line.
const MOST_CHARS: usize = 240;
const CUT: &str = "…";

/// The line of `mark`, the one before and the one after.
pub(super) fn around(lines: &Lines<'_>, mark: Range<usize>) -> Excerpt {
    let Position { line, .. } = lines.position(mark.start);
    let first_line = line.saturating_sub(1).max(1);
    let last_line = line.saturating_add(1).min(lines.count());
    let mut excerpt = Excerpt { first_line, text: String::new(), mark: 0..0 };
    for number in first_line..=last_line {
        let whole = lines.line(number);
        let whole = match whole.strip_prefix('\u{feff}') {
            Some(after) if number == 1 => after,
            _ => whole,
        };
        if number != line {
            // An empty line after the last line ending is no line to show.
            if number < lines.count() || !whole.is_empty() {
                excerpt.text.push_str(&narrow(whole, 0..0).0);
                excerpt.text.push('\n');
            }
            continue;
        }
        let start = lines.end_of_line(mark.start) - whole.len();
        let within = mark.start.saturating_sub(start)..mark.end.saturating_sub(start);
        let (shown, within) = narrow(whole, within);
        let offset = excerpt.text.len();
        excerpt.mark = offset + within.start..offset + within.end;
        excerpt.text.push_str(&shown);
        excerpt.text.push('\n');
    }
    excerpt
}

/// Cuts a long line around `mark`, and moves the mark with it.
fn narrow(line: &str, mark: Range<usize>) -> (String, Range<usize>) {
    let start = mark.start.min(line.len());
    let end = mark.end.clamp(start, line.len());
    if line.len() <= MOST_CHARS || line.chars().nth(MOST_CHARS).is_none() {
        return (line.to_owned(), start..end);
    }
    // One character on each side is kept for the sign of a cut.
    let room = MOST_CHARS - 2;
    let marked = line.get(start..end).unwrap_or("");
    let end = start + forward(marked, room);
    let left = room - marked.chars().take(room).count();
    let begin = backward(line.get(..start).unwrap_or(""), left / 2);
    let kept = line.get(begin..end).unwrap_or("").chars().count();
    let stop = end + forward(line.get(end..).unwrap_or(""), room.saturating_sub(kept));
    let lead = if begin > 0 { CUT } else { "" };
    let tail = if stop < line.len() { CUT } else { "" };
    let shown = format!("{lead}{}{tail}", line.get(begin..stop).unwrap_or(""));
    (shown, lead.len() + start - begin..lead.len() + end - begin)
}

/// The length in bytes of the first `chars` characters.
fn forward(text: &str, chars: usize) -> usize {
    text.char_indices().nth(chars).map_or(text.len(), |(at, _)| at)
}

/// The offset of the last `chars` characters.
fn backward(text: &str, chars: usize) -> usize {
    match chars.checked_sub(1) {
        Some(nth) => text.char_indices().rev().nth(nth).map_or(0, |(at, _)| at),
        None => text.len(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str, mark: Range<usize>) -> (u32, String, String) {
        let excerpt = around(&Lines::new(text), mark);
        let marked = excerpt.text.get(excerpt.mark).unwrap().to_owned();
        (excerpt.first_line, excerpt.text, marked)
    }

    #[test]
    fn one_line_on_each_side() {
        let text = "one\r\ntwo\r\nthree\r\nfour\r\n";
        assert_eq!(cut(text, 10..15), (2, "two\nthree\nfour\n".into(), "three".into()));
        assert_eq!(cut(text, 0..3), (1, "one\ntwo\n".into(), "one".into()));
        assert_eq!(cut(text, 17..21), (3, "three\nfour\n".into(), "four".into()));
    }

    #[test]
    fn a_byte_order_mark_is_not_shown() {
        assert_eq!(cut("\u{feff}<a>\n", 3..6), (1, "<a>\n".into(), "<a>".into()));
    }

    #[test]
    fn a_long_line_is_cut_on_both_sides_of_the_mark() {
        let text = format!("{}MARK{}", "a".repeat(1000), "é".repeat(1000));
        let (_, shown, marked) = cut(&text, 1000..1004);
        assert_eq!(marked, "MARK");
        assert_eq!(shown.trim_end().chars().count(), 240);
        assert!(shown.starts_with("…a") && shown.ends_with("é…\n"));
    }

    #[test]
    fn a_mark_longer_than_the_room_is_clamped() {
        let text = "é".repeat(1000);
        let (_, shown, marked) = cut(&text, 0..2000);
        assert_eq!((shown.chars().count(), marked.chars().count()), (240, 238));
    }
}
