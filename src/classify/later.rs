//! Files that other programs run by themselves, so that who changes one decides what happens later.

use std::path::Path;

/// Files that a shell, a version control system, an editor or an agent reads and runs, wherever they stand.
const NAMES: &[&str] = &[
    ".bash_aliases",
    ".bash_login",
    ".bash_logout",
    ".bash_profile",
    ".bashrc",
    ".envrc",
    ".gitconfig",
    ".mcp.json",
    ".pre-commit-config.yaml",
    ".profile",
    ".xinitrc",
    ".xprofile",
    ".zlogin",
    ".zprofile",
    ".zshenv",
    ".zshrc",
    "authorized_keys",
    "crontab",
    "lefthook.yml",
];

/// Folders whose files are run, or say what is run, by those who look there.
const FOLDERS: &[&str] = &[
    ".claude",
    ".codex",
    ".config/autostart",
    ".config/fish",
    ".config/git",
    ".config/systemd",
    ".git",
    ".githooks",
    ".github/workflows",
    ".husky",
    ".ssh",
    ".vscode",
];

/// Whether a change of `path` changes what other programs run by themselves.
pub fn runs_later(path: &Path) -> bool {
    let named = path.file_name().and_then(|name| name.to_str()).is_some_and(|name| NAMES.contains(&name));
    let parts: Vec<&str> = path.iter().map(|part| part.to_str().unwrap_or_default()).collect();
    let below = |folder: &&str| {
        let folder: Vec<&str> = folder.split('/').collect();
        parts.windows(folder.len()).any(|run| run == folder)
    };
    named || FOLDERS.iter().any(below)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hooks_settings_and_starts_of_shells_run_later() {
        for path in [
            "/w/.git/config",
            "/w/.git/hooks/pre-commit",
            "/home/u/.bashrc",
            "/w/sub/.husky/pre-push",
            "/w/.github/workflows/ci.yml",
            "/w/.claude/settings.json",
            "/home/u/.config/systemd/user/a.service",
        ] {
            assert!(runs_later(Path::new(path)), "{path}");
        }
        for path in [
            "/w/src/git/config",
            "/w/.gitignore",
            "/w/bashrc",
            "/w/.github/CODEOWNERS",
            "/w/.config/app.toml",
            "/w/docs/.gitkeep",
        ] {
            assert!(!runs_later(Path::new(path)), "{path}");
        }
    }
}
