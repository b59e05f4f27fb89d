//! URL-like texts of metadata, taken apart.
//!
//! In: the text of an element that should hold a URL: a callback, an endpoint, a trusted
//! site. Out: [`Url`], its parts as they are written, and what can be said of the host. Such
//! texts are often no valid URL: relative paths, bare hosts, wildcards, merge fields,
//! placeholders of a build. Nothing is rejected and nothing is looked up. It knows no rule,
//! and never hands out user information, which may be a password.

use std::net::{IpAddr, Ipv4Addr};

/// The parts of a URL-like text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Url<'t> {
    /// The scheme as written; none in a bare host or a relative path.
    pub scheme: Option<&'t str>,
    /// Whether a user name or password stands before the host.
    pub has_userinfo: bool,
    /// The host as written, IPv6 without its brackets; empty where there is none.
    pub host: &'t str,
    /// The port as written.
    pub port: Option<&'t str>,
    /// What follows the host, up to the query.
    pub path: &'t str,
    /// What stands between `?` and `#`.
    pub query: Option<&'t str>,
}

/// Schemes that name a protocol; every other one belongs to an app on a device.
const PROTOCOLS: &[&str] = &[
    "http",
    "https",
    "ws",
    "wss",
    "ftp",
    "ftps",
    "sftp",
    "callout",
    "mailto",
    "tel",
    "sms",
    "file",
    "data",
    "blob",
    "javascript",
    "about",
    "urn",
    "ldap",
    "ldaps",
    "jdbc",
    "kafka",
];

/// Endings of host names that no public name server answers for.
const PRIVATE_ENDINGS: &[&str] =
    &[".local", ".localdomain", ".internal", ".intranet", ".corp", ".lan", ".home.arpa"];

impl<'t> Url<'t> {
    /// Takes a text apart; spaces around it do not count.
    pub fn parse(text: &'t str) -> Self {
        let text = text.trim();
        let (scheme, rest) = split_scheme(text);
        let (rest, query) = split_query(rest);
        let nothing = Self { scheme, has_userinfo: false, host: "", port: None, path: rest, query };
        let authority = match (rest.strip_prefix("//"), scheme) {
            (Some(after), _) => after,
            (None, Some(_)) => return nothing,
            (None, None) => rest,
        };
        let end = authority_end(authority);
        let end = match authority.split_at_checked(end) {
            Some((before, after)) if hides_password(before, after) => {
                let host = authority.rfind('@').map_or(end, |at| at + 1);
                host + authority_end(authority.get(host..).unwrap_or(""))
            }
            _ => end,
        };
        let (authority, path) = authority.split_at_checked(end).unwrap_or((authority, ""));
        if scheme.is_none() && !rest.starts_with("//") && !looks_like_host(authority) {
            return nothing;
        }
        let (has_userinfo, host_and_port) = match authority.rsplit_once('@') {
            Some((_, host)) => (true, host),
            None => (false, authority),
        };
        let (host, port) = split_port(host_and_port);
        Self { scheme, has_userinfo, host, port, path, query }
    }

    /// Whether the scheme is this one, in any case.
    pub fn is_scheme(&self, scheme: &str) -> bool {
        self.scheme.is_some_and(|own| own.eq_ignore_ascii_case(scheme))
    }

    /// Whether the scheme belongs to an app on a device: `com.clinic.portal:/callback`.
    pub fn has_custom_scheme(&self) -> bool {
        self.scheme
            .is_some_and(|own| !PROTOCOLS.iter().any(|known| known.eq_ignore_ascii_case(own)))
    }

    /// Whether the host is the machine that reads the URL: `localhost`, `127.0.0.1`, `::1`.
    pub fn is_loopback(&self) -> bool {
        let host = self.host_name();
        match host.parse::<IpAddr>() {
            Ok(address) => address.is_loopback(),
            Err(_) => host == "localhost" || host.ends_with(".localhost"),
        }
    }

