//! A corpus made by the rules of those who give the numbers out: logs and exports with planted
//! values and with what only looks like them, and an answer for every line.
//!
//! In: a seed. Out: files, and for each line the kinds planted on it. It shares no pattern with
//! the recogniser: it puts values together digit by digit.

use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Numbers from a seed; the same everywhere.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// From `low` to `high`, both included.
    pub fn between(&mut self, low: u64, high: u64) -> u64 {
        low + (self.next() >> 11) % (high - low + 1)
    }

    pub fn of<'a, T: ?Sized>(&mut self, list: &[&'a T]) -> &'a T {
        list[self.between(0, list.len() as u64 - 1) as usize]
    }

    fn letters(&mut self, alphabet: &str, count: usize) -> String {
        let bytes = alphabet.as_bytes();
        let one =
            |dice: &mut Self| char::from(bytes[dice.between(0, bytes.len() as u64 - 1) as usize]);
        (0..count).map(|_| one(self)).collect()
    }

    fn digits(&mut self, count: usize) -> String {
        self.letters("0123456789", count)
    }
}

const ALNUM: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// A value that is there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Planted {
    pub kind: &'static str,
    pub value: String,
}

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

// --- values, as they are given out ---------------------------------------------------------

pub fn ssn(dice: &mut Dice) -> [String; 3] {
    let area = loop {
        let area = dice.between(1, 899);
        if area != 666 {
            break area;
        }
    };
    [
        format!("{area:03}"),
        format!("{:02}", dice.between(1, 99)),
        format!("{:04}", dice.between(1, 9999)),
    ]
}

fn mbi(dice: &mut Dice) -> String {
    const LETTERS: &str = "ACDEFGHJKMNPQRTUVWXY";
    const BOTH: &str = "ACDEFGHJKMNPQRTUVWXY0123456789";
    let mut out = dice.letters("123456789", 1);
    out += &dice.letters(LETTERS, 1);
    out += &dice.letters(BOTH, 1);
    out += &dice.digits(1);
    out += &dice.letters(LETTERS, 1);
    out += &dice.letters(BOTH, 1);
    out += &dice.digits(1);
    out += &dice.letters(LETTERS, 2);
    out + &dice.digits(2)
}

fn birth(dice: &mut Dice) -> (u64, u64, u64) {
    (dice.between(1931, 2004), dice.between(1, 12), dice.between(1, 28))
}

/// The digit at the end makes the weighted sum a multiple of ten.
fn card(dice: &mut Dice) -> String {
    let (lead, length) =
        [("4", 16), ("51", 16), ("37", 15), ("6011", 16)][dice.between(0, 3) as usize];
    let body = format!("{lead}{}", dice.digits(length - 1 - lead.len()));
    let mut sum = 0;
    for (at, digit) in body.bytes().rev().enumerate() {
        let digit = u64::from(digit - b'0');
        sum += if at % 2 == 0 { [0, 2, 4, 6, 8, 1, 3, 5, 7, 9][digit as usize] } else { digit };
    }
    format!("{body}{}", (10 - sum % 10) % 10)
}

const FIRST: &[&str] =
    &["Marisol", "Tobias", "Ingrid", "Kwame", "Priya", "Anselm", "Yolanda", "Casimir"];
const LAST: &[&str] = &[
    "Quillfeather",
    "Ostrander",
    "Abernathy",
    "Okonkwo",
    "Vandermeer",
    "Castellano",
    "Thistlewood",
];

fn email(dice: &mut Dice) -> String {
    format!(
        "{}.{}{}@mailbox.example",
        dice.of(FIRST).to_lowercase(),
        dice.of(LAST).to_lowercase(),
        dice.between(10, 999)
    )
}

fn phone(dice: &mut Dice) -> String {
    let (area, exchange, line) =
        (dice.between(201, 989), dice.between(200, 999), dice.between(0, 9999));
    match dice.between(0, 2) {
        0 => format!("({area}) {exchange}-{line:04}"),
        1 => format!("{area}-{exchange}-{line:04}"),
        _ => format!("+1 {area} {exchange} {line:04}"),
    }
}

fn icd(dice: &mut Dice) -> String {
    let mut code = dice.letters("ABCDEFGHIJKLMNPQRSTVZ", 1) + &dice.digits(2) + ".";
    let tail = dice.between(1, 3) as usize;
    code += &dice.digits(tail);
    code
}

fn ndc(dice: &mut Dice) -> String {
    let (a, b, c) = [(5, 4, 2), (4, 4, 2), (5, 3, 2), (5, 4, 1)][dice.between(0, 3) as usize];
    format!("{}-{}-{}", dice.digits(a), dice.digits(b), dice.digits(c))
}

