//! Entries of the register, against what the org has.
//!
//! In: the register, and the things of the org held against it. Out: one row for each entry,
//! at its name: what is filled in, whether the thing is there, and how old review and
//! agreement are on the day of the run. It judges none of it.

use std::ops::Range;
use std::sync::Arc;

use compact_str::format_compact;
use jiff::civil::Date;

use super::{ENTRY, PACKAGE, THINGS, unknown};
use crate::analysis::Input;
use crate::config::Register;
use crate::config::register::{Entry, NO_VENDOR, Section, Written};
use crate::fact::{Fact, Item};
use crate::metadata::collect::Collected;
use crate::source::{FileId, Span};

pub(super) const VALUES: &[(&str, &str)] = &[
    (
        "subject-kind",
        "what it is about: `oauth-client`, `endpoint`, `package`, `holder`, `bypass` or `phi-object`",
    ),
    ("subject", "the name in it"),
    (
        "present",
        "`true` where the org has what it is about; unknown where that was not retrieved, or only a part of the project was looked at",
    ),
    ("owner", "who answers for it"),
    ("purpose", "what it is for"),
    ("vendor", "the company behind it, `none` for what is the organisation's own"),
    ("criticality", "`low`, `medium`, `high` or `critical`"),
    ("version", "of a package: the version that was reviewed"),
    (
        "blank",
        "each of `owner`, `purpose`, `criticality`, `last-review`, and where somebody outside may stand behind it `vendor`, that is not filled in",
    ),
    (
        "agreement",
        "with the vendor: `signed`, `expired`, `ahead` (the day it is signed lies ahead), `none`, or `waived` (a reason says that none is needed); absent where there is no vendor",
    ),
    ("no-baa", "why no agreement is needed"),
    ("baa", "the day the agreement was signed"),
    ("baa-until", "its last day"),
    ("agreement-days-left", "how many days it still runs"),
    ("last-review", "the day of the last review"),
    ("next-review", "the last day for the next one"),
    ("days-since-review", "how many days ago the last review was"),
    ("review-ahead", "`true` where the last review lies ahead of the day of the run"),
    ("review-overdue-days", "how many days ago the next review should have been"),
    ("reaches-phi", "`true` where something in the org shows that PHI goes there"),
    ("effective-permissions", "of a holder: its user permissions (see `holder`)"),
    ("audience", "of a holder: for whom it is made (see `holder`)"),
];

const COPIED: [&str; 2] = ["effective-permissions", "audience"];
const ASKED: [&str; 5] = ["owner", "purpose", "vendor", "criticality", "last-review"];

pub(super) fn entries(input: &Input<'_>) -> Vec<Fact> {
    let Some(register) = &input.config.entries else { return unknown(input, &ENTRY) };
    let Some(file) = register.file else { return Vec::new() };
    register.entries.iter().map(|entry| row(input, register, entry, file)).collect()
}

fn row(input: &Input<'_>, register: &Register, entry: &Entry, file: FileId) -> Fact {
    let at = |bytes: &Range<usize>| Span::new(file, bytes.start, bytes.end);
    let word = entry.section.word();
    let place = at(&entry.name.bytes);
    let mut row = Fact::new(ENTRY.name, format_compact!("{word}/{}", entry.name.value), place);
    row.derive("subject-kind", word);
    row.derive("subject", &entry.name.value);
    for (key, text) in &entry.texts {
        row.push(*key, text.value.as_str(), at(&text.bytes));
    }
    for (key, date) in &entry.dates {
        row.push(*key, date.value.to_string(), at(&date.bytes));
    }
    let asked = ASKED.iter().filter(|key| **key != "vendor" || entry.section.asks_vendor());
    for key in asked.filter(|key| entry.text(key).is_none() && entry.date(key).is_none()) {
        row.push("blank", *key, entry.blank(key).map_or(place, |bytes| at(&bytes)));
    }
    say_agreement(&mut row, entry, input.as_of, at);
    say_review(&mut row, entry, input.as_of, at);
    say_presence(&mut row, input.facts, register, entry);
    row
}

/// The days from the first date to the second.
fn days(from: Date, to: Date) -> i64 {
    to.duration_since(from).as_hours() / 24
}

