//! Tests of the endpoint rows over facts written by hand.

use std::sync::Arc;

use super::*;
use crate::fact::{Found as Value, Severity};
use crate::source::{FileId, Span};

/// An element fact whose n-th value stands at byte 1000 n and is as long as its text.
pub(crate) fn fact(kind: &str, name: &str, values: &[(&str, &str)]) -> Fact {
    let mut fact = Fact::new(kind, name, Span::head(FileId(0)));
    for (index, (key, text)) in values.iter().enumerate() {
        let start = 1000 * (index + 1);
        fact.push(*key, *text, Span::new(FileId(0), start, start + text.len()));
    }
    fact
}

/// The facts of one org.
pub(crate) fn collect(facts: Vec<Fact>) -> Collected {
    let mut collected = Collected::default();
    facts.into_iter().for_each(|fact| collected.add(Arc::new(fact)));
    collected
}

/// Every text under a key.
pub(crate) fn texts<'f>(row: &'f Fact, key: &'f str) -> Vec<&'f str> {
    row.items(key).map(|item| item.text.as_str()).collect()
}

fn only(facts: Vec<Fact>) -> Fact {
    let mut rows = rows(&collect(facts));
    assert_eq!(rows.len(), 1);
    rows.remove(0)
}

fn remote(url: &str) -> Fact {
    only(vec![fact("RemoteSiteSetting", "Remote", &[("url", url)])])
}

/// A component with repeated children, each a fact of its own as the reader gives them.
fn with_parameters(
    kind: &str,
    name: &str,
    values: &[(&str, &str)],
    parameters: &[&[(&str, &str)]],
) -> Vec<Arc<Fact>> {
    let parent = Arc::new(fact(kind, name, values));
    let child_kind = match kind {
        "NamedCredential" => URL_PARAMETERS,
        _ => CREDENTIAL_PARAMETERS,
    };
    let children = parameters.iter().map(|values| {
        let mut child = fact(child_kind, &format!("{name}/x"), values);
        child.parent = Some(Arc::clone(&parent));
        Arc::new(child)
    });
    let children: Vec<Arc<Fact>> = children.collect();
    std::iter::once(parent).chain(children).collect()
}

fn secured(extra: &[&[(&str, &str)]], credential: Option<&[&[(&str, &str)]]>) -> Fact {
    let mut parameters: Vec<&[(&str, &str)]> = vec![
        &[("parameterType", "Url"), ("parameterValue", "https://fhir.example.org/r4")],
        &[("parameterType", "Authentication"), ("externalCredential", "Lab_Login")],
    ];
    parameters.extend(extra);
    let kind = [("namedCredentialType", "SecuredEndpoint")];
    let mut facts = with_parameters("NamedCredential", "Results", &kind, &parameters);
    if let Some(parameters) = credential {
        let protocol = [("authenticationProtocol", "Custom")];
        facts.extend(with_parameters("ExternalCredential", "lab_login", &protocol, parameters));
    }
    let mut collected = Collected::default();
    facts.into_iter().for_each(|fact| collected.add(fact));
    let mut rows = rows(&collected);
    assert_eq!(rows.len(), 1);
    rows.remove(0)
}

fn legacy(values: &[(&str, &str)]) -> Fact {
    let mut all = vec![("endpoint", "https://a.example.org")];
    all.extend(values);
    only(vec![fact("NamedCredential", "Results", &all)])
}

