//! The demo as a story, a line a step. The decisions go the way of every command: typed, parsed, checked, recorded.

use std::io::{self, BufRead};

use super::super::{CommandError, Context, Exit};
use super::agent::{Agent, Answer, Call, SESSION};
use super::narrator::Narrator;
use super::project::ThrowAway;
use super::script;
use crate::model::{ChangeId, ChangeState, SessionId};
use crate::queue::{PendingPlanManager, Selection};
use crate::ui::consent::Channel;
use crate::ui::slash;

/// The demo with all it needs.
pub(super) struct Story<'a> {
    channel: Channel,
    narrator: Narrator<'a>,
    place: ThrowAway,
}

/// Why the story ends before its end.
enum Stop {
    /// The person left.
    Left,
    /// Something failed.
    Failed(CommandError),
}

impl<E: Into<CommandError>> From<E> for Stop {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

impl<'a> Story<'a> {
    pub(super) fn new(place: ThrowAway, channel: Channel, narrator: Narrator<'a>) -> Self {
        Self { channel, narrator, place }
    }

    /// Tells it to the end, or until the person leaves.
    pub(super) fn tell(mut self) -> Result<Exit, CommandError> {
        match self.tell_all() {
            Ok(()) | Err(Stop::Left) => Ok(Exit::Done),
            Err(Stop::Failed(error)) => Err(error),
        }
    }

    fn tell_all(&mut self) -> Result<(), Stop> {
        self.introduce()?;

        self.narrator.step("Plan mode goes on: from here reads run and every write waits.")?;
        self.decide(&format!("/plan {}", script::TASK))?;

        self.narrator.step("The agent works: each call is a JSON line through `plangate intercept`.")?;
        let mut agent = Agent::start(&self.place)?;
        self.calls(&mut agent, &script::work())?;

        self.narrator.step("It starts a second agent, whose calls land in the same plan under its own name.")?;
        self.calls(&mut agent, &script::subagent_work())?;
        self.say_what_is_untouched()?;

        self.narrator.step("You look at the plan: every change, in order, in full.")?;
        self.decide("/show-plan")?;

        self.narrator.step("You approve the first three: those are applied, the others stay.")?;
        if let Some(command) = self.approval_of(3)? {
            self.decide(&command)?;
        }

        self.narrator.step("The agent goes on, and plangate is killed under its hands.")?;
        self.calls(&mut agent, &[script::check()])?;
        self.kill(&mut agent)?;
        self.calls(&mut agent, &[script::tidy_up()])?;

        self.narrator.step("A new `plangate intercept`: the agent makes its last calls again.")?;
        agent = Agent::start(&self.place)?;
        self.calls(&mut agent, &[script::check(), script::tidy_up()])?;

        self.narrator.step("You resume: what was queued before the kill is there.")?;
        self.decide("/resume")?;

        self.narrator.step("What you have not seen cannot be approved, so you look at what is new.")?;
        if let Some(command) = self.showing_of_unseen()? {
            self.decide(&command)?;
        }

        self.narrator.step("You approve the rest; the project's own check runs as one of the changes.")?;
        if let Some(command) = self.approval_of(usize::MAX)? {
            self.decide(&command)?;
        }

        self.narrator.step("You change your mind about one: undo puts back what was there.")?;
        if let Some(command) = self.undoing()? {
            self.decide(&command)?;
        }

        writeln!(self.narrator.out())?;
        self.narrator.say(
            "That was it. `plangate init claude-code` puts this in front of Claude Code, `plangate intercept` in front of \
             an agent of your own.",
        )?;
        Ok(())
    }

    fn introduce(&mut self) -> Result<(), Stop> {
        let manager = PendingPlanManager::open(&self.place.home())?;
        manager.store().open_session(&session(), &self.place.workspace(), manager.now())?;
        let place = self.place.folder().display();
        let how = match self.channel {
            Channel::DemoTyped => {
                "You decide: Enter takes the command in brackets, any other command works too (/help), `next` passes a \
                 step over, `quit` leaves."
            }
            _ => "Run it at a terminal to type the decisions yourself; here they are played.",
        };
        let text = format!(
            "plangate demo. A scripted agent works on a copy of a small project, `tally`, in {place}, where this demo \
             also keeps its own data. {how}"
        );
        Ok(self.narrator.say(&text)?)
    }

    /// The agent makes its calls; the first that is queued is quoted with its whole answer.
    fn calls(&mut self, agent: &mut Agent, calls: &[Call]) -> Result<(), Stop> {
        let mut quoted = self.latest_changes()? > 0;
        for call in calls {
            let answer = agent.call(call)?;
            self.narrator.call(call, &answer)?;
            if let Answer::Queued { message, .. } = &answer
                && !quoted
            {
                self.narrator.quote(message)?;
                quoted = true;
            }
        }
        Ok(())
    }

