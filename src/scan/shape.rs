//! How values are written, and what must hold for their digits.
//!
//! In: bytes of a text. Out: [`Form`]s to look for, each with its check and with what it needs
//! beside it. It knows no label and no file.

use regex::bytes::Regex;
use serde::Deserialize;

mod check;

pub use check::date as is_date;

/// How a kind of value is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Shape {
    /// A Social Security number: three, two and four digits.
    Ssn,
    /// A Medicare beneficiary identifier: eleven letters and digits in fixed places.
    Mbi,
    /// A date in any of its forms.
    Date,
    /// A number with letters, as systems give it.
    Record,
    /// A code of the International Classification of Diseases, 10th revision.
    #[serde(rename = "icd-10")]
    Icd10,
    /// A code of the National Drug Code directory.
    Ndc,
    /// A number of a directory of concepts, as RxNorm has them.
    Concept,
    /// The number of a payment card.
    Card,
    /// The name of a person.
    Name,
    /// A telephone number.
    Phone,
    /// An e-mail address.
    Email,
    /// A session id of Salesforce.
    Session,
    /// A token, password or secret.
    Secret,
}

impl Shape {
    /// What finds values that need no words beside them.
    ///
    /// Each but the first begins at a border. Without one every digit of a long number could
    /// begin a value, and the automaton that looks for all of them at once would need a state
    /// for each combination: it gives up, and what takes its place is a hundred times slower.
    pub const TRIGGERS: [&'static str; 6] = [
        // Three, two and four digits.
        "[0-9]{3}-[0-9]{2}-[0-9]{4}",
        // A Medicare beneficiary identifier, with its dashes or without.
        "(?:^|[^A-Za-z0-9]|%[0-9A-F][A-F])[1-9][A-Z][A-Z0-9][0-9]-?[A-Z][A-Z0-9][0-9]-?[A-Z][A-Z]-?[0-9][0-9]",
        // A card begins with 2 to 6.
        "(?:^|[^0-9])[2-6][0-9]{3}[ -]?[0-9]{4}[ -]?[0-9]{4}[ -]?[0-9]",
        "(?:^|[^0-9])3[47][0-9]{2}[ -]?[0-9]{6}[ -]?[0-9]{5}",
        // A session of Salesforce.
        "(?:^|[^A-Za-z0-9])00D[A-Za-z0-9]{12}(?:[A-Za-z0-9]{3})?(?:!|%21)[A-Za-z0-9]",
        // A JSON web token.
        "(?:^|[^A-Za-z0-9])eyJ[A-Za-z0-9_-]{6}",
    ];

    /// Fewer digits has no text in which one stands.
    pub fn least_digits(self) -> usize {
        match self {
            Self::Ssn => 9,
            Self::Card => 13,
            Self::Ndc => 9,
            Self::Session | Self::Mbi => 4,
            Self::Date => 3,
            Self::Phone => 7,
            Self::Record => 4,
            Self::Concept => 3,
            Self::Icd10 => 2,
            Self::Secret => 1,
            Self::Name | Self::Email => 0,
        }
    }

    /// Whether words beside a value of it can tell what the value is.
    pub fn is_told_by_words(self) -> bool {
        !matches!(self, Self::Email | Self::Phone | Self::Session)
    }
}

/// What a form needs beside it to count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Nothing: its digits prove it.
    Nothing,
    /// A label of its kind right before it, at most so many words away.
    Label(usize),
    /// A label of its kind somewhere before it, or right after it in brackets.
    Context,
    /// Another value that tells of a person.
    Beside,
    /// A label right before it, and another value that tells of a person.
    LabelBeside(usize),
    /// A date of birth right after it, or any identifier in brackets.
    Before,
}

