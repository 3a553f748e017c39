//! What files and folders have besides their names, contents and permission bits.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

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

/// What a change takes away and the store has not got as a content: noted with the intent, so that a move takes it along,
/// and undo and recovery bring it back.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// The attributes of files and links that are no longer there afterwards, each by its place among the change's effects.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub files: BTreeMap<usize, Attributes>,
    /// True when the disk reported an error while the change's names were made durable, and it could not be taken back: a later
    /// sync that succeeds proves nothing of them.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub doubted: bool,
}

impl Kept {
    /// True when there is nothing to note.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty() && !self.doubted
    }
}
