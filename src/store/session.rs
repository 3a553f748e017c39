//! Workspaces, sessions and their modes.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde_json::json;

use super::journal::{self, EntryKind, stamp};
use super::{Store, StoreError, regime};
use crate::model::{Mode, ParseIdError, SessionId, Writes};

/// One conversation with an agent.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own, as the table has them")]
pub struct SessionRow {
    /// As the agent's host names it.
    pub id: SessionId,
    /// The folder it works in.
    pub root: PathBuf,
    /// The mode that holds now.
    pub mode: Mode,
    /// The mode to go back to when the present one is left.
    pub mode_before: Option<Mode>,
    /// What happens to writes in build mode.
    pub writes: Writes,
    /// The agent's own permission mode, in its words, as its door last reported it.
    pub permission: Option<String>,
    /// No person can answer in it.
    pub unattended: bool,
    /// The mode that the agent was last told.
    pub told: Mode,
    /// The person's words for the next plan.
    pub task: String,
    /// The agent has made a timer that could speak as the person.
    pub timers: bool,
    /// The agent's process, when its door knows it.
    pub agent_pid: Option<u32>,
    /// When it was last heard of.
    pub updated_at: String,
    /// Agents of it plan for a lead.
    pub teams: bool,
    /// The person has said something in it.
    pub spoken: bool,
}

/// What holds for a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holding {
    /// The mode.
    pub mode: Mode,
    /// What happens to writes in build mode.
    pub writes: Writes,
    /// The mode that the agent was last told.
    pub told: Mode,
    /// Agents of the session plan for a lead.
    pub teams: bool,
}

const SELECT: &str = "SELECT s.id, w.root, s.mode, s.mode_before, s.task, s.timers, s.agent_pid, s.updated_at, s.asked,
    s.permission, s.unattended, s.told, s.teams, s.spoken
    FROM session s JOIN workspace w ON w.id = s.workspace_id";

pub(super) fn bad_mode(error: &ParseIdError) -> StoreError {
    StoreError::BadRow { what: "mode", detail: error.to_string() }
}

fn session_of(row: &Row<'_>) -> Result<SessionRow, StoreError> {
    let mode = |at: usize| row.get::<_, String>(at)?.parse().map_err(|e| bad_mode(&e));
    let before: Option<String> = row.get(3)?;
    Ok(SessionRow {
        id: SessionId(row.get(0)?),
        root: PathBuf::from(OsStr::from_bytes(&row.get::<_, Vec<u8>>(1)?)),
        mode: mode(2)?,
        mode_before: before.map(|word| word.parse()).transpose().map_err(|e| bad_mode(&e))?,
        task: row.get(4)?,
        timers: row.get(5)?,
        agent_pid: row.get(6)?,
        updated_at: row.get(7)?,
        writes: if row.get(8)? { Writes::Asked } else { Writes::Pass },
        permission: row.get(9)?,
        unattended: row.get(10)?,
        told: mode(11)?,
        teams: row.get(12)?,
        spoken: row.get::<_, u8>(13)? > 0,
    })
}

impl Store {
    /// The mode that holds in a session now; `None` for a session that was never heard of.
    pub fn mode_of(&self, session: &SessionId) -> Result<Option<Mode>, StoreError> {
        let mut look = self.connection.prepare_cached("SELECT mode FROM session WHERE id = ?1")?;
        let word: Option<String> = look.query_row([session.as_str()], |row| row.get(0)).optional()?;
        word.map(|word| word.parse()).transpose().map_err(|e| bad_mode(&e))
    }

    /// The same with what happens to writes in build mode and what the agent was told.
    pub(crate) fn holding(&self, session: &SessionId) -> Result<Option<Holding>, StoreError> {
        // The statement by which every door found its session: a look in the same process costs no compilation.
        let holding = |SessionRow { mode, writes, told, teams, .. }| Holding { mode, writes, told, teams };
        Ok(self.session(session)?.map(holding))
    }

    /// A session, if it was ever heard of.
    pub fn session(&self, session: &SessionId) -> Result<Option<SessionRow>, StoreError> {
        session_in(&self.connection, session)
    }

    /// The sessions of the workspace `root`, the one last heard of first.
    pub fn sessions_of(&self, root: &Path) -> Result<Vec<SessionRow>, StoreError> {
        let mut select =
            self.connection.prepare(&format!("{SELECT} WHERE w.root = ?1 ORDER BY s.updated_at DESC, s.rowid DESC"))?;
        let mut rows = select.query([root.as_os_str().as_bytes()])?;
        let mut sessions = Vec::new();
        while let Some(row) = rows.next()? {
            sessions.push(session_of(row)?);
        }
        Ok(sessions)
    }

