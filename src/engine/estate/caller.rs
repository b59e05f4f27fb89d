//! Who is granted Apex classes and the pages that work with them.
//!
//! In: what profiles and permission sets grant, rows `holder`. Out: the grants of a class, by
//! holder. Author Apex opens every class (Salesforce Help, "How Does Apex Class Security
//! Work?"). Which users have a permission set is data.

use rustc_hash::FxHashMap;

use super::line;
use crate::engine::OrgFacts;
use crate::engine::places::Places;
use crate::fact::Fact;
use crate::report::audit::Caller;
use crate::source::Span;

/// What lets its holder call every class.
const EVERY_CLASS: &str = "AuthorApex";

/// One grant to one holder.
#[derive(Debug, Clone)]
struct Grant<'f> {
    audience: &'f str,
    holder: &'f str,
    /// The class or page.
    name: &'f str,
    through: String,
    span: Span,
}

/// Everything that is granted.
#[derive(Debug, Default)]
pub(super) struct Callers<'f> {
    classes: FxHashMap<String, Vec<Grant<'f>>>,
    pages: FxHashMap<String, Vec<Grant<'f>>>,
    every: Vec<Grant<'f>>,
}

/// Grants of one class.
pub(super) struct Granted<'c, 'f>(Vec<&'c Grant<'f>>);

impl<'f> Callers<'f> {
    pub(super) fn in_org(org: &'f OrgFacts) -> Self {
        let mut holders: FxHashMap<(&str, String), &'f Fact> = FxHashMap::default();
        for holder in org.facts.of("holder") {
            holders.insert((holder.text("type").unwrap_or(""), lower(&holder.name)), holder);
        }
        let mut out = Self::default();
        for holder in org.facts.of("holder") {
            let own = ["Profile", "PermissionSet"].contains(&holder.text("type").unwrap_or(""));
            let every = holder.items("permissions").find(|item| item.text == EVERY_CLASS);
            if let Some(item) = every.filter(|_| own) {
                out.every.push(grant(holder, "", "Author Apex".to_owned(), item.span));
            }
        }
        for grants in &org.facts.grants {
            let key = (grants.holder.kind.as_str(), lower(&grants.holder.name));
            let Some(holder) = holders.get(&key) else { continue };
            // A muting set takes away.
            if holder.text("type") == Some("MutingPermissionSet") {
                continue;
            }
            for class in &grants.classes {
                let grant = grant(holder, &class.name, "class".to_owned(), class.span);
                out.classes.entry(lower(&class.name)).or_default().push(grant);
            }
            for page in &grants.pages {
                let grant = grant(holder, &page.name, format!("page {}", page.name), page.span);
                out.pages.entry(lower(&page.name)).or_default().push(grant);
            }
        }
        out
    }

    /// Where the grants stand.
    pub(super) fn spans(&self) -> impl Iterator<Item = Span> {
        let named = self.classes.values().chain(self.pages.values()).flatten();
        named.chain(&self.every).map(|grant| grant.span)
    }

    /// The grants of a class, of the pages that work with it, and of every class.
    pub(super) fn of(&self, class: &str, pages: &[String]) -> Granted<'_, 'f> {
        let own = self.classes.get(&lower(class)).into_iter().flatten();
        let pages = pages.iter().filter_map(|page| self.pages.get(&lower(page))).flatten();
        Granted(own.chain(pages).chain(&self.every).collect())
    }

    /// Classes that guests or external users are granted and that are not here.
    pub(super) fn strangers(
        &self,
        here: &dyn Fn(&str) -> bool,
    ) -> impl Iterator<Item = (&'f str, Granted<'_, 'f>, Span)> {
        let outside = |grant: &&Grant<'_>| ["guest", "external"].contains(&grant.audience);
        let missing = self.classes.iter().filter(|(class, _)| !here(class));
        missing.filter_map(move |(_, grants)| {
            let first = grants.iter().find(outside)?;
            Some((first.name, Granted(grants.iter().collect()), first.span))
        })
    }
}

impl Granted<'_, '_> {
    /// The same with places, each once.
    pub(super) fn told(&self, places: &Places<'_>) -> Vec<Caller> {
        let told = self.0.iter().map(|grant| Caller {
            audience: grant.audience.to_owned(),
            holder: grant.holder.to_owned(),
            through: grant.through.clone(),
            line: line(places, grant.span),
        });
        let mut told: Vec<Caller> = told.collect();
        told.sort();
        told.dedup();
        told
    }
}

fn grant<'f>(holder: &'f Fact, name: &'f str, through: String, span: Span) -> Grant<'f> {
    let audience = holder.text("audience").unwrap_or("unknown");
    Grant { audience, holder: holder.name.as_str(), name, through, span }
}

fn lower(name: &str) -> String {
    name.to_lowercase()
}
