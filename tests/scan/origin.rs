//! With the org at hand: back to the statement, and headers by the org's own fields.

use crate::support::{AS_OF, PROJECT, Project, Ran, run};

const CLASS: &str = "public with sharing class ChartService {\n    void load(Id chart) {\n        Chart__c row = read(chart);\n        System.debug(row);\n    }\n}\n";
const META: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ApexClass xmlns=\"http://soap.sforce.com/2006/04/metadata\"><apiVersion>61.0</apiVersion><status>Active</status></ApexClass>\n";

fn field(name: &str, label: &str, group: &str) -> (String, String) {
    let group = if group.is_empty() {
        String::new()
    } else {
        format!("    <complianceGroup>{group}</complianceGroup>\n")
    };
    let text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<CustomField xmlns=\"http://soap.sforce.com/2006/04/metadata\">\n{group}    <fullName>{name}</fullName>\n    <label>{label}</label>\n    <length>40</length>\n    <type>Text</type>\n</CustomField>\n"
    );
    (format!("org/force-app/main/default/objects/Chart__c/fields/{name}.field-meta.xml"), text)
}

fn org() -> Project {
    let project = Project::new(&[
        (&format!("org/{}", PROJECT.0), PROJECT.1),
        ("org/force-app/main/default/classes/ChartService.cls", CLASS),
        ("org/force-app/main/default/classes/ChartService.cls-meta.xml", META),
    ]);
    for (path, text) in [field("Alpha__c", "Ward Code", "HIPAA"), field("Beta__c", "Floor", "")] {
        project.write(&path, &text);
    }
    project
}

fn scan(project: &Project, arguments: &[&str]) -> Ran {
    run(project
        .phorce()
        .args(["scan", "--as-of", AS_OF, "--format", "json", "--org", "org"])
        .args(arguments))
}

#[test]
fn a_finding_points_at_the_statement() {
    let project = org();
    let log = "61.0 APEX_CODE,FINEST\n\
        10:01:17.2 (3)|METHOD_ENTRY|[31]|01p5g00000Kd2aC|ChartService.load(Id)\n\
        10:01:17.2 (4)|USER_DEBUG|[4]|DEBUG|Chart__c:{SSN__c=219-45-6781}\n\
        10:01:17.2 (5)|USER_DEBUG|[2]|DEBUG|SSN 219-45-6781\n\
        10:01:17.2 (6)|USER_DEBUG|[99]|DEBUG|SSN 219-45-6781\n";
    project.write("a.log", log);
    let json = scan(&project, &["a.log"]).json();
    let related = json["findings"][0]["related"].as_array().unwrap();
    let told: Vec<_> = related
        .iter()
        .map(|r| {
            format!(
                "{}:{} {}",
                r["path"].as_str().unwrap(),
                r["line"],
                r["message"].as_str().unwrap()
            )
        })
        .collect();
    let class = "force-app/main/default/classes/ChartService.cls";
    assert_eq!(
        told,
        [
            format!(
                "{class}:2 the log names this line of ChartService; it holds no debug statement now"
            ),
            format!("{class}:4 ChartService writes it here"),
        ]
    );
}

#[test]
fn headers_are_judged_by_the_labels_and_tags_of_the_org() {
    let project = org();
    project.write("a.csv", "Ward Code,Floor,Alpha__c\nnorth,2,south\n");
    let with = scan(&project, &["a.csv"]);
    assert_eq!(
        with.findings("open"),
        ["phi-in-export a.csv/Ward Code/named", "phi-in-export a.csv/Alpha__c/named"]
    );
    let message = with.json()["findings"][0]["message"].as_str().unwrap().to_owned();
    assert!(message.contains("told by declared"), "{message}");
    let without = run(project.phorce().args(["scan", "a.csv", "--format", "json"]));
    assert_eq!(without.findings("open"), Vec::<String>::new());
}
