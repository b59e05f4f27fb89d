//! Expressions of a script.
//!
//! In: a node of the tree. Out: an [`Expr`]. What has no value of its own keeps what is inside
//! it, so that a call in it is seen.

use compact_str::CompactString;
use tree_sitter::Node;

use super::{DEEPEST, Lower, children, field};
use crate::metadata::apex::model::At;
use crate::metadata::script::model::{Expr, ExprKind};

impl<'t> Lower<'t> {
    /// Lowers an expression or a pattern.
    pub(super) fn expression(&mut self, node: Node<'_>) -> Expr {
        let at = self.at(node);
        if self.depth >= DEEPEST {
            self.gap(node, true);
            return Expr { kind: ExprKind::Unknown, at };
        }
        self.depth += 1;
        let kind = self.kind(node).unwrap_or(ExprKind::Unknown);
        self.depth -= 1;
        Expr { kind, at }
    }

    fn boxed(&mut self, node: Node<'_>) -> Box<Expr> {
        Box::new(self.expression(node))
    }

    fn all(&mut self, nodes: Vec<Node<'_>>) -> Vec<Expr> {
        nodes.into_iter().map(|node| self.expression(node)).collect()
    }

    fn kind(&mut self, node: Node<'_>) -> Option<ExprKind> {
        Some(match node.kind() {
            "identifier" | "undefined" | "shorthand_property_identifier_pattern" => {
                match self.merge_over(node) {
                    Some(merge) => ExprKind::Merge(merge),
                    None => ExprKind::Name(self.source(node).into()),
                }
            }
            "this" | "super" => ExprKind::This,
            "string" => self.string(node),
            "template_string" => self.template(node),
            "number" | "regex" | "true" | "false" | "null" => ExprKind::Literal,
            "member_expression" => ExprKind::Member {
                base: self.boxed(field(node, "object")?),
                name: self.name(field(node, "property")?),
            },
            "subscript_expression" => ExprKind::Index {
                base: self.boxed(field(node, "object")?),
                index: self.boxed(field(node, "index")?),
            },
            "call_expression" => self.call(field(node, "function")?, field(node, "arguments")),
            "new_expression" => self.call(field(node, "constructor")?, field(node, "arguments")),
            "assignment_expression" => self.assign(node, false)?,
            "augmented_assignment_expression" => self.assign(node, true)?,
            "object" | "object_pattern" => {
                let entries = children(node).into_iter();
                ExprKind::Object(entries.filter_map(|entry| self.entry(entry)).collect())
            }
            "array" | "array_pattern" => ExprKind::Array(self.all(children(node))),
            "assignment_pattern" => self.expression(field(node, "left")?).kind,
            "arrow_function" | "function_expression" | "generator_function" | "function" => {
                ExprKind::Function(self.function(node))
            }
            "binary_expression" => self.binary(node)?,
            "ternary_expression" => {
                let test = self.expression(field(node, "condition")?);
                let at = self.at(node);
                let ways = vec![
                    self.expression(field(node, "consequence")?),
                    self.expression(field(node, "alternative")?),
                ];
                let ways = Expr { kind: ExprKind::Either(ways), at };
                ExprKind::Test(vec![test], Some(Box::new(ways)))
            }
            "unary_expression" | "update_expression" => {
                ExprKind::Test(self.all(children(node)), None)
            }
            "sequence_expression" => {
                let mut parts = self.all(children(node));
                let last = parts.pop();
                ExprKind::Test(parts, last.map(Box::new))
            }
            "parenthesized_expression"
            | "await_expression"
            | "spread_element"
            | "rest_pattern"
            | "yield_expression" => self.expression(children(node).first().copied()?).kind,
            "class" => ExprKind::Unknown,
            "ERROR" => {
                self.gap(node, false);
                ExprKind::Test(self.all(children(node)), None)
            }
            _ => ExprKind::Test(self.all(children(node)), None),
        })
    }

    fn call(&mut self, callee: Node<'_>, arguments: Option<Node<'_>>) -> ExprKind {
        let callee = self.boxed(callee);
        let arguments = match arguments {
            Some(template) if template.kind() == "template_string" => {
                vec![self.expression(template)]
            }
            Some(all) => self.all(children(all)),
            None => Vec::new(),
        };
        ExprKind::Call { callee, arguments }
    }

