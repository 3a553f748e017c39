//! File systems on disks of our own, each mounted where nobody else sees it.

use std::fmt::{self, Display};
use std::fs;
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::Duration;

use nix::errno::Errno;
use nix::mount::{MntFlags, MsFlags, mount, umount2};
use nix::sched::{CloneFlags, unshare};

/// A file system under test.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FileSystem {
    Ext4,
    Xfs,
    Btrfs,
}

impl Display for FileSystem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ext4 => "ext4",
            Self::Xfs => "xfs",
            Self::Btrfs => "btrfs",
        })
    }
}

impl FileSystem {
    pub(crate) const ALL: [Self; 3] = [Self::Ext4, Self::Xfs, Self::Btrfs];

    /// True when this kernel has it, loading it if need be.
    pub(crate) fn is_here(self) -> bool {
        let known = || fs::read_to_string("/proc/filesystems").is_ok_and(|all| all.contains(&format!("\t{self}\n")));
        // Where modules cannot be loaded the list tells all the same.
        let _ = known() || Command::new("modprobe").arg(self.to_string()).status().is_ok();
        known()
    }

    /// Makes the smallest disk that it takes.
    pub(crate) fn make(self, disk: &Path) {
        let (program, options, mebibytes): (_, &[&str], _) = match self {
            Self::Ext4 => ("mkfs.ext4", &["-q", "-F", "-b", "4096", "-E", "nodiscard,lazy_itable_init=0"], 64),
            Self::Xfs => ("mkfs.xfs", &["-q", "-K"], 304),
            Self::Btrfs => ("mkfs.btrfs", &["-q", "-K", "-m", "single"], 112),
        };
        fs::File::create_new(disk).and_then(|file| file.set_len(mebibytes << 20)).expect("room for a disk");
        let made = Command::new(program).args(options).arg(disk).output();
        let made = made.unwrap_or_else(|error| panic!("{program}: {error}; run tests/powercut/setup.sh"));
        assert!(made.status.success(), "{program}: {}", String::from_utf8_lossy(&made.stderr));
    }

    /// Mounts the disk through a loop device; what the system says when it refuses.
    pub(crate) fn mount(self, disk: &Path, at: &Path) -> Result<Mounted, String> {
        let options = if self == Self::Xfs { "loop,nouuid" } else { "loop" };
        let name = self.to_string();
        let mut command = Command::new("mount");
        let ran = command.args(["-n", "-t", &name, "-o", options]).arg(disk).arg(at).output();
        let ran = ran.map_err(|error| error.to_string())?;
        if ran.status.success() {
            Ok(Mounted { at: at.to_owned() })
        } else {
            Err(String::from_utf8_lossy(&ran.stderr).trim().to_owned())
        }
    }
}

/// A file system that is mounted while this lives.
pub(crate) struct Mounted {
    at: std::path::PathBuf,
}

impl Drop for Mounted {
    fn drop(&mut self) {
        for _ in 0..100 {
            match umount2(&self.at, MntFlags::empty()) {
                Err(Errno::EBUSY) => thread::sleep(Duration::from_millis(10)),
                _ => return,
            }
        }
        let _ = umount2(&self.at, MntFlags::MNT_DETACH);
    }
}

/// Runs in a thread whose mounts nobody else sees and which end with it, so that a path can mean a disk for each.
pub(crate) fn alone<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    thread::scope(|scope| {
        let thread = scope.spawn(|| {
            part_mounts();
            work()
        });
        thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

/// Gives the calling thread mounts of its own.
pub(crate) fn part_mounts() {
    unshare(CloneFlags::CLONE_NEWNS).expect("root may part mounts");
    let private = MsFlags::MS_REC | MsFlags::MS_PRIVATE;
    mount(None::<&str>, "/", None::<&str>, private, None::<&str>).expect("root may keep mounts private");
}
