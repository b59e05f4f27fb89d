//! The age at which records go.
//!
//! In: the query that finds them, and the methods beside it. Out: days, and where they are
//! said: a date literal (`LAST_N_DAYS:90`), or a number of days, months or years taken from a
//! date (`addDays(-90)`, `today() - 90`), also where a constant holds the number.

use rustc_hash::FxHashMap;

use crate::metadata::apex::model::{
    At, Expr, ExprKind, Literal, Method, Soql, Stmt, StmtKind, Type,
};
use crate::metadata::apex::walk;

/// The shortest age that is said, in days: months have 30 days here, years 365 and leap days.
pub(super) fn of<'m>(
    query: Option<&Soql>,
    ty: &Type,
    beside: impl Iterator<Item = &'m Method>,
) -> Option<(u32, At)> {
    let mut found: Vec<(u32, At)> = Vec::new();
    for date in query.into_iter().flat_map(|query| &query.dates) {
        let Some((name, number)) = date.text.split_once(':') else { continue };
        let units = [("DAYS", Unit::Day), ("WEEKS", Unit::Week), ("MONTHS", Unit::Month)];
        let unit = units.into_iter().chain([("YEARS", Unit::Year)]);
        let unit = unit.into_iter().find(|(unit, _)| name.contains(unit));
        if let (Some((_, unit)), Ok(number)) = (unit, number.parse::<u32>()) {
            found.push((unit.days(number), date.at));
        }
    }
    // A literal in the query has the say; what is calculated beside it may be about other things.
    if found.is_empty() {
        beside.for_each(|method| calculated(ty, method, &mut found));
    }
    found.into_iter().min()
}

#[derive(Debug, Clone, Copy)]
enum Unit {
    Day,
    Week,
    Month,
    Year,
}

impl Unit {
    fn days(self, number: u32) -> u32 {
        let years = |n: u32| n.saturating_mul(365).saturating_add(n.saturating_add(2) / 4);
        match self {
            Self::Day => number,
            Self::Week => number.saturating_mul(7),
            Self::Month => years(number / 12).saturating_add(number % 12 * 30),
            Self::Year => years(number),
        }
    }
}

/// Numbers by the names of the constants and variables that hold them.
type Numbers = FxHashMap<String, i64>;

fn calculated(ty: &Type, method: &Method, found: &mut Vec<(u32, At)>) {
    let body = method.body.as_deref().unwrap_or_default();
    let numbers = numbers(ty, body);
    let mut add = |number: i64, unit: Unit, at: At| {
        if let Ok(number) = u32::try_from(number.saturating_neg()) {
            found.push((unit.days(number), at));
        }
    };
    walk::expressions(body, &mut |expr| match &expr.kind {
        ExprKind::Call { base: Some(_), name, arguments } => {
            let unit = match name.text.to_ascii_lowercase().as_str() {
                "adddays" => Unit::Day,
                "addmonths" => Unit::Month,
                "addyears" => Unit::Year,
                _ => return,
            };
            let number = arguments.first().and_then(|argument| number(argument, &numbers));
            if let Some(number) = number.filter(|number| *number < 0) {
                add(number, unit, expr.at);
            }
        }
        // `System.today() - 90`
        ExprKind::Binary { operator, left, right } if operator == "-" && is_today(left) => {
            if let Some(number) = number(right, &numbers) {
                add(number.saturating_neg(), Unit::Day, expr.at);
            }
        }
        _ => {}
    });
}

/// What fields of the class and variables of the method start with, where that is a number.
fn numbers(ty: &Type, body: &[Stmt]) -> Numbers {
    let mut out = Numbers::default();
    for field in &ty.fields {
        if let Some(number) = field.init.as_ref().and_then(|init| number(init, &out)) {
            out.insert(field.name.text.to_lowercase().into(), number);
        }
    }
    walk::statements(body, &mut |statement| {
        if let StmtKind::Local { name, init: Some(init), .. } = &statement.kind
            && let Some(number) = number(init, &out)
        {
            out.insert(name.text.to_lowercase().into(), number);
        }
    });
    out
}

/// The number an expression is, as far as the class says it.
fn number(expr: &Expr, known: &Numbers) -> Option<i64> {
    match &expr.kind {
        ExprKind::Literal(Literal::Number, text) => text.trim_end_matches(['l', 'L']).parse().ok(),
        ExprKind::Unary(inner) => number(inner, known).map(i64::saturating_neg),
        ExprKind::Name(name) => known.get(name.to_lowercase().as_str()).copied(),
        ExprKind::Member { name, .. } => known.get(name.text.to_lowercase().as_str()).copied(),
        ExprKind::Binary { operator, left, right } => {
            let (left, right) = (number(left, known)?, number(right, known)?);
            match operator.as_str() {
                "*" => Some(left.saturating_mul(right)),
                "-" => Some(left.saturating_sub(right)),
                "+" => Some(left.saturating_add(right)),
                _ => None,
            }
        }
        _ => None,
    }
}

/// Whether an expression is the date or the time of the run.
fn is_today(expr: &Expr) -> bool {
    matches!(&expr.kind, ExprKind::Call { name, .. }
        if ["today", "now"].iter().any(|own| name.text.eq_ignore_ascii_case(own)))
}
