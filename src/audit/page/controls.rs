//! Controls as the page shows them: what a verdict means, how each section fared, and each
//! control with its reason and the lines of the plan that make it fail.
//!
//! In: the controls, the plan. Out: [`ControlsView`].

use super::access::before;
use super::plan::{Planned, Reference, refer};
use super::{ChartRow, safe};
use crate::audit::control::{Control, End};
use crate::audit::proposal::NOT_LAW;
use crate::audit::text::VERDICTS;
use crate::audit::{Digest, Proposed, Published, chart};

/// More is not drawn: the table has it.
const MOST_BARS: usize = 10;

pub(super) struct ControlsView {
    /// Verdicts that occur: class, word, meaning.
    pub(super) meanings: Vec<(&'static str, &'static str, &'static str)>,
    pub(super) by_section: Vec<ChartRow>,
    pub(super) by_control: Vec<ChartRow>,
    /// That a line in the chart is the pack before.
    pub(super) has_before: bool,
    pub(super) sections: Vec<Section>,
    pub(super) benchmark: Vec<ControlView>,
    pub(super) benchmark_told: String,
}

/// The controls of one section of the regulation.
pub(super) struct Section {
    pub(super) title: String,
    pub(super) rows: Vec<ControlView>,
}

/// A control as it is shown.
pub(super) struct ControlView {
    pub(super) anchor: String,
    pub(super) id: String,
    pub(super) title: String,
    pub(super) status: String,
    pub(super) is_part: bool,
    pub(super) class: &'static str,
    pub(super) verdict: String,
    pub(super) why: String,
    pub(super) found: Vec<Reference>,
    pub(super) weakened: Vec<String>,
    pub(super) attest: String,
}

/// A citation, and the control it leads to.
pub(super) struct Mapped {
    pub(super) id: String,
    /// Empty where it is none of those that are judged.
    pub(super) href: String,
}

pub(super) fn view(digest: &Digest<'_>, plan: &[Planned<'_>]) -> ControlsView {
    let show = |control: &Control<'_>| one(control, plan);
    ControlsView {
        meanings: meanings(digest),
        by_section: by_section(digest),
        by_control: by_control(digest),
        has_before: digest.subject.previous.is_some(),
        sections: sections(digest, plan),
        benchmark: digest.controls.of("SBS").map(show).collect(),
        benchmark_told: benchmark_told(digest),
    }
}

fn meanings(digest: &Digest<'_>) -> Vec<(&'static str, &'static str, &'static str)> {
    let occurs = |end: End| {
        ["HIPAA", "SBS"].iter().any(|framework| digest.controls.count(framework, end) > 0)
    };
    let told = VERDICTS.into_iter().filter(|(end, _)| occurs(*end));
    told.map(|(end, meaning)| (end.class(), end.word(), meaning)).collect()
}

fn by_section(digest: &Digest<'_>) -> Vec<ChartRow> {
    let mut titles: Vec<&str> =
        digest.controls.of("HIPAA").map(|control| control.section.as_str()).collect();
    titles.dedup();
    let row = |title: &str| {
        let inside = || digest.controls.of("HIPAA").filter(move |one| one.section == title);
        let count = |end: End| inside().filter(|control| control.end == end).count();
        let parts: Vec<(&str, usize)> =
            End::ALL.into_iter().map(|end| (end.fill(), count(end))).collect();
        let told = End::ALL.into_iter().map(|end| (end.word(), count(end)));
        let told: Vec<String> = told
            .filter(|(_, count)| *count > 0)
            .map(|(word, count)| format!("{count} {}", word.to_lowercase()))
            .collect();
        ChartRow {
            label: safe(title),
            note: String::new(),
            bar: chart::bar(&parts, inside().count(), None),
            value: format!("{} of {} fail", count(End::Fail), inside().count()),
            parts: told.join(", "),
        }
    };
    titles.into_iter().map(row).collect()
}

