//! Every call by which a person's files are looked at and changed while a plan is applied: names in an open folder, and
//! open files. Nothing else in the apply engine asks the kernel for anything that a power cut could undo, so another
//! disk can stand in here.

use std::ffi::{CString, OsStr};
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use rustix::fs::{AtFlags, CWD, FsWord, Gid, Mode, OFlags, RenameFlags, ResolveFlags, Stat, Uid, XattrFlags};
use rustix::io::Errno;

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

/// An open folder. It stays the same folder whatever happens to its path.
#[derive(Debug)]
pub(super) struct Folder {
    fd: OwnedFd,
    device: u64,
    can_sync_file_system: bool,
    changed: AtomicBool,
}

impl Folder {
    /// Opens the absolute folder `path` without passing a symbolic link: [`Errno::LOOP`] at one, [`Errno::NOTDIR`] at a file.
    pub(super) fn open(path: &Path, purpose: Use) -> Result<Self, Errno> {
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
        let (mut device, mut can_sync_file_system) = (0, false);
        if purpose == Use::Change {
            device = rustix::fs::fstat(&fd)?.st_dev;
            can_sync_file_system = rustix::fs::fstatfs(&fd).is_ok_and(|found| !SYNCS_BY_FILE.contains(&found.f_type));
        }
        Ok(Self { fd, device, can_sync_file_system, changed: AtomicBool::new(false) })
    }

    /// The number of the file system, for a folder that was opened to change it.
    pub(super) fn device(&self) -> u64 {
        self.device
    }

    /// False where a sync of the whole file system promises nothing, as the files are somewhere else.
    pub(super) fn can_sync_file_system(&self) -> bool {
        self.can_sync_file_system
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
        rustix::fs::statat(&self.fd, name, AtFlags::SYMLINK_NOFOLLOW)
    }

    /// Opens the file `name` for reading. It may be anything but a link; a fifo is opened without waiting.
    pub(super) fn open_file(&self, name: &OsStr) -> Result<OpenFile, Errno> {
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let file = rustix::fs::openat(&self.fd, name, flags, Mode::empty())?;
        Ok(OpenFile(file.into()))
    }

    /// Makes the file `name`, which must not be there, and opens it for writing.
    pub(super) fn create_file(&self, name: &OsStr, mode: u32) -> Result<OpenFile, Errno> {
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let file = rustix::fs::openat(&self.fd, name, flags, Mode::from_raw_mode(mode))?;
        Ok(OpenFile(file.into()))
    }

    /// Where the link `name` leads.
    pub(super) fn read_link(&self, name: &OsStr) -> Result<CString, Errno> {
        rustix::fs::readlinkat(&self.fd, name, Vec::new())
    }

    /// Makes the link `name` to `target`.
    pub(super) fn create_link(&self, target: &OsStr, name: &OsStr) -> Result<(), Errno> {
        rustix::fs::symlinkat(target, &self.fd, name)
    }

    /// Lets two names change what they name, in one step.
    pub(super) fn exchange(&self, one: &OsStr, other: &OsStr) -> Result<(), Errno> {
        rustix::fs::renameat_with(&self.fd, one, &self.fd, other, RenameFlags::EXCHANGE)
    }

    /// Renames, never over anything: [`Errno::EXIST`] when `to` is taken.
    pub(super) fn rename_new(&self, from: &OsStr, to: &OsStr) -> Result<(), Errno> {
        rustix::fs::renameat_with(&self.fd, from, &self.fd, to, RenameFlags::NOREPLACE)
    }

    /// Renames, over whatever has the name.
    pub(super) fn rename(&self, from: &OsStr, to: &OsStr) -> Result<(), Errno> {
        rustix::fs::renameat(&self.fd, from, &self.fd, to)
    }

    /// Moves `name` into another folder of the same file system.
    pub(super) fn move_to(&self, name: &OsStr, folder: &Self, to: &OsStr) -> Result<(), Errno> {
        rustix::fs::renameat(&self.fd, name, &folder.fd, to)
    }

    /// Gives the file `from` a second name.
    pub(super) fn link(&self, from: &OsStr, to: &OsStr) -> Result<(), Errno> {
        rustix::fs::linkat(&self.fd, from, &self.fd, to, AtFlags::empty())
    }

    /// Removes the file or link `name`.
    pub(super) fn remove(&self, name: &OsStr) -> Result<(), Errno> {
        rustix::fs::unlinkat(&self.fd, name, AtFlags::empty())
    }

    /// Makes the folder `name`.
    pub(super) fn make_folder(&self, name: &OsStr) -> Result<(), Errno> {
        rustix::fs::mkdirat(&self.fd, name, Mode::from_raw_mode(0o777))
    }

    /// Removes the empty folder `name`.
    pub(super) fn remove_folder(&self, name: &OsStr) -> Result<(), Errno> {
        rustix::fs::unlinkat(&self.fd, name, AtFlags::REMOVEDIR)
    }

    /// Makes the folder's entries durable.
    pub(super) fn sync(&self) -> Result<(), Errno> {
        rustix::fs::fsync(&self.fd)
    }

    /// Makes everything durable that was written to the folder's file system. An error also tells of data that could
    /// not be written since the folder was opened.
    pub(super) fn sync_file_system(&self) -> Result<(), Errno> {
        rustix::fs::syncfs(&self.fd)
    }
}

impl AsFd for Folder {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }
}

/// An open file.
#[derive(Debug)]
pub(super) struct OpenFile(File);

impl OpenFile {
    pub(super) fn stat(&self) -> Result<Stat, Errno> {
        rustix::fs::fstat(&self.0)
    }

    /// Sets the permission bits (`0o7777`).
    pub(super) fn set_mode(&self, mode: u32) -> Result<(), Errno> {
        rustix::fs::fchmod(&self.0, Mode::from_raw_mode(mode))
    }

    /// Sets owner and group.
    pub(super) fn set_owner(&self, owner: u32, group: u32) -> Result<(), Errno> {
        rustix::fs::fchown(&self.0, Some(Uid::from_raw(owner)), Some(Gid::from_raw(group)))
    }

    /// The names of the extended attributes; none where the file system has no such thing.
    pub(super) fn attributes(&self) -> Vec<Vec<u8>> {
        let Ok(length) = rustix::fs::flistxattr_query(&self.0) else { return Vec::new() };
        if length == 0 {
            return Vec::new();
        }
        let mut names = vec![0; length];
        let Ok(length) = rustix::fs::flistxattr(&self.0, &mut names) else { return Vec::new() };
        let names = names[..length].split(|byte| *byte == 0).filter(|name| !name.is_empty());
        names.map(<[u8]>::to_vec).collect()
    }

    /// Gives the file another's extended attribute.
    pub(super) fn copy_attribute(&self, from: &Self, name: &[u8]) -> Result<(), Errno> {
        let mut value = vec![0; rustix::fs::fgetxattr_query(&from.0, name)?];
        let length = rustix::fs::fgetxattr(&from.0, name, &mut value)?;
        rustix::fs::fsetxattr(&self.0, name, &value[..length], XattrFlags::empty())
    }

    /// Makes content and status durable.
    pub(super) fn sync(&self) -> Result<(), Errno> {
        rustix::fs::fsync(&self.0)
    }
}

impl Read for OpenFile {
    fn read(&mut self, piece: &mut [u8]) -> io::Result<usize> {
        self.0.read(piece)
    }
}

impl Write for OpenFile {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        self.0.write(piece)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
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
