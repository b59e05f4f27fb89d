//! Rows of small orgs, written by hand.

use std::sync::Arc;

use super::*;
use crate::fact::Found;
use crate::source::{FileId, Span};

/// An element fact: file number, type, name, and its values, each ten bytes after the one
/// before it.
fn element(file: u32, kind: &str, name: &str, values: &[(&str, &str)]) -> Arc<Fact> {
    let mut fact = Fact::new(kind, name, Span::new(FileId(file), 1, 9));
    for (number, (key, text)) in (1usize..).zip(values) {
        fact.push(*key, *text, Span::new(FileId(file), number * 100, number * 100 + text.len()));
    }
    Arc::new(fact)
}

/// A repeated child of an element.
fn child(parent: &Arc<Fact>, kind: &str, values: &[(&str, &str)]) -> Arc<Fact> {
    let mut fact = Fact::clone(&element(parent.place.file.0, kind, "child", values));
    fact.parent = Some(Arc::clone(parent));
    Arc::new(fact)
}

fn derive_from(facts: &[Arc<Fact>]) -> Vec<Fact> {
    let mut collected = Collected::default();
    for fact in facts {
        collected.add(Arc::clone(fact));
    }
    rows(&collected)
}

fn row_of(facts: &[Arc<Fact>]) -> Fact {
    let mut rows = derive_from(facts);
    assert_eq!(rows.len(), 1);
    rows.remove(0)
}

fn texts<'f>(row: &'f Fact, key: &'f str) -> Vec<&'f str> {
    row.items(key).map(|item| item.text.as_str()).collect()
}

fn connected(values: &[(&str, &str)]) -> Fact {
    row_of(&[element(1, "ConnectedApp", "Rounds", values)])
}

#[test]
fn a_connected_app_says_what_its_elements_say() {
    let row = connected(&[
        ("oauthConfig", ""),
        ("oauthConfig.callbackUrl", "https://a.example/cb\nhttps://b.example/cb"),
        ("oauthConfig.scopes", "Api"),
        ("oauthConfig.scopes", "refreshtoken"),
        ("oauthConfig.scopes", "Orbit"),
        ("oauthConfig.isAdminApproved", "true"),
        ("oauthConfig.isPkceRequired", "TRUE"),
        ("oauthConfig.isDeviceFlowEnabled", "false"),
        ("oauthPolicy.ipRelaxation", "BYPASS_2FACTOR"),
        ("oauthPolicy.refreshTokenPolicy", "specific_lifetime:12:MONTHS"),
        ("profileName", "Nurse"),
        ("permissionSetName", "Rounds User"),
    ]);
    assert_eq!(row.kind, "oauth-client");
    assert_eq!(row.name, "Rounds");
    assert_eq!(texts(&row, "generation"), ["connected-app"]);
    assert_eq!(texts(&row, "oauth"), ["true"]);
    assert_eq!(texts(&row, "scopes"), ["Api", "RefreshToken", "Orbit"]);
    assert_eq!(texts(&row, "data-scopes"), ["Api", "Orbit"]);
    assert_eq!(texts(&row, "identity-only"), ["false"]);
    assert_eq!(texts(&row, "has-refresh-scope"), ["true"]);
    assert_eq!(texts(&row, "permitted-users"), ["admin-approved"]);
    assert_eq!(texts(&row, "pkce-required"), ["true"]);
    assert_eq!(texts(&row, "device-flow"), ["false"]);
    assert_eq!(texts(&row, "rotation"), ["unstated"]);
    assert_eq!(texts(&row, "client-credentials"), ["false"]);
    assert_eq!(texts(&row, "ip-relaxation"), ["bypass-2factor"]);
    assert_eq!(texts(&row, "refresh-token-policy"), ["lifetime"]);
    assert_eq!(texts(&row, "refresh-token-days"), ["360"]);
    assert_eq!(texts(&row, "pre-authorised-profiles"), ["Nurse"]);
    assert_eq!(texts(&row, "pre-authorised-permission-sets"), ["Rounds User"]);
    assert_eq!(texts(&row, "callback-url"), ["https://a.example/cb", "https://b.example/cb"]);
    assert_eq!(texts(&row, "audience"), ["unknown"]);
    assert!(row.unknown.is_empty());
}

