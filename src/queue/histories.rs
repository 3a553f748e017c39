//! Random histories of a session: an agent proposes, a person approves a part, rejects and undoes, somebody else edits
//! the files, the process dies and the power goes. A simple model says what must be on disk and in the store.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::rc::Rc;

use serde_json::json;
use tempfile::TempDir;

use super::*;
use crate::apply::{self, Applier, OnFailure, Options};
use crate::model::{
    ApprovedPlan, Assessment, ChangeId, ChangeState, FileEdit, Phase, PlanId, Request, ServerHints, TargetPath,
    ToolCall,
};
use crate::workspace::simulated::{Dice, Disk, Ignored, Kind, Listing};
use crate::workspace::{self, fault};

/// How many histories are tried; by hand more.
const HISTORIES: &str = "PLANGATE_HISTORIES";
/// The first one's number.
const SEED: &str = "PLANGATE_HISTORIES_SEED";
/// So many histories share a store.
const PER_STORE: u64 = 20;
/// The files that all is about.
const PATHS: [&str; 6] = ["a", "b", "c", "d/e", "d/f", "g/h/i"];

/// What a test means to let happen; other panics are failures.
struct Killed;

type Content = Option<String>;

/// A change as the model knows it.
#[derive(Debug)]
struct Change {
    plan: PlanId,
    id: ChangeId,
    /// Path, content before, content after.
    deeds: Vec<(&'static str, Content, Content)>,
    needs: Vec<ChangeId>,
    state: ChangeState,
}

/// How a deed of the engine ended.
#[derive(Debug, PartialEq)]
enum Life {
    Whole,
    Killed,
}

/// A session and the model of it.
struct History {
    home: PathBuf,
    manager: PendingPlanManager,
    session: SessionRow,
    disk: Disk,
    dice: Dice,
    /// Numbers the contents, so that none comes twice.
    contents: u32,
    files: BTreeMap<&'static str, String>,
    changes: Vec<Change>,
    /// What has become of changes since the agent last listened.
    became: BTreeMap<ChangeId, &'static str>,
    told: Vec<String>,
}

impl History {
    fn new(temp: &TempDir, seed: u64) -> Self {
        let home = temp.path().canonicalize().expect("it is there").join("home");
        let root = home.with_file_name(format!("root-{seed}"));
        std::fs::create_dir(&root).expect("a folder can be made");
        let mut dice = Dice::new(seed);
        let kind = [Kind::Local, Kind::Local, Kind::WithoutExchange, Kind::Remote][dice.below(4)];
        let manager = PendingPlanManager::open(&home).expect("it opens");
        let session = manager.open_session(&SessionId(format!("s{seed}")), &root).expect("a session opens");
        let disk = Disk::new(kind, Ignored::Nothing, &root);
        disk.mount(&root, &home);
        let (files, changes, told) = (BTreeMap::new(), Vec::new(), vec![format!("{kind:?}")]);
        let became = BTreeMap::new();
        let mut history = Self { home, manager, session, disk, dice, contents: 0, files, changes, became, told };
        for path in PATHS {
            if history.dice.eighths(5) {
                history.edit(path);
            }
        }
        history
    }

    /// Lets so many things happen, and looks after each.
    fn run(&mut self, length: usize) {
        for _ in 0..length {
            match self.dice.below(16) {
                0..=6 => self.propose(),
                7..=9 => self.approve(),
                10 => self.reject(),
                11..=12 => self.undo(),
                13 => self.retry(),
                _ => {
                    let path = self.some_path();
                    self.edit(path);
                }
            }
            self.check();
            self.listen();
        }
        self.disk.unmount();
    }

    fn some_path(&mut self) -> &'static str {
        PATHS[self.dice.below(PATHS.len())]
    }

    fn content(&mut self) -> String {
        self.contents += 1;
        let line = format!("{}: {}\n", self.contents, self.dice.below(1000));
        line.repeat(1 + self.dice.below(60))
    }

    fn tell(&mut self, what: String) {
        self.told.push(what);
    }

