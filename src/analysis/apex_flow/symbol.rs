//! Names of Apex code as numbers.
//!
//! In: names as they are written. Out: [`Sym`]s, equal for names that Apex takes as equal,
//! and [`PathId`]s for the fields below a value. It knows no class.

use compact_str::CompactString;
use rustc_hash::FxHashMap;

/// A name, without regard to case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub(super) struct Sym(u32);

/// Every name met so far.
#[derive(Debug, Default)]
pub(super) struct Symbols {
    known: FxHashMap<CompactString, Sym>,
    /// As first written, and in lower case.
    names: Vec<(CompactString, CompactString)>,
}

impl Symbols {
    /// The number of a name.
    pub(super) fn of(&mut self, text: &str) -> Sym {
        let lower = CompactString::from_str_to_lowercase(text);
        if let Some(known) = self.known.get(&lower) {
            return *known;
        }
        let next = Sym(number(self.names.len()));
        self.names.push((text.into(), lower.clone()));
        self.known.insert(lower, next);
        next
    }

    /// As it was first written.
    pub(super) fn text(&self, sym: Sym) -> &str {
        self.names.get(sym.0 as usize).map_or("", |(text, _)| text)
    }

    /// In lower case.
    pub(super) fn lower(&self, sym: Sym) -> &str {
        self.names.get(sym.0 as usize).map_or("", |(_, lower)| lower)
    }
}

/// Fields below a value, outermost first: `[contact, ssn__c]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub(super) struct PathId(u32);

/// Fields below a value that are told apart.
const DEEPEST: usize = 3;

/// Every path met so far; the first is empty.
#[derive(Debug)]
pub(super) struct Paths {
    known: FxHashMap<Vec<Sym>, PathId>,
    paths: Vec<Vec<Sym>>,
}

impl Default for Paths {
    fn default() -> Self {
        let known = std::iter::once((Vec::new(), PathId(0))).collect();
        Self { known, paths: vec![Vec::new()] }
    }
}

impl Paths {
    /// One field deeper; too deep, the path itself stands for what is below it.
    pub(super) fn below(&mut self, path: PathId, field: Sym) -> PathId {
        let steps = self.steps(path);
        if steps.len() >= DEEPEST {
            return path;
        }
        let mut longer = steps.to_vec();
        longer.push(field);
        if let Some(known) = self.known.get(&longer) {
            return *known;
        }
        let next = PathId(number(self.paths.len()));
        self.known.insert(longer.clone(), next);
        self.paths.push(longer);
        next
    }

    /// Its fields.
    pub(super) fn steps(&self, path: PathId) -> &[Sym] {
        self.paths.get(path.0 as usize).map_or(&[], Vec::as_slice)
    }
}

/// A length as a number of a table.
pub(super) fn number(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_equal_without_regard_to_case_and_keep_their_first_spelling() {
        let mut symbols = Symbols::default();
        let name = symbols.of("patientDob");
        assert_eq!(symbols.of("PATIENTDOB"), name);
        assert_ne!(symbols.of("patient"), name);
        assert_eq!((symbols.text(name), symbols.lower(name)), ("patientDob", "patientdob"));
    }

    #[test]
    fn a_path_ends_where_it_is_too_deep() {
        let (mut symbols, mut paths) = (Symbols::default(), Paths::default());
        let step = symbols.of("next");
        let mut path = PathId::default();
        for _ in 0..9 {
            path = paths.below(path, step);
        }
        assert_eq!(paths.steps(path), [step, step, step]);
        assert!(paths.steps(PathId::default()).is_empty());
    }
}
