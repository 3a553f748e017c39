//! A plan as JSON for programs: data as it is, not made safe to print.
//!
//! The shape is a contract: fields may come, none may go or change its meaning without a new `format_version`.

use std::borrow::Cow;
use std::io::{self, Write};
use std::path::Path;

use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serialize;
use serde_json::Value;

use crate::model::{
    Action, AgentPath, ChangeId, ChangeState, Digest, Mark, Note, PendingPlan, Phase, PlanId, PlanStatus,
    ProposedChange, Revision, SessionId, Slug,
};

use super::patch::Patch;
use super::{Scope, Shown, Source};

/// Written as `format_version` in every document.
pub const FORMAT_VERSION: u32 = 1;

/// Writes one document with the changes of `scope`, and a newline; `"plan": null` when there is no plan.
///
/// # Errors
///
/// What `out` says. A content or arguments that cannot be had are no error: the change says so in `diff_omitted` or
/// `args_omitted` and is not counted as shown.
pub fn render(
    plan: Option<&PendingPlan>,
    source: &Source<'_>,
    scope: Scope<'_>,
    out: &mut dyn Write,
) -> io::Result<Shown> {
    let mut shown = Shown::default();
    write!(out, "{{\"format_version\":{FORMAT_VERSION},\"plan\":")?;
    let Some(plan) = plan else {
        out.write_all(b"null}\n")?;
        return Ok(shown);
    };
    // The plan's own fields are written whole and reopened, so that the changes can follow one by one.
    let mut head = serde_json::to_vec(&PlanFields::of(plan))?;
    head.pop();
    out.write_all(&head)?;
    out.write_all(b",\"changes\":[")?;
    for (place, (change, _)) in scope.select(plan).enumerate() {
        out.write_all(if place == 0 { b"\n" } else { b",\n" })?;
        let row = ChangeFields::of(change, source);
        shown.record(change, row.is_complete);
        serde_json::to_writer(&mut *out, &row)?;
    }
    out.write_all(b"\n]}}\n")?;
    Ok(shown)
}

#[derive(Serialize)]
struct PlanFields<'p> {
    id: &'p PlanId,
    slug: &'p Slug,
    task: &'p str,
    status: PlanStatus,
    revision: Revision,
    created_at: String,
    updated_at: String,
    session_id: Option<&'p SessionId>,
    exploration_summary: &'p str,
    /// When its contents were removed; absent while they are kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    expired_at: Option<String>,
}

impl<'p> PlanFields<'p> {
    fn of(plan: &'p PendingPlan) -> Self {
        Self {
            id: &plan.id,
            slug: &plan.slug,
            task: &plan.task,
            status: plan.status,
            revision: plan.revision,
            created_at: utc(plan.created_at),
            updated_at: utc(plan.updated_at),
            session_id: plan.session_id.as_ref(),
            exploration_summary: &plan.exploration_summary,
            expired_at: plan.expired_at.map(utc),
        }
    }
}

#[derive(Serialize)]
struct ChangeFields<'p> {
    id: ChangeId,
    order: u32,
    tool: &'p str,
    args: Value,
    /// Why the arguments are `null` although the call had some.
    #[serde(skip_serializing_if = "Option::is_none")]
    args_omitted: Option<String>,
    reason: &'p str,
    proposed_at: String,
    tool_call_id: Option<&'p str>,
    agent: &'p AgentPath,
    state: ChangeState,
    depends_on: &'p [ChangeId],
    phase: Phase,
    digest: Digest,
    /// For `git apply` in the workspace's root; absent for what is not about files or not about text.
    #[serde(skip_serializing_if = "Option::is_none")]
    diff: Option<String>,
    /// Why a change of files has no `diff`.
    #[serde(skip_serializing_if = "Option::is_none")]
    diff_omitted: Option<String>,
    sign: &'static str,
    target: Cow<'p, str>,
    outside: bool,
    cwd: Cow<'p, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    command: Option<&'p str>,
    marks: &'p [Mark],
    evidence: &'p str,
    error: &'p str,
    /// What a person asked about it, and what the agent answered.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    notes: Vec<&'p Note>,
    /// What is known of the last run of its command.
    #[serde(skip_serializing_if = "Option::is_none")]
    ran: Option<&'p Value>,
    /// What it would do, exactly: paths, digests, sizes, modes.
    action: &'p Action,
    #[serde(skip)]
    is_complete: bool,
}

