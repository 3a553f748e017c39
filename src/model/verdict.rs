//! Read or write, and why.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::effect::Effects;

/// What a call may do. Ordered by caution, so that the verdict of a whole is the `max` of its parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Proven to change nothing.
    Read,
    /// Everything else.
    Write,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Read => "read",
            Self::Write => "write",
        })
    }
}

/// A stretch of the judged text in bytes, `start` included and `end` not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub struct Span {
    /// The first byte.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
}

/// One fact that a verdict rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// What this fact alone would say.
    pub verdict: Verdict,
    /// What it does; nothing for what only reads files.
    pub effects: Effects,
    /// The rule that spoke, stable enough to be looked up: `git log`, `shell.unparsed`, `mcp.verb`.
    pub rule: String,
    /// The rule's reason in a person's words.
    pub reason: String,
    /// Where in the judged text, when the judged thing is text.
    pub span: Option<Span>,
}

/// Something a person should know about a call besides read or write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// Reads over the network by a dedicated client.
    Network,
    /// Reads what is commonly secret: keys, tokens, the environment.
    Secret,
    /// Would not end by itself and needs a time limit.
    Endless,
    /// Tries to decide for the person: runs plangate itself.
    Decides,
    /// Deletes or overwrites what may not come back: `rm`, `git push --force`, `dd`.
    Destructive,
    /// Reaches outside the workspace.
    Outside,
    /// Changes the files of rules by which plangate judges.
    Rules,
    /// Changes what other programs run by themselves: a repository's hooks, a shell's start, an agent's settings.
    RunsLater,
}

/// A verdict with everything it rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assessment {
    /// The strictest of the evidence; `Write` when there is none.
    pub verdict: Verdict,
    /// The facts, in the order in which they were met.
    pub evidence: Vec<Evidence>,
    /// What else a person should know, each once, in order.
    pub marks: Vec<Mark>,
}

impl Assessment {
    /// The verdict of `evidence` taken together: the most cautious wins, nothing known is a write.
    pub fn of(evidence: Vec<Evidence>, mut marks: Vec<Mark>) -> Self {
        marks.sort_unstable();
        marks.dedup();
        let verdict = evidence.iter().map(|e| e.verdict).max().unwrap_or(Verdict::Write);
        Self { verdict, evidence, marks }
    }

    /// Everything that the judged thing does, as far as its facts say.
    pub fn effects(&self) -> Effects {
        self.evidence.iter().fold(Effects::NONE, |all, fact| all.with(fact.effects))
    }

    /// The first fact that carries the verdict: the one to tell a person.
    pub fn deciding(&self) -> Option<&Evidence> {
        self.evidence.iter().find(|e| e.verdict == self.verdict)
    }
}
