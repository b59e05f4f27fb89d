//! Formulas, as fields, rules and updates state them: their names and strings.
//!
//! In: the text of a formula, unescaped. Out: its tokens, and each name it refers to with the
//! function calls around it and the strings beside it. It evaluates nothing, knows no field,
//! and takes whatever is no formula for a row of names and symbols.

use rustc_hash::FxHashMap;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Token<'f> {
    /// A field, a function, a global: `SSN__c`, `LEFT`, `$Permission.Skip`.
    Name(&'f str),
    /// A string, without its quotes and as written.
    Text(&'f str),
    /// A number.
    Number(&'f str),
    /// One character of any other kind, but for the two of `<>`, `!=`, `==` and the like.
    Symbol(&'f str),
}

/// The tokens of a formula, each with the byte it begins at; comments and blanks left out.
pub fn tokens(formula: &str) -> Vec<(usize, Token<'_>)> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(rest) = formula.get(at..).filter(|rest| !rest.is_empty()) {
        let (length, token) = next(rest);
        if let Some(token) = token {
            found.push((at, token));
        }
        at += length.max(1);
    }
    found
}

/// The token at the start of `rest` and how many bytes it takes.
fn next(rest: &str) -> (usize, Option<Token<'_>>) {
    let Some(first) = rest.chars().next() else { return (0, None) };
    if first.is_whitespace() {
        return (first.len_utf8(), None);
    }
    if let Some(comment) = rest.strip_prefix("/*") {
        return (comment.find("*/").map_or(rest.len(), |end| end + 4), None);
    }
    if matches!(first, '"' | '\'') {
        return string(rest, first);
    }
    let word = |inside: fn(char) -> bool| {
        let end = rest.find(|c: char| !inside(c)).unwrap_or(rest.len());
        (end, rest.get(..end).unwrap_or(rest))
    };
    if first.is_ascii_digit() {
        let (end, text) = word(|c| c.is_ascii_digit() || c == '.');
        return (end, Some(Token::Number(text)));
    }
    if first.is_alphabetic() || matches!(first, '_' | '$') {
        let (end, text) = word(|c| c.is_alphanumeric() || matches!(c, '_' | '$' | '.'));
        return (end, Some(Token::Name(text)));
    }
    let pairs = ["<>", "!=", "==", "<=", ">=", "&&", "||"];
    let length = match pairs.iter().any(|pair| rest.starts_with(pair)) {
        true => 2,
        false => first.len_utf8(),
    };
    (length, rest.get(..length).map(Token::Symbol))
}

fn string(rest: &str, quote: char) -> (usize, Option<Token<'_>>) {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return (at + 1, rest.get(1..at).map(Token::Text)),
            _ => {}
        }
    }
    (rest.len(), rest.get(1..).map(Token::Text))
}

/// A call that something stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Call<'f> {
    /// The function; empty for plain parentheses.
    pub function: &'f str,
    /// In which argument, counted from 0.
    pub argument: usize,
    number: usize,
}

/// A name a formula refers to: a field, possibly through relationships, or a global.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference<'f> {
    /// The name as written.
    pub name: &'f str,
    /// The byte of the formula it begins at.
    pub start: usize,
    /// The calls around it, the innermost last.
    pub calls: Vec<Call<'f>>,
    /// Of each call, in the same order, the number that is its second argument.
    pub lengths: Vec<Option<u32>>,
    /// The strings it is compared with.
    pub compared: Vec<&'f str>,
    /// It is one side of a comparison.
    pub in_comparison: bool,
}

/// Words that are values or operators, no names.
const WORDS: [&str; 5] = ["TRUE", "FALSE", "NULL", "AND", "OR"];
/// Functions that compare their first argument with their others.
const COMPARING: [&str; 6] = ["CONTAINS", "BEGINS", "CASE", "ISPICKVAL", "INCLUDES", "FIND"];
const COMPARISONS: [&str; 8] = ["=", "==", "<>", "!=", "<", ">", "<=", ">="];

