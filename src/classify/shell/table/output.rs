//! What programs print: commands whose output is of a class whatever they read.

mod client;
mod reference;

use self::client::{lists_identifiers, lists_numbers, lists_objects};
use self::reference::{lists_branches, lists_each};
use super::path;
use crate::classify::shell::variable::Class;

/// Stands for a word that is not known but for being one, and for not starting with a dash.
pub(crate) const UNKNOWN: &str = "\u{1}";

/// The first words, what else may follow, the class.
const OUTPUTS: &[(&[&str], Rest, Class)] = &[
    (&["wc"], Rest::Flags("-lwcmL"), Class::Number),
    (&["nproc"], Rest::Flags("-"), Class::Number),
    (&["seq"], Rest::Numbers, Class::Number),
    (&["date", "+%s"], Rest::Flags("-"), Class::Number),
    (&["date", "+%Y"], Rest::Flags("-"), Class::Number),
    (&["id", "-u"], Rest::Flags("-"), Class::Number),
    (&["id", "-g"], Rest::Flags("-"), Class::Number),
    (&["git", "rev-list", "--count"], Rest::Revisions, Class::Number),
    (&["git", "rev-list"], Rest::Hashes(""), Class::Plain),
    (&["git", "log"], Rest::Hashes("%h %H"), Class::Plain),
    (&["git", "log"], Rest::Hashes("%ct %at"), Class::Number),
    (&["gh", "pr", "list"], Rest::Numbered, Class::Number),
    (&["gh", "pr", "view"], Rest::Numbered, Class::Number),
    (&["gh", "issue", "list"], Rest::Numbered, Class::Number),
    (&["gh", "issue", "view"], Rest::Numbered, Class::Number),
    (&["gh", "run", "list"], Rest::Numbered, Class::Number),
    (&["gh", "run", "view"], Rest::Numbered, Class::Number),
    (&["git", "rev-parse", "--show-toplevel"], Rest::Flags("-"), Class::Start),
    (&["git", "rev-parse", "--abbrev-ref", "HEAD"], Rest::Flags("-"), Class::Reference),
    (&["git", "rev-parse", "--short"], Rest::Revisions, Class::Plain),
    (&["git", "rev-parse"], Rest::Revisions, Class::Plain),
    (&["git", "merge-base"], Rest::Revisions, Class::Plain),
    (&["git", "branch", "--show-current"], Rest::Flags("-"), Class::Reference),
    (&["git", "branch"], Rest::Branches, Class::Plain),
    (&["git", "for-each-ref"], Rest::References, Class::Plain),
    (&["git", "symbolic-ref", "--short", "HEAD"], Rest::Flags("-"), Class::Reference),
    (&["git", "describe"], Rest::Description, Class::Reference),
    (&["grep"], Rest::Counts, Class::Number),
    (&["pgrep"], Rest::Processes, Class::Number),
    (&["pgrep", "-d,"], Rest::Processes, Class::Plain),
    (&["pgrep", "-d", ","], Rest::Processes, Class::Plain),
    (&["pidof"], Rest::Revisions, Class::Number),
    (&["docker"], Rest::Identifiers, Class::Plain),
    (&["podman"], Rest::Identifiers, Class::Plain),
    (&["kubectl", "get"], Rest::Objects, Class::Plain),
    (&["awk", "END{print NR}"], Rest::File, Class::Number),
    (&["awk", "END {print NR}"], Rest::File, Class::Number),
    (&["stat", "-c"], Rest::Measure, Class::Number),
    (&["stat", "-c"], Rest::Moment, Class::Integer),
    (&["date"], Rest::Epoch, Class::Integer),
    (&["date"], Rest::Stamp, Class::Plain),
    (&["uname", "-r"], Rest::Flags("-"), Class::Plain),
    (&["uname", "-m"], Rest::Flags("-"), Class::Plain),
    (&["uname", "-s"], Rest::Flags("-"), Class::Plain),
    (&["arch"], Rest::Flags("-"), Class::Plain),
    (&["whoami"], Rest::Flags("-"), Class::Reference),
    (&["which"], Rest::Revisions, Class::Start),
    (&["command", "-v"], Rest::Revisions, Class::Start),
    (&["pwd"], Rest::Flags("-"), Class::Folder),
];

