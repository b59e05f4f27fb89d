//! The queries of a class.
//!
//! In: a class. Out: each query and search, in brackets or as a text, with what limits it.

use crate::metadata::apex::model::{At, Expr, ExprKind, Method, Name, Selected, Soql};
use crate::metadata::apex::walk;

use super::dynamic::{self, Injection};
use super::program::{Class, Program};

/// A query.
#[derive(Debug, Clone)]
pub(super) struct Query {
    pub(super) soql: Soql,
    /// The query, or the call that runs its text.
    pub(super) at: At,
    pub(super) dynamic: bool,
    /// `user-mode`, `system-mode`, `security-enforced`, where it is stated.
    pub(super) stated: Option<&'static str>,
    pub(super) injected: Vec<Injection>,
}

impl Query {
    /// Whether all it gives is how many records there are.
    pub(super) fn only_counts(&self) -> bool {
        let soql = &self.soql;
        let counts = |selected: &Selected| {
            selected.function.as_ref().is_some_and(|name| name.starts_with("COUNT"))
        };
        soql.aggregate && soql.children.is_empty() && soql.select.iter().all(counts)
    }
}

/// The queries of a body, in the order of the file.
pub(super) fn queries(program: &Program<'_>, number: usize, method: &Method) -> Vec<Query> {
    let mut out = Vec::new();
    let mut runs_text = false;
    walk::expressions(method.body.as_deref().unwrap_or_default(), &mut |expr| match &expr.kind {
        ExprKind::Soql(soql) => out.push(fixed(soql, soql.security.as_ref(), soql.at)),
        ExprKind::Sosl(sosl) => {
            let each = sosl.returning.iter();
            out.extend(each.map(|soql| fixed(soql, sosl.security.as_ref(), expr.at)));
        }
        _ => runs_text |= dynamic::call(expr).is_some(),
    });
    if runs_text && let Some(class) = program.class(number) {
        out.extend(dynamic::queries(program, number, class, method));
    }
    out.sort_by_key(|query: &Query| query.at);
    out
}

fn fixed(soql: &Soql, security: Option<&Name>, at: At) -> Query {
    let stated = security.and_then(|name| mode(&name.text));
    let (dynamic, injected) = (false, Vec::new());
    Query { soql: soql.clone(), at, dynamic, stated, injected }
}

/// What a clause or an access level says.
pub(super) fn mode(word: &str) -> Option<&'static str> {
    match word.to_uppercase().as_str() {
        "USER_MODE" => Some("user-mode"),
        "SYSTEM_MODE" => Some("system-mode"),
        "SECURITY_ENFORCED" => Some("security-enforced"),
        _ => None,
    }
}

/// The access level among the arguments of a call.
pub(super) fn level(arguments: &[Expr]) -> Option<&'static str> {
    arguments.iter().find_map(|argument| match &argument.kind {
        ExprKind::Member { base, name } => match &base.kind {
            ExprKind::Name(class) if class.eq_ignore_ascii_case("AccessLevel") => mode(&name.text),
            ExprKind::Member { name: class, .. }
                if class.text.eq_ignore_ascii_case("AccessLevel") =>
            {
                mode(&name.text)
            }
            _ => None,
        },
        ExprKind::Call { base: Some(base), .. } => level(std::slice::from_ref(base)),
        _ => None,
    })
}

/// What limits a query of this class: as stated, or by the default of its version; none where
/// the version would decide and is not known.
pub(super) fn security(query: &Query, class: &Class<'_>) -> Option<&'static str> {
    match (query.stated, class.user_mode_default()) {
        (Some(stated), _) => Some(stated),
        (None, Some(true)) => Some("user-mode"),
        (None, Some(false)) => Some("none"),
        (None, None) => None,
    }
}
