//! `plan open`: the document in the person's editor, and what they did there.

use super::super::super::consent::ask;
use super::super::super::editor;
use super::super::super::planning::{conflict, edit_told, located, present_of, safe_line};
use super::super::{CommandError, Context, Exit};
use super::whose::Whose;
use crate::queue::book::{Author, Kept, OnDisk};
use crate::store::SessionRow;

/// Open the plan document in `$VISUAL`, else `$EDITOR`, else vi; what you changed is shown before it is taken over.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    whose: Whose,
}

impl Args {
    pub(super) fn run(&self, context: &mut Context<'_>) -> Result<Exit, CommandError> {
        let person = context.person_at_terminal()?;
        let session = context.session()?;
        let agent = self.whose.agent();
        let kept = present_of(context, &session, &agent)?;
        edit(&kept)?;
        // The agent may have revised the plan while the editor was open.
        let kept = context.manager.book(&session, agent).require()?;
        take(context, &session, &kept, person.consent().channel())
    }
}

fn edit(kept: &Kept) -> Result<(), CommandError> {
    editor::start(&kept.row.path).map_err(|error| {
        CommandError::new(Exit::Failed, error.to_string()).hint("set EDITOR; what it wrote stays in the file")
    })
}

fn take(context: &mut Context<'_>, session: &SessionRow, kept: &Kept, by: &str) -> Result<Exit, CommandError> {
    let book = context.manager.book(session, kept.row.agent.clone());
    let edit = match book.look(kept, Author::Person)? {
        OnDisk::Same => {
            context.line("Nothing was changed.")?;
            return Ok(Exit::Done);
        }
        OnDisk::Broken(problems) => {
            return Err(CommandError::usage(format!(
                "the plan file was not taken over:\n{}",
                located(kept, &problems)
            ))
            .hint("the file keeps what you wrote: `plangate plan open` goes on there"));
        }
        OnDisk::Conflict(names) => return Err(CommandError::new(Exit::NotShown, conflict(kept, &names))),
        OnDisk::Changed(edit) => edit,
    };
    context.line(edit_told(&edit))?;
    if edit.derived.is_empty() {
        context.line("  only words around the items")?;
    }
    if !ask("Take this over into the plan?")? {
        return Err(CommandError::refused("not taken over: the plan is as it was")
            .hint("the file keeps what you wrote: `plangate plan open` goes on there"));
    }
    let book = context.manager.book(session, kept.row.agent.clone());
    let taken = book.take(kept, &edit, by)?;
    context.line(format!("{} is now revision {}.", safe_line(&taken.row.name), taken.row.revision))?;
    context.manager.store().tell(&session.id, &told(&taken, &edit.derived), context.manager.now())?;
    Ok(Exit::Done)
}

/// What the agent is told of a plan that a person edited.
pub(in crate::ui::cli) fn told(kept: &Kept, what: &[impl ToString]) -> String {
    let what: Vec<String> = what.iter().map(ToString::to_string).collect();
    format!(
        "[plangate] The person revised the plan document `{}` (now revision {}): {}. Plan by it from here on; read it in `{}`.",
        kept.row.name,
        kept.row.revision,
        what.join("; "),
        kept.row.path.display()
    )
}
