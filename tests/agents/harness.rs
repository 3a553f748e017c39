//! The stage: a throw-away project, a model that says what a script tells it to, and an agent between them.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Output, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;

/// How long an agent may take for one prompt; a machine under load needs a part of it.
const PATIENCE: Duration = Duration::from_secs(90);

/// Nobody asks for it: the model is our own.
const API_KEY: &str = "none-needed";

/// A project folder, a home and a data folder of plangate that nobody else uses.
pub(crate) struct Stage {
    folder: TempDir,
}

impl Stage {
    pub(crate) fn new() -> Self {
        let stage = Self { folder: tempfile::tempdir().unwrap() };
        for name in ["project", "home", "data"] {
            fs::create_dir(stage.path(name)).unwrap();
        }
        stage
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().canonicalize().unwrap().join(name)
    }

    pub(crate) fn project(&self) -> PathBuf {
        self.path("project")
    }

    /// The absolute path of a file of the project, for scripts.
    pub(crate) fn file(&self, name: &str) -> String {
        self.project().join(name).to_str().unwrap().to_owned()
    }

    pub(crate) fn write(&self, name: &str, content: &str) {
        fs::write(self.project().join(name), content).unwrap();
    }

    /// Every file and folder of the project with its content, but for the agent's own settings.
    pub(crate) fn files(&self) -> BTreeMap<String, String> {
        let mut files = BTreeMap::new();
        collect(&self.project(), &self.project(), &mut files);
        files
    }

    /// Runs plangate in the project as a person's shell would.
    pub(crate) fn plangate(&self, args: &[&str]) -> Output {
        self.command(env!("CARGO_BIN_EXE_plangate")).args(args).output().unwrap()
    }

    /// The open plan's changes, as `(tool, agent, state)` in order.
    pub(crate) fn plan(&self) -> Vec<(String, String, String)> {
        let output = self.plangate(&["show-plan", "--json"]);
        let shown: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("no JSON: {output:?}"));
        let changes = shown["plan"]["changes"].as_array().cloned().unwrap_or_default();
        let text = |change: &Value, key: &str| change[key].as_str().unwrap().to_owned();
        changes.iter().map(|change| (text(change, "tool"), text(change, "agent"), text(change, "state"))).collect()
    }

    /// A command in the project with nothing inherited but the search path.
    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.current_dir(self.project()).env_clear().envs(self.environment()).stdin(Stdio::null());
        command
    }

    fn environment(&self) -> Vec<(&'static str, OsString)> {
        let path = std::env::var_os("PATH").unwrap_or_default();
        vec![("PATH", path), ("HOME", self.path("home").into()), ("PLANGATE_HOME", self.path("data").into())]
    }

    /// Starts the model of `tests/agents/model_server.py` with these scenes.
    pub(crate) fn model(&self, scenes: &Value) -> Model {
        let (script, log) = (self.path("script.json"), self.path("requests.jsonl"));
        fs::write(&script, json!({ "scenes": scenes }).to_string()).unwrap();
        let server = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/agents/model_server.py");
        let mut command = Command::new("python3");
        command.arg(server).arg(script).arg(&log).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().expect("python3 runs: tests/agents/setup.sh installs it");
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let url = line.trim().strip_prefix("listening ").expect("the model server says where it listens").to_owned();
        Model { child, url, log }
    }
}

fn collect(root: &Path, folder: &Path, files: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
        if name == ".claude" {
            continue;
        }
        if path.is_dir() {
            files.insert(format!("{name}/"), String::new());
            collect(root, &path, files);
        } else {
            files.insert(name, fs::read_to_string(&path).unwrap());
        }
    }
}

/// The model server; it ends when its standard input does.
pub(crate) struct Model {
    child: Child,
    url: String,
    log: PathBuf,
}

