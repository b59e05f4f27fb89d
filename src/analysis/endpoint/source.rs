//! Which elements of which types hold URLs, and what the URLs are for.
//!
//! In: nothing. Out: a table. It leaves out elements that look like URLs and are identifiers
//! (a SAML issuer, an entity id), and pages of the org itself.

use crate::fact::Fact;

/// Where the URLs of a type stand.
#[derive(Debug, Clone, Copy)]
pub(super) struct Source {
    /// The metadata type.
    pub ty: &'static str,
    /// What its URLs are for: the value `use`.
    pub purpose: &'static str,
    /// Their elements.
    pub elements: &'static [&'static str],
    /// What tells the URLs of one component apart.
    pub apart: Apart,
}

/// What tells the URLs of one component apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Apart {
    /// Nothing: there is one.
    Alone,
    /// The element each stands in.
    Element,
    /// The URL itself: the element repeats.
    Url,
}

/// Every type that holds URLs. A named credential's URL may also be one of its parameters,
/// and that of an external credential, where tokens are fetched, always is.
pub(super) const SOURCES: &[Source] = &[
    one("RemoteSiteSetting", "remote-site", &["url"]),
    one("NamedCredential", "named-credential", &["endpoint"]),
    one("ExternalCredential", "external-credential", &[]),
    one("ExternalDataSource", "external-data-source", &["endpoint"]),
    one("WorkflowOutboundMessage", "outbound-message", &["endpointUrl"]),
    Source {
        apart: Apart::Element,
        ..one("AuthProvider", "auth-provider", &["authorizeUrl", "tokenUrl", "userInfoUrl"])
    },
    Source {
        apart: Apart::Element,
        ..one("SamlSsoConfig", "saml", &["loginUrl", "logoutUrl", "singleLogoutUrl"])
    },
    one("CspTrustedSite", "csp", &["endpointUrl"]),
    one("CorsWhitelistOrigin", "cors", &["urlPattern"]),
    Source { apart: Apart::Url, ..one("CustomSite", "iframe", &["siteIframeWhiteListUrls.url"]) },
    Source {
        apart: Apart::Url,
        ..one("IframeWhiteListUrlSettings", "iframe", &["iframeWhiteListUrls.url"])
    },
    Source {
        apart: Apart::Url,
        ..one("ExternalServiceRegistration", "external-service", &["schema"])
    },
    one("VirtualVisitConfig", "virtual-visit", &["experienceCloudSiteUrl"]),
    one("WebLink", "web-link", &["url"]),
    one("CustomPageWebLink", "web-link", &["url"]),
];

const fn one(ty: &'static str, purpose: &'static str, elements: &'static [&'static str]) -> Source {
    Source { ty, purpose, elements, apart: Apart::Alone }
}

/// Whether the elements of a component hold URLs: a link may hold script or name a page.
pub(super) fn holds_urls(fact: &Fact) -> bool {
    match fact.kind.as_str() {
        "WebLink" | "CustomPageWebLink" => fact.text("linkType") == Some("url"),
        _ => true,
    }
}
