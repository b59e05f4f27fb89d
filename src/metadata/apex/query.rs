//! Queries and searches in brackets.
//!
//! In: `[SELECT …]` or `[FIND …]` in the parser's tree. Out: a [`Soql`] or a [`Sosl`].

use compact_str::CompactString;
use tree_sitter::Node;

use super::model::{Expr, ExprKind, Name, Selected, Soql, Sosl};
use super::{Lower, node};

impl Lower<'_> {
    pub(super) fn query(&mut self, of: Node<'_>) -> ExprKind {
        match node::first(of) {
            Some(body) if body.kind() == "soql_query_body" => {
                ExprKind::Soql(Box::new(self.soql(body)))
            }
            Some(body) if body.kind() == "sosl_query_body" => {
                ExprKind::Sosl(Box::new(self.sosl(body)))
            }
            _ => ExprKind::Unknown,
        }
    }

    fn soql(&mut self, body: Node<'_>) -> Soql {
        let mut out = Soql { at: node::at(body), ..Soql::default() };
        for clause in node::named(body) {
            match clause.kind() {
                "select_clause" => self.select(clause, &mut out),
                "from_clause" => self.from(clause, &mut out),
                "with_clause" => self.with(clause, &mut out),
                "where_clause" => {
                    out.has_where = true;
                    self.filters(clause, &mut out);
                }
                "group_by_clause" => {
                    out.aggregate = true;
                    self.filters(clause, &mut out);
                }
                _ => self.filters(clause, &mut out),
            }
        }
        out
    }

    fn select(&mut self, clause: Node<'_>, out: &mut Soql) {
        for part in node::named(clause) {
            match part.kind() {
                "count_expression" => out.aggregate = true,
                "subquery" => self.subquery(part, out),
                "type_of_clause" => self.type_of(part, out),
                _ => {
                    let selected = self.selected(part, out);
                    out.select.extend(selected);
                }
            }
        }
    }

    fn subquery(&mut self, part: Node<'_>, out: &mut Soql) {
        if !self.enter(part) {
            return;
        }
        if let Some(body) = node::child(part, "soql_query_body") {
            let child = self.soql(body);
            out.binds.extend(child.binds.iter().cloned());
            out.children.push(child);
        }
        self.leave();
    }

    /// One selected value: a field, a function of one, either with an alias.
    fn selected(&mut self, part: Node<'_>, out: &mut Soql) -> Option<Selected> {
        let mut part = part;
        let mut alias = None;
        if part.kind() == "alias_expression" {
            let mut parts = node::named(part).into_iter();
            let value = parts.next()?;
            alias = parts.next().map(|alias| CompactString::from(self.text(alias)));
            part = value;
        }
        let mut function = None;
        // Functions in one another: the outermost has the say.
        while part.kind() == "function_expression" {
            let name = self.field_name(part, "function_name").text.to_uppercase();
            let sums = ["COUNT", "COUNT_DISTINCT", "SUM", "AVG", "MIN", "MAX"];
            out.aggregate |= sums.contains(&name.as_str());
            function.get_or_insert(name);
            let inner = node::named(part);
            let inner = inner
                .into_iter()
                .find(|inner| matches!(inner.kind(), "function_expression" | "field_identifier"));
            part = inner?;
        }
        let known = matches!(part.kind(), "field_identifier" | "fields_expression");
        known.then(|| Selected { field: self.joined(part), alias, function })
    }

    /// A name without what may stand between its parts.
    fn joined(&self, part: Node<'_>) -> Name {
        let text = self.text(part).split_whitespace().collect();
        Name { text, at: node::at(part) }
    }

    fn type_of(&mut self, part: Node<'_>, out: &mut Soql) {
        let whole = node::at(part);
        for branch in node::named(part) {
            if !matches!(branch.kind(), "when_expression" | "else_expression") {
                continue;
            }
            let mut typed = Soql { at: whole, ..Soql::default() };
            for word in node::named(branch) {
                match word.kind() {
                    "identifier" => typed.from = self.name(word),
                    "field_list" => typed.select.extend(
                        node::named(word)
                            .into_iter()
                            .map(|n| Selected { field: self.joined(n), ..Selected::default() }),
                    ),
                    _ => {}
                }
            }
            out.typed.push(typed);
        }
    }

    fn from(&mut self, clause: Node<'_>, out: &mut Soql) {
        let Some(first) = node::first(clause) else { return };
        match first.kind() {
            "storage_alias" => {
                let parts = node::named(first);
                let mut parts = parts.into_iter();
                out.from = parts.next().map(|name| self.joined(name)).unwrap_or_default();
                out.alias = parts.next().map(|alias| self.text(alias).into());
            }
            _ => out.from = self.joined(first),
        }
    }

    fn with(&mut self, clause: Node<'_>, out: &mut Soql) {
        let Some(kind) = node::child(clause, "with_type") else { return };
        let text = self.text(kind).to_uppercase();
        if matches!(text.as_str(), "USER_MODE" | "SYSTEM_MODE" | "SECURITY_ENFORCED") {
            out.security = Some(Name { text: text.into(), at: node::at(kind) });
        }
    }

    /// Fields and bound expressions of a clause. Those of a query inside it are no fields of
    /// this object.
    fn filters(&mut self, clause: Node<'_>, out: &mut Soql) {
        let mut cursor = clause.walk();
        let mut inner = 0_usize;
        loop {
            let part = cursor.node();
            let mut below = true;
            match part.kind() {
                "bound_apex_expression" => {
                    if let Some(value) = node::first(part) {
                        let value = self.expression(value);
                        out.binds.push(value);
                    }
                    below = false;
                }
                "date_literal_with_param" => {
                    let mut date = self.joined(part);
                    date.text = date.text.to_uppercase();
                    out.dates.push(date);
                    below = false;
                }
                "field_identifier" => {
                    if inner == 0 {
                        out.filters.push(self.joined(part));
                    }
                    below = false;
                }
                _ => {}
            }
            if below && cursor.goto_first_child() {
                inner += usize::from(part.kind() == "soql_query_body");
                continue;
            }
            while !cursor.goto_next_sibling() {
                if !cursor.goto_parent() {
                    return;
                }
                inner -= usize::from(cursor.node().kind() == "soql_query_body").min(inner);
                if cursor.node() == clause {
                    return;
                }
            }
        }
    }

    fn sosl(&mut self, body: Node<'_>) -> Sosl {
        let mut out = Sosl { at: node::at(body), ..Sosl::default() };
        let mut rest = Soql::default();
        for clause in node::named(body) {
            match clause.kind() {
                "returning_clause" => {
                    let objects = node::named(clause);
                    let objects = objects.into_iter().filter(|n| n.kind() == "sobject_return");
                    for object in objects {
                        let returned = self.returned(object);
                        out.binds.extend(returned.binds.iter().cloned());
                        out.returning.push(returned);
                    }
                }
                _ => self.filters(clause, &mut rest),
            }
        }
        out.binds.append(&mut rest.binds);
        out.security = self.modes.iter().find(|mode| out.at.has(mode.at)).cloned();
        out
    }

    fn returned(&mut self, object: Node<'_>) -> Soql {
        let mut out = Soql { at: node::at(object), ..Soql::default() };
        for part in node::named(object) {
            match part.kind() {
                "identifier" if out.from.text.is_empty() => out.from = self.name(part),
                "selected_fields" => self.select(part, &mut out),
                kind => {
                    out.has_where |= kind == "where_clause";
                    self.filters(part, &mut out);
                }
            }
        }
        out
    }
}

/// The expression of a bound name, dots included.
pub(super) fn bound(path: &str, at: super::model::At) -> Option<Expr> {
    let mut parts = path.split('.');
    let first = parts.next().filter(|first| !first.is_empty())?;
    let first = Expr { kind: ExprKind::Name(first.into()), at };
    Some(parts.fold(first, |base, name| {
        let name = Name { text: name.into(), at };
        Expr { kind: ExprKind::Member { base: Box::new(base), name }, at }
    }))
}
