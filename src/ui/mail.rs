//! Mail between the agents of a host, where the host keeps it in files.

use std::env;
use std::io;
use std::path::PathBuf;

use chrono::{SecondsFormat, Utc};

use super::process::line_of_descent;
use crate::intercept::Mailbox;
use crate::intercept::hook::claude_code::mailbox;
use crate::model::{PlanRequest, SessionId, Teammate};

/// The inboxes of Claude Code's teams.
pub(super) struct Inboxes;

impl Mailbox for Inboxes {
    fn ask(&self, teammate: &Teammate, request: &PlanRequest) -> io::Result<bool> {
        let Some(home) = claude_home() else { return Ok(false) };
        mailbox::send(&home, &teammate.lead.session, request)
    }

    fn tell(&self, teammate: &Teammate, text: &str) -> io::Result<bool> {
        let Some(home) = claude_home() else { return Ok(false) };
        mailbox::tell(&home, teammate, text, &Utc::now().to_rfc3339_opts(SecondsFormat::Millis, true))
    }

    fn stays_within(&self, session: &SessionId, name: &str) -> bool {
        let runs_us = |pid| line_of_descent().any(|above| above == pid);
        claude_home().is_some_and(|home| mailbox::stays_within(&home, session, name, runs_us))
    }
}

/// Claude Code's own folder.
fn claude_home() -> Option<PathBuf> {
    let named = |name| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    named("CLAUDE_CONFIG_DIR").or_else(|| Some(named("HOME")?.join(".claude")))
}
