//! What happens in a history: each deed is done with the program and foreseen by the model.

use super::*;

impl History {
    /// The agent proposes something, which may make no sense.
    pub(super) fn propose(&mut self) {
        let (path, to, new) = (self.some_path(), self.some_path(), self.content());
        let (old, there) = (self.pending(path), self.pending(to));
        let named = path.to_owned();
        let (request, deeds) = match self.dice.below(8) {
            0 => (Request::DeleteFile { path: named }, old.clone().map(|old| vec![(path, Some(old), None)])),
            1 => {
                let deeds = old.clone().filter(|_| there.is_none() && path != to);
                let deeds = deeds.map(|old| vec![(path, Some(old.clone()), None), (to, None, Some(old))]);
                (Request::MoveFile { from: named, to: to.to_owned() }, deeds)
            }
            2 | 3 => {
                let line = old.as_deref().and_then(|old| old.lines().next()).unwrap_or("no such line").to_owned();
                // One line for another: more would grow without end.
                let new = new.lines().next().unwrap_or_default().to_owned();
                let after = old.as_ref().map(|old| old.replace(&line, &new));
                let edits = vec![FileEdit { old: line, new, every: true }];
                (Request::EditFile { path: named, edits }, after.map(|after| vec![(path, old.clone(), Some(after))]))
            }
            _ => {
                let deeds = vec![(path, old.clone(), Some(new.clone()))];
                (Request::WriteFile { path: named, content: new }, Some(deeds))
            }
        };
        let proposer = self.manager.proposer(&self.session).expect("the workspace is there");
        let call = ToolCall {
            tool: "tool".to_owned(),
            args: json!({ "request": format!("{request:?}") }),
            cwd: self.session.root.clone(),
            agent: AgentPath::main(),
            tool_call_id: None,
            reason: String::new(),
            hints: ServerHints::default(),
        };
        let assessment = Assessment::of(Vec::new(), Vec::new());
        let answer = proposer.propose(&call, &request, &assessment, Phase::Change);
        let shown = format!("{request:?}").chars().take(60).collect::<String>();
        match (answer, deeds) {
            (Ok(Proposed::Queued(change)), Some(deeds)) => {
                let plan = self.manager.open_plan(&self.session.id).expect("readable").expect("just queued").id;
                let needs = change.depends_on.clone();
                for (path, ..) in &deeds {
                    let last =
                        self.open().rev().find(|change| change.deeds.iter().any(|(touched, ..)| touched == path));
                    assert!(last.is_none_or(|last| needs.contains(&last.id)), "{}", self.story());
                }
                self.tell(format!("{} proposed: {shown}, needs {needs:?}", change.id));
                self.changes.push(Change { plan, id: change.id, deeds, needs, state: ChangeState::Pending });
            }
            (Ok(Proposed::AlreadyQueued { .. }) | Err(ProposeError::Compose(_)), None) => {}
            (other, deeds) => panic!("{shown} became {other:?}, not {deeds:?}; {}", self.story()),
        }
    }

    pub(super) fn approve(&mut self) {
        let pending: Vec<ChangeId> = self.in_state(ChangeState::Pending);
        let selection = match self.dice.below(3) {
            0 => Selection::All,
            1 => Selection::First(u32::try_from(1 + self.dice.below(pending.len())).expect("few")),
            _ => {
                let some: Vec<_> =
                    pending.iter().filter(|_| self.dice.eighths(4)).map(|id| Part::Change(*id)).collect();
                if some.is_empty() { Selection::All } else { Selection::Parts(some) }
            }
        };
        let chosen: Vec<ChangeId> = match &selection {
            Selection::All => pending.clone(),
            Selection::First(count) => pending.iter().take(*count as usize).copied().collect(),
            Selection::Parts(parts) => {
                parts.iter().filter_map(|part| if let Part::Change(id) = part { Some(*id) } else { None }).collect()
            }
        };
        let consent = Consent::by_person("test").even_unseen();
        let is_closed = self
            .open()
            .filter(|change| chosen.contains(&change.id))
            .all(|change| change.needs.iter().all(|needed| !pending.contains(needed) || chosen.contains(needed)));
        match self.manager.approve(&self.session, &selection, &consent) {
            Ok(approved) => {
                assert!(is_closed, "approved without what it needs; {}", self.story());
                for id in &chosen {
                    self.set(*id, ChangeState::Approved);
                }
                self.apply(approved);
            }
            Err(DecideError::Needs { .. }) => assert!(!is_closed, "{}", self.story()),
            Err(DecideError::Nothing(_) | DecideError::Selection(_)) => {
                assert!(pending.is_empty(), "{}", self.story());
            }
            Err(error) => panic!("{error}; {}", self.story()),
        }
    }

