//! Which changes a person means: all, the first n, or ids, ranges and paths.

use std::path::Path;

use globset::GlobBuilder;

use crate::model::{ChangeId, PendingPlan, ProposedChange};

/// Which changes a person means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selection {
    /// Every change that can be meant.
    All,
    /// The first so many, in the order shown; at least 1.
    First(u32),
    /// Chosen one by one.
    Parts(Vec<Part>),
}

/// One word of a selection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// `c3`
    Change(ChangeId),
    /// `c5-c7`
    Range(ChangeId, ChangeId),
    /// A path or a glob over paths relative to the workspace: `src/**`; a folder stands for all below it.
    Paths(String),
}

/// A selection that means nothing here.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SelectionError {
    /// A number that is not a count.
    #[error("`{0}` is not a count of changes: give a whole number from 1 on")]
    Count(String),
    /// More were asked for than there are.
    #[error("{asked} changes were asked for, {}", match .there { 0 => "none is pending".to_owned(), 1 => "1 is pending".to_owned(), n => format!("{n} are pending") })]
    TooMany {
        /// How many were asked for.
        asked: u32,
        /// How many there are.
        there: usize,
    },
    /// A count together with other words.
    #[error("a count stands alone: `{0}` cannot be combined with ids or paths")]
    Mixed(String),
    /// A range whose ends are the wrong way round.
    #[error("the range `{0}` runs backwards")]
    Backwards(String),
    /// No change of that name.
    #[error("there is no change `{0}` in this plan")]
    Unknown(ChangeId),
    /// The change cannot be meant.
    #[error("`{id}` is {state}: only changes that are {wanted} can be chosen here")]
    WrongState {
        /// The change.
        id: ChangeId,
        /// The state it is in.
        state: &'static str,
        /// The states that would do.
        wanted: &'static str,
    },
    /// The pattern is not a glob.
    #[error("`{0}` is not a path or a glob")]
    Glob(String),
    /// Nothing matches.
    #[error("`{0}` is neither a count, an id such as `c3`, nor a path of a change that is {1}")]
    NoMatch(String, &'static str),
}

impl Selection {
    /// Reads the words of a selection; no words mean all.
    pub fn parse<S: AsRef<str>>(words: &[S]) -> Result<Self, SelectionError> {
        let words: Vec<&str> = words.iter().map(AsRef::as_ref).collect();
        match words.as_slice() {
            [] | ["all"] => return Ok(Self::All),
            [count] if looks_like_number(count) => return count_of(count).map(Self::First),
            _ => {}
        }
        if let Some(number) = words.iter().find(|word| looks_like_number(word)) {
            return Err(SelectionError::Mixed((*number).to_owned()));
        }
        words.into_iter().map(Part::parse).collect::<Result<_, _>>().map(Self::Parts)
    }

    /// The chosen changes of `plan` in order, out of those that `eligible` accepts, which are `wanted`.
    pub fn resolve(
        &self,
        plan: &PendingPlan,
        root: &Path,
        wanted: &'static str,
        eligible: impl Fn(&ProposedChange) -> bool,
    ) -> Result<Vec<ChangeId>, SelectionError> {
        let all = plan.proposed_changes.iter().filter(|change| eligible(change));
        match self {
            Self::All => Ok(all.map(|change| change.id).collect()),
            Self::First(count) => {
                let there: Vec<ChangeId> = all.map(|change| change.id).collect();
                let asked = *count;
                match there.get(..asked as usize) {
                    Some(first) => Ok(first.to_vec()),
                    None => Err(SelectionError::TooMany { asked, there: there.len() }),
                }
            }
            Self::Parts(parts) => {
                let mut chosen = Vec::new();
                for part in parts {
                    chosen.extend(part.resolve(plan, root, wanted, &eligible)?);
                }
                chosen.sort_unstable();
                chosen.dedup();
                Ok(chosen)
            }
        }
    }
}

fn looks_like_number(word: &str) -> bool {
    let digits = word.strip_prefix(['-', '+']).unwrap_or(word);
    digits.starts_with(|c: char| c.is_ascii_digit()) && !digits.contains(['/', '*', '.'])
}

fn count_of(word: &str) -> Result<u32, SelectionError> {
    let refused = || SelectionError::Count(word.to_owned());
    if !word.bytes().all(|b| b.is_ascii_digit()) {
        return Err(refused());
    }
    word.parse().ok().filter(|&count| count >= 1).ok_or_else(refused)
}

