//! Which components a tree has, to tell what was mended from what is only out of sight.
//!
//! In: the facts and files of one tree. Out: [`Components`]: types and full names by org,
//! and what manifests delete on purpose. A file that could not be read has no component
//! here. It judges nothing.

use std::collections::{BTreeMap, BTreeSet};

use crate::analysis;
use crate::change::Side;
use crate::metadata::layout::{Layout, lay_out};
use crate::report::Finding;

/// Org, type and full name in lower case.
type Identity = (String, String, String);

/// What a tree has.
#[derive(Debug, Default)]
pub(super) struct Components {
    here: BTreeSet<Identity>,
    /// The types that have a component of this name, by org and name.
    types: BTreeMap<(String, String), BTreeSet<String>>,
    /// What is in each file.
    in_file: BTreeMap<String, BTreeSet<Identity>>,
    deleted: BTreeSet<Identity>,
}

impl Components {
    pub(super) fn of(side: Side<'_>) -> Self {
        let mut found = Self::default();
        let layout = lay_out(side.sources, &|file| side.sources.read(file));
        found.add_files(side, &layout);
        for org in &side.gathered.orgs {
            let derived = |kind: &str| analysis::KINDS.iter().any(|known| known.name == kind);
            let kinds = org.facts.kinds().into_iter();
            for kind in kinds.filter(|kind| !kind.contains('.') && !derived(kind)) {
                for fact in org.facts.of(kind) {
                    found.add((org.path.clone(), kind.to_owned(), fact.name.to_lowercase().into()));
                }
            }
        }
        for org in &side.gathered.orgs {
            let listed = org.facts.deletions.iter();
            found.deleted.extend(listed.map(|deletion| {
                (org.path.clone(), deletion.ty.to_string(), deletion.name.to_lowercase().into())
            }));
        }
        found
    }

    fn add_files(&mut self, side: Side<'_>, layout: &Layout) {
        let unread: BTreeSet<&str> =
            side.gathered.not_read.iter().map(|file| file.path.as_str()).collect();
        for entry in &layout.files {
            let path = side.sources.path(entry.file);
            let Some(org) = side.gathered.orgs.get(entry.org) else { continue };
            if unread.contains(path) {
                continue;
            }
            for ty in entry.ty.candidates() {
                let name = entry.full_name.to_lowercase();
                let identity = (org.path.clone(), ty.name.to_owned(), name.to_string());
                self.in_file.entry(path.to_owned()).or_default().insert(identity.clone());
                self.add(identity);
            }
        }
    }

    fn add(&mut self, identity: Identity) {
        let (org, ty, name) = identity.clone();
        self.types.entry((org, name)).or_default().insert(ty);
        self.here.insert(identity);
    }

    /// Whether one of these was there and is neither here nor deleted on purpose.
    pub(super) fn misses(&self, was: &Self, org: &str, these: &[(&str, String)]) -> bool {
        these.iter().any(|(ty, name)| {
            let identity = (org.to_owned(), (*ty).to_owned(), name.to_lowercase());
            was.here.contains(&identity) && !self.accounts(was, &identity)
        })
    }

    /// Whether it is here, or was deleted on purpose since `was`. A list that named it while it
    /// was there says nothing of why it is gone.
    fn accounts(&self, was: &Self, identity: &Identity) -> bool {
        let deleted = self.deletes(identity) && !was.deletes(identity);
        self.here.contains(identity) || deleted
    }

    /// The components a finding may be about: those of its subject's name, of which the one in
    /// its own file is surer, else those in its file.
    fn about(&self, finding: &Finding) -> BTreeSet<Identity> {
        let here = self.in_file.get(&finding.place.path).cloned().unwrap_or_default();
        let subject = finding.subject.to_lowercase();
        let component = subject.split('/').next().unwrap_or(&subject);
        for name in [subject.as_str(), component] {
            let key = (finding.org.clone(), name.to_owned());
            if let Some(types) = self.types.get(&key) {
                let identity = |ty: &String| (key.0.clone(), ty.clone(), key.1.clone());
                let named: BTreeSet<Identity> = types.iter().map(identity).collect();
                let both: BTreeSet<Identity> = named.intersection(&here).cloned().collect();
                return if both.is_empty() { named } else { both };
            }
        }
        here
    }

    /// Whether it is deleted on purpose: listed, or a part of an object that is.
    fn deletes(&self, (org, ty, name): &Identity) -> bool {
        let listed = |ty: &str, name: &str| {
            self.deleted.contains(&(org.clone(), ty.to_owned(), name.to_owned()))
        };
        let object = name.split_once('.').map(|(object, _)| object);
        listed(ty, name) || object.is_some_and(|object| listed("CustomObject", object))
    }
}

/// Whether what a finding of the base was about is neither there nor deleted on purpose.
pub(super) fn is_gone(finding: &Finding, was: &Components, is: &Components) -> bool {
    let about = was.about(finding);
    !about.is_empty() && !about.iter().any(|identity| is.accounts(was, identity))
}
