//! A row's list of options, read: what it says of one.

use memchr::{memchr3_iter, memmem};

use super::Style;

/// What a flag list says of one option.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::classify::shell) struct Flag<'a> {
    pub(in crate::classify::shell) value: FlagValue<'a>,
    pub(in crate::classify::shell) endless: bool,
}

/// The value that an option takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::classify::shell) enum FlagValue<'a> {
    None,
    Any,
    Integer,
    Attached,
    /// A path that is written out: no address, and no word for a language's runtime.
    Path,
    /// The name of a repository, on the service's own host.
    Repository,
    OneOf(&'a str),
}

impl<'a> Flag<'a> {
    /// Finds `option`, with its dashes, in a flag list; a short option is one letter.
    pub(in crate::classify::shell) fn find(flags: &'a str, option: &str, style: Style) -> Option<Self> {
        if option.len() == 2 && style != Style::Words {
            return short_tokens(flags).find_map(|token| Self::read(token, option, style));
        }
        tokens_with(flags, option).find_map(|token| Self::read(token, option, style))
    }

    fn read(token: &'a str, option: &str, style: Style) -> Option<Self> {
        let (endless, token) = token.strip_prefix('~').map_or((false, token), |rest| (true, rest));
        if let Some((name, values)) = token.split_once('=') {
            return (name == option).then_some(Self { value: FlagValue::OneOf(values), endless });
        }
        let (name, value) = match token.as_bytes().last() {
            Some(b':') => (&token[..token.len() - 1], FlagValue::Any),
            Some(b'^') => (&token[..token.len() - 1], FlagValue::Path),
            Some(b'/') => (&token[..token.len() - 1], FlagValue::Repository),
            Some(b'#') if token.len() > 2 => (&token[..token.len() - 1], FlagValue::Integer),
            Some(b'?') if token.len() > 2 => (&token[..token.len() - 1], FlagValue::Attached),
            _ => (token, FlagValue::None),
        };
        let cluster = style != Style::Words && value == FlagValue::None && !name.starts_with("--") && option.len() == 2;
        let named = name == option || cluster && name.starts_with('-') && name[1..].contains(&option[1..]);
        named.then_some(Self { value, endless })
    }
}

/// Whether `word` is one of the blank-separated words of `list`.
pub(in crate::classify::shell) fn holds(list: &str, word: &str) -> bool {
    tokens_with(list, word).any(|token| token == word)
}

/// The tokens that begin with `name`, perhaps behind a tilde. Lists are long, so that they are searched as a whole.
fn tokens_with<'a>(list: &'a str, name: &str) -> impl Iterator<Item = &'a str> {
    let bytes = list.as_bytes();
    let starts: Vec<usize> = if name.is_empty() { Vec::new() } else { memmem::find_iter(bytes, name).collect() };
    starts.into_iter().filter_map(move |at| {
        let start = at - usize::from(at > 0 && bytes[at - 1] == b'~');
        let first = start == 0 || bytes[start - 1].is_ascii_whitespace();
        first.then(|| list[start..].split_ascii_whitespace().next()).flatten()
    })
}

/// The tokens that stand for options of one letter.
fn short_tokens(list: &str) -> impl Iterator<Item = &str> {
    let bytes = list.as_bytes();
    let starts = std::iter::once(0).chain(memchr3_iter(b' ', b'\n', b'\t', bytes).map(|blank| blank + 1));
    starts.filter_map(move |at| {
        let dash = at + usize::from(bytes.get(at) == Some(&b'~'));
        let short = bytes.get(dash) == Some(&b'-') && bytes.get(dash + 1).is_some_and(|b| *b != b'-');
        let star = bytes.get(dash) == Some(&b'*');
        (short || star).then(|| list[at..].split_ascii_whitespace().next()).flatten()
    })
}
