//! What a text in Apex is, as far as the code shows it.
//!
//! In: a body. Out: for any expression in it the text, with `?` for what is not known, and
//! what of it people outside may write: the holes. Statements are taken in their order, both
//! branches of a choice, loops once. A parameter that is looked up in a list first is no
//! hole, nor is one that is escaped, or that is no text.

use rustc_hash::{FxHashMap, FxHashSet};

use super::program::{Class, Program};
use super::text::{Hole, Text};
use crate::metadata::apex::model::{Expr, ExprKind, Literal, Method, Stmt, StmtKind, TypeRef};
use crate::metadata::apex::walk;

/// Methods in one another whose results are looked for.
const MOST_CALLS: usize = 3;

/// Reads one body.
pub(super) struct Fold<'p, 'u> {
    program: &'p Program<'u>,
    number: usize,
    class: Option<&'p Class<'u>>,
    method: &'p Method,
    texts: FxHashMap<String, Text>,
    looked_up: FxHashSet<String>,
    returned: Option<Text>,
    calls: usize,
}

/// Called for every expression, when it is reached.
type Visit<'v, 'p, 'u> = &'v mut dyn FnMut(&mut Fold<'p, 'u>, &Expr);

impl<'p, 'u> Fold<'p, 'u> {
    pub(super) fn new(program: &'p Program<'u>, number: usize, method: &'p Method) -> Self {
        let class = program.class(number);
        let mut fold = Self {
            program,
            number,
            class,
            method,
            texts: FxHashMap::default(),
            looked_up: looked_up(method),
            returned: None,
            calls: 0,
        };
        for (at, param) in method.params.iter().enumerate() {
            let mut text = Text::unknown();
            let name = param.name.text.to_lowercase().to_string();
            if carries_text(&param.ty)
                && !fold.looked_up.contains(&name)
                && let Some(class) = class
            {
                let (name, span) = (param.name.text.to_string(), class.span(param.name.at));
                text.holes.push(Hole { param: Some(at), name, span });
            }
            fold.texts.insert(name, text);
        }
        fold
    }

    /// Reads the body, telling `visit` of each expression.
    pub(super) fn run(&mut self, visit: Visit<'_, 'p, 'u>) {
        let body = self.method.body.as_deref().unwrap_or_default();
        self.block(body, visit);
    }

    fn block(&mut self, body: &[Stmt], visit: Visit<'_, 'p, 'u>) {
        for statement in body {
            self.statement(statement, visit);
        }
    }

    fn see(&mut self, expr: &Expr, visit: Visit<'_, 'p, 'u>) {
        let mut all: Vec<&Expr> = Vec::new();
        walk::expression(expr, &mut |inner| {
            if matches!(inner.kind, ExprKind::Call { .. }) {
                all.push(inner);
            }
        });
        for inner in &all {
            visit(self, inner);
        }
        for inner in &all {
            self.grow(inner);
        }
        self.assign(expr);
    }

    fn statement(&mut self, statement: &Stmt, visit: Visit<'_, 'p, 'u>) {
        match &statement.kind {
            StmtKind::Local { ty, name, init } => {
                let text = match init {
                    Some(init) => {
                        self.see(init, visit);
                        if carries_text(ty) { self.text(init) } else { Text::unknown() }
                    }
                    None => Text::default(),
                };
                self.texts.insert(name.text.to_lowercase().to_string(), text);
            }
            StmtKind::Expr(expr) | StmtKind::Throw(expr) => self.see(expr, visit),
            StmtKind::Return(Some(expr)) => {
                self.see(expr, visit);
                let text = self.text(expr);
                self.returned = Some(match self.returned.take() {
                    Some(before) => before.or(text),
                    None => text,
                });
            }
            StmtKind::If { test, then, other } => {
                self.see(test, visit);
                let before = self.texts.clone();
                self.block(then, visit);
                let after = std::mem::replace(&mut self.texts, before);
                self.block(other, visit);
                self.merge(after);
            }
            StmtKind::ForEach { name, value, body, .. } => {
                self.see(value, visit);
                let text = self.text(value);
                self.texts.insert(name.text.to_lowercase().to_string(), text);
                self.block(body, visit);
            }
            StmtKind::Loop { before, test, body } => {
                self.block(before, visit);
                if let Some(test) = test {
                    self.see(test, visit);
                }
                self.block(body, visit);
            }
            StmtKind::Switch { value, branches } => {
                self.see(value, visit);
                for (_, _, body) in branches {
                    let before = self.texts.clone();
                    self.block(body, visit);
                    self.merge(before);
                }
            }
            StmtKind::Try { body, catches, finally } => {
                self.block(body, visit);
                catches.iter().for_each(|(_, body)| self.block(body, visit));
                self.block(finally, visit);
            }
            StmtKind::Block(body) => self.block(body, visit),
            StmtKind::Dml(dml) => self.see(&dml.target, visit),
            StmtKind::Return(None) | StmtKind::Jump => {}
        }
    }

