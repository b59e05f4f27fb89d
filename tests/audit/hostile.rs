//! Attacks in every kind of name of an org: text everywhere, and nothing else.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::pack::{Packed, files, sheets};
use super::support::{PROJECT, Project};

/// The attacks, as they are meant.
fn attacks() -> Vec<String> {
    let lines = include_str!("attacks.txt").lines().filter(|line| !line.starts_with("# One"));
    lines.map(unescape).collect()
}

fn unescape(line: &str) -> String {
    let mut text = String::new();
    let mut rest = line;
    while let Some(at) = rest.find('\\') {
        text.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        match rest.strip_prefix("u{") {
            Some(after) => {
                let (digits, after) = after.split_once('}').unwrap();
                text.push(char::from_u32(u32::from_str_radix(digits, 16).unwrap()).unwrap());
                rest = after;
            }
            None => {
                let c = rest.chars().next().unwrap_or('\\');
                text.push(c);
                rest = rest.get(c.len_utf8()..).unwrap_or("");
            }
        }
    }
    text + rest
}

/// Text of an XML file; what XML cannot hold is left out.
fn xml(text: &str) -> String {
    let legal = |c: &char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    let text: String = text.chars().filter(legal).collect();
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('\r', "&#13;")
}

/// The name of a component, as its file is called.
fn encoded(text: &str) -> String {
    let mut name = String::new();
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' => name.push(char::from(byte)),
            other => write!(name, "%{other:02X}").unwrap(),
        }
    }
    name
}

const NS: &str = "xmlns=\"http://soap.sforce.com/2006/04/metadata\"";

/// What attacks are granted, mailed to and shown on.
const CLASSES: [(&str, &str); 2] = [
    (
        "Desk",
        "public class Desk { @AuraEnabled public static List<Patient__c> all() { return [SELECT F0__c FROM Patient__c]; } }",
    ),
    (
        "Inbox",
        "public class Inbox implements Messaging.InboundEmailHandler { public Messaging.InboundEmailResult handleInboundEmail(Messaging.InboundEmail e, Messaging.InboundEnvelope v) { insert new Patient__c(); return null; } }",
    ),
];

