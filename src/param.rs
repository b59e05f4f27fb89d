//! Parameters of rules: the thresholds and lists a page states and a project may override.
//!
//! In: a value of a rule page or of `phorce.toml`. Out: a [`Param`], and whether one may
//! stand in for another. It knows no rule and no file.

use std::fmt;

use toml::de::DeValue;

/// The largest whole number that survives being held as a float.
const MAX_EXACT: f64 = 9_007_199_254_740_992.0;

/// One value of a parameter.
#[derive(Debug, Clone, PartialEq)]
pub enum Param {
    /// `3`, `0.5`; always finite.
    Number(f64),
    /// `"strict"`.
    Text(String),
    /// `true`, `false`.
    Flag(bool),
    /// `["a", "b"]`; never nested.
    List(Vec<Param>),
}

impl Param {
    /// Reads a value as TOML has it.
    ///
    /// # Errors
    /// A date, a table, a nested list, or a number that cannot be held exactly; the text
    /// says what is allowed instead and completes "… must be".
    pub fn read(value: &DeValue<'_>) -> Result<Self, String> {
        match value {
            DeValue::Array(items) => {
                let read = |item: &toml::Spanned<DeValue<'_>>| Self::read_single(item.get_ref());
                items.iter().map(read).collect::<Result<_, _>>().map(Self::List)
            }
            single => Self::read_single(single),
        }
    }

    fn read_single(value: &DeValue<'_>) -> Result<Self, String> {
        match value {
            DeValue::String(text) => Ok(Self::Text(text.to_string())),
            DeValue::Boolean(flag) => Ok(Self::Flag(*flag)),
            DeValue::Integer(n) => i64::from_str_radix(n.as_str(), n.radix())
                .ok()
                .and_then(|n| exact(n as f64))
                .ok_or_else(|| "a number below 2^53".to_owned()),
            DeValue::Float(n) => (n.as_str().parse().ok().and_then(exact))
                .ok_or_else(|| "a finite number below 2^53".to_owned()),
            DeValue::Datetime(_) => Err("a number, string, boolean or list, not a date".to_owned()),
            DeValue::Array(_) => Err("a list of single values, not of lists".to_owned()),
            DeValue::Table(_) => Err("a number, string, boolean or list, not a table".to_owned()),
        }
    }

    /// What kind of value it is, with its article: `a number`, `a list of strings`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Number(_) => "a number",
            Self::Text(_) => "a string",
            Self::Flag(_) => "true or false",
            Self::List(items) => match items.first() {
                Some(Self::Number(_)) => "a list of numbers",
                Some(Self::Text(_)) => "a list of strings",
                Some(Self::Flag(_)) => "a list of booleans",
                Some(Self::List(_)) | None => "a list",
            },
        }
    }

    /// Whether it may stand where `default` stands: the same kind, in lists item by item.
    pub fn may_replace(&self, default: &Self) -> bool {
        match (self, default) {
            (Self::Number(_), Self::Number(_))
            | (Self::Text(_), Self::Text(_))
            | (Self::Flag(_), Self::Flag(_)) => true,
            (Self::List(items), Self::List(defaults)) => match defaults.first() {
                Some(first) => items.iter().all(|item| item.may_replace(first)),
                None => true,
            },
            _ => false,
        }
    }
}

fn exact(number: f64) -> Option<Param> {
    (number.abs() <= MAX_EXACT).then_some(Param::Number(number))
}

impl fmt::Display for Param {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write!(out, "{number}"),
            Self::Text(text) => write!(out, "{text}"),
            Self::Flag(flag) => write!(out, "{flag}"),
            Self::List(items) => {
                for (at, item) in items.iter().enumerate() {
                    write!(out, "{}{item}", if at == 0 { "" } else { ", " })?;
                }
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Param, String> {
        Param::read(DeValue::parse(text).unwrap().get_ref())
    }

    #[test]
    fn single_values_and_flat_lists_are_parameters() {
        assert_eq!(read("3"), Ok(Param::Number(3.0)));
        assert_eq!(read("0x10"), Ok(Param::Number(16.0)));
        assert_eq!(read("-1_000"), Ok(Param::Number(-1000.0)));
        assert_eq!(read("0.5"), Ok(Param::Number(0.5)));
        assert_eq!(read("true"), Ok(Param::Flag(true)));
        let list = Param::List(vec![Param::Text("a".to_owned()), Param::Text("b".to_owned())]);
        assert_eq!(read("['a', 'b']"), Ok(list));
    }

    #[test]
    fn dates_tables_nested_lists_and_inexact_numbers_are_refused() {
        for text in ["2026-01-01", "{ a = 1 }", "[[1]]", "nan", "inf", "9007199254740993000"] {
            assert!(read(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_parameter_is_replaced_by_its_own_kind_only() {
        let (number, text) = (Param::Number(1.0), Param::Text("1".to_owned()));
        assert!(number.may_replace(&Param::Number(9.0)));
        assert!(!text.may_replace(&number));
        let texts = Param::List(vec![text.clone()]);
        assert!(texts.may_replace(&Param::List(vec![])));
        assert!(Param::List(vec![]).may_replace(&texts));
        assert!(!Param::List(vec![text, number.clone()]).may_replace(&texts));
        assert!(!number.may_replace(&texts));
    }

    #[test]
    fn a_parameter_prints_as_a_person_would_write_it() {
        let list = Param::List(vec![Param::Number(3.0), Param::Flag(false)]);
        assert_eq!(list.to_string(), "3, false");
    }
}
