//! What can be done to a document, each edit with its inverse.

mod item;
mod step;

use std::fmt;

pub(super) use item::{no_option, status};

use super::splice::{self, Splice};
use super::{Document, Highest};
use crate::model::{DecisionId, IllegalTransition, QuestionId, Size, StepId, StepStatus};

/// One edit; every name in it is one of the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Edit {
    /// A new step.
    Add {
        /// What is to be done.
        text: String,
        /// Where.
        spot: Spot,
    },
    /// Leave a step out.
    Skip {
        /// Which.
        step: StepId,
        /// Why.
        because: Option<String>,
    },
    /// Take it in again.
    Unskip(StepId),
    /// Take a step out of the plan; what came after it comes after what it came after.
    Remove(StepId),
    /// Put a step elsewhere.
    Move {
        /// Which.
        step: StepId,
        /// Where.
        spot: Spot,
    },
    /// Give a step other words.
    Change {
        /// Which.
        step: StepId,
        /// What is to be done instead.
        text: String,
    },
    /// Make several steps of one; the first keeps the name.
    Split {
        /// Which.
        step: StepId,
        /// What each is to do, two at least.
        parts: Vec<String>,
    },
    /// Make one step of several; the first keeps its name.
    Merge {
        /// Which, two at least.
        steps: Vec<StepId>,
        /// What is to be done; without it, all of what they said.
        text: Option<String>,
    },
    /// Let a step come after others.
    Depend {
        /// Which.
        step: StepId,
        /// After which.
        on: Vec<StepId>,
    },
    /// Let a step no longer come after others.
    Free {
        /// Which.
        step: StepId,
        /// After which no longer; empty for all.
        from: Vec<StepId>,
    },
    /// Say how much work a step is.
    Size {
        /// Which.
        step: StepId,
        /// How much.
        size: Size,
    },
    /// Choose at a decision point.
    Choose {
        /// Which.
        decision: DecisionId,
        /// What.
        choice: Chosen,
    },
    /// A new decision point.
    AddDecision {
        /// What is to be chosen.
        text: String,
        /// Between what, two at least.
        options: Vec<String>,
        /// The steps that wait for it.
        before: Vec<StepId>,
    },
    /// A new question.
    AddQuestion(String),
    /// Answer a question.
    Answer {
        /// Which.
        question: QuestionId,
        /// What.
        text: String,
    },
}

/// Where a step is put.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spot {
    /// Before that step.
    Before(StepId),
    /// After that step.
    After(StepId),
    /// Before all others.
    Start,
    /// After all others.
    End,
}

/// What is chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Chosen {
    /// A listed option, by its letter.
    Option(char),
    /// One that was not listed; it becomes an option.
    New(String),
}

/// Why an edit cannot be done; nothing has changed then.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// No step of that name or number.
    #[error("there is no step {name}: the plan has {}", steps(*.of))]
    NoStep {
        /// As it was said.
        name: String,
        /// How many there are.
        of: usize,
    },
    /// No step is described by the words.
    #[error("no step is about \"{0}\"")]
    NoMatch(String),
    /// More than one step may be meant.
    #[error("which step is \"{said}\": {}?", listed(candidates))]
    Ambiguous {
        /// As it was said.
        said: String,
        /// Those that may be meant, with their words.
        candidates: Vec<(StepId, String)>,
    },
    /// No decision point of that name.
    #[error("there is no decision point {0}")]
    NoDecision(DecisionId),
    /// No question of that name.
    #[error("there is no question {0}")]
    NoQuestion(QuestionId),
    /// The choice is not offered.
    #[error("{decision} has no option \"{given}\": {options}")]
    NoOption {
        /// The decision point.
        decision: DecisionId,
        /// What was given.
        given: String,
        /// What there is.
        options: String,
    },
    /// No place of that number.
    #[error("there is no place {place}: the plan has {}", steps(*.of))]
    NoPlace {
        /// The number.
        place: u32,
        /// How many steps there are.
        of: usize,
    },
    /// A step would have to come after itself.
    #[error("{0} would have to come after itself")]
    Cycle(StepId),
    /// A step is put beside itself, or merged with itself.
    #[error("{0} stands for both")]
    Same(StepId),
    /// Too few parts.
    #[error("it takes two at least")]
    TooFew,
    /// A size outside 1 to 5.
    #[error("a size is a number from 1 to 5, not {0}")]
    NoSize(u32),
    /// The step's status does not allow it.
    #[error("{step}: {refused}")]
    Status {
        /// The step.
        step: StepId,
        /// Its status, and what was to happen.
        refused: IllegalTransition,
    },
    /// The document has problems, so nobody knows what an edit of it would mean.
    #[error("the plan document cannot be edited while it has problems: {0}")]
    Problem(#[from] super::Problem),
}

