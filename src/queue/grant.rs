//! What identifies a call, and the approval of one that its agent's host carries out: it passes once, in its turn.

use serde_json::json;

use super::proposer::{Grant, Proposed, Proposer};
use crate::classify::server_tool;
use crate::model::{ChangeEvent, ChangeState, Digest, PlanId, Request, ToolCall, sorted};
use crate::store::journal::{self, EntryKind};
use crate::store::{Connection, StoreError, change, granting, plan, transition};

/// What identifies a call among those that wait.
pub(super) struct Asked {
    /// Its arguments as JSON text.
    pub(super) args: String,
    /// Over its tool, its arguments and its folder.
    pub(super) digest: Digest,
}

impl Asked {
    /// The order of an object's keys says nothing, and a server's tool knows nothing of the agent's folder.
    pub(super) fn of(call: &ToolCall) -> Self {
        let sorted = sorted(&call.args).to_string();
        let of_server = server_tool(call).is_some();
        let cwd = if of_server { &[] } else { call.cwd.as_os_str().as_encoded_bytes() };
        Self { digest: Digest::of_all(&[call.tool.as_bytes(), sorted.as_bytes(), cwd]), args: call.args.to_string() }
    }
}

impl Proposer<'_> {
    /// Claims the approval of a forwarded call, so that exactly one call passes on it, and none before its turn.
    pub(super) fn claim(&self, tx: &Connection, plan: &PlanId, asked: &Asked) -> Result<Option<Proposed>, StoreError> {
        let Some(id) = change::same_call(tx, plan, asked.digest, ChangeState::Approved)? else { return Ok(None) };
        let now = (self.clock)();
        let before = granting::unfinished_before(tx, plan, id)?;
        let running = matches!(before, Some((_, ChangeState::Applying)));
        if running || !granting::take(tx, plan, id, now)? {
            return Ok(Some(Proposed::TooEarly { id, before }));
        }
        transition::transition(tx, now, plan, id, ChangeEvent::Begin, "")?;
        transition::transition(tx, now, plan, id, ChangeEvent::Succeed, "")?;
        let body = json!({ "result": "passed to the agent's host", "call": asked.digest });
        journal::append(tx, now, Some(plan), Some(id), EntryKind::Outcome, &body)?;
        Ok(Some(Proposed::Granted(Grant { id })))
    }

    /// Uses up what a person approved of a call that passes for another reason, so that it does not pass once more for this.
    ///
    /// # Errors
    /// The store failed; then it is not known whether the call was approved.
    pub fn spend(&self, call: &ToolCall, request: &Request) -> Result<(), StoreError> {
        if !matches!(request, Request::Forward) {
            return Ok(());
        }
        let asked = Asked::of(call);
        let approved = |connection: &Connection| {
            let Some(head) = plan::open_head(connection, &self.session)? else { return Ok(None) };
            Ok(change::same_call(connection, &head.id, asked.digest, ChangeState::Approved)?.map(|_| head.id))
        };
        if self.store.read(approved)?.is_none() {
            return Ok(());
        }
        self.store.write(|tx| match approved(tx)? {
            Some(plan) => self.claim(tx, &plan, &asked).map(|_| ()),
            None => Ok(()),
        })
    }
}
