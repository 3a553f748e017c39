#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod applying;
mod besides;
mod crashing;
mod doubting;
mod injecting;
mod kinds;
mod looking_ahead;
mod power_cut;
mod recovering;
mod telling;
mod trays;
mod undoing;
mod waves;

use std::collections::BTreeSet;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;

use chrono::TimeZone;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::*;
use crate::model::{
    Action, AgentPath, ApprovedPlan, ChangeEvent, ChangeState, Digest, FileEffect, FileImage, Phase, ProposedChange,
    SessionId, Slug, TargetPath,
};
use crate::store::applying::Intent;
use crate::store::{blob, plan, transition};
use crate::workspace::simulated::Disk;
use crate::workspace::{fault, snapshot};

fn clock() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 3, 4, 5, 6, 7).unwrap()
}

fn plan_id() -> PlanId {
    PlanId::from("plan-1")
}

fn c(n: u32) -> ChangeId {
    ChangeId(n)
}

/// A workspace, a store beside it, and a plan in it whose changes are approved as they are added.
struct Ground {
    temp: TempDir,
    store: Store,
    changes: u32,
    /// What stands in for the kernel's disk, if anything does.
    disk: Option<Disk>,
}

impl Ground {
    fn new() -> Self {
        let temp = tempfile::tempdir().unwrap();
        fs::create_dir(temp.path().join("root")).unwrap();
        let store = Store::open(&temp.path().join("home")).unwrap();
        let session = SessionId::from("s");
        store.open_session(&session, &temp.path().join("root").canonicalize().unwrap(), clock()).unwrap();
        let slug = Slug::from("brave-fox");
        store.write(|tx| plan::start(tx, &plan_id(), &slug, &session, "", clock())).unwrap();
        Self { temp, store, changes: 0, disk: None }
    }

    fn root(&self) -> PathBuf {
        self.temp.path().join("root").canonicalize().unwrap()
    }

    fn target(&self, name: &str) -> TargetPath {
        TargetPath::new(self.root().join(name))
    }

    fn write(&self, name: &str, content: &str) {
        fs::create_dir_all(self.root().join(name).parent().unwrap()).unwrap();
        fs::write(self.root().join(name), content).unwrap();
        fs::set_permissions(self.root().join(name), Permissions::from_mode(0o644)).unwrap();
    }

    fn read(&self, name: &str) -> Option<String> {
        fs::read_to_string(self.root().join(name)).ok()
    }

