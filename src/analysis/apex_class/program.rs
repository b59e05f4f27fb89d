//! The classes of an org and how they name one another.
//!
//! In: the units of Apex, their companions, the pages. Out: [`Program`]: classes by name,
//! with the bodies of methods, accessors and initial values, and which class names which.
//! Tests are left out. It knows no PHI.

use std::borrow::Cow;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::fact::Fact;
use crate::metadata::apex::model::{
    At, Expr, ExprKind, Method, MethodKind, Sharing, Stmt, StmtKind, Type, TypeKind, TypeRef, Unit,
};
use crate::metadata::apex::walk;
use crate::metadata::collect::Collected;
use crate::source::Span;

/// Classes above a class that are looked at.
const MOST_PARENTS: usize = 12;

/// A class, interface or trigger.
#[derive(Debug)]
pub(super) struct Class<'u> {
    pub(super) unit: &'u Unit,
    pub(super) ty: &'u Type,
    /// Its methods; accessors and initial values of fields as methods of their names.
    pub(super) bodies: Vec<Cow<'u, Method>>,
    /// The class around it, and the outermost one.
    pub(super) outer: Option<usize>,
    pub(super) outermost: usize,
    /// The API version; none where its companion is not here.
    pub(super) version: Option<f64>,
    /// Classes that it names.
    pub(super) names: Vec<usize>,
    /// Pages that work with it: their name and the place.
    pub(super) pages: Vec<(String, Span)>,
}

/// Every class, in the order of the files.
#[derive(Debug)]
pub(super) struct Program<'u> {
    pub(super) classes: Vec<Class<'u>>,
    by_name: FxHashMap<String, usize>,
    named_by: Vec<Vec<usize>>,
}

impl Class<'_> {
    pub(super) fn span(&self, at: At) -> Span {
        Span { file: self.unit.file, start: at.start, end: at.end }
    }

    pub(super) fn is_trigger(&self) -> bool {
        self.ty.kind == TypeKind::Trigger
    }

    /// Whether queries and DML run with the user's rights unless they say otherwise; none
    /// where the version is not known. Triggers never do.
    pub(super) fn user_mode_default(&self) -> Option<bool> {
        if self.is_trigger() {
            return Some(false);
        }
        self.version.map(|version| version >= 67.0)
    }
}

impl<'u> Program<'u> {
    pub(super) fn of(facts: &'u Collected) -> Self {
        let mut out =
            Self { classes: Vec::new(), by_name: FxHashMap::default(), named_by: Vec::new() };
        let mut versions: FxHashMap<String, f64> = FxHashMap::default();
        for kind in ["ApexClass", "ApexTrigger"] {
            for fact in facts.of(kind) {
                let version = fact.text("apiVersion").and_then(|text| text.trim().parse().ok());
                versions
                    .extend(version.map(|v| (format!("{kind}/{}", fact.name.to_lowercase()), v)));
            }
        }
        for unit in facts.apex.iter().filter(|unit| !unit.fact.is_true("test")) {
            out.add(unit, &versions);
        }
        out.add_pages(facts.of(crate::metadata::page::KIND));
        out.link();
        out
    }

    fn add(&mut self, unit: &'u Unit, versions: &FxHashMap<String, f64>) {
        let kind = unit.fact.kind.strip_suffix(".source").unwrap_or("ApexClass");
        let key = format!("{kind}/{}", unit.fact.name.to_lowercase());
        let version = versions.get(&key).copied();
        let mut numbers: Vec<Option<usize>> = Vec::new();
        for ty in &unit.types {
            let outer = ty.outer.map(|outer| numbers.get(outer).copied().flatten());
            let is_test = ty.annotations.iter().any(|a| a.name == "istest");
            if is_test || ty.kind == TypeKind::Enum || matches!(outer, Some(None)) {
                numbers.push(None);
                continue;
            }
            let number = self.classes.len();
            numbers.push(Some(number));
            let outer = outer.flatten();
            let outermost = outer.and_then(|o| self.classes.get(o)).map_or(number, |o| o.outermost);
            if ty.kind != TypeKind::Trigger {
                self.by_name.entry(ty.full_name.to_lowercase().to_string()).or_insert(number);
            }
            let (bodies, names, pages) = (bodies(ty), Vec::new(), Vec::new());
            self.classes.push(Class { unit, ty, bodies, outer, outermost, version, names, pages });
        }
    }

    fn add_pages(&mut self, pages: &[std::sync::Arc<Fact>]) {
        for page in pages {
            for item in page.items("class") {
                let Some(class) = self.resolve(&item.text, None) else { continue };
                if let Some(class) = self.classes.get_mut(class) {
                    class.pages.push((page.name.to_string(), item.span));
                }
            }
        }
    }

    fn link(&mut self) {
        let all = (0..self.classes.len()).into_par_iter();
        let names: Vec<Vec<usize>> = all.map(|class| self.names_in(class)).collect();
        self.named_by = vec![Vec::new(); self.classes.len()];
        for (number, names) in names.into_iter().enumerate() {
            for name in &names {
                if let Some(by) = self.named_by.get_mut(*name) {
                    by.push(number);
                }
            }
            if let Some(class) = self.classes.get_mut(number) {
                class.names = names;
            }
        }
    }

