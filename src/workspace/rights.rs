//! What this process may do, and what the system does not let it do to a file whatever its folder permits.

use std::fmt;
use std::fs;
use std::sync::LazyLock;

use rustix::fs::{Statx, StatxAttributes};

use super::disk::Sight;

/// What keeps a file from being replaced or removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bond {
    /// It is marked as immutable.
    Immutable,
    /// It is marked as one that only grows.
    AppendOnly,
    /// Another file is mounted on it.
    MountPoint,
    /// It is somebody else's in a sticky folder that is somebody else's too.
    Sticky,
}

impl Bond {
    /// What the file system itself says.
    pub(super) fn of(found: &Statx) -> Option<Self> {
        let is = |mark: StatxAttributes| found.stx_attributes.contains(mark);
        let bonds = [
            (StatxAttributes::IMMUTABLE, Self::Immutable),
            (StatxAttributes::APPEND, Self::AppendOnly),
            (StatxAttributes::MOUNT_ROOT, Self::MountPoint),
        ];
        bonds.into_iter().find(|(mark, _)| is(*mark)).map(|(_, bond)| bond)
    }
}

impl fmt::Display for Bond {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Immutable => "is marked as immutable (`chattr -i` ends that)",
            Self::AppendOnly => "is marked to be appended to only (`chattr -a` ends that)",
            Self::MountPoint => "is a mount point, which cannot be replaced",
            Self::Sticky => "belongs to somebody else, and its folder lets only the owner replace or remove it",
        })
    }
}

/// Who this process is to the file system. Nothing here changes it, so it is asked once.
struct Rights {
    user: u32,
    groups: Vec<u32>,
    gives_away: bool,
    acts_as_owner: bool,
}

static RIGHTS: LazyLock<Rights> = LazyLock::new(|| {
    // From `linux/capability.h`.
    const CAP_CHOWN: u64 = 1 << 0;
    const CAP_FOWNER: u64 = 1 << 3;
    let capabilities = own_status("CapEff:").and_then(|mask| u64::from_str_radix(&mask, 16).ok()).unwrap_or_default();
    let mut groups = rustix::process::getgroups().unwrap_or_default();
    groups.push(rustix::process::getegid());
    Rights {
        user: rustix::process::geteuid().as_raw(),
        groups: groups.into_iter().map(rustix::fs::Gid::as_raw).collect(),
        gives_away: capabilities & CAP_CHOWN != 0,
        acts_as_owner: capabilities & CAP_FOWNER != 0,
    }
});

/// What `/proc/self/status` says in the line that begins so.
pub(super) fn own_status(label: &str) -> Option<String> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    status.lines().find_map(|line| line.strip_prefix(label)).map(|value| value.trim().to_owned())
}

/// True when this process may replace and remove the file of `owner` in a sticky folder of `folder`.
pub(super) fn may_act_for(owner: u32, folder: u32) -> bool {
    RIGHTS.acts_as_owner || [owner, folder].contains(&RIGHTS.user)
}

/// True when a new file can be given the owner or group to which the set-user-id or set-group-id bit of this one goes.
pub(super) fn can_keep_bits(found: &Sight) -> bool {
    let of_user = found.mode & 0o4000 == 0 || found.owner == RIGHTS.user;
    let of_group = found.mode & 0o2000 == 0 || RIGHTS.groups.contains(&found.group);
    RIGHTS.gives_away || of_user && of_group
}
