//! Who is granted a class or a page.
//!
//! In: rows of kind `holder`, and what profiles and permission sets grant. Out: for a class,
//! its holders by audience. What users are assigned a permission set is data, and a profile
//! holds only what was retrieved with it.

use rustc_hash::FxHashMap;

use super::program::{Class, Program};
use crate::fact::{Fact, Item};
use crate::metadata::collect::Collected;
use crate::source::Span;

/// Audiences, with the values that speak of them.
pub(super) const KINDS: [(&str, &str, &str); 3] = [
    ("guest", "guest-callable", "guest-holders"),
    ("external", "external-callable", "external-holders"),
    ("internal", "internal-callable", "internal-holders"),
];

/// Audience, holder and place of a grant.
type Grant = (&'static str, String, Span);

/// Who is granted what.
#[derive(Debug, Default)]
pub(super) struct Audiences {
    classes: FxHashMap<String, Vec<Grant>>,
    pages: FxHashMap<String, Vec<Grant>>,
    known: Vec<&'static str>,
}

fn audience(holder: &Fact) -> Option<&'static str> {
    match holder.text("audience")? {
        "guest" => Some("guest"),
        "external" => Some("external"),
        _ => Some("internal"),
    }
}

impl Audiences {
    pub(super) fn of(facts: &Collected) -> Self {
        let mut out = Self::default();
        let mut audiences: FxHashMap<(String, String), &'static str> = FxHashMap::default();
        for holder in facts.of("holder") {
            let kind = holder.text("type").unwrap_or("");
            if kind == "MutingPermissionSet" {
                continue;
            }
            let Some(audience) = audience(holder) else { continue };
            if !out.known.contains(&audience) {
                out.known.push(audience);
            }
            audiences.insert((kind.to_owned(), holder.name.to_lowercase().to_string()), audience);
        }
        for grants in &facts.grants {
            let holder = &grants.holder;
            let key = (holder.kind.to_string(), holder.name.to_lowercase().to_string());
            let Some(audience) = audiences.get(&key) else { continue };
            for (list, into) in
                [(&grants.classes, &mut out.classes), (&grants.pages, &mut out.pages)]
            {
                for grant in list {
                    let known = into.entry(grant.name.to_lowercase().to_string()).or_default();
                    known.push((audience, holder.name.to_string(), grant.span));
                }
            }
        }
        out
    }

    /// The grants of a class, or of a page that works with it.
    fn of_class(&self, program: &Program<'_>, class: &Class<'_>) -> Vec<&Grant> {
        let outermost = program.class(class.outermost).unwrap_or(class);
        let own = self.classes.get(&outermost.unit.fact.name.to_lowercase().to_string());
        let pages = class.pages.iter().filter_map(|(page, _)| self.pages.get(&page.to_lowercase()));
        own.into_iter().chain(pages).flatten().collect()
    }

    /// Says on a row who can call one of these classes. `holders` names them too.
    pub(super) fn say(
        &self,
        row: &mut Fact,
        program: &Program<'_>,
        callable: &[usize],
        holders: bool,
    ) {
        let classes = callable.iter().filter_map(|number| program.class(*number));
        let grants: Vec<&Grant> = classes.flat_map(|class| self.of_class(program, class)).collect();
        for (audience, reachable, who) in KINDS {
            let mut found = false;
            for (_, holder, span) in grants.iter().filter(|(known, _, _)| *known == audience) {
                found = true;
                let said = row.items(who).any(|item| item.text == holder.as_str());
                if holders && !said {
                    row.values.push((who.into(), Item::new(holder.as_str(), *span)));
                    let words = format!("{holder} is granted it");
                    row.related.push((*span, words.into()));
                }
            }
            if found || callable.is_empty() || self.known.contains(&audience) {
                row.derive(reachable, found);
            } else {
                row.mark_unknown(
                    reachable,
                    format!("no profile or permission set for {audience} users was retrieved; retrieve Profile and PermissionSet"),
                );
            }
        }
    }
}
