//! What holds for the effective access of every org.
//!
//! In: small orgs made at random: a profile, three permission sets, a group of them with a
//! muting set. Out: a grant never takes access away, muting never gives any, and neither the
//! order of files and entries nor the format they are written in changes the answer.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]

use std::collections::BTreeMap;
use std::fmt::Write as _;

use jiff::civil::date;
use phorce::config::Config;
use phorce::engine::access::{KINDS, Question, answer};
use phorce::engine::gather::gather_kinds;
use phorce::report::access::AccessReport;
use phorce::source::Sources;
use proptest::prelude::*;
use proptest::sample::{Index, select};

const OBJECTS: [&str; 2] = ["Patient__c", "Lab_Result__c"];
const BITS: [&str; 7] = [
    "allowCreate",
    "allowDelete",
    "allowEdit",
    "allowRead",
    "modifyAllRecords",
    "viewAllFields",
    "viewAllRecords",
];
/// Each object has these, tagged as PHI; the last one is required and has no permission.
const FIELDS: [&str; 3] = ["SSN__c", "MRN__c", "Birth_Date__c"];
const PERMISSIONS: [&str; 4] =
    ["ViewAllData", "ModifyAllData", "ViewAllFieldsGlobal", "RunReports"];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Grant {
    Object(&'static str, &'static str),
    Field(&'static str, &'static str, bool),
    User(&'static str),
}

#[derive(Debug, Clone)]
struct Org {
    sharing: [&'static str; 2],
    profile: Vec<Grant>,
    sets: [Vec<Grant>; 3],
    /// Which sets the group lists.
    listed: [bool; 3],
    muting: Vec<Grant>,
}

fn grants() -> impl Strategy<Value = Grant> {
    prop_oneof![
        4 => (select(&OBJECTS[..]), select(&BITS[..])).prop_map(|(o, b)| Grant::Object(o, b)),
        4 => (select(&OBJECTS[..]), select(&FIELDS[..2]), any::<bool>())
            .prop_map(|(o, f, edit)| Grant::Field(o, f, edit)),
        1 => select(&PERMISSIONS[..]).prop_map(Grant::User),
    ]
}

fn orgs() -> impl Strategy<Value = Org> {
    let some = || prop::collection::vec(grants(), 0..6);
    let model = || select(vec!["Private", "Read", "ReadWrite"]);
    let sets = [some(), some(), some()];
    (prop::array::uniform2(model()), some(), sets, any::<[bool; 3]>(), some()).prop_map(
        |(sharing, profile, sets, listed, muting)| Org { sharing, profile, sets, listed, muting },
    )
}

const HEAD: &str = "xmlns=\"http://soap.sforce.com/2006/04/metadata\"";

fn component(root: &str, inner: &str) -> Vec<u8> {
    format!("<{root} {HEAD}>\n{inner}</{root}>\n").into_bytes()
}

/// The entries of a holder's file; permissions on one object are one entry.
fn entries(grants: &[Grant], backwards: bool) -> String {
    let mut out: Vec<String> = Vec::new();
    for object in OBJECTS {
        let bits = BITS.iter().filter(|bit| grants.contains(&Grant::Object(object, bit)));
        let bits: String = bits.map(|bit| format!("<{bit}>true</{bit}>\n")).collect();
        if !bits.is_empty() {
            out.push(format!(
                "<objectPermissions>\n{bits}<object>{object}</object>\n</objectPermissions>\n"
            ));
        }
    }
    for grant in grants {
        match grant {
            Grant::Object(..) => {}
            Grant::Field(object, field, edit) => out.push(format!(
                "<fieldPermissions>\n<editable>{edit}</editable>\n<field>{object}.{field}</field>\n\
                 <readable>true</readable>\n</fieldPermissions>\n"
            )),
            Grant::User(name) => out.push(format!(
                "<userPermissions>\n<enabled>true</enabled>\n<name>{name}</name>\n</userPermissions>\n"
            )),
        }
    }
    if backwards {
        out.reverse();
    }
    out.concat()
}

fn field(name: &str) -> String {
    let required = name == FIELDS[2];
    format!(
        "<fullName>{name}</fullName>\n<complianceGroup>HIPAA</complianceGroup>\n\
         <required>{required}</required>\n<type>Text</type>\n"
    )
}

fn group(org: &Org, backwards: bool) -> String {
    let mut out = String::from("<mutingPermissionSets>Mute</mutingPermissionSets>\n");
    let mut numbers: Vec<usize> = (0..3).filter(|n| org.listed[*n]).collect();
    if backwards {
        numbers.reverse();
    }
    for number in numbers {
        let _ = writeln!(out, "<permissionSets>Set{number}</permissionSets>");
    }
    out
}

#[derive(Clone, Copy, PartialEq)]
enum Format {
    /// Source format; each holder's file lies in a folder of its own, so that changing the
    /// folders changes the order of files.
    Source {
        backwards: bool,
    },
    Metadata,
}

fn write(org: &Org, format: Format) -> BTreeMap<String, Vec<u8>> {
    let backwards = format == Format::Source { backwards: true };
    let meta = if format == Format::Metadata { "" } else { "-meta.xml" };
    let mut number = 0;
    let mut folder = || {
        number += 1;
        match format {
            Format::Metadata => "src".to_owned(),
            Format::Source { backwards: false } => format!("force-app/part{number:02}"),
            Format::Source { backwards: true } => format!("force-app/part{:02}", 50 - number),
        }
    };
    let mut files = BTreeMap::new();
    for (object, sharing) in OBJECTS.iter().zip(org.sharing) {
        let own = format!("<label>{object}</label>\n<sharingModel>{sharing}</sharingModel>\n");
        let at = folder();
        if format == Format::Metadata {
            let fields: String =
                FIELDS.iter().map(|name| format!("<fields>\n{}</fields>\n", field(name))).collect();
            let text = component("CustomObject", &(fields + &own));
            files.insert(format!("{at}/objects/{object}.object"), text);
            continue;
        }
        let at = format!("{at}/objects/{object}");
        let text = component("CustomObject", &own);
        files.insert(format!("{at}/{object}.object-meta.xml"), text);
        for name in FIELDS {
            let text = component("CustomField", &field(name));
            files.insert(format!("{at}/fields/{name}.field-meta.xml"), text);
        }
    }
    let mut holder = |path: &str, root: &str, inner: String| {
        files.insert(format!("{}/{path}{meta}", folder()), component(root, &inner));
    };
    let profile = format!(
        "<custom>true</custom>\n{}<userLicense>Salesforce</userLicense>\n",
        entries(&org.profile, backwards)
    );
    holder("profiles/Ward.profile", "Profile", profile);
    for (number, grants) in org.sets.iter().enumerate() {
        let path = format!("permissionsets/Set{number}.permissionset");
        holder(&path, "PermissionSet", entries(grants, backwards));
    }
    holder(
        "permissionsetgroups/Group.permissionsetgroup",
        "PermissionSetGroup",
        group(org, backwards),
    );
    let muting = entries(&org.muting, backwards);
    holder("mutingpermissionsets/Mute.mutingpermissionset", "MutingPermissionSet", muting);
    match format {
        Format::Metadata => {
            let text = component("Package", "<version>63.0</version>\n");
            files.insert("src/package.xml".to_owned(), text);
        }
        Format::Source { .. } => {
            let text = "{\"packageDirectories\": [{\"path\": \"force-app\", \"default\": true}]}";
            files.insert("sfdx-project.json".to_owned(), text.into());
        }
    }
    files
}

fn report(org: &Org, format: Format) -> AccessReport {
    let sources = Sources::in_memory(write(org, format));
    let as_of = date(2026, 1, 15);
    let gathered = gather_kinds(&sources, &KINDS, &Config::default(), as_of).unwrap();
    assert_eq!(gathered.not_read, []);
    answer(&gathered, &sources, as_of, &Question::default())
}

/// Kind and name of the holder, object, field.
type Key = (&'static str, String, String, Option<String>);

/// How far a row goes: `read` or `edit`, which records, whether that is certain.
type Extent = (usize, usize, bool);

fn table(org: &Org, format: Format) -> BTreeMap<Key, Extent> {
    let rank = |words: &[&str], word: &str| words.iter().position(|known| *known == word).unwrap();
    let rows = report(org, format).rows.into_iter().map(|row| {
        let level = rank(&["read", "edit"], row.level);
        let reach = rank(&["unknown", "own", "shared", "all"], row.reach);
        ((row.holder_kind, row.holder, row.object, row.field), (level, reach, row.known))
    });
    rows.collect()
}

const SOURCE: Format = Format::Source { backwards: false };

/// What one table lets through and the other does not.
fn beyond(wide: &BTreeMap<Key, Extent>, narrow: &BTreeMap<Key, Extent>) -> Vec<Key> {
    let within = |(key, extent): &(&Key, &Extent)| {
        narrow.get(*key).is_some_and(|other| other.0 >= extent.0 && other.1 >= extent.1)
    };
    wide.iter().filter(|row| !within(row)).map(|(key, _)| key.clone()).collect()
}

#[test]
fn the_orgs_made_here_are_read_as_meant() {
    let read = Grant::Object("Patient__c", "allowRead");
    let org = Org {
        sharing: ["Read", "Private"],
        profile: vec![read, Grant::Field("Patient__c", "SSN__c", false)],
        sets: [
            vec![
                Grant::Object("Patient__c", "allowEdit"),
                Grant::Field("Patient__c", "MRN__c", true),
            ],
            vec![Grant::User("ViewAllData")],
            vec![],
        ],
        listed: [true, true, false],
        muting: vec![Grant::User("ViewAllData"), Grant::Field("Patient__c", "MRN__c", true)],
    };
    let rows = table(&org, SOURCE);
    let said: Vec<String> = rows
        .iter()
        .map(|((_, holder, object, field), (level, reach, _))| {
            format!("{holder} {object} {} {level} {reach}", field.as_deref().unwrap_or("-"))
        })
        .collect();
    let expected = [
        "Set0 Patient__c - 1 3",
        "Set0 Patient__c Birth_Date__c 1 3",
        "Set0 Patient__c MRN__c 1 3",
        "Set1 Lab_Result__c - 0 3",
        "Set1 Lab_Result__c Birth_Date__c 0 3",
        "Set1 Patient__c - 0 3",
        "Set1 Patient__c Birth_Date__c 0 3",
        "Group Patient__c - 1 3",
        "Group Patient__c Birth_Date__c 1 3",
        "Ward Patient__c - 0 3",
        "Ward Patient__c Birth_Date__c 0 3",
        "Ward Patient__c SSN__c 0 3",
    ];
    let sorted = |mut rows: Vec<String>| {
        rows.sort();
        rows
    };
    assert_eq!(sorted(said), sorted(expected.map(str::to_owned).to_vec()));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    /// A grant more never takes access away, from anybody.
    #[test]
    fn a_grant_takes_nothing_away(org in orgs(), grant in grants(), to in any::<Index>()) {
        let before = table(&org, SOURCE);
        let mut more = org;
        match to.index(4) {
            3 => more.profile.push(grant),
            number => more.sets[number].push(grant),
        }
        prop_assert_eq!(beyond(&before, &table(&more, SOURCE)), []);
    }

    /// Muting more never gives access, and touches nobody but the group.
    #[test]
    fn muting_gives_nothing(org in orgs(), grant in grants()) {
        let before = table(&org, SOURCE);
        let mut muted = org;
        muted.muting.push(grant);
        let after = table(&muted, SOURCE);
        prop_assert_eq!(beyond(&after, &before), []);
        for (key, _) in before.iter().filter(|(key, extent)| after.get(*key) != Some(*extent)) {
            prop_assert_eq!(key.0, "permission-set-group");
        }
    }

    /// A group without what it mutes is never more than its sets together.
    #[test]
    fn a_group_is_no_more_than_one_set_with_everything(org in orgs()) {
        let mut joined = org.clone();
        let listed = org.sets.iter().zip(org.listed).filter(|(_, listed)| *listed);
        joined.sets[0] = listed.flat_map(|(set, _)| set.clone()).collect();
        let of_set = table(&joined, SOURCE);
        let of_set: BTreeMap<Key, Extent> = of_set
            .into_iter()
            .filter(|(key, _)| key.1 == "Set0")
            .map(|((_, _, object, field), e)| {
                (("permission-set-group", "Group".to_owned(), object, field), e)
            })
            .collect();
        let mut of_group = table(&org, SOURCE);
        of_group.retain(|key, _| key.0 == "permission-set-group");
        prop_assert_eq!(beyond(&of_group, &of_set), []);
        let mut open = org;
        open.muting.clear();
        let mut unmuted = table(&open, SOURCE);
        unmuted.retain(|key, _| key.0 == "permission-set-group");
        prop_assert_eq!(unmuted, of_set);
    }

    /// Neither the order of files nor that of their entries matters.
    #[test]
    fn order_does_not_matter(org in orgs()) {
        prop_assert_eq!(table(&org, SOURCE), table(&org, Format::Source { backwards: true }));
    }

    /// Source format and Metadata API format say the same, and leave the same open.
    #[test]
    fn both_formats_agree(org in orgs()) {
        prop_assert_eq!(table(&org, SOURCE), table(&org, Format::Metadata));
        let unknown = |format| report(&org, format).unknown.len();
        prop_assert_eq!(unknown(SOURCE), unknown(Format::Metadata));
    }
}
