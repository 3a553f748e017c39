//! What may still run when the shell has ended: nobody waits for a command in the background or in a process substitution.

use crate::classify::shell::expand;
use crate::classify::shell::syntax::walk::{all_commands, in_command};
use crate::classify::shell::syntax::{Command, Kind, Piece, RedirectKind, Script, Word};

/// Programs that end by themselves, whatever stands in the folder.
const BRIEF: [&str; 14] =
    ["", "sleep", "echo", "true", "false", ":", "wait", "date", "pwd", "hostname", "whoami", "ls", "test", "["];

/// Readers that end when what they read does, beside those.
const READING: [&str; 84] = [
    "cat",
    "sort",
    "uniq",
    "grep",
    "egrep",
    "fgrep",
    "rg",
    "head",
    "tail",
    "cut",
    "tr",
    "wc",
    "find",
    "fd",
    "git",
    "printf",
    "diff",
    "comm",
    "basename",
    "dirname",
    "nl",
    "tac",
    "rev",
    "paste",
    "column",
    "fold",
    "xxd",
    "od",
    "strings",
    "tar",
    "unzip",
    "sed",
    "jq",
    "ps",
    "seq",
    "df",
    "id",
    "cd",
    "stat",
    "md5sum",
    "sha1sum",
    "sha256sum",
    "sha512sum",
    "cksum",
    "file",
    "nm",
    "objdump",
    "readelf",
    "size",
    "zcat",
    "bzcat",
    "xzcat",
    "zstdcat",
    "base64",
    "hexdump",
    "hd",
    "du",
    "tree",
    "realpath",
    "readlink",
    "printenv",
    "expand",
    "unexpand",
    "iconv",
    "join",
    "cmp",
    "pr",
    "tsort",
    "which",
    "type",
    "fmt",
    "gunzip",
    "gzip",
    "pip",
    "pip3",
    "npm",
    "go",
    "cargo",
    "kubectl",
    "docker",
    "podman",
    "gh",
    "xmllint",
    "uname",
];

/// Programs that read the files that they are given, so that they wait for what a process substitution prints.
const LISTENING: [&str; 46] = [
    "cat",
    "diff",
    "diff3",
    "cmp",
    "comm",
    "paste",
    "join",
    "sort",
    "wc",
    "grep",
    "egrep",
    "fgrep",
    "rg",
    "awk",
    "gawk",
    "mawk",
    "sed",
    "cut",
    "uniq",
    "nl",
    "tac",
    "rev",
    "column",
    "fold",
    "jq",
    "yq",
    "mapfile",
    "readarray",
    "read",
    "head",
    "tail",
    "md5sum",
    "sha1sum",
    "sha256sum",
    "sha512sum",
    "cksum",
    "xxd",
    "od",
    "hexdump",
    "base64",
    "strings",
    "git",
    "delta",
    "colordiff",
    "icdiff",
    "xargs",
];

/// What a command does about a process substitution of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Attention {
    /// It reads what that prints.
    Listens,
    /// It may end at once.
    None,
}

impl Attention {
    pub(super) fn of(command: &Command<'_>) -> Self {
        match &command.kind {
            Kind::Simple { words, .. } if name(words).is_some_and(|name| LISTENING.contains(&name)) && opens(words) => {
                Self::Listens
            }
            Kind::Loop(_) => Self::Listens,
            _ => Self::None,
        }
    }
}

