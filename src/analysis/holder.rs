//! `holder`: who can hold permissions, and for whom the holder is made.
//!
//! In: profiles, permission sets, permission set groups and muting permission sets, each
//! possibly in several parts. Out: one row per holder with the names of the permissions
//! enabled in it. Sources: Metadata API types `Profile`, `PermissionSet`,
//! `PermissionSetGroup`, `MutingPermissionSet`. It does not add up what a group grants, and
//! who is assigned a holder is data that metadata does not show.

mod audience;
mod group;
mod reach;
mod role;
mod words;

#[cfg(test)]
pub(crate) mod tests;

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::analysis::{Input, Kind};
use crate::config::{Role, RoleConfig};
use crate::fact::{Fact, Item};
use crate::metadata::collect::Collected;
use crate::org::tokens::of_text as words;
use audience::{Signs, is_external, is_guest, is_integration};
use reach::Reaches;
use words::{emergency_word, is_test_automation};

/// Who can hold permissions.
pub const KIND: Kind = Kind {
    name: "holder",
    meaning: "a profile, permission set, permission set group or muting permission set",
    reads: HOLDER_TYPES,
    values: &[
        ("type", "`Profile`, `PermissionSet`, `PermissionSetGroup` or `MutingPermissionSet`"),
        ("label", "its label"),
        ("description", "its description"),
        ("license", "`userLicense` of a profile, `license` of a permission set"),
        ("standard", "`true` for a profile that Salesforce ships (`custom` is `false`)"),
        (
            "admin",
            "`true` for the System Administrator profile, in any language, and for a holder that phorce.toml lists as administrative",
        ),
        (
            "audience",
            "for whom it is made: `guest`, `external`, `integration`, `admin` or `workforce`",
        ),
        ("audience-ground", "what says so: the licence, a permission, or a word of the name"),
        ("integration-license", "`true` where the licence is one for integrations"),
        ("guest-license", "`true` where the licence is one for guests, who have no password"),
        (
            "external-license",
            "`true` where the licence is one for guests or people outside the workforce",
        ),
        (
            "role",
            "what it is for: `clinical`, `administrative` (runs the org), `integration`, `break-glass` or `none`",
        ),
        ("role-ground", "what says so: `configured` (phorce.toml), else the heuristic in words"),
        (
            "role-by",
            "the same as one word: `configured`, `licence`, `permission`, `profile`, `name` or `nothing`",
        ),
        (
            "non-clinical",
            "`true` where it is not made for care: by words of its name or licence, or because phorce.toml lists who is clinical, and it has no role",
        ),
        ("non-clinical-ground", "what says so, in words"),
        ("non-clinical-by", "the same as one word: `configured`, `licence` or `name`"),
        ("for-everyone", "`true` where name, label or description say that every user gets it"),
        ("everyone-word", "the words that say so"),
        ("activation-required", "`true` where it counts only in an activated session"),
        (
            "emergency",
            "`true` where name, label or description speak of emergency access, or phorce.toml lists it as break-glass",
        ),
        ("emergency-word", "the words that say so"),
        ("break-glass", "`true` for emergency access that must be activated in the session"),
        ("test-automation", "`true` where name or label say it serves automated tests"),
        ("permissions", "the user permissions it enables; of a muting set see `muted-permissions`"),
        ("custom-permissions", "the custom permissions it enables"),
        ("muted-permissions", "the user permissions a muting set takes away"),
        ("inverted", "`true` for a muting set, which takes away what it lists"),
        ("api-only", "`true` where it allows access through the API only (`ApiUserOnly`)"),
        (
            "api-only-integration",
            "`true` where it is API only and its licence is one for integrations",
        ),
        ("has-login-ip-ranges", "whether a profile limits the addresses of logins"),
        ("has-login-hours", "whether a profile limits the hours of logins"),
        ("has-login-flow", "whether a profile runs a flow at login"),
        ("permission-sets", "the permission sets of a group"),
        ("muting-sets", "the muting sets of a group"),
        ("session-sets", "the sets of a group that require activation, while the group does not"),
        (
            "effective-permissions",
            "the user permissions it gives: its own, or of a group those of its sets, each where the group lists the set, less those it mutes",
        ),
        (
            "idle-muting-sets",
            "of a group, the muting sets that take away nothing its sets grant; unknown where one of them was not retrieved",
        ),
        (
            "reads-phi",
            "`true` where its own file lets it read an object or a field with PHI; of a group: where one of its sets does",
        ),
        ("edits-phi", "the same of editing"),
    ],
    derive,
};

