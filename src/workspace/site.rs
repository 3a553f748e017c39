//! What the system permits in a folder, asked before anything is done there.

use std::path::Path;

use rustix::fs::{Access, AtFlags, FsWord, Mode, OFlags, StatVfsMountFlags, StatxFlags};

use super::WorkspaceError;
use super::disk::{Folder, Use};
use super::place::open_folder;
use super::rights::Bond;

/// File systems, by `f_type`, that take names in different case for the same: MSDOS, exFAT, NTFS, SMB, HFS+.
const FOLDING: [FsWord; 6] = [0x4d44, 0x2011_bab0, 0x7366_746e, 0xfe53_4d42, 0xff53_4d42, 0x482b];

/// The flag of a folder that folds case, from `linux/fs.h`.
const FS_CASEFOLD_FL: std::ffi::c_uint = 0x4000_0000;

/// What the system permits in a folder, or in the nearest one above it while it does not exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct Site {
    /// Whether the file system is mounted to be read only.
    pub read_only: bool,
    /// Whether this process may make and replace names in the folder.
    pub writable: bool,
    /// Whether it may open the folder, which it has to before it can make anything in it durable.
    pub readable: bool,
    /// Whether the folder is marked as immutable or to be added to only.
    pub bond: Option<Bond>,
    /// Whether names that differ in case only are the same.
    pub folds_case: bool,
    /// The number of the file system.
    pub device: u64,
    /// The size of its blocks in bytes.
    pub block_bytes: u64,
    /// How many bytes may still be written; `None` where that is not told.
    pub free_bytes: Option<u64>,
    /// How many files may still be made; `None` where that is not limited.
    pub free_files: Option<u64>,
}

impl Site {
    /// Looks at `folder`.
    ///
    /// # Errors
    /// A part of the path is a symbolic link or not a folder, or the system refuses to tell.
    pub fn of(folder: &Path) -> Result<Self, WorkspaceError> {
        for existing in folder.ancestors() {
            if let Some(open) = open_folder(existing, Use::Look)? {
                return Self::of_open(&open, existing);
            }
        }
        Err(WorkspaceError::io("open the folder", folder)(rustix::io::Errno::NOENT))
    }

    fn of_open(folder: &Folder, path: &Path) -> Result<Self, WorkspaceError> {
        let failed = || WorkspaceError::io("look at the folder", path);
        let space = rustix::fs::fstatvfs(folder).map_err(failed())?;
        let kind = rustix::fs::fstatfs(folder).map_err(failed())?.f_type;
        let may = |what: Access| rustix::fs::accessat(folder, ".", what, AtFlags::EACCESS).is_ok();
        // Where the system cannot tell, the change itself will.
        let found = rustix::fs::statx(folder, c"", AtFlags::EMPTY_PATH, StatxFlags::BASIC_STATS);
        Ok(Self {
            read_only: space.f_flag.contains(StatVfsMountFlags::RDONLY),
            writable: may(Access::WRITE_OK | Access::EXEC_OK),
            readable: may(Access::READ_OK),
            bond: found.as_ref().ok().and_then(Bond::of).filter(|bond| *bond != Bond::MountPoint),
            folds_case: FOLDING.contains(&kind) || folds_by_flag(folder),
            device: rustix::fs::fstat(folder).map_err(failed())?.st_dev,
            block_bytes: space.f_frsize.max(1),
            free_bytes: (space.f_blocks > 0).then(|| space.f_bavail.saturating_mul(space.f_frsize)),
            free_files: (space.f_files > 0).then_some(space.f_favail),
        })
    }
}

/// True for a folder of ext4 or F2FS that was told to fold case.
fn folds_by_flag(folder: &Folder) -> bool {
    // The flag is not to be had through a descriptor that may only be looked at.
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let open = rustix::fs::openat(folder, ".", flags, Mode::empty());
    open.and_then(rustix::fs::ioctl_getflags).is_ok_and(|flags| flags.bits() & FS_CASEFOLD_FL != 0)
}
