//! Blanks out string literals of source code that look like secrets.
//!
//! In: the text of a class, trigger, page or script. Out: the contents of the literals that
//! stand in a statement about passwords, tokens or keys. It is no parser: it hides a literal
//! too many rather than one too few.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

/// Words that say a statement is about a secret.
static WORDS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let words = [
        "passw|passphrase|secret|token|credential|authorization|bearer",
        "(?:api|private|encryption)_?-?key",
        r"blob\.valueOf|base64Decode|convertFromHex",
        // A constant or variable called a key, an initialisation vector or a salt.
        r"\b(?:\w*(?:key|salt|hmac)\w*|iv)\s*=[^=]",
    ];
    Regex::new(&format!("(?i){}", words.join("|"))).ok()
});
static LITERALS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r#"'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`"#).ok()
});
/// Literals that name a secret and are none: the key of a header, a parameter, an item.
const NAMES: [&str; 12] = [
    "authorization",
    "bearer",
    "basic",
    "password",
    "passwd",
    "secret",
    "token",
    "access_token",
    "refresh_token",
    "client_secret",
    "apikey",
    "x-api-key",
];
/// A statement goes on for at most this many bytes.
const LONGEST_STATEMENT: usize = 400;

/// Whether angle brackets in the file are more than markup.
pub(super) fn is_code(path: &str) -> bool {
    [".cls", ".trigger", ".js", ".ts", ".mjs"].iter().any(|suffix| path.ends_with(suffix))
}

/// Whether the file may hold literals of code.
pub(super) fn has_literals(path: &str) -> bool {
    let pages = [".page", ".component", ".cmp", ".html", ".htm", ".app"];
    is_code(path) || pages.iter().any(|suffix| path.ends_with(suffix))
}

/// The contents of the literals that look like secrets.
pub(super) fn secret_literals(text: &str) -> Vec<Range<usize>> {
    let (Some(words), Some(literals)) = (WORDS.as_ref(), LITERALS.as_ref()) else {
        // Without its patterns it can tell nothing apart.
        return std::iter::once(0..text.len()).collect();
    };
    let mut found = Vec::new();
    let mut done = 0;
    for word in words.find_iter(text) {
        if word.start() < done {
            continue;
        }
        let statement = statement_around(text, word.range());
        let part = text.get(statement.clone()).unwrap_or("");
        for literal in literals.find_iter(part) {
            let content = literal.start() + 1..literal.end() - 1;
            let is_name = part.get(content.clone()).is_none_or(|content| {
                let content = content.trim();
                content.is_empty() || NAMES.iter().any(|name| content.eq_ignore_ascii_case(name))
            });
            if !is_name {
                found.push(statement.start + content.start..statement.start + content.end);
            }
        }
        done = statement.end;
    }
    found
}

/// From the start of the line to the next `;`, or to the end of the line where none is near.
fn statement_around(text: &str, word: Range<usize>) -> Range<usize> {
    let before = text.get(..word.start).unwrap_or("");
    let start = before.rfind(['\n', '\r']).map_or(0, |at| at + 1);
    let after = text.get(word.end..).unwrap_or("");
    let near = super::region::floor(after, LONGEST_STATEMENT);
    let end_of_line = after.find(['\n', '\r']).unwrap_or(after.len());
    let end = after.get(..near).and_then(|near| near.find(';')).unwrap_or(end_of_line);
    start..word.end + end.max(end_of_line)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hidden(text: &str) -> Vec<&str> {
        secret_literals(text).into_iter().map(|range| text.get(range).unwrap()).collect()
    }

    #[test]
    fn literals_of_a_statement_about_a_secret_are_hidden() {
        assert_eq!(hidden("String password = 'made-up';"), ["made-up"]);
        assert_eq!(
            hidden("r.setHeader('Authorization',\n  'Bearer made-up');\nString s = 'kept';"),
            ["Bearer made-up"]
        );
        assert_eq!(hidden("Blob k = Blob.valueOf('made-up'); // o"), ["made-up"]);
        assert_eq!(hidden("const API_KEY = `made\nup`;"), ["made\nup"]);
        assert_eq!(hidden(r#"var t = {token: "a\"b"}"#), [r#"a\"b"#]);
    }

    #[test]
    fn other_literals_stay() {
        assert_eq!(hidden("Crypto.generateDigest('MD5', data);"), [""; 0]);
        assert_eq!(hidden("localStorage.setItem('token', t);"), [""; 0]);
        assert_eq!(hidden("System.debug('Patient ' + name);"), [""; 0]);
    }

    #[test]
    fn only_code_is_searched() {
        assert!(has_literals("classes/A.cls") && has_literals("pages/A.page"));
        assert!(!has_literals("profiles/A.profile-meta.xml") && !is_code("pages/A.page"));
    }
}