    fn merge(&mut self, other: FxHashMap<String, Text>) {
        for (name, text) in other {
            match self.texts.remove(&name) {
                Some(own) => drop(self.texts.insert(name, own.or(text))),
                None => drop(self.texts.insert(name, text)),
            }
        }
    }

    fn assign(&mut self, expr: &Expr) {
        let ExprKind::Assign { target, value, keeps } = &expr.kind else { return };
        let Some(name) = variable(target) else { return };
        let value = self.text(value);
        let text = match self.texts.get_mut(&name).filter(|_| *keeps) {
            Some(text) => {
                text.add(&value);
                return;
            }
            None => value,
        };
        self.texts.insert(name, text);
    }

    /// `parts.add(text)`
    fn grow(&mut self, expr: &Expr) {
        let ExprKind::Call { base: Some(base), name, arguments } = &expr.kind else { return };
        let adds = ["add", "addall"].iter().any(|known| name.text.eq_ignore_ascii_case(known));
        let (Some(list), Some(last), true) = (variable(base), arguments.last(), adds) else {
            return;
        };
        let more = self.text(last);
        if let Some(text) = self.texts.get_mut(&list) {
            if !text.text.is_empty() {
                text.text.push_str(", ");
            }
            text.add(&more);
        }
    }

    /// The text of an expression.
    pub(super) fn text(&mut self, expr: &Expr) -> Text {
        match &expr.kind {
            ExprKind::Literal(Literal::Null, _) => Text::default(),
            ExprKind::Literal(_, text) => Text::of(text),
            ExprKind::Name(name) => self.named(name),
            ExprKind::Member { base, name } => match &base.kind {
                ExprKind::This => self.named(&name.text),
                ExprKind::Name(first) => self.member(first, &name.text),
                _ => Text::unknown(),
            },
            ExprKind::Binary { operator, left, right } if operator == "+" => {
                let mut text = self.text(left);
                let right = self.text(right);
                text.add(&right);
                text
            }
            ExprKind::Binary { operator, left, right } if operator == "??" => {
                let left = self.text(left);
                left.or(self.text(right))
            }
            ExprKind::Ternary { then, other, .. } => {
                let then = self.text(then);
                then.or(self.text(other))
            }
            ExprKind::Cast { ty, value } if carries_text(ty) => self.text(value),
            ExprKind::Index { base, .. } => self.text(base),
            ExprKind::New { ty, arguments, elements, .. } if carries_text(ty) => {
                let mut text = Text::default();
                for (at, part) in arguments.iter().chain(elements).enumerate() {
                    text.text.push_str(if at == 0 { "" } else { ", " });
                    let part = self.text(part);
                    text.add(&part);
                }
                text
            }
            ExprKind::Call { base, name, arguments } => {
                self.call(base.as_deref(), &name.text, arguments)
            }
            _ => Text::unknown(),
        }
    }

    /// A variable, a field of the class, or a constant.
    fn named(&mut self, name: &str) -> Text {
        let key = name.to_lowercase();
        if let Some(text) = self.texts.get(&key) {
            return text.clone();
        }
        self.field(self.number, name)
    }

