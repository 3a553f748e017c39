//! Letting an approved plan happen, and telling the person how it went: what several commands share.

use std::collections::BTreeMap;
use std::io::{self, IsTerminal};
use std::time::Duration;

use serde_json::json;

use super::consent::Channel;
use super::context::Context;
use super::error::{CommandError, Exit};
use super::flags::Format;
use super::progress::{Detail, ProgressLine, Teller};
use super::screen::complain;
use crate::apply::{
    Applier, ApplyLock, ApplyReport, Cancel, Environment, OnFailure, Options, Outcome, Progress, Tally, WhyNot,
    sentence, sweep,
};
use crate::config::{Keep, command_environment, keep};
use crate::model::{Action, ApprovedPlan, ChangeId, ChangeState, PendingPlan, ProposedChange};
use crate::review::visible;
use crate::store::SessionRow;

/// How long old files are deleted when everything was told.
pub(super) const SWEEP_LIMIT: Duration = Duration::from_millis(500);

/// The most failures that are advised about one by one.
const MAX_ADVISED: usize = 8;

/// Applies what was approved under the workspace's `lock`, telling the person as it goes and the agent afterwards.
pub(super) fn apply(
    context: &mut Context<'_>,
    session: &SessionRow,
    lock: &ApplyLock,
    approved: ApprovedPlan,
    on_failure: OnFailure,
    format: Format,
) -> Result<Exit, CommandError> {
    let store = context.manager.store();
    let cancel = Cancel::by_signals();
    // From the first part to the last, so that a wish to stop is not forgotten between them.
    let listening = cancel.listen();
    let tally = Tally::default();
    let options = Options { on_failure, cancel: cancel.clone(), environment: environment(), tally: tally.clone() };
    let mut told: io::Result<()> = Ok(());
    let of = approved.changes().len();
    let applier = Applier::new(store, chrono::Utc::now, options).expecting(of);
    let at_terminal = matches!(context.channel, Channel::CommandLine | Channel::Shell) && format == Format::Text;
    let line = if at_terminal { ProgressLine::at_terminal(of, tally) } else { None };
    let is_piped = matches!(context.channel, Channel::CommandLine | Channel::Shell) && !io::stdout().is_terminal();
    let detail = if is_piped { Detail::Events } else { Detail::Each };
    let mut teller = Teller::new(&mut *context.out, line, detail);
    let mut report =
        ApplyReport { plan: approved.plan_id().clone(), results: Vec::with_capacity(of), notes: Vec::new() };
    let mut sequence = context.manager.in_order(approved, on_failure)?;
    let (mut held, mut failed) = (Vec::new(), None);
    while let Some(part) = sequence.next_after(&report.results) {
        for (change, outcome) in &part.held {
            if format == Format::Text && told.is_ok() {
                told = teller.tell(&session.root, &Progress::Ended { change: *change, outcome });
            }
        }
        held.extend(part.held.iter().cloned());
        report.results.extend(part.held);
        let Some(approved) = part.approved else { continue };
        let before = report.results.len();
        let mut ended = Vec::new();
        let done = applier.apply_under(lock, approved, &mut |progress| {
            if let Progress::Ended { change, outcome } = &progress {
                ended.push((*change, (*outcome).clone()));
            }
            if format == Format::Text && told.is_ok() {
                told = teller.tell(&session.root, &numbered(progress, before, of));
            }
        });
        match done {
            Ok(done) => {
                report.results.extend(done.results);
                report.notes.extend(done.notes);
            }
            Err(error) => {
                report.results.extend(ended);
                failed = Some(error);
                break;
            }
        }
    }
    let finished = teller.finish();
    told = told.and(finished);
    context.stopped = cancel.is_asked();
    drop(listening);
    let conflicts = report.results.iter().any(|(_, outcome)| matches!(outcome, Outcome::Conflict { .. }));
    if !held.is_empty() {
        tell_held(context, session, &held, store.plan(&report.plan)?.as_ref())?;
    }
    let merged = if conflicts { context.manager.merge_drifted(session)? } else { Vec::new() };
    let counts = store.counts(&report.plan)?;
    // Where all went well, there is nothing in it to be told.
    let is_told =
        format == Format::Json || report.first_failure().is_some() || counts.keys().any(|state| is_stuck(*state));
    let plan = if is_told { store.plan(&report.plan)? } else { None };
    let pending = || counts.get(&ChangeState::Pending).copied().unwrap_or_default();
    let left = plan.as_ref().map_or_else(pending, |plan| plan.pending().count());
    if format == Format::Json {
        context.line(as_value(&report, plan.as_ref(), left, &merged).to_string())?;
    } else {
        told?;
        summary(context, &report, plan.as_ref(), left, &merged)?;
    }
    context.out.flush()?;
    if let Some(error) = failed {
        let error = CommandError::from(error);
        let some = report.applied().next().is_some();
        return Err(if some { error.with_exit(Exit::PartlyApplied) } else { error });
    }
    expire(context, format)?;
    sweep(context.manager.store(), SWEEP_LIMIT);
    Ok(exit_of(&report))
}

