//! Where a command's output goes, and how.

use std::env;
use std::fmt::Display;
use std::fs::OpenOptions;
use std::io::{self, IsTerminal, Read, Write};
use std::os::fd::AsRawFd;
use std::os::unix::fs::OpenOptionsExt;
use std::process::{Child, Command, Stdio};

use nix::libc;

/// What a screen can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    /// Text alone.
    Plain,
    /// Colours and emphasis.
    Colour,
}

impl Look {
    /// Colour when standard output is a terminal that can show it and nobody said `NO_COLOR` (no-color.org).
    pub(super) fn of_stdout() -> Self {
        let wanted = env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        let able = env::var_os("TERM").is_some_and(|term| term != "dumb");
        if wanted && able && io::stdout().is_terminal() { Self::Colour } else { Self::Plain }
    }
}

/// Says something on standard error. That nobody can read there is no reason to fail, least of all half way.
pub(super) fn complain(text: impl Display) {
    let _ = writeln!(io::stderr(), "{text}");
}

/// Nothing can be laid out in fewer columns.
const LEAST_WIDTH: usize = 20;

/// The width of the screen in columns: what `COLUMNS` says, else that of the terminal; 80 when there is none.
pub(super) fn width() -> usize {
    let said = env::var("COLUMNS").ok().and_then(|columns| columns.trim().parse().ok());
    let found = || rustix::termios::tcgetwinsize(io::stdout()).ok().map(|size| usize::from(size.ws_col));
    said.or_else(found).filter(|columns| *columns > 0).map_or(80, |columns| columns.max(LEAST_WIDTH))
}

/// A pager for long output at a terminal. What is short enough stays on the screen.
pub(super) struct Pager {
    child: Child,
}

impl Pager {
    /// Starts `$PAGER`, else `less`; `None` when standard output is no terminal or there is no pager.
    pub(super) fn start() -> Option<Self> {
        if !io::stdout().is_terminal() {
            return None;
        }
        let mut command = match env::var("PAGER") {
            Ok(pager) if pager.is_empty() || pager == "cat" => return None,
            Ok(pager) => {
                let mut shell = Command::new("sh");
                shell.args(["-c", &pager]);
                shell
            }
            Err(_) => {
                let mut less = Command::new("less");
                less.arg("-FRX");
                less
            }
        };
        let child = command.stdin(Stdio::piped()).spawn().ok()?;
        Some(Self { child })
    }

    /// Where to write; a person who leaves the pager early closes it.
    pub(super) fn input(&mut self) -> Option<&mut (impl Write + use<>)> {
        self.child.stdin.as_mut()
    }

    /// Waits until the person has left the pager, and tells whether it took what was written.
    pub(super) fn finish(mut self) -> io::Result<Taken> {
        // The pipe's other end, which shows what nobody has read.
        let end = self.child.stdin.as_ref().and_then(|pipe| {
            let path = format!("/proc/self/fd/{}", pipe.as_raw_fd());
            OpenOptions::new().read(true).custom_flags(libc::O_NONBLOCK).open(path).ok()
        });
        drop(self.child.stdin.take());
        let status = self.child.wait()?;
        let is_left = end.is_some_and(|mut end| !matches!(end.read(&mut [0]), Ok(0)));
        Ok(match status.code() {
            Some(126 | 127) => Taken::Nothing,
            Some(0) if !is_left => Taken::All,
            _ => Taken::Part,
        })
    }
}

/// How much of what was written a pager took.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Taken {
    All,
    Part,
    /// It could not be started.
    Nothing,
}
