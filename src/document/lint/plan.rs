//! Rules about the document and the queue together.

use std::collections::{BTreeMap, BTreeSet};

use super::super::changes::{links, paths, target};
use super::super::{Document, SectionKind};
use super::{Facts, Finding, Lines, Rule};
use crate::model::{Action, ChangeId, Mark, PendingPlan, ProposedChange, StepId, StepStatus, TargetPath};

/// From so many files on, nothing asked is a sign of something guessed.
const FILES_WITHOUT_QUESTION: usize = 3;

pub(super) fn lint(document: &Document, facts: &Facts<'_>, findings: &mut Vec<Finding>) {
    let mut find = |rule, line, message: String| findings.push(Finding { rule, line, message });
    let mut files: BTreeSet<String> = document
        .steps
        .iter()
        .flat_map(|step| &step.files)
        .map(|file| file.trim_start_matches("./").to_owned())
        .collect();
    if let Some(plan) = facts.plan {
        let open = || plan.proposed_changes.iter().filter(|change| change.state.is_open());
        files.extend(open().flat_map(|change| paths(change, facts.root)));
        if open().next().is_some() {
            linked(document, plan, facts, &mut find);
        }
        deletes(document, open(), facts, &mut find);
        for change in open().filter(|change| change.marks.contains(&Mark::Outside)) {
            find(
                Rule::Outside,
                None,
                format!("{} writes outside the workspace: {}", change.id, target(change, facts.root)),
            );
        }
    }
    if files.len() >= FILES_WITHOUT_QUESTION && document.questions.is_empty() && document.decisions.is_empty() {
        find(Rule::NoQuestions, None, format!("{} files, and nothing was asked: what was guessed?", files.len()));
    }
    drift(document, facts, &mut find);
}

/// Changes and steps that belong together, and those that belong to nothing.
fn linked(
    document: &Document,
    plan: &PendingPlan,
    facts: &Facts<'_>,
    find: &mut impl FnMut(Rule, Option<usize>, String),
) {
    let links = links(document, plan, facts.root);
    let busy: BTreeSet<StepId> = links.values().copied().collect();
    for step in &document.steps {
        let is_choice = step.id.is_some_and(|id| document.choice_of(id).is_some());
        let waits = matches!(step.status, StepStatus::Pending) && !step.check && !is_choice;
        if let Some(id) = step.id.filter(|id| waits && !busy.contains(id)) {
            find(Rule::NoChange, Some(step.place.line), format!("nothing is queued for {id}: {}", step.text));
        }
    }
    let open: Vec<&ProposedChange> = plan.proposed_changes.iter().filter(|change| change.state.is_open()).collect();
    for change in open.iter().filter(|change| !links.contains_key(&change.id) && !document.steps.is_empty()) {
        find(Rule::NoStep, None, format!("{} belongs to no step: {}", change.id, target(change, facts.root)));
    }
    same_lines(&open, &links, facts, find);
}

fn same_lines(
    open: &[&ProposedChange],
    links: &BTreeMap<ChangeId, StepId>,
    facts: &Facts<'_>,
    find: &mut impl FnMut(Rule, Option<usize>, String),
) {
    let mut last: BTreeMap<&TargetPath, (StepId, ChangeId, Option<Lines>)> = BTreeMap::new();
    // Most files are touched once; only for the others is it worth to compare contents.
    let mut touched: BTreeMap<&TargetPath, usize> = BTreeMap::new();
    for effect in open.iter().flat_map(|change| change.action.effects()) {
        *touched.entry(&effect.path).or_default() += 1;
    }
    for change in open {
        let Some(step) = links.get(&change.id) else { continue };
        for effect in change.action.effects().iter().filter(|effect| touched[&effect.path] > 1) {
            let now = (facts.lines)(effect);
            if let (Some((other, earlier, Some(then))), Some(now)) = (last.get(&effect.path), &now)
                && other != step
                && meets(&then.after, &now.before)
            {
                let path = effect.path.as_path();
                let shown = path.strip_prefix(facts.root).unwrap_or(path).display();
                find(
                    Rule::SameLines,
                    None,
                    format!("{other} and {step} edit the same lines of `{shown}` ({earlier}, {})", change.id),
                );
            }
            last.insert(&effect.path, (*step, change.id, now));
        }
    }
}