    fn member(&mut self, first: &str, name: &str) -> Text {
        if let Some(known) = self.texts.get(&first.to_lowercase()) {
            // What a parameter of a type of the project carries is written outside too.
            return Text { text: "?".to_owned(), holes: known.holes.clone() };
        }
        match self.program.resolve(first, Some(self.number)) {
            Some(class) => self.field(class, name),
            None => Text::unknown(),
        }
    }

    /// A field by what it starts with; one that a page fills is a hole.
    fn field(&mut self, number: usize, name: &str) -> Text {
        let found = self.program.ancestry(number).into_iter().find_map(|number| {
            let class = self.program.class(number)?;
            let field = class.ty.fields.iter().find(|f| f.name.text.eq_ignore_ascii_case(name))?;
            Some((number, class, field))
        });
        let Some((number, class, field)) = found else { return Text::unknown() };
        let has = |word: &str| field.modifiers.iter().any(|modifier| modifier == word);
        let settable = (has("public") || has("global")) && !has("final") && !has("static");
        let of_page = !self.class.is_none_or(|own| own.pages.is_empty());
        let key = name.to_lowercase();
        if settable && of_page && carries_text(&field.ty) && !self.looked_up.contains(&key) {
            let (name, span) = (field.name.text.to_string(), class.span(field.name.at));
            return Text { text: "?".to_owned(), holes: vec![Hole { param: None, name, span }] };
        }
        let fixed = has("final") || has("static");
        match &field.init {
            Some(init) if fixed && self.calls < MOST_CALLS => {
                self.calls += 1;
                let outer = std::mem::replace(&mut self.number, number);
                let texts = std::mem::take(&mut self.texts);
                let text = self.text(init);
                self.texts = texts;
                self.number = outer;
                self.calls -= 1;
                text
            }
            _ => Text::unknown(),
        }
    }

    fn call(&mut self, base: Option<&Expr>, name: &str, arguments: &[Expr]) -> Text {
        let method = name.to_lowercase();
        let of_string = matches!(base.map(|b| &b.kind), Some(ExprKind::Name(class)) if class.eq_ignore_ascii_case("String"));
        if of_string {
            return self.of_string(&method, arguments);
        }
        if let Some(hole) = self.request_parameter(base, &method, arguments) {
            return Text { text: "?".to_owned(), holes: vec![hole] };
        }
        const KEEPS: [&str; 16] = [
            "trim",
            "tolowercase",
            "touppercase",
            "substring",
            "left",
            "right",
            "abbreviate",
            "normalizespace",
            "removeend",
            "removestart",
            "replace",
            "replaceall",
            "capitalize",
            "tostring",
            "split",
            "get",
        ];
        match base {
            Some(base) if KEEPS.contains(&method.as_str()) && !self.is_class(base) => {
                let quotes = arguments.first().is_some_and(|first| {
                    matches!(&first.kind, ExprKind::Literal(Literal::Text, text) if text.contains('\''))
                });
                let mut text = self.text(base);
                if quotes && method.starts_with("replace") {
                    text.holes.clear();
                }
                text
            }
            _ => self.own_method(base, name, arguments),
        }
    }

    fn is_class(&self, base: &Expr) -> bool {
        match &base.kind {
            ExprKind::Name(name) => {
                !self.texts.contains_key(&name.to_lowercase().to_string())
                    && self.program.resolve(name, Some(self.number)).is_some()
            }
            _ => false,
        }
    }

    fn of_string(&mut self, method: &str, arguments: &[Expr]) -> Text {
        let mut text = match (method, arguments) {
            ("valueof", [only]) => return self.text(only),
            ("join", [list, ..]) => return self.text(list),
            ("format", [template, ..]) => self.text(template),
            _ => return Text::unknown(),
        };
        // `{0}` stands for an argument.
        let mut out = String::new();
        let mut rest = text.text.as_str();
        while let Some((before, after)) = rest.split_once('{') {
            let end = after.find('}').filter(|end| after.get(..*end).is_some_and(is_digits));
            out.push_str(before);
            match end {
                Some(end) => {
                    out.push('?');
                    rest = after.get(end + 1..).unwrap_or("");
                }
                None => {
                    out.push('{');
                    rest = after;
                }
            }
        }
        out.push_str(rest);
        text.text = out;
        for argument in arguments.iter().skip(1) {
            let holes = self.text(argument).holes;
            text.take(&holes);
        }
        text
    }

