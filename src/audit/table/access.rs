//! Who reaches which PHI, and from where people log in.

use super::{Column, Table, column};
use crate::audit::Subject;
use crate::report::access::AccessStep;

const ACCESS: [Column; 12] = [
    column("Org", 14),
    column("Holder", 34),
    column("Kind", 20),
    column("Audience", 14),
    column("Object", 28),
    column("Field", 28),
    column("Level", 8),
    column("Records", 12),
    column("Known", 10),
    column("Through", 80),
    column("Restricted by", 30),
    column("Not known because", 60),
];

pub(super) fn access(subject: &Subject<'_>) -> Table {
    let mut table = Table::new(
        "phi-access",
        "PHI access",
        "Who can be granted access to which PHI, and through what. Who is assigned a profile, \
         set or group is data that metadata does not show.",
        &ACCESS,
    );
    for row in &subject.access.rows {
        table.push(vec![
            row.org.clone(),
            row.holder.clone(),
            row.holder_kind.replace('-', " "),
            row.audience.clone(),
            row.object.clone(),
            row.field.clone().unwrap_or_default(),
            row.level.to_owned(),
            row.reach.to_owned(),
            if row.known { "yes" } else { "no" }.to_owned(),
            route(&row.through),
            row.restricted_by.join("; "),
        ]);
    }
    for unknown in &subject.access.unknown {
        let mut cells = vec![String::new(); ACCESS.len()];
        let object = unknown.object.clone().unwrap_or_else(|| "every object".to_owned());
        let told = [
            (0, unknown.org.clone()),
            (1, unknown.holder.clone()),
            (2, unknown.holder_kind.replace('-', " ")),
            (4, object),
            (8, "no".to_owned()),
            (11, unknown.reason.clone()),
        ];
        for (at, text) in told {
            if let Some(cell) = cells.get_mut(at) {
                *cell = text;
            }
        }
        table.push(cells);
    }
    table
}

fn route(steps: &[AccessStep]) -> String {
    let step = |step: &AccessStep| format!("{} ({}:{})", step.what, step.path, step.line);
    steps.iter().map(step).collect::<Vec<_>>().join("; ")
}

const RANGES: [Column; 8] = [
    column("Org", 14),
    column("Profile or settings", 34),
    column("Meaning", 50),
    column("From", 20),
    column("To", 20),
    column("Size", 34),
    column("Path", 60),
    column("Line", 8),
];

pub(super) fn ranges(subject: &Subject<'_>) -> Table {
    let mut table = Table::new(
        "login-ranges",
        "Login ranges",
        "From which addresses people may log in, by profile, and which addresses the org trusts.",
        &RANGES,
    );
    for range in &subject.estate.ranges {
        let meaning = match range.scope.as_str() {
            "org" => "a login from here is not asked to verify itself",
            _ if range.start.is_empty() => "logins come from anywhere",
            _ => "logins come from here only",
        };
        table.push(vec![
            range.org.clone(),
            range.owner.clone(),
            meaning.to_owned(),
            range.start.clone(),
            range.end.clone(),
            range.size.clone(),
            range.line.path.clone(),
            range.line.line.to_string(),
        ]);
    }
    table
}
