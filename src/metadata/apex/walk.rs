//! A walk over statements and expressions.
//!
//! In: statements. Out: each expression once, outer ones before inner ones. Nesting is bounded
//! by the reader of the source.

use super::model::{Expr, ExprKind, Stmt, StmtKind};

/// Calls `visit` for every expression.
pub fn expressions<'a>(body: &'a [Stmt], visit: &mut dyn FnMut(&'a Expr)) {
    for statement in body {
        walk_statement(statement, visit);
    }
}

/// Calls `visit` for an expression and every one in it.
pub fn expression<'a>(expr: &'a Expr, visit: &mut dyn FnMut(&'a Expr)) {
    walk(expr, visit);
}

/// Calls `visit` for every statement, outer ones before inner ones.
pub fn statements<'a>(body: &'a [Stmt], visit: &mut dyn FnMut(&'a Stmt)) {
    for statement in body {
        visit(statement);
        match &statement.kind {
            StmtKind::If { then, other, .. } => {
                statements(then, visit);
                statements(other, visit);
            }
            StmtKind::ForEach { body, .. } | StmtKind::Block(body) => statements(body, visit),
            StmtKind::Loop { before, body, .. } => {
                statements(before, visit);
                statements(body, visit);
            }
            StmtKind::Switch { branches, .. } => {
                branches.iter().for_each(|(_, _, body)| statements(body, visit));
            }
            StmtKind::Try { body, catches, finally } => {
                statements(body, visit);
                catches.iter().for_each(|(_, body)| statements(body, visit));
                statements(finally, visit);
            }
            _ => {}
        }
    }
}

/// Names that are assigned to: of `this.x = …` and `X.y = …` the last one.
pub fn assigned<'a>(body: &'a [Stmt], visit: &mut dyn FnMut(&'a str)) {
    expressions(body, &mut |expr| {
        let target = match &expr.kind {
            ExprKind::Assign { target, .. } | ExprKind::Unary(target) => target,
            _ => return,
        };
        match &target.kind {
            ExprKind::Name(name) => visit(name),
            ExprKind::Member { name, .. } => visit(&name.text),
            _ => {}
        }
    });
}

fn walk_statement<'a>(statement: &'a Stmt, visit: &mut dyn FnMut(&'a Expr)) {
    match &statement.kind {
        StmtKind::Local { init, .. } => walk_all(init, visit),
        StmtKind::Expr(expr) | StmtKind::Throw(expr) => walk(expr, visit),
        StmtKind::If { test, then, other } => {
            walk(test, visit);
            expressions(then, visit);
            expressions(other, visit);
        }
        StmtKind::ForEach { value, body, .. } => {
            walk(value, visit);
            expressions(body, visit);
        }
        StmtKind::Loop { before, test, body } => {
            expressions(before, visit);
            walk_all(test, visit);
            expressions(body, visit);
        }
        StmtKind::Switch { value, branches } => {
            walk(value, visit);
            for (_, values, body) in branches {
                walk_all(values, visit);
                expressions(body, visit);
            }
        }
        StmtKind::Try { body, catches, finally } => {
            expressions(body, visit);
            for (_, body) in catches {
                expressions(body, visit);
            }
            expressions(finally, visit);
        }
        StmtKind::Return(value) => walk_all(value, visit),
        StmtKind::Dml(dml) => {
            walk(&dml.target, visit);
            walk_all(&dml.merged, visit);
        }
        StmtKind::Block(body) => expressions(body, visit),
        StmtKind::Jump => {}
    }
}

fn walk_all<'a>(list: impl IntoIterator<Item = &'a Expr>, visit: &mut dyn FnMut(&'a Expr)) {
    for expr in list {
        walk(expr, visit);
    }
}

fn walk<'a>(expr: &'a Expr, visit: &mut dyn FnMut(&'a Expr)) {
    visit(expr);
    match &expr.kind {
        ExprKind::Member { base, .. } => walk(base, visit),
        ExprKind::Index { base, index } => walk_all([base.as_ref(), index], visit),
        ExprKind::Call { base, arguments, .. } => {
            walk_all(base.as_deref(), visit);
            walk_all(arguments, visit);
        }
        ExprKind::New { arguments, named, elements, pairs, .. } => {
            walk_all(arguments, visit);
            walk_all(named.iter().map(|(_, value)| value), visit);
            walk_all(elements, visit);
            walk_all(pairs.iter().flat_map(|(key, value)| [key, value]), visit);
        }
        ExprKind::Assign { target, value, .. } => walk_all([target.as_ref(), value], visit),
        ExprKind::Binary { left, right, .. } => walk_all([left.as_ref(), right], visit),
        ExprKind::Unary(inner) | ExprKind::InstanceOf(inner) => walk(inner, visit),
        ExprKind::Ternary { test, then, other } => walk_all([test.as_ref(), then, other], visit),
        ExprKind::Cast { value, .. } => walk(value, visit),
        ExprKind::Soql(soql) => walk_all(&soql.binds, visit),
        ExprKind::Sosl(sosl) => walk_all(&sosl.binds, visit),
        ExprKind::Dml(dml) => {
            walk(&dml.target, visit);
            walk_all(&dml.merged, visit);
        }
        _ => {}
    }
}