const HOLDER_TYPES: &[&str] =
    &["Profile", "PermissionSet", "PermissionSetGroup", "MutingPermissionSet"];

/// Parts of one component: the files of a decomposed permission set, or one file.
type Parts<'f> = Vec<&'f Fact>;

fn derive(input: &Input<'_>) -> Vec<Fact> {
    rows(input.facts, &Reaches::of(input.facts, &input.org.schema), &input.config.roles)
}

fn rows(facts: &Collected, reaches: &Reaches, roles: &RoleConfig) -> Vec<Fact> {
    let knows_phi = facts.has("CustomField") || facts.has("CustomObject");
    let index = group::Index::of(facts);
    let mut rows = Vec::new();
    for kind in HOLDER_TYPES {
        for parts in merge(facts.of(kind)) {
            let Some(mut row) = describe(kind, &parts, roles) else { continue };
            if *kind == "PermissionSetGroup" {
                copy(&mut row, "permission-sets", &parts, "permissionSets");
                copy(&mut row, "muting-sets", &parts, "mutingPermissionSets");
                index.add_up(&mut row);
            } else {
                let own: Vec<Item> = row.items("permissions").cloned().collect();
                let effective = |item| ("effective-permissions".into(), item);
                row.values.extend(own.into_iter().map(effective));
            }
            say_reach(&mut row, kind, reaches, knows_phi);
            rows.push(row);
        }
    }
    rows
}

/// Whether it reads or edits PHI; of a group, whether one of its sets does. Where no object
/// and no field was retrieved, little is known of what is PHI.
fn say_reach(row: &mut Fact, kind: &str, reaches: &Reaches, knows_phi: bool) {
    let mut reach = reaches.get(kind, &row.name);
    for set in row.items("permission-sets") {
        let of_set = reaches.get("PermissionSet", &set.text);
        reach.reads = reach.reads.or(of_set.reads.map(|_| set.span));
        reach.edits = reach.edits.or(of_set.edits.map(|_| set.span));
    }
    // What a muting set lists it takes away.
    let grants = kind != "MutingPermissionSet";
    for (key, span) in [("reads-phi", reach.reads), ("edits-phi", reach.edits)] {
        match span.filter(|_| grants) {
            Some(span) => row.push(key, "true", span),
            None if knows_phi || !grants => row.derive(key, false),
            None => row.mark_unknown(
                key,
                "no object and no field was retrieved; retrieve CustomObject to know what is PHI",
            ),
        }
    }
}

/// Parts with one name belong together, unless a cap on severity sets one of them apart.
fn merge(facts: &[Arc<Fact>]) -> Vec<Parts<'_>> {
    let mut at = FxHashMap::default();
    let mut merged: Vec<Parts<'_>> = Vec::new();
    for fact in facts {
        let key = (fact.name.to_lowercase(), fact.cap);
        let index = *at.entry(key).or_insert(merged.len());
        match merged.get_mut(index) {
            Some(parts) => parts.push(fact),
            None => merged.push(vec![fact]),
        }
    }
    merged
}

fn describe(kind: &str, parts: &Parts<'_>, roles: &RoleConfig) -> Option<Fact> {
    let first = parts.first()?;
    let mut row = Fact::new("holder", first.name.clone(), first.place);
    row.cap = first.cap;
    row.confidence = parts.iter().filter_map(|part| part.confidence).min();
    row.derive("type", kind);
    copy(&mut row, "label", parts, "label");
    copy(&mut row, "description", parts, "description");
    copy(&mut row, "license", parts, "userLicense");
    copy(&mut row, "license", parts, "license");
    let inverted = kind == "MutingPermissionSet";
    flag(&mut row, "inverted", inverted, None);
    let permissions = if inverted { "muted-permissions" } else { "permissions" };
    copy(&mut row, permissions, parts, "userPermissions");
    copy(&mut row, "custom-permissions", parts, "customPermissions");
    let configured = roles.role(&row.name);
    say_for_whom(&mut row, kind, parts, configured);
    say_when(&mut row, parts, configured);
    let lists_clinical = !roles.clinical.is_empty() && !inverted;
    role::say_role(&mut row, configured, lists_clinical);
    if kind == "Profile" {
        say_login_limits(&mut row, parts);
    }
    Some(row)
}

