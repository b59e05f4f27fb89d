//! Kind `markup-output`: what pages and components put out as it is, and what they merge
//! where it does not belong.
//!
//! In: Visualforce and Aura markup, the schema. Out: one row for each output that is not
//! escaped, for each URL parameter in a script, each session id and each PHI field in a URL.
//! What a controller does to a value before is not known; templates of Lightning web
//! components escape by themselves and give rows only for URLs.
//!
//! Sources: Visualforce Developer Guide (`escape`, `JSENCODE`, `$Api.Session_ID`), Aura
//! (`aura:unescapedHtml`).

use compact_str::{CompactString, format_compact};
use rustc_hash::FxHashMap;

use super::{Input, Kind};
use crate::fact::{Confidence, Fact};
use crate::metadata::apex::model::At;
use crate::metadata::collect::Collected;
use crate::metadata::formula::{self, Reference};
use crate::metadata::markup::model::{Dialect, Markup, Merge, Place, Tag};
use crate::org::phi::Level;
use crate::org::schema::Schema;
use crate::org::spoken::Spoken;
use crate::org::tokens;
use crate::source::Span;

mod link;

/// The kind.
pub const KIND: Kind = Kind {
    name: "markup-output",
    meaning: "something that a page or component puts out unescaped, or merges where it does not belong; named `Page/what/expression`",
    reads: &[
        "ApexPage.markup",
        "ApexComponent.markup",
        "AuraDefinitionBundle.markup",
        "LightningComponentBundle.markup",
        "WebLink",
        "CustomPageWebLink",
        "CustomObject",
        "CustomField",
    ],
    values: &[
        ("page", "full name of the page or component"),
        (
            "what",
            "`unescaped` (Visualforce, `escape=\"false\"`), `unescaped-html` (Aura), `parameter-in-script` (a URL parameter in a script, not encoded for it), `session-id`, `merge-in-url` (a PHI field in a URL), `cached-page` (`cache=\"true\"` on a page that shows PHI)",
        ),
        ("content", "`phi`, `parameter` (of the URL) or `variable`"),
        ("expression", "the expression that is put out"),
        ("fields", "the PHI fields in it"),
        ("classes", "families of these fields"),
        ("level", "how certain it is PHI: `high` or `medium`"),
        ("where", "`script`, `attribute` or `text`"),
        ("tag", "the tag it stands in, lower case"),
        (
            "own-org",
            "of a session id: `true` where it is given to the toolkit that calls this org itself",
        ),
        ("cleartext", "of `merge-in-url`: `true` where the URL begins with `http:`"),
        ("dialect", "`visualforce`, `aura`, `lwc`, `link` (a button or link) or `formula`"),
    ],
    derive,
};

fn derive(input: &Input<'_>) -> Vec<Fact> {
    rows(input.facts, &input.org.schema)
}

fn rows(facts: &Collected, schema: &Schema) -> Vec<Fact> {
    let mut out = Vec::new();
    for markup in facts.markups.iter().filter(|markup| markup.dialect != Dialect::Html) {
        let mut page = Page::of(markup, schema);
        page.unescaped();
        page.merges();
        page.cached();
        out.extend(page.rows);
    }
    out.extend(link::rows(facts, schema));
    out
}

/// Globals that hold what the org's builders wrote, nothing of users or patients.
const HARMLESS: [&str; 14] = [
    "$label",
    "$resource",
    "$objecttype",
    "$site",
    "$organization",
    "$action",
    "$permission",
    "$component",
    "$system",
    "$api",
    "$asset",
    "$locale",
    "$contentasset",
    "$messagechannel",
];

/// Words of properties that say they were cleaned.
const CLEANED: [&str; 6] = ["safe", "sanitized", "sanitised", "escaped", "encoded", "cleaned"];

/// Functions whose result is safe where HTML is put out.
const ENCODES: [&str; 6] =
    ["HTMLENCODE", "JSENCODE", "JSINHTMLENCODE", "URLENCODE", "URLFOR", "ISBLANK"];

