//! Changes are rewritten upon their files as they are now.

use chrono::{DateTime, Utc};
use serde_json::json;

use super::super::compose::{self, ComposeError, Seen, View};
use super::super::decide::DecideError;
use super::super::merge;
use crate::model::{
    Action, ChangeEvent, ChangeId, Digest, FileEffect, FileImage, PendingPlan, PlanEvent, ProposedChange, TargetPath,
};
use crate::store::journal::{self, EntryKind};
use crate::store::{Connection, StoreError, blob, plan, transition};
use crate::workspace::Workspace;

/// How a change is to fit its files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fit {
    /// So that nobody could mean anything else.
    BeyondDoubt,
    /// As it was proposed, whatever has happened to them.
    Forced,
}

/// A plan inside the transaction in which changes of it are rewritten.
pub(super) struct Reviser<'a> {
    pub(super) tx: &'a Connection,
    pub(super) now: DateTime<Utc>,
    pub(super) plan: &'a PendingPlan,
    pub(super) workspace: &'a Workspace,
}

impl Reviser<'_> {
    /// A file as the change would find it: on disk, with the open changes before it.
    pub(super) fn seen(&self, change: &ProposedChange, path: &TargetPath) -> Result<Seen, DecideError> {
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
    pub(super) fn rewritten(
        &self,
        change: &ProposedChange,
        old: &FileEffect,
        found: Option<&Seen>,
        text: &[u8],
    ) -> Result<FileEffect, DecideError> {
        compose::check_size("the edited file", text.len(), compose::MAX_FILE_BYTES)
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

    pub(super) fn keep(&self, id: ChangeId, image: &FileImage, content: &[u8]) -> Result<(), StoreError> {
        image.digest().map_or(Ok(()), |digest| blob::keep(self.tx, &self.plan.id, id, digest, content))
    }

    /// What the change would do if all that it proposes happened to its files as they are now.
    pub(super) fn as_proposed(&self, change: &ProposedChange) -> Result<Action, DecideError> {
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
    pub(super) fn refit(&self, change: &ProposedChange) -> Result<Option<Action>, DecideError> {
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
    pub(super) fn revise(&self, mut change: ProposedChange, by: &str, why: &str) -> Result<(), StoreError> {
        let from = change.digest;
        // Of an outline's change they are not at hand, and the digest is of them too.
        let missing = || StoreError::BadRow { what: "change", detail: format!("`{}` has no arguments", change.id) };
        change.args = plan::arguments_in(self.tx, &self.plan.id, change.id)?.ok_or_else(missing)?;
        change.digest = change.content_digest();
        transition::transition(self.tx, self.now, &self.plan.id, change.id, ChangeEvent::Revise, "")?;
        plan::revise(self.tx, &self.plan.id, &change)?;
        let head = plan::outline_in(self.tx, &self.plan.id)?;
        if head.is_some_and(|plan| plan.status.after(PlanEvent::Propose).is_ok()) {
            transition::decide(self.tx, &self.plan.id, PlanEvent::Propose)?;
        }
        let body = json!({ "by": by, "why": why, "from": from, "to": change.digest });
        journal::append(self.tx, self.now, Some(&self.plan.id), Some(change.id), EntryKind::Revised, &body)
    }

    /// Lets the later changes of the same files follow a revised one; tells those that do not fit any more.
    pub(super) fn carry(&self, revised: &ProposedChange) -> Result<Vec<ChangeId>, DecideError> {
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

pub(super) fn content(tx: &Connection, image: &FileImage) -> Result<Option<Vec<u8>>, StoreError> {
    image.digest().map_or(Ok(None), |digest| blob::content(tx, digest))
}
