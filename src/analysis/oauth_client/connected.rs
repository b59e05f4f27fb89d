//! Rows of connected apps: one file each.
//!
//! In: `ConnectedApp` facts and their `ipRanges`. Out: rows without what is concluded from
//! several values.

use super::{row, scopes};
use crate::fact::{Fact, Item};
use crate::metadata::collect::Collected;

/// Switches of `oauthConfig`, and the row's names for them.
const SWITCHES: &[(&str, &str)] = &[
    ("idle-capped", "oauthConfig.isEnforceRefreshTokenTTL"),
    ("secret-optional", "oauthConfig.isConsumerSecretOptional"),
    ("secret-for-refresh", "oauthConfig.isSecretRequiredForRefreshToken"),
    ("secret-for-token-exchange", "oauthConfig.isSecretRequiredForTokenExchange"),
    ("token-exchange", "oauthConfig.isTokenExchangeEnabled"),
    ("pkce-required", "oauthConfig.isPkceRequired"),
    ("rotation", "oauthConfig.isRefreshTokenRotationEnabled"),
    ("device-flow", "oauthConfig.isDeviceFlowEnabled"),
    ("code-credential", "oauthConfig.isCodeCredentialEnabled"),
    ("code-credential-post-only", "oauthConfig.isCodeCredentialPostOnly"),
];

/// Elements that hold URLs, and the row's names for them. Issuers and entity ids are names
/// and no endpoints, so they are not here.
const URLS: &[(&str, &str)] = &[
    ("callback-url", "oauthConfig.callbackUrl"),
    ("single-logout-url", "oauthConfig.singleLogoutUrl"),
    ("single-logout-url", "oauthPolicy.singleLogoutUrl"),
    ("single-logout-url", "samlConfig.samlSloUrl"),
    ("start-url", "startUrl"),
    ("mobile-start-url", "mobileStartUrl"),
    ("canvas-url", "canvasConfig.canvasUrl"),
    ("acs-url", "samlConfig.acsUrl"),
];

/// One row for each connected app.
pub(super) fn rows(facts: &Collected) -> Vec<Fact> {
    facts.of("ConnectedApp").iter().map(|app| row_of(app, facts)).collect()
}

fn row_of(app: &Fact, facts: &Collected) -> Fact {
    let mut row = Fact::new("oauth-client", app.name.clone(), app.place);
    row.cap = app.cap;
    row.confidence = app.confidence;
    row.derive("generation", "connected-app");
    for key in ["full-name", "managed", "label"] {
        row::push_all(&mut row, key, app, key);
    }
    for (key, element) in URLS {
        row::push_urls(&mut row, key, app, element);
    }
    row::push_all(&mut row, "pre-authorised-profiles", app, "profileName");
    row::push_all(&mut row, "pre-authorised-permission-sets", app, "permissionSetName");
    row::push_ip_ranges(&mut row, facts, "ConnectedApp.ipRanges", app);
    if let Some(config) = app.item("oauthConfig") {
        push_config(&mut row, app, config);
    }
    row::push_kebab(&mut row, "ip-relaxation", app, "oauthPolicy.ipRelaxation");
    push_refresh_policy(&mut row, app);
    row
}

/// What `oauthConfig` says; without it the app does no OAuth.
fn push_config(row: &mut Fact, app: &Fact, config: &Item) {
    row.push("oauth", "true", config.span);
    for (key, element) in SWITCHES {
        row::push_switch(row, key, app, element, config.span);
    }
    let listed: Vec<Item> = app.items("oauthConfig.scopes").cloned().collect();
    scopes::push_scopes(row, &listed);
    match app.items("oauthConfig.isAdminApproved").last() {
        Some(item) if row::is_true(item) => {
            row.push("permitted-users", "admin-approved", item.span)
        }
        Some(item) => row.push("permitted-users", "self-authorize", item.span),
        None => row.push("permitted-users", "unstated", config.span),
    }
    match app.items("oauthConfig.isClientCredentialEnabled").last() {
        Some(item) => row.push("client-credentials", item.text.to_ascii_lowercase(), item.span),
        None => row.push("client-credentials", "false", config.span),
    }
    row::push_hidden(row, "run-as-user", app, "oauthConfig.oauthClientCredentialUser");
    row::push_presence(row, "certificate", app, "oauthConfig.certificate");
    let mutual = ["oauthConfig.isPKImTLSEnabled", "isPKImTLSEnabled"];
    match mutual.iter().flat_map(|element| app.items(element)).find(|item| row::is_true(item)) {
        Some(item) => row.push("mutual-tls", "true", item.span),
        None => row.push("mutual-tls", "false", config.span),
    }
}

/// `infinite`, `zero`, `specific_lifetime:N:UNIT`, `specific_inactivity:N:UNIT`.
fn push_refresh_policy(row: &mut Fact, app: &Fact) {
    let Some(item) = app.items("oauthPolicy.refreshTokenPolicy").last() else { return };
    let text = item.text.to_ascii_lowercase();
    let mut parts = text.split(':');
    let policy = parts.next().unwrap_or_default().trim();
    let policy = policy.strip_prefix("specific_").unwrap_or(policy);
    row.push("refresh-token-policy", policy, item.span);
    let days = parts.next().zip(parts.next()).and_then(|(period, unit)| row::days(period, unit));
    if let Some(days) = days {
        row.push("refresh-token-days", days, item.span);
    }
}
