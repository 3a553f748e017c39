//! A file system of one file, the disk below a loop device, that remembers each write and each flush.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, UNIX_EPOCH};

use fuser::{
    BackgroundSession, Config, Errno, FileAttr, FileHandle, FileType, Filesystem, Generation, INodeNo, KernelConfig,
    LockOwner, OpenFlags, ReplyAttr, ReplyData, ReplyEmpty, ReplyEntry, ReplyWrite, Request, WriteFlags,
};

use super::image::Image;

/// The disk's name in the file system.
const NAME: &str = "disk";
const DISK: INodeNo = INodeNo(2);
const FOREVER: Duration = Duration::from_secs(3600);

/// What reached the disk.
#[derive(Debug, Clone)]
pub(crate) enum Event {
    /// It may be lost or torn until the next flush.
    Write { offset: u64, data: Arc<[u8]> },
    /// All before it is on the medium.
    Flush,
}

#[derive(Debug, Default)]
struct Record {
    image: Image,
    events: Vec<Event>,
}

/// Everything that happened to a disk so far; clones look at the same.
#[derive(Debug, Clone, Default)]
pub(crate) struct Recording(Arc<Mutex<Record>>);

impl Recording {
    fn lock(&self) -> MutexGuard<'_, Record> {
        self.0.lock().expect("no holder panics")
    }

    /// How much has happened: an index into the events.
    pub(crate) fn now(&self) -> usize {
        self.lock().events.len()
    }

    /// All that happened.
    pub(crate) fn events(&self) -> Vec<Event> {
        self.lock().events.clone()
    }
}

/// A disk that records while this lives.
pub(crate) struct Recorder {
    session: BackgroundSession,
    folder: PathBuf,
    recording: Recording,
}

impl Recorder {
    /// Shows `image` as a file below the empty `folder`.
    pub(crate) fn mount(image: Image, folder: &Path) -> std::io::Result<Self> {
        let recording = Recording::default();
        recording.lock().image = image;
        let session = fuser::spawn_mount(OneFile { recording: recording.clone() }, folder, &Config::default())?;
        Ok(Self { session, folder: folder.to_owned(), recording })
    }

    /// The disk's file.
    pub(crate) fn disk(&self) -> PathBuf {
        self.folder.join(NAME)
    }

    /// What happens to the disk.
    pub(crate) fn recording(&self) -> &Recording {
        &self.recording
    }

    /// Ends it.
    pub(crate) fn unmount(self) -> std::io::Result<()> {
        self.session.umount_and_join()
    }
}

struct OneFile {
    recording: Recording,
}

impl OneFile {
    fn attributes(&self, ino: INodeNo) -> FileAttr {
        let is_disk = ino == DISK;
        let size = if is_disk { self.recording.lock().image.size() } else { 0 };
        FileAttr {
            ino,
            size,
            blocks: size / 512,
            atime: UNIX_EPOCH,
            mtime: UNIX_EPOCH,
            ctime: UNIX_EPOCH,
            crtime: UNIX_EPOCH,
            kind: if is_disk { FileType::RegularFile } else { FileType::Directory },
            perm: if is_disk { 0o600 } else { 0o700 },
            nlink: 1,
            uid: 0,
            gid: 0,
            rdev: 0,
            blksize: 4096,
            flags: 0,
        }
    }
}

impl Filesystem for OneFile {
    fn init(&mut self, _: &Request, config: &mut KernelConfig) -> std::io::Result<()> {
        // Larger pieces are only faster; the default does as well.
        let _ = config.set_max_write(1 << 20);
        Ok(())
    }

    fn lookup(&self, _: &Request, _: INodeNo, name: &OsStr, reply: ReplyEntry) {
        if name == NAME {
            reply.entry(&FOREVER, &self.attributes(DISK), Generation(0));
        } else {
            reply.error(Errno::ENOENT);
        }
    }

    fn getattr(&self, _: &Request, ino: INodeNo, _: Option<FileHandle>, reply: ReplyAttr) {
        reply.attr(&FOREVER, &self.attributes(ino));
    }

    fn read(
        &self,
        _: &Request,
        _: INodeNo,
        _: FileHandle,
        offset: u64,
        size: u32,
        _: OpenFlags,
        _: Option<LockOwner>,
        reply: ReplyData,
    ) {
        reply.data(&self.recording.lock().image.read(offset, size as usize));
    }

    fn write(
        &self,
        _: &Request,
        _: INodeNo,
        _: FileHandle,
        offset: u64,
        data: &[u8],
        _: WriteFlags,
        _: OpenFlags,
        _: Option<LockOwner>,
        reply: ReplyWrite,
    ) {
        let mut record = self.recording.lock();
        record.image.write(offset, data);
        record.events.push(Event::Write { offset, data: data.into() });
        drop(record);
        reply.written(u32::try_from(data.len()).expect("the kernel asked in 32 bits"));
    }

    fn flush(&self, _: &Request, _: INodeNo, _: FileHandle, _: LockOwner, reply: ReplyEmpty) {
        // The name misleads: this is a close, and keeps nothing.
        reply.ok();
    }

    fn fsync(&self, _: &Request, _: INodeNo, _: FileHandle, _: bool, reply: ReplyEmpty) {
        self.recording.lock().events.push(Event::Flush);
        reply.ok();
    }
}
