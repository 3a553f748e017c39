//! The files of one change: all of its effects happen, or none.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};

use super::story;
use crate::model::{Action, ChangeId, FileEffect, FileImage, Kept, KeptFolder, PlanId, TargetPath};
use crate::store::step::Step;
use crate::workspace::{self, Deed, Note, StageName, WorkspaceError};

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
            E::Drift(_)
            | E::Escape { .. }
            | E::NotAFolder { .. }
            | E::NotAFile { .. }
            | E::Saved { .. }
            | E::Strayed { .. } => Self::Conflict(story(&error)),
            other => Self::Failed(story(&other)),
        }
    }
}

/// The effects of one change, forwards or backwards.
#[derive(Debug)]
pub(super) struct FileWork {
    pub(super) plan: PlanId,
    pub(super) change: ChangeId,
    /// True when the disk's word is not to be taken for what has happened; see [`Kept::doubted`].
    pub(super) doubted: bool,
    pub(super) deeds: Vec<Deed>,
    /// Folders that may be made, to be removed again when nothing comes of it.
    pub(super) made: Vec<TargetPath>,
    /// Folders that may be empty afterwards and shall go then.
    pub(super) emptied: Vec<TargetPath>,
    /// Folders that are there afterwards, whether or not a file comes into them.
    pub(super) carried: Vec<TargetPath>,
    /// Folders that are to be like others when they are made, forwards or to take it back.
    pub(super) molds: Vec<(TargetPath, KeptFolder)>,
}

impl FileWork {
    /// The effects of a change as proposed. `made` are the folders that were missing when it began.
    pub(super) fn forwards(plan: &PlanId, step: &Step, kept: &Kept, made: Vec<TargetPath>) -> Self {
        let deeds = deeds_of(plan, step, kept);
        let carried = carried(&step.action, kept).map(|(to, _)| to).collect();
        let molds = molds_of(&step.action, kept);
        let mut emptied = left_folders(&step.action);
        emptied.extend(kept.folders.iter().map(|folder| folder.path.clone()));
        Self { plan: plan.clone(), change: step.id, doubted: kept.doubted, deeds, made, emptied, carried, molds }
    }

    /// The effects that bring back what was there before a change was applied: its bases, as nothing is applied to
    /// anything else. `made` are the folders that the plan made, those of other changes too: the last to leave closes
    /// the door.
    pub(super) fn backwards(plan: &PlanId, step: &Step, made: &HashSet<PathBuf>) -> Self {
        let mut emptied = BTreeSet::new();
        for effect in step.action.effects() {
            let above = effect.path.as_path().ancestors().skip(1).filter(|folder| made.contains(*folder));
            emptied.extend(above.map(|folder| TargetPath::new(folder.to_owned())));
        }
        let back = deeds_of(plan, step, &step.kept).into_iter().rev().map(|deed| deed.reversed()).enumerate();
        let deeds = back.map(|(n, deed)| Deed { stage: StageName::new(plan, step.id, n), ..deed }).collect();
        emptied.extend(carried(&step.action, &step.kept).map(|(to, _)| to).filter(|to| made.contains(to.as_path())));
        let (plan, doubted, made) = (plan.clone(), step.kept.doubted, left_folders(&step.action));
        let carried = step.kept.folders.iter().map(|folder| folder.path.clone()).collect();
        let molds = molds_of(&step.action, &step.kept);
        Self { plan, change: step.id, doubted, deeds, made, emptied: emptied.into_iter().collect(), carried, molds }
    }

    pub(super) fn effects(&self) -> impl Iterator<Item = &FileEffect> {
        self.deeds.iter().map(|deed| &deed.effect)
    }

    /// Those that change something.
    pub(super) fn real_deeds(&self) -> impl Iterator<Item = &Deed> {
        self.deeds.iter().filter(|deed| deed.effect.before != deed.effect.after)
    }
}

/// True for what goes with all that it has: whatever takes the place of a file is given what that had.
fn goes(effect: &FileEffect) -> bool {
    let is_file = |image: &FileImage| matches!(image, FileImage::File { .. });
    effect.before.exists() && !(is_file(&effect.before) && is_file(&effect.after))
}

/// What is to be noted of a change before it begins, as the store has contents only.
pub(super) fn kept(action: &Action) -> Result<Kept, WorkspaceError> {
    let going = action.effects().iter().enumerate().filter(|(_, effect)| goes(effect));
    let (places, paths): (Vec<usize>, Vec<&TargetPath>) = going.map(|(place, effect)| (place, &effect.path)).unzip();
    let mut kept = Kept::default();
    for (place, found) in places.into_iter().zip(workspace::attributes_at(&paths)) {
        if let Some(found) = found? {
            kept.files.insert(place, found);
        }
    }
    if let Action::MoveFile { from, .. } = action
        && workspace::is_folder(from)
    {
        kept.folders = workspace::folders_below(from)?;
    }
    Ok(kept)
}

/// What the folders of a move are to be like, at both ends of it.
fn molds_of(action: &Action, kept: &Kept) -> Vec<(TargetPath, KeptFolder)> {
    let both = |(to, folder): (TargetPath, &KeptFolder)| [(to, folder.clone()), (folder.path.clone(), folder.clone())];
    carried(action, kept).flat_map(both).collect()
}

/// Where each folder goes that a move takes along.
pub(super) fn carried<'a>(action: &'a Action, kept: &'a Kept) -> impl Iterator<Item = (TargetPath, &'a KeptFolder)> {
    let way = match action {
        Action::MoveFile { from, to, .. } => Some((from, to)),
        _ => None,
    };
    kept.folders.iter().filter_map(move |folder| {
        let (from, to) = way?;
        let below = folder.path.as_path().strip_prefix(from.as_path()).ok()?;
        Some((TargetPath::new(to.as_path().components().chain(below.components()).collect()), folder))
    })
}

/// For the effect in a `place` the place of the one by which the same file goes from elsewhere.
fn moved_from(action: &Action, place: usize) -> Option<usize> {
    let effects = action.effects();
    let comes = &effects[place];
    let is_source = |from: &usize| {
        let goes = &effects[*from];
        !goes.after.exists() && goes.before == comes.after
    };
    if comes.before.exists() || !comes.after.exists() {
        return None;
    }
    match action {
        // Those of a moved folder go in pairs, and two may have the same content.
        Action::MoveFile { .. } => place.checked_sub(1).filter(is_source),
        _ => (0..effects.len()).find(is_source),
    }
}

/// What happens to the files of an action, with what each takes and is given besides contents.
fn deeds_of(plan: &PlanId, step: &Step, kept: &Kept) -> Vec<Deed> {
    let deed = |(place, effect): (usize, &FileEffect)| Deed {
        stage: StageName::new(plan, step.id, place),
        effect: effect.clone(),
        given: moved_from(&step.action, place).and_then(|from| kept.files.get(&from).cloned()),
        taken: kept.files.get(&place).cloned(),
    };
    step.action.effects().iter().enumerate().map(deed).collect()
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
