//! Every call by which a person's files are looked at and changed while a plan is applied: names in an open folder, and
//! open files. Nothing else in the apply engine asks the kernel for anything that a power cut could undo, so tests let
//! another disk stand in here: folders below a place where a simulated one is mounted are opened there.

mod file;
#[cfg(test)]
pub(crate) mod simulated;

use std::ffi::{CString, OsStr, OsString};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use rustix::fs::{AtFlags, CWD, FsWord, Gid, Mode, OFlags, RenameFlags, ResolveFlags, Stat, Uid};
use rustix::io::Errno;

pub(super) use self::file::{OpenFile, Sight};

/// File systems, by `f_type`, whose files are somewhere else: NFS, FUSE, 9P, SMB and its predecessor.
const SYNCS_BY_FILE: [FsWord; 5] = [0x6969, 0x6573_5546, 0x0102_1997, 0xfe53_4d42, 0xff53_4d42];

/// What a folder is opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Use {
    /// To look at what is in it; the right to enter it is enough.
    Look,
    /// To change what is in it and sync that; needs the right to read it too.
    Change,
}

/// Who keeps an open folder.
#[derive(Debug)]
enum Keeper {
    Kernel(OwnedFd),
    #[cfg(test)]
    Simulated(simulated::Folder),
}

/// An open folder. It stays the same folder whatever happens to its path.
#[derive(Debug)]
pub(super) struct Folder {
    keeper: Keeper,
    device: u64,
    can_sync_file_system: bool,
    changed: AtomicBool,
    sticky: OnceLock<Option<u32>>,
}

impl Folder {
    /// Opens the absolute folder `path` without passing a symbolic link: [`Errno::LOOP`] at one, [`Errno::NOTDIR`] at a file.
    pub(super) fn open(path: &Path, purpose: Use) -> Result<Self, Errno> {
        #[cfg(test)]
        if let Some(folder) = simulated::open(path) {
            return folder.map(Self::simulated);
        }
        let access = match purpose {
            Use::Look => OFlags::PATH,
            Use::Change => OFlags::RDONLY,
        };
        let flags = access | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let fd = match rustix::fs::openat2(CWD, path, flags, Mode::empty(), ResolveFlags::NO_SYMLINKS) {
            // Linux before 5.6, and sandboxes that do not know the call.
            Err(Errno::NOSYS | Errno::PERM) => walk_to_folder(path, flags),
            opened => opened,
        }?;
        Self::kept(fd, purpose)
    }

    /// Opens the folder `name` in this one, to change what is in it: [`Errno::LOOP`] or [`Errno::NOTDIR`] at a symbolic link.
    pub(super) fn open_folder(&self, name: &OsStr) -> Result<Self, Errno> {
        match &self.keeper {
            Keeper::Kernel(fd) => {
                let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
                Self::kept(rustix::fs::openat(fd, name, flags, Mode::empty())?, Use::Change)
            }
            #[cfg(test)]
            Keeper::Simulated(folder) => folder.open_folder(name).map(Self::simulated),
        }
    }

    fn kept(fd: OwnedFd, purpose: Use) -> Result<Self, Errno> {
        let (mut device, mut can_sync_file_system) = (0, false);
        if purpose == Use::Change {
            device = rustix::fs::fstat(&fd)?.st_dev;
            can_sync_file_system = rustix::fs::fstatfs(&fd).is_ok_and(|found| !SYNCS_BY_FILE.contains(&found.f_type));
        }
        Ok(Self {
            keeper: Keeper::Kernel(fd),
            device,
            can_sync_file_system,
            changed: AtomicBool::new(false),
            sticky: OnceLock::new(),
        })
    }

    #[cfg(test)]
    fn simulated(folder: simulated::Folder) -> Self {
        let can_sync_file_system = folder.can_sync_file_system();
        let keeper = Keeper::Simulated(folder);
        Self {
            keeper,
            device: simulated::DEVICE,
            can_sync_file_system,
            changed: AtomicBool::new(false),
            sticky: OnceLock::new(),
        }
    }

    /// The number of the file system, for a folder that was opened to change it.
    pub(super) fn device(&self) -> u64 {
        self.device
    }

    /// False where a sync of the whole file system promises nothing, as the files are somewhere else.
    pub(super) fn can_sync_file_system(&self) -> bool {
        self.can_sync_file_system
    }

