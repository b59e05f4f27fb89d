//! Queries written as text.
//!
//! In: a text that a program hands to the query engine at run time, as far as it is known.
//! Out: a [`Soql`], every name at the place of the literal. A scanner of words, tolerant by
//! intent: a text that is put together has holes, each of which may be written as `?`.
//!
//! Source: SOQL and SOSL Reference.

use compact_str::{CompactString, format_compact};

use super::model::{At, Name, Selected, Soql};
use super::query::bound;

/// Queries in one another, beyond which the inner ones are passed over.
const MAX_DEPTH: usize = 4;

#[derive(Debug, Clone, Copy, PartialEq)]
enum Token<'t> {
    Word(&'t str),
    Bind(&'t str),
    Open,
    Close,
    Comma,
    /// A comparison, a text, a number.
    Other,
}

/// What a query text inside a string asks for, with `at` as the place of whatever it names.
/// Nothing where the text is no query, or has no `FROM`.
pub fn parse_soql(text: &str, at: At) -> Option<Soql> {
    let tokens = tokens(text);
    let mut scan = Scan { tokens: &tokens, next: 0, at };
    let mut query = scan.query(0)?;
    query.dates.extend(tokens.windows(2).filter_map(|pair| match pair {
        [Token::Word(word), Token::Bind(number)] if number.bytes().all(|b| b.is_ascii_digit()) => {
            Some(Name { text: format_compact!("{}:{number}", word.to_uppercase()), at })
        }
        _ => None,
    }));
    Some(query)
}

fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '?' | '$' | '%');
        let word = |text: &str| text.find(|c| !is_word(c)).unwrap_or(text.len());
        let length = match c {
            '\'' => literal(rest),
            ':' => {
                let after = rest.get(1..).unwrap_or("");
                let lead = after.len() - after.trim_start().len();
                let name = after.get(lead..).unwrap_or("");
                let name = name.get(..word(name)).unwrap_or("");
                if !name.is_empty() {
                    out.push(Token::Bind(name));
                }
                1 + lead + name.len()
            }
            '(' | ')' | ',' => {
                out.push(match c {
                    '(' => Token::Open,
                    ')' => Token::Close,
                    _ => Token::Comma,
                });
                1
            }
            c if is_word(c) => {
                let length = word(rest);
                out.push(Token::Word(rest.get(..length).unwrap_or("")));
                length
            }
            c => {
                if !c.is_whitespace() {
                    out.push(Token::Other);
                }
                c.len_utf8()
            }
        };
        if c == '\'' {
            out.push(Token::Other);
        }
        rest = rest.get(length.max(1)..).unwrap_or("");
    }
    out
}

/// The length of a text in quotes at the start of another.
fn literal(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            '\'' if !escaped => return at + 1,
            _ => escaped = c == '\\' && !escaped,
        }
    }
    text.len()
}

struct Scan<'s, 't> {
    tokens: &'s [Token<'t>],
    next: usize,
    at: At,
}

const AFTER_FROM: [&str; 9] =
    ["WHERE", "WITH", "GROUP", "ORDER", "LIMIT", "OFFSET", "FOR", "USING", "ALL"];

fn is(word: &str, expected: &str) -> bool {
    word.eq_ignore_ascii_case(expected)
}

