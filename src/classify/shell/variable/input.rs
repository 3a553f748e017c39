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

/// What a container engine is asked without reading anything; what reads a file of the project's may be led to the input.
const ENGINE: [&str; 7] = ["ps", "inspect", "logs", "port", "images", "top", "version"];

/// Programs that read their input to its end, so that the loop finds nothing more.
const DRAINING: [&str; 8] = ["wc", "md5sum", "sha1sum", "sha224sum", "sha256sum", "sha512sum", "cksum", "b2sum"];

/// Other programs that read their input and run nothing.
const FED: [&str; 13] =
    ["awk", "tr", "uniq", "tac", "rev", "paste", "column", "fold", "expand", "comm", "join", "base64", "tee"];

/// A program that reads its input when no file is named.
struct Filter {
    name: &'static str,
    /// How many operands stand before the files.
    before: usize,
    /// The letters of options without a value.
    alone: &'static str,
    /// The letters of options with one.
    valued: &'static str,
}

const fn filter(name: &'static str, before: usize, alone: &'static str, valued: &'static str) -> Filter {
    Filter { name, before, alone, valued }
}

const FILTERS: [Filter; 15] = [
    filter("sed", 1, "nrEsuz", "l"),
    filter("grep", 1, "abchHiIlLnoqsTUvVwxyzEFGP0123456789", "mABCdD"),
    filter("egrep", 1, "abchHiIlLnoqsTUvVwxyz0123456789", "mABCdD"),
    filter("fgrep", 1, "abchHiIlLnoqsTUvVwxyz0123456789", "mABCdD"),
    filter("jq", 1, "rcnsSjaMC", "L"),
    filter("head", 0, "qvz0123456789", "nc"),
    filter("tail", 0, "qvz0123456789", "ncs"),
    filter("cut", 0, "nsz", "bcdf"),
    filter("file", 0, "bhikLNprsz0", "FPme"),
    filter("cat", 0, "AbeEnstTuv", ""),
    filter("sort", 0, "bdfgiMhnRrVcCmsuz", "kStoT"),
    filter("nl", 0, "p", "bdfhilnsvw"),
    filter("du", 0, "0abcDHhklmLPSsx", "dBt"),
    filter("od", 0, "abcdfiloxsv", "ANjSt"),
    filter("xxd", 0, "abepui", "clsgonR"),
];

/// The variable that a loop reads paths into, and whether these are of regular files alone: a link may lead to the
/// loop's own input, a file does not.
#[derive(Debug, Clone, Copy)]
pub(super) struct Taken<'n> {
    pub(super) name: &'n str,
    pub(super) files: bool,
    /// It is a word of its own wherever it stands: where the place is kept, nothing else is taken into it.
    pub(super) word: bool,
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
                && (FILTERS.iter().any(|filter| filter.name == name) || FED.contains(&name))
                && !opens_what_it_reads(name, words);
            // For zsh a redirection alone prints what it reads.
            let prints = name.is_empty() && !command.redirects.is_empty();
            let engine = matches!(name, "docker" | "podman")
                && words.get(1).and_then(Word::bare).is_some_and(|asked| ENGINE.contains(&asked));
            fed || engine
                || DEAF.contains(&name) && !prints
                || DRAINING.contains(&name) && !words[1..].iter().any(|word| may_stop(name, word, taken))
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

/// Whether a word may ask for something about each file of a list: it is printed at once, and who does not listen ends the
/// reading.
fn may_stop(name: &str, word: &Word<'_>, taken: Taken<'_>) -> bool {
    word.written().map_or(!is_value(word, taken.name), |text| match name {
        "wc" => text.starts_with("--f"),
        _ => text.starts_with('-') && text.contains('c'),
    })
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
    let told = |word: &Word<'_>| {
        word.text().is_none_or(|text| ["-f", "-T", "--f", "--i"].iter().any(|own| text.starts_with(own)))
    };
    name == "xargs"
        || name == "awk" && words.iter().any(asks_for_lines)
        || !matches!(name, "grep" | "egrep" | "fgrep" | "cut" | "sed" | "awk" | "jq") && words[1..].iter().any(told)
}

/// Whether a program for `awk` may open a file by itself.
fn asks_for_lines(word: &Word<'_>) -> bool {
    word.text().is_none_or(|text| text.contains("getline"))
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
        && words
            .iter()
            .all(|word| word.written().map_or(is_value(word, taken.name) || is_bare_value(word, taken), harmless))
}

fn is_bare_value(word: &Word<'_>, taken: Taken<'_>) -> bool {
    taken.word
        && matches!(word.pieces.as_slice(), [Piece::Parameter { parameter, quoted: false }]
            if parameter.name == taken.name && parameter.form == Form::Value)
}

/// Whether a filter is given a file.
fn reads_files(name: &str, words: &[Word<'_>], taken: Taken<'_>) -> bool {
    let Some(filter) = FILTERS.iter().find(|filter| filter.name == name) else { return false };
    let mut operands = 0;
    let mut rest = words.iter().skip(1);
    while let Some(word) = rest.next() {
        let fits = match word.written() {
            Some(text) if text.starts_with('-') => match filter.option(text) {
                Some(Shape::Alone) => true,
                // The file of a value may be the loop's input.
                Some(Shape::BeforeValue) => {
                    rest.next().and_then(Word::written).is_some_and(|value| value != "-" && !value.contains('/'))
                }
                None => false,
            },
            // What a program for `sed` reads besides.
            Some(text) if operands < filter.before => {
                operands += 1;
                !["/dev", "/proc", "stdin", "fd"].iter().any(|part| text.contains(part))
            }
            None if operands >= filter.before && is_value(word, taken.name) => {
                operands += 1;
                true
            }
            // It may be nothing, an option, a link or the name of the input.
            _ => false,
        };
        if !fits {
            return false;
        }
    }
    operands > filter.before
}

/// How a word of options goes on.
enum Shape {
    Alone,
    BeforeValue,
}

impl Filter {
    /// What a word that begins with a dash is, where that is known for certain.
    fn option(&self, text: &str) -> Option<Shape> {
        let letters = &text[1..];
        let first = letters.chars().next()?;
        if self.valued.contains(first) {
            // What is attached may name a file as well.
            let attached = &letters[first.len_utf8()..];
            let shape = if attached.is_empty() { Shape::BeforeValue } else { Shape::Alone };
            return (attached != "-" && !attached.contains('/')).then_some(shape);
        }
        letters.chars().all(|letter| self.alone.contains(letter)).then_some(Shape::Alone)
    }
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
