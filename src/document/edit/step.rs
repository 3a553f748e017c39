//! What is done to steps.

use std::collections::BTreeSet;

use super::super::attributes::Attributes;
use super::super::draft::{DraftStep, one_line};
use super::super::splice::Splice;
use super::super::{Document, Highest, SectionKind, Step};
use super::{EditError, Spot, item, names};
use crate::model::{Size, StepEvent, StepId};

/// The step of that name.
pub(super) fn find(document: &Document, id: StepId) -> Result<&Step, EditError> {
    let none = || EditError::NoStep { name: id.to_string(), of: document.steps.len() };
    document.step(id).ok_or_else(none)
}

/// One edit of a document, and what a person should know of it.
pub(super) struct Work<'a> {
    pub(super) document: &'a Document,
    pub(super) notes: &'a mut Vec<String>,
}

/// The names that take the place of names that are gone.
struct Instead<'a> {
    /// What other steps come after.
    after: &'a [StepId],
    /// What decision points stand before; `None` leaves them.
    before: Option<&'a [StepId]>,
    /// What checks cover.
    covered: &'a [StepId],
}

type Splices = Result<Vec<Splice>, EditError>;

impl Work<'_> {
    fn find(&self, id: StepId) -> Result<&Step, EditError> {
        find(self.document, id)
    }

    fn happen(&self, id: StepId, event: StepEvent) -> Result<Splice, EditError> {
        let step = self.find(id)?;
        let status = step.status.after(event).map_err(|refused| EditError::Status { step: id, refused })?;
        Ok(item::status(step, status))
    }

    fn dependants(&self, id: StepId) -> impl Iterator<Item = &Step> {
        self.document.steps.iter().filter(move |step| step.after.contains(&id))
    }

    pub(super) fn add(self, id: StepId, text: &str, spot: Spot) -> Splices {
        let line = DraftStep { text: text.to_owned(), ..DraftStep::default() }.lines(id.0);
        self.insert(spot, &line)
    }

    fn insert(&self, spot: Spot, lines: &str) -> Splices {
        let steps = &self.document.steps;
        let before = |step: &Step| vec![Splice::insert(step.place.whole.start, item::ended(self.document, lines))];
        Ok(match spot {
            Spot::Before(id) => before(self.find(id)?),
            Spot::After(id) => vec![item::behind(self.document, self.find(id)?.place.whole.end, lines)],
            Spot::Start if !steps.is_empty() => before(&steps[0]),
            Spot::Start | Spot::End => {
                item::append(self.document, SectionKind::Steps, steps.last().map(|step| &step.place), lines)
            }
        })
    }

    pub(super) fn skip(self, id: StepId, because: Option<&str>) -> Splices {
        let mut splices = vec![self.happen(id, StepEvent::Skip)?];
        if let Some(why) = because {
            let place = &self.find(id)?.place;
            splices.push(item::behind(self.document, place.whole.end, &format!("  skipped because {}", one_line(why))));
        }
        let waiting: Vec<_> = self.dependants(id).filter_map(|step| step.id).collect();
        if !waiting.is_empty() {
            self.notes.push(format!("{} no longer {} for {id}", names(&waiting), waits(waiting.len())));
        }
        Ok(splices)
    }

    pub(super) fn unskip(self, id: StepId) -> Splices {
        Ok(vec![self.happen(id, StepEvent::Unskip)?])
    }

    pub(super) fn remove(self, id: StepId) -> Splices {
        let step = self.find(id)?;
        self.may_be_edited(step)?;
        let mut splices = vec![Splice::new(step.place.whole.clone(), "")];
        splices.extend(self.rewire(&[id], &Instead { after: &step.after, before: Some(&[]), covered: &[] }));
        let waiting: Vec<_> = self.dependants(id).filter_map(|step| step.id).collect();
        if !waiting.is_empty() {
            let instead = if step.after.is_empty() { "nothing".to_owned() } else { names(&step.after) };
            self.notes.push(format!("{} now {} for {instead} instead of {id}", names(&waiting), waits(waiting.len())));
        }
        Ok(splices)
    }

    /// Puts other names wherever items name one of `gone`.
    fn rewire(&self, gone: &[StepId], instead: &Instead<'_>) -> Vec<Splice> {
        let named = |ids: &[StepId]| ids.iter().any(|id| gone.contains(id));
        let renamed = |ids: &[StepId], instead: &[StepId]| {
            let new = ids.iter().flat_map(|id| if gone.contains(id) { instead } else { std::slice::from_ref(id) });
            union(new.copied())
        };
        let mut splices = Vec::new();
        for step in self.document.steps.iter().filter(|step| named(&step.after)) {
            if step.id.is_some_and(|id| gone.contains(&id)) {
                continue;
            }
            let mut after = renamed(&step.after, instead.after);
            after.retain(|id| Some(*id) != step.id);
            splices.push(item::attributes(&step.place, &Attributes { after, ..item::of_step(step) }));
        }
        for decision in self.document.decisions.iter().filter(|decision| named(&decision.before)) {
            let Some(instead) = instead.before else { break };
            let before = renamed(&decision.before, instead);
            // Without a name left, everything would wait for it.
            let optional = decision.optional || before.is_empty();
            let attributes = Attributes { before, optional, ..item::of_decision(decision) };
            splices.push(item::attributes(&decision.place, &attributes));
        }
        for check in self.document.checks.iter().filter(|check| named(&check.after)) {
            let after = renamed(&check.after, instead.covered);
            splices.push(item::attributes(&check.place, &Attributes { after, ..Attributes::default() }));
        }
        splices
    }

    #[expect(clippy::unused_self, reason = "a check like its neighbours")]
    fn may_be_edited(&self, step: &Step) -> Result<(), EditError> {
        let Some(id) = step.id else { return Ok(()) };
        step.status.after(StepEvent::Edit).map(drop).map_err(|refused| EditError::Status { step: id, refused })
    }

    pub(super) fn put(self, id: StepId, spot: Spot) -> Splices {
        let step = self.find(id)?;
        let whole = step.place.whole.clone();
        let lines = self.document.text()[whole.clone()].trim_end_matches(['\n', '\r']).to_owned();
        let mut splices = match spot {
            Spot::Before(other) | Spot::After(other) if other == id => return Err(EditError::Same(id)),
            spot => self.insert(spot, &lines)?,
        };
        // Behind itself or before the next: it stands there already.
        if splices.iter().all(|splice| splice.at.start == whole.end || splice.at.start == whole.start) {
            return Ok(Vec::new());
        }
        splices.push(Splice::new(whole, ""));
        let note = self.order_note(step, spot);
        self.notes.extend(note);
        Ok(splices)
    }

    /// Says when the order of the list is not the order in which things will be done.
    fn order_note(&self, step: &Step, spot: Spot) -> Option<String> {
        let place = |id: StepId| self.document.steps.iter().position(|step| step.id == Some(id));
        let id = step.id?;
        let at = match spot {
            Spot::Before(other) | Spot::After(other) => place(other)?,
            Spot::Start => 0,
            Spot::End => return None,
        };
        let needed: Vec<_> =
            step.after.iter().copied().filter(|needed| place(*needed).is_some_and(|p| p >= at)).collect();
        let freed = format!("`make {id} independent of {}`", names(&needed));
        (!needed.is_empty()).then(|| format!("{id} still waits for {}; {freed} ends that", names(&needed)))
    }

    pub(super) fn change(self, id: StepId, text: &str) -> Splices {
        let step = self.find(id)?;
        let status = self.happen(id, StepEvent::Edit)?;
        Ok(vec![Splice::new(step.place.text.clone(), one_line(text)), status])
    }

    pub(super) fn split(self, id: StepId, parts: &[String], highest: &mut Highest) -> Splices {
        let step = self.find(id)?;
        self.may_be_edited(step)?;
        let [first, rest @ ..] = parts else { return Err(EditError::TooFew) };
        if rest.is_empty() {
            return Err(EditError::TooFew);
        }
        let mut splices = vec![Splice::new(step.place.text.clone(), one_line(first))];
        let (mut last, mut lines) = (id, Vec::new());
        for part in rest {
            let next = highest.next_step();
            lines.push(DraftStep { text: part.clone(), after: vec![last], ..DraftStep::default() }.lines(next.0));
            last = next;
        }
        let waiting: Vec<_> = self.dependants(id).filter_map(|step| step.id).collect();
        splices.extend(self.rewire(&[id], &Instead { after: &[last], before: None, covered: &[last] }));
        splices.push(item::behind(self.document, step.place.whole.end, &lines.join("\n")));
        if !waiting.is_empty() {
            self.notes.push(format!("{} now {} for {last}", names(&waiting), waits(waiting.len())));
        }
        Ok(splices)
    }

    pub(super) fn merge(self, ids: &[StepId], text: Option<&str>) -> Splices {
        let mut merged = Vec::new();
        for (at, id) in ids.iter().enumerate() {
            if ids[..at].contains(id) {
                return Err(EditError::Same(*id));
            }
            let step = self.find(*id)?;
            self.may_be_edited(step)?;
            merged.push(step);
        }
        merged.sort_by_key(|step| step.place.whole.start);
        let [first, rest @ ..] = merged.as_slice() else { return Err(EditError::TooFew) };
        let (Some(kept), false) = (first.id, rest.is_empty()) else { return Err(EditError::TooFew) };
        let gone: Vec<StepId> = rest.iter().filter_map(|step| step.id).collect();
        let all = || merged.iter();
        let mut attributes = item::of_step(first);
        attributes.after = union(all().flat_map(|step| step.after.iter().copied()));
        attributes.after.retain(|id| *id != kept && !gone.contains(id));
        attributes.files = union(all().flat_map(|step| step.files.iter().cloned()));
        attributes.changes = union(all().flat_map(|step| step.changes.iter().copied()));
        attributes.size = all()
            .filter_map(|step| step.size)
            .map(|size| u32::from(size.get()))
            .reduce(|a, b| a + b)
            .and_then(|sum| Size::new(sum.min(5)));
        attributes.check = all().all(|step| step.check);
        let said = all().map(|step| step.text.as_str()).collect::<Vec<_>>().join("; ");
        let mut splices = vec![
            Splice::new(first.place.text.clone(), text.map_or(said, one_line)),
            item::attributes(&first.place, &attributes),
        ];
        for step in rest {
            // What stood below a merged step stays below what it became.
            let below = &self.document.text()[step.place.head_end..step.place.whole.end];
            let below = below.trim_matches(['\r', '\n']);
            if !below.is_empty() {
                splices.push(item::behind(self.document, first.place.whole.end, below));
            }
            splices.push(Splice::new(step.place.whole.clone(), ""));
        }
        let outside = |splice: &Splice| merged.iter().all(|step| !step.place.whole.contains(&splice.at.start));
        let instead = Instead { after: &[kept], before: Some(&[kept]), covered: &[kept] };
        splices.extend(self.rewire(&gone, &instead).into_iter().filter(outside));
        self.notes.push(format!("{} {} now {kept}", names(&gone), if gone.len() == 1 { "is" } else { "are" }));
        Ok(splices)
    }

    pub(super) fn depend(self, id: StepId, on: &[StepId]) -> Splices {
        let step = self.find(id)?;
        self.may_be_edited(step)?;
        for needed in on {
            self.find(*needed)?;
            if *needed == id || self.reaches(*needed, id) {
                return Err(EditError::Cycle(id));
            }
        }
        let after = union(step.after.iter().chain(on).copied());
        Ok(vec![item::attributes(&step.place, &Attributes { after, ..item::of_step(step) })])
    }

    /// Whether `from` comes after `to`, directly or not.
    fn reaches(&self, from: StepId, to: StepId) -> bool {
        let (mut seen, mut open) = (BTreeSet::new(), vec![from]);
        while let Some(id) = open.pop() {
            if id == to {
                return true;
            }
            if seen.insert(id) {
                open.extend(self.document.step(id).into_iter().flat_map(|step| &step.after));
            }
        }
        false
    }

    pub(super) fn free(self, id: StepId, from: &[StepId]) -> Splices {
        let step = self.find(id)?;
        for other in from {
            self.find(*other)?;
        }
        let after = step.after.iter().copied().filter(|needed| !from.is_empty() && !from.contains(needed)).collect();
        Ok(vec![item::attributes(&step.place, &Attributes { after, ..item::of_step(step) })])
    }

    pub(super) fn size(self, id: StepId, size: Size) -> Splices {
        let step = self.find(id)?;
        Ok(vec![item::attributes(&step.place, &Attributes { size: Some(size), ..item::of_step(step) })])
    }
}

fn waits(count: usize) -> &'static str {
    if count == 1 { "waits" } else { "wait" }
}

fn union<T: PartialEq>(items: impl Iterator<Item = T>) -> Vec<T> {
    let mut all = Vec::new();
    for item in items {
        if !all.contains(&item) {
            all.push(item);
        }
    }
    all
}
