//! Kind `org`: one row for each org, read by every fact under `org.`.
//!
//! In: everything collected of the org. Out: what was retrieved, the values of its settings,
//! evidence of Shield and of health, counts. A setting whose file was not retrieved is
//! unknown. It reads no row of another kind.

use std::collections::BTreeSet;

use super::{Input, Kind};
use crate::fact::Fact;
use crate::metadata::types;
use crate::org::phi::Level;
use crate::org::schema::{Field, Object};
use crate::org::tokens;
use crate::source::Span;

/// The kind.
pub const KIND: Kind = Kind {
    name: "org",
    meaning: "one row for each org; every fact reads it under `org.`. Each settings file's values are there too, under the name of its root: `org.SecuritySettings.sessionSettings.sessionTimeout`",
    reads: &[
        "Settings",
        "CustomObject",
        "CustomField",
        "TransactionSecurityPolicy",
        "EventRelayConfig",
        "NamedCredential",
        "ExternalCredential",
        "ConnectedApp",
        "ExternalClientApplication",
        "FieldRestrictionRule",
    ],
    values: &[
        ("health", "`true` where the org is about health"),
        ("health-reason", "what says so, or that it is not"),
        ("retrieved", "each metadata type of which a component was read"),
        (
            "api-version",
            "the API version its source is in; unknown where the project file does not say it",
        ),
        ("phi-fields", "how many fields are PHI with certainty"),
        ("managed-phi-fields", "how many of these belong to a managed package"),
        ("phi-objects", "how many objects hold PHI"),
        (
            "shield",
            "`true` where something shows that Shield Platform Encryption is there; unknown where no field was retrieved",
        ),
        (
            "database-encryption",
            "`true` where the whole database is encrypted; unknown where its settings were not retrieved or are empty",
        ),
        ("encrypted-text-fields", "how many fields have the type `EncryptedText`"),
        (
            "restricted-groups",
            "each compliance group that an active field restriction rule goes by; unknown where none was retrieved",
        ),
        ("history-policies", "how many objects have a `historyRetentionPolicy`"),
        (
            "field-audit-trail",
            "`true` where something shows that Field Audit Trail is there: an object has a `historyRetentionPolicy`, or history tracks more than 20 of its fields",
        ),
        ("phi-history-objects", "how many objects with PHI have field history on"),
        (
            "policies",
            "how many transaction security policies there are; unknown where none was retrieved",
        ),
        (
            "policy-events",
            "`eventName` of each policy, active or not; unknown where none was retrieved",
        ),
        (
            "active-policy-events",
            "`eventName` of each active policy; unknown where none was retrieved",
        ),
        ("event-relay", "`true` where an event relay runs"),
        (
            "integration-words",
            "words of the names of connected apps, external client apps, named credentials and external credentials, lower case",
        ),
    ],
    derive,
};

/// Settings whose absence from a retrieve must read as unknown.
const SETTINGS: [&str; 13] = [
    "AccountSettings",
    "ConnectedAppSettings",
    "EncryptionKeySettings",
    "EventLogObjectSettings",
    "EventSettings",
    "MobileSettings",
    "MyDomainSettings",
    "OauthOidcSettings",
    "PlatformEncryptionSettings",
    "RealTimeEventSettings",
    "SecuritySettings",
    "SharingSettings",
    "UserInterfaceSettings",
];

fn derive(input: &Input<'_>) -> Vec<Fact> {
    let Some(place) = place(input) else { return Vec::new() };
    let mut row = Fact::new(KIND.name, input.org.path(), place);
    let schema = &input.org.schema;
    row.derive("health", schema.health.is);
    for reason in &schema.health.reasons {
        row.derive("health-reason", reason);
    }
    let folder = &input.org.folder;
    let listed = folder.manifest.as_ref().and_then(|manifest| manifest.version.as_ref());
    match folder.source_api_version.as_ref().or(listed) {
        Some(version) => row.derive("api-version", version),
        None => {
            let why = "neither sfdx-project.json nor package.xml states an API version";
            row.mark_unknown("api-version", why);
        }
    }
    row.derive("phi-fields", schema.recognised(Level::High).count());
    let managed = schema.recognised(Level::High).filter(|(_, field)| {
        field.facts.iter().any(|fact| fact.kind == "CustomField" && fact.is_true("managed"))
    });
    row.derive("managed-phi-fields", managed.count());
    row.derive("phi-objects", schema.objects().filter(|object| object.phi.is_some()).count());
    let kinds = input.facts.kinds();
    for kind in kinds.into_iter().filter(|kind| !kind.contains(['.', '-'])) {
        row.derive("retrieved", kind);
    }
    settings(input, &mut row);
    encryption(input, &mut row);
    restrictions(input, &mut row);
    history(input, &mut row);
    policies(input, &mut row);
    integrations(input, &mut row);
    vec![row]
}

/// Line 1 of the project file, else of the manifest, else of the first file there is.
fn place(input: &Input<'_>) -> Option<Span> {
    let folder = &input.org.folder;
    let head = folder.project.or(folder.package_xml).map(Span::head);
    head.or_else(|| {
        let facts = input.facts.kinds().into_iter().filter_map(|kind| input.facts.of(kind).first());
        facts.map(|fact| fact.place.file).min().map(Span::head)
    })
}

