//! JSON Lines: one call a line in, one reply a line out, in order. Any program can wrap its tool calls with it.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::signal::unix::{SignalKind, signal};

use super::{Interceptor, Reply, denied_by_failure};
use crate::model::{AgentPath, Mode, ServerHints, SessionId, ToolCall, ToolList};
use crate::queue::{PendingPlanManager, QueueError, Recovered};
use crate::store::{Announced, SessionRow, StoreError};

/// The longest line that is read: the largest arguments and their frame. A longer one is answered as too long.
const MAX_LINE_BYTES: usize = 17 << 20;

/// What a line looks like, for one who sent another.
const EXAMPLE: &str = r#"`{"id": 1, "tool": "read_file", "args": {"path": "a.txt"}}`"#;

/// The longest name of a server.
const MAX_SERVER_BYTES: usize = 256;

/// One line as it arrives. Unknown fields are ignored, so that newer callers work with older doors.
#[derive(Debug, Deserialize)]
struct Line {
    tool: String,
    #[serde(default = "no_arguments")]
    args: Value,
    session: Option<String>,
    agent: Option<String>,
    cwd: Option<PathBuf>,
    tool_call_id: Option<String>,
    reason: Option<String>,
    permission_mode: Option<String>,
    #[serde(default)]
    hints: ServerHints,
}

/// What a server offers, told by a caller that has its list.
#[derive(Debug, Deserialize)]
struct Announcement {
    server: String,
    tools: Value,
    session: Option<String>,
    cwd: Option<PathBuf>,
}

fn no_arguments() -> Value {
    json!({})
}

/// What a line falls back to when it does not say.
#[derive(Debug, Clone)]
pub struct Defaults {
    /// The session of lines that name none; without one it is the workspace's own.
    pub session: Option<SessionId>,
    /// The folder of lines that name none.
    pub cwd: PathBuf,
    /// No person can answer in the sessions of this door.
    pub unattended: bool,
    /// The person's words for what its agents shall do.
    pub task: Option<String>,
}

/// What a door has seen by its end.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Served {
    /// The sessions of its calls.
    pub sessions: BTreeSet<SessionId>,
    /// What the person should know, beside the replies.
    pub notices: Vec<String>,
}

/// Serves standard input until it ends, or until SIGTERM or SIGINT: the call in hand is answered first.
///
/// # Errors
/// Standard input or output failed.
///
/// # Panics
/// Never: a call whose answer panicked ends the loop with an error.
pub async fn serve(manager: PendingPlanManager, defaults: Defaults) -> io::Result<Served> {
    let mut door = Some(Door { manager, defaults, served: Served::default() });
    let mut input = BufReader::new(tokio::io::stdin());
    let mut output = tokio::io::stdout();
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    loop {
        let line = tokio::select! {
            line = next_line(&mut input) => line?,
            _ = terminate.recv() => None,
            _ = interrupt.recv() => None,
        };
        let Some(line) = line else { return Ok(door.map(|door| door.served).unwrap_or_default()) };
        let mut held = door.take().expect("the door comes back with every answer");
        let answered = tokio::task::spawn_blocking(move || {
            let reply = held.answer(&line);
            (held, reply)
        });
        let (back, reply) = answered.await.map_err(io::Error::other)?;
        door = Some(back);
        output.write_all(format!("{reply}\n").as_bytes()).await?;
        output.flush().await?;
    }
}

/// Denies every line, as the queue cannot be used: who takes the end of the replies for leave shall not find it.
///
/// # Errors
/// The input cannot be read or the output cannot be written.
pub fn refuse(input: impl io::BufRead, mut output: impl io::Write, problem: &str) -> io::Result<()> {
    for line in input.split(b'\n') {
        let line = line?;
        if line.trim_ascii().is_empty() {
            continue;
        }
        let id = serde_json::from_slice::<Value>(&line).map_or(Value::Null, |line| line["id"].clone());
        writeln!(output, "{}", denied(&id, problem))?;
        output.flush()?;
    }
    Ok(())
}

