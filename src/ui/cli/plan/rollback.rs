//! `plan rollback`: the files of a step as they were before it was run.

use std::collections::BTreeSet;

use super::super::super::applying::listed;
use super::super::super::consent::ask;
use super::super::super::flags::Answer;
use super::super::super::planning::{changes_of, move_step, present, safe_line};
use super::super::{CommandError, Context, Exit};
use super::run::{Steps, stamp, steps};
use crate::apply::{UndoOutcome, undo};
use crate::document::Document;
use crate::document::phrase::StepRef;
use crate::model::{AgentPath, ChangeId, ChangeState, PendingPlan, StepEvent, StepId, StepStatus};
use crate::queue::book::Kept;
use crate::store::{Checkpoint, SessionRow};
use crate::workspace::image;

/// Put back the files of a step as they were before it was run; what was changed since is left alone and named.
#[derive(Debug, clap::Args)]
pub(in crate::ui::cli) struct Args {
    /// The step, such as S3.
    #[arg(value_parser = steps)]
    step: Steps,
    /// Do not ask.
    #[arg(long, short)]
    yes: bool,
}

impl Args {
    /// The step that `word` means (`S3`); `None` for any other word.
    pub(in crate::ui::cli) fn of_step(word: &str, answer: Answer) -> Option<Self> {
        word.parse().ok().map(|id| Self { step: Steps::One(StepRef::Id(id)), yes: answer == Answer::Given })
    }

    pub(in crate::ui::cli) fn run(&self, context: &mut Context<'_>) -> Result<Exit, CommandError> {
        let person = context.person()?;
        let session = context.session()?;
        let kept = present(context, &session)?;
        let Steps::One(step) = &self.step else {
            return Err(CommandError::usage("one step is rolled back at a time"));
        };
        let step = step.resolve(&kept.document)?;
        let Some(checkpoint) = context.manager.store().checkpoint(kept.row.id, step)? else {
            return Err(CommandError::usage(format!("{step} was not run, so there is nothing to go back to")));
        };
        let Some(plan) = context.manager.store().plan(&checkpoint.plan)? else {
            return Err(CommandError::usage("the plan of the checkpoint is gone"));
        };
        let applied: Vec<ChangeId> = checkpoint
            .changes
            .iter()
            .copied()
            .filter(|id| plan.change(*id).is_some_and(|change| change.state == ChangeState::Applied))
            .collect();
        let names = listed(&applied);
        let staying = staying(context, &session, &kept, &checkpoint, &plan)?;
        for line in &staying {
            context.line(line)?;
        }
        if !self.yes && person.can_answer() && !ask(&format!("Put back the files of {step} ({names})?"))? {
            return Err(CommandError::refused("not rolled back: nothing was changed"));
        }
        let consent = person.consent();
        let by = consent.channel();
        let report = undo(context.manager.store(), chrono::Utc::now, &plan.id, &applied)?;
        for (id, outcome) in &report.results {
            context.line(format!("{id} {}", safe_line(&outcome.to_string())))?;
        }
        let back = report.results.iter().filter(|(_, outcome)| *outcome == UndoOutcome::Undone).count();
        if back < applied.len() {
            let told = format!("[plangate] With that the person rolled {step} back in part.");
            context.manager.store().tell(&session.id, &told, context.manager.now())?;
            context.line(format!("{step} is rolled back in part: {back} of {}.", applied.len()))?;
            return Ok(if back == 0 { Exit::Failed } else { Exit::PartlyApplied });
        }
        for (path, then) in context.manager.store().checkpoint_images(checkpoint.id)? {
            if image(&path).ok().as_ref() != Some(&then) {
                let path = path.as_path().display().to_string();
                context.line(format!("{} is not as it was at the checkpoint", safe_line(&path)))?;
            }
        }
        let at = stamp(context);
        let book = context.manager.book(&session, AgentPath::main());
        let status = kept.document.step(step).map(|step| step.status).unwrap_or_default();
        if matches!(status, StepStatus::Completed | StepStatus::Failed | StepStatus::InProgress) {
            move_step(&book, &kept, step, &[StepEvent::RollBack], by, "rolled back", &at)?;
        }
        context.manager.store().checkpoint_rolled_back(&checkpoint, by, context.manager.now())?;
        if session.mode != checkpoint.mode {
            context.manager.switch_mode(&session, checkpoint.mode, by)?;
            context.line(format!("mode {}, as it was then", checkpoint.mode))?;
        }
        let staying = staying.iter().map(|line| format!(" {line}.")).collect::<Vec<_>>().concat();
        let told = format!(
            "[plangate] The person rolled {step} back ({names}): its files are as they were before it.{staying}"
        );
        context.manager.store().tell(&session.id, &told, context.manager.now())?;
        context.line(format!("{step} is rolled back: `plangate plan run {step}` runs it again."))?;
        Ok(Exit::Done)
    }
}

/// What was done after the step and is not put back with it, a line each.
fn staying(
    context: &Context<'_>,
    session: &SessionRow,
    kept: &Kept,
    checkpoint: &Checkpoint,
    plan: &PendingPlan,
) -> Result<Vec<String>, CommandError> {
    let later = context.manager.store().steps_run_after(checkpoint)?;
    let building = building_on(&kept.document, checkpoint.step);
    let steps: BTreeSet<StepId> = later.iter().chain(&building).copied().collect();
    let lines = steps.into_iter().filter_map(|step| {
        let own = changes_of(&kept.document, plan, &session.root, step);
        let applied = own.iter().filter(|(_, state)| *state == ChangeState::Applied).map(|(id, _)| id.to_string());
        let applied = applied.collect::<Vec<_>>().join(" ");
        let comes = if later.contains(&step) { "was done after" } else { "comes in the plan after" };
        let line = format!("{step} stays applied ({applied}): it {comes} {}", checkpoint.step);
        (!applied.is_empty()).then_some(line)
    });
    Ok(lines.collect())
}

/// The steps that come after `step` by what the document says, directly or not.
fn building_on(document: &Document, step: StepId) -> BTreeSet<StepId> {
    let mut found = BTreeSet::new();
    let mut next = vec![step];
    while let Some(step) = next.pop() {
        let after = document.steps.iter().filter(|other| other.after.contains(&step)).filter_map(|other| other.id);
        next.extend(after.filter(|id| found.insert(*id)));
    }
    found
}
