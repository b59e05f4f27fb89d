//! The classes of an org, and which of them a name or a call means.
//!
//! In: the units of Apex. Out: classes and methods by number, with their types resolved, and
//! lookups as Apex makes them: inner types before outer ones, then the superclass. Tests are
//! left out. It knows no PHI.

use compact_str::CompactString;
use rustc_hash::{FxHashMap, FxHashSet};

use super::symbol::{Sym, Symbols, number};
use super::value::Ty;
use crate::metadata::apex::model::ExprKind;
use crate::metadata::apex::model::{
    Annotation, Expr, Field, Method as Declared, MethodKind, Stmt, Type, TypeKind, TypeRef, Unit,
};
use crate::metadata::apex::walk;
use crate::org::schema::Schema;

/// Classes above a class that are searched.
const MOST_PARENTS: usize = 12;

/// Classes below one whose methods may be meant by a call on it.
const MOST_CHILDREN: usize = 3;

/// A class, interface or trigger.
#[derive(Debug)]
pub(super) struct Class<'a> {
    pub(super) unit: &'a Unit,
    pub(super) ty: &'a Type,
    pub(super) outer: Option<u32>,
    pub(super) parent: Option<u32>,
    /// Classes that extend or implement it.
    pub(super) children: Vec<u32>,
    pub(super) fields: FxHashMap<Sym, Member<'a>>,
    pub(super) methods: FxHashMap<Sym, Vec<u32>>,
    pub(super) constructors: Vec<u32>,
}

/// A field or property of a class.
#[derive(Debug, Clone)]
pub(super) struct Member<'a> {
    pub(super) declared: &'a Field,
    pub(super) ty: Ty,
    pub(super) is_static: bool,
    /// It is written where it is declared and nowhere else.
    pub(super) constant: bool,
    /// The method that is its `get`, and its `set`.
    pub(super) getter: Option<u32>,
    pub(super) setter: Option<u32>,
}

/// A body that runs: a method, a constructor, an accessor, a trigger, the starts of fields.
#[derive(Debug)]
pub(super) struct Method<'a> {
    pub(super) class: u32,
    pub(super) name: Sym,
    pub(super) kind: MethodKind,
    pub(super) params: Vec<(Sym, Ty)>,
    pub(super) returns: Ty,
    pub(super) is_static: bool,
    pub(super) modifiers: &'a [CompactString],
    pub(super) annotations: &'a [Annotation],
    pub(super) body: &'a [Stmt],
    /// Of the starts of fields: the field and what it starts with.
    pub(super) starts: Vec<(Sym, &'a Expr)>,
}

/// Everything that is declared.
#[derive(Debug, Default)]
pub(super) struct Program<'a> {
    pub(super) classes: Vec<Class<'a>>,
    pub(super) methods: Vec<Method<'a>>,
    by_name: FxHashMap<Sym, u32>,
    /// Types inside of types.
    inner: FxHashMap<(u32, Sym), u32>,
    pub(super) elements: Vec<Ty>,
    pub(super) element_numbers: FxHashMap<Ty, u32>,
    pub(super) records: FxHashMap<Sym, bool>,
    /// Classes that triggers name, and the object of those; nothing where they differ.
    handlers: FxHashMap<u32, Option<CompactString>>,
}

/// Whether something is only there for tests.
fn is_test(annotations: &[Annotation], modifiers: &[CompactString]) -> bool {
    annotations.iter().any(|a| a.name == "istest" || a.name == "testsetup")
        || modifiers.iter().any(|m| m == "testmethod")
}

/// Whether a class stands in for another one in tests.
fn is_stand_in(ty: &Type) -> bool {
    ty.implements.iter().any(|i| {
        let name = i.name.rsplit('.').next().unwrap_or("").to_ascii_lowercase();
        matches!(name.as_str(), "httpcalloutmock" | "webservicemock" | "stubprovider")
    })
}

impl<'a> Program<'a> {
    /// Reads the units; `schema` tells which names are objects.
    pub(super) fn new(units: &'a [Unit], schema: &Schema, symbols: &mut Symbols) -> Self {
        let mut program = Self::default();
        for unit in units.iter().filter(|unit| !unit.skipped && !unit.fact.is_true("test")) {
            program.add_types(unit, symbols);
        }
        for class in 0..number(program.classes.len()) {
            program.link(class, schema, symbols);
        }
        for class in 0..number(program.classes.len()) {
            program.add_members(class, schema, symbols);
        }
        for class in 0..number(program.classes.len()) {
            program.add_handlers(class, symbols);
        }
        program
    }

