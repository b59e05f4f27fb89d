//! The different element names of a file, each kept once.
//!
//! In: names in the order of their start tags. Out: small numbers, so that comparing names is
//! comparing numbers. It does not know whether a name is well-formed: who adds one asks first.

use std::collections::HashMap;

use rustc_hash::FxBuildHasher;

/// The number of an element name within one document.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NameId(pub(super) u16);

/// Names by number and numbers by name.
#[derive(Debug, Default)]
pub(super) struct Names<'t> {
    list: Vec<&'t str>,
    numbers: HashMap<&'t str, NameId, FxBuildHasher>,
    /// By name: the name that followed it last. Records repeat, so this guess is nearly
    /// always right and saves the hash.
    followers: Vec<NameId>,
    last: NameId,
}

impl<'t> Names<'t> {
    /// The number of a name that was seen before; remembers it as the follower of the last.
    #[inline]
    pub(super) fn recall(&mut self, name: &str) -> Option<NameId> {
        let last = usize::from(self.last.0);
        let guess = self.followers.get(last).copied()?;
        let known = if self.list.get(usize::from(guess.0)).is_some_and(|n| *n == name) {
            guess
        } else {
            let known = self.find(name)?;
            if let Some(follower) = self.followers.get_mut(last) {
                *follower = known;
            }
            known
        };
        self.last = known;
        Some(known)
    }

    /// Adds a name that was not seen before; `None` when there are too many.
    pub(super) fn add(&mut self, name: &'t str) -> Option<NameId> {
        if self.list.len() >= super::MAX_NAMES {
            return None;
        }
        let id = NameId(u16::try_from(self.list.len()).ok()?);
        self.list.push(name);
        self.numbers.insert(name, id);
        if let Some(follower) = self.followers.get_mut(usize::from(self.last.0)) {
            *follower = id;
        }
        self.followers.push(id);
        self.last = id;
        Some(id)
    }

    /// The number of a name, if the file has it.
    pub(super) fn find(&self, name: &str) -> Option<NameId> {
        self.numbers.get(name).copied()
    }

    /// The name with that number.
    #[inline]
    pub(super) fn get(&self, id: NameId) -> &'t str {
        self.list.get(usize::from(id.0)).copied().unwrap_or("")
    }
}
