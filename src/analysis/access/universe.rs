//! The PHI objects and fields that access is asked about, and how each field is controlled.
//!
//! In: the schema, and the names that grants mention. Out: [`Universe`]: numbered objects and
//! fields, found by the names permissions use. It knows no holder.
//!
//! Sources: Metadata API `fieldPermissions`: universally required and master-detail fields
//! and record names carry no entry; parts of compound fields go by the whole; fields of
//! person accounts go by their contact side.

use compact_str::CompactString;
use rustc_hash::FxHashMap;

use crate::metadata::collect::Collected;
use crate::org::phi::{Ground, Level};
use crate::org::schema::{Field, Schema};
use crate::source::Span;

/// A PHI object.
#[derive(Debug, Clone)]
pub struct PhiObject {
    /// Full name.
    pub name: String,
    /// Where it is defined.
    pub definition: Option<Span>,
    /// Its fields, as numbers.
    pub fields: Vec<usize>,
}

/// A PHI field.
#[derive(Debug, Clone)]
pub struct PhiField {
    /// Number of its object.
    pub object: usize,
    /// Name without the object.
    pub name: CompactString,
    /// What it holds: `ssn`, `diagnosis`; `named` where no word tells.
    pub class: CompactString,
    /// The metadata or phorce.toml says that it is PHI.
    pub declared: bool,
    /// Further laws protect it.
    pub sensitive: bool,
    /// Why field-level security does not control it, if it does not.
    pub free: Option<&'static str>,
    /// Nobody edits it: a formula, roll-up or auto-number.
    pub computed: bool,
    /// Where it is defined.
    pub definition: Option<Span>,
}

/// Every PHI object and field.
#[derive(Debug, Default)]
pub struct Universe {
    /// Objects, sorted by name.
    pub objects: Vec<PhiObject>,
    /// Fields, by object and name.
    pub fields: Vec<PhiField>,
    by_object: FxHashMap<String, usize>,
    /// Lower-case `object.field` of a field permission, to the fields it opens.
    by_permission: FxHashMap<String, Vec<usize>>,
}

impl Universe {
    /// Numbers what the schema recognises with certainty, and what grants mention.
    pub fn of(schema: &Schema, facts: &Collected) -> Self {
        let mut universe = Self::default();
        for object in schema.objects().filter(|object| object.phi.is_some()) {
            let definition = object.facts.first().map(|fact| fact.place);
            universe.object(&object.name, definition);
        }
        for (object, field) in schema.recognised(Level::High) {
            let place = object.facts.first().map(|fact| fact.place);
            let number = universe.object(&object.name, place);
            universe.add_field(schema, number, field.own_name(), Some(field));
        }
        universe.add_mentioned(schema, facts);
        universe
    }

    /// The number of a PHI object, by any name a permission may give it.
    pub fn find_object(&self, name: &str) -> Option<usize> {
        self.by_object.get(&name.to_lowercase()).copied()
    }

    /// The fields a field permission on `name` (`Object.Field`) opens.
    pub fn find_fields(&self, name: &str) -> &[usize] {
        self.by_permission.get(&name.to_lowercase()).map_or(&[], Vec::as_slice)
    }

    fn object(&mut self, name: &str, definition: Option<Span>) -> usize {
        let next = self.objects.len();
        let number = *self.by_object.entry(name.to_lowercase()).or_insert(next);
        if number == next {
            self.objects.push(PhiObject { name: name.to_owned(), definition, fields: Vec::new() });
        }
        number
    }

    fn add_field(&mut self, schema: &Schema, object: usize, name: &str, known: Option<&Field>) {
        let Some(owner) = self.objects.get(object).map(|object| object.name.clone()) else {
            return;
        };
        let number = self.fields.len();
        for (other, field) in schema.names_of(&owner, name) {
            let key = permission_name(&other, &field);
            self.by_permission.entry(key).or_default().push(number);
        }
        let facts = known.map_or(&[][..], |field| &field.facts);
        let says = |key: &str, value: &str| {
            facts.iter().any(|f| f.text(key).is_some_and(|t| t.eq_ignore_ascii_case(value)))
        };
        let computed = facts.iter().any(|fact| fact.item("formula").is_some())
            || says("type", "Summary")
            || says("type", "AutoNumber");
        let free = if says("required", "true") {
            Some("it is required on every record")
        } else if says("type", "MasterDetail") {
            Some("it is the master of its record")
        } else {
            is_free(&owner, name).then_some("it names the record, or every record needs it")
        };
        let definition = facts.first().map(|fact| fact.place);
        let found = schema.phi_of(Some(&owner), name).map(|found| found.recognition);
        let declared = found
            .as_ref()
            .is_some_and(|r| matches!(r.ground, Ground::Declared | Ground::Configured));
        let sensitive = found.as_ref().is_some_and(|r| r.sensitive);
        let class = found.map_or_else(|| "named".into(), |r| r.class);
        let name = name.into();
        let field =
            PhiField { object, name, class, declared, sensitive, free, computed, definition };
        self.fields.push(field);
        if let Some(object) = self.objects.get_mut(object) {
            object.fields.push(number);
        }
    }

