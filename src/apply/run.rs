//! One approved plan as it is applied, from its first change to its last.

mod command;
mod recording;

use std::collections::{BTreeMap, HashSet};

use self::recording::{Judged, WaveScribe, worded};
use super::board::Board;
use super::crew::Crew;
use super::files::{self, End, FileWork, MissingFolders};
use super::preflight::Item;
use super::recover::forget_notes;
use super::{
    ApplyError, ApplyReport, Clock, OnFailure, Options, Outcome, Progress, WhyNot, preflight, record, told, wave,
};
use crate::model::{Action, ChangeId, ChangeState, Digest, PlanId, TargetPath};
use crate::store::applying::Intent;
use crate::store::step::Step;
use crate::store::{EntryKind, Store, StoreError};
use crate::workspace::{self, Failing, Note, Site, fault};

/// One approved plan as it is applied.
pub(super) struct Run<'a> {
    pub(super) store: &'a Store,
    pub(super) board: &'a Board,
    /// How many changes were over before these.
    pub(super) before: usize,
    pub(super) clock: Clock,
    pub(super) options: &'a Options,
    pub(super) crew: &'a Crew<'a>,
    pub(super) plan: PlanId,
    pub(super) progress: &'a mut dyn FnMut(Progress<'_>),
    /// How many changes there are.
    pub(super) of: usize,
    /// What became of those that are over.
    pub(super) results: Vec<(ChangeId, Outcome)>,
    pub(super) notes: Vec<(ChangeId, TargetPath, Note)>,
    /// The first change that failed.
    pub(super) failed: Option<ChangeId>,
    /// Changes that were seen to be impossible before their turn came.
    pub(super) refused: BTreeMap<ChangeId, Outcome>,
}