/// What may follow the words that make an output plain.
#[derive(Debug, Clone, Copy)]
enum Rest {
    /// Options made of these letters; an operand would be printed.
    Flags(&'static str),
    /// The name of a file, which sets no variable.
    File,
    /// Unsigned integers.
    Numbers,
    /// Words that start with a letter or digit, none of which stands for several hashes where hashes are printed.
    Revisions,
    /// The same and options that choose commits; where formats are named, one of them.
    Hashes(&'static str),
    /// Options that choose tags.
    Description,
    /// A format of one number, and one file.
    Measure,
    /// A format of one time in seconds, which may lie before 1970, and one file.
    Moment,
    /// A format of digits and of signs that no shell knows, and perhaps another time than now.
    Stamp,
    /// Another time than now, in seconds.
    Epoch,
    /// Options that choose processes without naming them, and what they are called.
    Processes,
    /// The count of the lines of the input: a file may be a folder, in which some versions count each file by its name.
    Counts,
    /// What a container engine lists by identifiers alone.
    Identifiers,
    /// The numbers of what GitHub lists; for `null` its client prints nothing.
    Numbered,
    /// Whole names of branches of remotes, or hashes.
    Branches,
    /// Whole names of references, or hashes.
    References,
    /// Objects of a cluster by kind and name, of kinds whose names hold letters, digits, dots and dashes.
    Objects,
}

/// The class of what a command of these words prints.
pub(crate) fn output(words: &[&str]) -> Class {
    let fits = |(first, rest, _): &&(&[&str], Rest, Class)| {
        words.strip_prefix(*first).is_some_and(|others| rest.allows(first, others))
    };
    match OUTPUTS.iter().find(fits) {
        Some((_, _, class)) => *class,
        None if line_numbers(words).is_some() => Class::Number,
        None if finds(words) => Class::Start,
        None => Class::Unknown,
    }
}

/// Whether a command of these words hands on lines of its input as they are.
pub(crate) fn passes_lines(words: &[&str]) -> bool {
    let letters = |word: &&str| {
        word.strip_prefix('-').is_some_and(|rest| !rest.is_empty() && rest.chars().all(|c| "urnVhbdfM".contains(c)))
    };
    match words {
        ["head" | "tail", ..] => count_of_lines(words).is_some(),
        ["sort", options @ ..] => options.iter().all(letters),
        ["uniq" | "tac" | "xargs"] => true,
        ["tr", "-d", what] => matches!(*what, " " | "\n" | "\\n" | "\\r" | "[:space:]" | "[:blank:]"),
        _ => false,
    }
}

/// How many lines `head` and `tail` of these words hand on.
pub(crate) fn count_of_lines<'w>(words: &[&'w str]) -> Option<&'w str> {
    let count = match words {
        ["head" | "tail"] => "10",
        ["head" | "tail", "-n", count] => count,
        ["head" | "tail", option] => {
            let count = option.strip_prefix('-')?;
            count.strip_prefix('n').unwrap_or(count)
        }
        _ => return None,
    };
    let digits = count.strip_prefix(['+', '-']).unwrap_or(count);
    (!digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())).then_some(count)
}

/// Whether a command of these words prints the part before the first colon of each line that it reads.
pub(crate) fn takes_first_part(words: &[&str]) -> bool {
    match words {
        ["cut", options @ ..] => matches!(
            options,
            ["-d:", "-f1"] | ["-d:", "-f", "1"] | ["-d", ":", "-f1"] | ["-d", ":", "-f", "1"] | ["-f1", "-d:"]
        ),
        _ => matches!(words, ["awk", "-F:", "{print $1}"]),
    }
}

/// Whether a command of these words prints the first word of each line that it reads.
pub(crate) fn takes_first_word(words: &[&str]) -> bool {
    matches!(
        words,
        ["awk", "{print $1}" | "{ print $1 }" | "{print$1}"] | ["cut", "-d ", "-f1"] | ["cut", "-d", " ", "-f1"]
    )
}

