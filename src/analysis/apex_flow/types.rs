//! Types as the source writes them.
//!
//! In: a type's name and where it stands. Out: what it means: a type of the tree, an object, a
//! type of the platform. Of a collection only its elements matter, of a map its values.

use compact_str::CompactString;

use super::program::Program;
use super::symbol::{Symbols, number};
use super::value::Ty;
use crate::metadata::apex::model::TypeRef;
use crate::org::schema::Schema;
use crate::org::tokens;

/// Objects of the platform whose records are no PHI by themselves.
const PLAIN: [&str; 34] = [
    "account",
    "contact",
    "lead",
    "case",
    "user",
    "opportunity",
    "task",
    "event",
    "campaign",
    "campaignmember",
    "contract",
    "asset",
    "product2",
    "order",
    "group",
    "profile",
    "attachment",
    "document",
    "contentversion",
    "contentdocument",
    "contentdocumentlink",
    "contentdistribution",
    "emailmessage",
    "feeditem",
    "feedcomment",
    "note",
    "individual",
    "recordtype",
    "organization",
    "permissionset",
    "asyncapexjob",
    "crontrigger",
    "casecomment",
    "folder",
];

impl Program<'_> {
    /// The type of the elements of a list or the values of a map.
    pub(super) fn element(&self, ty: Ty) -> Ty {
        match ty {
            Ty::List(element) | Ty::Map(element) => {
                self.elements.get(element as usize).copied().unwrap_or_default()
            }
            other => other,
        }
    }

    fn element_number(&mut self, ty: Ty) -> u32 {
        let next = number(self.elements.len());
        let known = *self.element_numbers.entry(ty).or_insert(next);
        if known == next {
            self.elements.push(ty);
        }
        known
    }

    /// A list of these.
    pub(super) fn list_of(&mut self, ty: Ty) -> Ty {
        Ty::List(self.element_number(ty))
    }

    /// A map to these.
    pub(super) fn map_of(&mut self, ty: Ty) -> Ty {
        Ty::Map(self.element_number(ty))
    }

    /// What a type in the source means.
    pub(super) fn type_of(
        &mut self,
        ty: &TypeRef,
        from: Option<u32>,
        schema: &Schema,
        symbols: &mut Symbols,
    ) -> Ty {
        let lower = CompactString::from_str_to_lowercase(&ty.name);
        let bare = lower.strip_prefix("system.").unwrap_or(&lower);
        let argument = |program: &mut Self, symbols: &mut Symbols, at: usize| {
            let inner = ty.arguments.get(at).map(|t| program.type_of(t, from, schema, symbols));
            program.element_number(inner.unwrap_or_default())
        };
        match bare {
            "string" => Ty::Text,
            "date" | "datetime" | "time" => Ty::Moment,
            "integer" | "long" | "double" | "decimal" => Ty::Number,
            "boolean" => Ty::Bool,
            "id" => Ty::Id,
            "blob" => Ty::Blob,
            "object" => Ty::Object,
            "sobject" => Ty::AnyRecord,
            "list" | "set" | "iterable" | "iterator" => Ty::List(argument(self, symbols, 0)),
            "map" => Ty::Map(argument(self, symbols, 1)),
            _ => {
                // `Schema.Contact` is the object, whatever the project calls its classes.
                if let Some(object) = lower.strip_prefix("schema.").and(ty.name.get(7..)) {
                    return self.named(object, schema, symbols);
                }
                match self.class_named(&ty.name, from, symbols) {
                    Some(class) => Ty::Class(class),
                    None => self.named(&ty.name, schema, symbols),
                }
            }
        }
    }

    /// A name that is no type of the tree: an object, or a type of the platform.
    pub(super) fn named(&mut self, name: &str, schema: &Schema, symbols: &mut Symbols) -> Ty {
        let sym = symbols.of(name);
        let known = *self.records.entry(sym).or_insert_with(|| is_object(name, schema));
        if known { Ty::Record(sym) } else { Ty::Named(sym) }
    }
}

fn is_object(name: &str, schema: &Schema) -> bool {
    let lower = name.to_lowercase();
    !name.contains('.')
        && (!tokens::parts(name).suffix.is_empty()
            || lower.ends_with("changeevent")
            || PLAIN.contains(&lower.as_str())
            || schema.object(name).is_some()
            || !schema.recogniser().kind_of(name).platform.is_empty())
}