#[test]
fn values_stand_where_they_are_written_and_missing_ones_at_the_element_around() {
    let row = connected(&[
        ("oauthConfig", ""),
        ("oauthConfig.callbackUrl", "https://a.example/cb\nhttps://b.example/cb"),
        ("oauthConfig.scopes", "Api"),
    ]);
    let at = |start, end| Span::new(FileId(1), start, end);
    let second = row.items("callback-url").nth(1).map(|item| item.span);
    assert_eq!(second, Some(at(221, 241)));
    assert_eq!(row.item("scopes").map(|item| item.span), Some(at(300, 303)));
    assert_eq!(row.item("permitted-users").map(|item| item.span), Some(at(100, 100)));
    assert_eq!(texts(&row, "permitted-users"), ["unstated"]);
    assert_eq!(row.item("rotation").map(|item| item.span), Some(at(100, 100)));
}

#[test]
fn an_app_without_oauth_says_nothing_of_oauth() {
    let row = connected(&[("samlConfig.acsUrl", "https://sp.example/acs"), ("startUrl", "/x")]);
    for key in ["oauth", "permitted-users", "scopes", "pkce-required", "client-credentials"] {
        assert_eq!(row.found(key), Found::Absent, "{key}");
    }
    assert_eq!(texts(&row, "acs-url"), ["https://sp.example/acs"]);
    assert_eq!(texts(&row, "start-url"), ["/x"]);
}

#[test]
fn refresh_token_policies_are_counted_in_days() {
    let policy = |text| {
        let row = connected(&[("oauthPolicy.refreshTokenPolicy", text)]);
        let one = |key| row.text(key).map(str::to_owned);
        (one("refresh-token-policy"), one("refresh-token-days"))
    };
    let two = |policy: &str, days: &str| (Some(policy.to_owned()), Some(days.to_owned()));
    assert_eq!(policy("infinite"), (Some("infinite".to_owned()), None));
    assert_eq!(policy("zero"), (Some("zero".to_owned()), None));
    assert_eq!(policy("specific_inactivity:30:DAYS"), two("inactivity", "30"));
    assert_eq!(policy("specific_inactivity:12:HOURS"), two("inactivity", "0.5"));
    assert_eq!(policy("specific_lifetime:x:DAYS"), (Some("lifetime".to_owned()), None));
}

#[test]
fn identity_scopes_reach_no_data() {
    let row = connected(&[
        ("oauthConfig", ""),
        ("oauthConfig.scopes", "OpenID"),
        ("oauthConfig.scopes", "CustomPermissions"),
    ]);
    assert_eq!(texts(&row, "identity-only"), ["true"]);
    assert_eq!(texts(&row, "has-refresh-scope"), ["false"]);
    assert!(texts(&row, "data-scopes").is_empty());
}

#[test]
fn trusted_ranges_are_those_of_the_same_file() {
    let app = element(1, "ConnectedApp", "Rounds", &[]);
    let other = element(2, "ConnectedApp", "Rounds", &[]);
    let kind = "ConnectedApp.ipRanges";
    let facts = [
        Arc::clone(&app),
        child(&app, kind, &[("end", "198.51.100.9"), ("start", "198.51.100.1")]),
        child(&app, kind, &[("end", "255.255.255.255"), ("start", "0.0.0.0")]),
        child(&other, kind, &[("end", "203.0.113.9"), ("start", "203.0.113.1")]),
    ];
    assert_eq!(texts(&row_of(&facts), "ip-ranges"), ["198.51.100.1-198.51.100.9"]);
}

