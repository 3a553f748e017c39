//! `plan run`: the changes of a step, with a checkpoint before.

use std::io::{BufRead, BufReader, Write};

use super::super::super::consent::Person;
use super::super::super::flags::{Answer, Format};
use super::super::super::planning::{Own, changes_of, gate, move_step, present, safe_line, settle_steps};
use super::super::approve::require_shown;
use super::super::retry::{again, is_retried};
use super::super::{CommandError, Context, Exit, approve, discuss};
use crate::document::graph::step_order;
use crate::document::phrase::StepRef;
use crate::document::{Decision, lint};
use crate::model::{AgentPath, ChangeId, ChangeState, StepEvent, StepId, StepStatus};
use crate::queue::Selection;
use crate::queue::book::Kept;
use crate::store::{Checkpoint, SessionRow};
use crate::workspace::image;

/// Which steps are meant.
#[derive(Debug, Clone)]
pub(super) enum Steps {
    /// All that are not settled.
    All,
    /// One.
    One(StepRef),
}

/// `S3`, `3` or `all`; anything else is a word of a task.
pub(super) fn steps(text: &str) -> Result<Steps, String> {
    if text == "all" {
        return Ok(Steps::All);
    }
    if let Ok(id) = text.parse::<StepId>() {
        return Ok(Steps::One(StepRef::Id(id)));
    }
    text.parse().map(|number| Steps::One(StepRef::Number(number))).map_err(|_| "a step is meant, such as S3".to_owned())
}

/// Apply the changes of a step, or step by step of all; a failed step is tried again.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The step, such as S3; without it all, in order.
    #[arg(value_parser = steps)]
    step: Option<Steps>,
    /// Answer questions with yes; works only for what was shown before.
    #[arg(long, short)]
    yes: bool,
}

impl Args {
    pub(super) fn run(&self, context: &mut Context<'_>) -> Result<Exit, CommandError> {
        let person = context.person()?;
        let session = context.session()?;
        let mut kept = present(context, &session)?;
        let chosen = match self.step.as_ref().unwrap_or(&Steps::All) {
            Steps::One(step) => vec![step.resolve(&kept.document)?],
            Steps::All => in_order(&kept)?,
        };
        let one = chosen.len() == 1 && matches!(self.step, Some(Steps::One(_)));
        let (mut done, mut failed) = (0, 0);
        context.stopped = false;
        for step in chosen {
            if context.stopped {
                context.line(format!("{step} was not begun: you stopped the run"))?;
                failed += 1;
                continue;
            }
            let status = kept.document.step(step).map(|step| step.status).unwrap_or_default();
            if status.is_settled() {
                if one {
                    context.line(format!(
                        "{step} is {status}: `plangate plan rollback {step}` would put its files back"
                    ))?;
                }
                continue;
            }
            if let Some(needed) = unsettled(&kept, step) {
                context.line(format!("{step} was not begun: it waits for {needed}"))?;
                failed += usize::from(one);
                continue;
            }
            kept = decided(context, &session, kept, step, &person)?;
            match self.run_step(context, &session, &mut kept, step, &person)? {
                Some(StepStatus::Completed) => done += 1,
                Some(StepStatus::Failed) => failed += 1,
                _ => {}
            }
        }
        Ok(match (done, failed) {
            (_, 0) => Exit::Done,
            (0, _) => Exit::Failed,
            _ => Exit::PartlyApplied,
        })
    }

