//! Tests of the register's reader, over texts written by hand.

use jiff::civil::date;

use super::*;

fn faults(text: &str) -> Vec<String> {
    let errors = Register::read("r.toml", text).expect_err(text);
    errors.iter().map(ToString::to_string).collect()
}

fn entry(text: &str) -> Entry {
    Register::read("r.toml", text).expect(text).entries.remove(0)
}

#[test]
fn every_value_has_its_bytes() {
    let text = "# ours\n[[package]]\nname = \"acme\"\nversion = '1.4'\nbaa = 2026-01-31\n\
                owner = \"  IT \"\nlast-review = '2026-02-01'\npurpose = ' '\n";
    let entry = entry(text);
    let at = |bytes: &Range<usize>| text.get(bytes.clone()).expect("inside");
    assert_eq!((entry.name.value.as_str(), at(&entry.name.bytes)), ("acme", "\"acme\""));
    let owner = entry.text("owner").expect("the owner");
    assert_eq!((owner.value.as_str(), at(&owner.bytes)), ("IT", "\"  IT \""));
    let baa = entry.date("baa").expect("the day");
    assert_eq!((baa.value, at(&baa.bytes)), (date(2026, 1, 31), "2026-01-31"));
    let review = entry.date("last-review").expect("the day");
    assert_eq!((review.value, at(&review.bytes)), (date(2026, 2, 1), "'2026-02-01'"));
    assert_eq!(entry.blank("purpose").map(|bytes| at(&bytes)), Some("' '"));
    assert_eq!((entry.text("purpose"), entry.text("vendor")), (None, None));
    assert_eq!(entry.blank("vendor"), None);
}

#[test]
fn a_byte_order_mark_moves_nothing() {
    let text = "\u{feff}[[bypass]]\nname = 'Skip'\n";
    let bytes = entry(text).name.bytes;
    assert_eq!(text.get(bytes), Some("'Skip'"));
}

#[test]
fn entries_come_by_section_and_names_compare_without_case() {
    let text = "[[phi-object]]\nname = 'Chart__c'\n[[holder]]\nname = 'Night'\n\
                [[phi-object]]\nname = 'Bed__c'\n[[oauth-client]]\nname = 'Night'\n";
    let register = Register::read("r.toml", text).expect("it is sound");
    let names: Vec<_> =
        register.entries.iter().map(|e| (e.section.word(), e.name.value.as_str())).collect();
    assert_eq!(
        names,
        [
            ("oauth-client", "Night"),
            ("holder", "Night"),
            ("phi-object", "Chart__c"),
            ("phi-object", "Bed__c")
        ]
    );
    assert!(register.entry(Section::Holder, "NIGHT").is_some());
    assert!(register.entry(Section::Bypass, "Night").is_none());
    assert!(register.entry(Section::Holder, "Nigh").is_none());
}

#[test]
fn a_wildcard_stands_for_the_hosts_below_and_only_of_an_endpoint() {
    let below = entry("[[endpoint]]\nname = '*.Example.org'\n");
    for (host, is) in [
        ("lab.example.org", true),
        ("a.b.EXAMPLE.org", true),
        ("*.example.org", true),
        ("example.org", false),
        ("badexample.org", false),
        ("example.org.evil", false),
    ] {
        assert_eq!(below.is_about(host), is, "{host}");
    }
    assert!(entry("[[endpoint]]\nname = 'intranet'\n").is_about("Intranet"));
    let literal = entry("[[holder]]\nname = '*.Night'\n");
    assert!(literal.is_about("*.night") && !literal.is_about("x.night"));
}