    /// Whether the host lies in a private network: RFC 1918, a link-local or unique local
    /// address, a reserved ending, a name of one label. Loopback is not private.
    pub fn is_private(&self) -> bool {
        let host = self.host_name();
        match host.parse::<IpAddr>() {
            Ok(IpAddr::V4(address)) => address.is_private() || address.is_link_local(),
            Ok(IpAddr::V6(address)) => {
                let [first, ..] = address.segments();
                first & 0xfe00 == 0xfc00 || first & 0xffc0 == 0xfe80
            }
            Err(_) if self.is_loopback() || has_placeholder(&host) || self.has_wildcard() => false,
            Err(_) => {
                let reserved = PRIVATE_ENDINGS.iter().any(|ending| host.ends_with(ending));
                reserved || (!host.is_empty() && !host.contains('.'))
            }
        }
    }

    /// Whether the host is an address and no name.
    pub fn is_address(&self) -> bool {
        self.host_name().parse::<IpAddr>().is_ok()
    }

    /// Whether the host stands for many: `*.example.org`, `*`.
    pub fn has_wildcard(&self) -> bool {
        self.host.contains('*')
    }

    /// The host in lower case, without a final dot.
    pub fn host_name(&self) -> String {
        self.host.trim_end_matches('.').to_ascii_lowercase()
    }

    /// The host and every domain it lies in, the longest first: `a.b.org`, `b.org`, `org`. An
    /// address lies in none.
    pub fn domains(&self) -> Vec<String> {
        let host = self.host_name();
        let mut domains = Vec::new();
        if host.parse::<Ipv4Addr>().is_ok() || host.contains(':') {
            domains.push(host);
            return domains;
        }
        let mut rest = Some(host.as_str());
        while let Some(domain) = rest.filter(|domain| !domain.is_empty()) {
            domains.push(domain.to_owned());
            rest = domain.split_once('.').map(|(_, parent)| parent);
        }
        domains
    }

    /// The URL without user information, parameters, query and fragment: what may be printed.
    pub fn printable(&self) -> String {
        let scheme = match self.scheme {
            Some(scheme) if self.host.is_empty() => format!("{scheme}:"),
            Some(scheme) => format!("{scheme}://"),
            None => String::new(),
        };
        let host = match self.host.contains(':') {
            true => format!("[{}]", self.host),
            false => self.host.to_owned(),
        };
        let port = self.port.map(|port| format!(":{port}")).unwrap_or_default();
        // What stands before an `@` where no host was found may be a password all the same.
        let path = match self.host.is_empty() {
            true => self.path.rsplit('@').next().unwrap_or(""),
            false => self.path,
        };
        let path = path.split(';').next().unwrap_or("");
        format!("{scheme}{host}{port}{path}")
    }

    /// Whether the text holds what should not be printed as it is.
    pub fn may_hold_secret(&self) -> bool {
        self.has_userinfo
            || self.path.contains([';', '@'])
            || self.query.is_some_and(|query| query.contains('='))
    }
}

/// Whether a slash does not end the authority, because it stands in a password: `u:a/b@host`.
fn hides_password(before: &str, after: &str) -> bool {
    let (host, port) = split_port(before);
    !before.contains('@')
        && port.is_none()
        && host.contains(':')
        && !before.starts_with('[')
        && after.contains('@')
}

/// Whether a text has a part that is filled in later: `{!…}`, `${…}`, `{{…}}`, `{0}`,
/// `%%%…%%%`, `<…>`.
pub fn has_placeholder(text: &str) -> bool {
    let encloses = |open: &str, close: &str| {
        text.split_once(open).is_some_and(|(_, after)| after.contains(close))
    };
    encloses("{", "}") || encloses("%%%", "%%%") || encloses("<", ">")
}

