//! Values, digit by digit as those who give them out put them together.
//!
//! In: dice. Out: one value. It knows no text around it.

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

    pub fn letters(&mut self, alphabet: &str, count: usize) -> String {
        let bytes = alphabet.as_bytes();
        let one =
            |dice: &mut Self| char::from(bytes[dice.between(0, bytes.len() as u64 - 1) as usize]);
        (0..count).map(|_| one(self)).collect()
    }

    pub fn digits(&mut self, count: usize) -> String {
        self.letters("0123456789", count)
    }
}

pub const ALNUM: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

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

pub fn mbi(dice: &mut Dice) -> String {
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

pub fn birth(dice: &mut Dice) -> (u64, u64, u64) {
    (dice.between(1931, 2004), dice.between(1, 12), dice.between(1, 28))
}

/// The digit at the end makes the weighted sum a multiple of ten.
pub fn card(dice: &mut Dice) -> String {
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

pub const FIRST: &[&str] =
    &["Marisol", "Tobias", "Ingrid", "Kwame", "Priya", "Anselm", "Yolanda", "Casimir"];
pub const LAST: &[&str] = &[
    "Quillfeather",
    "Ostrander",
    "Abernathy",
    "Okonkwo",
    "Vandermeer",
    "Castellano",
    "Thistlewood",
];

pub fn email(dice: &mut Dice) -> String {
    format!(
        "{}.{}{}@mailbox.example",
        dice.of(FIRST).to_lowercase(),
        dice.of(LAST).to_lowercase(),
        dice.between(10, 999)
    )
}

pub fn phone(dice: &mut Dice) -> String {
    let (area, exchange, line) =
        (dice.between(201, 989), dice.between(200, 999), dice.between(0, 9999));
    match dice.between(0, 2) {
        0 => format!("({area}) {exchange}-{line:04}"),
        1 => format!("{area}-{exchange}-{line:04}"),
        _ => format!("+1 {area} {exchange} {line:04}"),
    }
}

pub fn icd(dice: &mut Dice) -> String {
    let mut code = dice.letters("ABCDEFGHIJKLMNPQRSTVZ", 1) + &dice.digits(2) + ".";
    let tail = dice.between(1, 3) as usize;
    code += &dice.digits(tail);
    code
}

pub fn ndc(dice: &mut Dice) -> String {
    let (a, b, c) = [(5, 4, 2), (4, 4, 2), (5, 3, 2), (5, 4, 1)][dice.between(0, 3) as usize];
    format!("{}-{}-{}", dice.digits(a), dice.digits(b), dice.digits(c))
}

pub fn record(dice: &mut Dice) -> String {
    match dice.between(0, 2) {
        0 => dice.digits(8),
        1 => format!("H{}", dice.digits(7)),
        _ => format!("MR-{}", dice.digits(6)),
    }
}

pub fn session(dice: &mut Dice) -> String {
    format!("00D{}!{}", dice.letters(ALNUM, 12), dice.letters(ALNUM, 60))
}

pub fn token(dice: &mut Dice) -> String {
    dice.letters(ALNUM, 14) + &dice.digits(2) + &dice.letters("abcxyz", 3)
}

pub fn record_id(dice: &mut Dice) -> String {
    let key = dice.of(&["001", "003", "005", "500", "a01", "00Q"]);
    let tail = if dice.between(0, 1) == 0 { 12 } else { 15 };
    format!("{key}{}", dice.letters(ALNUM, tail))
}

pub fn hex(dice: &mut Dice, count: usize) -> String {
    dice.letters("0123456789abcdef", count)
}
