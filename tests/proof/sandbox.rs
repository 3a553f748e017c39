//! A confined machine in which lines are run, and everything they leave is seen.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::OnceLock;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::snapshot::Snapshot;

/// How long one line may run.
const TIME_LIMIT: Duration = Duration::from_millis(800);
/// How often a process is asked to end before it is made to.
const ASKED: usize = 200;
/// How long a sandbox may take to come up.
const START_LIMIT: Duration = Duration::from_secs(60);

/// How a line is started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// In a forked shell: quick.
    Eval,
    /// By a bash of its own, as an agent's host does it.
    Fresh,
}

/// What a batch did.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    /// Every trace that was left, one line each; empty is clean.
    pub(crate) traces: Vec<String>,
    /// The lines that ran out of time, by their number.
    pub(crate) late: Vec<usize>,
}

/// A running sandbox. Dropping it ends everything inside.
pub(crate) struct Sandbox {
    child: Child,
    input: ChildStdin,
    lines: Receiver<String>,
    /// The first process inside, as the machine counts it.
    init: i32,
    /// A process that only waits, and is to be left alone.
    victim: i32,
    root: PathBuf,
    before: Snapshot,
    sent: u64,
    docker: UnixListener,
}

/// The prepared tree, built once a run.
fn world() -> &'static Path {
    static WORLD: OnceLock<PathBuf> = OnceLock::new();
    WORLD.get_or_init(|| {
        forget_earlier_runs();
        let world = folder().join("world");
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/proof/world.sh");
        let status = Command::new("bash").arg(script).arg(&world).stdin(Stdio::null()).status();
        assert!(status.is_ok_and(|status| status.success()), "the tree for the sandbox could not be built");
        world
    })
}

