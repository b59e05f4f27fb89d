//! What must hold for the digits of a value, and for the bytes around it.
//!
//! In: bytes that look like a value. Out: whether they can be one. Checks are those the issuers
//! publish: areas and groups of Social Security numbers, letters of Medicare identifiers, check
//! digits of cards, days of months.

/// Anything that has the form.
pub fn any(_: &[u8]) -> bool {
    true
}

fn digits(value: &[u8]) -> Vec<u32> {
    let digits = value.iter().filter(|byte| byte.is_ascii_digit());
    digits.map(|byte| u32::from(byte - b'0')).collect()
}

fn number(digits: &[u32]) -> u32 {
    digits.iter().fold(0, |sum, digit| sum * 10 + digit)
}

/// Area 001 to 899 without 666, group 01 to 99, serial 0001 to 9999.
pub fn ssn(value: &[u8]) -> bool {
    let digits = digits(value);
    let part = |range: std::ops::Range<usize>| digits.get(range).map(number);
    let (Some(area), Some(group), Some(serial)) = (part(0..3), part(3..5), part(5..9)) else {
        return false;
    };
    digits.len() == 9
        && area != 0
        && area != 666
        && area < 900
        && group != 0
        && serial != 0
        && !mixed_marks(value)
}

/// Two separators that are not the same.
fn mixed_marks(value: &[u8]) -> bool {
    let mut marks = value.iter().filter(|byte| !byte.is_ascii_alphanumeric());
    marks.next().is_some_and(|first| marks.any(|other| other != first))
}

/// Letters without S, L, O, I, B and Z; the pattern has seen to their places.
pub fn mbi(value: &[u8]) -> bool {
    let letters = value.iter().filter(|byte| byte.is_ascii_alphabetic());
    let mut letters = letters.map(u8::to_ascii_uppercase);
    let dashes = value.iter().filter(|byte| !byte.is_ascii_alphanumeric()).count();
    letters.all(|letter| !b"SLOIBZ".contains(&letter))
        && (dashes == 0 || dashes == 2 && grouped(value))
}

/// Four, three and four, as it is printed.
fn grouped(value: &[u8]) -> bool {
    let mut parts = value.split(|byte| !byte.is_ascii_alphanumeric()).map(<[u8]>::len);
    (parts.next(), parts.next(), parts.next()) == (Some(4), Some(3), Some(4))
}

/// The check digit, the length that its first digits ask for, and groups as they are printed.
pub fn card(value: &[u8]) -> bool {
    let digits = digits(value);
    let lead = |count: usize| digits.get(..count).map_or(0, number);
    let length = digits.len();
    let issued = match lead(2) {
        40..=49 => matches!(length, 13 | 16 | 19),
        51..=55 => length == 16,
        34 | 37 => length == 15,
        22..=27 => length == 16 && (2221..=2720).contains(&lead(4)),
        60 => length == 16 && lead(4) == 6011,
        64 => length == 16 && (644..=649).contains(&lead(3)),
        65 | 35 | 62 => length == 16,
        30 | 36 | 38 | 39 => length == 14,
        _ => false,
    };
    let first = digits.first();
    issued && luhn(&digits) && digits.iter().any(|digit| Some(digit) != first) && card_groups(value)
}

fn card_groups(value: &[u8]) -> bool {
    if mixed_marks(value) {
        return false;
    }
    let groups: Vec<usize> = value.split(|byte| !byte.is_ascii_digit()).map(<[u8]>::len).collect();
    matches!(
        groups.as_slice(),
        [_] | [4, 4, 4, 4] | [4, 4, 4, 4, 3] | [4, 6, 5] | [4, 6, 4] | [4, 4, 4, 1]
    )
}

fn luhn(digits: &[u32]) -> bool {
    let doubled = |(at, digit): (usize, &u32)| match (at % 2, digit * 2) {
        (0, _) => *digit,
        (_, twice) => twice / 10 + twice % 10,
    };
    digits.iter().rev().enumerate().map(doubled).sum::<u32>().is_multiple_of(10)
}

/// A day that somebody alive can have been born on.
pub fn date(value: &[u8]) -> bool {
    let mut parts = value.split(|byte| !byte.is_ascii_digit());
    let (Some(a), Some(b), Some(c)) = (parts.next(), parts.next(), parts.next()) else {
        return false;
    };
    if mixed_marks(value) {
        return false;
    }
    let (first, second, third) = (number(&digits(a)), number(&digits(b)), number(&digits(c)));
    match (a.len(), c.len()) {
        (4, _) => is_day(first, second, third),
        // Month and day stand in either order.
        (_, 4) => is_day(third, first, second) || is_day(third, second, first),
        (_, 2) => is_day(2000, first, second) || is_day(2000, second, first),
        _ => false,
    }
}

