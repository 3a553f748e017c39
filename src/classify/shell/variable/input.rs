//! What the body of a loop does with the input that the loop itself reads.

use crate::classify::shell::syntax::{Command, Form, Kind, Piece, RedirectKind, Script, Word};

/// Builtins from which on a loop reads something else, or from elsewhere.
const REDIRECTING: [&str; 8] = ["exec", "read", "mapfile", "readarray", "eval", "source", "command", "builtin"];

/// Programs that read no input, or all of it: what a loop takes next begins where a line ended, or there is nothing.
const KEEPING: [&str; 23] = [
    "",
    "echo",
    "printf",
    "test",
    "[",
    "true",
    ":",
    "continue",
    "break",
    "basename",
    "dirname",
    "realpath",
    "readlink",
    "stat",
    "ls",
    "du",
    "wc",
    "cat",
    "sort",
    "nl",
    "md5sum",
    "sha1sum",
    "sha256sum",
];

/// Programs that read their input when no file is named: how many operands stand before the files, and the letters of
/// the options that take a value.
const FILTERS: [(&str, usize, &str); 10] = [
    ("sed", 1, "efl"),
    ("grep", 1, "efmABCdD"),
    ("egrep", 1, "efmABCdD"),
    ("fgrep", 1, "efmABCdD"),
    ("awk", 1, "Fvfei"),
    ("jq", 1, "fL"),
    ("head", 0, "nc"),
    ("tail", 0, "nc"),
    ("cut", 0, "bcdf"),
    ("file", 0, "FPm"),
];

/// Whether a loop goes on reading where it stopped, when the variable `path` holds a path that starts with no dash.
pub(super) fn keeps_place(body: &[Script<'_>], path: Option<&str>) -> bool {
    let keeps = |command: &Command<'_>| match &command.kind {
        Kind::Simple { words, .. } => program(words)
            .is_some_and(|name| KEEPING.contains(&name) || asks_git(name, words) || reads_files(name, words, path)),
        _ => true,
    };
    body.iter().all(|script| leaves_input(script, &keeps))
}

/// Whether a loop goes on reading what it read before, perhaps from the middle of a line.
pub(super) fn keeps_source(body: &[Script<'_>]) -> bool {
    let keeps = |command: &Command<'_>| match &command.kind {
        Kind::Simple { words, .. } => {
            program(words).is_some()
                && words.iter().all(|word| word.bare().is_none_or(|text| !REDIRECTING.contains(&text)))
        }
        _ => true,
    };
    body.iter().all(|script| leaves_input(script, &keeps))
}

fn program<'w>(words: &'w [Word<'_>]) -> Option<&'w str> {
    words.first().map_or(Some(""), Word::bare)
}

/// Whether this is a call of git that is not told to read its input.
fn asks_git(name: &str, words: &[Word<'_>]) -> bool {
    let reads = |text: &str| text == "-" || text.contains("stdin") || text.ends_with("=-");
    name == "git" && words.iter().all(|word| word.bare().is_none_or(|text| !reads(text)))
}

/// Whether a filter is given a file.
fn reads_files(name: &str, words: &[Word<'_>], path: Option<&str>) -> bool {
    let Some((_, before, valued)) = FILTERS.iter().find(|(filter, ..)| *filter == name) else { return false };
    let mut operands = 0;
    let mut rest = words.iter().skip(1);
    while let Some(word) = rest.next() {
        match written(word) {
            Some(text) if text.starts_with("--") || text == "-" => return false,
            Some(text) if text.starts_with('-') => {
                if text.ends_with(|letter| valued.contains(letter)) {
                    rest.next();
                }
            }
            Some(_) => operands += 1,
            None if path.is_some_and(|path| begins_with(word, path)) => operands += 1,
            // It may be nothing, an option, or the name of the input.
            None => return false,
        }
    }
    operands > *before
}

/// The text of a word in which nothing is expanded.
fn written<'w>(word: &'w Word<'_>) -> Option<&'w str> {
    match word.pieces.as_slice() {
        [Piece::Literal { text, quoted }] => (*quoted || !text.contains(['*', '?', '[', '{', '~'])).then_some(text),
        _ => None,
    }
}

/// Whether a quoted word begins with the value of `variable`.
fn begins_with(word: &Word<'_>, variable: &str) -> bool {
    let first = match word.pieces.first() {
        Some(Piece::Quoted(pieces)) => pieces.first(),
        first => first,
    };
    matches!(first, Some(Piece::Parameter { parameter, quoted: true })
        if parameter.name == variable && parameter.form == Form::Value)
}

/// Whether `fits` holds for every command of a script that takes its input from the shell, at any depth.
fn leaves_input(script: &Script<'_>, fits: &dyn Fn(&Command<'_>) -> bool) -> bool {
    let commands = &script.commands;
    commands.iter().enumerate().all(|(at, command)| {
        let given = |kind| matches!(kind, RedirectKind::Input | RedirectKind::Here);
        let fed = at > 0 && commands[at - 1].piped || command.redirects.iter().any(|redirect| given(redirect.kind));
        let simple = matches!(command.kind, Kind::Simple { .. });
        let targets = command.redirects.iter().map(|redirect| &redirect.target);
        (simple && fed && !command.runs("exec") && !command.runs("read") || fits(command))
            && targets.flat_map(|word| &word.pieces).all(|piece| piece_leaves_input(piece, fits))
            && kind_leaves_input(&command.kind, fits)
    })
}

fn kind_leaves_input(kind: &Kind<'_>, fits: &dyn Fn(&Command<'_>) -> bool) -> bool {
    let words_fit =
        |words: &[Word<'_>]| words.iter().flat_map(|word| &word.pieces).all(|piece| piece_leaves_input(piece, fits));
    match kind {
        Kind::Simple { assignments, words } => {
            words_fit(words) && assignments.iter().all(|assignment| words_fit(&assignment.values))
        }
        Kind::Block(scripts) | Kind::Loop(scripts) => scripts.iter().all(|script| leaves_input(script, fits)),
        Kind::For { words, body, .. } => words_fit(words.as_deref().unwrap_or_default()) && leaves_input(body, fits),
        Kind::Count { header, body } => {
            header.pieces.iter().all(|piece| piece_leaves_input(piece, fits)) && leaves_input(body, fits)
        }
        Kind::Case { word, arms } => {
            words_fit(std::slice::from_ref(word))
                && arms.iter().all(|(patterns, body)| words_fit(patterns) && leaves_input(body, fits))
        }
        Kind::Function { .. } => false,
        Kind::Test(words) => words_fit(words),
        Kind::Arithmetic(inner) => inner.pieces.iter().all(|piece| piece_leaves_input(piece, fits)),
    }
}

fn piece_leaves_input(piece: &Piece<'_>, fits: &dyn Fn(&Command<'_>) -> bool) -> bool {
    match piece {
        Piece::Literal { .. } => true,
        Piece::Quoted(pieces) => pieces.iter().all(|piece| piece_leaves_input(piece, fits)),
        Piece::Arithmetic(inner) => inner.pieces.iter().all(|piece| piece_leaves_input(piece, fits)),
        Piece::Substitution { script, .. } | Piece::Process(script) => leaves_input(script, fits),
        Piece::Parameter { parameter, .. } => parameter.nested.iter().all(|piece| piece_leaves_input(piece, fits)),
    }
}
