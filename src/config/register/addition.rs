//! What is added to a register: entries with blanks to fill in.
//!
//! In: the text of a register, and things it lacks. Out: the same text with entries at its
//! end. What people wrote stays as it is, byte for byte. It asks nobody and knows no org.

use std::fmt::Write as _;

use super::Section;

/// A thing the register lacks.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Addition {
    /// What it is.
    pub section: Section,
    /// Its name.
    pub name: String,
    /// Of a holder: its metadata type.
    pub ty: Option<String>,
    /// Where it was found.
    pub found: String,
}

/// What a new register begins with.
const HEAD: &str = "\
# The register: who answers for what reaches patient data in this org, and what for.
# `phorce register` says what is missing or out of date, `phorce register --update` adds what
# is missing and keeps everything that stands here. An empty value is not filled in yet.
#
# owner        the person or office that answers for it
# purpose      what it is for, and why it needs what it has
# vendor       the company behind it; \"none\" for what is your own
# criticality  low, medium, high or critical
# baa          the day the business associate agreement was signed, as 2026-01-31
# baa-until    its last day; leave it out where the agreement has none
# no-baa       in the place of both: why no agreement is needed
# last-review  the day somebody last looked at it
# next-review  the day by which somebody has to look again
";

/// The text with an entry for each addition, in the order given.
pub fn add_to(text: &str, additions: &[Addition]) -> String {
    let mut out = if text.is_empty() { HEAD.to_owned() } else { text.to_owned() };
    let windows = text.contains("\r\n");
    let mut added = String::new();
    if !out.ends_with('\n') && !additions.is_empty() {
        added.push('\n');
    }
    for addition in additions {
        write_entry(&mut added, addition);
    }
    out.push_str(&if windows { added.replace('\n', "\r\n") } else { added });
    out
}

fn write_entry(out: &mut String, addition: &Addition) {
    let section = addition.section;
    // Writing to a String cannot fail.
    let _ = writeln!(out, "\n# {}\n[[{}]]", comment(&addition.found), section.word());
    let keys = section.keys().filter(|key| match *key {
        "vendor" | "baa" | "baa-until" => section.asks_vendor(),
        "no-baa" => false,
        _ => true,
    });
    for key in keys {
        let value = match key {
            "name" => addition.name.as_str(),
            "type" => addition.ty.as_deref().unwrap_or(""),
            _ => "",
        };
        let value = toml::Value::String(value.to_owned());
        let _ = writeln!(out, "{key:11} = {value}");
    }
}

/// A path comes from outside: it may not end the comment it stands in.
fn comment(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Register;

    fn client(name: &str) -> Addition {
        let (name, found) = (name.to_owned(), "force-app/Portal.connectedApp-meta.xml".to_owned());
        Addition { section: Section::OauthClient, name, ty: None, found }
    }

    #[test]
    fn what_is_there_is_kept_byte_for_byte() {
        for text in [
            "# ours\r\n[[endpoint]]\r\nname = 'lab.example.org' # the lab\r\n",
            "\u{feff}[[bypass]]\nname='Skip'",
            "\n\n  [[phi-object]]  \n\tname = \"\"\"Chart__c\"\"\"\n",
        ] {
            let new = add_to(text, &[client("Portal"), client("Kiosk")]);
            assert!(new.starts_with(text), "{new}");
            let register = Register::read("r", &new).unwrap();
            assert_eq!(register.entries.len(), 3, "{new}");
            assert_eq!(new.contains("\r\n"), text.contains("\r\n"));
            if text.contains("\r\n") {
                assert_eq!(new.matches("\r\n").count(), new.matches('\n').count());
            }
            assert_eq!(add_to(text, &[]), text);
        }
    }

    #[test]
    fn a_new_register_explains_itself() {
        let text = add_to("", &[]);
        assert_eq!(text, HEAD);
        let empty = Register::read("r", &text).unwrap();
        assert!(empty.entries.is_empty());
    }

    #[test]
    fn an_entry_has_blanks_for_what_a_person_knows() {
        let holder = Addition {
            section: Section::Holder,
            name: "Night \"Desk\"".to_owned(),
            ty: Some("Profile".to_owned()),
            found: "a\n[[holder]].xml".to_owned(),
        };
        let added = add_to("# x\n", &[holder]);
        assert_eq!(
            added,
            "# x\n\n# a [[holder]].xml\n[[holder]]\nname        = 'Night \"Desk\"'\n\
             type        = \"Profile\"\nowner       = \"\"\npurpose     = \"\"\n\
             criticality = \"\"\nlast-review = \"\"\nnext-review = \"\"\n"
        );
        let package = Addition { section: Section::Package, ..client("acme") };
        let added = add_to("# x\n", &[package]);
        let keys: Vec<&str> =
            added.lines().filter_map(|line| line.split_once(" = ")).map(|l| l.0.trim()).collect();
        assert_eq!(
            keys,
            [
                "name",
                "version",
                "owner",
                "purpose",
                "vendor",
                "criticality",
                "baa",
                "baa-until",
                "last-review",
                "next-review"
            ]
        );
    }
}
