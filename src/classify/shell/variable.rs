//! What is known of variables: for each name one class that holds for all the values which the script gives it.
//!
//! The order of commands is not followed, only joined: a loop that assigns at its end is covered without being run.
//! What the environment holds before the script starts cannot be changed by anything that was judged a read, so a
//! tracked name that is not set yet counts as empty; a name that the script never sets is unknown.

mod class;
mod input;
mod list;
mod names;
mod output;
mod positional;
mod source;

pub(super) use class::Class;
pub(super) use names::{Folders, Names};
pub(super) use output::{finder, prints_many};
pub(super) use positional::Positional;
use positional::{Functions, keeps_parameters};

use output::Taken;
use source::{Found, Source, Value, collect};

use super::expand::{self, Arg, Known, Optional};
use super::syntax::{Arithmetic, Assignment, Form, Parameter, Piece, Place, Script, Word};
use super::table::environment;

/// More assignments than this and nothing is known of any variable.
const MAX_TRACKED: usize = 48;

/// Whether a text means nothing but itself to the shell. Behind a letter or digit `~` and `^` are no more than that:
/// `HEAD~2`, `main^`.
fn is_plain(text: &str) -> bool {
    let bytes = text.as_bytes();
    let of_revision = |at: usize| at > 0 && (bytes[at - 1].is_ascii_alphanumeric() || bytes[at - 1] == b'^');
    bytes
        .iter()
        .enumerate()
        .all(|(at, b)| b.is_ascii_alphanumeric() || b"_-./:@%+,=".contains(b) || b"~^".contains(b) && of_revision(at))
}

/// Whether an unquoted text is one sequence, `{1..9}` or `{a..e}`, and nothing else.
pub(super) fn is_sequence(text: &str) -> bool {
    let inner = text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
    inner.is_some_and(|inner| inner.contains("..") && inner.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.'))
}

/// The text of a word that stands for nothing but itself, also as a value.
pub(super) fn constant<'s>(word: &'s Word<'s>) -> Option<&'s str> {
    let (inner, within) = match word.pieces.as_slice() {
        [Piece::Quoted(inner)] => (inner.as_slice(), true),
        pieces => (pieces, false),
    };
    let text: &str = match inner {
        [Piece::Literal { text, quoted }] if within || *quoted || is_plain(text) => text,
        _ => return None,
    };
    (!text.is_empty() && (is_plain(text) || !text.contains('~'))).then_some(text)
}

/// The names to which the scripts around one give values: one that the environment holds is handed on.
#[derive(Debug, Clone)]
pub(super) enum Around {
    Names(Vec<String>),
    /// Too many to say.
    Any,
}

impl Default for Around {
    fn default() -> Self {
        Self::Names(Vec::new())
    }
}

impl Around {
    fn has(&self, name: &str) -> bool {
        match self {
            Self::Names(names) => names.iter().any(|known| known == name),
            Self::Any => true,
        }
    }
}

/// The classes of all variables of one script.
#[derive(Debug, Default)]
pub(super) struct Variables<'a> {
    known: Vec<Variable<'a>>,
    splits_anywhere: bool,
    /// What some of them may be.
    arrays: Arrays,
    overflow: bool,
    around: Around,
    /// The numbered parameters where the judge is now, and those within functions.
    positional: Positional,
    functions: Functions<'a>,
    /// The values that variables have for certain where the judge is now.
    values: Vec<(&'a str, &'a str)>,
    /// Variables that are not empty where the judge is now.
    filled: Vec<&'a str>,
    names: Names<'a>,
}

/// Which arrays a script may make, anywhere.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Arrays {
    #[default]
    None,
    /// Such whose elements have numbers.
    Numbered,
    /// Such whose elements have names.
    Named,
}

#[derive(Debug)]
struct Variable<'a> {
    name: &'a str,
    class: Option<Class>,
    /// What holds for each element where it is an array.
    elements: Option<Class>,
    /// In how many places it is given a value.
    sources: usize,
}

impl<'a> Variables<'a> {
    /// Collects every assignment of `script`, which runs in `folders`, and joins the classes of what is
    /// assigned.
    pub(super) fn of(script: &Script<'a>, folders: Folders<'a>, around: &Around, positional: &Positional) -> Self {
        let mut found = Found::default();
        let names = Names::of(folders);
        let mut variables = Self { around: around.clone(), names, ..Self::default() };
        collect(script, &mut found, &mut variables);
        let used = matches!(positional, Positional::Given { .. }) || !found.functions.is_empty();
        let keeps = used && keeps_parameters(script);
        if keeps {
            variables.positional = positional.clone();
        }
        let sources = &mut found.sources;
        if sources.len() > MAX_TRACKED {
            (variables.overflow, variables.around) = (true, Around::Any);
            return variables;
        }
        for source in &*sources {
            match variables.known.iter_mut().find(|v| v.name == source.name) {
                Some(variable) => variable.sources += 1,
                None => variables.known.push(Variable { name: source.name, class: None, elements: None, sources: 1 }),
            }
        }
        // A path that the loop reads is one only where nothing else gives the name a value.
        for source in &mut *sources {
            let often = |known: &Variable<'_>| known.name == source.name && known.sources > 1;
            if matches!(source.value, Value::Line(_, Taken::UpToNul | Taken::Exactly))
                && variables.known.iter().any(often)
            {
                source.value = Value::Unknown;
            }
        }
        let mut settled = false;
        for _ in 0..6 {
            if keeps && !found.functions.is_empty() {
                variables.functions = Functions::of(&found, &variables);
            }
            settled = !variables.join_once(&found.sources);
            if settled {
                break;
            }
        }
        variables.overflow = !settled;
        variables
    }

