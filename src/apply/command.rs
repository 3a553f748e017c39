//! A shell command runs: in its own process group, without input, for a limited time.
//!
//! Standard output and standard error go into one pipe, so that what the person reads and what is kept are in the order
//! in which the command wrote them, as on a terminal; which line came from which of the two is not recorded.
//!
//! When the shell ends, whatever it left running in its group is killed. A process that made a session of its own
//! (`setsid`) escapes that.

use std::io::{self, PipeReader, Read};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::OFlags;
use rustix::io::Errno;
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};

use super::cancel::Cancel;
use super::environment::Environment;
use super::output::Output;
use super::{APPLYING_VARIABLE, record};
use crate::workspace::fault;

/// How long a group that was asked to end may take before it is killed.
const GRACE: Duration = Duration::from_secs(2);
/// How often the time limit and the person's wish are looked at.
const TICK: Duration = Duration::from_millis(20);
/// How long output is waited for that is still in the pipe when all is over.
const DRAIN: Duration = Duration::from_millis(200);

/// How a command ran.
#[derive(Debug)]
pub(super) struct Ran {
    pub(super) status: ExitStatus,
    /// Why it was made to end, if it was.
    pub(super) stopped: Option<Stopped>,
    pub(super) duration: Duration,
    pub(super) output: Output,
}

/// Why a command was made to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stopped {
    /// The person wished so.
    Cancelled,
    /// It took longer than this.
    TimedOut(Duration),
}

impl Stopped {
    /// The word for it in the journal.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Cancelled => "cancelled",
            Self::TimedOut(_) => "timed out",
        }
    }
}

impl Ran {
    /// What went wrong, with the last lines of output; `None` when all is well.
    pub(super) fn error(&self) -> Option<String> {
        let what = match (self.stopped, self.status.code(), self.status.signal()) {
            (Some(Stopped::Cancelled), ..) => "cancelled".to_owned(),
            (Some(Stopped::TimedOut(limit)), ..) => format!("timed out after {} s", limit.as_secs_f64()),
            (None, Some(0), _) => return None,
            (None, Some(code), _) => format!("exit code {code}"),
            (None, None, Some(signal)) => format!("killed by signal {signal}"),
            (None, None, None) => format!("ended as {}", self.status),
        };
        Some(record::with_last_lines(what, &self.output))
    }
}

/// What is seen of a command while it runs.
pub(super) enum Seen<'a> {
    /// It was started as this process, which leads its group.
    Started(Pid),
    /// The next piece of its output.
    Printed(&'a [u8]),
}