impl Run<'_> {
    pub(super) fn apply(mut self, steps: &[Step]) -> Result<ApplyReport, ApplyError> {
        let done = self.apply_all(steps);
        let told = told::passed_over(steps, &self.results);
        let told = self.store.tell_owner(&self.plan, &told, (self.clock)());
        done?;
        told?;
        Ok(ApplyReport { plan: self.plan, results: self.results, notes: self.notes })
    }

    fn apply_all(&mut self, steps: &[Step]) -> Result<(), ApplyError> {
        let approved = steps.iter().filter(|step| step.state == ChangeState::Approved);
        let approved: Vec<Item<'_>> = approved.map(Item::of).collect();
        let mut refused = preflight::sites(&approved, &|folder| Site::of(folder));
        let mut looked = false;
        // What cannot go as a whole does not begin, not even with a command that stands before what cannot.
        if self.options.on_failure == OnFailure::Stop {
            self.look_ahead(steps, std::mem::take(&mut refused))?;
            looked = true;
        }
        let mut rest = steps;
        while !rest.is_empty() {
            let (files, after) = rest.split_at(rest.iter().position(is_command).unwrap_or(rest.len()));
            if !std::mem::take(&mut looked) {
                self.look_ahead(files, std::mem::take(&mut refused))?;
            }
            self.apply_files(files)?;
            let (command, after) = after.split_at(after.len().min(1));
            for step in command {
                let outcome = match self.hindrance(step, &HashSet::new())? {
                    Some(why) => Outcome::NotBegun { why },
                    None => self.run_command(step)?,
                };
                self.end(step, outcome);
            }
            rest = after;
        }
        Ok(())
    }

    /// Finds out which of the file changes in `steps` cannot happen, whatever commands stand between them, and records it
    /// with what was `known` before.
    fn look_ahead(&mut self, steps: &[Step], known: Vec<(ChangeId, End)>) -> Result<(), ApplyError> {
        let mut going = HashSet::new();
        let mut ready = Vec::new();
        for step in steps {
            if self.hindrance(step, &going)?.is_none() {
                going.insert(step.id);
                if !is_command(step) {
                    ready.push(Item::of(step));
                }
            }
        }
        // What is in a file's place now says more than what its file system says.
        let refused: BTreeMap<ChangeId, End> = known.into_iter().chain(preflight::bases(&ready)).collect();
        let refused = refused.into_iter().map(|(id, end)| Ok((id, outcome_of(id, end)?)));
        let refused = refused.collect::<Result<BTreeMap<_, _>, ApplyError>>()?;
        if let Some(first) = refused.keys().next() {
            let endings = refused.iter().map(|(id, outcome)| record::ending(*id, outcome, EntryKind::Outcome));
            let told = told::ended(steps, refused.iter());
            self.store.refuse_changes((self.clock)(), &self.plan, &endings.collect::<Vec<_>>(), &told)?;
            self.failed = Some(self.failed.map_or(*first, |failed| failed.min(*first)));
            self.refused.extend(refused);
        }
        Ok(())
    }

    fn apply_files(&mut self, steps: &[Step]) -> Result<(), ApplyError> {
        let mut rest: Vec<&Step> = steps.iter().collect();
        while !rest.is_empty() {
            let together = wave::first_wave(rest.iter().copied());
            let later = rest.split_off(together);
            self.apply_together(&rest)?;
            rest = later;
        }
        Ok(())
    }

    /// Applies changes that form a wave, or a forwarded call.
    fn apply_together(&mut self, steps: &[&Step]) -> Result<(), ApplyError> {
        let mut outcomes = BTreeMap::new();
        let mut going = HashSet::new();
        let mut wave = Vec::new();
        for &step in steps {
            if let Some(outcome) = self.refused.remove(&step.id) {
                outcomes.insert(step.id, outcome);
            } else if let Some(why) = self.hindrance(step, &going)? {
                outcomes.insert(step.id, Outcome::NotBegun { why });
            } else if step.action == Action::Forward {
                let text = told::ended(&[step], [(&step.id, &Outcome::Granted)]);
                self.store.grant(&self.plan, step.id, step.digest, &text, (self.clock)())?;
                outcomes.insert(step.id, Outcome::Granted);
            } else {
                going.insert(step.id);
                wave.push(step);
            }
        }
        let mut unsettled = None;
        if !wave.is_empty() {
            unsettled = self.apply_wave(&wave, &mut outcomes)?;
        }
        for &step in steps {
            if let Some(outcome) = outcomes.remove(&step.id) {
                self.end(step, outcome);
            }
        }
        unsettled.map_or(Ok(()), Err)
    }

    /// Applies changes that have nothing to do with each other; what could not be settled is told in the end.
    fn apply_wave(
        &mut self,
        steps: &[&Step],
        outcomes: &mut BTreeMap<ChangeId, Outcome>,
    ) -> Result<Option<ApplyError>, ApplyError> {
        let ends_at_failure = self.options.on_failure == OnFailure::Stop;
        let (mut works, mut intents) = (Vec::new(), Vec::new());
        let mut missing = MissingFolders::default();
        let kept = self.store.kept(&self.plan, steps[0].id, steps[steps.len() - 1].id)?;
        for step in steps {
            match self.prepare(step, &mut missing, &kept)? {
                Ok((work, intent)) => {
                    works.push(work);
                    intents.push(intent);
                }
                Err(end) => {
                    let outcome = outcome_of(step.id, end)?;
                    let ending = record::ending(step.id, &outcome, EntryKind::Outcome);
                    let told = told::ended(std::slice::from_ref(*step), [(&step.id, &outcome)]);
                    self.store.refuse_changes((self.clock)(), &self.plan, &[ending], &told)?;
                    outcomes.insert(step.id, outcome);
                    if ends_at_failure {
                        break;
                    }
                }
            }
        }
        forget_notes(self.store, &self.plan, steps)?;
        let later = Crew::is_long(&works);
        if !later {
            for (intent, (_, body)) in intents.iter_mut().zip(worded(steps, &works)) {
                intent.body = Some(body);
            }
        }
        let taken = self.begin(&intents)?;
        fault::point("begun");
        // They were decided otherwise after they had been read.
        let is_taken = |id| taken.binary_search_by_key(&id, |(taken, _)| *taken).is_ok();
        works.retain(|work: &FileWork| !is_taken(work.change));
        outcomes.extend(taken.iter().map(|(id, state)| (*id, Outcome::NotBegun { why: WhyNot::Is(*state) })));
        let is_begun = |step: &&&Step| works.binary_search_by_key(&step.id, |work| work.change).is_ok();
        let begun: Vec<&Step> = steps.iter().filter(is_begun).copied().collect();
        let failing = if ends_at_failure { Failing::StopsLater } else { Failing::StopsDependants };
        let needs = wave::needs(&begun);
        self.board.begin(steps[0].id, self.before + self.results.len(), self.options.tally.written());
        let crew = self.crew;
        let mut scribe = WaveScribe {
            run: self,
            steps: &begun,
            works: &works,
            needs: &needs,
            later,
            intended: Ok(()),
            cancelled: false,
            concluded: None,
        };
        let ends = crew.perform(&works, &needs, failing, &mut scribe);
        let WaveScribe { intended, cancelled, concluded, .. } = scribe;
        if let Err(source) = intended {
            return Err(self.not_begun(&works, &ends, source));
        }
        if cancelled {
            return self.cancelled(&works, ends, outcomes);
        }
        fault::point("deed done");
        let judged = if let Some(judged) = concluded {
            judged
        } else {
            let judged = Judged::of(&begun, &needs, ends)?;
            self.record(&begun, &judged)?;
            judged
        };
        let unsettled = self.recorded(judged, outcomes);
        fault::point("outcome recorded");
        let first_failed =
            steps.iter().map(|step| step.id).find(|id| outcomes.get(id).is_some_and(Outcome::is_failure));
        if let Some(failed) = first_failed {
            for step in steps {
                outcomes.entry(step.id).or_insert(Outcome::NotBegun { why: WhyNot::After(failed) });
            }
        }
        Ok(unsettled)
    }

    /// What is to be done for a change, and what is recorded before but for its wording; or why it cannot be begun.
    fn prepare(
        &self,
        step: &Step,
        missing: &mut MissingFolders,
        kept: &HashSet<(ChangeId, Digest)>,
    ) -> Result<Result<(FileWork, Intent), End>, ApplyError> {
        let mut made = match missing.claim(&step.action) {
            Ok(made) => made,
            Err(error) => return Ok(Err(error.into())),
        };
        for effect in step.action.effects() {
            let Some(digest) = effect.before.digest() else { continue };
            if kept.contains(&(step.id, digest)) {
                continue;
            }
            match workspace::snapshot(&effect.path) {
                Ok(found) if found.image == effect.before => {
                    self.store.keep_before(&self.plan, step.id, digest, &found.content)?;
                }
                Ok(found) => {
                    let drift = workspace::Found::Image(found.image).drift(effect.path.as_path(), &effect.before);
                    return Ok(Err(drift.into()));
                }
                Err(error) => return Ok(Err(error.into())),
            }
        }
        let kept = match files::kept(&step.action) {
            Ok(kept) => kept,
            Err(error) => return Ok(Err(error.into())),
        };
        let new = files::carried(&step.action, &kept).map(|(to, _)| to).filter(|to| !workspace::is_there(to));
        let new: Vec<TargetPath> = new.filter(|to| !made.contains(to)).collect();
        made.extend(new);
        let intent = Intent { change: step.id, body: None, folders: made.clone(), kept: kept.clone() };
        Ok(Ok((FileWork::forwards(&self.plan, step, &kept, made), intent)))
    }

    /// Why a change must not begin now; those in `going` happen before it.
    fn hindrance(&self, step: &Step, going: &HashSet<ChangeId>) -> Result<Option<WhyNot>, StoreError> {
        if step.state != ChangeState::Approved {
            return Ok(Some(WhyNot::Is(step.state)));
        }
        if self.options.cancel.is_asked() {
            return Ok(Some(WhyNot::Cancelled));
        }
        for &needed in step.depends_on.iter().filter(|needed| !going.contains(needed)) {
            // What was given up no longer counts: whether the change still fits, its bases tell.
            if self.store.state_of(&self.plan, needed)?.is_some_and(ChangeState::is_open) {
                return Ok(Some(WhyNot::Needs(needed)));
            }
        }
        // What a command or a call needs of what failed before it, nobody knows.
        let of_unknown_effect = matches!(step.action, Action::Command { .. } | Action::Forward);
        let stops = |failed: &ChangeId| match self.options.on_failure {
            OnFailure::Stop => true,
            OnFailure::KeepGoing => of_unknown_effect && *failed < step.id,
        };
        let why = |failed| if failed < step.id { WhyNot::After(failed) } else { WhyNot::Whole(failed) };
        Ok(self.failed.filter(stops).map(why))
    }

    /// Tells and keeps how a change ended.
    fn end(&mut self, step: &Step, outcome: Outcome) {
        let is_file = !step.action.effects().is_empty();
        if is_file && !matches!(outcome, Outcome::NotBegun { .. }) {
            (self.progress)(Progress::Began { change: step, number: self.results.len() + 1, of: self.of });
        }
        (self.progress)(Progress::Ended { change: step.id, outcome: &outcome });
        self.failed = self.failed.or_else(|| outcome.is_failure().then_some(step.id));
        self.results.push((step.id, outcome));
    }
}

fn is_command(step: &Step) -> bool {
    matches!(step.action, Action::Command { .. })
}

/// Tells once why something is not recorded yet.
fn waiting(progress: &mut dyn FnMut(Progress<'_>)) -> impl FnMut(&StoreError) {
    let mut told = false;
    move |error| {
        if !std::mem::replace(&mut told, true) {
            progress(Progress::Waiting { error });
        }
    }
}

fn outcome_of(change: ChangeId, end: End) -> Result<Outcome, ApplyError> {
    match end {
        End::Done(_) => Ok(Outcome::Applied),
        End::Conflict(error) => Ok(Outcome::Conflict { error }),
        End::Failed(error) => Ok(Outcome::Failed { error }),
        End::Withdrawn => Ok(Outcome::NotBegun { why: WhyNot::Is(ChangeState::Approved) }),
        // It stays in flight, so that recovery finds it.
        End::Unsettled(error) => Err(ApplyError::Unsettled { change, error }),
    }
}
