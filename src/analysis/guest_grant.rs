//! Kind `guest-grant`: what each guest holder may do with each object that holds PHI.
//!
//! In: rows of access, of holders, of sharing rules and of PHI objects, and the grants of the
//! holders. Out: one row for each holder with a guest licence and each PHI object it speaks
//! of; one more, unknown, for each PHI object about which a guest profile says nothing. It
//! cannot know which permission sets a site's guest user has: that is data.
//!
//! Sources: since Spring '21 Salesforce takes edit, delete, View All and Modify All away from
//! guest users, whatever a file says, and gives them records through guest sharing rules only.

use std::sync::Arc;

use compact_str::format_compact;

use super::{Input, Kind};
use crate::fact::{Fact, Item};
use crate::metadata::collect::Collected;
use crate::org::phi::Level;
use crate::source::Span;

/// The kind.
pub const KIND: Kind = Kind {
    name: "guest-grant",
    meaning: "what one profile or permission set with a guest licence may do with one PHI object; unknown where a profile says nothing of the object",
    reads: &[
        "Profile",
        "PermissionSet",
        "holder",
        "phi-object",
        "sharing-rule",
        "access",
        "CustomSite",
    ],
    values: &[
        ("holder", "full name of the profile or permission set"),
        ("object", "full name of the object"),
        ("grants", "what its file grants and guests may have: `read`, `create`, `view-all-fields`"),
        (
            "stale",
            "what its file grants and Salesforce no longer gives to guests: `edit`, `delete`, `view-all`, `modify-all`",
        ),
        ("opens", "the PHI fields it may read; the object, where it may read none"),
        (
            "records",
            "`all` or `some` records, where a guest sharing rule opens them to its site; else `none`",
        ),
        ("rules", "those sharing rules"),
        (
            "idle-fields",
            "PHI fields it has a field permission for, while it has no permission on the object",
        ),
        (
            "everyday",
            "`true` for Contact, Account, Case and Lead in an org that nothing shows to be about health, where no field it opens is declared as PHI",
        ),
    ],
    derive,
};

/// Objects every org has, about anybody.
const EVERYDAY: [&str; 4] = ["Account", "Case", "Contact", "Lead"];
/// What guests may have of what a file grants.
const LIVE: [&str; 3] = ["read", "create", "view-all-fields"];

fn derive(input: &Input<'_>) -> Vec<Fact> {
    let schema = &input.org.schema;
    let is_phi = |reference: &str| {
        let found = schema.phi_of(None, reference)?;
        (found.recognition.level == Level::High).then(|| found.name.clone())
    };
    rows(input.facts, schema.health.is, &is_phi)
}

/// `is_phi` gives the full name of a PHI field by what a permission calls it.
fn rows(facts: &Collected, health: bool, is_phi: &dyn Fn(&str) -> Option<String>) -> Vec<Fact> {
    let mut rows = Vec::new();
    let guests = facts.of("holder").iter().filter(|holder| {
        holder.is_true("guest-license") && holder.text("type") != Some("MutingPermissionSet")
    });
    for holder in guests {
        let before = rows.len();
        rows.extend(granted(facts, holder));
        add_idle_fields(&mut rows, before, facts, holder, is_phi);
        if holder.text("type") == Some("Profile") {
            add_unknown(&mut rows, before, facts, holder);
        }
    }
    for row in &mut rows {
        let object = row.text("object").unwrap_or("");
        let common = EVERYDAY.iter().any(|known| known.eq_ignore_ascii_case(object));
        let declared = row.item("declared").is_some();
        row.values.retain(|(key, _)| key != "declared");
        row.derive("everyday", common && !health && !declared);
    }
    rows
}

fn start(holder: &Fact, object: &str, place: Span) -> Fact {
    let mut row = Fact::new(KIND.name, format_compact!("{}/{object}", holder.name), place);
    row.component = holder.name.clone();
    row.cap = holder.cap;
    row.confidence = holder.confidence;
    row.derive("holder", &holder.name);
    row.derive("object", object);
    row
}

/// Rows of what it may do, by the access that was worked out.
fn granted(facts: &Collected, holder: &Fact) -> Vec<Fact> {
    let own = |row: &&Arc<Fact>| {
        row.text("holder") == Some(holder.name.as_str()) && row.text("type") == holder.text("type")
    };
    facts.of("access").iter().filter(own).map(|access| row(facts, holder, access)).collect()
}

fn row(facts: &Collected, holder: &Fact, access: &Fact) -> Fact {
    let object = access.text("object").unwrap_or("");
    let mut row = start(holder, object, access.place);
    row.confidence = access.confidence;
    row.related.clone_from(&access.related);
    for item in access.items("object-access").filter(|item| stated(access, holder, item)) {
        let key = if LIVE.contains(&item.text.as_str()) { "grants" } else { "stale" };
        row.values.push((key.into(), item.clone()));
    }
    say_opened(&mut row, access);
    say_records(&mut row, facts, holder, object);
    row
}

