//! The power goes at every moment of an apply, an undo and a recovery, on a disk in memory that then forgets, keeps or
//! tears whatever was not synced; see [`crate::workspace::simulated`]. The store keeps what it had committed.

mod trial;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fs::File;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Read;
use std::rc::Rc;

use self::trial::Trial;
use super::*;
use crate::workspace::simulated::{Dice, Ignored, Kind, Tree};

/// How many states each test tries; by hand more.
const STATES: &str = "PLANGATE_CUT_STATES";
/// The first plan's number.
const SEED: &str = "PLANGATE_CUT_SEED";

/// How often the power goes in one plan.
const CUTS: u64 = 60;

fn number(variable: &str, default: u64) -> u64 {
    std::env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// An extended attribute that each file of a plan's beginning has.
const ORIGIN: &[u8] = b"user.origin";

/// Its value, by which a file with that content is known wherever it goes.
fn origin(content: &str) -> &[u8] {
    content.lines().next().unwrap_or_default().as_bytes()
}

/// Permission bits and content.
type Content = (u32, String);
/// Files and links by path.
type Files = BTreeMap<String, Content>;

/// What a random plan is about.
struct Subject {
    ground: Ground,
    disk: Disk,
    kind: Kind,
    base: Files,
    /// What each change does to which files.
    deeds: Vec<Vec<(String, Option<Content>)>>,
}

/// The store as it was from a moment on.
struct Moment {
    /// How many things had happened to the disk when it was seen first.
    at: usize,
    /// Tells it from others.
    mark: u64,
    files: Vec<(&'static str, Vec<u8>)>,
}

const STORE_FILES: [&str; 2] = ["plangate.db", "plangate.db-wal"];

fn read_store(home: &Path) -> Vec<(&'static str, Vec<u8>)> {
    STORE_FILES.into_iter().filter_map(|name| Some((name, fs::read(home.join(name)).ok()?))).collect()
}

/// What is another after each commit: the head of SQLite's index of its log.
fn commits(home: &Path) -> Vec<u8> {
    let mut head = vec![0; 48];
    File::open(home.join("plangate.db-shm")).and_then(|mut index| index.read_exact(&mut head)).unwrap();
    head
}

fn image_of(content: Option<&Content>) -> FileImage {
    content.map_or(FileImage::Absent, |(mode, content)| FileImage::File {
        digest: Digest::of(content.as_bytes()),
        size: content.len() as u64,
        mode: *mode,
    })
}

/// A content of up to seven sectors that no other has.
fn some_content(dice: &mut Dice, tag: &str) -> Content {
    let mode = if dice.eighths(1) { 0o755 } else { 0o644 };
    (mode, format!("{tag} {}\n", dice.below(1000)).repeat(1 + dice.below(220)))
}

impl Subject {
    /// A plan of a few changes that need each other here and there, or of many files.
    fn random(dice: &mut Dice, kind: Kind, ignored: Ignored) -> Self {
        let mut ground = Ground::new();
        let disk = Disk::new(kind, ignored, ground.temp.path());
        disk.mount(&ground.root(), &ground.store.home().canonicalize().unwrap());
        ground.disk = Some(disk.clone());
        let (files, changes) = if dice.eighths(1) { (40, 40) } else { (4, 2 + dice.below(7)) };
        let mut base = Files::new();
        for n in 0..files {
            let folder = ["", "", "a/", "b/c/"][dice.below(4)];
            base.insert(format!("{folder}{n:02}"), some_content(dice, "base"));
        }
        for (path, (mode, content)) in &base {
            disk.put(path, content.as_bytes(), *mode);
            disk.mark(path, ORIGIN, origin(content));
        }
        let mut subject = Self { ground, disk, kind, base, deeds: Vec::new() };
        for n in 0..changes {
            let view = subject.after(&vec![true; n]);
            let path = if n < files && files > 10 {
                // Each another one, so that many go in one wave.
                subject.base.keys().nth(n).cloned()
            } else {
                view.keys().nth(dice.below(view.len().max(1))).cloned()
            };
            let deed = random_deed(dice, &view, n, path);
            subject.propose(&view, deed);
        }
        subject
    }

    fn propose(&mut self, view: &Files, deed: Vec<(String, Option<Content>)>) {
        let effect = |(path, after): &(String, Option<Content>)| FileEffect {
            path: self.ground.target(path),
            before: image_of(view.get(path)),
            after: image_of(after.as_ref()),
        };
        let mut effects: Vec<FileEffect> = deed.iter().map(effect).collect();
        let touches = |earlier: &[(String, Option<Content>)]| {
            earlier.iter().any(|(path, _)| {
                let above = |one: &str, other: &str| one.starts_with(&format!("{other}/"));
                deed.iter().any(|(mine, _)| mine == path || above(mine, path) || above(path, mine))
            })
        };
        let needs: Vec<u32> = (1..).zip(&self.deeds).filter(|(_, earlier)| touches(earlier)).map(|(n, _)| n).collect();
        let old = deed.iter().filter_map(|(path, _)| view.get(path));
        let contents: Vec<&str> =
            deed.iter().filter_map(|(_, after)| after.as_ref()).chain(old).map(|(_, text)| text.as_str()).collect();
        let action = match deed.len() {
            1 if deed[0].1.is_none() => Action::DeleteFile { effect: effects.remove(0) },
            1 => Action::WriteFile { effect: effects.remove(0) },
            _ => Action::MoveFile { from: effects[0].path.clone(), to: effects[1].path.clone(), effects },
        };
        self.ground.add(action, &needs, &contents);
        self.deeds.push(deed);
    }

    /// The files when exactly the changes in `applied` have happened.
    fn after(&self, applied: &[bool]) -> Files {
        let mut files = self.base.clone();
        for (path, after) in self.deeds.iter().zip(applied).filter(|(_, applied)| **applied).flat_map(|(deed, _)| deed)
        {
            match after {
                Some(content) => files.insert(path.clone(), content.clone()),
                None => files.remove(path),
            };
        }
        files
    }

    /// Everything that may stand at a path at some time; `None` is nothing.
    fn possible(&self) -> BTreeMap<&str, HashSet<Option<&Content>>> {
        let mut possible: BTreeMap<&str, HashSet<Option<&Content>>> = BTreeMap::new();
        for (path, after) in self.deeds.iter().flatten() {
            possible.entry(path).or_insert_with(|| HashSet::from([self.base.get(path)])).insert(after.as_ref());
        }
        for (path, content) in &self.base {
            possible.entry(path).or_insert_with(|| HashSet::from([Some(content)]));
        }
        possible
    }

    /// The store's contents while `act` runs, with the moments since when.
    fn record(&self, disk: &Disk, act: impl FnOnce(&Ground)) -> Vec<Moment> {
        let moments = Rc::new(RefCell::new(Vec::<Moment>::new()));
        let (seen, disk, home) = (Rc::clone(&moments), disk.clone(), self.ground.store.home().to_owned());
        let mut last = Vec::new();
        let mut look = move || {
            let counter = commits(&home);
            if counter == last {
                return;
            }
            last = counter;
            let files = read_store(&home);
            let mut seen = seen.borrow_mut();
            let mut mark = DefaultHasher::new();
            files.hash(&mut mark);
            seen.push(Moment { at: disk.happened(), mark: mark.finish(), files });
        };
        look();
        fault::watch(Some(Box::new(look)));
        act(&self.ground);
        fault::watched();
        fault::watch(None);
        moments.take()
    }
}

/// What one change does: to the file `path` of the view, or beside it.
fn random_deed(dice: &mut Dice, view: &Files, n: usize, path: Option<String>) -> Vec<(String, Option<Content>)> {
    let new = some_content(dice, "new");
    let Some(path) = path else { return vec![(format!("new-{n}"), Some(new))] };
    let old = &view[&path];
    let folder = ["", "new/", "a/", "deep/er/"][dice.below(4)];
    match dice.below(6) {
        0 => vec![(format!("{folder}new-{n}"), Some(new))],
        1 => vec![(path, None)],
        2 => vec![(path, None), (format!("{folder}moved-{n}"), Some(old.clone()))],
        3 => vec![(path, Some((old.0 ^ 0o100, old.1.clone())))],
        _ => vec![(path, Some(new))],
    }
}

fn files_of(tree: &Tree) -> Files {
    let text = |content: Vec<u8>| String::from_utf8_lossy(&content).into_owned();
    let files = tree.listing().into_iter().filter(|(path, ..)| !path.ends_with('/'));
    files.map(|(path, mode, content)| (path, (mode, text(content)))).collect()
}

/// A file of the beginning has its attribute, whether it never went, was moved or came back.
fn check_origins(tree: &Tree, found: &Files) -> Result<(), String> {
    let old = |text: &str| text.starts_with("base");
    let lost = |path: &str, text: &str| tree.attributes(path).get(ORIGIN).is_none_or(|found| found != origin(text));
    match found.iter().find(|(path, (_, text))| old(text) && lost(path, text)) {
        Some((path, _)) => Err(format!("`{path}` has lost its attribute")),
        None => Ok(()),
    }
}

fn differences(when: &str, found: &Files, expected: &Files) -> String {
    let paths: BTreeSet<&String> = found.keys().chain(expected.keys()).collect();
    let first = paths.into_iter().find(|path| found.get(*path) != expected.get(*path)).expect("they differ");
    format!("{when}: `{first}` is {}, not {}", words(found.get(first)), words(expected.get(first)))
}

fn words(content: Option<&Content>) -> String {
    content.map_or("nothing".to_owned(), |(mode, text)| {
        let start: String = text.chars().take(12).collect();
        format!("{mode:o} {} bytes {start:?}", text.len())
    })
}

/// Tries plan after plan on disks of that kind, until so many states were tried.
fn try_states(kind: Kind, default: u64) {
    let (wanted, first) = (number(STATES, default), number(SEED, 1));
    let (mut cuts, mut states, mut seed) = (0, 0, first);
    while states < wanted {
        let mut trial = Trial::new(seed, kind, Ignored::Nothing);
        if let Err(wrong) = trial.run(CUTS) {
            panic!("plan {seed} on {kind:?}: {wrong}");
        }
        cuts += trial.cuts;
        states += trial.seen.len() as u64;
        seed += 1;
    }
    println!("{kind:?}: {states} states of {cuts} cuts, plans {first} to {}", seed - 1);
}

#[test]
fn whatever_a_power_cut_leaves_is_recovered_to_what_the_record_says() {
    try_states(Kind::Local, 300);
}

#[test]
fn a_disk_that_cannot_exchange_names_is_recovered_too() {
    try_states(Kind::WithoutExchange, 100);
    try_states(Kind::WithoutLinks, 100);
}

#[test]
fn a_disk_that_is_synced_file_by_file_is_recovered_too() {
    try_states(Kind::Remote, 100);
}

#[test]
fn every_sync_that_is_left_out_is_found() {
    for (ignored, kind) in
        [(Ignored::Files, Kind::Remote), (Ignored::Folders, Kind::Local), (Ignored::FileSystem, Kind::Local)]
    {
        let wrong = (1..40).find_map(|seed| Trial::new(seed, kind, ignored).run(CUTS).err());
        println!("{ignored:?}: {wrong:?}");
        assert!(wrong.is_some(), "without {ignored:?} nothing went wrong");
    }
}
