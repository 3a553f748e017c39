//! Copies of what queued files will hold, which the agents of a session read in the place of the files.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::interceptor::Interceptor;
use crate::classify;
use crate::model::{Digest, SessionId, ToolCall};

impl Interceptor<'_> {
    /// A call about the copy of a pending file is about the file itself. Agents that check an edit against the disk
    /// before they ask edit the copy they were shown, since the file on disk is older.
    pub(super) fn of_the_real_file<'c>(&self, call: &'c ToolCall) -> Cow<'c, ToolCall> {
        let copies = copies(self.proposer.home(), self.proposer.session());
        let Some(arguments) = call.args.as_object() else { return Cow::Borrowed(call) };
        let real = |value: &Value| {
            let below = Path::new(value.as_str()?).strip_prefix(&copies).ok()?;
            Some(json!(Path::new("/").join(below)))
        };
        let mapped: Vec<(String, Value)> = arguments
            .iter()
            .filter(|(name, _)| names_file(name))
            .filter_map(|(name, value)| Some((name.clone(), real(value)?)))
            .collect();
        if mapped.is_empty() {
            return Cow::Borrowed(call);
        }
        let mut call = call.clone();
        for (name, value) in mapped {
            call.args[name] = value;
        }
        Cow::Owned(call)
    }

    /// Arguments that point a read of a queued file at a copy of what it will be.
    pub(super) fn pending_copy(&self, call: &ToolCall) -> Result<Option<(Value, String)>, String> {
        let Some((key, path)) = classify::read_path(call) else { return Ok(None) };
        // A path that cannot be resolved is the tool's to complain about: reading it harms nobody.
        let Ok(Some(pending)) = self.proposer.pending_content(&call.cwd, path) else { return Ok(None) };
        let shown = pending.path.as_path().display();
        let Some(content) = pending.content else {
            return Err(format!("`{shown}` does not exist once the queued {} is applied", pending.by));
        };
        let copy = self
            .keep_copy(pending.path.as_path(), &content)
            .map_err(|error| format!("the queued content of `{shown}` cannot be shown: {error}"))?;
        let mut args = call.args.clone();
        args[key] = json!(copy);
        let note = format!(
            "[PLAN MODE] You see `{shown}` as it will be once the queued {} is applied; on disk it is unchanged. To edit it \
             again, edit this copy, which stands for it: `{}`.",
            pending.by,
            copy.display()
        );
        Ok(Some((args, note)))
    }

    /// What to say beside a command that reads: which of the files that it names are queued and not yet as they will be.
    pub(super) fn pending_words(&self, call: &ToolCall) -> Option<String> {
        let mut told = BTreeMap::new();
        for word in classify::words_of_command(call) {
            if let Ok(Some(pending)) = self.proposer.pending_content(&call.cwd, &word) {
                told.insert(word, pending.by);
            }
        }
        let told: Vec<String> = told.iter().map(|(word, by)| format!("`{word}` ({by})")).collect();
        (!told.is_empty())
            .then(|| format!("[PLAN MODE] Queued and not on disk yet: {}. A command shows the disk.", told.join(", ")))
    }

    /// Writes the pending content where the agent's read tool finds it: in the data folder, under the file's own path.
    fn keep_copy(&self, path: &Path, content: &[u8]) -> io::Result<PathBuf> {
        let below = path.strip_prefix("/").unwrap_or(path);
        let copy = copies(self.proposer.home(), self.proposer.session()).join(below);
        if fs::read(&copy).is_ok_and(|there| there == content) {
            return Ok(copy);
        }
        let folder = copy.parent().ok_or_else(|| io::Error::other("a file has a folder"))?;
        fs::create_dir_all(folder)?;
        let temporary = folder.join(format!(".{}.tmp", std::process::id()));
        fs::write(&temporary, content)?;
        fs::rename(&temporary, &copy)?;
        Ok(copy)
    }
}

/// Where copies of a session's pending files stand.
fn copies(home: &Path, session: &SessionId) -> PathBuf {
    home.join("views").join(Digest::of(session.as_str().as_bytes()).short())
}

/// Removes the copies of pending files that a session's agents were shown, once nothing of it is pending.
pub fn forget_copies(home: &Path, session: &SessionId) {
    // Copies that cannot be removed harm nobody; they are overwritten or removed another time.
    let _ = fs::remove_dir_all(copies(home, session));
}

/// Whether an argument of this name is a file's path, and never a command.
fn names_file(argument: &str) -> bool {
    matches!(
        argument,
        "file_path" | "path" | "notebook_path" | "filePath" | "target_file" | "absolute_path" | "relative_path"
    )
}
