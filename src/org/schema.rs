//! Objects and fields, merged over folders and formats, and what of them is PHI.
//!
//! In: facts of objects and fields, and what other components tell of the org. Out: the
//! [`Schema`]. An object may come from several files and a field without its object: every
//! fact is kept, and names compare without regard to case. It knows no rule.

use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::health::{Evidence, Health, Traces, judge};
use super::kinds::{Form, ObjectKind, any_eq};
use super::phi::{FieldShape, Ground, Level, Recogniser, Recognition, Surroundings};
use crate::fact::{Confidence, Fact};

/// How many likely fields make a record of a clinical object health information.
const LIKELY_FIELDS: usize = 3;

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
        let mut objects = merge(facts, &recogniser);
        for object in objects.values_mut() {
            object.clinical = clinical_reason(object, &recogniser, true);
        }
        let granted = granted(&objects, evidence, &recogniser);
        let health = health(&objects, &granted, evidence, &recogniser);
        for object in objects.values_mut() {
            settle(object, &recogniser, health.is);
        }
        let children = children(&objects);
        let own_namespaces = evidence.own_namespaces.clone();
        let granted = granted.into_iter().map(|kind| (kind.name.to_lowercase(), kind)).collect();
        Self { health, recogniser, own_namespaces, objects, granted, children }
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

fn merge(facts: &[Arc<Fact>], recogniser: &Recogniser) -> BTreeMap<String, Object> {
    let mut objects: BTreeMap<String, Object> = BTreeMap::new();
    let mut fields: FxHashMap<String, BTreeMap<String, Field>> = FxHashMap::default();
    for fact in facts {
        let (object, field) = match fact.kind.as_str() {
            "CustomObject" => (fact.name.as_str(), fact.item("nameField.label").map(|_| "Name")),
            "CustomField" => match fact.name.split_once('.') {
                Some((object, field)) => (object, Some(field)),
                None => continue,
            },
            _ => continue,
        };
        let key = object.to_lowercase();
        let entry = objects.entry(key.clone()).or_insert_with(|| empty(object, recogniser));
        if fact.kind == "CustomObject" {
            adopt(entry, fact);
        }
        let Some(field) = field else { continue };
        let of_object = fields.entry(key).or_default();
        let known = of_object.entry(field.to_lowercase()).or_insert_with(|| Field {
            name: format!("{}.{field}", entry.name),
            facts: Vec::new(),
            recognition: None,
        });
        known.facts.push(Arc::clone(fact));
    }
    for (key, of_object) in fields {
        if let Some(object) = objects.get_mut(&key) {
            object.fields = of_object.into_values().collect();
        }
    }
    objects
}

fn empty(name: &str, recogniser: &Recogniser) -> Object {
    let kind = recogniser.kind_of(name);
    Object {
        name: name.to_owned(),
        label: None,
        form: kind.form,
        custom_setting: false,
        facts: Vec::new(),
        fields: Vec::new(),
        clinical: None,
        phi: None,
        kind,
    }
}

fn adopt(object: &mut Object, fact: &Arc<Fact>) {
    if object.label.is_none() {
        object.label = fact.text("label").map(str::to_owned);
    }
    if fact.item("customSettingsType").is_some() {
        object.custom_setting = true;
        object.kind.clinical = None;
        object.kind.mute = Some("it holds configuration");
    }
    object.facts.push(Arc::clone(fact));
}

/// What one fact says of a field.
fn shape<'f>(name: &'f str, fact: &'f Fact) -> FieldShape<'f> {
    if fact.kind == "CustomObject" {
        let (kind, label) = (fact.text("nameField.type"), fact.text("nameField.label"));
        return FieldShape { name, kind, label, ..FieldShape::default() };
    }
    FieldShape {
        name,
        kind: fact.text("type"),
        label: fact.text("label"),
        description: fact.text("description"),
        help: fact.text("inlineHelpText"),
        groups: fact.text("complianceGroup"),
        formula: fact.item("formula").is_some(),
        unique: fact.is_true("unique") || fact.is_true("externalId"),
    }
}

