//! What a plan lacks before anybody should approve it. `docs/plans.md` explains every rule.

mod plan;
mod text;

use std::collections::BTreeSet;
use std::fmt;
use std::ops::Range;
use std::path::Path;

use super::Document;
use crate::model::{FileEffect, PendingPlan, StepId};

/// One rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// Steps that come after each other in a circle.
    Cycle,
    /// A name that nothing bears.
    UnknownId,
    /// A decision point at which nothing is chosen and for which steps wait.
    OpenDecision,
    /// A question without an answer.
    OpenQuestion,
    /// A step for which nothing is queued.
    NoChange,
    /// A queued change that belongs to no step.
    NoStep,
    /// A check that runs before something it should cover.
    EarlyCheck,
    /// Words that put the deciding off.
    Placeholder,
    /// Nothing checks the work.
    NoCheck,
    /// A check's command that is not there.
    UnresolvedCheck,
    /// Something is deleted, and nothing says how to get it back.
    NoRollback,
    /// Two steps that edit the same lines.
    SameLines,
    /// A write outside the workspace.
    Outside,
    /// Longer than people read.
    TooLong,
    /// Several files, and nothing was asked.
    NoQuestions,
    /// Something that the task does not speak of, or that is out of scope.
    ScopeDrift,
}

impl Rule {
    /// Every rule, in the order in which findings are told.
    pub const ALL: [Self; 16] = [
        Self::Cycle,
        Self::UnknownId,
        Self::OpenDecision,
        Self::OpenQuestion,
        Self::NoChange,
        Self::NoStep,
        Self::EarlyCheck,
        Self::Placeholder,
        Self::NoCheck,
        Self::UnresolvedCheck,
        Self::NoRollback,
        Self::SameLines,
        Self::Outside,
        Self::TooLong,
        Self::NoQuestions,
        Self::ScopeDrift,
    ];

    /// Its name in messages, JSON and the documentation.
    pub fn word(self) -> &'static str {
        match self {
            Self::Cycle => "cycle",
            Self::UnknownId => "unknown-id",
            Self::OpenDecision => "open-decision",
            Self::OpenQuestion => "open-question",
            Self::NoChange => "no-change",
            Self::NoStep => "no-step",
            Self::EarlyCheck => "early-check",
            Self::Placeholder => "placeholder",
            Self::NoCheck => "no-check",
            Self::UnresolvedCheck => "unresolved-check",
            Self::NoRollback => "no-rollback",
            Self::SameLines => "same-lines",
            Self::Outside => "outside",
            Self::TooLong => "too-long",
            Self::NoQuestions => "no-questions",
            Self::ScopeDrift => "scope-drift",
        }
    }

    /// A plan with such a finding cannot be approved.
    pub fn blocks(self) -> bool {
        matches!(self, Self::Cycle | Self::UnknownId | Self::OpenDecision)
    }
}

/// What a rule found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The rule.
    pub rule: Rule,
    /// The line of the document, where it is about one.
    pub line: Option<usize>,
    /// What is wrong, with names.
    pub message: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let weight = if self.rule.blocks() { "blocks" } else { "warns" };
        write!(f, "{weight} {}", self.rule.word())?;
        if let Some(line) = self.line {
            write!(f, " (line {line})")?;
        }
        write!(f, ": {}", self.message)
    }
}

/// The lines that a change of a file replaces, and those it puts there; from 0 on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lines {
    /// In the file before.
    pub before: Vec<Range<usize>>,
    /// In the file after.
    pub after: Vec<Range<usize>>,
}

/// What lint needs to know besides the document.
pub struct Facts<'a> {
    /// The queue's plan.
    pub plan: Option<&'a PendingPlan>,
    /// The workspace.
    pub root: &'a Path,
    /// Whether the program of a command line is there.
    pub resolves: &'a dyn Fn(&str) -> bool,
    /// Which lines a change of a file touches; `None` when that cannot be said.
    pub lines: &'a dyn Fn(&FileEffect) -> Option<Lines>,
}

/// All findings, the blocking ones first. Linear in the size of document and plan.
pub fn lint(document: &Document, facts: &Facts<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    text::lint(document, facts, &mut findings);
    plan::lint(document, facts, &mut findings);
    findings.sort_by_key(|finding| (finding.rule, finding.line));
    findings
}

/// The open decision points that steps wait for, each with the steps that wait; no steps means all of them.
pub fn open_decisions(document: &Document) -> impl Iterator<Item = (&super::Decision, BTreeSet<StepId>)> {
    let open = document.decisions.iter().filter(|decision| decision.chosen.is_none() && !decision.optional);
    open.map(|decision| (decision, decision.before.iter().copied().collect()))
}

#[cfg(test)]
mod tests;
