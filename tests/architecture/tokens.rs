//! Rust source text as tokens: enough to tell code from comments and strings.
//!
//! In: the text of a file. Out: its tokens with their lines, and the same without what only
//! tests see. It knows no grammar beyond brackets; the compiler has already seen the file.

/// One token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    pub kind: Kind,
    /// A string's content for a string, else the token as it is written.
    pub text: String,
    /// Counted from one.
    pub line: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// An identifier, keyword, number or lifetime.
    Word,
    /// A string literal of any spelling.
    Text,
    /// One character of punctuation.
    Mark,
}

impl Token {
    pub fn is(&self, text: &str) -> bool {
        self.kind != Kind::Text && self.text == text
    }
}

/// The tokens of `source`, without comments.
pub fn tokens(source: &str) -> Vec<Token> {
    let mut reader = Reader { chars: source.chars().collect(), at: 0, line: 1 };
    let mut tokens = Vec::new();
    while let Some(token) = reader.next_token() {
        tokens.push(token);
    }
    tokens
}

struct Reader {
    chars: Vec<char>,
    at: usize,
    line: usize,
}

impl Reader {
    fn next_token(&mut self) -> Option<Token> {
        loop {
            match (self.peek(0)?, self.peek(1)) {
                (c, _) if c.is_whitespace() => self.advance(1),
                ('/', Some('/')) => self.skip_line(),
                ('/', Some('*')) => self.skip_block(),
                _ => break,
            }
        }
        let line = self.line;
        let first = self.peek(0)?;
        let (kind, text) = if let Some(hashes) = self.string_ahead() {
            (Kind::Text, self.string(hashes))
        } else if is_word(first) {
            (Kind::Word, self.word())
        } else if first == '\'' && !self.character() {
            self.advance(1);
            (Kind::Word, format!("'{}", self.word()))
        } else if first == '\'' {
            return self.next_token();
        } else {
            self.advance(1);
            (Kind::Mark, first.to_string())
        };
        Some(Token { kind, text, line })
    }

    fn peek(&self, ahead: usize) -> Option<char> {
        self.chars.get(self.at + ahead).copied()
    }

    fn advance(&mut self, count: usize) {
        for _ in 0..count {
            self.line += usize::from(self.peek(0) == Some('\n'));
            self.at += 1;
        }
    }

    fn skip_line(&mut self) {
        while self.peek(0).is_some_and(|c| c != '\n') {
            self.advance(1);
        }
    }

    fn skip_block(&mut self) {
        let mut depth = 0;
        while let Some(c) = self.peek(0) {
            let pair = (c, self.peek(1));
            depth += i32::from(pair == ('/', Some('*'))) - i32::from(pair == ('*', Some('/')));
            let both = matches!(pair, ('/', Some('*')) | ('*', Some('/')));
            self.advance(if both { 2 } else { 1 });
            if depth == 0 {
                return;
            }
        }
    }

    /// `Some(None)` before a string with escapes, `Some(Some(n))` before a raw one.
    fn string_ahead(&self) -> Option<Option<usize>> {
        let mut ahead = usize::from(matches!(self.peek(0), Some('b' | 'c')));
        let raw = self.peek(ahead) == Some('r');
        ahead += usize::from(raw);
        let mut hashes = 0;
        while raw && self.peek(ahead + hashes) == Some('#') {
            hashes += 1;
        }
        (self.peek(ahead + hashes) == Some('"')).then_some(raw.then_some(hashes))
    }

    fn string(&mut self, raw: Option<usize>) -> String {
        while self.peek(0) != Some('"') {
            self.advance(1);
        }
        self.advance(1);
        let hashes = raw.unwrap_or(0);
        let mut text = String::new();
        while let Some(c) = self.peek(0) {
            if c == '"' && (1..=hashes).all(|n| self.peek(n) == Some('#')) {
                self.advance(1 + hashes);
                break;
            }
            if c == '\\' && raw.is_none() {
                text.push(c);
                self.advance(1);
            }
            text.extend(self.peek(0));
            self.advance(1);
        }
        text
    }