    /// The owner of the folder if it is a sticky one.
    pub(super) fn sticky(&self) -> Option<u32> {
        let ask = || match &self.keeper {
            Keeper::Kernel(fd) => {
                rustix::fs::fstat(fd).ok().filter(|found| found.st_mode & 0o1000 != 0).map(|found| found.st_uid)
            }
            #[cfg(test)]
            Keeper::Simulated(_) => None,
        };
        *self.sticky.get_or_init(ask)
    }

    /// The folder itself, to look at and change what it has besides its entries; one that was opened to be changed.
    pub(super) fn as_file(&self) -> Result<OpenFile, Errno> {
        match &self.keeper {
            Keeper::Kernel(fd) => Ok(OpenFile::Kernel(fd.try_clone().map_err(|_| Errno::MFILE)?.into())),
            #[cfg(test)]
            Keeper::Simulated(folder) => Ok(OpenFile::Simulated(folder.as_file())),
        }
    }

    /// Tells this folder from every other: its file system and its number there.
    pub(super) fn identity(&self) -> Result<(u64, u64), Errno> {
        match &self.keeper {
            Keeper::Kernel(fd) => rustix::fs::fstat(fd).map(|found| (found.st_dev, found.st_ino)),
            #[cfg(test)]
            Keeper::Simulated(folder) => Ok((simulated::DEVICE, folder.number())),
        }
    }

    /// Notes that the entries have to be synced.
    pub(super) fn mark_changed(&self) {
        self.changed.store(true, Ordering::Relaxed);
    }

    /// Notes that they were.
    pub(super) fn mark_synced(&self) {
        self.changed.store(false, Ordering::Relaxed);
    }

    /// True while they have to be.
    pub(super) fn is_changed(&self) -> bool {
        self.changed.load(Ordering::Relaxed)
    }

    /// The status of `name`, a link not followed.
    pub(super) fn stat(&self, name: &OsStr) -> Result<Stat, Errno> {
        match &self.keeper {
            Keeper::Kernel(fd) => rustix::fs::statat(fd, name, AtFlags::SYMLINK_NOFOLLOW),
            #[cfg(test)]
            Keeper::Simulated(folder) => folder.stat(name),
        }
    }

    /// Opens the file `name` for reading. It may be anything but a link; a fifo is opened without waiting.
    pub(super) fn open_file(&self, name: &OsStr) -> Result<OpenFile, Errno> {
        match &self.keeper {
            Keeper::Kernel(fd) => {
                let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
                let file = rustix::fs::openat(fd, name, flags, Mode::empty())?;
                Ok(OpenFile::Kernel(file.into()))
            }
            #[cfg(test)]
            Keeper::Simulated(folder) => folder.open_file(name).map(OpenFile::Simulated),
        }
    }

    /// Opens the file `name`, whose content is to be read and written over. It may be anything but a link.
    pub(super) fn open_to_rewrite(&self, name: &OsStr) -> Result<OpenFile, Errno> {
        match &self.keeper {
            Keeper::Kernel(fd) => {
                let flags = OFlags::RDWR | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
                let file = rustix::fs::openat(fd, name, flags, Mode::empty())?;
                Ok(OpenFile::Kernel(file.into()))
            }
            #[cfg(test)]
            Keeper::Simulated(folder) => folder.open_file(name).map(OpenFile::Simulated),
        }
    }

    /// Makes the file `name`, which must not be there, and opens it for writing.
    pub(super) fn create_file(&self, name: &OsStr, mode: u32) -> Result<OpenFile, Errno> {
        match &self.keeper {
            Keeper::Kernel(fd) => {
                let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
                let file = rustix::fs::openat(fd, name, flags, Mode::from_raw_mode(mode))?;
                Ok(OpenFile::Kernel(file.into()))
            }
            #[cfg(test)]
            Keeper::Simulated(folder) => folder.create_file(name, mode).map(OpenFile::Simulated),
        }
    }

    /// Where the link `name` leads.
    pub(super) fn read_link(&self, name: &OsStr) -> Result<CString, Errno> {
        match &self.keeper {
            Keeper::Kernel(fd) => rustix::fs::readlinkat(fd, name, Vec::new()),
            #[cfg(test)]
            Keeper::Simulated(folder) => folder.read_link(name),
        }
    }

