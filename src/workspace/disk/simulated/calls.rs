//! What the engine asks of a simulated disk.

use std::collections::BTreeMap;
use std::ffi::{CString, OsStr, OsString};
use std::fs::File;
use std::io::{self, Read, Write};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::sync::{Arc, MutexGuard};

use rustix::fd::{AsFd, BorrowedFd};
use rustix::fs::Stat;
use rustix::io::Errno;

use super::super::super::fault;
use super::{Disk, Event, Ignored, Inner, Kind, What, mounts};

/// No read and no write takes more, as the system may take less than it is given.
const MOST_AT_ONCE: usize = 777;

/// A folder of a simulated disk.
#[derive(Debug)]
pub(in super::super) struct Folder {
    disk: Disk,
    number: u64,
    host: Arc<File>,
}

/// Opens `path` where a disk is mounted at it or above; `None` elsewhere.
pub(in super::super) fn open(path: &Path) -> Option<Result<Folder, Errno>> {
    let mount = mounts().iter().find(|mount| path.starts_with(&mount.at))?.clone();
    let inner = mount.disk.lock();
    let mut number = mount.folder;
    for name in path.strip_prefix(&mount.at).ok()? {
        number = match inner.now.child(number, name) {
            None => return Some(Err(Errno::NOENT)),
            Some(next) => match inner.now.nodes[&next].what {
                What::Folder(_) => next,
                What::Link(_) => return Some(Err(Errno::LOOP)),
                What::File(_) => return Some(Err(Errno::NOTDIR)),
            },
        };
    }
    let host = Arc::clone(&inner.host);
    drop(inner);
    Some(Ok(Folder { disk: mount.disk, number, host }))
}

impl Folder {
    /// The disk, about to be changed.
    fn change(&self) -> MutexGuard<'_, Inner> {
        fault::watched();
        self.disk.lock()
    }

    pub(in super::super) fn can_sync_file_system(&self) -> bool {
        self.disk.lock().kind != Kind::Remote
    }

    pub(in super::super) fn number(&self) -> u64 {
        self.number
    }

    pub(in super::super) fn as_file(&self) -> OpenFile {
        OpenFile { disk: self.disk.clone(), number: self.number, at: 0 }
    }

    pub(in super::super) fn host(&self) -> BorrowedFd<'_> {
        self.host.as_fd()
    }

    pub(in super::super) fn stat(&self, name: &OsStr) -> Result<Stat, Errno> {
        let inner = self.disk.lock();
        Ok(inner.stat(inner.found(self.number, name)?))
    }

    pub(in super::super) fn open_file(&self, name: &OsStr) -> Result<OpenFile, Errno> {
        let inner = self.disk.lock();
        let number = inner.found(self.number, name)?;
        match inner.now.nodes[&number].what {
            What::Link(_) => Err(Errno::LOOP),
            What::File(_) | What::Folder(_) => Ok(OpenFile { disk: self.disk.clone(), number, at: 0 }),
        }
    }

    pub(in super::super) fn open_folder(&self, name: &OsStr) -> Result<Self, Errno> {
        let inner = self.disk.lock();
        let number = inner.found(self.number, name)?;
        match inner.now.nodes[&number].what {
            What::Folder(_) => Ok(Self { disk: self.disk.clone(), number, host: Arc::clone(&self.host) }),
            What::Link(_) | What::File(_) => Err(Errno::NOTDIR),
        }
    }

    pub(in super::super) fn names(&self) -> Vec<OsString> {
        self.disk.lock().now.names(self.number).map(|(name, _)| name.clone()).collect()
    }

    pub(in super::super) fn create_file(&self, name: &OsStr, mode: u32) -> Result<OpenFile, Errno> {
        let number = self.change().make(self.number, name, What::File(Arc::default()), 0o100_000 | mode)?;
        Ok(OpenFile { disk: self.disk.clone(), number, at: 0 })
    }

    pub(in super::super) fn read_link(&self, name: &OsStr) -> Result<CString, Errno> {
        let inner = self.disk.lock();
        match &inner.now.nodes[&inner.found(self.number, name)?].what {
            What::Link(target) => Ok(CString::new(target.clone()).expect("no NUL in a link")),
            What::File(_) | What::Folder(_) => Err(Errno::INVAL),
        }
    }

    pub(in super::super) fn create_link(&self, target: &OsStr, name: &OsStr) -> Result<(), Errno> {
        self.change().make(self.number, name, What::Link(target.as_bytes().to_vec()), 0o120_777).map(drop)
    }

    pub(in super::super) fn exchange(&self, name: &OsStr, folder: &Self, other: &OsStr) -> Result<(), Errno> {
        let mut inner = self.change();
        if matches!(inner.kind, Kind::WithoutExchange | Kind::WithoutLinks) {
            return Err(Errno::INVAL);
        }
        let (a, b) = (inner.found(self.number, name)?, inner.found(folder.number, other)?);
        let set = vec![((self.number, name.to_owned()), Some(b)), ((folder.number, other.to_owned()), Some(a))];
        inner.happen(Event::Names { set, made: None });
        Ok(())
    }

    pub(in super::super) fn move_new(&self, name: &OsStr, folder: &Self, to: &OsStr) -> Result<(), Errno> {
        let mut inner = self.change();
        if matches!(inner.kind, Kind::WithoutExchange | Kind::WithoutLinks) {
            return Err(Errno::INVAL);
        }
        inner.found(self.number, name)?;
        match inner.now.child(folder.number, to) {
            Some(_) => Err(Errno::EXIST),
            None => inner.rename((self.number, name), (folder.number, to)),
        }
    }

    pub(in super::super) fn move_to(&self, name: &OsStr, folder: &Self, to: &OsStr) -> Result<(), Errno> {
        self.change().rename((self.number, name), (folder.number, to))
    }

    pub(in super::super) fn link(&self, name: &OsStr, folder: &Self, to: &OsStr) -> Result<(), Errno> {
        let mut inner = self.change();
        if inner.kind == Kind::WithoutLinks {
            return Err(Errno::PERM);
        }
        let file = inner.found(self.number, name)?;
        if inner.now.child(folder.number, to).is_some() {
            return Err(Errno::EXIST);
        }
        let set = vec![((folder.number, to.to_owned()), Some(file))];
        inner.happen(Event::Names { set, made: None });
        Ok(())
    }

    pub(in super::super) fn remove(&self, name: &OsStr) -> Result<(), Errno> {
        let mut inner = self.change();
        let number = inner.found(self.number, name)?;
        if matches!(inner.now.nodes[&number].what, What::Folder(_)) {
            return Err(Errno::ISDIR);
        }
        inner.happen(Event::Names { set: vec![((self.number, name.to_owned()), None)], made: None });
        Ok(())
    }

    pub(in super::super) fn make_folder(&self, name: &OsStr, mode: u32) -> Result<(), Errno> {
        let mode = 0o40_000 | mode & 0o755;
        self.change().make(self.number, name, What::Folder(BTreeMap::new()), mode).map(drop)
    }

    pub(in super::super) fn remove_folder(&self, name: &OsStr) -> Result<(), Errno> {
        let mut inner = self.change();
        let number = inner.found(self.number, name)?;
        if !matches!(inner.now.nodes[&number].what, What::Folder(_)) {
            return Err(Errno::NOTDIR);
        }
        if inner.now.names(number).next().is_some() {
            return Err(Errno::NOTEMPTY);
        }
        inner.happen(Event::Names { set: vec![((self.number, name.to_owned()), None)], made: None });
        inner.now.nodes.remove(&number);
        Ok(())
    }

    pub(in super::super) fn sync(&self) -> Result<(), Errno> {
        let mut inner = self.change();
        match inner.ignored {
            Ignored::Folders => Ok(()),
            _ => inner.sync(Event::SyncFolder(self.number)),
        }
    }

    pub(in super::super) fn sync_file_system(&self) -> Result<(), Errno> {
        let mut inner = self.change();
        if inner.ignored == Ignored::FileSystem || inner.kind == Kind::Remote {
            return Ok(());
        }
        inner.sync(Event::SyncAll)
    }
}

