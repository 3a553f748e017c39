#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod looking;
mod replacing;
mod resolving;
mod settling;

use std::fs::{self, Permissions};
use std::os::unix::ffi::OsStringExt;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::os::unix::net::UnixListener;

use tempfile::TempDir;

use super::*;
use crate::model::{ChangeId, Digest, FileEffect, PlanId};

/// A workspace in a temporary folder.
struct Ground {
    _temp: TempDir,
    workspace: Workspace,
}

impl Ground {
    fn new() -> Self {
        let temp = tempfile::tempdir().unwrap();
        let workspace = Workspace::open(temp.path()).unwrap();
        Self { _temp: temp, workspace }
    }

    fn at(&self, name: &str) -> PathBuf {
        self.workspace.root.join(name)
    }

    fn target(&self, name: &str) -> TargetPath {
        TargetPath::new(self.at(name))
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        fs::write(self.at(name), content).unwrap();
    }

    fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.at(name)).unwrap()
    }

    /// From what is there to a file of `content`.
    fn effect(&self, name: &str, content: &[u8], mode: u32) -> FileEffect {
        let path = self.target(name);
        FileEffect { before: image(&path).unwrap(), after: file(content, mode), path }
    }

    /// From what is there to nothing.
    fn removal(&self, name: &str) -> FileEffect {
        FileEffect { after: FileImage::Absent, ..self.effect(name, b"", 0) }
    }

    fn resolve(&self, text: &str) -> Result<PathBuf, WorkspaceError> {
        self.resolve_with(text, Links::Follow)
    }

    fn resolve_with(&self, text: &str, links: Links) -> Result<PathBuf, WorkspaceError> {
        Ok(self.workspace.resolve(self.workspace.root(), text, links)?.as_path().to_owned())
    }

    /// The names in the root, sorted.
    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.workspace.root()).unwrap();
        let mut names: Vec<_> = entries.map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

fn file(content: &[u8], mode: u32) -> FileImage {
    FileImage::File { digest: Digest::of(content), size: content.len() as u64, mode }
}

fn stage() -> StageName {
    StageName::new(&PlanId::from("plan-1"), ChangeId(1), 0)
}

/// Where one file at a time is changed.
fn yard() -> Yard {
    Yard::new(SyncBy::File, None)
}

/// Stages `content` for the file of `effect`.
fn staged(effect: &FileEffect, content: &[u8]) -> Result<Staged, WorkspaceError> {
    Staged::prepare(&Deed::new(stage(), effect.clone()), &mut |_, to| Ok(to.write_all(content)?), &yard())
}

fn is_drift(result: &Result<(), WorkspaceError>) -> bool {
    matches!(result, Err(WorkspaceError::Drift(_)))
}
