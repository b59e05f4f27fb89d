//! What is kept of an Apex source file.
//!
//! Names stand as they are written; Apex compares them without regard to case. Every node has
//! its place. Comments, formatting and whatever carries no data are gone. A part that could
//! not be parsed is a [`Gap`], and what stands around it is there.
//!
//! Source: Apex Developer Guide (types, sharing, SOQL and SOSL, DML, annotations).

use std::sync::Arc;

use compact_str::CompactString;

use crate::fact::Fact;
use crate::source::FileId;

/// Bytes of the file, `start..end`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct At {
    /// First byte.
    pub start: u32,
    /// The byte after the last.
    pub end: u32,
}

/// A name and where it stands.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Name {
    /// As it is written.
    pub text: CompactString,
    /// Where.
    pub at: At,
}

/// One source file.
#[derive(Debug, Clone)]
pub struct Unit {
    /// The file.
    pub file: FileId,
    /// The fact of kind `ApexClass.source` or `ApexTrigger.source` that stands for the file:
    /// its `name` is the component's full name, its `cap` holds for whatever stands on it.
    pub fact: Arc<Fact>,
    /// The types it declares, outer ones before inner ones; of a trigger one type of kind
    /// [`TypeKind::Trigger`] with one method `trigger`.
    pub types: Vec<Type>,
    /// Parts that could not be parsed.
    pub gaps: Vec<Gap>,
    /// Left unparsed, because nothing in it can be a source or a sink.
    pub skipped: bool,
}

/// A part that could not be parsed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gap {
    /// The part.
    pub at: At,
    /// Its first line, from 1.
    pub line: u32,
    /// The time or depth for one file was used up here.
    pub cut: bool,
}

/// What a type is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TypeKind {
    /// A class.
    Class,
    /// An interface.
    Interface,
    /// An enumeration.
    Enum,
    /// A trigger.
    Trigger,
}

/// The sharing keyword of a class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sharing {
    /// `with sharing`
    With,
    /// `without sharing`
    Without,
    /// `inherited sharing`
    Inherited,
}

/// A class, interface, enumeration or trigger.
#[derive(Debug, Clone)]
pub struct Type {
    /// Its own name.
    pub name: Name,
    /// Its name with those around it: `Outer.Inner`.
    pub full_name: CompactString,
    /// The number, in [`Unit::types`], of the type around it.
    pub outer: Option<usize>,
    /// What it is.
    pub kind: TypeKind,
    /// Its sharing keyword and where it stands.
    pub sharing: Option<(Sharing, At)>,
    /// `public`, `global`, `virtual`, `abstract` … in lower case.
    pub modifiers: Vec<CompactString>,
    /// Its annotations.
    pub annotations: Vec<Annotation>,
    /// The type it extends.
    pub extends: Option<TypeRef>,
    /// The interfaces it implements.
    pub implements: Vec<TypeRef>,
    /// Fields and properties.
    pub fields: Vec<Field>,
    /// Methods, constructors, static and instance initialisers, in the order of the file.
    pub methods: Vec<Method>,
    /// Of a trigger: its object and its events in lower case (`before insert`).
    pub trigger: Option<(Name, Vec<CompactString>)>,
    /// The declaration's head, up to its body.
    pub at: At,
}

/// `@RestResource(urlMapping='/x/*')`
#[derive(Debug, Clone, PartialEq)]
pub struct Annotation {
    /// Its name in lower case, without `@`.
    pub name: CompactString,
    /// Its arguments; a lone value has an empty key. Keys are in lower case.
    pub arguments: Vec<(CompactString, CompactString)>,
    /// All of it.
    pub at: At,
}

/// `Map<Id, List<Contact>>`; `Contact[]` is a `List` of `Contact`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TypeRef {
    /// Its name without arguments, with dots as written: `ns.Outer.Inner`, `Schema.Contact`.
    pub name: CompactString,
    /// Its arguments.
    pub arguments: Vec<TypeRef>,
    /// All of it.
    pub at: At,
}

/// A field, constant or property of a class.
#[derive(Debug, Clone)]
pub struct Field {
    /// Its name.
    pub name: Name,
    /// Its type.
    pub ty: TypeRef,
    /// In lower case.
    pub modifiers: Vec<CompactString>,
    /// Its annotations.
    pub annotations: Vec<Annotation>,
    /// What it starts with.
    pub init: Option<Expr>,
    /// The body of `get`, where it has one.
    pub getter: Option<Vec<Stmt>>,
    /// The body of `set`, where it has one; its parameter is `value`.
    pub setter: Option<Vec<Stmt>>,
}

/// A parameter.
#[derive(Debug, Clone)]
pub struct Param {
    /// Its name.
    pub name: Name,
    /// Its type.
    pub ty: TypeRef,
}

