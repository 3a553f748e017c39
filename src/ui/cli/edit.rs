//! `edit`: rewrite a change.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use serde_json::json;

use super::super::consent::Channel;
use super::super::editor::Draft;
use super::super::error::told_plainly;
use super::{CommandError, Context, Exit};
use crate::model::ChangeId;
use crate::queue::{Consent, DecideError, Editable};
use crate::store::SessionRow;

/// Rewrite a change: the content of its file, or its command. It is shown and approved anew.
#[derive(Debug, clap::Args)]
pub(in crate::ui) struct Args {
    /// The change, such as c3.
    id: String,
    /// Take the new text from this file instead of an editor; `-` is standard input.
    #[arg(long, value_name = "FILE")]
    from: Option<PathBuf>,
    /// Settle a conflict by one side: what is on disk, which gives the change up, or what is proposed, upon the file as it is
    /// now.
    #[arg(long, value_name = "SIDE", conflicts_with = "from")]
    take: Option<Side>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// A side of a conflict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Side {
    Disk,
    Proposed,
}

impl Args {
    pub(super) fn run(&self, context: &mut Context<'_>) -> Result<Exit, CommandError> {
        let id: ChangeId = self.id.parse()?;
        let consent = context.person()?.consent();
        let session = context.session()?;
        if let Some(side) = self.take {
            return self.take(context, &session, id, side, &consent);
        }
        let editing = context.manager.editable(&session, id)?;
        let (name, old) = match &editing.editable {
            Editable::Content { path, text } => {
                let name = path.as_path().file_name().unwrap_or_default().to_string_lossy();
                (format!("{id}-{name}"), text.as_slice())
            }
            Editable::Binary { .. } if self.from.is_none() => {
                return Err(CommandError::usage(format!("the sides of `{id}` are no texts that an editor could join"))
                    .hint(format!("`plangate edit {id} --take disk`, `--take proposed` or `--from FILE` settles it")));
            }
            Editable::Binary { .. } => (String::new(), [].as_slice()),
            Editable::Command { text } => (format!("{id}.sh"), text.as_bytes()),
        };
        match &self.from {
            Some(file) if file.as_os_str() == "-" && context.channel == Channel::Prompt => {
                return Err(CommandError::usage("a prompt has no standard input").hint("name a file"));
            }
            Some(file) => {
                let text = read(file)?;
                context.manager.edit(&session, id, &editing, &text, &consent)?;
            }
            None if matches!(context.channel, Channel::CommandLine | Channel::Shell) => {
                let draft = Draft::write(context.manager.store().home(), &name, old)?;
                let edited = match draft.edit() {
                    Ok(edited) => edited,
                    Err(error) if draft.holds(old) => {
                        draft.discard();
                        return Err(
                            CommandError::from(error).hint("nothing was written, and the change stays as it is")
                        );
                    }
                    Err(error) => return Err(kept(error.into(), &draft)),
                };
                match context.manager.edit(&session, id, &editing, &edited, &consent) {
                    Ok(()) => draft.discard(),
                    Err(DecideError::Unchanged { .. }) => {
                        draft.discard();
                        return self.unchanged(context, id);
                    }
                    Err(error) => return Err(kept(error.into(), &draft)),
                }
            }
            None => {
                return Err(
                    CommandError::usage("an editor needs a terminal").hint(format!("run `plangate edit {id}` in one"))
                );
            }
        }
        if self.json {
            context.line(json!({ "format_version": 1, "edited": id }).to_string())?;
        } else {
            context
                .advise(format!("{id} is as you wrote it. `/show-plan {id}` shows it, `/approve {id}` applies it."))?;
        }
        Ok(Exit::Done)
    }

    /// Who leaves the editor without a change means the change to stay, which is no error.
    fn unchanged(&self, context: &mut Context<'_>, id: ChangeId) -> Result<Exit, CommandError> {
        if self.json {
            context.line(json!({ "format_version": 1, "edited": null }).to_string())?;
        } else {
            context.line(format!("{id} stays as it is."))?;
        }
        Ok(Exit::Done)
    }

    fn take(
        &self,
        context: &mut Context<'_>,
        session: &SessionRow,
        id: ChangeId,
        side: Side,
        consent: &Consent,
    ) -> Result<Exit, CommandError> {
        let taken = match side {
            Side::Disk => {
                context.manager.take_disk(session, id, consent)?;
                format!("{id} is given up: its file stays as it is.")
            }
            Side::Proposed => {
                context.manager.take_proposed(session, id, consent)?;
                format!(
                    "{id} now changes the file as it is on disk. `/show-plan {id}` shows it, `/approve {id}` applies it."
                )
            }
        };
        if self.json {
            context.line(json!({ "format_version": 1, "edited": id }).to_string())?;
        } else {
            context.advise(taken)?;
        }
        Ok(Exit::Done)
    }
}

fn read(file: &Path) -> Result<Vec<u8>, CommandError> {
    if file.as_os_str() == "-" {
        let mut text = Vec::new();
        std::io::stdin().lock().read_to_end(&mut text)?;
        return Ok(text);
    }
    fs::read(file)
        .map_err(|error| CommandError::usage(format!("`{}` cannot be read: {}", file.display(), told_plainly(&error))))
}

fn kept(error: CommandError, draft: &Draft) -> CommandError {
    error.hint(format!("what you wrote is kept in `{}`: `--from` takes it from there", draft.path().display()))
}
