//! `mode`: show or switch the regime.

use serde_json::json;

use super::{CommandError, Context, Exit};
use crate::model::Mode;

/// Show the mode, or switch it.
#[derive(Debug, clap::Args)]
pub(in crate::ui) struct Args {
    /// build, plan, review or debug (or an alias such as `explore`); without it the mode is shown.
    name: Option<String>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

impl Args {
    pub(super) fn run(&self, context: &mut Context<'_>) -> Result<Exit, CommandError> {
        if let Some(name) = &self.name {
            let mode: Mode = name.parse().map_err(|e| {
                CommandError::from(e).hint("`/mode` without a name lists the modes; nothing was changed")
            })?;
            return switch(context, mode, self.json);
        }
        let now = context.session()?.mode;
        if self.json {
            context.line(json!({ "format_version": 1, "mode": now }).to_string())?;
            return Ok(Exit::Done);
        }
        for mode in Mode::ALL {
            let sign = if mode == now { "*" } else { " " };
            context.line(format!("{sign} {mode:<7} {}", mode.description()))?;
        }
        Ok(Exit::Done)
    }
}

/// Switches the meant session, and without a named session also the mode in which new sessions of the workspace start.
/// Who names no session and makes the regime stricter means every agent that works here.
pub(super) fn switch(context: &mut Context<'_>, mode: Mode, as_json: bool) -> Result<Exit, CommandError> {
    let session = context.session()?;
    let root = context.root()?;
    let whole_workspace = context.session.is_none();
    let loosens = |from: Mode| runs_unasked(mode) > runs_unasked(from);
    let workspace_mode = context.manager.store().workspace_mode(&root)?;
    let needs_person = loosens(session.mode) || whole_workspace && loosens(workspace_mode);
    let by = if needs_person {
        context.person()?.consent().channel().to_owned()
    } else {
        // Anyone may make the regime stricter.
        "command line".to_owned()
    };
    context.manager.switch_mode(&session, mode, &by)?;
    if whole_workspace {
        if workspace_mode != mode {
            context.manager.store().set_workspace_mode(&root, mode)?;
        }
        for other in context.manager.store().sessions_of(&root)? {
            if runs_unasked(mode) < runs_unasked(other.mode) {
                context.manager.switch_mode(&other, mode, &by)?;
            }
        }
    }
    if as_json {
        context.line(json!({ "format_version": 1, "mode": mode, "session_id": session.id }).to_string())?;
    } else {
        context.line(format!("mode {mode}: {}", mode.description()))?;
        if mode == Mode::Build
            && let Some(plan) = context.manager.open_plan(&session.id)?
        {
            let open = plan.proposed_changes.iter().filter(|change| change.state.is_open()).count();
            context.line(format!("the plan {} stays: {open} open; `/show-plan` shows it", plan.slug))?;
        }
    }
    Ok(Exit::Done)
}

/// How much runs in a mode without a person's word; the order in which switching needs one.
fn runs_unasked(mode: Mode) -> u8 {
    match mode {
        Mode::Plan | Mode::Review => 0,
        Mode::Debug => 1,
        Mode::Build => 2,
    }
}