impl Model {
    fn requests(&self) -> Vec<Value> {
        let log = fs::read_to_string(&self.log).unwrap();
        log.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// The results of its tool calls that the model was given in the scene of `prompt`, in order.
    pub(crate) fn results(&self, prompt: &str) -> Vec<String> {
        let requests = self.requests();
        let last = requests.iter().rfind(|request| request["scene"] == prompt);
        let last = last.unwrap_or_else(|| panic!("the model was never asked `{prompt}`"));
        let messages = last["body"]["messages"].as_array().unwrap();
        let blocks = messages.iter().filter_map(|message| message["content"].as_array()).flatten();
        blocks.filter(|block| block["type"] == "tool_result").map(|block| text(&block["content"])).collect()
    }

    /// How often `text` stands in what the model was given last, its memory of earlier turns included.
    pub(crate) fn times_told(&self, text: &str) -> usize {
        let requests = self.requests();
        let last = requests.iter().rfind(|request| !request["scene"].is_null()).expect("the model was asked");
        last["body"]["messages"].to_string().matches(text).count()
    }

    /// Whether `text` stood in what the model was given in the scene of `prompt`.
    pub(crate) fn was_told(&self, prompt: &str, text: &str) -> bool {
        let requests = self.requests();
        let mut scene = requests.iter().filter(|request| request["scene"] == prompt);
        scene.any(|request| request["body"].to_string().contains(text))
    }

    /// Whether `text` ever stood in what the person said, as the model got it.
    pub(crate) fn was_asked(&self, text: &str) -> bool {
        let requests = self.requests();
        let messages = requests.iter().filter_map(|request| request["body"]["messages"].as_array()).flatten();
        messages.filter(|message| message["role"] == "user").any(|message| said(&message["content"]).contains(text))
    }
}

/// The text of a message, without the results of tools.
fn said(content: &Value) -> String {
    match content {
        Value::Array(blocks) => {
            blocks.iter().filter(|block| block["type"] == "text").map(|block| text(&block["text"])).collect()
        }
        other => text(other),
    }
}

fn text(content: &Value) -> String {
    match content {
        Value::String(text) => text.clone(),
        Value::Array(blocks) => blocks.iter().filter_map(|block| block["text"].as_str()).collect(),
        other => other.to_string(),
    }
}

impl Drop for Model {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

/// A running Claude Code whose permission system lets everything pass, so that nothing but plangate is in the way.
pub(crate) struct ClaudeCode {
    child: Child,
    stdin: ChildStdin,
    events: Receiver<Value>,
    session: Option<String>,
}

impl ClaudeCode {
    pub(crate) fn start(stage: &Stage, model: &Model) -> Self {
        Self::start_with(stage, model, &[])
    }

    pub(crate) fn resume(stage: &Stage, model: &Model, session: &str) -> Self {
        Self::start_with(stage, model, &["--resume", session])
    }

    fn start_with(stage: &Stage, model: &Model, args: &[&str]) -> Self {
        let mut command = stage.command(claude_program().to_str().unwrap());
        command.envs(claude_environment(model));
        command.args(["-p", "--input-format", "stream-json", "--output-format", "stream-json", "--verbose"]);
        command.arg("--dangerously-skip-permissions").args(args);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let (send, events) = channel();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        thread::spawn(move || {
            for line in stdout.lines().map_while(Result::ok) {
                let _ = send.send(serde_json::from_str(&line).unwrap_or(Value::String(line)));
            }
        });
        Self { stdin: child.stdin.take().unwrap(), child, events, session: None }
    }

    /// Types a prompt and waits for the answer; returns what the person is shown.
    pub(crate) fn say(&mut self, prompt: &str) -> String {
        let message = json!({ "type": "user", "message": { "role": "user", "content": prompt } });
        writeln!(self.stdin, "{message}").unwrap();
        self.answer(PATIENCE).unwrap_or_else(|shown| panic!("no answer to `{prompt}`; shown so far: {shown}"))
    }

    /// Waits for the end of a turn; returns what the person is shown, as an error if there was no end in time.
    pub(crate) fn answer(&mut self, patience: Duration) -> Result<String, String> {
        let mut shown = String::new();
        loop {
            let Ok(event) = self.events.recv_timeout(patience) else { return Err(shown) };
            if let Some(session) = event["session_id"].as_str() {
                self.session = Some(session.to_owned());
            }
            for text in [&event["content"], &event["result"], &event["systemMessage"]] {
                shown.push_str(text.as_str().unwrap_or_default());
                shown.push('\n');
            }
            if event["type"] == "result" {
                return Ok(shown);
            }
        }
    }

    /// The session's id, known after the first answer.
    pub(crate) fn session(&self) -> String {
        self.session.clone().expect("the session has answered before")
    }

