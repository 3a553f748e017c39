//! A change that says something else from now on: a person edited it, or its file changed on disk and both changes fit
//! together. Either way it waits to be shown and approved like a new one.

mod reviser;

use std::collections::HashSet;

use serde_json::json;

pub(super) use self::reviser::Reviser;
use self::reviser::content;
use super::PendingPlanManager;
use super::compose::Seen;
use super::decide::{Consent, DecideError, NO_SIDES, find, open_outline};
use super::merge;
use crate::classify;
use crate::model::{
    Action, ChangeEvent, ChangeId, ChangeState, Digest, FileEffect, FileImage, ProposedChange, TargetPath, ToolCall,
};
use crate::store::{SessionRow, message, touch};
use crate::workspace::Workspace;

/// What a person may rewrite of a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Editable {
    /// The content that its one file shall have.
    Content {
        /// The file.
        path: TargetPath,
        /// The content now; for a conflict both sides with markers where they disagree.
        text: Vec<u8>,
    },
    /// The content of its one file, of which both sides of a conflict cannot be put into one text.
    Binary {
        /// The file.
        path: TargetPath,
    },
    /// The command line.
    Command {
        /// The command now.
        text: String,
    },
}

/// What a person begins to rewrite, bound to what they then have before them.
#[derive(Debug)]
pub struct Editing {
    /// What they may rewrite.
    pub editable: Editable,
    digest: Digest,
    /// The file of a conflict as it is in the text.
    found: Option<Seen>,
}

/// A file of a change from every side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sides {
    /// The file.
    pub path: TargetPath,
    /// As it was when the change was proposed; its content is in the store.
    pub base: FileImage,
    /// As it is now, on disk and with the open changes before this one.
    pub now: FileImage,
    /// The last of those that touches it.
    pub upon: Option<ChangeId>,
    /// The content of that.
    pub now_content: Vec<u8>,
    /// As the change would leave it; its content is in the store.
    pub proposed: FileImage,
}

impl PendingPlanManager {
    /// Puts every change in conflict whose proposal fits together with what its files have become back among the pending
    /// ones, as a proposal of the two together; what was queued on top of it follows. The others stay in conflict.
    ///
    /// Nothing is approved by this and nothing is written: whoever approves sees the result first.
    ///
    /// # Errors
    /// The workspace or the store cannot be used; nothing is changed then.
    pub fn merge_drifted(&self, session: &SessionRow) -> Result<Vec<ChangeId>, DecideError> {
        let workspace = Workspace::open(&session.root)?;
        self.decide(|tx, now| {
            let Some(plan) = open_outline(tx, session)? else { return Ok(Vec::new()) };
            let reviser = Reviser { tx, now, plan: &plan, workspace: &workspace };
            let (mut merged, mut followed) = (Vec::new(), HashSet::new());
            for change in plan.proposed_changes.iter().filter(|change| change.state == ChangeState::Conflict) {
                if !followed.contains(&change.id) {
                    let Some(action) = reviser.refit(change)? else { continue };
                    let merging = ProposedChange { action, ..change.clone() };
                    reviser.revise(merging, "host", "merged with the file on disk")?;
                    followed.extend(reviser.carry(change)?.followed);
                }
                merged.push(change.id);
            }
            if !merged.is_empty() {
                let text = super::told::merged(&merged);
                message::tell_in(tx, &session.id, &text, now)?;
            }
            Ok(merged)
        })
    }

    /// What a person may rewrite of a change.
    ///
    /// # Errors
    /// There is no such change, or it is neither a command nor the change of one file.
    pub fn editable(&self, session: &SessionRow, id: ChangeId) -> Result<Editing, DecideError> {
        let workspace = Workspace::open(&session.root)?;
        self.decide(|tx, now| {
            let (plan, change) = find(tx, session, id)?;
            check_state(&change)?;
            let mut found = None;
            let editable = match &change.action {
                Action::Command { command, .. } => Editable::Command { text: command.clone() },
                action => {
                    let effect = sole_file(action).ok_or(DecideError::NotEditable { id })?;
                    let reviser = Reviser { tx, now, plan: &plan, workspace: &workspace };
                    let path = effect.path.clone();
                    let [base, proposed] = [&effect.before, &effect.after].map(|image| content(tx, image));
                    let (base, proposed) = (base?.unwrap_or_default(), proposed?.unwrap_or_default());
                    if change.state == ChangeState::Conflict {
                        let seen = found.insert(reviser.seen(&change, &path)?);
                        match merge::with_markers(&base, &seen.content, &proposed) {
                            Some(text) => Editable::Content { path, text },
                            None => Editable::Binary { path },
                        }
                    } else {
                        Editable::Content { path, text: proposed }
                    }
                }
            };
            Ok(Editing { editable, digest: change.digest, found })
        })
    }

