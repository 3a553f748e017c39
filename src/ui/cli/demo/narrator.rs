//! How the demo speaks: a heading a step, a line a call, prompts before the person's commands.

use std::io::{self, Write};

use super::agent::{Answer, Call};
use crate::review::visible;
use crate::ui::screen::{Look, width};

/// No line of prose is longer, however wide the screen.
const MAX_COLUMNS: usize = 92;
/// Where the outcome of a call begins.
const OUTCOME_COLUMN: usize = 54;

const BOLD: &str = "\x1b[1m";
const DIM: &str = "\x1b[2m";
const RESET: &str = "\x1b[0m";

/// Writes the demo's own words; what commands print stands between them untouched.
pub(super) struct Narrator<'a> {
    out: &'a mut dyn Write,
    look: Look,
    steps: u32,
}

impl<'a> Narrator<'a> {
    pub(super) fn new(out: &'a mut dyn Write) -> Self {
        Self { out, look: Look::of_stdout(), steps: 0 }
    }

    /// Where commands print.
    pub(super) fn out(&mut self) -> &mut dyn Write {
        &mut *self.out
    }

    /// Begins a step: what it shows, in a line.
    pub(super) fn step(&mut self, explained: &str) -> io::Result<()> {
        self.steps += 1;
        let heading = format!("{:>2}  {explained}", self.steps);
        let heading = self.painted(BOLD, &heading);
        writeln!(self.out, "\n{heading}\n")
    }

    /// Says something about what just happened.
    pub(super) fn say(&mut self, text: &str) -> io::Result<()> {
        for line in wrapped(text, columns() - 4) {
            let line = self.painted(DIM, &line);
            writeln!(self.out, "    {line}")?;
        }
        Ok(())
    }

    /// A prompt with the command that the person gives, or may give.
    pub(super) fn prompt(&mut self, prompt: &str) -> io::Result<()> {
        let prompt = self.painted(BOLD, prompt);
        write!(self.out, "{prompt} ")?;
        self.out.flush()
    }

    /// A call and what came of it.
    pub(super) fn call(&mut self, call: &Call, answer: &Answer) -> io::Result<()> {
        let what = format!("    {:<12}{:<12}{}", call.agent, call.tool, call.target());
        let (outcome, more) = match answer {
            Answer::Ran { saw, as_queued: false } => (format!("runs: {saw}"), None),
            Answer::Ran { saw, as_queued: true } => (format!("runs: {saw}, as queued"), None),
            Answer::Queued { id, message } if message.contains("already queued") => {
                (format!("is {id} already"), Some(message))
            }
            Answer::Queued { id, .. } => (format!("queued as {id}"), None),
            Answer::Denied(message) => ("denied".to_owned(), Some(message)),
            Answer::Nothing => ("no answer, so it does not run".to_owned(), None),
        };
        writeln!(self.out, "{what:<OUTCOME_COLUMN$}{}", visible::line(outcome.as_bytes()))?;
        more.map_or(Ok(()), |message| self.quote(message))
    }

    /// What the agent was answered to its call, word for word; what the host tells it besides stands on later lines.
    pub(super) fn quote(&mut self, message: &str) -> io::Result<()> {
        for line in wrapped(message.lines().next().unwrap_or_default(), columns() - 18) {
            let line = self.painted(DIM, &visible::line(line.as_bytes()));
            writeln!(self.out, "                | {line}")?;
        }
        Ok(())
    }

    fn painted(&self, paint: &str, text: &str) -> String {
        match self.look {
            Look::Plain => text.to_owned(),
            Look::Colour => format!("{paint}{text}{RESET}"),
        }
    }
}

fn columns() -> usize {
    width().clamp(40, MAX_COLUMNS)
}

/// The words of a text in lines of at most `columns`, but for words that are longer.
fn wrapped(text: &str, columns: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= columns => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_wrapped_between_words_and_long_words_stay_whole() {
        assert_eq!(wrapped("a bc def", 4), ["a bc", "def"]);
        assert_eq!(wrapped("/a/long/path is", 6), ["/a/long/path", "is"]);
        assert_eq!(wrapped("  ", 4), [""; 0]);
    }
}