/// Audience, licence and the API-only flag.
fn say_for_whom(row: &mut Fact, kind: &str, parts: &Parts<'_>, configured: Option<Role>) {
    let custom = item(parts, "custom").cloned();
    let standard = kind == "Profile" && custom.as_ref().is_some_and(|item| item.text == "false");
    flag(row, "standard", standard, custom.as_ref());
    let admin = kind == "Profile" && audience::is_admin_profile(&row.name, standard);
    flag(row, "admin", admin || configured == Some(Role::Administrative), None);
    let api_only = row.items("permissions").find(|item| item.text == "ApiUserOnly").cloned();
    flag(row, "api-only", api_only.is_some(), api_only.as_ref());
    let license = row.item("license").cloned();
    let text = license.as_ref().map(|item| item.text.as_str());
    let (integration, external) = (text.is_some_and(is_integration), text.is_some_and(is_external));
    flag(row, "integration-license", integration, license.as_ref());
    flag(row, "external-license", external, license.as_ref());
    let guest = text.is_some_and(is_guest);
    flag(row, "guest-license", guest, license.as_ref());
    flag(row, "api-only-integration", integration && api_only.is_some(), license.as_ref());
    let named = [Some(row.name.as_str()), row.text("label")];
    let named: Vec<String> = named.into_iter().flatten().flat_map(words).collect();
    let signs = Signs { license: text, admin, api_only: api_only.is_some(), words: &named };
    let (audience, ground) = signs.audience();
    flag(row, "test-automation", is_test_automation(&named), None);
    row.derive("audience", audience);
    row.derive("audience-ground", ground);
}

/// Session activation, and whether it is meant for emergencies.
fn say_when(row: &mut Fact, parts: &Parts<'_>, configured: Option<Role>) {
    let activation = item(parts, "hasActivationRequired").cloned();
    let required = activation.as_ref().is_some_and(|item| item.text == "true");
    flag(row, "activation-required", required, activation.as_ref());
    let texts = [Some(row.name.as_str()), row.text("label"), row.text("description")];
    let listed = (configured == Some(Role::BreakGlass)).then_some("break-glass in phorce.toml");
    let word = texts.into_iter().flatten().find_map(emergency_word).or(listed);
    flag(row, "emergency", word.is_some(), None);
    flag(row, "break-glass", word.is_some() && required, activation.as_ref());
    if let Some(word) = word {
        row.derive("emergency-word", word);
    }
}

/// Where, when and how a profile lets its users log in. A profile that lists neither a user
/// permission nor a limit may be a partial retrieve, so the absence of a limit says nothing.
fn say_login_limits(row: &mut Fact, parts: &Parts<'_>) {
    let limits = [
        ("has-login-ip-ranges", "loginIpRanges"),
        ("has-login-hours", "loginHours"),
        ("has-login-flow", "loginFlows"),
    ];
    let retrieved = row.item("permissions").is_some()
        || limits.iter().any(|(_, element)| item(parts, element).is_some());
    for (key, element) in limits {
        let limit = item(parts, element).cloned();
        match retrieved {
            true => flag(row, key, limit.is_some(), limit.as_ref()),
            false => row.mark_unknown(
                key,
                "the profile lists no user permission, so it looks like a partial retrieve; \
                 retrieve the profile together with what it grants",
            ),
        }
    }
}

/// The first value of `key` in any of the parts.
fn item<'f>(parts: &Parts<'f>, key: &str) -> Option<&'f Item> {
    parts.iter().copied().find_map(|part| part.item(key))
}

/// Every value of `from`, as `key`; one that stands in several parts once.
fn copy(row: &mut Fact, key: &str, parts: &Parts<'_>, from: &str) {
    for item in parts.iter().flat_map(|part| part.items(from)) {
        if !row.items(key).any(|known| known.text.eq_ignore_ascii_case(&item.text)) {
            row.values.push((key.into(), item.clone()));
        }
    }
}

/// `true` or `false`, standing where `item` does.
fn flag(row: &mut Fact, key: &str, holds: bool, item: Option<&Item>) {
    let span = item.map_or(row.place, |item| item.span);
    row.push(key, if holds { "true" } else { "false" }, span);
}
