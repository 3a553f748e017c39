//! Rules by which a person's words open a session in a mode.

use globset::{GlobBuilder, GlobMatcher};
use regex::Regex;
use serde::Deserialize;

use crate::model::Mode;

/// A row as it is written: `text` is a glob over all of the words, or a regular expression between slashes.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Row {
    text: String,
    mode: Option<String>,
}

/// Words of a person that open a session in a mode. It is always a stricter one than build.
#[derive(Debug, Clone)]
pub struct Opening {
    pattern: Pattern,
    /// The mode.
    pub mode: Mode,
}

#[derive(Debug, Clone)]
enum Pattern {
    Glob(GlobMatcher),
    Regex(Regex),
}

impl Opening {
    pub(super) fn parse(row: &Row) -> Result<Self, String> {
        let mode = row.mode.as_deref().unwrap_or("plan").parse::<Mode>().map_err(|error| error.to_string())?;
        if mode == Mode::Build {
            return Err(format!("`{}` would open in `build`: rules only make the mode stricter", row.text));
        }
        Ok(Self { pattern: pattern(&row.text)?, mode })
    }

    /// Whether these are such words.
    pub fn fits(&self, words: &str) -> bool {
        let words = words.trim();
        match &self.pattern {
            Pattern::Glob(glob) => glob.is_match(words),
            Pattern::Regex(regex) => regex.is_match(words),
        }
    }
}

fn pattern(text: &str) -> Result<Pattern, String> {
    let unclear = |error: &dyn std::fmt::Display| format!("`{text}` is no pattern: {error}");
    if let Some(regex) = text.strip_prefix('/').and_then(|rest| rest.strip_suffix('/')) {
        return Regex::new(regex).map(Pattern::Regex).map_err(|error| unclear(&error));
    }
    glob(text).map(Pattern::Glob).map_err(|error| unclear(&error))
}

/// A glob over words: `*` also stands for slashes and line ends, and case does not count.
pub(super) fn glob(text: &str) -> Result<GlobMatcher, globset::Error> {
    Ok(GlobBuilder::new(text).literal_separator(false).case_insensitive(true).build()?.compile_matcher())
}
