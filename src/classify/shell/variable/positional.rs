//! The numbered parameters of a script that is run with words: `sh -c 'cat "$1"' _ README.md`.

use super::Class;
use crate::classify::shell::expand::{self, Arg, Known};
use crate::classify::shell::syntax::walk::all_commands;
use crate::classify::shell::syntax::{Command, Kind, Script, Word};

/// The name that zsh has for all of them.
const ARRAY: &str = "argv";

/// What the numbered parameters of a script may be.
#[derive(Debug, Clone, Default)]
pub(in crate::classify::shell) enum Positional {
    #[default]
    Unknown,
    /// The words that a script was given, from `$0` on.
    Given {
        /// Those whose number is certain.
        first: Vec<Class>,
        /// All that may come behind them.
        rest: Option<Class>,
    },
}

impl Positional {
    /// The parameters of a script that is given `args`, the first of which is its name.
    pub(in crate::classify::shell) fn of(args: &[Arg<'_>]) -> Self {
        let certain = args.iter().take_while(|arg| arg.single && !arg.many).count();
        let first = args[..certain].iter().map(class).collect();
        let rest = args[certain..].iter().map(class).reduce(Class::join);
        Self::Given { first, rest }
    }

    /// The same for `script`, in which commands may give them other values.
    pub(super) fn within(self, script: &Script<'_>) -> Self {
        if matches!(self, Self::Unknown) || all_commands(script, &|command, _| keeps(command)) {
            self
        } else {
            Self::Unknown
        }
    }

    /// The class of the parameter that a name stands for, if it is one of these.
    pub(super) fn class(&self, name: &str) -> Option<Class> {
        let Self::Given { first, rest } = self else { return None };
        let number: usize = name.parse().ok()?;
        // What was not given is empty.
        Some(first.get(number).copied().or(*rest).unwrap_or(Class::Number))
    }

    /// What holds for each word of `"$@"`.
    pub(super) fn each(&self) -> Class {
        match self {
            Self::Unknown => Class::Unknown,
            Self::Given { first, rest } => {
                let behind_name = first.iter().skip(1).chain(rest).copied();
                behind_name.reduce(Class::join).unwrap_or(Class::Number)
            }
        }
    }
}

/// The class of each word that an argument becomes.
fn class(arg: &Arg<'_>) -> Class {
    let below_devices = arg.device || arg.known == Known::Partly && arg.text.starts_with("/dev");
    match Class::of(arg) {
        _ if arg.splits => Class::Unknown,
        _ if below_devices && arg.dash => Class::Unknown,
        _ if below_devices => Class::Folder,
        class => class,
    }
}

/// Whether a command leaves the parameters as they are; a function has its own. For zsh they are an array too.
fn keeps(command: &Command<'_>) -> bool {
    const GIVING: [&str; 6] = ["set", "shift", "eval", "trap", "source", "."];
    const WRAPPING: [&str; 5] = ["command", "builtin", "time", "noglob", "nocorrect"];
    let giving = |word: &Word<'_>| {
        expand::has_braces(word)
            || word.text().is_none_or(|text| GIVING.contains(&&*text) || WRAPPING.contains(&&*text))
    };
    let array = |word: &Word<'_>| word.text().is_some_and(|text| text.starts_with(ARRAY));
    match &command.kind {
        Kind::Simple { assignments, words } => {
            !words.first().is_some_and(giving)
                && !words.iter().any(array)
                && !assignments.iter().any(|assignment| assignment.name == ARRAY)
        }
        Kind::For { name, .. } => *name != ARRAY,
        Kind::Function { .. } => false,
        _ => true,
    }
}