#[test]
fn the_user_of_a_flow_is_tested_and_never_printed() {
    let row = connected(&[
        ("oauthConfig", ""),
        ("oauthConfig.isClientCredentialEnabled", "true"),
        ("oauthConfig.oauthClientCredentialUser", "robot@clinic.example"),
        ("oauthConfig.certificate", "Rounds_Key"),
        ("oauthConfig.isPKImTLSEnabled", "true"),
    ]);
    assert!(row.item("run-as-user").is_some_and(|item| item.secret));
    assert_eq!(texts(&row, "client-credentials"), ["true"]);
    assert_eq!(texts(&row, "certificate"), ["true"]);
    assert_eq!(texts(&row, "mutual-tls"), ["true"]);
    assert_eq!(texts(&row, "audience"), ["server"]);
    assert_eq!(texts(&row, "audience-ground"), ["it signs in without a person"]);
}

#[test]
fn a_certificate_and_no_callback_elsewhere_is_jwt_only() {
    let with = |url: &str| {
        connected(&[
            ("oauthConfig", ""),
            ("oauthConfig.certificate", "Key"),
            ("oauthConfig.callbackUrl", url),
        ])
    };
    let own = with("https://login.salesforce.com/services/oauth2/callback");
    assert_eq!(texts(&own, "jwt-only"), ["true"]);
    assert_eq!(with("https://clinic.example/services/oauth2/x").found("jwt-only"), Found::Absent);
    assert_eq!(with("https://clinic.my.salesforce.com/x").found("jwt-only"), Found::Absent);
    let without = connected(&[("oauthConfig", "")]);
    assert_eq!(without.found("jwt-only"), Found::Absent);
}

#[test]
fn an_audience_has_a_ground() {
    let named = |name: &str| {
        let row = row_of(&[element(1, "ConnectedApp", name, &[])]);
        let ground = row.text("audience-ground").unwrap_or_default().to_owned();
        (row.text("audience").unwrap_or_default().to_owned(), ground)
    };
    let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
    assert_eq!(named("PatientLink"), pair("external", "its name says patient"));
    assert_eq!(named("Clinic_iOS"), pair("mobile", "its name says ios"));
    assert_eq!(named("Impatient"), pair("unknown", ""));
    let phone = connected(&[("mobileAppConfig", "")]);
    assert_eq!(texts(&phone, "audience-ground"), ["it has a mobile part"]);
    let scheme = connected(&[("oauthConfig.callbackUrl", "clinic://done")]);
    assert_eq!(texts(&scheme, "audience"), ["mobile"]);
    let start = connected(&[("mobileStartUrl", "https://m.example")]);
    assert_eq!(texts(&start, "audience"), ["mobile"]);
}

#[test]
fn a_profile_for_people_outside_makes_the_audience_external() {
    let with = |ty: &str, external: &str| {
        let row = row_of(&[
            element(1, "ConnectedApp", "Rounds", &[("profileName", "Family")]),
            element(2, "holder", "Family", &[("type", ty), ("external-license", external)]),
        ]);
        texts(&row, "audience").join(" ")
    };
    assert_eq!(with("Profile", "true"), "external");
    assert_eq!(with("Profile", "false"), "unknown");
    assert_eq!(with("PermissionSet", "true"), "unknown");
}

#[test]
fn the_org_may_require_pkce_of_all() {
    let app = || {
        element(
            1,
            "ConnectedApp",
            "A",
            &[("oauthConfig", ""), ("oauthConfig.isPkceRequired", "false")],
        )
    };
    let with = |text| {
        let settings = element(2, "OauthOidcSettings", "OauthOidc", &[("isPkceRequired", text)]);
        texts(&row_of(&[app(), settings]), "pkce-required").join(" ")
    };
    assert_eq!(with("true"), "true");
    assert_eq!(with("false"), "false");
}

/// The part `kind` of the external client app `Kiosk`.
fn part(file: u32, kind: &str, values: &[(&str, &str)]) -> Arc<Fact> {
    let all: Vec<_> = std::iter::once(("externalClientApplication", "Kiosk"))
        .chain(values.iter().copied())
        .collect();
    element(file, kind, &format!("Kiosk_{file}"), &all)
}