/// A scheme and what follows its colon. `host:8080` has none.
fn split_scheme(text: &str) -> (Option<&str>, &str) {
    let Some((scheme, rest)) = text.split_once(':') else { return (None, text) };
    let mut letters = scheme.chars();
    let is_scheme = letters.next().is_some_and(|c| c.is_ascii_alphabetic())
        && letters.all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.' | '_'));
    let is_port = rest.starts_with(|c: char| c.is_ascii_digit());
    match is_scheme && !is_port {
        true => (Some(scheme), rest),
        false => (None, text),
    }
}

/// What stands before the query, and the query; the fragment is dropped.
fn split_query(text: &str) -> (&str, Option<&str>) {
    let text = text.split_once('#').map_or(text, |(before, _)| before);
    match text.split_once('?') {
        Some((before, query)) => (before, Some(query)),
        None => (text, None),
    }
}

/// Where the path begins; a slash inside `{…}` does not end the authority.
fn authority_end(text: &str) -> usize {
    let mut depth = 0usize;
    for (at, letter) in text.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            '/' | '\\' if depth == 0 => return at,
            _ => {}
        }
    }
    text.len()
}

/// Whether a text without a scheme begins with a host and not with a path.
fn looks_like_host(authority: &str) -> bool {
    let (host, port) = split_port(authority);
    let valid = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '*' | ':');
    let local = host.eq_ignore_ascii_case("localhost") || host == "*" || port.is_some();
    !host.is_empty() && host.chars().all(valid) && (host.contains('.') || local)
}

/// A host and its port; the brackets of an IPv6 address are taken off.
fn split_port(text: &str) -> (&str, Option<&str>) {
    if let Some((address, after)) = text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        return (address, after.strip_prefix(':'));
    }
    match text.rsplit_once(':') {
        Some((host, port)) if is_port(port) && !host.contains(':') => (host, Some(port)),
        _ => (text, None),
    }
}

