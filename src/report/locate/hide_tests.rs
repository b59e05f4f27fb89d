//! What is hidden and what stays, and where a mark goes.

use super::*;

fn masked(text: &str) -> String {
    Masked::new("a.xml", text).text().to_owned()
}

#[test]
fn the_content_of_a_secret_is_hidden_line_for_line() {
    assert_eq!(
        masked("<a>\n<consumerSecret>one\r\ntwo\rthree\n</consumerSecret>\n<b>x</b></a>"),
        "<a>\n<consumerSecret>[hidden]\n\n\n</consumerSecret>\n<b>x</b></a>"
    );
}

#[test]
fn every_secret_of_the_table_is_hidden() {
    for name in SECRETS {
        let text = format!("<x:{name} a=\">\">made-up</x:{name}>");
        assert_eq!(masked(&text), format!("<x:{name} a=\">\">[hidden]</x:{name}>"));
    }
}

#[test]
fn identifiers_and_settings_stay() {
    for text in [
        "<consumerKey>3MVG9made-up</consumerKey>",
        "<awsAccessKey>AKIAMADEUP</awsAccessKey>",
        "<passwordPolicies><minimumPasswordLength>8</minimumPasswordLength></passwordPolicies>",
        "<password></password><password/>",
    ] {
        assert_eq!(masked(text), text);
    }
}

#[test]
fn a_parameter_value_is_a_secret_by_its_sibling() {
    let parameter = |kind: &str, value: &str| {
        format!(
            "<p><parameterValue>{value}</parameterValue>\n<parameterType>{kind}</parameterType></p>"
        )
    };
    let text = [("AuthHeader", "Basic x\ny"), ("Url", "https://a.example"), ("AuthParameter", "z")]
        .map(|(kind, value)| parameter(kind, value))
        .concat();
    let expected =
        [("AuthHeader", "[hidden]\n"), ("Url", "https://a.example"), ("AuthParameter", "[hidden]")]
            .map(|(kind, value)| parameter(kind, value))
            .concat();
    assert_eq!(masked(&text), expected);
    let after = "<p><parameterType> <![CDATA[AuthHeader]]> </parameterType>\
                 <parameterValue>made-up</parameterValue></p>";
    assert!(!masked(after).contains("made-up"));
}

#[test]
fn comments_and_sections_hide_nothing_from_it() {
    assert_eq!(
        masked("<a><!-- <password>old</password> --><b>x</b></a>"),
        "<a><!-- <password>[hidden]</password> --><b>x</b></a>"
    );
    assert_eq!(
        masked("<password><![CDATA[x</password>y]]></password><b>x</b>"),
        "<password>[hidden]</password><b>x</b>"
    );
    assert_eq!(
        masked("<password>a<!-- </password> -->b</password><b>x</b>"),
        "<password>[hidden]</password><b>x</b>"
    );
}

#[test]
fn a_broken_file_loses_more() {
    assert_eq!(masked("<a><password>x</a>\n<b>y</b>"), "<a><password>[hidden]</a>\n<b>y</b>");
    assert_eq!(masked("<a><password>x\n<b>y</b>"), "<a><password>[hidden]\n");
    assert_eq!(masked("<a<password>x</password>"), "<a<password>[hidden]</password>");
    assert_eq!(masked("<a><parameterValue>x"), "<a><parameterValue>[hidden]");
    let deep = format!("{}<password>x", "<a>".repeat(MOST_OPEN + 1));
    assert!(!masked(&deep).ends_with('x'));
}

#[test]
fn code_is_not_taken_for_markup() {
    let text = "List<Password> all;\nString kept = 'x';\nString p = '<password>y</password>';";
    assert_eq!(
        Masked::new("A.cls", text).text(),
        "List<Password> all;\nString kept = 'x';\nString p = '[hidden]';"
    );
}

#[test]
fn offsets_move_with_the_text() {
    // The content is 10..17, "one\ntwo"; what follows begins at 17.
    let masked = Masked::new("a.xml", "<password>one\ntwo</password>");
    assert_eq!(masked.text(), "<password>[hidden]\n</password>");
    assert_eq!(masked.map(&(0..10)), 0..10);
    assert_eq!(masked.map(&(10..13)), 10..18);
    assert_eq!(masked.map(&(14..17)), 19..19);
    assert_eq!(masked.map(&(17..28)), 19..30);
    assert!(masked.covers(&(9..11)) && masked.covers(&(14..17)));
    assert!(!masked.covers(&(0..10)) && !masked.covers(&(17..28)));
}