    pub(super) fn retry(&mut self) {
        let Some(&id) = self.in_state(ChangeState::Conflict).first() else { return };
        let consent = Consent::by_person("test").even_unseen();
        let approved = self.manager.retry(&self.session, id, &consent).expect("a conflict can be tried again");
        self.set(id, ChangeState::Approved);
        self.apply(approved);
    }

    pub(super) fn reject(&mut self) {
        let open: Vec<ChangeId> = self.open().map(|change| change.id).collect();
        let some: Vec<_> = open.iter().filter(|_| self.dice.eighths(3)).map(|id| Part::Change(*id)).collect();
        if some.is_empty() {
            return;
        }
        let consent = Consent::by_person("test");
        let rejection = Rejection::WithDependants;
        let chosen = Selection::Parts(some);
        let rejected = self.manager.reject(&self.session, &chosen, "", rejection, &consent).expect("open ones can be");
        self.tell(format!("rejected {:?}", rejected.rejected));
        for id in rejected.rejected {
            self.set(id, ChangeState::Rejected);
        }
    }

    /// Applies what is approved; the process may die, and somebody may write before the next one starts.
    pub(super) fn apply(&mut self, approved: ApprovedPlan) {
        let on_failure = if self.dice.eighths(3) { OnFailure::KeepGoing } else { OnFailure::Stop };
        let (ready, refused) = self.foreseen();
        let expected: Vec<(ChangeId, ChangeState)> = self.outcomes(&ready, &refused, on_failure);
        self.tell(format!("apply {on_failure:?}, foreseen {expected:?}"));
        let options = Options { on_failure, ..Options::default() };
        let files = self.files.clone();
        let (life, theirs) = self.live(|manager| {
            let applier = Applier::new(manager.store(), Utc::now, options);
            applier.apply(approved, &mut |_| {}).expect("applying succeeds or tells");
        });
        let now = self.states();
        for (id, foreseen) in expected {
            let state = now[&id];
            let touched =
                self.change(id).deeds.iter().any(|(path, ..)| theirs.as_ref().is_some_and(|(t, _)| t == path));
            let is_fine = match life {
                Life::Whole => state == foreseen,
                Life::Killed => {
                    state == foreseen || state == ChangeState::Approved || touched && state == ChangeState::Conflict
                }
            };
            assert!(is_fine, "{id} is {state}, not {foreseen}; {}", self.story());
            if state == ChangeState::Applied {
                for (path, _, after) in self.change(id).deeds.clone() {
                    self.put(path, after);
                }
            }
            if matches!(state, ChangeState::Applied | ChangeState::Conflict) {
                self.became.insert(id, state.word());
            }
            self.set(id, state);
        }
        self.stand(theirs, &files);
    }

    /// What becomes of each approved change when nobody dies.
    pub(super) fn outcomes(
        &self,
        ready: &[ChangeId],
        refused: &[ChangeId],
        on_failure: OnFailure,
    ) -> Vec<(ChangeId, ChangeState)> {
        let mut outcomes: Vec<(ChangeId, ChangeState)> = Vec::new();
        for id in self.in_state(ChangeState::Approved) {
            let happens =
                |needed: &ChangeId| !self.is_open(*needed) || outcomes.contains(&(*needed, ChangeState::Applied));
            let state = if refused.contains(&id) {
                ChangeState::Conflict
            } else if !ready.contains(&id) || !refused.is_empty() && on_failure == OnFailure::Stop {
                ChangeState::Approved
            } else if self.change(id).needs.iter().all(happens) {
                ChangeState::Applied
            } else {
                ChangeState::Approved
            };
            outcomes.push((id, state));
        }
        outcomes
    }

