//! Declarations: types, fields, properties, methods, triggers.
//!
//! In: the parser's tree of a file. Out: [`Type`]s, those around others before them. Members
//! in a part that could not be parsed belong to the type around it.

use compact_str::{CompactString, format_compact};
use tree_sitter::Node;

use super::model::{
    Annotation, Field, Method, MethodKind, Name, Param, Sharing, Stmt, Type, TypeKind, TypeRef,
};
use super::type_ref::list_of;
use super::{Lower, node};

/// Annotations, modifiers and the sharing keyword before a declaration.
#[derive(Default)]
struct Before {
    annotations: Vec<Annotation>,
    modifiers: Vec<CompactString>,
    sharing: Option<(Sharing, super::model::At)>,
}

impl Lower<'_> {
    /// The types of a file. `head` is what its first lines declare: where the parser lost
    /// the declaration, what it found belongs there.
    pub(super) fn types(&mut self, root: Node<'_>, head: Option<&Type>) -> Vec<Type> {
        let mut out = Vec::new();
        let named_so = |n: &Node<'_>| {
            let name = n.child_by_field_name("name").map(|name| self.text(name));
            name.zip(head).is_some_and(|(name, head)| head.name.text == name)
        };
        let lost = !node::named(root).iter().any(named_so);
        let outer = head.filter(|_| lost).map(|head| {
            out.push(head.clone());
            0
        });
        self.members(root, outer, &mut out);
        out
    }

    fn members(&mut self, of: Node<'_>, outer: Option<usize>, out: &mut Vec<Type>) {
        if !self.enter(of) {
            return;
        }
        let broken = of.is_error();
        let mut lost: Option<Method> = None;
        let mut before: Option<Node<'_>> = None;
        for member in node::named(of) {
            match member.kind() {
                // A method without its end lies here in pieces.
                "formal_parameters" if broken => {
                    self.keep(lost.take(), outer, out);
                    let name = before.filter(|n| n.kind() == "identifier").map(|n| self.name(n));
                    let mut method = empty_method(name.unwrap_or_default(), MethodKind::Method);
                    method.params = self.params_of(member);
                    method.body = Some(Vec::new());
                    lost = Some(method);
                }
                kind if broken && is_statement(kind) => {
                    let body = lost.as_mut().and_then(|method| method.body.as_mut());
                    let mut statements = Vec::new();
                    self.statement(member, &mut statements);
                    body.into_iter().for_each(|body| body.append(&mut statements));
                }
                _ => self.member(member, outer, out),
            }
            before = Some(member);
        }
        self.keep(lost, outer, out);
        self.leave();
    }

    fn keep(&self, method: Option<Method>, outer: Option<usize>, out: &mut [Type]) {
        if let Some(ty) = out.get_mut(outer.unwrap_or(0)) {
            ty.methods.extend(method);
        }
    }

    fn member(&mut self, member: Node<'_>, outer: Option<usize>, out: &mut Vec<Type>) {
        match member.kind() {
            "class_declaration" => self.declare(member, TypeKind::Class, outer, out),
            "interface_declaration" => self.declare(member, TypeKind::Interface, outer, out),
            "enum_declaration" => self.declare(member, TypeKind::Enum, outer, out),
            "trigger_declaration" => {
                let trigger = self.trigger(member);
                out.push(trigger);
            }
            "ERROR" => self.members(member, outer, out),
            kind => {
                // A class that was closed too early leaves its members outside.
                let around = outer.unwrap_or(0);
                let Some(name) = out.get(around).map(|ty| ty.name.clone()) else { return };
                let mut fields = Vec::new();
                let method = self.own_member(kind, member, &name, &mut fields);
                if let Some(ty) = out.get_mut(around) {
                    ty.methods.extend(method);
                    ty.fields.append(&mut fields);
                }
            }
        }
    }

    fn own_member(
        &mut self,
        kind: &str,
        member: Node<'_>,
        class: &Name,
        fields: &mut Vec<Field>,
    ) -> Option<Method> {
        match kind {
            "field_declaration" | "constant_declaration" => {
                self.fields(member, fields);
                None
            }
            "method_declaration" => Some(self.method(member)),
            "constructor_declaration" => Some(self.constructor(member)),
            "block" | "static_initializer" => {
                let inner =
                    if kind == "block" { Some(member) } else { node::child(member, "block") };
                let body = inner.map_or_else(Vec::new, |block| self.block(block));
                let name = Name { text: CompactString::default(), at: class.at };
                let mut method = empty_method(name, MethodKind::Initialiser);
                method.modifiers.extend((kind != "block").then(|| "static".into()));
                method.body = Some(body);
                Some(method)
            }
            _ => None,
        }
    }

    fn declare(&mut self, ty: Node<'_>, kind: TypeKind, outer: Option<usize>, out: &mut Vec<Type>) {
        if !self.enter(ty) {
            return;
        }
        let name = self.field_name(ty, "name");
        let around = outer.and_then(|outer| out.get(outer));
        let full_name = match around {
            Some(around) => format_compact!("{}.{}", around.full_name, name.text),
            None => name.text.clone(),
        };
        let body = ty.child_by_field_name("body");
        let before = self.before(ty);
        let extends = ty.child_by_field_name("superclass").and_then(node::first);
        let extends = extends.map(|n| self.type_ref(n));
        let mut implements = Vec::new();
        for list in node::named(ty) {
            if matches!(list.kind(), "interfaces" | "extends_interfaces") {
                let types = node::child(list, "type_list").map_or_else(Vec::new, node::named);
                implements.extend(types.into_iter().map(|n| self.type_ref(n)));
            }
        }
        let head = body.map_or(ty.end_byte(), |body| body.start_byte());
        out.push(Type {
            name,
            full_name,
            outer,
            kind,
            sharing: before.sharing,
            modifiers: before.modifiers,
            annotations: before.annotations,
            extends,
            implements,
            fields: Vec::new(),
            methods: Vec::new(),
            trigger: None,
            at: node::range(ty.start_byte(), head),
        });
        let own = out.len() - 1;
        if let Some(body) = body {
            self.members(body, Some(own), out);
        }
        self.leave();
    }

    fn trigger(&mut self, trigger: Node<'_>) -> Type {
        let name = self.field_name(trigger, "name");
        let object = self.field_name(trigger, "object");
        let events = node::in_field(trigger, "events");
        let events = events.iter().map(|event| {
            let words = self.text(*event).split_whitespace();
            words.collect::<Vec<_>>().join(" ").to_lowercase().into()
        });
        let events: Vec<CompactString> = events.collect();
        let body = trigger.child_by_field_name("body");
        let mut method = empty_method(name.clone(), MethodKind::Trigger);
        method.name.text = "trigger".into();
        let block = body.and_then(|body| node::child(body, "block"));
        method.body = Some(block.map_or_else(Vec::new, |block| self.block(block)));
        let head = body.map_or(trigger.end_byte(), |body| body.start_byte());
        Type {
            full_name: name.text.clone(),
            name,
            outer: None,
            kind: TypeKind::Trigger,
            sharing: None,
            modifiers: Vec::new(),
            annotations: Vec::new(),
            extends: None,
            implements: Vec::new(),
            fields: Vec::new(),
            methods: vec![method],
            trigger: Some((object, events)),
            at: node::range(trigger.start_byte(), head),
        }
    }

    fn before(&mut self, of: Node<'_>) -> Before {
        let mut out = Before::default();
        let Some(modifiers) = node::child(of, "modifiers") else { return out };
        for part in node::named(modifiers) {
            if part.kind() == "annotation" {
                out.annotations.push(self.annotation(part));
                continue;
            }
            let sharing = match node::first(part).map(|word| word.kind()) {
                Some("with_sharing") => Sharing::With,
                Some("without_sharing") => Sharing::Without,
                Some("inherited_sharing") => Sharing::Inherited,
                _ => {
                    out.modifiers.push(self.text(part).to_lowercase().into());
                    continue;
                }
            };
            out.sharing = Some((sharing, node::at(part)));
        }
        out
    }

    fn annotation(&mut self, annotation: Node<'_>) -> Annotation {
        let name = self.field_name(annotation, "name").text.to_lowercase();
        let mut arguments = Vec::new();
        let list = annotation.child_by_field_name("arguments");
        for argument in list.map_or_else(Vec::new, node::named) {
            let (key, value) = match argument.kind() {
                "annotation_key_value" => (
                    self.field_name(argument, "key").text.to_lowercase(),
                    argument.child_by_field_name("value"),
                ),
                _ => (CompactString::default(), Some(argument)),
            };
            let value = value.map_or_else(CompactString::default, |value| self.plain(value));
            arguments.push((key, value));
        }
        Annotation { name, arguments, at: node::at(annotation) }
    }

    fn fields(&mut self, of: Node<'_>, out: &mut Vec<Field>) {
        let before = self.before(of);
        let ty = self.type_in(of, "type");
        let (mut getter, mut setter) = (None, None);
        let accessors = node::child(of, "accessor_list").map_or_else(Vec::new, node::named);
        for accessor in accessors {
            let body = accessor.child_by_field_name("body").map(|body| self.block(body));
            match accessor.child_by_field_name("accessor").map(|word| word.kind()) {
                Some("get") => getter = body,
                Some("set") => setter = body,
                _ => {}
            }
        }
        for declarator in node::in_field(of, "declarator") {
            let (name, ty, init) = self.variable(declarator, &ty);
            out.push(Field {
                name,
                ty,
                modifiers: before.modifiers.clone(),
                annotations: before.annotations.clone(),
                init,
                getter: getter.take(),
                setter: setter.take(),
            });
        }
    }

    /// A declared variable: its name, its type and what it starts with.
    pub(super) fn variable(
        &mut self,
        declarator: Node<'_>,
        ty: &TypeRef,
    ) -> (Name, TypeRef, Option<super::model::Expr>) {
        let name = self.field_name(declarator, "name");
        let ty = match declarator.child_by_field_name("dimensions") {
            Some(_) => list_of(ty.clone(), ty.at),
            None => ty.clone(),
        };
        let init = declarator.child_by_field_name("value");
        let init = init.map(|value| self.initial(value, &ty));
        (name, ty, init)
    }

    fn method(&mut self, of: Node<'_>) -> Method {
        let before = self.before(of);
        let returns = of.child_by_field_name("type").filter(|ty| ty.kind() != "void_type");
        Method {
            name: self.field_name(of, "name"),
            kind: MethodKind::Method,
            returns: returns.map(|ty| self.type_ref(ty)),
            params: self.params(of),
            modifiers: before.modifiers,
            annotations: before.annotations,
            body: of.child_by_field_name("body").map(|body| self.block(body)),
        }
    }

    fn constructor(&mut self, of: Node<'_>) -> Method {
        let before = self.before(of);
        let body = of.child_by_field_name("body");
        let body: Option<Vec<Stmt>> = body.map(|body| self.block(body));
        Method {
            name: self.field_name(of, "name"),
            kind: MethodKind::Constructor,
            returns: None,
            params: self.params(of),
            modifiers: before.modifiers,
            annotations: before.annotations,
            body,
        }
    }

    fn params(&mut self, of: Node<'_>) -> Vec<Param> {
        of.child_by_field_name("parameters").map_or_else(Vec::new, |list| self.params_of(list))
    }

    fn params_of(&mut self, list: Node<'_>) -> Vec<Param> {
        let params =
            node::named(list).into_iter().filter(|param| param.kind() == "formal_parameter");
        params.map(|param| self.param(param)).collect()
    }

    pub(super) fn param(&mut self, param: Node<'_>) -> Param {
        let ty = self.type_in(param, "type");
        let ty = match param.child_by_field_name("dimensions") {
            Some(_) => list_of(ty.clone(), ty.at),
            None => ty,
        };
        Param { name: self.field_name(param, "name"), ty }
    }
}

fn is_statement(kind: &str) -> bool {
    kind.ends_with("_statement") || kind == "local_variable_declaration"
}

fn empty_method(name: Name, kind: MethodKind) -> Method {
    Method {
        name,
        kind,
        returns: None,
        params: Vec::new(),
        modifiers: Vec::new(),
        annotations: Vec::new(),
        body: None,
    }
}
