//! Whether a holder reads or edits PHI by its own file.
//!
//! In: the grants of profiles and permission sets, and what is PHI. Out: for each of them the
//! first grant that reads PHI and the first that edits it. It adds up nothing: not what
//! several sets of one person grant together, nor how records are opened.

use compact_str::CompactString;
use rustc_hash::FxHashMap;

use crate::metadata::collect::Collected;
use crate::metadata::grants::{Grants, ObjectAccess};
use crate::org::schema::Schema;
use crate::source::Span;

/// The first grants on PHI.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Reach {
    /// The first that lets PHI be read.
    pub reads: Option<Span>,
    /// The first that lets PHI be changed.
    pub edits: Option<Span>,
}

/// Reaches by type and name.
#[derive(Debug, Default)]
pub(super) struct Reaches(FxHashMap<(CompactString, String), Reach>);

impl Reaches {
    /// Of every profile and permission set.
    pub(super) fn of(facts: &Collected, schema: &Schema) -> Self {
        let mut known = Known { schema, fields: FxHashMap::default() };
        let mut reaches = Self::default();
        for grants in &facts.grants {
            let key = (grants.holder.kind.clone(), grants.holder.name.as_str().to_lowercase());
            let reach = reaches.0.entry(key).or_default();
            let found = known.reach(grants);
            reach.reads = reach.reads.or(found.reads);
            reach.edits = reach.edits.or(found.edits);
        }
        reaches
    }

    /// Of one holder.
    pub(super) fn get(&self, ty: &str, name: &str) -> Reach {
        self.0.get(&(ty.into(), name.to_lowercase())).copied().unwrap_or_default()
    }
}

/// What is PHI, each field looked up once: the same fields stand in every profile.
struct Known<'s> {
    schema: &'s Schema,
    fields: FxHashMap<CompactString, bool>,
}

impl Known<'_> {
    fn reach(&mut self, grants: &Grants) -> Reach {
        let mut reach = Reach::default();
        for grant in grants.objects.iter().filter(|grant| self.schema.is_phi_object(&grant.object))
        {
            if grant.access.has(ObjectAccess::READ) {
                reach.reads.get_or_insert(grant.span);
            }
            if grant.access.has(ObjectAccess::EDIT) {
                reach.edits.get_or_insert(grant.span);
            }
        }
        for grant in &grants.fields {
            if reach.reads.is_some() && (reach.edits.is_some() || !grant.editable) {
                continue;
            }
            if self.is_phi(&grant.field) {
                reach.reads.get_or_insert(grant.span);
                if grant.editable {
                    reach.edits.get_or_insert(grant.span);
                }
            }
        }
        reach
    }

    fn is_phi(&mut self, field: &CompactString) -> bool {
        if let Some(known) = self.fields.get(field) {
            return *known;
        }
        let is_phi = self
            .schema
            .phi_of(None, field)
            .is_some_and(|found| found.recognition.level == crate::org::phi::Level::High);
        self.fields.insert(field.clone(), is_phi);
        is_phi
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::analysis::holder::tests::fact;
    use crate::metadata::grants::{FieldGrant, ObjectGrant};
    use crate::org::health::Evidence;
    use crate::org::phi::{Overrides, Recogniser};
    use crate::source::FileId;

    fn schema() -> Schema {
        let field = fact(9, "CustomField", "Patient__c.MRN__c", &[("type", "Text")]);
        let recogniser = Recogniser::new(&Overrides::default()).expect("the words");
        Schema::build(&[Arc::new(field)], &Evidence::default(), recogniser)
    }

    fn at(start: u32) -> Span {
        Span { start, end: start, ..Span::head(FileId(0)) }
    }

    fn object(name: &str, access: ObjectAccess, start: u32) -> ObjectGrant {
        ObjectGrant { object: name.into(), access, span: at(start), bits: Vec::new() }
    }

    fn reach(objects: Vec<ObjectGrant>, fields: Vec<FieldGrant>) -> Reach {
        let mut grants = Grants::new(Arc::new(fact(0, "PermissionSet", "Chart", &[])));
        grants.objects = objects;
        grants.fields = fields;
        let mut facts = Collected::default();
        facts.grants.push(grants);
        Reaches::of(&facts, &schema()).get("PermissionSet", "CHART")
    }

    #[test]
    fn an_object_grant_reads_or_edits() {
        let read_edit = ObjectAccess::READ.with(ObjectAccess::EDIT);
        let found = reach(
            vec![
                object("Room__c", read_edit, 1),
                object("Patient__c", ObjectAccess::READ, 2),
                object("Patient__c", read_edit, 3),
            ],
            Vec::new(),
        );
        assert_eq!(found, Reach { reads: Some(at(2)), edits: Some(at(3)) });
        let created = reach(vec![object("Patient__c", ObjectAccess::CREATE, 1)], Vec::new());
        assert_eq!(created, Reach::default());
    }

    #[test]
    fn a_field_grant_reads_or_edits() {
        let field = |name: &str, editable, start| FieldGrant {
            field: name.into(),
            editable,
            readable: true,
            span: at(start),
        };
        let found = reach(
            Vec::new(),
            vec![
                field("Patient__c.Nickname__c", true, 1),
                field("Patient__c.MRN__c", false, 2),
                field("Patient__c.MRN__c", true, 3),
            ],
        );
        assert_eq!(found, Reach { reads: Some(at(2)), edits: Some(at(3)) });
    }
}
