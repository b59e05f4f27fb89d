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
        return Text { value: Cow::Borrowed(""), range: tag };
    }
    if !trimmed.contains(['<', '&', '\r']) {
        let lead = raw.bytes().take_while(|b| is_space(*b)).count();
        let begin = start + lead;
        return Text { value: Cow::Borrowed(trimmed), range: begin..begin + trimmed.len() };
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
    let mut range: Option<Range<usize>> = None;
    let (mut rest, mut at) = (raw, start);
    while !rest.is_empty() {
        let (part, length) = split_part(rest);
        let solid = match part {
            Part::Run(run) => {
                push_lines(&mut value, run);
                trimmed_range(run)
            }
            Part::Character(c) => {
                value.push(c);
                (!u8::try_from(c).is_ok_and(is_space)).then_some(0..length)
            }
            Part::Section(section) => {
                push_lines(&mut value, section);
                (!is_blank(section)).then_some(0..length)
            }
            Part::Nothing => None,
        };
        if let Some(solid) = solid {
            let begin = range.map_or(at + solid.start, |r| r.start);
            range = Some(begin..at + solid.end);
        }
        rest = rest.get(length..).unwrap_or("");
        at += length;
    }
    let value = trim(&value).to_owned();
    Text { value: Cow::Owned(value), range: range.unwrap_or(tag) }
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

/// XML reads CRLF and a lone CR as LF.
fn push_lines(value: &mut String, run: &str) {
    let mut lines = run.split('\r');
    value.push_str(lines.next().unwrap_or(""));
    for line in lines {
        value.push('\n');
        value.push_str(line.strip_prefix('\n').unwrap_or(line));
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
