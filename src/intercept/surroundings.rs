//! The disk around a call: in which folders programs meet no configuration but the agent's own.

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::{Component, Path, PathBuf};

use crate::classify::{Surroundings, Trust};
use crate::workspace::{Kinship, Workspace, may_be_there};

/// More names than this are not looked at.
const MOST_NAMES: usize = 20_000;

/// The folders around a call made in `cwd` by an agent that was started in `own`.
#[derive(Debug)]
pub(super) struct Disk<'a> {
    own: &'a Path,
    cwd: &'a Path,
}

impl<'a> Disk<'a> {
    pub(super) fn around(cwd: &'a Path, own: &'a Path) -> Self {
        Self { own, cwd }
    }

    fn trust(&self, folder: &Path) -> Trust {
        let (Ok(own), Some(folder)) = (self.own.canonicalize(), lasting(folder)) else { return Trust::Nobody };
        match Workspace::kinship(&own, &folder) {
            _ if own == folder => Trust::Own,
            Kinship::Twin => Trust::Own,
            Kinship::Same => Trust::Repository,
            Kinship::Stranger => Trust::Nobody,
        }
    }

    /// Whether a shell that is told to go to `folder` goes where the system would.
    fn is_plain(&self, folder: &str) -> bool {
        let path = Path::new(folder);
        let anchored = path.is_absolute() || folder.starts_with("./") || folder.starts_with("../");
        // It goes back from a link to where that stands, not to what is above the folder that it leads to.
        let back =
            path.components().skip_while(|part| *part == Component::ParentDir).any(|part| part == Component::ParentDir);
        let linked = || self.cwd.canonicalize().map_or(true, |cwd| cwd != self.cwd);
        !folder.starts_with(['-', '+', '~'])
            && (anchored || env::var_os("CDPATH").is_none())
            && !back
            && !(path.starts_with("..") && linked())
    }
}

/// Where `path` leads for every process; `None` where it leads through links that mean another place to each, such as
/// `/proc/self/cwd`, or nowhere.
fn lasting(path: &Path) -> Option<PathBuf> {
    const MOST_LINKS: usize = 40;
    let parts = |path: &Path| path.components().rev().map(|part| part.as_os_str().to_owned()).collect::<Vec<_>>();
    let (mut left, mut at, mut links) = (parts(path), PathBuf::new(), 0);
    while let Some(part) = left.pop() {
        if part == ".." {
            at.pop();
            continue;
        }
        let next = at.join(&part);
        if ["/proc", "/dev"].iter().any(|own| next.starts_with(own)) || is_procfs(&at) {
            return None;
        }
        if !next.symlink_metadata().ok()?.is_symlink() {
            at = next;
            continue;
        }
        links += 1;
        let target = next.read_link().ok().filter(|_| links <= MOST_LINKS)?;
        left.extend(parts(&target));
    }
    Some(at)
}

/// Whether a folder is one of the kernel's own about processes, wherever it is mounted.
fn is_procfs(folder: &Path) -> bool {
    #[cfg(target_os = "linux")]
    return nix::sys::statfs::statfs(folder)
        .is_ok_and(|found| found.filesystem_type() == nix::sys::statfs::PROC_SUPER_MAGIC);
    #[cfg(not(target_os = "linux"))]
    return folder.starts_with("/proc");
}

impl Surroundings for Disk<'_> {
    fn here(&self) -> Trust {
        self.trust(self.cwd)
    }

    fn of(&self, folder: &str) -> Trust {
        if self.is_plain(folder) { self.trust(&self.cwd.join(folder)) } else { Trust::Nobody }
    }

    fn is_here(&self, folder: &str) -> bool {
        let same = || Some(lasting(self.cwd)? == lasting(&self.cwd.join(folder))?);
        self.is_plain(folder) && same().unwrap_or(false)
    }

    fn holds(&self, name: &str) -> bool {
        may_be_there(&self.cwd.join(name))
    }

    fn holds_above(&self, name: &str) -> bool {
        // Where a link leads on the way, programs look above the folder that it leads to.
        let real = self.cwd.canonicalize().unwrap_or_else(|_| self.cwd.to_owned());
        real.ancestors().chain(self.cwd.ancestors()).any(|folder| may_be_there(&folder.join(name)))
    }

    fn holds_options(&self, folder: &str) -> bool {
        const OTHERS_WRITE: u32 = 0o002;
        let path = self.cwd.join(folder);
        let settled = folder == "." || self.is_plain(folder);
        if !settled || path.metadata().map_or(true, |found| found.mode() & OTHERS_WRITE != 0) {
            return true;
        }
        let Ok(entries) = fs::read_dir(path) else { return true };
        entries
            .take(MOST_NAMES + 1)
            .enumerate()
            .any(|(at, entry)| at == MOST_NAMES || entry.map_or(true, |entry| !is_plain(&entry.file_name())))
    }
}

/// Whether no program takes a name for more than a file's. Besides options there are `@file`, of which some read options,
/// `+command` of pagers, addresses and assignments.
fn is_plain(name: &OsStr) -> bool {
    let begins = |first: &u8| first.is_ascii_alphanumeric() || matches!(first, b'_' | b'.') || !first.is_ascii();
    name.as_bytes().first().is_some_and(begins) && !name.as_bytes().iter().any(|byte| matches!(byte, b':' | b'='))
}
