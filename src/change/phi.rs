//! What a change does to what counts as PHI.
//!
//! In: what the head keeps because the base takes it as PHI, and what the head takes as PHI
//! and the base did not. Out: remarks. A change that takes a tag or another label away is
//! judged as if it had not; what it shows to be PHI is judged from now on. It knows no rule.

use super::Side;
use super::policy::EFFECT;
use crate::engine::gather::Gathered;
use crate::org::schema::Kept;
use crate::report::Notice;
use crate::source::lines::Lines;

/// More fields and objects are counted only.
const MOST: usize = 10;

/// Takes as PHI in the base what the head does: who could read a field before is told by what
/// it is now. What is told is what the head alone takes as PHI.
pub fn share(base: &mut Gathered, head: &Gathered) -> Vec<Kept> {
    let mut gained = Vec::new();
    for org in &mut base.orgs {
        if let Some(now) = head.orgs.iter().find(|now| now.path == org.path) {
            gained.extend(org.org.schema.keep(&now.org.schema));
        }
    }
    gained
}

/// What no longer counts as PHI after the merge.
pub fn lost(head: Side<'_>) -> Vec<Notice> {
    let kept: Vec<&Kept> = head.gathered.orgs.iter().flat_map(|org| &org.org.kept).collect();
    let say = |kept: &Kept| {
        let (name, there) = (&kept.name, &kept.there);
        match &kept.here {
            None => format!("{EFFECT}: {name} no longer counts as PHI (in the base: {there})"),
            Some(here) => format!(
                "{EFFECT}: {name} counts as PHI less surely (in the base: {there}; now: {here})"
            ),
        }
    };
    let more = "no longer count as PHI, or less surely";
    told(head, &kept, &say, &format!("{EFFECT}: # more fields or objects {more}"))
}

/// What counts as PHI since the change.
pub fn gained(head: Side<'_>, gained: &[Kept]) -> Vec<Notice> {
    let gained: Vec<&Kept> = gained.iter().collect();
    let say = |kept: &Kept| {
        let (name, why) = (&kept.name, &kept.there);
        let how = if kept.here.is_some() { "more surely " } else { "" };
        format!(
            "{name} counts as PHI {how}since this change ({why}): what was open on it before \
             counts as new"
        )
    };
    told(head, &gained, &say, "# more fields or objects count as PHI since this change")
}

fn told(head: Side<'_>, all: &[&Kept], say: &dyn Fn(&Kept) -> String, more: &str) -> Vec<Notice> {
    let placed = |kept: &&Kept| {
        let (path, line) = place(head, &kept.name).unzip();
        Notice { message: say(kept), path, line }
    };
    let mut notices: Vec<Notice> = all.iter().take(MOST).map(placed).collect();
    let left = all.len().saturating_sub(MOST);
    if left > 0 {
        let message = more.replace('#', &left.to_string());
        notices.push(Notice { message, path: None, line: None });
    }
    notices
}

/// Where an object or a field stands in the head.
fn place(head: Side<'_>, name: &str) -> Option<(String, u32)> {
    let (object, field) = name.split_once('.').map_or((name, None), |(o, f)| (o, Some(f)));
    let found = head.gathered.orgs.iter().find_map(|org| {
        let object = org.org.schema.object(object)?;
        let facts = field.map_or(Some(&object.facts), |field| Some(&object.field(field)?.facts))?;
        Some(facts.first()?.place)
    });
    let span = found?;
    let bytes = head.sources.read(span.file).unwrap_or_default();
    let line = Lines::new(&String::from_utf8_lossy(&bytes)).position(span.start as usize).line;
    Some((head.sources.path(span.file).to_owned(), line))
}
