//! The facts of one org, by kind.
//!
//! In: facts as files are read, or as analyses derive them. Out: lookups by kind and by
//! name, the grants of profiles and permission sets, and what the base of a change had. It
//! knows no file format.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::fact::Fact;
use crate::metadata::apex::model::Unit;
use crate::metadata::client::LeftOut;
use crate::metadata::flow::Flow;
use crate::metadata::grants::Grants;
use crate::metadata::manifest::Deletion;
use crate::metadata::markup::model::Markup;
use crate::metadata::script::model::Script;

/// The facts of one org.
#[derive(Debug, Default)]
pub struct Collected {
    by_kind: FxHashMap<String, Vec<Arc<Fact>>>,
    /// What each profile, permission set and muting set grants, sorted by place.
    pub grants: Vec<Grants>,
    /// Every flow, sorted by place; empty unless somebody reads the kind `Flow`.
    pub flows: Vec<Flow>,
    /// Every script that runs in a browser, sorted by place; empty unless somebody reads one
    /// of [`client::KINDS`](crate::metadata::client::KINDS).
    pub scripts: Vec<Script>,
    /// Every page and component, likewise.
    pub markups: Vec<Markup>,
    /// Scripts that were left out, likewise.
    pub left_out: Vec<LeftOut>,
    /// Every Apex class and trigger, sorted by place; empty unless somebody reads the kind
    /// `ApexClass.source` or `ApexTrigger.source`.
    pub apex: Vec<Unit>,
    /// What its manifests of deletions list; empty unless somebody reads them.
    pub deletions: Vec<Deletion>,
    /// Type and full name, in lower case, of what files that could not be read may hold.
    pub unread: Vec<(String, String)>,
    /// The org as the base of a change has it; none where nothing is compared.
    pub before: Option<Box<Collected>>,
}

impl Collected {
    /// The same facts and deletions, with the grants of muting sets alone: what a change is
    /// told from.
    pub fn for_comparison(&self) -> Self {
        let muting = |grants: &&Grants| grants.holder.kind == "MutingPermissionSet";
        Self {
            by_kind: self.by_kind.clone(),
            grants: self.grants.iter().filter(muting).cloned().collect(),
            deletions: self.deletions.clone(),
            ..Self::default()
        }
    }

    /// Whether a component may be in a file that could not be read: its own, or its object's.
    pub fn may_be_unread(&self, kind: &str, name: &str) -> bool {
        let name = name.to_lowercase();
        let owner = name.split(['.', '/']).next().unwrap_or(&name);
        let of_kind = |ty: &str| ty.eq_ignore_ascii_case(kind);
        self.unread.iter().any(|(ty, unread)| {
            (of_kind(ty) && *unread == name) || (ty == "customobject" && unread == owner)
        })
    }

    /// Every fact of a kind: elements in the order of files and places, rows as derived.
    pub fn of(&self, kind: &str) -> &[Arc<Fact>] {
        self.by_kind.get(kind).map_or(&[], Vec::as_slice)
    }

    /// The facts of a kind with this full name, compared as Salesforce compares names; more
    /// than one where a component was found twice.
    pub fn named<'c>(&'c self, kind: &str, name: &'c str) -> impl Iterator<Item = &'c Arc<Fact>> {
        self.of(kind).iter().filter(move |fact| fact.name.eq_ignore_ascii_case(name))
    }

    /// Whether any component of the type was retrieved.
    pub fn has(&self, kind: &str) -> bool {
        !self.of(kind).is_empty()
    }

    /// The kinds that have facts, sorted.
    pub fn kinds(&self) -> Vec<&str> {
        let mut kinds: Vec<&str> = self.by_kind.keys().map(String::as_str).collect();
        kinds.sort_unstable();
        kinds
    }

    /// Keeps the facts of a kind that satisfy `keep`.
    pub fn retain(&mut self, kind: &str, keep: impl Fn(&Fact) -> bool) {
        if let Some(facts) = self.by_kind.get_mut(kind) {
            facts.retain(|fact| keep(fact));
        }
    }

    /// Adds a fact to its kind.
    pub fn add(&mut self, fact: Arc<Fact>) {
        match self.by_kind.get_mut(fact.kind.as_str()) {
            Some(facts) => facts.push(fact),
            None => {
                self.by_kind.insert(fact.kind.to_string(), vec![fact]);
            }
        }
    }
}
