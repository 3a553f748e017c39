//! Where a script gives its variables values.

use std::borrow::Cow;

use crate::classify::shell::syntax::{
    Arithmetic, Assignment, Command, Kind, Parameter, Piece, Redirect, RedirectKind, Script, Word,
};

use super::output::{Taken, finder, finds_files};
use super::{Arrays, Variables, input, is_plain};
use crate::classify::shell::parser::is_name;

/// What a script does with names.
#[derive(Default)]
pub(super) struct Found<'s, 'a> {
    pub(super) sources: Vec<Source<'s, 'a>>,
    /// The functions that it defines.
    pub(super) functions: Vec<&'a str>,
    /// The words of each simple command.
    pub(super) commands: Vec<&'s [Word<'a>]>,
}

/// A place where a script gives a variable a value.
pub(super) struct Source<'s, 'a> {
    pub(super) name: &'a str,
    pub(super) value: Value<'s, 'a>,
    /// The function in whose body it stands.
    pub(super) within: Option<&'a str>,
}

impl<'s, 'a> Source<'s, 'a> {
    fn new(name: &'a str, value: Value<'s, 'a>) -> Self {
        Self { name, value, within: None }
    }
}

pub(super) enum Value<'s, 'a> {
    Words(&'s [Word<'a>]),
    Assigned(&'s Assignment<'a>),
    /// A line of what the last of these prints.
    Line(&'s [Command<'a>], Taken),
    Integer,
    /// Each of the script's numbered parameters.
    Positional,
    /// This text.
    Text(&'a str),
    /// What this parameter stands for.
    Parameter(&'s Parameter<'a>),
    Unknown,
}

/// Notes every assignment in `script`, also those that builtins make.
pub(super) fn collect<'s, 'a>(script: &'s Script<'a>, found: &mut Found<'s, 'a>, variables: &mut Variables<'a>) {
    for (at, command) in script.commands.iter().enumerate() {
        if let Some((read, rest)) = read_in_loop(&script.commands[..at], command) {
            found.sources.extend(read);
            collect_redirects(command, found, variables);
            for script in rest {
                collect(script, found, variables);
            }
        } else {
            collect_command(command, found, variables);
        }
    }
}

/// What `while read` takes its variable from, and the scripts of the loop without its condition.
fn read_in_loop<'s, 'a>(
    before: &'s [Command<'a>],
    command: &'s Command<'a>,
) -> Option<(Vec<Source<'s, 'a>>, &'s [Script<'a>])> {
    let Kind::Loop(scripts) = &command.kind else { return None };
    let (condition, rest) = scripts.split_first()?;
    let [read] = condition.commands.as_slice() else { return None };
    let (taken, names) = Taken::by(read)?;
    let name = names[0];
    let inputs: Vec<_> = command.redirects.iter().filter(|redirect| redirect.kind != RedirectKind::Output).collect();
    let commands = match inputs.as_slice() {
        [] if before.last().is_some_and(|command| command.piped) => before,
        [Redirect { kind: RedirectKind::Input, target, is_input: true, .. }] => match target.pieces.as_slice() {
            [Piece::Process(script)] if script.commands.iter().filter(|command| !command.piped).count() == 1 => {
                &script.commands
            }
            _ => return None,
        },
        _ => return None,
    };
    let files = taken == Taken::UpToNul && finder(commands).is_some_and(finds_files);
    let keeps_place = || input::keeps_place(rest, input::Taken { name, files, word: taken == Taken::First });
    let told = match taken {
        Taken::UpToNul | Taken::Exactly | Taken::First => keeps_place(),
        Taken::Trimmed | Taken::Partly => input::keeps_source(rest),
    };
    let taken = if taken != Taken::Trimmed || keeps_place() { taken } else { Taken::Partly };
    let others = names[1..].iter().map(|name| Source::new(name, Value::Unknown));
    let first = Source::new(name, Value::Line(commands, taken));
    told.then(|| (std::iter::once(first).chain(others).collect(), rest))
}

