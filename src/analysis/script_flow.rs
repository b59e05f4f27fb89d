//! Kind `script-flow`: values of scripts that are kept in the browser, shown in its console,
//! put into a URL, sent away or written into a page.
//!
//! In: scripts and pages as they were read, the schema, and the Apex they call. Out: one row for each place where PHI, or a value that may be PHI, goes into a
//! sink. It follows values inside one component; what two components tell each other, and
//! what a library does with what it is given, it does not know.

use compact_str::{CompactString, format_compact};
use rustc_hash::FxHashMap;

use super::{Input, Kind};
use crate::fact::{Confidence, Fact};
use crate::metadata::collect::Collected;
use crate::org::phi::Level;
use crate::org::schema::Schema;
use crate::org::tokens;
use crate::source::Span;

mod aura;
mod call;
mod component;
mod expr;
mod given;
mod names;
mod sink;
mod value;
mod verbs;
mod walk;

use component::Component;
use names::Names;
use sink::Sink;
use value::{Evidence, Mark};
use walk::{Found, Walk};

/// The kind.
pub const KIND: Kind = Kind {
    name: "script-flow",
    meaning: "a place where a script puts PHI, or what may be PHI, where it should not be; named `Component/function/sink`",
    reads: &[
        "LightningComponentBundle.script",
        "AuraDefinitionBundle.script",
        "AuraDefinitionBundle.markup",
        "StaticResource.script",
        "ApexPage.markup",
        "ApexComponent.markup",
        "ApexClass.source",
        "apex-query",
        "apex-endpoint",
        "CustomObject",
        "CustomField",
    ],
    values: &[
        ("component", "full name of the component, page or static resource"),
        ("function", "the function or method it stands in"),
        (
            "sink",
            "`local-storage`, `session-storage`, `indexed-db`, `cache-storage`, `cookie`, `aura-storage`, `console`, `url`, `post-message`, `tracker`, `inner-html` or `session-id`",
        ),
        ("storage", "`true` where the value stays in the browser"),
        (
            "fields",
            "the PHI fields that go in: full names where they are known, else the name in code; where only the component is known to work with PHI, the fields it asks for",
        ),
        ("classes", "families of these fields; `record` where only a whole record is known"),
        (
            "evidence",
            "how it is known: `wire` (asked for through Lightning Data Service), `apex-import` (an Apex method gives it), `field` (the name of a PHI field of the org), `name` (a name in code alone), `component` (the component works with PHI, the value is not known); absent where nothing tells of PHI",
        ),
        ("level", "how certain it is PHI: `high`, `medium` or `low`"),
        ("clinical", "`true` where one of the fields is health information by itself"),
        ("sensitive", "`true` where further laws protect one of them"),
        ("confidence", "`high`, `medium` or `low`"),
        ("key", "the key it is stored under, where it is written down"),
        ("key-words", "the words of that key, lower case"),
        ("third-party", "the host of the tracker that gets it"),
        ("parameter", "`true` where it comes from the URL"),
        ("any-origin", "`true` of a message that every origin may take"),
        ("cut", "`true` where the component is too large to be followed to the end"),
        ("host", "where the script runs: `lwc`, `aura`, `page` or `static-resource`"),
    ],
    derive,
};

fn derive(input: &Input<'_>) -> Vec<Fact> {
    rows(input.facts, &input.org.schema)
}

fn rows(facts: &Collected, schema: &Schema) -> Vec<Fact> {
    let names = Names::new(schema, facts);
    let mut out = Vec::new();
    for component in component::all(facts) {
        let walk = Walk::run(&names, &component);
        let mut counts: FxHashMap<CompactString, usize> = FxHashMap::default();
        let mut written = FxHashMap::default();
        for found in walk.found.values() {
            // HTML of which nothing is known but that it is put together: once for each file.
            if found.sink == Sink::InnerHtml && found.marks.is_empty() && !found.parameter {
                let times = written.entry(found.script).or_insert(0_usize);
                *times += usize::from(found.open);
                if *times > 1 {
                    continue;
                }
            }
            let row = row(&component, found, &walk.works_with, &mut counts);
            out.extend(row.map(|mut row| {
                row.derive("cut", walk.is_cut());
                row
            }));
        }
    }
    out
}

