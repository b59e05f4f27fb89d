//! From the name by which something refers to an object or a field to the field itself.
//!
//! In: a reference as list views, reports, permissions, layouts and flows write it, and the
//! object it stands in. Out: which field that is and what PHI it holds. It knows what was
//! retrieved only through the schema: a field without a file is judged by its name.

use std::sync::Arc;

use super::kinds::{ObjectKind, any_eq};
use super::phi::{FieldShape, Recognition, Surroundings, strip_prefix_any_case};
use super::schema::{Field, ObjectPhi, Schema, kind_phi};
use super::tokens;
use crate::fact::{Confidence, Fact};

/// A field that holds PHI, found by reference.
#[derive(Debug, Clone)]
pub struct FoundField<'s> {
    /// Object and field: `Patient__c.SSN__c`.
    pub name: String,
    /// What it was recognised as.
    pub recognition: Recognition,
    /// Where it is defined; empty if its file was not retrieved.
    pub facts: &'s [Arc<Fact>],
}

/// Suffixes of objects that follow another object, custom and standard.
const FOLLOWERS: [&str; 4] = ["ChangeEvent", "History", "Share", "Feed"];

impl Schema {
    /// Why records of an object are PHI, whether or not it has a file. What follows an object
    /// (its history, shares, feed and change events) is PHI as it is.
    pub fn object_phi(&self, name: &str) -> Option<ObjectPhi> {
        let name = self.followed(name);
        if let Some(object) = self.find_object(&name)
            && (object.phi.is_some() || !is_activity(&name))
        {
            return object.phi.clone();
        }
        let activity = is_activity(&name).then(|| self.object("Activity")).flatten();
        if let Some(found) = activity.and_then(|activity| activity.phi.clone()) {
            return Some(found);
        }
        match self.granted.get(&name.to_lowercase()) {
            Some(kind) => kind_phi(kind, &self.recogniser, self.health.is),
            None => kind_phi(&self.recogniser.kind_of(&name), &self.recogniser, self.health.is),
        }
    }

    /// Whether records of an object are PHI.
    pub fn is_phi_object(&self, name: &str) -> bool {
        self.object_phi(name).is_some()
    }

