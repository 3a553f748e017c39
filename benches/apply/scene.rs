//! A tree of small files and one change of each of them, for every contestant the same.

use std::fmt::Write;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use plangate::apply::{Applier, Options, undo};
use plangate::classify;
use plangate::model::{AgentPath, ApprovedPlan, ChangeId, Digest, Mode, PlanId, ServerHints, SessionId, ToolCall};
use plangate::queue::{Consent, PendingPlanManager, Proposed, Selection};
use plangate::store::SessionRow;
use serde_json::json;
use tempfile::TempDir;

const FOLDERS: usize = 20;
const LINES: usize = 64;
/// The line that the change replaces.
const CHANGED_LINE: usize = 31;

const TAKES_ALL: &str = "a string takes all text";

/// A tree of files in a folder of its own.
pub(crate) struct Scene {
    folder: TempDir,
    files: usize,
}

impl Scene {
    /// A tree of `files` files of 2 KiB, on disk for good.
    pub(crate) fn new(files: usize) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let scene = Self { folder, files };
        scene.write_tree(&scene.tree(), old_content);
        scene
    }

    pub(crate) fn tree(&self) -> PathBuf {
        self.folder.path().canonicalize().expect("it is there").join("tree")
    }

    /// The data folder of plangate.
    pub(crate) fn home(&self) -> PathBuf {
        self.folder.path().join("home")
    }

    pub(crate) fn beside(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write_tree(&self, root: &Path, content: fn(usize) -> String) {
        for folder in 0..FOLDERS {
            fs::create_dir_all(root.join(format!("part_{folder}"))).expect("a folder can be made");
        }
        for n in 0..self.files {
            fs::write(root.join(name(n)), content(n)).expect("a file can be written");
        }
        sync(root);
    }

    /// The files with their new contents.
    pub(crate) fn changes(&self) -> Vec<(PathBuf, String)> {
        (0..self.files).map(|n| (self.tree().join(name(n)), new_content(n))).collect()
    }

    /// The change as a unified diff.
    pub(crate) fn patch(&self) -> String {
        let mut patch = String::new();
        for n in 0..self.files {
            let name = name(n);
            let (old, new) = (old_content(n), new_content(n));
            let (old, new): (Vec<_>, Vec<_>) = (old.lines().collect(), new.lines().collect());
            let (from, to) = (CHANGED_LINE - 3, CHANGED_LINE + 4);
            let start = from + 1;
            writeln!(patch, "--- a/{name}\n+++ b/{name}\n@@ -{start},7 +{start},7 @@").expect(TAKES_ALL);
            for line in from..to {
                match old[line] {
                    same if line != CHANGED_LINE => writeln!(patch, " {same}"),
                    old => writeln!(patch, "-{old}\n+{}", new[line]),
                }
                .expect(TAKES_ALL);
            }
        }
        patch
    }

    /// Queues the change as one plan.
    pub(crate) fn queue(&self) -> Queued<'_> {
        let queued = Queued::new(self);
        for (path, content) in self.changes() {
            queued.propose(&path, &content);
        }
        queued
    }

    /// Whether every file is new.
    pub(crate) fn is_changed(&self) -> bool {
        self.changes().iter().all(|(path, content)| fs::read(path).is_ok_and(|found| found == content.as_bytes()))
    }
}

/// A data folder with a session in plan mode.
pub(crate) struct Queued<'a> {
    manager: PendingPlanManager,
    session: SessionRow,
    scene: &'a Scene,
}

impl<'a> Queued<'a> {
    pub(crate) fn new(scene: &'a Scene) -> Self {
        let manager = PendingPlanManager::open(&scene.home()).expect("the store can be opened");
        let session = manager.open_session(&SessionId::from("bench"), &scene.tree()).expect("a session can be opened");
        manager.switch_mode(&session, Mode::Plan, "bench").expect("the mode can be switched");
        Self { manager, session, scene }
    }

    pub(crate) fn propose(&self, path: &Path, content: &str) {
        let call = ToolCall {
            tool: "write_file".to_owned(),
            args: json!({ "path": path, "content": content }),
            cwd: self.scene.tree(),
            agent: AgentPath::main(),
            tool_call_id: None,
            reason: String::new(),
            hints: ServerHints::default(),
        };
        let request = classify::request(&call).expect("the call is well formed");
        let proposer = self.manager.proposer(&self.session).expect("its workspace is there");
        let outcome = proposer.propose(&call, &request, &classify::classify(&call), classify::phase(&call));
        assert!(matches!(outcome, Ok(Proposed::Queued(_))), "{outcome:?}");
    }

    /// A token with which a person of this bench decides.
    pub(crate) fn new_token(&self) -> &'static str {
        const TOKEN: &str = "pgt_bench";
        let (digest, now) = (Digest::of(TOKEN.as_bytes()), chrono::Utc::now());
        let expires = now + chrono::TimeDelta::hours(1);
        self.manager.store().add_token(digest, "bench", now, expires).expect("it can be kept");
        TOKEN
    }

    pub(crate) fn approve(&self) -> ApprovedPlan {
        let consent = Consent::by_person("bench").even_unseen();
        self.manager.approve(&self.session, &Selection::All, &consent).expect("it can be approved")
    }

    /// Applies what was approved and tells how long that took.
    pub(crate) fn apply(&self, approved: ApprovedPlan) -> (PlanId, Duration) {
        let start = Instant::now();
        let applier = Applier::new(self.manager.store(), chrono::Utc::now, Options::default());
        let report = applier.apply(approved, &mut |_| {}).expect("it can be applied");
        let took = start.elapsed();
        assert!(
            report.is_complete(),
            "{:?}",
            report.results.iter().find(|(id, _)| Some(*id) == report.first_failure())
        );
        (report.plan, took)
    }

    /// Takes back what was applied.
    pub(crate) fn undo(&self, plan: &PlanId) -> Duration {
        let all: Vec<ChangeId> = (1..=u32::try_from(self.scene.files).expect("few")).map(ChangeId).collect();
        let start = Instant::now();
        let report = undo(self.manager.store(), chrono::Utc::now, plan, &all).expect("it can be undone");
        let took = start.elapsed();
        assert!(report.results.iter().all(|(_, outcome)| outcome.to_string() == "undone"), "something was not undone");
        took
    }

    pub(crate) fn manager(&self) -> &PendingPlanManager {
        &self.manager
    }
}

fn name(n: usize) -> String {
    format!("part_{}/file_{n}.rs", n % FOLDERS)
}

pub(crate) fn old_content(n: usize) -> String {
    (0..LINES).fold(String::new(), |text, line| text + &format!("    // line {line:04} of file {n:06}\n"))
}

pub(crate) fn new_content(n: usize) -> String {
    old_content(n).replace(&format!("line {CHANGED_LINE:04} of"), &format!("line {CHANGED_LINE:04} at"))
}

/// Writes everything to the disk that holds `path`.
pub(crate) fn sync(path: &Path) {
    nix::unistd::syncfs(File::open(path).expect("it is there")).expect("the disk takes it");
}
