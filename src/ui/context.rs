//! What every command needs: the queue, the session that is meant, the screen.

use std::env;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::consent::{Channel, Person, refuse_agents};
use super::error::{CommandError, Exit, WAY_OUT};
use super::screen::{Look, complain, width};
use super::slash;
use crate::apply::{ApplyError, Recovered, in_progress};
use crate::model::{Mode, PendingPlan, SessionId, Slug};
use crate::queue::PendingPlanManager;
use crate::review::{narrow, visible};
use crate::store::{SessionRow, StoreError};
use crate::workspace::Workspace;

/// The environment variable that names the session when no option does.
pub(super) const SESSION_VARIABLE: &str = "PLANGATE_SESSION";

/// The environment variable that says that no person can answer in the sessions of the agent that is started with it.
pub(super) const UNATTENDED_VARIABLE: &str = "PLANGATE_UNATTENDED";

/// The environment variable that `plangate run` sets for what it starts: it tells itself what was planned.
pub(super) const RUN_VARIABLE: &str = "PLANGATE_RUN";

/// How many sessions an error names.
const MOST_NAMED: usize = 10;

/// What a session that a command line names may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Named {
    /// One that there is: a slip of the hand begins none.
    Known,
    /// One that begins with the command, which says so.
    Begun,
    /// Any.
    Anything,
}

/// What every command needs.
pub(super) struct Context<'a> {
    pub(super) manager: PendingPlanManager,
    pub(super) cwd: PathBuf,
    pub(super) session: Option<SessionId>,
    pub(super) channel: Channel,
    pub(super) out: &'a mut dyn Write,
    pub(super) look: Look,
    /// Changes that are half done and could not be settled when the command began.
    pub(super) unsettled: Vec<Recovered>,
    /// The person has stopped what the last approval applied: nothing more of this command begins.
    pub(super) stopped: bool,
}

impl<'a> Context<'a> {
    /// For a command line: opens the store, settles what a crash left, and says so. `session` is what `--session` says.
    pub(super) fn for_command_line(
        session: Option<SessionId>,
        may_be: Named,
        channel: Channel,
        out: &'a mut dyn Write,
    ) -> Result<Self, CommandError> {
        let cwd = current_folder()?;
        let manager = super::queue::open()?;
        if let Some(named) = &session {
            match (may_be, missing(&manager, named, &cwd)?) {
                (Named::Anything, _) | (_, None) => {}
                (Named::Known, Some(told)) => {
                    let hint = "an agent begins its session, or `PLANGATE_SESSION` names one for you and the agents that you start";
                    return Err(CommandError::usage(told).hint(hint));
                }
                (Named::Begun, Some(told)) => complain(format!("{told}; it begins now")),
            }
        }
        let session = session.or_else(session_of_environment);
        let unsettled = settle(&manager)?;
        let context = Self { manager, cwd, session, channel, out, look: Look::of_stdout(), unsettled, stopped: false };
        Ok(context)
    }

    /// Whether a person may be looking at what is printed.
    pub(super) fn has_an_audience(&self) -> bool {
        match self.channel {
            Channel::Prompt | Channel::DemoPlayed | Channel::DemoTyped => true,
            Channel::CommandLine | Channel::Shell => refuse_agents(self.channel, &self.manager).is_ok(),
        }
    }

    /// For text that arrived through an agent's prompt.
    pub(super) fn for_prompt(
        manager: PendingPlanManager,
        session: SessionId,
        cwd: PathBuf,
        out: &'a mut dyn Write,
    ) -> Self {
        let (channel, look) = (Channel::Prompt, Look::Plain);
        Self { manager, cwd, session: Some(session), channel, out, look, unsettled: Vec::new(), stopped: false }
    }

    /// For a command of the demo: `manager` and `cwd` are the demo's own data folder and project, which go with it.
    pub(super) fn for_demo(
        manager: PendingPlanManager,
        session: SessionId,
        cwd: PathBuf,
        channel: Channel,
        out: &'a mut dyn Write,
    ) -> Self {
        // Nobody has left anything in a data folder that was just made.
        let (unsettled, look) = (settle(&manager).unwrap_or_default(), Look::of_stdout());
        Self { manager, cwd, session: Some(session), channel, out, look, unsettled, stopped: false }
    }

    /// Whether a change of this workspace is half done. A command that went well has not done all then.
    pub(super) fn is_unsettled(&self) -> bool {
        let Ok(root) = self.root() else { return false };
        let here = |found: &Recovered| {
            self.manager.store().root_of_plan(&found.plan).is_ok_and(|found| found.as_deref() == Some(&root))
        };
        self.unsettled.iter().any(here)
    }

    /// The person who speaks, or why nobody does. While changes are being applied nobody decides: a command among them
    /// could otherwise speak in the person's name, whatever it did to its environment.
    pub(super) fn person(&self) -> Result<Person, CommandError> {
        let person = Person::find(self.channel, &self.manager)?;
        if in_progress(self.manager.store(), &self.session()?.root)? {
            return Err(CommandError::refused("changes are being applied or undone in this workspace")
                .hint("decide when that is done"));
        }
        Ok(person)
    }

    /// The person at the controlling terminal, whatever else could speak for one.
    pub(super) fn person_at_terminal(&self) -> Result<Person, CommandError> {
        self.person()?;
        Person::at_terminal(&self.manager)
    }

    /// The workspace of the folder in which the command was given.
    pub(super) fn root(&self) -> Result<PathBuf, CommandError> {
        Ok(self.manager.workspace_of(&self.cwd)?)
    }