    pub(super) fn class(&self, number: usize) -> Option<&Class<'u>> {
        self.classes.get(number)
    }

    /// The class that a name means, seen from a class.
    pub(super) fn resolve(&self, name: &str, from: Option<usize>) -> Option<usize> {
        let name = name.to_lowercase();
        let mut around = from.and_then(|from| self.class(from));
        while let Some(class) = around {
            let inner = format!("{}.{name}", class.ty.full_name.to_lowercase());
            if let Some(found) = self.by_name.get(&inner) {
                return Some(*found);
            }
            around = class.outer.and_then(|outer| self.class(outer));
        }
        // The first step may be a namespace.
        let without = || name.split_once('.').and_then(|(_, rest)| self.by_name.get(rest));
        self.by_name.get(&name).or_else(without).copied()
    }

    /// A class and those it extends, as far as they are here.
    pub(super) fn ancestry(&self, class: usize) -> Vec<usize> {
        let mut out = vec![class];
        while let Some(last) = out.last().copied().filter(|_| out.len() < MOST_PARENTS) {
            let above = self.class(last).and_then(|class| class.ty.extends.as_ref());
            let above = above.and_then(|ty| self.resolve(&ty.name, Some(last)));
            match above.filter(|above| !out.contains(above)) {
                Some(above) => out.push(above),
                None => break,
            }
        }
        out
    }

    /// The sharing keyword of a class or the nearest it extends that has one, with its place.
    pub(super) fn sharing(&self, class: usize) -> Option<(Sharing, Span)> {
        self.ancestry(class).into_iter().find_map(|number| {
            let class = self.class(number)?;
            class.ty.sharing.map(|(sharing, at)| (sharing, class.span(at)))
        })
    }

    /// Classes that name a class, itself not among them.
    pub(super) fn named_by(&self, class: usize) -> &[usize] {
        self.named_by.get(class).map_or(&[], Vec::as_slice)
    }

    fn names_in(&self, number: usize) -> Vec<usize> {
        let Some(class) = self.class(number) else { return Vec::new() };
        let mut names: FxHashSet<&str> = FxHashSet::default();
        let mut inner: FxHashSet<(&str, &str)> = FxHashSet::default();
        let ty = class.ty;
        let mut all = Vec::new();
        all.extend(ty.extends.iter().chain(&ty.implements));
        all.extend(ty.fields.iter().map(|field| &field.ty));
        for body in &class.bodies {
            all.extend(body.params.iter().map(|param| &param.ty));
            let body = body.body.as_deref().unwrap_or_default();
            walk::statements(body, &mut |statement| match &statement.kind {
                StmtKind::Local { ty, .. } | StmtKind::ForEach { ty, .. } => all.push(ty),
                _ => {}
            });
            walk::expressions(body, &mut |expr| match &expr.kind {
                ExprKind::Name(name) => drop(names.insert(name)),
                ExprKind::Member { base, name } => {
                    if let ExprKind::Name(outer) = &base.kind {
                        inner.insert((outer, &name.text));
                    }
                }
                ExprKind::New { ty, .. } | ExprKind::Cast { ty, .. } | ExprKind::Class(ty) => {
                    all.push(ty);
                }
                _ => {}
            });
        }
        all.into_iter().for_each(|ty| types(ty, &mut names));
        let plain = names.into_iter().filter_map(|name| self.resolve(name, Some(number)));
        // `Outer.Inner`, seen as a member.
        let inner = inner.into_iter().filter_map(|(outer, name)| {
            self.resolve(outer, Some(number))?;
            self.resolve(&format!("{outer}.{name}"), Some(number))
        });
        let mut out: Vec<usize> = plain.chain(inner).filter(|found| *found != number).collect();
        out.sort_unstable();
        out.dedup();
        out
    }
}

fn types<'t>(ty: &'t TypeRef, names: &mut FxHashSet<&'t str>) {
    names.insert(&ty.name);
    ty.arguments.iter().for_each(|argument| types(argument, names));
}

/// Everything of a class that runs.
fn bodies(ty: &Type) -> Vec<Cow<'_, Method>> {
    let mut out: Vec<Cow<'_, Method>> =
        ty.methods.iter().filter(|method| !method.is_test()).map(Cow::Borrowed).collect();
    for field in &ty.fields {
        let named = |body: Vec<Stmt>| {
            Cow::Owned(Method {
                name: field.name.clone(),
                kind: MethodKind::Initialiser,
                returns: Some(field.ty.clone()),
                params: Vec::new(),
                modifiers: field.modifiers.clone(),
                annotations: Vec::new(),
                body: Some(body),
            })
        };
        out.extend(field.getter.clone().map(named));
        out.extend(field.setter.clone().map(named));
        out.extend(field.init.as_ref().filter(|init| !is_plain(init)).map(|init| {
            let kind = StmtKind::Expr(init.clone());
            named(vec![Stmt { kind, at: init.at }])
        }));
    }
    out
}

/// A literal runs nothing.
fn is_plain(init: &Expr) -> bool {
    matches!(init.kind, ExprKind::Literal(..) | ExprKind::Name(_) | ExprKind::Member { .. })
}
