//! What flags that several commands have mean.

/// How a command tells what it did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    /// Text for a person.
    Text,
    /// JSON for a program.
    Json,
}

impl Format {
    /// As `--json` says.
    pub(super) fn by_flag(json: bool) -> Self {
        if json { Self::Json } else { Self::Text }
    }
}

/// When the person answers a command's question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    /// When it is asked.
    Asked,
    /// Beforehand, with yes.
    Given,
}

impl Answer {
    /// As `--yes` says.
    pub(super) fn by_flag(yes: bool) -> Self {
        if yes { Self::Given } else { Self::Asked }
    }
}
