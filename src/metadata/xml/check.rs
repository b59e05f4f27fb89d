//! The rules of XML that a tokenizer leaves to its user.
//!
//! In: parts of a file's text. Out: whether XML allows them. It knows characters, names,
//! references and the XML declaration; nesting is the parser's.

use super::attribute::Attributes;
use super::fault::{AMPERSAND, Fault};

/// What XML calls white space.
pub(super) const fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

/// Whether a text is nothing but white space.
pub(super) fn is_blank(text: &str) -> bool {
    text.bytes().all(is_space)
}

/// What occurs anywhere in a text: what does not needs no search in every part of it.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Occurrences {
    /// A `]`, as in `]]>`.
    pub(super) bracket: bool,
    /// Two of `=`, `>` or `|` in a row, as in a rest of a merge.
    pub(super) pair: bool,
}

/// Refuses characters that XML does not have; says what else occurs.
pub(super) fn scan_characters(text: &str) -> Result<Occurrences, Fault> {
    const BLOCK: usize = 4096;
    let mut found = Occurrences::default();
    let bytes = text.as_bytes();
    for (index, block) in bytes.chunks(BLOCK).enumerate() {
        let start = index * BLOCK;
        // No branch in the loops, so that the compiler can take many bytes at once.
        let (mut control, mut wide, mut close, mut pair) = (false, false, false, false);
        for byte in block {
            control |= (*byte < 0x20) & (*byte != b'\t') & (*byte != b'\n') & (*byte != b'\r');
            wide |= *byte == 0xEF;
            close |= *byte == b']';
        }
        for (one, two) in block.iter().zip(bytes.get(start + 1..).unwrap_or_default()) {
            pair |= (one == two) & ((*one == b'=') | (*one == b'>') | (*one == b'|'));
        }
        found.bracket |= close;
        found.pair |= pair;
        if control || wide {
            refuse_character(bytes, start, block.len())?;
        }
    }
    Ok(found)
}

/// The first forbidden character of the block that begins at `start`, if there is one.
fn refuse_character(bytes: &[u8], start: usize, length: usize) -> Result<(), Fault> {
    let rest = bytes.get(start..).unwrap_or_default();
    for (at, byte) in rest.iter().enumerate().take(length) {
        let reason = match byte {
            b'\t' | b'\n' | b'\r' => continue,
            0 => "a NUL byte stands here: the file is damaged or not text, retrieve it again"
                .to_owned(),
            0..0x20 => format!("the control character U+{byte:04X} is not allowed: remove it"),
            0xEF if matches!(rest.get(at + 1..at + 3), Some([0xBF, 0xBE | 0xBF])) => {
                "the character U+FFFE or U+FFFF is not allowed: remove it".to_owned()
            }
            _ => continue,
        };
        return Err(Fault::new(start + at, reason));
    }
    Ok(())
}

/// Whether XML has that character.
const fn is_character(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}'
        | '\u{10000}'..='\u{10FFFF}')
}

/// Whether a name is one of XML.
pub(super) fn is_name(name: &str) -> bool {
    let mut characters = name.chars();
    characters.next().is_some_and(begins_name) && characters.all(continues_name)
}

const fn begins_name(c: char) -> bool {
    matches!(c, ':' | '_' | 'A'..='Z' | 'a'..='z' | '\u{C0}'..='\u{D6}' | '\u{D8}'..='\u{F6}'
        | '\u{F8}'..='\u{2FF}' | '\u{370}'..='\u{37D}' | '\u{37F}'..='\u{1FFF}'
        | '\u{200C}'..='\u{200D}' | '\u{2070}'..='\u{218F}' | '\u{2C00}'..='\u{2FEF}'
        | '\u{3001}'..='\u{D7FF}' | '\u{F900}'..='\u{FDCF}' | '\u{FDF0}'..='\u{FFFD}'
        | '\u{10000}'..='\u{EFFFF}')
}

const fn continues_name(c: char) -> bool {
    begins_name(c)
        || matches!(c, '-' | '.' | '0'..='9' | '\u{B7}' | '\u{300}'..='\u{36F}'
            | '\u{203F}'..='\u{2040}')
}

