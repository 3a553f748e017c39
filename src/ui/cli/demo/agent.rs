//! The scripted agent: it makes its calls through the real interceptor, a `plangate intercept` of its own.

use std::env;
use std::fs;
use std::io::{self, BufRead, BufReader, Write};
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

use super::super::super::consent::TOKEN_VARIABLE;
use super::super::super::context::SESSION_VARIABLE;
use super::project::ThrowAway;
use crate::config::HOME_VARIABLE;

/// The session that the scripted agent speaks in.
pub(super) const SESSION: &str = "demo";

/// One call that the agent makes.
pub(super) struct Call {
    /// Who makes it: the agent itself or one that it started.
    pub(super) agent: &'static str,
    pub(super) tool: &'static str,
    pub(super) args: Value,
    /// Why, in the agent's words; empty for reads.
    pub(super) reason: &'static str,
}

impl Call {
    /// What the call is about, in a word or two.
    pub(super) fn target(&self) -> &str {
        self.args["path"].as_str().or_else(|| self.args["command"].as_str()).unwrap_or_default()
    }
}

/// What came back for a call.
pub(super) enum Answer {
    /// It may run; the agent ran it and saw this.
    Ran {
        /// In a few words.
        saw: String,
        /// The arguments were pointed at a queued file's copy.
        as_queued: bool,
    },
    /// It waits as the change of this name.
    Queued {
        /// The change.
        id: String,
        /// The whole answer.
        message: String,
    },
    /// It does not run and nothing waits.
    Denied(String),
    /// The interceptor is gone.
    Nothing,
}

/// The agent and the interceptor that its calls go through.
pub(super) struct Agent {
    workspace: PathBuf,
    interceptor: Child,
    lines: Option<ChildStdin>,
    replies: BufReader<ChildStdout>,
    calls: u32,
}

impl Agent {
    /// Starts the interceptor as any host of an agent would: a child process, JSON lines both ways.
    pub(super) fn start(place: &ThrowAway) -> io::Result<Self> {
        let mut interceptor = Command::new(env::current_exe()?)
            .args(["--session", SESSION, "intercept"])
            .current_dir(place.workspace())
            .env(HOME_VARIABLE, place.home())
            .env_remove(SESSION_VARIABLE)
            .env_remove(TOKEN_VARIABLE)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let lines = interceptor.stdin.take();
        let replies = interceptor.stdout.take().ok_or_else(|| io::Error::other("the interceptor has no output"))?;
        Ok(Self { workspace: place.workspace(), interceptor, lines, replies: BufReader::new(replies), calls: 0 })
    }

    /// The interceptor's process.
    pub(super) fn interceptor(&self) -> u32 {
        self.interceptor.id()
    }

    /// Kills the interceptor as `kill -9` does; returns the signal that ended it.
    pub(super) fn kill_interceptor(&mut self) -> io::Result<Option<i32>> {
        self.interceptor.kill()?;
        Ok(self.interceptor.wait()?.signal())
    }

    /// Makes one call and, when it may run, runs it as the agent's host would.
    pub(super) fn call(&mut self, call: &Call) -> io::Result<Answer> {
        self.calls += 1;
        let line = json!({
            "id": self.calls, "tool": call.tool, "args": call.args, "agent": call.agent, "reason": call.reason,
        });
        let Some(reply) = self.exchange(&line)? else { return Ok(Answer::Nothing) };
        let message = reply["message"].as_str().unwrap_or_default().to_owned();
        Ok(match reply["decision"].as_str() {
            Some("allow") => {
                let rewrite = reply.get("rewrite");
                Answer::Ran { saw: self.run(call, rewrite.unwrap_or(&call.args))?, as_queued: rewrite.is_some() }
            }
            Some("queued") => {
                Answer::Queued { id: reply["change"]["id"].as_str().unwrap_or_default().to_owned(), message }
            }
            _ => Answer::Denied(message),
        })
    }

    /// The reply to a line; `None` when nobody is there to give one.
    fn exchange(&mut self, line: &Value) -> io::Result<Option<Value>> {
        let Some(lines) = &mut self.lines else { return Ok(None) };
        match lines.write_all(format!("{line}\n").as_bytes()) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(None),
            written => written?,
        }
        let mut reply = String::new();
        if self.replies.read_line(&mut reply)? == 0 {
            return Ok(None);
        }
        Ok(Some(serde_json::from_str(&reply)?))
    }

    /// The agent's own tools; of those that write it only makes the calls.
    fn run(&self, call: &Call, args: &Value) -> io::Result<String> {
        match call.tool {
            "read_file" => {
                let text = fs::read_to_string(self.workspace.join(args["path"].as_str().unwrap_or_default()))?;
                Ok(format!("{} lines", text.lines().count()))
            }
            "bash" => {
                let command = args["command"].as_str().unwrap_or_default();
                let ran = Command::new("sh").args(["-c", command]).current_dir(&self.workspace).output()?;
                Ok(String::from_utf8_lossy(&ran.stdout).trim().replace('\n', "; "))
            }
            _ => Ok("left alone by this scripted agent".to_owned()),
        }
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        // The end of its input ends the interceptor; the wait keeps it from outliving the folder it works in.
        drop(self.lines.take());
        let _ = self.interceptor.wait();
    }
}