    /// The PHI a reference reaches, if any. `object` is where the reference stands: the object
    /// of a list view or a layout; a full name (`Patient__c.SSN__c`) needs none.
    pub fn phi_of(&self, object: Option<&str>, reference: &str) -> Option<FoundField<'_>> {
        let (object, field) = self.locate(object, reference)?;
        self.phi_of_field(&object, &field)
    }

    /// The name under which records of an object are PHI, if they are: of its change events
    /// or shares, the object's own.
    pub fn phi_object_name(&self, name: &str) -> Option<String> {
        self.object_phi(name)?;
        let followed = self.followed(name);
        Some(self.find_object(&followed).map_or(followed, |object| object.name.clone()))
    }

    /// Every name a field goes by: its own, and its other side on a person account or an
    /// activity.
    pub fn names_of(&self, object: &str, field: &str) -> Vec<(String, String)> {
        let own = std::iter::once((object.to_owned(), field.to_owned()));
        own.chain(twins(object, field)).collect()
    }

    /// Which object and which field a reference means. The names are as the schema has them
    /// where it has them, else as written.
    pub fn locate(&self, object: Option<&str>, reference: &str) -> Option<(String, String)> {
        let reference = reference.trim();
        let short = &self.recogniser.vocabulary().short;
        if let Some((object, field)) =
            short.get(&reference.to_uppercase()).and_then(|full| full.split_once('.'))
        {
            return Some((object.to_owned(), field.to_owned()));
        }
        let mut path: Vec<&str> = reference.split(['.', '$']).collect();
        let last = path.pop().filter(|last| !last.is_empty())?;
        let mut at = object.map(|object| self.followed(object));
        for (number, step) in path.into_iter().enumerate() {
            at = Some(self.step(at.as_deref(), step, number == 0)?);
        }
        let field = short.get(&last.to_uppercase()).map_or(last, String::as_str);
        Some((at?, field.to_owned()))
    }

    /// One step of a path: a relationship of the object, or the name of another object.
    fn step(&self, from: Option<&str>, step: &str, first: bool) -> Option<String> {
        let relation = from.and_then(|from| self.follow(from, step));
        let is_relation = tokens::parts(step).suffix.eq_ignore_ascii_case("__r");
        if is_relation || !first {
            return relation.or_else(|| self.known_object(step));
        }
        let named = self.known_object(step).or(relation);
        // The first step of a full name is an object, whether or not it has a file.
        named.or_else(|| Some(self.followed(step)))
    }

    /// The object at the other end of a relationship.
    fn follow(&self, from: &str, relation: &str) -> Option<String> {
        if from.eq_ignore_ascii_case("Account") && relation.eq_ignore_ascii_case("PersonContact") {
            return Some("Contact".to_owned());
        }
        let stem = relation.strip_suffix("__r").or_else(|| relation.strip_suffix("__R"));
        let field = stem.map_or_else(|| format!("{relation}Id"), |stem| format!("{stem}__c"));
        let target = self.find_field(from, &field).and_then(|field| {
            let mut targets = field.facts.iter().filter_map(|fact| fact.text("referenceTo"));
            targets.next().map(str::to_owned)
        });
        target.or_else(|| {
            let plain = stem.unwrap_or(relation);
            let name = tokens::parts(plain).stem.to_lowercase();
            self.children.get(&(from.to_lowercase(), name)).cloned()
        })
    }

    /// An object by a name, or by the plural that standard relationships use.
    fn known_object(&self, name: &str) -> Option<String> {
        let known = |name: &str| {
            let name = self.followed(name);
            if let Some(object) = self.find_object(&name) {
                return Some(object.name.clone());
            }
            let kind = self.kind(&name);
            let is_known = !kind.platform.is_empty() || kind.person || kind.mute.is_some();
            is_known.then_some(name)
        };
        known(name).or_else(|| known(name.strip_suffix('s')?))
    }

    fn kind(&self, object: &str) -> ObjectKind {
        if let Some(object) = self.find_object(object) {
            return object.kind().clone();
        }
        match self.granted.get(&object.to_lowercase()) {
            Some(kind) => kind.clone(),
            None => self.recogniser.kind_of(object),
        }
    }

    fn find_object(&self, name: &str) -> Option<&super::schema::Object> {
        self.object(name).or_else(|| self.object(self.without_own_namespace(name)?))
    }

    fn find_field(&self, object: &str, field: &str) -> Option<&Field> {
        let object = self.find_object(object)?;
        object.field(field).or_else(|| object.field(self.without_own_namespace(field)?))
    }

    /// A name without the project's own namespace; nothing if it has another or none.
    fn without_own_namespace<'n>(&self, name: &'n str) -> Option<&'n str> {
        let bare = tokens::without_build_token(name);
        if bare.len() < name.len() {
            return Some(bare);
        }
        let space = tokens::parts(name).namespace?;
        let own = self.own_namespaces.iter().any(|own| own.eq_ignore_ascii_case(space));
        own.then(|| name.get(space.len() + 2..)).flatten()
    }

    /// The object that an object follows, or itself.
    fn followed(&self, name: &str) -> String {
        for follower in FOLLOWERS {
            let Some(at) = name.len().checked_sub(follower.len()).filter(|at| *at > 0) else {
                continue;
            };
            let (Some(stem), Some(end)) = (name.get(..at), name.get(at..)) else { continue };
            if !end.eq_ignore_ascii_case(follower) {
                continue;
            }
            if let Some(custom) = stem.strip_suffix("__") {
                return format!("{custom}__c");
            }
            // `HealthConditionFeed` follows `HealthCondition`; `NewsFeed` follows nothing.
            let known = self.object(stem).is_some() || !self.kind(stem).platform.is_empty();
            if known && self.object(name).is_none() {
                return stem.to_owned();
            }
        }
        name.to_owned()
    }

    fn phi_of_field(&self, object: &str, field: &str) -> Option<FoundField<'_>> {
        let twins = twins(object, field);
        let own = std::iter::once((object.to_owned(), field.to_owned()));
        let mut defined = false;
        for (object, field) in own.chain(twins) {
            let Some(known) = self.find_field(&object, &field) else { continue };
            defined = true;
            if let Some(recognition) = known.recognition.clone() {
                let name = known.name.clone();
                return Some(FoundField { name, recognition, facts: &known.facts });
            }
        }
        if defined { None } else { self.guess(object, field) }
    }

    /// A field of a platform object as Salesforce writes it: names are identities.
    fn spelling<'n>(&'n self, object: &str, field: &'n str) -> &'n str {
        let rows = self.recogniser.vocabulary().table.standard.iter();
        let own = rows.filter(|row| any_eq(&row.objects, object));
        let mut fields = own.flat_map(|row| row.high.iter().chain(&row.medium));
        fields.find(|known| known.eq_ignore_ascii_case(field)).map_or(field, String::as_str)
    }

    /// A field without a file is judged by its name; nothing tells its type.
    fn guess(&self, object: &str, field: &str) -> Option<FoundField<'_>> {
        let known = self.find_object(object);
        let kind = self.kind(object);
        let clinical = match known {
            Some(object) => object.clinical.is_some(),
            None => {
                kind.clinical.is_some()
                    || kind.is_clinical_platform(self.recogniser.vocabulary(), self.health.is)
            }
        };
        let around = Surroundings { health: self.health.is, clinical };
        let shape = FieldShape { name: field, ..FieldShape::default() };
        let mut recognition = self.recogniser.recognise(&kind, &shape, around)?;
        recognition.confidence = recognition.confidence.min(Confidence::Medium);
        let name = format!("{}.{}", kind.name, self.spelling(&kind.name, field));
        Some(FoundField { name, recognition, facts: &[] })
    }
}

fn is_activity(object: &str) -> bool {
    object.eq_ignore_ascii_case("Task") || object.eq_ignore_ascii_case("Event")
}

/// Other names of the same field: the two sides of a person account, and the object that
/// tasks and events take their custom fields from.
fn twins(object: &str, field: &str) -> Vec<(String, String)> {
    let at = |object: &str, field: String| (object.to_owned(), field);
    let suffix = tokens::parts(field).suffix;
    let stem = field.strip_suffix(suffix).unwrap_or(field);
    if object.eq_ignore_ascii_case("Account") {
        if suffix.eq_ignore_ascii_case("__pc") {
            return vec![at("Contact", format!("{stem}__c"))];
        }
        let person = strip_prefix_any_case(field, "Person").filter(|_| suffix.is_empty());
        return person.map(|name| at("Contact", name.to_owned())).into_iter().collect();
    }
    if object.eq_ignore_ascii_case("Contact") {
        return match suffix {
            "" => vec![at("Account", format!("Person{field}"))],
            _ => vec![at("Account", format!("{stem}__pc"))],
        };
    }
    if is_activity(object) {
        return vec![at("Activity", field.to_owned())];
    }
    if object.eq_ignore_ascii_case("Activity") {
        return vec![at("Task", field.to_owned()), at("Event", field.to_owned())];
    }
    Vec::new()
}

#[cfg(test)]
#[path = "resolve/tests.rs"]
mod tests;
