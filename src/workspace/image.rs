//! What is in a file's place: its image, and its content where that is wanted.

use std::fmt;
use std::fs;
use std::io::{self, Read};
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use rustix::fs::{FileType, Stat};
use rustix::io::Errno;
use sha2::{Digest as _, Sha256};

use super::disk::{OpenFile, Sight, Use};
use super::parallel;
use super::place::{Folders, Place, open_folder};
use super::rights::{self, Bond};
use super::{Drift, WorkspaceError};
use crate::model::{Digest, FileImage, TargetPath};

/// The largest file that plangate keeps; larger ones are refused.
pub const MAX_FILE_BYTES: u64 = 64 << 20;

/// A file's image and what belongs to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// The image.
    pub image: FileImage,
    /// The file's bytes, or the link's target; empty when there is nothing.
    pub content: Vec<u8>,
}

/// What was found in a file's place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// A file, a link or nothing.
    Image(FileImage),
    /// Something else, with its article: `a folder`, `a socket`.
    Other(&'static str),
}

impl Found {
    /// True when it is exactly `image`.
    pub fn is(&self, image: &FileImage) -> bool {
        matches!(self, Self::Image(found) if found == image)
    }

    /// The difference from what was expected at `path`.
    pub fn drift(self, path: &Path, expected: &FileImage) -> WorkspaceError {
        let path = TargetPath::new(path.to_owned());
        WorkspaceError::Drift(Box::new(Drift { path, expected: expected.clone(), found: self }))
    }
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Image(image) => f.write_str(&words(image)),
            Self::Other(kind) => f.write_str(kind),
        }
    }
}

/// An image as a person reads it in an error.
pub(super) fn words(image: &FileImage) -> String {
    match image {
        FileImage::Absent => "nothing".to_owned(),
        FileImage::File { digest, size, mode } => {
            format!("a file of {size} bytes ({}, mode {mode:03o})", digest.short())
        }
        FileImage::Symlink { digest } => format!("a symbolic link ({})", digest.short()),
    }
}

/// Reads what is at `path`, a link in the last place not followed.
///
/// # Errors
/// It is neither a file nor a link, is larger than [`MAX_FILE_BYTES`], or cannot be read.
pub fn snapshot(path: &TargetPath) -> Result<Snapshot, WorkspaceError> {
    let absent = Snapshot { image: FileImage::Absent, content: Vec::new() };
    let Some(place) = Place::open(path, Use::Look)? else { return Ok(absent) };
    let mut content = Vec::new();
    match observe(&place, &mut Keep::Content(&mut content))?.0 {
        Found::Image(image) => Ok(Snapshot { image, content }),
        Found::Other(kind) => Err(WorkspaceError::NotAFile { path: place.path, kind }),
    }
}

/// The image of what is at `path`, a link in the last place not followed; of any length, read piece by piece.
///
/// # Errors
/// It is neither a file nor a link, or cannot be read.
pub fn image(path: &TargetPath) -> Result<FileImage, WorkspaceError> {
    match found(path)? {
        Found::Image(image) => Ok(image),
        Found::Other(kind) => Err(WorkspaceError::NotAFile { path: path.as_path().to_owned(), kind }),
    }
}

/// What is at each path, links in the last place not followed; several are looked at at once. Of the image that is
/// expected there the way to look depends, never what is found.
pub fn found_at(expected: &[(&TargetPath, &FileImage)]) -> Vec<Result<Seen, WorkspaceError>> {
    let folders = Folders::new(Use::Look);
    parallel::map(expected, &|(path, image)| match Place::open_in(path, &folders)? {
        Some(place) => see(image, &place),
        None => Ok(Seen { found: Found::Image(FileImage::Absent), bond: None, keeps_bits: true }),
    })
}

/// What is at the place of a file that is to be changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// What it is.
    pub found: Found,
    /// What keeps it there.
    pub bond: Option<Bond>,
    /// False when it has set-user-id or set-group-id bits that a new file of this process must not have.
    pub keeps_bits: bool,
}

impl Seen {
    fn of(found: Found, sight: Option<Sight>, place: &Place) -> Self {
        let stuck =
            |sight: &Sight| place.folder.sticky().is_some_and(|folder| !rights::may_act_for(sight.owner, folder));
        let bond = sight.and_then(|sight| sight.bond.or_else(|| stuck(&sight).then_some(Bond::Sticky)));
        Self { found, bond, keeps_bits: sight.is_none_or(|sight| rights::can_keep_bits(&sight)) }
    }
}

