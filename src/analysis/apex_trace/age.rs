//! The age at which records go.
//!
//! In: the query that finds them, and the methods beside it. Out: days, and where they are
//! said: a date literal (`LAST_N_DAYS:90`), or a number of days, months or years taken from a
//! date (`addDays(-90)`).

use crate::metadata::apex::model::{At, ExprKind, Literal, Method, Soql};
use crate::metadata::apex::walk;

/// The shortest age that is said, in days: months have 30 days here, years 365.
pub(super) fn of<'m>(
    query: Option<&Soql>,
    beside: impl Iterator<Item = &'m Method>,
) -> Option<(u32, At)> {
    let mut found: Vec<(u32, At)> = Vec::new();
    for date in query.into_iter().flat_map(|query| &query.dates) {
        let Some((name, number)) = date.text.split_once(':') else { continue };
        let unit = [("DAYS", 1), ("WEEKS", 7), ("MONTHS", 30), ("YEARS", 365)];
        let unit = unit.into_iter().find(|(unit, _)| name.contains(unit));
        if let (Some((_, days)), Ok(number)) = (unit, number.parse::<u32>()) {
            found.push((number.saturating_mul(days), date.at));
        }
    }
    // A literal in the query has the say; what is calculated beside it may be about other things.
    if found.is_empty() {
        beside.for_each(|method| calculated(method, &mut found));
    }
    found.into_iter().min()
}

fn calculated(method: &Method, found: &mut Vec<(u32, At)>) {
    walk::expressions(method.body.as_deref().unwrap_or_default(), &mut |expr| {
        let ExprKind::Call { base: Some(_), name, arguments } = &expr.kind else { return };
        let days = match name.text.to_ascii_lowercase().as_str() {
            "adddays" => 1,
            "addmonths" => 30,
            "addyears" => 365,
            _ => return,
        };
        let Some(ExprKind::Unary(number)) = arguments.first().map(|a| &a.kind) else { return };
        if let ExprKind::Literal(Literal::Number, text) = &number.kind
            && let Ok(number) = text.parse::<u32>()
        {
            found.push((number.saturating_mul(days), expr.at));
        }
    });
}
