//! Statements.
//!
//! In: a block or a statement in the parser's tree. Out: [`Stmt`]s. What stands in a part
//! that could not be parsed is taken as far as it is statements.

use tree_sitter::Node;

use super::model::{Expr, ExprKind, Param, Stmt, StmtKind};
use super::{Lower, node};

/// `else if` in one another, beyond which they stand behind one another: a long chain is no
/// deep one, and who walks it may recurse.
const MAX_CHAIN: usize = 32;

impl Lower<'_> {
    pub(super) fn block(&mut self, block: Node<'_>) -> Vec<Stmt> {
        let mut out = Vec::new();
        for child in node::named(block) {
            self.statement(child, &mut out);
        }
        out
    }

    /// A statement or a block, as a list.
    fn body(&mut self, of: Node<'_>, field: &str) -> Vec<Stmt> {
        let mut out = Vec::new();
        match of.child_by_field_name(field) {
            Some(body) if body.kind() == "block" => return self.block_below(body),
            Some(body) => self.statement(body, &mut out),
            None => {}
        }
        out
    }

    fn block_below(&mut self, block: Node<'_>) -> Vec<Stmt> {
        if !self.enter(block) {
            return Vec::new();
        }
        let out = self.block(block);
        self.leave();
        out
    }

    pub(super) fn statement(&mut self, of: Node<'_>, out: &mut Vec<Stmt>) {
        if !self.enter(of) {
            return;
        }
        let kind = match of.kind() {
            "local_variable_declaration" => {
                self.locals(of, out);
                None
            }
            "ERROR" => {
                out.extend(self.block(of));
                None
            }
            "expression_statement" => node::first(of).map(|inner| self.effect(inner)),
            "if_statement" => Some(self.choice(of)),
            "enhanced_for_statement" => Some(self.for_each(of)),
            "for_statement" => Some(self.for_loop(of)),
            "while_statement" | "do_statement" => Some(self.while_loop(of)),
            "switch_expression" => Some(self.switch(of)),
            "try_statement" => Some(self.attempt(of)),
            "return_statement" => {
                let value = node::first(of).map(|value| self.expression(value));
                Some(StmtKind::Return(value))
            }
            "throw_statement" => {
                node::first(of).map(|value| StmtKind::Throw(self.expression(value)))
            }
            "block" => Some(StmtKind::Block(self.block(of))),
            "run_as_statement" => {
                let body = node::child(of, "block").map(|block| self.block(block));
                Some(StmtKind::Block(body.unwrap_or_default()))
            }
            "break_statement" | "continue_statement" => Some(StmtKind::Jump),
            "explicit_constructor_invocation" => self.constructor_call(of).map(StmtKind::Expr),
            // Left behind by a part that could not be parsed.
            kind if kind.ends_with("_expression")
                || matches!(kind, "method_invocation" | "field_access") =>
            {
                Some(self.effect(of))
            }
            _ => None,
        };
        out.extend(kind.map(|kind| Stmt { kind, at: node::at(of) }));
        self.leave();
    }

    fn effect(&mut self, of: Node<'_>) -> StmtKind {
        let Expr { kind, at } = self.expression(of);
        match kind {
            ExprKind::Dml(dml) => StmtKind::Dml(dml),
            kind => StmtKind::Expr(Expr { kind, at }),
        }
    }

    fn locals(&mut self, of: Node<'_>, out: &mut Vec<Stmt>) {
        let ty = self.type_in(of, "type");
        for declarator in node::in_field(of, "declarator") {
            let (name, ty, init) = self.variable(declarator, &ty);
            out.push(Stmt { kind: StmtKind::Local { ty, name, init }, at: node::at(of) });
        }
    }

    fn test(&mut self, of: Node<'_>) -> Expr {
        self.in_field(of, "condition")
    }

    fn choice(&mut self, of: Node<'_>) -> StmtKind {
        // A chain of `else if` is read in a row.
        let mut chain = Vec::new();
        let mut last = Vec::new();
        let mut next = Some(of);
        while let Some(link) = next {
            let test = self.test(link);
            let then = self.body(link, "consequence");
            chain.push((test, then, node::at(link)));
            next = link.child_by_field_name("alternative").filter(|n| n.kind() == "if_statement");
            if next.is_none() {
                last = self.body(link, "alternative");
            }
        }
        let mut other = Vec::new();
        for (test, then, at) in chain.drain(MAX_CHAIN.min(chain.len())..) {
            other.push(Stmt { kind: StmtKind::If { test, then, other: Vec::new() }, at });
        }
        other.append(&mut last);
        while let Some((test, then, at)) = chain.pop() {
            let kind = StmtKind::If { test, then, other };
            if chain.is_empty() {
                return kind;
            }
            other = vec![Stmt { kind, at }];
        }
        StmtKind::Block(other)
    }

    fn for_each(&mut self, of: Node<'_>) -> StmtKind {
        let Param { name, ty } = self.param(of);
        let value = self.in_field(of, "value");
        StmtKind::ForEach { ty, name, value, body: self.body(of, "body") }
    }

    fn for_loop(&mut self, of: Node<'_>) -> StmtKind {
        let mut before = Vec::new();
        for init in node::in_field(of, "init") {
            match init.kind() {
                "local_variable_declaration" => self.locals(init, &mut before),
                _ => before.push(self.step(init)),
            }
        }
        let test = of.child_by_field_name("condition").map(|test| self.expression(test));
        let mut body = self.body(of, "body");
        for update in node::in_field(of, "update") {
            let step = self.step(update);
            body.push(step);
        }
        StmtKind::Loop { before, test, body }
    }

    fn step(&mut self, of: Node<'_>) -> Stmt {
        Stmt { kind: self.effect(of), at: node::at(of) }
    }

    fn while_loop(&mut self, of: Node<'_>) -> StmtKind {
        let test = Some(self.test(of));
        StmtKind::Loop { before: Vec::new(), test, body: self.body(of, "body") }
    }

    fn switch(&mut self, of: Node<'_>) -> StmtKind {
        let value = self.in_field(of, "condition");
        let mut branches = Vec::new();
        let rules = of.child_by_field_name("body").map_or_else(Vec::new, node::named);
        for rule in rules.into_iter().filter(|rule| rule.kind() == "switch_rule") {
            let (mut binding, mut values) = (None, Vec::new());
            let label = node::child(rule, "switch_label").map_or_else(Vec::new, node::named);
            for part in label {
                if part.kind() == "when_sobject_type" {
                    let mut words = node::named(part).into_iter();
                    let ty = words.next().map(|ty| self.type_ref(ty)).unwrap_or_default();
                    let name = words.next().map(|name| self.name(name)).unwrap_or_default();
                    binding = Some(Param { name, ty });
                } else {
                    values.push(self.expression(part));
                }
            }
            let body = node::child(rule, "block").map(|block| self.block_below(block));
            branches.push((binding, values, body.unwrap_or_default()));
        }
        StmtKind::Switch { value, branches }
    }

    fn attempt(&mut self, of: Node<'_>) -> StmtKind {
        let body = self.body(of, "body");
        let (mut catches, mut finally) = (Vec::new(), Vec::new());
        for clause in node::named(of) {
            match clause.kind() {
                "catch_clause" => {
                    let param = node::child(clause, "formal_parameter");
                    let param = param.map(|param| self.param(param)).unwrap_or_else(|| Param {
                        name: Default::default(),
                        ty: Default::default(),
                    });
                    let caught = self.body(clause, "body");
                    catches.push((param, caught));
                }
                "finally_clause" => {
                    let block = node::child(clause, "block");
                    finally = block.map(|block| self.block_below(block)).unwrap_or_default();
                }
                _ => {}
            }
        }
        StmtKind::Try { body, catches, finally }
    }
}