fn steps(count: usize) -> String {
    if count == 1 { "1 step".to_owned() } else { format!("{count} steps") }
}

fn listed(candidates: &[(StepId, String)]) -> String {
    candidates.iter().map(|(id, text)| format!("{id} ({text})")).collect::<Vec<_>>().join(", ")
}

/// What edits did.
#[derive(Debug, Clone)]
pub struct Edited {
    /// The document as it is now.
    pub document: Document,
    /// What a person should know besides, a line each.
    pub notes: Vec<String>,
    /// What brings the former text back.
    pub inverse: Vec<Vec<Splice>>,
}

/// Does the edits one after another. Names that were ever given in `highest` are not given again; it is raised by those
/// given now.
///
/// # Errors
/// The first edit that cannot be done; nothing is done then.
pub fn apply(document: &Document, edits: &[Edit], highest: &mut Highest) -> Result<Edited, EditError> {
    if let Some(problem) = document.problems.first() {
        return Err(problem.clone().into());
    }
    let mut next = highest.max(document.highest());
    let mut edited = Edited { document: document.clone(), notes: Vec::new(), inverse: Vec::new() };
    for edit in edits {
        let splices = edit.splices(&edited.document, &mut next, &mut edited.notes)?;
        let (text, inverse) = splice::apply(edited.document.text(), splices);
        edited.document = Document::parse(text);
        edited.inverse.insert(0, inverse);
    }
    *highest = next;
    Ok(edited)
}

/// Takes edits back: the text before them, byte for byte.
pub fn take_back(edited: &Edited) -> String {
    let text = edited.document.text().to_owned();
    edited.inverse.iter().fold(text, |text, splices| splice::apply(&text, splices.clone()).0)
}

impl Edit {
    fn splices(
        &self,
        document: &Document,
        highest: &mut Highest,
        notes: &mut Vec<String>,
    ) -> Result<Vec<Splice>, EditError> {
        let work = step::Work { document, notes };
        match self {
            Self::Add { text, spot } => work.add(highest.next_step(), text, *spot),
            Self::Skip { step, because } => work.skip(*step, because.as_deref()),
            Self::Unskip(step) => work.unskip(*step),
            Self::Remove(step) => work.remove(*step),
            Self::Move { step, spot } => work.put(*step, *spot),
            Self::Change { step, text } => work.change(*step, text),
            Self::Split { step, parts } => work.split(*step, parts, highest),
            Self::Merge { steps, text } => work.merge(steps, text.as_deref()),
            Self::Depend { step, on } => work.depend(*step, on),
            Self::Free { step, from } => work.free(*step, from),
            Self::Size { step, size } => work.size(*step, *size),
            Self::Choose { decision, choice } => item::choose(document, *decision, choice),
            Self::AddDecision { text, options, before } => {
                item::add_decision(document, highest.next_decision(), text, options, before)
            }
            Self::AddQuestion(text) => Ok(item::add_question(document, highest.next_question(), text)),
            Self::Answer { question, text } => item::answer(document, *question, text),
        }
    }
}

/// The document with a step in that status, which the caller has checked.
pub fn with_status(document: &Document, step: StepId, status: StepStatus) -> Result<Document, EditError> {
    let found = step::find(document, step)?;
    let (text, _) = splice::apply(document.text(), vec![item::status(found, status)]);
    Ok(Document::parse(text))
}

/// The document with a line more in its progress log.
pub fn with_log(document: &Document, line: &str) -> Document {
    let (text, _) = splice::apply(document.text(), item::log(document, line));
    Document::parse(text)
}

