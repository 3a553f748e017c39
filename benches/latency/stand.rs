//! A workspace in plan mode with a data folder of its own, and the calls of an agent in it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use plangate::classify;
use plangate::model::{AgentPath, Mode, ServerHints, SessionId, ToolCall};
use plangate::queue::{PendingPlanManager, Proposed, Proposer};
use serde_json::{Value, json};

/// The program as the build leaves it. What is measured is a copy, as an installer makes one: the linker writes in an
/// order that leaves the file in small pieces of the page cache, so that each start costs more than it ever will again.
const BUILT: &str = env!("CARGO_BIN_EXE_plangate");
/// The session of all calls.
pub(crate) const SESSION: &str = "bench";

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/hooks/claude-code");

/// A workspace in plan mode with a data folder of its own; both vanish with it.
pub(crate) struct Stand {
    folder: tempfile::TempDir,
}

impl Stand {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        fs::create_dir(folder.path().join("project")).expect("and one in it");
        fs::copy(BUILT, folder.path().join("plangate")).expect("the program can be copied");
        let stand = Self { folder };
        let manager = stand.manager();
        let session =
            manager.open_session(&SessionId::from(SESSION), &stand.project()).expect("a session can be opened");
        manager.switch_mode(&session, Mode::Plan, "bench").expect("the mode can be switched");
        manager.store().take_messages(&session.id, manager.now()).expect("messages can be taken");
        stand
    }

    /// The workspace.
    pub(crate) fn project(&self) -> PathBuf {
        self.folder.path().join("project")
    }

    /// The program that is measured.
    pub(crate) fn program(&self) -> PathBuf {
        self.folder.path().join("plangate")
    }

    /// The data folder.
    pub(crate) fn home(&self) -> PathBuf {
        self.folder.path().join("home")
    }

    /// The database in it.
    pub(crate) fn database(&self) -> PathBuf {
        self.home().join("plangate.db")
    }

    /// A path that is not in the workspace.
    pub(crate) fn beside(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn manager(&self) -> PendingPlanManager {
        PendingPlanManager::open(&self.home()).expect("the store can be opened")
    }

    /// Runs `work` with what an agent's door holds.
    pub(crate) fn with_proposer<T>(&self, work: impl FnOnce(&Proposer<'_>) -> T) -> T {
        let manager = self.manager();
        let session = manager.open_session(&SessionId::from(SESSION), &self.project()).expect("the session is there");
        work(&manager.proposer(&session).expect("its workspace is there"))
    }

    /// A call of a tool in the workspace.
    pub(crate) fn call(&self, tool: &str, args: Value, reason: &str) -> ToolCall {
        ToolCall {
            tool: tool.to_owned(),
            args,
            cwd: self.project(),
            agent: AgentPath::main(),
            tool_call_id: None,
            reason: reason.to_owned(),
            hints: ServerHints::default(),
        }
    }

    /// The `n`th new file, as a call.
    pub(crate) fn new_file(&self, n: u32) -> ToolCall {
        let path = self.project().join(format!("src/part_{}/file_{n}.rs", n % 20));
        let content = format!("//! Part {n}.\n\npub fn answer() -> u32 {{\n    {n}\n}}\n");
        self.call("Write", json!({ "file_path": path, "content": content }), "the parts are needed")
    }

    /// plangate in an environment of its own.
    pub(crate) fn plangate(&self) -> Command {
        let mut command = Command::new(self.program());
        command.env_clear().env("PLANGATE_HOME", self.home()).env("HOME", self.folder.path());
        command.current_dir(self.project());
        command
    }

    /// plangate as an agent's hook.
    pub(crate) fn hook(&self) -> Command {
        let mut command = self.plangate();
        command.args(["hook", "claude-code"]);
        command
    }

    /// A recorded payload, moved into this workspace; `arguments` take the place of those it had.
    pub(crate) fn payload(&self, fixture: &str, arguments: &Value) -> Vec<u8> {
        let text = fs::read(Path::new(FIXTURES).join(fixture)).expect("the fixture is there");
        let mut payload: Value = serde_json::from_slice(&text).expect("the fixture is JSON");
        payload["session_id"] = json!(SESSION);
        payload["cwd"] = json!(self.project());
        payload["transcript_path"] = json!(self.beside("transcript.jsonl"));
        payload["tool_input"] = arguments.clone();
        payload.to_string().into_bytes()
    }
}

/// Queues `call`; nothing but a new change will do.
pub(crate) fn propose(proposer: &Proposer<'_>, call: &ToolCall) {
    let request = classify::request(call).expect("the call is well formed");
    let outcome = proposer.propose(call, &request, &classify::classify(call), classify::phase(call));
    assert!(matches!(outcome, Ok(Proposed::Queued(_))), "{call:?} was not queued: {outcome:?}");
}

/// What `program` prints when it is run with `args`; `None` when there is no such program.
pub(crate) fn printed(program: &str, args: &[&str]) -> Option<String> {
    let output = Command::new(program).args(args).stdin(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Whether a program ended well.
pub(crate) fn succeeded(output: &Output) -> bool {
    output.status.success()
}
