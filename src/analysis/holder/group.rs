//! What a permission set group adds up to, and what its muting sets do.
//!
//! In: permission sets and muting sets with their grants, and the row of a group. Out, on the
//! row: sets whose activation the group voids, the user permissions that are left, and muting
//! sets that take nothing away. Of what a set lists, tabs, record types and apps are not
//! read; a muting set that lists nothing else is not judged.

use compact_str::CompactString;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::fact::{Fact, Item};
use crate::metadata::collect::Collected;
use crate::metadata::grants::{Grants, ObjectAccess};

/// What one permission set or muting set says, over all its files.
#[derive(Debug, Default)]
struct Said<'f> {
    facts: Vec<&'f Fact>,
    grants: Vec<&'f Grants>,
}

/// Permission sets and muting sets by lower-case name.
#[derive(Debug, Default)]
pub(super) struct Index<'f> {
    sets: FxHashMap<String, Said<'f>>,
    muting: FxHashMap<String, Said<'f>>,
}

/// One entry, comparable between a set and a muting set.
type Entry = (&'static str, CompactString, u8);

impl<'f> Index<'f> {
    pub(super) fn of(facts: &'f Collected) -> Self {
        let mut index = Self::default();
        // Only groups ask.
        if !facts.has("PermissionSetGroup") {
            return index;
        }
        for fact in facts.of("PermissionSet") {
            index.sets.entry(fact.name.to_lowercase().into()).or_default().facts.push(fact);
        }
        for fact in facts.of("MutingPermissionSet") {
            index.muting.entry(fact.name.to_lowercase().into()).or_default().facts.push(fact);
        }
        for grants in &facts.grants {
            let all = match grants.holder.kind.as_str() {
                "PermissionSet" => &mut index.sets,
                "MutingPermissionSet" => &mut index.muting,
                _ => continue,
            };
            if let Some(said) = all.get_mut(grants.holder.name.to_lowercase().as_str()) {
                said.grants.push(grants);
            }
        }
        index
    }

    fn set(&self, name: &str) -> Option<&Said<'f>> {
        self.sets.get(&name.to_lowercase())
    }

    /// Adds what the group's sets come to; its lists of sets must be there already.
    pub(super) fn add_up(&self, row: &mut Fact) {
        let sets: Vec<Item> = row.items("permission-sets").cloned().collect();
        let missing = sets.iter().find(|set| self.set(&set.text).is_none());
        let missing = missing.map(|set| {
            format!("the permission set {} of the group was not retrieved; retrieve it", set.text)
        });
        if !row.is_true("activation-required") {
            self.list(row, "session-sets", self.session_sets(&sets), missing.as_deref());
        }
        let left = self.permissions(row, &sets);
        self.list(row, "effective-permissions", left, missing.as_deref());
        self.judge_muting(row, &sets, missing.as_deref());
    }

    /// Adds values; where there are none and a set is missing, they are unknown.
    fn list(&self, row: &mut Fact, key: &str, items: Vec<Item>, missing: Option<&str>) {
        if let Some(reason) = missing.filter(|_| items.is_empty()) {
            row.mark_unknown(key, reason);
        }
        row.values.extend(items.into_iter().map(|item| (key.into(), item)));
    }

    /// The sets that require an activation of their own.
    fn session_sets(&self, sets: &[Item]) -> Vec<Item> {
        let of = |set: &Item| {
            let said = self.set(&set.text)?;
            let item = said.facts.iter().find_map(|part| part.item("hasActivationRequired"))?;
            (item.text == "true").then(|| Item { related: Some(item.span), ..set.clone() })
        };
        sets.iter().filter_map(of).collect()
    }

    /// The user permissions of the sets, less those muted. Each stands where the group lists
    /// the set.
    fn permissions(&self, row: &Fact, sets: &[Item]) -> Vec<Item> {
        let mut muted: FxHashSet<String> = FxHashSet::default();
        for set in row.items("muting-sets").filter_map(|set| self.muting(&set.text)) {
            let names = set.facts.iter().flat_map(|fact| fact.items("userPermissions"));
            muted.extend(names.map(|item| item.text.to_lowercase().into()));
        }
        // Who may not view all may not modify all.
        if muted.contains("viewalldata") {
            muted.insert("modifyalldata".to_owned());
        }
        let mut left: Vec<Item> = Vec::new();
        for set in sets {
            let facts = self.set(&set.text).into_iter().flat_map(|said| &said.facts);
            for item in facts.flat_map(|fact| fact.items("userPermissions")) {
                let name = item.text.to_lowercase().to_string();
                let known = left.iter().any(|known| known.text.eq_ignore_ascii_case(&name));
                if !known && !muted.contains(&name) {
                    let related = Some(item.span);
                    left.push(Item { text: item.text.clone(), related, ..set.clone() });
                }
            }
        }
        left
    }

    fn muting(&self, name: &str) -> Option<&Said<'f>> {
        self.muting.get(&name.to_lowercase())
    }

    fn judge_muting(&self, row: &mut Fact, sets: &[Item], missing: Option<&str>) {
        let muting: Vec<Item> = row.items("muting-sets").cloned().collect();
        if muting.is_empty() {
            return;
        }
        let mut granted: FxHashSet<Entry> = FxHashSet::default();
        for said in sets.iter().filter_map(|set| self.set(&set.text)) {
            said.each(&mut |entry| {
                granted.insert(entry);
            });
        }
        for set in muting {
            let Some(said) = self.muting(&set.text) else {
                let why = format!("the muting set {} was not retrieved; retrieve it", set.text);
                row.mark_unknown("idle-muting-sets", why);
                continue;
            };
            let (mut lists, mut takes) = (false, false);
            said.each(&mut |entry| {
                lists = true;
                takes |= granted.contains(&entry);
            });
            match missing {
                _ if takes || !lists => {}
                Some(reason) => row.mark_unknown("idle-muting-sets", reason),
                None => row.values.push(("idle-muting-sets".into(), set)),
            }
        }
    }
}