fn is_port(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_digit() || c == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_url_falls_into_its_parts() {
        let url = Url::parse(" https://Portal.Clinic.example:8443/oauth/cb?state=1#top ");
        assert_eq!(url.scheme, Some("https"));
        assert_eq!(url.host, "Portal.Clinic.example");
        assert_eq!(url.host_name(), "portal.clinic.example");
        assert_eq!(url.port, Some("8443"));
        assert_eq!(url.path, "/oauth/cb");
        assert_eq!(url.query, Some("state=1"));
        assert!(!url.has_userinfo);
        assert_eq!(url.printable(), "https://Portal.Clinic.example:8443/oauth/cb");
    }

    #[test]
    fn user_information_is_noticed_and_never_printed() {
        let url = Url::parse("ftp://robot:pass-word@files.example.org/in");
        assert!(url.has_userinfo);
        assert_eq!(url.host, "files.example.org");
        assert_eq!(url.printable(), "ftp://files.example.org/in");
    }

    #[test]
    fn what_may_be_a_password_is_never_printed() {
        let printed = |text: &'static str| {
            let url = Url::parse(text);
            assert!(url.may_hold_secret(), "{text}");
            url.printable()
        };
        assert_eq!(printed("http://u:pa/ss@a.example/x"), "http://a.example/x");
        assert_eq!(printed("http:u:pass@a.example/x"), "http:a.example/x");
        assert_eq!(printed("http://a.example/x;jsessionid=7"), "http://a.example/x");
        assert_eq!(printed("http://a.example/x?key=7"), "http://a.example/x");
        assert_eq!(Url::parse("http://a.example:80/@me").printable(), "http://a.example:80/@me");
        assert!(!Url::parse("https://*.example.org:443/x?wsdl").may_hold_secret());
    }

    #[test]
    fn bare_hosts_and_paths_are_told_apart() {
        assert_eq!(Url::parse("www.example.org/x").host, "www.example.org");
        assert_eq!(Url::parse("localhost:8080/x").port, Some("8080"));
        assert_eq!(Url::parse("localhost:8080/x").scheme, None);
        assert_eq!(Url::parse("//cdn.example.org/a.js").host, "cdn.example.org");
        let path = Url::parse("/lightning/page/home");
        assert_eq!((path.scheme, path.host, path.path), (None, "", "/lightning/page/home"));
        assert_eq!(Url::parse("apex/Portal").host, "");
        assert_eq!(Url::parse("").printable(), "");
    }

    #[test]
    fn schemes_of_apps_are_custom() {
        let url = Url::parse("com.clinic.portal:/callback");
        assert_eq!((url.scheme, url.host, url.path), (Some("com.clinic.portal"), "", "/callback"));
        assert!(url.has_custom_scheme());
        assert_eq!(url.printable(), "com.clinic.portal:/callback");
        assert!(Url::parse("clinicapp://oauth/done").has_custom_scheme());
        assert!(!Url::parse("HTTPS://example.org").has_custom_scheme());
        assert!(!Url::parse("callout:Lab_Results/v1").has_custom_scheme());
        assert!(!Url::parse("example.org").has_custom_scheme());
        assert!(Url::parse("HTTP://example.org").is_scheme("http"));
    }

    #[test]
    fn the_own_machine_is_loopback() {
        for text in [
            "http://localhost:1717/OauthRedirect",
            "http://127.0.0.1/x",
            "http://127.8.0.1",
            "http://[::1]:3000/cb",
            "http://dev.localhost",
        ] {
            assert!(Url::parse(text).is_loopback(), "{text}");
        }
        for text in ["http://localhost.example.org", "http://10.0.0.1", "localhostapp://x"] {
            assert!(!Url::parse(text).is_loopback(), "{text}");
        }
        assert_eq!(Url::parse("http://[::1]:3000/cb").port, Some("3000"));
        assert_eq!(Url::parse("http://[::1]:3000/cb").printable(), "http://[::1]:3000/cb");
    }

    #[test]
    fn private_hosts_are_seen() {
        for text in [
            "http://10.1.2.3/x",
            "https://192.168.0.9",
            "https://172.31.4.4",
            "https://169.254.1.1",
            "https://[fd00::1]/",
            "https://[fe80::1]/",
            "https://ehr/x",
            "https://ehr.corp",
        ] {
            assert!(Url::parse(text).is_private(), "{text}");
        }
        for text in [
            "https://172.32.4.4",
            "https://[2001:db8::1]/",
            "https://example.org",
            "https://*",
            "https://{!host}/x",
            "http://localhost",
            "/path",
        ] {
            assert!(!Url::parse(text).is_private(), "{text}");
        }
        assert!(Url::parse("https://10.1.2.3").is_address());
        assert!(!Url::parse("https://example.org").is_address());
    }

    #[test]
    fn wildcards_and_domains() {
        assert!(Url::parse("https://*.example.org").has_wildcard());
        assert!(Url::parse("*").has_wildcard());
        assert!(!Url::parse("https://example.org/*").has_wildcard());
        let domains = Url::parse("https://A.b.Example.org.").domains();
        assert_eq!(domains, ["a.b.example.org", "b.example.org", "example.org", "org"]);
        assert_eq!(Url::parse("https://10.1.2.3/").domains(), ["10.1.2.3"]);
        assert!(Url::parse("/path").domains().is_empty());
    }

    #[test]
    fn placeholders_stay_whole() {
        let url = Url::parse("https://{!IF(a, b/c, d)}.example.org/cb");
        assert_eq!(url.host, "{!IF(a, b/c, d)}.example.org");
        assert_eq!(url.path, "/cb");
        for text in ["{!URL}/x", "${host}", "{{ host }}", "%%%DOMAIN%%%", "https://<your-domain>/"]
        {
            assert!(has_placeholder(text), "{text}");
        }
        for text in ["https://example.org/50%25", "a}b{", "%%%", "a > b < c"] {
            assert!(!has_placeholder(text), "{text}");
        }
        assert_eq!(Url::parse("{!URL}/x").scheme, None);
    }
}
