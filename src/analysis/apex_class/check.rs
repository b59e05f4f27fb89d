//! What code asks before it acts.
//!
//! In: a body of Apex. Out: each check of a permission, of access to an object or a field, of
//! who the user is, with its place. That the answer is heeded is not looked at.
//!
//! Source: Apex Reference Guide: `FeatureManagement`, `Schema`, `Security`, `UserInfo`.

use crate::metadata::apex::model::{At, Expr, ExprKind, Literal, Method, Name};
use crate::metadata::apex::walk;
use crate::org::tokens;

/// One check.
#[derive(Debug, Clone)]
pub(super) struct Check {
    /// `custom-permission`, `crud`, `fls`, `user-type`.
    pub(super) kind: &'static str,
    /// The object it is about, in lower case, where the code says it.
    pub(super) object: Option<String>,
    pub(super) at: At,
}

impl Check {
    /// Whether it limits what comes back of an object.
    pub(super) fn limits(&self, object: &str) -> bool {
        let about = self.object.as_deref();
        matches!(self.kind, "crud" | "fls")
            && about.is_none_or(|about| about.eq_ignore_ascii_case(object))
    }
}

/// Describe methods that tell what the user may do.
const DESCRIBES: [&str; 8] = [
    "isaccessible",
    "isqueryable",
    "iscreateable",
    "isupdateable",
    "isdeletable",
    "isundeletable",
    "ismergeable",
    "issearchable",
];

/// The checks in a body.
pub(super) fn checks(method: &Method) -> Vec<Check> {
    let mut out = Vec::new();
    walk::expressions(method.body.as_deref().unwrap_or_default(), &mut |expr| {
        if let ExprKind::Call { base, name, .. } = &expr.kind {
            call(base.as_deref(), name, expr.at, &mut out);
        }
    });
    out
}

fn call(base: Option<&Expr>, name: &Name, at: At, out: &mut Vec<Check>) {
    let method = name.text.to_lowercase();
    let chain = base.map(chain).unwrap_or_default();
    let class = chain.first().map(|first| first.to_lowercase()).unwrap_or_default();
    let mut add = |kind, object| out.push(Check { kind, object, at });
    match (class.as_str(), method.as_str()) {
        ("featuremanagement", "checkpermission" | "checkpermissionbooleanvalue") => {
            add("custom-permission", None);
        }
        ("security" | "system", "stripinaccessible") => {
            add("crud", None);
            add("fls", None);
        }
        ("userinfo", "getusertype" | "getprofileid" | "getuserroleid") => add("user-type", None),
        (_, "isguestuser" | "isguest") => add("user-type", None),
        (_, name) if DESCRIBES.contains(&name) => {
            let (kind, object) = described(&chain);
            add(kind, object);
        }
        _ => {
            if let Some(kind) = of_helper(&name.text) {
                add(kind, None);
            }
        }
    }
}

/// A method of the project that is named as one that checks.
fn of_helper(name: &str) -> Option<&'static str> {
    const VERBS: [&str; 11] = [
        "is",
        "check",
        "assert",
        "enforce",
        "enforcing",
        "can",
        "has",
        "verify",
        "validate",
        "require",
        "ensure",
    ];
    let words = tokens::of_name(name);
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    if !has(&VERBS) {
        return None;
    }
    if has(&["fls"]) {
        return Some("fls");
    }
    if has(&["crud", "accessible", "readable", "queryable"]) {
        return Some("crud");
    }
    has(&["permission", "permissions", "authorized", "authorised", "authorization"])
        .then_some("custom-permission")
}

/// Names of a chain of members and calls, outermost last; texts handed to it too.
fn chain(base: &Expr) -> Vec<String> {
    let mut out = Vec::new();
    let mut next = Some(base);
    while let Some(expr) = next {
        next = match &expr.kind {
            ExprKind::Name(name) => {
                out.push(name.to_string());
                None
            }
            ExprKind::Member { base, name } => {
                out.push(name.text.to_string());
                Some(base)
            }
            ExprKind::Call { base, name, arguments } => {
                let first = arguments.first().map(|first| &first.kind);
                if let Some(ExprKind::Literal(Literal::Text, text)) = first {
                    out.push(text.to_string());
                }
                out.push(name.text.to_string());
                base.as_deref()
            }
            ExprKind::Class(ty) => {
                out.push(ty.name.to_string());
                None
            }
            _ => None,
        };
    }
    out.reverse();
    out
}

/// What a chain of describes is about: the object or one of its fields.
fn described(chain: &[String]) -> (&'static str, Option<String>) {
    let lower: Vec<String> = chain.iter().map(|part| part.to_lowercase()).collect();
    let at = |name: &str| lower.iter().position(|part| part == name);
    let part = |number: usize| lower.get(number).cloned();
    let of_field = lower.iter().any(|part| part == "fields" || part.contains("field"));
    // `Schema.SObjectType.X`, `X.SObjectType`, `getGlobalDescribe().get('X')`, `X.Field`.
    if let Some(place) = at("sobjecttype") {
        let before = place.checked_sub(1).and_then(part).filter(|name| name != "schema");
        let object = before.or_else(|| part(place + 1));
        return (if of_field { "fls" } else { "crud" }, object);
    }
    if let Some(place) = at("getglobaldescribe") {
        let object = lower.iter().skip(place + 1).find(|part| *part != "get").cloned();
        return (
            if of_field { "fls" } else { "crud" },
            object.filter(|name| name != "getdescribe"),
        );
    }
    match lower.as_slice() {
        [object, _, get] if get == "getdescribe" => ("fls", Some(object.clone())),
        [schema, object, _, get] if schema == "schema" && get == "getdescribe" => {
            ("fls", Some(object.clone()))
        }
        _ => (if of_field { "fls" } else { "crud" }, None),
    }
}
