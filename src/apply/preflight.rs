//! Whether a plan can wholly go, found out before the first byte is written.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use super::files::{End, FileWork};
use crate::model::{Action, ChangeId, FileEffect, FileImage, TargetPath};
use crate::store::step::Step;
use crate::workspace::{Seen, Site, WorkspaceError, found_at};

/// Tells what the system permits in a folder.
pub(super) type SiteOf<'a> = &'a dyn Fn(&Path) -> Result<Site, WorkspaceError>;

/// A change, or the reverse of one, that is to happen to files.
pub(super) struct Item<'a> {
    change: ChangeId,
    effects: Vec<&'a FileEffect>,
    /// Whether each file that comes is one that goes.
    moves: bool,
}

impl<'a> Item<'a> {
    /// A change as it is proposed.
    pub(super) fn of(step: &'a Step) -> Self {
        let effects = step.action.effects().iter().collect();
        Self { change: step.id, effects, moves: matches!(step.action, Action::MoveFile { .. }) }
    }

    /// The work by which a change is reversed.
    pub(super) fn reverse(step: &Step, work: &'a FileWork) -> Self {
        let effects = work.effects().collect();
        Self { change: step.id, effects, moves: matches!(step.action, Action::MoveFile { .. }) }
    }
}

/// Which of the file changes in `items`, which follow each other without a command between, cannot happen, and why;
/// in order, each once.
///
/// A change is measured by the disk with the changes before it on top.
pub(super) fn bases(items: &[Item<'_>]) -> Vec<(ChangeId, End)> {
    let mut view = View::default();
    let mut looks: Vec<(&Item<'_>, &FileEffect)> = Vec::new();
    let mut refused = BTreeMap::new();
    for item in items {
        for effect in &item.effects {
            match view.at(&effect.path) {
                Shown::Image(image) if *image == effect.before => {}
                Shown::Image(image) => {
                    let found = crate::workspace::Found::Image(image.clone());
                    let drift = found.drift(effect.path.as_path(), &effect.before);
                    refused.entry(item.change).or_insert_with(|| End::from(drift));
                }
                Shown::OnDisk => looks.push((item, effect)),
                Shown::Unsure => {}
            }
        }
        item.effects.iter().for_each(|effect| view.put(effect));
    }
    let expected: Vec<_> = looks.iter().map(|(_, effect)| (&effect.path, &effect.before)).collect();
    for ((item, effect), seen) in looks.into_iter().zip(found_at(&expected)) {
        let becomes = if item.moves { &effect.before } else { &effect.after };
        if let Some(why) = hindrance(effect, becomes, seen) {
            refused.entry(item.change).or_insert(why);
        }
    }
    refused.into_iter().collect()
}

/// Why a file of which this was seen cannot be changed; `becomes` is the image whose bits a new file will need.
pub(super) fn hindrance(effect: &FileEffect, becomes: &FileImage, seen: Result<Seen, WorkspaceError>) -> Option<End> {
    let path = effect.path.as_path();
    let seen = match seen {
        Ok(seen) if seen.found.is(&effect.before) => seen,
        Ok(seen) => return Some(seen.found.drift(path, &effect.before).into()),
        Err(error) => return Some(error.into()),
    };
    if effect.before == effect.after {
        return None;
    }
    if let Some(bond) = seen.bond {
        return Some(End::Failed(format!("`{}` {bond}", path.display())));
    }
    let has_bits = matches!(becomes, FileImage::File { mode, .. } if mode & 0o6000 != 0);
    let lost = has_bits && !seen.keeps_bits;
    lost.then(|| {
        End::Failed(format!(
            "cannot keep the owner of `{}`, whose set-user-id or set-group-id bit must not come to another",
            path.display()
        ))
    })
}

/// The disk with changes on top. Paths are compared by their bytes.
#[derive(Default)]
struct View<'a> {
    images: HashMap<&'a OsStr, &'a FileImage>,
    /// Every folder above one of them.
    above: HashSet<&'a OsStr>,
}

enum Shown<'a> {
    /// A change leaves this.
    Image(&'a FileImage),
    /// It is as on disk.
    OnDisk,
    /// Changes replace a folder by a file here or a file by a folder; the change itself will tell.
    Unsure,
}

impl<'a> View<'a> {
    fn at(&self, path: &TargetPath) -> Shown<'a> {
        let path = path.as_path();
        if let Some(image) = self.images.get(path.as_os_str()) {
            return Shown::Image(image);
        }
        let is_changed = |above: &Path| self.images.contains_key(above.as_os_str());
        let unsure = self.above.contains(path.as_os_str()) || path.ancestors().skip(1).any(is_changed);
        if unsure { Shown::Unsure } else { Shown::OnDisk }
    }

    fn put(&mut self, effect: &'a FileEffect) {
        let path = effect.path.as_path();
        self.images.insert(path.as_os_str(), &effect.after);
        for above in path.ancestors().skip(1) {
            if !self.above.insert(above.as_os_str()) {
                break;
            }
        }
    }
}

/// Which of the file changes in `items` the file systems under them do not permit, and why: they are read-only, do not let us
/// write, take two names for one, or have no room for all.
pub(super) fn sites(items: &[Item<'_>], site_of: SiteOf<'_>) -> Vec<(ChangeId, End)> {
    let mut survey = Survey { site_of, sites: HashMap::new(), folded: HashMap::new(), needed: HashMap::new() };
    let refused = items.iter().filter_map(|item| Some((item.change, End::Failed(survey.refusal(item)?))));
    refused.collect()
}

struct Survey<'a> {
    site_of: SiteOf<'a>,
    sites: HashMap<OsString, Option<Site>>,
    /// The new names, in lower case, in folders that fold it.
    folded: HashMap<(PathBuf, OsString), PathBuf>,
    /// For each file system how many bytes and files are needed so far.
    needed: HashMap<u64, (u64, u64)>,
}

impl Survey<'_> {
    fn refusal(&mut self, item: &Item<'_>) -> Option<String> {
        item.effects.iter().filter(|effect| effect.before != effect.after).find_map(|effect| self.refusal_of(effect))
    }

    fn refusal_of(&mut self, effect: &FileEffect) -> Option<String> {
        let path = effect.path.as_path();
        let folder = path.parent()?;
        if !self.sites.contains_key(folder.as_os_str()) {
            // What cannot be looked at now may be made by an earlier change; if not, the look at the base tells.
            self.sites.insert(folder.as_os_str().to_owned(), (self.site_of)(folder).ok());
        }
        let site = self.sites[folder.as_os_str()]?;
        if site.read_only {
            return Some(format!("`{}` is on a file system that is mounted read-only", path.display()));
        }
        if let Some(bond) = site.bond {
            return Some(format!("the folder `{}` {bond}", folder.display()));
        }
        if site.writable && !site.readable {
            return Some(format!(
                "no permission to read `{}`, so nothing in it could be made durable",
                folder.display()
            ));
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
        // What is refused itself takes no room from those behind it.
        let before = self.needed.entry(site.device).or_default();
        let needed = (before.0 + bytes, before.1 + 1);
        let full = |needed: u64, free: Option<u64>| free.filter(|&free| needed > free);
        if let Some(free) = full(needed.0, site.free_bytes) {
            return Some(format!("no space left: with this {} bytes are needed, and {free} are free", needed.0));
        }
        if let Some(free) = full(needed.1, site.free_files) {
            return Some(format!(
                "no space left: with this {} new files are needed, and the file system takes {free} more",
                needed.1
            ));
        }
        *before = needed;
        None
    }
}