    /// The names to which this script and those around it give values.
    pub(super) fn names(&self) -> Around {
        match &self.around {
            Around::Names(around) => {
                let own = self.known.iter().map(|variable| variable.name.to_owned());
                Around::Names(own.chain(around.iter().cloned()).collect())
            }
            Around::Any => Around::Any,
        }
    }

    /// Whether the script gives `name` a value in one place alone.
    fn is_set_once(&self, name: &str) -> bool {
        !self.overflow && name != "_" && self.known.iter().any(|v| v.name == name && v.sources == 1)
    }

    /// From here on `name` has this value, unless the script gives it others elsewhere.
    pub(super) fn settle(&mut self, name: &'a str, value: &'a str) -> bool {
        let settles = self.is_set_once(name) && !self.splits_anywhere;
        if settles {
            self.values.push((name, value));
        }
        settles
    }

    /// Forgets all values but the first `kept`, and gives back the others.
    pub(super) fn unsettle(&mut self, kept: usize) -> Vec<(&'a str, &'a str)> {
        self.values.split_off(kept)
    }

    /// What `unsettle` gave back holds again.
    pub(super) fn resettle(&mut self, values: Vec<(&'a str, &'a str)>) {
        self.values.extend(values);
    }

    /// How many values are settled.
    pub(super) fn settled(&self) -> usize {
        self.values.len()
    }

    /// The value that a parameter expansion has for certain, where splitting would change nothing about it.
    pub(super) fn value(&self, parameter: &Parameter<'_>, quoted: bool) -> Option<&str> {
        let (_, value) = self.values.iter().rev().find(|(name, _)| *name == parameter.name)?;
        let whole = parameter.form == Form::Value && (quoted || is_plain(value));
        whole.then_some(*value)
    }

    /// Whether the script sets `IFS` for itself.
    pub(super) fn splits_anywhere(&self) -> bool {
        self.splits_anywhere
    }

    /// Whether the script may make an array, anywhere.
    pub(super) fn makes_arrays(&self) -> bool {
        self.arrays > Arrays::None
    }

