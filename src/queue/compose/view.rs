//! What is where once the queued changes before are applied.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use std::path::Path;

use super::ComposeError;
use crate::model::{ChangeId, Digest, FileImage, PlanId, TargetPath};
use crate::store::touch::Touch;
use crate::store::{Connection, StoreError, blob, touch};
use crate::workspace::{self, Links, Named, Workspace, WorkspaceError};

/// The pending view of one plan, as the change numbered `before` finds it.
pub(in crate::queue) struct View<'a> {
    pub(in crate::queue) connection: &'a Connection,
    pub(in crate::queue) plan: Option<&'a PlanId>,
    pub(in crate::queue) before: ChangeId,
    pub(in crate::queue) workspace: &'a Workspace,
    pub(in crate::queue) cwd: &'a Path,
}

/// A file as the pending view shows it.
#[derive(Debug)]
pub(in crate::queue) struct Seen {
    pub(in crate::queue) image: FileImage,
    pub(in crate::queue) content: Vec<u8>,
    /// The queued change that made it so; `None` when it is as on disk.
    pub(in crate::queue) by: Option<ChangeId>,
}

impl View<'_> {
    /// The file at `path` as it will be when the open changes before this one are applied.
    pub(in crate::queue) fn at(&self, path: &TargetPath) -> Result<Seen, ComposeError> {
        if let Some((by, image)) = self.last_word(path)? {
            let content = self.content(&image)?;
            return Ok(Seen { image, content, by: Some(by) });
        }
        let found = workspace::snapshot(path).map_err(|error| match error {
            WorkspaceError::TooLarge { path, size } => ComposeError::TooLargeToKeep { path, size },
            error => error.into(),
        })?;
        Ok(Seen { image: found.image, content: found.content, by: None })
    }

    /// The file that a call names. No shell has expanded a tilde, and nobody means a folder of that name by it.
    pub(in crate::queue) fn resolve(&self, path: &str, links: Links) -> Result<TargetPath, ComposeError> {
        if (path == "~" || path.starts_with("~/")) && !self.cwd.join("~").exists() {
            let problem = "a tilde means nothing here: an absolute path names a file in a home folder";
            return Err(WorkspaceError::NoPath { text: path.to_owned(), problem }.into());
        }
        self.workspace.resolve_in(self.cwd, path, links, &|path| self.named(path))
    }

    /// The file that a read of `path` means, and what queued changes leave there; `None` when that is as on disk.
    pub(in crate::queue) fn touched(
        &self,
        path: &str,
    ) -> Result<Option<(TargetPath, ChangeId, FileImage)>, ComposeError> {
        let path = self.workspace.resolve_in(self.cwd, path, Links::Follow, &|path| self.named(path))?;
        Ok(self.last_word(&path)?.map(|(by, image)| (path, by, image)))
    }

    /// What has the name of `path` here; `None` when it is as on disk.
    pub(super) fn named(&self, path: &Path) -> Result<Option<Named>, ComposeError> {
        let Some(plan) = self.plan else { return Ok(None) };
        let touched = touch::last_touch(self.connection, plan, &TargetPath::new(path.to_owned()), self.before)?;
        Ok(match touched {
            None => None,
            Some((_, FileImage::Absent)) => Some(Named::Nothing),
            Some((_, FileImage::File { .. })) => Some(Named::File),
            Some((_, image @ FileImage::Symlink { .. })) => {
                Some(Named::Link(OsString::from_vec(self.content(&image)?)))
            }
        })
    }

    /// What queued changes leave at `path`, and which of them; nothing also where one takes a folder above it away, or a
    /// file or link in the place of that folder. `None` when it is as on disk.
    pub(super) fn last_word(&self, path: &TargetPath) -> Result<Option<(ChangeId, FileImage)>, StoreError> {
        let Some(plan) = self.plan else { return Ok(None) };
        let along = touch::last_touches_along(self.connection, plan, path, self.workspace.root(), self.before)?;
        let gone = along.iter().filter(|(_, _, image)| !image.exists()).map(|(by, ..)| *by).max();
        let own = along.into_iter().find(|(_, touched, _)| touched == path).map(|(by, _, image)| (by, image));
        Ok(own.or(gone.map(|by| (by, FileImage::Absent))))
    }

    pub(super) fn content(&self, image: &FileImage) -> Result<Vec<u8>, StoreError> {
        match image.digest() {
            Some(digest) => blob::content(self.connection, digest)?.ok_or_else(|| lost(digest)),
            None => Ok(Vec::new()),
        }
    }

    /// True when a folder has that name here.
    pub(super) fn is_folder(&self, path: &TargetPath) -> Result<bool, ComposeError> {
        let Some(plan) = self.plan else { return Ok(workspace::is_folder(path)) };
        let below = touch::touches_below(self.connection, plan, path.as_path(), self.before)?;
        Ok(leave_something(&below) || self.last_word(path)?.is_none() && workspace::is_folder(path))
    }
}

/// True when the last word on one of the paths leaves something there; `touches` are by path and order.
pub(super) fn leave_something(touches: &[Touch]) -> bool {
    let last: BTreeMap<_, _> = touches.iter().map(|(_, path, image)| (path, image)).collect();
    last.values().any(|image| image.exists())
}

fn lost(digest: Digest) -> StoreError {
    StoreError::BadRow { what: "content", detail: format!("{digest} is named but not kept") }
}
