//! Whether a plan can wholly go, found out before the first byte is written.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::files::End;
use crate::model::{ChangeId, ChangeState, FileEffect, FileImage, TargetPath};
use crate::store::applying::Step;
use crate::workspace::{Site, WorkspaceError, found_at};

/// Tells what the system permits in a folder.
pub(super) type SiteOf<'a> = &'a dyn Fn(&Path) -> Result<Site, WorkspaceError>;

/// Which of the file changes in `steps`, which follow each other without a command between, cannot happen, and why;
/// in order, each once.
///
/// A change is measured by the disk with the changes before it on top.
pub(super) fn bases(steps: &[&Step]) -> Vec<(ChangeId, End)> {
    let mut view = View::default();
    let mut looks: Vec<(ChangeId, &FileEffect)> = Vec::new();
    let mut refused = BTreeMap::new();
    for step in steps {
        for effect in step.action.effects() {
            match view.at(&effect.path) {
                Seen::Image(image) if *image == effect.before => {}
                Seen::Image(image) => {
                    let found = crate::workspace::Found::Image(image.clone());
                    let drift = found.drift(effect.path.as_path(), &effect.before);
                    refused.entry(step.id).or_insert_with(|| End::from(drift));
                }
                Seen::OnDisk => looks.push((step.id, effect)),
                Seen::Unsure => {}
            }
        }
        step.action.effects().iter().for_each(|effect| view.put(effect));
    }
    let expected: Vec<_> = looks.iter().map(|(_, effect)| (&effect.path, &effect.before)).collect();
    for ((change, effect), found) in looks.into_iter().zip(found_at(&expected)) {
        let error = match found {
            Ok(found) if found.is(&effect.before) => continue,
            Ok(found) => found.drift(effect.path.as_path(), &effect.before),
            Err(error) => error,
        };
        refused.entry(change).or_insert_with(|| End::from(error));
    }
    refused.into_iter().collect()
}

/// The disk with changes on top.
#[derive(Default)]
struct View<'a> {
    images: HashMap<&'a Path, &'a FileImage>,
    /// Every folder above one of them.
    above: HashSet<&'a Path>,
}

enum Seen<'a> {
    /// A change leaves this.
    Image(&'a FileImage),
    /// It is as on disk.
    OnDisk,
    /// Changes replace a folder by a file here or a file by a folder; the change itself will tell.
    Unsure,
}

impl<'a> View<'a> {
    fn at(&self, path: &TargetPath) -> Seen<'a> {
        let path = path.as_path();
        if let Some(image) = self.images.get(path) {
            return Seen::Image(image);
        }
        let unsure = self.above.contains(path) || path.ancestors().skip(1).any(|above| self.images.contains_key(above));
        if unsure { Seen::Unsure } else { Seen::OnDisk }
    }

    fn put(&mut self, effect: &'a FileEffect) {
        let path = effect.path.as_path();
        self.images.insert(path, &effect.after);
        for above in path.ancestors().skip(1) {
            if !self.above.insert(above) {
                break;
            }
        }
    }
}

/// Which of the file changes the file systems under them do not permit, and why: they are read-only, do not let us
/// write, take two names for one, or have no room for all.
pub(super) fn sites(steps: &[Step], site_of: SiteOf<'_>) -> Vec<(ChangeId, End)> {
    let mut survey = Survey { site_of, sites: HashMap::new(), folded: HashMap::new(), needed: HashMap::new() };
    let approved = steps.iter().filter(|step| step.state == ChangeState::Approved);
    let refused = approved.filter_map(|step| survey.refusal(step).map(|why| (step.id, End::Failed(why))));
    refused.collect()
}

struct Survey<'a> {
    site_of: SiteOf<'a>,
    sites: HashMap<PathBuf, Option<Site>>,
    /// The new names, in lower case, in folders that fold it.
    folded: HashMap<(PathBuf, OsString), PathBuf>,
    /// For each file system how many bytes and files are needed so far.
    needed: HashMap<u64, (u64, u64)>,
}

impl Survey<'_> {
    fn refusal(&mut self, step: &Step) -> Option<String> {
        step.action.effects().iter().filter(|effect| effect.before != effect.after).find_map(|e| self.refusal_of(e))
    }

    fn refusal_of(&mut self, effect: &FileEffect) -> Option<String> {
        let path = effect.path.as_path();
        let folder = path.parent()?;
        if !self.sites.contains_key(folder) {
            // What cannot be looked at now may be made by an earlier change; if not, the look at the base tells.
            self.sites.insert(folder.to_owned(), (self.site_of)(folder).ok());
        }
        let site = self.sites[folder]?;
        if site.read_only {
            return Some(format!("`{}` is on a file system that is mounted read-only", path.display()));
        }
        if !site.writable {
            return Some(format!("no permission to change files in `{}`", folder.display()));
        }
        if site.folds_case
            && !effect.before.exists()
            && let Some(other) = self.same_name(folder, path)
        {
            let (one, other) = (path.display(), other.display());
            return Some(format!("`{one}` and `{other}` are one name on this file system, which ignores case"));
        }
        self.without_room(effect, &site)
    }

    /// Another new file of the plan whose name differs in case only.
    fn same_name(&mut self, folder: &Path, path: &Path) -> Option<PathBuf> {
        let lower = path.file_name()?.to_string_lossy().to_lowercase().into();
        let other = self.folded.entry((folder.to_owned(), lower)).or_insert_with(|| path.to_owned());
        (other != path).then(|| other.clone())
    }

    fn without_room(&mut self, effect: &FileEffect, site: &Site) -> Option<String> {
        let bytes = match &effect.after {
            FileImage::Absent => return None,
            FileImage::File { size, .. } => size.div_ceil(site.block_bytes) * site.block_bytes,
            FileImage::Symlink { .. } => 0,
        };
        let needed = self.needed.entry(site.device).or_default();
        *needed = (needed.0 + bytes, needed.1 + 1);
        let full = |needed: u64, free: Option<u64>| free.filter(|&free| needed > free);
        if let Some(free) = full(needed.0, site.free_bytes) {
            return Some(format!("no space left: with this {} bytes are needed, and {free} are free", needed.0));
        }
        let free = full(needed.1, site.free_files)?;
        Some(format!(
            "no space left: with this {} new files are needed, and the file system takes {free} more",
            needed.1
        ))
    }
}
