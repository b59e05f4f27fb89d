//! How far an object opens its records.
//!
//! In: an org-wide default, or the name of an object. Out: how open it is, to be compared with
//! another. It knows no sharing rule.
//!
//! Source: Metadata API type `CustomObject` (`sharingModel`, `externalSharingModel`).

use super::schema::Object;

/// Objects of the platform whose records many people see as they work.
const SURFACES: [&str; 8] = [
    "Task",
    "Event",
    "FeedItem",
    "FeedComment",
    "EmailMessage",
    "CollaborationGroupRecord",
    "ContentNote",
    "Case",
];

impl Object {
    /// What the object's own file says in an element, where it says anything.
    pub fn stated(&self, element: &str) -> Option<&str> {
        self.facts.iter().find_map(|fact| fact.text(element)).filter(|text| !text.is_empty())
    }
}

/// How open a default is; none for one that its parent decides.
pub fn openness(model: &str) -> Option<u8> {
    Some(match model {
        "Private" => 0,
        "Read" => 1,
        "ReadWrite" => 2,
        "ReadWriteTransfer" | "FullAccess" => 3,
        _ => return None,
    })
}

/// Whether many people see the records of an object as they work: activities, feeds, mails.
pub fn is_shared_surface(object: &str) -> bool {
    SURFACES.iter().any(|surface| surface.eq_ignore_ascii_case(object))
}