    /// The recorded workspace that is `folder` or the nearest one above it.
    pub fn workspace_above(&self, folder: &Path) -> Result<Option<PathBuf>, StoreError> {
        let mut look = self.connection.prepare_cached("SELECT 1 FROM workspace WHERE root = ?1")?;
        for above in folder.ancestors() {
            if look.exists([above.as_os_str().as_bytes()])? {
                return Ok(Some(above.to_owned()));
            }
        }
        Ok(None)
    }

    /// The mode in which new sessions of the workspace start; a folder that is not recorded yet has that of the nearest
    /// recorded one above it.
    pub fn workspace_mode(&self, root: &Path) -> Result<Mode, StoreError> {
        workspace_mode(&self.connection, root)
    }

    /// Finds the session or starts it in its workspace's mode.
    pub fn open_session(&self, id: &SessionId, root: &Path, now: DateTime<Utc>) -> Result<SessionRow, StoreError> {
        if let Some(known) = self.session(id)? {
            return Ok(known);
        }
        self.write(|tx| open_session_in(tx, id, root, now))
    }

    /// Sets the mode in which new sessions of the workspace start.
    pub fn set_workspace_mode(&self, root: &Path, mode: Mode) -> Result<(), StoreError> {
        self.write(|tx| {
            let workspace = workspace_id(tx, root)?;
            tx.execute("UPDATE workspace SET mode = ?2 WHERE id = ?1", params![workspace, mode.word()])?;
            Ok(())
        })
    }

    /// Keeps the words that a person gave for the session's next plan.
    pub fn set_task(&self, session: &SessionId, task: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
        self.write(|tx| {
            tx.execute(
                "UPDATE session SET task = ?2, spoken = 2, updated_at = ?3 WHERE id = ?1",
                params![session.as_str(), task, stamp(now)],
            )?;
            Ok(())
        })
    }

    /// Takes what a person said to the agent for the task of the next plan, unless they gave one.
    pub fn suggest_task(&self, session: &SessionId, task: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
        self.write(|tx| {
            tx.execute(
                "UPDATE session SET task = ?2, spoken = 1, updated_at = ?3 WHERE id = ?1 AND spoken < 2",
                params![session.as_str(), task, stamp(now)],
            )?;
            Ok(())
        })
    }

    /// Remembers that the agent made a timer, so that prompts of this session no longer prove a person.
    pub fn note_timer(&self, session: &SessionId) -> Result<(), StoreError> {
        self.write(|tx| {
            tx.execute("UPDATE session SET timers = 1 WHERE id = ?1", [session.as_str()])?;
            Ok(())
        })
    }

    /// Remembers the agent's process and that the session is alive.
    pub fn touch_session(
        &self,
        session: &SessionId,
        agent_pid: Option<u32>,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.write(|tx| {
            tx.execute(
                "UPDATE session SET agent_pid = coalesce(?2, agent_pid), updated_at = ?3 WHERE id = ?1",
                params![session.as_str(), agent_pid, stamp(now)],
            )?;
            Ok(())
        })
    }

    /// The other session that the same agent process last used in this workspace.
    pub fn former_session(
        &self,
        session: &SessionId,
        root: &Path,
        agent_pid: u32,
    ) -> Result<Option<SessionRow>, StoreError> {
        let former = self.sessions_of(root)?.into_iter();
        Ok(former.filter(|row| &row.id != session).find(|row| row.agent_pid == Some(agent_pid)))
    }

    /// Hands the regime and the open plan of one session to its successor: the agent's host started a new conversation,
    /// the person goes on.
    pub fn succeed(&self, former: &SessionRow, next: &SessionId, now: DateTime<Utc>) -> Result<(), StoreError> {
        self.write(|tx| {
            tx.execute(
                "UPDATE session SET (mode, mode_before, asked, rejections, permission_before, task, spoken, timers) =
                     (SELECT f.mode, f.mode_before, f.asked, f.rejections, f.permission_before, f.task, f.spoken,
                         max(f.timers, session.timers)
                      FROM session f WHERE f.id = ?2), updated_at = ?3 WHERE id = ?1",
                params![next.as_str(), former.id.as_str(), stamp(now)],
            )?;
            regime::succeed(tx, former, next, now)?;
            tx.execute(
                "UPDATE plan SET session_id = ?2 WHERE session_id = ?1 AND open > 0",
                params![former.id.as_str(), next.as_str()],
            )?;
            tx.execute(
                "UPDATE document SET session_id = ?2 WHERE session_id = ?1
                 AND (plan_id IS NULL OR plan_id IN (SELECT id FROM plan WHERE session_id = ?2))",
                params![former.id.as_str(), next.as_str()],
            )?;
            tx.execute("UPDATE session SET agent_pid = NULL WHERE id = ?1", [former.id.as_str()])?;
            let body = json!({ "session": next, "succeeds": former.id, "to": former.mode });
            journal::append(tx, now, None, None, EntryKind::Mode, &body)
        })
    }

