//! Plan documents and their revisions.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde_json::json;

use super::journal::{self, EntryKind, stamp};
use super::{Store, StoreError};
use crate::model::{AgentPath, Digest, PlanId, SessionId};

/// A plan document without its text.
#[derive(Debug, Clone, PartialEq)]
pub struct DocumentRow {
    /// Its identity in the store.
    pub id: i64,
    /// The session whose plan it is.
    pub session: SessionId,
    /// The agent whose plan it is.
    pub agent: AgentPath,
    /// Two words, and for a subagent's own its name behind them.
    pub name: String,
    /// The queue's plan that it goes with.
    pub plan: Option<PlanId>,
    /// The file that is a view of it.
    pub path: PathBuf,
    /// How often it was revised, from 1 on.
    pub revision: u32,
    /// The highest numbers given to steps, decision points and questions.
    pub highest: (u32, u32, u32),
    /// The revision that was last written to the file; 0 when none was.
    pub written: u32,
    /// The file as it was left then.
    pub written_digest: Option<Digest>,
    /// The agent was allowed to write the file since.
    pub agent_writes: bool,
}

/// Why there is a revision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RevisionKind {
    /// It is a new draft.
    Draft,
    /// A person edited; can be taken back.
    Edit,
    /// An edit was taken back.
    Undo,
    /// An edit was done again.
    Redo,
    /// An agent revised.
    Revise,
    /// A step was run or rolled back.
    Run,
}

impl RevisionKind {
    const ALL: [Self; 6] = [Self::Draft, Self::Edit, Self::Undo, Self::Redo, Self::Revise, Self::Run];

    /// The word in the database.
    pub fn word(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Edit => "edit",
            Self::Undo => "undo",
            Self::Redo => "redo",
            Self::Revise => "revise",
            Self::Run => "run",
        }
    }
}

/// One revision of a document.
#[derive(Debug, Clone, PartialEq)]
pub struct RevisionRow {
    /// Its number, from 1 on.
    pub revision: u32,
    /// When.
    pub at: String,
    /// Who.
    pub by: String,
    /// Why.
    pub kind: RevisionKind,
    /// What was done, a line each.
    pub what: String,
}

/// A document to be started.
#[derive(Debug, Clone, Copy)]
pub struct NewDocument<'a> {
    /// The session whose plan it is.
    pub session: &'a SessionId,
    /// The agent whose plan it is.
    pub agent: &'a AgentPath,
    /// Its name.
    pub name: &'a str,
    /// The queue's plan that it goes with.
    pub plan: Option<&'a PlanId>,
    /// The file that will be a view of it.
    pub path: &'a Path,
}

/// A revision to be kept.
#[derive(Debug, Clone)]
pub struct NewRevision<'a> {
    /// The whole text.
    pub text: &'a str,
    /// The highest numbers given by then.
    pub highest: (u32, u32, u32),
    /// Who.
    pub by: &'a str,
    /// Why.
    pub kind: RevisionKind,
    /// What was done, a line each.
    pub what: &'a [String],
}

const SELECT: &str =
    "SELECT id, session_id, agent, name, plan_id, path, revision, steps, decisions, questions, written,
    written_digest, agent_writes FROM document";

/// The newest document of an agent of a session, inside a transaction.
pub(crate) fn document_in(
    connection: &Connection,
    session: &SessionId,
    agent: &AgentPath,
) -> Result<Option<DocumentRow>, StoreError> {
    let sql = format!("{SELECT} WHERE session_id = ?1 AND agent = ?2 ORDER BY id DESC LIMIT 1");
    let mut look = connection.prepare_cached(&sql)?;
    Ok(look.query_row([session.as_str(), agent.as_str()], row_of).optional()?)
}

/// The text of a revision, inside a transaction.
pub(crate) fn text_in(connection: &Connection, document: i64, revision: u32) -> Result<Option<String>, StoreError> {
    let mut look =
        connection.prepare_cached("SELECT text FROM document_revision WHERE document_id = ?1 AND revision = ?2")?;
    Ok(look.query_row(params![document, revision], |row| row.get(0)).optional()?)
}

impl Store {
    /// The newest document of an agent of a session.
    pub fn document(&self, session: &SessionId, agent: &AgentPath) -> Result<Option<DocumentRow>, StoreError> {
        document_in(&self.connection, session, agent)
    }

