//! A draft from the queue alone: one step for changes that belong together.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::changes::{below, paths, target};
use super::draft::{Draft, DraftStep, one_line};
use crate::model::{Action, ChangeId, PendingPlan, Phase, ProposedChange, StepId, ranges, wave};

/// So many files or folders are told by name.
const MOST_NAMED: usize = 12;

/// The draft of a plan of which nothing is known but its open changes. Changes that need each other, or touch the same
/// files, are a step; a command is one by itself. `checks` are suggested by the project's manifest.
pub fn draft(plan: &PendingPlan, root: &Path, checks: &[String]) -> Draft {
    let open: Vec<&ProposedChange> = plan.proposed_changes.iter().filter(|change| change.state.is_open()).collect();
    let needs = wave::needs(&open);
    let clusters = clusters(&open);
    let cluster_of: BTreeMap<ChangeId, usize> =
        clusters.iter().enumerate().flat_map(|(at, cluster)| cluster.iter().map(move |c| (c.id, at))).collect();
    let steps = clusters.iter().enumerate().map(|(at, cluster)| {
        let needed = cluster.iter().flat_map(|change| &needs[&change.id]).filter_map(|id| cluster_of.get(id).copied());
        let after: BTreeSet<usize> = needed.filter(|other| *other != at).collect();
        let after = after.into_iter().filter_map(|at| u32::try_from(at + 1).ok()).map(StepId).collect();
        step(cluster, after, root)
    });
    let steps: Vec<DraftStep> = steps.collect();
    let queued: BTreeSet<&str> = open.iter().filter_map(|change| command(change)).collect();
    let checks = checks.iter().filter(|check| !queued.contains(check.as_str())).map(|check| format!("`{check}`"));
    Draft {
        task: plan.task.clone(),
        context: summary(plan, &open, root),
        steps,
        checks: checks.collect(),
        ..Draft::default()
    }
}

fn command(change: &ProposedChange) -> Option<&str> {
    match &change.action {
        Action::Command { command, .. } => Some(command.trim()),
        _ => None,
    }
}

fn stands_alone(change: &ProposedChange) -> bool {
    change.phase == Phase::Validate || matches!(change.action, Action::Command { .. } | Action::Forward)
}

/// The changes by what holds them together; a command between two changes of a file keeps them apart.
fn clusters<'c>(open: &[&'c ProposedChange]) -> Vec<Vec<&'c ProposedChange>> {
    let mut clusters: Vec<Vec<&ProposedChange>> = Vec::new();
    // Where each file and change of the present stretch, since the last command, was put.
    let (mut of_path, mut of_change) = (BTreeMap::new(), BTreeMap::new());
    for change in open {
        if stands_alone(change) {
            clusters.push(vec![change]);
            if change.phase == Phase::Change {
                of_path.clear();
                of_change.clear();
            }
            continue;
        }
        let by_path = change.action.effects().iter().filter_map(|effect| of_path.get(&effect.path).copied());
        let by_need = change.depends_on.iter().filter_map(|id| of_change.get(id).copied());
        let mut joined: BTreeSet<usize> = by_path.chain(by_need).collect();
        let into = joined.pop_first().unwrap_or(clusters.len());
        if into == clusters.len() {
            clusters.push(Vec::new());
        }
        for other in joined {
            let moved = std::mem::take(&mut clusters[other]);
            clusters[into].extend(moved);
            of_path.values_mut().chain(of_change.values_mut()).filter(|at| **at == other).for_each(|at| *at = into);
        }
        clusters[into].push(change);
        of_change.insert(change.id, into);
        of_path.extend(change.action.effects().iter().map(|effect| (&effect.path, into)));
    }
    clusters.retain(|cluster| !cluster.is_empty());
    for cluster in &mut clusters {
        cluster.sort_by_key(|change| change.order);
    }
    clusters.sort_by_key(|cluster| cluster[0].order);
    clusters
}

fn step(cluster: &[&ProposedChange], after: Vec<StepId>, root: &Path) -> DraftStep {
    let first = cluster[0];
    let check = cluster.iter().all(|change| change.phase == Phase::Validate);
    let mut files: Vec<String> = Vec::new();
    for path in cluster.iter().flat_map(|change| paths(change, root)) {
        if !files.contains(&path) {
            files.push(path);
        }
    }
    let verb = match &first.action {
        Action::WriteFile { effect } if !effect.before.exists() => "Create",
        Action::WriteFile { .. } | Action::EditFile { .. } | Action::Patch { .. } => "Edit",
        Action::DeleteFile { .. } => "Delete",
        Action::MoveFile { .. } => "Move",
        Action::Command { .. } => "Run",
        Action::Forward => "Call",
    };
    let about = match (files.as_slice(), &first.action) {
        (_, Action::MoveFile { from, to, .. }) if cluster.len() == 1 => {
            format!("{} to {}", below(root, from), below(root, to))
        }
        ([], _) => target(first, root),
        ([one], _) => one.clone(),
        ([one, two], _) => format!("{one} and {two}"),
        ([one, rest @ ..], _) => format!("{one} and {} more files", rest.len()),
    };
    let reason = cluster.iter().map(|change| one_line(&change.reason)).find(|reason| !reason.is_empty());
    let text = match reason {
        Some(reason) => format!("{verb} {about}: {}", reason.trim_end_matches('.')),
        None => format!("{verb} {about}"),
    };
    let changes = cluster.iter().map(|change| change.id).collect();
    DraftStep { text, after, check, changes, ..DraftStep::default() }
}