    /// Runs one step; its status then, or nothing when there was nothing to run.
    fn run_step(
        &self,
        context: &mut Context<'_>,
        session: &SessionRow,
        kept: &mut Kept,
        step: StepId,
        person: &Person,
    ) -> Result<Option<StepStatus>, CommandError> {
        let book = context.manager.book(session, AgentPath::main());
        let own = match book.plan(kept)? {
            Some(plan) => changes_of(&kept.document, &plan, &session.root, step),
            None => Vec::new(),
        };
        let waits = |state: ChangeState| state != ChangeState::Applied;
        if own.is_empty() {
            if let Some(chosen) =
                kept.document.choice_of(step).and_then(|decision| Some((decision.id?, decision.chosen?)))
            {
                let told = format!("decided: {} {}", chosen.0, chosen.1);
                let (by, at) = (person.consent().channel().to_owned(), stamp(context));
                let book = context.manager.book(session, AgentPath::main());
                let events = [StepEvent::Begin, StepEvent::Complete];
                *kept = move_step(&book, kept, step, &events, &by, &told, &at)?;
                context.line(format!("{step} is completed: {told}"))?;
                return Ok(Some(StepStatus::Completed));
            }
            context.line(format!("{step}: nothing is queued for it"))?;
            return Ok(None);
        }
        let ids: Vec<ChangeId> = own.iter().filter(|(_, state)| waits(*state)).map(|(id, _)| *id).collect();
        gate(context, session, &ids)?;
        self.refuse_unseen(context, session, &own, person)?;
        let by = person.consent().channel().to_owned();
        checkpoint(context, session, kept, step, &ids)?;
        let at = stamp(context);
        let book = context.manager.book(session, AgentPath::main());
        *kept = move_step(&book, kept, step, &[StepEvent::Begin], &by, "begun", &at)?;
        let text = kept.document.step(step).map(|step| safe_line(&step.text)).unwrap_or_default();
        context.line(format!("{step} {text}"))?;
        let ran = self.apply_changes(context, session, &own, person);
        *kept = settle_steps(context, session, &AgentPath::main(), kept.clone())?;
        let status = kept.document.step(step).map(|step| step.status);
        ran?;
        if let Some(status) = status {
            context.line(format!("{step} is {status}."))?;
        }
        if status == Some(StepStatus::Failed) {
            context.line(format!(
                "`plangate plan run {step}` tries it again, `plangate plan rollback {step}` puts its files back, `discuss skip {step}` leaves it out"
            ))?;
        }
        Ok(status)
    }

    /// What was never shown is shown, and not run by an answer that was given before: the step is not even begun.
    fn refuse_unseen(
        &self,
        context: &mut Context<'_>,
        session: &SessionRow,
        own: &[Own],
        person: &Person,
    ) -> Result<(), CommandError> {
        let retried: Vec<ChangeId> = own.iter().filter(|(_, state)| is_retried(*state)).map(|(id, _)| *id).collect();
        if let Some(plan) = context.manager.latest_plan(&session.id)? {
            let answer = Answer::by_flag(self.yes);
            require_shown(context, session, &plan, &retried, person, answer, Format::Text)?;
        }
        let pending = pending(own);
        let can_be_asked = person.can_answer() && !self.yes;
        if pending.is_empty()
            || can_be_asked
            || context.manager.unseen(session, &Selection::parse(&pending)?)?.is_empty()
        {
            return Ok(());
        }
        approve::Args::of(pending, Answer::by_flag(self.yes)).run(context).map(drop)
    }

    fn apply_changes(
        &self,
        context: &mut Context<'_>,
        session: &SessionRow,
        own: &[Own],
        person: &Person,
    ) -> Result<(), CommandError> {
        for (id, _) in own.iter().filter(|(_, state)| is_retried(*state)) {
            let exit = again(context, session, &[*id], person, Answer::by_flag(self.yes), Format::Text)?;
            if exit != Exit::Done || context.stopped {
                return Ok(());
            }
        }
        let pending = pending(own);
        if pending.is_empty() {
            return Ok(());
        }
        approve::Args::of(pending, Answer::by_flag(self.yes)).run(context).map(drop)
    }
}

/// The changes of a step that wait for a decision, as a selection names them.
fn pending(own: &[Own]) -> Vec<String> {
    own.iter().filter(|(_, state)| *state == ChangeState::Pending).map(|(id, _)| id.to_string()).collect()
}

fn in_order(kept: &Kept) -> Result<Vec<StepId>, CommandError> {
    step_order(&kept.document).map_err(|circle| {
        let names: Vec<_> = circle.iter().map(ToString::to_string).collect();
        CommandError::refused(format!("{} wait for each other", names.join(", ")))
            .hint("`plangate plan lint` tells more")
    })
}

