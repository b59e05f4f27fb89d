//! What of the merged objects and fields is PHI.
//!
//! In: objects with their fields. Out: whether the org is about health, which objects are
//! about patients, which fields and objects are PHI, each with its reason. It reads no key of
//! a fact but the tag.

use std::collections::BTreeMap;

use super::merge::shape;
use super::{Field, Object, ObjectPhi};
use crate::fact::Confidence;
use crate::org::health::{Evidence, Health, Traces, judge};
use crate::org::kinds::{ObjectKind, clinical, is_person};
use crate::org::phi::{
    FieldShape, Ground, Level, Recogniser, Recognition, Surroundings, strip_prefix_any_case,
};
use crate::org::tokens;

/// How many likely fields make a record of a clinical object health information.
const LIKELY_FIELDS: usize = 3;

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
pub(in crate::org) fn clinical_reason(
    object: &Object,
    recogniser: &Recogniser,
    health: bool,
) -> Option<String> {
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
    let label = object.label.as_deref().map(tokens::of_text).unwrap_or_default();
    let apart = kind.goods || kind.provider || kind.definition;
    if let Some(words) = clinical(recogniser.vocabulary(), &label).filter(|_| !apart) {
        return Some(format!("its label says \"{words}\""));
    }
    if !kind.person && !object.fields.iter().any(|field| points_at_person(field, recogniser)) {
        return None;
    }
    let field = strong_clinical_field(object, recogniser)?;
    Some(format!("it belongs to a person and holds {}", field.own_name()))
}

/// A list to choose from that points at a patient, or at a record of care, is none: the codes
/// of an encounter say what somebody has.
pub(in crate::org) fn unmake_definition(object: &mut Object, recogniser: &Recogniser) {
    let about_care = |field: &Field| {
        let mut targets = field.facts.iter().flat_map(|fact| fact.items("referenceTo"));
        targets.any(|target| recogniser.kind_of(&target.text).clinical.is_some())
    };
    let mut fields = object.fields.iter();
    if object.kind.definition
        && fields.any(|field| about_care(field) || points_at_person(field, recogniser))
    {
        object.kind.definition = false;
    }
}

fn points_at_person(field: &Field, recogniser: &Recogniser) -> bool {
    let mut targets = field.facts.iter().flat_map(|fact| fact.items("referenceTo"));
    targets.any(|target| {
        is_person(recogniser.vocabulary(), &target.text, &tokens::of_name(&target.text))
    })
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

pub(in crate::org) fn granted(
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

pub(in crate::org) fn health(
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
        if !field.facts.iter().any(|fact| fact.item("complianceGroup").is_some()) {
            continue;
        }
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
pub(in crate::org) fn settle(object: &mut Object, recogniser: &Recogniser, health: bool) {
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
pub(in crate::org) fn kind_phi(
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
    let why = match kind.health {
        true => "it is a clinical object of the platform",
        false => "it is about persons, in an org about health",
    };
    let why = why.to_owned();
    Some(ObjectPhi { ground: Ground::Catalogue, why, confidence })
}

/// The person of a person account is a contact: where accounts are persons, an account is PHI
/// as a contact is.
pub(in crate::org) fn spread_to_person_accounts(
    objects: &mut BTreeMap<String, Object>,
    recogniser: &Recogniser,
    health: bool,
) {
    let contact = match objects.get("contact") {
        Some(contact) => contact.phi.clone(),
        None => kind_phi(&recogniser.kind_of("Contact"), recogniser, health),
    };
    let declared = objects.contains_key("personaccount");
    let Some((account, contact)) = objects.get_mut("account").zip(contact) else { return };
    let persons = declared || account.fields.iter().any(|field| is_of_person(field.own_name()));
    if !persons || account.phi.is_some() || recogniser.excluded(&account.name).is_some() {
        return;
    }
    let why = format!("its persons are contacts, and of Contact {}", contact.why);
    account.phi = Some(ObjectPhi { why, ..contact });
}

fn is_of_person(field: &str) -> bool {
    let parts = tokens::parts(field);
    let standard = parts.suffix.is_empty() && strip_prefix_any_case(field, "Person").is_some();
    standard || parts.suffix.eq_ignore_ascii_case("__pc")
}