    /// Everything in the workspace: each file with its content, each folder with a slash, sorted.
    fn tree(&self) -> Vec<(String, String)> {
        fn walk(folder: &Path, root: &Path, found: &mut Vec<(String, String)>) {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
                if path.is_dir() && !path.is_symlink() {
                    found.push((name + "/", String::new()));
                    walk(&path, root, found);
                } else if path.is_symlink() {
                    found.push((name, format!("→ {}", fs::read_link(&path).unwrap().display())));
                } else {
                    found.push((name, fs::read_to_string(&path).unwrap()));
                }
            }
        }
        if let Some(disk) = &self.disk {
            let text = |content: Vec<u8>| String::from_utf8_lossy(&content).into_owned();
            return disk.listing().into_iter().map(|(name, _, content)| (name, text(content))).collect();
        }
        let mut found = Vec::new();
        walk(&self.root(), &self.root(), &mut found);
        found.sort();
        found
    }

    fn add(&mut self, action: Action, depends_on: &[u32], contents: &[&str]) -> ChangeId {
        self.changes += 1;
        let id = c(self.changes);
        let mut change = ProposedChange {
            id,
            order: id.0,
            tool: "tool".to_owned(),
            args: json!({}),
            reason: String::new(),
            proposed_at: clock(),
            tool_call_id: None,
            agent: AgentPath::main(),
            cwd: self.root(),
            action,
            depends_on: depends_on.iter().copied().map(ChangeId).collect(),
            phase: Phase::Change,
            state: ChangeState::Pending,
            digest: Digest::of(b""),
            marks: Vec::new(),
            evidence: String::new(),
            error: String::new(),
        };
        change.digest = change.content_digest();
        self.store
            .write(|tx| {
                let head = plan::open_head(tx, &SessionId::from("s"))?;
                let head = head.unwrap_or(plan::PlanHead {
                    id: plan_id(),
                    slug: Slug::from("brave-fox"),
                    changes: 0,
                    status: crate::model::PlanStatus::Pending,
                    revision: crate::model::Revision(1),
                });
                plan::add(tx, &head, &change, "{}", Digest::of(b""))?;
                for content in contents {
                    blob::keep(tx, &head.id, id, Digest::of(content.as_bytes()), content.as_bytes())?;
                }
                transition::transition(tx, clock(), &head.id, id, ChangeEvent::Approve, "")
            })
            .unwrap();
        id
    }

    /// From what is on disk, or from `before`, to a file of `content`.
    fn effect(&self, name: &str, content: &str) -> FileEffect {
        let path = self.target(name);
        FileEffect { before: snapshot(&path).unwrap().image, after: file(content), path }
    }

    fn add_write(&mut self, name: &str, content: &str) -> ChangeId {
        let effect = self.effect(name, content);
        self.add(Action::WriteFile { effect }, &[], &[content])
    }

    fn add_delete(&mut self, name: &str) -> ChangeId {
        let effect = FileEffect { after: FileImage::Absent, ..self.effect(name, "") };
        self.add(Action::DeleteFile { effect }, &[], &[])
    }

    /// Moves the files `names` below `from` to the same names below `to`.
    fn add_move(&mut self, from: &str, to: &str, names: &[&str]) -> ChangeId {
        let mut effects = Vec::new();
        let mut contents = Vec::new();
        for name in names {
            let was = snapshot(&self.target(&format!("{from}/{name}"))).unwrap();
            contents.push(String::from_utf8(was.content).unwrap());
            let path = self.target(&format!("{from}/{name}"));
            effects.push(FileEffect { path, before: was.image.clone(), after: FileImage::Absent });
            let path = self.target(&format!("{to}/{name}"));
            effects.push(FileEffect { before: snapshot(&path).unwrap().image, path, after: was.image });
        }
        let contents: Vec<&str> = contents.iter().map(String::as_str).collect();
        let action = Action::MoveFile { from: self.target(from), to: self.target(to), effects };
        self.add(action, &[], &contents)
    }

    fn add_command(&mut self, command: &str, depends_on: &[u32]) -> ChangeId {
        let cwd = TargetPath::new(self.root());
        self.add(Action::Command { command: command.to_owned(), cwd, timeout_ms: 20_000 }, depends_on, &[])
    }

    fn approved(&self) -> ApprovedPlan {
        let plan = self.store.plan(&plan_id()).unwrap().unwrap();
        let approved = plan.proposed_changes.iter().filter(|change| change.state == ChangeState::Approved);
        ApprovedPlan::new(plan_id(), None, approved.map(|change| change.id).collect(), clock())
    }

    fn try_apply(&self, options: Options) -> Result<ApplyReport, ApplyError> {
        Applier::new(&self.store, clock, options).apply(self.approved(), &mut |_| {})
    }

    /// Applies what is approved and returns the outcomes.
    fn apply(&self) -> Vec<Outcome> {
        outcomes(self.try_apply(Options::default()).unwrap())
    }

    fn undo(&self, changes: &[u32]) -> Vec<UndoOutcome> {
        let changes: Vec<ChangeId> = changes.iter().copied().map(ChangeId).collect();
        let report = undo(&self.store, clock, &plan_id(), &changes).unwrap();
        report.results.into_iter().map(|(_, outcome)| outcome).collect()
    }

    fn recover(&self) -> Vec<RecoveredAs> {
        recover(&self.store, clock).unwrap().into_iter().map(|recovered| recovered.outcome).collect()
    }

    fn change(&self, n: u32) -> ProposedChange {
        self.store.change(&plan_id(), c(n)).unwrap().unwrap()
    }

    fn state(&self, n: u32) -> ChangeState {
        self.change(n).state
    }

    fn states(&self) -> Vec<ChangeState> {
        let plan = self.store.plan(&plan_id()).unwrap().unwrap();
        plan.proposed_changes.into_iter().map(|change| change.state).collect()
    }

    /// Lets the store have no more pages than it has now.
    fn fill_store(&self) {
        let pages = |c: &crate::store::Connection| c.query_row("PRAGMA page_count", [], |row| row.get::<_, u32>(0));
        self.limit_store(self.store.read(|connection| Ok(pages(connection)?)).unwrap());
    }

    /// Lets it grow again.
    fn make_room_in_store(&self) {
        self.limit_store(1 << 20);
    }

    fn limit_store(&self, pages: u32) {
        let set =
            |c: &crate::store::Connection| c.query_row(&format!("PRAGMA max_page_count = {pages}"), [], |_| Ok(()));
        self.store.read(|connection| Ok(set(connection)?)).unwrap();
    }

    /// A person's `/retry`.
    fn retry(&self, n: u32) {
        self.store.write(|tx| transition::transition(tx, clock(), &plan_id(), c(n), ChangeEvent::Retry, "")).unwrap();
    }

    /// The kinds of journal entries of a change, in order.
    fn entries(&self, n: u32) -> Vec<(String, Value)> {
        let entries = self.store.entries(Some(&plan_id())).unwrap();
        entries.into_iter().filter(|e| e.change == Some(c(n))).map(|e| (e.kind, e.body)).collect()
    }

    /// What must hold at any time that nobody applies.
    fn check_order(&self) {
        assert_eq!(self.disorder(), None);
    }

    /// What does not hold of it.
    fn disorder(&self) -> Option<String> {
        if let Some(entry) = self.store.first_broken_entry().unwrap() {
            return Some(format!("the journal is broken: {entry:?}"));
        }
        let open = self.states().into_iter().filter(|state| state.is_open()).count();
        let counted = self.store.open_plan(&SessionId::from("s")).unwrap().is_some();
        if counted != (open > 0) {
            return Some("the plan's counter of open changes is wrong".to_owned());
        }
        if let Some((name, _)) = self.tree().into_iter().find(|(name, _)| name.contains(".plangate-")) {
            return Some(format!("`{name}` was left beside a file"));
        }
        if let Some(change) = self.unannounced() {
            return Some(format!("{change} was done, and nobody had put down that it would be"));
        }
        (!self.store.in_flight().unwrap().is_empty()).then(|| "something is in flight".to_owned())
    }

    /// A change that was applied or undone with no intent before it.
    fn unannounced(&self) -> Option<ChangeId> {
        let mut announced = BTreeSet::new();
        self.store.entries(Some(&plan_id())).unwrap().into_iter().find_map(|entry| {
            let change = entry.change?;
            let was_done = ["applied", "undone"].iter().any(|done| entry.body["result"] == *done);
            match entry.kind.as_str() {
                "intent" => drop(announced.insert(change)),
                _ if was_done && !announced.remove(&change) => return Some(change),
                _ => {}
            }
            None
        })
    }
}

fn outcomes(report: ApplyReport) -> Vec<Outcome> {
    report.results.into_iter().map(|(_, outcome)| outcome).collect()
}

fn file(content: &str) -> FileImage {
    FileImage::File { digest: Digest::of(content.as_bytes()), size: content.len() as u64, mode: 0o644 }
}

fn tree(entries: &[(&str, &str)]) -> Vec<(String, String)> {
    entries.iter().map(|(name, content)| ((*name).to_owned(), (*content).to_owned())).collect()
}
