//! Apex: classes and triggers as a tree of what matters to the way of data.
//!
//! In: the bytes of a `.cls` or `.trigger` file. Out: a [`model::Unit`], and the remark that
//! a part of it could not be parsed. It knows no schema, no PHI and no rule.

mod declare;
mod expression;
mod mask;
pub mod model;
mod node;
mod query;
mod read;
mod scan;
mod statement;
#[cfg(test)]
mod tests;
mod text_query;
pub mod touch;
mod type_ref;
pub mod walk;

pub use read::{is_wanted, read};
pub use text_query::parse_soql;

use compact_str::CompactString;
use tree_sitter::Node;

use model::{At, Gap, Name};

/// Nodes deeper than this in one another are cut: whoever walks the model may recurse.
const MAX_DEPTH: u16 = 150;

/// So many parts of a file that could not be parsed are kept.
const MAX_GAPS: usize = 50;

/// From the parser's tree to the model.
struct Lower<'t> {
    /// The text that was parsed; as long as the file.
    text: &'t str,
    /// The text as it is in the file.
    written: &'t str,
    /// What was taken out of searches before parsing.
    modes: &'t [Name],
    depth: u16,
    gaps: Vec<Gap>,
}

impl<'t> Lower<'t> {
    fn new(text: &'t str, written: &'t str, modes: &'t [Name]) -> Self {
        Self { text, written, modes, depth: 0, gaps: Vec::new() }
    }

    fn text(&self, node: Node<'_>) -> &'t str {
        self.text.get(node.byte_range()).unwrap_or("")
    }

    fn name(&self, node: Node<'_>) -> Name {
        Name { text: self.text(node).into(), at: node::at(node) }
    }

    /// The name a node has in a field, empty where it has none.
    fn field_name(&self, node: Node<'_>, field: &str) -> Name {
        let head = node.start_byte();
        let nameless = || Name { text: CompactString::default(), at: node::range(head, head) };
        node.child_by_field_name(field).map_or_else(nameless, |child| self.name(child))
    }

    /// One level down; where that is too deep, the part is cut.
    fn enter(&mut self, node: Node<'_>) -> bool {
        if self.depth < MAX_DEPTH {
            self.depth += 1;
            return true;
        }
        self.gap(node, true);
        false
    }

    fn leave(&mut self) {
        self.depth = self.depth.saturating_sub(1);
    }

    fn gap(&mut self, node: Node<'_>, cut: bool) {
        if self.gaps.len() < MAX_GAPS {
            self.gaps.push(Gap { at: node::at(node), line: node::line(node), cut });
        }
    }

    /// Every part below a node that could not be parsed.
    fn find_gaps(&mut self, root: Node<'_>) {
        let mut cursor = root.walk();
        loop {
            let node = cursor.node();
            let broken = node.is_error() || node.is_missing();
            if broken {
                self.gap(node, false);
            }
            let inside = !broken && node.has_error() && cursor.goto_first_child();
            if inside {
                continue;
            }
            while !cursor.goto_next_sibling() {
                if !cursor.goto_parent() {
                    return;
                }
            }
        }
    }
}

impl At {
    /// Whether another place lies in this one.
    pub fn has(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }
}
