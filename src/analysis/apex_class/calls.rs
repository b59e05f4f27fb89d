//! Which bodies of a class belong together.
//!
//! In: a class. Out: a number for each body, the same for those that call one another, over
//! any number of steps and in either direction. A call is told by its name; what goes over
//! another class is not seen.

use rustc_hash::FxHashMap;

use super::program::Class;
use crate::metadata::apex::model::ExprKind;
use crate::metadata::apex::walk;

/// The group of each body.
pub(super) fn groups(class: &Class<'_>) -> Vec<usize> {
    let mut named: FxHashMap<String, Vec<usize>> = FxHashMap::default();
    for (at, body) in class.bodies.iter().enumerate() {
        named.entry(body.name.text.to_lowercase().into()).or_default().push(at);
    }
    let mut groups: Vec<usize> = (0..class.bodies.len()).collect();
    for (at, body) in class.bodies.iter().enumerate() {
        let mut meets = |name: &str| {
            for other in named.get(name.to_lowercase().as_str()).into_iter().flatten() {
                join(&mut groups, at, *other);
            }
        };
        walk::expressions(body.body.as_deref().unwrap_or_default(), &mut |expr| match &expr.kind {
            ExprKind::Call { base, name, .. } => {
                let own = match base.as_deref().map(|base| &base.kind) {
                    None | Some(ExprKind::This | ExprKind::Super) => true,
                    Some(ExprKind::Name(base)) => base.eq_ignore_ascii_case(&class.ty.name.text),
                    _ => false,
                };
                if own {
                    meets(&name.text);
                }
            }
            // A property has a body of its own.
            ExprKind::Name(name) => meets(name),
            ExprKind::Member { base, name } if matches!(base.kind, ExprKind::This) => {
                meets(&name.text);
            }
            _ => {}
        });
    }
    groups
}

/// Makes two bodies one group.
fn join(groups: &mut [usize], one: usize, other: usize) {
    let of = |at: usize| groups.get(at).copied();
    let Some((into, from)) = of(one).zip(of(other)) else { return };
    groups.iter_mut().filter(|group| **group == from).for_each(|group| *group = into);
}
