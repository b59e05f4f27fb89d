//! URLs that an OAuth client sends people, tokens or assertions to: one row per URL.
//!
//! In: rows `oauth-client`. Out: rows `oauth-callback` with the parts of the URL, and what of
//! its client matters for it. Issuers and entity ids are names, not endpoints, and are no
//! rows. It does not know whether a host answers, or whose it is.

use compact_str::CompactString;

use super::url::{Url, has_placeholder};
use super::{Input, Kind};
use crate::fact::{Fact, Found, Item};
use crate::metadata::collect::Collected;
use crate::source::Span;

/// The kind derived here.
pub const KIND: Kind = Kind {
    name: "oauth-callback",
    meaning: "a URL of a connected or external client app",
    reads: &["oauth-client"],
    values: &[
        ("url", "the URL without user information and query"),
        ("use", "`callback`, `single-logout`, `start`, `mobile-start`, `canvas` or `acs`"),
        ("scheme", "its scheme in lower case; absent in a relative path"),
        ("host", "its host in lower case"),
        ("domains", "the host and every domain it lies in"),
        ("loopback", "whether the host is the user's own machine"),
        ("host-wildcard", "whether the host has a `*`"),
        ("custom-scheme", "whether the scheme belongs to an app on a device"),
        ("placeholder", "whether a part is filled in later"),
        ("generation", "as of its client"),
        ("audience", "as of its client"),
        ("pkce-required", "as of its client"),
        ("secret-optional", "as of its client"),
        (
            "beside",
            "of a connected app: each external client app that is on and calls back to the same host; Salesforce's own hosts and the user's machine do not count",
        ),
    ],
    derive,
};

/// The client's keys that hold URLs, and what each is for.
const USES: &[(&str, &str)] = &[
    ("callback-url", "callback"),
    ("single-logout-url", "single-logout"),
    ("start-url", "start"),
    ("mobile-start-url", "mobile-start"),
    ("canvas-url", "canvas"),
    ("acs-url", "acs"),
];

/// What a row takes over from its client.
const OF_CLIENT: &[&str] = &["generation", "audience", "pkce-required", "secret-optional"];

fn derive(input: &Input<'_>) -> Vec<Fact> {
    rows(input.facts)
}

/// The rows, client by client.
fn rows(facts: &Collected) -> Vec<Fact> {
    let mut rows = Vec::new();
    for client in facts.of("oauth-client") {
        for (key, purpose) in USES {
            rows.extend(client.items(key).map(|item| row_of(client, purpose, item)));
        }
    }
    say_beside(&mut rows, facts);
    rows
}

/// Says of each connected app which external client apps call back to the same host.
fn say_beside(rows: &mut [Fact], facts: &Collected) {
    let off = |row: &Fact| {
        facts.named("oauth-client", &row.component).any(|client| {
            client.text("generation") == row.text("generation")
                && client.text("enabled") == Some("false")
        })
    };
    let new: Vec<(String, CompactString, Span)> = rows
        .iter()
        .filter(|row| !off(row))
        .filter_map(|row| {
            Some((host(row, "external-client-app")?, row.component.clone(), row.place))
        })
        .collect();
    for row in rows {
        let Some(host) = host(row, "connected-app") else { continue };
        for (_, name, span) in new.iter().filter(|(own, ..)| *own == host) {
            let mut item = Item::new(name.clone(), row.place);
            item.related = Some(*span);
            row.values.push(("beside".into(), item));
        }
    }
}

/// The host of an OAuth callback of a client of that generation, if it says whose it is.
fn host(row: &Fact, generation: &str) -> Option<String> {
    let own = row.text("generation") == Some(generation) && row.text("use") == Some("callback");
    let salesforce = row.items("domains").any(|domain| domain.text == "salesforce.com");
    let told = own && !salesforce && !row.is_true("loopback") && !row.is_true("custom-scheme");
    row.text("host").filter(|_| told).map(str::to_owned)
}

