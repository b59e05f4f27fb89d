//! What one profile, permission set or muting set says about PHI, before groups.
//!
//! In: grants and the universe. Out: [`Source`]s: one for each holder file, its parts
//! joined, reduced to PHI. It adds nothing up.

use compact_str::CompactString;
use rustc_hash::FxHashMap;

use super::universe::Universe;
use crate::fact::Fact;
use crate::metadata::collect::Collected;
use crate::metadata::grants::{FieldGrant, Grants, ObjectAccess};
use crate::source::Span;

/// User permissions that decide about data.
pub const DATA_PERMISSIONS: [&str; 3] = ["ViewAllData", "ModifyAllData", "ViewAllFieldsGlobal"];

/// A field permission that grants, or of a muting set mutes, something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FieldEntry {
    /// Number of the field.
    pub field: usize,
    /// `editable` as written.
    pub editable: bool,
    /// `readable` as written.
    pub readable: bool,
    /// The place of the field's name.
    pub span: Span,
}

/// What one file says.
#[derive(Debug, Clone)]
pub struct Source {
    /// Full name.
    pub name: CompactString,
    /// `Profile`, `PermissionSet` or `MutingPermissionSet`.
    pub kind: CompactString,
    /// Where it begins.
    pub place: Span,
    /// Object, bit, and the place of the bit's `true`.
    pub objects: Vec<(usize, ObjectAccess, Span)>,
    /// Field permissions on PHI fields.
    pub fields: Vec<FieldEntry>,
    /// Those of [`DATA_PERMISSIONS`] that are enabled.
    pub permissions: Vec<(&'static str, Span)>,
    /// Lower-case names of objects it speaks of.
    pub known_objects: Vec<CompactString>,
    /// Whether it has any user permission: then a profile's list of them is whole.
    pub has_permissions: bool,
}

/// Every source, in the order of files; decomposed parts are joined.
pub fn sources(facts: &Collected, universe: &Universe) -> Vec<Source> {
    let mut out: Vec<Source> = Vec::new();
    let mut at: FxHashMap<(CompactString, String), usize> = FxHashMap::default();
    for kind in ["Profile", "PermissionSet", "MutingPermissionSet"] {
        for fact in facts.of(kind) {
            let key = (fact.kind.clone(), fact.name.to_lowercase().to_string());
            let index = *at.entry(key).or_insert(out.len());
            if index == out.len() {
                out.push(Source::new(fact));
            }
            if let Some(source) = out.get_mut(index) {
                source.take_permissions(fact);
            }
        }
    }
    for grants in &facts.grants {
        let holder = &grants.holder;
        let key = (holder.kind.clone(), holder.name.to_lowercase().to_string());
        if let Some(source) = at.get(&key).and_then(|index| out.get_mut(*index)) {
            source.take_grants(grants, universe);
        }
    }
    out
}

impl Source {
    fn new(fact: &Fact) -> Self {
        Self {
            name: fact.name.clone(),
            kind: fact.kind.clone(),
            place: fact.place,
            objects: Vec::new(),
            fields: Vec::new(),
            permissions: Vec::new(),
            known_objects: Vec::new(),
            has_permissions: false,
        }
    }

    fn take_permissions(&mut self, fact: &Fact) {
        for item in fact.items("userPermissions") {
            self.has_permissions = true;
            let known = DATA_PERMISSIONS.iter().find(|name| name.eq_ignore_ascii_case(&item.text));
            self.permissions.extend(known.map(|name| (*name, item.span)));
        }
    }

    fn take_grants(&mut self, grants: &Grants, universe: &Universe) {
        for grant in &grants.objects {
            if let Some(object) = universe.find_object(&grant.object) {
                self.objects.extend(grant.bits.iter().map(|(bit, span)| (object, *bit, *span)));
            }
        }
        for grant in &grants.fields {
            for field in universe.find_fields(&grant.field) {
                let FieldGrant { editable, readable, span, .. } = *grant;
                self.fields.push(FieldEntry { field: *field, editable, readable, span });
            }
        }
        self.known_objects.extend(grants.known_objects.iter().cloned());
    }

    /// Whether it speaks of an object at all.
    pub fn knows(&self, object: &str) -> bool {
        self.known_objects.iter().any(|known| known.eq_ignore_ascii_case(object))
    }
}
