//! What the reader must find, in small flows.

use super::*;
use crate::metadata::xml;
use crate::source::FileId;

fn flow(body: &str) -> (String, Flow) {
    let text = format!("<Flow xmlns=\"http://soap.sforce.com/2006/04/metadata\">{body}</Flow>");
    let document = xml::parse(&text).unwrap();
    let fact = Arc::new(Fact::new("Flow", "Test", Span::head(FileId(0))));
    let flow = read(&document, FileId(0), fact);
    (text.clone(), flow)
}

fn at<'t>(text: &'t str, word: &Word) -> &'t str {
    text.get(word.span.start as usize..word.span.end as usize).unwrap()
}

#[test]
fn elements_have_kinds_names_and_connectors() {
    let (text, flow) = flow(
        "<start><connector><targetReference>Get</targetReference></connector>\
         <object>Visit__c</object><scheduledPaths><connector><targetReference>Later</targetReference>\
         </connector></scheduledPaths></start>\
         <recordLookups><name>Get</name><faultConnector><targetReference>Tell</targetReference>\
         </faultConnector><object>Patient__c</object><queriedFields>Id</queriedFields>\
         <queriedFields>SSN__c</queriedFields></recordLookups>\
         <status>Active</status>",
    );
    assert_eq!(flow.scalar("status").unwrap().text, "Active");
    assert_eq!(flow.start_scalar("object").unwrap().text, "Visit__c");
    let roles: Vec<_> = flow.elements[0].links.iter().map(|l| (l.role, &*l.to.text)).collect();
    assert_eq!(roles, [(Role::Next, "Get"), (Role::Scheduled, "Later")]);
    let get = &flow.elements[1];
    assert_eq!(get.kind, ElementKind::RecordLookup);
    assert!(get.has_fault_path());
    assert_eq!(at(&text, &get.scalar("object").unwrap().word), "Patient__c");
    assert_eq!(get.scalars("queriedFields").count(), 2);
}

#[test]
fn an_unknown_element_is_kept_with_its_connectors() {
    let (_, flow) = flow(
        "<novelties><name>New</name><branches><onwardConnector><targetReference>Next</targetReference>\
         </onwardConnector></branches></novelties><processMetadataValues><name>x</name></processMetadataValues>\
         <startElementReference>New</startElementReference>",
    );
    let names: Vec<_> = flow.elements.iter().map(|e| (e.kind, &*e.name.text)).collect();
    assert_eq!(names, [(ElementKind::Start, "Start"), (ElementKind::Unknown, "New")]);
    assert_eq!(flow.elements[0].links[0].to.text, "New");
    assert_eq!(flow.elements[1].links[0].to.text, "Next");
}

#[test]
fn merge_fields_stand_where_they_are_written_whatever_is_escaped_before() {
    let (text, flow) = flow(
        "<textTemplates><name>Body</name><text>&lt;p&gt;Dear &amp;\n {!$Record.SSN__c} and \
         {! Get.A__c }, {!unclosed</text></textTemplates>",
    );
    let references = &flow.resources[0].value.as_ref().unwrap().references;
    let words: Vec<&str> = references.iter().map(|r| at(&text, &r.word)).collect();
    assert_eq!(words, ["$Record.SSN__c", "Get.A__c"]);
}

#[test]
fn a_formula_says_how_much_of_a_value_goes_on() {
    let (_, flow) = flow(
        "<formulas><name>F</name><expression>IF(ISBLANK({!a}), &quot;(&quot;, LEFT({!b}, 3)) \
         &amp; IF({!c} = 'x)', {!d}, UPPER({!e}))</expression></formulas>",
    );
    let references = &flow.resources[0].value.as_ref().unwrap().references;
    let uses: Vec<_> = references.iter().map(|r| (&*r.word.text, r.usage)).collect();
    assert_eq!(
        uses,
        [
            ("a", Use::Test),
            ("b", Use::Part),
            ("c", Use::Test),
            ("d", Use::Whole),
            ("e", Use::Whole)
        ]
    );
}

#[test]
fn calls_take_the_inputs_of_their_element() {
    let (text, flow) = flow(
        "<actionCalls><name>Mail</name><actionName>emailSimple</actionName>\
         <actionType>emailSimple</actionType><inputParameters><name>emailBody</name><value>\
         <elementReference>Body</elementReference></value></inputParameters></actionCalls>\
         <subflows><name>Sub</name><flowName>Other</flowName><inputAssignments><name>text</name>\
         <value><stringValue>Hi {!x}</stringValue></value></inputAssignments></subflows>\
         <orchestratedStages><name>Stage</name><stageSteps><name>Step</name><actionName>Approve</actionName>\
         <actionType>stepInteractive</actionType></stageSteps></orchestratedStages>",
    );
    let calls: Vec<_> =
        flow.elements.iter().flat_map(|e| &e.calls).map(|c| (c.kind, &*c.target.text)).collect();
    assert_eq!(
        calls,
        [(CallKind::Action, "emailSimple"), (CallKind::Flow, "Other"), (CallKind::Flow, "Approve")]
    );
    let body = flow.elements[1].calls[0].inputs[0].value.as_ref().unwrap();
    assert!(body.is_reference);
    assert_eq!(at(&text, &body.word), "Body");
}

#[test]
fn screen_fields_in_sections_are_conditional_with_their_section() {
    let (_, flow) = flow(
        "<screens><name>Ask</name><fields><name>Section</name><fieldType>RegionContainer</fieldType>\
         <fields><name>Column</name><fieldType>Region</fieldType><fields><name>Reason</name>\
         <fieldType>LargeTextArea</fieldType><isRequired>true</isRequired></fields></fields>\
         <visibilityRule><conditionLogic>and</conditionLogic></visibilityRule></fields>\
         <fields><name>Ticket</name><fieldType>ComponentInstance</fieldType><inputParameters>\
         <name>required</name><value><booleanValue>true</booleanValue></value></inputParameters>\
         </fields></screens>",
    );
    let fields: Vec<_> = flow.elements[1]
        .fields
        .iter()
        .map(|f| (&*f.name.text, f.required, f.conditional))
        .collect();
    assert_eq!(
        fields,
        [
            ("Section", false, true),
            ("Column", false, true),
            ("Reason", true, true),
            ("Ticket", true, false)
        ]
    );
}

#[test]
fn a_transform_maps_fields() {
    let (_, flow) = flow(
        "<transforms><name>T</name><objectType>Task</objectType><transformValues><transformValueActions>\
         <outputFieldApiName>Description</outputFieldApiName><transformType>Map</transformType><value>\
         <elementReference>Get[$EachItem].Notes__c</elementReference></value></transformValueActions>\
         </transformValues></transforms>",
    );
    let mapped = &flow.elements[1].assignments[0];
    assert_eq!(mapped.to.text, "Description");
    assert_eq!(mapped.value.as_ref().unwrap().references[0].word.text, "Get[$EachItem].Notes__c");
}
