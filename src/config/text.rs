//! The text of a file that people write, read without being held up or fed without end.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, ErrorKind, Read};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use rustix::fs::OFlags;

/// The largest file that is read.
const MAX_BYTES: u64 = 256 << 10;

/// A regular file and its text.
pub(super) struct TextFile {
    pub(super) text: String,
    pub(super) metadata: Metadata,
}

/// Reads a file, or tells why it cannot be had; `None` when there is none.
pub(super) fn text_of(path: &Path, more: OFlags) -> Option<Result<TextFile, String>> {
    // A pipe in the file's place must not hold the agent up.
    let flags = OFlags::NONBLOCK | OFlags::NOCTTY | more;
    match OpenOptions::new().read(true).custom_flags(flags.bits().cast_signed()).open(path) {
        Ok(file) => Some(text(&file)),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            // A link that is not followed is another error, below.
            let leads_nowhere = !more.contains(OFlags::NOFOLLOW) && path.is_symlink();
            leads_nowhere.then(|| Err("is a symbolic link that leads nowhere".to_owned()))
        }
        Err(_) if more.contains(OFlags::NOFOLLOW) && path.is_symlink() => Some(Err("is a symbolic link".to_owned())),
        Err(error) => Some(Err(told(&error))),
    }
}

fn text(file: &File) -> Result<TextFile, String> {
    let metadata = file.metadata().map_err(|error| told(&error))?;
    if !metadata.is_file() {
        return Err("is no regular file".to_owned());
    }
    let mut bytes = Vec::new();
    file.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(|error| told(&error))?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(format!("is larger than {} KiB", MAX_BYTES >> 10));
    }
    let text = String::from_utf8(bytes).map_err(|_| "is not UTF-8".to_owned())?;
    Ok(TextFile { text, metadata })
}

fn told(error: &io::Error) -> String {
    format!("cannot be read: {error}")
}

/// Where a file stands once its links, or those of its folder, are followed.
pub(super) fn real(file: &Path) -> PathBuf {
    let in_folder = || Some(fs::canonicalize(file.parent()?).ok()?.join(file.file_name()?));
    // Where there is no file, as mostly, its folder is looked up once.
    let linked = file.symlink_metadata().is_ok().then(|| fs::canonicalize(file).ok()).flatten();
    linked.or_else(in_folder).unwrap_or_default()
}
