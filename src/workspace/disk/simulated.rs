//! A disk in memory that a test mounts where a folder would be. It knows which of what was written is durable, and
//! makes of each moment the disks that a power cut may leave.
//!
//! What a cut may do: forget, keep or tear whatever no sync has covered. A change of names (a rename, an exchange, a new
//! or a removed name) is kept wholly or not at all; two that touch the same name keep their order, others do not, not
//! even a folder's removal and that of what was in it. Of a file's content each sector may be new, old or zero; its
//! permission bits come and go apart from that. A sync of a file makes content and bits durable, but not its name; a
//! sync of a folder the names in it; a sync of the file system all.

mod calls;
mod cut;
mod tree;

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustix::fs::Stat;
use rustix::io::Errno;

pub(crate) use self::calls::OpenFile;
pub(super) use self::calls::{Folder, open};
pub(crate) use self::cut::Dice;
pub(crate) use self::tree::{Listing, Tree};
use self::tree::{Node, What};

/// The number of the simulated file system.
pub(super) const DEVICE: u64 = 0xd15c;
/// The folder that stands for the workspace.
const WORKSPACE: u64 = 1;
/// The folder that stands for the attic.
const ATTIC: u64 = 2;

/// Where disks are mounted.
static MOUNTS: Mutex<Vec<Mount>> = Mutex::new(Vec::new());

#[derive(Clone)]
struct Mount {
    at: PathBuf,
    folder: u64,
    disk: Disk,
}

/// What a file system can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Everything.
    Local,
    /// No exchange of names, and no rename that never replaces.
    WithoutExchange,
    /// Neither these nor hard links.
    WithoutLinks,
    /// A sync of the whole promises nothing, so each file is synced.
    Remote,
}

/// A sync that the disk answers and does not do, as if the engine had left it out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ignored {
    Nothing,
    Files,
    Folders,
    FileSystem,
}

/// A disk in memory.
#[derive(Debug, Clone)]
pub(crate) struct Disk(Arc<Mutex<Inner>>);

#[derive(Debug)]
struct Inner {
    kind: Kind,
    ignored: Ignored,
    /// What is durable before the log begins.
    base: Tree,
    now: Tree,
    log: Vec<Event>,
    clock: i64,
    /// Which of the next syncs fail.
    failing: Range<u64>,
    synced: u64,
    /// Gives what the simulation does not: numbers about the file system.
    host: Arc<File>,
}

/// A name in a folder.
type Name = (u64, OsString);

/// What happened, in order.
#[derive(Debug, Clone)]
enum Event {
    /// Names were given or taken in one step, perhaps to something new.
    Names {
        set: Vec<(Name, Option<u64>)>,
        made: Option<(u64, Node)>,
    },
    Write {
        file: u64,
        at: usize,
        bytes: Vec<u8>,
    },
    Mode {
        file: u64,
        mode: u32,
    },
    Attribute {
        file: u64,
        name: Vec<u8>,
        value: Vec<u8>,
    },
    SyncFile(u64),
    SyncFolder(u64),
    SyncAll,
    /// A sync that failed: what it should have covered is never written, as the system tells of that once.
    Failed(Box<Event>),
}

impl Disk {
    /// An empty disk; `host` is any folder.
    pub(crate) fn new(kind: Kind, ignored: Ignored, host: &Path) -> Self {
        let folder = || Node {
            what: What::Folder(BTreeMap::new()),
            mode: 0o40755,
            attributes: BTreeMap::new(),
            modified: 0,
            changed: 0,
        };
        let tree = Tree { nodes: BTreeMap::from([(WORKSPACE, folder()), (ATTIC, folder())]), next: 3 };
        let host = Arc::new(File::open(host).expect("the host is there"));
        let inner = Inner {
            kind,
            ignored,
            base: tree.clone(),
            now: tree,
            log: Vec::new(),
            clock: 1,
            failing: 0..0,
            synced: 0,
            host,
        };
        Self(Arc::new(Mutex::new(inner)))
    }

