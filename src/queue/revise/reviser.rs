//! Changes are rewritten upon their files as they are now.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use serde_json::json;

use super::super::compose::{self, ComposeError, Seen, View};
use super::super::decide::{DecideError, call_of};
use super::super::merge;
use crate::classify;
use crate::model::{
    Action, ChangeEvent, ChangeId, Digest, FileEffect, FileImage, PendingPlan, PlanEvent, ProposedChange, Request,
    TargetPath,
};
use crate::store::journal::{self, EntryKind};
use crate::store::{Connection, StoreError, blob, change, plan, touch, transition};
use crate::workspace::Workspace;

/// Why a change that was queued on top of a revised one is another.
const FOLLOWS: &str = "follows a change that was revised";
/// Why a change that was queued on top of a rejected one is another.
const ANEW: &str = "computed anew without a change that was rejected";

/// What the form of a change comes from, the less of it can be had again the greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Origin {
    /// Its call.
    Call,
    /// What it was queued upon has become another.
    Before,
    /// A person, or a merge with the file on disk.
    Revision,
}

/// How a change is to fit its files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fit {
    /// So that nobody could mean anything else.
    BeyondDoubt,
    /// As it was proposed, whatever has happened to them.
    Forced,
}

/// What was queued on top of a change that has become another.
#[derive(Debug, Default)]
pub(super) struct Carried {
    /// Those that have become others with it.
    pub(super) followed: Vec<ChangeId>,
    /// Those that do not fit any more.
    pub(super) unfit: Vec<ChangeId>,
}

/// A plan inside the transaction in which changes of it are rewritten.
pub(in crate::queue) struct Reviser<'a> {
    pub(in crate::queue) tx: &'a Connection,
    pub(in crate::queue) now: DateTime<Utc>,
    pub(in crate::queue) plan: &'a PendingPlan,
    pub(in crate::queue) workspace: &'a Workspace,
}