fn see(expected: &FileImage, place: &Place) -> Result<Seen, WorkspaceError> {
    if matches!(expected, FileImage::File { .. })
        && let Ok(mut file) = place.folder.open_file(&place.name)
    {
        let sight = file.sight().map_err(place.failed("look at", &place.name))?;
        if FileType::from_raw_mode(sight.mode).is_file() {
            let failed = WorkspaceError::io("read", &place.path);
            let (digest, size) = digest_of(&mut file, sight.size).map_err(failed)?;
            let found = Found::Image(FileImage::File { digest, size, mode: sight.mode & 0o7777 });
            return Ok(Seen::of(found, Some(sight), place));
        }
    }
    let (found, stat) = observe(place, &mut Keep::Nothing)?;
    Ok(Seen::of(found, stat.map(|stat| Sight::of_stat(&stat)), place))
}

/// What is at `path`, whatever it is.
pub(super) fn found(path: &TargetPath) -> Result<Found, WorkspaceError> {
    match Place::open(path, Use::Look)? {
        Some(place) => look(&place),
        None => Ok(Found::Image(FileImage::Absent)),
    }
}

/// What is at a place.
pub(super) fn look(place: &Place) -> Result<Found, WorkspaceError> {
    Ok(observe(place, &mut Keep::Nothing)?.0)
}

/// What is at a place, and its status as it was just before its content was read. Where a file is
/// expected it is opened at once; anything else is not opened unseen, as that may disturb whoever uses it.
pub(super) fn look_for(expected: &FileImage, place: &Place) -> Result<(Found, Option<Stat>), WorkspaceError> {
    if matches!(expected, FileImage::File { .. })
        && let Some((image, stat)) = read_file(place, &mut Keep::Nothing)?
    {
        return Ok((Found::Image(image), Some(stat)));
    }
    observe(place, &mut Keep::Nothing)
}

/// What is to be kept of a file besides its image.
enum Keep<'a> {
    Nothing,
    Content(&'a mut Vec<u8>),
}

fn observe(place: &Place, keep: &mut Keep<'_>) -> Result<(Found, Option<Stat>), WorkspaceError> {
    // What is opened may be another thing than what was looked at just before; then the look is repeated.
    for _ in 0..100 {
        let Some(stat) = place.look(&place.name)? else { return Ok((Found::Image(FileImage::Absent), None)) };
        let found = match FileType::from_raw_mode(stat.st_mode) {
            FileType::RegularFile => read_file(place, keep)?,
            FileType::Symlink => read_link(place, keep)?.map(|image| (image, stat)),
            other => return Ok((Found::Other(kind(other)), Some(stat))),
        };
        if let Some((image, stat)) = found {
            return Ok((Found::Image(image), Some(stat)));
        }
    }
    Err(place.failed("get a steady look at", &place.name)(Errno::AGAIN))
}

/// The image of a regular file and its status before it was read; `None` when it is something else or nothing.
fn read_file(place: &Place, keep: &mut Keep<'_>) -> Result<Option<(FileImage, Stat)>, WorkspaceError> {
    let mut file = match place.folder.open_file(&place.name) {
        Ok(file) => file,
        Err(Errno::NOENT | Errno::LOOP | Errno::NXIO) => return Ok(None),
        Err(errno) => return Err(place.failed("read", &place.name)(errno)),
    };
    let stat = file.stat().map_err(place.failed("look at", &place.name))?;
    if !FileType::from_raw_mode(stat.st_mode).is_file() {
        return Ok(None);
    }
    let image = read_image(&mut file, &stat, keep, place)?;
    Ok(Some((image, stat)))
}

/// The image of an open file whose status was just taken.
fn read_image(
    file: &mut OpenFile,
    stat: &Stat,
    keep: &mut Keep<'_>,
    place: &Place,
) -> Result<FileImage, WorkspaceError> {
    let mode = stat.st_mode & 0o7777;
    let failed = || |source: io::Error| WorkspaceError::io("read", &place.path)(source);
    let Keep::Content(content) = keep else {
        let expected = u64::try_from(stat.st_size).unwrap_or_default();
        let (digest, size) = digest_of(file, expected).map_err(failed())?;
        return Ok(FileImage::File { digest, size, mode });
    };
    content.clear();
    // One byte more than is allowed shows that there is more.
    file.take(MAX_FILE_BYTES + 1).read_to_end(content).map_err(failed())?;
    let size = content.len() as u64;
    if size > MAX_FILE_BYTES {
        let size = size.max(u64::try_from(stat.st_size).unwrap_or(0));
        return Err(WorkspaceError::TooLarge { path: place.path.clone(), size });
    }
    Ok(FileImage::File { digest: Digest::of(content), size, mode })
}