/// The next line that is not blank, without its end; `Err` inside for one that is too long, which is skipped whole.
async fn next_line(input: &mut BufReader<tokio::io::Stdin>) -> io::Result<Option<Result<Vec<u8>, &'static str>>> {
    loop {
        let mut line = Vec::new();
        let limit = MAX_LINE_BYTES as u64 + 1;
        if (&mut *input).take(limit).read_until(b'\n', &mut line).await? == 0 {
            return Ok(None);
        }
        if line.last() != Some(&b'\n') && line.len() > MAX_LINE_BYTES {
            let mut rest = Vec::new();
            loop {
                rest.clear();
                let read = (&mut *input).take(1 << 16).read_until(b'\n', &mut rest).await?;
                if read == 0 || rest.last() == Some(&b'\n') {
                    return Ok(Some(Err("the line is longer than 17 MiB")));
                }
            }
        }
        if !line.trim_ascii().is_empty() {
            return Ok(Some(Ok(line)));
        }
    }
}

struct Door {
    manager: PendingPlanManager,
    defaults: Defaults,
    served: Served,
}

impl Door {
    /// The reply to one line. Never panics and never allows what it does not understand.
    fn answer(&mut self, line: &Result<Vec<u8>, &'static str>) -> Value {
        let line = match line {
            Ok(line) => line,
            Err(problem) => return denied(&Value::Null, problem),
        };
        let value: Value = match serde_json::from_slice(line) {
            Ok(value) => value,
            Err(error) => return denied(&Value::Null, &format!("the line is not JSON: {error}")),
        };
        if !value.is_object() {
            return denied(
                &Value::Null,
                &format!("the line is not a call: it is {}; a call is {EXAMPLE}", kind_of(&value)),
            );
        }
        let id = value.get("id").cloned().unwrap_or(Value::Null);
        if value.get("tool").is_none() && value.get("tools").is_some() {
            return match serde_json::from_value(value) {
                Ok(announcement) => self.announce(&id, announcement),
                Err(error) => denied(&id, &format!("the line is not a server's list of tools: {error}")),
            };
        }
        match serde_json::from_value::<Line>(value) {
            Ok(line) if !line.args.is_object() => denied(&id, "`args` must be an object"),
            Ok(line) if line.tool.trim().is_empty() => denied(&id, "`tool` names no tool"),
            Ok(line) => self.handle(&id, line),
            Err(error) => denied(&id, &format!("the line is not a call: {error}; a call is {EXAMPLE}")),
        }
    }

    /// The folder that a line speaks of.
    fn folder(&self, named: Option<PathBuf>) -> PathBuf {
        named.map_or_else(|| self.defaults.cwd.clone(), |cwd| self.defaults.cwd.join(cwd))
    }

    /// The session that a line speaks of.
    fn session(&self, named: Option<String>, cwd: &Path) -> Result<SessionRow, QueueError> {
        let named = named.filter(|id| !id.is_empty()).map(SessionId).or_else(|| self.defaults.session.clone());
        let Some(named) = named else {
            let root = self.stricter(self.workspace_of(cwd)?)?;
            return self.manager.open_session(&SessionId::of_workspace(&root), &root);
        };
        match self.manager.store().session(&named)? {
            Some(known) => Ok(known),
            None => self.manager.open_session(&named, &self.stricter(self.manager.workspace_of(cwd)?)?),
        }
    }

    /// Keeps a server's list. One that makes no sense counts as an empty one, so that no trust outlives it.
    fn announce(&self, id: &Value, line: Announcement) -> Value {
        let plain = line.server.len() <= MAX_SERVER_BYTES && line.server.bytes().all(|b| b.is_ascii_graphic());
        if line.server.is_empty() || !plain {
            return denied(id, "`server` is no server's name");
        }
        let session = match self.session(line.session, &self.folder(line.cwd)) {
            Ok(session) => session,
            Err(error) => return rendered(id, denied_by_failure(&error)),
        };
        let proposer = match self.manager.proposer(&session) {
            Ok(proposer) => proposer,
            Err(error) => return rendered(id, denied_by_failure(&error)),
        };
        let parsed = ToolList::parse(&line.tools);
        let announced = match proposer.announce(&line.server, parsed.as_ref().unwrap_or(&ToolList::default())) {
            Ok(announced) => announced,
            Err(error) => return rendered(id, denied_by_failure(&error)),
        };
        if let Err(error) = parsed {
            return denied(id, &error.to_string());
        }
        let message = match announced {
            Announced::Withdrawn => "its tools have changed: the person's trust in it has ended",
            Announced::Trusted | Announced::Untrusted => "",
        };
        let trusted = announced == Announced::Trusted;
        json!({ "id": id, "server": line.server, "trusted": trusted, "message": message })
    }

