//! The names that patterns find in the folders of a script: whether one may be an option.

use std::cell::OnceCell;

use crate::classify::folder::Ground;
use crate::classify::shell::expand::MayBeOption;

/// Where a script runs.
#[derive(Debug, Default)]
pub(in crate::classify::shell) enum Folders<'a> {
    #[default]
    Any,
    /// Here.
    Only(Ground<'a>),
    /// Here, or in one folder that it enters.
    With(Ground<'a>, String),
}

/// What is known of the names that patterns find, once somebody asked.
#[derive(Debug, Default)]
pub(in crate::classify::shell) struct Names<'a> {
    folders: Folders<'a>,
    may_be_options: OnceCell<MayBeOption>,
}

impl<'a> Names<'a> {
    pub(super) fn of(folders: Folders<'a>) -> Self {
        Self { folders, may_be_options: OnceCell::new() }
    }

    /// Whether one may be an option.
    pub(in crate::classify::shell) fn may_be_options(&self) -> MayBeOption {
        *self.may_be_options.get_or_init(|| {
            let may_be = match &self.folders {
                Folders::Any => true,
                Folders::Only(here) => here.holds_options(None),
                Folders::With(here, entered) => here.holds_options(Some(entered)),
            };
            if may_be { MayBeOption::Yes } else { MayBeOption::No }
        })
    }

    /// Whether something was judged by there being none.
    pub(in crate::classify::shell) fn are_counted_on(&self) -> bool {
        self.may_be_options.get() == Some(&MayBeOption::No)
    }
}
