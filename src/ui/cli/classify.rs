//! `classify`: explain a verdict.

use std::io::{self, BufRead, Write};

use super::rules::here;
use super::{CommandError, Exit};
use crate::classify::{Policy, wire};
use crate::model::Verdict;

/// Explain whether a command or an MCP tool is a read or a write.
#[derive(Debug, clap::Args)]
pub(in crate::ui) struct Args {
    /// The command line, or the whole name of an MCP tool: `mcp__SERVER__TOOL`.
    #[arg(required_unless_present = "jsonl")]
    command: Option<String>,
    /// Judge JSON lines from standard input: {"cmd": ...} or {"tool": ..., "args": ..., "hints": ...}.
    #[arg(long, conflicts_with = "command")]
    jsonl: bool,
    /// Judge by the built-in table alone, whatever files of rules say.
    #[arg(long)]
    no_config: bool,
}

impl Args {
    /// One command exits with 0 for a read and 1 for a write, so that scripts can ask; `--jsonl` always with 0.
    pub(super) fn run(&self, out: &mut dyn Write) -> Result<Exit, CommandError> {
        let policy = if self.no_config { Policy::built_in().clone() } else { here()?.1 };
        if let Some(command) = &self.command {
            let assessment = wire::of_word(command, &policy);
            write!(out, "{}", wire::explain(command, &assessment))?;
            return Ok(if assessment.verdict == Verdict::Read { Exit::Done } else { Exit::Failed });
        }
        let mut input = io::stdin().lock();
        let mut out = io::BufWriter::new(out);
        let mut line = Vec::new();
        while input.read_until(b'\n', &mut line)? > 0 {
            // A line that is not text is judged as what is left of it, which is no JSON of ours: a write.
            let text = String::from_utf8_lossy(&line);
            writeln!(out, "{}", wire::answer_json_under(text.trim_end_matches('\n'), &policy))?;
            line.clear();
        }
        out.flush()?;
        Ok(Exit::Done)
    }
}
