//! What Apex leaves behind: ages at which records go, traces, reasons.

// A test that cannot read what it judges has failed.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::collections::BTreeMap;

use jiff::civil::Date;

use phorce::config::Config;
use phorce::engine::gather::gather_kinds;
use phorce::fact::Fact;
use phorce::source::Sources;

fn rows(kind: &str, code: &str) -> Vec<Fact> {
    let field = "<CustomField><fullName>SSN__c</fullName><type>Text</type></CustomField>";
    let files = BTreeMap::from([
        ("force-app/classes/Job.cls".to_owned(), code.as_bytes().to_vec()),
        (
            "force-app/objects/Patient__c/fields/SSN__c.field-meta.xml".to_owned(),
            field.as_bytes().to_vec(),
        ),
    ]);
    let sources = Sources::in_memory(files);
    let as_of = Date::constant(2026, 1, 1);
    let gathered = gather_kinds(&sources, &[kind], &Config::default(), as_of).unwrap();
    gathered.orgs[0].facts.of(kind).iter().map(|fact| fact.as_ref().clone()).collect()
}

fn age(body: &str) -> Option<String> {
    let code = format!(
        "public class Job implements Schedulable {{ public void execute(SchedulableContext c) {{ {body} }} }}"
    );
    let rows = rows("apex-deletion", &code);
    assert_eq!(rows.len(), 1, "{body}");
    rows[0].text("retention-days").map(str::to_owned)
}

#[test]
fn the_age_is_a_date_literal_or_a_number_taken_from_a_date() {
    let said = |days: &str| Some(days.to_owned());
    assert_eq!(
        age("delete [SELECT Id FROM Audit__c WHERE CreatedDate < LAST_N_DAYS:90];"),
        said("90")
    );
    assert_eq!(
        age("delete [SELECT Id FROM Audit__c WHERE CreatedDate < LAST_N_YEARS:7];"),
        said("2557")
    );
    assert_eq!(
        age(
            "Date d = Date.today().addMonths(-6); delete [SELECT Id FROM Audit__c WHERE CreatedDate < :d];"
        ),
        said("180")
    );
    assert_eq!(
        age(
            "List<Audit__c> old = Database.query('SELECT Id FROM Audit__c WHERE X < LAST_N_DAYS:5'); delete old;"
        ),
        None,
        "the text of a query is not joined with what it finds"
    );
    // A number may be a constant, a product, or taken from the date as it is.
    for (from, days) in [
        ("Integer kept = 30; Date d = Date.today().addDays(-kept);", "30"),
        ("Date d = Date.today().addDays(-1 * 45);", "45"),
        ("Datetime d = System.now() - 60;", "60"),
        ("Date d = Date.today().addMonths(-72);", "2192"),
        ("Date d = Date.today().addYears(-6);", "2192"),
    ] {
        let code = format!("{from} delete [SELECT Id FROM Audit__c WHERE CreatedDate < :d];");
        assert_eq!(age(&code), said(days), "{from}");
    }
    assert_eq!(
        age(
            "Integer kept = 30; Date d = Date.today().addDays(kept); delete [SELECT Id FROM Audit__c];"
        ),
        None
    );
    assert_eq!(age("Date d = Date.today().addDays(30); delete [SELECT Id FROM Audit__c];"), None);
}

#[test]
fn a_record_is_a_record_an_event_or_a_logger() {
    let audited = |body: &str| {
        let code = format!(
            "public class Job implements Queueable {{ public void execute(QueueableContext c) {{ \
             Patient__c p = new Patient__c(); p.SSN__c = 'x'; insert p; {body} }} }}"
        );
        let rows = rows("apex-job", &code);
        assert_eq!(rows.len(), 1, "{body}");
        assert_eq!(rows[0].text("untracked-writes"), Some("Patient__c.SSN__c"));
        rows[0].is_true("audited")
    };
    assert!(audited("insert new Access_Log__c();"));
    assert!(audited("EventBus.publish(new Job_Done__e());"));
    assert!(audited("Logger.info(p.Id);"));
    assert!(audited("AuditService.write(p.Id);"));
    assert!(audited("Nebula.Logger.info(p.Id);"));
    assert!(!audited("Records.clearAudit();"));
    assert!(!audited("Catalog.read(p.Id);"));
    assert!(!audited("insert new Basket__c();"));
}

#[test]
fn a_class_that_is_named_may_leave_the_record() {
    let audited = |kept: &str| {
        let code = format!(
            "public class Job implements Queueable {{ public void execute(QueueableContext c) {{ \
             Patient__c p = new Patient__c(); p.SSN__c = 'x'; insert p; Keeper.keep(p.Id); }} \
             public class Keeper {{ public void keep(Id key) {{ {kept} }} }} }}"
        );
        rows("apex-job", &code)[0].is_true("audited")
    };
    assert!(audited("insert new Access_Log__c();"));
    assert!(!audited("insert new Basket__c();"));
}

#[test]
fn only_what_runs_by_itself_is_a_job() {
    let write = "Patient__c p = new Patient__c(); p.SSN__c = 'x'; insert p;";
    let of = |head: &str, method: &str| {
        rows("apex-job", &format!("{head} {{ {method} void run() {{ {write} }} }}"))
            .first()
            .and_then(|row| row.text("unit").map(str::to_owned))
    };
    assert_eq!(of("public class Job", "public"), None);
    assert_eq!(of("public class Job", "@future(callout=true) static"), Some("future".to_owned()));
    assert_eq!(of("public class Job", "@future static"), None);
    assert_eq!(
        of("@RestResource(urlMapping='/a') global class Job", "global"),
        Some("rest".to_owned())
    );
    assert_eq!(of("@IsTest public class Job implements Queueable", "public"), None);
    assert_eq!(
        of("public class Job implements System.Schedulable", "public"),
        Some("schedulable".to_owned())
    );
}

#[test]
fn a_reason_is_a_parameter_a_variable_or_a_field() {
    let justified = |params: &str, body: &str| {
        let code = format!(
            "public class Job {{ public void run({params}) {{ {body} insert new SessionPermSetActivation(); }} }}"
        );
        rows("apex-activation", &code)[0].is_true("justified")
    };
    assert!(justified("String reason", ""));
    assert!(justified("Request__c request", "String why = request.Incident__c;"));
    assert!(!justified("String season", ""));
}