/// The digest and length of everything that `file` still has to give, about as much as is `expected`.
fn digest_of(file: &mut OpenFile, expected: u64) -> io::Result<(Digest, u64)> {
    const PIECE_BYTES: usize = 64 << 10;
    let (mut hash, mut size) = (Sha256::new(), 0);
    // One byte more than a small file has, so that the end shows without growing.
    let mut piece = vec![0; usize::try_from(expected).map_or(PIECE_BYTES, |size| (size + 1).min(PIECE_BYTES))];
    loop {
        match file.read(&mut piece) {
            Ok(length) => {
                hash.update(&piece[..length]);
                size += length as u64;
                // A read that came short at the length which the file had is its end; no other needs to say so.
                if length == 0 || length < piece.len() && size == expected {
                    return Ok((Digest::from_bytes(hash.finalize().into()), size));
                }
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// The image of a link; `None` when it turned into something else or vanished.
fn read_link(place: &Place, keep: &mut Keep<'_>) -> Result<Option<FileImage>, WorkspaceError> {
    match place.folder.read_link(&place.name) {
        Ok(target) => {
            let digest = Digest::of(target.as_bytes());
            if let Keep::Content(content) = keep {
                target.as_bytes().clone_into(content);
            }
            Ok(Some(FileImage::Symlink { digest }))
        }
        Err(Errno::NOENT | Errno::INVAL) => Ok(None),
        Err(errno) => Err(place.failed("read the link", &place.name)(errno)),
    }
}

fn kind(of: FileType) -> &'static str {
    match of {
        FileType::Directory => "a folder",
        FileType::Fifo => "a fifo",
        FileType::Socket => "a socket",
        FileType::CharacterDevice | FileType::BlockDevice => "a device",
        FileType::RegularFile | FileType::Symlink | FileType::Unknown => "something unknown",
    }
}

/// True when `path` is a folder, and not a link to one.
pub fn is_folder(path: &TargetPath) -> bool {
    path.as_path().symlink_metadata().is_ok_and(|found| found.is_dir())
}

/// True when anything has that name.
pub fn is_there(path: &TargetPath) -> bool {
    path.as_path().symlink_metadata().is_ok()
}

/// The files and links below `folder`, sorted by their bytes; links are not followed.
///
/// # Errors
/// There are more than `limit`, something below is neither file, link nor folder, or the system refuses.
pub fn files_below(folder: &TargetPath, limit: usize) -> Result<Vec<TargetPath>, WorkspaceError> {
    let mut files = Vec::new();
    let mut ahead = vec![folder.as_path().to_owned()];
    while let Some(next) = ahead.pop() {
        let entries = fs::read_dir(&next).map_err(WorkspaceError::io("list", &next))?;
        for entry in entries {
            let entry = entry.map_err(WorkspaceError::io("list", &next))?;
            let path = entry.path();
            let found = entry.file_type().map_err(WorkspaceError::io("look at", &path))?;
            if found.is_dir() {
                ahead.push(path);
            } else if !found.is_file() && !found.is_symlink() {
                let mode = entry.metadata().map_err(WorkspaceError::io("look at", &path))?.mode();
                return Err(WorkspaceError::NotAFile { path, kind: kind(FileType::from_raw_mode(mode)) });
            } else if files.len() == limit {
                return Err(WorkspaceError::TooMany { path: folder.as_path().to_owned(), limit });
            } else {
                files.push(TargetPath::new(path));
            }
        }
    }
    files.sort_unstable_by(|a, b| a.as_bytes().cmp(b.as_bytes()));
    Ok(files)
}

/// The parent folders of `path` that do not exist, the outermost first; the folder `known` exists.
pub fn missing_folders(path: &TargetPath, known: &Path) -> Result<Vec<TargetPath>, WorkspaceError> {
    let mut missing = Vec::new();
    for parent in path.as_path().ancestors().skip(1) {
        if parent == known || open_folder(parent, Use::Look)?.is_some() {
            break;
        }
        missing.push(TargetPath::new(parent.to_owned()));
    }
    missing.reverse();
    Ok(missing)
}
