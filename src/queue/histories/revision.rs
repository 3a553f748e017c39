//! Changes of a history become others, or are given up.

use super::*;

impl History {
    /// A person rejects some changes, in one of three ways.
    pub(super) fn reject(&mut self) {
        let open: Vec<ChangeId> = self.open().map(|change| change.id).collect();
        let chosen: Vec<ChangeId> = open.into_iter().filter(|_| self.dice.eighths(2)).collect();
        if chosen.is_empty() {
            return;
        }
        let dependants = self.dependants(&chosen);
        let rejection = [Rejection::Strict, Rejection::WithDependants, Rejection::Rebase][self.dice.below(3)];
        let before = self.changes.clone();
        for id in &chosen {
            self.set(*id, ChangeState::Rejected);
        }
        let stand = match rejection {
            Rejection::Strict => dependants.is_empty(),
            Rejection::WithDependants => {
                for id in &dependants {
                    self.set(*id, ChangeState::Rejected);
                }
                true
            }
            Rejection::Rebase => dependants.iter().all(|id| self.rebase(*id)),
        };
        let selection = Selection::Parts(chosen.iter().copied().map(Part::Change).collect());
        let done = self.manager.reject(&self.session, &selection, "", rejection, &Consent::by_person("test"));
        self.tell(format!("reject {chosen:?}, {rejection:?}, upon which are {dependants:?}: {done:?}"));
        match done {
            Ok(_) => {
                assert!(stand, "{}", self.story());
                let rebased = if rejection == Rejection::Rebase { dependants } else { Vec::new() };
                for id in rebased {
                    self.follow(id, &before);
                }
            }
            Err(DecideError::Depended { .. } | DecideError::CannotRebase { .. } | DecideError::Rewritten { .. }) => {
                assert!(!stand, "{}", self.story());
                self.changes = before;
            }
            Err(error) => panic!("{error}; {}", self.story()),
        }
    }

    /// The open changes that build on these, directly or not.
    fn dependants(&self, on: &[ChangeId]) -> Vec<ChangeId> {
        let mut found: Vec<ChangeId> = Vec::new();
        for change in self.open().filter(|change| !on.contains(&change.id)) {
            if change.needs.iter().any(|needed| on.contains(needed) || found.contains(needed)) {
                found.push(change.id);
            }
        }
        found
    }

    /// Computes a change anew upon what is before it; false when it does not stand there.
    fn rebase(&mut self, id: ChangeId) -> bool {
        let change = self.change(id);
        let as_called = || self.meant(&change.request, id);
        let kept = self.refitted(change).or_else(|| self.fits(change).then(|| change.deeds.clone()));
        let deeds = match (change.deeds.as_slice(), kept) {
            _ if !change.is_rewritten && !change.has_followed => as_called(),
            (_, Some(deeds)) => Some(deeds),
            ([(path, before, after)], None) if change.is_rewritten => {
                let found = self.found(path, id);
                (before.is_none() || found.is_none()).then(|| vec![(*path, found, after.clone())])
            }
            _ => as_called(),
        };
        let Some(deeds) = deeds else { return false };
        self.change_mut(id).deeds = deeds;
        true
    }

    /// What a change that was computed anew needs, and that it waits for its approval if it is another.
    fn follow(&mut self, id: ChangeId, before: &[Change]) {
        let plan = self.change(id).plan.clone();
        let stored = self.manager.store().change(&plan, id).expect("readable").expect("it is there");
        let change = self.change_mut(id);
        change.needs = stored.depends_on;
        let form = change.form();
        if before.iter().all(|old| old.form() != form) {
            change.state = ChangeState::Pending;
        }
        self.check_needs(id);
    }

    /// The conflicts that are none beyond doubt become proposals.
    pub(super) fn merge(&mut self) {
        let merged = self.manager.merge_drifted(&self.session).expect("merging never fails");
        self.tell(format!("merged {merged:?}"));
        let mut expected = Vec::new();
        for id in self.in_state(ChangeState::Conflict) {
            // A conflict may have followed the one before it.
            if self.change(id).state == ChangeState::Conflict {
                let Some(deeds) = self.refitted(self.change(id)) else { continue };
                self.become_another(id, deeds);
                let _ = self.carry(id);
            }
            expected.push(id);
        }
        assert_eq!(merged, expected, "what is merged; {}", self.story());
    }

    /// A person writes something else into a change.
    pub(super) fn rewrite(&mut self) {
        let open: Vec<ChangeId> = self.open().map(|change| change.id).collect();
        if open.is_empty() {
            return;
        }
        let id = open[self.dice.below(open.len())];
        let place = self.dice.below(content::PLACES);
        let lines = self.lines();
        let editing = self.manager.editable(&self.session, id);
        let change = self.change(id);
        let [(path, old, Some(after))] = change.deeds.as_slice() else {
            assert!(matches!(editing, Err(DecideError::NotEditable { .. })), "{editing:?}; {}", self.story());
            return;
        };
        let text = content::with(after, place, &lines);
        let old = if change.state == ChangeState::Conflict { self.found(path, id) } else { old.clone() };
        let deeds = vec![(*path, old, Some(text.clone()))];
        let (consent, editing) = (Consent::by_person("test"), editing.expect("one file with a content"));
        let done = self.manager.edit(&self.session, id, &editing, text.as_bytes(), &consent);
        self.tell(format!("{id} is rewritten, place {place}: {done:?}"));
        self.revise(id, deeds, done);
    }