fn record(dice: &mut Dice) -> String {
    match dice.between(0, 2) {
        0 => dice.digits(8),
        1 => format!("H{}", dice.digits(7)),
        _ => format!("MR-{}", dice.digits(6)),
    }
}

fn session(dice: &mut Dice) -> String {
    format!("00D{}!{}", dice.letters(ALNUM, 12), dice.letters(ALNUM, 60))
}

fn token(dice: &mut Dice) -> String {
    dice.letters(ALNUM, 14) + &dice.digits(2) + &dice.letters("abcxyz", 3)
}

fn record_id(dice: &mut Dice) -> String {
    let key = dice.of(&["001", "003", "005", "500", "a01", "00Q"]);
    let tail = if dice.between(0, 1) == 0 { 12 } else { 15 };
    format!("{key}{}", dice.letters(ALNUM, tail))
}

fn hex(dice: &mut Dice, count: usize) -> String {
    dice.letters("0123456789abcdef", count)
}

// --- what is planted, as code writes it to a log -------------------------------------------

fn one(kind: &'static str, value: &str) -> Planted {
    Planted { kind, value: value.to_owned() }
}

/// A text with values, and which they are.
fn told(dice: &mut Dice, which: u64) -> (String, Vec<Planted>) {
    let [area, group, serial] = ssn(dice);
    let dashed = format!("{area}-{group}-{serial}");
    let (year, month, day) = birth(dice);
    let iso = format!("{year}-{month:02}-{day:02}");
    let us = format!("{month:02}/{day:02}/{year}");
    match which {
        0 => (format!("Patient SSN: {dashed}"), vec![one("ssn", &dashed)]),
        1 => (format!("found {dashed} twice"), vec![one("ssn", &dashed)]),
        2 => {
            let plain = format!("{area}{group}{serial}");
            (format!("{{\"ssn\":\"{plain}\",\"ok\":true}}"), vec![one("ssn", &plain)])
        }
        3 => (
            format!(
                "Contact:{{Birthdate={iso} 00:00:00, SSN__c={dashed}, Id={}}}",
                record_id(dice)
            ),
            vec![one("date-of-birth", &iso), one("ssn", &dashed)],
        ),
        4 => (format!("DOB {us} checked"), vec![one("date-of-birth", &us)]),
        5 => (format!("\"dateOfBirth\" : \"{iso}\""), vec![one("date-of-birth", &iso)]),
        6 => {
            let plain = mbi(dice);
            (format!("eligibility for {plain} asked"), vec![one("mbi", &plain)])
        }
        7 => {
            let plain = mbi(dice);
            let dashed = format!("{}-{}-{}", &plain[..4], &plain[4..7], &plain[7..]);
            (format!("Medicare Number={dashed};"), vec![one("mbi", &dashed)])
        }
        8 => {
            let number = record(dice);
            (format!("mrn={number}&tab=labs"), vec![one("mrn", &number)])
        }
        9 => {
            let number = record(dice);
            (
                format!("<medicalRecordNumber>{number}</medicalRecordNumber>"),
                vec![one("mrn", &number)],
            )
        }
        10 => {
            let number = format!("XQ{}", dice.digits(9));
            (format!("Member ID: {number}"), vec![one("member-id", &number)])
        }
        11 => {
            let (a, b) = (icd(dice), icd(dice));
            (format!("Dx: {a}, {b}"), vec![one("icd-10", &a), one("icd-10", &b)])
        }
        12 => {
            let code = icd(dice);
            (
                format!("{{\"system\":\"http://hl7.example/icd-10\",\"code\":\"{code}\"}}"),
                vec![one("icd-10", &code)],
            )
        }
        13 => {
            let code = ndc(dice);
            (format!("Medication__r.NDC__c={code}"), vec![one("ndc", &code)])
        }
        14 => {
            let plain = card(dice);
            (format!("charging {plain} now"), vec![one("card", &plain)])
        }
        15 => {
            let plain = loop {
                let plain = card(dice);
                if plain.len() == 16 {
                    break plain;
                }
            };
            let spaced =
                format!("{} {} {} {}", &plain[..4], &plain[4..8], &plain[8..12], &plain[12..]);
            (format!("Card Number: {spaced}"), vec![one("card", &spaced)])
        }
        16 => {
            let id = session(dice);
            (format!("sid={id}"), vec![one("session-id", &id)])
        }
        17 => {
            let token = token(dice);
            (format!("Authorization: Bearer {token}"), vec![one("token", &token)])
        }
        18 => {
            let token = token(dice);
            (
                format!("{{\"access_token\":\"{token}\",\"scope\":\"api\"}}"),
                vec![one("token", &token)],
            )
        }
        19 => {
            let token = format!(
                "{}.{}.{}",
                "eyJhbGciOiJIUzI1NiJ9",
                dice.letters(ALNUM, 40),
                dice.letters(ALNUM, 30)
            );
            (format!("assertion {token}"), vec![one("token", &token)])
        }
        20 => {
            let name = format!("{} {}", dice.of(FIRST), dice.of(LAST));
            (format!("Patient Name: {name}, room 4"), vec![one("name", &name)])
        }
        21 => {
            let (first, last, mail) = (dice.of(FIRST), dice.of(LAST), email(dice));
            (
                format!(
                    "Contact:{{FirstName={first}, LastName={last}, Birthdate={iso}, Email={mail}}}"
                ),
                vec![
                    one("name", first),
                    one("name", last),
                    one("date-of-birth", &iso),
                    one("email", &mail),
                ],
            )
        }
        22 => {
            let (number, phone) = (record(dice), phone(dice));
            (
                format!("MRN {number}, call {phone} before noon"),
                vec![one("mrn", &number), one("phone", &phone)],
            )
        }
        _ => {
            let (mail, phone) = (email(dice), phone(dice));
            (
                format!("ssn {dashed} mail {mail} tel {phone}"),
                vec![one("ssn", &dashed), one("email", &mail), one("phone", &phone)],
            )
        }
    }
}

