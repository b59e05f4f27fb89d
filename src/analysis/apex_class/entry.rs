//! How a class comes to run.
//!
//! In: a class. Out: its ways in, each with its place.
//!
//! Source: Apex Developer Guide, "Invoking Apex"; Auth namespace.

use compact_str::CompactString;

use super::program::Class;
use crate::metadata::apex::model::{Annotation, At, Method, MethodKind};
use crate::source::Span;

/// A way in.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    pub(super) kind: &'static str,
    pub(super) span: Span,
}

/// Those by which people call a class.
pub(super) const CALLABLE: [&str; 6] =
    ["rest", "aura", "invocable", "remote-action", "webservice", "visualforce"];

const HTTP: [&str; 5] = ["httpget", "httppost", "httpput", "httppatch", "httpdelete"];

/// Interfaces and superclasses, in lower case and without namespace.
const ABOVE: [(&str, &str); 9] = [
    ("batchable", "batch"),
    ("schedulable", "schedulable"),
    ("queueable", "queueable"),
    ("inboundemailhandler", "email"),
    ("registrationhandler", "auth-handler"),
    ("samljithandler", "auth-handler"),
    ("authproviderpluginclass", "auth-handler"),
    ("connectedappplugin", "auth-handler"),
    ("confirmuserregistrationhandler", "auth-handler"),
];

/// The ways into a class, each kind once.
pub(super) fn entries(class: &Class<'_>) -> Vec<Entry> {
    let mut out: Vec<Entry> = Vec::new();
    let mut add = |kind: &'static str, span: Span| {
        if !out.iter().any(|known| known.kind == kind) {
            out.push(Entry { kind, span });
        }
    };
    if let Some(annotation) = class.ty.annotations.iter().find(|a| a.name == "restresource") {
        add("rest", class.span(annotation.at));
    }
    for method in &class.bodies {
        if let Some((kind, span)) = of_method(class, method).filter(|(kind, _)| *kind != "rest") {
            add(kind, span);
        }
        if let Some(annotation) = annotation(method, "future") {
            add("future", class.span(annotation.at));
        }
    }
    if let Some((_, span)) = class.pages.first() {
        add("visualforce", *span);
    }
    for above in class.ty.extends.iter().chain(&class.ty.implements) {
        let name = above.name.rsplit('.').next().unwrap_or("").to_lowercase();
        if let Some((_, kind)) = ABOVE.iter().find(|(known, _)| *known == name) {
            add(kind, class.span(above.at));
        }
    }
    out
}

/// The way by which people call a method.
pub(super) fn of_method(class: &Class<'_>, method: &Method) -> Option<(&'static str, Span)> {
    let by_annotation = method.annotations.iter().find_map(|annotation| {
        let kind = match annotation.name.as_str() {
            // On a field or a getter it only shows a value.
            "auraenabled" if is_static(method) => "aura",
            "remoteaction" => "remote-action",
            "invocablemethod" => "invocable",
            name if HTTP.contains(&name) => "rest",
            _ => return None,
        };
        Some((kind, annotation.at))
    });
    let webservice = method.modifiers.iter().any(|modifier| modifier == "webservice");
    let by_modifier =
        (webservice && method.kind == MethodKind::Method).then_some(("webservice", method.name.at));
    by_annotation.or(by_modifier).map(|(kind, at)| (kind, class.span(at)))
}

/// The address of a REST service.
pub(super) fn url_mapping<'c>(class: &Class<'c>) -> Option<(&'c CompactString, At)> {
    let annotation = class.ty.annotations.iter().find(|a| a.name == "restresource")?;
    let (_, value) = annotation.arguments.iter().find(|(key, _)| key == "urlmapping")?;
    Some((value, annotation.at))
}

/// The HTTP method that a method answers.
pub(super) fn http_method(method: &Method) -> Option<(&'static str, &Annotation)> {
    let words = ["GET", "POST", "PUT", "PATCH", "DELETE"];
    HTTP.iter().zip(words).find_map(|(name, word)| Some((word, annotation(method, name)?)))
}

fn annotation<'m>(method: &'m Method, name: &str) -> Option<&'m Annotation> {
    method.annotations.iter().find(|annotation| annotation.name == name)
}

fn is_static(method: &Method) -> bool {
    method.modifiers.iter().any(|modifier| modifier == "static")
}