/// Tells the agent of what was not even given to be applied; of all else it is told with the record of it.
fn tell_held(
    context: &Context<'_>,
    session: &SessionRow,
    held: &[(ChangeId, Outcome)],
    plan: Option<&PendingPlan>,
) -> Result<(), CommandError> {
    let action = |id| plan.and_then(|plan| plan.change(id)).map(|change| &change.action);
    let told: Vec<String> = held.iter().map(|(id, outcome)| sentence(*id, action(*id), outcome)).collect();
    let told = format!("[plangate] The person approved changes. {}", told.join(" "));
    Ok(context.manager.store().tell(&session.id, &told, context.manager.now())?)
}

/// Where the person's file asks for it, the contents of old plans go now.
fn expire(context: &mut Context<'_>, format: Format) -> Result<(), CommandError> {
    let keep = keep().unwrap_or_else(|error| {
        complain(format!("warning: no old contents were removed, as `config.toml` is not understood: {error}"));
        Keep::default()
    });
    if !keep.automatic {
        return Ok(());
    }
    let pruned = context.manager.store().prune(keep, context.manager.now())?;
    if let (count @ 1.., Format::Text) = (pruned.plans.len(), format) {
        let plans = if count == 1 { "plan" } else { "plans" };
        context.line(format!("Expired: {} bytes of {count} closed {plans}, as `[keep]` says.", pruned.bytes()))?;
        context.out.flush()?;
    }
    Ok(())
}

/// What commands see. When the person's file cannot be read, that is less than the person may expect.
fn environment() -> Environment {
    let also = command_environment().unwrap_or_else(|error| {
        complain(format!("warning: commands see the usual variables only, as `config.toml` cannot be read: {error}"));
        Vec::new()
    });
    Environment::with(also)
}

/// Counts on from what was applied in the parts before.
fn numbered(progress: Progress<'_>, before: usize, of: usize) -> Progress<'_> {
    match progress {
        Progress::Began { change, number, .. } => Progress::Began { change, number: before + number, of },
        other => other,
    }
}

fn changes(count: usize) -> &'static str {
    if count == 1 { "change" } else { "changes" }
}

fn summary(
    context: &mut Context<'_>,
    report: &ApplyReport,
    plan: Option<&PendingPlan>,
    left: usize,
    merged: &[ChangeId],
) -> Result<(), CommandError> {
    let granted = report.results.iter().filter(|(_, outcome)| *outcome == Outcome::Granted).count();
    let (done, of) = (report.applied().count(), report.results.len() - granted);
    if of > 0 {
        context.line(format!("Applied {done} of {of} {}.", changes(of)))?;
    }
    if granted > 0 {
        let calls = if granted == 1 { "call" } else { "calls" };
        context.line(format!("Granted {granted} {calls}: the agent makes the same again, and it passes once."))?;
    }
    for (id, path, note) in &report.notes {
        let path = visible::line(path.as_path().as_os_str().as_encoded_bytes());
        context.line(format!("Note on {id} ({path}): {note}."))?;
    }
    if left > 0 {
        context.line(format!("{left} {} pending.", if left == 1 { "remains" } else { "remain" }))?;
    }
    let stopped = |wanted: fn(&WhyNot) -> bool| {
        report.results.iter().any(|(_, outcome)| matches!(outcome, Outcome::NotBegun { why } if wanted(why)))
    };
    if stopped(|why| matches!(why, WhyNot::Whole(_))) {
        let too = if left > 0 { ", and all that is pending" } else { "" };
        context.advise(format!("Nothing was changed. `/approve --keep-going` applies what can be applied{too}."))?;
    } else if stopped(|why| matches!(why, WhyNot::After(_) | WhyNot::Cancelled)) {
        let waiting = report.results.iter().filter(|(_, outcome)| matches!(outcome, Outcome::NotBegun { .. }));
        let waiting: Vec<ChangeId> = waiting.map(|(id, _)| *id).collect();
        let (stay, them) = if waiting.len() == 1 { ("stays", "it") } else { ("stay", "them") };
        context.advise(format!("{} {stay} approved: `/approve` goes on with {them}.", listed(&waiting)))?;
    }
    for id in merged {
        context.advise(format!(
            "{id} and what happened to its file fit together: look at the two as one with `/show-plan {id}`, then `/approve {id}`."
        ))?;
    }
    let failed = report.results.iter().filter(|(id, outcome)| outcome.is_failure() && !merged.contains(id));
    let failed: Vec<(ChangeId, &Outcome)> = failed.map(|(id, outcome)| (*id, outcome)).collect();
    for (id, outcome) in failed.iter().take(MAX_ADVISED) {
        context.advise(advice(plan, *id, outcome))?;
    }
    if let more @ 1.. = failed.len().saturating_sub(MAX_ADVISED) {
        context.advise(format!("{more} more stay in the plan: `/show-plan` tells of each."))?;
    }
    let now = |change: &&ProposedChange| report.results.iter().any(|(id, _)| *id == change.id);
    advise_unsettled(context, plan, now)
}

