//! What a program of measurements prints: what it was taken on, then the tables that were named.

use std::env;
use std::process::ExitCode;

use super::machine;

/// Prints `title` and the tables whose names are among this program's arguments; without any, all.
pub(crate) fn print(title: &str, sections: &[(&str, fn())]) -> ExitCode {
    // `cargo bench` adds `--bench` to what it was given.
    let wanted: Vec<String> = env::args().skip(1).filter(|arg| !arg.starts_with("--")).collect();
    if let Some(unknown) = wanted.iter().find(|name| sections.iter().all(|(known, _)| known != name)) {
        let known: Vec<&str> = sections.iter().map(|(name, _)| *name).collect();
        eprintln!("`{unknown}` is not measured here; these are: {}", known.join(", "));
        return ExitCode::from(2);
    }
    machine::describe(title);
    for (name, measure) in sections {
        if wanted.is_empty() || wanted.iter().any(|one| one == name) {
            measure();
        }
    }
    ExitCode::SUCCESS
}
