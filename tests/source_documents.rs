//! The failure patterns a forensic report and a telehealth checklist name, each caught in one
//! small org and none of them in its twin that is built as it should be.

// A test that cannot read what it judges has failed.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use std::collections::BTreeSet;

use support::Project;

/// A pattern in our words, and a rule with the file on which it must stand.
const PATTERNS: [(&str, &str, &str); 33] = [
    (
        "a client may do everything",
        "oauth-excessive-scopes",
        "Provider_Lookup.connectedApp-meta.xml",
    ),
    (
        "a token that never ends",
        "oauth-refresh-token-long-lived",
        "Provider_Lookup.connectedApp-meta.xml",
    ),
    ("a token in a log", "session-id-exposed", "VideoSession.cls"),
    (
        "a job that leaves no trace of PHI events",
        "phi-event-storage-disabled",
        "RealTimeEvent.settings-meta.xml",
    ),
    ("changes of a field leave no history", "phi-field-history-off", "SSN__c.field-meta.xml"),
    ("PHI at rest in the clear", "phi-field-not-encrypted", "SSN__c.field-meta.xml"),
    (
        "a console for people who treat nobody",
        "view-or-modify-all-data",
        "Helpdesk.profile-meta.xml",
    ),
    ("a console that exports", "bulk-export-permission", "Helpdesk.profile-meta.xml"),
    ("PHI in a list for everybody", "phi-list-view-public", "Everyone.listView-meta.xml"),
    (
        "a session that begins without encryption",
        "cleartext-endpoint",
        "Video_Gateway.remoteSite-meta.xml",
    ),
    (
        "a video platform that asks nobody who calls",
        "callout-without-authentication",
        "Video_Platform.namedCredential-meta.xml",
    ),
    ("PHI kept in an open object", "phi-copied-to-unprotected-field", "VisitCopier.cls"),
    (
        "an integration that may do everything",
        "integration-identity-overprivileged",
        "Sync_Integration.permissionset-meta.xml",
    ),
    (
        "emergency access that never ends",
        "emergency-access-not-time-limited",
        "Emergency_Provider_Access.permissionset-meta.xml",
    ),
    (
        "a bypass that stands all day",
        "bypass-permission-standing",
        "Emergency_Provider_Access.permissionset-meta.xml",
    ),
    (
        "emergency access without a reason",
        "emergency-activation-without-justification",
        "Emergency_Contact.flow-meta.xml",
    ),
    ("the same in code", "emergency-activation-without-justification", "EmergencyLookup.cls"),
    ("a branch around the log", "security-bypass-branch", "EmergencyLookup.cls"),
    ("PHI in an emergency mail", "phi-in-message", "Emergency_Contact.flow-meta.xml"),
    ("logs purged early", "audit-log-purge-automation", "LogPurge.cls"),
    ("logs that an admin may delete", "audit-data-deletable", "Event.settings-meta.xml"),
    ("a package for everybody", "package-access-all-users", "acmevideo.installedPackage-meta.xml"),
    ("an endpoint without a login", "phi-endpoint-without-authorization", "AppointmentApi.cls"),
    ("the grant behind it", "guest-apex-access", "Telehealth Portal Profile.profile-meta.xml"),
    ("PHI in a debug log", "phi-in-debug-output", "EhrSyncJob.cls"),
    ("a session id that leaves with a page", "session-id-exposed", "VideoRoom.page"),
    ("a transmission nobody asked about", "phi-egress-recipient-unvalidated", "LiveSync.cls"),
    ("PHI in an address", "phi-in-url", "EhrSyncJob.cls"),
    ("a search with injected text", "dynamic-query-injection", "PatientSearch.cls"),
    ("a search for every record", "phi-class-without-sharing", "PatientSearch.cls"),
    ("PHI in the browser's storage", "phi-in-browser-storage", "bookVisit.js"),
    ("a recording behind a public link", "content-delivery-without-expiry", "RecordingStore.cls"),
    ("a recording that stays", "telehealth-recording-retained", "RecordingStore.cls"),
];

/// Rule and file of each finding.
fn found(org: &str) -> BTreeSet<(String, String)> {
    let report = Project::of_org(org).check(&["--format", "json"]).json();
    let findings = report["findings"].as_array().unwrap().clone();
    let file = |path: &str| path.rsplit('/').next().unwrap().to_owned();
    findings
        .iter()
        .map(|f| (f["rule"].as_str().unwrap().to_owned(), file(f["path"].as_str().unwrap())))
        .collect()
}

#[test]
fn every_pattern_is_caught_where_it_stands() {
    let found = found("telehealth");
    let missed: Vec<_> = PATTERNS
        .iter()
        .filter(|(_, rule, file)| !found.contains(&((*rule).to_owned(), (*file).to_owned())))
        .collect();
    assert!(missed.is_empty(), "{missed:#?}");
}

#[test]
fn none_is_seen_where_it_was_avoided() {
    let found = found("telehealth-kept");
    let rules: BTreeSet<&str> = PATTERNS.iter().map(|(_, rule, _)| *rule).collect();
    let wrong: Vec<_> = found.iter().filter(|(rule, _)| rules.contains(rule.as_str())).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}
