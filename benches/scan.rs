//! How fast a debug log streams, beside a plain search for three, two and four digits.
//!
//! In: a log made here. Out: the throughput of the search, line by line as a counting grep has
//! it, and of our scan over the same bytes, and what share of the first the second reaches,
//! measured in turns in one run, so that a busy machine slows both.

// A bench that cannot set up what it measures has failed.
#![allow(clippy::unwrap_used)]

use std::fmt::Write as _;
use std::hint::black_box;
use std::time::{Duration, Instant};

use divan::Bencher;
use divan::counter::BytesCount;
use phorce::config::ScanConfig;
use phorce::scan::lexicon::Lexicon;
use phorce::scan::recogniser::Recogniser;
use phorce::scan::tally::Tally;
use phorce::scan::text::{Form, Task, read};
use regex::bytes::Regex;

/// About 16 MB.
const ENTRIES: usize = 160_000;
const ROUNDS: usize = 15;

fn main() {
    let log = log(ENTRIES);
    let pattern = pattern();
    let recogniser = recogniser();
    let (mut plain, mut scan) = (Duration::MAX, Duration::MAX);
    for _ in 0..ROUNDS {
        plain = plain.min(time(|| count_lines(&pattern, &log)));
        scan = scan.min(time(|| scan_log(&recogniser, &log)));
    }
    let share = 100.0 * plain.as_secs_f64() / scan.as_secs_f64();
    let speed = |d: Duration| log.len() as f64 / d.as_secs_f64() / 1e6;
    println!(
        "search {:.0} MB/s, scan {:.0} MB/s: {share:.0} % of the plain search",
        speed(plain),
        speed(scan)
    );
    divan::main();
}

fn time(run: impl Fn() -> usize) -> Duration {
    let start = Instant::now();
    black_box(run());
    start.elapsed()
}

/// Entries as Apex writes them; one in a thousand holds a value.
fn log(entries: usize) -> String {
    let mut log = String::from("61.0 APEX_CODE,FINEST;APEX_PROFILING,NONE;DB,INFO\n");
    for n in 0..entries {
        let (minute, nanos) = (n / 6000 % 60, 1_000_000 + n * 977);
        let _ = write!(log, "10:{minute:02}:{:02}.{} ({nanos})|", n / 100 % 60, n % 1000);
        let line = n % 211 + 1;
        let _ = match n % 8 {
            0 => writeln!(log, "METHOD_ENTRY|[{line}]|01p5g000004abcD|Ward.admit(Id)"),
            1 => writeln!(log, "STATEMENT_EXECUTE|[{line}]"),
            2 => writeln!(log, "HEAP_ALLOCATE|[{line}]|Bytes:{}", n % 64),
            3 => writeln!(log, "VARIABLE_ASSIGNMENT|[{line}]|this.className|\"Ward{n}\"|0x{n:x}"),
            4 => writeln!(
                log,
                "SOQL_EXECUTE_BEGIN|[{line}]|Aggregations:0|SELECT Id, Name FROM Bed__c WHERE Floor__c = {n}"
            ),
            5 if n % 1000 == 5 => writeln!(
                log,
                "USER_DEBUG|[{line}]|DEBUG|SSN: {}-45-{:04}",
                100 + n % 500,
                n % 9000 + 1
            ),
            5 => writeln!(
                log,
                "USER_DEBUG|[{line}]|DEBUG|Bed__c:{{Id=a015g00000AbC{n:05}, CreatedDate=2025-03-04 10:11:12}}"
            ),
            6 => writeln!(log, "METHOD_EXIT|[{line}]|01p5g000004abcD|Ward.admit(Id)"),
            _ => writeln!(log, "SYSTEM_METHOD_ENTRY|[{line}]|String.valueOf(Object)"),
        };
    }
    log
}

fn pattern() -> Regex {
    Regex::new("(?-u)[0-9]{3}-[0-9]{2}-[0-9]{4}").unwrap()
}

fn recogniser() -> Recogniser {
    Recogniser::new(Lexicon::new(&ScanConfig::default()).unwrap()).unwrap()
}

/// Lines that match.
fn count_lines(pattern: &Regex, log: &str) -> usize {
    let bytes = log.as_bytes();
    let (mut at, mut count) = (0, 0);
    while let Some(end) = pattern.shortest_match_at(black_box(bytes), at) {
        count += 1;
        let rest = bytes.get(end..).unwrap_or_default();
        at = memchr::memchr(b'\n', rest).map_or(bytes.len(), |line| end + line + 1);
    }
    count
}

fn scan_log(recogniser: &Recogniser, log: &str) -> usize {
    let mut tally = Tally::default();
    let task = Task { recogniser, file: 0, form: Form::Log };
    let went = read(&task, black_box(log.as_bytes()), &mut tally, None);
    went.map_or(0, |went| went.bytes as usize)
}

#[divan::bench]
fn search(bencher: Bencher) {
    let (log, pattern) = (log(ENTRIES), pattern());
    bencher.counter(BytesCount::of_str(&log)).bench(|| count_lines(&pattern, &log));
}

#[divan::bench]
fn scan(bencher: Bencher) {
    let (log, recogniser) = (log(ENTRIES), recogniser());
    bencher.counter(BytesCount::of_str(&log)).bench(|| scan_log(&recogniser, &log));
}
