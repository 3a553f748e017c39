//! How a plan looks. One view model ([`view`]) for every screen, drawn as text, as one line a change, or as JSON.
//!
//! Everything an agent wrote is made safe to print ([`visible`]), nothing is left out without saying how much, and in
//! text nothing from an agent starts at the left edge, where only plangate's own headings stand. Plans are drawn
//! change by change into a writer: ten thousand changes take the room of the largest one.
//!
//! Every renderer answers with what it has [`Shown`]; a decision binds to that and to nothing else.

mod binary;
mod content;
mod decide;
mod diff;
mod file;
pub mod json;
mod line_ends;
pub(crate) mod narrow;
mod number;
mod page;
mod patch;
pub mod ran;
pub mod risk;
pub mod sides;
pub mod stat;
pub mod text;
pub mod view;
pub mod visible;

pub use binary::Binary;
pub(crate) use decide::to_go_on;
pub use diff::LineKind;
pub use file::{Arguments, ContentError, Contents, Source, own_arguments};
pub use page::Style;

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{ChangeId, ChangeState, Digest, PendingPlan, ProposedChange};

/// How a plan is drawn.
#[derive(Debug, Clone, Copy)]
pub struct Screen<'a> {
    /// With or without colour.
    pub style: Style,
    /// Columns at which prose is wrapped; diffs and commands never are.
    pub width: usize,
    /// What stands in front of a command the person may type: `/`, or `plangate `.
    pub prefix: &'a str,
    /// At most this many lines of each change's content, the rest counted; `None` shows all.
    pub max_lines: Option<usize>,
}

/// Which changes of a plan are drawn.
#[derive(Debug, Clone, Copy)]
pub enum Scope<'a> {
    /// All of them.
    All,
    /// These.
    Only(&'a BTreeSet<ChangeId>),
    /// Those that are not as they were when they were last shown, under that digest.
    Since(&'a BTreeMap<ChangeId, Digest>),
}

/// How a change relates to what was shown before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Novelty {
    /// Nobody asked.
    Unasked,
    New,
    Changed,
}

impl Scope<'_> {
    /// `None` when the change is not to be drawn.
    fn takes(&self, change: &ProposedChange) -> Option<Novelty> {
        match self {
            Self::All => Some(Novelty::Unasked),
            Self::Only(ids) => ids.contains(&change.id).then_some(Novelty::Unasked),
            Self::Since(_) if change.state == ChangeState::Superseded => None,
            Self::Since(seen) => match seen.get(&change.id) {
                None => Some(Novelty::New),
                Some(digest) if *digest != change.digest => Some(Novelty::Changed),
                Some(_) => None,
            },
        }
    }

    /// The changes that are drawn, in order.
    fn select(self, plan: &PendingPlan) -> impl Iterator<Item = (&ProposedChange, Novelty)> {
        plan.proposed_changes.iter().filter_map(move |change| Some((change, self.takes(change)?)))
    }
}

/// What a person has been shown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shown {
    /// The changes shown in full, with the digest that a decision about them binds to.
    pub complete: BTreeMap<ChangeId, Digest>,
    /// The changes of which something was left out or could not be read; nobody has seen these.
    pub incomplete: Vec<ChangeId>,
}

impl Shown {
    fn record(&mut self, change: &ProposedChange, is_complete: bool) {
        if is_complete {
            self.complete.insert(change.id, change.digest);
        } else {
            self.incomplete.push(change.id);
        }
    }
}

#[cfg(test)]
mod sample;

#[cfg(test)]
mod golden {
    use std::path::PathBuf;
    use std::sync::LazyLock;
    use std::time::{Duration, Instant};

    use super::{Contents, Source, own_arguments, sample};

    pub(super) fn source<'a>(contents: &'a Contents<'a>) -> Source<'a> {
        let (root, arguments) = (sample::ROOT.as_ref(), &own_arguments);
        Source { root, contents, arguments, notes: &[], runs: &[], clock: standing_clock }
    }

    /// A clock that stands, far enough ahead for the slowest machine to be in time.
    fn standing_clock() -> Instant {
        static TIME: LazyLock<Instant> = LazyLock::new(|| Instant::now() + Duration::from_secs(24 * 60 * 60));
        *TIME
    }

    /// Compares with a file of `fixtures/golden/review`; with `PLANGATE_BLESS` set it writes the file instead.
    pub(super) fn check(name: &str, drawn: &str) {
        let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures/golden/review").join(name);
        if std::env::var_os("PLANGATE_BLESS").is_some() {
            std::fs::write(&path, drawn).expect("the golden file can be written");
        }
        let golden = std::fs::read_to_string(&path).expect("the golden file is there");
        assert_eq!(drawn, golden, "{name} differs; if that is right, run the test with PLANGATE_BLESS=1");
    }
}
