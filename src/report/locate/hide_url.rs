//! Blanks out secrets that stand in the middle of other text.
//!
//! In: the text of a file of any kind. Out: what stands before the host of a URL, the values
//! of query parameters and JSON members whose names speak of secrets, and what follows
//! `Bearer` or `Basic`. It hides a value too many rather than one too few.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

/// Each pattern's first group is hidden.
static PATTERNS: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    let named = "(?:key|token|secret|passw|pwd|sig|auth|session|code|credential)";
    let patterns = [
        // A password may hold a slash, although it must not; a user name alone is hidden too.
        r#"://([^/?#\s"'<>@:]*:[^\s"'<>]*)@"#.to_owned(),
        r#"://([^/?#\s"'<>@:]+)@"#.to_owned(),
        format!(r#"(?i)[?&;#](?:amp;)?[\w.\-]*{named}[\w.\-]*=([^&;\s"'<>#]+)"#),
        r#"(?i)"[\w.\-]*(?:secret|passw|token|api_?-?key|private_?-?key)[\w.\-]*"\s*:\s*"([^"]+)"#
            .to_owned(),
        r"(?i)\b(?:bearer|basic)\s+([\w+/=.~\-]{12,})".to_owned(),
    ];
    patterns.iter().filter_map(|pattern| Regex::new(pattern).ok()).collect()
});

/// The parts of a text to hide.
pub(super) fn secret_parts(text: &str) -> Vec<Range<usize>> {
    let groups = PATTERNS.iter().flat_map(|pattern| pattern.captures_iter(text));
    let groups = groups.filter_map(|captures| captures.get(1));
    // A word without a digit is prose: `basic authentication`.
    let told = |group: &regex::Match<'_>| {
        let before = text.get(..group.start()).unwrap_or("");
        !before.ends_with(char::is_whitespace) || group.as_str().contains(|c: char| c.is_numeric())
    };
    groups.filter(told).map(|group| group.range()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hidden(text: &str) -> Vec<&str> {
        secret_parts(text).into_iter().map(|range| text.get(range).unwrap()).collect()
    }

    #[test]
    fn user_information_of_a_url_is_hidden() {
        assert_eq!(hidden("<url>https://robot:pa55@a.example/x</url>"), ["robot:pa55"]);
        assert_eq!(hidden("'ftp://u:a/b@c@a.example'"), ["u:a/b@c"]);
        assert_eq!(hidden("https://robot@a.example"), ["robot"]);
        for text in ["https://a.example/@me", "mail a@b.example", "https://a.example/x?to=a@b.org"]
        {
            assert!(hidden(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn parameters_and_members_that_speak_of_secrets_are_hidden() {
        assert_eq!(hidden("https://a.example?id=7&amp;api_key=k1&amp;x=2"), ["k1"]);
        assert_eq!(hidden("jdbc:x://h;password=p1;db=d"), ["p1"]);
        assert_eq!(hidden("https://a.example/#access_token=t1</url>"), ["t1"]);
        assert_eq!(hidden(r#"{"clientSecret" : "s1", "label": "Key"}"#), ["s1"]);
        assert!(hidden("https://a.example?name=x&page=2").is_empty());
    }

    #[test]
    fn what_follows_bearer_is_hidden_and_prose_is_not() {
        assert_eq!(hidden("<v>Bearer abcdef123456</v>"), ["abcdef123456"]);
        assert!(hidden("uses basic authentication").is_empty());
    }
}
