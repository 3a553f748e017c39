//! One plan on one disk, on which the power is cut again and again.

use super::*;

/// What a test of power cuts does with the plan.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Doing {
    Apply,
    Undo,
}

/// A test that counts what it has tried.
pub(super) struct Trial {
    pub(super) subject: Subject,
    pub(super) doing: Doing,
    pub(super) dice: Dice,
    /// How many cuts were made, and how many of them left a disk and a store that no other had left.
    pub(super) cuts: u64,
    pub(super) seen: HashSet<(u64, u64)>,
    pub(super) homes: u64,
}

impl Trial {
    pub(super) fn new(seed: u64, kind: Kind, ignored: Ignored) -> Self {
        let mut dice = Dice::new(seed);
        let doing = if dice.eighths(3) { Doing::Undo } else { Doing::Apply };
        let subject = Subject::random(&mut dice, kind, ignored);
        Self { subject, doing, dice, cuts: 0, seen: HashSet::new(), homes: 0 }
    }

    /// Cuts the power so many times at some moment; what was found wrong.
    pub(super) fn run(&mut self, cuts: u64) -> Result<(), String> {
        let all: Vec<u32> = (1..=self.subject.ground.changes).collect();
        let disk = self.subject.disk.clone();
        if self.doing == Doing::Undo {
            self.subject.ground.apply();
            disk.settle();
        }
        let doing = self.doing;
        let moments = self.subject.record(&disk, |ground| match doing {
            Doing::Apply => drop(ground.apply()),
            Doing::Undo => drop(ground.undo(&all)),
        });
        let wanted = self.files_in(self.ended());
        if files_of(&disk.now()) != wanted {
            return Err("it did not even happen".to_owned());
        }
        self.cut_somewhere(&disk, disk.happened(), &moments, cuts, 0)
    }

    /// The state of a change that happened.
    fn ended(&self) -> ChangeState {
        if self.doing == Doing::Apply { ChangeState::Applied } else { ChangeState::Undone }
    }

    /// The state of a change that did not.
    fn begun(&self) -> ChangeState {
        if self.doing == Doing::Apply { ChangeState::Approved } else { ChangeState::Applied }
    }

    /// The files when all changes are in that state.
    fn files_in(&self, state: ChangeState) -> Files {
        self.subject.after(&vec![state == ChangeState::Applied; self.subject.deeds.len()])
    }

    /// Cuts the power so many times while the first `until` things of the log happened.
    fn cut_somewhere(
        &mut self,
        disk: &Disk,
        until: usize,
        moments: &[Moment],
        cuts: u64,
        depth: u32,
    ) -> Result<(), String> {
        for _ in 0..cuts {
            let at = self.dice.below(until + 1);
            let over = |place: usize| moments.get(place + 1).is_some_and(|next| next.at < at);
            let stores = moments.iter().enumerate().filter(|(place, moment)| moment.at <= at && !over(*place));
            for (_, moment) in stores {
                self.cuts += 1;
                let tree = disk.cut(at, &mut self.dice);
                if self.seen.insert((moment.mark, tree.mark())) {
                    self.check(moment, tree, depth).map_err(|wrong| format!("after {at} events: {wrong}"))?;
                }
            }
        }
        Ok(())
    }

    /// Starts again on `tree` with the store of `moment`; what is then not as it must be.
    fn check(&mut self, moment: &Moment, tree: Tree, depth: u32) -> Result<(), String> {
        let trial = Disk::new(self.subject.kind, Ignored::Nothing, self.subject.ground.temp.path());
        let found = files_of(&tree);
        trial.load(tree);
        let home = self.open(moment, &trial);
        let checked = self.check_loaded(&trial, &found, depth);
        trial.unmount();
        fs::remove_dir_all(home).unwrap();
        checked
    }

    /// Lets the ground have the store of `moment` and the disk `trial`.
    fn open(&mut self, moment: &Moment, trial: &Disk) -> PathBuf {
        self.homes += 1;
        let ground = &mut self.subject.ground;
        let home = ground.temp.path().canonicalize().unwrap().join(format!("home-{}", self.homes));
        fs::create_dir(&home).unwrap();
        for (name, content) in &moment.files {
            fs::write(home.join(name), content).unwrap();
        }
        trial.mount(&ground.root(), &home);
        ground.store = Store::open(&home).unwrap();
        ground.disk = Some(trial.clone());
        home
    }