    /// Objects and fields that have no file, but a grant: those of the platform.
    fn add_mentioned(&mut self, schema: &Schema, facts: &Collected) {
        let mut asked: FxHashMap<String, ()> = FxHashMap::default();
        for grants in &facts.grants {
            for grant in &grants.objects {
                let fresh = asked.insert(grant.object.to_lowercase().to_string(), ()).is_none();
                if fresh
                    && self.find_object(&grant.object).is_none()
                    && let Some(name) = schema.phi_object_name(&grant.object)
                {
                    let number = self.object(&name, None);
                    self.by_object.insert(grant.object.to_lowercase().to_string(), number);
                }
            }
            for grant in &grants.fields {
                let name = grant.field.to_lowercase().to_string();
                if self.by_permission.contains_key(&name) || asked.insert(name, ()).is_some() {
                    continue;
                }
                self.add_mentioned_field(schema, &grant.field);
            }
        }
    }

    fn add_mentioned_field(&mut self, schema: &Schema, reference: &str) {
        let found = schema.phi_of(None, reference);
        let Some(found) = found.filter(|found| found.recognition.level == Level::High) else {
            return;
        };
        let Some((object, field)) = found.name.split_once('.') else { return };
        let number = self.object(object, None);
        let known = self.objects.get(number).into_iter().flat_map(|object| &object.fields);
        let known = known.copied().find(|at| {
            self.fields.get(*at).is_some_and(|known| known.name.eq_ignore_ascii_case(field))
        });
        match known {
            // Another spelling of a field that is there already: a namespace, a short form.
            Some(at) => self.by_permission.entry(reference.to_lowercase()).or_default().push(at),
            None => {
                self.add_field(schema, number, field, None);
                let at = self.fields.len().saturating_sub(1);
                let fields = self.by_permission.entry(reference.to_lowercase()).or_default();
                if !fields.contains(&at) {
                    fields.push(at);
                }
            }
        }
    }
}

/// Objects whose `Name` is a compound field with an entry of its own.
const COMPOUND_NAMES: [&str; 2] = ["contact", "lead"];
/// Parts of a compound name.
const NAME_PARTS: [&str; 5] = ["firstname", "middlename", "suffix", "salutation", "informalname"];
/// Compound addresses, by what their parts begin with.
const ADDRESSES: [&str; 6] =
    ["personmailing", "personother", "mailing", "other", "billing", "shipping"];
/// Parts of a compound address.
const ADDRESS_PARTS: [&str; 9] = [
    "street",
    "city",
    "state",
    "statecode",
    "postalcode",
    "country",
    "countrycode",
    "latitude",
    "longitude",
];

/// The lower-case name by which a field permission goes.
fn permission_name(object: &str, field: &str) -> String {
    let (object, field) = (object.to_lowercase(), field.to_lowercase());
    let is_person = COMPOUND_NAMES.contains(&object.as_str());
    if is_person && NAME_PARTS.contains(&field.as_str()) {
        return format!("{object}.name");
    }
    for prefix in ADDRESSES {
        let part = field.strip_prefix(prefix);
        if part.is_some_and(|part| ADDRESS_PARTS.contains(&part)) {
            return format!("{object}.{prefix}address");
        }
    }
    format!("{object}.{field}")
}

/// Standard fields every record needs, so that field-level security leaves them open.
const ALWAYS: [&str; 8] = [
    "contact.lastname",
    "lead.lastname",
    "lead.company",
    "lead.status",
    "case.status",
    "task.status",
    "event.startdatetime",
    "event.enddatetime",
];

fn is_free(object: &str, field: &str) -> bool {
    let (object, field) = (object.to_lowercase(), field.to_lowercase());
    let names_record = field == "name" && !COMPOUND_NAMES.contains(&object.as_str());
    names_record || ALWAYS.contains(&format!("{object}.{field}").as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_compound_fields_go_by_the_whole() {
        assert_eq!(permission_name("Contact", "MailingStreet"), "contact.mailingaddress");
        assert_eq!(permission_name("Contact", "OtherPhone"), "contact.otherphone");
        assert_eq!(permission_name("Contact", "FirstName"), "contact.name");
        assert_eq!(permission_name("Patient__c", "FirstName"), "patient__c.firstname");
        assert_eq!(permission_name("Account", "BillingPostalCode"), "account.billingaddress");
    }

    #[test]
    fn names_and_required_standard_fields_are_open() {
        assert!(is_free("Patient__c", "Name") && is_free("Contact", "LastName"));
        assert!(!is_free("Contact", "Name") && !is_free("Contact", "Birthdate"));
    }
}
