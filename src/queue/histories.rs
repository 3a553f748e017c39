//! Random histories of a session: an agent proposes, a person looks, approves a part, rewrites, rejects and undoes,
//! conflicts are merged, somebody else edits the files, the process dies and the power goes. A simple model says what must
//! be on disk and in the store, and what may be approved.

mod content;
mod deed;
mod revision;

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::LazyLock;

use regex::Regex;
use serde_json::json;
use tempfile::TempDir;

use super::*;
use crate::apply::{self, Applier, OnFailure, Options};
use crate::classify;
use crate::model::{
    ApprovedPlan, Assessment, ChangeId, ChangeState, Phase, PlanId, Request, ServerHints, TargetPath, ToolCall,
};
use crate::workspace::simulated::{Dice, Disk, Ignored, Kind, Listing};
use crate::workspace::{self, fault};

/// How many histories are tried; by hand more.
const HISTORIES: &str = "PLANGATE_HISTORIES";
/// The first one's number.
const SEED: &str = "PLANGATE_HISTORIES_SEED";
/// So much happens in each.
const DEEDS: usize = 24;
/// So many histories share a store.
const PER_STORE: u64 = 20;
/// The files that all is about.
const PATHS: [&str; 6] = ["a", "b", "c", "d/e", "d/f", "g/h/i"];

/// How the agent hears what became of a change: the outcome's word, and the sentence.
static WAYS: LazyLock<[(&str, Regex); 3]> = LazyLock::new(|| {
    let ways = [
        ("applied", r" is applied|: finished after"),
        ("conflict", r" was not written|: taken back after"),
        ("undone", r": undone|: its undoing was finished"),
    ];
    ways.map(|(word, way)| (word, Regex::new(&format!(r"\bc(\d+)(?: \([^)]*\))?(?:{way})")).expect("a pattern")))
});

/// What a test means to let happen; other panics are failures.
struct Killed;

type Content = Option<String>;

