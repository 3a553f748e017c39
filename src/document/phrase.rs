//! What a person says about a plan, read by a grammar and nothing else.
//!
//! A line is an edit only if all of it is: rules are anchored at both ends, what is quoted keeps its case and its words,
//! and a line that no rule takes is not guessed at, but handed to the agent as it stands. Several edits are joined by
//! "and" or ";" where each side is an edit by itself.

mod reference;
mod rules;

use super::Document;
use super::edit::{Chosen, Edit, EditError, Spot};
use crate::model::{DecisionId, QuestionId, Size};

pub use reference::StepRef;

/// One edit as it was said; the names in it are not looked up yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// Add a step.
    Add(String, SpotRef),
    /// Leave steps out.
    Skip(Vec<StepRef>, Option<String>),
    /// Take steps in again.
    Unskip(Vec<StepRef>),
    /// Take steps out.
    Remove(Vec<StepRef>),
    /// Put a step elsewhere.
    Move(StepRef, SpotRef),
    /// Give a step other words.
    Change(StepRef, String),
    /// Make several steps of one.
    Split(StepRef, Vec<String>),
    /// Make one step of several.
    Merge(Vec<StepRef>, Option<String>),
    /// Let a step come after others.
    Depend(StepRef, Vec<StepRef>),
    /// Let a step no longer come after others.
    Free(StepRef, Vec<StepRef>),
    /// Say how much work a step is.
    Size(StepRef, u32),
    /// Choose at a decision point.
    Choose(DecisionId, ChoiceRef),
    /// Add a decision point.
    AddDecision(String, Vec<String>, Vec<StepRef>),
    /// Add a question.
    AddQuestion(String),
    /// Answer a question.
    Answer(QuestionId, String),
    /// Take the last edits of the plan back.
    Undo(u32),
    /// Do them again.
    Redo(u32),
}

/// Where a step is put, as it was said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SpotRef {
    /// Before a step.
    Before(StepRef),
    /// After a step.
    After(StepRef),
    /// Between two neighbours.
    Between(StepRef, StepRef),
    /// At a place, counted from 1.
    At(u32),
    /// Some places up, or down.
    By(i32),
    /// Before all others.
    Start,
    /// After all others.
    End,
}

/// What is chosen, as it was said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChoiceRef {
    /// By letter.
    Letter(char),
    /// By the words of an option.
    Words(String),
    /// Said to be a new one.
    New(String),
}

/// What was said, looked up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Edits of the document, all or none.
    Edits(Vec<Edit>),
    /// Take so many edits back.
    Undo(u32),
    /// Do so many again.
    Redo(u32),
}

/// Reads a line; `None` when not all of it is edits, which makes it feedback.
pub fn read(line: &str) -> Option<Vec<Said>> {
    let line = line.trim().trim_end_matches(['.', '!']).trim_end();
    if line.is_empty() || line.contains(['\n', '\r']) {
        return None;
    }
    clauses(rules::bare(line))
}

/// The edits of a text that is all of it edits: the fewest words a clause, the most clauses a line.
fn clauses(text: &str) -> Option<Vec<Said>> {
    for (end, start) in joints(text) {
        let (left, right) = (text[..end].trim(), rules::bare(text[start..].trim()));
        if let Some(first) = rules::clause(left)
            && let Some(mut rest) = clauses(right)
        {
            rest.insert(0, first);
            return Some(rest);
        }
    }
    rules::clause(text.trim()).map(|said| vec![said])
}

/// The places at which a text may be two clauses: `;`, `and`, `then`, outside of quotes and backticks.
fn joints(text: &str) -> Vec<(usize, usize)> {
    const JOINTS: [&str; 7] = ["; and ", ", and then ", " and then ", ", then ", ", and ", " and ", ";"];
    let (mut found, mut quote) = (Vec::new(), None);
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (Some(open), _) if c == open => quote = None,
            (Some(_), _) => continue,
            (None, '"' | '`') => quote = Some(c),
            (None, '“') => quote = Some('”'),
            (None, _) => {}
        }
        let rest = &text.as_bytes()[at..];
        let joint = JOINTS.iter().find(|j| rest.len() >= j.len() && rest[..j.len()].eq_ignore_ascii_case(j.as_bytes()));
        if let (Some(joint), None) = (joint, quote) {
            found.push((at, at + joint.len()));
        }
    }
    found
}

/// Looks the names up in the document as it was when the line was said.
///
/// # Errors
/// A name that is not there, or a description that fits more than one step: a question to the person.
pub fn resolve(said: &[Said], document: &Document) -> Result<Command, EditError> {
    match said {
        [Said::Undo(count)] => return Ok(Command::Undo(*count)),
        [Said::Redo(count)] => return Ok(Command::Redo(*count)),
        _ => {}
    }
    let mut edits = Vec::new();
    for one in said {
        edits_of(one, document, &mut edits)?;
    }
    Ok(Command::Edits(edits))
}

