//! Blanks out the contents of secrets before a line is shown.
//!
//! In: the text of a file. Out: the same text, line for line, with `[hidden]` for the content
//! of every element that holds a secret, and for secrets inside other text. It is no XML parser: a file that is not well-formed
//! loses more text than it must, never less.

use std::borrow::Cow;
use std::ops::Range;

use super::{hide_code, hide_number, hide_url};
use crate::source::lines::Lines;

/// Elements whose content is a secret, whatever stands around them.
const SECRETS: [&str; 11] = [
    "consumerSecret",
    "password",
    "oauthToken",
    "oauthRefreshToken",
    "awsAccessSecret",
    "ecKey",
    "recaptchaSecretKey",
    "privateKey",
    "clientSecret",
    // Users that programs act as: they are tested, and never shown.
    "oauthClientCredentialUser",
    "clientCredentialsFlowUser",
];
/// A parameter of a credential: its value is a secret when its type is one of [`AUTH_TYPES`].
const PARAMETER_VALUE: &str = "parameterValue";
const PARAMETER_TYPE: &str = "parameterType";
const AUTH_TYPES: [&str; 2] = ["AuthHeader", "AuthParameter"];
const HIDDEN: &str = "[hidden]";
/// No metadata file that is read is nested deeper.
const MOST_OPEN: usize = 4096;

/// A text without its secrets, and how offsets move into it.
pub(super) struct Masked<'t> {
    original: &'t str,
    text: Cow<'t, str>,
    /// What was replaced, and where the replacement begins.
    pieces: Vec<(Range<usize>, usize)>,
}

impl<'t> Masked<'t> {
    pub(super) fn new(path: &str, original: &'t str) -> Self {
        let mut ranges = secret_ranges(original, !hide_code::is_code(path));
        if hide_code::has_literals(path) {
            ranges.extend(hide_code::secret_literals(original));
        }
        ranges.extend(hide_url::secret_parts(original));
        ranges.extend(hide_number::numbers(original));
        let ranges = merge(ranges);
        if ranges.is_empty() {
            return Self { original, text: Cow::Borrowed(original), pieces: Vec::new() };
        }
        let (mut text, mut pieces, mut at) = (String::new(), Vec::new(), 0);
        for range in ranges {
            text.push_str(original.get(at..range.start).unwrap_or(""));
            pieces.push((range.clone(), text.len()));
            text.push_str(HIDDEN);
            text.push_str(&"\n".repeat(endings(original, range.clone())));
            at = range.end;
        }
        text.push_str(original.get(at..).unwrap_or(""));
        Self { original, text: Cow::Owned(text), pieces }
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Whether some of `range` is hidden.
    pub(super) fn covers(&self, range: &Range<usize>) -> bool {
        let after = self.pieces.partition_point(|(piece, _)| piece.end <= range.start);
        self.pieces.get(after).is_some_and(|(piece, _)| piece.start < range.end)
    }

    /// Where `range`, which is within one line, is in the text without secrets.
    pub(super) fn map(&self, range: &Range<usize>) -> Range<usize> {
        let start = self.offset(range.start, 0);
        start..self.offset(range.end, HIDDEN.len()).max(start)
    }

    /// An offset in the first hidden line moves `into` the replacement, one in a later line
    /// to the empty line that stands for it.
    fn offset(&self, offset: usize, into: usize) -> usize {
        let after = self.pieces.partition_point(|(piece, _)| piece.start < offset);
        let Some((piece, new)) = after.checked_sub(1).and_then(|at| self.pieces.get(at)) else {
            return offset;
        };
        if offset >= piece.end {
            let length = HIDDEN.len() + endings(self.original, piece.clone());
            return new + length + (offset - piece.end);
        }
        match endings(self.original, piece.start..offset) {
            0 => new + into,
            lines => new + HIDDEN.len() + lines,
        }
    }
}

/// How many lines end in `range`.
fn endings(text: &str, range: Range<usize>) -> usize {
    Lines::new(text.get(range).unwrap_or("")).count() as usize - 1
}

fn merge(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_unstable_by_key(|range| (range.start, range.end));
    let mut merged: Vec<Range<usize>> = Vec::with_capacity(ranges.len());
    for range in ranges {
        match merged.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => merged.push(range),
        }
    }
    merged
}

/// An element whose end was not met yet.
struct Open<'t> {
    text: &'t str,
    name: &'t str,
    content: usize,
    authenticates: bool,
    values: Vec<Range<usize>>,
}

impl Open<'_> {
    /// The values of its parameters, when they are secrets.
    fn secret_values(self) -> Vec<Range<usize>> {
        if self.authenticates { self.values } else { Vec::new() }
    }
}

