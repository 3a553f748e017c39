//! Slash text: `/approve 3` as a person types it in the shell or in an agent's prompt.

use std::ffi::OsString;

use clap::error::ErrorKind;

use super::cli::{self, Command};
use super::context::Context;
use super::error::{CommandError, Exit};

/// The commands as `/help` and `plangate help` show them.
pub(super) const HELP: &str = "\
/plan [TEXT]             toggle plan mode, or enter it with a task
/plan show|open|lint     the plan document: show it, edit it, what it lacks
/plan graph|diff|draft   waves of changes, what was revised, a draft of the queue
/plan run [STEP|all]     apply step by step, with a checkpoint before each
/plan rollback STEP      put the files of a step back
/discuss TEXT            edit the plan in words: skip S4, move step 5 before step 2,
                         choose D1 A, undo; anything else goes to the agent
/ask ID TEXT             ask the agent about a change
/mode [NAME]             show the mode, or switch: build, plan, review, debug, next
/show-plan [SELECTION]   every change with its full diff or command (--stat, --json)
/approve                 apply all pending changes
/approve N               apply the first N, the rest stays pending
/approve SELECTION       apply chosen ones: c2 c5-c7 src/**
/reject [SELECTION] [because TEXT]
                         discard, with a reason that goes to the agent
/approve m1  /reject m1  grant or decline the mode that an agent asked for
/edit ID                 rewrite a change; it is shown and approved anew (--take disk|proposed)
/hold                    keep the plan for later and leave plan mode
/undo [SELECTION|S3]     reverse what was applied, or go back to a step's checkpoint
/retry SELECTION         apply changes again that failed or were undone, then what is approved already
/skip ID                 give a failed one up
/status  /log  /resume   mode and counts, what happened, open plans here
/prune [--dry-run|--yes] remove contents of old plans; these cannot be undone then
/help                    this list
";

/// The names that slash text may use: the person's commands, not those of doors and set-up.
pub(super) const NAMES: &[&str] = &[
    "plan",
    "discuss",
    "ask",
    "mode",
    "show-plan",
    "show",
    "approve",
    "reject",
    "edit",
    "hold",
    "undo",
    "retry",
    "skip",
    "status",
    "log",
    "prune",
    "resume",
    "help",
];

/// Those behind which ids and paths stand, never prose.
const SELECTING: &[&str] = &["show-plan", "show", "approve", "edit", "undo", "retry", "skip"];

/// The command that `text` names, when it is slash text of ours; other slash commands belong to the agent's host.
///
/// # Errors
/// It names a command of ours but its arguments make no sense.
pub(super) fn parse(text: &str) -> Option<Result<Command, CommandError>> {
    let text = text.trim().strip_prefix('/')?;
    let (name, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    if !NAMES.contains(&name) {
        return None;
    }
    // A path may need quotes; prose may hold an apostrophe.
    let quoted = if SELECTING.contains(&name) { shell_words::split(rest).ok() } else { None };
    let words = quoted.unwrap_or_else(|| rest.split_whitespace().map(str::to_owned).collect());
    let argv = ["plangate", name].into_iter().map(OsString::from).chain(words.into_iter().map(OsString::from));
    let argv: Vec<OsString> = argv.collect();
    let parsed = cli::parse(&argv).map_err(|error| {
        let text = error.render().to_string();
        if error.kind() == ErrorKind::DisplayHelp {
            return CommandError::new(Exit::Done, text);
        }
        let first = text.lines().next().unwrap_or_default().trim_start_matches("error: ").to_owned();
        CommandError::usage(first)
            .hint(format!("`/help` lists the commands; `/{name}` takes what `plangate {name}` takes"))
    });
    Some(parsed.and_then(|cli| {
        match cli.session {
            None => Ok(cli.command),
            Some(_) => Err(CommandError::usage("slash text speaks for the session in which it is typed")
                .hint("`plangate --session ID ...` in a terminal speaks for another")),
        }
    }))
}

/// A sentence that names commands as slash text, in the words of a command line: `/approve c1` is `plangate approve c1`.
pub(super) fn for_command_line(text: &str) -> String {
    let mut spoken = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("`/") {
        let (before, named) = rest.split_at(at);
        let name = &named[2..];
        let end = name.find(|letter: char| !letter.is_ascii_lowercase() && letter != '-').unwrap_or(name.len());
        let ours = NAMES.contains(&&name[..end]) && name[end..].starts_with([' ', '`']);
        spoken.push_str(before);
        spoken.push_str(if ours { "`plangate " } else { "`/" });
        rest = name;
    }
    spoken + rest
}

/// Whether `text` is slash text of ours.
pub fn is_ours(text: &str) -> bool {
    text.trim()
        .strip_prefix('/')
        .and_then(|rest| rest.split_whitespace().next())
        .is_some_and(|name| NAMES.contains(&name))
}

/// Whether slash text would decide something: everything of ours that does more than show.
pub(super) fn decides(text: &str) -> bool {
    let shows = ["show-plan", "show", "status", "log", "resume", "help"];
    let name = text.trim().strip_prefix('/').and_then(|rest| rest.split_whitespace().next());
    name.is_some_and(|name| NAMES.contains(&name) && !shows.contains(&name))
}

/// Runs slash text; `None` when it is not ours.
pub(super) fn run(text: &str, context: &mut Context<'_>) -> Option<Result<Exit, CommandError>> {
    Some(parse(text)?.and_then(|command| command.run(context)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_line_is_told_its_own_commands() {
        let check = |text, spoken| assert_eq!(for_command_line(text), spoken);
        check(
            "`/retry c2` tries it again, `/skip c2` gives up",
            "`plangate retry c2` tries it again, `plangate skip c2` gives up",
        );
        check("`/show-plan` shows it", "`plangate show-plan` shows it");
        check("`/approved` and `/etc/log/x` are files", "`/approved` and `/etc/log/x` are files");
    }

    #[test]
    fn a_path_with_a_blank_is_quoted_and_prose_is_taken_as_it_stands() {
        let words = |text: &str| format!("{:?}", parse(text).expect("ours").expect("it makes sense"));
        assert!(words("/approve \"with blank/a.txt\" c2").contains(r#"["with blank/a.txt", "c2"]"#));
        assert!(words("/approve don't").contains(r#"["don't"]"#));
        assert!(words("/plan don't do \"that\"").contains(r#"["don't", "do", "\"that\""]"#));
    }
}
