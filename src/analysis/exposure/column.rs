//! Columns of reports, as references the schema can resolve.
//!
//! In: the `reportType` of a report and a column as the report writes it. Out: the object the
//! reference starts at and the reference. It does not know whether either exists.
//!
//! Spellings, as reports have them: `Patient__c.SSN__c`, `Patient__c$SSN__c`,
//! `Visit__c.Patient__r$Name`, `FIRST_NAME` of the report's own object, `CUST_NAME` and
//! `CHILD_NAME` for the names of custom objects, `FK_NAME` and `FK_$Patient__c.SSN__c` for the
//! object looked up, `FK_CNTC_FIRST_NAME` for a standard one, `PC_EMAIL` for the person of a
//! person account.

/// What the `reportType` of a report says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct ReportType {
    /// The object whose short column names need no prefix.
    main: Option<String>,
    /// Custom objects, the outer one first.
    custom: Vec<String>,
    /// The lookup that joins one more object: object and field.
    lookup: Option<(String, String)>,
}

/// Standard objects by the beginning of the report types about them.
const STANDARD: [&str; 4] = ["Contact", "Account", "Case", "Lead"];
/// Short names of standard objects after `FK_`.
const LOOKED_UP: [(&str, &str); 6] = [
    ("CNTC_", "Contact"),
    ("CONTACT_", "Contact"),
    ("ACC_", "Account"),
    ("ACCOUNT_", "Account"),
    ("CASE_", "Case"),
    ("LEAD_", "Lead"),
];

impl ReportType {
    /// Reads `CustomEntity$Visit__c@Visit__c.Patient__c`.
    pub(super) fn parse(text: &str) -> Self {
        let (head, lookup) = text.split_once('@').map_or((text, None), |(h, l)| (h, Some(l)));
        let mut parts = head.split('$');
        let word = parts.next().unwrap_or("");
        let custom: Vec<String> = parts.map(str::to_owned).collect();
        let standard = STANDARD.into_iter().find(|name| word.starts_with(name));
        // A report type of the org's own, `Visits__c`, spells its columns out.
        let own = word.ends_with("__c");
        let main = match standard.filter(|_| !own) {
            Some(name) => Some(name.to_owned()),
            None => custom.first().cloned(),
        };
        let lookup = lookup.and_then(|text| text.split_once('.'));
        let lookup = lookup.map(|(object, field)| (object.to_owned(), field.to_owned()));
        Self { main, custom, lookup }
    }

    /// Where a column leads; nothing where only the platform knows.
    pub(super) fn reference(&self, column: &str) -> Option<(Option<String>, String)> {
        let name = |object: Option<&String>| Some((Some(object?.clone()), "Name".to_owned()));
        match column {
            "CUST_NAME" => return name(self.custom.first()),
            "CHILD_NAME" => return name(self.custom.last()),
            "FK_NAME" => return self.looked_up("Name"),
            _ => {}
        }
        if let Some(field) = column.strip_prefix("PC_") {
            return Some((Some("Contact".to_owned()), field.to_owned()));
        }
        let Some(foreign) = column.strip_prefix("FK_") else {
            return Some((self.main.clone(), column.to_owned()));
        };
        if let Some(full) = foreign.strip_prefix('$') {
            return Some((None, full.to_owned()));
        }
        if foreign.contains('.') {
            return Some((None, foreign.to_owned()));
        }
        if foreign.ends_with("__c") {
            return self.looked_up(foreign);
        }
        let (short, object) = LOOKED_UP.iter().find(|(short, _)| foreign.starts_with(short))?;
        let field = foreign.strip_prefix(short)?;
        Some((Some((*object).to_owned()), field.to_owned()))
    }

    fn looked_up(&self, wanted: &str) -> Option<(Option<String>, String)> {
        let (object, field) = self.lookup.as_ref()?;
        let stem = field.strip_suffix("__c").map(|stem| format!("{stem}__r"));
        let relation = stem.or_else(|| Some(field.strip_suffix("Id")?.to_owned()))?;
        Some((Some(object.clone()), format!("{relation}.{wanted}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(ty: &str, column: &str) -> Option<(Option<String>, String)> {
        ReportType::parse(ty).reference(column)
    }

    fn at(object: &str, reference: &str) -> Option<(Option<String>, String)> {
        Some((Some(object.to_owned()), reference.to_owned()))
    }

    #[test]
    fn short_names_belong_to_the_object_of_the_report() {
        assert_eq!(of("ContactList", "FIRST_NAME"), at("Contact", "FIRST_NAME"));
        assert_eq!(of("CaseList", "SUBJECT"), at("Case", "SUBJECT"));
        assert_eq!(of("ContactCustomEntity$Visit__c", "EMAIL"), at("Contact", "EMAIL"));
        assert_eq!(of("AccountList", "PC_EMAIL"), at("Contact", "EMAIL"));
        assert_eq!(of("User", "EMAIL"), Some((None, "EMAIL".to_owned())));
        assert_eq!(of("Contacts_of_Ours__c", "EMAIL"), Some((None, "EMAIL".to_owned())));
    }

    #[test]
    fn names_of_custom_objects_have_columns_of_their_own() {
        let pair = "CustomEntityCustomEntity$Patient__c$Visit__c";
        assert_eq!(of("CustomEntity$Patient__c", "CUST_NAME"), at("Patient__c", "Name"));
        assert_eq!(of(pair, "CUST_NAME"), at("Patient__c", "Name"));
        assert_eq!(of(pair, "CHILD_NAME"), at("Visit__c", "Name"));
        assert_eq!(of("ContactList", "CUST_NAME"), None);
    }

    #[test]
    fn columns_of_the_object_looked_up_are_followed() {
        let ty = "CustomEntity$Visit__c@Visit__c.Patient__c";
        assert_eq!(of(ty, "FK_NAME"), at("Visit__c", "Patient__r.Name"));
        assert_eq!(of("CaseList@Case.ContactId", "FK_NAME"), at("Case", "Contact.Name"));
        let full = Some((None, "Patient__c.SSN__c".to_owned()));
        assert_eq!(of(ty, "FK_$Patient__c.SSN__c"), full);
        assert_eq!(of(ty, "FK_Patient__c.SSN__c"), full);
        assert_eq!(of(ty, "FK_SSN__c"), at("Visit__c", "Patient__r.SSN__c"));
        assert_eq!(of(ty, "FK_CNTC_FIRST_NAME"), at("Contact", "FIRST_NAME"));
        assert_eq!(of(ty, "FK_OPP_AMOUNT"), None);
        assert_eq!(of("CustomEntity$Visit__c", "FK_NAME"), None);
    }

    #[test]
    fn full_names_are_left_as_they_are() {
        let written = "Visit__c.Patient__r$SSN__c";
        assert_eq!(of("CustomEntity$Visit__c", written), at("Visit__c", written));
    }
}
