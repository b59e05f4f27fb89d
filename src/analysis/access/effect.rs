//! What a holder may do with PHI: grants added up, muting taken away, dependencies closed.
//!
//! In: sources. Out: [`Effect`]: for each object what is allowed, for each field whether it
//! is readable or editable, each with the places that say so. It knows no record.
//!
//! Source: Salesforce's rules for permission set groups: a muting set switches off what it
//! lists in its group only, and what depends on that goes too.

use std::collections::BTreeMap;

use super::source::Source;
use crate::metadata::grants::ObjectAccess;
use crate::source::Span;

/// What lets something pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Via {
    /// An object permission.
    Object(&'static str),
    /// A field permission: read, or edit.
    Field(&'static str),
    /// A user permission.
    User(&'static str),
    /// Field-level security does not control the field.
    Free(&'static str),
    /// It counts only in an activated session.
    Session,
    /// The group lists the set.
    Group,
    /// The org-wide default.
    Default,
    /// A sharing rule.
    Sharing,
    /// A guest sharing rule.
    Guest,
}

impl Via {
    /// In words.
    pub fn words(self) -> String {
        match self {
            Self::Object(bit) => format!("object permission {bit}"),
            Self::Field(bit) => format!("field permission {bit}"),
            Self::User(name) => format!("user permission {name}"),
            Self::Free(why) => format!("no field-level security: {why}"),
            Self::Session => "only in an activated session".to_owned(),
            Self::Group => "the group lists the set".to_owned(),
            Self::Default => "org-wide default".to_owned(),
            Self::Sharing => "sharing rule".to_owned(),
            Self::Guest => "guest sharing rule".to_owned(),
        }
    }
}

/// One step of a route, with its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Step {
    /// What lets pass.
    pub via: Via,
    /// Where it says so.
    pub span: Span,
}

/// What a holder may do.
#[derive(Debug, Clone, Default)]
pub struct Effect {
    /// By object and bit, the steps of the shortest route.
    objects: BTreeMap<(usize, u8), Vec<Step>>,
    /// By field: the steps that let it be read, and those that let it be edited.
    fields: BTreeMap<usize, (Vec<Step>, Option<Vec<Step>>)>,
    /// By user permission.
    permissions: BTreeMap<&'static str, Vec<Step>>,
}

/// What each object permission brings with it.
const BRINGS: [(ObjectAccess, &[ObjectAccess]); 5] = [
    (
        ObjectAccess::MODIFY_ALL,
        &[ObjectAccess::VIEW_ALL, ObjectAccess::DELETE, ObjectAccess::EDIT, ObjectAccess::READ],
    ),
    (ObjectAccess::DELETE, &[ObjectAccess::EDIT, ObjectAccess::READ]),
    (ObjectAccess::VIEW_ALL, &[ObjectAccess::READ]),
    (ObjectAccess::EDIT, &[ObjectAccess::READ]),
    (ObjectAccess::CREATE, &[ObjectAccess::READ]),
];

fn name_of(bit: ObjectAccess) -> &'static str {
    match bit {
        ObjectAccess::READ => "allowRead",
        ObjectAccess::CREATE => "allowCreate",
        ObjectAccess::EDIT => "allowEdit",
        ObjectAccess::DELETE => "allowDelete",
        ObjectAccess::VIEW_ALL => "viewAllRecords",
        ObjectAccess::MODIFY_ALL => "modifyAllRecords",
        _ => "viewAllFields",
    }
}

impl Effect {
    /// Adds what a source grants; `before` are the steps that lead to the source.
    pub fn add(&mut self, source: &Source, before: &[Step]) {
        let route =
            |via, span| before.iter().copied().chain([Step { via, span }]).collect::<Vec<_>>();
        for (object, bit, span) in &source.objects {
            let steps = route(Via::Object(name_of(*bit)), *span);
            self.objects.entry((*object, bit.0)).or_insert(steps);
        }
        for (object, bit, span) in &source.objects {
            let brought =
                BRINGS.iter().find(|(from, _)| from == bit).map_or(&[][..], |(_, to)| *to);
            for other in brought {
                let steps = route(Via::Object(name_of(*bit)), *span);
                self.objects.entry((*object, other.0)).or_insert(steps);
            }
        }
        for entry in &source.fields {
            let word = if entry.editable { "editable" } else { "readable" };
            let read = route(Via::Field(word), entry.span);
            let edit = entry.editable.then(|| read.clone());
            let known = self.fields.entry(entry.field).or_insert((read, None));
            if known.1.is_none() {
                known.1 = edit;
            }
        }
        for (name, span) in &source.permissions {
            self.permissions.entry(name).or_insert_with(|| route(Via::User(name), *span));
        }
    }

    /// Takes away what a muting set lists, and what depends on it.
    pub fn mute(&mut self, muting: &Source) {
        for (object, bit, _) in &muting.objects {
            self.objects.remove(&(*object, bit.0));
            for (from, _) in BRINGS.iter().filter(|(_, brings)| brings.contains(bit)) {
                self.objects.remove(&(*object, from.0));
            }
            if *bit == ObjectAccess::READ {
                self.objects.remove(&(*object, ObjectAccess::VIEW_ALL_FIELDS.0));
            }
        }
        for entry in &muting.fields {
            match self.fields.get_mut(&entry.field) {
                // Who may not read may not edit.
                Some(_) if entry.readable => drop(self.fields.remove(&entry.field)),
                Some((_, edit)) => *edit = None,
                None => {}
            }
        }
        for (name, _) in &muting.permissions {
            self.permissions.remove(name);
            if *name == "ViewAllData" {
                self.permissions.remove("ModifyAllData");
            }
        }
    }

    /// How an object permission is had: of its own, or through a user permission.
    pub fn object(&self, object: usize, bit: ObjectAccess) -> Option<&[Step]> {
        let own = self.objects.get(&(object, bit.0));
        let user: &[&str] = match bit {
            ObjectAccess::READ | ObjectAccess::VIEW_ALL => &["ViewAllData", "ModifyAllData"],
            ObjectAccess::VIEW_ALL_FIELDS => &["ViewAllFieldsGlobal"],
            _ => &["ModifyAllData"],
        };
        let user = user.iter().find_map(|name| self.permissions.get(name));
        own.or(user).map(Vec::as_slice)
    }

    /// How a field may be read by field-level security alone.
    pub fn field_read(&self, field: usize) -> Option<&[Step]> {
        self.fields.get(&field).map(|(read, _)| read.as_slice())
    }

    /// How a field may be edited by field-level security alone.
    pub fn field_edit(&self, field: usize) -> Option<&[Step]> {
        self.fields.get(&field).and_then(|(_, edit)| edit.as_deref())
    }

    /// Objects with an entry of their own.
    pub fn objects(&self) -> impl Iterator<Item = usize> {
        let mut objects: Vec<usize> = self.objects.keys().map(|(object, _)| *object).collect();
        objects.dedup();
        objects.into_iter()
    }

    /// Whether a user permission opens every object: `modify`, `view` or `none`.
    pub fn all_data(&self) -> &'static str {
        let has = |name| self.permissions.contains_key(name);
        match () {
            () if has("ModifyAllData") => "modify",
            () if has("ViewAllData") => "view",
            () => "none",
        }
    }
}
