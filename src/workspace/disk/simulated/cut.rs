//! What a power cut leaves.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

use super::{ATTIC, Event, Name, Tree, WORKSPACE, What};

/// What is written at once.
const SECTOR_BYTES: usize = 512;

/// Numbers that look random and come again with the same seed (`SplitMix64`).
#[derive(Debug, Clone)]
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number below `limit`.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let number = (mixed ^ (mixed >> 31)) % u64::try_from(limit.max(1)).expect("a length fits");
        usize::try_from(number).expect("below the limit")
    }

    /// True in so many of eight cases.
    pub(crate) fn eighths(&mut self, of_eight: usize) -> bool {
        self.below(8) < of_eight
    }
}

/// What a cut after these events may leave.
pub(super) fn cut(base: &Tree, log: &[Event], dice: &mut Dice) -> Tree {
    const ODDS: [usize; 6] = [0, 1, 4, 4, 7, 8];
    let (names, content) = (ODDS[dice.below(ODDS.len())], ODDS[dice.below(ODDS.len())]);
    let durable = covered(log);
    let kept = keep(log, &durable, &mut |event| match event {
        Event::Names { .. } => dice.eighths(names),
        _ => dice.eighths(content),
    });
    let mut tree = replayed(base, log, &kept);
    for file in unsynced(log, &durable) {
        tear(base, log, &durable, file, content, &mut tree, dice);
    }
    reachable(tree)
}

/// What stays for sure.
pub(super) fn durable(base: &Tree, log: &[Event]) -> Tree {
    reachable(replayed(base, log, &covered(log)))
}

/// Which events a later sync has covered.
fn covered(log: &[Event]) -> Vec<bool> {
    let (mut covered, mut dropped) = (vec![false; log.len()], vec![false; log.len()]);
    for (place, event) in log.iter().enumerate() {
        let (sync, marked) = match event {
            Event::SyncAll | Event::SyncFile(_) | Event::SyncFolder(_) => (event, &mut covered),
            Event::Failed(sync) => (&**sync, &mut dropped),
            _ => continue,
        };
        let is_covered = |earlier: &Event| match (sync, earlier) {
            (Event::SyncAll, _) => true,
            (
                Event::SyncFile(synced),
                Event::Write { file, .. } | Event::Mode { file, .. } | Event::Attribute { file, .. },
            ) => synced == file,
            (Event::SyncFolder(synced), Event::Names { set, .. }) => {
                set.iter().any(|((folder, _), _)| folder == synced)
            }
            _ => false,
        };
        for earlier in 0..place {
            marked[earlier] |= is_covered(&log[earlier]);
        }
        // Of what was dropped nobody is told twice; what was durable before stays so.
        for earlier in 0..place {
            match event {
                Event::Failed(_) => dropped[earlier] &= !covered[earlier],
                _ => covered[earlier] &= !dropped[earlier],
            }
        }
    }
    // Whoever is durable takes along what touched the same names before.
    let mut names: HashSet<&Name> = HashSet::new();
    for (place, event) in log.iter().enumerate().rev() {
        let Event::Names { set, .. } = event else { continue };
        covered[place] |= set.iter().any(|(name, _)| names.contains(name));
        if covered[place] {
            names.extend(set.iter().map(|(name, _)| name));
        }
    }
    covered
}

/// Which events a cut keeps: the durable ones, and what luck wants of the others. Of two that touch the same name the
/// later is never kept alone.
fn keep(log: &[Event], durable: &[bool], luck: &mut dyn FnMut(&Event) -> bool) -> Vec<bool> {
    let mut lost: HashSet<&Name> = HashSet::new();
    let mut kept = Vec::with_capacity(log.len());
    for (event, durable) in log.iter().zip(durable) {
        let wanted = *durable || luck(event);
        let Event::Names { set, .. } = event else {
            kept.push(wanted);
            continue;
        };
        let keep = *durable || wanted && !set.iter().any(|(name, _)| lost.contains(name));
        if !keep {
            lost.extend(set.iter().map(|(name, _)| name));
        }
        kept.push(keep);
    }
    kept
}

/// The tree when the kept ones of the events have happened to it. What was made is there, with or without a name.
fn replayed(base: &Tree, log: &[Event], kept: &[bool]) -> Tree {
    let mut tree = base.clone();
    for (event, kept) in log.iter().zip(kept) {
        if let Event::Names { made: Some((number, node)), .. } = event {
            tree.nodes.insert(*number, node.clone());
            tree.next = tree.next.max(number + 1);
        }
        if !kept {
            continue;
        }
        match event {
            Event::Names { set, .. } => set.iter().for_each(|((folder, name), to)| tree.set(*folder, name, *to)),
            Event::Write { file, at, bytes } => tree.write(*file, *at, bytes),
            Event::Mode { file, mode } => {
                if let Some(node) = tree.nodes.get_mut(file) {
                    node.mode = *mode;
                }
            }
            Event::Attribute { file, name, value } => {
                if let Some(node) = tree.nodes.get_mut(file) {
                    node.attributes.insert(name.clone(), value.clone());
                }
            }
            Event::SyncFile(_) | Event::SyncFolder(_) | Event::SyncAll | Event::Failed(_) => {}
        }
    }
    tree
}

/// The files of which not all that was written is durable.
fn unsynced(log: &[Event], durable: &[bool]) -> BTreeSet<u64> {
    let written = |(event, durable): (&Event, &bool)| match event {
        Event::Write { file, .. } if !durable => Some(*file),
        _ => None,
    };
    log.iter().zip(durable).filter_map(written).collect()
}

/// Makes of a file's content something between what is durable of it and what was written: nothing new, all, a
/// beginning, or some sectors.
fn tear(base: &Tree, log: &[Event], durable: &[bool], file: u64, odds: usize, tree: &mut Tree, dice: &mut Dice) {
    let of_file = |keep: &dyn Fn(usize) -> bool| {
        let kept: Vec<bool> = (0..log.len())
            .map(|place| matches!(&log[place], Event::Write { file: written, .. } if *written == file) && keep(place))
            .collect();
        match replayed(base, log, &kept).nodes.get(&file).map(|node| node.what.clone()) {
            Some(What::File(content)) => content.to_vec(),
            _ => Vec::new(),
        }
    };
    let (old, new) = (of_file(&|place| durable[place]), of_file(&|_| true));
    let content = match dice.below(5) {
        0 => old,
        1 => new,
        2 => {
            let length = dice.below(new.len() / SECTOR_BYTES + 1) * SECTOR_BYTES;
            new[..length.min(new.len())].to_vec()
        }
        3 => vec![0; new.len()],
        _ => {
            let mut mixed = old.clone();
            mixed.resize(new.len(), 0);
            for (to, from) in mixed.chunks_mut(SECTOR_BYTES).zip(new.chunks(SECTOR_BYTES)) {
                if dice.eighths(odds.clamp(1, 7)) {
                    to.copy_from_slice(from);
                }
            }
            mixed
        }
    };
    if let Some(node) = tree.nodes.get_mut(&file) {
        node.what = What::File(Arc::new(content));
    }
}

/// The tree without what has no name.
fn reachable(tree: Tree) -> Tree {
    let (mut found, mut ahead) = (BTreeSet::new(), vec![WORKSPACE, ATTIC]);
    while let Some(number) = ahead.pop() {
        if found.insert(number) {
            ahead.extend(tree.names(number).map(|(_, number)| *number));
        }
    }
    let nodes: BTreeMap<_, _> = tree.nodes.into_iter().filter(|(number, _)| found.contains(number)).collect();
    Tree { nodes, next: tree.next }
}
