//! The files that make Claude Code ask plangate: its settings, and a file for each command that a person may type.

use std::fmt;
use std::path::{Path, PathBuf};

use super::{InstallError, install, remove};
use crate::model::{ChangeId, Digest, FileEffect, FileImage, PlanId, TargetPath};
use crate::workspace::{
    Links, Snapshot, StageName, Workspace, WorkspaceError, new_file_mode, remove_empty_folders, replace, snapshot,
};

/// What happened to one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The file.
    pub path: PathBuf,
    /// What happened to it.
    pub what: What,
}

/// What happened to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// It is new.
    Created,
    /// Our part of it is new or gone; the rest is as it was.
    Changed,
    /// It is gone.
    Removed,
    /// It was right already.
    Unchanged,
    /// It has our name but not our text, so it stays as it is.
    Kept,
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.what {
            What::Created => "created",
            What::Changed => "changed",
            What::Removed => "removed",
            What::Unchanged => "unchanged",
            What::Kept => "kept, it is not ours",
        };
        write!(f, "{what}: {}", self.path.display())
    }
}

/// Why nothing, or not everything, was written.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The settings file is not one that can be edited safely. Nothing was written.
    #[error("`{}` stays as it is", path.display())]
    Settings {
        /// The settings file.
        path: PathBuf,
        /// What is wrong with it.
        source: InstallError,
    },
    /// The text of the file or of the program's path is not UTF-8, which settings are. Nothing was written.
    #[error("`{}` is not UTF-8", path.display())]
    NotUtf8 {
        /// The settings file, or the program.
        path: PathBuf,
    },
    /// A file could not be read or written.
    #[error(transparent)]
    File(#[from] WorkspaceError),
}

/// A command that a person types in Claude Code. Without a file of this name its terminal answers `Unknown command`
/// and asks no hook; with one, it hands what was typed to the hook as it is, also where it has a command of this name
/// itself. `/help`, `/status` and `/resume` are left to it.
struct TypedCommand {
    name: &'static str,
    hint: &'static str,
    does: &'static str,
}

const COMMANDS: &[TypedCommand] = &[
    TypedCommand { name: "plan", hint: "[TEXT]", does: "toggle plan mode, or enter it with a task" },
    TypedCommand { name: "discuss", hint: "TEXT", does: "edit the plan in words: skip S4, choose D1 A, undo" },
    TypedCommand { name: "ask", hint: "ID TEXT", does: "ask the agent about a change" },
    TypedCommand { name: "mode", hint: "[NAME]", does: "show the mode, or switch it" },
    TypedCommand { name: "show-plan", hint: "[SELECTION]", does: "show every queued change in full" },
    TypedCommand { name: "approve", hint: "[N | SELECTION]", does: "apply all changes, the first N, or chosen ones" },
    TypedCommand { name: "reject", hint: "[SELECTION] [because TEXT]", does: "discard all changes or chosen ones" },
    TypedCommand { name: "edit", hint: "ID --from FILE", does: "rewrite a change from a file" },
    TypedCommand { name: "hold", hint: "", does: "keep the plan for later and leave plan mode" },
    TypedCommand { name: "undo", hint: "[SELECTION]", does: "reverse what was applied" },
    TypedCommand { name: "retry", hint: "ID", does: "apply a change again that failed" },
    TypedCommand { name: "skip", hint: "ID", does: "give up a change that failed" },
    TypedCommand { name: "log", hint: "", does: "show decisions and outcomes" },
    TypedCommand { name: "prune", hint: "[--dry-run]", does: "remove the contents of old plans" },
];

impl TypedCommand {
    fn text(&self) -> String {
        let Self { name: _, hint, does } = self;
        format!(
            "---\ndescription: \"plangate: {does}\"\nargument-hint: \"{hint}\"\ndisable-model-invocation: true\n---\n\
             plangate answers this command itself; a model never reads this. If you do, the hook of plangate is not \
             at work:\nchange nothing, and tell the person to run `plangate init claude-code` again.\n"
        )
    }
}

