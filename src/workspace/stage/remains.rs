//! What a crash left of a staged file.

use std::io::{self, Write};

use rustix::fs::{FileType, Stat};
use sha2::{Digest as _, Sha256};

use super::{Contents, Stand, UNFINISHED};
use crate::model::{Digest, FileEffect, FileImage};
use crate::workspace::WorkspaceError;
use crate::workspace::disk::OpenFile;
use crate::workspace::place::Place;

/// Writes what is in `file` over itself; `false` when it is not `size` bytes with that digest.
pub(super) fn rewrite(file: &mut OpenFile, digest: Digest, size: u64) -> io::Result<bool> {
    const PIECE_BYTES: u64 = 64 << 10;
    let pieces = || (0..size).step_by(64 << 10).map(|at| (at, (size - at).min(PIECE_BYTES) as usize));
    let mut piece = vec![0; size.min(PIECE_BYTES) as usize];
    let mut hash = Sha256::new();
    for (at, length) in pieces() {
        file.read_exact_at(&mut piece[..length], at)?;
        hash.update(&piece[..length]);
    }
    if hash.finalize().as_slice() != digest.as_bytes() {
        return Ok(false);
    }
    for (at, length) in pieces() {
        // A small file is still in hand.
        if size > PIECE_BYTES {
            file.read_exact_at(&mut piece[..length], at)?;
        }
        file.write_all_at(&piece[..length], at)?;
    }
    Ok(true)
}

/// True when the file under the stage's name is a beginning of the successor, perhaps with zeros where a power cut has lost a
/// piece: nothing that the store has not got.
pub(in crate::workspace) fn is_torn(
    stat: &Stat,
    effect: &FileEffect,
    place: &Place,
    stage: &Stand,
    contents: &mut Contents<'_>,
) -> Result<bool, WorkspaceError> {
    let FileImage::File { digest, size, .. } = effect.after else { return Ok(false) };
    let length = u64::try_from(stat.st_size).unwrap_or(u64::MAX);
    if !FileType::from_raw_mode(stat.st_mode).is_file() || length > size || stat.st_nlink > 1 {
        return Ok(false);
    }
    if length == 0 {
        return Ok(true);
    }
    let on = &stage.place;
    let file = on.folder.open_file(&on.name).map_err(stage.failed("read"))?;
    let mut beginning = Beginning { file, at: 0, length, differs: false };
    match contents(digest, &mut beginning) {
        Ok(()) => Ok(!beginning.differs),
        Err(source) => Err(WorkspaceError::NoContent { path: place.path.clone(), source }),
    }
}

/// Compares what is written to it with a file that may be shorter, and may have zeros instead.
struct Beginning {
    file: OpenFile,
    at: u64,
    length: u64,
    differs: bool,
}

impl Write for Beginning {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        let left = usize::try_from(self.length - self.at).unwrap_or(usize::MAX).min(piece.len());
        let mut found = vec![0; left];
        self.file.read_exact_at(&mut found, self.at)?;
        self.differs |= found.iter().zip(piece).any(|(found, whole)| *found != 0 && found != whole);
        self.at += left as u64;
        Ok(piece.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// True for a file with the bits of one that is not whole yet.
pub(in crate::workspace) fn is_unfinished(stat: &Stat) -> bool {
    FileType::from_raw_mode(stat.st_mode).is_file() && stat.st_mode & 0o7777 & !UNFINISHED == 0
}
