//! `ip-range`: which addresses logins may come from, and which are trusted.
//!
//! In: `Profile.loginIpRanges` and `SecuritySettings.networkAccess.ipRanges`, each a first
//! and a last address. Out: one row per range with its size. Sources: Metadata API types
//! `Profile` and `SecuritySettings`. It cannot know who owns the addresses.

use std::net::IpAddr;

use compact_str::CompactString;
use rustc_hash::FxHashMap;

use crate::analysis::{Input, Kind};
use crate::fact::Fact;
use crate::metadata::collect::Collected;

/// Which addresses logins may come from.
pub const KIND: Kind = Kind {
    name: "ip-range",
    meaning: "a range of addresses that a profile admits logins from, or that the org trusts",
    reads: &[PROFILE_RANGES, TRUSTED_RANGES],
    values: &[
        ("owner", "the profile or the settings it stands in"),
        (
            "scope",
            "`profile` (logins come from here only) or `network-access` (logins from here skip identity verification)",
        ),
        ("start", "its first address"),
        ("end", "its last address"),
        ("version", "`4` or `6`; absent where the addresses cannot be read"),
        (
            "bits",
            "its size as a power of two, rounded up: 16 for 65,536 addresses. IPv6 is counted in networks of 64 bits, because one connection gets one",
        ),
        ("single-address", "`true` for a range of one address"),
        ("private", "`true` where it lies in addresses that are not routed on the internet"),
        (
            "everything",
            "`true` where the ranges of its owner together hold more than half of all addresses",
        ),
    ],
    derive,
};

const PROFILE_RANGES: &str = "Profile.loginIpRanges";
const TRUSTED_RANGES: &str = "SecuritySettings.networkAccess.ipRanges";

fn derive(input: &Input<'_>) -> Vec<Fact> {
    rows(input.facts)
}

fn rows(facts: &Collected) -> Vec<Fact> {
    let profiles = facts.of(PROFILE_RANGES).iter();
    let profiles = profiles.map(|range| row(range, "profile", "startAddress", "endAddress"));
    let trusted = facts.of(TRUSTED_RANGES).iter();
    let trusted = trusted.map(|range| row(range, "network-access", "start", "end"));
    let mut measured: Vec<(Fact, Option<Extent>)> = profiles.chain(trusted).collect();
    say_everything(&mut measured);
    measured.into_iter().map(|(row, _)| row).collect()
}

/// Setup refuses ranges of more than 2^25 addresses, so those who want to admit everybody
/// write many of them.
fn say_everything(rows: &mut [(Fact, Option<Extent>)]) {
    let mut owners: FxHashMap<(CompactString, bool), Vec<(u128, u128)>> = FxHashMap::default();
    for (row, extent) in rows.iter() {
        if let Some(extent) = extent {
            let owner = owners.entry((row.component.clone(), extent.v6)).or_default();
            owner.push((extent.first, extent.last));
        }
    }
    let open: FxHashMap<_, bool> =
        owners.into_iter().map(|((owner, v6), held)| ((owner, v6), is_most(held, v6))).collect();
    for (row, extent) in rows {
        let Some(extent) = extent else { continue };
        let everything = open.get(&(row.component.clone(), extent.v6)).copied().unwrap_or(false);
        let span = row.item("start").map_or(row.place, |item| item.span);
        row.push("everything", everything.to_string(), span);
    }
}

/// Whether ranges, which may overlap, hold more than half of all addresses.
fn is_most(mut ranges: Vec<(u128, u128)>, v6: bool) -> bool {
    ranges.sort_unstable();
    let (mut held, mut next) = (0u128, 0u128);
    for (first, last) in ranges {
        let from = first.max(next);
        if from <= last {
            held = held.saturating_add((last - from).saturating_add(1));
            next = last.saturating_add(1);
        }
    }
    held > 1 << if v6 { 127 } else { 31 }
}

