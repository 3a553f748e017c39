//! The files of one change: all of its effects happen, or none.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::story;
use crate::model::{Action, ChangeId, FileEffect, PlanId, TargetPath};
use crate::store::applying::Step;
use crate::workspace::{self, Note, StageName, WorkspaceError};

/// How work on files ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum End {
    /// All effects happened and are durable.
    Done(Vec<(TargetPath, Note)>),
    /// The disk is not what the change was made for; none of the effects stands.
    Conflict(String),
    /// The system refused; none of the effects stands.
    Failed(String),
    /// Another change that it was done together with failed; none of the effects stands.
    Withdrawn,
    /// The system refused even to take back what had happened; recovery will try again.
    Unsettled(String),
}

impl From<WorkspaceError> for End {
    fn from(error: WorkspaceError) -> Self {
        use WorkspaceError as E;
        match error {
            E::Torn { .. } => Self::Unsettled(story(&error)),
            // The disk is not as it was, as opposed to a refusal of the system.
            E::Drift(_) | E::Escape { .. } | E::NotAFolder { .. } | E::NotAFile { .. } => Self::Conflict(story(&error)),
            other => Self::Failed(story(&other)),
        }
    }
}

/// The effects of one change, forwards or backwards.
#[derive(Debug)]
pub(super) struct FileWork {
    pub(super) change: ChangeId,
    pub(super) effects: Vec<(StageName, FileEffect)>,
    /// Folders that may be made, to be removed again when nothing comes of it.
    pub(super) made: Vec<TargetPath>,
    /// Folders that may be empty afterwards and shall go then.
    pub(super) emptied: Vec<TargetPath>,
}

impl FileWork {
    /// The effects of a change as proposed. `made` are the folders that were missing when it began.
    pub(super) fn forwards(plan: &PlanId, step: &Step, made: Vec<TargetPath>) -> Self {
        let effects = named(plan, step.id, step.action.effects().iter().cloned());
        Self { change: step.id, effects, made, emptied: left_folders(&step.action) }
    }

    /// The effects that bring back what was there before a change was applied: its bases, as nothing is applied to
    /// anything else. `made` are the folders that the plan made, those of other changes too: the last to leave closes
    /// the door.
    pub(super) fn backwards(plan: &PlanId, step: &Step, made: &HashSet<PathBuf>) -> Self {
        let back = step.action.effects().iter().rev().map(reversed);
        let mut emptied = BTreeSet::new();
        for effect in step.action.effects() {
            let above = effect.path.as_path().ancestors().skip(1).filter(|folder| made.contains(*folder));
            emptied.extend(above.map(|folder| TargetPath::new(folder.to_owned())));
        }
        let effects = named(plan, step.id, back);
        Self { change: step.id, effects, made: left_folders(&step.action), emptied: emptied.into_iter().collect() }
    }

    /// The effects, as facts for the journal.
    pub(super) fn facts(&self) -> Value {
        json!(self.effects.iter().map(|(_, effect)| effect).collect::<Vec<_>>())
    }

    /// The effects that change something.
    pub(super) fn real_effects(&self) -> impl Iterator<Item = (&StageName, &FileEffect)> {
        self.effects.iter().filter(|(_, effect)| effect.before != effect.after).map(|(stage, effect)| (stage, effect))
    }
}

/// The effect that takes an effect back.
pub(super) fn reversed(effect: &FileEffect) -> FileEffect {
    FileEffect { path: effect.path.clone(), before: effect.after.clone(), after: effect.before.clone() }
}

fn named(plan: &PlanId, change: ChangeId, effects: impl Iterator<Item = FileEffect>) -> Vec<(StageName, FileEffect)> {
    effects.enumerate().map(|(n, effect)| (StageName::new(plan, change, n), effect)).collect()
}

/// The folders that changes will have to make; each is looked for once.
#[derive(Debug, Default)]
pub(super) struct MissingFolders {
    /// For each parent folder the missing ones at or above it, the outermost first.
    known: HashMap<PathBuf, Vec<TargetPath>>,
    claimed: HashSet<TargetPath>,
}

impl MissingFolders {
    /// The folders missing above the files that `action` leaves, each once, the outermost first.
    pub(super) fn above(&mut self, action: &Action) -> Result<Vec<TargetPath>, WorkspaceError> {
        let mut missing = Vec::new();
        for effect in action.effects().iter().filter(|effect| effect.after.exists()) {
            let parent = effect.path.as_path().parent().unwrap_or(Path::new("/"));
            if !self.known.contains_key(parent) {
                self.known.insert(parent.to_owned(), workspace::missing_folders(&effect.path, Path::new("/"))?);
            }
            for folder in &self.known[parent] {
                if !missing.contains(folder) {
                    missing.push(folder.clone());
                }
            }
        }
        Ok(missing)
    }

    /// The same less those that an earlier change of the wave makes.
    pub(super) fn claim(&mut self, action: &Action) -> Result<Vec<TargetPath>, WorkspaceError> {
        let missing = self.above(action)?;
        Ok(missing.into_iter().filter(|folder| self.claimed.insert(folder.clone())).collect())
    }
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
