//! `undo`: reverse what was applied.

use serde_json::{Value, json};

use super::super::applying::{SWEEP_LIMIT, listed};
use super::super::consent::{Channel, ask};
use super::super::flags::Answer;
use super::super::progress::ProgressLine;
use super::plan::rollback;
use super::{CommandError, Context, Exit};
use crate::apply::{Cancel, Tally, UndoOutcome, UndoProgress, sweep, undo_until};
use crate::model::{ChangeId, ChangeState, PlanId, ProposedChange};
use crate::queue::{NO_PLAN, Selection};
use crate::review::visible;

/// Reverse what was applied; files that changed since are left alone and named.
#[derive(Debug, clap::Args)]
pub(in crate::ui) struct Args {
    /// Which: nothing for all that was applied, ids, ranges and paths; or a step such as S3, back to its checkpoint.
    #[arg(allow_negative_numbers = true)]
    selection: Vec<String>,
    /// An earlier plan of the session, by its two words or its id.
    #[arg(long, value_name = "NAME")]
    plan: Option<String>,
    /// Do not ask.
    #[arg(long, short)]
    yes: bool,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

impl Args {
    pub(super) fn run(&self, context: &mut Context<'_>) -> Result<Exit, CommandError> {
        if let ([word], None, false) = (self.selection.as_slice(), &self.plan, self.json)
            && let Some(rollback) = rollback::Args::of_step(word, Answer::by_flag(self.yes))
        {
            return rollback.run(context);
        }
        let selection = Selection::parse(&self.selection)?;
        let person = context.person()?;
        let session = context.session()?;
        let selection = selection.typed_in(&context.folder_in(&session));
        let Some(plan) = context.plan_named(&session, self.plan.as_deref())? else {
            return self.nothing(context, None, NO_PLAN);
        };
        let applied = selection.resolve(&plan, &session.root, "applied", |c| c.state == ChangeState::Applied)?;
        if applied.is_empty() {
            let told = match context.manager.store().last_applied_plan(&session.id)? {
                Some(earlier) => format!(
                    "nothing of `{}` is applied; `/undo --plan {earlier}` undoes what was applied before it",
                    plan.slug
                ),
                None => "nothing is applied that could be undone".to_owned(),
            };
            return self.nothing(context, Some(&plan.id), &told);
        }
        if !self.yes && person.can_answer() && !ask(&format!("Undo {} of {}?", listed(&applied), plan.slug))? {
            return Err(CommandError::refused("not undone: nothing was changed"));
        }
        let at_terminal = matches!(context.channel, Channel::CommandLine | Channel::Shell) && !self.json;
        let line = if at_terminal { ProgressLine::at_terminal(applied.len(), Tally::default()) } else { None };
        let mut progress = |progress: UndoProgress<'_>| {
            if let Some(line) = &line {
                line.advance(format!("{} {}", progress.change, visible::line(progress.outcome.to_string())));
            }
        };
        let cancel = Cancel::by_signals();
        let store = context.manager.store();
        let report = undo_until(store, chrono::Utc::now, &plan.id, &applied, &cancel, &mut progress);
        drop(line);
        let report = report?;
        let undone = report.results.iter().filter(|(_, outcome)| *outcome == UndoOutcome::Undone).count();
        if self.json {
            let results: Vec<_> = report
                .results
                .iter()
                .map(|(id, outcome)| json!({ "id": id, "undone": *outcome == UndoOutcome::Undone, "detail": outcome.to_string() }))
                .collect();
            context.line(as_value(Some(&report.plan), &results).to_string())?;
        } else {
            for (id, outcome) in &report.results {
                context.line(format!("{id} {}", crate::review::visible::line(outcome.to_string().as_bytes())))?;
            }
            context.line(format!("Undone {undone} of {}.", report.results.len()))?;
            for (id, path, note) in &report.notes {
                let path = crate::review::visible::line(path.as_path().as_os_str().as_encoded_bytes());
                context.line(format!("Note on {id} ({path}): {note}."))?;
            }
            let gone: Vec<ChangeId> =
                report.results.iter().filter(|(_, end)| *end == UndoOutcome::Undone).map(|(id, _)| *id).collect();
            let rests_on = |change: &&ProposedChange| change.depends_on.iter().any(|needed| gone.contains(needed));
            let waiting = plan.proposed_changes.iter().filter(|change| change.state.is_open()).filter(rests_on);
            let waiting: Vec<ChangeId> = waiting.map(|change| change.id).collect();
            if !waiting.is_empty() {
                let (waiting, gone) = (listed(&waiting), listed(&gone));
                context.advise(format!(
                    "Still to be decided, and made upon what is undone: {waiting}. `/retry` {gone} before, or `/edit` or `/reject`."
                ))?;
            }
            let alone = report.results.iter().find(|(_, outcome)| matches!(outcome, UndoOutcome::Changed { .. }));
            if let Some((id, _)) = alone {
                context.advise(format!(
                    "`/show-plan {id} --sides` shows its file before it, after it and now; `/show-plan {id} --content before` prints what was there."
                ))?;
            }
        }
        context.out.flush()?;
        sweep(context.manager.store(), SWEEP_LIMIT);
        Ok(match undone {
            0 => Exit::Failed,
            some if some < report.results.len() => Exit::PartlyApplied,
            _ => Exit::Done,
        })
    }

    /// There is nothing to undo, which is no error.
    fn nothing(&self, context: &mut Context<'_>, plan: Option<&PlanId>, told: &str) -> Result<Exit, CommandError> {
        if !self.json {
            return Err(CommandError::new(Exit::Done, told));
        }
        context.line(as_value(plan, &[]).to_string())?;
        Ok(Exit::Done)
    }
}

fn as_value(plan: Option<&PlanId>, results: &[Value]) -> Value {
    json!({ "format_version": 1, "plan_id": plan, "results": results })
}