#[test]
fn the_parts_of_an_external_client_app_are_one_row() {
    let settings =
        part(2, "ExtlClntAppOauthSettings", &[("commaSeparatedOauthScopes", "Api, refresh_token")]);
    let security =
        part(6, "ExtlClntAppOauthSecuritySettings", &[("tlsClientAuthCertParamType", "SubjectDn")]);
    let row = row_of(&[
        element(1, "ExternalClientApplication", "Kiosk", &[("label", "Kiosk")]),
        child(
            &settings,
            "ExtlClntAppOauthSettings.trustedIpRanges",
            &[("startIpAddress", "198.51.100.1"), ("endIpAddress", "198.51.100.9")],
        ),
        child(
            &security,
            "ExtlClntAppOauthSecuritySettings.tokenIpRanges",
            &[("startIpAddress", "203.0.113.1"), ("endIpAddress", "203.0.113.9")],
        ),
        settings,
        security,
        part(
            3,
            "ExtlClntAppGlobalOauthSettings",
            &[
                ("callbackUrl", "https://k.example/cb"),
                ("isPkceRequired", "true"),
                ("isClientCredentialsFlowEnabled", "true"),
                ("certificate", "MIIB"),
            ],
        ),
        part(
            4,
            "ExtlClntAppOauthConfigurablePolicies",
            &[
                ("permittedUsersPolicyType", "AllSelfAuthorized"),
                ("commaSeparatedPermissionSet", "Kiosk_User,Kiosk_Admin"),
                ("ipRelaxationPolicyType", "Enforce_relaxrefresh"),
                ("refreshTokenPolicyType", "SpecificLifetime"),
                ("refreshTokenValidityPeriod", "365"),
                ("refreshTokenValidityUnit", "Days"),
                ("isClientCredentialsFlowEnabled", "true"),
                ("clientCredentialsFlowUser", "robot@clinic.example"),
            ],
        ),
        part(5, "ExtlClntAppConfigurablePolicies", &[("isEnabled", "true")]),
    ]);
    assert_eq!(row.name, "Kiosk");
    assert_eq!(row.place, Span::new(FileId(1), 1, 9));
    assert_eq!(texts(&row, "generation"), ["external-client-app"]);
    assert_eq!(texts(&row, "oauth"), ["true"]);
    assert_eq!(texts(&row, "enabled"), ["true"]);
    assert_eq!(texts(&row, "policy"), ["retrieved"]);
    assert_eq!(texts(&row, "scopes"), ["Api", "RefreshToken"]);
    assert_eq!(texts(&row, "permitted-users"), ["self-authorize"]);
    assert_eq!(texts(&row, "pre-authorised-permission-sets"), ["Kiosk_User", "Kiosk_Admin"]);
    assert_eq!(texts(&row, "ip-relaxation"), ["enforce-relaxrefresh"]);
    assert_eq!(texts(&row, "ip-ranges"), ["198.51.100.1-198.51.100.9", "203.0.113.1-203.0.113.9"]);
    assert_eq!(texts(&row, "refresh-token-policy"), ["lifetime"]);
    assert_eq!(texts(&row, "refresh-token-days"), ["365"]);
    assert_eq!(texts(&row, "pkce-required"), ["true"]);
    assert_eq!(texts(&row, "rotation"), ["unstated"]);
    assert_eq!(texts(&row, "client-credentials"), ["true"]);
    assert_eq!(texts(&row, "mutual-tls"), ["true"]);
    assert_eq!(texts(&row, "certificate"), ["true"]);
    assert!(row.item("run-as-user").is_some_and(|item| item.secret));
    assert_eq!(texts(&row, "callback-url"), ["https://k.example/cb"]);
    assert!(row.unknown.is_empty());
    let scope = row.items("scopes").nth(1).map(|item| item.span);
    assert_eq!(scope, Some(Span::new(FileId(2), 205, 218)));
}

