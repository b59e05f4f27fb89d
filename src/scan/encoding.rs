//! What a file is by its first bytes, and its text as bytes a pattern can read.
//!
//! In: the head of a file, a reader. Out: [`Content`]; UTF-16 as UTF-8. Text in UTF-8 and in
//! Windows-1252 stays as it is: every value looked for is written in ASCII. It knows no log and
//! no table.

use std::io::{self, Read, Write};

use encoding_rs::{CoderResult, Decoder, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// How many bytes are looked at.
pub const HEAD: usize = 64 << 10;

/// How a text is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, or one byte a character: which one the whole text tells.
    Bytes {
        /// It begins with the mark of UTF-8.
        marked: bool,
    },
    /// UTF-16, little end first.
    Utf16Little,
    /// UTF-16, big end first.
    Utf16Big,
}

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content {
    /// Text.
    Text(Encoding),
    /// A ZIP archive, as an XLSX file is.
    Archive,
    /// Something else: what to do about it.
    Other(&'static str),
}

const OLE: &[u8] = &[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];

/// What a file holds, by its head.
pub fn sniff(head: &[u8]) -> Content {
    let marks: [(&[u8], Content); 9] = [
        (&[0xFF, 0xFE], Content::Text(Encoding::Utf16Little)),
        (&[0xFE, 0xFF], Content::Text(Encoding::Utf16Big)),
        (b"PK\x03\x04", Content::Archive),
        (
            OLE,
            Content::Other(
                "it is an old or encrypted Office file; save it as XLSX without a password, or as CSV",
            ),
        ),
        (&[0x1F, 0x8B], Content::Other("it is a compressed file; unpack it first")),
        (b"%PDF", Content::Other("it is a PDF; export the text or the table instead")),
        (b"7z\xBC\xAF", Content::Other("it is an archive; unpack it first")),
        (b"Rar!", Content::Other("it is an archive; unpack it first")),
        (b"PK\x05\x06", Content::Other("it is an empty archive")),
    ];
    if let Some((_, content)) = marks.iter().find(|(mark, _)| head.starts_with(mark)) {
        return *content;
    }
    let zeros = |odd: usize| {
        let at = head.iter().enumerate().filter(|(at, byte)| at % 2 == odd && **byte == 0);
        at.count() * 5 > head.len()
    };
    match (zeros(0), zeros(1)) {
        (false, true) => return Content::Text(Encoding::Utf16Little),
        (true, false) => return Content::Text(Encoding::Utf16Big),
        _ => {}
    }
    let control = |byte: &&u8| **byte < 0x20 && !b"\t\n\r\x0b\x0c\x1b".contains(*byte);
    let controls = head.iter().filter(control).count();
    if head.contains(&0) || controls * 20 > head.len() {
        return Content::Other(
            "it is a binary file, no log and no table; look at it by other means",
        );
    }
    Content::Text(Encoding::Bytes { marked: head.starts_with(crate::source::lines::BOM) })
}

/// Reads as much as `head` takes; less only at the end of the file.
pub fn read_head(reader: &mut dyn Read) -> io::Result<Vec<u8>> {
    let mut head = Vec::with_capacity(HEAD);
    reader.take(HEAD as u64).read_to_end(&mut head)?;
    Ok(head)
}

/// A reader of UTF-16 that gives UTF-8. What is no character becomes a replacement, and is
/// remembered.
pub struct FromUtf16<R> {
    inner: R,
    decoder: Decoder,
    raw: Vec<u8>,
    ready: Vec<u8>,
    at: usize,
    done: bool,
    /// Something was no character.
    pub faulty: std::sync::Arc<std::sync::atomic::AtomicBool>,
}

impl<R: Read> FromUtf16<R> {
    /// Reads `inner`.
    pub fn new(inner: R, encoding: Encoding) -> Self {
        let of = if encoding == Encoding::Utf16Big { UTF_16BE } else { UTF_16LE };
        Self {
            inner,
            decoder: of.new_decoder_with_bom_removal(),
            raw: Vec::new(),
            ready: Vec::new(),
            at: 0,
            done: false,
            faulty: std::sync::Arc::default(),
        }
    }

    fn refill(&mut self) -> io::Result<()> {
        self.raw.clear();
        (&mut self.inner).take(HEAD as u64).read_to_end(&mut self.raw)?;
        self.done = self.raw.is_empty();
        self.ready.resize(HEAD * 3 + 16, 0);
        let (result, _, written, faulty) =
            self.decoder.decode_to_utf8(&self.raw, &mut self.ready, self.done);
        debug_assert!(result == CoderResult::InputEmpty, "the room is enough for any text");
        self.ready.truncate(written);
        self.at = 0;
        if faulty {
            self.faulty.store(true, std::sync::atomic::Ordering::Relaxed);
        }
        Ok(())
    }
}

impl<R: Read> Read for FromUtf16<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while self.at == self.ready.len() && !self.done {
            self.refill()?;
        }
        let rest = self.ready.get(self.at..).unwrap_or_default();
        let count = rest.len().min(out.len());
        if let (Some(from), Some(to)) = (rest.get(..count), out.get_mut(..count)) {
            to.copy_from_slice(from);
        }
        self.at += count;
        Ok(count)
    }
}

