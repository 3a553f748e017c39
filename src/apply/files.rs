//! The files of one change: all of its effects happen, or none.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{ApplyError, story};
use crate::model::{Action, ChangeId, FileEffect, PlanId, ProposedChange, TargetPath};
use crate::store::applying::Before;
use crate::store::{ContentsError, Store};
use crate::workspace::{self, Exchanged, StageName, Staged, Standing, WorkspaceError, fault};

/// How work on files ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum End {
    /// All effects happened and are durable.
    Done,
    /// The disk is not what the change was made for; none of the effects stands.
    Conflict(String),
    /// The system refused; none of the effects stands.
    Failed(String),
    /// The system refused even to take back what had happened; recovery will try again.
    Unsettled(String),
}

/// The effects of one change, forwards or backwards.
pub(super) struct FileWork<'a> {
    store: &'a Store,
    effects: Vec<(StageName, FileEffect)>,
    /// Folders that may be made, to be removed again when nothing comes of it.
    made: Vec<TargetPath>,
    /// Folders that may be empty afterwards and shall go then.
    emptied: Vec<TargetPath>,
}

/// Why an effect did not happen.
enum Refusal {
    Conflict(String),
    Failed(String),
    Torn(WorkspaceError),
}

impl From<WorkspaceError> for Refusal {
    fn from(error: WorkspaceError) -> Self {
        match error {
            WorkspaceError::Torn { .. } => Self::Torn(error),
            drift if is_drift(&drift) => Self::Conflict(story(&drift)),
            other => Self::Failed(story(&other)),
        }
    }
}

impl From<ContentsError> for Refusal {
    fn from(error: ContentsError) -> Self {
        Self::Failed(story(&error))
    }
}

impl From<Refusal> for End {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Conflict(error) => Self::Conflict(error),
            Refusal::Failed(error) => Self::Failed(error),
            Refusal::Torn(error) => Self::Unsettled(story(&error)),
        }
    }
}

/// True when the disk is not as it was, as opposed to a refusal of the system.
fn is_drift(error: &WorkspaceError) -> bool {
    use WorkspaceError as E;
    matches!(error, E::Drift(_) | E::Escape { .. } | E::NotAFolder { .. } | E::NotAFile { .. })
}

impl<'a> FileWork<'a> {
    /// The effects of a change as proposed. `made` are the folders that were missing when it began.
    pub(super) fn forwards(store: &'a Store, plan: &PlanId, change: &ProposedChange, made: Vec<TargetPath>) -> Self {
        let effects = named(plan, change.id, change.action.effects().to_vec());
        Self { store, effects, made, emptied: left_folders(&change.action) }
    }

    /// The effects that bring back what was there before a change was applied.
    ///
    /// # Errors
    /// The store failed or does not know what was there.
    pub(super) fn backwards(store: &'a Store, plan: &PlanId, change: &ProposedChange) -> Result<Self, ApplyError> {
        let before = store.before_images(plan, change.id)?;
        let backwards = |effect: &FileEffect| {
            let image = before.iter().find(|(path, _)| *path == effect.path).map(|(_, image)| image.clone());
            let after =
                image.ok_or_else(|| ApplyError::NoBeforeImage { change: change.id, path: effect.path.clone() })?;
            Ok(FileEffect { path: effect.path.clone(), before: effect.after.clone(), after })
        };
        let effects = change.action.effects().iter().rev().map(backwards).collect::<Result<Vec<_>, ApplyError>>()?;
        // Also those that another change of the plan made for its own file: the last to leave closes the door.
        let above_ours = |folder: &TargetPath| effects.iter().any(|e| e.path.as_path().starts_with(folder.as_path()));
        let emptied = store.made_folders(plan)?.into_iter().filter(above_ours).collect();
        Ok(Self { store, effects: named(plan, change.id, effects), made: left_folders(&change.action), emptied })
    }

