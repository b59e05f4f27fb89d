//! How much the tree costs above the tokens it is made of.
//!
//! In: a permission set made here. Out: the throughput of the bare event pass of quick-xml and
//! of our parse over the same bytes, and what share of the first the second reaches, measured
//! in turns in one run, so that a busy machine slows both.

use std::fmt::Write as _;
use std::hint::black_box;
use std::time::{Duration, Instant};

use divan::Bencher;
use divan::counter::BytesCount;
use phorce::metadata::xml;
use quick_xml::Reader;
use quick_xml::events::Event;

fn main() {
    let text = permission_set(RECORDS);
    let (mut bare, mut tree) = (Duration::MAX, Duration::MAX);
    for _ in 0..ROUNDS {
        bare = bare.min(time(|| pass_events(&text)));
        tree = tree.min(time(|| parse_tree(&text)));
    }
    let share = 100.0 * bare.as_secs_f64() / tree.as_secs_f64();
    let speed = |d: Duration| text.len() as f64 / d.as_secs_f64() / 1e6;
    println!(
        "events {:.0} MB/s, parse {:.0} MB/s: {share:.0} % of the bare event pass",
        speed(bare),
        speed(tree)
    );
    divan::main();
}

/// About 300 KB: one pass takes a millisecond, so that the best of many passes was not
/// interrupted; with passes of ten milliseconds on a busy machine the share was noise.
const RECORDS: usize = 2_000;
const ROUNDS: usize = 1_000;

fn time(run: impl Fn() -> usize) -> Duration {
    let start = Instant::now();
    black_box(run());
    start.elapsed()
}

/// Field permissions, as many as asked for, and a few elements of other kinds.
fn permission_set(records: usize) -> String {
    let mut text = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    text.push_str("<PermissionSet xmlns=\"http://soap.sforce.com/2006/04/metadata\">\n");
    for n in 0..records {
        let (editable, name) = (n % 3 == 0, n % 977);
        let _ = writeln!(
            text,
            "    <fieldPermissions>\n        <editable>{editable}</editable>\n        \
             <field>Ward_{name}__c.Blood_Type_{n}__c</field>\n        \
             <readable>true</readable>\n    </fieldPermissions>"
        );
    }
    text.push_str("    <label>Nurses &amp; doctors</label>\n</PermissionSet>\n");
    text
}

/// Every event, none looked at.
fn pass_events(text: &str) -> usize {
    let mut reader = Reader::from_str(text);
    let mut count = 0;
    while !matches!(black_box(reader.read_event()), Ok(Event::Eof) | Err(_)) {
        count += 1;
    }
    count
}

fn parse_tree(text: &str) -> usize {
    xml::parse(black_box(text)).map_or(0, |document| document.len())
}

#[divan::bench]
fn events(bencher: Bencher) {
    let text = permission_set(RECORDS);
    bencher.counter(BytesCount::of_str(&text)).bench(|| pass_events(&text));
}

#[divan::bench]
fn parse(bencher: Bencher) {
    let text = permission_set(RECORDS);
    bencher.counter(BytesCount::of_str(&text)).bench(|| parse_tree(&text));
}