/// Makes the Claude Code that reads the file `settings` ask `program` before every tool call.
///
/// `settings` is `settings.json` or `settings.local.json` in a project's `.claude` or the person's own (`~/.claude`); the
/// folder is made if it is missing. `program` is the absolute path of the `plangate` to run. Tells of every file what
/// happened to it, the settings first.
///
/// # Errors
/// The settings file is not valid JSON or has another shape than expected: then nothing is written.
pub fn install_claude_code(settings: &Path, program: &Path) -> Result<Vec<Outcome>, FileError> {
    let program_text = program.to_str().ok_or_else(|| FileError::NotUtf8 { path: program.to_owned() })?;
    let (folder, settings) = parted(settings);
    let settings = Spot::look(folder, settings)?;
    let text = install(settings.text()?, program_text).map_err(|source| settings.refused(source))?;
    // The commands go first: a command without the hook says so, a hook without the commands is not reached by them.
    let mut outcomes = Vec::new();
    for command in COMMANDS {
        let spot = Spot::look(&folder.join("commands"), &format!("{}.md", command.name))?;
        outcomes.push(if spot.is_absent() || spot.is(&command.text()) {
            spot.become_text(&command.text())?
        } else {
            spot.outcome(What::Kept)
        });
    }
    outcomes.insert(0, settings.become_text(&text)?);
    Ok(outcomes)
}

/// Takes out what [`install_claude_code`] put into `settings` and beside it, and nothing else.
///
/// # Errors
/// The settings file is not valid JSON or has another shape than expected: then nothing is removed.
pub fn remove_claude_code(settings: &Path) -> Result<Vec<Outcome>, FileError> {
    let (folder, settings) = parted(settings);
    let settings = Spot::look(folder, settings)?;
    let left = match settings.text()? {
        None => None,
        Some(text) => remove(text).map_err(|source| settings.refused(source))?,
    };
    let mut outcomes = vec![match left {
        None => settings.vanish()?,
        Some(text) => settings.become_text(&text)?,
    }];
    for command in COMMANDS {
        let spot = Spot::look(&folder.join("commands"), &format!("{}.md", command.name))?;
        if spot.is(&command.text()) {
            outcomes.push(spot.vanish()?);
        } else if !spot.is_absent() {
            outcomes.push(spot.outcome(What::Kept));
        }
    }
    if outcomes.iter().any(|outcome| outcome.what == What::Removed) {
        remove_empty_folders(&[folder.join("commands"), folder.to_owned()].map(TargetPath::new))?;
    }
    Ok(outcomes)
}

/// A settings file's folder and name.
fn parted(settings: &Path) -> (&Path, &str) {
    let name = settings.file_name().and_then(|name| name.to_str()).unwrap_or("settings.json");
    (settings.parent().unwrap_or(Path::new("")), name)
}

/// A file and what is in it.
struct Spot {
    path: TargetPath,
    snapshot: Snapshot,
}

impl Spot {
    /// A link is followed: people keep their settings elsewhere and link to them.
    fn look(folder: &Path, name: &str) -> Result<Self, WorkspaceError> {
        let path = Workspace::open(Path::new("/"))?.resolve(folder, name, Links::Follow)?;
        Ok(Self { snapshot: snapshot(&path)?, path })
    }

    fn is_absent(&self) -> bool {
        !self.snapshot.image.exists()
    }

    fn is(&self, text: &str) -> bool {
        !self.is_absent() && self.snapshot.content == text.as_bytes()
    }

    fn text(&self) -> Result<Option<&str>, FileError> {
        if self.is_absent() {
            return Ok(None);
        }
        let not_utf8 = |_| FileError::NotUtf8 { path: self.path.as_path().to_owned() };
        std::str::from_utf8(&self.snapshot.content).map(Some).map_err(not_utf8)
    }

    fn refused(&self, source: InstallError) -> FileError {
        FileError::Settings { path: self.path.as_path().to_owned(), source }
    }

    fn outcome(&self, what: What) -> Outcome {
        Outcome { path: self.path.as_path().to_owned(), what }
    }

    fn become_text(&self, text: &str) -> Result<Outcome, WorkspaceError> {
        let mode = match self.snapshot.image {
            FileImage::File { mode, .. } => mode,
            FileImage::Absent | FileImage::Symlink { .. } => new_file_mode(&self.path),
        };
        let size = text.len() as u64;
        let what = match self.is_absent() {
            true => What::Created,
            false if self.is(text) => What::Unchanged,
            false => What::Changed,
        };
        self.exchange(FileImage::File { digest: Digest::of(text.as_bytes()), size, mode }, text.as_bytes())?;
        Ok(self.outcome(what))
    }

    fn vanish(&self) -> Result<Outcome, WorkspaceError> {
        self.exchange(FileImage::Absent, &[])?;
        Ok(self.outcome(if self.is_absent() { What::Unchanged } else { What::Removed }))
    }

