//! The files of one component that share their values.
//!
//! In: scripts and markup as they were read. Out: [`Component`]: the modules of a bundle, the
//! script of a page, with the methods that can be called by name and the Apex behind them.

use compact_str::CompactString;
use rustc_hash::FxHashMap;

use crate::metadata::collect::Collected;
use crate::metadata::markup::model::{Markup, Tag};
use crate::metadata::script::model::{ExprKind, Host, Member, Script, Stmt};

/// A component.
pub(super) struct Component<'c> {
    /// Its full name.
    pub(super) name: CompactString,
    /// Its scripts, in the order of their files.
    pub(super) scripts: Vec<&'c Script>,
    /// The class behind an Aura component, the classes behind a page.
    pub(super) controllers: Vec<CompactString>,
    /// The object of a page's standard controller.
    pub(super) object: Option<CompactString>,
    /// Methods: numbers of script and function, and whether it reads like a field.
    methods: FxHashMap<CompactString, (usize, usize, bool)>,
}

/// Every component that has a script.
pub(super) fn all(facts: &Collected) -> Vec<Component<'_>> {
    let mut out: Vec<Component<'_>> = Vec::new();
    let mut numbers: FxHashMap<(CompactString, CompactString), usize> = FxHashMap::default();
    for script in &facts.scripts {
        // What lies in one static resource is loaded file by file; nothing is shared for sure.
        let own = match script.host {
            Host::Resource => compact_str::format_compact!("{:?}", script.file),
            _ => kind_of(script).into(),
        };
        let number = *numbers.entry((own, script.fact.name.clone())).or_insert_with(|| {
            out.push(Component {
                name: script.fact.name.clone(),
                scripts: Vec::new(),
                controllers: Vec::new(),
                object: None,
                methods: FxHashMap::default(),
            });
            out.len() - 1
        });
        if let Some(component) = out.get_mut(number) {
            component.scripts.push(script);
        }
    }
    for markup in &facts.markups {
        let kind = markup.fact.kind.split('.').next().unwrap_or("");
        if let Some(number) = numbers.get(&(kind.into(), markup.fact.name.clone()))
            && let Some(component) = out.get_mut(*number)
        {
            component.read(markup);
        }
    }
    out.iter_mut().for_each(Component::find_methods);
    out
}

fn kind_of(script: &Script) -> &str {
    script.fact.kind.split('.').next().unwrap_or("")
}

impl<'c> Component<'c> {
    /// What the root tag says of the code behind it.
    fn read(&mut self, markup: &Markup) {
        let roots = ["apex:page", "apex:component", "aura:component", "aura:application"];
        let is_root = |tag: &&Tag| !tag.closing && roots.iter().any(|root| tag.is(root));
        let Some(root) = markup.tags.iter().find(is_root) else { return };
        for key in ["controller", "extensions"] {
            let classes = root.text(key).unwrap_or("").split(',').map(str::trim);
            self.controllers.extend(classes.filter(|c| !c.is_empty()).map(CompactString::from));
        }
        self.object = root.text("standardController").map(CompactString::from);
    }

    fn find_methods(&mut self) {
        let mut methods = FxHashMap::default();
        for (number, script) in self.scripts.iter().enumerate() {
            for stmt in &script.body {
                match stmt {
                    Stmt::Class(members) => {
                        members.iter().for_each(|member| add(&mut methods, number, member));
                    }
                    // The parts of an Aura component are one object literal each.
                    Stmt::Expr(expr) => {
                        let ExprKind::Object(entries) = &expr.kind else { continue };
                        for entry in entries {
                            if let ExprKind::Function(function) = entry.value.kind {
                                let known = (number, function, false);
                                methods.entry(entry.key.text.clone()).or_insert(known);
                            }
                        }
                    }
                    _ => {}
                }
            }
        }
        self.methods = methods;
    }

    /// A method by its name: numbers of script and function, and whether it is a getter.
    pub(super) fn method(&self, name: &str) -> Option<(usize, usize, bool)> {
        self.methods.get(name).copied()
    }

    /// The script that `./name` means.
    pub(super) fn module(&self, from: &str) -> Option<usize> {
        let name = from.strip_prefix("./")?;
        let name = name.strip_suffix(".js").unwrap_or(name);
        let name = name.rsplit('/').next().unwrap_or(name);
        self.scripts.iter().position(|script| script.module.eq_ignore_ascii_case(name))
    }
}

fn add(
    methods: &mut FxHashMap<CompactString, (usize, usize, bool)>,
    script: usize,
    member: &Member,
) {
    if let Some(ExprKind::Function(function)) = member.value.as_ref().map(|value| &value.kind) {
        let known = (script, *function, member.getter);
        methods.entry(member.name.text.clone()).or_insert(known);
    }
}
