//! Rows of external client apps: the parts in several files, joined by the app they name.
//!
//! In: the header and the settings and policies of each plugin. Out: rows without what is
//! concluded from several values. An app that only one part speaks of is a row as well; what
//! a missing part would say is unknown.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{row, scopes};
use crate::fact::{Fact, Item};
use crate::metadata::collect::Collected;

const HEADER: &str = "ExternalClientApplication";
const SETTINGS: &str = "ExtlClntAppOauthSettings";
const GLOBAL: &str = "ExtlClntAppGlobalOauthSettings";
const POLICIES: &str = "ExtlClntAppOauthConfigurablePolicies";
const PLUGINS: &str = "ExtlClntAppConfigurablePolicies";
const SECURITY: &str = "ExtlClntAppOauthSecuritySettings";
const SAML: &str = "ExtlClntAppSamlConfigurablePolicies";
const CANVAS: &str = "ExtlClntAppCanvasSettings";
const MOBILE: &[&str] = &["ExtlClntAppMobileSettings", "ExtlClntAppMobileConfigurablePolicies"];

/// Every part but the header, in the order in which one stands for the app without a header.
const PARTS: &[&str] = &[
    SETTINGS,
    GLOBAL,
    POLICIES,
    PLUGINS,
    SECURITY,
    SAML,
    CANVAS,
    "ExtlClntAppMobileSettings",
    "ExtlClntAppMobileConfigurablePolicies",
];

/// Switches of the global settings, and the row's names for them.
const SWITCHES: &[(&str, &str)] = &[
    ("idle-capped", "isEnforceRefreshTokenTTL"),
    ("secret-optional", "isConsumerSecretOptional"),
    ("secret-for-refresh", "isSecretRequiredForRefreshToken"),
    ("secret-for-token-exchange", "isSecretRequiredForTokenExchange"),
    ("token-exchange", "isTokenExchangeEnabled"),
    ("pkce-required", "isPkceRequired"),
    ("rotation", "isRefreshTokenRotationEnabled"),
    ("device-flow", "isDeviceFlowEnabled"),
    ("code-credential", "isCodeCredFlowEnabled"),
    ("code-credential-post-only", "isCodeCredPostOnly"),
];

/// Elements that hold URLs, and the row's names for them.
const URLS: &[(&str, &str, &str)] = &[
    (GLOBAL, "callback-url", "callbackUrl"),
    (SETTINGS, "single-logout-url", "singleLogoutUrl"),
    (POLICIES, "single-logout-url", "singleLogoutUrl"),
    (SAML, "single-logout-url", "singleLogoutUrl"),
    (POLICIES, "start-url", "startUrl"),
    (PLUGINS, "start-url", "startUrl"),
    (CANVAS, "canvas-url", "canvasUrl"),
    (SAML, "acs-url", "acsUrl"),
];

/// What cannot be known without the part.
const NEEDED: &[(&str, &[&str])] = &[
    (PLUGINS, &["enabled"]),
    (SETTINGS, scopes::KEYS),
    (SETTINGS, &["ip-ranges"]),
    (
        POLICIES,
        &[
            "permitted-users",
            "pre-authorised-profiles",
            "pre-authorised-permission-sets",
            "ip-relaxation",
            "refresh-token-policy",
            "refresh-token-days",
            "run-as-user",
        ],
    ),
    (
        GLOBAL,
        &[
            "idle-capped",
            "secret-optional",
            "secret-for-refresh",
            "secret-for-token-exchange",
            "token-exchange",
            "pkce-required",
            "rotation",
            "device-flow",
            "code-credential",
            "code-credential-post-only",
            "certificate",
            "jwt-only",
            "callback-url",
            "mutual-tls",
        ],
    ),
];

/// An app: its facts by type.
#[derive(Default)]
struct App {
    parts: BTreeMap<&'static str, Vec<Arc<Fact>>>,
}

impl App {
    fn of(&self, part: &str) -> &[Arc<Fact>] {
        self.parts.get(part).map_or(&[], Vec::as_slice)
    }

    fn all(&self) -> impl Iterator<Item = &Arc<Fact>> {
        let order = std::iter::once(HEADER).chain(PARTS.iter().copied());
        order.flat_map(|part| self.of(part))
    }

