//! Hosts of URLs that stand in quotes.
//!
//! In: any text. Out: each host a quoted URL begins with, and its place. A URL in a comment
//! stands in no quotes as a rule; one that is put together from parts is seen where a part
//! begins with the host.

use std::ops::Range;

/// Names longer than this are none.
const LONGEST: usize = 253;

/// Every host in quotes with its bytes, lower case.
pub(super) fn quoted(text: &str) -> Vec<(String, Range<usize>)> {
    let bytes = text.as_bytes();
    let mut out = Vec::new();
    let mut from = 0;
    let mut commented = comment_from(text, 0);
    while let Some(at) = text.get(from..).and_then(|rest| rest.find("//")) {
        let slashes = from + at;
        from = slashes + 2;
        while commented.end < slashes {
            commented = comment_from(text, commented.end);
        }
        if commented.contains(&slashes) {
            continue;
        }
        let head = text.get(..slashes).unwrap_or("");
        let before = head
            .strip_suffix(':')
            .map_or(head, |head| head.trim_end_matches(|c: char| c.is_ascii_alphabetic()));
        if !before.ends_with(['"', '\'', '`', '(']) {
            continue;
        }
        if let Some(host) = host_at(bytes, from) {
            out.push((text.get(host.clone()).unwrap_or("").to_ascii_lowercase(), host.clone()));
            from = host.end;
        }
    }
    out
}

/// The next comment of markup.
fn comment_from(text: &str, from: usize) -> Range<usize> {
    let find = |from: usize, what: &str| Some(from + text.get(from..)?.find(what)?);
    match find(from, "<!--") {
        Some(start) => start..find(start, "-->").unwrap_or(text.len()),
        None => usize::MAX..usize::MAX,
    }
}

fn host_at(bytes: &[u8], from: usize) -> Option<Range<usize>> {
    let rest = bytes.get(from..)?;
    let inside = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-');
    let length = rest.iter().position(|byte| !inside(byte)).unwrap_or(rest.len());
    let host = rest.get(..length)?;
    let is_host = length <= LONGEST && host.contains(&b'.') && host.last() != Some(&b'.');
    (is_host && host.first().is_some_and(u8::is_ascii_alphanumeric)).then_some(from..from + length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_quoted_urls_count() {
        let text = "s.src = 'https://CDN.Tracker.example/x.js'; // see https://docs.example/a\n\
                    \"\\u003cscript src=\\\"//px.example.org/p\\\"\" url(//a.example) 'x//y'";
        let hosts: Vec<_> = quoted(text).into_iter().map(|(host, _)| host).collect();
        assert_eq!(hosts, ["cdn.tracker.example", "px.example.org", "a.example"]);
        let (_, range) = quoted(text).remove(0);
        assert_eq!(text.get(range), Some("CDN.Tracker.example"));
    }

    #[test]
    fn it_ends_whatever_it_is_given() {
        for text in ["//", "'//", "'//.", "'https://", &"'//".repeat(2_000)] {
            let _ = quoted(text);
        }
    }
}
