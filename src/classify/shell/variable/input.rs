//! What the body of a loop does with the input that the loop itself reads.

use crate::classify::shell::syntax::walk::all_commands;
use crate::classify::shell::syntax::{Command, Form, Kind, Piece, Redirect, RedirectKind, Script, Word};
use crate::classify::shell::table;

/// Builtins from which on a loop may read something else, or from elsewhere.
const REDIRECTING: [&str; 9] = ["exec", "read", "mapfile", "readarray", "eval", "source", ".", "command", "builtin"];

/// Programs that never read their input.
const DEAF: [&str; 16] = [
    "", "echo", "printf", "test", "[", "true", "false", ":", "continue", "break", "basename", "dirname", "realpath",
    "readlink", "stat", "ls",
];

/// Programs that read their input to its end, so that the loop finds nothing more.
const DRAINING: [&str; 8] = ["wc", "md5sum", "sha1sum", "sha224sum", "sha256sum", "sha512sum", "cksum", "b2sum"];

/// Programs that read their input when no file is named: how many operands stand before the files, and the letters of
/// the options that take a value.
const FILTERS: [(&str, usize, &str); 15] = [
    ("sed", 1, "efl"),
    ("grep", 1, "efmABCdD"),
    ("egrep", 1, "efmABCdD"),
    ("fgrep", 1, "efmABCdD"),
    ("jq", 1, "fL"),
    ("head", 0, "nc"),
    ("tail", 0, "nc"),
    ("cut", 0, "bcdf"),
    ("file", 0, "FPmf"),
    ("cat", 0, ""),
    ("sort", 0, "kStoT"),
    ("nl", 0, "bdfhilnsvw"),
    ("du", 0, "dBtX"),
    ("od", 0, "ANjStw"),
    ("xxd", 0, "clsgo"),
];

/// The variable that a loop reads paths into, and whether these are of regular files alone: a link may lead to the
/// loop's own input, a file does not.
#[derive(Debug, Clone, Copy)]
pub(super) struct Taken<'n> {
    pub(super) name: &'n str,
    pub(super) files: bool,
}

/// Whether a loop goes on reading at the beginning of a path, or not at all.
pub(super) fn keeps_place(body: &[Script<'_>], taken: Taken<'_>) -> bool {
    let keeps = |command: &Command<'_>, piped_in: bool| match &command.kind {
        _ if command.redirects.iter().any(hands_on) => false,
        // The body of a here-document stands elsewhere.
        Kind::Simple { .. } if command.redirects.iter().any(is_here_document) => false,
        Kind::Simple { words, .. } => {
            let Some(name) = program(words) else { return false };
            let own = |redirect: &Redirect<'_>| gives_input(redirect, taken);
            let reads = |redirect: &Redirect<'_>| redirect.kind == RedirectKind::Input && !own(redirect);
            let fed = (piped_in || command.redirects.iter().any(own))
                && !command.redirects.iter().any(reads)
                && words.iter().all(|word| names_no_descriptor(word, taken))
                && is_known(name)
                && !REDIRECTING.contains(&name)
                && !opens_what_it_reads(name, words);
            fed || DEAF.contains(&name)
                || DRAINING.contains(&name)
                || asks_git(name, words, taken)
                || taken.files && reads_files(name, words, taken)
        }
        Kind::Function { .. } => false,
        _ => true,
    };
    body.iter().all(|script| all_commands(script, &keeps))
}

/// Whether a loop goes on reading what it read before, perhaps from the middle of a line.
pub(super) fn keeps_source(body: &[Script<'_>]) -> bool {
    let keeps = |command: &Command<'_>, _| match &command.kind {
        Kind::Simple { .. } if command.redirects.iter().any(is_here_document) => false,
        Kind::Simple { words, .. } => {
            program(words).is_some_and(|name| name.is_empty() || is_known(name) && !REDIRECTING.contains(&name))
        }
        Kind::Function { .. } => false,
        _ => true,
    };
    body.iter().all(|script| all_commands(script, &keeps))
}

fn is_here_document(redirect: &Redirect<'_>) -> bool {
    redirect.kind == RedirectKind::Here && redirect.target.span.end == 0
}

