//! What happens in a history: each deed is done with the program and foreseen by the model.

use super::*;

impl History {
    /// The agent proposes something, which may make no sense.
    pub(super) fn propose(&mut self) {
        let (path, to) = (self.some_path(), self.some_path());
        let old = self.pending(path);
        let (tool, args) = match self.dice.below(8) {
            0 => ("delete_file", json!({ "path": path })),
            1 => ("move_file", json!({ "source": path, "destination": to })),
            2..=4 => {
                let fixed = |line: &&str| !line.starts_with("--");
                let mut lines: Vec<&str> = old.iter().flat_map(|old| old.lines()).filter(fixed).collect();
                lines.dedup();
                let line = if lines.is_empty() { "no such line" } else { lines[self.dice.below(lines.len())] };
                // One line for another: more would grow without end.
                let lines = self.lines();
                let new = lines.lines().next();
                ("edit_file", json!({ "path": path, "old_string": line, "new_string": new, "replace_all": true }))
            }
            _ => ("write_file", json!({ "path": path, "content": self.content(old.as_deref()) })),
        };
        let call = ToolCall {
            tool: tool.to_owned(),
            args,
            cwd: self.session.root.clone(),
            agent: AgentPath::main(),
            tool_call_id: None,
            reason: String::new(),
            hints: ServerHints::default(),
        };
        let request = classify::request(&call).expect("a whole call");
        let deeds = self.meant(&request, ChangeId(u32::MAX));
        let proposer = self.manager.proposer(&self.session).expect("the workspace is there");
        let assessment = Assessment::of(Vec::new(), Vec::new());
        let answer = proposer.propose(&call, &request, &assessment, Phase::Change);
        let shown = format!("{request:?}").chars().take(60).collect::<String>();
        match (answer, deeds) {
            (Ok(Proposed::Queued(change)), Some(deeds)) => {
                let plan = self.manager.open_plan(&self.session.id).expect("readable").expect("just queued").id;
                let needs = change.depends_on.clone();
                self.tell(format!("{} proposed: {shown}, needs {needs:?}", change.id));
                let (id, state) = (change.id, ChangeState::Pending);
                let (is_rewritten, has_followed) = (false, false);
                self.changes.push(Change { plan, id, request, deeds, needs, state, is_rewritten, has_followed });
                self.check_needs(id);
            }
            (Ok(Proposed::AlreadyQueued { .. }) | Err(ProposeError::Compose(_)), None) => {}
            (other, deeds) => panic!("{shown} became {other:?}, not {deeds:?}; {}", self.story()),
        }
    }

    /// A change needs the last open one before it that touches the same file.
    pub(super) fn check_needs(&self, id: ChangeId) {
        let change = self.change(id);
        for (path, ..) in &change.deeds {
            let last = self.open().rev().find(|other| other.id < id && other.touches(path));
            assert!(last.is_none_or(|last| change.needs.contains(&last.id)), "what {id} needs; {}", self.story());
        }
    }

