//! The records a method reads and writes.
//!
//! In: a type of a unit and one of its methods. Out: each query, DML statement, call of
//! `Database` and published event, with the object it is about and the fields that are set.
//! Types are taken from declarations in the same file: parameters, locals, fields, queries.
//! What another class hands over untyped (`List<SObject>`) stays unknown.
//!
//! Source: Apex Developer Guide, "Data Manipulation Language", `Database` class.

use compact_str::CompactString;
use rustc_hash::FxHashMap;

use super::model::{
    At, Dml, Expr, ExprKind, Literal, Method, Name, Soql, Stmt, StmtKind, Type, TypeRef, Unit,
};
use super::{parse_soql, walk};

/// What is done with records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    /// They are queried or searched.
    Read,
    /// They are inserted, or may be (`upsert`).
    Create,
    /// They are updated, or may be.
    Update,
    /// They are deleted, or merged away.
    Delete,
    /// They are published.
    Publish,
}

/// Records that are touched.
#[derive(Debug, Clone)]
pub struct Touch<'u> {
    /// What is done.
    pub verb: Verb,
    /// Their object, as it is written; empty where the file does not say.
    pub object: CompactString,
    /// Where: the query, the statement or the call.
    pub at: At,
    /// Of a write: fields that the method sets on records of the object.
    pub fields: Vec<&'u Name>,
    /// The query that gives the records: of a read itself, of a write in the same method.
    pub query: Option<Soql>,
    /// Of a write, whose rights decide, where it is stated.
    pub mode: Option<Mode>,
}

/// Whose rights decide about a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// `as user`, `AccessLevel.USER_MODE`
    User,
    /// `as system`, `AccessLevel.SYSTEM_MODE`
    System,
}

/// Everything a method touches, in the order of the file.
pub fn touches<'u>(unit: &'u Unit, ty: &'u Type, method: &'u Method) -> Vec<Touch<'u>> {
    let Some(body) = &method.body else { return Vec::new() };
    let mut scope = Scope::of(unit, ty, method);
    scope.declare(body);
    let mut out = Vec::new();
    walk::statements(body, &mut |statement| {
        if let StmtKind::Dml(dml) = &statement.kind {
            scope.dml(dml, statement.at, &mut out);
        }
    });
    walk::expressions(body, &mut |expr| scope.expression(expr, &mut out));
    out.sort_by_key(|touch| touch.at);
    let fields = scope.fields_set(body);
    for touch in &mut out {
        if matches!(touch.verb, Verb::Create | Verb::Update | Verb::Publish) {
            touch.fields = fields.get(&lower(&touch.object)).cloned().unwrap_or_default();
        }
    }
    out
}

/// The types of names in one method.
struct Scope<'u> {
    types: FxHashMap<String, TypeRef>,
    queries: FxHashMap<String, &'u Soql>,
    returns: FxHashMap<String, &'u TypeRef>,
}

impl<'u> Scope<'u> {
    fn of(unit: &'u Unit, ty: &'u Type, method: &'u Method) -> Self {
        let mut scope = Self {
            types: FxHashMap::default(),
            queries: FxHashMap::default(),
            returns: FxHashMap::default(),
        };
        let mut around = Some(ty);
        while let Some(ty) = around {
            for field in &ty.fields {
                let known = scope.types.entry(lower(&field.name.text));
                known.or_insert_with(|| field.ty.clone());
            }
            for method in &ty.methods {
                if let Some(returns) = &method.returns {
                    scope.returns.entry(lower(&method.name.text)).or_insert(returns);
                }
            }
            around = ty.outer.and_then(|outer| unit.types.get(outer));
        }
        if let Some((object, _)) = &ty.trigger {
            let record = TypeRef { name: object.text.clone(), ..TypeRef::default() };
            for name in ["trigger.new", "trigger.old"] {
                scope.types.insert(name.to_owned(), list_of(record.clone()));
            }
        }
        for param in &method.params {
            scope.types.insert(lower(&param.name.text), param.ty.clone());
        }
        scope
    }