#[test]
fn what_a_missing_part_would_say_is_unknown() {
    let row =
        row_of(&[part(2, "ExtlClntAppOauthSettings", &[("commaSeparatedOauthScopes", "Api")])]);
    assert_eq!(row.name, "Kiosk");
    assert_eq!(texts(&row, "policy"), ["not-retrieved"]);
    assert_eq!(texts(&row, "data-scopes"), ["Api"]);
    let unknown = |key: &str| matches!(row.found(key), Found::Unknown(_));
    for key in [
        "enabled",
        "permitted-users",
        "ip-relaxation",
        "pkce-required",
        "callback-url",
        "client-credentials",
        "jwt-only",
        "mutual-tls",
    ] {
        assert!(unknown(key), "{key}");
    }
    let Found::Unknown(reason) = row.found("rotation") else { panic!("rotation is known") };
    assert!(reason.contains("ExtlClntAppGlobalOauthSettings"), "{reason}");
    let header = row_of(&[element(1, "ExternalClientApplication", "Kiosk", &[])]);
    assert!(matches!(header.found("oauth"), Found::Unknown(_)));
    assert!(matches!(header.found("scopes"), Found::Unknown(_)));
}

#[test]
fn the_client_credentials_flow_needs_settings_and_policy() {
    let flow = |settings: Option<&str>, policy: Option<&str>| {
        let element = "isClientCredentialsFlowEnabled";
        let mut facts = vec![part(1, "ExtlClntAppOauthSettings", &[])];
        facts.extend(settings.map(|s| part(2, "ExtlClntAppGlobalOauthSettings", &[(element, s)])));
        facts.extend(
            policy.map(|p| part(3, "ExtlClntAppOauthConfigurablePolicies", &[(element, p)])),
        );
        let row = row_of(&facts);
        match row.found("client-credentials") {
            Found::Present => row.text("client-credentials").unwrap_or_default().to_owned(),
            other => format!("{other:?}").chars().take(7).collect(),
        }
    };
    assert_eq!(flow(Some("true"), Some("true")), "true");
    assert_eq!(flow(Some("true"), Some("false")), "false");
    assert_eq!(flow(Some("false"), Some("true")), "false");
    assert_eq!(flow(None, Some("true")), "true");
    assert_eq!(flow(None, Some("false")), "false");
    assert_eq!(flow(Some("true"), None), "Unknown");
    assert_eq!(flow(Some("false"), None), "false");
    assert_eq!(flow(None, None), "Unknown");
}

#[test]
fn an_app_that_is_off_is_at_most_low() {
    let with = |values: &[(&str, &str)]| {
        let row = row_of(&[
            part(1, "ExtlClntAppOauthSettings", &[]),
            part(2, "ExtlClntAppConfigurablePolicies", values),
        ]);
        (row.text("enabled").map(str::to_owned), row.cap)
    };
    let off = (Some("false".to_owned()), Some(Severity::Low));
    assert_eq!(with(&[("isEnabled", "false")]), off);
    assert_eq!(with(&[("isEnabled", "true"), ("isOauthPluginEnabled", "false")]), off);
    assert_eq!(with(&[("isEnabled", "true")]), (Some("true".to_owned()), None));
}

#[test]
fn a_mobile_part_counts_unless_its_plugin_is_off() {
    let with = |text: &str| {
        let row = row_of(&[
            part(1, "ExtlClntAppMobileSettings", &[]),
            part(2, "ExtlClntAppConfigurablePolicies", &[("isMobilePluginEnabled", text)]),
        ]);
        texts(&row, "audience").join(" ")
    };
    assert_eq!(with("true"), "mobile");
    assert_eq!(with("false"), "unknown");
}

#[test]
fn a_cap_holds_only_where_every_part_has_one() {
    let capped = |file, cap| {
        let mut fact = Fact::clone(&part(file, "ExtlClntAppOauthSettings", &[]));
        fact.cap = cap;
        Arc::new(fact)
    };
    let low = Some(Severity::Low);
    assert_eq!(row_of(&[capped(1, low), capped(2, low)]).cap, low);
    assert_eq!(row_of(&[capped(1, low), capped(2, None)]).cap, None);
}