/// Eight digits in a row: year, month, day.
pub fn compact_date(value: &[u8]) -> bool {
    let digits = digits(value);
    let part = |range: std::ops::Range<usize>| digits.get(range).map_or(0, number);
    is_day(part(0..4), part(4..6), part(6..8)) || is_day(part(4..8), part(0..2), part(2..4))
}

fn is_day(year: u32, month: u32, day: u32) -> bool {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => 0,
    };
    (1890..=2060).contains(&year) && (1..=days).contains(&day)
}

/// Letters that begin a chapter; of U only the codes given out.
pub fn icd(value: &[u8]) -> bool {
    match value {
        [b'U', b'0', b'7' | b'9', ..] => true,
        [b'U', ..] => false,
        _ => value.len() != 1,
    }
}

/// A number of the North American plan: area and exchange begin with 2 to 9.
pub fn phone(value: &[u8]) -> bool {
    let digits = digits(value);
    let national = match digits.as_slice() {
        [1, rest @ ..] if rest.len() == 10 => rest,
        all => all,
    };
    let starts = |at: usize| national.get(at).is_some_and(|digit| *digit >= 2);
    national.len() == 10 && starts(0) && starts(3)
}

/// Seven to fifteen digits.
pub fn any_phone(value: &[u8]) -> bool {
    (7..=15).contains(&digits(value).len()) && !date(value)
}

/// Four digits or more, and no id of Salesforce, date, time or address in memory.
pub fn record(value: &[u8]) -> bool {
    let has_letters = value.iter().any(u8::is_ascii_alphabetic);
    let id = has_letters && matches!(value.len(), 15 | 18) && !value.contains(&b'-');
    let dashes = value.iter().filter(|byte| **byte == b'-').count();
    digits(value).len() >= 4
        && !id
        && dashes <= 2
        && !value.starts_with(b"0x")
        && !value.ends_with(b"-")
        && !date(value)
}

/// Letters and digits, no path, field or address in memory; or many digits and nothing else.
pub fn secret(value: &[u8]) -> bool {
    let letters = value.iter().filter(|byte| byte.is_ascii_alphabetic()).count();
    let count = digits(value).len();
    let has = |part: &[u8]| memchr::memmem::find(value, part).is_some();
    let dots = value.iter().filter(|byte| **byte == b'.').count();
    let spelled = letters >= 2 && count > 0 || count == value.len() && count >= KEY_DIGITS;
    let dotted = dots > 3 && value.len() < LONG_TOKEN;
    (SHORTEST_SECRET..=LONGEST_SECRET).contains(&value.len())
        && spelled
        && !value.starts_with(b"0x")
        && !has(b"__")
        && !has(b"//")
        && !dotted
}

/// Shorter secrets cannot be told from words.
const SHORTEST_SECRET: usize = 8;
const LONGEST_SECRET: usize = 4000;
/// A secret of digits alone has so many.
const KEY_DIGITS: usize = 16;
/// From here on dots part no names.
const LONG_TOKEN: usize = 60;

fn is_word(byte: Option<&u8>) -> bool {
    byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
}

/// No letter, digit or underscore on either side.
pub fn word_edges(before: &[u8], after: &[u8]) -> bool {
    !is_word(before.last()) && !is_word(after.first())
}

/// Not inside a longer number, code, version, address or amount.
pub fn number_edges(before: &[u8], after: &[u8]) -> bool {
    let joins = |byte: Option<&u8>, next: Option<&u8>| {
        byte.is_some_and(|byte| b"-.,/:".contains(byte)) && next.is_some_and(u8::is_ascii_digit)
    };
    let dash_word = |byte: Option<&u8>, next: Option<&u8>| byte == Some(&b'-') && is_word(next);
    let last_but_one = before.len().checked_sub(2).and_then(|at| before.get(at));
    let comma = before.last() == Some(&b',');
    word_edges(before, after)
        && !matches!(before.last(), Some(b'$' | b'+' | b'~'))
        && (before.last() != Some(&b'#') || last_but_one.is_some_and(u8::is_ascii_alphabetic))
        && (comma || !joins(before.last(), last_but_one))
        && !dash_word(before.last(), last_but_one)
        && (after.first() == Some(&b',') || !joins(after.first(), after.get(1)))
        && !dash_word(after.first(), after.get(1))
        && after.first() != Some(&b'%')
}

