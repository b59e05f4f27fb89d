//! OAuth clients: one row per connected app or external client app, told in the same words.
//!
//! In: connected apps, the parts of external client apps (joined by the app they name), the
//! org's OAuth settings, rows `holder`. Out: rows `oauth-client`, so that one page
//! judges both generations. What stands in a part that was not retrieved is unknown; what a
//! file that is there leaves out is `unstated`, because Salesforce then assumes something
//! the page must name. It does not know which permissions the users of a client have.

mod audience;
mod connected;
mod external;
mod list;
mod row;
mod scopes;

use super::{Input, Kind, url};
use crate::fact::{Fact, Item, Severity};
use crate::metadata::collect::Collected;

/// The kind derived here.
pub const KIND: Kind = Kind {
    name: "oauth-client",
    meaning: "a connected app or an external client app, its files joined",
    reads: &[
        "ConnectedApp",
        "ConnectedApp.ipRanges",
        "ExternalClientApplication",
        "ExtlClntAppCanvasSettings",
        "ExtlClntAppConfigurablePolicies",
        "ExtlClntAppGlobalOauthSettings",
        "ExtlClntAppMobileConfigurablePolicies",
        "ExtlClntAppMobileSettings",
        "ExtlClntAppOauthConfigurablePolicies",
        "ExtlClntAppOauthSecuritySettings",
        "ExtlClntAppOauthSecuritySettings.tokenIpRanges",
        "ExtlClntAppOauthSettings",
        "ExtlClntAppOauthSettings.trustedIpRanges",
        "ExtlClntAppSamlConfigurablePolicies",
        "OauthOidcSettings",
        "holder",
    ],
    values: VALUES,
    derive,
};

const VALUES: &[(&str, &str)] = &[
    ("generation", "`connected-app` or `external-client-app`"),
    ("label", "the label people see"),
    ("parts", "of an external client app: the full name of each of its files"),
    ("oauth", "`true` where the app has an OAuth part; `false` where its plugin is off"),
    ("enabled", "whether an external client app and its OAuth plugin are on"),
    (
        "policy",
        "`retrieved`, or `not-retrieved` where the OAuth policies of an external client app are missing",
    ),
    ("scopes", "each OAuth scope, in Salesforce's spelling"),
    ("data-scopes", "each scope that reaches more than the identity of the user"),
    ("identity-only", "`true` where there are scopes and none is a data scope"),
    ("has-refresh-scope", "whether it may hold refresh tokens (`RefreshToken`, `OfflineAccess`)"),
    ("permitted-users", "`admin-approved` or `self-authorize`; `unstated`"),
    ("pre-authorised-profiles", "each profile named for the app"),
    ("pre-authorised-permission-sets", "each permission set named for the app"),
    ("ip-relaxation", "`enforce`, `enforce-relaxrefresh`, `bypass-2factor` or `bypass`"),
    ("ip-ranges", "each trusted range `start-end`; a range of all addresses is left out"),
    ("refresh-token-policy", "`infinite`, `zero`, `lifetime` or `inactivity`"),
    ("refresh-token-days", "how many days that lifetime or inactivity is; a month counts 30"),
    (
        "idle-capped",
        "whether unused refresh tokens end after 30 days whatever the policy says; `unstated`",
    ),
    ("secret-optional", "whether it may leave its secret out in the web server flow; `unstated`"),
    ("secret-for-refresh", "whether a refresh needs the secret; `unstated`"),
    ("secret-for-token-exchange", "whether a token exchange needs the secret; `unstated`"),
    ("token-exchange", "whether token exchange is on; `unstated`"),
    ("pkce-required", "whether the app, or the whole org, requires PKCE; `unstated`"),
    ("rotation", "whether a refresh token is replaced when it is used; `unstated`"),
    ("device-flow", "whether the device flow is on; `unstated`"),
    ("code-credential", "whether the authorization code and credentials flow is on; `unstated`"),
    (
        "code-credential-post-only",
        "whether that flow takes credentials only in a POST body; `unstated`",
    ),
    (
        "client-credentials",
        "whether the client credentials flow is on, in every file that must allow it",
    ),
    ("run-as-user", "the user that flow acts as; it can be tested, never printed"),
    ("mutual-tls", "whether the client must show a certificate on the connection"),
    ("certificate", "whether a certificate for signed requests is registered"),
    (
        "jwt-only",
        "`true` with a certificate and no callback but Salesforce's own, or that of its CLI",
    ),
    (
        "audience",
        "`external`, `mobile`, `server`, each where there is a ground for it; else `unknown`",
    ),
    ("audience-ground", "the grounds, in words"),
    ("external-profile", "a profile named for the app that has a licence for people outside"),
    ("callback-url", "each OAuth redirect URL"),
    ("single-logout-url", "each URL told of a logout"),
    ("start-url", "the URL the app opens with"),
    ("mobile-start-url", "the same on a device"),
    ("canvas-url", "the URL of a canvas app"),
    ("acs-url", "the URL that receives SAML assertions"),
];

fn derive(input: &Input<'_>) -> Vec<Fact> {
    rows(input.facts)
}

/// The rows: connected apps as they stand in files, then external client apps by name.
fn rows(facts: &Collected) -> Vec<Fact> {
    let mut rows = connected::rows(facts);
    rows.extend(external::rows(facts));
    let org_wide = pkce_of_org(facts);
    for row in &mut rows {
        if let Some(item) = &org_wide {
            row::replace(row, "pkce-required", item);
        }
        tell_jwt_only(row);
        audience::tell(row, facts);
        if row.text("enabled") == Some("false") {
            row.cap = Some(row.cap.map_or(Severity::Low, |cap| cap.min(Severity::Low)));
        }
    }
    rows
}

/// The switch that requires PKCE of every app, where it is on.
fn pkce_of_org(facts: &Collected) -> Option<Item> {
    let settings = facts.of("OauthOidcSettings").iter().find(|s| s.is_true("isPkceRequired"))?;
    settings.items("isPkceRequired").find(|item| row::is_true(item)).cloned()
}

/// The callback that Salesforce's guide for signed requests has people enter: its CLI listens
/// there for the other flow, and always uses PKCE.
const CLI_CALLBACK: &str = "http://localhost:1717/OauthRedirect";

/// With a certificate and no redirect to anywhere but Salesforce, no code can be stolen on
/// its way: PKCE has nothing to protect.
fn tell_jwt_only(row: &mut Fact) {
    let Some(certificate) = row.items("certificate").find(|item| row::is_true(item)).cloned()
    else {
        return;
    };
    let own = |item: &Item| {
        let url = url::Url::parse(&item.text);
        let by_salesforce = url.domains().iter().any(|domain| domain == "salesforce.com");
        item.text.eq_ignore_ascii_case(CLI_CALLBACK)
            || (by_salesforce && url.path.starts_with("/services/oauth2/"))
    };
    if row.items("callback-url").all(own) {
        row.push("jwt-only", "true", certificate.span);
    }
}

#[cfg(test)]
mod tests;