/// Removes the folders of runs that have ended.
fn forget_earlier_runs() {
    for entry in folder().parent().and_then(|target| fs::read_dir(target).ok()).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let run = name.to_str().and_then(|name| name.strip_prefix("proof-")).and_then(|run| run.parse::<u32>().ok());
        if run.is_some_and(|run| !Path::new(&format!("/proc/{run}")).exists()) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

/// Where the proof keeps its files.
pub(crate) fn folder() -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("target"), PathBuf::from);
    let folder = target.join(format!("proof-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    folder
}

impl Sandbox {
    /// Starts one. Panics where the machine allows no user namespaces: then nothing is proved.
    pub(crate) fn start() -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/proof/sandbox.sh");
        let mount = folder().join("root");
        fs::create_dir_all(&mount).expect("the folder of the proof takes another");
        let mut child = Command::new("setsid")
            .args([
                "unshare",
                "--user",
                "--map-root-user",
                "--mount",
                "--pid",
                "--net",
                "--ipc",
                "--uts",
                "--fork",
                "--kill-child",
            ])
            .arg("bash")
            .args([&script, world(), &mount])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("`unshare` and `setsid` of util-linux are installed");
        let input = child.stdin.take().expect("it is piped");
        let output = BufReader::new(child.stdout.take().expect("it is piped"));
        let (sender, lines) = channel();
        thread::spawn(move || output.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
        let ready = lines.recv_timeout(START_LIMIT);
        assert!(
            ready.as_ref().is_ok_and(|line| line.starts_with("ready")),
            "no sandbox: this machine does not let this user make user namespaces, mounts in them, or has no memory left \
             (kernel.unprivileged_userns_clone, user.max_user_namespaces, an AppArmor restriction): {ready:?}"
        );
        let outer = i32::try_from(child.id()).expect("process numbers are small");
        let init = *children(outer).first().expect("the sandbox has a first process");
        let victim = *children(init).first().expect("the victim was started before");
        let root = PathBuf::from(format!("/proc/{init}/root"));
        let docker = UnixListener::bind(root.join("run/docker.sock")).expect("the sandbox takes a socket");
        docker.set_nonblocking(true).expect("a socket has that setting");
        let before = Snapshot::of(&root);
        let mut sandbox = Self { child, input, lines, init, victim, root, before, sent: 0, docker };
        sandbox.sent = sandbox.packets();
        sandbox
    }

    /// Runs lines one after the other in `cwd`, then looks for what they left.
    pub(crate) fn run(&mut self, lines: &[&str], mode: Mode, cwd: &str) -> Outcome {
        let mut outcome = Outcome::default();
        let batch: Vec<u8> = lines.iter().flat_map(|line| line.bytes().chain([0])).collect();
        fs::write(self.root.join("batch"), batch).expect("the sandbox's memory takes a batch");
        let mode = if mode == Mode::Eval { "eval" } else { "fresh" };
        if writeln!(self.input, "{mode} {cwd}").is_err() {
            outcome.traces.push("the sandbox is gone".to_owned());
            return outcome;
        }
        let mut at = 0;
        loop {
            match self.lines.recv_timeout(TIME_LIMIT) {
                Ok(line) => match line.strip_prefix("done ") {
                    Some("sandbox") => break,
                    Some(name) => {
                        outcome.traces.push(format!("the machine's name is {name}"));
                        break;
                    }
                    None => at = line.parse().unwrap_or(at),
                },
                Err(RecvTimeoutError::Timeout) => {
                    if !outcome.late.contains(&at) {
                        outcome.late.push(at);
                    }
                    self.end_others();
                }
                Err(RecvTimeoutError::Disconnected) => {
                    outcome.traces.push("the sandbox is gone".to_owned());
                    return outcome;
                }
            }
        }
        self.look(lines, &mut outcome);
        outcome
    }

    fn look(&mut self, lines: &[&str], outcome: &mut Outcome) {
        let waits = |line: &&str| {
            line.contains(['&', '`']) || line.contains("<(") || line.contains(">(") || line.contains("coproc")
        };
        if !self.others().is_empty() {
            if !lines.iter().any(waits) && outcome.late.is_empty() {
                thread::sleep(Duration::from_millis(50));
                let names =
                    self.others().into_iter().filter_map(|pid| fs::read_to_string(format!("/proc/{pid}/comm")).ok());
                outcome.traces.extend(names.map(|name| format!("still runs: {}", name.trim_end())));
            }
            self.end_others();
        }
        if !self.victim_is_well() {
            outcome.traces.push("another process was stopped, ended or slowed".to_owned());
        }
        let sent = self.packets();
        if sent != self.sent {
            outcome.traces.push("network: sent or tried to".to_owned());
        }
        self.sent = sent;
        if std::iter::from_fn(|| self.docker.accept().ok()).count() > 0 {
            outcome.traces.push("network: connected to /run/docker.sock".to_owned());
        }
        let after = Snapshot::of(&self.root);
        outcome.traces.extend(self.before.changes(&after));
        if let Ok(log) = fs::read_to_string(self.root.join("canary/log")) {
            outcome.traces.extend(log.lines().take(5).map(|line| format!("executed {line}")));
        }
        outcome.traces.retain(|trace| !is_tolerated(trace));
    }

    /// The packets that were sent, or had no way out, since the sandbox was started. Its loopback is down, so that
    /// every attempt to reach anything is counted as one without a route.
    fn packets(&self) -> u64 {
        let net = format!("/proc/{}/net", self.init);
        let four = fs::read_to_string(format!("{net}/snmp")).expect("the kernel counts packets");
        let mut four = four.lines().filter(|line| line.starts_with("Ip:"));
        let names = four.next().unwrap_or_default().split_whitespace();
        let counted = names.zip(four.next().unwrap_or_default().split_whitespace());
        let sum = |wanted: bool, count: &str| if wanted { count.parse().unwrap_or(0) } else { 0_u64 };
        let four: u64 = counted.map(|(name, count)| sum(matches!(name, "OutRequests" | "OutNoRoutes"), count)).sum();
        let six = fs::read_to_string(format!("{net}/snmp6")).unwrap_or_default();
        let six = six.lines().filter_map(|line| line.split_once(char::is_whitespace));
        // The kernel itself announces interfaces by multicast; with none up it has nothing to announce.
        four + six.map(|(name, count)| sum(name == "Ip6OutNoRoutes", count.trim())).sum::<u64>()
    }

    fn victim_is_well(&self) -> bool {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.victim)).unwrap_or_default();
        let after_name = stat.rsplit(") ").next().unwrap_or_default();
        let fields: Vec<&str> = after_name.split(' ').collect();
        // State, and niceness; see proc_pid_stat(5), fields 3 and 19.
        fields.first() == Some(&"S") && fields.get(16) == own_niceness().as_deref().as_ref()
    }

    /// All processes inside but the first and the victim.
    fn others(&self) -> Vec<i32> {
        let mut found = children(self.init);
        let mut at = 0;
        while at < found.len() {
            found.extend(children(found[at]));
            at += 1;
        }
        found.retain(|pid| *pid != self.victim);
        found
    }

    /// Asks all others to end, as a host does whose time limit is over, and makes those that do not. git, asked, takes
    /// the lock of its index away.
    fn end_others(&self) {
        for round in 0..ASKED + 20 {
            let others = self.others();
            if others.is_empty() {
                return;
            }
            let signal = if round < ASKED { Signal::SIGTERM } else { Signal::SIGKILL };
            for pid in others {
                let _ = kill(Pid::from_raw(pid), signal);
            }
            thread::sleep(Duration::from_millis(2));
        }
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        let _ = kill(Pid::from_raw(self.init), Signal::SIGKILL);
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What a read may do all the same, each with its reason.
fn is_tolerated(trace: &str) -> bool {
    // git notes in its index what it has seen of the files; the document of the classifier counts that as a read.
    // A Java machine notes its speed in a folder of its own, and tmux keeps its sockets in one.
    trace == "changed /w/.git/index"
        || ["new /tmp/hsperfdata_", "new /tmp/tmux-"].iter().any(|folder| trace.starts_with(folder))
}

fn children(pid: i32) -> Vec<i32> {
    let text = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).unwrap_or_default();
    text.split_whitespace().filter_map(|pid| pid.parse().ok()).collect()
}

fn own_niceness() -> Option<String> {
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    stat.rsplit(") ").next()?.split(' ').nth(16).map(str::to_owned)
}