/// The strongest of what the facts of a field tell.
fn recognise(
    object: &ObjectKind,
    field: &Field,
    recogniser: &Recogniser,
    around: Surroundings,
) -> Option<Recognition> {
    let name = field.own_name();
    let found = field
        .facts
        .iter()
        .filter_map(|fact| recogniser.recognise(object, &shape(name, fact), around));
    found.reduce(|best, next| {
        let stronger = (next.level, next.ground) > (best.level, best.ground);
        if stronger { next } else { best }
    })
}

/// Why an object is about patients: by name, by the catalogue, or because it belongs to a
/// person and holds a clinical field.
fn clinical_reason(object: &Object, recogniser: &Recogniser, health: bool) -> Option<String> {
    let kind = &object.kind;
    if recogniser.excluded(&object.name).is_some() || kind.mute.is_some() {
        return None;
    }
    if let Some(pattern) = recogniser.configured_object(&object.name) {
        return Some(format!("phorce.toml names it (`{pattern}`)"));
    }
    if kind.is_clinical_platform(recogniser.vocabulary(), health) {
        return Some("it is a clinical object of the platform".to_owned());
    }
    if let Some(words) = &kind.clinical {
        return Some(format!("its name says \"{words}\""));
    }
    if !kind.person && !object.fields.iter().any(|field| points_at_person(field, recogniser)) {
        return None;
    }
    let field = strong_clinical_field(object, recogniser)?;
    Some(format!("it belongs to a person and holds {}", field.own_name()))
}

fn points_at_person(field: &Field, recogniser: &Recogniser) -> bool {
    let persons = &recogniser.vocabulary().table.objects.persons;
    let targets = field.facts.iter().flat_map(|fact| fact.items("referenceTo"));
    targets
        .into_iter()
        .any(|target| any_eq(persons, &target.text) || recogniser.kind_of(&target.text).person)
}

/// The first field that is health information by itself, wherever it stands.
fn strong_clinical_field<'o>(object: &'o Object, recogniser: &Recogniser) -> Option<&'o Field> {
    object.fields.iter().find(|field| {
        let around = Surroundings::default();
        let found = recognise(&object.kind, field, recogniser, around);
        let named = |g: Ground| matches!(g, Ground::Name | Ground::Label | Ground::Configured);
        found.is_some_and(|r| r.clinical && r.level == Level::High && named(r.ground))
    })
}

fn granted(
    objects: &BTreeMap<String, Object>,
    evidence: &Evidence,
    recogniser: &Recogniser,
) -> Vec<ObjectKind> {
    let mut names: Vec<&String> = evidence.granted_objects.iter().collect();
    names.sort_unstable();
    names.dedup();
    let unknown = names.into_iter().filter(|name| !objects.contains_key(&name.to_lowercase()));
    unknown.map(|name| recogniser.kind_of(name)).collect()
}

fn health(
    objects: &BTreeMap<String, Object>,
    granted: &[ObjectKind],
    evidence: &Evidence,
    recogniser: &Recogniser,
) -> Health {
    let kinds: Vec<&ObjectKind> = objects.values().map(|object| &object.kind).collect();
    let mut clinical = objects.values().filter(|object| object.clinical.is_some());
    let clinical_field = clinical.find_map(|object| strong_clinical_field(object, recogniser));
    let traces = Traces {
        objects: &kinds,
        granted,
        clinical_field: clinical_field.map(|field| field.name.as_str()),
        tagged: &tagged(objects, recogniser),
    };
    judge(recogniser.vocabulary(), recogniser.overrides().health_context, evidence, traces)
}

