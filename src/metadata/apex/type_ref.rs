//! Names of types.
//!
//! In: a type in the parser's tree. Out: a [`TypeRef`].

use tree_sitter::Node;

use super::model::TypeRef;
use super::{Lower, node};

impl Lower<'_> {
    /// The type in a field of a node.
    pub(super) fn type_in(&mut self, of: Node<'_>, field: &str) -> TypeRef {
        of.child_by_field_name(field).map_or_else(TypeRef::default, |ty| self.type_ref(ty))
    }

    pub(super) fn type_ref(&mut self, ty: Node<'_>) -> TypeRef {
        let at = node::at(ty);
        if !self.enter(ty) {
            return TypeRef { at, ..TypeRef::default() };
        }
        let out = match ty.kind() {
            "generic_type" => {
                let mut parts = node::named(ty).into_iter();
                let name = parts.next().map_or_else(Default::default, |n| self.dotted(n));
                let arguments = parts.find(|part| part.kind() == "type_arguments");
                let arguments = arguments.map_or_else(Vec::new, node::named);
                let arguments = arguments.into_iter().map(|n| self.type_ref(n)).collect();
                TypeRef { name, arguments, at }
            }
            "array_type" => {
                let element = self.type_in(ty, "element");
                list_of(element, at)
            }
            "annotated_type" => match node::named(ty).pop() {
                Some(inner) => self.type_ref(inner),
                None => TypeRef { at, ..TypeRef::default() },
            },
            _ => TypeRef { name: self.dotted(ty), arguments: Vec::new(), at },
        };
        self.leave();
        out
    }

    /// A dotted name, without what may stand between its parts.
    fn dotted(&self, name: Node<'_>) -> compact_str::CompactString {
        let text = self.text(name);
        match text.contains(char::is_whitespace) {
            true => text.split_whitespace().collect(),
            false => text.into(),
        }
    }
}

/// A list of that type.
pub(super) fn list_of(element: TypeRef, at: super::model::At) -> TypeRef {
    TypeRef { name: "List".into(), arguments: vec![element], at }
}
