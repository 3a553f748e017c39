//! What stands in a folder.

use std::collections::BTreeMap;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

/// Paths below a folder with what is there.
pub(crate) type Tree = BTreeMap<String, Node>;

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Node {
    Folder,
    File { content: Vec<u8>, mode: u32 },
    Other,
}

/// Everything below `folder`.
///
/// # Errors
/// Something that is listed cannot be read: the file system is damaged.
pub(crate) fn read(folder: &Path) -> io::Result<Tree> {
    let mut tree = Tree::new();
    walk(folder, "", &mut tree)?;
    Ok(tree)
}

fn walk(folder: &Path, above: &str, tree: &mut Tree) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let path = format!("{above}{}", entry.file_name().to_string_lossy());
        let kind = entry.file_type()?;
        let node = if kind.is_dir() {
            walk(&entry.path(), &format!("{path}/"), tree)?;
            Node::Folder
        } else if kind.is_file() {
            let mode = entry.metadata()?.permissions().mode() & 0o7777;
            Node::File { content: fs::read(entry.path())?, mode }
        } else {
            Node::Other
        };
        tree.insert(path, node);
    }
    Ok(())
}

/// Equal for equal trees.
pub(crate) fn digest(tree: &Tree) -> u64 {
    let mut hasher = DefaultHasher::new();
    tree.hash(&mut hasher);
    hasher.finish()
}

/// The content of a file of the tree.
pub(crate) fn content<'a>(tree: &'a Tree, path: &str) -> Option<&'a [u8]> {
    match tree.get(path) {
        Some(Node::File { content, .. }) => Some(content),
        _ => None,
    }
}