/// One way of writing a shape.
#[derive(Debug, Clone)]
pub struct Form {
    /// The shape.
    pub shape: Shape,
    /// What it looks like.
    pub pattern: Regex,
    /// What it needs.
    pub need: Need,
    /// What must hold for its bytes.
    pub check: fn(&[u8]) -> bool,
    /// What must hold for the bytes around it.
    pub around: fn(&[u8], &[u8]) -> bool,
    /// Of two that overlap the one of the lower rank counts.
    pub rank: u8,
}

impl Form {
    /// Whether it never counts without another value beside it.
    pub fn wants(&self) -> bool {
        matches!(self.need, Need::Beside | Need::LabelBeside(_) | Need::Before)
    }
}

type Row = (Shape, &'static str, Need, fn(&[u8]) -> bool, fn(&[u8], &[u8]) -> bool, u8);

/// The first word of a name, what may stand between two, and the words after it.
const NAME: &str = "[A-Z\\x80-\\xff][A-Za-z'\\x80-\\xff-]{1,40}";
const LINK: &str =
    "(?:(?:van|von|der|den|de|del|della|di|da|dos|das|la|las|los|le|du|ter|ten|bin|al|el|y) ){0,2}";
const NEXT: &str = "[A-Z\\x80-\\xff][A-Za-z'.\\x80-\\xff-]{0,40}";
const MONTH: &str = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}";

fn rows() -> Vec<Row> {
    use Need::{Before, Beside, Context, Label, LabelBeside, Nothing};
    vec![
        (
            Shape::Session,
            "00D[A-Za-z0-9]{12}(?:[A-Za-z0-9]{3})?(?:!|%21)[A-Za-z0-9._]{20,}",
            Nothing,
            check::any,
            check::word_edges,
            0,
        ),
        (
            Shape::Secret,
            "eyJ[A-Za-z0-9_-]{6,}\\.[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]{8,}",
            Nothing,
            check::any,
            check::word_edges,
            1,
        ),
        (
            Shape::Secret,
            "[A-Za-z0-9_!@#$%^*-][A-Za-z0-9._~+/!@#$%^*&=-]{7,}",
            Label(0),
            check::secret,
            check::open_edges,
            2,
        ),
        (
            Shape::Email,
            "[A-Za-z0-9][A-Za-z0-9._%+-]*@[A-Za-z0-9](?:[A-Za-z0-9-]*\\.)+[A-Za-z]{2,24}",
            Beside,
            check::any,
            check::word_edges,
            3,
        ),
        (Shape::Ssn, "[0-9]{3}-[0-9]{2}-[0-9]{4}", Nothing, check::ssn, check::number_edges, 4),
        (
            Shape::Ssn,
            "[0-9]{3}[ .][0-9]{2}[ .][0-9]{4}",
            Label(3),
            check::ssn,
            check::number_edges,
            4,
        ),
        (Shape::Ssn, "[0-9]{9}", Label(3), check::ssn, check::number_edges, 4),
        (
            Shape::Mbi,
            "[1-9][A-Z][A-Z0-9][0-9]-?[A-Z][A-Z0-9][0-9]-?[A-Z][A-Z]-?[0-9][0-9]",
            Nothing,
            check::mbi,
            check::number_edges,
            5,
        ),
        (
            Shape::Mbi,
            "(?i:[1-9][A-Z][A-Z0-9][0-9][ -]?[A-Z][A-Z0-9][0-9][ -]?[A-Z][A-Z][ -]?[0-9][0-9])",
            Label(3),
            check::mbi,
            check::number_edges,
            5,
        ),
        (Shape::Card, "[0-9](?:[ -]?[0-9]){13,18}", Nothing, check::card, check::number_edges, 6),
        (Shape::Card, "[0-9]{13}", Label(1), check::card, check::number_edges, 6),
        (
            Shape::Ndc,
            "[0-9]{5}-[0-9]{3,4}-[0-9]{2}|[0-9]{5}-[0-9]{4}-[0-9]|[0-9]{4}-[0-9]{4}-[0-9]{2}",
            Context,
            check::any,
            check::number_edges,
            7,
        ),
        (Shape::Ndc, "[0-9]{10,11}", Label(1), check::any, check::number_edges, 7),
        (Shape::Concept, "[0-9]{3,8}", Label(1), check::any, check::number_edges, 7),
        (
            Shape::Date,
            "[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}|[0-9]{4}/[0-9]{1,2}/[0-9]{1,2}|[0-9]{1,2}[/.-][0-9]{1,2}[/.-](?:[0-9]{4}|[0-9]{2})",
            Label(3),
            check::date,
            check::date_edges,
            8,
        ),
        (Shape::Date, "[0-9]{8}", Label(1), check::compact_date, check::number_edges, 8),
        (Shape::Date, "MONTH [0-9]{1,2},? [0-9]{4}", Label(3), check::any, check::word_edges, 8),
        (
            Shape::Date,
            "[0-9]{1,2}[ -]MONTH,?[ -][0-9]{4}",
            Label(3),
            check::any,
            check::word_edges,
            8,
        ),
        (
            Shape::Date,
            "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) MONTH [0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2} [A-Z]{3,4} [0-9]{4}",
            Label(3),
            check::any,
            check::word_edges,
            8,
        ),
        (
            Shape::Icd10,
            "[A-Z][0-9][0-9AB]\\.[0-9A-Z]{1,4}",
            Context,
            check::icd,
            check::code_edges,
            9,
        ),
        (
            Shape::Icd10,
            "[A-Z][0-9][0-9AB][0-9A-Z]{0,4}",
            Label(2),
            check::icd,
            check::code_edges,
            9,
        ),
        (
            Shape::Phone,
            "(?:\\+?1[ .-]?)?(?:\\([0-9]{3}\\) ?|[0-9]{3}[ .-])[0-9]{3}[ .-][0-9]{4}",
            Beside,
            check::phone,
            check::number_edges,
            10,
        ),
        (
            Shape::Phone,
            "\\+?[0-9(][0-9 ().-]{5,18}[0-9]",
            LabelBeside(1),
            check::any_phone,
            check::number_edges,
            11,
        ),
        (
            Shape::Record,
            "[A-Za-z0-9][A-Za-z0-9-]{3,19}",
            Label(2),
            check::record,
            check::number_edges,
            12,
        ),
        (
            Shape::Name,
            "NAME(?:(?:,? |\\+)LINKNEXT){0,3}",
            Label(0),
            check::any,
            check::name_edges,
            13,
        ),
        (Shape::Name, "NAME(?: LINKNEXT){1,3}", Before, check::any, check::word_edges, 14),
    ]
}

