//! The file of a document, which people and agents edit: what it holds beside the store, and how that is taken over.

use super::{BookError, Kept, PlanBook};
use crate::document::derive::{self, Derived};
use crate::document::merge::merge;
use crate::document::{Document, Problem, edit};
use crate::model::Digest;
use crate::store::{DocumentRow, RevisionKind};
use crate::workspace::plan_file;

/// What the file of a document holds, beside the store.
#[derive(Debug)]
pub enum OnDisk {
    /// What was written last.
    Same,
    /// Something else, which can be taken over.
    Changed(Box<FileEdit>),
    /// Something that makes no sense; it is left as it is.
    Broken(Vec<Problem>),
    /// Edits that meet others made meanwhile; the file now holds both, marked, at these names.
    Conflict(Vec<String>),
}

/// An edit that was found in the file.
#[derive(Debug)]
pub struct FileEdit {
    /// What it does, by name.
    pub derived: Vec<Derived>,
    /// What was put back, since only a person may say it.
    pub put_back: Vec<String>,
    /// The document as it will be.
    pub next: Document,
    /// The agent was allowed to write the file since it was written last.
    pub by_agent: bool,
    found: String,
}

/// Whose word an edit of the file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Author {
    /// A person's, who may also choose, answer and settle steps.
    Person,
    /// Anybody's.
    Unknown,
}

impl PlanBook<'_> {
    /// Looks at the file: is it as it was written, and if not, what was done in it?
    pub fn look(&self, kept: &Kept, author: Author) -> Result<OnDisk, BookError> {
        let Some(found) = plan_file::read_document(&kept.row.path)? else {
            self.write(kept)?;
            return Ok(OnDisk::Same);
        };
        if Some(Digest::of(found.as_bytes())) == kept.row.written_digest || found == self.view(kept)?.text() {
            self.write_if_older(kept, &found)?;
            return Ok(OnDisk::Same);
        }
        let theirs = Document::parse(found.as_str());
        if !theirs.problems.is_empty() {
            return Ok(OnDisk::Broken(theirs.problems));
        }
        // An editor may have been open since an earlier revision; the file says from which it was made.
        let said = theirs.front.as_ref().and_then(|front| front.revision.as_ref()).map(|(revision, _)| *revision);
        let from = said.filter(|said| (1..=kept.row.revision).contains(said)).unwrap_or(kept.row.written.max(1));
        let base = self.at(&kept.row, from)?;
        let by_agent = kept.row.agent_writes;
        let (theirs, put_back) =
            if author == Author::Person && !by_agent { (theirs, Vec::new()) } else { derive::guarded(&base, &theirs) };
        let derived = derive::derive(&base, &theirs);
        if from == kept.row.revision {
            let edit = FileEdit { derived, put_back, next: theirs, by_agent, found };
            return Ok(OnDisk::Changed(Box::new(edit)));
        }
        let ours = self.view(kept)?;
        let merged = merge(&base, &ours, &theirs);
        if merged.conflicts.is_empty() {
            let next = Document::parse(merged.text);
            let edit = FileEdit { derived, put_back, next, by_agent, found };
            return Ok(OnDisk::Changed(Box::new(edit)));
        }
        plan_file::write_document(&kept.row.path, &merged.text)?;
        // From here on the file is compared with the present revision, and is none while a mark stands in it.
        self.store.document_written(kept.row.id, kept.row.revision, Digest::of(ours.text().as_bytes()))?;
        Ok(OnDisk::Conflict(merged.conflicts))
    }

    fn write_if_older(&self, kept: &Kept, found: &str) -> Result<(), BookError> {
        let current = kept.row.written == kept.row.revision && found == self.view(kept)?.text();
        if current && !kept.row.agent_writes { Ok(()) } else { self.write(kept) }
    }

    /// Takes an edit of the file over. If something of it was put back, the file as it was found is kept beside it.
    pub fn take(&self, kept: &Kept, found: &FileEdit, by: &str) -> Result<Kept, BookError> {
        if !found.put_back.is_empty() {
            let beside = kept.row.path.with_extension(format!("found-{}.md", kept.row.revision));
            plan_file::write_document(&beside, &found.found)?;
        }
        let what: Vec<String> = found.derived.iter().map(ToString::to_string).collect();
        let kind = if found.by_agent { RevisionKind::Revise } else { RevisionKind::Edit };
        // The revision below replaces the file, which holds what is taken over.
        self.store.document_written(kept.row.id, kept.row.written, Digest::of(found.found.as_bytes()))?;
        let row = DocumentRow { written_digest: Some(Digest::of(found.found.as_bytes())), ..kept.row.clone() };
        // What a person chose or answered stands in the document's log, however they said it.
        let decided = found.derived.iter().filter(|derived| derived.guarded && !found.by_agent);
        let at = self.now().format("%Y-%m-%d %H:%M");
        let next =
            decided.fold(found.next.clone(), |next, derived| edit::with_log(&next, &format!("{at} {derived} ({by})")));
        self.revise(&Kept { row, document: kept.document.clone() }, &next, by, kind, &what)
    }
}
