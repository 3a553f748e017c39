//! How far a wave is, for whoever looks from another thread: what happens to it is told when it is over.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::board::Board;

/// How many contents were written beside their files so far.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    count: Arc<AtomicUsize>,
    board: Option<Arc<Board>>,
}

impl Tally {
    /// The number now.
    pub fn written(&self) -> usize {
        self.count.load(Ordering::Relaxed)
    }

    /// The same, which other screens see too.
    pub(super) fn on(&self, board: &Arc<Board>) -> Self {
        Self { count: Arc::clone(&self.count), board: Some(Arc::clone(board)) }
    }

    pub(super) fn count(&self) {
        let written = self.count.fetch_add(1, Ordering::Relaxed) + 1;
        if let Some(board) = &self.board {
            board.count(written);
        }
    }
}
