//! Showing a plan, a part of it or the sides of one change, and remembering what was seen: what several commands share.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::path::Path;
use std::time::Instant;

use serde_json::Value;

use super::consent::Channel;
use super::context::Context;
use super::error::CommandError;
use super::screen::{Look, Pager, Taken, complain, width};
use crate::model::{ChangeId, ChangeState, Digest, FileEffect, PendingPlan, ProposedChange, with_causes};
use crate::queue::Sides;
use crate::review::{self, Scope, Screen, Shown, Source, Style};
use crate::store::{ContentsError, Store};

/// Which part of a plan a person is shown.
pub(super) enum Part<'a> {
    /// All of it.
    All,
    /// Some changes.
    Only(&'a BTreeSet<ChangeId>),
    /// What is new since they looked.
    Since(&'a BTreeMap<ChangeId, Digest>),
}

/// Contents of the store for the review room.
fn contents<'a>(
    store: &'a Store,
    plan: Option<&'a PendingPlan>,
) -> impl Fn(Digest) -> Result<Vec<u8>, review::ContentError> {
    let has_expired = plan.is_some_and(|plan| plan.expired_at.is_some());
    move |digest| {
        store.content(digest).map_err(|error| match error {
            ContentsError::Missing(_) if has_expired => "it has expired".into(),
            error => error.into(),
        })
    }
}

/// Arguments of the store for the review room.
fn arguments<'a>(
    store: &'a Store,
    plan: Option<&'a PendingPlan>,
) -> impl Fn(&ProposedChange) -> Result<Value, review::ContentError> {
    move |change| {
        let plan = plan.ok_or("there is no plan")?;
        store.arguments(&plan.id, change.id)?.ok_or_else(|| "the store has none".into())
    }
}

fn scope<'a>(part: &'a Part<'a>) -> Scope<'a> {
    match part {
        Part::All => Scope::All,
        Part::Only(ids) => Scope::Only(ids),
        Part::Since(shown) => Scope::Since(shown),
    }
}

fn screen(context: &Context<'_>) -> Screen<'static> {
    let style = if context.look == Look::Colour { Style::Colour } else { Style::Plain };
    let prefix = if context.channel == Channel::CommandLine { "plangate " } else { "/" };
    Screen { style, width: width(), prefix, max_lines: None }
}

/// Whether what is displayed may go through a pager.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Paging {
    /// Where there is one; what fits the screen stays there.
    WhereLong,
    /// It is printed as it is.
    Never,
}

/// Displays the part in full and remembers what was seen.
pub(super) fn show(
    context: &mut Context<'_>,
    root: &Path,
    plan: &PendingPlan,
    part: &Part<'_>,
    paging: Paging,
) -> Result<(), CommandError> {
    let screen = screen(context);
    let contents = contents(context.manager.store(), Some(plan));
    let notes = context.manager.store().notes(&plan.id)?;
    let runs = context.manager.store().runs(&plan.id)?;
    let arguments = &arguments(context.manager.store(), Some(plan));
    let source = Source { root, contents: &contents, arguments, notes: &notes, runs: &runs, clock: Instant::now };
    let is_typed = matches!(context.channel, Channel::CommandLine | Channel::Shell);
    let pager = if is_typed && paging == Paging::WhereLong { Pager::start() } else { None };
    let shown = if let Some(mut pager) = pager {
        let drawn = pager.input().map(|input| {
            let mut input = io::BufWriter::new(input);
            let shown = review::text::render(plan, &source, scope(part), &screen, &mut input)?;
            input.flush().map(|()| shown)
        });
        let taken = pager.finish()?;
        match drawn {
            Some(_) if taken == Taken::Nothing => plainly(&mut *context.out, plan, &source, part, &screen)?,
            Some(Ok(shown)) if taken == Taken::All => shown,
            Some(Ok(_)) => {
                complain("note: the pager did not take all of it, so nothing counts as shown to you");
                return Ok(());
            }
            // Who leaves the pager early has seen the beginning at most; that counts for nothing.
            Some(Err(error)) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(()),
            Some(Err(error)) => return Err(error.into()),
            None => return Ok(()),
        }
    } else {
        plainly(&mut *context.out, plan, &source, part, &screen)?
    };
    remember(context, plan, &shown);
    Ok(())
}