    fn handle(&mut self, id: &Value, line: Line) -> Value {
        self.settle();
        let cwd = self.folder(line.cwd);
        let opened = self
            .session(line.session, &cwd)
            .and_then(|session| Ok(self.begin(session, line.permission_mode.as_deref())?));
        let session = match opened {
            Ok(session) => session,
            Err(error) => return rendered(id, denied_by_failure(&error)),
        };
        let proposer = match self.manager.proposer(&session) {
            Ok(proposer) => proposer,
            Err(error) => return rendered(id, denied_by_failure(&error)),
        };
        let call = ToolCall {
            tool: line.tool,
            args: line.args,
            cwd,
            agent: line.agent.map_or_else(AgentPath::main, AgentPath),
            tool_call_id: line.tool_call_id,
            reason: line.reason.unwrap_or_default(),
            hints: line.hints,
        };
        rendered(id, Interceptor::new(proposer).started_in(&self.defaults.cwd).handle(&call))
    }
}

impl Door {
    /// Settles what a crash left in flight; an indexed look when nothing is. A failure keeps no call from its answer: the
    /// next one tries again.
    fn settle(&mut self) {
        let settled = self.manager.recover().unwrap_or_default();
        let lines = Recovered::lines(&settled);
        self.served.notices.extend(lines.iter().map(|line| format!("recovered: {line}")));
    }

    /// What the person said of a session before its first call, and what its agent says of itself.
    fn begin(&mut self, mut session: SessionRow, permission: Option<&str>) -> Result<SessionRow, StoreError> {
        if let Some(permission) = permission {
            self.manager.report_permission(&session, permission)?;
        }
        if !self.served.sessions.insert(session.id.clone()) {
            return Ok(session);
        }
        self.manager.store().note_attendance(&mut session, self.defaults.unattended)?;
        if let Some(task) = &self.defaults.task {
            let is_first = !session.spoken;
            self.manager.store().set_task(&session.id, task, self.manager.now())?;
            if let Some(Err(why)) = self.manager.open_by_words(&session, task, is_first)? {
                self.served.notices.push(why);
            }
        }
        Ok(session)
    }

    /// `root`, or the door's own workspace where calls pass in `root` and not here: an agent leaves no plan by naming
    /// another folder.
    fn stricter(&self, root: PathBuf) -> Result<PathBuf, QueueError> {
        let Ok(own) = self.manager.workspace_of(&self.defaults.cwd) else { return Ok(root) };
        let passes = |root: &Path| self.manager.store().workspace_mode(root).map(|mode| mode == Mode::Build);
        Ok(if passes(&root)? && !passes(&own)? { own } else { root })
    }

    /// The workspace whose session a call made in `cwd` belongs to when it names none: that of `cwd` if it was ever
    /// opened, else that of the door, so that an agent does not leave its plan by changing the folder.
    fn workspace_of(&self, cwd: &Path) -> Result<PathBuf, QueueError> {
        let root = self.manager.workspace_of(cwd)?;
        if self.manager.store().workspace_above(&root)?.as_deref() == Some(root.as_path()) {
            return Ok(root);
        }
        self.manager.workspace_of(&self.defaults.cwd)
    }
}

/// What a line is that is no object.
fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Array(_) => "a list",
        Value::String(_) => "a string",
        Value::Number(_) => "a number",
        _ => "a bare word",
    }
}

fn denied(id: &Value, problem: &str) -> Value {
    json!({ "id": id, "decision": "denied", "message": format!("[plangate] Denied: {problem}.") })
}

fn rendered(id: &Value, reply: Reply) -> Value {
    match reply {
        Reply::Allow { rewrite, note, .. } => {
            let mut value = json!({ "id": id, "decision": "allow", "message": note.unwrap_or_default() });
            if let Some(rewrite) = rewrite {
                value["rewrite"] = rewrite;
            }
            value
        }
        Reply::Queued { message, change } => {
            let change = json!({
                "id": change.id, "order": change.order, "tool": change.tool, "reason": change.reason,
                "proposed_at": change.proposed_at, "tool_call_id": change.tool_call_id, "agent": change.agent,
                "state": change.state, "depends_on": change.depends_on, "phase": change.phase,
                "digest": change.digest, "marks": change.marks,
            });
            json!({ "id": id, "decision": "queued", "message": message, "change": change })
        }
        // The plan waits for the person like any change; there is no change of its own to it.
        Reply::Answered { message } => json!({ "id": id, "decision": "queued", "message": message }),
        Reply::Ask { message } => json!({ "id": id, "decision": "ask", "message": message }),
        Reply::Denied { message } => json!({ "id": id, "decision": "denied", "message": message }),
    }
}
