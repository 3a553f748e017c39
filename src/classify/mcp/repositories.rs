//! Repositories other than the agent's, in which a git tool would run what their configuration names.

use std::path::Path;

use serde_json::Value;

use super::walk::{self, Place, Texts};
use super::write;
use crate::classify::arguments::same_name;
use crate::classify::folder::{Surroundings, Trust};
use crate::model::{Evidence, ToolCall};

/// The argument of a git tool that names another folder than the one in which the agent works.
///
/// The server's git reads `.git/config` there, with `core.fsmonitor`, `diff.external` and `core.pager`, whoever
/// started it; the shell side queues `git -C elsewhere status` for the same reason.
pub(super) fn find_elsewhere(call: &ToolCall, around: &dyn Surroundings) -> Option<Evidence> {
    let of_git = super::name::words_of(&call.tool).iter().any(|word| word.text == "git");
    let root = call.cwd.to_str().map(|root| root.trim_end_matches('/'));
    walk::find(&call.args, Texts::Json, |Place { key, .. }, value| {
        let is = |names: &[&str]| names.iter().any(|name| same_name(key, name));
        if !of_git && !is(OF_REPOSITORIES) {
            return None;
        }
        let folders = texts(value).map(|text| text.strip_prefix("file://").unwrap_or(text)).filter(|folder| {
            // A server knows nothing of where the agent's shell is.
            let bare = folder.trim_end_matches('/');
            let own = ["", ".", "./"].contains(folder)
                || Path::new(bare).is_absolute() && around.of(bare) <= Trust::Repository;
            let elsewhere = is(REPOSITORY) || (is(&["repo", "repository"]) && leads_out(folder));
            let other = || around.holds(folder) && around.of(folder) == Trust::Nobody;
            !own && (elsewhere || is(FOLDER) && leads_out(folder) && !is_below(root, folder) || other())
        });
        let found = folders.into_iter().next()?;
        Some(write(
            "mcp.argument.repository",
            format!("the configuration of `{found}` may name programs that git runs"),
        ))
    })
}

/// What only a repository is named by.
#[rustfmt::skip]
const REPOSITORY: &[&str] = &[
    "cwd", "git_dir", "git_root", "repo_dir", "repo_path", "repo_root", "repository_dir", "repository_path", "work_dir", "work_tree",
    "workdir", "working_dir", "working_directory", "worktree",
];

/// What names one whatever the tool is called.
#[rustfmt::skip]
const OF_REPOSITORIES: &[&str] =
    &["git_dir", "git_root", "repo_dir", "repo_path", "repo_root", "repository_dir", "repository_path", "work_tree", "worktree"];

/// What may also be a file of the agent's repository.
const FOLDER: &[&str] = &["dir", "directory", "folder", "path", "paths", "project_path", "root"];

/// True for `/x`, `~/x`, `../x`, `C:\x`; not for `owner/name`.
fn leads_out(path: &str) -> bool {
    path.starts_with(['/', '~', '\\'])
        || path.split(['/', '\\']).any(|part| part == "..")
        || path.get(1..2) == Some(":")
}

fn is_below(root: Option<&str>, path: &str) -> bool {
    let inner = root.and_then(|root| path.strip_prefix(root));
    inner.is_some_and(|inner| inner.starts_with('/') && inner.split('/').all(|part| part != ".."))
}

fn texts(value: &Value) -> impl Iterator<Item = &str> {
    let items = value.as_array().into_iter().flatten();
    std::iter::once(value).chain(items).filter_map(Value::as_str)
}
