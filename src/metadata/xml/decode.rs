//! From bytes to text.
//!
//! In: the bytes of a file. Out: its text, byte order mark included, or why it is not UTF-8.
//! It does not look at the XML declaration: the parser does.

use super::fault::Fault;
use crate::source::lines::Lines;

/// The text of a file in UTF-8; a byte order mark stays in it, so that offsets are those of
/// the file.
///
/// # Errors
/// The bytes are UTF-16 or UTF-32, or not valid UTF-8.
pub fn decode(bytes: &[u8]) -> Result<&str, Fault> {
    if let Some(encoding) = guess_encoding(bytes) {
        let reason =
            format!("the file is in {encoding}, Salesforce writes UTF-8: save it as UTF-8");
        return Err(Fault::new(0, reason));
    }
    std::str::from_utf8(bytes).map_err(|error| {
        let offset = error.valid_up_to();
        let good = bytes.get(..offset).and_then(|b| std::str::from_utf8(b).ok()).unwrap_or("");
        let line = Lines::new(good).position(offset).line;
        let cut = error.error_len().is_none();
        let reason = if cut {
            format!(
                "the last character, on line {line}, is cut in the middle: the file is cut off, \
                 retrieve it again"
            )
        } else {
            format!(
                "line {line} is not UTF-8: the file was saved in another encoding, save it as UTF-8"
            )
        };
        Fault::new(offset, reason)
    })
}

/// UTF-16 and UTF-32 by their byte order mark, or by the zero bytes around a first `<`.
fn guess_encoding(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0xFF, 0xFE, 0, 0, ..] | [0, 0, 0xFE, 0xFF, ..] => Some("UTF-32"),
        [b'<', 0, 0, 0, ..] | [0, 0, 0, b'<', ..] => Some("UTF-32"),
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => Some("UTF-16"),
        [b'<', 0, ..] | [0, b'<', ..] => Some("UTF-16"),
        _ => None,
    }
}