/// Runs `bash -c command` in `cwd`; `watch` is told what is seen as it comes.
///
/// # Errors
/// It could not be started; nothing has run then.
pub(super) fn run(
    command: &str,
    cwd: &Path,
    environment: &Environment,
    limit: Duration,
    cancel: &Cancel,
    watch: &mut dyn FnMut(Seen<'_>),
) -> Result<Ran, String> {
    if !cwd.is_dir() {
        return Err(format!("`{}`, in which the command was to run, is not a folder any more", cwd.display()));
    }
    let mut running =
        Running::start(command, cwd, environment).map_err(|error| format!("cannot start `bash`: {error}"))?;
    watch(Seen::Started(running.group));
    fault::point("command started");
    let stopped = running.attend(limit, cancel, watch);
    // The shell is a zombie still, so its number cannot mean another group.
    running.signal(Signal::KILL);
    running.drain(watch);
    let status = running.child.wait().map_err(|error| format!("cannot learn how `bash` ended: {error}"))?;
    Ok(Ran { status, stopped, duration: running.started.elapsed(), output: running.output })
}

/// `bash` as the leader of a session of its own: without the person's terminal, into which a command could type what the
/// person did not. Where there is no `setsid`, it leads a group alone.
fn of_its_own() -> Command {
    let leader = ["/usr/bin/setsid", "/bin/setsid"].into_iter().find(|path| Path::new(path).is_file());
    let Some(setsid) = leader else {
        let mut shell = Command::new("bash");
        shell.process_group(0);
        return shell;
    };
    let mut shell = Command::new(setsid);
    shell.arg("bash");
    shell
}

/// A command that was started.
struct Running {
    child: Child,
    group: Pid,
    started: Instant,
    /// `None` once nobody can write any more.
    pipe: Option<PipeReader>,
    output: Output,
}

impl Running {
    fn start(command: &str, cwd: &Path, environment: &Environment) -> io::Result<Self> {
        let (reader, writer) = io::pipe()?;
        rustix::fs::fcntl_setfl(&reader, OFlags::NONBLOCK)?;
        let mut shell = of_its_own();
        shell.arg("-c").arg(command).current_dir(cwd);
        shell.stdin(Stdio::null()).stdout(writer.try_clone()?).stderr(writer);
        shell.env_clear().envs(environment.variables());
        shell.env(APPLYING_VARIABLE, "1");
        let child = shell.spawn()?;
        let group = Pid::from_child(&child);
        Ok(Self { child, group, started: Instant::now(), pipe: Some(reader), output: Output::default() })
    }

    /// Passes output on until the shell has ended, by itself or because it was made to.
    fn attend(&mut self, limit: Duration, cancel: &Cancel, watch: &mut dyn FnMut(Seen<'_>)) -> Option<Stopped> {
        let deadline = self.started.checked_add(limit);
        let mut stopped = None;
        let mut kill_at = None;
        while !self.has_ended() {
            self.pass_on(TICK, watch);
            let now = Instant::now();
            if stopped.is_none() {
                stopped = if cancel.is_asked() {
                    Some(Stopped::Cancelled)
                } else {
                    deadline.filter(|deadline| now >= *deadline).map(|_| Stopped::TimedOut(limit))
                };
                if stopped.is_some() {
                    self.signal(Signal::TERM);
                    kill_at = Some(now + GRACE);
                }
            } else if kill_at.is_some_and(|at| now >= at) {
                self.signal(Signal::KILL);
            }
        }
        stopped
    }

    /// True when the shell has ended; it stays a zombie, so that its number is not given to another.
    fn has_ended(&self) -> bool {
        let look = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
        !matches!(waitid(WaitId::Pid(self.group), look), Ok(None) | Err(Errno::INTR))
    }

    /// Sends a signal to everything in the group; that there is nothing left is no error.
    fn signal(&self, signal: Signal) {
        let _ = kill_process_group(self.group, signal);
    }

    /// Waits at most `patience` for output and passes on what there is.
    fn pass_on(&mut self, patience: Duration, watch: &mut dyn FnMut(Seen<'_>)) {
        let Some(pipe) = &mut self.pipe else {
            thread::sleep(patience.min(Duration::from_millis(5)));
            return;
        };
        let patience = Timespec { tv_sec: 0, tv_nsec: i64::from(patience.subsec_nanos()) };
        // An interruption or an error of `poll` shows again when reading.
        let _ = poll(&mut [PollFd::new(&*pipe, PollFlags::IN)], Some(&patience));
        let mut piece = [0; 16 << 10];
        match pipe.read(&mut piece) {
            Ok(0) => self.pipe = None,
            Ok(length) => {
                self.output.push(&piece[..length]);
                watch(Seen::Printed(&piece[..length]));
            }
            Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted) => {}
            Err(_) => self.pipe = None,
        }
    }

    /// Passes on what is left in the pipe; a process that escaped the group may hold it open for ever.
    fn drain(&mut self, watch: &mut dyn FnMut(Seen<'_>)) {
        let end = Instant::now() + DRAIN;
        while self.pipe.is_some() && Instant::now() < end {
            self.pass_on(TICK, watch);
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use std::fs;

    use super::*;

    fn run_for(command: &str, limit: Duration) -> Ran {
        let temp = tempfile::tempdir().unwrap();
        run(command, temp.path(), &Environment::default(), limit, &Cancel::default(), &mut |_| {}).unwrap()
    }

    fn run_here(command: &str) -> Ran {
        run_for(command, Duration::from_secs(20))
    }

    fn text(ran: &Ran) -> String {
        String::from_utf8(ran.output.kept()).unwrap()
    }

    #[test]
    fn output_of_both_streams_comes_in_the_order_in_which_it_was_written() {
        let ran = run_here("echo one; echo two >&2; echo three");
        assert_eq!((text(&ran).as_str(), ran.error()), ("one\ntwo\nthree\n", None));
    }

    #[test]
    fn a_command_has_no_input_and_cannot_wait_for_any() {
        assert_eq!(text(&run_here("read line; echo \"$?\"")), "1\n");
    }

    #[test]
    fn a_command_that_fails_says_how_and_with_which_last_words() {
        assert_eq!(run_here("echo why; exit 3").error().unwrap(), "exit code 3; its last output:\nwhy");
        assert_eq!(run_here("kill -9 $$").error().unwrap(), "killed by signal 9");
    }

    #[test]
    fn a_command_that_takes_too_long_is_ended_with_all_its_children() {
        let temp = tempfile::tempdir().unwrap();
        let command = "trap 'echo told; exit' TERM; sleep 60 & echo $! > child; wait";
        let ran = run(
            command,
            temp.path(),
            &Environment::default(),
            Duration::from_millis(300),
            &Cancel::default(),
            &mut |_| {},
        )
        .unwrap();
        assert_eq!(ran.error().unwrap(), "timed out after 0.3 s; its last output:\ntold");
        assert!(ran.duration < Duration::from_secs(2), "it was not told to end: {:?}", ran.duration);
        assert!(!is_alive(&fs::read_to_string(temp.path().join("child")).unwrap()));
    }

    #[test]
    fn a_command_that_does_not_listen_is_killed() {
        let ran = run_for("trap '' TERM; while :; do sleep 1; done", Duration::from_millis(100));
        assert_eq!(ran.error().unwrap(), "timed out after 0.1 s");
        assert!(ran.duration >= GRACE && ran.duration < GRACE * 2, "{:?}", ran.duration);
    }

    #[test]
    fn what_a_command_leaves_running_is_killed_and_not_waited_for() {
        let temp = tempfile::tempdir().unwrap();
        let command = "sleep 60 & echo $! > child; echo done";
        let ran = run(
            command,
            temp.path(),
            &Environment::default(),
            Duration::from_secs(20),
            &Cancel::default(),
            &mut |_| {},
        )
        .unwrap();
        assert_eq!((text(&ran).as_str(), ran.error()), ("done\n", None));
        assert!(ran.duration < Duration::from_secs(5));
        assert!(!is_alive(&fs::read_to_string(temp.path().join("child")).unwrap()));
    }

    #[test]
    fn a_wish_to_stop_ends_the_command() {
        let cancel = Cancel::default();
        let temp = tempfile::tempdir().unwrap();
        let wish = cancel.clone();
        let mut on_output = move |seen: Seen<'_>| {
            if matches!(seen, Seen::Printed(_)) {
                wish.ask();
            }
        };
        let ran = run(
            "echo begun; sleep 60",
            temp.path(),
            &Environment::default(),
            Duration::from_secs(50),
            &cancel,
            &mut on_output,
        )
        .unwrap();
        assert_eq!(ran.stopped, Some(Stopped::Cancelled));
        assert!(ran.duration < Duration::from_secs(5));
    }

    #[test]
    fn a_flood_of_output_is_passed_on_whole_and_kept_in_part() {
        let temp = tempfile::tempdir().unwrap();
        let mut passed = 0;
        let mut count = |seen: Seen<'_>| {
            if let Seen::Printed(piece) = seen {
                passed += piece.len();
            }
        };
        let limit = Duration::from_secs(60);
        let ran = run(
            "head -c 5000000 /dev/zero",
            temp.path(),
            &Environment::default(),
            limit,
            &Cancel::default(),
            &mut count,
        )
        .unwrap();
        assert_eq!((passed, ran.output.total()), (5_000_000, 5_000_000));
        assert!(ran.output.kept().len() < (1 << 20) + 100);
    }

    #[test]
    fn a_folder_that_is_gone_is_said_before_anything_runs() {
        let gone = Path::new("/nowhere/at/all");
        let error = run("true", gone, &Environment::default(), Duration::from_secs(1), &Cancel::default(), &mut |_| {})
            .unwrap_err();
        assert_eq!(error, "`/nowhere/at/all`, in which the command was to run, is not a folder any more");
    }

    /// Whether the process with that number runs; a zombie that nobody fetched does not.
    fn is_alive(number: &str) -> bool {
        for _ in 0..100 {
            let status = fs::read_to_string(format!("/proc/{}/stat", number.trim())).unwrap_or_default();
            if status.is_empty() || status.contains(") Z ") {
                return false;
            }
            thread::sleep(Duration::from_millis(20));
        }
        true
    }
}
