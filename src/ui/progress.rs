//! What a person is told while changes are applied: lines, and at a terminal how far it is below them.

use std::env;
use std::fmt;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

use crate::apply::{Outcome, Progress, Step, Tally};
use crate::model::{Action, TargetPath};
use crate::review::visible;

/// The most files that are named of those that a command touched; the journal has more.
const MAX_NAMED: usize = 8;

/// The most changes of which a line says that they were not begun; the others are counted.
const MAX_NOT_BEGUN: usize = 8;

/// How often the time that has passed is shown anew.
const TICK: Duration = Duration::from_secs(1);

/// What a command printed without an end of line is held back up to this many bytes, as the line below would overwrite it.
const MAX_HELD_BYTES: usize = 8 << 10;

/// Rows of files that are done are written at most so often, as the line below is taken back and drawn anew each time.
const BREATH: Duration = Duration::from_millis(50);

/// The last line of a terminal while changes are applied: how many are done, for how long, the present one.
pub(super) struct ProgressLine(ProgressBar);

impl ProgressLine {
    /// A line for so many changes; `None` where standard output is no terminal that can take a line back.
    pub(super) fn at_terminal(of: usize, tally: Tally) -> Option<Self> {
        let able = env::var_os("TERM").is_some_and(|term| term != "dumb");
        if !able || !io::stdout().is_terminal() {
            return None;
        }
        let style = ProgressStyle::with_template("{pos}/{len} done{written}, {elapsed}  {wide_msg}").ok()?;
        // Changes that happen together are done together; this moves meanwhile.
        let style = style.with_key("written", move |_: &ProgressState, out: &mut dyn fmt::Write| {
            if let written @ 2.. = tally.written() {
                let _ = write!(out, ", {written} files written");
            }
        });
        let bar = ProgressBar::with_draw_target(Some(of as u64), ProgressDrawTarget::stdout()).with_style(style);
        bar.enable_steady_tick(TICK);
        Some(Self(bar))
    }
}

impl ProgressLine {
    /// One more is done.
    pub(super) fn advance(&self, present: String) {
        self.0.set_message(present);
        self.0.inc(1);
    }
}

impl Drop for ProgressLine {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

/// How much a person is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Detail {
    /// Every change that begins.
    Each,
    /// Those that fail, print or touch something.
    Events,
}

/// Tells a person what happens, above the line where there is one.
pub(super) struct Teller<'a> {
    out: &'a mut dyn Write,
    line: Option<ProgressLine>,
    detail: Detail,
    held: Vec<u8>,
    /// When something was written last.
    written: Option<Instant>,
    /// The change that began last is one of files.
    is_file: bool,
    /// The row of a change of which nothing has been told but that it began.
    begun: Option<String>,
    /// How many changes were not begun.
    not_begun: usize,
}

impl<'a> Teller<'a> {
    pub(super) fn new(out: &'a mut dyn Write, line: Option<ProgressLine>, detail: Detail) -> Self {
        Self { out, line, detail, held: Vec::new(), written: None, is_file: false, begun: None, not_begun: 0 }
    }

    /// Tells what happened, with paths as they are from `root`.
    ///
    /// # Errors
    /// The screen is gone.
    pub(super) fn tell(&mut self, root: &Path, progress: &Progress<'_>) -> io::Result<()> {
        let mut told = Vec::new();
        self.write(&mut told, root, progress)?;
        let Some(line) = &self.line else {
            self.out.write_all(&told)?;
            return self.out.flush();
        };
        if !matches!(progress, Progress::Output { .. }) {
            end_row(&mut self.held);
        }
        self.held.append(&mut told);
        match progress {
            Progress::Began { change, .. } => {
                self.is_file = !change.action.effects().is_empty();
                line.0.set_message(named_change(root, change));
            }
            Progress::Ended { outcome, .. } if !matches!(outcome, Outcome::NotBegun { .. }) => line.0.inc(1),
            Progress::Ended { .. } | Progress::Output { .. } | Progress::Touched { .. } | Progress::Waiting { .. } => {}
        }
        let may_wait = match progress {
            Progress::Began { .. } => self.is_file,
            Progress::Ended { outcome, .. } => self.is_file && **outcome == Outcome::Applied,
            Progress::Output { .. } | Progress::Touched { .. } | Progress::Waiting { .. } => false,
        };
        let is_early = self.written.is_some_and(|written| written.elapsed() < BREATH);
        if may_wait && is_early && self.held.len() <= MAX_HELD_BYTES {
            return Ok(());
        }
        let whole = if self.held.len() > MAX_HELD_BYTES { self.held.len() } else { end_of_lines(&self.held) };
        let told: Vec<u8> = self.held.drain(..whole).collect();
        if told.is_empty() {
            return Ok(());
        }
        self.written = Some(Instant::now());
        let out = &mut *self.out;
        line.0.suspend(|| out.write_all(&told).and_then(|()| out.flush()))
    }

