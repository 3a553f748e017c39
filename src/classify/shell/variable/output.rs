//! What substitutions print, as far as the words of their commands tell.

use std::borrow::Cow;

use crate::classify::shell::expand::{self, Digits, Integer};
use crate::classify::shell::syntax::{Command, Kind, Piece, Redirect, RedirectKind, Script, Word};
use crate::classify::shell::table::{output, path};

use super::{Class, Variables};

/// The most words of a command whose output is looked at.
const MAX_WORDS: usize = 12;

impl Variables<'_> {
    /// The class of what the commands of a substitution print.
    pub(in crate::classify::shell) fn output(&self, script: &Script<'_>) -> Class {
        let commands = &script.commands;
        let ends = (0..commands.len()).filter(|at| !commands[*at].piped);
        ends.map(|at| self.printed(&commands[..=at])).reduce(Class::join).unwrap_or(Class::Unknown)
    }

    /// The class of what the last of `commands` prints, into which those before may be piped.
    fn printed(&self, commands: &[Command<'_>]) -> Class {
        let Some((last, before)) = commands.split_last() else { return Class::Unknown };
        let Some(texts) = self.texts(last) else { return Class::Unknown };
        let words: Vec<&str> = texts.iter().map(String::as_str).collect();
        let piped_in = before.last().is_some_and(|command| command.piped);
        let fed = piped_in && last.redirects.iter().all(|redirect| redirect.kind == RedirectKind::Output);
        if fed && output::passes_lines(&words) {
            let first = words.first() == Some(&"head") && output::count_of_lines(&words) == Some("1");
            return match self.printed(before) {
                class @ (Class::Number | Class::Integer | Class::Plain | Class::Reference) => class,
                // Another line may begin with anything.
                class @ (Class::Start | Class::Folder) if first => class,
                _ => Class::Unknown,
            };
        }
        if fed && output::takes_first_part(&words) {
            return if self.numbers_lines(before) { Class::Number } else { Class::Unknown };
        }
        let measured = || before.last().and_then(|command| self.texts(command)).unwrap_or_default();
        if fed
            && output::takes_first_column(&words)
            && output::measures_folder(&measured().iter().map(String::as_str).collect::<Vec<_>>())
        {
            return Class::Number;
        }
        if fed && output::takes_first_word(&words) {
            let texts = before.last().and_then(|command| self.texts(command)).unwrap_or_default();
            return output::first_word(&texts.iter().map(String::as_str).collect::<Vec<_>>());
        }
        output::output(&words)
    }

    /// The class of the first word of each line that the last of `commands` prints.
    fn first_word(&self, commands: &[Command<'_>]) -> Class {
        let Some((last, before)) = commands.split_last() else { return Class::Unknown };
        let Some(texts) = self.texts(last) else { return Class::Unknown };
        let words: Vec<&str> = texts.iter().map(String::as_str).collect();
        let fed = before.last().is_some_and(|command| command.piped) && last.redirects.is_empty();
        let passes = output::passes_lines(&words) && !matches!(words.first(), Some(&("xargs" | "tr")));
        if fed && passes { self.first_word(before) } else { output::first_word(&words) }
    }

    /// Whether the last of `commands` prints nothing but numbers and identifiers.
    pub(in crate::classify::shell) fn prints_names(&self, commands: &[Command<'_>]) -> bool {
        matches!(self.printed(commands), Class::Number | Class::Plain)
    }

    /// The class of a line that `read` takes from what the last of `commands` prints, as it is where `exactly`.
    pub(super) fn line_of(&self, commands: &[Command<'_>], taken: Taken) -> Class {
        match taken {
            Taken::UpToNul => {
                if finder(commands).is_some() {
                    Class::Start
                } else {
                    Class::Unknown
                }
            }
            Taken::Exactly if self.prints_quoted_paths(commands) => Class::Relative,
            // Words end where `IFS` says.
            Taken::First if self.splits_anywhere => Class::Unknown,
            Taken::First => self.first_word(commands),
            // From the middle of a name it may go on with a dash, in the middle of a hash it does not.
            Taken::Partly if !commands.iter().all(|command| self.prints_digits(command)) => Class::Unknown,
            // A class knows no blank, such a line does.
            _ if commands.iter().any(joins_words) => Class::Unknown,
            Taken::Exactly | Taken::Trimmed | Taken::Partly => match self.printed(commands) {
                class @ (Class::Number | Class::Plain) => class,
                _ => Class::Unknown,
            },
        }
    }

    /// Whether a command prints numbers or hashes, or hands on what it reads.
    fn prints_digits(&self, command: &Command<'_>) -> bool {
        const PROGRAMS: [&str; 16] = [
            "docker", "podman", "git", "seq", "pgrep", "pidof", "wc", "grep", "head", "tail", "sort", "uniq", "tac",
            "awk", "tr", "cut",
        ];
        // Behind its beginning a name may hold a dash.
        let names = |word: &String| word.contains("Names") || matches!(&**word, "branch" | "for-each-ref");
        self.texts(command).is_some_and(|texts| {
            texts.first().is_some_and(|name| PROGRAMS.contains(&name.as_str())) && !texts.iter().any(names)
        })
    }

    /// Whether the last of `commands` prints paths of a repository.
    fn prints_quoted_paths(&self, commands: &[Command<'_>]) -> bool {
        let Some((last, before)) = commands.split_last() else { return false };
        if lists_paths(last) {
            return true;
        }
        let fed = before.last().is_some_and(|command| command.piped) && last.redirects.is_empty();
        let passes = fed
            && self.texts(last).is_some_and(|texts| {
                let words: Vec<&str> = texts.iter().map(String::as_str).collect();
                output::passes_lines(&words) && !matches!(words.first(), Some(&("xargs" | "tr")))
            });
        passes && self.prints_quoted_paths(before)
    }

    /// Whether the last of `commands` prints lines with their numbers before a colon.
    fn numbers_lines(&self, commands: &[Command<'_>]) -> bool {
        let Some((last, before)) = commands.split_last() else { return false };
        let Some(texts) = self.texts(last) else { return false };
        let words: Vec<&str> = texts.iter().map(String::as_str).collect();
        let fed = before.last().is_some_and(|command| command.piped)
            && last.redirects.iter().all(|redirect| redirect.kind == RedirectKind::Output);
        // `xargs` and `tr` may begin a line in the middle of another.
        if fed && output::passes_lines(&words) && !matches!(words.first(), Some(&("xargs" | "tr"))) {
            self.numbers_lines(before)
        } else {
            output::numbers_lines(&words)
        }
    }

    /// The words of a simple command whose output is its own: with `1` for numbers, and a mark for a word that is not known
    /// but can be no option.
    fn texts(&self, command: &Command<'_>) -> Option<Vec<String>> {
        let Kind::Simple { assignments, words } = &command.kind else { return None };
        // A redirection may put what a program says of its errors among its output.
        let quiet = command.redirects.iter().all(|redirect| match redirect.kind {
            RedirectKind::Input => true,
            RedirectKind::Output => redirect.target.bare() == Some("/dev/null"),
            RedirectKind::Here | RedirectKind::Duplicate => false,
        });
        if !quiet || !assignments.is_empty() || words.len() > MAX_WORDS {
            return None;
        }
        words.iter().map(|word| self.text(word)).collect()
    }

    fn text(&self, word: &Word<'_>) -> Option<String> {
        let runs =
            |piece: &Piece<'_>| !matches!(piece, Piece::Literal { .. } | Piece::Parameter { .. } | Piece::Quoted(_));
        if word.pieces.iter().any(runs) || expand::has_braces(word) {
            return None;
        }
        let arg = expand::single(word, self);
        match arg.sample() {
            // Without its number a word may be another one, an option even.
            Some(text)
                if arg.single
                    && (arg.integers.is_empty() || !arg.dash)
                    && arg.integers.iter().all(|integer| ends_word(text, *integer)) =>
            {
                Some(text.to_owned())
            }
            // An unquoted number is a word of its own, or nothing at all.
            Some("1") if !arg.many && !arg.dash => Some("1".to_owned()),
            _ if arg.single && !arg.dash => Some(output::UNKNOWN.to_owned()),
            _ => None,
        }
    }
}

/// Whether a number alone stands at the end of a word, which means the same without it: `HEAD~1`, and no `HEAD^1@`.
fn ends_word(text: &str, integer: Integer) -> bool {
    integer.digits == Digits::Number && integer.at + 1 == text.len()
}

/// How `read` takes a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Taken {
    /// Without the blanks at its ends.
    Trimmed,
    /// As it is.
    Exactly,
    /// As it is, up to a NUL.
    UpToNul,
    /// Without the blanks at its ends, perhaps from its middle on.
    Partly,
    /// Its first word.
    First,
}

impl Taken {
    /// How a command that is nothing but `read` takes what its first name is given, and the names.
    pub(super) fn by<'a>(command: &Command<'a>) -> Option<(Self, Vec<&'a str>)> {
        let Kind::Simple { assignments, words } = &command.kind else { return None };
        let exactly = match assignments.as_slice() {
            [] => false,
            [only] if only.name == "IFS" && !only.array && !only.appended => {
                only.values.iter().all(|word| word.pieces.is_empty())
            }
            _ => return None,
        };
        let mut texts = Vec::new();
        for word in words {
            match word.pieces.as_slice() {
                [] => texts.push(""),
                [Piece::Literal { text: Cow::Borrowed(text), .. }] => texts.push(text),
                _ => return None,
            }
        }
        let (taken, names) = match texts.as_slice() {
            ["read", name] => (Self::Trimmed, &[*name][..]),
            ["read", "-r", name] => (if exactly { Self::Exactly } else { Self::Trimmed }, &[*name][..]),
            ["read", "-r", "-d", "", name] | ["read", "-d", "", "-r", name] | ["read", "-rd", "", name] if exactly => {
                (Self::UpToNul, &[*name][..])
            }
            ["read", "-r", names @ ..] | ["read", names @ ..] if assignments.is_empty() && names.len() > 1 => {
                (Self::First, names)
            }
            _ => return None,
        };
        let options = names.iter().any(|name| name.starts_with('-'));
        (command.redirects.is_empty() && !options).then(|| (taken, names.to_vec()))
    }
}

/// Whether a command prints paths of a repository, in which every unusual character is quoted.
fn lists_paths(command: &Command<'_>) -> bool {
    let Kind::Simple { assignments, words } = &command.kind else { return false };
    let mut texts = words.iter().map(Word::written);
    let git = texts.next() == Some(Some("git"));
    let lists = match texts.next() {
        Some(Some("ls-files")) => true,
        Some(Some("diff")) => words.iter().any(|word| word.bare() == Some("--name-only")),
        _ => false,
    };
    // Of other options some print more than names, or names as they are.
    let known = |text: Option<&str>| {
        text.is_some_and(|text| {
            !text.starts_with('-')
                || matches!(
                    text,
                    "--" | "--name-only"
                        | "--cached"
                        | "--staged"
                        | "--others"
                        | "--exclude-standard"
                        | "-m"
                        | "-o"
                        | "--modified"
                )
                || text.starts_with("--diff-filter=")
        })
    };
    git && lists && assignments.is_empty() && command.redirects.iter().all(is_silencing) && texts.all(known)
}

/// Whether a redirection throws away what is said, or keeps it from what is printed.
fn is_silencing(redirect: &Redirect<'_>) -> bool {
    redirect.kind == RedirectKind::Output && redirect.target.bare() == Some("/dev/null")
}

/// Whether the output of `script` may be more than one word although its class knows no blank.
pub(in crate::classify::shell) fn prints_many(script: &Script<'_>) -> bool {
    let commands = &script.commands;
    let mut ends = commands.iter().filter(|command| !command.piped);
    let (Some(_), None) = (ends.next(), ends.next()) else { return true };
    let (mut many, mut one_line, mut passed) = (false, false, true);
    for command in commands.iter().rev() {
        let Kind::Simple { words, .. } = &command.kind else { return true };
        let texts: Vec<Cow<'_, str>> = words.iter().map(text_of).collect();
        let texts: Vec<&str> = texts.iter().map(|text| &**text).collect();
        one_line |= passed && output::count_of_lines(&texts) == Some("1");
        passed &= output::passes_lines(&texts) || output::takes_first_part(&texts) || output::takes_first_word(&texts);
        if joins_words(command) {
            return true;
        }
        many |= match texts.as_slice() {
            ["kubectl", rest @ ..] if rest.windows(2).any(|pair| pair == ["-o", "name"]) => true,
            ["git", "rev-list" | "log", rest @ ..] => {
                // Of several counts the last is taken.
                let counts = rest.iter().filter(|word| is_count(word)).count();
                let one = rest.iter().any(|word| matches!(*word, "-1" | "-n1" | "--max-count=1"))
                    || rest.windows(2).any(|pair| pair == ["-n", "1"]);
                !(rest.contains(&"--count") || one && counts == 1)
            }
            ["grep", rest @ ..] => {
                let short = |word: &&&str| word.starts_with('-') && !word.starts_with("--");
                let limits = rest.iter().filter(short).filter(|word| word.contains('m')).count();
                let counts = rest.iter().filter(short).any(|word| word.contains('c'));
                !(counts
                    || limits == 1
                        && !rest.contains(&"")
                        && rest.contains(&"-m1")
                        && !rest.iter().any(|word| word.starts_with("--m")))
            }
            ["git", "branch", rest @ ..] => !rest.contains(&"--show-current"),
            ["gh", rest @ ..] => rest.iter().any(|word| word.is_empty() || word.contains("[]")),
            ["awk", ..] => output::line_numbers(&texts) == Some(output::Lines::Many),
            ["sed" | "" | "seq" | "pgrep" | "docker" | "podman", ..] | ["git", "" | "for-each-ref", ..] => true,
            _ => false,
        };
    }
    many && !one_line
}

/// Whether a command prints several words in one line, or joins the lines of its input to one.
fn joins_words(command: &Command<'_>) -> bool {
    let Kind::Simple { words, .. } = &command.kind else { return true };
    let texts: Vec<Cow<'_, str>> = words.iter().map(text_of).collect();
    let texts: Vec<&str> = texts.iter().map(|text| &**text).collect();
    match texts.as_slice() {
        ["kubectl", rest @ ..] => {
            let formats = rest.iter().filter(|word| word.starts_with("-o") || word.starts_with("--o")).count();
            let one = formats == 1 && words.iter().flat_map(|word| &word.pieces).any(names_one);
            !one && !rest.windows(2).any(|pair| pair == ["-o", "name"])
        }
        ["pidof" | "xargs", ..] | [] => true,
        ["wc", rest @ ..] => {
            let counts: usize = rest.iter().filter(|word| word.starts_with('-')).map(|word| word.len() - 1).sum();
            counts != 1 || rest.contains(&"--")
        }
        _ => false,
    }
}

/// Whether an option of `git log` says how many commits it prints; a word that is no literal may.
fn is_count(word: &str) -> bool {
    word.is_empty()
        || word.starts_with("--max")
        || word.strip_prefix('-').is_some_and(|rest| rest.starts_with(|c: char| c == 'n' || c.is_ascii_digit()))
}

/// The command that finds the paths which the last of `commands` prints, each with no dash in front and a NUL behind:
/// `find . -print0`, in order perhaps.
pub(in crate::classify::shell) fn finder<'s, 'a>(commands: &'s [Command<'a>]) -> Option<&'s Command<'a>> {
    let (last, before) = commands.split_last()?;
    if prints_paths(last) {
        return Some(last);
    }
    let fed = before.last().is_some_and(|command| command.piped) && last.redirects.is_empty();
    if fed && sorts_paths(last) { finder(before) } else { None }
}

/// `sort -z`, which hands on all that it reads.
fn sorts_paths(command: &Command<'_>) -> bool {
    let Kind::Simple { assignments, words } = &command.kind else { return false };
    let Some(texts) = words.iter().map(Word::written).collect::<Option<Vec<_>>>() else { return false };
    let letters = |word: &&str| word.strip_prefix('-').is_some_and(|all| all.chars().all(|c| "zrunVfhd".contains(c)));
    match texts.as_slice() {
        ["sort", options @ ..] => {
            assignments.is_empty() && options.iter().all(letters) && options.iter().any(|word| word.contains('z'))
        }
        _ => false,
    }
}

/// Whether a command prints paths that start with no dash and end with a NUL.
fn prints_paths(command: &Command<'_>) -> bool {
    let Kind::Simple { assignments, words } = &command.kind else { return false };
    let Some(texts) = words.iter().map(Word::written).collect::<Option<Vec<_>>>() else { return false };
    let Some((program, rest)) = texts.split_first() else { return false };
    let speaks = |word: &str| ["-print", "-ls", "-exec", "-ok", "-fls"].iter().any(|own| word.starts_with(own));
    command.redirects.iter().all(|redirect| redirect.kind == RedirectKind::Output)
        && assignments.is_empty()
        && *program == "find"
        && !rest.iter().any(|word| {
            path::device(word, path::From::Here).is_some()
                || word.starts_with('/') && word.trim_matches(['/', '.']).is_empty()
        })
        && rest.iter().filter(|word| speaks(word)).count() == 1
        && rest.last() == Some(&"-print0")
}

/// Whether a `find` prints nothing but regular files, and follows no links.
pub(super) fn finds_files(command: &Command<'_>) -> bool {
    let Kind::Simple { words, .. } = &command.kind else { return false };
    let texts: Vec<Cow<'_, str>> = words.iter().map(text_of).collect();
    let texts: Vec<&str> = texts.iter().map(|text| &**text).collect();
    texts.windows(2).any(|pair| pair == ["-type", "f"])
        && !texts
            .iter()
            .any(|text| matches!(*text, "-L" | "-H" | "-D" | "-follow" | "-o" | "-or" | "," | "!" | "-not" | "(" | ""))
}

/// The text of a word that is written out, however it is quoted; of others there is none.
fn text_of<'w>(word: &'w Word<'_>) -> Cow<'w, str> {
    let mut texts = Vec::new();
    if !collect_text(&word.pieces, &mut texts) {
        return Cow::Borrowed("");
    }
    match texts.as_slice() {
        [text] => Cow::Borrowed(text),
        texts => Cow::Owned(texts.concat()),
    }
}

fn collect_text<'w>(pieces: &'w [Piece<'_>], texts: &mut Vec<&'w str>) -> bool {
    pieces.iter().all(|piece| match piece {
        Piece::Literal { text, quoted } => {
            texts.push(text);
            *quoted || !text.contains('{')
        }
        Piece::Quoted(inner) => collect_text(inner, texts),
        _ => false,
    })
}

/// Whether a format of `kubectl` names one object.
fn names_one(piece: &Piece<'_>) -> bool {
    matches!(piece, Piece::Literal { text, .. } if text.contains("{.items[0].metadata.name}"))
}
