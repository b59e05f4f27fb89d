//! Which element of a flow follows which.
//!
//! In: a flow. Out: edges between element numbers, and walks over them. It does not know
//! what a condition decides: a path counts where connectors allow it. No walk recurses.

use rustc_hash::FxHashMap;

use crate::metadata::flow::{ElementKind, Flow, Role};

/// A way from one element to another.
#[derive(Debug, Clone, Copy)]
pub(super) struct Edge {
    pub(super) to: usize,
    pub(super) role: Role,
}

/// The connectors of a flow.
#[derive(Debug)]
pub(super) struct Graph {
    edges: Vec<Vec<Edge>>,
    ends: Vec<bool>,
}

impl Graph {
    pub(super) fn new(flow: &Flow) -> Self {
        let mut numbers: FxHashMap<String, usize> = FxHashMap::default();
        for (number, element) in flow.elements.iter().enumerate() {
            numbers.entry(element.name.text.to_lowercase().to_string()).or_insert(number);
        }
        let of = |name: &str| numbers.get(name.to_lowercase().as_str()).copied();
        let edges = flow.elements.iter().map(|element| {
            let edges = element.links.iter();
            edges
                .filter_map(|link| Some(Edge { to: of(&link.to.text)?, role: link.role }))
                .collect()
        });
        let edges: Vec<Vec<Edge>> = edges.collect();
        let ends = flow.elements.iter().zip(&edges);
        let ends = ends.map(|(element, edges)| {
            let has = |role: fn(&Role) -> bool| edges.iter().any(|edge| role(&edge.role));
            match element.kind {
                ElementKind::Decision | ElementKind::Wait => {
                    let outcomes = edges.iter().filter(|e| matches!(e.role, Role::Outcome(_)));
                    !has(|role| *role == Role::Default) || outcomes.count() < element.outcomes.len()
                }
                // With scheduled paths alone nothing is done at once.
                ElementKind::Start => edges.is_empty(),
                ElementKind::Loop => !has(|role| *role == Role::Done),
                _ => !has(|role| *role == Role::Next),
            }
        });
        let ends = ends.collect();
        Self { edges, ends }
    }

    pub(super) fn edges(&self, element: usize) -> &[Edge] {
        self.edges.get(element).map_or(&[], Vec::as_slice)
    }

    /// How many edges there are: what one walk costs at most.
    pub(super) fn size(&self) -> usize {
        self.edges.iter().map(|edges| edges.len() + 1).sum()
    }

    /// Whether the flow may end after the element.
    pub(super) fn may_end(&self, element: usize) -> bool {
        self.ends.get(element).copied().unwrap_or(true)
    }

    /// Every element reached from `from`, these included, over edges that `pass` lets through.
    pub(super) fn walk(&self, from: &[usize], pass: impl Fn(usize, Role) -> bool) -> Vec<bool> {
        let mut seen = vec![false; self.edges.len()];
        let mut stack = Vec::new();
        let mut visit = |element: usize, stack: &mut Vec<usize>| {
            if let Some(seen) = seen.get_mut(element).filter(|seen| !**seen) {
                *seen = true;
                stack.push(element);
            }
        };
        from.iter().for_each(|element| visit(*element, &mut stack));
        while let Some(element) = stack.pop() {
            for edge in self.edges(element).iter().filter(|edge| pass(element, edge.role)) {
                visit(edge.to, &mut stack);
            }
        }
        seen
    }

    /// Every element that follows an element, over edges that `pass` lets through.
    pub(super) fn after(&self, element: usize, pass: impl Fn(usize, Role) -> bool) -> Vec<bool> {
        let next: Vec<usize> = self.edges(element).iter().map(|edge| edge.to).collect();
        self.walk(&next, pass)
    }
}

/// Whether a walk marked the element.
pub(super) fn marked(walk: &[bool], element: usize) -> bool {
    walk.get(element).copied().unwrap_or(false)
}
