//! Whether guests or people outside the workforce can run a flow.
//!
//! In: rows of kind `holder`, and the flows that profiles and permission sets grant. Out: for
//! a flow, the places that let them run it. That a site shows the flow is not known here, and
//! what users are assigned a permission set is data.

use rustc_hash::FxHashMap;

use super::model::Model;
use crate::fact::Fact;
use crate::metadata::collect::Collected;
use crate::source::Span;

/// Who can run flows.
#[derive(Debug, Default)]
pub(super) struct Audiences {
    /// Audience, holder and place, by flow.
    granted: FxHashMap<String, Vec<(&'static str, String, Span)>>,
    /// Holders that may run any flow that does not ask for more.
    runs_all: Vec<(&'static str, String, Span)>,
    known: Vec<&'static str>,
}

/// Values of the row and the audiences they are about.
const KINDS: [(&str, &str, &str); 2] = [
    ("guest", "guest-reachable", "guest-ground"),
    ("external", "external-reachable", "external-ground"),
];

impl Audiences {
    pub(super) fn of(facts: &Collected) -> Self {
        let mut out = Self::default();
        let mut audiences: FxHashMap<(String, String), &'static str> = FxHashMap::default();
        for holder in facts.of("holder") {
            let audience = holder.text("audience").unwrap_or("");
            let Some((audience, _, _)) = KINDS.iter().find(|(word, _, _)| *word == audience) else {
                continue;
            };
            if !out.known.contains(audience) {
                out.known.push(audience);
            }
            let kind = holder.text("type").unwrap_or("").to_owned();
            audiences.insert((kind, holder.name.to_lowercase().to_string()), audience);
            let runs = holder.items("permissions").find(|item| item.text == "RunFlow");
            out.runs_all.extend(runs.map(|item| (*audience, holder.name.to_string(), item.span)));
        }
        for grants in &facts.grants {
            let holder = &grants.holder;
            let key = (holder.kind.to_string(), holder.name.to_lowercase().to_string());
            let Some(audience) = audiences.get(&key) else { continue };
            for flow in &grants.flows {
                let granted = out.granted.entry(flow.name.to_lowercase().to_string()).or_default();
                granted.push((audience, holder.name.to_string(), flow.span));
            }
        }
        out
    }

    /// Says on a row who can run the flow.
    pub(super) fn say(&self, row: &mut Fact, model: &Model<'_>) {
        let name = model.name().to_lowercase();
        let granted = self.granted.get(&name).map_or(&[][..], Vec::as_slice);
        let needs_more = model
            .flow
            .scalar("isAdditionalPermissionRequiredToRun")
            .is_some_and(|word| word.text == "true");
        // A flow that records or a clock start is started by nobody.
        let startable = model.flow.start_scalar("triggerType").is_none();
        let any = if needs_more || !startable { &[][..] } else { self.runs_all.as_slice() };
        for (audience, reachable, ground) in KINDS {
            let by_name = granted.iter().filter(|(who, _, _)| *who == audience);
            let by_any = any.iter().filter(|(who, _, _)| *who == audience);
            let by_name: Vec<_> = by_name.map(|entry| ("flow-access", entry)).collect();
            let by_any: Vec<_> = by_any.map(|entry| ("run-flow", entry)).collect();
            let all = by_name.into_iter().chain(by_any);
            let mut found = false;
            for (word, (_, holder, span)) in all {
                found = true;
                let known = row.items(ground).any(|item| item.text == word);
                if !known {
                    row.derive(ground, word);
                }
                row.related.push((*span, format!("{holder} may run it").into()));
            }
            if found || self.known.contains(&audience) {
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
