//! `site`: the sites of an org, an Experience Cloud site once.
//!
//! In: `CustomSite` and `Network`. Out: one row per site. An Experience Cloud site is two
//! `CustomSite`s, one for pages built in Experience Builder and one for the rest; what both
//! say stands on the latter only. It cannot know what the pages show.

use std::sync::Arc;

use crate::analysis::{Input, Kind};
use crate::fact::Fact;
use crate::metadata::collect::Collected;

/// The sites of an org.
pub const KIND: Kind = Kind {
    name: "site",
    meaning: "a site that people reach without a login of the org; it has the values of `CustomSite`, but of the two halves of an Experience Cloud site the Experience Builder half has only those in which it differs",
    reads: &["CustomSite", "Network"],
    values: &[("network", "the Experience Cloud site it is a half of")],
    derive,
};

/// Values that each half says for itself.
const KEPT: &[&str] = &["active", "siteType", "masterLabel", "full-name", "managed"];

fn derive(input: &Input<'_>) -> Vec<Fact> {
    rows(input.facts)
}

fn rows(facts: &Collected) -> Vec<Fact> {
    facts.of("CustomSite").iter().map(|site| row(site, facts)).collect()
}

fn row(site: &Arc<Fact>, facts: &Collected) -> Fact {
    let mut row = Fact { kind: "site".into(), ..site.as_ref().clone() };
    let names = |network: &Fact, key: &str| {
        network.text(key).is_some_and(|name| name.eq_ignore_ascii_case(&site.name))
    };
    let networks = facts.of("Network").iter();
    let mut of_site = networks.filter(|n| names(n, "site") || names(n, "picassoSite"));
    let Some(network) = of_site.next() else { return row };
    row.derive("network", &network.name);
    let other = network.text("site").filter(|_| names(network, "picassoSite"));
    let other = other.and_then(|name| facts.named("CustomSite", name).next());
    if let Some(other) = other.filter(|other| !Arc::ptr_eq(other, site) && is_active(other)) {
        row.values.retain(|(key, item)| {
            KEPT.contains(&key.as_str()) || other.text(key) != Some(item.text.as_str())
        });
    }
    row
}

fn is_active(site: &Fact) -> bool {
    site.is_true("active")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::endpoint::tests::{collect, fact};
    use crate::fact::Found;

    const FRAMED: (&str, &str) = ("clickjackProtectionLevel", "AllowAllFraming");
    const ON: (&str, &str) = ("active", "true");

    fn portal() -> Fact {
        fact("Network", "Patients", &[("picassoSite", "portal1"), ("site", "portal")])
    }

    fn of(facts: Vec<Fact>, name: &str) -> Fact {
        let rows = rows(&collect(facts));
        rows.into_iter().find(|row| row.name == name).expect("the row")
    }

    #[test]
    fn a_site_of_its_own_says_everything() {
        let row = of(vec![fact("CustomSite", "Intake", &[ON, FRAMED])], "Intake");
        assert_eq!((row.kind.as_str(), row.text(FRAMED.0)), ("site", Some(FRAMED.1)));
        assert_eq!(row.found("network"), Found::Absent);
    }

    #[test]
    fn what_both_halves_say_is_said_once() {
        let halves = |other: &[(&str, &str)]| {
            let builder = fact("CustomSite", "Portal1", &[ON, FRAMED, ("allowHomePage", "true")]);
            vec![portal(), fact("CustomSite", "Portal", other), builder]
        };
        let row = of(halves(&[ON, FRAMED]), "Portal1");
        assert_eq!(row.found(FRAMED.0), Found::Absent);
        assert_eq!(row.text("active"), Some("true"));
        assert_eq!(row.text("allowHomePage"), Some("true"));
        assert_eq!(row.text("network"), Some("Patients"));
        let row = of(halves(&[ON, FRAMED]), "Portal");
        assert_eq!(row.text(FRAMED.0), Some(FRAMED.1));
        assert_eq!(row.text("network"), Some("Patients"));
    }

    #[test]
    fn a_half_that_differs_or_stands_alone_says_it_itself() {
        let builder = || fact("CustomSite", "Portal1", &[ON, FRAMED]);
        let strict = [ON, ("clickjackProtectionLevel", "SameOriginOnly")];
        let off = [("active", "false"), FRAMED];
        for other in [strict, off] {
            let facts = vec![portal(), fact("CustomSite", "Portal", &other), builder()];
            assert_eq!(of(facts, "Portal1").text(FRAMED.0), Some(FRAMED.1));
        }
        assert_eq!(of(vec![portal(), builder()], "Portal1").text(FRAMED.0), Some(FRAMED.1));
    }
}