    /// Every value of an element of a part.
    fn items<'a>(&'a self, part: &str, element: &'a str) -> impl Iterator<Item = &'a Item> {
        self.of(part).iter().flat_map(move |fact| fact.items(element))
    }
}

/// One row for each app that any file speaks of.
pub(super) fn rows(facts: &Collected) -> Vec<Fact> {
    let mut apps: BTreeMap<String, (String, App)> = BTreeMap::new();
    for part in std::iter::once(&HEADER).chain(PARTS) {
        for fact in facts.of(part) {
            let own = (*part == HEADER).then_some(fact.name.as_str());
            let Some(name) = own.or_else(|| fact.text("externalClientApplication")) else {
                continue;
            };
            let new = || (name.to_owned(), App::default());
            let (_, app) = apps.entry(name.to_ascii_lowercase()).or_insert_with(new);
            app.parts.entry(part).or_default().push(Arc::clone(fact));
        }
    }
    apps.values().filter_map(|(name, app)| row_of(name, app, facts)).collect()
}

fn row_of(name: &str, app: &App, facts: &Collected) -> Option<Fact> {
    let first = app.all().next()?;
    let mut row = Fact::new("oauth-client", name, first.place);
    let capped: Option<Vec<_>> = app.all().map(|part| part.cap).collect();
    row.cap = capped.and_then(|caps| caps.into_iter().max());
    row.confidence = app.all().filter_map(|part| part.confidence).min();
    row.derive("generation", "external-client-app");
    row.derive("full-name", name);
    for part in app.all() {
        row.push("parts", part.name.clone(), part.place);
    }
    for key in ["managed", "label"] {
        row::push_all(&mut row, key, first, key);
    }
    for (part, key, element) in URLS {
        for fact in app.of(part) {
            row::push_urls(&mut row, key, fact, element);
        }
    }
    push_state(&mut row, app);
    push_settings(&mut row, app, facts);
    push_global(&mut row, app);
    push_policies(&mut row, app);
    push_client_credentials(&mut row, app);
    push_mobile(&mut row, app);
    mark_missing(&mut row, app);
    Some(row)
}

/// Whether the app does OAuth and is on, and whether its policies are here.
fn push_state(row: &mut Fact, app: &App) {
    let off = |item: &&Item| item.text.eq_ignore_ascii_case("false");
    let plugin_off = app.items(PLUGINS, "isOauthPluginEnabled").find(off);
    let part = [SETTINGS, GLOBAL, POLICIES].iter().flat_map(|part| app.of(part)).next();
    match (plugin_off, part) {
        (Some(item), None) => row.push("oauth", "false", item.span),
        (_, Some(part)) => row.push("oauth", "true", part.place),
        (None, None) => row.mark_unknown("oauth", reason(SETTINGS)),
    }
    let switched_off = app.items(PLUGINS, "isEnabled").find(off).or(plugin_off);
    if let Some(item) = switched_off.or_else(|| app.items(PLUGINS, "isEnabled").next()) {
        row.push("enabled", item.text.to_ascii_lowercase(), item.span);
    }
    match app.of(POLICIES).first() {
        Some(policy) => row.push("policy", "retrieved", policy.place),
        None => row.push("policy", "not-retrieved", part.map_or(row.place, |part| part.place)),
    }
}

/// Scopes and trusted ranges.
fn push_settings(row: &mut Fact, app: &App, facts: &Collected) {
    for settings in app.of(SETTINGS) {
        let mut listed = Vec::new();
        for item in settings.items("commaSeparatedOauthScopes") {
            listed.extend(super::list::split_list(item, |letter| letter == ','));
        }
        scopes::push_scopes(row, &listed);
        row::push_ip_ranges(row, facts, "ExtlClntAppOauthSettings.trustedIpRanges", settings);
    }
    for security in app.of(SECURITY) {
        let kind = "ExtlClntAppOauthSecuritySettings.tokenIpRanges";
        row::push_ip_ranges(row, facts, kind, security);
    }
}