fn say_agreement(row: &mut Fact, entry: &Entry, as_of: Date, at: impl Fn(&Range<usize>) -> Span) {
    let vendor = entry.text("vendor");
    if vendor.is_some_and(|vendor| vendor.value.eq_ignore_ascii_case(NO_VENDOR)) {
        return;
    }
    let (word, bytes) = match (entry.date("baa"), entry.date("baa-until"), vendor) {
        (Some(baa), ..) if baa.value > as_of => ("ahead", &baa.bytes),
        (Some(_), Some(until), _) if until.value < as_of => ("expired", &until.bytes),
        (Some(baa), ..) => ("signed", &baa.bytes),
        (None, _, Some(vendor)) => match entry.text("no-baa") {
            Some(reason) => ("waived", &reason.bytes),
            None => ("none", &vendor.bytes),
        },
        (None, _, None) => return,
    };
    row.push("agreement", word, at(bytes));
    if let Some(until) = entry.date("baa-until").filter(|_| word == "signed") {
        row.push("agreement-days-left", days(as_of, until.value).to_string(), at(&until.bytes));
    }
}

fn say_review(row: &mut Fact, entry: &Entry, as_of: Date, at: impl Fn(&Range<usize>) -> Span) {
    if let Some(Written { value, bytes }) = entry.date("last-review") {
        if *value > as_of {
            row.push("review-ahead", "true", at(bytes));
        } else {
            row.push("days-since-review", days(*value, as_of).to_string(), at(bytes));
        }
    }
    if let Some(Written { value, bytes }) = entry.date("next-review").filter(|d| d.value < as_of) {
        row.push("review-overdue-days", days(*value, as_of).to_string(), at(bytes));
    }
}

fn say_presence(row: &mut Fact, facts: &Collected, register: &Register, entry: &Entry) {
    let ty = entry.text("type").map(|text| text.value.as_str());
    let is_it = |thing: &&Arc<Fact>| {
        let named = thing.text("register-name").is_some_and(|name| entry.is_about(name));
        named && ty.is_none_or(|ty| thing.text("type") == Some(ty))
    };
    let kind = THINGS.iter().find(|(section, _)| *section == entry.section);
    let things = kind.map_or(&[][..], |(_, kind)| facts.of(kind.name));
    let things: Vec<&Arc<Fact>> = things.iter().filter(is_it).collect();
    let Some(first) = things.first() else {
        match unseen(facts, register, entry.section, ty) {
            Some(why) => row.mark_unknown("present", why),
            None => row.derive("present", false),
        }
        return;
    };
    row.derive("present", true);
    row.related.push((first.place, format_compact!("{} stands here", entry.name.value)));
    if things.iter().any(|thing| thing.is_true("reaches-phi")) {
        row.derive("reaches-phi", true);
    }
    for key in COPIED {
        let items: Vec<Item> = things.iter().flat_map(|thing| thing.items(key)).cloned().collect();
        row.values.extend(items.into_iter().map(|item| (key.into(), item)));
    }
}

/// Why it cannot be told that something is not there.
fn unseen(
    facts: &Collected,
    register: &Register,
    section: Section,
    ty: Option<&str>,
) -> Option<String> {
    if let Some(why) = &register.partial {
        return Some(why.clone());
    }
    let (seen, what) = match (section, ty) {
        (Section::Holder, Some(ty)) => (facts.has(ty), ty),
        (Section::Holder, None) => {
            (facts.has("Profile") && facts.has("PermissionSet"), "Profile or PermissionSet")
        }
        (Section::Bypass, _) => (facts.has("holder"), "Profile and PermissionSet"),
        (Section::PhiObject, _) => {
            (facts.has("CustomObject") || facts.has("CustomField"), "CustomObject")
        }
        (Section::OauthClient, _) => (facts.has("oauth-client"), "ConnectedApp"),
        (Section::Endpoint, _) => (facts.has("endpoint"), "NamedCredential or RemoteSiteSetting"),
        (Section::Package, _) => (facts.has(PACKAGE.name), "InstalledPackage"),
    };
    (!seen).then(|| format!("no {what} was retrieved, so it may be there all the same"))
}