    fn kill(&mut self, agent: &mut Agent) -> Result<(), Stop> {
        let process = agent.interceptor();
        let signal = agent.kill_interceptor()?;
        let ended = signal.map_or("it had ended".to_owned(), |signal| format!("it died of signal {signal}"));
        Ok(self.narrator.say(&format!("kill -9 {process}: {ended}."))?)
    }

    fn say_what_is_untouched(&mut self) -> Result<(), Stop> {
        let (files, same) = self.place.untouched();
        Ok(self.narrator.say(&format!("On disk: {same} of {files} files are byte for byte as they were."))?)
    }

    // --- the person ---

    /// One decision: the suggested command, or what the person types instead. Looking at something is no decision, so
    /// after that they are asked again.
    fn decide(&mut self, suggested: &str) -> Result<(), Stop> {
        loop {
            let command =
                if self.channel == Channel::DemoTyped { self.typed(suggested)? } else { Some(self.played(suggested)?) };
            let Some(command) = command else { return Ok(()) };
            match (self.run(&command), self.channel) {
                (Err(error), Channel::DemoTyped) => writeln!(self.narrator.out(), "{error}")?,
                (Err(error), _) => return Err(error.into()),
                (Ok(()), _) if moves_on(&command, suggested) => return Ok(()),
                (Ok(()), _) => {}
            }
        }
    }

    /// The suggestion, shown as if it had been typed.
    fn played(&mut self, suggested: &str) -> Result<String, Stop> {
        self.narrator.prompt(">")?;
        writeln!(self.narrator.out(), "{suggested}")?;
        Ok(suggested.to_owned())
    }

    /// What the person types at the prompt; `None` passes the step over.
    fn typed(&mut self, suggested: &str) -> Result<Option<String>, Stop> {
        self.narrator.prompt(&format!("[{suggested}] >"))?;
        let mut line = String::new();
        if io::stdin().lock().read_line(&mut line)? == 0 {
            writeln!(self.narrator.out())?;
            return Err(Stop::Left);
        }
        match line.trim().trim_start_matches('/') {
            "" => Ok(Some(suggested.to_owned())),
            "next" => Ok(None),
            "quit" | "exit" => Err(Stop::Left),
            typed => Ok(Some(format!("/{typed}"))),
        }
    }

    /// Runs slash text as the shell does, on the demo's own data and project. Each command opens the data anew.
    fn run(&mut self, command: &str) -> Result<(), CommandError> {
        let manager = PendingPlanManager::open(&self.place.home())?;
        let mut context =
            Context::for_demo(manager, session(), self.place.workspace(), self.channel, self.narrator.out());
        match slash::run(command, &mut context) {
            Some(ran) => ran.map(drop),
            None => Err(CommandError::usage(format!("`{command}` is no command")).hint("/help lists the commands")),
        }
    }

    // --- what to suggest, as the plan stands ---

    fn approval_of(&mut self, count: usize) -> Result<Option<String>, Stop> {
        let manager = PendingPlanManager::open(&self.place.home())?;
        let pending = manager.open_plan(&session())?.map_or(0, |plan| plan.pending().count());
        Ok(match pending {
            0 => {
                self.narrator.say("Nothing is pending: you have decided about all of it.")?;
                None
            }
            some if some <= count => Some("/approve".to_owned()),
            _ => Some(format!("/approve {count}")),
        })
    }

    fn showing_of_unseen(&mut self) -> Result<Option<String>, Stop> {
        let manager = PendingPlanManager::open(&self.place.home())?;
        let Some(row) = manager.store().session(&session())? else { return Ok(None) };
        let unseen = manager.unseen(&row, &Selection::All).map_err(CommandError::from)?;
        if unseen.is_empty() {
            self.narrator.say("You have seen everything.")?;
            return Ok(None);
        }
        let names: Vec<String> = unseen.iter().map(ToString::to_string).collect();
        Ok(Some(format!("/show-plan {}", names.join(" "))))
    }

    fn undoing(&mut self) -> Result<Option<String>, Stop> {
        let manager = PendingPlanManager::open(&self.place.home())?;
        let last: Option<ChangeId> = manager.store().latest_plan(&session())?.and_then(|plan| {
            let mut changes = plan.proposed_changes.iter().rev();
            changes.find(|c| c.state == ChangeState::Applied && !c.action.effects().is_empty()).map(|c| c.id)
        });
        if last.is_none() {
            self.narrator.say("Nothing is applied that could be undone.")?;
        }
        Ok(last.map(|id| format!("/undo {id}")))
    }

    fn latest_changes(&self) -> Result<usize, Stop> {
        let manager = PendingPlanManager::open(&self.place.home())?;
        Ok(manager.store().latest_plan(&session())?.map_or(0, |plan| plan.proposed_changes.len()))
    }
}

fn session() -> SessionId {
    SessionId(SESSION.to_owned())
}

/// Whether a command that succeeded ends its step: the suggested one does, and so does any that decides.
fn moves_on(command: &str, suggested: &str) -> bool {
    let name = |text: &str| text.split_whitespace().next().map(str::to_owned);
    name(command) == name(suggested) || slash::decides(command)
}
