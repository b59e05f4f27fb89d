//! The proposed Security Rule as a view of its own: not law, and off unless it is asked for.
//!
//! In: the table of the proposal, outcomes of rules, findings. Out: one [`Control`] for each
//! change it would bring, judged like those of the law and kept apart from them.

use super::Subject;
use super::control::{Control, Named, one};
use crate::rule::Rule;
use crate::rule::library::Change;

/// What every part of a pack says of it.
pub(super) const NOT_LAW: &str = "A proposal, not law: nobody has to meet it, and it may never be final. It changes no verdict \
     about the law, and says only what rules here can see.";

/// A change that it would bring.
#[derive(Debug)]
pub(super) struct Proposed<'a> {
    pub(super) change: &'a Change,
    /// What the law says today: `164.312(d) Person or entity authentication (required)`.
    pub(super) today: String,
    pub(super) control: Control<'a>,
}

pub(super) fn judge<'a>(subject: &'a Subject<'a>) -> Vec<Proposed<'a>> {
    let changes = subject.proposal.iter().flat_map(|proposal| &proposal.change);
    let judged = changes.map(|change| {
        let named = Named {
            framework: "proposed",
            id: &change.id,
            title: &change.title,
            kind: "",
            status: "",
            section: "",
            attest: &change.attest,
            people: true,
        };
        let judges = |rule: &Rule, _: &str| change.rules.contains(&rule.id);
        Proposed { change, today: today(subject, change), control: one(subject, &named, &judges) }
    });
    judged.collect()
}

fn today(subject: &Subject<'_>, change: &Change) -> String {
    let citation = subject.citations.iter().find(|citation| citation.id == change.now);
    citation.map_or_else(String::new, |citation| {
        let told = format!("{} {} ({})", citation.id, citation.title, citation.status);
        if change.named { told } else { format!("not named; nearest to it is {told}") }
    })
}
