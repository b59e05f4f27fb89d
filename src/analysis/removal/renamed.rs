//! Whether a component is gone or only has another name.
//!
//! In: the components of one type, of both trees. Out: for a component that is gone, whether
//! one that is new says the same; each new one stands for one that is gone.

use std::sync::Arc;

use compact_str::CompactString;
use rustc_hash::FxHashSet;

use crate::fact::Fact;
use crate::metadata::collect::Collected;
use crate::metadata::grants::Grants;

/// Elements that name a component and say nothing of what it does.
const NAMES: [&str; 7] =
    ["fullName", "full-name", "label", "masterLabel", "developerName", "managed", "description"];

/// New components of one type, by what they say.
pub(super) struct Renamed<'f> {
    kind: &'f str,
    base: &'f Collected,
    new: Vec<Vec<String>>,
}

impl<'f> Renamed<'f> {
    pub(super) fn of(kind: &'f str, head: &'f Collected, base: &'f Collected) -> Self {
        let known: FxHashSet<CompactString> =
            base.of(kind).iter().map(|fact| fact.name.to_lowercase()).collect();
        let is_new =
            |fact: &&Arc<Fact>| fact.parent.is_none() && !known.contains(&fact.name.to_lowercase());
        let new = head.of(kind).iter().filter(is_new).map(|fact| content(head, kind, fact));
        Self { kind, base, new: new.collect() }
    }

    /// Whether a new component says what this one said; it is not taken for another then.
    pub(super) fn takes(&mut self, gone: &Fact) -> bool {
        if gone.parent.is_some() {
            return false;
        }
        let content = content(self.base, self.kind, gone);
        let at = self.new.iter().position(|new| *new == content);
        at.map(|at| self.new.swap_remove(at)).is_some()
    }
}

/// What a component says, but for its names, sorted.
fn content(facts: &Collected, kind: &str, fact: &Fact) -> Vec<String> {
    let values = fact.values.iter().filter(|(key, _)| !NAMES.contains(&key.as_str()));
    let mut content: Vec<String> =
        values.map(|(key, item)| format!("{key}={}", item.text)).collect();
    let own = |grants: &&Grants| grants.holder.kind == kind && grants.holder.name == fact.name;
    for grants in facts.grants.iter().filter(own) {
        content.extend(granted(grants));
    }
    content.sort();
    content
}

fn granted(grants: &Grants) -> impl Iterator<Item = String> + '_ {
    let objects = grants.objects.iter().map(|one| format!("{} {}", one.object, one.access.0));
    let fields =
        grants.fields.iter().map(|one| format!("{} {}{}", one.field, one.editable, one.readable));
    let named =
        [&grants.classes, &grants.flows, &grants.pages].into_iter().zip(["class", "flow", "page"]);
    let named =
        named.flat_map(|(list, what)| list.iter().map(move |one| format!("{what} {}", one.name)));
    objects.chain(fields).chain(named)
}
