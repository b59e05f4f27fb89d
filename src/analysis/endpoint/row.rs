//! One URL as a row.
//!
//! In: a component, the element and the text of a URL in it. Out: a row with the parts of the
//! URL, each at its own place where the file's text allows it. It judges no part.

use compact_str::{CompactString, ToCompactString, format_compact};

use super::source::{Apart, Source};
use crate::analysis::url::{Url, has_placeholder};
use crate::fact::{Fact, Item, Severity};
use crate::org::tokens;
use crate::source::Span;

/// A URL and where it was found.
pub(super) struct Found<'f> {
    /// What is known of its type.
    pub source: &'f Source,
    /// Its component.
    pub fact: &'f Fact,
    /// Its element.
    pub element: &'static str,
    /// Its text.
    pub item: Item,
}

/// Elements whose texts are no values of a row: the URL under its own name, and documents.
const LEFT_OUT: &[&str] = &["url", "schema", "validationCert"];

/// Elements that name a component for people.
const LABELS: &[&str] = &["label", "masterLabel", "friendlyName", "name"];

/// What the text of a URL would say.
const UNREAD: &[&str] = &[
    "url",
    "scheme",
    "cleartext",
    "host",
    "domains",
    "loopback",
    "private-host",
    "wildcard",
    "placeholder",
];

const DIRECTIVES: &[(&str, &str)] = &[
    ("isApplicableToConnectSrc", "connect-src"),
    ("isApplicableToFrameSrc", "frame-src"),
    ("isApplicableToImgSrc", "img-src"),
    ("isApplicableToMediaSrc", "media-src"),
    ("isApplicableToStyleSrc", "style-src"),
    ("isApplicableToFontSrc", "font-src"),
];

/// The row of a URL.
pub(super) fn describe(found: &Found<'_>) -> Fact {
    let (fact, item) = (found.fact, &found.item);
    let url = Url::parse(&item.text);
    let mut row = start(found.source, fact, row_name(found, &url));
    row.derive("element", found.element);
    let mut own = item.clone();
    own.secret |= url.may_hold_secret();
    row.values.push(("url".into(), own));
    say_parts(&mut row, item, &url);
    say_words(&mut row, fact, url.host, item.span);
    say_switches(&mut row, fact);
    row
}

/// The row of an external service whose description is no part of the component: it may name
/// any URL.
pub(super) fn unread_service(source: &Source, fact: &Fact) -> Option<Fact> {
    let read = fact.item("schema").is_some_and(|item| !item.text.is_empty());
    if source.ty != "ExternalServiceRegistration" || read {
        return None;
    }
    let mut row = start(source, fact, fact.name.clone());
    let why = "the description of the external service stands in a file of its own, which is not read; its servers are listed there";
    for key in UNREAD {
        row.mark_unknown(*key, why);
    }
    say_words(&mut row, fact, "", fact.place);
    say_switches(&mut row, fact);
    Some(row)
}

fn start(source: &Source, fact: &Fact, name: CompactString) -> Fact {
    let mut row = Fact::new("endpoint", name, fact.place);
    row.component = fact.name.clone();
    row.confidence = fact.confidence;
    row.cap = fact.cap;
    row.unknown = fact.unknown.clone();
    let values = fact.values.iter().filter(|(key, _)| !LEFT_OUT.contains(&key.as_str()));
    row.values = values.cloned().collect();
    row.derive("use", source.purpose);
    row
}

fn row_name(found: &Found<'_>, url: &Url<'_>) -> CompactString {
    let component = &found.fact.name;
    match found.source.apart {
        Apart::Alone => component.clone(),
        Apart::Element => format_compact!("{component}/{}", found.element),
        Apart::Url => format_compact!("{component}/{}", url.printable()),
    }
}

