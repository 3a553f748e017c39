//! The settings in the person's own file beside the rules: `$XDG_CONFIG_HOME/plangate/config.toml`, else
//! `~/.config/plangate/config.toml`.

use std::fs;
use std::io;

use super::absolute;

/// The names of variables that a person lets commands see besides the usual ones (`environment = [...]` in `[commands]`).
///
/// # Errors
/// The file is there and cannot be read, or the setting is no list of texts.
pub fn command_environment() -> io::Result<Vec<String>> {
    let Some(commands) = table("commands")? else { return Ok(Vec::new()) };
    let told = || io::Error::other("`environment` in `[commands]` must be a list of names");
    match commands.get("environment") {
        None => Ok(Vec::new()),
        Some(toml::Value::Array(names)) => {
            names.iter().map(|name| name.as_str().map(str::to_owned).ok_or_else(told)).collect()
        }
        Some(_) => Err(told()),
    }
}

/// A table of the file; `None` when the file or the table is not there.
pub(super) fn table(name: &str) -> io::Result<Option<toml::Table>> {
    match file()?.and_then(|mut file| file.remove(name)) {
        None => Ok(None),
        Some(toml::Value::Table(table)) => Ok(Some(table)),
        Some(_) => Err(io::Error::other(format!("`{name}` must be a table"))),
    }
}

/// The whole file; `None` when it is not there.
pub(super) fn file() -> io::Result<Option<toml::Table>> {
    let Some(folder) = absolute("XDG_CONFIG_HOME").or_else(|| absolute("HOME").map(|home| home.join(".config"))) else {
        return Ok(None);
    };
    match fs::read_to_string(folder.join("plangate/config.toml")) {
        Ok(text) => text.parse().map(Some).map_err(io::Error::other),
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Ok(None),
        Err(error) => Err(error),
    }
}