fn plainly(
    out: &mut dyn Write,
    plan: &PendingPlan,
    source: &Source<'_>,
    part: &Part<'_>,
    screen: &Screen<'_>,
) -> io::Result<Shown> {
    let mut out = io::BufWriter::new(out);
    let shown = review::text::render(plan, source, scope(part), screen, &mut out)?;
    out.flush()?;
    Ok(shown)
}

/// Displays the part as JSON and remembers what was seen.
pub(super) fn show_json(
    context: &mut Context<'_>,
    root: &Path,
    plan: Option<&PendingPlan>,
    part: &Part<'_>,
) -> Result<(), CommandError> {
    let contents = contents(context.manager.store(), plan);
    let notes = plan.map_or_else(|| Ok(Vec::new()), |plan| context.manager.store().notes(&plan.id))?;
    let runs = plan.map_or_else(|| Ok(Vec::new()), |plan| context.manager.store().runs(&plan.id))?;
    let arguments = &arguments(context.manager.store(), plan);
    let source = Source { root, contents: &contents, arguments, notes: &notes, runs: &runs, clock: Instant::now };
    let mut out = io::BufWriter::new(&mut *context.out);
    let shown = review::json::render(plan, &source, scope(part), &mut out)?;
    out.flush()?;
    drop(out);
    if let Some(plan) = plan {
        remember(context, plan, &shown);
    }
    Ok(())
}

/// Displays every file of a change from its three sides: the base, what is there now, what is proposed or was applied.
pub(super) fn show_sides(
    context: &mut Context<'_>,
    root: &Path,
    change: &ProposedChange,
    files: &[Sides],
) -> Result<(), CommandError> {
    let screen = screen(context);
    let store = context.manager.store();
    let known = |digest| match files.iter().find(|file| file.now.digest() == Some(digest)) {
        Some(file) => Ok(file.now_content.clone()),
        None => store.content(digest).map_err(Into::into),
    };
    let arguments = &review::own_arguments;
    let source = Source { root, contents: &known, arguments, notes: &[], runs: &[], clock: Instant::now };
    let mut out = io::BufWriter::new(&mut *context.out);
    for file in files {
        let now = match file.upon {
            Some(before) => format!("as {before} would leave it"),
            None => "as it is now".to_owned(),
        };
        let since = file.upon.map_or(String::new(), |_| format!(", {now},"));
        let pairs = if change.state == ChangeState::Applied {
            [
                ("what the change did to the file".to_owned(), &file.base, &file.proposed),
                (format!("what happened to the file{since} since"), &file.proposed, &file.now),
                (format!("what is between the file {now} and as it was before the change"), &file.now, &file.base),
            ]
        } else {
            [
                (format!("what happened to the file{since} since it was proposed"), &file.base, &file.now),
                ("what the change does to the file it was proposed for".to_owned(), &file.base, &file.proposed),
                (format!("what it would do to the file {now}"), &file.now, &file.proposed),
            ]
        };
        for (heading, before, after) in pairs {
            let pair = FileEffect { path: file.path.clone(), before: before.clone(), after: after.clone() };
            review::sides::render(&format!("{}: {heading}", change.id), &pair, &source, &screen, &mut out)?;
        }
    }
    out.flush()?;
    Ok(())
}

/// Displays a line a change; nobody has seen a change by that.
pub(super) fn show_stat(
    context: &mut Context<'_>,
    root: &Path,
    plan: &PendingPlan,
    part: &Part<'_>,
) -> Result<(), CommandError> {
    let screen = screen(context);
    let contents = contents(context.manager.store(), Some(plan));
    let arguments = &arguments(context.manager.store(), Some(plan));
    let source = Source { root, contents: &contents, arguments, notes: &[], runs: &[], clock: Instant::now };
    let mut out = io::BufWriter::new(&mut *context.out);
    review::stat::render(plan, &source, scope(part), &screen, &mut out)?;
    out.flush()?;
    Ok(())
}

fn remember(context: &Context<'_>, plan: &PendingPlan, shown: &Shown) {
    if !context.has_an_audience() {
        complain("note: nobody is taken to have seen this: an agent or a change that is being applied reads it");
        return;
    }
    if let Err(error) = context.manager.store().mark_shown(plan, &shown.complete) {
        // What was displayed stays true; an approval will ask again.
        let home = context.manager.store().home().display();
        let why = with_causes(&error);
        complain(format!(
            "warning: that you have seen this could not be recorded in `{home}`, so it cannot be approved yet: {why}"
        ));
    }
}
