//! OAuth scopes: their spelling, and which of them reach data.
//!
//! In: scope items of either generation. Out: `scopes`, `data-scopes`, `identity-only` and
//! `has-refresh-scope` of a row. A scope that Salesforce adds later is kept as it is written
//! and counts as a data scope.

use crate::fact::{Fact, Item};

/// Salesforce's spelling (`ConnectedAppOauthAccessScope` of the Metadata API; external client
/// apps also write the API names of the scopes, in the second column where they differ).
const SPELLINGS: &[(&str, &str)] = &[
    ("Address", "address"),
    ("Api", "api"),
    ("Basic", "id"),
    ("CDPIngest", "cdp_ingest_api"),
    ("CDPProfile", "cdp_profile_api"),
    ("CDPQuery", "cdp_query_api"),
    ("CDPSegment", "cdp_segment_api"),
    ("CDPIdentityResolution", "cdp_identityresolution_api"),
    ("CDPCalculatedInsight", "cdp_calculated_insight_api"),
    ("Chatbot", "chatbot_api"),
    ("Chatter", "chatter_api"),
    ("Content", "content"),
    ("CustomApplications", "visualforce"),
    ("CustomPermissions", "custom_permissions"),
    ("Eclair", "eclair_api"),
    ("EinsteinGPT", "einstein_gpt_api"),
    ("Email", "email"),
    ("ForgotPassword", "forgot_password"),
    ("Full", "full"),
    ("Interaction", "interaction_api"),
    ("Lightning", "lightning"),
    ("MCP", "mcp_api"),
    ("OfflineAccess", "offline_access"),
    ("OpenID", "openid"),
    ("Pardot", "pardot_api"),
    ("Phone", "phone"),
    ("Profile", "profile"),
    ("PwdlessLogin", "pwdless_login_api"),
    ("RefreshToken", "refresh_token"),
    ("SCRT", "scrt_api"),
    ("SFApiPlatform", "sfap_api"),
    ("UserRegistration", "user_registration_api"),
    ("Wave", "wave_api"),
    ("Web", "web"),
];

/// Scopes that tell who the user is, or how long a grant lasts, and open no records:
/// Salesforce Help, "OAuth Tokens and Scopes".
const IDENTITY: &[&str] = &[
    "Address",
    "Basic",
    "CustomPermissions",
    "Email",
    "ForgotPassword",
    "OfflineAccess",
    "OpenID",
    "Phone",
    "Profile",
    "PwdlessLogin",
    "RefreshToken",
    "UserRegistration",
];

/// Scopes that let a client come back without its user.
const REFRESH: &[&str] = &["OfflineAccess", "RefreshToken"];

/// Every value that [`push_scopes`] may add.
pub(super) const KEYS: &[&str] = &["scopes", "data-scopes", "identity-only", "has-refresh-scope"];

/// Adds the scopes of an app and what they add up to.
pub(super) fn push_scopes(row: &mut Fact, items: &[Item]) {
    for item in items {
        let text = spell(&item.text);
        row.push("scopes", text, item.span);
        if !IDENTITY.contains(&text) {
            row.push("data-scopes", text, item.span);
        }
    }
    let data = row.item("data-scopes").is_some();
    match items.first() {
        Some(first) => row.push("identity-only", if data { "false" } else { "true" }, first.span),
        None => row.derive("identity-only", false),
    }
    let refresh = items.iter().find(|item| REFRESH.contains(&spell(&item.text)));
    match refresh {
        Some(item) => row.push("has-refresh-scope", "true", item.span),
        None => row.derive("has-refresh-scope", false),
    }
}

/// Salesforce's spelling of a scope, or the text itself.
fn spell(text: &str) -> &str {
    let is = |(name, api): &&(&'static str, &'static str)| {
        name.eq_ignore_ascii_case(text) || api.eq_ignore_ascii_case(text)
    };
    SPELLINGS.iter().find(is).map_or(text, |(name, _)| name)
}
