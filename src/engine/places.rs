//! Paths and lines of spans, for what is told without an excerpt.
//!
//! In: sources, spans. Out: the path and line of each. Every file is read once and forgotten.

use std::collections::BTreeMap;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::source::lines::Lines;
use crate::source::{FileId, Sources, Span};

/// Paths and lines of spans.
pub(super) struct Places<'s> {
    sources: &'s Sources,
    lines: FxHashMap<Span, u32>,
}

impl<'s> Places<'s> {
    pub(super) fn new(sources: &'s Sources) -> Self {
        Self { sources, lines: FxHashMap::default() }
    }

    /// Reads every file once.
    pub(super) fn read(&mut self, spans: &[Span]) {
        let mut by_file: BTreeMap<FileId, Vec<Span>> = BTreeMap::new();
        for span in spans {
            by_file.entry(span.file).or_default().push(*span);
        }
        let sources = self.sources;
        let found: Vec<(Span, u32)> = by_file
            .into_par_iter()
            .flat_map_iter(|(file, spans)| {
                let bytes = sources.read(file).unwrap_or_default();
                let text = String::from_utf8_lossy(&bytes).into_owned();
                let lines = Lines::new(&text);
                let line = |span: Span| (span, lines.position(span.start as usize).line);
                spans.into_iter().map(line).collect::<Vec<_>>()
            })
            .collect();
        self.lines.extend(found);
    }

    pub(super) fn of(&self, span: Span) -> (String, u32) {
        let line = self.lines.get(&span).copied().unwrap_or(1);
        (self.sources.path(span.file).to_owned(), line)
    }
}