/// An org whose profiles, sets, objects, fields, clients, ranges, policies and reasons are all
/// attacks.
fn org() -> Project {
    let project = Project::new(&[PROJECT]);
    let base = "force-app/main/default";
    let mut config = "register = \"register.toml\"\n".to_owned();
    let mut stated = String::new();
    let mut register = String::new();
    let mut listed = BTreeSet::new();
    let mut granted = String::new();
    for (attack, at) in attacks().iter().zip(0..) {
        let (name, text) = (encoded(attack), xml(attack));
        let write = |path: &str, text: &str| project.write(&format!("{base}/{path}"), text);
        if name.len() < 200 && !attack.contains('\0') {
            write(
                &format!("profiles/{name}.profile-meta.xml"),
                &format!(
                    "<Profile {NS}><custom>true</custom><description>{text}</description>\
                     <loginIpRanges><startAddress>{text}</startAddress><endAddress>{text}</endAddress></loginIpRanges>\
                     <userLicense>{text}</userLicense>\
                     <userPermissions><enabled>true</enabled><name>ModifyAllData</name></userPermissions></Profile>"
                ),
            );
            write(
                &format!("permissionsets/{name}.permissionset-meta.xml"),
                &format!(
                    "<PermissionSet {NS}><label>{text}</label>\
                     <fieldPermissions><editable>true</editable><field>Patient__c.F{at}__c</field><readable>true</readable></fieldPermissions>\
                     <objectPermissions><allowRead>true</allowRead><object>Patient__c</object><viewAllRecords>true</viewAllRecords></objectPermissions>\
                     </PermissionSet>"
                ),
            );
            write(
                &format!("connectedApps/{name}.connectedApp-meta.xml"),
                &format!(
                    "<ConnectedApp {NS}><label>{text}</label><oauthConfig><callbackUrl>http://h/{text}</callbackUrl>\
                     <consumerKey>k</consumerKey><scopes>Full</scopes><scopes>{text}</scopes></oauthConfig>\
                     <profileName>{text}</profileName><permissionSetName>{text}</permissionSetName></ConnectedApp>"
                ),
            );
            write(
                &format!("pages/{name}.page"),
                &format!("<apex:page controller=\"Desk\" title=\"{text}\"/>"),
            );
            write(
                &format!("emailservices/{name}.xml-meta.xml"),
                &format!(
                    "<EmailServicesFunction {NS}><apexClass>Inbox</apexClass><functionName>{text}</functionName><isActive>true</isActive></EmailServicesFunction>"
                ),
            );
            write(
                &format!("transactionSecurityPolicies/{name}.transactionSecurityPolicy-meta.xml"),
                &format!(
                    "<TransactionSecurityPolicy {NS}><active>true</active><eventName>{text}</eventName></TransactionSecurityPolicy>"
                ),
            );
        }
        // Every profile reaches every object: a few objects are enough.
        if name.len() < 200 && at % 6 == 0 && !attack.contains('\0') {
            write(
                &format!("objects/O{name}/O{name}.object-meta.xml"),
                &format!(
                    "<CustomObject {NS}><label>{text}</label><sharingModel>ReadWrite</sharingModel></CustomObject>"
                ),
            );
            write(
                &format!("objects/O{name}/fields/SSN__c.field-meta.xml"),
                &format!(
                    "<CustomField {NS}><fullName>SSN__c</fullName><label>{text}</label><type>Text</type>\
                     <complianceGroup>{text};HIPAA</complianceGroup></CustomField>"
                ),
            );
        }
        write(
            &format!("objects/Patient__c/fields/F{at}__c.field-meta.xml"),
            &format!(
                "<CustomField {NS}><fullName>F{at}__c</fullName><label>{text}</label><description>{text}</description>\
                 <type>Text</type><complianceGroup>HIPAA;{text}</complianceGroup></CustomField>"
            ),
        );
        write!(
            granted,
            "<classAccesses><apexClass>{text}</apexClass><enabled>true</enabled></classAccesses>"
        )
        .unwrap();
        let quoted = toml::Value::String(attack.clone());
        // Names that only differ in what cannot be seen are one name.
        let seen: String = attack.chars().filter(char::is_ascii_graphic).collect();
        if !seen.is_empty() && listed.insert(seen.to_lowercase()) {
            write!(
                register,
                "[[oauth-client]]\nname = {quoted}\nowner = {quoted}\npurpose = {quoted}\n\
                 vendor = {quoted}\nno-baa = {quoted}\n"
            )
            .unwrap();
        }
        if attack == attack.trim() && at % 4 == 0 {
            write!(
                config,
                "[[accept]]\nrule = \"view-or-modify-all-data\"\nsubject = {}\nreason = {quoted}\n\
                 by = {quoted}\nuntil = 2026-03-01\n",
                toml::Value::String(glob::Pattern::escape(attack))
            )
            .unwrap();
        }
        if !attack.trim().is_empty() && at % 4 == 1 {
            write!(
                stated,
                "[[attestation]]\ncontrol = \"164.312(b)\"\nstatement = {quoted}\nby = {quoted}\n\
                 on = 2026-01-02\nfrequency = \"once\"\n"
            )
            .unwrap();
        }
    }
    project.write(
        &format!("{base}/objects/Patient__c/Patient__c.object-meta.xml"),
        &format!("<CustomObject {NS}><label>Patient</label><sharingModel>Read</sharingModel></CustomObject>"),
    );
    project.write(
        &format!("{base}/profiles/Visitors.profile-meta.xml"),
        &format!(
            "<Profile {NS}><custom>true</custom>{granted}<userLicense>Guest User License</userLicense></Profile>"
        ),
    );
    for (name, text) in CLASSES {
        project.write(&format!("{base}/classes/{name}.cls"), text);
    }
    project.write("register.toml", &register);
    project.write("phorce.toml", &config);
    project.write("attestations.toml", &stated);
    project
}

