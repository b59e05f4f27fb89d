//! Kind `event-exposure`: PHI on the event bus.
//!
//! In: members of event channels, event relays, platform events, and the schema. Out: one row
//! for each channel member, platform event and relay that carries PHI. It does not know who
//! subscribes: whoever may read the entity, over the API.
//!
//! Sources: Metadata API types `PlatformEventChannelMember`, `EventRelayConfig` and
//! `CustomObject` (`__e`).

use std::sync::Arc;

use super::{Input, Kind};
use crate::fact::{Confidence, Fact, Item};
use crate::metadata::collect::Collected;
use crate::org::phi::Level;
use crate::org::schema::Schema;
use crate::org::words::Words;

/// The kind.
pub const KIND: Kind = Kind {
    name: "event-exposure",
    meaning: "a channel member, platform event or event relay that carries PHI; it has the elements of its component too",
    reads: &[
        MEMBER,
        "PlatformEventChannelMember.enrichedFields",
        RELAY,
        "CustomObject",
        "CustomField",
        "Settings",
    ],
    values: &[
        (
            "carrier",
            "`channel-member`, `platform-event`, `relay`, or `bus` for the event bus of an org that has any of these",
        ),
        ("object", "the object whose changes it carries, or the platform event"),
        ("change-events", "`true` where it carries the changes of records"),
        (
            "phi-fields",
            "the PHI fields it carries, as far as they are named: of a platform event each, of a channel member those it adds to every event, of a relay those of its members",
        ),
        ("channel", "the channel"),
        ("relayed", "`true` where a relay that runs takes the channel out of the org"),
        ("relays", "these relays"),
        ("destination", "of a relay: where it sends to"),
        ("running", "of a relay: `true` where it runs"),
        ("entities", "of a relay: what its channel carries of PHI"),
        ("log", "`true` for a platform event named as a log or audit, and for its members"),
        ("carriers", "of the bus: every channel member and platform event on it that carries PHI"),
        (
            "encrypted",
            "of the bus: `true` where events are encrypted while they wait; unknown where the encryption settings were not retrieved",
        ),
    ],
    derive,
};

const MEMBER: &str = "PlatformEventChannelMember";
const RELAY: &str = "EventRelayConfig";

fn derive(input: &Input<'_>) -> Vec<Fact> {
    rows(input.facts, &input.org.schema)
}

fn rows(facts: &Collected, schema: &Schema) -> Vec<Fact> {
    let members = facts.of(MEMBER).iter();
    let members: Vec<Fact> = members.filter_map(|fact| member(facts, schema, fact)).collect();
    let events = schema.objects().filter(|object| object.form_word() == "event");
    let events = events.flat_map(|object| {
        let facts = object.facts.iter().chain(
            object.fields.iter().flat_map(|f| &f.facts).take(usize::from(object.facts.is_empty())),
        );
        facts.filter_map(|fact| event(schema, &object.name, fact, &members)).collect::<Vec<_>>()
    });
    let events: Vec<Fact> = events.collect();
    let relays = facts.of(RELAY).iter().filter_map(|fact| relay(fact, &members));
    let relays: Vec<Fact> = relays.collect();
    let bus = bus(facts, members.iter().chain(&events));
    members.into_iter().chain(events).chain(relays).chain(bus).collect()
}

fn start(fact: &Arc<Fact>, name: &str, carrier: &str) -> Fact {
    let mut row = Fact::new(KIND.name, name, fact.place);
    row.cap = fact.cap;
    row.values = fact.values.clone();
    row.derive("carrier", carrier);
    row
}

fn is_event(name: &str) -> bool {
    name.to_ascii_lowercase().ends_with("__e")
}

/// The object whose changes an entity is about.
fn changed(schema: &Schema, entity: &str) -> Option<String> {
    let is_change = entity.to_ascii_lowercase().ends_with("changeevent");
    if !is_change {
        return None;
    }
    schema.phi_object_name(entity)
}

fn member(facts: &Collected, schema: &Schema, fact: &Arc<Fact>) -> Option<Fact> {
    let entity = fact.item("selectedEntity")?;
    let mut row = start(fact, &fact.name, "channel-member");
    let mut sure: Option<Confidence> = None;
    if is_event(&entity.text) {
        row.push("object", entity.text.clone(), entity.span);
        row.derive("change-events", false);
        row.derive("log", is_log(&entity.text));
        for (item, confidence) in fields_of(schema, &entity.text) {
            row.push("phi-fields", item.text, entity.span);
            sure = sure.max(Some(confidence));
        }
    } else {
        let object = changed(schema, &entity.text);
        let added = added_fields(schema, fact, object.as_deref());
        let phi = schema.object_phi(&entity.text);
        sure = sure.max(phi.map(|phi| phi.confidence));
        row.push("object", object.as_deref().unwrap_or(&entity.text), entity.span);
        row.derive("change-events", true);
        row.derive("log", false);
        for (item, confidence) in added {
            row.values.push(("phi-fields".into(), item));
            sure = sure.max(Some(confidence));
        }
    }
    row.confidence = Some(sure?);
    let channel = fact.item("eventChannel");
    if let Some(item) = channel {
        row.values.push(("channel".into(), item.clone()));
    }
    say_relays(&mut row, facts, channel.map(|item| item.text.as_str()));
    Some(row)
}

