//! Objects and fields, merged over folders and formats, and what of them is PHI.
//!
//! In: facts of objects and fields, and what other components tell of the org. Out: the
//! [`Schema`]. An object may come from several files and a field without its object: every
//! fact is kept, and names compare without regard to case. It knows no rule.

use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::health::{Evidence, Health};
use super::kinds::{Form, ObjectKind};
use super::phi::{Ground, Level, Recogniser, Recognition};
use crate::fact::{Confidence, Fact};

mod kept;
mod merge;
mod verdict;

pub use kept::Kept;

pub(super) use verdict::kind_phi;

/// A field.
#[derive(Debug, Clone)]
pub struct Field {
    /// Object and field: `Patient__c.SSN__c`.
    pub name: String,
    /// Every fact of it; of a name field, the facts of its object.
    pub facts: Vec<Arc<Fact>>,
    /// What health information it is, if any.
    pub recognition: Option<Recognition>,
}

impl Field {
    /// The name without the object.
    pub fn own_name(&self) -> &str {
        self.name.split_once('.').map_or("", |(_, field)| field)
    }

    /// Whether it is taken as PHI: recognised with certainty.
    pub fn is_phi(&self) -> bool {
        self.recognition.as_ref().is_some_and(|r| r.level == Level::High)
    }
}

/// Why records of an object are PHI.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectPhi {
    /// The strongest ground.
    pub ground: Ground,
    /// In words, after "because".
    pub why: String,
    /// How sure a finding about it can be.
    pub confidence: Confidence,
}

/// An object.
#[derive(Debug, Clone)]
pub struct Object {
    /// Full name.
    pub name: String,
    /// Label, where one was retrieved.
    pub label: Option<String>,
    /// What kind of object it is.
    pub form: Form,
    /// It is a custom setting.
    pub custom_setting: bool,
    /// Its own facts; empty if only fragments of it were retrieved.
    pub facts: Vec<Arc<Fact>>,
    /// Its fields, sorted by name without regard to case.
    pub fields: Vec<Field>,
    /// Why it is about patients or their care, if it is.
    pub clinical: Option<String>,
    /// Why its records are PHI, if they are.
    pub phi: Option<ObjectPhi>,
    kind: ObjectKind,
}

impl Object {
    /// What kind of object it is, in a word.
    pub fn form_word(&self) -> &'static str {
        match self.form {
            _ if self.custom_setting => "setting",
            Form::Standard => "standard",
            Form::Custom => "custom",
            Form::MetadataType => "metadata",
            Form::PlatformEvent => "event",
            Form::External => "external",
            Form::Big => "big",
            Form::Article => "article",
        }
    }

    /// Whether its own file was retrieved, not only fragments.
    pub fn is_retrieved(&self) -> bool {
        !self.facts.is_empty()
    }

    /// A field by its own name.
    pub fn field(&self, name: &str) -> Option<&Field> {
        let wanted = name.to_lowercase();
        let at = self.fields.binary_search_by(|f| f.own_name().to_lowercase().cmp(&wanted)).ok()?;
        self.fields.get(at)
    }

    /// What its name tells.
    pub fn kind(&self) -> &ObjectKind {
        &self.kind
    }
}

/// Every object and field, and what of them is PHI.
#[derive(Debug, Clone)]
pub struct Schema {
    /// Whether the org is about health.
    pub health: Health,
    /// A field that carries `encryptionScheme`, whatever it says: Salesforce writes the element
    /// only in orgs that have Shield. Without one, nothing tells either way.
    pub shield: Option<String>,
    pub(super) recogniser: Recogniser,
    pub(super) own_namespaces: Vec<String>,
    pub(super) objects: BTreeMap<String, Object>,
    /// Objects that are granted and have no file.
    pub(super) granted: FxHashMap<String, ObjectKind>,
    /// Child relationships: parent and name of the relationship to the child.
    pub(super) children: FxHashMap<(String, String), String>,
}

impl Schema {
    /// Merges facts into objects and recognises what is PHI.
    pub fn build(facts: &[Arc<Fact>], evidence: &Evidence, recogniser: Recogniser) -> Self {
        let mut objects = merge::merge(facts, &recogniser);
        for object in objects.values_mut() {
            verdict::unmake_definition(object, &recogniser);
            object.clinical = verdict::clinical_reason(object, &recogniser, true);
        }
        let granted = verdict::granted(&objects, evidence, &recogniser);
        let health = verdict::health(&objects, &granted, evidence, &recogniser);
        for object in objects.values_mut() {
            verdict::settle(object, &recogniser, health.is);
        }
        verdict::spread_to_person_accounts(&mut objects, &recogniser, health.is);
        let children = merge::children(&objects);
        let own_namespaces = evidence.own_namespaces.clone();
        let granted = granted.into_iter().map(|kind| (kind.name.to_lowercase(), kind)).collect();
        let shield = merge::shield(&objects);
        Self { health, shield, recogniser, own_namespaces, objects, granted, children }
    }

    /// What tells PHI by its name.
    pub fn recogniser(&self) -> &Recogniser {
        &self.recogniser
    }

    /// Every object, sorted by name without regard to case.
    pub fn objects(&self) -> impl Iterator<Item = &Object> {
        self.objects.values()
    }

    /// An object by its name, as it is written.
    pub fn object(&self, name: &str) -> Option<&Object> {
        self.objects.get(&name.to_lowercase())
    }

    /// Every field recognised at `level` or above, in the order of objects and fields.
    pub fn recognised(&self, level: Level) -> impl Iterator<Item = (&Object, &Field)> {
        self.objects.values().flat_map(move |object| {
            let fields = object.fields.iter();
            fields.filter_map(move |field| {
                let found = field.recognition.as_ref()?;
                (found.level >= level).then_some((object, field))
            })
        })
    }
}

#[cfg(test)]
#[path = "schema/tests.rs"]
mod tests;