/// Switches, certificate and mutual TLS.
fn push_global(row: &mut Fact, app: &App) {
    for global in app.of(GLOBAL) {
        for (key, element) in SWITCHES {
            row::push_switch(row, key, global, element, global.place);
        }
        row::push_presence(row, "certificate", global, "certificate");
    }
    let by_switch = app.items(GLOBAL, "isMtlsEnabled").find(|item| row::is_true(item));
    let by_parameter =
        app.items(SECURITY, "tlsClientAuthCertParamType").find(|i| !i.text.is_empty());
    match (by_switch.or(by_parameter), app.of(GLOBAL).first()) {
        (Some(item), _) => row.push("mutual-tls", "true", item.span),
        (None, Some(global)) => row.push("mutual-tls", "false", global.place),
        (None, None) => {}
    }
}

/// Who may use the app, from where, and for how long.
fn push_policies(row: &mut Fact, app: &App) {
    for policy in app.of(POLICIES) {
        match policy.items("permittedUsersPolicyType").last() {
            None => row.push("permitted-users", "unstated", policy.place),
            Some(item) => {
                let users = match item.text.to_ascii_lowercase().as_str() {
                    "adminapprovedpreauthorized" => "admin-approved",
                    "allselfauthorized" => "self-authorize",
                    other => other,
                }
                .to_owned();
                row.push("permitted-users", users, item.span);
            }
        }
        row::push_list(row, "pre-authorised-profiles", policy, "commaSeparatedProfile");
        row::push_list(
            row,
            "pre-authorised-permission-sets",
            policy,
            "commaSeparatedPermissionSet",
        );
        row::push_kebab(row, "ip-relaxation", policy, "ipRelaxationPolicyType");
        row::push_hidden(row, "run-as-user", policy, "clientCredentialsFlowUser");
        push_refresh_policy(row, policy);
    }
}

/// `Infinite`, `Zero`, `SpecificLifetime` and `SpecificInactivity` with a period and a unit.
fn push_refresh_policy(row: &mut Fact, policy: &Fact) {
    let Some(item) = policy.items("refreshTokenPolicyType").last() else { return };
    let text = item.text.to_ascii_lowercase();
    row.push("refresh-token-policy", text.strip_prefix("specific").unwrap_or(&text), item.span);
    let period = policy.items("refreshTokenValidityPeriod").last();
    let unit = policy.text("refreshTokenValidityUnit").unwrap_or_default();
    if let Some((period, days)) = period.and_then(|p| Some((p, row::days(&p.text, unit)?))) {
        row.push("refresh-token-days", days, period.span);
    }
}

/// The flow is on where the developer's settings and the admin's policy both say so. The
/// global settings are often kept out of a repository, and the policy cannot be on without
/// them; the other way round nothing is known.
fn push_client_credentials(row: &mut Fact, app: &App) {
    let element = "isClientCredentialsFlowEnabled";
    let on = |part: &str| app.items(part, element).find(|item| row::is_true(item));
    let (settings, policy) = (on(GLOBAL), on(POLICIES));
    let missing = |part: &str| app.of(part).is_empty();
    match (settings, policy) {
        (_, Some(item)) if settings.is_some() || missing(GLOBAL) => {
            row.push("client-credentials", "true", item.span);
        }
        (Some(_), None) if missing(POLICIES) => {
            row.mark_unknown("client-credentials", reason(POLICIES));
        }
        _ if missing(POLICIES) && missing(GLOBAL) => {
            row.mark_unknown("client-credentials", reason(POLICIES));
        }
        _ => row.derive("client-credentials", false),
    }
}

/// A mobile part speaks of devices unless its plugin is off.
fn push_mobile(row: &mut Fact, app: &App) {
    let off = app
        .items(PLUGINS, "isMobilePluginEnabled")
        .any(|item| item.text.eq_ignore_ascii_case("false"));
    let part = MOBILE.iter().flat_map(|part| app.of(part)).next();
    if let Some(part) = part.filter(|_| !off) {
        super::audience::push_mobile_part(row, part.place);
    }
}

/// Says of every value whose part is missing that it cannot be known.
fn mark_missing(row: &mut Fact, app: &App) {
    for (part, keys) in NEEDED.iter().filter(|(part, _)| app.of(part).is_empty()) {
        for key in *keys {
            if row.item(key).is_none() {
                row.mark_unknown(*key, reason(part));
            }
        }
    }
}

fn reason(part: &str) -> String {
    format!("no {part} of this app was retrieved; retrieve that type too")
}
