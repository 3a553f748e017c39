//! What a change would do to the world.

use std::ffi::{OsStr, OsString};
use std::fmt;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

use serde::de::{Error, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};

use super::Digest;

/// The file a change acts on: absolute, without `.` or `..`, every symbolic link of its parent folders resolved.
///
/// Any bytes a Linux path may hold, so names that are not UTF-8 survive; JSON spells those as a list of
/// byte values instead of a string.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TargetPath(PathBuf);

impl TargetPath {
    /// Takes a path that `workspace` resolved.
    pub fn new(resolved: PathBuf) -> Self {
        Self(resolved)
    }

    /// The path for the operating system.
    pub fn as_path(&self) -> &Path {
        &self.0
    }

    /// The path's bytes as the store keeps them.
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_os_str().as_bytes()
    }

    /// The path from the store's bytes.
    pub fn from_bytes(bytes: &[u8]) -> Self {
        Self(PathBuf::from(OsStr::from_bytes(bytes)))
    }
}

impl Serialize for TargetPath {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0.to_str() {
            Some(text) => serializer.serialize_str(text),
            None => serializer.serialize_bytes(self.as_bytes()),
        }
    }
}

impl<'de> Deserialize<'de> for TargetPath {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Spelling)
    }
}

/// Reads both spellings of a path.
struct Spelling;

impl<'de> Visitor<'de> for Spelling {
    type Value = TargetPath;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a path, as a string or as a list of byte values")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<TargetPath, E> {
        Ok(TargetPath(PathBuf::from(text)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut bytes: A) -> Result<TargetPath, A::Error> {
        let mut path = Vec::new();
        while let Some(byte) = bytes.next_element()? {
            path.push(byte);
        }
        Ok(TargetPath(PathBuf::from(OsString::from_vec(path))))
    }
}

/// A file as it is or as it shall be: existence, kind, content by digest, permission bits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum FileImage {
    /// Nothing has this name.
    Absent,
    /// A regular file.
    File {
        /// Its content, kept in the store's blobs.
        digest: Digest,
        /// Its length in bytes.
        size: u64,
        /// Its permission bits (`st_mode & 0o7777`).
        mode: u32,
    },
    /// A symbolic link itself, not what it points to; the target's bytes are kept as a blob.
    Symlink {
        /// The target's bytes, kept in the store's blobs.
        digest: Digest,
    },
}

impl FileImage {
    /// The blob that holds the content or the link's target.
    pub fn digest(&self) -> Option<Digest> {
        match self {
            Self::Absent => None,
            Self::File { digest, .. } | Self::Symlink { digest } => Some(*digest),
        }
    }

    /// True when something has this name.
    pub fn exists(&self) -> bool {
        !matches!(self, Self::Absent)
    }
}

/// One file before and after. `before` is the base: applying anything else's successor is refused as drift.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileEffect {
    /// The file.
    pub path: TargetPath,
    /// The base, as the pending view showed it when the change was proposed.
    pub before: FileImage,
    /// What applying makes of it.
    pub after: FileImage,
}

/// What a change would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Action {
    /// Create a file or replace the whole of one.
    WriteFile {
        /// The one file.
        effect: FileEffect,
    },
    /// Replace passages of a file.
    EditFile {
        /// The one file.
        effect: FileEffect,
    },
    /// Delete a file.
    DeleteFile {
        /// The one file; `after` is absent.
        effect: FileEffect,
    },
    /// Move a file or the files of a folder; effects come in pairs, the new name after the old.
    MoveFile {
        /// Where it was.
        from: TargetPath,
        /// Where it shall be.
        to: TargetPath,
        /// Each file twice: deleted under the old name, created under the new.
        effects: Vec<FileEffect>,
    },
    /// Change several files at once: all of them or none.
    Patch {
        /// Each file once.
        effects: Vec<FileEffect>,
    },
    /// Run a shell command line.
    Command {
        /// What is passed to `bash -c`.
        command: String,
        /// The folder it runs in.
        cwd: TargetPath,
        /// It is stopped after this many milliseconds.
        timeout_ms: u64,
    },
    /// A call that only the agent's host or an MCP server can carry out; once approved, the same call passes once.
    Forward,
}

impl Action {
    /// The files this action changes, in the order in which it changes them; empty for commands and forwarded calls.
    pub fn effects(&self) -> &[FileEffect] {
        match self {
            Self::WriteFile { effect } | Self::EditFile { effect } | Self::DeleteFile { effect } => {
                std::slice::from_ref(effect)
            }
            Self::MoveFile { effects, .. } | Self::Patch { effects } => effects,
            Self::Command { .. } | Self::Forward => &[],
        }
    }

    /// The mark a person sees in front of the change: `+ ~ - → $ ⇢`.
    pub fn sign(&self) -> &'static str {
        match self {
            Self::WriteFile { effect } if !effect.before.exists() => "+",
            Self::WriteFile { .. } | Self::EditFile { .. } | Self::Patch { .. } => "~",
            Self::DeleteFile { .. } => "-",
            Self::MoveFile { .. } => "→",
            Self::Command { .. } => "$",
            Self::Forward => "⇢",
        }
    }
}
