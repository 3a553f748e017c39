//! What stands in a workspace, by the marks that the system keeps of each file; two of them tell what happened between.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use ignore::WalkBuilder;

use crate::model::TargetPath;

/// The most files that are looked at; a larger workspace is surveyed in part, and says so.
pub const MAX_SURVEYED: usize = 100_000;

/// The files of a workspace that its version control would track, and others by their names: what else its `.gitignore`
/// files name is left out, and so is `.git` itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Survey {
    files: BTreeMap<PathBuf, Marks>,
    complete: bool,
}

/// What changes when a file does: its number, length, permission bits, and when its content and its record last changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Marks {
    inode: u64,
    size: u64,
    mode: u32,
    modified: (i64, i64),
    changed: (i64, i64),
}

/// What happened between two surveys; paths from the workspace's root, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Difference {
    /// Files that were not there before.
    pub created: Vec<PathBuf>,
    /// Files whose content or permission bits may be others.
    pub changed: Vec<PathBuf>,
    /// Files that are gone.
    pub deleted: Vec<PathBuf>,
    /// Whether every file that could be seen to change was looked at both times.
    pub complete: bool,
}

impl Survey {
    /// Looks at the files below `root`, and at those of the `named` ones there that its version control ignores. What
    /// cannot be looked at counts as not there, and the survey as incomplete.
    pub fn of(root: &Path, named: &[TargetPath]) -> Self {
        let mut survey = Self { files: BTreeMap::new(), complete: true };
        let walk = WalkBuilder::new(root)
            .hidden(false)
            .require_git(false)
            .filter_entry(|entry| entry.file_name() != ".git")
            .build();
        for entry in walk {
            let Ok(entry) = entry else {
                survey.complete = false;
                continue;
            };
            if entry.file_type().is_none_or(|kind| kind.is_dir()) {
                continue;
            }
            if survey.files.len() == MAX_SURVEYED {
                survey.complete = false;
                break;
            }
            let Ok(found) = entry.path().symlink_metadata() else { continue };
            let path = entry.path().strip_prefix(root).unwrap_or(entry.path()).to_owned();
            survey.files.insert(path, Marks::of(&found));
        }
        for path in named.iter().map(TargetPath::as_path) {
            let Ok(below) = path.strip_prefix(root) else { continue };
            if survey.files.contains_key(below) {
                continue;
            }
            match path.symlink_metadata() {
                Ok(found) if !found.is_dir() => {
                    survey.files.insert(below.to_owned(), Marks::of(&found));
                }
                Err(error) if !matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
                    survey.complete = false;
                }
                Ok(_) | Err(_) => {}
            }
        }
        survey
    }

    /// What happened from this survey to a later one.
    pub fn until(&self, later: &Self) -> Difference {
        let mut difference = Difference { complete: self.complete && later.complete, ..Difference::default() };
        for (path, marks) in &later.files {
            match self.files.get(path) {
                None => difference.created.push(path.clone()),
                Some(before) if before != marks => difference.changed.push(path.clone()),
                Some(_) => {}
            }
        }
        difference.deleted = self.files.keys().filter(|path| !later.files.contains_key(*path)).cloned().collect();
        difference
    }
}

impl Difference {
    /// True when nothing was seen to happen.
    pub fn is_empty(&self) -> bool {
        self.created.is_empty() && self.changed.is_empty() && self.deleted.is_empty()
    }
}

impl Marks {
    fn of(found: &std::fs::Metadata) -> Self {
        Self {
            inode: found.ino(),
            size: found.size(),
            mode: found.mode(),
            modified: (found.mtime(), found.mtime_nsec()),
            changed: (found.ctime(), found.ctime_nsec()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn what_came_changed_and_went_is_told_and_of_what_is_ignored_what_was_named() {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let root = folder.path();
        let write = |name: &str, content: &str| fs::write(root.join(name), content).expect("it can be written");
        fs::create_dir_all(root.join("target")).expect("a folder can be made");
        fs::create_dir_all(root.join(".git")).expect("a folder can be made");
        write(".gitignore", "target/\n.env\n");
        for name in ["same", "content", "bits", "gone"] {
            write(name, "a\n");
        }
        write(".env", "a\n");
        let named = [TargetPath::new(root.join(".env")), TargetPath::new(root.join("none"))];
        let before = Survey::of(root, &named);
        write(".env", "b\n");
        write("content", "b\n");
        write(".hidden", "new\n");
        write("target/built", "new\n");
        write(".git/index", "new\n");
        fs::set_permissions(root.join("bits"), fs::Permissions::from_mode(0o755)).expect("ours");
        fs::remove_file(root.join("gone")).expect("ours");
        let happened = before.until(&Survey::of(root, &named));
        let paths = |names: &[&str]| names.iter().map(PathBuf::from).collect::<Vec<_>>();
        let expected = Difference {
            created: paths(&[".hidden"]),
            changed: paths(&[".env", "bits", "content"]),
            deleted: paths(&["gone"]),
            complete: true,
        };
        assert_eq!(happened, expected);
        let again = Survey::of(root, &[]);
        assert!(again.until(&Survey::of(root, &[])).is_empty());
    }
}
