//! Brace expansion: one word becomes several, in order.

use crate::classify::shell::syntax::{Piece, Word};

/// The most words that one word's braces may make.
pub(in crate::classify::shell) const MAX_ALTERNATIVES: usize = 64;

/// The most words that the sequences of one word make.
const MAX_SEQUENCES: u64 = 100_000;

/// A word's parts for brace expansion.
#[derive(Debug, Clone, Copy)]
pub(in crate::classify::shell) enum Token<'a> {
    Piece(&'a Piece<'a>),
    /// Unquoted text without braces and commas.
    Text(&'a str),
    /// A number of a sequence such as `{1..9}`.
    Number,
    /// A letter of a sequence such as `{a..e}`.
    Letter,
    Open,
    Close,
    Comma,
}

pub(in crate::classify::shell) fn tokens<'a>(word: &'a Word<'a>) -> Vec<Token<'a>> {
    let mut tokens = Vec::new();
    for piece in &word.pieces {
        let Piece::Literal { text, quoted: false } = piece else {
            tokens.push(Token::Piece(piece));
            continue;
        };
        let mut rest: &'a str = text;
        while let Some(at) = rest.find(['{', '}', ',']) {
            if at > 0 {
                tokens.push(Token::Text(&rest[..at]));
            }
            tokens.push(match rest.as_bytes()[at] {
                b'{' => Token::Open,
                b'}' => Token::Close,
                _ => Token::Comma,
            });
            rest = &rest[at + 1..];
        }
        if !rest.is_empty() {
            tokens.push(Token::Text(rest));
        }
    }
    tokens
}

/// All the words that one word's braces make; `None` when it is not plain which, or they are too many.
pub(in crate::classify::shell) fn alternatives(tokens: Vec<Token<'_>>) -> Option<Vec<Vec<Token<'_>>>> {
    let mut done = Vec::new();
    // What the sequences of one word make together is made in memory.
    let lengths = tokens.iter().filter_map(|token| if let Token::Text(text) = token { length(text) } else { None });
    if lengths.fold(1_u64, u64::saturating_mul) > MAX_SEQUENCES {
        return None;
    }
    let mut waiting = vec![(tokens, 0)];
    while let Some((tokens, from)) = waiting.pop() {
        if done.len() + waiting.len() > MAX_ALTERNATIVES || tokens.len() > 4 * MAX_ALTERNATIVES {
            return None;
        }
        let Some(open) = (from..tokens.len()).find(|at| matches!(tokens[*at], Token::Open)) else {
            done.push(tokens);
            continue;
        };
        let (close, commas) = match group(&tokens, open) {
            Some(found) => found,
            None if tokens[open..].iter().any(is_comma) => return None,
            None => (open, Vec::new()),
        };
        if commas.is_empty() {
            let between = &tokens[(open + 1).min(close)..close];
            // For bash such a group goes on to another brace that has a comma before it, or has a comma somewhere within.
            if !is_sequence(between) && (between.iter().any(has_dots) || has_comma_before_brace(&tokens[close..])) {
                return None;
            }
            if is_sequence(between) {
                let mut spliced = tokens[..open].to_vec();
                spliced.push(sequence(tokens[open + 1])?);
                spliced.extend_from_slice(&tokens[close + 1..]);
                waiting.push((spliced, open));
            } else {
                waiting.push((tokens, open + 1));
            }
            continue;
        }
        let mut bounds = vec![open];
        bounds.extend(commas);
        bounds.push(close);
        for pair in bounds.windows(2).rev() {
            let mut spliced = tokens[..open].to_vec();
            spliced.extend_from_slice(&tokens[pair[0] + 1..pair[1]]);
            spliced.extend_from_slice(&tokens[close + 1..]);
            waiting.push((spliced, open));
        }
    }
    (!done.iter().any(|tokens| makes_names(tokens))).then_some(done)
}

fn is_comma(token: &Token<'_>) -> bool {
    matches!(token, Token::Comma)
}

fn has_comma_before_brace(tokens: &[Token<'_>]) -> bool {
    let comma = tokens.iter().position(is_comma);
    comma.is_some_and(|comma| tokens[comma..].iter().any(|token| matches!(token, Token::Close)))
}

fn has_dots(token: &Token<'_>) -> bool {
    matches!(token, Token::Text(text) if text.contains(".."))
}

/// Whether this stands between braces for a sequence.
fn is_sequence(between: &[Token<'_>]) -> bool {
    matches!(between, [Token::Text(text)] if text.contains(".."))
}

/// Whether the braces put something behind a name, or behind a lone dollar sign, that bash takes for a part of it: it
/// expands braces first. `$x{a,b}` is `$xa $xb`.
fn makes_names(tokens: &[Token<'_>]) -> bool {
    let goes_on = |token: &Token<'_>| match token {
        Token::Text(text) => text.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_'),
        Token::Number | Token::Letter => true,
        Token::Piece(_) | Token::Open | Token::Close | Token::Comma => false,
    };
    tokens.windows(2).any(|pair| match pair[0] {
        Token::Piece(Piece::Parameter { parameter, .. }) => parameter.bare && goes_on(&pair[1]),
        Token::Piece(Piece::Literal { text, quoted: true }) if text == "$" => {
            !matches!(&pair[1], Token::Text(text) if text.starts_with(['/', '.', '-', ':', '=', '+', '%']))
        }
        _ => false,
    })
}

/// The brace that closes the one at `open`, and the commas that are directly between them.
fn group(tokens: &[Token<'_>], open: usize) -> Option<(usize, Vec<usize>)> {
    let mut depth = 0_usize;
    let mut commas = Vec::new();
    for (at, token) in tokens.iter().enumerate().skip(open) {
        match token {
            Token::Open => depth += 1,
            Token::Comma if depth == 1 => commas.push(at),
            Token::Close if depth == 1 => return Some((at, commas)),
            Token::Close => depth -= 1,
            _ => {}
        }
    }
    None
}

/// How many numbers a text between braces may stand for: `1..9`.
fn length(text: &str) -> Option<u64> {
    let mut ends = text.split("..").map(str::parse::<u64>);
    match (ends.next(), ends.next()) {
        (Some(Ok(from)), Some(Ok(to))) => Some(from.abs_diff(to).saturating_add(1)),
        _ => None,
    }
}

/// What a sequence is made of: numbers, or letters of one case, between which bash puts nothing but letters.
fn sequence<'a>(token: Token<'_>) -> Option<Token<'a>> {
    let Token::Text(text) = token else { return None };
    let number = |part: &str| !part.is_empty() && part.len() < 10 && part.bytes().all(|b| b.is_ascii_digit());
    if text.split("..").all(number) && matches!(text.split("..").count(), 2 | 3) {
        return Some(Token::Number);
    }
    let letters = match text.split("..").collect::<Vec<_>>().as_slice() {
        [from, to] => [*from, *to],
        [from, to, step] if number(step) => [*from, *to],
        _ => return None,
    };
    let all = |is: fn(&u8) -> bool| letters.iter().all(|end| matches!(end.as_bytes(), [byte] if is(byte)));
    (all(u8::is_ascii_lowercase) || all(u8::is_ascii_uppercase)).then_some(Token::Letter)
}
