//! The text of an element that has no child elements.
//!
//! In: the raw bytes between its tags, which the parser has found well-formed. Out: its value
//! and the bytes it comes from. It does not know whether the value means anything.

use std::borrow::Cow;
use std::ops::Range;

use super::check::{is_blank, is_space, resolve_reference};

/// The text of an element: what it says, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text<'t> {
    /// The value: references and CDATA resolved, comments left out, line endings made LF,
    /// white space around it taken away.
    pub value: Cow<'t, str>,
    /// The bytes of the file it was written with, from the first to the last part that is not
    /// blank; of an empty text, the start tag of its element.
    pub range: Range<usize>,
    /// Of a value of several lines that the file writes in other words: where parts of the
    /// value, by their first byte in it, begin in the file, in order; a part of no bytes is
    /// what the value leaves out. Empty where the value stands in the file byte for byte.
    pub parts: Vec<(usize, usize)>,
}

/// What stands between two tags, part by part.
enum Part<'t> {
    /// Characters as they are, to be trimmed at the edges.
    Run(&'t str),
    /// One character, written as a reference.
    Character(char),
    /// A CDATA section.
    Section(&'t str),
    /// A comment or a processing instruction.
    Nothing,
}

/// The text between two tags; `start` is where it begins, `tag` the start tag before it.
pub(super) fn resolve(raw: &str, start: usize, tag: Range<usize>) -> Text<'_> {
    let trimmed = trim(raw);
    if trimmed.is_empty() {
        return Text { value: Cow::Borrowed(""), range: tag, parts: Vec::new() };
    }
    if !trimmed.contains(['<', '&', '\r']) {
        let lead = raw.bytes().take_while(|b| is_space(*b)).count();
        let begin = start + lead;
        let range = begin..begin + trimmed.len();
        return Text { value: Cow::Borrowed(trimmed), range, parts: Vec::new() };
    }
    join(raw, start, tag)
}

/// The value of raw bytes between two tags: what [`resolve`] makes of them.
pub fn unescape(raw: &str) -> Cow<'_, str> {
    resolve(raw, 0, 0..0).value
}

/// Joins the parts of a text that is more than one run of characters.
fn join(raw: &str, start: usize, tag: Range<usize>) -> Text<'_> {
    let mut value = String::with_capacity(raw.len());
    let mut parts = Vec::new();
    let mut range: Option<Range<usize>> = None;
    let (mut rest, mut at) = (raw, start);
    while !rest.is_empty() {
        let (part, length) = split_part(rest);
        let solid = match part {
            Part::Run(run) => {
                push_lines(&mut value, run, at, &mut parts);
                trimmed_range(run)
            }
            Part::Character(c) => {
                parts.push((value.len(), at));
                value.push(c);
                (!u8::try_from(c).is_ok_and(is_space)).then_some(0..length)
            }
            Part::Section(section) => {
                // The opening of a section is nine bytes.
                push_lines(&mut value, section, at + 9, &mut parts);
                (!is_blank(section)).then_some(0..length)
            }
            Part::Nothing => {
                parts.push((value.len(), at));
                None
            }
        };
        if let Some(solid) = solid {
            let begin = range.map_or(at + solid.start, |r| r.start);
            range = Some(begin..at + solid.end);
        }
        rest = rest.get(length..).unwrap_or("");
        at += length;
    }
    let lead = value.bytes().take_while(|b| is_space(*b)).count();
    let value = trim(&value).to_owned();
    // One line has one number, however it is written.
    parts.retain(|_| value.contains('\n'));
    for (within, in_file) in &mut parts {
        *in_file += lead.saturating_sub(*within);
        *within = within.saturating_sub(lead);
    }
    Text { value: Cow::Owned(value), range: range.unwrap_or(tag), parts }
}

/// The first part of a text, and how many bytes it takes.
fn split_part(rest: &str) -> (Part<'_>, usize) {
    if let Some(tail) = rest.strip_prefix("<![CDATA[") {
        let section = tail.split_once("]]>").map_or(tail, |(section, _)| section);
        return (Part::Section(section), 9 + section.len() + 3);
    }
    if rest.starts_with("<!--") {
        // From 4 on: in <!--> the dashes do not close.
        let end = rest.get(4..).and_then(|tail| tail.find("-->"));
        return (Part::Nothing, end.map_or(rest.len(), |end| 4 + end + 3));
    }
    if rest.starts_with('<') {
        return (Part::Nothing, rest.find("?>").map_or(rest.len(), |end| end + 2));
    }
    if let Some((name, _)) = rest.strip_prefix('&').and_then(|tail| tail.split_once(';')) {
        let part = resolve_reference(name).map_or(Part::Nothing, Part::Character);
        return (part, name.len() + 2);
    }
    let length = rest.find(['<', '&']).filter(|at| *at > 0).unwrap_or(rest.len());
    (Part::Run(rest.get(..length).unwrap_or(rest)), length)
}

/// XML reads CRLF and a lone CR as LF; each such line is a part of its own.
fn push_lines(value: &mut String, run: &str, start: usize, parts: &mut Vec<(usize, usize)>) {
    let mut at = start;
    for line in run.split_inclusive('\r') {
        let kept = match at > start {
            true => line.strip_prefix('\n').unwrap_or(line),
            false => line,
        };
        parts.push((value.len(), at + (line.len() - kept.len())));
        match kept.strip_suffix('\r') {
            Some(kept) => {
                value.push_str(kept);
                value.push('\n');
            }
            None => value.push_str(kept),
        }
        at += line.len();
    }
}

fn trim(text: &str) -> &str {
    text.trim_matches([' ', '\t', '\n', '\r'])
}

/// Where the characters of a run that are not white space begin and end.
fn trimmed_range(run: &str) -> Option<Range<usize>> {
    let first = run.bytes().position(|b| !is_space(b))?;
    Some(first..first + trim(run).len())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// For each line of the value, the file's text from where the line begins.
    fn lines(raw: &str) -> Vec<&str> {
        let text = resolve(raw, 0, 0..0);
        let mut begins = vec![0];
        begins.extend(text.value.match_indices('\n').map(|(at, _)| at + 1));
        let place = |at: usize| {
            let part = text.parts.iter().rfind(|(within, _)| *within <= at).unwrap();
            raw.get(part.1 + (at - part.0)..).unwrap()
        };
        begins.into_iter().map(place).collect()
    }

    #[test]
    fn lines_are_found_again_however_they_are_written() {
        for raw in [
            "\r\n ax\r\nbx\r\ncx\r\n",
            " a&amp;x\nbx\ncx",
            "ax<!-- no\nline -->\nbx\ncx",
            " <![CDATA[ax\nbx]]>\ncx",
            "\ta\rb&#10;c&lt;",
        ] {
            let found = lines(raw);
            assert_eq!(found.len(), 3, "{raw:?}");
            for (line, first) in found.iter().zip(["a", "b", "c"]) {
                assert!(line.starts_with(first), "{raw:?}: {line:?}");
            }
        }
    }

    #[test]
    fn what_stands_byte_for_byte_or_on_one_line_has_no_parts() {
        for raw in ["a\nb", " a&amp;b ", "a\r\n", ""] {
            assert!(resolve(raw, 0, 0..0).parts.is_empty(), "{raw:?}");
        }
    }
}
