//! Texts read in blocks: places, events, methods, and copies.

use super::*;
use crate::config::ScanConfig;
use crate::scan::lexicon::Lexicon;

const HEAD: &str = "61.0 APEX_CODE,FINEST;DB,FINEST\n09:00:00.0 (1)|EXECUTION_STARTED\n\
    09:00:00.0 (2)|CODE_UNIT_STARTED|[EXTERNAL]|01p5g000004abcD|Ward.admit()\n";

fn read_all(text: &str, form: Form) -> (Vec<String>, String, Went) {
    let recogniser = Recogniser::new(Lexicon::new(&ScanConfig::default()).unwrap()).unwrap();
    let mut tally = Tally::default();
    let mut copy = Vec::new();
    let task = Task { recogniser: &recogniser, file: 0, form };
    let went = read(&task, text.as_bytes(), &mut tally, Some(&mut copy)).unwrap();
    let said = tally.groups().map(|((_, kind, setting), group)| {
        let name = &recogniser.kind(*kind).unwrap().name;
        let setting = match setting {
            Setting::Event { event, method } => format!("{event} {method}"),
            other => format!("{other:?}"),
        };
        let lines: Vec<u32> = group.statements.keys().copied().collect();
        format!(
            "{name} {setting} {lines:?} {}x {}:{}",
            group.count, group.first.line, group.first.column
        )
    });
    (said.collect(), String::from_utf8(copy).unwrap(), went)
}

#[test]
fn a_value_has_its_event_method_and_lines() {
    let log = format!(
        "{HEAD}09:00:00.0 (3)|METHOD_ENTRY|[12]|01p5g|Chart.load(Id)\r\n\
         09:00:00.0 (4)|USER_DEBUG|[44]|DEBUG|é SSN: 219-45-6781\n\
         and a second line, DOB: 1980-02-03, ana@clinic.example\n\
         09:00:00.0 (5)|METHOD_EXIT|[12]|01p5g|Chart.load(Id)\n\
         09:00:00.0 (6)|USER_DEBUG|[7]|DEBUG|ssn=219456781\n"
    );
    let (said, copy, _) = read_all(&log, Form::Log);
    assert_eq!(
        said,
        [
            "ssn USER_DEBUG Chart.load [44] 1x 5:45",
            "ssn USER_DEBUG Ward.admit [7] 1x 8:41",
            "date-of-birth USER_DEBUG Chart.load [44] 1x 6:25",
            "email USER_DEBUG Chart.load [44] 1x 6:37",
        ]
    );
    assert!(copy.contains("é SSN: [SSN]\nand a second line, DOB: [DATE-OF-BIRTH], [EMAIL]\n"));
    assert!(copy.contains("|ssn=[SSN]\n") && !copy.contains("219"));
    assert!(read_all(&copy, Form::Log).0.is_empty());
}

#[test]
fn blocks_change_nothing() {
    let mut log = HEAD.to_owned();
    for number in 0..30_000 {
        log.push_str("09:00:00.0 (3)|STATEMENT_EXECUTE|[12]\n");
        if number % 10_000 == 7 {
            log.push_str("09:00:00.0 (4)|METHOD_ENTRY|[12]|01p5g|Chart.load(Id)\n");
        }
        if number % 1_000 == 999 {
            log.push_str("09:00:00.0 (4)|USER_DEBUG|[9]|DEBUG|SSN: 219-45-6781\n");
        }
    }
    let (said, copy, went) = read_all(&log, Form::Log);
    assert_eq!(said, ["ssn USER_DEBUG Chart.load [9] 30x 1005:42"]);
    assert_eq!(copy, log.replace("219-45-6781", "[SSN]"));
    assert_eq!(went.bytes, log.len() as u64);
}

#[test]
fn one_endless_line_is_read_in_parts() {
    let text = format!("{} ssn 219-45-6781, {}", "xy ".repeat(300_000), "z".repeat(2_000_000));
    let (said, copy, _) = read_all(&text, Form::Lines);
    assert_eq!(said, ["ssn Text [] 1x 1:900006"]);
    assert_eq!(copy, text.replace("219-45-6781", "[SSN]"));
}

#[test]
fn a_cut_log_says_so() {
    let log = format!(
        "{HEAD}*** Skipped 22 bytes of detailed log\n09:00:00.0 (4)|USER_DEBUG|[9]|DEBUG|SSN: 219-45-6781"
    );
    let (said, _, went) = read_all(&log, Form::Log);
    assert_eq!(said, ["ssn USER_DEBUG  [9] 1x 5:42"]);
    assert_eq!(went.cut, Some(4));
}