fn edits_of(said: &Said, document: &Document, edits: &mut Vec<Edit>) -> Result<(), EditError> {
    let one = |step: &StepRef| step.resolve(document);
    let all = |steps: &[StepRef]| steps.iter().map(one).collect::<Result<Vec<_>, _>>();
    edits.push(match said {
        Said::Add(text, spot) => Edit::Add { text: text.clone(), spot: spot.resolve(document, None)? },
        Said::Skip(steps, because) => {
            edits.extend(all(steps)?.into_iter().map(|step| Edit::Skip { step, because: because.clone() }));
            return Ok(());
        }
        Said::Unskip(steps) => {
            edits.extend(all(steps)?.into_iter().map(Edit::Unskip));
            return Ok(());
        }
        Said::Remove(steps) => {
            edits.extend(all(steps)?.into_iter().map(Edit::Remove));
            return Ok(());
        }
        Said::Move(step, spot) => Edit::Move { step: one(step)?, spot: spot.resolve(document, Some(step))? },
        Said::Change(step, text) => Edit::Change { step: one(step)?, text: text.clone() },
        Said::Split(step, parts) => Edit::Split { step: one(step)?, parts: parts.clone() },
        Said::Merge(steps, text) => Edit::Merge { steps: all(steps)?, text: text.clone() },
        Said::Depend(step, on) => Edit::Depend { step: one(step)?, on: all(on)? },
        Said::Free(step, from) => Edit::Free { step: one(step)?, from: all(from)? },
        Said::Size(step, size) => {
            Edit::Size { step: one(step)?, size: Size::new(*size).ok_or(EditError::NoSize(*size))? }
        }
        Said::Choose(id, choice) => Edit::Choose { decision: *id, choice: choice.resolve(document, *id)? },
        Said::AddDecision(text, options, before) => {
            Edit::AddDecision { text: text.clone(), options: options.clone(), before: all(before)? }
        }
        Said::AddQuestion(text) => Edit::AddQuestion(text.clone()),
        Said::Answer(id, text) if document.question(*id).is_some() => {
            Edit::Answer { question: *id, text: text.clone() }
        }
        Said::Answer(id, _) => return Err(EditError::NoQuestion(*id)),
        // Only a line of its own takes edits back.
        Said::Undo(_) | Said::Redo(_) => return Err(EditError::TooFew),
    });
    Ok(())
}

impl SpotRef {
    fn resolve(&self, document: &Document, moved: Option<&StepRef>) -> Result<Spot, EditError> {
        let count = document.steps.len();
        let place = |number: u32| -> Result<Spot, EditError> {
            let at = (number as usize).checked_sub(1).filter(|at| *at < count);
            let at = at.ok_or(EditError::NoPlace { place: number, of: count })?;
            let own = match moved {
                Some(step) => {
                    let id = step.resolve(document)?;
                    document.steps.iter().position(|step| step.id == Some(id))
                }
                None => None,
            };
            let Some(there) = document.steps[at].id else {
                return Err(EditError::NoPlace { place: number, of: count });
            };
            // What stands at the place makes room on the side from which the step comes.
            Ok(if own.is_some_and(|own| own < at) { Spot::After(there) } else { Spot::Before(there) })
        };
        Ok(match self {
            Self::Before(step) => Spot::Before(step.resolve(document)?),
            Self::After(step) => Spot::After(step.resolve(document)?),
            Self::Between(first, second) => {
                second.resolve(document)?;
                Spot::After(first.resolve(document)?)
            }
            Self::Start => Spot::Start,
            Self::End => Spot::End,
            Self::At(number) => place(*number)?,
            Self::By(by) => {
                let Some(step) = moved else { return Ok(Spot::End) };
                let id = step.resolve(document)?;
                let own = document.steps.iter().position(|step| step.id == Some(id)).unwrap_or_default();
                let target = i64::try_from(own).unwrap_or_default() + 1 + i64::from(*by);
                let number = u32::try_from(target.max(0)).unwrap_or(u32::MAX);
                if i64::from(number) == i64::try_from(own).unwrap_or_default() + 1 {
                    Spot::Before(id)
                } else {
                    place(number)?
                }
            }
        })
    }
}

impl ChoiceRef {
    fn resolve(&self, document: &Document, id: DecisionId) -> Result<Chosen, EditError> {
        let decision = document.decision(id).ok_or(EditError::NoDecision(id))?;
        let same = |left: &str, right: &str| left.trim().eq_ignore_ascii_case(right.trim());
        match self {
            Self::Letter(letter) => {
                let letter = letter.to_ascii_uppercase();
                let there = decision.options.iter().any(|option| option.letter == letter);
                let no_option = || super::edit::no_option(decision, id, &letter.to_string());
                there.then_some(Chosen::Option(letter)).ok_or_else(no_option)
            }
            Self::Words(words) => match decision.options.iter().find(|option| same(&option.text, words)) {
                Some(option) => Ok(Chosen::Option(option.letter)),
                None => Err(super::edit::no_option(decision, id, words)),
            },
            Self::New(text) => Ok(match decision.options.iter().find(|option| same(&option.text, text)) {
                Some(option) => Chosen::Option(option.letter),
                None => Chosen::New(text.clone()),
            }),
        }
    }
}

#[cfg(test)]
mod tests;