/// Salesforce accepts formulas of 5,000 characters. What is much longer is no formula, and only
/// its beginning is read.
const LONGEST: usize = 50_000;

/// Every name a formula refers to, in its order; one that occurs twice is there twice.
pub fn references(formula: &str) -> Vec<Reference<'_>> {
    let mut end = formula.len().min(LONGEST);
    while !formula.is_char_boundary(end) {
        end -= 1;
    }
    let placed = place(&tokens(formula.get(..end).unwrap_or(formula)));
    let contents = Contents::of(&placed);
    let mut found = Vec::new();
    for (index, spot) in placed.iter().enumerate() {
        let Token::Name(name) = spot.token else { continue };
        let after = placed.get(index + 1).map(|spot| spot.token);
        let is_word = WORDS.iter().any(|word| word.eq_ignore_ascii_case(name));
        if is_word || after == Some(Token::Symbol("(")) {
            continue;
        }
        let before = index.checked_sub(1).and_then(|index| placed.get(index)).map(|s| s.token);
        let compares = |token: Option<Token<'_>>| matches!(token, Some(Token::Symbol(s)) if COMPARISONS.contains(&s));
        found.push(Reference {
            name,
            start: spot.start,
            calls: spot.calls.clone(),
            lengths: spot.calls.iter().map(|call| contents.length(call)).collect(),
            compared: compared(&placed, &contents, index),
            in_comparison: compares(before) || compares(after),
        });
    }
    found
}

/// A token and the calls around it.
struct Spot<'f> {
    start: usize,
    token: Token<'f>,
    calls: Vec<Call<'f>>,
}

fn place<'f>(tokens: &[(usize, Token<'f>)]) -> Vec<Spot<'f>> {
    let mut placed: Vec<Spot<'f>> = Vec::new();
    let mut calls: Vec<Call<'f>> = Vec::new();
    for (number, (start, token)) in tokens.iter().copied().enumerate() {
        if token == Token::Symbol(")") {
            calls.pop();
        }
        // Deeper than any formula Salesforce accepts: the calls further in are left out.
        let around = calls.get(..calls.len().min(MOST_CALLS)).unwrap_or(&calls).to_vec();
        let before = placed.last().map(|spot| spot.token);
        placed.push(Spot { start, token, calls: around });
        match token {
            Token::Symbol("(") => {
                let function = match before {
                    Some(Token::Name(name)) => name,
                    _ => "",
                };
                calls.push(Call { function, argument: 0, number });
            }
            Token::Symbol(",") => {
                if let Some(call) = calls.last_mut() {
                    call.argument += 1;
                }
            }
            _ => {}
        }
    }
    placed
}

/// How many calls around a name are kept.
const MOST_CALLS: usize = 32;
/// How many strings beside a name are kept.
const MOST_TEXTS: usize = 16;

/// What is known of each call, by its number.
#[derive(Default)]
struct Contents<'f> {
    /// The number that is all of its second argument; `None` where more stands there.
    lengths: FxHashMap<usize, Option<u32>>,
    /// The strings that are arguments of it, or parts of one.
    texts: FxHashMap<usize, Vec<&'f str>>,
}

impl<'f> Contents<'f> {
    fn of(placed: &[Spot<'f>]) -> Self {
        let mut contents = Self::default();
        for spot in placed {
            for call in spot.calls.iter().filter(|call| call.argument == 1) {
                let number = match spot.token {
                    Token::Symbol(",") => continue,
                    Token::Number(text) => text.parse().ok(),
                    _ => None,
                };
                let first = !contents.lengths.contains_key(&call.number);
                contents.lengths.insert(call.number, number.filter(|_| first));
            }
            if let (Token::Text(text), Some(call)) = (spot.token, spot.calls.last()) {
                let texts = contents.texts.entry(call.number).or_default();
                if texts.len() < MOST_TEXTS {
                    texts.push(text);
                }
            }
        }
        contents
    }

    fn length(&self, call: &Call<'_>) -> Option<u32> {
        self.lengths.get(&call.number).copied().flatten()
    }
}

/// The strings that the name at `index` is compared with.
fn compared<'f>(placed: &[Spot<'f>], contents: &Contents<'f>, index: usize) -> Vec<&'f str> {
    let token = |at: Option<usize>| at.and_then(|at| placed.get(at)).map(|spot| spot.token);
    let mut found = Vec::new();
    let sides = [(Some(index + 1), Some(index + 2)), (index.checked_sub(1), index.checked_sub(2))];
    for (operator, other) in sides {
        if let (Some(Token::Symbol(symbol)), Some(Token::Text(text))) =
            (token(operator), token(other))
            && COMPARISONS.contains(&symbol)
        {
            found.push(text);
        }
    }
    let own = placed.get(index).and_then(|spot| spot.calls.last());
    if let Some(call) = own.filter(|call| is_one_of(call.function, &COMPARING)) {
        found.extend(contents.texts.get(&call.number).into_iter().flatten());
    }
    found
}