/// Whether a redirection makes another descriptor of one that may be the loop's input.
fn hands_on(redirect: &Redirect<'_>) -> bool {
    redirect.kind == RedirectKind::Duplicate && !matches!(redirect.target.bare(), Some("1" | "2" | "-"))
}

/// Whether a program opens files whose names it reads, of which one may be a descriptor's.
fn opens_what_it_reads(name: &str, words: &[Word<'_>]) -> bool {
    let told = |word: &Word<'_>| match word.pieces.first() {
        Some(Piece::Literal { text, .. }) => ["-f", "-T", "--f", "--i"].iter().any(|own| text.starts_with(own)),
        _ => true,
    };
    name == "xargs"
        || !matches!(name, "grep" | "egrep" | "fgrep" | "cut" | "sed" | "awk" | "jq") && words[1..].iter().any(told)
}

/// Whether a word is no path to a descriptor of another process: what it holds is written out, or comes from the loop.
fn names_no_descriptor(word: &Word<'_>, taken: Taken<'_>) -> bool {
    let mut text = String::new();
    let mut plain = |piece: &Piece<'_>, within: bool| match piece {
        Piece::Literal { text: own, quoted } => {
            text.push_str(own);
            within || *quoted || !own.contains(['*', '?', '[', '{'])
        }
        Piece::Parameter { parameter, .. } => parameter.name == taken.name && parameter.form == Form::Value,
        _ => false,
    };
    let all = word.pieces.iter().all(|piece| match piece {
        Piece::Quoted(pieces) => pieces.iter().all(|piece| plain(piece, true)),
        piece => plain(piece, false),
    });
    all && !text.contains("/dev") && !text.contains("/proc")
}

fn program<'w>(words: &'w [Word<'_>]) -> Option<&'w str> {
    words.first().map_or(Some(""), Word::bare)
}

/// Whether this names a program or a builtin; a function of the line has another name.
fn is_known(name: &str) -> bool {
    table::find(name).is_some()
}

/// Whether a redirection gives a command an input that is not the loop's.
fn gives_input(redirect: &Redirect<'_>, taken: Taken<'_>) -> bool {
    let target = &redirect.target;
    redirect.feeds()
        && match redirect.kind {
            RedirectKind::Here => true,
            _ => target.bare() == Some("/dev/null") || taken.files && is_value(target, taken.name),
        }
}

/// Whether this is a call of git that reads neither its input nor files that may lead to it.
fn asks_git(name: &str, words: &[Word<'_>], taken: Taken<'_>) -> bool {
    let harmless = |text: &str| {
        text != "-"
            && !["stdin", "file", "contents", "/dev", "/proc"].iter().any(|part| text.contains(part))
            && !text.starts_with("-S")
    };
    name == "git"
        && words.get(1).and_then(Word::bare).is_some_and(|sub| matches!(sub, "log" | "show" | "blame" | "rev-parse"))
        && words.iter().all(|word| word.written().map_or(is_value(word, taken.name), harmless))
}

/// Whether a filter is given a file.
fn reads_files(name: &str, words: &[Word<'_>], taken: Taken<'_>) -> bool {
    let Some((_, before, valued)) = FILTERS.iter().find(|(filter, ..)| *filter == name) else { return false };
    let mut operands = 0;
    let mut rest = words.iter().skip(1);
    while let Some(word) = rest.next() {
        match word.written() {
            Some(text) if text.starts_with("--") || text == "-" => return false,
            // With the pattern in an option the first operand is a file.
            Some(text) if *before > 0 && text.starts_with('-') && text.contains(['e', 'f']) => return false,
            Some(text) if text.starts_with('-') => {
                if text.ends_with(|letter| valued.contains(letter)) {
                    rest.next();
                }
            }
            Some(_) if operands < *before => operands += 1,
            None if operands >= *before && is_value(word, taken.name) => operands += 1,
            // It may be nothing, an option, a link or the name of the input.
            _ => return false,
        }
    }
    operands > *before
}

/// Whether a word is the value of a variable, quoted, and nothing else.
fn is_value(word: &Word<'_>, name: &str) -> bool {
    let only = match word.pieces.as_slice() {
        [Piece::Quoted(pieces)] => pieces.as_slice(),
        pieces => pieces,
    };
    matches!(only, [Piece::Parameter { parameter, quoted: true }]
        if parameter.name == name && parameter.form == Form::Value)
}