    fn exchange(&self, after: FileImage, content: &[u8]) -> Result<(), WorkspaceError> {
        let effect = FileEffect { path: self.path.clone(), before: self.snapshot.image.clone(), after };
        replace(&effect, content, &StageName::new(&PlanId::from("init"), ChangeId(0), 0))
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    const PROGRAM: &str = "/usr/bin/plangate";

    fn what(outcomes: &[Outcome], name: &str) -> Option<What> {
        outcomes.iter().find(|outcome| outcome.path.ends_with(name)).map(|outcome| outcome.what)
    }

    fn folder() -> (tempfile::TempDir, PathBuf) {
        let temporary = tempfile::tempdir().expect("a temporary folder");
        let folder = temporary.path().join(".claude");
        (temporary, folder)
    }

    fn install_here(folder: &Path) -> Vec<Outcome> {
        install_claude_code(&folder.join("settings.json"), Path::new(PROGRAM)).expect("nothing is in the way")
    }

    #[test]
    fn what_was_installed_in_an_empty_project_can_be_removed_without_a_trace() {
        let (temporary, folder) = folder();
        let outcomes = install_here(&folder);
        assert_eq!(outcomes.len(), 1 + COMMANDS.len());
        assert!(outcomes.iter().all(|outcome| outcome.what == What::Created && outcome.path.is_file()), "{outcomes:?}");
        assert!(install_here(&folder).iter().all(|outcome| outcome.what == What::Unchanged));
        let outcomes = remove_claude_code(&folder.join("settings.json")).expect("nothing is in the way");
        assert!(outcomes.iter().all(|outcome| outcome.what == What::Removed), "{outcomes:?}");
        assert_eq!(fs::read_dir(temporary.path()).expect("the folder is there").count(), 0);
        let outcomes = remove_claude_code(&folder.join("settings.json")).expect("nothing is in the way");
        assert!(outcomes.iter().all(|outcome| outcome.what == What::Unchanged), "{outcomes:?}");
    }

    #[test]
    fn an_outcome_is_a_line() {
        let line = |what| Outcome { path: PathBuf::from("/w/.claude/commands/plan.md"), what }.to_string();
        assert_eq!(line(What::Created), "created: /w/.claude/commands/plan.md");
        assert_eq!(line(What::Kept), "kept, it is not ours: /w/.claude/commands/plan.md");
    }

    #[test]
    fn the_persons_own_settings_and_commands_stay() {
        let (_temporary, folder) = folder();
        fs::create_dir_all(folder.join("commands")).expect("a folder can be made");
        fs::write(folder.join("settings.json"), "{\"model\":\"opus\"}").expect("a file can be written");
        fs::write(folder.join("commands/plan.md"), "my own").expect("a file can be written");
        let outcomes = install_here(&folder);
        assert_eq!(what(&outcomes, "settings.json"), Some(What::Changed));
        assert_eq!(what(&outcomes, "plan.md"), Some(What::Kept));
        fs::write(folder.join("commands/mode.md"), "changed by hand").expect("a file can be written");
        let outcomes = remove_claude_code(&folder.join("settings.json")).expect("nothing is in the way");
        assert_eq!(what(&outcomes, "plan.md"), Some(What::Kept));
        assert_eq!(what(&outcomes, "mode.md"), Some(What::Kept));
        let text = |name: &str| fs::read_to_string(folder.join(name)).expect("the file is there");
        assert_eq!(text("settings.json"), "{\"model\":\"opus\"}");
        assert_eq!(text("commands/plan.md"), "my own");
        assert_eq!(fs::read_dir(folder.join("commands")).expect("the folder is there").count(), 2);
    }

    #[test]
    fn settings_that_are_not_understood_keep_everything_from_being_written() {
        let (_temporary, folder) = folder();
        fs::create_dir(&folder).expect("a folder can be made");
        fs::write(folder.join("settings.json"), "{").expect("a file can be written");
        let error = install_claude_code(&folder.join("settings.json"), Path::new(PROGRAM))
            .expect_err("the settings are broken");
        assert!(error.to_string().ends_with("settings.json` stays as it is"), "{error}");
        assert_eq!(fs::read_dir(&folder).expect("the folder is there").count(), 1);
    }

    #[test]
    fn settings_that_are_a_link_are_changed_where_they_are() {
        let (temporary, folder) = folder();
        fs::create_dir(&folder).expect("a folder can be made");
        let real = temporary.path().join("dotfiles.json");
        fs::write(&real, "{}").expect("a file can be written");
        std::os::unix::fs::symlink(&real, folder.join("settings.json")).expect("a link can be made");
        install_here(&folder);
        assert!(fs::read_to_string(&real).expect("the file is there").contains("hook claude-code"));
        assert!(folder.join("settings.json").is_symlink());
    }
}