impl Part {
    fn parse(word: &str) -> Result<Self, SelectionError> {
        if let Ok(id) = word.parse() {
            return Ok(Self::Change(id));
        }
        if let Some((first, last)) = word.split_once('-')
            && let (Ok(first), Ok(last)) = (first.parse::<ChangeId>(), last.parse::<ChangeId>())
        {
            if first > last {
                return Err(SelectionError::Backwards(word.to_owned()));
            }
            return Ok(Self::Range(first, last));
        }
        Ok(Self::Paths(word.to_owned()))
    }

    fn resolve(
        &self,
        plan: &PendingPlan,
        root: &Path,
        wanted: &'static str,
        eligible: &impl Fn(&ProposedChange) -> bool,
    ) -> Result<Vec<ChangeId>, SelectionError> {
        let find = |id: ChangeId| plan.change(id).ok_or(SelectionError::Unknown(id));
        match self {
            Self::Change(id) => {
                let change = find(*id)?;
                if eligible(change) {
                    Ok(vec![*id])
                } else {
                    Err(SelectionError::WrongState { id: *id, state: change.state.word(), wanted })
                }
            }
            Self::Range(first, last) => {
                find(*first)?;
                find(*last)?;
                let within = |change: &&ProposedChange| (*first..=*last).contains(&change.id) && eligible(change);
                Ok(plan.proposed_changes.iter().filter(within).map(|change| change.id).collect())
            }
            Self::Paths(pattern) => {
                let matches = matcher(pattern)?;
                let touched = |change: &ProposedChange| {
                    change.action.effects().iter().any(|effect| {
                        let path = effect.path.as_path();
                        matches(path.strip_prefix(root).unwrap_or(path))
                    })
                };
                let found: Vec<ChangeId> = plan
                    .proposed_changes
                    .iter()
                    .filter(|change| eligible(change) && touched(change))
                    .map(|change| change.id)
                    .collect();
                if found.is_empty() { Err(SelectionError::NoMatch(pattern.clone(), wanted)) } else { Ok(found) }
            }
        }
    }
}

/// Tells whether a path relative to the workspace is meant by `pattern`: the path itself, a folder above it, or a glob.
fn matcher(pattern: &str) -> Result<impl Fn(&Path) -> bool, SelectionError> {
    let plain = pattern.strip_prefix("./").unwrap_or(pattern).trim_end_matches('/').to_owned();
    if plain.is_empty() {
        // Every path starts with nothing, and nobody means all by naming nothing.
        return Err(SelectionError::Glob(pattern.to_owned()));
    }
    let glob = GlobBuilder::new(&plain)
        .literal_separator(true)
        .build()
        .map_err(|_| SelectionError::Glob(pattern.to_owned()))?
        .compile_matcher();
    Ok(move |path: &Path| path.starts_with(&plain) || glob.is_match(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(words: &str) -> Result<Selection, SelectionError> {
        Selection::parse(&words.split_whitespace().collect::<Vec<_>>())
    }

    #[test]
    fn words_are_counts_ids_ranges_or_paths() {
        assert_eq!(parse(""), Ok(Selection::All));
        assert_eq!(parse("3"), Ok(Selection::First(3)));
        let parts =
            vec![Part::Change(ChangeId(2)), Part::Range(ChangeId(5), ChangeId(7)), Part::Paths("src/**".to_owned())];
        assert_eq!(parse("c2 c5-c7 src/**"), Ok(Selection::Parts(parts)));
    }

    #[test]
    fn what_is_nearly_a_count_is_refused_not_guessed() {
        for wrong in ["0", "-1", "+2", "3abc", "99999999999999", "00", "-0"] {
            assert_eq!(parse(wrong), Err(SelectionError::Count(wrong.to_owned())), "{wrong}");
        }
        assert_eq!(parse("3 c5"), Err(SelectionError::Mixed("3".to_owned())));
        assert_eq!(parse("c7-c5"), Err(SelectionError::Backwards("c7-c5".to_owned())));
    }

    #[test]
    fn a_pattern_that_names_nothing_does_not_mean_everything() {
        for nothing in ["", "/", "./", "//"] {
            assert!(matches!(matcher(nothing), Err(SelectionError::Glob(_))), "`{nothing}`");
        }
    }
}
