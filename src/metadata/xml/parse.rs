//! From tokens to a tree.
//!
//! In: the text of a file. Out: a [`Document`], or the first [`Fault`] in it. Nesting is a
//! counter and a parent's number, never recursion. It does not know metadata.

use std::ops::Range;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::attribute::check_attributes;
use super::check::{
    Occurrences, check_declaration, is_blank, is_name, resolve_reference, scan_characters,
};
use super::document::{Document, Node};
use super::fault::{DOCTYPE, Fault, blame_conflict, explain, find_conflict_rest};
use super::limits::{
    MAX_BYTES, MAX_DEPTH, MAX_NAME_BYTES, MAX_NAMES, MAX_NODES, MAX_TAG_BYTES, MAX_TOKEN_BYTES,
};
use super::names::{NameId, Names};
use crate::source::lines::Lines;

/// Parses the text of a file, byte order mark included; every offset is one of that text.
///
/// # Errors
/// The text is not well-formed XML, has a DOCTYPE, declares another encoding than UTF-8, or
/// is over a limit.
pub fn parse(text: &str) -> Result<Document<'_>, Fault> {
    let body = prepare(text)?;
    let base = text.len() - body.len();
    let mut builder = Builder {
        text,
        // Elements of profiles take about fifty bytes each.
        nodes: Vec::with_capacity(text.len() / 48 + 1),
        names: Names::default(),
        open: None,
        depth: 0,
        loose: 0..0,
        occurs: scan_characters(text)?,
    };
    let mut reader = Reader::from_str(body);
    let config = reader.config_mut();
    // Both are done here, where the open tag's line is known.
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    loop {
        let start = base + position(&reader);
        let event = reader.read_event();
        let token = start..base + position(&reader);
        // By reference: moving the event out of its result is measurable.
        let taken = match &event {
            Ok(Event::Eof) => return builder.finish(),
            Ok(event) => builder.take(event, token.clone()),
            Err(error) => Err(explain(text, start, error)),
        };
        if let Err(fault) = taken {
            return Err(blame_conflict(text, token, fault));
        }
    }
}

#[inline]
fn position(reader: &Reader<&[u8]>) -> usize {
    usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX)
}

/// The text without its byte order mark, if there is anything in it.
fn prepare(text: &str) -> Result<&str, Fault> {
    if text.len() > MAX_BYTES {
        let most = MAX_BYTES / (1024 * 1024);
        return Err(Fault::new(0, format!("the file is larger than {most} MiB: split it")));
    }
    // quick-xml drops a byte order mark and does not count it.
    let body = text.strip_prefix('\u{feff}').unwrap_or(text);
    if body.starts_with('\u{feff}') {
        return Err(Fault::new(3, "a second byte order mark stands here: remove it"));
    }
    if body.is_empty() {
        return Err(Fault::new(0, "the file is empty: retrieve it again or remove it"));
    }
    if is_blank(body) {
        return Err(Fault::new(
            0,
            "the file holds nothing but white space: retrieve it again or remove it",
        ));
    }
    Ok(body)
}

/// The tree as far as it was read.
struct Builder<'t> {
    text: &'t str,
    nodes: Vec<Node>,
    names: Names<'t>,
    /// The innermost element that is open.
    open: Option<u32>,
    depth: usize,
    /// The text since the last tag: content of a leaf, or loose between elements.
    loose: Range<usize>,
    /// What the file has at all: most have neither, and need no look for it.
    occurs: Occurrences,
}

impl<'t> Builder<'t> {
    #[inline]
    fn take(&mut self, event: &Event<'_>, token: Range<usize>) -> Result<(), Fault> {
        if token.len() > MAX_TOKEN_BYTES {
            let reason = format!(
                "a single text or tag is larger than {} MiB: the file is no metadata of Salesforce",
                MAX_TOKEN_BYTES / (1024 * 1024)
            );
            return Err(Fault::new(token.start, reason));
        }
        match event {
            Event::Start(tag) => self.open(tag, token, false),
            Event::Empty(tag) => self.open(tag, token, true),
            Event::End(tag) => self.close(tag, token),
            Event::Text(text) => self.take_text(text, token),
            Event::GeneralRef(reference) => {
                self.inside(token.start)?;
                resolve_reference(reference)
                    .map(|_| ())
                    .map_err(|reason| Fault::new(token.start, reason))
            }
            Event::CData(_) => self.inside(token.start),
            Event::Comment(comment) => check_comment(comment, token.start),
            Event::PI(instruction) => check_instruction(instruction, token.start),
            Event::Decl(declaration) => self.declare(declaration, token.start),
            Event::DocType(_) => Err(Fault::new(token.start, DOCTYPE)),
            Event::Eof => Ok(()),
        }
    }

