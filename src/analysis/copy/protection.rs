//! How the two fields of a copy are protected.
//!
//! In: the source and the target with their files, and the files of their objects. Out: on the
//! row, whether each is encrypted, tracked and classified, and whether the target's object is
//! open to more people. What was not retrieved is unknown.

use std::sync::Arc;

use crate::fact::Fact;
use crate::org::resolve::FoundField;
use crate::org::schema::Schema;
use crate::org::words::Words;

/// Objects of tasks and calendar events, and of feeds.
const ACTIVITIES: [&str; 3] = ["Task", "Event", "Activity"];
const FEEDS: [&str; 3] = ["FeedItem", "FeedComment", "FeedPost"];

/// What kind of record a copy ends in.
pub(super) fn kind_of(object: &str) -> &'static str {
    let is = |list: &[&str]| list.iter().any(|known| known.eq_ignore_ascii_case(object));
    if object.to_ascii_lowercase().ends_with("__e") {
        "event"
    } else if is(&ACTIVITIES) {
        "activity"
    } else if is(&FEEDS) {
        "feed"
    } else if Words::embedded().ends_as_log(object) {
        "log"
    } else {
        "record"
    }
}

/// Says how both fields are protected.
pub(super) fn describe(
    row: &mut Fact,
    schema: &Schema,
    source: &FoundField<'_>,
    target: &(String, String),
) {
    let object = schema.object(&target.0);
    let known = object.and_then(|object| object.field(&target.1));
    let facts = known.map_or(&[][..], |field| &field.facts);
    say(row, "source", &source.name, source.facts);
    say(row, "target", &format!("{}.{}", target.0, target.1), facts);
    let source_object = source.name.split_once('.').map_or("", |(object, _)| object);
    match (openness(schema, source_object), openness(schema, &target.0)) {
        _ if source_object.eq_ignore_ascii_case(&target.0) => row.derive("wider-default", false),
        (Some(of_source), Some(of_target)) => row.derive("wider-default", of_target > of_source),
        (of_source, _) => {
            let object = if of_source.is_none() { source_object } else { &target.0 };
            row.mark_unknown(
                "wider-default",
                format!("the org-wide default of {object} is not known; retrieve the object"),
            );
        }
    }
}

fn say(row: &mut Fact, side: &str, name: &str, facts: &[Arc<Fact>]) {
    let Some(fact) = facts.iter().find(|fact| fact.kind == "CustomField") else {
        for what in ["encrypted", "tracked", "classified"] {
            let why = format!("the file of {name} was not retrieved");
            row.mark_unknown(format!("{side}-{what}"), why);
        }
        return;
    };
    row.derive(format!("{side}-encrypted"), is_encrypted(fact));
    row.derive(format!("{side}-tracked"), fact.is_true("trackHistory"));
    row.derive(format!("{side}-classified"), is_classified(fact));
}

fn is_encrypted(fact: &Fact) -> bool {
    let scheme = fact.text("encryptionScheme").unwrap_or("None");
    fact.text("type") == Some("EncryptedText")
        || fact.is_true("encrypted")
        || !(scheme.is_empty() || scheme.eq_ignore_ascii_case("None"))
}

fn is_classified(fact: &Fact) -> bool {
    let says = |key: &str, nothing: &[&str]| {
        fact.text(key).is_some_and(|text| {
            !text.is_empty() && !nothing.iter().any(|word| word.eq_ignore_ascii_case(text))
        })
    };
    says("complianceGroup", &["None"]) || says("securityClassification", &["None", "Public"])
}

/// How far an org-wide default opens an object to internal users; nothing where it leaves that
/// to a parent.
fn openness(schema: &Schema, object: &str) -> Option<u8> {
    let facts = schema.object(object)?.facts.iter();
    match facts.filter_map(|fact| fact.text("sharingModel")).next()? {
        "Private" => Some(0),
        "Read" | "ReadSelect" => Some(1),
        "ReadWrite" | "ReadWriteTransfer" | "FullAccess" => Some(2),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_of_records_are_told_by_whole_words() {
        let expected = [
            ("Alert__e", "event"),
            ("Task", "activity"),
            ("FeedItem", "feed"),
            ("Call_Log__c", "log"),
            ("CallLogs__c", "log"),
            ("Logistics__c", "record"),
            ("Dialog__c", "record"),
            ("Log_Book__c", "record"),
        ];
        for (object, kind) in expected {
            assert_eq!(kind_of(object), kind, "{object}");
        }
    }
}