/// The document with an item's lines at the end of a section, as they are.
pub(super) fn with_item(document: &Document, kind: super::SectionKind, lines: &str) -> Document {
    let last = match kind {
        super::SectionKind::Steps => document.steps.last().map(|step| &step.place),
        super::SectionKind::Decisions => document.decisions.last().map(|decision| &decision.place),
        super::SectionKind::Questions => document.questions.last().map(|question| &question.place),
        _ => None,
    };
    let (text, _) = splice::apply(document.text(), item::append(document, kind, last, lines));
    Document::parse(text)
}

/// The document with another body below the heading of a kind.
pub(super) fn with_section(document: &Document, kind: super::SectionKind, body: &str) -> Document {
    let (text, _) = splice::apply(document.text(), item::section(document, kind, body));
    Document::parse(text)
}

/// The document with other lines in its section of changes, which is generated.
pub fn with_changes(document: &Document, lines: &[String]) -> Document {
    let (text, _) = splice::apply(document.text(), item::changes(document, lines));
    Document::parse(text)
}

/// The document with that revision in its front matter.
pub fn with_revision(document: &Document, revision: u32) -> Document {
    let Some((_, place)) = document.front.as_ref().and_then(|front| front.revision.clone()) else {
        return document.clone();
    };
    let (text, _) = splice::apply(document.text(), vec![Splice::new(place, revision.to_string())]);
    Document::parse(text)
}

/// The document in which every step, decision point and question has a name; those without get the next ones.
pub fn with_names(document: &Document, highest: &mut Highest) -> Document {
    let mut next = highest.max(document.highest());
    let mut splices = Vec::new();
    let mut name = |id: String, place: &super::Place| splices.push(Splice::insert(place.text.start, format!("{id} ")));
    for step in document.steps.iter().filter(|step| step.id.is_none()) {
        name(next.next_step().to_string(), &step.place);
    }
    for decision in document.decisions.iter().filter(|decision| decision.id.is_none()) {
        name(next.next_decision().to_string(), &decision.place);
    }
    for question in document.questions.iter().filter(|question| question.id.is_none()) {
        name(next.next_question().to_string(), &question.place);
    }
    *highest = next;
    if splices.is_empty() {
        return document.clone();
    }
    Document::parse(splice::apply(document.text(), splices).0)
}

impl fmt::Display for Spot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Before(step) => write!(f, "before {step}"),
            Self::After(step) => write!(f, "after {step}"),
            Self::Start => f.write_str("at the start"),
            Self::End => f.write_str("at the end"),
        }
    }
}

fn names<T: fmt::Display>(ids: &[T]) -> String {
    ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

impl fmt::Display for Edit {
    /// The edit in the words in which it could be said.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Add { text, spot } => write!(f, "add \"{text}\" {spot}"),
            Self::Skip { step, because: None } => write!(f, "skip {step}"),
            Self::Skip { step, because: Some(why) } => write!(f, "skip {step} because {why}"),
            Self::Unskip(step) => write!(f, "unskip {step}"),
            Self::Remove(step) => write!(f, "remove {step}"),
            Self::Move { step, spot } => write!(f, "move {step} {spot}"),
            Self::Change { step, text } => write!(f, "change {step} to \"{text}\""),
            Self::Split { step, parts } => write!(f, "split {step} into \"{}\"", parts.join("\"; \"")),
            Self::Merge { steps, text: None } => write!(f, "merge {}", names(steps)),
            Self::Merge { steps, text: Some(text) } => write!(f, "merge {} as \"{text}\"", names(steps)),
            Self::Depend { step, on } => write!(f, "make {step} depend on {}", names(on)),
            Self::Free { step, from } if from.is_empty() => write!(f, "make {step} independent"),
            Self::Free { step, from } => write!(f, "make {step} independent of {}", names(from)),
            Self::Size { step, size } => write!(f, "size {step} {size}"),
            Self::Choose { decision, choice: Chosen::Option(letter) } => write!(f, "choose {decision} {letter}"),
            Self::Choose { decision, choice: Chosen::New(text) } => write!(f, "choose {decision} new: {text}"),
            Self::AddDecision { text, options, before } => {
                write!(f, "add decision \"{text}\" options {}", options.join(" | "))?;
                if before.is_empty() { Ok(()) } else { write!(f, " before {}", names(before)) }
            }
            Self::AddQuestion(text) => write!(f, "add question \"{text}\""),
            Self::Answer { question, text } => write!(f, "answer {question}: {text}"),
        }
    }
}

#[cfg(test)]
mod tests;