    fn assign(&mut self, node: Node<'_>, keeps: bool) -> Option<ExprKind> {
        let target = self.boxed(field(node, "left")?);
        let value = self.boxed(field(node, "right")?);
        Some(ExprKind::Assign { target, value, keeps })
    }

    /// A long sum is one row of parts, however deep its tree is.
    fn binary(&mut self, node: Node<'_>) -> Option<ExprKind> {
        let operator = self.operator(node);
        let mut parts = Vec::new();
        let mut at = node;
        while at.kind() == "binary_expression" && self.operator(at) == operator {
            parts.push(field(at, "right")?);
            at = field(at, "left")?;
        }
        parts.push(at);
        parts.reverse();
        let mut parts = self.all(parts);
        Some(match operator {
            "+" => ExprKind::Join(parts),
            "||" | "??" => ExprKind::Either(parts),
            "&&" => {
                let last = parts.pop();
                ExprKind::Test(parts, last.map(Box::new))
            }
            // Comparisons and arithmetic: the result is not what stands on either side.
            _ => ExprKind::Test(parts, None),
        })
    }

    fn operator(&self, node: Node<'_>) -> &'t str {
        field(node, "operator").map_or("", |operator| self.source(operator))
    }

    fn string(&mut self, node: Node<'_>) -> ExprKind {
        let inside = |at: At| At { start: at.start + 1, end: at.end.saturating_sub(1) };
        let at = inside(self.at(node));
        let raw = self.text.get(at.start as usize..at.end as usize).unwrap_or("");
        self.with_merges(at, unescape(raw))
    }

    fn template(&mut self, node: Node<'_>) -> ExprKind {
        let mut parts = Vec::new();
        for child in children(node) {
            let at = self.at(child);
            match child.kind() {
                "template_substitution" => {
                    for inner in children(child) {
                        let inner = self.expression(inner);
                        parts.push(inner);
                    }
                }
                _ => {
                    let kind = self.with_merges(at, self.source(child).into());
                    parts.push(Expr { kind, at });
                }
            }
        }
        match parts.len() {
            0 => ExprKind::Text(CompactString::default()),
            1 if matches!(parts.first().map(|p| &p.kind), Some(ExprKind::Text(_))) => {
                parts.pop().map_or(ExprKind::Unknown, |part| part.kind)
            }
            _ => ExprKind::Join(parts),
        }
    }

    /// A text and the merge expressions in it.
    fn with_merges(&self, at: At, text: CompactString) -> ExprKind {
        let inside = self.merges.iter().filter(|(m, _)| at.start <= m.start && m.end <= at.end);
        let merges: Vec<Expr> = inside
            .map(|(at, text)| Expr { kind: ExprKind::Merge((*text).into()), at: *at })
            .collect();
        if merges.is_empty() {
            return ExprKind::Text(text);
        }
        // One that is all of the text is the value itself.
        if let [only] = merges.as_slice()
            && only.at == at
        {
            return only.kind.clone();
        }
        let first = merges.first().map_or(at.start, |merge| merge.at.start);
        let before = self.text.get(at.start as usize..first as usize).unwrap_or("");
        let mut parts = vec![Expr {
            kind: ExprKind::Text(before.into()),
            at: At { start: at.start, end: first },
        }];
        parts.extend(merges);
        ExprKind::Join(parts)
    }

    /// The merge expression that stands where a name was put for the parser.
    fn merge_over(&self, node: Node<'_>) -> Option<CompactString> {
        let at = self.at(node);
        let found = self.merges.iter().find(|(m, _)| at.start <= m.start && m.end <= at.end)?;
        Some(found.1.into())
    }
}

/// The name of a key without its quotes and escapes.
fn unescape(raw: &str) -> CompactString {
    if !raw.contains('\\') {
        return raw.into();
    }
    let mut out = CompactString::default();
    let mut chars = raw.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('n') => out.push('\n'),
                Some('t') => out.push('\t'),
                Some(other) => out.push(other),
                None => {}
            },
            c => out.push(c),
        }
    }
    out
}