/// PHI among the fields that a member adds to every event.
fn added_fields(
    schema: &Schema,
    fact: &Arc<Fact>,
    object: Option<&str>,
) -> Vec<(Item, Confidence)> {
    let fields = fact.items("enrichedFields.name");
    let found = fields.filter_map(|item| {
        let found = schema.phi_of(object, &item.text)?;
        let confidence = found.recognition.confidence;
        let related = found.facts.first().map(|fact| fact.place);
        let named = Item { related, ..Item::new(found.name.as_str(), item.span) };
        (found.recognition.level == Level::High).then_some((named, confidence))
    });
    found.collect()
}

/// The PHI fields of a platform event, each at its definition.
fn fields_of(schema: &Schema, event: &str) -> Vec<(Item, Confidence)> {
    let fields = schema.object(event).map_or(&[][..], |object| &object.fields);
    let phi = fields.iter().filter(|field| field.is_phi());
    let found = phi.filter_map(|field| {
        let place = field.facts.first()?.place;
        let confidence = field.recognition.as_ref()?.confidence;
        Some((Item::new(field.name.as_str(), place), confidence))
    });
    found.collect()
}

fn say_relays(row: &mut Fact, facts: &Collected, channel: Option<&str>) {
    let running = facts.of(RELAY).iter().filter(|relay| {
        let own = relay.text("eventChannel");
        relay.text("state") == Some("RUN")
            && own.zip(channel).is_some_and(|(own, channel)| own.eq_ignore_ascii_case(channel))
    });
    let relays: Vec<_> = running.collect();
    row.derive("relayed", !relays.is_empty());
    for relay in relays {
        row.push("relays", relay.name.as_str(), relay.place);
        row.related.push((relay.place, "this relay takes the channel out of the org".into()));
    }
}

fn is_log(name: &str) -> bool {
    Words::embedded().leaves_trail(name)
}

fn event(schema: &Schema, name: &str, fact: &Arc<Fact>, members: &[Fact]) -> Option<Fact> {
    let phi = fields_of(schema, name);
    let mut row = start(fact, name, "platform-event");
    row.confidence = Some(phi.iter().map(|(_, sure)| *sure).max()?);
    row.derive("object", name);
    row.derive("change-events", false);
    for (item, _) in phi {
        row.values.push(("phi-fields".into(), item));
    }
    row.derive("log", is_log(name));
    let own = members.iter().filter(|member| {
        member.text("object").is_some_and(|object| object.eq_ignore_ascii_case(name))
    });
    let own: Vec<&Fact> = own.collect();
    for item in own.iter().filter_map(|member| member.item("channel")) {
        row.values.push(("channel".into(), item.clone()));
    }
    row.derive("relayed", own.iter().any(|member| member.is_true("relayed")));
    Some(row)
}

fn relay(fact: &Arc<Fact>, members: &[Fact]) -> Option<Fact> {
    let channel = fact.item("eventChannel")?;
    let carried = members.iter().filter(|member| {
        member.text("channel").is_some_and(|own| own.eq_ignore_ascii_case(&channel.text))
    });
    let mut row = start(fact, &fact.name, "relay");
    row.values.push(("channel".into(), channel.clone()));
    for member in carried {
        row.confidence = row.confidence.max(member.confidence);
        if let Some(entity) = member.item("object") {
            row.values.push(("entities".into(), entity.clone()));
        }
        row.values
            .extend(member.items("phi-fields").map(|item| ("phi-fields".into(), item.clone())));
        row.related.push((member.place, "this puts PHI on its channel".into()));
    }
    row.item("entities")?;
    let state = fact.item("state");
    let span = state.map_or(fact.place, |item| item.span);
    row.push("running", (fact.text("state") == Some("RUN")).to_string(), span);
    if let Some(item) = fact.item("destinationResourceName") {
        row.values.push(("destination".into(), item.clone()));
    }
    Some(row)
}

/// The event bus, once for an org: it stands on the encryption settings.
fn bus<'r>(facts: &Collected, carriers: impl Iterator<Item = &'r Fact>) -> Option<Fact> {
    let carriers: Vec<&Fact> = carriers.collect();
    let first = carriers.first()?;
    let settings = facts.of("PlatformEncryptionSettings").first();
    let place = settings.map_or(first.place, |settings| settings.place);
    let mut row = Fact::new(KIND.name, "Event bus", place);
    row.derive("carrier", "bus");
    for carrier in carriers {
        row.push("carriers", carrier.name.as_str(), carrier.place);
        row.confidence = row.confidence.max(carrier.confidence);
    }
    let Some(settings) = settings else {
        let why = "the platform encryption settings were not retrieved";
        row.mark_unknown("encrypted", why);
        return Some(row);
    };
    let stated = settings.item("enableEventBusEncryption");
    let span = stated.map_or(place, |item| item.span);
    row.push("encrypted", settings.is_true("enableEventBusEncryption").to_string(), span);
    Some(row)
}

#[cfg(test)]
mod tests;