/// Elements of the page, and the attributes each may have.
const ALLOWED: &[(&str, &[&str])] = &[
    ("html", &["lang"]),
    ("head", &[]),
    ("meta", &["charset", "http-equiv", "content", "name"]),
    ("title", &[]),
    ("style", &[]),
    ("body", &[]),
    ("header", &["class"]),
    ("div", &["class", "tabindex", "role", "aria-label"]),
    ("p", &["class"]),
    ("h1", &[]),
    ("h2", &["id"]),
    ("h3", &["id"]),
    ("h4", &["class"]),
    ("dl", &["class"]),
    ("dt", &[]),
    ("dd", &["class"]),
    ("nav", &["aria-labelledby"]),
    ("ol", &["class"]),
    ("ul", &["class"]),
    ("li", &["class"]),
    ("details", &[]),
    ("summary", &[]),
    ("wbr", &[]),
    ("a", &["href"]),
    ("main", &[]),
    ("section", &["id", "class"]),
    ("article", &["id", "class"]),
    ("figure", &["class"]),
    ("figcaption", &[]),
    ("svg", &["class", "viewBox", "preserveAspectRatio", "aria-hidden"]),
    ("rect", &["class", "x", "y", "width", "height"]),
    ("table", &["class"]),
    ("thead", &[]),
    ("tbody", &[]),
    ("tr", &["id", "class"]),
    ("th", &["scope", "class"]),
    ("td", &["class", "data-label"]),
    ("span", &["class"]),
    ("b", &[]),
    ("em", &[]),
    ("strong", &[]),
    ("code", &[]),
];

/// The page's text; every element and attribute is one of ours.
fn read(page: &str) -> String {
    let page = page.strip_prefix("<!DOCTYPE html>\n").unwrap();
    let (head, rest) = page.split_once("<style>").unwrap();
    let (style, rest) = rest.split_once("</style>").unwrap();
    let ours = concat!(
        include_str!("../../src/audit/page.css"),
        include_str!("../../src/audit/page/print.css")
    );
    let foot = style.strip_prefix(ours).unwrap();
    let foot = foot.strip_prefix("@page { @bottom-left { content: \"").unwrap();
    let (foot, after) = foot.split_once('"').unwrap();
    assert_eq!(after, "; font: 8pt sans-serif; color: #4c5a6b; } }\n");
    let plain = |c: char| c.is_ascii_alphanumeric() || c == ' ' || c == '\\';
    assert!(foot.chars().all(plain), "{foot}");
    let page = format!("{head}{rest}");
    let mut reader = Reader::from_str(&page);
    reader.config_mut().check_end_names = true;
    let mut text = String::new();
    loop {
        match reader.read_event().unwrap() {
            Event::Start(start) | Event::Empty(start) => check(&start),
            Event::Text(part) => text.push_str(&part),
            Event::GeneralRef(name) => {
                let name: &str = &name;
                text.push_str(&quick_xml::escape::unescape(&format!("&{name};")).unwrap());
            }
            Event::End(_) => text.push('\n'),
            Event::Eof => return text,
            other => panic!("{other:?}"),
        }
    }
}

fn check(start: &BytesStart<'_>) {
    let name = start.name();
    let name: &str = name.as_ref();
    let (_, attributes) =
        ALLOWED.iter().find(|(own, _)| *own == name).unwrap_or_else(|| panic!("{name}"));
    for attribute in start.attributes() {
        let attribute = attribute.unwrap();
        let key: &str = attribute.key.as_ref();
        assert!(attributes.contains(&key), "{name} {key}");
        if key == "href" {
            assert!(attribute.value.starts_with('#'), "{}", attribute.value);
        }
    }
}

