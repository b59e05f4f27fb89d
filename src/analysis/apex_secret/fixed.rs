//! Values that are fixed in the code.
//!
//! In: a method and the class around it. Out: the text an expression always has, and where it
//! is written. A variable that is given a second value is not fixed.

use compact_str::CompactString;
use rustc_hash::FxHashMap;

use super::is_text;
use crate::metadata::apex::model::{At, Expr, ExprKind, Method, StmtKind, Type, Unit};
use crate::metadata::apex::walk;

/// Names that stand for other names are followed this far.
const DEEPEST: usize = 6;

/// Longer texts are no keys and no addresses.
const LONGEST: usize = 4_000;

/// The names a method knows, and what they are given once and for all.
pub(super) struct Fixed<'u> {
    given: FxHashMap<String, Option<&'u Expr>>,
    locals: Vec<&'u str>,
    /// The names of the class and those around it.
    own: Vec<&'u str>,
}

impl<'u> Fixed<'u> {
    pub(super) fn of(unit: &'u Unit, ty: &'u Type, method: &'u Method) -> Self {
        let mut given: FxHashMap<String, Option<&'u Expr>> = FxHashMap::default();
        let mut own = Vec::new();
        let mut around = Some(ty);
        while let Some(ty) = around {
            own.push(ty.name.text.as_str());
            for field in &ty.fields {
                given.entry(lower(&field.name.text)).or_insert(field.init.as_ref());
            }
            around = ty.outer.and_then(|outer| unit.types.get(outer));
        }
        let mut locals = Vec::new();
        let body = method.body.as_deref().unwrap_or_default();
        walk::statements(body, &mut |statement| {
            if let StmtKind::Local { name, init, .. } = &statement.kind {
                given.insert(lower(&name.text), init.as_ref());
                locals.push(name.text.as_str());
            }
        });
        for param in &method.params {
            given.insert(lower(&param.name.text), None);
        }
        // What any method of the class changes is not fixed.
        for method in &ty.methods {
            let body = method.body.as_deref().unwrap_or_default();
            walk::assigned(body, &mut |name| {
                if let Some(known) = given.get_mut(&lower(name)) {
                    *known = None;
                }
            });
        }
        Self { given, locals, own }
    }

    /// The names of local variables.
    pub(super) fn locals(&self) -> impl Iterator<Item = &'u str> {
        self.locals.iter().copied()
    }

    fn named(&self, expr: &Expr) -> Option<&'u Expr> {
        let name = match &expr.kind {
            ExprKind::Name(name) => name,
            // `this.KEY`, `Vault.KEY`: a name of the class around it.
            ExprKind::Member { base, name } => match &base.kind {
                ExprKind::This => &name.text,
                ExprKind::Name(class) if self.own.iter().any(|o| o.eq_ignore_ascii_case(class)) => {
                    &name.text
                }
                _ => return None,
            },
            _ => return None,
        };
        self.given.get(&lower(name)).copied().flatten()
    }

    /// The text an expression always has.
    pub(super) fn text(&self, expr: &Expr) -> Option<CompactString> {
        self.text_at(expr, 0).map(|(text, _)| text)
    }

    /// Where the text is written that an expression, decoded or not, always is.
    pub(super) fn bytes(&self, expr: &Expr) -> Option<At> {
        let (text, at) = self.text_at(expr, 0)?;
        (!text.trim().is_empty()).then_some(at)
    }

    /// The text an expression always begins with.
    pub(super) fn beginning(&self, expr: &Expr) -> Option<(CompactString, At)> {
        let mut expr = expr;
        for _ in 0..DEEPEST {
            match &expr.kind {
                ExprKind::Binary { left, .. } => expr = left,
                _ => match self.named(expr) {
                    Some(known) => expr = known,
                    None => break,
                },
            }
        }
        is_text(expr).map(|text| (text.into(), expr.at))
    }

    /// `'a' + KEY + 'b'`, however long; it stands where the first part that is
    /// no mere beginning (`'Bearer '`) is written.
    fn sum(&self, expr: &Expr, depth: usize) -> Option<(CompactString, At)> {
        let mut parts = Vec::new();
        let mut at = expr;
        while let ExprKind::Binary { operator, left, right } = &at.kind
            && operator == "+"
        {
            parts.push(right.as_ref());
            at = left;
        }
        parts.push(at);
        let parts = parts.into_iter().rev().map(|part| self.text_at(part, depth + 1));
        let parts: Vec<(CompactString, At)> = parts.collect::<Option<_>>()?;
        let telling = parts.iter().find(|(text, _)| text.len() > 8).or(parts.last());
        let at = telling.map(|(_, at)| *at)?;
        Some((parts.into_iter().map(|(text, _)| text).collect(), at))
    }

    fn text_at(&self, expr: &Expr, depth: usize) -> Option<(CompactString, At)> {
        if depth > DEEPEST {
            return None;
        }
        if let Some(text) = is_text(expr) {
            return (text.len() <= LONGEST).then(|| (text.into(), expr.at));
        }
        match &expr.kind {
            ExprKind::Binary { operator, .. } if operator == "+" => self.sum(expr, depth),
            ExprKind::Call { base, name, arguments } => {
                let class = match base.as_deref().map(|base| &base.kind) {
                    Some(ExprKind::Name(class)) => class.to_ascii_lowercase(),
                    _ => CompactString::default(),
                };
                let decodes = matches!(
                    (class.as_str(), name.text.to_ascii_lowercase().as_str()),
                    ("blob", "valueof")
                        | (
                            "encodingutil",
                            "base64decode" | "convertfromhex" | "base64encode" | "converttohex"
                        )
                );
                let one = arguments.first().filter(|_| decodes)?;
                self.text_at(one, depth + 1)
            }
            _ => self.text_at(self.named(expr)?, depth + 1),
        }
    }
}

fn lower(name: &str) -> String {
    name.to_ascii_lowercase()
}