    /// What is known of the names that patterns find.
    pub(super) fn names_in_folders(&self) -> &Names<'a> {
        &self.names
    }

    fn class(&self, name: &str) -> Option<Class> {
        // Bash itself sets it to the last word of each command.
        if name == "_" || self.around.has(name) {
            return Some(Class::Unknown);
        }
        self.known.iter().find(|v| v.name == name).and_then(|v| v.class)
    }

    fn join_once(&mut self, sources: &[Source<'_, 'a>]) -> bool {
        let mut changed = false;
        for source in sources {
            let outer = source.within.map(|name| self.enter(name));
            let class = match &source.value {
                Value::Integer => Class::Integer,
                Value::Unknown => Class::Unknown,
                Value::Text(text) => Class::of(&Arg::literal(*text, Place::default())),
                Value::Line(commands, taken) => self.line_of(commands, *taken),
                Value::Words(words) => self.class_of_words(words),
                Value::Positional => self.positional.each(),
                Value::Assigned(assignment) => self.class_of_value(assignment),
                Value::Parameter(parameter) => self.parameter(parameter),
            };
            let elements = match &source.value {
                Value::Assigned(assignment) if assignment.array => self.class_of_elements(&assignment.values),
                _ => Class::Unknown,
            };
            if let Some(outer) = outer {
                self.leave(outer);
            }
            let Some(variable) = self.known.iter_mut().find(|v| v.name == source.name) else { continue };
            let class = variable.class.map_or(class, |old| old.join(class));
            let elements = variable.elements.map_or(elements, |old| old.join(elements));
            changed |= (variable.class, variable.elements) != (Some(class), Some(elements));
            (variable.class, variable.elements) = (Some(class), Some(elements));
        }
        changed
    }

    /// From here on the numbered parameters are those of a function; gives back what they were.
    pub(super) fn enter(&mut self, function: &str) -> Positional {
        let own = self.functions.parameters(function);
        std::mem::replace(&mut self.positional, own)
    }

    /// The numbered parameters are `outer` again.
    pub(super) fn leave(&mut self, outer: Positional) {
        self.positional = outer;
    }

    fn class_of_words(&self, words: &[Word<'a>]) -> Class {
        let mut joined: Option<Class> = None;
        for word in words {
            let Some(args) = expand::expand(std::slice::from_ref(word), self) else { return Class::Unknown };
            for arg in args {
                if let Some(class) = self.keys(word).or_else(|| self.each(word)) {
                    joined = Some(joined.map_or(class, |old| old.join(class)));
                    continue;
                }
                let whole = matches!(word.pieces.as_slice(), [Piece::Parameter { .. } | Piece::Substitution { .. }]);
                let class = self.class_of_word(word, &arg);
                let splits = class.may_split() || self.splits_anywhere && class != Class::Number;
                let class = if whole && splits { Class::Unknown } else { class };
                joined = Some(joined.map_or(class, |old| old.join(class)));
            }
        }
        joined.unwrap_or(Class::Number)
    }

    fn class_of_value(&self, assignment: &Assignment<'a>) -> Class {
        if assignment.array {
            return Class::Unknown;
        }
        match assignment.values.first() {
            None => Class::Number,
            // Two harmless parts may make a whole that is not; digits stay digits.
            Some(word)
                if assignment.appended && self.class_of_word(word, &expand::single(word, self)) != Class::Number =>
            {
                Class::Unknown
            }
            Some(word) if matches!(word.pieces.as_slice(), [Piece::Substitution { script, .. }] if prints_many(script)) => {
                Class::Unknown
            }
            Some(word) => self.class_of_word(word, &expand::single(word, self)),
        }
    }

    /// A word that is nothing but one expansion keeps its class, even unquoted, as an assigned value is not split.
    fn class_of_word(&self, word: &Word<'a>, arg: &Arg<'_>) -> Class {
        match word.pieces.as_slice() {
            [Piece::Parameter { parameter, .. }] => self.parameter(parameter),
            [Piece::Substitution { script, quoted: true }] if prints_many(script) => Class::Unknown,
            [Piece::Substitution { script, .. }] => self.output(script),
            [Piece::Arithmetic(inner)] => Class::of_arithmetic(inner),
            [Piece::Quoted(inner)] if matches!(inner.as_slice(), [Piece::Parameter { .. }]) => match inner.as_slice() {
                [Piece::Parameter { parameter, .. }] => self.parameter(parameter),
                _ => Class::Unknown,
            },
            [Piece::Literal { text, quoted: false }] if text.starts_with('~') => {
                if expand::is_other_home(text) {
                    Class::Unknown
                } else {
                    Class::Start
                }
            }
            [Piece::Literal { text, quoted: false }] if is_sequence(text) && arg.known == Known::UpToIntegers => {
                Class::Number
            }
            // A sequence of letters alone.
            [Piece::Literal { text, quoted: false }] if is_sequence(text) => Class::Plain,
            _ => Class::of(arg),
        }
    }

    /// The class of a parameter expansion's value.
    pub(super) fn parameter(&self, parameter: &Parameter<'_>) -> Class {
        match parameter.form {
            Form::Length => Class::Number,
            Form::Each | Form::EachChanged | Form::Keys | Form::Changed => Class::Unknown,
            Form::Value if self.overflow => Class::Unknown,
            Form::Value => self
                .positional
                .class(parameter.name)
                .or_else(|| self.class(parameter.name))
                .unwrap_or_else(|| environment::inherited(parameter.name)),
        }
    }

    /// Whether the number that a parameter stands for may be nothing.
    pub(super) fn may_be_nothing(&self, parameter: &Parameter<'_>) -> Optional {
        let filled = match parameter.form {
            Form::Length => parameter.name != "!",
            Form::Value => self.filled.contains(&parameter.name),
            Form::Each | Form::EachChanged | Form::Keys | Form::Changed => false,
        };
        if filled { Optional::No } else { Optional::Yes }
    }

    /// From here on `name`, the variable of a loop, has a value, unless the script gives it others elsewhere.
    pub(super) fn fill(&mut self, name: &'a str) {
        if self.is_set_once(name) {
            self.filled.push(name);
        }
    }

    /// How many variables are known to have a value.
    pub(super) fn filled(&self) -> usize {
        self.filled.len()
    }

    /// Forgets it of all but the first `kept`.
    pub(super) fn unfill(&mut self, kept: usize) {
        self.filled.truncate(kept);
    }

    /// Whether a name or expansion of an arithmetic expression may have a value that is more than an integer.
    ///
    /// Bash evaluates such a value as an expression of its own, subscripts and their substitutions included. For zsh a
    /// name that first gets its value here is an integer, and whatever it is set to later is evaluated.
    pub(super) fn evaluates_text(&self, arithmetic: &Arithmetic<'_>) -> bool {
        let integer = |class| matches!(class, Class::Number | Class::Integer);
        let name = |name: &&str| !integer(self.class(name).unwrap_or_else(|| environment::inherited(name)));
        let mut names = arithmetic.names.iter().chain(&arithmetic.assigned);
        self.overflow && (names.clone().next().is_some() || !arithmetic.pieces.is_empty())
            || names.any(name)
            || arithmetic.pieces.iter().any(|piece| match piece {
                Piece::Parameter { parameter, .. } => !integer(self.parameter(parameter)),
                Piece::Substitution { script, .. } => !integer(self.output(script)),
                Piece::Arithmetic(inner) => self.evaluates_text(inner),
                _ => true,
            })
    }
}
