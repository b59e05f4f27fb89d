//! Who reaches PHI, as the page shows it: by audience, by holder, by object.
//!
//! In: rows of effective access. Out: [`Access`]. `phi-access.csv` has each route.

use std::collections::{BTreeMap, BTreeSet};

use super::appendix::holders_not_known;
use super::{Cells, ChartRow, safe};
use crate::audit::control::counted;
use crate::audit::manifest::Point;
use crate::audit::{Subject, chart};
use crate::report::audit::PhiField;

/// More is counted; the table has it.
const MOST: usize = 60;
const MOST_NAMES: usize = 6;

pub(super) struct Access {
    pub(super) told: String,
    pub(super) title: String,
    pub(super) chart: Vec<ChartRow>,
    /// That a line in the chart is the pack before.
    pub(super) has_before: bool,
    pub(super) unknown: String,
    pub(super) holders: Vec<Cells<6>>,
    pub(super) holders_more: usize,
    pub(super) objects: Vec<Cells<8>>,
    pub(super) objects_more: usize,
}

pub(super) fn view(subject: &Subject<'_>) -> Access {
    let (holders, holders_more) = cut(holders(subject));
    let (objects, objects_more) = cut(objects(subject));
    let count = holders.len() + holders_more;
    Access {
        told: match count {
            0 => "No profile, permission set or group in the files reaches PHI.".to_owned(),
            count => format!(
                "{} can be granted to people and open PHI to them. Whom they are assigned to is \
                 data that metadata does not show.",
                counted(
                    count,
                    "profile, permission set or group",
                    "profiles, permission sets and groups"
                )
            ),
        },
        title: format!(
            "PHI fields that somebody of each audience can read, of {}",
            subject.estate.fields.len()
        ),
        chart: bars(subject),
        has_before: subject.previous.is_some(),
        unknown: match holders_not_known(subject) {
            0 => String::new(),
            count => format!(
                "Of {} not all is known: more may be granted than is shown.",
                counted(count, "profile or permission set", "profiles and permission sets")
            ),
        },
        holders,
        holders_more,
        objects,
        objects_more,
    }
}

fn cut<const N: usize>(mut rows: Vec<Cells<N>>) -> (Vec<Cells<N>>, usize) {
    let more = rows.len().saturating_sub(MOST);
    rows.truncate(MOST);
    (rows, more)
}

/// The numbers of the pack before.
pub(super) fn before<'s>(subject: &'s Subject<'_>) -> Option<&'s Point> {
    subject.previous.and_then(|previous| previous.trend.last())
}

fn bars(subject: &Subject<'_>) -> Vec<ChartRow> {
    let reach = chart::reach(subject);
    let looks = [
        ("guest", "f-fail", "visitors without a login"),
        ("external", "f-fail", "portal users"),
        ("integration", "f-accepted", "other systems"),
        ("workforce", "f-attested", "staff"),
        ("admin", "f-manual", "who may change the org"),
    ];
    let most = subject.estate.fields.len();
    let row = |(audience, class, note): (&str, &str, &str)| {
        let value = reach.get(audience).copied().unwrap_or(0);
        let was = before(subject).map(|point| point.reach.get(audience).copied().unwrap_or(0));
        ChartRow {
            label: audience.to_owned(),
            note: note.to_owned(),
            bar: chart::bar(&[(class, value)], most, was),
            value: match was.filter(|was| *was != value) {
                Some(was) => format!("{value} (was {was})"),
                None => value.to_string(),
            },
            parts: String::new(),
        }
    };
    looks.into_iter().map(row).collect()
}

/// What is counted of one holder.
#[derive(Default)]
struct Held<'s> {
    kind: &'s str,
    audience: &'s str,
    objects: BTreeSet<&'s str>,
    read: usize,
    edited: usize,
    everything: BTreeSet<&'s str>,
    in_part: bool,
}

