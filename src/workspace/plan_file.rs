//! The files of plan documents: where they may stand, and that each is the one it is taken for.

use std::ffi::OsStr;
use std::fs::{self, DirBuilder, File};
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Component, Path, PathBuf};

use rustix::fs::OFlags;

use super::WorkspaceError;

/// The longest plan document that is read: 4 MiB.
pub(crate) const MAX_DOCUMENT_BYTES: u64 = 4 << 20;

/// The folder that a person wants for plan documents, if it lies inside the workspace once links and `..` are resolved.
///
/// # Errors
/// Why it cannot be used, in words.
pub(crate) fn folder_within(root: &Path, wanted: &Path) -> Result<PathBuf, String> {
    let shown = wanted.display();
    let mut folder = PathBuf::new();
    // Step by step as the kernel would: a link is followed before the `..` behind it is taken.
    for part in root.join(wanted).components() {
        match part {
            Component::ParentDir => {
                folder.pop();
            }
            Component::CurDir => {}
            part => folder.push(part),
        }
        match folder.canonicalize() {
            Ok(real) => folder = real,
            Err(error) if error.kind() == ErrorKind::NotFound && !folder.is_symlink() => {}
            Err(error) => return Err(format!("`{shown}` cannot be used: {error}")),
        }
    }
    if folder.is_file() {
        return Err(format!("`{shown}` is a file"));
    }
    if folder == root || !folder.starts_with(root) {
        return Err(format!("`{shown}` is not a folder inside the workspace"));
    }
    if folder.strip_prefix(root).is_ok_and(|below| below.starts_with(".git")) {
        return Err(format!("`{shown}` belongs to git"));
    }
    Ok(folder)
}

/// Reads the file of a plan document; `None` when it is not there.
///
/// # Errors
/// It is not a file of its own (a link leads to it, or it is one), not text, or longer than [`MAX_DOCUMENT_BYTES`].
pub(crate) fn read_document(path: &Path) -> Result<Option<String>, WorkspaceError> {
    let failed = |source: io::Error| WorkspaceError::io("read", path)(source);
    let flags = (OFlags::NOFOLLOW | OFlags::NONBLOCK).bits().cast_signed();
    let file = match File::options().read(true).custom_flags(flags).open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed(error)),
    };
    let metadata = file.metadata().map_err(failed)?;
    if !metadata.is_file() || metadata.nlink() != 1 {
        return Err(failed(io::Error::other("it is not a file of its own")));
    }
    let mut bytes = Vec::new();
    file.take(MAX_DOCUMENT_BYTES + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > MAX_DOCUMENT_BYTES {
        return Err(failed(io::Error::other("it is longer than 4 MiB")));
    }
    String::from_utf8(bytes).map(Some).map_err(|_| failed(io::Error::other("it is not UTF-8")))
}

/// Writes the file of a plan document in one step, durably, in a folder that is made when it is not there.
pub(crate) fn write_document(path: &Path, text: &str) -> Result<(), WorkspaceError> {
    let failed = |source: io::Error| WorkspaceError::io("write", path)(source);
    let folder = path.parent().ok_or_else(|| failed(io::Error::from(ErrorKind::InvalidInput)))?;
    DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(failed)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let stage = folder.join(format!(".{name}.{}.tmp", std::process::id()));
    let written = File::options()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&stage)
        .and_then(|mut file| file.write_all(text.as_bytes()).and_then(|()| file.sync_all()))
        .and_then(|()| fs::rename(&stage, path))
        .and_then(|()| File::open(folder)?.sync_all());
    written.map_err(|error| {
        // What was half written has a name that nothing else uses.
        let _ = fs::remove_file(&stage);
        failed(error)
    })
}

/// Whether `named`, as an agent wrote it for a tool that runs in `cwd`, is the plan file `path` itself and nothing that
/// leads to it: no link in it, no `..`, no second name of the file.
pub(crate) fn is_document(path: &Path, cwd: &Path, named: &str) -> bool {
    let asked = cwd.join(named);
    let plain = asked.components().all(|part| matches!(part, Component::RootDir | Component::Normal(_)));
    let same_bytes = OsStr::new(asked.as_os_str()) == path.as_os_str();
    if !plain || !same_bytes || named.contains('\0') {
        return false;
    }
    let Some(folder) = path.parent() else { return false };
    // The folder was resolved when the document was begun; it must not have become a link since.
    if folder.canonicalize().ok().as_deref() != Some(folder) {
        return false;
    }
    match fs::symlink_metadata(path) {
        Ok(found) => found.is_file() && found.nlink() == 1,
        Err(_) => false,
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that cannot set itself up has failed")]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn only_a_folder_inside_the_workspace_holds_plans() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap().join("ws");
        fs::create_dir_all(root.join("docs/real")).unwrap();
        fs::create_dir_all(root.join("../out")).unwrap();
        symlink("../out", root.join("away")).unwrap();
        symlink("docs/real", root.join("near")).unwrap();
        symlink("nowhere", root.join("dangling")).unwrap();
        fs::write(root.join("file"), "").unwrap();
        assert_eq!(folder_within(&root, Path::new("docs/plans")), Ok(root.join("docs/plans")));
        assert_eq!(folder_within(&root, Path::new("near")), Ok(root.join("docs/real")));
        assert_eq!(folder_within(&root, Path::new("docs/../plans")), Ok(root.join("plans")));
        assert_eq!(folder_within(&root, &root.join("plans")), Ok(root.join("plans")));
        for escape in [
            "..",
            "../out",
            "away",
            "away/plans",
            "near/../../..",
            ".",
            "/",
            "/tmp",
            "dangling",
            "file",
            ".git/plans",
            "near/../../../out",
        ] {
            assert!(folder_within(&root, Path::new(escape)).is_err(), "{escape}");
        }
    }

    #[test]
    fn only_the_plan_file_itself_is_the_plan_file() {
        let folder = tempfile::tempdir().unwrap();
        let home = folder.path().canonicalize().unwrap();
        let plans = home.join("plans");
        let path = plans.join("brave-fox.md");
        write_document(&path, "text").unwrap();
        let is = |named: &str| is_document(&path, &home, named);
        assert!(is(path.to_str().unwrap()) && is("plans/brave-fox.md"));
        symlink(&path, home.join("link.md")).unwrap();
        symlink(&plans, home.join("other")).unwrap();
        for other in [
            "link.md",
            "other/brave-fox.md",
            "plans/../plans/brave-fox.md",
            "plans/brave-fox.md/",
            "plans",
            "",
            "plans//../x",
        ] {
            assert!(!is(other), "{other}");
        }
        fs::hard_link(&path, home.join("hard.md")).unwrap();
        assert!(!is("hard.md") && !is("plans/brave-fox.md"), "a file with two names is not the plan file alone");
        fs::remove_file(home.join("hard.md")).unwrap();
        assert!(is("plans/brave-fox.md"));
        fs::remove_file(&path).unwrap();
        symlink(home.join("target"), &path).unwrap();
        assert!(!is("plans/brave-fox.md"));
        assert!(read_document(&path).is_err());
    }

    #[test]
    fn a_document_is_read_back_and_is_the_person_s_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("plans/a-b.md");
        assert_eq!(read_document(&path).unwrap(), None);
        write_document(&path, "one\r\n").unwrap();
        write_document(&path, "two\r\n").unwrap();
        assert_eq!(read_document(&path).unwrap().as_deref(), Some("two\r\n"));
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
        fs::write(&path, [0xff]).unwrap();
        assert!(read_document(&path).is_err());
    }
}
