//! Expressions.
//!
//! In: an expression in the parser's tree. Out: an [`Expr`]; parentheses are gone, and a long
//! `a + b + c …` is a balanced tree, for who walks it may recurse.

use compact_str::CompactString;
use tree_sitter::Node;

use super::model::{At, Dml, Expr, ExprKind, Literal, Name, TypeRef};
use super::type_ref::list_of;
use super::{Lower, node};

/// Operands of one operator that still hang on one another to the left.
const MAX_LEFT: usize = 16;

/// Pairs between the braces of a map.
type Pairs = Vec<(Expr, Expr)>;

impl Lower<'_> {
    /// The expression in a field; nothing known where it is missing.
    pub(super) fn in_field(&mut self, of: Node<'_>, field: &str) -> Expr {
        match of.child_by_field_name(field) {
            Some(value) => self.expression(value),
            None => unknown(node::at(of)),
        }
    }

    pub(super) fn expression(&mut self, of: Node<'_>) -> Expr {
        let of = node::unwrap(of);
        if !self.enter(of) {
            return unknown(node::at(of));
        }
        let kind = self.kind(of);
        self.leave();
        Expr { kind, at: node::at(of) }
    }

    fn boxed(&mut self, of: Node<'_>, field: &str) -> Box<Expr> {
        Box::new(self.in_field(of, field))
    }

    fn kind(&mut self, of: Node<'_>) -> ExprKind {
        match of.kind() {
            "identifier" => ExprKind::Name(self.text(of).into()),
            "this" => ExprKind::This,
            "super" => ExprKind::Super,
            "string_literal" | "multi_line_string_literal" => {
                ExprKind::Literal(Literal::Text, self.plain(of))
            }
            "int" | "decimal_floating_point_literal" | "decimal" => {
                ExprKind::Literal(Literal::Number, self.text(of).into())
            }
            "boolean" => ExprKind::Literal(Literal::Bool, self.text(of).into()),
            "null_literal" => ExprKind::Literal(Literal::Null, self.text(of).into()),
            "field_access" => self.access(of),
            "java_field_access" => match node::child(of, "field_access") {
                Some(inner) => self.access(inner),
                None => ExprKind::Unknown,
            },
            "array_access" => {
                ExprKind::Index { base: self.boxed(of, "array"), index: self.boxed(of, "index") }
            }
            "method_invocation" => self.call(of),
            "object_creation_expression" => self.create(of),
            "array_creation_expression" | "map_creation_expression" => self.create_many(of),
            "assignment_expression" => self.assign(of),
            "binary_expression" => self.binary(of),
            "unary_expression" | "update_expression" => ExprKind::Unary(self.boxed(of, "operand")),
            "instanceof_expression" => ExprKind::InstanceOf(self.boxed(of, "left")),
            "ternary_expression" => ExprKind::Ternary {
                test: self.boxed(of, "condition"),
                then: self.boxed(of, "consequence"),
                other: self.boxed(of, "alternative"),
            },
            "cast_expression" => {
                let ty = self.type_in(of, "type");
                ExprKind::Cast { ty, value: self.boxed(of, "value") }
            }
            "class_literal" => {
                let ty = node::first(of).map(|ty| self.type_ref(ty));
                ExprKind::Class(ty.unwrap_or_default())
            }
            "query_expression" => self.query(of),
            "dml_expression" => ExprKind::Dml(Box::new(self.dml(of))),
            "version_expression" => ExprKind::Name(self.text(of).into()),
            _ => ExprKind::Unknown,
        }
    }

    fn access(&mut self, of: Node<'_>) -> ExprKind {
        let base = self.boxed(of, "object");
        ExprKind::Member { base, name: self.field_name(of, "field") }
    }

    fn arguments(&mut self, of: Node<'_>) -> Vec<Expr> {
        let list = of.child_by_field_name("arguments").map_or_else(Vec::new, node::named);
        let list = list.into_iter().filter(|argument| argument.kind() != "ERROR");
        list.map(|argument| self.expression(argument)).collect()
    }

    fn call(&mut self, of: Node<'_>) -> ExprKind {
        let base = of.child_by_field_name("object").map(|base| Box::new(self.expression(base)));
        let name = self.field_name(of, "name");
        ExprKind::Call { base, name, arguments: self.arguments(of) }
    }

    /// `this(…)` and `super(…)`.
    pub(super) fn constructor_call(&mut self, of: Node<'_>) -> Option<Expr> {
        let name = self.name(of.child_by_field_name("constructor")?);
        let arguments = self.arguments(of);
        let kind = ExprKind::Call { base: None, name, arguments };
        Some(Expr { kind, at: node::at(of) })
    }

    fn create(&mut self, of: Node<'_>) -> ExprKind {
        let ty = self.type_in(of, "type");
        let (mut arguments, mut named) = (Vec::new(), Vec::new());
        for argument in self.arguments(of) {
            match argument.kind {
                ExprKind::Assign { target, value, keeps: false } => match target.kind {
                    ExprKind::Name(text) => named.push((Name { text, at: target.at }, *value)),
                    _ => arguments.push(*value),
                },
                _ => arguments.push(argument),
            }
        }
        let (elements, pairs) = (Vec::new(), Vec::new());
        ExprKind::New { ty, arguments, named, elements, pairs }
    }

    fn create_many(&mut self, of: Node<'_>) -> ExprKind {
        let mut ty = self.type_in(of, "type");
        let mut arguments = Vec::new();
        for dimension in node::in_field(of, "dimensions") {
            ty = list_of(ty.clone(), ty.at);
            let size = node::first(dimension).filter(|_| dimension.kind() == "dimensions_expr");
            arguments.extend(size.map(|size| self.expression(size)));
        }
        let value = of.child_by_field_name("value");
        let (elements, pairs) = value.map(|value| self.between_braces(value)).unwrap_or_default();
        ExprKind::New { ty, arguments, named: Vec::new(), elements, pairs }
    }

    fn between_braces(&mut self, value: Node<'_>) -> (Vec<Expr>, Pairs) {
        let (mut elements, mut pairs) = (Vec::new(), Vec::new());
        for part in node::named(value) {
            match part.kind() {
                "map_key_initializer" => {
                    let mut sides = node::named(part).into_iter();
                    if let Some((key, value)) = sides.next().zip(sides.next()) {
                        let key = self.expression(key);
                        let value = self.expression(value);
                        pairs.push((key, value));
                    }
                }
                "ERROR" => {}
                "array_initializer" => {
                    let inner = self.initial(part, &TypeRef::default());
                    elements.push(inner);
                }
                _ => {
                    let element = self.expression(part);
                    elements.push(element);
                }
            }
        }
        (elements, pairs)
    }

    /// What a variable of that type starts with: an expression, or elements between braces.
    pub(super) fn initial(&mut self, value: Node<'_>, ty: &TypeRef) -> Expr {
        if value.kind() != "array_initializer" {
            return self.expression(value);
        }
        let at = node::at(value);
        if !self.enter(value) {
            return unknown(at);
        }
        let (elements, pairs) = self.between_braces(value);
        self.leave();
        let (arguments, named) = (Vec::new(), Vec::new());
        Expr { kind: ExprKind::New { ty: ty.clone(), arguments, named, elements, pairs }, at }
    }

    fn assign(&mut self, of: Node<'_>) -> ExprKind {
        let target = self.boxed(of, "left");
        let operator = of.child_by_field_name("operator").map(|word| self.text(word));
        let keeps = operator.is_some_and(|operator| operator != "=");
        ExprKind::Assign { target, value: self.boxed(of, "right"), keeps }
    }

    fn binary(&mut self, of: Node<'_>) -> ExprKind {
        let operator = self.operator(of);
        let joins = matches!(operator.as_str(), "+" | "&&" | "||" | "??");
        // A chain hangs on its left; it is taken in a row, whatever its length.
        let mut operands = Vec::new();
        let mut left = of;
        loop {
            operands.push(self.in_field(left, "right"));
            let Some(next) = left.child_by_field_name("left") else { break };
            let again = next.kind() == "binary_expression";
            if !(joins && again && self.operator(next) == operator) {
                operands.push(self.expression(next));
                break;
            }
            left = next;
        }
        operands.reverse();
        join(operands, &operator).kind
    }

    fn operator(&self, of: Node<'_>) -> CompactString {
        let word = of.child_by_field_name("operator");
        word.map_or_else(CompactString::default, |word| self.text(word).into())
    }

    fn dml(&mut self, of: Node<'_>) -> Dml {
        let operation = node::child(of, "dml_type").map(|word| self.text(word).to_lowercase());
        let mode = node::child(of, "dml_security_mode").map(|word| self.text(word).to_lowercase());
        Dml {
            operation: operation.unwrap_or_default().into(),
            target: self.in_field(of, "target"),
            merged: of.child_by_field_name("merge_with").map(|value| self.expression(value)),
            mode: mode.map(CompactString::from),
        }
    }

    /// The text of a literal without quotes, escapes undone; of anything else as written.
    pub(super) fn plain(&self, of: Node<'_>) -> CompactString {
        let written = self.written.get(of.byte_range()).unwrap_or("");
        let inner = match written.strip_prefix("'''").and_then(|text| text.strip_suffix("'''")) {
            Some(inner) => inner,
            None => match strip_quotes(written) {
                Some(inner) => inner,
                None => return self.text(of).into(),
            },
        };
        // A placeholder for a namespace may stand for none.
        let inner = super::mask::without_prefixes(inner);
        if inner.contains('\\') { unescape(&inner) } else { inner.into() }
    }
}