    /// The effects, as facts for the journal.
    pub(super) fn facts(&self) -> Value {
        json!(self.effects.iter().map(|(_, effect)| effect).collect::<Vec<_>>())
    }

    /// Refuses unless every file is what its effect starts from.
    pub(super) fn check(&self) -> Result<(), End> {
        for (_, effect) in &self.effects {
            workspace::check(effect).map_err(Refusal::from)?;
        }
        Ok(())
    }

    /// What is in the files' places, with the contents that the store does not have yet.
    pub(super) fn before(&self) -> Result<Vec<Before>, End> {
        self.effects.iter().map(|(_, effect)| self.before_of(effect).map_err(End::from)).collect()
    }

    fn before_of(&self, effect: &FileEffect) -> Result<Before, Refusal> {
        let (path, image) = (effect.path.clone(), effect.before.clone());
        let known = match image.digest() {
            Some(digest) => self.store.has_content(digest).map_err(|error| Refusal::Failed(story(&error)))?,
            None => true,
        };
        if known {
            return Ok(Before { path, image, content: None });
        }
        let found = workspace::snapshot(&path)?;
        if found.image != image {
            return Err(Refusal::Conflict(format!("`{}` is changing at this moment", path.as_path().display())));
        }
        Ok(Before { path, image, content: Some(found.content) })
    }

    /// Lets all effects happen, or none.
    pub(super) fn perform(&self) -> End {
        match self.stage().and_then(exchange) {
            Ok(end) => {
                self.tidy(&end);
                end
            }
            // Something is half done and could not be taken back the short way.
            Err(_) => self.resume(),
        }
    }

    /// Stages every effect beside its target. The inner error leaves nothing behind, the outer one may.
    fn stage(&self) -> Result<Result<Vec<Staged>, Refusal>, WorkspaceError> {
        let mut staged: Vec<Staged> = Vec::new();
        for (stage, effect) in self.real_effects() {
            let prepared = self.content_of(effect).and_then(|content| Ok(Staged::prepare(effect, &content, stage)?));
            match prepared {
                Ok(ready) => staged.push(ready),
                Err(Refusal::Torn(error)) => return Err(error),
                Err(refusal) => {
                    staged.iter().try_for_each(Staged::discard)?;
                    return Ok(Err(refusal));
                }
            }
        }
        Ok(Ok(staged))
    }

    /// Goes on after a crash, or after an error that left something half done: forwards if that is still possible,
    /// else back. The disk tells how far it came; repeating it is harmless.
    pub(super) fn resume(&self) -> End {
        let end = self.try_resume().unwrap_or_else(|error| End::Unsettled(story(&error)));
        self.tidy(&end);
        end
    }

    fn try_resume(&self) -> Result<End, WorkspaceError> {
        let (mut done, mut todo, mut refusal) = (Vec::new(), Vec::new(), None);
        for (stage, effect) in self.real_effects() {
            match workspace::settle(effect, stage) {
                Ok(Standing::Done) => done.push((stage, effect)),
                Ok(Standing::Todo) => todo.push((stage, effect)),
                Ok(Standing::Drifted(found)) => {
                    refusal = Some(found.drift(effect.path.as_path(), &effect.before).into());
                }
                Err(error) if is_drift(&error) => refusal = Some(Refusal::from(error)),
                Err(error) => return Err(error),
            }
            fault::point("one effect settled");
        }
        for (stage, effect) in todo {
            if refusal.is_some() {
                break;
            }
            let replaced = self.content_of(effect).and_then(|content| Ok(workspace::replace(effect, &content, stage)?));
            match replaced {
                Ok(()) => done.push((stage, effect)),
                Err(Refusal::Torn(error)) => return Err(error),
                Err(error) => refusal = Some(error),
            }
        }
        match refusal {
            None => Ok(End::Done),
            Some(refusal) => Ok(self.take_back(&done, refusal)),
        }
    }

