//! SQL, as far as proving that one statement only reads needs it, whatever database it goes to.
//!
//! The dialects disagree on what quotes and comments are, so a text that some dialect would cut differently is
//! refused: backslashes in strings, `/*!`, `#`, dollar quotes, quotes inside of brackets, `--` without a blank. What
//! is left are tokens on which all agree, and of those only a statement that starts like a reading one, holds none of
//! the words that write or lock, and calls none but known functions passes.
//!
//! A full parser does not replace this: it must be told the dialect, which no tool call says (read as ANSI SQL,
//! `SELECT 1 --1; DROP TABLE t` is one harmless query; `MySQL` runs both), it knows no effects of functions, and
//! the library for it (sqlparser 0.63) is 2.7 MB of program.

mod looks;
mod words;

use crate::model::Span;
pub(super) use looks::{holds_writing_word, looks_like, may_be_statement, opens_like_statement};
use words::{ASKING_PRAGMAS, BEFORE_PARENTHESIS, FORBIDDEN, FUNCTIONS};

/// Longer texts are not judged.
const MAX_BYTES: usize = 64 * 1024;

/// Why a text is not known to only read, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Refusal {
    /// The bytes of the text that decide.
    pub(super) span: Span,
    /// What is wrong with them, to be put behind "the SQL in ...".
    pub(super) problem: &'static str,
}

/// Accepts a text that is one statement and only reads.
pub(super) fn reads(text: &str) -> Result<(), Refusal> {
    if text.len() > MAX_BYTES {
        return Err(Refusal { span: Span { start: 0, end: text.len() }, problem: "is too long to be judged" });
    }
    let tokens = tokenize(text)?;
    let body = single_statement(&tokens)?;
    let opening = body
        .iter()
        .find(|token| !token.is("("))
        .ok_or(Refusal { span: Span { start: 0, end: text.len() }, problem: "holds no statement" })?;
    match opening.word().as_str() {
        "SELECT" | "WITH" | "VALUES" => query(body),
        "SHOW" => names_only(&body[1..]),
        "DESC" | "DESCRIBE" => match body.get(1).map(Token::word) {
            Some(word) if ["SELECT", "WITH"].contains(&word.as_str()) => query(body),
            _ => names_only(&body[1..]),
        },
        "EXPLAIN" => explain(body),
        "PRAGMA" => pragma(body),
        _ => opening.refuse("is no statement that is known to read"),
    }
}

/// What a token is; only words and signs need to be told apart further.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Word,
    Number,
    /// A quoted text; `'...'`.
    Text,
    /// A quoted name; `"..."`, `` `...` ``, `[...]`. `MySQL` takes the first for a text.
    QuotedName,
    Sign,
}

#[derive(Debug, Clone, Copy)]
struct Token<'a> {
    kind: Kind,
    text: &'a str,
    start: usize,
}

impl Token<'_> {
    fn is(&self, sign: &str) -> bool {
        self.kind == Kind::Sign && self.text == sign
    }

    /// The word in upper case; empty for everything that is no word.
    fn word(&self) -> String {
        if self.kind == Kind::Word { self.text.to_ascii_uppercase() } else { String::new() }
    }

    fn refuse<T>(&self, problem: &'static str) -> Result<T, Refusal> {
        Err(Refusal { span: Span { start: self.start, end: self.start + self.text.len() }, problem })
    }
}

/// The tokens before a closing semicolon.
fn single_statement<'t, 'a>(tokens: &'t [Token<'a>]) -> Result<&'t [Token<'a>], Refusal> {
    let end = tokens.iter().position(|token| token.is(";")).unwrap_or(tokens.len());
    match tokens[end..].iter().find(|token| !token.is(";")) {
        Some(second) => second.refuse("holds more than one statement"),
        None => Ok(&tokens[..end]),
    }
}

