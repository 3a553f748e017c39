//! A new document, from what an agent proposed, a file said, or the queue holds.

mod proposal;

use std::fmt::Write;

use super::attributes::Attributes;
use super::lines::unclosed_fence;
use super::{Document, Highest, SectionKind, Step, edit};
use crate::model::{ChangeId, Size, Slug, StepId, StepStatus};

/// What a new document is made of. Steps get their names in their order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Draft {
    /// What the person wants.
    pub task: String,
    /// What was found out.
    pub context: String,
    /// What is asked, with answers.
    pub questions: Vec<(String, Option<String>)>,
    /// What is to be done.
    pub steps: Vec<DraftStep>,
    /// What a person has to choose.
    pub decisions: Vec<DraftDecision>,
    /// How it is checked, a line each.
    pub checks: Vec<String>,
    /// What may go wrong, and what then.
    pub risks: Vec<(String, String)>,
    /// What is left alone.
    pub out_of_scope: Vec<String>,
    /// What happened, a line each.
    pub log: Vec<String>,
}

/// A step of a draft.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DraftStep {
    /// What is to be done.
    pub text: String,
    /// Where it is in its life.
    pub status: StepStatus,
    /// What must be settled before.
    pub after: Vec<StepId>,
    /// How much work it is.
    pub size: Option<Size>,
    /// It checks instead of changing.
    pub check: bool,
    /// The files it is about.
    pub files: Vec<String>,
    /// The queued changes that are its own.
    pub changes: Vec<ChangeId>,
    /// Lines below it.
    pub details: Vec<String>,
}

/// A decision point of a draft.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DraftDecision {
    /// What is asked; empty where the step that waits for it says so itself.
    pub text: String,
    /// Between what; they get the letters A, B, ...
    pub options: Vec<String>,
    /// Which of them was chosen, counted from 0.
    pub chosen: Option<usize>,
    /// The steps that wait for it.
    pub before: Vec<StepId>,
}

/// The most options a decision point has: one a letter.
pub const MAX_OPTIONS: usize = 26;

impl Draft {
    /// The document of this draft as its revision 1.
    pub fn render(&self, slug: &Slug) -> String {
        let mut text = format!("---\nplan: {slug}\nrevision: 1\n---\n");
        for kind in SectionKind::ALL {
            let body = self.section(kind);
            write!(text, "\n## {}\n", kind.title()).expect("a string takes all text");
            if !body.is_empty() {
                write!(text, "\n{body}\n").expect("a string takes all text");
            }
        }
        text
    }

    /// A section without its heading.
    pub(super) fn section(&self, kind: SectionKind) -> String {
        let lines: Vec<String> = match kind {
            SectionKind::Task => return quiet(&self.task),
            SectionKind::Context => return quiet(&self.context),
            SectionKind::Questions => (1..).zip(&self.questions).map(|(n, q)| question_lines(n, q)).collect(),
            SectionKind::Steps => (1..).zip(&self.steps).map(|(n, step)| step.lines(n)).collect(),
            SectionKind::Decisions => (1..).zip(&self.decisions).map(|(n, decision)| decision.lines(n)).collect(),
            SectionKind::Changes => Vec::new(),
            SectionKind::Checks => bullets(&self.checks),
            SectionKind::Risks if self.risks.is_empty() => Vec::new(),
            SectionKind::Risks => {
                let head = ["| Risk | Mitigation |".to_owned(), "|---|---|".to_owned()];
                let row = |(risk, then): &(String, String)| format!("| {} | {} |", cell(risk), cell(then));
                head.into_iter().chain(self.risks.iter().map(row)).collect()
            }
            SectionKind::OutOfScope => bullets(&self.out_of_scope),
            SectionKind::Log => bullets(&self.log),
        };
        lines.join("\n")
    }