/// What a method is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MethodKind {
    /// A method.
    Method,
    /// A constructor; its name is that of the class.
    Constructor,
    /// A static or instance initialiser, without name or parameters.
    Initialiser,
    /// The body of a trigger.
    Trigger,
}

/// A method, constructor, initialiser or trigger body.
#[derive(Debug, Clone)]
pub struct Method {
    /// Its name; empty of an initialiser.
    pub name: Name,
    /// What it is.
    pub kind: MethodKind,
    /// What it returns; nothing for `void` and constructors.
    pub returns: Option<TypeRef>,
    /// Its parameters.
    pub params: Vec<Param>,
    /// In lower case: `static`, `global`, `webservice`, `testmethod` …
    pub modifiers: Vec<CompactString>,
    /// Its annotations.
    pub annotations: Vec<Annotation>,
    /// Its statements; nothing where it is abstract or of an interface.
    pub body: Option<Vec<Stmt>>,
}

/// A statement.
#[derive(Debug, Clone)]
pub struct Stmt {
    /// What it is.
    pub kind: StmtKind,
    /// All of it.
    pub at: At,
}

/// What a statement is.
#[derive(Debug, Clone)]
pub enum StmtKind {
    /// One variable; `Integer a, b;` are two statements.
    Local {
        /// Its type.
        ty: TypeRef,
        /// Its name.
        name: Name,
        /// What it starts with.
        init: Option<Expr>,
    },
    /// An expression.
    Expr(Expr),
    /// `if`
    If {
        /// The test.
        test: Expr,
        /// Where it holds.
        then: Vec<Stmt>,
        /// Where it does not.
        other: Vec<Stmt>,
    },
    /// `for (T name : value)`
    ForEach {
        /// The type of the variable.
        ty: TypeRef,
        /// The variable.
        name: Name,
        /// What is walked.
        value: Expr,
        /// The body.
        body: Vec<Stmt>,
    },
    /// `for (;;)`, `while`, `do`: what comes before, the test, the body with the updates.
    Loop {
        /// What comes before.
        before: Vec<Stmt>,
        /// The test.
        test: Option<Expr>,
        /// The body, then the updates.
        body: Vec<Stmt>,
    },
    /// `switch on`
    Switch {
        /// What is looked at.
        value: Expr,
        /// The branches: the type and name a branch binds (`when Contact c`), its values,
        /// its body.
        branches: Vec<(Option<Param>, Vec<Expr>, Vec<Stmt>)>,
    },
    /// `try`
    Try {
        /// The body.
        body: Vec<Stmt>,
        /// Each `catch`: its parameter and body.
        catches: Vec<(Param, Vec<Stmt>)>,
        /// `finally`
        finally: Vec<Stmt>,
    },
    /// `return`
    Return(Option<Expr>),
    /// `throw`
    Throw(Expr),
    /// A DML statement.
    Dml(Box<Dml>),
    /// A block of its own, or of `System.runAs`.
    Block(Vec<Stmt>),
    /// `break` and `continue`
    Jump,
}

/// `insert as user records`
#[derive(Debug, Clone)]
pub struct Dml {
    /// `insert`, `update`, `upsert`, `delete`, `undelete`, `merge`
    pub operation: CompactString,
    /// The records; of `merge` the one that stays.
    pub target: Expr,
    /// Of `merge`: the one that goes.
    pub merged: Option<Expr>,
    /// `user` or `system`, where it is stated.
    pub mode: Option<CompactString>,
}

/// An expression.
#[derive(Debug, Clone)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// All of it.
    pub at: At,
}

/// What a literal is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Literal {
    /// A string, of one line or more; its text is without quotes, escapes undone.
    Text,
    /// A number.
    Number,
    /// `true` or `false`.
    Bool,
    /// `null`.
    Null,
}

