//! From one XML file to facts.
//!
//! In: the text of a file, what the layout says of it, and the kinds somebody wants. Out:
//! element facts: one for each component in the file and one for each wanted repeated child,
//! with every scalar under its dotted path; and the grants of profiles and permission sets.
//! The element tree is dropped afterwards. It knows no PHI and no rule.

use std::sync::Arc;

use compact_str::{CompactString, format_compact};
use rustc_hash::FxHashSet;

use super::apex::model::Unit;
use super::client::LeftOut;
use super::flow::{self, Flow};
use super::grants::Grants;
use super::markup::model::Markup;
use super::script::model::Script;
use super::types::{self, Child, Type};
use super::xml::{Document, NodeId};
use crate::fact::{Fact, Item, Severity};
use crate::source::{FileId, Span};

/// The kinds of element facts somebody reads.
#[derive(Debug, Default, Clone)]
pub struct Wanted {
    kinds: FxHashSet<String>,
}

impl Wanted {
    /// Exactly these kinds: types (`CustomField`) and repeated children (`Profile.loginIpRanges`).
    pub fn new<'k>(kinds: impl IntoIterator<Item = &'k str>) -> Self {
        Self { kinds: kinds.into_iter().map(str::to_owned).collect() }
    }

    /// Whether somebody reads this kind.
    pub fn has(&self, kind: &str) -> bool {
        self.kinds.contains(kind)
    }

    /// Whether somebody reads a component of the type, one of its repeated children, or a
    /// child that is a component of its own: only then is its file opened.
    pub fn opens(&self, ty: &Type) -> bool {
        let names = |head: &str| head == ty.name || (ty.any_root && types::is_settings(head));
        self.kinds.iter().any(|kind| kind.split('.').next().is_some_and(names))
            || ty.children.iter().any(|child| self.has(child.ty))
    }
}

/// What the layout knows of a file and the reader puts on every fact of it.
#[derive(Debug, Clone)]
pub struct Origin {
    /// The file.
    pub file: FileId,
    /// The component's full name.
    pub name: CompactString,
    /// It lies in a test folder outside every package directory.
    pub staging: bool,
}

/// Facts and grants of one file.
#[derive(Debug, Clone, Default)]
pub struct Reading {
    /// Element facts, components first, each followed by its repeated children.
    pub facts: Vec<Arc<Fact>>,
    /// Grants, where the file is a profile, permission set or muting set.
    pub grants: Option<Grants>,
    /// The flow, where the file is one.
    pub flow: Option<Flow>,
    /// The script, where the file is one or holds one.
    pub script: Option<Script>,
    /// The markup, where the file is a page or a component.
    pub markup: Option<Markup>,
    /// A script that was left out.
    pub left_out: Option<LeftOut>,
    /// The class or trigger, where the file is one.
    pub apex: Option<Unit>,
    /// Lines from which a part could not be read, and why; the rest was.
    pub notices: Vec<(u32, String)>,
}

impl Reading {
    /// With what another way of reading the same file gave.
    pub fn with(mut self, other: Self) -> Self {
        self.facts.extend(other.facts);
        self.grants = self.grants.or(other.grants);
        self.flow = self.flow.or(other.flow);
        self.script = self.script.or(other.script);
        self.markup = self.markup.or(other.markup);
        self.left_out = self.left_out.or(other.left_out);
        self.apex = self.apex.or(other.apex);
        self.notices.extend(other.notices);
        self
    }
}

/// Reads a whole component file.
pub fn read_component(
    document: &Document<'_>,
    ty: &Type,
    origin: &Origin,
    wanted: &Wanted,
) -> Reading {
    let reader = Reader::of(document, origin, wanted);
    let mut out = Reading::default();
    let root = document.root();
    if types::is_holder(ty.name) {
        let (fact, grants) = reader.holder(ty.name, &origin.name, root);
        out.grants = Some(grants);
        reader.nested(ty.name, &fact, root, &mut out.facts);
        out.facts.insert(0, fact);
        return out;
    }
    if wanted.opens(ty) {
        let fact = match ty.name {
            // Who wants more of a flow reads its graph.
            "Flow" => Arc::new(reader.scalars(ty.name, origin.name.clone(), root)),
            _ => Arc::new(reader.component(ty.name, origin.name.clone(), root, ty.children)),
        };
        if ty.name == "Flow" && wanted.has(ty.name) {
            out.flow = Some(flow::read(document, origin.file, Arc::clone(&fact)));
        }
        out.facts.push(Arc::clone(&fact));
        reader.nested(ty.name, &fact, root, &mut out.facts);
    }
    for node in document.children(root) {
        let Some(child) = ty.children.iter().find(|c| c.element == document.name(node)) else {
            continue;
        };
        if wanted.has(child.ty) || wanted_below(wanted, child.ty) {
            reader.child(child, &origin.name, node, &mut out.facts);
        }
    }
    out
}

