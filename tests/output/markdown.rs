//! The comment on a pull request, read as a code host reads it.

use phorce::output::Output;
use phorce::report::{Finding, Report};
use pulldown_cmark::{Event, Options, Parser, Tag};

use super::{hostile, sample};

/// Markup of our own.
const HTML: [&str; 7] =
    ["<!-- phorce -->", "<details>", "</details>", "<br>", "<sub>", "</sub>", "</summary>"];
const PAGES: &str = "https://github.com/phorce/phorce/blob/main/rules/";

fn parse(text: &str) -> Vec<Event<'_>> {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_MATH
        | Options::ENABLE_GFM
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_TASKLISTS;
    Parser::new_ext(text, options).collect()
}

/// The text outside of code, where a host looks for mentions and addresses.
fn prose(events: &[Event<'_>]) -> String {
    let text = events.iter().map(|event| match event {
        Event::Text(text) => text.to_string(),
        Event::Code(_) => "\u{0}".to_owned(),
        _ => "\n".to_owned(),
    });
    text.collect()
}

fn code(events: &[Event<'_>]) -> Vec<String> {
    let code = events.iter().filter_map(|event| match event {
        Event::Code(text) => Some(text.to_string()),
        _ => None,
    });
    code.collect()
}

fn refers(prose: &str) -> bool {
    let patterns = [
        r"(^|\W)@[A-Za-z0-9]",
        r"[#!%~$&^][A-Za-z0-9_]",
        r"\b[A-Za-z]+-\d",
        r"(?i)(https?|ftp|mailto):[/a-z]",
        r"(?i)www\.",
        r":[a-z]+:",
    ];
    patterns.iter().any(|pattern| {
        let found = regex::Regex::new(pattern).unwrap().find(prose);
        found.is_some_and(|found| {
            eprintln!("{pattern}: {}", found.as_str());
            true
        })
    })
}

/// That nothing but what this program writes itself is markup.
fn check(text: &str) {
    for event in parse(text) {
        match event {
            Event::Html(html) | Event::InlineHtml(html) => {
                let html = html.trim();
                let head = html.starts_with("<details><summary>") && html.ends_with("</summary>");
                let inner = html.trim_start_matches("<details><summary>");
                let inner = inner.trim_end_matches("</summary>");
                let plain = head && !inner.contains(['<', '>', '&', '@', '`']);
                assert!(plain || HTML.contains(&html), "{html}");
            }
            Event::Start(Tag::Link { dest_url, .. }) => {
                assert!(dest_url.starts_with(PAGES), "{dest_url}");
            }
            Event::Start(
                Tag::Image { .. }
                | Tag::CodeBlock(_)
                | Tag::BlockQuote(_)
                | Tag::Strikethrough
                | Tag::FootnoteDefinition(_),
            )
            | Event::InlineMath(_)
            | Event::DisplayMath(_)
            | Event::TaskListMarker(_)
            | Event::FootnoteReference(_) => panic!("{event:?}"),
            _ => {}
        }
    }
    assert!(!text.chars().any(|c| (c.is_control() && c != '\n') || c == '\u{202e}'));
}

#[test]
fn it_begins_with_the_verdict_and_counts() {
    let text = sample::written(&sample::report(), Output::Markdown);
    check(&text);
    let top: Vec<&str> = text.lines().take(12).collect();
    assert_eq!(
        top,
        [
            "<!-- phorce -->",
            "",
            "### Phorce: fails, a file that a rule needs could not be read; 1 open finding",
            "",
            "| | critical | high | medium | low |",
            "|---|--:|--:|--:|--:|",
            "| open | 1 | 0 | 0 | 0 |",
            "| accepted | 0 | 0 | 1 | 0 |",
            "",
            r#"- **critical**: Title of view-all-data: `A"<b>&'\u{1b}[31m\u{202e}{0}[x](1)\u{9b}`"#,
            "",
            "**1 file was not read; what is in it is unknown**",
        ]
    );
    assert!(text.contains("<details><summary>1 accepted risk, still there</summary>"));
    assert!(text.contains("accepted by A. Officer until 2031-05-06"));
    assert!(text.contains("<details><summary>1 rule could not be assessed</summary>"));
    assert!(text.contains("2 rules examined 1,236 things, 1 had nothing to check, 1 not assessed"));
}

#[test]
fn it_says_what_a_change_does() {
    let text = sample::written(&hostile::change(), Output::Markdown);
    check(&text);
    for line in [
        "| new | 0 | 1 | 0 | 0 |",
        "| worsened | 0 | 1 | 0 | 0 |",
        "| fixed | 0 | 1 | 0 | 0 |",
        "| no longer seen | 0 | 1 | 0 | 0 |",
        "| unchanged | 0 | 2 | 0 | 0 |",
        "| baselined | 0 | 1 | 0 | 0 |",
        "- new, **high**: Title of view-all-data: `Fresh`",
        "- 2 more holders can read `Patient__c.SSN__c`: `<script>alert(1)</script>`, `Nurse`",
        "<details><summary>1 finding fixed</summary>",
        "<details><summary>1 finding no longer seen</summary>",
    ] {
        assert!(text.lines().any(|own| own == line), "{line}\n{text}");
    }
}

#[test]
fn hostile_names_are_text() {
    let text = sample::written(&hostile::report(), Output::Markdown);
    check(&text);
    let events = parse(&text);
    let prose = prose(&events);
    assert!(!refers(&prose), "{prose}");
    assert!(refers("see @octocat") && refers("#1") && refers("http://a") && refers("GH-3"));
    let code = code(&events);
    for attack in hostile::ATTACKS {
        if !attack.chars().any(|c| c.is_control() || "\u{202e}\u{2066}".contains(c)) {
            // CommonMark takes a blank at both ends away, and nothing else.
            let place = format!("force-app/{attack}:3");
            assert!(code.contains(&place), "{attack}");
            let seen = prose.replace('\u{2060}', "");
            assert!(seen.contains(&format!("{attack} reaches all")), "{attack}\n{seen}");
        }
    }
}

#[test]
fn it_fits_into_a_comment() {
    let of = |number: usize| Finding {
        message: format!("{number} {}", "long ".repeat(60)),
        ..sample::finding("view-all-data", phorce::fact::Severity::High)
    };
    let report = Report { findings: (0..2_000).map(of).collect(), ..sample::report() };
    let text = sample::written(&report, Output::Markdown);
    assert!(text.chars().count() < 65_536);
    assert!(text.contains("more are in the other formats"));
    assert!(text.contains("### Phorce: fails, a file that a rule needs could not be read; 2,000"));
    let screen = text.lines().position(|line| line.starts_with("<details>")).unwrap();
    assert!(screen < 30, "{screen}");
}

/// Everything that stands open is there many times, and hostile.
fn crowded() -> Report {
    let change = hostile::change();
    let mut report = Report { change: change.change, ..hostile::report() };
    let notice = |text: &&str| phorce::report::Notice {
        message: format!("{}: {text}", phorce::report::change::PROPOSED),
        path: Some((*text).to_owned()),
        line: Some(3),
    };
    report.notices.extend(hostile::ATTACKS.iter().map(notice));
    let delta = &mut report.change.as_mut().unwrap().access_delta;
    let row = delta[0].clone();
    let rows = hostile::ATTACKS.iter().enumerate().map(|(number, text)| {
        let field = Some(format!("F{number}__c"));
        phorce::report::change::AccessDelta { holder: (*text).to_owned(), field, ..row.clone() }
    });
    delta.extend(rows);
    report
}

#[test]
fn what_stands_above_the_fold_fits_a_screen() {
    let text = sample::written(&crowded(), Output::Markdown);
    check(&text);
    let above: Vec<&str> = text.lines().take_while(|line| !line.starts_with("<details>")).collect();
    assert!(above.len() <= 46, "{}: {}", above.len(), above.join("\n"));
    let items = above.iter().filter(|line| line.starts_with("- ")).count();
    assert_eq!(items, 4 * 6, "four lists of five, each with the count of the rest");
    for head in [
        "**Access to PHI**",
        "**22 files were not read; what is in them is unknown**",
        "**This change alters what is judged, or how; that takes effect after the merge**",
    ] {
        assert!(above.contains(&head), "{head}");
    }
    let remarks =
        format!("<details><summary>{} remarks on the run</summary>", hostile::ATTACKS.len());
    assert!(text.contains(&remarks), "a proposal is no remark too");
}

#[test]
fn it_has_no_element_but_those_of_a_comment() {
    let text = sample::written(&crowded(), Output::Markdown);
    let element = |event: &Event<'_>| match event {
        Event::Start(tag) => {
            let words = format!("{tag:?}");
            words.split(|c: char| !c.is_alphanumeric()).next().map(str::to_owned)
        }
        _ => None,
    };
    let mut elements: Vec<String> = parse(&text).iter().filter_map(element).collect();
    elements.sort_unstable();
    elements.dedup();
    let expected = [
        "Emphasis",
        "Heading",
        "HtmlBlock",
        "Item",
        "Link",
        "List",
        "Paragraph",
        "Strong",
        "Table",
        "TableCell",
        "TableHead",
        "TableRow",
    ];
    assert_eq!(elements, expected);
    assert!(!text.contains("<details open"));
}

#[test]
fn a_sentence_that_says_it_needs_no_name_beside_it() {
    let of = |subject: &str, message: &str, members: &[&str]| Finding {
        subject: subject.to_owned(),
        message: message.to_owned(),
        members: members
            .iter()
            .map(|name| phorce::report::Member {
                name: (*name).to_owned(),
                place: sample::place("a.xml", 1, 1..2),
            })
            .collect(),
        ..sample::finding("view-all-data", phorce::fact::Severity::High)
    };
    let findings = vec![
        of("Night", "night reads SSN__c and MRN__c", &["SSN__c", "MRN__c"]),
        of("Patient", "Patient__c is open", &["Open", "MRN__c"]),
        of("Desk/a", "Desk is open", &[]),
    ];
    let text = sample::written(&Report { findings, ..sample::report() }, Output::Markdown);
    for line in [
        "  night reads SSN\\_\\_c and MRN\\_\\_c<br>",
        "  `Patient`: Patient\\_\\_c is open (`Open`, `MRN__c`)<br>",
        "  `Desk/a`: Desk is open<br>",
    ] {
        assert!(text.lines().any(|own| own == line), "{line}\n{text}");
    }
}

#[test]
fn the_heading_says_how_many_fail() {
    let of = |severity| sample::finding("view-all-data", severity);
    use phorce::fact::Severity::{High, Low, Medium};
    let findings = vec![of(High), of(Medium), of(Low)];
    let report = Report { findings, ..Report::default() };
    let heading = |fail_on| {
        let run = phorce::output::Run {
            version: "1",
            fail_on: Some(fail_on),
            exit_code: 1,
            category: "",
            hipaa: &[],
        };
        let text = phorce::output::render(&report, &sample::rules(), &run, Output::Markdown);
        text.unwrap().lines().nth(2).unwrap().to_owned()
    };
    let start = "### Phorce: fails with 3 open findings";
    assert_eq!(heading(High), format!("{start}, 1 of them high or worse"));
    assert_eq!(heading(Low), start);
}