/// As a number; but a time may follow, and a word and a dash come before.
pub fn date_edges(before: &[u8], after: &[u8]) -> bool {
    let time = matches!(after, [b'T', b'0'..=b'2', ..]);
    let worded = matches!(before, [.., letter, b'-'] if letter.is_ascii_alphabetic());
    number_edges(if worded { b"" } else { before }, if time { b"" } else { after })
}

/// As a number; but no dot, slash or dash at all on either side that leads on.
pub fn code_edges(before: &[u8], after: &[u8]) -> bool {
    let leads_on = matches!(after, [b'.' | b'-' | b'@', next, ..] if next.is_ascii_alphanumeric());
    let led_by = matches!(before, [.., b'.' | b'-' | b'@']);
    word_edges(before, after) && !leads_on && !led_by
}

/// Nothing that makes it a part of code: a call, a path, a field.
pub fn open_edges(before: &[u8], after: &[u8]) -> bool {
    let goes_on = matches!(after.first(), Some(b'(' | b'_')) || is_word(after.first());
    !is_word(before.last()) && before.last() != Some(&b'.') && !goes_on
}

/// As code; and what parts a key from its value stands before it, or nothing.
pub fn name_edges(before: &[u8], after: &[u8]) -> bool {
    let lead = before.iter().rposition(|byte| !b" \"'[(".contains(byte));
    let parted = lead.is_none_or(|at| before.get(at).is_some_and(|byte| b":=>|".contains(byte)));
    parted && open_edges(before, after)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn areas_and_groups_that_were_never_given_out_are_no_numbers() {
        for value in ["219-45-6781", "001-01-0001", "899 99 9999", "219456781"] {
            assert!(ssn(value.as_bytes()), "{value}");
        }
        for value in [
            "000-45-6781",
            "666-45-6781",
            "900-45-6781",
            "219-00-6781",
            "219-45-0000",
            "219-45 6781",
        ] {
            assert!(!ssn(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn a_card_has_its_check_digit_and_the_length_of_its_issuer() {
        for value in ["4111 1111 1111 1111", "5500005555555559", "378282246310005"] {
            assert!(card(value.as_bytes()), "{value}");
        }
        for value in
            ["4111 1111 1111 1112", "0000000000000000", "41111111 11111111", "37828224631000"]
        {
            assert!(!card(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn a_day_exists_in_its_month() {
        for value in ["1984-02-29", "02/28/1985", "31.12.1999", "28/02/1985", "1/2/84"] {
            assert!(date(value.as_bytes()), "{value}");
        }
        for value in ["1985-02-29", "13/13/1985", "1784-01-01", "1985-04-31", "1/2-1984"] {
            assert!(!date(value.as_bytes()), "{value}");
        }
        assert!(compact_date(b"19840229") && !compact_date(b"19850229"));
    }

    #[test]
    fn letters_that_look_like_digits_are_in_no_identifier() {
        assert!(mbi(b"1EG4-TE5-MK73") && mbi(b"1EG4TE5MK73"));
        assert!(!mbi(b"1SG4TE5MK73") && !mbi(b"1EG4TE5-MK-73"));
    }

    #[test]
    fn a_secret_has_letters_and_digits_or_many_digits() {
        for value in ["Hunter2xyz", "8135222962832894264", "Spring!!2025", "-M3K3BLxS07ylLmog"] {
            assert!(secret(value.as_bytes()), "{value}");
        }
        for value in ["12345678", "required", "0x1f2e3d4c", "a.b.c.d.e1", "Ab1", "Field_1__c"] {
            assert!(!secret(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn edges_keep_parts_of_longer_things_out() {
        assert!(
            number_edges(b"ssn: ", b", x")
                && number_edges(b"(", b")")
                && number_edges(b"1,", b"")
                && number_edges(b"MRN#", b"")
                && !number_edges(b" #", b"")
        );
        for (before, after) in
            [("a", ""), ("1.", ""), ("12-", ""), ("", "-12"), ("", ".5"), ("$", ""), ("", "%")]
        {
            assert!(!number_edges(before.as_bytes(), after.as_bytes()), "{before} {after}");
        }
    }
}