    /// Ends the program as a power cut would.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for ClaudeCode {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Claude Code as a person has it: a terminal to type into and to read from.
pub(crate) struct ClaudeTerminal {
    child: Box<dyn portable_pty::Child + Send + Sync>,
    keys: Box<dyn Write + Send>,
    screen: Receiver<Vec<u8>>,
    seen: String,
}

impl ClaudeTerminal {
    pub(crate) fn start(stage: &Stage, model: &Model) -> Self {
        Self::start_with(stage, model, &[])
    }

    pub(crate) fn start_with(stage: &Stage, model: &Model, args: &[&str]) -> Self {
        Self::start_in(stage, model, args, &[])
    }

    /// The same with more variables.
    pub(crate) fn start_in(stage: &Stage, model: &Model, args: &[&str], variables: &[(&str, &str)]) -> Self {
        // What a person has answered before their first prompt.
        let trusted = json!({ "hasTrustDialogAccepted": true, "hasCompletedProjectOnboarding": true });
        let answered = json!({ "hasCompletedOnboarding": true, "theme": "dark",
            "customApiKeyResponses": { "approved": [API_KEY], "rejected": [] },
            "projects": { stage.project().to_str().unwrap(): trusted } });
        fs::write(stage.path("home").join(".claude.json"), answered.to_string()).unwrap();

        let size = portable_pty::PtySize { rows: 50, cols: 120, pixel_width: 0, pixel_height: 0 };
        let pty = portable_pty::native_pty_system().openpty(size).unwrap();
        let mut command = portable_pty::CommandBuilder::new(claude_program());
        command.args(args);
        command.cwd(stage.project());
        command.env_clear();
        for (name, value) in stage.environment().into_iter().chain(claude_environment(model)) {
            command.env(name, value);
        }
        command.env("TERM", "xterm-256color");
        for (name, value) in variables {
            command.env(name, value);
        }
        let child = pty.slave.spawn_command(command).unwrap();
        let mut reader = pty.master.try_clone_reader().unwrap();
        let keys = pty.master.take_writer().unwrap();
        let (send, screen) = channel();
        thread::spawn(move || {
            // The terminal stays open as long as somebody reads it.
            let _terminal = pty.master;
            let mut buffer = [0; 4096];
            while let Ok(length) = reader.read(&mut buffer) {
                if length == 0 || send.send(buffer[..length].to_vec()).is_err() {
                    break;
                }
            }
        });
        Self { child, keys, screen, seen: String::new() }
    }

    /// Waits until `text` comes, from what was printed since the last wait on.
    pub(crate) fn wait_for(&mut self, text: &str) {
        while !self.seen.contains(text) {
            let Ok(bytes) = self.screen.recv_timeout(PATIENCE) else {
                panic!("no `{text}` on the screen: {}", self.seen)
            };
            self.seen.push_str(&String::from_utf8_lossy(&bytes));
        }
        self.seen.clear();
    }

    /// Types a line as a person would: the terminal offers completions between the last letter and the return key.
    pub(crate) fn type_line(&mut self, line: &str) {
        self.keys.write_all(line.as_bytes()).unwrap();
        self.keys.flush().unwrap();
        thread::sleep(Duration::from_secs(1));
        self.keys.write_all(b"\r").unwrap();
        self.keys.flush().unwrap();
    }
}

impl Drop for ClaudeTerminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What makes Claude Code talk to `model` and to nobody else.
fn claude_environment(model: &Model) -> Vec<(&'static str, OsString)> {
    let switches = [
        "DISABLE_TELEMETRY",
        "DISABLE_AUTOUPDATER",
        "DISABLE_ERROR_REPORTING",
        "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC",
        // As root, Claude Code skips its questions only where it is told that the machine is expendable.
        "IS_SANDBOX",
    ];
    let mut environment: Vec<(&str, OsString)> = switches.map(|switch| (switch, "1".into())).into();
    environment.push(("ANTHROPIC_BASE_URL", model.url.clone().into()));
    environment.push(("ANTHROPIC_API_KEY", API_KEY.into()));
    environment
}

fn claude_program() -> PathBuf {
    let agents = std::env::var_os("PLANGATE_AGENTS_DIR")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("target/agents"), PathBuf::from);
    let program = agents.join("claude-code/claude");
    assert!(program.exists(), "Claude Code is not installed at {}: run tests/agents/setup.sh", program.display());
    program
}
