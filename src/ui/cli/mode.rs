//! `mode`: show or switch the regime.

use std::path::Path;

use serde_json::json;

use super::super::consent::{Channel, refuse_agents};
use super::super::flags::Format;
use super::{CommandError, Context, Exit};
use crate::mode::{self, Event};
use crate::model::{Initiator, Mode, Regime, SessionId, Writes};
use crate::queue::Moved;
use crate::review::visible;
use crate::store::SessionRow;

/// How many sessions are named where they are counted.
const MOST_NAMED: usize = 3;

/// Show the mode, or switch it.
#[derive(Debug, clap::Args)]
pub(in crate::ui) struct Args {
    /// build, plan, review or debug (or an alias such as `explore`), or `next`; without it the mode is shown.
    name: Option<String>,
    /// List every transition of the session: when, who, how, from where to where.
    #[arg(long, conflicts_with = "name")]
    log: bool,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

impl Args {
    pub(super) fn run(&self, context: &mut Context<'_>) -> Result<Exit, CommandError> {
        if let Some(name) = &self.name {
            return switch(context, event(name)?, Format::by_flag(self.json));
        }
        let session = context.session()?;
        if self.log {
            return log(context, &session, Format::by_flag(self.json));
        }
        if self.json {
            context.line(as_value(&session).to_string())?;
            return Ok(Exit::Done);
        }
        for mode in Mode::ALL {
            let sign = if mode == session.mode { "*" } else { " " };
            let name = format!("{}{}", context.indicator(mode), " ".repeat(7 - mode.title().len()));
            context.row(format!("{sign} {name} {}", mode.description()))?;
        }
        Ok(Exit::Done)
    }
}

fn event(name: &str) -> Result<Event<'static>, CommandError> {
    if name.eq_ignore_ascii_case("next") {
        return Ok(Event::Next);
    }
    name.parse()
        .map(Event::Switch)
        .map_err(|error| CommandError::from(error).hint("`/mode` without a name lists the modes; nothing was changed"))
}

/// A session's mode for programs.
pub(super) fn as_value(session: &SessionRow) -> serde_json::Value {
    json!({
        "format_version": 1, "mode": session.mode, "title": session.mode.title(), "colour": session.mode.colour().word(),
        "description": session.mode.description(), "before": session.mode_before,
        "asked": session.writes == Writes::Asked, "session_id": session.id,
    })
}

fn log(context: &mut Context<'_>, session: &SessionRow, format: Format) -> Result<Exit, CommandError> {
    let transitions = context.manager.store().transitions(&session.id)?;
    if transitions.is_empty() && format == Format::Text {
        context.line(format!("The mode of this session has not changed since it began in {}.", session.mode))?;
    }
    for row in transitions {
        let (from, to) = (row.from, row.to);
        if format == Format::Json {
            let line = json!({
                "format_version": 1, "at": row.at, "by": row.by, "how": row.how, "from": from, "to": to, "note": row.note,
            });
            context.line(line.to_string())?;
        } else {
            let note = if row.note.is_empty() { String::new() } else { format!("  {}", row.note) };
            context.row(format!("{}  {from:<6} → {to:<6}  {} by {}{note}", row.at, row.how, row.by))?;
        }
    }
    Ok(Exit::Done)
}

