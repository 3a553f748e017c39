//! `hook`: answers an agent's hook. The agent's calls go to the interceptor; what the person typed goes to the same
//! handler as in a terminal.

use std::env;
use std::error::Error;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::mem::ManuallyDrop;
use std::panic;
use std::path::{Path, PathBuf};
use std::process;

use super::super::context::{Context, is_unattended};
use super::super::error::told_whole;
use super::super::mail::Inboxes;
use super::super::process::{is_above, is_alive, is_called_by};
use super::super::slash;
use super::resume::summary;
use super::{Exit, proposal};
use crate::apply::Recovered;
use serde_json::Value;

use crate::classify::Policy;
use crate::config::{OwnFile, RuleFiles};
use crate::intercept::hook::{
    HookEvent, HookMessage, HookReply, Origin, PromptAuthor, RenderedReply, SessionSource,
    claude_code::{self, MAX_TAIL_BYTES},
    install,
};
use crate::intercept::{Allowed, Interceptor, Reply, denied_by_failure, forget_copies};
use crate::mode;
use crate::model::{Mode, ToolCall};
use crate::queue::PendingPlanManager;
use crate::review::visible;
use crate::store::SessionRow;

/// The most of a prompt that becomes a plan's task.
const MAX_TASK_CHARS: usize = 500;

/// Variables by which the hook finds its data, the person's rules and its own program, or takes its agent for the person.
const LEADING: [&str; 12] = [
    "PLANGATE_HOME",
    "XDG_STATE_HOME",
    "HOME",
    "PLANGATE_APPROVAL",
    "PLANGATE_SESSION",
    "XDG_CONFIG_HOME",
    "PATH",
    "LD_PRELOAD",
    "LD_LIBRARY_PATH",
    "BASH_ENV",
    "CLAUDE_CONFIG_DIR",
    "CLAUDE_PROJECT_DIR",
];

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
    let text = format!("plangate failed: {}", told_whole(error.as_ref()));
    if event == "UserPromptSubmit" {
        return HookReply::Tell { context: None, notice: Some(text) };
    }
    HookReply::Tell { context: None, notice: Some(text) }
}

type Failure = Box<dyn Error>;

/// The queue and the session that a hook's message speaks of, and the person's file as it was read for it.
struct Door {
    manager: PendingPlanManager,
    session: SessionRow,
    own: Option<OwnFile>,
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
        Ok(Self { manager, session, own, is_new })
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

    fn prompt(self, text: &str, author: PromptAuthor, cwd: PathBuf) -> Result<HookReply, Failure> {
        // The agent hears of it below, with what else waits for it. What fails now is tried and told by the next command.
        let _ = self.manager.recover();
        if slash::is_ours(text) {
            return Ok(HookReply::BlockPrompt { text: self.typed(text, author, cwd) });
        }
        if author != PromptAuthor::Person {
            return Ok(HookReply::Pass);
        }
        let now = self.manager.now();
        let plan = self.manager.open_plan(&self.session.id)?;
        let is_first = !self.session.spoken;
        if plan.is_none() {
            let task: String = text.trim().chars().take(MAX_TASK_CHARS).collect();
            self.manager.store().suggest_task(&self.session.id, &task, now)?;
        }
        self.manager.store().touch_session(&self.session.id, self.agent_pid(), now)?;
        let opened = self.manager.open_by_words(&self.session, text, is_first)?;
        let notice = opened.map(|opened| match opened {
            Ok(moved) => format!("plangate: your settings open this in {} mode; /plan leaves it", moved.regime.mode),
            Err(why) => format!("plangate: {why}"),
        });
        let pending = plan.map_or(0, |plan| plan.pending().count());
        let context = self.manager.for_turn(&self.session.id, pending)?;
        Ok(HookReply::Tell { context: joined(&context), notice })
    }

    /// A spawned agent learns the mode before its first call.
    fn subagent_start(&self, origin: &Origin) -> Result<HookReply, Failure> {
        let context = self.manager.proposer(&self.session)?.brief(&origin.agent)?;
        Ok(HookReply::Tell { context, notice: None })
    }

