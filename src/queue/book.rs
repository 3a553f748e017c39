//! The plan documents of a session: kept in the store, written to files that people and agents edit.

mod on_disk;
mod proposal;

pub use self::on_disk::{Author, FileEdit, OnDisk};
pub use self::proposal::Proposal;

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};

use super::Clock;
use super::naming;
use crate::config;
use crate::document::draft::Draft;
use crate::document::edit::{self, EditError};
use crate::document::merge::merge;
use crate::document::{Document, Highest, changes};
use crate::model::{AgentPath, Digest, PendingPlan, PlanId, SessionId, Slug};
use crate::store::{DocumentRow, NewDocument, NewRevision, RevisionKind, RevisionRow, Store, StoreError};
use crate::workspace::{WorkspaceError, plan_file};

/// How often another name is tried when a new document's is taken.
const NAME_TRIES: usize = 50;

/// The plan documents of one session, as one of its agents has them.
pub struct PlanBook<'a> {
    store: &'a Store,
    clock: Clock,
    session: SessionId,
    root: PathBuf,
    agent: AgentPath,
}

/// A document as the store has it.
#[derive(Debug, Clone)]
pub struct Kept {
    /// Its row.
    pub row: DocumentRow,
    /// Its text, read.
    pub document: Document,
}

/// Why a document could not be had or kept; the store is as it was.
#[derive(Debug, thiserror::Error)]
pub enum BookError {
    /// Somebody revised the document at the same moment.
    #[error("`{0}` was revised meanwhile")]
    Stale(String),
    /// Every name that was tried is taken.
    #[error("no free name for a plan document was found")]
    NoName,
    /// The session has no document.
    #[error("this session has no plan document")]
    None,
    /// The document has no such revision.
    #[error("`{name}` has no revision {revision}: there are {of}")]
    NoRevision {
        /// The document.
        name: String,
        /// The revision.
        revision: u32,
        /// How many there are.
        of: u32,
    },
    /// There is nothing to take back, or to do again.
    #[error("there is no edit to {0}")]
    NothingTo(&'static str),
    /// Taking it back would meet what was done since.
    #[error("it cannot be taken back: what was done since changed {} too", .0.join(", "))]
    Met(Vec<String>),
    /// The edit cannot be done.
    #[error(transparent)]
    Edit(#[from] EditError),
    /// The file cannot be read or written.
    #[error(transparent)]
    Workspace(#[from] WorkspaceError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl<'a> PlanBook<'a> {
    pub(super) fn new(store: &'a Store, clock: Clock, session: SessionId, root: PathBuf, agent: AgentPath) -> Self {
        Self { store, clock, session, root, agent }
    }

    fn now(&self) -> DateTime<Utc> {
        (self.clock)()
    }

    /// The document of the session's present task. One whose plan is closed while another is open is history.
    pub fn current(&self) -> Result<Option<Kept>, BookError> {
        let Some(mut row) = self.store.document(&self.session, &self.agent)? else { return Ok(None) };
        let latest = self.store.latest_plan(&self.session)?;
        match (&row.plan, &latest) {
            (None, Some(plan)) if plan.is_open() => {
                self.store.link_document(row.id, &plan.id)?;
                row.plan = Some(plan.id.clone());
            }
            (Some(own), Some(plan)) if *own != plan.id && plan.is_open() => return Ok(None),
            _ => {}
        }
        let document = self.at(&row, row.revision)?;
        Ok(Some(Kept { row, document }))
    }

    /// The same, where there must be one.
    pub fn require(&self) -> Result<Kept, BookError> {
        self.current()?.ok_or(BookError::None)
    }

    /// The queue's plan with which a document goes.
    pub fn plan(&self, kept: &Kept) -> Result<Option<PendingPlan>, StoreError> {
        match &kept.row.plan {
            Some(plan) => self.store.plan(plan),
            None => Ok(None),
        }
    }

    fn at(&self, row: &DocumentRow, revision: u32) -> Result<Document, BookError> {
        let none = || BookError::NoRevision { name: row.name.clone(), revision, of: row.revision };
        Ok(Document::parse(self.store.document_text(row.id, revision)?.ok_or_else(none)?))
    }

    /// A revision of a document.
    pub fn revision(&self, kept: &Kept, revision: u32) -> Result<Document, BookError> {
        self.at(&kept.row, revision)
    }

    /// All revisions of a document, oldest first.
    pub fn revisions(&self, kept: &Kept) -> Result<Vec<RevisionRow>, StoreError> {
        self.store.document_revisions(kept.row.id)
    }

    /// Starts a document and writes its file. Also says where plans cannot be kept as the person's settings want.
    pub fn start(&self, draft: &Draft, by: &str) -> Result<(Kept, Option<String>), BookError> {
        let (folder, warning) = self.folder();
        let plan = self.store.open_plan(&self.session)?;
        for attempt in 0..NAME_TRIES {
            let slug = match &plan {
                Some(plan) if attempt == 0 => plan.slug.clone(),
                _ => naming::name_plan(self.now()).1,
            };
            let name = self.name(&slug, attempt);
            let path = folder.join(format!("{name}.md"));
            if path.symlink_metadata().is_ok() {
                continue;
            }
            let text = draft.render(&Slug(name.clone()));
            let highest = numbers(Document::parse(text.as_str()).highest());
            let what = ["drafted".to_owned()];
            let first = NewRevision { text: &text, highest, by, kind: RevisionKind::Draft, what: &what };
            let plan = plan.as_ref().map(|plan| &plan.id);
            let new = NewDocument { session: &self.session, agent: &self.agent, name: &name, plan, path: &path };
            let started = self.store.start_document(&new, &first, self.now())?;
            if let Some(row) = started {
                let kept = Kept { document: Document::parse(text), row };
                self.write(&kept)?;
                return Ok((kept, warning));
            }
        }
        Err(BookError::NoName)
    }

    /// The document's name: a subagent's own bears its name too.
    fn name(&self, slug: &Slug, attempt: usize) -> String {
        if !self.agent.is_subagent() {
            return slug.to_string();
        }
        let own = self.agent.as_str().strip_prefix("main/").unwrap_or(self.agent.as_str());
        let plain: String = own.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).take(40).collect();
        let again = if attempt > 1 { format!("-{attempt}") } else { String::new() };
        format!("{slug}-agent-{plain}{again}")
    }

    /// The folder for new documents, and why it is not the one that the person's settings name.
    fn folder(&self) -> (PathBuf, Option<String>) {
        let home = self.store.home();
        let default = home.canonicalize().unwrap_or_else(|_| home.to_owned()).join("plans");
        let wanted = match config::plans_directory() {
            Ok(wanted) => wanted,
            Err(error) => {
                let told =
                    format!("`plans_directory` cannot be read ({error}); plans are kept in `{}`", default.display());
                return (default, Some(told));
            }
        };
        match wanted.map(|wanted| plan_file::folder_within(&self.root, &wanted)) {
            None => (default, None),
            Some(Ok(folder)) => (folder, None),
            Some(Err(why)) => {
                let told = format!("`plans_directory`: {why}; plans are kept in `{}`", default.display());
                (default, Some(told))
            }
        }
    }

    /// Keeps the next revision of a document and writes its file. What has no name yet gets one.
    ///
    /// # Errors
    /// The new text has problems, or somebody revised the document meanwhile; nothing is kept then.
    pub fn revise(
        &self,
        kept: &Kept,
        next: &Document,
        by: &str,
        kind: RevisionKind,
        what: &[String],
    ) -> Result<Kept, BookError> {
        if let Some(problem) = next.problems.first() {
            return Err(EditError::from(problem.clone()).into());
        }
        let mut highest = highest(&kept.row);
        let next = edit::with_names(next, &mut highest);
        let next = edit::with_revision(&next, kept.row.revision + 1);
        let highest = numbers(highest.max(next.highest()));
        let new = NewRevision { text: next.text(), highest, by, kind, what };
        let row = self.store.revise_document(kept.row.id, kept.row.revision, &new, self.now())?;
        let kept = Kept { row: row.ok_or_else(|| BookError::Stale(kept.row.name.clone()))?, document: next };
        self.refresh(&kept)?;
        Ok(kept)
    }

    /// The document as it is shown: with the section of changes as the queue has them now.
    pub fn view(&self, kept: &Kept) -> Result<Document, BookError> {
        let plan = self.plan(kept)?;
        Ok(changes::shown(&kept.document, plan.as_ref(), &self.root))
    }

    /// Writes the file, unless somebody has edited it since it was written last: that is found at the next look.
    fn refresh(&self, kept: &Kept) -> Result<(), BookError> {
        // What is no longer a file of its own is left to the person.
        let Ok(found) = plan_file::read_document(&kept.row.path) else { return Ok(()) };
        let untouched = found.is_none_or(|found| Some(Digest::of(found.as_bytes())) == kept.row.written_digest);
        if untouched { self.write(kept) } else { Ok(()) }
    }

    fn write(&self, kept: &Kept) -> Result<(), BookError> {
        let view = self.view(kept)?;
        plan_file::write_document(&kept.row.path, view.text())?;
        Ok(self.store.document_written(kept.row.id, kept.row.revision, Digest::of(view.text().as_bytes()))?)
    }

    /// Takes the last edits back, or does them again, each as a revision of its own.
    pub fn step_back(&self, kept: &Kept, count: u32, by: &str, direction: Direction) -> Result<Kept, BookError> {
        let mut kept = kept.clone();
        for _ in 0..count.max(1) {
            kept = self.step_back_once(&kept, by, direction)?;
        }
        Ok(kept)
    }

    fn step_back_once(&self, kept: &Kept, by: &str, direction: Direction) -> Result<Kept, BookError> {
        let (mut done, mut undone): (Vec<RevisionRow>, Vec<RevisionRow>) = (Vec::new(), Vec::new());
        for row in self.revisions(kept)? {
            match row.kind {
                RevisionKind::Edit => {
                    done.push(row);
                    undone.clear();
                }
                RevisionKind::Undo => undone.extend(done.pop()),
                RevisionKind::Redo => done.extend(undone.pop()),
                RevisionKind::Draft | RevisionKind::Revise | RevisionKind::Run => {}
            }
        }
        let (row, kind, word) = match direction {
            Direction::Undo => (done.pop(), RevisionKind::Undo, "undo"),
            Direction::Redo => (undone.pop(), RevisionKind::Redo, "redo"),
        };
        let row = row.ok_or(BookError::NothingTo(word))?;
        let (before, after) = (self.at(&kept.row, row.revision - 1)?, self.at(&kept.row, row.revision)?);
        let (from, to) = if direction == Direction::Undo { (after, before) } else { (before, after) };
        let merged = merge(&from, &kept.document, &to);
        if !merged.conflicts.is_empty() {
            return Err(BookError::Met(merged.conflicts));
        }
        self.revise(kept, &Document::parse(merged.text), by, kind, &[format!("{word}: {}", row.what)])
    }

    /// The file of the agent's newest document.
    pub fn file(&self) -> Result<Option<PathBuf>, StoreError> {
        Ok(self.store.document(&self.session, &self.agent)?.map(|row| row.path))
    }

    /// Whether `named` is this agent's own plan file; then the agent may write it, and whatever stands there next counts
    /// as the agent's word.
    pub fn may_write(&self, cwd: &Path, named: &str) -> Result<bool, BookError> {
        // One row tells for nearly every call that it is about something else.
        if self.file()?.is_none_or(|path| !plan_file::is_document(&path, cwd, named)) {
            return Ok(false);
        }
        let Some(kept) = self.current()? else { return Ok(false) };
        // What a person did to the file before is theirs, and taken over or kept before the agent overwrites it.
        if !kept.row.agent_writes {
            let found = plan_file::read_document(&kept.row.path)?;
            if found.is_some_and(|found| Some(Digest::of(found.as_bytes())) != kept.row.written_digest) {
                return Ok(false);
            }
            self.store.document_agent_writes(kept.row.id)?;
        }
        Ok(true)
    }

    /// Links a document to the queue's plan.
    pub fn link(&self, kept: &Kept, plan: &PlanId) -> Result<(), StoreError> {
        self.store.link_document(kept.row.id, plan)
    }
}

/// Which way through the edits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Back.
    Undo,
    /// Forth.
    Redo,
}

/// The highest numbers that a document ever gave.
pub fn highest(row: &DocumentRow) -> Highest {
    let (step, decision, question) = row.highest;
    Highest { step, decision, question }
}

fn numbers(highest: Highest) -> (u32, u32, u32) {
    (highest.step, highest.decision, highest.question)
}
