//! `certificate`: the certificates an org holds.
//!
//! In: certificates with their keys, certificates of callers, and what refers to them. Out: one
//! row per certificate with the days it has left. Sources: Metadata API types `Certificate`,
//! `InboundCertificate`. It cannot see the certificate's own text: signature, names, issuer.

use compact_str::ToCompactString;
use jiff::civil::Date;

use crate::analysis::{Input, Kind};
use crate::fact::{Fact, Item};
use crate::metadata::collect::Collected;
use crate::org::tokens;

/// The certificates of an org.
pub const KIND: Kind = Kind {
    name: "certificate",
    meaning: "a certificate that the org holds, or that its callers present; beside these values it has those of its component",
    reads: &[
        "Certificate",
        "InboundCertificate",
        "NamedCredential",
        "NamedCredential.namedCredentialParameters",
        "ExternalCredential",
        "ExternalCredential.externalCredentialParameters",
        "ExternalDataSource",
        "SamlSsoConfig",
        // Every settings file has this type; its facts have the name of their root.
        "Settings",
    ],
    values: &[
        ("type", "`Certificate` or `InboundCertificate`"),
        ("expires", "the day on which it expires"),
        ("days-left", "days until it expires, below 0 when it has; absent without a date"),
        (
            "referenced",
            "`true` where a named credential, external credential, external data source, single sign-on or the identity provider names it",
        ),
        ("tokens", "each word, in lower case, of its name and label"),
    ],
    derive,
};

/// Where a certificate is named.
const REFERENCES: &[(&str, &[&str])] = &[
    ("NamedCredential", &["certificate"]),
    ("NamedCredential.namedCredentialParameters", &["certificate"]),
    ("ExternalCredential.externalCredentialParameters", &["certificate"]),
    ("ExternalDataSource", &["certificate"]),
    ("SamlSsoConfig", &["requestSigningCertId", "decryptionCertificate"]),
    ("IdentityProviderSettings", &["certificateName"]),
];

fn derive(input: &Input<'_>) -> Vec<Fact> {
    rows(input.facts, input.as_of)
}

fn rows(facts: &Collected, as_of: Date) -> Vec<Fact> {
    let own = facts.of("Certificate").iter().map(|fact| (fact, "Certificate"));
    let others = facts.of("InboundCertificate").iter().map(|fact| (fact, "InboundCertificate"));
    own.chain(others).map(|(fact, ty)| row(fact, ty, facts, as_of)).collect()
}

fn row(fact: &Fact, ty: &str, facts: &Collected, as_of: Date) -> Fact {
    let mut row = Fact { kind: "certificate".into(), ..fact.clone() };
    row.derive("type", ty);
    let expires = fact.item("expirationDate").and_then(|item| Some((item, day(item)?)));
    if let Some((item, day)) = expires {
        row.push("expires", day.to_compact_string(), item.span);
        row.push("days-left", (day - as_of).get_days().to_compact_string(), item.span);
    }
    let references = references(&fact.name, facts);
    row.derive("referenced", !references.is_empty());
    for (by, item) in references {
        row.related.push((item.span, format!("{} uses it", by.component).into()));
    }
    let label = fact.text("masterLabel").unwrap_or_default();
    for word in tokens::of_name(&fact.name).into_iter().chain(tokens::of_text(label)) {
        row.derive("tokens", word);
    }
    row
}

/// The day of an `expirationDate`, a date with or without a time of day.
fn day(item: &Item) -> Option<Date> {
    item.text.get(..10)?.parse().ok()
}

/// Who names the certificate, and where.
fn references<'f>(name: &str, facts: &'f Collected) -> Vec<(&'f Fact, &'f Item)> {
    let mut found = Vec::new();
    for (kind, keys) in REFERENCES {
        for fact in facts.of(kind) {
            let items = keys.iter().flat_map(|key| fact.items(key));
            let naming = items.filter(|item| item.text.eq_ignore_ascii_case(name));
            found.extend(naming.map(|item| (fact.as_ref(), item)));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::analysis::endpoint::tests::{collect, fact, texts};
    use crate::fact::Found;

    fn of(facts: Vec<Fact>) -> Vec<Fact> {
        rows(&collect(facts), date(2026, 1, 15))
    }

    fn days(expires: &str) -> Option<String> {
        let certificate = fact("Certificate", "Lab", &[("expirationDate", expires)]);
        of(vec![certificate]).pop().and_then(|row| row.text("days-left").map(str::to_owned))
    }

    #[test]
    fn counts_days_to_the_end() {
        assert_eq!(days("2026-01-15T23:59:59.000Z").as_deref(), Some("0"));
        assert_eq!(days("2026-02-14T00:00:00.000Z").as_deref(), Some("30"));
        assert_eq!(days("2026-01-14").as_deref(), Some("-1"));
        assert_eq!(days("2028-01-15T00:00:00.000+0000").as_deref(), Some("730"));
        assert_eq!(days("soon"), None);
        assert_eq!(days(""), None);
    }

    #[test]
    fn a_row_stands_on_its_component() {
        let values = [("keySize", "2048"), ("masterLabel", "Sandbox lab")];
        let rows = of(vec![fact("Certificate", "LabKey_2025", &values)]);
        assert_eq!(rows[0].kind, "certificate");
        assert_eq!(rows[0].text("keySize"), Some("2048"));
        assert_eq!(rows[0].text("type"), Some("Certificate"));
        assert_eq!(texts(&rows[0], "tokens"), ["lab", "key", "2025", "sandbox", "lab"]);
        assert_eq!(rows[0].found("days-left"), Found::Absent);
        assert_eq!(rows[0].text("referenced"), Some("false"));
        assert!(rows[0].related.is_empty());
    }

    #[test]
    fn references_are_found_in_every_type() {
        let certificate = || fact("Certificate", "LabKey", &[]);
        for (kind, keys) in REFERENCES {
            for key in *keys {
                let rows = of(vec![certificate(), fact(kind, "Uses", &[(key, "labkey")])]);
                assert_eq!(rows[0].text("referenced"), Some("true"), "{kind} {key}");
                assert_eq!(rows[0].related[0].1, "Uses uses it");
            }
        }
        let other = fact("NamedCredential", "Uses", &[("certificate", "LabKey2")]);
        assert_eq!(of(vec![certificate(), other])[0].text("referenced"), Some("false"));
    }

    #[test]
    fn callers_certificates_have_rows() {
        let rows = of(vec![fact("InboundCertificate", "Lab", &[("expirationDate", "2026-01-16")])]);
        assert_eq!(rows[0].text("type"), Some("InboundCertificate"));
        assert_eq!(rows[0].text("days-left"), Some("1"));
        assert_eq!(rows[0].text("expires"), Some("2026-01-16"));
    }
}
