//! The plan as Markdown and back: what a person reads, edits and discusses.
//!
//! A [`Document`] is its text; everything else in it says where in the text something stands. Writing one back is the
//! text itself, and an edit replaces only the bytes it must ([`splice`]), so unknown passages, blank lines and line ends
//! survive. Steps, decision points and questions have names that stay (`S1`, `D1`, `Q1`), by which two versions are
//! compared ([`mod@derive`]) and three are merged ([`mod@merge`]).
//!
//! [`phrase`] reads what a person says about the plan, [`edit`] does it, [`lint`] finds what a plan lacks before it is
//! approved, [`graph`] orders it, and [`exchange`] speaks the `PLANS.md` of repositories.

mod attributes;
pub mod changes;
pub mod cluster;
pub mod derive;
pub mod draft;
pub mod edit;
pub mod exchange;
pub mod graph;
mod lines;
pub mod lint;
pub mod merge;
pub mod phrase;
mod place;
mod syntax;

pub mod splice;

use std::collections::HashMap;
use std::ops::Range;

use crate::model::{ChangeId, DecisionId, QuestionId, Size, StepId, StepStatus};

/// A plan document: its text, and where in it everything stands.
#[derive(Debug, Clone)]
pub struct Document {
    text: String,
    line_end: &'static str,
    places: Places,
    /// The front matter, if there is any.
    pub front: Option<Front>,
    /// The sections in their order.
    pub sections: Vec<Section>,
    /// The steps in their order.
    pub steps: Vec<Step>,
    /// The decision points in their order.
    pub decisions: Vec<Decision>,
    /// The questions in their order.
    pub questions: Vec<Question>,
    /// The checks in their order.
    pub checks: Vec<Check>,
    /// The risks in their order.
    pub risks: Vec<Risk>,
    /// What makes no sense, by line; a document with problems is not taken over.
    pub problems: Vec<Problem>,
}

/// Where in its list the item of each name stands; of several that bear one name, the first.
#[derive(Debug, Clone, Default)]
struct Places {
    steps: HashMap<StepId, usize>,
    decisions: HashMap<DecisionId, usize>,
    questions: HashMap<QuestionId, usize>,
}

impl Places {
    fn of(document: &Document) -> Self {
        let mut places = Self::default();
        for (at, id) in document.steps.iter().enumerate().filter_map(|(at, step)| Some((at, step.id?))) {
            places.steps.entry(id).or_insert(at);
        }
        for (at, id) in document.decisions.iter().enumerate().filter_map(|(at, decision)| Some((at, decision.id?))) {
            places.decisions.entry(id).or_insert(at);
        }
        for (at, id) in document.questions.iter().enumerate().filter_map(|(at, question)| Some((at, question.id?))) {
            places.questions.entry(id).or_insert(at);
        }
        places
    }
}

/// The lines between `---` at the top: slug and revision, nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Front {
    /// The plan's two words.
    pub slug: Option<(String, Range<usize>)>,
    /// The revision from which the text was made.
    pub revision: Option<(u32, Range<usize>)>,
    /// The whole, fences and line ends included.
    pub whole: Range<usize>,
}

/// What a section is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SectionKind {
    /// What the person wants.
    Task,
    /// What was found out before planning.
    Context,
    /// What was asked, with answers.
    Questions,
    /// What is to be done.
    Steps,
    /// What a person has to choose.
    Decisions,
    /// The queued changes, generated.
    Changes,
    /// How it is checked.
    Checks,
    /// What may go wrong, and what then.
    Risks,
    /// What is left alone.
    OutOfScope,
    /// What happened, with times.
    Log,
}

impl SectionKind {
    /// Every kind, in the order in which a new document has them.
    pub const ALL: [Self; 10] = [
        Self::Task,
        Self::Context,
        Self::Questions,
        Self::Steps,
        Self::Decisions,
        Self::Changes,
        Self::Checks,
        Self::Risks,
        Self::OutOfScope,
        Self::Log,
    ];