    /// Lets the disk stand where the folder `root` is, instead of another, and its attic in the data folder `home`.
    pub(crate) fn mount(&self, root: &Path, home: &Path) {
        self.unmount();
        let mount = |at: &Path, folder| Mount { at: at.to_owned(), folder, disk: self.clone() };
        mounts().retain(|mount| mount.at != root);
        mounts().extend([mount(root, WORKSPACE), mount(&home.join("attic"), ATTIC)]);
    }

    /// Ends that.
    pub(crate) fn unmount(&self) {
        mounts().retain(|mount| !Arc::ptr_eq(&mount.disk.0, &self.0));
    }

    /// Puts a file there, durably, with the folders above it.
    pub(crate) fn put(&self, path: &str, content: &[u8], mode: u32) {
        let mut inner = self.lock();
        let mut folder = WORKSPACE;
        let (above, name) = path.rsplit_once('/').map_or((None, path), |(above, name)| (Some(above), name));
        for part in above.into_iter().flat_map(|above| above.split('/')) {
            folder = inner.now.child(folder, OsStr::new(part)).unwrap_or_else(|| {
                let new = inner.now.add(What::Folder(BTreeMap::new()), 0o40755);
                inner.now.set(folder, OsStr::new(part), Some(new));
                new
            });
        }
        let file = inner.now.add(What::File(Arc::new(content.to_vec())), 0o100_000 | mode);
        inner.now.set(folder, OsStr::new(name), Some(file));
        inner.base = inner.now.clone();
        inner.log.clear();
    }

    /// Gives a file that is there an extended attribute, durably.
    pub(crate) fn mark(&self, path: &str, name: &[u8], value: &[u8]) {
        let mut inner = self.lock();
        let below = |folder, part: &str| inner.now.child(folder, OsStr::new(part));
        let file = path.split('/').try_fold(WORKSPACE, below).expect("the file is there");
        let node = inner.now.nodes.get_mut(&file).expect("the file is there");
        node.attributes.insert(name.to_vec(), value.to_vec());
        inner.base = inner.now.clone();
        inner.log.clear();
    }

    /// Takes a file away, durably, if it is there.
    pub(crate) fn take(&self, path: &str) {
        let mut inner = self.lock();
        let (above, name) = path.rsplit_once('/').unwrap_or(("", path));
        let below = |folder, part: &str| inner.now.child(folder, OsStr::new(part));
        let folder = above.split('/').filter(|part| !part.is_empty()).try_fold(WORKSPACE, below);
        if let Some(folder) = folder {
            inner.now.set(folder, OsStr::new(name), None);
        }
        inner.base = inner.now.clone();
        inner.log.clear();
    }

    /// Lets those of the next syncs fail, counted from 1.
    pub(crate) fn fail(&self, syncs: Range<u64>) {
        let mut inner = self.lock();
        (inner.failing, inner.synced) = (syncs, 0);
    }

    /// Everything that has happened so far counts as durable; the log begins anew.
    pub(crate) fn settle(&self) {
        let mut inner = self.lock();
        inner.base = inner.now.clone();
        inner.log.clear();
    }

    /// Lets the disk be `tree`, all of it durable.
    pub(crate) fn load(&self, tree: Tree) {
        let mut inner = self.lock();
        inner.now = tree;
        inner.base = inner.now.clone();
        inner.log.clear();
    }

    /// How many things have happened.
    pub(crate) fn happened(&self) -> usize {
        self.lock().log.len()
    }

    /// What a power cut may leave after `happened` things had.
    pub(crate) fn cut(&self, happened: usize, dice: &mut Dice) -> Tree {
        let inner = self.lock();
        cut::cut(&inner.base, &inner.log[..happened], dice)
    }

    /// What a power cut now leaves for sure.
    pub(crate) fn durable(&self) -> Tree {
        let inner = self.lock();
        cut::durable(&inner.base, &inner.log)
    }

    /// What programs see.
    pub(crate) fn now(&self) -> Tree {
        self.lock().now.clone()
    }