    /// Reverses effects that happened, because another of the same change cannot. What somebody changed since stays.
    fn take_back(&self, done: &[(&StageName, &FileEffect)], refusal: Refusal) -> End {
        for (stage, effect) in done.iter().rev() {
            let back =
                FileEffect { path: effect.path.clone(), before: effect.after.clone(), after: effect.before.clone() };
            let replaced = self.content_of(&back).and_then(|content| Ok(workspace::replace(&back, &content, stage)?));
            match replaced {
                Ok(()) | Err(Refusal::Conflict(_)) => {}
                Err(Refusal::Failed(error)) => return End::Unsettled(error),
                Err(Refusal::Torn(error)) => return End::Unsettled(story(&error)),
            }
        }
        refusal.into()
    }

    /// Removes the folders that have no more use. One too many is no loss, so a refusal is no error.
    fn tidy(&self, end: &End) {
        let folders = match end {
            End::Done => &self.emptied,
            End::Conflict(_) | End::Failed(_) => &self.made,
            End::Unsettled(_) => return,
        };
        let _ = workspace::remove_empty_folders(folders);
        fault::point("folders tidied");
    }

    /// The effects that change something.
    fn real_effects(&self) -> impl Iterator<Item = (&StageName, &FileEffect)> {
        self.effects.iter().filter(|(_, effect)| effect.before != effect.after).map(|(stage, effect)| (stage, effect))
    }

    fn content_of(&self, effect: &FileEffect) -> Result<Vec<u8>, Refusal> {
        match effect.after.digest() {
            Some(digest) => Ok(self.store.content(digest)?),
            None => Ok(Vec::new()),
        }
    }
}

/// Exchanges all, and keeps that only if every file that came out was its base.
fn exchange(staged: Result<Vec<Staged>, Refusal>) -> Result<End, WorkspaceError> {
    let staged = match staged {
        Ok(staged) => staged,
        Err(refusal) => return Ok(refusal.into()),
    };
    let mut exchanged: Vec<Exchanged> = Vec::new();
    let mut failure = None;
    for ready in staged {
        if failure.is_some() {
            ready.discard()?;
            continue;
        }
        match ready.exchange() {
            Ok(done) => exchanged.push(done),
            Err(torn @ WorkspaceError::Torn { .. }) => return Err(torn),
            Err(error) => failure = Some(error),
        }
    }
    let failure = failure.or_else(|| exchanged.iter().find_map(|done| done.confirm().err()));
    if let Some(error) = failure {
        exchanged.into_iter().rev().try_for_each(Exchanged::revert)?;
        return Ok(Refusal::from(error).into());
    }
    exchanged.into_iter().try_for_each(Exchanged::settle)?;
    Ok(End::Done)
}

fn named(plan: &PlanId, change: ChangeId, effects: Vec<FileEffect>) -> Vec<(StageName, FileEffect)> {
    effects.into_iter().enumerate().map(|(n, effect)| (StageName::new(plan, change, n), effect)).collect()
}

/// The folders that will have to be made for a change, the outermost first, each once.
pub(super) fn missing_folders(action: &Action) -> Result<Vec<TargetPath>, End> {
    let mut missing = Vec::new();
    for effect in action.effects().iter().filter(|effect| effect.after.exists()) {
        for folder in workspace::missing_folders(&effect.path).map_err(Refusal::from)? {
            if !missing.contains(&folder) {
                missing.push(folder);
            }
        }
    }
    Ok(missing)
}

/// The folders that moving a folder leaves behind: that folder and those below it which held a moved file.
fn left_folders(action: &Action) -> Vec<TargetPath> {
    let Action::MoveFile { from, effects, .. } = action else { return Vec::new() };
    let mut left = BTreeSet::new();
    for effect in effects.iter().filter(|effect| !effect.after.exists()) {
        let parents = effect.path.as_path().ancestors().skip(1);
        for folder in parents.take_while(|parent| parent.starts_with(from.as_path())) {
            if !left.insert(TargetPath::new(folder.to_owned())) {
                break;
            }
        }
    }
    left.into_iter().collect()
}