/// Whether a function is one of a list, without regard to case.
pub fn is_one_of(function: &str, list: &[&str]) -> bool {
    list.iter().any(|known| known.eq_ignore_ascii_case(function))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(formula: &str) -> Vec<&str> {
        references(formula).into_iter().map(|reference| reference.name).collect()
    }

    #[test]
    fn strings_and_comments_hold_no_names() {
        let formula =
            r#"/* SSN__c */ "MRN__c \" Name" & 'x' & Patient__r.SSN__c & LEFT(City, 3) /* open"#;
        assert_eq!(names(formula), ["Patient__r.SSN__c", "City"]);
        assert_eq!(names("\"never closed SSN__c"), [""; 0]);
    }

    #[test]
    fn globals_are_names_and_words_are_not() {
        let formula = "NOT($Permission.Skip_Rules) && $Setup.Gate__c.Off__c = true OR ISNULL(Null)";
        assert_eq!(names(formula), ["$Permission.Skip_Rules", "$Setup.Gate__c.Off__c"]);
    }

    #[test]
    fn a_name_knows_the_calls_around_it() {
        let found = references("IF(ISBLANK(A__c), \"\", LEFT(UPPER(B__c), 3) & (C__c))");
        let around = |at: usize| -> Vec<(&str, usize)> {
            found[at].calls.iter().map(|call| (call.function, call.argument)).collect()
        };
        assert_eq!(around(0), [("IF", 0), ("ISBLANK", 0)]);
        assert_eq!(around(1), [("IF", 2), ("LEFT", 0), ("UPPER", 0)]);
        assert_eq!(found[1].lengths, [None, Some(3), None]);
        assert_eq!(around(2), [("IF", 2), ("", 0)]);
        assert_eq!(references("LEFT(A__c, 2 + N__c)")[0].lengths, [None]);
    }

    #[test]
    fn a_name_knows_the_strings_beside_it() {
        let of = |formula| references(formula).remove(0);
        assert_eq!(of("$Profile.Name = \"Admin\"").compared, ["Admin"]);
        assert_eq!(of("\"Admin\" <> $Profile.Name").compared, ["Admin"]);
        assert_eq!(of("CONTAINS(\"Admin:Robot\", $Profile.Name)").compared, ["Admin:Robot"]);
        assert_eq!(of("A__c & \"Admin\"").compared, [""; 0]);
        assert!(of("A__c > 3").in_comparison);
        assert!(!of("A__c & B__c").in_comparison);
    }

    #[test]
    fn a_reference_stands_where_it_begins() {
        let formula = "\"é\" & Größe__c";
        assert_eq!(references(formula)[0].start, formula.find("Größe__c").unwrap());
    }

    #[test]
    fn what_is_no_formula_yields_something_and_ends() {
        for text in ["", "((((", "))),,", "\"", "/*", "\\", "é§ €", "1.2.3 $"] {
            let _ = references(text);
        }
        assert_eq!(references(&"(".repeat(5000)), []);
        let long = format!("{}A__c é{}", "(".repeat(49_000), "B__c + ".repeat(400_000));
        assert_eq!(references(&long)[0].name, "A__c");
        assert!(references(&long).len() < 200);
    }
}
