//! Where a script may put a value.
//!
//! In: the names of what is called or written. Out: the sink, and which arguments it takes.
//! It knows names only, no value.
//!
//! Sources: MDN (Storage, IndexedDB, CacheStorage, `postMessage`, History), Lightning
//! `NavigationMixin`, Aura `$A.storageService` and `force:navigateToURL`.

/// A sink.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Sink {
    LocalStorage,
    SessionStorage,
    IndexedDb,
    CacheStorage,
    Cookie,
    AuraStorage,
    Console,
    Url,
    PostMessage,
    Tracker,
    InnerHtml,
    SessionId,
}

impl Sink {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::LocalStorage => "local-storage",
            Self::SessionStorage => "session-storage",
            Self::IndexedDb => "indexed-db",
            Self::CacheStorage => "cache-storage",
            Self::Cookie => "cookie",
            Self::AuraStorage => "aura-storage",
            Self::Console => "console",
            Self::Url => "url",
            Self::PostMessage => "post-message",
            Self::Tracker => "tracker",
            Self::InnerHtml => "inner-html",
            Self::SessionId => "session-id",
        }
    }

    /// Whether what goes in stays in the browser.
    pub(super) fn is_storage(self) -> bool {
        matches!(
            self,
            Self::LocalStorage
                | Self::SessionStorage
                | Self::IndexedDb
                | Self::CacheStorage
                | Self::Cookie
                | Self::AuraStorage
        )
    }
}

/// Which arguments a call puts into its sink.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Takes {
    /// Each of them.
    All,
    /// Each, and the first of them is a key.
    KeyAndValue,
    /// This one.
    Only(usize),
}

/// The sink that a call of a path is.
pub(super) fn of_call(path: &str) -> Option<(Sink, Takes)> {
    let (head, method) = path.rsplit_once('.').unwrap_or(("", path));
    let storage = |sink| matches!(method, "setItem").then_some((sink, Takes::KeyAndValue));
    match head {
        "localStorage" => return storage(Sink::LocalStorage),
        "sessionStorage" => return storage(Sink::SessionStorage),
        "console" => {
            let prints = ["log", "info", "warn", "error", "debug", "trace", "table", "dir"];
            return prints.contains(&method).then_some((Sink::Console, Takes::All));
        }
        "location" | "document.location" if matches!(method, "assign" | "replace") => {
            return Some((Sink::Url, Takes::Only(0)));
        }
        "history" if matches!(method, "pushState" | "replaceState") => {
            return Some((Sink::Url, Takes::Only(2)));
        }
        "document" if matches!(method, "write" | "writeln") => {
            return Some((Sink::InnerHtml, Takes::All));
        }
        "XMLHttpRequest()" if method == "open" => return Some((Sink::Url, Takes::Only(1))),
        _ => {}
    }
    if head.ends_with("objectStore()") && matches!(method, "put" | "add") {
        return Some((Sink::IndexedDb, Takes::All));
    }
    if head.starts_with("caches.") && matches!(method, "put" | "add" | "addAll") {
        return Some((Sink::CacheStorage, Takes::All));
    }
    if head.starts_with("$A.storageService") && matches!(method, "put" | "set" | "setAll") {
        return Some((Sink::AuraStorage, Takes::KeyAndValue));
    }
    if head == "$A.get(e.force:navigateToURL)" && method == "setParams" {
        return Some((Sink::Url, Takes::Only(0)));
    }
    match path {
        "window.open" | "fetch" => Some((Sink::Url, Takes::Only(0))),
        _ if tracker(path).is_some() => Some((Sink::Tracker, Takes::All)),
        _ => of_method(method),
    }
}

/// The sink that a method is, whatever it is called on.
pub(super) fn of_method(method: &str) -> Option<(Sink, Takes)> {
    match method {
        "postMessage" => Some((Sink::PostMessage, Takes::Only(0))),
        "insertAdjacentHTML" => Some((Sink::InnerHtml, Takes::Only(1))),
        "html" => Some((Sink::InnerHtml, Takes::Only(0))),
        _ => None,
    }
}

/// The sink that an assignment to a path is.
pub(super) fn of_assignment(path: &str) -> Option<Sink> {
    match path {
        "document.cookie" => Some(Sink::Cookie),
        "location"
        | "location.href"
        | "document.location"
        | "document.location.href"
        | "top.location"
        | "top.location.href"
        | "parent.location"
        | "parent.location.href" => Some(Sink::Url),
        _ if path.starts_with("localStorage.") => Some(Sink::LocalStorage),
        _ if path.starts_with("sessionStorage.") => Some(Sink::SessionStorage),
        _ => None,
    }
}

/// The host that the global function of a tracker belongs to.
pub(super) fn tracker(path: &str) -> Option<&'static str> {
    const TRACKERS: [(&str, &str); 14] = [
        ("ga", "google-analytics.com"),
        ("gtag", "googletagmanager.com"),
        ("_gaq", "google-analytics.com"),
        ("dataLayer", "googletagmanager.com"),
        ("fbq", "connect.facebook.net"),
        ("ttq", "analytics.tiktok.com"),
        ("hj", "hotjar.com"),
        ("mixpanel", "mixpanel.com"),
        ("amplitude", "amplitude.com"),
        ("clarity", "clarity.ms"),
        ("FS", "fullstory.com"),
        ("heap", "heap.io"),
        ("analytics", "segment.com"),
        ("_satellite", "adobedtm.com"),
    ];
    let head = path.split('.').next()?;
    TRACKERS.iter().find(|(name, _)| *name == head).map(|(_, host)| *host)
}

/// Whether a path is the id of the user's session.
pub(super) fn is_session_id(path: &str) -> bool {
    matches!(path, "__sfdcSessionId" | "sforce.connection.sessionId")
}