    /// This draft in the place of a present document, whose other sections stay. Steps, decision points and questions with
    /// the words of a present one keep its name and what was said about it.
    pub fn over(&self, document: &Document, highest: Highest) -> Document {
        let mut next = highest.max(document.highest());
        let same = |left: &str, right: &str| one_line(left).eq_ignore_ascii_case(&one_line(right));
        let mut taken = Vec::new();
        let names: Vec<StepId> = self
            .steps
            .iter()
            .map(|step| {
                let known = document.steps.iter().find(|old| same(&old.text, &step.text)).and_then(|old| old.id);
                let name = known.filter(|id| !taken.contains(id)).unwrap_or_else(|| next.next_step());
                taken.push(name);
                name
            })
            .collect();
        let renamed = |ids: &[StepId]| -> Vec<StepId> {
            ids.iter().filter_map(|id| names.get(id.0 as usize - 1).copied()).collect()
        };
        let steps = self.steps.iter().zip(&names).map(|(step, name)| {
            let Some(old) = document.step(*name) else {
                return DraftStep { after: renamed(&step.after), ..step.clone() }.lines(name.0);
            };
            // Words alone say nothing new about a step that is known.
            let bare = *step == DraftStep { text: step.text.clone(), ..DraftStep::default() };
            let after = if bare {
                old.after.iter().copied().filter(|id| names.contains(id)).collect()
            } else {
                renamed(&step.after)
            };
            let said = if bare { DraftStep::known(old) } else { step.clone() };
            let lines = DraftStep { after, status: old.status, ..said }.lines(name.0);
            let below = document.text()[old.place.head_end..old.place.whole.end].trim_end();
            if step.details.is_empty() { format!("{lines}{below}") } else { lines }
        });
        let steps: Vec<String> = steps.collect();
        let decisions = self.decisions.iter().map(|decision| {
            let decision = DraftDecision { before: renamed(&decision.before), ..decision.clone() };
            match document.decisions.iter().find(|old| same(&old.text, &decision.asked())) {
                Some(old) => document.text()[old.place.whole.clone()].trim_end().to_owned(),
                None => decision.lines(next.next_decision().0),
            }
        });
        let decisions: Vec<String> = decisions.collect();
        let questions = self.questions.iter().map(|question| {
            match document.questions.iter().find(|old| same(&old.text, &question.0)) {
                Some(old) => document.text()[old.place.whole.clone()].trim_end().to_owned(),
                None => question_lines(next.next_question().0, question),
            }
        });
        let questions: Vec<String> = questions.collect();
        let mut document = document.clone();
        for kind in SectionKind::ALL {
            let body = match kind {
                SectionKind::Steps => steps.join("\n"),
                SectionKind::Decisions => decisions.join("\n"),
                SectionKind::Questions => questions.join("\n"),
                SectionKind::Changes | SectionKind::Log => continue,
                kind => self.section(kind),
            };
            // A proposal that says nothing of the task does not take it away.
            if !body.is_empty() || kind == SectionKind::Decisions || kind == SectionKind::Questions {
                document = edit::with_section(&document, kind, &body);
            }
        }
        document
    }
}

/// Text on one line: what an agent wrote must not begin lines of its own in a list.
pub(super) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Prose of which no line is taken for the document's own: no heading, no mark of a merge, no fence that nothing closes.
fn quiet(text: &str) -> String {
    let marks = ["#", "<<<<<<< ", ">>>>>>> ", "======="];
    let guard = |line: &str| {
        if marks.iter().any(|mark| line.starts_with(mark)) { format!("\\{line}") } else { line.to_owned() }
    };
    closed(&text.trim().lines().map(guard).collect::<Vec<_>>().join("\n"))
}

/// Text whose fences are no fences where one of them is never closed.
fn closed(text: &str) -> String {
    if unclosed_fence(text).is_none() {
        return text.to_owned();
    }
    let guard = |line: &str| {
        let body = line.trim_start();
        let fence = body.starts_with("```") || body.starts_with("~~~");
        if fence { format!("{}\\{body}", &line[..line.len() - body.len()]) } else { line.to_owned() }
    };
    text.lines().map(guard).collect::<Vec<_>>().join("\n")
}

fn bullets(items: &[String]) -> Vec<String> {
    items.iter().map(|item| format!("- {}", one_line(item))).collect()
}

fn cell(text: &str) -> String {
    one_line(text).replace('|', "\\|")
}

pub(super) fn question_lines(number: u32, (question, answer): &(String, Option<String>)) -> String {
    let answer = answer.as_ref().map_or(String::new(), |answer| format!("\n  - answer: {}", one_line(answer)));
    format!("- Q{number} {}{answer}", one_line(question))
}

impl DraftStep {
    /// A present step, without the lines below it.
    fn known(step: &Step) -> Self {
        Self {
            text: step.text.clone(),
            status: step.status,
            after: step.after.clone(),
            size: step.size,
            check: step.check,
            files: step.files.clone(),
            changes: step.changes.clone(),
            details: Vec::new(),
        }
    }

    /// Its lines as the step of that number.
    pub(super) fn lines(&self, number: u32) -> String {
        let attributes = Attributes {
            after: self.after.clone(),
            size: self.size,
            check: self.check,
            files: self.files.iter().map(|file| one_line(file).replace([',', ';', '{', '}'], " ")).collect(),
            changes: self.changes.clone(),
            ..Attributes::default()
        };
        let braces = attributes.render();
        let space = if braces.is_empty() { "" } else { " " };
        let mut lines = format!("- [{}] S{number} {}{space}{braces}", self.status.mark(), one_line(&self.text));
        for detail in &self.details {
            write!(lines, "\n  {}", one_line(detail)).expect("a string takes all text");
        }
        closed(&lines)
    }
}

impl DraftDecision {
    /// What is asked. A step that is a choice says what it is about; the question only names it.
    fn asked(&self) -> String {
        match self.before.as_slice() {
            [step] if self.text.is_empty() => super::asked_of(*step),
            _ => one_line(&self.text),
        }
    }

    /// Its lines as the decision point of that number.
    pub(super) fn lines(&self, number: u32) -> String {
        let braces = Attributes { before: self.before.clone(), ..Attributes::default() }.render();
        let space = if braces.is_empty() { "" } else { " " };
        let mut lines = format!("- D{number} {}{space}{braces}", self.asked());
        for (letter, option) in ('A'..='Z').zip(&self.options) {
            write!(lines, "\n  - {letter}: {}", one_line(option)).expect("a string takes all text");
        }
        if let Some(letter) = self.chosen.and_then(|chosen| ('A'..='Z').nth(chosen)) {
            write!(lines, "\n  - chosen: {letter}").expect("a string takes all text");
        }
        lines
    }
}

#[cfg(test)]
mod tests;
