//! Who can call a class from outside.
//!
//! In: annotations, rows of kind `holder`, the classes that profiles and permission sets
//! grant. Out: values of a row. What users are assigned a permission set is data.

use rustc_hash::{FxHashMap, FxHashSet};

use super::program::{Class, Program};
use crate::fact::Fact;
use crate::metadata::collect::Collected;

/// Values of the row and the audiences they are about.
const KINDS: [(&str, &str); 2] = [("guest", "guest-callable"), ("external", "external-callable")];

/// Annotations of methods that can be called from outside.
const OPEN: [&str; 9] = [
    "auraenabled",
    "remoteaction",
    "invocablemethod",
    "httpget",
    "httppost",
    "httpput",
    "httppatch",
    "httpdelete",
    "restresource",
];

/// Which classes which audience is granted.
#[derive(Debug, Default)]
pub(super) struct Audiences {
    granted: FxHashSet<(&'static str, String)>,
    known: Vec<&'static str>,
}

impl Audiences {
    pub(super) fn of(facts: &Collected) -> Self {
        let mut out = Self::default();
        let mut audiences: FxHashMap<(String, String), &'static str> = FxHashMap::default();
        for holder in facts.of("holder") {
            let audience = holder.text("audience").unwrap_or("");
            let Some((audience, _)) = KINDS.iter().find(|(word, _)| *word == audience) else {
                continue;
            };
            if !out.known.contains(audience) {
                out.known.push(audience);
            }
            let kind = holder.text("type").unwrap_or("").to_owned();
            audiences.insert((kind, holder.name.to_lowercase().to_string()), audience);
        }
        for grants in &facts.grants {
            let holder = &grants.holder;
            let key = (holder.kind.to_string(), holder.name.to_lowercase().to_string());
            let Some(audience) = audiences.get(&key) else { continue };
            for class in &grants.classes {
                out.granted.insert((*audience, class.name.to_lowercase().to_string()));
            }
        }
        out
    }

    /// Says on a row who can call its class.
    pub(super) fn say(&self, row: &mut Fact, program: &Program<'_>, class: &Class<'_>) {
        let callable = is_callable(class);
        row.derive("callable", callable);
        let outermost = outermost(program, class).to_lowercase();
        for (audience, key) in KINDS {
            let granted = self.granted.contains(&(audience, outermost.clone()));
            if self.known.contains(&audience) || granted || !callable {
                row.derive(key, callable && granted);
            } else {
                row.mark_unknown(
                    key,
                    format!("no profile or permission set for {audience} users was retrieved; retrieve Profile and PermissionSet"),
                );
            }
        }
    }
}

/// Whether a class has a method that can be called from outside.
fn is_callable(class: &Class<'_>) -> bool {
    class.ty.methods.iter().any(|method| {
        method.annotations.iter().any(|a| OPEN.contains(&a.name.as_str()))
            || method.modifiers.iter().any(|m| m == "webservice")
    })
}

fn outermost<'p>(program: &'p Program<'_>, class: &'p Class<'_>) -> &'p str {
    let mut at = class;
    while let Some(outer) = at.outer.and_then(|outer| program.class(outer)) {
        at = outer;
    }
    &at.ty.full_name
}
