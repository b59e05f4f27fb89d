//! Which records of an object a kind of user sees.
//!
//! In: rows of PHI objects and sharing rules. Out: for each object and audience the
//! [`Reach`] that org-wide defaults and sharing rules give, with the place that says so.
//! Role hierarchy, teams, manual and Apex sharing are data and not seen.
//!
//! Sources: Metadata API `sharingModel`, `externalSharingModel`, `SharingRules`. Guests see
//! records through guest sharing rules only.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::effect::{Step, Via};
use crate::fact::{Fact, Found};
use crate::metadata::collect::Collected;

/// How many records are seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// It cannot be told: the object's default was not retrieved.
    Unknown,
    /// Those one owns, or that one's role is above.
    Own,
    /// Those too that a sharing rule opens.
    Shared,
    /// Every record.
    All,
}

impl Reach {
    /// The word in every output.
    pub fn word(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Own => "own",
            Self::Shared => "shared",
            Self::All => "all",
        }
    }
}

/// Who looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Viewer {
    /// A user without a login.
    Guest,
    /// A customer or partner.
    External,
    /// Anybody of the org.
    Internal,
}

/// What every object gives to every viewer.
#[derive(Debug, Default)]
pub struct Reaches {
    found: FxHashMap<(String, Viewer), (Reach, Option<Step>)>,
}

impl Reaches {
    /// Reads defaults and sharing rules.
    pub fn of(facts: &Collected) -> Self {
        let mut reaches = Self::default();
        for row in facts.of("phi-object") {
            let name = row.name.to_lowercase().to_string();
            for (viewer, keys) in [
                (Viewer::Internal, &["owd-internal"][..]),
                (Viewer::External, &["owd-external", "owd-internal"]),
            ] {
                reaches.found.entry((name.clone(), viewer)).or_insert_with(|| default(row, keys));
            }
        }
        for rule in facts.of("sharing-rule") {
            reaches.share(rule);
        }
        reaches
    }

    /// What an object gives to a viewer.
    pub fn get(&self, object: &str, viewer: Viewer) -> (Reach, Option<Step>) {
        let found = self.found.get(&(object.to_lowercase(), viewer)).copied();
        let nothing = if viewer == Viewer::Guest { Reach::Own } else { Reach::Unknown };
        found.unwrap_or((nothing, None))
    }

    fn share(&mut self, rule: &Arc<Fact>) {
        let guest = rule.text("kind") == Some("guest");
        let viewers: &[Viewer] = match (guest, external(rule), internal(rule)) {
            (true, _, _) => &[Viewer::Guest],
            (_, true, true) => &[Viewer::External, Viewer::Internal],
            (_, true, false) => &[Viewer::External],
            _ => &[Viewer::Internal],
        };
        let via = if guest { Via::Guest } else { Via::Sharing };
        let step = Step { via, span: rule.place };
        let whole = guest && rule.is_true("catch-all");
        let opened = if whole { Reach::All } else { Reach::Shared };
        let objects = rule.items("phi-objects").map(|item| item.text.to_lowercase().to_string());
        for object in objects {
            for viewer in viewers {
                let nothing = if guest { Reach::Own } else { Reach::Unknown };
                let known = self.found.entry((object.clone(), *viewer)).or_insert((nothing, None));
                if known.0 < opened && (known.0 != Reach::Unknown || guest) {
                    *known = (opened, Some(step));
                }
            }
        }
    }
}

/// What the first of these defaults that is there gives.
fn default(row: &Fact, keys: &[&str]) -> (Reach, Option<Step>) {
    for key in keys {
        match row.found(key) {
            Found::Unknown(_) => return (Reach::Unknown, None),
            Found::Absent => {}
            Found::Present => {
                let Some(item) = row.item(key) else { continue };
                let step = Step { via: Via::Default, span: item.span };
                let private = item.text.eq_ignore_ascii_case("Private");
                return (if private { Reach::Own } else { Reach::All }, Some(step));
            }
        }
    }
    (Reach::Unknown, None)
}

/// Elements of `sharedTo` that name people outside the workforce.
const OUTSIDE: [&str; 7] = [
    "allCustomerPortalUsers",
    "allPartnerUsers",
    "portalRole",
    "portalRoleAndSubordinates",
    "channelProgramGroup",
    "channelProgramGroups",
    "guestUser",
];

fn external(rule: &Fact) -> bool {
    // A group may hold anybody; a sharing set is for external users by nature.
    rule.text("kind") == Some("set") || rule.items("shared-to").any(|item| is_outside(&item.text))
}

fn internal(rule: &Fact) -> bool {
    rule.items("shared-to").any(|item| !is_outside(&item.text))
}

fn is_outside(element: &str) -> bool {
    OUTSIDE.iter().any(|known| known.eq_ignore_ascii_case(element))
}