fn meets(left: &[std::ops::Range<usize>], right: &[std::ops::Range<usize>]) -> bool {
    left.iter().any(|a| right.iter().any(|b| a.start < b.end && b.start < a.end))
}

/// Deleting is taken back by undo only until that is pruned; a plan that deletes says what then.
fn deletes<'c>(
    document: &Document,
    open: impl Iterator<Item = &'c ProposedChange>,
    facts: &Facts<'_>,
    find: &mut impl FnMut(Rule, Option<usize>, String),
) {
    let words = ["rollback", "roll back", "restore", "revert", "undo", "backup", "git"];
    let says = |text: &str| words.iter().any(|word| text.to_lowercase().contains(word));
    let in_risks = document.risks.iter().any(|risk| says(&risk.text) || says(&risk.mitigation));
    if in_risks || document.steps.iter().any(|step| step.rollback.is_some()) {
        return;
    }
    let deleted: Vec<String> = open
        .filter(|change| {
            matches!(change.action, Action::DeleteFile { .. }) || change.marks.contains(&Mark::Destructive)
        })
        .map(|change| format!("{} ({})", change.id, target(change, facts.root)))
        .collect();
    if !deleted.is_empty() {
        let message = format!(
            "{} deletes, and nothing says how to get it back: name it under \"Risks\" or as `{{rollback ...}}`",
            deleted.join(", ")
        );
        find(Rule::NoRollback, None, message);
    }
}

/// Files of which the task does not speak though it speaks of others, and what is said to be out of scope.
fn drift(document: &Document, facts: &Facts<'_>, find: &mut impl FnMut(Rule, Option<usize>, String)) {
    let out = spoken(document.prose(SectionKind::OutOfScope));
    let scope = spoken(document.prose(SectionKind::Task));
    let below = |path: &str, named: &BTreeSet<String>| {
        named.iter().any(|name| path == name || path.starts_with(&format!("{}/", name.trim_end_matches('/'))))
    };
    let announced: BTreeSet<String> = document.steps.iter().flat_map(|step| step.files.iter().cloned()).collect();
    let open = facts.plan.into_iter().flat_map(|plan| &plan.proposed_changes).filter(|change| change.state.is_open());
    let changed: Vec<(String, String)> =
        open.flat_map(|change| paths(change, facts.root).map(|path| (change.id.to_string(), path))).collect();
    let planned = document.steps.iter().flat_map(|step| {
        step.files.iter().filter_map(|file| Some((step.id?.to_string(), file.trim_start_matches("./").to_owned())))
    });
    for (who, path) in changed.iter().cloned().chain(planned) {
        if below(&path, &out) {
            find(Rule::ScopeDrift, None, format!("{who} touches `{path}`, which is out of scope"));
        }
    }
    if scope.is_empty() {
        return;
    }
    for (who, path) in changed {
        if !below(&path, &scope) && !below(&path, &announced) {
            find(Rule::ScopeDrift, None, format!("{who} touches `{path}`, of which neither task nor steps speak"));
        }
    }
}

/// The paths that a text names: words with a slash, or in backticks with a dot.
fn spoken(text: &str) -> BTreeSet<String> {
    let trimmed =
        |word: &str| word.trim_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '/' | '_' | '.')).to_owned();
    let is_path = |word: &str, quoted: bool| {
        let sound = !word.contains("://") && !word.starts_with('/') && word.len() > 2;
        sound && (word.contains('/') || quoted && word.contains('.'))
    };
    text.split_whitespace()
        .map(|word| (trimmed(word), word.contains('`')))
        .map(|(word, quoted)| (word.trim_end_matches('.').trim_start_matches("./").to_owned(), quoted))
        .filter(|(word, quoted)| is_path(word, *quoted))
        .map(|(word, _)| word.trim_end_matches('/').to_owned())
        .collect()
}
