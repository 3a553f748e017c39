//! The project on which the demo plays, and the folder that it and the demo's data live in while it does.

use std::env;
use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

macro_rules! project {
    ($($path:literal),+) => {
        &[$(($path, include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/demo-project/", $path)))),+]
    };
}

/// Every file of the project, by its path in it. They are part of the program, so that the demo works wherever it is.
const FILES: &[(&str, &str)] =
    project!("README.md", "TODO.txt", "check.sh", "data/march.txt", "expected/march.txt", "lib/sum.sh", "tally.sh");

/// A folder of the demo's own with a fresh copy of the project and a data folder; it goes when this does.
pub(super) struct ThrowAway {
    folder: PathBuf,
}

impl ThrowAway {
    /// Makes the folder, for this user alone, below the system's folder for temporary files.
    pub(super) fn make() -> io::Result<Self> {
        let mut random = [0; 4];
        getrandom::fill(&mut random).map_err(io::Error::other)?;
        let folder = env::temp_dir().canonicalize()?.join(format!("plangate-demo-{}", hex::encode(random)));
        DirBuilder::new().mode(0o700).create(&folder)?;
        let made = Self { folder };
        for (path, text) in FILES {
            let path = made.workspace().join(path);
            fs::create_dir_all(path.parent().unwrap_or(&made.folder))?;
            fs::write(path, text)?;
        }
        Ok(made)
    }

    /// All of it.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The copy of the project.
    pub(super) fn workspace(&self) -> PathBuf {
        self.folder.join("tally")
    }

    /// The data folder of the plangates that the demo runs.
    pub(super) fn home(&self) -> PathBuf {
        self.folder.join("plangate-home")
    }

    /// How many files of the project there were, and how many of them are still byte for byte as they were.
    pub(super) fn untouched(&self) -> (usize, usize) {
        let same = |(path, text): &&(&str, &str)| {
            fs::read(self.workspace().join(path)).is_ok_and(|there| there == text.as_bytes())
        };
        (FILES.len(), FILES.iter().filter(same).count())
    }
}

impl Drop for ThrowAway {
    fn drop(&mut self) {
        // What cannot be removed is for the system to sweep: it lies in its folder for temporary files.
        let _ = fs::remove_dir_all(&self.folder);
    }
}