fn by_control(digest: &Digest<'_>) -> Vec<ChartRow> {
    let mut failing: Vec<&Control<'_>> = digest.controls.failing().collect();
    failing.sort_by(|a, b| b.open.cmp(&a.open).then_with(|| a.id.cmp(&b.id)));
    failing.truncate(MOST_BARS);
    let was = |control: &Control<'_>| {
        let point = before(digest.subject);
        point.map(|point| point.by_control.get(&control.id).copied().unwrap_or(0))
    };
    let most = failing.iter().map(|one| one.open.max(was(one).unwrap_or(0))).max().unwrap_or(0);
    let row = |control: &&Control<'_>| ChartRow {
        label: safe(&control.id),
        note: safe(&control.title),
        bar: chart::bar(&[("f-fail", control.open)], most, was(control)),
        value: match was(control).filter(|was| *was != control.open) {
            Some(was) => format!("{} (was {was})", control.open),
            None => control.open.to_string(),
        },
        parts: String::new(),
    };
    failing.iter().map(row).collect()
}

fn sections(digest: &Digest<'_>, plan: &[Planned<'_>]) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    for control in digest.controls.of("HIPAA") {
        let row = one(control, plan);
        match sections.last_mut().filter(|section| section.title == control.section) {
            Some(section) => section.rows.push(row),
            None => sections.push(Section { title: control.section.clone(), rows: vec![row] }),
        }
    }
    sections
}

fn one(control: &Control<'_>, plan: &[Planned<'_>]) -> ControlView {
    // A standard is no status of its own: it says that specifications follow.
    let status = if control.status == "standard" { "" } else { control.status.as_str() };
    ControlView {
        anchor: anchor(&control.id),
        id: safe(&control.id),
        title: safe(&control.title),
        status: status.to_owned(),
        is_part: control.kind == "specification",
        class: control.end.class(),
        verdict: safe(&control.verdict),
        why: safe(&capital(&control.why)),
        // A standard that is told by its specifications is explained there.
        found: match control.rolled_up {
            true => Vec::new(),
            false => refer(plan, control.rules.iter().copied()),
        },
        weakened: control.weakened.iter().map(|words| safe(words)).collect(),
        attest: safe(&control.attest),
    }
}

fn capital(text: &str) -> String {
    let mut rest = text.chars();
    rest.next().map_or_else(String::new, |first| first.to_uppercase().collect::<String>())
        + rest.as_str()
}

/// The name of a control's place on the page.
fn anchor(id: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
    format!("c-{}", id.chars().map(plain).collect::<String>())
}

/// Citations, each leading to its control if it is one that is judged.
pub(super) fn mapped<'i>(
    digest: &Digest<'_>,
    ids: impl Iterator<Item = &'i String>,
) -> Vec<Mapped> {
    let is_judged = |id: &str| digest.controls.all.iter().any(|control| control.id == id);
    ids.map(|id| Mapped {
        id: safe(id),
        href: if is_judged(id) { format!("#{}", anchor(id)) } else { String::new() },
    })
    .collect()
}

fn benchmark_told(digest: &Digest<'_>) -> String {
    let all = digest.controls.of("SBS").count();
    let examined = digest.controls.of("SBS").filter(|control| control.examined > 0).count();
    let failed = digest.controls.count("SBS", End::Fail);
    format!("{examined} of {all} controls were examined; {failed} fail.")
}

/// The proposed rule, kept apart from the law.
pub(super) struct ProposedView {
    pub(super) not_law: &'static str,
    pub(super) told: String,
    pub(super) rows: Vec<ProposedRow>,
}

/// A change that it would bring.
pub(super) struct ProposedRow {
    pub(super) title: String,
    pub(super) today: String,
    pub(super) proposed: String,
    pub(super) class: &'static str,
    pub(super) verdict: String,
    pub(super) why: String,
}

/// The view of the proposed rule; none where it was not asked for.
pub(super) fn proposed(digest: &Digest<'_>) -> Option<ProposedView> {
    let Published { cite, published, state } = &digest.subject.proposal?.proposal;
    let row = |one: &Proposed<'_>| ProposedRow {
        title: safe(&one.change.title),
        today: safe(&one.today),
        proposed: safe(&one.change.proposed),
        class: one.control.end.class(),
        verdict: safe(&one.control.verdict),
        why: safe(&capital(&one.control.why)),
    };
    Some(ProposedView {
        not_law: NOT_LAW,
        told: safe(&format!("Notice of proposed rulemaking of {published}, {cite}. {state}")),
        rows: digest.proposed.iter().map(row).collect(),
    })
}
