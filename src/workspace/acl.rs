//! What the kernel gives to a file or folder by where it is made: the umask, or instead of it the folder's default ACL.

use std::path::Path;
use std::sync::LazyLock;

use rustix::io::Errno;

use super::disk::OpenFile;
use super::rights;
use crate::model::{Attributes, TargetPath};

/// Who may do what with a file besides its permission bits.
const ACCESS: &[u8] = b"system.posix_acl_access";
/// What a folder gives to what is made in it.
const DEFAULT: &[u8] = b"system.posix_acl_default";
/// More than an ACL of any file system takes.
const MAX_ACL_BYTES: usize = 64 << 10;

/// The permission bits that this process gives to a new file at `path`: all may read and write, less what the default ACL of
/// its folder does not give, or, where there is none, less the umask. A folder that is not there will have that of the
/// nearest one above it.
///
/// The umask is read from `/proc/self/status`, as asking the system for it means to change it for a moment; and read
/// once, as nothing here changes it.
pub fn new_file_mode(path: &TargetPath) -> u32 {
    static UMASK: LazyLock<Option<u32>> = LazyLock::new(|| u32::from_str_radix(&rights::own_status("Umask:")?, 8).ok());
    let above = path.as_path().ancestors().skip(1);
    let nearest = above.map(default_of).find(|found| *found != Err(Errno::NOENT) && *found != Err(Errno::NOTDIR));
    let given = nearest.and_then(Result::ok).and_then(|acl| bits_of(&acl));
    0o666 & given.unwrap_or(!UMASK.unwrap_or(0o022))
}

/// The default ACL of a folder as the kernel tells it.
fn default_of(folder: &Path) -> Result<Vec<u8>, Errno> {
    let mut acl = vec![0; 256];
    let length = match rustix::fs::lgetxattr(folder, DEFAULT, &mut acl) {
        Err(Errno::RANGE) => {
            acl.resize(MAX_ACL_BYTES, 0);
            rustix::fs::lgetxattr(folder, DEFAULT, &mut acl)
        }
        read => read,
    }?;
    acl.truncate(length);
    Ok(acl)
}

/// The permission bits that an ACL comes to: those of the owner, of the mask or else the group, and of all others. The
/// form is that of `linux/posix_acl_xattr.h`: a version, then for each entry whom it is about, what they may, and a number.
fn bits_of(acl: &[u8]) -> Option<u32> {
    const OWNER: u16 = 0x01;
    const GROUP: u16 = 0x04;
    const MASK: u16 = 0x10;
    const OTHERS: u16 = 0x20;
    let entries = acl.strip_prefix(&2u32.to_le_bytes())?.chunks_exact(8);
    let entries: Vec<(u16, u32)> = entries
        .map(|entry| {
            (u16::from_le_bytes([entry[0], entry[1]]), u32::from(u16::from_le_bytes([entry[2], entry[3]]) & 0o7))
        })
        .collect();
    let of = |whom: u16| entries.iter().find(|(tag, _)| *tag == whom).map(|(_, may)| *may);
    Some(of(OWNER)? << 6 | of(MASK).or(of(GROUP))? << 3 | of(OTHERS)?)
}

/// Takes from a file or folder the ACLs that it has by where it was made, as far as it is to have none.
///
/// # Errors
/// The system refused.
pub(super) fn take_unwanted(file: &OpenFile, wanted: &Attributes) -> Result<(), Errno> {
    if !file.may_have_attributes() {
        return Ok(());
    }
    let is_wanted = |name: &[u8]| wanted.extended.iter().any(|(wanted, _)| wanted == name);
    for name in [ACCESS, DEFAULT].into_iter().filter(|name| !is_wanted(name)) {
        match file.remove_attribute(name) {
            // Folders alone have the second, and some file systems neither.
            Ok(()) | Err(Errno::NODATA | Errno::OPNOTSUPP | Errno::ACCESS) => {}
            Err(errno) => return Err(errno),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn acl(entries: &[(u16, u16, u32)]) -> Vec<u8> {
        let mut bytes = 2u32.to_le_bytes().to_vec();
        for (tag, may, id) in entries {
            bytes.extend(tag.to_le_bytes());
            bytes.extend(may.to_le_bytes());
            bytes.extend(id.to_le_bytes());
        }
        bytes
    }

    #[test]
    fn the_mask_of_an_acl_stands_for_its_group() {
        let all = u32::MAX;
        assert_eq!(bits_of(&acl(&[(1, 7, all), (4, 5, all), (32, 1, all)])), Some(0o751));
        assert_eq!(bits_of(&acl(&[(1, 6, all), (2, 7, 65534), (4, 4, all), (16, 7, all), (32, 0, all)])), Some(0o670));
    }

    #[test]
    fn what_is_no_acl_gives_nothing() {
        for bytes in [&b""[..], b"\x01\0\0\0", &acl(&[]), &acl(&[(1, 7, 0)])[..9]] {
            assert_eq!(bits_of(bytes), None, "{bytes:?}");
        }
    }
}
