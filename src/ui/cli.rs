//! The command line: one command, one file; a slash command parses into the same arguments.

mod approve;
mod ask;
mod classify;
mod demo;
mod discuss;
mod edit;
mod hold;
pub mod hook;
mod init;
mod intercept;
mod log;
mod mode;
mod plan;
mod proposal;
mod prune;
mod reject;
mod resume;
mod retry;
mod rules;
mod run;
mod shell;
mod show_plan;
mod skip;
mod status;
mod team;
mod token;
mod trust;
mod undo;

use std::ffi::OsString;
use std::io::{self, Write};

use clap::error::ErrorKind;
use clap::{CommandFactory, Parser, Subcommand};

use super::consent::Channel;
use super::context::{Context, Named};
use super::error::{CommandError, Exit};
use super::screen::complain;
use crate::model::SessionId;

/// Stands between an AI coding agent and your files: reads run, writes wait for your approval.
#[derive(Debug, Parser)]
#[command(name = "plangate", version, disable_help_subcommand = true)]
pub(super) struct Cli {
    /// The agent's session that is meant; needed only when several have an open plan here.
    #[arg(long, global = true, value_name = "ID")]
    pub(super) session: Option<String>,
    #[command(subcommand)]
    pub(super) command: Command,
}

/// Every command; those marked as a person's also work as slash text (`/approve 3`).
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Toggle plan mode, enter it with a task, or see to the plan document.
    Plan(plan::Args),
    /// Say something about the plan: an edit of its document, or word for the agent.
    Discuss(discuss::Args),
    /// Ask the agent about a change.
    Ask(ask::Args),
    /// Show the mode, or switch it: build, plan, review, debug, next.
    Mode(mode::Args),
    /// Show the plan: every change with its full diff or command.
    #[command(visible_alias = "show")]
    ShowPlan(show_plan::Args),
    /// Apply all pending changes, the first N, or chosen ones; the rest stays pending.
    Approve(approve::Args),
    /// Discard all pending changes or chosen ones, with a reason for the agent.
    Reject(reject::Args),
    /// Rewrite a change; it is shown and approved anew.
    Edit(edit::Args),
    /// Keep the plan for later and leave plan mode.
    Hold(hold::Args),
    /// Reverse what was applied.
    Undo(undo::Args),
    /// Apply a change again that failed, conflicted, was interrupted or undone, and then what is approved already.
    Retry(retry::Args),
    /// Give up a change that failed, conflicted or was interrupted.
    Skip(skip::Args),
    /// Show mode, counts and risks.
    Status(status::Args),
    /// Show decisions and outcomes.
    Log(log::Args),
    /// Remove the contents of old closed plans, which cannot be undone any more then.
    Prune(prune::Args),
    /// List the open plans of this workspace.
    Resume(resume::Args),
    /// Read and decide in a line editor.
    Shell(shell::Args),
    /// Explain whether a command or tool call is a read or a write.
    Classify(classify::Args),
    /// List the rules that decide about reads, test them, or tell why a command is judged as it is.
    Rules(rules::Args),
    /// Trust what an MCP server says of its tools, as long as it says the same.
    Trust(trust::Args),
    /// Intercept tool calls given as JSON lines on standard input.
    Intercept(intercept::Args),
    /// Start an agent that nobody watches.
    Run(run::Args),
    /// Answer an agent's hook (run by the agent, not by you).
    Hook(hook::Args),
    /// Install the hook of an agent, or take it out again.
    Init(init::Args),
    /// Make, list and revoke approval tokens.
    Token(token::Args),
    /// Show an agent's teammates and the plans they sent it.
    Team(team::Args),
    /// Show the whole path on a throw-away project.
    Demo(demo::Args),
    /// Explain the commands, or one of them.
    Help {
        /// The command.
        command: Option<String>,
    },
}

/// Runs the command line; returns the process's exit code.
pub fn run(args: impl IntoIterator<Item = OsString>) -> u8 {
    let cli = match parse(&args.into_iter().collect::<Vec<_>>()) {
        Ok(cli) => cli,
        Err(error) => {
            // clap prints help and version as errors that are none.
            let exit = if error.use_stderr() { Exit::Usage } else { Exit::Done };
            let _ = error.print();
            return exit as u8;
        }
    };
    let mut out = io::stdout();
    match run_parsed(cli, &mut out) {
        Ok(exit) => exit as u8,
        Err(error) if is_broken_pipe(&error) => Exit::Done as u8,
        Err(error) => {
            let _ = out.flush();
            report(&error);
            error.exit as u8
        }
    }
}

/// Says of `plan -- WORDS` that the words are a task: clap itself does not tell that there was a `--`.
fn with_task_said(args: &[OsString]) -> Vec<OsString> {
    let mut args = args.to_vec();
    let session = args.get(1).and_then(|arg| arg.to_str()).unwrap_or_default();
    let command = if session == "--session" { 3 } else { 1 + usize::from(session.starts_with("--session=")) };
    let is_option = |arg: &OsString| arg.as_encoded_bytes().starts_with(b"-") && arg != "--";
    if args.get(command).is_some_and(|arg| arg == "plan") {
        let end = command + 1 + args[command + 1..].iter().take_while(|arg| is_option(arg)).count();
        if args.get(end).is_some_and(|arg| arg == "--") {
            args.insert(end, OsString::from("--is-task"));
        }
    }
    args
}