/// The contents of secret elements in `text`; what stands in comments and CDATA counts too.
/// With `to_the_end` an element that is never closed is hidden up to the end.
fn secret_ranges(text: &str, to_the_end: bool) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut inner = Vec::new();
    scan(text, 0..text.len(), to_the_end, &mut inner, &mut found);
    for part in inner {
        // A comment in a comment or a section does not exist: what looks like one is text.
        scan(text, part, to_the_end, &mut Vec::new(), &mut found);
    }
    found.retain(|range| text.get(range.clone()).is_some_and(|hidden| !hidden.trim().is_empty()));
    found
}

fn scan<'t>(
    text: &'t str,
    part: Range<usize>,
    to_the_end: bool,
    inner: &mut Vec<Range<usize>>,
    found: &mut Vec<Range<usize>>,
) {
    let Some(within) = text.get(..part.end) else { return };
    let mut open: Vec<Open<'t>> = Vec::new();
    let mut at = part.start;
    while let Some(next) = within.get(at..).and_then(|rest| rest.find('<')) {
        let start = at + next;
        let rest = within.get(start..).unwrap_or("");
        if let Some((skip, close)) = enclosure(rest) {
            let end = rest.find(close).map_or(within.len(), |length| start + length);
            at = end.max(start + skip);
            inner.push(start + skip..at);
        } else if let Some(name) = rest.strip_prefix("</").map(name_at) {
            close(&mut open, name, start, found);
            at = start + 2 + name.len();
        } else {
            let name = name_at(rest.get(1..).unwrap_or(""));
            if name.is_empty() {
                at = start + 1;
                continue;
            }
            let Some(length) = tag_length(rest) else { break };
            at = start + length;
            if rest.get(..length).is_some_and(|tag| tag.ends_with("/>")) {
                continue;
            }
            if open.len() >= MOST_OPEN {
                if to_the_end {
                    found.push(at..within.len());
                    return;
                }
                open.clear();
            }
            open.push(Open { text, name, content: at, authenticates: false, values: Vec::new() });
        }
    }
    if to_the_end {
        for left_open in open {
            if is_secret(left_open.name) || is(left_open.name, PARAMETER_VALUE) {
                found.push(left_open.content..within.len());
            }
            found.extend(left_open.secret_values());
        }
    }
}

/// A comment or section that begins here: the length of its start, and its end.
fn enclosure(rest: &str) -> Option<(usize, &'static str)> {
    const ENCLOSURES: [(&str, &str); 3] = [("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>")];
    let (start, end) = ENCLOSURES.into_iter().find(|(start, _)| rest.starts_with(start))?;
    Some((start.len(), end))
}

/// The name at the beginning of `rest`, its prefix included.
fn name_at(rest: &str) -> &str {
    let in_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ':');
    let end = rest.find(|c| !in_name(c)).unwrap_or(rest.len());
    rest.get(..end).unwrap_or("")
}

/// The length of the tag at the beginning of `rest`, up to and with its `>`. No tag holds
/// another `<`: where one does, it is broken, and the next begins there.
fn tag_length(rest: &str) -> Option<usize> {
    let mut quote = None;
    for (at, byte) in rest.bytes().enumerate().skip(1) {
        match (quote, byte) {
            (_, b'<') => return Some(at),
            (None, b'>') => return Some(at + 1),
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), byte) if open == byte => quote = None,
            _ => {}
        }
    }
    // Quotes that do not close: any end will do.
    rest.find('>').map(|at| at + 1)
}

/// Ends the element `name` at `end`, and what was left open in it.
fn close(open: &mut Vec<Open<'_>>, name: &str, end: usize, found: &mut Vec<Range<usize>>) {
    let Some(index) = open.iter().rposition(|element| element.name == name) else { return };
    for left_open in open.drain(index + 1..) {
        if is_secret(left_open.name) || is(left_open.name, PARAMETER_VALUE) {
            found.push(left_open.content..end);
        }
        found.extend(left_open.secret_values());
    }
    let Some(closed) = open.pop() else { return };
    let content = closed.content..end;
    if is_secret(name) {
        found.push(content.clone());
    }
    if let Some(parent) = open.last_mut() {
        if is(name, PARAMETER_TYPE) {
            let text = closed.text.get(content.clone()).unwrap_or("");
            parent.authenticates |= AUTH_TYPES.iter().any(|kind| text.contains(kind));
        }
        if is(name, PARAMETER_VALUE) {
            parent.values.push(content);
        }
    }
    found.extend(closed.secret_values());
}

fn is_secret(name: &str) -> bool {
    SECRETS.iter().any(|secret| is(name, secret))
}

/// Whether an element's name, its prefix left aside, is `expected`.
fn is(name: &str, expected: &str) -> bool {
    name.rsplit(':').next().is_some_and(|local| local.eq_ignore_ascii_case(expected))
}

#[cfg(test)]
#[path = "hide_tests.rs"]
mod tests;
