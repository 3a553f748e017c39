//! What lies on a simulated disk.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use super::WORKSPACE;

/// Folders and files by number.
#[derive(Debug, Clone)]
pub(crate) struct Tree {
    pub(super) nodes: BTreeMap<u64, Node>,
    pub(super) next: u64,
}

#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) what: What,
    pub(super) mode: u32,
    /// Extended attributes.
    pub(super) attributes: BTreeMap<Vec<u8>, Vec<u8>>,
    pub(super) modified: i64,
    pub(super) changed: i64,
}

#[derive(Debug, Clone, Hash)]
pub(super) enum What {
    File(Arc<Vec<u8>>),
    Link(Vec<u8>),
    Folder(BTreeMap<OsString, u64>),
}

/// Each file with its content, each link with an arrow, each folder with a slash: path, permission bits, content.
pub(crate) type Listing = Vec<(String, u32, Vec<u8>)>;

impl Tree {
    /// What lies in the workspace.
    pub(crate) fn listing(&self) -> Listing {
        let mut listing = Vec::new();
        self.list(WORKSPACE, "", &mut listing);
        listing.sort();
        listing
    }

    /// The extended attributes of what has a path in the workspace.
    pub(crate) fn attributes(&self, path: &str) -> BTreeMap<Vec<u8>, Vec<u8>> {
        let node = path.split('/').try_fold(WORKSPACE, |folder, part| self.child(folder, OsStr::new(part)));
        node.and_then(|node| self.nodes.get(&node)).map(|node| node.attributes.clone()).unwrap_or_default()
    }

    /// The same for trees that no program can tell apart.
    pub(crate) fn mark(&self) -> u64 {
        let mut hash = DefaultHasher::new();
        self.listing().hash(&mut hash);
        hash.finish()
    }

    pub(super) fn list(&self, folder: u64, above: &str, listing: &mut Listing) {
        for (name, number) in self.names(folder) {
            let path = format!("{above}{}", name.to_string_lossy());
            let node = &self.nodes[number];
            match &node.what {
                What::File(content) => listing.push((path, node.mode & 0o7777, content.to_vec())),
                What::Link(target) => {
                    listing.push((path, 0, format!("→ {}", String::from_utf8_lossy(target)).into_bytes()));
                }
                What::Folder(_) => {
                    self.list(*number, &format!("{path}/"), listing);
                    listing.push((path + "/", 0, Vec::new()));
                }
            }
        }
    }

    pub(super) fn names(&self, folder: u64) -> impl Iterator<Item = (&OsString, &u64)> {
        let names = self.nodes.get(&folder).and_then(|node| match &node.what {
            What::Folder(names) => Some(names),
            What::File(_) | What::Link(_) => None,
        });
        names.into_iter().flatten()
    }

    pub(super) fn child(&self, folder: u64, name: &OsStr) -> Option<u64> {
        match &self.nodes.get(&folder)?.what {
            What::Folder(names) => names.get(name).copied(),
            What::File(_) | What::Link(_) => None,
        }
    }

    pub(super) fn set(&mut self, folder: u64, name: &OsStr, to: Option<u64>) {
        let Some(Node { what: What::Folder(names), .. }) = self.nodes.get_mut(&folder) else { return };
        match to {
            Some(to) => names.insert(name.to_owned(), to),
            None => names.remove(name),
        };
    }

    pub(super) fn add(&mut self, what: What, mode: u32) -> u64 {
        let number = self.next;
        self.next += 1;
        self.nodes.insert(number, Node { what, mode, attributes: BTreeMap::new(), modified: 0, changed: 0 });
        number
    }

    pub(super) fn write(&mut self, file: u64, at: usize, bytes: &[u8]) {
        let Some(Node { what: What::File(content), .. }) = self.nodes.get_mut(&file) else { return };
        let content = Arc::make_mut(content);
        content.resize(content.len().max(at + bytes.len()), 0);
        content[at..at + bytes.len()].copy_from_slice(bytes);
    }

    /// How many names a file has.
    pub(super) fn links(&self, file: u64) -> u64 {
        let named = |node: &Node| match &node.what {
            What::Folder(names) => names.values().filter(|number| **number == file).count() as u64,
            What::File(_) | What::Link(_) => 0,
        };
        self.nodes.values().map(named).sum()
    }
}