/// Reads a file that is one part of a permission set: its root is the set itself again, or
/// one repeated element (`<FieldPermission>`).
pub fn read_part(
    document: &Document<'_>,
    origin: &Origin,
    element: Option<&str>,
    wanted: &Wanted,
) -> Reading {
    let reader = Reader::of(document, origin, wanted);
    let root = document.root();
    let Some(element) = element.filter(|_| document.name(root) != "PermissionSet") else {
        let (fact, grants) = reader.holder("PermissionSet", &origin.name, root);
        return Reading { facts: vec![fact], grants: Some(grants), ..Reading::default() };
    };
    let mut fact = reader.start("PermissionSet", origin.name.clone(), root);
    reader.light_holder_child(element, root, &mut fact);
    let fact = Arc::new(fact);
    let mut grants = Grants::new(Arc::clone(&fact));
    grants.read(document, origin.file, element, root);
    grants.seal();
    Reading { facts: vec![fact], grants: Some(grants), ..Reading::default() }
}

/// Reads a settings file: its root element names its kind, its file the component.
pub fn read_settings(
    document: &Document<'_>,
    root: &str,
    origin: &Origin,
    wanted: &Wanted,
) -> Reading {
    let reader = Reader::of(document, origin, wanted);
    let node = document.root();
    let name = root.strip_suffix("Settings").unwrap_or(root);
    let fact = Arc::new(reader.component(root, name.into(), node, &[]));
    let mut facts = vec![Arc::clone(&fact)];
    reader.nested(root, &fact, node, &mut facts);
    Reading { facts, ..Reading::default() }
}

fn wanted_below(wanted: &Wanted, ty: &str) -> bool {
    wanted.kinds.iter().any(|kind| kind.split_once('.').is_some_and(|(head, _)| head == ty))
}

/// Of a yes or no, or another element that may stand once, Salesforce takes the last.
fn keep_last(fact: &mut Fact) {
    let mut seen: Vec<CompactString> = Vec::new();
    let mut at = fact.values.len();
    while let Some(before) = at.checked_sub(1) {
        at = before;
        let Some((key, item)) = fact.values.get(at) else { continue };
        let yes_or_no = || matches!(item.text.as_str(), "true" | "false");
        if key.contains('.') || !(yes_or_no() || types::stands_once(key)) {
            continue;
        }
        if seen.contains(key) {
            fact.values.remove(at);
        } else {
            seen.push(key.clone());
        }
    }
}

struct Reader<'d, 't> {
    document: &'d Document<'t>,
    file: FileId,
    wanted: &'d Wanted,
    staging: bool,
}

impl<'d, 't> Reader<'d, 't> {
    fn of(document: &'d Document<'t>, origin: &Origin, wanted: &'d Wanted) -> Self {
        Self { document, file: origin.file, wanted, staging: origin.staging }
    }
}

impl Reader<'_, '_> {
    fn span(&self, range: std::ops::Range<usize>) -> Span {
        Span::new(self.file, range.start, range.end)
    }

    /// A fact on an element, with what every element fact has.
    fn start(&self, kind: &str, name: CompactString, node: NodeId) -> Fact {
        let mut fact = Fact::new(kind, name, self.span(self.document.start_tag(node)));
        fact.cap = self.staging.then_some(Severity::Low);
        fact
    }

    fn finish(fact: &mut Fact) {
        let last = fact.component.rsplit('.').next().unwrap_or("");
        let managed = types::namespace_of(last).is_some();
        let name = fact.component.clone();
        fact.derive("full-name", name);
        fact.derive("managed", managed);
    }

    /// A component: every scalar, but for children that are components of their own.
    fn component(&self, kind: &str, name: CompactString, node: NodeId, apart: &[Child]) -> Fact {
        let mut fact = self.start(kind, name, node);
        for child in self.document.children(node) {
            let element = self.document.name(child);
            if !apart.iter().any(|known| known.element == element) {
                self.flatten(child, &CompactString::from(element), &mut fact);
            }
        }
        keep_last(&mut fact);
        Self::finish(&mut fact);
        fact
    }

    /// A component without the groups in it.
    fn scalars(&self, kind: &str, name: CompactString, node: NodeId) -> Fact {
        let mut fact = self.start(kind, name, node);
        let plain =
            self.document.children(node).filter(|child| !self.document.is_container(*child));
        for child in plain {
            self.flatten(child, &CompactString::from(self.document.name(child)), &mut fact);
        }
        Self::finish(&mut fact);
        fact
    }

    /// A child that is a component of its own: a field in an object's file.
    fn child(&self, child: &Child, owner: &str, node: NodeId, out: &mut Vec<Arc<Fact>>) {
        let key = self.document.child(node, child.key).and_then(|key| self.document.text(key));
        let key = key.map_or_else(CompactString::default, |text| text.value.as_ref().into());
        let fact = Arc::new(self.component(child.ty, format_compact!("{owner}.{key}"), node, &[]));
        out.push(Arc::clone(&fact));
        self.nested(child.ty, &fact, node, out);
    }

