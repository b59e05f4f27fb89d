//! How a callout says who calls.
//!
//! In: a named credential, the external credential it uses, or an external data source. Out:
//! on its row: the way it authenticates with the element that says so, whether it presents a
//! client certificate, whether it adds a header of its own. It cannot see the secret itself,
//! which is no metadata, nor a header that code sets.

use std::sync::Arc;

use compact_str::ToCompactString;

use super::{CREDENTIAL_PARAMETERS, URL_PARAMETERS};
use crate::fact::{Fact, Item};
use crate::metadata::collect::Collected;

/// Request headers of content negotiation and caching: they carry no credential.
const PLAIN_HEADERS: &[&str] = &[
    "accept",
    "accept-charset",
    "accept-encoding",
    "accept-language",
    "cache-control",
    "content-encoding",
    "content-language",
    "content-type",
    "user-agent",
];

/// Ways that sign with a key of the org, whatever principal is named.
const SIGNING: &[&str] = &["jwt", "aws"];

/// Says how a callout through the component authenticates.
pub(super) fn describe(row: &mut Fact, fact: &Arc<Fact>, facts: &Collected) {
    match fact.kind.as_str() {
        "NamedCredential" if is_new(fact) => describe_secured(row, fact, facts),
        "NamedCredential" | "ExternalDataSource" => describe_legacy(row, fact, facts),
        _ => {}
    }
}

/// The parameters of a component that have this type.
pub(super) fn parameters<'f>(
    fact: &'f Arc<Fact>,
    facts: &'f Collected,
    kind: &'f str,
    ty: &'f str,
) -> impl Iterator<Item = &'f Arc<Fact>> {
    facts.of(kind).iter().filter(move |parameter| {
        parameter.parent.as_ref().is_some_and(|parent| Arc::ptr_eq(parent, fact))
            && parameter.text("parameterType") == Some(ty)
    })
}

/// Whether it leaves to an external credential how it authenticates.
pub(super) fn is_new(fact: &Fact) -> bool {
    matches!(fact.text("namedCredentialType"), Some("SecuredEndpoint" | "PrivateEndpoint"))
}

/// A component that says by itself how it authenticates.
fn describe_legacy(row: &mut Fact, fact: &Arc<Fact>, facts: &Collected) {
    let certificate = fact.item("certificate").filter(|item| !item.text.is_empty());
    say_certificate(row, certificate);
    say_named(row, "signing-certificate", fact.item("jwtSigningCertificate"));
    say_connection(row, fact, facts);
    let headers = parameters(fact, facts, URL_PARAMETERS, "HttpHeader");
    say_header(row, headers);
    let protocol = fact.item("protocol");
    let way = protocol.map(|item| way_of(&item.text));
    let nobody = fact.item("principalType").filter(|item| item.text == "Anonymous");
    let signs = way.is_some_and(|way| SIGNING.contains(&way));
    match (protocol.zip(way), nobody) {
        (Some((item, "none")), _) => say_way(row, "none", item),
        (_, Some(item)) if !signs => say_way(row, "none", item),
        (Some((item, way)), _) => say_way(row, way, item),
        (None, _) => {}
    }
}

/// A component that leaves authentication to an external credential.
fn describe_secured(row: &mut Fact, fact: &Arc<Fact>, facts: &Collected) {
    let mut certificates = parameters(fact, facts, URL_PARAMETERS, "ClientCertificate");
    let certificate = certificates.find_map(|parameter| parameter.item("certificate"));
    say_certificate(row, certificate.filter(|item| !item.text.is_empty()));
    say_connection(row, fact, facts);
    let mut named = parameters(fact, facts, URL_PARAMETERS, "Authentication");
    let Some(name) = named.find_map(|parameter| parameter.item("externalCredential")) else {
        let why = "the named credential names no external credential; retrieve it again";
        row.mark_unknown("authentication", why);
        row.mark_unknown("header-authentication", why);
        row.mark_unknown("signing-certificate", why);
        return;
    };
    let Some(credential) = facts.named("ExternalCredential", &name.text).next() else {
        let why = format!(
            "the external credential {} was not retrieved; retrieve the metadata type `ExternalCredential`",
            name.text
        );
        row.mark_unknown("authentication", why.as_str());
        row.mark_unknown("header-authentication", why.as_str());
        row.mark_unknown("signing-certificate", why);
        return;
    };
    let mut signing = parameters(credential, facts, CREDENTIAL_PARAMETERS, "SigningCertificate");
    say_named(row, "signing-certificate", signing.find_map(|p| p.item("certificate")));
    let own = parameters(fact, facts, URL_PARAMETERS, "HttpHeader");
    let added = ["AuthHeader", "HttpHeader"].into_iter();
    let added = added.flat_map(|ty| parameters(credential, facts, CREDENTIAL_PARAMETERS, ty));
    say_header(row, own.chain(added));
    let mut variants = parameters(credential, facts, CREDENTIAL_PARAMETERS, "AuthProtocolVariant");
    let variant = variants.find_map(|parameter| parameter.item("parameterValue"));
    let protocol = credential.item("authenticationProtocol");
    let no_way = |item: &&Item| way_of(&item.text) == "none";
    if let Some(item) = variant.filter(no_way).or(protocol.filter(no_way)) {
        say_way(row, "none", item);
    } else if let Some(item) = protocol {
        say_way(row, way_of(&item.text), item);
    }
}

/// The way a protocol of Salesforce's enumeration authenticates.
fn way_of(protocol: &str) -> &'static str {
    match protocol {
        "NoAuthentication" => "none",
        "Password" | "Basic" => "password",
        "Oauth" => "oauth",
        "Jwt" | "JwtExchange" => "jwt",
        "AwsSv4" => "aws",
        "Custom" => "custom",
        _ => "other",
    }
}

fn say_way(row: &mut Fact, way: &str, evidence: &Item) {
    let way = match way {
        "none" if row.is_true("client-certificate") => "mutual-tls",
        way => way,
    };
    row.push("authentication", way, evidence.span);
    row.values.push(("authentication-evidence".into(), evidence.clone()));
}

fn say_certificate(row: &mut Fact, certificate: Option<&Item>) {
    let span = certificate.map_or(row.place, |item| item.span);
    row.push("client-certificate", certificate.is_some().to_compact_string(), span);
}

/// Whether an element names something.
fn say_named(row: &mut Fact, key: &'static str, item: Option<&Item>) {
    let named = item.filter(|item| !item.text.is_empty());
    let span = named.map_or(row.place, |item| item.span);
    row.push(key, named.is_some().to_compact_string(), span);
}

/// Whether the callout leaves through a private connection.
fn say_connection(row: &mut Fact, fact: &Arc<Fact>, facts: &Collected) {
    const ELEMENT: &str = "outboundNetworkConnection";
    let own = fact.item(ELEMENT);
    let mut all = facts.of(URL_PARAMETERS).iter().filter(|parameter| {
        parameter.parent.as_ref().is_some_and(|parent| Arc::ptr_eq(parent, fact))
    });
    say_named(row, "private-connection", own.or_else(|| all.find_map(|p| p.item(ELEMENT))));
}

fn say_header<'f>(row: &mut Fact, mut parameters: impl Iterator<Item = &'f Arc<Fact>>) {
    let plain = |name: &str| PLAIN_HEADERS.iter().any(|plain| plain.eq_ignore_ascii_case(name));
    let header = parameters.find(|header| !header.text("parameterName").is_some_and(plain));
    let span = header.map_or(row.place, |header| header.place);
    row.push("header-authentication", header.is_some().to_compact_string(), span);
}