/// What each object permission needs beside itself.
const NEEDS: [(ObjectAccess, &[ObjectAccess]); 7] = [
    (ObjectAccess::READ, &[]),
    (ObjectAccess::CREATE, &[ObjectAccess::READ]),
    (ObjectAccess::EDIT, &[ObjectAccess::READ]),
    (ObjectAccess::DELETE, &[ObjectAccess::READ, ObjectAccess::EDIT]),
    (ObjectAccess::VIEW_ALL, &[ObjectAccess::READ]),
    (
        ObjectAccess::MODIFY_ALL,
        &[ObjectAccess::READ, ObjectAccess::EDIT, ObjectAccess::DELETE, ObjectAccess::VIEW_ALL],
    ),
    (ObjectAccess::VIEW_ALL_FIELDS, &[ObjectAccess::READ]),
];

impl Said<'_> {
    /// Every entry. Of a permission that needs another, both are there, so that muting either
    /// is seen.
    fn each(&self, give: &mut dyn FnMut(Entry)) {
        let lower = |text: &str| CompactString::from(text.to_lowercase());
        for fact in &self.facts {
            for (key, item) in &fact.values {
                match key.as_str() {
                    "userPermissions" => {
                        give(("user", lower(&item.text), 0));
                        if item.text.eq_ignore_ascii_case("ModifyAllData") && !self.mutes(fact) {
                            give(("user", "viewalldata".into(), 0));
                        }
                    }
                    "customPermissions" => give(("custom", lower(&item.text), 0)),
                    _ => {}
                }
            }
        }
        for grants in &self.grants {
            self.each_grant(grants, give);
        }
    }

    fn mutes(&self, fact: &Fact) -> bool {
        fact.kind == "MutingPermissionSet"
    }

    fn each_grant(&self, grants: &Grants, give: &mut dyn FnMut(Entry)) {
        let mutes = self.mutes(&grants.holder);
        let lower = |text: &str| CompactString::from(text.to_lowercase());
        for grant in &grants.objects {
            let object = lower(&grant.object);
            for (bit, _) in &grant.bits {
                give(("object", object.clone(), bit.0));
                let needs = NEEDS.iter().find(|(of, _)| of == bit).map_or(&[][..], |(_, n)| *n);
                for need in needs.iter().filter(|_| !mutes) {
                    give(("object", object.clone(), need.0));
                }
            }
        }
        for grant in &grants.fields {
            let field = lower(&grant.field);
            if grant.editable {
                give(("field-edit", field.clone(), 0));
            }
            if grant.readable || grant.editable && !mutes {
                give(("field", field, 0));
            }
        }
        let named = [("class", &grants.classes), ("flow", &grants.flows), ("page", &grants.pages)];
        for (kind, grants) in named {
            grants.iter().for_each(|grant| give((kind, lower(&grant.name), 0)));
        }
    }
}

#[cfg(test)]
mod tests;
