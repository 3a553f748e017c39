//! The files of many changes are changed together and share their syncs: all are staged, synced, exchanged, looked at.
//!
//! A change's files form a bundle: all of its effects happen, or none. What one bundle's failure means for the others is
//! the caller's choice.

use std::collections::{HashMap, HashSet};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use super::exchange::Exchanged;
use super::parallel::{Groups, workers_for};
use super::stage::{Contents, Deed, Staged};
use super::yard::Yard;
use super::{Note, WorkspaceError, fault, tray};
use crate::model::TargetPath;

/// What has to happen to one file.
#[derive(Debug)]
pub enum Due<'a> {
    /// All of it.
    Whole(&'a Deed),
    /// Its successor is ready.
    Ready(Box<Staged>),
}

impl Due<'_> {
    fn folder(&self) -> Option<&Path> {
        let effect = match self {
            Self::Whole(deed) => &deed.effect,
            Self::Ready(staged) => &staged.effect,
        };
        effect.path.as_path().parent()
    }
}

/// The files of one change.
#[derive(Debug)]
pub struct Bundle<'a> {
    /// What happens to them, in order.
    pub effects: Vec<Due<'a>>,
    /// The bundles of the same batch without which this one must not stand, by their place in it.
    pub needs: Vec<usize>,
}

/// What a bundle's failure means for the others of its batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failing {
    /// Nothing after it stands, as if the bundles had been taken one by one.
    StopsLater,
    /// What needs it does not stand.
    StopsDependants,
}

/// Whether what is staged may be exchanged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Go {
    /// It may.
    Ahead,
    /// Nothing may happen.
    Back,
}

/// How a bundle ended.
#[derive(Debug)]
pub enum Ending {
    /// It happened. It is durable once the yard's folders are synced.
    Done(Vec<(TargetPath, Note)>),
    /// Nothing of it stands.
    Refused(WorkspaceError),
    /// Nothing of it stands, because of another bundle.
    Withdrawn,
    /// It is not known what stands.
    Torn(WorkspaceError),
    /// Nothing of it was to stand, because of another bundle, and it is not known whether that is so.
    Stuck(WorkspaceError),
}

/// What is to be known of a file that was changed.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    /// The place of its bundle.
    pub bundle: usize,
    /// The file.
    pub path: &'a TargetPath,
    /// What is to be known.
    pub note: Note,
}

/// How a batch is worked off.
pub struct Batch<'a> {
    /// What its files share.
    pub yard: &'a Yard,
    /// What a failure means for the others.
    pub failing: Failing,
    /// Gives a worker its own access to the contents.
    pub contents: &'a (dyn Fn() -> Box<Contents<'static>> + Sync),
}

/// How far a bundle is.
enum State<'a> {
    Waiting(Vec<Due<'a>>),
    Staged(Vec<Staged>),
    Exchanged(Vec<Exchanged>),
    Ended(Ending),
}

impl State<'_> {
    /// Stands where a state was taken to be worked on.
    const NONE: Self = Self::Waiting(Vec::new());
}

