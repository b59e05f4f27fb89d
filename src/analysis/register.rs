//! Kinds `register-…`: what the org has, against the register that compliance owns, both ways.
//!
//! In: rows of OAuth clients, endpoints, holders, bypasses and PHI objects, packages, and the
//! register. Out: one row for each thing, which says whether it is listed, and one for each
//! entry, which says whether the thing is there, who answers for it, and how old its review
//! and its agreement are. Where no register is named, one unknown row a kind. What has to be
//! listed is the page's to say; no vendor is judged.

mod bypass;
mod code;
mod entry;
mod package;
mod unrecorded;

use std::sync::Arc;

use compact_str::CompactString;

use super::{Input, Kind};
use crate::config::register::Section;
use crate::fact::Fact;
use crate::source::{FileId, Span};

const LISTED: (&str, &str) = ("listed", "`true` where the register has an entry about it");
const NAME: (&str, &str) = ("register-name", "the name an entry about it has");
const REACHES: (&str, &str) = ("reaches-phi", "`true` where something shows that PHI goes there");

/// OAuth clients.
pub const OAUTH_CLIENT: Kind = Kind {
    name: "register-oauth-client",
    meaning: "an OAuth client, against the register; it has the values of its `oauth-client` too",
    reads: &["oauth-client", "oauth-reach"],
    values: &[
        LISTED,
        NAME,
        REACHES,
        ("data-scopes", "as of its `oauth-client`"),
        ("identity-only", "as of its `oauth-client`"),
    ],
    derive: |input| against(input, &OAUTH_CLIENT, Section::OauthClient, oauth_clients),
};

/// Endpoints.
pub const ENDPOINT: Kind = Kind {
    name: "register-endpoint",
    meaning: "a URL with a host, against the register; it has the values of its `endpoint` too. Also a host that only Apex names, where it is seen to send PHI there",
    reads: &["endpoint", "apex-flow"],
    values: &[
        LISTED,
        NAME,
        REACHES,
        ("phi-fields", "as of its `endpoint`; of Apex, each PHI field it sends"),
        ("use", "as of its `endpoint`; `apex` where only code names the host"),
        ("private-host", "as of its `endpoint`"),
    ],
    derive: |input| against(input, &ENDPOINT, Section::Endpoint, endpoints),
};

/// Packages.
pub const PACKAGE: Kind = Kind {
    name: "register-package",
    meaning: "a package, against the register: an installed one with the values of its `InstalledPackage`, or a namespace that stands in the name of a component",
    reads: &["InstalledPackage", "CustomObject", "CustomField", "PermissionSet", "holder"],
    values: &[
        LISTED,
        NAME,
        REACHES,
        ("seen-in", "the component whose name has the namespace, where no package file does"),
        ("reviewed-version", "the version that the register says was reviewed"),
        ("newer", "`true` where the version of the package is newer than that"),
    ],
    derive: |input| {
        let mut rows = against(input, &PACKAGE, Section::Package, package::packages);
        rows.iter_mut().for_each(|row| package::say_version(row, input));
        rows
    },
};

/// Holders of permissions.
pub const HOLDER: Kind = Kind {
    name: "register-holder",
    meaning: "a profile, permission set or permission set group, against the register; it has the values of its `holder` too",
    reads: &["Profile", "holder"],
    values: &[
        LISTED,
        NAME,
        ("reaches-phi", "as `reads-phi` of its `holder`"),
        ("effective-permissions", "as of its `holder`"),
        ("reads-phi", "as of its `holder`"),
    ],
    derive: |input| against(input, &HOLDER, Section::Holder, holders),
};

/// Bypasses.
pub const BYPASS: Kind = Kind {
    name: "register-bypass",
    meaning: "a custom permission that somebody holds or a formula asks, a switch of custom metadata that is on, or a setting that a formula asks, against the register",
    reads: &["Profile", "bypass", "bypass-branch"],
    values: &[
        LISTED,
        NAME,
        ("form", "`custom-permission`, `switch` or `setting`"),
        (
            "words",
            "the words of its name, lower case; two neighbours as one word too: `by`, `pass`, `bypass`",
        ),
        ("holders", "the profiles and permission sets that hold it, each where it says so"),
        ("package", "`true` where it comes from a managed package"),
    ],
    derive: |input| against(input, &BYPASS, Section::Bypass, bypass::bypasses),
};

/// Objects that hold PHI.
pub const PHI_OBJECT: Kind = Kind {
    name: "register-phi-object",
    meaning: "an object whose records are PHI, against the register; it has the values of its `phi-object` too",
    reads: &["CustomObject", "phi-object"],
    values: &[LISTED, NAME, ("reaches-phi", "`true`")],
    derive: |input| against(input, &PHI_OBJECT, Section::PhiObject, phi_objects),
};

