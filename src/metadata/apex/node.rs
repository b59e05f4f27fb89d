//! Small questions to a node of the parser's tree.
//!
//! In: a node. Out: its place, its line, its children without comments.

use tree_sitter::Node;

use super::model::At;

/// Bytes as a place.
pub fn range(start: usize, end: usize) -> At {
    let clip = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    At { start: clip(start), end: clip(end) }
}

/// Where a node stands.
pub fn at(node: Node<'_>) -> At {
    range(node.start_byte(), node.end_byte())
}

/// The line a node begins on, from 1.
pub fn line(node: Node<'_>) -> u32 {
    u32::try_from(node.start_position().row).unwrap_or(u32::MAX).saturating_add(1)
}

fn is_comment(node: Node<'_>) -> bool {
    matches!(node.kind(), "line_comment" | "block_comment")
}

/// Its named children, without comments.
pub fn named(node: Node<'_>) -> Vec<Node<'_>> {
    let count = node.named_child_count();
    if count == 0 {
        return Vec::new();
    }
    let mut out = Vec::with_capacity(count);
    let mut cursor = node.walk();
    if !cursor.goto_first_child() {
        return out;
    }
    loop {
        let child = cursor.node();
        if child.is_named() && !is_comment(child) {
            out.push(child);
        }
        if !cursor.goto_next_sibling() {
            return out;
        }
    }
}

/// Its children in a field, without punctuation and comments.
pub fn in_field<'n>(node: Node<'n>, field: &str) -> Vec<Node<'n>> {
    let mut out = Vec::new();
    let mut cursor = node.walk();
    if !cursor.goto_first_child() {
        return out;
    }
    loop {
        let child = cursor.node();
        if cursor.field_name() == Some(field) && child.is_named() && !is_comment(child) {
            out.push(child);
        }
        if !cursor.goto_next_sibling() {
            return out;
        }
    }
}

/// Its first named child of a kind.
pub fn child<'n>(node: Node<'n>, kind: &str) -> Option<Node<'n>> {
    named(node).into_iter().find(|child| child.kind() == kind)
}

/// Its first named child.
pub fn first(node: Node<'_>) -> Option<Node<'_>> {
    named(node).into_iter().next()
}

/// What stands inside any number of parentheses.
pub fn unwrap(mut node: Node<'_>) -> Node<'_> {
    while node.kind() == "parenthesized_expression" {
        let Some(inner) = first(node) else { break };
        node = inner;
    }
    node
}
