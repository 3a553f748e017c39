//! `plan export` and `plan import`: a repository's PLANS.md.

use std::fs;
use std::io::{IsTerminal, Write};
use std::path::PathBuf;

use super::super::super::error::told_plainly;
use super::super::super::planning::{heading, present, safe};
use super::super::super::screen::complain;
use super::super::{CommandError, Context, Exit};
use super::open_told;
use crate::document::{derive, exchange};
use crate::model::AgentPath;
use crate::queue::book;
use crate::store::RevisionKind;

/// A Markdown file; anything else is a word of a task.
fn markdown(text: &str) -> Result<PathBuf, String> {
    let path = PathBuf::from(text);
    let sound = path.extension().is_some_and(|end| end == "md" || end == "markdown");
    if sound { Ok(path) } else { Err("a Markdown file is meant, such as PLANS.md".to_owned()) }
}

/// Write the plan document as a repository's PLANS.md.
#[derive(Debug, clap::Args)]
pub(super) struct Export {
    /// Where to; without it the text is printed. A file that is there already is left alone.
    #[arg(value_parser = markdown)]
    file: Option<PathBuf>,
}

impl Export {
    pub(super) fn run(&self, context: &mut Context<'_>) -> Result<Exit, CommandError> {
        let session = context.session()?;
        let kept = present(context, &session)?;
        let text = exchange::export(&kept.document);
        let Some(file) = &self.file else {
            // A file gets the bytes, a screen what cannot move its cursor.
            let shown = if std::io::stdout().is_terminal() { safe(&text) } else { text };
            context.out.write_all(shown.as_bytes())?;
            return Ok(Exit::Done);
        };
        let path = context.cwd.join(file);
        let written = fs::File::options().write(true).create_new(true).open(&path).and_then(|mut file| {
            file.write_all(text.as_bytes())?;
            file.sync_all()
        });
        if let Err(error) = written {
            return Err(CommandError::new(
                Exit::Failed,
                format!("cannot write `{}`: {}", file.display(), told_plainly(&error)),
            )
            .hint("`plangate plan export > FILE` replaces one"));
        }
        context.line(format!("Wrote {}.", file.display()))?;
        Ok(Exit::Done)
    }
}

/// Take a repository's PLANS.md over as the plan document, or as its next revision.
#[derive(Debug, clap::Args)]
pub(super) struct Import {
    /// The file.
    #[arg(value_parser = markdown)]
    file: PathBuf,
}

impl Import {
    pub(super) fn run(&self, context: &mut Context<'_>) -> Result<Exit, CommandError> {
        let person = context.person()?;
        let session = context.session()?;
        let path = context.cwd.join(&self.file);
        let text = fs::read_to_string(&path).map_err(|error| {
            CommandError::usage(format!("cannot read `{}`: {}", self.file.display(), told_plainly(&error)))
        })?;
        let draft = exchange::import(&text)
            .map_err(|problem| CommandError::usage(format!("`{}`: {problem}", self.file.display())))?;
        let consent = person.consent();
        let by = consent.channel();
        let present = match context.manager.book(&session, AgentPath::main()).current()? {
            Some(_) => Some(present(context, &session)?),
            None => None,
        };
        let book = context.manager.book(&session, AgentPath::main());
        let (kept, warning) = match present {
            None => book.start(&draft, by)?,
            Some(kept) => {
                let next = draft.over(&kept.document, book::highest(&kept.row));
                let what: Vec<String> = derive::derive(&kept.document, &next).iter().map(ToString::to_string).collect();
                (book.revise(&kept, &next, by, RevisionKind::Edit, &what)?, None)
            }
        };
        if let Some(warning) = warning {
            complain(format!("warning: {warning}"));
        }
        let what = [format!("imported from {}", self.file.display())];
        context.manager.store().tell(&session.id, &open_told(&kept, &what), context.manager.now())?;
        let count = kept.document.steps.len();
        let noun = if count == 1 { "step" } else { "steps" };
        context.line(format!("Imported {count} {noun} as {}", heading(&kept)))?;
        Ok(Exit::Done)
    }
}