/// An open file of a simulated disk.
#[derive(Debug)]
pub(crate) struct OpenFile {
    disk: Disk,
    number: u64,
    at: usize,
}

impl OpenFile {
    pub(in super::super) fn stat(&self) -> Stat {
        self.disk.lock().stat(self.number)
    }

    pub(in super::super) fn set_mode(&self, mode: u32) {
        let mut inner = self.disk.lock();
        let kind = inner.now.nodes[&self.number].mode & !0o7777;
        let mode = kind | mode;
        inner.happen(Event::Mode { file: self.number, mode });
    }

    pub(in super::super) fn attributes(&self) -> Vec<Vec<u8>> {
        self.disk.lock().now.nodes[&self.number].attributes.keys().cloned().collect()
    }

    pub(in super::super) fn attribute(&self, name: &[u8]) -> Result<Vec<u8>, Errno> {
        self.disk.lock().now.nodes[&self.number].attributes.get(name).cloned().ok_or(Errno::NODATA)
    }

    pub(in super::super) fn set_attribute(&self, name: &[u8], value: &[u8]) {
        let (file, name, value) = (self.number, name.to_vec(), value.to_vec());
        self.disk.lock().happen(Event::Attribute { file, name, value });
    }

    /// No file here has an ACL, and nothing else is ever taken away.
    #[expect(clippy::unused_self, reason = "another disk would look")]
    pub(in super::super) fn remove_attribute(&self, _name: &[u8]) -> Result<(), Errno> {
        Err(Errno::OPNOTSUPP)
    }

    pub(in super::super) fn go_to(&mut self, at: u64) -> &mut Self {
        self.at = usize::try_from(at).expect("small");
        self
    }

    pub(in super::super) fn sync(&self) -> Result<(), Errno> {
        let mut inner = self.disk.lock();
        match inner.ignored {
            Ignored::Files => Ok(()),
            _ => inner.sync(Event::SyncFile(self.number)),
        }
    }
}

impl Read for OpenFile {
    fn read(&mut self, piece: &mut [u8]) -> io::Result<usize> {
        let inner = self.disk.lock();
        let What::File(content) = &inner.now.nodes[&self.number].what else { return Ok(0) };
        let rest = &content[self.at.min(content.len())..];
        let length = rest.len().min(piece.len()).min(MOST_AT_ONCE);
        piece[..length].copy_from_slice(&rest[..length]);
        self.at += length;
        Ok(length)
    }
}

impl Write for OpenFile {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        let piece = &piece[..piece.len().min(MOST_AT_ONCE)];
        let event = Event::Write { file: self.number, at: self.at, bytes: piece.to_vec() };
        self.disk.lock().happen(event);
        self.at += piece.len();
        Ok(piece.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
