//! A change that says something else from now on: a person edited it, or its file changed on disk and both changes fit
//! together. Either way it waits to be shown and approved like a new one.

use chrono::{DateTime, Utc};
use serde_json::json;

use super::PendingPlanManager;
use super::compose::{ComposeError, Seen, View};
use super::decide::{Consent, DecideError, find, open_plan};
use super::merge;
use crate::classify;
use crate::model::{
    Action, ChangeEvent, ChangeId, ChangeState, Digest, FileEffect, FileImage, PendingPlan, PlanEvent, ProposedChange,
    TargetPath, ToolCall,
};
use crate::store::journal::{self, EntryKind};
use crate::store::{Connection, SessionRow, StoreError, blob, message, plan, transition};
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
            let Some(plan) = open_plan(tx, session)? else { return Ok(Vec::new()) };
            let mut merged = Vec::new();
            for change in plan.proposed_changes.iter().filter(|change| change.state == ChangeState::Conflict) {
                let reviser = Reviser { tx, now, plan: &plan, workspace: &workspace };
                let Some(action) = reviser.refit(change)? else { continue };
                reviser.revise(ProposedChange { action, ..change.clone() }, "host", "merged with the file on disk")?;
                reviser.carry(change)?;
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
            if edited.action == change.action {
                return Err(DecideError::Unchanged { id });
            }
            reviser.revise(edited, consent.channel(), "edited by a person")?;
            let unfit = reviser.carry(&change)?;
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
                let wanted = "sides are taken of what is in conflict";
                return Err(DecideError::WrongState { id, state: change.state, wanted });
            }
            let reviser = Reviser { tx, now, plan: &plan, workspace: &workspace };
            let action = reviser.as_proposed(&change)?;
            if action.effects().iter().all(|effect| effect.before == effect.after) {
                return Err(DecideError::AlreadySo { id });
            }
            let why = "taken as proposed, upon the file on disk";
            reviser.revise(ProposedChange { action, ..change.clone() }, consent.channel(), why)?;
            let unfit = reviser.carry(&change)?;
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

/// What an action does to files that stay where they are; `None` for every other action.
fn upon_files(action: &mut Action) -> Option<&mut [FileEffect]> {
    match action {
        Action::WriteFile { effect } | Action::EditFile { effect } | Action::DeleteFile { effect } => {
            Some(std::slice::from_mut(effect))
        }
        Action::Patch { effects } => Some(effects),
        Action::MoveFile { .. } | Action::Command { .. } | Action::Forward => None,
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

fn content(tx: &Connection, image: &FileImage) -> Result<Option<Vec<u8>>, StoreError> {
    image.digest().map_or(Ok(None), |digest| blob::content(tx, digest))
}

/// How a change is to fit its files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fit {
    /// So that nobody could mean anything else.
    BeyondDoubt,
    /// As it was proposed, whatever has happened to them.
    Forced,
}

/// A plan inside the transaction in which changes of it are rewritten.
struct Reviser<'a> {
    tx: &'a Connection,
    now: DateTime<Utc>,
    plan: &'a PendingPlan,
    workspace: &'a Workspace,
}

