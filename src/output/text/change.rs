//! What a change does, in a few sentences.
//!
//! In: a [`Report`] that was compared with a base. Out: how many findings are new, worse,
//! mended; and who gains or loses access to PHI. It judges nothing.

use super::Style;
use crate::escape;
use crate::output::delta;
use crate::output::words::{counted, thousands};
use crate::report::Report;
use crate::report::change::{AccessDelta, Change, Changed};

/// More sentences on access, and more names in one, are counted only.
const MOST_SENTENCES: usize = 10;
const MOST_NAMES: usize = 5;

pub(super) fn write(report: &Report, style: Style) -> Vec<String> {
    let Some(changed) = &report.change else { return Vec::new() };
    let mut lines = access(&changed.access_delta, style);
    lines.push(counts(report, changed));
    lines
}

fn counts(report: &Report, changed: &Changed) -> String {
    let told = Change::ALL.into_iter().filter_map(|change| {
        let count = report.changed(change);
        let always =
            matches!(change, Change::New | Change::Worsened | Change::Fixed | Change::Unchanged);
        (always || count > 0).then(|| format!("{} {}", thousands(count as u64), change.words()))
    });
    let told = told.collect::<Vec<_>>().join(", ");
    let mut line =
        format!("{told} since {} ({}).", changed.short, escape::line(&changed.reference));
    if report.changed(Change::Fixed) + report.changed(Change::NoLongerSeen) > 0 {
        line += " Places of what is fixed or no longer seen are those it had there.";
    }
    line
}

fn access(delta: &[AccessDelta], style: Style) -> Vec<String> {
    let (sentences, names) = match style.full {
        true => (usize::MAX, usize::MAX),
        false => (MOST_SENTENCES, MOST_NAMES),
    };
    let manner = delta::Manner { sentences, names, name: escape::line };
    let (mut lines, left) = delta::sentences(delta, manner);
    if lines.is_empty() {
        lines.push(delta::NOTHING.to_owned());
    }
    if left > 0 {
        let more = counted(left, "more sentence", "more sentences");
        lines.push(format!("{more} on access (--full shows them)"));
    }
    lines
}
