//! PHI fields with their safeguards.
//!
//! In: rows `phi-field` and `phi-object`. Out: one [`PhiField`] for each place a field is
//! defined at.

use super::{line, list, word, yes};
use crate::engine::OrgFacts;
use crate::engine::places::Places;
use crate::fact::Fact;
use crate::report::audit::PhiField;

pub(super) fn rows(org: &OrgFacts, places: &Places<'_>) -> Vec<PhiField> {
    let fields = org.facts.of("phi-field").iter();
    let mut rows: Vec<PhiField> = fields.map(|fact| of_row(org, fact, places)).collect();
    rows.sort_by(|a, b| (&a.object, &a.field, &a.line).cmp(&(&b.object, &b.field, &b.line)));
    rows
}

fn of_row(org: &OrgFacts, fact: &Fact, places: &Places<'_>) -> PhiField {
    let object = word(fact, "object");
    // A fragment of an object says nothing of its sharing; another place may.
    let objects: Vec<_> = org.facts.named("phi-object", &object).collect();
    let sharing = |key: &str| {
        let mut said = objects.iter().map(|object| word(object, key));
        said.rfind(|word| !word.is_empty() && word != "unknown")
    };
    let unknown = || "unknown".to_owned();
    PhiField {
        org: org.path.clone(),
        field: word(fact, "field"),
        class: word(fact, "class"),
        level: word(fact, "level"),
        because: word(fact, "because"),
        sensitive: fact.is_true("sensitive"),
        compliance: list(fact, "compliance"),
        encryption: word(fact, "encryption"),
        obstacle: word(fact, "encryption-obstacle"),
        tracked: yes(fact, "tracked"),
        object_history: yes(fact, "object-history"),
        internal: sharing("owd-internal").unwrap_or_else(unknown),
        external: sharing("owd-external").unwrap_or_else(unknown),
        line: line(places, fact.place),
        object,
    }
}