/// Ids in their order, neighbours as ranges: `c1-c3 c5`.
pub(super) fn listed(ids: &[ChangeId]) -> String {
    let ranges = ids.chunk_by(|one, next| one.0 + 1 == next.0).map(|run| match run {
        [first, _, .., last] => format!("{first}-{last}"),
        run => run.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "),
    });
    ranges.collect::<Vec<_>>().join(" ")
}

/// Says what did not happen and waits for a person, but for the changes that were told of `already`.
pub(super) fn advise_unsettled(
    context: &mut Context<'_>,
    plan: Option<&PendingPlan>,
    already: impl Fn(&&ProposedChange) -> bool,
) -> Result<(), CommandError> {
    let left = told_unsettled(plan.into_iter().flat_map(unsettled).filter(|change| !already(change)));
    if let Some(left) = left {
        context.advise(format!("From before, to be settled with `/retry`, `/edit` or `/skip`: {left}."))?;
    }
    Ok(())
}

/// Changes by their states: `c1-c3 (failed), c5 (conflict)`; `None` for none.
pub(super) fn told_unsettled<'c>(changes: impl Iterator<Item = &'c ProposedChange>) -> Option<String> {
    let mut by_state: BTreeMap<&str, Vec<ChangeId>> = BTreeMap::new();
    for change in changes {
        by_state.entry(change.state.word()).or_default().push(change.id);
    }
    let told: Vec<String> = by_state.iter().map(|(state, ids)| format!("{} ({state})", listed(ids))).collect();
    (!told.is_empty()).then(|| told.join(", "))
}

/// The changes of a plan that were begun and did not happen.
pub(super) fn unsettled(plan: &PendingPlan) -> impl Iterator<Item = &ProposedChange> {
    plan.proposed_changes.iter().filter(|change| is_stuck(change.state))
}

/// In which states a change was begun and did not happen.
fn is_stuck(state: ChangeState) -> bool {
    matches!(state, ChangeState::Failed | ChangeState::Conflict | ChangeState::Interrupted)
}

/// What a person can do about a change that did not happen.
fn advice(plan: Option<&PendingPlan>, id: ChangeId, outcome: &Outcome) -> String {
    let action = plan.and_then(|plan| plan.change(id)).map(|change| &change.action);
    let sides = match (outcome, action) {
        (
            Outcome::Conflict { .. },
            Some(Action::DeleteFile { .. } | Action::MoveFile { .. } | Action::Patch { .. }),
        ) => format!(
            "`/show-plan {id} --sides` shows why, `/edit {id} --take proposed` does it to the files as they are now, "
        ),
        (Outcome::Conflict { .. }, _) => {
            format!("`/show-plan {id} --sides` shows why, `/edit {id}` settles it, ")
        }
        _ => String::new(),
    };
    format!("{id} stays in the plan: {sides}`/retry {id}` tries it again, `/skip {id}` gives it up.")
}

fn exit_of(report: &ApplyReport) -> Exit {
    if report.is_complete() {
        Exit::Done
    } else if report.applied().next().is_some() {
        Exit::PartlyApplied
    } else {
        Exit::Failed
    }
}

fn word(outcome: &Outcome) -> (&'static str, Option<String>) {
    match outcome {
        Outcome::Applied => ("applied", None),
        Outcome::Granted => ("granted", None),
        Outcome::Failed { error } => ("failed", Some(error.clone())),
        Outcome::Conflict { error } => ("conflict", Some(error.clone())),
        Outcome::NotBegun { why } => ("not_begun", Some(why.to_string())),
    }
}

fn as_value(report: &ApplyReport, plan: Option<&PendingPlan>, left: usize, merged: &[ChangeId]) -> serde_json::Value {
    let results: Vec<_> = report
        .results
        .iter()
        .map(|(id, outcome)| {
            let (outcome, detail) = word(outcome);
            json!({ "id": id, "outcome": outcome, "detail": detail })
        })
        .collect();
    let notes = report.notes.iter();
    let notes: Vec<_> =
        notes.map(|(id, path, note)| json!({ "id": id, "path": path, "note": note.to_string() })).collect();
    json!({
        "format_version": 1, "plan_id": report.plan, "status": plan.map(|plan| plan.status),
        "applied": report.applied().collect::<Vec<_>>(), "results": results, "pending": left, "merged": merged, "notes": notes,
    })
}

/// The report of an approval that found nothing to approve.
pub(super) fn nothing_applied(plan: Option<&PendingPlan>) -> serde_json::Value {
    json!({
        "format_version": 1, "plan_id": plan.map(|plan| &plan.id), "status": plan.map(|plan| plan.status), "applied": [],
        "results": [], "pending": plan.map_or(0, |plan| plan.pending().count()), "merged": [], "notes": [],
    })
}