/// Moves the meant session, and without a named session also the mode in which new sessions of the workspace start.
/// Who names no session and makes the regime stricter means every agent that works here.
pub(super) fn switch(context: &mut Context<'_>, event: Event<'_>, format: Format) -> Result<Exit, CommandError> {
    let session = context.session()?;
    let root = context.root()?;
    let whole_workspace = context.session.is_none();
    let regime = context.manager.store().regime(&session.id)?.unwrap_or_else(|| Regime::new(session.mode));
    let next = mode::after(&regime, event, context.manager.settings().rejections).regime;
    let mode = next.mode;
    let workspace_mode = context.manager.store().workspace_mode(&root)?;
    let needs_person = runs_unasked(&next) > runs_unasked(&regime)
        || whole_workspace && runs_unasked(&next) > runs_unasked(&Regime::new(workspace_mode));
    let by = if needs_person {
        context.person()?.consent().channel().to_owned()
    } else {
        refuse_agents(context.channel, &context.manager)?;
        if context.channel == Channel::Prompt { "prompt" } else { "command line" }.to_owned()
    };
    let moved = context.manager.move_mode(&session.id, event, &by, Initiator::User)?;
    if whole_workspace {
        if workspace_mode != mode {
            context.manager.store().set_workspace_mode(&root, mode)?;
        }
        for other in context.manager.store().sessions_of(&root)? {
            if runs_unasked(&next) < runs_unasked(&Regime { writes: other.writes, ..Regime::new(other.mode) }) {
                context.manager.switch_mode(&other, mode, &by)?;
            }
        }
    }
    if format == Format::Json {
        let session = context.manager.store().session(&session.id)?.unwrap_or(session);
        context.line(as_value(&session).to_string())?;
        return Ok(Exit::Done);
    }
    tell(context, &session, &moved)?;
    if whole_workspace {
        let sessions = context.manager.store().sessions_of(&root)?;
        context.row(format!("holds for {}", reach(&sessions, mode, &root)))?;
    }
    Ok(Exit::Done)
}

/// Whom a switch to `mode` that named no session concerned, and how many sessions of the workspace it left in theirs.
fn reach(sessions: &[SessionRow], mode: Mode, root: &Path) -> String {
    let own = SessionId::of_workspace(root);
    let named = |mode: Mode| {
        let ids = sessions.iter().filter(|row| row.mode == mode && row.id != own).map(|row| &row.id);
        ids.map(|id| visible::line(id.as_str())).collect::<Vec<_>>()
    };
    let concerned = match named(mode).as_slice() {
        [] => String::new(),
        [one] => format!(" and session {one}"),
        several => format!(" and {}", counted(several)),
    };
    let stay = Mode::ALL.into_iter().filter(|other| *other != mode).map(|other| match named(other).as_slice() {
        [] => String::new(),
        [one] => format!("; session {one} stays in {other} mode"),
        several => format!("; {} stay in {other} mode", counted(several)),
    });
    format!("this workspace{concerned}{}", stay.collect::<String>())
}

/// `2 sessions (s1, s2)`, with as many names as fit a line.
fn counted(names: &[String]) -> String {
    let (first, rest) = names.split_at(names.len().min(MOST_NAMED));
    let more = if rest.is_empty() { "" } else { ", ..." };
    format!("{} sessions ({}{more})", names.len(), first.join(", "))
}

/// Says what holds now.
pub(super) fn tell(context: &mut Context<'_>, session: &SessionRow, moved: &Moved) -> Result<Exit, CommandError> {
    let mode = moved.regime.mode;
    context.row(format!("{}  mode {mode}: {}", context.indicator(mode), described(mode, moved.regime.writes)))?;
    if let Some(asking) = &moved.asking {
        context.line(asking.notice())?;
        context.advise("`/mode build` once more lets writes pass again")?;
    } else if let (Mode::Plan, Mode::Build, Some(permission)) = (moved.from, mode, &moved.regime.permission) {
        context.line(format!("the agent's own permission mode holds again: {permission}"))?;
    }
    if moved.from == Mode::Plan
        && mode != Mode::Plan
        && let Some(plan) = context.manager.open_plan(&session.id)?
    {
        let open = plan.proposed_changes.iter().filter(|change| change.state.is_open()).count();
        context.advise(format!("the plan {} stays: {open} open; `/show-plan` shows it", plan.slug))?;
    }
    Ok(Exit::Done)
}

/// What holds in a mode, for a person.
pub(super) fn described(mode: Mode, writes: Writes) -> &'static str {
    match (mode, writes) {
        (Mode::Build, Writes::Asked) => "reads pass, the agent's host asks you about each write",
        _ => mode.description(),
    }
}

/// How much runs in a regime without a person's word; the order in which switching needs one.
fn runs_unasked(regime: &Regime) -> u8 {
    match (regime.mode, regime.writes) {
        (Mode::Plan | Mode::Review, _) => 0,
        (Mode::Debug, _) => 1,
        (Mode::Build, Writes::Asked) => 2,
        (Mode::Build, Writes::Pass) => 3,
    }
}
