//! Public links and files, on sources as they are read.

// A test that cannot read what it judges has failed.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice)]

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;

use phorce::config::Config;
use phorce::engine::gather::gather_kinds;
use phorce::fact::Fact;
use phorce::source::Sources;

fn rows(files: &[(&str, &str)]) -> Vec<Arc<Fact>> {
    let files = files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec()));
    let sources = Sources::in_memory(files.collect::<BTreeMap<_, _>>());
    let as_of = Date::constant(2026, 1, 1);
    let gathered = gather_kinds(&sources, &["apex-create"], &Config::default(), as_of).unwrap();
    gathered.orgs[0].facts.of("apex-create").to_vec()
}

fn of_class(body: &str) -> Vec<Arc<Fact>> {
    let code = format!("public class LinkMaker {{ void make(Id file) {{ {body} }} }}");
    rows(&[("force-app/classes/LinkMaker.cls", &code)])
}

fn says(row: &Fact, key: &str) -> String {
    row.items(key).map(|item| item.text.as_str()).collect::<Vec<_>>().join(",")
}

#[test]
fn a_link_has_an_end_only_with_both_fields() {
    let of = |body: &str| {
        let rows = of_class(body);
        assert_eq!(rows.len(), 1, "{body}");
        (says(&rows[0], "expires"), says(&rows[0], "password"))
    };
    let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
    assert_eq!(of("insert new ContentDistribution(Name = 'x');"), pair("false", "false"));
    assert_eq!(
        of(
            "insert new ContentDistribution(PreferencesExpires = true, ExpiryDate = d, PreferencesPasswordRequired = true);"
        ),
        pair("true", "true")
    );
    assert_eq!(
        of("insert new ContentDistribution(PreferencesExpires = true);"),
        pair("false", "false")
    );
    assert_eq!(
        of(
            "ContentDistribution c = new ContentDistribution(); c.PreferencesExpires = true; c.ExpiryDate = d; c.PreferencesPasswordRequired = false; insert c;"
        ),
        pair("true", "false")
    );
}

#[test]
fn names_and_titles_speak() {
    let rows = of_class(
        "ContentVersion recording = new ContentVersion(Title = 'Visit ' + given, VersionData = b); insert recording;",
    );
    assert_eq!(says(&rows[0], "words"), "link,maker,make,recording,visit,given");
    assert_eq!(says(&rows[0], "purged"), "false");
    let linked = of_class("insert new ContentDocumentLink(Visibility = 'AllUsers');");
    assert_eq!(says(&linked[0], "visibility"), "AllUsers");
}

#[test]
fn what_deletes_files_is_seen_in_apex_and_in_flows() {
    let made = "public class A { void go() { insert new ContentVersion(Title = 'x'); } }";
    let purge = "public class B { void go() { delete [SELECT Id FROM ContentDocument]; } }";
    let flow = "<Flow><recordDeletes><name>Gone</name><object>ContentDocument</object></recordDeletes></Flow>";
    let a = ("force-app/classes/A.cls", made);
    assert_eq!(says(&rows(&[a])[0], "purged"), "false");
    assert_eq!(says(&rows(&[a, ("force-app/classes/B.cls", purge)])[0], "purged"), "true");
    assert_eq!(says(&rows(&[a, ("force-app/flows/C.flow-meta.xml", flow)])[0], "purged"), "true");
}

#[test]
fn a_flow_makes_links_too() {
    let flow = "<Flow><status>Active</status><recordCreates><name>Share</name><inputAssignments>\
        <field>PreferencesExpires</field><value><booleanValue>true</booleanValue></value></inputAssignments>\
        <inputAssignments><field>ExpiryDate</field><value><elementReference>End</elementReference></value>\
        </inputAssignments><object>ContentDistribution</object></recordCreates></Flow>";
    let rows = rows(&[("force-app/flows/Share.flow-meta.xml", flow)]);
    assert_eq!(says(&rows[0], "expires"), "true");
    assert_eq!(says(&rows[0], "password"), "false");
    assert_eq!((says(&rows[0], "via"), says(&rows[0], "active")), ("flow".into(), "true".into()));
}