fn row(range: &Fact, scope: &str, start: &str, end: &str) -> (Fact, Option<Extent>) {
    let text = |key| range.text(key).unwrap_or_default();
    let name = format!("{}/{}-{}", range.component, text(start), text(end));
    let mut row = Fact::new("ip-range", name, range.place);
    row.component = range.component.clone();
    row.grouped = true;
    row.parent = range.parent.clone();
    row.cap = range.cap;
    row.confidence = range.confidence;
    row.derive("owner", &range.component);
    row.derive("scope", scope);
    for (key, element) in [("start", start), ("end", end)] {
        row.values.extend(range.item(element).map(|item| (key.into(), item.clone())));
    }
    let ends = (text(start).parse().ok()).zip(text(end).parse().ok());
    let extent = ends.and_then(|(start, end)| Extent::between(start, end));
    if let Some(extent) = &extent {
        let span = row.item("start").map_or(row.place, |item| item.span);
        row.push("version", if extent.v6 { "6" } else { "4" }, span);
        row.push("bits", extent.bits().to_string(), span);
        row.push("single-address", (extent.first == extent.last).to_string(), span);
        row.push("private", extent.is_private().to_string(), span);
    }
    (row, extent)
}

/// Two ends of one address family, as numbers.
#[derive(Debug)]
struct Extent {
    v6: bool,
    first: u128,
    last: u128,
}

impl Extent {
    fn between(start: IpAddr, end: IpAddr) -> Option<Self> {
        // An IPv4 address written as IPv6 (`::ffff:192.0.2.1`) is an IPv4 address.
        match (start.to_canonical(), end.to_canonical()) {
            (IpAddr::V4(start), IpAddr::V4(end)) => {
                let (first, last) = (u128::from(u32::from(start)), u128::from(u32::from(end)));
                Some(Self { v6: false, first, last })
            }
            (IpAddr::V6(_), IpAddr::V6(_))
            | (IpAddr::V4(_), IpAddr::V6(_))
            | (IpAddr::V6(_), IpAddr::V4(_)) => {
                let number = |address| match address {
                    IpAddr::V4(v4) => u128::from(v4.to_ipv6_mapped()),
                    IpAddr::V6(v6) => u128::from(v6),
                };
                Some(Self { v6: true, first: number(start), last: number(end) })
            }
        }
        .filter(|extent| extent.first <= extent.last)
    }

    /// The size as a power of two, rounded up.
    fn bits(&self) -> u32 {
        let beyond_first = self.last - self.first;
        let bits = u128::BITS - beyond_first.leading_zeros();
        if self.v6 { bits.saturating_sub(64) } else { bits }
    }

