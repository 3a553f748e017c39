//! Words to arguments: brace expansion and quote removal done exactly, every unknown part kept as a class of values.

use super::syntax::{Piece, Word};
use super::variable::Variables;

mod arg;
mod braces;
mod build;
mod lead;

pub(super) use arg::{Arg, Digits, Integer, Known, MayBeOption, Optional, readings};
pub(super) use braces::MAX_ALTERNATIVES;
use braces::{Token, alternatives, tokens};
use build::argument;
pub(super) use lead::is_other_home;

/// Expands `words`; `None` when a word's braces are not plain.
pub(super) fn expand<'a>(words: &'a [Word<'a>], variables: &Variables<'_>) -> Option<Vec<Arg<'a>>> {
    let mut args = Vec::with_capacity(words.len());
    for word in words {
        if has_braces(word) {
            for tokens in alternatives(tokens(word))? {
                args.push(argument(&tokens, word.span, variables));
            }
        } else {
            args.push(single(word, variables));
        }
    }
    Some(args)
}

/// Expands a word that is not subject to brace expansion: the value of an assignment, a redirection's target.
pub(super) fn single<'a>(word: &'a Word<'a>, variables: &Variables<'_>) -> Arg<'a> {
    if let [Piece::Literal { text, quoted }] = word.pieces.as_slice()
        && (*quoted || text == "[" || !text.contains(['*', '?', '[']))
    {
        return Arg::literal(&**text, word.span);
    }
    let tokens: Vec<Token<'a>> = word.pieces.iter().map(Token::Piece).collect();
    argument(&tokens, word.span, variables)
}

pub(super) fn has_braces(word: &Word<'_>) -> bool {
    word.pieces.iter().any(|piece| matches!(piece, Piece::Literal { text, quoted: false } if text.contains('{')))
}
