//! The person's settings: where the data is, their own file, and the other files that hold rules.

mod keep;
mod own;
mod plans;
mod rules;
mod text;

use std::env;
use std::io;
use std::path::PathBuf;

pub use self::keep::{Keep, keep};
pub use self::own::{OwnFile, command_environment, outdated_file, own_file_lies_in};
pub use self::plans::{editor, plans_directory};
pub use self::rules::{Authority, RULES_VARIABLE, RuleFile, RuleFiles, changes_rules, names_rules};

/// The environment variable that names the data folder.
pub const HOME_VARIABLE: &str = "PLANGATE_HOME";

/// The data folder: `PLANGATE_HOME`, else `$XDG_STATE_HOME/plangate`, else `~/.local/state/plangate`
/// (XDG Base Directory Specification).
///
/// # Errors
/// None of the variables names an absolute path, or `PLANGATE_HOME` a relative one: each folder from which a hook is called
/// would have a store of its own, and a mode of its own.
pub fn data_folder() -> io::Result<PathBuf> {
    let named = env::var_os(HOME_VARIABLE).filter(|value| !value.is_empty()).map(PathBuf::from);
    if let Some(folder) = &named
        && folder.is_relative()
    {
        return Err(io::Error::other(format!("PLANGATE_HOME is `{}`, which is no absolute path", folder.display())));
    }
    let state = || absolute("XDG_STATE_HOME").or_else(|| absolute("HOME").map(|home| home.join(".local/state")));
    named.or_else(|| state().map(|state| state.join("plangate"))).ok_or_else(|| {
        io::Error::other("neither PLANGATE_HOME, XDG_STATE_HOME nor HOME names a folder for plangate's data")
    })
}

/// The person's home, as their environment names it.
pub fn person_home() -> Option<PathBuf> {
    absolute("HOME")
}

fn absolute(variable: &str) -> Option<PathBuf> {
    env::var_os(variable).map(PathBuf::from).filter(|path| path.is_absolute())
}