    /// The repeated children of a component that somebody wants as facts of their own.
    fn nested(&self, kind: &str, parent: &Arc<Fact>, node: NodeId, out: &mut Vec<Arc<Fact>>) {
        let mut stack: Vec<(NodeId, CompactString)> = Vec::new();
        let prefix = format_compact!("{kind}.");
        let paths: Vec<&str> = self
            .wanted
            .kinds
            .iter()
            .filter_map(|kind| kind.strip_prefix(prefix.as_str()))
            .collect();
        if paths.is_empty() {
            return;
        }
        let push = |stack: &mut Vec<_>, node, path: &str| {
            let children: Vec<NodeId> = self.document.children(node).collect();
            for child in children.into_iter().rev() {
                let name = self.document.name(child);
                let path =
                    if path.is_empty() { name.into() } else { format_compact!("{path}.{name}") };
                if paths.iter().any(|p| {
                    p.strip_prefix(path.as_str())
                        .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
                }) {
                    stack.push((child, path));
                }
            }
        };
        push(&mut stack, node, "");
        while let Some((child, path)) = stack.pop() {
            if paths.contains(&path.as_str()) {
                out.push(Arc::new(self.nested_fact(
                    &format_compact!("{kind}.{path}"),
                    parent,
                    child,
                )));
            }
            push(&mut stack, child, &path);
        }
    }

    fn nested_fact(&self, kind: &str, parent: &Arc<Fact>, node: NodeId) -> Fact {
        let mut fact = self.start(kind, parent.name.clone(), node);
        for child in self.document.children(node) {
            self.flatten(child, &CompactString::from(self.document.name(child)), &mut fact);
        }
        let element = self.document.name(node);
        let key = types::key_elements(element).iter().find_map(|key| fact.text(key));
        let key = CompactString::from(key.unwrap_or(element));
        fact.name = format_compact!("{}/{key}", parent.name);
        fact.component = parent.name.clone();
        fact.grouped = true;
        fact.parent = Some(Arc::clone(parent));
        fact
    }

    /// A profile or permission set: light elements as values, grants apart.
    fn holder(&self, kind: &str, name: &str, node: NodeId) -> (Arc<Fact>, Grants) {
        let mut fact = self.start(kind, name.into(), node);
        for child in self.document.children(node) {
            self.light_holder_child(self.document.name(child), child, &mut fact);
        }
        keep_last(&mut fact);
        Self::finish(&mut fact);
        let fact = Arc::new(fact);
        let mut grants = Grants::new(Arc::clone(&fact));
        for child in self.document.children(node) {
            grants.read(self.document, self.file, self.document.name(child), child);
        }
        grants.seal();
        (fact, grants)
    }

    /// One child of a holder that is no grant: a permission by its name, or a plain element.
    fn light_holder_child(&self, element: &str, node: NodeId, fact: &mut Fact) {
        match element {
            "userPermissions" | "customPermissions" => {
                let text =
                    |name| self.document.last_child(node, name).and_then(|n| self.document.text(n));
                let enabled = text("enabled").is_some_and(|text| text.value == "true");
                if let (true, Some(name)) = (enabled, text("name")) {
                    fact.push(element, name.value.as_ref(), self.span(name.range));
                }
            }
            _ if !self.document.is_container(node) => {
                self.flatten(node, &CompactString::from(element), fact);
            }
            "loginIpRanges" | "loginHours" | "loginFlows" | "mutingPermissionSets" => {
                self.flatten(node, &CompactString::from(element), fact);
            }
            _ => {}
        }
    }

    /// Every scalar at and below an element, under its dotted path; no recursion on depth.
    fn flatten(&self, node: NodeId, path: &CompactString, fact: &mut Fact) {
        let mut stack = vec![(node, path.clone())];
        while let Some((node, path)) = stack.pop() {
            if self.document.is_nil(node) {
                continue;
            }
            let name = self.document.name(node);
            self.push_type(node, &path, fact);
            match self.document.text(node) {
                Some(text) => {
                    let secret = types::is_secret(name) && !text.value.is_empty();
                    let range = if secret { self.document.start_tag(node) } else { text.range };
                    let mut item = Item::new(text.value.as_ref(), self.span(range));
                    item.secret = secret;
                    item.parts = (!text.parts.is_empty()).then(|| text.parts.into());
                    fact.values.push((path, item));
                }
                None => {
                    fact.push(path.clone(), "", self.span(self.document.start_tag(node)));
                    let children: Vec<NodeId> = self.document.children(node).collect();
                    for child in children.into_iter().rev() {
                        stack
                            .push((child, format_compact!("{path}.{}", self.document.name(child))));
                    }
                }
            }
        }
    }

    /// The values of custom metadata say their type beside them: `xsi:type="xsd:boolean"`.
    fn push_type(&self, node: NodeId, path: &str, fact: &mut Fact) {
        if !fact.kind.starts_with("CustomMetadata") {
            return;
        }
        if let Some(ty) = self.document.attribute(node, "type") {
            let span = self.span(self.document.start_tag(node));
            fact.push(format_compact!("{path}.type"), ty.as_ref(), span);
        }
    }
}
