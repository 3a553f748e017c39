//! Did a person speak? A terminal that a person holds, or a token that a person made at one.
//!
//! What this cannot do is said in `docs/architecture.md`: another process of the same user that opens a terminal of its
//! own looks like a person. The checks here stop an agent's tool call, a change that is being applied and a script.

use std::fs;
use std::io::{self, BufRead, BufReader, IsTerminal, Write};

use crate::apply;
use crate::model::Digest;
use crate::queue::{Consent, PendingPlanManager};

use super::error::CommandError;
use super::process::{is_of_a_change, line_of_descent};

/// The environment variable that carries an approval token; it is never passed on to agents, commands or hooks.
pub(super) const TOKEN_VARIABLE: &str = "PLANGATE_APPROVAL";

/// The channel through which a command was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Channel {
    /// A command line: a person only if a terminal or a token says so.
    CommandLine,
    /// `plangate shell`: a person at a terminal.
    Shell,
    /// A prompt that an agent's host forwarded: typed, as far as that host can tell.
    Prompt,
    /// `plangate demo`, which plays the decisions. It decides about its own throw-away project and data, nothing else.
    DemoPlayed,
    /// `plangate demo` at a terminal, where whoever watches types the decisions about that project.
    DemoTyped,
}

/// A person, by the channel through which they speak; only decisions need one.
#[derive(Debug, Clone)]
pub(super) struct Person {
    consent: Consent,
    can_answer: bool,
}

impl Person {
    /// Finds the person behind the present command, or refuses with the reason.
    pub(super) fn find(channel: Channel, manager: &PendingPlanManager) -> Result<Self, CommandError> {
        refuse_below_a_change_being_applied()?;
        match channel {
            Channel::Prompt => return Ok(Self { consent: Consent::by_person("prompt"), can_answer: false }),
            Channel::DemoPlayed => return Ok(Self { consent: Consent::by_person("demo"), can_answer: false }),
            Channel::DemoTyped => return Ok(Self { consent: Consent::by_person("demo"), can_answer: true }),
            Channel::CommandLine | Channel::Shell => {}
        }
        if let Some(token) = std::env::var_os(TOKEN_VARIABLE) {
            // A token in the environment of a person's shell is one in that of the agents which they start there.
            refuse_below_an_agent(manager)?;
            // What is applied next must not find it in the environment of this process.
            #[cfg(target_os = "linux")]
            let _ = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable);
            return Self::with_token(&token.to_string_lossy(), manager);
        }
        Self::at_terminal(manager)
    }

    /// The person at the controlling terminal.
    pub(super) fn at_terminal(manager: &PendingPlanManager) -> Result<Self, CommandError> {
        refuse_below_a_change_being_applied()?;
        if !io::stdin().is_terminal() || fs::File::open("/dev/tty").is_err() {
            return Err(CommandError::refused("only a person at a terminal can decide this")
                .hint("run it in a terminal, or make a token there with `plangate token new` and pass it in PLANGATE_APPROVAL"));
        }
        refuse_below_an_agent(manager)?;
        Ok(Self { consent: Consent::by_person("terminal"), can_answer: true })
    }

    fn with_token(token: &str, manager: &PendingPlanManager) -> Result<Self, CommandError> {
        let known = manager.store().valid_token(Digest::of(token.trim().as_bytes()), manager.now())?;
        let Some(id) = known else {
            return Err(CommandError::refused("the token in PLANGATE_APPROVAL is unknown, expired or revoked")
                .hint("`plangate token new` in a terminal makes one"));
        };
        Ok(Self { consent: Consent::by_person(format!("token {id}")), can_answer: false })
    }

    pub(super) fn consent(&self) -> Consent {
        self.consent.clone()
    }

    /// A person at a terminal can be asked; a token or a forwarded prompt cannot answer.
    pub(super) fn can_answer(&self) -> bool {
        self.can_answer
    }
}

/// Asks at the terminal itself, whatever standard output is; anything but a yes is a no.
pub(super) fn ask(question: &str) -> io::Result<bool> {
    let mut tty = fs::OpenOptions::new().read(true).write(true).open("/dev/tty")?;
    write!(tty, "{question} [y/N] ")?;
    tty.flush()?;
    let mut answer = String::new();
    BufReader::new(tty).read_line(&mut answer)?;
    Ok(matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes"))
}

/// Refuses agents and what is being applied. A regime that is stricter anybody else may set: the person's scripts do.
pub(super) fn refuse_agents(channel: Channel, manager: &PendingPlanManager) -> Result<(), CommandError> {
    refuse_below_a_change_being_applied()?;
    match channel {
        // An agent's hook runs below the agent; whether a person typed was asked before.
        Channel::Prompt => Ok(()),
        _ => refuse_below_an_agent(manager),
    }
}

fn refuse_below_a_change_being_applied() -> Result<(), CommandError> {
    // A command may unset its own variable, not those that its ancestors were started with.
    if std::env::var_os(apply::APPLYING_VARIABLE).is_some() || line_of_descent().any(is_of_a_change) {
        return Err(CommandError::refused("a change that is being applied cannot decide about changes"));
    }
    Ok(())
}

/// Refuses when an agent whose door told its process is among the ancestors of this one.
fn refuse_below_an_agent(manager: &PendingPlanManager) -> Result<(), CommandError> {
    let agents = manager.store().agent_pids()?;
    if agents.is_empty() {
        return Ok(());
    }
    if line_of_descent().any(|pid| agents.contains(&pid)) {
        return Err(CommandError::refused("an agent's process cannot decide about its own changes"));
    }
    Ok(())
}
