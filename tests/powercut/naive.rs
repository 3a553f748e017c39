//! Ways to write files that are in use elsewhere, held against the same cuts.

use std::fmt::{self, Display};
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

use super::plan::text;
use super::recorder::Recording;
use super::replay::{Fault, Faults, Subject};
use super::tree::{self, Tree};

/// How many files a batch replaces.
const FILES: usize = 40;

/// A way to replace a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Discipline {
    /// Truncate it and write.
    InPlace,
    /// Write a neighbour and rename it, as temporary-file libraries do.
    Rename,
    /// Write a neighbour, sync it, rename it, sync the folder.
    SyncEach,
}

impl Display for Discipline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::InPlace => "in place",
            Self::Rename => "temp+rename",
            Self::SyncEach => "fsync per file",
        })
    }
}

impl Discipline {
    pub(crate) const ALL: [Self; 3] = [Self::InPlace, Self::Rename, Self::SyncEach];

    fn replace(self, path: &Path, content: &[u8]) -> io::Result<()> {
        if self == Self::InPlace {
            return fs::write(path, content);
        }
        let stage = path.with_extension("tmp");
        let mut file = File::create(&stage)?;
        file.write_all(content)?;
        if self == Self::SyncEach {
            file.sync_all()?;
        }
        fs::rename(&stage, path)?;
        if self == Self::SyncEach { File::open(path.parent().unwrap_or(path))?.sync_all() } else { Ok(()) }
    }
}

/// What became of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Became {
    Old,
    New,
    Torn,
}

/// A batch of files that one discipline replaced, and when it said so of each.
pub(crate) struct Naive {
    answered: Vec<usize>,
}

fn path(n: usize) -> String {
    format!("{}/{n}.txt", n % 4)
}

/// Writes the files as they are before the batch.
pub(crate) fn lay_out(folder: &Path) {
    for n in 0..FILES {
        let path = folder.join(path(n));
        fs::create_dir_all(path.parent().expect("it is in the folder")).expect("room on the disk");
        fs::write(path, text("old", n % 7 * 10)).expect("room on the disk");
    }
}

impl Naive {
    /// Replaces all files, while now and then another program syncs a file of its own, as programs do.
    pub(crate) fn run(discipline: Discipline, folder: &Path, disk: &Recording) -> Self {
        let replace = |n: usize| {
            if n % 3 == 2 {
                let mut other = File::create(folder.join("another")).expect("room on the disk");
                other.write_all(b"synced").and_then(|()| other.sync_all()).expect("room on the disk");
            }
            discipline.replace(&folder.join(path(n)), &text("new", n % 5 * 10)).expect("room on the disk");
            disk.now()
        };
        Self { answered: (0..FILES).map(replace).collect() }
    }
}

impl Subject for Naive {
    type Found = Vec<Became>;

    fn look(&self, _: &Path, tree: &Tree) -> (Vec<Became>, Faults) {
        let became = |n: usize| match tree::content(tree, &format!("ws/{}", path(n))) {
            Some(content) if content == text("old", n % 7 * 10) => Became::Old,
            Some(content) if content == text("new", n % 5 * 10) => Became::New,
            _ => Became::Torn,
        };
        let found: Vec<Became> = (0..FILES).map(became).collect();
        let mut faults = Faults::new();
        if found.contains(&Became::Torn) {
            faults.push((Fault::Torn, "a file is neither old nor new".into()));
        }
        if found.contains(&Became::Old) && found.contains(&Became::New) {
            faults.push((Fault::Half, "some files are old, some new".into()));
        }
        (found, faults)
    }

    fn broken(&self, found: &Vec<Became>, now: usize) -> Faults {
        let promised = self.answered.iter().zip(found).filter(|(answered, _)| **answered <= now);
        let lost = promised.filter(|(_, became)| **became == Became::Old).count();
        if lost == 0 { Faults::new() } else { vec![(Fault::Lost, format!("{lost} files are old"))] }
    }
}