/// Whether the file itself grants it on the object: what another permission brings with it
/// stands at that permission.
fn stated(access: &Fact, holder: &Fact, item: &Item) -> bool {
    let through_user = holder.items("permissions").any(|known| known.span == item.span);
    let mut at_once = access.items("object-access").filter(|other| other.span == item.span);
    let weakest = at_once.all(|other| rank(&other.text) <= rank(&item.text));
    !through_user && weakest
}

/// What brings others with it has the higher rank.
fn rank(word: &str) -> usize {
    let order = ["read", "create", "edit", "view-all", "delete", "modify-all", "view-all-fields"];
    order.iter().position(|known| *known == word).unwrap_or(0)
}

fn say_opened(row: &mut Fact, access: &Fact) {
    let fields: Vec<Item> = access.items("fields").cloned().collect();
    if fields.is_empty() {
        let object = access.text("object").unwrap_or("").to_owned();
        row.push("opens", object, access.place);
    }
    row.values.extend(fields.into_iter().map(|item| ("opens".into(), item)));
    row.values.extend(access.item("declared-fields").map(|item| ("declared".into(), item.clone())));
}

/// Which records guest sharing rules open to the holder's site.
fn say_records(row: &mut Fact, facts: &Collected, holder: &Fact, object: &str) {
    let opens = |rule: &&Arc<Fact>| {
        let named = |item: &Item| item.text.eq_ignore_ascii_case(object);
        rule.text("kind") == Some("guest")
            && rule.items("phi-objects").any(named)
            && is_for(facts, holder, rule)
    };
    let mut records = "none";
    for rule in facts.of("sharing-rule").iter().filter(opens) {
        records = if rule.is_true("catch-all") || records == "all" { "all" } else { "some" };
        row.push("rules", rule.name.clone(), rule.place);
        row.related.push((
            rule.place,
            format_compact!("{} opens records to its site's guests", rule.name),
        ));
    }
    row.derive("records", records);
}

/// Whether the rule is for guests who have the holder. A permission set may be given to any
/// site's guest; a profile is called `<label of the site> Profile`.
fn is_for(facts: &Collected, holder: &Fact, rule: &Fact) -> bool {
    let Some(site) = rule.text("sharedTo.guestUser") else { return true };
    if holder.text("type") != Some("Profile") {
        return true;
    }
    let plain = |name: &str| {
        let kept = name.chars().filter(|c| c.is_alphanumeric());
        kept.flat_map(char::to_lowercase).collect::<String>()
    };
    let own = plain(&holder.name);
    let own = own.strip_suffix("profile").unwrap_or(&own);
    let own = own.strip_suffix("guest").unwrap_or(own);
    let mut labels = facts.named("CustomSite", site).filter_map(|site| site.text("masterLabel"));
    plain(site) == own || labels.any(|label| plain(label) == own)
}

/// Field permissions on PHI fields of objects that the holder has no permission on.
fn add_idle_fields(
    rows: &mut Vec<Fact>,
    from: usize,
    facts: &Collected,
    holder: &Fact,
    is_phi: &dyn Fn(&str) -> Option<String>,
) {
    let own = facts.grants.iter().filter(|grants| {
        grants.holder.name == holder.name
            && holder.text("type") == Some(grants.holder.kind.as_str())
    });
    for grant in own.flat_map(|grants| &grants.fields) {
        let Some(name) = is_phi(&grant.field) else { continue };
        let Some((object, field)) = name.split_once('.') else { continue };
        let of_object = |row: &&mut Fact| {
            row.text("object").is_some_and(|known| known.eq_ignore_ascii_case(object))
        };
        match rows.iter_mut().skip(from).find(of_object) {
            Some(row) if row.item("idle-fields").is_none() => {}
            Some(row) => row.push("idle-fields", field, grant.span),
            None => {
                let mut row = start(holder, object, grant.span);
                row.push("idle-fields", field, grant.span);
                rows.push(row);
            }
        }
    }
}

/// A profile's file holds only what was retrieved with it.
fn add_unknown(rows: &mut Vec<Fact>, from: usize, facts: &Collected, holder: &Fact) {
    let speaks = |object: &str| {
        let own = facts
            .grants
            .iter()
            .filter(|grants| grants.holder.kind == "Profile" && grants.holder.name == holder.name);
        own.flat_map(|grants| &grants.known_objects).any(|known| known.eq_ignore_ascii_case(object))
    };
    for phi in facts.of("phi-object") {
        let object = phi.text("object").unwrap_or(&phi.name);
        let known = rows.iter().skip(from).any(|row| row.text("object") == Some(object));
        if known || speaks(object) {
            continue;
        }
        let mut row = start(holder, object, holder.place);
        let reason = format!(
            "the guest profile {} does not speak of {object}: retrieve both together",
            holder.name
        );
        for key in ["grants", "stale", "opens", "records", "rules", "idle-fields"] {
            row.mark_unknown(key, reason.as_str());
        }
        rows.push(row);
    }
}

#[cfg(test)]
#[path = "guest_grant/tests.rs"]
mod tests;
