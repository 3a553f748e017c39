//! What is recorded of a wave: that it begins, what is about to happen, how it ended.

use std::collections::BTreeMap;

use super::{Run, outcome_of, waiting};
use crate::apply::crew::Scribe;
use crate::apply::files::{End, FileWork};
use crate::apply::{ApplyError, Outcome, WhyNot, patience, record, told};
use crate::model::{ChangeId, ChangeState, TargetPath};
use crate::store::applying::{Ending, Intent};
use crate::store::step::Step;
use crate::store::{EntryKind, StoreError};
use crate::workspace::{self, Go, Note, fault};

impl Run<'_> {
    /// Records that changes begin; those that are not approved any more are told.
    pub(super) fn begin(&mut self, intents: &[Intent]) -> Result<Vec<(ChangeId, ChangeState)>, ApplyError> {
        let begun = patience::until_recorded(&self.options.cancel, &mut waiting(self.progress), || {
            self.store.begin_changes((self.clock)(), &self.plan, intents)
        });
        begun.map_err(|source| {
            if intents.is_empty() || !source.may_pass() {
                return source.into();
            }
            let which = named(intents.iter().map(|intent| intent.change));
            let then = match intents[0].body {
                Some(_) => "goes on with it, as it is approved",
                None => "takes that back, and it stays approved",
            };
            let what = format!(
                "nothing was changed, but nobody knows whether the store took it that {which} begins; if so, the next \
                 command of plangate {then}"
            );
            ApplyError::Unrecorded { what, source }
        })
    }

    /// Puts down what is about to happen to changes that have begun.
    pub(super) fn intend(&mut self, steps: &[&Step], works: &[FileWork]) -> Result<(), StoreError> {
        let intents = worded(steps, works);
        patience::until_recorded(&self.options.cancel, &mut waiting(self.progress), || {
            self.store.intend((self.clock)(), &self.plan, &intents)
        })
    }

    /// Gives changes back that had begun and were stopped by the person before anything happened.
    pub(super) fn cancelled(
        &self,
        works: &[FileWork],
        ends: Vec<End>,
        outcomes: &mut BTreeMap<ChangeId, Outcome>,
    ) -> Result<Option<ApplyError>, ApplyError> {
        let (mut clean, mut unsettled) = (Vec::new(), None);
        for (work, end) in works.iter().zip(ends) {
            match end {
                End::Unsettled(error) => {
                    unsettled.get_or_insert(ApplyError::Unsettled { change: work.change, error });
                }
                _ => clean.push(work.change),
            }
        }
        self.store.give_back((self.clock)(), &self.plan, &clean)?;
        outcomes.extend(clean.into_iter().map(|id| (id, Outcome::NotBegun { why: WhyNot::Cancelled })));
        Ok(unsettled)
    }

    /// Gives changes back of which it could not be put down what would happen, so that nothing did.
    pub(super) fn not_begun(&self, works: &[FileWork], ends: &[End], source: StoreError) -> ApplyError {
        let clean = works.iter().zip(ends).filter(|(_, end)| *end == &End::Withdrawn).map(|(work, _)| work.change);
        let clean: Vec<ChangeId> = clean.collect();
        let is_locked = matches!(source, StoreError::Busy { .. });
        // Else the next start takes away what is left, and gives them back.
        let given = !is_locked && self.store.give_back((self.clock)(), &self.plan, &clean).is_ok();
        let all = given && clean.len() == works.len();
        let (which, stay) =
            (named(works.iter().map(|work| work.change)), if works.len() == 1 { "stays" } else { "stay" });
        let rest = if all { "" } else { "; the next command of plangate takes away what is left of it" };
        ApplyError::Unrecorded { what: format!("nothing was changed, and {which} {stay} approved{rest}"), source }
    }

    /// Records how a wave ended.
    pub(super) fn record(&mut self, steps: &[&Step], judged: &Judged) -> Result<(), ApplyError> {
        let (endings, told) = (judged.endings(), judged.told(steps));
        let recorded = patience::until_recorded(&self.options.cancel, &mut waiting(self.progress), || {
            self.store.end_changes((self.clock)(), &self.plan, &endings, &told)
        });
        recorded.map_err(|source| {
            let done = "the files are changed as far as the disk tells; the next command of plangate records it";
            ApplyError::Unrecorded { what: done.to_owned(), source }
        })
    }

    /// Goes on with what is recorded; what could not be settled is told in the end.
    pub(super) fn recorded(
        &mut self,
        judged: Judged,
        outcomes: &mut BTreeMap<ChangeId, Outcome>,
    ) -> Option<ApplyError> {
        for (id, notes) in judged.notes {
            self.notes.extend(notes.into_iter().map(|(path, note)| (id, path, note)));
        }
        outcomes.extend(judged.ended);
        judged.unsettled
    }
}

