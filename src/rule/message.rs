//! A message with placeholders.
//!
//! In: `"{name} may use {scopes}"` and a way to look a placeholder up. Out: one sentence.

/// A message template.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq)]
enum Part {
    Text(String),
    Slot(String),
}

impl Message {
    /// Parses a template.
    ///
    /// # Errors
    /// A brace that is not closed, or an empty placeholder.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            let (slot, tail) = after
                .split_once('}')
                .filter(|(slot, _)| !slot.is_empty() && !slot.contains('{'))
                .ok_or_else(|| format!("the message has a `{{` without its placeholder: {text}"))?;
            parts.push(Part::Text(before.to_owned()));
            parts.push(Part::Slot(slot.to_owned()));
            rest = tail;
        }
        parts.push(Part::Text(rest.to_owned()));
        Ok(Self { parts })
    }

    /// The placeholders, in order.
    pub fn slots(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(|part| match part {
            Part::Slot(slot) => Some(slot.as_str()),
            Part::Text(_) => None,
        })
    }

    /// Fills the placeholders; one without a value reads `unknown`.
    pub fn fill(&self, look_up: impl Fn(&str) -> Option<String>) -> String {
        let mut out = String::new();
        for part in &self.parts {
            match part {
                Part::Text(text) => out.push_str(text),
                Part::Slot(slot) => out.push_str(look_up(slot).as_deref().unwrap_or("unknown")),
            }
        }
        out.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

/// Names as a person lists them: at most `most`, then how many more.
pub fn list(names: &[&str], most: usize) -> String {
    let shown = names.get(..most.min(names.len())).unwrap_or(names);
    match (shown, names.len() - shown.len()) {
        ([], _) => String::new(),
        ([one], 0) => (*one).to_owned(),
        ([first @ .., last], 0) => format!("{} and {last}", first.join(", ")),
        (shown, more) => format!("{} and {more} more", shown.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_filled_and_missing_ones_said() {
        let message = Message::parse("{name} has {x} of {y}").unwrap();
        assert_eq!(message.slots().collect::<Vec<_>>(), ["name", "x", "y"]);
        let look = |slot: &str| (slot != "y").then(|| slot.to_uppercase());
        assert_eq!(message.fill(look), "NAME has X of unknown");
        assert!(Message::parse("{name").is_err() && Message::parse("{}").is_err());
    }

    #[test]
    fn a_message_is_one_line() {
        let message = Message::parse("{name} is wrong").unwrap();
        assert_eq!(message.fill(|_| Some("A\n  B".to_owned())), "A B is wrong");
    }

    #[test]
    fn names_are_listed_as_a_person_would() {
        assert_eq!(list(&["a"], 3), "a");
        assert_eq!(list(&["a", "b", "c"], 3), "a, b and c");
        assert_eq!(list(&["a", "b", "c", "d"], 3), "a, b, c and 1 more");
        assert_eq!(list(&[], 3), "");
    }
}
