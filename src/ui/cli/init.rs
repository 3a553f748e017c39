//! `init`: install the hook of an agent, or take it out again.

use std::env;
use std::io::Write;
use std::path::PathBuf;

use super::super::context::current_folder;
use super::{CommandError, Exit};
use crate::intercept::hook::install::{install_claude_code, remove_claude_code};
use crate::model::with_causes;
use crate::workspace::Workspace;

/// Install the hook of an agent, or take it out again.
#[derive(Debug, clap::Args)]
pub(in crate::ui) struct Args {
    /// The agent: claude-code.
    agent: String,
    /// In your own settings, for every project, instead of this project's.
    #[arg(long)]
    user: bool,
    /// In `settings.local.json`, for you alone in this project: the settings name this program by its place on your
    /// disk, and without it there every call of a tool is refused.
    #[arg(long, conflicts_with = "user")]
    local: bool,
    /// Take it out again.
    #[arg(long)]
    remove: bool,
}

impl Args {
    pub(super) fn run(&self, out: &mut dyn Write) -> Result<Exit, CommandError> {
        if self.agent != "claude-code" {
            return Err(CommandError::usage(format!("`{}` is no agent that plangate can be installed in", self.agent))
                .hint("the agents are: claude-code"));
        }
        let settings = self.folder()?.join(if self.local { "settings.local.json" } else { "settings.json" });
        let done = if self.remove {
            remove_claude_code(&settings)
        } else {
            install_claude_code(&settings, &env::current_exe()?)
        };
        let done = done.map_err(|e| {
            CommandError::new(Exit::Failed, with_causes(&e)).hint("mend the file by hand; nothing in it was changed")
        })?;
        for outcome in done {
            writeln!(out, "{outcome}")?;
        }
        if !self.remove {
            writeln!(
                out,
                "Next: `plangate mode plan` here, then start claude. Type /show-plan and /approve in it, or in a second terminal."
            )?;
        }
        Ok(Exit::Done)
    }

    /// The project's or the person's `.claude` folder.
    fn folder(&self) -> Result<PathBuf, CommandError> {
        if self.user {
            let home = env::var_os("HOME").map(PathBuf::from).filter(|home| home.is_absolute());
            return home.map(|home| home.join(".claude")).ok_or_else(|| CommandError::usage("HOME names no folder"));
        }
        Ok(Workspace::discover(&current_folder()?).join(".claude"))
    }
}