/// What is to happen to a file: path, content before, content after.
type Deed = (&'static str, Content, Content);

/// A change as the model knows it.
#[derive(Debug, Clone)]
struct Change {
    plan: PlanId,
    id: ChangeId,
    /// What its call asks for.
    request: Request,
    deeds: Vec<Deed>,
    needs: Vec<ChangeId>,
    state: ChangeState,
    /// Whether a person or a merge has made it another than its call says.
    is_rewritten: bool,
    /// Whether it has become another with one that it was queued upon.
    has_followed: bool,
}

impl Change {
    fn touches(&self, path: &str) -> bool {
        self.deeds.iter().any(|(touched, ..)| *touched == path)
    }

    /// What a person is shown of it.
    fn form(&self) -> String {
        format!("{} {} {:?} {:?}", self.plan, self.id, self.deeds, self.needs)
    }
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
    kind: Kind,
    dice: Dice,
    /// Numbers the contents, so that none comes twice.
    contents: u32,
    files: BTreeMap<&'static str, String>,
    changes: Vec<Change>,
    /// The forms of changes that a person has seen.
    shown: BTreeSet<String>,
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
        let (shown, became) = (BTreeSet::new(), BTreeMap::new());
        let mut history =
            Self { home, manager, session, disk, kind, dice, contents: 0, files, changes, shown, became, told };
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
            match self.dice.below(24) {
                0..=8 => self.propose(),
                9..=12 => self.approve(),
                13 => self.reject(),
                14..=15 => self.undo(),
                16 => self.retry(),
                17 => self.merge(),
                18 => self.rewrite(),
                19 => self.take(),
                20 => self.show(),
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
        // Much happens to few.
        let among = if self.dice.eighths(4) { 2 } else { PATHS.len() };
        PATHS[self.dice.below(among)]
    }

    /// A new text; now and then one that differs from `old` in one place alone.
    fn content(&mut self, old: Option<&str>) -> String {
        match old.filter(|_| self.dice.eighths(5)) {
            Some(old) => {
                let place = self.dice.below(content::PLACES);
                content::with(old, place, &self.lines())
            }
            None => content::of(std::array::from_fn(|_| self.lines())),
        }
    }

    /// Lines that no other text holds.
    fn lines(&mut self) -> String {
        self.contents += 1;
        let line = format!("{}: {}\n", self.contents, self.dice.below(1000));
        line.repeat(1 + self.dice.below(20))
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
        let content = self.content(self.files.get(path).cloned().as_deref());
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
        self.found(path, ChangeId(u32::MAX))
    }

    /// A file as a change finds it: as the open ones before it leave it.
    fn found(&self, path: &str, by: ChangeId) -> Content {
        let touch = |change: &Change| change.deeds.iter().rfind(|(touched, ..)| *touched == path).cloned();
        let last = self.open().rev().filter(|change| change.id < by).find_map(touch);
        last.map_or_else(|| self.files.get(path).cloned(), |(_, _, after)| after)
    }

    /// What a request means where `by` stands; `None` when it makes no sense there.
    fn meant(&self, request: &Request, by: ChangeId) -> Option<Vec<Deed>> {
        let named = |path: &String| PATHS.into_iter().find(|known| known == path).expect("a known path");
        match request {
            Request::WriteFile { path, content } => {
                let path = named(path);
                Some(vec![(path, self.found(path, by), Some(content.clone()))])
            }
            Request::EditFile { path, edits } => {
                let (path, edit) = (named(path), &edits[0]);
                let old = self.found(path, by).filter(|old| old.contains(&edit.old))?;
                let new = old.replace(&edit.old, &edit.new);
                Some(vec![(path, Some(old), Some(new))])
            }
            Request::DeleteFile { path } => {
                let path = named(path);
                Some(vec![(path, Some(self.found(path, by)?), None)])
            }
            Request::MoveFile { from, to } => {
                let (from, to) = (named(from), named(to));
                let old = self.found(from, by).filter(|_| self.found(to, by).is_none() && from != to)?;
                Some(vec![(from, Some(old.clone()), None), (to, None, Some(old))])
            }
            other => panic!("nobody asks for {other:?}"),
        }
    }

    /// Somebody's last word on a file; `before` are the files as the last that happened found them.
    ///
    /// A new file that they delete looks to recovery as if it had never been made, and is made; where names cannot be
    /// exchanged, any file looks as if it had been on its way to its new name.
    fn stand(&mut self, theirs: Option<(&'static str, Content)>, before: &BTreeMap<&'static str, String>) {
        let Some((path, content)) = theirs else { return };
        let is_there = self.disk.listing().iter().any(|(found, ..)| found == path);
        if content.is_some() || !is_there || before.contains_key(path) && self.kind == Kind::Local {
            self.put(path, content);
        }
    }

    fn put(&mut self, path: &'static str, content: Content) {
        put(&mut self.files, path, content);
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
                put(&mut files, path, after.clone());
            }
        }
        (ready, refused)
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
        self.change_mut(id).state = state;
    }

    fn change_mut(&mut self, id: ChangeId) -> &mut Change {
        self.changes.iter_mut().rev().find(|change| change.id == id).expect("it was proposed")
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
        let mut heard: Vec<(ChangeId, &str)> = Vec::new();
        for (word, sentence) in WAYS.iter() {
            let found = sentence.captures_iter(&messages).map(|found| ChangeId(found[1].parse().expect("a number")));
            heard.extend(found.map(|id| (id, *word)));
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
            for id in ours.keys() {
                let change = self.manager.store().change(plan, *id).expect("readable").expect("it is there");
                assert_eq!(change.digest, change.content_digest(), "what {id} is bound to; {}", self.story());
            }
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

fn put(files: &mut BTreeMap<&'static str, String>, path: &'static str, content: Content) {
    match content {
        Some(content) => files.insert(path, content),
        None => files.remove(path),
    };
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
            history.run(DEEDS);
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