    /// A parameter of the request or of the page's address.
    fn request_parameter(
        &self,
        base: Option<&Expr>,
        method: &str,
        arguments: &[Expr],
    ) -> Option<Hole> {
        let (Some(base), "get", [key]) = (base, method, arguments) else { return None };
        let of_request = match &base.kind {
            ExprKind::Call { name, .. } => name.text.eq_ignore_ascii_case("getParameters"),
            ExprKind::Member { name, .. } => {
                name.text.eq_ignore_ascii_case("params")
                    || name.text.eq_ignore_ascii_case("headers")
            }
            _ => false,
        };
        let name = match &key.kind {
            ExprKind::Literal(Literal::Text, text) => text.to_string(),
            _ => "parameter".to_owned(),
        };
        let span = self.class?.span(base.at);
        of_request.then_some(Hole { param: None, name, span })
    }

    /// What a method of the same class, or a static one of another, gives back.
    fn own_method(&mut self, base: Option<&Expr>, name: &str, arguments: &[Expr]) -> Text {
        let target = match base.map(|base| &base.kind) {
            None | Some(ExprKind::This) => Some(self.number),
            Some(ExprKind::Name(class)) => self.program.resolve(class, Some(self.number)),
            _ => None,
        };
        let program = self.program;
        let found = target.and_then(|number| {
            let class = program.class(number)?;
            let method = class.bodies.iter().find(|body| {
                body.name.text.eq_ignore_ascii_case(name) && body.params.len() == arguments.len()
            })?;
            Some((number, method.as_ref()))
        });
        let Some((number, method)) = found.filter(|_| self.calls < MOST_CALLS) else {
            return Text::unknown();
        };
        let given: Vec<Text> = arguments.iter().map(|argument| self.text(argument)).collect();
        let mut inner = Fold::new(program, number, method);
        inner.calls = self.calls + 1;
        for (param, text) in method.params.iter().zip(given) {
            let name = param.name.text.to_lowercase().to_string();
            let mut text = if carries_text(&param.ty) { text } else { Text::unknown() };
            if inner.looked_up.contains(&name) {
                text.holes.clear();
            }
            inner.texts.insert(name, text);
        }
        inner.run(&mut |_, _| {});
        inner.returned.unwrap_or_else(Text::unknown)
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// `name` and `this.name`, in lower case.
fn variable(expr: &Expr) -> Option<String> {
    match &expr.kind {
        ExprKind::Name(name) => Some(name.to_lowercase().to_string()),
        ExprKind::Member { base, name } if matches!(base.kind, ExprKind::This) => {
            Some(name.text.to_lowercase().to_string())
        }
        _ => None,
    }
}

/// Whether a value of the type can change a query: a text, or what may hold one.
fn carries_text(ty: &TypeRef) -> bool {
    const PLAIN: [&str; 10] = [
        "integer", "long", "double", "decimal", "boolean", "id", "date", "datetime", "time", "blob",
    ];
    match ty.arguments.last() {
        Some(last) => carries_text(last),
        None => !PLAIN.contains(&ty.name.to_lowercase().as_str()),
    }
}

/// Names that are looked up in a list or a map, in lower case: only what is listed goes on.
fn looked_up(method: &Method) -> FxHashSet<String> {
    let mut out = FxHashSet::default();
    walk::expressions(method.body.as_deref().unwrap_or_default(), &mut |expr| {
        let ExprKind::Call { base: Some(base), name, arguments } = &expr.kind else { return };
        let looks = ["contains", "containskey"].iter().any(|m| name.text.eq_ignore_ascii_case(m));
        // `text.contains('x')` looks for a text.
        if let ([Expr { kind: ExprKind::Name(asked), .. }], true) = (arguments.as_slice(), looks)
            && !matches!(base.kind, ExprKind::Literal(..))
        {
            out.insert(asked.to_lowercase().to_string());
        }
    });
    out
}