    /// Makes the link `name` to `target`.
    pub(super) fn create_link(&self, target: &OsStr, name: &OsStr) -> Result<(), Errno> {
        match &self.keeper {
            Keeper::Kernel(fd) => rustix::fs::symlinkat(target, fd, name),
            #[cfg(test)]
            Keeper::Simulated(folder) => folder.create_link(target, name),
        }
    }

    /// Sets owner and group of the link `name` itself.
    pub(super) fn set_link_owner(&self, name: &OsStr, owner: u32, group: u32) -> Result<(), Errno> {
        match &self.keeper {
            Keeper::Kernel(fd) => {
                let (owner, group) = (Some(Uid::from_raw(owner)), Some(Gid::from_raw(group)));
                rustix::fs::chownat(fd, name, owner, group, AtFlags::SYMLINK_NOFOLLOW)
            }
            #[cfg(test)]
            Keeper::Simulated(_) => Err(Errno::PERM),
        }
    }

    /// Lets `name` and the `other` name in `folder` change what they name, in one step.
    pub(super) fn exchange(&self, name: &OsStr, folder: &Self, other: &OsStr) -> Result<(), Errno> {
        match (&self.keeper, &folder.keeper) {
            (Keeper::Kernel(fd), Keeper::Kernel(folder)) => {
                rustix::fs::renameat_with(fd, name, folder, other, RenameFlags::EXCHANGE)
            }
            #[cfg(test)]
            (Keeper::Simulated(from), Keeper::Simulated(folder)) => from.exchange(name, folder, other),
            #[cfg(test)]
            (Keeper::Kernel(_), Keeper::Simulated(_)) | (Keeper::Simulated(_), Keeper::Kernel(_)) => Err(Errno::XDEV),
        }
    }

    /// Moves `name` into a folder of the same file system, never over anything: [`Errno::EXIST`] when `to` is taken.
    pub(super) fn move_new(&self, name: &OsStr, folder: &Self, to: &OsStr) -> Result<(), Errno> {
        match (&self.keeper, &folder.keeper) {
            (Keeper::Kernel(fd), Keeper::Kernel(folder)) => {
                rustix::fs::renameat_with(fd, name, folder, to, RenameFlags::NOREPLACE)
            }
            #[cfg(test)]
            (Keeper::Simulated(from), Keeper::Simulated(folder)) => from.move_new(name, folder, to),
            #[cfg(test)]
            (Keeper::Kernel(_), Keeper::Simulated(_)) | (Keeper::Simulated(_), Keeper::Kernel(_)) => Err(Errno::XDEV),
        }
    }

    /// Moves `name` into a folder of the same file system, over whatever has the name there.
    pub(super) fn move_to(&self, name: &OsStr, folder: &Self, to: &OsStr) -> Result<(), Errno> {
        match (&self.keeper, &folder.keeper) {
            (Keeper::Kernel(fd), Keeper::Kernel(folder)) => rustix::fs::renameat(fd, name, folder, to),
            #[cfg(test)]
            (Keeper::Simulated(from), Keeper::Simulated(folder)) => from.move_to(name, folder, to),
            #[cfg(test)]
            (Keeper::Kernel(_), Keeper::Simulated(_)) | (Keeper::Simulated(_), Keeper::Kernel(_)) => Err(Errno::XDEV),
        }
    }

    /// Gives the file `name` a second one in a folder of the same file system.
    pub(super) fn link(&self, name: &OsStr, folder: &Self, to: &OsStr) -> Result<(), Errno> {
        match (&self.keeper, &folder.keeper) {
            (Keeper::Kernel(fd), Keeper::Kernel(folder)) => rustix::fs::linkat(fd, name, folder, to, AtFlags::empty()),
            #[cfg(test)]
            (Keeper::Simulated(from), Keeper::Simulated(folder)) => from.link(name, folder, to),
            #[cfg(test)]
            (Keeper::Kernel(_), Keeper::Simulated(_)) | (Keeper::Simulated(_), Keeper::Kernel(_)) => Err(Errno::XDEV),
        }
    }

    /// Removes the file or link `name`.
    pub(super) fn remove(&self, name: &OsStr) -> Result<(), Errno> {
        match &self.keeper {
            Keeper::Kernel(fd) => rustix::fs::unlinkat(fd, name, AtFlags::empty()),
            #[cfg(test)]
            Keeper::Simulated(folder) => folder.remove(name),
        }
    }

