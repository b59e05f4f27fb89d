//! Kind `experience-page`: the pages of Experience Cloud sites, and who may open them.
//!
//! In: routes, views and settings of sites, as JSON files of an `ExperienceBundle` or a
//! `DigitalExperienceBundle` say them. Out: one row for each route, and for each public view
//! that no route names, with what its own and its view's names speak of. It cannot know what the components of a page show.

use std::sync::Arc;

use super::{Input, Kind};
use crate::fact::{Fact, Item};
use crate::metadata::collect::Collected;
use crate::org::tokens;

/// The kind.
pub const KIND: Kind = Kind {
    name: "experience-page",
    meaning: "a page (a route, or a public view without one) of an Experience Cloud site; it has the values of its JSON file too",
    reads: &[
        "ExperienceBundle.route",
        "ExperienceBundle.view",
        "ExperienceBundle.config",
        "DigitalExperienceBundle.route",
        "DigitalExperienceBundle.view",
        "DigitalExperienceBundle.site",
    ],
    values: &[
        ("site", "full name of the site"),
        (
            "access",
            "`public` where anybody opens it, `inherited` where it has the access of its site, which lets anybody in, else `login`",
        ),
        (
            "clinical-words",
            "words of its names and of its view's components about patients and care",
        ),
    ],
    derive,
};

/// A site's bundle types: routes, views, settings, and how a route names its view.
const BUNDLES: [(&str, &str, &str, &str); 2] = [
    ("ExperienceBundle.route", "ExperienceBundle.view", "ExperienceBundle.config", "id"),
    (
        "DigitalExperienceBundle.route",
        "DigitalExperienceBundle.view",
        "DigitalExperienceBundle.site",
        "full-name",
    ),
];

/// Values of routes and views that name something.
const NAMING: [&str; 6] = ["label", "title", "devName", "urlPrefix", "urlName", "activeViewId"];

fn derive(input: &Input<'_>) -> Vec<Fact> {
    rows(input.facts)
}

fn rows(facts: &Collected) -> Vec<Fact> {
    let mut rows = Vec::new();
    for (routes, views, settings, key) in BUNDLES {
        for route in facts.of(routes) {
            let same = |other: &&Arc<Fact>| other.component == route.component;
            let open = facts.of(settings).iter().filter(same).any(|site| lets_anybody_in(site));
            let of_route = |view: &&Arc<Fact>| {
                view.text(key).is_some() && view.text(key) == route.text("activeViewId")
            };
            let view = facts.of(views).iter().filter(same).find(of_route);
            rows.push(row(route, view.map(Arc::as_ref), open));
        }
        for view in facts.of(views).iter().filter(|view| says_public(view)) {
            let routed = facts.of(routes).iter().any(|route| {
                route.component == view.component
                    && view.text(key).is_some()
                    && view.text(key) == route.text("activeViewId")
            });
            if !routed {
                rows.push(row(view, Some(view), false));
            }
        }
    }
    rows
}

/// Whether the site's settings let people in who have not logged in.
fn lets_anybody_in(site: &Fact) -> bool {
    let public = ["AUTHENTICATED_WITH_PUBLIC_ACCESS_ENABLED", "UNAUTHENTICATED"];
    site.is_true("isAvailableToGuests")
        || site.text("authenticationType").is_some_and(|ty| public.contains(&ty))
}

/// Whether a view says by itself that anybody may open it.
fn says_public(view: &Fact) -> bool {
    view.text("pageAccess") == Some("Public")
}

fn row(route: &Fact, view: Option<&Fact>, open: bool) -> Fact {
    let mut row = Fact { kind: KIND.name.into(), ..route.clone() };
    row.grouped = true;
    row.derive("site", &route.component);
    let item = route.item("pageAccess");
    let access = match item.map(|item| item.text.as_str()) {
        Some("Public") => "public",
        Some("RequiresLogin") => "login",
        _ if open => "inherited",
        _ => "login",
    };
    row.push("access", access, item.map_or(route.place, |item| item.span));
    let names = NAMING.iter().flat_map(|key| route.items(key));
    let of_view = view.into_iter().flat_map(|view| {
        let component = |key: &str| {
            NAMING.contains(&key) || key.ends_with("componentName") || key.ends_with("definition")
        };
        view.values.iter().filter(move |(key, _)| component(key)).map(|(_, item)| item)
    });
    for item in names.chain(of_view).cloned().collect::<Vec<Item>>() {
        for word in tokens::of_text(&item.text) {
            let new = !row.items("clinical-words").any(|known| known.text == word);
            if new && CLINICAL.contains(&word.as_str()) {
                row.derive("clinical-words", word);
            }
        }
    }
    row
}