/// Holders of access, from those that should have least.
fn holders(subject: &Subject<'_>) -> Vec<Cells<6>> {
    let mut holders: BTreeMap<(&str, &str), Held<'_>> = BTreeMap::new();
    for row in &subject.access.rows {
        let held = holders.entry((&row.org, &row.holder)).or_default();
        (held.kind, held.audience) = (row.holder_kind, &row.audience);
        held.objects.insert(&row.object);
        held.in_part |= !row.known;
        if row.field.is_some() {
            held.read += 1;
            held.edited += usize::from(row.level == "edit");
        }
        if row.reach == "all" {
            held.everything.insert(&row.object);
        }
    }
    let rank = |held: &Held<'_>| chart::AUDIENCES.iter().position(|one| *one == held.audience);
    let mut holders: Vec<((&str, &str), Held<'_>)> = holders.into_iter().collect();
    holders.sort_by(|(a, x), (b, y)| {
        (rank(x), y.read, y.objects.len(), a).cmp(&(rank(y), x.read, x.objects.len(), b))
    });
    let cells = |((org, name), held): ((&str, &str), Held<'_>)| {
        let part = if held.in_part { ", known in part" } else { "" };
        [
            safe(&inside(org, name)),
            format!("{}{part}", held.kind.replace('-', " ")),
            safe(held.audience),
            safe(&names(&held.objects)),
            match (held.read, held.edited) {
                (read, 0) => read.to_string(),
                (read, edited) => format!("{read}, edits {edited}"),
            },
            match held.everything.len() {
                0 => "what sharing gives".to_owned(),
                _ => safe(&format!("all of {}", names(&held.everything))),
            },
        ]
    };
    holders.into_iter().map(cells).collect()
}

/// A name, and the org where there are several.
fn inside(org: &str, name: &str) -> String {
    if org.is_empty() { name.to_owned() } else { format!("{name} ({org})") }
}

fn names(all: &BTreeSet<&str>) -> String {
    let more = match all.len().saturating_sub(MOST_NAMES) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    all.iter().take(MOST_NAMES).copied().collect::<Vec<_>>().join(", ") + &more
}

/// What is counted of one object.
#[derive(Default)]
struct Reached<'s> {
    fields: BTreeSet<&'s str>,
    holders: BTreeMap<&'s str, BTreeSet<&'s str>>,
    past_sharing: BTreeSet<&'s str>,
}

/// PHI fields of an object; what is only possibly PHI is no matter of access.
fn likely(subject: &Subject<'_>, org: &str, object: &str) -> usize {
    let own = |field: &&PhiField| {
        field.org == org && field.object.eq_ignore_ascii_case(object) && field.level != "low"
    };
    subject.estate.fields.iter().filter(own).count()
}

/// Holders of each PHI object, by audience.
fn objects(subject: &Subject<'_>) -> Vec<Cells<8>> {
    let mut objects: BTreeMap<(&str, &str), Reached<'_>> = BTreeMap::new();
    for row in &subject.access.rows {
        let object = objects.entry((&row.org, &row.object)).or_default();
        object.fields.extend(row.field.as_deref());
        object.holders.entry(&row.audience).or_default().insert(&row.holder);
        if row.reach == "all" {
            object.past_sharing.insert(&row.holder);
        }
    }
    let cells = |((org, name), object): ((&str, &str), Reached<'_>)| {
        let of = |audience| object.holders.get(audience).map_or(0, BTreeSet::len).to_string();
        let [guest, external, integration, workforce, admin] = chart::AUDIENCES.map(of);
        // A field that is granted and has no file is one too.
        let reached = object.fields.len();
        let fields = format!("{reached} of {}", likely(subject, org, name).max(reached));
        let all = object.past_sharing.len().to_string();
        [safe(&inside(org, name)), fields, guest, external, integration, workforce, admin, all]
    };
    objects.into_iter().map(cells).collect()
}
