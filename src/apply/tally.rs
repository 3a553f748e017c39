//! How far a wave is, for whoever looks from another thread: what happens to it is told when it is over.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// How many contents were written beside their files so far.
#[derive(Debug, Clone, Default)]
pub struct Tally(Arc<AtomicUsize>);

impl Tally {
    /// The number now.
    pub fn written(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }

    pub(super) fn count(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}
