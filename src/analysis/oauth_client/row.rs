//! Filling a row: what both generations of apps have in common.
//!
//! In: items of element facts. Out: the same items under the row's kebab-case keys, in the
//! words of the page. It knows no element of a connected or external client app.

use crate::fact::{Fact, Item};
use crate::metadata::collect::Collected;
use crate::source::Span;

/// Whether an item says `true`.
pub(super) fn is_true(item: &Item) -> bool {
    item.text.eq_ignore_ascii_case("true")
}

/// Copies a switch: each value in lower case, or `unstated` at the element around it.
pub(super) fn push_switch(row: &mut Fact, key: &str, from: &Fact, element: &str, around: Span) {
    if from.item(element).is_none() {
        row.push(key, "unstated", around);
        return;
    }
    for item in from.items(element) {
        row.push(key, item.text.to_ascii_lowercase(), item.span);
    }
}

/// Copies every value of an element as it is.
pub(super) fn push_all(row: &mut Fact, key: &str, from: &Fact, element: &str) {
    let items = from.items(element).filter(|item| !item.text.is_empty());
    row.values.extend(items.map(|item| (key.into(), item.clone())));
}

/// Copies each URL of an element that may hold several.
pub(super) fn push_urls(row: &mut Fact, key: &str, from: &Fact, element: &str) {
    for item in from.items(element) {
        let urls = super::list::split_list(item, char::is_whitespace);
        row.values.extend(urls.into_iter().map(|url| (key.into(), url)));
    }
}

/// Copies each entry of a comma-separated element.
pub(super) fn push_list(row: &mut Fact, key: &str, from: &Fact, element: &str) {
    for item in from.items(element) {
        let entries = super::list::split_list(item, |letter| letter == ',');
        row.values.extend(entries.into_iter().map(|entry| (key.into(), entry)));
    }
}

/// `BYPASS_2FACTOR`, `Bypass_2factor` → `bypass-2factor`.
pub(super) fn push_kebab(row: &mut Fact, key: &str, from: &Fact, element: &str) {
    for item in from.items(element).filter(|item| !item.text.is_empty()) {
        row.push(key, item.text.to_ascii_lowercase().replace('_', "-"), item.span);
    }
}

/// The user an app acts as: it can be tested, and is never printed.
pub(super) fn push_hidden(row: &mut Fact, key: &str, from: &Fact, element: &str) {
    for item in from.items(element).filter(|item| !item.text.is_empty()) {
        let hidden = Item { secret: true, ..item.clone() };
        row.values.push((key.into(), hidden));
    }
}

/// The values of `key` give way to this one.
pub(super) fn replace(row: &mut Fact, key: &str, item: &Item) {
    row.values.retain(|(own, _)| own != key);
    row.unknown.retain(|(own, _)| own != key);
    row.values.push((key.into(), item.clone()));
}

/// Whether an element stands there and is not empty, as a value of its own.
pub(super) fn push_presence(row: &mut Fact, key: &str, from: &Fact, element: &str) {
    match from.items(element).find(|item| !item.text.is_empty()) {
        Some(item) => row.push(key, "true", item.span),
        None => row.push(key, "false", from.place),
    }
}

/// The trusted ranges among the repeated children `kind` of a component.
pub(super) fn push_ip_ranges(row: &mut Fact, facts: &Collected, kind: &str, component: &Fact) {
    let own = |range: &Fact| range.parent.as_deref().is_some_and(|p| p.place == component.place);
    for range in facts.of(kind).iter().filter(|range| own(range)) {
        let bound = |word: &str| {
            let named = |key: &str| key.to_ascii_lowercase().contains(word);
            range.values.iter().find(|(key, _)| named(key)).map(|(_, item)| item)
        };
        let (Some(start), Some(end)) = (bound("start"), bound("end")) else { continue };
        if !is_everything(&start.text, &end.text) {
            row.push("ip-ranges", format!("{}-{}", start.text, end.text), start.span);
        }
    }
}

/// A range of all addresses trusts everybody, and so restricts nobody.
fn is_everything(start: &str, end: &str) -> bool {
    let all = [
        ("0.0.0.0", "255.255.255.255"),
        ("::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
        ("0:0:0:0:0:0:0:0", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
    ];
    all.iter().any(|(from, to)| start == *from && end.eq_ignore_ascii_case(to))
}

/// `12 MONTHS` → `360`, `12 HOURS` → `0.5`; nothing where either is unheard of.
pub(super) fn days(period: &str, unit: &str) -> Option<String> {
    let period: f64 = period.trim().parse().ok().filter(|n: &f64| n.is_finite())?;
    let days = match unit.trim().to_ascii_lowercase().as_str() {
        "hours" => period / 24.0,
        "days" => period,
        "months" => period * 30.0,
        _ => return None,
    };
    let text = format!("{days:.2}");
    Some(text.trim_end_matches('0').trim_end_matches('.').to_owned())
}
