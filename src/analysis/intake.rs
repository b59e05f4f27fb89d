//! Kind `intake`: ways in which mail and forms from outside become records.
//!
//! In: email services with their addresses, and the settings of cases. Out: one row for each
//! email service, and one for each of Email-to-Case and Web-to-Case that is on where cases are
//! PHI. It does not know what the class behind an email service does with a message.
//!
//! Sources: Metadata API types `EmailServicesFunction` and `CaseSettings`.

use std::sync::Arc;

use super::{Input, Kind};
use crate::fact::{Fact, Severity};
use crate::metadata::collect::Collected;
use crate::org::schema::Schema;

/// The kind.
pub const KIND: Kind = Kind {
    name: "intake",
    meaning: "a way in which mail or forms from outside become records: an email service, or, where cases are PHI, Email-to-Case and Web-to-Case; it has the elements of its component too",
    reads: &["EmailServicesFunction", ADDRESS, "Settings", "CustomObject", "CustomField"],
    values: &[
        ("channel", "`email-service`, `email-to-case` or `web-to-case`"),
        (
            "enabled",
            "`false` where an email service, or each of its addresses, is switched off; a finding on it is at most low",
        ),
        (
            "sender-list",
            "of an email service: `true` where it, or each address in use, lists the senders it takes mail from",
        ),
    ],
    derive,
};

const ADDRESS: &str = "EmailServicesFunction.emailServicesAddresses";

/// What the settings of cases switch on: the way, and its element.
const CASE_CHANNELS: [(&str, &str); 2] = [
    ("email-to-case", "emailToCase.enableEmailToCase"),
    ("web-to-case", "webToCase.enableWebToCase"),
];

fn derive(input: &Input<'_>) -> Vec<Fact> {
    rows(input.facts, &input.org.schema)
}

fn rows(facts: &Collected, schema: &Schema) -> Vec<Fact> {
    let mut rows: Vec<Fact> =
        facts.of("EmailServicesFunction").iter().map(|fact| service(facts, fact)).collect();
    let Some(phi) = schema.object_phi("Case") else { return rows };
    for settings in facts.of("CaseSettings") {
        for (channel, element) in CASE_CHANNELS {
            let Some(item) = settings.item(element).filter(|_| settings.is_true(element)) else {
                continue;
            };
            let mut row = Fact::new(KIND.name, settings.name.as_str(), item.span);
            row.cap = settings.cap;
            row.confidence = Some(phi.confidence);
            row.values = settings.values.clone();
            row.push("channel", channel, item.span);
            row.derive("enabled", true);
            rows.push(row);
        }
    }
    rows
}

fn service(facts: &Collected, fact: &Arc<Fact>) -> Fact {
    let mut row = Fact::new(KIND.name, fact.name.as_str(), fact.place);
    row.cap = fact.cap;
    row.confidence = fact.confidence;
    row.values = fact.values.clone();
    row.derive("channel", "email-service");
    let is_off = |fact: &Fact| fact.text("isActive") == Some("false");
    let lists = |fact: &Fact| fact.text("authorizedSenders").is_some_and(|text| !text.is_empty());
    let own = |address: &&Arc<Fact>| {
        address.parent.as_ref().is_some_and(|parent| Arc::ptr_eq(parent, fact))
    };
    let addresses: Vec<_> = facts.of(ADDRESS).iter().filter(own).collect();
    let in_use: Vec<_> = addresses.iter().filter(|address| !is_off(address)).collect();
    let enabled = !is_off(fact) && (addresses.is_empty() || !in_use.is_empty());
    if !enabled {
        row.cap = Some(Severity::Low);
    }
    row.derive("enabled", enabled);
    let each = !in_use.is_empty() && in_use.iter().all(|address| lists(address));
    row.derive("sender-list", lists(fact) || each);
    row
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::endpoint::tests::{collect, fact};
    use crate::org::health::Evidence;
    use crate::org::phi::{Overrides, Recogniser};

    fn schema(facts: Vec<Fact>) -> Schema {
        let recogniser = Recogniser::new(&Overrides::default()).unwrap();
        let facts: Vec<Arc<Fact>> = facts.into_iter().map(Arc::new).collect();
        Schema::build(&facts, &Evidence::default(), recogniser)
    }

    fn of(values: &[(&str, &str)], addresses: &[&[(&str, &str)]]) -> Fact {
        let function = Arc::new(fact("EmailServicesFunction", "Inbox", values));
        let mut facts = collect(vec![]);
        facts.add(Arc::clone(&function));
        for values in addresses {
            let mut address = fact(ADDRESS, "Inbox/x", values);
            address.parent = Some(Arc::clone(&function));
            facts.add(Arc::new(address));
        }
        rows(&facts, &schema(vec![])).remove(0)
    }

    #[test]
    fn senders_are_listed_by_the_service_or_by_every_address_in_use() {
        let listed: &[(&str, &str)] = &[("authorizedSenders", "lab.example.org")];
        let open: &[(&str, &str)] = &[("isActive", "true"), ("authorizedSenders", "")];
        let off: &[(&str, &str)] = &[("isActive", "false")];
        assert!(of(listed, &[open]).is_true("sender-list"));
        assert!(of(&[], &[listed, off]).is_true("sender-list"));
        assert!(!of(&[], &[listed, open]).is_true("sender-list"));
        assert!(!of(&[("authorizedSenders", "")], &[]).is_true("sender-list"));
        assert!(!of(&[], &[off]).is_true("sender-list"));
    }

    #[test]
    fn a_service_without_an_address_in_use_is_off() {
        let off: &[(&str, &str)] = &[("isActive", "false")];
        let on: &[(&str, &str)] = &[("isActive", "true")];
        let said = |row: &Fact| (row.is_true("enabled"), row.cap);
        assert_eq!(said(&of(&[], &[off, on])), (true, None));
        assert_eq!(said(&of(&[], &[off])), (false, Some(Severity::Low)));
        assert_eq!(said(&of(off, &[on])), (false, Some(Severity::Low)));
    }

    #[test]
    fn cases_count_where_they_are_phi() {
        let settings = || {
            let values =
                [("emailToCase.enableEmailToCase", "true"), ("webToCase.enableWebToCase", "false")];
            collect(vec![fact("CaseSettings", "Case", &values)])
        };
        let ssn = fact("CustomField", "Case.Patient_SSN__c", &[("type", "Text")]);
        let rows_of = |facts| rows(&settings(), &schema(facts));
        let found = rows_of(vec![ssn]);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].text("channel"), Some("email-to-case"));
        assert_eq!(found[0].place.start, 1000);
        assert!(rows_of(vec![]).is_empty());
    }
}
