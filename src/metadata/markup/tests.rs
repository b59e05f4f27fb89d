//! Tags, merge expressions and scripts of markup.

use super::*;

fn tags(text: &str, dialect: Dialect) -> Vec<String> {
    let scanned = scan(text, dialect);
    let show = |tag: &Tag| {
        let attributes: Vec<String> =
            tag.attributes.iter().map(|a| format!(" {}={}", a.name.text, a.value.text)).collect();
        format!("{}{}{}", if tag.closing { "/" } else { "" }, tag.name.text, attributes.concat())
    };
    scanned.tags.iter().map(show).collect()
}

fn merges(text: &str, dialect: Dialect) -> Vec<String> {
    let scanned = scan(text, dialect);
    let inside = |merge: &Merge| {
        let at = merge.inner.start as usize..merge.inner.end as usize;
        assert_eq!(text.get(at), Some(merge.text.as_str()));
        format!("{} {:?}", merge.text, merge.place)
    };
    scanned.merges.iter().map(inside).collect()
}

#[test]
fn tags_and_attributes_are_read_in_every_form() {
    let text = "<apex:page a=\"1\" b='2>3' c=d e/><br><!-- <no x=\"1\"> --></apex:page> 1 < 2 <3";
    assert_eq!(
        tags(text, Dialect::Visualforce),
        ["apex:page a=1 b=2>3 c=d e=", "br", "/apex:page"]
    );
}

#[test]
fn merge_expressions_know_where_they_stand() {
    let text = "<p a=\"{!x}\">{!IF(y, '}', \"\")}</p><script>var z = '{!w}';</script>{q}";
    assert_eq!(
        merges(text, Dialect::Visualforce),
        ["x Attribute { tag: 0, attribute: 0 }", "IF(y, '}', \"\") Text(0)", "w Script",]
    );
    assert_eq!(
        merges("<p t={a.b}>{c}</p>", Dialect::Lwc),
        ["a.b Attribute { tag: 0, attribute: 0 }", "c Text(0)"]
    );
    assert!(merges("{!x} {y}", Dialect::Html).is_empty());
}

#[test]
fn scripts_are_found_and_templates_are_none() {
    let text =
        "<script src=\"x\"></script><script>a</SCRIPT><script type=\"text/x-tpl\">b</script>";
    let scanned = scan(text, Dialect::Html);
    let parts: Vec<_> =
        scanned.scripts.iter().map(|part| text.get(part.clone()).unwrap()).collect();
    assert_eq!(parts, ["", "a"]);
}

#[test]
fn it_ends_whatever_it_is_given() {
    for text in ["<", "<a", "<a b", "<a b=", "<a b=\"", "{!", "{!'", "<script>", "<!--", "é<é"] {
        for dialect in [Dialect::Visualforce, Dialect::Aura, Dialect::Lwc, Dialect::Html] {
            let _ = scan(text, dialect);
            let _ = scan(&text.repeat(3_000), dialect);
        }
    }
}