#[test]
fn every_type_has_its_use_and_name() {
    let url = "https://a.example.org/x";
    let table = [
        ("RemoteSiteSetting", "url", "remote-site", "X"),
        ("NamedCredential", "endpoint", "named-credential", "X"),
        ("ExternalDataSource", "endpoint", "external-data-source", "X"),
        ("WorkflowOutboundMessage", "endpointUrl", "outbound-message", "X"),
        ("AuthProvider", "authorizeUrl", "auth-provider", "X/authorizeUrl"),
        ("AuthProvider", "tokenUrl", "auth-provider", "X/tokenUrl"),
        ("AuthProvider", "userInfoUrl", "auth-provider", "X/userInfoUrl"),
        ("SamlSsoConfig", "loginUrl", "saml", "X/loginUrl"),
        ("SamlSsoConfig", "logoutUrl", "saml", "X/logoutUrl"),
        ("SamlSsoConfig", "singleLogoutUrl", "saml", "X/singleLogoutUrl"),
        ("CspTrustedSite", "endpointUrl", "csp", "X"),
        ("CorsWhitelistOrigin", "urlPattern", "cors", "X"),
        ("CustomSite", "siteIframeWhiteListUrls.url", "iframe", "X/https://a.example.org/x"),
        (
            "IframeWhiteListUrlSettings",
            "iframeWhiteListUrls.url",
            "iframe",
            "X/https://a.example.org/x",
        ),
        ("VirtualVisitConfig", "experienceCloudSiteUrl", "virtual-visit", "X"),
    ];
    for (kind, element, purpose, name) in table {
        let row = only(vec![fact(kind, "X", &[(element, url)])]);
        assert_eq!(row.text("use"), Some(purpose), "{kind}");
        assert_eq!(row.text("element"), Some(element), "{kind}");
        assert_eq!((row.name.as_str(), row.component.as_str()), (name, "X"), "{kind}");
        assert_eq!(texts(&row, "url"), [url], "{kind}");
        assert!(!row.grouped);
    }
}

#[test]
fn identifiers_and_scripts_are_no_urls() {
    let saml = fact("SamlSsoConfig", "X", &[("issuer", "http://a"), ("samlEntityId", "http://b")]);
    let script = fact("WebLink", "X", &[("linkType", "javascript"), ("url", "http://a")]);
    let page = fact("CustomPageWebLink", "X", &[("linkType", "page"), ("url", "http://a")]);
    assert!(rows(&collect(vec![saml, script, page])).is_empty());
    for kind in ["WebLink", "CustomPageWebLink"] {
        let row = only(vec![fact(kind, "X", &[("linkType", "url"), ("url", "http://a")])]);
        assert_eq!(row.text("use"), Some("web-link"));
    }
    assert!(rows(&collect(vec![fact("RemoteSiteSetting", "X", &[("url", "")])])).is_empty());
}

#[test]
fn parts_stand_where_they_are_written() {
    let row = remote("HTTP://Lab.example.org:8080/x");
    let at = |key: &str| {
        let item = row.item(key).expect(key);
        (item.text.as_str(), item.span.start, item.span.end)
    };
    assert_eq!(at("scheme"), ("http", 1000, 1004));
    assert_eq!(at("cleartext"), ("true", 1000, 1004));
    assert_eq!(at("host"), ("lab.example.org", 1007, 1022));
    assert_eq!(at("port"), ("8080", 1023, 1027));
    assert_eq!(at("url").1, 1000);
    assert_eq!(texts(&row, "domains"), ["lab.example.org", "example.org", "org"]);
}

#[test]
fn a_text_written_otherwise_is_one_place() {
    let mut site = fact("RemoteSiteSetting", "X", &[("url", "http://a.example.org/?a&b")]);
    site.values[0].1.span.end += 4;
    let row = only(vec![site]);
    let span = row.item("url").unwrap().span;
    assert_eq!(row.item("scheme").unwrap().span, span);
    assert_eq!(row.item("host").unwrap().span, span);
}

#[test]
fn cleartext_is_told_by_the_scheme() {
    for url in ["http://a.org", "ws://a.org", "FTP://a.org", "http://{!Host}/x"] {
        assert_eq!(remote(url).text("cleartext"), Some("true"), "{url}");
    }
    for url in ["https://a.org", "wss://a.org", "sftp://a.org", "a.org", "/http", "{!Url}"] {
        assert_eq!(remote(url).text("cleartext"), Some("false"), "{url}");
    }
}