/// Functions whose result is safe inside a script.
const ENCODES_SCRIPT: [&str; 4] = ["JSENCODE", "JSINHTMLENCODE", "ISBLANK", "ISNULL"];

/// Attributes that are a URL, by their tag; `*` is any.
const URLS: [(&str, &str); 15] = [
    ("a", "href"),
    ("area", "href"),
    ("iframe", "src"),
    ("img", "src"),
    ("script", "src"),
    ("form", "action"),
    ("apex:outputlink", "value"),
    ("apex:iframe", "src"),
    ("apex:image", "value"),
    ("apex:image", "url"),
    ("apex:includescript", "value"),
    ("apex:canvasapp", "entityfields"),
    ("ui:outputurl", "value"),
    ("lightning:formattedurl", "value"),
    ("lightning-formatted-url", "value"),
];

struct Page<'p> {
    markup: &'p Markup,
    schema: &'p Schema,
    object: Option<&'p str>,
    rows: Vec<Fact>,
    counts: FxHashMap<CompactString, usize>,
}

/// What an expression puts out.
struct Content {
    word: &'static str,
    told: Vec<Spoken>,
}

impl<'p> Page<'p> {
    fn of(markup: &'p Markup, schema: &'p Schema) -> Self {
        let root = markup.tags.iter().find(|tag| tag.is("apex:page"));
        let object = root.and_then(|root| root.text("standardController"));
        Self { markup, schema, object, rows: Vec::new(), counts: FxHashMap::default() }
    }

    fn span(&self, at: At) -> Span {
        Span::new(self.markup.file, at.start as usize, at.end as usize)
    }

