//! Whether places are the text they claim.

use super::super::model::*;

/// Holds every name, literal and query to its place.
pub fn check(text: &str, types: &[Type]) {
    let place = Place { text };
    for ty in types {
        place.name(&ty.name);
        assert!(place.at(ty.at).contains(place.at(ty.name.at)), "{}", ty.full_name);
        if let Some((_, at)) = ty.sharing {
            assert!(place.at(at).ends_with("sharing"));
        }
        for annotation in &ty.annotations {
            let start = format!("@{}", annotation.name);
            assert!(place.at(annotation.at).to_lowercase().starts_with(&start));
        }
        for field in &ty.fields {
            place.name(&field.name);
            field.init.iter().for_each(|init| place.expr(init));
        }
        for method in &ty.methods {
            if method.kind == MethodKind::Method {
                place.name(&method.name);
            }
            method.params.iter().for_each(|param| place.name(&param.name));
            method.body.iter().flatten().for_each(|stmt| place.stmt(stmt));
        }
    }
}

struct Place<'t> {
    text: &'t str,
}

impl<'t> Place<'t> {
    fn at(&self, at: At) -> &'t str {
        self.text.get(at.start as usize..at.end as usize).unwrap()
    }

    fn name(&self, name: &Name) {
        // A placeholder of a template is read with other signs around it.
        let plain = |text: &str| text.trim_matches(|c: char| !c.is_ascii_alphanumeric()).to_owned();
        assert_eq!(plain(self.at(name.at)).to_uppercase(), plain(&name.text).to_uppercase());
    }

    fn stmt(&self, stmt: &Stmt) {
        assert!(!self.at(stmt.at).is_empty());
        match &stmt.kind {
            StmtKind::Local { name, init, .. } => {
                self.name(name);
                init.iter().for_each(|init| self.expr(init));
            }
            StmtKind::Expr(expr) | StmtKind::Throw(expr) | StmtKind::Return(Some(expr)) => {
                self.expr(expr);
            }
            StmtKind::If { test, then, other } => {
                self.expr(test);
                then.iter().chain(other).for_each(|stmt| self.stmt(stmt));
            }
            StmtKind::Dml(dml) => {
                assert!(self.at(stmt.at).starts_with(dml.operation.as_str()));
                self.expr(&dml.target);
            }
            StmtKind::ForEach { name, value, body, .. } => {
                self.name(name);
                self.expr(value);
                body.iter().for_each(|stmt| self.stmt(stmt));
            }
            _ => {}
        }
    }

    fn expr(&self, expr: &Expr) {
        let written = self.at(expr.at);
        match &expr.kind {
            ExprKind::Name(name) => assert_eq!(written, name),
            ExprKind::Literal(Literal::Text, _) => {
                assert!(written.starts_with('\'') && written.ends_with('\''));
            }
            ExprKind::Member { base, name } => {
                self.expr(base);
                self.name(name);
                assert!(written.ends_with(name.text.as_str()));
            }
            ExprKind::Call { base, name, arguments } => {
                base.iter().for_each(|base| self.expr(base));
                self.name(name);
                assert!(written.ends_with(')') || written.ends_with(';'));
                arguments.iter().for_each(|argument| self.expr(argument));
            }
            ExprKind::Binary { left, right, .. } => {
                self.expr(left);
                self.expr(right);
                assert!(written.starts_with(self.at(left.at).trim_start_matches('(')));
            }
            ExprKind::Assign { target, value, .. } => {
                self.expr(target);
                self.expr(value);
            }
            ExprKind::New { named, .. } => {
                assert!(written.starts_with("new"));
                named.iter().for_each(|(name, _)| self.name(name));
            }
            ExprKind::Soql(soql) => {
                assert!(self.at(soql.at).starts_with("SELECT"));
                self.name(&soql.from);
                soql.filters.iter().for_each(|name| self.name(name));
                soql.select.iter().for_each(|selected| self.name(&selected.field));
                soql.security.iter().for_each(|name| self.name(name));
            }
            ExprKind::Sosl(sosl) => {
                assert!(self.at(sosl.at).starts_with("FIND"));
                sosl.security.iter().for_each(|name| self.name(name));
            }
            _ => {}
        }
    }
}
