//! Options and operands: walks a command's arguments by what its row says of them.
//!
//! Abbreviated long options are not resolved: agents write them out, and what a short form means depends on the
//! program's version.

mod operand;

pub(super) use operand::{address, is_local, may_be_response, operands};

use std::collections::HashMap;

use super::expand::{Arg, Known};
use super::rule::{Flag, FlagValue, Language, Operands, Row, Style};
use super::syntax::Place;
use crate::model::{Effect, Effects};

/// Why a command is not a read, and where.
#[derive(Debug, Clone)]
pub(super) struct Objection {
    pub(super) rule: &'static str,
    pub(super) reason: String,
    pub(super) effects: Effects,
    pub(super) span: Place,
}

impl Objection {
    pub(super) fn new(rule: &'static str, reason: impl Into<String>, span: Place) -> Self {
        Self { rule, reason: reason.into(), effects: effects(rule), span }
    }
}

/// What an objection of `rule` fears.
fn effects(rule: &str) -> Effects {
    match rule {
        "shell.redirect" | "shell.operand" => Effect::Write,
        "shell.environment" | "shell.function" => Effect::ShellState,
        "shell.project-program"
        | "shell.arithmetic"
        | "shell.other-folder"
        | super::judge::FOLDER_SETTINGS
        | "shell.script" => Effect::Execute,
        "shell.background" => Effect::Process,
        "plangate" => Effect::Host,
        _ => Effect::Unknown,
    }
    .into()
}

/// What stands among a command's arguments.
#[derive(Debug, Default)]
pub(super) struct Scan<'x> {
    /// The options in order.
    pub(super) options: Vec<Seen<'x>>,
    /// The operands' places among the arguments.
    pub(super) operands: Vec<usize>,
    /// Whether an option makes the command endless.
    pub(super) endless: bool,
}

/// One option as it was written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seen<'x> {
    /// `-x` or `--name`.
    pub(super) name: Name<'x>,
    /// The value's text, literal as far as `known` says.
    pub(super) value: Option<(&'x str, Known)>,
    pub(super) span: Place,
}

/// An option's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Name<'x> {
    Short(char),
    Long(&'x str),
}

impl Scan<'_> {
    /// Whether one of the blank-separated `options` was given.
    pub(super) fn has(&self, options: &str) -> bool {
        options.split_ascii_whitespace().any(|option| self.options.iter().any(|seen| seen.is(option)))
    }

    /// Whether one of the blank-separated `options` was given without a value: `-h` may be a host as well.
    pub(super) fn asks(&self, options: &str) -> bool {
        self.options.iter().any(|seen| seen.asks(options))
    }
}

impl Seen<'_> {
    /// Whether this is the option `option`, written with its dashes.
    pub(super) fn is(&self, option: &str) -> bool {
        match self.name {
            Name::Short(letter) => option.len() == 2 && option.as_bytes()[0] == b'-' && option.ends_with(letter),
            Name::Long(name) => name == option,
        }
    }

    /// Whether this is one of the blank-separated `options`, without a value.
    pub(super) fn asks(&self, options: &str) -> bool {
        self.value.is_none() && options.split_ascii_whitespace().any(|option| self.is(option))
    }
}

/// Walks `args`; `inherited` holds the flags that the program's outer rows allow everywhere.
///
/// Stops at the first operand when the style says so or when `leading` is set, as before a subcommand.
pub(super) fn scan<'x>(
    row: &Row<'_>,
    style: Style,
    inherited: &[&str],
    args: &'x [Arg<'_>],
    leading: bool,
) -> Result<Scan<'x>, Objection> {
    let stops = leading || style == Style::Posix;
    let (scan, letters, met) = (Scan::default(), Vec::new(), HashMap::new());
    let mut walk = Walk { row, style, inherited, args, leading, stops, at: 0, scan, letters, met };
    while let Some(arg) = walk.args.get(walk.at) {
        if arg.exact() == Some("--") {
            // Programs that take their words apart themselves give it meanings of their own.
            if style == Style::Words || row.language == Language::Unzip {
                walk.refuse(arg, "--")?;
            }
            walk.at += 1;
            break;
        }
        if arg.dash && arg.known == Known::UpToIntegers && !arg.text.starts_with('-') {
            walk.integer(arg, stops)?;
            continue;
        }
        if arg.dash && arg.exact() != Some("-") {
            if row.options_first && !walk.scan.operands.is_empty() {
                let reason = format!("`{}` may take this for an operand, as it stands behind one", row.name);
                return Err(Objection::new("shell.operand", reason, arg.span));
            }
            walk.option(arg)?;
            continue;
        }
        if stops {
            break;
        }
        walk.scan.operands.push(walk.at);
        walk.at += 1;
    }
    walk.scan.operands.extend(walk.at..args.len());
    Ok(walk.scan)
}