    /// Puts what a person wrote in the place of what the change said when they began; it is pending then, and has to be
    /// shown and approved. What was queued on top of it follows where it fits.
    ///
    /// It applies to the file as the person had it before them: what somebody saved since is drift like any other, and
    /// never taken back by it.
    ///
    /// # Errors
    /// The change says something else by now, the text means nothing, or something queued on top of it does not fit
    /// any more; nothing is changed then.
    pub fn edit(
        &self,
        session: &SessionRow,
        id: ChangeId,
        editing: &Editing,
        text: &[u8],
        consent: &Consent,
    ) -> Result<(), DecideError> {
        let workspace = Workspace::open(&session.root)?;
        self.decide(|tx, now| {
            let (plan, change) = find(tx, session, id)?;
            check_state(&change)?;
            if change.digest != editing.digest {
                return Err(DecideError::NotShown { unseen: vec![id] });
            }
            let reviser = Reviser { tx, now, plan: &plan, workspace: &workspace };
            let edited = match &change.action {
                Action::Command { cwd, timeout_ms, .. } => {
                    let command = command_of(id, text)?;
                    let action = Action::Command { command, cwd: cwd.clone(), timeout_ms: *timeout_ms };
                    judged_anew(ProposedChange { action, ..change.clone() })
                }
                action => {
                    let effect = sole_file(action).ok_or(DecideError::NotEditable { id })?;
                    if change.state == ChangeState::Conflict && merge::has_markers(text) {
                        return Err(DecideError::Unsettled { id });
                    }
                    let effect = reviser.rewritten(&change, effect, editing.found.as_ref(), text)?;
                    ProposedChange { action: Action::WriteFile { effect }, ..change.clone() }
                }
            };
            // An edit that is looked at and left is no writing of the whole file.
            let effects = edited.action.effects();
            if edited.action == change.action || !effects.is_empty() && effects == change.action.effects() {
                return Err(DecideError::Unchanged { id });
            }
            reviser.revise(edited, consent.channel(), "edited by a person")?;
            let unfit = reviser.carry(&change)?.unfit;
            if !unfit.is_empty() {
                return Err(DecideError::Unfit { id, unfit });
            }
            message::tell_in(tx, &session.id, &super::told::edited(id), now)?;
            Ok(())
        })
    }

    /// Puts a change in conflict back among the pending ones as it was proposed, upon its files as they are now: what has
    /// happened to them goes with it, and a move takes along what they have become, over what stands in its way; which is shown
    /// before it is approved.
    ///
    /// # Errors
    /// The change is in no conflict, its files are as it would leave them, or something queued on top of it does not fit
    /// any more; nothing is changed then.
    pub fn take_proposed(&self, session: &SessionRow, id: ChangeId, consent: &Consent) -> Result<(), DecideError> {
        let workspace = Workspace::open(&session.root)?;
        self.decide(|tx, now| {
            let (plan, change) = find(tx, session, id)?;
            if change.state != ChangeState::Conflict {
                return Err(DecideError::WrongState { id, state: change.state, wanted: NO_SIDES });
            }
            let reviser = Reviser { tx, now, plan: &plan, workspace: &workspace };
            let action = reviser.as_proposed(&change)?;
            if action.effects().iter().all(|effect| effect.before == effect.after) {
                return Err(DecideError::AlreadySo { id });
            }
            let why = "taken as proposed, upon the file on disk";
            reviser.revise(ProposedChange { action, ..change.clone() }, consent.channel(), why)?;
            let unfit = reviser.carry(&change)?.unfit;
            if !unfit.is_empty() {
                return Err(DecideError::Unfit { id, unfit });
            }
            message::tell_in(tx, &session.id, &super::told::edited(id), now)?;
            Ok(())
        })
    }

    /// Every file of a change as it was, as it is and as it would be.
    ///
    /// # Errors
    /// There is no such change, or the store or a file cannot be read.
    pub fn sides(&self, session: &SessionRow, id: ChangeId) -> Result<Vec<Sides>, DecideError> {
        let workspace = Workspace::open(&session.root)?;
        self.decide(|tx, now| {
            let (plan, change) = find(tx, session, id)?;
            let reviser = Reviser { tx, now, plan: &plan, workspace: &workspace };
            let effects = change.action.effects();
            effects
                .iter()
                .map(|effect| {
                    let seen = reviser.seen(&change, &effect.path)?;
                    Ok(Sides {
                        path: effect.path.clone(),
                        base: effect.before.clone(),
                        now: seen.image,
                        upon: touch::last_touch(tx, &plan.id, &effect.path, change.id)?.map(|(id, _)| id),
                        now_content: seen.content,
                        proposed: effect.after.clone(),
                    })
                })
                .collect()
        })
    }
}

fn check_state(change: &ProposedChange) -> Result<(), DecideError> {
    if change.state.after(ChangeEvent::Revise).is_ok() {
        return Ok(());
    }
    let wanted = "only what is pending, approved and not begun, failed or in conflict is edited";
    Err(DecideError::WrongState { id: change.id, state: change.state, wanted })
}

/// The one file that an action leaves with a content, when it touches no other.
fn sole_file(action: &Action) -> Option<&FileEffect> {
    match action.effects() {
        [effect] if matches!(effect.after, FileImage::File { .. }) => Some(effect),
        _ => None,
    }
}

fn command_of(id: ChangeId, text: &[u8]) -> Result<String, DecideError> {
    let command = std::str::from_utf8(text).map(|text| text.trim_end_matches('\n').to_owned());
    command.ok().filter(|text| !text.trim().is_empty()).ok_or(DecideError::NoCommand { id })
}

/// A rewritten command is judged like a new one, so that its marks are its own.
fn judged_anew(change: ProposedChange) -> ProposedChange {
    let Action::Command { command, .. } = &change.action else { return change };
    let call =
        ToolCall { tool: "bash".to_owned(), args: json!({ "command": command }), ..super::decide::call_of(&change) };
    let assessment = classify::classify(&call);
    let evidence = assessment.deciding().map(|e| format!("{}: {}", e.rule, e.reason)).unwrap_or_default();
    ProposedChange { phase: classify::phase(&call), marks: assessment.marks, evidence, ..change }
}