#[test]
fn hosts_are_described() {
    let said = |url: &str| {
        ["loopback", "private-host", "wildcard", "wildcard-domain", "placeholder"]
            .map(|key| remote(url).text(key).unwrap_or("-").to_owned())
    };
    assert_eq!(said("http://localhost"), ["true", "false", "none", "-", "false"]);
    assert_eq!(said("http://10.0.0.8"), ["false", "true", "none", "-", "false"]);
    assert_eq!(said("https://*.force.com"), ["false", "false", "subdomains", "force.com", "false"]);
    assert_eq!(said("https://a*.b.org"), ["false", "false", "subdomains", "b.org", "false"]);
    assert_eq!(said("https://*"), ["false", "false", "any", "-", "false"]);
    assert_eq!(said("*"), ["false", "false", "any", "-", "false"]);
    assert_eq!(said("https://*.com"), ["false", "false", "any", "com", "false"]);
    assert_eq!(said("https://{!h}.a.org"), ["false", "false", "none", "-", "true"]);
}

#[test]
fn a_password_in_a_url_is_secret() {
    let row = remote("ftp://robot:pass-word@files.example.org/in");
    assert!(row.item("url").unwrap().secret);
    assert!(!remote("ftp://files.example.org/in").item("url").unwrap().secret);
    let values = [("siteIframeWhiteListUrls.url", "http://u:p@a.example.org")];
    assert_eq!(only(vec![fact("CustomSite", "X", &values)]).name, "X/http://a.example.org");
}

#[test]
fn words_come_from_host_name_and_label() {
    let values = [("endpointUrl", "http://fhir4.hl7.example.org")];
    let row = only(vec![fact("WorkflowOutboundMessage", "Patient__c.ns__Send_LabResult", &values)]);
    let wanted =
        ["example", "fhir", "fhir4", "hl", "hl7", "lab", "org", "patient", "result", "send"];
    assert_eq!(texts(&row, "tokens"), wanted);
    for label in ["label", "masterLabel", "friendlyName", "name"] {
        let values = [("url", "http://a.b"), (label, "Pharmacy Bridge")];
        let row = only(vec![fact("RemoteSiteSetting", "X", &values)]);
        assert!(texts(&row, "tokens").contains(&"pharmacy"), "{label}");
    }
}

#[test]
fn what_is_switched_off_is_capped() {
    let table = [
        ("RemoteSiteSetting", "url", "isActive", "false"),
        ("CspTrustedSite", "endpointUrl", "isActive", "false"),
        ("CustomSite", "siteIframeWhiteListUrls.url", "active", "false"),
        ("NamedCredential", "endpoint", "calloutStatus", "Disabled"),
    ];
    for (kind, element, switch, off) in table {
        let row = only(vec![fact(kind, "X", &[(element, "http://a.org"), (switch, off)])]);
        assert_eq!((row.text("active"), row.cap), (Some("false"), Some(Severity::Low)), "{kind}");
        let row = only(vec![fact(kind, "X", &[(element, "http://a.org"), (switch, "true")])]);
        assert_eq!((row.text("active"), row.cap), (Some("true"), None), "{kind}");
    }
    assert_eq!(remote("http://a.org").text("active"), Some("true"));
}

