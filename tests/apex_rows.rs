//! Small classes, and what must be said of them.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

use std::collections::BTreeMap;

use jiff::civil::Date;

use phorce::config::Config;
use phorce::engine::gather::gather_kinds;
use phorce::fact::Fact;
use phorce::source::Sources;

const OLD: &str = "<ApexClass><apiVersion>60.0</apiVersion></ApexClass>";

/// The rows of a kind over these classes, all of API version 60.
fn rows(kind: &str, classes: &[(&str, &str)]) -> Vec<Fact> {
    let field = "<CustomField><fullName>SSN__c</fullName><type>Text</type></CustomField>";
    let mut files = BTreeMap::from([(
        "force-app/objects/Patient__c/fields/SSN__c.field-meta.xml".to_owned(),
        field.as_bytes().to_vec(),
    )]);
    for (name, code) in classes {
        let path = format!("force-app/classes/{name}.cls");
        files.insert(format!("{path}-meta.xml"), OLD.as_bytes().to_vec());
        files.insert(path, code.as_bytes().to_vec());
    }
    let sources = Sources::in_memory(files);
    let as_of = Date::constant(2026, 1, 1);
    let gathered = gather_kinds(&sources, &[kind], &Config::default(), as_of).unwrap();
    gathered.orgs[0].facts.of(kind).iter().map(|fact| fact.as_ref().clone()).collect()
}

fn texts(row: &Fact, key: &str) -> Vec<String> {
    row.items(key).map(|item| item.text.to_string()).collect()
}

/// What is written into the queries of the class `Desk`, query by query.
fn injected(classes: &[(&str, &str)]) -> Vec<String> {
    let rows = rows("apex-query", classes);
    rows.iter().map(|row| texts(row, "injected").join(",")).collect()
}

fn desk(body: &str) -> Vec<String> {
    let code = format!(
        "public class Desk {{ private static final Set<String> FIELDS = new Set<String>{{'Name'}};
         private static final String START = 'SELECT SSN__c FROM Patient__c ';
         @AuraEnabled public static List<Patient__c> find(String term, List<String> more, Id key, Integer most) {{ {body} }} }}"
    );
    injected(&[("Desk", &code)])
}

#[test]
fn what_goes_into_a_text_unescaped_is_named() {
    for (body, expected) in [
        ("return Database.query(START + 'WHERE Name = \\'' + term + '\\'');", "term"),
        ("String t = START; t += 'WHERE Name = ' + term; return Database.query(t);", "term"),
        ("String t = START; if (most > 1) { t += term.trim(); } return Database.query(t);", "term"),
        (
            "return Database.query(String.format(START + 'WHERE Name = {0}', new List<String>{ term }));",
            "term",
        ),
        (
            "return Database.query(START + 'WHERE Name IN (' + String.join(more, ',') + ')');",
            "more",
        ),
        (
            "List<String> w = new List<String>(); w.add('Name = ' + term); return Database.query(START + 'WHERE ' + String.join(w, ' AND '));",
            "term",
        ),
        (
            "String k = RestContext.request.params.get('kind'); return Database.query(START + 'WHERE Name = ' + k);",
            "kind",
        ),
        ("String t = most > 1 ? START : START + term; return Database.query(t);", "term"),
        ("for (String m : more) { return Database.query(START + m); } return null;", "more"),
        ("return Database.query(START + String.valueOf(term));", "term"),
        ("return Database.query(START + String.escapeSingleQuotes(term));", ""),
        ("return Database.query(START + term.replace('\\'', ''));", ""),
        ("return Database.query(START + 'WHERE Name = :term');", ""),
        ("return Database.query(START + 'LIMIT ' + most + key);", ""),
        (
            "if (FIELDS.contains(term)) { return Database.query(START + 'ORDER BY ' + term); } return null;",
            "",
        ),
        ("term = 'x'; return Database.query(START + term);", ""),
        ("return Database.query(START + other(term));", ""),
    ] {
        assert_eq!(desk(body), [expected], "{body}");
    }
}

#[test]
fn a_parameter_counts_where_people_hand_it_over() {
    let store = |call: &str| {
        let desk = format!(
            "public class Desk {{ @AuraEnabled public static void a(String term) {{ {call} }} }}"
        );
        let store = "public class Store { public static List<Patient__c> all(String rest) {
            return Database.query('SELECT SSN__c FROM Patient__c ' + rest); } }";
        injected(&[("Desk", &desk), ("Store", store)])
    };
    assert_eq!(store("Store.all('WHERE Name = ' + term);"), ["rest"]);
    assert_eq!(store("Store.all('LIMIT 5');"), [""]);
    assert_eq!(store("Store.all(String.escapeSingleQuotes(term));"), [""]);
    assert_eq!(store("Other.all(term);"), [""]);
    let circle = "public class Desk { public static void a(String x) { b(x); }
        public static void b(String y) { a(y); Database.query('SELECT SSN__c FROM Patient__c ' + y); } }";
    assert_eq!(injected(&[("Desk", circle)]), [""]);
}

#[test]
fn the_way_of_an_injection_leads_to_the_query() {
    let code = "public class Desk { @AuraEnabled public static void a(String term) { run(term); }
        static void run(String rest) { Database.query('SELECT SSN__c FROM Patient__c ' + rest); } }";
    let rows = rows("apex-query", &[("Desk", code)]);
    let trail: Vec<&str> = rows[0]
        .trail
        .iter()
        .map(|(span, _)| code.get(span.start as usize..span.end as usize).unwrap())
        .collect();
    let query = "Database.query('SELECT SSN__c FROM Patient__c ' + rest)";
    assert_eq!(trail, ["term", "term", query]);
}