/// Accepts a query: no word that writes or locks, no function that is not known to be pure.
fn query(tokens: &[Token<'_>]) -> Result<(), Refusal> {
    for (at, token) in tokens.iter().enumerate() {
        let before = at.checked_sub(1).map(|at| tokens[at]);
        let opens = tokens.get(at + 1).is_some_and(|next| next.is("("));
        match token.kind {
            Kind::Word => {
                let word = token.word();
                // `replace(...)` and the like are functions, and so is `t.insert` a column.
                let column = before.is_some_and(|before| before.is(".")) && !opens;
                let function = opens && word == "REPLACE";
                if !(column || function) && FORBIDDEN.binary_search(&word.as_str()).is_ok() {
                    return token.refuse("has a word that writes or locks");
                }
                if word == "FOR" && !harmless_for(tokens.get(at + 1)) {
                    return token.refuse("locks what it reads");
                }
                if opens && !may_open(&word, before) {
                    return token.refuse("calls a function that is not known to be free of effects");
                }
            }
            Kind::QuotedName if opens && !names_columns(before) => {
                return token.refuse("calls a function that is not known to be free of effects");
            }
            Kind::Sign if token.text == ":=" => return token.refuse("assigns a variable"),
            _ => {}
        }
    }
    Ok(())
}

fn may_open(word: &str, before: Option<Token<'_>>) -> bool {
    // A function of a schema may be anyone's.
    if before.is_some_and(|before| before.is(".")) {
        return false;
    }
    names_columns(before) || BEFORE_PARENTHESIS.binary_search(&word).is_ok() || FUNCTIONS.binary_search(&word).is_ok()
}

/// `WITH t(a, b)`, `... AS t(a, b)`: the parenthesis names columns.
fn names_columns(before: Option<Token<'_>>) -> bool {
    before.is_some_and(|before| ["AS", "RECURSIVE", "WITH"].contains(&before.word().as_str()))
}

/// `FOR` asks for locks, but in `substring(x FOR 3)`, `FOR JSON` and times of a system.
fn harmless_for(next: Option<&Token<'_>>) -> bool {
    next.is_some_and(|next| next.kind == Kind::Number || ["JSON", "SYSTEM_TIME", "XML"].contains(&next.word().as_str()))
}

/// `SHOW TABLES LIKE 'a%'`: words, names and texts, nothing that is computed.
fn names_only(tokens: &[Token<'_>]) -> Result<(), Refusal> {
    match tokens.iter().find(|token| token.is("(") || FORBIDDEN.binary_search(&token.word().as_str()).is_ok()) {
        // `SHOW CREATE TABLE` prints a definition.
        Some(token) if token.word() == "CREATE" && tokens.first().is_some_and(|first| first.start == token.start) => {
            names_only(&tokens[1..])
        }
        Some(token) => token.refuse("asks for more than names"),
        None => Ok(()),
    }
}

/// An `EXPLAIN` that does not run the statement it explains, which must read all the same.
fn explain(tokens: &[Token<'_>]) -> Result<(), Refusal> {
    for (at, token) in tokens.iter().enumerate() {
        match token.word().as_str() {
            "ANALYZE" | "ANALYSE" => return token.refuse("runs the statement to explain it"),
            // Oracle's `EXPLAIN PLAN FOR` fills a table.
            "PLAN" if tokens[at - 1].word() != "QUERY" => return token.refuse("stores the plan in a table"),
            "SELECT" | "WITH" | "VALUES" => return query(&tokens[at..]),
            "FORMAT" | "QUERY" | "VERBOSE" | "COSTS" | "JSON" | "TEXT" | "TREE" | "ON" | "OFF" | "TRUE" | "FALSE"
            | "EXPLAIN" | "PLAN" => {}
            _ if token.kind == Kind::Sign => {}
            _ => return token.refuse("explains a statement that is not known to read"),
        }
    }
    tokens[0].refuse("explains nothing")
}

fn pragma(tokens: &[Token<'_>]) -> Result<(), Refusal> {
    let name = tokens[1..]
        .iter()
        .rev()
        .find(|token| token.kind == Kind::Word && ASKING_PRAGMAS.binary_search(&token.word().as_str()).is_ok());
    let Some(name) = name else { return tokens[0].refuse("has a pragma that may set something") };
    match tokens.iter().find(|token| token.is("=") || token.is(":=")) {
        Some(sign) => sign.refuse("sets a pragma"),
        // `main.table_info(t)`: the pragma stands first but for its schema.
        None if name.start == tokens[1].start || tokens.get(2).is_some_and(|dot| dot.is(".")) => Ok(()),
        None => name.refuse("has a pragma that may set something"),
    }
}

fn tokenize(text: &str) -> Result<Vec<Token<'_>>, Refusal> {
    let bytes = text.as_bytes();
    let mut tokens: Vec<Token<'_>> = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        let refuse = |problem| Err(Refusal { span: Span { start, end: start + 1 }, problem });
        let kind = match bytes[at] {
            b' ' | b'\t' | b'\n' => {
                at += 1;
                continue;
            }
            b'\r' if bytes.get(at + 1) == Some(&b'\n') => {
                at += 2;
                continue;
            }
            b'-' if bytes.get(at + 1) == Some(&b'-') => {
                at = line_comment(bytes, at)?;
                continue;
            }
            b'/' if bytes.get(at + 1) == Some(&b'*') => {
                at = block_comment(text, at)?;
                continue;
            }
            b'\'' | b'"' => {
                if let Some(prefix) = tokens.last().filter(|token| token.start + token.text.len() == at)
                    && prefix.kind != Kind::Sign
                    && !["B", "E", "N", "X"].contains(&prefix.word().as_str())
                {
                    return refuse("has a quote that dialects read differently");
                }
                // `U&"!006eextval" UESCAPE '!'` spells any name.
                if bytes[..at].ends_with(b"&") {
                    return refuse("has a quote that dialects read differently");
                }
                at = quoted(text, at)?;
                if bytes[start] == b'\'' { Kind::Text } else { Kind::QuotedName }
            }
            b'`' | b'[' => {
                at = plain_quoted(text, at)?;
                Kind::QuotedName
            }
            b'0'..=b'9' => {
                at += number(&bytes[at..]);
                // `2INTO` is a number and a word to some.
                if bytes.get(at).is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_') {
                    return refuse("has a number that dialects read differently");
                }
                Kind::Number
            }
            b if b.is_ascii_alphabetic() || b == b'_' => {
                at += run(&bytes[at..], |b| b.is_ascii_alphanumeric() || b == b'_');
                Kind::Word
            }
            b'$' if bytes.get(at + 1).is_some_and(u8::is_ascii_digit) => {
                at += 1 + run(&bytes[at + 1..], |b| b.is_ascii_digit());
                Kind::Number
            }
            b':' if bytes.get(at + 1) == Some(&b'=') => {
                at += 2;
                Kind::Sign
            }
            b'(' | b')' | b',' | b'.' | b';' | b'*' | b'+' | b'-' | b'/' | b'%' | b'=' | b'<' | b'>' | b'!' | b'|'
            | b'&' | b'^' | b'~' | b'?' | b':' | b'@' => {
                at += 1;
                Kind::Sign
            }
            _ => return refuse("has a sign that dialects read differently"),
        };
        tokens.push(Token { kind, text: &text[start..at], start });
    }
    Ok(tokens)
}

fn run(bytes: &[u8], fits: impl Fn(u8) -> bool) -> usize {
    bytes.iter().position(|b| !fits(*b)).unwrap_or(bytes.len())
}

/// The length of the number that `bytes` start with: `12`, `1.5`, `2e10`.
fn number(bytes: &[u8]) -> usize {
    let digits = |from: usize| from + run(bytes.get(from..).unwrap_or_default(), |b| b.is_ascii_digit());
    let mut end = digits(0);
    if bytes.get(end) == Some(&b'.') {
        end = digits(end + 1);
    }
    match bytes.get(end..end + 2) {
        Some([b'e' | b'E', b'0'..=b'9']) => digits(end + 1),
        _ => end,
    }
}

/// `MySQL` takes `--x` for two minus signs, so a blank must follow.
fn line_comment(bytes: &[u8], at: usize) -> Result<usize, Refusal> {
    match bytes.get(at + 2) {
        None => Ok(at + 2),
        Some(b' ' | b'\t' | b'\n') => {
            let body = run(&bytes[at..], |b| b != b'\n' && b != b'\r');
            // A lone carriage return ends the line for some only.
            match bytes.get(at + body..at + body + 2) {
                Some([b'\r', b'\n'] | [b'\n', _]) | None => Ok(at + body),
                Some(_) => Err(Refusal {
                    span: Span { start: at, end: at + body },
                    problem: "has a comment without a clear end",
                }),
            }
        }
        Some(_) => Err(Refusal {
            span: Span { start: at, end: at + 2 },
            problem: "has a comment that dialects read differently",
        }),
    }
}

/// Comments nest for some only, and `MySQL` runs what stands in `/*! ... */`.
fn block_comment(text: &str, at: usize) -> Result<usize, Refusal> {
    let problem = "has a comment that dialects read differently";
    let refusal = Refusal { span: Span { start: at, end: at + 2 }, problem };
    let length = text[at + 2..].find("*/").ok_or(refusal)?;
    let body = &text[at + 2..at + 2 + length];
    if body.contains(['!', '+', '\'', '"', '`']) || body.contains("/*") {
        return Err(refusal);
    }
    Ok(at + 2 + length + 2)
}

/// The byte behind a text in quotes; a doubled quote stands for itself.
fn quoted(text: &str, at: usize) -> Result<usize, Refusal> {
    let bytes = text.as_bytes();
    let quote = bytes[at];
    let refuse = |at, problem| Err(Refusal { span: Span { start: at, end: at + 1 }, problem });
    // Three quotes open another kind of text in BigQuery.
    if bytes[at..].starts_with(&[quote; 3]) {
        return refuse(at, "has a quote that dialects read differently");
    }
    let mut end = at + 1;
    while end < bytes.len() {
        match bytes[end] {
            b'\\' => return refuse(end, "has a backslash in a text, which dialects read differently"),
            0 => return refuse(end, "has a NUL"),
            b if b == quote && bytes.get(end + 1) == Some(&quote) => end += 2,
            b if b == quote => return Ok(end + 1),
            _ => end += 1,
        }
    }
    refuse(at, "has a text without an end")
}

/// `` `name` `` and `[name]` are quotes for some dialects and signs for others, so what is inside must mean the same
/// to both.
fn plain_quoted(text: &str, at: usize) -> Result<usize, Refusal> {
    let close = if text.as_bytes()[at] == b'[' { ']' } else { '`' };
    let refusal =
        Refusal { span: Span { start: at, end: at + 1 }, problem: "has a quoted name that dialects read differently" };
    let length = text[at + 1..].find(close).ok_or(refusal)?;
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | ' ' | '.');
    let body = &text[at + 1..at + 1 + length];
    if !body.is_empty() && body.chars().all(plain) { Ok(at + 1 + length + 1) } else { Err(refusal) }
}

#[cfg(test)]
mod tests;