/// Counts per kind, files and order, in words.
fn summary(plan: &PendingPlan, open: &[&ProposedChange], root: &Path) -> String {
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    let mut files: BTreeSet<String> = BTreeSet::new();
    for change in open {
        let kind = match &change.action {
            Action::WriteFile { effect } if !effect.before.exists() => "new file",
            Action::WriteFile { .. } | Action::EditFile { .. } | Action::Patch { .. } => "edit",
            Action::DeleteFile { .. } => "deletion",
            Action::MoveFile { .. } => "move",
            Action::Command { .. } if change.phase == Phase::Validate => "check",
            Action::Command { .. } => "command",
            Action::Forward => "forwarded call",
        };
        *kinds.entry(kind).or_default() += 1;
        files.extend(paths(change, root));
    }
    let counted = |(kind, count): (&&str, &usize)| format!("{count} {kind}{}", if *count == 1 { "" } else { "s" });
    let counts: Vec<String> = kinds.iter().map(counted).collect();
    let mut lines = Vec::new();
    if !plan.exploration_summary.is_empty() {
        lines.push(plan.exploration_summary.clone());
    }
    lines.push(format!("Drafted from {} queued changes: {}.", open.len(), counts.join(", ")));
    if !files.is_empty() {
        lines.push(format!("Files: {}.", told_files(&files)));
    }
    lines.push(format!("Order: {}.", ranges(open.iter().map(|change| change.id))));
    lines.join("\n")
}

/// A few files by name, many by their folders.
fn told_files(files: &BTreeSet<String>) -> String {
    if files.len() <= MOST_NAMED {
        return files.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
    }
    let mut folders: BTreeMap<&str, usize> = BTreeMap::new();
    for file in files {
        *folders.entry(file.rsplit_once('/').map_or("", |(folder, _)| folder)).or_default() += 1;
    }
    let told = |(folder, count): (&&str, &usize)| match *folder {
        "" => format!("{count} at the root"),
        folder => format!("{count} in {folder}/"),
    };
    let mut parts: Vec<String> = folders.iter().take(MOST_NAMED).map(told).collect();
    if folders.len() > MOST_NAMED {
        parts.push(format!("the rest in {} more folders", folders.len() - MOST_NAMED));
    }
    format!("{}: {}", files.len(), parts.join(", "))
}

#[cfg(test)]
mod tests {
    use super::super::Document;
    use super::super::sample::{Queue, root};
    use super::*;
    use crate::model::Slug;

    #[test]
    fn many_files_are_told_by_their_folders() {
        let files = |count: usize| (0..count).map(|n| format!("src/f{n}.rs")).collect::<BTreeSet<_>>();
        assert_eq!(told_files(&files(2)), "src/f0.rs, src/f1.rs");
        let many: BTreeSet<String> = files(2_000).into_iter().chain(["a.txt".to_owned()]).collect();
        assert_eq!(told_files(&many), "2001: 1 at the root, 2000 in src/");
        let spread: BTreeSet<String> = (10..40).map(|n| format!("d{n}/a")).collect();
        assert!(told_files(&spread).ends_with("1 in d21/, the rest in 18 more folders"), "{}", told_files(&spread));
    }

    #[test]
    fn changes_that_belong_together_are_a_step_and_checks_come_after_all() {
        let queue = Queue::new()
            .create("src/a.rs")
            .create("src/b.rs")
            .edit("src/a.rs")
            .needing(&[1])
            .run("make gen")
            .edit("src/b.rs")
            .check("cargo test");
        let draft = draft(&queue.0, root(), &["cargo test".to_owned(), "make check".to_owned()]);
        let document = Document::parse(draft.render(&Slug::from("a-b")));
        assert_eq!(document.problems, []);
        let steps: Vec<_> =
            document.steps.iter().map(|s| (s.text.as_str(), s.changes.clone(), s.after.clone())).collect();
        let (c, s) = (
            |n: &[u32]| n.iter().copied().map(ChangeId).collect(),
            |n: &[u32]| n.iter().copied().map(StepId).collect(),
        );
        assert_eq!(
            steps,
            [
                ("Create src/a.rs", c(&[1, 3]), s(&[])),
                ("Create src/b.rs", c(&[2]), s(&[])),
                ("Run `make gen`", c(&[4]), s(&[1, 2])),
                ("Edit src/b.rs", c(&[5]), s(&[2, 3])),
                ("Run `cargo test`", c(&[6]), s(&[3, 4])),
            ]
        );
        assert!(document.steps[4].check);
        assert_eq!(draft.checks, ["`make check`"]);
        assert!(
            draft.context.contains("2 edits, 2 new files") && draft.context.contains("Order: c1-c6"),
            "{}",
            draft.context
        );
    }
}
