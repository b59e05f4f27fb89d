//! Classes for the login of a site.
//!
//! In: a class and what it touches. Out: whether all it does is to log people in, to register
//! them or to change a password.

use super::program::Class;
use super::view::{View, Written};
use crate::metadata::apex::model::ExprKind;
use crate::metadata::apex::touch::Verb;
use crate::metadata::apex::walk;

/// Classes of the platform that do such things.
const CLASSES: [&str; 3] = ["site", "usermanagement", "network"];

/// Records that registration makes.
const MADE: [&str; 3] = ["user", "account", "contact"];

/// Whether a class is only there for the login of a site.
pub(super) fn is_login_only(view: &View<'_>, number: usize, class: &Class<'_>) -> bool {
    let plain = |written: &Written| {
        let object = written.object.to_lowercase();
        match written.verb {
            Verb::Create => MADE.contains(&object.as_str()),
            _ => object == "user",
        }
    };
    let reads = |object: &str| MADE.iter().skip(1).any(|known| known.eq_ignore_ascii_case(object));
    calls_site(class)
        && view.written(number).iter().all(|(_, written)| plain(written))
        && !view.queries(number).iter().any(|(_, query)| reads(&query.soql.from.text))
}

fn calls_site(class: &Class<'_>) -> bool {
    let mut calls = false;
    for body in &class.bodies {
        walk::expressions(body.body.as_deref().unwrap_or_default(), &mut |expr| {
            let ExprKind::Call { base: Some(base), .. } = &expr.kind else { return };
            let name = match &base.kind {
                ExprKind::Name(name) => name,
                ExprKind::Member { name, .. } => &name.text,
                _ => return,
            };
            calls |= CLASSES.iter().any(|known| name.eq_ignore_ascii_case(known));
        });
    }
    calls
}
