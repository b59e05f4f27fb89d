//! A corpus made by the rules of those who give the numbers out: logs and exports with planted
//! values and with what only looks like them, and an answer for every line.
//!
//! In: a seed. Out: files, and for each line the kinds planted on it. It shares no pattern with
//! the recogniser: it puts values together digit by digit.

use std::collections::BTreeMap;
use std::fmt::Write as _;

mod lines;
mod values;

pub use lines::Planted;
use lines::{DECOYS, TOLD, decoy, one, told};
use values::{Dice, LAST, birth, card, email, hex, icd, mbi, ndc, phone, record, record_id, ssn};

/// A file with its answers.
#[derive(Debug, Default)]
pub struct File {
    pub name: &'static str,
    pub text: String,
    /// By line, from 1.
    pub planted: BTreeMap<usize, Vec<Planted>>,
    pub decoys: usize,
    line: usize,
}

impl File {
    fn new(name: &'static str) -> Self {
        Self { name, line: 1, ..Self::default() }
    }

    fn push(&mut self, line: &str, planted: Vec<Planted>) {
        self.text.push_str(line);
        self.text.push('\n');
        if !planted.is_empty() {
            self.planted.insert(self.line, planted);
        }
        self.line += 1;
    }
}

const EVENTS: &[&str] = &[
    "USER_DEBUG",
    "VARIABLE_ASSIGNMENT",
    "CALLOUT_REQUEST",
    "EXCEPTION_THROWN",
    "SOQL_EXECUTE_BEGIN",
];

fn log(name: &'static str, dice: &mut Dice, entries: u64) -> File {
    let mut file = File::new(name);
    file.push("61.0 APEX_CODE,FINEST;APEX_PROFILING,NONE;CALLOUT,FINEST;DB,FINEST", Vec::new());
    let mut nanos = 1_000_000;
    for number in 0..entries {
        nanos += dice.between(900, 90_000);
        let stamp =
            format!("10:{:02}:{:02}.{} ({nanos})", number / 60 % 60, number % 60, number % 1000);
        let line = dice.between(1, 400);
        match number % 7 {
            0 => file.push(
                &format!(
                    "{stamp}|METHOD_ENTRY|[{line}]|01p5g000004abcD|Ward{}.admit(Id)",
                    number % 9
                ),
                Vec::new(),
            ),
            1 => file.push(
                &format!("{stamp}|HEAP_ALLOCATE|[{line}]|Bytes:{}", dice.between(4, 999)),
                Vec::new(),
            ),
            2 => {
                let which = dice.between(0, TOLD - 1);
                let (text, planted) = told(dice, which);
                file.push(&format!("{stamp}|{}|[{line}]|{text}", dice.of(EVENTS)), planted);
            }
            6 => file.push(
                &format!("{stamp}|METHOD_EXIT|[{line}]|01p5g000004abcD|Ward.admit(Id)"),
                Vec::new(),
            ),
            _ => {
                let which = dice.between(0, DECOYS - 1);
                file.decoys += 1;
                let text = decoy(dice, which);
                file.push(&format!("{stamp}|{}|[{line}]|{text}", dice.of(EVENTS)), Vec::new());
            }
        }
    }
    file
}