    fn declare(&mut self, body: &'u [Stmt]) {
        walk::statements(body, &mut |statement| match &statement.kind {
            StmtKind::Local { ty, name, init } => {
                self.types.insert(lower(&name.text), ty.clone());
                if let Some(ExprKind::Soql(soql)) = init.as_ref().map(|init| &init.kind) {
                    self.queries.insert(lower(&name.text), soql);
                }
            }
            StmtKind::ForEach { ty, name, value, .. } => {
                self.types.insert(lower(&name.text), ty.clone());
                if let ExprKind::Soql(soql) = &value.kind {
                    self.queries.insert(lower(&name.text), soql);
                }
            }
            _ => {}
        });
        walk::expressions(body, &mut |expr| {
            if let ExprKind::Assign { target, value, .. } = &expr.kind
                && let (ExprKind::Name(name), ExprKind::Soql(soql)) = (&target.kind, &value.kind)
            {
                self.queries.insert(lower(name), soql);
            }
        });
    }

    fn expression(&self, expr: &'u Expr, out: &mut Vec<Touch<'u>>) {
        match &expr.kind {
            ExprKind::Soql(soql) => out.push(read(soql, expr.at)),
            ExprKind::Sosl(sosl) => out.extend(sosl.returning.iter().map(|q| read(q, expr.at))),
            ExprKind::Dml(dml) => self.dml(dml, expr.at, out),
            ExprKind::Call { base: Some(base), name, arguments } => {
                let ExprKind::Name(class) = &base.kind else { return };
                let Some(first) = arguments.first() else { return };
                let (class, method) = (lower(class), lower(&name.text));
                if class == "eventbus" && method == "publish" {
                    self.write(Verb::Publish, first, expr.at, out);
                } else if class == "database" {
                    let from = out.len();
                    self.database(&method, first, expr.at, out);
                    let mode = arguments.iter().find_map(level);
                    out.iter_mut().skip(from).for_each(|touch| touch.mode = mode);
                }
            }
            _ => {}
        }
    }

    fn database(&self, method: &str, first: &'u Expr, at: At, out: &mut Vec<Touch<'u>>) {
        let verbs: &[Verb] = match method.trim_end_matches("immediate").trim_end_matches("async") {
            "insert" => &[Verb::Create],
            "update" => &[Verb::Update],
            "upsert" => &[Verb::Create, Verb::Update],
            "delete" | "emptyrecyclebin" => &[Verb::Delete],
            "query" | "getquerylocator" | "querywithbinds" | "getquerylocatorwithbinds" => {
                if let ExprKind::Literal(Literal::Text, text) = &first.kind {
                    out.extend(parse_soql(text, first.at).map(|soql| read(&soql, at)));
                }
                return;
            }
            _ => return,
        };
        for verb in verbs {
            self.write(*verb, first, at, out);
        }
    }

    fn dml(&self, dml: &'u Dml, at: At, out: &mut Vec<Touch<'u>>) {
        let verbs: &[Verb] = match dml.operation.as_str() {
            "insert" => &[Verb::Create],
            "update" => &[Verb::Update],
            "upsert" => &[Verb::Create, Verb::Update],
            "delete" => &[Verb::Delete],
            "merge" => &[Verb::Update, Verb::Delete],
            _ => return,
        };
        let mode = dml.mode.as_deref().and_then(|word| match word.to_ascii_lowercase().as_str() {
            "user" => Some(Mode::User),
            "system" => Some(Mode::System),
            _ => None,
        });
        let from = out.len();
        for verb in verbs {
            self.write(*verb, &dml.target, at, out);
        }
        out.iter_mut().skip(from).for_each(|touch| touch.mode = mode);
    }

    fn write(&self, verb: Verb, records: &'u Expr, at: At, out: &mut Vec<Touch<'u>>) {
        let mut object = self.type_of(records).map(record_type).unwrap_or_default();
        if is_untyped(&object.name) {
            object = TypeRef::default();
        }
        let verb = match object.name.to_ascii_lowercase().ends_with("__e") {
            true if verb == Verb::Create => Verb::Publish,
            _ => verb,
        };
        let query = match &records.kind {
            ExprKind::Soql(soql) => Some(soql.as_ref().clone()),
            ExprKind::Name(name) => self.queries.get(&lower(name)).map(|soql| (*soql).clone()),
            _ => None,
        };
        let name = object.name.rsplit_once('.').map_or(object.name.as_str(), |(schema, own)| {
            if schema.eq_ignore_ascii_case("schema") { own } else { object.name.as_str() }
        });
        out.push(Touch { verb, object: name.into(), at, fields: Vec::new(), query, mode: None });
    }

