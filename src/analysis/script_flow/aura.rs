//! What Aura gives and takes by name.
//!
//! In: a call of a method. Out: its value, where it reads or sets an attribute of the
//! component (`cmp.get('v.patient')`) or asks its class (`cmp.get('c.load')`).

use compact_str::format_compact;

use super::value::Value;
use super::walk::Walk;
use crate::metadata::apex::model::At;
use crate::metadata::script::model::{Expr, Host};

impl<'c> Walk<'c> {
    /// What Aura gives and takes by name: `cmp.get('v.patient')`.
    pub(super) fn aura(
        &mut self,
        on: &Value,
        name: &str,
        arguments: &'c [Expr],
        at: At,
    ) -> Option<Value> {
        if self.source()?.host != Host::Aura {
            return None;
        }
        if name == "getReturnValue" {
            return Some(on.held());
        }
        // How an action ended, not what it gave.
        if matches!(name, "getError" | "getState") {
            return Some(Value::constant());
        }
        let key = arguments.first().and_then(Expr::text)?;
        let (kind, path) = key.split_once('.')?;
        match (name, kind) {
            ("get", "c") => {
                let class = self.component.controllers.first()?;
                let method = format_compact!("{class}.{path}");
                Some(self.asked(&method, at))
            }
            ("get", "v") => {
                let mut steps = path.split('.');
                let first = steps.next()?;
                let known = self.field(first).cloned().unwrap_or_default();
                let mut value = match steps.clone().next() {
                    Some(_) => known,
                    None => self.member_named(known, first, at),
                };
                for step in steps {
                    value = self.member_of(value, step, at);
                }
                Some(value)
            }
            ("set", "v") => {
                let mut value = self.value(arguments.get(1)?);
                let first = path.split('.').next()?;
                value.step(self.span(at), &format_compact!("it is kept in v.{first}"));
                value.marks.iter_mut().for_each(|mark| mark.alone &= first == path);
                self.set_field(first, value);
                Some(Value::default())
            }
            _ => None,
        }
    }

    fn member_named(&mut self, known: Value, name: &str, at: At) -> Value {
        match known.marks.is_empty() && !known.constant {
            true => self.member_of(Value::default(), name, at),
            false => known,
        }
    }
}
