//! The attributes of a start tag.
//!
//! In: what stands in a start tag after its name. Out: names and raw values with their
//! places, or why they are malformed. quick-xml has an iterator of its own, which accepts
//! attributes without white space between them and `<` in values.

use std::borrow::Cow;

use super::check::{is_name, is_space, resolve_reference};
use super::fault::{AMPERSAND, Fault};
use super::limits::{MAX_ATTRIBUTES, MAX_NAME_BYTES};

/// An attribute as written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Attribute<'t> {
    /// Its name with its prefix.
    pub(super) name: &'t str,
    /// Its value between the quotes, references unresolved.
    pub(super) raw: &'t str,
    /// Where the name begins.
    pub(super) start: usize,
    /// Where the raw value begins.
    pub(super) value_start: usize,
}

/// Iterates over attributes; ends after the first fault.
pub(super) struct Attributes<'t> {
    rest: &'t str,
    offset: usize,
}

const MALFORMED: &str = "after the name of a tag only attributes may follow, written \
                         name=\"value\" with a space before each: write &lt; for the character <";

impl<'t> Attributes<'t> {
    /// The attributes in `rest`, which begins at `offset` of the file.
    pub(super) fn new(rest: &'t str, offset: usize) -> Self {
        Self { rest, offset }
    }

    fn advance(&mut self, bytes: usize) -> &'t str {
        let (head, tail) = self.rest.split_at_checked(bytes).unwrap_or((self.rest, ""));
        self.rest = tail;
        self.offset += head.len();
        head
    }

    fn skip_space(&mut self) -> bool {
        let spaces = self.rest.bytes().take_while(|b| is_space(*b)).count();
        self.advance(spaces);
        spaces > 0
    }

    fn read(&mut self) -> Option<Attribute<'t>> {
        let start = self.offset;
        let length = self.rest.bytes().take_while(|b| *b != b'=' && !is_space(*b)).count();
        let name = self.advance(length);
        self.skip_space();
        (is_name(name) && self.advance(1) == "=").then_some(())?;
        self.skip_space();
        let quote = self.rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        self.advance(1);
        let value_start = self.offset;
        let length = self.rest.find(quote)?;
        let raw = self.advance(length);
        self.advance(1);
        Some(Attribute { name, raw, start, value_start })
    }
}

impl<'t> Iterator for Attributes<'t> {
    type Item = Result<Attribute<'t>, Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        let spaced = self.skip_space();
        if self.rest.is_empty() {
            return None;
        }
        let start = self.offset;
        if spaced && let Some(attribute) = self.read() {
            return Some(Ok(attribute));
        }
        self.rest = "";
        Some(Err(Fault::new(start, MALFORMED)))
    }
}

/// Holds the attributes of one start tag to the rules of XML.
pub(super) fn check_attributes(rest: &str, offset: usize) -> Result<(), Fault> {
    let mut seen: Vec<&str> = Vec::new();
    for attribute in Attributes::new(rest, offset) {
        let attribute = attribute?;
        let fault = |reason: String| Err(Fault::new(attribute.start, reason));
        if attribute.name.len() > MAX_NAME_BYTES {
            return fault(format!(
                "the name of an attribute is longer than {MAX_NAME_BYTES} bytes: the file is no \
                 metadata of Salesforce"
            ));
        }
        if seen.contains(&attribute.name) {
            return fault(format!(
                "the attribute {} stands twice in one tag: remove one",
                attribute.name
            ));
        }
        if seen.len() == MAX_ATTRIBUTES {
            return fault(format!(
                "a tag has more than {MAX_ATTRIBUTES} attributes: the file is no metadata of \
                 Salesforce"
            ));
        }
        seen.push(attribute.name);
        check_value(attribute)?;
    }
    Ok(())
}

fn check_value(attribute: Attribute<'_>) -> Result<(), Fault> {
    let mut rest = attribute.raw;
    while let Some(at) = rest.find(['<', '&']) {
        let offset = attribute.value_start + attribute.raw.len() - rest.len() + at;
        let tail = rest.get(at..).unwrap_or("");
        if tail.starts_with('<') {
            let reason = format!(
                "a < stands in the value of the attribute {}: write &lt;, or close the quote \
                 before it",
                attribute.name
            );
            return Err(Fault::new(offset, reason));
        }
        let Some((name, after)) = tail.strip_prefix('&').and_then(|t| t.split_once(';')) else {
            return Err(Fault::new(offset, AMPERSAND));
        };
        resolve_reference(name).map_err(|reason| Fault::new(offset, reason))?;
        rest = after;
    }
    Ok(())
}

/// The value of an attribute: references resolved, white space made spaces.
pub(super) fn resolve_value(raw: &str) -> Cow<'_, str> {
    if !raw.contains(['&', '\t', '\n', '\r']) {
        return Cow::Borrowed(raw);
    }
    let mut value = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = rest.find(['&', '\t', '\n', '\r']) {
        let (before, tail) = rest.split_at_checked(at).unwrap_or((rest, ""));
        value.push_str(before);
        let reference = tail.strip_prefix('&').and_then(|t| t.split_once(';'));
        if let Some((name, after)) = reference {
            value.extend(resolve_reference(name));
            rest = after;
        } else {
            value.push(' ');
            rest = tail.strip_prefix("\r\n").or_else(|| tail.get(1..)).unwrap_or("");
        }
    }
    value.push_str(rest);
    Cow::Owned(value)
}