    /// What lies in the workspace.
    pub(crate) fn listing(&self) -> Listing {
        self.lock().now.listing()
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    /// Puts down what happened and lets it be seen.
    fn happen(&mut self, event: Event) {
        self.clock += 1;
        let clock = self.clock;
        match &event {
            Event::Names { set, made } => {
                if let Some((number, node)) = made {
                    self.now.nodes.insert(*number, node.clone());
                    self.now.next = number + 1;
                }
                for ((folder, name), to) in set {
                    self.now.set(*folder, name, *to);
                    if let Some(node) = to.and_then(|to| self.now.nodes.get_mut(&to)) {
                        node.changed = clock;
                    }
                }
            }
            Event::Write { file, at, bytes } => {
                self.now.write(*file, *at, bytes);
                let node = self.now.nodes.get_mut(file).expect("an open file is kept");
                (node.modified, node.changed) = (clock, clock);
            }
            Event::Mode { file, mode } => {
                let node = self.now.nodes.get_mut(file).expect("an open file is kept");
                (node.mode, node.changed) = (*mode, clock);
            }
            Event::Attribute { file, name, value } => {
                let node = self.now.nodes.get_mut(file).expect("an open file is kept");
                node.attributes.insert(name.clone(), value.clone());
                node.changed = clock;
            }
            Event::SyncFile(_) | Event::SyncFolder(_) | Event::SyncAll | Event::Failed(_) => {}
        }
        self.log.push(event);
    }

    /// Syncs, unless it is this one's turn to fail.
    fn sync(&mut self, event: Event) -> Result<(), Errno> {
        self.synced += 1;
        if self.failing.contains(&self.synced) {
            self.happen(Event::Failed(Box::new(event)));
            return Err(Errno::IO);
        }
        self.happen(event);
        Ok(())
    }

    fn rename(&mut self, (from, name): (u64, &OsStr), (folder, to): (u64, &OsStr)) -> Result<(), Errno> {
        let moved = self.found(from, name)?;
        if let Some(there) = self.now.child(folder, to) {
            if there == moved {
                return Ok(());
            }
            if matches!(self.now.nodes[&there].what, What::Folder(_)) {
                return Err(Errno::ISDIR);
            }
        }
        let set = vec![((from, name.to_owned()), None), ((folder, to.to_owned()), Some(moved))];
        self.happen(Event::Names { set, made: None });
        Ok(())
    }

    fn found(&self, folder: u64, name: &OsStr) -> Result<u64, Errno> {
        self.now.child(folder, name).ok_or(Errno::NOENT)
    }

    fn make(&mut self, folder: u64, name: &OsStr, what: What, mode: u32) -> Result<u64, Errno> {
        if self.now.child(folder, name).is_some() {
            return Err(Errno::EXIST);
        }
        if !self.now.nodes.contains_key(&folder) {
            return Err(Errno::NOENT);
        }
        let (number, now) = (self.now.next, self.clock + 1);
        let node = Node { what, mode, attributes: BTreeMap::new(), modified: now, changed: now };
        let set = vec![((folder, name.to_owned()), Some(number))];
        self.happen(Event::Names { set, made: Some((number, node)) });
        Ok(number)
    }

    fn stat(&self, number: u64) -> Stat {
        let node = &self.now.nodes[&number];
        let mut stat = rustix::fs::fstat(&self.host).expect("the host is open");
        let size = match &node.what {
            What::File(content) => content.len(),
            What::Link(target) => target.len(),
            What::Folder(_) => 0,
        };
        (stat.st_dev, stat.st_ino, stat.st_mode) = (DEVICE, number, node.mode);
        stat.st_nlink = self.now.links(number).max(1);
        stat.st_size = i64::try_from(size).expect("small");
        (stat.st_mtime, stat.st_mtime_nsec, stat.st_ctime, stat.st_ctime_nsec) = (node.modified, 0, node.changed, 0);
        stat
    }
}

fn mounts() -> MutexGuard<'static, Vec<Mount>> {
    MOUNTS.lock().unwrap_or_else(PoisonError::into_inner)
}
