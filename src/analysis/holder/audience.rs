//! For whom a holder is made.
//!
//! In: its licence, whether it is the admin profile or API only, and the words of its name
//! and label. Out: an audience with its ground. The licence decides before the name, because
//! it limits who can be assigned. It cannot know assignments, which are data.

use super::words::first_phrase;
use crate::org::tokens::of_text as words;

/// What is known of a holder.
#[derive(Debug)]
pub(super) struct Signs<'a> {
    /// Its licence, where it names one.
    pub license: Option<&'a str>,
    /// Whether it is the System Administrator profile.
    pub admin: bool,
    /// Whether it allows access through the API only.
    pub api_only: bool,
    /// The words of its name and label.
    pub words: &'a [String],
}

const EXTERNAL_LICENSE: &[&str] =
    &["community", "portal", "partner", "external", "channel account", "authenticated website"];

const EXTERNAL_NAME: &[&str] = &[
    "portal",
    "external",
    "customer community",
    "partner community",
    "community user",
    "community users",
    "community plus",
    "community login",
    "partner user",
    "partner users",
];

const INTEGRATION_NAME: &[&str] = &[
    "integration",
    "integrations",
    "interface",
    "mulesoft",
    "boomi",
    "informatica",
    "middleware",
    "etl",
    "api user",
    "api client",
    "api only",
    "sync",
    "service account",
    "hl7",
    "ehr api",
    "epic api",
    "cerner api",
    "ehr connector",
    "epic connector",
    "cerner connector",
];

/// What people use themselves, though it sounds like a program.
const NO_INTEGRATION_NAME: &[&str] =
    &["user interface", "calendar sync", "outlook sync", "email sync", "exchange sync"];

/// The System Administrator profile's name where the org's language is not English: its
/// file is `Admin` in nearly every org, but a few retrieves show the translated name.
const ADMIN_NAMES: &[&str] = &[
    "system administrator",
    "systemadministrator",
    "administrateur système",
    "administrador del sistema",
    "administrador do sistema",
    "amministratore del sistema",
    "amministratore di sistema",
    "systeembeheerder",
    "systemadministratör",
    "järjestelmänvalvoja",
    "administrator systemu",
    "správce systému",
    "sistem yöneticisi",
    "системный администратор",
    "システム管理者",
    "시스템 관리자",
    "系统管理员",
    "系統管理員",
    "ผู้ดูแลระบบ",
];

impl Signs<'_> {
    /// The audience and its ground.
    pub(super) fn audience(&self) -> (&'static str, String) {
        if let Some(license) = self.license {
            let word = match () {
                () if is_guest(license) => Some("guest"),
                () if is_external(license) => Some("external"),
                () if is_integration(license) => Some("integration"),
                () => None,
            };
            if let Some(word) = word {
                return (word, format!("the licence {license}"));
            }
        }
        if self.admin {
            return ("admin", "the System Administrator profile".to_owned());
        }
        if self.api_only {
            return ("integration", "the permission ApiUserOnly".to_owned());
        }
        self.by_name()
    }

    /// A licence of the workforce rules out guests and external users, whatever the name says.
    fn by_name(&self) -> (&'static str, String) {
        let by = |phrases: &[&'static str]| first_phrase(self.words, phrases);
        let outside = self.license.is_none();
        let (audience, phrase) = match () {
            () if outside && by(&["guest"]).is_some() => ("guest", by(&["guest"])),
            () if outside && by(EXTERNAL_NAME).is_some() => ("external", by(EXTERNAL_NAME)),
            () if by(NO_INTEGRATION_NAME).is_some() => ("workforce", None),
            () => match by(INTEGRATION_NAME) {
                Some(phrase) => ("integration", Some(phrase)),
                None => ("workforce", None),
            },
        };
        let ground = match (phrase, self.license) {
            (Some(phrase), _) => format!("“{phrase}” in its name"),
            (None, Some(license)) => format!("the licence {license}"),
            (None, None) => "nothing says otherwise".to_owned(),
        };
        (audience, ground)
    }
}

/// Whether the licence is for guests.
pub(super) fn is_guest(license: &str) -> bool {
    first_phrase(&words(license), &["guest"]).is_some()
}

/// Whether the licence is for guests or people outside the workforce.
pub(super) fn is_external(license: &str) -> bool {
    is_guest(license) || first_phrase(&words(license), EXTERNAL_LICENSE).is_some()
}

/// Whether the licence is for integrations.
pub(super) fn is_integration(license: &str) -> bool {
    first_phrase(&words(license), &["integration"]).is_some()
}

/// Whether a profile is the System Administrator profile.
pub(super) fn is_admin_profile(name: &str, standard: bool) -> bool {
    name.eq_ignore_ascii_case("Admin")
        || standard && ADMIN_NAMES.contains(&name.to_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(license: Option<&str>, name: &str) -> (&'static str, String) {
        let words = words(name);
        Signs { license, admin: false, api_only: false, words: &words }.audience()
    }

    #[test]
    fn the_licence_decides_first() {
        assert_eq!(of(Some("Guest User License"), "Clinic Profile").0, "guest");
        assert_eq!(of(Some("Customer Community Plus"), "Integration").0, "external");
        assert_eq!(of(Some("Salesforce Integration"), "Portal").0, "integration");
        assert_eq!(
            of(Some("Salesforce"), "Patient Portal Agent"),
            ("workforce", "the licence Salesforce".to_owned())
        );
    }

    #[test]
    fn words_of_the_name_decide_where_no_licence_does() {
        assert_eq!(of(None, "GuestIntake").0, "guest");
        assert_eq!(of(None, "Patient_Portal").0, "external");
        assert_eq!(
            of(Some("Salesforce"), "Mulesoft"),
            ("integration", "“mulesoft” in its name".to_owned())
        );
        assert_eq!(of(None, "User Interface Preferences").0, "workforce");
        assert_eq!(of(None, "Nightly_Patient_Sync").0, "integration");
        assert_eq!(of(None, "Outlook Sync").0, "workforce");
        assert_eq!(of(None, "Community Health Nurse").0, "workforce");
        assert_eq!(of(None, "EHR Nurse"), ("workforce", "nothing says otherwise".to_owned()));
    }

    #[test]
    fn api_only_and_admin_decide_before_the_name() {
        let words = words("Guest");
        let signs = Signs { license: None, admin: false, api_only: true, words: &words };
        assert_eq!(signs.audience().0, "integration");
        let signs =
            Signs { license: Some("Salesforce"), admin: true, api_only: true, words: &words };
        assert_eq!(signs.audience().0, "admin");
    }

    #[test]
    fn knows_the_admin_profile_in_other_languages() {
        assert!(is_admin_profile("admin", false));
        assert!(is_admin_profile("Administrateur Système", true));
        assert!(!is_admin_profile("System Administrator", false));
        assert!(!is_admin_profile("ContractManager", true));
    }
}