    /// The type of an expression, as far as the file says it.
    fn type_of(&self, expr: &Expr) -> Option<TypeRef> {
        match &expr.kind {
            ExprKind::Name(name) => self.types.get(&lower(name)).cloned(),
            ExprKind::Member { base, name } => {
                let of_this = matches!(base.kind, ExprKind::This);
                let of_trigger =
                    matches!(&base.kind, ExprKind::Name(n) if n.eq_ignore_ascii_case("trigger"));
                match (of_this, of_trigger) {
                    (true, _) => self.types.get(&lower(&name.text)).cloned(),
                    (_, true) => self.types.get(&format!("trigger.{}", lower(&name.text))).cloned(),
                    _ => None,
                }
            }
            ExprKind::New { ty, .. } | ExprKind::Cast { ty, .. } => Some(ty.clone()),
            ExprKind::Soql(soql) => {
                let record = TypeRef { name: soql.from.text.clone(), ..TypeRef::default() };
                Some(list_of(record))
            }
            ExprKind::Index { base, .. } => self.type_of(base).and_then(last_argument),
            ExprKind::Call { base: Some(base), name, .. } => {
                let of = self.type_of(base)?;
                match lower(&name.text).as_str() {
                    "get" | "remove" => last_argument(of),
                    "values" | "clone" | "deepclone" => Some(of),
                    _ => None,
                }
            }
            ExprKind::Call { base: None, name, .. } => {
                self.returns.get(&lower(&name.text)).map(|ty| (*ty).clone())
            }
            ExprKind::Ternary { then, other, .. } => {
                self.type_of(then).or_else(|| self.type_of(other))
            }
            _ => None,
        }
    }

    /// Fields that are set on records, by object in lower case.
    fn fields_set(&self, body: &'u [Stmt]) -> FxHashMap<String, Vec<&'u Name>> {
        let mut out: FxHashMap<String, Vec<&Name>> = FxHashMap::default();
        walk::expressions(body, &mut |expr| match &expr.kind {
            ExprKind::New { ty, named, .. } => {
                let fields = out.entry(lower(&ty.name)).or_default();
                fields.extend(named.iter().map(|(name, _)| name));
            }
            ExprKind::Assign { target, .. } => {
                if let ExprKind::Member { base, name } = &target.kind
                    && let Some(ty) = self.type_of(base)
                {
                    out.entry(lower(&record_type(ty).name)).or_default().push(name);
                }
            }
            _ => {}
        });
        out
    }
}

fn read(soql: &Soql, at: At) -> Touch<'static> {
    let object = soql.from.text.clone();
    let (fields, query) = (Vec::new(), Some(soql.clone()));
    Touch { verb: Verb::Read, object, at, fields, query, mode: None }
}

/// `AccessLevel.USER_MODE` and the like.
fn level(argument: &Expr) -> Option<Mode> {
    let ExprKind::Member { base, name } = &argument.kind else { return None };
    let class = match &base.kind {
        ExprKind::Name(class) => class,
        ExprKind::Member { name: class, .. } => &class.text,
        _ => return None,
    };
    match (class.eq_ignore_ascii_case("AccessLevel"), lower(&name.text).as_str()) {
        (true, "user_mode") => Some(Mode::User),
        (true, "system_mode") => Some(Mode::System),
        _ => None,
    }
}

fn list_of(record: TypeRef) -> TypeRef {
    TypeRef { name: "List".into(), arguments: vec![record], at: At::default() }
}

/// The type of the records in a collection, or the type itself.
fn record_type(mut ty: TypeRef) -> TypeRef {
    while let Some(inner) = ty.arguments.pop() {
        ty = inner;
    }
    ty
}

fn last_argument(mut ty: TypeRef) -> Option<TypeRef> {
    ty.arguments.pop()
}

fn is_untyped(name: &str) -> bool {
    ["sobject", "object", "list", "set", "map", "id", "string"]
        .iter()
        .any(|known| name.eq_ignore_ascii_case(known))
}

fn lower(name: &str) -> String {
    name.to_ascii_lowercase()
}