fn row_of(client: &Fact, purpose: &str, item: &Item) -> Fact {
    let url = Url::parse(&item.text);
    let printable = url.printable();
    let mut row = Fact::new("oauth-callback", format!("{}/{printable}", client.name), item.span);
    row.component = client.name.clone();
    row.cap = client.cap;
    row.confidence = client.confidence;
    row.push("url", printable, item.span);
    row.push("use", purpose, item.span);
    if let Some(scheme) = url.scheme {
        row.push("scheme", scheme.to_ascii_lowercase(), item.span);
    }
    if !url.host.is_empty() {
        row.push("host", url.host_name(), item.span);
    }
    for domain in url.domains() {
        row.push("domains", domain, item.span);
    }
    row.derive("loopback", url.is_loopback());
    row.derive("host-wildcard", url.has_wildcard());
    row.derive("custom-scheme", url.has_custom_scheme());
    row.derive("placeholder", has_placeholder(&item.text));
    for key in OF_CLIENT {
        row.values.extend(client.items(key).map(|own| ((*key).into(), own.clone())));
        if let Found::Unknown(reason) = client.found(key) {
            row.mark_unknown(*key, reason);
        }
    }
    row
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::source::{FileId, Span};

    fn rows(values: &[(&str, &str)], unknown: &[&str]) -> Vec<Fact> {
        let mut client = Fact::new("oauth-client", "Kiosk", Span::new(FileId(1), 1, 9));
        for (number, (key, text)) in (1usize..).zip(values) {
            client.push(*key, *text, Span::new(FileId(1), number * 100, number * 100 + 1));
        }
        for key in unknown {
            client.mark_unknown(*key, "no file says so");
        }
        let mut facts = Collected::default();
        facts.add(Arc::new(client));
        super::rows(&facts)
    }

    #[test]
    fn each_url_is_a_row_with_its_parts() {
        let rows = rows(
            &[
                ("callback-url", "HTTP://User:secret@Portal.Clinic.example/cb?code=1"),
                ("callback-url", "clinic://done"),
                ("acs-url", "https://*.clinic.example/acs"),
                ("start-url", "/lightning/{!Page}"),
                ("pkce-required", "false"),
            ],
            &["secret-optional"],
        );
        assert_eq!(rows.len(), 4);
        let first = &rows[0];
        assert_eq!(first.name, "Kiosk/HTTP://Portal.Clinic.example/cb");
        assert_eq!(first.component, "Kiosk");
        assert_eq!(first.place, Span::new(FileId(1), 100, 101));
        assert_eq!(first.text("url"), Some("HTTP://Portal.Clinic.example/cb"));
        assert_eq!(first.text("use"), Some("callback"));
        assert_eq!(first.text("scheme"), Some("http"));
        assert_eq!(first.text("host"), Some("portal.clinic.example"));
        let domains: Vec<_> = first.items("domains").map(|item| item.text.as_str()).collect();
        assert_eq!(domains, ["portal.clinic.example", "clinic.example", "example"]);
        assert_eq!(first.text("loopback"), Some("false"));
        assert_eq!(first.text("custom-scheme"), Some("false"));
        assert_eq!(first.text("pkce-required"), Some("false"));
        assert_eq!(first.found("secret-optional"), Found::Unknown("no file says so"));
        assert_eq!(rows[1].text("custom-scheme"), Some("true"));
        assert_eq!(rows[1].place, Span::new(FileId(1), 200, 201));
        let acs = rows.iter().find(|row| row.text("use") == Some("acs")).unwrap();
        assert_eq!(acs.text("host-wildcard"), Some("true"));
        let start = rows.iter().find(|row| row.text("use") == Some("start")).unwrap();
        assert_eq!(start.text("placeholder"), Some("true"));
        assert_eq!(start.found("scheme"), Found::Absent);
        assert_eq!(start.found("host"), Found::Absent);
    }

    #[test]
    fn the_own_machine_is_told() {
        let rows = rows(&[("callback-url", "http://localhost:1717/OauthRedirect")], &[]);
        assert_eq!(rows[0].text("loopback"), Some("true"));
    }
}
