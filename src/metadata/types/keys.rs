//! Which element names a repeated one.
//!
//! In: the name of a repeated element. Out: the elements to look for in it, in order; the
//! first that is there names the nested fact: `Admin/ModifyAllData`. It reads no file.

/// Repeated elements whose name stands in an element of its own kind.
const KEYS: &[(&str, &[&str])] = &[
    ("actionCalls", &["name"]),
    ("applicationVisibilities", &["application"]),
    ("classAccesses", &["apexClass"]),
    ("columns", &["field"]),
    ("criteriaItems", &["column", "field"]),
    ("customMetadataTypeAccesses", &["name"]),
    ("customPermissions", &["name"]),
    ("customSettingAccesses", &["name"]),
    ("eventLogObjects", &["eventLogName"]),
    ("externalCredentialParameters", &["parameterName"]),
    ("externalCredentialPrincipalAccesses", &["externalCredentialPrincipal"]),
    ("externalDataSourceAccesses", &["externalDataSource"]),
    ("fieldPermissions", &["field"]),
    ("flowAccesses", &["flow"]),
    ("folderShares", &["sharedTo"]),
    ("groupingsAcross", &["field"]),
    ("groupingsDown", &["field"]),
    ("layoutAssignments", &["recordType", "layout"]),
    ("loginIpRanges", &["startAddress", "description"]),
    ("mutingPermissionSets", &["mutingPermissionSet"]),
    ("namedCredentialParameters", &["parameterName"]),
    ("networkAccessRanges", &["start"]),
    ("ipRanges", &["start", "startAddress"]),
    ("objectPermissions", &["object"]),
    ("pageAccesses", &["apexPage"]),
    ("realTimeEvents", &["entityName"]),
    ("recordTypeVisibilities", &["recordType"]),
    ("tabSettings", &["tab"]),
    ("tabVisibilities", &["tab"]),
    ("userPermissions", &["name"]),
    ("values", &["field"]),
];

/// Where nothing else is said.
const USUAL: &[&str] =
    &["fullName", "name", "developerName", "label", "masterLabel", "field", "object", "type"];

/// Elements below the root, with a word for a value, that Salesforce writes once.
const ONCE: [&str; 10] = [
    "accessLevel",
    "encryptionScheme",
    "externalSharingModel",
    "label",
    "license",
    "securityClassification",
    "sharingModel",
    "status",
    "type",
    "userLicense",
];

/// Whether a component has one element of this name at most.
pub fn stands_once(element: &str) -> bool {
    ONCE.contains(&element)
}

/// The elements that may name the repeated element `element`, best first.
pub fn key_elements(element: &str) -> &'static [&'static str] {
    KEYS.iter().find(|(name, _)| *name == element).map_or(USUAL, |(_, keys)| keys)
}

/// Elements whose text is a secret wherever they stand.
const SECRETS: &[&str] = &[
    "awsaccesssecret",
    "clientsecret",
    "consumersecret",
    "eckey",
    "keystorepassword",
    "oauthrefreshtoken",
    "oauthtoken",
    "password",
    "privatekey",
    "recaptchasecretkey",
    "refreshtoken",
    "secret",
    "sharedsecret",
    "signingkey",
];

/// Whether the text of an element of this name may never be printed.
pub fn is_secret(element: &str) -> bool {
    SECRETS.iter().any(|secret| secret.eq_ignore_ascii_case(element))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_keys_come_before_the_usual_ones() {
        assert_eq!(key_elements("fieldPermissions"), ["field"]);
        assert_eq!(key_elements("realTimeEvents"), ["entityName"]);
        assert_eq!(key_elements("folderShares"), ["sharedTo"]);
        assert_eq!(key_elements("anythingElse").first(), Some(&"fullName"));
    }

    #[test]
    fn secrets_are_known_by_their_element() {
        assert!(is_secret("consumerSecret") && is_secret("password"));
        assert!(!is_secret("passwordPolicies") && !is_secret("consumerKey"));
    }
}
