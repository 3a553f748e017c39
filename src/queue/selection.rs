//! Which changes a person means: all, the first n, or ids, ranges and paths.

use std::path::{Path, PathBuf};

use globset::{GlobBuilder, GlobMatcher, escape};

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
    /// A path or a glob over paths: `src/**`; a folder stands for all below it.
    Paths {
        /// The word as it was typed.
        typed: String,
        /// The folder in which it was typed, from the workspace's root.
        folder: PathBuf,
    },
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
        let words: Vec<&str> = words.iter().flat_map(|word| listed(word.as_ref())).collect();
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

    /// The same, typed in `folder`, which is told from the workspace's root: a path counts from there, and where no change is
    /// about it there, from the root.
    #[must_use]
    pub fn typed_in(mut self, folder: &Path) -> Self {
        if let Self::Parts(parts) = &mut self {
            for part in parts {
                if let Part::Paths { folder: at, .. } = part {
                    folder.clone_into(at);
                }
            }
        }
        self
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

/// The changes of `c3,c5-c7`; any other word, which may be a path with a comma, is one.
fn listed(word: &str) -> Vec<&str> {
    let is_change = |part: &&str| part.split('-').all(|id| id.parse::<ChangeId>().is_ok());
    let parts: Vec<&str> = word.split(',').filter(|part| !part.is_empty()).collect();
    if parts.len() > 1 && parts.iter().all(is_change) { parts } else { vec![word] }
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
        Ok(Self::Paths { typed: word.to_owned(), folder: PathBuf::new() })
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
            Self::Paths { typed, folder } => {
                let touched = |change: &ProposedChange, pattern: &Pattern| {
                    change.action.effects().iter().any(|effect| {
                        let path = effect.path.as_path();
                        pattern.matches(path.strip_prefix(root).unwrap_or(path))
                    })
                };
                let from_root = Pattern::of(typed)?;
                let is_of_plan = |pattern: &Pattern| plan.proposed_changes.iter().any(|c| touched(c, pattern));
                let from_folder = Pattern::below(folder, typed, root).filter(is_of_plan);
                let pattern = from_folder.unwrap_or(from_root);
                let found: Vec<ChangeId> = plan
                    .proposed_changes
                    .iter()
                    .filter(|change| eligible(change) && touched(change, &pattern))
                    .map(|change| change.id)
                    .collect();
                if found.is_empty() { Err(SelectionError::NoMatch(typed.clone(), wanted)) } else { Ok(found) }
            }
        }
    }
}

/// What a path relative to the workspace is held against: the path itself, a folder above it, or a glob.
struct Pattern {
    plain: PathBuf,
    glob: GlobMatcher,
}

impl Pattern {
    /// A word as it stands.
    fn of(typed: &str) -> Result<Self, SelectionError> {
        let plain = typed.strip_prefix("./").unwrap_or(typed).trim_end_matches('/');
        let glob = if plain.is_empty() { None } else { compiled(plain) };
        // Every path starts with nothing, and nobody means all by naming nothing.
        let glob = glob.ok_or_else(|| SelectionError::Glob(typed.to_owned()))?;
        Ok(Self { plain: PathBuf::from(plain), glob })
    }

    /// A word as it was typed in `folder`; `None` where that leads out of the workspace or to its root.
    fn below(folder: &Path, typed: &str, root: &Path) -> Option<Self> {
        let (mut folder, typed) = match Path::new(typed).strip_prefix(root) {
            Ok(from_root) => (PathBuf::new(), from_root.to_str()?),
            Err(_) if typed.starts_with('/') => return None,
            Err(_) => (folder.to_owned(), typed),
        };
        let mut words: Vec<&str> = Vec::new();
        for word in typed.split('/') {
            match word {
                "" | "." => {}
                ".." if words.pop().is_some() || folder.pop() => {}
                ".." => return None,
                word => words.push(word),
            }
        }
        let above = folder.components().map(|part| escape(&part.as_os_str().to_string_lossy()));
        let glob: Vec<String> = above.chain(words.iter().map(|&word| word.to_owned())).collect();
        if glob.is_empty() {
            return None;
        }
        Some(Self { glob: compiled(&glob.join("/"))?, plain: folder.join(words.join("/")) })
    }

    fn matches(&self, path: &Path) -> bool {
        path.starts_with(&self.plain) || self.glob.is_match(path)
    }
}

fn compiled(glob: &str) -> Option<GlobMatcher> {
    let glob = GlobBuilder::new(glob).literal_separator(true).build().ok()?;
    Some(glob.compile_matcher())
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
        let paths = Part::Paths { typed: "src/**".to_owned(), folder: PathBuf::new() };
        let parts = vec![Part::Change(ChangeId(2)), Part::Range(ChangeId(5), ChangeId(7)), paths];
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
            assert!(matches!(Pattern::of(nothing), Err(SelectionError::Glob(_))), "`{nothing}`");
        }
        for (folder, typed) in [("", "."), ("x", ".."), ("", "/ws"), ("", "x/..")] {
            assert!(Pattern::below(Path::new(folder), typed, Path::new("/ws")).is_none(), "{typed}");
        }
    }

    #[test]
    fn a_path_typed_in_a_folder_counts_from_there() {
        let below = |folder: &str, typed: &str, path: &str| {
            let pattern = Pattern::below(Path::new(folder), typed, Path::new("/ws"));
            pattern.is_some_and(|pattern| pattern.matches(Path::new(path)))
        };
        for (folder, typed, path) in [
            ("x/y", "r", "x/y/r"),
            ("x/y", "./r", "x/y/r"),
            ("x/y", "*.rs", "x/y/a.rs"),
            ("x/y", "../r", "x/r"),
            ("x/y", ".", "x/y/r"),
            ("x/y", "/ws/r", "r"),
            ("a[b]", "*", "a[b]/c"),
            ("", "x/../r", "r"),
        ] {
            assert!(below(folder, typed, path), "{typed} in {folder}");
        }
        for (folder, typed, path) in
            [("x/y", "r", "r"), ("x", "../../r", "r"), ("x", "/r", "x/r"), ("a[b]", "*", "ab/c")]
        {
            assert!(!below(folder, typed, path), "{typed} in {folder}");
        }
    }
}
