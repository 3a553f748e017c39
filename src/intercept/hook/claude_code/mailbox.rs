//! The files through which agents of a Claude Code team write to each other, as version 2.1.329 keeps them:
//!
//! - `teams/TEAM/inboxes/NAME.json` below `$CLAUDE_CONFIG_DIR`, else `~/.claude`; in both names what is no ASCII letter,
//!   digit, `_` or `-` is a `-`. `teams/TEAM/config.json` tells the team's `leadSessionId`; without it there is no team.
//! - An inbox is an array of messages, indented by two spaces, without a line end; it begins as `[]` and is replaced whole.
//! - The folder `NAME.json.lock` is the lock. Who finds it tries again ten times, and takes it over when it has not been
//!   touched for ten seconds.
//! - A request to leave plan mode is a message to `team-lead` whose `text` is JSON of its own.

use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::model::{PlanRequest, SessionId, Teammate};

/// The name of a lead's inbox.
const LEAD: &str = "team-lead";
/// A lock that has not been touched for so long is nobody's.
const STALE: Duration = Duration::from_secs(10);
/// How often a taken lock is tried again, and how long the waits are.
const TRIES: u32 = 10;
const FIRST_WAIT: Duration = Duration::from_millis(5);
const LONGEST_WAIT: Duration = Duration::from_millis(100);
/// The largest inbox that is read.
const MAX_BYTES: u64 = 64 << 20;

/// A message of an inbox.
#[derive(Serialize)]
struct Message<'a> {
    from: &'a str,
    text: String,
    timestamp: &'a str,
    #[serde(rename = "type")]
    kind: &'a str,
    read: bool,
}

/// What stands in the text of a message that asks to leave plan mode.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PlanApproval<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    from: &'a str,
    timestamp: &'a str,
    plan_file_path: &'a str,
    plan_content: &'a str,
    request_id: &'a str,
}

/// What is read of a team's `config.json`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Team {
    lead_session_id: Option<String>,
    lead_process: Option<Process>,
    #[serde(default)]
    members: Vec<Member>,
}

