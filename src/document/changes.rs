//! The queue's changes as a document shows them: one line each, with the step they belong to.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use super::{Document, edit};
use crate::model::{Action, ChangeId, PendingPlan, ProposedChange, StepId, TargetPath};

/// Which step each change belongs to: the one that names it, else the one that names its file, else the one whose words
/// hold its command or file. A change that none or several claim belongs to the step with which its reason begins, if any.
pub fn links(document: &Document, plan: &PendingPlan, root: &Path) -> BTreeMap<ChangeId, StepId> {
    let mut named: BTreeMap<ChangeId, StepId> = BTreeMap::new();
    let (mut files, mut words) = (Claims::default(), Claims::default());
    for step in &document.steps {
        let Some(id) = step.id else { continue };
        for change in &step.changes {
            named.entry(*change).or_insert(id);
        }
        for file in &step.files {
            files.claim(file.trim_start_matches("./"), id);
        }
        for word in step.text.split('`').skip(1).step_by(2).chain(step.text.split(' ')) {
            words.claim(word.trim(), id);
        }
    }
    let mut links = BTreeMap::new();
    for change in &plan.proposed_changes {
        let by_file = || paths(change, root).find_map(|path| files.of(&path));
        let by_words = || match &change.action {
            Action::Command { command, .. } => words.of(command.trim()),
            _ => paths(change, root).find_map(|path| words.of(&path)),
        };
        // Last, so that a word of the agent takes no change from a step that a decision holds back.
        let by_reason = || begins_with(&change.reason).filter(|id| document.step(*id).is_some());
        if let Some(step) = named.get(&change.id).copied().or_else(by_file).or_else(by_words).or_else(by_reason) {
            links.insert(change.id, step);
        }
    }
    links
}

/// The step that a reason such as `S6: five a minute` begins with.
fn begins_with(reason: &str) -> Option<StepId> {
    let (name, _) = reason.split_once(':')?;
    name.trim().parse().ok()
}

/// Which step claims a word; what two claim is nobody's.
#[derive(Default)]
struct Claims<'d>(HashMap<&'d str, Option<StepId>>);

impl<'d> Claims<'d> {
    fn claim(&mut self, word: &'d str, step: StepId) {
        self.0.entry(word).and_modify(|by| *by = by.filter(|id| *id == step)).or_insert(Some(step));
    }

    fn of(&self, word: &str) -> Option<StepId> {
        self.0.get(word).copied().flatten()
    }
}

/// The paths that a change touches, relative to the workspace where they lie in it.
pub(super) fn paths<'c>(change: &'c ProposedChange, root: &'c Path) -> impl Iterator<Item = String> + use<'c> {
    change.action.effects().iter().map(move |effect| below(root, &effect.path))
}

/// A path, relative to the workspace where it lies in it.
pub(super) fn below(root: &Path, path: &TargetPath) -> String {
    let path = path.as_path();
    path.strip_prefix(root).unwrap_or(path).to_string_lossy().into_owned()
}

/// The document with its section of changes as the queue has them now.
pub fn shown(document: &Document, plan: Option<&PendingPlan>, root: &Path) -> Document {
    let Some(plan) = plan else { return document.clone() };
    let steps = links(document, plan, root);
    let lines: Vec<String> = plan
        .proposed_changes
        .iter()
        .map(|change| {
            let step = steps.get(&change.id).map_or("no step".to_owned(), ToString::to_string);
            format!("{} {} {} ({step}, {})", change.id, change.action.sign(), target(change, root), change.state)
        })
        .collect();
    edit::with_changes(document, &lines)
}

/// What a change is about, on one line: its file, its command, its tool. A long command is cut, and says so.
pub fn target(change: &ProposedChange, root: &Path) -> String {
    const MAX_CHARS: usize = 80;
    let whole = match &change.action {
        Action::Command { command, .. } => format!("`{}`", super::draft::one_line(command).replace('`', "'")),
        Action::Forward => change.tool.clone(),
        Action::MoveFile { from, to, .. } => format!("{} → {}", below(root, from), below(root, to)),
        _ => first_of(paths(change, root)),
    };
    let plain: String = whole.chars().map(|c| if c.is_control() { '?' } else { c }).collect();
    match plain.char_indices().nth(MAX_CHARS) {
        Some((at, _)) => format!("{}… ({} more characters)", &plain[..at], plain[at..].chars().count()),
        None => plain,
    }
}

/// The first path and how many more there are.
fn first_of(mut paths: impl Iterator<Item = String>) -> String {
    let first = paths.next().unwrap_or_default();
    match paths.count() {
        0 => first,
        more => format!("{first} and {more} more"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::{Queue, root};
    use super::*;

    #[test]
    fn a_reason_names_the_step_of_a_change_that_no_step_or_several_claim() {
        let mut queue = Queue::new().create("a.rs").create("b.rs").create("c.rs").create("d.rs");
        let reasons = ["S2: first", "S2: second", "S2 : third", "S9: fourth"];
        for (change, reason) in queue.0.proposed_changes.iter_mut().zip(reasons) {
            reason.clone_into(&mut change.reason);
        }
        let text = "## Steps\n- S1 One {files a.rs, b.rs}\n- S2 Two {files b.rs}\n- S3 Three {after S2}\n";
        let found = links(&Document::parse(text), &queue.0, root());
        let found: Vec<String> = found.iter().map(|(change, step)| format!("{change} {step}")).collect();
        assert_eq!(found, ["c1 S1", "c2 S2", "c3 S2"]);
    }
}