#[test]
fn trusted_sites_say_their_directives() {
    let values = [
        ("endpointUrl", "https://a.org"),
        ("isApplicableToConnectSrc", "true"),
        ("isApplicableToFontSrc", "true"),
        ("isApplicableToFrameSrc", "false"),
        ("isApplicableToImgSrc", "true"),
        ("isApplicableToMediaSrc", "true"),
        ("isApplicableToStyleSrc", "true"),
        ("canAccessCamera", "true"),
        ("canAccessMicrophone", "false"),
    ];
    let row = only(vec![fact("CspTrustedSite", "X", &values)]);
    let wanted = ["connect-src", "img-src", "media-src", "style-src", "font-src"];
    assert_eq!(texts(&row, "directives"), wanted);
    assert_eq!((row.text("camera"), row.text("microphone")), (Some("true"), Some("false")));
    let frame = [("endpointUrl", "https://a.org"), ("isApplicableToFrameSrc", "true")];
    assert_eq!(
        texts(&only(vec![fact("CspTrustedSite", "X", &frame)]), "directives"),
        ["frame-src"]
    );
    let values = [("url", "https://a.org"), ("disableProtocolSecurity", "true")];
    let row = only(vec![fact("RemoteSiteSetting", "X", &values)]);
    assert_eq!(row.text("protocol-security-disabled"), Some("true"));
}

#[test]
fn services_name_their_servers_or_are_unknown() {
    let schema = "openapi: 3.0.0\nservers:\n- url: http://a.org\n- url: https://b.org\n";
    let service = |values: &[(&str, &str)]| fact("ExternalServiceRegistration", "Bank", values);
    let rows = rows(&collect(vec![service(&[("schema", schema)])]));
    let names: Vec<&str> = rows.iter().map(|row| row.name.as_str()).collect();
    assert_eq!(names, ["Bank/http://a.org", "Bank/https://b.org"]);
    assert_eq!(rows[0].item("scheme").unwrap().span.start, 1031);
    assert_eq!(rows[0].found("schema"), Value::Absent);
    let row = only(vec![service(&[("label", "Bank")])]);
    for key in ["cleartext", "loopback", "host"] {
        assert!(matches!(row.found(key), Value::Unknown(_)), "{key}");
    }
    assert_eq!(row.text("use"), Some("external-service"));
}

#[test]
fn old_credentials_say_how_they_authenticate() {
    let table = [
        ("NoAuthentication", "NamedUser", "none", "NoAuthentication"),
        ("NoAuthentication", "Anonymous", "none", "NoAuthentication"),
        ("Password", "Anonymous", "none", "Anonymous"),
        ("Password", "NamedUser", "password", "Password"),
        ("Basic", "NamedUser", "password", "Basic"),
        ("Oauth", "PerUserPrincipal", "oauth", "Oauth"),
        ("Jwt", "Anonymous", "jwt", "Jwt"),
        ("JwtExchange", "NamedUser", "jwt", "JwtExchange"),
        ("AwsSv4", "Anonymous", "aws", "AwsSv4"),
        ("Custom", "NamedUser", "custom", "Custom"),
        ("Telepathy", "NamedUser", "other", "Telepathy"),
    ];
    for (protocol, principal, way, evidence) in table {
        let row = legacy(&[("protocol", protocol), ("principalType", principal)]);
        assert_eq!(row.text("authentication"), Some(way), "{protocol} {principal}");
        assert_eq!(row.text("authentication-evidence"), Some(evidence), "{protocol}");
        assert_eq!(row.text("client-certificate"), Some("false"));
    }
    assert_eq!(legacy(&[]).found("authentication"), Value::Absent);
    let row = legacy(&[("protocol", "NoAuthentication"), ("certificate", "LabKey")]);
    assert_eq!(row.text("authentication"), Some("mutual-tls"));
    let values = [("endpoint", "https://a.org"), ("principalType", "Anonymous")];
    let row = only(vec![fact("ExternalDataSource", "X", &values)]);
    assert_eq!(row.text("authentication"), Some("none"));
    assert_eq!(remote("https://a.org").found("authentication"), Value::Absent);
}

