//! What people have said about reads and writes, on top of the built-in table.
//!
//! The strictest word wins, with one exception: a row by which the person's own file allows something beats a "not
//! known to be a read" of the table, unless the floor forbids it. A file that cannot be understood may have said
//! anything, so it counts as the strictest that a file can say of the switches, and as a veto of every row that allows.

mod file;
mod floor;
mod glob;
mod rule;
mod why;

use std::fmt;
use std::path::PathBuf;

use super::arguments::COMMAND;
use super::builtin;
use super::folder::Ground;
use super::kinds::ReadKinds;
use super::shell;
use crate::config::RuleFiles;
use crate::model::{Assessment, Evidence, Span, ToolCall, Verdict};

pub use self::file::Tested;
pub use self::glob::Glob;
pub use self::rule::{Origin, ProgramRule, Rule, Subject, ToolRule};
pub use self::why::{Remedy, Why, explain};

pub(super) use self::floor::of_program as floor_of_program;

/// The most faults that an agent is told of at once.
const MAX_TOLD_FAULTS: usize = 3;

/// The rules that hold for a call: those of people, and the switches. The built-in table is always beneath them.
#[derive(Debug, Clone, Default)]
pub struct Policy {
    kinds: ReadKinds,
    /// A file queues plain requests, so no row of the person's may let one pass.
    queues_requests: bool,
    /// The switches that files turn to `queue` which may only tighten, and those files.
    held: Vec<(&'static str, PathBuf)>,
    rules: Vec<Rule>,
    faults: Vec<Fault>,
}

/// Something in a file of rules that does not hold, to be told to the person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The file.
    pub file: PathBuf,
    /// The line, counted from 1, when one is to blame.
    pub line: Option<usize>,
    /// What is wrong.
    pub reason: String,
    /// What follows from it.
    pub weight: Weight,
}

/// What follows from a fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// The row or switch has no effect; the rest of the file holds.
    Ignored,
    /// The whole file is refused.
    Refused,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", self.file.display())?;
        if let Some(line) = self.line {
            write!(f, ", line {line}")?;
        }
        let weight = if self.weight == Weight::Ignored { "ignored" } else { "the file is refused" };
        write!(f, ": {weight}: {}", self.reason)
    }
}

/// The built-in table alone.
static BUILT_IN: Policy = Policy::of_kinds(ReadKinds::DEFAULT);

impl Policy {
    /// The built-in table alone.
    pub fn built_in() -> &'static Self {
        &BUILT_IN
    }

    /// The built-in table and these switches.
    pub const fn of_kinds(kinds: ReadKinds) -> Self {
        Self { kinds, queues_requests: false, held: Vec::new(), rules: Vec::new(), faults: Vec::new() }
    }

    /// What the files say together. Never fails: what is wrong with them is in [`faults`](Self::faults), and makes the
    /// policy stricter.
    pub fn of(files: &RuleFiles) -> Self {
        let mut policy = Self::default();
        for file in &files.0 {
            let read = file::read(file);
            policy.faults.extend(read.faults);
            policy.rules.extend(read.rules);
            policy.kinds = read.switches.over(policy.kinds, file::Reach::of(file));
            if file.only_tightens.is_some() {
                policy.held.extend(read.switches.queued().map(|name| (name, file.path.clone())));
            }
            policy.queues_requests |= read.switches.queue_requests();
        }
        if policy.is_broken() {
            policy.kinds = ReadKinds::NONE;
            policy.rules.retain(|rule| rule.verdict == Verdict::Write);
        }
        policy
    }

    /// Runs the examples of one file, as if it were the person's own and the only one.
    pub fn test(file: &crate::config::RuleFile) -> Tested {
        file::read(file).into()
    }

    /// The rows of all files, in their order.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The switches.
    pub fn kinds(&self) -> ReadKinds {
        self.kinds
    }

    /// Whether the person's rows may let a plain request pass: no file says that all of them wait.
    pub(super) fn rows_may_ask(&self) -> bool {
        !self.queues_requests && !self.rules.is_empty()
    }

    /// What is wrong with the files.
    pub fn faults(&self) -> &[Fault] {
        &self.faults
    }

    /// Whether a whole file is refused.
    pub fn is_broken(&self) -> bool {
        self.faults.iter().any(|fault| fault.weight == Weight::Refused)
    }

    /// Whether people have, or may have, said that this write is to wait even where a mode lets such writes pass.
    pub fn restrains(&self, assessment: &Assessment) -> bool {
        self.is_broken() || assessment.evidence.iter().any(|fact| fact.rule.starts_with("rules."))
    }

    /// What an agent should pass on to its person while a file is refused.
    pub fn notice(&self) -> Option<String> {
        let broken: Vec<String> = self
            .faults
            .iter()
            .filter(|fault| fault.weight == Weight::Refused)
            .map(ToString::to_string)
            .take(MAX_TOLD_FAULTS)
            .collect();
        (!broken.is_empty()).then(|| {
            let faults = broken.join("; ");
            format!("[plangate] Rules that cannot be used make everything stricter. Tell the person: {faults}.")
        })
    }

    /// Judges a command line; see [`shell::assess`].
    pub fn judge_command(&self, command: &str) -> Assessment {
        self.judge_command_on(command, Ground::NAMELESS)
    }

    /// The same of one that runs on `ground`.
    pub(super) fn judge_command_on(&self, command: &str, ground: Ground<'_>) -> Assessment {
        self.kinds.settle(shell::facts_under(command, ground, self))
    }

    /// The rows about programs that say `verdict`.
    pub(super) fn programs(&self, verdict: Verdict) -> impl Iterator<Item = (&Rule, &ProgramRule)> {
        self.rules.iter().filter(move |rule| rule.verdict == verdict).filter_map(|rule| match &rule.subject {
            Subject::Program(program) => Some((rule, program)),
            Subject::Tool(_) => None,
        })
    }

    fn tools(&self, verdict: Verdict) -> impl Iterator<Item = (&Rule, &ToolRule)> {
        self.rules.iter().filter(move |rule| rule.verdict == verdict).filter_map(|rule| match &rule.subject {
            Subject::Tool(tool) => Some((rule, tool)),
            Subject::Program(_) => None,
        })
    }

    /// What the rows about tools make of what the table says of a call.
    pub(super) fn over_tool(&self, call: &ToolCall, mut assessment: Assessment) -> Assessment {
        let span = Some(Span { start: 0, end: call.tool.len() });
        let own = builtin::find(&call.tool).map(|tool| tool.name);
        if let Some((rule, _)) = self.tools(Verdict::Write).find(|(_, tool)| tool.may_be(call, own)) {
            assessment.evidence.push(Evidence { span, ..rule.evidence() });
            return Assessment::of(assessment.evidence, assessment.marks);
        }
        if assessment.verdict == Verdict::Read || floor::of_call(call).is_some() {
            return assessment;
        }
        match self.tools(Verdict::Read).find(|(_, tool)| tool.is(call)) {
            Some((rule, _)) => {
                let fact = Evidence { span, effects: assessment.effects(), ..rule.evidence() };
                Assessment::of(vec![fact], assessment.marks)
            }
            None => assessment,
        }
    }
}

/// The names under which a call may bring code that runs: no row lets that pass.
const CODE: &[&str] = &["code", "source_code", "javascript", "expression", "function", "shell"];

fn brings_code(call: &ToolCall) -> bool {
    COMMAND.iter().chain(CODE).any(|name| !super::arguments::is_empty(&call.args, name))
}

#[cfg(test)]
mod tests;