    pub(super) fn undo(&mut self) {
        let Some(plan) = self.changes.iter().rev().find(|c| c.state == ChangeState::Applied).map(|c| c.plan.clone())
        else {
            return;
        };
        let applied = |change: &&mut Change| change.plan == plan && change.state == ChangeState::Applied;
        let mut chosen: Vec<ChangeId> = Vec::new();
        let dice = &mut self.dice;
        self.changes.iter_mut().filter(applied).filter(|_| dice.eighths(4)).for_each(|change| chosen.push(change.id));
        self.tell(format!("undo {chosen:?} of {plan}"));
        let files = self.files.clone();
        let (life, theirs) = self.live(|manager| {
            apply::undo(manager.store(), Utc::now, &plan, &chosen).expect("undoing succeeds or tells");
        });
        let now = self.states_of(&plan);
        for place in (0..self.changes.len()).rev() {
            let change = &self.changes[place];
            if change.plan != plan || !chosen.contains(&change.id) {
                continue;
            }
            let stands = change.deeds.iter().all(|(path, _, after)| self.files.get(path) == after.as_ref());
            let state = now[&change.id];
            let is_fine = match (stands, life == Life::Killed) {
                (true, false) => state == ChangeState::Undone,
                (false, _) => state == ChangeState::Applied,
                (true, true) => matches!(state, ChangeState::Undone | ChangeState::Applied),
            };
            assert!(is_fine, "{} is {state} where the files stand: {stands}; {}", change.id, self.story());
            if state == ChangeState::Undone {
                self.became.insert(change.id, state.word());
                for (path, before, _) in change.deeds.clone() {
                    self.put(path, before);
                }
            }
            self.changes[place].state = state;
        }
        self.stand(theirs, &files);
    }

    /// Lets the engine do something. Now and then the process dies in it, perhaps as the power goes, and perhaps somebody
    /// writes before the next process starts.
    pub(super) fn live(&mut self, act: impl FnOnce(&PendingPlanManager)) -> (Life, Option<(&'static str, Content)>) {
        self.disk.settle();
        let left = Rc::new(Cell::new(if self.dice.eighths(4) { 1 + self.dice.below(90) } else { usize::MAX }));
        let counter = Rc::clone(&left);
        fault::watch(Some(Box::new(move || {
            counter.set(counter.get() - 1);
            if counter.get() == 0 {
                std::panic::resume_unwind(Box::new(Killed));
            }
        })));
        let lived = catch_unwind(AssertUnwindSafe(|| act(&self.manager)));
        fault::watch(None);
        let Err(death) = lived else { return (Life::Whole, None) };
        if !death.is::<Killed>() {
            eprintln!("{}", self.story());
            std::panic::resume_unwind(death);
        }
        let power = self.dice.eighths(4);
        if power {
            let left = self.disk.cut(self.disk.happened(), &mut self.dice);
            self.disk.load(left);
        }
        let theirs = self.dice.eighths(2).then(|| {
            let path = self.some_path();
            let there = self.disk.listing().iter().any(|(found, ..)| found == path);
            let was = self.files.clone();
            let content = self.edit(path);
            self.files = was;
            // To delete what is not there is nothing.
            (there || content.is_some()).then_some((path, content))
        });
        let theirs = theirs.flatten();
        self.manager = PendingPlanManager::open(&self.home).expect("it opens again");
        // Without the merging of conflicts, of which the model knows nothing.
        let recovered = crate::apply::recover(self.manager.store(), Utc::now).expect("recovery succeeds");
        self.tell(format!("killed (power {power}); theirs {}; recovered {recovered:?}", theirs.is_some()));
        (Life::Killed, theirs)
    }
}
