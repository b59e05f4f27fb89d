//! Files that run or are shown in a browser: which they are, and what each gives.
//!
//! In: a script or a page of a component or static resource. Out: one fact for the file, and
//! its script and markup. Archives among static resources are not looked into. It knows no
//! PHI and no rule.

use std::sync::Arc;

use compact_str::{CompactString, format_compact};

use super::apex::model::At;
use super::fault::Fault;
use super::layout::{Entry, Role, TypeOf};
use super::markup::{self, model::Dialect, model::Markup, model::Place};
use super::read::{Reading, Wanted};
use super::script::{self, Skip, model::Host, model::Script};
use super::xml;
use crate::fact::{Fact, Severity};
use crate::source::lines::Lines;
use crate::source::{FileId, Sources, Span};

mod hosts;

/// A script that was left out, and why.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct LeftOut {
    /// The file.
    pub file: FileId,
    /// Why.
    pub why: Skip,
}

/// What a file is here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Script(Host),
    Markup(Dialect),
    /// A static resource whose companion says what it is.
    Resource,
    /// JSON of a site: of it only the hosts matter.
    Site,
}

/// The kinds of facts that files here give. Each has the values `host`: the hosts of URLs
/// that stand in quotes.
pub const KINDS: [&str; 9] = [
    "ExperienceBundle.script",
    "DigitalExperienceBundle.script",
    "LightningComponentBundle.script",
    "LightningComponentBundle.markup",
    "AuraDefinitionBundle.script",
    "AuraDefinitionBundle.markup",
    "StaticResource.script",
    "ApexPage.markup",
    "ApexComponent.markup",
];

fn form(entry: &Entry, path: &str) -> Option<Form> {
    let TypeOf::Known(ty) = entry.ty else { return None };
    if !matches!(entry.role, Role::Content { .. }) {
        return None;
    }
    let file = path.rsplit('/').next()?;
    let suffix = file.rsplit_once('.').map_or("", |(_, suffix)| suffix).to_ascii_lowercase();
    Some(match (ty.name, suffix.as_str()) {
        ("LightningComponentBundle", "js") => Form::Script(Host::Lwc),
        ("LightningComponentBundle", "html") => Form::Markup(Dialect::Lwc),
        ("AuraDefinitionBundle", "js") => Form::Script(Host::Aura),
        ("AuraDefinitionBundle", "cmp" | "app") => Form::Markup(Dialect::Aura),
        ("StaticResource", "js" | "mjs") => Form::Script(Host::Resource),
        ("StaticResource", "html" | "htm") => Form::Markup(Dialect::Html),
        ("StaticResource", "resource") => Form::Resource,
        ("ExperienceBundle" | "DigitalExperienceBundle", "json" | "html") => Form::Site,
        ("ApexPage", "page") | ("ApexComponent", "component") => Form::Markup(Dialect::Visualforce),
        _ => return None,
    })
}

/// The kind of fact a file gives.
fn kind(entry: &Entry, form: Form) -> Option<CompactString> {
    let TypeOf::Known(ty) = entry.ty else { return None };
    let what = match form {
        Form::Markup(_) if ty.name != "StaticResource" => "markup",
        _ => "script",
    };
    Some(format_compact!("{}.{what}", ty.name))
}

/// Whether somebody reads what the file gives.
pub fn is_wanted(entry: &Entry, path: &str, wanted: &Wanted) -> bool {
    let kind = form(entry, path).and_then(|form| kind(entry, form));
    kind.is_some_and(|kind| wanted.has(&kind))
}

/// Reads one file.
///
/// # Errors
/// It is not UTF-8, and no static resource: the line, and what to do.
pub fn read(bytes: &[u8], entry: &Entry, sources: &Sources) -> Result<Reading, (u32, String)> {
    let path = sources.path(entry.file);
    let Some(mut form) = form(entry, path) else { return Ok(Reading::default()) };
    if form == Form::Resource {
        match is_javascript(entry, sources) {
            true => form = Form::Script(Host::Resource),
            false => return Ok(Reading::default()),
        }
    }
    let resource = matches!(form, Form::Script(Host::Resource) | Form::Markup(Dialect::Html));
    let text = match xml::decode(bytes) {
        Ok(text) => text,
        Err(fault) => {
            let text = String::from_utf8_lossy(bytes);
            let line = Lines::new(&text).position(fault.offset).line;
            return match resource {
                true => Ok(foreign(&text, line, entry, path)),
                false => Err((line, fault.reason)),
            };
        }
    };
    let kind = kind(entry, form).unwrap_or_default();
    let mut fact = Fact::new(kind, entry.full_name.clone(), Span::head(entry.file));
    fact.cap = entry.staging.then_some(Severity::Low);
    for (host, range) in hosts::quoted(text) {
        fact.push("host", host, Span::new(entry.file, range.start, range.end));
    }
    let mut reading = Reading::default();
    if form == Form::Site {
        reading.facts.extend((!fact.values.is_empty()).then(|| Arc::new(fact)));
        return Ok(reading);
    }
    if let Some(why) = script::skip(path, text, resource) {
        reading.left_out = Some(LeftOut { file: entry.file, why });
        let hosts = why != Skip::Test && !fact.values.is_empty();
        reading.facts.extend(hosts.then(|| Arc::new(fact)));
        return Ok(reading);
    }
    let fact = Arc::new(fact);
    match form {
        Form::Script(host) => reading.script = Some(of_file(text, entry, path, host, &fact)),
        Form::Markup(dialect) => of_markup(text, entry, dialect, &fact, &mut reading),
        Form::Resource | Form::Site => {}
    }
    reading.facts.push(fact);
    let gaps = reading.script.iter().flat_map(|script| &script.gaps);
    reading.notices = gaps.map(|gap| (gap.line, unread(gap.cut).to_owned())).collect();
    Ok(reading)
}