    #[inline]
    fn open(
        &mut self,
        tag: &BytesStart<'_>,
        token: Range<usize>,
        empty: bool,
    ) -> Result<(), Fault> {
        self.settle_loose()?;
        if self.open.is_none() && !self.nodes.is_empty() {
            let reason = "a second outermost element begins here: a file has one; remove it or \
                          move it inside the first";
            return Err(Fault::new(token.start, reason));
        }
        if self.depth >= MAX_DEPTH || self.nodes.len() >= MAX_NODES {
            return Err(self.too_much(token.start));
        }
        let name = self.intern(tag.name().as_ref(), token.start)?;
        let named = 1 + tag.name().as_ref().len();
        let content: &str = tag;
        if content.len() >= named {
            check_tag(content.get(named - 1..).unwrap_or(""), token.start + named)?;
        }
        let id = clip(self.nodes.len());
        let end = clip(token.end);
        self.nodes.push(Node {
            start: clip(token.start),
            tag_end: end,
            end,
            parent: self.open.unwrap_or(id),
            after: id + 1,
            name,
        });
        if !empty {
            self.open = Some(id);
            self.depth += 1;
        }
        Ok(())
    }

    #[inline]
    fn intern(&mut self, name: &str, start: usize) -> Result<NameId, Fault> {
        match self.names.recall(name) {
            Some(known) => Ok(known),
            None => self.add_name(name.len(), start),
        }
    }

    /// Every name is checked once, when it is new.
    fn add_name(&mut self, length: usize, start: usize) -> Result<NameId, Fault> {
        let name = self.text.get(start + 1..start + 1 + length).unwrap_or("");
        let reason = if !is_name(name) {
            "a tag begins here whose name is none: write &lt; for the character <".to_owned()
        } else if name.len() > MAX_NAME_BYTES {
            format!(
                "the name of a tag is longer than {MAX_NAME_BYTES} bytes: the file is no metadata \
                 of Salesforce"
            )
        } else if let Some(id) = self.names.add(name) {
            return Ok(id);
        } else {
            format!(
                "the file has more than {MAX_NAMES} different tags: it is no metadata of Salesforce"
            )
        };
        Err(Fault::new(start, reason))
    }

    #[inline]
    fn close(&mut self, found: &str, token: Range<usize>) -> Result<(), Fault> {
        let after = clip(self.nodes.len());
        let Some((id, node)) =
            self.open.and_then(|id| Some((id, self.nodes.get_mut(id as usize)?)))
        else {
            let reason = "a closing tag stands here and no element is open: remove it";
            return Err(Fault::new(token.start, reason));
        };
        if found != self.names.get(node.name) {
            let node = *node;
            return Err(self.mismatch(node, found, token.start));
        }
        node.end = clip(token.end);
        node.after = after;
        self.open = (id != 0).then_some(node.parent);
        self.depth -= 1;
        if after > id + 1 {
            return self.settle_loose();
        }
        self.loose = 0..0;
        Ok(())
    }

    #[inline]
    fn take_text(&mut self, text: &str, token: Range<usize>) -> Result<(), Fault> {
        if self.occurs.bracket
            && let Some(at) = text.find("]]>")
        {
            let reason = "]]> stands in a text: write ]]&gt;";
            return Err(Fault::new(token.start + at, reason));
        }
        if self.open.is_none() && !is_blank(text) {
            return Err(self.outside(token));
        }
        self.loose = token;
        Ok(())
    }

    /// Looks at the text between elements: it is left out, but a rest of a merge is refused.
    #[inline]
    fn settle_loose(&mut self) -> Result<(), Fault> {
        let loose = std::mem::replace(&mut self.loose, 0..0);
        if !self.occurs.pair {
            return Ok(());
        }
        find_conflict_rest(self.text, loose).map_or(Ok(()), Err)
    }