const TOLD: u64 = 24;

/// A text that only looks so.
fn decoy(dice: &mut Dice, which: u64) -> String {
    let [area, group, serial] = ssn(dice);
    let (month, day) = (dice.between(1, 12), dice.between(1, 28));
    let date = format!("{}-{month:02}-{day:02}", dice.between(2015, 2026));
    match which {
        0 => format!("Account:{{Id={}, OwnerId={}}}", record_id(dice), record_id(dice)),
        1 => format!("CreatedDate={date} 10:11:12, LastModifiedDate={date} 10:11:13"),
        2 => format!(
            "version {}.{}.{}-{}",
            dice.between(1, 250),
            dice.between(0, 99),
            dice.between(0, 99),
            dice.digits(4)
        ),
        3 => format!(
            "amount ${}.{:02} of {}",
            dice.between(100, 99_999),
            dice.between(0, 99),
            dice.digits(9)
        ),
        4 => format!("Order Number: {area}-{group}-{serial}"),
        5 => format!("call {} for support", phone(dice)),
        6 => format!("sha256 {}", hex(dice, 64)),
        7 => format!("md5={}", hex(dice, 32)),
        8 => format!(
            "uuid {}-{}-{}-{}-{}",
            hex(dice, 8),
            hex(dice, 4),
            hex(dice, 4),
            hex(dice, 4),
            hex(dice, 12)
        ),
        9 => format!("started at 17{}", dice.digits(11)),
        10 => {
            // One off the digit that would fit.
            let right = card(dice);
            let last = (right.as_bytes()[right.len() - 1] - b'0' + 1) % 10;
            format!("paid {}{last}", &right[..right.len() - 1])
        }
        11 => format!(
            "host 10.{}.{}.{}:8443",
            dice.between(0, 255),
            dice.between(0, 255),
            dice.between(0, 255)
        ),
        12 => format!(
            "part {}-{group}-{serial} and {}",
            [0, 666][dice.between(0, 1) as usize] + 1000,
            dice.digits(7)
        ),
        13 => format!(
            "text {:03}-{group}-{serial} here",
            [0, 666, dice.between(900, 999)][dice.between(0, 2) as usize]
        ),
        14 => format!("CaseNumber=0{}, Status=New", dice.digits(7)),
        15 => format!("see cell {} of the sheet", icd(dice)),
        16 => format!("SKU {} in stock", ndc(dice)),
        17 => format!("LoginHistory user {}", email(dice).replace("mailbox", "staff")),
        18 => format!("zip {}-{}", dice.digits(5), dice.digits(4)),
        19 => format!(
            "at {}.{},-{}.{}",
            dice.between(20, 60),
            dice.digits(6),
            dice.between(60, 120),
            dice.digits(6)
        ),
        20 => format!(
            "progress {}.{}% of {} rows",
            dice.between(0, 99),
            dice.digits(2),
            dice.digits(6)
        ),
        21 => format!("ClassName.processName({})", dice.digits(9)),
        22 => format!("code {}S{}", dice.digits(1), dice.letters(ALNUM, 9)),
        23 => format!("Reference No {}", dice.digits(9)),
        24 => "password=required, token=null, SSN__c=null, MRN__c=null".to_owned(),
        25 => format!("RecordType.Name=Master, Name=Account {}", dice.digits(5)),
        26 => format!("invoice {}{}{} due {date}", area, group, serial),
        27 => format!("tracking number {}", card(dice)),
        _ => format!("build {area}.{group}.{serial} of {date}"),
    }
}

const DECOYS: u64 = 29;

// --- files ---------------------------------------------------------------------------------

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
