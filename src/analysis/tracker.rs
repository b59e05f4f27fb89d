//! Kind `tracker`: hosts of third parties that pages and sites load from or send to.
//!
//! In: quoted URLs in pages, scripts and site files, analytics codes of sites, trusted sites.
//! Out: one row for each component and host. What a host is for it does not know: the page of
//! a rule does. A tag manager may load anything; what it loads is set up elsewhere.

use std::sync::Arc;

use compact_str::{CompactString, format_compact};
use rustc_hash::FxHashSet;

use super::{Input, Kind};
use crate::fact::{Fact, Severity};
use crate::metadata::client;
use crate::metadata::collect::Collected;
use crate::metadata::markup::model::Tag;
use crate::org::schema::Schema;
use crate::source::Span;

/// The kind.
pub const KIND: Kind = Kind {
    name: "tracker",
    meaning: "the host of a third party that a page, component, script or site names; named `Component/host`",
    reads: &[
        "ExperienceBundle.script",
        "DigitalExperienceBundle.script",
        "LightningComponentBundle.script",
        "LightningComponentBundle.markup",
        "AuraDefinitionBundle.script",
        "AuraDefinitionBundle.markup",
        "StaticResource.script",
        "ApexPage.markup",
        "ApexComponent.markup",
        "LightningComponentBundle",
        "ExperienceBundle.config",
        "DigitalExperienceBundle.site",
        "CustomSite",
        "CspTrustedSite",
        "CustomObject",
        "CustomField",
    ],
    values: &[
        ("host", "the host, and each domain it belongs to: `www.example.org`, `example.org`"),
        (
            "where",
            "`analytics-code` (of a site), `site` (a file of an Experience Cloud site), `trusted-site`, `page`, `component` (Visualforce), `aura`, `lwc` or `static-resource`",
        ),
        (
            "portal",
            "`true` where it is part of a site: a site itself, or a component made for its pages",
        ),
        (
            "login",
            "`true` for an Experience Cloud site that lets nobody in without a login; unknown where its settings were not retrieved",
        ),
        ("clinical", "`true` where the org is about health"),
        ("component", "full name of the component or site"),
    ],
    derive,
};

fn derive(input: &Input<'_>) -> Vec<Fact> {
    rows(input.facts, &input.org.schema)
}

fn rows(facts: &Collected, schema: &Schema) -> Vec<Fact> {
    let mut rows =
        Rows { facts, clinical: schema.health.is, seen: FxHashSet::default(), out: Vec::new() };
    for kind in client::KINDS {
        for fact in facts.of(kind) {
            for item in fact.items("host") {
                rows.add(fact, &item.text, item.span, place_of(kind));
            }
        }
    }
    for site in facts.of("CustomSite") {
        let code = site.item("analyticsTrackingCode").filter(|code| !code.text.is_empty());
        if let Some(code) = code {
            rows.add(site, "google-analytics.com", code.span, "analytics-code");
        }
    }
    for trusted in facts.of("CspTrustedSite") {
        if let Some(url) = trusted.item("endpointUrl") {
            let host = url.text.split("://").last().unwrap_or("");
            let host = host.split(['/', ':', '?']).next().unwrap_or("").trim_start_matches("*.");
            let before = rows.out.len();
            rows.add(trusted, &host.to_ascii_lowercase(), url.span, "trusted-site");
            if trusted.text("isActive").is_some_and(|active| active == "false")
                && let Some(row) = rows.out.get_mut(before)
            {
                row.cap = Some(Severity::Low);
            }
        }
    }
    rows.out
}

fn place_of(kind: &str) -> &'static str {
    match kind.split('.').next().unwrap_or(kind) {
        "ExperienceBundle" | "DigitalExperienceBundle" => "site",
        "LightningComponentBundle" => "lwc",
        "AuraDefinitionBundle" => "aura",
        "ApexPage" => "page",
        "ApexComponent" => "component",
        _ => "static-resource",
    }
}

struct Rows<'c> {
    facts: &'c Collected,
    clinical: bool,
    seen: FxHashSet<CompactString>,
    out: Vec<Fact>,
}

impl Rows<'_> {
    fn add(&mut self, fact: &Arc<Fact>, host: &str, span: Span, place: &str) {
        let name = format_compact!("{}/{host}", fact.name);
        if host.is_empty() || !self.seen.insert(format_compact!("{place} {name}")) {
            return;
        }
        let mut row = Fact::new(KIND.name, name, span);
        row.component = fact.name.clone();
        row.cap = fact.cap;
        let mut domain = host;
        loop {
            row.push("host", domain, span);
            match domain.split_once('.') {
                Some((_, rest)) if rest.contains('.') => domain = rest,
                _ => break,
            }
        }
        row.derive("where", place);
        row.derive("portal", self.is_portal(fact, place));
        row.derive("clinical", self.clinical);
        row.derive("component", &fact.name);
        self.say_login(&mut row, fact, place);
        self.out.push(row);
    }

    fn is_portal(&self, fact: &Fact, place: &str) -> bool {
        match place {
            "analytics-code" | "site" => true,
            // Without a context it holds everywhere.
            "trusted-site" => {
                fact.text("context").is_none_or(|context| matches!(context, "All" | "Communities"))
            }
            "lwc" => {
                let bundles = self.facts.named("LightningComponentBundle", &fact.name);
                let mut targets = bundles.flat_map(|bundle| bundle.items("targets.target"));
                targets.any(|target| target.text.starts_with("lightningCommunity__"))
            }
            "aura" => {
                let own = self.facts.markups.iter().filter(|markup| markup.fact.name == fact.name);
                let mut tags = own.flat_map(|markup| &markup.tags);
                let made_for = |tag: &Tag| {
                    tag.text("implements").is_some_and(|list| list.contains("forceCommunity:"))
                };
                tags.any(made_for)
            }
            _ => false,
        }
    }

    fn say_login(&self, row: &mut Fact, fact: &Fact, place: &str) {
        if place != "site" {
            return;
        }
        let kinds = ["ExperienceBundle.config", "DigitalExperienceBundle.site"];
        let settings = kinds.iter().flat_map(|kind| self.facts.of(kind));
        let own: Vec<_> = settings.filter(|settings| settings.component == fact.name).collect();
        let says = |key: &str| own.iter().find_map(|settings| settings.text(key));
        let (guests, ty) = (says("isAvailableToGuests"), says("authenticationType"));
        if guests.is_none() && ty.is_none() {
            return row.mark_unknown("login", "the settings of the site were not retrieved");
        }
        let public = ["AUTHENTICATED_WITH_PUBLIC_ACCESS_ENABLED", "UNAUTHENTICATED"];
        let open = guests == Some("true") || ty.is_some_and(|ty| public.contains(&ty));
        row.derive("login", !open);
    }
}