/// Whether two dashes stand as far apart as in a Social Security number.
pub fn may_hold_dashed(text: &[u8]) -> bool {
    memchr::memchr_iter(b'-', text).any(|at| text.get(at + 3) == Some(&b'-'))
}

/// Whether so many digits as a card has stand together, with one blank or dash between groups.
pub fn may_hold_card(text: &[u8]) -> bool {
    let (mut run, mut parted) = (0, false);
    for byte in text {
        match byte {
            b'0'..=b'9' => (run, parted) = (run + 1, false),
            b' ' | b'-' if !parted => parted = true,
            _ => (run, parted) = (0, false),
        }
        if run >= Shape::Card.least_digits() {
            return true;
        }
    }
    false
}

/// Every form of every shape, the surest first.
///
/// # Errors
/// A pattern is wrong, which the tests keep from happening.
pub fn forms() -> Result<Vec<Form>, String> {
    let compile = |(shape, pattern, need, check, around, rank): Row| {
        let mut pattern = format!("(?-u:{pattern})");
        for (word, stands) in [("MONTH", MONTH), ("NAME", NAME), ("LINK", LINK), ("NEXT", NEXT)] {
            pattern = pattern.replace(word, stands);
        }
        let pattern = Regex::new(&pattern).map_err(|why| why.to_string())?;
        Ok(Form { shape, pattern, need, check, around, rank })
    };
    rows().into_iter().map(compile).collect()
}