fn collect_redirects<'s, 'a>(command: &'s Command<'a>, found: &mut Found<'s, 'a>, variables: &mut Variables<'a>) {
    for redirect in &command.redirects {
        collect_word(&redirect.target, found, variables);
    }
}

fn collect_words<'s, 'a>(
    words: impl IntoIterator<Item = &'s Word<'a>>,
    found: &mut Found<'s, 'a>,
    variables: &mut Variables<'a>,
) where
    'a: 's,
{
    words.into_iter().for_each(|word| collect_word(word, found, variables));
}

fn collect_command<'s, 'a>(command: &'s Command<'a>, found: &mut Found<'s, 'a>, variables: &mut Variables<'a>) {
    collect_redirects(command, found, variables);
    match &command.kind {
        Kind::Simple { assignments, words } => {
            for assignment in assignments {
                if assignment.array {
                    variables.arrays = variables.arrays.max(Arrays::Numbered);
                }
                variables.splits_anywhere |= assignment.name == "IFS" && words.is_empty();
                let value = Value::Assigned(assignment);
                found.sources.push(Source::new(assignment.name, value));
                collect_words(&assignment.values, found, variables);
            }
            found.commands.push(words);
            collect_builtin(words, found, variables);
            collect_words(words, found, variables);
        }
        Kind::Block(scripts) | Kind::Loop(scripts) => {
            for script in scripts {
                collect(script, found, variables);
            }
        }
        Kind::For { name, words, body } => {
            let value = words.as_deref().map_or(Value::Positional, Value::Words);
            found.sources.push(Source::new(name, value));
            collect_words(words.iter().flatten(), found, variables);
            collect(body, found, variables);
        }
        Kind::Count { header, body } => {
            collect_arithmetic(header, found, variables);
            collect(body, found, variables);
        }
        Kind::Case { word, arms } => {
            collect_word(word, found, variables);
            for (patterns, body) in arms {
                collect_words(patterns, found, variables);
                collect(body, found, variables);
            }
        }
        Kind::Function { name, body } => {
            let before = found.sources.len();
            collect_command(body, found, variables);
            for source in &mut found.sources[before..] {
                source.within.get_or_insert(name);
            }
            found.functions.push(name);
        }
        Kind::Test(words) => collect_words(words, found, variables),
        Kind::Arithmetic(inner) => collect_arithmetic(inner, found, variables),
    }
}

fn collect_word<'s, 'a>(word: &'s Word<'a>, found: &mut Found<'s, 'a>, variables: &mut Variables<'a>) {
    for piece in &word.pieces {
        collect_piece(piece, found, variables);
    }
}

fn collect_piece<'s, 'a>(piece: &'s Piece<'a>, found: &mut Found<'s, 'a>, variables: &mut Variables<'a>) {
    match piece {
        Piece::Literal { .. } => {}
        Piece::Quoted(pieces) => pieces.iter().for_each(|piece| collect_piece(piece, found, variables)),
        Piece::Arithmetic(inner) => collect_arithmetic(inner, found, variables),
        Piece::Substitution { script, .. } | Piece::Process(script) => collect(script, found, variables),
        Piece::Parameter { parameter, .. } => {
            for inner in &parameter.integers {
                collect_arithmetic(inner, found, variables);
            }
            for piece in &parameter.nested {
                collect_piece(piece, found, variables);
            }
        }
    }
}

fn collect_arithmetic<'s, 'a>(inner: &'s Arithmetic<'a>, found: &mut Found<'s, 'a>, variables: &mut Variables<'a>) {
    for piece in &inner.pieces {
        collect_piece(piece, found, variables);
    }
    found.sources.extend(inner.assigned.iter().map(|name| Source::new(name, Value::Integer)));
}