    /// The newest documents of a session, one an agent.
    pub fn documents(&self, session: &SessionId) -> Result<Vec<DocumentRow>, StoreError> {
        let sql = format!(
            "{SELECT} WHERE session_id = ?1 AND id IN (SELECT max(id) FROM document GROUP BY session_id, agent) ORDER BY id"
        );
        let mut select = self.connection.prepare_cached(&sql)?;
        let rows = select.query_map([session.as_str()], row_of)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Starts a document with its first revision; `None` when its name or its file is another's already.
    pub fn start_document(
        &self,
        new: &NewDocument<'_>,
        first: &NewRevision<'_>,
        now: DateTime<Utc>,
    ) -> Result<Option<DocumentRow>, StoreError> {
        self.write(|tx| {
            let (steps, decisions, questions) = first.highest;
            let inserted = tx.execute(
                "INSERT INTO document (session_id, agent, name, plan_id, path, revision, steps, decisions, questions, created_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, 1, ?6, ?7, ?8, ?9) ON CONFLICT DO NOTHING",
                params![
                    new.session.as_str(),
                    new.agent.as_str(),
                    new.name,
                    new.plan.map(PlanId::as_str),
                    new.path.as_os_str().as_bytes(),
                    steps,
                    decisions,
                    questions,
                    stamp(now)
                ],
            )?;
            if inserted == 0 {
                return Ok(None);
            }
            let id = tx.last_insert_rowid();
            keep_revision(tx, id, new.name, new.plan, 1, first, now)?;
            Ok(Some(tx.query_row(&format!("{SELECT} WHERE id = ?1"), [id], row_of)?))
        })
    }

    /// Keeps the revision after `known`; `None` when somebody else has revised the document since.
    pub fn revise_document(
        &self,
        document: i64,
        known: u32,
        next: &NewRevision<'_>,
        now: DateTime<Utc>,
    ) -> Result<Option<DocumentRow>, StoreError> {
        self.write(|tx| {
            let (steps, decisions, questions) = next.highest;
            let updated = tx.execute(
                "UPDATE document SET revision = revision + 1, steps = max(steps, ?3), decisions = max(decisions, ?4),
                        questions = max(questions, ?5)
                 WHERE id = ?1 AND revision = ?2",
                params![document, known, steps, decisions, questions],
            )?;
            if updated == 0 {
                return Ok(None);
            }
            let row = tx.query_row(&format!("{SELECT} WHERE id = ?1"), [document], row_of)?;
            keep_revision(tx, document, &row.name, row.plan.as_ref(), row.revision, next, now)?;
            Ok(Some(row))
        })
    }

    /// The text of a revision.
    pub fn document_text(&self, document: i64, revision: u32) -> Result<Option<String>, StoreError> {
        text_in(&self.connection, document, revision)
    }

    /// All revisions, oldest first, without their texts.
    pub fn document_revisions(&self, document: i64) -> Result<Vec<RevisionRow>, StoreError> {
        let mut select = self.connection.prepare_cached(
            "SELECT revision, at, by, kind, what FROM document_revision WHERE document_id = ?1 ORDER BY revision",
        )?;
        let mut rows = select.query([document])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let kind: String = row.get(3)?;
            let known = RevisionKind::ALL.into_iter().find(|known| known.word() == kind);
            let kind = known.ok_or(StoreError::BadRow { what: "kind of revision", detail: kind })?;
            found.push(RevisionRow {
                revision: row.get(0)?,
                at: row.get(1)?,
                by: row.get(2)?,
                kind,
                what: row.get(4)?,
            });
        }
        Ok(found)
    }

    /// Remembers that a revision was written to the file, and how it was left.
    pub fn document_written(&self, document: i64, revision: u32, left: Digest) -> Result<(), StoreError> {
        self.write(|tx| {
            tx.execute(
                "UPDATE document SET written = ?2, written_digest = ?3, agent_writes = 0 WHERE id = ?1",
                params![document, revision, left.as_bytes()],
            )?;
            Ok(())
        })
    }

    /// Remembers that the agent was allowed to write the file.
    pub fn document_agent_writes(&self, document: i64) -> Result<(), StoreError> {
        self.write(|tx| {
            tx.execute("UPDATE document SET agent_writes = 1 WHERE id = ?1", [document])?;
            Ok(())
        })
    }

    /// Puts the queue's plan with which a document goes.
    pub fn link_document(&self, document: i64, plan: &PlanId) -> Result<(), StoreError> {
        self.write(|tx| {
            tx.execute("UPDATE document SET plan_id = ?2 WHERE id = ?1", params![document, plan.as_str()])?;
            Ok(())
        })
    }
}

/// The name of the session's document that waits for the queue's plan, inside a transaction.
pub(crate) fn waiting_name(connection: &Connection, session: &SessionId) -> Result<Option<String>, StoreError> {
    let mut look = connection.prepare_cached(
        "SELECT name FROM document WHERE session_id = ?1 AND agent = 'main' AND plan_id IS NULL ORDER BY id DESC LIMIT 1",
    )?;
    Ok(look.query_row([session.as_str()], |row| row.get(0)).optional()?)
}

fn keep_revision(
    tx: &Connection,
    document: i64,
    name: &str,
    plan: Option<&PlanId>,
    revision: u32,
    new: &NewRevision<'_>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO document_revision (document_id, revision, at, by, kind, what, text) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![document, revision, stamp(now), new.by, new.kind.word(), new.what.join("\n"), new.text],
    )?;
    let body = json!({
        "document": name, "revision": revision, "by": new.by, "kind": new.kind.word(), "what": new.what,
        "text": Digest::of(new.text.as_bytes()),
    });
    journal::append(tx, now, plan, None, EntryKind::Document, &body)
}

fn row_of(row: &Row<'_>) -> Result<DocumentRow, rusqlite::Error> {
    Ok(DocumentRow {
        id: row.get(0)?,
        session: SessionId(row.get(1)?),
        agent: AgentPath(row.get(2)?),
        name: row.get(3)?,
        plan: row.get::<_, Option<String>>(4)?.map(PlanId),
        path: PathBuf::from(OsStr::from_bytes(&row.get::<_, Vec<u8>>(5)?)),
        revision: row.get(6)?,
        highest: (row.get(7)?, row.get(8)?, row.get(9)?),
        written: row.get(10)?,
        written_digest: row.get::<_, Option<[u8; 32]>>(11)?.map(Digest::from_bytes),
        agent_writes: row.get(12)?,
    })
}