    /// Reads over a character literal; false, and nowhere, before a lifetime.
    fn character(&mut self) -> bool {
        let escaped = self.peek(1) == Some('\\');
        if !escaped && self.peek(2) != Some('\'') {
            return false;
        }
        self.advance(if escaped { 3 } else { 2 });
        while self.peek(0).is_some_and(|c| c != '\'') {
            self.advance(1);
        }
        self.advance(1);
        true
    }

    fn word(&mut self) -> String {
        let raw = self.peek(0) == Some('r') && self.peek(1) == Some('#');
        if raw && self.peek(2).is_some_and(is_word) {
            self.advance(2);
        }
        let mut text = String::new();
        while let Some(c) = self.peek(0).filter(|c| is_word(*c)) {
            text.push(c);
            self.advance(1);
        }
        text
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// A module in another file that only tests see: `#[cfg(test)] mod name;`.
#[derive(Debug, PartialEq, Eq)]
pub struct Elsewhere {
    pub name: String,
    /// What its `#[path = "…"]` says.
    pub path: Option<String>,
}

/// The tokens without items under `#[cfg(test)]`, and the modules in other files among those.
pub fn without_tests(tokens: &[Token]) -> (Vec<Token>, Vec<Elsewhere>) {
    const MARK: [&str; 7] = ["#", "[", "cfg", "(", "test", ")", "]"];
    let mut kept = Vec::new();
    let mut elsewhere = Vec::new();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        let here = tokens.get(at..at + MARK.len()).unwrap_or_default();
        if here.is_empty() || !here.iter().zip(MARK).all(|(token, mark)| token.is(mark)) {
            kept.push(token.clone());
            at += 1;
            continue;
        }
        let end = end_of_item(tokens, at + MARK.len());
        let item = &tokens[at..end];
        if let [.., word, name, semicolon] = item
            && word.is("mod")
            && semicolon.is(";")
        {
            let path = item.iter().find(|token| token.kind == Kind::Text);
            let path = path.map(|token| token.text.clone());
            elsewhere.push(Elsewhere { name: name.text.clone(), path });
        }
        at = end;
    }
    (kept, elsewhere)
}

/// One past the item that starts at `at`: its `;`, or the `}` of its first block.
fn end_of_item(tokens: &[Token], at: usize) -> usize {
    let mut depth = 0;
    for (index, token) in tokens.iter().enumerate().skip(at) {
        depth += i32::from(["{", "(", "["].iter().any(|open| token.is(open)));
        depth -= i32::from(["}", ")", "]"].iter().any(|close| token.is(close)));
        if depth == 0 && (token.is("}") || token.is(";")) {
            return index + 1;
        }
    }
    tokens.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(source: &str) -> Vec<String> {
        tokens(source).into_iter().map(|token| token.text).collect()
    }

    #[test]
    fn comments_go_and_strings_stay_whole() {
        let source = r####"a // "x"
/* b /* c */ d */ e "f \" g" r#"h " i"# b"j" 'k' '\'' '"' 'life l"####;
        assert_eq!(texts(source), ["a", "e", "f \\\" g", "h \" i", "j", "'life", "l"]);
    }

    #[test]
    fn a_token_has_its_line() {
        let lines: Vec<usize> = tokens("a\n\"b\nc\"\nd").iter().map(|t| t.line).collect();
        assert_eq!(lines, [1, 2, 4]);
    }

    #[test]
    fn what_only_tests_see_goes() {
        let source = "a; #[cfg(test)] mod x { b { } } c; #[cfg(test)]\nmod y; #[cfg(unix)] d; \
            #[cfg(test)] #[path = \"w.rs\"] mod z;";
        let (kept, elsewhere) = without_tests(&tokens(source));
        let kept: String = kept.into_iter().map(|token| token.text).collect();
        assert_eq!(kept, "a;c;#[cfg(unix)]d;");
        let y = Elsewhere { name: "y".to_string(), path: None };
        let z = Elsewhere { name: "z".to_string(), path: Some("w.rs".to_string()) };
        assert_eq!(elsewhere, [y, z]);
    }
}