    /// The heading of its section.
    pub fn title(self) -> &'static str {
        match self {
            Self::Task => "Task",
            Self::Context => "Context found",
            Self::Questions => "Questions",
            Self::Steps => "Steps",
            Self::Decisions => "Decision points",
            Self::Changes => "Changes",
            Self::Checks => "Checks",
            Self::Risks => "Risks and mitigations",
            Self::OutOfScope => "Out of scope",
            Self::Log => "Progress log",
        }
    }

    /// The kind that a heading names, in any case.
    pub fn of_title(title: &str) -> Option<Self> {
        match title.trim().trim_end_matches(':').to_ascii_lowercase().as_str() {
            "task" => Some(Self::Task),
            "context found" | "context" => Some(Self::Context),
            "questions" => Some(Self::Questions),
            "steps" => Some(Self::Steps),
            "decision points" | "decisions" => Some(Self::Decisions),
            "changes" => Some(Self::Changes),
            "checks" => Some(Self::Checks),
            "risks and mitigations" | "risks" => Some(Self::Risks),
            "out of scope" => Some(Self::OutOfScope),
            "progress log" | "log" => Some(Self::Log),
            _ => None,
        }
    }
}

/// A heading and what stands below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// What it is about; `None` for a heading of somebody's own.
    pub kind: Option<SectionKind>,
    /// The heading's text.
    pub title: String,
    /// The line of the heading.
    pub heading: Range<usize>,
    /// Everything up to the next section.
    pub body: Range<usize>,
}

/// Where an item of a list stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    /// All its lines with their ends: the first one and those below that belong to it.
    pub whole: Range<usize>,
    /// The bullet of the first line.
    pub bullet: Range<usize>,
    /// The character between the brackets of its check box.
    pub mark: Option<Range<usize>>,
    /// Its id.
    pub id: Option<Range<usize>>,
    /// Its words.
    pub text: Range<usize>,
    /// The attributes with their braces.
    pub attributes: Option<Range<usize>>,
    /// Where the first line ends, before its line end.
    pub head_end: usize,
    /// The number of the first line, from 1 on.
    pub line: usize,
}

/// One step.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Step {
    /// Its name; `None` when somebody wrote it into the file and it has not been taken over yet.
    pub id: Option<StepId>,
    /// What is to be done.
    pub text: String,
    /// Where it is in its life.
    pub status: StepStatus,
    /// What must be settled before it begins.
    pub after: Vec<StepId>,
    /// How much work it is.
    pub size: Option<Size>,
    /// It checks instead of changing.
    pub check: bool,
    /// The files it is about.
    pub files: Vec<String>,
    /// The queued changes that are its own, where that was said.
    pub changes: Vec<ChangeId>,
    /// How it is taken back.
    pub rollback: Option<String>,
    /// Where it stands.
    pub place: Place,
}

/// Something that a person has to choose.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Decision {
    /// Its name.
    pub id: Option<DecisionId>,
    /// What is asked.
    pub text: String,
    /// Between what, by letter.
    pub options: Vec<Choice>,
    /// The letter that was chosen.
    pub chosen: Option<char>,
    /// The steps that wait for it; all of them when none is named.
    pub before: Vec<StepId>,
    /// Nothing waits for it.
    pub optional: bool,
    /// Where it stands.
    pub place: Place,
}

/// One option of a decision point.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// Its letter.
    pub letter: char,
    /// What it means.
    pub text: String,
}

/// A question to the person.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Question {
    /// Its name.
    pub id: Option<QuestionId>,
    /// What is asked.
    pub text: String,
    /// What was answered.
    pub answer: Option<String>,
    /// Where it stands.
    pub place: Place,
}

/// How the work is checked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Check {
    /// The whole line.
    pub text: String,
    /// The command in it, between backticks.
    pub command: Option<String>,
    /// The steps it covers; all of them when none is named.
    pub after: Vec<StepId>,
    /// Where it stands.
    pub place: Place,
}