/// A writer that takes UTF-8 and writes the encoding of the original.
pub struct ToEncoding<W> {
    inner: W,
    encoding: Encoding,
    rest: Vec<u8>,
}

impl<W: Write> ToEncoding<W> {
    /// Writes to `inner`, and the mark first where the original is UTF-16.
    ///
    /// # Errors
    /// `inner` cannot be written.
    pub fn new(mut inner: W, encoding: Encoding) -> io::Result<Self> {
        match encoding {
            Encoding::Bytes { .. } => {}
            Encoding::Utf16Little => inner.write_all(&[0xFF, 0xFE])?,
            Encoding::Utf16Big => inner.write_all(&[0xFE, 0xFF])?,
        }
        Ok(Self { inner, encoding, rest: Vec::new() })
    }

    /// Gives the writer back.
    pub fn into_inner(self) -> W {
        self.inner
    }
}

impl<W: Write> Write for ToEncoding<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if matches!(self.encoding, Encoding::Bytes { .. }) {
            self.inner.write_all(bytes)?;
            return Ok(bytes.len());
        }
        self.rest.extend_from_slice(bytes);
        let whole = match std::str::from_utf8(&self.rest) {
            Ok(text) => text.len(),
            Err(error) => error.valid_up_to(),
        };
        let text = String::from_utf8_lossy(self.rest.get(..whole).unwrap_or_default());
        let mut out = Vec::with_capacity(text.len() * 2);
        for unit in text.encode_utf16() {
            let bytes = match self.encoding {
                Encoding::Utf16Big => unit.to_be_bytes(),
                _ => unit.to_le_bytes(),
            };
            out.extend_from_slice(&bytes);
        }
        self.inner.write_all(&out)?;
        self.rest.drain(..whole);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// What bytes tell of the encoding of a text that is not UTF-16.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Validity {
    /// Line, counted from 0 within the piece, that is not UTF-8.
    pub not_utf8: Option<u64>,
    /// Line that is no Windows-1252 either.
    pub unknown: Option<u64>,
    /// Line with a zero byte.
    pub binary: Option<u64>,
}

/// Looks at a piece of text that ends at a character.
pub fn validate(piece: &[u8]) -> Validity {
    let line = |at: usize| {
        let before = piece.get(..at).unwrap_or_default();
        memchr::memchr_iter(b'\n', before).count() as u64
    };
    let mut found = Validity { binary: memchr::memchr(0, piece).map(line), ..Validity::default() };
    if let Err(error) = std::str::from_utf8(piece) {
        // The last character of a log that was cut off may be half there.
        if error.error_len().is_some() {
            found.not_utf8 = Some(line(error.valid_up_to()));
            let odd = |byte: &u8| matches!(byte, 0x81 | 0x8D | 0x8F | 0x90 | 0x9D);
            found.unknown = piece.iter().position(odd).map(line);
        }
    }
    found
}

/// A header or a name as text, whichever of the two encodings it is in.
pub fn text_of(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_told_by_its_head() {
        assert_eq!(sniff(b"a,b\n"), Content::Text(Encoding::Bytes { marked: false }));
        assert_eq!(sniff("\u{feff}a".as_bytes()), Content::Text(Encoding::Bytes { marked: true }));
        assert_eq!(sniff(b"\xFF\xFEa\0"), Content::Text(Encoding::Utf16Little));
        assert_eq!(sniff(b"\0a\0b\0c"), Content::Text(Encoding::Utf16Big));
        assert_eq!(sniff(b"PK\x03\x04x"), Content::Archive);
        assert!(matches!(sniff(b"\x7fELF\0\0\0abc"), Content::Other(_)));
        assert!(matches!(sniff(OLE), Content::Other(_)));
        assert_eq!(sniff(b""), Content::Text(Encoding::Bytes { marked: false }));
    }

    #[test]
    fn utf_16_goes_there_and_back() {
        for encoding in [Encoding::Utf16Little, Encoding::Utf16Big] {
            let text = "Name,Straße 𝛼\r\n".repeat(9000);
            let mut writer = ToEncoding::new(Vec::new(), encoding).unwrap();
            for piece in text.as_bytes().chunks(1001) {
                writer.write_all(piece).unwrap();
            }
            let bytes = writer.into_inner();
            let mut reader = FromUtf16::new(bytes.as_slice(), encoding);
            let mut back = String::new();
            reader.read_to_string(&mut back).unwrap();
            assert!(back == text);
            assert!(!reader.faulty.load(std::sync::atomic::Ordering::Relaxed));
        }
        let mut reader = FromUtf16::new(&b"\xFF\xFEa\0\0\xD8b\0c"[..], Encoding::Utf16Little);
        reader.read_to_end(&mut Vec::new()).unwrap();
        assert!(reader.faulty.load(std::sync::atomic::Ordering::Relaxed));
    }

    #[test]
    fn what_is_no_known_encoding_is_told_with_its_line() {
        assert_eq!(validate("é\n".as_bytes()), Validity::default());
        assert_eq!(validate(b"a\nb\xE9 c").not_utf8, Some(1));
        assert_eq!(validate(b"a\nb\xE9 c").unknown, None);
        assert_eq!(validate(b"a\n\nb\xE9\x81 c").unknown, Some(2));
        assert_eq!(validate(b"a\n\0").binary, Some(1));
        assert_eq!(validate(b"cut \xC3"), Validity::default());
    }
}
