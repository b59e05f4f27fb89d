//! Which named credentials of the old kind reach a host that one of the new kind reaches.
//!
//! In: the rows. Out: on the row of the old one, the names of the new ones. It cannot tell
//! which of the two code uses.

use compact_str::{CompactString, ToCompactString};

use crate::fact::{Fact, Item};
use crate::source::Span;

/// A named credential of the new kind: its host, its name, and where the host stands.
type New = (CompactString, CompactString, Span);

/// Says of each old named credential which new ones stand beside it.
pub(super) fn describe(rows: &mut [Fact]) {
    let new: Vec<New> = rows.iter().filter_map(|row| named(row, true)).collect();
    for row in rows {
        let Some((host, ..)) = named(row, false) else { continue };
        for (_, name, span) in new.iter().filter(|(own, ..)| *own == host) {
            let place = row.item("url").map_or(row.place, |item| item.span);
            let mut item = Item::new(name.clone(), place);
            item.related = Some(*span);
            row.values.push(("beside".into(), item));
        }
    }
}

/// The host, the name and the place of a named credential that is on, if it is of that kind.
fn named(row: &Fact, new: bool) -> Option<New> {
    let secured =
        matches!(row.text("namedCredentialType"), Some("SecuredEndpoint" | "PrivateEndpoint"));
    let is_one = row.text("use") == Some("named-credential") && row.is_true("active");
    let host = row.item("host").filter(|_| is_one && secured == new)?;
    Some((host.text.to_compact_string(), row.component.clone(), host.span))
}
