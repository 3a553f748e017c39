//! The real program, whose recovery is run on what a power cut left.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;

use super::plan::{self, Asked, Program, Promise, Scenario};
use super::replay::{Fault, Faults, Subject};
use super::tree::{self, Node, Tree};

/// How far a change is, by the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum State {
    Missing,
    Pending,
    Approved,
    Applied,
    Undone,
}

/// A scenario and what was promised while it ran.
pub(crate) struct Gated {
    pub(crate) scenario: Scenario,
    pub(crate) promises: Vec<Promise>,
}

impl Subject for Gated {
    type Found = Vec<State>;

    fn look(&self, folder: &Path, tree: &Tree) -> (Vec<State>, Faults) {
        let mut faults = self.torn(tree);
        let program = Program::new(folder);
        let first = program.run(["status"]);
        if !first.status.success() {
            faults.push((Fault::Journal, format!("status: {}", String::from_utf8_lossy(&first.stderr))));
        }
        let recovered = tree::read(&program.workspace());
        let second = program.run(["status"]);
        if !second.stderr.is_empty() || second.stdout != first.stdout {
            faults.push((Fault::Restless, format!("{first:?} and then {second:?}")));
        }
        let verified = program.run(["log", "--verify"]);
        if !verified.status.success() {
            faults.push((Fault::Journal, format!("{verified:?}")));
        }
        let shown = program.run(["show-plan", "--json"]);
        let states = self.states(&shown.stdout).unwrap_or_else(|error| {
            faults.push((Fault::Disagrees, format!("{error} after {}", String::from_utf8_lossy(&first.stderr))));
            vec![State::Missing; self.scenario.changes.len()]
        });
        match (recovered, tree::read(&program.workspace())) {
            (Ok(recovered), Ok(now)) => {
                if recovered != now {
                    faults.push((Fault::Restless, "the workspace changed after recovery".into()));
                }
                faults.extend(self.compare(&now, &states));
            }
            (Err(error), _) | (_, Err(error)) => faults.push((Fault::Unmountable, error.to_string())),
        }
        (states, faults)
    }

    fn broken(&self, found: &Vec<State>, now: usize) -> Faults {
        let mut faults = Faults::new();
        for (n, state) in found.iter().enumerate() {
            let mine = || self.promises.iter().filter(|promise| promise.change == n);
            let least = mine().filter(|promise| promise.answered <= now).map(|promise| reached(promise.asked)).max();
            let most = mine().filter(|promise| promise.from < now).map(|promise| reached(promise.asked)).max();
            if *state < least.unwrap_or(State::Missing) {
                faults.push((Fault::Lost, format!("c{} was reported {least:?} and is {state:?}", n + 1)));
            }
            if *state > most.unwrap_or(State::Missing) {
                faults.push((Fault::Disagrees, format!("c{} is {state:?}, asked was {most:?}", n + 1)));
            }
        }
        faults
    }
}

fn reached(asked: Asked) -> State {
    match asked {
        Asked::Queue => State::Pending,
        Asked::Approve => State::Applied,
        Asked::Undo => State::Undone,
    }
}

impl Gated {
    /// Files that are neither old nor new before anything recovered them.
    fn torn(&self, tree: &Tree) -> Faults {
        let mut faults = Faults::new();
        for path in self.scenario.paths() {
            let content = tree::content(tree, &format!("ws/{path}"));
            if !self.scenario.possible(path).contains(&content) {
                let length = content.map(<[u8]>::len);
                faults.push((Fault::Torn, format!("`{path}` is neither old nor new: {length:?} bytes")));
            }
        }
        faults
    }

    /// The state of each change in `show-plan --json`.
    fn states(&self, shown: &[u8]) -> Result<Vec<State>, String> {
        let shown: Value = serde_json::from_slice(shown).map_err(|error| error.to_string())?;
        let mut states = vec![State::Missing; self.scenario.changes.len()];
        let changes = shown["plan"]["changes"].as_array().map_or(&[][..], Vec::as_slice);
        for (state, change) in states.iter_mut().zip(changes) {
            *state = match change["state"].as_str() {
                Some("pending") => State::Pending,
                Some("approved") => State::Approved,
                Some("applied") => State::Applied,
                Some("undone") => State::Undone,
                _ => return Err(format!("{} is {}: {}", change["id"], change["state"], change["error"])),
            };
        }
        Ok(states)
    }

    /// Holds the workspace against what the store says of each change.
    fn compare(&self, workspace: &Tree, states: &[State]) -> Faults {
        let mut faults = Faults::new();
        let mut expected = self.scenario.files(|n| states[n] == State::Applied);
        let known: BTreeSet<&str> = self.scenario.paths().into_iter().flat_map(folders).collect();
        for (path, node) in workspace {
            match node {
                Node::Folder if known.contains(path.as_str()) => {}
                Node::File { content, mode } => match expected.remove(path) {
                    Some(right) if right == *content && *mode == plan::mode(Path::new(path)) => {}
                    Some(_) => faults.push((Fault::Disagrees, format!("`{path}` is not what its state says"))),
                    None => faults.push((Fault::Litter, format!("`{path}` is left"))),
                },
                Node::Folder | Node::Other => faults.push((Fault::Litter, format!("`{path}` is left"))),
            }
        }
        let missing: BTreeMap<_, _> = expected;
        faults.extend(missing.keys().map(|path| (Fault::Disagrees, format!("`{path}` is missing"))));
        faults
    }
}

/// The folders above a path.
fn folders(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').map(|(at, _)| &path[..at])
}
