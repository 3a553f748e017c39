//! What agents asked for, shown and decided: shared by `status`, `approve` and `reject`.

use serde_json::{Value, json};

use super::super::consent::{Person, ask};
use super::super::flags::{Answer, Format};
use super::mode::{as_value as mode_as_value, tell};
use super::{CommandError, Context, Exit};
use crate::model::Mode;
use crate::review::visible;
use crate::store::{ModeProposal, SessionRow};

/// The proposal that a selection names: `m3` alone.
pub(super) fn named(words: &[String]) -> Option<u32> {
    let [word] = words else { return None };
    word.strip_prefix('m')?.parse().ok()
}

/// What an agent asks for, in one line.
pub(in crate::ui) fn summary(asked: &ModeProposal) -> String {
    let wants = match asked.wants {
        Some(mode) => format!("to switch to {mode} mode"),
        None => "to leave plan mode and carry its plan out".to_owned(),
    };
    let agent = visible::line(asked.agent.as_str().as_bytes());
    format!("m{}: {agent} asks {wants} · `/approve m{}`, `/reject m{} [because TEXT]`", asked.n, asked.n, asked.n)
}

/// The same for programs.
pub(super) fn as_value(asked: &ModeProposal) -> Value {
    json!({
        "id": format!("m{}", asked.n), "at": asked.at, "agent": asked.agent, "tool": asked.tool, "wants": asked.wants,
        "words": asked.words,
    })
}

/// Displays the proposal with all that came with it, and remembers that the person has had it before them.
pub(super) fn show(context: &mut Context<'_>, session: &SessionRow, asked: &ModeProposal) -> Result<(), CommandError> {
    context.row(summary(asked))?;
    for line in asked.words.lines() {
        context.line(format!("    {}", visible::line(line.as_bytes())))?;
    }
    Ok(context.manager.store().mark_proposal_shown(&session.id)?)
}

/// Grants what an agent asked for. Its words are shown first if the person has not had them before them.
pub(super) fn grant(
    context: &mut Context<'_>,
    session: &SessionRow,
    person: &Person,
    asked: &ModeProposal,
    answer: Answer,
    format: Format,
) -> Result<Exit, CommandError> {
    if !asked.shown && !asked.words.trim().is_empty() {
        if format == Format::Json {
            let message = format!("m{} was not shown to you before", asked.n);
            return Err(CommandError::new(Exit::NotShown, message).hint("`/status` shows it; then approve again"));
        }
        show(context, session, asked)?;
        if answer == Answer::Given || !person.can_answer() {
            let message = format!("m{} was not shown to you before", asked.n);
            return Err(CommandError::new(Exit::NotShown, message).hint("it is shown above; approve it again"));
        }
    }
    let mode = asked.wants.or(session.mode_before).unwrap_or(Mode::Build);
    if answer == Answer::Asked && person.can_answer() && !ask(&format!("Switch from {} to {mode} mode?", session.mode))?
    {
        return Err(CommandError::refused("not switched: nothing was changed"));
    }
    let moved = context.manager.grant(session, &person.consent())?;
    if format == Format::Json {
        let session = context.manager.store().session(&session.id)?;
        context.line(session.as_ref().map(mode_as_value).unwrap_or_default().to_string())?;
        return Ok(Exit::Done);
    }
    tell(context, session, &moved)
}

/// The waiting proposal, which must be the one that was named.
pub(super) fn waiting(context: &Context<'_>, session: &SessionRow, n: u32) -> Result<ModeProposal, CommandError> {
    let asked = context.manager.store().mode_proposal(&session.id)?;
    asked.filter(|asked| asked.n == n).ok_or_else(|| {
        CommandError::usage(format!("`m{n}` does not wait for you")).hint("`/status` shows what an agent asks for")
    })
}
