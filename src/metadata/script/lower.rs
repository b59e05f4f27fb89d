//! From the tree of tree-sitter-javascript to the model.
//!
//! In: a parsed tree and the text it was parsed from. Out: statements, functions and imports.
//! What is broken becomes a gap, and what stands around it is kept. It evaluates nothing.

use compact_str::CompactString;
use tree_sitter::Node;

use super::model::{Entry, Expr, ExprKind, Function, Import, Member, Stmt};
use crate::metadata::apex::model::{At, Gap, Name};

mod expression;

/// Nodes inside each other that are followed.
const DEEPEST: usize = 160;

/// Gaps that are named for one file.
const MOST_GAPS: usize = 20;

/// What lowering gave.
#[derive(Debug, Default)]
pub(super) struct Lowered {
    pub(super) imports: Vec<Import>,
    pub(super) functions: Vec<Function>,
    pub(super) body: Vec<Stmt>,
    pub(super) gaps: Vec<Gap>,
}

/// Lowers a tree. `text` is the file, of which the parsed text has the length; `merges` are the
/// merge expressions in it.
pub(super) fn lower(root: Node<'_>, text: &str, merges: &[(At, &str)]) -> Lowered {
    let mut lower = Lower { text, merges, out: Lowered::default(), depth: 0 };
    lower.out.body = lower.block(root);
    lower.out
}

pub(super) struct Lower<'t> {
    text: &'t str,
    merges: &'t [(At, &'t str)],
    out: Lowered,
    depth: usize,
}

pub(super) fn children<'t>(node: Node<'t>) -> Vec<Node<'t>> {
    let mut cursor = node.walk();
    node.named_children(&mut cursor).filter(|child| child.kind() != "comment").collect()
}

pub(super) fn field<'t>(node: Node<'t>, name: &str) -> Option<Node<'t>> {
    node.child_by_field_name(name)
}

impl<'t> Lower<'t> {
    fn at(&self, node: Node<'_>) -> At {
        place(node)
    }