/// The class of the first word of each line that a command of these words prints.
pub(crate) fn first_word(words: &[&str]) -> Class {
    match words {
        _ if counts_first(words) => Class::Number,
        ["git", "log", rest @ ..] => {
            let hash_first = |word: &str| word == "--oneline" || begins_with_hash(word);
            let others: Vec<&str> = rest.iter().copied().filter(|word| !hash_first(word)).collect();
            if others.len() < rest.len() && prints_hashes(&others, "") { Class::Plain } else { Class::Unknown }
        }
        // A table begins with the names, and with `NAME` above them.
        ["kubectl", "get", rest @ ..] if !rest.iter().any(|word| word.starts_with("-o") || word.starts_with("--o")) => {
            let named: Vec<&str> = rest.iter().copied().chain(["-o", "name"]).collect();
            if lists_objects(&named) { Class::Plain } else { Class::Unknown }
        }
        _ => Class::Unknown,
    }
}

/// `--format=%h %s`: a hash, and more of the same line.
fn begins_with_hash(word: &str) -> bool {
    const OF_ONE_LINE: [&str; 16] =
        ["s", "an", "ae", "ad", "ar", "as", "at", "ai", "cn", "ce", "cd", "cr", "cs", "ct", "ci", "f"];
    let format = word.strip_prefix("--format=").or_else(|| word.strip_prefix("--pretty="));
    let format = format.map(|named| named.strip_prefix("format:").or(named.strip_prefix("tformat:")).unwrap_or(named));
    let Some(rest) = format.and_then(|format| format.strip_prefix("%h ").or(format.strip_prefix("%H "))) else {
        return false;
    };
    !rest.contains('\n')
        && rest.split('%').skip(1).all(|part| {
            let letters = part.len() - part.trim_start_matches(|c: char| c.is_ascii_alphabetic()).len();
            OF_ONE_LINE.contains(&&part[..letters])
        })
}

/// How many lines a command prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lines {
    One,
    Many,
}

/// How many numbers of lines a command of these words prints, and nothing else: `awk '/x/{print NR}'`, `sed -n '/x/='`.
pub(crate) fn line_numbers(words: &[&str]) -> Option<Lines> {
    // What stands behind a pattern in which no slash is hidden.
    let behind = |program: &'_ str| {
        let (pattern, rest) = program.strip_prefix('/')?.split_once('/')?;
        (!pattern.contains(['{', '}', '\\', '['])).then_some(rest.to_owned())
    };
    let (lines, files) = match words {
        ["awk", program, files @ ..] => {
            let rest = behind(program)?;
            let inner = rest.trim().strip_prefix('{')?.strip_suffix('}')?;
            let mut steps = inner.split(';').map(str::trim);
            if steps.next() != Some("print NR") {
                return None;
            }
            let lines = match steps.collect::<Vec<_>>().as_slice() {
                [] | [""] => Lines::Many,
                ["exit"] | ["exit", ""] => Lines::One,
                _ => return None,
            };
            (lines, files)
        }
        ["sed", "-n", script, files @ ..] if behind(script)? == "=" => (Lines::Many, files),
        _ => return None,
    };
    Rest::File.allows(&[], files).then_some(lines)
}

/// Whether a command of these words prints paths that begin with what it is told to search: a name that starts with no dash.
fn finds(words: &[&str]) -> bool {
    let ["find", rest @ ..] = words else { return false };
    let starts = rest.iter().take_while(|word| !word.starts_with(['-', '(', '!'])).count();
    let (starts, mut tests) = rest.split_at(starts);
    let plain = |start: &&str| {
        start.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-./".contains(&b)) && !path::may_reach_devices(start)
    };
    if !starts.iter().all(plain) {
        return false;
    }
    while let Some((test, behind)) = tests.split_first() {
        tests = match *test {
            "-name" | "-iname" | "-path" | "-ipath" | "-type" | "-maxdepth" | "-mindepth" | "-size" | "-mtime"
            | "-mmin" | "-newer"
                if !behind.is_empty() =>
            {
                &behind[1..]
            }
            "-empty" | "-not" | "!" | "-print" | "-quit" | "-o" | "-or" | "-a" | "-prune" | "(" | ")" => behind,
            _ => return false,
        };
    }
    true
}