impl<'t> Scan<'_, 't> {
    fn peek(&self, ahead: usize) -> Option<Token<'t>> {
        self.tokens.get(self.next + ahead).copied()
    }

    fn word(&self, ahead: usize) -> Option<&'t str> {
        match self.peek(ahead) {
            Some(Token::Word(word)) => Some(word),
            _ => None,
        }
    }

    fn is_word(&self, ahead: usize, expected: &str) -> bool {
        self.word(ahead).is_some_and(|word| is(word, expected))
    }

    fn name(&self, text: impl Into<CompactString>) -> Name {
        Name { text: text.into(), at: self.at }
    }

    fn query(&mut self, depth: usize) -> Option<Soql> {
        if !self.is_word(0, "SELECT") {
            return None;
        }
        self.next += 1;
        let mut out = Soql { at: self.at, ..Soql::default() };
        while !self.is_word(0, "FROM") {
            self.selected(&mut out, depth)?;
        }
        self.next += 1;
        out.from = self.name(self.word(0).unwrap_or(""));
        self.next += usize::from(!out.from.text.is_empty());
        self.next += usize::from(self.is_word(0, "AS"));
        if let Some(alias) = self.word(0)
            && !AFTER_FROM.iter().any(|word| is(alias, word))
        {
            out.alias = Some(alias.into());
            self.next += 1;
        }
        self.clauses(&mut out, depth);
        Some(out)
    }

    /// One part of the select list; nothing where the text ends.
    fn selected(&mut self, out: &mut Soql, depth: usize) -> Option<()> {
        match self.peek(0)? {
            Token::Open if self.is_word(1, "SELECT") && depth < MAX_DEPTH => {
                self.next += 1;
                if let Some(child) = self.query(depth + 1) {
                    out.binds.extend(child.binds.iter().cloned());
                    out.children.push(child);
                }
            }
            Token::Open => self.skip_parentheses(),
            Token::Word(function) if self.peek(1) == Some(Token::Open) => {
                self.function(function, out);
            }
            Token::Word(field) => {
                let mut selected = Selected { field: self.name(field), ..Selected::default() };
                self.next += 1;
                selected.alias = self.alias();
                out.select.push(selected);
            }
            _ => self.next += 1,
        }
        Some(())
    }

    fn alias(&mut self) -> Option<CompactString> {
        let alias = self.word(0).filter(|word| !is(word, "FROM") && *word != "?")?;
        self.next += 1;
        Some(alias.into())
    }

    fn function(&mut self, function: &str, out: &mut Soql) {
        let upper = function.to_uppercase();
        let field = self.word(2);
        self.skip_parentheses();
        let alias = self.alias();
        let sums = ["COUNT", "COUNT_DISTINCT", "SUM", "AVG", "MIN", "MAX"];
        out.aggregate |= sums.contains(&upper.as_str());
        let Some(field) = field else { return };
        let (field, function) = match upper.as_str() {
            "FIELDS" => (format_compact!("FIELDS({})", field.to_uppercase()), None),
            _ => (field.into(), Some(upper.into())),
        };
        out.select.push(Selected { field: self.name(field), alias, function });
    }

    /// Over whatever stands in the next parentheses.
    fn skip_parentheses(&mut self) {
        let mut open = 0_usize;
        while let Some(token) = self.peek(0) {
            self.next += 1;
            match token {
                Token::Open => open += 1,
                Token::Close if open <= 1 => return,
                Token::Close => open -= 1,
                _ => {}
            }
        }
    }

    /// Everything after `FROM`, up to the parenthesis that closes the query.
    fn clauses(&mut self, out: &mut Soql, depth: usize) {
        let (mut open, mut sorts) = (0_usize, false);
        while let Some(token) = self.peek(0) {
            match token {
                Token::Close if open == 0 => {
                    self.next += 1;
                    return;
                }
                Token::Close => open -= 1,
                Token::Open if self.is_word(1, "SELECT") && depth < MAX_DEPTH => {
                    self.next += 1;
                    if let Some(inner) = self.query(depth + 1) {
                        out.binds.extend(inner.binds);
                    }
                    continue;
                }
                Token::Open => open += 1,
                Token::Bind(path) => out.binds.extend(bound(path, self.at)),
                Token::Word(word) if is(word, "WHERE") => (out.has_where, sorts) = (true, false),
                Token::Word(word) if is(word, "GROUP") => (out.aggregate, sorts) = (true, true),
                Token::Word(word) if is(word, "ORDER") => sorts = true,
                Token::Word(word) if is(word, "HAVING") || is(word, "LIMIT") => sorts = false,
                Token::Word(word) if is(word, "WITH") => {
                    let modes = ["USER_MODE", "SYSTEM_MODE", "SECURITY_ENFORCED"];
                    let mode = self.word(1).map(str::to_uppercase);
                    let mode = mode.filter(|mode| modes.contains(&mode.as_str()));
                    out.security = mode.map(|mode| self.name(mode)).or(out.security.take());
                }
                Token::Word(word) => {
                    let filter = if sorts { !is_order_word(word) } else { self.compares(word) };
                    if filter {
                        out.filters.push(self.name(word));
                    }
                }
                Token::Comma | Token::Other => {}
            }
            self.next += 1;
        }
    }

    /// Whether a word is compared with something.
    fn compares(&self, word: &str) -> bool {
        let joins = ["AND", "OR", "NOT", "IN", "LIKE", "INCLUDES", "EXCLUDES", "LIMIT", "OFFSET"];
        let starts = word.starts_with(|c: char| c.is_alphabetic());
        if !starts || joins.iter().any(|known| is(word, known)) {
            return false;
        }
        let sets = ["LIKE", "IN", "NOT", "INCLUDES", "EXCLUDES"];
        match self.peek(1) {
            Some(Token::Other) => true,
            Some(Token::Word(next)) => sets.iter().any(|known| is(next, known)),
            _ => false,
        }
    }
}

fn is_order_word(word: &str) -> bool {
    ["BY", "ASC", "DESC", "NULLS", "FIRST", "LAST"].iter().any(|known| is(word, known))
}
