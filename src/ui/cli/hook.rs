//! `hook`: answers an agent's hook. The agent's calls go to the interceptor; what the person typed goes to the same
//! handler as in a terminal.

mod prompt;
mod session;
mod settings;

use std::env;
use std::error::Error;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::mem::ManuallyDrop;
use std::panic;
use std::path::{Path, PathBuf};
use std::process;

use super::super::context::is_unattended;
use super::super::mail::Inboxes;
use super::Exit;
use crate::apply::Recovered;
use crate::config::OwnFile;
use crate::intercept::hook::{
    HookEvent, HookMessage, HookReply, RenderedReply,
    claude_code::{self, MAX_TAIL_BYTES},
};
use crate::intercept::{Allowed, Interceptor, Reply, denied_by_failure};
use crate::model::{ToolCall, with_causes};
use crate::queue::PendingPlanManager;
use crate::review::visible;
use crate::store::SessionRow;

/// As large as nearly every payload, so that it is read in one piece.
const USUAL_PAYLOAD_BYTES: usize = 8 << 10;

/// Answer an agent's hook (run by the agent, not by you).
///
/// `plangate init claude-code` writes this command into the agent's settings; the agent runs it before each tool call, for
/// each prompt, and when a session begins.
#[derive(Debug, clap::Args)]
#[command(after_long_help = SHAPES)]
pub(in crate::ui) struct Args {
    /// The agent: claude-code.
    agent: String,
}