    fn declare(&self, declaration: &str, start: usize) -> Result<(), Fault> {
        let head = self.text.len() - self.text.trim_start_matches('\u{feff}').len();
        if start != head {
            let reason = "the XML declaration <?xml …?> must be the very first thing in a file: \
                          move it there or remove it";
            return Err(Fault::new(start, reason));
        }
        check_declaration(declaration, start + 2)
    }

    #[inline]
    fn inside(&self, start: usize) -> Result<(), Fault> {
        match self.open {
            Some(_) => Ok(()),
            None => Err(self.outside(start..start + 1)),
        }
    }

    fn outside(&self, token: Range<usize>) -> Fault {
        let text = self.text.get(token.clone()).unwrap_or("");
        let blank = text.len() - text.trim_ascii_start().len();
        let side = if self.nodes.is_empty() { "before" } else { "after" };
        let reason = format!("text stands {side} the outermost element: remove it");
        find_conflict_rest(self.text, token.clone())
            .unwrap_or_else(|| Fault::new(token.start + blank, reason))
    }

    fn too_much(&self, start: usize) -> Fault {
        let what = if self.depth >= MAX_DEPTH {
            format!("elements are nested more than {MAX_DEPTH} deep")
        } else {
            format!("the file has more than {MAX_NODES} elements")
        };
        Fault::new(start, format!("{what}: the file is no metadata of Salesforce"))
    }

    fn line(&self, offset: u32) -> u32 {
        Lines::new(self.text).position(offset as usize).line
    }

    fn mismatch(&self, open: Node, found: &str, start: usize) -> Fault {
        let expected = self.names.get(open.name);
        let line = self.line(open.start);
        let reason = if is_name(found) && found.len() <= MAX_NAME_BYTES {
            format!(
                "</{found}> stands where </{expected}> must close <{expected}> of line {line}: \
                 close the tags in the order they were opened"
            )
        } else {
            format!(
                "a closing tag that is none stands where </{expected}> must close \
                     <{expected}> of line {line}: write </{expected}>"
            )
        };
        Fault::new(start, reason)
    }

    fn finish(self) -> Result<Document<'t>, Fault> {
        if let Some(node) = self.open.and_then(|id| self.nodes.get(id as usize)) {
            let name = self.names.get(node.name);
            let (opened, last) = (self.line(node.start), self.line(clip(self.text.len())));
            let reason = format!(
                "<{name}> of line {opened} is not closed before the file ends on line {last}: \
                 close it with </{name}>; if the file is cut off, retrieve it again"
            );
            return Err(Fault::new(node.start as usize, reason));
        }
        if self.nodes.is_empty() {
            return Err(Fault::new(0, "the file has no element: retrieve it again or remove it"));
        }
        Ok(Document { text: self.text, nodes: self.nodes, names: self.names })
    }
}

/// Offsets and numbers fit: a file has at most [`MAX_BYTES`].
#[inline]
fn clip(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

fn check_tag(rest: &str, offset: usize) -> Result<(), Fault> {
    if rest.len() > MAX_TAG_BYTES {
        let most = MAX_TAG_BYTES / 1024;
        let reason =
            format!("a tag is longer than {most} KiB: a quote or a > may be missing in it");
        return Err(Fault::new(offset, reason));
    }
    check_attributes(rest, offset)
}

fn check_comment(comment: &str, start: usize) -> Result<(), Fault> {
    let at = comment.find("--").or_else(|| comment.ends_with('-').then(|| comment.len() - 1));
    match at {
        None => Ok(()),
        Some(at) => Err(Fault::new(
            start + "<!--".len() + at,
            "two hyphens stand inside a comment, which XML does not allow: remove one, or close \
             the comment before with -->",
        )),
    }
}

fn check_instruction(instruction: &str, start: usize) -> Result<(), Fault> {
    let end = instruction.bytes().position(super::check::is_space).unwrap_or(instruction.len());
    let target = instruction.get(..end).unwrap_or("");
    let reason = if target.eq_ignore_ascii_case("xml") {
        "the XML declaration is written <?xml, in small letters: correct it"
    } else if !is_name(target) {
        "a processing instruction begins here whose name is none: write &lt; for the character <"
    } else {
        return Ok(());
    };
    Err(Fault::new(start, reason))
}