/// Whether a command of these words prints lines that begin with a number: counts of one file at most, whose name is plain.
fn counts_first(words: &[&str]) -> bool {
    let plain = |name: &&str| name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_./".contains(&b));
    match words {
        ["wc", "-l" | "-w" | "-c" | "-m", rest @ ..] => rest.len() <= 1 && rest.iter().all(plain),
        _ => false,
    }
}

/// Whether a command of these words prints one line that begins with a number and a tab.
pub(crate) fn measures_folder(words: &[&str]) -> bool {
    let plain = |name: &str| name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_./".contains(&b));
    matches!(words, ["du", "-sk" | "-sm" | "-sb", name] if plain(name))
}

/// Whether a command of these words takes what stands before the first tab of each line.
pub(crate) fn takes_first_column(words: &[&str]) -> bool {
    matches!(words, ["cut", "-f1"] | ["cut", "-f", "1"] | ["awk", "{print $1}"])
}

/// Whether a command of these words prints lines each with its number before a colon.
///
/// The name of a second file would stand first, and for some versions those of the files in a folder. Some tell of what is no
/// text without a number, which only `-a` ends.
pub(crate) fn numbers_lines(words: &[&str]) -> bool {
    of_grep(words).is_some_and(|(options, operands)| {
        let unnamed = operands.len() == 1 || options.contains('h');
        // Some find what goes over several lines, and number the first alone.
        let pattern = operands[0];
        let one_line =
            !pattern.contains(['\\', '\n']) && ["[^", "[[", "[:", "(?"].iter().all(|part| !pattern.contains(part));
        options.contains('n') && options.contains('a') && !options.contains('c') && unnamed && one_line
    })
}