struct Walk<'r, 'x, 'a> {
    row: &'r Row<'r>,
    style: Style,
    inherited: &'r [&'r str],
    args: &'x [Arg<'a>],
    /// Whether a subcommand is looked for.
    leading: bool,
    /// Whether options end before the first operand.
    stops: bool,
    at: usize,
    scan: Scan<'x>,
    /// The letters of clusters that were found before.
    letters: Vec<(char, Flag<'r>)>,
    /// The options that were found before, in a call that has many.
    met: HashMap<String, Flag<'r>>,
}

/// Behind how many words and options one is remembered: a list of flags may be long to search.
const MANY_OPTIONS: usize = 8;

impl<'r, 'x> Walk<'r, 'x, '_> {
    fn find(&mut self, option: &str) -> Option<Flag<'r>> {
        if self.at + self.scan.options.len() < MANY_OPTIONS {
            return self.search(option);
        }
        if let Some(flag) = self.met.get(option) {
            return Some(*flag);
        }
        let flag = self.search(option)?;
        self.met.insert(option.to_owned(), flag);
        Some(flag)
    }

    fn find_letter(&mut self, letter: char, option: &str) -> Option<Flag<'r>> {
        if let Some((_, flag)) = self.letters.iter().find(|(own, _)| *own == letter) {
            return Some(*flag);
        }
        let flag = self.search(option)?;
        self.letters.push((letter, flag));
        Some(flag)
    }

    fn search(&self, option: &str) -> Option<Flag<'r>> {
        let style = self.style;
        Flag::find(self.row.flags, option, style)
            .or_else(|| self.inherited.iter().find_map(|flags| Flag::find(flags, option, style)))
    }

    fn option(&mut self, arg: &'x Arg<'_>) -> Result<(), Objection> {
        self.at += 1;
        // What falls apart may be this option and others, whatever it begins with.
        if arg.splits || arg.known == Known::Partly && !arg.text.starts_with('-') {
            return self.unknown(arg);
        }
        let text: &'x str = &arg.text;
        if text.starts_with("--") || self.style == Style::Words {
            return self.long(arg, text);
        }
        if self.is_number(arg, text) {
            return Ok(());
        }
        self.cluster(arg, text)
    }

    /// A word that begins with an integer is an option when that is negative, else an operand.
    fn integer(&mut self, arg: &Arg<'_>, stops: bool) -> Result<(), Objection> {
        // No `sed` has options that are digits: it does nothing then.
        let refused = self.row.language == Language::Sed;
        let rest = arg.text.trim_start_matches(|c: char| c.is_ascii_digit());
        // The integer may be nothing as long as nobody has set it.
        let refused = refused && !rest.starts_with('-');
        if stops || !refused && !rest.is_empty() {
            self.unknown(arg)?;
        }
        self.scan.operands.push(self.at);
        self.at += 1;
        Ok(())
    }

    /// A word that may be any option is harmless only where every option is.
    fn unknown(&self, arg: &Arg<'_>) -> Result<(), Objection> {
        if self.takes_all() {
            return Ok(());
        }
        let name = self.row.name;
        Err(Objection::new(
            "shell.unknown-word",
            format!("what this becomes may be an option of `{name}` that writes"),
            arg.span,
        ))
    }

    fn takes_all(&self) -> bool {
        self.row.flags.split_ascii_whitespace().any(|token| token == "*")
    }

    fn is_number(&mut self, arg: &Arg<'_>, text: &str) -> bool {
        text.len() > 1
            && arg.known != Known::Partly
            && text[1..].bytes().all(|b| b.is_ascii_digit())
            && self.find("-#").is_some()
    }

    fn long(&mut self, arg: &'x Arg<'_>, text: &'x str) -> Result<(), Objection> {
        let (name, attached) = match text.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (text, None),
        };
        if arg.known == Known::Partly && attached.is_none() {
            return self.unknown(arg);
        }
        let found = self.find(name).or_else(|| {
            let words = self.style == Style::Words && name.starts_with("--");
            words.then(|| self.find(&name[1..])).flatten()
        });
        let Some(flag) = found else { return self.refuse(arg, name) };
        self.scan.endless |= flag.endless;
        if flag.value == FlagValue::Attached && attached.is_none() {
            self.before_subcommand(arg)?;
        }
        let value = match (flag.value, attached) {
            (FlagValue::None | FlagValue::Attached, None) => None,
            (FlagValue::None, Some(_)) => return self.refuse(arg, text),
            (_, Some(value)) => Some((value, arg.known)),
            (_, None) => Some(self.next_value(arg, name)?),
        };
        self.check(flag, value, arg)?;
        self.scan.options.push(Seen { name: Name::Long(name), value, span: arg.span });
        Ok(())
    }

    fn cluster(&mut self, arg: &'x Arg<'_>, text: &'x str) -> Result<(), Objection> {
        for (at, letter) in text.char_indices().skip(1) {
            let rest = &text[at + letter.len_utf8()..];
            let mut option = [b'-', 0, 0, 0, 0];
            let len = 1 + letter.encode_utf8(&mut option[1..]).len();
            let option = std::str::from_utf8(&option[..len]).unwrap_or("-");
            let Some(flag) = self.find_letter(letter, option) else {
                self.refuse(arg, option)?;
                continue;
            };
            self.scan.endless |= flag.endless;
            if flag.value == FlagValue::None {
                self.scan.options.push(Seen { name: Name::Short(letter), value: None, span: arg.span });
                continue;
            }
            // A number below zero may be a word for none.
            if flag.value == FlagValue::Attached && rest.starts_with('-') {
                return self.refuse(arg, option);
            }
            if self.style == Style::Apart && !rest.is_empty() && flag.value != FlagValue::Integer {
                return self.refuse(arg, option);
            }
            let value = match (rest.is_empty(), arg.known) {
                (false, known) => Some((rest, known)),
                (true, Known::Partly) => return self.unknown(arg),
                (true, _) if flag.value == FlagValue::Attached => {
                    self.before_subcommand(arg)?;
                    None
                }
                (true, _) => Some(self.next_value(arg, option)?),
            };
            self.check(flag, value, arg)?;
            self.scan.options.push(Seen { name: Name::Short(letter), value, span: arg.span });
            return Ok(());
        }
        if arg.known == Known::Partly { self.unknown(arg) } else { Ok(()) }
    }

    /// What takes a value only in its own word is no good before a subcommand: another version takes that for it.
    fn before_subcommand(&self, arg: &Arg<'_>) -> Result<(), Objection> {
        let goes_on = self.args.get(self.at).is_some();
        if self.leading && goes_on { self.refuse(arg, &arg.text) } else { Ok(()) }
    }

    fn next_value(&mut self, arg: &Arg<'_>, option: &str) -> Result<(&'x str, Known), Objection> {
        let Some(value) = self.args.get(self.at) else {
            return if self.takes_all() {
                Ok(("", Known::Exactly))
            } else {
                self.refuse(arg, option).map(|()| ("", Known::Exactly))
            };
        };
        // Behind the last word nothing is shifted, and what is too much are operands.
        let plain = self.row.operands == Operands::Any
            && self.row.subcommands.is_empty()
            && self.row.language == Language::Plain
            && !self.stops;
        let last = self.at + 1 == self.args.len() && plain && !value.dash;
        if !value.single && !last {
            self.unknown(value)?;
        }
        // Versions and namesakes of a program disagree on which options take a value.
        if looks_like_option(&value.text) {
            self.refuse(value, &value.text)?;
        }
        // A long one can be written in one word with its value; counters take what is no value of theirs for an option.
        if (option.starts_with("--") || self.row.language == Language::Interval) && value.dash && value.loose {
            self.unknown(value)?;
        }
        self.at += 1;
        Ok((&value.text, value.known))
    }

    fn check(&self, flag: Flag<'_>, value: Option<(&str, Known)>, arg: &Arg<'_>) -> Result<(), Objection> {
        let Some((text, known)) = value else { return Ok(()) };
        let fits = match flag.value {
            FlagValue::Integer => {
                known != Known::Partly
                    && (text == "Infinity" || text.trim_start_matches(['-', '+']).bytes().all(|b| b.is_ascii_digit()))
            }
            FlagValue::Path => {
                let host =
                    text.split_once('/').is_some_and(|(first, _)| !first.starts_with('.') && first.contains('.'));
                known == Known::Exactly && !text.contains(':') && !text.starts_with('+') && !host
            }
            FlagValue::Repository => known == Known::Exactly && operand::is_repository(text),
            FlagValue::OneOf(values) => known == Known::Exactly && values.split('|').any(|own| own == text),
            _ => true,
        };
        if fits { Ok(()) } else { self.refuse(arg, &arg.text) }
    }

    fn refuse(&self, arg: &Arg<'_>, option: &str) -> Result<(), Objection> {
        if self.takes_all() {
            return Ok(());
        }
        let name = self.row.name;
        Err(Objection::new(
            "shell.unknown-option",
            format!("`{name}` is not known to be harmless with `{option}`"),
            arg.span,
        ))
    }
}

/// Whether a word is a dash or two before a letter.
fn looks_like_option(text: &str) -> bool {
    text.strip_prefix("--")
        .or_else(|| text.strip_prefix('-'))
        .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic()))
}
