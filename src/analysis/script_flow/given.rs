//! What an Apex method may give to the script that calls it.
//!
//! In: a class and the name of a method. Out: fields that it, or a method of the class it
//! calls, selects, as `Object.Field`; the objects whose records it returns without selecting
//! them. What other classes select for it is not seen here.

use compact_str::{CompactString, format_compact};

use crate::metadata::apex::model::{ExprKind, Method, Soql, Type, TypeRef, Unit};
use crate::metadata::apex::touch::{Verb, touches};
use crate::metadata::apex::walk;

/// Methods of one class that are followed.
const MOST: usize = 32;

/// Fields and objects that a method of the outermost class may give.
pub(super) fn fields(unit: &Unit, method: &str) -> Vec<CompactString> {
    let Some(ty) = unit.types.first() else { return Vec::new() };
    let is = |own: &&Method| own.name.text.eq_ignore_ascii_case(method);
    let Some(asked) = ty.methods.iter().find(is) else { return Vec::new() };
    let mut out = Vec::new();
    let mut follow: Vec<&Method> = vec![asked];
    let mut at = 0;
    while let Some(method) = follow.get(at).copied() {
        at += 1;
        for touch in touches(unit, ty, method) {
            if let (Verb::Read, Some(query)) = (touch.verb, &touch.query) {
                selected(query, &mut out);
            }
        }
        for called in called(ty, method) {
            let known = follow.iter().any(|known| std::ptr::eq(*known, called));
            if !known && follow.len() < MOST {
                follow.push(called);
            }
        }
    }
    if out.is_empty() {
        out.extend(asked.returns.as_ref().map(record));
    }
    out
}

fn selected(query: &Soql, out: &mut Vec<CompactString>) {
    for field in query.select.iter().filter(|field| field.function.as_deref() != Some("COUNT")) {
        out.push(format_compact!("{}.{}", query.from.text, field.field.text));
    }
}

/// The object of `List<Patient__c>`, `Map<Id, Patient__c>`, `Patient__c`.
fn record(ty: &TypeRef) -> CompactString {
    let mut ty = ty;
    while let Some(inner) = ty.arguments.last() {
        ty = inner;
    }
    ty.name.clone()
}

/// Methods of the same class that a method calls.
fn called<'u>(ty: &'u Type, method: &'u Method) -> Vec<&'u Method> {
    let mut out = Vec::new();
    walk::expressions(method.body.as_deref().unwrap_or_default(), &mut |expr| {
        let ExprKind::Call { base, name, .. } = &expr.kind else { return };
        let own = match base.as_deref().map(|base| &base.kind) {
            None | Some(ExprKind::This) => true,
            Some(ExprKind::Name(class)) => class.eq_ignore_ascii_case(&ty.name.text),
            _ => false,
        };
        if own {
            let named = |m: &&Method| m.name.text.eq_ignore_ascii_case(&name.text);
            out.extend(ty.methods.iter().filter(named));
        }
    });
    out
}