    /// Somebody else writes or deletes a file.
    fn edit(&mut self, path: &'static str) -> Content {
        if self.dice.eighths(2) {
            self.tell(format!("somebody deletes {path}"));
            self.disk.take(path);
            self.files.remove(path);
            return None;
        }
        let content = self.content();
        self.tell(format!("somebody writes {path} {:?}", content.lines().next()));
        self.disk.put(
            path,
            content.as_bytes(),
            workspace::new_file_mode(&TargetPath::new(self.session.root.join(path))),
        );
        self.files.insert(path, content.clone());
        Some(content)
    }

    /// The changes of the open plan that are open.
    fn open(&self) -> impl DoubleEndedIterator<Item = &Change> {
        self.changes.iter().filter(|change| change.state.is_open())
    }

    /// A file as the open changes leave it.
    fn pending(&self, path: &str) -> Content {
        let touch = |change: &Change| change.deeds.iter().rfind(|(touched, ..)| *touched == path).cloned();
        let last = self.open().rev().find_map(touch);
        last.map_or_else(|| self.files.get(path).cloned(), |(_, _, after)| after)
    }

    /// The agent proposes something, which may make no sense.
    fn propose(&mut self) {
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

    fn approve(&mut self) {
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

    fn retry(&mut self) {
        let Some(&id) = self.in_state(ChangeState::Conflict).first() else { return };
        let consent = Consent::by_person("test").even_unseen();
        let approved = self.manager.retry(&self.session, id, &consent).expect("a conflict can be tried again");
        self.set(id, ChangeState::Approved);
        self.apply(approved);
    }

    fn reject(&mut self) {
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
    fn apply(&mut self, approved: ApprovedPlan) {
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

    /// Somebody's last word on a file; `before` are the files as they were before the process died.
    ///
    /// A new file that they delete looks to recovery as if it had never been made, and is made.
    fn stand(&mut self, theirs: Option<(&'static str, Content)>, before: &BTreeMap<&'static str, String>) {
        let Some((path, content)) = theirs else { return };
        let is_there = self.disk.listing().iter().any(|(found, ..)| found == path);
        if content.is_some() || before.contains_key(path) || !is_there {
            self.put(path, content);
        }
    }

    fn put(&mut self, path: &'static str, content: Content) {
        match content {
            Some(content) => self.files.insert(path, content),
            None => self.files.remove(path),
        };
    }

    /// The approved changes that nothing hinders, and those of them whose bases are not there.
    fn foreseen(&self) -> (Vec<ChangeId>, Vec<ChangeId>) {
        let (mut ready, mut refused) = (Vec::new(), Vec::new());
        let mut files = self.files.clone();
        for change in self.open().filter(|change| change.state == ChangeState::Approved) {
            if !change.needs.iter().all(|needed| ready.contains(needed) || !self.is_open(*needed)) {
                continue;
            }
            ready.push(change.id);
            for (path, before, after) in &change.deeds {
                if files.get(path) != before.as_ref() && refused.last() != Some(&change.id) {
                    refused.push(change.id);
                }
                match after {
                    Some(after) => files.insert(path, after.clone()),
                    None => files.remove(path),
                };
            }
        }
        (ready, refused)
    }

    /// What becomes of each approved change when nobody dies.
    fn outcomes(
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

    fn undo(&mut self) {
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
    fn live(&mut self, act: impl FnOnce(&PendingPlanManager)) -> (Life, Option<(&'static str, Content)>) {
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

    fn in_state(&self, state: ChangeState) -> Vec<ChangeId> {
        self.open().filter(|change| change.state == state).map(|change| change.id).collect()
    }

    /// The change of the plan that is open or was last.
    fn change(&self, id: ChangeId) -> &Change {
        self.changes.iter().rev().find(|change| change.id == id).expect("it was proposed")
    }

    fn is_open(&self, id: ChangeId) -> bool {
        self.open().any(|change| change.id == id)
    }

    fn set(&mut self, id: ChangeId, state: ChangeState) {
        let change = self.changes.iter_mut().rev().find(|change| change.id == id);
        change.expect("it was proposed").state = state;
    }

    fn states(&self) -> BTreeMap<ChangeId, ChangeState> {
        self.changes.last().map_or(BTreeMap::new(), |last| self.states_of(&last.plan))
    }

    fn states_of(&self, plan: &PlanId) -> BTreeMap<ChangeId, ChangeState> {
        let plan = self.manager.store().plan(plan).expect("readable").expect("it is there");
        plan.proposed_changes.into_iter().map(|change| (change.id, change.state)).collect()
    }

    /// The agent hears of each outcome once, whoever recorded it.
    fn listen(&mut self) {
        let messages = self.manager.store().take_messages(&self.session.id, Utc::now()).expect("readable").join("\n");
        let ways = [
            ("applied", r" is applied|: finished after"),
            ("conflict", r" was not written|: taken back after"),
            ("undone", r": undone|: its undoing was finished"),
        ];
        let mut heard: Vec<(ChangeId, &str)> = Vec::new();
        for (word, way) in ways {
            let sentence = regex::Regex::new(&format!(r"\bc(\d+)(?: \([^)]*\))?(?:{way})")).expect("a pattern");
            let found = sentence.captures_iter(&messages).map(|found| ChangeId(found[1].parse().expect("a number")));
            heard.extend(found.map(|id| (id, word)));
        }
        heard.sort_unstable();
        let became: Vec<_> = std::mem::take(&mut self.became).into_iter().collect();
        assert_eq!(heard, became, "the agent heard: {messages}; {}", self.story());
    }

    /// Store, disk and model agree, all is durable, and nothing is left.
    fn check(&self) {
        let mut plans: Vec<&PlanId> = self.changes.iter().map(|change| &change.plan).collect();
        plans.dedup();
        for plan in plans {
            let ours = self.changes.iter().filter(|change| change.plan == *plan);
            let ours: BTreeMap<_, _> = ours.map(|change| (change.id, change.state)).collect();
            assert_eq!(self.states_of(plan), ours, "{}", self.story());
        }
        let ours: Vec<(String, String)> =
            self.files.iter().map(|(path, content)| ((*path).to_owned(), brief(content.as_bytes()))).collect();
        assert_eq!(files(self.disk.listing()), ours, "what programs see; {}", self.story());
        assert_eq!(files(self.disk.durable().listing()), ours, "what is durable; {}", self.story());
        assert!(self.manager.store().in_flight().expect("readable").is_empty(), "{}", self.story());
    }

    fn story(&self) -> String {
        format!("what happened:\n{}", self.told.join("\n"))
    }
}

/// The files of a listing; what tells their contents apart, and that they are whole.
fn files(listing: Listing) -> Vec<(String, String)> {
    let files = listing.into_iter().filter(|(path, ..)| !path.ends_with('/'));
    files.map(|(path, _, content)| (path, brief(&content))).collect()
}

fn brief(content: &[u8]) -> String {
    let text = String::from_utf8_lossy(content);
    let lines = text.lines().collect::<std::collections::BTreeSet<_>>();
    format!("{} bytes of {lines:?}", content.len())
}

#[test]
fn whatever_happens_to_a_session_disk_and_store_are_what_a_simple_model_says() {
    let number = |name: &str, default| std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default);
    let (histories, first): (u64, u64) = (number(HISTORIES, 200), number(SEED, 1));
    let mut temp = tempfile::tempdir().expect("a temporary folder");
    for seed in first..first + histories {
        if seed % PER_STORE == 0 {
            temp = tempfile::tempdir().expect("a temporary folder");
        }
        let lived = catch_unwind(AssertUnwindSafe(|| {
            let mut history = History::new(&temp, seed);
            history.run(14);
            if seed % PER_STORE == PER_STORE - 1 {
                assert_eq!(history.manager.store().verify().expect("readable").faults, []);
            }
        }));
        if let Err(death) = lived {
            eprintln!("history {seed} went wrong");
            std::panic::resume_unwind(death);
        }
    }
    println!("{histories} histories, {first} to {}", first + histories - 1);
}