    /// What the references of an expression put out; nothing where all of them are harmless.
    fn content(&self, expression: &str, encodes: &[&str]) -> Option<Content> {
        let references = formula::references(expression);
        let mut open = references.iter().filter(|reference| {
            let lower = reference.name.to_ascii_lowercase();
            let harmless = HARMLESS.iter().any(|global| lower.starts_with(global))
                || tokens::of_name(reference.name.rsplit('.').next().unwrap_or(""))
                    .iter()
                    .any(|word| CLEANED.contains(&word.as_str()));
            !harmless && !is_encoded(reference, encodes) && !is_looked_at(reference)
        });
        let first = open.clone().next()?;
        let parameter = |reference: &&Reference<'_>| {
            reference.name.to_ascii_lowercase().starts_with("$currentpage.parameters")
        };
        let told: Vec<Spoken> = open.clone().filter_map(|r| self.told(r.name)).collect();
        let word = match (open.any(|reference| parameter(&reference)), told.is_empty()) {
            (true, _) => "parameter",
            (_, false) => "phi",
            _ if first.name.starts_with("$User.") => return None,
            _ => "variable",
        };
        Some(Content { word, told })
    }

    /// The PHI a path reads.
    fn told(&self, path: &str) -> Option<Spoken> {
        let path = match self.markup.dialect {
            Dialect::Visualforce => path,
            _ => path.strip_prefix("v.").unwrap_or(path),
        };
        self.schema.merged(self.object, path)
    }

    fn unescaped(&mut self) {
        for (number, tag) in self.markup.tags.iter().enumerate().filter(|(_, tag)| !tag.closing) {
            let raw = tag.name.text.to_ascii_lowercase();
            let what = match raw.as_str() {
                "aura:unescapedhtml" => "unescaped-html",
                _ if raw.starts_with("apex:")
                    && tag.text("escape").is_some_and(|e| e.eq_ignore_ascii_case("false")) =>
                {
                    "unescaped"
                }
                _ => continue,
            };
            let inside = self.inside(number, tag);
            let contents = inside
                .into_iter()
                .filter_map(|merge| Some((merge, self.content(&merge.text, &ENCODES)?)));
            // One output is one finding: the worst of what it merges.
            let rank =
                |word: &str| ["variable", "phi", "parameter"].iter().position(|w| *w == word);
            let worst = contents.max_by_key(|(merge, content)| {
                (rank(content.word), std::cmp::Reverse(merge.at.start))
            });
            if let Some((merge, content)) = worst {
                let row = self.row(what, &merge.text, tag.at);
                self.say(row, &content, "attribute", &raw);
            }
        }
    }

    /// The merge expressions a tag puts out: of its value, its body, its parameters.
    fn inside(&self, number: usize, tag: &Tag) -> Vec<&'p Merge> {
        let later = self.markup.tags.iter().enumerate().skip(number + 1);
        let close = later.clone().find(|(_, other)| other.closing && other.is(&tag.name.text));
        let end = close.map_or(number, |(at, _)| at);
        // A tag that closes itself has no body: the next one of its name is another's.
        let nested = later.take_while(|(at, _)| *at < end);
        let params = nested.clone().all(|(_, other)| other.is("apex:param"));
        let end = if params { end } else { number };
        let markup = self.markup;
        let merges = markup.merges.iter().filter(move |merge| match merge.place {
            Place::Attribute { tag: at, attribute } => {
                let name = markup.tags.get(at).and_then(|tag| tag.attributes.get(attribute));
                let value = name.is_some_and(|own| own.name.text.eq_ignore_ascii_case("value"));
                value && (at == number || (at > number && at < end))
            }
            Place::Text(at) => at >= number && at < end,
            Place::Script | Place::Style => false,
        });
        merges.collect()
    }

    fn merges(&mut self) {
        for merge in &self.markup.merges {
            if self.markup.dialect == Dialect::Visualforce {
                self.session_id(merge);
                self.parameter(merge);
            }
            self.in_url(merge);
        }
    }

    /// A page whose answer the browser keeps.
    fn cached(&mut self) {
        let cached = |tag: &&Tag| {
            !tag.closing
                && tag.is("apex:page")
                && tag.text("cache").is_some_and(|cache| cache.eq_ignore_ascii_case("true"))
        };
        let Some(tag) = self.markup.tags.iter().find(cached) else { return };
        let mut told: Vec<Spoken> = Vec::new();
        for merge in &self.markup.merges {
            let references = formula::references(&merge.text);
            for found in references.iter().filter_map(|reference| self.told(reference.name)) {
                if !told.iter().any(|known| known.name == found.name) {
                    told.push(found);
                }
            }
        }
        if !told.is_empty() {
            let row = self.row("cached-page", "cache", tag.at);
            self.say(row, &Content { word: "phi", told }, "attribute", "apex:page");
        }
    }

    fn session_id(&mut self, merge: &Merge) {
        let upper = merge.text.to_ascii_uppercase();
        if !upper.contains("$API.SESSION_ID") && !upper.contains("GETSESSIONID(") {
            return;
        }
        let before = merge.before.to_ascii_lowercase();
        let toolkit = ["sforce.", "__sfdcsessionid", "jsforce.", "conn.sessionid"];
        let own = toolkit.iter().any(|word| before.contains(word));
        let tag = self.tag_of(merge);
        let mut row = self.row("session-id", &merge.text, merge.at);
        row.derive("own-org", own);
        row.derive("where", where_of(merge));
        row.derive("tag", tag);
        self.rows.push(row);
    }

    fn parameter(&mut self, merge: &Merge) {
        let handler = self.attribute_of(merge).is_some_and(|name| name.starts_with("on"));
        if merge.place != Place::Script && !handler {
            return;
        }
        let content = self.content(&merge.text, &ENCODES_SCRIPT);
        let Some(content) = content.filter(|content| content.word == "parameter") else { return };
        let tag = self.tag_of(merge);
        let row = self.row("parameter-in-script", &merge.text, merge.at);
        self.say(row, &content, where_of(merge), &tag);
    }

    fn in_url(&mut self, merge: &Merge) {
        let (Some(attribute), tag) = (self.attribute_of(merge), self.tag_of(merge)) else { return };
        let is_url = URLS.iter().any(|(t, a)| *t == tag && *a == attribute)
            || (tag == "apex:param" && attribute == "value" && self.is_in_link(merge));
        if !is_url {
            return;
        }
        let told: Vec<Spoken> = formula::references(&merge.text)
            .iter()
            .filter(|reference| !is_looked_at(reference))
            .filter_map(|reference| self.told(reference.name))
            .collect();
        if !told.is_empty() {
            let mut row = self.row("merge-in-url", &merge.text, merge.at);
            row.derive("cleartext", self.begins(merge).is_some_and(link::is_cleartext));
            self.say(row, &Content { word: "phi", told }, "attribute", &tag);
        }
    }

    /// The name of the attribute it stands in, lower case.
    fn attribute_of(&self, merge: &Merge) -> Option<CompactString> {
        let Place::Attribute { tag, attribute } = merge.place else { return None };
        let attribute = self.markup.tags.get(tag)?.attributes.get(attribute)?;
        Some(attribute.name.text.to_ascii_lowercase())
    }

    /// The value of the attribute it stands in.
    fn begins(&self, merge: &Merge) -> Option<&str> {
        let Place::Attribute { tag, attribute } = merge.place else { return None };
        Some(&self.markup.tags.get(tag)?.attributes.get(attribute)?.value.text)
    }

    fn tag_of(&self, merge: &Merge) -> CompactString {
        let number = match merge.place {
            Place::Attribute { tag, .. } | Place::Text(tag) => tag,
            Place::Script => return "script".into(),
            Place::Style => return "style".into(),
        };
        self.markup.tags.get(number).map(|t| t.name.text.to_ascii_lowercase()).unwrap_or_default()
    }

    /// Whether an `apex:param` belongs to a link.
    fn is_in_link(&self, merge: &Merge) -> bool {
        let Place::Attribute { tag, .. } = merge.place else { return false };
        let before = self.markup.tags.iter().take(tag).rev();
        let around = before.into_iter().find(|other| !other.is("apex:param"));
        around.is_some_and(|tag| !tag.closing && tag.is("apex:outputLink"))
    }

    fn row(&mut self, what: &str, expression: &str, at: At) -> Fact {
        let shown: CompactString = expression.trim().chars().take(80).collect();
        let page = &self.markup.fact.name;
        let name = format_compact!("{page}/{what}/{shown}");
        let count = self.counts.entry(name.clone()).or_insert(0);
        *count += 1;
        let name = if *count > 1 { format_compact!("{name}/{count}") } else { name };
        let mut row = Fact::new(KIND.name, name, self.span(at));
        row.component = page.clone();
        row.cap = self.markup.fact.cap;
        row.derive("page", page);
        row.derive("what", what);
        row.derive("expression", shown);
        row.derive(
            "dialect",
            match self.markup.dialect {
                Dialect::Visualforce => "visualforce",
                Dialect::Aura => "aura",
                Dialect::Lwc | Dialect::Html => "lwc",
            },
        );
        row
    }

    fn say(&mut self, mut row: Fact, content: &Content, place: &str, tag: &str) {
        row.derive("content", content.word);
        row.derive("where", place);
        row.derive("tag", tag);
        let sure = content.told.iter().map(|told| told.recognition.confidence).max();
        for told in &content.told {
            row.derive("fields", &told.name);
            row.derive("classes", &told.recognition.class);
        }
        if let Some(level) = content.told.iter().map(|told| told.recognition.level).max() {
            row.derive("level", level.max(Level::Medium).word());
        }
        row.confidence = sure.filter(|sure| content.word == "phi" && *sure < Confidence::High);
        self.rows.push(row);
    }
}

fn where_of(merge: &Merge) -> &'static str {
    match merge.place {
        Place::Script => "script",
        Place::Attribute { .. } => "attribute",
        Place::Text(_) | Place::Style => "text",
    }
}

fn is_encoded(reference: &Reference<'_>, encodes: &[&str]) -> bool {
    reference.calls.iter().any(|call| formula::is_one_of(call.function, encodes))
}

/// Only whether or which, not the value.
fn is_looked_at(reference: &Reference<'_>) -> bool {
    let looked_at = ["ISBLANK", "ISNULL", "NOT", "LEN", "ISPICKVAL"];
    reference.in_comparison
        || reference.calls.iter().any(|call| {
            formula::is_one_of(call.function, &looked_at)
                || (call.function.eq_ignore_ascii_case("IF") && call.argument == 0)
        })
}