/// A static resource may be in any encoding: one that is not UTF-8 is no file that failed to
/// be read, but one that is not judged.
fn foreign(text: &str, line: u32, entry: &Entry, path: &str) -> Reading {
    let mut reading = Reading::default();
    match script::skip(path, text, true) {
        Some(why) => reading.left_out = Some(LeftOut { file: entry.file, why }),
        None => {
            let remark = "the static resource is not UTF-8 and is not judged: save it as UTF-8";
            reading.notices.push((line, remark.to_owned()));
        }
    }
    reading
}

fn unread(cut: bool) -> &'static str {
    match cut {
        true => "the script is too large or too deep from here on and is not judged: split it",
        false => "the script could not be read here; what stands around it is judged",
    }
}

/// That libraries and minified scripts are not judged.
pub fn remark(left_out: &[LeftOut], sources: &Sources) -> Option<Fault> {
    let not_judged: Vec<&LeftOut> = left_out.iter().filter(|one| one.why != Skip::Test).collect();
    let first = not_judged.first()?;
    let others = match not_judged.len() - 1 {
        0 => String::new(),
        1 => ", nor is 1 more like it".to_owned(),
        more => format!(", nor are {more} more like it"),
    };
    let what = if first.why == Skip::Minified { "minified" } else { "a library" };
    let reason = format!("the script is {what} and is not judged{others}");
    Some(Fault { path: sources.path(first.file).to_owned(), line: 1, reason })
}

fn of_file(text: &str, entry: &Entry, path: &str, host: Host, fact: &Arc<Fact>) -> Script {
    let name = path.rsplit('/').next().unwrap_or(path);
    let module = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let parsed = match needs_parsing(text, host, module == entry.full_name) {
        true => script::parse(text, None, &[]),
        false => script::Parsed::default(),
    };
    of_parsed(parsed, entry.file, module.into(), host, fact)
}

fn of_parsed(
    parsed: script::Parsed,
    file: FileId,
    module: CompactString,
    host: Host,
    fact: &Arc<Fact>,
) -> Script {
    let script::Parsed { imports, functions, body, gaps } = parsed;
    Script { file, fact: Arc::clone(fact), module, host, imports, functions, body, gaps }
}

fn of_markup(text: &str, entry: &Entry, dialect: Dialect, fact: &Arc<Fact>, reading: &mut Reading) {
    let scanned = markup::scan(text, dialect);
    let merges: Vec<(At, &str)> = scanned
        .merges
        .iter()
        .filter(|merge| merge.place == Place::Script)
        .map(|merge| (merge.at, merge.text.as_str()))
        .collect();
    let scripts = scanned.scripts.iter().filter_map(|part| text.get(part.clone()));
    if scripts.into_iter().any(has_sink) {
        let parsed = script::parse(text, Some(&scanned.scripts), &merges);
        let name = entry.full_name.clone();
        reading.script = Some(of_parsed(parsed, entry.file, name, Host::Inline, fact));
    }
    let (tags, merges) = (scanned.tags, scanned.merges);
    let fact = Arc::clone(fact);
    reading.markup = Some(Markup { file: entry.file, fact, dialect, tags, merges });
}

/// Words without which nothing in a script can keep, show or send a value.
const SINKS: [&str; 24] = [
    "localStorage",
    "sessionStorage",
    "indexedDB",
    "caches.",
    ".cookie",
    "storageService",
    "console.",
    "location",
    "window.open",
    "ostMessage",
    "HTML",
    "document.write",
    ".html(",
    "Navigat",
    "pushState",
    "replaceState",
    "SearchParams",
    "fetch(",
    "XMLHttpRequest",
    "navigateToURL",
    "gtag",
    "fbq",
    "dataLayer",
    "essionId",
];

/// Names by which trackers are called.
const TRACKERS: [&str; 8] =
    ["ga(", "_gaq", "mixpanel", "analytics", "hj(", "amplitude", "clarity(", "FS."];

fn has_sink(text: &str) -> bool {
    SINKS.iter().chain(&TRACKERS).any(|word| text.contains(word))
}

/// Whether a script is parsed: it has a sink, or another file of its bundle may have one.
fn needs_parsing(text: &str, host: Host, main: bool) -> bool {
    let shared = match host {
        Host::Lwc => !main || text.contains("'./") || text.contains("\"./"),
        Host::Aura => true,
        Host::Resource | Host::Inline => false,
    };
    shared || has_sink(text)
}

/// Whether the companion of a static resource says that it is a script.
fn is_javascript(entry: &Entry, sources: &Sources) -> bool {
    let Role::Content { companion: Some(companion) } = &entry.role else { return false };
    let Ok(bytes) = sources.read(*companion) else { return false };
    let text = String::from_utf8_lossy(&bytes);
    let ty = text.split("<contentType>").nth(1).and_then(|rest| rest.split('<').next());
    ty.is_some_and(|ty| ty.to_ascii_lowercase().contains("javascript"))
}