fn say_parts(row: &mut Fact, item: &Item, url: &Url<'_>) {
    let scheme_at = url.scheme.map_or(item.span, |scheme| place_of(item, scheme));
    if let Some(scheme) = url.scheme {
        row.push("scheme", scheme.to_ascii_lowercase(), scheme_at);
    }
    let cleartext = ["http", "ws", "ftp"].iter().any(|scheme| url.is_scheme(scheme));
    row.push("cleartext", cleartext.to_compact_string(), scheme_at);
    let host_at = place_of(item, url.host);
    if !url.host.is_empty() {
        row.push("host", url.host_name(), host_at);
    }
    for domain in url.domains() {
        row.push("domains", domain, host_at);
    }
    if let Some(port) = url.port {
        row.push("port", port, place_of(item, port));
    }
    row.push("loopback", url.is_loopback().to_compact_string(), host_at);
    row.push("private-host", url.is_private().to_compact_string(), host_at);
    let name = url.host_name();
    let (wildcard, domain) = wildcard(&name);
    row.push("wildcard", wildcard, host_at);
    if let Some(domain) = domain {
        row.push("wildcard-domain", domain, host_at);
    }
    row.push("placeholder", has_placeholder(&item.text).to_compact_string(), item.span);
}

/// What the wildcard of a host stands for, and the domain it lies in. One over a whole
/// top-level domain stands for anything.
fn wildcard(host: &str) -> (&'static str, Option<&str>) {
    let Some((_, after)) = host.rsplit_once('*') else { return ("none", None) };
    match after.split_once('.').map(|(_, domain)| domain) {
        Some(domain) if domain.contains('.') => ("subdomains", Some(domain)),
        domain => ("any", domain),
    }
}

fn say_words(row: &mut Fact, fact: &Fact, host: &str, span: Span) {
    let names = fact.name.split('.').flat_map(tokens::of_name);
    let labels = LABELS.iter().filter_map(|key| fact.text(key)).flat_map(tokens::of_text);
    let mut words: Vec<String> = Vec::new();
    for word in tokens::of_text(host).into_iter().chain(names).chain(labels) {
        // `fhir4` and `lab2` are `fhir` and `lab`; `hl7` is itself.
        let bare = word.trim_end_matches(|c: char| c.is_ascii_digit()).to_owned();
        words.extend([word, bare]);
    }
    words.sort_unstable();
    words.dedup();
    for word in words.into_iter().filter(|word| !word.is_empty()) {
        row.push("tokens", word, span);
    }
}

fn say_switches(row: &mut Fact, fact: &Fact) {
    let off = |key: &str, value: &str| fact.item(key).filter(|item| item.text == value).cloned();
    let switched_off = off("isActive", "false")
        .or_else(|| off("active", "false"))
        .or_else(|| off("calloutStatus", "Disabled"));
    if switched_off.is_some() {
        row.cap = Some(Severity::Low);
    }
    // A site's own element is called `active` too, and says it already.
    if row.item("active").is_none() {
        let span = switched_off.as_ref().map_or(row.place, |item| item.span);
        row.push("active", switched_off.is_none().to_compact_string(), span);
    }
    for (element, directive) in DIRECTIVES {
        if let Some(item) = fact.item(element).filter(|item| item.text == "true") {
            row.push("directives", *directive, item.span);
        }
    }
    let copied = [
        ("canAccessCamera", "camera"),
        ("canAccessMicrophone", "microphone"),
        ("disableProtocolSecurity", "protocol-security-disabled"),
    ];
    for (element, key) in copied {
        if let Some(item) = fact.item(element) {
            row.push(key, item.text.clone(), item.span);
        }
    }
}

/// Where a part of a text stands. A text that the file writes differently (with entities) has
/// no places inside it: then the place of the whole.
fn place_of(item: &Item, part: &str) -> Span {
    let written = item.span.end.saturating_sub(item.span.start) as usize;
    let start = (part.as_ptr() as usize).checked_sub(item.text.as_ptr() as usize);
    match start.filter(|start| start + part.len() <= item.text.len()) {
        Some(start) if written == item.text.len() && !part.is_empty() => {
            let begin = item.span.start as usize + start;
            Span::new(item.span.file, begin, begin + part.len())
        }
        _ => item.span,
    }
}