fn settings(input: &Input<'_>, row: &mut Fact) {
    for kind in input.facts.kinds().into_iter().filter(|kind| types::is_settings(kind)) {
        for fact in input.facts.of(kind) {
            row.push(kind, "", fact.place);
            for (key, item) in &fact.values {
                let key = compact_str::format_compact!("{kind}.{key}");
                row.values.push((key, item.clone()));
            }
        }
    }
    for name in SETTINGS.into_iter().filter(|name| !input.facts.has(name)) {
        row.mark_unknown(
            name,
            format!("{} was not retrieved or could not be read", types::in_words(name)),
        );
    }
}

fn encryption(input: &Input<'_>, row: &mut Fact) {
    let fields = input.facts.of("CustomField");
    // The element is emitted, even as `None`, only where Shield is available. What is meant
    // for test orgs tells nothing of this one.
    let emitted =
        fields.iter().any(|field| field.cap.is_none() && field.item("encryptionScheme").is_some());
    match fields.is_empty() {
        false => row.derive("shield", emitted),
        true => row.mark_unknown("shield", "no field was retrieved"),
    }
    let classic = |fact: &&std::sync::Arc<Fact>| fact.text("type") == Some("EncryptedText");
    row.derive("encrypted-text-fields", fields.iter().filter(classic).count());
    match input.facts.of("EncryptionKeySettings").first() {
        Some(keys) if says_anything(keys) => {
            let whole = ["canEncryptTransactionalDatabase", "tenantLevelEncryption"];
            row.derive("database-encryption", whole.iter().any(|key| keys.is_true(key)));
        }
        Some(_) => row.mark_unknown("database-encryption", "EncryptionKeySettings is empty"),
        None => {
            let settings = types::in_words("EncryptionKeySettings");
            row.mark_unknown("database-encryption", format!("{settings} was not retrieved"));
        }
    }
}

/// Whether a settings file has any element; what is derived of it alone says nothing.
fn says_anything(settings: &Fact) -> bool {
    settings.values.iter().any(|(key, _)| key != "full-name" && key != "managed")
}

fn restrictions(input: &Input<'_>, row: &mut Fact) {
    let rules = input.facts.of("FieldRestrictionRule");
    if rules.is_empty() {
        row.mark_unknown("restricted-groups", "no FieldRestrictionRule was retrieved");
    }
    let by_group = |fact: &&std::sync::Arc<Fact>| {
        fact.is_true("active") && fact.text("classificationType") == Some("ComplianceCategory")
    };
    for rule in rules.iter().filter(by_group) {
        for item in rule.items("classification") {
            row.push("restricted-groups", item.text.clone(), item.span);
        }
    }
}

/// How many fields of an object history tracks without Field Audit Trail.
const TRACKED_FIELDS: usize = 20;

fn history(input: &Input<'_>, row: &mut Fact) {
    let objects = input.facts.of("CustomObject").iter();
    let policies = objects.filter(|fact| fact.item("historyRetentionPolicy").is_some()).count();
    let tracked = |field: &&Field| field.facts.iter().any(|fact| fact.is_true("trackHistory"));
    let many = |object: &Object| object.fields.iter().filter(tracked).count() > TRACKED_FIELDS;
    let schema = &input.org.schema;
    row.derive("history-policies", policies);
    row.derive("field-audit-trail", policies > 0 || schema.objects().any(many));
    let on = |object: &&Object| {
        object.phi.is_some() && object.facts.iter().any(|fact| fact.is_true("enableHistory"))
    };
    row.derive("phi-history-objects", schema.objects().filter(on).count());
}

fn policies(input: &Input<'_>, row: &mut Fact) {
    let policies = input.facts.of("TransactionSecurityPolicy");
    let asked = input.org.folder.manifest.as_ref();
    let asked = asked.is_some_and(|manifest| manifest.asks_for_all("TransactionSecurityPolicy"));
    if policies.is_empty() && !asked {
        for key in ["policies", "policy-events", "active-policy-events"] {
            row.mark_unknown(key, "no TransactionSecurityPolicy was retrieved");
        }
        return;
    }
    row.derive("policies", policies.len());
    for policy in policies {
        let Some(event) = policy.item("eventName") else { continue };
        row.push("policy-events", event.text.clone(), event.span);
        if policy.is_true("active") {
            row.push("active-policy-events", event.text.clone(), event.span);
        }
    }
}

fn integrations(input: &Input<'_>, row: &mut Fact) {
    let running = |fact: &std::sync::Arc<Fact>| fact.text("state") == Some("RUN");
    row.derive("event-relay", input.facts.of("EventRelayConfig").iter().any(running));
    let kinds =
        ["NamedCredential", "ExternalCredential", "ConnectedApp", "ExternalClientApplication"];
    let names = kinds.into_iter().flat_map(|kind| input.facts.of(kind));
    let words: BTreeSet<String> = names.flat_map(|fact| tokens::of_name(&fact.name)).collect();
    for word in words {
        row.derive("integration-words", word);
    }
}

#[cfg(test)]
#[path = "org_row/encryption_tests.rs"]
mod encryption_tests;
#[cfg(test)]
#[path = "org_row/tests.rs"]
mod tests;