/// What may go wrong.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Risk {
    /// What.
    pub text: String,
    /// And what then.
    pub mitigation: String,
}

/// What makes no sense in a document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {message}")]
pub struct Problem {
    /// The line, from 1 on.
    pub line: usize,
    /// What is wrong with it.
    pub message: String,
}

impl Document {
    /// Reads a document. Never fails: what makes no sense is left as it is and told in [`Document::problems`].
    pub fn parse(text: impl Into<String>) -> Self {
        syntax::parse(text.into())
    }

    /// The text, byte for byte.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The line end that new lines get.
    pub fn line_end(&self) -> &'static str {
        self.line_end
    }

    /// The step of that name.
    pub fn step(&self, id: StepId) -> Option<&Step> {
        self.places.steps.get(&id).map(|at| &self.steps[*at])
    }

    /// The choice that a step is, where the step itself says what it is about.
    pub fn choice_of(&self, step: StepId) -> Option<&Decision> {
        self.decisions.iter().find(|decision| decision.before == [step] && decision.text == asked_of(step))
    }

    /// What a decision point is about: the words of the step that it is the choice of, else its own.
    pub fn subject<'d>(&'d self, decision: &'d Decision) -> &'d str {
        let step = decision.before.first().copied().filter(|step| decision.text == asked_of(*step));
        step.and_then(|step| self.step(step)).map_or(&decision.text, |step| &step.text)
    }

    /// The decision point of that name.
    pub fn decision(&self, id: DecisionId) -> Option<&Decision> {
        self.places.decisions.get(&id).map(|at| &self.decisions[*at])
    }

    /// The question of that name.
    pub fn question(&self, id: QuestionId) -> Option<&Question> {
        self.places.questions.get(&id).map(|at| &self.questions[*at])
    }

    /// The first section of a kind.
    pub fn section(&self, kind: SectionKind) -> Option<&Section> {
        self.sections.iter().find(|section| section.kind == Some(kind))
    }

    /// What stands below the heading of a kind, without the blank lines around it; empty when there is no such section.
    pub fn prose(&self, kind: SectionKind) -> &str {
        self.section(kind).map_or("", |section| self.text[section.body.clone()].trim())
    }

    /// The highest numbers in use; the next step, decision point and question get names behind them.
    pub fn highest(&self) -> Highest {
        Highest {
            step: self.steps.iter().filter_map(|s| s.id).max().map_or(0, |id| id.0),
            decision: self.decisions.iter().filter_map(|d| d.id).max().map_or(0, |id| id.0),
            question: self.questions.iter().filter_map(|q| q.id).max().map_or(0, |id| id.0),
        }
    }
}

/// The highest numbers that names were ever given; a removed step's name is not given again.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Highest {
    /// Of steps.
    pub step: u32,
    /// Of decision points.
    pub decision: u32,
    /// Of questions.
    pub question: u32,
}

impl Highest {
    /// The higher of both, one by one.
    #[must_use]
    pub fn max(self, other: Self) -> Self {
        Self {
            step: self.step.max(other.step),
            decision: self.decision.max(other.decision),
            question: self.question.max(other.question),
        }
    }

    /// A name for a new step.
    pub fn next_step(&mut self) -> StepId {
        self.step += 1;
        StepId(self.step)
    }

    /// A name for a new decision point.
    pub fn next_decision(&mut self) -> DecisionId {
        self.decision += 1;
        DecisionId(self.decision)
    }

    /// A name for a new question.
    pub fn next_question(&mut self) -> QuestionId {
        self.question += 1;
        QuestionId(self.question)
    }
}

#[cfg(test)]
mod sample;
/// What is asked for a step that is a choice.
fn asked_of(step: StepId) -> String {
    format!("Which way for {step}?")
}

#[cfg(test)]
mod tests;
