//! Who an OAuth client is for: people outside the organisation, devices, or a server.
//!
//! In: a row with its values, and rows `holder`. Out: `audience` with its grounds.
//! Metadata does not state an audience; every one here has a ground a person can check, and
//! without a ground it is `unknown`.

use crate::fact::{Fact, Item};
use crate::metadata::collect::Collected;
use crate::source::Span;

use super::super::url::Url;
use super::row::is_true;

/// Words of an app's name or label that say it is for people outside.
const EXTERNAL_WORDS: &[&str] =
    &["patient", "patients", "portal", "community", "caregiver", "caregivers"];

/// Words that say it runs on a device people carry.
const MOBILE_WORDS: &[&str] = &["mobile", "ios", "android", "iphone", "ipad"];

/// Says that a part of the app speaks of devices.
pub(super) fn push_mobile_part(row: &mut Fact, place: Span) {
    push(row, "mobile", "it has a mobile part", place);
}

/// Adds the audiences there is a ground for.
pub(super) fn tell(row: &mut Fact, facts: &Collected) {
    if let Some(item) = facts
        .named("ConnectedApp", &row.name.clone())
        .filter(|app| app.place == row.place)
        .find_map(|app| app.item("mobileAppConfig").cloned())
    {
        push_mobile_part(row, item.span);
    }
    if let Some(item) = row.item("mobile-start-url").cloned() {
        push(row, "mobile", "it has a start page for devices", item.span);
    }
    let custom = |item: &&Item| Url::parse(&item.text).has_custom_scheme();
    let app_url = row.items("callback-url").find(custom).cloned();
    if let Some(item) = app_url {
        push(row, "mobile", "it calls back to an app on a device", item.span);
    }
    tell_by_licence(row, facts);
    let server = row.items("client-credentials").chain(row.items("jwt-only")).find(|i| is_true(i));
    match server.cloned() {
        Some(item) => push(row, "server", "it signs in without a person", item.span),
        None => tell_by_name(row),
    }
    if row.item("audience").is_none() {
        row.derive("audience", "unknown");
    }
}

/// A profile named for the app has a licence for people outside.
fn tell_by_licence(row: &mut Fact, facts: &Collected) {
    let external = |item: &&Item| {
        let mut profiles =
            facts.named("holder", &item.text).filter(|h| h.text("type") == Some("Profile"));
        profiles.any(|profile| profile.is_true("external-license"))
    };
    let named = row.items("pre-authorised-profiles").find(external).cloned();
    if let Some(item) = named {
        let ground = format!("the profile {} is for people outside", item.text);
        push(row, "external", &ground, item.span);
        row.push("external-profile", item.text, item.span);
    }
}

/// A word of its name or label says whom it is for.
fn tell_by_name(row: &mut Fact) {
    let text = format!("{} {}", row.name, row.text("label").unwrap_or_default());
    let words = words(&text);
    for (audience, known) in [("external", EXTERNAL_WORDS), ("mobile", MOBILE_WORDS)] {
        if let Some(word) = known.iter().find(|word| words.iter().any(|own| own == *word)) {
            push(row, audience, &format!("its name says {word}"), row.place);
        }
    }
}

/// Words in lower case: `PatientPortal_iOS` → `patientportal`, `patient`, `portal`, `ios`, …
fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    for chunk in text.split(|c: char| !c.is_alphanumeric()).filter(|chunk| !chunk.is_empty()) {
        words.push(chunk.to_lowercase());
        let mut word = String::new();
        let mut after_small = false;
        for letter in chunk.chars() {
            if letter.is_uppercase() && after_small {
                words.push(std::mem::take(&mut word));
            }
            word.extend(letter.to_lowercase());
            after_small = letter.is_lowercase() || letter.is_numeric();
        }
        words.push(word);
    }
    words
}

fn push(row: &mut Fact, audience: &str, ground: &str, place: Span) {
    row.push("audience", audience, place);
    row.push("audience-ground", ground, place);
}
