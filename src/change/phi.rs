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
    let more = "no longer count as PHI, or count less surely";
    told(head, &kept, &say, &format!("{EFFECT}: # more {more}"))
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
    told(head, &gained, &say, "and # more count as PHI since this change")
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use jiff::civil::date;

    use super::*;
    use crate::config::Config;
    use crate::engine::gather::gather_pair;
    use crate::source::Sources;

    /// Fields of `Room__c`, tagged or not, in a file of its own each.
    fn tree(count: usize, tagged: bool) -> Sources {
        let tag = if tagged { "<complianceGroup>HIPAA</complianceGroup>" } else { "" };
        let file = |number: usize| {
            let name = format!("F{number:02}__c");
            let text = format!(
                "<CustomField>\n<fullName>{name}</fullName>{tag}<type>Text</type></CustomField>"
            );
            (format!("objects/Room__c/fields/{name}.field-meta.xml"), text.into_bytes())
        };
        Sources::in_memory((1..=count).map(file).collect::<BTreeMap<_, _>>())
    }

    /// What is said of a change from the one tree to the other.
    fn told(base: Sources, head: Sources) -> (Vec<Notice>, Vec<Notice>) {
        let (head, base) = Sources::pair(head, base);
        let day = date(2026, 1, 15);
        let read = gather_pair(&head, &base, &["phi-field"], &Config::default(), day);
        let (now, mut was) = read.unwrap();
        let side = Side { gathered: &now, sources: &head };
        let shared = share(&mut was, &now);
        (lost(side), gained(side, &shared))
    }

    #[test]
    fn each_field_is_told_at_its_place_and_the_rest_is_counted() {
        let (lost, gained) = told(tree(12, true), tree(12, false));
        assert_eq!((lost.len(), gained), (11, vec![]));
        assert_eq!(
            lost.first(),
            Some(&Notice {
                message: "proposed: takes effect after merge: Room__c.F01__c no longer counts as \
                          PHI (in the base: declared: HIPAA)"
                    .to_owned(),
                path: Some("objects/Room__c/fields/F01__c.field-meta.xml".to_owned()),
                line: Some(1),
            })
        );
        let rest = "proposed: takes effect after merge: 2 more no longer count as PHI, or count \
                    less surely";
        let rest = Notice { message: rest.to_owned(), path: None, line: None };
        assert_eq!(lost.last(), Some(&rest));
        let (lost, _) = told(tree(10, true), tree(10, false));
        assert_eq!(lost.len(), 10);
    }

    #[test]
    fn what_counts_since_the_change_is_told_too() {
        let (lost, gained) = told(tree(11, false), tree(11, true));
        assert_eq!((lost, gained.len()), (vec![], 11));
        let messages: Vec<&str> = gained.iter().map(|notice| notice.message.as_str()).collect();
        assert_eq!(
            (messages.first(), messages.last()),
            (
                Some(
                    &"Room__c.F01__c counts as PHI since this change (declared: HIPAA): what was \
                      open on it before counts as new"
                ),
                Some(&"and 1 more count as PHI since this change")
            )
        );
    }
}