/// The letters of the options of `grep` and its operands: a pattern, and one file at most.
fn of_grep<'w>(words: &'w [&'w str]) -> Option<(String, &'w [&'w str])> {
    let ["grep" | "egrep" | "fgrep", rest @ ..] = words else { return None };
    let options = rest.iter().take_while(|word| word.starts_with('-')).count();
    let (options, operands) = rest.split_at(options);
    let letters = |word: &&str| {
        let short = word.strip_prefix('-').unwrap_or_default();
        let count =
            short.strip_prefix('m').is_some_and(|count| !count.is_empty() && count.bytes().all(|b| b.is_ascii_digit()));
        count || !short.is_empty() && short.chars().all(|c| "EFPGhivwxsanc".contains(c))
    };
    let fits = options.iter().all(letters)
        && matches!(operands.len(), 1 | 2)
        && operands.iter().all(|word| !word.starts_with('-'));
    fits.then(|| (options.concat(), operands))
}

impl Rest {
    fn allows(self, first: &[&str], others: &[&str]) -> bool {
        let few = others.len() <= 3;
        match self {
            Self::Flags(letters) => {
                let option =
                    |word: &&str| word.len() == 2 && word.starts_with('-') && word.chars().all(|c| letters.contains(c));
                others.len() <= 1 && others.iter().all(option)
            }
            Self::File => others.len() <= 1 && others.iter().all(|word| is_revision(word, true) && !word.contains('=')),
            Self::Numbers => {
                few && others.iter().all(|word| !word.is_empty() && word.bytes().all(|b| b.is_ascii_digit()))
            }
            Self::Revisions => {
                let many = first.contains(&"merge-base") || first.contains(&"--count");
                let counts = first.contains(&"--count");
                few && (many || others.len() <= 1) && others.iter().all(|word| is_revision(word, counts))
            }
            Self::Hashes(formats) => prints_hashes(others, formats),
            Self::Description => {
                others.iter().all(|word| matches!(*word, "--tags" | "--abbrev=0" | "--always" | "--long"))
            }
            Self::Measure => {
                matches!(others, ["%s" | "%u" | "%g" | "%i" | "%h", file] if !file.starts_with('-'))
            }
            Self::Moment => matches!(others, ["%X" | "%Y" | "%Z", file] if !file.starts_with('-')),
            Self::Epoch => matches!(others, ["-d" | "-r", _, "+%s"] | ["+%s", "-d" | "-r", _]),
            Self::Stamp => is_stamp(others),
            Self::Processes => {
                let options = others
                    .iter()
                    .take_while(|word| matches!(**word, "-f" | "-x" | "-o" | "-n" | "-fx" | "-i" | "-fi" | "-if"))
                    .count();
                matches!(&others[options..], [name] if is_revision(name, true))
            }
            Self::Counts => {
                let words: Vec<&str> = first.iter().chain(others).copied().collect();
                of_grep(&words).is_some_and(|(options, operands)| options.contains('c') && operands.len() == 1)
            }
            Self::Identifiers => lists_identifiers(others),
            Self::Numbered => lists_numbers(others),
            Self::Objects => lists_objects(others),
            Self::Branches => lists_branches(others),
            Self::References => lists_each(others),
        }
    }
}

/// Whether `date` with these words prints digits first, and digits, letters and plain signs behind them.
fn is_stamp(words: &[&str]) -> bool {
    // No one number of three digits leads to a year below 0, which would begin with a dash.
    let (mut formats, mut times) = (Vec::new(), String::new());
    let mut words = words.iter();
    while let Some(word) = words.next() {
        match *word {
            "-u" | "--utc" => {}
            "-d" => times.push_str(words.next().copied().unwrap_or("@")),
            word if let Some(time) = word.strip_prefix("-v").or_else(|| word.strip_prefix("--date=")) => {
                times.push_str(time);
            }
            word if let Some(format) = word.strip_prefix('+') => formats.push(format),
            _ => return false,
        }
    }
    let absolute = times.bytes().all(|b| b.is_ascii_digit() || b"-:/ T".contains(&b));
    let mut numbers = times.split(|c: char| !c.is_ascii_digit()).filter(|number| !number.is_empty());
    let near = absolute && numbers.clone().all(|number| number.len() <= 4)
        || !times.contains('@') && numbers.next().is_none_or(|number| number.len() <= 3) && numbers.next().is_none();
    near && matches!(formats.as_slice(), [format] if is_plain_format(format, times.is_empty()))
}

/// Whether a format of `date` begins with digits and holds no blank, no sign of the shell and no word of another language.
/// Seconds are digits for the time that `is_now` alone.
fn is_plain_format(format: &str, is_now: bool) -> bool {
    let mut pieces = format.split('%');
    let digits =
        |piece: &str| piece.starts_with(|c: char| "YmdHMSFTjyVuN".contains(c)) || is_now && piece.starts_with('s');
    let plain = |piece: &str| piece.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.:/+,".contains(&b));
    pieces.next() == Some("") && pieces.clone().next().is_some() && pieces.all(|piece| digits(piece) && plain(piece))
}

fn is_revision(word: &str, counts: bool) -> bool {
    let several = ["..", "^@", "^!", "^-"].iter().any(|mark| word.contains(mark));
    word.starts_with(|c: char| c.is_ascii_alphanumeric())
        && (!several || counts)
        && !word.contains(|c: char| c.is_whitespace() || "*?[".contains(c))
}

/// Whether these words of `git log` or `git rev-list` choose commits and print their hashes alone.
fn prints_hashes(words: &[&str], formats: &str) -> bool {
    let format = |word: &str| {
        let named = word.strip_prefix("--format=").or_else(|| word.strip_prefix("--pretty="))?;
        let named = named.strip_prefix("format:").or_else(|| named.strip_prefix("tformat:")).unwrap_or(named);
        Some(formats.split(' ').any(|own| own == named))
    };
    let number = |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_digit());
    let chooses = |word: &str| {
        word.starts_with(|c: char| c.is_ascii_alphanumeric())
            || word.strip_prefix("-n").or_else(|| word.strip_prefix('-')).is_some_and(number)
            || matches!(word, "--all" | "--reverse" | "--no-merges" | "--merges" | "--first-parent" | "--")
            || ["--since=", "--until=", "--before=", "--after=", "--author=", "--max-count=", "--grep="]
                .iter()
                .any(|own| word.starts_with(own))
    };
    let mut rest = words.iter().peekable();
    while let Some(word) = rest.next() {
        let counted = *word == "-n" && rest.next_if(|next| number(next)).is_some();
        if !counted && !format(word).unwrap_or_else(|| chooses(word)) {
            return false;
        }
    }
    formats.is_empty() || words.iter().any(|word| format(word) == Some(true))
}
