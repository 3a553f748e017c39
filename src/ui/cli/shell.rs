//! `shell`: a line editor that takes the slash commands.

use std::borrow::Cow;
use std::io::{self, IsTerminal};
use std::path::PathBuf;

use rustyline::completion::{Completer, FilenameCompleter, Pair};
use rustyline::error::ReadlineError;
use rustyline::history::FileHistory;
use rustyline::{CompletionType, Config, Context as LineContext, Editor, Helper, Highlighter, Hinter, Validator};

use super::super::consent::Channel;
use super::super::context::{Context, current_folder};
use super::super::screen::complain;
use super::super::slash;
use super::plan::is_nearly;
use super::{CommandError, Exit};
use crate::config::data_folder;
use crate::model::SessionId;
use crate::queue::PendingPlanManager;

/// How many lines of history are kept.
const HISTORY_LINES: usize = 1_000;

/// Read and decide in a line editor: the slash commands, with history and completion.
#[derive(Debug, clap::Args)]
pub(in crate::ui) struct Args {}

impl Args {
    #[expect(clippy::unused_self, reason = "every command runs from its arguments")]
    pub(super) fn run(&self, session: Option<&SessionId>) -> Result<Exit, CommandError> {
        if !io::stdin().is_terminal() {
            return Err(CommandError::refused("the shell needs a terminal")
                .hint("every command is also a subcommand: `plangate show-plan`"));
        }
        Context::for_command_line(session.cloned(), Channel::Shell, &mut io::sink())?;
        let mut editor = editor()?;
        let history = data_folder()?.join("history");
        // The first run has no history yet.
        let _ = editor.load_history(&history);
        println!("plangate shell: /help lists the commands, Ctrl-D leaves.");
        loop {
            let line = match editor.readline(&prompt(session)?) {
                Ok(line) => line,
                Err(ReadlineError::Interrupted) => continue,
                Err(ReadlineError::Eof) => break,
                Err(error) => return Err(CommandError::new(Exit::Failed, error.to_string())),
            };
            if line.trim().is_empty() {
                continue;
            }
            if matches!(line.trim(), "exit" | "quit" | "/exit" | "/quit") {
                break;
            }
            let _ = editor.add_history_entry(&line);
            run_line(&line, session.cloned());
        }
        // A history that cannot be kept is no reason to fail.
        let _ = editor.save_history(&history);
        Ok(Exit::Done)
    }
}

/// Runs one line; the leading slash may be left out. Its errors stay on the screen, the shell goes on.
fn run_line(line: &str, session: Option<SessionId>) {
    let text =
        if line.trim_start().starts_with('/') { Cow::Borrowed(line) } else { Cow::Owned(format!("/{}", line.trim())) };
    let mut out = io::stdout();
    let result = Context::for_command_line(session, Channel::Shell, &mut out)
        .and_then(|mut context| slash::run(&text, &mut context).unwrap_or_else(|| Err(unknown(&text))));
    match result {
        Ok(_) => {}
        Err(error) if error.exit == Exit::Done => println!("{}", error.message()),
        Err(error) => complain(error),
    }
}

fn unknown(text: &str) -> CommandError {
    let name = text.split_whitespace().next().unwrap_or(text);
    let meant = slash::NAMES.iter().find(|known| is_nearly(name.trim_start_matches('/'), known));
    let meant = meant.map_or_else(String::new, |known| format!(": did you mean `/{known}`?"));
    CommandError::usage(format!("`{name}` is no command{meant}")).hint("/help lists the commands")
}

/// The mode and what waits, looked up anew for every line: an agent may be queueing meanwhile.
fn prompt(session: Option<&SessionId>) -> Result<String, CommandError> {
    let mut nowhere = io::sink();
    let context = Context::for_command_line(session.cloned(), Channel::Shell, &mut nowhere)?;
    let Ok(session) = context.session() else { return Ok("plangate> ".to_owned()) };
    let pending = context.manager.open_plan(&session.id)?.map_or(0, |plan| plan.pending().count());
    Ok(if pending == 0 { format!("{}> ", session.mode) } else { format!("{} ({pending} pending)> ", session.mode) })
}

fn editor() -> Result<Editor<Words, FileHistory>, CommandError> {
    let config = Config::builder()
        .completion_type(CompletionType::List)
        .max_history_size(HISTORY_LINES)
        .map_err(|e| CommandError::new(Exit::Failed, e.to_string()))?
        .build();
    let mut editor = Editor::with_config(config).map_err(|e| CommandError::new(Exit::Failed, e.to_string()))?;
    editor.set_helper(Some(Words { files: FilenameCompleter::new(), home: data_folder()?, cwd: current_folder()? }));
    Ok(editor)
}

/// Completes commands, then the ids of open changes, then paths.
#[derive(Helper, Hinter, Highlighter, Validator)]
struct Words {
    files: FilenameCompleter,
    home: PathBuf,
    cwd: PathBuf,
}

impl Words {
    fn ids(&self) -> Option<Vec<String>> {
        let manager = PendingPlanManager::open(&self.home).ok()?;
        let root = manager.workspace_of(&self.cwd).ok()?;
        let plans = manager.store().open_plans_of_workspace(&root).ok()?;
        let open = plans.iter().flat_map(|plan| &plan.proposed_changes).filter(|change| change.state.is_open());
        Some(open.map(|change| change.id.to_string()).collect())
    }
}

impl Completer for Words {
    type Candidate = Pair;

    fn complete(&self, line: &str, at: usize, context: &LineContext<'_>) -> rustyline::Result<(usize, Vec<Pair>)> {
        let start = line[..at].rfind(char::is_whitespace).map_or(0, |space| space + 1);
        let word = &line[start..at];
        let names: Vec<String> = if start == 0 {
            slash::NAMES.iter().map(|name| format!("/{name}")).collect()
        } else {
            self.ids().unwrap_or_default()
        };
        let found: Vec<Pair> = names
            .into_iter()
            .filter(|name| name.starts_with(word))
            .map(|name| Pair { display: name.clone(), replacement: format!("{name} ") })
            .collect();
        if found.is_empty() && start > 0 { self.files.complete(line, at, context) } else { Ok((start, found)) }
    }
}