    fn check_loaded(&mut self, trial: &Disk, found: &Files, depth: u32) -> Result<(), String> {
        let before = self.subject.ground.states();
        let in_flight = self.subject.ground.store.in_flight().unwrap();
        self.check_found(found, &before, in_flight.is_empty())?;
        let mut recovered = Ok(Vec::new());
        let moments = self.subject.record(trial, |ground| recovered = recover(&ground.store, clock));
        let recovered = recovered.map_err(|error| format!("recovery failed: {error}"))?;
        let until = trial.happened();
        let agreed = self.check_agreement(trial, &before);
        agreed.map_err(|wrong| format!("{wrong}; {recovered:?}, before it {before:?}"))?;
        let repeated = recover(&self.subject.ground.store, clock).map_err(|error| error.to_string())?;
        if !repeated.is_empty() {
            return Err(format!("a second recovery found {repeated:?}"));
        }
        if self.dice.eighths(1) {
            self.complete(trial)?;
        }
        if depth < 2 && self.dice.below(24) == 0 && !moments.is_empty() {
            self.cut_somewhere(trial, until, &moments, 6, depth + 1)?;
        }
        Ok(())
    }

    /// What a program or a person could find before anything recovers.
    fn check_found(&self, found: &Files, states: &[ChangeState], settled: bool) -> Result<(), String> {
        if settled {
            let applied: Vec<bool> = states.iter().map(|state| *state == ChangeState::Applied).collect();
            let expected = self.subject.after(&applied);
            return if *found == expected { Ok(()) } else { Err(differences("nothing in flight", found, &expected)) };
        }
        let steps = matches!(self.subject.kind, Kind::WithoutExchange | Kind::WithoutLinks);
        for (path, possible) in self.subject.possible() {
            let here = found.get(path);
            if !(possible.contains(&here) || steps && here.is_none()) {
                return Err(format!("`{path}` is neither old nor new before recovery: {}", words(here)));
            }
        }
        let known = self.subject.possible();
        match found.keys().find(|path| !known.contains_key(path.as_str()) && !path.contains(".plangate-")) {
            Some(stranger) => Err(format!("`{stranger}` came from nowhere")),
            None => Ok(()),
        }
    }

    fn check_agreement(&self, trial: &Disk, before: &[ChangeState]) -> Result<(), String> {
        let ground = &self.subject.ground;
        let states = ground.states();
        for (state, before) in states.iter().zip(before) {
            if ![self.begun(), self.ended()].contains(state) {
                return Err(format!("{states:?}"));
            }
            if *before == self.ended() && *state != self.ended() {
                return Err(format!("what was over is not: {states:?}"));
            }
        }
        let applied: Vec<bool> = states.iter().map(|state| *state == ChangeState::Applied).collect();
        let expected = self.subject.after(&applied);
        for (when, tree) in [("after recovery", trial.now()), ("after recovery and another cut", trial.durable())] {
            let found = files_of(&tree);
            if found != expected {
                return Err(differences(when, &found, &expected));
            }
            check_origins(&tree, &found).map_err(|wrong| format!("{when}: {wrong}"))?;
        }
        let mut once = HashSet::new();
        let entries = ground.store.entries(Some(&plan_id())).unwrap();
        if let Some(twice) =
            entries.iter().find(|entry| entry.body["result"] == "applied" && !once.insert(entry.change))
        {
            return Err(format!("{:?} was applied twice", twice.change));
        }
        ground.disorder().map_or(Ok(()), Err)
    }

    /// What is still to be done can be done.
    fn complete(&self, trial: &Disk) -> Result<(), String> {
        let ground = &self.subject.ground;
        match self.doing {
            Doing::Apply => drop(ground.apply()),
            Doing::Undo => {
                let rest = (1..=ground.changes).filter(|n| ground.state(*n) == ChangeState::Applied);
                ground.undo(&rest.collect::<Vec<_>>());
            }
        }
        if ground.states().iter().any(|state| *state != self.ended()) {
            return Err(format!("the rest could not be done: {:?}", ground.states()));
        }
        let (found, expected) = (files_of(&trial.now()), self.files_in(self.ended()));
        if found != expected {
            return Err(differences("after completing it", &found, &expected));
        }
        check_origins(&trial.now(), &found)
    }
}
