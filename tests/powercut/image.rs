//! A disk in memory: its blocks that are not zero, and what is written to it in order.

use std::collections::BTreeMap;
use std::fs::File;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Read;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::Arc;

/// What a disk writes whole or not at all, in bytes.
pub(crate) const BLOCK: usize = 4096;

/// A block and its hash together with its place.
#[derive(Debug)]
struct Block {
    bytes: [u8; BLOCK],
    hash: u64,
}

/// The contents of a disk. Cloning shares the blocks.
#[derive(Debug, Clone, Default)]
pub(crate) struct Image {
    size: u64,
    blocks: BTreeMap<u64, Arc<Block>>,
    hash: u64,
}

impl Image {
    /// The contents of a disk's file.
    pub(crate) fn load(path: &Path) -> std::io::Result<Self> {
        let mut file = File::open(path)?;
        let mut image = Self { size: file.metadata()?.len(), ..Self::default() };
        let mut piece = vec![0; 1 << 20];
        let mut offset = 0;
        loop {
            let length = file.read(&mut piece)?;
            if length == 0 {
                return Ok(image);
            }
            if piece[..length].iter().any(|byte| *byte != 0) {
                image.write(offset, &piece[..length]);
            }
            offset += length as u64;
        }
    }

    /// Writes a new file of these contents; what is zero takes no space in it.
    pub(crate) fn save(&self, path: &Path) -> std::io::Result<()> {
        let file = File::create_new(path)?;
        file.set_len(self.size)?;
        for (number, block) in &self.blocks {
            file.write_all_at(&block.bytes, number * BLOCK as u64)?;
        }
        Ok(())
    }

    /// The disk's size in bytes.
    pub(crate) fn size(&self) -> u64 {
        self.size
    }

    /// Equal for equal contents, and for nothing else that we will meet.
    pub(crate) fn hash(&self) -> u64 {
        self.hash
    }

    /// The bytes from `offset` on, fewer at the disk's end.
    pub(crate) fn read(&self, offset: u64, length: usize) -> Vec<u8> {
        let end = (offset + length as u64).min(self.size);
        let mut bytes = Vec::with_capacity(length);
        for (at, piece) in pieces(offset, usize::try_from(end.saturating_sub(offset)).unwrap_or(0)) {
            let within = usize::try_from(at % BLOCK as u64).unwrap_or(0);
            match self.blocks.get(&(at / BLOCK as u64)) {
                Some(block) => bytes.extend_from_slice(&block.bytes[within..within + piece]),
                None => bytes.resize(bytes.len() + piece, 0),
            }
        }
        bytes
    }

    /// Writes at `offset`.
    pub(crate) fn write(&mut self, offset: u64, data: &[u8]) {
        let mut done = 0;
        for (at, length) in pieces(offset, data.len()) {
            self.write_block(at, &data[done..done + length]);
            done += length;
        }
    }

    fn write_block(&mut self, at: u64, data: &[u8]) {
        let (number, within) = (at / BLOCK as u64, usize::try_from(at % BLOCK as u64).unwrap_or(0));
        let old = self.blocks.remove(&number);
        let mut bytes = old.as_ref().map_or([0; BLOCK], |block| block.bytes);
        self.hash ^= old.map_or(0, |block| block.hash);
        bytes[within..within + data.len()].copy_from_slice(data);
        if bytes == [0; BLOCK] {
            return;
        }
        let mut hasher = DefaultHasher::new();
        number.hash(&mut hasher);
        hasher.write(&bytes);
        let hash = hasher.finish();
        self.hash ^= hash;
        self.blocks.insert(number, Arc::new(Block { bytes, hash }));
    }
}

/// Cuts `length` bytes from `offset` on at the borders of blocks: where each piece begins, and its length.
pub(crate) fn pieces(offset: u64, length: usize) -> impl Iterator<Item = (u64, usize)> {
    let end = offset + length as u64;
    let mut at = offset;
    std::iter::from_fn(move || {
        let next = ((at / BLOCK as u64 + 1) * BLOCK as u64).min(end);
        let piece = (at, usize::try_from(next.saturating_sub(at)).unwrap_or(0));
        at = next;
        (piece.1 > 0).then_some(piece)
    })
}
