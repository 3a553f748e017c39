//! The tool lists of MCP servers as doors last saw them, and which of them the person trusts.

use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde_json::json;

use super::journal::{self, EntryKind, stamp};
use super::session::workspace_id;
use super::{Store, StoreError};
use crate::model::{Digest, ServerHints, SessionId, ToolList};

/// A server of a workspace.
#[derive(Debug, Clone, PartialEq)]
pub struct ServerRow {
    /// Its name, as its tools' names begin: `linear` of `mcp__linear__list_issues`.
    pub name: String,
    /// What it was last seen to offer.
    pub tools: ToolList,
    /// The digest of that list.
    pub digest: Digest,
    /// When that was.
    pub seen_at: String,
    /// When and through which channel a person trusted this very list.
    pub trusted: Option<(String, String)>,
    /// When trust was withdrawn because the list had changed, if nobody has decided since.
    pub withdrawn_at: Option<String>,
}

/// What a list means that a door has just seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Announced {
    /// A person trusts this very list.
    Trusted,
    /// Nobody does.
    Untrusted,
    /// A person trusted the list before it; that is over.
    Withdrawn,
}

const SELECT: &str = "SELECT s.name, s.tools, s.digest, s.seen_at, s.trusted_at, s.trusted_by, s.withdrawn_at
    FROM mcp_server s JOIN workspace w ON w.id = s.workspace_id WHERE w.root = ?1";

fn server_of(row: &Row<'_>) -> Result<ServerRow, StoreError> {
    let bad = |detail: String| StoreError::BadRow { what: "tool list", detail };
    let tools: String = row.get(1)?;
    let tools = serde_json::from_str(&tools).map_err(|error| bad(error.to_string()))?;
    let (at, by): (Option<String>, Option<String>) = (row.get(4)?, row.get(5)?);
    Ok(ServerRow {
        name: row.get(0)?,
        tools: ToolList::parse(&tools).map_err(|error| bad(error.to_string()))?,
        digest: Digest::from_bytes(row.get(2)?),
        seen_at: row.get(3)?,
        trusted: at.zip(by),
        withdrawn_at: row.get(6)?,
    })
}

impl Store {
    /// The servers of the workspace `root`, by name.
    pub fn servers(&self, root: &Path) -> Result<Vec<ServerRow>, StoreError> {
        let mut select = self.connection.prepare(&format!("{SELECT} ORDER BY s.name"))?;
        let mut rows = select.query([root.as_os_str().as_bytes()])?;
        let mut servers = Vec::new();
        while let Some(row) = rows.next()? {
            servers.push(server_of(row)?);
        }
        Ok(servers)
    }

    /// One server of the workspace `root`.
    pub fn server(&self, root: &Path, name: &str) -> Result<Option<ServerRow>, StoreError> {
        let mut select = self.connection.prepare_cached(&format!("{SELECT} AND s.name = ?2"))?;
        let mut rows = select.query(params![root.as_os_str().as_bytes(), name])?;
        rows.next()?.map(server_of).transpose()
    }

    /// What the listed servers of `root` say of the tool `mcp__SERVER__TOOL`, and whether that list is trusted; `None`
    /// when no server lists it, or when more than one could be meant.
    pub fn listed(&self, root: &Path, tool: &str) -> Result<Option<ServerHints>, StoreError> {
        let Some(rest) = tool.strip_prefix("mcp__") else { return Ok(None) };
        let mut found = None;
        for (at, _) in rest.match_indices("__") {
            let (server, tool) = (&rest[..at], &rest[at + 2..]);
            let Some(server) = self.server(root, server)? else { continue };
            let Some(listed) = server.tools.tools().iter().find(|listed| listed.name == tool) else { continue };
            if found.is_some() {
                return Ok(None);
            }
            found = Some(ServerHints { trusted: server.trusted.is_some(), ..listed.hints });
        }
        Ok(found)
    }

