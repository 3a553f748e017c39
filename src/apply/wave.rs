//! Which file changes go together: neighbours in the plan's order that have nothing to do with each other. So the order
//! in which things happen is the order in which they are shown.

use std::collections::HashSet;
use std::path::Path;

use crate::model::Action;
use crate::store::applying::Step;

/// Beyond this a wave's record would keep other writers of the store waiting.
const MAX_EFFECTS: usize = 10_000;
/// Each folder of a wave is held open, and a process may hold 1,024 by default.
const MAX_FOLDERS: usize = 256;

/// Changes that are applied together, as it grows.
#[derive(Debug, Default)]
struct Wave<'a> {
    paths: HashSet<&'a Path>,
    /// Every folder above one of the paths.
    above: HashSet<&'a Path>,
    parents: HashSet<&'a Path>,
}

/// How many of the file changes at the beginning of `steps` form a wave; 1 at least.
pub(super) fn first_wave<'a>(steps: impl IntoIterator<Item = &'a Step>) -> usize {
    let mut wave = Wave::default();
    steps.into_iter().take_while(|step| wave.take(&step.action)).count().max(1)
}

impl<'a> Wave<'a> {
    /// Takes a change in unless it touches what another touches, or a folder above or below it.
    fn take(&mut self, action: &'a Action) -> bool {
        if action.effects().is_empty() {
            return false;
        }
        let paths = || action.effects().iter().map(|effect| effect.path.as_path());
        let collides = |path: &Path| {
            self.paths.contains(path)
                || self.above.contains(path)
                || path.ancestors().skip(1).any(|above| self.paths.contains(above))
        };
        if paths().any(collides) {
            return false;
        }
        let new_folders: HashSet<&Path> = paths().filter_map(Path::parent).collect();
        let folders = self.parents.len() + new_folders.difference(&self.parents).count();
        if !self.paths.is_empty() && (folders > MAX_FOLDERS || self.paths.len() + paths().count() > MAX_EFFECTS) {
            return false;
        }
        for path in paths() {
            self.paths.insert(path);
            for above in path.ancestors().skip(1) {
                if !self.above.insert(above) {
                    break;
                }
            }
        }
        self.parents.extend(new_folders);
        true
    }
}

/// For each step the earlier ones of the same wave that it depends on, by their place.
pub(super) fn needs(wave: &[&Step]) -> Vec<Vec<usize>> {
    let place = |id| wave.binary_search_by_key(&id, |step| step.id).ok();
    wave.iter().map(|step| step.depends_on.iter().filter_map(|id| place(*id)).collect()).collect()
}