impl Reviser<'_> {
    /// A file as the change would find it: on disk, with the open changes before it.
    pub(super) fn seen(&self, change: &ProposedChange, path: &TargetPath) -> Result<Seen, DecideError> {
        self.view(change).at(path).map_err(|error| match error {
            ComposeError::Store(error) => error.into(),
            source => DecideError::CannotRebase { change: change.id, source },
        })
    }

    fn view<'b>(&'b self, change: &'b ProposedChange) -> View<'b> {
        View {
            connection: self.tx,
            plan: Some(&self.plan.id),
            before: change.id,
            workspace: self.workspace,
            cwd: &change.cwd,
        }
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
        // An outline's change has no arguments, and the digest is of them too.
        let before = self.stored(change.id)?;
        (change.args, change.digest) = (before.args, before.digest);
        change.digest = change.content_digest();
        transition::transition(self.tx, self.now, &self.plan.id, change.id, ChangeEvent::Revise, "")?;
        change::revise(self.tx, &self.plan.id, &change)?;
        let head = plan::outline_in(self.tx, &self.plan.id)?;
        if head.is_some_and(|plan| plan.status.after(PlanEvent::Propose).is_ok()) {
            transition::decide(self.tx, &self.plan.id, PlanEvent::Propose)?;
        }
        let body = json!({ "by": by, "why": why, "from": before.digest, "to": change.digest });
        journal::append(self.tx, self.now, Some(&self.plan.id), Some(change.id), EntryKind::Revised, &body)
    }

    /// A change of the plan as it is by now.
    fn stored(&self, id: ChangeId) -> Result<ProposedChange, StoreError> {
        let lost = || StoreError::BadRow { what: "change", detail: format!("`{id}` is not there") };
        change::change_in(self.tx, &self.plan.id, id)?.ok_or_else(lost)
    }

    /// Computes anew what depends on rejected changes, in order: from its call, or, where a person or a merge gave it or what it
    /// was queued upon another form, from that. In another form each waits to be shown and approved like a new one, also where it
    /// was approved before.
    ///
    /// # Errors
    /// One does not stand without what was rejected, or is in no state to become another.
    pub(in crate::queue) fn rebase(&self, dependants: &[ChangeId], by: &str) -> Result<(), DecideError> {
        let origins = self.origins()?;
        dependants.iter().try_for_each(|&id| {
            let origin = origins.get(&id).copied().unwrap_or(Origin::Call);
            self.rebase_one(self.stored(id)?, origin, by)
        })
    }

    /// What the forms of changes come from that are not what their calls say.
    fn origins(&self) -> Result<HashMap<ChangeId, Origin>, StoreError> {
        let mut origins: HashMap<ChangeId, Origin> = HashMap::new();
        for (id, body) in journal::bodies(self.tx, &self.plan.id, EntryKind::Revised)? {
            let origin = match body["why"].as_str() {
                Some(FOLLOWS) => Origin::Before,
                Some(ANEW) => Origin::Call,
                _ => Origin::Revision,
            };
            origins.entry(id).and_modify(|known| *known = origin.max(*known)).or_insert(origin);
        }
        Ok(origins)
    }

    fn rebase_one(&self, old: ProposedChange, origin: Origin, by: &str) -> Result<(), DecideError> {
        let (id, state, from) = (old.id, old.state, old.digest);
        let view = self.view(&old);
        let action = if origin == Origin::Call { None } else { self.without_loss(&old, origin)? };
        let composed = match action {
            Some(action) => view.composed(action, []),
            None => view.compose(&classify::request(&call_of(&old)).unwrap_or(Request::Forward)),
        };
        let composed = composed.map_err(|source| DecideError::CannotRebase { change: id, source })?;
        let change = ProposedChange { action: composed.action, depends_on: composed.depends_on, ..old };
        if change.content_digest() == from {
            return Ok(());
        }
        if state.after(ChangeEvent::Revise).is_err() {
            let wanted = "only what is pending, approved and not begun, failed or in conflict is computed anew";
            return Err(DecideError::WrongState { id, state, wanted });
        }
        self.revise(change, by, ANEW)?;
        touch::forget_new_folders(self.tx, &self.plan.id, id)?;
        touch::keep_new_folders(self.tx, &self.plan.id, id, &composed.new_folders)?;
        for (digest, content) in &composed.contents {
            blob::keep(self.tx, &self.plan.id, id, *digest, content)?;
        }
        Ok(())
    }

    /// What a change would do to its files as they are now with all that was put into it since it was called; `None` where its call
    /// tells it as well.
    fn without_loss(&self, change: &ProposedChange, origin: Origin) -> Result<Option<Action>, DecideError> {
        if let Some(action) = self.refit(change)? {
            return Ok(Some(action));
        }
        if self.fits(change)? {
            return Ok(Some(change.action.clone()));
        }
        let [effect] = change.action.effects() else { return Ok(None) };
        if origin == Origin::Before {
            return Ok(None);
        }
        // There is no third text to merge with: what was written is all that there is.
        if effect.before.exists() && self.seen(change, &effect.path)?.image.exists() {
            return Err(DecideError::Rewritten { id: change.id });
        }
        self.as_proposed(change).map(Some)
    }

    /// Lets the later changes of the same files follow a revised one, and those of the files that these touch.
    pub(super) fn carry(&self, revised: &ProposedChange) -> Result<Carried, DecideError> {
        let mut paths: HashSet<&TargetPath> = touched(revised).collect();
        let mut carried = Carried::default();
        for later in self.plan.proposed_changes.iter().filter(|later| later.id > revised.id) {
            if !touched(later).any(|path| paths.contains(path)) {
                continue;
            }
            let now = self.stored(later.id)?;
            if now.state.after(ChangeEvent::Revise).is_err() {
                continue;
            }
            match self.refit(&now)? {
                Some(action) => {
                    self.revise(ProposedChange { action, ..now }, "host", FOLLOWS)?;
                    paths.extend(touched(later));
                    carried.followed.push(later.id);
                }
                None if self.fits(&now)? => {}
                None => carried.unfit.push(later.id),
            }
        }
        Ok(carried)
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

fn touched(change: &ProposedChange) -> impl Iterator<Item = &TargetPath> {
    change.action.effects().iter().map(|effect| &effect.path)
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
