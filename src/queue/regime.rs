//! Transitions between modes: each is one transaction that keeps the regime, records who, when and how, settles what an
//! agent asked for, and leaves the agent one message.

use chrono::{DateTime, Utc};

use super::decide::{in_order, unseen};
use super::{Consent, PendingPlanManager};
use crate::mode::{self, Asking, Event, Reminder, Told};
use crate::model::{AgentPath, ChangeId, Initiator, Mode, PendingPlan, Regime, SessionId, Writes};
use crate::store::regime::Transition;
use crate::store::{
    Connection, ModeProposal, SessionRow, StoreError, document, message, plan, proposal, regime, session as kept,
};

/// What an event did to a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// The mode before.
    pub from: Mode,
    /// What holds now.
    pub regime: Regime,
    /// Why writes are asked about from now on, if they passed before.
    pub asking: Option<Asking>,
}

/// Why a proposal of an agent is not granted; nothing has changed then.
#[derive(Debug, thiserror::Error)]
pub enum GrantError {
    /// No agent asked for anything.
    #[error("no agent has asked for another mode")]
    Nothing,
    /// The agent asked to carry out a plan that there is none of.
    #[error("`m{n}` asks to carry out a plan, but no change is queued and no plan came with it")]
    NoPlan {
        /// The proposal.
        n: u32,
    },
    /// The person has not seen what they would confirm.
    #[error("`m{n}` has not been shown to you with what it asks to carry out")]
    NotShown {
        /// The proposal.
        n: u32,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl PendingPlanManager {
    /// Moves a session to `mode` because a person said so through `by`, and tells its agent.
    pub fn switch_mode(&self, session: &SessionRow, mode: Mode, by: &str) -> Result<(), StoreError> {
        if session.mode != mode {
            self.move_mode(&session.id, Event::Switch(mode), by, Initiator::User)?;
        }
        Ok(())
    }

    /// Lets an event of a person or of their settings happen to a session. `by` is the channel through which they spoke.
    ///
    /// An agent's door has no way here: it holds a [`Proposer`](super::Proposer), which can ask for a mode at most.
    pub fn move_mode(
        &self,
        session: &SessionId,
        event: Event<'_>,
        by: &str,
        how: Initiator,
    ) -> Result<Moved, StoreError> {
        let now = self.now();
        self.store.write(|tx| self.move_in(tx, session, event, by, how, now))
    }

    pub(super) fn move_in(
        &self,
        tx: &Connection,
        session: &SessionId,
        event: Event<'_>,
        by: &str,
        how: Initiator,
        now: DateTime<Utc>,
    ) -> Result<Moved, StoreError> {
        let before = regime::regime_in(tx, session)?
            .ok_or(StoreError::BadRow { what: "session", detail: session.to_string() })?;
        let step = mode::after(&before, event, self.settings.rejections);
        let moved = Moved { from: before.mode, regime: step.regime, asking: step.asking };
        if moved.regime == before {
            return Ok(moved);
        }
        regime::set_regime(tx, session, &moved.regime, now)?;
        if moved.from != moved.regime.mode {
            let how = confirmed(tx, session, &moved, how, by, now)?;
            let note = moved.asking.as_ref().map(Asking::notice).unwrap_or_default();
            let transition = Transition { from: moved.from, to: moved.regime.mode, by, how, note: &note };
            regime::record(tx, session, &transition, now)?;
            if moved.from == Mode::Plan {
                kept::forget_task(tx, session)?;
            }
            self.leave_note(tx, session, &moved, how, now)?;
        } else if moved.regime.writes != before.writes {
            self.leave_note(tx, session, &moved, how, now)?;
        }
        Ok(moved)
    }

    /// Leaves the agent one message about the mode, unless what it was last told is what holds.
    fn leave_note(
        &self,
        tx: &Connection,
        session: &SessionId,
        moved: &Moved,
        how: Initiator,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        message::drop_mode_notes(tx, session, now)?;
        let told = regime::told_in(tx, session)?;
        let mode = moved.regime.mode;
        if told == mode {
            let passing = moved.from == mode && moved.regime.writes == Writes::Pass;
            return if passing { message::tell_in(tx, session, &mode::passing_again(), now) } else { Ok(()) };
        }
        let plan = known_plan(tx, session)?;
        let about = Told { mode, writes: moved.regime.writes, workflow: self.settings.workflow, plan: plan.as_deref() };
        message::note_mode(tx, session, mode, &mode::switched(told, &about, how), now)
    }

    /// Everything an agent of the session has to know of the mode that holds.
    pub fn full_instruction(&self, session: &SessionRow) -> Result<String, StoreError> {
        let plan = self.store.read(|connection| known_plan(connection, &session.id))?;
        Ok(mode::full(&Told {
            mode: session.mode,
            writes: session.writes,
            workflow: self.settings.workflow,
            plan: plan.as_deref(),
        }))
    }

    /// What the agent is told with a turn of the person: what waits for it, and a reminder of the mode when one is due.
    /// A message that tells of the mode takes the place of the reminder.
    pub fn for_turn(&self, session: &SessionId, pending: usize) -> Result<Vec<String>, StoreError> {
        let Some(found) = self.store.session(session)? else { return Ok(Vec::new()) };
        let notes = self.store.take_notes(session, self.now())?;
        let told = notes.iter().any(|note| note.tells_mode);
        let mut texts: Vec<String> = notes.into_iter().map(|note| note.text).collect();
        if found.mode == Mode::Build {
            return Ok(texts);
        }
        let turn = self.store.count_turn(session)?;
        match mode::due(turn, self.settings.remind_every) {
            Some(Reminder::Full) if !told => texts.push(format!("[plangate] {}", self.full_instruction(&found)?)),
            Some(Reminder::Line) if !told => texts.extend(mode::one_line(found.mode, pending)),
            _ => {}
        }
        Ok(texts)
    }

    /// Remembers the agent's own permission mode, as its door reports it.
    pub fn report_permission(&self, session: &SessionRow, permission: &str) -> Result<(), StoreError> {
        if session.permission.as_deref() == Some(permission) {
            return Ok(());
        }
        self.move_mode(&session.id, Event::Report(permission), "door", Initiator::User).map(drop)
    }

    /// Opens a session in the mode that the person's settings name for these words of theirs: for their first task, or
    /// for any message. Returns the mode and why, or why it was not entered.
    pub fn open_by_words(
        &self,
        session: &SessionRow,
        words: &str,
        is_first: bool,
    ) -> Result<Option<Result<Moved, String>>, StoreError> {
        let opened =
            if is_first { self.settings.opens(words).map(|mode| (mode, Initiator::TaskDefault)) } else { None };
        let routed = || self.settings.routes(words).map(|mode| (mode, Initiator::HostRouted));
        let Some((mode, how)) = opened.or_else(routed) else { return Ok(None) };
        if session.mode != Mode::Build {
            return Ok(None);
        }
        if session.unattended && mode == Mode::Plan {
            return Ok(Some(Err(NOBODY_ANSWERS.to_owned())));
        }
        self.move_mode(&session.id, Event::Switch(mode), "settings", how).map(|moved| Some(Ok(moved)))
    }

    /// Grants the mode that an agent asked for.
    ///
    /// # Errors
    /// See [`GrantError`].
    pub fn grant(&self, session: &SessionRow, consent: &Consent) -> Result<Moved, GrantError> {
        let now = self.now();
        let mut refused = None;
        let granted = self.store.write(|tx| {
            let Some(asked) = proposal::waiting_in(tx, &session.id)? else {
                refused = Some(GrantError::Nothing);
                return Err(StoreError::Abandoned);
            };
            let mode = regime::regime_in(tx, &session.id)?.map_or(Mode::Plan, |regime| regime.mode);
            if let Err(error) = check_plan(tx, session, &asked, mode)? {
                refused = Some(error);
                return Err(StoreError::Abandoned);
            }
            let event = asked.wants.map_or(Event::Leave, Event::Switch);
            self.move_in(tx, &session.id, event, consent.channel(), Initiator::User, now)
        });
        match (granted, refused) {
            (_, Some(error)) => Err(error),
            (granted, None) => Ok(granted?),
        }
    }

    /// Declines the mode that an agent asked for, and tells it; false when none did.
    pub fn decline(&self, session: &SessionRow, because: &str, consent: &Consent) -> Result<bool, StoreError> {
        let now = self.now();
        self.store.write(|tx| {
            let Some(asked) = proposal::waiting_in(tx, &session.id)? else { return Ok(false) };
            proposal::settle(tx, &session.id, "declined", consent.channel(), now)?;
            self.move_in(tx, &session.id, Event::Reject, consent.channel(), Initiator::User, now)?;
            let reason = if because.is_empty() { String::new() } else { format!(" Their reason: {because}") };
            let text = format!("[plangate] The person declined m{}: the mode stays as it is.{reason}", asked.n);
            message::tell_in(tx, &session.id, &text, now)?;
            Ok(true)
        })
    }
}

/// Why a session does not enter plan mode by itself.
pub(super) const NOBODY_ANSWERS: &str = "plan mode was not entered: nobody can approve in an unattended session. A person can \
    enter it with `plangate mode plan`";

/// Settles what an agent asked for by what happened; returns who began the transition.
fn confirmed(
    tx: &Connection,
    session: &SessionId,
    moved: &Moved,
    how: Initiator,
    by: &str,
    now: DateTime<Utc>,
) -> Result<Initiator, StoreError> {
    let Some(asked) = proposal::waiting_in(tx, session)? else { return Ok(how) };
    let fulfilled = match asked.wants {
        Some(mode) => moved.regime.mode == mode,
        None => moved.from == Mode::Plan,
    };
    let granted = fulfilled && how == Initiator::User;
    proposal::settle(tx, session, if granted { "granted" } else { "superseded" }, by, now)?;
    Ok(if granted { Initiator::AgentProposed } else { how })
}

/// Whether there is a plan that could be carried out, and whether the person has had it before them.
fn check_plan(
    tx: &Connection,
    session: &SessionRow,
    asked: &ModeProposal,
    mode: Mode,
) -> Result<Result<(), GrantError>, StoreError> {
    if !asked.executes(mode) {
        return Ok(Ok(()));
    }
    let n = asked.n;
    let plan = in_order(tx, session, plan::latest_in(tx, &session.id)?)?.filter(PendingPlan::is_open);
    if asked.words.trim().is_empty() && plan.is_none() {
        return Ok(Err(GrantError::NoPlan { n }));
    }
    let mut seen = asked.shown || asked.words.trim().is_empty();
    if let Some(plan) = &plan {
        let pending: Vec<ChangeId> = plan.pending().map(|change| change.id).collect();
        seen = seen && unseen(tx, plan, &pending)?.is_empty();
    }
    Ok(if seen { Ok(()) } else { Err(GrantError::NotShown { n }) })
}

/// The session's plan and its document in a few words, for an agent that comes back to them.
fn known_plan(connection: &Connection, session: &SessionId) -> Result<Option<String>, StoreError> {
    let document = document::document_in(connection, session, &AgentPath::main())?
        .map(|known| format!("its document `{}` (revision {})", known.path.display(), known.revision));
    let Some(plan) = plan::latest_in(connection, session)? else { return Ok(document) };
    let open = plan.proposed_changes.iter().filter(|change| change.state.is_open()).count();
    let changes = if open == 1 { "change" } else { "changes" };
    let task = if plan.task.is_empty() { String::new() } else { format!(", for \"{}\"", shortened(&plan.task)) };
    let document = document.map(|known| format!("; {known}")).unwrap_or_default();
    Ok(Some(format!("{} with {open} open {changes}{task}{document}", plan.slug)))
}

/// The beginning of a task, on one line.
fn shortened(task: &str) -> String {
    const MAX_CHARS: usize = 80;
    let words = task.split_whitespace().collect::<Vec<_>>().join(" ");
    match words.char_indices().nth(MAX_CHARS) {
        Some((end, _)) => format!("{}…", &words[..end]),
        None => words,
    }
}

/// Counts a decision of the person, in its transaction.
pub(super) fn count_decision(
    tx: &Connection,
    session: &SessionId,
    event: Event<'_>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let Some(before) = regime::regime_in(tx, session)? else { return Ok(()) };
    // No limit is needed to count.
    let counted = mode::after(&before, event, 0).regime;
    if counted == before { Ok(()) } else { regime::set_regime(tx, session, &counted, now) }
}
