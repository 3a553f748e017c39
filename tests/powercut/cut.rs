//! The disks that a power cut may leave: all that was flushed, and any part of what was written since.

use std::collections::HashMap;

use super::image::{Image, pieces};
use super::recorder::Event;

/// Which of the writes since the last flush reached the medium.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Kept {
    /// Every one: the disk wrote in order and at once.
    All,
    /// None: it kept them in its cache.
    None,
    /// All but a part of the last one.
    Torn(u64),
    /// Some whole writes: it wrote in another order.
    Reordered(u64),
    /// Some blocks of some writes.
    Scattered(u64),
}

/// A moment at which the power goes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cut {
    /// The events before this one are on the medium.
    pub(crate) flushed: usize,
    /// The events before this one had happened.
    pub(crate) now: usize,
    pub(crate) kept: Kept,
}

/// A history of a disk, with its contents after each flush.
pub(crate) struct History {
    events: Vec<Event>,
    flushed: HashMap<usize, Image>,
}

/// Numbers that look random and are the same in every run.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    /// The next number below `sides` (splitmix64).
    pub(crate) fn throw(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % sides.max(1) as u64).unwrap_or(0)
    }
}

impl History {
    /// What became of `start`.
    pub(crate) fn new(start: Image, events: Vec<Event>) -> Self {
        let mut flushed = HashMap::from([(0, start.clone())]);
        let mut image = start;
        for (at, event) in events.iter().enumerate() {
            match event {
                Event::Write { offset, data } => image.write(*offset, data),
                Event::Flush => {
                    flushed.insert(at + 1, image.clone());
                }
            }
        }
        Self { events, flushed }
    }

    /// How many writes and how many flushes there were.
    pub(crate) fn counts(&self) -> (usize, usize) {
        let flushes = self.events.iter().filter(|event| matches!(event, Event::Flush)).count();
        (self.events.len() - flushes, flushes)
    }

    /// The disk that a cut leaves.
    pub(crate) fn image(&self, cut: &Cut) -> Image {
        let mut image = self.flushed[&cut.flushed].clone();
        let mut dice = Dice(match cut.kept {
            Kept::Torn(seed) | Kept::Reordered(seed) | Kept::Scattered(seed) => seed,
            Kept::All | Kept::None => 0,
        });
        for (at, event) in self.events[..cut.now].iter().enumerate().skip(cut.flushed) {
            let Event::Write { offset, data } = event else { continue };
            let blocks = data.len().div_ceil(super::image::BLOCK);
            let whole = match cut.kept {
                Kept::All => true,
                Kept::Torn(_) => at + 1 < cut.now,
                Kept::Reordered(_) => dice.throw(2) == 0,
                Kept::None | Kept::Scattered(_) => false,
            };
            let first = if matches!(cut.kept, Kept::Torn(_)) { dice.throw(blocks) } else { blocks };
            let mut done = 0;
            for (n, (begin, length)) in pieces(*offset, data.len()).enumerate() {
                let keep = whole
                    || matches!(cut.kept, Kept::Torn(_)) && n < first
                    || matches!(cut.kept, Kept::Scattered(_)) && dice.throw(2) == 0;
                if keep {
                    image.write(begin, &data[done..done + length]);
                }
                done += length;
            }
        }
        image
    }

    /// At most `wanted` cuts that leave different disks, drawn evenly from the whole history and in no order.
    ///
    /// Of cuts that leave the same disk the latest stands, at which most had been promised.
    pub(crate) fn cuts(&self, wanted: usize) -> Vec<Cut> {
        let mut dice = Dice(0x0070_6c61_6e67_6174);
        let (writes, _) = self.counts();
        let rounds = (2 * wanted / writes.max(1)).clamp(1, 40);
        let mut different: HashMap<u64, Cut> = HashMap::new();
        let mut flushed = 0;
        let mut candidates = Vec::new();
        for (at, event) in self.events.iter().enumerate() {
            let now = at + 1;
            if matches!(event, Event::Flush) {
                flushed = now;
            }
            let mut candidate = |kept| candidates.push(Cut { flushed, now, kept });
            candidate(Kept::None);
            if let Event::Write { data, .. } = event {
                candidate(Kept::All);
                if data.len() > super::image::BLOCK {
                    candidate(Kept::Torn(now as u64));
                }
                for round in 0..rounds as u64 {
                    let seed = (now as u64) << 16 | round;
                    candidate(if round % 2 == 0 { Kept::Reordered(seed) } else { Kept::Scattered(seed) });
                }
            }
        }
        shuffle(&mut candidates, &mut dice);
        // Duplicates are frequent among few unflushed writes; a few times the number wanted is enough to draw from.
        for cut in candidates.into_iter().take(4 * wanted) {
            let hash = self.image(&cut).hash();
            let known = different.entry(hash).or_insert(cut);
            if known.now < cut.now {
                *known = cut;
            }
        }
        let mut cuts: Vec<Cut> = different.into_values().collect();
        cuts.sort_by_key(|cut| (cut.now, cut.flushed, seed(cut.kept)));
        shuffle(&mut cuts, &mut dice);
        cuts.truncate(wanted);
        cuts
    }
}

fn seed(kept: Kept) -> u64 {
    match kept {
        Kept::All => 0,
        Kept::None => 1,
        Kept::Torn(seed) | Kept::Reordered(seed) | Kept::Scattered(seed) => seed,
    }
}

fn shuffle<T>(all: &mut [T], dice: &mut Dice) {
    for at in (1..all.len()).rev() {
        all.swap(at, dice.throw(at + 1));
    }
}