/// Reads a command. Where it makes sense only if what follows `because` is prose, dashes included, it is prose.
pub(super) fn parse(args: &[OsString]) -> Result<Cli, clap::Error> {
    let args = &with_task_said(args);
    let because = args.iter().position(|word| word == "because");
    match (Cli::try_parse_from(args), because) {
        (Err(error), Some(at)) if error.kind() == ErrorKind::UnknownArgument => {
            let (command, prose) = args.split_at(at);
            let prose_alone = command.iter().cloned().chain([OsString::from("--")]).chain(prose.iter().cloned());
            Cli::try_parse_from(prose_alone).map_err(|_| error)
        }
        (Ok(Cli { command: Command::Plan(plan), .. }), _) if let Some(help) = plan.help() => Err(help),
        (Ok(Cli { command: Command::Help { command: Some(name) }, .. }), _) => {
            Err(Cli::try_parse_from(["plangate", &name, "--help"])
                .err()
                .unwrap_or_else(|| Cli::command().error(ErrorKind::InvalidSubcommand, name)))
        }
        (parsed, _) => parsed,
    }
}

/// A decision that found nothing to decide is no error, but it says so in the same place.
fn report(error: &CommandError) {
    let told = if error.exit == Exit::Done { error.message().to_owned() } else { error.to_string() };
    complain(super::slash::for_command_line(&told));
}

fn is_broken_pipe(error: &CommandError) -> bool {
    error.message().contains("Broken pipe")
}

fn run_parsed(cli: Cli, out: &mut dyn Write) -> Result<Exit, CommandError> {
    // The doors answer in their callers' dialects, and the demo is nobody's.
    if !matches!(cli.command, Command::Hook(_) | Command::Intercept(_) | Command::Demo(_)) {
        super::queue::refuse_outdated()?;
    }
    let session = cli.session.filter(|id| !id.is_empty()).map(SessionId);
    match cli.command {
        Command::Classify(args) => args.run(out),
        Command::Rules(args) => args.run(out),
        Command::Intercept(args) => args.run(session),
        Command::Hook(args) => Ok(args.run()),
        Command::Run(args) => args.run(),
        Command::Init(args) => args.run(out),
        Command::Demo(args) => args.run(out),
        Command::Shell(args) => args.run(session.as_ref()),
        command => {
            let named = command.session_may_be();
            let mut context = Context::for_command_line(session, named, Channel::CommandLine, out)?;
            let is_about_changes = command.is_about_changes();
            match command.run(&mut context) {
                Ok(Exit::Done) if is_about_changes && context.is_unsettled() => Ok(Exit::Failed),
                Err(error) if error.exit == Exit::Done && is_about_changes && context.is_unsettled() => {
                    Err(error.with_exit(Exit::Failed))
                }
                done => done,
            }
        }
    }
}

impl Command {
    /// Runs a person's command, wherever it was typed.
    pub(super) fn run(self, context: &mut Context<'_>) -> Result<Exit, CommandError> {
        match self {
            Self::Plan(args) => args.run(context),
            Self::Discuss(args) => args.run(context),
            Self::Ask(args) => args.run(context),
            Self::Mode(args) => args.run(context),
            Self::ShowPlan(args) => args.run(context),
            Self::Approve(args) => args.run(context),
            Self::Reject(args) => args.run(context),
            Self::Edit(args) => args.run(context),
            Self::Hold(args) => args.run(context),
            Self::Undo(args) => args.run(context),
            Self::Retry(args) => args.run(context),
            Self::Skip(args) => args.run(context),
            Self::Status(args) => args.run(context),
            Self::Log(args) => args.run(context),
            Self::Prune(args) => args.run(context),
            Self::Resume(args) => args.run(context),
            Self::Token(args) => args.run(context),
            Self::Trust(args) => args.run(context),
            Self::Team(args) => args.run(context),
            Self::Help { .. } => {
                context.out.write_all(super::slash::HELP.as_bytes())?;
                Ok(Exit::Done)
            }
            other => Err(CommandError::usage(format!("{} is a command line of its own", other.name()))),
        }
    }

    /// Whether it tells of changes or decides about them, so that its end tells when one is half done.
    fn is_about_changes(&self) -> bool {
        matches!(
            self,
            Self::ShowPlan(_)
                | Self::Approve(_)
                | Self::Reject(_)
                | Self::Undo(_)
                | Self::Retry(_)
                | Self::Skip(_)
                | Self::Status(_)
                | Self::Resume(_)
        )
    }

    /// What a session named on the command line may be for this command.
    fn session_may_be(&self) -> Named {
        match self {
            Self::Mode(_) | Self::Plan(_) => Named::Begun,
            // A program is told that there is no plan.
            Self::ShowPlan(args) if args.json() => Named::Anything,
            Self::Status(args) if args.json() => Named::Anything,
            _ => Named::Known,
        }
    }

    fn name(&self) -> &'static str {
        match self {
            Self::Shell(_) => "`plangate shell`",
            Self::Classify(_) => "`plangate classify`",
            Self::Rules(_) => "`plangate rules`",
            Self::Intercept(_) => "`plangate intercept`",
            Self::Hook(_) => "`plangate hook`",
            Self::Run(_) => "`plangate run`",
            Self::Init(_) => "`plangate init`",
            Self::Demo(_) => "`plangate demo`",
            _ => "this",
        }
    }
}
