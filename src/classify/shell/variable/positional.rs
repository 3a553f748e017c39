//! The numbered parameters of a script that is run with words, `sh -c 'cat "$1"' _ README.md`, and of functions.

use super::source::Found;
use super::{Class, Variables};
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

    /// The parameters of a function that is called with these words.
    fn of_call(words: &[Word<'_>], variables: &Variables<'_>) -> Self {
        let Some(args) = expand::expand(words, variables) else { return Self::Unknown };
        match Self::of(&args) {
            // Its name is that of the script still.
            Self::Given { mut first, rest } if !first.is_empty() => {
                first[0] = Class::Unknown;
                Self::Given { first, rest }
            }
            _ => Self::Unknown,
        }
    }

    /// What holds for both.
    fn join(&self, other: &Self) -> Self {
        let (Self::Given { first: one, rest: behind_one }, Self::Given { first: two, rest: behind_two }) =
            (&self, &other)
        else {
            return Self::Unknown;
        };
        let at =
            |first: &[Class], rest: Option<Class>, at: usize| first.get(at).copied().or(rest).unwrap_or(Class::Number);
        let both = |n: usize| at(one, *behind_one, n).join(at(two, *behind_two, n));
        let rest = match (behind_one, behind_two) {
            (None, None) => None,
            (one, two) => Some(one.unwrap_or(Class::Number).join(two.unwrap_or(Class::Number))),
        };
        Self::Given { first: (0..one.len().max(two.len())).map(both).collect(), rest }
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

/// The functions of a script whose parameters are known by the words of their calls.
#[derive(Debug, Default)]
pub(super) struct Functions<'a> {
    known: Vec<(&'a str, Positional)>,
}

impl<'a> Functions<'a> {
    /// What `found` tells of the parameters, as far as the classes of `variables` are known yet.
    pub(super) fn of(found: &Found<'_, 'a>, variables: &Variables<'a>) -> Self {
        let parameters = |name: &&'a str| {
            let calls = calls(name, found)?;
            let joined =
                calls.iter().map(|words| Positional::of_call(words, variables)).reduce(|one, two| one.join(&two))?;
            Some((*name, joined))
        };
        Self { known: found.functions.iter().filter_map(parameters).collect() }
    }

    /// The parameters within the body of a function.
    pub(super) fn parameters(&self, name: &str) -> Positional {
        self.known.iter().find(|(known, _)| *known == name).map_or(Positional::Unknown, |(_, found)| found.clone())
    }
}

/// The words of all calls of a function that is defined once; `None` where something else may call or replace it.
fn calls<'s, 'a>(name: &str, found: &Found<'s, 'a>) -> Option<Vec<&'s [Word<'a>]>> {
    let once = found.functions.iter().filter(|own| **own == name).count() == 1;
    let says = |word: &Word<'_>| word.text().is_some_and(|text| text == name);
    let mut calls = Vec::new();
    for words in &found.commands {
        let Some((first, rest)) = words.split_first() else { continue };
        if expand::has_braces(first) || first.text().is_none() || rest.iter().any(says) {
            return None;
        }
        if says(first) {
            calls.push(*words);
        }
    }
    once.then_some(calls)
}

/// Whether every command of a script leaves the parameters as they are.
pub(super) fn keeps_parameters(script: &Script<'_>) -> bool {
    all_commands(script, &|command, _| keeps(command))
}

/// Whether a command leaves the parameters as they are; within a function these are its own. For zsh they are an array too.
fn keeps(command: &Command<'_>) -> bool {
    // These give others, or run what may.
    const GIVING: [&str; 11] =
        ["set", "shift", "eval", "trap", "source", ".", "command", "builtin", "time", "noglob", "nocorrect"];
    let giving = |word: &Word<'_>| expand::has_braces(word) || word.text().is_none_or(|text| GIVING.contains(&&*text));
    let array = |word: &Word<'_>| word.text().is_some_and(|text| text.starts_with(ARRAY));
    match &command.kind {
        Kind::Simple { assignments, words } => {
            !words.first().is_some_and(giving)
                && !words.iter().any(array)
                && !assignments.iter().any(|assignment| assignment.name == ARRAY)
        }
        Kind::For { name, .. } => *name != ARRAY,
        _ => true,
    }
}
