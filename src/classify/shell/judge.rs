//! Judges a parsed script, one command after another: redirections and expansions first, then the program by its row.

mod call;
mod command;
mod descriptor;
mod evidence;
mod expansion;
mod lasting;
mod round;
mod script;

use std::cell::OnceCell;

use descriptor::Descriptors;
use lasting::Attention;

use crate::classify::folder::Ground;
use crate::classify::policy::Policy;
use crate::model::{Evidence, Mark};

use super::expand::Arg;
use super::personal::Refusal;
use super::rule::{Row, Style};
use super::scan::Objection;
use super::syntax::Place;
use super::variable::{Around, Positional, Variables};

/// The rule of what would be a read if only the overrides were set.
pub(super) const FOLDER_SETTINGS: &str = "shell.folder-settings";

/// How deep scripts may stand within scripts: `bash -c` inside of `xargs` inside of `bash -c`.
const MAX_SCRIPTS: usize = 8;

/// What a step says: nothing, or why the command is a write.
pub(super) type Ruling = Result<(), Objection>;

/// The evidence so far and what it depends on.
pub(super) struct Judge<'s> {
    pub(super) evidence: Vec<Evidence>,
    pub(super) marks: Vec<Mark>,
    /// The text of the script at hand; spans point into it.
    pub(super) text: &'s str,
    /// Whether the text names plangate, once somebody asked.
    names_us: OnceCell<bool>,
    pub(super) variables: Variables<'s>,
    /// What the command at hand does about its process substitutions.
    attention: Attention,
    /// Names to which the scripts around this one give values.
    around: Around,
    /// The numbered parameters of the script at hand.
    positional: Positional,
    descriptors: Descriptors,
    /// What the scripts around this one name.
    around_names: Named,
    /// What this one names, seen from the agent's folder and from elsewhere, once somebody asked.
    own_names: [OnceCell<Named>; 2],
    functions: Vec<&'s str>,
    /// How many times the command at hand is judged, for each value of the loops around it.
    rounds: usize,
    /// Whether the script defines a function, which `unset` would take away.
    pub(super) defines: bool,
    /// Whether a part of the script may run again later.
    repeats: bool,
    /// How often the command at hand may run, where that is known.
    times: Option<usize>,
    /// Where the command at hand may run.
    pub(super) ground: Ground<'s>,
    /// Where the script at hand starts.
    start: Ground<'s>,
    /// The folders that it enters, where they are known.
    pub(super) entered: Vec<Option<String>>,
    /// What the command at hand reads from a pipe.
    pub(super) fed: Fed,
    depth: usize,
    calls: usize,
    /// What people have said.
    pub(super) policy: &'s Policy,
    /// What the table refused, when somebody wants to know.
    pub(super) refusals: Option<Vec<Refusal>>,
}

/// Judges a whole text that is run on `ground` by the table alone.
pub(super) fn judge(text: &str, ground: Ground<'_>) -> (Vec<Evidence>, Vec<Mark>) {
    let judge = judge_under(text, ground, Policy::built_in(), Trace::Nothing);
    (judge.evidence, judge.marks)
}

/// What a judgement keeps besides its evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trace {
    Nothing,
    /// What the table refused.
    Refusals,
}

/// Judges a whole text by the table and what people have said.
pub(super) fn judge_under<'s>(text: &'s str, ground: Ground<'s>, policy: &'s Policy, trace: Trace) -> Judge<'s> {
    let mut judge = Judge::new(text, 0);
    (judge.ground, judge.policy) = (ground, policy);
    judge.refusals = (trace == Trace::Refusals).then(Vec::new);
    judge.script_text();
    judge
}

/// Of what a script has the names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Named {
    Files,
    /// The folder of devices too, or some of them, which what its commands print may name.
    Devices,
}

/// What a command reads from a pipe.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Fed {
    #[default]
    Anything,
    /// Paths that start with no dash, each ended by a NUL.
    Paths,
    /// Numbers and identifiers, none of which starts with a dash.
    Names,
}

/// A command whose words are expanded.
#[derive(Debug, Clone, Copy)]
pub(super) struct Call<'c, 'a> {
    /// The row's names so far: `git log`.
    pub(super) path: &'c str,
    pub(super) row: &'c Row<'c>,
    pub(super) args: &'c [Arg<'a>],
    pub(super) span: Place,
    /// The flags of the outer rows.
    inherited: &'c [&'c str],
    /// Those of them that may stand before a subcommand.
    leading: &'c [&'c str],
    /// Whether the outer rows write every option as a word.
    words: bool,
    /// Where a word before the subcommand is that is not known.
    unknown: Option<Place>,
    /// Whether an outer row obeys the configuration of its folder, and that folder is not the agent's.
    foreign: bool,
    marks: &'c [Mark],
}

impl<'c, 'a> Call<'c, 'a> {
    /// A program with its arguments, not yet in a subcommand's row.
    fn of(path: &'c str, row: &'c Row<'c>, args: &'c [Arg<'a>], span: Place) -> Self {
        Self {
            path,
            row,
            args,
            span,
            inherited: &[],
            leading: &[],
            words: false,
            unknown: None,
            foreign: false,
            marks: &[],
        }
    }

    fn style(&self) -> Style {
        if self.words { Style::Words } else { self.row.style }
    }
}

impl<'s> Judge<'s> {
    fn new(text: &'s str, depth: usize) -> Self {
        Self {
            evidence: Vec::new(),
            marks: Vec::new(),
            text,
            names_us: OnceCell::new(),
            variables: Variables::default(),
            attention: Attention::None,
            around: Around::default(),
            positional: Positional::default(),
            descriptors: Descriptors::default().and(text),
            around_names: Named::Files,
            own_names: [const { OnceCell::new() }; 2],
            functions: Vec::new(),
            rounds: 1,
            defines: false,
            repeats: false,
            // What runs a script within a line may do so for each word of its input.
            times: (depth == 0).then_some(1),
            ground: Ground::NAMELESS,
            start: Ground::NAMELESS,
            entered: Vec::new(),
            fed: Fed::Anything,
            depth,
            calls: 0,
            policy: Policy::built_in(),
            refusals: None,
        }
    }
}
