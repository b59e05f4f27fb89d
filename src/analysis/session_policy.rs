//! `session-policy`: how long a session lasts and what else is said of it.
//!
//! In: `SecuritySettings`, `ProfileSessionSetting`, session policies of connected and
//! external client apps, and the holders they speak of. Out: one row each, with the timeout
//! in minutes. Where settings stand both at the root and under `sessionSettings`, only the
//! latter is used. It cannot know which sessions there are.

use crate::analysis::{Input, Kind};
use crate::fact::{Fact, Found, Severity};
use crate::metadata::collect::Collected;

/// How long a session lasts.
pub const KIND: Kind = Kind {
    name: "session-policy",
    meaning: "what the org, a profile or an app says of its sessions; it has the elements of its component too",
    reads: &[
        "SecuritySettings",
        "ProfileSessionSetting",
        "ConnectedApp",
        "ExtlClntAppConfigurablePolicies",
        "ExtlClntAppOauthConfigurablePolicies",
        "Profile",
        "holder",
    ],
    values: &[
        (
            "scope",
            "`org`, `profile` or `app`; a profile's settings that name no profile have no row",
        ),
        (
            "timeout-minutes",
            "minutes until an idle session ends; absent where the org's setting applies",
        ),
        ("app", "of an app: its name, whichever of its files says it"),
        ("audience", "of a profile's settings: for whom the profile is made (see `holder`)"),
        (
            "integration-license",
            "of a profile's settings: whether the profile has a licence for integrations",
        ),
        (
            "external-license",
            "of a profile's settings: whether the profile has a licence for guests or people outside the workforce",
        ),
        ("edits-phi", "of a profile's settings: whether the profile edits PHI (see `holder`)"),
        ("profiles-with-ip-ranges", "of the org: how many profiles limit the addresses of logins"),
    ],
    derive,
};

fn derive(input: &Input<'_>) -> Vec<Fact> {
    rows(input.facts)
}

fn rows(facts: &Collected) -> Vec<Fact> {
    let mut rows = Vec::new();
    rows.extend(facts.of("SecuritySettings").iter().map(|settings| org_row(settings, facts)));
    let settings = facts.of("ProfileSessionSetting").iter();
    rows.extend(settings.filter_map(|settings| profile_row(settings, facts)));
    let apps = [
        ("ConnectedApp", "sessionPolicy.sessionTimeout"),
        ("ExtlClntAppConfigurablePolicies", "sessionTimeoutInMinutes"),
        ("ExtlClntAppOauthConfigurablePolicies", "sessionTimeoutInMinutes"),
    ];
    for (kind, timeout) in apps {
        rows.extend(facts.of(kind).iter().filter_map(|app| app_row(app, timeout, facts)));
    }
    rows
}

/// A row with the elements of `fact`.
fn row(fact: &Fact, scope: &str) -> Fact {
    let mut row = fact.clone();
    row.kind = "session-policy".into();
    row.derive("scope", scope);
    row
}

fn org_row(settings: &Fact, facts: &Collected) -> Fact {
    let mut row = row(settings, "org");
    let timeout = settings.item("sessionSettings.sessionTimeout");
    if let Some((item, minutes)) = timeout.and_then(|item| Some((item, named_minutes(&item.text)?)))
    {
        row.push("timeout-minutes", minutes, item.span);
    }
    match facts.has("Profile") {
        true => row.derive("profiles-with-ip-ranges", profiles_with_ip_ranges(facts)),
        false => row
            .mark_unknown("profiles-with-ip-ranges", "no profile was retrieved; retrieve Profile"),
    }
    row
}

fn profiles_with_ip_ranges(facts: &Collected) -> usize {
    let profiles = facts.of("Profile").iter();
    profiles.filter(|profile| profile.item("loginIpRanges").is_some()).count()
}

fn profile_row(settings: &Fact, facts: &Collected) -> Option<Fact> {
    let profile = settings.text("profile")?;
    let mut row = row(settings, "profile");
    // Of a profile 0 means: as the org says.
    let timeout = settings.item("sessionTimeout").filter(|item| item.text != "0").cloned();
    if let Some(item) = timeout.filter(|item| item.text.parse::<u32>().is_ok()) {
        row.push("timeout-minutes", item.text, item.span);
    }
    let mut holders = facts.named("holder", profile);
    let holder = holders.find(|holder| holder.text("type") == Some("Profile"));
    for key in ["audience", "external-license", "integration-license", "edits-phi"] {
        match (holder.and_then(|holder| holder.text(key)), holder.map(|holder| holder.found(key))) {
            (Some(text), _) => row.derive(key, text),
            (None, Some(Found::Unknown(reason))) => row.mark_unknown(key, reason),
            _ => row
                .mark_unknown(key, format!("the profile {profile} was not retrieved; retrieve it")),
        }
    }
    Some(row)
}

fn app_row(app: &Fact, timeout: &str, facts: &Collected) -> Option<Fact> {
    let item = app.item(timeout).filter(|item| item.text.parse::<u32>().is_ok())?;
    let mut row = row(app, "app");
    row.push("timeout-minutes", item.text.clone(), item.span);
    let name = app.text("externalClientApplication").unwrap_or(&app.name);
    row.derive("app", name);
    if is_switched_off(name, facts) {
        row.cap = Some(row.cap.map_or(Severity::Low, |cap| cap.min(Severity::Low)));
    }
    Some(row)
}

