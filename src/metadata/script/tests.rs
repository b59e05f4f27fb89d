//! Scripts as they are parsed, and what is left out.

use super::model::{ExprKind, Stmt};
use super::*;

fn shown(text: &str) -> Parsed {
    parse(text, None, &[])
}

#[test]
fn imports_are_read_under_every_form() {
    let parsed = shown(
        "import SSN from '@salesforce/schema/Patient__c.SSN__c';\n\
         import * as all from './util';\nimport { a, b as c } from './more';\n",
    );
    let imports: Vec<_> = parsed
        .imports
        .iter()
        .map(|i| (i.local.text.as_str(), i.imported.as_str(), i.from.text.as_str()))
        .collect();
    assert_eq!(
        imports,
        [
            ("SSN", "default", "@salesforce/schema/Patient__c.SSN__c"),
            ("all", "*", "./util"),
            ("a", "a", "./more"),
            ("c", "b", "./more"),
        ]
    );
}

#[test]
fn a_class_has_its_fields_methods_and_decorators() {
    let parsed = shown(
        "export default class X extends LightningElement {\n  @wire(getRecord, { fields: F }) r;\n  \
         @api get name() { return this.a; }\n  go({ data }) { log(data); }\n}\n",
    );
    let Some(Stmt::Class(members)) = parsed.body.first() else { panic!("{:?}", parsed.body) };
    let names: Vec<_> =
        members.iter().map(|m| (m.name.text.as_str(), m.decorators.len(), m.getter)).collect();
    assert_eq!(names, [("r", 1, false), ("name", 1, true), ("go", 0, false)]);
    assert!(parsed.gaps.is_empty());
}

#[test]
fn what_is_broken_is_a_gap_and_the_rest_is_there() {
    let parsed = shown("function a() { one(); }\nlet = = ;;) (\nfunction b() { two(); }\n");
    let names: Vec<_> = parsed.functions.iter().map(|f| f.name.text.as_str()).collect();
    assert_eq!(names, ["a", "b"]);
    assert_eq!(parsed.gaps.first().map(|gap| gap.line), Some(2));
}

#[test]
fn places_are_those_of_the_file() {
    let text = "let é = 1;\nlocalStorage.setItem('k', v);";
    let parsed = shown(text);
    let Some(Stmt::Expr(call)) = parsed.body.get(1) else { panic!("{:?}", parsed.body) };
    let at = call.at.start as usize..call.at.end as usize;
    assert_eq!(text.get(at), Some("localStorage.setItem('k', v)"));
    let ExprKind::Call { callee, .. } = &call.kind else { panic!("{call:?}") };
    assert_eq!(callee.chain(), Some(vec!["localStorage", "setItem"]));
}

#[test]
fn merge_expressions_stand_in_texts_and_as_values() {
    let text = "<script>var a = '{!p.SSN__c}'; b({!p.Age__c});</script>";
    let part = text.find("var").unwrap()..text.find("</").unwrap();
    let at = |what: &str| {
        let start = text.find(what).unwrap() as u32;
        At { start, end: start + what.len() as u32 }
    };
    let merges = [(at("{!p.SSN__c}"), "p.SSN__c"), (at("{!p.Age__c}"), "p.Age__c")];
    let parsed = parse(text, Some(std::slice::from_ref(&part)), &merges);
    let shown = format!("{:?}", parsed.body);
    assert!(shown.contains("Merge(\"p.SSN__c\")") && shown.contains("Merge(\"p.Age__c\")"));
    assert!(parsed.gaps.is_empty(), "{:?}", parsed.gaps);
}

#[test]
fn a_text_made_to_hurt_ends() {
    for text in ["[", "(", "{a:", "a+", "`${", "x=>", "!", "if(a)"] {
        let parsed = shown(&text.repeat(20_000));
        let _ = parsed.gaps;
    }
    let sum = shown(&format!("x = {}1;", "a + ".repeat(20_000)));
    assert!(sum.gaps.is_empty(), "a long sum is no deep one");
}

#[test]
fn libraries_and_minified_scripts_are_left_out() {
    let of = skip;
    assert_eq!(of("staticresources/jquery-3.6.0.js", "x", true), Some(Skip::Library));
    assert_eq!(of("staticresources/jQuery_Cookie.js", "x", true), Some(Skip::Library));
    assert_eq!(of("staticresources/own.js", "/*! Thing v1 */", true), Some(Skip::Library));
    assert_eq!(of("lwc/a/a.js", "/* Licensed under X */", false), None);
    assert_eq!(of("lwc/a/own.min.js", "x", false), Some(Skip::Minified));
    let long = "x".repeat(5_001);
    assert_eq!(skip("lwc/a/a.js", &long, false), Some(Skip::Minified));
    assert_eq!(of("lwc/a/__tests__/a.test.js", "x", false), Some(Skip::Test));
    assert_eq!(of("lwc/chart/chart.js", "x", false), None);
}
