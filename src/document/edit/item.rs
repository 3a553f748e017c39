//! Where bytes are put: into a section, behind an item, below it.

use super::super::attributes::Attributes;
use super::super::draft::{DraftDecision, MAX_OPTIONS, one_line, question_lines};
use super::super::splice::Splice;
use super::super::{Decision, Document, Place, SectionKind, Step};
use super::{Chosen, EditError};
use crate::model::{DecisionId, QuestionId, StepId, StepStatus};

/// `lines` with the document's line ends, and one at the end.
pub(super) fn ended(document: &Document, lines: &str) -> String {
    let mut text = lines.replace("\r\n", "\n").replace('\n', document.line_end());
    text.push_str(document.line_end());
    text
}

/// A line end where the text before `at` has none.
pub(super) fn line_end_before(document: &Document, at: usize) -> &'static str {
    let before = &document.text()[..at];
    if before.is_empty() || before.ends_with('\n') { "" } else { document.line_end() }
}

/// Puts an item behind the one that ends at `end`.
pub(super) fn behind(document: &Document, end: usize, item: &str) -> Splice {
    Splice::insert(end, format!("{}{}", line_end_before(document, end), ended(document, item)))
}

/// Puts an item at the end of a section, which is made when it is not there.
pub(super) fn append(document: &Document, kind: SectionKind, last: Option<&Place>, item: &str) -> Vec<Splice> {
    if let Some(last) = last {
        return vec![behind(document, last.whole.end, item)];
    }
    let end = document.line_end();
    let item = ended(document, item);
    if let Some(section) = document.section(kind) {
        let body = &document.text()[section.body.clone()];
        let is_last = section.body.end == document.text().len();
        let close = if is_last { "" } else { end };
        let open = line_end_before(document, section.body.start);
        if body.trim().is_empty() {
            return vec![Splice::new(section.body.clone(), format!("{open}{end}{item}{close}"))];
        }
        let at = section.body.start + body.trim_end().len();
        return vec![Splice::new(at..section.body.end, format!("{end}{end}{item}{close}"))];
    }
    let next = document.sections.iter().find(|section| section.kind.is_some_and(|other| other > kind));
    let at = next.map_or(document.text().len(), |section| section.heading.start);
    let before = &document.text()[..at];
    let gap = if before.is_empty() || before.ends_with("\n\n") || before.ends_with("\n\r\n") { "" } else { end };
    let close = if next.is_some() { end } else { "" };
    let open = line_end_before(document, at);
    vec![Splice::insert(at, format!("{open}{gap}## {}{end}{end}{item}{close}", kind.title()))]
}

/// Gives an item other attributes.
pub(super) fn attributes(place: &Place, new: &Attributes) -> Splice {
    let braces = new.render();
    let space = if braces.is_empty() { "" } else { " " };
    let end = place.attributes.as_ref().map_or(place.text.end, |at| at.end);
    Splice::new(place.text.end..end, format!("{space}{braces}"))
}

pub(super) fn of_step(step: &Step) -> Attributes {
    Attributes {
        after: step.after.clone(),
        size: step.size,
        check: step.check,
        files: step.files.clone(),
        changes: step.changes.clone(),
        rollback: step.rollback.clone(),
        ..Attributes::default()
    }
}

pub(super) fn of_decision(decision: &Decision) -> Attributes {
    Attributes { before: decision.before.clone(), optional: decision.optional, ..Attributes::default() }
}

/// Gives a step another status.
pub(in crate::document) fn status(step: &Step, status: StepStatus) -> Splice {
    match &step.place.mark {
        Some(mark) => Splice::new(mark.clone(), status.mark().to_string()),
        None => Splice::insert(step.place.bullet.end, format!("[{}] ", status.mark())),
    }
}

pub(super) fn log(document: &Document, line: &str) -> Vec<Splice> {
    append(document, SectionKind::Log, None, &format!("- {}", one_line(line)))
        .into_iter()
        .map(|splice| close_up(document, splice))
        .collect()
}

/// A line that joins a list needs no blank line before it.
fn close_up(document: &Document, splice: Splice) -> Splice {
    let end = document.line_end();
    let body = &document.text()[..splice.at.start];
    let last = body.lines().next_back().unwrap_or_default();
    let double = format!("{end}{end}-");
    if last.starts_with("- ") && splice.with.starts_with(&double) {
        return Splice::new(splice.at, &splice.with[end.len()..]);
    }
    splice
}