    /// The classes a trigger names in its body.
    fn add_handlers(&mut self, class: u32, symbols: &mut Symbols) {
        let Some(ty) = self.class(class).map(|c| c.ty) else { return };
        let Some((object, _)) = &ty.trigger else { return };
        let mut names: Vec<&str> = Vec::new();
        for body in ty.methods.iter().filter_map(|method| method.body.as_deref()) {
            walk::expressions(body, &mut |expr| match &expr.kind {
                ExprKind::New { ty, .. } => names.push(&ty.name),
                ExprKind::Call { base: Some(base), .. } => {
                    if let ExprKind::Name(name) = &base.kind {
                        names.push(name);
                    }
                }
                _ => {}
            });
        }
        let named: Vec<u32> =
            names.iter().filter_map(|n| self.class_named(n, None, symbols)).collect();
        for handler in named {
            let known = self.handlers.entry(handler).or_insert_with(|| Some(object.text.clone()));
            if known.as_ref().is_some_and(|known| !known.eq_ignore_ascii_case(&object.text)) {
                *known = None;
            }
        }
    }

    /// The object whose records `Trigger.new` holds in a class that triggers call.
    pub(super) fn handled(&self, class: u32) -> Option<CompactString> {
        self.handlers.get(&class).cloned().flatten()
    }

    fn add_types(&mut self, unit: &'a Unit, symbols: &mut Symbols) {
        let mut numbers: Vec<Option<u32>> = Vec::new();
        for ty in &unit.types {
            let outer = ty.outer.and_then(|outer| numbers.get(outer).copied());
            let in_test = matches!(outer, Some(None));
            if in_test || is_test(&ty.annotations, &ty.modifiers) || is_stand_in(ty) {
                numbers.push(None);
                continue;
            }
            let class = number(self.classes.len());
            numbers.push(Some(class));
            let outer = outer.flatten();
            let own = symbols.of(&ty.name.text);
            match outer {
                Some(outer) => drop(self.inner.insert((outer, own), class)),
                None if ty.kind == TypeKind::Trigger => {}
                None => drop(self.by_name.entry(own).or_insert(class)),
            }
            self.classes.push(Class {
                unit,
                ty,
                outer,
                parent: None,
                children: Vec::new(),
                fields: FxHashMap::default(),
                methods: FxHashMap::default(),
                constructors: Vec::new(),
            });
        }
    }

    /// Superclass and interfaces.
    fn link(&mut self, class: u32, schema: &Schema, symbols: &mut Symbols) {
        let Some(ty) = self.class(class).map(|c| c.ty) else { return };
        let parent = ty.extends.as_ref();
        for (above, extends) in
            parent.into_iter().map(|p| (p, true)).chain(ty.implements.iter().map(|i| (i, false)))
        {
            let Ty::Class(above) = self.type_of(above, Some(class), schema, symbols) else {
                continue;
            };
            if above == class {
                continue;
            }
            if let Some(known) = self.classes.get_mut(above as usize) {
                known.children.push(class);
            }
            if extends && let Some(own) = self.classes.get_mut(class as usize) {
                own.parent = Some(above);
            }
        }
    }