    /// A person settles a conflict for one side.
    pub(super) fn take(&mut self) {
        let Some(&id) = self.in_state(ChangeState::Conflict).first() else { return };
        let consent = Consent::by_person("test");
        if self.dice.eighths(4) {
            self.manager.take_disk(&self.session, id, &consent).expect("a conflict can be given up");
            self.tell(format!("{id} is given up"));
            self.set(id, ChangeState::Rejected);
            return;
        }
        let change = self.change(id);
        let deeds = match change.deeds.as_slice() {
            [goes, comes] => self.moved(id, goes, comes).0,
            deeds => deeds.iter().map(|(path, _, after)| (*path, self.found(path, id), after.clone())).collect(),
        };
        let done = self.manager.take_proposed(&self.session, id, &consent);
        self.tell(format!("{id} is taken as proposed: {done:?}"));
        if deeds.iter().all(|(_, before, after)| before == after) {
            assert!(matches!(done, Err(DecideError::AlreadySo { .. })), "{}", self.story());
        } else {
            self.revise(id, deeds, done);
        }
    }

    /// A person made a change another, unless something that is queued on top of it does not fit.
    fn revise(&mut self, id: ChangeId, deeds: Vec<Deed>, done: Result<(), DecideError>) {
        let before = self.changes.clone();
        self.become_another(id, deeds);
        let expected = self.carry(id);
        match done {
            Ok(()) => assert_eq!(expected, [], "{}", self.story()),
            Err(DecideError::Unfit { unfit, .. }) => {
                assert!(!unfit.is_empty() && unfit == expected, "{expected:?} do not fit; {}", self.story());
                self.changes = before;
            }
            Err(error) => panic!("{error}; {}", self.story()),
        }
    }

    fn become_another(&mut self, id: ChangeId, deeds: Vec<Deed>) {
        let change = self.change_mut(id);
        (change.deeds, change.state, change.is_rewritten) = (deeds, ChangeState::Pending, true);
    }

    /// What was queued upon a change follows it; tells what does not fit.
    fn carry(&mut self, revised: ChangeId) -> Vec<ChangeId> {
        let mut paths: Vec<&str> = self.change(revised).deeds.iter().map(|(path, ..)| *path).collect();
        let later: Vec<ChangeId> = self.open().map(|change| change.id).filter(|id| *id > revised).collect();
        let mut unfit = Vec::new();
        for id in later {
            let change = self.change(id);
            if !paths.iter().any(|path| change.touches(path)) {
                continue;
            }
            match self.refitted(change) {
                Some(deeds) => {
                    paths.extend(deeds.iter().map(|(path, ..)| *path));
                    let change = self.change_mut(id);
                    (change.deeds, change.state, change.has_followed) = (deeds, ChangeState::Pending, true);
                }
                None if self.fits(change) => {}
                None => unfit.push(id),
            }
        }
        unfit
    }

    fn fits(&self, change: &Change) -> bool {
        change.deeds.iter().all(|(path, before, _)| self.found(path, change.id) == *before)
    }

    /// What a change would do to its files as they are, where that is beyond doubt and another thing than it says.
    fn refitted(&self, change: &Change) -> Option<Vec<Deed>> {
        let deeds = match change.deeds.as_slice() {
            [goes, comes] => {
                let (deeds, fits) = self.moved(change.id, goes, comes);
                fits.then_some(deeds)?
            }
            [(path, before, after)] => {
                let found = self.found(path, change.id);
                if found == *before {
                    return None;
                }
                let after = match (before, &found, after) {
                    (None, Some(now), Some(after)) if now == after => Some(now.clone()),
                    (_, None, None) => None,
                    (Some(before), Some(now), Some(after)) => Some(content::merged(before, now, after)?),
                    _ => return None,
                };
                vec![(*path, found, after)]
            }
            other => panic!("no change does {other:?}"),
        };
        (deeds != change.deeds).then_some(deeds)
    }

    /// A move upon its files as they are, and whether they are so that nobody could mean anything else.
    fn moved(&self, id: ChangeId, goes: &Deed, comes: &Deed) -> (Vec<Deed>, bool) {
        let (from, to) = (self.found(goes.0, id), self.found(comes.0, id));
        let (after, expected) = if from.is_some() { (&from, &comes.1) } else { (&comes.2, &comes.2) };
        let fits = to == *expected;
        (vec![(goes.0, from.clone(), None), (comes.0, to, after.clone())], fits)
    }
}