    /// Runs what the person typed; nothing of it reaches the model.
    fn typed(self, text: &str, author: PromptAuthor, cwd: PathBuf) -> String {
        if author != PromptAuthor::Person {
            return "plangate: refused: only a prompt that the person typed can be a command".to_owned();
        }
        if self.session.timers && slash::decides(text) && !self.only_tightens(text) {
            return "plangate: refused: this session's agent has made a timer that can type prompts, so a prompt no \
                    longer proves a person. Decide in another terminal: `plangate show-plan`, `plangate approve`."
                .to_owned();
        }
        if slash::decides(text) && !self.only_tightens(text) && !self.is_from_the_host().unwrap_or(false) {
            return "plangate: refused: this prompt did not come from the agent that a person talks to. Decide in a \
                    terminal: `plangate show-plan`, `plangate approve`."
                .to_owned();
        }
        let mut out = Vec::new();
        let mut context = Context::for_prompt(self.manager, self.session.id, cwd, &mut out);
        let result = slash::run(text, &mut context);
        let mut shown = String::from_utf8_lossy(&out).into_owned();
        match result {
            Some(Err(error)) if error.exit == Exit::Done => shown.push_str(error.message()),
            Some(Err(error)) => shown.push_str(&error.to_string()),
            Some(Ok(_)) | None => {}
        }
        shown
    }

    /// Whether the session's own agent called this hook, and no other agent started that one. Where its process is not known,
    /// or is gone, its word has to do.
    fn is_from_the_host(&self) -> Result<bool, Failure> {
        let Some(agent) = self.session.agent_pid.filter(|pid| is_alive(*pid)) else { return Ok(true) };
        let agents = self.manager.store().agent_pids()?;
        Ok(is_called_by(agent) && !agents.iter().any(|other| is_above(*other, agent)))
    }

    /// The agent's process, as Claude Code tells its hooks: believed when it stands above this one and not below the one
    /// that is known.
    fn agent_pid(&self) -> Option<u32> {
        let told: u32 = env::var("CLAUDE_PID").ok()?.parse().ok()?;
        let is_below_known = self.session.agent_pid.is_some_and(|known| is_above(known, told));
        (is_above(told, process::id()) && !is_below_known).then_some(told)
    }

    /// Entering plan mode is safe whoever types it.
    fn only_tightens(&self, text: &str) -> bool {
        let mut words = text.split_whitespace();
        let enters = words.next() == Some("/plan") && self.session.mode == Mode::Build;
        enters && !super::plan::is_about_document(&words.map(str::to_owned).collect::<Vec<_>>())
    }

    fn session_start(mut self, source: SessionSource) -> Result<HookReply, Failure> {
        let now = self.manager.now();
        let settled = self.manager.recover()?;
        let pid = self.agent_pid();
        // A session that was there before has a mode of its own, and none other takes its place.
        if let (true, SessionSource::Clear | SessionSource::Resume, Some(pid)) = (self.is_new, source, pid)
            && let Some(former) = self.manager.store().former_session(&self.session.id, &self.session.root, pid)?
        {
            self.manager.store().succeed(&former, &self.session.id, now)?;
            self.session = self.manager.open_session(&self.session.id, &self.session.root)?;
        }
        self.manager.store().touch_session(&self.session.id, pid, now)?;
        if self.manager.open_plan(&self.session.id)?.is_none() {
            forget_copies(self.manager.store().home(), &self.session.id);
        }
        let mut context: Vec<String> = self.reassert(source)?.into_iter().collect();
        let mut notice: Vec<String> =
            Recovered::lines(&settled).iter().map(|line| format!("plangate: recovered: {line}")).collect();
        let policy = Policy::of(&RuleFiles::beside(self.own.take(), &self.session.root));
        notice.extend(policy.faults().iter().map(|fault| format!("plangate: rules: {fault}")));
        if let Some(plan) = self.manager.open_plan(&self.session.id)? {
            let waiting: Vec<String> = plan.pending().map(|change| format!("{} {}", change.id, change.tool)).collect();
            if !waiting.is_empty() {
                context.push(format!(
                    "[plangate] {} changes of this session are queued and wait for the person: {}. They are not on disk.",
                    waiting.len(),
                    waiting.join(", ")
                ));
            }
        }
        for plan in self.manager.store().open_plans_of_workspace(&self.session.root)? {
            notice.push(format!("plangate: open plan {}: /show-plan, /approve, /reject", summary(&plan)));
        }
        Ok(HookReply::Tell { context: joined(&context), notice: joined(&notice) })
    }

