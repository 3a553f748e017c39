//! What files and folders have besides their names, contents and permission bits.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::TargetPath;

/// What a file or folder has besides its name, its content and its permission bits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attributes {
    /// The number of the user whose it is.
    pub owner: u32,
    /// The number of its group.
    pub group: u32,
    /// Its extended attributes with their values, ACLs among them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub extended: Vec<(Vec<u8>, Vec<u8>)>,
}

/// A folder, as another is to be made like it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptFolder {
    /// Where it is.
    pub path: TargetPath,
    /// Its permission bits.
    pub mode: u32,
    /// What it has besides.
    pub attributes: Attributes,
}

/// What a person should know of a change of one file although it happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileNote {
    /// The old file had so many other names (hard links), which keep the old content.
    HardLinks(u64),
    /// The system did not permit to give the new file the old one's owner or group.
    OwnerNotKept,
    /// An extended attribute or ACL of the old file could not be kept.
    AttributesNotKept,
    /// The file system knows no exchange of names: a write by somebody else in the very moment would have been lost.
    NoExchange,
}

impl fmt::Display for FileNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::HardLinks(1) => f.write_str("another name of the old file (a hard link) keeps the old content"),
            Self::HardLinks(count) => {
                write!(f, "{count} other names of the old file (hard links) keep the old content")
            }
            Self::OwnerNotKept => f.write_str("owner and group could not be kept"),
            Self::AttributesNotKept => f.write_str("not every extended attribute or ACL entry could be kept"),
            Self::NoExchange => f.write_str(
                "this file system cannot exchange files in one step, so a write at the very same moment would be lost",
            ),
        }
    }
}

/// What a change takes away and the store has not got as a content: noted with the intent, so that a move takes it along,
/// and undo and recovery bring it back.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// The attributes of files and links that are no longer there afterwards, each by its place among the change's effects.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub files: BTreeMap<usize, Attributes>,
    /// The folder that is moved and those below it: those that hold no file go along too.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub folders: Vec<KeptFolder>,
    /// True when the disk reported an error while the change's names were made durable, and it could not be taken back: a later
    /// sync that succeeds proves nothing of them.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub doubted: bool,
    /// What a person should know of its files, as whoever changed them found out before the old ones went.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub told: Vec<(TargetPath, FileNote)>,
}

impl Kept {
    /// True when there is nothing to note.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty() && self.folders.is_empty() && !self.doubted && self.told.is_empty()
    }
}