#[derive(Deserialize)]
struct Process {
    pid: u32,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Member {
    name: String,
    backend_type: Option<String>,
}

/// Writes a plan to the inbox of its lead; false when Claude Code, whose folder is `home`, keeps no such team.
///
/// # Errors
/// The lock was not free in time, or the inbox cannot be read or written, or is no array; it is as it was then.
pub fn send(home: &Path, lead: &SessionId, request: &PlanRequest) -> io::Result<bool> {
    let Some(team) = folder_of(&home.join("teams"), lead) else { return Ok(false) };
    append(&team, LEAD, &message(request)?)
}

/// Writes a text to the inbox of a teammate; false when there is no such team.
///
/// # Errors
/// The same as for [`send`].
pub fn tell(home: &Path, teammate: &Teammate, text: &str, at: &str) -> io::Result<bool> {
    let Some(team) = folder_of(&home.join("teams"), &teammate.lead.session) else { return Ok(false) };
    let text = text.to_owned();
    let message = Message { from: "plangate", text, timestamp: at, kind: "message", read: false };
    append(&team, &sanitized(&teammate.name), &serde_json::to_string_pretty(&message)?)
}

/// Whether the agent of this name runs in the process that leads the session's team, which must be one of `running`: an
/// agent of the same process takes precedence over other sessions of its name.
pub fn stays_within(home: &Path, session: &SessionId, name: &str, running: impl Fn(u32) -> bool) -> bool {
    let team = folder_of(&home.join("teams"), session).and_then(|folder| config(&folder));
    team.is_some_and(|team| {
        team.lead_process.is_some_and(|process| running(process.pid))
            && team
                .members
                .iter()
                .any(|member| member.name == name && member.backend_type.as_deref() == Some("in-process"))
    })
}

fn append(team: &Path, name: &str, message: &str) -> io::Result<bool> {
    let inboxes = team.join("inboxes");
    match fs::symlink_metadata(&inboxes) {
        Ok(found) if !found.is_dir() => return Err(io::Error::other(format!("`{}` is no folder", inboxes.display()))),
        Ok(_) => {}
        Err(_) => fs::create_dir(&inboxes)?,
    }
    let inbox = inboxes.join(format!("{name}.json"));
    match OpenOptions::new().write(true).create_new(true).open(&inbox) {
        Ok(mut new) => new.write_all(b"[]")?,
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
        Err(error) => return Err(error),
    }
    let _lock = Lock::take(inbox.with_extension("json.lock"))?;
    let text = appended(&read(&inbox)?, message)?;
    let temporary = inbox.with_extension(format!("json.{}.tmp", std::process::id()));
    OpenOptions::new().write(true).create_new(true).open(&temporary)?.write_all(text.as_bytes())?;
    fs::rename(&temporary, &inbox)?;
    Ok(true)
}

/// The folder of the team that the session leads. What a call names is no reason to write into another one's.
fn folder_of(teams: &Path, lead: &SessionId) -> Option<PathBuf> {
    let leads =
        |folder: &Path| config(folder).and_then(|team| team.lead_session_id).is_some_and(|id| id == lead.as_str());
    fs::read_dir(teams).ok()?.filter_map(Result::ok).map(|entry| entry.path()).find(|folder| leads(folder))
}

fn config(folder: &Path) -> Option<Team> {
    let text = fs::read(folder.join("config.json")).ok()?;
    serde_json::from_slice(&text).ok()
}

fn sanitized(name: &str) -> String {
    name.chars().map(|c| if c.is_ascii_alphanumeric() || matches!(c, '_' | '-') { c } else { '-' }).collect()
}

fn read(inbox: &Path) -> io::Result<String> {
    let found = fs::symlink_metadata(inbox)?;
    if !found.is_file() || found.len() > MAX_BYTES {
        return Err(io::Error::other(format!("`{}` is no mailbox", inbox.display())));
    }
    fs::read_to_string(inbox)
}

fn message(request: &PlanRequest) -> io::Result<String> {
    let text = serde_json::to_string(&PlanApproval {
        kind: "plan_approval_request",
        from: &request.from,
        timestamp: &request.timestamp,
        plan_file_path: &request.plan_file_path,
        plan_content: &request.plan_content,
        request_id: &request.request_id,
    })?;
    let message = Message { from: &request.from, text, timestamp: &request.timestamp, kind: "message", read: false };
    Ok(serde_json::to_string_pretty(&message)?)
}

/// The array with one message more; the bytes of the others stay.
fn appended(inbox: &str, message: &str) -> io::Result<String> {
    let known: Vec<Value> = serde_json::from_str(inbox)?;
    let before = inbox.trim_end().strip_suffix(']').map(str::trim_end).unwrap_or_default();
    let comma = if known.is_empty() { "" } else { "," };
    let message = message.replace('\n', "\n  ");
    Ok(format!("{before}{comma}\n  {message}\n]"))
}

/// The lock of an inbox, given back when it goes.
struct Lock(PathBuf);

impl Lock {
    fn take(path: PathBuf) -> io::Result<Self> {
        let mut wait = FIRST_WAIT;
        for _ in 0..=TRIES {
            match fs::create_dir(&path) {
                Ok(()) => return Ok(Self(path)),
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
            if is_stale(&path) {
                // Whoever removes it first is no nearer to having it than the others.
                let _ = fs::remove_dir(&path);
                continue;
            }
            sleep(wait);
            wait = (wait * 2).min(LONGEST_WAIT);
        }
        Err(io::Error::other(format!("`{}` is locked", path.display())))
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // What cannot be removed becomes stale.
        let _ = fs::remove_dir(&self.0);
    }
}

fn is_stale(lock: &Path) -> bool {
    let touched = fs::metadata(lock).and_then(|found| found.modified());
    touched.is_ok_and(|touched| SystemTime::now().duration_since(touched).is_ok_and(|age| age > STALE))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that cannot set its stage has failed")]
mod tests {
    use super::*;
    use crate::model::{AgentPath, Principal};

    fn request(n: u32, plan: &str) -> PlanRequest {
        PlanRequest {
            request_id: format!("plan_approval-{n}@coder@red team"),
            from: "coder".to_owned(),
            timestamp: "2026-11-21T09:00:00.000Z".to_owned(),
            plan_file_path: "/plans/brave-fox.md".to_owned(),
            plan_content: plan.to_owned(),
            state: "waiting".to_owned(),
            feedback: String::new(),
            answered_by: String::new(),
            own: Principal { session: SessionId::from("s"), agent: AgentPath("main/coder".to_owned()) },
        }
    }

    /// A folder of Claude Code with the team "red team", led by session "s", and the lead's inbox.
    fn home() -> (tempfile::TempDir, PathBuf) {
        let home = tempfile::tempdir().unwrap();
        let team = home.path().join("teams/red-team");
        fs::create_dir_all(&team).unwrap();
        fs::write(team.join("config.json"), r#"{"name":"red team","leadSessionId":"s","members":[]}"#).unwrap();
        let inbox = team.join("inboxes/team-lead.json");
        (home, inbox)
    }

    #[test]
    fn a_request_is_written_byte_for_byte_as_claude_code_writes_one() {
        let (home, inbox) = home();
        assert!(send(home.path(), &SessionId::from("s"), &request(1, "# Plan\n\"go\"")).unwrap());
        let expected = r##"[
  {
    "from": "coder",
    "text": "{\"type\":\"plan_approval_request\",\"from\":\"coder\",\"timestamp\":\"2026-11-21T09:00:00.000Z\",\"planFilePath\":\"/plans/brave-fox.md\",\"planContent\":\"# Plan\\n\\\"go\\\"\",\"requestId\":\"plan_approval-1@coder@red team\"}",
    "timestamp": "2026-11-21T09:00:00.000Z",
    "type": "message",
    "read": false
  }
]"##;
        assert_eq!(fs::read_to_string(&inbox).unwrap(), expected);
        assert!(!inbox.with_extension("json.lock").exists());
    }

    #[test]
    fn other_messages_keep_every_byte_and_a_damaged_inbox_is_left_alone() {
        let (home, inbox) = home();
        fs::create_dir_all(inbox.parent().unwrap()).unwrap();
        let before = "[ {\"text\" : \"caf\\u00e9\",\n\"from\":\"x\",\"odd\":1.0}\n]\n";
        fs::write(&inbox, before).unwrap();
        assert!(send(home.path(), &SessionId::from("s"), &request(1, "x")).unwrap());
        let after = fs::read_to_string(&inbox).unwrap();
        assert!(
            after.starts_with("[ {\"text\" : \"caf\\u00e9\",\n\"from\":\"x\",\"odd\":1.0},\n  {\n    \"from\""),
            "{after}"
        );
        assert_eq!(serde_json::from_str::<Vec<Value>>(&after).unwrap().len(), 2);
        for damaged in ["{}", "[1,", ""] {
            fs::write(&inbox, damaged).unwrap();
            let _ = send(home.path(), &SessionId::from("s"), &request(1, "x")).unwrap_err();
            assert_eq!(fs::read_to_string(&inbox).unwrap(), damaged);
        }
    }

    #[test]
    fn without_the_team_nothing_is_written() {
        let (home, inbox) = home();
        assert!(!send(home.path(), &SessionId::from("x"), &request(1, "x")).unwrap());
        assert!(!send(home.path(), &SessionId::from("t"), &request(1, "x")).unwrap());
        assert!(!inbox.exists() && !home.path().join("teams/blue").exists());
    }

    #[test]
    fn an_inbox_that_is_a_link_is_not_followed() {
        let (home, inbox) = home();
        fs::create_dir_all(inbox.parent().unwrap()).unwrap();
        let elsewhere = home.path().join("elsewhere");
        fs::write(&elsewhere, "[]").unwrap();
        std::os::unix::fs::symlink(&elsewhere, &inbox).unwrap();
        let _ = send(home.path(), &SessionId::from("s"), &request(1, "x")).unwrap_err();
        assert_eq!(fs::read_to_string(&elsewhere).unwrap(), "[]");
    }

    #[test]
    fn a_lock_that_somebody_holds_is_waited_for_and_a_forgotten_one_is_taken_over() {
        let (home, inbox) = home();
        let lock = inbox.with_extension("json.lock");
        fs::create_dir_all(&lock).unwrap();
        let _ = send(home.path(), &SessionId::from("s"), &request(1, "x")).unwrap_err();
        assert_eq!(fs::read_to_string(&inbox).unwrap(), "[]");
        let long_ago = SystemTime::now() - 2 * STALE;
        fs::File::open(&lock).unwrap().set_modified(long_ago).unwrap();
        assert!(send(home.path(), &SessionId::from("s"), &request(1, "x")).unwrap());
        assert!(!lock.exists());
    }

    #[test]
    fn of_many_writers_at_once_each_message_arrives_once() {
        const WRITERS: u32 = 4;
        const EACH: u32 = 15;
        let (home, inbox) = home();
        std::thread::scope(|scope| {
            for writer in 0..WRITERS {
                let home = home.path();
                scope.spawn(move || {
                    for n in 0..EACH {
                        let request = request(writer * EACH + n, "x");
                        // A writer that was too unlucky tries again, as an agent would.
                        while send(home, &SessionId::from("s"), &request).is_err() {}
                    }
                });
            }
        });
        let messages: Vec<Value> = serde_json::from_str(&fs::read_to_string(&inbox).unwrap()).unwrap();
        let ids: std::collections::BTreeSet<String> = messages
            .iter()
            .map(|message| serde_json::from_str::<Value>(message["text"].as_str().unwrap()).unwrap())
            .map(|text| text["requestId"].to_string())
            .collect();
        assert_eq!((messages.len(), ids.len()), ((WRITERS * EACH) as usize, (WRITERS * EACH) as usize));
    }
}