    /// The processes of all agents whose doors told them.
    pub fn agent_pids(&self) -> Result<Vec<u32>, StoreError> {
        let mut select =
            self.connection.prepare("SELECT DISTINCT agent_pid FROM session WHERE agent_pid IS NOT NULL")?;
        let pids = select.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
        Ok(pids)
    }
}

/// The person's words for the plan that begins now; the next one has others.
pub(crate) fn take_task(connection: &Connection, session: &SessionId) -> Result<String, StoreError> {
    let task = session_in(connection, session)?.map(|session| session.task).unwrap_or_default();
    if !task.is_empty() {
        forget_task(connection, session)?;
    }
    Ok(task)
}

/// Forgets the person's words for the next plan.
pub(crate) fn forget_task(connection: &Connection, session: &SessionId) -> Result<(), StoreError> {
    connection.execute("UPDATE session SET task = '', spoken = min(spoken, 1) WHERE id = ?1", [session.as_str()])?;
    Ok(())
}

/// The session inside a transaction.
pub(crate) fn session_in(connection: &Connection, id: &SessionId) -> Result<Option<SessionRow>, StoreError> {
    let mut look = connection.prepare_cached(&format!("{SELECT} WHERE s.id = ?1"))?;
    let mut rows = look.query([id.as_str()])?;
    rows.next()?.map(session_of).transpose()
}

/// Starts a session inside a transaction, unless it is there.
pub(crate) fn open_session_in(
    connection: &Connection,
    id: &SessionId,
    root: &Path,
    now: DateTime<Utc>,
) -> Result<SessionRow, StoreError> {
    let workspace = workspace_id(connection, root)?;
    let added = connection.execute(
        "INSERT INTO session (id, workspace_id, mode, created_at, updated_at)
         SELECT ?1, id, mode, ?3, ?3 FROM workspace WHERE id = ?2 ON CONFLICT (id) DO NOTHING",
        params![id.as_str(), workspace, stamp(now)],
    )?;
    let own = SessionId::of_workspace(root);
    if added > 0 && *id != own {
        hand_over_task(connection, &own, id)?;
    }
    session_in(connection, id)?.ok_or(StoreError::BadRow { what: "session", detail: id.to_string() })
}

/// Gives a session that begins the task that a person gave when no session had begun in the workspace, with what was to be
/// said of it. Where an agent works without naming a session, the task is that agent's and stays.
fn hand_over_task(connection: &Connection, own: &SessionId, to: &SessionId) -> Result<(), StoreError> {
    let names = params![own.as_str(), to.as_str()];
    let handed = connection.execute(
        "UPDATE session SET task = own.task, spoken = own.spoken
         FROM (SELECT task, spoken FROM session WHERE id = ?1 AND spoken = 2 AND task <> ''
               AND NOT EXISTS (SELECT 1 FROM plan WHERE session_id = ?1)) AS own
         WHERE session.id = ?2",
        names,
    )?;
    if handed > 0 {
        connection.execute(
            "UPDATE message SET session_id = ?2
             WHERE session_id = ?1 AND mode IS NULL AND delivered_at IS NULL AND dropped_at IS NULL",
            names,
        )?;
        connection.execute("UPDATE session SET task = '', spoken = 0 WHERE id = ?1", [own.as_str()])?;
    }
    Ok(())
}

fn workspace_mode(connection: &Connection, root: &Path) -> Result<Mode, StoreError> {
    let mut look = connection.prepare_cached("SELECT mode FROM workspace WHERE root = ?1")?;
    for above in root.ancestors() {
        let word: Option<String> = look.query_row([above.as_os_str().as_bytes()], |row| row.get(0)).optional()?;
        if let Some(word) = word {
            return word.parse().map_err(|e| bad_mode(&e));
        }
    }
    Ok(Mode::Build)
}

pub(super) fn workspace_id(connection: &Connection, root: &Path) -> Result<i64, StoreError> {
    let bytes = root.as_os_str().as_bytes();
    let known =
        connection.query_row("SELECT id FROM workspace WHERE root = ?1", [bytes], |row| row.get(0)).optional()?;
    if let Some(id) = known {
        return Ok(id);
    }
    // Whoever makes a repository inside a workspace does not leave its mode by that.
    let mode = workspace_mode(connection, root)?;
    connection.execute("INSERT INTO workspace (root, mode) VALUES (?1, ?2)", params![bytes, mode.word()])?;
    Ok(connection.last_insert_rowid())
}
