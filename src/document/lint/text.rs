//! Rules about the document alone.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;

use super::super::graph::step_order;
use super::super::{Document, SectionKind, syntax};
use super::{Facts, Finding, Rule, open_decisions};
use crate::model::{StepId, StepStatus};

/// The most that people read at the gate.
const GATE_LINES: usize = 40;
const GATE_CHARS: usize = 2_000;

pub(super) fn lint(document: &Document, facts: &Facts<'_>, findings: &mut Vec<Finding>) {
    let mut find = |rule, line, message: String| findings.push(Finding { rule, line, message });
    let known: BTreeSet<StepId> = document.steps.iter().filter_map(|step| step.id).collect();
    for step in &document.steps {
        for unknown in step.after.iter().filter(|id| !known.contains(id)) {
            let name = step.id.map_or("a step".to_owned(), |id| id.to_string());
            find(Rule::UnknownId, Some(step.place.line), format!("{name} comes after {unknown}, which is not there"));
        }
    }
    for decision in &document.decisions {
        for unknown in decision.before.iter().filter(|id| !known.contains(id)) {
            let name = decision.id.map_or("a decision point".to_owned(), |id| id.to_string());
            let message = format!("{name} stands before {unknown}, which is not there");
            find(Rule::UnknownId, Some(decision.place.line), message);
        }
    }
    for check in &document.checks {
        for unknown in check.after.iter().filter(|id| !known.contains(id)) {
            find(Rule::UnknownId, Some(check.place.line), format!("a check covers {unknown}, which is not there"));
        }
    }
    if let Err(circle) = step_order(document) {
        let names: Vec<_> = circle.iter().map(ToString::to_string).collect();
        let line = circle.first().and_then(|id| document.step(*id)).map(|step| step.place.line);
        find(Rule::Cycle, line, format!("{} wait for each other", names.join(", ")));
    }
    for (decision, waiting) in open_decisions(document) {
        let name = decision.id.map_or("a decision point".to_owned(), |id| id.to_string());
        let waiting: Vec<_> = waiting.iter().map(ToString::to_string).collect();
        let who = match waiting.as_slice() {
            [] => "everything waits".to_owned(),
            [one] => format!("{one} waits"),
            several => format!("{} wait", several.join(", ")),
        };
        find(
            Rule::OpenDecision,
            Some(decision.place.line),
            format!("{name} is not decided, and {who} for it: {}", document.subject(decision)),
        );
    }
    for question in document.questions.iter().filter(|question| question.answer.is_none()) {
        let name = question.id.map_or("a question".to_owned(), |id| id.to_string());
        find(Rule::OpenQuestion, Some(question.place.line), format!("{name} has no answer: {}", question.text));
    }
    early_checks(document, &mut find);
    placeholders(document, &mut find);
    checks(document, facts, &mut find);
    length(document, &mut find);
}

/// A check covers what it comes after; one that comes after nothing covers what stands before it.
fn early_checks(document: &Document, find: &mut impl FnMut(Rule, Option<usize>, String)) {
    let mut later_writes: Vec<StepId> = Vec::new();
    let place: std::collections::HashMap<StepId, usize> =
        document.steps.iter().enumerate().filter_map(|(at, step)| Some((step.id?, at))).collect();
    for (at, step) in document.steps.iter().enumerate().rev() {
        let (Some(id), true) = (step.id, step.check) else {
            if step.status == StepStatus::Pending {
                later_writes.extend(step.id);
            }
            continue;
        };
        if !matches!(step.status, StepStatus::Pending) {
            continue;
        }
        let late: Vec<_> = step.after.iter().filter(|needed| place.get(needed).is_some_and(|p| *p > at)).collect();
        if !late.is_empty() {
            let names: Vec<_> = late.iter().map(ToString::to_string).collect();
            find(
                Rule::EarlyCheck,
                Some(step.place.line),
                format!("{id} checks {} and stands before it", names.join(", ")),
            );
        } else if step.after.is_empty() && !later_writes.is_empty() {
            let count = later_writes.len();
            let first = later_writes[count - 1];
            let more = if count > 1 { format!(" and {} more", count - 1) } else { String::new() };
            find(
                Rule::EarlyCheck,
                Some(step.place.line),
                format!("{id} runs before {first}{more}: say with `after` what it covers"),
            );
        }
    }
}

fn placeholders(document: &Document, find: &mut impl FnMut(Rule, Option<usize>, String)) {
    static WORDS: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            r"(?i)\b(tbd|todo|fixme|xxx|to be (?:determined|decided|defined)|lorem ipsum|somehow|as (?:needed|appropriate|necessary)|and so on|handle (?:all )?edge cases|similar to (?:step|phase|s\d)|etc\b|do the rest|figure out)|\?\?\?",
        )
        .expect("the pattern is fixed, and a test reads it")
    });
    let steps = document.steps.iter().map(|step| (step.id.map(|id| id.to_string()), &step.text, step.place.line));
    let checks = document.checks.iter().map(|check| (None, &check.text, check.place.line));
    for (id, text, line) in steps.chain(checks) {
        if let Some(word) = WORDS.find(text) {
            let name = id.unwrap_or_else(|| "a check".to_owned());
            find(
                Rule::Placeholder,
                Some(line),
                format!("{name} says \"{}\" instead of what is to be done", word.as_str()),
            );
        }
    }
}

fn checks(document: &Document, facts: &Facts<'_>, find: &mut impl FnMut(Rule, Option<usize>, String)) {
    let queued = facts.plan.is_some_and(|plan| {
        plan.proposed_changes
            .iter()
            .any(|change| change.state.is_open() && change.phase == crate::model::Phase::Validate)
    });
    let stated = !document.checks.is_empty() || document.steps.iter().any(|step| step.check);
    if !document.steps.is_empty() && !stated && !queued {
        find(
            Rule::NoCheck,
            None,
            "nothing checks the work: name a command under \"Checks\", or a step with `{check}`".to_owned(),
        );
    }
    let of_checks = document.checks.iter().filter_map(|check| Some((check.command.as_deref()?, check.place.line)));
    let check_steps = document.steps.iter().filter(|step| step.check);
    let of_steps = check_steps.filter_map(|step| Some((syntax::code(&step.text)?, step.place.line)));
    for (command, line) in of_checks.chain(of_steps) {
        if !(facts.resolves)(command) {
            find(
                Rule::UnresolvedCheck,
                Some(line),
                format!("`{command}` cannot be run here: its program is not there"),
            );
        }
    }
}

/// What a person reads before they decide: all but the log and what is generated.
fn length(document: &Document, find: &mut impl FnMut(Rule, Option<usize>, String)) {
    let gate = document
        .sections
        .iter()
        .filter(|section| !matches!(section.kind, Some(SectionKind::Log | SectionKind::Changes)))
        .map(|section| &document.text()[section.heading.start..section.body.end]);
    let (mut lines, mut chars) = (0, 0);
    for part in gate {
        lines += part.lines().filter(|line| !line.trim().is_empty()).count();
        chars += part.chars().count();
    }
    if lines > GATE_LINES || chars > GATE_CHARS {
        let message = format!(
            "{lines} lines and {chars} characters to read, more than {GATE_LINES} or {GATE_CHARS}: of plans below 2,000 \
             characters one in five is turned down, of those above 20,000 one in two"
        );
        find(Rule::TooLong, None, message);
    }
}