#[test]
fn checks_are_told_apart_and_know_their_object() {
    for (body, kinds, checked) in [
        ("if (Schema.SObjectType.Patient__c.isAccessible()) {}", "crud", true),
        ("if (Patient__c.SObjectType.getDescribe().isAccessible()) {}", "crud", true),
        ("if (Schema.sObjectType.Patient__c.fields.SSN__c.isAccessible()) {}", "fls", true),
        ("if (Patient__c.SSN__c.getDescribe().isAccessible()) {}", "fls", true),
        (
            "if (Schema.getGlobalDescribe().get('Patient__c').getDescribe().isQueryable()) {}",
            "crud",
            true,
        ),
        ("if (Schema.SObjectType.Contact.isAccessible()) {}", "crud", false),
        ("if (describe.isAccessible()) {}", "crud", true),
        ("Security.stripInaccessible(AccessType.READABLE, x);", "crud,fls", true),
        ("Guard.enforceFls(x);", "fls", true),
        ("if (Guard.hasPermission('x')) {}", "custom-permission", false),
        ("if (FeatureManagement.checkPermission('x')) {}", "custom-permission", false),
        ("if (UserInfo.getUserType() == 'Guest') {}", "user-type", false),
        ("if (isAccessibleToday) {}", "", false),
    ] {
        let code = format!(
            "public class Desk {{ public void a() {{ {body} x = [SELECT SSN__c FROM Patient__c]; }} }}"
        );
        let class = rows("apex-class", &[("Desk", &code)]);
        assert_eq!(texts(&class[0], "permission-check").join(","), kinds, "{body}");
        let query = rows("apex-query", &[("Desk", &code)]);
        assert_eq!(query[0].is_true("checked"), checked, "{body}");
        assert_eq!(query[0].is_true("open"), !checked, "{body}");
    }
}

#[test]
fn what_a_query_gives_is_known_by_its_select_list() {
    for (query, expected) in [
        ("[SELECT p.SSN__c FROM Patient__c p]", "Patient__c.SSN__c"),
        ("[SELECT Patient__c.SSN__c FROM Patient__c]", "Patient__c.SSN__c"),
        ("[SELECT FIELDS(ALL) FROM Patient__c LIMIT 200]", "Patient__c.SSN__c"),
        ("[SELECT MAX(SSN__c) FROM Patient__c]", "Patient__c.SSN__c"),
        ("[FIND :x RETURNING Patient__c(SSN__c)]", "Patient__c.SSN__c"),
        ("Search.query('FIND x RETURNING Account, Patient__c(Id, SSN__c)')", "Patient__c.SSN__c"),
        ("Database.query('SELECT SSN__c FROM ' + space + 'Patient__c')", "Patient__c.SSN__c"),
        ("[SELECT COUNT(SSN__c) FROM Patient__c]", ""),
        ("[SELECT FIELDS(STANDARD) FROM Patient__c]", ""),
        ("[SELECT Id FROM Patient__c WHERE SSN__c = :x]", ""),
    ] {
        let code = format!("public class Desk {{ public void a(Boolean x) {{ y = {query}; }} }}");
        let rows = rows("apex-query", &[("Desk", &code)]);
        let said: Vec<String> = rows.iter().flat_map(|row| texts(row, "phi-fields")).collect();
        assert_eq!(said.join(","), expected, "{query}");
    }
}

#[test]
fn getters_and_initial_values_run_too() {
    let code = "public class Desk { public List<Patient__c> all { get { return [SELECT SSN__c FROM Patient__c]; } }
        List<Patient__c> first = [SELECT SSN__c FROM Patient__c]; }";
    let rows = rows("apex-query", &[("Desk", code)]);
    let names: Vec<&str> = rows.iter().map(|row| row.name.as_str()).collect();
    assert_eq!(names, ["Desk.all/Patient__c", "Desk.first/Patient__c"]);
}

#[test]
fn two_queries_of_one_method_have_names_of_their_own() {
    let code = "public class Desk { void a() { x = [SELECT SSN__c FROM Patient__c]; y = [SELECT SSN__c FROM Patient__c]; } }";
    let rows = rows("apex-query", &[("Desk", code)]);
    let names: Vec<&str> = rows.iter().map(|row| row.name.as_str()).collect();
    assert_eq!(names, ["Desk.a/Patient__c", "Desk.a/Patient__c 2"]);
}

#[test]
fn an_endpoint_knows_what_is_read_on_its_way() {
    let api = "@RestResource(urlMapping='/x') global class Api { @HttpGet global static Patient__c read() {
        return new Store().get(); } @HttpDelete global static void drop(Id key) { clear(key); }
        static void clear(Id key) { if (!FeatureManagement.checkPermission('x')) { return; } delete new Patient__c(Id = key); } }";
    let store = "public class Store { public Patient__c get() { return inner(); }
        Patient__c inner() { return [SELECT SSN__c FROM Patient__c]; } }";
    let rows = rows("apex-endpoint", &[("Api", api), ("Store", store)]);
    let [read, drop] = rows.as_slice() else { panic!("{rows:?}") };
    assert_eq!(texts(read, "open-phi"), ["Patient__c.SSN__c"]);
    assert_eq!(texts(read, "level"), ["high"]);
    assert!(texts(read, "guard").is_empty());
    assert_eq!(
        (texts(read, "http-method"), texts(read, "url-mapping")),
        (vec!["GET".into()], vec!["/x".into()])
    );
    assert_eq!(texts(drop, "writes-phi"), ["Patient__c"]);
    assert_eq!(
        (texts(drop, "guard"), texts(drop, "params")),
        (vec!["custom-permission".into()], vec!["key".into()])
    );
    assert_eq!(texts(drop, "enforces-sharing"), ["false"]);
}
