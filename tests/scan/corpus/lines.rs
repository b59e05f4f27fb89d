//! Texts with planted values, and texts that only look so.
//!
//! In: dice, and which of the texts. Out: the text, and what is planted in it. It knows no file.

use super::values::{
    ALNUM, Dice, FIRST, LAST, birth, card, email, hex, icd, mbi, ndc, phone, record, record_id,
    session, ssn, token,
};

/// A value that is there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Planted {
    pub kind: &'static str,
    pub value: String,
}

pub fn one(kind: &'static str, value: &str) -> Planted {
    Planted { kind, value: value.to_owned() }
}

/// A text with values, and which they are.
pub fn told(dice: &mut Dice, which: u64) -> (String, Vec<Planted>) {
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

pub const TOLD: u64 = 24;

/// A text that only looks so.
pub fn decoy(dice: &mut Dice, which: u64) -> String {
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

pub const DECOYS: u64 = 29;
