//! An `[[accept]]` table as a person would write it.
//!
//! In: what is to be accepted, and what the rule asks for. Out: the table's text, what it
//! still needs, and the file with it at its end. It opens no file.

use std::fmt::Write;

use jiff::civil::Date;

/// What an acceptance says; what nobody said yet is none.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Stanza {
    /// Id of the rule.
    pub rule: String,
    /// Full name, or a glob on it.
    pub subject: String,
    /// The only members that are accepted.
    pub members: Vec<String>,
    /// Why.
    pub reason: Option<String>,
    /// Who takes the responsibility.
    pub by: Option<String>,
    /// The last day.
    pub until: Option<Date>,
    /// Why so many at once.
    pub breadth: Option<String>,
    /// Why meeting an addressable specification is not reasonable and appropriate.
    pub not_reasonable_because: Option<String>,
    /// What is done instead.
    pub instead: Option<String>,
}

/// What an entry has to answer besides reason, name and day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Asked {
    /// The subject is a glob.
    pub breadth: bool,
    /// The rule is mapped to an addressable specification.
    pub addressable: bool,
}

impl Stanza {
    /// Each key that is asked for, with its value or with what to write.
    fn answers(&self, asked: Asked) -> Vec<(&'static str, Option<String>, &'static str)> {
        let text = |text: &Option<String>| text.as_deref().map(string);
        let until = self.until.map(|until| until.to_string());
        let given = [
            ("reason", text(&self.reason), "why the risk is acceptable", true),
            ("by", text(&self.by), "who takes the responsibility", true),
            ("until", until, "the last day, like 2026-12-31", true),
            ("breadth", text(&self.breadth), "why so many are accepted at once", asked.breadth),
            (
                "not-reasonable-because",
                text(&self.not_reasonable_because),
                "why meeting the addressable specification is not reasonable and appropriate here",
                asked.addressable,
            ),
            ("instead", text(&self.instead), "what is done instead", asked.addressable),
        ];
        let wanted = given.into_iter().filter(|(_, value, _, asked)| *asked || value.is_some());
        wanted.map(|(key, value, advice, _)| (key, value, advice)).collect()
    }

    /// The keys it still needs, each with what to write.
    pub fn missing(&self, asked: Asked) -> Vec<(&'static str, &'static str)> {
        let answers = self.answers(asked).into_iter();
        answers.filter(|(_, value, _)| value.is_none()).map(|(key, _, say)| (key, say)).collect()
    }

    /// The table. What is missing stands in it as a comment.
    pub fn text(&self, asked: Asked) -> String {
        let mut out = String::from("[[accept]]\n");
        // Writing to a String cannot fail.
        let _ = writeln!(out, "rule = {}", string(&self.rule));
        let _ = writeln!(out, "subject = {}", string(&self.subject));
        if !self.members.is_empty() {
            let members = self.members.iter().map(|name| string(name)).collect::<Vec<_>>();
            let _ = writeln!(out, "members = [{}]", members.join(", "));
        }
        for (key, value, advice) in self.answers(asked) {
            let _ = match value {
                Some(value) => writeln!(out, "{key} = {value}"),
                None => writeln!(out, "# {key} = … {advice}"),
            };
        }
        out
    }
}

/// The file with the table at its end, in the file's own line ends.
pub fn append(file: &str, table: &str) -> String {
    let end = if file.contains("\r\n") { "\r\n" } else { "\n" };
    let mut out = file.to_owned();
    if !out.is_empty() && !out.ends_with('\n') {
        out += end;
    }
    if !out.trim().is_empty() {
        out += end;
    }
    out + &table.replace('\n', end)
}

/// A text as a TOML string on one line, without anything that steers a terminal or hides.
pub fn string(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c.is_control() || super::error::is_hidden(c) => {
                let _ = write!(out, "\\u{:04X}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out + "\""
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::parse;
    use jiff::civil::date;

    fn whole() -> Stanza {
        let some = |text: &str| Some(text.to_owned());
        Stanza {
            rule: "some-rule".to_owned(),
            subject: "Sales_*".to_owned(),
            members: vec!["A".to_owned(), "B".to_owned()],
            reason: some("said \"twice\"\\\nand\u{202e}"),
            by: some("Ada"),
            until: Some(date(2026, 3, 1)),
            breadth: some("one team"),
            not_reasonable_because: some("cost"),
            instead: some("review"),
        }
    }

    #[test]
    fn a_whole_table_reads_back() {
        let asked = Asked { breadth: true, addressable: true };
        let text = whole().text(asked);
        assert_eq!(whole().missing(asked), []);
        assert!(text.contains("reason = \"said \\\"twice\\\"\\\\\\u000Aand\\u202E\"\n"), "{text}");
        let config = parse("phorce.toml", &text).unwrap();
        let accept = &config.accepts[0];
        assert_eq!((accept.rule.as_str(), accept.subject.text()), ("some-rule", "Sales_*"));
        assert_eq!(accept.members, ["A", "B"]);
        assert_eq!(accept.reason, "said \"twice\"\\\nand\u{202e}");
        assert_eq!((accept.by.as_str(), accept.until), ("Ada", date(2026, 3, 1)));
        assert_eq!(accept.breadth.as_deref(), Some("one team"));
        assert_eq!(accept.not_reasonable_because.as_deref(), Some("cost"));
        assert_eq!(accept.instead.as_deref(), Some("review"));
        // What is given is written, asked for or not.
        assert_eq!(whole().text(Asked::default()), text);
    }

    #[test]
    fn what_is_missing_stands_there_as_a_comment() {
        let stanza = Stanza { rule: "r".into(), subject: "S".into(), ..Stanza::default() };
        let keys =
            |asked| stanza.missing(asked).into_iter().map(|(key, _)| key).collect::<Vec<_>>();
        assert_eq!(keys(Asked::default()), ["reason", "by", "until"]);
        let breadth = Asked { breadth: true, addressable: false };
        assert_eq!(keys(breadth), ["reason", "by", "until", "breadth"]);
        let addressable = Asked { breadth: false, addressable: true };
        assert_eq!(
            keys(addressable),
            ["reason", "by", "until", "not-reasonable-because", "instead"]
        );
        assert_eq!(
            stanza.text(Asked::default()),
            "[[accept]]\nrule = \"r\"\nsubject = \"S\"\n\
             # reason = … why the risk is acceptable\n# by = … who takes the responsibility\n\
             # until = … the last day, like 2026-12-31\n"
        );
    }

    #[test]
    fn a_file_keeps_its_text_and_its_line_ends() {
        assert_eq!(append("", "[[accept]]\nx\n"), "[[accept]]\nx\n");
        assert_eq!(append("# a\nb = 1", "t\n"), "# a\nb = 1\n\nt\n");
        assert_eq!(append("# a\r\n", "t\nu\n"), "# a\r\n\r\nt\r\nu\r\n");
        assert_eq!(append("\n", "t\n"), "\nt\n");
    }
}