/// What cannot be seen, written out, as a pack tells it.
fn told(attack: &str) -> String {
    let unseen = |c: char| {
        c.is_control()
            || matches!(c, '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}'
                | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
    };
    let mut text = String::new();
    for c in attack.chars() {
        match unseen(c) {
            true => write!(text, "{}", c.escape_unicode()).unwrap(),
            false => text.push(c),
        }
    }
    text
}

#[test]
fn a_hundred_attacks_in_every_name_are_text() {
    assert!(attacks().len() >= 100);
    let distinct: BTreeSet<String> = attacks().into_iter().collect();
    assert_eq!(distinct.len(), attacks().len());
    let pack = Packed::of(&org(), &["--allow-incomplete", "--label", "<b>Q1</b>\u{202e}"]);
    assert_eq!(pack.ran.code, 0, "{}", pack.ran.err);
    assert!(!pack.ran.out.chars().any(|c| c.is_control() && c != '\n'));
    let page = pack.text("index.html");
    let text = read(&page);
    assert!(text.contains("<b>Q1</b>\\u{202e}"));
    let findings = pack.text("findings.csv");
    let mut seen = 0;
    for attack in attacks().iter().filter(|attack| attack.len() < 66 && !attack.contains('\0')) {
        // Names are trimmed, and composed as they are in the file.
        let told = told(attack.trim());
        let quoted = told.replace('"', "\"\"");
        assert!(findings.contains(&quoted) || text.contains(&told), "{attack:?}");
        seen += 1;
    }
    assert!(seen > 90, "{seen}");
    // Every attack is in the tables of clients and of code, as text.
    for table in ["oauth-clients", "apex-access"] {
        let csv = pack.text(&format!("{table}.csv"));
        let all = attacks();
        let reached = all.iter().filter(|attack| {
            let told = told(attack.trim()).replace('"', "\"\"");
            csv.contains(&told)
        });
        assert!(reached.count() > 90, "{table}");
    }
    for (name, bytes) in files(&pack.folder) {
        if name.ends_with(".xlsx") {
            workbook(&bytes);
            continue;
        }
        let text = String::from_utf8(bytes).unwrap();
        if !name.starts_with("configuration/") {
            let unseen = |c: char| {
                (c.is_control() && c != '\n' && c != '\r') || ('\u{202a}'..='\u{202e}').contains(&c)
            };
            assert!(!text.chars().any(unseen), "{name}");
        }
        if name.ends_with(".csv") {
            cells(&name, &text);
        }
    }
}

fn cells(name: &str, text: &str) {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    for record in reader.records() {
        for cell in &record.unwrap() {
            let first = cell.trim_start().chars().next().unwrap_or(' ');
            assert!(
                !"=+-@\t\r\n\u{ff1d}\u{ff0b}\u{ff0d}\u{ff20}".contains(first),
                "{name}: {cell}"
            );
        }
    }
}

/// No formula, no link, nothing that is fetched.
fn workbook(bytes: &[u8]) {
    for (name, text) in sheets(bytes) {
        assert!(!text.contains("<f>") && !text.contains("<f "), "{name}");
        assert!(!text.contains("<hyperlink"), "{name}");
        assert!(!name.contains("externalLink") && !name.contains("vba"), "{name}");
        let outside = text.contains("TargetMode=\"External\"");
        assert!(!outside, "{name}");
        let mut reader = Reader::from_str(&text);
        while !matches!(reader.read_event().unwrap(), Event::Eof) {}
    }
}

/// The policy of the page lets in its own style and nothing else.
#[test]
fn the_page_lets_nothing_in() {
    let pack = Packed::of(&Project::of_org("clinic"), &[]);
    let page = pack.text("index.html");
    let policy = page.split("Content-Security-Policy\" content=\"").nth(1).unwrap();
    let policy = policy.split('"').next().unwrap();
    assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"), "{policy}");
    assert!(policy.ends_with("'; base-uri 'none'; form-action 'none'"), "{policy}");
    for word in ["<script", "javascript:", "onload", " style=", "@import", "url("] {
        assert!(!page.contains(word), "{word}");
    }
    let text = read(&page);
    assert!(text.contains("Sign-off"));
    let ids: BTreeSet<&str> =
        page.split(" id=\"").skip(1).map(|p| p.split('"').next().unwrap()).collect();
    for link in page.split("href=\"#").skip(1) {
        let target = link.split('"').next().unwrap();
        assert!(ids.contains(target), "{target}");
    }
}