    fn source(&self, node: Node<'_>) -> &'t str {
        let at = self.at(node);
        self.text.get(at.start as usize..at.end as usize).unwrap_or("")
    }

    fn name(&self, node: Node<'_>) -> Name {
        let at = self.at(node);
        let text = self.source(node);
        // A quoted key stands without its quotes.
        let bare = text.trim_matches(['"', '\'']);
        match bare.len() + 2 == text.len() {
            true => Name { text: bare.into(), at: At { start: at.start + 1, end: at.end - 1 } },
            false => Name { text: text.into(), at },
        }
    }

    fn gap(&mut self, node: Node<'_>, cut: bool) {
        if self.out.gaps.len() < MOST_GAPS {
            let at = self.at(node);
            let line = self.text.get(..at.start as usize).unwrap_or("").matches('\n').count();
            let line = u32::try_from(line + 1).unwrap_or(u32::MAX);
            self.out.gaps.push(Gap { at, line, cut });
        }
    }

    /// The statements below a node.
    fn block(&mut self, node: Node<'_>) -> Vec<Stmt> {
        let mut out = Vec::new();
        if self.depth >= DEEPEST {
            self.gap(node, true);
            return out;
        }
        self.depth += 1;
        for child in children(node) {
            self.statement(child, &mut out);
        }
        self.depth -= 1;
        out
    }

    /// A statement that may be a block or not.
    fn body_of(&mut self, node: Option<Node<'_>>) -> Vec<Stmt> {
        let mut out = Vec::new();
        if let Some(node) = node {
            match self.depth >= DEEPEST {
                true => self.gap(node, true),
                false => {
                    self.depth += 1;
                    self.statement(node, &mut out);
                    self.depth -= 1;
                }
            }
        }
        out
    }

    fn statement(&mut self, node: Node<'_>, out: &mut Vec<Stmt>) {
        match node.kind() {
            "expression_statement" => {
                for child in children(node) {
                    let expr = self.expression(child);
                    out.push(Stmt::Expr(expr));
                }
            }
            "lexical_declaration" | "variable_declaration" | "using_declaration" => {
                for declared in children(node) {
                    let Some(name) = field(declared, "name") else { continue };
                    let target = self.expression(name);
                    let value = field(declared, "value").map(|value| self.expression(value));
                    if let (ExprKind::Name(text), Some(value)) = (&target.kind, &value) {
                        self.call_it(value, &Name { text: text.clone(), at: target.at });
                    }
                    out.push(Stmt::Let { target, value });
                }
            }
            "function_declaration" | "generator_function_declaration" => {
                let number = self.function(node);
                out.push(Stmt::Function(number));
            }
            "class_declaration" | "class" => out.push(self.class(node)),
            "return_statement" | "throw_statement" => {
                let value = children(node).first().map(|value| self.expression(*value));
                out.push(match (node.kind(), value) {
                    ("throw_statement", Some(value)) => Stmt::Expr(value),
                    (_, value) => Stmt::Return(value),
                });
            }
            "import_statement" => self.import(node),
            "export_statement" => self.export(node, out),
            "statement_block" | "program" => out.extend(self.block(node)),
            "ERROR" => {
                self.gap(node, false);
                out.extend(self.block(node));
            }
            _ => self.control(node, out),
        }
    }

    fn control(&mut self, node: Node<'_>, out: &mut Vec<Stmt>) {
        let mut test = |lower: &mut Self, name: &str| {
            if let Some(test) = field(node, name) {
                let test = lower.expression(test);
                let at = test.at;
                out.push(Stmt::Expr(Expr { kind: ExprKind::Test(vec![test], None), at }));
            }
        };
        match node.kind() {
            "if_statement" => {
                test(self, "condition");
                let then = self.body_of(field(node, "consequence"));
                let other = field(node, "alternative").and_then(|other| other.named_child(0));
                let other = self.body_of(other);
                out.push(Stmt::Branch(vec![then, other]));
            }
            "switch_statement" => {
                test(self, "value");
                let cases = field(node, "body").map(children).unwrap_or_default();
                let mut branches: Vec<_> = cases.into_iter().map(|case| self.block(case)).collect();
                branches.push(Vec::new());
                out.push(Stmt::Branch(branches));
            }
            "try_statement" => {
                out.extend(self.body_of(field(node, "body")));
                if let Some(handler) = field(node, "handler") {
                    let caught = self.body_of(field(handler, "body"));
                    out.push(Stmt::Branch(vec![caught, Vec::new()]));
                }
                if let Some(last) = field(node, "finalizer") {
                    out.extend(self.body_of(field(last, "body")));
                }
            }
            "for_in_statement" => self.for_each(node, out),
            "for_statement" | "while_statement" | "do_statement" => {
                out.extend(self.body_of(field(node, "initializer")));
                let mut body = self.body_of(field(node, "body"));
                for part in ["condition", "increment"] {
                    body.extend(self.body_of(field(node, part)));
                }
                out.push(Stmt::Loop(body));
            }
            "labeled_statement" | "with_statement" => out.extend(self.body_of(field(node, "body"))),
            "empty_statement"
            | "break_statement"
            | "continue_statement"
            | "debugger_statement"
            | "statement_identifier"
            | "hash_bang_line"
            | "html_comment" => {}
            _ => {
                let expr = self.expression(node);
                out.push(Stmt::Expr(expr));
            }
        }
    }

    fn for_each(&mut self, node: Node<'_>, out: &mut Vec<Stmt>) {
        let (Some(left), Some(right)) = (field(node, "left"), field(node, "right")) else { return };
        let target = self.expression(left);
        let value = self.expression(right);
        let keys = field(node, "operator").is_some_and(|operator| self.source(operator) == "in");
        let body = self.body_of(field(node, "body"));
        out.push(Stmt::Each { target, value, keys, body });
    }

    fn import(&mut self, node: Node<'_>) {
        let Some(source) = field(node, "source") else { return };
        let from = self.name(source);
        let out = &mut self.out.imports;
        let mut add = |local: Name, imported: CompactString| {
            out.push(Import { local, imported, from: from.clone() });
        };
        let clauses = children(node).into_iter().filter(|child| child.kind() == "import_clause");
        let text = self.text;
        let name = |node: Node<'_>| named(text, node);
        for part in clauses.flat_map(children) {
            match part.kind() {
                "identifier" => add(name(part), "default".into()),
                "namespace_import" => {
                    let local = children(part).first().copied().unwrap_or(part);
                    add(name(local), "*".into());
                }
                "named_imports" => {
                    for one in children(part) {
                        let Some(imported) = field(one, "name") else { continue };
                        let local = field(one, "alias").unwrap_or(imported);
                        add(name(local), name(imported).text);
                    }
                }
                _ => {}
            }
        }
    }

    fn export(&mut self, node: Node<'_>, out: &mut Vec<Stmt>) {
        if let Some(declared) = field(node, "declaration") {
            return self.statement(declared, out);
        }
        let Some(value) = field(node, "value") else { return };
        match value.kind() {
            "class" => out.push(self.class(value)),
            _ => {
                // What is exported as such can be imported under any name.
                let value = self.expression(value);
                let at = value.at;
                let target = Expr { kind: ExprKind::Name("default".into()), at };
                out.push(Stmt::Let { target, value: Some(value) });
            }
        }
    }

    fn class(&mut self, node: Node<'_>) -> Stmt {
        let mut members = Vec::new();
        let body = field(node, "body").map(children).unwrap_or_default();
        let mut waiting = Vec::new();
        for child in body {
            match child.kind() {
                "decorator" => waiting.extend(self.decorator(child)),
                "method_definition" => {
                    let mut decorators = std::mem::take(&mut waiting);
                    decorators.extend(self.decorators(child));
                    let Some(name) = field(child, "name").map(|name| self.name(name)) else {
                        continue;
                    };
                    let getter = child.children(&mut child.walk()).any(|c| c.kind() == "get");
                    let at = self.at(child);
                    let number = self.function(child);
                    let value = Some(Expr { kind: ExprKind::Function(number), at });
                    members.push(Member { name, decorators, value, getter });
                }
                "field_definition" => {
                    let mut decorators = std::mem::take(&mut waiting);
                    decorators.extend(self.decorators(child));
                    let Some(name) = field(child, "property").map(|name| self.name(name)) else {
                        continue;
                    };
                    let value = field(child, "value").map(|value| self.expression(value));
                    if let Some(value) = &value {
                        self.call_it(value, &name);
                    }
                    members.push(Member { name, decorators, value, getter: false });
                }
                "ERROR" => self.gap(child, false),
                _ => {}
            }
        }
        Stmt::Class(members)
    }

    /// A function without a name has that of what it is put into.
    fn call_it(&mut self, value: &Expr, name: &Name) {
        if let ExprKind::Function(number) = value.kind
            && let Some(function) = self.out.functions.get_mut(number)
            && function.name.text.is_empty()
        {
            function.name = name.clone();
        }
    }

    fn decorators(&mut self, node: Node<'_>) -> Vec<Expr> {
        let own = children(node).into_iter().filter(|child| child.kind() == "decorator");
        own.collect::<Vec<_>>().into_iter().filter_map(|child| self.decorator(child)).collect()
    }

    fn decorator(&mut self, node: Node<'_>) -> Option<Expr> {
        let inner = children(node).first().copied()?;
        Some(self.expression(inner))
    }

    /// Keeps a function and gives its number.
    pub(super) fn function(&mut self, node: Node<'_>) -> usize {
        let name = field(node, "name").map(|name| self.name(name)).unwrap_or_default();
        let params = match (field(node, "parameters"), field(node, "parameter")) {
            (Some(all), _) => children(all),
            (None, one) => one.into_iter().collect(),
        };
        let params: Vec<Expr> = params.into_iter().map(|param| self.expression(param)).collect();
        let body = match field(node, "body") {
            Some(body) if body.kind() == "statement_block" => self.block(body),
            Some(body) => vec![Stmt::Return(Some(self.expression(body)))],
            None => Vec::new(),
        };
        let arrow = node.kind() == "arrow_function";
        self.out.functions.push(Function { name, params, body, arrow });
        self.out.functions.len() - 1
    }
}

fn place(node: Node<'_>) -> At {
    let byte = |byte: usize| u32::try_from(byte).unwrap_or(u32::MAX);
    At { start: byte(node.start_byte()), end: byte(node.end_byte()) }
}

fn named(text: &str, node: Node<'_>) -> Name {
    let at = place(node);
    let text = text.get(at.start as usize..at.end as usize).unwrap_or("");
    Name { text: text.trim_matches(['"', '\'']).into(), at }
}

impl Lower<'_> {
    fn entry(&mut self, node: Node<'_>) -> Option<Entry> {
        let at = self.at(node);
        Some(match node.kind() {
            "pair" | "pair_pattern" => {
                let key = field(node, "key")?;
                let computed = match key.kind() {
                    "computed_property_name" => {
                        children(key).first().map(|inner| self.expression(*inner))
                    }
                    _ => None,
                };
                let name = match computed {
                    Some(_) => Name { text: CompactString::default(), at: self.at(key) },
                    None => self.name(key),
                };
                let value = self.expression(field(node, "value")?);
                self.call_it(&value, &name);
                Entry { key: name, computed, value }
            }
            "shorthand_property_identifier" | "shorthand_property_identifier_pattern" => {
                let key = self.name(node);
                let value = Expr { kind: ExprKind::Name(key.text.clone()), at };
                Entry { key, computed: None, value }
            }
            "object_assignment_pattern" => return self.entry(field(node, "left")?),
            "spread_element" | "rest_pattern" => {
                let value = self.expression(children(node).first().copied()?);
                Entry { key: Name { text: "...".into(), at }, computed: None, value }
            }
            "method_definition" => {
                let key = self.name(field(node, "name")?);
                let number = self.function(node);
                let value = Expr { kind: ExprKind::Function(number), at };
                Entry { key, computed: None, value }
            }
            _ => return None,
        })
    }
}