fn strip_quotes(text: &str) -> Option<&str> {
    text.strip_prefix('\'')?.strip_suffix('\'')
}

fn unescape(text: &str) -> CompactString {
    let mut out = CompactString::default();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some('n' | 'N') => out.push('\n'),
            Some('t' | 'T') => out.push('\t'),
            Some('r' | 'R') => out.push('\r'),
            Some('b' | 'B' | 'f' | 'F') => out.push(' '),
            Some('u' | 'U') => {
                let digits: String = chars.clone().take(4).collect();
                match u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32) {
                    Some(known) => {
                        out.push(known);
                        chars = skip(chars, digits.chars().count());
                    }
                    None => out.push('u'),
                }
            }
            Some(other) => out.push(other),
            None => {}
        }
    }
    out
}

fn skip(mut chars: std::str::Chars<'_>, count: usize) -> std::str::Chars<'_> {
    for _ in 0..count {
        chars.next();
    }
    chars
}

/// Operands joined by one operator, in their order.
fn join(mut operands: Vec<Expr>, operator: &CompactString) -> Expr {
    let pair = |left: Expr, right: Expr| {
        let at = At { start: left.at.start, end: right.at.end };
        let operator = operator.clone();
        let kind = ExprKind::Binary { operator, left: Box::new(left), right: Box::new(right) };
        Expr { kind, at }
    };
    if operands.len() > MAX_LEFT {
        let right = operands.split_off(operands.len() / 2);
        return pair(join(operands, operator), join(right, operator));
    }
    operands.into_iter().reduce(pair).unwrap_or_else(|| unknown(At::default()))
}

pub(super) fn unknown(at: At) -> Expr {
    Expr { kind: ExprKind::Unknown, at }
}