/// The character that `&name;` stands for.
pub(super) fn resolve_reference(name: &str) -> Result<char, String> {
    match name {
        "lt" => Ok('<'),
        "gt" => Ok('>'),
        "amp" => Ok('&'),
        "apos" => Ok('\''),
        "quot" => Ok('"'),
        _ => match name.strip_prefix('#') {
            Some(number) => resolve_number(number),
            None => Err(refuse_entity(name)),
        },
    }
}

fn resolve_number(number: &str) -> Result<char, String> {
    let (digits, radix) = match number.strip_prefix('x') {
        Some(digits) => (digits, 16),
        None => (number, 10),
    };
    if digits.is_empty() || !digits.chars().all(|c| c.is_digit(radix)) {
        return Err("a character reference is written &#160; or &#xA0;: write &amp; for the \
                    character &"
            .to_owned());
    }
    let code = u32::from_str_radix(digits, radix).ok();
    code.and_then(char::from_u32).filter(|c| is_character(*c)).ok_or_else(|| {
        "a character reference stands here for a character that XML does not have: remove it"
            .to_owned()
    })
}

/// Entities of HTML that people write into labels. Only these are named in a reason: what
/// follows an unescaped & may be part of a secret.
const HTML: [(&str, u32); 12] = [
    ("nbsp", 160),
    ("copy", 169),
    ("reg", 174),
    ("trade", 8482),
    ("ndash", 8211),
    ("mdash", 8212),
    ("lsquo", 8216),
    ("rsquo", 8217),
    ("ldquo", 8220),
    ("rdquo", 8221),
    ("bull", 8226),
    ("hellip", 8230),
];

fn refuse_entity(name: &str) -> String {
    match HTML.iter().find(|(known, _)| *known == name) {
        Some((_, code)) => {
            format!("&{name}; is an entity of HTML that XML does not have: write &#{code};")
        }
        None if is_name(name) => {
            "an entity stands here that XML does not have (it has &lt; &gt; &amp; &apos; &quot;): \
             write &amp; for the character &"
                .to_owned()
        }
        None => AMPERSAND.to_owned(),
    }
}

/// The declaration `<?xml …?>` whose inner text, from `xml` on, begins at `offset`.
pub(super) fn check_declaration(inner: &str, offset: usize) -> Result<(), Fault> {
    let refuse = |at: usize| {
        let reason = "the XML declaration is malformed: write \
                      <?xml version=\"1.0\" encoding=\"UTF-8\"?>";
        Fault::new(at, reason)
    };
    let pseudo = inner.strip_prefix("xml").unwrap_or("");
    let mut step = 0;
    for attribute in Attributes::new(pseudo, offset + 3) {
        let attribute = attribute.map_err(|fault| refuse(fault.offset))?;
        let value = attribute.raw;
        let (order, good) = match attribute.name {
            "version" => (1, is_version(value)),
            "encoding" => {
                check_encoding(value, attribute.start)?;
                (2, true)
            }
            "standalone" => (3, matches!(value, "yes" | "no")),
            _ => (0, false),
        };
        if !good || order <= step || (step == 0 && order != 1) {
            return Err(refuse(attribute.start));
        }
        step = order;
    }
    if step == 0 { Err(refuse(offset)) } else { Ok(()) }
}

fn is_version(value: &str) -> bool {
    let minor = value.strip_prefix("1.").unwrap_or("");
    !minor.is_empty() && minor.bytes().all(|b| b.is_ascii_digit())
}

fn check_encoding(value: &str, at: usize) -> Result<(), Fault> {
    let known = ["utf-8", "utf8", "us-ascii", "ascii"];
    if known.iter().any(|name| value.eq_ignore_ascii_case(name)) {
        return Ok(());
    }
    let plain = value.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
    let named = if plain && value.len() <= 40 { value } else { "another encoding" };
    let reason = format!(
        "the file declares the encoding {named}, Salesforce writes UTF-8: save it as UTF-8 and \
         declare encoding=\"UTF-8\""
    );
    Err(Fault::new(at, reason))
}