    fn add_members(&mut self, class: u32, schema: &Schema, symbols: &mut Symbols) {
        let Some(ty) = self.class(class).map(|c| c.ty) else { return };
        let written = written_fields(ty);
        let mut starts = Vec::new();
        for field in &ty.fields {
            let own = self.type_of(&field.ty, Some(class), schema, symbols);
            let name = symbols.of(&field.name.text);
            let is_static = field.modifiers.iter().any(|m| m == "static");
            let mut accessor = |body: &'a Option<Vec<Stmt>>, setter: bool| {
                let body = body.as_ref()?;
                let params = if setter { vec![(symbols.of("value"), own)] } else { Vec::new() };
                let returns = if setter { Ty::Unknown } else { own };
                Some(self.add_method(Method {
                    class,
                    name,
                    kind: MethodKind::Method,
                    params,
                    returns,
                    is_static,
                    modifiers: &field.modifiers,
                    annotations: &field.annotations,
                    body,
                    starts: Vec::new(),
                }))
            };
            let getter = accessor(&field.getter, false);
            let setter = accessor(&field.setter, true);
            starts.extend(field.init.as_ref().map(|init| (name, init)));
            let fixed = field.modifiers.iter().any(|m| m == "final");
            let constant = field.init.is_some()
                && (fixed
                    || !written.contains(&CompactString::from_str_to_lowercase(&field.name.text)));
            let member = Member { declared: field, ty: own, is_static, constant, getter, setter };
            if let Some(class) = self.classes.get_mut(class as usize) {
                class.fields.insert(name, member);
            }
        }
        if !starts.is_empty() {
            self.add_starts(class, starts, symbols);
        }
        for method in ty.methods.iter().filter(|m| !is_test(&m.annotations, &m.modifiers)) {
            self.add_declared(class, method, schema, symbols);
        }
    }

    /// What fields start with is a body of its own.
    fn add_starts(&mut self, class: u32, starts: Vec<(Sym, &'a Expr)>, symbols: &mut Symbols) {
        let name = symbols.of("");
        self.add_method(Method {
            class,
            name,
            kind: MethodKind::Initialiser,
            params: Vec::new(),
            returns: Ty::Unknown,
            is_static: false,
            modifiers: &[],
            annotations: &[],
            body: &[],
            starts,
        });
    }

    fn add_declared(
        &mut self,
        class: u32,
        declared: &'a Declared,
        schema: &Schema,
        symbols: &mut Symbols,
    ) {
        let mut resolve = |ty: &TypeRef| self.type_of(ty, Some(class), schema, symbols);
        let types: Vec<Ty> = declared.params.iter().map(|p| resolve(&p.ty)).collect();
        let returns = declared.returns.as_ref().map(resolve).unwrap_or_default();
        let names = declared.params.iter().map(|p| symbols.of(&p.name.text));
        let params = names.collect::<Vec<_>>().into_iter().zip(types).collect();
        let name = symbols.of(&declared.name.text);
        let method = self.add_method(Method {
            class,
            name,
            kind: declared.kind,
            params,
            returns,
            is_static: declared.modifiers.iter().any(|m| m == "static"),
            modifiers: &declared.modifiers,
            annotations: &declared.annotations,
            body: declared.body.as_deref().unwrap_or(&[]),
            starts: Vec::new(),
        });
        let Some(class) = self.classes.get_mut(class as usize) else { return };
        match declared.kind {
            MethodKind::Constructor => class.constructors.push(method),
            MethodKind::Method => class.methods.entry(name).or_default().push(method),
            MethodKind::Initialiser | MethodKind::Trigger => {}
        }
    }

    fn add_method(&mut self, method: Method<'a>) -> u32 {
        self.methods.push(method);
        number(self.methods.len() - 1)
    }

    pub(super) fn class(&self, class: u32) -> Option<&Class<'a>> {
        self.classes.get(class as usize)
    }

    pub(super) fn method(&self, method: u32) -> Option<&Method<'a>> {
        self.methods.get(method as usize)
    }

    /// The class a dotted name means, seen from `from`.
    pub(super) fn class_named(
        &self,
        name: &str,
        from: Option<u32>,
        symbols: &mut Symbols,
    ) -> Option<u32> {
        let mut steps = name.split('.');
        let first = symbols.of(steps.next()?);
        let mut found = self.nearest(first, from);
        // The first step may be a namespace; that of the platform holds no class of the tree.
        if found.is_none() {
            if matches!(symbols.lower(first), "system" | "schema") {
                return None;
            }
            found = self.by_name.get(&symbols.of(steps.next()?)).copied();
        }
        for step in steps {
            found = self.inner.get(&(found?, symbols.of(step))).copied();
        }
        found
    }

    /// A type by its own name: inside of the class, of those above and around it, anywhere.
    pub(super) fn nearest(&self, name: Sym, from: Option<u32>) -> Option<u32> {
        let mut around = from;
        while let Some(class) = around {
            let mut above = Some(class);
            for _ in 0..MOST_PARENTS {
                let Some(at) = above else { break };
                if let Some(found) = self.inner.get(&(at, name)) {
                    return Some(*found);
                }
                above = self.class(at).and_then(|c| c.parent);
            }
            around = self.class(class).and_then(|c| c.outer);
        }
        self.by_name.get(&name).copied()
    }

    /// A field of the class or of those above it, and the class that has it.
    pub(super) fn member(&self, class: u32, name: Sym) -> Option<(u32, &Member<'a>)> {
        let mut at = Some(class);
        for _ in 0..MOST_PARENTS {
            let found = self.class(at?)?;
            if let Some(member) = found.fields.get(&name) {
                return Some((at?, member));
            }
            at = found.parent;
        }
        None
    }

    /// The methods a call may mean: those of the class, else of those above it; of an
    /// interface or an abstract or virtual method also those below, where they are few.
    pub(super) fn callees(&self, class: u32, name: Sym, given: &[Ty]) -> Vec<u32> {
        let mut out = Vec::new();
        let mut at = Some(class);
        for _ in 0..MOST_PARENTS {
            let Some(found) = at.and_then(|at| self.class(at)) else { break };
            out = self.fitting(found.methods.get(&name).map_or(&[], Vec::as_slice), given);
            if !out.is_empty() {
                break;
            }
            at = found.parent;
        }
        let below = self.below(class);
        if !below.is_empty() && below.len() <= MOST_CHILDREN {
            let more = below.iter().filter_map(|child| self.class(*child)?.methods.get(&name));
            let more: Vec<u32> = more.flat_map(|methods| self.fitting(methods, given)).collect();
            let hollow = out.iter().all(|m| self.method(*m).is_none_or(|m| m.body.is_empty()));
            if hollow {
                out.clear();
            }
            out.extend(more);
        }
        out
    }

    /// Classes that extend or implement a class, and those that extend them.
    fn below(&self, class: u32) -> Vec<u32> {
        let mut out: Vec<u32> = Vec::new();
        let mut next = vec![class];
        while let Some(at) = next.pop() {
            for child in self.class(at).map_or(&[][..], |c| &c.children) {
                if !out.contains(child) && out.len() <= MOST_CHILDREN {
                    out.push(*child);
                    next.push(*child);
                }
            }
        }
        out
    }

    /// Those of some methods of one name that take these arguments: the best fit, and those
    /// that fit as well.
    pub(super) fn fitting(&self, methods: &[u32], given: &[Ty]) -> Vec<u32> {
        let fits = |method: &u32| {
            let params = &self.method(*method)?.params;
            (params.len() == given.len()).then(|| {
                let pairs = params.iter().zip(given);
                pairs.map(|((_, wanted), given)| likeness(*wanted, *given)).sum::<usize>()
            })
        };
        let scores: Vec<(u32, usize)> =
            methods.iter().filter_map(|m| fits(m).map(|score| (*m, score))).collect();
        let best = scores.iter().map(|(_, score)| *score).max().unwrap_or(0);
        scores.into_iter().filter(|(_, score)| *score == best).map(|(m, _)| m).take(4).collect()
    }
}

/// How well an argument fits a parameter.
fn likeness(wanted: Ty, given: Ty) -> usize {
    match (wanted, given) {
        (a, b) if a == b => 4,
        (_, Ty::Unknown) => 2,
        (Ty::Text, Ty::Id) | (Ty::Id, Ty::Text) => 3,
        (Ty::AnyRecord, Ty::Record(_)) | (Ty::Class(_), Ty::Class(_)) => 3,
        (Ty::List(_), Ty::List(_)) | (Ty::Map(_), Ty::Map(_)) => 3,
        (Ty::Object | Ty::Unknown, _) => 1,
        _ => 0,
    }
}

/// Names, in lower case, that bodies of a class assign to; locals count too, which makes a
/// field a constant less often.
fn written_fields(ty: &Type) -> FxHashSet<CompactString> {
    let mut out = FxHashSet::default();
    let accessors = ty.fields.iter().flat_map(|f| f.getter.iter().chain(&f.setter));
    for body in ty.methods.iter().filter_map(|m| m.body.as_ref()).chain(accessors) {
        walk::assigned(body, &mut |name| {
            out.insert(CompactString::from_str_to_lowercase(name));
        });
    }
    out
}