    /// Makes the folder `name`, with these permission bits less the umask.
    pub(super) fn make_folder(&self, name: &OsStr, mode: u32) -> Result<(), Errno> {
        match &self.keeper {
            Keeper::Kernel(fd) => rustix::fs::mkdirat(fd, name, Mode::from_raw_mode(mode)),
            #[cfg(test)]
            Keeper::Simulated(folder) => folder.make_folder(name, mode),
        }
    }

    /// Removes the empty folder `name`.
    pub(super) fn remove_folder(&self, name: &OsStr) -> Result<(), Errno> {
        match &self.keeper {
            Keeper::Kernel(fd) => rustix::fs::unlinkat(fd, name, AtFlags::REMOVEDIR),
            #[cfg(test)]
            Keeper::Simulated(folder) => folder.remove_folder(name),
        }
    }

    /// The names in the folder, in no order; one that was opened to be changed.
    pub(super) fn names(&self) -> Result<Vec<OsString>, Errno> {
        match &self.keeper {
            Keeper::Kernel(fd) => {
                let entries = rustix::fs::Dir::read_from(fd)?
                    .map(|entry| entry.map(|entry| OsStr::from_bytes(entry.file_name().to_bytes()).to_owned()));
                let is_entry =
                    |name: &Result<OsString, Errno>| !matches!(name, Ok(name) if name == "." || name == "..");
                entries.filter(is_entry).collect()
            }
            #[cfg(test)]
            Keeper::Simulated(folder) => Ok(folder.names()),
        }
    }

    /// Makes the folder's entries durable.
    pub(super) fn sync(&self) -> Result<(), Errno> {
        match &self.keeper {
            Keeper::Kernel(fd) => rustix::fs::fsync(fd),
            #[cfg(test)]
            Keeper::Simulated(folder) => folder.sync(),
        }
    }

    /// Makes everything durable that was written to the folder's file system. An error also tells of data that could
    /// not be written since the folder was opened.
    pub(super) fn sync_file_system(&self) -> Result<(), Errno> {
        match &self.keeper {
            Keeper::Kernel(fd) => rustix::fs::syncfs(fd),
            #[cfg(test)]
            Keeper::Simulated(folder) => folder.sync_file_system(),
        }
    }
}

impl AsFd for Folder {
    fn as_fd(&self) -> BorrowedFd<'_> {
        match &self.keeper {
            Keeper::Kernel(fd) => fd.as_fd(),
            #[cfg(test)]
            Keeper::Simulated(folder) => folder.host(),
        }
    }
}

/// Does what `openat2` with `RESOLVE_NO_SYMLINKS` does, one component at a time.
fn walk_to_folder(path: &Path, flags: OFlags) -> Result<OwnedFd, Errno> {
    let pass = OFlags::PATH | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let mut folder = rustix::fs::openat(CWD, "/", pass, Mode::empty())?;
    for component in path.components().skip(1) {
        let name = component.as_os_str();
        folder = match rustix::fs::openat(&folder, name, pass, Mode::empty()) {
            // A link that is not followed is not a folder either; tell the two apart.
            Err(Errno::NOTDIR) if is_link(&folder, name) => return Err(Errno::LOOP),
            opened => opened?,
        };
    }
    rustix::fs::openat(&folder, ".", flags, Mode::empty())
}

fn is_link(folder: &OwnedFd, name: &OsStr) -> bool {
    rustix::fs::statat(folder, name, AtFlags::SYMLINK_NOFOLLOW)
        .is_ok_and(|stat| rustix::fs::FileType::from_raw_mode(stat.st_mode).is_symlink())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn walking_by_hand_refuses_the_same_links_as_the_kernel() {
        let temp = tempfile::tempdir().expect("a temporary folder");
        let root = temp.path().canonicalize().expect("it exists");
        std::fs::create_dir_all(root.join("real/deep")).expect("folders");
        symlink("real", root.join("link")).expect("a link");
        std::fs::write(root.join("file"), "").expect("a file");
        let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let walked = |path: &str| walk_to_folder(&root.join(path), flags).map(drop);
        let kernel = |path: &str| {
            rustix::fs::openat2(CWD, root.join(path), flags, Mode::empty(), ResolveFlags::NO_SYMLINKS).map(drop)
        };
        for path in ["real/deep", "link/deep", "link", "file/deep", "file", "none/deep", "real/none"] {
            assert_eq!(walked(path), kernel(path), "{path}");
        }
    }
}
