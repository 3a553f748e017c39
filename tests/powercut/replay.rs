//! Mounting what power cuts leave, and looking at it.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::thread;
use std::time::Instant;

use super::cut::{Cut, History};
use super::image::Image;
use super::stage::{FileSystem, part_mounts};
use super::tree::{self, Tree};

/// How many states are mounted at a time: mounting waits more than it works.
const HANDS: usize = 6;
/// How many violations are told in full.
const MAX_TOLD: usize = 5;

/// What may be wrong after a power cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Fault {
    /// The file system itself cannot be mounted or read.
    Unmountable,
    /// A file is neither old nor new, or gone.
    Torn,
    /// What was reported as done is not there.
    Lost,
    /// Some of a batch happened, some did not, and nothing can finish it.
    Half,
    /// The store says another thing than the disk.
    Disagrees,
    /// The journal does not verify, or a command fails.
    Journal,
    /// Something temporary stayed in the workspace.
    Litter,
    /// A second recovery changed something.
    Restless,
}

impl Fault {
    pub(crate) const ALL: [Self; 8] = [
        Self::Unmountable,
        Self::Torn,
        Self::Lost,
        Self::Half,
        Self::Disagrees,
        Self::Journal,
        Self::Litter,
        Self::Restless,
    ];
}

/// Faults with what shows them.
pub(crate) type Faults = Vec<(Fault, String)>;

/// A writer whose promises are held against what a power cut left.
pub(crate) trait Subject: Sync {
    /// What is found on a disk.
    type Found: Send + Sync;

    /// Recovers what is mounted at `folder` and looks at it; `tree` is what stood there before.
    fn look(&self, folder: &Path, tree: &Tree) -> (Self::Found, Faults);

    /// What was promised before `now` and does not hold.
    fn broken(&self, found: &Self::Found, now: usize) -> Faults;
}

/// What a replay showed.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    /// Different disks that were mounted.
    pub(crate) states: usize,
    /// Different contents of them, each of which was recovered.
    pub(crate) trees: usize,
    /// In how many states each fault was seen.
    pub(crate) faults: BTreeMap<Fault, usize>,
    /// The first of them in full.
    pub(crate) told: Vec<String>,
}

type Looked<F> = Arc<OnceLock<(F, Faults)>>;

/// Hands that mount states of one history.
pub(crate) struct Replay<'a, S: Subject> {
    /// What is written so.
    pub(crate) name: &'a str,
    pub(crate) file_system: FileSystem,
    pub(crate) history: &'a History,
    pub(crate) subject: &'a S,
    /// Where the disk was mounted while it was recorded.
    pub(crate) mount_point: &'a Path,
    /// Room for disks, in memory.
    pub(crate) room: &'a Path,
}

impl<S: Subject> Replay<'_, S> {
    /// Looks at the disks that `cuts` leave, until there are no more or it is late.
    pub(crate) fn run(&self, cuts: &[Cut], late: Instant) -> Tally {
        let next = AtomicUsize::new(0);
        let tally = Mutex::new(Tally::default());
        let known: Mutex<HashMap<u64, Looked<S::Found>>> = Mutex::default();
        thread::scope(|scope| {
            for _ in 0..HANDS {
                scope.spawn(|| {
                    part_mounts();
                    while let at = next.fetch_add(1, Ordering::Relaxed)
                        && at < cuts.len()
                        && Instant::now() < late
                    {
                        let faults = self.look_at(&cuts[at], at, &known);
                        if tally.lock().expect("no holder panics").add(&cuts[at], faults) {
                            keep(&self.history.image(&cuts[at]), &format!("{}-{}-{at}", self.file_system, self.name));
                        }
                    }
                });
            }
        });
        let mut tally = tally.into_inner().expect("no holder panics");
        tally.trees = known.into_inner().expect("no holder panics").len();
        tally
    }

    fn look_at(&self, cut: &Cut, number: usize, known: &Mutex<HashMap<u64, Looked<S::Found>>>) -> Faults {
        // The kernel may remember a file that a loop device had: each state gets a new one.
        let disk = self.room.join(format!("state-{number}"));
        self.history.image(cut).save(&disk).expect("room for a disk");
        let faults = self.look_at_disk(&disk, cut.now, known);
        fs::remove_file(&disk).expect("it was just made");
        faults
    }

    fn look_at_disk(&self, disk: &Path, now: usize, known: &Mutex<HashMap<u64, Looked<S::Found>>>) -> Faults {
        let mounted = match self.file_system.mount(disk, self.mount_point) {
            Ok(mounted) => mounted,
            Err(error) => return vec![(Fault::Unmountable, error)],
        };
        let tree = match tree::read(self.mount_point) {
            Ok(tree) => tree,
            Err(error) => return vec![(Fault::Unmountable, error.to_string())],
        };
        let slot = known.lock().expect("no holder panics").entry(tree::digest(&tree)).or_default().clone();
        let (found, faults) = slot.get_or_init(|| self.subject.look(self.mount_point, &tree));
        drop(mounted);
        let mut faults = faults.clone();
        faults.extend(self.subject.broken(found, now));
        faults
    }
}

/// Keeps one of the first disks that show a fault in the folder that `PLANGATE_POWERCUT_KEEP` names.
fn keep(image: &Image, name: &str) {
    if let Some(folder) = std::env::var_os("PLANGATE_POWERCUT_KEEP") {
        image.save(&PathBuf::from(folder).join(name)).expect("the folder takes a disk");
    }
}

impl Tally {
    /// Counts a state; true when it is worth telling.
    fn add(&mut self, cut: &Cut, faults: Faults) -> bool {
        self.states += 1;
        let is_told = !faults.is_empty() && self.told.len() < MAX_TOLD;
        if let (Some((_, text)), true) = (faults.first(), is_told) {
            self.told.push(format!("{cut:?}: {:?}: {text}", faults[0].0));
        }
        let mut kinds: Vec<Fault> = faults.into_iter().map(|(fault, _)| fault).collect();
        kinds.sort();
        kinds.dedup();
        for kind in kinds {
            *self.faults.entry(kind).or_default() += 1;
        }
        is_told
    }

    /// How many states showed a fault.
    pub(crate) fn count(&self, fault: Fault) -> usize {
        self.faults.get(&fault).copied().unwrap_or(0)
    }
}
