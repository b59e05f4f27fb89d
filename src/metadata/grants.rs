//! What a profile, permission set or muting set grants, compactly.
//!
//! In: the element tree of one such file (or one decomposed part of it). Out: [`Grants`]:
//! only entries that grant something, with their places, and which objects the file speaks
//! of at all. Sources: Metadata API types `Profile` and `PermissionSet`. It does not know
//! what is PHI and joins no files.

use std::sync::Arc;

use compact_str::CompactString;

use crate::fact::Fact;
use crate::metadata::xml::{Document, NodeId};
use crate::source::{FileId, Span};

/// Object permissions as bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ObjectAccess(pub u8);

impl ObjectAccess {
    /// `allowRead`.
    pub const READ: Self = Self(1);
    /// `allowCreate`.
    pub const CREATE: Self = Self(2);
    /// `allowEdit`.
    pub const EDIT: Self = Self(4);
    /// `allowDelete`.
    pub const DELETE: Self = Self(8);
    /// `viewAllRecords`.
    pub const VIEW_ALL: Self = Self(16);
    /// `modifyAllRecords`.
    pub const MODIFY_ALL: Self = Self(32);
    /// `viewAllFields`, since API 63.
    pub const VIEW_ALL_FIELDS: Self = Self(64);

    const ELEMENTS: [(&'static str, Self); 7] = [
        ("allowRead", Self::READ),
        ("allowCreate", Self::CREATE),
        ("allowEdit", Self::EDIT),
        ("allowDelete", Self::DELETE),
        ("viewAllRecords", Self::VIEW_ALL),
        ("modifyAllRecords", Self::MODIFY_ALL),
        ("viewAllFields", Self::VIEW_ALL_FIELDS),
    ];

    /// Whether every bit of `other` is set.
    pub fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// These bits and those.
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// These bits without those.
    #[must_use]
    pub fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }
}

/// One `objectPermissions` entry that grants something.
#[derive(Debug, Clone)]
pub struct ObjectGrant {
    /// The object's name as written.
    pub object: CompactString,
    /// What is granted.
    pub access: ObjectAccess,
    /// The entry's `object` value.
    pub span: Span,
    /// The `true` of each granted bit, in the order of [`ObjectAccess`]'s constants.
    pub bits: Vec<(ObjectAccess, Span)>,
}

/// One `fieldPermissions` entry that grants something.
#[derive(Debug, Clone)]
pub struct FieldGrant {
    /// `Object.Field` as written.
    pub field: CompactString,
    /// `editable` as written: who may edit may read.
    pub editable: bool,
    /// `readable` as written; a muting set may take away editing alone.
    pub readable: bool,
    /// The entry's `field` value.
    pub span: Span,
}

/// A named grant: an Apex class, a flow, a page.
#[derive(Debug, Clone)]
pub struct NamedGrant {
    /// The name as written.
    pub name: CompactString,
    /// Where it is written.
    pub span: Span,
}

/// What one file grants.
#[derive(Debug, Clone)]
pub struct Grants {
    /// The holder: a fact of kind `Profile`, `PermissionSet` or `MutingPermissionSet`.
    pub holder: Arc<Fact>,
    /// Object permissions, in the order of the file.
    pub objects: Vec<ObjectGrant>,
    /// Field permissions, in the order of the file.
    pub fields: Vec<FieldGrant>,
    /// Enabled Apex classes.
    pub classes: Vec<NamedGrant>,
    /// Enabled flows.
    pub flows: Vec<NamedGrant>,
    /// Enabled Visualforce pages.
    pub pages: Vec<NamedGrant>,
    /// Objects the file has an `objectPermissions` or `fieldPermissions` entry for, lower
    /// case, sorted: about other objects a profile says nothing.
    pub known_objects: Vec<CompactString>,
}

impl Grants {
    /// A holder that grants nothing.
    pub fn new(holder: Arc<Fact>) -> Self {
        Self {
            holder,
            objects: Vec::new(),
            fields: Vec::new(),
            classes: Vec::new(),
            flows: Vec::new(),
            pages: Vec::new(),
            known_objects: Vec::new(),
        }
    }

    /// Whether nothing is granted and nothing known.
    pub fn is_empty(&self) -> bool {
        self.objects.is_empty()
            && self.fields.is_empty()
            && self.classes.is_empty()
            && self.flows.is_empty()
            && self.pages.is_empty()
            && self.known_objects.is_empty()
    }

    /// Reads one repeated element; false where it is none that grants.
    ///
    /// `element` is the name it has in a whole file (`fieldPermissions`); in a decomposed
    /// file the node itself is called otherwise (`FieldPermission`).
    pub fn read(
        &mut self,
        document: &Document<'_>,
        file: FileId,
        element: &str,
        node: NodeId,
    ) -> bool {
        let entry = Entry { document, file, node };
        match element {
            "objectPermissions" => self.read_object(&entry),
            "fieldPermissions" => self.read_field(&entry),
            "classAccesses" => self.classes.extend(entry.enabled("apexClass")),
            "flowAccesses" => self.flows.extend(entry.enabled("flow")),
            "pageAccesses" => self.pages.extend(entry.enabled("apexPage")),
            _ => return false,
        }
        true
    }

    /// Sorts what lookups rely on; call it once after the last [`Grants::read`].
    pub fn seal(&mut self) {
        self.known_objects.sort_unstable();
        self.known_objects.dedup();
    }

    fn know(&mut self, object: &str) {
        let object = CompactString::from(object.to_ascii_lowercase());
        // Entries of one object stand together, so the last one is nearly always the same.
        if self.known_objects.last() != Some(&object) {
            self.known_objects.push(object);
        }
    }

    fn read_object(&mut self, entry: &Entry<'_, '_>) {
        let Some((object, span)) = entry.value("object") else { return };
        self.know(&object);
        let mut bits = Vec::new();
        let mut access = ObjectAccess::default();
        for (element, bit) in ObjectAccess::ELEMENTS {
            if let Some((_, place)) = entry.value(element).filter(|(text, _)| is_true(text)) {
                access = access.with(bit);
                bits.push((bit, place));
            }
        }
        if !bits.is_empty() {
            self.objects.push(ObjectGrant { object, access, span, bits });
        }
    }

    fn read_field(&mut self, entry: &Entry<'_, '_>) {
        let Some((field, span)) = entry.value("field") else { return };
        if let Some((object, _)) = field.split_once('.') {
            self.know(object);
        }
        let allows = |element| entry.value(element).is_some_and(|(text, _)| is_true(&text));
        let (editable, readable) = (allows("editable"), allows("readable"));
        if editable || readable {
            self.fields.push(FieldGrant { field, editable, readable, span });
        }
    }
}

/// One repeated element of a holder's file.
struct Entry<'d, 't> {
    document: &'d Document<'t>,
    file: FileId,
    node: NodeId,
}

impl Entry<'_, '_> {
    /// The text of a child with its place.
    fn value(&self, child: &str) -> Option<(CompactString, Span)> {
        let node = self.document.last_child(self.node, child)?;
        let text = self.document.text(node)?;
        let span = Span::new(self.file, text.range.start, text.range.end);
        Some((CompactString::from(text.value.as_ref()), span))
    }

    /// The name in `child`, if the entry is enabled.
    fn enabled(&self, child: &str) -> Option<NamedGrant> {
        let (enabled, _) = self.value("enabled")?;
        let (name, span) = self.value(child)?;
        is_true(&enabled).then_some(NamedGrant { name, span })
    }
}

fn is_true(text: &str) -> bool {
    text == "true"
}