    /// Keeps the list that a door has seen of a server. One that differs from a trusted one ends the trust, which the
    /// journal records and `told` is said to the session's agent.
    pub fn announce(
        &self,
        session: &SessionId,
        root: &Path,
        name: &str,
        tools: &ToolList,
        told: &str,
        now: DateTime<Utc>,
    ) -> Result<Announced, StoreError> {
        let (canonical, digest) = (tools.canonical(), tools.digest());
        if let Some(known) = self.server(root, name)?
            && known.digest == digest
        {
            return Ok(if known.trusted.is_some() { Announced::Trusted } else { Announced::Untrusted });
        }
        self.write(|tx| {
            let workspace = workspace_id(tx, root)?;
            let before = trusted_digest(tx, workspace, name)?;
            let withdrawn = before.is_some_and(|before| before != digest);
            tx.execute(
                "INSERT INTO mcp_server (workspace_id, name, tools, digest, seen_at) VALUES (?1, ?2, ?3, ?4, ?5)
                 ON CONFLICT (workspace_id, name) DO UPDATE SET tools = ?3, digest = ?4, seen_at = ?5",
                params![workspace, name, canonical, digest.as_bytes(), stamp(now)],
            )?;
            if !withdrawn {
                return Ok(if before.is_some() { Announced::Trusted } else { Announced::Untrusted });
            }
            tx.execute(
                "UPDATE mcp_server SET trusted_at = NULL, trusted_by = NULL, withdrawn_at = ?3
                 WHERE workspace_id = ?1 AND name = ?2",
                params![workspace, name, stamp(now)],
            )?;
            let body = json!({ "server": name, "workspace": root.to_string_lossy(), "trusted": false,
                "because": "its tools changed", "before": before, "digest": digest });
            journal::append(tx, now, None, None, EntryKind::Trust, &body)?;
            super::message::tell_in(tx, session, told, now)?;
            Ok(Announced::Withdrawn)
        })
    }

    /// Trusts the list with that digest, as it was shown to a person who spoke through `by`; false when the server
    /// offers another list by now, or none.
    pub fn trust(
        &self,
        root: &Path,
        name: &str,
        digest: Digest,
        by: &str,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        self.write(|tx| {
            let workspace = workspace_id(tx, root)?;
            let changed = tx.execute(
                "UPDATE mcp_server SET trusted_at = ?4, trusted_by = ?5, withdrawn_at = NULL
                 WHERE workspace_id = ?1 AND name = ?2 AND digest = ?3",
                params![workspace, name, digest.as_bytes(), stamp(now), by],
            )?;
            if changed == 1 {
                let body = json!({ "server": name, "workspace": root.to_string_lossy(), "trusted": true, "by": by,
                    "digest": digest });
                journal::append(tx, now, None, None, EntryKind::Trust, &body)?;
            }
            Ok(changed == 1)
        })
    }

    /// Ends the trust in a server; false when there was none.
    pub fn revoke_trust(&self, root: &Path, name: &str, now: DateTime<Utc>) -> Result<bool, StoreError> {
        self.write(|tx| {
            let workspace = workspace_id(tx, root)?;
            let changed = tx.execute(
                "UPDATE mcp_server SET trusted_at = NULL, trusted_by = NULL
                 WHERE workspace_id = ?1 AND name = ?2 AND trusted_at IS NOT NULL",
                params![workspace, name],
            )?;
            if changed == 1 {
                let body = json!({ "server": name, "workspace": root.to_string_lossy(), "trusted": false,
                    "because": "it was revoked" });
                journal::append(tx, now, None, None, EntryKind::Trust, &body)?;
            }
            Ok(changed == 1)
        })
    }
}

fn trusted_digest(connection: &Connection, workspace: i64, name: &str) -> Result<Option<Digest>, StoreError> {
    let mut look = connection.prepare_cached(
        "SELECT digest FROM mcp_server WHERE workspace_id = ?1 AND name = ?2 AND trusted_at IS NOT NULL",
    )?;
    let bytes: Option<[u8; 32]> = look.query_row(params![workspace, name], |row| row.get(0)).optional()?;
    Ok(bytes.map(Digest::from_bytes))
}
