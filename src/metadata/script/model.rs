//! What is kept of a script: enough to follow values, nothing of its looks.
//!
//! Every node has its place in the file. Patterns (`{ error, data }`) are the expressions they
//! look like. A function is kept once, and named by its number where it stands.

use std::sync::Arc;

use compact_str::CompactString;

use crate::fact::Fact;
use crate::metadata::apex::model::{At, Gap, Name};
use crate::source::FileId;

/// Where a script runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Host {
    /// A module of a Lightning web component.
    Lwc,
    /// The controller, helper or renderer of an Aura component.
    Aura,
    /// A static resource.
    Resource,
    /// A `<script>` block of a page or component.
    Inline,
}

/// One script: a file, or every `<script>` block of a page in one.
#[derive(Debug, Clone)]
pub struct Script {
    /// The file.
    pub file: FileId,
    /// The fact that stands for the file: its `name` is the component's full name, its `cap`
    /// holds for whatever stands on it.
    pub fact: Arc<Fact>,
    /// The name by which modules beside it import it: `util` of `./util`.
    pub module: CompactString,
    /// Where it runs.
    pub host: Host,
    /// What it imports.
    pub imports: Vec<Import>,
    /// Its functions, methods and callbacks included.
    pub functions: Vec<Function>,
    /// Its statements.
    pub body: Vec<Stmt>,
    /// Parts that could not be parsed.
    pub gaps: Vec<Gap>,
}

/// `import { imported as local } from 'from'`
#[derive(Debug, Clone, PartialEq)]
pub struct Import {
    /// The name it has here.
    pub local: Name,
    /// The name it has there; `default`, or `*` for all of the module.
    pub imported: CompactString,
    /// The module, and where it is named.
    pub from: Name,
}

/// A function, method or callback.
#[derive(Debug, Clone)]
pub struct Function {
    /// Its name; empty where it has none.
    pub name: Name,
    /// Its parameters, as patterns.
    pub params: Vec<Expr>,
    /// Its statements; of `x => y` one that returns.
    pub body: Vec<Stmt>,
    /// It has no `this` of its own.
    pub arrow: bool,
}

/// A field or method of a class.
#[derive(Debug, Clone)]
pub struct Member {
    /// Its name.
    pub name: Name,
    /// `@wire(getRecord, { … })`, `@api`: what follows the `@`.
    pub decorators: Vec<Expr>,
    /// What a field starts with; of a method the function.
    pub value: Option<Expr>,
    /// It is read like a field: `get name()`.
    pub getter: bool,
}

/// A statement.
#[derive(Debug, Clone)]
pub enum Stmt {
    /// An expression.
    Expr(Expr),
    /// `let target = value`
    Let {
        /// A name or a pattern.
        target: Expr,
        /// What it starts with.
        value: Option<Expr>,
    },
    /// One of these runs, or none: `if`, `switch`, `try` and `catch`.
    Branch(Vec<Vec<Stmt>>),
    /// May run many times.
    Loop(Vec<Stmt>),
    /// `for (const target of value)`
    Each {
        /// A name or a pattern.
        target: Expr,
        /// What is walked.
        value: Expr,
        /// It walks the keys (`in`).
        keys: bool,
        /// The body.
        body: Vec<Stmt>,
    },
    /// `return`
    Return(Option<Expr>),
    /// `function f() { … }`: the number of the function.
    Function(usize),
    /// `class`
    Class(Vec<Member>),
}

/// An expression.
#[derive(Debug, Clone)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// All of it.
    pub at: At,
}

/// A member of an object literal or pattern.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Its key; `...` of a spread, empty where it is computed.
    pub key: Name,
    /// `[key]: …`
    pub computed: Option<Expr>,
    /// Its value; of a pattern what takes it.
    pub value: Expr,
}

/// What an expression is.
#[derive(Debug, Clone)]
pub enum ExprKind {
    /// A string. Its text may be a secret: it never goes into an output.
    Text(CompactString),
    /// A number, a regular expression, `true`, `null`.
    Literal,
    /// `{!patient.SSN__c}` in the script of a page: what stands between the braces.
    Merge(CompactString),
    /// A variable.
    Name(CompactString),
    /// `this`, also `self = this` where it is used.
    This,
    /// `base.name`
    Member {
        /// Left of the dot.
        base: Box<Expr>,
        /// Right of it.
        name: Name,
    },
    /// `base[index]`
    Index {
        /// The object.
        base: Box<Expr>,
        /// The key.
        index: Box<Expr>,
    },
    /// `callee(arguments)`, `new callee(arguments)`
    Call {
        /// What is called.
        callee: Box<Expr>,
        /// In order.
        arguments: Vec<Expr>,
    },
    /// `target = value`, `target += value`
    Assign {
        /// A name, a member, an index or a pattern.
        target: Box<Expr>,
        /// What it gets.
        value: Box<Expr>,
        /// An operator that keeps what was there: `+=`.
        keeps: bool,
    },
    /// `{ key: value }`
    Object(Vec<Entry>),
    /// `[a, b]`
    Array(Vec<Expr>),
    /// Texts put together: `a + b`, `` `${a} b` ``.
    Join(Vec<Expr>),
    /// One of these: `a ? b : c` without its test, `a || b`, `a ?? b`.
    Either(Vec<Expr>),
    /// What is only looked at, and the value after it, if any: `a === b`, `!a`, `(a, b)`.
    Test(Vec<Expr>, Option<Box<Expr>>),
    /// A function: its number.
    Function(usize),
    /// Could not be parsed.
    Unknown,
}

impl Expr {
    /// The names of a chain of members, the first one included: `window.localStorage.setItem`.
    /// `this` is called `this`; nothing where something else is in it.
    pub fn chain(&self) -> Option<Vec<&str>> {
        let mut names = Vec::new();
        let mut at = self;
        loop {
            match &at.kind {
                ExprKind::Member { base, name } => {
                    names.push(name.text.as_str());
                    at = base;
                }
                ExprKind::Name(name) => {
                    names.push(name);
                    break;
                }
                ExprKind::This => {
                    names.push("this");
                    break;
                }
                _ => return None,
            }
        }
        names.reverse();
        Some(names)
    }

    /// Its text, where it is a string.
    pub fn text(&self) -> Option<&str> {
        match &self.kind {
            ExprKind::Text(text) => Some(text),
            _ => None,
        }
    }
}