/// The first step that this one waits for.
fn unsettled(kept: &Kept, step: StepId) -> Option<String> {
    let needed = &kept.document.step(step)?.after;
    let open = needed.iter().filter_map(|id| kept.document.step(*id)).find(|step| !step.status.is_settled())?;
    Some(format!("{}, which is {}", open.id?, open.status))
}

/// Keeps what holds before the step: mode, revisions, and the files that it touches.
fn checkpoint(
    context: &Context<'_>,
    session: &SessionRow,
    kept: &Kept,
    step: StepId,
    ids: &[ChangeId],
) -> Result<(), CommandError> {
    let store = context.manager.store();
    let Some(plan) = context.manager.book(session, AgentPath::main()).plan(kept)? else { return Ok(()) };
    let mut files = Vec::new();
    for effect in ids.iter().filter_map(|id| plan.change(*id)).flat_map(|change| change.action.effects()) {
        // What is no file cannot be kept, and applying will say so.
        if let Ok(found) = image(&effect.path) {
            files.push((effect.path.clone(), found));
        }
    }
    files.sort_by(|left, right| left.0.cmp(&right.0));
    files.dedup_by(|left, right| left.0 == right.0);
    let checkpoint = Checkpoint {
        id: 0,
        document: kept.row.id,
        step,
        mode: session.mode,
        revision: kept.row.revision,
        plan: plan.id.clone(),
        plan_revision: plan.revision,
        changes: ids.to_vec(),
    };
    store.keep_checkpoint(&checkpoint, &files, context.manager.now())?;
    Ok(())
}

/// The time as the document's log says it.
pub(in crate::ui::cli) fn stamp(context: &Context<'_>) -> String {
    context.manager.now().format("%Y-%m-%d %H:%M").to_string()
}

/// Pauses at decision points that the step waits for. A person at a terminal chooses there; otherwise the run stops, and the
/// next one begins where it stopped.
fn decided(
    context: &mut Context<'_>,
    session: &SessionRow,
    kept: Kept,
    step: StepId,
    person: &Person,
) -> Result<Kept, CommandError> {
    let mut kept = kept;
    loop {
        let found = lint::open_decisions(&kept.document)
            .find(|(_, waiting)| waiting.is_empty() || waiting.contains(&step))
            .map(|(decision, _)| decision.clone());
        let Some(decision) = found else { return Ok(kept) };
        let Some(id) = decision.id else { return Ok(kept) };
        describe(context, &decision, kept.document.subject(&decision))?;
        if !person.can_answer() {
            return Err(CommandError::refused(format!("{step} waits for {id}"))
                .hint(format!("`discuss choose {id} A`, then run again")));
        }
        let answer = typed(&format!("Choose for {id} (a letter, or `new: ...`): "))?;
        if answer.is_empty() {
            return Err(CommandError::refused(format!("paused at {id}: nothing was chosen"))
                .hint("`plangate plan run` goes on here"));
        }
        discuss::edit(context, session, &kept, &format!("choose {id} {answer}"), person)?;
        kept = context.manager.book(session, AgentPath::main()).require()?;
    }
}

fn describe(context: &mut Context<'_>, decision: &Decision, subject: &str) -> Result<(), CommandError> {
    let id = decision.id.map_or_else(String::new, |id| id.to_string());
    context.line(format!("{id} {}", safe_line(subject)))?;
    for option in &decision.options {
        context.line(format!("  {}: {}", option.letter, safe_line(&option.text)))?;
    }
    Ok(())
}

fn typed(question: &str) -> Result<String, CommandError> {
    let mut tty = std::fs::OpenOptions::new().read(true).write(true).open("/dev/tty")?;
    write!(tty, "{question}")?;
    tty.flush()?;
    let mut answer = String::new();
    BufReader::new(tty).read_line(&mut answer)?;
    Ok(answer.trim().to_owned())
}
