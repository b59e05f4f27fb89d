//! Kind `phi-object`: each object whose records are PHI, with its object-level safeguards.
//!
//! In: the schema and the object's element. Out: one row for each file that defines it; one,
//! with its object-level facts unknown, where only fragments of it were retrieved. It does
//! not know who may read it beyond the org-wide default.
//!
//! Sources: Metadata API type `CustomObject` (`sharingModel`, `externalSharingModel`,
//! `enableHistory`, `historyRetentionPolicy`).

use std::sync::Arc;

use super::{Input, Kind};
use crate::fact::{Fact, Item};
use crate::org::schema::{Object, Schema};

/// The kind.
pub const KIND: Kind = Kind {
    name: "phi-object",
    meaning: "an object whose records are PHI, at each place it is defined; it has the elements of its `CustomObject` too",
    reads: &["CustomObject", "CustomField"],
    values: &[
        ("object", "its full name"),
        ("ground", "what says that its records are PHI"),
        ("why", "the same in words"),
        (
            "form",
            "kind of object: `standard`, `custom`, `setting`, `metadata`, `event`, `external`, `big`",
        ),
        ("retrieved", "`true` where its own file was retrieved, `false` where only fragments were"),
        ("phi-fields", "names of its PHI fields, each at its definition"),
        (
            "owd-internal",
            "org-wide default for internal users, resolved through parents; unknown where a parent was not retrieved",
        ),
        ("owd-external", "org-wide default for external users, resolved through parents"),
        ("owd-through", "the parents whose default it takes, nearest first"),
        (
            "history",
            "`enableHistory`; unknown where the object's file is a fragment that says nothing of the object itself",
        ),
        ("archivable", "`true` where Field Audit Trail can keep the history of the object"),
        ("tracked-fields", "how many of its fields history tracks"),
        ("tracked-phi-fields", "how many of its PHI fields history tracks"),
        ("retention-years", "`historyRetentionPolicy.archiveRetentionYears`"),
    ],
    derive,
};

fn derive(input: &Input<'_>) -> Vec<Fact> {
    let schema = &input.org.schema;
    schema.objects().filter(|object| object.phi.is_some()).flat_map(|o| rows(schema, o)).collect()
}

fn rows(schema: &Schema, object: &Object) -> Vec<Fact> {
    if object.is_retrieved() {
        return object.facts.iter().map(|fact| row(schema, object, fact, true)).collect();
    }
    let fragment = object.fields.iter().find_map(|field| field.facts.first());
    fragment.map(|fact| row(schema, object, fact, false)).into_iter().collect()
}

fn row(schema: &Schema, object: &Object, fact: &Arc<Fact>, retrieved: bool) -> Fact {
    let mut row = Fact::new(KIND.name, object.name.as_str(), fact.place);
    row.cap = fact.cap;
    if let Some(phi) = &object.phi {
        row.confidence = Some(phi.confidence);
        row.derive("ground", phi.ground.word());
        row.derive("why", &phi.why);
    }
    row.derive("object", &object.name);
    row.derive("form", object.form_word());
    row.derive("retrieved", retrieved);
    let listed = ARCHIVED.iter().any(|name| name.eq_ignore_ascii_case(&object.name));
    row.derive("archivable", listed || object.form_word() == "custom");
    let tracked = |field: &&crate::org::schema::Field| {
        field.facts.iter().any(|fact| fact.is_true("trackHistory"))
    };
    let phi: Vec<_> = object.fields.iter().filter(|field| field.is_phi()).collect();
    for field in &phi {
        if let Some(fact) = field.facts.first() {
            row.push("phi-fields", field.own_name(), fact.place);
        }
    }
    row.derive("tracked-fields", object.fields.iter().filter(tracked).count());
    row.derive("tracked-phi-fields", phi.iter().copied().filter(tracked).count());
    if !retrieved {
        row.mark_unknown(
            "*",
            format!("only fragments of {} were retrieved; retrieve the object itself", object.name),
        );
        return row;
    }
    row.values.extend(fact.values.iter().cloned());
    copy(&mut row, "history", "enableHistory");
    // A file with neither holds parts of the object only: fields, list views, record types.
    let fragment = row.item("label").is_none() && row.item("sharingModel").is_none();
    if fragment && row.item("history").is_none() {
        let why = format!("the file of {} says nothing of the object itself", object.name);
        row.mark_unknown("history", why);
    }
    copy(&mut row, "retention-years", "historyRetentionPolicy.archiveRetentionYears");
    for (key, element) in
        [("owd-internal", "sharingModel"), ("owd-external", "externalSharingModel")]
    {
        default_sharing(schema, object, fact, &mut row, key, element);
    }
    row
}

