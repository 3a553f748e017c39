//! Whether a process that was started once still runs. A number alone tells nothing, as it is given out again.

use std::fs;

use rustix::process::Pid;
use serde::{Deserialize, Serialize};

/// A process that leads a session, as the kernel tells it from all others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Process {
    /// Its number, also that of its session.
    pub(super) pid: i32,
    /// When it began, in the kernel's ticks since the machine was started.
    since: u64,
    /// Which start of the machine that was.
    boot: String,
}

impl Process {
    /// The process with that number; `None` where there is none, or no `/proc`.
    pub(super) fn of(pid: Pid) -> Option<Self> {
        let pid = pid.as_raw_nonzero().get();
        Some(Self { pid, since: Stat::of(pid)?.since, boot: boot()? })
    }

    /// Whether it runs, or one of its session does that it left behind. Nobody can know where there is no `/proc`.
    pub(super) fn runs(&self) -> Option<bool> {
        if boot()? != self.boot {
            return Some(false);
        }
        match Stat::of(self.pid) {
            Some(found) if found.since != self.since => Some(false),
            Some(found) if !found.is_dead => Some(true),
            _ => Some(processes()?.filter_map(Stat::of).any(|found| found.session == self.pid && !found.is_dead)),
        }
    }
}

/// What `/proc/PID/stat` tells: `proc_pid_stat(5)`.
struct Stat {
    is_dead: bool,
    session: i32,
    since: u64,
}

impl Stat {
    fn of(pid: i32) -> Option<Self> {
        let text = fs::read(format!("/proc/{pid}/stat")).ok()?;
        let text = String::from_utf8_lossy(&text);
        // The name in parentheses may hold anything, parentheses too.
        let (_, rest) = text.rsplit_once(')')?;
        let fields: Vec<&str> = rest.split_ascii_whitespace().collect();
        let is_dead = matches!(*fields.first()?, "Z" | "X");
        Some(Self { is_dead, session: fields.get(3)?.parse().ok()?, since: fields.get(19)?.parse().ok()? })
    }
}

fn processes() -> Option<impl Iterator<Item = i32>> {
    let entries = fs::read_dir("/proc").ok()?;
    Some(entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok()))
}

fn boot() -> Option<String> {
    Some(fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    #[test]
    fn a_process_runs_until_it_has_ended_and_its_number_means_no_other() {
        let mut child = Command::new("sleep").arg("60").spawn().expect("it starts");
        let process = Process::of(Pid::from_child(&child)).expect("there is a /proc");
        assert_eq!(process.runs(), Some(true));
        assert_eq!(Process { since: process.since + 1, ..process.clone() }.runs(), Some(false));
        assert_eq!(Process { boot: "another".to_owned(), ..process.clone() }.runs(), Some(false));
        child.kill().expect("it can be killed");
        let _ = child.wait();
        assert_eq!(process.runs(), Some(false));
    }
}
