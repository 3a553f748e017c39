//! What kinds of tools there are, and why each is what it is.

use super::{Group, Kind};

const fn group(kind: Kind, reason: &'static str) -> Group {
    Group { kind, reason }
}

pub(super) const WRITE: Group = group(Kind::WriteFile, "creates or replaces a file");
pub(super) const CREATE: Group = group(Kind::WriteFile, "creates a file");
pub(super) const EDIT: Group = group(Kind::EditFile, "replaces a passage of a file");
pub(super) const MULTI_EDIT: Group = group(Kind::EditFile, "replaces several passages of a file");
pub(super) const EDITOR: Group = group(Kind::EditFile, "replaces passages of a file");
pub(super) const OWN_EDIT: Group = group(Kind::OtherWrite, "edits a file in a form that only the agent applies");
pub(super) const NOTEBOOK: Group =
    group(Kind::OtherWrite, "edits cells of a notebook in a form that only the agent applies");
pub(super) const TEXT_EDITOR: Group = group(Kind::TextEditor, "changes a file unless its `command` is `view`");
pub(super) const PATCH: Group = group(Kind::Patch, "changes the files that the patch names");
pub(super) const OWN_PATCH: Group =
    group(Kind::OtherWrite, "changes the files that the patch names, in a form that only the agent applies");
pub(super) const DELETE: Group = group(Kind::DeleteFile, "deletes a file");
pub(super) const MOVE: Group = group(Kind::MoveFile, "moves a file");
pub(super) const FOLDER: Group = group(Kind::OtherWrite, "creates a folder");
pub(super) const REVERT: Group = group(Kind::OtherWrite, "reverts an edit in the agent's own history");
pub(super) const FORMAT: Group = group(Kind::OtherWrite, "formats a file in place");
pub(super) const DOWNLOAD: Group = group(Kind::OtherWrite, "saves a file from the network");
pub(super) const MEMORY: Group = group(Kind::OtherWrite, "saves a memory that later sessions read");
pub(super) const WORKSPACE: Group = group(Kind::OtherWrite, "makes a project or notebook");
pub(super) const IMAGE: Group = group(Kind::OtherWrite, "makes an image file");
pub(super) const PUBLISH: Group = group(Kind::OtherWrite, "publishes a page");
pub(super) const WORKTREE: Group = group(Kind::OtherWrite, "makes or leaves a worktree");
pub(super) const CONFIG: Group = group(Kind::OtherWrite, "changes the agent's configuration");
pub(super) const COMMAND: Group = group(Kind::Command, "the command decides");
pub(super) const POWERSHELL: Group = group(Kind::OtherWrite, "runs a command of another shell than bash");
pub(super) const WATCH: Group = group(Kind::Watch, "the command decides");
pub(super) const CODE: Group = group(Kind::OtherWrite, "runs code");
pub(super) const INPUT: Group = group(Kind::Input, "types into a running program, which nobody can judge");
pub(super) const DESKTOP: Group = group(Kind::OtherWrite, "drives a browser or a desktop");
pub(super) const CHECK: Group = group(Kind::Check, "runs project code");
pub(super) const PROJECT_TASK: Group = group(Kind::OtherWrite, "runs a task of the project");
pub(super) const READ: Group = group(Kind::Read, "reads a file");
pub(super) const READ_MANY: Group = group(Kind::Read, "reads files");
pub(super) const READ_NOTEBOOK: Group = group(Kind::Read, "reads a notebook");
pub(super) const LIST: Group = group(Kind::Read, "lists names");
pub(super) const FIND: Group = group(Kind::Read, "finds names");
pub(super) const SEARCH: Group = group(Kind::Read, "searches texts");
pub(super) const SYMBOLS: Group = group(Kind::Read, "reads definitions that an index knows");
pub(super) const LANGUAGE_SERVER: Group = group(Kind::Read, "asks a language server");
pub(super) const IDE: Group = group(Kind::Read, "reads what the editor shows");
pub(super) const OUTPUT: Group = group(Kind::Read, "reads the output of a command that already runs");
pub(super) const RECORDS: Group = group(Kind::Read, "reads the agent's own records");
pub(super) const TOOLS_OFFERED: Group = group(Kind::Read, "looks tools up");
pub(super) const WAIT: Group = group(Kind::Read, "waits");
pub(super) const FETCH: Group = group(Kind::NetworkRead, "fetches a page");
pub(super) const WEB_SEARCH: Group = group(Kind::NetworkRead, "searches the web");
pub(super) const PUBLIC_CODE: Group = group(Kind::NetworkRead, "searches public code");
pub(super) const TASK_LIST: Group =
    group(Kind::Private, "keeps the agent's own list of tasks; nothing outside the conversation changes");
pub(super) const INTENT: Group = group(Kind::Private, "says what the agent is about to do");
pub(super) const STOP: Group = group(Kind::Private, "stops a process that the agent itself started");
pub(super) const TALK: Group = group(Kind::Talk, "asks or tells the person");
pub(super) const SPAWN: Group = group(Kind::Spawn, "starts an agent, whose own calls are intercepted");
pub(super) const TRANSITION: Group = group(Kind::Transition, "asks for another mode; only the person grants it");
pub(super) const PROPOSAL: Group = group(Kind::Proposal, "proposes a plan, which plangate keeps for the person");
pub(super) const TIMER: Group = group(Kind::Voice, "starts a prompt later, as if the person had typed it");
pub(super) const TRIGGER: Group = group(Kind::Voice, "starts a prompt elsewhere, as if the person had typed it");
pub(super) const MESSAGE: Group = group(Kind::Voice, "sends a message that another session may take for the person's");
pub(super) const TIMER_REMOVAL: Group = group(Kind::OtherWrite, "removes a timer");
pub(super) const SKILL: Group = group(Kind::OtherWrite, "runs shell lines of the skill's file that no hook sees");
pub(super) const WRAPPER: Group = group(Kind::Wrapper, "the inner tool decides");
pub(super) const SESSION_SQL: Group = group(Kind::OtherWrite, "changes rows of the session's database");
pub(super) const BATCH: Group = group(Kind::OtherWrite, "calls several tools at once, out of sight");
