//! A throw-away workspace and data folder, and the real program run in them.

use std::ffi::OsStr;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use portable_pty::{CommandBuilder, PtySize, native_pty_system};
use serde_json::{Value, json};

/// The program under test.
pub(crate) const PLANGATE: &str = env!("CARGO_BIN_EXE_plangate");

/// A workspace with a data folder of its own; both vanish with it.
#[must_use]
pub(crate) struct Test {
    folder: tempfile::TempDir,
}

/// What a run left behind.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ran {
    /// Asserts the exit code, showing everything else when it is another.
    pub(crate) fn code(self, expected: i32) -> Self {
        assert_eq!(self.code, expected, "stdout:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        self
    }

    /// Standard output as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|e| panic!("{e} in:\n{}", self.stdout))
    }
}

/// An interceptor that stays; it is killed when it is dropped.
pub(crate) struct Agent {
    pub(crate) child: Child,
    pub(crate) replies: BufReader<ChildStdout>,
}

impl Agent {
    /// Sends a call and waits for the reply.
    pub(crate) fn say(&mut self, call: &Value) -> Value {
        let stdin = self.child.stdin.as_mut().expect("it is piped");
        writeln!(stdin, "{call}").expect("the interceptor listens");
        let mut line = String::new();
        self.replies.read_line(&mut line).expect("the interceptor answers");
        serde_json::from_str(&line).unwrap_or_else(|e| panic!("{e} in `{line}`"))
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Test {
    /// An empty workspace, in build mode.
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        fs::create_dir(folder.path().join("ws")).expect("a folder in it too");
        Self { folder }
    }

    /// An empty workspace in plan mode.
    pub(crate) fn planning() -> Self {
        let test = Self::new();
        let _ = test.run(["mode", "plan"]).code(0);
        test
    }

    /// With a file in the workspace.
    pub(crate) fn file(self, path: &str, content: impl AsRef<[u8]>) -> Self {
        self.write(path, content);
        self
    }

    /// Writes a file of the workspace as its owner would.
    pub(crate) fn write(&self, path: &str, content: impl AsRef<[u8]>) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().expect("a file has a folder")).expect("folders can be made");
        fs::write(path, content).expect("a file can be written");
    }

    /// The workspace.
    pub(crate) fn root(&self) -> PathBuf {
        self.folder.path().join("ws").canonicalize().expect("the workspace is there")
    }

    /// The data folder.
    pub(crate) fn home(&self) -> PathBuf {
        self.folder.path().join("home")
    }

    /// A path in the workspace.
    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join("ws").join(path)
    }

    /// A file's content, or nothing when it is not there.
    pub(crate) fn content(&self, path: &str) -> Option<Vec<u8>> {
        fs::read(self.path(path)).ok()
    }

    /// A file's content as text.
    pub(crate) fn text(&self, path: &str) -> String {
        String::from_utf8(self.content(path).unwrap_or_else(|| panic!("`{path}` is not there"))).expect("text")
    }

    /// The program, in an empty environment but for what it needs.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(PLANGATE);
        command.env_clear().current_dir(self.path(""));
        for (name, value) in self.environment() {
            command.env(name, value);
        }
        command
    }

    fn environment(&self) -> Vec<(&'static str, PathBuf)> {
        vec![
            ("PLANGATE_HOME", self.home()),
            ("HOME", self.folder.path().to_owned()),
            ("PATH", PathBuf::from("/usr/local/bin:/usr/bin:/bin")),
            ("PAGER", PathBuf::from("cat")),
        ]
    }

    /// Runs the program without a terminal.
    pub(crate) fn run<const N: usize>(&self, args: [&str; N]) -> Ran {
        ran(self.command().args(args).stdin(Stdio::null()).output().expect("the program starts"))
    }

    /// Runs the program with `input` on standard input.
    pub(crate) fn run_with<const N: usize>(&self, args: [&str; N], input: &[u8]) -> Ran {
        let mut child = self
            .command()
            .args(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut stdin = child.stdin.take().expect("it is piped");
        let input = input.to_vec();
        let writer = std::thread::spawn(move || {
            // A program that ends early closes the pipe; what it said tells why.
            let _ = stdin.write_all(&input);
        });
        let output = child.wait_with_output().expect("the program ends");
        writer.join().expect("the writer ends");
        ran(output)
    }

    /// Runs the program at a terminal at which a person types `answers`, and waits for its end.
    pub(crate) fn at_terminal<const N: usize>(&self, args: [&str; N], answers: &str) -> Ran {
        self.at_terminal_with(&[], args, answers)
    }

    /// The same, with more in the environment.
    pub(crate) fn at_terminal_with<const N: usize>(
        &self,
        environment: &[(&str, &str)],
        args: [&str; N],
        answers: &str,
    ) -> Ran {
        self.converse(environment, args, &[("", answers)])
    }

    /// Runs the program at a terminal at which a person types each answer once its prompt has appeared.
    pub(crate) fn converse(
        &self,
        environment: &[(&str, &str)],
        args: impl IntoIterator<Item = impl AsRef<OsStr>>,
        dialogue: &[(&str, &str)],
    ) -> Ran {
        let pty = native_pty_system()
            .openpty(PtySize { rows: 40, cols: 120, ..PtySize::default() })
            .expect("a pseudo-terminal can be opened");
        let mut command = CommandBuilder::new(PLANGATE);
        command.args(args);
        command.env_clear();
        command.env("TERM", "xterm");
        command.env("NO_COLOR", "1");
        for (name, value) in self.environment() {
            command.env(name, value);
        }
        for (name, value) in environment {
            command.env(name, value);
        }
        command.cwd(self.path(""));
        let mut child = pty.slave.spawn_command(command).expect("the program starts");
        drop(pty.slave);
        // A question that nobody answers must fail the test, not hang it.
        let (ended, waiting) = mpsc::channel::<()>();
        let mut killer = child.clone_killer();
        let watch = std::thread::spawn(move || {
            let late = waiting.recv_timeout(Duration::from_secs(60)) == Err(mpsc::RecvTimeoutError::Timeout);
            late && killer.kill().is_ok()
        });
        let mut reader = pty.master.try_clone_reader().expect("the terminal can be read");
        let mut writer = pty.master.take_writer().expect("the terminal can be typed at");
        let (mut screen, mut read_to, mut piece) = (Vec::new(), 0, [0; 4096]);
        let mut dialogue = dialogue.iter().peekable();
        loop {
            while let Some((prompt, answer)) = dialogue.peek()
                && let Some(at) = memchr::memmem::find(&screen[read_to..], prompt.as_bytes())
            {
                read_to += at + prompt.len();
                writer.write_all(answer.as_bytes()).expect("typing works");
                dialogue.next();
            }
            // The terminal of an ended program reports an error instead of its end.
            match reader.read(&mut piece) {
                Ok(0) | Err(_) => break,
                Ok(length) => screen.extend_from_slice(&piece[..length]),
            }
        }
        let status = child.wait().expect("the program ends");
        drop(ended);
        let screen = String::from_utf8_lossy(&screen).replace("\r\n", "\n");
        assert!(!watch.join().expect("the watch ends"), "it waited for more than was typed:\n{screen}");
        Ran { code: i32::try_from(status.exit_code()).expect("small"), stdout: screen, stderr: String::new() }
    }

    /// A token that a person made at a terminal.
    pub(crate) fn token(&self) -> String {
        let ran = self.at_terminal(["token", "new", "--yes"], "").code(0);
        ran.stdout.lines().last().expect("the token stands on the last line").to_owned()
    }

    /// Runs the program without a terminal, in an environment that names the session.
    pub(crate) fn run_in_session<const N: usize>(&self, session: &str, args: [&str; N]) -> Ran {
        let mut command = self.command();
        command.env("PLANGATE_SESSION", session).args(args).stdin(Stdio::null());
        ran(command.output().expect("the program starts"))
    }

    /// Runs the program without a terminal, with an approval token.
    pub(crate) fn run_with_token<const N: usize>(&self, token: &str, args: [&str; N]) -> Ran {
        let mut command = self.command();
        command.env("PLANGATE_APPROVAL", token).args(args).stdin(Stdio::null());
        ran(command.output().expect("the program starts"))
    }

    /// Starts the program without a terminal, with an approval token, and leaves it running.
    pub(crate) fn start_with_token<const N: usize>(&self, token: &str, args: [&str; N]) -> Child {
        let mut command = self.command();
        command.env("PLANGATE_APPROVAL", token).args(args);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command.spawn().expect("the program starts")
    }

    /// Sends calls through the interceptor and returns the replies.
    pub(crate) fn intercept(&self, calls: &[Value]) -> Vec<Value> {
        let mut lines = String::new();
        for call in calls {
            lines += &call.to_string();
            lines.push('\n');
        }
        let ran = self.run_with(["intercept"], lines.as_bytes()).code(0);
        ran.stdout.lines().map(|line| serde_json::from_str(line).expect("each reply is JSON")).collect()
    }

    /// Starts an interceptor that stays, to talk with call by call.
    pub(crate) fn talk(&self) -> Agent {
        let mut command = self.command();
        let mut child = command
            .arg("intercept")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program starts");
        let replies = BufReader::new(child.stdout.take().expect("it is piped"));
        Agent { child, replies }
    }

    /// Sends one call and returns the reply.
    #[expect(clippy::needless_pass_by_value, reason = "every caller has just made the arguments")]
    pub(crate) fn call(&self, tool: &str, args: Value) -> Value {
        self.intercept(&[json!({ "id": 1, "tool": tool, "args": args })]).remove(0)
    }

    /// Sends one call that must be queued; returns the change.
    pub(crate) fn queue(&self, tool: &str, args: Value) -> Value {
        let reply = self.call(tool, args);
        assert_eq!(reply["decision"], "queued", "{reply}");
        reply["change"].clone()
    }

    /// The plan as `show-plan --json` tells it.
    pub(crate) fn plan(&self) -> Value {
        self.run(["show-plan", "--json"]).code(0).json()["plan"].clone()
    }

    /// The state of each change, in order.
    pub(crate) fn states(&self) -> Vec<String> {
        let plan = self.plan();
        let changes = plan["changes"].as_array().expect("a plan has changes");
        changes.iter().map(|change| change["state"].as_str().expect("a state").to_owned()).collect()
    }

    /// Queues new files of these names, each holding its own name.
    pub(crate) fn queue_files(&self, names: &[&str]) {
        let write =
            |name: &&str| json!({ "tool": "write_file", "args": { "path": name, "content": format!("{name}\n") } });
        for reply in self.intercept(&names.iter().map(write).collect::<Vec<_>>()) {
            assert_eq!(reply["decision"], "queued", "{reply}");
        }
    }

    /// A change of the plan as `show-plan --json` tells it, by its place from 1 on.
    pub(crate) fn change(&self, order: usize) -> Value {
        self.plan()["changes"][order - 1].clone()
    }

    /// Looks at the plan, then runs a decision at a terminal.
    pub(crate) fn decide<const N: usize>(&self, args: [&str; N]) -> Ran {
        let _ = self.run(["show-plan"]);
        self.at_terminal(args, "")
    }
}

/// What a run left behind, as text.
pub(crate) fn ran(output: Output) -> Ran {
    let text = |bytes| String::from_utf8(bytes).unwrap_or_else(|e| String::from_utf8_lossy(e.as_bytes()).into_owned());
    Ran { code: output.status.code().unwrap_or(-1), stdout: text(output.stdout), stderr: text(output.stderr) }
}

/// Waits until `ready` holds, for at most half a minute: a loaded machine is slow, not wrong.
pub(crate) fn wait_for(what: &str, ready: impl Fn() -> bool) {
    let start = Instant::now();
    while !ready() {
        assert!(start.elapsed() < Duration::from_secs(30), "{what} did not happen");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// The names of everything below a folder, sorted.
pub(crate) fn listing(folder: &Path) -> Vec<String> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        names.push(entry.file_name().to_string_lossy().into_owned());
        if entry.file_type().expect("a type").is_dir() {
            let below = listing(&entry.path());
            names.extend(below.into_iter().map(|name| format!("{}/{name}", entry.file_name().to_string_lossy())));
        }
    }
    names.sort();
    names
}