    /// Tells what was held back.
    ///
    /// # Errors
    /// The screen is gone.
    pub(super) fn finish(mut self) -> io::Result<()> {
        drop(self.line.take());
        end_row(&mut self.held);
        self.out.write_all(&std::mem::take(&mut self.held))?;
        self.out.flush()
    }

    /// The lines about what happened, as far as they are told.
    fn write(&mut self, out: &mut dyn Write, root: &Path, progress: &Progress<'_>) -> io::Result<()> {
        match (progress, self.detail) {
            (Progress::Began { change, number, of }, Detail::Events) => {
                self.begun = Some(format!("[{number}/{of}] {}\n", named_change(root, change)));
                return Ok(());
            }
            (Progress::Ended { outcome: Outcome::NotBegun { .. }, .. }, _) => {
                self.not_begun += 1;
                if self.not_begun > MAX_NOT_BEGUN {
                    return Ok(());
                }
            }
            (Progress::Ended { outcome: Outcome::Applied, .. }, _) => self.begun = None,
            _ => {}
        }
        if let Some(row) = self.begun.take() {
            out.write_all(row.as_bytes())?;
        }
        write(out, root, progress)
    }
}

impl Drop for Teller<'_> {
    fn drop(&mut self) {
        drop(self.line.take());
        end_row(&mut self.held);
        // Whoever is told nothing more has gone.
        let _ = self.out.write_all(&self.held);
        if let more @ 1.. = self.not_begun.saturating_sub(MAX_NOT_BEGUN) {
            let _ = writeln!(self.out, "      {more} more were not begun");
        }
    }
}

/// Ends the row that a command has left open.
fn end_row(held: &mut Vec<u8>) {
    if held.last().is_some_and(|last| *last != b'\n') {
        held.push(b'\n');
    }
}

/// Where the last whole line ends.
fn end_of_lines(text: &[u8]) -> usize {
    memchr::memrchr(b'\n', text).map_or(0, |at| at + 1)
}

/// A change in a few words: `c1 + a.txt`.
fn named_change(root: &Path, change: &Step) -> String {
    let path = |path: &TargetPath| {
        let path = path.as_path();
        visible::line(path.strip_prefix(root).unwrap_or(path).as_os_str().as_encoded_bytes())
    };
    let what = match (&change.action, change.action.effects()) {
        (Action::MoveFile { from, to, .. }, _) => format!("{} → {}", path(from), path(to)),
        (_, [one]) => path(&one.path),
        (_, [first, rest @ ..]) => format!("{} and {} more", path(&first.path), rest.len()),
        (_, []) => visible::line(match &change.action {
            Action::Command { command, .. } => command.as_bytes(),
            _ => change.tool.as_bytes(),
        }),
    };
    format!("{} {} {what}", change.id, change.action.sign())
}

/// Writes what happened as lines, and what a command printed as it is.
fn write(out: &mut dyn Write, root: &Path, progress: &Progress<'_>) -> io::Result<()> {
    match progress {
        Progress::Began { change, number, of } => {
            writeln!(out, "[{number}/{of}] {}", named_change(root, change))?;
        }
        Progress::Output { piece, .. } => {
            write!(out, "{}", visible::body(piece))?;
        }
        Progress::Touched { change, files } => {
            for (what, paths) in [("created", &files.created), ("changed", &files.changed), ("deleted", &files.deleted)]
            {
                if !paths.is_empty() {
                    writeln!(out, "      {change} {what} {}", named(paths))?;
                }
            }
            if !files.complete {
                writeln!(out, "      not every file of the workspace could be looked at")?;
            }
        }
        Progress::Waiting { error } => {
            writeln!(out, "      not recorded yet, tried again for some seconds: {error}")?;
        }
        Progress::Ended { change, outcome } => match outcome {
            Outcome::Applied => {}
            Outcome::Granted => {
                writeln!(out, "      {change} is granted: the agent's next identical call passes once")?;
            }
            Outcome::Failed { error } => {
                writeln!(out, "      {change} failed: {}", indented(error))?;
            }
            Outcome::Conflict { error } => {
                writeln!(out, "      {change} is in conflict, nothing was written: {}", indented(error))?;
            }
            Outcome::NotBegun { why } => writeln!(out, "      {change} was not begun: {why}")?,
        },
    }
    Ok(())
}

/// The first names and how many more there are.
fn named(paths: &[PathBuf]) -> String {
    let first = paths.iter().take(MAX_NAMED).map(|path| visible::line(path.as_os_str().as_encoded_bytes()));
    let names = first.collect::<Vec<_>>().join(", ");
    match paths.len().saturating_sub(MAX_NAMED) {
        0 => names,
        more => format!("{names} and {more} more"),
    }
}

/// What failed, with its later lines behind its first, so that none passes for a row of ours.
fn indented(error: &str) -> String {
    visible::body(error.trim_end().as_bytes()).replace('\n', "\n        ")
}