/// What goes in and comes out, for the help.
const SHAPES: &str = "\
Standard input: one JSON object, the payload of Claude Code's hook
  {\"session_id\": \"...\", \"cwd\": \"/project\", \"hook_event_name\": \"PreToolUse\",
   \"tool_name\": \"Write\", \"tool_input\": {\"file_path\": \"/project/a.txt\", \"content\": \"...\"}}
  (also UserPromptSubmit, SessionStart, SubagentStart, Stop and others)

Standard output: nothing, or one JSON object in the words of that hook
  {\"hookSpecificOutput\": {\"hookEventName\": \"PreToolUse\", \"permissionDecision\": \"allow\" | \"ask\" | \"deny\", ...}}

Exit codes:
  0  it goes on as the output says; without output, by the agent's own rules
  2  it does not go on, and standard error says why: the call was queued or denied, or the prompt was
     a command of plangate's. So ends every failure too, and a payload that is not understood";

impl Args {
    pub(super) fn run(&self) -> Exit {
        // `main` answers hooks before any command line is parsed; this is reached only by odd spellings of it.
        process::exit(i32::from(run(&self.agent)))
    }
}

/// Answers the hook of `agent`; returns the exit code that the agent understands. Never ends with a code that an agent
/// takes for an allowance unless the call may run.
pub fn run(agent: &str) -> u8 {
    // Whatever goes wrong below, the agent must see a denial: exit code 2 with a text, never a crash.
    panic::set_hook(Box::new(|info| {
        let _ = writeln!(io::stderr(), "[plangate] Denied: plangate itself failed ({info}). Nothing was written.");
        process::exit(2);
    }));
    if agent != "claude-code" {
        let told = if agent.is_empty() { "no agent is named" } else { "no such agent is known" };
        let named = visible::line(agent);
        let _ = writeln!(io::stderr(), "[plangate] Denied: `plangate hook {named}`: {told}; there is claude-code");
        return 2;
    }
    let mut payload = Vec::with_capacity(USUAL_PAYLOAD_BYTES);
    let reply = match io::stdin().lock().read_to_end(&mut payload) {
        Ok(_) => answer(&payload),
        Err(error) => refusal(&error),
    };
    let printed = io::stdout().write_all(reply.stdout.as_bytes()).and_then(|()| io::stdout().flush());
    let _ = io::stderr().write_all(reply.stderr.as_bytes());
    // An answer that could not be given whole must not be taken for an allowance.
    if printed.is_ok() { reply.exit_code } else { 2 }
}

fn refusal(error: &dyn Error) -> RenderedReply {
    let Reply::Denied { message } = denied_by_failure(error) else { unreachable!("a failure is denied") };
    claude_code::render("PreToolUse", &HookReply::Deny { text: message, context: None })
}

fn answer(payload: &[u8]) -> RenderedReply {
    let message = match claude_code::parse(payload) {
        Ok(message) => message,
        Err(error) => return error.reply(),
    };
    let name = claude_code::event_name(&message.event).to_owned();
    let reply = Door::open(&message)
        .and_then(|door| door.answer(message))
        .unwrap_or_else(|failed| failed_reply(&name, &failed));
    claude_code::render(&name, &reply)
}

/// A call is denied; for every other event the person is told that plangate does not guard.
fn failed_reply(event: &str, error: &Failure) -> HookReply {
    if event == "PreToolUse" {
        let Reply::Denied { message } = denied_by_failure(error.as_ref()) else { unreachable!("a failure is denied") };
        return HookReply::Deny { text: message, context: None };
    }
    let text = format!("plangate failed: {}", with_causes(error.as_ref()));
    HookReply::Tell { context: None, notice: Some(text) }
}

type Failure = Box<dyn Error>;

/// The queue and the session that a hook's message speaks of, and the person's file as it was read for it.
struct Door {
    manager: PendingPlanManager,
    session: SessionRow,
    own: Option<OwnFile>,
    /// The folder that the agent was started in, where its host names it.
    project: Option<PathBuf>,
    /// The session begins with this very message.
    is_new: bool,
}

impl Door {
    fn open(HookMessage { origin, event, .. }: &HookMessage) -> Result<Self, Failure> {
        let own = OwnFile::read();
        let manager = super::super::queue::open_under(own.as_ref())?;
        // The agent's folder may move with its shell; its project does not.
        let project = env::var_os("CLAUDE_PROJECT_DIR").map(PathBuf::from).filter(|folder| folder.is_dir());
        let is_new =
            matches!(event, HookEvent::SessionStart { .. }) && manager.store().session(&origin.session)?.is_none();
        let mut session = manager.open_session(&origin.session, project.as_deref().unwrap_or(&origin.cwd))?;
        // A spawned agent may run under another one.
        if let (Some(permission), false) = (&origin.permission_mode, origin.agent.is_subagent()) {
            manager.report_permission(&session, permission)?;
        }
        manager.store().note_attendance(&mut session, is_unattended())?;
        Ok(Self { manager, session, own, project, is_new })
    }

    fn answer(self, message: HookMessage) -> Result<HookReply, Failure> {
        // The beginning of a session settles what a crash left as well, and must not begin without it.
        let settled = match message.event {
            HookEvent::ToolCall(_) | HookEvent::Prompt { .. } => self.settled(),
            _ => Vec::new(),
        };
        // The agent's host writes down what was said before a call only after the call's own hook has ended.
        if let (false, Some(transcript)) =
            (matches!(message.event, HookEvent::ToolCall(_)), message.origin.transcript.as_deref())
        {
            self.manager.fill_reasons(&self.session.id, |call| last_said(transcript, call))?;
        }
        match message.event {
            HookEvent::ToolCall(call) => {
                // The process ends with its answer: taking the store's schema apart before would only keep the agent.
                let reply = ManuallyDrop::new(self).call(&call, message.origin.transcript.as_deref())?;
                Ok(telling(reply, settled))
            }
            HookEvent::Prompt { text, author } => Ok(telling(self.prompt(&text, author, message.origin.cwd)?, settled)),
            HookEvent::SessionStart { source } => self.session_start(source),
            HookEvent::Stop { scheduled_prompts, last_words, .. } => self.stop(scheduled_prompts, &last_words),
            HookEvent::ConfigChange { file, .. } => Ok(self.config_change(file.as_deref())),
            HookEvent::SubagentStart => self.subagent_start(&message.origin),
            HookEvent::SubagentStop | HookEvent::Other { .. } => Ok(HookReply::Pass),
        }
    }

    /// Settles what a crash left in flight, if anything, and tells the person. A failure keeps no call from its answer: the
    /// next door tries again.
    fn settled(&self) -> Vec<String> {
        let settled = self.manager.recover().unwrap_or_default();
        Recovered::lines(&settled).iter().map(|line| format!("plangate: recovered: {line}")).collect()
    }

    fn call(&self, call: &ToolCall, transcript: Option<&Path>) -> Result<HookReply, Failure> {
        let said_before = || last_said(transcript?, call.tool_call_id.as_deref()?);
        let interceptor = Interceptor::new(self.manager.proposer(&self.session)?)
            .with_reasons(&said_before)
            .with_mailbox(&Inboxes)
            .with_own_rules(&self.own)
            .telling_beside_results();
        let interceptor = match &self.project {
            Some(project) => interceptor.started_in(project),
            None => interceptor,
        };
        Ok(match interceptor.handle(call) {
            Reply::Allow { rewrite: Some(arguments), note, .. } => {
                HookReply::Allow { updated_input: Some(arguments), context: note }
            }
            Reply::Allow { why: Allowed::Granted | Allowed::PlanFile | Allowed::Within, note, .. } => {
                HookReply::Allow { updated_input: None, context: note }
            }
            Reply::Ask { message } => HookReply::Ask { text: message },
            // The agent's host asks before commands and servers' tools; a proven read needs no question. Its own
            // tools it knows better, and some of them (a question to the person) must not be allowed in its place.
            Reply::Allow { why: Allowed::Read, note, .. } if call.tool == "Bash" || call.tool.starts_with("mcp__") => {
                HookReply::Allow { updated_input: None, context: note }
            }
            Reply::Allow { note, .. } => HookReply::Tell { context: note, notice: None },
            Reply::Queued { message, .. } | Reply::Answered { message } | Reply::Denied { message } => {
                HookReply::Deny { text: message, context: None }
            }
        })
    }
}

/// The reply with more for the person, where it tells them anything.
fn telling(reply: HookReply, mut lines: Vec<String>) -> HookReply {
    match reply {
        HookReply::Tell { context, notice } => {
            lines.extend(notice);
            HookReply::Tell { context, notice: joined(&lines) }
        }
        HookReply::Pass if !lines.is_empty() => HookReply::Tell { context: None, notice: joined(&lines) },
        HookReply::BlockPrompt { text } => {
            lines.push(text);
            HookReply::BlockPrompt { text: lines.join("\n") }
        }
        reply => reply,
    }
}

fn joined(texts: &[String]) -> Option<String> {
    if texts.is_empty() { None } else { Some(texts.join("\n")) }
}

/// What the agent said in the same breath as the call, from the end of its transcript.
fn last_said(transcript: &Path, tool_call_id: &str) -> Option<String> {
    let mut file = File::open(transcript).ok()?;
    let length = file.metadata().ok()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(MAX_TAIL_BYTES as u64))).ok()?;
    let mut tail = Vec::new();
    file.take(MAX_TAIL_BYTES as u64).read_to_end(&mut tail).ok()?;
    claude_code::text_before_call(&tail, tool_call_id)
}
