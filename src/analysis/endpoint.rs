//! `endpoint`: the URLs an org calls, trusts, embeds or sends people to.
//!
//! In: remote sites, named credentials, external data sources, outbound messages, identity
//! providers, trusted sites, origins, embedding pages, API descriptions, links. Out: one row
//! per URL with its parts, and for callouts how they authenticate. Sources: the Metadata API
//! types of these names. It cannot know what a host answers, nor which URL code builds.

mod authentication;
mod beside;
mod header;
mod payload;
mod row;
mod servers;
mod source;

use std::sync::Arc;

use crate::analysis::{Input, Kind};
use crate::fact::{Fact, Item};
use crate::metadata::collect::Collected;
use row::Found;
use source::{SOURCES, Source};

/// The URLs of an org.
pub const KIND: Kind = Kind {
    name: "endpoint",
    meaning: "a URL that the org calls, trusts, is embedded by, or sends people to; beside these values it has those of its component",
    reads: &[
        "RemoteSiteSetting",
        "NamedCredential",
        URL_PARAMETERS,
        "ExternalCredential",
        CREDENTIAL_PARAMETERS,
        "ExternalDataSource",
        "WorkflowOutboundMessage",
        "AuthProvider",
        "SamlSsoConfig",
        "CspTrustedSite",
        "CorsWhitelistOrigin",
        "CustomSite",
        "IframeWhiteListUrlSettings",
        "ExternalServiceRegistration",
        "VirtualVisitConfig",
        "WebLink",
        "CustomPageWebLink",
        "ApexClass.source",
    ],
    values: VALUES,
    derive,
};

const URL_PARAMETERS: &str = "NamedCredential.namedCredentialParameters";
const CREDENTIAL_PARAMETERS: &str = "ExternalCredential.externalCredentialParameters";

const VALUES: &[(&str, &str)] = &[
    (
        "use",
        "`remote-site`, `named-credential`, `external-credential` (where it fetches tokens), `external-data-source`, `outbound-message`, `auth-provider`, `saml`, `csp`, `cors`, `iframe` (a page that may embed the site), `external-service`, `virtual-visit`, `web-link`",
    ),
    ("element", "the element the URL stands in"),
    (
        "url",
        "the URL as written; never printed where it holds a user name or password, or parameters",
    ),
    ("scheme", "`https`, `http` … in lower case; absent in a bare host or a relative path"),
    (
        "cleartext",
        "`true` for `http`, `ws` and `ftp`. Unknown for an external service whose description stands in a file of its own",
    ),
    ("host", "the host in lower case; absent where there is none"),
    ("domains", "the host and every domain it lies in: `a.b.org`, `b.org`, `org`"),
    ("port", "the port, if it is written"),
    ("loopback", "`true` where the host is the machine itself: `localhost`, `127.0.0.1`, `::1`"),
    ("private-host", "`true` where the host lies in a private network or its name has one label"),
    ("wildcard", "`any` (`*`, `https://*`, `*.com`), `subdomains` (`*.example.org`), `none`"),
    ("wildcard-domain", "what follows `*.`: `example.org`"),
    ("placeholder", "`true` where a part of the URL is filled in later: `{!…}`, `%%%…%%%`"),
    ("active", "`false` where the component is switched off; a finding on it is at most low"),
    ("tokens", "each word, in lower case, of the host, the component's name and its label"),
    (
        "authentication",
        "of a named credential or data source: `none`, `password`, `oauth`, `jwt`, `aws`, `custom`, `mutual-tls` (no protocol, but a client certificate). Unknown where the external credential was not retrieved",
    ),
    ("authentication-evidence", "what says so, in Salesforce's words: `NoAuthentication`"),
    ("client-certificate", "`true` where a callout presents a client certificate"),
    (
        "signing-certificate",
        "`true` where the callout is signed with a certificate of the org. Unknown where the external credential was not retrieved",
    ),
    ("private-connection", "`true` where the callout leaves through a private connection"),
    (
        "header-authentication",
        "`true` where the credential adds a header of its own that is none of content negotiation",
    ),
    (
        "code-authentication",
        "of a named credential: `true` where an Apex class that calls through it sets a header of authentication itself",
    ),
    ("protocol-security-disabled", "`true` where a remote site lets HTTPS sessions send to HTTP"),
    (
        "directives",
        "of a trusted site: each of `connect-src`, `frame-src`, `img-src`, `media-src`, `style-src`, `font-src`",
    ),
    ("camera", "`true` where a trusted site may use the camera"),
    ("microphone", "`true` where a trusted site may use the microphone"),
    ("phi-fields", "of an outbound message or a link: each PHI field it sends"),
    (
        "beside",
        "of a named credential of the old kind: each of the new kind that is on and reaches the same host",
    ),
    ("phi-level", "how certain the most certain of these is PHI: `high` or `medium`"),
];

fn derive(input: &Input<'_>) -> Vec<Fact> {
    let mut rows = rows(input.facts);
    let signed = header::signed_by_code(&input.facts.apex);
    for row in rows.iter_mut().filter(|row| row.text("use") == Some("named-credential")) {
        row.derive("code-authentication", signed.contains(row.component.to_lowercase().as_str()));
    }
    rows.iter_mut().for_each(|row| payload::describe(row, &input.org.schema));
    beside::describe(&mut rows);
    rows
}

fn rows(facts: &Collected) -> Vec<Fact> {
    let mut rows = Vec::new();
    for source in SOURCES {
        for fact in facts.of(source.ty).iter().filter(|fact| source::holds_urls(fact)) {
            for (element, item) in urls(source, fact, facts) {
                let found = Found { source, fact, element, item };
                let mut row = row::describe(&found);
                authentication::describe(&mut row, fact, facts);
                rows.push(row);
            }
            rows.extend(row::unread_service(source, fact));
        }
    }
    rows
}

/// The URLs of a component, each with its element.
fn urls(source: &Source, fact: &Arc<Fact>, facts: &Collected) -> Vec<(&'static str, Item)> {
    let mut found = Vec::new();
    for element in source.elements {
        let items = fact.items(element).filter(|item| !item.text.is_empty());
        match *element {
            "schema" => found.extend(items.flat_map(servers::items).map(|item| ("schema", item))),
            element => found.extend(items.map(|item| (element, item.clone()))),
        }
    }
    let parameter = match source.ty {
        "NamedCredential" => Some((URL_PARAMETERS, "Url")),
        "ExternalCredential" => Some((CREDENTIAL_PARAMETERS, "AuthProviderUrl")),
        _ => None,
    };
    if let Some((kind, ty)) = parameter {
        let parameters = authentication::parameters(fact, facts, kind, ty);
        let values = parameters.filter_map(|parameter| parameter.item("parameterValue"));
        let values = values.filter(|item| !item.text.is_empty());
        found.extend(values.map(|item| ("parameterValue", item.clone())));
    }
    found
}

#[cfg(test)]
pub(crate) mod tests;