fn row(
    component: &Component<'_>,
    found: &Found,
    works_with: &[Mark],
    counts: &mut FxHashMap<CompactString, usize>,
) -> Option<Fact> {
    let script = component.scripts.get(found.script)?;
    let mut marks = found.marks.clone();
    // What is kept in the browser by a component that works with PHI is looked at by a person.
    if marks.is_empty() && found.open && found.sink.is_storage() {
        marks = works_with.to_vec();
        marks.iter_mut().for_each(|mark| mark.evidence = Evidence::Component);
    }
    let unsafe_html = found.sink == Sink::InnerHtml && found.open;
    if marks.is_empty() && !unsafe_html && found.sink != Sink::SessionId {
        return None;
    }
    let place = Span::new(script.file, found.at.start as usize, found.at.end as usize);
    let function = if found.function.is_empty() { "module" } else { &found.function };
    let name = format_compact!("{}/{function}/{}", component.name, found.sink.word());
    let count = counts.entry(name.clone()).or_insert(0);
    *count += 1;
    let name = if *count > 1 { format_compact!("{name}/{count}") } else { name };
    let mut row = Fact::new(KIND.name, name, place);
    row.component = component.name.clone();
    row.cap = script.fact.cap;
    row.derive("component", &component.name);
    row.derive("function", function);
    row.derive("sink", found.sink.word());
    row.derive("storage", found.sink.is_storage());
    row.derive("host", host(script.host));
    say_marks(&mut row, &marks);
    if marks.is_empty() && found.sink == Sink::InnerHtml && !found.parameter {
        // That it is put together is all there is to see.
        row.confidence = Some(Confidence::Low);
    }
    if let Some(key) = &found.key {
        say_key(&mut row, key);
    }
    if let Some(host) = found.host {
        row.derive("third-party", host);
    }
    row.derive("parameter", found.parameter);
    if found.sink == Sink::PostMessage {
        row.derive("any-origin", found.any_origin);
    }
    Some(row)
}

fn host(host: crate::metadata::script::model::Host) -> &'static str {
    use crate::metadata::script::model::Host;
    match host {
        Host::Lwc => "lwc",
        Host::Aura => "aura",
        Host::Inline => "page",
        Host::Resource => "static-resource",
    }
}

fn say_marks(row: &mut Fact, marks: &[Mark]) {
    let Some(best) = marks.iter().min_by_key(|mark| (mark.evidence, mark.trail.len())) else {
        return;
    };
    // Fields that are known for sure are not mixed with names that only sound like some.
    let told: Vec<&Mark> = marks.iter().filter(|mark| mark.evidence == best.evidence).collect();
    for mark in &told {
        if !row.items("fields").any(|known| known.text == mark.field) {
            let at = mark.trail.first().map_or(row.place, |(span, _)| *span);
            row.push("fields", mark.field.clone(), at);
        }
        if !row.items("classes").any(|known| known.text == mark.class) {
            row.derive("classes", &mark.class);
        }
    }
    row.derive("evidence", best.evidence.word());
    let level = told.iter().map(|mark| mark.level).max().unwrap_or(Level::Low);
    row.derive("level", level.word());
    row.derive("clinical", told.iter().any(|mark| mark.clinical));
    row.derive("sensitive", told.iter().any(|mark| mark.sensitive));
    let sure = told.iter().map(|mark| mark.sure).max().unwrap_or(Confidence::Low);
    let sure = match best.evidence {
        Evidence::Component => sure.min(Confidence::Low),
        _ => sure,
    };
    row.derive("confidence", sure.word());
    row.confidence = Some(sure);
    row.trail = best.trail.clone();
    if row.trail.last().is_some_and(|(at, _)| *at != row.place) {
        row.trail.push((row.place, "it ends here".into()));
    }
}

/// A key is shown only where it looks like one, and is no value itself.
fn say_key(row: &mut Fact, key: &str) {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | ':');
    let digits = key.bytes().filter(u8::is_ascii_digit).count();
    if key.len() <= 40 && digits <= 3 && key.chars().all(plain) {
        row.derive("key", key);
        for word in tokens::of_name(key) {
            row.derive("key-words", word);
        }
    }
}
