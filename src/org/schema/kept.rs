//! What another tree takes as PHI, taken as PHI here too.
//!
//! In: the schemas of the two trees of a change. Out: a schema that takes as PHI whatever
//! either does, where it has it, and what it would not have taken by itself. A field that is
//! given another label or loses its tag holds what it held.

use super::{Object, Schema};
use crate::org::phi::{Ground, Recognition};

/// Something that counts as PHI only because the other tree says so, or more surely there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Full name of the field or object.
    pub name: String,
    /// Why it is PHI in the other tree, in words.
    pub there: String,
    /// Why it is PHI here, if it is.
    pub here: Option<String>,
}

impl Schema {
    /// Takes as PHI what `other` does, where both have it. An object is told only where none
    /// of its fields is.
    pub fn keep(&mut self, other: &Self) -> Vec<Kept> {
        let mut kept = Vec::new();
        if other.health.is && !self.health.is {
            self.health = other.health.clone();
        }
        for (key, object) in &mut self.objects {
            let Some(there) = other.objects.get(key) else { continue };
            let before = kept.len();
            keep_fields(object, there, &mut kept);
            if object.clinical.is_none() {
                object.clinical.clone_from(&there.clinical);
            }
            if let (None, Some(phi)) = (&object.phi, &there.phi) {
                if kept.len() == before {
                    let (name, there) = (object.name.clone(), phi.why.clone());
                    kept.push(Kept { name, there, here: None });
                }
                object.phi = Some(phi.clone());
            }
        }
        kept
    }
}

fn keep_fields(object: &mut Object, there: &Object, kept: &mut Vec<Kept>) {
    for field in &mut object.fields {
        let Some(other) = there.field(field.own_name()) else { continue };
        let Some(found) = &other.recognition else { continue };
        if field.recognition.as_ref().is_some_and(|own| !is_surer(found, own)) {
            continue;
        }
        kept.push(Kept {
            name: field.name.clone(),
            there: found.because(),
            here: field.recognition.as_ref().map(Recognition::because),
        });
        field.recognition = Some(found.clone());
    }
}

/// More certain, or said where names alone say it otherwise.
fn is_surer(one: &Recognition, other: &Recognition) -> bool {
    let said = |found: &Recognition| found.ground >= Ground::Declared;
    (one.level, said(one)) > (other.level, said(other))
}