/// The other way round: entries.
pub const ENTRY: Kind = Kind {
    name: "register-entry",
    meaning: "an entry of the register, against the org",
    reads: &[
        "register-oauth-client",
        "register-endpoint",
        "register-package",
        "register-holder",
        "register-bypass",
        "register-phi-object",
    ],
    values: entry::VALUES,
    derive: entry::entries,
};

/// What there is of vendors in an org without a register.
pub const UNRECORDED: Kind = Kind {
    name: "unrecorded-vendor",
    meaning: "a package or a host of an org about health that has no register, as a member of the list of all of them; it has the values of its `InstalledPackage` or `endpoint` too",
    reads: &["InstalledPackage", "CustomObject", "CustomField", "PermissionSet", "endpoint"],
    values: &[
        ("what", "`package` or `host`"),
        ("ways", "of a host: the `use` and the `directives` of its `endpoint`"),
        NAME,
    ],
    derive: unrecorded::rows,
};

/// The kinds of things, by the section of the register that lists them.
pub const THINGS: [(Section, &Kind); 6] = [
    (Section::OauthClient, &OAUTH_CLIENT),
    (Section::Endpoint, &ENDPOINT),
    (Section::Package, &PACKAGE),
    (Section::Holder, &HOLDER),
    (Section::Bypass, &BYPASS),
    (Section::PhiObject, &PHI_OBJECT),
];

/// Whether a kind cannot be judged without a register.
pub fn is_kind(name: &str) -> bool {
    name == ENTRY.name || THINGS.iter().any(|(_, kind)| kind.name == name)
}

/// A thing and the name an entry about it has.
type Thing = (CompactString, Fact);

/// Why nothing can be told without a register.
const NO_REGISTER: &str = "phorce.toml names no register";

fn against(
    input: &Input<'_>,
    kind: &Kind,
    section: Section,
    things: fn(&Input<'_>) -> Vec<Thing>,
) -> Vec<Fact> {
    let Some(register) = &input.config.entries else { return unknown(input, kind) };
    let row = |(name, mut fact): Thing| {
        fact.kind = kind.name.into();
        fact.derive("listed", register.entry(section, &name).is_some());
        fact.derive("register-name", name);
        fact
    };
    things(input).into_iter().map(row).collect()
}

/// One row that says nothing but why.
fn unknown(input: &Input<'_>, kind: &Kind) -> Vec<Fact> {
    let org = input.facts.of("org").first();
    let place = org.map_or(Span::head(FileId(0)), |org| org.place);
    let mut row = Fact::new(kind.name, org.map_or("", |org| org.name.as_str()), place);
    row.mark_unknown("*", NO_REGISTER);
    vec![row]
}

fn copied(facts: &[Arc<Fact>]) -> impl Iterator<Item = Fact> {
    facts.iter().map(|fact| fact.as_ref().clone())
}

fn oauth_clients(input: &Input<'_>) -> Vec<Thing> {
    let reach = input.facts.of("oauth-reach");
    let thing = |mut client: Fact| {
        let reaches = |row: &&Arc<Fact>| {
            row.item("object").is_some()
                && row.text("client").is_some_and(|name| name.eq_ignore_ascii_case(&client.name))
        };
        if let Some(span) = reach.iter().find(reaches).and_then(|row| row.item("holder")) {
            client.push("reaches-phi", "true", span.span);
        }
        (client.name.clone(), client)
    };
    copied(input.facts.of("oauth-client")).map(thing).collect()
}

/// A URL whose host is filled in later names nobody.
fn endpoints(input: &Input<'_>) -> Vec<Thing> {
    let thing = |mut endpoint: Fact| {
        let host = endpoint.item("host")?.text.trim_end_matches('.').to_owned();
        let plain = |c: char| c.is_alphanumeric() || "-._*:[]".contains(c);
        if host.is_empty() || !host.chars().all(plain) {
            return None;
        }
        if let Some(span) = endpoint.item("phi-fields").map(|item| item.span) {
            endpoint.push("reaches-phi", "true", span);
        }
        Some((host.into(), endpoint))
    };
    let mut found: Vec<Thing> = copied(input.facts.of("endpoint")).filter_map(thing).collect();
    let known = found.iter().map(|(host, _)| host.to_lowercase()).collect();
    found.extend(code::hosts(input, &known));
    found
}

fn holders(input: &Input<'_>) -> Vec<Thing> {
    let thing = |mut holder: Fact| {
        if let Some(span) =
            holder.item("reads-phi").filter(|item| item.text == "true").map(|item| item.span)
        {
            holder.push("reaches-phi", "true", span);
        }
        (holder.name.clone(), holder)
    };
    copied(input.facts.of("holder"))
        .filter(|holder| !holder.is_true("inverted"))
        .map(thing)
        .collect()
}

fn phi_objects(input: &Input<'_>) -> Vec<Thing> {
    let thing = |mut object: Fact| {
        object.derive("reaches-phi", true);
        (object.name.clone(), object)
    };
    copied(input.facts.of("phi-object")).map(thing).collect()
}

#[cfg(test)]
mod tests;
