//! What is done is cleared up after, while that it is done is put down.

use std::panic::resume_unwind;
use std::path::PathBuf;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use super::{Scribe, Task, Trial, tidy};
use crate::apply::files::End;
use crate::workspace::{Ending, WorkspaceError, Yard, fault};

/// So long others may have to wait with what they put down, until the disk has taken the last names.
const HOLD: Duration = Duration::from_millis(100);

/// What came of clearing up.
pub(super) struct Cleared {
    /// Trays that could not be emptied.
    pub(super) stuck: Vec<(PathBuf, WorkspaceError)>,
    /// Whether all names are durable; `None` where that is still to be tried.
    pub(super) synced: Option<Result<(), WorkspaceError>>,
}

/// How so many files ended that putting it down takes its time, where all happened and nothing is in doubt.
pub(super) fn all_done(tasks: &[Task<'_>], endings: &[Ending], trial: Trial, yard: &Yard) -> Option<Vec<End>> {
    let is_new = |task: &Task<'_>| task.end.is_none() && task.notes.is_empty() && !task.work.doubted;
    if trial != Trial::First || !yard.syncs_file_systems() || !tasks.iter().all(is_new) {
        return None;
    }
    let done = |ending: &Ending| if let Ending::Done(notes) = ending { Some(End::Done(notes.clone())) } else { None };
    endings.iter().map(done).collect()
}

/// Clears up after what is done, and makes it durable, while the `scribe` puts it down; what it says last waits for that.
pub(super) fn clear_while(tasks: &[Task<'_>], ends: &[End], yard: &Yard, scribe: &mut dyn Scribe) -> Cleared {
    thread::scope(|scope| {
        let (tell, told) = mpsc::channel();
        let clear = fault::along(move || {
            let cleared = cleared(tasks, ends, yard);
            // Nobody may be listening any more.
            let _ = tell.send(matches!(cleared.synced, Some(Ok(()))));
            cleared
        });
        // Where there may be no more threads, one thing is done after the other.
        let Ok(clearing) = thread::Builder::new().spawn_scoped(scope, clear) else { return cleared(tasks, ends, yard) };
        scribe.conclude(ends, &mut || {
            let stands = told.recv_timeout(HOLD) == Ok(true);
            fault::point("cleared, outcome written");
            stands
        });
        clearing.join().unwrap_or_else(|panic| resume_unwind(panic))
    })
}

fn cleared(tasks: &[Task<'_>], ends: &[End], yard: &Yard) -> Cleared {
    let stuck = yard.clear_trays();
    if !stuck.is_empty() {
        return Cleared { stuck, synced: None };
    }
    tidy(tasks, ends, yard);
    Cleared { stuck, synced: Some(yard.sync_changed()) }
}
