//! Where a file's successor is staged, and its predecessor kept until all is well.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;
use std::sync::Arc;

use rustix::io::Errno;

use crate::model::{ChangeId, Digest, PlanId};
use crate::workspace::WorkspaceError;
use crate::workspace::place::Place;
use crate::workspace::tray::Tray;

/// The end of names under which changes are taken back.
const BACK: &str = ".back";

/// The name under which a file's successor is staged, and its predecessor kept until all is well.
///
/// The same change always uses the same names, so that recovery finds what a crash left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StageName {
    stage: OsString,
    aside: OsString,
    /// So many bytes of either are the name of the plan's trays.
    tray: usize,
}

impl StageName {
    /// The name for the `effect`-th file of a change.
    pub fn new(plan: &PlanId, change: ChangeId, effect: usize) -> Self {
        // Short, as the system searches a folder by comparing names, and safe, whatever a plan is called.
        let tray = format!(".plangate-{}", Digest::of(plan.as_str().as_bytes()).short());
        let base = format!("{tray}-{}-{effect}", change.0);
        Self { stage: format!("{base}.tmp").into(), aside: format!("{base}.old").into(), tray: tray.len() }
    }

    /// The name under which the file that was there before is staged, to take the change back. It is another, so that the
    /// beginning of the one is never taken for a content that somebody else wrote in the place of the other.
    #[must_use]
    pub fn back(&self) -> Self {
        let with_mark = |name: &OsStr| {
            let mut marked = name.to_owned();
            marked.push(BACK);
            marked
        };
        Self { stage: with_mark(&self.stage), aside: with_mark(&self.aside), tray: self.tray }
    }

    /// The name of the staged file.
    pub fn as_os_str(&self) -> &OsStr {
        &self.stage
    }

    /// The name of the folder, among the files that change, in which many of them are staged.
    pub(in crate::workspace) fn tray(&self) -> &OsStr {
        OsStr::from_bytes(&self.stage.as_bytes()[..self.tray])
    }
}

/// Where one file's successor is staged.
#[derive(Debug, Clone)]
pub(in crate::workspace) struct Stand {
    /// The place of the staged file: beside the target, or on a tray there.
    pub(in crate::workspace) place: Place,
    aside: OsString,
    tray: Option<Arc<Tray>>,
}

impl Stand {
    /// Beside the file in `place`.
    pub(in crate::workspace) fn beside(place: &Place, name: &StageName) -> Self {
        Self { place: place.sibling(name.as_os_str()), aside: name.aside.clone(), tray: None }
    }

    /// On a tray.
    pub(in crate::workspace) fn on(tray: Arc<Tray>, name: &StageName) -> Self {
        Self { place: tray.place_of(name.as_os_str()), aside: name.aside.clone(), tray: Some(tray) }
    }

    /// The place of the second name.
    pub(in crate::workspace) fn aside(&self) -> Place {
        self.place.sibling(&self.aside)
    }

    /// The tray that it is on, if it is on one.
    pub(in crate::workspace) fn tray(&self) -> Option<&Tray> {
        self.tray.as_deref()
    }

    /// Words a refusal of the system about the staged file.
    pub(in crate::workspace) fn failed(&self, doing: &'static str) -> impl FnOnce(Errno) -> WorkspaceError {
        self.place.failed(doing, &self.place.name)
    }
}