impl<'p> ChangeFields<'p> {
    fn of(change: &'p ProposedChange, source: &Source<'p>) -> Self {
        let (diff, diff_omitted, is_complete) = match Patch::of(&change.action, source) {
            Patch::Text(patch) => (Some(patch), None, true),
            Patch::NotFiles => (None, None, true),
            Patch::NotText => (None, Some("the content is not UTF-8 text".to_owned()), true),
            Patch::Unreadable(error) => (None, Some(format!("the content cannot be read: {error}")), false),
        };
        let (args, args_omitted) = match (source.arguments)(change) {
            Ok(args) => (args, None),
            Err(error) => (Value::Null, Some(format!("the arguments cannot be read: {error}"))),
        };
        let is_complete = is_complete && args_omitted.is_none();
        let command = match &change.action {
            Action::Command { command, .. } => Some(command.as_str()),
            _ => None,
        };
        let (target, outside) = target_of(change, source);
        Self {
            id: change.id,
            order: change.order,
            tool: &change.tool,
            args,
            args_omitted,
            reason: &change.reason,
            proposed_at: utc(change.proposed_at),
            tool_call_id: change.tool_call_id.as_deref(),
            agent: &change.agent,
            state: change.state,
            depends_on: &change.depends_on,
            phase: change.phase,
            digest: change.digest,
            diff,
            diff_omitted,
            sign: change.action.sign(),
            target,
            outside,
            cwd: change.cwd.to_string_lossy(),
            command,
            marks: &change.marks,
            evidence: &change.evidence,
            error: &change.error,
            notes: source.notes.iter().filter(|note| note.change == change.id).collect(),
            ran: super::ran::facts_of(change.id, source),
            action: &change.action,
            is_complete,
        }
    }
}

/// The path from the root (of a move: the new one), the command or the tool; and whether it lies outside.
fn target_of<'p>(change: &'p ProposedChange, source: &Source<'_>) -> (Cow<'p, str>, bool) {
    let path = |path: &'p Path| (source.inside(path).unwrap_or(path).to_string_lossy(), source.is_outside(path));
    match &change.action {
        Action::WriteFile { effect } | Action::EditFile { effect } | Action::DeleteFile { effect } => {
            path(effect.path.as_path())
        }
        Action::MoveFile { from, to, .. } => {
            let (target, outside) = path(to.as_path());
            (target, outside || source.is_outside(from.as_path()))
        }
        Action::Patch { effects } => {
            let outside = effects.iter().any(|effect| source.is_outside(effect.path.as_path()));
            let targets: Vec<_> = effects.iter().map(|effect| path(effect.path.as_path()).0).collect();
            (Cow::Owned(targets.join(", ")), outside)
        }
        Action::Command { command, cwd, .. } => (Cow::Borrowed(command), source.is_outside(cwd.as_path())),
        Action::Forward => (Cow::Borrowed(&change.tool), false),
    }
}

/// RFC 3339 in UTC, with as many digits of the second as there are.
fn utc(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

#[cfg(test)]
mod tests {
    use super::super::golden;
    use super::super::sample::{Sample, varied};
    use super::*;

    fn draw(sample: &Sample) -> (String, Shown) {
        let mut out = Vec::new();
        let contents = sample.contents();
        let shown = render(Some(&sample.plan), &golden::source(&contents), Scope::All, &mut out);
        (String::from_utf8(out).expect("JSON is UTF-8"), shown.expect("memory takes all"))
    }

    #[test]
    fn a_varied_plan_as_json() {
        let (drawn, shown) = draw(&varied());
        assert_eq!(shown.complete.len(), varied().plan.proposed_changes.len());
        let parsed: Value = serde_json::from_str(&drawn).expect("what is drawn is JSON");
        golden::check("plan.json", &(serde_json::to_string_pretty(&parsed).expect("a value is JSON") + "\n"));
    }

    #[test]
    fn no_plan_is_null() {
        let mut out = Vec::new();
        render(None, &golden::source(&|_| Err("unasked".into())), Scope::All, &mut out).expect("memory takes all");
        assert_eq!(out, b"{\"format_version\":1,\"plan\":null}\n");
    }

    #[test]
    fn a_content_that_is_lost_is_said_and_not_counted_as_shown() {
        let mut sample = varied();
        sample.lose(b"pub struct Session;\n");
        let (drawn, shown) = draw(&sample);
        assert!(drawn.contains("\"diff_omitted\":\"the content cannot be read: no blob of that digest\""), "{drawn}");
        assert_eq!(shown.incomplete, [ChangeId(3)]);
    }
}
