//! The proposed Security Rule, kept apart from the law.

use super::{Column, Table, column};
use crate::audit::Subject;
use crate::audit::proposal::Proposed;

const PROPOSED: [Column; 13] = [
    column("What this is", 20),
    column("Topic", 34),
    column("The law today", 50),
    column("Would be", 12),
    column("Found", 26),
    column("Why", 60),
    column("Rules checked", 9),
    column("Rules", 9),
    column("Things examined", 10),
    column("Open findings", 10),
    column("Accepted risks", 10),
    column("To be shown by a person", 50),
    column("Judged by", 50),
];

/// The table; none where it was not asked for.
pub(super) fn proposed(subject: &Subject<'_>, proposed: &[Proposed<'_>]) -> Option<Table> {
    let proposal = subject.proposal?;
    let mut table = Table::new(
        "proposed-2025",
        "Proposed 2025 (not law)",
        "What the proposed Security Rule of 6 January 2025 (90 FR 898) would change, as far as \
         rules here speak of it. A proposal, not law; it changes no verdict of controls.csv.",
        &PROPOSED,
    );
    for Proposed { change, today, control } in proposed {
        table.push(vec![
            format!("proposal, {}: not law", proposal.proposal.cite),
            change.title.clone(),
            today.clone(),
            change.proposed.clone(),
            control.verdict.clone(),
            control.why.clone(),
            control.checked.to_string(),
            control.rules.len().to_string(),
            control.examined.to_string(),
            control.open.to_string(),
            control.accepted.to_string(),
            control.attest.clone(),
            control.rules.join("; "),
        ]);
    }
    Some(table)
}