    /// A person looks at the plan.
    pub(super) fn show(&mut self) {
        let Some(plan) = self.manager.open_plan(&self.session.id).expect("readable") else { return };
        let displayed = plan.proposed_changes.iter().map(|change| (change.id, change.digest)).collect();
        self.manager.store().mark_shown(&plan, &displayed).expect("writable");
        let forms: Vec<String> = self.open().map(Change::form).collect();
        self.shown.extend(forms);
        self.tell("the person looks".to_owned());
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
        if self.dice.eighths(5) {
            self.show();
        }
        let is_blind = self.dice.eighths(3);
        let consent = Consent::by_person("test");
        let consent = if is_blind { consent.even_unseen() } else { consent };
        let unseen: Vec<ChangeId> = self
            .open()
            .filter(|change| chosen.contains(&change.id) && !self.shown.contains(&change.form()))
            .map(|change| change.id)
            .collect();
        let left = |id: &ChangeId| pending.contains(id) && !chosen.contains(id);
        let mine = || self.open().filter(|change| chosen.contains(&change.id));
        let is_closed = mine().all(|change| !change.needs.iter().any(left));
        let passes = mine().any(|change| {
            let before = self.open().filter(|other| other.id < change.id && left(&other.id));
            before.into_iter().any(|other| change.deeds.iter().any(|(path, ..)| other.touches(path)))
        });
        match self.manager.approve(&self.session, &selection, &consent) {
            Ok(approved) => {
                assert!(is_closed && !passes, "approved without what it needs; {}", self.story());
                assert!(is_blind || unseen.is_empty(), "approved unseen: {unseen:?}; {}", self.story());
                for id in &chosen {
                    self.set(*id, ChangeState::Approved);
                }
                self.apply(approved);
            }
            Err(DecideError::Needs { .. }) => assert!(!is_closed, "{}", self.story()),
            Err(DecideError::Passes { .. }) => assert!(passes, "{}", self.story()),
            Err(DecideError::NotShown { unseen: refused }) => {
                assert!(!is_blind && refused == unseen, "unseen: {refused:?}, not {unseen:?}; {}", self.story());
            }
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

    /// Applies what is approved; the process may die, and somebody may write before the next one starts.
    pub(super) fn apply(&mut self, approved: ApprovedPlan) {
        let on_failure = if self.dice.eighths(3) { OnFailure::KeepGoing } else { OnFailure::Stop };
        let (ready, refused) = self.foreseen();
        let expected: Vec<(ChangeId, ChangeState)> = self.outcomes(&ready, &refused, on_failure);
        self.tell(format!("apply {on_failure:?}, foreseen {expected:?}"));
        let options = Options { on_failure, ..Options::default() };
        let mut found = self.files.clone();
        let (life, theirs) = self.live(|manager| {
            let applier = Applier::new(manager.store(), Utc::now, options);
            applier.apply(approved, &mut |_| {}).expect("applying succeeds or tells");
        });
        let now = self.states();
        for (id, foreseen) in expected {
            let state = now[&id];
            let touched = theirs.as_ref().is_some_and(|(path, _)| self.change(id).touches(path));
            let is_fine = match life {
                Life::Whole => state == foreseen,
                Life::Killed => {
                    state == foreseen || state == ChangeState::Approved || touched && state == ChangeState::Conflict
                }
            };
            assert!(is_fine, "{id} is {state}, not {foreseen}; {}", self.story());
            if state == ChangeState::Applied {
                for (path, before, after) in self.change(id).deeds.clone() {
                    put(&mut found, path, before);
                    self.put(path, after);
                }
            }
            if matches!(state, ChangeState::Applied | ChangeState::Conflict) {
                self.became.insert(id, state.word());
            }
            self.set(id, state);
        }
        self.stand(theirs, &found);
        if self.dice.eighths(4) {
            self.merge();
        }
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
        let mut found = self.files.clone();
        let (life, theirs) = self.live(|manager| {
            apply::undo(manager.store(), Utc::now, &plan, &chosen).expect("undoing succeeds or tells");
        });
        let now = self.states_of(&plan);
        // Each is reversed upon those after it, and so stays where one of them does.
        let mut reversed = found.clone();
        for place in (0..self.changes.len()).rev() {
            let change = &self.changes[place];
            if change.plan != plan || !chosen.contains(&change.id) {
                continue;
            }
            let stands = change.deeds.iter().all(|(path, _, after)| reversed.get(path) == after.as_ref());
            for (path, before, _) in &change.deeds {
                put(&mut reversed, path, before.clone());
            }
            let stands = stands && change.deeds.iter().all(|(path, _, after)| self.files.get(path) == after.as_ref());
            let state = now[&change.id];
            let is_fine = match (stands, life == Life::Killed) {
                (true, false) => state == ChangeState::Undone,
                (false, _) => state == ChangeState::Applied,
                (true, true) => matches!(state, ChangeState::Undone | ChangeState::Applied),
            };
            assert!(is_fine, "{} is {state} where the files stand: {stands}; {}", change.id, self.story());
            if state == ChangeState::Undone {
                self.became.insert(change.id, state.word());
                for (path, before, after) in change.deeds.clone() {
                    put(&mut found, path, after);
                    self.put(path, before);
                }
            }
            self.changes[place].state = state;
        }
        self.stand(theirs, &found);
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
