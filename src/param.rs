//! The value of a rule's parameter, on its page or in `phorce.toml`.
//!
//! In: a TOML value. Out: [`Param`]. It knows neither rules nor configuration.

/// A parameter's value.
#[derive(Debug, Clone, PartialEq)]
pub enum Param {
    /// A number: a threshold.
    Number(f64),
    /// A text.
    Text(String),
    /// A switch.
    Flag(bool),
    /// A list of texts or numbers.
    List(Vec<Param>),
}

impl Param {
    /// The parameter in a TOML value; nothing for a date or a table.
    pub fn from_toml(value: &toml::Value) -> Option<Self> {
        match value {
            #[expect(clippy::cast_precision_loss, reason = "thresholds are small")]
            toml::Value::Integer(n) => Some(Self::Number(*n as f64)),
            toml::Value::Float(n) => Some(Self::Number(*n)),
            toml::Value::String(text) => Some(Self::Text(text.clone())),
            toml::Value::Boolean(flag) => Some(Self::Flag(*flag)),
            toml::Value::Array(list) => {
                list.iter().map(Self::from_toml).collect::<Option<_>>().map(Self::List)
            }
            _ => None,
        }
    }

    /// What kind of value it is, in words: an override must be of the page's kind.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Number(_) => "a number",
            Self::Text(_) => "a text",
            Self::Flag(_) => "true or false",
            Self::List(_) => "a list",
        }
    }

    /// As it is written in a message.
    pub fn words(&self) -> String {
        match self {
            Self::Number(n) => format!("{n}"),
            Self::Text(text) => text.clone(),
            Self::Flag(flag) => flag.to_string(),
            Self::List(list) => list.iter().map(Self::words).collect::<Vec<_>>().join(", "),
        }
    }
}
