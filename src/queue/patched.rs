//! A patch of several files as one change.

use std::collections::BTreeMap;

use super::compose::{ComposeError, Composed, MAX_CONTENT_BYTES, MAX_FILE_BYTES, Seen, View, check_size};
use crate::classify::patch;
use crate::model::{Action, Digest, FileEffect, FileImage, PatchPart, TargetPath};
use crate::workspace::{self, Links};

/// Several files at once: each part sees the parts before it, and each file becomes one effect.
pub(super) fn compose(view: &View<'_>, parts: &[PatchPart]) -> Result<Composed, ComposeError> {
    let mut files = Patched { view, files: BTreeMap::new() };
    for part in parts {
        match part {
            PatchPart::Add { path, content } => {
                check_size("the content", content.len(), MAX_CONTENT_BYTES)?;
                let path = view.resolve(path, Links::Follow)?;
                files.put(&path, content.clone().into_bytes())?;
            }
            PatchPart::Delete { path } => {
                let path = view.resolve(path, Links::Keep)?;
                files.take(&path)?;
            }
            PatchPart::Update { path, move_to, hunks } => {
                let path = view.resolve(path, Links::Follow)?;
                let old = files.text(&path)?;
                let new = patch::apply(&old, hunks)
                    .map_err(|source| ComposeError::Patch { path: path.as_path().to_owned(), source })?;
                check_size("the patched file", new.len(), MAX_FILE_BYTES)?;
                let target = match move_to {
                    Some(to) => view.resolve(to, Links::Follow)?,
                    None => path.clone(),
                };
                let mode = files.mode(&path)?;
                if target != path {
                    files.take(&path)?;
                }
                files.put_with_mode(&target, new.into_bytes(), mode)?;
            }
        }
    }
    let (mut effects, mut contents) = (Vec::new(), Vec::new());
    for (path, (seen, after, content)) in files.files {
        if seen.image != after {
            effects.push(FileEffect { path, before: seen.image.clone(), after });
            contents.push((seen, content));
        }
    }
    view.composed(Action::Patch { effects }, contents)
}

/// The files of a patch while it is composed: as they were, as they will be, and with which content.
struct Patched<'a> {
    view: &'a View<'a>,
    files: BTreeMap<TargetPath, (Seen, FileImage, Vec<u8>)>,
}

impl Patched<'_> {
    fn file(&mut self, path: &TargetPath) -> Result<&mut (Seen, FileImage, Vec<u8>), ComposeError> {
        if !self.files.contains_key(path) {
            let seen = self.view.at(path)?;
            let (image, content) = (seen.image.clone(), seen.content.clone());
            self.files.insert(path.clone(), (seen, image, content));
        }
        Ok(self.files.get_mut(path).expect("it was just put there"))
    }

    fn mode(&mut self, path: &TargetPath) -> Result<u32, ComposeError> {
        let (_, image, _) = self.file(path)?;
        Ok(if let FileImage::File { mode, .. } = image { *mode } else { workspace::new_file_mode(path) })
    }

    fn put(&mut self, path: &TargetPath, content: Vec<u8>) -> Result<(), ComposeError> {
        let mode = self.mode(path)?;
        self.put_with_mode(path, content, mode)
    }

    fn put_with_mode(&mut self, path: &TargetPath, content: Vec<u8>, mode: u32) -> Result<(), ComposeError> {
        let file = self.file(path)?;
        file.1 = FileImage::File { digest: Digest::of(&content), size: content.len() as u64, mode };
        file.2 = content;
        Ok(())
    }

    fn take(&mut self, path: &TargetPath) -> Result<(), ComposeError> {
        let file = self.file(path)?;
        if !file.1.exists() {
            return Err(ComposeError::NotThere { path: path.as_path().to_owned(), by: file.0.by });
        }
        (file.1, file.2) = (FileImage::Absent, Vec::new());
        Ok(())
    }

    fn text(&mut self, path: &TargetPath) -> Result<String, ComposeError> {
        let file = self.file(path)?;
        match &file.1 {
            FileImage::Absent => Err(ComposeError::NotThere { path: path.as_path().to_owned(), by: file.0.by }),
            FileImage::Symlink { .. } => Err(ComposeError::NotAFile { path: path.as_path().to_owned() }),
            FileImage::File { .. } => {
                String::from_utf8(file.2.clone()).map_err(|_| ComposeError::NotText { path: path.as_path().to_owned() })
            }
        }
    }
}