#[test]
fn a_fault_says_where_and_what_to_do() {
    let line = |rest: &str| format!("r.toml:{rest}");
    for (text, said) in [
        ("[[holders]]\nname = 'x'\n", "1: unknown table 'holders'; did you mean 'holder'?"),
        (
            "[holder]\nname = 'x'\n",
            "1: 'holder' must be a list of tables; begin each with [[holder]], not a table",
        ),
        (
            "\n[[holder]]\nowner = 'IT'\n",
            "2: [[holder]] has no 'name'; give the full name that findings show",
        ),
        ("[[endpoint]]\n", "1: [[endpoint]] has no 'name'; name the host"),
        ("[[package]]\n", "1: [[package]] has no 'name'; name its namespace"),
        ("[[holder]]\nname = ' '\n", "2: 'holder.name' is empty"),
        ("[[holder]]\nname = 3\n", "2: 'holder.name' must be a string, not a number"),
        (
            "[[holder]]\nname = 'x'\nowners = 'IT'\n",
            "3: unknown key 'owners' in [[holder]]; did you mean 'owner'?",
        ),
        (
            "[[holder]]\nname = 'x'\nversion = '1'\n",
            "3: unknown key 'version' in [[holder]]; known keys: name, type, owner, purpose, \
             vendor, criticality, baa, baa-until, no-baa, last-review, next-review",
        ),
        (
            "[[package]]\nname = 'x'\ntype = 'Profile'\n",
            "3: unknown key 'type' in [[package]]; known keys: name, version, owner, purpose, \
             vendor, criticality, baa, baa-until, no-baa, last-review, next-review",
        ),
        (
            "[[package]]\nname = 'x'\nbaa = '31.1.2026'\n",
            "3: 'package.baa': '31.1.2026' is no date; write it as 2026-12-31",
        ),
        (
            "[[package]]\nname = 'x'\nbaa = true\n",
            "3: 'package.baa' must be a date like 2026-12-31, not a boolean",
        ),
        (
            "[[package]]\nname = 'x'\ncriticality = 'hgih'\n",
            "3: 'package.criticality' 'hgih' is none of those there are; did you mean 'high'?",
        ),
        (
            "[[holder]]\nname = 'x'\ntype = 'Group'\n",
            "3: 'holder.type' 'Group' is none of those there are; write one of Profile, \
             PermissionSet, PermissionSetGroup",
        ),
        (
            "[[endpoint]]\nname = 'https://lab.example.org'\n",
            "2: 'endpoint.name' 'https://lab.example.org' is no host; write the host alone, like \
             lab.example.org",
        ),
        (
            "[[endpoint]]\nname = '*.org'\n",
            "2: 'endpoint.name' '*.org' names too much; write a host, or *.example.org for those below",
        ),
        (
            "[[endpoint]]\nname = 'lab*.example.org'\n",
            "2: 'endpoint.name' 'lab*.example.org' names too much; write a host, or \
             *.example.org for those below",
        ),
        (
            "[[package]]\nname = 'x'\nbaa = 2026-02-01\nbaa-until = 2026-01-31\n",
            "4: [[package]] 'x': 'baa-until' lies before 'baa'; correct one of them",
        ),
        (
            "[[package]]\nname = 'x'\nbaa-until = 2026-01-31\n",
            "3: [[package]] 'x': 'baa-until' without 'baa'; add the day the agreement was signed",
        ),
        (
            "[[package]]\nname = 'x'\nno-baa = 'r'\nbaa = 2026-01-31\n",
            "4: [[package]] 'x': both 'baa' and 'no-baa'; there is an agreement or none is needed",
        ),
        (
            "[[bypass]]\nname = 'x'\nnext-review = 2026-01-30\nlast-review = 2026-01-31\n",
            "3: [[bypass]] 'x': 'next-review' lies before 'last-review'; correct one of them",
        ),
        (
            "[[bypass]]\nname = 'Skip'\n\n[[bypass]]\nname = 'SKIP'\n",
            "5: [[bypass]] 'SKIP' stands on line 2 as well; keep one",
        ),
        ("[[bypass]\n", "1: not valid TOML: unclosed array table, expected `]`"),
    ] {
        assert_eq!(faults(text), [line(said)], "{text}");
    }
}

#[test]
fn every_fault_is_said_in_the_order_of_lines() {
    let text = "[[phi-object]]\nowner = 3\n[[bypass]]\nname = 'x'\nnope = 1\n[[what]]\na = 1\n";
    let lines: Vec<String> = faults(text)
        .iter()
        .map(|fault| fault.split(": ").next().unwrap_or("").to_owned())
        .collect();
    assert_eq!(lines, ["r.toml:1", "r.toml:2", "r.toml:5", "r.toml:6"]);
}

#[test]
fn dates_on_one_day_do_not_contradict_each_other() {
    let text = "[[package]]\nname = 'x'\nbaa = 2026-01-31\nbaa-until = 2026-01-31\n\
                last-review = 2026-01-31\nnext-review = 2026-01-31\nno-baa = ''\n";
    assert_eq!(entry(text).dates.len(), 4);
}

#[test]
fn each_section_has_its_keys() {
    let keys = |section: Section| section.keys().collect::<Vec<_>>();
    assert!(
        keys(Section::Package).contains(&"version") && !keys(Section::Package).contains(&"type")
    );
    assert!(keys(Section::Holder).contains(&"type") && !keys(Section::Holder).contains(&"version"));
    assert_eq!(keys(Section::Bypass).len(), 10);
    let asked = Section::ALL.into_iter().filter(|section| section.asks_vendor());
    let asked: Vec<&str> = asked.map(Section::word).collect();
    assert_eq!(asked, ["oauth-client", "endpoint", "package"]);
}