/// Standard objects for which Salesforce documents history retention policies.
#[rustfmt::skip]
const ARCHIVED: [&str; 28] = [
    "Account", "Asset", "AuthorizationFormConsent", "Campaign", "Case", "CommSubscriptionConsent",
    "Contact", "ContactPointConsent", "ContactPointTypeConsent", "Contract", "ContractLineItem",
    "Crisis", "Employee", "Entitlement", "Individual", "Lead", "Opportunity", "Order",
    "OrderItem", "PartyConsent", "Pricebook2", "PricebookEntry", "Product2",
    "ServiceAppointment", "ServiceContract", "Solution", "WorkOrder", "WorkOrderLineItem",
];

fn copy(row: &mut Fact, key: &str, element: &str) {
    if let Some(item) = row.item(element).cloned() {
        row.values.push((key.into(), item));
    }
}

/// How many parents deep a default is followed; master-detail goes three deep.
const MOST_PARENTS: usize = 5;

/// The org-wide default, through `ControlledByParent` to the parent that decides.
fn default_sharing(
    schema: &Schema,
    object: &Object,
    fact: &Fact,
    row: &mut Fact,
    key: &str,
    element: &str,
) {
    let Some(own) = fact.item(element).cloned() else { return };
    let (mut model, mut current, mut through) = (own.text.clone(), object, Vec::new());
    while model.eq_ignore_ascii_case("ControlledByParent") && through.len() < MOST_PARENTS {
        let Some(name) = parent_of(current) else {
            let why = format!("the parent of {} was not found", current.name);
            return row.mark_unknown(key, why);
        };
        through.push(name.clone());
        let parent = schema.object(&name);
        let found = parent.and_then(|p| Some((p, p.facts.first()?.text(element)?)));
        let Some((parent, text)) = found else {
            return row.mark_unknown(key, format!("{name}, the parent, was not retrieved"));
        };
        model = text.into();
        current = parent;
    }
    if key == "owd-internal" {
        for name in &through {
            row.push("owd-through", name.as_str(), own.span);
        }
    }
    row.values.push((key.into(), Item { text: model, ..own }));
}

/// Standard objects whose access follows a parent without a master-detail field in metadata.
const KNOWN_PARENTS: [(&str, &str); 6] = [
    ("Contact", "Account"),
    ("HealthCondition", "Account"),
    ("CareObservation", "Account"),
    ("ClinicalEncounter", "Account"),
    ("CarePlan", "Account"),
    ("Asset", "Account"),
];

fn parent_of(object: &Object) -> Option<String> {
    let master = object.fields.iter().flat_map(|field| &field.facts);
    let master =
        master.filter(|f| f.text("type").is_some_and(|t| t.eq_ignore_ascii_case("MasterDetail")));
    let first = master.min_by_key(|f| f.text("relationshipOrder").unwrap_or("9").to_owned());
    first.and_then(|fact| fact.text("referenceTo")).map(str::to_owned).or_else(|| {
        let known =
            KNOWN_PARENTS.iter().find(|(child, _)| child.eq_ignore_ascii_case(&object.name));
        known.map(|(_, parent)| (*parent).to_owned())
    })
}

#[cfg(test)]
mod tests;