impl Batch<'_> {
    /// Lets the bundles happen and tells of each how it ended. `contents` is this thread's access to the contents; `keep` hears
    /// what is to be known of files before the old ones go, if there is anything. `meanwhile` is done while the staged files
    /// are synced, and before the first is exchanged; nothing happens when it says so.
    pub fn run<'a>(
        &self,
        bundles: Vec<Bundle<'a>>,
        contents: &mut Contents<'_>,
        keep: &dyn Fn(&[Known<'_>]),
        meanwhile: &mut dyn FnMut() -> Go,
    ) -> Vec<Ending> {
        let shifts = Shifts::of(&bundles);
        self.yard.want_trays(crowded(&bundles));
        let (mut states, needs): (Vec<State<'a>>, Vec<_>) =
            bundles.into_iter().map(|bundle| (State::Waiting(bundle.effects), bundle.needs)).unzip();
        let stage = |(place, state): Placed<'a>, contents: &mut Contents<'_>| match state {
            State::Waiting(effects) => (place, self.stage(effects, contents)),
            other => (place, other),
        };
        shifts.work(&mut states, &mut |state| stage(state, contents), &|groups| {
            let mut contents = (self.contents)();
            groups.take_part(&mut |state| stage(state, &mut *contents));
        });
        self.withdraw(&needs, &mut states);
        if self.sync_staged(&mut states, meanwhile) == Go::Back {
            states.iter_mut().for_each(take_back);
        }
        self.withdraw(&needs, &mut states);
        shifts.advance(&mut states, &|state| match state {
            State::Staged(staged) => exchange(staged),
            other => other,
        });
        self.withdraw(&needs, &mut states);
        let strayed = self.yard.strayed();
        shifts.advance(&mut states, &|state| match state {
            State::Exchanged(exchanged) => confirm(exchanged, &strayed),
            other => other,
        });
        self.withdraw(&needs, &mut states);
        tell(&states, keep);
        // Moving to another folder is one at a time for the whole file system.
        advance(&mut states, &|state| match state {
            State::Exchanged(exchanged) => State::Ended(self.settle(exchanged)),
            other => other,
        });
        states.into_iter().map(ended).collect()
    }

    fn stage<'a>(&self, effects: Vec<Due<'a>>, contents: &mut Contents<'_>) -> State<'a> {
        let mut staged: Vec<Staged> = Vec::with_capacity(effects.len());
        let mut failure = None;
        for due in effects {
            match due {
                Due::Ready(ready) => staged.push(*ready),
                Due::Whole(deed) if failure.is_none() => match Staged::prepare(deed, contents, self.yard) {
                    Ok(ready) => staged.push(ready),
                    Err(error) => failure = Some(error),
                },
                Due::Whole(..) => {}
            }
        }
        match failure {
            None => State::Staged(staged),
            Some(error) => State::Ended(discarded(&staged, error)),
        }
    }

    fn sync_staged(&self, states: &mut [State<'_>], meanwhile: &mut dyn FnMut() -> Go) -> Go {
        if !states.iter().any(|state| matches!(state, State::Staged(_))) {
            return meanwhile();
        }
        let (synced, go) = self.yard.sync_staged_while(meanwhile);
        fault::point("file system synced");
        match synced {
            Ok(true) => {}
            Ok(false) => advance(states, &|state| match state {
                State::Staged(staged) => match staged.iter().try_for_each(Staged::sync) {
                    Ok(()) => State::Staged(staged),
                    Err(error) => State::Ended(discarded(&staged, error)),
                },
                other => other,
            }),
            // It is not told whose data could not be written, so nobody's can be trusted.
            Err(refused) => advance(states, &|state| match state {
                State::Staged(staged) => State::Ended(discarded(&staged, refused.error())),
                other => other,
            }),
        }
        go
    }

    fn settle(&self, exchanged: Vec<Exchanged>) -> Ending {
        let mut notes = Vec::new();
        for done in exchanged {
            let path = done.path().clone();
            match done.settle(self.yard) {
                Ok(found) => notes.extend(found.into_iter().map(|note| (path.clone(), note))),
                Err(error) => return Ending::Torn(error),
            }
        }
        Ending::Done(notes)
    }

    /// Takes back what must not stand as another failed.
    fn withdraw(&self, needs: &[Vec<usize>], states: &mut [State<'_>]) {
        let failed = |state: &State<'_>| matches!(state, State::Ended(ending) if !matches!(ending, Ending::Done(_)));
        let Some(first) = states.iter().position(failed) else { return };
        for place in first + 1..states.len() {
            let must_go = match self.failing {
                Failing::StopsLater => true,
                Failing::StopsDependants => needs[place].iter().any(|&needed| failed(&states[needed])),
            };
            if must_go {
                take_back(&mut states[place]);
            }
        }
    }
}

/// The folders in which so many files are replaced that a tray is worth it, if so many may be open.
fn crowded(bundles: &[Bundle<'_>]) -> Vec<PathBuf> {
    let mut old_files: HashMap<&OsStr, usize> = HashMap::new();
    for due in bundles.iter().flat_map(|bundle| &bundle.effects) {
        let Some(folder) = due.folder() else { continue };
        let is_replaced =
            matches!(due, Due::Whole(Deed { effect, .. }) if effect.before.exists() && effect.after.exists());
        *old_files.entry(folder.as_os_str()).or_default() += usize::from(is_replaced);
    }
    let folders = old_files.len();
    let crowded = old_files.into_iter().filter(|(_, files)| *files >= tray::MIN_FILES);
    let crowded: Vec<PathBuf> = crowded.map(|(folder, _)| folder.into()).collect();
    if tray::are_affordable(folders, crowded.len()) { crowded } else { Vec::new() }
}

/// How far the bundle in a place of the batch is.
type Placed<'a> = (usize, State<'a>);

/// Who works on which bundles. A folder is one worker's alone while there are enough of them, as the kernel lets one at a
/// time change a folder, and to wait for that costs more than the change.
struct Shifts {
    workers: usize,
    /// The bundles by their place; in order when there is one worker.
    groups: Vec<Vec<usize>>,
}

impl Shifts {
    fn of(bundles: &[Bundle<'_>]) -> Self {
        let effects: usize = bundles.iter().map(|bundle| bundle.effects.len()).sum();
        let workers = workers_for(effects);
        let mut places: Vec<usize> = (0..bundles.len()).collect();
        if workers == 1 {
            return Self { workers, groups: vec![places] };
        }
        let folder = |place: &usize| bundles[*place].effects.first().and_then(Due::folder);
        places.sort_by_key(folder);
        let largest = bundles.len().div_ceil(workers);
        let folders = places.chunk_by(|one, other| folder(one) == folder(other));
        Self { workers, groups: folders.flat_map(|folder| folder.chunks(largest)).map(<[usize]>::to_vec).collect() }
    }

    /// Lets each state become what `mine` makes of it, or another worker.
    fn work<'a>(
        &self,
        states: &mut [State<'a>],
        mine: &mut dyn FnMut(Placed<'a>) -> Placed<'a>,
        others: &(dyn Fn(&Groups<Placed<'a>, Placed<'a>>) + Sync),
    ) {
        let mut take = |place: usize| (place, std::mem::replace(&mut states[place], State::NONE));
        let taken = self.groups.iter().map(|group| group.iter().map(|&place| take(place)).collect());
        for (place, state) in Groups::new(taken.collect()).work_off(self.workers, mine, others) {
            states[place] = state;
        }
    }

    fn advance<'a>(&self, states: &mut [State<'a>], step: &(dyn Fn(State<'a>) -> State<'a> + Sync)) {
        let step = |(place, state): Placed<'a>| (place, step(state));
        self.work(states, &mut { step }, &|groups| groups.take_part(&mut { step }));
    }
}

/// Lets each state go on, one after the other.
fn advance<'a>(states: &mut [State<'a>], step: &dyn Fn(State<'a>) -> State<'a>) {
    for state in states {
        *state = step(std::mem::replace(state, State::NONE));
    }
}

fn exchange<'a>(staged: Vec<Staged>) -> State<'a> {
    let mut exchanged: Vec<Exchanged> = Vec::new();
    let mut failure = None;
    for ready in staged {
        match &failure {
            None => match ready.exchange() {
                Ok(done) => exchanged.push(done),
                Err(error) => failure = Some(error),
            },
            Some(_) => {
                if let Err(torn) = ready.discard() {
                    failure = Some(torn);
                }
            }
        }
    }
    match failure {
        None => State::Exchanged(exchanged),
        Some(error) => State::Ended(reverted(exchanged, error)),
    }
}

fn confirm<'a>(exchanged: Vec<Exchanged>, strayed: &HashSet<PathBuf>) -> State<'a> {
    let refusal = |done: &Exchanged| {
        let folder = done.path().as_path().parent().filter(|folder| strayed.contains(*folder));
        let moved = folder.map(|folder| WorkspaceError::Strayed { path: folder.to_owned() });
        moved.or_else(|| done.confirm().err())
    };
    match exchanged.iter().find_map(refusal) {
        None => State::Exchanged(exchanged),
        Some(error) => State::Ended(reverted(exchanged, error)),
    }
}

fn tell(states: &[State<'_>], keep: &dyn Fn(&[Known<'_>])) {
    let mut notes = Vec::new();
    for (bundle, state) in states.iter().enumerate() {
        if let State::Exchanged(exchanged) = state {
            let of = |done| Exchanged::notes(done).map(move |note| Known { bundle, path: done.path(), note });
            notes.extend(exchanged.iter().flat_map(of));
        }
    }
    if !notes.is_empty() {
        keep(&notes);
        fault::point("notes kept");
    }
}

fn refused(error: WorkspaceError) -> Ending {
    if matches!(error, WorkspaceError::Torn { .. }) { Ending::Torn(error) } else { Ending::Refused(error) }
}

fn discarded(staged: &[Staged], error: WorkspaceError) -> Ending {
    refused(staged.iter().try_for_each(Staged::discard).err().unwrap_or(error))
}

fn reverted(exchanged: Vec<Exchanged>, error: WorkspaceError) -> Ending {
    refused(exchanged.into_iter().rev().try_for_each(Exchanged::revert).err().unwrap_or(error))
}

fn take_back(state: &mut State<'_>) {
    *state = State::Ended(taken_back(std::mem::replace(state, State::NONE)));
}

fn taken_back(state: State<'_>) -> Ending {
    let back = match state {
        State::Staged(staged) => staged.iter().try_for_each(Staged::discard),
        State::Exchanged(exchanged) => exchanged.into_iter().rev().try_for_each(Exchanged::revert),
        State::Ended(Ending::Torn(error) | Ending::Stuck(error)) => Err(error),
        State::Waiting(_) | State::Ended(_) => Ok(()),
    };
    back.map_or_else(Ending::Stuck, |()| Ending::Withdrawn)
}

fn ended(state: State<'_>) -> Ending {
    match state {
        State::Ended(ending) => ending,
        State::Waiting(_) | State::Staged(_) | State::Exchanged(_) => {
            unreachable!("every bundle was settled or refused")
        }
    }
}
