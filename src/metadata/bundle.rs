//! Sites kept as JSON: which pages they have, and who may open them.
//!
//! In: a JSON file of an `ExperienceBundle` or a `DigitalExperienceBundle`, by its path one
//! of those that say who may open what. Out: one fact for the file, with every scalar under
//! its dotted path. What such a file renders it does not know.

use std::sync::Arc;

use compact_str::{CompactString, format_compact};

use super::layout::{Entry, Role, TypeOf};
use super::read::{Reading, Wanted};
use super::xml;
use crate::fact::{Fact, Severity};
use crate::source::Span;
use crate::source::lines::Lines;

mod scan;

/// Longer texts are bodies, not names or settings.
const LONGEST: usize = 400;

/// The kind of fact that a file of a site gives, if it is one that is read.
pub fn kind(entry: &Entry, path: &str) -> Option<&'static str> {
    let TypeOf::Known(ty) = entry.ty else { return None };
    if !matches!(entry.role, Role::Content { .. }) {
        return None;
    }
    let mut up = path.rsplit('/');
    let (file, folder) = (up.next()?, up.next()?);
    if !file.ends_with(".json") {
        return None;
    }
    match ty.name {
        "ExperienceBundle" => match folder {
            "config" => Some("ExperienceBundle.config"),
            "routes" => Some("ExperienceBundle.route"),
            "views" => Some("ExperienceBundle.view"),
            _ => None,
        },
        "DigitalExperienceBundle" if file == "content.json" => match up.next()? {
            "sfdc_cms__site" => Some("DigitalExperienceBundle.site"),
            "sfdc_cms__route" => Some("DigitalExperienceBundle.route"),
            "sfdc_cms__view" => Some("DigitalExperienceBundle.view"),
            _ => None,
        },
        _ => None,
    }
}

/// Whether somebody reads what the file gives.
pub fn is_wanted(entry: &Entry, path: &str, wanted: &Wanted) -> bool {
    kind(entry, path).is_some_and(|kind| wanted.has(kind))
}

/// Reads one file.
///
/// # Errors
/// It is not UTF-8 or not JSON: the line, and what to do.
pub fn read(bytes: &[u8], entry: &Entry, path: &str) -> Result<Reading, (u32, String)> {
    let text = xml::decode(bytes).map_err(|fault| {
        let text = String::from_utf8_lossy(bytes);
        (Lines::new(&text).position(fault.offset).line, fault.reason)
    })?;
    let body = text.strip_prefix('\u{feff}').unwrap_or(text);
    let shift = text.len() - body.len();
    serde_json::from_str::<serde::de::IgnoredAny>(body).map_err(|error| {
        let line = u32::try_from(error.line()).unwrap_or(1).max(1);
        (line, format!("it is not JSON ({}): retrieve it again", category(&error)))
    })?;
    let Some(kind) = kind(entry, path) else { return Ok(Reading::default()) };
    let file = entry.file;
    let name = format_compact!("{}/{}", entry.full_name, own_name(path, kind));
    let mut fact = Fact::new(kind, name, Span::new(file, shift, shift + 1));
    fact.component = entry.full_name.clone();
    fact.cap = entry.staging.then_some(Severity::Low);
    fact.derive("full-name", own_name(path, kind));
    for scalar in scan::scalars(body) {
        // Where the content lies in an envelope, the envelope is of no interest.
        let key = scalar.path.strip_prefix("contentBody.").unwrap_or(&scalar.path);
        if scalar.text.len() <= LONGEST {
            let span = Span::new(file, shift + scalar.range.start, shift + scalar.range.end);
            fact.push(key, scalar.text, span);
        }
    }
    Ok(Reading { facts: vec![Arc::new(fact)], ..Reading::default() })
}

/// `home` of `routes/home.json`, `Home` of `sfdc_cms__route/Home/content.json`.
fn own_name(path: &str, kind: &str) -> CompactString {
    let mut up = path.rsplit('/');
    let file = up.next().unwrap_or("");
    let own = match kind.starts_with("Digital") {
        true => up.next().unwrap_or(""),
        false => file.strip_suffix(".json").unwrap_or(file),
    };
    super::name::decode(own)
}

fn category(error: &serde_json::Error) -> &'static str {
    if error.is_eof() { "it ends too early" } else { "a character does not belong there" }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metadata::types;
    use crate::source::FileId;

    fn entry(ty: &str) -> Entry {
        Entry {
            file: FileId(0),
            org: 0,
            ty: TypeOf::Known(types::by_name(ty).unwrap()),
            full_name: "Portal1".into(),
            role: Role::Content { companion: None },
            staging: false,
        }
    }

    #[test]
    fn knows_the_files_that_say_who_may_open_what() {
        let of = |ty, path| kind(&entry(ty), path);
        let experience = "ExperienceBundle";
        assert_eq!(of(experience, "experiences/P/config/p.json"), Some("ExperienceBundle.config"));
        assert_eq!(of(experience, "experiences/P/routes/a.json"), Some("ExperienceBundle.route"));
        assert_eq!(of(experience, "experiences/P/themes/a.json"), None);
        assert_eq!(of(experience, "experiences/P/config/p.txt"), None);
        let digital = |path| of("DigitalExperienceBundle", path);
        let route = "d/site/P/sfdc_cms__route/Home/content.json";
        assert_eq!(digital(route), Some("DigitalExperienceBundle.route"));
        assert_eq!(digital("d/site/P/sfdc_cms__route/Home/_meta.json"), None);
        assert_eq!(digital("d/site/P/sfdc_cms__theme/X/content.json"), None);
    }

    #[test]
    fn values_stand_where_they_are_written() {
        let text = "\u{feff}{\n \"type\": \"sfdc_cms__route\",\n \"contentBody\": {\"pageAccess\": \"Public\"}\n}";
        let path = "d/site/P/sfdc_cms__route/Home/content.json";
        let reading = read(text.as_bytes(), &entry("DigitalExperienceBundle"), path).unwrap();
        let fact = &reading.facts[0];
        assert_eq!((fact.name.as_str(), fact.component.as_str()), ("Portal1/Home", "Portal1"));
        let item = fact.item("pageAccess").unwrap();
        let at = item.span.start as usize..item.span.end as usize;
        assert_eq!(text.get(at), Some("Public"));
        assert_eq!(fact.text("type"), Some("sfdc_cms__route"));
    }

    #[test]
    fn what_is_not_json_is_named_with_its_line() {
        let path = "experiences/P/config/p.json";
        let of = |text: &[u8]| read(text, &entry("ExperienceBundle"), path).map(|_| ());
        assert_eq!(of(b"{\n\"a\": }").unwrap_err().0, 2);
        assert!(of(b"{\"a\":").unwrap_err().1.contains("too early"));
        assert!(of(&[b'{', 0xff, b'}']).unwrap_err().1.contains("UTF-8"));
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        let _ = of(deep.as_bytes());
    }
}