pub(super) fn changes(document: &Document, lines: &[String]) -> Vec<Splice> {
    let lines: Vec<String> = lines.iter().map(|line| format!("- {}", one_line(line))).collect();
    section(document, SectionKind::Changes, &lines.join("\n"))
}

/// Puts `body`, without line end at its end, below the heading of a kind.
pub(super) fn section(document: &Document, kind: SectionKind, body: &str) -> Vec<Splice> {
    let end = document.line_end();
    match document.section(kind) {
        Some(section) => {
            let close = if section.body.end == document.text().len() { "" } else { end };
            let open = line_end_before(document, section.body.start);
            let body = if body.is_empty() { String::new() } else { format!("{end}{}", ended(document, body)) };
            vec![Splice::new(section.body.clone(), format!("{open}{body}{close}"))]
        }
        None if body.is_empty() => Vec::new(),
        None => append(document, kind, None, body),
    }
}

pub(super) fn choose(document: &Document, id: DecisionId, choice: &Chosen) -> Result<Vec<Splice>, EditError> {
    let decision = document.decision(id).ok_or(EditError::NoDecision(id))?;
    let (letter, option) = match choice {
        Chosen::Option(letter) if decision.options.iter().any(|option| option.letter == *letter) => (*letter, None),
        Chosen::Option(letter) => return Err(no_option(decision, id, &letter.to_string())),
        Chosen::New(text) => {
            let taken = |letter: &char| decision.options.iter().any(|option| option.letter == *letter);
            let letter = ('A'..='Z').find(|letter| !taken(letter)).ok_or_else(|| no_option(decision, id, text))?;
            (letter, Some(format!("  - {letter}: {}", one_line(text))))
        }
    };
    let whole = decision.place.whole.clone();
    let mut splices: Vec<Splice> = option.map(|line| below(document, &decision.place, &line)).into_iter().collect();
    // The line that says what was chosen before goes away.
    let mut at = whole.start;
    for line in document.text()[whole].split_inclusive('\n') {
        if line.trim().trim_start_matches(['-', '*', '+']).trim().starts_with("chosen:") {
            splices.push(Splice::new(at..at + line.len(), ""));
        }
        at += line.len();
    }
    splices.push(below(document, &decision.place, &format!("  - chosen: {letter}")));
    Ok(splices)
}

/// The choice is not offered.
pub(in crate::document) fn no_option(decision: &Decision, id: DecisionId, given: &str) -> EditError {
    let options: Vec<_> = decision.options.iter().map(|o| format!("{} ({})", o.letter, o.text)).collect();
    EditError::NoOption { decision: id, given: given.to_owned(), options: options.join(", ") }
}

/// Puts a line at the end of an item's own.
fn below(document: &Document, place: &Place, line: &str) -> Splice {
    behind(document, place.whole.end, line)
}

pub(super) fn add_decision(
    document: &Document,
    id: DecisionId,
    text: &str,
    options: &[String],
    before: &[StepId],
) -> Result<Vec<Splice>, EditError> {
    if !(2..=MAX_OPTIONS).contains(&options.len()) {
        return Err(EditError::TooFew);
    }
    for step in before {
        super::step::find(document, *step)?;
    }
    let drafted =
        DraftDecision { text: text.to_owned(), options: options.to_vec(), chosen: None, before: before.to_vec() };
    let last = document.decisions.last().map(|decision| &decision.place);
    Ok(append(document, SectionKind::Decisions, last, &drafted.lines(id.0)))
}

pub(super) fn add_question(document: &Document, id: QuestionId, text: &str) -> Vec<Splice> {
    let last = document.questions.last().map(|question| &question.place);
    append(document, SectionKind::Questions, last, &question_lines(id.0, &(text.to_owned(), None)))
}

pub(super) fn answer(document: &Document, id: QuestionId, text: &str) -> Result<Vec<Splice>, EditError> {
    let question = document.question(id).ok_or(EditError::NoQuestion(id))?;
    Ok(vec![below(document, &question.place, &format!("  - answer: {}", one_line(text)))])
}
