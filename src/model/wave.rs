//! The order in which changes may happen: what needs what, and what may happen together.

use std::collections::{BTreeMap, BTreeSet};

use super::{Action, ChangeId, Phase, ProposedChange, TargetPath};

/// What each change needs to have happened before it.
pub type Needs = BTreeMap<ChangeId, BTreeSet<ChangeId>>;

/// Derives what needs what from the changes, which come in their order.
///
/// A change needs those it was composed on, and the last one before it that touches one of its files. A command or call of
/// unknown effect is a barrier: it needs all before it, and all after it need it. A check needs every write before it; no
/// write needs a check.
pub fn needs(changes: &[&ProposedChange]) -> Needs {
    let there: BTreeSet<ChangeId> = changes.iter().map(|change| change.id).collect();
    let mut needs = Needs::new();
    let mut touched: BTreeMap<&TargetPath, ChangeId> = BTreeMap::new();
    let (mut since, mut barrier): (Vec<ChangeId>, Option<ChangeId>) = (Vec::new(), None);
    for change in changes {
        let mut own: BTreeSet<ChangeId> = change.depends_on.iter().copied().filter(|id| there.contains(id)).collect();
        own.extend(barrier);
        own.extend(change.action.effects().iter().filter_map(|effect| touched.get(&effect.path)));
        let of_unknown_effect = matches!(change.action, Action::Command { .. } | Action::Forward);
        if of_unknown_effect {
            own.extend(&since);
        }
        if change.phase == Phase::Change {
            for effect in change.action.effects() {
                touched.insert(&effect.path, change.id);
            }
            if of_unknown_effect {
                barrier = Some(change.id);
                since.clear();
            } else {
                since.push(change.id);
            }
        }
        own.remove(&change.id);
        needs.insert(change.id, own);
    }
    needs
}

/// The order in which the changes come: each after those that it needs, else the first queued first, those in `last` only
/// when nothing else can come.
///
/// # Errors
/// The changes that need each other in a circle, with what waits for them.
pub fn order(needs: &Needs, last: &BTreeSet<ChangeId>) -> Result<Vec<ChangeId>, Vec<ChangeId>> {
    let own = |id: &ChangeId| needs[id].iter().filter(|needed| needs.contains_key(needed));
    let mut waiting: BTreeMap<ChangeId, usize> = needs.keys().map(|id| (*id, own(id).count())).collect();
    let mut dependants: BTreeMap<ChangeId, Vec<ChangeId>> = BTreeMap::new();
    for id in needs.keys() {
        for needed in own(id) {
            dependants.entry(*needed).or_default().push(*id);
        }
    }
    let rank = |id: ChangeId| (last.contains(&id), id);
    let mut ready: BTreeSet<(bool, ChangeId)> =
        waiting.iter().filter(|(_, count)| **count == 0).map(|(id, _)| rank(*id)).collect();
    let mut order = Vec::with_capacity(needs.len());
    while let Some((_, id)) = ready.pop_first() {
        order.push(id);
        waiting.remove(&id);
        for dependant in dependants.get(&id).into_iter().flatten() {
            let count = waiting.entry(*dependant).or_default();
            *count -= 1;
            if *count == 0 {
                ready.insert(rank(*dependant));
            }
        }
    }
    if waiting.is_empty() { Ok(order) } else { Err(waiting.into_keys().collect()) }
}

/// Groups neighbours of `order` that do not need each other; checks and others never together.
pub fn groups(order: &[ChangeId], needs: &Needs, is_check: impl Fn(&ChangeId) -> bool) -> Vec<Vec<ChangeId>> {
    let mut groups: Vec<Vec<ChangeId>> = Vec::new();
    let mut present = BTreeSet::new();
    for id in order {
        let fits = |group: &&mut Vec<ChangeId>| is_check(&group[0]) == is_check(id) && needs[id].is_disjoint(&present);
        if let Some(group) = groups.last_mut().filter(fits) {
            group.push(*id);
        } else {
            present.clear();
            groups.push(vec![*id]);
        }
        present.insert(*id);
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(ids: &[u32]) -> BTreeSet<ChangeId> {
        ids.iter().copied().map(ChangeId).collect()
    }

    fn needing(edges: &[(u32, &[u32])]) -> Needs {
        edges.iter().map(|(id, own)| (ChangeId(*id), ids(own))).collect()
    }

    fn check(edges: &[(u32, &[u32])], last: &[u32], expected: &[u32]) {
        let found = order(&needing(edges), &ids(last)).expect("no circle");
        assert_eq!(found.into_iter().map(|id| id.0).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn the_first_that_needs_nothing_more_comes_next_and_checks_come_last() {
        check(&[(1, &[]), (2, &[]), (3, &[1]), (4, &[])], &[], &[1, 2, 3, 4]);
        check(&[(1, &[3]), (2, &[]), (3, &[])], &[], &[2, 3, 1]);
        check(&[(1, &[]), (2, &[1]), (3, &[]), (4, &[3])], &[2], &[1, 3, 4, 2]);
        check(&[(1, &[9])], &[], &[1]);
        check(&[], &[], &[]);
    }

    #[test]
    fn a_circle_is_named() {
        assert_eq!(order(&needing(&[(1, &[2]), (2, &[1]), (3, &[])]), &ids(&[])), Err(vec![ChangeId(1), ChangeId(2)]));
    }
}