    /// The folder in which the command was given, from the workspace's root; nothing where it lies elsewhere.
    pub(super) fn folder_in(&self, session: &SessionRow) -> PathBuf {
        let folder = Workspace::open(&self.cwd).ok();
        let below = folder.as_ref().and_then(|folder| folder.root().strip_prefix(&session.root).ok());
        below.map(Path::to_owned).unwrap_or_default()
    }

    /// The session that is meant: the named one; else the only one here with an open plan; else the last heard of; else
    /// the workspace's own.
    pub(super) fn session(&self) -> Result<SessionRow, CommandError> {
        if let Some(named) = &self.session {
            return Ok(self.manager.open_session(named, &self.cwd)?);
        }
        let root = self.root()?;
        let open = self.manager.store().open_plan_names(&root)?;
        match open.as_slice() {
            [] => match self.manager.store().sessions_of(&root)?.into_iter().next() {
                Some(latest) => Ok(latest),
                None => Ok(self.manager.open_session(&SessionId::of_workspace(&root), &root)?),
            },
            [(session, _)] => Ok(self.manager.open_session(session, &self.cwd)?),
            several => Err(CommandError::usage("more than one session of this workspace has an open plan")
                .hint(format!("name one: {}", several.iter().map(choice).collect::<Vec<_>>().join(", ")))),
        }
    }

    /// The plan to show: the open one, else the newest.
    pub(super) fn plan(&self) -> Result<Option<PendingPlan>, CommandError> {
        Ok(self.manager.latest_plan(&self.session()?.id)?)
    }

    /// The session's plan of that name; without a name the open one, else the newest.
    pub(super) fn plan_named(
        &self,
        session: &SessionRow,
        name: Option<&str>,
    ) -> Result<Option<PendingPlan>, CommandError> {
        let Some(name) = name else { return Ok(self.manager.latest_plan(&session.id)?) };
        let found = self.manager.store().plan_named(&session.id, name)?;
        found.map(Some).ok_or_else(|| {
            CommandError::usage(format!("this session has no plan `{name}`")).hint("`plangate log --all` names them")
        })
    }

    /// A mode's name as this screen shows it.
    pub(super) fn indicator(&self, mode: Mode) -> String {
        match self.look {
            Look::Plain => mode.title().to_owned(),
            Look::Colour => format!("\u{1b}[{}m{}\u{1b}[0m", mode.colour().sgr(), mode.title()),
        }
    }

    /// A line that may name commands, in the words of this channel.
    pub(super) fn advise(&mut self, text: impl AsRef<str>) -> io::Result<()> {
        match self.channel {
            Channel::CommandLine => self.row(slash::for_command_line(text.as_ref())),
            _ => self.row(text),
        }
    }

    /// A row of a table or a list, which goes on below where the screen is narrow.
    pub(super) fn row(&mut self, text: impl AsRef<str>) -> io::Result<()> {
        self.line(narrow::row(text.as_ref(), width()))
    }

    pub(super) fn line(&mut self, text: impl AsRef<str>) -> io::Result<()> {
        writeln!(self.out, "{}", text.as_ref())
    }
}

/// Settles what a crash left in flight and tells the person; returns what could not be. While another process applies,
/// nothing is left.
///
/// # Errors
/// The store is damaged. What else goes wrong is told, and keeps no command from its work.
fn settle(manager: &PendingPlanManager) -> Result<Vec<Recovered>, CommandError> {
    match manager.recover() {
        Ok(found) => {
            let (unsettled, settled): (Vec<_>, Vec<_>) = found.into_iter().partition(Recovered::is_unsettled);
            for line in Recovered::lines(&settled) {
                complain(format!("recovered: {line}"));
            }
            for line in Recovered::lines(&unsettled) {
                complain(format!("not settled: {line}\nhint: {WAY_OUT}"));
            }
            Ok(unsettled)
        }
        Err(ApplyError::Store(error @ StoreError::Damaged(_))) => Err(error.into()),
        Err(error) => {
            complain(format!("warning: {}", crate::model::with_causes(&error)));
            Ok(Vec::new())
        }
    }
}

/// The folder in which the command was given.
pub(super) fn current_folder() -> Result<PathBuf, CommandError> {
    env::current_dir().map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => CommandError::new(Exit::Failed, "the current folder has been deleted")
            .hint("`cd` to a folder that is there, and run the command again"),
        _ => CommandError::new(Exit::Failed, format!("the current folder cannot be told: {error}")),
    })
}

/// Says that nobody has begun a session, and names those that there are; `None` where it is one of them.
fn missing(manager: &PendingPlanManager, named: &SessionId, cwd: &Path) -> Result<Option<String>, CommandError> {
    if manager.store().session(named)?.is_some() {
        return Ok(None);
    }
    let known = manager.store().sessions_of(&manager.workspace_of(cwd)?)?;
    let mut there: Vec<String> = known.iter().take(MOST_NAMED).map(|row| visible::line(row.id.as_str())).collect();
    if known.len() > MOST_NAMED {
        there.push(format!("and {} more", known.len() - MOST_NAMED));
    }
    let there = if there.is_empty() { "none yet".to_owned() } else { there.join(", ") };
    let named = visible::line(named.as_str());
    Ok(Some(format!("no session `{named}`; sessions of this workspace: {there}")))
}

fn choice((session, plan): &(SessionId, Slug)) -> String {
    format!("`--session {}` ({plan})", visible::line(session.as_str()))
}

fn session_of_environment() -> Option<SessionId> {
    env::var(SESSION_VARIABLE).ok().filter(|id| !id.is_empty()).map(SessionId)
}

/// Whether whoever started the agent said that no person can answer.
pub(super) fn is_unattended() -> bool {
    env::var_os(UNATTENDED_VARIABLE).is_some_and(|value| !value.is_empty() && value != "0")
}
