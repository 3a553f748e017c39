//! Which file changes go together: neighbours in the plan's order that have nothing to do with each other. So the order
//! in which things happen is the order in which they are shown.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::path::Path;

use crate::model::Action;
use crate::store::step::Step;

/// Beyond this a wave's record would keep other writers of the store waiting.
const MAX_EFFECTS: usize = 10_000;
/// Each folder of a wave is held open, and a process may hold 1,024 by default.
const MAX_FOLDERS: usize = 256;

/// Changes that are applied together, as it grows. Paths are compared by their bytes.
#[derive(Debug, Default)]
struct Wave<'a> {
    paths: HashSet<&'a OsStr>,
    /// Every folder above one of the paths.
    above: HashSet<&'a OsStr>,
    parents: HashSet<&'a OsStr>,
    /// Both ends of each move: what comes into the place of a folder that moves, or into that folder, comes later.
    moved: HashSet<&'a OsStr>,
}

/// How many of the file changes at the beginning of `steps` form a wave; 1 at least.
pub(super) fn first_wave<'a>(steps: impl IntoIterator<Item = &'a Step>) -> usize {
    let mut wave = Wave::default();
    steps.into_iter().take_while(|step| wave.take(&step.action)).count().max(1)
}

impl<'a> Wave<'a> {
    /// Takes a change in unless it touches what another touches, or a folder above or below it.
    fn take(&mut self, action: &'a Action) -> bool {
        let paths: Vec<&Path> = action.effects().iter().map(|effect| effect.path.as_path()).collect();
        if paths.is_empty() || paths.iter().any(|path| self.collides(path)) {
            return false;
        }
        let parents = paths.iter().filter_map(|path| path.parent()).map(Path::as_os_str);
        let new: HashSet<&OsStr> = parents.filter(|parent| !self.parents.contains(parent)).collect();
        let is_full = self.parents.len() + new.len() > MAX_FOLDERS || self.paths.len() + paths.len() > MAX_EFFECTS;
        if is_full && !self.paths.is_empty() {
            return false;
        }
        for path in paths {
            self.paths.insert(path.as_os_str());
            for above in path.ancestors().skip(1) {
                if !self.above.insert(above.as_os_str()) {
                    break;
                }
            }
        }
        self.parents.extend(new);
        if let Action::MoveFile { from, to, .. } = action {
            self.moved.extend([from, to].map(|end| end.as_path().as_os_str()));
        }
        true
    }

    fn collides(&self, path: &Path) -> bool {
        // No path of the wave is above one whose folder is known to be above another.
        let known = path.parent().is_some_and(|parent| self.parents.contains(parent.as_os_str()));
        self.paths.contains(path.as_os_str())
            || self.above.contains(path.as_os_str())
            || !self.moved.is_empty() && path.ancestors().any(|above| self.moved.contains(above.as_os_str()))
            || !known && path.ancestors().skip(1).any(|above| self.paths.contains(above.as_os_str()))
    }
}

/// For each step the earlier ones of the same wave that it depends on, by their place.
pub(super) fn needs(wave: &[&Step]) -> Vec<Vec<usize>> {
    let place = |id| wave.binary_search_by_key(&id, |step| step.id).ok();
    wave.iter().map(|step| step.depends_on.iter().filter_map(|id| place(*id)).collect()).collect()
}