/// The builtins that take names: whatever their options, every literal word after them may be assigned anything.
fn collect_builtin<'s, 'a>(words: &'s [Word<'a>], found: &mut Found<'s, 'a>, variables: &mut Variables<'a>) {
    let assigns = |word: &Word<'_>| {
        matches!(word.pieces.as_slice(), [Piece::Literal { text, .. }]
            if matches!(&**text, "read" | "mapfile" | "readarray" | "local" | "declare" | "typeset" | "export" | "readonly" | "printf" | "getopts" | "unset"))
    };
    let Some(at) = words.iter().position(assigns) else { return };
    let maps = words[at].bare().is_none_or(|name| matches!(name, "mapfile" | "readarray"));
    let asks = |letter: char| words[at + 1..].iter().any(|word| may_ask(word, letter));
    let made = match (asks('A'), maps || asks('a')) {
        (true, _) => Arrays::Named,
        (false, true) => Arrays::Numbered,
        (false, false) => Arrays::None,
    };
    variables.arrays = variables.arrays.max(made);
    // With an option it may print what is set, or make something else of the text.
    let plain = at == 0
        && words[0].bare().is_some_and(|name| matches!(name, "local" | "declare" | "readonly"))
        && !words.iter().any(begins_with_dash);
    for word in &words[at + 1..] {
        if let [Piece::Literal { text: Cow::Borrowed(text), .. }, ..] = word.pieces.as_slice() {
            let name = text.split('=').next().unwrap_or_default();
            let declares = plain && made == Arrays::None;
            let value =
                declares.then(|| text_of(word).map(Value::Text).or_else(|| parameter_of(word).map(Value::Parameter)));
            let value = value.flatten();
            found.sources.push(Source::new(name, value.unwrap_or(Value::Unknown)));
        }
    }
}

fn begins_with_dash(word: &Word<'_>) -> bool {
    !matches!(word.pieces.as_slice(), [Piece::Literal { text, .. }, ..] if !text.is_empty() && !text.starts_with('-'))
}

/// The text that a declaration gives a name: `a=text`, `a="text"`.
fn text_of<'a>(word: &Word<'a>) -> Option<&'a str> {
    let text = match word.pieces.as_slice() {
        [Piece::Literal { text: Cow::Borrowed(text), quoted: false }] => {
            text.split_once('=').filter(|(name, text)| is_name(name) && is_plain(text)).map(|(_, text)| text)
        }
        [Piece::Literal { text: Cow::Borrowed(text), quoted: false }, rest]
            if text.strip_suffix('=').is_some_and(is_name) =>
        {
            match rest {
                Piece::Literal { text: Cow::Borrowed(text), quoted: true } => Some(*text),
                Piece::Quoted(inner) => match inner.as_slice() {
                    [Piece::Literal { text: Cow::Borrowed(text), .. }] => Some(*text),
                    _ => None,
                },
                _ => None,
            }
        }
        _ => None,
    };
    // Else it is a name alone, which the function may find set.
    text.filter(|text| !text.is_empty() && !text.contains(['~', '(']))
}

/// The parameter that a declaration hands on: `a="$1"`.
fn parameter_of<'s, 'a>(word: &'s Word<'a>) -> Option<&'s Parameter<'a>> {
    let [Piece::Literal { text, quoted: false }, rest] = word.pieces.as_slice() else { return None };
    let piece = match rest {
        Piece::Quoted(inner) if inner.len() == 1 => &inner[0],
        piece @ Piece::Parameter { quoted: true, .. } => piece,
        _ => return None,
    };
    match piece {
        Piece::Parameter { parameter, .. } if text.strip_suffix('=').is_some_and(is_name) => Some(parameter),
        _ => None,
    }
}

/// Whether a word may be an option with this letter, by which a name becomes an array: `-a`, `-rA`.
fn may_ask(word: &Word<'_>, letter: char) -> bool {
    match word.pieces.as_slice() {
        [Piece::Literal { text, quoted: false }] if text.contains('{') => true,
        [Piece::Literal { text, .. }] => text.starts_with('-') && text.contains(letter),
        [Piece::Literal { text, .. }, ..] => text.is_empty() || text.starts_with('-'),
        _ => true,
    }
}
