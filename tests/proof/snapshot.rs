//! What is in a sandbox, in enough detail that every change of it shows.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// One file or folder. The kernel alone sets the inode and the time of the last change, and sets that time at any
/// change of content, mode, owner, attribute or name; so an equal entry is an untouched file. When it was last read
/// is left out.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Entry {
    mode: u32,
    owner: (u32, u32),
    inode: u64,
    size: u64,
    links: u64,
    changed: (i64, i64),
}

/// Every entry below a root by its path, `/` at the front.
#[derive(Debug)]
pub(crate) struct Snapshot(BTreeMap<PathBuf, Entry>);

/// Mounted read-only, not made of files, or a tool's private cache and log, which the classifier's document counts as
/// untouched by a read.
const SKIPPED: &[&str] = &[
    "/usr",
    "/proc",
    "/sys",
    "/opt/rust",
    "/bin",
    "/sbin",
    "/lib",
    "/lib32",
    "/lib64",
    "/libx32",
    "/batch",
    "/home/user/.cache",
    "/home/user/.npm",
    "/home/user/.cargo/.package-cache",
    "/home/user/.cargo/.package-cache-mutate",
    "/home/user/.cargo/.global-cache",
    "/home/user/.cargo/registry",
    "/home/user/.cargo/.crates.toml",
    "/home/user/.cargo/.crates2.json",
    "/home/user/.terraform.d",
    "/home/user/.config/gcloud",
    "/home/user/.config/rclone",
    "/home/user/.kube/cache",
    "/home/user/go",
    "/home/user/.local/share/gem",
    "/home/user/.local/share/virtualenv",
    "/home/user/.lesshst",
    "/home/user/.local/share/containers",
    "/run/containers",
    "/home/user/.rpmdb",
    "/home/user/.subversion",
    "/root/.config",
];
/// Folders in which a file may come and go: here-documents, sorting, locks of git, cargo and gpg.
const SCRATCH: &[&str] = &["/tmp", "/var/tmp", "/w/.git", "/run", "/home/user/.cargo", "/home/user/.gnupg"];

impl Snapshot {
    /// Walks the tree below `root`. What cannot be looked at has no entry.
    pub(crate) fn of(root: &Path) -> Self {
        let mut snapshot = Self(BTreeMap::new());
        snapshot.walk(root, Path::new("/"));
        snapshot
    }

    fn walk(&mut self, root: &Path, below: &Path) {
        let folder = root.join(below.strip_prefix("/").unwrap_or(below));
        for found in fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = below.join(found.file_name());
            if SKIPPED.iter().any(|skipped| path == Path::new(skipped)) {
                continue;
            }
            let Ok(meta) = found.metadata() else { continue };
            let folder = meta.is_dir();
            let entry = Entry {
                mode: meta.mode(),
                owner: (meta.uid(), meta.gid()),
                inode: meta.ino(),
                size: if folder { 0 } else { meta.size() },
                links: meta.nlink(),
                changed: (meta.ctime(), meta.ctime_nsec()),
            };
            self.0.insert(path.clone(), entry);
            if folder {
                self.walk(root, &path);
            }
        }
    }

    /// What is different in `later`, one line each.
    pub(crate) fn changes(&self, later: &Self) -> Vec<String> {
        let mut changes = Vec::new();
        for (path, entry) in &self.0 {
            match later.0.get(path) {
                None => changes.push(format!("deleted {}", path.display())),
                Some(other) if other == entry => {}
                Some(other) if other.mode != entry.mode || other.owner != entry.owner => {
                    changes.push(format!("mode {}", path.display()));
                }
                Some(_) if is_folder(entry) && is_scratch(path) => {}
                Some(_) if is_folder(entry) => changes.push(format!("touched {}", path.display())),
                Some(_) => changes.push(format!("changed {}", path.display())),
            }
        }
        let new = later.0.keys().filter(|path| !self.0.contains_key(*path));
        changes.extend(new.map(|path| format!("new {}", path.display())));
        // A folder is touched by what came or went inside of it, which is said already.
        let said: Vec<String> = changes.clone();
        changes.retain(|change| {
            let Some(folder) = change.strip_prefix("touched ") else { return true };
            !said.iter().any(|other| {
                let inside = other.split_once(' ').map(|(_, path)| Path::new(OsStr::new(path)).parent());
                !other.starts_with("touched ") && inside == Some(Some(Path::new(folder)))
            })
        });
        changes
    }
}

fn is_folder(entry: &Entry) -> bool {
    entry.mode & 0o170_000 == 0o040_000
}

fn is_scratch(path: &Path) -> bool {
    SCRATCH.iter().any(|folder| path == Path::new(folder))
}
