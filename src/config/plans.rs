//! Where a person wants the plan documents.

use std::env;
use std::io;
use std::path::PathBuf;

use super::own;

/// The folder for plan documents that the person's own file names (`plans_directory = "..."` in
/// `$XDG_CONFIG_HOME/plangate/config.toml`, else `~/.config/plangate/config.toml`), as it is written there; `None` when it
/// names none. A relative one counts from the workspace.
///
/// # Errors
/// The file is there and cannot be read, or the setting is no text.
pub fn plans_directory() -> io::Result<Option<PathBuf>> {
    match own::setting("plans_directory")? {
        None => Ok(None),
        Some(toml::Value::String(folder)) => Ok(Some(PathBuf::from(folder))),
        Some(_) => Err(io::Error::other("`plans_directory` must be a text")),
    }
}

/// The person's editor: `$VISUAL`, else `$EDITOR`, else `vi`; a command line for the shell.
pub fn editor() -> String {
    let named = |name| env::var(name).ok().filter(|value: &String| !value.trim().is_empty());
    named("VISUAL").or_else(|| named("EDITOR")).unwrap_or_else(|| "vi".to_owned())
}