/// Whether a program that may read the files it is given is also asked to.
fn opens(words: &[Word<'_>]) -> bool {
    let asks = |word: &Word<'_>| matches!(word.text().as_deref(), Some("--version" | "--help" | "-V"));
    let second = words.get(1).and_then(Word::bare);
    !words.iter().any(asks) && (words[0].bare() != Some("git") || second == Some("diff"))
}

/// Whether a command in the background ends by itself for certain: a file of the folder may be a pipe in which nothing comes.
pub(super) fn is_brief(command: &Command<'_>) -> bool {
    in_command(command, false, &|command, _| {
        let fed =
            command.redirects.iter().any(|redirect| matches!(redirect.kind, RedirectKind::Input | RedirectKind::Here));
        !fed && match &command.kind {
            Kind::Simple { words, .. } => {
                name(words).is_some_and(|name| BRIEF.contains(&name)) && !follows_links(words)
            }
            Kind::Block(_) | Kind::Arithmetic(_) => true,
            _ => false,
        }
    })
}

/// Whether a process substitution ends by itself: no loop, no function, no program of a language that may loop.
pub(super) fn ends(script: &Script<'_>) -> bool {
    all_commands(script, &|command, _| match &command.kind {
        Kind::Simple { words, .. } => {
            let known = |name| {
                BRIEF.contains(&name) || READING.contains(&name) || matches!(name, "awk" | "gawk" | "mawk" | "yq")
            };
            name(words).is_some_and(known) && !loops(words) && !follows_links(words) && !may_follow(words)
        }
        Kind::Block(_) | Kind::Arithmetic(_) => true,
        _ => false,
    })
}

/// Whether a script may go on without end: by a loop that reads nothing, or by a program that loops.
pub(super) fn may_last(script: &Script<'_>) -> bool {
    !all_commands(script, &|command, _| match &command.kind {
        Kind::Loop(scripts) => reads(scripts),
        Kind::Count { .. } => false,
        Kind::Simple { words, .. } => !loops(words),
        _ => true,
    })
}

fn name<'w>(words: &'w [Word<'_>]) -> Option<&'w str> {
    words.first().map_or(Some(""), Word::bare)
}

/// Whether a loop goes on only as long as it reads a line.
fn reads(scripts: &[Script<'_>]) -> bool {
    scripts.first().is_some_and(
        |condition| matches!(condition.commands.as_slice(), [only] if only.runs("read") && only.redirects.is_empty()),
    )
}

/// Whether the program of a language may loop.
fn loops(words: &[Word<'_>]) -> bool {
    let marks: &[&str] = match words.first().and_then(Word::bare) {
        Some("awk" | "gawk" | "mawk") => &["while", "for", "do", "func"],
        Some("sed") => &[":", "D", "-f", "-s"],
        Some("find") => &["-exec", "-L", "-follow"],
        Some("jq" | "yq") => {
            // Some versions find an empty match again and again.
            &[
                "def",
                "repeat",
                "until",
                "while",
                "recurse",
                "range",
                "limit",
                "input",
                "combinations",
                "..",
                "sub",
                "match",
                "test",
                "capture",
                "ind",
                "scan",
                "splits",
                "-f",
            ]
        }
        Some("sleep") => return !matches!(words, [_, time] if time.bare().is_some_and(|text| text.len() <= 2)),
        _ => return false,
    };
    let says = |word: &Word<'_>| {
        let text = word.text();
        expand::has_braces(word) || text.is_none_or(|text| marks.iter().any(|mark| text.contains(mark)))
    };
    // The program is what stands first, or behind options; names of files may hold anything.
    let options = words[1..].iter().filter(|word| is_option(word)).count();
    let all = words[0].bare() == Some("find") || options > 1;
    // Some options take two values.
    let looked = |at: usize, word: &Word<'_>| all || at < 3 || word.bare().is_none();
    words[1..].iter().enumerate().filter(|(at, word)| looked(*at, word)).any(|(_, word)| says(word))
}

/// Whether a program that some option lets go on for ever may be given one by a name or a value.
fn may_follow(words: &[Word<'_>]) -> bool {
    const FOLLOWING: [&str; 8] = ["tail", "docker", "podman", "kubectl", "gh", "seq", "jq", "yq"];
    let open = |word: &Word<'_>| {
        let pieces = match word.pieces.as_slice() {
            [Piece::Quoted(inner), ..] => inner.as_slice(),
            pieces => pieces,
        };
        expand::has_braces(word)
            || match pieces.first() {
                Some(Piece::Literal { text, quoted }) => {
                    text.is_empty() || !quoted && text.starts_with(['*', '?', '[']) && word.pieces.len() == pieces.len()
                }
                _ => true,
            }
    };
    // These wait for what may never come.
    let waits = |word: &Word<'_>| matches!(word.text().as_deref(), Some("wait" | "rollout" | "events" | "stats"));
    words.first().and_then(Word::bare).is_some_and(|name| FOLLOWING.contains(&name))
        && words[1..].iter().any(|word| open(word) || waits(word))
}

/// Whether `ls` goes through folders and links, of which some lead back.
fn follows_links(words: &[Word<'_>]) -> bool {
    let holds = |piece: &Piece<'_>, letter: char| match piece {
        Piece::Literal { text, .. } => text.contains(letter),
        _ => true,
    };
    let option = |word: &&Word<'_>| is_option(word) || word.bare().is_none();
    let says =
        |letter: char| words[1..].iter().filter(option).flat_map(|word| &word.pieces).any(|piece| holds(piece, letter));
    words.first().and_then(Word::bare) == Some("ls") && says('R') && (says('L') || says('H') || says('d'))
}

fn is_option(word: &Word<'_>) -> bool {
    matches!(word.pieces.first(), Some(Piece::Literal { text, .. }) if text.starts_with('-'))
        || expand::has_braces(word)
}
