//! A parsed file: elements in the order of their start tags.
//!
//! In: what the parser found. Out: names, children, texts, attributes and their bytes. An
//! element is a number; one that is not of this document reads as empty, never as a panic.

use std::borrow::Cow;
use std::ops::Range;

use super::attribute::{Attributes, resolve_value};
use super::names::{NameId, Names};
use super::text::{self, Text};

/// An element of one [`Document`]. Numbers follow the order of the start tags.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub(super) u32);

/// An element: where it stands, and which others it holds.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Node {
    /// Its first byte.
    pub(super) start: u32,
    /// One past its start tag.
    pub(super) tag_end: u32,
    /// One past its end tag.
    pub(super) end: u32,
    /// Its parent; the root is its own.
    pub(super) parent: u32,
    /// The first element after it that is not inside it.
    pub(super) after: u32,
    /// Its name.
    pub(super) name: NameId,
}

/// The elements of one file.
#[derive(Debug)]
pub struct Document<'t> {
    pub(super) text: &'t str,
    pub(super) nodes: Vec<Node>,
    pub(super) names: Names<'t>,
}

impl<'t> Document<'t> {
    /// The outermost element.
    pub fn root(&self) -> NodeId {
        NodeId(0)
    }

    /// How many elements there are; at least one.
    #[allow(clippy::len_without_is_empty, reason = "a document without an element is refused")]
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// The text the offsets count in: the one that was parsed.
    pub fn source(&self) -> &'t str {
        self.text
    }

    fn node(&self, id: NodeId) -> Node {
        self.nodes.get(id.0 as usize).copied().unwrap_or_default()
    }

    fn slice(&self, range: Range<usize>) -> &'t str {
        self.text.get(range).unwrap_or("")
    }

    /// The name as written, with its prefix.
    pub fn name(&self, id: NodeId) -> &'t str {
        self.nodes.get(id.0 as usize).map_or("", |node| self.names.get(node.name))
    }

    /// The number of its name: equal numbers are equal names.
    pub fn name_id(&self, id: NodeId) -> NameId {
        self.node(id).name
    }

    /// The number of a name; `None` when no element of the file has it.
    pub fn lookup(&self, name: &str) -> Option<NameId> {
        self.names.find(name)
    }

    /// The element around it; the root has none.
    pub fn parent(&self, id: NodeId) -> Option<NodeId> {
        (id.0 != 0).then(|| NodeId(self.node(id).parent))
    }

    /// The elements directly inside it, in order.
    pub fn children(&self, id: NodeId) -> impl Iterator<Item = NodeId> + use<'_, 't> {
        let end = self.node(id).after;
        let mut next = id.0.saturating_add(1);
        std::iter::from_fn(move || {
            let child = (next < end).then_some(NodeId(next))?;
            // Never backwards, so that the walk ends.
            next = self.node(child).after.max(next + 1);
            Some(child)
        })
    }

    /// The first child of that name.
    pub fn child(&self, id: NodeId, name: &str) -> Option<NodeId> {
        let name = self.lookup(name)?;
        self.children(id).find(|child| self.name_id(*child) == name)
    }

    /// The last child of that name: what Salesforce takes of an element that may stand once.
    pub fn last_child(&self, id: NodeId, name: &str) -> Option<NodeId> {
        let name = self.lookup(name)?;
        self.children(id).filter(|child| self.name_id(*child) == name).last()
    }

    /// Whether there are elements inside it. Text beside them is no part of the document.
    pub fn is_container(&self, id: NodeId) -> bool {
        self.node(id).after > id.0.saturating_add(1)
    }

    /// The bytes of its start tag, `<` and `>` included.
    pub fn start_tag(&self, id: NodeId) -> Range<usize> {
        let node = self.node(id);
        node.start as usize..node.tag_end as usize
    }

    /// Its bytes from the start tag to the end tag, both included.
    pub fn element(&self, id: NodeId) -> Range<usize> {
        let node = self.node(id);
        node.start as usize..node.end as usize
    }

    /// Its text; `None` when there are elements inside it.
    pub fn text(&self, id: NodeId) -> Option<Text<'t>> {
        if self.is_container(id) {
            return None;
        }
        let tag = self.start_tag(id);
        let inner = self.slice(tag.end..self.element(id).end);
        // The end tag is `</name>`, seldom with white space before the `>`.
        let usual = self.name(id).len() + 3;
        let split = inner.len().checked_sub(usual);
        let raw = split
            .and_then(|at| inner.split_at_checked(at))
            .filter(|(_, end)| end.starts_with("</"));
        let raw = match raw {
            Some((raw, _)) => raw,
            None => inner.rfind("</").and_then(|at| inner.get(..at)).unwrap_or(""),
        };
        Some(text::resolve(raw, tag.end, tag))
    }

    /// The value of the attribute of that local name: `nil` finds `xsi:nil`. Declarations of
    /// namespaces are not attributes.
    pub fn attribute(&self, id: NodeId, local: &str) -> Option<Cow<'t, str>> {
        let tag = self.start_tag(id);
        let name = self.name(id).len() + 1;
        let inner = self.slice(tag.clone()).strip_suffix('>')?;
        let inner = inner.strip_suffix('/').unwrap_or(inner).get(name..)?;
        Attributes::new(inner, tag.start + name).map_while(Result::ok).find_map(|attribute| {
            let found = match attribute.name.split_once(':') {
                Some(("xmlns", _)) => false,
                Some((_, own)) => own == local,
                None => attribute.name == local && local != "xmlns",
            };
            found.then(|| resolve_value(attribute.raw))
        })
    }

    /// Whether it says `xsi:nil="true"`: present in the file, absent in its meaning.
    pub fn is_nil(&self, id: NodeId) -> bool {
        let value = self.attribute(id, "nil");
        value.is_some_and(|value| matches!(value.trim(), "true" | "1"))
    }
}
