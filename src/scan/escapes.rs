//! Text that was escaped on its way into a log: for an address, a string of JSON, or markup.
//!
//! In: bytes. Out: the same without its escapes, and where each byte of it stood. It undoes
//! what changes how a value or its label is written, and knows neither.

/// Escapes inside escapes: an answer in JSON, within a string of JSON, within an address.
const DEEPEST: usize = 3;
/// The longest entity looked for, without its ampersand.
const LONGEST_ENTITY: usize = 7;

/// A text without its escapes.
#[derive(Debug, PartialEq, Eq)]
pub struct Plain {
    /// The text.
    pub text: Vec<u8>,
    /// For each of its bytes the place where it stood, and at the end that of the end.
    places: Vec<usize>,
}

impl Plain {
    /// Where a place of the text stood.
    pub fn place(&self, at: usize) -> usize {
        self.places.get(at).or(self.places.last()).copied().unwrap_or(0)
    }
}

/// The text without its escapes; none where it has none.
pub fn undo(text: &[u8]) -> Option<Plain> {
    let mut plain = undo_once(text)?;
    for _ in 1..DEEPEST {
        let Some(next) = undo_once(&plain.text) else { break };
        let places = next.places.iter().map(|at| plain.place(*at)).collect();
        plain = Plain { text: next.text, places };
    }
    Some(plain)
}

fn undo_once(text: &[u8]) -> Option<Plain> {
    let mut marks = memchr::memchr3_iter(b'%', b'\\', b'&', text);
    let first = marks.find(|at| escape(text.get(*at..).unwrap_or_default()).is_some())?;
    let mut plain =
        Plain { text: Vec::with_capacity(text.len()), places: Vec::with_capacity(text.len() + 1) };
    let mut at = 0;
    let mut next = first;
    loop {
        plain.text.extend_from_slice(text.get(at..next).unwrap_or_default());
        plain.places.extend(at..next);
        let rest = text.get(next..).unwrap_or_default();
        match escape(rest) {
            Some((character, length)) => {
                let mut bytes = [0; 4];
                for byte in character.encode(&mut bytes) {
                    plain.text.push(*byte);
                    plain.places.push(next);
                }
                at = next + length;
            }
            None => at = next,
        }
        let from = at.max(next + 1);
        let found = memchr::memchr3(b'%', b'\\', b'&', text.get(from..).unwrap_or_default());
        match found {
            Some(found) => next = from + found,
            None => break,
        }
    }
    plain.text.extend_from_slice(text.get(at..).unwrap_or_default());
    plain.places.extend(at..=text.len());
    Some(plain)
}

/// What an escape stands for.
#[derive(Clone, Copy)]
enum Stands {
    Byte(u8),
    Character(char),
}

impl Stands {
    fn encode(self, bytes: &mut [u8; 4]) -> &[u8] {
        match self {
            Self::Byte(byte) => {
                *bytes = [byte, 0, 0, 0];
                bytes.get(..1).unwrap_or_default()
            }
            Self::Character(character) => character.encode_utf8(bytes).as_bytes(),
        }
    }
}

/// The escape that begins here, and how long it is.
fn escape(rest: &[u8]) -> Option<(Stands, usize)> {
    match rest {
        [b'%', a, b, ..] => {
            let byte = hex(*a)? * 16 + hex(*b)?;
            Some((Stands::Byte(u8::try_from(byte).ok()?), 3))
        }
        [b'\\', b'u', digits @ ..] => {
            let code = digits.get(..4)?.iter().try_fold(0, |sum, d| Some(sum * 16 + hex(*d)?))?;
            Some((Stands::Character(char::from_u32(code)?), 6))
        }
        [b'\\', next, ..] => {
            let byte = match next {
                b'"' | b'\\' | b'/' | b'\'' => *next,
                b'n' => b'\n',
                b'r' => b'\r',
                b't' => b'\t',
                _ => return None,
            };
            Some((Stands::Byte(byte), 2))
        }
        [b'&', name @ ..] => {
            let length = name.iter().take(LONGEST_ENTITY).position(|byte| *byte == b';')?;
            let byte = match name.get(..length)? {
                b"quot" | b"#34" | b"#x22" => b'"',
                b"apos" | b"#39" | b"#x27" => b'\'',
                b"amp" | b"#38" => b'&',
                b"lt" | b"#60" => b'<',
                b"gt" | b"#62" => b'>',
                b"nbsp" | b"#160" => b' ',
                b"#x2F" | b"#x2f" | b"#47" => b'/',
                b"#x40" | b"#64" => b'@',
                _ => return None,
            };
            Some((Stands::Byte(byte), length + 2))
        }
        _ => None,
    }
}

fn hex(digit: u8) -> Option<u32> {
    char::from(digit).to_digit(16)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str) -> Option<String> {
        undo(text.as_bytes()).map(|plain| String::from_utf8_lossy(&plain.text).into_owned())
    }

    #[test]
    fn escapes_are_undone_however_deep() {
        assert_eq!(plain("q%3DSSN%3A219-45-6781").as_deref(), Some("q=SSN:219-45-6781"));
        assert_eq!(plain(r#"{\"dob\":\"2\/3\/1980\"}"#).as_deref(), Some(r#"{"dob":"2/3/1980"}"#));
        assert_eq!(plain(r#"\\\"mrn\\\""#).as_deref(), Some("\"mrn\""));
        assert_eq!(plain("%257B&quot;x&#39;").as_deref(), Some("{\"x'"));
        assert_eq!(plain(r"Mu\u00f1oz").as_deref(), Some("Muñoz"));
        for text in ["100% sure", "a & b", "R&D;", "C:\\x", "50%", "\\u12", "&", "\\", "%4"] {
            assert_eq!(plain(text), None, "{text}");
        }
    }

    #[test]
    fn each_byte_knows_where_it_stood() {
        let text = b"d=02%2F03%2F1980&x";
        let found = undo(text).unwrap();
        assert_eq!(found.text, b"d=02/03/1980&x");
        assert_eq!((found.place(2), found.place(12)), (2, 16));
        assert_eq!(text.get(2..16), Some(&b"02%2F03%2F1980"[..]));
        assert_eq!(found.place(found.text.len()), text.len());
    }
}