/// Fields that carry a tag and are no formula, and whether anything but the tag speaks for
/// them.
fn tagged(objects: &BTreeMap<String, Object>, recogniser: &Recogniser) -> Vec<(String, bool)> {
    let mut out = Vec::new();
    let fields = objects.values().flat_map(|object| object.fields.iter().map(move |f| (object, f)));
    for (object, field) in fields {
        let around = Surroundings { health: true, clinical: object.clinical.is_some() };
        let tagged = field.facts.iter().any(|fact| {
            let found = recogniser.recognise(&object.kind, &shape(field.own_name(), fact), around);
            fact.item("formula").is_none() && found.is_some_and(|r| r.ground == Ground::Declared)
        });
        if !tagged {
            continue;
        }
        let speaks = field.facts.iter().any(|fact| {
            let shape = FieldShape { groups: None, ..shape(field.own_name(), fact) };
            let found = recogniser.recognise(&object.kind, &shape, around);
            found.is_some_and(|r| r.level >= Level::Medium)
        });
        out.push((field.name.clone(), speaks));
    }
    out
}

/// Recognises the fields of an object, now that its surroundings are known.
fn settle(object: &mut Object, recogniser: &Recogniser, health: bool) {
    object.clinical = clinical_reason(object, recogniser, health);
    let around = Surroundings { health, clinical: object.clinical.is_some() };
    for field in &mut object.fields {
        field.recognition = recognise(&object.kind, field, recogniser, around);
    }
    object.phi = object_phi(object, recogniser, health);
}

/// Why records of an object are PHI.
fn object_phi(object: &Object, recogniser: &Recogniser, health: bool) -> Option<ObjectPhi> {
    if recogniser.excluded(&object.name).is_some() {
        return None;
    }
    let known = kind_phi(&object.kind, recogniser, health);
    if known.is_some() {
        return known;
    }
    let certain = object.fields.iter().filter(|field| field.is_phi());
    let best = certain
        .filter_map(|field| Some((field, field.recognition.as_ref()?)))
        .max_by_key(|(field, r)| (r.ground, r.confidence, std::cmp::Reverse(&field.name)));
    if let Some((field, found)) = best {
        let why = format!("it holds {} ({})", field.own_name(), found.class);
        return Some(ObjectPhi { ground: found.ground, why, confidence: found.confidence });
    }
    let likely =
        |field: &&Field| field.recognition.as_ref().is_some_and(|r| r.level == Level::Medium);
    let count = object.fields.iter().filter(likely).count();
    if !health || object.clinical.is_none() || count < LIKELY_FIELDS {
        return None;
    }
    let why = format!("it is about patients and {count} of its fields are likely PHI");
    Some(ObjectPhi { ground: Ground::Name, why, confidence: Confidence::Medium })
}

/// Why records of an object are PHI, by its name alone.
pub(super) fn kind_phi(
    kind: &ObjectKind,
    recogniser: &Recogniser,
    health: bool,
) -> Option<ObjectPhi> {
    if recogniser.excluded(&kind.name).is_some() {
        return None;
    }
    if let Some(pattern) = recogniser.configured_object(&kind.name) {
        let why = format!("phorce.toml names it (`{pattern}`)");
        return Some(ObjectPhi { ground: Ground::Configured, why, confidence: Confidence::High });
    }
    if !kind.is_clinical_platform(recogniser.vocabulary(), health) {
        return None;
    }
    let confidence = if kind.health { Confidence::High } else { Confidence::Medium };
    let why = "it is a clinical object of the platform".to_owned();
    Some(ObjectPhi { ground: Ground::Catalogue, why, confidence })
}

fn children(objects: &BTreeMap<String, Object>) -> FxHashMap<(String, String), String> {
    let mut out = FxHashMap::default();
    for object in objects.values() {
        for fact in object.fields.iter().flat_map(|field| &field.facts) {
            let Some(relationship) = fact.text("relationshipName") else { continue };
            for target in fact.items("referenceTo") {
                let key = (target.text.as_str().to_lowercase(), relationship.to_lowercase());
                out.entry(key).or_insert_with(|| object.name.clone());
            }
        }
    }
    out
}

#[cfg(test)]
#[path = "schema/tests.rs"]
mod tests;
