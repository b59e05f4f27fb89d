//! Pieces of decomposed components.
//!
//! In: a path. Out: a child component (a field, a sharing rule, a workflow alert) or a part
//! of a permission set. It knows the layouts of Salesforce's own decomposition presets.

use compact_str::format_compact;

use super::{Judged, Place, Role, TypeOf, decode, types};
use crate::metadata::types::{Child, Type};

/// Repeated elements of a permission set, and the suffix of a file that holds one; it may
/// also be the element itself.
const PARTS: &[(&str, &str)] = &[
    ("applicationVisibility", "applicationVisibilities"),
    ("classAccess", "classAccesses"),
    ("customMetadataTypeAccess", "customMetadataTypeAccesses"),
    ("customPermission", "customPermissions"),
    ("customSettingAccess", "customSettingAccesses"),
    ("externalCredentialPrincipalAccess", "externalCredentialPrincipalAccesses"),
    ("externalDataSourceAccess", "externalDataSourceAccesses"),
    ("fieldPermission", "fieldPermissions"),
    ("flowAccess", "flowAccesses"),
    ("objectPermission", "objectPermissions"),
    ("pageAccess", "pageAccesses"),
    ("recordTypeVisibility", "recordTypeVisibilities"),
    ("tabSetting", "tabSettings"),
    ("userPermission", "userPermissions"),
];

impl Place<'_> {
    /// `permissionsets/Nurse/fieldPermissions/Visit__c.Note__c.fieldPermission-meta.xml` (Beta)
    /// or `permissionsets/Nurse/Nurse.userPermission-meta.xml` (Beta2).
    pub(super) fn permission_set_part(&self) -> Option<Judged> {
        let at = self
            .folders
            .iter()
            .rposition(|folder| folder.eq_ignore_ascii_case("permissionsets"))?;
        let owner = decode(self.folders.get(at + 1)?);
        let (_, suffix) = self.stem();
        if !self.meta {
            return None;
        }
        let named = |(one, many): &&(&str, &str)| {
            suffix.eq_ignore_ascii_case(one) || suffix.eq_ignore_ascii_case(many)
        };
        let element = match PARTS.iter().find(named) {
            Some((_, element)) => Some(*element),
            None if suffix.eq_ignore_ascii_case("objectSettings") => None,
            None => return None,
        };
        let ty = types::by_name("PermissionSet")?;
        Some((TypeOf::Known(ty), owner.clone(), Role::Part { owner, element }))
    }

    /// `objects/Visit__c/fields/Note__c.field-meta.xml`, `sharingRules/Visit__c/…`.
    pub(super) fn child(&self) -> Option<Judged> {
        let (stem, suffix) = self.stem();
        if !self.meta || stem.is_empty() {
            return None;
        }
        let (parent, child) = types::child_by_suffix(suffix)?;
        let owner = self.owner(parent, child)?;
        let ty = types::by_name(child.ty)?;
        let full_name = format_compact!("{}.{}", decode(owner), decode(stem));
        Some((TypeOf::Known(ty), full_name, Role::Whole))
    }

    /// The folder that is the parent: above the child's own folder, else the one below the
    /// parent type's.
    fn owner(&self, parent: &Type, child: &Child) -> Option<&str> {
        let is = |folder: &&str, name: &str| folder.eq_ignore_ascii_case(name);
        let at = self.folders.iter().rposition(|folder| is(folder, parent.folder))?;
        let inner = self.folders.get(at + 1..)?;
        match inner.split_last()? {
            (last, [.., above]) if is(last, child.folder) => Some(above),
            (_, [first, ..]) => Some(first),
            (only, []) => Some(only),
        }
    }
}