impl Reviser<'_> {
    /// A file as the change would find it: on disk, with the open changes before it.
    fn seen(&self, change: &ProposedChange, path: &TargetPath) -> Result<Seen, DecideError> {
        let view = View {
            connection: self.tx,
            plan: Some(&self.plan.id),
            before: change.id,
            workspace: self.workspace,
            cwd: &change.cwd,
        };
        view.at(path).map_err(|error| match error {
            ComposeError::Store(error) => error.into(),
            source => DecideError::CannotRebase { change: change.id, source },
        })
    }

    /// The effect with another content, on the file as it was `found` for a conflict, else as it was proposed for.
    fn rewritten(
        &self,
        change: &ProposedChange,
        old: &FileEffect,
        found: Option<&Seen>,
        text: &[u8],
    ) -> Result<FileEffect, DecideError> {
        super::compose::check_size("the edited file", text.len(), super::compose::MAX_FILE_BYTES)
            .map_err(|source| DecideError::CannotRebase { change: change.id, source })?;
        if let Some(found) = found {
            self.keep(change.id, &found.image, &found.content)?;
        }
        let before = found.map_or(&old.before, |found| &found.image).clone();
        let FileImage::File { mode, .. } = old.after else { return Err(DecideError::NotEditable { id: change.id }) };
        let after = FileImage::File { digest: Digest::of(text), size: text.len() as u64, mode };
        self.keep(change.id, &after, text)?;
        Ok(FileEffect { path: old.path.clone(), before, after })
    }

    fn keep(&self, id: ChangeId, image: &FileImage, content: &[u8]) -> Result<(), StoreError> {
        image.digest().map_or(Ok(()), |digest| blob::keep(self.tx, &self.plan.id, id, digest, content))
    }

    /// What the change would do if all that it proposes happened to its files as they are now.
    fn as_proposed(&self, change: &ProposedChange) -> Result<Action, DecideError> {
        let mut action = change.action.clone();
        if let Action::MoveFile { effects, .. } = &mut action {
            *effects = self.moved(change, effects, Fit::Forced)?.ok_or(DecideError::NotEditable { id: change.id })?;
            return Ok(action);
        }
        for effect in upon_files(&mut action).ok_or(DecideError::NotEditable { id: change.id })? {
            let seen = self.seen(change, &effect.path)?;
            self.keep(change.id, &seen.image, &seen.content)?;
            if let (FileImage::File { mode: before, .. }, FileImage::File { mode: now, .. }) =
                (&effect.before, &seen.image)
                && let FileImage::File { mode, .. } = &mut effect.after
                && mode == before
            {
                *mode = *now;
            }
            effect.before = seen.image;
        }
        Ok(action)
    }

    /// The effects of a move upon its files as they are now: each goes as it has become, and one that is gone comes as it
    /// was proposed. `None` when they do not fit beyond doubt and are to, or are none of a move.
    fn moved(
        &self,
        change: &ProposedChange,
        effects: &[FileEffect],
        fit: Fit,
    ) -> Result<Option<Vec<FileEffect>>, DecideError> {
        let mut upon = Vec::with_capacity(effects.len());
        for pair in effects.chunks(2) {
            let [goes, comes] = pair else { return Ok(None) };
            let (from, to) = (self.seen(change, &goes.path)?, self.seen(change, &comes.path)?);
            let after = if from.image.exists() { from.image.clone() } else { comes.after.clone() };
            // What is not there, or is there already, has been moved by somebody else.
            let fits = to.image == if from.image.exists() { comes.before.clone() } else { comes.after.clone() };
            if fit == Fit::BeyondDoubt && !fits {
                return Ok(None);
            }
            for seen in [&from, &to] {
                self.keep(change.id, &seen.image, &seen.content)?;
            }
            upon.push(FileEffect { path: goes.path.clone(), before: from.image, after: FileImage::Absent });
            upon.push(FileEffect { path: comes.path.clone(), before: to.image, after });
        }
        Ok(Some(upon))
    }

    /// What the change would do to its files as they are now; `None` when that is not beyond doubt, or nothing new.
    fn refit(&self, change: &ProposedChange) -> Result<Option<Action>, DecideError> {
        let mut action = change.action.clone();
        let effects: &mut [FileEffect] = match &mut action {
            Action::WriteFile { effect } | Action::EditFile { effect } | Action::DeleteFile { effect } => {
                std::slice::from_mut(effect)
            }
            Action::Patch { effects } => effects,
            Action::MoveFile { effects, .. } => {
                let upon = match self.moved(change, effects, Fit::BeyondDoubt) {
                    Err(DecideError::CannotRebase { .. }) => None,
                    upon => upon?,
                };
                let Some(upon) = upon.filter(|upon| upon != effects) else { return Ok(None) };
                *effects = upon;
                return Ok(Some(action));
            }
            Action::Command { .. } | Action::Forward => return Ok(None),
        };
        let mut moved = false;
        for effect in effects {
            let seen = match self.seen(change, &effect.path) {
                Ok(seen) => seen,
                // Something that is no file stands there now: a conflict for a person to settle.
                Err(DecideError::CannotRebase { .. }) => return Ok(None),
                Err(error) => return Err(error),
            };
            if seen.image == effect.before {
                continue;
            }
            let Some(fitted) = self.fitted(change.id, effect, &seen)? else { return Ok(None) };
            *effect = fitted;
            moved = true;
        }
        Ok(moved.then_some(action))
    }

    /// One effect on the file as it is now: contents merged, permission bits kept unless the change sets them.
    fn fitted(&self, id: ChangeId, effect: &FileEffect, seen: &Seen) -> Result<Option<FileEffect>, StoreError> {
        if let (FileImage::Absent, FileImage::File { digest: now, .. }, FileImage::File { digest: after, .. }) =
            (&effect.before, &seen.image, &effect.after)
            && now == after
        {
            // Somebody has made the same file: nothing is to be done to it.
            self.keep(id, &seen.image, &seen.content)?;
            let image = seen.image.clone();
            return Ok(Some(FileEffect { path: effect.path.clone(), before: image.clone(), after: image }));
        }
        if (&seen.image, &effect.after) == (&FileImage::Absent, &FileImage::Absent) {
            // Somebody has deleted it too.
            return Ok(Some(FileEffect { before: FileImage::Absent, ..effect.clone() }));
        }
        let (
            FileImage::File { mode: before, .. },
            FileImage::File { mode: now, .. },
            FileImage::File { mode: after, .. },
        ) = (&effect.before, &seen.image, &effect.after)
        else {
            return Ok(None);
        };
        let mode = match (before == after, before == now) {
            (true, _) => *now,
            (false, true) => *after,
            (false, false) if now == after => *after,
            (false, false) => return Ok(None),
        };
        let (Some(base), Some(proposed)) = (content(self.tx, &effect.before)?, content(self.tx, &effect.after)?) else {
            return Ok(None);
        };
        let Some(text) = merge::merged(&base, &seen.content, &proposed) else { return Ok(None) };
        let after = FileImage::File { digest: Digest::of(&text), size: text.len() as u64, mode };
        self.keep(id, &seen.image, &seen.content)?;
        self.keep(id, &after, &text)?;
        Ok(Some(FileEffect { path: effect.path.clone(), before: seen.image.clone(), after }))
    }

    /// Records the new form of a change, which nobody has seen or approved.
    fn revise(&self, mut change: ProposedChange, by: &str, why: &str) -> Result<(), StoreError> {
        let from = change.digest;
        change.digest = change.content_digest();
        transition::transition(self.tx, self.now, &self.plan.id, change.id, ChangeEvent::Revise, "")?;
        plan::revise(self.tx, &self.plan.id, &change)?;
        let head = plan::plan_in(self.tx, &self.plan.id)?;
        if head.is_some_and(|plan| plan.status.after(PlanEvent::Propose).is_ok()) {
            transition::decide(self.tx, &self.plan.id, PlanEvent::Propose)?;
        }
        let body = json!({ "by": by, "why": why, "from": from, "to": change.digest });
        journal::append(self.tx, self.now, Some(&self.plan.id), Some(change.id), EntryKind::Revised, &body)
    }

    /// Lets the later changes of the same files follow a revised one; tells those that do not fit any more.
    fn carry(&self, revised: &ProposedChange) -> Result<Vec<ChangeId>, DecideError> {
        let paths: Vec<&TargetPath> = revised.action.effects().iter().map(|effect| &effect.path).collect();
        let mut unfit = Vec::new();
        for later in self.plan.proposed_changes.iter().filter(|later| later.id > revised.id) {
            let touches = later.action.effects().iter().any(|effect| paths.contains(&&effect.path));
            if !touches || later.state.after(ChangeEvent::Revise).is_err() {
                continue;
            }
            match self.refit(later)? {
                Some(action) => {
                    let why = "follows a change that was revised";
                    self.revise(ProposedChange { action, ..later.clone() }, "host", why)?;
                }
                None if self.fits(later)? => {}
                None => unfit.push(later.id),
            }
        }
        Ok(unfit)
    }

    fn fits(&self, change: &ProposedChange) -> Result<bool, DecideError> {
        for effect in change.action.effects() {
            if self.seen(change, &effect.path)?.image != effect.before {
                return Ok(false);
            }
        }
        Ok(true)
    }
}