fn export(name: &'static str, dice: &mut Dice, delimiter: char, rows: u64) -> File {
    let mut file = File::new(name);
    let join = |cells: &[String]| {
        let quoted: Vec<String> =
            cells.iter().map(|cell| format!("\"{}\"", cell.replace('"', "\"\""))).collect();
        quoted.join(&delimiter.to_string())
    };
    let header = [
        "Id",
        "SSN__c",
        "Date of Birth",
        "MRN",
        "Medicare Number",
        "ICD-10 Code",
        "NDC",
        "Last Name",
        "Email",
        "Phone",
        "Card Number",
        "Order Number",
        "Created Date",
        "Amount",
        "Hash",
        "Remark Text",
    ];
    file.push(&join(&header.map(str::to_owned)), Vec::new());
    for number in 0..rows {
        let [area, group, serial] = ssn(dice);
        let (year, month, day) = birth(dice);
        let mut planted = Vec::new();
        let mut cell = |kind: &'static str, value: String| {
            planted.push(Planted { kind, value: value.clone() });
            value
        };
        let text = number % 5 == 0;
        let (remark, more) = if text {
            let which = dice.between(0, 15);
            told(dice, which)
        } else {
            let which = dice.between(0, 3);
            (decoy(dice, which), Vec::new())
        };
        let cells = [
            record_id(dice),
            cell(
                "ssn",
                if number % 2 == 0 {
                    format!("{area}-{group}-{serial}")
                } else {
                    format!("{area}{group}{serial}")
                },
            ),
            cell("date-of-birth", format!("{month}/{day}/{year}")),
            cell("mrn", record(dice)),
            cell("mbi", mbi(dice)),
            cell("icd-10", icd(dice)),
            cell("ndc", ndc(dice)),
            cell("name", (*dice.of(LAST)).to_owned()),
            cell("email", email(dice)),
            cell("phone", phone(dice)),
            cell("card", card(dice)),
            ssn(dice).join("-"),
            format!("{month}/{day}/{}", dice.between(2015, 2026)),
            format!("{}.{}", dice.between(1, 9999), dice.digits(2)),
            hex(dice, 40),
            remark,
        ];
        file.decoys += if text { 5 } else { 6 };
        planted.extend(more);
        file.push(&join(&cells), planted);
    }
    file
}

fn orders(name: &'static str, dice: &mut Dice, rows: u64) -> File {
    let mut file = File::new(name);
    file.push(
        "Id,Order Number,Close Date,Amount,Version,Support Phone,Email,Reference No,Checksum",
        Vec::new(),
    );
    for _ in 0..rows {
        let [area, group, serial] = ssn(dice);
        let row = format!(
            "{},{area}-{group}-{serial},{}/{}/{},{}.{},{}.{}.{},{},{},{},{}",
            record_id(dice),
            dice.between(1, 12),
            dice.between(1, 28),
            dice.between(2015, 2026),
            dice.between(1, 9999),
            dice.digits(2),
            dice.between(1, 9),
            dice.between(0, 9),
            dice.digits(3),
            phone(dice),
            email(dice).replace("mailbox", "staff"),
            dice.digits(9),
            hex(dice, 32),
        );
        file.decoys += 9;
        file.push(&row, Vec::new());
    }
    file
}

fn events(name: &'static str, dice: &mut Dice, rows: u64) -> File {
    let mut file = File::new(name);
    file.push(
        "\"EVENT_TYPE\",\"TIMESTAMP\",\"REQUEST_ID\",\"USER_ID\",\"URI\",\"CLIENT_IP\"",
        Vec::new(),
    );
    for number in 0..rows {
        let (mut uri, mut planted) = (format!("/apex/Chart?id={}", record_id(dice)), Vec::new());
        if number % 4 == 0 {
            let number = record(dice);
            let _ = write!(uri, "&mrn={number}");
            planted.push(one("mrn", &number));
        }
        file.decoys += 5;
        let row = format!(
            "\"URI\",\"2026011{}{}.000\",\"4{}:{}\",\"{}\",\"{uri}\",\"10.{}.3.4\"",
            dice.between(0, 5),
            dice.digits(6),
            hex(dice, 8),
            dice.digits(4),
            record_id(dice),
            dice.between(0, 255),
        );
        file.push(&row, planted);
    }
    file
}

/// Every file of the corpus.
pub fn corpus(seed: u64) -> Vec<File> {
    let dice = &mut Dice::new(seed);
    vec![
        log("logs/admit.log", dice, 9_000),
        log("logs/night.log", dice, 6_000),
        export("exports/patients.csv", dice, ',', 120),
        export("exports/patients-de.csv", dice, ';', 60),
        export("exports/patients.tsv", dice, '\t', 60),
        orders("exports/orders.csv", dice, 300),
        events("logs/uri.csv", dice, 200),
    ]
}