    fn is_private(&self) -> bool {
        let blocks: &[(u128, u128)] = match self.v6 {
            false => &[
                (0x0A00_0000, 0x0AFF_FFFF),
                (0xAC10_0000, 0xAC1F_FFFF),
                (0xC0A8_0000, 0xC0A8_FFFF),
            ],
            true => &[(0xFC00 << 112, (0xFE00 << 112) - 1)],
        };
        blocks.iter().any(|(first, last)| *first <= self.first && self.last <= *last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::holder::tests::{collect, fact};
    use crate::fact::Found;

    fn of(start: &str, end: &str) -> Fact {
        let values = [("endAddress", end), ("startAddress", start)];
        let mut range = fact(0, PROFILE_RANGES, "Nurse/1", &values);
        range.component = "Nurse".into();
        rows(&collect(vec![range])).pop().expect("a row")
    }

    fn said(start: &str, end: &str) -> [String; 5] {
        let row = of(start, end);
        ["version", "bits", "single-address", "private", "everything"]
            .map(|key| row.text(key).unwrap_or("-").to_owned())
    }

    #[test]
    fn measures_ipv4() {
        assert_eq!(said("192.0.2.7", "192.0.2.7"), ["4", "0", "true", "false", "false"]);
        assert_eq!(said("192.0.2.0", "192.0.2.255"), ["4", "8", "false", "false", "false"]);
        assert_eq!(said("192.0.2.0", "192.0.3.0"), ["4", "9", "false", "false", "false"]);
        assert_eq!(said("198.18.0.0", "198.18.255.255"), ["4", "16", "false", "false", "false"]);
        assert_eq!(said("1.0.0.0", "255.255.255.255"), ["4", "32", "false", "false", "true"]);
        assert_eq!(said("0.0.0.0", "127.255.255.255"), ["4", "31", "false", "false", "false"]);
    }

    #[test]
    fn measures_ipv6_in_networks() {
        assert_eq!(
            said("2001:db8::", "2001:db8:0:ffff:ffff:ffff:ffff:ffff"),
            ["6", "16", "false", "false", "false"]
        );
        assert_eq!(said("2001:db8::1", "2001:db8::ff"), ["6", "0", "false", "false", "false"]);
        assert_eq!(
            said("::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
            ["6", "64", "false", "false", "true"]
        );
        assert_eq!(said("fd00::", "fd00::ffff"), ["6", "0", "false", "true", "false"]);
    }

    #[test]
    fn an_ipv4_address_in_ipv6_is_ipv4() {
        assert_eq!(
            said("::ffff:0.0.0.0", "::ffff:255.255.255.255"),
            ["4", "32", "false", "false", "true"]
        );
    }

    #[test]
    fn knows_private_addresses() {
        assert_eq!(said("10.0.0.0", "10.255.255.255"), ["4", "24", "false", "true", "false"]);
        assert_eq!(said("172.16.0.0", "172.31.255.255"), ["4", "20", "false", "true", "false"]);
        assert_eq!(said("192.168.0.0", "192.168.0.9")[3], "true");
        assert_eq!(said("9.255.255.255", "10.0.0.9")[3], "false");
    }

    #[test]
    fn many_ranges_may_be_everything_together() {
        let range = |owner: &str, start: &str, end: &str| {
            let values = [("endAddress", end), ("startAddress", start)];
            Fact { component: owner.into(), ..fact(0, PROFILE_RANGES, "R", &values) }
        };
        let said = |ranges: Vec<Fact>| -> Vec<bool> {
            rows(&collect(ranges)).iter().map(|row| row.is_true("everything")).collect()
        };
        let halves = [("0.0.0.0", "127.255.255.255"), ("127.0.0.0", "255.255.255.255")];
        let of = |owners: [&str; 2]| {
            halves
                .iter()
                .zip(owners)
                .map(|((start, end), owner)| range(owner, start, end))
                .collect()
        };
        assert_eq!(said(of(["Nurse", "Nurse"])), [true, true]);
        assert_eq!(said(of(["Clerk", "Nurse"])), [false, true], "127/8 makes it more than half");
        let same = vec![range("A", "0.0.0.0", "99.0.0.0"), range("A", "0.0.0.0", "99.0.0.0")];
        assert_eq!(said(same), [false, false], "what overlaps counts once");
    }

    #[test]
    fn unreadable_addresses_are_not_measured() {
        assert_eq!(of("10.0.0", "10.0.0.9").found("bits"), Found::Absent);
        assert_eq!(of("10.0.0.9", "10.0.0.1").found("bits"), Found::Absent);
    }

    #[test]
    fn a_row_stands_at_its_first_address() {
        let row = of("192.0.2.0", "192.0.2.255");
        assert_eq!((row.component.as_str(), row.text("owner")), ("Nurse", Some("Nurse")));
        assert_eq!(row.name, "Nurse/192.0.2.0-192.0.2.255");
        assert!(row.grouped);
        assert_eq!(row.item("bits").map(|item| item.span.start), Some(2));
        assert_eq!(row.text("scope"), Some("profile"));
    }

    #[test]
    fn reads_trusted_ranges() {
        let range = fact(
            0,
            TRUSTED_RANGES,
            "Security/1",
            &[("start", "0.0.0.0"), ("end", "255.255.255.255")],
        );
        let row = rows(&collect(vec![range])).pop().expect("a row");
        assert_eq!(row.text("scope"), Some("network-access"));
        assert_eq!(row.text("everything"), Some("true"));
    }
}