/// What is to be recorded of a wave that is over.
pub(super) struct Judged {
    ended: Vec<(ChangeId, Outcome)>,
    notes: BTreeMap<ChangeId, Vec<(TargetPath, Note)>>,
    unsettled: Option<ApplyError>,
}

impl Judged {
    /// Of each change in `steps` how it ended; `needs` are the places of those that it could not go without.
    pub(super) fn of(steps: &[&Step], needs: &[Vec<usize>], ends: Vec<End>) -> Result<Self, ApplyError> {
        let stood: Vec<bool> = ends.iter().map(|end| matches!(end, End::Done(_))).collect();
        let first = ends.iter().position(|end| matches!(end, End::Conflict(_) | End::Failed(_) | End::Unsettled(_)));
        let mut judged = Self { ended: Vec::with_capacity(ends.len()), notes: BTreeMap::new(), unsettled: None };
        for (place, (step, end)) in steps.iter().zip(ends).enumerate() {
            let outcome = match end {
                End::Withdrawn => {
                    let needed = needs[place].iter().find(|&&needed| !stood[needed]);
                    let first = first.map_or(step.id, |first| steps[first].id);
                    let why = needed.map_or(WhyNot::After(first), |&needed| WhyNot::Needs(steps[needed].id));
                    Outcome::NotBegun { why }
                }
                End::Unsettled(error) => {
                    judged.unsettled.get_or_insert(ApplyError::Unsettled { change: step.id, error });
                    continue;
                }
                End::Done(found) => {
                    if !found.is_empty() {
                        judged.notes.insert(step.id, found);
                    }
                    Outcome::Applied
                }
                other => outcome_of(step.id, other)?,
            };
            judged.ended.push((step.id, outcome));
        }
        Ok(judged)
    }

    fn endings(&self) -> Vec<Ending<'_>> {
        let ended = self.ended.iter();
        let endings = ended.map(|(id, outcome)| {
            record::ending(*id, outcome, EntryKind::Outcome).with_notes(self.notes.get(id).map(Vec::as_slice))
        });
        endings.collect()
    }

    /// What the agent is told.
    fn told(&self, steps: &[&Step]) -> String {
        let stood = self.ended.iter().filter(|(_, outcome)| !matches!(outcome, Outcome::NotBegun { .. }));
        told::ended(steps, stood.map(|(id, outcome)| (id, outcome)))
    }
}

/// Puts down what happens to a wave, in order.
pub(super) struct WaveScribe<'s, 'r> {
    pub(super) run: &'s mut Run<'r>,
    pub(super) steps: &'s [&'s Step],
    pub(super) works: &'s [FileWork],
    /// The places of the changes that each cannot go without.
    pub(super) needs: &'s [Vec<usize>],
    /// Whether what is intended is put down only now.
    pub(super) later: bool,
    pub(super) intended: Result<(), StoreError>,
    /// Whether the person stopped it before anything happened.
    pub(super) cancelled: bool,
    /// What was recorded as done.
    pub(super) concluded: Option<Judged>,
}

impl Scribe for WaveScribe<'_, '_> {
    fn intend(&mut self) -> Go {
        if !self.later {
            return Go::Ahead;
        }
        self.cancelled = self.run.options.cancel.is_asked();
        if self.cancelled {
            return Go::Back;
        }
        self.intended = self.run.intend(self.steps, self.works);
        fault::point("intent recorded");
        if self.intended.is_ok() { Go::Ahead } else { Go::Back }
    }

    fn conclude(&mut self, ends: &[End], stands: &mut dyn FnMut() -> bool) {
        let Ok(judged) = Judged::of(self.steps, self.needs, ends.to_vec()) else { return };
        let (store, plan) = (self.run.store, &self.run.plan);
        let (endings, told) = (judged.endings(), judged.told(self.steps));
        // What cannot be recorded now is recorded with more patience when all is cleared.
        let recorded = store.end_changes_if((self.run.clock)(), plan, &endings, &told, stands);
        drop(endings);
        self.concluded = recorded.is_ok().then_some(judged);
    }
}

/// What is about to happen, for the journal; `steps` are in order.
pub(super) fn worded(steps: &[&Step], works: &[FileWork]) -> Vec<(ChangeId, String)> {
    let step_of = |work: &FileWork| steps.binary_search_by_key(&work.change, |step| step.id).map(|place| steps[place]);
    let worded = workspace::map(works, &|work| Some((work.change, record::intent(step_of(work).ok()?, &work.made))));
    worded.into_iter().flatten().collect()
}

/// The changes from the first to the last; there is one at least.
fn named(mut changes: impl Iterator<Item = ChangeId>) -> String {
    let first = changes.next().map(|first| first.to_string()).unwrap_or_default();
    changes.last().map_or_else(|| first.clone(), |last| format!("{first} to {last}"))
}
