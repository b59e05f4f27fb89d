//! Classes for the login of a site.
//!
//! In: a class and what it touches. Out: whether all it does is to log people in, to register
//! them or to change a password.

use super::program::Class;
use crate::metadata::apex::model::ExprKind;
use crate::metadata::apex::touch::{Touch, Verb};
use crate::metadata::apex::walk;

/// Classes of the platform that do such things.
const CLASSES: [&str; 3] = ["site", "usermanagement", "network"];

/// Records that registration makes.
const MADE: [&str; 3] = ["user", "account", "contact"];

/// Whether a class is only there for the login of a site.
pub(super) fn is_login_only(class: &Class<'_>, touched: &[Touch<'_>]) -> bool {
    let mut calls = false;
    for body in &class.bodies {
        walk::expressions(body.body.as_deref().unwrap_or_default(), &mut |expr| {
            let ExprKind::Call { base: Some(base), .. } = &expr.kind else { return };
            let name = match &base.kind {
                ExprKind::Name(name) => name,
                ExprKind::Member { name, .. } => &name.text,
                _ => return,
            };
            calls |= CLASSES.contains(&name.to_lowercase().as_str());
        });
    }
    let plain = |touch: &Touch<'_>| {
        let object = touch.object.to_lowercase();
        match touch.verb {
            Verb::Create => MADE.contains(&object.as_str()),
            Verb::Read => !MADE.iter().skip(1).any(|known| *known == object),
            _ => object == "user",
        }
    };
    calls && touched.iter().all(plain)
}