    /// What the agent has to be told anew, since its conversation begins or has lost its beginning. Only a conversation
    /// that was summarized goes on without a prompt; before every other the full instructions come with that.
    fn reassert(&self, source: SessionSource) -> Result<Option<String>, Failure> {
        let mode = self.session.mode;
        self.manager.store().begin_reminding(&self.session.id, mode, self.manager.now())?;
        if mode == Mode::Build {
            return Ok(None);
        }
        let pending = self.manager.open_plan(&self.session.id)?.map_or(0, |plan| plan.pending().count());
        Ok(match source {
            SessionSource::Compact | SessionSource::Unknown => {
                Some(format!("[plangate] {}", self.manager.full_instruction(&self.session)?))
            }
            _ => mode::one_line(mode, pending),
        })
    }

    fn stop(&self, scheduled_prompts: usize, last_words: &str) -> Result<HookReply, Failure> {
        self.manager.store().answer(&self.session.id, last_words)?;
        if scheduled_prompts > 0 {
            self.manager.store().note_timer(&self.session.id)?;
        }
        let plan = self.manager.open_plan(&self.session.id)?;
        let waiting = plan.as_ref().map_or(0, |plan| plan.pending().count());
        let mut notice = Vec::new();
        if waiting > 0 {
            let changes = if waiting == 1 { "change waits" } else { "changes wait" };
            notice.push(format!("plangate: {waiting} {changes} for you: /show-plan, /approve [n], /reject"));
        }
        if let Some(asked) = self.manager.store().mode_proposal(&self.session.id)? {
            notice.push(format!("plangate: {}", proposal::summary(&asked)));
        }
        Ok(HookReply::Tell { context: None, notice: joined(&notice) })
    }

    /// While a regime restricts, settings that would take the guard away do not take effect.
    fn config_change(&self, changed: Option<&Path>) -> HookReply {
        if self.session.mode == Mode::Build || self.still_guarded(changed) {
            return HookReply::Pass;
        }
        HookReply::RefuseConfigChange {
            text: format!(
                "plangate: settings that take its hook away do not take effect in {} mode; leave it with /mode build",
                self.session.mode
            ),
        }
    }

    /// Whether some settings file still installs the hook and none switches hooks off.
    fn still_guarded(&self, changed: Option<&Path>) -> bool {
        let project = self.session.root.join(".claude");
        let mut files = vec![project.join("settings.json"), project.join("settings.local.json")];
        files.extend(env::var_os("HOME").map(|home| Path::new(&home).join(".claude/settings.json")));
        files.extend(changed.map(Path::to_owned));
        let texts: Vec<String> = files.iter().filter_map(|file| std::fs::read_to_string(file).ok()).collect();
        let settings: Vec<Value> = texts.iter().filter_map(|text| serde_json::from_str(text).ok()).collect();
        let switches = ["disableAllHooks", "allowManagedHooksOnly"];
        let on = |settings: &Value| switches.iter().any(|switch| settings[*switch] == Value::Bool(true));
        let disabled = settings.iter().any(on);
        let led_astray =
            settings.iter().any(|settings| LEADING.iter().any(|name| leads_elsewhere(name, &settings["env"][name])));
        !disabled && !led_astray && settings.iter().any(|settings| install::guards(settings, is_this_program))
    }
}

/// Whether settings name the program that runs, by its path or as the one on the search path.
fn is_this_program(named: &str) -> bool {
    let real = |path: &Path| path.canonicalize().ok();
    let own = env::current_exe().ok().and_then(|own| real(&own));
    !named.is_empty() && (!named.contains('/') || own.is_some() && real(Path::new(named)) == own)
}

/// Whether settings give a variable another value than it has now.
fn leads_elsewhere(name: &str, value: &Value) -> bool {
    value.as_str().is_some_and(|value| env::var(name).ok().as_deref() != Some(value))
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