/// Words that a page about patients and their care has in its name; `care`, `health`,
/// `record` and `case` are left out, because pages that inform about a clinic have them too.
const CLINICAL: [&str; 30] = [
    "allergies",
    "allergy",
    "appointment",
    "appointments",
    "chart",
    "charts",
    "clinical",
    "diagnoses",
    "diagnosis",
    "immunization",
    "immunizations",
    "intake",
    "lab",
    "labs",
    "medical",
    "medication",
    "medications",
    "patient",
    "patients",
    "prescription",
    "prescriptions",
    "referral",
    "referrals",
    "symptom",
    "symptoms",
    "telehealth",
    "therapy",
    "vaccination",
    "vaccinations",
    "vitals",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::endpoint::tests::{collect, fact, texts};

    fn part(kind: &str, name: &str, values: &[(&str, &str)]) -> Fact {
        let mut part = fact(kind, &format!("Portal1/{name}"), values);
        part.component = "Portal1".into();
        part
    }

    #[test]
    fn a_route_speaks_by_its_own_names_and_its_view() {
        let route =
            [("activeViewId", "v1"), ("label", "My Appointments"), ("pageAccess", "Public")];
        let view = [("id", "v1"), ("regions.components.componentName", "c:labResults")];
        let rows = rows(&collect(vec![
            part("ExperienceBundle.route", "a", &route),
            part("ExperienceBundle.view", "a", &view),
            part("ExperienceBundle.view", "b", &[("id", "v2"), ("label", "Patients")]),
        ]));
        assert_eq!(texts(&rows[0], "clinical-words"), ["appointments", "lab"]);
        assert_eq!(rows[0].text("access"), Some("public"));
        assert_eq!((rows[0].component.as_str(), rows[0].grouped), ("Portal1", true));
    }

    #[test]
    fn a_view_of_the_newer_bundle_goes_by_its_folder() {
        let route = [("activeViewId", "list"), ("title", "Page")];
        let rows = rows(&collect(vec![
            part("DigitalExperienceBundle.route", "Page", &route),
            part(
                "DigitalExperienceBundle.view",
                "list",
                &[("full-name", "list"), ("title", "Patients")],
            ),
        ]));
        assert_eq!(texts(&rows[0], "clinical-words"), ["patients"]);
        assert_eq!(rows[0].text("access"), Some("login"));
    }

    #[test]
    fn a_public_view_without_a_route_speaks_for_itself() {
        let view = |id, access| {
            let values = [("id", id), ("label", "Intake"), ("pageAccess", access)];
            part("ExperienceBundle.view", id, &values)
        };
        let route = [("activeViewId", "routed"), ("pageAccess", "RequiresLogin")];
        let rows = rows(&collect(vec![
            part("ExperienceBundle.route", "a", &route),
            view("routed", "Public"),
            view("alone", "Public"),
            view("closed", "RequiresLogin"),
        ]));
        let found: Vec<_> = rows.iter().map(|row| (row.text("id"), row.text("access"))).collect();
        assert_eq!(found, [(None, Some("login")), (Some("alone"), Some("public"))]);
        assert_eq!(texts(&rows[1], "clinical-words"), ["intake"]);
    }

    #[test]
    fn access_comes_from_the_site_where_the_page_leaves_it_there() {
        let access = |page: &str, site: (&str, &str)| {
            let facts = vec![
                part("ExperienceBundle.route", "a", &[("pageAccess", page)]),
                part("ExperienceBundle.config", "portal", &[site]),
            ];
            rows(&collect(facts))[0].text("access").unwrap_or("").to_owned()
        };
        let open = ("isAvailableToGuests", "true");
        assert_eq!(access("UseParent", open), "inherited");
        assert_eq!(access("RequiresLogin", open), "login");
        assert_eq!(access("UseParent", ("isAvailableToGuests", "false")), "login");
        let public = ("authenticationType", "AUTHENTICATED_WITH_PUBLIC_ACCESS_ENABLED");
        assert_eq!(access("UseParent", public), "inherited");
        assert_eq!(access("UseParent", ("authenticationType", "AUTHENTICATED")), "login");
    }
}