#[test]
fn new_credentials_join_their_external_credential() {
    let row = secured(&[], None);
    assert!(
        matches!(row.found("authentication"), Value::Unknown(why) if why.contains("Lab_Login"))
    );
    assert!(matches!(row.found("header-authentication"), Value::Unknown(_)));
    assert_eq!(row.text("url"), Some("https://fhir.example.org/r4"));
    assert_eq!(row.name, "Results");
    let lonely = [("namedCredentialType", "SecuredEndpoint"), ("endpoint", "https://a.org")];
    let row = only(vec![fact("NamedCredential", "X", &lonely)]);
    assert!(matches!(row.found("authentication"), Value::Unknown(_)));
    assert!(matches!(row.found("header-authentication"), Value::Unknown(_)));
    let row = secured(&[], Some(&[]));
    assert_eq!(row.text("authentication"), Some("custom"));
    let variant = |value| [("parameterType", "AuthProtocolVariant"), ("parameterValue", value)];
    let row = secured(&[], Some(&[&variant("NoAuthentication")]));
    assert_eq!(row.text("authentication"), Some("none"));
    assert_eq!(row.item("authentication-evidence").unwrap().span.start, 2000);
    let row = secured(&[], Some(&[&variant("Other")]));
    assert_eq!(row.text("authentication"), Some("custom"));
    let certificate = [("parameterType", "ClientCertificate"), ("certificate", "LabKey")];
    let row = secured(&[&certificate], Some(&[&variant("NoAuthentication")]));
    assert_eq!(row.text("authentication"), Some("mutual-tls"));
    assert_eq!(row.text("client-certificate"), Some("true"));
}

#[test]
fn headers_count_unless_they_negotiate_content() {
    let header = |ty, name| [("parameterType", ty), ("parameterName", name)];
    let said = |own: &[&[(&str, &str)]], added: &[&[(&str, &str)]]| {
        secured(own, Some(added)).text("header-authentication").map(str::to_owned)
    };
    assert_eq!(said(&[], &[]).as_deref(), Some("false"));
    assert_eq!(said(&[&header("HttpHeader", "Content-Type")], &[]).as_deref(), Some("false"));
    assert_eq!(said(&[&header("HttpHeader", "X-Clinic-Key")], &[]).as_deref(), Some("true"));
    assert_eq!(said(&[], &[&header("AuthHeader", "Authorization")]).as_deref(), Some("true"));
    assert_eq!(said(&[], &[&header("HttpHeader", "Api-Key")]).as_deref(), Some("true"));
    assert_eq!(said(&[], &[&header("NamedPrincipal", "Robot")]).as_deref(), Some("false"));
}

#[test]
fn a_callout_may_be_signed_or_leave_privately() {
    let said = |facts: Vec<Arc<Fact>>| {
        let mut collected = Collected::default();
        facts.into_iter().for_each(|fact| collected.add(fact));
        let row = rows(&collected).remove(0);
        (row.is_true("signing-certificate"), row.is_true("private-connection"))
    };
    let legacy = |values: &[(&str, &str)]| {
        let own = [("endpoint", "https://lab.example.org"), ("protocol", "Jwt")];
        said(vec![Arc::new(fact("NamedCredential", "Lab", &[&own[..], values].concat()))])
    };
    assert_eq!(legacy(&[]), (false, false));
    assert_eq!(legacy(&[("jwtSigningCertificate", "Key")]), (true, false));
    assert_eq!(legacy(&[("outboundNetworkConnection", "Line")]), (false, true));
    let secured = |more: &[(&str, &str)], signing: &str| {
        let url = [("parameterType", "Url"), ("parameterValue", "https://lab.example.org")];
        let authentication = [("parameterType", "Authentication"), ("externalCredential", "Lab")];
        let own = [("namedCredentialType", "SecuredEndpoint")];
        let url = [&url[..], more].concat();
        let mut facts = with_parameters("NamedCredential", "Lab", &own, &[&url, &authentication]);
        let parameter = [("parameterType", signing), ("certificate", "Key")];
        facts.extend(with_parameters("ExternalCredential", "Lab", &[], &[&parameter]));
        said(facts)
    };
    assert_eq!(secured(&[], "SigningCertificate"), (true, false));
    assert_eq!(secured(&[("outboundNetworkConnection", "Line")], "Other"), (false, true));
}
