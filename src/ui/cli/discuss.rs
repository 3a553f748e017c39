//! `discuss`: what a person says about the plan: an edit of its document, or word for the agent.

use super::super::consent::{Person, ask};
use super::super::planning::{present, safe_line};
use super::plan::open_told;
use super::{CommandError, Context, Exit};
use crate::document::derive::derive;
use crate::document::edit::{self, Chosen, Edit, EditError};
use crate::document::phrase::{self, Command};
use crate::model::AgentPath;
use crate::queue::book::{self, Direction, Kept};
use crate::store::{RevisionKind, SessionRow};

/// Say something about the plan: `skip the testing step`, `move step 5 before step 2`, `choose D1 A`, `undo`.
///
/// What is an edit is shown and done; what is none goes to the agent with its next turn, word for word.
#[derive(Debug, clap::Args)]
pub(in crate::ui) struct Args {
    /// What you say.
    #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true, value_name = "TEXT")]
    words: Vec<String>,
}

impl Args {
    pub(super) fn run(&self, context: &mut Context<'_>) -> Result<Exit, CommandError> {
        let person = context.person()?;
        let session = context.session()?;
        let said = self.words.join(" ");
        if phrase::read(&said).is_none() {
            let told = format!("[plangate] The person says about the plan: {said}");
            context.manager.store().tell(&session.id, &told, context.manager.now())?;
            context.line("Not an edit that I know: kept for the agent, word for word, for its next turn.")?;
            return Ok(Exit::Done);
        }
        let kept = present(context, &session)?;
        edit(context, &session, &kept, &said, &person)
    }
}

/// Does what was said to a document, and shows it.
pub(super) fn edit(
    context: &mut Context<'_>,
    session: &SessionRow,
    kept: &Kept,
    said: &str,
    person: &Person,
) -> Result<Exit, CommandError> {
    let read = phrase::read(said).ok_or_else(|| CommandError::usage(format!("`{said}` is not an edit")))?;
    let consent = person.consent();
    let by = consent.channel();
    let edits = match phrase::resolve(&read, &kept.document)? {
        Command::Edits(edits) => edits,
        Command::Undo(count) => return step_back(context, session, kept, count, by, Direction::Undo),
        Command::Redo(count) => return step_back(context, session, kept, count, by, Direction::Redo),
    };
    confirm_new_options(&edits, person)?;
    let edited = edit::apply(&kept.document, &edits, &mut book::highest(&kept.row))?;
    let what: Vec<String> = edits.iter().map(ToString::to_string).collect();
    let mut document = edited.document;
    // Choices and answers are what later readers ask for: they stand in the document's own log too.
    let decided = edits.iter().filter(|edit| matches!(edit, Edit::Choose { .. } | Edit::Answer { .. }));
    for edit in decided {
        document = edit::with_log(&document, &format!("{} {edit} ({by})", super::plan::stamp(context)));
    }
    let derived = derive(&kept.document, &document);
    for line in derived.iter().filter(|derived| derived.name != "Progress log") {
        context.line(safe_line(&line.to_string()))?;
    }
    for note in &edited.notes {
        context.line(safe_line(note))?;
    }
    let book = context.manager.book(session, AgentPath::main());
    let kept = book.revise(kept, &document, by, RevisionKind::Edit, &what)?;
    context.manager.store().tell(&session.id, &open_told(&kept, &what), context.manager.now())?;
    context.line(format!(
        "Revision {} of {}; `discuss undo` takes it back.",
        kept.row.revision,
        safe_line(&kept.row.name)
    ))?;
    Ok(Exit::Done)
}

/// An option that was not listed is typed by the person and confirmed by them: `new:` says so where nobody can be asked.
fn confirm_new_options(edits: &[Edit], person: &Person) -> Result<(), CommandError> {
    for edit in edits {
        if let Edit::Choose { decision, choice: Chosen::New(text) } = edit
            && person.can_answer()
            && !ask(&format!("\"{}\" is not an option of {decision} yet. Add and choose it?", safe_line(text)))?
        {
            return Err(CommandError::refused("not chosen: nothing was changed"));
        }
    }
    Ok(())
}

fn step_back(
    context: &mut Context<'_>,
    session: &SessionRow,
    kept: &Kept,
    count: u32,
    by: &str,
    direction: Direction,
) -> Result<Exit, CommandError> {
    let book = context.manager.book(session, AgentPath::main());
    let next = book.step_back(kept, count, by, direction)?;
    let derived = derive(&kept.document, &next.document);
    for line in &derived {
        context.line(safe_line(&line.to_string()))?;
    }
    context.manager.store().tell(&session.id, &open_told(&next, &derived), context.manager.now())?;
    context.line(format!("Revision {} of {}.", next.row.revision, safe_line(&next.row.name)))?;
    Ok(Exit::Done)
}

impl From<EditError> for CommandError {
    fn from(error: EditError) -> Self {
        let hint = match &error {
            EditError::Ambiguous { .. } => "say it again with the id",
            EditError::NoStep { .. } | EditError::NoMatch(_) | EditError::NoPlace { .. } => {
                "`plangate plan show` shows the steps"
            }
            EditError::Problem(_) => "`plangate plan open` mends it",
            _ => return Self::usage(safe_line(&error.to_string())),
        };
        Self::usage(safe_line(&error.to_string())).hint(hint)
    }
}