/// Whether the policies of the external client app of that name switch it off.
fn is_switched_off(name: &str, facts: &Collected) -> bool {
    facts.of("ExtlClntAppConfigurablePolicies").iter().any(|policies| {
        let named = policies.text("externalClientApplication");
        let off = policies.text("isEnabled").is_some_and(|is| is.eq_ignore_ascii_case("false"));
        off && named.is_some_and(|own| own.eq_ignore_ascii_case(name))
    })
}

/// The minutes of a timeout that the org's settings write in words.
fn named_minutes(word: &str) -> Option<&'static str> {
    let minutes = match word {
        "FifteenMinutes" => "15",
        "ThirtyMinutes" => "30",
        "SixtyMinutes" => "60",
        "NinetyMinutes" => "90",
        "TwoHours" => "120",
        "FourHours" => "240",
        "EightHours" => "480",
        "TwelveHours" => "720",
        "TwentyFourHours" => "1440",
        _ => return None,
    };
    Some(minutes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::holder::tests::{collect, fact};

    fn only(facts: Vec<Fact>) -> Fact {
        let mut rows = rows(&collect(facts));
        assert_eq!(rows.len(), 1);
        rows.pop().expect("a row")
    }

    #[test]
    fn the_org_says_its_timeout_in_words() {
        let settings = |word| {
            let values = [("sessionSettings", ""), ("sessionSettings.sessionTimeout", word)];
            only(vec![fact(0, "SecuritySettings", "Security", &values)])
        };
        let minutes: Vec<_> = [
            "FifteenMinutes",
            "ThirtyMinutes",
            "SixtyMinutes",
            "NinetyMinutes",
            "TwoHours",
            "FourHours",
            "EightHours",
            "TwelveHours",
            "TwentyFourHours",
        ]
        .iter()
        .map(|word| settings(word).text("timeout-minutes").unwrap_or("-").to_owned())
        .collect();
        assert_eq!(minutes, ["15", "30", "60", "90", "120", "240", "480", "720", "1440"]);
        assert_eq!(settings("TwoHours").item("timeout-minutes").map(|i| i.span.start), Some(2));
        assert_eq!(settings("AWeek").found("timeout-minutes"), Found::Absent);
    }

    #[test]
    fn the_org_counts_profiles_that_limit_logins() {
        let settings = || fact(0, "SecuritySettings", "Security", &[]);
        let row = only(vec![
            settings(),
            fact(1, "Profile", "A", &[("loginIpRanges", ""), ("loginIpRanges", "")]),
            fact(2, "Profile", "B", &[]),
        ]);
        assert_eq!(row.text("profiles-with-ip-ranges"), Some("1"));
        let row = only(vec![settings()]);
        assert!(matches!(row.found("profiles-with-ip-ranges"), Found::Unknown(_)));
    }

    #[test]
    fn a_profile_says_its_timeout_in_minutes() {
        let settings = |minutes| {
            let values = [("profile", "portal"), ("sessionTimeout", minutes)];
            fact(0, "ProfileSessionSetting", "P1", &values)
        };
        let holder = |kind| {
            let values =
                [("type", kind), ("audience", "external"), ("integration-license", "false")];
            fact(1, "holder", "Portal", &values)
        };
        let row = only(vec![settings("120"), holder("PermissionSet"), holder("Profile")]);
        assert_eq!(row.text("timeout-minutes"), Some("120"));
        assert_eq!(row.text("audience"), Some("external"));
        assert_eq!(row.text("integration-license"), Some("false"));
        let row = only(vec![settings("0"), holder("PermissionSet")]);
        assert_eq!(row.found("timeout-minutes"), Found::Absent);
        assert!(matches!(row.found("audience"), Found::Unknown(_)));
    }

    #[test]
    fn settings_of_no_profile_have_no_row() {
        let orphan = fact(0, "ProfileSessionSetting", "P1", &[("sessionTimeout", "120")]);
        assert!(rows(&collect(vec![orphan])).is_empty());
    }

    #[test]
    fn apps_say_their_timeout_in_minutes() {
        let app = fact(0, "ConnectedApp", "Kiosk", &[("sessionPolicy.sessionTimeout", "480")]);
        assert_eq!(only(vec![app]).text("timeout-minutes"), Some("480"));
        let policies = fact(
            0,
            "ExtlClntAppOauthConfigurablePolicies",
            "Kiosk_policies",
            &[("sessionTimeoutInMinutes", "60")],
        );
        let row = only(vec![policies]);
        assert_eq!((row.text("scope"), row.text("app")), (Some("app"), Some("Kiosk_policies")));
        assert!(rows(&collect(vec![fact(0, "ConnectedApp", "Kiosk", &[])])).is_empty());
    }

    #[test]
    fn the_policy_of_an_app_that_is_off_is_low_at_most() {
        let off = |app, enabled| {
            let values = [("externalClientApplication", app), ("isEnabled", enabled)];
            fact(0, "ExtlClntAppConfigurablePolicies", "P", &values)
        };
        let row = |switch| {
            let values =
                [("externalClientApplication", "Kiosk"), ("sessionTimeoutInMinutes", "60")];
            only(vec![switch, fact(1, "ExtlClntAppOauthConfigurablePolicies", "Q", &values)])
        };
        let closed = row(off("kiosk", "false"));
        assert_eq!((closed.text("app"), closed.cap), (Some("Kiosk"), Some(Severity::Low)));
        assert_eq!(row(off("Kiosk", "true")).cap, None);
        assert_eq!(row(off("Desk", "false")).cap, None);
    }
}
