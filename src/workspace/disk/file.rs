//! An open file, and what there is to see of it.

use std::fs::File;
use std::io::{self, Read, Write};
use std::os::unix::fs::FileExt;

use rustix::fs::{AtFlags, Gid, Mode, Stat, StatxFlags, Uid, XattrFlags};
use rustix::io::Errno;

#[cfg(test)]
use super::simulated;
use crate::workspace::rights::Bond;

/// What there is to see of a file before it is read.
#[derive(Debug, Clone, Copy)]
pub(in crate::workspace) struct Sight {
    /// With the bits that tell the kind.
    pub(in crate::workspace) mode: u32,
    pub(in crate::workspace) size: u64,
    pub(in crate::workspace) owner: u32,
    pub(in crate::workspace) group: u32,
    pub(in crate::workspace) bond: Option<Bond>,
}

impl Sight {
    pub(in crate::workspace) fn of_stat(stat: &Stat) -> Self {
        let size = u64::try_from(stat.st_size).unwrap_or_default();
        Self { mode: stat.st_mode, size, owner: stat.st_uid, group: stat.st_gid, bond: None }
    }
}

/// An open file.
#[derive(Debug)]
pub(in crate::workspace) enum OpenFile {
    /// One of the system's.
    Kernel(File),
    /// One of a simulated disk.
    #[cfg(test)]
    Simulated(simulated::OpenFile),
}

impl OpenFile {
    pub(in crate::workspace) fn stat(&self) -> Result<Stat, Errno> {
        match self {
            Self::Kernel(file) => rustix::fs::fstat(file),
            #[cfg(test)]
            Self::Simulated(file) => Ok(file.stat()),
        }
    }

    /// The same with what keeps the file where it is.
    pub(in crate::workspace) fn sight(&self) -> Result<Sight, Errno> {
        match self {
            Self::Kernel(file) => match rustix::fs::statx(file, c"", AtFlags::EMPTY_PATH, StatxFlags::BASIC_STATS) {
                Ok(found) => Ok(Sight {
                    mode: found.stx_mode.into(),
                    size: found.stx_size,
                    owner: found.stx_uid,
                    group: found.stx_gid,
                    bond: Bond::of(&found),
                }),
                // Linux before 4.11, and sandboxes that do not know the call.
                Err(Errno::NOSYS | Errno::PERM) => self.stat().map(|stat| Sight::of_stat(&stat)),
                Err(errno) => Err(errno),
            },
            #[cfg(test)]
            Self::Simulated(file) => Ok(Sight::of_stat(&file.stat())),
        }
    }

    /// Fills `piece` with what is `at` so many bytes from the beginning.
    pub(in crate::workspace) fn read_exact_at(&mut self, piece: &mut [u8], at: u64) -> io::Result<()> {
        match self {
            Self::Kernel(file) => file.read_exact_at(piece, at),
            #[cfg(test)]
            Self::Simulated(file) => file.go_to(at).read_exact(piece),
        }
    }

    /// Writes `piece` so many bytes from the beginning.
    pub(in crate::workspace) fn write_all_at(&mut self, piece: &[u8], at: u64) -> io::Result<()> {
        match self {
            Self::Kernel(file) => file.write_all_at(piece, at),
            #[cfg(test)]
            Self::Simulated(file) => file.go_to(at).write_all(piece),
        }
    }

    /// Sets the permission bits (`0o7777`).
    pub(in crate::workspace) fn set_mode(&self, mode: u32) -> Result<(), Errno> {
        match self {
            Self::Kernel(file) => rustix::fs::fchmod(file, Mode::from_raw_mode(mode)),
            #[cfg(test)]
            Self::Simulated(file) => {
                file.set_mode(mode);
                Ok(())
            }
        }
    }

    /// Sets owner and group.
    pub(in crate::workspace) fn set_owner(&self, owner: u32, group: u32) -> Result<(), Errno> {
        match self {
            Self::Kernel(file) => rustix::fs::fchown(file, Some(Uid::from_raw(owner)), Some(Gid::from_raw(group))),
            #[cfg(test)]
            Self::Simulated(_) => Err(Errno::PERM),
        }
    }

    /// The names of the extended attributes; none where the file system has no such thing.
    pub(in crate::workspace) fn attributes(&self) -> Vec<Vec<u8>> {
        match self {
            Self::Kernel(file) => attributes_of(file),
            #[cfg(test)]
            Self::Simulated(file) => file.attributes(),
        }
    }

    /// False when the file certainly has no extended attribute: asking is cheap, while taking one away that is not there costs a
    /// step in the file system's journal.
    pub(in crate::workspace) fn may_have_attributes(&self) -> bool {
        match self {
            Self::Kernel(file) => rustix::fs::flistxattr_query(file) != Ok(0),
            #[cfg(test)]
            Self::Simulated(file) => !file.attributes().is_empty(),
        }
    }

    /// The value of an extended attribute.
    pub(in crate::workspace) fn attribute(&self, name: &[u8]) -> Result<Vec<u8>, Errno> {
        match self {
            Self::Kernel(file) => {
                let mut value = vec![0; rustix::fs::fgetxattr_query(file, name)?];
                let length = rustix::fs::fgetxattr(file, name, &mut value)?;
                value.truncate(length);
                Ok(value)
            }
            #[cfg(test)]
            Self::Simulated(file) => file.attribute(name),
        }
    }

    /// Gives the file an extended attribute.
    pub(in crate::workspace) fn set_attribute(&self, name: &[u8], value: &[u8]) -> Result<(), Errno> {
        match self {
            Self::Kernel(file) => rustix::fs::fsetxattr(file, name, value, XattrFlags::empty()),
            #[cfg(test)]
            Self::Simulated(file) => {
                file.set_attribute(name, value);
                Ok(())
            }
        }
    }

    /// Takes an extended attribute from the file: [`Errno::NODATA`] when it has none of that name.
    pub(in crate::workspace) fn remove_attribute(&self, name: &[u8]) -> Result<(), Errno> {
        match self {
            Self::Kernel(file) => rustix::fs::fremovexattr(file, name),
            #[cfg(test)]
            Self::Simulated(file) => file.remove_attribute(name),
        }
    }

    /// Makes content and status durable.
    pub(in crate::workspace) fn sync(&self) -> Result<(), Errno> {
        match self {
            Self::Kernel(file) => rustix::fs::fsync(file),
            #[cfg(test)]
            Self::Simulated(file) => file.sync(),
        }
    }
}

fn attributes_of(file: &File) -> Vec<Vec<u8>> {
    let Ok(length) = rustix::fs::flistxattr_query(file) else { return Vec::new() };
    if length == 0 {
        return Vec::new();
    }
    let mut names = vec![0; length];
    let Ok(length) = rustix::fs::flistxattr(file, &mut names) else { return Vec::new() };
    let names = names[..length].split(|byte| *byte == 0).filter(|name| !name.is_empty());
    names.map(<[u8]>::to_vec).collect()
}

impl Read for OpenFile {
    fn read(&mut self, piece: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Kernel(file) => file.read(piece),
            #[cfg(test)]
            Self::Simulated(file) => file.read(piece),
        }
    }
}

impl Write for OpenFile {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        match self {
            Self::Kernel(file) => file.write(piece),
            #[cfg(test)]
            Self::Simulated(file) => file.write(piece),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