/// What an expression is.
#[derive(Debug, Clone)]
pub enum ExprKind {
    /// A literal. Its text may be a secret: it never goes into an output.
    Literal(Literal, CompactString),
    /// A variable, or the first part of a dotted type name.
    Name(CompactString),
    /// `this`
    This,
    /// `super`
    Super,
    /// `base.name`, `base?.name`
    Member {
        /// Left of the dot.
        base: Box<Expr>,
        /// Right of it.
        name: Name,
    },
    /// `base[index]`
    Index {
        /// The list.
        base: Box<Expr>,
        /// The number.
        index: Box<Expr>,
    },
    /// `base.name(arguments)`; `this(…)` and `super(…)` have those names and no base.
    Call {
        /// Left of the dot.
        base: Option<Box<Expr>>,
        /// The method.
        name: Name,
        /// In order.
        arguments: Vec<Expr>,
    },
    /// `new T(arguments)`, `new T(field = value)`, `new List<T>{ … }`, `new Map<K, V>{ … }`
    New {
        /// What is made; `new T[3]` and `new T[]{ … }` make a `List` of `T`.
        ty: TypeRef,
        /// Arguments without a name.
        arguments: Vec<Expr>,
        /// Arguments with a name: fields of a record.
        named: Vec<(Name, Expr)>,
        /// Elements between braces.
        elements: Vec<Expr>,
        /// Pairs between braces.
        pairs: Vec<(Expr, Expr)>,
    },
    /// `target = value`, `target += value`
    Assign {
        /// A name, a member or an index.
        target: Box<Expr>,
        /// What it gets.
        value: Box<Expr>,
        /// An operator that keeps what was there: `+=`.
        keeps: bool,
    },
    /// `left + right`, `left == right`, `left ?? right`
    Binary {
        /// As written.
        operator: CompactString,
        /// Left.
        left: Box<Expr>,
        /// Right.
        right: Box<Expr>,
    },
    /// `!x`, `-x`, `x++`
    Unary(Box<Expr>),
    /// `test ? then : other`
    Ternary {
        /// The test.
        test: Box<Expr>,
        /// Where it holds.
        then: Box<Expr>,
        /// Where it does not.
        other: Box<Expr>,
    },
    /// `(T) value`
    Cast {
        /// To what.
        ty: TypeRef,
        /// What.
        value: Box<Expr>,
    },
    /// `value instanceof T`
    InstanceOf(Box<Expr>),
    /// `T.class`
    Class(TypeRef),
    /// `[SELECT …]`
    Soql(Box<Soql>),
    /// `[FIND …]`
    Sosl(Box<Sosl>),
    /// A DML statement inside an expression.
    Dml(Box<Dml>),
    /// Could not be parsed.
    Unknown,
}

/// A query, in brackets or from a text (see [`super::parse_soql`]).
#[derive(Debug, Clone, Default)]
pub struct Soql {
    /// The object after `FROM`; of a subquery the relationship's name.
    pub from: Name,
    /// Its alias.
    pub alias: Option<CompactString>,
    /// What is selected.
    pub select: Vec<Selected>,
    /// Subqueries of the select list.
    pub children: Vec<Soql>,
    /// Of `TYPEOF`: for each `WHEN` its object and what is selected of it; `ELSE` has no object.
    pub typed: Vec<Soql>,
    /// Fields in `WHERE`, `HAVING`, `GROUP BY` and `ORDER BY`.
    pub filters: Vec<Name>,
    /// The query has a `WHERE`.
    pub has_where: bool,
    /// Date literals with a number, in upper case: `LAST_N_DAYS:90`.
    pub dates: Vec<Name>,
    /// Bound expressions (`:name`), wherever they stand.
    pub binds: Vec<Expr>,
    /// `WITH USER_MODE`, `WITH SYSTEM_MODE`, `WITH SECURITY_ENFORCED`: as written, upper case.
    pub security: Option<Name>,
    /// It counts (`SELECT COUNT()`), or aggregates.
    pub aggregate: bool,
    /// All of it, without brackets.
    pub at: At,
}

/// One thing a query selects.
#[derive(Debug, Clone, Default)]
pub struct Selected {
    /// A field with dots as written (`Account.Owner.Name`); `FIELDS(ALL)` as written.
    pub field: Name,
    /// The alias it is given.
    pub alias: Option<CompactString>,
    /// The function around it, in upper case: `COUNT`, `TOLABEL`, `FORMAT`, `MAX`.
    pub function: Option<CompactString>,
}

/// A search.
#[derive(Debug, Clone, Default)]
pub struct Sosl {
    /// What each object of `RETURNING` gives; `from` is the object.
    pub returning: Vec<Soql>,
    /// Bound expressions.
    pub binds: Vec<Expr>,
    /// As of [`Soql::security`].
    pub security: Option<Name>,
    /// All of it, without brackets.
    pub at: At,
}

impl Unit {
    /// The types and their methods, without those that are only there for tests.
    pub fn methods(&self) -> impl Iterator<Item = (&Type, &Method)> {
        let types = self.types.iter().filter(|_| !self.fact.is_true("test"));
        types.flat_map(|ty| {
            ty.methods.iter().filter(|method| !method.is_test()).map(move |method| (ty, method))
        })
    }
}

impl Method {
    /// Whether it is only there for tests.
    pub fn is_test(&self) -> bool {
        self.annotations.iter().any(|a| a.name == "istest" || a.name == "testsetup")
            || self.modifiers.iter().any(|modifier| modifier == "testmethod")
    }

    /// Whether it has this annotation, in lower case.
    pub fn has(&self, annotation: &str) -> bool {
        self.annotations.iter().any(|own| own.name == annotation)
    }
}

impl Type {
    /// Whether it implements an interface of this name, with or without a namespace, in lower
    /// case.
    pub fn implements(&self, interface: &str) -> bool {
        self.implements.iter().any(|own| {
            let name = own.name.to_ascii_lowercase();
            name == interface || name.rsplit('.').next() == Some(interface)
        })
    }
}
